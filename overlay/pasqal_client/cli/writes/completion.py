"""Completes a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..counts import count_by
from ..display.field_text import cell
from ..display.tables import Column
from ..display.words import tally
from ..failures import ExitCode, guard_receipt
from ..streams import say
from .preview import is_wanted
from .receipt import print_batch, print_what_was_done

if TYPE_CHECKING:
    from uuid import UUID

    from ... import Batch, PasqalClient, Write
    from ..options import Shape


def complete(client: PasqalClient, batch: UUID, shape: Shape, *, yes: bool) -> ExitCode:
    """Complete a batch; see `pasqal batches complete`."""
    if not yes:
        # The batch may be of any project, whatever the default one is.
        rows = count_by(client.jobs, "status", {"batch_id": [str(batch)], "project_id": None})
        states = tally(dict(rows)) or "no visible jobs"
        say(f"batch {batch} has {states}; once complete, it accepts no further jobs")
        if not is_wanted("Complete it?"):
            return ExitCode.FAILED
    with print_what_was_done(lambda write: _print_completed(batch, write, shape)):
        completed = client.batches.complete(batch)
    _print(batch, completed, shape)
    return ExitCode.DONE


def _print_completed(batch: UUID, write: Write, shape: Shape) -> None:
    """Print the batch of a write that failed, if it was carried out and the batch could be read."""
    if write.batch is not None:
        _print(batch, write.batch, shape)


def _print(batch: UUID, completed: Batch, shape: Shape) -> None:
    with guard_receipt():
        print_batch(batch, completed, shape, Column("status", [cell(completed, "status")]))

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
from .receipt import print_batch, print_batch_on_failure

if TYPE_CHECKING:
    from uuid import UUID

    from ... import Batch, PasqalClient
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
    with print_batch_on_failure(lambda one: _print(batch, one, shape)):
        completed = client.batches.complete(batch)
    _print(batch, completed, shape)
    return ExitCode.DONE


def _print(batch: UUID, completed: Batch, shape: Shape) -> None:
    with guard_receipt():
        print_batch(batch, completed, shape, Column("status", [cell(completed, "status")]))

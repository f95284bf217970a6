"""Shows what would be submitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..display.field_text import value_text
from ..display.output import block, emit, emit_json, row_writer
from ..display.tables import Column
from ..failures import ExitCode
from ..options import Format
from ..streams import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ... import JobRequest
    from ..options import Shape
    from .draft import BatchDraft, JobDraft

_SHOWN: Final = 10
"""How many jobs are shown to people."""
_LONGEST_TEXT: Final = 60
_LONGEST_VALUE: Final = 200
_COLUMNS: Final = ("runs", "variables", "sequence")


def show_batch(draft: BatchDraft, shape: Shape) -> ExitCode:
    """Show a batch that would be created."""
    # -q prints ids, and there are none yet.
    if not shape.quiet:
        _show_batch(draft, shape)
    say(f"{draft.summary}; nothing was sent")
    return ExitCode.DONE


def _show_batch(draft: BatchDraft, shape: Shape) -> None:
    if shape.is_json:
        emit_json(dict(draft.body), shape)
        return
    if shape.output is Format.TABLE:
        fields = {name: given for name, given in draft.body.items() if name != "jobs"}
        emit(block([(name, _shortened(given)) for name, given in fields.items()]) + "\n")
    _show_jobs(draft.jobs.checked, shape)


def show_jobs(draft: JobDraft, shape: Shape) -> ExitCode:
    """Show jobs that would be added to a batch."""
    if not shape.quiet:
        _show_jobs(draft.checked, shape)
    say(f"{draft.size}; nothing was sent")
    return ExitCode.DONE


def _show_jobs(jobs: Sequence[JobRequest], shape: Shape) -> None:
    shown = jobs
    if shape.output is Format.TABLE:
        shown = jobs[:_SHOWN]
    writer = row_writer(shape, "", _columns_of, " ".join(_COLUMNS))
    writer.write_all(dict(job) for job in shown)
    if len(shown) < len(jobs):
        emit(f"… and {len(jobs) - len(shown)} more; -o json has them all\n")


def _columns_of(jobs: Sequence[Mapping[str, Any]]) -> list[Column]:
    columns = []
    for rank, name in enumerate(_COLUMNS, 1):
        cells = [_shortened(job.get(name)) for job in jobs]
        columns.append(Column(name, cells, rank, wraps=name == "variables", right=name == "runs"))
    return columns


def _shortened(given: Any) -> str:
    """A value in one line; of what is long only the beginning, of a sequence only its length."""
    if isinstance(given, str) and len(given) > _LONGEST_TEXT:
        return f"{len(given)} characters"
    text = value_text(given)
    if len(text) <= _LONGEST_VALUE:
        return text
    return f"{text[:_LONGEST_VALUE]}… ({len(text)} characters)"

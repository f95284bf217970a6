"""Shows what would be submitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..display.field_text import value_text
from ..display.output import block, emit, emit_json, row_writer
from ..display.tables import Column, table
from ..failures import ExitCode
from ..options import Format
from ..streams import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..options import Shape
    from .draft import BatchDraft, Draft

_SHOWN: Final = 10
"""How many jobs are shown to people."""
_LONGEST_TEXT: Final = 60
_LONGEST_VALUE: Final = 200
_COLUMNS: Final = ("runs", "variables", "sequence")


def show_batch(draft: BatchDraft, shape: Shape) -> ExitCode:
    """Show a batch that would be created."""
    if _shows_data(draft, dict(draft.body), shape):
        return _end(draft.summary)
    fields = {name: given for name, given in draft.body.items() if name != "jobs"}
    emit(block([(name, _shortened(given)) for name, given in fields.items()]))
    _show_jobs(draft)
    return _end(draft.summary)


def show_jobs(draft: Draft, shape: Shape) -> ExitCode:
    """Show jobs that would be added to a batch."""
    if not _shows_data(draft, {"jobs": draft.checked}, shape):
        _show_jobs(draft)
    return _end(draft.size)


def _end(what: str) -> ExitCode:
    say(f"{what}; nothing was sent")
    return ExitCode.DONE


def _shows_data(draft: Draft, body: Mapping[str, Any], shape: Shape) -> bool:
    """Write data where that was asked for; whether it was."""
    # There are no ids yet.
    if shape.quiet:
        return True
    if shape.output in (Format.JSON, Format.JSONL):
        emit_json(dict(body), shape)
        return True
    if shape.output is not Format.CSV:
        return False
    writer = row_writer(shape, "", _columns_of, " ".join(_COLUMNS))
    writer.write(dict(job) for job in draft.checked)
    writer.close()
    return True


def _show_jobs(draft: Draft) -> None:
    shown = draft.checked[:_SHOWN]
    if not shown:
        return
    emit("\n")
    emit(table(_columns_of(shown)))
    more = len(draft.checked) - len(shown)
    if more:
        emit(f"… and {more} more; -o json has them all\n")


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

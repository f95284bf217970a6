"""Tables of jobs, batches and other items, and of reasons, as notebooks show them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from pasqal_core_runtime.html_tables import TIME_FORMAT, html_table
from pasqal_core_runtime.records import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pasqal_core_runtime.html_tables import Html

# By name, as few programs need all of these models.
_COLUMNS: Final = {
    "Job": ("id", "status", "runs", "variables", "created_at", "end_timestamp", "errors"),
    "Batch": ("id", "status", "device_type", "jobs_count", "tags", "created_at", "end_datetime"),
    "Device": ("device_type", "availability", "status", "max_atom_num", "average_queue_time"),
}


def item_table(items: Sequence[Any]) -> Html:
    """A table of the first items, all of one kind."""
    columns: tuple[str, ...] = ()
    if items:
        columns = _COLUMNS.get(type(items[0]).__name__, ("id", "status"))
    return html_table(columns, _rows(items, columns), len(items))


def pair_table(first: str, second: str, pairs: Mapping[Any, Any]) -> Html:
    """A table of what belongs together, such as jobs and the reasons why they were not cancelled."""
    return html_table((first, second), pairs.items(), len(pairs))


def counted(number: int, noun: str) -> str:
    """A number of things, in groups of three digits: `1 batch`, `1,000 jobs`."""
    if number == 1:
        return f"1 {noun}"
    if noun.endswith("ch"):
        noun += "e"
    return f"{number:,} {noun}s"


def _rows(items: Sequence[Any], columns: tuple[str, ...]) -> Iterator[list[object]]:
    for item in items:
        # What departed from the contract is missing.
        yield [_shown(getattr(item, column, None)) for column in columns]


def _shown(value: object) -> object:
    if isinstance(value, datetime):
        return value.strftime(TIME_FORMAT)
    if isinstance(value, dict | list):
        return json_text(value)
    return value

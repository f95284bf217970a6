"""What is shown of jobs, batches and devices, field by field, as text. What departed from the contract is a `?`."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from .safe_text import escape, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pasqal_core_runtime.model import Model

UNKNOWN: Final = "?"
"""A field that departed, or is missing."""
NONE: Final = "-"
"""A field that is empty."""
_LONGEST: Final = 400
"""Characters of a value that are shown; `-o json` has all of it."""


def value(item: object, name: str) -> Any:
    """The field of a job, batch or device; `UNKNOWN` if reading it raises."""
    return getattr(item, name, UNKNOWN)  # a DepartureError is an AttributeError


def cell(item: object, name: str) -> str:
    """The field of a job, batch or device in one line."""
    return value_text(value(item, name))


def value_text(given: Any) -> str:
    """A value in one line."""
    if given is None or given in ("", [], {}):
        return NONE
    if isinstance(given, datetime):
        return _local_time(given)
    if isinstance(given, UUID):
        return str(given)
    if isinstance(given, str):
        return one_line(given)
    if _is_texts(given):
        return one_line("; ".join(given))
    return one_line(plain_text(given))


def plain_text(given: Any) -> str:
    """A value as CSV has it: text as it is, anything else as JSON."""
    if given is None:
        return ""
    if isinstance(given, str):
        return escape(given, keep="\n")
    return escape(json.dumps(given, default=str))


def _local_time(time: datetime) -> str:
    """A time in the zone of this machine; one that no clock here can show keeps its own zone, and says so."""
    here = _on_clock_here(time)
    if here is None:
        return time.isoformat(" ", "seconds")
    return here.replace(tzinfo=None).isoformat(" ", "seconds")


def zone_name(items: Sequence[object]) -> str:
    """The name of the zone that the times of jobs or batches are shown in."""
    created = [value(item, "created_at") for item in items]
    here = [_on_clock_here(time) for time in created if isinstance(time, datetime)]
    names = {time.tzname() for time in here if time is not None}
    # Clocks may have been changed between two of them: then neither name is right for all of them.
    if len(names) == 1:
        return str(names.pop())
    return "local"


def _on_clock_here(time: datetime) -> datetime | None:
    """A time in the zone of this machine; None at the ends of the calendar, where that would be another year."""
    try:
        return time.astimezone()
    except (OverflowError, ValueError, OSError):  # which one depends on the platform
        return None


def lines(item: Model) -> list[tuple[str, str]]:
    """All that is known about a job, batch or device, field by field; fields that are not in the contract come last."""
    from pasqal_core_runtime.model import fields_of

    rest = dict(item.to_dict())
    found = []
    for field in fields_of(item):
        if field.wire in rest or field.required:
            rest.pop(field.wire, None)
            text = _block(value(item, field.name))
            found.append((field.name, text))
    for name, given in rest.items():
        found.append((escape(name), _block(given)))
    return found


def _block(given: Any) -> str:
    """A value in as many lines as it has; a list of texts is error messages, which are never cut."""
    if given and _is_texts(given):
        parts = []
        for entry in given:
            parts += [escape(line) for line in entry.splitlines()]
        return "\n".join(parts)
    text = value_text(given)
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… ({len(text)} characters; -o json has them all)"


def _is_texts(given: Any) -> bool:
    if not isinstance(given, list):
        return False
    return all(isinstance(entry, str) for entry in given)

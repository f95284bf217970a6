"""What is shown of a job: each field as a text for people. What departed from the contract shows as `?`."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from .safe_text import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .. import Batch, Job

UNKNOWN: Final = "?"
"""A field that departed, or is missing."""
NONE: Final = "-"
"""A field that is empty."""
LONGEST: Final = 400
"""Characters of a value that are shown; `-o json` has it whole."""


def value(job: Job | Batch, name: str) -> Any:
    """The field of a job; `UNKNOWN` if reading it raises."""
    return getattr(job, name, UNKNOWN)  # a DepartureError is an AttributeError


def local(time: datetime) -> str:
    """A time in the zone of this machine; in its own, and with it, where there is no such time here."""
    here = _here(time)
    shown = time if here is None else here.replace(tzinfo=None)
    return shown.isoformat(" ", "seconds")


def _here(time: datetime) -> datetime | None:
    """A time in the zone of this machine; None at the ends of the calendar, where that would be another year."""
    try:
        return time.astimezone()
    except (OverflowError, ValueError, OSError):  # by platform
        return None


def zone(jobs: Sequence[Job]) -> str:
    """The name of the zone that the jobs' times are shown in."""
    times = [time for job in jobs if isinstance(time := value(job, "created_at"), datetime)]
    names = {here.tzname() for here in map(_here, times) if here is not None}
    return str(names.pop()) if len(names) == 1 else "local"


def shown(given: Any) -> str:
    """A value in one line."""
    if given is None or given in ("", [], {}):
        return NONE
    if isinstance(given, datetime):
        return local(given)
    if isinstance(given, UUID):
        return str(given)
    if isinstance(given, list) and all(isinstance(entry, str) for entry in given):
        return one_line("; ".join(given))
    return one_line(given if isinstance(given, str) else plain(given))


def plain(given: Any) -> str:
    """A value as it stands in CSV: text as it is, anything else as JSON."""
    if given is None:
        return ""
    if isinstance(given, str):
        return clean(given, keep="\n")
    return clean(json.dumps(given, default=str))


def cell(job: Job | Batch, name: str) -> str:
    """The field of a job in one line."""
    return shown(value(job, name))


def lines(job: Job) -> list[tuple[str, str]]:
    """All that is known about a job, field by field; those that the contract does not know come last."""
    received = job.to_dict()
    fields = [field for field in job.describe() if field.wire in received or field.required]
    known = {field.wire for field in fields}
    described = [(field.name, _block(value(job, field.name))) for field in fields]
    return described + [
        (clean(name), _block(received[name])) for name in received if name not in known
    ]


def _block(given: Any) -> str:
    if isinstance(given, list) and given and all(isinstance(entry, str) for entry in given):
        return "\n".join(clean(line) for entry in given for line in entry.splitlines())
    text = shown(given)
    return (
        text
        if len(text) <= LONGEST
        else f"{text[:LONGEST]}… ({len(text)} characters; -o json has them all)"
    )

"""Reads times and durations as people type them: `2d`, `2026-11-01`, `14:30`, `1 Nov 2026 9:00 UTC`."""

from __future__ import annotations

import contextlib
import re
import warnings
from datetime import datetime, time, timedelta
from typing import Final

from dateutil import parser

from .._display import quoted

_UNITS: Final = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_PARTS: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([wdhms])\s*", re.ASCII)
_SLASHED: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,3}(?:\.\d*)?", re.ASCII)
_HALF_A_DURATION: Final = re.compile(
    r"\d+(?:\.\d+)?\s*(?:[wdhms]\s*\d|M\s*$)", re.ASCII | re.IGNORECASE
)

_NO_SUCH_TIME: Final = (OverflowError, ValueError, OSError)
"""What Python raises, by platform, where a time in another zone would be beyond the calendar."""

_GOOD: Final = (
    "write it like 2d, 1h30m, 2026-11-01, '2026-11-01 09:30' or 2026-11-01T09:30:00+01:00"
)


def duration(text: str) -> timedelta | None:
    """The duration that a text like `2d` or `1h30m` stands for; None if it is none."""
    if "M" in text:  # a month to some
        return None
    parts = _PARTS.findall(text.strip().lower())
    if not parts or _PARTS.sub("", text.strip().lower()):
        return None
    try:
        return sum(
            (timedelta(**{_UNITS[unit]: float(number)}) for number, unit in parts), timedelta()
        )
    except OverflowError:
        return None


def seconds(name: str, text: str | None) -> float | None:
    """How many seconds a text like `90`, `90s` or `10m` stands for; None stays None.

    Raises:
        ValueError: it is not a duration above zero.
    """
    if text is None:
        return None
    span = duration(text)
    try:
        value = float(text) if span is None else span.total_seconds()
    except ValueError:
        value = 0.0
    if not 0 < value < 10**9:
        raise ValueError(
            f"{name}: {quoted(text)} is not a duration; write it like 90s, 10m or 1h30m"
        )
    return value


def moment(name: str, text: str, now: datetime) -> datetime:
    """The time that a text stands for: so long before now, or a date and time, local unless it has a zone.

    Args:
        name: the option, for the error.
        text: what was typed.
        now: the time; aware.

    Raises:
        ValueError: it is none, or could be read in more than one way.
    """
    span = duration(text)
    try:
        read = _read(text.strip(), now) if span is None else now - span
        return _of_clocks_here(read) if read.tzinfo is None else _shown_here(read)
    except (*_NO_SUCH_TIME, parser.UnknownTimezoneWarning) as error:
        raise ValueError(f"{name}: {quoted(text)} is not a time: {_why(error)}; {_GOOD}") from None


def _why(error: Exception) -> str:
    if isinstance(error, parser.UnknownTimezoneWarning):
        return "its zone is not known here"
    return str(error) if isinstance(error, _AmbiguousError) else "it is none that is known here"


class _AmbiguousError(ValueError):
    """More than one reading, or none."""


def _shown_here(read: datetime) -> datetime:
    """The same time as the clocks here show it; as it is where they cannot, at the ends of the calendar."""
    with contextlib.suppress(*_NO_SUCH_TIME):
        return read.astimezone()
    return read


def _of_clocks_here(read: datetime) -> datetime:
    """The time at which the clocks here show something.

    Raises:
        ValueError: they never do, or twice, because they are changed then.
    """
    first, second = sorted(read.replace(fold=fold).astimezone() for fold in (0, 1))
    exists = first.replace(tzinfo=None) == read
    if first == second:
        return first
    if read.time() == time.min:  # a day begins with its first moment
        return first if exists else second
    if exists:
        raise _AmbiguousError(
            f"the clocks here show it twice, at {first.isoformat()} and at {second.isoformat()}"
        )
    raise _AmbiguousError("the clocks here never show it, because they are put forward then")


def _read(text: str, now: datetime) -> datetime:
    if _SLASHED.match(text):
        raise _AmbiguousError("which number is the month?")
    if _NUMBER.fullmatch(text) or _HALF_A_DURATION.match(text):
        raise _AmbiguousError("a number of what?")
    try:
        return parser.isoparse(text)
    except ValueError:
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        with warnings.catch_warnings():
            warnings.simplefilter("error", parser.UnknownTimezoneWarning)
            return parser.parse(text, default=midnight)

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
_PARTS: Final = re.compile(r"(?<!\d)(\d++(?:\.\d++)?)\s*([wdhms])", re.ASCII)
_is_duration = re.compile(r"(?:\d+(?:\.\d+)?\s*[wdhms]\s*)+", re.ASCII).fullmatch
_SLASHED: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,3}(?:\.\d*)?", re.ASCII)
_HALF_A_DURATION: Final = re.compile(
    r"\d+(?:\.\d+)?\s*(?:[wdhms]\s*\d|M\s*$)", re.ASCII | re.IGNORECASE
)

_LONGEST: Final = 10**9
"""Seconds, about 30 years: a longer duration is a mistake."""

_OUT_OF_RANGE: Final = (OverflowError, ValueError, OSError)
"""What Python raises, by platform, where a time in another zone would be beyond the calendar."""


def parse_duration(text: str) -> timedelta | None:
    """The duration that a text like `2d` or `1h30m` stands for; None if it does not stand for one."""
    # Some mean months by a capital M.
    if "M" in text:
        return None
    typed = text.strip().lower()
    if not _is_duration(typed):
        return None
    total = timedelta()
    try:
        for number, unit in _PARTS.findall(typed):
            total += timedelta(**{_UNITS[unit]: float(number)})
    except OverflowError:
        return None
    return total


def parse_seconds(name: str, text: str | None) -> float | None:
    """How many seconds a text like `90`, `90s` or `10m` stands for; None stays None.

    Raises:
        ValueError: it is not a duration above zero.
    """
    if text is None:
        return None
    span = parse_duration(text)
    value = _parse_number(text) if span is None else span.total_seconds()
    # NaN is outside, too: it compares false with everything.
    if not 0 < value < _LONGEST:
        raise ValueError(f"{name}: cannot read {quoted(text)} as a duration; try 90s, 10m or 1h30m")
    return value


def _parse_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def parse_time(name: str, text: str, now: datetime) -> datetime:
    """The time that a text stands for: a duration before now, or a date and time, local unless it has a zone.

    Args:
        name: the option, for the error.
        text: what was typed.
        now: the time; aware.

    Raises:
        ValueError: it cannot be read, or could be read in more than one way.
    """
    reason = ""
    try:
        return _localized(_parse(text, now))
    except _AmbiguousError as error:
        reason = f" ({error})"
    except parser.UnknownTimezoneWarning:
        reason = " (unknown time zone)"
    except _OUT_OF_RANGE:
        pass
    raise ValueError(
        f"{name}: cannot read {quoted(text)} as a time{reason}; try 2d, 2026-11-01 or 09:30"
    )


class _AmbiguousError(ValueError):
    """More than one reading, or none."""


def _parse(text: str, now: datetime) -> datetime:
    span = parse_duration(text)
    return _parse_date(text.strip(), now) if span is None else now - span


def _parse_date(text: str, now: datetime) -> datetime:
    if _SLASHED.match(text):
        raise _AmbiguousError("which number is the month?")
    if _NUMBER.fullmatch(text) or _HALF_A_DURATION.match(text):
        raise _AmbiguousError("a number of what?")
    # ISO 8601 comes first: the other parser would complete 2026-11 with the day that it is today.
    try:
        return parser.isoparse(text)
    except ValueError:
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        with warnings.catch_warnings():
            # A zone that it does not know dateutil leaves out, with a warning only.
            warnings.simplefilter("error", parser.UnknownTimezoneWarning)
            return parser.parse(text, default=midnight)


def _localized(read: datetime) -> datetime:
    """The same time as local clocks show it, if they can."""
    if read.tzinfo is None:
        return _from_local_clocks(read)
    # At the ends of the calendar local clocks would be in a year that Python does not have.
    with contextlib.suppress(*_OUT_OF_RANGE):
        return read.astimezone()
    return read


def _from_local_clocks(read: datetime) -> datetime:
    """The time at which local clocks show something.

    Raises:
        ValueError: they never do, or twice, because they are put forward or back then.
    """
    # `fold` says which of two equal readings is meant. Where clocks skip a reading, Python makes up
    # one time for each fold, and neither shows it.
    first, second = sorted(read.replace(fold=fold).astimezone() for fold in (0, 1))
    if first == second:
        return first
    is_shown = first.replace(tzinfo=None) == read
    if read.time() == time.min:
        # Some zones change their clocks at midnight. A day begins with its first moment.
        return first if is_shown else second
    if is_shown:
        raise _AmbiguousError(
            f"local clocks show it twice, at {first.isoformat()} and at {second.isoformat()}"
        )
    raise _AmbiguousError("local clocks skip it, because they are put forward then")

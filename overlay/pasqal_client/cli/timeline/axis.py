"""The axis of a timeline, and its times in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from ..display.field_text import NONE, UNKNOWN
from ..display.words import DAY, HOUR, MINUTE, duration_text

if TYPE_CHECKING:
    from .layout import Row, Timeline


_ROUND: Final = (
    (1, (1, 2, 5, 10, 15, 30)),
    (MINUTE, (1, 2, 5, 10, 15, 30)),
    (HOUR, (1, 2, 3, 6, 12)),
    (DAY, (1, 2, 7, 14, 30, 91, 182, 365, 3650, 36500, 365000)),
)
_STEPS: Final = [timedelta(seconds=unit * n) for unit, numbers in _ROUND for n in numbers]
"""The times from tick to tick, the shortest first."""


class _Tick(NamedTuple):
    """A mark of the axis: where it is, from 0 to 1, and its label."""

    share: float
    label: str


def ticks(timeline: Timeline, most: int) -> list[_Tick]:
    """The marks of the axis, at round local times; the date is added where another day begins."""
    step = _step(timeline.end - timeline.begin, most)
    first = timeline.local(timeline.begin)
    # Counted from midnight of the first day, in UTC: where the clocks are changed, steps stay equal.
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    elapsed = timeline.begin.astimezone(UTC) - midnight
    # Rounded up: the tick before would be left of the axis.
    time = midnight - (-elapsed // step) * step
    day = first.date()
    found = []
    while time <= timeline.end:
        local = timeline.local(time)
        label = _label(local, step, new_day=local.date() != day)
        found.append(_Tick(timeline.share(time), label))
        day = local.date()
        time += step
    return found


def _step(span: timedelta, most: int) -> timedelta:
    """The shortest time from tick to tick with which there are not too many."""
    for step in _STEPS:
        if span / step <= most:
            return step
    return _STEPS[-1]


def _label(local: datetime, step: timedelta, *, new_day: bool) -> str:
    if step >= timedelta(days=1):
        return f"{local:%Y-%m-%d}"
    clock = f"{local:%H:%M}"
    if step < timedelta(minutes=1):
        clock = f"{local:%H:%M:%S}"
    if new_day:
        return f"{local:%m-%d} {clock}"
    return clock


def facts(timeline: Timeline, row: Row) -> list[tuple[str, str]]:
    """What there is to say about a job: names and texts."""

    def time_text(field: str, time: datetime | None) -> str:
        if time is not None:
            return f"{timeline.local(time):%Y-%m-%d %H:%M:%S}"
        if field in row.unknown:
            return UNKNOWN
        return NONE

    return [
        ("created", time_text("created_at", row.created)),
        ("started", time_text("start_timestamp", row.started)),
        ("ended", time_text("end_timestamp", row.ended)),
        ("queued", _length_text(row.queued)),
        ("ran", _length_text(row.ran)),
    ]


def _length_text(seconds: float | None) -> str:
    if seconds is None:
        return NONE
    return duration_text(seconds)

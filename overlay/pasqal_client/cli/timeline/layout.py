"""When jobs queued and ran: the bars of a timeline and its axis, as functions of jobs. No I/O, no drawing."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from ..field_text import UNKNOWN, cell, value
from ..safe_text import many

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from ... import Job

QUEUED: Final = "queued"
RAN: Final = "ran"
UNCLEAR: Final = "unclear"

_ENDED: Final = ("DONE", "ERROR", "CANCELED")
_HAVE_STARTED: Final = ("RUNNING", "DONE")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
YEARS: Final = range(1970, 9000)
"""A time beyond these is none; there is no clock to show it on."""
_STEPS: Final = (
    *(1, 2, 5, 10, 15, 30),
    *(_MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * n for n in (1, 2, 3, 6, 12)),
    *(_DAY * n for n in (1, 2, 7, 14, 30, 91, 182, 365, 3650, 36500, 365000)),
)
"""Seconds from tick to tick."""
_UNITS: Final = ((_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "min"), (_MINUTE, "min", 1, "s"))


class Bar(NamedTuple):
    """A part of a row.

    Attributes:
        kind: `QUEUED`, `RAN`, or `UNCLEAR` where it is not known which, or until when.
        begin: when it began.
        end: when it ended; None if it has not.
    """

    kind: str
    begin: datetime
    end: datetime | None


class Row(NamedTuple):
    """A job.

    Attributes:
        id: its id, whole.
        status: its state.
        created: when it was created; None if it was not, or that is not known. So are the other
            two.
        started: when it started.
        ended: when it ended.
        bars: when it queued and ran; none if no time is known.
        unknown: the times that should be there and are not, or cannot be read, or contradict the
            others.
    """

    id: str
    status: str
    created: datetime | None
    started: datetime | None
    ended: datetime | None
    bars: tuple[Bar, ...]
    unknown: tuple[str, ...]

    @property
    def queued(self) -> float | None:
        """For how many seconds it queued; None if that is not known, or not over."""
        return self._length(QUEUED)

    @property
    def ran(self) -> float | None:
        """For how many seconds it ran; None if that is not known, or not over."""
        return self._length(RAN)

    def _length(self, kind: str) -> float | None:
        return next(
            ((b.end - b.begin).total_seconds() for b in self.bars if b.kind == kind and b.end), None
        )


class Timeline(NamedTuple):
    """What is drawn.

    Attributes:
        title: which jobs these are.
        rows: the jobs, the first one first.
        begin: where the axis begins.
        end: where it ends.
        zone: the zone of the times that are shown; None for that of this machine.
    """

    title: str
    rows: Sequence[Row]
    begin: datetime
    end: datetime
    zone: tzinfo | None = None

    def local(self, time: datetime) -> datetime:
        """A time in the zone."""
        return time.astimezone(self.zone)

    def share(self, time: datetime) -> float:
        """Where a time is on the axis, from 0 to 1."""
        return (time - self.begin) / (self.end - self.begin)

    @property
    def zone_name(self) -> str:
        """What the zone is called; two names if the clocks are changed within the timeline."""
        return "/".join(
            dict.fromkeys(str(self.local(time).tzname()) for time in (self.begin, self.end))
        )

    @property
    def counts(self) -> dict[str, int]:
        """How many jobs are in each state."""
        return dict(sorted(Counter(row.status for row in self.rows).items()))

    @property
    def counted(self) -> str:
        """How many jobs there are, and in which states."""
        counts = ", ".join(f"{number} {status}" for status, number in self.counts.items())
        return f"{many(len(self.rows), 'job')} ({counts})"

    @property
    def span(self) -> str:
        """For how long, and from when to when."""
        begin, end = self.local(self.begin), self.local(self.end)
        until = f"{end:%H:%M:%S}" if begin.date() == end.date() else f"{end:%Y-%m-%d %H:%M:%S}"
        whole = length((self.end - self.begin).total_seconds())
        return f"{whole}: {begin:%Y-%m-%d %H:%M:%S} to {until} ({self.zone_name})"

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The kinds of bars that occur, each with the state if that colours it; in the order of a legend."""
        found = {
            (bar.kind, row.status if bar.kind == RAN else "")
            for row in self.rows
            for bar in row.bars
        }
        return sorted(found, key=lambda one: ([QUEUED, RAN, UNCLEAR].index(one[0]), one[1]))

    @property
    def is_open(self) -> bool:
        """Whether a bar has no end yet."""
        return any(bar.end is None for row in self.rows for bar in row.bars)


def timeline(
    title: str, jobs: Iterable[Job], now: datetime, zone: tzinfo | None = None
) -> Timeline:
    """The timeline of some jobs.

    Args:
        title: which jobs these are.
        jobs: the jobs, in any order.
        now: the time; bars that have not ended end there.
        zone: the zone of the times that are shown.
    """
    rows = sorted(
        map(row, jobs), key=lambda one: (one.created or one.started or one.ended or now, one.id)
    )
    times = [time for one in rows for bar in one.bars for time in (bar.begin, bar.end or bar.begin)]
    begin, end = (min(times), max(times)) if times else (now, now)
    drawn = Timeline(title, rows, begin, end, zone)
    end = max(end, now) if drawn.is_open else end
    return drawn._replace(end=max(end, begin + timedelta(seconds=1)))


def row(job: Job) -> Row:
    """The row of a job."""
    unknown = []

    def time(name: str, *, needed: bool, least: datetime | None) -> datetime | None:
        given = value(job, name)
        usable = (
            isinstance(given, datetime)
            and given.year in YEARS
            and (least is None or given >= least)
        )
        known = given if usable else None
        if known is None and (needed or given is not None):
            unknown.append(name)
        return known.astimezone(UTC) if known else None

    status = cell(job, "status")
    created = time("created_at", needed=True, least=None)
    started = time("start_timestamp", needed=status in _HAVE_STARTED, least=created)
    ended = time("end_timestamp", needed=status in _ENDED, least=started or created)
    bars = tuple(_bars(created, started, ended, unknown))
    return Row(cell(job, "id"), status, created, started, ended, bars, tuple(unknown))


def _bars(
    created: datetime | None,
    started: datetime | None,
    ended: datetime | None,
    unknown: Sequence[str],
) -> Iterable[Bar]:
    if "start_timestamp" in unknown:
        known = [time for time in (created, ended) if time]
        if known:
            yield _until(UNCLEAR, known[0], ended, unknown)
        return
    if created:
        yield Bar(QUEUED, created, started) if started else _until(QUEUED, created, ended, unknown)
    if started:
        yield _until(RAN, started, ended, unknown)
    elif ended and not created:
        yield Bar(UNCLEAR, ended, ended)


def _until(kind: str, begin: datetime, ended: datetime | None, unknown: Sequence[str]) -> Bar:
    """A bar up to the end of the job; no more than a mark where it is over, but not known since when."""
    return Bar(UNCLEAR, begin, begin) if "end_timestamp" in unknown else Bar(kind, begin, ended)


# ----------------------------------------------------------------------------------------------------------------------
# The axis, and words


class Tick(NamedTuple):
    """A mark of the axis: where it is, from 0 to 1, and what it says."""

    share: float
    label: str


def ticks(drawn: Timeline, most: int) -> list[Tick]:
    """The marks of the axis, at round local times; the date is said where another day begins."""
    seconds = (drawn.end - drawn.begin).total_seconds()
    step = next((step for step in _STEPS if seconds / step <= most), _STEPS[-1])
    found: list[Tick] = []
    first = drawn.local(drawn.begin)
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    number = -((midnight - drawn.begin.astimezone(UTC)) // timedelta(seconds=step))
    day = first.date()
    while (time := midnight + timedelta(seconds=step * number)) <= drawn.end:
        local = drawn.local(time)
        clock = f"{local:%H:%M:%S}" if step < _MINUTE else f"{local:%H:%M}"
        if step >= _DAY:
            clock = f"{local:%Y-%m-%d}"
        elif local.date() != day:
            clock = f"{local:%m-%d} {clock}"
        day = local.date()
        found.append(Tick(drawn.share(time), clock))
        number += 1
    return found


def length(seconds: float) -> str:
    """A length of time in its two largest units."""
    if seconds < _MINUTE:
        return f"{seconds:.3g} s"
    whole = max(_MINUTE, round(seconds))
    size, name, smaller, part = next(unit for unit in _UNITS if whole >= unit[0])
    rest = whole % size // smaller
    return f"{whole // size} {name} {rest} {part}" if rest else f"{whole // size} {name}"


def said(drawn: Timeline, time: datetime | None, unknown: bool) -> str:
    """A time in words."""
    if time is None:
        return UNKNOWN if unknown else "-"
    return f"{drawn.local(time):%Y-%m-%d %H:%M:%S}"


def told(drawn: Timeline, one: Row) -> list[tuple[str, str]]:
    """What there is to say about a job."""
    return [
        ("created", said(drawn, one.created, "created_at" in one.unknown)),
        ("started", said(drawn, one.started, "start_timestamp" in one.unknown)),
        ("ended", said(drawn, one.ended, "end_timestamp" in one.unknown)),
        ("queued", "-" if one.queued is None else length(one.queued)),
        ("ran", "-" if one.ran is None else length(one.ran)),
    ]

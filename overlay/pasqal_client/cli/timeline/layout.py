"""When jobs queued and ran: the bars of a timeline and its axis, as functions of jobs. No I/O, no drawing."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, frozen

from ... import JobStatus
from ..._states import TERMINAL
from ..display.field_text import cell, value
from ..display.words import duration_text, many, tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import tzinfo
    from typing import TypeGuard

    from ... import Job

QUEUED: Final = "queued"
RAN: Final = "ran"
UNCLEAR: Final = "unclear"
_KINDS: Final = (QUEUED, RAN, UNCLEAR)
"""The kinds of bars, in the order of a legend."""

# A job that failed or was cancelled may have done so before it started.
_HAVE_STARTED: Final = frozenset({JobStatus.RUNNING, JobStatus.DONE})
YEARS: Final = range(1970, 9000)
"""A time outside these years is treated as unreadable; not every clock can show it."""


@frozen
class Bar:
    """A part of a row.

    Attributes:
        kind: `QUEUED`, `RAN`, or `UNCLEAR` if it is unknown which of them, or until when.
        begin: when it began.
        end: when it ended; None if it has not.
    """

    kind: str
    begin: datetime
    end: datetime | None


@frozen
class Row:
    """A job.

    Attributes:
        id: its id, whole.
        status: its state.
        created: when it was created; None if that is unknown.
        started: when it started; None if it has not, or that is unknown.
        ended: when it ended; None if it has not, or that is unknown.
        bars: when it queued and ran; none if no time is known.
        unknown: the times that should be there and are missing, unreadable, or contradict the
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
    def first_time(self) -> datetime | None:
        """The earliest of its times; None if none is known."""
        return self.created or self.started or self.ended

    @property
    def queued(self) -> float | None:
        """For how many seconds it queued; None if that is unknown, or not over."""
        return self._seconds(QUEUED)

    @property
    def ran(self) -> float | None:
        """For how many seconds it ran; None if that is unknown, or not over."""
        return self._seconds(RAN)

    def _seconds(self, kind: str) -> float | None:
        for bar in self.bars:
            if bar.kind == kind and bar.end is not None:
                return (bar.end - bar.begin).total_seconds()
        return None


@frozen
class Timeline:
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
        names = []
        for time in (self.begin, self.end):
            name = str(self.local(time).tzname())
            if name not in names:
                names.append(name)
        return "/".join(names)

    @property
    def summary(self) -> str:
        """How many jobs there are, and in which states."""
        counts = Counter(row.status for row in self.rows)
        in_order = dict(sorted(counts.items()))
        return f"{many(len(self.rows), 'job')} ({tally(in_order)})"

    @property
    def span(self) -> str:
        """For how long, and from when to when."""
        begin = self.local(self.begin)
        end = self.local(self.end)
        until = f"{end:%Y-%m-%d %H:%M:%S}"
        if begin.date() == end.date():
            until = f"{end:%H:%M:%S}"
        duration = duration_text((self.end - self.begin).total_seconds())
        return f"{duration}: {begin:%Y-%m-%d %H:%M:%S} to {until} ({self.zone_name})"

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The kinds of bars that occur, each with the state if that colours it; in the order of a legend."""
        found = set()
        for row in self.rows:
            for bar in row.bars:
                # Only what ran has the colour of its state.
                status = row.status if bar.kind == RAN else ""
                found.add((bar.kind, status))
        return sorted(found, key=lambda entry: (_KINDS.index(entry[0]), entry[1]))

    @property
    def is_open(self) -> bool:
        """Whether a bar has no end yet."""
        return any(bar.end is None for row in self.rows for bar in row.bars)


def lay_out(
    title: str,
    jobs: Iterable[Job],
    now: datetime,
    zone: tzinfo | None = None,
) -> Timeline:
    """Make the timeline of some jobs.

    Args:
        title: which jobs these are.
        jobs: the jobs, in any order.
        now: the time; bars that have not ended end there.
        zone: the zone of the times that are shown.
    """
    rows = [read_row(job) for job in jobs]
    rows.sort(key=lambda row: (row.first_time or now, row.id))
    times = []
    for row in rows:
        for bar in row.bars:
            times += [bar.begin, bar.end or bar.begin]
    begin = min(times, default=now)
    end = max(times, default=now)
    timeline = Timeline(title, rows, begin, end, zone)
    if timeline.is_open:
        # The clock of the service may be ahead of this one: then now is before the last time.
        end = max(end, now)
    # An axis without any length could not be divided.
    return evolve(timeline, end=max(end, begin + timedelta(seconds=1)))


def read_row(job: Job) -> Row:
    """Make the row of a job."""
    status = cell(job, "status")
    # In order: a time before the one that it should follow is treated as unreadable.
    times = _TimeReader(job)
    created = times.read("created_at", needed=True, least=None)
    started = times.read(
        "start_timestamp",
        needed=status in _HAVE_STARTED,
        least=created,
    )
    ended = times.read(
        "end_timestamp",
        needed=status in TERMINAL,
        least=started or created,
    )
    unknown = tuple(times.unknown)
    return Row(
        id=cell(job, "id"),
        status=status,
        created=created,
        started=started,
        ended=ended,
        bars=tuple(_bars(created, started, ended, unknown)),
        unknown=unknown,
    )


class _TimeReader:
    """Reads the times of a job, and notes which of them are unknown."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.unknown: list[str] = []

    def read(self, name: str, *, needed: bool, least: datetime | None) -> datetime | None:
        """Read a time.

        Args:
            name: the field.
            needed: whether a job in this state must have it.
            least: the time before which it cannot be.
        """
        given = value(self._job, name)
        if given is None and not needed:
            return None
        if _is_usable(given, least):
            return given.astimezone(UTC)
        self.unknown.append(name)
        return None


def _is_usable(given: Any, least: datetime | None) -> TypeGuard[datetime]:
    if not isinstance(given, datetime):
        return False
    if given.year not in YEARS:
        return False
    return least is None or given >= least


def _bars(
    created: datetime | None,
    started: datetime | None,
    ended: datetime | None,
    unknown: Sequence[str],
) -> Iterator[Bar]:
    if "start_timestamp" in unknown:
        # It started, nobody knows when: no part of the bar can be said to be queueing or running.
        begin = created or ended
        if begin is not None:
            yield _bar_to_end(UNCLEAR, begin, ended, unknown)
        return
    if created and started:
        yield Bar(QUEUED, created, started)
    elif created:
        yield _bar_to_end(QUEUED, created, ended, unknown)
    if started:
        yield _bar_to_end(RAN, started, ended, unknown)
    elif ended and not created:
        yield Bar(UNCLEAR, ended, ended)


def _bar_to_end(
    kind: str,
    begin: datetime,
    ended: datetime | None,
    unknown: Sequence[str],
) -> Bar:
    """A bar up to the end of the job; a mere mark if the job is over, but since when is unknown."""
    if "end_timestamp" in unknown:
        return Bar(UNCLEAR, begin, begin)
    return Bar(kind, begin, ended)

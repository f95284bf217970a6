"""Watches jobs until they have ended: a table that is drawn again and again at a terminal, else a line for each change.

A look reads the jobs that had not ended, and counts those that match: only if there are more or
fewer than before, all are read again. A job that was seen once is watched until it ends, also when
it does not match any more.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ... import RetryPolicy, errors
from ..._http.retry import RETRIED
from ..._waits.look import Reading
from ..exit_codes import Code
from ..output import count_columns, emit, on_terminal, table
from ..progress import jobs_of
from ..safe_text import many, one_line
from ..streams import say
from ..wait import report_failed
from . import screen
from .screen import Display, View
from .state import Watched

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from ... import Job, PasqalClient
    from ...jobs import Jobs
    from .state import Change

INTERVAL: Final = 2.0
"""Seconds between two looks, unless told otherwise."""
PATIENCE: Final = RetryPolicy(attempts=2, longest_retry_after=0)
"""How often a look is tried before it is told that it failed; it is repeated all the same."""
LONGEST_PAUSE: Final = 30.0
LONGEST_RETRY_AFTER: Final = 600.0
"""Seconds: the pause after looks that failed grows to the one, and follows the service's wish up to the other."""

# Other states cannot be asked for in every version of the service.
_ACTIVE: Final = ("PENDING", "RUNNING")
# Jobs come and go under these filters without the number of jobs having to change.
_VOLATILE: Final = frozenset({"status", "errors"})


class Watch(NamedTuple):
    """What to watch, and how.

    Attributes:
        named: the jobs; None for those that match the filters, or are active.
        filters: which jobs otherwise.
        interval: seconds between two looks.
        timeout: seconds to watch at the most; None for ever.
        forever: whether to go on when all jobs have ended.
        unknown: what a state counts as that is not known.
    """

    named: tuple[UUID, ...] | None
    filters: dict[str, Any]
    interval: float
    timeout: float | None
    forever: bool
    unknown: str

    @property
    def which(self) -> dict[str, Any]:
        """The filters that list the jobs."""
        if self.named is not None:
            return {"id": list(self.named), "project_id": None}
        return self.filters or {"status": _ACTIVE}

    @property
    def title(self) -> str:
        """Which jobs, as far as that can be said in a word or two."""
        batches = self.filters.get("batch_id", ())
        if len(batches) == 1:
            return f"of batch {batches[0]}"
        return "" if self.filters or self.named is not None else "that are or were active"


class Looks:
    """Looks at the jobs of a watch.

    Args:
        jobs: where to look.
        filters: which jobs.
    """

    def __init__(self, jobs: Jobs, filters: dict[str, Any]) -> None:
        self._jobs = jobs
        self._filters = filters
        self._number = -1

    def first(self) -> Sequence[Job]:
        """All jobs that match, with progress."""
        listing = self._jobs.list(**self._filters)
        return self._all(jobs_of(listing))

    def again(self, jobs: Jobs, active: Sequence[Job]) -> Sequence[Job]:
        """The jobs that may have changed.

        Raises:
            NotFoundError: a job that had not ended is not there any more.
            APIError: the look failed.
        """
        if not _VOLATILE & self._filters.keys():
            seen = _read(jobs, [job.id for job in active])
            if jobs.count(**self._filters) == self._number:
                return seen
        found = self._all(list(jobs.list(**self._filters)))
        listed = {job.id for job in found}
        return [*found, *_read(jobs, [job.id for job in active if job.id not in listed])]

    def _all(self, found: Sequence[Job]) -> Sequence[Job]:
        if any(not hasattr(job, "id") for job in found):
            raise errors.ResponseError("a job came without a usable id, so it cannot be watched")
        self._number = len(found)
        return found


def _read(jobs: Jobs, ids: Sequence[UUID]) -> Sequence[Job]:
    listing = jobs.list(id=ids, project_id=None)
    found = [job for job in listing if hasattr(job, "id")]
    missing = set(ids) - {job.id for job in found}
    if missing and not Reading.of(listing, found).doubt:
        raise errors.NotFoundError(f"there is no job {min(missing)} to watch any more", status=404)
    return found


class Shown:
    """Shows how the jobs stand at a terminal."""

    def __init__(self, watch: Watch, watched: Watched) -> None:
        self._watch = watch
        self._watched = watched
        self._display: Display = screen.display()
        self._at = ""

    def around(self) -> AbstractContextManager[None]:
        """For as long as something is shown."""
        return self._display.shown()

    def saw(self, _changes: Sequence[Change]) -> None:
        """Show how the jobs stand now."""
        self._at = f"{datetime.now().astimezone():%H:%M:%S}"
        self._show("")

    def failed(self, trouble: str) -> None:
        """Show why a look failed."""
        self._show(trouble)

    def over(self) -> None:
        """Leave the numbers behind."""
        rows = [
            {"status": status, "jobs": number} for status, number in self._watched.counts.items()
        ]
        emit(table(count_columns("status", rows)))

    def _show(self, trouble: str) -> None:
        what = f"{many(len(self._watched), 'job')} {self._watch.title}".strip()
        title = f"{what}, every {self._watch.interval:g} s; Ctrl-C ends it"
        self._display.show(
            View(title, self._at, self._watched.counts, self._watched.active, trouble)
        )


class Logged:
    """Writes a line for each change."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self._began = False

    def around(self) -> AbstractContextManager[None]:
        """Nothing has to be done."""
        return nullcontext()

    def saw(self, changes: Sequence[Change]) -> None:
        """Write the numbers at first, then what has changed."""
        now = _time()
        if self._began:
            emit(
                "".join(
                    f"{now} {one.id} {one.before or '(new)'} -> {one.after}\n" for one in changes
                )
            )
        else:
            self._began = True
            emit(f"{now} {self._numbers()}\n")

    def failed(self, trouble: str) -> None:
        """Say why a look failed."""
        say(one_line(f"pasqal: {trouble}"))

    def over(self) -> None:
        """Write the numbers."""
        emit(f"{_time()} {self._numbers()}\n")

    def _numbers(self) -> str:
        told = ", ".join(f"{number} {status}" for status, number in self._watched.counts.items())
        return f"{many(len(self._watched), 'job')}: {told}" if told else "no job matches"


def _time() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def watched(client: PasqalClient, watch: Watch) -> Code:
    """Watch jobs; see `pasqal jobs watch`."""
    began, looks = time.monotonic(), Looks(client.jobs, watch.which)
    jobs = Watched(watch.unknown)
    shown = Shown(watch, jobs) if on_terminal() and screen.is_possible() else Logged(jobs)
    patient = client.with_options(retry=PATIENCE).jobs
    changes = jobs.saw(looks.first())
    missing = dict.fromkeys(watch.named or ()).keys() - jobs.statuses.keys()
    if missing:
        raise errors.NotFoundError(f"there is no job {min(missing)} to watch", status=404)
    if not jobs and not watch.forever:
        say("no job matches: there is nothing to watch")
        return Code.DONE
    failures, trouble = 0, ""
    with shown.around():
        shown.saw(changes)
        pause = watch.interval
        while jobs.active or watch.forever:
            _sleep(pause, watch, began, jobs, trouble)
            try:
                shown.saw(jobs.saw(looks.again(patient, jobs.active)))
                failures, trouble, pause = 0, "", watch.interval
            except errors.APIError as error:
                if not _passes(error):
                    raise
                failures, trouble = failures + 1, str(error)
                pause = _pause(watch.interval, failures, error)
                shown.failed(f"{trouble}; looking again in {pause:g} s")
    shown.over()
    report_failed(jobs.failed, len(jobs))
    return Code.WAIT_FAILED if jobs.failed else Code.DONE


def _passes(error: errors.APIError) -> bool:
    """Whether the next look may well succeed."""
    if isinstance(error, errors.APIStatusError):
        return error.status in RETRIED
    return isinstance(
        error, errors.APIConnectionError | errors.DeadlineError | errors.ResponseError
    )


def _pause(interval: float, failures: int, error: errors.APIError) -> float:
    """Seconds until the look after one that failed."""
    asked = (isinstance(error, errors.APIStatusError) and error.retry_after) or 0.0
    grown = min(LONGEST_PAUSE, interval * 2.0 ** min(failures - 1, 20))
    return max(interval, grown, min(asked, LONGEST_RETRY_AFTER))


def _sleep(pause: float, watch: Watch, began: float, jobs: Watched, trouble: str) -> None:
    """Wait until the next look.

    Raises:
        WaitTimeoutError: the time is up.
    """
    elapsed = time.monotonic() - began
    left = float("inf") if watch.timeout is None else watch.timeout - elapsed
    if left <= 0:
        raise errors.WaitTimeoutError(
            None, tuple(job.id for job in jobs.active), jobs.statuses, elapsed, trouble
        )
    time.sleep(min(pause, left))

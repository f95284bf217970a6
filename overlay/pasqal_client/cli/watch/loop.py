"""Watches jobs until they have ended, and looks at them again and again.

A look reads the jobs that had not ended, and counts those that match: only if there are more or
fewer than before, all are read again. A job that was seen once is watched until it ends, even when
it no longer matches.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from ... import RetryPolicy, errors
from ..._http.retry import RETRIED
from ..._states import COUNTED_ACTIVE
from ..._waits.snapshot import Snapshot
from ..display.progress import jobs_of
from ..failures import Code
from ..streams import say
from ..wait import report_failed
from .report import report_for
from .state import WatchedJobs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from ... import Job, PasqalClient
    from ...jobs import Jobs
    from .report import LineReport, ScreenReport

INTERVAL: Final = 2.0
"""Seconds between two looks by default."""
_PATIENCE: Final = RetryPolicy(attempts=2, longest_retry_after=0)
"""How often a look is tried before its failure is shown; it is repeated all the same."""
_LONGEST_PAUSE: Final = 30.0
"""Seconds that the pause after looks that failed grows to."""
_LONGEST_RETRY_AFTER: Final = 600.0
"""Seconds that the service can make that pause."""

# Jobs come and go under these filters without the number of jobs having to change.
_VOLATILE: Final = frozenset({"status", "errors"})

_PASSING: Final = (errors.APIConnectionError, errors.DeadlineError, errors.ResponseError)
"""Errors without a status after which the next look may well succeed."""


@frozen
class Watch:
    """What to watch, and how.

    Attributes:
        named: the jobs; None for those that match the filters, or are active.
        filters: which jobs otherwise.
        interval: seconds between two looks.
        timeout: seconds to watch at most; None to watch forever.
        forever: whether to go on when all jobs have ended.
        unknown: how to treat unknown states.
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
        # Not every version of the service can be asked for the other active states.
        return self.filters or {"status": COUNTED_ACTIVE}

    @property
    def title(self) -> str:
        """Which jobs, as far as that can be said in a few words after their number."""
        batches = self.filters.get("batch_id", ())
        if len(batches) == 1:
            return f"of batch {batches[0]}"
        if self.named is None and not self.filters:
            return "that are or were active"
        return ""


class _Looks:
    """Looks at the jobs of a watch.

    Args:
        client: where to look.
        filters: which jobs.
    """

    def __init__(self, client: PasqalClient, filters: dict[str, Any]) -> None:
        self._jobs = client.jobs
        # Later looks are repeated by the watch itself, which shows meanwhile what is wrong.
        self._impatient_jobs = client.with_options(retry=_PATIENCE).jobs
        self._filters = filters
        self._number = -1

    def first(self) -> Sequence[Job]:
        """All jobs that match, read with progress."""
        listing = self._jobs.list(**self._filters)
        return self._all(jobs_of(listing))

    def again(self, active: Sequence[Job]) -> Sequence[Job]:
        """The jobs that may have changed.

        Raises:
            NotFoundError: a job that had not ended has disappeared.
            APIError: the look failed.
        """
        jobs = self._impatient_jobs
        if not _VOLATILE & self._filters.keys():
            seen = _read(jobs, _ids(active))
            if jobs.count(**self._filters) == self._number:
                return seen
        found = self._all(list(jobs.list(**self._filters)))
        # These may be active still, and only have stopped matching.
        unlisted = set(_ids(active)).difference(_ids(found))
        return [*found, *_read(jobs, sorted(unlisted))]

    def _all(self, found: Sequence[Job]) -> Sequence[Job]:
        for job in found:
            if not hasattr(job, "id"):
                raise errors.ResponseError(
                    "a job came without a usable id, so it cannot be watched"
                )
        self._number = len(found)
        return found


def _read(jobs: Jobs, ids: Sequence[UUID]) -> Sequence[Job]:
    listing = jobs.list(id=ids, project_id=None)
    found = [job for job in listing if hasattr(job, "id")]
    missing = set(ids).difference(_ids(found))
    # A listing that is doubted may have missed the job: the next look will tell.
    if missing and not Snapshot.of(listing, found).doubt:
        reason = f"job {min(missing)} has disappeared, so it cannot be watched to its end"
        raise errors.NotFoundError(reason, status=404)
    return found


def _ids(jobs: Sequence[Job]) -> list[UUID]:
    return [job.id for job in jobs]


def watch_jobs(client: PasqalClient, watch: Watch) -> Code:
    """Watch jobs; see `pasqal jobs watch`."""
    clock = _Clock(watch.timeout)
    looks = _Looks(client, watch.which)
    jobs = WatchedJobs(watch.unknown)
    report = report_for(jobs, watch.title, watch.interval)
    changes = jobs.update(looks.first())
    missing = set(watch.named or ()) - jobs.statuses.keys()
    if missing:
        reason = f"cannot watch job {min(missing)}: no such job is visible"
        raise errors.NotFoundError(reason, status=404)
    if not jobs and not watch.forever:
        say("no job matches: there is nothing to watch")
        return Code.DONE
    with report.session():
        report.show_changes(changes)
        _follow(watch, clock, looks, jobs, report)
    report.show_end()
    report_failed(jobs.failed, len(jobs))
    if jobs.failed:
        return Code.WAIT_FAILED
    return Code.DONE


def _follow(
    watch: Watch,
    clock: _Clock,
    looks: _Looks,
    jobs: WatchedJobs,
    report: ScreenReport | LineReport,
) -> None:
    """Look again until all jobs have ended.

    Raises:
        WaitTimeoutError: the time is up.
        APIError: a look failed for a reason that does not pass.
    """
    pause = watch.interval
    failures = 0
    trouble = ""
    while jobs.active or watch.forever:
        clock.sleep(pause, jobs, trouble)
        try:
            changes = jobs.update(looks.again(jobs.active))
        except errors.APIError as error:
            if not _passes(error):
                raise
            failures += 1
            trouble = str(error)
            pause = _pause(watch.interval, failures, error)
            report.show_trouble(f"{trouble}; looking again in {pause:g} s")
        else:
            failures = 0
            trouble = ""
            pause = watch.interval
            report.show_changes(changes)


def _passes(error: errors.APIError) -> bool:
    """Whether the next look may well succeed."""
    if isinstance(error, errors.APIStatusError):
        return error.status in RETRIED
    return isinstance(error, _PASSING)


def _pause(interval: float, failures: int, error: errors.APIError) -> float:
    """Seconds until the look after one that failed."""
    asked = 0.0
    if isinstance(error, errors.APIStatusError) and error.retry_after:
        asked = min(error.retry_after, _LONGEST_RETRY_AFTER)
    # A watch can fail for days: without a limit, the power would become too large for a float.
    doublings = min(failures - 1, 20)
    grown = min(_LONGEST_PAUSE, interval * 2.0**doublings)
    return max(interval, grown, asked)


class _Clock:
    """Measures the time of a watch from now on.

    Args:
        timeout: seconds to watch at most; None to watch forever.
    """

    def __init__(self, timeout: float | None) -> None:
        self._timeout = math.inf
        if timeout is not None:
            self._timeout = timeout
        self._began = time.monotonic()

    def sleep(self, pause: float, jobs: WatchedJobs, trouble: str) -> None:
        """Wait until the next look.

        Args:
            pause: seconds, unless the time is up before.
            jobs: the jobs that are watched, for the error.
            trouble: why the last look failed; empty if it did not.

        Raises:
            WaitTimeoutError: the time is up.
        """
        elapsed = time.monotonic() - self._began
        left = self._timeout - elapsed
        if left <= 0:
            raise errors.WaitTimeoutError(
                batch_id=None,
                ids=tuple(_ids(jobs.active)),
                statuses=jobs.statuses,
                elapsed=elapsed,
                trouble=trouble,
            )
        time.sleep(min(pause, left))

"""Looks at jobs again and again until they have ended: what is watched, the loop, and its pauses."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from ... import errors
from ..._http.retry import is_transient
from ..._states import COUNTED_ACTIVE
from ..failures import ExitCode
from ..filter_values import is_narrow
from ..streams import say
from ..wait import report_failed
from .looks import Looks, ids_of
from .report import report_for
from .state import WatchedJobs

if TYPE_CHECKING:
    from uuid import UUID

    from ... import PasqalClient
    from .report import LineReport, ScreenReport

INTERVAL: Final = 2.0
"""Seconds between two looks by default."""
_LONGEST_PAUSE: Final = 30.0
"""Seconds that the pause after looks that failed grows to."""
_LONGEST_RETRY_AFTER: Final = 600.0
"""Seconds that the service can make that pause."""


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
    def list_filters(self) -> dict[str, Any]:
        """The filters that list the jobs."""
        if self.named is not None:
            return {"id": list(self.named), "project_id": None}
        if is_narrow(self.filters):
            return self.filters
        # Not every version of the service can be asked for the other active states.
        return {**self.filters, "status": COUNTED_ACTIVE}

    @property
    def title(self) -> str:
        """Which jobs, as far as that can be said in a few words after their number."""
        batches = self.filters.get("batch_id", ())
        if len(batches) == 1:
            return f"of batch {batches[0]}"
        if self.named is None and not is_narrow(self.filters):
            return "that are or were active"
        return ""


def watch_jobs(client: PasqalClient, watch: Watch) -> ExitCode:
    """Watch jobs; see `pasqal jobs watch`."""
    clock = _Clock(watch.timeout)
    looks = Looks(client, watch.list_filters)
    jobs = WatchedJobs(watch.unknown)
    report = report_for(jobs, watch.title, watch.interval)
    changes = jobs.update(looks.read_all())
    missing = set(watch.named or ()) - jobs.statuses.keys()
    if missing:
        # Without a status: no answer had 404, but a list lacks the job.
        raise errors.NotFoundError(f"cannot watch job {min(missing)}: no such job is visible")
    if not jobs and not watch.forever:
        say("no job matches: there is nothing to watch")
        return ExitCode.DONE
    with report.session():
        report.show_changes(changes)
        _follow(watch, clock, looks, jobs, report)
    report.show_end()
    report_failed(jobs.failed, len(jobs))
    if jobs.failed:
        return ExitCode.WAIT_FAILED
    return ExitCode.DONE


def _follow(
    watch: Watch,
    clock: _Clock,
    looks: Looks,
    jobs: WatchedJobs,
    report: ScreenReport | LineReport,
) -> None:
    """Look again until all jobs have ended.

    Raises:
        WaitTimeoutError: the time is up.
        APIError: a look failed, and the next one would fail likewise.
    """
    pause = watch.interval
    failures = 0
    trouble = ""
    while jobs.active or watch.forever:
        clock.sleep(pause, jobs, trouble)
        try:
            changes = jobs.update(looks.read_again(jobs.active))
        except errors.APIError as error:
            if not is_transient(error):
                raise
            failures += 1
            trouble = str(error)
            pause = _pause(watch.interval, failures, error)
            # First, as a narrow screen cuts the end off.
            report.show_trouble(f"looking again in {pause:g} s: {trouble}")
        else:
            failures = 0
            trouble = ""
            pause = watch.interval
            report.show_changes(changes)


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
                ids=tuple(ids_of(jobs.active)),
                statuses=jobs.statuses,
                elapsed=elapsed,
                trouble=trouble,
            )
        time.sleep(min(pause, left))

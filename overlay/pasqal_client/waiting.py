"""Waiting for jobs, as a function of what was seen: when to look again, what to look at, and when it is over.

Most looks are one cheap request that counts the jobs that are still active. Only the first and the last one read the
jobs themselves, because a count does not show a status that is not known, nor a job that is not there.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict

from attrs import field, frozen

from pasqal_core_api.models import JobStatus

from .config import positive
from .errors import (
    APIConnectionError,
    APIError,
    DeadlineError,
    JobsFailedError,
    NotFoundError,
    RateLimitError,
    ServerError,
    UnknownStatusError,
    WaitTimeoutError,
)
from .filters import query, uuid_of
from .writes import ACTIVE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from uuid import UUID

    from pasqal_core_api.models import Job

TERMINAL: Final = frozenset({JobStatus.DONE, JobStatus.ERROR, JobStatus.CANCELED})
"""States that a job does not leave."""

FIRST_POLL: Final = 1.0
LONGEST_POLL: Final = 30.0
TOLERATED: Final = 5
"""So many looks in a row may fail for a passing reason, each after all its attempts, before a wait gives up."""

_PASSING: Final = (APIConnectionError, DeadlineError, ServerError, RateLimitError)

UnknownStatus = Literal["error", "active", "terminal"]
"""What a job in a state that is not known counts as."""


@frozen
class WaitProgress:
    """What a look has shown.

    Attributes:
        active: how many jobs have not ended.
        total: how many jobs are waited for, as of the last time they were read.
        elapsed: seconds since the wait began.
    """

    active: int
    total: int
    elapsed: float


class WaitOptions(TypedDict, total=False):
    """The options of `batches.wait`; see `jobs.wait`."""

    timeout: float | None
    poll: float | None
    on_progress: Callable[[WaitProgress], object] | None
    raise_on_failure: bool
    unknown_status: UnknownStatus


@frozen
class WaitResult:
    """How the jobs ended.

    Attributes:
        counts: how many jobs ended in each state.
        failed_ids: the jobs that ended in ERROR.
    """

    counts: dict[JobStatus, int] = field(factory=dict)
    failed_ids: tuple[UUID, ...] = ()

    def raise_for_failures(self) -> None:
        """Raise if a job failed.

        Raises:
            JobsFailedError: it names the jobs.
        """
        if self.failed_ids:
            raise JobsFailedError(self.failed_ids)


class Subject:
    """Which jobs are waited for: those of a batch, or those with given ids.

    Attributes:
        ids (tuple[UUID, ...] | None): the ids, if they are given.
    """

    def __init__(self, batch_id: object, ids: object) -> None:
        if (batch_id is None) == (ids is None):
            raise ValueError("give either batch_id or ids: one of them says which jobs to wait for")
        checked = query({"id": ids}) if ids is not None else None
        given = checked["id"] if checked else []
        self.ids = None if ids is None else tuple(uuid_of("ids", one) for one in given)
        self.batch_id = None if batch_id is None else uuid_of("batch_id", batch_id)

    @property
    def filters(self) -> dict[str, Any]:
        """The filters that list the jobs, of whichever project."""
        only = {"batch_id": self.batch_id} if self.ids is None else {"id": list(self.ids)}
        return {**only, "project_id": None}

    @property
    def active_filters(self) -> dict[str, Any]:
        """The filters that count the active ones, by the states that the service knows for certain."""
        return {**self.filters, "status": sorted(status for status in ACTIVE if status.is_known)}


class Wait:
    """One wait.

    Attributes:
        subject (Subject): which jobs.
        reads (bool): whether the next look reads the jobs; otherwise it counts the active ones.
        statuses (dict[UUID, JobStatus]): the states of the jobs when they were last read.
    """

    def __init__(
        self,
        subject: Subject,
        *,
        timeout: object,
        poll: object,
        unknown_status: UnknownStatus,
        on_progress: Callable[[WaitProgress], object] | None,
        now: float,
    ) -> None:
        if unknown_status not in ("error", "active", "terminal"):
            raise ValueError(f"unknown_status: {unknown_status!r} is none of error, active, terminal")
        self.subject = subject
        self.reads = True
        self.statuses: dict[UUID, JobStatus] = {}
        self._poll = positive("poll", poll, FIRST_POLL)
        self._ends = None if timeout is None else now + positive("timeout", timeout, 0)
        self._unknown = unknown_status
        self._on_progress = on_progress
        self._began = now
        self._failures = 0

    def read(self, jobs: Sequence[Job], now: float) -> bool:
        """Take what reading the jobs has shown; returns whether all have ended.

        Raises:
            NotFoundError: a job that is waited for is not there.
            UnknownStatusError: a job is in a state that is not known, and the caller did not say what to make of it.
        """
        self._failures = 0
        self.statuses = {job.id: job.status for job in jobs}
        missing = [str(one) for one in self.subject.ids or () if one not in self.statuses]
        if missing:
            reason = f"there is no job {', '.join(missing[:5])}{' …' if len(missing) > 5 else ''} to wait for"
            raise NotFoundError(reason, status=404, method="GET", path="/api/v2/jobs")
        unknown = {one: status for one, status in self.statuses.items() if status not in ACTIVE | TERMINAL}
        if unknown and self._unknown == "error":
            raise UnknownStatusError(unknown)
        active = [status for status in self.statuses.values() if self._is_active(status)]
        # A state that the count does not ask for has to be read again.
        self.reads = bool(active) and all(status not in self.subject.active_filters["status"] for status in active)
        self._tell(len(active), now)
        return not active

    def counted(self, active: int, now: float) -> None:
        """Take what counting the active jobs has shown."""
        self._failures = 0
        self.reads = active == 0
        if active:
            self._tell(active, now)

    def failed(self, error: APIError) -> None:
        """Take note of a look that failed; raises it if it is not one that passes, or one too many."""
        self._failures += 1
        if not isinstance(error, _PASSING) or self._failures > TOLERATED:
            raise error

    def pause(self, now: float, draw: float) -> float:
        """Seconds until the next look.

        Args:
            now: the time.
            draw: a random number from 0 to 1; the pause lies between half and all of its step.

        Raises:
            WaitTimeoutError: the time is up.
        """
        if self._ends is not None and now >= self._ends:
            raise WaitTimeoutError(self.subject.batch_id, self.unfinished(), self.statuses, now - self._began)
        step = self._poll * (0.5 + draw / 2)
        self._poll = max(self._poll, min(LONGEST_POLL, self._poll * 1.5))
        return step if self._ends is None else min(step, self._ends - now)

    def unfinished(self) -> tuple[UUID, ...]:
        """The jobs that had not ended when they were last read."""
        return tuple(one for one, status in self.statuses.items() if self._is_active(status))

    def is_terminal(self, job: Job) -> bool:
        """Whether a job has ended."""
        return not self._is_active(job.status)

    def result(self) -> WaitResult:
        """How the jobs ended."""
        failed = tuple(one for one, status in self.statuses.items() if status == JobStatus.ERROR)
        return WaitResult(dict(Counter(self.statuses.values())), failed)

    def _is_active(self, status: JobStatus) -> bool:
        return status in ACTIVE or (status not in TERMINAL and self._unknown != "terminal")

    def _tell(self, active: int, now: float) -> None:
        if self._on_progress is not None:
            self._on_progress(WaitProgress(active, len(self.statuses), now - self._began))


def newly_ended(wait: Wait, jobs: Iterable[Job], told: set[UUID]) -> list[Job]:
    """The jobs that have ended and were not told of before."""
    fresh = [job for job in jobs if job.id not in told and wait.is_terminal(job)]
    told.update(job.id for job in fresh)
    return fresh

"""Waiting for jobs, as a function of what was seen: when to look again, what to look at, and when it is over.

Most looks are one cheap request that counts the jobs that are still active. A count does not show a job that is in a
state that is not known, or not there any more. So when the count has dropped, a second one tells whether all that left
have ended; and the jobs themselves are read where that does not add up, at the beginning, and at the end.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypedDict

from attrs import field, frozen

from pasqal_core_api.models import JobStatus

from .config import positive
from .errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    DeadlineError,
    JobsFailedError,
    NotFoundError,
    ResponseError,
    UnknownStatusError,
    WaitTimeoutError,
    some,
)
from .filters import query, uuid_of
from .retry import RETRIED
from .writes import ACTIVE, TERMINAL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from pasqal_core_api.models import Job

FIRST_POLL: Final = 1.0
LONGEST_POLL: Final = 30.0
GROWTH: Final = 1.5
TOLERATED: Final = 5
"""So many looks in a row may fail for a passing reason, each after all its attempts; one more ends the wait."""
LONGEST_RETRY_AFTER: Final = 60.0
"""A service that asks for a longer pause, in seconds, ends the wait."""
GRACE: Final = 2.0
"""Seconds after the end of a wait that the last look may take."""

NO_STATUS: Final = JobStatus("(none)")
"""The state of a job that came without one."""

# The states that every version of the service can be asked for; others are seen when the jobs are read.
_COUNTED_ACTIVE: Final = [JobStatus.PENDING, JobStatus.RUNNING]
_COUNTED_ENDED: Final = sorted(TERMINAL)

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


class Listed(Protocol):
    """What a listing tells about itself after it was read."""

    proven: bool
    total: int | None
    doubts: tuple[str, ...]


@frozen
class Reading:
    """The jobs as they were read.

    Attributes:
        jobs: the jobs.
        doubt: why some of them may be lacking; empty if none can be.
        moved: whether jobs came or went while they were read.
    """

    jobs: Sequence[Job]
    doubt: str = ""
    moved: bool = False

    @classmethod
    def of(cls, listing: Listed, jobs: Sequence[Job]) -> Reading:
        """The jobs of a listing. As none is yielded twice, one that has as many as there are lacks none."""
        adds_up = listing.total == len(jobs)
        doubt = "" if listing.proven or adds_up else "; ".join(listing.doubts)
        return cls(jobs, doubt, moved=not adds_up and listing.total is not None)


class Subject:
    """Which jobs are waited for: those of a batch, or those with given ids.

    Attributes:
        batch_id (UUID | None): the batch, if it is given.
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


class Wait:
    """One wait.

    Attributes:
        subject (Subject): which jobs.
        reads (bool): whether the next look reads the jobs; otherwise it counts some of them.
        statuses (dict[UUID, JobStatus]): the states of the jobs when they were last read.
        is_over (bool): whether all jobs have ended.
        ends (float | None): when the last look has to be over.
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
        eager: bool = False,
    ) -> None:
        if unknown_status not in ("error", "active", "terminal"):
            raise ValueError(f"unknown_status: {unknown_status!r} is none of error, active, terminal")
        if on_progress is not None and not callable(on_progress):
            raise ValueError(f"on_progress: {type(on_progress).__name__} is not a function")
        self.subject = subject
        self.reads = True
        self.statuses: dict[UUID, JobStatus] = {}
        self.is_over = False
        self._poll = positive("poll", poll, FIRST_POLL)
        self._timeout = None if timeout is None else positive("timeout", timeout, 0)
        self._unknown = unknown_status
        self._on_progress = on_progress
        self._eager = eager
        self._began = now
        self._told: set[UUID] = set()
        self._active = self._expected = self._failures = 0
        self._checks = self._at_once = False
        self._trouble = ""
        self._asked_pause = 0.0

    @property
    def ends(self) -> float | None:
        """When the last look has to be over."""
        return None if self._timeout is None else self._began + self._timeout + GRACE

    @property
    def count_filters(self) -> dict[str, Any]:
        """The filters of the next count: of the active jobs, or, to check, of those that have ended."""
        only: dict[str, Any] = {} if self.subject.ids is None else {"id": list(self.unfinished())}
        return {**self.subject.filters, **only, "status": _COUNTED_ENDED if self._checks else _COUNTED_ACTIVE}

    def saw(self, seen: Reading | int, now: float) -> list[Job]:
        """Take what a look has shown; returns the jobs that are seen to have ended for the first time.

        Raises:
            NotFoundError: a job that is waited for is not there, or none of the batch's is.
            ResponseError: a job came without its id.
            UnknownStatusError: a job is in a state that is not known, and the caller did not say what to make of it.
        """
        self._trouble, self._asked_pause = "", 0.0
        if isinstance(seen, Reading):
            return self._read(seen, now)
        self._failures = 0
        self._counted(seen, now)
        return []

    def _read(self, reading: Reading, now: float) -> list[Job]:
        before = self.unfinished() if self.subject.ids is None else self.subject.ids
        statuses = {_id_of(job): state_of(job) for job in reading.jobs}
        missing = [one for one in before if one not in statuses]
        if missing and not reading.doubt:
            raise _not_there(missing)
        if self.subject.batch_id is not None and not statuses and not reading.doubt:
            # A mistyped id must not pass for a batch whose jobs have all ended.
            reason = f"batch {self.subject.batch_id} has no jobs to wait for, or this account may not see them"
            raise NotFoundError(reason, status=404, method="GET", path=_JOBS)
        self.statuses = {**self.statuses, **statuses} if reading.doubt else statuses
        unknown = {one: status for one, status in statuses.items() if status not in ACTIVE | TERMINAL}
        if unknown and self._unknown == "error":
            raise UnknownStatusError(unknown)
        self._plan()
        self._tell(len(self.unfinished()), now)
        ended = [job for job in reading.jobs if not self._is_active(state_of(job)) and job.id not in self._told]
        self._told.update(job.id for job in ended)
        if self.is_over and self.subject.ids is None:
            self.is_over = not (reading.doubt or reading.moved)
        if reading.doubt and not self.is_over and (missing or not self.unfinished()):
            self.failed(ResponseError(f"the jobs that are waited for could not all be read: {reading.doubt}"))
        else:
            self._failures = 0
        return ended

    def _plan(self) -> None:
        """Set what to look at next, from the states of the jobs."""
        countable = Counter(self.statuses.values())
        self._active = sum(countable[status] for status in _COUNTED_ACTIVE)
        ended = 0 if self.subject.ids is not None else sum(countable[status] for status in _COUNTED_ENDED)
        self._expected = self._active + ended
        self.is_over = not self.unfinished()
        self.reads = not self._active
        self._checks = self._at_once = False

    def _counted(self, number: int, now: float) -> None:
        if self._checks:
            self._checks = False
            self.reads = self._at_once = self._active + number != self._expected
            return
        dropped = number < self._active
        self._active = number
        self.reads = not number or (dropped and self._eager)
        self._checks = dropped and not self.reads
        self._at_once = self.reads or self._checks
        if number:
            self._tell(number, now)

    def failed(self, error: APIError) -> None:
        """Take note of a look that failed; raises it if it is not one that passes, or one too many."""
        self._failures += 1
        self._at_once = False
        self._asked_pause = (isinstance(error, APIStatusError) and error.retry_after) or 0.0
        if not _passes(error) or self._asked_pause > LONGEST_RETRY_AFTER or self._failures > TOLERATED:
            raise error
        self._trouble = str(error)

    def pause(self, now: float, draw: float) -> float:
        """Seconds until the next look.

        Args:
            now: the time.
            draw: a random number from 0 to 1; the pause lies between half and all of its step.

        Raises:
            WaitTimeoutError: the time is up.
        """
        if self._at_once:
            self._at_once = False
            return 0.0
        left = float("inf") if self._timeout is None else self._began + self._timeout - now
        if left <= 0:
            elapsed = now - self._began
            raise WaitTimeoutError(self.subject.batch_id, self.unfinished(), self.statuses, elapsed, self._trouble)
        step = max(self._poll * (0.5 + draw / 2), self._asked_pause)
        self._poll = max(self._poll, min(LONGEST_POLL, self._poll * GROWTH))
        return min(step, left)

    def unfinished(self) -> tuple[UUID, ...]:
        """The jobs that had not ended when they were last read; all that are waited for, as far as they are known."""
        unseen = [one for one in self.subject.ids or () if one not in self.statuses]
        return (*unseen, *(one for one, status in self.statuses.items() if self._is_active(status)))

    def result(self) -> WaitResult:
        """How the jobs ended."""
        failed = tuple(one for one, status in self.statuses.items() if status == JobStatus.ERROR)
        return WaitResult(dict(Counter(self.statuses.values())), failed)

    def _is_active(self, status: JobStatus) -> bool:
        return status in ACTIVE or (status not in TERMINAL and self._unknown != "terminal")

    def _tell(self, active: int, now: float) -> None:
        if self._on_progress is not None:
            self._on_progress(WaitProgress(active, max(active, len(self.statuses)), now - self._began))


def state_of(job: Job) -> JobStatus:
    """The state of a job; one that came without is in a state that is not known."""
    return getattr(job, "status", NO_STATUS)


def _id_of(job: Job) -> UUID:
    one: UUID | None = getattr(job, "id", None)
    if one is None:
        raise ResponseError("a job came without a usable id, so it cannot be waited for", method="GET", path=_JOBS)
    return one


def _not_there(missing: Sequence[UUID]) -> NotFoundError:
    reason = f"there is no job {some(missing)} to wait for (any more)"
    return NotFoundError(reason, status=404, method="GET", path=_JOBS)


def _passes(error: APIError) -> bool:
    """Whether the next look may well succeed."""
    if isinstance(error, APIStatusError):
        return error.status in RETRIED
    return isinstance(error, APIConnectionError | DeadlineError | ResponseError)


_JOBS: Final = "/api/v2/jobs"

"""Waiting for jobs, as a function of what was seen: when to look again, what to look at, and when it is over.

Most looks are one cheap request that counts the jobs that are still active. A count does not show a
job that is in a state that is not known, or not there any more. So when the count has dropped, a
second one tells whether all that left have ended; and the jobs themselves are read where that does
not add up, at the beginning, and at the end.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Protocol, TypedDict

from attrs import field, frozen

from pasqal_core_api.models import JobStatus

from .._checks import plain_function, seconds, truth, uuid_of
from .._http.retry import RETRIED
from .._listing.filters import query
from .._states import (
    COUNTED_ACTIVE,
    COUNTED_ENDED,
    UnknownStatus,
    is_active,
    is_known,
    state_of,
)
from ..errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    DeadlineError,
    JobsFailedError,
    NotFoundError,
    ResponseError,
    UnknownStatusError,
    UntrustedError,
    WaitTimeoutError,
    quoted,
    some,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from uuid import UUID

    from pasqal_core_api.models import Job

    from .._http.error_bodies import Exchange

FIRST_POLL: Final = 1.0
LONGEST_POLL: Final = 30.0
GROWTH: Final = 1.5
TOLERATED: Final = 5
"""This many looks in a row may fail for a passing reason, each after all its attempts; one more ends a wait that has no
timeout. One that has goes on to its end."""
LONGEST_RETRY_AFTER: Final = 3600.0
"""A service that asks for a longer pause, in seconds, ends a wait that has no timeout."""
ABSENCES: Final = 3
"""A job that was there is taken for gone when it is missing this many times in a row that the jobs are read."""
LEAST_GRACE: Final = 0.25
MOST_GRACE: Final = 1.0
"""The last look begins at the end of the time at the latest. So that it can show something, it may then take a tenth of
that time, within these bounds, in seconds."""


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
        ends (float | None): when the last look has to be over.
        reads (bool): whether the next look reads the jobs; otherwise it counts some of them.
        statuses (dict[UUID, JobStatus]): the states of the jobs when they were last read.
        is_over (bool): whether all jobs have ended.
    """

    def __init__(
        self,
        subject: Subject,
        *,
        exchange: Exchange,
        now: float,
        timeout: object = None,
        poll: object = None,
        unknown_status: object = "error",
        on_progress: Callable[[WaitProgress], object] | None = None,
        raise_on_failure: object = False,
        eager: bool = False,
    ) -> None:
        self.subject = subject
        self.reads = True
        self.statuses: dict[UUID, JobStatus] = {}
        self.is_over = False
        self._exchange = exchange
        self._poll = FIRST_POLL if poll is None else seconds("poll", poll)
        self._timeout = float("inf") if timeout is None else seconds("timeout", timeout)
        self._unknown = _unknown_status(unknown_status)
        self._on_progress = plain_function("on_progress", on_progress)
        self._raises = truth("raise_on_failure", raise_on_failure)
        self._eager = eager
        self._began = now
        self._told: set[UUID] = set()
        self._absences: dict[UUID, int] = {}
        self._active = self._expected = self._failures = 0
        self._checks = self._at_once = False
        self._trouble = ""
        self._asked_pause = 0.0
        grace = min(MOST_GRACE, max(LEAST_GRACE, self._timeout / 10))
        self.ends = None if timeout is None else now + self._timeout + grace

    @property
    def count_filters(self) -> dict[str, Any]:
        """The filters of the next count: of the active jobs, or, to check, of those that have ended."""
        only: dict[str, Any] = {} if self.subject.ids is None else {"id": list(self.unfinished())}
        return {
            **self.subject.filters,
            **only,
            "status": list(COUNTED_ENDED if self._checks else COUNTED_ACTIVE),
        }

    def saw(self, seen: Reading | int, now: float) -> list[Job]:
        """Take what a look has shown; returns the jobs that are seen to have ended for the first time.

        Raises:
            NotFoundError: a job that is waited for is not there, or none of the batch's is; one
                that was there is looked for again first.
            ResponseError: a job came without its id.
            UnknownStatusError: a job is in a state that is not known, and the caller did not say
                what to make of it.
        """
        self._trouble, self._asked_pause = "", 0.0
        if isinstance(seen, Reading):
            return self._read(seen, now)
        self._failures = 0
        self._counted(seen, now)
        return []

    def _read(self, reading: Reading, now: float) -> list[Job]:
        statuses = {self._id_of(job): state_of(job) for job in reading.jobs}
        missing = self._missing(statuses)
        self._absences = {one: self._absences.get(one, 0) + (not reading.doubt) for one in missing}
        if not reading.doubt:
            self._judge_absence(missing, statuses)
        # A job that is not shown is what it was.
        self.statuses.update(statuses)
        self._refuse_unknown(statuses)
        self._plan()
        self._tell(len(self.unfinished()), now)
        ended = [
            job
            for job in reading.jobs
            if not self._is_active(state_of(job)) and job.id not in self._told
        ]
        self._told.update(job.id for job in ended)
        self._conclude(reading, missing)
        return ended

    def _refuse_unknown(self, statuses: dict[UUID, JobStatus]) -> None:
        unknown = {one: status for one, status in statuses.items() if not is_known(status)}
        if unknown and self._unknown == "error":
            raise UnknownStatusError(unknown)

    def _conclude(self, reading: Reading, missing: Sequence[UUID]) -> None:
        """Tell whether all have ended, also those that this look may not have shown, and whether it has failed."""
        if missing:
            self.is_over, self.reads = False, True
        if self.subject.ids is None and (reading.doubt or reading.moved):
            self.is_over = False
        if reading.doubt and not self.is_over and (missing or not self.unfinished()):
            self.failed(
                ResponseError(
                    f"the jobs that are waited for could not all be read: {reading.doubt}"
                )
            )
        else:
            self._failures = 0

    def _missing(self, shown: Collection[UUID]) -> list[UUID]:
        """The jobs that a reading should show and does not; one that has ended may go, but not all at once."""
        expected = (
            self.unfinished() if shown else dict.fromkeys((*self.unfinished(), *self.statuses))
        )
        return [one for one in expected if one not in shown]

    def _judge_absence(self, missing: Sequence[UUID], shown: Collection[UUID]) -> None:
        """Tell what is gone from what one look has missed: it was there, and not missing too often in a row."""
        gone = [
            one for one in missing if one not in self.statuses or self._absences[one] >= ABSENCES
        ]
        if gone:
            raise self._not_found(f"there is no job {some(gone)} to wait for (any more)")
        if self.subject.batch_id is not None and not shown and not self.statuses:
            # A mistyped id must not pass for a batch whose jobs have all ended.
            reason = f"batch {self.subject.batch_id} has no jobs to wait for, or this account may not see them"
            raise self._not_found(reason)
        if missing:
            self._trouble = f"it did not show job {some(missing)}"

    def _not_found(self, reason: str) -> NotFoundError:
        return self._exchange.error(NotFoundError, reason)

    def _plan(self) -> None:
        """Set what to look at next, from the states of the jobs."""
        countable = Counter(self.statuses.values())
        self._active = sum(countable[status] for status in COUNTED_ACTIVE)
        ended = (
            0
            if self.subject.ids is not None
            else sum(countable[status] for status in COUNTED_ENDED)
        )
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
        """Take note of a look that failed; raises it if it is not one that passes, or nothing bounds the wait."""
        self._failures += 1
        self._at_once = False
        self._asked_pause = (isinstance(error, APIStatusError) and error.retry_after) or 0.0
        is_too_much = self._failures > TOLERATED or self._asked_pause > LONGEST_RETRY_AFTER
        if not _passes(error) or (is_too_much and self.ends is None):
            raise error
        self._trouble = str(error)

    def pause(self, now: float, draw: float) -> float:
        """Seconds until the next look.

        Args:
            now: the time.
            draw: a random number from 0 to 1; the pause lies between half and all of its step.

        Raises:
            WaitTimeoutError: the time is up, or will be before the service wants to be asked again.
        """
        if self._at_once and (self.ends is None or now < self.ends):
            self._at_once = False
            return 0.0
        left = self._began + self._timeout - now
        if left <= 0 or self._asked_pause > left:
            elapsed = now - self._began
            raise WaitTimeoutError(
                self.subject.batch_id, self.unfinished(), self.statuses, elapsed, self._trouble
            )
        step = max(self._poll * (0.5 + draw / 2), self._asked_pause)
        self._poll = max(self._poll, min(LONGEST_POLL, self._poll * GROWTH))
        return min(step, left)

    def unfinished(self) -> tuple[UUID, ...]:
        """The jobs that had not ended when they were last read; all that are waited for, as far as they are known."""
        unseen = [one for one in self.subject.ids or () if one not in self.statuses]
        return (*unseen, *(one for one, status in self.statuses.items() if self._is_active(status)))

    def result(self) -> WaitResult:
        """How the jobs ended.

        Raises:
            JobsFailedError: a job failed, if that was asked for.
        """
        failed = tuple(one for one, status in self.statuses.items() if status == JobStatus.ERROR)
        result = WaitResult(dict(Counter(self.statuses.values())), failed)
        if self._raises:
            result.raise_for_failures()
        return result

    def _is_active(self, status: JobStatus) -> bool:
        return is_active(status, self._unknown)

    def _id_of(self, job: Job) -> UUID:
        one: UUID | None = getattr(job, "id", None)
        if one is None:
            raise self._exchange.error(
                ResponseError, "a job came without a usable id, so it cannot be waited for"
            )
        return one

    def _tell(self, active: int, now: float) -> None:
        if self._on_progress is not None:
            self._on_progress(
                WaitProgress(active, max(active, len(self.statuses)), now - self._began)
            )


def _passes(error: APIError) -> bool:
    """Whether the next look may well succeed."""
    if isinstance(error, APIStatusError):
        return error.status in RETRIED
    if isinstance(error, UntrustedError):
        return False
    return isinstance(error, APIConnectionError | DeadlineError | ResponseError)


def _unknown_status(value: object) -> str:
    if not isinstance(value, str) or value not in ("error", "active", "terminal"):
        raise ValueError(f"unknown_status: {quoted(value)} is none of error, active, terminal")
    return value

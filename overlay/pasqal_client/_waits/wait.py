"""Waiting for jobs, as a function of what was seen: what to look at next, and when it is over.

Most looks are one cheap request that counts the jobs that are still active. A count does not show a
job that is in an unknown state, or that no longer exists. So when the count has dropped, a second
one checks whether all that left have ended; and the jobs themselves are read where that does not
add up, at the beginning, and at the end. The state of a batch counts its jobs in all states at
once, so a wait for a batch needs no second count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from pasqal_core_api.models import JobStatus

from .._display import some_ids
from .._states import ACTIVE, COUNTED_ACTIVE, COUNTED_ENDED, is_known, is_terminal_batch, state_of
from ..errors import NotFoundError, ResponseError, UnknownStatusError, WaitTimeoutError
from .look import Look
from .pace import Pace
from .result import WaitProgress, WaitResult
from .seen_jobs import SeenJobs
from .snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from pasqal_core_api.models import BatchStatusReport, Job

    from .._listing.subject import Subject
    from ..errors import APIError
    from .options import CheckedOptions


class Wait:
    """One wait.

    Args:
        subject: which jobs.
        options: the checked options.
        now: the time.
        eager: whether the caller wants each job as it ends, and not only the end of all.
        by_status: whether the state of the batch is looked at, in place of counting its jobs. Then
            the wait also ends with the batch.

    Attributes:
        subject (Subject): which jobs.
        look (Look): what the next look is.
        is_over (bool): whether all jobs have ended, or the batch has.
    """

    def __init__(
        self,
        subject: Subject,
        options: CheckedOptions,
        now: float,
        *,
        eager: bool = False,
        by_status: bool = False,
    ) -> None:
        self.subject = subject
        self.look = Look.READ_ALL
        # What is looked at while there is nothing to look into.
        self._light_look = Look.COUNT_ACTIVE
        if by_status:
            self.look = self._light_look = Look.READ_STATUS
        self._batch_has_ended = False
        # How many jobs the batch has, as its state last said.
        self._reported = 0
        self.is_over = False
        self._options = options
        self._eager = eager
        self._pace = Pace(options.poll, options.timeout, now)
        self._jobs = SeenJobs(subject, options.unknown_status)
        self._yielded: set[UUID] = set()
        # How many jobs a count of the active ones should show, and both counts together.
        self._active = 0
        self._countable = 0
        # The next look follows up a count, which is out of date soon.
        self._is_urgent = False
        # What was wrong with the last look, to be judged once the jobs that it did show are yielded.
        self._shortfall: ResponseError | None = None

    @property
    def ends(self) -> float | None:
        """When the last look has to be over; None without a timeout."""
        return self._pace.ends

    @property
    def count_filters(self) -> dict[str, Any]:
        """The filters of the next look, if it counts."""
        states: tuple[JobStatus, ...] = COUNTED_ACTIVE
        if self.look is Look.CHECK_ENDED:
            states = COUNTED_ENDED
        filters = {**self.subject.filters, "status": list(states)}
        if not self.subject.is_batch:
            # The ids of jobs that have ended need not travel.
            filters["id"] = list(self.unfinished())
        return filters

    def saw(self, seen: Snapshot | BatchStatusReport | int, now: float) -> list[Job]:
        """Take what the look has shown; returns the jobs that are seen to have ended for the first time.

        Args:
            seen: the jobs if it read them, their number if it counted them, or the state of the
                batch.
            now: the time.

        Raises:
            NotFoundError: a job that is waited for is not there, or none of the batch's is; one
                that was there is looked for again first.
            ResponseError: a job came without its id.
            UnknownStatusError: a job is in an unknown state, and the caller did not say how to
                treat it.
        """
        self._pace.look_answered()
        if isinstance(seen, Snapshot):
            return self._take_snapshot(seen, now)
        self._pace.look_succeeded()
        if not isinstance(seen, int):
            self._take_report(seen, now)
        elif self.look is Look.CHECK_ENDED:
            self._take_ended_count(seen)
        else:
            self._take_active_count(seen, now)
        return []

    def look_failed(self, error: APIError) -> None:
        """Take note of a look that failed.

        Raises:
            APIError: the same, if it is not transient, or if it is one too many for a wait that has
                no timeout.
        """
        self._is_urgent = False
        self._pace.look_failed(error)

    def pause(self, now: float, draw: float) -> float:
        """Judge the last look, and return the seconds until the next one.

        Args:
            now: the time.
            draw: a random number from 0 to 1; see `Pace.pause`.

        Raises:
            ResponseError: the jobs could not all be read, too often in a row.
            WaitTimeoutError: the time is up, or will be before the service wants to be asked again.
        """
        shortfall = self._shortfall
        if shortfall is not None:
            self._shortfall = None
            self.look_failed(shortfall)
        if self._is_urgent and not self._pace.is_cut_off(now):
            return 0.0
        pause = self._pace.pause(now, draw)
        if pause is None:
            raise self._timeout_error(now)
        return pause

    def _timeout_error(self, now: float) -> WaitTimeoutError:
        elapsed = self._pace.elapsed(now)
        trouble = self._pace.trouble
        statuses = self._jobs.statuses
        return WaitTimeoutError(
            self.subject.batch_id, self.unfinished(), statuses, elapsed, trouble
        )

    def unfinished(self) -> tuple[UUID, ...]:
        """The jobs that had not ended when they were last read, as far as they are known."""
        return self._jobs.unfinished()

    def result(self) -> WaitResult:
        """Return how the jobs ended.

        Raises:
            JobsFailedError: a job failed, if that was asked for.
        """
        result = WaitResult(self._jobs.counts(), self._jobs.failed_ids())
        if self._options.raise_on_failure:
            result.raise_for_failures()
        return result

    # The jobs were read.

    def _take_snapshot(self, snapshot: Snapshot, now: float) -> list[Job]:
        statuses = _statuses_in(snapshot)
        could_be_confirmed = self._jobs.can_be_confirmed
        if self._jobs.confirm(statuses, is_full=snapshot.is_full):
            snapshot = evolve(snapshot, doubt="")
        snapshot = self._compared_with_report(snapshot)
        missing = self._jobs.missing_from(statuses)
        self._note_missing(snapshot, missing)
        self._jobs.update(statuses)
        if self._options.unknown_status == "error":
            _raise_if_unknown(snapshot)
        self._expect_counts()
        self._decide(snapshot, missing)
        if self._is_useful(snapshot, missing):
            self._pace.look_succeeded()
        else:
            self._look_again(snapshot, at_once=snapshot.is_full and not could_be_confirmed)
        self._report_progress(len(self.unfinished()), now)
        return self._take_newly_ended(snapshot)

    def _compared_with_report(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot, with a doubt if it has fewer jobs than the state of the batch reported: lists may lag."""
        shown = len(snapshot.jobs)
        if shown >= self._reported:
            return snapshot
        doubt = f"the state of the batch reports {self._reported}, and the list shows {shown}"
        return evolve(snapshot, doubt=doubt, total=self._reported)

    def _note_missing(self, snapshot: Snapshot, missing: Sequence[UUID]) -> None:
        """Count how often each job was missing, as far as the snapshot is sure to show every job.

        Raises:
            NotFoundError: a job is gone.
        """
        is_certain = not snapshot.doubt
        self._jobs.note_absences(missing, certain=is_certain)
        if not is_certain:
            return
        self._raise_if_gone(snapshot, missing)
        if missing:
            self._pace.trouble = f"it did not show job {some_ids(missing)}"

    def _raise_if_gone(self, snapshot: Snapshot, missing: Sequence[UUID]) -> None:
        """Raise if a job is gone, as far as one look can tell.

        Raises:
            NotFoundError: it names the jobs.
        """
        context = snapshot.pages.last
        gone = self._jobs.gone(missing)
        if gone:
            reason = f"a job to wait for does not exist, or no longer does: {some_ids(gone)}"
            raise context.error(NotFoundError, reason)
        # A mistyped id must not pass for a batch whose jobs have all ended.
        is_empty = not snapshot.jobs and not self._jobs
        if self.subject.is_batch and is_empty and not self._batch_has_ended:
            batch = f"batch {self.subject.batch_id}"
            reason = f"{batch} has no jobs to wait for, or this account may not see them"
            raise context.error(NotFoundError, reason)

    def _expect_counts(self) -> None:
        """Work out what counts of the jobs would show if nothing changed from now on."""
        self._active = self._jobs.number_in(COUNTED_ACTIVE)
        self._countable = self._active
        # With ids, only those of unfinished jobs are counted.
        if self.subject.is_batch:
            self._countable += self._jobs.number_in(COUNTED_ENDED)

    def _decide(self, snapshot: Snapshot, missing: Sequence[UUID]) -> None:
        """Decide whether the wait is over, and what to look at next."""
        self._is_urgent = False
        # A batch may have more jobs than were shown; of given ids none can be hidden.
        may_lack_jobs = bool(snapshot.doubt) or snapshot.has_moved
        is_open = bool(self.unfinished()) or bool(missing)
        if self.subject.is_batch and may_lack_jobs:
            is_open = True
        self.is_over = not is_open
        if self._batch_has_ended and not may_lack_jobs:
            # Whatever state its jobs are in, none of them will run.
            self.is_over = True
        self.look = self._light_look
        # A count shows neither which jobs are missing nor those in states that cannot be counted.
        is_countable = self._jobs.number_in(COUNTED_ACTIVE) > 0
        is_reported = self._light_look is Look.READ_STATUS
        if missing or not (is_countable or is_reported):
            self.look = Look.READ_ALL

    def _take_newly_ended(self, snapshot: Snapshot) -> list[Job]:
        """Take the jobs that have ended and were not yielded yet."""
        ended = []
        for job in snapshot.jobs:
            is_active = self._jobs.is_active(state_of(job))
            if is_active or job.id in self._yielded:
                continue
            self._yielded.add(job.id)
            ended.append(job)
        return ended

    def _is_useful(self, snapshot: Snapshot, missing: Sequence[UUID]) -> bool:
        """Whether the wait can go on from here: if not, the look is one that failed."""
        if self.is_over or not snapshot.doubt:
            return True
        # While jobs are active the wait goes on anyway, and the end will be looked at again.
        return bool(self.unfinished()) and not missing

    def _look_again(self, snapshot: Snapshot, *, at_once: bool) -> None:
        """Look again after a look that was of no use: at once if that may confirm it, else as after a failed one."""
        if at_once:
            self._follow_up(Look.READ_ALL)
        else:
            self._shortfall = _incomplete_error(snapshot)

    # The state of the batch was read.

    def _take_report(self, report: BatchStatusReport, now: float) -> None:
        self._batch_has_ended = is_terminal_batch(report)
        counts = getattr(report, "jobs_count_per_status", None) or {}
        self._reported = sum(counts.values())
        active = _active_in(counts)
        # A timeout says which jobs have not ended.
        is_missed = self._pace.is_last(now) and not self._jobs
        if self._batch_has_ended or not active or is_missed:
            self._follow_up(Look.READ_ALL)
            return
        self._is_urgent = False
        self._report_progress(active, now)

    # The jobs were counted.

    def _take_active_count(self, active: int, now: float) -> None:
        has_dropped = active < self._active
        self._active = active
        if active == 0 or (has_dropped and self._eager):
            self._follow_up(Look.READ_ALL)
        elif has_dropped:
            self._follow_up(Look.CHECK_ENDED)
        else:
            self._is_urgent = False
        if active:
            self._report_progress(active, now)

    def _take_ended_count(self, ended: int) -> None:
        """Take how many jobs have ended: with the active ones they should be as many as were there."""
        if self._active + ended == self._countable:
            self.look = Look.COUNT_ACTIVE
            self._is_urgent = False
        else:
            self._follow_up(Look.READ_ALL)

    def _follow_up(self, look: Look) -> None:
        self.look = look
        self._is_urgent = True

    def _report_progress(self, active: int, now: float) -> None:
        on_progress = self._options.on_progress
        if on_progress is None:
            return
        # Jobs that were added since they were last read are in the counts alone.
        total = max(active, self._reported, len(self._jobs))
        elapsed = self._pace.elapsed(now)
        on_progress(WaitProgress(active, total, elapsed))


def _statuses_in(snapshot: Snapshot) -> dict[UUID, JobStatus]:
    """The states of the jobs that were read, by id.

    Raises:
        ResponseError: a job came without its id.
    """
    statuses = {}
    for job in snapshot.jobs:
        if not hasattr(job, "id"):
            context = snapshot.pages.of(job)
            reason = "a job came without a usable id, so it cannot be waited for"
            raise context.error(ResponseError, reason)
        statuses[job.id] = state_of(job)
    return statuses


def _active_in(counts: Mapping[str, int]) -> int | None:
    """How many jobs of a batch are active, by the counts for each state; None if these do not tell."""
    active = 0
    for name, number in counts.items():
        status = JobStatus(name)
        if number and not is_known(status):
            return None
        if status in ACTIVE:
            active += number
    return active


def _incomplete_error(snapshot: Snapshot) -> ResponseError:
    reason = f"the jobs that are waited for could not all be read: {snapshot.doubt}"
    return snapshot.pages.last.error(ResponseError, reason)


def _raise_if_unknown(snapshot: Snapshot) -> None:
    """Raise if a job is in an unknown state.

    Raises:
        UnknownStatusError: it names the jobs.
    """
    unknown = {}
    for job in snapshot.jobs:
        status = state_of(job)
        if not is_known(status):
            unknown[job.id] = status
            last = job
    if not unknown:
        return
    context = snapshot.pages.of(last)
    # What a service sends in the place of a state is shown, and may be anything, a secret included.
    cleaned = {job_id: JobStatus(context.clean(status.value)) for job_id, status in unknown.items()}
    error = UnknownStatusError(cleaned)
    error.method = context.method
    error.path = context.path
    error.request_id = context.request_id
    raise error

"""Adding jobs to a batch: one request, whose answer is the batch with all jobs, which the jobs show afterwards."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from pasqal_core_api.models import Batch

from .._checks import uuid_of
from .added_jobs import AddedJobs, job_ids, matching_stretches, new_jobs
from .batch_answers import batch_in
from .effect import Reading, Verdict
from .job_requests import job_requests
from .plan import Step
from .write import Write, did_not_happen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from pasqal_core_api.models import Job, JobRequest

    from .answer import Answer

# So that the memory of a program that runs for years stays small.
_MOST_BATCHES: Final = 10_000


@frozen
class MoreJobs:
    """The effect of adding jobs: the batch has jobs like these that were not there before.

    Attributes:
        batch_id: the batch.
        sent: the jobs as they were sent.
        before: the ids of the jobs that were there before; None if some may have been missed.
    """

    batch_id: UUID
    sent: tuple[JobRequest, ...]
    before: frozenset[UUID] | None

    @property
    def reading(self) -> Reading:
        """The jobs of the batch."""
        return Reading.of_jobs_in(self.batch_id)

    def judge(self, items: Sequence[Job]) -> Verdict:
        """Judge by the jobs that are there now; see `Effect`."""
        if self.before is None:
            return Verdict("cannot tell", "which jobs were there before is not known")
        if not self.before <= job_ids(items):
            return Verdict("cannot tell", "jobs that were there before are not visible")
        new = new_jobs(items, self.before)
        if not new:
            return Verdict("did not happen", "the batch has no more jobs than before")
        found = matching_stretches(new, self.sent)
        if len(found) == 1:
            return Verdict("happened", "the batch has the jobs that were added", found[0])
        reason = f"of the jobs added since (now {len(new)}), none are like those that were sent"
        if found:
            reason = f"the jobs added since (now {len(new)}) may be these or somebody else's"
        return Verdict("cannot tell", reason, tuple(new))


class JobCounts:
    """How many jobs a client knows the batches to have to which it has added some.

    A `Batch` that a caller kept from before does not have them. Were it taken for the state before
    another addition, jobs of the earlier one would look like those of the later.
    """

    def __init__(self) -> None:
        self._counts: dict[UUID, int] = {}
        # How many additions are under way, or may have happened.
        self._open: dict[UUID, int] = {}
        self._lock = threading.Lock()

    def is_current(self, batch: Batch) -> bool:
        """Whether a batch of a caller has its jobs, all that are known of."""
        jobs = getattr(batch, "jobs", None)
        # Where too many batches were seen, none is trusted.
        if jobs is None or self._is_full or batch.id in self._open:
            return False
        said = getattr(batch, "jobs_count", None) or 0
        return len(jobs) >= max(said, self._counts.get(batch.id, 0))

    @contextmanager
    def adding(self, batch_id: UUID) -> Iterator[None]:
        """Jobs are added in the block: while that is open, no batch is current."""
        self._begin(batch_id)
        try:
            yield
        except BaseException as error:
            # What may have happened may still bring jobs at any time.
            if did_not_happen(error):
                self._end(batch_id)
            raise
        self._end(batch_id)

    def take(self, batch_id: UUID, count: int) -> None:
        """Take how many jobs a batch has now."""
        with self._lock:
            if batch_id in self._counts or not self._is_full:
                self._counts[batch_id] = max(count, self._counts.get(batch_id, 0))

    def _begin(self, batch_id: UUID) -> None:
        with self._lock:
            if batch_id in self._open or not self._is_full:
                self._open[batch_id] = self._open.get(batch_id, 0) + 1

    def _end(self, batch_id: UUID) -> None:
        with self._lock:
            left = self._open.pop(batch_id, 0) - 1
            if left > 0:
                self._open[batch_id] = left

    @property
    def _is_full(self) -> bool:
        return len(self._counts) + len(self._open) >= _MOST_BATCHES


class Addition:
    """Jobs to be added to a batch.

    Args:
        batch: the batch, or its id.
        jobs: the jobs; see `job_requests`.
        runs: the runs of jobs that do not say how many.

    Raises:
        TypeError: a sequence is neither text nor an object with `to_abstract_repr()`.
        ValueError: the id is not a UUID, or a job is malformed.

    Attributes:
        batch_id (UUID): the batch.
        is_empty (bool): whether there are no jobs to add.
    """

    def __init__(self, batch: object, jobs: object, runs: object) -> None:
        self.batch_id = _id_of_batch(batch)
        self._sent = tuple(job_requests(jobs, runs))
        self.is_empty = not self._sent
        self._before: frozenset[UUID] = frozenset()
        self._is_complete = False
        self._result: AddedJobs

    def take_baseline(self, jobs: Sequence[Job], *, proven: bool) -> None:
        """Take the jobs that are there before.

        Args:
            jobs: the jobs.
            proven: whether none of them is missing.
        """
        self._before = job_ids(jobs)
        # A job without an id would look like one that was added.
        self._is_complete = proven and len(self._before) == len(jobs)

    @property
    def write(self) -> Write:
        """What is known about it before it is sent."""
        before = None
        if self._is_complete:
            before = self._before
        return Write("add_jobs", MoreJobs(self.batch_id, self._sent, before), self.batch_id)

    def steps(self) -> Iterator[Step]:
        """The one request; see `Plan`."""
        yield Step({"batch_id": self.batch_id, "body": [*self._sent]}, self.write)

    def take(self, step: Step, answer: Answer) -> Write:
        """Take the answer; see `Plan`."""
        batch = batch_in(answer, self.batch_id)
        jobs = getattr(batch, "jobs", None)
        if jobs is None:
            raise answer.unknown_outcome("the answer does not hold the jobs of the batch")
        if not new_jobs(jobs, self._before):
            raise answer.unknown_outcome("the answer does not hold the jobs that were added")
        write = evolve(step.write, carried_out=True, batch=batch)
        self._result = AddedJobs(batch, tuple(jobs), self._sent, self._before, write)
        return write

    def result(self) -> AddedJobs:
        """What came of it."""
        return self._result


def _id_of_batch(batch: object) -> UUID:
    """The id of a batch that is given as such or by its id.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(batch, Batch):
        return batch.id
    return uuid_of("batch", batch)

"""Adding jobs to a batch: one request, whose answer is the batch with all jobs, which the jobs show afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from attrs import evolve, field, frozen

from pasqal_core_api.models import Batch

from .._checks import uuid_of
from .added_jobs import AddedJobs, job_ids, matching_stretches, new_jobs
from .batch_answers import batch_in
from .effect import Reading, Verdict
from .job_requests import job_requests
from .plan import Step
from .write import Write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pasqal_core_api.models import Job, JobRequest

    from .answer import Answer


@frozen
class MoreJobs:
    """The effect of adding jobs: the batch has jobs like these that were not there before.

    Attributes:
        batch_id: the batch.
        sent: the jobs as they were sent.
        before: the ids of the jobs that were there before; None if some may have been missed.
        others: the other additions of this process to the batch that may have happened, too.
        taken: the jobs that its other additions have added since.
        mark: what tells it from an addition that is alike.
    """

    batch_id: UUID
    sent: tuple[JobRequest, ...]
    before: frozenset[UUID] | None
    others: tuple[MoreJobs, ...] = ()
    taken: frozenset[UUID] = frozenset()
    mark: UUID = field(factory=uuid4, repr=False)

    @property
    def reading(self) -> Reading:
        """The jobs of the batch."""
        return Reading.of_jobs_in(self.batch_id)

    def judge(self, items: Sequence[Job]) -> Verdict:
        """Judge by the jobs that are there now; see `Effect`."""
        if self.before is None:
            return Verdict("cannot tell", "which jobs were there before is not known")
        if not self.before | self.taken <= job_ids(items):
            return Verdict("cannot tell", "jobs that are known to be there are not visible")
        new = new_jobs(items, self.before)
        if not new_jobs(new, self.taken):
            reason = "the batch has no jobs but those that are accounted for"
            # Of a batch that is not visible, there are no jobs at all.
            return Verdict("did not happen", reason, is_absence=not items)
        places = self.places(items)
        if len(places) != 1:
            reason = f"of the jobs added since (now {len(new)}), none are like those that were sent"
            if places:
                reason = f"the jobs added since (now {len(new)}) may be these or somebody else's"
            return Verdict("cannot tell", reason, tuple(new))
        (found,) = places
        if self._may_be_of_others(found, items):
            reason = "the jobs added since may be those of another addition whose answer was lost"
            return Verdict("cannot tell", reason, tuple(new))
        return Verdict("happened", "the batch has the jobs that were added", found)

    def places(self, items: Sequence[Job]) -> list[tuple[Job, ...]]:
        """The places among the jobs of the batch where the added ones may be."""
        new = new_jobs(items, self.before or ())
        found = matching_stretches(new, self.sent)
        return [run for run in found if self.taken.isdisjoint(job_ids(run))]

    def _may_be_of_others(self, found: Sequence[Job], items: Sequence[Job]) -> bool:
        """Whether another addition may have added one of these jobs."""
        ids = job_ids(found)
        for other in self.others:
            for place in other.places(items):
                if not ids.isdisjoint(job_ids(place)):
                    return True
        return False


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
        effect (MoreJobs): what it is to bring about.
        write (Write): what is known about it.
    """

    def __init__(self, batch: object, jobs: object, runs: object) -> None:
        self._before: frozenset[UUID] = frozenset()
        self.effect = MoreJobs(_id_of_batch(batch), tuple(job_requests(jobs, runs)), None)
        self.write = self._unsent
        self._result: AddedJobs

    @property
    def batch_id(self) -> UUID:
        """The batch."""
        return self.effect.batch_id

    @property
    def is_empty(self) -> bool:
        """Whether there are no jobs to add."""
        return not self.effect.sent

    @property
    def _unsent(self) -> Write:
        return Write("add_jobs", self.effect, self.batch_id)

    def take_baseline(self, jobs: Sequence[Job], *, proven: bool) -> None:
        """Take the jobs that are there before.

        Args:
            jobs: the jobs.
            proven: whether none of them is missing.
        """
        self._before = job_ids(jobs)
        # A job without an id would look like one that was added.
        if proven and len(self._before) == len(jobs):
            self.effect = evolve(self.effect, before=self._before)
            self.write = self._unsent

    def steps(self) -> Iterator[Step]:
        """The one request; see `Plan`."""
        yield Step({"batch_id": self.batch_id, "body": [*self.effect.sent]}, self.write)

    def take(self, step: Step, answer: Answer) -> Write:
        """Take the answer; see `Plan`."""
        batch = batch_in(answer, self.batch_id)
        jobs = getattr(batch, "jobs", None)
        if jobs is None:
            raise answer.unknown_outcome("the answer does not hold the jobs of the batch")
        if not new_jobs(jobs, self._before):
            raise answer.unknown_outcome("the answer does not hold the jobs that were added")
        write = evolve(step.write, carried_out=True, batch=batch)
        self._result = AddedJobs(batch, tuple(jobs), self.effect.sent, self._before, write)
        self.write = write
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

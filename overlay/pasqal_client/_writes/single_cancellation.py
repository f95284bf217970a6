"""Cancelling a batch, or a job: one request, whose answer is the batch or the job, and which it shows afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from attrs import evolve, frozen

from .._checks import uuid_of
from .._states import ENDED_BATCH, TERMINAL
from ..errors import BadRequestError, ConflictError, UnprocessableError
from .completion import batch_in
from .effect import Reading, Verdict
from .plan import Step
from .receipt import CancelReceipt
from .write import Write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from pasqal_core_api.models import Batch, Job

    from .answer import Answer

REFUSALS: Final = (BadRequestError, ConflictError, UnprocessableError)
"""What a service may say to the cancellation of what has ended: which of them is documented nowhere."""

_CANCELLED: Final[frozenset[str]] = frozenset({"CANCELED", "CANCELING"})
_ENDED_OTHERWISE: Final[frozenset[str]] = frozenset({*ENDED_BATCH, *TERMINAL}) - _CANCELLED
_ACTIVE: Final = frozenset({"PENDING", "RUNNING", "PAUSED"})


def has_ended(item: Batch | Job) -> bool:
    """Whether there is nothing left to cancel in a batch or a job."""
    return is_cancelled(item) or ended_otherwise(item)


def is_cancelled(item: Batch | Job) -> bool:
    """Whether a batch or a job was cancelled, or is about to be."""
    return _state(item) in _CANCELLED


def ended_otherwise(item: Batch | Job) -> bool:
    """Whether a batch or a job has ended without being cancelled."""
    return _state(item) in _ENDED_OTHERWISE


@frozen
class Cancelled:
    """The effect of cancelling a batch, or a job.

    Attributes:
        what: whether it is a batch or a job.
        id: its id.
    """

    what: Literal["batch", "job"]
    id: UUID

    @property
    def reading(self) -> Reading:
        """The batch or the job, of whichever project."""
        filters = {"id": [str(self.id)], "project_id": None}
        if self.what == "job":
            return Reading("jobs", filters)
        return Reading("batches", filters)

    def judge(self, items: Sequence[Any]) -> Verdict:
        """Judge by the state that it is in now; see `Effect`."""
        for item in items:
            if getattr(item, "id", None) == self.id:
                return self._judge(item)
        return Verdict("cannot tell", f"{self.what} {self.id} is not visible")

    def _judge(self, item: Any) -> Verdict:
        state = _state(item)
        verdict = Verdict("cannot tell", f"the {self.what} is in an unknown state")
        if state in _CANCELLED:
            verdict = Verdict("happened", f"the {self.what} is {state}", is_final=True)
        elif state in _ENDED_OTHERWISE:
            reason = f"the {self.what} ended in {state}, and was not cancelled"
            verdict = Verdict("did not happen", reason, is_final=True)
        elif state in _ACTIVE:
            verdict = Verdict("did not happen", f"the {self.what} is {state}")
        if self.what == "job":
            return verdict._replace(jobs=(item,))
        return verdict._replace(batch=item)


class BatchCancellation:
    """The cancellation of a batch.

    Args:
        batch_id: the id of the batch.

    Raises:
        ValueError: the id is not a UUID.

    Attributes:
        batch_id (UUID): the batch.
    """

    def __init__(self, batch_id: UUID | str) -> None:
        self.batch_id = uuid_of("batch_id", batch_id)
        self._batch: Batch

    def steps(self) -> Iterator[Step]:
        """The one request; see `Plan`."""
        write = Write("cancel_batch", Cancelled("batch", self.batch_id), self.batch_id)
        yield Step({"batch_id": self.batch_id}, write)

    def take(self, step: Step, answer: Answer) -> Write:
        """Take the answer; see `Plan`."""
        self._batch = batch_in(answer, self.batch_id)
        return evolve(step.write, carried_out=True, batch=self._batch)

    def result(self) -> Batch:
        """The batch as it now stands."""
        return self._batch


class JobCancellation:
    """The cancellation of a job.

    Args:
        job_id: the id of the job.

    Raises:
        ValueError: the id is not a UUID.

    Attributes:
        job_id (UUID): the job.
    """

    def __init__(self, job_id: UUID | str) -> None:
        self.job_id = uuid_of("job_id", job_id)
        self._job: Job

    def steps(self) -> Iterator[Step]:
        """The one request; see `Plan`."""
        yield Step({"job_id": self.job_id}, Write("cancel_job", Cancelled("job", self.job_id)))

    def take(self, step: Step, answer: Answer) -> Write:
        """Take the answer; see `Plan`."""
        job: Job | None = answer.data
        if job is None:
            raise answer.unknown_outcome("the answer does not hold the job")
        # One without an id is odd, but does not say that it is another.
        if getattr(job, "id", self.job_id) != self.job_id:
            raise answer.unknown_outcome(f"the answer is about job {job.id}")
        self._job = job
        return evolve(step.write, carried_out=True, receipt=CancelReceipt((job,)))

    def result(self) -> Job:
        """The job as it now stands."""
        return self._job


def _state(item: Batch | Job) -> str:
    """The state as text; empty if there is none."""
    status: str = getattr(item, "status", "")
    return status

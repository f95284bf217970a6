"""Cancelling a batch, or a job: one request, whose answer is the batch or the job, and which it shows afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from attrs import evolve, frozen

from .._checks import uuid_of
from .._states import ended_otherwise, is_cancelled, is_live
from ..errors import BadRequestError, ConflictError, UnprocessableError
from .batch_answers import batch_in
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
        if self.what == "job":
            return Reading.of_jobs([self.id])
        return Reading.of_batches([self.id])

    def judge(self, items: Sequence[Any]) -> Verdict:
        """Judge by the state that it is in now; see `Effect`."""
        for item in items:
            if getattr(item, "id", None) == self.id:
                return self._judge(item)
        return Verdict("cannot tell", f"{self.what} {self.id} is not visible")

    def _judge(self, item: Any) -> Verdict:
        state = getattr(item, "status", "unknown")
        verdict = Verdict("cannot tell", f"the {self.what} is in an unknown state")
        if is_cancelled(item):
            verdict = Verdict("happened", f"the {self.what} is {state}", is_final=True)
        elif ended_otherwise(item):
            reason = f"the {self.what} ended in {state}, and was not cancelled"
            verdict = Verdict("did not happen", reason, is_final=True)
        elif is_live(item):
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
        _check_state(answer, self._batch)
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
        self._job = answer.read_item("job", self.job_id)
        _check_state(answer, self._job)
        receipt = CancelReceipt((self._job,), request_id=answer.context.request_id)
        return evolve(step.write, carried_out=True, receipt=receipt)

    def result(self) -> Job:
        """The job as it now stands."""
        return self._job


def _check_state(answer: Answer, item: Batch | Job) -> None:
    """Report an answer that shows what was to be cancelled in a state in which it still can be."""
    if is_live(item):
        answer.depart_at("status", "CANCELED, or another state in which it ends", item.status)

"""Cancelling jobs of a batch: the request, checked and cut into parts, and what its answers mean."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from .._checks import boolean, uuid_of
from .._identity import foreign_place
from .._listing.filters import JOB_FILTERS
from .cancelled_items import named_in, read_cancelled
from .job_filters import batches_within, keywords_of, parts_of
from .jobs_cancellation_effect import CancelledJobs
from .plan import Step
from .receipt import CancelReceipt, joined
from .write import Write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from uuid import UUID

    from pasqal_core_api.models import Job

    from .._listing.filter_table import Query
    from .answer import Answer


@frozen
class JobsCancelRequest:
    """A checked cancellation, in as many parts as it takes to keep the URLs short.

    Attributes:
        batch_id: the batch of the path.
        filters: the filters; None if nothing can match.
        parts: the filters, part by part.
    """

    batch_id: UUID
    filters: Query | None
    parts: tuple[Query, ...]

    @classmethod
    def of(
        cls, batch: UUID | str, filters: Mapping[str, Any], base_url: str, *, everything: object
    ) -> JobsCancelRequest:
        """Check what a caller asks for.

        Args:
            batch: the id of the batch.
            filters: see `JobFilters`.
            base_url: the beginning of every URL.
            everything: the argument `all`: whether the whole batch may be cancelled.

        Raises:
            TypeError: unknown filter name.
            ValueError: a value is malformed, or neither a filter nor `everything` is given.
        """
        batch_id = uuid_of("batch", batch)
        whole_batch = boolean("all", everything)
        given = JOB_FILTERS.query(filters)
        if given is None:
            return cls(batch_id, None, ())
        if not given and not whole_batch:
            raise ValueError(
                "without a filter this would cancel the whole batch; if that is meant, give all=True"
            )
        return cls(batch_id, given, parts_of(given, base_url))

    def dry_run_filters(self) -> dict[str, Any]:
        """The filters that list what would be cancelled: the batch of the path *and* the filter `batch_id`."""
        # The filters stand alone: the client's project does not narrow a cancellation.
        if self.filters is None:
            return {"project_id": None, "batch_id": []}
        batches = batches_within(self.batch_id, self.filters)
        return {"project_id": None, **self.filters, "batch_id": batches}

    def read_answer(self, part: Query, answer: Answer) -> CancelReceipt:
        """Read what the answer says came of a part.

        An answer about jobs that this request cannot have been about may be that of another
        request, so it settles nothing; it is judged by what never changes in a job.

        Args:
            part: the filters that were sent.
            answer: the answer.

        Raises:
            OutcomeUnknownError: the answer does not say what became of this request.
        """
        jobs, reasons = read_cancelled(answer, "jobs")
        foreign = self._foreign(part, jobs, reasons)
        if foreign:
            raise answer.unknown_outcome(f"the answer is about {foreign}, which was not asked for")
        return CancelReceipt(jobs, reasons, request_id=answer.context.request_id)

    def _foreign(self, part: Query, jobs: Sequence[Job], reasons: Iterable[UUID | str]) -> str:
        """What the answer is about although this request cannot have been; empty if nothing."""
        places = {"batch_id": batches_within(self.batch_id, part)}
        if "project_id" in part:
            places["project_id"] = part["project_id"]
        for job in jobs:
            place = foreign_place(job, places)
            if place:
                return f"a job of {place}"
        for job_id in named_in(jobs, reasons):
            if not _is_asked_for(job_id, part):
                return f"job {job_id}"
        return ""


class JobsCancellation:
    """A cancellation on its way; the receipt grows from step to step."""

    def __init__(self, request: JobsCancelRequest) -> None:
        self._request = request
        self._receipts: list[CancelReceipt] = []

    def steps(self) -> Iterator[Step]:
        """The requests; see `Plan`."""
        parts = self._request.parts
        for number, part in enumerate(parts):
            write = Write(
                operation="cancel_jobs",
                effect=CancelledJobs(self._request.batch_id, part),
                batch_id=self._request.batch_id,
                filters=part,
                receipt=self._receipt_so_far(),
                unsent=partial(_without_first, parts, number + 1),
            )
            yield Step(keywords_of(self._request.batch_id, part), write, done=number)

    def take(self, step: Step, answer: Answer) -> Write:
        """Take the answer to a step; see `Plan`."""
        receipt = self._request.read_answer(step.write.filters, answer)
        self._receipts.append(receipt)
        return evolve(step.write, receipt=self._receipt_so_far(), carried_out=True)

    def result(self) -> CancelReceipt:
        """What came of all steps."""
        return joined(self._receipts)

    def _receipt_so_far(self) -> Callable[[], CancelReceipt]:
        return partial(_joined_first, self._receipts, len(self._receipts))


def _joined_first(receipts: Sequence[CancelReceipt], number: int) -> CancelReceipt:
    """The receipt of the first requests; the list may have grown since."""
    return joined(receipts[:number])


def _without_first(parts: tuple[Query, ...], number: int) -> tuple[Query, ...]:
    return parts[number:]


def _is_asked_for(job_id: UUID, part: Query) -> bool:
    if "id" in part and str(job_id) not in part["id"]:
        return False
    start: str = part.get("id_starts_with", "")
    # The dashes may be left out, or stand where they like.
    return job_id.hex.startswith(start.replace("-", ""))

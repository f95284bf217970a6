"""Cancelling jobs of a batch: the request, checked and cut into parts, and what its answers mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from attrs import evolve, frozen

from .._checks import boolean, uuid_of
from .._display import printable
from .._listing.filters import JOB_FILTERS
from .._listing.query_parts import URL_LIMIT, split
from .cancellation_effect import CancelledJobs, batches_within
from .plan import Step
from .receipt import CancelReceipt
from .write import Write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pasqal_core_api.models import Job

    from .._listing.filter_table import Query
    from .answer import Answer

# The rest of the URL of a cancellation, generously.
_REST_OF_URL: Final = 200
_LONGEST_ODD_ID: Final = 100


@frozen
class CancelRequest:
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
    ) -> CancelRequest:
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
        request, so it settles nothing; neither does one that has jobs or reasons, but none that can
        be read. Anything else that is odd costs only its place: it is a departure from the
        contract. An empty list of jobs is an answer: none was cancelled.

        Args:
            part: the filters that were sent.
            answer: the answer.

        Raises:
            OutcomeUnknownError: the answer does not say what became of this request.
        """
        jobs = getattr(answer.data, "jobs", None)
        reasons = reasons_in(answer)
        is_unreadable = answer.has_lost_something and not jobs and not reasons
        if jobs is None or is_unreadable:
            raise answer.unknown_outcome("the answer does not hold the cancelled jobs")
        foreign = self._foreign(part, jobs, reasons)
        if foreign:
            raise answer.unknown_outcome(f"the answer is about {foreign}, which was not asked for")
        return CancelReceipt(tuple(jobs), reasons)

    def _foreign(self, part: Query, jobs: Sequence[Job], reasons: Iterable[UUID | str]) -> str:
        """What the answer is about although this request cannot have been; empty if nothing.

        It is judged by what never changes in a job.
        """
        wanted = {**part, "batch_id": batches_within(self.batch_id, part)}
        for job in jobs:
            elsewhere = _elsewhere(job, wanted)
            if elsewhere:
                return f"a job of {elsewhere}"
        for job_id in _named(jobs, reasons):
            if not _is_asked_for(job_id, part):
                return f"job {job_id}"
        return ""


class Cancellation:
    """A cancellation on its way; the receipt grows from step to step."""

    def __init__(self, request: CancelRequest) -> None:
        self._request = request
        self._receipt = CancelReceipt()

    def steps(self) -> Iterator[Step]:
        """The requests; see `Plan`."""
        parts = self._request.parts
        for number, part in enumerate(parts):
            write = Write(
                operation="cancel_jobs",
                effect=CancelledJobs(self._request.batch_id, part),
                batch_id=self._request.batch_id,
                filters=part,
                receipt=self._receipt,
                unsent=parts[number + 1 :],
            )
            yield Step(keywords_of(self._request.batch_id, part), write, done=number)

    def take(self, step: Step, answer: Answer) -> Write:
        """Take the answer to a step; see `Plan`."""
        self._receipt += self._request.read_answer(step.write.filters, answer)
        return evolve(step.write, receipt=self._receipt, carried_out=True)

    def result(self) -> CancelReceipt:
        """What came of all steps."""
        return self._receipt


def parts_of(filters: Query, base_url: str) -> tuple[Query, ...]:
    """The filters in as many parts as it takes to keep the URLs of a write short."""
    room = URL_LIMIT - len(base_url) - _REST_OF_URL
    return tuple(split(filters, room))


def keywords_of(batch_id: UUID, filters: Query) -> dict[str, Any]:
    """The arguments of a generated operation that has the batch in its path, and filters of jobs."""
    keywords = dict(filters)
    # The operation tells the batch of the path from the filter by name.
    if "batch_id" in keywords:
        keywords["batch_id_query"] = keywords.pop("batch_id")
    return {"batch_id_path": batch_id, **keywords}


def reasons_in(answer: Answer) -> dict[UUID | str, str]:
    """Why jobs or batches were not cancelled, by id, as it can be shown."""
    reasons: dict[UUID | str, str] = {}
    errors = getattr(answer.data, "errors", None) or {}
    for key, reason in errors.items():
        refused = _id_of(key, answer.clean)
        reasons[refused] = printable(answer.clean(reason))
    return reasons


def _named(jobs: Iterable[Job], reasons: Iterable[UUID | str]) -> Iterator[UUID]:
    """The ids of all jobs in an answer; those that are odd cannot be compared, and are left out."""
    for key in reasons:
        if isinstance(key, UUID):
            yield key
    for job in jobs:
        if hasattr(job, "id"):
            yield job.id


def _elsewhere(job: Job, wanted: Query) -> str:
    """The batch or the project that a job says it is in although it was not asked for; else empty."""
    for kind in ("batch", "project"):
        name = f"{kind}_id"
        value = getattr(job, name, None)
        is_filtered = name in wanted
        # A job that does not say where it is does not say that it is elsewhere.
        if value is None or not is_filtered:
            continue
        if str(value) not in wanted[name]:
            return f"{kind} {value}"
    return ""


def _is_asked_for(job_id: UUID, part: Query) -> bool:
    if "id" in part and str(job_id) not in part["id"]:
        return False
    start: str = part.get("id_starts_with", "")
    # The dashes may be left out, or stand where they like.
    return job_id.hex.startswith(start.replace("-", ""))


def _id_of(key: str, clean: Callable[[str], str]) -> UUID | str:
    try:
        return uuid_of("id", key)
    except ValueError:
        return printable(clean(key), _LONGEST_ODD_ID)

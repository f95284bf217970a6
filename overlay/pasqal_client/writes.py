"""What the writes are asked to do, what came of them, and what can be told afterwards, as functions of data.

A write that failed half-way, or whose outcome is unknown, keeps all that is known about it: what it was asked to do,
what is done, what was not sent. Reading the jobs back then tells more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from attrs import field, frozen

from pasqal_core_api.models import BatchAnswer, CancelledJobsAnswer, Job, JobStatus

from .errors import APIError, CancelRefusedError, ResponseError
from .filters import URL_LIMIT, Query, query, split, uuid_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pasqal_core_api.models import Batch, CancelledJobs
    from pasqal_core_api.types import Response

# The rest of the address of a cancellation, generously.
_REST_OF_ADDRESS: Final = 200

ACTIVE: Final = frozenset({JobStatus.PENDING, JobStatus.RUNNING, JobStatus("CANCELING")})
"""States that a job leaves by itself. CANCELING is not in the contract, but the service has it."""

# A cancellation changes what these filters look at.
_VOLATILE: Final = frozenset({"status", "errors", "end_date"})


@frozen
class CancelReceipt:
    """What came of cancelling jobs.

    Attributes:
        jobs: the jobs that were cancelled, as they now stand; for a dry run, the jobs that match.
        errors: why others were not cancelled, by job id (text where the service's id is no UUID).
        dry_run: whether this is what would match, and nothing was sent.
    """

    jobs: tuple[Job, ...] = ()
    errors: dict[UUID | str, str] = field(factory=dict)
    dry_run: bool = False

    def raise_for_errors(self) -> None:
        """Raise if a job was not cancelled.

        Raises:
            CancelRefusedError: it names the jobs and the service's reasons.
        """
        if self.errors:
            raise CancelRefusedError(self.errors)

    def __add__(self, other: CancelReceipt) -> CancelReceipt:
        return CancelReceipt(self.jobs + other.jobs, self.errors | other.errors)


@frozen
class Write:
    """A write: what it was asked to do, and how far it came.

    Attributes:
        operation: the operationId of the contract.
        batch_id: the batch that it acts on.
        filters: the filters of the request that failed.
        receipt: what earlier requests of the same call came to, where there were several.
        unsent: the filters of the requests that were not sent any more.
    """

    operation: Literal["cancel_jobs", "complete_batch"]
    batch_id: UUID
    filters: Query = field(factory=dict)
    receipt: CancelReceipt = field(factory=CancelReceipt)
    unsent: tuple[Query, ...] = ()


@frozen
class CancelRequest:
    """A checked cancellation, in as many parts as it takes to keep the addresses short.

    Attributes:
        batch_id: the batch of the path.
        parts: the filters, part by part; none if nothing can match.
    """

    batch_id: UUID
    parts: tuple[Query, ...]

    @classmethod
    def of(cls, batch: UUID | str, filters: dict[str, Any], base_url: str, *, everything: bool) -> CancelRequest:
        """The cancellation that a caller asks for.

        Raises:
            TypeError: a name is not that of a filter.
            ValueError: a value has not the right form, or there is no filter and `everything` is not set.
        """
        batch_id = uuid_of("batch", batch)
        given = query(filters)
        if given is None:
            return cls(batch_id, ())
        if not given and not everything:
            raise ValueError("without a filter this would cancel the whole batch; if that is meant, give all=True")
        return cls(batch_id, tuple(split(given, URL_LIMIT - len(base_url) - _REST_OF_ADDRESS)))

    def keywords(self, part: Query) -> dict[str, Any]:
        """The keywords of the generated operation, which tells the batch of the path from the filter by name."""
        rest = {name: value for name, value in part.items() if name != "batch_id"}
        return {"batch_id_path": self.batch_id, **rest, **_renamed(part)}

    def listed(self) -> dict[str, Any]:
        """The filters that list what would be cancelled: the batch of the path *and* the filter `batch_id`."""
        together = {name: [v for part in self.parts for v in part[name]] for name in _lists(self.parts)}
        filters = {**(self.parts[0] if self.parts else {}), **together}
        batches = filters.get("batch_id", [str(self.batch_id)])
        return {**filters, "batch_id": [str(self.batch_id)] if self.parts and str(self.batch_id) in batches else []}

    def write(self, number: int, receipt: CancelReceipt) -> Write:
        """What to know about the part of that number, if it fails."""
        return Write("cancel_jobs", self.batch_id, self.parts[number], receipt=receipt, unsent=self.parts[number + 1 :])


def _renamed(part: Query) -> dict[str, Any]:
    return {"batch_id_query": part["batch_id"]} if "batch_id" in part else {}


def _lists(parts: tuple[Query, ...]) -> Iterable[str]:
    return [name for name, value in parts[0].items() if isinstance(value, list)] if parts else []


def receipt_of(response: Response[Any]) -> CancelReceipt:
    """The receipt in the answer of the generated operation."""
    answer = response.parsed.data if isinstance(response.parsed, CancelledJobsAnswer) else None
    if answer is None:
        raise _no_data("the cancelled jobs", response)
    return CancelReceipt(tuple(getattr(answer, "jobs", ())), _errors_of(answer))


def _errors_of(answer: CancelledJobs) -> dict[UUID | str, str]:
    return {_job_id(key): reason for key, reason in getattr(answer, "errors", {}).items()}


def _job_id(key: str) -> UUID | str:
    try:
        return UUID(key)
    except ValueError:
        return key


def batch_of(response: Response[Any]) -> Batch:
    """The batch in the answer of the generated operation."""
    batch = response.parsed.data if isinstance(response.parsed, BatchAnswer) else None
    if batch is None:
        raise _no_data("the batch", response)
    return batch


def _no_data(what: str, response: Response[Any]) -> ResponseError:
    reason = f"the answer does not hold {what}; whether the write took effect is not known"
    return ResponseError(reason, status=int(response.status_code), method="PATCH")


# ----------------------------------------------------------------------------------------------------------------------
# Afterwards


@frozen
class Resolution:
    """What reading the jobs back tells about a write whose outcome was unknown.

    It holds for the moment of reading: a service that is slow may still carry out what it was sent.

    Attributes:
        outcome: whether it happened.
        reason: why.
        jobs: the jobs that were read back.
    """

    outcome: Literal["happened", "did not happen", "cannot tell"]
    reason: str
    jobs: tuple[Job, ...] = ()


def write_of(error: APIError) -> Write:
    """What is known about the write that failed with this error.

    Raises:
        ValueError: the error is not one of a write.
    """
    write: Write | None = getattr(error, "write", None)
    if write is None:
        raise ValueError(f"{type(error).__name__} is not the error of a write: there is nothing to find out")
    return write


def read_back(write: Write) -> dict[str, Any] | None:
    """The filters that list what a write may have changed; None if reading jobs cannot tell."""
    if write.operation != "cancel_jobs":
        return None
    lasting = {name: value for name, value in write.filters.items() if name not in _VOLATILE}
    return {**lasting, "batch_id": [str(write.batch_id)]}


def resolution(write: Write, jobs: Iterable[Job]) -> Resolution:
    """What the jobs that were read back tell about a write."""
    if write.operation != "cancel_jobs":
        reason = "jobs do not tell whether their batch is complete; complete it again: a ConflictError says that it was"
        return Resolution("cannot tell", reason)
    read = tuple(jobs)
    wanted = write.filters.get("status", sorted(ACTIVE))
    left = [job for job in read if getattr(job, "status", None) in ACTIVE and job.status in wanted]
    gone = [job for job in read if getattr(job, "status", None) == JobStatus.CANCELED]
    facts = f"{_count(gone)} cancelled, {_count(left)} not but could be"
    if left and not gone:
        return Resolution("did not happen", facts, read)
    if gone and not left:
        return Resolution("happened", facts, read)
    return Resolution("cannot tell", facts, read)


def _count(jobs: list[Job]) -> str:
    return "1 job is" if len(jobs) == 1 else f"{len(jobs)} jobs are"

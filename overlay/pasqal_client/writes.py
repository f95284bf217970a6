"""What the writes are asked to do, what came of them, and what can be told afterwards, as functions of data.

A write that failed half-way, or whose outcome is unknown, keeps all that is known about it: what it was asked to do,
what is done, what was not sent. Reading the jobs back then tells more.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Literal

from attrs import field, frozen

from pasqal_core_api.models import BatchAnswer, CancelledJobsAnswer, Job, JobStatus

from .errors import CancelRefusedError, OutcomeUnknownError, printable
from .filters import URL_LIMIT, Query, query, split, uuid_of
from .reasons import outcome_unknown, request_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from pasqal_core_api.models import Batch
    from pasqal_core_api.types import Response

# The rest of the address of a cancellation, generously.
_REST_OF_ADDRESS: Final = 200

CANCELING: Final = JobStatus("CANCELING")
"""A state that is not in the contract, but the service has it."""
ACTIVE: Final = frozenset({JobStatus.PENDING, JobStatus.RUNNING, CANCELING})
"""States that a job leaves by itself."""
TERMINAL: Final = frozenset({JobStatus.DONE, JobStatus.ERROR, JobStatus.CANCELED})
"""States that a job does not leave."""

_GONE: Final = frozenset({JobStatus.CANCELED, CANCELING})

# A cancellation, or time, changes what these filters look at.
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

    What was not sent can be sent with `client.batches.cancel_jobs(write.batch_id, **filters)` for each of `unsent`.

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


@contextmanager
def noted(write: Write, done: int = 0) -> Iterator[None]:
    """Whatever goes wrong in the block, an interruption included, carries as `write` what is known about the write.

    Args:
        write: the write.
        done: how many requests of the same call succeeded before.
    """
    try:
        yield
    except BaseException as error:
        vars(error)["write"] = write
        if done or write.unsent:
            parts = done + 1 + len(write.unsent)
            before = len(write.receipt.jobs)
            error.add_note(
                f"This was request {done + 1} of {parts} of one call; jobs cancelled before: {before}. "
                "The error's `write` has what is done (receipt), what failed (filters) and what was not sent (unsent)."
            )
        raise


@frozen
class CancelRequest:
    """A checked cancellation, in as many parts as it takes to keep the addresses short.

    Attributes:
        batch_id: the batch of the path.
        filters: the filters; None if nothing can match.
        parts: the filters, part by part.
        dry_run: whether to list what matches instead.
    """

    batch_id: UUID
    filters: Query | None
    parts: tuple[Query, ...]
    dry_run: bool

    @classmethod
    def of(
        cls, batch: UUID | str, filters: dict[str, Any], base_url: str, *, everything: object, dry_run: object
    ) -> CancelRequest:
        """The cancellation that a caller asks for.

        Raises:
            TypeError: a name is not that of a filter.
            ValueError: a value has not the right form, or there is no filter and `everything` is not set.
        """
        batch_id = uuid_of("batch", batch)
        for name, flag in (("all", everything), ("dry_run", dry_run)):
            if not isinstance(flag, bool):
                raise ValueError(f"{name}: {flag!r} is neither True nor False")
        given = query(filters)
        if given == {} and not everything:
            raise ValueError("without a filter this would cancel the whole batch; if that is meant, give all=True")
        room = URL_LIMIT - len(base_url) - _REST_OF_ADDRESS
        return cls(batch_id, given, () if given is None else tuple(split(given, room)), bool(dry_run))

    def keywords(self, part: Query) -> dict[str, Any]:
        """The keywords of the generated operation, which tells the batch of the path from the filter by name."""
        renamed = {"batch_id_query" if name == "batch_id" else name: value for name, value in part.items()}
        return {"batch_id_path": self.batch_id, **renamed}

    def listed(self) -> dict[str, Any]:
        """The filters that list what would be cancelled: the batch of the path *and* the filter `batch_id`."""
        here = str(self.batch_id)
        matches = self.filters is not None and here in self.filters.get("batch_id", [here])
        # The filters stand alone: the client's project is no part of a cancellation.
        return {"project_id": None, **(self.filters or {}), "batch_id": [here] if matches else []}

    def write(self, number: int, receipt: CancelReceipt) -> Write:
        """What to know about the part of that number, if it fails."""
        return Write("cancel_jobs", self.batch_id, self.parts[number], receipt=receipt, unsent=self.parts[number + 1 :])

    def receipt(self, response: Response[Any], clean: Callable[[str], str]) -> CancelReceipt:
        """The receipt in the answer of the generated operation.

        Args:
            response: the answer.
            clean: takes secrets out of a text.

        Raises:
            OutcomeUnknownError: the answer holds neither the cancelled jobs nor why others were not cancelled.
        """
        answer = getattr(response.parsed, "data", None) if isinstance(response.parsed, CancelledJobsAnswer) else None
        jobs, errors = getattr(answer, "jobs", None), getattr(answer, "errors", None)
        if jobs is None and errors is None:
            raise _no_data("the cancelled jobs", response, f"/api/v2/batches/{self.batch_id}/cancel/jobs", clean)
        reasons = {_job_id(key, clean): printable(clean(reason)) for key, reason in (errors or {}).items()}
        return CancelReceipt(tuple(jobs or ()), reasons)


def _job_id(key: str, clean: Callable[[str], str]) -> UUID | str:
    try:
        return uuid_of("job", key)
    except ValueError:
        return printable(clean(key), 100)


def batch_of(response: Response[Any], batch_id: UUID, clean: Callable[[str], str]) -> Batch:
    """The batch in the answer of the generated operation.

    Args:
        response: the answer.
        batch_id: the batch that was asked for.
        clean: takes secrets out of a text.

    Raises:
        OutcomeUnknownError: the answer does not hold it.
    """
    batch: Batch | None = getattr(response.parsed, "data", None) if isinstance(response.parsed, BatchAnswer) else None
    if batch is None:
        raise _no_data("the batch", response, f"/api/v2/batches/{batch_id}/complete", clean)
    return batch


def _no_data(what: str, response: Response[Any], path: str, clean: Callable[[str], str]) -> OutcomeUnknownError:
    return OutcomeUnknownError(
        outcome_unknown(f"the answer does not hold {what}"),
        status=int(response.status_code),
        method="PATCH",
        path=path,
        request_id=request_id(response.headers, clean),
    )


# ----------------------------------------------------------------------------------------------------------------------
# Afterwards


Outcome = Literal["happened", "did not happen", "cannot tell"]


@frozen
class Resolution:
    """What reading the jobs back tells about a write whose outcome was unknown.

    It holds for the moment of reading: a service that is slow may still carry out what it was sent. Who cancelled a job
    is not told by it, only that it is cancelled.

    Attributes:
        outcome: `happened`: every job that the write was to cancel is cancelled, or had ended before the last
            cancellation. `did not happen`: no job that it was to cancel is cancelled. Otherwise `cannot tell`.
        reason: the facts.
        jobs: the jobs that were read back: those that the write may have been about.
    """

    outcome: Outcome
    reason: str
    jobs: tuple[Job, ...] = ()


def write_of(error: BaseException) -> Write:
    """What is known about the write that failed with this error.

    Raises:
        ValueError: the error is not one of a write.
    """
    write: Write | None = getattr(error, "write", None)
    if write is None:
        raise ValueError(f"{type(error).__name__} is not the error of a write: there is nothing to find out")
    return write


def read_back(write: Write) -> dict[str, Any]:
    """The filters that list all jobs that a write may have changed; nothing if reading jobs cannot tell."""
    if write.operation != "cancel_jobs":
        return {"id": []}
    lasting = {name: value for name, value in write.filters.items() if name not in _VOLATILE}
    here = str(write.batch_id)
    matches = here in lasting.get("batch_id", [here])
    return {"project_id": None, **lasting, "batch_id": [here] if matches else []}


def resolution(write: Write, jobs: Sequence[Job], *, proven: bool) -> Resolution:
    """What the jobs that were read back tell about a write.

    Args:
        write: the write.
        jobs: all jobs that it may have changed.
        proven: whether none is lacking.
    """
    if write.operation != "cancel_jobs":
        reason = "jobs do not tell whether their batch is complete; complete it again: a ConflictError says that it was"
        return Resolution("cannot tell", reason)
    outcome, reason = _judged(jobs, write.filters.get("status"))
    if not proven:
        outcome, reason = "cannot tell", f"{reason}; and jobs may be lacking from the list"
    return Resolution(outcome, reason, tuple(jobs))


def _judged(jobs: Sequence[Job], status: Iterable[JobStatus] | None) -> tuple[Outcome, str]:
    gone = [job for job in jobs if _state(job) in _GONE]
    others = [job for job in jobs if _state(job) not in _GONE]
    wanted = ACTIVE if status is None else frozenset(status)
    if not jobs:
        return "cannot tell", "no job that it may have been about is to be seen"
    if wanted <= TERMINAL:
        return "did not happen", "jobs in the states that it asks for cannot be cancelled"
    if not gone:
        return "did not happen", f"none of {len(jobs)} jobs that it may have been about is cancelled"
    cancelled = _latest(gone)
    escaped = [job for job in others if _may_have_escaped(job, wanted, cancelled)]
    if escaped:
        reason = f"{_count(gone)} cancelled, perhaps by another request; {_count(escaped)} not, and may have been meant"
        return "cannot tell", reason
    return "happened", f"{_count(gone)} cancelled, and no other was left to be cancelled then"


def _may_have_escaped(job: Job, wanted: frozenset[JobStatus], cancelled: datetime | None) -> bool:
    """Whether a job that is not cancelled was perhaps in a wanted state after the last cancellation.

    If there is none, nothing is left that a request sent later than that could have been about.
    """
    state, start, end = _state(job), getattr(job, "start_timestamp", None), getattr(job, "end_timestamp", None)
    if state not in ACTIVE | TERMINAL or (state in wanted and state in ACTIVE):
        return True
    if state == JobStatus.PENDING or not wanted & ACTIVE:
        return False
    # It has left the wanted states. When?
    left = end if JobStatus.RUNNING in wanted else start or end
    return left is None or cancelled is None or left > cancelled


def _latest(cancelled: list[Job]) -> datetime | None:
    times = [getattr(job, "end_timestamp", None) or getattr(job, "updated_at", None) for job in cancelled]
    return max((time for time in times if time is not None), default=None)


def _state(job: Job) -> JobStatus | None:
    return getattr(job, "status", None)


def _count(jobs: list[Job]) -> str:
    return "1 job is" if len(jobs) == 1 else f"{len(jobs)} jobs are"

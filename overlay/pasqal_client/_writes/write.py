"""What the writes are asked to do, what came of them, and what can be told afterwards, as functions of data.

A write that failed half-way, or whose outcome is unknown, keeps all that is known about it: what it
was asked to do, what is done, what was not sent. Reading the jobs back then tells more.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Literal, Self
from uuid import UUID

from attrs import evolve, field, frozen

from pasqal_core_api.models import Job, JobStatus

from .._checks import truth, uuid_of
from .._http.error_bodies import outcome_unknown, request_id
from .._listing.filters import URL_LIMIT, Query, query, split
from .._states import ACTIVE, CANCELING, TERMINAL
from ..errors import (
    CancelRefusedError,
    DepartureError,
    OutcomeUnknownError,
    PasqalError,
    WriteDepartureError,
    printable,
    quoted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from pasqal_core_api.models import Batch
    from pasqal_core_api.types import Departure, Report, Response

    from .._http.error_bodies import Exchange

# The rest of the address of a cancellation, generously.
_REST_OF_ADDRESS: Final = 200

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

    What was not sent can be sent with `client.batches.cancel_jobs(write.batch_id, **filters)` for
    each of `unsent`.

    Attributes:
        operation: the operationId of the contract.
        batch_id: the batch that it acts on.
        filters: the filters of the request that failed.
        receipt: what earlier requests of the same call came to, where there were several; with
            `carried_out` also what could be read of the last answer.
        unsent: the filters of the requests that were not sent any more.
        carried_out: whether the service answered that it did this; only the form of its answer was
            refused.
        batch: the batch that was completed, as far as it could be read.
        may_still_happen: whether nobody waited for the answer to the end, so that the service may
            still be at it.
    """

    operation: Literal["cancel_jobs", "complete_batch"]
    batch_id: UUID
    filters: Query = field(factory=dict)
    receipt: CancelReceipt = field(factory=CancelReceipt)
    unsent: tuple[Query, ...] = ()
    carried_out: bool = False
    batch: Batch | None = None
    may_still_happen: bool = False


def _may_still_happen(error: BaseException) -> bool:
    """Whether the service may still carry out the write that ended with this error."""
    if isinstance(error, OutcomeUnknownError):
        return error.timed_out
    return not isinstance(error, PasqalError)  # Ctrl-C and cancellation wait for nothing


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
        vars(error)["write"] = evolve(write, may_still_happen=_may_still_happen(error))
        if done or write.unsent:
            parts = done + 1 + len(write.unsent)
            before = len(write.receipt.jobs)
            error.add_note(
                f"This was request {done + 1} of {parts} of one call; jobs cancelled before: {before}. "
                "The error's `write` has what is done (receipt), what failed (filters) and what was not sent (unsent)."
            )
        raise


# ----------------------------------------------------------------------------------------------------------------------
# Answers

# What a departure has seen where there is nothing to read.
_ABSENT: Final = frozenset({"nothing", "null"})


@frozen
class Answer:
    """The answer to a write.

    Attributes:
        response: the answer as the generated operation has it.
        exchange: what errors tell about the request.
        departures: how it departs from the contract.
        refused: the first departure, if the client is strict.
    """

    response: Response[Any]
    exchange: Exchange
    departures: tuple[Departure, ...] = ()
    refused: DepartureError | None = None

    @classmethod
    def of(
        cls, response: Response[Any], exchange: Exchange, found: Iterable[Departure], report: Report
    ) -> Self:
        """The answer; its departures are told, and what the report raises about them is kept for later.

        Whether the write happened has to be known first: a strict client must not lose it.
        """
        departures, refused = tuple(found), None
        for departure in departures:
            try:
                report(departure)
            except DepartureError as error:
                refused = refused or error
        return cls(response, exchange, departures, refused)

    @property
    def data(self) -> Any:
        """What it holds; None if there is nothing, or nothing usable."""
        return getattr(self.response.parsed, "data", None)

    @property
    def has_lost_something(self) -> bool:
        """Whether something is in it that could not be used."""
        return any(
            seen.pattern.endswith("[]") or seen.seen not in _ABSENT for seen in self.departures
        )

    def unknown(self, reason: str) -> OutcomeUnknownError:
        """The error of an answer that does not tell what became of this write."""
        error = self.exchange.error(
            OutcomeUnknownError,
            outcome_unknown(reason),
            status=int(self.response.status_code),
            request_id=request_id(self.response.headers),
        )
        error.__cause__ = self.refused
        return error

    def accept(self, write: Write) -> None:
        """Let a strict client refuse the answer to a write that was carried out.

        Raises:
            WriteDepartureError: the answer departs from the contract, and the client is strict.
        """
        if self.refused is not None:
            raise WriteDepartureError(self.refused.departure, write)


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
        cls,
        batch: UUID | str,
        filters: dict[str, Any],
        base_url: str,
        *,
        everything: object,
        dry_run: object,
    ) -> CancelRequest:
        """The cancellation that a caller asks for.

        Raises:
            TypeError: a name is not that of a filter.
            ValueError: a value has not the right form, or there is no filter and `everything` is
                not set.
        """
        batch_id = uuid_of("batch", batch)
        whole_batch, preview = truth("all", everything), truth("dry_run", dry_run)
        given = query(filters)
        if given == {} and not whole_batch:
            raise ValueError(
                "without a filter this would cancel the whole batch; if that is meant, give all=True"
            )
        room = URL_LIMIT - len(base_url) - _REST_OF_ADDRESS
        return cls(batch_id, given, () if given is None else tuple(split(given, room)), preview)

    def keywords(self, part: Query) -> dict[str, Any]:
        """The keywords of the generated operation, which tells the batch of the path from the filter by name."""
        renamed = {
            "batch_id_query" if name == "batch_id" else name: value for name, value in part.items()
        }
        return {"batch_id_path": self.batch_id, **renamed}

    def listed(self) -> dict[str, Any]:
        """The filters that list what would be cancelled: the batch of the path *and* the filter `batch_id`."""
        batches = [] if self.filters is None else _batches(self.batch_id, self.filters)
        # The filters stand alone: the client's project is no part of a cancellation.
        return {"project_id": None, **(self.filters or {}), "batch_id": batches}

    def write(self, number: int, receipt: CancelReceipt, *, carried_out: bool = False) -> Write:
        """What to know about the part of that number, if it fails."""
        unsent = self.parts[number + 1 :]
        return Write("cancel_jobs", self.batch_id, self.parts[number], receipt, unsent, carried_out)

    def receipt(self, part: Query, answer: Answer) -> CancelReceipt:
        """What the answer says came of a part.

        An answer that tells of jobs that the request cannot have been about may be that of another
        request, so it settles nothing; neither does one that has jobs or reasons, but none that can
        be read. What is odd otherwise costs its place: it is a departure. An empty list of jobs is
        an answer: none was cancelled.

        Args:
            part: the filters that were sent.
            answer: the answer.

        Raises:
            OutcomeUnknownError: the answer does not tell what became of this request.
        """
        jobs, errors = (
            getattr(answer.data, "jobs", None),
            getattr(answer.data, "errors", None) or {},
        )
        if jobs is None or (answer.has_lost_something and not jobs and not errors):
            raise answer.unknown("the answer does not hold the cancelled jobs")
        clean = answer.exchange.clean
        reasons = {_job_id(key, clean): printable(clean(reason)) for key, reason in errors.items()}
        foreign = self._foreign(part, jobs, reasons)
        if foreign:
            raise answer.unknown(f"the answer tells of {foreign}, which was not asked for")
        return CancelReceipt(tuple(jobs), reasons)

    def _foreign(self, part: Query, jobs: Iterable[Job], reasons: Iterable[UUID | str]) -> str:
        """What the answer tells of and the request cannot have been about, by what never changes in a job."""
        wanted = {**part, "batch_id": _batches(self.batch_id, part)}
        named = [one for one in reasons if isinstance(one, UUID)]
        for job in jobs:
            for name in ("batch_id", "project_id"):
                value = getattr(job, name, None)
                if value is not None and str(value) not in wanted.get(name, [str(value)]):
                    return f"a job of {name.removesuffix('_id')} {value}"
            named += [job.id] if hasattr(job, "id") else []
        return next((f"job {one}" for one in named if not _is_asked_for(one, part)), "")


def _batches(batch_id: UUID, filters: Query) -> list[str]:
    """The batch of the path, if the filter `batch_id` lets it through."""
    here = str(batch_id)
    return [here] if here in filters.get("batch_id", [here]) else []


def _is_asked_for(job_id: UUID, part: Query) -> bool:
    start = part.get("id_starts_with", "").replace("-", "")
    return str(job_id) in part.get("id", [str(job_id)]) and job_id.hex.startswith(start)


def _job_id(key: str, clean: Callable[[str], str]) -> UUID | str:
    try:
        return uuid_of("job", key)
    except ValueError:
        return printable(clean(key), 100)


def batch_of(answer: Answer, batch_id: UUID) -> Batch:
    """The batch that the answer says was completed; one without an id is taken for the one that was meant.

    Args:
        answer: the answer.
        batch_id: the batch that was asked for.

    Raises:
        OutcomeUnknownError: the answer holds no batch, or another one: it may be that of another
            request.
    """
    batch: Batch | None = answer.data
    if batch is None:
        raise answer.unknown("the answer does not hold the batch")
    if getattr(batch, "id", batch_id) != batch_id:
        raise answer.unknown(f"the answer is about batch {batch.id}")
    return batch


# ----------------------------------------------------------------------------------------------------------------------
# Afterwards


Outcome = Literal["happened", "did not happen", "cannot tell"]


@frozen
class Resolution:
    """What reading the jobs back tells about a write whose outcome was unknown.

    It holds for the moment of reading: a service that is slow may still carry out what it was sent.
    Who cancelled a job is not told by it, only that it is cancelled.

    Attributes:
        outcome: `happened`: every job that the write was to cancel is cancelled, or had ended
            before the last cancellation; or the service had said that it did it, and a strict
            client refused the form of its answer. `did not happen`: no job that it was to cancel is
            cancelled, and the request has come to its end: after a time-out, or an interruption,
            the service may still be at it. Otherwise `cannot tell`.
        reason: the facts.
        jobs: the jobs that were read back: those that the write may have been about.
    """

    outcome: Outcome
    reason: str
    jobs: tuple[Job, ...] = ()


def write_of(error: object) -> Write:
    """What is known about the write that failed with this error, or with one that led to it.

    A time that is up and Ctrl-C come as exceptions of others; ours is their cause or their context.

    Raises:
        ValueError: neither the error nor one that led to it is that of a write.
    """
    if not isinstance(error, BaseException):
        raise ValueError(
            f"error: {quoted(error)} is not an exception; give the one that the write raised"
        )
    for one in _led_to(error):
        write = vars(one).get("write")
        if isinstance(write, Write):
            return write
    raise ValueError(
        f"{type(error).__name__} is not the error of a write, nor did one lead to it: there is nothing to find out"
    )


def _led_to(error: BaseException) -> Iterator[BaseException]:
    """The error, and those that led to it, each once: causes before contexts."""
    seen: set[int] = set()
    todo: list[BaseException | None] = [error]
    while todo:
        one = todo.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        todo += [one.__context__, one.__cause__]
        yield one


def read_back(write: Write) -> dict[str, Any]:
    """The filters that list all jobs that a write may have changed; nothing if reading jobs cannot tell."""
    if write.operation != "cancel_jobs" or write.carried_out:
        return {"id": []}
    lasting = {name: value for name, value in write.filters.items() if name not in _VOLATILE}
    return {"project_id": None, **lasting, "batch_id": _batches(write.batch_id, lasting)}


def resolution(write: Write, jobs: Sequence[Job], *, proven: bool) -> Resolution:
    """What the jobs that were read back tell about a write.

    Args:
        write: the write.
        jobs: all jobs that it may have changed.
        proven: whether none is lacking.
    """
    if write.carried_out:
        return Resolution(
            "happened",
            "the service answered that it did this; the error's `write` has what is known",
        )
    if write.operation != "cancel_jobs":
        reason = "jobs do not tell whether their batch is complete; complete it again: a ConflictError says that it was"
        return Resolution("cannot tell", reason)
    outcome, reason = _judged(jobs, write)
    if not proven:
        outcome, reason = "cannot tell", f"{reason}; and jobs may be lacking from the list"
    return Resolution(outcome, reason, tuple(jobs))


def _judged(jobs: Sequence[Job], write: Write) -> tuple[Outcome, str]:
    status = write.filters.get("status")
    gone = [job for job in jobs if _state(job) in _GONE]
    others = [job for job in jobs if _state(job) not in _GONE]
    wanted = ACTIVE if status is None else frozenset(status)
    if not jobs:
        return "cannot tell", "no job that it may have been about is to be seen"
    if wanted <= TERMINAL:
        return "did not happen", "jobs in the states that it asks for cannot be cancelled"
    if not gone and write.may_still_happen:
        reason = f"none of the {len(jobs)} jobs that it may have been about is cancelled so far"
        return (
            "cannot tell",
            f"{reason}; nobody waited for the answer, so the service may still be at it",
        )
    if not gone:
        return (
            "did not happen",
            f"none of the {len(jobs)} jobs that it may have been about is cancelled",
        )
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
    state, start, end = (
        _state(job),
        getattr(job, "start_timestamp", None),
        getattr(job, "end_timestamp", None),
    )
    if state not in ACTIVE | TERMINAL or (state in wanted and state in ACTIVE):
        return True
    if state == JobStatus.PENDING or not wanted & ACTIVE:
        return False
    # It has left the wanted states. When?
    left = end if JobStatus.RUNNING in wanted else start or end
    return left is None or cancelled is None or left > cancelled


def _latest(cancelled: list[Job]) -> datetime | None:
    times = [
        getattr(job, "end_timestamp", None) or getattr(job, "updated_at", None) for job in cancelled
    ]
    return max((time for time in times if time is not None), default=None)


def _state(job: Job) -> JobStatus | None:
    return getattr(job, "status", None)


def _count(jobs: list[Job]) -> str:
    return "1 job is" if len(jobs) == 1 else f"{len(jobs)} jobs are"

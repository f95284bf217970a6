"""What a write was asked to do, and how an error carries what is known about it.

A write that failed half-way, or whose outcome is unknown, keeps all that is known about it: what it
was asked to do, what is done, what was not sent. The resolution makes something of that later.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from attrs import evolve, field, frozen

from .._display import quoted
from .._http.error_context import extend_reason
from .._http.unsent import was_not_sent
from .._short_repr import short_repr
from ..errors import (
    APIStatusError,
    OutcomeUnknownError,
    PasqalError,
    SubmissionKeyError,
    WriteDepartureError,
)
from .receipt import CancelReceipt
from .rejection import explain_rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from pasqal_core_api.models import Batch

    from .._listing.filter_table import Query
    from .effect import Effect
    from .plan import Step
    from .receipt import CancelBatchesReceipt

T = TypeVar("T")

SETTLE: Final = 5.0
"""Seconds for which `batches.resolve` looks for a change, unless the caller says otherwise: a service may still be at
work on what it was sent when the connection broke, and its lists may lag."""

_HOW_TO_CHECK: Final = "call client.batches.resolve(error) to check"
_UNKNOWN: Final = "A write was under way: it may or may not have taken effect"
_CARRIED_OUT: Final = "A write was carried out before; the error's `write` has what is known of it."


def _made(value: T | Callable[[], T]) -> T:
    """A value that may have to be made first."""
    if callable(value):
        return value()
    return value


@frozen
class Write:
    """A write: what it was asked to do, and how far it came.

    Only `batches.cancel_jobs` may take several requests. What it did not send can be sent with
    `client.batches.cancel_jobs(write.batch_id, **filters)` for each of `unsent`.

    Attributes:
        operation: the operationId of the contract.
        effect: what it is to bring about, for `batches.resolve`.
        batch_id: the batch that it acts on, or whose jobs it runs again; None for one that makes a
            batch otherwise, or is about a job or several batches.
        filters: the filters of the request that failed.
        carried_out: whether the service answered that it did this; only the form of its answer was
            rejected.
        did_not_happen: whether it is known not to have happened: the service rejected the request,
            or it was never sent.
        batch: the batch that was made or changed, as far as it could be read.
        may_still_happen: whether the answer was not waited for to the end, so that the service may
            still carry it out.
        batches_receipt: of a cancellation of batches that was carried out: what could be read of
            the answer.
        advice: how to find out whether it happened, where that is unknown.
        base_url: the address of the service that it was sent to; empty if it was not sent.
        account: a digest by which the account that sent it is told from others; empty if it was not
            sent.
    """

    operation: str
    effect: Effect
    batch_id: UUID | None = None
    filters: Query = field(factory=dict)
    # Made when an error shows them: of many requests, each would copy what all the others are about.
    _receipt: CancelReceipt | Callable[[], CancelReceipt] = field(factory=CancelReceipt, eq=_made)
    _unsent: tuple[Query, ...] | Callable[[], tuple[Query, ...]] = field(default=(), eq=_made)
    carried_out: bool = False
    did_not_happen: bool = False
    batch: Batch | None = None
    may_still_happen: bool = False
    batches_receipt: CancelBatchesReceipt | None = None
    advice: str = _HOW_TO_CHECK
    base_url: str = ""
    account: str = field(default="", repr=False)

    __repr__ = short_repr

    @property
    def receipt(self) -> CancelReceipt:
        """Of a cancellation of jobs: what earlier requests of the same call came to, where there were several.

        With `carried_out` also what could be read of the last answer.
        """
        return _made(self._receipt)

    @property
    def unsent(self) -> tuple[Query, ...]:
        """The filters of the requests that were not sent."""
        return _made(self._unsent)


class Progress:
    """How far the requests of a write have come, for whatever goes wrong on the way.

    An interruption may come at any call, also at the one that ends a `with` block. So whoever sends
    a write has one `try` around everything from the first request to the `return`.

    Args:
        base_url: the address of the service.
        watch_account: begins to watch which account signs a request; what it returns gives a digest
            by which that is told from others.
    """

    def __init__(self, base_url: str, watch_account: Callable[[], Callable[[], str]]) -> None:
        self._base_url = base_url
        self._watch_account = watch_account
        self._account: Callable[[], str]
        self._step: Step | None = None
        self._carried_out: Write | None = None

    def begin(self, step: Step) -> None:
        """Take the request that is sent next."""
        self._carried_out = None
        self._account = self._watch_account()
        self._step = step

    def end(self, write: Write) -> None:
        """Take what is known of the request now that it was carried out."""
        self._carried_out = write

    def attach_to(self, error: BaseException) -> None:
        """Attach what is known about the write to what went wrong; an exception has it as `write`."""
        step = self._step
        if step is None or isinstance(error, WriteDepartureError):
            return
        if self._carried_out is not None:
            attach_carried_out(self._carried_out, error)
        else:
            _attach_sent(step, error, self._base_url, self._account())
        is_one_of_several = step.done > 0 or bool(step.write.unsent)
        if is_one_of_several:
            error.add_note(_progress_note(step))


def attach_carried_out(write: Write, error: BaseException) -> None:
    """Attach a write to what came after it, such as an interruption, if it was carried out."""
    if write.carried_out and "write" not in vars(error):
        vars(error)["write"] = write
        error.add_note(_CARRIED_OUT)


def _attach_sent(step: Step, error: BaseException, base_url: str, account: str) -> None:
    """Attach a write to what went wrong with its request."""
    write = _after(step.write, error)
    # Exceptions of any class, so it cannot be an argument of theirs.
    vars(error)["write"] = evolve(write, base_url=base_url, account=account)
    if isinstance(error, OutcomeUnknownError):
        extend_reason(error, step.write.advice)
    elif isinstance(error, APIStatusError):
        explain_rejection(error, step.keywords.get("body"))
    elif not isinstance(error, PasqalError) and not was_not_sent(error):
        error.add_note(f"{_UNKNOWN}; {step.write.advice}.")


@contextmanager
def before_sending(write: Write) -> Iterator[None]:
    """Attach a write to whatever goes wrong in the block, which only reads what is there before it is sent.

    Args:
        write: the write; in the exception it is one that was never sent. Only the error of a key is
            about an earlier submission.
    """
    try:
        yield
    except SubmissionKeyError:
        raise
    except BaseException as error:
        vars(error)["write"] = evolve(write, did_not_happen=True)
        raise


def _after(write: Write, error: BaseException) -> Write:
    """What is known about a write after this error."""
    if isinstance(error, OutcomeUnknownError):
        return evolve(write, may_still_happen=error.timed_out)
    if isinstance(error, PasqalError) or was_not_sent(error):
        return evolve(write, did_not_happen=True)
    # Ctrl-C and cancellation do not wait for the answer.
    return evolve(write, may_still_happen=True)


def did_not_happen(error: BaseException) -> bool:
    """Whether an error has a write with it that is known not to have happened."""
    write = vars(error).get("write")
    return isinstance(write, Write) and write.did_not_happen


def _progress_note(step: Step) -> str:
    """How far a call of several requests came."""
    number = step.done + 1
    requests = number + len(step.write.unsent)
    cancelled = len(step.write.receipt.jobs)
    return (
        f"This was request {number} of {requests} of one call; jobs cancelled before: {cancelled}. "
        "The error's `write` has what is done (receipt), what failed (filters) and what was not sent (unsent)."
    )


def write_of(error: object) -> Write:
    """Return what is known about the write that failed with this error, or with one that led to it.

    A time limit and Ctrl-C raise exceptions that are not ours; ours is their cause or their context.

    Raises:
        ValueError: neither the error nor one that led to it is that of a write.
    """
    if not isinstance(error, BaseException):
        raise ValueError(
            f"error: {quoted(error)} is not an exception; give the one that the write raised"
        )
    write = _find(error, set())
    if write is not None:
        return write
    advice = "so there is nothing to resolve"
    if isinstance(error, BaseExceptionGroup):
        advice = "or several are: give one of its .exceptions"
    raise ValueError(
        f"{type(error).__name__} is not the error of a write, nor did one lead to it, {advice}"
    )


def _find(error: BaseException, seen: set[int]) -> Write | None:
    """The write of an error, or of one that led to it; of a group only if one of its errors has any.

    Args:
        error: the error.
        seen: by their identity, the errors that were looked at.
    """
    for each in _chain(error, seen):
        write = vars(each).get("write")
        # A foreign exception may have an attribute of that name, too.
        if isinstance(write, Write):
            return write
        if isinstance(each, BaseExceptionGroup):
            found = [_find(member, seen) for member in each.exceptions]
            writes = list(filter(None, found))
            if len(writes) == 1:
                return writes[0]
    return None


def _chain(error: BaseException, seen: set[int]) -> Iterator[BaseException]:
    """The error, and those that led to it, each once: causes before contexts."""
    todo = [error]
    while todo:
        each = todo.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        # The last in is the first out, so the cause goes in last.
        if each.__context__ is not None:
            todo.append(each.__context__)
        if each.__cause__ is not None:
            todo.append(each.__cause__)

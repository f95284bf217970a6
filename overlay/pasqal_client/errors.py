"""Every error that the package raises on purpose, and how an HTTP answer becomes one.

    PasqalError
    ├── DepartureError (AttributeError)      an answer departs from the contract where it is read, or anywhere if strict
    │   └── WriteDepartureError              the same of a write that was carried out, if strict; has it as write
    ├── IncompleteListingWarning (UserWarning)  a listing may lack jobs; a warning, an error only if strict
    ├── ConfigurationError (ValueError)      the settings do not make a client: nothing to sign in with, a bad address
    └── APIError                             a request did not end well; has status, reason, method, path, request_id
        ├── APIStatusError                   the service answered with a status that is not a documented success
        │   ├── BadRequestError              400
        │   ├── AuthenticationError          401
        │   ├── PermissionDeniedError        403
        │   ├── NotFoundError                404
        │   ├── ConflictError                409
        │   ├── UnprocessableError           422, with the mistakes one by one in .errors
        │   ├── RateLimitError               429
        │   └── ServerError                  5xx
        ├── APIConnectionError               no answer: the connection failed
        │   └── UntrustedError               the certificate of the service failed verification; nothing was sent
        ├── DeadlineError (TimeoutError)     no answer in time
        ├── OutcomeUnknownError              a write that may or may not have happened
        ├── ResponseError                    an answer that cannot be understood
        ├── CancelRefusedError               asked for by raise_for_errors(): some jobs were not cancelled
        ├── JobsFailedError                  asked for by raise_on_failure: some of the awaited jobs failed
        ├── UnknownStatusError               an awaited job is in a state that is not known
        └── WaitTimeoutError (TimeoutError)  the jobs did not end in time

A class of its own exists only where a caller would act differently. All of them pickle. No text of
theirs holds a secret or a raw control character: whoever raises them passes what it knows through
`printable`.
"""

from __future__ import annotations

from http import HTTPStatus
from reprlib import Repr
from typing import TYPE_CHECKING, Any, Final

from pasqal_core_api.errors import DepartureError, PasqalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from pasqal_core_api.models import JobStatus, ValidationError
    from pasqal_core_api.types import Departure

    from ._writes.write import Write

__all__ = [
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "AuthenticationError",
    "BadRequestError",
    "CancelRefusedError",
    "ConfigurationError",
    "ConflictError",
    "DeadlineError",
    "DepartureError",
    "IncompleteListingWarning",
    "JobsFailedError",
    "NotFoundError",
    "OutcomeUnknownError",
    "PasqalError",
    "PermissionDeniedError",
    "RateLimitError",
    "ResponseError",
    "ServerError",
    "UnknownStatusError",
    "UnprocessableError",
    "UntrustedError",
    "WaitTimeoutError",
    "WriteDepartureError",
]

REASON_LENGTH: Final = 600


class WriteDepartureError(DepartureError):
    """A write was carried out, but its answer departs from the contract and the client is strict.

    Attributes:
        departure (Departure): the first departure; `client.departures` has all.
        write (Write): the write, with `receipt` or `batch` as far as they could be read, and what
            was not sent.
    """

    def __init__(self, departure: Departure, write: Write) -> None:
        super().__init__(departure)
        self.write = write

    def __str__(self) -> str:
        unsent = len(self.write.unsent)
        rest = (
            f"; {unsent} more of the same call {'was' if unsent == 1 else 'were'} not sent"
            if unsent
            else ""
        )
        return (
            f"{self.departure}. The request was carried out all the same{rest}; "
            "the error's `write` has what could be read of the answer"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.departure, self.write), self.__dict__


class ConfigurationError(PasqalError, ValueError):
    """The settings at hand do not make a client."""


# it is a warning unless strict
class IncompleteListingWarning(PasqalError, UserWarning):  # noqa: N818
    """A listing ended, but it is not proven that it has every job; the text says why."""


class APIError(PasqalError):
    """A request did not end well.

    Attributes:
        reason (str): why, in the service's own words where it gave any.
        status (int | None): the HTTP status; None where there was no answer.
        method (str): the HTTP method.
        path (str): the path of the address, without the query.
        request_id (str | None): the service's id of the request, for its support.
        write (Write | None): what is known about the write that failed, if it was one.
    """

    write: Write | None = None

    def __init__(
        self,
        reason: str,
        *,
        status: int | None = None,
        method: str = "",
        path: str = "",
        request_id: str | None = None,
    ) -> None:
        self.reason = reason
        self.status = status
        self.method = method
        self.path = path
        self.request_id = request_id
        super().__init__(reason)

    def __str__(self) -> str:
        where = f" ({self.method} {self.path})" if self.method else ""
        trace = f" [request id {self.request_id}]" if self.request_id else ""
        return f"{self.headline()}{self.reason}{where}{trace}"

    def headline(self) -> str:
        """The status, where there is one."""
        return f"{_status_text(self.status)}: " if self.status else ""

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.reason, self.__dict__)


def _restored(kind: type[APIError], reason: str, state: dict[str, Any]) -> APIError:
    error = kind.__new__(kind)
    error.args = (reason,)
    error.__dict__.update(state)
    return error


def _status_text(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


class APIStatusError(APIError):
    """The service answered with a status that is not a documented success.

    Attributes:
        retry_after (float | None): the pause in seconds that the service asked for.
    """

    status: int
    retry_after: float | None = None


class BadRequestError(APIStatusError):
    """The service could not make sense of the request (400)."""


class AuthenticationError(APIStatusError):
    """The service does not accept the credentials (401)."""


class PermissionDeniedError(APIStatusError):
    """The account may not do this (403)."""


class NotFoundError(APIStatusError):
    """There is no such batch or job, or the account may not see it.

    Attributes:
        status (int | None): 404; None where an answer without it showed that.
    """

    status: int | None  # type: ignore[assignment]  # nobody sent one


class ConflictError(APIStatusError):
    """The batch or job is in a state that does not allow this (409)."""


class UnprocessableError(APIStatusError):
    """The request does not satisfy the contract (422).

    Attributes:
        errors (tuple[ValidationError, ...]): the mistakes, each with loc, msg and type.
    """

    errors: tuple[ValidationError, ...] = ()


class RateLimitError(APIStatusError):
    """Too many requests (429); `retry_after` says how long to wait, if the service told."""


class ServerError(APIStatusError):
    """The service or a gateway before it failed (5xx)."""


class APIConnectionError(APIError):
    """No answer: the connection could not be made, or it broke."""


class UntrustedError(APIConnectionError):
    """The certificate of the service failed verification, so nothing was sent; it would fail again."""


class DeadlineError(APIError, TimeoutError):
    """No answer within the time that the caller allows."""


class OutcomeUnknownError(APIError):
    """A write was sent and not repeated; it may or may not have taken effect.

    Attributes:
        timed_out (bool): whether there was no answer in time, so that the service may still be at
            it.
    """

    timed_out: bool = False


class ResponseError(APIError):
    """The service answered, but the answer cannot be understood."""


class CancelRefusedError(APIError):
    """Some jobs were not cancelled.

    Attributes:
        errors (dict[UUID | str, str]): the service's reason, by job.
    """

    def __init__(self, errors: Mapping[UUID | str, str]) -> None:
        some = "; ".join(
            printable(f"{job}: {reason}", 200) for job, reason in list(errors.items())[:3]
        )
        more = f"; and {len(errors) - 3} more" if len(errors) > 3 else ""
        jobs = "1 job was" if len(errors) == 1 else f"{len(errors)} jobs were"
        super().__init__(f"{jobs} not cancelled: {some}{more}")
        self.errors = dict(errors)


class JobsFailedError(APIError):
    """Some of the jobs that were waited for failed.

    Attributes:
        failed_ids (tuple[UUID, ...]): the jobs that ended in ERROR.
    """

    def __init__(self, failed_ids: tuple[UUID, ...]) -> None:
        super().__init__(f"{_jobs(len(failed_ids))} failed: {some(failed_ids)}")
        self.failed_ids = failed_ids


class UnknownStatusError(APIError):
    """Jobs that are waited for are in a state that is not known, so it is not known whether they will leave it.

    Attributes:
        statuses (dict[UUID, JobStatus]): the states, by job.
    """

    def __init__(self, statuses: Mapping[UUID, JobStatus]) -> None:
        known = ", ".join(sorted({printable(status, 40) for status in statuses.values()}))
        super().__init__(
            f"{_jobs(len(statuses))} in an unknown state ({known}): {some(statuses)}; "
            "say what it counts as with unknown_status='active' or 'terminal'"
        )
        self.statuses = dict(statuses)


class WaitTimeoutError(APIError, TimeoutError):
    """The jobs that were waited for did not all end in time.

    Wait on with `jobs.wait(batch_id=error.batch_id)` if it was a batch, else with
    `jobs.wait(ids=error.ids)`.

    Attributes:
        batch_id (UUID | None): the batch whose jobs were waited for, if it was one.
        ids (tuple[UUID, ...]): the jobs that had not ended when they were last read; none if a
            batch was never read.
        statuses (dict[UUID, JobStatus]): the states of all jobs when they were last read.
    """

    def __init__(
        self,
        batch_id: UUID | None,
        ids: tuple[UUID, ...],
        statuses: Mapping[UUID, JobStatus],
        elapsed: float,
        trouble: str = "",
    ) -> None:
        where = f" of batch {batch_id}" if batch_id else ""
        if statuses:
            text = f"{_jobs(len(ids))}{where} had not ended after {elapsed:.3g} s: {some(ids)}"
        else:
            text = f"the jobs{where} could not be read in time"
        super().__init__(f"{text}; the last look failed: {trouble}" if trouble else text)
        self.batch_id = batch_id
        self.ids = ids
        self.statuses = dict(statuses)


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count} jobs"


def some(ids: Iterable[UUID]) -> str:
    """The first few ids, and a sign if there are more."""
    listed = [str(one) for one in ids]
    return ", ".join(listed[:5]) + (" …" if len(listed) > 5 else "")


BY_STATUS: Final[dict[int, type[APIStatusError]]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableError,
    429: RateLimitError,
}


def class_for(status: int) -> type[APIStatusError]:
    """The class of the error for an HTTP status."""
    return BY_STATUS.get(status, ServerError if 500 <= status <= 599 else APIStatusError)


def printable(text: str, length: int = REASON_LENGTH, gap: str = " ") -> str:
    """The text in one line, without control or invisible characters, cut to a length.

    Args:
        text: any text; what lies far beyond the length is not looked at.
        length: the largest number of characters that are left.
        gap: what takes the place of a character that is taken out.
    """
    beginning = text[: length * 4]
    if not beginning.isprintable():
        beginning = "".join(c if c.isprintable() else gap for c in beginning)
    line = " ".join(beginning.split())
    return line if len(line) <= length else f"{line[: length - 3]}..."


def quoted(value: object) -> str:
    """What a value that somebody gave looks like, in at most 80 characters; nobody waits for all of a long one."""
    if isinstance(value, int) and value.bit_length() > 200:
        return f"an integer of {value.bit_length()} bits"
    try:
        looks = _short(value)
    except Exception:
        return f"a {type(value).__name__}"
    return printable(looks, 80)


_repr = Repr()
_repr.maxstring = _repr.maxother = 200
_short: Final = _repr.repr

"""Every error that the package raises on purpose, and which one stands for an HTTP status.

    PasqalError
    ├── DepartureError (AttributeError)         an answer departs from the contract: where read, or anywhere if strict
    │   └── WriteDepartureError                 the same of a write that was carried out, if strict; has .write
    ├── IncompleteListingWarning (UserWarning)  a listing may have missed items; a warning, an error only if strict
    ├── ConfigurationError (ValueError)         the settings do not make a client: no credentials, a bad address
    ├── SubmissionKeyError                      nothing was submitted because of the key; has .key, .batch
    │   ├── KeyConflictError (ValueError)       a batch with the key has other content; has .parts
    │   ├── DeadBatchError                      the batch with the key was cancelled, failed or timed out
    │   └── KeyUnsettledError                   whether there is a batch with the key cannot be told
    └── APIError                                a request failed; has .status, .reason, .method, .path, .request_id
        ├── APIStatusError                      the status of the answer is not a documented success; has .retry_after
        │   ├── BadRequestError                 400
        │   ├── AuthenticationError             401, or the token endpoint rejects the credentials
        │   ├── PermissionDeniedError           403
        │   ├── NotFoundError                   404, or a job is not in an answer
        │   ├── ConflictError                   409
        │   ├── UnprocessableError              422, with the mistakes one by one in .errors
        │   ├── RateLimitError                  429
        │   └── ServerError                     5xx
        ├── APIConnectionError                  no answer: the connection failed
        │   └── UntrustedError                  the certificate of the service failed verification; nothing was sent
        ├── DeadlineError (TimeoutError)        no answer in time
        ├── OutcomeUnknownError                 a write that may or may not have taken effect
        ├── ResponseError                       an answer that cannot be understood
        ├── CancelRefusedError                  some jobs or batches were not cancelled; raised by raise_for_errors()
        ├── JobsFailedError                     some of the awaited jobs failed; raised with raise_on_failure
        ├── ResultError                         a job has no result to give; has .job_id and .job
        │   ├── ResultNotReadyError             it has not ended
        │   ├── ResultFailedError               it ended in ERROR; has the service's .errors
        │   ├── ResultCancelledError            it was cancelled
        │   ├── ResultMissingError              it is done, but its results are not there
        │   └── ResultNotSavedError             the results are there, but could not be saved to the folder
        ├── UnknownStatusError                  an awaited job is in a state that this version does not know
        └── WaitTimeoutError (TimeoutError)     the awaited jobs did not end in time

A class of its own exists only where a caller would act differently. All of them pickle. No text of
theirs holds a secret or a raw control character: whoever raises them passes what it knows through
`_display`.
"""

from __future__ import annotations

from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pasqal_core_runtime.errors import DepartureError, PasqalError

from ._display import printable, some_ids

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from pasqal_core_api.models import Batch, Job, JobStatus, ValidationError
    from pasqal_core_runtime.departures import Departure

    from ._writes.write import Write

_E = TypeVar("_E", bound=PasqalError)

__all__ = [
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "AuthenticationError",
    "BadRequestError",
    "CancelRefusedError",
    "ConfigurationError",
    "ConflictError",
    "DeadBatchError",
    "DeadlineError",
    "DepartureError",
    "IncompleteListingWarning",
    "JobsFailedError",
    "KeyConflictError",
    "KeyUnsettledError",
    "NotFoundError",
    "OutcomeUnknownError",
    "PasqalError",
    "PermissionDeniedError",
    "RateLimitError",
    "ResponseError",
    "ResultCancelledError",
    "ResultError",
    "ResultFailedError",
    "ResultMissingError",
    "ResultNotReadyError",
    "ResultNotSavedError",
    "ServerError",
    "SubmissionKeyError",
    "UnknownStatusError",
    "UnprocessableError",
    "UntrustedError",
    "WaitTimeoutError",
    "WriteDepartureError",
]


# How many things an error names one by one.
_MOST_REASONS: Final = 3

_LONGEST_REASON: Final = 200
_LONGEST_STATUS: Final = 40
_LONGEST_KEY: Final = 80


class WriteDepartureError(DepartureError):
    """A write was carried out, but its answer departs from the contract.

    A strict client raises it; any client does where the answer does not tell which jobs were added.

    Attributes:
        departure (Departure): the first departure; `client.departures` has all.
        write (Write): the write, with its `receipt` or `batch` as far as they could be read, and
            what was not sent.
    """

    def __init__(self, departure: Departure, write: Write) -> None:
        super().__init__(departure)
        self.write = write

    def __str__(self) -> str:
        unsent = len(self.write.unsent)
        rest = ""
        if unsent == 1:
            rest = "; 1 more of the same call was not sent"
        elif unsent:
            rest = f"; {unsent} more of the same call were not sent"
        return (
            f"{self.departure}. The request was carried out all the same{rest}; "
            "the error's `write` has what could be read of the answer"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.departure, self.write), self.__dict__


class ConfigurationError(PasqalError, ValueError):
    """The settings do not make a client: something is missing or malformed."""


# A warning, unless the client is strict.
class IncompleteListingWarning(PasqalError, UserWarning):  # noqa: N818
    """A listing ended, but may have missed items; the text says why."""


class SubmissionKeyError(PasqalError):
    """Nothing was submitted because of what is known about the key of the submission.

    Attributes:
        key (str): the key.
        batch (Batch | None): the batch that was submitted under it, if one is known.
    """

    def __init__(self, text: str, key: str, batch: Batch | None) -> None:
        super().__init__(text)
        self.key = key
        self.batch = batch

    def __reduce__(self) -> tuple[Any, ...]:
        # By default an exception is recreated from `args`, which no subclass takes.
        return _restored, (type(self), str(self), self.__dict__)


class KeyConflictError(SubmissionKeyError, ValueError):
    """A batch was submitted under the key before, with other content.

    Attributes:
        key (str): the key.
        batch (Batch): the batch.
        parts (tuple[str, ...]): what differs, such as `sequence` or `jobs`.
    """

    batch: Batch

    def __init__(self, key: str, batch: Batch, parts: tuple[str, ...]) -> None:
        text = (
            f"batch {batch.id} was submitted under the key {_key(key)} with other content: "
            f"{', '.join(parts)}; give this submission a key of its own"
        )
        super().__init__(text, key, batch)
        self.parts = parts


class DeadBatchError(SubmissionKeyError):
    """The batch that was submitted under the key has ended without all its results.

    Attributes:
        key (str): the key.
        batch (Batch): the batch.
    """

    batch: Batch

    def __init__(self, key: str, batch: Batch) -> None:
        status = printable(batch.status, _LONGEST_STATUS)
        text = (
            f"batch {batch.id}, which was submitted under the key {_key(key)}, is {status}; "
            "say what to do about it with on_dead='return' or 'submit'"
        )
        super().__init__(text, key, batch)


_WAYS_OUT: Final = (
    "look at client.batches.list, or try again later (10 minutes after a lost answer, the list alone decides); "
    "once you are sure that there is none, submit under another key"
)


class KeyUnsettledError(SubmissionKeyError):
    """Whether a batch was submitted under the key cannot be told, so none was submitted now.

    Attributes:
        key (str): the key.
        write (Write | None): the submission whose outcome is unknown, if this process made one;
            then `batches.resolve` takes this error, too.
    """

    def __init__(self, key: str, reason: str, write: Write | None = None) -> None:
        text = f"whether a batch was submitted under the key {_key(key)} cannot be told: {reason}"
        super().__init__(f"{text}; nothing was submitted now; {_WAYS_OUT}", key, None)
        self.write = write


def _key(key: str) -> str:
    return printable(repr(key), _LONGEST_KEY)


class APIError(PasqalError):
    """A request failed.

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
        text = f"{self.headline()}{self.reason}"
        if self.method:
            text += f" ({self.method} {self.path})"
        if self.request_id:
            text += f" [request id {self.request_id}]"
        return text

    def headline(self) -> str:
        """The status as text, such as `404 Not Found: `; empty where there is none."""
        if not self.status:
            return ""
        return f"{_status_text(self.status)}: "

    def __reduce__(self) -> tuple[Any, ...]:
        # By default an exception is recreated from `args`, which not every subclass takes.
        return _restored, (type(self), self.reason, self.__dict__)


def _restored(kind: type[_E], reason: str, state: dict[str, Any]) -> _E:
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
        status (int | None): the HTTP status; None only in a `NotFoundError` that the client makes
            itself, because an answer does not hold what was asked for.
        retry_after (float | None): the pause in seconds that the service asked for.
        code (str | None): the code that an object store gave the error, such as `ExpiredToken`;
            None from the service itself.
    """

    retry_after: float | None = None
    code: str | None = None


class BadRequestError(APIStatusError):
    """The service could not make sense of the request (400)."""


class AuthenticationError(APIStatusError):
    """The service does not accept the credentials (401)."""


class PermissionDeniedError(APIStatusError):
    """The account may not do this (403)."""


class NotFoundError(APIStatusError):
    """The batch or job does not exist, or the account may not see it.

    Attributes:
        status (int | None): 404; None where the service answered, but without what was asked for.
    """


class ConflictError(APIStatusError):
    """The state of the batch or job does not allow this (409)."""


class UnprocessableError(APIStatusError):
    """The request does not satisfy the contract (422).

    Attributes:
        errors (tuple[ValidationError, ...]): the mistakes, each with loc, msg and type.
    """

    errors: tuple[ValidationError, ...] = ()


class RateLimitError(APIStatusError):
    """Too many requests (429); `retry_after` is how long to wait, if the service said so."""


class ServerError(APIStatusError):
    """The service or a gateway before it failed (5xx)."""


class APIConnectionError(APIError):
    """No answer: the connection could not be made, or it broke."""


class UntrustedError(APIConnectionError):
    """The certificate of the service failed verification, so nothing was sent; trying again would not help."""


class DeadlineError(APIError, TimeoutError):
    """No answer within the time that the caller allows."""


class OutcomeUnknownError(APIError):
    """A write was sent and not repeated; it may or may not have taken effect.

    Attributes:
        timed_out (bool): whether there was no answer in time, so that the service may still carry
            it out.
        problem (str): what went wrong, in the service's own words where it gave any: the `reason`
            without what it says about the write.
    """

    timed_out: bool = False
    problem: str = ""


class ResponseError(APIError):
    """The service answered, but the answer cannot be understood."""


class CancelRefusedError(APIError):
    """Some jobs or batches were not cancelled.

    Attributes:
        errors (dict[UUID | str, str]): the service's reason, by job or by batch.
    """

    def __init__(
        self, errors: Mapping[UUID | str, str], *, one: str = "job", many: str = "jobs"
    ) -> None:
        reasons = []
        for refused, reason in islice(errors.items(), _MOST_REASONS):
            reasons.append(printable(f"{refused}: {reason}", _LONGEST_REASON))
        if len(errors) > _MOST_REASONS:
            reasons.append(f"and {len(errors) - _MOST_REASONS} more")
        listed = "; ".join(reasons)
        were = f"1 {one} was"
        if len(errors) != 1:
            were = f"{len(errors)} {many} were"
        super().__init__(f"{were} not cancelled: {listed}")
        self.errors: dict[UUID | str, str] = dict(errors)


class JobsFailedError(APIError):
    """Some of the jobs that were waited for failed.

    Attributes:
        failed_ids (tuple[UUID, ...]): the jobs that ended in ERROR.
    """

    def __init__(self, failed_ids: tuple[UUID, ...]) -> None:
        super().__init__(f"{_jobs(len(failed_ids))} failed: {some_ids(failed_ids)}")
        self.failed_ids = failed_ids


class ResultError(APIError):
    """There are no results of a job to give.

    Attributes:
        job_id (UUID | None): the job.
        job (Job | None): the job as it was last read.
    """

    job_id: UUID | None = None
    job: Job | None = None


class ResultNotReadyError(ResultError):
    """The job has not ended, so it has no results yet; `jobs.wait` waits for it."""


class ResultFailedError(ResultError):
    """The job ended in ERROR, so it has no results.

    Attributes:
        errors (tuple[str, ...]): the service's reasons.
    """

    errors: tuple[str, ...] = ()


class ResultCancelledError(ResultError):
    """The job was cancelled, so it has no results."""


class ResultMissingError(ResultError):
    """The job is done, but the service does not have its results, or no longer."""


class ResultNotSavedError(ResultError):
    """The results could not be saved: the folder cannot be written to, or something else has the name of the file."""


class UnknownStatusError(APIError):
    """Awaited jobs are in a state that this version does not know, so they may or may not leave it.

    Attributes:
        statuses (dict[UUID, JobStatus]): the states, by job.
    """

    def __init__(self, statuses: Mapping[UUID, JobStatus]) -> None:
        states = {printable(status, _LONGEST_STATUS) for status in statuses.values()}
        listed = ", ".join(sorted(states))
        super().__init__(
            f"{_jobs(len(statuses))} in an unknown state ({listed}): {some_ids(statuses)}; "
            "say how to treat it with unknown_status='active' or 'terminal'"
        )
        self.statuses: dict[UUID, JobStatus] = dict(statuses)


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
        where = ""
        if batch_id:
            where = f" of batch {batch_id}"
        text = f"the jobs{where} could not be read in time"
        if statuses:
            text = f"{_jobs(len(ids))}{where} had not ended after {elapsed:.3g} s: {some_ids(ids)}"
        if trouble:
            text += f"; the last look failed: {trouble}"
        super().__init__(text)
        self.batch_id = batch_id
        self.ids = ids
        self.statuses: dict[UUID, JobStatus] = dict(statuses)


def _jobs(count: int) -> str:
    if count == 1:
        return "1 job"
    return f"{count} jobs"


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
    if 500 <= status <= 599:
        return ServerError
    return BY_STATUS.get(status, APIStatusError)

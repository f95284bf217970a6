"""Every error that the package raises on purpose, and how an HTTP answer becomes one.

    PasqalError
    ├── DepartureError (AttributeError)      an answer departs from the contract where it is read, or anywhere if strict
    ├── IncompleteListingWarning (UserWarning)  a listing may lack jobs; a warning, an error only if strict
    ├── ConfigurationError (ValueError)      the settings do not make a client: nothing to sign in with, a bad address
    └── APIError                             a request did not end well; has status, reason, method, path, request_id
        ├── APIStatusError                   the service answered with a status that is no documented success
        │   ├── BadRequestError              400
        │   ├── AuthenticationError          401
        │   ├── PermissionDeniedError        403
        │   ├── NotFoundError                404
        │   ├── ConflictError                409
        │   ├── UnprocessableError           422, with the mistakes one by one in .errors
        │   ├── RateLimitError               429
        │   └── ServerError                  5xx
        ├── APIConnectionError               no answer: the connection failed
        ├── DeadlineError (TimeoutError)     no answer in time
        ├── OutcomeUnknownError              a write that may or may not have happened
        ├── ResponseError                    an answer that cannot be understood
        ├── CancelRefusedError               asked for by raise_for_errors(): some jobs were not cancelled
        └── WaitTimeoutError (TimeoutError)  the jobs did not end in time

A class of its own exists only where a caller would act differently. All of them pickle. No text of theirs holds a
secret or a raw control character: whoever raises them passes what it knows through `printable`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from pasqal_core_api.errors import DepartureError, PasqalError
from pasqal_core_api.models import ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from .writes import Write

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
    "NotFoundError",
    "OutcomeUnknownError",
    "PasqalError",
    "PermissionDeniedError",
    "RateLimitError",
    "ResponseError",
    "ServerError",
    "UnprocessableError",
    "WaitTimeoutError",
]

K = TypeVar("K", bound="APIError")

REASON_LENGTH: Final = 600
REQUEST_ID_HEADERS: Final = ("x-request-id", "x-correlation-id", "x-amzn-requestid", "cf-ray")


class ConfigurationError(PasqalError, ValueError):
    """The settings at hand do not make a client."""


class IncompleteListingWarning(PasqalError, UserWarning):  # noqa: N818  # it is a warning unless strict
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
    """The service answered with a status that is no documented success.

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
    """There is no such batch or job, or the account may not see it (404)."""


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


class DeadlineError(APIError, TimeoutError):
    """No answer within the time that the caller allows."""


class OutcomeUnknownError(APIError):
    """A write was sent, but whether it happened is not known. It was not repeated."""


class ResponseError(APIError):
    """The service answered, but the answer cannot be understood."""


class CancelRefusedError(APIError):
    """Some jobs were not cancelled.

    Attributes:
        errors (dict[UUID | str, str]): the service's reason, by job.
    """

    def __init__(self, errors: Mapping[UUID | str, str]) -> None:
        some = "; ".join(f"{job}: {reason}" for job, reason in list(errors.items())[:3])
        more = f"; and {len(errors) - 3} more" if len(errors) > 3 else ""
        jobs = "1 job was" if len(errors) == 1 else f"{len(errors)} jobs were"
        super().__init__(f"{jobs} not cancelled: {some}{more}")
        self.errors = dict(errors)


class WaitTimeoutError(APIError, TimeoutError):
    """The jobs that were waited for did not all end in time."""


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


# ----------------------------------------------------------------------------------------------------------------------
# From an answer to an error


class Exchange:
    """What errors tell about a request: its method and path, whether it changes something, how to keep secrets out."""

    __slots__ = ("changes", "clean", "method", "path")

    def __init__(self, method: str, path: str, clean: Callable[[str], str], *, changes: bool) -> None:
        self.method = method
        self.path = path
        self.clean = clean
        self.changes = changes

    def error(self, kind: type[K], reason: str, *, status: int | None = None, request_id: str | None = None) -> K:
        """An error of this exchange; the reason is cleaned of secrets and control characters."""
        request_id = printable(self.clean(request_id), 200) if request_id else None
        reason = printable(self.clean(reason))
        return kind(reason, status=status, method=self.method, path=self.path, request_id=request_id)

    @classmethod
    def of(cls, method: str, path: str, clean: Callable[[str], str] = str, *, changes: bool) -> Self:
        """An exchange whose texts are printable."""
        return cls(method, printable(clean(path)), clean, changes=changes)


def status_error(status: int, headers: Mapping[str, str], body: bytes, exchange: Exchange) -> APIStatusError:
    """The error for an answer whose status is no documented success.

    Args:
        status: the HTTP status; any number.
        headers: the answer's headers, by lower-case name.
        body: the answer's body, of whatever form.
        exchange: the request.
    """
    reason, mistakes = read_body(body)
    error = exchange.error(
        class_for(status), reason or "the service gave no reason", status=status, request_id=request_id(headers)
    )
    error.retry_after = retry_after(headers.get("retry-after"))
    if isinstance(error, UnprocessableError):
        error.errors = tuple(ValidationError.from_dict(_cleaned(mistake, exchange.clean)) for mistake in mistakes)
    return error


def request_id(headers: Mapping[str, str]) -> str | None:
    """The service's id of the request, from the headers that carry one."""
    return next((headers[name] for name in REQUEST_ID_HEADERS if name in headers), None)


def read_body(body: bytes) -> tuple[str, list[dict[str, Any]]]:
    """The reason in the body of an error, and the mistakes that it lists.

    Known forms: FastAPI's `detail` (text or a list), JSend's `message` with `data.description` (text or a list),
    `message` or `error` alone, OAuth's `error_description`, a list, plain text, a gateway's HTML page, nothing.
    """
    text = body.decode("utf-8", "replace").strip()
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return _page_text(text), []
    return _content_reason(content)


def _content_reason(content: Any) -> tuple[str, list[dict[str, Any]]]:
    if isinstance(content, list):
        return _list_reason(content)
    if not isinstance(content, dict):
        return ("" if content is None else str(content)), []
    data = content.get("data")
    details = content.get("detail"), data.get("description") if isinstance(data, dict) else None
    mistakes = [entry for detail in details if isinstance(detail, list) for entry in detail]
    parts = [content.get("message"), *details, content.get("error_description"), content.get("error")]
    texts = [part if isinstance(part, str) else _content_reason(part)[0] for part in parts if part]
    return ": ".join(dict.fromkeys(filter(None, texts))), [entry for entry in mistakes if isinstance(entry, dict)]


def _list_reason(entries: list[Any]) -> tuple[str, list[dict[str, Any]]]:
    mistakes = [entry for entry in entries if isinstance(entry, dict) and "msg" in entry]
    return "; ".join(filter(None, map(_mistake_text, entries[:10]))), mistakes


def _mistake_text(entry: Any) -> str:
    if isinstance(entry, dict) and "msg" in entry:
        loc = entry.get("loc")
        where = ".".join(str(part) for part in loc) if isinstance(loc, list) else ""
        return f"{where}: {entry['msg']}" if where else str(entry["msg"])
    return entry if isinstance(entry, str) else _content_reason(entry)[0]


def _page_text(text: str) -> str:
    if not re.match(r"\s*<(!doctype|html|\?xml|head|body)", text, re.IGNORECASE):
        return text
    title = re.search(r"<(title|h1)[^>]*>(.{0,300}?)</\1", text, re.IGNORECASE | re.DOTALL)
    return f"an HTML page instead of an answer: {re.sub(r'<[^>]*>', ' ', title[2])}" if title else "an HTML page"


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return printable(clean(value))
    if isinstance(value, list):
        return [_cleaned(entry, clean) for entry in value[:100]]
    if isinstance(value, dict):
        return {_cleaned(key, clean): _cleaned(entry, clean) for key, entry in value.items()}
    return value


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """The pause in seconds that a Retry-After header asks for: a number ("1.5" too) or a date; None if it asks none."""
    if value is None:
        return None
    if re.fullmatch(r"\s*\d{1,9}(\.\d*)?\s*", value, re.ASCII):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def printable(text: str, length: int = REASON_LENGTH) -> str:
    """The text in one line, without control or invisible characters, cut to a length."""
    line = " ".join("".join(c if _harmless(c) else " " for c in text[: length * 4]).split())
    return line if len(line) <= length else f"{line[: length - 3]}..."


def _harmless(character: str) -> bool:
    return not unicodedata.category(character).startswith("C")

"""From an answer, of whatever form, to an error that says what happened and shows no secret."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from pasqal_core_api.models import ValidationError

from .errors import APIError, APIStatusError, UnprocessableError, class_for, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

K = TypeVar("K", bound=APIError)

REQUEST_ID_HEADERS: Final = ("x-request-id", "x-correlation-id", "x-amzn-requestid", "cf-ray")


# Characters. Cleaning a body of megabytes would take seconds, and most of it is not shown anyway.
LONGEST_TEXT: Final = 10_000
# Characters of the reason for which the outcome of a write is unknown: what to do about it has to stay in sight.
LONGEST_CAUSE: Final = 300
# A mistake that is nested deeper than any real one is not followed to its end.
DEEPEST_MISTAKE: Final = 10


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
        request_id = printable(self.clean(request_id[:LONGEST_TEXT]), 200) if request_id else None
        reason = printable(self.clean(reason[:LONGEST_TEXT]))
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
        error.errors = tuple(ValidationError.from_dict(_cleaned(mistake, exchange.clean)) for mistake in mistakes[:100])
    return error


def outcome_unknown(reason: str) -> str:
    """The text for a write that was sent and may have happened."""
    return (
        f"{reason.rstrip('.')[:LONGEST_CAUSE]}. The request was sent and not repeated; whether it took effect is not "
        "known. client.batches.resolve(error) finds out what there is to find out"
    )


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
        return _content_reason(json.loads(text))
    except (ValueError, RecursionError):
        return _page_text(text), []


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


def _cleaned(value: Any, clean: Callable[[str], str], depth: int = 0) -> Any:
    if isinstance(value, str):
        return printable(clean(value[:LONGEST_TEXT]))
    if depth > DEEPEST_MISTAKE:
        return None
    if isinstance(value, list):
        return [_cleaned(entry, clean, depth + 1) for entry in value[:100]]
    if isinstance(value, dict):
        return {_cleaned(key, clean): _cleaned(entry, clean, depth + 1) for key, entry in value.items()}
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

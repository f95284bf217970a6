"""From an answer, of whatever form, to an error that says what happened and shows no secret."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar
from urllib.parse import urlsplit, urlunsplit

from pasqal_core_api.models import ValidationError

from ..errors import (
    REASON_LENGTH,
    APIError,
    APIStatusError,
    UnprocessableError,
    class_for,
    printable,
)
from .redaction import granted, redacted, spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

K = TypeVar("K", bound=APIError)

REQUEST_ID_HEADERS: Final = (
    *("x-request-id", "x-correlation-id", "x-amzn-requestid", "cf-ray"),
    *("request-id", "x-requestid", "x-amz-request-id", "apigw-requestid", "x-ms-request-id"),
    *("x-amzn-trace-id", "x-trace-id", "traceparent"),
)
"""The headers that may have the service's id of a request; the first one that has any counts."""

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

# Characters. Cleaning a body of megabytes would take seconds, and most of it is not shown anyway.
LONGEST_TEXT: Final = 10_000
# Bytes. A larger body is not decoded for a reason, which it will show at its beginning if at all.
LARGEST_REASON: Final = 8 * 2**20
# Characters of the reason for which the outcome of a write is unknown: what to do about it has to
# stay in sight.
LONGEST_CAUSE: Final = 300
LONGEST_ID: Final = 200
LONGEST_ADDRESS: Final = 200
LONGEST_TYPE: Final = 100
# No date and no number of seconds is longer.
LONGEST_DATE: Final = 100
# What is nested deeper, or is more than that, nobody reads: entries in the text, mistakes, entries
# of a list in a mistake, values in a mistake.
DEEPEST_REASON: Final = 10
MOST_TOLD: Final = 10
MOST_MISTAKES: Final = 100
MOST_ENTRIES: Final = 100
MOST_VALUES: Final = 120

NO_REASON: Final = "the service gave no reason"
TO_FIND_OUT: Final = (
    "; the request was not repeated; it may or may not have taken effect; "
    "call client.batches.resolve(error) to check"
)


class Exchange:
    """What errors tell about a request, and how to keep secrets out of that.

    Attributes:
        method: the HTTP method.
        path: the path of the address.
        changes: whether the request changes something.
        grants: whether it asks for a token. Then nothing of an answer is shown but what the
            protocol has for reasons: the rest may be the token.
    """

    __slots__ = ("_clean", "_tokens", "changes", "grants", "method", "path")

    def __init__(
        self,
        method: str,
        path: str,
        clean: Callable[[str], str],
        *,
        changes: bool,
        grants: bool = False,
    ) -> None:
        self.method = method
        self.path = path
        self.changes = changes
        self.grants = grants
        self._clean = clean
        self._tokens: list[str] = []

    @classmethod
    def of(
        cls,
        method: str,
        path: str,
        clean: Callable[[str], str] = str,
        *,
        changes: bool,
        grants: bool = False,
    ) -> Self:
        """An exchange whose texts are printable."""
        return cls(method, printable(clean(path)), clean, changes=changes, grants=grants)

    def learn(self, body: bytes) -> None:
        """Keep the tokens in an answer out of all that is told about it from now on."""
        if self.grants:
            found = granted(body[:LARGEST_REASON].decode("utf-8", "replace"))
            self._tokens = [spelling for token in found for spelling in spellings(token)]

    def clean(self, text: str) -> str:
        """The text without secrets."""
        cleaned = self._clean(text)
        return redacted(cleaned, self._tokens) if self._tokens else cleaned

    def shown(self, text: str, length: int = REASON_LENGTH) -> str:
        """The text as it can be shown: without secrets, in one line, cut to a length."""
        return shown(text, self.clean, length)

    def error(
        self,
        kind: type[K],
        reason: str,
        *,
        status: int | None = None,
        request_id: str | None = None,
    ) -> K:
        """An error of this exchange; its texts are cleaned of secrets and control characters."""
        reason = self.shown(reason) or NO_REASON
        request_id = self.shown(request_id or "", LONGEST_ID) or None
        return kind(
            reason, status=status, method=self.method, path=self.path, request_id=request_id
        )


def shown(text: str, clean: Callable[[str], str], length: int = REASON_LENGTH) -> str:
    """The text as it can be shown: without secrets, in one line, cut to a length."""
    beginning = text[:LONGEST_TEXT]
    cleaned = clean(beginning)
    if not beginning.isprintable():
        # A secret may stand in pieces between characters that are taken out.
        joined = clean(printable(beginning, LONGEST_TEXT, gap=""))
        if joined != printable(cleaned, LONGEST_TEXT, gap=""):
            cleaned = joined
    return printable(cleaned, length)


def status_error(
    status: int, headers: Mapping[str, str], body: bytes, exchange: Exchange
) -> APIStatusError:
    """The error for an answer whose status is not a documented success.

    Args:
        status: the HTTP status; any number.
        headers: the answer's headers, by lower-case name.
        body: the answer's body, of whatever form.
        exchange: the request.
    """
    content = _content(body)
    reason = (
        _grant_reason(content, headers, body, exchange)
        if exchange.grants
        else _reason(content, exchange.clean)
    )
    if status in REDIRECTS:
        reason = (
            f"{_redirect(headers, exchange)}; {reason}" if reason else _redirect(headers, exchange)
        )
    error = exchange.error(
        class_for(status), reason, status=status, request_id=request_id(headers, exchange.clean)
    )
    error.retry_after = retry_after(headers.get("retry-after"), _moment(headers.get("date", "")))
    if isinstance(error, UnprocessableError) and not exchange.grants:
        mistakes = islice(_mistakes(content), MOST_MISTAKES)
        error.errors = tuple(
            ValidationError.from_dict(_cleaned_mistake(each, exchange.clean)) for each in mistakes
        )
    return error


def outcome_unknown(reason: str) -> str:
    """The text for a write that was sent and may have happened."""
    return f"{printable(reason, LONGEST_CAUSE).rstrip('.')}{TO_FIND_OUT}"


def request_id(headers: Mapping[str, str], clean: Callable[[str], str] = str) -> str | None:
    """The service's id of the request, from the first header that has one, as it can be shown."""
    for name in REQUEST_ID_HEADERS:
        found = printable(clean(printable(headers.get(name, ""), LONGEST_TEXT, gap="")), LONGEST_ID)
        if found:
            return found
    return None


def destination(location: str, clean: Callable[[str], str]) -> str:
    """Where a Location leads, as it can be shown: without user, query and fragment, which may be secret."""
    try:
        parts = urlsplit(clean("".join(filter(str.isprintable, location))))
        _ = (
            parts.port
        )  # a piece of a password that is not quoted would pass for one, and is an error then
    except ValueError:
        return "an address that cannot be read"
    # In an address with too few slashes, user and password stand where the path should be.
    host, path = parts.netloc.rpartition("@")[2], parts.path.rpartition("@")[2]
    return (
        printable(urlunsplit((parts.scheme, host, path, "", "")), LONGEST_ADDRESS)
        or "the same address"
    )


def _redirect(headers: Mapping[str, str], exchange: Exchange) -> str:
    setting = "the address of the token endpoint" if exchange.grants else "base_url"
    advice = f"redirects are not followed, and {setting} may be wrong"
    location = headers.get("location")
    if not location:
        return f"a redirect that does not say where to; {advice}"
    return f"a redirect to {destination(location, exchange.clean)}; {advice}"


def withheld(headers: Mapping[str, str], body: bytes, exchange: Exchange) -> str:
    """What stands for a body of which nothing can be shown."""
    if not body:
        return "an empty body"
    kind = exchange.shown(headers.get("content-type", ""), LONGEST_TYPE) or "an unknown type"
    return f"{len(body)} bytes of {kind}, which are not shown as there may be a token in them"


def _content(body: bytes) -> Any:
    """What is in the body of an error: decoded JSON; if it is none, or too much, the beginning of it as text."""
    if len(body) > LARGEST_REASON:
        return body[:LONGEST_TEXT].decode("utf-8", "replace")
    text = body.decode("utf-8-sig", "replace").strip()
    with suppress(ValueError, RecursionError):
        return json.loads(text)
    return text


def _grant_reason(content: Any, headers: Mapping[str, str], body: bytes, exchange: Exchange) -> str:
    """The reason for which there is no token, in the fields that OAuth has for it."""
    told = oauth_reason(content if isinstance(content, dict) else {})
    return told if told or not body else f"{NO_REASON}, only {withheld(headers, body, exchange)}"


def oauth_reason(fields: Mapping[str, Any]) -> str:
    """Why there is no token, in the words that OAuth has for it; nothing where it does not say."""
    texts = [fields.get(name) for name in ("error", "error_description")]
    return ": ".join(text for text in texts if isinstance(text, str))


def _reason(content: Any, clean: Callable[[str], str]) -> str:
    """The reason in the body of an error.

    Known forms: FastAPI's `detail` (text or a list), JSend's `message` with `data.description`
    (text or a list), `message` or `error` alone, OAuth's `error_description`, a list, plain text, a
    gateway's HTML page, nothing.
    """
    # What is cut out of a page must not be a piece of a secret.
    return _page_text(clean(content[:LONGEST_TEXT])) if isinstance(content, str) else _told(content)


def _told(content: Any, depth: int = 0) -> str:
    if content is None or depth > DEEPEST_REASON:
        return ""
    if isinstance(content, list):
        return "; ".join(filter(None, (_told(entry, depth + 1) for entry in content[:MOST_TOLD])))
    if not isinstance(content, dict):
        return str(content)
    if "msg" in content:
        return ": ".join(
            filter(None, (_place(content.get("loc")), _told(content["msg"], depth + 1)))
        )
    parts = [
        content.get("message"),
        *_details(content),
        content.get("error_description"),
        content.get("error"),
    ]
    texts = [_told(part, depth + 1) for part in parts if part]
    return ": ".join(dict.fromkeys(filter(None, texts)))


def _details(content: dict[str, Any]) -> tuple[Any, Any]:
    """What FastAPI and JSend tell in detail."""
    data = content.get("data")
    return content.get("detail"), data.get("description") if isinstance(data, dict) else None


def _place(loc: Any) -> str:
    parts = loc[:MOST_TOLD] if isinstance(loc, list) else []
    return ".".join(str(part) for part in parts if isinstance(part, str | int))


def _page_text(text: str) -> str:
    if not re.match(r"\s*<(!doctype|html|\?xml|head|body)", text, re.IGNORECASE):
        return text
    heading = re.search(r"<(?:title|h1)\b[^<>]*>(.{0,300})", text, re.IGNORECASE | re.DOTALL)
    if heading is None:
        return "an HTML page"
    title = re.split(r"</(?:title|h1)", heading[1], maxsplit=1, flags=re.IGNORECASE)[0]
    return f"an HTML page instead of an answer: {re.sub(r'<[^<>]*>', ' ', title)}"


def _mistakes(content: Any) -> Iterator[dict[str, Any]]:
    """The mistakes that the body of an error lists."""
    if isinstance(content, list):
        yield from (entry for entry in content if isinstance(entry, dict) and "msg" in entry)
    for entries in _details(content) if isinstance(content, dict) else ():
        if isinstance(entries, list):
            yield from (entry for entry in entries if isinstance(entry, dict))


def _cleaned_mistake(mistake: dict[str, Any], clean: Callable[[str], str]) -> dict[str, Any]:
    """The mistake without secrets; what is too much of it is left out, the fields that each one has at the last."""
    ordered = sorted(mistake.items(), key=lambda item: item[0] not in ("loc", "msg", "type"))
    cleaned: dict[str, Any] = _cleaned(dict(ordered), clean, iter(range(MOST_VALUES)))
    return cleaned


def _cleaned(value: Any, clean: Callable[[str], str], left: Iterator[int]) -> Any:
    if isinstance(value, str):
        return shown(value, clean)
    if isinstance(value, list):
        return [
            _cleaned(entry, clean, left)
            for entry, _ in zip(value[:MOST_ENTRIES], left, strict=False)
        ]
    if isinstance(value, dict):
        items = zip(value.items(), left, strict=False)
        return {
            _cleaned(key, clean, left): _cleaned(entry, clean, left) for (key, entry), _ in items
        }
    return value


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """The pause in seconds that a Retry-After header asks for: a number ("1.5" too) or a date; None if it asks none.

    Args:
        value: the header.
        now: the moment from which a date counts. That of the answer is best, as clocks differ;
            without it, our own.
    """
    if value is None or len(value) > LONGEST_DATE:
        return None
    if re.fullmatch(r"\s*\d{1,9}(\.\d*)?\s*", value, re.ASCII):
        return float(value)
    moment = _moment(value)
    if moment is None:
        return None
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text[:LONGEST_DATE])
    except (
        ValueError,
        TypeError,
        OverflowError,
        IndexError,
        AttributeError,
    ):  # what is not a date fails in many ways
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

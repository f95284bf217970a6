"""From an answer, of whatever form, to an error that says what happened and shows no secret."""

from __future__ import annotations

import html
import json
import re
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

from .._display import LONGEST_CLEANED, beginning_of, printable, printable_without_secrets
from ..errors import APIStatusError, OutcomeUnknownError, UnprocessableError, class_for
from .error_context import NO_REASON
from .time_headers import moment_of, retry_after
from .urls import names_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pasqal_core_api.models import ValidationError

    from .._display import Clean
    from .error_context import ErrorContext

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
"""The statuses of a redirect."""

# Bytes. A larger body is not decoded for a reason, which it will show at its beginning if at all.
_LARGEST_DECODED: Final = 8 * 2**20
# Characters of the reason why the outcome of a write is unknown: what to do about it has to stay in
# sight.
_LONGEST_PROBLEM: Final = 300
_LONGEST_ADDRESS: Final = 200
_LONGEST_TYPE: Final = 100
_LONGEST_CODE: Final = 100
# Nobody reads what is nested deeper, or is more than that: levels and entries of a text, mistakes,
# entries of a list in a mistake, values in a mistake.
_DEEPEST_TEXT: Final = 10
_MOST_TEXTS: Final = 10
_MOST_MISTAKES: Final = 100
_MOST_ENTRIES: Final = 100
_MOST_VALUES: Final = 120

_is_page = re.compile(r"\s*<(!doctype|html|\?xml|head|body)", re.IGNORECASE).match
_heading = re.compile(r"<(?:title|h1)\b[^<>]*>(.{0,300})", re.IGNORECASE | re.DOTALL)
_end_of_heading = re.compile(r"</(?:title|h1)", re.IGNORECASE)
_tag = re.compile(r"<[^<>]*>")
# As object stores write errors.
_is_xml = re.compile(r"\s*<(\?xml|error\b)", re.IGNORECASE).match
_find_code = re.compile(r"<code>([^<>]{1,200})</", re.IGNORECASE).search
_message = re.compile(r"<message>([^<>]{1,1000})</", re.IGNORECASE)

_WRONG_PREFIX: Final = (
    "base_url may be wrong: it has the service's prefix, as in https://apis.pasqal.cloud/core-fast."
)
_NOT_KNOWN: Final = "; the request was not repeated; it may or may not have taken effect"


def status_error(
    status: int, headers: Mapping[str, str], body: bytes, context: ErrorContext
) -> APIStatusError:
    """The error for an answer whose status is not a documented success.

    Args:
        status: the HTTP status; any number.
        headers: the answer's headers, by lower-case name.
        body: the answer's body, of whatever form.
        context: what errors report about the request.
    """
    context = context.answered(headers)
    content = _content_of(body)
    reason = _reason(content, context.clean)
    if context.asks_for_token:
        reason = _grant_reason(content, headers, body, context)
    if status in REDIRECTS:
        redirect = _redirect(headers, context)
        parts = [redirect, reason]
        reason = "; ".join(filter(None, parts))
    error = context.error(class_for(status), reason, status=status)
    if status == 404 and "/api/" in error.path and not names_item(error.path):
        # Not in the reason, which is the service's own.
        error.add_note(_WRONG_PREFIX)
    now = moment_of(headers.get("date", ""))
    error.retry_after = retry_after(headers.get("retry-after"), now)
    if isinstance(content, str):
        error.code = _store_code(content, context)
    if isinstance(error, UnprocessableError) and not context.asks_for_token:
        error.errors = _validation_errors(content, context.clean)
    return error


def outcome_unknown(context: ErrorContext, reason: str, status: int | None) -> OutcomeUnknownError:
    """The error for a write that was sent and may have happened.

    Args:
        context: what errors report about the request.
        reason: what went wrong.
        status: the HTTP status of the answer; None if there was no answer.
    """
    problem = context.printable(reason, _LONGEST_PROBLEM).rstrip(".")
    error = context.error(OutcomeUnknownError, f"{problem}{_NOT_KNOWN}", status=status)
    error.problem = problem
    return error


def destination(location: str, clean: Clean) -> str:
    """Where a Location leads, as it can be shown: without user, query and fragment, which may be secret."""
    visible = "".join(filter(str.isprintable, location))
    try:
        parts = urlsplit(clean(visible))
        # A piece of a password that is not quoted would pass for the port, and is an error then.
        parts.port  # noqa: B018  # reading it checks it
    except ValueError:
        return "an address that cannot be read"
    # In an address with too few slashes, user and password stand where the path should be.
    host = parts.netloc.rpartition("@")[2]
    path = parts.path.rpartition("@")[2]
    address = urlunsplit((parts.scheme, host, path, "", ""))
    return printable(address, _LONGEST_ADDRESS) or "the same address"


def host_of_destination(location: str, clean: Clean) -> str:
    """Where a Location leads of which only scheme and host can be shown, as the rest grants access."""
    address = destination(location, clean)
    scheme, slashes, rest = address.partition("//")
    host, _, _ = rest.partition("/")
    if not host:
        return "another address"
    return f"{scheme}{slashes}{host}/…"


def _redirect(headers: Mapping[str, str], context: ErrorContext) -> str:
    setting = "base_url"
    if context.asks_for_token:
        setting = "the address of the token endpoint"
    advice = f"redirects are not followed, and {setting} may be wrong"
    location = headers.get("location")
    if not location:
        return f"a redirect that does not say where to; {advice}"
    return f"a redirect to {destination(location, context.clean)}; {advice}"


def withheld(headers: Mapping[str, str], body: bytes, context: ErrorContext) -> str:
    """What stands for a body of which nothing can be shown."""
    if not body:
        return "an empty body"
    kind = context.printable(headers.get("content-type", ""), _LONGEST_TYPE) or "an unknown type"
    return f"{len(body)} bytes of {kind}, which are not shown as there may be a token in them"


def _content_of(body: bytes) -> Any:
    """The body of an error: decoded JSON; text if it is not JSON, and the beginning of it if it is too much."""
    if len(body) > _LARGEST_DECODED:
        return beginning_of(body)
    text = body.decode("utf-8-sig", "replace").strip()
    with suppress(ValueError, RecursionError):
        return json.loads(text)
    return text


def _grant_reason(
    content: Any, headers: Mapping[str, str], body: bytes, context: ErrorContext
) -> str:
    """The reason for the lack of a token, from the fields that OAuth has for it."""
    reason = ""
    if isinstance(content, dict):
        reason = oauth_reason(content)
    if reason or not body:
        return reason
    return f"{NO_REASON}, only {withheld(headers, body, context)}"


def oauth_reason(fields: Mapping[str, Any]) -> str:
    """Why no token was issued, in the words that OAuth has for it; empty where the answer does not say."""
    texts = []
    for name in ("error", "error_description"):
        text = fields.get(name)
        if isinstance(text, str):
            texts.append(text)
    return ": ".join(texts)


def _reason(content: Any, clean: Clean) -> str:
    """The reason in the body of an error.

    Known forms: FastAPI's `detail` (text or a list), JSend's `message` with `data.description`
    (text or a list), `message` or `error` alone, OAuth's `error_description`, a list, plain text, a
    gateway's HTML page, an object store's XML, nothing.
    """
    if isinstance(content, str):
        # Cleaned first: what is cut out of a page must not be a piece of a secret.
        return _page_text(clean(content[:LONGEST_CLEANED]))
    return _reason_in(content)


def _reason_in(content: Any, depth: int = 0) -> str:
    """The reason in decoded JSON, or in a piece of it."""
    if content is None or depth > _DEEPEST_TEXT:
        return ""
    if isinstance(content, list):
        return "; ".join(_reasons_in(content[:_MOST_TEXTS], depth))
    if not isinstance(content, dict):
        return str(content)
    if "msg" in content:
        place = _place(content.get("loc"))
        mistake = _reason_in(content["msg"], depth + 1)
        return _joined(filter(None, [place, mistake]))
    candidates = [
        content.get("message"),
        *_details(content),
        content.get("error_description"),
        content.get("error"),
    ]
    given = [candidate for candidate in candidates if candidate]
    return _joined(_told_once(_reasons_in(given, depth)))


def _told_once(reasons: Iterable[str]) -> list[str]:
    """The reasons without those that another one ends with: gateways, and details, repeat what was said."""
    told: list[str] = []
    for reason in reasons:
        if not any(one.endswith(reason) for one in told):
            told = [one for one in told if not reason.endswith(one)]
            told.append(reason)
    return told


def _joined(reasons: Iterable[str]) -> str:
    """The reasons one after the other; only the last one may end with a full stop."""
    texts = [*reasons]
    if not texts:
        return ""
    *first, last = texts
    return ": ".join([*(text.rstrip(".") for text in first), last])


def _reasons_in(candidates: list[Any], depth: int) -> Iterator[str]:
    for candidate in candidates:
        reason = _reason_in(candidate, depth + 1)
        if reason:
            yield reason


def _details(content: dict[str, Any]) -> Iterator[Any]:
    """Where FastAPI and JSend have the details."""
    yield content.get("detail")
    data = content.get("data")
    if isinstance(data, dict):
        yield data.get("description")


def _place(loc: Any) -> str:
    if not isinstance(loc, list):
        return ""
    parts = [part for part in loc[:_MOST_TEXTS] if isinstance(part, str | int)]
    return ".".join(map(str, parts))


def _page_text(text: str) -> str:
    if _is_xml(text):
        found = [_find_code(text), _message.search(text)]
        texts = [html.unescape(match[1]) for match in found if match]
        if texts:
            return ": ".join(texts)
    if not _is_page(text):
        return text
    heading = _heading.search(text)
    if heading is None and _is_xml(text):
        return "an XML page"
    if heading is None:
        return "an HTML page"
    title, *_ = _end_of_heading.split(heading[1], maxsplit=1)
    without_tags = _tag.sub(" ", title)
    return f"an HTML page instead of an answer: {without_tags}"


def _store_code(text: str, context: ErrorContext) -> str | None:
    """The code of an error in the XML of an object store; None if there is none."""
    beginning = text[:LONGEST_CLEANED]
    found = _find_code(beginning)
    if found is None or not _is_xml(beginning):
        return None
    return context.printable(html.unescape(found[1]), _LONGEST_CODE)


def _validation_errors(content: Any, clean: Clean) -> tuple[ValidationError, ...]:
    """The mistakes that the body of an error lists, one by one."""
    # The package of the models takes its time, and a client can be made without it.
    from pasqal_core_api.models import ValidationError

    mistakes = islice(_mistakes(content), _MOST_MISTAKES)
    cleaned = [_cleaned_mistake(mistake, clean) for mistake in mistakes]
    return tuple(map(ValidationError.from_dict, cleaned))


def _mistakes(content: Any) -> Iterator[dict[str, Any]]:
    # A bare list may be about anything.
    for entry in _objects_in(content):
        if "msg" in entry:
            yield entry
    if isinstance(content, dict):
        for entries in _details(content):
            yield from _objects_in(entries)


def _objects_in(entries: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(entries, list):
        return
    for entry in entries:
        if isinstance(entry, dict):
            yield entry


def _cleaned_mistake(mistake: dict[str, Any], clean: Clean) -> dict[str, Any]:
    """The mistake without secrets; where it is too much, the fields that every mistake has are left out last."""
    ordered: dict[str, Any] = {}
    for name in ("loc", "msg", "type"):
        if name in mistake:
            ordered[name] = mistake[name]
    ordered |= mistake
    left = iter(range(_MOST_VALUES))
    cleaned: dict[str, Any] = _cleaned(ordered, clean, left)
    return cleaned


def _cleaned(value: Any, clean: Clean, left: Iterator[int]) -> Any:
    """A value of a mistake without secrets; `left` runs out when there are too many values."""
    if isinstance(value, str):
        return printable_without_secrets(value, clean)
    if isinstance(value, list):
        entries = zip(value[:_MOST_ENTRIES], left, strict=False)
        return [_cleaned(entry, clean, left) for entry, _ in entries]
    if isinstance(value, dict):
        cleaned = {}
        items = zip(value.items(), left, strict=False)
        for (key, entry), _ in items:
            name = _cleaned(key, clean, left)
            cleaned[name] = _cleaned(entry, clean, left)
        return cleaned
    return value

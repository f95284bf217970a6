"""What an answer, or the lack of one, becomes."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from . import views

BY_STATUS: Final = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    422: "UnprocessableError",
    429: "RateLimitError",
}
REQUEST_IDS: Final = ("x-request-id", "x-correlation-id", "x-amzn-requestid", "cf-ray")
NO_REASON: Final = "the service gave no reason"
UNKNOWN: Final = "it may or may not have taken effect"
MARK: Final = "***"
LONGEST_REASON: Final = 500
SHORTEST_PIECE: Final = 8
"""A piece of a token that is shorter than this tells nothing, and would be found in ordinary words."""


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class ServiceError(Exception):
    """Every error that is not the caller's."""

    kind: str
    reason: str
    status: int | None = None
    retry_after: float | None = None
    request_id: str | None = None
    errors: list[Any] = field(default_factory=list)
    is_broken: bool = False
    """Whether the answer, or its body, did not come whole."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason} (status {self.status}, request {self.request_id})"


def kind_of(status: int) -> str:
    """The class of the error for a status."""
    if 500 <= status <= 599:
        return "ServerError"
    return BY_STATUS.get(status, "APIStatusError")


def is_unknown(status: int, retry_after: float | None) -> bool:
    """Whether a write that was answered so may have happened."""
    if status == 503 and retry_after is not None:
        return False
    return not 400 <= status <= 499


def error_of(answer: Answer, secrets: list[str], *, is_write: bool) -> ServiceError | None:
    """The error that an answer is; None for a success."""
    body = parsed(answer.body)
    status = answer.status
    if is_success(status):
        if not is_envelope(body):
            return error_of_no_envelope(answer, secrets, is_write=is_write)
        if not is_failure(body):
            return None
        status = status_inside(body)
    reasons = find_reasons(answer, body, secrets)
    error = ServiceError(
        kind_of(status),
        "; ".join(reasons)[:LONGEST_REASON] or NO_REASON,
        status,
        read_retry_after(answer.headers),
        read_request_id(answer.headers, secrets),
        find_mistakes(body, secrets) if status == 422 else [],
    )
    if is_write and is_unknown(status, error.retry_after):
        make_unknown(error)
    return error


def is_success(status: int) -> bool:
    """Whether a status is that of a success: the contract has one."""
    return status == 200


def make_unknown(error: ServiceError) -> ServiceError:
    """The error of a write that may have happened."""
    error.kind = "OutcomeUnknownError"
    error.retry_after = None
    error.reason = f"{error.reason}; {UNKNOWN}"
    return error


def parsed(text: str) -> Any:
    """The body as JSON, or as text if it is none."""
    try:
        return views.parse_json(text)
    except (ValueError, RecursionError):
        return text


def is_envelope(body: Any) -> bool:
    """Whether this can be an answer of the service at all."""
    return isinstance(body, dict)


def is_failure(body: dict[str, Any]) -> bool:
    """Whether the envelope of a 200 says that it is none."""
    return body.get("status") in ("fail", "error")


def status_inside(body: dict[str, Any]) -> int:
    """The status that the envelope has."""
    text = str(body.get("code"))
    return int(text) if re.fullmatch(r"[45]\d\d", text, re.ASCII) else 500


def error_of_no_envelope(answer: Answer, secrets: list[str], *, is_write: bool) -> ServiceError:
    """The error for a 200 that is not an answer of the service."""
    text = answer.body.strip()
    reason = f"expected an answer of the service, got {clean_stranger(text, secrets)}"
    if not text:
        reason = "empty body"
    elif text.startswith("<"):
        reason = f"HTML: {read_title(text, secrets)}"
    request_id = read_request_id(answer.headers, secrets)
    error = ServiceError("ResponseError", reason, 200, None, request_id)
    error.is_broken = True
    return make_unknown(error) if is_write else error


def clean_stranger(text: str, secrets: list[str]) -> str:
    """What came in place of an answer."""
    return clean(text, secrets)


def find_reasons(answer: Answer, body: Any, secrets: list[str]) -> list[str]:
    """What the service said, piece by piece."""
    location = answer.headers.get("location")
    if 300 <= answer.status <= 399 and location:
        return [f"redirected to {clean(location, secrets)}, redirects are not followed"]
    if isinstance(body, str) and body.lstrip().startswith("<"):
        return [read_title(body, secrets)]
    return [clean(piece, secrets) for piece in dict.fromkeys(pieces(body))]


def find_title(page: str) -> str:
    """The title of an HTML page."""
    title = re.search(r"<title>(.*?)</title>", page, re.IGNORECASE | re.DOTALL)
    return " ".join(title[1].split()) if title else "HTML page"


def read_title(page: str, secrets: list[str]) -> str:
    """The title of an HTML page, as it can be shown."""
    return clean(find_title(page), secrets)


def pieces(body: Any) -> list[str]:
    """The texts of a body that say why, in the order in which they are worth reading."""
    if isinstance(body, str):
        return [body.strip()] if body.strip() else []
    if isinstance(body, list):
        return [piece for entry in body for piece in pieces(entry)]
    if isinstance(body, dict):
        return pieces_of_object(body)
    return [] if body is None or body == {} else [str(body)]


def pieces_of_object(body: dict[str, Any]) -> list[str]:
    if isinstance(body.get("msg"), str):
        place = body.get("loc")
        loc = ".".join(str(step) for step in place) if isinstance(place, list) else ""
        return [f"{loc}: {body['msg']}" if loc else body["msg"]]
    data = body.get("data")
    description = data.get("description") if isinstance(data, dict) else None
    keys = [body.get(key) for key in ("message", "detail", "error_description", "error")]
    return [piece for value in [*keys, description] for piece in pieces(value)]


def find_mistakes(body: Any, secrets: list[str]) -> list[Any]:
    """The mistakes of a 422, as objects."""
    if not isinstance(body, dict):
        return []
    data = body.get("data")
    found = body.get("detail")
    if isinstance(data, dict) and found is None:
        found = data.get("description")
    entries = found if isinstance(found, list) else []
    return [clean_deep(entry, secrets) for entry in entries if isinstance(entry, dict)]


def clean_deep(value: Any, secrets: list[str]) -> Any:
    """Foreign JSON without secrets and control characters."""
    if isinstance(value, str):
        return clean(value, secrets)
    if isinstance(value, list):
        return [clean_deep(entry, secrets) for entry in value]
    if isinstance(value, dict):
        return {clean(key, secrets): clean_deep(value[key], secrets) for key in value}
    return value


def clean(text: str, secrets: list[str]) -> str:
    """Foreign text that can be shown."""
    return remove_controls(hide(text, secrets))[:LONGEST_REASON]


def remove_controls(text: str) -> str:
    """Text without characters that a terminal obeys or nobody sees."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def hide(text: str, secrets: list[str]) -> str:
    """Text without tokens, and without what is secret in addresses."""
    for secret in secrets:
        text = text.replace(secret, MARK)
    text = hide_pieces(text, secrets)
    text = re.sub(r"eyJ[\w-]+\.[\w-]+(\.[\w-]+)*", MARK, text)
    text = re.sub(r"(?i)\b(bearer)\s+\S+", rf"\1 {MARK}", text)
    text = re.sub(r"(\w+://)[^/\s@]*@", rf"\1{MARK}@", text)
    text = re.sub(
        r"(?i)([\w-]*(?:signature|sig|token|state|credential)=)[^&\s#]+", rf"\1{MARK}", text
    )
    return re.sub(r"(\w+://[^\s#]*)#\S*", r"\1", text)


def hide_pieces(text: str, secrets: list[str]) -> str:
    """Text without long pieces of a token: a service may cut what it echoes."""
    for secret in secrets:
        for start in range(len(secret) - SHORTEST_PIECE):
            end = start + SHORTEST_PIECE
            if secret[start:end] in text:
                while end < len(secret) and secret[start : end + 1] in text:
                    end += 1
                text = text.replace(secret[start:end], MARK)
    return text


def read_request_id(headers: dict[str, str], secrets: list[str]) -> str | None:
    """The id that the service gave the request."""
    for name in REQUEST_IDS:
        if name in headers:
            return clean(headers[name], secrets).strip() or None
    return None


def read_retry_after(headers: dict[str, str]) -> float | None:
    """How many seconds to wait: a number, or a date, which counts from the answer's own."""
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text, re.ASCII):
        return float(text)
    return seconds_until(text, headers.get("date"))


def seconds_until(text: str, date: str | None) -> float | None:
    """The seconds from the date of an answer until a date in it."""
    until = parsed_date(text)
    if until is None:
        return None
    start = parsed_date(date or "") or datetime.now(views.UTC)
    return max(0.0, (until - start).total_seconds())


def parsed_date(text: str) -> datetime | None:
    """A date in a header."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=views.UTC)

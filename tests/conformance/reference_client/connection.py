"""One request: signed, sent, repeated where that is safe, and its errors raised."""

import gzip
import http.client
import json
import random
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from . import errors, schemas, views, wire

REPEATED: Final = {408, 425, 429, 500, 502, 503, 504, *range(520, 525)}
LONGEST_PAUSE: Final = 60.0
FIRST_PAUSE: Final = 0.5
LARGEST_STEP: Final = 30.0
COMPRESSED_ABOVE: Final = 1024
USER_AGENT: Final = "reference-client/1"


@dataclass
class Settings:
    """What a client is made with."""

    base_url: str
    token: str | None = None
    project_id: str | None = None
    attempts: int = 5
    strict: bool = False
    pauses: bool = True
    timeout: float = 10.0
    credentials: dict[str, Any] | None = None
    submission_tag: bool = True


class NeverSent(Exception):  # noqa: N818 - what it becomes is an error
    """The connection never opened."""


@dataclass
class Connection:
    """The way to the service."""

    settings: Settings
    token: str | None = None
    used: list[str] = field(default_factory=list)
    """Every token and secret that was sent: none may be shown."""

    def __post_init__(self) -> None:
        credentials = self.settings.credentials
        check_address(self.settings.base_url)
        if credentials is not None:
            check_address(credentials["token_url"])
            self.used += [str(credentials["form"].get(key)) for key in SECRET_FIELDS]
        if self.settings.token is not None:
            self.keep_token(self.settings.token)

    @property
    def is_anonymous(self) -> bool:
        return self.settings.token is None and self.settings.credentials is None

    def keep_token(self, token: str) -> None:
        self.token = token
        self.used.append(token)

    def send(
        self,
        operation: schemas.Operation,
        path: Mapping[str, str] | None = None,
        pairs: wire.Pairs | None = None,
        body: Any = None,
    ) -> errors.Answer:
        """The answer of the service; what is none is raised."""
        check_signed(self, operation)
        target = path_of(operation, path or {})
        query = wire.query_text(pairs or [])
        renewals = renewals_allowed(self)
        attempt = 1
        while True:
            answer, error = self.attempt(operation, f"{target}?{query}" if query else target, body)
            if error is None:
                assert answer is not None
                return answer
            if needs_token(error) and renewals > 0:
                renewals -= 1
                self.token = None
                continue
            if attempt >= attempts_allowed(self.settings) or not may_repeat(operation, error):
                raise error
            pause(self.settings, attempt, error.retry_after)
            attempt += 1

    def attempt(
        self, operation: schemas.Operation, target: str, body: Any
    ) -> tuple[errors.Answer | None, errors.ServiceError | None]:
        """One sending of the request."""
        headers = headers_of(self, operation)
        data = encoded_body(body, headers, operation.method)
        address = self.settings.base_url + target
        try:
            answer = exchange(operation.method, address, headers, data, self.settings.timeout)
        except NeverSent as problem:
            return None, connection_error(str(problem), is_write=False)
        except (OSError, http.client.HTTPException) as problem:
            return None, connection_error(type(problem).__name__, is_write=operation.is_write)
        return answer, errors.error_of(answer, self.used, is_write=operation.is_write)

    def sign_in(self) -> str:
        """A token, from the credentials if there is none."""
        if self.token is None:
            self.keep_token(fetch_token(self))
        assert self.token is not None
        return self.token


LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


def check_address(address: str) -> None:
    """Secrets are sent over TLS, unless they stay on this machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise wire.Refused(f"plain http to {parts.hostname}")


SECRET_FIELDS: Final = ("password", "client_secret")


def path_of(operation: schemas.Operation, values: Mapping[str, str]) -> str:
    """The path of a request: text in it is encoded."""
    encoded = {name: quote(str(value), safe="") for name, value in values.items()}
    return operation.path.format(**encoded)


def check_signed(connection: Connection, operation: schemas.Operation) -> None:
    """Without a token only what is public can be asked for."""
    if connection.is_anonymous and not operation.public:
        raise wire.Refused("this needs a token")


def headers_of(connection: Connection, operation: schemas.Operation) -> dict[str, str]:
    """The headers of a request."""
    headers = {"Accept": "application/json", "User-Agent": USER_AGENT}
    if not connection.is_anonymous:
        headers["Authorization"] = f"Bearer {connection.sign_in()}"
    return headers


def encoded_body(body: Any, headers: dict[str, str], method: str) -> bytes | None:
    """The bytes of a body, and the headers that say what they are."""
    if body is None:
        return None
    headers["Content-Type"] = "application/json"
    data = views.write_json(body).encode()
    if len(data) > COMPRESSED_ABOVE:
        headers["Content-Encoding"] = "gzip"
        data = gzip.compress(data)
    return data


def renewals_allowed(connection: Connection) -> int:
    """How often one request may sign in again."""
    return 1 if connection.settings.credentials else 0


def needs_token(error: errors.ServiceError) -> bool:
    """Whether another token may help."""
    return error.status == 401


def attempts_allowed(settings: Settings) -> int:
    """How often a request is sent at most."""
    return settings.attempts


def may_repeat(operation: schemas.Operation, error: errors.ServiceError) -> bool:
    """Whether a request that failed so is sent again."""
    if not will_wait(error.retry_after):
        return False
    if operation.is_write:
        return may_repeat_write(error)
    if error.status is None or error.is_broken:
        return True
    return error.status in REPEATED


def may_repeat_write(error: errors.ServiceError) -> bool:
    """A write is sent again only where it cannot have happened."""
    if error.kind == "OutcomeUnknownError":
        return False
    return error.status in (None, 429, 503)


def will_wait(seconds: float | None) -> bool:
    """Whether what the service asks for is waited for."""
    return seconds is None or seconds <= LONGEST_PAUSE


def pause(settings: Settings, attempt: int, retry_after: float | None) -> None:
    """Wait before the next attempt."""
    step = min(LARGEST_STEP, FIRST_PAUSE * 2 ** (attempt - 1))
    wait = step * random.uniform(0.5, 1)
    if retry_after is not None:
        wait = retry_after + random.uniform(0, step / 2)
    if settings.pauses:
        time.sleep(wait)


def connection_error(what: str, *, is_write: bool) -> errors.ServiceError:
    """The error of a request that got no answer."""
    error = errors.ServiceError(kind_of_silence(what), f"no answer: {what}")
    return errors.make_unknown(error) if is_write else error


def kind_of_silence(what: str) -> str:
    """The class of the error: a service that is slow is not one that is gone."""
    return "DeadlineError" if what == "TimeoutError" else "APIConnectionError"


def exchange(
    method: str, address: str, headers: dict[str, str], data: bytes | None, timeout: float
) -> errors.Answer:
    """Send a request, and read its answer whole."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=timeout)
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.netloc, timeout=timeout, context=certificates()
        )
    try:
        open_connection(connection)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, data, headers)
        response = connection.getresponse()
        text = decode(response.read())
        names = {
            name.lower(): header_text(value) for name, value in reversed(response.getheaders())
        }
        return errors.Answer(response.status, names, text)
    finally:
        connection.close()


def certificates() -> ssl.SSLContext:
    """Whom to trust."""
    return ssl.create_default_context()


def decode(body: bytes) -> str:
    """The text of a body: JSON is UTF-8."""
    return body.decode("utf-8", "replace")


def header_text(value: str) -> str:
    """The text of a header: UTF-8 if it is that, and else what the library makes of it."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def open_connection(connection: http.client.HTTPConnection) -> None:
    """Connect, so that it is known whether anything can have been sent."""
    try:
        connection.connect()
    except OSError as problem:
        raise NeverSent(type(problem).__name__) from None


def fetch_token(connection: Connection) -> str:
    """Sign in; a form that failed is sent again, as it changes nothing."""
    attempt = 1
    while True:
        token, error = try_token(connection)
        if error is None:
            return token
        is_final = error.status is not None and error.status not in REPEATED
        if is_final or attempt >= attempts_allowed(connection.settings):
            raise error
        pause(connection.settings, attempt, error.retry_after)
        attempt += 1


def try_token(connection: Connection) -> tuple[str, errors.ServiceError | None]:
    """Send the form once."""
    credentials = connection.settings.credentials
    assert credentials is not None
    form = encode_form(credentials["form"])
    timeout = connection.settings.timeout
    try:
        answer = exchange("POST", credentials["token_url"], form_headers(connection), form, timeout)
    except (NeverSent, OSError, http.client.HTTPException) as problem:
        return "", connection_error(type(problem).__name__, is_write=False)
    body = errors.parsed(answer.body)
    token = body.get("access_token") if isinstance(body, dict) else None
    if answer.status == 200 and isinstance(token, str) and is_bearer(body):
        return token, None
    return "", sign_in_error(answer, connection)


def is_bearer(body: Mapping[str, Any]) -> bool:
    """Whether the token is of the only type that the service takes."""
    return str(body.get("token_type", "bearer")).lower() == "bearer"


def sign_in_error(answer: errors.Answer, connection: Connection) -> errors.ServiceError:
    """What it means that no token came."""
    found = errors.error_of(answer, connection.used, is_write=False)
    reason = sign_in_reason(found.reason if found else "no token in the answer", connection)
    kind = sign_in_kind(answer.status, told=tells_error(answer.body))
    retry_after = found.retry_after if found else None
    return errors.ServiceError(kind, f"signing in failed: {reason}", answer.status, retry_after)


def tells_error(body: str) -> bool:
    """Whether an answer says itself that signing in failed."""
    found = errors.parsed(body)
    return isinstance(found, dict) and bool(found.get("error"))


def sign_in_kind(status: int, *, told: bool) -> str:
    """The class of the error: a busy token endpoint says nothing about the password."""
    if status == 200:
        return "AuthenticationError" if told else "ResponseError"
    if 400 <= status <= 499 and status != 429:
        return "AuthenticationError"
    return errors.kind_of(status)


def form_headers(_connection: Connection) -> dict[str, str]:
    """What the token endpoint sees beside the form."""
    kind = "application/x-www-form-urlencoded"
    return {"Accept": "application/json", "Content-Type": kind, "User-Agent": USER_AGENT}


def encode_form(form: Mapping[str, Any]) -> bytes:
    """The body of a sign-in."""
    return urlencode(form).encode()


def sign_in_reason(reason: str, _connection: Connection) -> str:
    """Why signing in failed, without what was sent."""
    return reason


def canonical(value: Any) -> str:
    """JSON that is the same for the same content."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))

"""A log of the requests that arrived, so that a test can assert what was sent and what was not."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from pydantic_core import from_json
from starlette.datastructures import Headers

from .operations import RESULTS_PREFIX
from .results.links import carries_token, mask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOGGER = logging.getLogger("pasqal_client.sandbox")
"""Logs the method, the path and the status of each request at INFO; never a header."""

_MOST = 10_000
# A sandbox may run for days, and a client may send queries of 64 KiB each.
_MOST_CHARACTERS = 8 * 2**20
_LONGEST_BODY = 256 * 1024

_HIDDEN = "[hidden]"
_SCHEMES = ("bearer", "basic")
# Any other header may carry a secret, now or in a client that is yet to be written.
_HARMLESS = frozenset(
    {
        "accept",
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "host",
        "transfer-encoding",
        "user-agent",
    }
)
_KEEP_BODY = "pasqal_client.sandbox.keep_body"


@dataclass(slots=True)
class RecordedRequest:
    """One request, without its token and other secrets.

    Attributes:
        method: the HTTP method, in capitals.
        path: the path as it was sent: service prefix included, not decoded. The address of a result
            file is a secret, and cut.
        query_string: what followed the question mark, as it was sent.
        status: the status of the answer; None until it is sent.
        carried_token: whether a request for a result file carried a token or a cookie, which are not
            for the eyes of whoever serves these files.
        headers: the headers, by lower-case name. The values of those that may be secret, such as the
            token, are hidden.
        body: the body, unpacked if it came in gzip; None if there was none, if it was not read, or
            if it has more than 256 KiB. The form for the token endpoint, which has secrets, is never
            here.
        body_size: how many bytes the unpacked body has, also if it is too long to be kept.
    """

    method: str
    path: str
    query_string: str
    status: int | None = None
    carried_token: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    body_size: int = 0

    @property
    def query(self) -> dict[str, list[str]]:
        """The decoded values of each query parameter, in the order of the URL."""
        return parse_qs(self.query_string, keep_blank_values=True)

    @property
    def json(self) -> Any:
        """The decoded JSON of the body; None if it is not there, or is not JSON."""
        if self.body is None:
            return None
        try:
            return from_json(self.body, allow_inf_nan=False)
        except ValueError:
            return None

    @property
    def size(self) -> int:
        """How many characters it has."""
        headers = sum(len(name) + len(value) for name, value in self.headers.items())
        return len(self.path) + len(self.query_string) + headers + len(self.body or b"")


class RequestLog:
    """The newest 10,000 requests, in the order of their arrival; fewer if they have more than 8 Mi characters.

    Every method may be called from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # By identity: a body arrives after its request, which may have been forgotten meanwhile.
        self._requests: OrderedDict[int, RecordedRequest] = OrderedDict()
        self._size = 0

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests, oldest first."""
        with self._lock:
            return list(self._requests.values())

    def add(self, request: RecordedRequest) -> None:
        """Record one more request, and forget the oldest ones if there are too many."""
        with self._lock:
            self._requests[id(request)] = request
            self._size += request.size
            self._forget_oldest()

    def keep_body(self, request: RecordedRequest, body: bytes) -> None:
        """Put the unpacked body of a request into its record, or only its size if it is too long."""
        with self._lock:
            request.body_size = len(body)
            if len(body) > _LONGEST_BODY or id(request) not in self._requests:
                return
            request.body = body
            self._size += len(body)
            self._forget_oldest()

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._requests.clear()
            self._size = 0

    def _forget_oldest(self) -> None:
        while len(self._requests) > _MOST or self._size > _MOST_CHARACTERS:
            _, oldest = self._requests.popitem(last=False)
            self._size -= oldest.size


class Recorder:
    """ASGI middleware that puts every request into a log.

    What is below it hands the body in with `note_body`.
    """

    def __init__(self, app: ASGIApp, log: RequestLog) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Record the request, pass it on, and record the status of the answer."""
        request = _make_record(scope)
        # Before it is handled: a test that gets no answer still sees what was sent.
        self._log.add(request)

        async def record_status(message: Message) -> None:
            if message["type"] == "http.response.start":
                request.status = message["status"]
                _log("%s %s %d", request, request.status)
            await send(message)

        try:
            keep = partial(self._log.keep_body, request)
            await self._app({**scope, _KEEP_BODY: keep}, receive, record_status)
        finally:
            if request.status is None:
                _log("%s %s without an answer", request)


def _log(message: str, request: RecordedRequest, *values: object) -> None:
    # The client's records have these, and a handler of the logger above formats both.
    fields = {
        "method": request.method,
        "path": request.path,
        "status": request.status,
        "attempt": None,
        "request_id": None,
        "seconds": None,
    }
    LOGGER.info(message, request.method, request.path, *values, extra=fields)


def note_body(scope: Scope, body: bytes) -> None:
    """Put the body of a request, as it was unpacked, into the record of the request."""
    scope[_KEEP_BODY](body)


def _make_record(scope: Scope) -> RecordedRequest:
    headers = Headers(scope=scope)
    request = RecordedRequest(
        method=scope["method"],
        path=scope["raw_path"].decode("ascii"),
        query_string=scope["query_string"].decode("latin-1"),
        headers=_show_headers(headers),
    )
    # The decoded path decides: the app finds a file by that, however the address is spelt.
    if scope["path"].startswith(RESULTS_PREFIX):
        request.path = mask(scope["path"], RESULTS_PREFIX)
        request.carried_token = carries_token(headers)
    return request


def _show_headers(headers: Headers) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for name, value in headers.items():
        values.setdefault(name, []).append(_show_value(name, value))
    return {name: ", ".join(shown) for name, shown in values.items()}


def _show_value(name: str, value: str) -> str:
    if name in _HARMLESS:
        return value
    scheme, _, token = value.partition(" ")
    if name == "authorization" and token and scheme.lower() in _SCHEMES:
        return f"{scheme} {_HIDDEN}"
    return _HIDDEN

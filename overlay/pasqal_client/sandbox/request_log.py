"""A log of the requests that arrived, so that a test can assert what was sent and what was not."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.datastructures import Headers

from .operations import RESULTS_PREFIX
from .results.links import carries_token, mask

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOGGER = logging.getLogger("pasqal_client.sandbox")
"""Logs the method, the path and the status of each request at INFO; never a header."""

_MOST = 10_000
# A sandbox may run for days, and a client may send queries of a megabyte each.
_MOST_CHARACTERS = 8 * 2**20


@dataclass(slots=True)
class RecordedRequest:
    """One request, without its headers and so without its token.

    Attributes:
        method: the HTTP method, in capitals.
        path: the path as it was sent: service prefix included, not decoded. The address of a result
            file is a secret, and cut.
        query_string: what followed the question mark, as it was sent.
        status: the status of the answer; None until it is sent.
        carried_token: whether a request for a result file carried a token or a cookie, which are not
            for the eyes of whoever serves these files.
    """

    method: str
    path: str
    query_string: str
    status: int | None = None
    carried_token: bool = False

    @property
    def query(self) -> dict[str, list[str]]:
        """The decoded values of each query parameter, in the order of the URL."""
        return parse_qs(self.query_string, keep_blank_values=True)

    @property
    def size(self) -> int:
        """How many characters it has."""
        return len(self.path) + len(self.query_string)


class RequestLog:
    """The newest 10,000 requests, in the order of their arrival; fewer if they have more than 8 Mi characters.

    Every method may be called from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: deque[RecordedRequest] = deque()
        self._size = 0

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests, oldest first."""
        with self._lock:
            return list(self._requests)

    def add(self, request: RecordedRequest) -> None:
        """Record one more request, and forget the oldest ones if there are too many."""
        with self._lock:
            self._requests.append(request)
            self._size += request.size
            while len(self._requests) > _MOST or self._size > _MOST_CHARACTERS:
                oldest = self._requests.popleft()
                self._size -= oldest.size

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._requests.clear()
            self._size = 0


class Recorder:
    """ASGI middleware that puts every request into a log."""

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
                LOGGER.info("%s %s %d", request.method, request.path, request.status)
            await send(message)

        try:
            await self._app(scope, receive, record_status)
        finally:
            if request.status is None:
                LOGGER.info("%s %s without an answer", request.method, request.path)


def _make_record(scope: Scope) -> RecordedRequest:
    request = RecordedRequest(
        method=scope["method"],
        path=scope["raw_path"].decode("ascii"),
        query_string=scope["query_string"].decode("latin-1"),
    )
    # The decoded path decides: the app finds a file by that, however the address is spelt.
    if scope["path"].startswith(RESULTS_PREFIX):
        request.path = mask(scope["path"], RESULTS_PREFIX)
        request.carried_token = carries_token(Headers(scope=scope))
    return request

"""A log of the requests that arrived, so that a test can say what was sent and what was not."""

import logging
from collections import deque
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOGGER = logging.getLogger("pasqal_client.sandbox")
"""Says of each request, at INFO, its method, its path and the status of the answer; never a header."""


@dataclass(slots=True)
class RecordedRequest:
    """One request, without its headers and so without its token.

    Attributes:
        method: The HTTP method, in capitals.
        path: The path as it was sent: service prefix included, not decoded.
        query: The decoded values of each query parameter, in the order of the URL.
        status: The status of the answer; None until it is sent.
    """

    method: str
    path: str
    query: dict[str, list[str]]
    status: int | None = None


def new_log() -> deque[RecordedRequest]:
    """An empty log of the newest 10,000 requests, in the order of their arrival."""
    return deque(maxlen=10_000)


class Recorder:
    """ASGI middleware that puts every request into a log."""

    def __init__(self, app: ASGIApp, log: deque[RecordedRequest]) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the request, pass it on, and note the status of the answer."""
        request = RecordedRequest(
            method=scope["method"],
            path=scope["raw_path"].decode("ascii"),
            query=parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True),
        )
        self._log.append(request)

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                request.status = message["status"]
                LOGGER.info("%s %s %d", request.method, request.path, request.status)
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            if request.status is None:
                LOGGER.info("%s %s without an answer", request.method, request.path)

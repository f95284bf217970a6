"""Who may use what the sandbox has beside the API, and how much a request may carry.

Any web page can make a browser send requests to this machine, or point a name of its own at it, and
needs no token to do so. So whatever reads a body first checks who sends it, and reads only up to a
limit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.datastructures import Headers
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_LOOPBACK = r"(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?"
_is_loopback_host = re.compile(_LOOPBACK, re.ASCII | re.IGNORECASE).fullmatch
_is_loopback_origin = re.compile(rf"https?://{_LOOPBACK}", re.ASCII | re.IGNORECASE).fullmatch


class NotAdmittedError(Exception):
    """A request that is rejected unread: the status of the answer, a sentence, and headers."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.headers = headers


def is_for_this_machine(headers: Headers) -> bool:
    """Whether the Host of a request is a name of this machine, with or without a port."""
    # A web page can make a name of its own resolve to this machine, but the browser then sends that
    # name.
    host = headers.get("host", "")
    return _is_loopback_host(host) is not None


def check_sender(headers: Headers) -> None:
    """Reject a request unless it comes from this machine.

    Raises:
        NotAdmittedError: it is for the name of another machine, or a web page from elsewhere sent
            it.
    """
    if not is_for_this_machine(headers):
        raise NotAdmittedError(
            403, "Only requests to 127.0.0.1 or localhost are answered here; the Host is another."
        )
    origins = headers.getlist("origin")
    is_from_here = all(map(_is_loopback_origin, origins))
    # A link that is followed sends no Origin; browsers say in this header from where it was.
    site = headers.get("sec-fetch-site", "")
    if not is_from_here or site.lower() == "cross-site":
        raise NotAdmittedError(
            403, "Web pages from elsewhere are not answered here; the Origin is not this machine."
        )


def find_token(headers: Headers) -> str | None:
    """The bearer token of a request; None if it has none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    return token.strip()


async def read_body(request: Request, limit: int) -> bytes:
    """Read the body of a request, if it has at most this many bytes.

    Raises:
        NotAdmittedError: it has more, and was not read to its end; or it ended too early.
    """
    too_large = NotAdmittedError(
        413, f"The body is too large: at most {limit:,} bytes are read here."
    )
    announced = request.headers.get("content-length", 0)
    if int(announced) > limit:
        raise too_large
    body = bytearray()
    try:
        # Counted all the same: a body in chunks announces no length.
        async for piece in request.stream():
            body += piece
            if len(body) > limit:
                raise too_large
    except ClientDisconnect as error:
        raise NotAdmittedError(400, "The body ended too early.") from error
    return bytes(body)


class Admission:
    """ASGI middleware that checks the sender, then the token, and only then reads the body, up to a limit.

    Args:
        app: gets the requests that are admitted.
        accepts: judges the bearer token.
        limit: returns how many bytes the body of a request may have, by its path.
    """

    def __init__(
        self, app: ASGIApp, accepts: Callable[[str], bool], limit: Callable[[str], int]
    ) -> None:
        self._app = app
        self._accepts = accepts
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body, or answer why it is rejected."""
        request = Request(scope, receive)
        try:
            check_sender(request.headers)
            self._check_token(request.headers)
            limit = self._limit(scope["path"])
            body = await read_body(request, limit)
        except NotAdmittedError as error:
            rejection = JSONResponse({"detail": str(error)}, error.status, error.headers)
            await rejection(scope, receive, send)
        else:
            await self._app(scope, replay(body, receive), send)

    def _check_token(self, headers: Headers) -> None:
        token = find_token(headers)
        if token is None:
            raise NotAdmittedError(401, "The request has no bearer token.", _CHALLENGE)
        if not self._accepts(token):
            raise NotAdmittedError(401, "The token is not valid.", _CHALLENGE)


def replay(body: bytes, receive: Receive) -> Receive:
    """The messages of a request whose body was read: the body at once, then whatever else comes."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        if messages:
            return messages.pop()
        return await receive()

    return replay

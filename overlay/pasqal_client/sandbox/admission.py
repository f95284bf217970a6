"""Who may use what the sandbox has beside the API, and how much a request may carry.

Any web page can make a browser send requests to this machine, or point a name of its own at it, and
needs no token to do so. So what reads a body asks first who is speaking, and reads no more than it
has use for.
"""

import re
from collections.abc import Callable, Mapping

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_LOOPBACK = r"(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?"
_is_loopback_host = re.compile(_LOOPBACK, re.ASCII | re.IGNORECASE).fullmatch
_is_loopback_origin = re.compile(rf"https?://{_LOOPBACK}", re.ASCII | re.IGNORECASE).fullmatch


class NotAdmittedError(Exception):
    """A request that is not looked at: the status of the answer, a sentence, and headers."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.headers = headers


def is_for_this_machine(headers: Headers) -> bool:
    """Whether the Host of a request is a name of this machine, with or without a port.

    A web page from elsewhere can point a name of its own at this machine, but the browser then
    sends that name.
    """
    return _is_loopback_host(headers.get("host", "")) is not None


def check_sender(headers: Headers) -> None:
    """Let pass what comes from this machine.

    Raises:
        NotAdmittedError: It is for a name of another machine, or a web page from elsewhere has sent
            it.
    """
    if not is_for_this_machine(headers):
        raise NotAdmittedError(
            403, "Only requests to 127.0.0.1 or localhost are answered here; the Host is another."
        )
    is_from_here = all(map(_is_loopback_origin, headers.getlist("origin")))
    if not is_from_here or headers.get("sec-fetch-site", "").lower() == "cross-site":
        raise NotAdmittedError(
            403, "Web pages from elsewhere are not answered here; the Origin is not this machine."
        )


def check_token(headers: Headers, accepts: Callable[[str], bool]) -> None:
    """Let pass what has a bearer token that is accepted.

    Raises:
        NotAdmittedError: It has none, or another one.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotAdmittedError(401, "There is no bearer token in the request.", _CHALLENGE)
    if not accepts(token.strip()):
        raise NotAdmittedError(401, "The token is not valid.", _CHALLENGE)


async def limited_body(request: Request, limit: int) -> bytes:
    """The body of a request, if it has no more bytes than the limit.

    Raises:
        NotAdmittedError: It has more, and is not read to its end; or it ends too early.
    """
    refusal = NotAdmittedError(
        413, f"The body is too large: at most {limit:,} bytes are read here."
    )
    if int(request.headers.get("content-length", 0)) > limit:
        raise refusal
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > limit:
                raise refusal
    except ClientDisconnect as error:
        raise NotAdmittedError(400, "The body ended too early.") from error
    return bytes(body)


class Admission:
    """ASGI middleware that asks who is speaking, then for the token, and only then reads the body, up to a limit.

    Args:
        app: What gets the requests that are admitted.
        accepts: Judges the bearer token.
        limit: How many bytes the body of a request may have, by its path.
    """

    def __init__(
        self, app: ASGIApp, accepts: Callable[[str], bool], limit: Callable[[str], int]
    ) -> None:
        self._app = app
        self._accepts = accepts
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body, or say why not."""
        request = Request(scope, receive)
        try:
            check_sender(request.headers)
            check_token(request.headers, self._accepts)
            body = await limited_body(request, self._limit(scope["path"]))
        except NotAdmittedError as error:
            await JSONResponse({"detail": str(error)}, error.status, error.headers)(
                scope, receive, send
            )
        else:
            await self._app(scope, _replaying(body, receive), send)


def _replaying(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay

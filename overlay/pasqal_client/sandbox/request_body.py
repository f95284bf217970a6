"""Reads the bodies of requests for the API: who sends them first, up to a limit, and out of gzip.

The official client compresses the bodies of new batches and jobs. What unpacks to more than the
limit is rejected while it is unpacked, so that a few kilobytes cannot fill the memory.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from starlette.requests import Request

from .admission import NotAdmittedError, find_token, read_body, replay
from .operations import PLACES, operation_of
from .request_log import note_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

MOST_BYTES = 64 * 2**20
"""The most bytes of a body, before and after it is unpacked."""

_GZIP = "gzip"
_GZIP_HEADER = 16 + zlib.MAX_WBITS
_FRAMING = (b"content-encoding", b"content-length", b"transfer-encoding")


class BodyReader:
    """ASGI middleware that passes a request on with its body as a whole and unpacked.

    A request without a token that is accepted is passed on without its body, which is not read: it
    is rejected for the token.

    Args:
        app: gets the requests.
        accepts: judges the bearer token.
        reject: makes the answer that says why a body is rejected.
        limit: how many bytes a body may have.
    """

    def __init__(
        self,
        app: ASGIApp,
        accepts: Callable[[str], bool],
        reject: Callable[[NotAdmittedError], Response],
        limit: int = MOST_BYTES,
    ) -> None:
        self._app = app
        self._accepts = accepts
        self._reject = reject
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer why its body is rejected."""
        if not _has_body(scope):
            # What needs no body reads none, however much was announced.
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            body = await self._read(request)
        except NotAdmittedError as error:
            await self._reject(error)(scope, receive, send)
            return
        if body:
            note_body(scope, body)
        await self._app(_frame(scope, body), replay(body, receive), send)

    async def _read(self, request: Request) -> bytes:
        token = find_token(request.headers)
        if token is None or not self._accepts(token):
            return b""
        body = await read_body(request, self._limit)
        # Several headers mean the same as one with commas.
        encoding = ",".join(request.headers.getlist("content-encoding")).strip().lower()
        if not body or encoding in ("", "identity"):
            return body
        if encoding != _GZIP:
            raise NotAdmittedError(415, "Bodies are plain or in gzip, and not in another encoding.")
        return _unpack(body, self._limit)


def _has_body(scope: Scope) -> bool:
    """Whether a request is for an operation of the contract that has a body."""
    # The token endpoint reads its own body, and result files need none.
    place = PLACES.get(operation_of(scope) or "")
    return place is not None and place.has_body


def _unpack(body: bytes, limit: int) -> bytes:
    unpacker = zlib.decompressobj(_GZIP_HEADER)
    try:
        unpacked = unpacker.decompress(body, limit + 1)
    except zlib.error as error:
        raise NotAdmittedError(400, "The body is not gzip, as its headers say.") from error
    if len(unpacked) > limit:
        raise NotAdmittedError(
            413, f"The body is too large: it unpacks to more than {limit:,} bytes."
        )
    if not unpacker.eof or unpacker.unused_data:
        raise NotAdmittedError(400, "The body is cut off, or has more than one part.")
    return unpacked


def _frame(scope: Scope, body: bytes) -> Scope:
    """The scope of a request with that body."""
    headers = [(name, value) for name, value in scope["headers"] if name not in _FRAMING]
    headers.append((b"content-length", str(len(body)).encode()))
    return {**scope, "headers": headers}

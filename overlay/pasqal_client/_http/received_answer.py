"""An answer: how its body is received, and what the generated operations get of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from .compression import unpacker
from .outcomes import LARGEST_BODY, OverdueError, TooLargeError
from .transport.library import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .error_context import ErrorContext

# They describe the body on the wire; what an operation sees is the decoded one.
_OF_THE_WIRE: Final = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


class _AnswerHeaders(httpx.Headers):
    """The headers of an answer, with what errors report about its request.

    Of an answer, the generated operations hand on nothing but its status, body and headers. So the
    context of errors travels with the headers, for `ErrorContext.of_answer`. Copies and pickles are
    without it.
    """

    def __init__(self, headers: httpx.Headers, context: ErrorContext) -> None:
        super().__init__(headers)
        self.error_context = context

    def __reduce__(self) -> tuple[Any, ...]:
        return httpx.Headers, (self.raw,)


class ReceivedAnswer(httpx.Response):
    """An answer that was received and decoded as a whole."""

    def __init__(
        self, response: httpx.Response, body: bytes, decoded: dict[str, Any], context: ErrorContext
    ) -> None:
        # As bytes: they may have any characters, and httpx would write text as ASCII only.
        headers = [
            (name, value)
            for name, value in response.headers.raw
            if name.lower() not in _OF_THE_WIRE
        ]
        super().__init__(
            response.status_code, headers=headers, content=body, request=response.request
        )
        self.headers = _AnswerHeaders(self.headers, context)
        self._decoded = decoded

    def json(self, **_: Any) -> dict[str, Any]:
        """The decoded body."""
        return self._decoded


class BodyReader:
    """Receives the body of an answer: unpacks it, bounds its size, and stops when the attempt is over.

    Args:
        encodings: the values of the answer's Content-Encoding headers.
        ends: when the attempt has to be over, by `time.monotonic`.
        keep: called with each piece that is unpacked; None to keep them here.
    """

    def __init__(
        self,
        encodings: Iterable[str],
        ends: float,
        keep: Callable[[bytes], object] | None = None,
    ) -> None:
        self._unpacker = unpacker(encodings)
        self._ends = ends
        self._pieces: list[bytes] = []
        self._keep = keep or self._pieces.append
        self._received = 0
        self._unpacked = 0

    def take(self, piece: bytes) -> None:
        """Take the next piece as it came.

        Raises:
            OverdueError: it came too late.
            TooLargeError: the body is too large, as received or unpacked.
            UnpackingError: it is not in the encoding that the headers announce.
        """
        if time.monotonic() > self._ends:
            raise OverdueError
        self._received += len(piece)
        if self._received > LARGEST_BODY:
            raise TooLargeError
        for unpacked in self._unpacker.unpack(piece):
            self._unpacked += len(unpacked)
            if self._unpacked > LARGEST_BODY:
                raise TooLargeError
            self._keep(unpacked)

    def finish(self) -> bytes:
        """The whole body, unpacked; empty if it was kept elsewhere.

        Raises:
            UnpackingError: its end is missing.
        """
        self._unpacker.finish()
        return b"".join(self._pieces)

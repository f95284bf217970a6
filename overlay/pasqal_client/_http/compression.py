"""Unpacks the bodies of answers piece by piece, so that whoever reads them can stop: kilobytes may unpack to gigabytes.

Only what can be unpacked within bounds is offered to the service. It is not left to httpx, which
reads the first member of a gzip stream only, does not know `x-gzip`, and unpacks each piece as a
whole, however large that gets.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OFFERED: Final = "gzip, deflate"
"""The value of Accept-Encoding."""

PIECE: Final = 2**18
"""Bytes; a body is unpacked in pieces of at most this size."""

_GZIP: Final = frozenset({"gzip", "x-gzip"})
_OFFERED: Final = _GZIP | {"deflate"}
_PLAIN: Final = frozenset({"", "identity"})
# Other text is not repeated in an error: in lower case and cut at commas, a secret in it would not
# be recognised.
_KNOWN: Final = _OFFERED | {"br", "compress", "zstd"}
_MOST_SHOWN: Final = 3

# How zlib is told which header to expect.
_GZIP_HEADER: Final = 16 + zlib.MAX_WBITS
_ZLIB_HEADER: Final = zlib.MAX_WBITS
_NO_HEADER: Final = -zlib.MAX_WBITS


class UnpackingError(Exception):
    """A body is not in the encoding that its headers announce, or in one that was not offered."""


class _Plain:
    """A body as it is."""

    def unpack(self, piece: bytes) -> Iterator[bytes]:
        """The piece."""
        yield piece

    def finish(self) -> None:
        """Nothing can be missing."""


class _Inflater:
    """Unpacks gzip, in one or several members, or deflate."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._is_gzip = encoding in _GZIP
        self._is_empty = True
        self._has_ended = False
        # The beginning of the body, until two bytes of it show whether a zlib header is there;
        # None once that is settled.
        self._start: bytes | None = None
        if self._is_gzip:
            self._stream = zlib.decompressobj(_GZIP_HEADER)
        else:
            self._stream = zlib.decompressobj(_ZLIB_HEADER)
            self._start = b""

    def unpack(self, piece: bytes) -> Iterator[bytes]:
        """The content of the next piece of the body, in pieces of bounded size.

        Raises:
            UnpackingError: that is not in the encoding.
        """
        has_more = bool(piece)
        while has_more:
            if self._has_ended:
                piece = self._next_member(piece)
                if not piece:
                    return
            unpacked = self._inflate(piece)
            if unpacked:
                yield unpacked
            if self._stream.eof:
                self._has_ended = True
                piece = self._stream.unused_data
                has_more = bool(piece)
            else:
                piece = self._stream.unconsumed_tail
                # A full piece: more of it may be ready although all that came in has been read.
                has_more = bool(piece) or len(unpacked) == PIECE

    def finish(self) -> None:
        """Check that the body has come to its end.

        Raises:
            UnpackingError: it has not.
        """
        if not self._is_empty and not self._has_ended:
            raise UnpackingError(f"the {self._encoding} body ends in the middle")

    def _inflate(self, piece: bytes) -> bytes:
        self._is_empty = False
        start = self._start
        if start is not None:
            seen = start + piece
            self._start = None
            if len(seen) < 2:
                self._start = seen
        try:
            return self._stream.decompress(piece, PIECE)
        except zlib.error:
            if start is None:
                raise UnpackingError(
                    f"the body is not {self._encoding}, as its headers say"
                ) from None
        # Some servers send "deflate" without the header that it stands for.
        self._stream = zlib.decompressobj(_NO_HEADER)
        self._start = None
        return self._inflate(start + piece)

    def _next_member(self, piece: bytes) -> bytes:
        """What follows the end of a stream: another member of a gzip body, or nothing."""
        # Some writers of gzip leave padding.
        rest = piece.lstrip(b"\0")
        if not rest:
            return rest
        if not self._is_gzip:
            raise UnpackingError(f"the {self._encoding} body goes on after its end")
        # A new stream: a finished one would keep all that it is given, and copy it each time.
        self._stream = zlib.decompressobj(_GZIP_HEADER)
        self._has_ended = False
        return rest


def unpacker(encodings: Iterable[str]) -> _Plain | _Inflater:
    """What unpacks a body.

    Args:
        encodings: the values of its Content-Encoding headers.

    Raises:
        UnpackingError: it is in an encoding that was not offered, or packed more than once: then
            nothing bounds what lies in between.
    """
    names = [encoding.strip().lower() for encoding in encodings]
    packed = [name for name in names if name not in _PLAIN]
    if not packed:
        return _Plain()
    if len(packed) == 1 and packed[0] in _OFFERED:
        return _Inflater(packed[0])
    shown = ", ".join(map(_shown, packed[:_MOST_SHOWN]))
    raise UnpackingError(f"the body is packed as {shown}, which was not requested")


def _shown(encoding: str) -> str:
    if encoding in _KNOWN:
        return encoding
    return "something unknown"

"""Compressed bodies are unpacked in bounded pieces, whatever the encoding and however the bytes arrive."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable

import pytest

from pasqal_client._http.compression import PIECE, UnpackingError, unpacker

BODY = os.urandom(300) * 20 + b"a" * 3 * PIECE


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


PACKED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "nothing": ("", bytes),
    "identity": ("identity", bytes),
    "gzip": ("gzip", gzip.compress),
    "x-gzip": (" X-GZip ", gzip.compress),
    "gzip in two members": (
        "gzip",
        lambda body: gzip.compress(body[:5_000]) + gzip.compress(body[5_000:]),
    ),
    "gzip with padding": ("gzip", lambda body: gzip.compress(body) + b"\0" * 100),
    "deflate": ("deflate", zlib.compress),
    "deflate without its header": ("deflate", raw_deflate),
}


def unpacked(encoding: str, packed: bytes, step: int) -> list[bytes]:
    body = unpacker(encoding.split(","))
    pieces = [
        piece for at in range(0, len(packed), step) for piece in body.unpack(packed[at : at + step])
    ]
    body.finish()
    return pieces


@pytest.mark.parametrize("kind", PACKED)
@pytest.mark.parametrize("step", [1, 2, 997, 10**7])
def test_a_body_comes_out_as_it_was(kind: str, step: int) -> None:
    """A compressed body is unpacked in full, whatever the size of the pieces in which it arrives."""
    encoding, pack = PACKED[kind]
    body = BODY[:7_000] if step < 3 else BODY
    assert b"".join(unpacked(encoding, pack(body), step)) == body


@pytest.mark.parametrize("kind", ["gzip", "deflate", "deflate without its header"])
def test_no_piece_is_larger_than_the_bound(kind: str) -> None:
    """A few kilobytes may unpack to gigabytes, so the caller can count the pieces and stop in time."""
    encoding, pack = PACKED[kind]
    bomb = pack(b"\0" * 16 * PIECE)
    pieces = unpacked(encoding, bomb, len(bomb))
    assert max(map(len, pieces)) <= PIECE
    assert sum(map(len, pieces)) == 16 * PIECE


@pytest.mark.parametrize("kind", ["gzip", "deflate", "deflate without its header"])
def test_a_truncated_body_is_an_error(kind: str) -> None:
    """A truncated body raises an error instead of passing for a shorter one."""
    encoding, pack = PACKED[kind]
    with pytest.raises(UnpackingError, match="ends in the middle"):
        unpacked(encoding, pack(BODY)[:-3], 1_000)


@pytest.mark.parametrize(
    ("encoding", "packed", "reason"),
    [
        ("gzip", b"no gzip", "the body is not gzip"),
        ("gzip", gzip.compress(BODY) + b"more", "the body is not gzip"),
        ("deflate", b"\xff\xff\xff\xff", "the body is not deflate"),
        ("deflate", zlib.compress(BODY) + b"more", "goes on after its end"),
        (
            "S3cret, to-ken",
            b"x",
            "packed as something unknown, something unknown, which was not requested",
        ),
        ("br", b"x", "packed as br, which was not requested"),
        (
            "gzip,gzip",
            gzip.compress(gzip.compress(BODY)),
            "packed as gzip, gzip, which was not requested",
        ),
    ],
)
def test_a_body_in_another_encoding_is_rejected(encoding: str, packed: bytes, reason: str) -> None:
    """The error says that the headers promised another encoding, or that nobody asked for this one."""
    with pytest.raises(UnpackingError, match=reason):
        unpacked(encoding, packed, 1_000)


def test_an_empty_body_needs_no_unpacking() -> None:
    """Some servers announce an encoding for a body that they do not send, which is not an error."""
    assert unpacked("gzip", b"", 1) == []


def test_padding_is_dropped_as_it_comes() -> None:
    """Padding behind a gzip body is dropped piece by piece, so megabytes of it cost neither time nor memory."""
    body = unpacker(["gzip"])
    list(body.unpack(gzip.compress(b"whole")))
    finished = body._stream  # type: ignore[union-attr]
    for _ in range(3):
        assert list(body.unpack(b"\0" * PIECE)) == []
    assert finished.unused_data == b""
    assert list(body.unpack(b"\0" + gzip.compress(b" and more"))) == [b" and more"]
    body.finish()

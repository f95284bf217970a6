"""Bodies are unpacked in bounded pieces, however they are packed and however they arrive."""

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
    """A body is unpacked in full, in whatever pieces it arrives."""
    encoding, pack = PACKED[kind]
    body = BODY[:7_000] if step < 3 else BODY
    assert b"".join(unpacked(encoding, pack(body), step)) == body


@pytest.mark.parametrize("kind", ["gzip", "deflate", "deflate without its header"])
def test_no_piece_is_larger_than_the_bound(kind: str) -> None:
    """A few kilobytes may unpack to gigabytes; whoever counts the pieces can stop in time."""
    encoding, pack = PACKED[kind]
    bomb = pack(b"\0" * 16 * PIECE)
    pieces = unpacked(encoding, bomb, len(bomb))
    assert max(map(len, pieces)) <= PIECE
    assert sum(map(len, pieces)) == 16 * PIECE


@pytest.mark.parametrize("kind", ["gzip", "deflate", "deflate without its header"])
def test_a_body_that_is_cut_is_not_taken_for_whole(kind: str) -> None:
    """What could be unpacked is not passed on as if it were all."""
    encoding, pack = PACKED[kind]
    with pytest.raises(UnpackingError, match="ends in the middle"):
        unpacked(encoding, pack(BODY)[:-3], 1_000)


@pytest.mark.parametrize(
    ("encoding", "packed", "reason"),
    [
        ("gzip", b"no gzip", "the body is not gzip"),
        ("gzip", gzip.compress(BODY) + b"more", "the body is not gzip"),
        ("deflate", b"\xff\xff\xff\xff", "the body is not deflate"),
        ("deflate", zlib.compress(BODY) + b"more", "goes on behind its end"),
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
def test_a_body_that_is_packed_otherwise_is_refused(
    encoding: str, packed: bytes, reason: str
) -> None:
    """The reason says what the headers promised, or what nobody asked for."""
    with pytest.raises(UnpackingError, match=reason):
        unpacked(encoding, packed, 1_000)


def test_an_empty_body_is_nothing_packed() -> None:
    """Some servers announce an encoding for a body that they do not send."""
    assert unpacked("gzip", b"", 1) == []


def test_padding_is_dropped_as_it_comes() -> None:
    """Megabytes of it take no longer, each, than the first one, and are not kept."""
    body = unpacker(["gzip"])
    list(body.unpack(gzip.compress(b"whole")))
    finished = body._stream  # type: ignore[union-attr]
    for _ in range(3):
        assert list(body.unpack(b"\0" * PIECE)) == []
    assert finished.unused_data == b""
    assert list(body.unpack(b"\0" + gzip.compress(b" and more"))) == [b" and more"]
    body.finish()

"""Answers that chance would not find, by name; each is made from the correct body."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

from attack.heads import CHUNKS, LINES, STATUS_LINES
from attack.mutations import ENCODERS, NUMBERS

Maker = Callable[[bytes], bytes]


def head(*lines: bytes, start: bytes = b"HTTP/1.1 200 OK") -> bytes:
    """The head of an answer."""
    return b"\r\n".join([start, *lines, b"", b""])


def sized(body: bytes) -> bytes:
    """The header with the length of the body."""
    return b"Content-Length: %d" % len(body)


def whole(body: bytes, *lines: bytes, start: bytes = b"HTTP/1.1 200 OK") -> bytes:
    """An answer with its length."""
    return head(*lines, sized(body), start=start) + body


def in_chunks(
    body: bytes, size: bytes | None = None, end: bytes = b"0\r\n\r\n", *lines: bytes
) -> bytes:
    """An answer in one chunk."""
    if size is None:
        size = b"%x" % len(body)
    return head(b"Transfer-Encoding: chunked", *lines) + size + b"\r\n" + body + b"\r\n" + end


def packed(name: str) -> Maker:
    """An answer with its body in an encoding."""
    encoding, encode = ENCODERS[name]
    return lambda body: whole(encode(body), b"Content-Encoding: " + encoding)


def _started(start: bytes) -> Maker:
    return lambda body: whole(body, start=start)


def _with(line: bytes) -> Maker:
    return lambda body: whole(body, line)


def _refused_with(line: bytes) -> Maker:
    return lambda _: whole(b"", line, start=b"HTTP/1.1 503 Service Unavailable")


def _chunk(start: bytes) -> Maker:
    return lambda body: head(b"Transfer-Encoding: chunked") + start + body + b"\r\n0\r\n\r\n"


ODD: dict[str, Maker] = {
    "nothing but a body": lambda body: body,
    "nothing at all": lambda _: b"",
    "line ends alone": lambda body: whole(body).replace(b"\r\n", b"\n"),
    "a header line of 90 kB": lambda body: whole(body, b"X: " + b"x" * 90_000),
    "a header line of 200 kB": lambda body: whole(body, b"X: " + b"x" * 200_000),
    "a header line of 200 kB that never ends": lambda _: b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
    "1,000 headers": lambda body: whole(body, *[b"X-%d: x" % number for number in range(1_000)]),
    "10,000 headers": lambda body: whole(body, *[b"X-%d: x" % number for number in range(10_000)]),
    "one header 1,000 times": lambda body: whole(body, *[b"X-Request-Id: r"] * 1_000),
    "one length 1,000 times": lambda body: whole(body, *[sized(body)] * 1_000),
    "a header over 1,000 lines": lambda body: whole(body, b"X: x" + b"\r\n x" * 1_000),
    "1,000 interim answers": lambda body: (
        head(start=b"HTTP/1.1 100 Continue") * 1_000 + whole(body)
    ),
    "an interim answer with a body": lambda body: (
        whole(b"{}", start=b"HTTP/1.1 103 Early Hints") + whole(body)
    ),
    "interim answers and nothing more": lambda _: head(start=b"HTTP/1.1 102 Processing") * 3,
    "a refused expectation, and the answer": lambda body: (
        whole(b"", start=b"HTTP/1.1 417 No") + whole(body)
    ),
    "an upgrade": lambda body: (
        head(b"Upgrade: h2c", b"Connection: Upgrade", start=b"HTTP/1.1 101 Switching") + body
    ),
    "an upgrade, and the answer": lambda body: (
        head(b"Upgrade: x", start=b"HTTP/1.1 101 Switching") + whole(body)
    ),
    "a 205 with a body": lambda body: whole(body, start=b"HTTP/1.1 205 Reset Content"),
    "a 304 with a body": lambda body: whole(body, start=b"HTTP/1.1 304 Not Modified"),
    "a 204 with a body": lambda body: whole(body, start=b"HTTP/1.1 204 No Content"),
    "twice": lambda body: whole(body) * 2,
    "a success behind a refusal": lambda body: (
        whole(b"", start=b"HTTP/1.1 409 Conflict") + whole(body)
    ),
    "a refusal behind a success": lambda body: (
        whole(body) + whole(b"", start=b"HTTP/1.1 409 Conflict")
    ),
    "a time-out behind the answer": lambda body: (
        whole(body) + whole(b"", b"Connection: close", start=b"HTTP/1.1 408 Late")
    ),
    "a line end behind the answer": lambda body: whole(body) + b"\r\n",
    "a byte behind the answer": lambda body: whole(body) + b"\x00",
    "a byte behind chunks": lambda body: in_chunks(body) + b"\x00",
    "100 kB behind the answer": lambda body: whole(body) + b"x" * 100_000,
    "a length of 5, 5": lambda _: head(b"Content-Length: 5, 5") + b"hello",
    "a length said twice in one": lambda body: (
        head(b"Content-Length: %d, %d" % (len(body), len(body))) + body
    ),
    "a length said twice": lambda body: whole(body, sized(body)),
    "two lengths": lambda body: whole(body, b"Content-Length: 2"),
    "a length and chunks": lambda body: in_chunks(body, None, b"0\r\n\r\n", b"Content-Length: 3"),
    "a length that is too long": lambda body: head(b"Content-Length: %d" % (len(body) + 1)) + body,
    "a length that is too short": lambda body: head(b"Content-Length: %d" % (len(body) - 1)) + body,
    "no length": lambda body: head() + body,
    "chunks with trailers": lambda body: in_chunks(
        body, None, b"0\r\nX-Late: caf\xc3\xa9\r\nContent-Length: 3\r\n\r\n"
    ),
    "chunks with 10,000 trailers": lambda body: in_chunks(
        body, None, b"0\r\n" + b"X: x\r\n" * 10_000 + b"\r\n"
    ),
    "chunks without their end": lambda body: in_chunks(body, None, b""),
    "chunks with half of their end": lambda body: in_chunks(body, None, b"0\r\n"),
    "chunks that end in zeros": lambda body: in_chunks(body, None, b"0000000000\r\n\r\n"),
    "a chunk with an extension": lambda body: in_chunks(body, b"%X;a=b;c" % len(body)),
    "a chunk in gzip": lambda body: in_chunks(
        gzip.compress(body, mtime=0), None, b"0\r\n\r\n", b"Content-Encoding: gzip"
    ),
    "gzip by transfer": lambda body: (
        head(b"Transfer-Encoding: gzip, chunked") + gzip.compress(body, mtime=0)
    ),
    "a gzip that unpacks to much": lambda _: whole(
        gzip.compress(b" " * 2_000_000, mtime=0), b"Content-Encoding: gzip"
    ),
    "a gzip of wrong length": lambda body: whole(
        gzip.compress(body, mtime=0)[:-4] + b"\x00" * 4, b"Content-Encoding: gzip"
    ),
    "deflate in deflate": lambda body: whole(
        zlib.compress(zlib.compress(body)), b"Content-Encoding: deflate, deflate"
    ),
    "UTF-16": lambda body: whole(
        body.decode().encode("utf-16"), b"Content-Type: application/json; charset=utf-16"
    ),
    "a byte order mark": lambda body: whole(b"\xef\xbb\xbf" + body),
    "JSON twice": lambda body: whole(body + body),
    "JSON in lines": lambda body: whole(body + b"\n" + body + b"\n"),
    "a refusal that is a success inside": lambda body: whole(body, start=b"HTTP/1.1 500 No"),
}

ENUMERATED: dict[str, Maker] = {
    **{f"an encoding: {name}": packed(name) for name in ENCODERS},
    **{f"a start: {start[:40]!r}": _started(start) for start in STATUS_LINES},
    **{f"a line: {line[:40]!r} of {len(line)}": _with(line) for line in LINES},
    **{
        f"a pause: {line[:50]!r}": _refused_with(line)
        for line in LINES
        if line.startswith((b"Retry", b"Date"))
    },
    **{f"a chunk: {start[:30]!r}": _chunk(start) for start in CHUNKS},
    **{f"a chunk of: {size[:30]!r}": _chunk(size + b"\r\n") for size in NUMBERS},
}

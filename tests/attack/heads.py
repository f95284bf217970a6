"""Heads of answers: the lines that may stand in one, right and wrong, and how answers are made wrong with them."""

from __future__ import annotations

from random import Random

from attack.answers import good_answer, mistakes
from attack.mutations import ENCODERS, mutated
from attack.verdicts import Exchange
from client.scripted import answer

TOKENS = (
    "s3cr3t-t0k3n-of-the-lab.with-d0ts_and-a-tail",
    "odd-t0k3n-here/+=\"&<%41>~{}|\\`^;,?#@!$()*'-and-a-tail",
)
"""The tokens of the clients: one that stands in a header name, one that every kind of quoting changes."""

LINES: tuple[bytes, ...] = (
    *(
        b"Content-Length: %b" % value
        for value in (b"0", b"5", b"-1", b"5, 5", b"2, 3", b"+3", b" 07", b"1e2", b"\xb2")
    ),
    *(
        b"Content-Length: %b" % value
        for value in (b"", b"9" * 30, b"9" * 5_000, b"0x5", b"5;q=1", b"\x00")
    ),
    *(
        b"Transfer-Encoding: %b" % value
        for value in (b"chunked", b"Chunked", b"chunked, chunked", b"gzip", b"identity")
    ),
    *(
        b"Transfer-Encoding: %b" % value
        for value in (b"gzip, chunked", b"", b"\x0bchunked", b"chunked;x=1", b"xchunked")
    ),
    *(
        b"Retry-After: %b" % value
        for value in (b"0", b"1", b"-1", b"1.5", b"1e9", b"9" * 400, b"nan", b"inf", b"\xb2")
    ),
    *(
        b"Retry-After: %b" % value
        for value in (b"", b"Mon, 12 Oct 2026 08:00:00 GMT", b"Mon, 12 Oct 99999999999 1:1:1 GMT")
    ),
    *(
        b"Retry-After: %b" % value
        for value in (b"Mon, 31 Feb 2026 25:61:61 +9999", b"1 Jan 0001 00:00:00 +2359", b"0, 0")
    ),
    *(
        b"Retry-After: %b" % value
        for value in (b"Fri, 31 Dec 9999 23:59:59 -2359", b"1 Jan 2026 0:0:0 -99999999999", b"()(")
    ),
    *(
        b"Date: %b" % value
        for value in (
            b"",
            b"now",
            b"Mon, 12 Oct 2026 08:00:00 GMT",
            b"1 Jan 0001 00:00 +2359",
            b"9" * 99,
        )
    ),
    *(
        b"Content-Range: %b" % value
        for value in (b"1-1/1", b"jobs 0-1/2", b"*/5", b"5-1/2", b"a-b/c", b"/", b"1-1/*", b"")
    ),
    *(
        b"Content-Range: %b" % value
        for value in (b"0-99/" + b"9" * 400, b"0-9/" + b"9" * 6_000, b"0-1/\xb2", b"-/-1")
    ),
    *(b"Content-Encoding: %b" % encoding for encoding, _ in ENCODERS.values()),
    *(
        b"Location: %b" % value
        for value in (
            b"",
            b"/",
            b"http://[",
            b"http://a:b:c",
            b"//",
            b"http://x\xff/",
            b"\xc3\xa9:",
        )
    ),
    *(
        b"Location: %b" % value
        for value in (
            b"http://" + b"a" * 300 + b".example/",
            b"http://x:99999/",
            b"data:,",
            b"?" * 9_000,
        )
    ),
    *(
        b"X-Request-Id: %b" % value
        for value in (b"", b"r-1", b"r" * 5_000, b"caf\xc3\xa9", b"caf\xe9", b"a\tb", b"\x1b[31m")
    ),
    *(
        b"X-Correlation-Id: c-1",
        b"X-AmzN-RequestId: \xff\xfe",
        b"CF-Ray: 8f-CDG",
        b"X-Served-By: caf\xc3\xa9",
        b"X-Served-By: caf\xe9",
    ),
    *(
        b"Content-Type: %b" % value
        for value in (b"", b"text/html; charset=utf-7", b"application/json; charset=rot13", b"\xff")
    ),
    *(
        b"Content-Type: %b" % value
        for value in (
            b"application/json; charset=utf-16",
            b"text/plain; charset=\x00",
            b"a;" * 3_000,
        )
    ),
    *(
        b"Connection: %b" % value
        for value in (b"close", b"keep-alive", b"upgrade", b"", b"\xff", b"close, keep-alive")
    ),
    *(
        b"Set-Cookie: %b" % value
        for value in (
            b"a=b",
            b"a=b; expires=never",
            b"=; domain=\xff; max-age=1e9",
            b"a=b; max-age=x",
        )
    ),
    *(
        b"Upgrade: h2c",
        b"Trailer: X-Late",
        b"Keep-Alive: timeout=-1",
        b"Link: <",
        b"WWW-Authenticate: Digest",
        b"Vary: *",
    ),
    *(
        b": no name",
        b"no colon",
        b"Spaced : x",
        b" folded onto what stands before",
        b"\tfolded by a tab",
        b"X-\xe9: x",
        b"X-\x00: x",
    ),
    *(
        b"X-Empty:",
        b"X-Nul: \x00",
        b"X-Cr: a\rb",
        b"X-Del: \x7f",
        b"X-Long: " + b"x" * 9_000,
        b"X" * 9_000 + b": x",
        b"X-Lf: a\nX-B: b",
    ),
)

STATUS_LINES: tuple[bytes, ...] = (
    *(
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 ",
        b"HTTP/1.0 200 OK",
        b"HTTP/0.9 200 OK",
        b"HTTP/2 200 OK",
    ),
    *(
        b"HTTP/1.1  200 OK",
        b"http/1.1 200 ok",
        b"HTTP/1.1 000 No",
        b"HTTP/1.1 099 No",
        b"HTTP/1.1 600 No",
        b"HTTP/1.1 999 No",
    ),
    *(
        b"HTTP/1.1 20 OK",
        b"HTTP/1.1 2000 OK",
        b"HTTP/1.1 -20 OK",
        b"HTTP/1.1 2e2 OK",
        b"HTTP/1.1 \xb2\xb2\xb2 OK",
        b"HTTP/1.1",
    ),
    *(
        b"HTTP/1.1 100 Continue",
        b"HTTP/1.1 101 Switching Protocols",
        b"HTTP/1.1 102 Processing",
        b"HTTP/1.1 103 Early Hints",
    ),
    *(
        b"HTTP/1.1 199 ?",
        b"HTTP/1.1 205 Reset Content",
        b"HTTP/1.1 304 Not Modified",
        b"HTTP/1.1 200 caf\xc3\xa9",
        b"ICY 200 OK",
    ),
    *(
        b"HTTP/1.1 200 \x00",
        b"HTTP/1.1 200 " + b"x" * 9_000,
        b"HTTP/11 200 OK",
        b"\r\nHTTP/1.1 200 OK",
        b"\x16\x03\x01\x00\x05",
    ),
    *(
        b"HTTP/1.1 %d Whatever" % status
        for status in (*range(200, 207), 226, 300, 301, 302, 303, 305, 307, 308, 400, 401)
    ),
    *(
        b"HTTP/1.1 %d Whatever" % status
        for status in (402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 417)
    ),
    *(
        b"HTTP/1.1 %d Whatever" % status
        for status in (418, 421, 422, 423, 425, 426, 428, 429, 431, 444, 451, 460, 499)
    ),
    *(
        b"HTTP/1.1 %d Whatever" % status
        for status in (*range(500, 512), *range(520, 531), 561, 598, 599)
    ),
)

INTERIM = tuple(
    b"HTTP/1.1 %b\r\n\r\n" % line
    for line in (b"100 Continue", b"102 Processing", b"103 Early Hints\r\nLink: </>")
)

CHUNKS = (
    *(
        b"0\r\n\r\n",
        b"5\r\n",
        b"5;x=y\r\n",
        b"0x5\r\n",
        b" 5 \r\n",
        b"5 \r\n",
        b"5\n",
        b"-5\r\n",
        b"+5\r\n",
        b"FFFFFFFFFFFFFFFFF\r\n",
    ),
    *(
        b"000000000000000000005\r\n",
        b"5;" + b"x" * 9_000 + b"\r\n",
        b"\r\n",
        b"0\r\nX-Late: 1\r\n\r\n",
        b"5_0\r\n",
        b"\xb2\r\n",
    ),
)


def chunked(draw: Random, body: bytes) -> bytes:
    """The body in chunks."""
    pieces = []
    while body:
        size = draw.choice((1, 7, 300, 5_000))
        pieces.append(f"{len(body[:size]):x}\r\n".encode() + body[:size] + b"\r\n")
        body = body[size:]
    return b"".join([*pieces, b"0\r\n", draw.choice((b"", b"", b"X-Late: 1\r\n")), b"\r\n"])


def right(draw: Random, exchange: Exchange) -> bytes:
    """An answer that may well come: the good one, more often, or a refusal."""
    if draw.random() < 0.6:
        return good_answer(exchange.call, exchange.number)
    status, body, headers = draw.choice(mistakes(exchange.number))
    return answer(status, body, headers)


def wrong(draw: Random, exchange: Exchange, token: str) -> bytes:
    """An answer in which something is wrong."""
    head, _, body = right(draw, exchange).partition(b"\r\n\r\n")
    if draw.random() < 0.15:
        head, body = rechunked(draw, head, body)
    head = disordered(draw, head)
    if draw.random() < 0.2:
        body = mutated(draw, body)
    if draw.random() < 0.4:
        head, body = echoed(draw, head, body, token)
    ends = (b"\r\n\r\n", b"\r\n\r\n", b"\r\n\r\n", b"\r\n\r\n", b"\n\n", b"\r\n", b"")
    raw = head + draw.choice(ends) + body
    for _ in range(draw.choice((0, 0, 0, 0, 1, 2))):
        raw = draw.choice(INTERIM) + raw
    if draw.random() < 0.2:
        raw += behind(draw, exchange)
    return raw


def rechunked(draw: Random, head: bytes, body: bytes) -> tuple[bytes, bytes]:
    """The answer in chunks, right ones or wrong ones."""
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    body = chunked(draw, body)
    if draw.random() < 0.6:
        body = mutated(draw, body, CHUNKS)
    return b"\r\n".join([*lines, b"Transfer-Encoding: chunked"]), body


def disordered(draw: Random, head: bytes) -> bytes:
    """The head with odd lines in it, and bytes changed."""
    start, *lines = head.split(b"\r\n")
    if draw.random() < 0.15:
        start = draw.choice(STATUS_LINES)
    for _ in range(draw.choice((0, 0, 1, 1, 2, 5))):
        lines.insert(draw.randrange(len(lines) + 1), draw.choice(LINES))
    if draw.random() < 0.2:
        lines.append(draw.choice(lines or [b"X: y"]))
    head = b"\r\n".join([start, *lines])
    return mutated(draw, head, (*LINES, *CHUNKS)) if draw.random() < 0.5 else head


def echoed(draw: Random, head: bytes, body: bytes, token: str) -> tuple[bytes, bytes]:
    """Put the token, or its beginning, where a service may echo it."""
    echo = token[: draw.choice((len(token), len(token), 30))].encode()
    place = draw.randrange(6)
    if place == 0:
        return head + b"\r\nX-Request-Id: " + echo, body
    if place == 1:
        return head + b"\r\nX-Debug-" + echo + b": " + echo, body
    if place == 2:
        return head + b"\r\nSet-Cookie: t=" + echo + b"\r\nLocation: /?t=" + echo, body
    if place == 3:
        return head.replace(b"\r\n", b" " + echo + b"\r\n", 1), body
    if place == 4:
        return head, b"<html><title>Bearer " + echo + b"</title>" + body
    at = draw.randrange(len(body) + 1)
    return head, body[:at] + echo + body[at:]


def behind(draw: Random, exchange: Exchange) -> bytes:
    """What may stand behind an answer: another one, forged; a piece of one; nonsense."""
    forged = answer(200, {"data": [], "pagination": {"total": 666, "start": 0, "end": 0}})
    other = good_answer(exchange.call, exchange.number)
    timeout = answer(408, b"", {"Connection": "close"})
    return draw.choice(
        (
            forged,
            forged,
            other,
            timeout,
            forged[:60],
            b"\r\n",
            b"\r\n\r\n",
            b"\x00",
            b"}" * 9,
            b"HTTP/1.1 ",
        )
    )

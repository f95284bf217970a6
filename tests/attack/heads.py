"""Heads of answers: the lines that may occur in one, right and wrong, and how they make answers wrong."""

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
"""The tokens of the clients: one that may occur in a header name, one that every kind of quoting changes."""

HEADERS: dict[bytes, tuple[bytes, ...]] = {
    b"Content-Length": (
        b"0",
        b"5",
        b"-1",
        b"5, 5",
        b"2, 3",
        b"+3",
        b" 07",
        b"1e2",
        b"\xb2",
        b"",
        b"9" * 30,
        b"9" * 5_000,
        b"0x5",
        b"5;q=1",
        b"\x00",
    ),
    b"Transfer-Encoding": (
        b"chunked",
        b"Chunked",
        b"chunked, chunked",
        b"gzip",
        b"identity",
        b"gzip, chunked",
        b"",
        b"\x0bchunked",
        b"chunked;x=1",
        b"xchunked",
    ),
    b"Retry-After": (
        b"0",
        b"1",
        b"-1",
        b"1.5",
        b"1e9",
        b"9" * 400,
        b"nan",
        b"inf",
        b"\xb2",
        b"",
        b"Mon, 12 Oct 2026 08:00:00 GMT",
        b"Mon, 12 Oct 99999999999 1:1:1 GMT",
        b"Mon, 31 Feb 2026 25:61:61 +9999",
        b"1 Jan 0001 00:00:00 +2359",
        b"0, 0",
        b"Fri, 31 Dec 9999 23:59:59 -2359",
        b"1 Jan 2026 0:0:0 -99999999999",
        b"()(",
    ),
    b"Date": (
        b"",
        b"now",
        b"Mon, 12 Oct 2026 08:00:00 GMT",
        b"1 Jan 0001 00:00 +2359",
        b"9" * 99,
    ),
    b"Content-Range": (
        b"1-1/1",
        b"jobs 0-1/2",
        b"*/5",
        b"5-1/2",
        b"a-b/c",
        b"/",
        b"1-1/*",
        b"",
        b"0-99/" + b"9" * 400,
        b"0-9/" + b"9" * 6_000,
        b"0-1/\xb2",
        b"-/-1",
    ),
    b"Content-Encoding": tuple(encoding for encoding, _ in ENCODERS.values()),
    b"Location": (
        b"",
        b"/",
        b"http://[",
        b"http://a:b:c",
        b"//",
        b"http://x\xff/",
        b"\xc3\xa9:",
        b"http://" + b"a" * 300 + b".example/",
        b"http://x:99999/",
        b"data:,",
        b"?" * 9_000,
    ),
    b"X-Request-Id": (b"", b"r-1", b"r" * 5_000, b"caf\xc3\xa9", b"caf\xe9", b"a\tb", b"\x1b[31m"),
    b"X-Correlation-Id": (b"c-1",),
    b"X-AmzN-RequestId": (b"\xff\xfe",),
    b"CF-Ray": (b"8f-CDG",),
    b"X-Served-By": (b"caf\xc3\xa9", b"caf\xe9"),
    b"Content-Type": (
        b"",
        b"text/html; charset=utf-7",
        b"application/json; charset=rot13",
        b"\xff",
        b"application/json; charset=utf-16",
        b"text/plain; charset=\x00",
        b"a;" * 3_000,
    ),
    b"Connection": (b"close", b"keep-alive", b"upgrade", b"", b"\xff", b"close, keep-alive"),
    b"Set-Cookie": (
        b"a=b",
        b"a=b; expires=never",
        b"=; domain=\xff; max-age=1e9",
        b"a=b; max-age=x",
    ),
    b"Upgrade": (b"h2c",),
    b"Trailer": (b"X-Late",),
    b"Keep-Alive": (b"timeout=-1",),
    b"Link": (b"<",),
    b"WWW-Authenticate": (b"Digest",),
    b"Vary": (b"*",),
}

ODD_LINES: tuple[bytes, ...] = (
    b": no name",
    b"no colon",
    b"Spaced : x",
    b" folded onto what stands before",
    b"\tfolded by a tab",
    b"X-\xe9: x",
    b"X-\x00: x",
    b"X-Empty:",
    b"X-Nul: \x00",
    b"X-Cr: a\rb",
    b"X-Del: \x7f",
    b"X-Long: " + b"x" * 9_000,
    b"X" * 9_000 + b": x",
    b"X-Lf: a\nX-B: b",
)

LINES: tuple[bytes, ...] = (
    *(b"%b: %b" % (name, value) for name, values in HEADERS.items() for value in values),
    *ODD_LINES,
)

ODD_STATUS_LINES: tuple[bytes, ...] = (
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 200",
    b"HTTP/1.1 200 ",
    b"HTTP/1.0 200 OK",
    b"HTTP/0.9 200 OK",
    b"HTTP/2 200 OK",
    b"HTTP/1.1  200 OK",
    b"http/1.1 200 ok",
    b"HTTP/1.1 000 No",
    b"HTTP/1.1 099 No",
    b"HTTP/1.1 600 No",
    b"HTTP/1.1 999 No",
    b"HTTP/1.1 20 OK",
    b"HTTP/1.1 2000 OK",
    b"HTTP/1.1 -20 OK",
    b"HTTP/1.1 2e2 OK",
    b"HTTP/1.1 \xb2\xb2\xb2 OK",
    b"HTTP/1.1",
    b"HTTP/1.1 100 Continue",
    b"HTTP/1.1 101 Switching Protocols",
    b"HTTP/1.1 102 Processing",
    b"HTTP/1.1 103 Early Hints",
    b"HTTP/1.1 199 ?",
    b"HTTP/1.1 205 Reset Content",
    b"HTTP/1.1 304 Not Modified",
    b"HTTP/1.1 200 caf\xc3\xa9",
    b"ICY 200 OK",
    b"HTTP/1.1 200 \x00",
    b"HTTP/1.1 200 " + b"x" * 9_000,
    b"HTTP/11 200 OK",
    b"\r\nHTTP/1.1 200 OK",
    b"\x16\x03\x01\x00\x05",
)

STATUSES: tuple[int, ...] = (
    *range(200, 207),
    226,
    *range(300, 304),
    305,
    307,
    308,
    *range(400, 415),
    417,
    418,
    421,
    422,
    423,
    425,
    426,
    428,
    429,
    431,
    444,
    451,
    460,
    499,
    *range(500, 512),
    *range(520, 531),
    561,
    598,
    599,
)

STATUS_LINES: tuple[bytes, ...] = (
    *ODD_STATUS_LINES,
    *(b"HTTP/1.1 %d Whatever" % status for status in STATUSES),
)

INTERIM = (
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 102 Processing\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n",
)

CHUNKS = (
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
    b"000000000000000000005\r\n",
    b"5;" + b"x" * 9_000 + b"\r\n",
    b"\r\n",
    b"0\r\nX-Late: 1\r\n\r\n",
    b"5_0\r\n",
    b"\xb2\r\n",
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
    """An answer that is to be expected: mostly the good one, sometimes a refusal."""
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
    """The answer in chunks, correct or not."""
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    body = chunked(draw, body)
    if draw.random() < 0.6:
        body = mutated(draw, body, CHUNKS)
    return b"\r\n".join([*lines, b"Transfer-Encoding: chunked"]), body


def disordered(draw: Random, head: bytes) -> bytes:
    """The head with odd lines added and bytes changed."""
    start, *lines = head.split(b"\r\n")
    if draw.random() < 0.15:
        start = draw.choice(STATUS_LINES)
    for _ in range(draw.choice((0, 0, 1, 1, 2, 5))):
        lines.insert(draw.randrange(len(lines) + 1), draw.choice(LINES))
    if draw.random() < 0.2:
        lines.append(draw.choice(lines or [b"X: y"]))
    head = b"\r\n".join([start, *lines])
    if draw.random() < 0.5:
        head = mutated(draw, head, (*LINES, *CHUNKS))
    return head


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
    """What may come after an answer: another one, forged; a piece of one; nonsense."""
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

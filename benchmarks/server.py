"""A server that takes almost no time itself: it sends prepared pages, after a given latency.

    python -m benchmarks.server JOBS

It prints its port, and stops when its standard input ends. The jobs are the sandbox's own answers,
so the pages follow the contract. The path says how it serves: `/<jobs>/<latency in
ms>/<admitted>/api/v2/jobs` lists that number of jobs, answers after that latency, and refuses
requests while that many are in flight (0: no limit). `/stats` counts the requests since it was last
read.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import selectors
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

import httpx

from pasqal_client.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

RETRY_AFTER: Final = 1
"""How many seconds a refusal asks the client to wait."""

_BATCH: Final = 1_000
_PAGE: Final = 100
_STATES: Final = ("DONE", "ERROR", "DONE", "PENDING", "DONE", "CANCELED")
_FIRST: Final = datetime(2026, 1, 1, 9, 30, 0, 123457, tzinfo=UTC)
_APART: Final = timedelta(seconds=7, microseconds=301_211)
_QUERY: Final = {"limit", "offset", "order_by", "order_by_direction"}


def made_by_sandbox(jobs: int) -> list[bytes]:
    """The jobs as the sandbox sends them, oldest first."""
    with Sandbox() as sandbox:
        for first in range(0, jobs, _BATCH):
            sandbox.add_batch(_given(number) for number in range(first, min(first + _BATCH, jobs)))
        address = f"{sandbox.base_url}/api/v2/jobs"
        headers = {"Authorization": f"Bearer {sandbox.token}"}
        with httpx.Client(headers=headers, trust_env=False) as client:
            made = []
            for offset in range(0, jobs, _PAGE):
                for job in _page(client, address, offset):
                    text = json.dumps(job, ensure_ascii=False, separators=(",", ":"))
                    made.append(text.encode())
            return made


def _given(number: int) -> dict[str, object]:
    variables = {"omega_max": 6.28 + number % 97 / 100, "duration": 400 + number % 60}
    created = _FIRST + number * _APART
    return {"status": _STATES[number % len(_STATES)], "variables": variables, "created_at": created}


def _page(client: httpx.Client, address: str, offset: int) -> Iterator[object]:
    query: dict[str, str | int] = {
        "limit": _PAGE,
        "offset": offset,
        "order_by": "created_at",
        "order_by_direction": "ASC",
    }
    yield from client.get(address, params=query).raise_for_status().json()["data"]


class Service:
    """Answers requests with pages of its jobs.

    Attributes:
        stats (dict[str, int]): how many requests arrived, how many of them were refused, and the
            largest number in flight at once.
    """

    def __init__(self, jobs: list[bytes]) -> None:
        self._jobs = jobs
        self._answers: dict[tuple[str, bool], tuple[bytes, float, int]] = {}
        self._in_flight = 0
        self.stats = {"requests": 0, "refused": 0, "most": 0}

    def answer(self, head: bytes, transport: asyncio.Transport) -> None:
        """Answer a request, after the latency that its path asks for."""
        target = head.split(b" ", 2)[1].decode()
        if target == "/stats":
            transport.write(_answer("200 OK", json.dumps(self.stats).encode()))
            self.stats = dict.fromkeys(self.stats, 0)
            return
        key = target, b"gzip" in head.lower()
        if key not in self._answers:
            self._answers[key] = self._make_answer(*key)
        content, latency, admitted = self._answers[key]
        self.stats["requests"] += 1
        loop = asyncio.get_running_loop()
        if admitted and self._in_flight >= admitted:
            self.stats["refused"] += 1
            loop.call_later(latency, transport.write, _REFUSAL)
            return
        self._in_flight += 1
        self.stats["most"] = max(self.stats["most"], self._in_flight)
        if latency:
            loop.call_later(latency, self._end, transport, content)
        else:
            self._end(transport, content)

    def _end(self, transport: asyncio.Transport, content: bytes) -> None:
        self._in_flight -= 1
        transport.write(content)

    def _make_answer(self, target: str, zipped: bool) -> tuple[bytes, float, int]:
        parts = urlsplit(target)
        _, jobs, latency, admitted, *path = parts.path.split("/")
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        is_known = path == ["api", "v2", "jobs"] and query.keys() <= _QUERY
        if not is_known or query.get("order_by", "created_at") != "created_at":
            body = b'{"detail": "this server only lists jobs, sorted by created_at"}'
            return _answer("501 Not Implemented", body), 0, 0
        body = self.body(int(jobs), query)
        if zipped:
            answer = _answer("200 OK", gzip.compress(body, 6), "Content-Encoding: gzip")
        else:
            answer = _answer("200 OK", body)
        return answer, int(latency) / 1000, int(admitted)

    def body(self, total: int, query: dict[str, str]) -> bytes:
        """The body of the page that a query asks for, from a list of that total length."""
        offset = int(query.get("offset", 0))
        limit = int(query.get("limit", _PAGE))
        jobs = self._jobs[:total]
        if query.get("order_by_direction", "DESC") == "DESC":
            jobs.reverse()
        found = jobs[offset : offset + limit]
        pagination = {"total": total, "start": offset, "end": offset + len(found)}
        start = b'{"status":"success","message":"OK.","code":"200","pagination":'
        start += json.dumps(pagination).encode()
        return start + b',"data":[' + b",".join(found) + b"]}"


class _Connection(asyncio.Protocol):
    def __init__(self, service: Service) -> None:
        self._service = service
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # for the type checker
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *heads, self._received = (self._received + data).split(b"\r\n\r\n")
        for head in heads:
            self._service.answer(head, self._transport)


def _answer(status: str, body: bytes, *headers: str) -> bytes:
    lines = [
        f"HTTP/1.1 {status}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *headers,
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + body


_REFUSAL: Final = _answer(
    "429 Too Many Requests", b'{"detail": "too many requests"}', f"Retry-After: {RETRY_AFTER}"
)


async def _serve(jobs: list[bytes]) -> None:
    service = Service(jobs)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    server = await loop.create_server(lambda: _Connection(service), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop.add_reader(sys.stdin.fileno(), ended.set)
    await ended.wait()


def main() -> None:
    """Serve until the standard input ends."""
    jobs = made_by_sandbox(int(sys.argv[1]))
    # epoll rounds a pause up to a whole millisecond; select does not.
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    loop.run_until_complete(_serve(jobs))


if __name__ == "__main__":
    main()

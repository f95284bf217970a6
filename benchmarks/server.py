"""A server that takes almost no time itself: it sends prepared pages, after a given latency.

    python -m benchmarks.server JOBS

It prints its port and the id of a batch, and stops when its standard input ends. The jobs are the
sandbox's own answers, so the pages follow the contract. The path says how it serves:
`/<jobs>/<latency in ms>/<admitted>/api/v2/jobs` lists that number of jobs, answers after that
latency, and refuses requests while that many are in flight (0: no limit). Of the batch, up to 10,000
jobs are listed, each is DONE, and links lead to their results. `/stats` counts the requests since
it was last read.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import selectors
import socket
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

import httpx

from pasqal_client.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from urllib.parse import SplitResult

RETRY_AFTER: Final = 1
"""How many seconds a refusal asks the client to wait."""

_BATCH: Final = 1_000
_PAGE: Final = 100
_MOST_DONE: Final = 10_000
_STATES: Final = ("DONE", "ERROR", "DONE", "PENDING", "DONE", "CANCELED")
_FIRST: Final = datetime(2026, 1, 1, 9, 30, 0, 123457, tzinfo=UTC)
_APART: Final = timedelta(seconds=7, microseconds=301_211)
_QUERY: Final = {"limit", "offset", "order_by", "order_by_direction"}
_BATCH_ORDER: Final = {"order_by": "creation_order", "order_by_direction": "ASC"}


class Made(NamedTuple):
    """What the sandbox has sent.

    Attributes:
        jobs: jobs in many states, oldest first.
        done: the jobs of a batch, all of which are DONE.
        batch_id: its id.
        batch: the batch.
        result: the file with the results of a job.
    """

    jobs: list[bytes]
    done: list[bytes]
    batch_id: str
    batch: bytes
    result: bytes


def made_by_sandbox(jobs: int) -> Made:
    """Jobs, a batch and a result, as the sandbox sends them."""
    with Sandbox() as sandbox:
        for first in range(0, jobs, _BATCH):
            sandbox.add_batch(_given(number) for number in range(first, min(first + _BATCH, jobs)))
        headers = {"Authorization": f"Bearer {sandbox.token}"}
        with httpx.Client(headers=headers, trust_env=False, base_url=sandbox.base_url) as client:
            many = _listed(client, jobs, order_by="created_at", order_by_direction="ASC")
            count = min(jobs, _MOST_DONE)
            batch = sandbox.add_batch(_given(number, "DONE") for number in range(count))
            batch_id = str(batch.id)
            done = _listed(client, count, batch_id=batch_id, **_BATCH_ORDER)
            answer = client.get(f"/api/v2/batches/{batch_id}").raise_for_status()
            job_id = batch.job_ids[0]
            link = client.get(f"/api/v1/jobs/{job_id}/results_link").raise_for_status()
            result = client.get(link.json()["data"]["results_link"]).raise_for_status()
            return Made(many, done, batch_id, answer.content, result.content)


def _given(number: int, status: str | None = None) -> dict[str, object]:
    variables = {"omega_max": 6.28 + number % 97 / 100, "duration": 400 + number % 60}
    created = _FIRST + number * _APART
    if status is None:
        status = _STATES[number % len(_STATES)]
    return {"status": status, "variables": variables, "created_at": created}


def _listed(client: httpx.Client, jobs: int, **query: str) -> list[bytes]:
    made = []
    for offset in range(0, jobs, _PAGE):
        for job in _page(client, {**query, "limit": _PAGE, "offset": offset}):
            text = json.dumps(job, ensure_ascii=False, separators=(",", ":"))
            made.append(text.encode())
    return made


def _page(client: httpx.Client, query: dict[str, str | int]) -> Iterator[object]:
    yield from client.get("/api/v2/jobs", params=query).raise_for_status().json()["data"]


class Service:
    """Answers requests with pages of its jobs, and with what there is of a batch.

    Attributes:
        stats (dict[str, int]): how many requests arrived, how many of them were refused, and the
            largest number in flight at once.
    """

    def __init__(self, made: Made, port: int = 0) -> None:
        self._made = made
        self._port = port
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
        body = self._body("/".join(path), parts, int(jobs))
        if body is None:
            reason = b'{"detail": "this server lists jobs by created_at, and has one batch"}'
            return _answer("501 Not Implemented", reason), 0, 0
        if zipped:
            answer = _answer("200 OK", gzip.compress(body, 6), "Content-Encoding: gzip")
        else:
            answer = _answer("200 OK", body)
        return answer, int(latency) / 1000, int(admitted)

    def _body(self, path: str, parts: SplitResult, jobs: int) -> bytes | None:
        """The body of the answer; None if this server does not know the path, or the query."""
        if path == "api/v2/jobs":
            return self._page(parts.query, jobs)
        if path == f"api/v2/batches/{self._made.batch_id}":
            return self._made.batch
        if path.startswith("files/"):
            return self._made.result
        if path.startswith("api/v1/jobs/") and path.endswith("/results_link"):
            # As many files as jobs, although they all have the same content.
            _, served, latency, admitted, *_, job_id, _ = parts.path.split("/")
            folder = f"http://127.0.0.1:{self._port}/{served}/{latency}/{admitted}/files"
            link = {"results_link": f"{folder}/{job_id}?Signature=benchmark"}
            answer = {"status": "success", "message": "OK.", "code": "200", "data": link}
            return json.dumps(answer).encode()
        return None

    def _page(self, text: str, total: int) -> bytes | None:
        query = {name: values[-1] for name, values in parse_qs(text).items()}
        if query.get("batch_id") == self._made.batch_id:
            if not query.items() >= _BATCH_ORDER.items():
                return None
            return _page_of(self._made.done[:total], query)
        if not query.keys() <= _QUERY or query.get("order_by", "created_at") != "created_at":
            return None
        return self.body(total, query)

    def body(self, total: int, query: dict[str, str]) -> bytes:
        """The body of the page that a query asks for, from a list of that total length."""
        return _page_of(self._made.jobs[:total], query)


def _page_of(jobs: list[bytes], query: dict[str, str]) -> bytes:
    offset = int(query.get("offset", 0))
    limit = int(query.get("limit", _PAGE))
    if query.get("order_by_direction", "DESC") == "DESC":
        jobs.reverse()
    found = jobs[offset : offset + limit]
    pagination = {"total": len(jobs), "start": offset, "end": offset + len(found)}
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


async def _serve(made: Made) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    service = Service(made, port)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    await loop.create_server(lambda: _Connection(service), sock=listening)
    print(port, made.batch_id, flush=True)
    loop.add_reader(sys.stdin.fileno(), ended.set)
    await ended.wait()


def main() -> None:
    """Serve until the standard input ends."""
    made = made_by_sandbox(int(sys.argv[1]))
    # epoll rounds a pause up to a whole millisecond; select does not.
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    loop.run_until_complete(_serve(made))


if __name__ == "__main__":
    main()

"""The process that is measured: one client that lists jobs, fetches results, or waits.

It reads what to do as JSON, and prints what it saw as JSON. The official client runs it in an
environment of its own, and memory is measured, so it imports next to nothing before it knows what
to do.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PAGE = 100
_SAMPLES = 200


def resident() -> int | None:
    """The resident set of this process, in bytes; None without /proc."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return None
    pages = int(statm.read_text().split()[1])
    return pages * resource.getpagesize()


def processor() -> float:
    """The processor time that this process has used in all its threads, in seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Meter:
    """Takes the jobs, keeps or drops them, and measures time and memory meanwhile."""

    def __init__(self, jobs: int, *, keep: bool) -> None:
        self._kept: list[object] = []
        self._keep = keep
        self._every = max(1, jobs // _SAMPLES)
        self._taken = 0
        self._samples: list[tuple[int, int | None]] = []
        self._processor, self._clock = processor(), time.perf_counter()

    def take(self, job: object) -> None:
        """Take one more job."""
        self._taken += 1
        if self._keep:
            self._kept.append(job)
        if self._taken % self._every == 0 or self._taken == _PAGE:
            self._samples.append((self._taken, resident()))

    def report(self) -> dict[str, Any]:
        """What was measured since the meter was created."""
        seconds = time.perf_counter() - self._clock
        used = processor() - self._processor
        return {
            "jobs": self._taken,
            "seconds": seconds,
            "processor": used,
            "samples": self._samples,
        }


def official_client(base_url: str, token: str, project_id: str | None = None) -> Any:
    """The official client, with a token that it need not ask for."""
    from pasqal_cloud.authentication import TokenProvider
    from pasqal_cloud.endpoints import Endpoints
    from pasqal_cloud.pasqal_cloud_client import PasqalCloudClient

    # only the environment of the official client has it
    class Given(TokenProvider):  # type: ignore[misc]
        def get_token(self) -> str:
            return token

    return PasqalCloudClient(
        token_provider=Given(), endpoints=Endpoints(core=base_url), project_id=project_id
    )


def official(base_url: str, **given: Any) -> dict[str, Any]:
    """List with the official client: its fastest way is one call for each page of the largest size."""
    from pasqal_cloud.utils.filters import PaginationParams

    client = official_client(base_url, "token")

    def listed() -> Iterator[object]:
        offset, total = 0, 1
        while offset < total:
            page = client.get_jobs(pagination_params=PaginationParams(offset=offset, limit=_PAGE))
            yield from page.results
            offset, total = offset + len(page.results), page.total

    return measure(listed, **given)


def sync(base_url: str, concurrency: int, **given: Any) -> dict[str, Any]:
    """List with this project's sync client."""
    from pasqal_client import PasqalClient

    with PasqalClient(token="token", base_url=base_url) as client:  # noqa: S106  # nobody checks the token
        return measure(lambda: iter(client.jobs.list(concurrency=concurrency)), **given)


def measure(listed: Callable[[], Iterator[object]], jobs: int, *, keep: bool) -> dict[str, Any]:
    """Take all jobs of a sync client, and measure."""
    meter = Meter(jobs, keep=keep)
    for job in listed():
        meter.take(job)
    return meter.report()


def asynchronous(base_url: str, concurrency: int, jobs: int, *, keep: bool) -> dict[str, Any]:
    """List with this project's async client."""
    import asyncio

    from pasqal_client import AsyncPasqalClient

    async def listed() -> dict[str, Any]:
        # nobody checks the token
        async with AsyncPasqalClient(token="token", base_url=base_url) as client:  # noqa: S106
            meter = Meter(jobs, keep=keep)
            async for job in client.jobs.list(concurrency=concurrency):
                meter.take(job)
            return meter.report()

    return asyncio.run(listed())


def bare(base_url: str, jobs: int) -> dict[str, Any]:
    """Use no client: read the bytes of the pages, one after the other, over a socket."""
    import re
    import socket
    from urllib.parse import urlsplit

    parts = urlsplit(base_url)
    start = time.perf_counter()
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for offset in range(0, jobs, _PAGE):
            target = f"{parts.path}/api/v2/jobs?limit={_PAGE}&offset={offset}"
            headers = "Host: here\r\nAccept-Encoding: gzip\r\n"
            connection.sendall(f"GET {target} HTTP/1.1\r\n{headers}\r\n".encode())
            received = b""
            while (end := received.find(b"\r\n\r\n")) < 0:
                received += connection.recv(1 << 18)
            length = int(re.findall(rb"Content-Length: (\d+)", received)[0])
            while len(received) < end + 4 + length:
                received += connection.recv(1 << 18)
    return {"jobs": jobs, "seconds": time.perf_counter() - start}


def official_results(base_url: str, batch_id: str, jobs: int) -> dict[str, Any]:
    """Fetch results with the official client, one after the other: it has no other way."""
    client = official_client(base_url, "token")

    def fetched() -> Iterator[object]:
        for job in client.get_batch(batch_id).ordered_jobs:
            yield _checked(job.result)

    return measure(fetched, jobs, keep=False)


def sync_results(
    base_url: str, batch_id: str, concurrency: int, jobs: int, folder: str | None = None
) -> dict[str, Any]:
    """Fetch results with this project's sync client, into a new folder there if one is given."""
    import tempfile

    from pasqal_client import PasqalClient

    with PasqalClient(token="token", base_url=base_url) as client:  # noqa: S106  # nobody checks the token

        def fetched() -> Iterator[object]:
            save_to = None
            if folder is not None:
                save_to = tempfile.mkdtemp(dir=folder)
            outcomes = client.jobs.results(
                batch_id=batch_id, concurrency=concurrency, save_to=save_to
            )
            for outcome in outcomes:
                if folder is None:
                    yield _checked(outcome.result)
                else:
                    yield _checked(outcome.path)

        return measure(fetched, jobs, keep=False)


def async_results(base_url: str, batch_id: str, concurrency: int, jobs: int) -> dict[str, Any]:
    """Fetch results with this project's async client."""
    import asyncio

    from pasqal_client import AsyncPasqalClient

    async def fetched() -> dict[str, Any]:
        # nobody checks the token
        async with AsyncPasqalClient(token="token", base_url=base_url) as client:  # noqa: S106
            meter = Meter(jobs, keep=False)
            outcomes = client.jobs.results(batch_id=batch_id, concurrency=concurrency)
            async for outcome in outcomes:
                meter.take(_checked(outcome.result))
            return meter.report()

    return asyncio.run(fetched())


def _checked(found: object) -> object:
    if not found:
        raise RuntimeError("a job has no result")
    return found


def official_submission(sequence: str, jobs: int, **client: Any) -> dict[str, Any]:
    """Submit a batch with the official client, and wait until its jobs have ended."""
    cloud = official_client(**client)
    begin = time.perf_counter()
    batch = cloud.create_batch(sequence, jobs=[{"runs": 1}] * jobs, wait=True)
    ended = [job.status for job in batch.ordered_jobs]
    return {"seconds": time.perf_counter() - begin, "ended": len(ended)}


def sync_submission(sequence: str, jobs: int, **client: Any) -> dict[str, Any]:
    """The same with this project's sync client."""
    from pasqal_client import PasqalClient

    with PasqalClient(**client) as cloud:
        begin = time.perf_counter()
        batch = cloud.batches.create(sequence, jobs=[{"runs": 1}] * jobs)
        ended = cloud.batches.wait(batch.id)
        return {"seconds": time.perf_counter() - begin, "ended": sum(ended.counts.values())}


def async_submission(sequence: str, jobs: int, **client: Any) -> dict[str, Any]:
    """The same with this project's async client."""
    import asyncio

    from pasqal_client import AsyncPasqalClient

    async def submit() -> dict[str, Any]:
        async with AsyncPasqalClient(**client) as cloud:
            begin = time.perf_counter()
            batch = await cloud.batches.create(sequence, jobs=[{"runs": 1}] * jobs)
            ended = await cloud.batches.wait(batch.id)
            return {"seconds": time.perf_counter() - begin, "ended": sum(ended.counts.values())}

    return asyncio.run(submit())


class VirtualTime:
    """Pauses of this process pass in the sandbox, and take no time here; what comes over sockets is counted.

    Attributes:
        received (int): how many bytes came, but for those about the time.
    """

    def __init__(self, host: str, token: str) -> None:
        self._host = host
        self._token = token
        self.received = 0

    def install(self) -> None:
        """Take the place of `time.sleep`, and look at what sockets bring."""
        import socket

        recv, recv_into = socket.socket.recv, socket.socket.recv_into

        def counted(*given: Any) -> bytes:
            data = recv(*given)
            self.received += len(data)
            return data

        def counted_into(*given: Any) -> int:
            length = recv_into(*given)
            self.received += length
            return length

        # a program that waits has no other place to take hold of them
        socket.socket.recv = counted  # type: ignore[method-assign]
        socket.socket.recv_into = counted_into  # type: ignore[method-assign, assignment]
        time.sleep = self._pass  # type: ignore[assignment]

    def _pass(self, seconds: float) -> None:
        from http.client import HTTPConnection

        received = self.received
        connection = HTTPConnection(self._host)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        body = json.dumps({"by": seconds})
        connection.request("POST", "/_sandbox/advance", body, headers)
        status = connection.getresponse().status
        connection.close()
        if status != 200:
            raise RuntimeError(f"the time of the sandbox cannot be set forward: {status}")
        self.received = received

    def report(self, ended: int) -> dict[str, Any]:
        """What a wait took."""
        return {"received": self.received, "ended": ended}


def official_wait(batch_id: str, host: str, **client: Any) -> dict[str, Any]:
    """Wait for a batch with the official client, and read how its jobs ended."""
    virtual = VirtualTime(host, client["token"])
    cloud = official_client(**client)
    virtual.install()
    # there is no public method that waits for a batch which is there already
    cloud._wait_for_batch_terminal(batch_id)
    ended = cloud.get_batch(batch_id).ordered_jobs
    return virtual.report(len(ended))


def sync_wait(batch_id: str, host: str, **client: Any) -> dict[str, Any]:
    """The same with this project's sync client."""
    from pasqal_client import PasqalClient

    virtual = VirtualTime(host, client["token"])
    with PasqalClient(**client) as cloud:
        virtual.install()
        ended = cloud.batches.wait(batch_id)
        return virtual.report(sum(ended.counts.values()))


def decoded(texts: list[str], rounds: int) -> dict[str, Any]:
    """Make the official client's models of the jobs on some pages; the fewest microseconds that a job takes."""
    from pasqal_cloud.job import Job

    def once(text: str) -> float:
        begin = time.perf_counter()
        kept = [Job(**job, _client=None) for job in json.loads(text)["data"]]
        return (time.perf_counter() - begin) / len(kept) * 1e6

    best = [min(once(text) for _ in range(rounds)) for text in texts]
    return {"microseconds": sum(best) / len(best)}


def imported(module: str) -> dict[str, Any]:
    """Import a module, and do nothing else."""
    __import__(module)
    return {"resident": resident()}


class _SentError(BaseException):
    """The first request is on its way; hooks hold back any `Exception`."""


def many_ids(ids: int) -> dict[str, Any]:
    """Ask for as many jobs by their ids, up to the first request."""
    from contextlib import suppress
    from uuid import UUID

    from pasqal_client import PasqalClient

    def stop(_: object) -> None:
        raise _SentError

    named = [str(UUID(int=number)) for number in range(ids)]
    with PasqalClient(token="token", base_url="http://127.0.0.1:9", on_request=stop) as client:  # noqa: S106  # nothing is sent
        meter = Meter(1, keep=False)
        before = resident()
        with suppress(_SentError):
            for _ in client.jobs.list(id=named, concurrency=1):
                pass
        return {**meter.report(), "ids": ids, "before": before, "after": resident()}


def main() -> None:
    """Do what standard input asks for."""
    given = json.load(sys.stdin)
    does: dict[str, Callable[..., dict[str, Any]]] = {
        "official": official,
        "sync": sync,
        "async": asynchronous,
        "bare": bare,
        "official_results": official_results,
        "sync_results": sync_results,
        "saved_results": sync_results,
        "async_results": async_results,
        "official_submission": official_submission,
        "sync_submission": sync_submission,
        "async_submission": async_submission,
        "official_wait": official_wait,
        "sync_wait": sync_wait,
        "decoded": decoded,
        "ids": many_ids,
        "imported": imported,
    }
    json.dump(does[given.pop("do")](**given), sys.stdout)


if __name__ == "__main__":
    main()

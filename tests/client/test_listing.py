"""Listings over real sockets: pages ahead, moving lists, refusals, early stops, many ids."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
import threading
import uuid
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from client.driver import Driver
from client.own_threads import end_all, own_threads
from client.scripted import Hold, Request, Scripted, Step, Wait, answer, page
from pasqal_client import (
    AsyncPasqalClient,
    IncompleteListingWarning,
    PasqalClient,
    RateLimitError,
    RetryPolicy,
    ServerError,
)
from pasqal_client.jobs import AsyncJobs
from pasqal_client.sandbox import Sandbox

TOKEN = "s3cr3t-t0k3n-of-the-lab"


def jobs_of(count: int) -> list[dict[str, Any]]:
    """Jobs as the service shows them, newest first."""
    made = [
        {
            "id": str(uuid.UUID(int=number)),
            "status": "DONE",
            "runs": 1,
            "batch_id": str(uuid.UUID(int=1)),
            "project_id": str(uuid.UUID(int=2)),
            "created_at": f"2026-11-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}+00:00",
            "updated_at": "2026-11-02T00:00:00+00:00",
            "creation_order": number,
        }
        for number in range(count)
    ]
    return made[::-1]


class Lister:
    """Serves a list, and counts how many requests are in flight together."""

    def __init__(self, jobs: list[dict[str, Any]], admitted: int = 1000) -> None:
        self.jobs = jobs
        self.admitted = admitted
        self.refused = 0
        self.lock = threading.Lock()
        self.under_way: set[int] = set()
        self.peak = 0
        self.gate: threading.Event | None = None

    def __call__(self, request: Request) -> Iterator[Step]:
        with self.lock:
            self.under_way.add(request.number)
            self.peak = max(self.peak, len(self.under_way))
            refuse = len(self.under_way) > self.admitted
            self.refused += refuse
        if refuse:
            with self.lock:
                self.under_way.discard(request.number)
            yield answer(429, b"", {"Retry-After": "0.05"})
            return
        if self.gate is not None and request.number > 1:
            yield Wait(self.gate)
        offset, limit = (int(request.query[name][0]) for name in ("offset", "limit"))
        body = answer(200, page(self.jobs[offset : offset + limit], len(self.jobs), offset))
        with self.lock:
            self.under_way.discard(request.number)
        yield body


def test_pages_are_fetched_ahead_in_a_bounded_window(connect: Callable[..., Any]) -> None:
    """With a window of four, four requests wait together after the first page, and never more."""
    lister = Lister(jobs_of(1000))
    lister.gate = threading.Event()
    with Scripted(lister) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        opener = threading.Thread(
            target=_open, args=(lister.gate, lambda: len(lister.under_way) == 4)
        )
        opener.start()
        listed = [job.creation_order for job in client.jobs.list(concurrency=4)]
        opener.join()
    assert listed == list(range(1000))[::-1]
    assert lister.peak == 4


def test_many_ids_are_counted_side_by_side(connect: Callable[..., Any]) -> None:
    """More ids than fit a URL take several requests, and these wait together; the numbers are added up."""
    lister = Lister(jobs_of(3))
    lister.gate = threading.Event()
    ids = [uuid.UUID(int=number) for number in range(360)]
    with Scripted(lister) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        opener = threading.Thread(
            target=_open, args=(lister.gate, lambda: len(lister.under_way) == 3)
        )
        opener.start()
        assert client.jobs.count(id=ids) == 4 * 3
        opener.join()
        assert len(server.requests) == 4


def _open(gate: threading.Event, condition: Callable[[], bool]) -> None:
    while not condition():
        threading.Event().wait(0.001)
    gate.set()


def test_a_window_of_one_fetches_one_page_after_the_other(connect: Callable[..., Any]) -> None:
    """A caller who wants no concurrency gets none."""
    lister = Lister(jobs_of(500))
    with Scripted(lister) as server:
        assert (
            len(list(connect(token=TOKEN, base_url=server.base_url).jobs.list(concurrency=1)))
            == 500
        )
    assert lister.peak == 1


def test_ten_thousand_jobs_take_103_requests(connect: Callable[..., Any]) -> None:
    """Pages overlap by two jobs, and nothing is requested twice."""
    lister = Lister(jobs_of(10_000))
    with Scripted(lister) as server:
        listing = connect(token=TOKEN, base_url=server.base_url).jobs.list(
            order_by="creation_order"
        )
        assert sum(1 for _ in listing) == 10_000
        assert listing.proven
        assert len(server.requests) == 103


def test_a_listing_gives_way_to_a_service_that_refuses(connect: Callable[..., Any]) -> None:
    """A service that admits four at a time refuses a few requests once, and the list comes completely."""
    lister = Lister(jobs_of(3000), admitted=4)
    with Scripted(lister) as server:
        client = connect(
            token=TOKEN, base_url=server.base_url, retry=RetryPolicy(attempts=20, first_pause=0)
        )
        assert len({job.id for job in client.jobs.list()}) == 3000
    assert lister.refused <= 8


def test_what_one_listing_learns_of_refusals_holds_for_the_next(
    connect: Callable[..., Any],
) -> None:
    """A refusal halves the window of all further listings of a client and of its views."""
    lister, refused = Lister(jobs_of(1000)), []

    def script(request: Request) -> Iterator[Step]:
        if request.number == 3:
            refused.append(request)
            return iter([answer(429, b"", {"Retry-After": "0"})])
        if request.query["offset"] == ["0"]:
            return iter([answer(200, page(lister.jobs[:100], 1000))])
        return lister(request)

    with Scripted(script) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        assert len(list(client.jobs.list())) == 1000
        assert len(refused) == 1
        lister.peak, lister.gate = 0, threading.Event()
        opener = threading.Thread(
            target=_open, args=(lister.gate, lambda: len(lister.under_way) == 4)
        )
        opener.start()
        assert len(list(client.with_options(timeout=30).jobs.list())) == 1000
        opener.join()
    assert lister.peak == 4


def test_stopping_early_starts_nothing_new_and_waits_for_nothing(
    connect: Callable[..., Any],
) -> None:
    """The further pages of this list never come, and still the loop can be left after the first job."""
    jobs = jobs_of(2000)

    def script(request: Request) -> list[Step]:
        return [answer(200, page(jobs[:100], 2000))] if request.number == 1 else [Hold()]

    with Scripted(script) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        iterator = iter(client.jobs.list())
        assert next(iterator).creation_order == 1999
        iterator.close()
        assert len(server.requests) == 1


def test_a_retry_is_not_started_after_the_listing_has_stopped() -> None:
    """A page that failed after the reader had stopped is not requested again."""
    jobs, failing, failed = jobs_of(2000), threading.Event(), threading.Event()

    def script(request: Request) -> Iterator[Step]:
        offset = int(request.query["offset"][0])
        if (
            offset < 100
        ):  # the two pages that are read, in whichever order they and the next one are requested
            yield answer(200, page(jobs[offset : offset + 100], 2000))
            return
        yield Wait(failing)
        yield answer(503, b"", {"Retry-After": "30"})
        failed.set()

    with (
        Scripted(script) as server,
        PasqalClient(token=TOKEN, base_url=server.base_url) as client,
    ):
        before = own_threads()
        iterator: Any = client.jobs.list(concurrency=2).pages()
        next(iterator)
        next(iterator)
        failing.set()
        failed.wait()
        iterator.close()
        end_all(own_threads() - before)


@pytest.mark.parametrize("end", ["read", "closed", "abandoned", "kept"])
def test_the_threads_of_a_listing_end_with_it(sandbox: Sandbox, end: str) -> None:
    """There are as many as requests may be under way, and none is left, however the iteration ends."""
    sandbox.add_batch(jobs=[{} for _ in range(100)])
    before = own_threads()
    with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client:
        pages: Any = client.jobs.list(page_size=5, concurrency=3).pages()
        used: set[threading.Thread] = set()
        for _ in range(6):
            next(pages)
            used |= own_threads() - before
        assert 1 <= len(used) <= 3
        if end == "read":
            assert sum(map(len, pages)) == 70
        elif end == "closed":
            pages.close()
        kept = [pages] if end == "kept" else []
        del pages
        end_all(used)
    del kept


def test_a_listing_can_be_read_on_in_another_thread(sandbox: Sandbox) -> None:
    """An iteration is not bound to the thread in which it began; that it ends in another one ends its threads."""
    batch = sandbox.add_batch(jobs=[{} for _ in range(60)])
    before = own_threads()
    with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client:
        jobs = iter(client.jobs.list(page_size=5, concurrency=3))
        first = [next(jobs) for _ in range(12)]
        used = own_threads() - before
        with ThreadPoolExecutor(1) as executor:
            rest = executor.submit(list, jobs).result(timeout=30)
        assert {job.id for job in [*first, *rest]} == set(batch.job_ids)
        end_all(used)


FORK = """
import os, sys
from pasqal_client import PasqalClient
client = PasqalClient(token="t", base_url=sys.argv[1])
pages = client.jobs.list(page_size=50, concurrency=3).pages()
seen = len(next(pages)) + len(next(pages))
child = os.fork()
if not child:
    try:
        next(pages)
    except RuntimeError as error:
        print(error, flush=True)
    os._exit(0)
os.waitpid(child, 0)
assert client.jobs.count(status="DONE") == 0
print(seen + sum(map(len, pages)))
"""


@pytest.mark.skipif(not hasattr(sys.modules["os"], "fork"), reason="this system has no fork")
def test_a_listing_with_requests_under_way_does_not_wait_for_them_in_a_forked_process() -> None:
    """Their threads are in the parent, which gets the answers as if nothing had happened."""
    jobs, over = jobs_of(300), threading.Event()

    def script(request: Request) -> Iterator[Step]:
        if "status" in request.query:
            over.set()
            yield answer(200, page([], 0))
            return
        offset, limit = (int(request.query[name][0]) for name in ("offset", "limit"))
        if offset >= 90:
            yield Wait(over)
        yield answer(200, page(jobs[offset : offset + limit], 300))

    with Scripted(script) as server:
        run = [sys.executable, "-c", FORK, server.base_url]
        done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == (
        "the process was forked while requests of this iteration were under way, and their answers "
        "arrive in its parent; begin the iteration anew here\n300\n",
        "",
    )


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_a_moving_list_is_read_completely(sandbox: Sandbox, client: Any, direction: str) -> None:
    """Jobs that arrive and leave between two pages cost neither a job nor a second walk."""
    batch = sandbox.add_batch(jobs=[{} for _ in range(300)])
    listing = client.jobs.list(
        status="PENDING",
        page_size=20,
        concurrency=3,
        order_by="creation_order",
        order_by_direction=direction,
    )
    seen, cancelled = [], []
    for number, jobs in enumerate(listing.pages()):
        seen += [job.id for job in jobs]
        victims = [
            job_id
            for job_id in batch.job_ids[number * 7 : number * 7 + 5]
            if job_id not in cancelled
        ]
        cancelled += victims
        client.batches.cancel_jobs(batch.id, id=victims)
        sandbox.add_batch(jobs=[{} for _ in range(4)])
        if number > 25:
            break
    assert len(seen) == len(set(seen))
    if number <= 25:
        assert set(batch.job_ids) - set(cancelled) <= set(seen)
        assert listing.proven


def test_an_arriving_job_costs_no_second_walk(sandbox: Sandbox, client: Any) -> None:
    """One new job on top shifts all offsets by one, which the overlap absorbs."""
    sandbox.add_batch(
        jobs=[{"created_at": "2026-10-01T00:00:00Z", "id": uuid.UUID(int=n)} for n in range(250)]
    )
    listing = client.jobs.list(order_by="id", concurrency=1)
    pages = listing.pages() if not isinstance(client, Driver) else iter(listing.pages())
    first = next(iter(pages)) if not hasattr(pages, "__next__") else next(pages)
    sandbox.add_batch(jobs=[{"id": uuid.UUID(int=2**127)}])
    rest = [job for jobs in pages for job in jobs]
    assert {job.id.int for job in [*first, *rest]} >= set(range(250))
    assert listing.proven
    assert len(sandbox.requests) <= 4


def test_a_mutable_order_warns_if_it_takes_two_pages(sandbox: Sandbox, client: Any) -> None:
    """A list sorted by a changing value can be read but not proven; a single page always is."""
    sandbox.add_batch(jobs=[{} for _ in range(30)])
    single = client.jobs.list(order_by="updated_at")
    assert len(list(single)) == 30
    assert single.proven
    several = client.jobs.list(order_by="updated_at", page_size=10)
    with pytest.warns(IncompleteListingWarning, match="sorted by updated_at"):
        assert len(list(several)) == 30
    assert not several.proven
    assert len(several.doubts) == 1


def test_doubts_are_errors_in_a_strict_client(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """A strict client accepts nothing uncertain."""
    sandbox.add_batch(jobs=[{} for _ in range(30)])
    client = connect(token=sandbox.token, base_url=sandbox.base_url, strict=True)
    with pytest.raises(IncompleteListingWarning):
        list(client.jobs.list(order_by="updated_at", page_size=10))


def test_an_ignored_offset_ends_with_a_warning(connect: Callable[..., Any]) -> None:
    """A service that always shows the first page does not keep the walk going forever."""
    jobs = jobs_of(300)
    with Scripted(lambda _: [answer(200, page(jobs[:100], 300))]) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        with pytest.warns(IncompleteListingWarning, match="offset"):
            assert len(list(client.jobs.list())) == 100


@pytest.mark.parametrize("headers", [{}, {"Content-Range": "1-100/250"}])
def test_a_list_without_pagination_is_read_to_its_end(
    connect: Callable[..., Any], headers: dict[str, str]
) -> None:
    """Content-Range replaces the block; without both, the walk goes on until no new job comes."""
    jobs = jobs_of(250)

    def script(request: Request) -> list[Step]:
        offset, limit = (int(request.query[name][0]) for name in ("offset", "limit"))
        shown = jobs[offset : offset + limit]
        ranged = {"Content-Range": f"{offset + 1}-{offset + len(shown)}/250"} if headers else {}
        return [answer(200, {"data": shown}, ranged)]

    with Scripted(script) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        listing = client.jobs.list()
        assert len(list(listing)) == 250
        assert listing.proven
        assert client.jobs.count() == 250
        assert client.jobs.page(limit=10).total == (250 if headers else None)


def test_a_short_list_with_one_sort_value_is_proven(connect: Callable[..., Any]) -> None:
    """Without pagination, four jobs created together take one more request, and a wait accepts the result."""
    jobs = [{**job, "created_at": "2026-11-01T00:00:00+00:00"} for job in jobs_of(4)]

    def script(request: Request) -> list[Step]:
        offset, limit = (int(request.query[name][0]) for name in ("offset", "limit"))
        return [answer(200, {"data": jobs[offset : offset + limit]})]

    with Scripted(script) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        listing = client.jobs.list()
        assert len(list(listing)) == 4
        assert listing.proven
        assert len(server.requests) == 2
        assert client.jobs.wait(batch_id=uuid.UUID(int=1), timeout=5).counts == {"DONE": 4}


@pytest.mark.parametrize(
    "wrong",
    [
        {"order_by_direction": "x" * 70_000},
        {"order_by_direction": "A\0"},
        {"order_by": "\n"},
        {"max_items": 10**9999 * -1},
    ],
)
def test_odd_arguments_are_rejected_before_anything_is_sent(
    sandbox: Sandbox, client: Any, wrong: dict[str, Any]
) -> None:
    """The error names the argument whose text does not fit an address."""
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))}: ") as caught:
        client.jobs.list(**wrong)
    assert len(str(caught.value)) < 300
    assert sandbox.requests == []


def test_an_error_amid_a_listing_reaches_the_caller(connect: Callable[..., Any]) -> None:
    """Jobs that were read before it are not lost, and the error is the page's own."""
    jobs = jobs_of(300)

    def script(request: Request) -> list[Step]:
        if request.query["offset"] == ["0"]:
            return [answer(200, page(jobs[:100], 300))]
        return [answer(500, {"message": "Out of order."})]

    with Scripted(script) as server:
        client = connect(
            token=TOKEN, base_url=server.base_url, retry=RetryPolicy(attempts=2, first_pause=0)
        )
        seen = []
        # the jobs before the error count
        with pytest.raises(ServerError, match="Out of order"):  # noqa: PT012
            for job in client.jobs.list():
                seen.append(job)  # noqa: PERF402
        assert len(seen) == 100


def test_a_lasting_refusal_is_an_error(connect: Callable[..., Any]) -> None:
    """A service that refuses every request is not asked forever."""
    with Scripted(lambda _: [answer(429, b"", {"Retry-After": "0"})]) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        with pytest.raises(RateLimitError):
            list(client.jobs.list())
        assert len(server.requests) == 5


def test_more_ids_than_fit_an_address_are_split_and_merged(sandbox: Sandbox, client: Any) -> None:
    """Five hundred ids go out in addresses under 4 KiB, and their jobs come in order, each once."""
    batch = sandbox.add_batch(jobs=[{} for _ in range(500)])
    sandbox.add_batch(jobs=[{} for _ in range(5)])
    ids = batch.job_ids[::-1]
    listing = client.jobs.list(id=ids, order_by="creation_order", order_by_direction="ASC")
    assert [job.id for job in listing] == batch.job_ids
    assert (listing.total, listing.proven) == (500, True)
    assert "..., total 500, doubts []>" in repr(getattr(listing, "target", listing))
    assert len(list(client.jobs.list(id=ids, max_items=7))) == 7
    assert client.jobs.count(id=ids) == 500
    assert client.jobs.statuses([*ids, uuid.uuid4()]) == dict.fromkeys(batch.job_ids, "PENDING")
    for request in sandbox.requests:
        address = (
            len(sandbox.base_url)
            + len("/api/v2/jobs?")
            + sum(
                len(name) + len(value) + 2
                for name, values in request.query.items()
                for value in values
            )
        )
        assert address < 4096
    with pytest.raises(ValueError, match="use jobs.list"):
        client.jobs.page(id=ids)


def test_statuses_of_no_ids_send_nothing(sandbox: Sandbox, client: Any) -> None:
    """An empty list of ids needs no request, and None is rejected because it would mean every job."""
    assert client.jobs.statuses([]) == {}
    with pytest.raises(ValueError, match="None would be every job"):
        client.jobs.statuses(None)
    assert sandbox.requests == []


def test_a_listing_without_doubts_warns_of_nothing(sandbox: Sandbox, client: Any) -> None:
    """Ties in the sort value are harmless as long as they fit a page."""
    sandbox.add_batch(jobs=[{"created_at": f"2026-11-01T00:00:{n // 40:02}Z"} for n in range(250)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len({job.id for job in client.jobs.list()}) == 250


def test_ties_longer_than_a_page_raise_a_doubt(sandbox: Sandbox, client: Any) -> None:
    """The service decides the order of jobs with equal sort values, so some may have been missed."""
    sandbox.add_batch(jobs=[{"created_at": "2026-11-01T00:00:00Z"} for _ in range(250)])
    with pytest.warns(IncompleteListingWarning, match="the same created_at"):
        assert len({job.id for job in client.jobs.list()}) == 250


READERS: list[Callable[[Any, Any], Any]] = [
    lambda jobs, _: list(jobs.list()),
    lambda jobs, _: list(jobs.list().pages()),
    lambda jobs, batch_id: jobs.wait(batch_id=batch_id),
    lambda jobs, batch_id: list(jobs.as_completed(batch_id=batch_id)),
]


async def read_items(jobs: AsyncJobs, _: Any) -> None:
    async for _job in jobs.list():
        pass


async def read_pages(jobs: AsyncJobs, _: Any) -> None:
    async for _page in jobs.list().pages():
        pass


async def wait_for_jobs(jobs: AsyncJobs, batch_id: Any) -> None:
    await jobs.wait(batch_id=batch_id)


@pytest.mark.parametrize("read", [*READERS, read_items, read_pages, wait_for_jobs])
def test_the_warning_points_at_the_line_that_reads(
    sandbox: Sandbox, read: Callable[[Any, Any], Any]
) -> None:
    """Whether items or pages are read, or a wait does it: a line of the caller's is named."""
    job = {"created_at": "2026-11-01T00:00:00Z", "status": "DONE"}
    batch = sandbox.add_batch(jobs=[job] * 250)
    settings: dict[str, Any] = {"token": sandbox.token, "base_url": sandbox.base_url}

    async def run() -> None:
        if inspect.iscoroutinefunction(read):
            async with AsyncPasqalClient(**settings) as client:
                await read(client.jobs, batch.id)
        else:
            with PasqalClient(**settings) as client:
                read(client.jobs, batch.id)

    with pytest.warns(IncompleteListingWarning) as caught:
        asyncio.run(run())
    code = read.__code__
    lines = {line for _, _, line in code.co_lines()}
    assert {(one.filename, one.lineno in lines) for one in caught} == {(code.co_filename, True)}

"""Results over real sockets: an outcome for each job, whatever happens to files, links and connections."""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
import re
import ssl
import threading
import time
import traceback
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from client.driver import Driver
from client.own_threads import end_all, own_threads
from client.scripted import Hold, Request, Reset, Scripted, Step, Wait, answer, page
from pasqal_client import (
    APIConnectionError,
    AsyncPasqalClient,
    DeadlineError,
    DepartureError,
    JobOutcome,
    NotFoundError,
    PasqalError,
    PermissionDeniedError,
    ReceivedResponse,
    ResponseError,
    ResultCancelledError,
    ResultError,
    ResultFailedError,
    ResultMissingError,
    ResultNotReadyError,
    ResultNotSavedError,
    RetryPolicy,
    SentRequest,
    ServerError,
    UntrustedError,
)
from pasqal_client._results import lateness
from pasqal_client._results.result_folder import ResultFolder, SavedFile
from pasqal_client.sandbox import Fault, Sandbox

FILES = "/_sandbox/results/"
SECRET = "c4f3b4b3e5f6a7b8c9d0e1f2a3b4c5d6"
COUNTS = {"counter": {"01": 100}}
EXPIRED = (
    "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>"
)
ONCE = RetryPolicy(attempts=1)
TESTS = Path(__file__).parent.parent

Connect = Callable[..., Any]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Late files are asked for again soon, and not for long."""
    monkeypatch.setattr(lateness, "_LONGEST_DELAY", 5.0)
    monkeypatch.setattr(lateness, "_FIRST_PAUSE", 0.01)


def done(count: int, **fields: Any) -> list[dict[str, Any]]:
    return [{"status": "DONE", **fields} for _ in range(count)]


def files_of(sandbox: Sandbox) -> list[Any]:
    """The requests for files."""
    return [request for request in sandbox.requests if request.path.startswith("/_results/")]


def links_of(sandbox: Sandbox) -> list[Any]:
    """The requests for links."""
    return [request for request in sandbox.requests if request.path.endswith("/results_link")]


def variables_in(error: BaseException | None) -> str:
    """What the variables of a traceback look like, and of those that led to it, without those of the tests."""
    shown: list[str] = []
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if not frame.f_code.co_filename.startswith(str(TESTS)):
                shown.extend(map(repr, frame.f_locals.values()))
        error = error.__cause__ or error.__context__
    return " ".join(shown)


# Which jobs, and in which order


def test_each_job_of_a_batch_has_an_outcome(sandbox: Sandbox, client: Any) -> None:
    """In the order in which they were created: a result, or the reason why there is none."""
    jobs = [*done(12), {"status": "ERROR"}, {"status": "CANCELED"}, {}, {"status": "RUNNING"}]
    batch = sandbox.add_batch(jobs)
    outcomes = list(client.jobs.results(batch_id=batch.id))
    assert [one.job_id for one in outcomes] == batch.job_ids
    assert all(one.job.id == one.job_id for one in outcomes)
    assert [one.result.shots for one in outcomes[:12]] == [100] * 12
    kinds = [type(one.error) for one in outcomes[12:]]
    assert kinds == [
        ResultFailedError,
        ResultCancelledError,
        ResultNotReadyError,
        ResultNotReadyError,
    ]
    assert [one.result for one in outcomes[12:]] == [None] * 4
    assert "laser" in outcomes[12].reason
    assert outcomes[14].reason.endswith("has not ended: it is PENDING")
    assert len(links_of(sandbox)) == 12
    assert pickle.loads(pickle.dumps(outcomes)) == outcomes  # noqa: S301


def test_the_jobs_come_in_the_order_of_the_ids(sandbox: Sandbox, client: Any) -> None:
    """Also many of them, of several batches; an id without a job has an outcome, too."""
    ids = [job for _ in range(2) for job in sandbox.add_batch(done(60)).job_ids][::-1]
    ids.insert(3, uuid4())
    outcomes = list(client.jobs.results(ids=map(str, ids)))
    assert [one.job_id for one in outcomes] == ids
    assert isinstance(outcomes[3].error, NotFoundError)
    assert (outcomes[3].job, outcomes[3].error.status) == (None, None)
    assert sum(one.result is not None for one in outcomes) == 120


@pytest.mark.parametrize("as_completed", [True, False])
def test_each_id_has_an_outcome_also_if_it_is_given_twice(
    sandbox: Sandbox, client: Any, tmp_path: Path, as_completed: bool
) -> None:
    """A result fits the id in the same place, and its job is fetched once."""
    one, other = sandbox.add_batch(done(2)).job_ids
    ids = [one, other, one, one]
    outcomes = list(client.jobs.results(ids=ids, as_completed=as_completed, save_to=tmp_path))
    found = [outcome.job_id for outcome in outcomes]
    assert sorted(found) == sorted(ids)
    assert as_completed or found == ids
    assert all(outcome.result.shots == 100 for outcome in outcomes)
    assert len(files_of(sandbox)) == 2


def test_no_ids_are_no_jobs(sandbox: Sandbox, client: Any) -> None:
    """An empty list is nothing, never everything."""
    sandbox.add_batch(done(1))
    assert list(client.jobs.results(ids=[])) == []
    assert sandbox.requests == []


def test_a_batch_without_jobs_is_told_from_one_that_does_not_exist(
    sandbox: Sandbox, client: Any
) -> None:
    """An open batch may have no jobs yet."""
    batch = sandbox.add_batch(open=True)
    assert list(client.jobs.results(batch_id=batch.id)) == []
    with pytest.raises(NotFoundError):
        list(client.jobs.results(batch_id=uuid4()))


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"ids": [uuid4()], "batch_id": uuid4()},
        {"ids": ["x"]},
        {"batch_id": uuid4(), "concurrency": 0},
        {"batch_id": uuid4(), "as_completed": 1},
        {"batch_id": uuid4(), "save_to": 7},
    ],
)
def test_malformed_arguments_are_rejected_at_once(
    sandbox: Sandbox, client: Any, arguments: dict[str, Any]
) -> None:
    """Before anything is iterated over, and without a request."""
    with pytest.raises(ValueError):  # noqa: PT011
        client.jobs.results(**arguments)
    assert sandbox.requests == []


def test_nothing_is_sent_before_it_is_iterated_over(sandbox: Sandbox, client: Any) -> None:
    """And each call iterates once."""
    results = client.jobs.results(batch_id=sandbox.add_batch(done(1)).id)
    assert sandbox.requests == []
    assert len(list(results)) == 1


@pytest.mark.parametrize("concurrency", [1, 3])
def test_never_more_is_under_way_than_asked_for(
    sandbox: Sandbox, connect: Connect, concurrency: int
) -> None:
    """Links, files and lists together."""
    lock = threading.Lock()
    now, most = 0, 0

    def count(event: SentRequest | ReceivedResponse) -> None:
        nonlocal now, most
        with lock:
            now += 1 if isinstance(event, SentRequest) else -1
            most = max(most, now)

    client = connect(
        token=sandbox.token, base_url=sandbox.base_url, on_request=count, on_response=count
    )
    batch = sandbox.add_batch(done(130))
    sandbox.add_fault(Fault(operation="result_file", latency=0.005))
    found = list(client.jobs.results(batch_id=batch.id, concurrency=concurrency))
    assert all(one.result for one in found)
    assert most == concurrency


# What goes wrong with one job


def test_one_bad_file_costs_no_other_job_its_results(sandbox: Sandbox, connect: Connect) -> None:
    """Its outcome has the error, which names the job and the host."""
    client = connect(token=sandbox.token, base_url=sandbox.base_url, retry=ONCE)
    sandbox.add_fault(Fault(operation="result_file", nth=2, status=500))
    sandbox.add_fault(Fault(operation="result_file", nth=5, reset="during"))
    sandbox.add_fault(Fault(operation="result_file", nth=7, truncate=True))
    sandbox.add_fault(Fault(operation="get_job_results_link", nth=9, status=500))
    batch = sandbox.add_batch(done(12))
    outcomes = list(client.jobs.results(batch_id=batch.id, concurrency=1))
    bad = [one for one in outcomes if one.error]
    assert len(bad) == 4
    assert {type(one.error) for one in bad} == {ServerError, APIConnectionError}
    origin = sandbox.base_url.removesuffix("/core-fast")
    assert f"(GET {origin}/…, the results of job {bad[0].job_id})" in bad[0].reason
    assert sum(one.result is not None for one in outcomes) == 8


def test_a_file_is_tried_again_like_every_read(sandbox: Sandbox, client: Any) -> None:
    """After 5xx, a 429, a reset, a cut answer or a page of HTML."""
    faults: list[dict[str, Any]] = [
        {"status": 503},
        {"status": 429},
        {"reset": "before"},
        {"truncate": True},
    ]
    for nth, fault in enumerate(faults, start=1):
        sandbox.add_fault(Fault(operation="result_file", nth=nth, **fault))
    (job_id,) = sandbox.add_batch(done(1)).job_ids
    assert client.jobs.result(job_id).shots == 100
    assert len(files_of(sandbox)) == 5


def test_a_service_that_refuses_some_requests_is_given_time(sandbox: Sandbox, client: Any) -> None:
    """A 429 halves what is under way, and every job gets its result."""
    sandbox.add_fault(Fault(operation="get_job_results_link", concurrency=2, retry_after=0.01))
    batch = sandbox.add_batch(done(30))
    assert all(one.result for one in client.jobs.results(batch_id=batch.id))


def test_the_list_of_jobs_takes_no_share_from_their_results(sandbox: Sandbox, client: Any) -> None:
    """The list is still being read: what a service that refuses some requests admits is for one window, not for two."""
    batch = sandbox.add_batch(done(150))
    outcomes = iter(client.jobs.results(batch_id=batch.id, concurrency=2))
    assert next(outcomes).result
    throttle = client.jobs._throttle
    if isinstance(throttle, Driver):
        throttle = throttle.target
    assert len(throttle._windows) == 1
    outcomes.close()


def test_a_late_file_is_asked_for_again(sandbox: Sandbox, client: Any, impatient: None) -> None:
    """A 404, or a link that is not there yet."""
    sandbox.add_fault(Fault(operation="result_file", nth=(1, 2, 3), status=404))
    batch = sandbox.add_batch(done(3))
    assert client.jobs.result(batch.job_ids[0]).shots == 100
    assert len(files_of(sandbox)) == 4
    sandbox.add_fault(Fault(operation="result_file", nth=(1, 3), status=404))
    assert all(one.result for one in client.jobs.results(batch_id=batch.id))
    assert len(files_of(sandbox)) == 9


@pytest.mark.parametrize("as_completed", [True, False])
def test_a_missing_file_is_given_up_in_the_end(
    sandbox: Sandbox, client: Any, monkeypatch: pytest.MonkeyPatch, as_completed: bool
) -> None:
    """All that are missing are waited for together, and cost no other job its results."""
    monkeypatch.setattr(lateness, "_LONGEST_DELAY", 0.5)
    monkeypatch.setattr(lateness, "_FIRST_PAUSE", 0.1)
    sandbox.quirks = ["missing-result"]
    pairs = [
        sandbox.add_batch(done(2, end_timestamp=sandbox.now.isoformat())).job_ids for _ in range(10)
    ]
    ids = [job for pair in pairs for job in pair]
    outcomes = list(client.jobs.results(ids=ids, as_completed=as_completed))
    missing = [one for one in outcomes if one.error]
    assert {one.job_id for one in missing} == {newest for _, newest in pairs}
    assert {type(one.error) for one in missing} == {ResultMissingError}
    assert missing[0].error.job.id == missing[0].error.job_id
    assert len(links_of(sandbox)) > 20


def test_a_job_that_ended_long_ago_is_not_waited_for(sandbox: Sandbox, client: Any) -> None:
    """Its file will not come any more."""
    times = dict.fromkeys(
        ("created_at", "start_timestamp", "end_timestamp"), "2020-01-01T00:00:00Z"
    )
    sandbox.add_fault(Fault(operation="result_file", status=404))
    (job_id,) = sandbox.add_batch(done(1, **times)).job_ids
    with pytest.raises(ResultMissingError) as caught:
        client.jobs.result(job_id)
    assert caught.value.status == 404
    assert len(files_of(sandbox)) == 1


def test_an_expired_link_is_asked_for_anew_once(sandbox: Sandbox, client: Any) -> None:
    """By whatever status the host of the file says so."""
    xml = {"Content-Type": "application/xml"}
    sandbox.add_fault(Fault(operation="result_file", nth=1, status=403))
    sandbox.add_fault(Fault(operation="result_file", nth=3, status=400, body=EXPIRED, headers=xml))
    ids = sandbox.add_batch(done(2)).job_ids
    assert all(client.jobs.result(one).shots for one in ids)
    assert len(links_of(sandbox)) == 4
    sandbox.add_fault(Fault(operation="result_file", status=403, body=EXPIRED, headers=xml))
    with pytest.raises(PermissionDeniedError, match="ExpiredToken: The provided token has expired"):
        client.jobs.result(ids[0])
    assert len(links_of(sandbox)) == 6


def test_a_link_may_really_expire(connect: Connect) -> None:
    """Between the answer with the link and the request for the file."""
    with Sandbox(result_lifetime="1m") as sandbox:
        client = connect(token=sandbox.token, base_url=sandbox.base_url)
        sandbox.add_fault(Fault(operation="result_file", nth=1, advance="1h"))
        (job_id,) = sandbox.add_batch(done(1)).job_ids
        assert client.jobs.result(job_id).shots == 100
        assert [request.status for request in files_of(sandbox)] == [403, 200]


@pytest.mark.parametrize(
    ("job", "kind", "said"),
    [
        (
            {"status": "ERROR", "errors": ["Too hot.", "Too cold."]},
            ResultFailedError,
            "Too hot.; Too cold.",
        ),
        ({"status": "CANCELED"}, ResultCancelledError, "was cancelled"),
        ({"status": "PENDING"}, ResultNotReadyError, "has not ended: it is PENDING"),
    ],
)
def test_a_single_result_is_an_error_where_there_is_none(
    sandbox: Sandbox, client: Any, job: dict[str, Any], kind: type[ResultError], said: str
) -> None:
    """The class says why, and the error has the job."""
    (job_id,) = sandbox.add_batch([job]).job_ids
    with pytest.raises(kind, match=said) as caught:
        client.jobs.result(job_id)
    assert caught.value.job_id == job_id
    assert caught.value.job is not None
    assert pickle.loads(pickle.dumps(caught.value)).job == caught.value.job  # noqa: S301
    if isinstance(caught.value, ResultFailedError):
        assert caught.value.errors == ("Too hot.", "Too cold.")


def test_a_job_that_failed_without_a_reason_says_that(client: Any, sandbox: Sandbox) -> None:
    """The service does not always give one."""
    (job_id,) = sandbox.add_batch([{"status": "ERROR", "errors": None}]).job_ids
    with pytest.raises(ResultFailedError, match="the service gave no reason") as caught:
        client.jobs.result(job_id)
    assert caught.value.errors == ()


def test_a_job_that_does_not_exist_has_no_result(client: Any) -> None:
    """Nor has one that this account may not see."""
    with pytest.raises(NotFoundError):
        client.jobs.result(uuid4())


def test_contradictions_are_reported(sandbox: Sandbox, connect: Connect, tmp_path: Path) -> None:
    """A strict client rejects the result of that job, and of no other."""
    jobs = [*done(1, result={"counter": {"0X": 99}}), *done(1)]
    batch = sandbox.add_batch(jobs)
    settings = {"token": sandbox.token, "base_url": sandbox.base_url}
    client = connect(**settings)
    outcomes = list(client.jobs.results(batch_id=batch.id))
    assert outcomes[0].result.counter == {"0X": 99}
    paths = [seen.first.path for seen in client.departures]
    assert paths == ["counter['0X']", "counter"]
    strict = connect(strict=True, **settings)
    outcomes = list(strict.jobs.results(batch_id=batch.id))
    assert isinstance(outcomes[0].error, DepartureError)
    assert outcomes[1].result.shots == 100
    with pytest.raises(DepartureError):
        strict.jobs.result(batch.job_ids[0])
    # Fetched first, and kept from then on.
    for _ in range(2):
        odd, fine = strict.jobs.results(batch_id=batch.id, save_to=tmp_path)
        assert isinstance(odd.error, DepartureError)
        assert (odd.result, odd.path.name) == (None, f"{odd.job_id}.json")
        assert fine.result.shots == 100
    assert len(files_of(sandbox)) == 7


# What the host of the files sees, and what others see of the link


def test_the_host_of_the_files_sees_nothing_of_ours(connect: Connect, request: Any) -> None:
    """No token, no cookies, and no headers but those of the download, also of a client that brings its own."""
    kind: Any = httpx.Client if "[sync]" in request.node.name else httpx.AsyncClient
    own = kind(
        headers={"X-Lab": "secret", "Authorization": "Basic bGFiOmxhYg=="},
        cookies={"lab": "secret"},
        auth=("lab", "lab"),
        params={"lab": "secret"},
    )
    with Sandbox(results_host="localhost", reject_token_on_results=True) as sandbox:
        client = connect(token=sandbox.token, base_url=sandbox.base_url, http_client=own)
        batch = sandbox.add_batch(done(3))
        assert all(one.result for one in client.jobs.results(batch_id=batch.id))
        for seen in files_of(sandbox):
            assert seen.headers.keys() == {
                "host",
                "accept",
                "accept-encoding",
                "user-agent",
            }
            assert seen.headers["accept"] == "*/*"
            assert not seen.query
    if isinstance(client, Driver):
        client.runner.run(own.aclose())
    else:
        own.close()


# A host that does what a sandbox does not


class Host(Scripted):
    """A service with jobs that are done, and the host of their files, which answers as the test says."""

    def __init__(
        self,
        files: Callable[[Request], Iterable[Step]],
        link: str | None = None,
        status: str = "DONE",
        jobs: int = 1,
        **job: Any,
    ) -> None:
        self.job_ids = [uuid4() for _ in range(jobs)]
        self.job_id = self.job_ids[0]
        self.link = link
        self.files = files
        self.job = {
            "id": str(self.job_id),
            "status": status,
            "runs": 100,
            "batch_id": str(uuid4()),
            "project_id": str(uuid4()),
            "created_at": "2026-11-01T12:00:00Z",
            "updated_at": "2026-11-01T12:00:00Z",
            "end_timestamp": "2026-11-01T12:00:00Z",
            "creation_order": 0,
            **job,
        }
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Iterable[Step]:
        if request.path.startswith("/files/"):
            return self.files(request)
        if request.path.endswith("/results_link"):
            origin = self.base_url.removesuffix("/core-fast")
            link = self.link
            if link is None:
                *_, job_id, _ = request.path.split("/")
                link = f"{origin}/files/{job_id}?X-Amz-Signature={SECRET}"
            return [answer(200, {"data": {"results_link": link}})]
        if request.path.endswith(str(self.job_id)):
            return [answer(200, {"data": self.job})]
        return [answer(200, page(self._jobs()))]

    def _jobs(self) -> list[dict[str, Any]]:
        if len(self.job_ids) == 1:
            return [self.job]
        return [self.job | {"id": str(job_id)} for job_id in self.job_ids]

    @property
    def fetched(self) -> list[Request]:
        return [request for request in self.requests if request.path.startswith("/files/")]


def always(
    status: int = 200, body: Any = COUNTS, **headers: str
) -> Callable[[Request], list[Step]]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: [answer(status, body, named)]


# Which are under way together


def test_outcomes_come_as_they_arrive(connect: Connect) -> None:
    """A slow file keeps no other waiting: the first one comes when all others have come."""
    others_came = threading.Event()

    def files(request: Request) -> Iterator[Step]:
        if request.path == f"/files/{host.job_id}":
            yield Wait(others_came)
        yield answer(200, COUNTS)

    with Host(files, jobs=5) as host:
        client = connect(token="t", base_url=host.base_url)
        found = []
        for outcome in client.jobs.results(ids=host.job_ids, as_completed=True):
            assert outcome.result
            found.append(outcome.job_id)
            if len(found) == 4:
                others_came.set()
    assert sorted(found) == sorted(host.job_ids)
    assert found[-1] == host.job_id


def test_an_early_stop_stops(connect: Connect) -> None:
    """What is under way ends, and is not tried again; nothing new is begun."""
    is_held, is_stopped = threading.Event(), threading.Event()

    def files(request: Request) -> Iterator[Step]:
        if request.path == f"/files/{host.job_id}":
            yield Wait(is_held)
            yield answer(200, COUNTS)
            return
        is_held.set()
        yield Wait(is_stopped)
        yield answer(503, b"busy", {"Retry-After": "0"})

    with Host(files, jobs=20) as host:
        client = connect(token="t", base_url=host.base_url)
        for outcome in client.jobs.results(ids=host.job_ids, concurrency=3):
            assert outcome.result
            break
        is_stopped.set()
        await_silence(client)
        paths = [request.path for request in host.fetched]
        assert len(paths) == len(set(paths))
        assert len(paths) <= 4


def await_silence(client: Any) -> None:
    """Wait until nothing is under way."""
    end_all(own_threads())
    if isinstance(client, Driver):
        client.runner.run(_end_tasks())


async def _end_tasks() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=10)


def test_a_redirect_on_the_same_origin_is_followed(connect: Connect) -> None:
    """Without the cookies that it sets, and without a word about where it leads."""
    seen: list[Any] = []

    def files(request: Request) -> list[Step]:
        if request.path == "/files/next":
            return [answer(200, COUNTS)]
        target = f"/files/next?X-Amz-Signature={SECRET}"
        return [answer(302, b"", {"Location": target, "Set-Cookie": "track=1"})]

    with Host(files) as host:
        client = connect(token="t", base_url=host.base_url, on_response=seen.append)
        assert client.jobs.result(host.job_id).counter == {"01": 100}
        assert [request.path for request in host.fetched][1:] == ["/files/next"]
        assert "cookie" not in host.fetched[1].headers
        assert "authorization" not in host.fetched[1].headers
        client.jobs.count()
        assert "cookie" not in host.requests[-1].headers
    assert SECRET not in repr(seen)


def test_a_redirect_to_another_origin_is_not_followed(connect: Connect) -> None:
    """Nothing is sent there, and the error shows only the host: the path is a part of what gives access."""
    with Host(always()) as other:
        target = f"{other.base_url}/files/{SECRET}/x?X-Amz-Signature={SECRET}"
        origin = other.base_url.removesuffix(urlsplit(other.base_url).path)
        with Host(always(307, b"", Location=target)) as host:
            client = connect(token="t", base_url=host.base_url)
            shown = re.escape(f"a redirect to {origin}/… is not followed: only those to ")
            with pytest.raises(PasqalError, match=shown) as caught:
                client.jobs.result(host.job_id)
    assert other.requests == []
    assert SECRET not in str(caught.value)
    assert SECRET not in variables_in(caught.value)


def test_redirects_in_a_circle_end(connect: Connect) -> None:
    """After a few of them."""
    with Host(lambda request: [answer(302, b"", {"Location": request.target})]) as host:
        client = connect(token="t", base_url=host.base_url)
        with pytest.raises(PasqalError, match="more than 3 redirects") as caught:
            client.jobs.result(host.job_id)
        assert len(host.fetched) == 4
    assert SECRET not in variables_in(caught.value)


@pytest.mark.parametrize(
    "link",
    [
        f"http://files.example/x?X-Amz-Signature={SECRET}",
        f"https://user:{SECRET}@127.0.0.1/x",
        f"file:///{SECRET}",
        SECRET,
    ],
)
def test_a_link_that_is_not_safe_is_not_followed(connect: Connect, link: str) -> None:
    """The error names the job, and shows nothing of the link."""
    with Host(always(), link) as host:
        client = connect(token="t", base_url=host.base_url)
        with pytest.raises(
            ResponseError, match=f"job {host.job_id}: the link to the file"
        ) as caught:
            client.jobs.result(host.job_id)
        (outcome,) = client.jobs.results(ids=host.job_id)
        for error in (caught.value, outcome.error):
            assert SECRET not in "".join(traceback.format_exception(error))
            assert SECRET not in variables_in(error)


@pytest.mark.parametrize(
    "step", [Reset(), answer(500), answer(200, b"x"), answer(200, {"counter": {"01": 7}})]
)
def test_no_variable_of_a_traceback_shows_the_link(connect: Connect, step: Step) -> None:
    """Many tools show them: pytest, and those that collect errors."""
    with Host(lambda _: [step]) as host:
        client = connect(token="t", base_url=host.base_url, retry=ONCE, strict=True)
        with pytest.raises(PasqalError) as caught:
            client.jobs.result(host.job_id)
        (outcome,) = client.jobs.results(ids=host.job_id)
        for error in (caught.value, outcome.error):
            assert SECRET not in variables_in(error)


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("data", [{"results_link": [SECRET]}, {}, None, f"https://x/{SECRET}"])
def test_an_answer_without_a_link_is_an_error(connect: Connect, data: Any, strict: bool) -> None:
    """That is not the same as no results; and where a link is out of place, it is not shown."""
    host = Host(always())
    host.script = lambda request: (
        [answer(200, {"data": data})]
        if request.path.endswith("/results_link")
        else host._answer(request)
    )
    with host:
        client = connect(token="t", base_url=host.base_url, strict=strict)
        with pytest.raises(PasqalError) as caught:
            client.jobs.result(host.job_id)
        assert SECRET not in str(caught.value)
        assert SECRET not in str(client.departures)
        assert SECRET not in variables_in(caught.value)


def test_a_link_that_is_not_found_is_late(
    connect: Connect, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job was there a moment ago, so it is its results that are missing."""
    host = Host(always(), end_timestamp=None)

    def script(request: Request) -> Iterable[Step]:
        asked = sum(one.path.endswith("/results_link") for one in host.requests)
        if request.path.endswith("/results_link") and asked != 3:
            return [answer(404, {"message": "Not found."})]
        return host._answer(request)

    host.script = script
    with host:
        client = connect(token="t", base_url=host.base_url)
        assert client.jobs.result(host.job_id).shots == 100
        monkeypatch.setattr(lateness, "_LONGEST_DELAY", 0.0)
        with pytest.raises(ResultMissingError, match="are not there: Not found") as caught:
            client.jobs.result(host.job_id)
        assert caught.value.job_id == host.job_id


def test_a_file_with_the_keys_of_an_envelope_is_a_file(connect: Connect) -> None:
    """Its bytes are kept as they came."""
    body = b'{ "status": "error", "code": "500", "counter": {"1": 100} }'
    with Host(always(200, body)) as host:
        result = connect(token="t", base_url=host.base_url).jobs.result(host.job_id)
    assert result.content == body
    assert result.extra == {"status": "error", "code": "500"}


@pytest.mark.parametrize("body", [b"<html><title>Log in</title></html>", b"[]", b""])
def test_what_is_no_object_is_no_result(connect: Connect, body: bytes) -> None:
    """It is tried again, as a gateway may have answered."""
    with Host(always(200, body)) as host:
        client = connect(token="t", base_url=host.base_url)
        with pytest.raises(ResponseError, match="expected a JSON object"):
            client.jobs.result(host.job_id)
        assert len(host.fetched) == 5


def test_the_deadline_holds_for_files(connect: Connect) -> None:
    """All attempts, pauses and redirects together."""
    with Host(always(503, b"busy", Retry_After="0.05")) as host:
        client = connect(token="t", base_url=host.base_url, deadline=0.2)
        with pytest.raises(PasqalError, match="503"):
            client.jobs.result(host.job_id)
    moved = {"Location": "/files/next"}

    def slow(request: Request) -> Iterator[Step]:
        if request.path != "/files/next":
            yield answer(302, b"", moved)
            return
        for _ in range(200):
            yield b"H"
            time.sleep(0.01)

    with Host(slow) as host:
        client = connect(token="t", base_url=host.base_url, deadline=0.3, retry=ONCE)
        with pytest.raises((DeadlineError, APIConnectionError)):
            client.jobs.result(host.job_id)


def test_an_unknown_state_is_left_to_the_service(connect: Connect) -> None:
    """If it gives a link, there are results; if not, the job has not ended."""
    with Host(always(), status="ASCENDED") as host:
        client = connect(token="t", base_url=host.base_url)
        assert client.jobs.result(host.job_id).shots == 100
        host.link = ""
        with pytest.raises(ResultNotReadyError, match="it is ASCENDED"):
            client.jobs.result(host.job_id)


def test_a_job_without_an_id_has_an_outcome(connect: Connect) -> None:
    """Nobody can ask for its results, but it does not vanish."""
    with Host(always(), id=None, batch_id=None) as host:
        client = connect(token="t", base_url=host.base_url)
        (outcome,) = client.jobs.results(batch_id=uuid4())
    assert outcome.job_id is None
    assert "came without its id" in outcome.reason


class _File(BaseHTTPRequestHandler):
    """The host of a file."""

    def do_GET(self) -> None:
        content = json.dumps(COUNTS).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def test_a_file_behind_tls_is_fetched_for_a_service_without(
    connect: Connect, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The base URL needs no certificates; the file's host is verified all the same."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ThreadingHTTPServer(("127.0.0.1", 0), _File) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with Host(always(), f"https://localhost:{server.server_port}/{SECRET}") as host:
            with pytest.raises(UntrustedError) as caught:
                connect(token="t", base_url=host.base_url).jobs.result(host.job_id)
            assert SECRET not in str(caught.value)
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
            client = connect(token="t", base_url=host.base_url)
            assert client.jobs.result(host.job_id).counter == {"01": 100}
        server.shutdown()


def test_a_file_on_this_machine_is_spared_the_proxy(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also under another name than that of the service."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with Sandbox(results_host="localhost") as sandbox:
        client = connect(token=sandbox.token, base_url=sandbox.base_url)
        (job_id,) = sandbox.add_batch(done(1)).job_ids
        assert client.jobs.result(job_id).shots == 100


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that is logged."""
    caplog.set_level(logging.DEBUG)
    return caplog


def test_nobody_is_shown_a_link(
    connect: Connect, logged: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Neither a log, a hook, an error, a traceback, an outcome, its pickle nor the folder."""
    seen: list[Any] = []

    def files(request: Request) -> Iterator[Step]:
        echo = {"X-Echo": request.target, "Location": request.target, "ETag": f'"{SECRET}"'}
        if len(host.fetched) == 1:
            yield answer(302, b"", echo)
        elif len(host.fetched) == 2:
            yield answer(500, f"no {request.target}, {SECRET}".encode(), echo)
        else:
            yield answer(200, COUNTS, echo | {"Location": ""}, length=1000)
            yield Reset()

    with Host(files) as host:
        client = connect(
            token="t",
            base_url=host.base_url,
            on_request=seen.append,
            on_response=seen.append,
            retry=RetryPolicy(attempts=2, first_pause=0),
        )
        origin = host.base_url.removesuffix("/core-fast")
        outcomes = list(client.jobs.results(ids=[host.job_id], save_to=tmp_path))
    error = outcomes[0].error
    assert error is not None
    assert [request.target.endswith(SECRET) for request in host.fetched] == [True] * 3
    texts = [
        logged.text,
        repr(seen),
        repr(outcomes),
        "".join(traceback.format_exception(error)),
        pickle.dumps(outcomes).decode("latin-1"),
        *map(str, tmp_path.iterdir()),
    ]
    assert not [text for text in texts if SECRET in text or "/files/" in text]
    shown = [event.url for event in seen if isinstance(event, SentRequest)]
    assert shown[-3:] == [f"{origin}/…"] * 3
    assert "receive_response_headers" in logged.text


# Folders


def test_results_are_saved_and_kept(sandbox: Sandbox, client: Any, tmp_path: Path) -> None:
    """The second call fetches nothing that is there."""
    batch = sandbox.add_batch([*done(5), {"status": "ERROR"}])
    for _ in range(2):
        outcomes = list(client.jobs.results(batch_id=batch.id, save_to=tmp_path / "new"))
        paths = [one.path for one in outcomes[:5]]
        assert [path.name for path in paths] == [f"{one}.json" for one in batch.job_ids[:5]]
        assert [one.result.shots for one in outcomes[:5]] == [100] * 5
        assert outcomes[5].path is None
        assert isinstance(outcomes[5].error, ResultFailedError)
    assert len(files_of(sandbox)) == 5
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(
        path.name for path in paths
    )


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("attempts", [1, 5])
def test_an_interrupted_file_is_continued(
    connect: Connect, tmp_path: Path, ranges: bool, attempts: int
) -> None:
    """By the next attempt or the next call; a host that knows no ranges sends it once more."""
    content = json.dumps({"counter": {"01": 100}, "pad": "x" * 5000}).encode()

    def files(request: Request) -> Iterator[Step]:
        tag = {"ETag": '"one"'}
        if len(host.fetched) == 1:
            yield answer(200, content[:3000], tag, length=len(content))
            yield Reset()
        elif ranges and "range" in request.headers:
            start = int(request.headers["range"].removeprefix("bytes=").removesuffix("-"))
            covered = f"bytes {start}-{len(content) - 1}/{len(content)}"
            yield answer(206, content[start:], tag | {"Content-Range": covered})
        else:
            yield answer(200, content, tag)

    with Host(files) as host:
        retry = RetryPolicy(attempts=attempts, first_pause=0)
        client = connect(token="t", base_url=host.base_url, retry=retry)
        for _ in range(2):
            (outcome,) = client.jobs.results(ids=[host.job_id], save_to=tmp_path)
            if outcome.path is not None:
                break
        assert outcome.path.read_bytes() == content
        assert len(host.fetched) == 2
        assert "range" not in host.fetched[0].headers
    assert [path.name for path in tmp_path.iterdir()] == [f"{host.job_id}.json"]


def test_the_sandbox_sends_the_rest_of_a_file(
    sandbox: Sandbox, client: Any, tmp_path: Path
) -> None:
    """As an object store does."""
    sandbox.add_fault(Fault(operation="result_file", nth=1, truncate=True))
    batch = sandbox.add_batch(done(1))
    (outcome,) = client.jobs.results(batch_id=batch.id, save_to=tmp_path)
    assert outcome.result.shots == 100
    assert [request.status for request in files_of(sandbox)] == [200, 206]


def test_something_else_of_that_name_is_left_as_it_is(
    sandbox: Sandbox, client: Any, tmp_path: Path
) -> None:
    """The outcome says so; the other jobs are saved."""
    batch = sandbox.add_batch(done(2))
    place = tmp_path / f"{batch.job_ids[0]}.json"
    place.write_text("my notes")
    outcomes = list(client.jobs.results(batch_id=batch.id, save_to=tmp_path))
    assert isinstance(outcomes[0].error, ResultNotSavedError)
    assert f"{place} is there and holds something else" in outcomes[0].reason
    assert place.read_text() == "my notes"
    assert outcomes[1].path is not None
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("content", ['{"counter": {"visits": 7}}', '{"raw": null}', "my notes"])
def test_what_only_looks_like_a_result_is_compared_with_it(
    sandbox: Sandbox, client: Any, tmp_path: Path, content: str
) -> None:
    """It is neither taken for the result nor overwritten, and the outcome says so, also where there is no result."""
    batch = sandbox.add_batch(done(1))
    place = tmp_path / f"{batch.job_ids[0]}.json"
    place.write_text(content)
    (outcome,) = client.jobs.results(batch_id=batch.id, save_to=tmp_path)
    assert isinstance(outcome.error, ResultNotSavedError)
    assert f"{place} is there and holds something else" in outcome.reason
    sandbox.add_fault(Fault(operation="result_file", status=410))
    (outcome,) = client.jobs.results(batch_id=batch.id, save_to=tmp_path)
    assert outcome.error.status == 410
    assert f"{place} is there, but is not known to hold the results" in outcome.reason
    assert outcome.path is None
    assert place.read_text() == content


@pytest.mark.parametrize("result", [{"unknown": 1}, {"counter": {"a": 100}}])
def test_a_result_that_does_not_look_like_one_is_fetched_again(
    sandbox: Sandbox, client: Any, tmp_path: Path, result: Any
) -> None:
    """It is the same, so it is taken."""
    batch = sandbox.add_batch(done(1, result=result))
    for _ in range(2):
        (outcome,) = client.jobs.results(batch_id=batch.id, save_to=tmp_path)
        assert outcome.result is not None
    assert len(files_of(sandbox)) == 2


def test_a_folder_that_disappears_costs_no_retries(connect: Connect, tmp_path: Path) -> None:
    """A disk that cannot be written to is not the service's fault."""
    folder = tmp_path / "folder"

    def files(_: Request) -> list[Step]:
        folder.rmdir()
        return [answer(200, COUNTS)]

    with Host(files) as host:
        client = connect(token="t", base_url=host.base_url)
        (outcome,) = client.jobs.results(ids=[host.job_id], save_to=str(folder))
        assert isinstance(outcome.error, ResultNotSavedError)
        assert outcome.error.job_id == host.job_id
        assert len(host.fetched) == 1


def test_a_strict_client_saves_what_it_rejects(
    sandbox: Sandbox, connect: Connect, tmp_path: Path
) -> None:
    """The file is there, and the outcome says what is wrong with it."""
    client = connect(token=sandbox.token, base_url=sandbox.base_url, strict=True)
    batch = sandbox.add_batch(done(1, result={"counter": {"0": 1}}))
    (outcome,) = client.jobs.results(batch_id=batch.id, save_to=tmp_path)
    assert isinstance(outcome.error, DepartureError)
    assert outcome.path.is_file()


def test_a_listing_that_fails_is_raised(sandbox: Sandbox, connect: Connect) -> None:
    """It is not about one job."""
    client = connect(token="wrong", base_url=sandbox.base_url)
    with pytest.raises(PasqalError, match="401"):
        list(client.jobs.results(batch_id=uuid4()))


def test_jobs_that_were_listed_have_their_outcomes_all_the_same(
    sandbox: Sandbox, connect: Connect
) -> None:
    """An error of the second page is raised when the jobs of the first one are handed out."""
    client = connect(token=sandbox.token, base_url=sandbox.base_url, retry=ONCE)
    batch = sandbox.add_batch(done(150))
    sandbox.add_fault(Fault(operation="get_jobs", nth=2, status=500))
    found: list[Any] = []

    def collect() -> None:
        for outcome in client.jobs.results(batch_id=batch.id):
            found.append(outcome)  # noqa: PERF402  # those before the error are kept

    with pytest.raises(ServerError):
        collect()
    assert [one.job_id for one in found] == batch.job_ids[:100]
    assert all(one.result for one in found)


@pytest.mark.parametrize("drips", [True, False])
def test_a_file_that_never_comes_ends_in_time(
    connect: Connect, tmp_path: Path, drips: bool
) -> None:
    """The timeout and the deadline of the client hold."""
    pause = threading.Event()

    def files(_: Request) -> Iterator[Step]:
        yield answer(200, b"", {"Content-Length": "1000", "ETag": '"one"'})
        while drips and not pause.wait(0.05):
            yield b" "
        yield Hold()

    with Host(files) as host:
        client = connect(token="t", base_url=host.base_url, timeout=1, deadline=1.5, retry=ONCE)
        (outcome,) = client.jobs.results(ids=[host.job_id], save_to=tmp_path)
        assert isinstance(outcome.error, DeadlineError)
        pause.set()


def test_a_cancelled_iteration_leaves_nothing_under_way(tmp_path: Path) -> None:
    """Tasks and connections are given back, and the client goes on."""

    async def main() -> None:
        with Sandbox() as sandbox:
            batch = sandbox.add_batch(done(30))
            sandbox.add_fault(Fault(operation="result_file", nth=9, latency=60))
            async with AsyncPasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client:
                before = len(asyncio.all_tasks())
                results = client.jobs.results(batch_id=batch.id, save_to=tmp_path)
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(outcomes_of(results), 0.5)
                assert len(asyncio.all_tasks()) == before
                sandbox.clear_faults()
                again = await outcomes_of(client.jobs.results(batch_id=batch.id, save_to=tmp_path))
                assert len([one for one in again if one.result]) == 30

    asyncio.run(main())


def outcomes_of(results: AsyncIterator[JobOutcome]) -> asyncio.Task[list[JobOutcome]]:
    """Iterate in a task."""

    async def collect() -> list[JobOutcome]:
        return [outcome async for outcome in results]

    return asyncio.create_task(collect())


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


TOUCHES_DISK = ("kept", "range_headers", "begin", "_write", "finish", "publish", "discard")


def test_the_async_client_touches_the_disk_in_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a slow disk keeps no other task waiting."""
    touched: dict[str, set[bool]] = {}

    def watch(kind: type, name: str) -> None:
        method = getattr(kind, name)

        def watched(*args: Any) -> Any:
            is_main = threading.current_thread() is threading.main_thread()
            touched.setdefault(name, set()).add(is_main)
            return method(*args)

        monkeypatch.setattr(kind, name, watched)

    for name in TOUCHES_DISK:
        watch(SavedFile, name)
    watch(ResultFolder, "open")
    content = json.dumps(COUNTS).encode()

    def files(_: Request) -> Iterator[Step]:
        if len(host.fetched) == 1:
            yield answer(200, content[:9], {"ETag": '"one"'}, length=len(content))
            yield Reset()
        elif len(host.fetched) == 2:
            # It does not continue what is there.
            yield answer(206, content, {"ETag": '"two"'})
        else:
            yield answer(200, content, {"ETag": '"one"'})

    async def main() -> None:
        retry = RetryPolicy(first_pause=0)
        async with AsyncPasqalClient(token="t", base_url=host.base_url, retry=retry) as client:
            for _ in range(2):
                results = client.jobs.results(ids=host.job_id, save_to=tmp_path)
                (outcome,) = await outcomes_of(results)
                assert outcome.path is not None

    with Host(files) as host:
        asyncio.run(main())
    assert touched == {name: {False} for name in (*TOUCHES_DISK, "open")}
    assert len(host.fetched) == 3


def test_a_cancelled_iteration_writes_nothing_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends only when the thread does that is about to put a file in its place."""
    is_about_to, may_go_on = threading.Event(), threading.Event()
    publish = SavedFile.publish

    def hold(file: SavedFile) -> None:
        is_about_to.set()
        may_go_on.wait(60)
        publish(file)

    monkeypatch.setattr(SavedFile, "publish", hold)

    async def main() -> None:
        async with AsyncPasqalClient(token="t", base_url=host.base_url) as client:
            task = outcomes_of(client.jobs.results(ids=host.job_id, save_to=tmp_path))
            assert await asyncio.to_thread(is_about_to.wait, 60)
            task.cancel()
            for _ in range(20):
                await asyncio.sleep(0)
            assert not task.done()
            may_go_on.set()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert names_in(tmp_path) == [f"{host.job_id}.json"]

    with Host(always(ETag='"one"')) as host:
        asyncio.run(main())
    assert json.loads((tmp_path / f"{host.job_id}.json").read_bytes()) == COUNTS


def test_a_folder_that_cannot_be_used_is_an_error_before_anything_is_sent(
    sandbox: Sandbox, client: Any, tmp_path: Path
) -> None:
    """The async client looks into it when the iteration begins."""
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="is a file; give a folder"):
        list(client.jobs.results(ids=uuid4(), save_to=tmp_path / "file"))
    assert sandbox.requests == []


def test_a_stopped_iteration_tries_nothing_again(sandbox: Sandbox, connect: Connect) -> None:
    """What waits for its next attempt gives up when nobody wants it any more."""
    retry = RetryPolicy(first_pause=30)
    client = connect(token=sandbox.token, base_url=sandbox.base_url, retry=retry)
    sandbox.add_fault(Fault(operation="result_file", nth=2, status=503))
    batch = sandbox.add_batch(done(3))
    results = iter(client.jobs.results(batch_id=batch.id))
    assert next(results).result or next(results).result
    results.close()
    end_all(own_threads())

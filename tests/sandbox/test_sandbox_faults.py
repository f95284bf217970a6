"""What goes wrong on demand: over real connections, with a client that takes it as it comes."""

import asyncio
import gzip
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

import httpx
import pytest
from starlette.routing import compile_path
from starlette.types import Message, Receive, Scope, Send

from pasqal_client.sandbox import Fault, FaultRule, Sandbox
from pasqal_client.sandbox.faults.fault import dump_fault, parse_faults
from pasqal_client.sandbox.faults.middleware import FaultMiddleware
from pasqal_client.sandbox.faults.rules import Faults
from pasqal_client.sandbox.operations import OPERATIONS, operation_of
from pasqal_client.sandbox.threaded_server import ThreadedServer
from sandbox.conftest import until

JOBS = "/api/v2/jobs"


def statuses(http: httpx.Client, count: int, path: str = JOBS) -> list[int]:
    return [http.get(path).status_code for _ in range(count)]


def test_the_operations_are_those_of_the_contract_the_token_endpoint_and_the_files(
    contract: dict[str, Any],
) -> None:
    """A rule can name exactly these, and each request is recognized as one of them."""
    named = {
        operation["operationId"]: (method.upper(), path)
        for path, methods in contract["paths"].items()
        for method, operation in methods.items()
    }
    assert set(OPERATIONS) == {*named, "token", "result_file"}
    assert operation_of({"method": "GET", "path": "/_results/name"}) == "result_file"
    for name, (method, path) in named.items():
        place = "/core-fast" + re.sub(r"\{\w+\}", "anything", path)
        assert operation_of({"method": method, "path": place}) == name
        assert operation_of({"method": "DELETE", "path": place}) is None
        assert compile_path(path)[0].fullmatch(place) is None
    assert operation_of({"method": "POST", "path": "/oauth/token"}) == "token"


# What a fault looks like


@pytest.mark.parametrize(
    ("fault", "status", "kind", "body"),
    [
        (
            Fault(status=503),
            503,
            "application/json",
            b'{"status": "error", "message": "Service Unavailable", "code": "503", "data": null}',
        ),
        (
            Fault(status=404, style="jsend"),
            404,
            "application/json",
            b'{"status": "fail", "message": "Not Found", "code": "404", "data": null}',
        ),
        (Fault(status=400, style="fastapi"), 400, "application/json", b'{"detail": "Bad Request"}'),
        (
            Fault(status=400, style="message"),
            400,
            "application/json",
            b'{"message": "Bad Request"}',
        ),
        (Fault(status=400, style="error"), 400, "application/json", b'{"error": "Bad Request"}'),
        (
            Fault(status=502, style="html"),
            502,
            "text/html",
            b"<html><head><title>502 Bad Gateway</title></head><body></body></html>",
        ),
        (Fault(status=520, style="text"), 520, "text/plain", b"Unknown Error"),
        (Fault(status=500, style="empty"), 500, None, b""),
        (Fault(status=204), 204, None, b""),
        (Fault(status=299, body="odd"), 299, "text/plain", b"odd"),
        (Fault(status=503, body="<p>later</p>"), 503, "text/html", b"<p>later</p>"),
        (
            Fault(status=400, body={"why": ["\xe9"]}),
            400,
            "application/json",
            b'{"why": ["\\u00e9"]}',
        ),
        (Fault(status=200, body=[]), 200, "application/json", b"[]"),
        (
            Fault(status=400, body="{", headers={"Content-Type": "application/json"}),
            400,
            "application/json",
            b"{",
        ),
    ],
)
def test_an_answer_has_the_status_and_the_body_that_the_fault_says(
    sandbox: Sandbox, plain: httpx.Client, fault: Fault, status: int, kind: str | None, body: bytes
) -> None:
    """The request is recorded with that status."""
    sandbox.add_fault(fault)
    answer = plain.get(JOBS)
    assert (answer.status_code, answer.headers.get("content-type"), answer.content) == (
        status,
        kind,
        body,
    )
    assert [request.status for request in sandbox.requests] == [status]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (3, "3"),
        (1.5, "1.5"),
        (1_234_567, "1234567"),
        (1e-7, "0.0000001"),
        ("-1", "-1"),
        ("Mon, 12 Oct 2026 08:00:00 GMT",) * 2,
    ],
)
def test_an_answer_says_when_to_come_back(
    sandbox: Sandbox, plain: httpx.Client, given: float | str, sent: str
) -> None:
    """Retry-After can be given in seconds, or as any text."""
    sandbox.add_fault(Fault(status=429, retry_after=given, headers={"X-Request-Id": "r1"}))
    headers = plain.get(JOBS).headers
    assert (headers["retry-after"], headers["x-request-id"]) == (sent, "r1")


def test_a_limit_may_say_how_it_rejects(sandbox: Sandbox, plain: httpx.Client) -> None:
    """It may have any body and headers, though it does not name a status."""
    sandbox.add_fault(Fault(concurrency=0, style="message", headers={"X-Limit": "caf\xe9 0"}))
    answer = plain.get(JOBS)
    assert (answer.status_code, answer.json()) == (429, {"message": "Too Many Requests"})
    assert answer.headers["x-limit"] == "caf\xe9 0"


def test_what_is_answered_with_a_fault_is_not_done(sandbox: Sandbox, plain: httpx.Client) -> None:
    """With `applied` it is done, and only the answer is wrong."""
    batch = sandbox.add_batch([{}])
    complete = f"/api/v2/batches/{batch.id}/complete"
    sandbox.add_fault(Fault(status=500, nth=1))
    sandbox.add_fault(Fault(status=500, nth=2, applied=True))
    assert [plain.patch(complete).status_code for _ in range(3)] == [500, 500, 409]


@pytest.mark.parametrize("applied", [False, True])
def test_a_connection_that_is_reset_before_the_answer(
    sandbox: Sandbox, plain: httpx.Client, applied: bool
) -> None:
    """The client cannot know whether the request was carried out."""
    batch = sandbox.add_batch([{}])
    sandbox.add_fault(Fault(reset="before", applied=applied, times=1))
    complete = f"/api/v2/batches/{batch.id}/complete"
    with pytest.raises(httpx.ReadError):
        plain.patch(complete)
    assert plain.patch(complete).status_code == (409 if applied else 200)
    assert [request.status for request in sandbox.requests] == [None, 409 if applied else 200]


class Submission(NamedTuple):
    """A request that submits three jobs, and how to count those that came in."""

    path: str
    content: bytes
    http: httpx.Client

    def send(self, *, packed: bool = False) -> httpx.Response:
        """Send it, in gzip if so wanted."""
        headers = {"Content-Type": "application/json"}
        if not packed:
            return self.http.post(self.path, content=self.content, headers=headers)
        headers["Content-Encoding"] = "gzip"
        return self.http.post(self.path, content=gzip.compress(self.content), headers=headers)

    @property
    def arrived(self) -> int:
        """How many jobs there are."""
        total: int = self.http.get(JOBS).json()["pagination"]["total"]
        return total


@pytest.fixture(params=["create_batch", "add_jobs"])
def submission(
    request: pytest.FixtureRequest, sandbox: Sandbox, plain: httpx.Client
) -> tuple[str, Submission]:
    """The name of each operation that submits, and a request of it."""
    jobs = [{"runs": number} for number in (1, 2, 3)]
    if request.param == "add_jobs":
        batch = sandbox.add_batch([])
        path = f"/api/v2/batches/{batch.id}/jobs"
        return request.param, Submission(path, json.dumps(jobs).encode(), plain)
    body = {"project_id": str(sandbox.project_id), "sequence_builder": "any text", "jobs": jobs}
    return request.param, Submission("/api/v1/batches", json.dumps(body).encode(), plain)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("status", [429, 500, 503, 504])
def test_a_submission_is_answered_with_an_error(
    sandbox: Sandbox, submission: tuple[str, Submission], status: int, applied: bool, packed: bool
) -> None:
    """It is carried out once if the fault says so, and not at all if not; the next one always is."""
    operation, request = submission
    fault = Fault(operation=operation, status=status, applied=applied, times=1, retry_after=1)
    sandbox.add_fault(fault)
    answer = request.send(packed=packed)
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, "1")
    lost = 3 if applied else 0
    assert request.arrived == lost
    assert request.send(packed=packed).status_code == 200
    assert request.arrived == lost + 3


@pytest.mark.parametrize("applied", [False, True])
def test_the_answer_to_a_submission_is_lost(
    sandbox: Sandbox, submission: tuple[str, Submission], applied: bool
) -> None:
    """The client cannot know whether its jobs came in; the log has them in any case."""
    operation, request = submission
    sandbox.add_fault(Fault(operation=operation, reset="before", applied=applied, times=1))
    with pytest.raises(httpx.ReadError):
        request.send()
    assert request.arrived == (3 if applied else 0)
    assert sandbox.requests[0].json == json.loads(request.content)


@pytest.mark.parametrize(
    "fault", [Fault(truncate=True, nth=1), Fault(reset="during", nth=1)], ids=["cut", "reset"]
)
def test_the_answer_to_a_submission_is_cut(
    sandbox: Sandbox, submission: tuple[str, Submission], fault: Fault
) -> None:
    """The jobs came in, although the client cannot read their ids."""
    _, request = submission
    sandbox.add_fault(fault)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        request.send()
    assert request.arrived == 3
    assert [seen.status for seen in sandbox.requests] == [200, 200]


def test_a_submission_comes_in_whole_after_what_delays_it(
    sandbox: Sandbox, submission: tuple[str, Submission]
) -> None:
    """Its body is read before, and passed on after, whatever happens in between."""
    operation, request = submission
    sandbox.add_fault(Fault(operation=operation, latency=0.001, drip=0.001, add_jobs=2))
    jobs = request.send(packed=True).json()["data"]["jobs"]
    assert [job["runs"] for job in jobs] == [1, 2, 3]
    assert request.arrived == 5


def test_a_token_that_expires_meanwhile_submits_nothing(
    sandbox: Sandbox, submission: tuple[str, Submission]
) -> None:
    """It was valid when the body was read, and is not when the service judges it."""
    operation, request = submission
    form = {
        "grant_type": "client_credentials",
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
    }
    own = request.http.headers["Authorization"]
    token = request.http.post(sandbox.token_url, data=form).json()["access_token"]
    sandbox.add_fault(Fault(operation=operation, expire_tokens=True))
    request.http.headers["Authorization"] = f"Bearer {token}"
    assert request.send().status_code == 401
    request.http.headers["Authorization"] = own
    assert request.arrived == 0


def received(sandbox: Sandbox, fault: Fault) -> tuple[bytes, bytes, BaseException | None]:
    """The bytes that answer one request: head, body, and how the connection ended if not orderly."""
    sandbox.add_fault(fault)
    url = httpx.URL(sandbox.base_url)
    with socket.create_connection((url.host, url.port or 0), timeout=60) as connection:
        head = f"GET {url.path}{JOBS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {sandbox.token}\r\n\r\n"
        connection.sendall(head.encode())
        data, error = b"", None
        try:
            while piece := connection.recv(65536):
                data += piece
        except OSError as caught:
            error = caught
    start, _, body = data.partition(b"\r\n\r\n")
    return start, body, error


def declared(head: bytes) -> int:
    (line,) = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return int(line.partition(b":")[2])


def test_a_body_that_ends_too_early(sandbox: Sandbox) -> None:
    """Half of the body comes, then the connection is closed as if that were all."""
    sandbox.add_batch([{}, {}])
    head, body, error = received(sandbox, Fault(truncate=True))
    assert head.startswith(b"HTTP/1.1 200")
    assert len(body) == declared(head) // 2 > 0
    assert error is None


def test_a_connection_that_is_reset_during_the_body(sandbox: Sandbox, plain: httpx.Client) -> None:
    """The client has the head, and then an error."""
    sandbox.add_batch([{}, {}])
    _, _, error = received(sandbox, Fault(reset="during", times=1))
    assert isinstance(error, ConnectionResetError)
    sandbox.add_fault(Fault(reset="during"))
    with pytest.raises(httpx.ReadError):
        plain.get(JOBS)
    assert [request.status for request in sandbox.requests] == [200, 200]


def test_a_made_answer_can_be_cut_too(sandbox: Sandbox, plain: httpx.Client) -> None:
    """It can be cut whatever its status is."""
    sandbox.add_fault(Fault(status=502, style="html", truncate=True))
    with pytest.raises(httpx.RemoteProtocolError):
        plain.get(JOBS)


def test_a_dripping_body_comes_whole_in_the_end(sandbox: Sandbox, plain: httpx.Client) -> None:
    """It comes in at most twenty pieces."""
    sandbox.add_batch([{}] * 3)
    sandbox.add_fault(Fault(drip=0.001))
    assert plain.get(JOBS).json()["pagination"]["total"] == 3


@pytest.mark.parametrize("fault", [Fault(drip="1h"), Fault(latency="1h")])
def test_a_client_may_give_up_and_the_sandbox_still_stops(
    sandbox: Sandbox, plain: httpx.Client, fault: Fault
) -> None:
    """All pauses end with the server."""
    rule = sandbox.add_fault(fault)
    with pytest.raises(httpx.ReadTimeout):
        plain.get(JOBS, timeout=httpx.Timeout(60, read=0.01))
    until(lambda: rule.fired)
    sandbox.stop()


@pytest.mark.parametrize("fault", [Fault(drip="1h"), Fault(latency="1h")])
def test_stopping_ends_what_a_client_still_waits_for(fault: Fault) -> None:
    """The client sees a connection that ends, not a silence."""
    with Sandbox(faults=[fault]) as sandbox, ThreadPoolExecutor() as pool:
        waiting = pool.submit(
            httpx.get,
            f"{sandbox.base_url}{JOBS}",
            headers={"Authorization": f"Bearer {sandbox.token}"},
            timeout=60,
            trust_env=False,
        )
        until(lambda: sandbox.faults[0].fired)
        sandbox.stop()
        assert isinstance(waiting.exception(), httpx.RemoteProtocolError)


@pytest.fixture
def latency(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """An event that, once set, ends every pause, however long."""
    over = threading.Event()

    async def pause(_server: ThreadedServer, _length: timedelta) -> bool:
        await asyncio.to_thread(over.wait)
        return True

    monkeypatch.setattr(ThreadedServer, "pause", pause)
    yield over
    over.set()


@contextmanager
def begun(sandbox: Sandbox, method: str, path: str, rule: FaultRule) -> Iterator[None]:
    """A request of a client that gives up at the end; a rule has met it, and the sandbox knows the client by then."""
    url = httpx.URL(sandbox.base_url)
    server = sandbox._require_running()._server
    connections = len(server.server_state.connections)
    with socket.create_connection((url.host, url.port or 0), timeout=60) as connection:
        head = f"{method} {url.path}{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {sandbox.token}\r\n\r\n"
        connection.sendall(head.encode())
        until(lambda: rule.fired)
        yield
    until(lambda: len(server.server_state.connections) == connections)


def test_latency_delays_what_is_done(
    sandbox: Sandbox, plain: httpx.Client, latency: threading.Event
) -> None:
    """The request is carried out even if the client has given up, and the client does not know."""
    batch = sandbox.add_batch([{}])
    complete = f"/api/v2/batches/{batch.id}/complete"
    rule = sandbox.add_fault(Fault(latency="1h", times=1))
    with begun(sandbox, "PATCH", complete, rule):
        assert [request.status for request in sandbox.requests] == [None]
        sandbox.add_jobs(batch.id, [{}])  # it is open still
    latency.set()
    until(lambda: sandbox.requests[0].status == 200)
    assert plain.patch(complete).status_code == 409


@pytest.mark.parametrize(
    "fault", [Fault(latency="1h", reset="before"), Fault(latency="1h", truncate=True)]
)
def test_a_connection_that_the_client_has_closed_cannot_be_broken_again(
    sandbox: Sandbox,
    plain: httpx.Client,
    latency: threading.Event,
    fault: Fault,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The fault has no effect then, and the server goes on."""
    with begun(sandbox, "GET", JOBS, sandbox.add_fault(fault)):
        pass
    latency.set()
    server = sandbox._require_running()._server
    until(lambda: not server.server_state.tasks)
    sandbox.clear_faults()
    assert plain.get(JOBS).status_code == 200
    assert not [record for record in caplog.records if record.exc_info]


# What is done in which order, without a clock and without a connection


class Server:
    """A server that records what it is told to do."""

    def __init__(self) -> None:
        self.done: list[object] = []

    def close(self, _: Scope) -> None:
        self.done.append("close")

    def reset(self, _: Scope) -> None:
        self.done.append("reset")

    async def pause(self, length: timedelta) -> bool:
        self.done.append(length)
        return True

    async def receive(self) -> Message:
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.done.append(message.get("status") or len(message["body"]))


def done(fault: Fault, size: int = 1000) -> list[object]:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        server.done.append("app")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * size})

    server, faults = Server(), Faults(lambda: 0)
    faults.add([fault])
    whole = FaultMiddleware(
        app, lambda _: "get_jobs", faults, lambda _: server.done.append("change"), server
    )
    asyncio.run(whole({"type": "http"}, server.receive, server.send))
    return server.done


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(latency="2s"), [timedelta(seconds=2), "change", "app", 200, 1000, 0]),
        (Fault(latency=1, status=503, body="x"), [timedelta(seconds=1), "change", 503, 1, 0]),
        (Fault(status=503, body="xy", applied=True), ["change", "app", 503, 2, 0]),
        (Fault(reset="before"), ["change", "reset"]),
        (Fault(reset="before", applied=True), ["change", "app", "reset"]),
        (Fault(reset="during"), ["change", "app", 200, 500, "reset"]),
        (Fault(truncate=True), ["change", "app", 200, 500, "close"]),
        (Fault(drip=3), ["change", "app", 200, *[timedelta(seconds=3), 50] * 20, 0]),
        (
            Fault(drip=3, truncate=True),
            ["change", "app", 200, *[timedelta(seconds=3), 25] * 20, "close"],
        ),
    ],
)
def test_each_step_comes_in_its_turn(fault: Fault, expected: list[object]) -> None:
    """The order is: pause, changes, the service's answer, its pieces, the end of the connection."""
    assert done(fault) == expected


# When a fault happens


def test_nothing_goes_wrong_until_a_rule_is_set_and_after_all_are_cleared(
    sandbox: Sandbox, plain: httpx.Client
) -> None:
    """Rules that were given at the start are set as well."""
    before = statuses(plain, 1)
    rule = sandbox.add_fault(Fault(status=500))
    during = statuses(plain, 2)
    sandbox.clear_faults()
    assert [*before, *during, *statuses(plain, 1)] == [200, 500, 500, 200]
    assert (rule.seen, rule.fired, sandbox.faults) == (2, 2, ())
    assert "2 of 2" in repr(rule)


def test_a_fault_that_was_never_made_shows_itself() -> None:
    """A traceback that shows variables has one whose arguments were not allowed."""
    assert repr(object.__new__(Fault)) == "Fault()"
    assert repr(Fault(status=500, times=2)).startswith("Fault(operation=None, nth=None, ")
    assert "times=2" in repr(Fault(status=500, times=2))


def test_a_rule_counts_the_requests_of_its_operation(sandbox: Sandbox, plain: httpx.Client) -> None:
    """Other requests are not counted."""
    batch = sandbox.add_batch([{}])
    rule = sandbox.add_fault(Fault(operation="cancel_jobs", nth=2, status=500))
    cancel = f"/api/v2/batches/{batch.id}/cancel/jobs"
    assert statuses(plain, 2) == [200, 200]
    assert [plain.patch(cancel).status_code for _ in range(3)] == [200, 500, 200]
    assert (rule.seen, rule.fired) == (3, 1)


def test_the_token_endpoint_is_meant_only_by_name(sandbox: Sandbox, plain: httpx.Client) -> None:
    """A fault of every operation does not keep a client from signing in."""
    form = {
        "grant_type": "client_credentials",
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
    }
    sandbox.add_fault(Fault(status=500))
    assert plain.post(sandbox.token_url, data=form).status_code == 200
    sandbox.add_fault(Fault(operation="token", status=503))
    assert plain.post(sandbox.token_url, data=form).status_code == 503


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(status=500, nth=2), [200, 500, 200, 200, 200]),
        (Fault(status=500, nth=(1, 4)), [500, 200, 200, 500, 200]),
        (Fault(status=500, times=2), [500, 500, 200, 200, 200]),
        (Fault(status=500, nth=(2, 3, 5), times=2), [200, 500, 500, 200, 200]),
    ],
)
def test_a_rule_says_which_calls_and_how_often(
    sandbox: Sandbox, plain: httpx.Client, fault: Fault, expected: list[int]
) -> None:
    """Requests are counted from one."""
    sandbox.add_fault(fault)
    assert statuses(plain, 5) == expected


def drawn(fault: Fault, count: int = 1000) -> list[bool]:
    faults = Faults(lambda: 0)
    faults.add([fault])
    seen = []
    for _ in range(count):
        with faults.fault_for("get_jobs") as met:
            seen.append(met is fault)
    return seen


def test_a_probability_is_kept_and_falls_the_same_way_each_time() -> None:
    """Another seed gives another sequence."""
    one = drawn(Fault(status=500, probability=0.3, seed=1))
    assert one == drawn(Fault(status=500, probability=0.3, seed=1))
    assert one != drawn(Fault(status=500, probability=0.3, seed=2))
    assert 250 < sum(one) < 350
    assert all(drawn(Fault(status=500, probability=1)))


def test_of_the_rules_that_meet_a_request_the_first_happens(
    sandbox: Sandbox, plain: httpx.Client
) -> None:
    """The others count it too, but do not happen."""
    first = sandbox.add_fault(Fault(status=500, nth=2))
    second = sandbox.add_fault(Fault(status=503))
    assert statuses(plain, 3) == [503, 500, 503]
    assert [(rule.seen, rule.fired) for rule in (first, second)] == [(3, 1), (3, 2)]


# Limits


def test_requests_at_once_can_be_limited(sandbox: Sandbox, plain: httpx.Client) -> None:
    """The limit counts requests without an answer; they end when the sandbox stops."""
    sandbox.add_fault(Fault(concurrency=2, retry_after=1))
    slow = sandbox.add_fault(Fault(latency="1h", nth=(1, 2)))
    with ThreadPoolExecutor() as pool:
        held = [pool.submit(plain.get, JOBS, timeout=60) for _ in range(2)]
        until(lambda: slow.fired == 2)
        rejected = plain.get(JOBS)
        assert (rejected.status_code, rejected.headers["retry-after"]) == (429, "1")
        assert statuses(plain, 2) == [429, 429]
        sandbox.stop()
        assert all(isinstance(one.exception(), httpx.TransportError) for one in held)


def test_a_limit_is_free_again_when_a_request_has_its_answer(
    sandbox: Sandbox, plain: httpx.Client
) -> None:
    """Requests that come one after the other never exceed it."""
    sandbox.add_fault(Fault(concurrency=1))
    assert statuses(plain, 3) == [200, 200, 200]


def test_requests_within_a_time_can_be_limited() -> None:
    """The limit goes by real time, which a test can control; rejected requests are not counted."""
    now = 0.0
    with Sandbox(monotonic=lambda: now, faults=[Fault(rate=2, per="10s")]) as sandbox:
        get = {"headers": {"Authorization": f"Bearer {sandbox.token}"}, "trust_env": False}
        ask: Callable[[], int] = lambda: httpx.get(f"{sandbox.base_url}{JOBS}", **get).status_code  # type: ignore[arg-type]  # noqa: E731
        assert [ask() for _ in range(4)] == [200, 200, 429, 429]
        now = 9.9
        assert ask() == 429
        now = 10
        assert [ask() for _ in range(3)] == [200, 200, 429]
        sandbox.clear_faults()
        sandbox.add_fault(Fault(rate=1))
        assert [ask() for _ in range(2)] == [200, 429]
        now = 11
        assert ask() == 200


def test_what_a_limit_remembers_is_bounded() -> None:
    """It remembers only what came lately, also when its fault is over or not due."""
    now = 0.0
    faults = Faults(lambda: now)
    (rule,) = faults.add([Fault(rate=1, times=1)])
    for second in range(100):
        now = second
        with faults.fault_for("get_jobs"):
            pass
    assert len(rule._arrivals) <= 2


# What else happens


def test_tokens_expire_before_the_request_is_looked_at(
    sandbox: Sandbox, plain: httpx.Client
) -> None:
    """Issued tokens become invalid; the one that is always valid stays valid."""
    form = {
        "grant_type": "password",
        "client_id": "x",
        "username": sandbox.username,
        "password": sandbox.password,
    }
    token = plain.post(sandbox.token_url, data=form).json()["access_token"]
    mine = {"Authorization": f"Bearer {token}"}
    sandbox.add_fault(Fault(expire_tokens=True, nth=2))
    assert [plain.get(JOBS, headers=mine).status_code for _ in range(3)] == [200, 401, 401]
    assert statuses(plain, 1) == [200]


def test_time_passes_between_two_pages(sandbox: Sandbox, plain: httpx.Client) -> None:
    """Jobs leave a filter while a client walks through its pages."""
    sandbox.add_batch([{"runs": 100}] * 2)  # 15 seconds each, one after the other
    sandbox.add_fault(Fault(advance="15s", nth=2))
    totals = [
        plain.get(JOBS, params={"status": "PENDING"}).json()["pagination"]["total"]
        for _ in range(3)
    ]
    assert totals == [2, 0, 0]


def test_jobs_come_and_are_cancelled_between_two_pages(
    sandbox: Sandbox, plain: httpx.Client
) -> None:
    """The newest jobs are cancelled, whatever batch they are in, except those that the token cannot see."""
    batch = sandbox.add_batch([{}, {}])
    sandbox.add_batch([{}], foreign=True)
    sandbox.add_fault(Fault(add_jobs=1, nth=2))
    sandbox.add_fault(Fault(cancel_jobs=2, nth=3))

    def pending() -> list[str]:
        return [job["id"] for job in plain.get(JOBS, params={"status": "PENDING"}).json()["data"]]

    first, second, third = pending(), pending(), pending()
    one, two = map(str, batch.job_ids)
    assert first == [two, one]
    assert second[1:] == first
    assert third == [one]
    assert plain.get(JOBS, params={"status": "CANCELED"}).json()["pagination"]["total"] == 2


def test_somebody_else_cancels(sandbox: Sandbox, plain: httpx.Client) -> None:
    """The batches of the cancelled jobs change with them."""
    batch = sandbox.add_batch([{}, {"status": "DONE"}], complete=True)
    assert sandbox.cancel_jobs(5) == [batch.job_ids[0]]
    assert sandbox.cancel_jobs(5) == []
    (job,) = plain.get(JOBS, params={"status": "CANCELED"}).json()["data"]
    assert job["end_timestamp"] == job["updated_at"]
    assert plain.patch(f"/api/v2/batches/{batch.id}/complete").status_code == 409


# Mistakes


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "says when, but not what goes wrong"),
        ({"nth": 1, "times": 2}, "says when, but not what goes wrong"),
        ({"nth": 0, "status": 500}, "(?s)nth.*greater than or equal to 1"),
        ({"nth": "second", "status": 500}, "nth"),
        ({"probability": 0, "status": 500}, "probability"),
        ({"probability": 1.5, "status": 500}, "probability"),
        ({"times": 0, "status": 500}, "times"),
        ({"status": 199}, "status"),
        ({"status": 1000}, "status"),
        ({"latency": "soon"}, "'soon' is not a duration"),
        ({"latency": -1}, "negative"),
        ({"reset": "after"}, "reset"),
        ({"style": "xml", "status": 500}, "style"),
        ({"body": "x"}, "body: has no effect without a status"),
        ({"retry_after": 1, "latency": 1}, "retry_after: has no effect without a status"),
        ({"stauts": 500}, "stauts"),
        ({"nth": (), "status": 500}, "nth"),
        ({"status": 500, "headers": {"x y": "1"}}, "'x y' cannot be used as the name of a header"),
        ({"status": 500, "headers": {"": "1"}}, "'' cannot be used as the name of a header"),
        (
            {"status": 500, "headers": {"Content-Length": "9"}},
            "'Content-Length' cannot be used as the name of a header",
        ),
        ({"status": 500, "headers": {"x": "\n"}}, "cannot be used as the value of a header"),
        ({"status": 500, "headers": {"x": "\u20ac"}}, "cannot be used as the value of a header"),
        ({"status": 429, "retry_after": "1\r\nx: y"}, "cannot be used as the value of a header"),
        ({"status": 429, "retry_after": float("nan")}, "retry_after"),
        ({"status": 429, "retry_after": float("inf")}, "retry_after"),
        ({"status": 500, "body": "\ud800"}, "cannot be sent: "),
        ({"status": 500, "body": {"a": {1, 2}}}, "cannot be sent: "),
        ({"status": 500, "body": {"a": float("nan")}}, "cannot be sent: "),
        ({"latency": 1, "applied": True}, "applied: has no effect without a status"),
        ({"status": 500, "per": "2s"}, "per: has no effect without a rate"),
        ({"status": 10**5000}, "status: Input should be less than"),
        ({"latency": 10**5000}, "latency: a value of type int is longer than a timedelta"),
        ({"nth": 2**63, "status": 500}, "nth"),
        ({"cancel_jobs": 2**63}, "cancel_jobs: "),
    ],
)
def test_a_fault_that_makes_no_sense_is_rejected(given: dict[str, Any], words: str) -> None:
    """The error names the field and what is wrong with it."""
    with pytest.raises(ValueError, match=words):
        Fault(**given)


def test_a_rule_of_an_operation_that_does_not_exist_is_rejected() -> None:
    """The error lists the operations in one line, whatever was given in their place."""
    with pytest.raises(
        ValueError, match="operation: 'get_no_job' is not an operation; use one of get_jobs, "
    ) as caught:
        Fault(operation="get_no_job", status=500)
    assert type(caught.value) is ValueError
    assert str(caught.value).endswith(", get_queue, token, result_file")
    with pytest.raises(ValueError, match="'xxx.* is not an operation") as caught:
        Fault(operation="x" * 1_000_000, status=500)
    assert len(str(caught.value)) < 1000
    with pytest.raises(TypeError, match="503 is not a Fault"):
        Sandbox(faults=[503])  # type: ignore[list-item]


def test_there_can_be_a_thousand_rules_at_a_time(sandbox: Sandbox) -> None:
    """One more is rejected, and the thousand stay."""
    faults = [Fault(latency=1)] * 999
    sandbox.add_faults(faults)
    with pytest.raises(ValueError, match="1,000"):
        sandbox.add_faults([Fault(status=500)] * 2)
    sandbox.add_fault(Fault(status=500))
    assert len(sandbox.faults) == 1000


def test_a_fault_is_the_same_as_json() -> None:
    """A file or another program can say it."""
    fault = Fault(
        operation="get_jobs", nth=(1, 2), latency="1.5m", status=503, retry_after=2, body={"a": [1]}
    )
    told = dump_fault(fault)
    assert told.keys() == {"operation", "nth", "latency", "status", "retry_after", "body"}
    assert parse_faults(json.loads(json.dumps(told))) == [fault]

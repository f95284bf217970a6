"""The sandbox as a server: starting, stopping, several at once, many requests at once."""

import asyncio
import logging
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
import uvicorn
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from pasqal_client.sandbox import Sandbox, threaded_server
from pasqal_client.sandbox.request_log import (
    RecordedRequest,
    Recorder,
    RequestLog,
    _show_headers,
)
from sandbox.conftest import until

Connect = Callable[[Sandbox], httpx.Client]


def total(http: httpx.Client) -> int:
    count: int = (
        http.get("/api/v2/jobs", params={"limit": 1})
        .raise_for_status()
        .json()["pagination"]["total"]
    )
    return count


def port_of(sandbox: Sandbox) -> int:
    return httpx.URL(sandbox.base_url).port or 0


def test_it_needs_no_argument(connect: Connect) -> None:
    """It listens on loopback only and has an address, a token and a project of its own."""
    with Sandbox() as sandbox:
        url = httpx.URL(sandbox.base_url)
        assert (url.scheme, url.host, url.path) == ("http", "127.0.0.1", "/core-fast")
        assert isinstance(sandbox.project_id, UUID)
        assert total(connect(sandbox)) == 0


def test_it_takes_the_token_and_the_project_that_it_is_given(connect: Connect) -> None:
    """A test may need to know them beforehand."""
    project = uuid4()
    with Sandbox(token="known", project_id=str(project)) as sandbox:
        assert sandbox.token == "known"
        assert sandbox.add_batch().project_id == sandbox.project_id == project
        assert total(connect(sandbox)) == 0


def test_several_at_once_share_nothing(connect: Connect) -> None:
    """Each has its own jobs, token and log."""
    with Sandbox() as one, Sandbox() as two:
        one.add_batch([{}])
        two.add_batch([{}, {}])
        assert (total(connect(one)), total(connect(two))) == (1, 2)
        assert one.token != two.token
        stranger = connect(one).get(
            "/api/v2/jobs", headers={"Authorization": f"Bearer {two.token}"}
        )
        assert stranger.status_code == 401
        assert [len(sandbox.requests) for sandbox in (one, two)] == [2, 1]


def test_stopping_releases_the_port(connect: Connect) -> None:
    """The next sandbox can have it, even while a client keeps its old connection."""
    with Sandbox() as sandbox:
        port = port_of(sandbox)
        total(connect(sandbox))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    with Sandbox(port=port) as sandbox:
        assert port_of(sandbox) == port
        assert total(connect(sandbox)) == 0


def test_stopping_ends_while_it_is_asked(sandbox: Sandbox, connect: Connect) -> None:
    """Clients see a closed connection, not a silence."""
    http = connect(sandbox)
    asked = threading.Barrier(5)

    def keep_asking() -> None:
        while True:
            total(http)

    def ask(_: int) -> bool:
        total(http)
        asked.wait()
        with pytest.raises(httpx.TransportError):
            keep_asking()
        return True

    with ThreadPoolExecutor(4) as threads:
        outcomes = threads.map(ask, range(4))
        asked.wait()
        sandbox.stop()
        assert all(outcomes)


def test_a_client_that_does_not_read_cannot_hold_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answer is given up after a time of grace."""
    monkeypatch.setattr(threaded_server, "_GRACE", 0)
    with Sandbox() as sandbox:
        sandbox.add_batch([{"sequence": "x" * 1_000_000}] * 50)
        with socket.create_connection(("127.0.0.1", port_of(sandbox))) as silent:
            head = f"GET /core-fast/api/v2/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {sandbox.token}\r\n\r\n"
            silent.sendall(head.encode())
            assert silent.recv(12) == b"HTTP/1.1 200"
            sandbox.stop()


def test_a_request_in_flight_cannot_hold_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up after a time of grace as well."""
    monkeypatch.setattr(threaded_server, "_GRACE", 0)
    arrived = threading.Event()

    async def never_answer(_scope: Scope, _receive: Receive, _send: Send) -> None:
        arrived.set()
        await asyncio.Event().wait()

    listener = threaded_server.listen(0)
    server = threaded_server.ThreadedServer(lambda _: never_answer)
    with ThreadPoolExecutor(1) as threads:
        ended = threads.submit(server.run, [listener])
        server.settled.wait()
        with socket.create_connection(listener.getsockname()) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            arrived.wait()
            server.halt()
            ended.result()
            assert b"200" not in client.recv(100)


def test_a_port_that_is_taken_is_an_error() -> None:
    """It is raised at once, in the thread that asked for the port."""
    with Sandbox() as sandbox, pytest.raises(OSError, match="in use"):
        Sandbox(port=port_of(sandbox)).start()


def test_it_can_be_started_and_stopped_by_hand(connect: Connect) -> None:
    """Stopping twice does no harm; what was in memory is gone when it starts again."""
    sandbox = Sandbox()
    for _ in range(2):
        assert sandbox.start() is sandbox
        sandbox.add_batch([{}])
        assert total(connect(sandbox)) == 1
        with pytest.raises(RuntimeError, match="is running already"):
            sandbox.start()
        sandbox.stop()
        sandbox.stop()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("sandbox")]


@pytest.mark.parametrize("name", ["departures", "quirk", "requets"])
def test_assigning_to_an_attribute_that_it_does_not_have_is_an_error(name: str) -> None:
    """A misspelt name would otherwise change nothing, and nobody would know."""
    with pytest.raises(AttributeError, match=f"no attribute '{name}'"):
        setattr(Sandbox(), name, [])


@pytest.mark.parametrize(
    "use", [lambda s: s.base_url, lambda s: s.add_batch()], ids=["base_url", "add_batch"]
)
def test_what_needs_a_running_sandbox_says_so(use: Callable[[Sandbox], object]) -> None:
    """The error says how to get one."""
    with pytest.raises(RuntimeError, match="with"):
        use(Sandbox())


def test_a_file_keeps_the_data_over_a_restart(tmp_path: Path, connect: Connect) -> None:
    """Jobs, states, access and the time are kept."""
    path = tmp_path / "sandbox.db"
    with Sandbox(db=path) as sandbox:
        batch = sandbox.add_batch([{"status": "DONE"}, {}])
        foreign = sandbox.add_batch([{}], foreign=True)
        connect(sandbox).patch(f"/api/v2/batches/{batch.id}/cancel/jobs").raise_for_status()
        before = connect(sandbox).get("/api/v2/jobs").json()
    with Sandbox(db=str(path)) as sandbox:
        http = connect(sandbox)
        assert http.get("/api/v2/jobs").json() == before
        assert http.patch(f"/api/v2/batches/{foreign.id}/complete").status_code == 403
        assert http.patch(f"/api/v2/batches/{batch.id}/complete").json()["data"]["status"] == "DONE"
        assert sandbox.add_batch([{}]).created_at > foreign.updated_at


def test_a_file_keeps_the_time_though_no_job_tells_it(tmp_path: Path) -> None:
    """Batches without jobs have times too."""
    with Sandbox(db=tmp_path / "sandbox.db") as sandbox:
        first = sandbox.add_batch()
    with Sandbox(db=tmp_path / "sandbox.db") as sandbox:
        assert sandbox.add_batch().created_at > first.updated_at


@pytest.mark.parametrize(
    ("name", "text"),
    [("missing/sandbox.db", "unable to open"), ("notes.txt", "not an SQLite database")],
)
def test_a_file_that_cannot_be_used_is_an_error(tmp_path: Path, name: str, text: str) -> None:
    """No port stays open after it."""
    (tmp_path / "notes.txt").write_text("These are notes and no database. " * 100)
    path = tmp_path / name
    with pytest.raises(OSError, match=f"{path}: .*{text}"):
        Sandbox(db=path).start()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_server_that_does_not_start_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error has its cause, and nobody waits forever."""

    async def fail(*_: object) -> None:
        raise OSError("no event loop today")

    monkeypatch.setattr(uvicorn.Server, "startup", fail)
    with pytest.raises(RuntimeError, match="did not start") as caught:
        Sandbox().start()
    assert str(caught.value.__cause__) == "no event loop today"


@pytest.mark.parametrize(
    ("place", "failure"),
    [
        ("pasqal_client.sandbox.server.create_app", KeyboardInterrupt()),
        ("threading.Thread.start", RuntimeError("can't start new thread")),
    ],
)
def test_a_start_that_fails_leaves_the_port_and_the_file_free(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str, failure: BaseException
) -> None:
    """Whether it is interrupted or the machine has no thread left, the same sandbox can start afterwards."""

    def fail(*_: object) -> None:
        raise failure

    with Sandbox() as other:
        port = port_of(other)
    sandbox = Sandbox(db=tmp_path / "sandbox.db", port=port)
    with monkeypatch.context() as patch:
        patch.setattr(place, fail)
        # The exception is kept: its frames would keep what was not closed from being collected.
        with pytest.raises(type(failure)) as caught:
            sandbox.start()
    with sandbox:
        assert port_of(sandbox) == port
        assert sandbox.add_batch([{}]).job_ids
    assert caught.value is failure


def test_requests_at_once_are_all_answered_rightly(sandbox: Sandbox, connect: Connect) -> None:
    """Clients read different pages while batches are added."""
    for runs in range(1, 9):
        sandbox.add_batch([{"runs": runs}] * runs)

    def read(number: int) -> bool:
        runs = number % 8 + 1
        if number % 10 == 0:
            sandbox.add_batch([{"runs": 1000}])
        answer = (
            http.get("/api/v2/jobs", params={"min_runs": runs, "max_runs": runs})
            .raise_for_status()
            .json()
        )
        return [job["runs"] for job in answer["data"]] == [runs] * runs

    http = connect(sandbox)
    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(read, range(400)))
    assert len(sandbox.requests) == 400
    assert total(http) == 36 + 40


def test_each_job_is_cancelled_once_by_rivals(sandbox: Sandbox, connect: Connect) -> None:
    """The other clients are told that the job is finished."""
    batch = sandbox.add_batch([{}] * 40)
    http = connect(sandbox)

    def cancel(_: int) -> list[str]:
        data = (
            http.patch(f"/api/v2/batches/{batch.id}/cancel/jobs").raise_for_status().json()["data"]
        )
        assert len(data["jobs"]) + len(data["errors"]) == 40
        return [job["id"] for job in data["jobs"]]

    with ThreadPoolExecutor(8) as threads:
        cancelled = [job_id for ids in threads.map(cancel, range(8)) for job_id in ids]
    assert sorted(cancelled) == sorted(map(str, batch.job_ids))


def test_a_batch_is_completed_once_by_rivals(sandbox: Sandbox, connect: Connect) -> None:
    """The other clients get a conflict."""
    batch = sandbox.add_batch([{}])
    http = connect(sandbox)
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(lambda _: http.patch(f"/api/v2/batches/{batch.id}/complete"), range(8))
        )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7


def test_requests_are_recorded_in_order(sandbox: Sandbox, http: httpx.Client) -> None:
    """Each is recorded with its query and status, rejected ones too."""
    assert sandbox.requests == []
    batch = sandbox.add_batch([{}])
    http.get(
        "/api/v2/jobs",
        params={"status": ["DONE", "ERROR"], "id__starts_with": "a b", "order_by": ""},
    )
    http.get("/api/v2/jobs", headers={"Authorization": ""})
    http.patch(f"/api/v2/batches/{batch.id}/complete")
    http.patch("/api/v2/batches/%2e%2F/complete")
    assert [
        (r.method, r.path.removeprefix("/core-fast"), r.query, r.status) for r in sandbox.requests
    ] == [
        (
            "GET",
            "/api/v2/jobs",
            {"status": ["DONE", "ERROR"], "id__starts_with": ["a b"], "order_by": [""]},
            200,
        ),
        ("GET", "/api/v2/jobs", {}, 401),
        ("PATCH", f"/api/v2/batches/{batch.id}/complete", {}, 200),
        ("PATCH", "/api/v2/batches/%2e%2F/complete", {}, 404),
    ]
    sandbox.clear_requests()
    assert sandbox.requests == []


def test_the_record_can_be_read_when_it_is_over(connect: Connect) -> None:
    """A test may look at it after the `with` block."""
    with Sandbox() as sandbox:
        total(connect(sandbox))
    assert [request.status for request in sandbox.requests] == [200]


def test_only_the_newest_requests_are_kept() -> None:
    """A sandbox that runs for days does not grow with its requests."""

    async def silence(*_: object) -> None:
        pass

    async def ask(recorder: Recorder, count: int) -> None:
        for number in range(count):
            path = f"/{number}"
            scope = {
                "method": "GET",
                "path": path,
                "raw_path": path.encode(),
                "query_string": b"",
                "headers": [],
            }
            await recorder(scope, silence, silence)  # type: ignore[arg-type]

    log = RequestLog()
    asyncio.run(ask(Recorder(silence, log), 10_005))
    assert [request.path for request in log.requests] == [
        f"/{number}" for number in range(5, 10_005)
    ]
    assert log.requests[0].status is None


def test_long_requests_are_forgotten_sooner() -> None:
    """The record is bounded by its characters, too; what is left can be read as before."""
    log = RequestLog()
    for number in range(10):
        log.add(RecordedRequest("GET", "/", f"number={number}&long={'x' * 2**20}"))
    assert [request.query["number"] for request in log.requests] == [
        ["3"],
        ["4"],
        ["5"],
        ["6"],
        ["7"],
        ["8"],
        ["9"],
    ]
    log.clear()
    log.add(RecordedRequest("GET", "/", f"long={'x' * 7 * 2**20}"))
    assert len(log.requests) == 1


def test_bodies_count_among_the_characters_of_the_record() -> None:
    """A body that comes after its request was forgotten is forgotten, too."""
    log = RequestLog()
    made = [RecordedRequest("POST", "/", f"number={number}") for number in range(40)]
    for request in made:
        log.add(request)
        log.keep_body(request, bytes(256 * 1024))
    assert [request.query["number"] for request in log.requests] == [
        [str(number)] for number in range(9, 40)
    ]
    late = RecordedRequest("POST", "/", "")
    log.keep_body(late, b"{}")
    assert (late.body, late.body_size, len(log.requests)) == (None, 2, 31)


def test_the_token_is_not_shown(caplog: pytest.LogCaptureFixture, connect: Connect) -> None:
    """It appears neither in the repr, the logs and the answers, nor in the record of the requests."""
    with caplog.at_level(logging.DEBUG), Sandbox() as sandbox:
        answer = connect(sandbox).get("/api/v2/jobs")
        connect(sandbox).get("/api/v2/jobs", headers={"Authorization": f"Bearer {sandbox.token}x"})
        connect(sandbox).get(
            "/api/v2/jobs", params={"access_token": sandbox.token}
        ).raise_for_status()
        sandbox.clear_requests()
        shown = [
            repr(sandbox),
            repr(sandbox.requests),
            repr(vars(answer)["_content"]),
            str(answer.headers),
        ]
        assert sandbox.base_url in repr(sandbox)
    assert "stopped" in repr(sandbox)
    logged = [
        record.getMessage() for record in caplog.records if not record.name.startswith("http")
    ]  # the client's
    assert all(sandbox.token not in text for text in [*shown, *logged])
    assert len(logged) >= 3


def test_without_its_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names what is missing."""
    for name in [name for name in sys.modules if name.startswith("pasqal_client.sandbox")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "fastapi", None)
    with pytest.raises(ImportError, match=r"fastapi.*pip install '.\[sandbox\]'"):
        import pasqal_client.sandbox  # noqa: F401


def test_the_program_says_in_one_line_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With `python -m` the package is imported first, and its traceback would be all that one sees."""
    for name in [name for name in sys.modules if name.startswith("pasqal_client.sandbox")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "fastapi", None)
    monkeypatch.setattr(sys, "argv", ["-m", "--port", "8000"])
    monkeypatch.setattr(sys, "orig_argv", ["python", "-m", "pasqal_client.sandbox"])
    with pytest.raises(SystemExit) as caught:
        import pasqal_client.sandbox  # noqa: F401
    assert caught.value.code == 2
    assert capsys.readouterr().err == (
        "The sandbox needs fastapi, which is not installed: "
        "it comes with the extra 'sandbox' (in a clone: pip install '.[sandbox]')\n"
    )


def test_a_part_of_its_own_that_is_missing_is_not_blamed_on_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That would be a broken installation."""
    for name in [name for name in sys.modules if name.startswith("pasqal_client.sandbox")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pasqal_client.sandbox.server", None)
    with pytest.raises(ModuleNotFoundError, match="pasqal_client.sandbox.server"):
        import pasqal_client.sandbox  # noqa: F401


def test_it_knows_nothing_of_the_client() -> None:
    """It must judge clients, so it shares no code with one."""
    folder = Path(sys.modules["pasqal_client.sandbox"].__file__ or "").parent
    lines = [line for path in folder.glob("*.py") for line in path.read_text().splitlines()]
    imports = {
        line.split()[1] for line in lines if line.startswith(("from pasqal", "import pasqal"))
    }
    assert {name for name in imports if not name.startswith("pasqal_client.sandbox")} == {
        "pasqal_core_schemas"
    }


class _UnsearchedHeaders(Headers):
    """Headers that cannot be looked up by their names."""

    def getlist(self, key: str) -> list[str]:
        raise AssertionError(f"all headers were searched for {key}")


def test_no_header_is_searched_for_among_all_others() -> None:
    """With twenty thousand of them, everybody would wait for a minute."""
    headers = _UnsearchedHeaders(raw=[(b"x-same", b"1"), (b"accept", b"a"), (b"accept", b"b")])
    assert _show_headers(headers) == {"x-same": "[hidden]", "accept": "a, b"}


def test_an_address_may_name_fifteen_hundred_ids(sandbox: Sandbox, plain: httpx.Client) -> None:
    """A longer one never gets to the sandbox: the server says that the request is not valid."""
    batch = sandbox.add_batch([{}] * 1500)
    answer = plain.get("/api/v2/jobs", params={"id": [str(job_id) for job_id in batch.job_ids]})
    assert answer.json()["pagination"]["total"] == 1500


def test_a_request_that_never_ends_does_not_keep_a_sandbox_from_stopping(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Its connection is closed, and nothing is logged about it."""
    address = httpx.URL(sandbox.base_url)
    with socket.create_connection((address.host, address.port or 0)) as connection:
        connection.sendall(
            b"POST /core-fast/api/v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
            b"Authorization: Bearer " + sandbox.token.encode() + b"\r\n\r\n{"
        )
        until(lambda: sandbox.requests)
        sandbox.stop()
        assert not [record for record in caplog.records if record.levelno >= logging.WARNING]

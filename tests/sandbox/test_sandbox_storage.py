"""What the sandbox keeps: in a file, with indexes, for itself alone."""

import os
import re
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

from pasqal_client.sandbox import Fault, Sandbox
from pasqal_client.sandbox.clock import Clock
from pasqal_client.sandbox.database.queries import JobsQuery, all_of, filters, ordering
from pasqal_client.sandbox.database.schema import SCHEMA
from pasqal_client.sandbox.database.sqlite_file import VERSION
from pasqal_client.sandbox.database.store import Store
from pasqal_client.sandbox.execution import IDLE
from pasqal_client.sandbox.states import batch_status
from pasqal_core_schemas import BatchStatus, JobStatus
from sandbox.conftest import Connect, plain_client

PlainOf: TypeAlias = Callable[[Sandbox], httpx.Client]


@pytest.fixture
def plain_of() -> Iterator[PlainOf]:
    """Make clients of everything that a sandbox serves, which accept any answer."""
    with ExitStack() as clients:

        def make(sandbox: Sandbox) -> httpx.Client:
            client = plain_client(sandbox, sandbox.base_url.removesuffix("/core-fast"))
            return clients.enter_context(client)

        yield make


@pytest.fixture
def tables() -> Iterator[sqlite3.Connection]:
    """An empty database with the tables and indexes of a sandbox."""
    db = sqlite3.connect(":memory:")
    db.executescript(SCHEMA)
    yield db
    db.close()


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({"id": ["x"]}, "sqlite_autoindex_jobs_1 (id=?"),
        ({"id__starts_with": "x"}, "sqlite_autoindex_jobs_1 (id>? AND id<?"),
        ({"batch_id": ["x"]}, "jobs_by_batch"),
        ({"project_id": ["x"]}, "jobs_by_project (project_id=?"),
        ({"user_id": ["x"]}, "jobs_by_user (user_id=?"),
        ({"status": ["DONE"]}, "jobs_by_status (status=?"),
        ({"start_date": "2026-10-12T08:00:00Z"}, "jobs_by_start (start_timestamp>?"),
        ({"end_date": "2026-10-12T08:00:00Z"}, "jobs_by_end (end_timestamp<?"),
    ],
)
def test_jobs_are_found_by_an_index(
    tables: sqlite3.Connection, query: dict[str, Any], index: str
) -> None:
    """No query reads the whole table."""
    condition = all_of(filters(JobsQuery.model_validate(query)))
    sql = f"EXPLAIN QUERY PLAN SELECT count(*) FROM jobs WHERE {condition.sql}"  # noqa: S608
    plan = " ".join(step[3] for step in tables.execute(sql, condition.values))
    assert "SEARCH jobs" in plan
    assert index in plan


def test_the_newest_jobs_are_found_without_sorting_all(tables: sqlite3.Connection) -> None:
    """This page is requested most often."""
    sql = f"EXPLAIN QUERY PLAN SELECT * FROM jobs ORDER BY {ordering(JobsQuery())} LIMIT 100"  # noqa: S608
    plan = " ".join(step[3] for step in tables.execute(sql))
    assert plan == "SCAN jobs USING INDEX jobs_by_creation"


def test_batches_that_idle_are_found_among_the_open_ones(tables: sqlite3.Connection) -> None:
    """They are looked for whenever time passes, and most batches are closed."""
    plan = " ".join(step[3] for step in tables.execute(f"EXPLAIN QUERY PLAN {IDLE}", (0,)))
    assert "SEARCH batches USING INDEX open_batches (created_at<?)" in plan
    assert "SEARCH work USING COVERING INDEX work_by_batch (batch_id=?)" in plan


def test_a_file_is_written_ahead(tmp_path: Path) -> None:
    """A request does not have to wait for the disk."""
    with Sandbox(db=tmp_path / "sandbox.db") as sandbox:
        sandbox.add_batch([{}])
    assert (tmp_path / "sandbox.db").read_bytes()[
        18:20
    ] == b"\x02\x02"  # as SQLite marks such a file


def test_a_file_belongs_to_one_sandbox_at_a_time(tmp_path: Path) -> None:
    """Two sandboxes would let its time pass twice."""
    path = tmp_path / "sandbox.db"
    with Sandbox(db=path), pytest.raises(OSError, match=f"{path}: another sandbox,"):
        Sandbox(db=path).start()
    with Sandbox(db=path) as sandbox:
        sandbox.add_batch([{}])


def foreign_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(
            "CREATE TABLE jobs (id TEXT); INSERT INTO jobs VALUES ('mine'); PRAGMA user_version = 7;"
        )


def waiting_database(path: Path) -> None:
    # Half of it is in the log that is written ahead: opening it would bring that into the file.
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine');")
        files = {kept: kept.read_bytes() for kept in path.parent.iterdir()}
    for kept, content in files.items():
        kept.write_bytes(content)


def later_sandbox(path: Path) -> None:
    with Sandbox(db=path):
        pass
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"PRAGMA user_version = {VERSION + 1}; DROP TABLE work;")


def earlier_sandbox(path: Path) -> None:
    with Sandbox(db=path):
        pass
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"PRAGMA user_version = {VERSION - 1}; DROP TABLE reservations;")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (foreign_database, "a database of something else"),
        (waiting_database, "a database of something else"),
        (
            later_sandbox,
            f"made by a later version of the sandbox: its tables are version {VERSION + 1}, not {VERSION}",
        ),
        (
            earlier_sandbox,
            f"made by an earlier version of the sandbox: its tables are version {VERSION - 1}, not {VERSION}",
        ),
        (lambda path: path.write_text("x"), "not an SQLite database at all"),
        (lambda path: path.write_text("These are notes. " * 1000), "not an SQLite database at all"),
        (lambda path: path.write_bytes(b"SQLite format 3\0"), "not an SQLite database at all"),
        (lambda path: path.mkdir(), "it is not a file"),
        (os.mkfifo, "it is not a file"),
        (lambda path: path.symlink_to("/dev/zero"), "it is not a file"),
        (lambda path: path.symlink_to(path), "Too many levels of symbolic links"),
    ],
    ids=[
        "database",
        "log",
        "later",
        "earlier",
        "short",
        "text",
        "beginning",
        "folder",
        "pipe",
        "device",
        "loop",
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="pipes and devices")
def test_what_is_not_a_file_of_a_sandbox_is_rejected_untouched(
    tmp_path: Path, make: Callable[[Path], object], reason: str
) -> None:
    """Its bytes and times stay as they were, and no file is put beside it."""
    path = tmp_path / "mine"
    make(path)
    before = state_of(tmp_path)
    with pytest.raises(OSError, match=f"{path}: .*{reason}") as caught:
        Sandbox(db=path).start()
    assert "\n" not in str(caught.value)
    assert state_of(tmp_path) == before


def state_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    """The state of a folder: the times of each entry, and what its files contain."""
    return {
        entry.name: (
            entry.lstat().st_mtime_ns,
            entry.read_bytes() if stat.S_ISREG(entry.lstat().st_mode) else b"",
        )
        for entry in [folder, *folder.iterdir()]
    }


def test_an_empty_file_becomes_that_of_a_sandbox(tmp_path: Path) -> None:
    """It may have been made to reserve a name; it is marked, and can be opened again."""
    path = tmp_path / "sandbox.db"
    path.touch()
    for count in (1, 2):
        with Sandbox(db=path) as sandbox:
            sandbox.add_batch([{}])
            assert len(sandbox._require_running().store.page(JobsQuery()).items) == count
    assert path.read_bytes()[68:72] == b"PQSB"


@pytest.mark.parametrize("db", [":memory:", Path(":memory:")])
def test_memory_can_be_asked_for_by_the_name_that_it_has_in_sqlite(
    db: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file of that name is made."""
    monkeypatch.chdir(tmp_path)
    with Sandbox(db=db) as sandbox:
        sandbox.add_batch([{}])
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_sentence(tmp_path: Path, plain_of: PlainOf) -> None:
    """Python and HTTP report it alike; what was kept stays, and more can be added when there is room."""
    path = tmp_path / "sandbox.db"
    with Sandbox(db=path) as sandbox:
        batch = sandbox.add_batch([{}])
        http = plain_of(sandbox)
        db = sandbox._require_running().store._db
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")
        sentence = f"{path}: the disk is full (database or disk is full)"
        with pytest.raises(OSError, match=re.escape(sentence)):
            sandbox.add_batch([{"sequence": "x" * 100_000}])
        answer = http.post("/_sandbox/batches", json={"jobs": [{"sequence": "x" * 100_000}]})
        assert (answer.status_code, answer.json()) == (500, {"detail": sentence})
        sandbox.add_fault(Fault(add_jobs=1000))
        answer = http.get("/core-fast/api/v2/jobs")
        assert answer.status_code == 500
        assert answer.json()["message"] == f"The fault could not be applied: {sentence}"
        sandbox.clear_faults()
        jobs = http.get("/core-fast/api/v2/jobs").json()["data"]
        assert [job["id"] for job in jobs] == [str(batch.job_ids[0])]
        db.execute("PRAGMA max_page_count = 100000")
        sandbox.add_batch([{"sequence": "x" * 100_000}])
        assert http.get("/core-fast/api/v2/jobs").json()["pagination"]["total"] == 2


def damaged(path: Path, *, at: int, by: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(by)


def test_a_file_whose_pages_are_damaged_is_one_sentence(tmp_path: Path, plain_of: PlainOf) -> None:
    """It is reported at the start or when the damage is met; the API answers with a 500 in its own form."""
    path = tmp_path / "sandbox.db"
    with Sandbox(db=path) as sandbox:
        sandbox.add_batch([{}])
        find = "SELECT rootpage FROM sqlite_master WHERE name = 'jobs_by_creation'"
        (page,) = sandbox._require_running().store._db.execute(find).fetchone()
    whole = path.read_bytes()
    damaged(path, at=4096 * (page - 1), by=b"\xff" * 4096)
    with Sandbox(db=path) as sandbox:
        http = plain_of(sandbox)
        answer = http.get("/core-fast/api/v2/jobs")
        assert (answer.status_code, answer.json()["status"]) == (500, "error")
        assert answer.json()["message"].startswith(f"{path}: it is damaged (")
        assert http.get("/").status_code == 500
        assert "it is damaged" in http.get("/").text
    path.write_bytes(whole)
    damaged(path, at=100, by=b"\xff" * 4000)
    with pytest.raises(OSError, match=f"{path}: it is damaged"):
        Sandbox(db=path).start()


def test_an_error_of_a_database_in_memory_says_where_it_is() -> None:
    """There is no file to name."""
    store = Store()
    store._db.execute("DROP TABLE jobs")
    with pytest.raises(OSError, match="^the database in memory: no such table"):
        store.page(JobsQuery())
    store.close()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE jobs SET variables = '{'", "there is a variables that cannot be read"),
        ("UPDATE jobs SET created_at = 'once'", "there is a created_at that cannot be read"),
        ("UPDATE jobs SET status = 'LOST'", "does not satisfy the contract"),
        ("UPDATE jobs SET id = CAST(x'ff' AS TEXT)", "Could not decode"),
    ],
)
def test_a_value_that_nobody_put_in_is_one_sentence(
    tmp_path: Path, plain_of: PlainOf, change: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    """There is no traceback, wherever it comes to light."""
    with Sandbox(db=tmp_path / "sandbox.db") as sandbox:
        sandbox.add_batch([{}])
        db = sandbox._require_running().store._db
        db.execute(change)
        answer = plain_of(sandbox).get("/core-fast/api/v2/jobs")
        assert answer.status_code == 500
        assert words in answer.json()["message"]
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE work SET batch_id = 'lost'",
        "UPDATE clock SET now = 9223372036854775807; UPDATE jobs SET updated_at = 9223372036854775807",
        "UPDATE work SET remaining = 'soon'",
    ],
    ids=["batch", "time", "length"],
)
def test_work_that_makes_no_sense_is_one_sentence(tmp_path: Path, change: str) -> None:
    """It is reported when time passes, or at the next start."""
    path = tmp_path / "sandbox.db"
    with Sandbox(db=path) as sandbox:
        sandbox.add_batch([{}])
        sandbox._require_running().store._db.executescript(change)

    def use() -> None:
        with Sandbox(db=path) as sandbox:
            sandbox.advance("1h")

    with pytest.raises(OSError, match=f"{path}: it is damaged"):
        use()


def test_clearing_makes_it_empty_again(tmp_path: Path, connect: Connect) -> None:
    """Data, time, record and counts are as at the beginning; tokens and accounts stay."""
    start = datetime(2030, 1, 1, tzinfo=UTC)
    fault = Fault(operation="complete_batch", status=503, times=1)
    with Sandbox(
        db=tmp_path / "a.db", start=start, faults=[fault], quirks=["zulu-times"]
    ) as sandbox:
        http = connect(sandbox)
        batch = sandbox.add_batch([{}])
        sandbox.add_batch([{}], foreign=True)
        sandbox.advance("1h")
        assert http.patch(f"/api/v2/batches/{batch.id}/complete").status_code == 503
        sandbox.add_fault(Fault(status=500))
        sandbox.quirks = []
        sandbox.clear()
        assert (sandbox.now, sandbox.requests) == (start, [])
        assert sorted(sandbox.quirks) == ["zulu-times"]
        assert [(rule.fault, rule.seen) for rule in sandbox.faults] == [(fault, 0)]
        assert http.get("/api/v2/jobs").json()["pagination"]["total"] == 0
        again = sandbox.add_batch([{}], id=batch.id, project_id=batch.project_id)
        assert again.created_at == start + timedelta(seconds=1)
        sandbox.clear()
    with Sandbox(db=tmp_path / "a.db", start=start) as sandbox:
        assert sandbox.now == start
        assert sandbox._require_running().store.page(JobsQuery()).total == 0


def test_a_file_of_another_version_is_an_error(tmp_path: Path) -> None:
    """It is reported at the start, not with each request."""
    path = tmp_path / "sandbox.db"
    with Sandbox(db=path):
        pass
    db = sqlite3.connect(path)
    db.execute("ALTER TABLE jobs DROP COLUMN progress")
    db.close()
    with pytest.raises(OSError, match="made by another version: its jobs have no progress"):
        Sandbox(db=path).start()


def test_the_database_is_closed_whatever_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This holds, too, where the last changes cannot be written."""

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk full")

    store = Store(tmp_path / "sandbox.db", Clock(0, lambda: 0))
    monkeypatch.setattr(Store, "_pass_time", fail)
    with pytest.raises(OSError, match="sandbox.db: disk full"):
        store.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        store._db.execute("SELECT 1")


def test_totals_are_counted_once_for_all_pages(sandbox: Sandbox, http: httpx.Client) -> None:
    """Time that passes by itself does not make them outdated; a job that changes does."""
    sandbox.add_batch([{}, {"status": "DONE"}])
    asked: list[str] = []
    store = sandbox._require_running().store
    store._db.set_trace_callback(asked.append)

    def counted(**query: Any) -> tuple[int, int]:
        before = sum("count(*)" in sql for sql in asked)
        total = http.get("/api/v2/jobs", params=query).json()["pagination"]["total"]
        return total, sum("count(*)" in sql for sql in asked) - before

    assert counted(status="DONE") == (1, 1)
    assert counted(status="DONE", offset=1) == (1, 0)
    sandbox.advance("1s")  # the first job starts
    assert counted(status="DONE") == (1, 1)
    sandbox.advance("1s")  # it goes on
    assert counted(status="DONE") == (1, 0)
    sandbox.advance("1h")
    assert counted(status="DONE") == (2, 1)
    for number in range(1200):
        store.page(JobsQuery(min_runs=number))
    assert len(store._totals) <= 1000


def test_real_time_that_goes_back_changes_nothing() -> None:
    """The time in the sandbox stands still until it has caught up."""
    now = 100.0
    with Sandbox(speed=1, monotonic=lambda: now) as sandbox:
        sandbox.add_batch([{"runs": 1000}])
        began = sandbox.now
        now = 110
        assert sandbox.now == began + timedelta(seconds=10)
        now = 50
        assert sandbox.now == began + timedelta(seconds=10)
        answer = httpx.get(
            f"{sandbox.base_url}/api/v2/jobs",
            headers={"Authorization": "Bearer unknown"},
            trust_env=False,
        )
        assert answer.status_code == 401
        now = 111
        assert sandbox.now == began + timedelta(seconds=11)


def test_many_running_jobs_end_in_their_turn(sandbox: Sandbox, http: httpx.Client) -> None:
    """Each ends at its own time, and the next in the queue starts when the last of them has ended."""
    sandbox.add_batch(
        [*({"status": "RUNNING", "runs": runs, "progress": 0} for runs in (300, 100, 200)), {}]
    )
    began = sandbox.now
    sandbox.advance("16s")
    jobs = http.get(
        "/api/v2/jobs", params={"order_by": "runs", "order_by_direction": "ASC"}
    ).json()["data"]
    by_runs = {job["runs"]: job for job in jobs if job["start_timestamp"] is not None}
    assert {runs: job["status"] for runs, job in by_runs.items()} == {
        100: "DONE",
        200: "RUNNING",
        300: "RUNNING",
    }
    sandbox.advance("1h")
    jobs = http.get(
        "/api/v2/jobs", params={"order_by": "end_timestamp", "order_by_direction": "ASC"}
    ).json()["data"]
    seconds = (
        timedelta(seconds=15),
        timedelta(seconds=25),
        timedelta(seconds=35),
        timedelta(seconds=50),
    )
    assert [job["end_timestamp"] for job in jobs] == [
        (began + length).isoformat() for length in seconds
    ]


def test_what_has_ended_stays_so() -> None:
    """A batch that was added as ended does not come back to life."""
    for status in (
        BatchStatus.DONE,
        BatchStatus.ERROR,
        BatchStatus.CANCELED,
        BatchStatus.TIMED_OUT,
    ):
        assert batch_status({JobStatus.PENDING: 1}, complete=True, before=status) is status


def test_what_is_nested_too_deeply_is_rejected(sandbox: Sandbox, http: httpx.Client) -> None:
    """It could be kept, and no page that has it could ever be answered."""

    def nested(depth: int) -> object:
        value: object = 1
        for _ in range(depth):
            value = [value]
        return value

    for depth in (300, 100_000):
        with pytest.raises(ValueError, match="variables: "):
            sandbox.add_batch([{"variables": {"x": nested(depth)}}])
    sandbox.add_batch([{"variables": {"x": nested(20), "y": [[1, 2]] * 200}}])
    assert http.get("/api/v2/jobs").json()["pagination"]["total"] == 1


def test_a_batch_keeps_its_start_and_says_when_it_changed(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """The start and the end that it was given stay; what changes it moves its updated_at."""
    start = sandbox.now - timedelta(days=1)
    batch = sandbox.add_batch([{}], start_datetime=start)
    sandbox.advance("1m")
    first = http.patch(f"/api/v2/batches/{batch.id}/complete").json()["data"]
    assert first["start_datetime"] == start.isoformat()
    assert first["updated_at"] == sandbox.now.isoformat()
    assert first["end_datetime"] == first["jobs"][0]["end_timestamp"]


def test_a_job_says_when_it_started(sandbox: Sandbox, http: httpx.Client) -> None:
    """Its updated_at moves with it."""
    sandbox.add_batch([{}, {}])
    began = sandbox.now
    sandbox.advance("15s")
    (job,) = http.get("/api/v2/jobs", params={"status": "RUNNING"}).json()["data"]
    assert (
        job["start_timestamp"] == job["updated_at"] == (began + timedelta(seconds=15)).isoformat()
    )


def test_time_that_could_not_pass_passes_later(tmp_path: Path, plain_of: PlainOf) -> None:
    """Nothing is forgotten of what was undone: neither the jobs nor the devices that run them."""
    with Sandbox(db=tmp_path / "sandbox.db") as sandbox:
        batch = sandbox.add_batch([{"runs": 10}], complete=True)
        sandbox.advance("1s")
        db = sandbox._require_running().store._db
        db.execute(
            "CREATE TRIGGER fail BEFORE INSERT ON clock BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
        with pytest.raises(OSError, match="no room"):
            sandbox.advance("1h")
        db.execute("DROP TRIGGER fail")
        answer = plain_of(sandbox).get(f"/core-fast/api/v1/batches/{batch.id}/status")
        assert answer.json()["data"]["status"] == "DONE"


def test_what_could_not_be_cleared_goes_on(tmp_path: Path, plain_of: PlainOf) -> None:
    """Its time is not that of an empty sandbox, and its jobs run."""
    with Sandbox(db=tmp_path / "sandbox.db") as sandbox:
        batch = sandbox.add_batch([{"runs": 10}], complete=True)
        now = sandbox.advance("1s")
        db = sandbox._require_running().store._db
        # What holds on to a row is found only at the very end, when everything is to be kept.
        db.executescript("""
            PRAGMA foreign_keys = ON;
            CREATE TABLE holds (project TEXT REFERENCES projects (id) DEFERRABLE INITIALLY DEFERRED);
            INSERT INTO holds SELECT id FROM projects;
        """)
        with pytest.raises(OSError, match="FOREIGN KEY"):
            sandbox.clear()
        db.execute("DROP TABLE holds")
        assert sandbox.now == now
        sandbox.advance("1h")
        answer = plain_of(sandbox).get(f"/core-fast/api/v1/batches/{batch.id}/status")
        assert answer.json()["data"]["status"] == "DONE"


def test_clearing_needs_nothing_of_what_was_there(tmp_path: Path) -> None:
    """What cannot go on is emptied like anything else, and no time is left to pass."""
    with Sandbox(db=tmp_path / "sandbox.db") as sandbox:
        start = sandbox.now
        sandbox.add_batch([{}])
        db = sandbox._require_running().store._db
        db.execute("UPDATE work SET remaining = 'soon'")
        with pytest.raises(OSError, match="it is damaged"):
            sandbox.advance("1h")
        sandbox.clear()
        assert sandbox.now == start


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/core-fast/api/v2/batches/{batch}"),
        ("POST", "/core-fast/api/v1/batches/{batch}/rebatch"),
        ("PATCH", "/core-fast/api/v2/jobs/{job}/cancel"),
        ("PATCH", "/core-fast/api/v2/batches/{batch}/complete"),
        ("POST", "/_sandbox/cancel_jobs"),
    ],
)
def test_an_operation_that_meets_a_value_that_nobody_put_in_is_one_sentence(
    tmp_path: Path, plain_of: PlainOf, method: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A state that no sandbox knows is a 500 that names the file, whoever meets it."""
    file = tmp_path / "sandbox.db"
    with Sandbox(db=file) as sandbox:
        is_open = "rebatch" not in path
        batch = sandbox.add_batch([{}, {"status": "DONE"}], open=is_open)
        db = sandbox._require_running().store._db
        db.execute("UPDATE jobs SET status = 'LOST' WHERE status = 'DONE'")
        db.execute("UPDATE batches SET priority = 'none'")
        filled = path.format(batch=batch.id, job=batch.job_ids[0])
        answer = plain_of(sandbox).request(method, filled, json={"count": 1})
        assert (answer.status_code, f"{file}: it is damaged" in answer.text) == (500, True)
    assert not [record for record in caplog.records if record.exc_info]


def test_what_fails_in_memory_is_not_called_damaged() -> None:
    """Nobody but the sandbox writes there, so the error is shown as it is."""
    store = Store()

    def fail(*_: object) -> None:
        raise KeyError("a mistake")

    with pytest.raises(KeyError, match="a mistake"):
        store.read(fail)
    store.close()


def test_a_result_file_of_a_damaged_database_is_one_sentence(
    tmp_path: Path, plain_of: PlainOf, caplog: pytest.LogCaptureFixture
) -> None:
    """It comes as XML, like every error there."""
    file = tmp_path / "sandbox.db"
    with Sandbox(db=file) as sandbox:
        batch = sandbox.add_batch([{"status": "DONE"}])
        http = plain_of(sandbox)
        link = http.get(f"/core-fast/api/v1/jobs/{batch.job_ids[0]}/results_link").json()
        sandbox._require_running().store._db.execute("UPDATE jobs SET variables = '{'")
        answer = http.get(link["data"]["results_link"])
        assert (answer.status_code, answer.headers["content-type"]) == (500, "application/xml")
        assert f"<Code>InternalError</Code><Message>{file}: it is damaged" in answer.text
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("page", ["/", "/?batch={batch}", "/?job={job}"])
def test_a_page_that_meets_a_value_that_nobody_put_in_is_one_sentence(
    tmp_path: Path, plain_of: PlainOf, page: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It may be read without a mistake, and yet be nothing that a page can show."""
    file = tmp_path / "sandbox.db"
    with Sandbox(db=file) as sandbox:
        batch = sandbox.add_batch([{"status": "ERROR"}])
        sandbox._require_running().store._db.execute("UPDATE jobs SET errors = '5'")
        answer = plain_of(sandbox).get(page.format(batch=batch.id, job=batch.job_ids[0]))
        assert (answer.status_code, answer.headers["content-type"][:10]) == (500, "text/plain")
        assert answer.text.startswith(f"{file}: it is damaged")
    assert not [record for record in caplog.records if record.exc_info]

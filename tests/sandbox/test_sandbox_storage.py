"""What the sandbox keeps: in a file, behind indexes, for itself alone."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from pasqal_client.sandbox import Sandbox
from pasqal_client.sandbox.clock import Clock
from pasqal_client.sandbox.queries import JobsQuery, all_of, filters, ordering
from pasqal_client.sandbox.schema import SCHEMA
from pasqal_client.sandbox.states import batch_status
from pasqal_client.sandbox.store import Store
from pasqal_core_schemas import BatchStatus, JobStatus


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
def test_jobs_are_found_by_an_index(tables: sqlite3.Connection, query: dict[str, Any], index: str) -> None:
    """However many there are."""
    condition = all_of(filters(JobsQuery.model_validate(query)))
    sql = f"EXPLAIN QUERY PLAN SELECT count(*) FROM jobs WHERE {condition.sql}"  # noqa: S608
    plan = " ".join(step[3] for step in tables.execute(sql, condition.values))
    assert "SEARCH jobs" in plan
    assert index in plan


def test_the_newest_jobs_are_found_without_sorting_all(tables: sqlite3.Connection) -> None:
    """The page that is asked for most."""
    sql = f"EXPLAIN QUERY PLAN SELECT * FROM jobs ORDER BY {ordering(JobsQuery())} LIMIT 100"  # noqa: S608
    plan = " ".join(step[3] for step in tables.execute(sql))
    assert plan == "SCAN jobs USING INDEX jobs_by_creation"


def test_a_file_is_written_ahead(tmp_path: Path) -> None:
    """A request need not wait for the disk."""
    with Sandbox(db=tmp_path / "sandbox.db") as sandbox:
        sandbox.add_batch([{}])
    assert (tmp_path / "sandbox.db").read_bytes()[18:20] == b"\x02\x02"  # as SQLite marks such a file


def test_a_file_belongs_to_one_sandbox_at_a_time(tmp_path: Path) -> None:
    """Two would let its time pass twice."""
    path = tmp_path / "sandbox.db"
    with Sandbox(db=path), pytest.raises(OSError, match=f"{path}: .*locked"):
        Sandbox(db=path).start()
    with Sandbox(db=path) as sandbox:
        sandbox.add_batch([{}])


def test_a_file_of_another_version_is_an_error(tmp_path: Path) -> None:
    """At the start, and not with each request."""
    path = tmp_path / "sandbox.db"
    with Sandbox(db=path):
        pass
    db = sqlite3.connect(path)
    db.execute("ALTER TABLE jobs DROP COLUMN progress")
    db.close()
    with pytest.raises(OSError, match="made by another version: its jobs have no progress"):
        Sandbox(db=path).start()


def test_the_database_is_closed_whatever_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the last changes cannot be written."""

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk full")

    store = Store(tmp_path / "sandbox.db", Clock(0, lambda: 0))
    monkeypatch.setattr(Store, "_pass_time", fail)
    with pytest.raises(sqlite3.OperationalError, match="disk full"):
        store.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        store._db.execute("SELECT 1")


def test_totals_are_counted_once_for_all_pages(sandbox: Sandbox, http: httpx.Client) -> None:
    """Also while time passes by itself; not when a job has changed."""
    sandbox.add_batch([{}, {"status": "DONE"}])
    asked: list[str] = []
    store = sandbox._now_running.store
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
            f"{sandbox.base_url}/api/v2/jobs", headers={"Authorization": "Bearer unknown"}, trust_env=False
        )
        assert answer.status_code == 401
        now = 111
        assert sandbox.now == began + timedelta(seconds=11)


def test_many_running_jobs_end_in_their_turn(sandbox: Sandbox, http: httpx.Client) -> None:
    """Each at its own time, then the next in the queue starts when the last of them has ended."""
    sandbox.add_batch([*({"status": "RUNNING", "runs": runs, "progress": 0} for runs in (300, 100, 200)), {}])
    began = sandbox.now
    sandbox.advance("16s")
    jobs = http.get("/api/v2/jobs", params={"order_by": "runs", "order_by_direction": "ASC"}).json()["data"]
    by_runs = {job["runs"]: job for job in jobs if job["start_timestamp"] is not None}
    assert {runs: job["status"] for runs, job in by_runs.items()} == {100: "DONE", 200: "RUNNING", 300: "RUNNING"}
    sandbox.advance("1h")
    jobs = http.get("/api/v2/jobs", params={"order_by": "end_timestamp", "order_by_direction": "ASC"}).json()["data"]
    seconds = (timedelta(seconds=15), timedelta(seconds=25), timedelta(seconds=35), timedelta(seconds=50))
    assert [job["end_timestamp"] for job in jobs] == [(began + length).isoformat() for length in seconds]


def test_what_has_ended_stays_so() -> None:
    """A batch that was put in as over does not come back to life."""
    for status in (BatchStatus.DONE, BatchStatus.ERROR, BatchStatus.CANCELED, BatchStatus.TIMED_OUT):
        assert batch_status({JobStatus.PENDING: 1}, complete=True, before=status) is status


def test_what_is_nested_too_deeply_is_refused(sandbox: Sandbox, http: httpx.Client) -> None:
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


def test_a_batch_keeps_its_start_and_says_when_it_changed(sandbox: Sandbox, http: httpx.Client) -> None:
    """The start and the end that it was given stay; what changes it moves its updated_at."""
    start = sandbox.now - timedelta(days=1)
    batch = sandbox.add_batch([{}], start_datetime=start)
    sandbox.advance("1h")
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
    assert job["start_timestamp"] == job["updated_at"] == (began + timedelta(seconds=15)).isoformat()

"""Time in the sandbox: how it is made to pass, and what jobs and batches do meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import pytest

from pasqal_client.sandbox import Fate, Sandbox

Connect = Callable[[Sandbox], httpx.Client]


class Watch:
    """Real time as the sandbox reads it, under a test's control."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def jobs_of(http: httpx.Client) -> list[dict[str, Any]]:
    params: dict[str, Any] = {
        "order_by": "creation_order",
        "order_by_direction": "ASC",
        "limit": 100,
    }
    data: list[dict[str, Any]] = (
        http.get("/api/v2/jobs", params=params).raise_for_status().json()["data"]
    )
    return data


def states(http: httpx.Client) -> list[str]:
    return [job["status"] for job in jobs_of(http)]


def complete(http: httpx.Client, batch_id: UUID) -> dict[str, Any]:
    data: dict[str, Any] = (
        http.patch(f"/api/v2/batches/{batch_id}/complete").raise_for_status().json()["data"]
    )
    return data


def cancel(http: httpx.Client, batch_id: UUID) -> dict[str, Any]:
    data: dict[str, Any] = (
        http.patch(f"/api/v2/batches/{batch_id}/cancel/jobs").raise_for_status().json()["data"]
    )
    return data


def at(moment: datetime | str | None) -> datetime:
    assert moment is not None
    return moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)


def test_jobs_run_one_after_the_other(sandbox: Sandbox, http: httpx.Client) -> None:
    """Each takes five seconds and a tenth of a second for each of its runs."""
    sandbox.add_batch([{"runs": 100}, {"runs": 50}])
    began = sandbox.now
    assert states(http) == ["PENDING", "PENDING"]
    sandbox.advance("6s")
    first, second = jobs_of(http)
    assert (first["status"], first["progress"], at(first["start_timestamp"])) == (
        "RUNNING",
        40,
        began,
    )
    assert at(first["updated_at"]) == sandbox.now == began + timedelta(seconds=6)
    assert (second["status"], second["progress"], second["start_timestamp"]) == ("PENDING", 0, None)
    sandbox.advance("9s")
    first, second = jobs_of(http)
    ended = began + timedelta(seconds=15)
    assert (first["status"], first["progress"], at(first["end_timestamp"])) == ("DONE", 100, ended)
    assert (second["status"], second["progress"], at(second["start_timestamp"])) == (
        "RUNNING",
        0,
        ended,
    )
    sandbox.advance("1h")
    second = jobs_of(http)[1]
    assert second["status"] == "DONE"
    assert at(second["end_timestamp"]) == at(second["updated_at"]) == ended + timedelta(seconds=10)


@pytest.mark.parametrize("step", ["1s", "7s", "1m", "1h"])
def test_the_size_of_the_steps_makes_no_difference(connect: Connect, step: str) -> None:
    """Once all jobs have ended, the result is the same."""

    def outcome(sandbox: Sandbox, by: str) -> list[dict[str, Any]]:
        sandbox.add_batch(
            [{"runs": 10}, {"status": "RUNNING"}, {"runs": 70, "fate": Fate(outcome="ERROR")}]
        )
        sandbox.add_batch([{"runs": 5, "fate": Fate("0s")}, {"runs": 10}], queue_priority="HIGH")
        while {"PENDING", "RUNNING"} & set(states(connect(sandbox))):
            sandbox.advance(by)
        times = ("id", "batch_id")
        return [
            {name: job[name] for name in job if name not in times}
            for job in jobs_of(connect(sandbox))
        ]

    with Sandbox() as one, Sandbox() as other:
        assert outcome(one, step) == outcome(other, "1d")


def test_a_fate_says_how_a_job_ends(sandbox: Sandbox, http: httpx.Client) -> None:
    """It also says after how long; the sandbox gives a reason for a failure if the test does not."""
    sandbox.add_batch(
        [
            {"fate": Fate("10m", "ERROR", "Too few atoms.")},
            {"fate": Fate(timedelta(minutes=1), outcome="ERROR")},
            {"fate": Fate(30, outcome="CANCELED")},
            {"fate": Fate(0)},
            {"fate": None},
        ]
    )
    began = sandbox.now
    sandbox.advance("1d")
    jobs = jobs_of(http)
    assert [job["status"] for job in jobs] == ["ERROR", "ERROR", "CANCELED", "DONE", "DONE"]
    ends = [(at(job["end_timestamp"]) - began).total_seconds() for job in jobs]
    assert ends == [600, 660, 690, 690, 705]
    assert jobs[0]["errors"] == ["Too few atoms."]
    assert [bool(job["errors"]) for job in jobs] == [True, True, False, False, False]
    assert [job["progress"] for job in jobs] == [99, 99, 99, 100, 100]
    failed = http.get("/api/v2/jobs", params={"errors": True}).json()
    assert failed["pagination"]["total"] == 2


def test_the_queue_priority_goes_before_the_order_of_creation(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """A batch that runs keeps the device until it has ended."""
    low = sandbox.add_batch([{}, {}], queue_priority="FREE", complete=True)
    sandbox.advance("1s")
    medium = sandbox.add_batch([{}], queue_priority="MEDIUM", complete=True)
    high = sandbox.add_batch([{}], queue_priority="CRITICAL", complete=True)
    sandbox.advance("1d")
    started = sorted(jobs_of(http), key=lambda job: str(job["start_timestamp"]))
    order = [*low.job_ids, *high.job_ids, *medium.job_ids]
    assert [job["id"] for job in started] == list(map(str, order))


def test_each_device_type_is_a_device(sandbox: Sandbox, http: httpx.Client) -> None:
    """Devices work at the same time."""
    sandbox.add_batch([{}, {}])
    sandbox.add_batch([{}], device_type="EMU_SV")
    sandbox.advance(1)
    assert sorted(states(http)) == ["PENDING", "RUNNING", "RUNNING"]


def test_jobs_that_came_in_running_go_on_side_by_side(sandbox: Sandbox, http: httpx.Client) -> None:
    """They continue from the progress that they had, and the queue waits for them."""
    sandbox.add_batch(
        [
            {"status": "RUNNING", "progress": 50, "runs": 50},
            {"status": "RUNNING", "progress": None, "runs": 50},
            {"runs": 50},
        ]
    )
    sandbox.advance("5s")
    assert states(http) == ["DONE", "RUNNING", "PENDING"]
    sandbox.advance("5s")
    assert states(http) == ["DONE", "DONE", "RUNNING"]


def test_what_is_put_in_takes_no_time_of_the_devices(sandbox: Sandbox, http: httpx.Client) -> None:
    """A test can add as much as it likes, and nothing moves before it says so."""
    sandbox.add_batch([{}])
    for _ in range(3):
        sandbox.add_batch([{"status": "DONE"}] * 20)
    assert states(http).count("PENDING") == 1


def test_a_batch_moves_with_its_jobs(sandbox: Sandbox, http: httpx.Client) -> None:
    """A complete one ends when they have, an open one waits for more."""
    closed, failed, waiting = (
        sandbox.add_batch([{"runs": 50, "fate": Fate(outcome=outcome)}] * 2)
        for outcome in ("DONE", "ERROR", "DONE")
    )
    began = sandbox.now
    for batch in (closed, failed):
        answer = complete(http, batch.id)
        assert (answer["status"], answer["start_datetime"], answer["end_datetime"]) == (
            "PENDING",
            None,
            None,
        )
    sandbox.advance("15s")
    half = sandbox.add_jobs(waiting.id, [])
    assert half == []
    sandbox.advance("1m")
    with pytest.raises(ValueError, match="complete"):
        sandbox.add_jobs(closed.id, [{}])
    answer = complete(http, waiting.id)
    assert (answer["status"], answer["jobs_count_per_status"]["DONE"]) == ("DONE", 2)
    assert at(answer["start_datetime"]) == began + timedelta(seconds=40)
    assert at(answer["end_datetime"]) == began + timedelta(seconds=60)


def test_the_counts_of_a_batch_are_those_of_the_moment(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """They are right in the middle of its work, too."""
    batch = sandbox.add_batch(
        [{"fate": Fate(10)}, {"fate": Fate(10, "ERROR")}, {"fate": Fate(10)}, {}]
    )
    sandbox.advance(25)
    answer = complete(http, batch.id)
    counts = {"PENDING": 1, "RUNNING": 1, "DONE": 1, "CANCELED": 0, "ERROR": 1}
    assert answer["jobs_count_per_status"] == counts
    assert (answer["status"], answer["end_datetime"]) == ("RUNNING", None)


def test_cancelled_jobs_leave_the_device(sandbox: Sandbox, http: httpx.Client) -> None:
    """The next in the queue takes their place, and they stay cancelled at the time at which they were."""
    batch, other = sandbox.add_batch([{}, {}], complete=True), sandbox.add_batch([{}])
    sandbox.advance("5s")
    cancelled = cancel(http, batch.id)["jobs"]
    assert [at(job["end_timestamp"]) for job in cancelled] == [sandbox.now] * 2
    sandbox.advance("15s")
    answer = complete(http, other.id)
    assert answer["status"] == "DONE"
    assert at(answer["end_datetime"]) == sandbox.now
    jobs = http.get("/api/v2/jobs", params={"batch_id": str(batch.id)}).json()["data"]
    assert [job["status"] for job in jobs] == ["CANCELED", "CANCELED"]


def test_a_rejected_operation_does_not_turn_time_back(connect: Connect) -> None:
    """What had become due before it stays done."""
    watch = Watch()
    with Sandbox(speed=1, monotonic=watch) as sandbox:
        batch = sandbox.add_batch([{}], complete=True)
        http = connect(sandbox)
        watch.seconds += 20
        assert http.patch(f"/api/v2/batches/{batch.id}/complete").status_code == 409
        assert states(http) == ["DONE"]


@pytest.mark.parametrize("status", ["PAUSED", "TIMED_OUT", "CANCELED"])
def test_nothing_runs_in_a_batch_that_is_paused_or_over(
    sandbox: Sandbox, http: httpx.Client, status: str
) -> None:
    """Its jobs stay as they were added."""
    sandbox.add_batch([{}, {"status": "RUNNING"}], status=status)
    sandbox.advance("1d")
    assert states(http) == ["PENDING", "RUNNING"]


def test_more_jobs_are_put_into_an_open_batch(sandbox: Sandbox, http: httpx.Client) -> None:
    """They continue its creation order, also if it has no jobs yet."""
    batch, empty = sandbox.add_batch([{}, {}]), sandbox.add_batch()
    before = sandbox.now
    ids = sandbox.add_jobs(str(batch.id), [{"runs": 3}, {"status": "ERROR"}])
    assert len(sandbox.add_jobs(empty.id, [{"fate": Fate("1s")}])) == 1
    answer = complete(http, batch.id)
    assert [job["creation_order"] for job in answer["jobs"]] == [1, 2, 3, 4]
    assert [job["id"] for job in answer["jobs"][2:]] == [str(job_id) for job_id in ids]
    assert all(at(job["created_at"]) > before for job in answer["jobs"][2:])
    assert (answer["status"], answer["jobs_count"]) == ("RUNNING", 4)
    assert complete(http, empty.id)["jobs"][0]["creation_order"] == 1


@pytest.mark.parametrize(
    ("add", "kind", "text"),
    [
        (lambda s: s.add_jobs(uuid4(), [{}]), ValueError, "does not exist"),
        (lambda s: s.add_jobs("nonsense", [{}]), ValueError, "UUID"),
        (
            lambda s: s.add_jobs(s.add_batch(complete=True).id, [{}]),
            ValueError,
            "complete and takes no more jobs",
        ),
        (
            lambda s: s.add_jobs(s.add_batch(status="TIMED_OUT", complete=False).id, [{}]),
            ValueError,
            "TIMED_OUT and takes no more",
        ),
        (
            lambda s: s.add_jobs(s.add_batch().id, [{}, {"run": 1}]),
            TypeError,
            r"jobs\[1\] has no field run",
        ),
        (
            lambda s: s.add_jobs(s.add_batch().id, [{"id": UUID(int=1)}] * 2),
            ValueError,
            "id is taken",
        ),
        (
            lambda s: s.add_jobs(
                s.add_batch().id, [{"status": "DONE", "created_at": "9999-12-31T23:59:59Z"}]
            ),
            ValueError,
            "last year",
        ),
        (
            lambda s: s.add_batch([{"fate": "ERROR"}]),
            TypeError,
            r"jobs\[0\]: fate is 'ERROR', not a Fate",
        ),
        (
            lambda s: s.add_batch([{}, {"status": "DONE", "fate": Fate()}]),
            ValueError,
            r"jobs\[1\] is DONE",
        ),
        (lambda s: s.add_batch(5), TypeError, "jobs is 5, not a list"),
        (lambda s: s.add_batch(None), TypeError, "jobs is None, not a list"),
    ],
)
def test_what_cannot_be_put_in_is_rejected(
    sandbox: Sandbox,
    http: httpx.Client,
    add: Callable[[Sandbox], object],
    kind: type[Exception],
    text: str,
) -> None:
    """Nothing of it is added."""
    with pytest.raises(kind, match=text):
        add(sandbox)
    assert jobs_of(http) == []


@pytest.mark.parametrize(
    ("fate", "text"),
    [
        (lambda: Fate(outcome="RUNNING"), "'RUNNING' is not an outcome: .*CANCELED, DONE, ERROR"),
        (lambda: Fate("soon"), "'soon' is not a duration"),
        (lambda: Fate(error=cast(Any, 3)), "error is 3"),
    ],
)
def test_a_fate_that_cannot_be_is_rejected(fate: Callable[[], Fate], text: str) -> None:
    """The error is raised when the fate is made, not when it is due."""
    with pytest.raises(ValueError, match=text):
        fate()


@pytest.mark.parametrize(
    ("by", "seconds"),
    [
        ("90s", 90),
        ("5m", 300),
        (" 1.5 h ", 5400),
        ("2d", 172800),
        (3, 3),
        (0.25, 0.25),
        (0, 0),
        (timedelta(days=1, milliseconds=2), 86400.002),
    ],
)
def test_time_passes_by_what_a_test_says(sandbox: Sandbox, by: Any, seconds: float) -> None:
    """Every spelling is accepted, and the new time is returned."""
    before = sandbox.now
    assert sandbox.advance(by) == sandbox.now == before + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("by", "text"),
    [
        ("5", "not a duration"),
        ("5 minutes", "not a duration"),
        ("5M", "not a duration"),
        ("", "not a duration"),
        ("-5m", "not a duration"),
        (None, "not a duration"),
        (True, "not a duration"),
        (float("nan"), "not a duration"),
        (-1, "negative"),
        (timedelta(seconds=-1), "negative"),
        (float("inf"), "longer"),
        ("9" * 400 + "d", "longer"),
        ("9000000d", "after the last year"),
        ("2920000d", "after the last year"),
    ],
)
def test_what_is_not_a_duration_is_rejected(sandbox: Sandbox, by: Any, text: str) -> None:
    """The time does not change."""
    sandbox.add_batch([{"created_at": "2027-01-01T00:00:00Z"}])
    before = sandbox.now
    with pytest.raises(ValueError, match=text):
        sandbox.advance(by)
    assert sandbox.now == before


def test_time_can_pass_by_itself(connect: Connect) -> None:
    """It passes at a multiple of real time, and can be stepped as well."""
    watch = Watch()
    with Sandbox(speed=60, monotonic=watch) as sandbox:
        sandbox.add_batch([{"runs": 550}, {"runs": 50}])
        began = sandbox.now
        http = connect(sandbox)
        watch.seconds += 0.5
        assert (states(http), sandbox.now) == (
            ["RUNNING", "PENDING"],
            began + timedelta(seconds=30),
        )
        assert jobs_of(http)[0]["progress"] == 50
        watch.seconds += 0.5
        assert states(http) == ["DONE", "RUNNING"]
        sandbox.advance("10s")
        assert states(http) == ["DONE", "DONE"]
        watch.seconds += 1e12
        assert sandbox.now.year == 9999


@pytest.mark.parametrize("speed", [-1, float("nan"), float("inf"), 1.1e9, "fast", None, True])
def test_a_speed_that_cannot_be_is_rejected(speed: Any) -> None:
    """The error names the argument."""
    with pytest.raises(ValueError, match="speed is .*0"):
        Sandbox(speed=speed)


def test_a_restart_goes_on_where_it_stopped(tmp_path: Path, connect: Connect) -> None:
    """The time, the work done and the fates are in the file; no time passes in between."""
    path = tmp_path / "sandbox.db"
    watch = Watch()
    with Sandbox(db=path) as sandbox:
        sandbox.add_batch([{"fate": Fate("20s", "ERROR", "No light.")}, {"runs": 50}])
        sandbox.advance("12s")
        before = jobs_of(connect(sandbox))
        now = sandbox.advance("1s")
    with Sandbox(db=path, speed=1, monotonic=watch) as sandbox:
        http = connect(sandbox)
        assert sandbox.now == now
        assert [job["status"] for job in before] == states(http) == ["RUNNING", "PENDING"]
        watch.seconds += 8
        failed, running = jobs_of(http)
        assert (failed["status"], failed["errors"], running["status"]) == (
            "ERROR",
            ["No light."],
            "RUNNING",
        )
        assert (at(failed["end_timestamp"]) - at(failed["start_timestamp"])).total_seconds() == 20
        watch.seconds += 100
    watch.seconds += 1000
    with Sandbox(db=path, speed=1, monotonic=watch) as sandbox:
        assert sandbox.now == now + timedelta(seconds=108)
        assert states(connect(sandbox)) == ["ERROR", "DONE"]


@pytest.mark.parametrize("runs", [0, 2**63 - 1])
def test_any_number_of_runs_has_a_length(sandbox: Sandbox, http: httpx.Client, runs: int) -> None:
    """This holds, too, for a job that does not end before the last year."""
    sandbox.add_batch([{"runs": runs}, {"fate": Fate(timedelta.max)}])
    sandbox.advance("2000000d")
    assert states(http) == (["RUNNING", "PENDING"] if runs else ["DONE", "RUNNING"])


def test_time_passes_once_for_all_who_ask(sandbox: Sandbox, connect: Connect) -> None:
    """Some threads let it pass while others read and add."""
    batch = sandbox.add_batch([{"runs": 50}] * 50)
    began = sandbox.now
    http = connect(sandbox)

    def meddle(number: int) -> None:
        if number % 4 == 0:
            sandbox.advance("5s")
        elif number % 16 == 1:
            sandbox.add_jobs(batch.id, [{"runs": 50}])
        else:
            running = (
                http.get("/api/v2/jobs", params={"status": "RUNNING"}).raise_for_status().json()
            )
            assert running["pagination"]["total"] <= 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(meddle, range(160)))
    assert sandbox.now == began + timedelta(seconds=40 * 5 + 10)
    counts = complete(http, batch.id)["jobs_count_per_status"]
    assert counts == {"PENDING": 39, "RUNNING": 1, "DONE": 20, "CANCELED": 0, "ERROR": 0}

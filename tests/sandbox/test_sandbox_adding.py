"""Putting batches in: what is given is kept, what is not is made up, what cannot be is rejected."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from pasqal_client.sandbox import Sandbox
from pasqal_core_schemas import ProducedBatchWithPartialJobsResponse


def by_creation(http: httpx.Client) -> list[dict[str, Any]]:
    params = {"order_by": "created_at", "order_by_direction": "ASC"}
    data: list[dict[str, Any]] = (
        http.get("/api/v2/jobs", params=params).raise_for_status().json()["data"]
    )
    return data


def test_a_job_that_says_nothing_waits_with_a_hundred_runs(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """All its other fields are what such a job would have."""
    batch = sandbox.add_batch([{}])
    (job,) = by_creation(http)
    created = job["created_at"]
    # A field that the contract gains is null.
    assert job == dict.fromkeys(job) | {
        "id": str(batch.job_ids[0]),
        "parent_id": None,
        "status": "PENDING",
        "runs": 100,
        "batch_id": str(batch.id),
        "project_id": str(sandbox.project_id),
        "created_at": created,
        "updated_at": created,
        "start_timestamp": None,
        "end_timestamp": None,
        "variables": {},
        "errors": None,
        "progress": 0,
        "sequence": None,
        "creation_order": 1,
        "slurm_job_id": None,
    }


@pytest.mark.parametrize(
    ("status", "started", "ended", "failed"),
    [
        ("PENDING", False, False, False),
        ("RUNNING", True, False, False),
        ("DONE", True, True, False),
        ("ERROR", True, True, True),
        ("CANCELED", False, True, False),
    ],
)
def test_times_progress_and_errors_follow_from_the_status(
    sandbox: Sandbox, status: str, started: bool, ended: bool, failed: bool
) -> None:
    """The times are in the order in which things happen."""
    (job,) = sandbox.add_batch([{"status": status}]).jobs or []
    assert (job.start_timestamp is not None, job.end_timestamp is not None) == (started, ended)
    times = [time for time in (job.created_at, job.start_timestamp, job.end_timestamp) if time]
    assert times == sorted(set(times))
    assert job.updated_at == times[-1]
    assert bool(job.errors) is failed
    assert job.progress is not None
    assert (job.progress == 100) is (status == "DONE")


def test_given_fields_are_kept_as_they_are(sandbox: Sandbox, http: httpx.Client) -> None:
    """A null is kept, too, where another value would be made up."""
    given = {
        "id": str(uuid4()),
        "parent_id": str(uuid4()),
        "status": "ERROR",
        "runs": 7,
        "created_at": "2025-01-01T00:00:00+00:00",
        "updated_at": "2025-01-05T00:00:00+00:00",
        "start_timestamp": "2025-01-02T00:00:00+00:00",
        "end_timestamp": None,
        "variables": {"omega": [1.5, 2], "name": "a"},
        "errors": None,
        "progress": 55,
        "sequence": "{}",
        "creation_order": 12,
        "slurm_job_id": "874",
    }
    sandbox.add_batch([given])
    (job,) = by_creation(http)
    assert {name: job[name] for name in given} == given


def test_times_fit_those_that_are_given(sandbox: Sandbox) -> None:
    """A job that ended long ago was created before that."""
    (job,) = (
        sandbox.add_batch([{"status": "DONE", "end_timestamp": "2020-01-01T00:00:00Z"}]).jobs or []
    )
    assert job.start_timestamp
    assert job.end_timestamp
    assert job.created_at < job.start_timestamp <= job.end_timestamp == job.updated_at


def test_time_goes_on_with_what_is_added_and_is_the_same_in_every_sandbox(sandbox: Sandbox) -> None:
    """Creation times increase from job to job and from batch to batch."""

    def times(of: Sandbox) -> list[Any]:
        batches = [of.add_batch([{"status": "DONE"}, {}, {"status": "RUNNING"}]) for _ in range(3)]
        return [
            time
            for batch in batches
            for time in (batch.created_at, *(job.created_at for job in batch.jobs or []))
        ]

    with Sandbox() as other:
        assert times(sandbox) == (expected := times(other))
    assert expected == sorted(set(expected))


def test_what_happens_later_happens_after_what_was_added(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """This holds, too, where the given time lies in the future."""
    batch = sandbox.add_batch([{"created_at": "2031-01-01T00:00:00Z"}])
    answer = http.patch(f"/api/v2/batches/{batch.id}/cancel/jobs").json()
    assert answer["data"]["jobs"][0]["end_timestamp"] >= "2031-01-01T00:00:00"


def test_the_added_batch_is_what_completing_answers(sandbox: Sandbox, http: httpx.Client) -> None:
    """The two differ only in what completing changes."""
    batch = sandbox.add_batch([{"status": "DONE"}, {"status": "RUNNING"}, {}])
    answer = http.patch(f"/api/v2/batches/{batch.id}/complete").json()["data"]
    served = ProducedBatchWithPartialJobsResponse.model_validate(answer)
    changed = {
        name for name in type(served).model_fields if getattr(served, name) != getattr(batch, name)
    }
    assert changed - {"jobs", "job_ids"} == {"open", "complete"}
    known = [job.model_dump(exclude={"origin", "user_id"}) for job in batch.jobs or []]
    assert [job.model_dump() for job in served.jobs or []] == known


def test_a_batch_needs_no_jobs_and_may_have_any_field(sandbox: Sandbox) -> None:
    """Counts and times follow from the jobs."""
    empty = sandbox.add_batch(device_type="EMU_SV", user_id="alice", complete=True)
    assert (empty.jobs_count, empty.job_ids, empty.device_type, empty.user_id) == (
        0,
        [],
        "EMU_SV",
        "alice",
    )
    assert (empty.open, empty.end_datetime) == (False, empty.updated_at)
    full = sandbox.add_batch(
        ({"status": status} for status in ("DONE", "ERROR", "DONE")), id=str(uuid4())
    )
    assert full.jobs_count_per_status is not None
    assert full.jobs_count_per_status.model_dump() == {
        "PENDING": 0,
        "RUNNING": 0,
        "DONE": 2,
        "CANCELED": 0,
        "ERROR": 1,
    }
    assert full.start_datetime == min(
        job.start_timestamp for job in full.jobs or [] if job.start_timestamp
    )


def test_jobs_have_the_user_of_their_batch_unless_they_say_so(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """A batch has the user of the sandbox unless it says otherwise."""
    sandbox.add_batch([{"runs": 1}])
    sandbox.add_batch([{"runs": 2}, {"runs": 3, "user_id": "bob"}], user_id="alice")
    for user, expected in ((sandbox.user_id, 1), ("alice", 2), ("bob", 3)):
        data = http.get("/api/v2/jobs", params={"user_id": user}).json()["data"]
        assert [job["runs"] for job in data] == [expected]


def test_an_answer_can_be_put_in_again(sandbox: Sandbox, http: httpx.Client) -> None:
    """A recorded job can be given with its batch_id and project_id."""
    sandbox.add_batch([{"status": "ERROR"}, {}])
    recorded = by_creation(http)
    with Sandbox() as other:
        batch = other.add_batch(
            recorded, id=recorded[0]["batch_id"], project_id=recorded[0]["project_id"]
        )
        assert [job.model_dump(mode="json")["id"] for job in batch.jobs or []] == [
            job["id"] for job in recorded
        ]


@pytest.mark.parametrize(
    ("add", "kind", "text"),
    [
        (
            lambda s: s.add_batch([{}, {"run": 10}]),
            TypeError,
            r"jobs\[1\] has no field run; .*\bruns\b.*\borigin\b",
        ),
        (
            lambda s: s.add_batch(statu="DONE"),
            TypeError,
            r"the batch has no field statu; .*\bstatus\b",
        ),
        (lambda s: s.add_batch(jobs_count=3), TypeError, "the batch has no field jobs_count"),
        (lambda s: s.add_batch([3]), TypeError, r"jobs\[0\] is 3, not a mapping"),
        (lambda s: s.add_batch({"runs": 10}), TypeError, r"jobs\[0\] is 'runs', not a mapping"),
        (lambda s: s.add_batch([{"runs": "many"}]), ValueError, r"jobs\[0\].*runs: .*not 'many'"),
        (
            lambda s: s.add_batch([{"status": "LOST"}]),
            ValueError,
            r"jobs\[0\].*status: .*'PENDING'",
        ),
        (lambda s: s.add_batch([{"progress": 101}]), ValueError, "progress: .*100"),
        (lambda s: s.add_batch([{"batch_id": None}]), ValueError, "batch_id: "),
        (lambda s: s.add_batch([{"runs": -1}]), ValueError, r"jobs\[0\]: runs is -1"),
        (
            lambda s: s.add_batch([{"created_at": "2026-10-12T08:00:00"}]),
            ValueError,
            "created_at: .*timezone",
        ),
        (lambda s: s.add_batch([{"runs": 2**63}]), ValueError, "runs: .* 64 bits"),
        (
            lambda s: s.add_batch([{"variables": {"x": "\ud800"}}]),
            ValueError,
            "variables: .*surrogates",
        ),
        (lambda s: s.add_batch([{"user_id": "\ud800"}]), ValueError, "user_id"),
        (lambda s: s.add_batch([{"variables": {"x": float("nan")}}]), ValueError, "variables: "),
        (lambda s: s.add_batch([{"variables": {"x": object()}}]), ValueError, "variables: "),
        (
            lambda s: s.add_batch([{"created_at": "0001-01-01T00:00:00+14:00"}]),
            ValueError,
            "created_at: ",
        ),
        (
            lambda s: s.add_batch([{"status": "DONE", "created_at": "9999-12-31T23:59:59Z"}]),
            ValueError,
            "last year",
        ),
        (
            lambda s: s.add_batch([{"batch_id": uuid4()}]),
            ValueError,
            r"jobs\[0\]: batch_id and project_id",
        ),
        (
            lambda s: s.add_batch(queue_priority="URGENT"),
            ValueError,
            "the batch .*queue_priority: ",
        ),
        (
            lambda s: s.add_batch([{"runs": 10**5000}]),
            ValueError,
            "runs: a value of type int does not fit 64 bits",
        ),
        (
            lambda s: s.add_batch([{"runs": -(10**5000)}]),
            ValueError,
            "runs is a value of type int, which is negative",
        ),
        (
            lambda s: s.add_batch([{"x" * 10**6: 1, 10**5000: 2}]),
            TypeError,
            r"jobs\[0\] has no field a value .*, xxx",
        ),
        (lambda s: s.add_batch([{"": 1}]), TypeError, r"jobs\[0\] has no field ;"),
        (lambda s: s.add_batch([{"status": "x" * 10**6}]), ValueError, "not 'xxx"),
        (lambda s: s.add_batch("xy"), TypeError, r"jobs\[0\] is 'x', not a mapping"),
        (lambda s: s.add_batch(3), TypeError, "jobs is 3, not a list of mappings"),
        (lambda s: s.add_batch([{"fate": "x" * 10**6}]), TypeError, r"jobs\[0\]: fate is 'xxx"),
        (lambda s: s.add_batch(foreign="x" * 10**6), ValueError, "foreign is 'xxx"),
        (lambda s: s.add_jobs("x" * 10**6, [{}]), ValueError, "batch_id is 'xxx"),
        (lambda s: s.cancel_jobs(10**5000), ValueError, "count is a value of type int"),
        (lambda s: s.advance("9" * 10**6 + "d"), ValueError, "is longer than a timedelta"),
        (lambda s: s.add_batch([{"id": UUID(int=1)}] * 2), ValueError, "id is taken"),
        (
            lambda s: (s.add_batch(), s.add_batch(foreign=True, project_id=s.project_id)),
            ValueError,
            "not foreign",
        ),
        (
            lambda s: s.add_batch(project_id=s.add_batch(foreign=True).project_id),
            ValueError,
            "foreign",
        ),
    ],
)
def test_what_cannot_be_is_rejected_by_name(
    sandbox: Sandbox,
    http: httpx.Client,
    add: Callable[[Sandbox], object],
    kind: type[Exception],
    text: str,
) -> None:
    """Nothing of the batch is added."""
    with pytest.raises(kind, match=text) as caught:
        add(sandbox)
    assert len(str(caught.value)) < 2000
    assert by_creation(http) == []


def test_time_in_the_sandbox_does_not_pass(sandbox: Sandbox, http: httpx.Client) -> None:
    """Two changes with nothing added in between have the same time."""
    batch = sandbox.add_batch([{}, {}])
    ends = set()
    for job_id in batch.job_ids:
        answer = http.patch(
            f"/api/v2/batches/{batch.id}/cancel/jobs", params={"id": str(job_id)}
        ).json()
        ends.add(answer["data"]["jobs"][0]["end_timestamp"])
    assert len(ends) == 1


@pytest.mark.parametrize("fields", [{"open": False}, {"complete": True}])
def test_a_batch_that_is_added_as_closed_ends_with_its_jobs(
    sandbox: Sandbox, http: httpx.Client, fields: dict[str, Any]
) -> None:
    """It does not matter which of the two fields says so."""
    batch = sandbox.add_batch([{"runs": 10}], **fields)
    assert (batch.status, batch.open, batch.complete) == ("PENDING", False, True)
    sandbox.advance("1h")
    after = http.get(f"/api/v2/batches/{batch.id}").json()["data"]
    assert (after["status"], after["open"], after["complete"]) == ("DONE", False, True)


@pytest.mark.parametrize("status", ["DONE", "ERROR", "CANCELED", "TIMED_OUT"])
def test_a_batch_that_is_added_as_ended_is_closed(
    sandbox: Sandbox, http: httpx.Client, status: str
) -> None:
    """So the list of the open batches does not have it, unless a test says that it is open."""
    batch = sandbox.add_batch([{}], status=status)
    assert (batch.open, batch.complete) == (False, True)
    odd = sandbox.add_batch([{}], status=status, open=True)
    assert (odd.open, odd.complete) == (True, False)
    listed = http.get("/api/v1/batches", params={"open": True}).json()["data"]
    assert [found["id"] for found in listed] == [str(odd.id)]

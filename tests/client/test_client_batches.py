"""Reading batches, and waiting for them, with both clients over real HTTP."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from client.scripted import Request, Scripted, Step, answer, page
from pasqal_client import (
    AsyncBatchListing,
    BatchListing,
    BatchStatus,
    PasqalClient,
    WaitProgress,
    errors,
)
from pasqal_client.sandbox import Fault, Sandbox
from pasqal_core_api.api.batches import cancel_batch

FAST: dict[str, Any] = {"poll": 0.001}


def cancel(sandbox: Sandbox, batch_id: uuid.UUID) -> None:
    """Cancel a batch, by somebody else."""
    with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as other:
        cancel_batch.sync_detailed(batch_id, client=other.api)


def fill(sandbox: Sandbox, number: int) -> list[uuid.UUID]:
    """Add batches with one job each; returns their ids, oldest first."""
    return [sandbox.add_batch(jobs=[{}], tags=[f"n{n % 3}"]).id for n in range(number)]


def test_all_batches_are_listed_once(sandbox: Sandbox, client: Any) -> None:
    """Page by page, newest first unless ordered otherwise, and proven."""
    ids = fill(sandbox, 25)
    listing = client.batches.list(page_size=10)
    assert [batch.id for batch in listing] == ids[::-1]
    ascending = client.batches.list(order_by="id", order_by_direction="asc", max_items=5)
    assert [batch.id for batch in ascending] == sorted(ids)[:5]
    (first,) = client.batches.page(limit=1, offset=24)
    assert (first.id, first.jobs_count, hasattr(first, "jobs")) == (ids[0], 1, True)
    assert client.batches.count() == 25
    many = [*ids, *(uuid.uuid4() for _ in range(300))]
    assert sorted(batch.id for batch in client.batches.list(id=many)) == sorted(ids)
    assert client.batches.count(id=many) == 25


def test_a_listing_of_batches_says_what_it_is(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """It has a public class of its own in each client, and it knows what it proved."""
    fill(sandbox, 3)
    client = connect(token=sandbox.token, base_url=sandbox.base_url)
    listing = client.batches.list()
    assert len(list(listing)) == 3
    target = getattr(listing, "target", listing)
    assert isinstance(target, BatchListing | AsyncBatchListing)
    assert (target.proven, target.total) == (True, 3)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"device_type": "fresnel"}, "ab"),
        ({"device_type": ["EMU_FREE", "FRESNEL"]}, "abc"),
        ({"device_type": "NEW_DEVICE"}, ""),
        ({"status": ["running", BatchStatus.PENDING]}, "ac"),
        ({"open": True}, "a"),
        ({"open": False}, "bc"),
        ({"complete": True}, "b"),
        ({"min_jobs": 2}, "c"),
        ({"max_jobs": 1}, "ab"),
        ({"tag": "scan"}, "ac"),
        ({"queue_priority": "critical"}, ""),
        ({"id": []}, ""),
        ({"user_id": "someone else"}, ""),
        ({"start_date": "2001-01-01T00:00:00Z"}, "b"),
        ({"end_date": "2001-01-01T00:00:00Z"}, ""),
        ({"project_id": uuid.UUID(int=9)}, ""),
        ({"tag": None, "open": None}, "abc"),
    ],
)
def test_batches_are_filtered(
    sandbox: Sandbox, client: Any, filters: dict[str, Any], found: str
) -> None:
    """A batch has to match all filters that are given."""
    names = {
        sandbox.add_batch(jobs=[{}], open=True, device_type="FRESNEL", tags=["scan", "x"]).id: "a",
        sandbox.add_batch(
            [{"status": "DONE"}], open=False, complete=True, status="DONE", device_type="FRESNEL"
        ).id: "b",
        sandbox.add_batch(
            [{}] * 3, open=False, complete=False, device_type="EMU_FREE", tags=["scan"]
        ).id: "c",
    }
    assert "".join(sorted(names[batch.id] for batch in client.batches.list(**filters))) == found
    assert client.batches.count(**filters) == len(found)
    (start,) = {str(one)[:9] for one, name in names.items() if name == "a"}
    assert [names[batch.id] for batch in client.batches.list(id_starts_with=start)] == ["a"]


@pytest.mark.parametrize(
    ("filters", "problem"),
    [
        ({"tag": ["a", "b"]}, "tag: .* is not text"),
        ({"open": "yes"}, "open: .* is neither True nor False"),
        ({"min_jobs": "many"}, "min_jobs: "),
        ({"start_date": "2026-10-01T10:00:00"}, "start_date: .* has no time zone"),
        ({"tags": ["a"]}, "unknown filter name 'tags'.*tag is the filter, for one tag"),
    ],
)
def test_malformed_filters_are_rejected_before_anything_is_sent(
    sandbox: Sandbox, client: Any, filters: dict[str, Any], problem: str
) -> None:
    """The message says what would be right."""
    for call in (client.batches.list, client.batches.page, client.batches.count):
        with pytest.raises((TypeError, ValueError), match=problem):
            call(**filters)
    with pytest.raises(TypeError, match="limit is for batches.page; batches.list has max_items"):
        client.batches.list(limit=3)
    assert sandbox.requests == []


def test_the_project_of_the_client_narrows_the_list(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """None in the call lifts it."""
    fill(sandbox, 2)
    client = connect(token=sandbox.token, base_url=sandbox.base_url, project_id=uuid.UUID(int=5))
    assert client.batches.count() == 0
    assert client.batches.count(project_id=None) == 2


def test_an_incomplete_list_speaks_of_batches(connect: Callable[..., Any]) -> None:
    """The warning names what may be missing."""
    batch = {"id": str(uuid.uuid4()), "created_at": "2026-10-01T10:00:00Z"}
    with Scripted(lambda _: [answer(200, page([batch], total=9))]) as server:
        client = connect(token="t", base_url=server.base_url)
        with pytest.warns(errors.IncompleteListingWarning, match="may lack batches"):
            list(client.batches.list())


def test_a_batch_is_found_by_its_id(sandbox: Sandbox, client: Any) -> None:
    """It comes with its sequence and the ids of its jobs; its state comes with the counts."""
    added = sandbox.add_batch(jobs=[{}, {"status": "DONE"}], sequence_builder="a sequence")
    batch = client.batches.get(str(added.id).upper())
    assert (batch.id, batch.sequence_builder) == (added.id, "a sequence")
    assert set(batch.job_ids) == set(added.job_ids)
    report = client.batches.status(added.id)
    assert report.status == batch.status
    counts = {name: number for name, number in report.jobs_count_per_status.items() if number}
    assert counts == {"PENDING": 1, "DONE": 1}
    absent = uuid.uuid4()
    for read in (client.batches.get, client.batches.status):
        with pytest.raises(errors.NotFoundError, match=str(absent)) as caught:
            read(absent)
        assert caught.value.status == 404
        with pytest.raises(ValueError, match="batch_id: 'x' is not a UUID"):
            read("x")


def test_a_wait_for_a_batch_is_cheap(sandbox: Sandbox, client: Any) -> None:
    """However many jobs there are, a look is one request for the state of the batch."""
    batch = sandbox.add_batch(jobs=[{"status": "RUNNING"} for _ in range(60)])
    looks = itertools.count(1)

    def cancelled_at_the_fifth_look(_: WaitProgress) -> None:
        if next(looks) == 5:
            cancel(sandbox, batch.id)

    result = client.batches.wait(batch.id, on_progress=cancelled_at_the_fifth_look, **FAST)
    assert result.counts == {"CANCELED": 60}
    reads = [
        request.path.rsplit("/", 1)[-1] for request in sandbox.requests if request.method == "GET"
    ]
    assert reads == [*["status"] * 6, "jobs"]


@pytest.mark.parametrize(
    "quirk", ["null-counts", "no-counts", "empty-counts", "canceling", "paused"]
)
def test_odd_reports_end_no_wait(sandbox: Sandbox, client: Any, quirk: str) -> None:
    """A report without usable counts, or a state like PAUSED, is never taken for the end."""
    batch = sandbox.add_batch(jobs=[{"status": "RUNNING"}, {"status": "ERROR"}])
    sandbox.quirks = [quirk]
    seen: list[int] = []

    def note(progress: WaitProgress) -> None:
        seen.append(progress.active)
        if len(seen) == 3:
            sandbox.quirks = []
            cancel(sandbox, batch.id)

    result = client.batches.wait(batch.id, on_progress=note, unknown_status="active", **FAST)
    assert len(seen) > 3
    assert 0 not in seen[:3]
    assert (result.counts, result.failed_ids) == (
        {"CANCELED": 1, "ERROR": 1},
        (batch.job_ids[1],),
    )


def test_a_batch_that_ended_without_jobs_was_waited_for(sandbox: Sandbox, client: Any) -> None:
    """Nothing ran, and nothing will; one that is open may still get jobs, or never."""
    batch = sandbox.add_batch(jobs=[], open=True)
    with pytest.raises(errors.NotFoundError, match=f"batch {batch.id} has no jobs to wait for"):
        client.batches.wait(batch.id)
    cancel(sandbox, batch.id)
    assert client.batches.wait(batch.id).counts == {}
    with pytest.raises(errors.NotFoundError):
        client.batches.wait(uuid.uuid4())


def test_a_wait_survives_what_passes(sandbox: Sandbox, client: Any) -> None:
    """Looks that fail for a passing reason are repeated."""
    batch = sandbox.add_batch(jobs=[{"status": "DONE"}])
    sandbox.add_fault(Fault(operation="get_batch_status", status=503, times=7))
    assert client.batches.wait(batch.id, **FAST).counts == {"DONE": 1}


def test_a_wait_that_times_out_says_what_is_left(sandbox: Sandbox, client: Any) -> None:
    """The error names the batch and the jobs that have not ended, so that one can wait on."""
    batch = sandbox.add_batch(jobs=[{"status": "RUNNING"}, {"status": "DONE"}])
    with pytest.raises(errors.WaitTimeoutError) as caught:
        client.batches.wait(batch.id, timeout=0.05, **FAST)
    assert (caught.value.batch_id, caught.value.ids) == (batch.id, (batch.job_ids[0],))


def test_a_wait_may_raise_for_jobs_that_failed(sandbox: Sandbox, client: Any) -> None:
    """If asked to, it raises an error with their ids; if not, these are in its result."""
    batch = sandbox.add_batch(jobs=[{"status": "ERROR"}, {"status": "DONE"}])
    assert client.batches.wait(batch.id).failed_ids == (batch.job_ids[0],)
    with pytest.raises(errors.JobsFailedError) as caught:
        client.batches.wait(batch.id, raise_on_failure=True)
    assert caught.value.failed_ids == (batch.job_ids[0],)


def test_errors_name_the_request_that_they_are_about(connect: Callable[..., Any]) -> None:
    """Those that are raised after an answer have its method, path and request id."""
    body: dict[str, Any] = {}

    def script(request: Request) -> list[Step]:
        if request.path.endswith("/jobs"):
            return [answer(200, page([]), {"X-Request-Id": "r-2"})]
        return [answer(200, body, {"X-Request-Id": "r-1"})]

    with Scripted(script) as server:
        client = connect(token="t", base_url=server.base_url)
        batches = client.batches
        one = uuid.uuid4()
        for call in (batches.get, batches.status, lambda one: batches.wait(one, **FAST)):
            with pytest.raises(errors.ResponseError) as caught:
                call(one)
            assert (caught.value.method, caught.value.request_id) == ("GET", "r-1")
            assert caught.value.path == server.requests[-1].path
            assert str(one) in caught.value.path
        with pytest.raises(errors.ResponseError) as caught:
            batches.page()
        assert (caught.value.request_id, caught.value.path) == ("r-1", "/core-fast/api/v1/batches")
        body["data"] = {"id": str(one), "status": "RUNNING", "jobs_count_per_status": None}
        with pytest.raises(errors.NotFoundError, match="has no jobs to wait for") as absent:
            batches.wait(one)
        assert (absent.value.request_id, absent.value.path) == ("r-2", "/core-fast/api/v2/jobs")


def test_a_mistake_is_rejected_before_anything_is_sent(sandbox: Sandbox, client: Any) -> None:
    """The options are those of `jobs.wait`."""
    for wrong in ({"timeout": -1}, {"poll": "x"}, {"unknown_status": "maybe"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            client.batches.wait(uuid.uuid4(), **wrong)
    with pytest.raises(ValueError, match="batch_id: 'x' is not a UUID"):
        client.batches.wait("x")
    with pytest.raises(TypeError, match="patience"):
        client.batches.wait(uuid.uuid4(), patience=3)
    assert sandbox.requests == []


def test_a_report_about_another_batch_ends_the_wait(connect: Callable[..., Any]) -> None:
    """It says nothing about the one that is waited for."""
    wanted, other = uuid.uuid4(), uuid.uuid4()

    def script(_: Request) -> list[Step]:
        data = {"id": str(other), "status": "DONE", "jobs_count_per_status": {"DONE": 1}}
        return [answer(200, {"data": data})]

    with Scripted(script) as server:
        client = connect(token="t", base_url=server.base_url)
        with pytest.raises(errors.ResponseError, match=f"is about {other}, not about {wanted}"):
            client.batches.wait(wanted, **FAST)


def test_what_a_function_of_the_caller_raises_comes_out() -> None:
    """A StopIteration, too, does not get lost on the way."""

    def stop(_: WaitProgress) -> None:
        raise StopIteration

    with (
        Sandbox() as sandbox,
        PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client,
    ):
        batch = sandbox.add_batch(jobs=[{}])
        with pytest.raises(StopIteration):
            client.batches.wait(batch.id, on_progress=stop)
        with pytest.raises(StopIteration):
            client.jobs.wait(batch_id=batch.id, on_progress=stop)

"""The main task over real sockets: list the jobs of a project, find the failed ones, cancel some, close the batch."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from client.driver import Driver
from client.scripted import Scripted, answer, page
from pasqal_client import (
    APIConnectionError,
    AuthenticationError,
    CancelRefusedError,
    ConflictError,
    Job,
    JobStatus,
    NotFoundError,
    PermissionDeniedError,
    ResponseError,
    RetryPolicy,
    UnprocessableError,
)
from pasqal_client.sandbox import Sandbox
from pasqal_core_api.api.batches import complete_batch
from pasqal_core_api.api.jobs import get_jobs

OTHER_PROJECT = uuid.UUID("0c7f6a50-4f46-4b39-9c4a-7e36c0ab6ed5")


def statuses(jobs: Any) -> list[str]:
    return [job.status for job in jobs]


def test_a_lab_finds_cancels_and_closes(sandbox: Sandbox, client: Any) -> None:
    """This is the story of the README, from the failed jobs to the completed batch."""
    batch = sandbox.add_batch(
        jobs=[
            {"status": "DONE"},
            {"status": "ERROR", "errors": ["laser lost"]},
            {"status": "PENDING"},
            {},
        ]
    )
    sandbox.add_batch(jobs=[{"status": "ERROR"}])

    (failed,) = client.jobs.list(status="ERROR", batch_id=batch.id)
    assert isinstance(failed, Job)
    assert failed.errors == ["laser lost"]
    assert client.jobs.count(batch_id=batch.id, status=["pending", "running"]) == 2

    receipt = client.batches.cancel_jobs(batch.id, status=["PENDING", "DONE"])
    assert statuses(receipt.jobs) == ["CANCELED", "CANCELED"]
    assert list(receipt.errors) == [batch.job_ids[0]]
    with pytest.raises(CancelRefusedError, match=str(batch.job_ids[0])):
        receipt.raise_for_errors()

    closed = client.batches.complete(batch.id)
    assert (closed.id, closed.open, closed.complete) == (batch.id, False, True)
    with pytest.raises(ConflictError):
        client.batches.complete(batch.id)
    assert len(client.departures) == 0


def test_a_listing_walks_through_all_pages(sandbox: Sandbox, client: Any) -> None:
    """250 jobs come in three requests of 100, each once, in the requested order."""
    sandbox.add_batch(jobs=[{} for _ in range(250)])
    listing = client.jobs.list(order_by="creation_order", order_by_direction="asc")
    assert not listing.total
    assert [job.creation_order for job in listing] == sorted(job.creation_order for job in listing)
    assert listing.total == 250
    sandbox.clear_requests()
    assert len({job.id for job in client.jobs.list()}) == 250


def test_a_listing_is_lazy(sandbox: Sandbox, client: Any) -> None:
    """Nothing is sent before the first job is requested."""
    sandbox.add_batch(jobs=[{}])
    listing = client.jobs.list()
    assert sandbox.requests == []
    assert len(list(listing)) == 1
    assert len(list(listing)) == 1


def test_a_listing_yields_pages(sandbox: Sandbox, client: Any) -> None:
    """A caller can take the jobs page by page, and stop after some."""
    sandbox.add_batch(jobs=[{} for _ in range(7)])
    assert [len(page) for page in client.jobs.list(page_size=3).pages()] == [3, 3, 1]
    assert len(list(client.jobs.list(page_size=3, max_items=5))) == 5
    sandbox.clear_requests()
    assert list(client.jobs.list(max_items=0)) == []
    assert sandbox.requests == []


def test_a_page_says_where_it_is(sandbox: Sandbox, client: Any) -> None:
    """A page has its items, the total, and where it starts and ends."""
    sandbox.add_batch(jobs=[{} for _ in range(7)])
    page = client.jobs.page(limit=3, offset=4)
    assert (len(page), page.total, page.start, page.end) == (3, 7, 4, 7)
    assert list(page) == list(page.items)


def test_a_job_is_found_by_its_id(sandbox: Sandbox, client: Any) -> None:
    """The id finds the job whichever project it belongs to, and an unknown id raises NotFoundError."""
    batch = sandbox.add_batch(jobs=[{}, {"status": "ERROR"}])
    job = client.jobs.get(str(batch.job_ids[1]).upper())
    assert (job.id, job.status) == (batch.job_ids[1], JobStatus.ERROR)
    absent = uuid.uuid4()
    with pytest.raises(NotFoundError, match=str(absent)) as caught:
        client.jobs.get(absent)
    assert (caught.value.status, caught.value.method) == (404, "GET")
    assert caught.value.path == f"/core-fast/api/v2/jobs/{absent}"
    assert client.jobs.status(batch.job_ids[1]) is JobStatus.ERROR
    with pytest.raises(NotFoundError, match=str(absent)):
        client.jobs.status(absent)


@pytest.mark.parametrize(
    "odd", [{"status": None}, {"status": 7}, {"id": None}, {"id": "x", "status": None}]
)
def test_a_job_without_a_status_costs_only_itself(
    connect: Callable[..., Any], odd: dict[str, Any]
) -> None:
    """The job is left out and the departure reported, and the statuses of the others are returned."""
    good, other = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
    jobs = [{"id": good, "status": "DONE"}, {"id": other, "status": "RUNNING", **odd}]
    with Scripted(lambda _: [answer(200, page(jobs))]) as server:
        client = connect(token="t", base_url=server.base_url)
        assert client.jobs.statuses([good, other]) == {uuid.UUID(good): "DONE"}
        assert {f"data[1].{name}" for name in odd} <= {
            seen.first.path for seen in client.departures
        }


def test_an_error_made_after_an_answer_names_that_answer(connect: Callable[..., Any]) -> None:
    """It has the path as sent and the request id, with an echoed token masked."""
    with Scripted(lambda _: [answer(200, {}, {"X-Request-Id": "r-s3cr3t-t0k3n"})]) as server:
        client = connect(token="s3cr3t-t0k3n", base_url=f"{server.base_url}/of/the/lab")
        for call in (client.jobs.page, lambda: client.jobs.get(uuid.uuid4())):
            with pytest.raises(ResponseError) as caught:
                call()
            error = caught.value
            assert (error.status, error.method, error.request_id) == (200, "GET", "r-***")
            assert error.path == server.requests[-1].path
            assert error.path.startswith("/core-fast/of/the/lab/api/v2/jobs")


def matrix(sandbox: Sandbox) -> dict[str, Any]:
    """A batch in which every filter distinguishes the first job from the second."""
    first = {
        "id": uuid.UUID("aaaaaaaa-0000-4000-8000-000000000001"),
        "user_id": "u-1",
        "status": "PENDING",
        "runs": 10,
        "errors": ["warned"],
        "origin": "AZURE",
        "start_timestamp": "2026-11-01T10:00:00+00:00",
        "end_timestamp": "2026-11-01T11:00:00+00:00",
    }
    second = {
        "id": uuid.UUID("bbbbbbbb-0000-4000-8000-000000000002"),
        "user_id": "u-2",
        "status": "RUNNING",
        "runs": 20,
        "errors": None,
        "origin": "CLIENT",
        "start_timestamp": "2026-11-01T08:00:00+00:00",
        "end_timestamp": "2026-11-01T13:00:00+00:00",
    }
    batch = sandbox.add_batch(jobs=[first, second])
    return {"batch": batch.id, "first": first["id"], "second": second["id"]}


FILTERS: list[tuple[dict[str, Any], str]] = [
    ({"id": "aaaaaaaa-0000-4000-8000-000000000001"}, "first"),
    ({"id_starts_with": "AAAA"}, "first"),
    ({"user_id": ["u-1", "u-3"]}, "first"),
    ({"status": "pending"}, "first"),
    ({"min_runs": 20}, "second"),
    ({"max_runs": 10}, "first"),
    ({"errors": True}, "first"),
    ({"errors": False}, "second"),
    ({"origin": "azure"}, "first"),
    ({"start_date": "2026-11-01T10:00:00+01:00"}, "first"),
    ({"end_date": "2026-11-01T12:00:00Z"}, "first"),
]


@pytest.mark.parametrize(("filters", "match"), FILTERS, ids=str)
def test_each_filter_changes_what_is_listed(
    sandbox: Sandbox, client: Any, filters: dict[str, Any], match: str
) -> None:
    """A filter selects the matching job in a listing, on a page and in a count."""
    jobs = matrix(sandbox)
    assert [job.id for job in client.jobs.list(**filters)] == [jobs[match]]
    assert [job.id for job in client.jobs.page(**filters)] == [jobs[match]]
    assert client.jobs.count(**filters) == 1
    assert client.jobs.count() == 2


@pytest.mark.parametrize(("filters", "match"), FILTERS, ids=str)
def test_each_filter_changes_what_is_cancelled(
    sandbox: Sandbox, client: Any, filters: dict[str, Any], match: str
) -> None:
    """The same filter selects the same job when cancelling."""
    jobs = matrix(sandbox)
    assert [job.id for job in client.batches.cancel_jobs(jobs["batch"], **filters).jobs] == [
        jobs[match]
    ]
    (other,) = {jobs["first"], jobs["second"]} - {jobs[match]}
    assert client.jobs.get(other).status != "CANCELED"


@pytest.mark.parametrize("which", ["batch_id", "project_id"])
def test_batches_and_projects_are_filters_too(sandbox: Sandbox, client: Any, which: str) -> None:
    """They select a batch when listing; when cancelling, the batch of the path has to match too."""
    here, there = (
        sandbox.add_batch(jobs=[{}]),
        sandbox.add_batch(jobs=[{}], project_id=OTHER_PROJECT),
    )
    mine, other = ((b.id if which == "batch_id" else b.project_id) for b in (here, there))
    assert [job.id for job in client.jobs.list(**{which: mine})] == here.job_ids
    assert {job.id for job in client.jobs.list(**{which: [mine, other]})} == {
        *here.job_ids,
        *there.job_ids,
    }
    assert client.batches.cancel_jobs(here.id, **{which: other}).jobs == ()
    assert len(client.batches.cancel_jobs(here.id, **{which: [mine, other]}).jobs) == 1


@pytest.mark.parametrize(
    "order_by", ["created_at", "creation_order", "id", "runs", "status", "updated_at"]
)
def test_each_ordering_changes_the_order(sandbox: Sandbox, client: Any, order_by: str) -> None:
    """Ascending reverses descending, and no field is sorted by another one by accident."""
    wanted = ["ERROR", "DONE", "PENDING", "CANCELED", "RUNNING"]
    jobs = [
        {
            "status": status,
            "runs": runs,
            "created_at": f"2026-11-0{day}T00:00:00Z",
            "updated_at": f"2026-11-1{6 - day}T00:00:00Z",
        }
        for status, runs, day in zip(wanted, [3, 5, 1, 2, 4], [2, 1, 4, 5, 3], strict=True)
    ]
    sandbox.add_batch(jobs=jobs)
    up = [job.id for job in client.jobs.list(order_by=order_by, order_by_direction="ASC")]
    down = list(client.jobs.list(order_by=order_by, order_by_direction="DESC"))
    assert [job.id for job in down] == up[::-1]
    values = [getattr(job, order_by) for job in reversed(down)]
    assert values == sorted(values)


def test_the_newest_job_comes_first(sandbox: Sandbox, client: Any) -> None:
    """Without an order the service's default applies."""
    sandbox.add_batch(jobs=[{"created_at": f"2026-11-0{day}T00:00:00Z"} for day in (2, 3, 1)])
    assert [job.created_at.day for job in client.jobs.list()] == [3, 2, 1]


def test_an_empty_filter_sends_nothing(sandbox: Sandbox, client: Any) -> None:
    """An empty list means nothing, never everything: in reads, in writes, and with all=True."""
    batch = sandbox.add_batch(jobs=[{}])
    empties: list[Any] = [[], (), set(), iter(())]
    for empty in empties:
        assert list(client.jobs.list(id=empty)) == []
    assert client.jobs.page(status=[]).items == ()
    assert client.jobs.count(batch_id=[]) == 0
    assert client.batches.cancel_jobs(batch.id, id=[]).jobs == ()
    assert client.batches.cancel_jobs(batch.id, id=[], all=True).errors == {}
    assert sandbox.requests == []


def test_cancelling_everything_has_to_be_explicit(sandbox: Sandbox, client: Any) -> None:
    """Without a filter, or with filters that are all None, the whole batch would be cancelled."""
    batch = sandbox.add_batch(jobs=[{}, {}])
    for filters in ({}, {"status": None}):
        with pytest.raises(ValueError, match="all=True"):
            client.batches.cancel_jobs(batch.id, **filters)
    assert sandbox.requests == []
    assert len(client.batches.cancel_jobs(batch.id, all=True).jobs) == 2


@pytest.mark.parametrize("wrong", ["../../x", "a/b", "%2e%2e", "", 7, None])
def test_a_malformed_id_is_never_sent(sandbox: Sandbox, client: Any, wrong: Any) -> None:
    """An id becomes part of an address, so it is checked first."""
    for call in (
        client.jobs.get,
        client.batches.complete,
        lambda b: client.batches.cancel_jobs(b, all=True),
    ):
        with pytest.raises(ValueError, match="is not a UUID"):
            call(wrong)
    assert sandbox.requests == []


@pytest.mark.parametrize(
    "call",
    [
        {"limit": 0},
        {"limit": 101},
        {"offset": -1},
        {"limit": True},
        {"order_by": ""},
        {"order_by_direction": "A\nB"},
        {"status": ""},
    ],
    ids=str,
)
def test_a_malformed_argument_is_rejected_before_anything_is_sent(
    sandbox: Sandbox, client: Any, call: dict[str, Any]
) -> None:
    """The error names the argument, and no request reaches the service."""
    with pytest.raises(ValueError, match=next(iter(call))):
        client.jobs.page(**call)
    assert sandbox.requests == []


def test_listing_arguments_are_checked_at_the_call(client: Any) -> None:
    """A mistake is reported before the listing exists, not when it is read."""
    with pytest.raises(ValueError, match="page_size"):
        client.jobs.list(page_size=101)
    with pytest.raises(ValueError, match="max_items"):
        client.jobs.list(max_items=-1)
    with pytest.raises(TypeError, match="unknown filter name 'state'"):
        client.jobs.list(state="DONE")


def test_unknown_enumeration_text_reaches_the_service(sandbox: Sandbox, client: Any) -> None:
    """The service may know more than the contract; the sandbox does not, and says so."""
    with pytest.raises(UnprocessableError) as caught:
        client.jobs.page(status=["DONE", "LEVITATING"])
    assert caught.value.status == 422
    assert "status" in [str(part) for part in caught.value.errors[0].loc]
    assert sandbox.requests[-1].query["status"] == ["DONE", "LEVITATING"]


def test_the_clients_project_is_the_default_when_listing(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """The project filters lists and counts, can be lifted or replaced, and is never sent with a write."""
    mine = sandbox.add_batch(jobs=[{}])
    other = sandbox.add_batch(jobs=[{}, {}], project_id=OTHER_PROJECT)
    client = connect(token=sandbox.token, base_url=sandbox.base_url, project_id=OTHER_PROJECT)
    assert client.jobs.count() == len(list(client.jobs.list())) == len(client.jobs.page()) == 2
    assert client.jobs.count(project_id=None) == 3
    assert client.jobs.count(project_id=mine.project_id) == 1
    assert client.jobs.get(mine.job_ids[0]).id == mine.job_ids[0]
    sandbox.clear_requests()
    client.batches.cancel_jobs(other.id, status="PENDING")
    client.batches.complete(other.id)
    assert all("project_id" not in request.query for request in sandbox.requests)


def test_errors_are_typed_by_status(
    sandbox: Sandbox, client: Any, connect: Callable[..., Any]
) -> None:
    """Each refusal of the service raises the error class of its status."""
    with pytest.raises(NotFoundError) as caught:
        client.batches.complete(uuid.uuid4())
    assert (caught.value.status, caught.value.method) == (404, "PATCH")
    assert caught.value.path.endswith("/complete")
    foreign = sandbox.add_batch(jobs=[{}], foreign=True)
    with pytest.raises(PermissionDeniedError):
        client.batches.cancel_jobs(foreign.id, all=True)
    stranger = connect(token="wrong-token-of-a-stranger", base_url=sandbox.base_url)
    with pytest.raises(AuthenticationError) as denied:
        stranger.jobs.count()
    assert "wrong-token" not in str(denied.value) + repr(stranger)


def test_generated_operations_run_on_the_same_connection(sandbox: Sandbox, client: Any) -> None:
    """`client.api` gives any generated operation our authentication and our errors."""
    batch = sandbox.add_batch(jobs=[{}])

    def run(operation: Any, *args: Any) -> Any:
        if isinstance(client, Driver):
            return client.runner.run(operation.asyncio_detailed(*args, client=client.api))
        return operation.sync_detailed(*args, client=client.api)

    answer = run(get_jobs)
    assert answer.status_code == 200
    assert answer.parsed.data[0].batch_id == batch.id
    with pytest.raises(NotFoundError):
        run(complete_batch, uuid.uuid4())


def test_a_refused_connection_is_a_typed_error(connect: Callable[..., Any]) -> None:
    """Nothing listens on the port of a stopped sandbox, so all attempts fail, and the error says why."""
    with Sandbox() as gone:
        address = gone.base_url
    client = connect(token="t", base_url=address, retry=RetryPolicy(attempts=2, first_pause=0))
    with pytest.raises(APIConnectionError):
        client.jobs.count()
    with pytest.raises(APIConnectionError):
        client.batches.complete(uuid.uuid4())


def test_every_field_of_a_job_arrives(sandbox: Sandbox, client: Any) -> None:
    """Each field has the value that the sandbox was given, typed."""
    sandbox.add_batch(
        jobs=[{"variables": {"t": [1, 2.5, "x"]}, "runs": 7, "sequence": "{}", "slurm_job_id": "9"}]
    )
    (job,) = client.jobs.list()
    assert (job.variables, job.runs, job.sequence, job.slurm_job_id) == (
        {"t": [1, 2.5, "x"]},
        7,
        "{}",
        "9",
    )
    assert job.start_timestamp is None
    assert job.created_at.tzinfo is not None
    assert set(itertools.chain(job.to_dict())) >= {"id", "start_timestamp", "creation_order"}

"""Writes happen once; what came of them is reported, and can be found out if it is unknown."""

from __future__ import annotations

import pickle
import threading
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from client.driver import Driver
from client.scripted import Request, Reset, Scripted, Step, answer, forwarded, page
from pasqal_client import (
    CancelReceipt,
    ConflictError,
    DepartureError,
    NotFoundError,
    OutcomeUnknownError,
    PasqalClient,
    PasqalError,
    PermissionDeniedError,
    UnprocessableError,
    Write,
    WriteDepartureError,
    errors,
)
from pasqal_client.sandbox import Sandbox
from pasqal_core_api.api.batches import complete_batch

OTHER = uuid.UUID("0c7f6a50-4f46-4b39-9c4a-7e36c0ab6ed5")
TOKEN = "s3cr3t-t0k3n-of-the-lab"
BATCH = uuid.UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")

Forward = Callable[[Request], bytes]
Story = Callable[[Request, Forward], Iterable[Step]]


def patches(sandbox: Sandbox) -> int:
    return sum(request.method == "PATCH" for request in sandbox.requests)


class Between(Scripted):
    """A server in front of a sandbox that interferes with its writes."""

    def __init__(self, sandbox: Sandbox, story: Story) -> None:
        def script(request: Request) -> Iterable[Step]:
            forward: Forward = lambda one: forwarded(sandbox.base_url, one)  # noqa: E731
            return story(request, forward) if request.method == "PATCH" else [forward(request)]

        super().__init__(script)

    @property
    def writes(self) -> list[Request]:
        return [request for request in self.requests if request.method == "PATCH"]


def applied_and_reset(request: Request, forward: Forward) -> Iterable[Step]:
    forward(request)
    yield Reset()


def reset_at_once(request: Request, forward: Forward) -> Iterable[Step]:
    yield Reset()


def half_applied(request: Request, forward: Forward) -> Iterable[Step]:
    """The service dies after it has cancelled the first of the jobs."""
    first = f"id={request.query['id'][0]}"
    forward(
        Request(request.method, f"{request.path}?{first}", request.headers, b"", request.number)
    )
    yield Reset()


# What is requested


def test_a_preview_lists_what_would_be_cancelled_and_sends_no_write(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """A dry run lists the jobs of the batch with the same filters, whatever the client's project is."""
    batch = sandbox.add_batch(jobs=[{}, {"status": "DONE"}, {"status": "RUNNING"}])
    sandbox.add_batch(jobs=[{}])
    client = connect(token=sandbox.token, base_url=sandbox.base_url, project_id=OTHER)
    plan = client.batches.cancel_jobs(batch.id, status="PENDING", dry_run=True)
    assert ([job.id for job in plan.jobs], plan.errors, plan.dry_run) == (
        batch.job_ids[:1],
        {},
        True,
    )
    assert len(client.batches.cancel_jobs(batch.id, all=True, dry_run=True).jobs) == 3
    assert client.batches.cancel_jobs(batch.id, project_id=OTHER, dry_run=True).jobs == ()
    assert patches(sandbox) == 0
    assert [request.query.get("project_id") for request in sandbox.requests] == [
        None,
        None,
        [str(OTHER)],
    ]
    done = client.batches.cancel_jobs(batch.id, status="PENDING")
    assert ([job.id for job in done.jobs], done.dry_run) == (batch.job_ids[:1], False)


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_batch_filter_narrows_the_batch_of_the_path(
    sandbox: Sandbox, client: Any, dry_run: bool
) -> None:
    """Both have to match, in a preview as in the write; repeated keys in the address would mean "or"."""
    here, there = sandbox.add_batch(jobs=[{}]), sandbox.add_batch(jobs=[{}, {}])
    elsewhere = client.batches.cancel_jobs(here.id, batch_id=there.id, dry_run=dry_run)
    assert elsewhere.jobs == ()
    both = client.batches.cancel_jobs(
        here.id, batch_id=[there.id, str(here.id).upper()], dry_run=dry_run
    )
    assert [job.id for job in both.jobs] == here.job_ids
    assert client.jobs.get(there.job_ids[0]).status == "PENDING"
    assert patches(sandbox) == (0 if dry_run else 2)


def test_a_preview_of_a_whole_batch_has_to_be_explicit(sandbox: Sandbox, client: Any) -> None:
    """A dry run has the same rules as the write that it previews."""
    with pytest.raises(ValueError, match="all=True"):
        client.batches.cancel_jobs(sandbox.add_batch(jobs=[{}]).id, dry_run=True)
    assert sandbox.requests == []


@pytest.mark.parametrize("flag", ["all", "dry_run"])
@pytest.mark.parametrize("wrong", ["false", 0, None, 1])
def test_a_flag_is_a_boolean(sandbox: Sandbox, client: Any, flag: str, wrong: Any) -> None:
    """Nothing is cancelled because some text happens to be truthy or dry_run happens to be None."""
    with pytest.raises(ValueError, match=f"{flag}: .* is neither True nor False"):
        client.batches.cancel_jobs(BATCH, status="PENDING", **{flag: wrong})
    assert sandbox.requests == []


@pytest.mark.parametrize("name", ["id", "batch_id", "project_id", "user_id", "status", "origin"])
def test_an_empty_iterable_of_any_kind_sends_nothing(
    sandbox: Sandbox, client: Any, name: str
) -> None:
    """An empty list means nothing, never everything."""
    batch = sandbox.add_batch(jobs=[{}])
    empties: list[Any] = [
        [],
        (),
        set(),
        frozenset(),
        iter([]),
        (one for one in range(0)),
        range(0),
        dict[str, str]().keys(),
    ]
    for empty in empties:
        for more in ({}, {"all": True}, {"dry_run": True}, {"status": "PENDING"}):
            if name in more:
                continue
            receipt = client.batches.cancel_jobs(batch.id, **{name: empty}, **more)
            assert (receipt.jobs, receipt.errors) == ((), {})
    assert sandbox.requests == []


# Several requests


def test_many_ids_are_split_into_short_addresses(sandbox: Sandbox, client: Any) -> None:
    """Ids that do not fit one address take several writes, whose receipts are merged."""
    jobs = [{"status": "DONE"} if number % 10 == 0 else {} for number in range(250)]
    batch = sandbox.add_batch(jobs=jobs)
    plan = client.batches.cancel_jobs(batch.id, id=batch.job_ids, dry_run=True)
    assert (len(plan.jobs), patches(sandbox)) == (250, 0)
    receipt = client.batches.cancel_jobs(batch.id, id=batch.job_ids, status=["PENDING", "DONE"])
    assert patches(sandbox) > 1
    assert [job.id for job in receipt.jobs] == [
        one for n, one in enumerate(batch.job_ids) if n % 10
    ]
    assert list(receipt.errors) == [one for n, one in enumerate(batch.job_ids) if not n % 10]
    with pytest.raises(errors.CancelRefusedError, match="25 jobs were not cancelled"):
        receipt.raise_for_errors()


def test_addresses_stay_under_4_kib(connect: Callable[..., Any]) -> None:
    """Many gateways reject a longer address."""
    with Scripted(lambda _: [answer(200, {"data": {"jobs": [], "errors": {}}})]) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        client.batches.cancel_jobs(
            BATCH, id=[uuid.uuid4() for _ in range(300)], user_id=["ü/ +&"] * 1, status="PENDING"
        )
        assert (
            max(len(server.base_url) + len(request.target) for request in server.requests) <= 4096
        )
        sent = [one for request in server.requests for one in request.query["id"]]
    assert len(sent) == len(set(sent)) == 300


REFUSALS: dict[str, tuple[list[Step], type[PasqalError]]] = {
    "it is refused with 403": ([answer(403, {"message": "No."})], PermissionDeniedError),
    "it is refused with 404": ([answer(404, {"message": "No."})], NotFoundError),
    "it is refused with 422": ([answer(422, {"detail": []})], UnprocessableError),
    "it breaks": ([Reset()], OutcomeUnknownError),
    "a gateway gives up": ([answer(502, b"<html>")], OutcomeUnknownError),
    "its answer is not JSON": ([answer(200, b"<html>")], OutcomeUnknownError),
    "its answer is empty": ([answer(200, {"data": None})], OutcomeUnknownError),
}


@pytest.mark.parametrize("fault", REFUSALS)
def test_a_split_cancellation_that_fails_half_way_reports_everything(
    sandbox: Sandbox, connect: Callable[..., Any], fault: str
) -> None:
    """The error has what was done, what failed and what was not sent, and nothing is repeated."""
    steps, kind = REFUSALS[fault]
    batch = sandbox.add_batch(jobs=[{"status": "DONE"}, *({} for _ in range(299))])

    def second_fails(request: Request, forward: Forward) -> Iterable[Step]:
        return steps if len(between.writes) == 2 else [forward(request)]

    with Between(sandbox, second_fails) as between:
        client = connect(token=sandbox.token, base_url=between.base_url)
        with pytest.raises(kind) as caught:
            client.batches.cancel_jobs(batch.id, id=batch.job_ids, status=["PENDING", "DONE"])
        assert len(between.writes) == 2
        error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
        write: Write = error.write
        assert write == vars(caught.value)["write"]
        assert "request 2 of 4 of one call; " in error.__notes__[0]
        assert set(write.receipt.errors) == {batch.job_ids[0]}
        done = [*(job.id for job in write.receipt.jobs), *batch.job_ids[:1]]
        rest = [uuid.UUID(one) for part in (write.filters, *write.unsent) for one in part["id"]]
        assert sorted(done + rest) == sorted(batch.job_ids)
        assert not set(done) & set(rest)
        for part in (write.filters, *write.unsent):
            client.batches.cancel_jobs(write.batch_id, **part)
    with client_of(sandbox) as own:
        assert own.jobs.count(status="CANCELED") == 299


def client_of(sandbox: Sandbox) -> PasqalClient:
    return PasqalClient(token=sandbox.token, base_url=sandbox.base_url)


def test_a_strict_client_keeps_the_receipt_of_what_was_carried_out(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """A departure ends the call, and the error has the receipt so far and what was not sent."""
    batch = sandbox.add_batch(jobs=[{"status": "DONE"}, *({} for _ in range(149))])
    sandbox.quirks = {"naive-times"}
    client = connect(token=sandbox.token, base_url=sandbox.base_url, strict=True)
    with pytest.raises(
        WriteDepartureError, match="was carried out all the same; 1 more of the same call"
    ) as caught:
        client.batches.cancel_jobs(batch.id, id=batch.job_ids)
    assert patches(sandbox) == 1
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    done = [*(job.id for job in error.write.receipt.jobs), *error.write.receipt.errors]
    left = [uuid.UUID(one) for part in error.write.unsent for one in part["id"]]
    assert sorted(done + left) == sorted(batch.job_ids)
    sandbox.clear_requests()
    assert client.batches.resolve(error).outcome == "happened"
    assert sandbox.requests == []
    with pytest.raises(WriteDepartureError) as caught:
        client.batches.complete(batch.id)
    completed = caught.value.write.batch
    assert completed is not None
    assert (completed.id, completed.complete) == (batch.id, True)


@pytest.mark.parametrize("strict", [False, True])
def test_an_answer_about_something_else_leaves_the_outcome_unknown(
    connect: Callable[..., Any], strict: bool
) -> None:
    """The error names the request, and reading the jobs shows what became of the write."""
    job = {"id": str(BATCH), "batch_id": str(OTHER), "status": "CANCELED"}

    def script(request: Request) -> list[Step]:
        if request.method == "GET":
            return [answer(200, page([]))]
        foreign: dict[str, Any] = (
            {"id": str(OTHER)} if "complete" in request.path else {"jobs": [job], "errors": {}}
        )
        return [answer(200, {"data": foreign}, {"X-Request-Id": f"r-{TOKEN}"})]

    with Scripted(script) as server:
        client = connect(token=TOKEN, base_url=server.base_url, strict=strict)
        writes: list[Callable[[], Any]] = [
            lambda: client.batches.cancel_jobs(BATCH, all=True),
            lambda: client.batches.complete(BATCH),
        ]
        for write, place in zip(writes, ("cancel/jobs", "complete"), strict=True):
            with pytest.raises(
                OutcomeUnknownError, match=f"{OTHER}.*the request was not repeated"
            ) as caught:
                write()
            assert caught.value.path == f"/core-fast/api/v2/batches/{BATCH}/{place}"
            assert (caught.value.status, caught.value.request_id) == (200, "r-***")
            resolution = client.batches.resolve(caught.value, settle=0)
            assert resolution.outcome == "cannot tell"


def test_an_unreadable_answer_is_an_unknown_outcome_if_strict_too(
    connect: Callable[..., Any],
) -> None:
    """The advice is the same; the departure is the cause of the error, and is counted."""
    with Scripted(lambda _: [answer(200, {"data": {"jobs": 7, "errors": {}}})]) as server:
        client = connect(token=TOKEN, base_url=server.base_url, strict=True)
        with pytest.raises(OutcomeUnknownError, match="does not hold the cancelled jobs") as caught:
            client.batches.cancel_jobs(BATCH, all=True)
        assert isinstance(caught.value.__cause__, DepartureError)
        assert caught.value.write is not None
        assert [seen.first.path for seen in client.departures] == ["data.jobs"]


def test_an_interrupted_write_says_how_far_it_came(
    sandbox: Sandbox, connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user who stops a long cancellation with Ctrl-C can see what was done."""
    batch = sandbox.add_batch(jobs=[{} for _ in range(150)])
    client = connect(token=sandbox.token, base_url=sandbox.base_url)
    target = client.target if isinstance(client, Driver) else client
    send, sent = type(target._connection).send, []

    def interrupted(self: Any, request: Any, **_: Any) -> Any:
        sent.append(request)
        if len(sent) == 2:
            raise KeyboardInterrupt
        return send(self, request)

    monkeypatch.setattr(type(target._connection), "send", interrupted)
    with pytest.raises(KeyboardInterrupt) as caught:
        client.batches.cancel_jobs(batch.id, id=batch.job_ids)
    write = caught.value.write  # type: ignore[attr-defined]
    assert len(write.receipt.jobs) + len(write.filters["id"]) == 150


def test_reasons_are_printable_and_show_no_secret(connect: Callable[..., Any]) -> None:
    """What the service says about a job is untrusted text."""
    jobs: dict[str, Any] = {str(BATCH): f"\x1b[31m{TOKEN} is late", f"no id \x07 {TOKEN}": "odd"}
    with Scripted(lambda _: [answer(200, {"data": {"jobs": [], "errors": jobs}})]) as server:
        receipt = connect(token=TOKEN, base_url=server.base_url).batches.cancel_jobs(
            BATCH, all=True
        )
    assert receipt.errors == {BATCH: "[31m*** is late", "no id ***": "odd"}
    with pytest.raises(errors.CancelRefusedError) as caught:
        receipt.raise_for_errors()
    assert str(caught.value).isprintable()


def test_a_receipt_without_errors_raises_nothing() -> None:
    """A caller need not check for errors before calling it."""
    CancelReceipt().raise_for_errors()


# Authentication


def test_a_write_that_is_refused_for_its_token_is_executed_once(
    connect: Callable[..., Any],
) -> None:
    """The refused attempt was not carried out, so the write is sent again with a new token."""
    tokens = iter(["old-token", "new-token", "never-asked-for"])

    def script(request: Request) -> list[Step]:
        if request.headers["authorization"] != "Bearer new-token":
            return [answer(401, {"message": "Expired."})]
        return [answer(200, {"data": {"id": str(BATCH)}})]

    with Scripted(script) as server:
        client = connect(token=lambda: next(tokens), base_url=server.base_url)
        assert client.batches.complete(BATCH).id == BATCH
        assert [request.headers["authorization"][-9:] for request in server.requests] == [
            "old-token",
            "new-token",
        ]
    assert next(tokens) == "never-asked-for"


# Finding out afterwards


def unknown(client: Any, batch: Any, **filters: Any) -> OutcomeUnknownError:
    with pytest.raises(OutcomeUnknownError) as caught:
        client.batches.cancel_jobs(batch.id, **filters)
    assert "client.batches.resolve(error)" in str(caught.value)
    again: OutcomeUnknownError = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    return again


MIXED: list[dict[str, Any]] = [{}, {}, {"status": "DONE"}, {"status": "RUNNING"}]


@pytest.mark.parametrize(
    ("story", "filters", "outcome"),
    [
        (applied_and_reset, {"all": True}, "happened"),
        (applied_and_reset, {"status": "PENDING"}, "happened"),
        (applied_and_reset, {"status": ["PENDING", "RUNNING"]}, "happened"),
        (applied_and_reset, {"id": [0, 1]}, "happened"),
        (reset_at_once, {"all": True}, "did not happen"),
        (reset_at_once, {"status": "PENDING"}, "did not happen"),
        (reset_at_once, {"id": [0]}, "did not happen"),
        (half_applied, {"id": [0, 1]}, "cannot tell"),
        (half_applied, {"id": [0, 3]}, "cannot tell"),
    ],
)
def test_the_outcome_of_a_write_can_be_found_out(
    sandbox: Sandbox,
    connect: Callable[..., Any],
    story: Story,
    filters: dict[str, Any],
    outcome: str,
) -> None:
    """Reading the jobs shows whether an unanswered cancellation happened, also after the error was pickled."""
    batch = sandbox.add_batch(jobs=MIXED)
    if "id" in filters:
        filters = {"id": [batch.job_ids[place] for place in filters["id"]]}
    with Between(sandbox, story) as between:
        client = connect(token=sandbox.token, base_url=between.base_url, project_id=OTHER)
        resolution = client.batches.resolve(unknown(client, batch, **filters), settle=0)
        assert len(between.writes) == 1
    assert resolution.outcome == outcome
    assert {job.batch_id for job in resolution.jobs} == {batch.id}
    assert "cancelled" in resolution.reason


def test_an_earlier_cancellation_is_not_mistaken_for_this_one(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """A job that was cancelled yesterday proves nothing while others could still be cancelled."""
    batch = sandbox.add_batch(jobs=[{"status": "CANCELED"}, {"status": "RUNNING"}])
    with Between(sandbox, reset_at_once) as between:
        client = connect(token=sandbox.token, base_url=between.base_url)
        error = unknown(client, batch, all=True)
        assert client.batches.resolve(error, settle=0).outcome == "cannot tell"


def test_a_job_that_ended_after_an_earlier_cancellation_leaves_it_open(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """It may have been running when the write was sent and have ended by itself, so the outcome stays unknown."""
    early, late = "2026-10-01T10:00:00+00:00", "2026-10-01T12:00:00+00:00"
    batch = sandbox.add_batch(
        jobs=[
            {"status": "CANCELED", "end_timestamp": early},
            {"status": "DONE", "end_timestamp": late},
        ]
    )
    with Between(sandbox, reset_at_once) as between:
        client = connect(token=sandbox.token, base_url=between.base_url)
        error = unknown(client, batch, all=True)
        assert client.batches.resolve(error, settle=0).outcome == "cannot tell"


def test_a_batch_filter_for_another_batch_reads_nothing_back(connect: Callable[..., Any]) -> None:
    """A filter for another batch matches nothing, so no request is needed, and nothing can have happened."""
    with Scripted(lambda _: [Reset()]) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        with pytest.raises(OutcomeUnknownError) as caught:
            client.batches.cancel_jobs(BATCH, batch_id=OTHER)
        assert client.batches.resolve(caught.value).outcome == "did not happen"
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("story", "outcome"),
    [(applied_and_reset, "happened"), (reset_at_once, "did not happen")],
)
def test_the_batch_shows_whether_it_was_completed(
    sandbox: Sandbox, connect: Callable[..., Any], story: Story, outcome: str
) -> None:
    """A batch that is no longer open was completed, also by the word of an error that was pickled."""
    batch = sandbox.add_batch(jobs=[{}], open=True)
    with Between(sandbox, story) as between:
        client = connect(token=sandbox.token, base_url=between.base_url, project_id=OTHER)
        with pytest.raises(OutcomeUnknownError) as caught:
            client.batches.complete(batch.id)
        error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
        resolution = client.batches.resolve(error, settle=0)
        assert len(between.writes) == 1
    assert resolution.outcome == outcome
    assert (resolution.batch.id, resolution.batch.open) == (batch.id, outcome != "happened")


def test_what_the_service_rejected_did_not_happen(sandbox: Sandbox, client: Any) -> None:
    """Nothing is read to find that out, and the error's text does not ask for it."""
    batch = sandbox.add_batch(jobs=[{}])
    client.batches.complete(batch.id)
    with pytest.raises(ConflictError) as caught:
        client.batches.complete(batch.id)
    assert "resolve" not in str(caught.value)
    sandbox.clear_requests()
    assert client.batches.resolve(caught.value).outcome == "did not happen"
    assert sandbox.requests == []


def test_only_what_can_be_resolved_says_so() -> None:
    """The error of a generated operation that was called directly knows nothing of the write."""
    with (
        Scripted(lambda _: [Reset()]) as server,
        PasqalClient(token=TOKEN, base_url=server.base_url) as client,
        pytest.raises(OutcomeUnknownError) as caught,
    ):
        complete_batch.sync_detailed(BATCH, client=client.api)
    assert "may or may not have taken effect" in str(caught.value)
    assert "resolve" not in str(caught.value)


def test_a_doubtful_listing_proves_nothing(connect: Callable[..., Any]) -> None:
    """If jobs may be missing from what is read back, their absence is not evidence."""
    job = {"id": str(uuid.uuid4()), "status": "CANCELED", "end_timestamp": "2026-10-01T10:00:00Z"}

    def script(request: Request) -> list[Step]:
        return [Reset()] if request.method == "PATCH" else [answer(200, page([job], total=9))]

    with Scripted(script) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        with pytest.raises(OutcomeUnknownError) as caught:
            client.batches.cancel_jobs(BATCH, all=True)
        with pytest.warns(errors.IncompleteListingWarning):
            resolution = client.batches.resolve(caught.value, settle=0)
    assert resolution.outcome == "cannot tell"
    assert "the list may lack jobs" in resolution.reason


def test_only_the_error_of_a_write_can_be_resolved(client: Any) -> None:
    """The outcome of a read is never unknown."""
    for error in (errors.ServerError("no", status=500), KeyError("x")):
        with pytest.raises(ValueError, match="not the error of a write"):
            client.batches.resolve(error)
    with pytest.raises(ValueError, match="'x' is not an exception"):
        client.batches.resolve("x")


def test_the_write_is_found_behind_a_wrapping_error(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """An error of the program or a time limit around the call does not hide which write failed."""
    batch = sandbox.add_batch(jobs=MIXED)
    with Between(sandbox, applied_and_reset) as between:
        client = connect(token=sandbox.token, base_url=between.base_url)
        wrapped = TimeoutError()
        wrapped.__cause__ = unknown(client, batch, all=True)
        assert client.batches.resolve(wrapped).outcome == "happened"


def test_writes_of_many_threads_happen_once_each(sandbox: Sandbox) -> None:
    """One client cancels from 16 threads, and each job is cancelled by exactly one of them."""
    batch = sandbox.add_batch(jobs=[{} for _ in range(64)])
    receipts: list[CancelReceipt] = []
    with client_of(sandbox) as client:

        def cancel(ids: list[uuid.UUID]) -> None:
            receipts.append(client.batches.cancel_jobs(batch.id, id=ids))

        threads = [threading.Thread(target=cancel, args=(batch.job_ids[n::16],)) for n in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(job.id for receipt in receipts for job in receipt.jobs) == sorted(batch.job_ids)
    assert not any(receipt.errors for receipt in receipts)

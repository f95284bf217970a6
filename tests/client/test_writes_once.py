"""Each write happens at most once, whatever becomes of its answer, and resolving never lies about it."""

from __future__ import annotations

import asyncio
import pickle
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pytest
from attrs import frozen

from client.driver import Driver
from client.lost_answers import LOST_ANSWERS
from client.scripted import Request, Scripted, Step, answer, page
from pasqal_client import (
    AddedJobs,
    APIConnectionError,
    APIStatusError,
    AsyncPasqalClient,
    CancelBatchesReceipt,
    CancelRefusedError,
    ConflictError,
    DepartureError,
    NotFoundError,
    OutcomeUnknownError,
    PasqalClient,
    RetryPolicy,
    ServerError,
    UnprocessableError,
    WriteDepartureError,
)
from pasqal_client import batches as batches_module
from pasqal_client._writes import resolution
from pasqal_client._writes.write import write_of
from pasqal_client.sandbox import Fault, Sandbox
from pasqal_core_api.api.batches import rebatch_jobs

OTHER = uuid.UUID("0c7f6a50-4f46-4b39-9c4a-7e36c0ab6ed5")
TOKEN = "s3cr3t-t0k3n-of-the-lab"
OWN_TAG = "pasqal-client:6f2d2f0e-0001-4b39-9c4a-7e36c0ab6ed5"
WRITES = ("POST", "PATCH")


def client_of(sandbox: Sandbox) -> PasqalClient:
    return PasqalClient(token=sandbox.token, base_url=sandbox.base_url)


@pytest.fixture
def offline(connect: Callable[..., Any]) -> Any:
    """A client of nobody: whatever it sends ends in an error."""
    return connect(token=TOKEN, base_url="http://127.0.0.1:9")


def writes(sandbox: Sandbox) -> int:
    return sum(request.method in WRITES for request in sandbox.requests)


def as_another(sandbox: Sandbox, act: Callable[[PasqalClient], Any]) -> Any:
    """What another client sees or does; what it writes counts among `writes`, too."""
    with client_of(sandbox) as other:
        return act(other)


@frozen
class Case:
    """A write: what it needs, how it is sent, and how often it has happened."""

    operation: str
    prepare: Callable[[Sandbox], Any]
    send: Callable[[Any, Any], Any]
    count: Callable[[PasqalClient, Any], float]


def closed_batch(sandbox: Sandbox) -> Any:
    return sandbox.add_batch([{"runs": 5}, {"runs": 6}], complete=True)


def batches(sandbox: Sandbox) -> Any:
    return [sandbox.add_batch([{}, {}]).id for _ in range(3)]


def children(client: PasqalClient, batch: Any) -> int:
    return sum(one.parent_id == batch.id for one in client.batches.list(project_id=None))


def cancelled(client: PasqalClient, ids: Any) -> float:
    """Which part of the batches is cancelled: 1 for all of them."""
    return sum(client.batches.get(one).status == "CANCELED" for one in ids) / len(ids)


CASES = {
    "add_jobs": Case(
        "add_jobs",
        lambda sandbox: sandbox.add_batch([{"runs": 5}]).id,
        lambda client, batch: client.batches.add_jobs(batch, [{"runs": 5}, {"runs": 7}]),
        lambda client, batch: (client.jobs.count(batch_id=batch) - 1) // 2,
    ),
    "rebatch": Case(
        "rebatch_jobs",
        closed_batch,
        lambda client, batch: client.batches.rebatch(batch.id, all=True),
        children,
    ),
    "set_tags": Case(
        "set_batch_tags",
        lambda sandbox: sandbox.add_batch([{}], tags=["old", OWN_TAG]).id,
        lambda client, batch: client.batches.set_tags(batch, ["new"]),
        lambda client, batch: int(client.batches.get(batch).tags == ["new", OWN_TAG]),
    ),
    "cancel": Case(
        "cancel_batch",
        lambda sandbox: sandbox.add_batch([{}, {}]).id,
        lambda client, batch: client.batches.cancel(batch),
        lambda client, batch: cancelled(client, [batch]),
    ),
    "cancel_many by ids": Case(
        "cancel_batches",
        batches,
        lambda client, ids: client.batches.cancel_many(ids),
        cancelled,
    ),
    "cancel_many by filters": Case(
        "cancel_batches",
        batches,
        lambda client, _: client.batches.cancel_many(device_type="FRESNEL", status="PENDING"),
        cancelled,
    ),
    "jobs.cancel": Case(
        "cancel_job",
        lambda sandbox: sandbox.add_batch([{}, {}]).job_ids[0],
        lambda client, job: client.jobs.cancel(job),
        lambda client, job: int(client.jobs.get(job).status == "CANCELED"),
    ),
}

# Whatever happens to a request, or to its answer

CLIENTS = ("sync", "async")


def pairs(values: Sequence[Any]) -> list[tuple[str, str, Any]]:
    """Each write with one of the values, and each value with two writes at least, by one client or the other."""
    names = [*CASES]
    rows = []
    for number in range(max(len(names), 2 * len(values))):
        # The next round has the other client.
        client = CLIENTS[(number + number // len(names)) % 2]
        rows.append((names[number % len(names)], client, values[number % len(values)]))
    return rows


ONE_EACH = [(name, client) for name, client, _ in pairs([None])]
EACH_FAULT = [
    (name, client, kind, fault)
    for kind, (_, faults) in LOST_ANSWERS.items()
    for name, client, fault in pairs([*faults])
]
each_write = pytest.mark.parametrize(("name", "connect"), ONE_EACH, indirect=["connect"])


@pytest.mark.parametrize(("name", "connect", "kind", "fault"), EACH_FAULT, indirect=["connect"])
def test_a_lost_answer_is_an_unknown_outcome_that_resolves_to_the_truth(
    sandbox: Sandbox, client: Any, name: str, kind: str, fault: str
) -> None:
    """Nothing is sent twice, and what is said afterwards is what happened, also after the error was pickled."""
    case = CASES[name]
    outcome, faults = LOST_ANSWERS[kind]
    subject = case.prepare(sandbox)
    sandbox.add_fault(Fault(operation=case.operation, **faults[fault]))
    with pytest.raises(OutcomeUnknownError, match=r"client\.batches\.resolve\(error\)") as caught:
        case.send(client, subject)
    sandbox.clear_faults()
    assert writes(sandbox) == 1
    assert as_another(sandbox, lambda own: case.count(own, subject)) == int(outcome == "happened")
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert error.write.operation == case.operation
    assert client.batches.resolve(error, settle=0).outcome == outcome
    assert writes(sandbox) == 1


@each_write
def test_a_write_is_sent_again_only_where_it_cannot_have_happened(
    sandbox: Sandbox, client: Any, name: str
) -> None:
    """A 429, and a 503 that asks to come back, reject it; then it happens once."""
    case = CASES[name]
    subject = case.prepare(sandbox)
    sandbox.add_fault(Fault(operation=case.operation, nth=1, status=429, retry_after=0))
    sandbox.add_fault(Fault(operation=case.operation, nth=2, status=503, retry_after=0))
    case.send(client, subject)
    assert writes(sandbox) == 3
    assert as_another(sandbox, lambda own: case.count(own, subject)) == 1


@pytest.mark.parametrize(
    ("name", "connect", "status"), pairs([401, 403, 404, 408, 413, 425]), indirect=["connect"]
)
def test_a_rejected_write_did_not_happen(
    sandbox: Sandbox, client: Any, name: str, status: int
) -> None:
    """The error says so by its status, and resolving needs no request."""
    case = CASES[name]
    subject = case.prepare(sandbox)
    sandbox.add_fault(Fault(operation=case.operation, status=status))
    with pytest.raises(Exception, match=str(status)) as caught:
        case.send(client, subject)
    assert writes(sandbox) == 1
    sandbox.clear_requests()
    assert client.batches.resolve(caught.value).outcome == "did not happen"
    assert not sandbox.requests
    assert as_another(sandbox, lambda own: case.count(own, subject)) == 0


# Those that read nothing first: the time limit holds for reads, too.
@pytest.mark.parametrize(
    ("name", "connect"), [("cancel", "sync"), ("jobs.cancel", "async")], indirect=["connect"]
)
def test_a_slow_answer_is_unknown_and_then_found(
    sandbox: Sandbox, connect: Callable[..., Any], name: str
) -> None:
    """A service that is late has carried the write out once."""
    case = CASES[name]
    subject = case.prepare(sandbox)
    client = connect(token=sandbox.token, base_url=sandbox.base_url, timeout=0.2)
    sandbox.add_fault(Fault(operation=case.operation, drip="100s"))
    with pytest.raises(OutcomeUnknownError) as caught:
        case.send(client, subject)
    assert caught.value.timed_out
    patient = client.with_options(timeout=60)
    assert patient.batches.resolve(caught.value, settle=0).outcome == "happened"
    assert writes(sandbox) == 1
    assert as_another(sandbox, lambda own: case.count(own, subject)) == 1


async def cancel(task: asyncio.Future[Any]) -> None:
    """Cancel a task."""
    task.cancel()
    await task


async def run_out_of_time(task: asyncio.Future[Any]) -> None:
    """Let the time of a block run out."""
    async with asyncio.timeout(0):
        await task


async def stop_waiting(task: asyncio.Future[Any]) -> None:
    """Give up what is waited for; its `TimeoutError` has the cancellation as its cause."""
    await asyncio.wait_for(task, 0.001)


WAYS_TO_GIVE_UP = (
    (run_out_of_time, TimeoutError),
    (cancel, asyncio.CancelledError),
    (stop_waiting, TimeoutError),
)


@pytest.mark.parametrize(
    ("name", "stop", "kind"),
    [(name, *WAYS_TO_GIVE_UP[n % 3]) for n, name in enumerate(CASES)],
)
def test_an_await_that_is_given_up_can_be_resolved(
    name: str, stop: Callable[..., Any], kind: type[BaseException]
) -> None:
    """Time limits, `wait_for` and the cancellation of a task leave the write in what they raise, sent once."""

    async def give_up(sandbox: Sandbox, subject: Any) -> None:
        def happened() -> float:
            count: float = as_another(sandbox, lambda own: case.count(own, subject))
            return count

        async with AsyncPasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client:
            task = asyncio.ensure_future(case.send(client, subject))
            async with asyncio.timeout(60):
                while await asyncio.to_thread(happened) < 1:
                    pass
            with pytest.raises(kind) as caught:
                await stop(task)
            told = await client.batches.resolve(caught.value, settle=0)
            assert told.outcome == "happened"

    case = CASES[name]
    with Sandbox() as sandbox:
        subject = case.prepare(sandbox)
        sandbox.add_fault(Fault(operation=case.operation, drip="100s"))
        asyncio.run(give_up(sandbox, subject))
        assert writes(sandbox) == 1
        assert as_another(sandbox, lambda own: case.count(own, subject)) == 1


def test_an_error_that_a_lost_answer_led_to_can_be_resolved(sandbox: Sandbox, client: Any) -> None:
    """A program may raise an error of its own, with the first one as its cause, or only as its context."""

    def cancel_for_a_program(batch: Any, *, is_cause: bool) -> None:
        try:
            client.batches.cancel(batch)
        except OutcomeUnknownError as error:
            if is_cause:
                raise KeyError from error
            raise KeyError  # noqa: B904

    for is_cause in (True, False):
        batch = sandbox.add_batch([{}]).id
        sandbox.add_fault(Fault(operation="cancel_batch", reset="before", applied=True, times=1))
        with pytest.raises(KeyError) as caught:
            cancel_for_a_program(batch, is_cause=is_cause)
        assert (caught.value.__cause__ is not None) is is_cause
        assert client.batches.resolve(caught.value, settle=0).outcome == "happened"


def test_another_service_cannot_tell(
    sandbox: Sandbox, client: Any, connect: Callable[..., Any]
) -> None:
    """What is missing there says nothing about the service that was sent the write, so nothing is read."""
    batch = sandbox.add_batch([{}]).id
    sandbox.add_fault(Fault(operation="cancel_batch", reset="before"))
    with pytest.raises(OutcomeUnknownError) as caught:
        client.batches.cancel(batch)
    assert write_of(caught.value).base_url == sandbox.base_url
    elsewhere = "http://127.0.0.1:9"
    other = connect(token=sandbox.token, base_url=elsewhere)
    told = other.batches.resolve(caught.value)
    assert told.outcome == "cannot tell"
    assert told.reason == (
        f"the write was sent to {sandbox.base_url}, and this client reads {elsewhere}"
    )
    assert client.batches.resolve(caught.value, settle=0).outcome == "did not happen"


@each_write
def test_ctrl_c_can_be_resolved(
    sandbox: Sandbox, client: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interruption carries the write; the service may still work on it, so an absence proves nothing."""
    case = CASES[name]
    subject = case.prepare(sandbox)
    target = client.target if isinstance(client, Driver) else client
    send = type(target._connection).send

    def interrupted(self: Any, request: Any, **options: Any) -> Any:
        if request.method in WRITES:
            raise KeyboardInterrupt
        return send(self, request, **options)

    monkeypatch.setattr(type(target._connection), "send", interrupted)
    with pytest.raises(KeyboardInterrupt) as caught:
        case.send(client, subject)
    assert "client.batches.resolve(error)" in caught.value.__notes__[0]
    assert client.batches.resolve(caught.value, settle=0).outcome == "cannot tell"
    assert writes(sandbox) == 0


@each_write
def test_a_list_that_fails_tells_nothing(sandbox: Sandbox, client: Any, name: str) -> None:
    """Where the write cannot be looked for, nobody can tell."""
    case = CASES[name]
    subject = case.prepare(sandbox)
    sandbox.add_fault(Fault(operation=case.operation, reset="before"))
    with pytest.raises(OutcomeUnknownError) as caught:
        case.send(client, subject)
    sandbox.add_fault(Fault(operation="get_jobs", status=500))
    sandbox.add_fault(Fault(operation="get_all_batches", status=500))
    told = client.batches.resolve(caught.value, settle=0)
    assert told.outcome == "cannot tell"
    assert "500" in told.reason


@each_write
def test_a_strict_client_keeps_what_was_done(
    sandbox: Sandbox, connect: Callable[..., Any], name: str
) -> None:
    """A departure in the answer is raised after the write, with it, and the write happened."""

    def spoil(request: Any) -> None:
        if request.method in WRITES:
            sandbox.quirks = {"naive-times"}

    case = CASES[name]
    subject = case.prepare(sandbox)
    client = connect(token=sandbox.token, base_url=sandbox.base_url, strict=True, on_request=spoil)
    with pytest.raises(WriteDepartureError) as caught:
        case.send(client, subject)
    sandbox.quirks = set()
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert error.write.carried_out
    assert client.batches.resolve(error).outcome == "happened"
    assert as_another(sandbox, lambda own: case.count(own, subject)) == 1


@pytest.mark.parametrize("name", CASES)
def test_a_write_that_finds_no_connection_did_not_happen(sandbox: Sandbox, name: str) -> None:
    """It is tried again, as nothing was sent, and then is an error that resolves at once."""
    case = CASES[name]
    subject = case.prepare(sandbox)
    attempts: list[str] = []

    class Refusing(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.method in WRITES:
                attempts.append(request.method)
                raise httpx.ConnectError("refused")
            return super().handle_request(request)

    with (
        httpx.Client(transport=Refusing()) as http,
        PasqalClient(
            token=sandbox.token,
            base_url=sandbox.base_url,
            http_client=http,
            retry=RetryPolicy(first_pause=0),
        ) as client,
    ):
        with pytest.raises(APIConnectionError, match="refused") as caught:
            case.send(client, subject)
        assert len(attempts) == 5
        assert client.batches.resolve(caught.value).outcome == "did not happen"
    assert writes(sandbox) == 0


def test_a_body_that_is_too_large_is_described(sandbox: Sandbox, client: Any) -> None:
    """Jobs are counted where there are some."""
    batch = sandbox.add_batch([{}])
    for operation in ("add_jobs", "set_batch_tags", "cancel_batches"):
        sandbox.add_fault(Fault(operation=operation, status=413))
    with pytest.raises(APIStatusError, match="the body has .*; jobs in it: 2; send fewer"):
        client.batches.add_jobs(batch.id, [{"runs": 1}, {"runs": 2}])
    with pytest.raises(APIStatusError, match="the body has .*; send less at once") as caught:
        client.batches.set_tags(batch.id, ["a"])
    assert "jobs" not in str(caught.value)
    with pytest.raises(APIStatusError, match="the body has .*; send less at once"):
        client.batches.cancel_many([batch.id])


@pytest.mark.parametrize("name", ["add_jobs", "rebatch", "set_tags", "cancel_many by filters"])
def test_an_await_that_is_given_up_before_anything_is_sent_did_not_happen(name: str) -> None:
    """What is read first may take long; the exception says that nothing was sent."""

    async def give_up(sandbox: Sandbox, case: Case, subject: Any) -> None:
        client = AsyncPasqalClient(
            token=sandbox.token,
            base_url=sandbox.base_url,
            on_request=lambda _: limit.reschedule(0),
        )
        async with client:
            with pytest.raises(TimeoutError) as caught:
                async with asyncio.timeout(None) as limit:
                    await case.send(client, subject)
            told = await client.batches.resolve(caught.value)
            assert told.outcome == "did not happen"

    case = CASES[name]
    with Sandbox() as sandbox:
        subject = case.prepare(sandbox)
        for operation in ("get_batch", "get_jobs", "get_all_batches"):
            sandbox.add_fault(Fault(operation=operation, drip="100s"))
        asyncio.run(give_up(sandbox, case, subject))
        assert writes(sandbox) == 0


# Adding jobs


def test_the_added_jobs_are_told_from_the_others(sandbox: Sandbox, client: Any) -> None:
    """They come in the order in which they were given; the batch has all of them."""
    batch = sandbox.add_batch([{"runs": 5}, {"runs": 5}], sequence_builder="x")
    result = client.batches.add_jobs(batch.id, [{"runs": 5}, {}], runs=9)
    assert isinstance(result, AddedJobs)
    assert [job.runs for job in result.added] == [5, 9]
    assert len(result.jobs) == 4
    assert result.batch.id == batch.id
    assert not {job.id for job in result.added} & set(batch.job_ids)
    assert pickle.loads(pickle.dumps(result)).added == result.added  # noqa: S301


def test_a_batch_that_is_given_spares_a_request(sandbox: Sandbox, client: Any) -> None:
    """Its jobs are those before; one that was kept from before an earlier addition is not trusted."""
    first = client.batches.add_jobs(sandbox.add_batch([{}]).id, [{"runs": 5}]).batch
    sandbox.clear_requests()
    second = client.batches.add_jobs(first, [{"runs": 5}])
    assert [request.method for request in sandbox.requests] == ["POST"]
    assert [job.creation_order for job in second.added] == [3]
    third = client.batches.add_jobs(first, [{"runs": 5}])
    assert [request.method for request in sandbox.requests] == ["POST", "GET", "POST"]
    assert [job.creation_order for job in third.added] == [4]


def test_jobs_of_an_earlier_addition_are_not_mistaken_for_those_of_a_lost_one(
    sandbox: Sandbox, client: Any
) -> None:
    """Also if the caller gives the batch as it was before both, or through a view of the client."""
    batch = client.batches.add_jobs(sandbox.add_batch([{}]).id, [{"runs": 1}]).batch
    client.batches.add_jobs(batch, [{"runs": 5}])
    sandbox.add_fault(Fault(operation="add_jobs", reset="before"))
    for one in (client, client.with_options(timeout=5)):
        view = Driver(one.target, one.runner) if isinstance(one, Driver) else one
        with pytest.raises(OutcomeUnknownError) as caught:
            view.batches.add_jobs(batch, [{"runs": 5}])
        assert client.batches.resolve(caught.value, settle=0).outcome == "did not happen"
    # One whose outcome was unknown may be there, so the next addition reads again.
    sandbox.clear_faults()
    sandbox.add_fault(Fault(operation="add_jobs", applied=True, reset="before", times=1))
    with pytest.raises(OutcomeUnknownError):
        client.batches.add_jobs(batch, [{"runs": 6}])
    assert [job.runs for job in client.batches.add_jobs(batch, [{"runs": 6}]).added] == [6]
    assert as_another(sandbox, lambda own: own.jobs.count(batch_id=batch.id)) == 5


@pytest.mark.parametrize("applied", [False, True])
def test_a_later_addition_is_not_mistaken_for_a_lost_one(
    sandbox: Sandbox, client: Any, applied: bool
) -> None:
    """Although it adds the same: the client knows from its answer whose jobs those are."""
    batch = sandbox.add_batch([{}])
    sandbox.add_fault(Fault(operation="add_jobs", applied=applied, reset="before", times=1))
    with pytest.raises(OutcomeUnknownError) as caught:
        client.batches.add_jobs(batch.id, [{"runs": 5}])
    later = client.batches.add_jobs(batch.id, [{"runs": 5}]).added
    told = client.with_options(timeout=5).batches.resolve(caught.value, settle=0)
    assert told.outcome == ("happened" if applied else "did not happen")
    assert not {job.id for job in told.jobs} & {job.id for job in later}


def test_the_addition_of_another_client_is_not_mistaken_for_a_lost_one(
    sandbox: Sandbox, client: Any
) -> None:
    """All clients of the process count, as each thread may have its own."""
    batch = sandbox.add_batch([{}])
    sandbox.add_fault(Fault(operation="add_jobs", status=502, times=1))
    with pytest.raises(OutcomeUnknownError) as caught:
        client.batches.add_jobs(batch.id, [{"runs": 7}])
    as_another(sandbox, lambda own: own.batches.add_jobs(batch.id, [{"runs": 7}]))
    assert client.batches.resolve(caught.value, settle=0).outcome == "did not happen"


def test_one_addition_does_not_settle_two_that_were_lost(sandbox: Sandbox, client: Any) -> None:
    """They are alike, and nobody can tell which of them is there."""
    batch = client.batches.add_jobs(sandbox.add_batch([{}]).id, [{"runs": 1}]).batch
    errors = []
    for applied in (False, True):
        fault = Fault(operation="add_jobs", applied=applied, reset="before", times=1)
        sandbox.add_fault(fault)
        with pytest.raises(OutcomeUnknownError) as caught:
            client.batches.add_jobs(batch.id, [{"runs": 5}])
        errors.append(caught.value)
    outcomes = [client.batches.resolve(error, settle=0).outcome for error in errors]
    assert outcomes == ["cannot tell", "cannot tell"]


def test_a_loss_that_was_resolved_does_not_make_the_next_one_doubtful(
    sandbox: Sandbox, client: Any
) -> None:
    """A program that adds the same jobs again and again, and resolves each loss, knows where it is."""
    batch = sandbox.add_batch([{}])
    for applied in (False, True, True, False, True):
        fault = Fault(operation="add_jobs", applied=applied, reset="before", times=1)
        sandbox.add_fault(fault)
        with pytest.raises(OutcomeUnknownError) as caught:
            client.batches.add_jobs(batch.id, [{"runs": 5}])
        told = client.batches.resolve(caught.value, settle=0)
        assert told.outcome == ("happened" if applied else "did not happen")


def test_jobs_that_somebody_else_added_make_it_uncertain(sandbox: Sandbox, client: Any) -> None:
    """Jobs like ours are told apart from others, but not from somebody else's that are like ours."""
    batch = sandbox.add_batch([{}])
    sandbox.add_fault(Fault(operation="add_jobs", reset="before"))
    with pytest.raises(OutcomeUnknownError) as caught:
        client.batches.add_jobs(batch.id, [{"runs": 5}])
    error = caught.value
    sandbox.add_jobs(batch.id, [{"runs": 8}])
    assert client.batches.resolve(error, settle=0).outcome == "cannot tell"
    sandbox.add_jobs(batch.id, [{"runs": 5}, {"runs": 5}])
    assert client.batches.resolve(error, settle=0).outcome == "cannot tell"


def test_no_jobs_are_no_write(sandbox: Sandbox, client: Any) -> None:
    """The batch is returned as it was given or read, and nothing is sent but reads."""
    batch = sandbox.add_batch([{}, {}])
    result = client.batches.add_jobs(batch.id, [])
    assert (result.batch.id, len(result.jobs), result.added) == (batch.id, 2, ())
    assert writes(sandbox) == 0
    again = client.batches.add_jobs(result.batch, iter(()))
    assert (again.batch, len(again.jobs)) == (result.batch, 2)


def test_a_batch_that_is_not_open_takes_no_jobs(sandbox: Sandbox, client: Any) -> None:
    """The conflict is the service's answer, and nothing was added."""
    batch = closed_batch(sandbox)
    with pytest.raises(ConflictError, match="not open") as caught:
        client.batches.add_jobs(batch.id, [{"runs": 5}])
    assert client.batches.resolve(caught.value).outcome == "did not happen"
    assert as_another(sandbox, lambda own: own.jobs.count(batch_id=batch.id)) == 2


def test_malformed_jobs_are_rejected_before_anything_is_sent(offline: Any) -> None:
    """The message says which job is meant, and not even the jobs that are there are read."""
    with pytest.raises(ValueError, match=r"jobs\[1\]\.runs"):
        offline.batches.add_jobs(OTHER, [{"runs": 1}, {"runs": 0}])
    with pytest.raises(ValueError, match="batch: 'x' is not a UUID"):
        offline.batches.add_jobs("x", [{"runs": 1}])


def test_a_baseline_that_cannot_be_read_stops_the_addition(sandbox: Sandbox, client: Any) -> None:
    """Without it a lost answer could not be settled, so nothing is sent."""
    batch = sandbox.add_batch([{}])
    sandbox.add_fault(Fault(operation="get_jobs", status=500))
    with pytest.raises(ServerError) as caught:
        client.batches.add_jobs(batch.id, [{"runs": 5}])
    assert writes(sandbox) == 0
    assert client.batches.resolve(caught.value).outcome == "did not happen"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"id": str(OTHER), "jobs": []}, f"the answer is about batch {OTHER}"),
        ({}, "the answer does not hold the jobs of the batch"),
        ({"jobs": None}, "the answer does not hold the jobs of the batch"),
        ({"jobs": []}, "the answer does not hold the jobs that were added"),
    ],
)
def test_an_answer_without_the_added_jobs_is_an_unknown_outcome(
    sandbox: Sandbox, client: Any, data: dict[str, Any], problem: str
) -> None:
    """An answer that does not hold what the write was about does not say what became of it."""
    batch = sandbox.add_batch([{}])
    body = {"data": {"id": str(batch.id), **data}}
    sandbox.add_fault(Fault(operation="add_jobs", status=200, body=body, applied=True))
    with pytest.raises(OutcomeUnknownError, match=problem) as caught:
        client.batches.add_jobs(batch.id, [{"runs": 5}])
    assert client.batches.resolve(caught.value, settle=0).outcome == "happened"


@pytest.mark.parametrize("quirk", ["nulls", "missing-fields"])
def test_added_jobs_are_found_in_odd_answers(sandbox: Sandbox, client: Any, quirk: str) -> None:
    """Jobs that show neither their runs nor their order are still those after the others."""
    batch = sandbox.add_batch([{"runs": 5}])
    sandbox.quirks = {quirk}
    assert len(client.batches.add_jobs(batch.id, [{"runs": 5}, {"runs": 6}]).added) == 2


def test_reading_added_jobs_that_cannot_be_told_apart_is_a_departure(
    sandbox: Sandbox, client: Any
) -> None:
    """What is left can be used: the batch and all of its jobs."""
    batch = as_another(
        sandbox, lambda own: own.batches.add_jobs(sandbox.add_batch([{}]).id, [{"runs": 1}]).batch
    )
    sandbox.add_jobs(batch.id, [{"runs": 5}])
    result = client.batches.add_jobs(batch, [{"runs": 5}])
    assert len(result.jobs) == 4
    with pytest.raises(DepartureError, match=r"data\.jobs.*2 places where they may be"):
        result.added  # noqa: B018


# Repeating


def test_a_rebatch_repeats_the_jobs_that_match(sandbox: Sandbox, client: Any) -> None:
    """The new batch names the old one; filters that match nothing are the service's answer."""
    batch = sandbox.add_batch(
        [{"status": "ERROR", "runs": 5}, {"status": "DONE", "runs": 6}], complete=True
    )
    again = client.batches.rebatch(batch.id, status="ERROR")
    assert (again.parent_id, [job.runs for job in again.jobs]) == (batch.id, [5])
    with pytest.raises(UnprocessableError):
        client.batches.rebatch(batch.id, status="PENDING")
    with pytest.raises(ConflictError, match="is open"):
        client.batches.rebatch(sandbox.add_batch([{}]).id, all=True)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({}, "if that is meant, give all=True"),
        ({"all": "yes"}, "neither True nor False"),
        ({"id": []}, "no job can match"),
        ({"id": [], "all": True}, "no job can match"),
        ({"id": [uuid.uuid4() for _ in range(200)]}, "two requests would make two batches"),
        ({"status": ""}, "status"),
    ],
)
def test_a_rebatch_is_checked_before_anything_is_sent(
    offline: Any, arguments: dict[str, Any], problem: str
) -> None:
    """A batch that was not meant costs money."""
    with pytest.raises(ValueError, match=problem):
        offline.batches.rebatch(OTHER, **arguments)


def test_earlier_children_are_not_mistaken_for_a_new_one(sandbox: Sandbox, client: Any) -> None:
    """A batch that was repeated before has children; only a new one says that it happened."""
    batch = closed_batch(sandbox)
    client.batches.rebatch(batch.id, all=True)
    sandbox.add_fault(Fault(operation="rebatch_jobs", reset="before"))
    with pytest.raises(OutcomeUnknownError) as caught:
        client.batches.rebatch(batch.id, all=True)
    assert client.batches.resolve(caught.value, settle=0).outcome == "did not happen"
    sandbox.clear_faults()
    as_somebody_else(sandbox, batch.id)
    told = client.batches.resolve(caught.value, settle=0)
    assert (told.outcome, told.batch.parent_id) == ("happened", batch.id)
    as_somebody_else(sandbox, batch.id)
    assert client.batches.resolve(caught.value, settle=0).outcome == "cannot tell"


def as_somebody_else(sandbox: Sandbox, batch_id: uuid.UUID) -> None:
    """Rebatch past the methods, of which all clients of this process know."""
    as_another(sandbox, lambda own: rebatch_jobs.sync_detailed(batch_id, client=own.api))


def lost_rebatch(client: Any, batch_id: uuid.UUID, status: str) -> OutcomeUnknownError:
    with pytest.raises(OutcomeUnknownError) as caught:
        client.batches.rebatch(batch_id, status=status)
    return caught.value


@pytest.mark.parametrize("by", ["this client", "another client"])
def test_the_batch_of_a_later_rebatch_does_not_settle_a_lost_one(
    sandbox: Sandbox, client: Any, by: str
) -> None:
    """They may have other filters; all clients of the process count, as each thread may have its own."""
    batch = sandbox.add_batch([{"status": "ERROR"}, {"status": "CANCELED"}], complete=True)
    sandbox.add_fault(Fault(operation="rebatch_jobs", status=502, times=1))
    error = lost_rebatch(client, batch.id, "ERROR")
    if by == "this client":
        client.batches.rebatch(batch.id, status="CANCELED")
    else:
        as_another(sandbox, lambda own: own.batches.rebatch(batch.id, status="CANCELED"))
    assert client.batches.resolve(error, settle=0).outcome == "did not happen"


def test_one_batch_does_not_settle_two_rebatches_that_were_lost(
    sandbox: Sandbox, client: Any
) -> None:
    """It may be that of either."""
    batch = sandbox.add_batch([{"status": "ERROR"}, {"status": "CANCELED"}], complete=True)
    sandbox.add_fault(Fault(operation="rebatch_jobs", nth=1, status=502))
    sandbox.add_fault(Fault(operation="rebatch_jobs", nth=2, status=502, applied=True))
    errors = [lost_rebatch(client, batch.id, status) for status in ("ERROR", "CANCELED")]
    outcomes = [client.batches.resolve(error, settle=0).outcome for error in errors]
    assert outcomes == ["cannot tell", "cannot tell"]


def test_an_answer_with_an_earlier_child_is_an_unknown_outcome(
    sandbox: Sandbox, client: Any
) -> None:
    """It may be that of the request before, which something on the way has sent twice."""
    batch = closed_batch(sandbox)
    first = client.batches.rebatch(batch.id, all=True)
    body = {"data": first.to_dict()}
    sandbox.add_fault(Fault(operation="rebatch_jobs", status=200, body=body, applied=True))
    with pytest.raises(OutcomeUnknownError, match=f"about batch {first.id}, which was there"):
        client.batches.rebatch(batch.id, all=True)


def test_a_child_that_the_list_shows_late_is_waited_for(
    sandbox: Sandbox, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Resolving looks several times, for as long as the caller says."""
    monkeypatch.setattr(resolution, "_FIRST_PAUSE", 0.0)
    batch = closed_batch(sandbox)
    sandbox.advance("1m")
    sandbox.quirks = {"lagging-list"}
    sandbox.add_fault(Fault(operation="rebatch_jobs", applied=True, reset="before"))
    with pytest.raises(OutcomeUnknownError) as caught:
        client.batches.rebatch(batch.id, all=True)
    sandbox.add_fault(Fault(operation="get_all_batches", nth=2, advance="11s"))
    assert client.batches.resolve(caught.value, settle=60).outcome == "happened"


def test_only_batches_that_are_not_older_are_read(sandbox: Sandbox, client: Any) -> None:
    """A child is younger than its parent, so a large project costs no more than a small one."""
    for _ in range(150):
        sandbox.add_batch([{}])
    batch = closed_batch(sandbox)
    sandbox.clear_requests()
    client.batches.rebatch(batch.id, all=True)
    lists = [request for request in sandbox.requests if request.path.endswith("/batches")]
    assert lists[0].query["project_id"] == [str(sandbox.project_id)]
    assert len(lists) <= 2


@pytest.mark.parametrize("operation", ["get_batch", "get_all_batches"])
def test_a_rebatch_without_a_baseline_is_not_sent(
    sandbox: Sandbox, client: Any, operation: str
) -> None:
    """It could not be settled, and might cost twice."""
    batch = closed_batch(sandbox)
    sandbox.add_fault(Fault(operation=operation, status=500))
    with pytest.raises(ServerError) as caught:
        client.batches.rebatch(batch.id, all=True)
    assert writes(sandbox) == 0
    assert client.batches.resolve(caught.value).outcome == "did not happen"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"id": str(OTHER), "parent_id": str(uuid.uuid4())}, "which does not repeat batch"),
        ({"parent_id": None}, "which does not repeat batch"),
        ({"id": "x"}, "does not hold the new batch"),
    ],
)
def test_an_answer_without_the_new_batch_is_an_unknown_outcome(
    sandbox: Sandbox, client: Any, data: dict[str, Any], problem: str
) -> None:
    """The old batch, one of another parent or one without an id is not what was asked for."""
    batch = closed_batch(sandbox)
    body = {"data": {"id": str(batch.id), **data}}
    sandbox.add_fault(Fault(operation="rebatch_jobs", status=200, body=body))
    with pytest.raises(OutcomeUnknownError, match=problem):
        client.batches.rebatch(batch.id, all=True)


def test_a_new_batch_that_does_not_name_its_parent_is_a_departure(
    sandbox: Sandbox, client: Any
) -> None:
    """It is returned, and the departure is counted."""
    batch = closed_batch(sandbox)
    body = {"data": {"id": str(OTHER), "parent_id": None}}
    sandbox.add_fault(Fault(operation="rebatch_jobs", status=200, body=body))
    assert client.batches.rebatch(batch.id, all=True).id == OTHER
    departed = {seen.first.path for seen in client.departures}
    assert {"data.parent_id", "data.jobs"} <= departed


# Tags


def test_tags_are_replaced_but_for_our_own(sandbox: Sandbox, client: Any) -> None:
    """With keep_own=False these go, too."""
    batch = sandbox.add_batch([{}], tags=["old", OWN_TAG])
    assert client.batches.set_tags(batch.id, ["b", "a"]).tags == ["b", "a", OWN_TAG]
    assert client.batches.set_tags(batch.id, iter([OWN_TAG, "c"])).tags == [OWN_TAG, "c"]
    assert client.batches.set_tags(batch.id, [], keep_own=False).tags == []


@pytest.mark.parametrize(
    "tags", ["old", b"old", None, 7, {"a": 1}, [7], [""], ["a", "a"], ["\ud800"]]
)
def test_malformed_tags_are_rejected(offline: Any, tags: Any) -> None:
    """A text alone would be its letters."""
    with pytest.raises(ValueError, match="tags"):
        offline.batches.set_tags(OTHER, tags)


@pytest.mark.parametrize("keep_own", [True, False])
def test_a_tag_that_looks_like_ours_has_to_be_there(
    sandbox: Sandbox, client: Any, keep_own: bool
) -> None:
    """A made-up one could make another submission look like this batch."""
    batch = sandbox.add_batch([{}], tags=["old"])
    with pytest.raises(ValueError, match="the batch does not have it"):
        client.batches.set_tags(batch.id, [OWN_TAG], keep_own=keep_own)
    assert writes(sandbox) == 0


def test_tags_that_cannot_be_read_stop_the_change(sandbox: Sandbox, client: Any) -> None:
    """Ours could be lost; a caller who does not mind says so."""
    batch = sandbox.add_batch([{}], tags=[OWN_TAG])
    sandbox.quirks = {"missing-fields"}
    with pytest.raises(DepartureError, match=r"data\.tags"):
        client.batches.set_tags(batch.id, ["a"])
    assert writes(sandbox) == 0
    sandbox.clear_requests()
    client.batches.set_tags(batch.id, ["a"], keep_own=False)
    assert [request.method for request in sandbox.requests] == ["PATCH"]
    sandbox.quirks = set()
    assert client.batches.get(batch.id).tags == ["a"]
    sandbox.add_fault(Fault(operation="get_batch", status=404))
    with pytest.raises(NotFoundError) as missing:
        client.batches.set_tags(batch.id, ["b"])
    assert writes(sandbox) == 1
    assert client.batches.resolve(missing.value).outcome == "did not happen"


def test_an_answer_with_other_tags_is_a_departure(sandbox: Sandbox, client: Any) -> None:
    """The service said that it did it; what it shows is told."""
    batch = sandbox.add_batch([{}])
    body = {"data": {"id": str(batch.id), "tags": ["else"]}}
    sandbox.add_fault(Fault(operation="set_batch_tags", status=200, body=body))
    assert client.batches.set_tags(batch.id, ["a"]).tags == ["else"]
    assert "data.tags" in [seen.first.path for seen in client.departures]


# Cancelling


@pytest.mark.parametrize("status", ["DONE", "ERROR", "CANCELED", "TIMED_OUT"])
def test_a_batch_that_has_ended_is_an_answer(sandbox: Sandbox, client: Any, status: str) -> None:
    """It is returned as it stands."""
    job = "DONE" if status == "TIMED_OUT" else status
    batch = sandbox.add_batch([{"status": job}], status=status, complete=True)
    assert client.batches.cancel(batch.id).status == status
    assert writes(sandbox) == 1


@pytest.mark.parametrize("status", ["DONE", "ERROR", "CANCELED"])
def test_a_job_that_has_ended_is_an_answer(sandbox: Sandbox, client: Any, status: str) -> None:
    """It is returned as it stands."""
    batch = sandbox.add_batch([{"status": status}, {}])
    assert client.jobs.cancel(batch.job_ids[0]).status == status
    assert client.jobs.cancel(batch.job_ids[1]).status == "CANCELED"
    assert client.batches.get(batch.id).jobs_count == 2


@pytest.mark.parametrize("code", [400, 409, 422])
def test_a_refusal_of_what_has_not_ended_is_raised(
    sandbox: Sandbox, client: Any, code: int
) -> None:
    """So it is if what was refused cannot be read."""
    batch = sandbox.add_batch([{}])
    sandbox.add_fault(Fault(operation="cancel_batch", status=code))
    sandbox.add_fault(Fault(operation="cancel_job", status=code))
    for fault in (
        None,
        Fault(operation="get_batch", status=404),
        Fault(operation="get_job", status=404),
    ):
        if fault is not None:
            sandbox.add_fault(fault)
        for cancel, one in (
            (client.batches.cancel, batch.id),
            (client.jobs.cancel, batch.job_ids[0]),
        ):
            with pytest.raises(Exception, match=str(code)) as caught:
                cancel(one)
            assert client.batches.resolve(caught.value).outcome == "did not happen"


@pytest.mark.parametrize("what", ["batch", "job"])
def test_a_cancellation_that_shows_no_effect_is_a_departure(
    sandbox: Sandbox, client: Any, what: str
) -> None:
    """The answer may be that of another request, so nobody should take it for done."""
    batch = sandbox.add_batch([{}])
    strict = client.with_options(strict=True)
    resource, strict_resource, subject = client.batches, strict.batches, batch.id
    if what == "job":
        resource, strict_resource, subject = client.jobs, strict.jobs, batch.job_ids[0]
    body = {"data": resource.get(subject).to_dict()}
    sandbox.add_fault(Fault(operation=f"cancel_{what}", status=200, body=body, applied=True))
    assert resource.cancel(subject).status == "PENDING"
    assert [seen.first.path for seen in client.departures] == ["data.status"]
    with pytest.raises(WriteDepartureError, match="status"):
        strict_resource.cancel(subject)


@pytest.mark.parametrize("data", [{"id": str(OTHER)}, 7])
def test_an_answer_about_another_batch_or_job_is_an_unknown_outcome(
    sandbox: Sandbox, client: Any, data: Any
) -> None:
    """It may be the answer to another request."""
    batch = sandbox.add_batch([{}])
    for operation in ("cancel_batch", "cancel_job", "set_batch_tags"):
        sandbox.add_fault(Fault(operation=operation, status=200, body={"data": data}))
    calls: list[Callable[[], Any]] = [
        lambda: client.batches.cancel(batch.id),
        lambda: client.jobs.cancel(batch.job_ids[0]),
        lambda: client.batches.set_tags(batch.id, []),
    ]
    for call in calls:
        with pytest.raises(OutcomeUnknownError, match="the answer (is about|does not hold)"):
            call()


# Cancelling many


def test_batches_are_cancelled_by_their_ids(sandbox: Sandbox, connect: Callable[..., Any]) -> None:
    """It is one request, with any number of ids; the client's project plays no part."""
    client = connect(token=sandbox.token, base_url=sandbox.base_url, project_id=OTHER)
    live = [sandbox.add_batch([{}]).id for _ in range(150)]
    over = sandbox.add_batch([{"status": "DONE"}], complete=True).id
    sandbox.clear_requests()
    receipt = client.batches.cancel_many([*live, str(over).upper(), OTHER])
    assert isinstance(receipt, CancelBatchesReceipt)
    (request,) = sandbox.requests
    assert list(request.json) == ["batch_ids"]
    assert {batch.id for batch in receipt.batches} == set(live)
    assert set(receipt.errors) == {over, OTHER}
    with pytest.raises(CancelRefusedError, match="^2 batches were not cancelled"):
        receipt.raise_for_errors()
    assert client.batches.cancel_many(live[0]).batches == ()


@pytest.mark.parametrize(
    "arguments",
    [{"ids": []}, {"ids": iter(())}, {"status": []}, {"status": [], "all": True}, {"tags": ()}],
)
@pytest.mark.parametrize("dry_run", [False, True])
def test_an_empty_iterable_cancels_nothing(
    offline: Any, arguments: dict[str, Any], dry_run: bool
) -> None:
    """No request is sent."""
    filters = dict(arguments)
    ids = filters.pop("ids", None)
    receipt = offline.batches.cancel_many(ids, dry_run=dry_run, **filters)
    assert receipt == CancelBatchesReceipt(dry_run=dry_run)
    receipt.raise_for_errors()


@pytest.mark.parametrize(
    ("ids", "arguments", "kind", "problem"),
    [
        (None, {}, ValueError, "if that is meant, give all=True"),
        (None, {"project_id": None}, ValueError, "if that is meant, give all=True"),
        (None, {"all": 1}, ValueError, "neither True nor False"),
        ([OTHER], {"all": True}, ValueError, "either ids, or filters or all=True"),
        ([OTHER], {"status": "PENDING"}, ValueError, "either ids, or filters"),
        (["x"], {}, ValueError, "not a UUID"),
        (None, {"status": "DONE"}, ValueError, "status: 'DONE' cannot be cancelled"),
        (None, {"tag": "a"}, TypeError, "tag is called tags here"),
        (None, {"min_jobs": 2}, TypeError, "list the batches with it, and give their ids"),
        (None, {"end_date": "2026-11-01T00:00:00Z"}, TypeError, "give their ids"),
        (None, {"id": OTHER}, TypeError, "ids come first"),
        (None, {"start_date": "2026-11-01"}, ValueError, "time zone"),
    ],
)
def test_what_to_cancel_is_checked_before_anything_is_sent(
    offline: Any, ids: Any, arguments: dict[str, Any], kind: type[Exception], problem: str
) -> None:
    """Nothing is cancelled by mistake."""
    with pytest.raises(kind, match=problem):
        offline.batches.cancel_many(ids, **arguments)


def test_the_clients_project_narrows_a_cancellation(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """Everything is sent as `cancel_all` only where no project is known."""
    here = sandbox.add_batch([{}])
    there = sandbox.add_batch([{}], project_id=OTHER)
    project = str(sandbox.project_id)
    narrow = connect(token=sandbox.token, base_url=sandbox.base_url, project_id=project)
    wide = connect(token=sandbox.token, base_url=sandbox.base_url)

    def sent(client: Any, **arguments: Any) -> Any:
        plan = client.batches.cancel_many(dry_run=True, **arguments)
        receipt = client.batches.cancel_many(**arguments)
        assert {one.id for one in plan.batches} == {one.id for one in receipt.batches}
        return sandbox.requests[-1].json, {one.id for one in receipt.batches}

    assert sent(narrow, all=True) == ({"project_id": [project]}, {here.id})
    more = sandbox.add_batch([{}])
    assert sent(narrow, status="pending") == (
        {"status": ["PENDING"], "project_id": [project]},
        {more.id},
    )
    last = sandbox.add_batch([{}])
    assert sent(narrow, all=True, project_id=None) == ({"cancel_all": True}, {there.id, last.id})
    assert sent(wide, all=True) == ({"cancel_all": True}, set())


@pytest.mark.parametrize(
    "filters",
    [
        {"all": True},
        {"status": "PENDING"},
        {"status": ["running"]},
        {"device_type": ["EMU_MPS", "fresnel"]},
        {"open": False},
        {"tags": "a"},
        {"tags": ["a"], "open": True},
        {"start_date": "2026-10-12T09:00:00Z"},
        {"queue_priority": "HIGH"},
        {"user_id": "ada"},
    ],
)
def test_a_dry_run_shows_what_would_be_cancelled(
    sandbox: Sandbox, client: Any, filters: dict[str, Any]
) -> None:
    """The list means something else by some filters, or ignores the one for tags; the dry run does not."""
    sandbox.add_batch([{}], tags=["a"])
    sandbox.add_batch([{"status": "DONE"}], complete=True, tags=["a"])
    sandbox.add_batch([{"status": "CANCELED"}], complete=True)
    sandbox.set_device("FRESNEL", status="DOWN")
    sandbox.advance("2h")
    sandbox.add_batch([{"status": "RUNNING"}], device_type="EMU_MPS", tags=["a", "b"])
    sandbox.add_batch([{}], device_type="EMU_SV", queue_priority="HIGH", complete=True)
    sandbox.add_batch([{}], user_id="ada", tags=["b"])
    plans = []
    for quirks in (set[str](), {"ignored-tag"}):
        sandbox.quirks = quirks
        plans.append(client.batches.cancel_many(dry_run=True, **filters))
    assert writes(sandbox) == 0
    receipt = client.batches.cancel_many(**filters)
    for plan in plans:
        assert plan.dry_run
        assert {one.id for one in receipt.batches} == {one.id for one in plan.batches} != set()
    assert (receipt.errors, receipt.dry_run) == ({}, False)


def test_a_dry_run_of_ids_says_which_would_not_be_cancelled(sandbox: Sandbox, client: Any) -> None:
    """They have ended, or nobody sees them; it predicts the receipt."""
    live = sandbox.add_batch([{}]).id
    over = sandbox.add_batch([{"status": "DONE"}], complete=True).id
    plan = client.batches.cancel_many([live, over, OTHER], dry_run=True)
    assert [batch.id for batch in plan.batches] == [live]
    assert set(plan.errors) == {over, OTHER}
    assert "ended" in plan.errors[over]
    assert "does not exist" in plan.errors[OTHER]
    assert set(client.batches.cancel_many([live, over, OTHER]).errors) == {over, OTHER}


def test_a_dry_run_of_several_tags_is_refused(sandbox: Sandbox, client: Any) -> None:
    """The list has no filter for them; the cancellation itself has."""
    batch = sandbox.add_batch([{}], tags=["b"])
    sandbox.add_batch([{}], tags=["c"])
    sandbox.clear_requests()
    with pytest.raises(ValueError, match="a dry run shows the batches with one tag"):
        client.batches.cancel_many(tags=["a", "b"], dry_run=True)
    assert sandbox.requests == []
    receipt = client.batches.cancel_many(tags=["a", "b"])
    assert [one.id for one in receipt.batches] == [batch.id]


def test_a_cancellation_does_not_need_its_list(sandbox: Sandbox, client: Any) -> None:
    """If what matches cannot be listed, it is cancelled all the same; only a lost answer stays unknown."""
    sandbox.add_batch([{}])
    sandbox.add_fault(Fault(operation="get_all_batches", status=400))
    assert len(client.batches.cancel_many(all=True).batches) == 1
    sandbox.add_batch([{}])
    sandbox.add_fault(Fault(operation="cancel_batches", applied=True, reset="before"))
    with pytest.raises(OutcomeUnknownError) as caught:
        client.batches.cancel_many(all=True)
    sandbox.clear_faults()
    sandbox.clear_requests()
    told = client.batches.resolve(caught.value)
    assert (told.outcome, sandbox.requests) == ("cannot tell", [])


def test_a_cancellation_does_not_wait_long_for_its_list(
    sandbox: Sandbox, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is often urgent, and a lost answer is rare."""
    sandbox.add_batch([{}])
    monkeypatch.setattr(batches_module, "_LONGEST_BASELINE", 0.1)
    sandbox.add_fault(Fault(operation="get_all_batches", drip="100s"))
    assert len(client.batches.cancel_many(all=True).batches) == 1


def test_a_cancellation_that_was_half_done_cannot_be_told(sandbox: Sandbox, client: Any) -> None:
    """Some of the batches are cancelled, and others can still be."""
    ids = batches(sandbox)
    sandbox.add_fault(Fault(operation="cancel_batches", reset="before"))
    with pytest.raises(OutcomeUnknownError) as caught:
        client.batches.cancel_many(ids)
    sandbox.clear_faults()
    as_another(sandbox, lambda own: own.batches.cancel(ids[0]))
    told = client.batches.resolve(caught.value, settle=0)
    assert told.outcome == "cannot tell"
    assert "1 of 3 batches" in told.reason


@pytest.mark.parametrize(
    ("ids", "filters", "data"),
    [
        ([TOKEN], {}, {"batches": [{"id": str(OTHER)}], "errors": {}}),
        ([TOKEN], {}, {"batches": [], "errors": {str(OTHER): "It has ended."}}),
        (None, {"project_id": TOKEN}, {"batches": [{"id": str(OTHER), "project_id": str(OTHER)}]}),
        (None, {"user_id": "ada"}, {"batches": [{"user_id": "bob"}]}),
        (None, {"device_type": "FRESNEL"}, {"batches": [{"device_type": "EMU_SV"}]}),
    ],
)
def test_an_answer_about_batches_that_were_not_asked_for_is_an_unknown_outcome(
    connect: Callable[..., Any], ids: Any, filters: dict[str, Any], data: Any
) -> None:
    """It may be the answer to another request."""
    batch = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
    ids = ids and [batch]
    filters = {name: batch if value == TOKEN else value for name, value in filters.items()}

    def script(request: Request) -> list[Step]:
        if request.method == "GET":
            return [answer(200, page([]))]
        return [answer(200, {"data": data})]

    with Scripted(script) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        with pytest.raises(OutcomeUnknownError, match="the answer is about batch .* not asked for"):
            client.batches.cancel_many(ids, **filters)


@pytest.mark.parametrize(
    "data", [{}, {"batches": None}, {"batches": [7]}, {"batches": 7, "errors": {}}, 7]
)
def test_an_answer_without_batches_is_an_unknown_outcome(
    sandbox: Sandbox, client: Any, data: Any
) -> None:
    """It is not an empty receipt."""
    sandbox.add_fault(Fault(operation="cancel_batches", status=200, body={"data": data}))
    with pytest.raises(OutcomeUnknownError, match="does not hold the cancelled batches"):
        client.batches.cancel_many([OTHER])


def test_receipts_of_batches_are_merged() -> None:
    """Those of a dry run and of a cancellation are kept apart."""
    one, two = CancelBatchesReceipt(errors={OTHER: "x"}), CancelBatchesReceipt(errors={"y": "z"})
    assert (one + two).errors == {OTHER: "x", "y": "z"}
    with pytest.raises(CancelRefusedError, match="^1 batch was not cancelled"):
        one.raise_for_errors()
    with pytest.raises(ValueError, match="only one of the receipts"):
        one + CancelBatchesReceipt(dry_run=True)

"""A batch is submitted once, whatever happens on the way; what became of it can be found out, and is never a lie."""

from __future__ import annotations

import asyncio
import pickle
import signal
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import pytest

from client.conftest import settings_for
from client.lost_answers import LOST_ANSWERS
from client.scripted import Hold, Request, Reset, Scripted, Step, forwarded
from pasqal_client import (
    APIConnectionError,
    APIError,
    APIStatusError,
    AsyncPasqalClient,
    Batch,
    ConfigurationError,
    OutcomeUnknownError,
    PasqalClient,
    PermissionDeniedError,
    UnprocessableError,
    WriteDepartureError,
)
from pasqal_client.sandbox import Fault, Sandbox
from pasqal_core_api.api.batches import create_batch

SEQUENCE = '{"register": []}'
JOBS: list[Any] = [{"runs": 3, "variables": {"omega": [1.5, 2]}}, {"runs": 5}]


@pytest.fixture
def client(sandbox: Sandbox, connect: Callable[..., Any]) -> Any:
    """A client of either kind, for the project of the sandbox."""
    return connect(
        token=sandbox.token, base_url=sandbox.base_url, project_id=sandbox.project_id, timeout=60
    )


def batches_in(sandbox: Sandbox) -> list[Batch]:
    """The batches that there are, whatever the client under test believes."""
    with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as another:
        return list(another.batches.list())


def submissions(sandbox: Sandbox) -> int:
    """How many requests to create a batch have arrived."""
    return sum(request.method == "POST" for request in sandbox.requests)


# What is sent


def test_a_batch_is_submitted_with_its_jobs(sandbox: Sandbox, client: Any) -> None:
    """It comes back with its jobs in the order in which they were given, and nothing departs."""
    batch = client.batches.create(SEQUENCE, jobs=JOBS, device_type="fresnel", tags=["scan"])
    assert [(job.runs, job.variables) for job in batch.jobs] == [
        (3, {"omega": [1.5, 2]}),
        (5, None),
    ]
    assert (batch.status, batch.device_type, batch.open) == ("PENDING", "FRESNEL", False)
    assert batch.sequence_builder == SEQUENCE
    assert batch.tags[0] == "scan"
    assert uuid.UUID(batch.tags[1].removeprefix("pasqal-client:"))
    assert len(client.departures) == 0
    assert [one.id for one in batches_in(sandbox)] == [batch.id]


def test_a_body_is_what_the_contract_has(sandbox: Sandbox, client: Any) -> None:
    """What was not given is not sent, but for a sequence that is null."""
    jobs = [{"sequence": SEQUENCE, "runs": 1}]
    client.batches.create(jobs=jobs, device_type="EMU_FREE", submission_tag=False)
    (request,) = sandbox.requests
    assert request.json == {
        "project_id": str(sandbox.project_id),
        "sequence_builder": None,
        "jobs": jobs,
        "open": False,
        "device_type": "EMU_FREE",
    }


def test_a_large_body_is_compressed(sandbox: Sandbox, client: Any) -> None:
    """The service gets what was given, in a tenth of the bytes."""
    sequence = f'{{"register": [{"1, " * 10_000}1]}}'
    client.batches.create(sequence, runs=1, device_type="EMU_FREE")
    (request,) = sandbox.requests
    assert request.headers["content-encoding"] == "gzip"
    assert request.json["sequence_builder"] == sequence
    assert int(request.headers["content-length"]) < 1000


def test_what_is_malformed_is_rejected_before_anything_is_sent(
    sandbox: Sandbox, client: Any
) -> None:
    """Both methods check, and `open` does so before the block begins."""
    for submit in (client.batches.create, client.batches.open):
        with pytest.raises(ValueError, match=r"jobs\[3\]\.variables\.omega: nan is not a number"):
            submit(SEQUENCE, jobs=[*JOBS, {}, {"variables": {"omega": float("nan")}}])
        with pytest.raises(TypeError, match="sequence: expected serialised text or an object"):
            submit(3, runs=1)
    assert sandbox.requests == []


def test_without_a_project_nothing_is_sent(sandbox: Sandbox, connect: Callable[..., Any]) -> None:
    """The argument decides; without it, the client does."""
    client = connect(token=sandbox.token, base_url=sandbox.base_url)
    with pytest.raises(ConfigurationError, match="PASQAL_PROJECT_ID"):
        client.batches.create(SEQUENCE, runs=1)
    assert sandbox.requests == []
    batch = client.batches.create(
        SEQUENCE, runs=1, device_type="EMU_FREE", project_id=str(sandbox.project_id)
    )
    assert batch.project_id == sandbox.project_id


def test_a_view_may_submit_without_tags(sandbox: Sandbox, client: Any) -> None:
    """The setting is the default of the argument."""
    view = client.with_options(submission_tag=False)
    batch = view.batches.create(SEQUENCE, runs=1, device_type="EMU_FREE")
    assert batch.tags == []


# Faults


def in_doubt(applied: bool, **fault: Any) -> Any:
    """A fault after which nobody knows what happened."""
    return Fault(operation="create_batch", times=1, applied=applied, **fault)


# What reading tells without waiting.
FAULTS: dict[str, tuple[Fault, str]] = {
    f"{name}, {kind}": (Fault(operation="create_batch", **fault), outcome)
    for kind, (outcome, faults) in LOST_ANSWERS.items()
    for name, fault in faults.items()
} | {
    "an undocumented success": (in_doubt(True, status=202), "happened"),
    "another batch": (
        in_doubt(
            True,
            status=200,
            body={"data": {"id": str(uuid.uuid4()), "tags": [f"pasqal-client:{uuid.uuid4()}"]}},
        ),
        "happened",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_lost_answer_leaves_one_batch_at_most(sandbox: Sandbox, client: Any, name: str) -> None:
    """The request is not repeated, and its batch is found by its tag, by the word of a pickled error too."""
    fault, outcome = FAULTS[name]
    made = int(outcome == "happened")
    sandbox.add_batch([{}], tags=["pasqal-client:0"])
    sandbox.add_fault(fault)
    with pytest.raises(OutcomeUnknownError, match=r"client\.batches\.resolve\(error\)") as caught:
        client.batches.create(SEQUENCE, jobs=JOBS, device_type="FRESNEL")
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    resolution = client.batches.resolve(error, settle=0)
    there = batches_in(sandbox)
    assert (submissions(sandbox), len(there) - 1) == (1, made)
    assert resolution.outcome == outcome
    if made:
        assert resolution.batch.id == there[0].id


@pytest.mark.parametrize("name", FAULTS)
def test_a_lost_answer_of_an_open_batch_says_to_close_it(
    sandbox: Sandbox, client: Any, name: str
) -> None:
    """The block does not begin, and the batch that is there can be found and closed."""
    fault, outcome = FAULTS[name]
    made = int(outcome == "happened")
    sandbox.add_fault(fault)
    with (
        pytest.raises(OutcomeUnknownError, match="and complete its batch") as caught,
        client.batches.open(SEQUENCE, device_type="FRESNEL"),
    ):
        raise AssertionError
    resolution = client.batches.resolve(caught.value, settle=0)
    assert resolution.outcome == outcome
    if made:
        client.batches.complete(resolution.batch.id)
    assert [batch.open for batch in batches_in(sandbox)] == [False] * made


REFUSALS: dict[str, tuple[Any, type[APIError]]] = {
    "400": ({"status": 400}, APIStatusError),
    "403": ({"status": 403}, PermissionDeniedError),
    "408": ({"status": 408}, APIStatusError),
    "413": ({"status": 413, "style": "html"}, APIStatusError),
    "422": ({"status": 422}, UnprocessableError),
    "425": ({"status": 425}, APIStatusError),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_rejected_submission_did_not_happen(sandbox: Sandbox, client: Any, name: str) -> None:
    """Nothing is read to find that out."""
    fault, kind = REFUSALS[name]
    sandbox.add_fault(Fault(operation="create_batch", **fault))
    with pytest.raises(kind) as caught:
        client.batches.create(SEQUENCE, jobs=JOBS, device_type="FRESNEL")
    assert "resolve" not in str(caught.value)
    assert client.batches.resolve(caught.value).outcome == "did not happen"
    assert len(sandbox.requests) == 1
    assert batches_in(sandbox) == []


@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 503, "retry_after": 0}])
def test_what_asks_to_come_back_is_sent_again(
    sandbox: Sandbox, client: Any, fault: dict[str, Any]
) -> None:
    """It was not carried out, so there is one batch."""
    sandbox.add_fault(Fault(operation="create_batch", times=2, **fault))
    batch = client.batches.create(SEQUENCE, jobs=JOBS, device_type="FRESNEL")
    assert submissions(sandbox) == 3
    assert [one.id for one in batches_in(sandbox)] == [batch.id]
    bodies = [request.json for request in sandbox.requests if request.method == "POST"]
    assert bodies[0] == bodies[1] == bodies[2]


def test_a_connection_that_did_not_happen_sent_nothing(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """It is tried again, and in the end nothing has happened."""
    with Scripted(lambda _: []) as closed:
        address = closed.base_url
    client = connect(token="t", base_url=address, project_id=sandbox.project_id)
    with pytest.raises(APIConnectionError) as caught:
        client.batches.create(SEQUENCE, runs=1)
    assert client.batches.resolve(caught.value).outcome == "did not happen"


@pytest.mark.parametrize("applied", [True, False])
def test_a_service_that_is_too_slow_may_still_do_it(
    sandbox: Sandbox, connect: Callable[..., Any], applied: bool
) -> None:
    """Where the batch is not there yet, that proves nothing."""
    carried_out = threading.Event()
    with Between(sandbox, then_hold(applied, carried_out.set)) as between:
        client = connect(
            token=sandbox.token,
            base_url=between.base_url,
            project_id=sandbox.project_id,
            timeout=0.2,
        )
        with pytest.raises(OutcomeUnknownError) as caught:
            client.batches.create(SEQUENCE, runs=1, device_type="FRESNEL")
        assert caught.value.timed_out
        carried_out.wait()
        resolution = client.with_options(timeout=60).batches.resolve(caught.value, settle=0)
    assert resolution.outcome == ("happened" if applied else "cannot tell")
    assert len(batches_in(sandbox)) == applied


def test_without_a_tag_nothing_can_be_found_out(sandbox: Sandbox, client: Any) -> None:
    """The error says so, and nothing is read."""
    sandbox.add_fault(in_doubt(True, reset="before"))
    with pytest.raises(OutcomeUnknownError, match=r"submission_tag=False.*batches\.list") as caught:
        client.batches.create(SEQUENCE, runs=1, device_type="FRESNEL", submission_tag=False)
    resolution = client.batches.resolve(caught.value)
    assert (resolution.outcome, len(sandbox.requests)) == ("cannot tell", 1)


@pytest.mark.parametrize(
    ("quirks", "outcome"),
    [
        (["ignored-tag"], "happened"),
        (["no-pagination", "no-content-range"], "happened"),
        # What comes without its tags may be the batch.
        (["missing-fields"], "cannot tell"),
    ],
)
def test_an_odd_list_does_not_mislead(
    sandbox: Sandbox, client: Any, quirks: list[str], outcome: str
) -> None:
    """The filter is not trusted, and what is not said is not assumed."""
    sandbox.add_batch([{}])
    sandbox.quirks = quirks
    sandbox.add_fault(in_doubt(True, reset="before"))
    with pytest.raises(OutcomeUnknownError) as caught:
        client.batches.create(SEQUENCE, runs=1, device_type="FRESNEL", tags=["mine"])
    assert client.batches.resolve(caught.value, settle=0).outcome == outcome
    sandbox.quirks = []
    assert sum("mine" in (batch.tags or ()) for batch in batches_in(sandbox)) == 1


def test_a_strict_client_does_not_lose_a_batch(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """What it rejects was carried out; the error has the batch."""
    sandbox.quirks = ["no-jobs"]
    client = connect(
        token=sandbox.token, base_url=sandbox.base_url, project_id=sandbox.project_id, strict=True
    )
    with pytest.raises(WriteDepartureError, match="as many jobs as were sent") as caught:
        client.batches.create(SEQUENCE, jobs=JOBS, device_type="FRESNEL")
    (there,) = batches_in(sandbox)
    assert caught.value.write.batch
    assert caught.value.write.batch.id == there.id
    resolution = client.batches.resolve(caught.value)
    assert (resolution.outcome, resolution.batch.id) == ("happened", there.id)


def test_an_answer_without_jobs_is_told(sandbox: Sandbox, client: Any) -> None:
    """The batch is there; that it came without its jobs is a departure."""
    sandbox.quirks = ["no-jobs"]
    batch = client.batches.create(SEQUENCE, jobs=JOBS, device_type="FRESNEL")
    assert batch.id == batches_in(sandbox)[0].id
    assert [seen.first.path for seen in client.departures] == ["data.jobs"]


def test_a_mistake_is_named_by_the_position_of_its_job(sandbox: Sandbox, client: Any) -> None:
    """The service says which one it means."""
    body = {"detail": [{"loc": ["body", "jobs", 3, "runs"], "msg": "Too many.", "type": "x"}]}
    sandbox.add_fault(Fault(operation="create_batch", status=422, body=body))
    with pytest.raises(UnprocessableError, match=r"Too many.*this is about jobs\[3\]") as caught:
        client.batches.create(SEQUENCE, jobs=JOBS * 2, device_type="FRESNEL")
    assert caught.value.errors[0].loc == ["body", "jobs", 3, "runs"]


def test_a_body_that_is_too_large_is_measured(sandbox: Sandbox, client: Any) -> None:
    """The text says how large it was, with and without compression, and how many jobs were in it."""
    sandbox.add_fault(Fault(operation="create_batch", status=413, style="html"))
    size = r"the body has 26,2\d\d bytes, \d{3} in gzip; jobs in it: 1000; send fewer"
    with pytest.raises(APIStatusError, match=size):
        client.batches.create(SEQUENCE, jobs=JOBS * 500, device_type="FRESNEL")


# Interruptions


class Between(Scripted):
    """A server in front of a sandbox that interferes with submissions."""

    def __init__(
        self, sandbox: Sandbox, story: Callable[[Request, Callable[[], bytes]], Iterable[Step]]
    ) -> None:
        def script(request: Request) -> Iterable[Step]:
            forward = partial(forwarded, sandbox.base_url, request)
            return story(request, forward) if request.method == "POST" else [forward()]

        super().__init__(script)


def then_hold(
    applied: bool, act: Callable[[], None]
) -> Callable[[Request, Callable[[], bytes]], Iterable[Step]]:
    """A service that never answers; `act` happens once the request has arrived, and was carried out if it is."""

    def story(_: Request, forward: Callable[[], bytes]) -> Iterator[Step]:
        if applied:
            forward()
        act()
        yield Hold()

    return story


def press_ctrl_c() -> None:
    main = threading.main_thread().ident
    assert main is not None
    signal.pthread_kill(main, signal.SIGINT)


@pytest.mark.parametrize("applied", [True, False])
def test_ctrl_c_leaves_a_batch_that_can_be_found(
    sandbox: Sandbox, connect: Callable[..., Any], applied: bool
) -> None:
    """The interruption carries what is known, and its notes say what to do."""
    with Between(sandbox, then_hold(applied, press_ctrl_c)) as between:
        client = connect(**settings_for(sandbox, between.base_url))
        with pytest.raises(KeyboardInterrupt) as caught:
            client.batches.create(SEQUENCE, runs=1, device_type="FRESNEL")
        resolution = client.batches.resolve(caught.value, settle=0)
    assert resolution.outcome == ("happened" if applied else "cannot tell")
    assert len(batches_in(sandbox)) == applied
    notes = [
        note
        for error in (caught.value, caught.value.__context__)
        for note in getattr(error, "__notes__", [])
    ]
    assert "call client.batches.resolve(error) to check" in notes[0]


@pytest.mark.parametrize("way", ["cancel", "timeout"])
@pytest.mark.parametrize("applied", [True, False])
def test_a_cancelled_submission_can_be_found(sandbox: Sandbox, applied: bool, way: str) -> None:
    """The task or the time limit is over; the exception it ends with leads to the write."""
    arrived = threading.Event()

    async def stopped(call: Any) -> None:
        async with asyncio.timeout(None) as limit:
            task = asyncio.ensure_future(call)
            await asyncio.to_thread(arrived.wait)
            if way == "cancel":
                task.cancel()
            else:
                limit.reschedule(0)
            await task

    async def run(base_url: str) -> None:
        async with AsyncPasqalClient(**settings_for(sandbox, base_url)) as client:
            with pytest.raises((asyncio.CancelledError, TimeoutError)) as caught:
                await stopped(client.batches.create(SEQUENCE, runs=1, device_type="FRESNEL"))
            assert isinstance(caught.value, TimeoutError) is (way == "timeout")
            resolution = await client.batches.resolve(caught.value, settle=0)
            assert resolution.outcome == ("happened" if applied else "cannot tell")

    with Between(sandbox, then_hold(applied, arrived.set)) as between:
        asyncio.run(run(between.base_url))
    assert len(batches_in(sandbox)) == applied


def test_a_token_that_has_expired_does_not_make_two(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """The rejected attempt was not carried out."""
    tokens = iter(["old", sandbox.token])
    client = connect(
        token=lambda: next(tokens), base_url=sandbox.base_url, project_id=sandbox.project_id
    )
    client.batches.create(SEQUENCE, runs=1, device_type="FRESNEL")
    assert [request.status for request in sandbox.requests] == [401, 200]
    assert len(batches_in(sandbox)) == 1


def test_an_error_of_a_generated_operation_knows_no_write() -> None:
    """What is sent past the methods is not tagged, so nothing points to `resolve`."""
    with (
        Scripted(lambda _: [Reset()]) as server,
        PasqalClient(token="t", base_url=server.base_url) as client,
        pytest.raises(OutcomeUnknownError) as caught,
    ):
        create_batch.sync_detailed(client=client.api, body={"project_id": "p"})
    assert "resolve" not in str(caught.value)

"""Under a key a submission happens once: by the same client, by another process, and after a lost answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from client.conftest import settings_for
from client.lost_answers import LOST
from client.scripted import Hold, Request, Scripted, Step, Wait, answer, forwarded
from client.test_client_submissions import SEQUENCE, batches_in, press_ctrl_c, submissions
from pasqal_client import (
    APIConnectionError,
    APIError,
    AsyncPasqalClient,
    DeadBatchError,
    KeyConflictError,
    KeyUnsettledError,
    NotFoundError,
    OutcomeUnknownError,
    PasqalClient,
    RetryPolicy,
    WriteDepartureError,
)
from pasqal_client._writes.known_keys import KNOWN_KEYS
from pasqal_client.sandbox import Fault, Sandbox
from pasqal_core_api.api.batches import cancel_batch, create_batch, rebatch_jobs

JOBS: list[Any] = [{"runs": 3}, {"runs": 5}, {"runs": 7}]
REPEAT: dict[str, Any] = {"jobs": JOBS, "device_type": "FRESNEL", "key": "scan"}


@pytest.fixture
def client(own: Callable[..., Any]) -> Any:
    """One client of the sandbox's project."""
    return own()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that moves on where the client waits, so that no test does; the first entry is the time."""
    now = [1000.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds
        for act in now[1:]:
            act(seconds)  # type: ignore[operator]

    async def sleep_async(seconds: float) -> None:
        sleep(seconds)

    monkeypatch.setattr(
        "pasqal_client.batches.time", SimpleNamespace(sleep=sleep, monotonic=lambda: now[0])
    )
    monkeypatch.setattr("pasqal_client.batches.asyncio", SimpleNamespace(sleep=sleep_async))
    return now


def ids(batch: Any) -> list[UUID]:
    return [job.id for job in batch.jobs]


# The same submission again


@pytest.mark.parametrize("process", ["the same", "another"])
def test_a_submission_is_found_by_its_key(
    sandbox: Sandbox, client: Any, own: Callable[..., Any], process: str
) -> None:
    """It comes with its jobs in their order and its sequence, and nothing is sent."""
    first = client.batches.create(SEQUENCE, **REPEAT)
    if process == "another":
        KNOWN_KEYS.forget()
        client = own()
    again = client.batches.create(SEQUENCE, **REPEAT, tags=["another"], webhook="there")
    assert (again.id, again.sequence_builder, ids(again)) == (first.id, SEQUENCE, ids(first))
    assert [job.runs for job in again.jobs] == [3, 5, 7]
    assert submissions(sandbox) == 1


def test_a_key_is_that_of_a_project(sandbox: Sandbox, client: Any, plain: PasqalClient) -> None:
    """Another key is another submission; the project's batches without keys play no part."""
    plain.batches.create(SEQUENCE, runs=1, device_type="FRESNEL", project_id=sandbox.project_id)
    one = client.batches.create(SEQUENCE, **REPEAT)
    other = client.batches.create(SEQUENCE, **{**REPEAT, "key": "two words"})
    again = client.batches.create(SEQUENCE, **{**REPEAT, "key": "two words"})
    assert one.id != other.id == again.id
    assert len(batches_in(sandbox)) == 3


def test_a_view_knows_the_same_keys(sandbox: Sandbox, client: Any) -> None:
    """It has other settings, not other submissions."""
    sandbox.quirks = ["lagging-list"]
    first = client.batches.create(SEQUENCE, **REPEAT)
    assert client.with_options(timeout=5).batches.create(SEQUENCE, **REPEAT).id == first.id


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"jobs": JOBS[:2]}, "jobs"),
        ({"device_type": "EMU_FREE"}, "device_type"),
        ({"open": True}, "open"),
        ({"configuration": {"dt": 1}}, "configuration"),
        ({"backend_configuration": "{}"}, "backend_configuration"),
    ],
)
def test_other_content_under_a_key_is_a_conflict(
    sandbox: Sandbox, client: Any, change: dict[str, Any], part: str
) -> None:
    """The error says what differs, and has the batch."""
    first = client.batches.create(SEQUENCE, **REPEAT)
    with pytest.raises(KeyConflictError, match=f"other content: {part}; give") as caught:
        client.batches.create(SEQUENCE, **{**REPEAT, **change})
    assert (caught.value.batch.id, caught.value.parts) == (first.id, (part,))
    assert submissions(sandbox) == 1


def test_the_caller_decides_about_a_dead_batch(
    sandbox: Sandbox, client: Any, own: Callable[..., Any], plain: PasqalClient
) -> None:
    """By default it is an error; what was submitted in its place counts from then on."""
    first = client.batches.create(SEQUENCE, **REPEAT)
    cancel_batch.sync_detailed(first.id, client=plain.api)
    with pytest.raises(DeadBatchError, match="is CANCELED; say what to do") as caught:
        client.batches.create(SEQUENCE, **REPEAT)
    assert caught.value.batch.id == first.id
    returned = client.batches.create(SEQUENCE, **REPEAT, on_dead="return")
    assert (returned.id, returned.status, len(returned.jobs)) == (first.id, "CANCELED", 3)
    assert submissions(sandbox) == 1
    second = client.batches.create(SEQUENCE, **REPEAT, on_dead="submit")
    assert second.id != first.id
    for choice in ("error", "return", "submit"):
        for one in (client, own()):
            assert one.batches.create(SEQUENCE, **REPEAT, on_dead=choice).id == second.id
    assert submissions(sandbox) == 2


def test_a_rebatch_with_copied_tags_is_not_the_submission(
    sandbox: Sandbox, client: Any, plain: PasqalClient
) -> None:
    """It is younger, and may have fewer jobs."""
    first = client.batches.create(SEQUENCE, **REPEAT)
    sandbox.quirks = ["copied-tags"]
    sandbox.advance("1h")
    rebatch_jobs.sync_detailed(first.id, client=plain.api, min_runs=7)
    assert sum(first.tags == batch.tags for batch in batches_in(sandbox)) == 2
    assert client.batches.create(SEQUENCE, **REPEAT).id == first.id


# Lists that lag, ignore the filter, or fail


def test_a_client_remembers_what_the_list_does_not_show_yet(sandbox: Sandbox, client: Any) -> None:
    """Another process would submit again until the list shows the batch."""
    sandbox.quirks = ["lagging-list"]
    first = client.batches.create(SEQUENCE, **REPEAT)
    assert batches_in(sandbox) == []
    assert client.batches.create(SEQUENCE, **REPEAT).id == first.id
    with pytest.raises(KeyConflictError):
        client.batches.create("other", **REPEAT)
    assert submissions(sandbox) == 1


def test_a_batch_that_is_gone_is_not_waited_for_long(
    sandbox: Sandbox, client: Any, clock: list[Any]
) -> None:
    """While it is new, that it cannot be found says nothing."""
    sandbox.quirks = ["lagging-list"]
    client.batches.create(SEQUENCE, **REPEAT)
    sandbox.add_fault(Fault(operation="get_batch", status=404))
    with pytest.raises(NotFoundError, match="nothing was submitted"):
        client.batches.create(SEQUENCE, **REPEAT)
    clock[0] += 15
    client.batches.create(SEQUENCE, **REPEAT)
    assert submissions(sandbox) == 2


def test_a_list_that_ignores_the_filter_does_not_mislead(
    sandbox: Sandbox, client: Any, own: Callable[..., Any]
) -> None:
    """The tags of the batches count, not that they were listed."""
    sandbox.quirks = ["ignored-tag"]
    sandbox.add_batch([{}], tags=["pasqal-client:key:scan2"])
    first = client.batches.create(SEQUENCE, **REPEAT)
    KNOWN_KEYS.forget()
    assert own().batches.create(SEQUENCE, **REPEAT).id == first.id


def test_without_tags_in_the_list_nothing_is_submitted(
    sandbox: Sandbox, client: Any, own: Callable[..., Any]
) -> None:
    """Any of the batches might be the one."""
    client.batches.create(SEQUENCE, **REPEAT)
    KNOWN_KEYS.forget()
    sandbox.quirks = ["missing-fields"]
    with pytest.raises(KeyUnsettledError, match="came without their tags; nothing was submitted"):
        own().batches.create(SEQUENCE, **REPEAT)
    assert submissions(sandbox) == 1


def test_a_list_that_fails_leads_to_no_second_batch(
    sandbox: Sandbox, client: Any, own: Callable[..., Any]
) -> None:
    """The error says why it matters."""
    client.batches.create(SEQUENCE, **REPEAT)
    KNOWN_KEYS.forget()
    for operation in ("get_all_batches", "get_batch"):
        sandbox.clear_faults()
        sandbox.add_fault(Fault(operation=operation, status=403))
        with pytest.raises(APIError, match="nothing was submitted, as this was to find out"):
            own().batches.create(SEQUENCE, **REPEAT)
    assert submissions(sandbox) == 1


def test_a_list_with_doubts_leads_to_no_second_batch(
    sandbox: Sandbox, own: Callable[..., Any]
) -> None:
    """The batch may be among those that are missing."""

    def script(request: Request) -> list[Step]:
        body = {"data": [], "pagination": {"total": 9, "start": 0, "end": 0}}
        return [answer(200, body)]

    with Scripted(script) as server:
        client = own(base_url=server.base_url)
        with pytest.raises(KeyUnsettledError, match="the listing may lack batches"):
            client.batches.create(SEQUENCE, **REPEAT)
        assert {request.method for request in server.requests} == {"GET"}


# Lost answers


# Each kind of list for some of them, carried out or not.
LISTS: list[list[str]] = [[], ["lagging-list"], ["ignored-tag"]]


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize(
    ("lost", "quirks"), [(lost, LISTS[number % 3]) for number, lost in enumerate(LOST)]
)
def test_a_lost_submission_is_made_up_for_once(
    sandbox: Sandbox, client: Any, clock: list[Any], lost: str, applied: bool, quirks: list[str]
) -> None:
    """Calling it again finds the batch, also in a list that lags by ten seconds, or submits it."""
    clock.append(lambda seconds: sandbox.advance(seconds) if seconds else None)
    sandbox.quirks = quirks
    sandbox.add_fault(Fault(operation="create_batch", times=1, applied=applied, **LOST[lost]))
    with pytest.raises(OutcomeUnknownError):
        client.batches.create(SEQUENCE, **REPEAT)
    batch = client.batches.create(SEQUENCE, **REPEAT)
    assert submissions(sandbox) == (1 if applied else 2)
    assert client.batches.create(SEQUENCE, **REPEAT).id == batch.id
    sandbox.advance("1m")
    assert [one.id for one in batches_in(sandbox)] == [batch.id]


def test_after_a_timeout_nothing_is_submitted_again(
    sandbox: Sandbox, client: Any, plain: PasqalClient
) -> None:
    """The service may still do it; once it has, the batch is found."""
    sandbox.add_fault(Fault(operation="create_batch", status=504))
    with pytest.raises(OutcomeUnknownError):
        client.batches.create(SEQUENCE, **REPEAT)
    for _ in range(2):
        with pytest.raises(
            KeyUnsettledError, match="may still carry it out; nothing was"
        ) as caught:
            client.batches.create(SEQUENCE, **REPEAT)
        assert client.batches.resolve(caught.value, settle=0).outcome == "cannot tell"
    assert submissions(sandbox) == 1
    body = next(one.json for one in sandbox.requests if one.method == "POST")
    sandbox.clear_faults()
    create_batch.sync_detailed(client=plain.api, body=body)
    batch = client.batches.create(SEQUENCE, **REPEAT)
    assert batch.tags == body["tags"]
    assert len(batches_in(sandbox)) == 1


def test_what_does_not_come_for_ten_minutes_is_submitted(
    sandbox: Sandbox, client: Any, own: Callable[..., Any], clock: list[Any]
) -> None:
    """No service is still at work on it; until then another client of the process knows of the loss, too."""
    sandbox.add_fault(Fault(operation="create_batch", status=504, times=1))
    with pytest.raises(OutcomeUnknownError):
        client.batches.create(SEQUENCE, **REPEAT)
    ways_out = r"client\.batches\.list.*10 minutes after a lost answer.*another key"
    with pytest.raises(KeyUnsettledError, match=ways_out):
        own().batches.create(SEQUENCE, **REPEAT)
    clock[0] += 601
    client.batches.create(SEQUENCE, **REPEAT)
    assert (submissions(sandbox), len(batches_in(sandbox))) == (2, 1)


def test_a_lost_submission_that_cannot_be_looked_for_stays_unsettled(
    sandbox: Sandbox, client: Any
) -> None:
    """A list that fails tells nothing."""
    sandbox.add_fault(Fault(operation="create_batch", applied=True, reset="before"))
    with pytest.raises(OutcomeUnknownError):
        client.batches.create(SEQUENCE, **REPEAT)
    sandbox.add_fault(Fault(operation="get_all_batches", status=403))
    with pytest.raises(KeyUnsettledError, match="reading the batches back failed: 403"):
        client.batches.create(SEQUENCE, **REPEAT)
    sandbox.clear_faults()
    assert client.batches.create(SEQUENCE, **REPEAT).id == batches_in(sandbox)[0].id


def test_a_rejected_submission_is_simply_made_again(sandbox: Sandbox, client: Any) -> None:
    """It did not happen, so there is nothing to look for."""
    sandbox.add_fault(Fault(operation="create_batch", status=403, times=1))
    with pytest.raises(APIError):
        client.batches.create(SEQUENCE, **REPEAT)
    sandbox.clear_requests()
    client.batches.create(SEQUENCE, **REPEAT)
    assert [request.method for request in sandbox.requests] == ["GET", "POST"]


def test_a_strict_client_remembers_a_batch_whose_answer_it_rejects(
    sandbox: Sandbox, own: Callable[..., Any]
) -> None:
    """The list may lag, and the batch is there."""
    client = own(strict=True)
    sandbox.quirks = ["no-jobs", "lagging-list"]
    with pytest.raises(WriteDepartureError):
        client.batches.create(SEQUENCE, **REPEAT)
    sandbox.quirks = ["lagging-list"]
    assert len(client.batches.create(SEQUENCE, **REPEAT).jobs) == 3
    assert submissions(sandbox) == 1


@pytest.mark.parametrize("applied", [True, False])
def test_ctrl_c_does_not_lead_to_two_batches(
    sandbox: Sandbox, own: Callable[..., Any], applied: bool
) -> None:
    """The batch is found; where it is not there, it may still come, so nothing is submitted."""
    interrupts = [press_ctrl_c]

    def script(request: Request) -> Iterator[Step]:
        if request.method == "POST" and interrupts:
            if applied:
                forwarded(sandbox.base_url, request)
            interrupts.pop()()
            yield Hold()
        yield forwarded(sandbox.base_url, request)

    with Scripted(script) as server:
        client = own(base_url=server.base_url)
        with pytest.raises(KeyboardInterrupt):
            client.batches.create(SEQUENCE, **REPEAT)
        if applied:
            assert len(client.batches.create(SEQUENCE, **REPEAT).jobs) == 3
        else:
            with pytest.raises(KeyUnsettledError):
                client.batches.create(SEQUENCE, **REPEAT)
    assert len(batches_in(sandbox)) == applied


# Side by side


@pytest.mark.parametrize("clients", ["one", "one for each"])
def test_threads_with_one_key_submit_once(sandbox: Sandbox, clients: str) -> None:
    """One of them submits, the others get its batch, also if each has a client of its own."""
    sandbox.add_fault(Fault(operation="create_batch", latency=0.05))
    sandbox.quirks = ["lagging-list"]
    start = threading.Barrier(8)
    with ExitStack() as stack, ThreadPoolExecutor(8) as pool:
        number = 1 if clients == "one" else 8
        made = [stack.enter_context(PasqalClient(**settings_for(sandbox))) for _ in range(number)]

        def submit(position: int) -> UUID:
            start.wait()
            return made[position % number].batches.create(SEQUENCE, **REPEAT).id

        found = set(pool.map(submit, range(8)))
    assert (len(found), submissions(sandbox)) == (1, 1)


def test_a_thread_and_a_task_with_one_key_submit_once(sandbox: Sandbox) -> None:
    """The sync and the async client wait for each other; one that gives up has submitted nothing."""
    arrived, go_on = threading.Event(), threading.Event()

    def script(request: Request) -> Iterator[Step]:
        if request.method == "POST":
            arrived.set()
            yield Wait(go_on)
        yield forwarded(sandbox.base_url, request)

    def submit() -> UUID:
        with PasqalClient(**settings_for(sandbox, server.base_url)) as client:
            return client.batches.create(SEQUENCE, **REPEAT).id

    async def run() -> None:
        async with AsyncPasqalClient(**settings_for(sandbox, server.base_url)) as client:
            await asyncio.to_thread(arrived.wait)
            with pytest.raises(TimeoutError) as caught:
                async with asyncio.timeout(0):
                    await client.batches.create(SEQUENCE, **REPEAT)
            told = await client.batches.resolve(caught.value)
            assert told.outcome == "did not happen"
            waiting = asyncio.ensure_future(client.batches.create(SEQUENCE, **REPEAT))
            await asyncio.sleep(0)
            go_on.set()
            assert (await waiting).id == await asyncio.wrap_future(submitting)

    sandbox.quirks = ["lagging-list"]
    with Scripted(script) as server, ThreadPoolExecutor() as pool:
        submitting = pool.submit(submit)
        asyncio.run(run())
    assert submissions(sandbox) == 1


def test_tasks_with_one_key_submit_once(sandbox: Sandbox) -> None:
    """One that is cancelled while it waits for the others harms none of them."""
    sandbox.add_fault(Fault(operation="create_batch", latency=0.05))
    sandbox.quirks = ["lagging-list"]

    async def run() -> set[Any]:
        async with AsyncPasqalClient(**settings_for(sandbox)) as client:
            tasks = [
                asyncio.ensure_future(client.batches.create(SEQUENCE, **REPEAT)) for _ in range(8)
            ]
            async with asyncio.timeout(60):
                while submissions(sandbox) == 0:  # noqa: ASYNC110
                    await asyncio.sleep(0)
            tasks[5].cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            assert isinstance(ended.pop(5), asyncio.CancelledError)
            return {batch.id for batch in ended if not isinstance(batch, BaseException)}

    assert (len(asyncio.run(run())), submissions(sandbox)) == (1, 1)


def test_different_keys_do_not_wait_for_each_other(sandbox: Sandbox) -> None:
    """Only whoever submits under the same key does."""
    both = threading.Barrier(2, timeout=60)

    def script(request: Request) -> Iterator[Step]:
        if request.method == "POST":
            both.wait()
        yield forwarded(sandbox.base_url, request)

    with (
        Scripted(script) as server,
        PasqalClient(**settings_for(sandbox, server.base_url)) as client,
        ThreadPoolExecutor(2) as pool,
    ):
        made = pool.map(
            lambda key: client.batches.create(SEQUENCE, **{**REPEAT, "key": key}), ["a", "b"]
        )
        assert len({batch.id for batch in made}) == 2


def test_a_connection_that_is_refused_while_looking_submits_nothing(
    connect: Callable[..., Any], sandbox: Sandbox
) -> None:
    """The list comes first."""
    with Scripted(lambda _: []) as closed:
        address = closed.base_url
    client = connect(
        token="t",
        base_url=address,
        project_id=sandbox.project_id,
        retry=RetryPolicy(attempts=1),
    )
    with pytest.raises(APIConnectionError, match="nothing was submitted"):
        client.batches.create(SEQUENCE, **REPEAT)

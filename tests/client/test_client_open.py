"""A batch that is open during a block is closed however the block ends; nothing is claimed that was not read."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from client.conftest import settings_for
from client.driver import Driver
from client.lost_answers import LOST
from client.scripted import Hold, Request, Reset, Scripted, Step, Wait, forwarded
from client.test_client_submissions import SEQUENCE, batches_in, press_ctrl_c
from pasqal_client import (
    APIError,
    AsyncPasqalClient,
    Batch,
    ConflictError,
    OutcomeUnknownError,
    PasqalClient,
    PermissionDeniedError,
    WriteDepartureError,
)
from pasqal_client.sandbox import Fault, Sandbox
from pasqal_core_api.api.batches import cancel_batch, complete_batch

OPEN: dict[str, Any] = {"sequence": SEQUENCE, "device_type": "EMU_FREE"}


@pytest.fixture
def client(own: Callable[..., Any]) -> Any:
    """One client of the sandbox's project."""
    return own()


def only_batch(sandbox: Sandbox) -> Batch:
    (batch,) = batches_in(sandbox)
    return batch


def notes_of(error: BaseException) -> str:
    return "\n".join(getattr(error, "__notes__", []))


def closings(sandbox: Sandbox) -> int:
    return sum(request.path.endswith("/complete") for request in sandbox.requests)


# A run


def test_jobs_are_added_waited_for_and_read(sandbox: Sandbox, client: Any) -> None:
    """The block has the batch and what was added to it; afterwards it is closed."""
    with client.batches.open(**OPEN, tags=["loop"]) as run:
        assert (run.batch.open, run.batch.jobs) == (True, [])
        first = run.add([{"runs": 3}, {}], runs=5)
        assert [job.runs for job in first] == [3, 5]
        sandbox.advance("2s")
        second = run.add(iter([{"runs": 7}]))
        assert [job.runs for job in second] == [7]
        assert [job.id for job in run.batch.jobs] == [job.id for job in (*first, *second)]
        sandbox.advance("1m")
        waited = run.wait(timeout=60, poll=0.01)
        assert sum(waited.counts.values()) == 3
        outcomes = list(run.results(concurrency=2))
        assert [outcome.job.id for outcome in outcomes] == [job.id for job in run.batch.jobs]
        assert [outcome.result.shots for outcome in outcomes] == [3, 5, 7]
    assert run.batch.open is False
    assert (only_batch(sandbox).id, only_batch(sandbox).open) == (run.id, False)
    assert closings(sandbox) == 1


def test_jobs_that_cannot_be_told_from_others_were_added(sandbox: Sandbox, client: Any) -> None:
    """Somebody else adds one like them meanwhile; whoever adds them again would pay twice, so the error says it."""
    with client.batches.open(**OPEN) as run:
        sandbox.add_jobs(run.id, [{"runs": 5}])
        with pytest.raises(
            WriteDepartureError, match="2 places.*carried out all the same"
        ) as caught:
            run.add([{"runs": 5}])
        assert len(run.batch.jobs) == 2
        resolution = client.batches.resolve(caught.value)
        assert (resolution.outcome, resolution.batch.id) == ("happened", run.id)
    assert client.jobs.count(batch_id=run.id) == 2


def test_it_may_begin_with_jobs(sandbox: Sandbox, client: Any) -> None:
    """With the arguments of `create`; an option that there is not is an error, and so is `open`."""
    with client.batches.open(**OPEN, jobs=[{"runs": 1}], key="loop") as run:
        assert [job.runs for job in run.batch.jobs] == [1]
        assert run.batch.tags[1] == "pasqal-client:key:loop"
    with pytest.raises(TypeError, match="'open': no such argument"):
        client.batches.open(**OPEN, open=False)
    assert len(batches_in(sandbox)) == 1


def test_nothing_is_sent_before_the_block_begins(sandbox: Sandbox, client: Any) -> None:
    """What is opened once is one batch; its text shows no more than the id."""
    run = client.batches.open(**OPEN)
    target = run.target if isinstance(run, Driver) else run
    assert repr(target).endswith("OpenBatch, not created>")
    with pytest.raises(RuntimeError, match="created when the with block begins"):
        target.id  # noqa: B018
    assert sandbox.requests == []
    with run:
        assert repr(target).endswith(f"OpenBatch {run.id}>")
    with pytest.raises(RuntimeError, match="opened before"), run:
        raise AssertionError
    assert len(batches_in(sandbox)) == 1


def test_a_batch_that_was_not_created_is_not_closed(sandbox: Sandbox, client: Any) -> None:
    """Nor is it tried again under the same tag."""
    sandbox.add_fault(Fault(operation="create_batch", status=403))
    run = client.batches.open(**OPEN)
    with pytest.raises(PermissionDeniedError), run:
        raise AssertionError
    sandbox.clear_faults()
    with pytest.raises(RuntimeError, match="opened before"), run:
        raise AssertionError
    assert closings(sandbox) == 0
    assert batches_in(sandbox) == []


# How the block ends


class OwnError(Exception):
    """An error of the caller."""


@pytest.mark.parametrize("error", [OwnError("mine"), KeyboardInterrupt(), SystemExit(3)])
def test_an_exception_closes_the_batch(sandbox: Sandbox, client: Any, error: BaseException) -> None:
    """It comes out as it is."""
    with pytest.raises(type(error)) as caught, client.batches.open(**OPEN):
        raise error
    assert caught.value is error
    assert notes_of(error) == ""
    assert only_batch(sandbox).open is False


def test_ctrl_c_during_a_request_closes_the_batch(
    sandbox: Sandbox, own: Callable[..., Any]
) -> None:
    """Whatever became of that request."""

    def script(request: Request) -> Iterator[Step]:
        yield from ()
        if request.path.endswith("/jobs") and request.method == "POST":
            press_ctrl_c()
            yield Hold()
        yield forwarded(sandbox.base_url, request)

    with Scripted(script) as server:
        client = own(base_url=server.base_url)
        with pytest.raises(KeyboardInterrupt), client.batches.open(**OPEN) as run:
            run.add([{"runs": 1}])
    assert only_batch(sandbox).open is False


# What closing may meet


@pytest.mark.parametrize("how", ["completed", "cancelled", "timed out"])
def test_a_batch_that_is_closed_already_is_closed(
    sandbox: Sandbox, client: Any, plain: PasqalClient, how: str
) -> None:
    """By somebody else, or by the service, which does that after some minutes with nothing to run."""
    with client.batches.open(**OPEN, jobs=[{"runs": 1}]) as run:
        if how == "completed":
            complete_batch.sync_detailed(run.id, client=plain.api)
        elif how == "cancelled":
            cancel_batch.sync_detailed(run.id, client=plain.api)
        else:
            sandbox.advance("1h")
            assert client.batches.get(run.id).status == "TIMED_OUT"
            with pytest.raises(ConflictError):
                run.add([{"runs": 1}])
    assert run.batch.status in ("PENDING", "RUNNING", "CANCELED", "TIMED_OUT")


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("name", [*LOST, "504"])
def test_a_lost_closing_is_read_back(
    sandbox: Sandbox, client: Any, name: str, applied: bool
) -> None:
    """Where it is closed there is nothing to tell; else the error says so, with the id."""
    fault = LOST.get(name, {"status": 504})
    sandbox.add_fault(Fault(operation="complete_batch", applied=applied, **fault))

    def use() -> Any:
        with client.batches.open(**OPEN) as run:
            pass
        return run

    if applied:
        assert use().batch.open is False
    else:
        with pytest.raises(OutcomeUnknownError) as caught:
            use()
        there = only_batch(sandbox)
        text = f"batch {there.id} was still open when it was read; close it with client.batches.complete"
        assert text in str(caught.value)
        assert client.batches.resolve(caught.value, settle=0).outcome != "happened"
    assert only_batch(sandbox).open is not applied
    assert closings(sandbox) == 1


@pytest.mark.parametrize("fault", [{"reset": "during"}, {"truncate": True}])
def test_a_closing_whose_answer_breaks_is_read_back(
    sandbox: Sandbox, client: Any, fault: dict[str, Any]
) -> None:
    """It was carried out."""
    sandbox.add_fault(Fault(operation="complete_batch", **fault))
    with client.batches.open(**OPEN):
        pass
    assert only_batch(sandbox).open is False


def test_an_answer_to_the_closing_that_shows_an_open_batch_is_not_believed(
    sandbox: Sandbox, client: Any
) -> None:
    """It may be that of another request: the batch is read, as an open one holds its device."""
    run = client.batches.open(**OPEN)
    run.__enter__()
    body = {"data": run.batch.to_dict()}
    sandbox.add_fault(Fault(operation="complete_batch", status=200, body=body, times=1))
    with pytest.raises(OutcomeUnknownError) as caught:
        run.__exit__(None, None, None)
    assert "as still open" in str(caught.value)
    assert "was still open when it was read" in str(caught.value)
    sandbox.add_fault(
        Fault(operation="complete_batch", status=200, body=body, times=1, applied=True)
    )
    with pytest.raises(OutcomeUnknownError, match="as still open") as caught:
        client.batches.complete(run.id)
    assert client.batches.resolve(caught.value).outcome == "happened"


def test_a_rejected_closing_says_that_the_batch_is_open(sandbox: Sandbox, client: Any) -> None:
    """With its id and what to do."""
    sandbox.add_fault(Fault(operation="complete_batch", status=403))
    with (
        pytest.raises(PermissionDeniedError, match="was still open when it was read") as caught,
        client.batches.open(**OPEN),
    ):
        pass
    assert str(only_batch(sandbox).id) in str(caught.value)


def test_a_batch_that_cannot_be_read_may_still_be_open(sandbox: Sandbox, client: Any) -> None:
    """Nothing is claimed; a note says why it could not be read."""
    sandbox.add_fault(Fault(operation="complete_batch", status=403))
    sandbox.add_fault(Fault(operation="get_batch", status=404))
    with pytest.raises(PermissionDeniedError) as caught, client.batches.open(**OPEN):
        pass
    assert f"batch {only_batch(sandbox).id} may still be open; close it with" in str(caught.value)
    assert "Reading the batch failed, too: 404" in notes_of(caught.value)


def test_a_batch_that_does_not_say_may_still_be_open(sandbox: Sandbox, client: Any) -> None:
    """A field that is not there is not taken for either."""
    sandbox.add_fault(Fault(operation="complete_batch", status=403))

    def use() -> None:
        with client.batches.open(**OPEN) as run:
            body = {"data": {"id": str(run.id), "status": "RUNNING"}}
            sandbox.add_fault(Fault(operation="get_batch", status=200, body=body))

    with pytest.raises(PermissionDeniedError, match="may still be open"):
        use()


def test_a_strict_client_closes_a_batch_whose_answer_it_rejects(
    sandbox: Sandbox, own: Callable[..., Any]
) -> None:
    """It was carried out, so nothing says that it may be open."""
    client = own(strict=True)

    def use() -> None:
        with client.batches.open(**OPEN):
            sandbox.quirks = ["naive-times"]

    with pytest.raises(WriteDepartureError) as caught:
        use()
    assert "open" not in str(caught.value) + notes_of(caught.value)
    sandbox.quirks = []
    assert only_batch(sandbox).open is False


def test_a_batch_that_a_strict_client_closed_is_not_called_open(
    sandbox: Sandbox, own: Callable[..., Any]
) -> None:
    """The note on the block's error says that the closing was carried out."""
    client = own(strict=True)

    def use() -> None:
        with client.batches.open(**OPEN):
            sandbox.quirks = ["naive-times"]
            raise OwnError("mine")

    with pytest.raises(OwnError) as caught:
        use()
    assert "carried out all the same" in notes_of(caught.value)
    assert "open" not in notes_of(caught.value)


def test_the_error_of_the_block_wins(sandbox: Sandbox, client: Any) -> None:
    """That the batch is open is a note of it, with the id."""
    sandbox.add_fault(Fault(operation="complete_batch", status=403))
    with pytest.raises(OwnError, match="mine") as caught, client.batches.open(**OPEN):
        raise OwnError("mine")
    note = f"Closing batch {only_batch(sandbox).id} failed, too. PermissionDeniedError: 403"
    assert notes_of(caught.value).startswith(note)
    assert "was still open when it was read" in notes_of(caught.value)
    assert "may still be open" not in notes_of(caught.value)


@pytest.mark.parametrize("in_block", [True, False])
def test_ctrl_c_while_closing_says_that_the_batch_may_be_open(
    sandbox: Sandbox, in_block: bool
) -> None:
    """A user who does not want to wait for that, either, can close it later."""

    def script(request: Request) -> Iterator[Step]:
        if request.path.endswith("/complete"):
            press_ctrl_c()
            yield Hold()
        yield forwarded(sandbox.base_url, request)

    def use(client: PasqalClient) -> None:
        with client.batches.open(**OPEN):
            if in_block:
                raise OwnError("mine")

    with (
        Scripted(script) as server,
        PasqalClient(**settings_for(sandbox, server.base_url)) as client,
        pytest.raises(KeyboardInterrupt) as caught,
    ):
        use(client)
    # A program that goes on after its own errors must not go on after Ctrl-C.
    assert isinstance(caught.value.__context__, OwnError) is in_block
    assert str(only_batch(sandbox).id) in notes_of(caught.value)
    assert "may still be open" in notes_of(caught.value)


# Tasks


async def until(condition: Callable[[], object]) -> None:
    """Let the other tasks go on until something holds."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0)


def run_async(sandbox: Sandbox, base_url: str, program: Callable[[AsyncPasqalClient], Any]) -> None:
    async def run() -> None:
        async with AsyncPasqalClient(**settings_for(sandbox, base_url)) as client:
            await program(client)

    asyncio.run(run())


@pytest.mark.parametrize("way", ["cancel", "timeout"])
def test_a_cancelled_task_closes_its_batch(sandbox: Sandbox, way: str) -> None:
    """As does one whose time is over."""

    async def program(client: AsyncPasqalClient) -> None:
        began = asyncio.Event()

        async def use() -> None:
            async with asyncio.timeout(None) as limit, client.batches.open(**OPEN):
                began.set()
                if way == "timeout":
                    limit.reschedule(0)
                await asyncio.Event().wait()

        task = asyncio.ensure_future(use())
        await began.wait()
        if way == "cancel":
            task.cancel()
        with pytest.raises((asyncio.CancelledError, TimeoutError)) as caught:
            await task
        assert isinstance(caught.value, TimeoutError) is (way == "timeout")

    run_async(sandbox, sandbox.base_url, program)
    assert only_batch(sandbox).open is False


@pytest.mark.parametrize("in_block", [True, False])
@pytest.mark.parametrize("fails", [True, False])
def test_a_task_that_is_cancelled_while_it_closes_closes_all_the_same(
    sandbox: Sandbox, fails: bool, in_block: bool
) -> None:
    """More than once, and the cancellation comes out afterwards, with the error of the block as its context."""
    arrived, go_on = threading.Event(), threading.Event()

    def script(request: Request) -> Iterator[Step]:
        if request.path.endswith("/complete"):
            arrived.set()
            yield Wait(go_on)
            if fails:
                yield Reset()
        yield forwarded(sandbox.base_url, request)

    async def program(client: AsyncPasqalClient) -> None:
        async def use() -> None:
            async with client.batches.open(**OPEN):
                if in_block:
                    raise OwnError("mine")

        task = asyncio.ensure_future(use())
        await asyncio.to_thread(arrived.wait)
        for _ in range(2):
            task.cancel()
            await asyncio.sleep(0)
        go_on.set()
        # Whoever cancelled the task is told that it was.
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        assert isinstance(caught.value.__context__, OwnError) is in_block
        assert ("Closing batch" in notes_of(caught.value)) is fails

    with Scripted(script) as server:
        run_async(sandbox, server.base_url, program)
    assert only_batch(sandbox).open is fails


@pytest.mark.parametrize("in_block", [True, False])
@pytest.mark.parametrize("has_begun", [True, False])
def test_a_closing_that_is_cancelled_itself_is_told(
    sandbox: Sandbox, has_begun: bool, in_block: bool
) -> None:
    """As happens where an event loop ends with everything that runs on it: nothing goes on after that."""
    arrived = threading.Event()

    def script(request: Request) -> Iterator[Step]:
        if request.path.endswith("/complete"):
            arrived.set()
            yield Hold()
        yield forwarded(sandbox.base_url, request)

    async def program(client: AsyncPasqalClient) -> None:
        async def use() -> None:
            async with client.batches.open(**OPEN) as run:
                in_use.append(run)
                await go_on.wait()
                if in_block:
                    raise OwnError("mine")

        in_use: list[Any] = []
        go_on = asyncio.Event()
        task = asyncio.ensure_future(use())
        await until(lambda: in_use)
        before = asyncio.all_tasks()
        go_on.set()
        if has_begun:
            await asyncio.to_thread(arrived.wait)
        await until(lambda: asyncio.all_tasks() - before)
        for closing in asyncio.all_tasks() - before:
            closing.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        assert isinstance(caught.value.__context__, OwnError) is in_block
        assert "may still be open" in notes_of(caught.value)
        if has_begun:
            told = await client.batches.resolve(caught.value, settle=0)
            assert told.outcome == "cannot tell"

    with Scripted(script) as server:
        run_async(sandbox, server.base_url, program)


def test_an_error_of_closing_alone_is_raised(sandbox: Sandbox) -> None:
    """As it is, in the async client too."""
    sandbox.add_fault(Fault(operation="complete_batch", status=403))

    async def program(client: AsyncPasqalClient) -> None:
        with pytest.raises(APIError, match="was still open when it was read"):
            async with client.batches.open(**OPEN):
                pass

    run_async(sandbox, sandbox.base_url, program)


def test_what_may_have_been_created_does_not_look_untouched(sandbox: Sandbox, client: Any) -> None:
    """A block that did not begin, as the answer was lost, may have left an open batch."""
    run = client.batches.open(**OPEN)
    run = getattr(run, "target", run)
    assert "not created" in repr(run)
    run._begin()
    assert "not known to be created" in repr(run)

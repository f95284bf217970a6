"""A write that was never sent is not called open, whatever kept it back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from types import SimpleNamespace
from typing import Any

import pytest

from client.conftest import settings_for
from pasqal_client import AsyncPasqalClient, Batch, OutcomeUnknownError, PasqalClient
from pasqal_client._http import connection
from pasqal_client._writes.known_keys import KNOWN_KEYS
from pasqal_client.sandbox import Fault, Sandbox

SUBMISSION: dict[str, Any] = {"runs": 5, "device_type": "FRESNEL"}


class NoTokenError(Exception):
    """What a token function of a caller raises."""


def tokens(sandbox: Sandbox, *then: Any) -> Callable[[], str]:
    """A token function that gives one token, and then these, or raises them."""
    given: Iterator[Any] = chain([sandbox.token], then, repeat(sandbox.token))

    def give() -> str:
        token = next(given)
        if isinstance(token, BaseException):
            raise token
        return str(token)

    return give


def is_known_not_to_have_happened(error: BaseException, sandbox: Sandbox) -> bool:
    """Whether another client can say so at once, and the error does not speak of doubt."""
    with PasqalClient(**settings_for(sandbox)) as other:
        sandbox.clear_requests()
        told = other.batches.resolve(error)
        assert sandbox.requests == []
    return told.outcome == "did not happen" and not hasattr(error, "__notes__")


def test_a_closed_client_sends_nothing(sandbox: Sandbox) -> None:
    """Nor does the end of a block whose client was closed in it say that it may have."""
    client = PasqalClient(**settings_for(sandbox))
    client.close()
    with pytest.raises(RuntimeError, match="the client is closed") as caught:
        client.batches.create("a sequence", **SUBMISSION)
    assert is_known_not_to_have_happened(caught.value, sandbox)


def test_a_closed_client_looks_up_no_key(sandbox: Sandbox, connect: Callable[..., Any]) -> None:
    """What goes wrong before it is known whether the key is new comes before the submission."""
    client = connect(**settings_for(sandbox))
    client.close()
    with pytest.raises(RuntimeError, match="the client is closed") as caught:
        client.batches.create("a sequence", key="k", **SUBMISSION)
    assert is_known_not_to_have_happened(caught.value, sandbox)


WRITES: dict[str, Callable[[Any, Batch], Any]] = {
    "add_jobs": lambda client, batch: client.batches.add_jobs(batch, [{"runs": 1}]),
    "cancel": lambda client, batch: client.batches.cancel(batch.id),
    "cancel_jobs": lambda client, batch: client.batches.cancel_jobs(batch.id, all=True),
    "cancel_many": lambda client, batch: client.batches.cancel_many([batch.id]),
    "complete": lambda client, batch: client.batches.complete(batch.id),
    "jobs.cancel": lambda client, batch: client.jobs.cancel((batch.jobs or [])[0].id),
    "rebatch": lambda client, batch: client.batches.rebatch(batch.id, all=True),
    "set_tags": lambda client, batch: client.batches.set_tags(batch.id, [], keep_own=False),
}


def test_no_write_of_a_closed_client_is_called_open(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """Whether it would have read something first, or not."""
    client = connect(**settings_for(sandbox))
    batch = client.batches.create("a sequence", **SUBMISSION)
    client.close()
    for name, write in WRITES.items():
        with pytest.raises(RuntimeError, match="the client is closed") as caught:
            write(client, batch)
        assert is_known_not_to_have_happened(caught.value, sandbox), name


def test_a_block_whose_client_is_closed_says_that_its_batch_is_not(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """Neither adding nor closing was sent, and the batch is open."""
    client = connect(**settings_for(sandbox))
    run = client.batches.open("a sequence", device_type="FRESNEL")

    def use() -> None:
        with run:
            client.close()
            with pytest.raises(RuntimeError, match="the client is closed") as adding:
                run.add([{"runs": 1}])
            assert is_known_not_to_have_happened(adding.value, sandbox)

    with pytest.raises(RuntimeError, match="the client is closed") as closing:
        use()
    (note,) = closing.value.__notes__
    assert note == f"Batch {run.id} may still be open; close it with client.batches.complete."
    with PasqalClient(**settings_for(sandbox)) as other:
        assert other.batches.resolve(closing.value).outcome == "did not happen"
        assert other.batches.get(run.id).open


def test_an_interruption_between_two_attempts_comes_before_anything_was_done(
    sandbox: Sandbox, connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write is only sent again where it was not carried out."""

    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    async def interrupted_async(_: float) -> None:
        raise asyncio.CancelledError

    client = connect(**settings_for(sandbox))
    sandbox.add_fault(Fault(operation="create_batch", status=429, times=1))
    monkeypatch.setattr(connection, "time", SimpleNamespace(sleep=interrupted))
    monkeypatch.setattr(connection, "asyncio", SimpleNamespace(sleep=interrupted_async))
    with pytest.raises((KeyboardInterrupt, asyncio.CancelledError)) as caught:
        client.batches.create("a sequence", **SUBMISSION)
    monkeypatch.undo()
    assert is_known_not_to_have_happened(caught.value, sandbox)


def test_another_event_loop_sends_nothing(sandbox: Sandbox) -> None:
    """As in a notebook that calls `asyncio.run` twice with one client."""
    client = AsyncPasqalClient(**settings_for(sandbox))

    async def count() -> int:
        return await client.batches.count()

    async def submit() -> Any:
        return await client.batches.create("a sequence", **SUBMISSION)

    with asyncio.Runner() as first:
        assert first.run(count()) == 0
        with (
            asyncio.Runner() as second,
            pytest.raises(RuntimeError, match="another event loop") as caught,
        ):
            second.run(submit())
        assert is_known_not_to_have_happened(caught.value, sandbox)
        first.run(client.aclose())


@pytest.mark.parametrize("key", [None, "scan-7"])
def test_a_token_function_that_raises_sends_nothing(
    sandbox: Sandbox, connect: Callable[..., Any], key: str | None
) -> None:
    """Also between two attempts; and a key can be used again at once."""
    client = connect(**{**settings_for(sandbox), "token": tokens(sandbox, NoTokenError())})
    sandbox.add_fault(Fault(operation="create_batch", status=401, times=1))
    with pytest.raises(NoTokenError) as caught:
        client.batches.create("a sequence", key=key, **SUBMISSION)
    assert is_known_not_to_have_happened(caught.value, sandbox)
    assert client.batches.create("a sequence", key=key, **SUBMISSION).status == "PENDING"


def test_a_key_is_free_in_a_forked_process(sandbox: Sandbox) -> None:
    """A thread of the parent may hold its lock, and is not there in the child to release it."""
    client = PasqalClient(**settings_for(sandbox))
    sandbox.add_fault(Fault(operation="create_batch", applied=True, reset="before", times=1))
    with pytest.raises(OutcomeUnknownError):
        client.batches.create("a sequence", key="k", **SUBMISSION)
    (known,) = KNOWN_KEYS._known.values()
    KNOWN_KEYS._process = os.getpid() - 1
    with known.turns.place() as turn:
        turn.wait()
        # It would wait forever for the turn of a thread of the parent.
        batch = client.batches.create("a sequence", key="k", **SUBMISSION)
    assert client.batches.count() == 1
    assert batch.status == "PENDING"
    client.close()

"""A write that was never sent is not called open, whatever kept it back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import Any

import pytest

from pasqal_client import AsyncPasqalClient, OutcomeUnknownError, PasqalClient
from pasqal_client.sandbox import Fault, Sandbox

SUBMISSION: dict[str, Any] = {"runs": 5, "device_type": "FRESNEL"}


class NoTokenError(Exception):
    """What a token function of a caller raises."""


def settings(sandbox: Sandbox, token: Any = None) -> dict[str, Any]:
    return {
        "token": token or sandbox.token,
        "base_url": sandbox.base_url,
        "project_id": sandbox.project_id,
    }


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
    with PasqalClient(**settings(sandbox)) as other:
        sandbox.clear_requests()
        told = other.batches.resolve(error)
        assert sandbox.requests == []
        assert other.batches.count() == 0
    return told.outcome == "did not happen" and not hasattr(error, "__notes__")


def test_a_closed_client_sends_nothing(sandbox: Sandbox) -> None:
    """Nor does the end of a block whose client was closed in it say that it may have."""
    client = PasqalClient(**settings(sandbox))
    client.close()
    with pytest.raises(RuntimeError, match="the client is closed") as caught:
        client.batches.create("a sequence", **SUBMISSION)
    assert is_known_not_to_have_happened(caught.value, sandbox)


def test_another_event_loop_sends_nothing(sandbox: Sandbox) -> None:
    """As in a notebook that calls `asyncio.run` twice with one client."""
    client = AsyncPasqalClient(**settings(sandbox))

    async def count() -> int:
        return await client.batches.count()

    async def submit() -> Any:
        return await client.batches.create("a sequence", **SUBMISSION)

    assert asyncio.run(count()) == 0
    with pytest.raises(RuntimeError, match="another event loop") as caught:
        asyncio.run(submit())
    assert is_known_not_to_have_happened(caught.value, sandbox)


@pytest.mark.parametrize("key", [None, "scan-7"])
def test_a_token_function_that_raises_sends_nothing(
    sandbox: Sandbox, connect: Callable[..., Any], key: str | None
) -> None:
    """Also between two attempts; and a key can be used again at once."""
    client = connect(**settings(sandbox, tokens(sandbox, NoTokenError())))
    sandbox.add_fault(Fault(operation="create_batch", status=401, times=1))
    with pytest.raises(NoTokenError) as caught:
        client.batches.create("a sequence", key=key, **SUBMISSION)
    assert is_known_not_to_have_happened(caught.value, sandbox)
    assert client.batches.create("a sequence", key=key, **SUBMISSION).status == "PENDING"


def test_a_key_is_free_in_a_forked_process(sandbox: Sandbox) -> None:
    """A thread of the parent may hold its lock, and is not there in the child to release it."""
    client = PasqalClient(**settings(sandbox))
    sandbox.add_fault(Fault(operation="create_batch", applied=True, reset="before", times=1))
    with pytest.raises(OutcomeUnknownError):
        client.batches.create("a sequence", key="k", **SUBMISSION)
    keys = client.batches._keys
    (known,) = keys._known.values()
    keys._process = os.getpid() - 1
    with known.lock:
        # It would wait forever for the lock of the parent.
        batch = client.batches.create("a sequence", key="k", **SUBMISSION)
    assert client.batches.count() == 1
    assert batch.status == "PENDING"
    client.close()

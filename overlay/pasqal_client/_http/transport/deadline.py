"""How the time limits of `attempts` reach httpx: sync by a network backend, async by cancelling.

A timeout of httpx bounds each read, so a service that sends a byte now and then, headers included,
is never too slow. An async attempt is simply cancelled at its end (`within`). A sync one needs every
read to know when the attempt ends. httpx has no public parameter for that, so its pools are given a
network backend of ours (`network`). Where they have changed and do not take it, a slow body
is still bounded by whoever reads it, a slow header is not; a test fails then.

`requests_until` bounds the requests of a wait together; `attempts` asks for that with `no_later`.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from ..._late_modules import anyio, asyncio
from ..abandoned_tasks import retrieve_error

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

T = TypeVar("T")

# A sync attempt runs in one thread, an async one needs none of this.
_attempt = threading.local()
# A wait may have its requests made in other threads and tasks, which inherit a context variable.
_request_ends: ContextVar[float | None] = ContextVar("pasqal_client_request_ends", default=None)


@contextmanager
def requests_until(ends: float | None) -> Iterator[None]:
    """Bound the requests that are made for the block, in whichever threads and tasks.

    Args:
        ends: when all of them have to be over, by `time.monotonic`; None for no bound.
    """
    before = _request_ends.get()
    # Within, so that Ctrl-C after it is followed by what is below.
    try:
        _request_ends.set(ends)
        yield
    finally:
        # A reset would fail where a coroutine is closed in another context.
        _request_ends.set(before)


def no_later(ends: float) -> float:
    """That time, or the end of the block of `requests_until`, whichever comes first."""
    bound = _request_ends.get()
    if bound is None:
        return ends
    return min(ends, bound)


def left_until(ends: float) -> float:
    """Seconds until then; none if it is past."""
    return max(0.0, ends - time.monotonic())


async def within(seconds: float, operation: Coroutine[Any, Any, T]) -> T:
    """Await an operation on connections, for at most this many seconds.

    If asyncio cancelled it while it gives a connection back, that connection would never be free
    again: the shields of httpcore keep off only what anyio cancels. So it runs in a task of its own
    that anyio cancels.

    Args:
        seconds: how long it may take.
        operation: the operation.

    Raises:
        TimeoutError: it did not end in time.
    """
    scope = anyio.CancelScope(deadline=anyio.current_time() + seconds)

    async def bounded() -> T:
        with scope:
            return await operation
        raise TimeoutError

    task = asyncio.create_task(bounded())
    task.add_done_callback(retrieve_error)
    try:
        await asyncio.wait([task])
    except asyncio.CancelledError:
        # The caller was cancelled: cancel gently, and wait until the connection is back.
        scope.cancel()
        await asyncio.wait([task])
        raise
    return task.result()


@contextmanager
def attempt_within(seconds: float) -> Iterator[None]:
    """Bound the network operations of this thread in the block to this many seconds."""
    before = getattr(_attempt, "ends", None)
    try:
        _attempt.ends = time.monotonic() + seconds
        yield
    finally:
        _attempt.ends = before


def left_of_attempt() -> float | None:
    """Seconds that the attempt of this thread still has; None if none is bounded here."""
    ends: float | None = getattr(_attempt, "ends", None)
    if ends is None:
        return None
    return ends - time.monotonic()

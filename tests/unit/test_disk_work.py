"""What reads and writes files runs in threads, and nobody goes on before it is over."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest

from pasqal_client._http.disk_work import in_thread


class Work:
    """Something that takes until it is released."""

    def __init__(self) -> None:
        self.has_begun = threading.Event()
        self.may_end = threading.Event()
        self.is_over = False
        self.scope: Any = None

    def __call__(self) -> None:
        self.has_begun.set()
        self.may_end.wait(60)
        self.is_over = True


def test_it_runs_in_another_thread() -> None:
    """Its result and its errors come back."""

    def divide(one: int, other: int) -> tuple[float, int]:
        return one / other, threading.get_ident()

    async def main() -> None:
        result, thread = await in_thread(divide, 6, 3)
        assert result == 2
        assert thread != threading.get_ident()
        with pytest.raises(ZeroDivisionError):
            await in_thread(divide, 1, 0)

    asyncio.run(main())


async def cancel_twice(work: Work, task: asyncio.Task[None]) -> None:
    """As somebody does who sees that it does not end."""
    for _ in range(2):
        task.cancel()
        await look_around()
        assert not task.done()
    work.may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task


async def cancel_scope(work: Work, task: asyncio.Task[None]) -> None:
    """As happens to a request that takes too long."""
    work.scope.cancel()
    await look_around()
    assert not task.done()
    work.may_end.set()
    await task
    assert work.scope.cancelled_caught


async def look_around() -> None:
    """Let every task go on that can."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.mark.parametrize("cancel", [cancel_twice, cancel_scope])
def test_a_cancellation_waits_for_its_end(
    cancel: Callable[[Work, asyncio.Task[None]], Awaitable[None]],
) -> None:
    """So nothing is written any more when the caller goes on."""
    work = Work()

    async def act() -> None:
        with work.scope:
            await in_thread(work)
            await asyncio.sleep(0)

    async def main() -> None:
        work.scope = anyio.CancelScope()
        task = asyncio.create_task(act())
        assert await asyncio.to_thread(work.has_begun.wait, 60)
        await cancel(work, task)
        assert work.is_over

    asyncio.run(main())

"""One after the other has the turn, threads and tasks alike, and who gives up holds up nobody."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from pasqal_client._writes.turns import Turns


class Watched(Turns):
    """Says when somebody has joined the queue."""

    def __init__(self) -> None:
        super().__init__()
        self.joined = threading.Event()

    def _join(self, *, is_thread: bool) -> Any:
        turn = super()._join(is_thread=is_thread)
        self.joined.set()
        return turn


def in_thread(pool: ThreadPoolExecutor, turns: Watched, act: Callable[[], object]) -> Future[None]:
    """Take a turn in a thread; returns once it is in the queue."""

    def take() -> None:
        with turns:
            act()

    turns.joined.clear()
    taking = pool.submit(take)
    assert turns.joined.wait(60)
    return taking


def test_threads_have_the_turn_in_the_order_in_which_they_came() -> None:
    """Also if one of them fails."""
    turns, order = Watched(), list[int]()

    def fail() -> None:
        order.append(2)
        raise KeyError

    with ThreadPoolExecutor() as pool:
        with turns:
            first = in_thread(pool, turns, lambda: order.append(1))
            second = in_thread(pool, turns, fail)
            third = in_thread(pool, turns, lambda: order.append(3))
            assert order == []
        first.result()
        with pytest.raises(KeyError):
            second.result()
        third.result()
    assert order == [1, 2, 3]
    assert turns.is_free


def test_a_task_gets_the_turn_of_a_thread_and_gives_it_to_one() -> None:
    """Its event loop goes on meanwhile."""
    turns, let_go, order = Watched(), threading.Event(), list[str]()

    def hold() -> None:
        let_go.wait()
        order.append("thread")

    async def take() -> None:
        async with turns:
            order.append("task")

    async def run() -> None:
        task = asyncio.ensure_future(take())
        await asyncio.sleep(0)
        last = in_thread(pool, turns, lambda: order.append("last"))
        let_go.set()
        await task
        await asyncio.wrap_future(last)

    with ThreadPoolExecutor() as pool:
        in_thread(pool, turns, hold)
        asyncio.run(run())
    assert order == ["thread", "task", "last"]


@pytest.mark.parametrize("moment", ["while it waits", "when it gets it"])
def test_a_task_that_is_cancelled_leaves_its_place(moment: str) -> None:
    """The next one has the turn then."""

    async def take(order: list[int], number: int) -> None:
        async with turns:
            order.append(number)

    async def run() -> None:
        order: list[int] = []
        async with turns:
            tasks = [asyncio.ensure_future(take(order, number)) for number in range(3)]
            await asyncio.sleep(0)
            if moment == "while it waits":
                tasks[1].cancel()
                await asyncio.sleep(0)
            else:
                tasks[0].cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        cancelled = [isinstance(one, asyncio.CancelledError) for one in ended]
        assert order == [number for number in range(3) if not cancelled[number]]
        assert sum(cancelled) == 1
        assert turns.is_free

    turns = Turns()
    asyncio.run(run())


def test_a_turn_that_comes_to_somebody_who_is_about_to_leave_is_passed_on() -> None:
    """A task hears only later that it was cancelled."""
    turns = Turns()

    async def take() -> None:
        async with turns:
            raise AssertionError

    async def run() -> None:
        async with turns:
            task = asyncio.ensure_future(take())
            await asyncio.sleep(0)
            turns._queue[1].cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert turns.is_free


def test_a_thread_does_not_wait_for_itself() -> None:
    """Neither for a turn that it has, nor for that of a task which cannot go on while it waits."""
    turns = Turns()
    with turns, pytest.raises(RuntimeError, match="under way in this thread"), turns:
        raise AssertionError
    assert turns.is_free

    async def run() -> None:
        async with turns:
            with pytest.raises(RuntimeError, match="under way in this thread"), turns:
                raise AssertionError

    asyncio.run(run())
    assert turns.is_free


def test_a_thread_that_is_interrupted_leaves_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes later has the turn when it is free."""
    turns = Watched()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with ThreadPoolExecutor() as pool, monkeypatch.context() as patch:
        let_go = threading.Event()
        in_thread(pool, turns, let_go.wait)
        patch.setattr(Future, "result", interrupt)
        with pytest.raises(KeyboardInterrupt), turns:
            raise AssertionError
        let_go.set()
    with turns:
        assert not turns.is_free
    assert turns.is_free

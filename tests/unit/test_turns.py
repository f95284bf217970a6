"""One after the other has the turn, threads and tasks alike, and who gives up holds up nobody."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager

import pytest

from interruptions import is_interrupted
from pasqal_client._writes.turns import Turn, Turns


class Watched(Turns):
    """Says when somebody has joined the queue."""

    def __init__(self) -> None:
        super().__init__()
        self.joined = threading.Event()

    def join(self, turn: Turn, *, is_thread: bool) -> None:
        super().join(turn, is_thread=is_thread)
        self.joined.set()


@contextmanager
def turn_of(turns: Turns) -> Iterator[None]:
    """The turn of a thread."""
    with turns.place() as turn:
        turn.wait()
        yield


@asynccontextmanager
async def task_turn(turns: Turns) -> AsyncIterator[None]:
    """The turn of a task."""
    with turns.place() as turn:
        await turn.wait_async()
        yield


def in_thread(pool: ThreadPoolExecutor, turns: Watched, act: Callable[[], object]) -> Future[None]:
    """Take a turn in a thread; returns once it is in the queue."""

    def take() -> None:
        with turn_of(turns):
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
        with turn_of(turns):
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
        async with task_turn(turns):
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
        async with task_turn(turns):
            order.append(number)

    async def run() -> None:
        order: list[int] = []
        async with task_turn(turns):
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
        async with task_turn(turns):
            raise AssertionError

    async def run() -> None:
        async with task_turn(turns):
            task = asyncio.ensure_future(take())
            await asyncio.sleep(0)
            list(turns._queue)[1].cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert turns.is_free


def test_a_thread_does_not_wait_for_itself() -> None:
    """Neither for a turn that it has, nor for that of a task which cannot go on while it waits."""
    turns = Turns()
    with (
        turn_of(turns),
        pytest.raises(RuntimeError, match="under way in this thread"),
        turn_of(turns),
    ):
        raise AssertionError
    assert turns.is_free

    async def run() -> None:
        async with task_turn(turns):
            with pytest.raises(RuntimeError, match="under way in this thread"), turn_of(turns):
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
        with pytest.raises(KeyboardInterrupt), turn_of(turns):
            raise AssertionError
        let_go.set()
    with turn_of(turns):
        assert not turns.is_free
    assert turns.is_free


def test_an_interruption_at_any_place_holds_up_nobody() -> None:
    """Who is next gets the turn, wherever Ctrl-C comes from joining the queue to leaving it."""
    number = 0
    has_come = True
    while has_come:
        turns = Turns()
        turn, following = turns.place(), turns.place()

        def take_turn(turns: Turns = turns, turn: Turn = turn, following: Turn = following) -> None:
            with turn:
                turn.wait()
                turns.join(following, is_thread=False)

        has_come = is_interrupted(take_turn, lambda module: module != __name__, number)
        if has_come:
            turn.leave()
        if following in turns._queue:
            assert following.done(), number
        following.leave()
        assert turns.is_free, number
        number += 1
    assert number > 20

"""Requests that are under way side by side: each in a thread, or in an asyncio task.

What is wanted next is decided by those who use this; how many may be under way, by the window.
"""

from __future__ import annotations

import os
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from .._late_modules import asyncio
from .abandoned_tasks import retrieve_error
from .throttle import CURRENT, Window
from .transport.deadline import left_until, no_later
from .workers import Workers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

K = TypeVar("K")
V = TypeVar("V")


class Flight(Generic[V]):
    """One thing that is under way in a thread, or back from there."""

    def __init__(self) -> None:
        self._is_done = False
        self._result: V | None = None
        self._error: BaseException | None = None

    def done(self) -> bool:
        """Whether it is back."""
        return self._is_done

    def result(self) -> V:
        """What it brought; raises the error that it met instead."""
        if self._error is not None:
            raise self._error
        return cast("V", self._result)

    def fly(self, fetch: Callable[[K], V], key: K) -> None:
        """Fetch it; it only counts as back once it has landed."""
        try:
            self._result = fetch(key)
        except BaseException as error:
            # It is raised where the result is wanted.
            self._error = error

    def land(self) -> None:
        """Say that it is back."""
        self._is_done = True


class Flights(Generic[K, V]):
    """What is under way, each in a thread.

    Args:
        window: how much may be.
        fetch: makes the requests for one key.
    """

    def __init__(self, window: Window, fetch: Callable[[K], V]) -> None:
        self._window = window
        self._fetch = fetch
        self._flights: dict[K, Flight[V]] = {}
        self._process = os.getpid()
        # Starting a thread takes as long as a tenth of a page, so they are used again.
        self._workers = Workers()
        # One entry for each that has landed since the last wait. Not an event of `threading`: its lock
        # is taken in Python code, and Ctrl-C in there would leave it closed, before those who land.
        self._landings: SimpleQueue[None] = SimpleQueue()

    def _leave_parent(self) -> None:
        """Have threads of its own, if the process was forked since the last use.

        Raises:
            RuntimeError: it was, and something was under way, which lands in the parent.
        """
        if self._process == os.getpid():
            return
        if not all(flight.done() for flight in self._flights.values()):
            raise RuntimeError(
                "the process was forked while requests of this iteration were under way, and their "
                "answers arrive in its parent; begin the iteration anew here"
            )
        self._process = os.getpid()
        self._workers = Workers()
        self._landings = SimpleQueue()

    def _start(self, key: K) -> None:
        self._leave_parent()
        flight: Flight[V] = Flight()
        self._flights[key] = flight
        # The deadline of the caller holds in the thread, too.
        fetch = self._fetch_in_window()
        task = partial(flight.fly, fetch, key)
        then = partial(self._land, flight)
        self._workers.start(task, then)

    def _land(self, flight: Flight[V]) -> None:
        flight.land()
        self._landings.put(None)

    def _fetch_in_window(self) -> Callable[[K], V]:
        """What fetches, in the context of the caller but for the window."""
        # In a copy, so that Ctrl-C cannot leave the window behind.
        context = copy_context()
        context.run(CURRENT.set, self._window)

        def fetch_there(key: K) -> V:
            return context.run(self._fetch, key)

        return fetch_there

    def _wait_for_landing(self, longest: float | None) -> None:
        """Wait until something is back that was not back before the last wait, for at most this many seconds."""
        self._leave_parent()
        with suppress(Empty):
            self._landings.get(timeout=longest)
            while True:
                self._landings.get_nowait()

    def stop(self) -> None:
        """Start nothing new, retries included; what is under way ends by itself, and its answer is dropped."""
        self._window.stop()
        self._flights.clear()
        self._workers.dismiss()


class AsyncFlights(Generic[K, V]):
    """What is under way, each in a task of its own; see `Flights`."""

    def __init__(self, window: Window, fetch: Callable[[K], Awaitable[V]]) -> None:
        self._window = window
        self._fetch = fetch
        self._flights: dict[K, asyncio.Task[V]] = {}

    def _start(self, key: K) -> None:
        flying = self._fly(key)
        task = asyncio.create_task(flying)
        self._flights[key] = task
        # Otherwise the error of a request that nobody waits for is logged as never retrieved.
        task.add_done_callback(retrieve_error)

    async def _fly(self, key: K) -> V:
        CURRENT.set(self._window)
        return await self._fetch(key)

    async def stop(self) -> None:
        """Start nothing new and cancel what is under way; waits until that is cancelled, not for its answers."""
        self._window.stop()
        for flight in self._flights.values():
            flight.cancel()
        if self._flights:
            tasks = self._flights.values()
            await asyncio.wait(tasks)
        self._flights.clear()


def pause_of(window: Window, now: float) -> float:
    """Seconds during which nothing new starts; 0 if something may be started."""
    pause = window.pause(now)
    if not pause:
        return 0.0
    # The wait that reads the list may end sooner (see `requests_until`): then a request is made, and
    # raises that the time is up.
    end_of_wait = no_later(float("inf"))
    return min(pause, left_until(end_of_wait))

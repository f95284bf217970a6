"""Requests that are under way side by side: each in a thread, or in an asyncio task.

What is wanted next is decided by those who use this; how many may be under way, by the window.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from contextvars import copy_context
from typing import TYPE_CHECKING, Generic, TypeVar

from .._late_modules import asyncio
from .abandoned_tasks import retrieve_error
from .throttle import CURRENT, Window
from .transport.deadline import left_until, no_later

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

K = TypeVar("K")
V = TypeVar("V")


class Flights(Generic[K, V]):
    """What is under way, each in a thread of its own.

    Args:
        window: how much may be.
        fetch: makes the requests for one key.
    """

    def __init__(self, window: Window, fetch: Callable[[K], V]) -> None:
        self._window = window
        self._fetch = fetch
        self._flights: dict[K, Future[V]] = {}

    def _start(self, key: K) -> None:
        flight: Future[V] = Future()
        self._flights[key] = flight
        # The deadline of the caller holds in the thread, too.
        context = copy_context()
        thread = threading.Thread(
            target=context.run,
            args=(self._fly, flight, key),
            name="pasqal-client",
            # A program that stops reading can end while requests are under way.
            daemon=True,
        )
        thread.start()

    def _fly(self, flight: Future[V], key: K) -> None:
        try:
            fetched = self._fetch_in_window(key)
            flight.set_result(fetched)
        except BaseException as error:
            # It is raised where the result is wanted.
            flight.set_exception(error)

    def _fetch_in_window(self, key: K) -> V:
        token = CURRENT.set(self._window)
        try:
            return self._fetch(key)
        finally:
            CURRENT.reset(token)

    def stop(self) -> None:
        """Start nothing new, retries included; what is under way ends by itself, and its answer is dropped."""
        self._window.stop()
        self._flights.clear()


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

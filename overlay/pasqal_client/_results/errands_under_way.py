"""The errands that are under way, in threads or asyncio tasks: whichever is back first is taken first."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from .._http.flights import AsyncFlights, Flights, pause_of
from .._late_modules import asyncio
from .fetch_queue import Errand

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._http.flights import Flight
    from .._http.throttle import Window
    from .fetch_queue import FetchQueue


class ErrandFlights(Flights[Errand, Any]):
    """Errands, each in a thread of its own."""

    def take(self, queue: FetchQueue) -> tuple[Errand, Any]:
        """The next errand that is back, with what it brought; starts what the window allows meanwhile."""
        while True:
            now = time.monotonic()
            for errand in _due(queue, self._window, len(self._flights), now):
                self._start(errand)
            longest = _longest_wait(queue, self._window, len(self._flights), now)
            back = _back(self._flights)
            if back is not None:
                return back, self._flights.pop(back).result()
            if self._flights:
                self._wait_for_landing(longest)
            else:
                time.sleep(longest or 0)


class AsyncErrandFlights(AsyncFlights[Errand, Any]):
    """Errands, each in a task of its own."""

    async def take(self, queue: FetchQueue) -> tuple[Errand, Any]:
        """The next errand that is back; see `ErrandFlights.take`."""
        while True:
            now = time.monotonic()
            for errand in _due(queue, self._window, len(self._flights), now):
                self._start(errand)
            longest = _longest_wait(queue, self._window, len(self._flights), now)
            if self._flights:
                flying = self._flights.values()
                await asyncio.wait(flying, timeout=longest, return_when=asyncio.FIRST_COMPLETED)
            else:
                await asyncio.sleep(longest or 0)
            back = _back(self._flights)
            if back is not None:
                return back, self._flights.pop(back).result()


def _due(queue: FetchQueue, window: Window, under_way: int, now: float) -> Iterator[Errand]:
    """The errands to start now."""
    if pause_of(window, now):
        return
    size = window.size(now)
    while under_way < size:
        errand = queue.next(now)
        if errand is None:
            return
        yield errand
        under_way += 1


def _longest_wait(queue: FetchQueue, window: Window, under_way: int, now: float) -> float | None:
    """How long to wait for what is under way, until something else is to be started; None without a limit."""
    pause = pause_of(window, now)
    if pause:
        return pause
    due = queue.due()
    if due is None or under_way >= window.size(now):
        return None
    return max(0.0, due - now)


def _back(flights: Mapping[Errand, Flight[Any] | asyncio.Task[Any]]) -> Errand | None:
    for errand, flight in flights.items():
        if flight.done():
            return errand
    return None

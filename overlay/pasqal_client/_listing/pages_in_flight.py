"""The pages of one listing that are under way, in threads or asyncio tasks.

Which pages are wanted is decided by the walk; how many may be under way, by the window. After an
early stop nothing new starts, and no answer is waited for.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .._http.flights import AsyncFlights, Flights, pause_of
from .._late_modules import asyncio
from .pages import Page, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._http.flights import Flight

    _Flight = Flight[Any] | asyncio.Task[Any]

T = TypeVar("T")
F = TypeVar("F")


class _PagePlan(Protocol):
    """What decides which pages are wanted."""

    def plan(self, window: int) -> list[Span]:
        """The pages to have under way, the wanted one first."""
        ...

    def wants(self, span: Span) -> bool:
        """Whether a page that was planned may still be taken."""
        ...


class PageFlights(Flights[Span, Page[T]]):
    """The pages that are under way, each in a thread."""

    def get(self, wanted: Span, walk: _PagePlan) -> Page[T]:
        """The wanted page; starts what the window allows meanwhile."""
        while True:
            now = time.monotonic()
            self._flights = _still_wanted(self._flights, walk)
            pause = pause_of(self._window, now)
            if not pause:
                size = self._window.size(now)
                plan = walk.plan(size)
                if plan == [wanted] and not self._flights:
                    # There is nothing to start meanwhile, so no thread is needed.
                    return self._fetch_in_window()(wanted)
                self._launch(plan, size)
            flight = self._flights.get(wanted)
            if flight is None:
                time.sleep(pause)
                continue
            if not flight.done():
                self._wait_for_landing(_longest_wait(pause))
            if flight.done():
                del self._flights[wanted]
                return flight.result()

    def _launch(self, plan: list[Span], size: int) -> None:
        for span in due(plan, self._flights, size):
            self._start(span)


class AsyncPageFlights(AsyncFlights[Span, Page[T]]):
    """The pages that are under way, each in a task of its own."""

    async def get(self, wanted: Span, walk: _PagePlan) -> Page[T]:
        """The wanted page; starts what the window allows meanwhile."""
        while True:
            now = time.monotonic()
            self._cancel_unwanted(walk)
            pause = pause_of(self._window, now)
            if not pause:
                size = self._window.size(now)
                plan = walk.plan(size)
                self._launch(plan, size)
            flight = self._flights.get(wanted)
            if flight is None:
                await asyncio.sleep(pause)
                continue
            await asyncio.wait([flight], timeout=_longest_wait(pause))
            if flight.done():
                del self._flights[wanted]
                return flight.result()

    def _launch(self, plan: list[Span], size: int) -> None:
        for span in due(plan, self._flights, size):
            self._start(span)

    def _cancel_unwanted(self, walk: _PagePlan) -> None:
        remaining = _still_wanted(self._flights, walk)
        for span, flight in self._flights.items():
            if span not in remaining:
                flight.cancel()
        self._flights = remaining


def due(
    plan: list[Span],
    flights: Mapping[Span, _Flight],
    size: int,
) -> list[Span]:
    """The planned pages to start now: as many as the window has room for."""
    under_way = 0
    for flight in flights.values():
        if not flight.done():
            under_way += 1
    room = max(0, size - under_way)
    if plan[0] not in flights:
        # The reader waits for this one, however full the window is.
        room = max(1, room)
    missing = [span for span in plan if span not in flights]
    return missing[:room]


def _still_wanted(
    flights: dict[Span, F],
    walk: _PagePlan,
) -> dict[Span, F]:
    """The flights whose pages may still be taken."""
    return {span: flight for span, flight in flights.items() if walk.wants(span)}


def _longest_wait(pause: float) -> float | None:
    """How long to wait for a page that is under way; None without a limit."""
    # At the end of a pause, other pages are started. Without one, all that may be are under way.
    if pause > 0:
        return pause
    return None

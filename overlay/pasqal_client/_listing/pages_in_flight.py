"""The pages of one listing that are under way: fetched by threads, or by asyncio tasks.

Which pages are wanted is decided by the walk; how many may be under way, by the window. After an
early stop nothing new starts, and no answer is waited for.
"""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import Future, wait
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .._http.abandoned_tasks import retrieve_error
from .._http.throttle import CURRENT, Window
from .._http.transport.deadline import left_until, no_later

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from .pages import Page, Span
    from .walk.merged_walk import AnyWalk

T = TypeVar("T")
F = TypeVar("F")

_Flight = Future[Any] | asyncio.Task[Any]


class PageFlights(Generic[T]):
    """The pages that are under way, each in a thread of its own."""

    def __init__(
        self,
        window: Window,
        fetch: Callable[[Span], Page[T]],
    ) -> None:
        self._window = window
        self._fetch = fetch
        self._flights: dict[Span, Future[Page[T]]] = {}

    def get(self, wanted: Span, walk: AnyWalk[T]) -> Page[T]:
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
                    return self._fetch_in_window(wanted)
                self._launch(plan, size)
            flight = self._flights.get(wanted)
            if flight is None:
                self._window.stopped.wait(pause)
                continue
            wait([flight], timeout=_longest_wait(pause))
            if flight.done():
                del self._flights[wanted]
                return flight.result()

    def _launch(self, plan: list[Span], size: int) -> None:
        for span in due(plan, self._flights, size):
            flight: Future[Page[T]] = Future()
            self._flights[span] = flight
            # The deadline of the caller holds in the thread, too.
            context = copy_context()
            thread = threading.Thread(
                target=context.run,
                args=(self._fly, flight, span),
                name="pasqal-client",
                # A program that stops reading can end while pages are under way.
                daemon=True,
            )
            thread.start()

    def _fly(self, flight: Future[Page[T]], span: Span) -> None:
        try:
            page = self._fetch_in_window(span)
            flight.set_result(page)
        except BaseException as error:
            # It is raised where the page is wanted.
            flight.set_exception(error)

    def _fetch_in_window(self, span: Span) -> Page[T]:
        token = CURRENT.set(self._window)
        try:
            return self._fetch(span)
        finally:
            CURRENT.reset(token)

    def stop(self) -> None:
        """Start nothing new, retries included; what is under way ends by itself, and its answer is dropped."""
        self._window.stop()
        self._flights.clear()


class AsyncPageFlights(Generic[T]):
    """The pages that are under way, each in a task of its own."""

    def __init__(
        self,
        window: Window,
        fetch: Callable[[Span], Awaitable[Page[T]]],
    ) -> None:
        self._window = window
        self._fetch = fetch
        self._flights: dict[Span, asyncio.Task[Page[T]]] = {}

    async def get(self, wanted: Span, walk: AnyWalk[T]) -> Page[T]:
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
            flying = self._fly(span)
            task = asyncio.create_task(flying)
            self._flights[span] = task
            # Otherwise the error of a page that nobody waits for is logged as never retrieved.
            task.add_done_callback(retrieve_error)

    def _cancel_unwanted(self, walk: AnyWalk[T]) -> None:
        remaining = _still_wanted(self._flights, walk)
        for span, flight in self._flights.items():
            if span not in remaining:
                flight.cancel()
        self._flights = remaining

    async def _fly(self, span: Span) -> Page[T]:
        CURRENT.set(self._window)
        return await self._fetch(span)

    async def stop(self) -> None:
        """Start nothing new and cancel what is under way; waits until that is cancelled, not for its answers."""
        self._window.stop()
        for flight in self._flights.values():
            flight.cancel()
        if self._flights:
            tasks = self._flights.values()
            await asyncio.wait(tasks)
        self._flights.clear()


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
    walk: AnyWalk[Any],
) -> dict[Span, F]:
    """The flights whose pages may still be taken."""
    return {span: flight for span, flight in flights.items() if walk.wants(span)}


def pause_of(window: Window, now: float) -> float:
    """Seconds during which nothing new starts; 0 if pages may be started."""
    pause = window.pause(now)
    if not pause:
        return 0.0
    # The wait that reads the list may end sooner (see `requests_until`): then a page is started, and
    # raises that the time is up.
    end_of_wait = no_later(float("inf"))
    return min(pause, left_until(end_of_wait))


def _longest_wait(pause: float) -> float | None:
    """How long to wait for a page that is under way; None without a limit."""
    # At the end of a pause, other pages are started. Without one, all that may be are under way.
    if pause > 0:
        return pause
    return None

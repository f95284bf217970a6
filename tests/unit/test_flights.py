"""While the window pauses no page request starts, and requests that the walk no longer needs are dropped."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import Future

from pasqal_client._http.throttle import CURRENT, Window
from pasqal_client._http.transport.deadline import requests_until
from pasqal_client._listing.pages import Page, Span
from pasqal_client._listing.pages_in_flight import AsyncFlights, Flights, due, pause_of
from pasqal_client._listing.walk.order import Order
from pasqal_client._listing.walk.page_walk import Walk
from pasqal_client.jobs import JOBS
from pasqal_core_api.models import Job

ANSWER: Page[Job] = Page((), 0)


def paused() -> Window:
    """A window in which a request was just refused."""
    window = Window(2)
    window.note_rejection(time.monotonic(), time.monotonic(), 0.02)
    return window


def test_a_page_that_is_wanted_during_a_pause_is_fetched_after_it() -> None:
    """The reader waits out the pause and then gets the page."""
    window, pauses = paused(), []

    def fetch(span: Span) -> Page[Job]:
        assert CURRENT.get() is window
        pauses.append(window.pause(time.monotonic()))
        return ANSWER

    walk = Walk(Order(JOBS))
    assert walk.wanted is not None
    assert Flights(window, fetch).get(walk.wanted, walk) is ANSWER
    assert pauses == [0.0]
    assert CURRENT.get() is None


def test_a_task_for_the_wanted_page_starts_after_a_pause() -> None:
    """The async client waits out the pause and then gets the page, as the sync one does."""

    async def main() -> None:
        window, pauses = paused(), []

        async def fetch(span: Span) -> Page[Job]:
            pauses.append(window.pause(time.monotonic()))
            return ANSWER

        walk = Walk(Order(JOBS))
        assert walk.wanted is not None
        flights = AsyncFlights(window, fetch)
        assert await flights.get(walk.wanted, walk) is ANSWER
        assert pauses == [0.0]
        await flights.stop()

    asyncio.run(main())


def test_a_page_in_flight_at_the_end_of_a_pause_is_awaited() -> None:
    """The end of a pause lets further requests start; it does not drop the page that is wanted."""
    window, over = Window(2), threading.Event()

    def fetch(span: Span) -> Page[Job]:
        over.wait()
        return ANSWER

    def watch() -> None:
        while window.pause(time.monotonic()):
            threading.Event().wait(0.001)
        over.set()

    walk = Walk(Order(JOBS))
    assert walk.wanted is not None
    flights = Flights(window, fetch)
    flights._launch([walk.wanted], 2)
    window.note_rejection(time.monotonic(), time.monotonic(), 0.02)
    watcher = threading.Thread(target=watch)
    watcher.start()
    assert flights.get(walk.wanted, walk) is ANSWER
    watcher.join()


def test_a_task_in_flight_at_the_end_of_a_pause_is_awaited() -> None:
    """The async client keeps waiting for the wanted page, as the sync one does."""

    async def main() -> None:
        window = Window(2)

        async def fetch(span: Span) -> Page[Job]:
            # the loop waits for the clock
            while window.pause(time.monotonic()):  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.01)
            return ANSWER

        walk = Walk(Order(JOBS))
        assert walk.wanted is not None
        flights = AsyncFlights(window, fetch)
        flights._launch([walk.wanted], 2)
        window.note_rejection(time.monotonic(), time.monotonic(), 0.02)
        assert await flights.get(walk.wanted, walk) is ANSWER
        await flights.stop()

    asyncio.run(main())


def test_tasks_that_are_behind_are_cancelled() -> None:
    """Nobody needs a page that the walk has passed, so its task is cancelled."""

    async def main() -> None:
        never, begun = asyncio.Event(), []

        async def fetch(span: Span) -> Page[Job]:
            begun.append(span.offset)
            if span.offset < 50:
                await never.wait()
            return ANSWER

        class Straight(Walk[Job]):
            def plan(self, window: int) -> list[Span]:
                return [Span(50, 10), Span(0, 10)]

        flights = AsyncFlights(Window(2), fetch)
        assert await flights.get(Span(50, 10), Straight(Order(JOBS))) is ANSWER
        behind = flights._flights[Span(0, 10)]
        assert await flights.get(Span(50, 10), Straight(Order(JOBS))) is ANSWER
        await asyncio.wait([behind])
        assert behind.cancelled()
        assert begun == [50, 0, 50, 0]
        await flights.stop()

    asyncio.run(main())


def test_the_wanted_page_is_started_also_if_the_window_is_full() -> None:
    """Pages that were fetched ahead before the window shrank do not hold up the reader."""
    wanted, ahead, further = Span(0, 10), Span(10, 10), Span(20, 10)
    under_way: dict[Span, Future[Page[Job]]] = {ahead: Future()}
    assert due([wanted, ahead, further], under_way, 1) == [wanted]
    assert due([ahead, wanted, further], under_way, 1) == []
    assert due([ahead, wanted, further], under_way, 2) == [wanted]
    under_way[ahead].set_result(ANSWER)
    assert due([wanted, ahead, further], under_way, 2) == [wanted, further]


def test_a_pause_does_not_outlast_the_wait_that_reads() -> None:
    """Another listing may have learnt of a pause that is longer than the wait has left."""
    window, now = Window(8), time.monotonic()
    window.note_rejection(now, now, 60.0)
    assert pause_of(window, now) > 50
    with requests_until(now + 0.5):
        assert pause_of(window, now) <= 0.5
    with requests_until(now - 1):
        assert pause_of(window, now) == 0

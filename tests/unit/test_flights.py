"""While the window pauses no page request starts, and requests that the walk no longer needs are dropped."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from pasqal_client._http.flights import Flight, pause_of
from pasqal_client._http.throttle import CURRENT, Window
from pasqal_client._http.transport.deadline import requests_until
from pasqal_client._listing.pages import Page, Span
from pasqal_client._listing.pages_in_flight import AsyncPageFlights, PageFlights, due
from pasqal_client._listing.walk.count_walk import CountWalk
from pasqal_client._listing.walk.order import Order
from pasqal_client._listing.walk.page_walk import Walk
from pasqal_client.jobs import JOBS
from pasqal_core_api.models import Job

ANSWER: Page[Job] = Page((), 0)


def paused() -> Window:
    """A window in which a request was just rejected."""
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

    walk = Walk(Order(JOBS, "created_at"))
    assert walk.wanted is not None
    assert PageFlights(window, fetch).get(walk.wanted, walk) is ANSWER
    assert pauses == [0.0]
    assert CURRENT.get() is None


def test_a_task_for_the_wanted_page_starts_after_a_pause() -> None:
    """The async client waits out the pause and then gets the page, as the sync one does."""

    async def main() -> None:
        window, pauses = paused(), []

        async def fetch(span: Span) -> Page[Job]:
            pauses.append(window.pause(time.monotonic()))
            return ANSWER

        walk = Walk(Order(JOBS, "created_at"))
        assert walk.wanted is not None
        flights = AsyncPageFlights(window, fetch)
        assert await flights.get(walk.wanted, walk) is ANSWER
        assert pauses == [0.0]
        await flights.stop()

    asyncio.run(main())


class Pausing(Window):
    """A window whose pause is over when it is asked for the second time; the answers wait for that."""

    def __init__(self, over: threading.Event | asyncio.Event) -> None:
        super().__init__(2)
        self.over = over
        self.asked = 0

    def pause(self, now: float) -> float:
        self.asked += 1
        if self.asked == 1:
            return 0.001
        self.over.set()
        return 0.0


def test_a_forked_process_goes_on_with_threads_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing was under way at the fork; what was lands in the parent."""
    over, landed = threading.Event(), threading.Event()

    class Noted(PageFlights[Job]):
        def _land(self, flight: Flight[Page[Job]]) -> None:
            super()._land(flight)
            landed.set()

    def fetch(span: Span) -> Page[Job]:
        over.wait()
        return ANSWER

    walk = Walk(Order(JOBS, "created_at"))
    assert walk.wanted is not None
    flights = Noted(Window(2), fetch)
    flights._launch([walk.wanted], 2)
    workers = flights._workers
    monkeypatch.setattr("pasqal_client._http.flights.os.getpid", lambda: -1)
    with pytest.raises(RuntimeError, match="begin the iteration anew here"):
        flights.get(walk.wanted, walk)
    over.set()
    assert landed.wait(10)
    assert flights.get(walk.wanted, walk) is ANSWER
    flights._launch([walk.wanted], 2)
    assert flights.get(walk.wanted, walk) is ANSWER
    assert flights._workers is not workers
    workers.dismiss()
    flights.stop()


def test_a_page_in_flight_at_the_end_of_a_pause_is_awaited() -> None:
    """The end of a pause lets further requests start; it does not drop the page that is wanted."""
    over, begun = threading.Event(), []

    def fetch(span: Span) -> Page[Job]:
        begun.append(span)
        over.wait()
        return ANSWER

    walk = Walk(Order(JOBS, "created_at"))
    assert walk.wanted is not None
    flights = PageFlights(Pausing(over), fetch)
    flights._launch([walk.wanted], 2)
    assert flights.get(walk.wanted, walk) is ANSWER
    assert len(begun) == 1
    flights.stop()


def test_a_task_in_flight_at_the_end_of_a_pause_is_awaited() -> None:
    """The async client keeps waiting for the wanted page, as the sync one does."""

    async def main() -> None:
        over, begun = asyncio.Event(), []

        async def fetch(span: Span) -> Page[Job]:
            begun.append(span)
            await over.wait()
            return ANSWER

        walk = Walk(Order(JOBS, "created_at"))
        assert walk.wanted is not None
        flights = AsyncPageFlights(Pausing(over), fetch)
        flights._launch([walk.wanted], 2)
        assert await flights.get(walk.wanted, walk) is ANSWER
        assert len(begun) == 1
        await flights.stop()

    asyncio.run(main())


def test_tasks_that_the_walk_has_passed_are_cancelled() -> None:
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

        flights = AsyncPageFlights(Window(2), fetch)
        assert await flights.get(Span(50, 10), Straight(Order(JOBS, "created_at"))) is ANSWER
        passed = flights._flights[Span(0, 10)]
        assert await flights.get(Span(50, 10), Straight(Order(JOBS, "created_at"))) is ANSWER
        await asyncio.wait([passed])
        assert passed.cancelled()
        assert begun == [50, 0, 50, 0]
        await flights.stop()

    asyncio.run(main())


def test_the_wanted_page_is_started_also_if_the_window_is_full() -> None:
    """Pages that were fetched ahead before the window shrank do not hold up the reader."""
    wanted, ahead, further = Span(0, 10), Span(10, 10), Span(20, 10)
    under_way: dict[Span, Flight[Page[Job]]] = {ahead: Flight()}
    assert due([wanted, ahead, further], under_way, 1) == [wanted]
    assert due([ahead, wanted, further], under_way, 1) == []
    assert due([ahead, wanted, further], under_way, 2) == [wanted]
    under_way[ahead].land()
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


def test_a_count_wants_each_list_once_and_nothing_after_an_answer_without_a_number() -> None:
    """What one list does not say cannot be added up, so the others need not be asked."""
    walk = CountWalk(3)
    assert walk.plan(2) == [Span(0, 1, 0), Span(0, 1, 1)]
    walk.take(Page((), 5))
    assert (walk.wanted, walk.wants(Span(0, 1, 0)), walk.total) == (Span(0, 1, 1), False, 5)
    assert walk.plan(8) == [Span(0, 1, 1), Span(0, 1, 2)]
    walk.take(Page((), None))
    assert (walk.wanted, walk.total) == (None, None)
    assert CountWalk(0).wanted is None

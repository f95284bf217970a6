"""A list of jobs as an object to iterate over, which fetches its pages ahead: with threads, or with asyncio tasks.

Which pages are wanted, and what they prove, is decided by the walk (`walking`); how many may be
under way, by the window (`window`). Here they are fetched. Stopping early starts nothing new and
waits for nothing that is under way.
"""

from __future__ import annotations

import asyncio
import threading
import time
import warnings
from concurrent.futures import Future, wait
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlencode

from attrs import field, frozen

from .._http.concurrency import CURRENT, Throttle, Window
from .._http.deadline import hear, left_until, no_later
from ..errors import IncompleteListingWarning
from .filters import URL_LIMIT, Query, query, split
from .page_walk import Walk, Walks, walk_of
from .pages import LARGEST_PAGE, Order, Page, Span

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping

    from pasqal_core_api.models import Job

F = TypeVar("F")

CONCURRENCY: Final = 8
"""How many requests a listing has under way at the most, unless told otherwise."""

# The path, limit and offset of a list's address, generously.
_REST_OF_ADDRESS: Final = 200


@frozen
class ListRequest:
    """What to list: checked filters, in as many parts as it takes to keep the addresses short, and the order.

    Attributes:
        parts: the filters, part by part; none if nothing can match.
        order: how the list is sorted.
    """

    parts: tuple[Query, ...]
    order: Order

    @classmethod
    def of(cls, filters: dict[str, Any], order: Order, base_url: str) -> ListRequest:
        """The request for filters as a caller gives them.

        Raises:
            TypeError: a name is not that of a filter.
            ValueError: a value has not the right form.
        """
        given = query(filters)
        room = URL_LIMIT - len(base_url) - len(urlencode(order.keywords())) - _REST_OF_ADDRESS
        return cls(() if given is None else tuple(split(given, room)), order)

    def keywords(self, span: Span) -> dict[str, Any]:
        """The keywords of the generated operation."""
        return {
            **self.parts[span.part],
            **self.order.keywords(),
            "limit": span.limit,
            "offset": span.offset,
        }


@frozen
class ListOptions:
    """How a list is read.

    Attributes:
        page_size: how many jobs a page brings.
        max_items: how many jobs to yield at the most; None for all.
        concurrency: how many requests may be under way.
        strict: whether doubts are errors.
        throttle: what the listings of a client share.
        patience: the longest pause in seconds, asked for by other listings, that is waited for
            without asking oneself.
    """

    page_size: int = LARGEST_PAGE
    max_items: int | None = None
    concurrency: int = CONCURRENCY
    strict: bool = False
    throttle: Throttle = field(factory=Throttle)
    patience: float = float("inf")

    def window(self) -> Window:
        """A window for one iteration."""
        return Window(self.concurrency, self.throttle, self.patience)


class _Listing:
    """What the sync and the async listing share.

    Attributes:
        total (int | None): how many jobs match, as the service last said; None before the first
            page, or if it did not.
        doubts (tuple[str, ...]): why the last iteration may have missed jobs; empty if that is
            ruled out so far.
        proven (bool): whether the last iteration came to the end and is sure to have had every job
            that matched throughout.
    """

    def __init__(self, request: ListRequest, options: ListOptions) -> None:
        self._request = request
        self._options = options
        self.total: int | None = None
        self.doubts: tuple[str, ...] = ()
        self.proven = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} by {self._request.order.by}, total {self.total}, doubts {list(self.doubts)}>"

    def _start(self) -> Walk | Walks | None:
        """A new walk; None if nothing can match."""
        self.total, self.doubts, self.proven = None, (), False
        if not self._request.parts:
            self.total, self.proven = 0, True
            return None
        return walk_of(
            len(self._request.parts),
            self._request.order,
            self._options.page_size,
            self._options.max_items,
        )

    def _take(self, walk: Walk | Walks, span: Span, page: Page) -> list[Job]:
        items = walk.take(span, page)
        self.total, self.doubts = walk.total, tuple(walk.doubts)
        return items

    def _end(self) -> None:
        """Say how it went, at the end of the walk."""
        self.proven = not self.doubts
        if self.proven:
            return
        warning = IncompleteListingWarning(f"the listing may lack jobs: {'; '.join(self.doubts)}")
        if self._options.strict:
            raise warning
        warnings.warn(warning, stacklevel=4)


class JobListing(_Listing):
    """All jobs that match, fetched while they are read, some pages ahead. Each iteration starts anew.

    Every job that matches from the first request to the last is yielded, and none twice, whatever
    is added, removed or leaves the filter meanwhile. Where that cannot be known, the iteration ends
    with an `IncompleteListingWarning` (an error if the client is strict); `proven` and `doubts`
    tell.

    Attributes:
        total (int | None): how many jobs match, as the service last said; None before the first
            page, or if it did not.
        doubts (tuple[str, ...]): why the last iteration may have missed jobs; empty if that is
            ruled out so far.
        proven (bool): whether the last iteration came to the end and is sure to have had every job.
    """

    def __init__(
        self, request: ListRequest, options: ListOptions, fetch: Callable[[ListRequest, Span], Page]
    ) -> None:
        super().__init__(request, options)
        self._fetch = fetch

    def __iter__(self) -> Iterator[Job]:
        for page in self.pages():
            yield from page

    def pages(self) -> Iterator[list[Job]]:
        """The jobs page by page; no page is empty."""
        walk = self._start()
        if walk is None:
            return
        flights = _Flights(self._options.window(), lambda span: self._fetch(self._request, span))
        try:
            while (span := walk.wanted) is not None:
                items = self._take(walk, span, flights.get(span, walk))
                if items:
                    yield items
            self._end()
        finally:
            flights.stop()


class _Flights:
    """The pages of one listing that are under way, each in a thread of its own."""

    def __init__(self, window: Window, fetch: Callable[[Span], Page]) -> None:
        self._window = window
        self._fetch = fetch
        self._flights: dict[Span, Future[Page]] = {}

    def get(self, wanted: Span, walk: Walk | Walks) -> Page:
        """The wanted page; starts what the window allows meanwhile."""
        while True:
            now = time.monotonic()
            self._flights = kept(self._flights, walk)
            pause = pause_of(self._window, now)
            if not pause:
                plan = walk.plan(self._window.size(now))
                if plan == [wanted] and not self._flights:
                    return self._observed(wanted)
                self._launch(plan, now)
            flight = self._flights.get(wanted)
            if flight is None:
                self._window.stopped.wait(pause)
            elif wait([flight], timeout=pause or None).done:
                return self._flights.pop(wanted).result()

    def _launch(self, plan: list[Span], now: float) -> None:
        for span in due(plan, self._flights, self._window.size(now)):
            self._flights[span] = flight = Future[Page]()
            run = copy_context().run
            threading.Thread(
                target=run, args=(self._fly, flight, span), name="pasqal-client", daemon=True
            ).start()

    def _fly(self, flight: Future[Page], span: Span) -> None:
        try:
            flight.set_result(self._observed(span))
        except BaseException as error:  # whoever wants the page gets it
            flight.set_exception(error)

    def _observed(self, span: Span) -> Page:
        token = CURRENT.set(self._window)
        try:
            return self._fetch(span)
        finally:
            CURRENT.reset(token)

    def stop(self) -> None:
        """Start nothing new, retries included; what is under way ends by itself, unheard."""
        self._window.stop()
        self._flights.clear()


class AsyncJobListing(_Listing):
    """All jobs that match, fetched while they are read, some pages ahead; see `JobListing`."""

    def __init__(
        self,
        request: ListRequest,
        options: ListOptions,
        fetch: Callable[[ListRequest, Span], Awaitable[Page]],
    ) -> None:
        super().__init__(request, options)
        self._fetch = fetch

    async def __aiter__(self) -> AsyncIterator[Job]:
        async for page in self.pages():
            for job in page:
                yield job

    async def pages(self) -> AsyncIterator[list[Job]]:
        """The jobs page by page; no page is empty."""
        walk = self._start()
        if walk is None:
            return
        flights = _AsyncFlights(
            self._options.window(), lambda span: self._fetch(self._request, span)
        )
        try:
            while (span := walk.wanted) is not None:
                items = self._take(walk, span, await flights.get(span, walk))
                if items:
                    yield items
            self._end()
        finally:
            await flights.stop()


class _AsyncFlights:
    """The pages of one listing that are under way, each in a task of its own."""

    def __init__(self, window: Window, fetch: Callable[[Span], Awaitable[Page]]) -> None:
        self._window = window
        self._fetch = fetch
        self._flights: dict[Span, asyncio.Task[Page]] = {}

    async def get(self, wanted: Span, walk: Walk | Walks) -> Page:
        """The wanted page; starts what the window allows meanwhile."""
        while True:
            now = time.monotonic()
            self._drop_unwanted(walk)
            pause = pause_of(self._window, now)
            if not pause:
                self._launch(walk.plan(self._window.size(now)), now)
            flight = self._flights.get(wanted)
            if flight is None:
                await asyncio.sleep(pause)
            elif (await asyncio.wait([flight], timeout=pause or None))[0]:
                return self._flights.pop(wanted).result()

    def _launch(self, plan: list[Span], now: float) -> None:
        for span in due(plan, self._flights, self._window.size(now)):
            self._flights[span] = task = asyncio.create_task(self._fly(span))
            task.add_done_callback(hear)

    def _drop_unwanted(self, walk: Walk | Walks) -> None:
        remaining = kept(self._flights, walk)
        for span in self._flights.keys() - remaining.keys():
            self._flights[span].cancel()
        self._flights = remaining

    async def _fly(self, span: Span) -> Page:
        CURRENT.set(self._window)
        return await self._fetch(span)

    async def stop(self) -> None:
        """Start nothing new and give up what is under way; waits for it to have given up, not for its answers."""
        self._window.stop()
        for flight in self._flights.values():
            flight.cancel()
        if self._flights:
            await asyncio.wait(self._flights.values())
        self._flights.clear()


def due(
    plan: list[Span], flights: Mapping[Span, Future[Page] | asyncio.Task[Page]], size: int
) -> list[Span]:
    """The planned pages to start now: as many as the window has room for, and in any case the first."""
    under_way = sum(not flight.done() for flight in flights.values())
    room = max(0, size - under_way, plan[0] not in flights)
    return [span for span in plan if span not in flights][:room]


def kept(flights: dict[Span, F], walk: Walk | Walks) -> dict[Span, F]:
    """The flights whose pages may still be taken."""
    return {span: flight for span, flight in flights.items() if walk.wants(span)}


def pause_of(window: Window, now: float) -> float:
    """Seconds during which nothing new starts; what is read for a wait pauses no longer than that lasts."""
    return min(window.pause(now), left_until(no_later(float("inf"))))

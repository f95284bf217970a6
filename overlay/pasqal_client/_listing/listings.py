"""A list as an object to iterate over, sync and async; its pages are fetched ahead of the reader.

Which pages are wanted, and what they prove, is decided by the walk (`walk/page_walk.py`);
`pages_in_flight` fetches them.
"""

from __future__ import annotations

import inspect
import warnings
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from pasqal_core_runtime.html_tables import html_block

from .._display import printable
from .._item_tables import pair_table
from .._pickle_guard import Unpicklable
from .._signatures import show_twin
from ..errors import IncompleteListingWarning
from .pages_in_flight import AsyncPageFlights, PageFlights
from .walk.merged_walk import AnyWalk, walk_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from types import FrameType

    from pasqal_core_runtime.model import Model
    from pasqal_core_runtime.records import Flatten, Record

    from .list_request import ListOptions, ListRequest
    from .pages import Page, Span

T = TypeVar("T")
_M = TypeVar("_M", bound="Model")

_LONGEST: Final = 80
_PACKAGE: Final = __name__.partition(".")[0]


class _ListingState(Unpicklable, Generic[T]):
    """What the sync and the async listing share: how the last iteration went.

    Attributes:
        total (int | None): how many items match, as the service last said; None before the first
            page, or if it did not say.
        doubts (tuple[str, ...]): why the last iteration may have missed items; empty if that is
            ruled out so far.
        proven (bool): whether the last iteration came to the end and is sure to have had every item
            that matched throughout.
    """

    def __init__(self, request: ListRequest[T], options: ListOptions) -> None:
        self._request = request
        self._options = options
        self.total: int | None = None
        self.doubts: tuple[str, ...] = ()
        self.proven: bool = False

    def __repr__(self) -> str:
        name = type(self).__name__
        order = self._request.order
        many = order.kind.many
        doubts = list(self.doubts)
        filters = ""
        for word, value in self._filters().items():
            filters += f", {word}={printable(value, _LONGEST)}"
        return f"<{name} of {many} by {order.by}{filters}, total {self.total}, doubts {doubts}>"

    def _filters(self) -> dict[str, str]:
        """The filters as text."""
        filters: dict[str, str] = {}
        for part in self._request.parts:
            # Several parts differ in their ids, of which only the first few are shown anyway.
            for name, value in part.items():
                filters.setdefault(name, _filter_text(value))
        return filters

    def _repr_html_(self) -> str:
        """What a notebook shows: what is listed, and how the last iteration went; nothing is sent."""
        order = self._request.order
        state = "Nothing is fetched before it is iterated over."
        if self.total is not None:
            state = f"The service said that {self.total:,} match."
        doubts = "; ".join(self.doubts)
        return html_block(
            f"{type(self).__name__} of {order.kind.many} by {order.by}",
            pair_table("filter", "value", self._filters()),
            state,
            doubts,
        )

    def _start(self) -> AnyWalk[T] | None:
        """Begin an iteration; returns its walk, None if nothing can match."""
        self.total = None
        self.doubts = ()
        self.proven = False
        if not self._request.parts:
            self.total = 0
            self.proven = True
            return None
        return walk_of(
            len(self._request.parts),
            self._request.order,
            self._options.page_size,
            self._options.max_items,
        )

    def _take(
        self,
        walk: AnyWalk[T],
        span: Span,
        page: Page[T],
    ) -> list[T]:
        items = walk.take(span, page)
        self.total = walk.total
        self.doubts = tuple(walk.doubts)
        return items

    def _finish(self) -> None:
        """Say how it went, at the end of the walk; warns, or raises if strict, where it has doubts."""
        self.proven = not self.doubts
        if self.proven:
            return
        many = self._request.order.kind.many
        doubts = "; ".join(self.doubts)
        warning = IncompleteListingWarning(f"the listing may lack {many}: {doubts}")
        if self._options.strict:
            raise warning
        warnings.warn(warning, stacklevel=_level_of_caller())


def _filter_text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _level_of_caller() -> int:
    """The stack level of the line outside this package that reads the listing, as the one who calls this counts."""
    # From Python 3.12 on, `skip_file_prefixes` of `warnings.warn` does the same.
    frame = inspect.currentframe()
    level = 0
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
        level += 1
    return level


def _is_ours(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__"))
    package, _, _ = module.partition(".")
    return package == _PACKAGE


class Listing(_ListingState[T]):
    """All items that match, fetched while they are read, some pages ahead. Each iteration starts again.

    Every item that matches from the first request to the last is yielded, and none twice, whatever
    is added, removed or leaves the filter meanwhile. Where that cannot be known, the iteration ends
    with an `IncompleteListingWarning` (an error if the client is strict); `proven` and `doubts`
    say so.

    Attributes:
        total (int | None): how many items match, as the service last said; None before the first
            page, or if it did not say.
        doubts (tuple[str, ...]): why the last iteration may have missed items; empty if that is
            ruled out so far.
        proven (bool): whether the last iteration came to the end and is sure to have had every
            item.
    """

    def __init__(
        self,
        request: ListRequest[T],
        options: ListOptions,
        fetch: Callable[[ListRequest[T], Span], Page[T]],
    ) -> None:
        super().__init__(request, options)
        self._fetch = fetch

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page

    def pages(self) -> Iterator[list[T]]:
        """The items page by page; no page is empty."""
        walk = self._start()
        if walk is None:
            return
        window = self._options.window()
        flights = PageFlights(window, self._fetch_span)
        try:
            while (span := walk.wanted) is not None:
                page = flights.get(span, walk)
                items = self._take(walk, span, page)
                if items:
                    yield items
            self._finish()
        finally:
            flights.stop()

    def records(self: Listing[_M], *, flatten: Flatten = ()) -> Iterator[Record]:
        """The items as flat dictionaries, rows for pandas, polars, pyarrow or csv.

        They are fetched while they are read, so no more of them are in memory than the reader
        keeps.

        Args:
            flatten: what gets columns of its own, such as `variables` or
                `["variables.omega", "variables.t"]`; see `record` of an item.

        Raises:
            ValueError: the items have no such field, or it has no entries (while iterating).
            APIError: a request failed (while iterating).
        """
        for item in self:
            yield item.record(flatten=flatten)

    def _fetch_span(self, span: Span) -> Page[T]:
        return self._fetch(self._request, span)


@show_twin(Listing)
class AsyncListing(_ListingState[T]):
    """All items that match, fetched while they are read, some pages ahead; see `Listing`."""

    def __init__(
        self,
        request: ListRequest[T],
        options: ListOptions,
        fetch: Callable[[ListRequest[T], Span], Awaitable[Page[T]]],
    ) -> None:
        super().__init__(request, options)
        self._fetch = fetch

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page:
                yield item

    async def pages(self) -> AsyncIterator[list[T]]:
        """The items page by page; no page is empty."""
        walk = self._start()
        if walk is None:
            return
        window = self._options.window()
        flights = AsyncPageFlights(window, self._fetch_span)
        try:
            while (span := walk.wanted) is not None:
                page = await flights.get(span, walk)
                items = self._take(walk, span, page)
                if items:
                    yield items
            self._finish()
        finally:
            await flights.stop()

    async def records(self: AsyncListing[_M], *, flatten: Flatten = ()) -> AsyncIterator[Record]:
        """The items as flat dictionaries, rows for pandas, polars, pyarrow or csv; see `Listing.records`."""
        async for item in self:
            yield item.record(flatten=flatten)

    def _fetch_span(self, span: Span) -> Awaitable[Page[T]]:
        return self._fetch(self._request, span)

"""What all resources share: how requests are made from arguments, and how they are sent.

A method of a resource has a twin in the async client. What the two share is decided by functions
and classes that do no I/O, so each twin is left with little more than sending. A new method:

1. Checks its arguments before anything is sent, with `_checks` or the filters of an `ItemKind`.
   What is malformed raises a `ValueError`.
2. Sends by one of the three patterns below. Nothing but a resource calls generated operations; the
   connection signs in, repeats, and raises what the service rejects.
3. Leaves to a pure function what the answer means: in a folder such as `_writes`, or in the part of
   the module that both twins share.
4. Has the whole docstring in the sync class; its twin refers to it.

One read: the generated operation, and its arguments.

    wanted = uuid_of("job_id", job_id)
    response = self._read(get_job, job_id=wanted)
    job: Job = read_item(response, "the job", wanted)
    return job

One listing: a request for a kind of items (see `_listing/item_kind.py`), and options. Nothing is
sent before it is iterated over. `_fetch_page` and `_count` take such a request, too.

    request = self._request(JOBS, filters, order_by, order_by_direction)
    options = self._options(page_size, max_items, concurrency)
    return self._listing(JobListing, get_jobs, request, options)

One write: the generated operation, and a plan (see `_writes/plan.py`) that decides what to send and
what the answers mean. `_writes` imports each plan when it is asked for: to import all
of them would cost each program several milliseconds for what few of them call. `_results` and
`_waits` do so, too.

    return self._write(complete_batch, _writes.Completion(batch_id))

In the async twin, `await` stands before what sends. `tests/unit/test_parity.py` compares the twins,
and these patterns with the resources.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import evolve

from pasqal_core_runtime.client import Client

from . import _writes
from ._checks import number
from ._http.error_context import ErrorContext
from ._identity import foreign_place, is_another
from ._listing.list_request import CONCURRENCY, ListOptions, ListRequest
from ._listing.listings import AsyncListing, Listing
from ._listing.pages import LARGEST_PAGE, NOTHING, Page, Span, page_of
from ._listing.pages_in_flight import AsyncPageFlights, PageFlights
from ._listing.walk.count_walk import CountWalk
from ._pickle_guard import Unpicklable
from .errors import ResponseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from pasqal_core_runtime.departures import Departure, Report
    from pasqal_core_runtime.response import Response

    from ._http.connection import AsyncConnection, Connection
    from ._http.file_download import FileDownload
    from ._http.throttle import Throttle
    from ._listing.item_kind import ItemKind
    from ._settings.config import Settings
    from ._writes.plan import Plan

R = TypeVar("R")
T = TypeVar("T")
_SyncListing = TypeVar("_SyncListing", bound=Listing[Any])
_AsyncListing = TypeVar("_AsyncListing", bound=AsyncListing[Any])


class _Base(Unpicklable):
    """What the resources of both clients share.

    Args:
        api: the generated client.
        settings: the settings of the client.
        throttle: what the listings of a client know together about a service that refuses requests.
    """

    def __init__(self, api: Client, settings: Settings, throttle: Throttle) -> None:
        self._api = api
        self._settings = settings
        self._throttle = throttle

    def _request(
        self,
        kind: ItemKind[T],
        filters: Mapping[str, object],
        order_by: object = None,
        order_by_direction: object = None,
    ) -> ListRequest[T]:
        """The request for a list; the client's project applies unless the filters say otherwise."""
        given: dict[str, Any] = dict(filters)
        project_id = self._settings.project_id
        # None in the filters lifts the client's project.
        if project_id is not None and "project_id" in kind.filters.readers:
            given.setdefault("project_id", project_id)
        return ListRequest.of(kind, given, self._api.base_url, order_by, order_by_direction)

    def _options(
        self,
        page_size: object = LARGEST_PAGE,
        max_items: object = None,
        concurrency: object = CONCURRENCY,
    ) -> ListOptions:
        """Check the options of a listing."""
        most = None
        if max_items is not None:
            most = number("max_items", max_items, 0)
        return ListOptions(
            page_size=number("page_size", page_size, 1, LARGEST_PAGE),
            max_items=most,
            concurrency=number("concurrency", concurrency, 1),
            strict=self._settings.strict,
            throttle=self._throttle,
            longest_silence=self._settings.deadline,
        )

    def _options_of_part(self) -> ListOptions:
        """The options of a list that is read as part of a call: page by page, as one of its requests."""
        options = self._options(concurrency=1)
        return evolve(options, is_part=True)


class Resource(_Base):
    """A resource of the sync client."""

    def _reporting_to(self, report: Report) -> Client:
        """The generated client on the same connection, with departures reported to another callback."""
        client = Client(self._api.base_url, on_departure=report, clean=self._api.clean)
        return client.set_httpx_client(self._api.get_httpx_client())

    def _watch_account(self) -> Callable[[], str]:
        """Begin to watch which account signs the requests; see `TokenAuth.watch_account`."""
        return cast("Connection", self._api.get_httpx_client()).watch_account()

    def _read(self, operation: ModuleType, **keywords: Any) -> Response[Any]:
        """Send the request of a read.

        Args:
            operation: the module of the generated operation.
            **keywords: the arguments of the operation.
        """
        response: Response[Any] = operation.sync_detailed(client=self._api, **keywords)
        return response

    def _fetch_file(self, download: FileDownload) -> None:
        """Fetch a file from a signed link; the download has it afterwards.

        Raises:
            APIError: it could not be fetched.
        """
        connection = cast("Connection", self._api.get_httpx_client())
        try:
            connection.fetch_file(download)
        finally:
            download.close()

    def _listing(
        self,
        kind: type[_SyncListing],
        operation: ModuleType,
        request: ListRequest[Any],
        options: ListOptions,
    ) -> _SyncListing:
        """All items, to iterate over: a listing of that kind."""
        return kind(request, options, partial(self._fetch_span, operation))

    def _fetch_page(self, operation: ModuleType, request: ListRequest[T], span: Span) -> Page[T]:
        """Fetch one page, in one request.

        Raises:
            ValueError: it takes several requests.
        """
        _raise_if_split(request)
        # An empty list of ids is nothing, never everything.
        if not request.parts:
            return NOTHING
        return self._fetch_span(operation, request, span)

    def _count(self, operation: ModuleType, request: ListRequest[T]) -> int:
        """Count the items, in as many requests as there are parts, side by side."""
        walk = CountWalk(len(request.parts))
        flights = PageFlights(
            self._options().window(), partial(self._fetch_span, operation, request)
        )
        try:
            while (span := walk.wanted) is not None:
                page = flights.get(span, walk)
                walk.take(page)
        finally:
            flights.stop()
        if walk.total is not None:
            return walk.total
        # The service does not say how many there are.
        listing = self._listing(Listing, operation, request, self._options())
        return sum(1 for _ in listing)

    def _fetch_span(self, operation: ModuleType, request: ListRequest[T], span: Span) -> Page[T]:
        response = self._read(operation, **request.keywords(span))
        return read_page(response, request.order.kind, request.parts[span.part])

    def _write(self, operation: ModuleType, plan: Plan[R]) -> R:
        """Send the requests of a write one after the other.

        Args:
            operation: the module of the generated operation.
            plan: what to send, and what the answers mean.
        """
        progress = _writes.Progress(self._api.base_url, self._watch_account)
        try:
            for step in plan.steps():
                progress.begin(step)
                # A list of its own for each step, as other threads read answers meanwhile.
                departures: list[Departure] = []
                client = self._reporting_to(departures.append)
                response = operation.sync_detailed(client=client, **step.keywords)
                answer = _writes.Answer.of(response, departures, self._api.on_departure)
                carried_out = plan.take(step, answer)
                progress.end(carried_out)
                # Only now: what a strict client rejects was carried out all the same.
                answer.raise_if_strict(carried_out)
            return plan.result()
        except BaseException as error:
            progress.attach_to(error)
            raise


class AsyncResource(_Base):
    """A resource of the async client; see `Resource`."""

    def _reporting_to(self, report: Report) -> Client:
        client = Client(self._api.base_url, on_departure=report, clean=self._api.clean)
        return client.set_async_httpx_client(self._api.get_async_httpx_client())

    def _watch_account(self) -> Callable[[], str]:
        return cast("AsyncConnection", self._api.get_async_httpx_client()).watch_account()

    async def _read(self, operation: ModuleType, **keywords: Any) -> Response[Any]:
        response: Response[Any] = await operation.asyncio_detailed(client=self._api, **keywords)
        return response

    async def _fetch_file(self, download: FileDownload) -> None:
        connection = cast("AsyncConnection", self._api.get_async_httpx_client())
        try:
            await connection.fetch_file(download)
        finally:
            download.close()

    def _listing(
        self,
        kind: type[_AsyncListing],
        operation: ModuleType,
        request: ListRequest[Any],
        options: ListOptions,
    ) -> _AsyncListing:
        return kind(request, options, partial(self._fetch_span, operation))

    async def _fetch_page(
        self, operation: ModuleType, request: ListRequest[T], span: Span
    ) -> Page[T]:
        _raise_if_split(request)
        if not request.parts:
            return NOTHING
        return await self._fetch_span(operation, request, span)

    async def _count(self, operation: ModuleType, request: ListRequest[T]) -> int:
        walk = CountWalk(len(request.parts))
        flights = AsyncPageFlights(
            self._options().window(), partial(self._fetch_span, operation, request)
        )
        try:
            while (span := walk.wanted) is not None:
                page = await flights.get(span, walk)
                walk.take(page)
        finally:
            await flights.stop()
        if walk.total is not None:
            return walk.total
        listing = self._listing(AsyncListing, operation, request, self._options())
        return sum([1 async for _ in listing])

    async def _fetch_span(
        self, operation: ModuleType, request: ListRequest[T], span: Span
    ) -> Page[T]:
        response = await self._read(operation, **request.keywords(span))
        return read_page(response, request.order.kind, request.parts[span.part])

    async def _write(self, operation: ModuleType, plan: Plan[R]) -> R:
        progress = _writes.Progress(self._api.base_url, self._watch_account)
        try:
            for step in plan.steps():
                progress.begin(step)
                departures: list[Departure] = []
                client = self._reporting_to(departures.append)
                response = await operation.asyncio_detailed(client=client, **step.keywords)
                answer = _writes.Answer.of(response, departures, self._api.on_departure)
                carried_out = plan.take(step, answer)
                progress.end(carried_out)
                answer.raise_if_strict(carried_out)
            return plan.result()
        except BaseException as error:
            progress.attach_to(error)
            raise


# Shared by both clients.


def _raise_if_split(request: ListRequest[Any]) -> None:
    """Raise if a request is for several lists, which have no single page.

    Raises:
        ValueError: it takes several requests.
    """
    if len(request.parts) > 1:
        many = request.order.kind.many
        raise ValueError(
            f"more ids or other values than fit the URL of a page; use {many}.list, which takes several requests"
        )


def read_page(
    response: Response[Any], kind: ItemKind[T], filters: Mapping[str, Any] | None = None
) -> Page[T]:
    """Read the page in an answer.

    Args:
        response: what the generated operation returned.
        kind: what it should be a list of.
        filters: the filters of the request.

    Raises:
        ResponseError: it holds no list, which is not the same as an empty one; or an item that was
            not asked for, by what never changes in it.
    """
    answer = response.parsed
    # A field that the service did not send, or not as a list, is not there.
    if not hasattr(answer, "data"):
        raise _odd_answer(response, f"the answer does not hold a list of {kind.many}")
    page = page_of(answer, response.headers)
    places = _places(filters or {})
    if not places:
        return page
    for item in page:
        place = foreign_place(item, places)
        if place:
            reason = f"the answer holds {kind.one} of {place}, which was not asked for"
            raise _odd_answer(response, reason)
    return page


def _places(filters: Mapping[str, Any]) -> dict[str, frozenset[UUID]]:
    """Where the items of a list have to be, by the filters whose values never change in an item."""
    places = {}
    for name in ("batch_id", "project_id"):
        if name in filters:
            # Filters have ids as they are sent; the wait for a batch has one as it was given.
            places[name] = frozenset(UUID(str(value)) for value in filters[name])
    return places


def _odd_answer(response: Response[Any], reason: str) -> ResponseError:
    context = ErrorContext.of_answer(response)
    return context.error(ResponseError, reason, status=int(response.status_code))


def read_item(response: Response[Any], what: str, wanted: object) -> Any:
    """Read the one thing that an answer is about.

    Args:
        response: what the generated operation returned.
        what: what it should be, in words.
        wanted: its id.

    Raises:
        ResponseError: it holds none, or another one.
    """
    item = getattr(response.parsed, "data", None)
    if item is None:
        raise _odd_answer(response, f"the answer does not hold {what}")
    if is_another(item, wanted):
        raise _odd_answer(response, f"the answer is about {item.id}, not about {wanted}")
    return item

"""The jobs resource: listing, counting and reading jobs, sync and async.

The two classes are thin twins: what they ask for and what they make of the answers is decided in the pure modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from pasqal_core_api.api.jobs import get_jobs
from pasqal_core_api.models import JobPage

from .errors import NotFoundError, ResponseError
from .filters import JobFilters, Query, number, query, uuid_of
from .paging import LARGEST_PAGE, NOTHING, Order, Page, Span, Walk, page_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from uuid import UUID

    from pasqal_core_api.client import Client
    from pasqal_core_api.models import Job, OrderDirection
    from pasqal_core_api.types import Response


def read_page(response: Response[Any]) -> Page:
    """The page in the answer of the generated operation."""
    if isinstance(response.parsed, JobPage):
        return page_of(response.parsed, response.headers)
    raise ResponseError("expected a page of jobs", status=int(response.status_code), method="GET")


class _Request:
    """A checked request for a list: its filters and its order. Holds no connection."""

    def __init__(self, filters: dict[str, Any], project_id: UUID | None, order: Order) -> None:
        if project_id is not None:
            filters.setdefault("project_id", project_id)
        self.filters: Query | None = query(filters)
        self.order = order

    def keywords(self, span: Span) -> dict[str, Any] | None:
        """The keywords of the generated operation; None if nothing can match."""
        if self.filters is None:
            return None
        return {**self.filters, **self.order.keywords(), "limit": span.limit, "offset": span.offset}


def one_job(job_id: UUID, page: Page) -> Job:
    """The job of that id on the page."""
    for job in page.items:
        if getattr(job, "id", None) == job_id:
            return job
    reason = f"there is no job {job_id}, or this account may not see it"
    raise NotFoundError(reason, status=404, method="GET", path="/api/v2/jobs")


class JobListing:
    """All jobs that match, fetched page by page while they are read. Each iteration starts anew.

    Attributes:
        total (int | None): how many jobs match, after the first page; None before it, or if the service did not tell.
    """

    def __init__(self, jobs: Jobs, request: _Request, page_size: int, max_items: int | None) -> None:
        self._jobs = jobs
        self._request = request
        self._page_size = page_size
        self._max_items = max_items
        self.total: int | None = None

    def __iter__(self) -> Iterator[Job]:
        for page in self.pages():
            yield from page

    def pages(self) -> Iterator[list[Job]]:
        """The jobs page by page."""
        walk = Walk(self._page_size, self._max_items)
        while (span := walk.wanted) is not None:
            items = walk.take(span, self._jobs._fetch(self._request, span))
            self.total = walk.total
            if items:
                yield items


class Jobs:
    """`client.jobs`: reading jobs."""

    def __init__(self, api: Client, project_id: UUID | None) -> None:
        self._api = api
        self._project_id = project_id

    def list(
        self,
        *,
        order_by: str | None = None,
        order_by_direction: OrderDirection | str | None = None,
        page_size: int = LARGEST_PAGE,
        max_items: int | None = None,
        **filters: Unpack[JobFilters],
    ) -> JobListing:
        """All jobs that match the filters, newest first unless ordered otherwise.

        Args:
            order_by: the job field to sort by; `created_at` if None.
            order_by_direction: `ASC` or `DESC`.
            page_size: how many jobs a request asks for, from 1 to 100.
            max_items: stop after this many jobs.
            **filters: see `JobFilters`. Without `project_id` the client's project counts; `project_id=None` lifts that.

        Raises:
            ValueError: an argument has not the right form. Nothing was sent.
            APIError: a request failed (while iterating).
        """
        request = _Request(dict(filters), self._project_id, Order.of(order_by, order_by_direction))
        size = number("page_size", page_size, 1, LARGEST_PAGE)
        return JobListing(self, request, size, None if max_items is None else number("max_items", max_items, 0))

    def page(
        self,
        *,
        limit: int = LARGEST_PAGE,
        offset: int = 0,
        order_by: str | None = None,
        order_by_direction: OrderDirection | str | None = None,
        **filters: Unpack[JobFilters],
    ) -> Page:
        """One page of the jobs that match the filters, in one request.

        Args:
            limit: the largest number of jobs, from 1 to 100.
            offset: how many jobs of the whole list come before the page.
            order_by: the job field to sort by; `created_at` if None.
            order_by_direction: `ASC` or `DESC`.
            **filters: see `JobFilters`. Without `project_id` the client's project counts; `project_id=None` lifts that.

        Raises:
            ValueError: an argument has not the right form. Nothing was sent.
            APIError: the request failed.
        """
        request = _Request(dict(filters), self._project_id, Order.of(order_by, order_by_direction))
        return self._fetch(request, Span.of(offset, limit))

    def count(self, **filters: Unpack[JobFilters]) -> int:
        """How many jobs match the filters, in one request.

        Raises:
            ValueError: an argument has not the right form. Nothing was sent.
            APIError: the request failed.
        """
        request = _Request(dict(filters), self._project_id, Order())
        page = self._fetch(request, Span(0, 1))
        if page.total is not None:
            return page.total
        return sum(len(items) for items in JobListing(self, request, LARGEST_PAGE, None).pages())

    def get(self, job_id: UUID | str, /) -> Job:
        """One job, of whichever project.

        Raises:
            ValueError: the id is no UUID. Nothing was sent.
            NotFoundError: there is no such job, or the account may not see it.
            APIError: the request failed.
        """
        wanted = uuid_of("job_id", job_id)
        return one_job(wanted, self._fetch(_Request({"id": wanted}, None, Order()), Span(0, 1)))

    def _fetch(self, request: _Request, span: Span) -> Page:
        keywords = request.keywords(span)
        return NOTHING if keywords is None else read_page(get_jobs.sync_detailed(client=self._api, **keywords))


class AsyncJobListing:
    """All jobs that match, fetched page by page while they are read. Each iteration starts anew.

    Attributes:
        total (int | None): how many jobs match, after the first page; None before it, or if the service did not tell.
    """

    def __init__(self, jobs: AsyncJobs, request: _Request, page_size: int, max_items: int | None) -> None:
        self._jobs = jobs
        self._request = request
        self._page_size = page_size
        self._max_items = max_items
        self.total: int | None = None

    async def __aiter__(self) -> AsyncIterator[Job]:
        async for page in self.pages():
            for job in page:
                yield job

    async def pages(self) -> AsyncIterator[list[Job]]:
        """The jobs page by page."""
        walk = Walk(self._page_size, self._max_items)
        while (span := walk.wanted) is not None:
            items = walk.take(span, await self._jobs._fetch(self._request, span))
            self.total = walk.total
            if items:
                yield items


class AsyncJobs:
    """`client.jobs` of the async client: reading jobs. Arguments and errors are those of `Jobs`."""

    def __init__(self, api: Client, project_id: UUID | None) -> None:
        self._api = api
        self._project_id = project_id

    def list(
        self,
        *,
        order_by: str | None = None,
        order_by_direction: OrderDirection | str | None = None,
        page_size: int = LARGEST_PAGE,
        max_items: int | None = None,
        **filters: Unpack[JobFilters],
    ) -> AsyncJobListing:
        """All jobs that match the filters; see `Jobs.list`."""
        request = _Request(dict(filters), self._project_id, Order.of(order_by, order_by_direction))
        size = number("page_size", page_size, 1, LARGEST_PAGE)
        return AsyncJobListing(self, request, size, None if max_items is None else number("max_items", max_items, 0))

    async def page(
        self,
        *,
        limit: int = LARGEST_PAGE,
        offset: int = 0,
        order_by: str | None = None,
        order_by_direction: OrderDirection | str | None = None,
        **filters: Unpack[JobFilters],
    ) -> Page:
        """One page of the jobs that match the filters; see `Jobs.page`."""
        request = _Request(dict(filters), self._project_id, Order.of(order_by, order_by_direction))
        return await self._fetch(request, Span.of(offset, limit))

    async def count(self, **filters: Unpack[JobFilters]) -> int:
        """How many jobs match the filters; see `Jobs.count`."""
        request = _Request(dict(filters), self._project_id, Order())
        page = await self._fetch(request, Span(0, 1))
        if page.total is not None:
            return page.total
        return sum([len(items) async for items in AsyncJobListing(self, request, LARGEST_PAGE, None).pages()])

    async def get(self, job_id: UUID | str, /) -> Job:
        """One job, of whichever project; see `Jobs.get`."""
        wanted = uuid_of("job_id", job_id)
        return one_job(wanted, await self._fetch(_Request({"id": wanted}, None, Order()), Span(0, 1)))

    async def _fetch(self, request: _Request, span: Span) -> Page:
        keywords = request.keywords(span)
        return NOTHING if keywords is None else read_page(await get_jobs.asyncio_detailed(client=self._api, **keywords))

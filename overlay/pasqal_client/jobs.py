"""The jobs resource: listing, counting and reading jobs, sync and async.

The two classes are thin twins: what they ask for and what they make of the answers is decided in the pure modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from pasqal_core_api.api.jobs import get_jobs
from pasqal_core_api.models import JobPage

from .errors import NotFoundError, ResponseError
from .filters import JobFilters, number, uuid_of
from .listing import CONCURRENCY, AsyncJobListing, JobListing, ListOptions, ListRequest
from .paging import LARGEST_PAGE, NOTHING, Order, Page, Span, page_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from pasqal_core_api.client import Client
    from pasqal_core_api.models import Job, JobStatus, OrderDirection
    from pasqal_core_api.types import Response


def read_page(response: Response[Any]) -> Page:
    """The page in the answer of the generated operation."""
    if isinstance(response.parsed, JobPage):
        return page_of(response.parsed, response.headers)
    raise ResponseError("expected a page of jobs", status=int(response.status_code), method="GET")


def one_job(job_id: UUID, page: Page) -> Job:
    """The job of that id on the page.

    Raises:
        NotFoundError: it is not there.
    """
    for job in page.items:
        if getattr(job, "id", None) == job_id:
            return job
    reason = f"there is no job {job_id}, or this account may not see it"
    raise NotFoundError(reason, status=404, method="GET", path="/api/v2/jobs")


def in_one_request(request: ListRequest) -> ListRequest:
    """The request, if it is one.

    Raises:
        ValueError: it takes several requests, so it has no single page.
    """
    if len(request.parts) > 1:
        raise ValueError("a page cannot have so many ids or other values: use jobs.list, which takes several requests")
    return request


class _Shared:
    """What both resources share: turning arguments into requests."""

    def __init__(self, api: Client, project_id: UUID | None, *, strict: bool) -> None:
        self._api = api
        self._project_id = project_id
        self._strict = strict

    def _request(
        self, filters: dict[str, Any], order_by: object = None, order_by_direction: object = None
    ) -> ListRequest:
        if self._project_id is not None:
            filters.setdefault("project_id", self._project_id)
        return ListRequest.of(filters, Order.of(order_by, order_by_direction), self._api.base_url)

    def _by_id(self, ids: object) -> ListRequest:
        return ListRequest.of({"id": ids}, Order(), self._api.base_url)

    def _options(
        self, page_size: object = LARGEST_PAGE, max_items: object = None, concurrency: object = CONCURRENCY
    ) -> ListOptions:
        return ListOptions(
            page_size=number("page_size", page_size, 1, LARGEST_PAGE),
            max_items=None if max_items is None else number("max_items", max_items, 0),
            concurrency=number("concurrency", concurrency, 1),
            strict=self._strict,
        )


class Jobs(_Shared):
    """`client.jobs`: reading jobs."""

    def list(
        self,
        *,
        order_by: str | None = None,
        order_by_direction: OrderDirection | str | None = None,
        page_size: int = LARGEST_PAGE,
        max_items: int | None = None,
        concurrency: int = CONCURRENCY,
        **filters: Unpack[JobFilters],
    ) -> JobListing:
        """All jobs that match the filters, newest first unless ordered otherwise.

        More ids than fit an address are split into several requests; their jobs come in order all the same, at the end.

        Args:
            order_by: the job field to sort by; `created_at` if None. By `created_at`, `creation_order` or `id` the
                listing can prove that it missed nothing.
            order_by_direction: `ASC` or `DESC`; `DESC` if None.
            page_size: how many jobs a page brings, from 1 to 100; requests ask for some more, so that pages overlap.
            max_items: stop after this many jobs.
            concurrency: how many requests may be under way at once; fewer are once the service refuses some.
            **filters: see `JobFilters`. Without `project_id` the client's project counts; `project_id=None` lifts that.

        Raises:
            TypeError: a keyword is not that of a filter. Nothing was sent.
            ValueError: an argument has not the right form. Nothing was sent.
            APIError: a request failed (while iterating).
        """
        request = self._request(dict(filters), order_by, order_by_direction)
        return JobListing(request, self._options(page_size, max_items, concurrency), self._fetch)

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
            order_by_direction: `ASC` or `DESC`; `DESC` if None.
            **filters: see `JobFilters`. Without `project_id` the client's project counts; `project_id=None` lifts that.

        Raises:
            TypeError: a keyword is not that of a filter. Nothing was sent.
            ValueError: an argument has not the right form. Nothing was sent.
            APIError: the request failed.
        """
        request = in_one_request(self._request(dict(filters), order_by, order_by_direction))
        span = Span.of(offset, limit)
        return self._fetch(request, span) if request.parts else NOTHING

    def count(self, **filters: Unpack[JobFilters]) -> int:
        """How many jobs match the filters, in one request (several, if there are more ids than fit an address).

        Args:
            **filters: see `JobFilters`. Without `project_id` the client's project counts; `project_id=None` lifts that.

        Raises:
            TypeError: a keyword is not that of a filter. Nothing was sent.
            ValueError: an argument has not the right form. Nothing was sent.
            APIError: a request failed.
        """
        request = self._request(dict(filters))
        totals = [self._fetch(request, Span(0, 1, part)).total for part in range(len(request.parts))]
        if None in totals:
            return sum(1 for _ in JobListing(request, self._options(), self._fetch))
        return sum(total for total in totals if total is not None)

    def get(self, job_id: UUID | str, /) -> Job:
        """One job, of whichever project.

        Raises:
            ValueError: the id is no UUID. Nothing was sent.
            NotFoundError: there is no such job, or the account may not see it.
            APIError: the request failed.
        """
        wanted = uuid_of("job_id", job_id)
        return one_job(wanted, self._fetch(self._by_id(wanted), Span(0, 1)))

    def statuses(self, ids: Iterable[UUID | str], /) -> dict[UUID, JobStatus]:
        """The status of each of many jobs, of whichever project; jobs that are not there are left out.

        Args:
            ids: the ids of the jobs; as many as you like.

        Raises:
            ValueError: an id is no UUID. Nothing was sent.
            APIError: a request failed.
        """
        return {job.id: job.status for job in JobListing(self._by_id(ids), self._options(), self._fetch)}

    def _fetch(self, request: ListRequest, span: Span) -> Page:
        return read_page(get_jobs.sync_detailed(client=self._api, **request.keywords(span)))


class AsyncJobs(_Shared):
    """`client.jobs` of the async client: reading jobs. Arguments and errors are those of `Jobs`."""

    def list(
        self,
        *,
        order_by: str | None = None,
        order_by_direction: OrderDirection | str | None = None,
        page_size: int = LARGEST_PAGE,
        max_items: int | None = None,
        concurrency: int = CONCURRENCY,
        **filters: Unpack[JobFilters],
    ) -> AsyncJobListing:
        """All jobs that match the filters; see `Jobs.list`."""
        request = self._request(dict(filters), order_by, order_by_direction)
        return AsyncJobListing(request, self._options(page_size, max_items, concurrency), self._fetch)

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
        request = in_one_request(self._request(dict(filters), order_by, order_by_direction))
        span = Span.of(offset, limit)
        return await self._fetch(request, span) if request.parts else NOTHING

    async def count(self, **filters: Unpack[JobFilters]) -> int:
        """How many jobs match the filters; see `Jobs.count`."""
        request = self._request(dict(filters))
        totals = [(await self._fetch(request, Span(0, 1, part))).total for part in range(len(request.parts))]
        if None in totals:
            return sum([1 async for _ in AsyncJobListing(request, self._options(), self._fetch)])
        return sum(total for total in totals if total is not None)

    async def get(self, job_id: UUID | str, /) -> Job:
        """One job, of whichever project; see `Jobs.get`."""
        wanted = uuid_of("job_id", job_id)
        return one_job(wanted, await self._fetch(self._by_id(wanted), Span(0, 1)))

    async def statuses(self, ids: Iterable[UUID | str], /) -> dict[UUID, JobStatus]:
        """The status of each of many jobs; see `Jobs.statuses`."""
        return {job.id: job.status async for job in AsyncJobListing(self._by_id(ids), self._options(), self._fetch)}

    async def _fetch(self, request: ListRequest, span: Span) -> Page:
        return read_page(await get_jobs.asyncio_detailed(client=self._api, **request.keywords(span)))

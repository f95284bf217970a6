"""The jobs resource: listing, counting and reading jobs, sync and async.

The two classes are thin twins: what they ask for and what they make of the answers is decided in
the pure modules.
"""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING, Any, Final, Unpack
from urllib.parse import urlsplit

from pasqal_core_api.api.jobs import get_jobs
from pasqal_core_api.client import Client
from pasqal_core_api.models import JobPage

from ._checks import number, uuid_of
from ._http.deadline import requests_until
from ._http.error_bodies import Exchange, request_id
from ._listing.filters import JobFilters  # noqa: TC001  # annotations are read at run time
from ._listing.listings import CONCURRENCY, AsyncJobListing, JobListing, ListOptions, ListRequest
from ._listing.pages import LARGEST_PAGE, NOTHING, Order, Page, Span, page_of
from ._waits.wait import Reading, Subject, Wait
from .errors import APIError, NotFoundError, ResponseError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator
    from uuid import UUID

    from pasqal_core_api.models import Job, JobStatus, OrderDirection
    from pasqal_core_api.types import Response

    from ._contract.contract_report import ContractReport, Examination
    from ._http.concurrency import Throttle
    from ._settings.config import Settings
    from ._states import UnknownStatus
    from ._waits.wait import WaitProgress, WaitResult


PATH: Final = "/api/v2/jobs"


def read_page(response: Response[Any], exchange: Exchange) -> Page:
    """The page in the answer of the generated operation.

    Raises:
        ResponseError: it holds no list of jobs; that is not the same as an empty one.
    """
    if isinstance(response.parsed, JobPage) and hasattr(response.parsed, "data"):
        return page_of(response.parsed, response.headers)
    reason, status = "the answer does not hold a list of jobs", int(response.status_code)
    raise exchange.error(
        ResponseError, reason, status=status, request_id=request_id(response.headers)
    )


def one_job(job_id: UUID, response: Response[Any], exchange: Exchange) -> Job:
    """The job of that id in the answer of the generated operation.

    Raises:
        NotFoundError: it is not there.
        ResponseError: the answer holds no list of jobs.
    """
    for job in read_page(response, exchange):
        if getattr(job, "id", None) == job_id:
            return job
    reason = f"there is no job {job_id}, or this account may not see it"
    raise exchange.error(NotFoundError, reason, request_id=request_id(response.headers))


def tells_status(job: Job) -> bool:
    """Whether a job came with its id and its status."""
    return hasattr(job, "id") and hasattr(job, "status")


def in_one_request(request: ListRequest) -> ListRequest:
    """The request, if it is one.

    Raises:
        ValueError: it takes several requests, so it has no single page.
    """
    if len(request.parts) > 1:
        raise ValueError(
            "a page cannot have so many ids or other values: use jobs.list, which takes several requests"
        )
    return request


class _Shared:
    """What both resources share: turning arguments into requests."""

    def __init__(
        self, api: Client, settings: Settings, clean: Callable[[str], str], throttle: Throttle
    ) -> None:
        self._api = api
        self._settings = settings
        self._exchange = Exchange.of(
            "GET", f"{urlsplit(api.base_url).path}{PATH}", clean, changes=False
        )
        self._throttle = throttle

    def _request(
        self, filters: dict[str, Any], order_by: object = None, order_by_direction: object = None
    ) -> ListRequest:
        if self._settings.project_id is not None:
            filters.setdefault("project_id", self._settings.project_id)
        return ListRequest.of(filters, Order.of(order_by, order_by_direction), self._api.base_url)

    def _by_id(self, ids: object) -> ListRequest:
        if ids is None:
            raise ValueError("ids: None would be every job; give the ids")
        return ListRequest.of({"id": ids}, Order(), self._api.base_url)

    def _wait(self, batch_id: object, ids: object, **options: Any) -> Wait:
        return Wait(
            Subject(batch_id, ids), exchange=self._exchange, now=time.monotonic(), **options
        )

    def _for_examination(self, examination: Examination) -> Client:
        return Client(self._api.base_url, on_departure=examination.note)

    def _options(
        self,
        page_size: object = LARGEST_PAGE,
        max_items: object = None,
        concurrency: object = CONCURRENCY,
    ) -> ListOptions:
        return ListOptions(
            page_size=number("page_size", page_size, 1, LARGEST_PAGE),
            max_items=None if max_items is None else number("max_items", max_items, 0),
            concurrency=number("concurrency", concurrency, 1),
            strict=self._settings.strict,
            throttle=self._throttle,
            patience=self._settings.deadline,
        )


def pause(wait: Wait) -> float:
    """Seconds until the next look; raises if the time is up."""
    return wait.pause(time.monotonic(), random.random())  # noqa: S311  # jitter, not a secret


# In a class that has a method of that name, `list` is the method.
list_ = list


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

        More ids than fit an address are split into several requests; their jobs come in order all
        the same, at the end.

        Args:
            order_by: the job field to sort by; `created_at` if None. By `created_at`,
                `creation_order` or `id` the listing can prove that it missed nothing.
            order_by_direction: `ASC` or `DESC`; `DESC` if None.
            page_size: how many jobs a page brings, from 1 to 100; requests ask for some more, so
                that pages overlap.
            max_items: stop after this many jobs.
            concurrency: how many requests may be under way at once; fewer are once the service
                refuses some.
            **filters: see `JobFilters`. Without `project_id` the client's project counts;
                `project_id=None` lifts that.

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
            **filters: see `JobFilters`. Without `project_id` the client's project counts;
                `project_id=None` lifts that.

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
            **filters: see `JobFilters`. Without `project_id` the client's project counts;
                `project_id=None` lifts that.

        Raises:
            TypeError: a keyword is not that of a filter. Nothing was sent.
            ValueError: an argument has not the right form. Nothing was sent.
            APIError: a request failed.
        """
        request = self._request(dict(filters))
        totals = [
            self._fetch(request, Span(0, 1, part)).total for part in range(len(request.parts))
        ]
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
        response = get_jobs.sync_detailed(
            client=self._api, **self._by_id(wanted).keywords(Span(0, 1))
        )
        return one_job(wanted, response, self._exchange)

    def statuses(self, ids: Iterable[UUID | str], /) -> dict[UUID, JobStatus]:
        """The status of each of many jobs, of whichever project.

        Jobs that are not there are left out, and so are those that came without a usable status;
        `client.departures` tells of the latter.

        Args:
            ids: the ids of the jobs; as many as you like.

        Raises:
            ValueError: an id is no UUID. Nothing was sent.
            APIError: a request failed.
        """
        listing = JobListing(self._by_id(ids), self._options(), self._fetch)
        return {job.id: job.status for job in listing if tells_status(job)}

    def wait(
        self,
        *,
        batch_id: UUID | str | None = None,
        ids: Iterable[UUID | str] | None = None,
        timeout: float | None = None,
        poll: float | None = None,
        on_progress: Callable[[WaitProgress], object] | None = None,
        raise_on_failure: bool = False,
        unknown_status: UnknownStatus = "error",
    ) -> WaitResult:
        """Wait until every job of a batch, or every one of some jobs, has ended.

        PENDING, RUNNING and CANCELING are active, DONE, ERROR and CANCELED terminal. Looks that
        fail for a passing reason do not end the wait before its timeout. Without one, more than
        five that fail in a row end it, or a service that asks to come back in more than an hour. A
        job that was there is looked for again if a look misses it; it is taken for gone after three
        in a row.

        Args:
            batch_id: the batch whose jobs to wait for; either this or `ids`.
            ids: the jobs to wait for; as many as you like.
            timeout: the longest time to wait, in seconds; None for no limit. The last look begins
                at its end, and is cut off after another tenth of it, but not before 0.25 s and not
                after 1 s.
            poll: seconds before the second look, 1 by default; from look to look they grow to 30,
                with jitter.
            on_progress: called with a `WaitProgress` after each look; a plain function.
            raise_on_failure: raise if a job ended in ERROR.
            unknown_status: what a state counts as that is not known: `active`, `terminal`, or an
                `error`.

        Raises:
            ValueError: an argument has not the right form. Nothing was sent.
            WaitTimeoutError: the time is up, or will be before the service wants to be asked again;
                wait on with its `batch_id`, or with its `ids`.
            UnknownStatusError: a job is in a state that is not known.
            JobsFailedError: a job failed, if that was asked for.
            NotFoundError: a job is not there (any more), or no job of the batch is.
            APIError: looking failed.
        """
        wait = self._wait(
            batch_id,
            ids,
            timeout=timeout,
            poll=poll,
            unknown_status=unknown_status,
            on_progress=on_progress,
            raise_on_failure=raise_on_failure,
        )
        self._look(wait)
        while not wait.is_over:
            time.sleep(pause(wait))
            self._look(wait)
        return wait.result()

    def _look(self, wait: Wait) -> list_[Job]:
        """Look once; returns the jobs that are seen to have ended."""
        try:
            with requests_until(wait.ends):
                seen = self._seen(wait)
        except APIError as error:
            wait.failed(error)
            return []
        return wait.saw(seen, time.monotonic())

    def _seen(self, wait: Wait) -> Reading | int:
        if not wait.reads:
            return self.count(**wait.count_filters)
        listing = self.list(**wait.subject.filters)
        return Reading.of(listing, list_(listing))

    def as_completed(
        self,
        *,
        batch_id: UUID | str | None = None,
        ids: Iterable[UUID | str] | None = None,
        timeout: float | None = None,
        poll: float | None = None,
        unknown_status: UnknownStatus = "error",
    ) -> Iterator[Job]:
        """Yield the jobs of a batch, or some jobs, as they end. Arguments and errors are those of `wait`."""
        options = {"timeout": timeout, "poll": poll, "unknown_status": unknown_status}
        return self._as_completed(self._wait(batch_id, ids, **options, eager=True))

    def _as_completed(self, wait: Wait) -> Iterator[Job]:
        yield from self._look(wait)
        while not wait.is_over:
            time.sleep(pause(wait))
            yield from self._look(wait)

    def _examine(self, examination: Examination) -> ContractReport:
        api = self._for_examination(examination).set_httpx_client(self._api.get_httpx_client())
        while (page := examination.next()) is not None:
            examination.take(get_jobs.sync_detailed(client=api, **page))
        return examination.report()

    def _fetch(self, request: ListRequest, span: Span) -> Page:
        return read_page(
            get_jobs.sync_detailed(client=self._api, **request.keywords(span)), self._exchange
        )


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
        return AsyncJobListing(
            request, self._options(page_size, max_items, concurrency), self._fetch
        )

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
        totals = [
            (await self._fetch(request, Span(0, 1, part))).total
            for part in range(len(request.parts))
        ]
        if None in totals:
            return sum([1 async for _ in AsyncJobListing(request, self._options(), self._fetch)])
        return sum(total for total in totals if total is not None)

    async def get(self, job_id: UUID | str, /) -> Job:
        """One job, of whichever project; see `Jobs.get`."""
        wanted = uuid_of("job_id", job_id)
        response = await get_jobs.asyncio_detailed(
            client=self._api, **self._by_id(wanted).keywords(Span(0, 1))
        )
        return one_job(wanted, response, self._exchange)

    async def statuses(self, ids: Iterable[UUID | str], /) -> dict[UUID, JobStatus]:
        """The status of each of many jobs; see `Jobs.statuses`."""
        listing = AsyncJobListing(self._by_id(ids), self._options(), self._fetch)
        return {job.id: job.status async for job in listing if tells_status(job)}

    async def wait(
        self,
        *,
        batch_id: UUID | str | None = None,
        ids: Iterable[UUID | str] | None = None,
        # the whole wait's, with an error that can be resumed from
        timeout: float | None = None,  # noqa: ASYNC109
        poll: float | None = None,
        on_progress: Callable[[WaitProgress], object] | None = None,
        raise_on_failure: bool = False,
        unknown_status: UnknownStatus = "error",
    ) -> WaitResult:
        """Wait until every job of a batch, or every one of some jobs, has ended; see `Jobs.wait`."""
        wait = self._wait(
            batch_id,
            ids,
            timeout=timeout,
            poll=poll,
            unknown_status=unknown_status,
            on_progress=on_progress,
            raise_on_failure=raise_on_failure,
        )
        await self._look(wait)
        while not wait.is_over:
            await asyncio.sleep(pause(wait))
            await self._look(wait)
        return wait.result()

    async def _look(self, wait: Wait) -> list_[Job]:
        try:
            with requests_until(wait.ends):
                seen = await self._seen(wait)
        except APIError as error:
            wait.failed(error)
            return []
        return wait.saw(seen, time.monotonic())

    async def _seen(self, wait: Wait) -> Reading | int:
        if not wait.reads:
            return await self.count(**wait.count_filters)
        listing = self.list(**wait.subject.filters)
        jobs = [job async for job in listing]
        return Reading.of(listing, jobs)

    def as_completed(
        self,
        *,
        batch_id: UUID | str | None = None,
        ids: Iterable[UUID | str] | None = None,
        timeout: float | None = None,
        poll: float | None = None,
        unknown_status: UnknownStatus = "error",
    ) -> AsyncIterator[Job]:
        """Yield the jobs of a batch, or some jobs, as they end; see `Jobs.as_completed`."""
        options = {"timeout": timeout, "poll": poll, "unknown_status": unknown_status}
        return self._as_completed(self._wait(batch_id, ids, **options, eager=True))

    async def _as_completed(self, wait: Wait) -> AsyncIterator[Job]:
        for job in await self._look(wait):
            yield job
        while not wait.is_over:
            await asyncio.sleep(pause(wait))
            for job in await self._look(wait):
                yield job

    async def _examine(self, examination: Examination) -> ContractReport:
        api = self._for_examination(examination).set_async_httpx_client(
            self._api.get_async_httpx_client()
        )
        while (page := examination.next()) is not None:
            examination.take(await get_jobs.asyncio_detailed(client=api, **page))
        return examination.report()

    async def _fetch(self, request: ListRequest, span: Span) -> Page:
        return read_page(
            await get_jobs.asyncio_detailed(client=self._api, **request.keywords(span)),
            self._exchange,
        )

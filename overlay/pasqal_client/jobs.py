"""The jobs resource: reading jobs, waiting for them, their results, and cancelling one, sync and async.

The two classes are twins, written as `_resource` says: they only send. What they ask for and what
they make of the answers is decided in modules without I/O:

- Filters are checked by `FilterTable.query` (`_listing/filter_table.py`), against the table in
  `_listing/filters.py`.
- A page is judged in `Walk.take` (`_listing/walk/page_walk.py`): if it is anchored
  (`Ground.anchors`), its jobs are yielded; if not, it is kept apart until it joins up.
- A wait decides in `_waits/wait.py`.
- What to do next for the results of a job is decided in `_results/result_fetch.py`, which job comes
  next in `_results/fetch_queue.py`.

Retries and errors are the connection's (`_http`).
"""

from __future__ import annotations

import random
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Unpack

from pasqal_core_api.api.batches import get_batch, get_batch_status
from pasqal_core_api.api.jobs import (
    cancel_job,
    get_job,
    get_job_results_link,
    get_job_status,
    get_jobs,
)
from pasqal_core_api.models import Job

from . import _results, _waits, _writes
from ._checks import uuid_of
from ._http.disk_work import in_thread
from ._http.error_context import ErrorContext
from ._http.transport.deadline import left_until, requests_until
from ._late_modules import asyncio
from ._listing.filter_table import each, uuid_text
from ._listing.filters import JOB_FILTERS, JobFilters
from ._listing.item_kind import ItemKind
from ._listing.list_request import CONCURRENCY, ListRequest
from ._listing.listings import AsyncListing, Listing
from ._listing.pages import LARGEST_PAGE, Page, Span
from ._listing.subject import Subject
from ._resource import AsyncResource, Resource, read_item, read_page
from ._signatures import expect_unnamed, show_filters, show_options, show_twin
from ._states import has_ended
from ._waits.options import POLL_DEFAULTS, WAIT_DEFAULTS, CheckedOptions, PollOptions, WaitOptions
from .errors import (
    APIError,
    APIStatusError,
    DepartureError,
    NotFoundError,
    PasqalError,
    ResponseError,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Mapping
    from os import PathLike
    from uuid import UUID

    from pasqal_core_api.models import Batch, BatchStatusReport, JobStatus, OrderDirection
    from pasqal_core_runtime.response import Response

    from ._contract.contract_report import ContractReport, Examination
    from ._http.file_download import FileDownload
    from ._results.asked_jobs import AskedJob
    from ._results.fetch_queue import Errand
    from ._results.job_result import JobResult
    from ._results.lateness import Late
    from ._results.outcome import JobOutcome
    from ._results.result_call import ResultCall
    from ._results.result_fetch import ResultFetch
    from ._waits.result import WaitResult
    from ._waits.snapshot import AnsweredPages, Snapshot
    from ._waits.wait import Wait

JOBS: Final = ItemKind[Job](
    one="a job",
    many="jobs",
    filters=JOB_FILTERS,
    model=Job,
    sort_key="created_at",
    # By any other key a job may change its place while the list is read.
    fixed_keys=frozenset({"created_at", "creation_order", "id"}),
)


class JobListing(Listing[Job]):
    """What `jobs.list` returns: all jobs that match; see `Listing`."""


class AsyncJobListing(AsyncListing[Job]):
    """What `jobs.list` of the async client returns: all jobs that match; see `Listing`."""


_read_ids: Final = each(uuid_text)

_SAY_WHICH: Final = "say which jobs are meant by batch_id=… or by ids=…"

# In a class that has a method of that name, `list` is the method.
_list = list


class Jobs(Resource):
    """`client.jobs`: reading jobs, waiting for them, fetching their results, and cancelling one."""

    @show_filters(JobFilters)
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
        """List all jobs that match the filters, newest first unless ordered otherwise.

        More ids than fit a URL are split into several requests; their jobs come in order all the
        same, at the end.

        Args:
            order_by: the job field to sort by; `created_at` if None. By `created_at`,
                `creation_order` or `id` the listing can prove that it missed nothing.
            order_by_direction: `ASC` or `DESC`; `DESC` if None.
            page_size: how many jobs a page brings, from 1 to 100; requests ask for some more, so
                that pages overlap.
            max_items: stop after this many jobs.
            concurrency: how many requests may be under way at once; fewer are once the service
                refuses some.
            **filters: see `JobFilters`. Without `project_id` the client's project applies;
                `project_id=None` lifts that.

        Returns:
            The listing. Nothing is sent before it is iterated over.

        Raises:
            TypeError: unknown filter name. Nothing was sent.
            ValueError: an argument is malformed. Nothing was sent.
            APIError: a request failed (while iterating).
        """
        request = self._request(JOBS, filters, order_by, order_by_direction)
        options = self._options(page_size, max_items, concurrency)
        return self._listing(JobListing, get_jobs, request, options)

    @show_filters(JobFilters)
    def page(
        self,
        *,
        limit: int = LARGEST_PAGE,
        offset: int = 0,
        order_by: str | None = None,
        order_by_direction: OrderDirection | str | None = None,
        **filters: Unpack[JobFilters],
    ) -> Page[Job]:
        """Fetch one page of the jobs that match the filters, in one request.

        Args:
            limit: the largest number of jobs, from 1 to 100.
            offset: how many jobs of the whole list come before the page.
            order_by: the job field to sort by; `created_at` if None.
            order_by_direction: `ASC` or `DESC`; `DESC` if None.
            **filters: see `JobFilters`. Without `project_id` the client's project applies;
                `project_id=None` lifts that.

        Returns:
            The page, with the number of jobs on all pages if the service says it.

        Raises:
            TypeError: unknown filter name. Nothing was sent.
            ValueError: an argument is malformed, or has more values than fit a URL. Nothing was
                sent.
            APIError: the request failed.
        """
        request = self._request(JOBS, filters, order_by, order_by_direction)
        return self._fetch_page(get_jobs, request, Span.of(offset, limit))

    @show_filters(JobFilters)
    def count(self, **filters: Unpack[JobFilters]) -> int:
        """Count the jobs that match the filters, in one request (several if there are more ids than fit a URL).

        Args:
            **filters: see `JobFilters`. Without `project_id` the client's project applies;
                `project_id=None` lifts that.

        Returns:
            The number of jobs.

        Raises:
            TypeError: unknown filter name. Nothing was sent.
            ValueError: an argument is malformed. Nothing was sent.
            APIError: a request failed.
        """
        return self._count(get_jobs, self._request(JOBS, filters))

    def get(self, job_id: UUID | str) -> Job:
        """Fetch one job, with its sequence, of whichever project.

        Args:
            job_id: the id of the job.

        Returns:
            The job.

        Raises:
            ValueError: the id is not a UUID. Nothing was sent.
            NotFoundError: the job does not exist, or this account may not see it.
            ResponseError: the answer holds no job, or another one.
            APIError: the request failed.
        """
        wanted = uuid_of("job_id", job_id)
        response = self._read(get_job, job_id=wanted)
        job: Job = read_item(response, "the job", wanted)
        return job

    def status(self, job_id: UUID | str) -> JobStatus:
        """Fetch the state of one job, of whichever project: the cheapest request about it.

        Args:
            job_id: the id of the job.

        Returns:
            The state.

        Raises:
            ValueError: the id is not a UUID. Nothing was sent.
            NotFoundError: the job does not exist, or this account may not see it.
            ResponseError: the answer does not hold the state of the job.
            DepartureError: it does, but not as text.
            APIError: the request failed.
        """
        wanted = uuid_of("job_id", job_id)
        response = self._read(get_job_status, job_id=wanted)
        status: JobStatus = read_item(response, "the state of the job", wanted).status
        return status

    def statuses(self, ids: UUID | str | Iterable[UUID | str]) -> dict[UUID, JobStatus]:
        """Fetch the status of each of many jobs, of whichever project.

        Args:
            ids: the ids of the jobs, one or any iterable of them.

        Returns:
            The status by id. Jobs that are not there are left out, and so are those that came
            without a usable status; `client.departures` reports the latter.

        Raises:
            ValueError: an id is not a UUID. Nothing was sent.
            APIError: a request failed.
        """
        request = _jobs_by_id(ids, self._api.base_url)
        listing = self._listing(JobListing, get_jobs, request, self._options())
        statuses = {}
        for job in listing:
            if _has_status(job):
                statuses[job.id] = job.status
        return statuses

    def cancel(self, job_id: UUID | str) -> Job:
        """Cancel a job.

        A job that has already ended is an answer: it is returned as it stands.

        Args:
            job_id: the id of the job.

        Returns:
            The job as it now stands; `status` says whether it was cancelled or had ended before.

        Raises:
            ValueError: the id is not a UUID. Nothing was sent.
            ConflictError: the service refuses, although the job has not ended.
            OutcomeUnknownError: the request may or may not have taken effect: there was no answer,
                or it holds no job or another one. It was not repeated; see `batches.resolve`.
            WriteDepartureError: the client is strict, and the answer departs from the contract. The
                job was cancelled all the same: the error's `write` has it in its receipt.
            APIError: the request failed.
        """
        cancellation = _writes.JobCancellation(job_id)
        try:
            return self._write(cancel_job, cancellation)
        except _writes.REFUSALS:
            with suppress(PasqalError):
                current = self.get(cancellation.job_id)
                if has_ended(current):
                    return current
            raise

    @show_options(WaitOptions, WAIT_DEFAULTS)
    @expect_unnamed(0, _SAY_WHICH)
    def wait(
        self,
        *,
        batch_id: UUID | str | None = None,
        ids: UUID | str | Iterable[UUID | str] | None = None,
        **options: Unpack[WaitOptions],
    ) -> WaitResult:
        """Wait until every job of a batch, or every one of some jobs, has ended.

        PENDING, RUNNING and CANCELING are active; DONE, ERROR and CANCELED are terminal. The
        service is asked again and again; each time is a look.

        With a timeout, looks that fail for a transient reason are repeated until it expires.
        Without one, the sixth in a row that fails, or a Retry-After above one hour, is raised. A
        job that was there and is missing from three looks in a row at all jobs is taken for gone.

        Args:
            batch_id: the batch whose jobs to wait for; either this or `ids`.
            ids: the jobs to wait for, the id of one or any iterable of ids.
            timeout: seconds; None for no limit. A last look may still start when it expires and
                gets timeout/10 more, at least 0.25 s and at most 1 s.
            poll: seconds between the first look and the second, 1 if None; they grow to 45 from
                look to look, with jitter.
            unknown_status: how to treat unknown job states: as `active`, as `terminal`, or as an
                `error`.
            on_progress: called with a `WaitProgress` after each look; a plain function.
            raise_on_failure: raise if a job ended in ERROR.

        Returns:
            How many jobs ended in each state, and which failed.

        Raises:
            TypeError: unknown option name. Nothing was sent.
            ValueError: an argument is malformed. Nothing was sent.
            WaitTimeoutError: the time is up, or will be before the service wants to be asked again;
                wait on with its `batch_id`, or with its `ids`.
            UnknownStatusError: a job is in an unknown state.
            JobsFailedError: a job failed, if that was asked for.
            NotFoundError: a job does not exist, or no longer does; or the batch has none to show.
            APIError: looking failed.
        """
        return self._wait(_wait_for(Subject(batch_id, ids), options, WAIT_DEFAULTS))

    @show_options(PollOptions, POLL_DEFAULTS)
    @expect_unnamed(0, _SAY_WHICH)
    def as_completed(
        self,
        *,
        batch_id: UUID | str | None = None,
        ids: UUID | str | Iterable[UUID | str] | None = None,
        **options: Unpack[PollOptions],
    ) -> Iterator[Job]:
        """Yield the jobs of a batch, or some jobs, as they end. Looks and errors are those of `wait`.

        Args:
            batch_id: the batch whose jobs to wait for; either this or `ids`.
            ids: the jobs to wait for, the id of one or any iterable of ids.
            timeout: seconds; None for no limit.
            poll: seconds between the first look and the second, 1 if None; they grow to 45 from
                look to look, with jitter.
            unknown_status: how to treat unknown job states: as `active`, as `terminal`, or as an
                `error`.

        Returns:
            The jobs, each once it has ended. Nothing is sent before it is iterated over.
        """
        wait = _wait_for(Subject(batch_id, ids), options, POLL_DEFAULTS, eager=True)
        # A generator would reject malformed arguments only when it is asked for the first job.
        return self._look_until_over(wait)

    def _wait(self, wait: Wait) -> WaitResult:
        """Wait; returns how the jobs ended."""
        # Not by the generator below, in which a StopIteration of the caller's function would be lost.
        self._look_once(wait)
        while not wait.is_over:
            time.sleep(_pause(wait))
            self._look_once(wait)
        return wait.result()

    def result(self, job_id: UUID | str) -> JobResult:
        """Fetch the results of one job, of whichever project.

        A file that is not there yet is asked for until 60 s after the job ended.

        Args:
            job_id: the id of the job.

        Returns:
            What was measured.

        Raises:
            ValueError: the id is not a UUID. Nothing was sent.
            NotFoundError: the job does not exist, or this account may not see it.
            ResultNotReadyError: the job has not ended; `wait` waits for it.
            ResultFailedError: it failed; the error has the service's reasons.
            ResultCancelledError: it was cancelled.
            ResultMissingError: it is done, but its results are not there.
            DepartureError: the results contradict themselves, if the client is strict.
            APIError: a request failed, that for the file included.
        """
        wanted = uuid_of("job_id", job_id)
        job = self.get(wanted)
        fetch = _results.ResultFetch(
            wanted, job, _results.Allowance(time.monotonic()), self._api.on_departure
        )
        while True:
            found = self._fetch_result(fetch)
            if not isinstance(found, _results.Late):
                return _results.result_of(found)
            time.sleep(left_until(found.due))

    @expect_unnamed(0, _SAY_WHICH)
    def results(
        self,
        *,
        batch_id: UUID | str | None = None,
        ids: UUID | str | Iterable[UUID | str] | None = None,
        as_completed: bool = False,
        save_to: str | PathLike[str] | None = None,
        concurrency: int = CONCURRENCY,
    ) -> Iterator[JobOutcome]:
        """Fetch the results of all jobs of a batch, or of some jobs, side by side.

        There is an outcome for each job, whatever became of it: what goes wrong with one job is the
        reason in its outcome, and does not affect other jobs. Jobs that have not ended are not
        waited for: `wait` does that.

        A file that is not there yet is asked for until 60 s after its job ended; the whole call
        waits at most 60 s for such files. A link that has expired is requested again once.

        Args:
            batch_id: the batch whose jobs are meant; either this or `ids`.
            ids: the jobs that are meant, the id of one or any iterable of ids.
            as_completed: yield the outcomes as they come, and not in order.
            save_to: a folder to save the results to, each as `<job id>.json`; it is made if it is
                not there. The outcome has the `path`, and reads its `result` from there. A file is
                in its place only once it is whole. One that is there and holds what was measured is
                kept and not fetched again; one that was interrupted, or took longer than the
                client's deadline, is continued, in the next call too. A file that holds something
                else is left as it is, and the outcome says so.
            concurrency: how many requests may be under way at once, those for links and jobs
                included; fewer are once the service refuses some.

        Returns:
            The outcomes, in the order in which the jobs were created, or in that of the ids, one for
            each id that was given.
            Nothing is sent before it is iterated over, and nothing new once the iteration stops.

        Raises:
            ValueError: an argument is malformed. Nothing was sent.
            OSError: the folder cannot be made or read. Nothing was sent.
            NotFoundError: the batch does not exist (while iterating).
            APIError: the jobs could not be listed (while iterating, after the outcomes of those
                that were).
        """
        subject = Subject(batch_id, ids)
        call = _results.ResultCall.of(as_completed, _results.ResultFolder.of(save_to), concurrency)
        call.open_folder()
        return self._fetch_results(subject, call)

    def _fetch_results(self, subject: Subject, call: ResultCall) -> Iterator[JobOutcome]:
        queue = call.queue(subject.given_ids)
        window = self._options(concurrency=call.concurrency).window()
        allowance = _results.Allowance(time.monotonic())
        groups = self._groups(subject)

        def carry_out(errand: Errand) -> Any:
            if errand.fetch is not None:
                return self._fetch_result(errand.fetch)
            try:
                group = next(groups, None)
            except PasqalError as error:
                return error
            return call.fetches(group, allowance, self._api.on_departure)

        flights = _results.ErrandFlights(window, carry_out)
        try:
            while not queue.is_over:
                errand, brought = flights.take(queue)
                yield from queue.take(errand, brought)
            queue.raise_failure()
        finally:
            flights.stop()

    def _groups(self, subject: Subject) -> Iterator[_list[AskedJob]]:
        """The jobs that are asked for, a group at a time."""
        if subject.ids is not None:
            for ids in _results.groups_of(subject.ids):
                request = _jobs_by_id(ids, self._api.base_url)
                listing = self._listing(JobListing, get_jobs, request, self._options_of_part())
                yield _results.in_order(ids, listing)
            return
        request = self._request(JOBS, subject.filters, "creation_order", "ASC")
        listing = self._listing(JobListing, get_jobs, request, self._options_of_part())
        for page in listing.pages():
            yield _results.with_ids(page)
        if not listing.total:
            # An open batch may have no jobs; one that does not exist has none, either.
            response = self._read(get_batch, batch_id=subject.batch_id)
            _raise_if_jobs_are_missing(response, subject)

    def _fetch_result(self, fetch: ResultFetch) -> JobOutcome | Late:
        """Try once to fetch the results of a job."""
        try:
            saved = fetch.begin()
            if saved is not None:
                fetch.take_kept(saved.kept())
        except DepartureError as error:
            fetch.fail(error)
        while (found := fetch.found) is None:
            try:
                download = self._find_link(fetch)
                if download is not None:
                    self._download(download, fetch)
            except PasqalError as error:
                fetch.fail(error)
        return found

    def _find_link(self, fetch: ResultFetch) -> FileDownload | None:
        client = self._reporting_to(fetch.keep_departure)
        try:
            response = get_job_results_link.sync_detailed(client=client, **fetch.keywords)
        except NotFoundError as error:
            fetch.link_not_found(error, time.monotonic())
            return None
        return fetch.take_link(response, time.monotonic())

    def _download(self, download: FileDownload, fetch: ResultFetch) -> None:
        try:
            self._fetch_file(download)
        except APIStatusError as error:
            fetch.file_failed(error, time.monotonic())
        else:
            fetch.take_file(download)

    def _look_until_over(self, wait: Wait) -> Iterator[Job]:
        """Wait; yields the jobs that are seen to have ended."""
        yield from self._look_once(wait)
        while not wait.is_over:
            time.sleep(_pause(wait))
            yield from self._look_once(wait)

    def _look_once(self, wait: Wait) -> _list[Job]:
        """Look once; returns the jobs that are seen to have ended."""
        try:
            with requests_until(wait.ends):
                seen = self._see(wait)
        except APIError as error:
            wait.look_failed(error)
            return []
        # Not in the block: what the caller's function raises is not a look that failed.
        return wait.saw(seen, time.monotonic())

    def _see(self, wait: Wait) -> Snapshot | BatchStatusReport | int:
        if wait.look is _waits.Look.READ_STATUS:
            response = self._read(get_batch_status, batch_id=wait.subject.batch_id)
            return _report_in(response, wait.subject)
        if wait.look is not _waits.Look.READ_ALL:
            return self.count(**wait.count_filters)
        # The pages are kept with their answers: from these the wait makes its errors.
        pages = _waits.AnsweredPages()

        def fetch(request: ListRequest[Job], span: Span) -> Page[Job]:
            response = self._read(get_jobs, **request.keywords(span))
            return _answered_page(response, request.parts[span.part], pages)

        request = self._request(JOBS, wait.subject.filters)
        listing = JobListing(request, self._options(), fetch)
        jobs = _list(listing)
        return _waits.Snapshot.of(listing, jobs, pages)

    def _examine(self, examination: Examination) -> ContractReport:
        # Its departures are not the client's, which may be strict.
        api = self._reporting_to(examination.note)
        while (page := examination.next()) is not None:
            examination.take(get_jobs.sync_detailed(client=api, **page))
        return examination.report()


@show_twin(Jobs)
class AsyncJobs(AsyncResource):
    """`client.jobs` of the async client; see `Jobs`, whose arguments and errors it has."""

    @show_filters(JobFilters)
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
        """List all jobs that match the filters; see `Jobs.list`."""
        request = self._request(JOBS, filters, order_by, order_by_direction)
        options = self._options(page_size, max_items, concurrency)
        return self._listing(AsyncJobListing, get_jobs, request, options)

    @show_filters(JobFilters)
    async def page(
        self,
        *,
        limit: int = LARGEST_PAGE,
        offset: int = 0,
        order_by: str | None = None,
        order_by_direction: OrderDirection | str | None = None,
        **filters: Unpack[JobFilters],
    ) -> Page[Job]:
        """Fetch one page of the jobs that match the filters; see `Jobs.page`."""
        request = self._request(JOBS, filters, order_by, order_by_direction)
        return await self._fetch_page(get_jobs, request, Span.of(offset, limit))

    @show_filters(JobFilters)
    async def count(self, **filters: Unpack[JobFilters]) -> int:
        """Count the jobs that match the filters; see `Jobs.count`."""
        return await self._count(get_jobs, self._request(JOBS, filters))

    async def get(self, job_id: UUID | str) -> Job:
        """Fetch one job, with its sequence; see `Jobs.get`."""
        wanted = uuid_of("job_id", job_id)
        response = await self._read(get_job, job_id=wanted)
        job: Job = read_item(response, "the job", wanted)
        return job

    async def status(self, job_id: UUID | str) -> JobStatus:
        """Fetch the state of one job; see `Jobs.status`."""
        wanted = uuid_of("job_id", job_id)
        response = await self._read(get_job_status, job_id=wanted)
        status: JobStatus = read_item(response, "the state of the job", wanted).status
        return status

    async def statuses(self, ids: UUID | str | Iterable[UUID | str]) -> dict[UUID, JobStatus]:
        """Fetch the status of each of many jobs; see `Jobs.statuses`."""
        request = _jobs_by_id(ids, self._api.base_url)
        listing = self._listing(AsyncJobListing, get_jobs, request, self._options())
        statuses = {}
        async for job in listing:
            if _has_status(job):
                statuses[job.id] = job.status
        return statuses

    async def cancel(self, job_id: UUID | str) -> Job:
        """Cancel a job; see `Jobs.cancel`."""
        cancellation = _writes.JobCancellation(job_id)
        try:
            return await self._write(cancel_job, cancellation)
        except _writes.REFUSALS:
            with suppress(PasqalError):
                current = await self.get(cancellation.job_id)
                if has_ended(current):
                    return current
            raise

    @show_options(WaitOptions, WAIT_DEFAULTS)
    @expect_unnamed(0, _SAY_WHICH)
    async def wait(
        self,
        *,
        batch_id: UUID | str | None = None,
        ids: UUID | str | Iterable[UUID | str] | None = None,
        **options: Unpack[WaitOptions],
    ) -> WaitResult:
        """Wait until every job of a batch, or every one of some jobs, has ended; see `Jobs.wait`."""
        return await self._wait(_wait_for(Subject(batch_id, ids), options, WAIT_DEFAULTS))

    @show_options(PollOptions, POLL_DEFAULTS)
    @expect_unnamed(0, _SAY_WHICH)
    def as_completed(
        self,
        *,
        batch_id: UUID | str | None = None,
        ids: UUID | str | Iterable[UUID | str] | None = None,
        **options: Unpack[PollOptions],
    ) -> AsyncIterator[Job]:
        """Yield the jobs of a batch, or some jobs, as they end; see `Jobs.as_completed`."""
        wait = _wait_for(Subject(batch_id, ids), options, POLL_DEFAULTS, eager=True)
        return self._look_until_over(wait)

    async def _wait(self, wait: Wait) -> WaitResult:
        await self._look_once(wait)
        while not wait.is_over:
            await asyncio.sleep(_pause(wait))
            await self._look_once(wait)
        return wait.result()

    async def result(self, job_id: UUID | str) -> JobResult:
        """Fetch the results of one job, of whichever project; see `Jobs.result`."""
        wanted = uuid_of("job_id", job_id)
        job = await self.get(wanted)
        fetch = _results.ResultFetch(
            wanted, job, _results.Allowance(time.monotonic()), self._api.on_departure
        )
        while True:
            found = await self._fetch_result(fetch)
            if not isinstance(found, _results.Late):
                return _results.result_of(found)
            await asyncio.sleep(left_until(found.due))

    @expect_unnamed(0, _SAY_WHICH)
    def results(
        self,
        *,
        batch_id: UUID | str | None = None,
        ids: UUID | str | Iterable[UUID | str] | None = None,
        as_completed: bool = False,
        save_to: str | PathLike[str] | None = None,
        concurrency: int = CONCURRENCY,
    ) -> AsyncIterator[JobOutcome]:
        """Fetch the results of all jobs of a batch, or of some jobs, side by side; see `Jobs.results`.

        The folder is made and looked through, in a thread as all that is done with files, when the
        iteration begins. Only an outcome reads its `result` where it is asked for it.
        """
        subject = Subject(batch_id, ids)
        call = _results.ResultCall.of(as_completed, _results.ResultFolder.of(save_to), concurrency)
        return self._fetch_results(subject, call)

    async def _fetch_results(self, subject: Subject, call: ResultCall) -> AsyncIterator[JobOutcome]:
        if call.folder is not None:
            await in_thread(call.open_folder)
        queue = call.queue(subject.given_ids)
        window = self._options(concurrency=call.concurrency).window()
        allowance = _results.Allowance(time.monotonic())
        groups = self._groups(subject)

        async def carry_out(errand: Errand) -> Any:
            if errand.fetch is not None:
                return await self._fetch_result(errand.fetch)
            try:
                group = await anext(groups, None)
            except PasqalError as error:
                return error
            return call.fetches(group, allowance, self._api.on_departure)

        flights = _results.AsyncErrandFlights(window, carry_out)
        try:
            while not queue.is_over:
                errand, brought = await flights.take(queue)
                for outcome in queue.take(errand, brought):
                    yield outcome
            queue.raise_failure()
        finally:
            await flights.stop()
            await groups.aclose()

    async def _groups(self, subject: Subject) -> AsyncGenerator[_list[AskedJob], None]:
        if subject.ids is not None:
            for ids in _results.groups_of(subject.ids):
                request = _jobs_by_id(ids, self._api.base_url)
                options = self._options_of_part()
                listing = self._listing(AsyncJobListing, get_jobs, request, options)
                yield _results.in_order(ids, [job async for job in listing])
            return
        request = self._request(JOBS, subject.filters, "creation_order", "ASC")
        listing = self._listing(AsyncJobListing, get_jobs, request, self._options_of_part())
        async for page in listing.pages():
            yield _results.with_ids(page)
        if not listing.total:
            response = await self._read(get_batch, batch_id=subject.batch_id)
            _raise_if_jobs_are_missing(response, subject)

    async def _fetch_result(self, fetch: ResultFetch) -> JobOutcome | Late:
        try:
            saved = fetch.begin()
            if saved is not None:
                fetch.take_kept(await in_thread(saved.kept))
        except DepartureError as error:
            fetch.fail(error)
        while (found := fetch.found) is None:
            try:
                download = await self._find_link(fetch)
                if download is not None:
                    await self._download(download, fetch)
            except PasqalError as error:
                fetch.fail(error)
        return found

    async def _find_link(self, fetch: ResultFetch) -> FileDownload | None:
        client = self._reporting_to(fetch.keep_departure)
        try:
            response = await get_job_results_link.asyncio_detailed(client=client, **fetch.keywords)
        except NotFoundError as error:
            fetch.link_not_found(error, time.monotonic())
            return None
        return fetch.take_link(response, time.monotonic())

    async def _download(self, download: FileDownload, fetch: ResultFetch) -> None:
        try:
            await self._fetch_file(download)
        except APIStatusError as error:
            fetch.file_failed(error, time.monotonic())
        else:
            fetch.take_file(download)

    async def _look_until_over(self, wait: Wait) -> AsyncIterator[Job]:
        for job in await self._look_once(wait):
            yield job
        while not wait.is_over:
            await asyncio.sleep(_pause(wait))
            for job in await self._look_once(wait):
                yield job

    async def _look_once(self, wait: Wait) -> _list[Job]:
        try:
            with requests_until(wait.ends):
                seen = await self._see(wait)
        except APIError as error:
            wait.look_failed(error)
            return []
        return wait.saw(seen, time.monotonic())

    async def _see(self, wait: Wait) -> Snapshot | BatchStatusReport | int:
        if wait.look is _waits.Look.READ_STATUS:
            response = await self._read(get_batch_status, batch_id=wait.subject.batch_id)
            return _report_in(response, wait.subject)
        if wait.look is not _waits.Look.READ_ALL:
            return await self.count(**wait.count_filters)
        pages = _waits.AnsweredPages()

        async def fetch(request: ListRequest[Job], span: Span) -> Page[Job]:
            response = await self._read(get_jobs, **request.keywords(span))
            return _answered_page(response, request.parts[span.part], pages)

        request = self._request(JOBS, wait.subject.filters)
        listing = AsyncJobListing(request, self._options(), fetch)
        jobs = [job async for job in listing]
        return _waits.Snapshot.of(listing, jobs, pages)

    async def _examine(self, examination: Examination) -> ContractReport:
        api = self._reporting_to(examination.note)
        while (page := examination.next()) is not None:
            examination.take(await get_jobs.asyncio_detailed(client=api, **page))
        return examination.report()


# Shared by both clients.


def _jobs_by_id(ids: object, base_url: str) -> ListRequest[Job]:
    """The request for some jobs, of whichever project.

    Raises:
        ValueError: an id is not a UUID, or `ids` is None.
    """
    if ids is None:
        raise ValueError("ids: None would be every job; give the ids")
    # By the filter alone its error would have another name than the argument.
    wanted = _read_ids("ids", ids)
    return ListRequest.of(JOBS, {"id": wanted}, base_url)


def _wait_for(
    subject: Subject, options: PollOptions, defaults: PollOptions, *, eager: bool = False
) -> Wait:
    """The wait for some jobs, which begins now.

    Raises:
        TypeError: unknown option name.
        ValueError: an option is malformed.
    """
    checked = CheckedOptions.of(options, defaults)
    return _waits.Wait(subject, checked, time.monotonic(), eager=eager)


def _answered_page(
    response: Response[Any], filters: Mapping[str, Any], pages: AnsweredPages
) -> Page[Job]:
    """Read a page, and keep which answer it came in."""
    page = read_page(response, JOBS, filters)
    return pages.keep(page, ErrorContext.of_answer(response))


def _raise_if_jobs_are_missing(response: Response[Any], subject: Subject) -> None:
    """Raise if a batch whose list of jobs is empty says that it has jobs: the list lags.

    Raises:
        ResponseError: it does.
    """
    batch: Batch = read_item(response, "the batch", subject.batch_id)
    known = getattr(batch, "job_ids", None) or getattr(batch, "jobs_count", None)
    if known:
        context = ErrorContext.of_answer(response)
        reason = f"batch {subject.batch_id} has jobs that the list of jobs does not show yet"
        raise context.error(ResponseError, reason)


def _report_in(response: Response[Any], subject: Subject) -> BatchStatusReport:
    """Read the state of the batch that is waited for."""
    report: BatchStatusReport = read_item(response, "the state of the batch", subject.batch_id)
    return report


def _has_status(job: Job) -> bool:
    """Whether a job came with its id and its status."""
    return hasattr(job, "id") and hasattr(job, "status")


def _pause(wait: Wait) -> float:
    """Seconds until the next look; raises if the time is up."""
    return wait.pause(time.monotonic(), random.random())  # noqa: S311  # jitter, not a secret

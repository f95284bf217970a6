"""The batches resource: cancelling the jobs of a batch and completing it, sync and async.

These are writes. What they are asked to do is checked before anything is sent, nothing is sent where nothing can match,
and nothing is sent twice. The decisions are in `writes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from pasqal_core_api.api.batches import cancel_jobs, complete_batch

from .filters import JobFilters, uuid_of
from .writes import (
    CancelReceipt,
    CancelRequest,
    Resolution,
    Write,
    batch_of,
    noted,
    read_back,
    resolution,
    write_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from pasqal_core_api.client import Client
    from pasqal_core_api.models import Batch

    from .jobs import AsyncJobs, Jobs
    from .waiting import WaitOptions, WaitResult


class Batches:
    """`client.batches`: changing batches."""

    def __init__(self, api: Client, jobs: Jobs, clean: Callable[[str], str] = str) -> None:
        self._api = api
        self._jobs = jobs
        self._clean = clean

    def cancel_jobs(
        self, batch: UUID | str, /, *, all: bool = False, dry_run: bool = False, **filters: Unpack[JobFilters]
    ) -> CancelReceipt:
        """Cancel the jobs of a batch that match the filters.

        A job that cannot be cancelled any more does not stop the others; the receipt says why. The client's project
        plays no part. An empty iterable as a filter matches nothing: no request is sent. More ids than fit an address
        are split into several requests; if one of them fails, the error's `write` has what is done, what is unknown and
        what was not sent.

        Args:
            batch: the id of the batch.
            all: cancel every job of the batch; needed where no filter is given.
            dry_run: cancel nothing, but list the jobs that match.
            **filters: see `JobFilters`.

        Raises:
            TypeError: a keyword is not that of a filter. Nothing was sent.
            ValueError: an argument has not the right form, or there is neither a filter nor `all`. Nothing was sent.
            OutcomeUnknownError: the request may or may not have taken effect. It was not repeated; see `resolve`.
            APIError: the request failed.
        """
        request = CancelRequest.of(batch, dict(filters), self._api.base_url, everything=all, dry_run=dry_run)
        if request.dry_run:
            return CancelReceipt(tuple(self._jobs.list(**request.listed())), dry_run=True)
        receipt = CancelReceipt()
        for number, part in enumerate(request.parts):
            with noted(request.write(number, receipt), done=number):
                response = cancel_jobs.sync_detailed(client=self._api, **request.keywords(part))
                receipt += request.receipt(response, self._clean)
        return receipt

    def complete(self, batch: UUID | str, /) -> Batch:
        """Complete a batch: it takes no more jobs, and ends when the jobs that it has are finished.

        Args:
            batch: the id of the batch.

        Raises:
            ValueError: the id is no UUID. Nothing was sent.
            ConflictError: the batch was complete already.
            OutcomeUnknownError: the request may or may not have taken effect. It was not repeated.
            APIError: the request failed.
        """
        batch_id = uuid_of("batch", batch)
        with noted(Write("complete_batch", batch_id)):
            return batch_of(complete_batch.sync_detailed(batch_id, client=self._api), batch_id, self._clean)

    def resolve(self, error: BaseException, /) -> Resolution:
        """Find out, by reading the jobs back, whether a write took effect that failed with this error.

        Args:
            error: what `cancel_jobs` or `complete` raised, such as an `OutcomeUnknownError`.

        Raises:
            ValueError: the error is not one of a write.
            APIError: reading failed.
        """
        write = write_of(error)
        listing = self._jobs.list(**read_back(write))
        return resolution(write, tuple(listing), proven=listing.proven)

    def wait(self, batch: UUID | str, /, **options: Unpack[WaitOptions]) -> WaitResult:
        """Wait until every job of a batch has ended; options and errors are those of `jobs.wait`."""
        return self._jobs.wait(batch_id=batch, **options)


class AsyncBatches:
    """`client.batches` of the async client: changing batches. Arguments and errors are those of `Batches`."""

    def __init__(self, api: Client, jobs: AsyncJobs, clean: Callable[[str], str] = str) -> None:
        self._api = api
        self._jobs = jobs
        self._clean = clean

    async def cancel_jobs(
        self, batch: UUID | str, /, *, all: bool = False, dry_run: bool = False, **filters: Unpack[JobFilters]
    ) -> CancelReceipt:
        """Cancel the jobs of a batch that match the filters; see `Batches.cancel_jobs`."""
        request = CancelRequest.of(batch, dict(filters), self._api.base_url, everything=all, dry_run=dry_run)
        if request.dry_run:
            return CancelReceipt(tuple([job async for job in self._jobs.list(**request.listed())]), dry_run=True)
        receipt = CancelReceipt()
        for number, part in enumerate(request.parts):
            with noted(request.write(number, receipt), done=number):
                response = await cancel_jobs.asyncio_detailed(client=self._api, **request.keywords(part))
                receipt += request.receipt(response, self._clean)
        return receipt

    async def complete(self, batch: UUID | str, /) -> Batch:
        """Complete a batch; see `Batches.complete`."""
        batch_id = uuid_of("batch", batch)
        with noted(Write("complete_batch", batch_id)):
            return batch_of(await complete_batch.asyncio_detailed(batch_id, client=self._api), batch_id, self._clean)

    async def resolve(self, error: BaseException, /) -> Resolution:
        """Find out, by reading the jobs back, whether a write took effect; see `Batches.resolve`."""
        write = write_of(error)
        listing = self._jobs.list(**read_back(write))
        jobs = [job async for job in listing]
        return resolution(write, jobs, proven=listing.proven)

    async def wait(self, batch: UUID | str, /, **options: Unpack[WaitOptions]) -> WaitResult:
        """Wait until every job of a batch has ended; options and errors are those of `jobs.wait`."""
        return await self._jobs.wait(batch_id=batch, **options)

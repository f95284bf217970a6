"""The batches resource: cancelling the jobs of a batch and completing it, sync and async.

These are writes. What they are asked to do is checked before anything is sent, nothing is sent
where nothing can match, nothing is sent twice, and an answer counts only if it can be that of the
request. The decisions are in `writes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack
from urllib.parse import urlsplit

from pasqal_core_api.api.batches import cancel_jobs, complete_batch
from pasqal_core_api.client import Client

from ._checks import uuid_of
from ._http.error_bodies import Exchange
from ._listing.filters import JobFilters  # noqa: TC001  # annotations are read at run time
from ._writes.write import (
    Answer,
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

    from pasqal_core_api.models import Batch
    from pasqal_core_api.types import Departure, Response

    from ._waits.wait import WaitOptions, WaitResult
    from .jobs import AsyncJobs, Jobs


class _Shared:
    """What both resources share: reading the answer to a write without losing it to a strict client."""

    def __init__(self, api: Client, clean: Callable[[str], str]) -> None:
        self._api = api
        self._clean = clean

    def _reader(self, found: list[Departure]) -> Client:
        """What an operation needs but the connection; departures are collected, to be told with the answer."""
        return Client(self._api.base_url, on_departure=found.append)

    def _answer(
        self, response: Response[Any], batch_id: UUID, action: str, found: list[Departure]
    ) -> Answer:
        path = f"{urlsplit(self._api.base_url).path}/api/v2/batches/{batch_id}/{action}"
        exchange = Exchange.of("PATCH", path, self._clean, changes=True)
        return Answer.of(response, exchange, found, self._api.on_departure)


class Batches(_Shared):
    """`client.batches`: changing batches."""

    def __init__(self, api: Client, jobs: Jobs, clean: Callable[[str], str] = str) -> None:
        super().__init__(api, clean)
        self._jobs = jobs

    def cancel_jobs(
        self,
        batch: UUID | str,
        /,
        *,
        all: bool = False,
        dry_run: bool = False,
        **filters: Unpack[JobFilters],
    ) -> CancelReceipt:
        """Cancel the jobs of a batch that match the filters.

        A job that cannot be cancelled any more does not stop the others; the receipt says why. The
        client's project plays no part. An empty iterable as a filter matches nothing: no request is
        sent. More ids than fit an address are split into several requests; if one of them fails,
        the error's `write` has what is done, what is unknown and what was not sent.

        Args:
            batch: the id of the batch.
            all: cancel every job of the batch; needed where no filter is given.
            dry_run: cancel nothing, but list the jobs that match.
            **filters: see `JobFilters`.

        Raises:
            TypeError: a keyword is not that of a filter. Nothing was sent.
            ValueError: an argument has not the right form, or there is neither a filter nor `all`.
                Nothing was sent.
            OutcomeUnknownError: the request may or may not have taken effect, as there was no
                answer, or one that tells of jobs that were not asked for, or not of any that can be
                read. It was not repeated; see `resolve`.
            WriteDepartureError: the client is strict, and the answer departs from the contract. The
                jobs were cancelled all the same: the error's `write` has the receipt.
            APIError: the request failed.
        """
        request = CancelRequest.of(
            batch, dict(filters), self._api.base_url, everything=all, dry_run=dry_run
        )
        if request.dry_run:
            return CancelReceipt(tuple(self._jobs.list(**request.listed())), dry_run=True)
        receipt = CancelReceipt()
        for number, part in enumerate(request.parts):
            found: list[Departure] = []
            with noted(request.write(number, receipt), done=number):
                response = cancel_jobs.sync_detailed(
                    client=self._connected(found), **request.keywords(part)
                )
                answer = self._answer(response, request.batch_id, "cancel/jobs", found)
                receipt += request.receipt(part, answer)
            answer.accept(request.write(number, receipt, carried_out=True))
        return receipt

    def complete(self, batch: UUID | str, /) -> Batch:
        """Complete a batch: it takes no more jobs, and ends when the jobs that it has are finished.

        Args:
            batch: the id of the batch.

        Raises:
            ValueError: the id is no UUID. Nothing was sent.
            ConflictError: the batch was complete already.
            OutcomeUnknownError: the request may or may not have taken effect, as there was no
                answer, or one without a batch or with another one. It was not repeated.
            WriteDepartureError: the client is strict, and the answer departs from the contract. The
                batch is complete all the same: the error's `write` has it.
            APIError: the request failed.
        """
        batch_id = uuid_of("batch", batch)
        found: list[Departure] = []
        with noted(Write("complete_batch", batch_id)):
            response = complete_batch.sync_detailed(batch_id, client=self._connected(found))
            answer = self._answer(response, batch_id, "complete", found)
            done = batch_of(answer, batch_id)
        answer.accept(Write("complete_batch", batch_id, carried_out=True, batch=done))
        return done

    def resolve(self, error: BaseException, /) -> Resolution:
        """Find out, by reading the jobs back, whether a write took effect that failed with this error.

        Args:
            error: what `cancel_jobs` or `complete` raised, such as an `OutcomeUnknownError`; or
                what came of that, such as the `TimeoutError` of `asyncio.timeout`.

        Raises:
            ValueError: the error is not one of a write, nor did one lead to it.
            APIError: reading failed.
        """
        write = write_of(error)
        listing = self._jobs.list(**read_back(write))
        return resolution(write, tuple(listing), proven=listing.proven)

    def wait(self, batch: UUID | str, /, **options: Unpack[WaitOptions]) -> WaitResult:
        """Wait until every job of a batch has ended; options and errors are those of `jobs.wait`."""
        return self._jobs.wait(batch_id=batch, **options)

    def _connected(self, found: list[Departure]) -> Client:
        return self._reader(found).set_httpx_client(self._api.get_httpx_client())


class AsyncBatches(_Shared):
    """`client.batches` of the async client: changing batches. Arguments and errors are those of `Batches`."""

    def __init__(self, api: Client, jobs: AsyncJobs, clean: Callable[[str], str] = str) -> None:
        super().__init__(api, clean)
        self._jobs = jobs

    async def cancel_jobs(
        self,
        batch: UUID | str,
        /,
        *,
        all: bool = False,
        dry_run: bool = False,
        **filters: Unpack[JobFilters],
    ) -> CancelReceipt:
        """Cancel the jobs of a batch that match the filters; see `Batches.cancel_jobs`."""
        request = CancelRequest.of(
            batch, dict(filters), self._api.base_url, everything=all, dry_run=dry_run
        )
        if request.dry_run:
            return CancelReceipt(
                tuple([job async for job in self._jobs.list(**request.listed())]), dry_run=True
            )
        receipt = CancelReceipt()
        for number, part in enumerate(request.parts):
            found: list[Departure] = []
            with noted(request.write(number, receipt), done=number):
                response = await cancel_jobs.asyncio_detailed(
                    client=self._connected(found), **request.keywords(part)
                )
                answer = self._answer(response, request.batch_id, "cancel/jobs", found)
                receipt += request.receipt(part, answer)
            answer.accept(request.write(number, receipt, carried_out=True))
        return receipt

    async def complete(self, batch: UUID | str, /) -> Batch:
        """Complete a batch; see `Batches.complete`."""
        batch_id = uuid_of("batch", batch)
        found: list[Departure] = []
        with noted(Write("complete_batch", batch_id)):
            response = await complete_batch.asyncio_detailed(
                batch_id, client=self._connected(found)
            )
            answer = self._answer(response, batch_id, "complete", found)
            done = batch_of(answer, batch_id)
        answer.accept(Write("complete_batch", batch_id, carried_out=True, batch=done))
        return done

    async def resolve(self, error: BaseException, /) -> Resolution:
        """Find out, by reading the jobs back, whether a write took effect; see `Batches.resolve`."""
        write = write_of(error)
        listing = self._jobs.list(**read_back(write))
        jobs = [job async for job in listing]
        return resolution(write, jobs, proven=listing.proven)

    async def wait(self, batch: UUID | str, /, **options: Unpack[WaitOptions]) -> WaitResult:
        """Wait until every job of a batch has ended; options and errors are those of `jobs.wait`."""
        return await self._jobs.wait(batch_id=batch, **options)

    def _connected(self, found: list[Departure]) -> Client:
        return self._reader(found).set_async_httpx_client(self._api.get_async_httpx_client())

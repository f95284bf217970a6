"""The batches resource: cancelling the jobs of a batch and completing it, sync and async.

These are writes, so what they are asked to do is checked before anything is sent, and no request is sent where nothing
can match.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack
from uuid import UUID

from attrs import field, frozen

from pasqal_core_api.api.batches import cancel_jobs, complete_batch
from pasqal_core_api.models import BatchAnswer, CancelledJobsAnswer

from .errors import CancelRefusedError, ResponseError
from .filters import JobFilters, Query, query, uuid_of

if TYPE_CHECKING:
    from pasqal_core_api.client import Client
    from pasqal_core_api.models import Batch, CancelledJobs, Job
    from pasqal_core_api.types import Response


@frozen
class CancelReceipt:
    """What came of cancelling jobs.

    Attributes:
        jobs: the jobs that were cancelled, as they now stand.
        errors: why others were not cancelled, by job id (text where the service's id is no UUID).
    """

    jobs: tuple[Job, ...] = ()
    errors: dict[UUID | str, str] = field(factory=dict)

    def raise_for_errors(self) -> None:
        """Raise if a job was not cancelled.

        Raises:
            CancelRefusedError: it names the jobs and the service's reasons.
        """
        if self.errors:
            raise CancelRefusedError(self.errors)


def cancel_keywords(batch_id: UUID | str, everything: bool, filters: dict[str, Any]) -> Query | None:
    """The keywords of the generated operation; None if nothing can match.

    Raises:
        ValueError: an argument has not the right form, or there is no filter and `everything` is not set.
    """
    batch = uuid_of("batch_id", batch_id)
    given = query(filters)
    if given is None:
        return None
    if not given and not everything:
        raise ValueError("without a filter this would cancel every job of the batch; if that is meant, give all=True")
    wanted = given.pop("batch_id", None)
    return {"batch_id_path": batch, **given, **({"batch_id_query": wanted} if wanted else {})}


def receipt_of(response: Response[Any]) -> CancelReceipt:
    """The receipt in the answer of the generated operation."""
    answer = response.parsed.data if isinstance(response.parsed, CancelledJobsAnswer) else None
    if answer is None:
        raise _no_data("the cancelled jobs", response)
    return CancelReceipt(tuple(getattr(answer, "jobs", ())), _errors_of(answer))


def _errors_of(answer: CancelledJobs) -> dict[UUID | str, str]:
    return {_job_id(key): reason for key, reason in getattr(answer, "errors", {}).items()}


def _job_id(key: str) -> UUID | str:
    try:
        return UUID(key)
    except ValueError:
        return key


def batch_of(response: Response[Any]) -> Batch:
    """The batch in the answer of the generated operation."""
    batch = response.parsed.data if isinstance(response.parsed, BatchAnswer) else None
    if batch is None:
        raise _no_data("the batch", response)
    return batch


def _no_data(what: str, response: Response[Any]) -> ResponseError:
    reason = f"the answer does not hold {what}; whether the write took effect is not known"
    return ResponseError(reason, status=int(response.status_code), method="PATCH")


class Batches:
    """`client.batches`: changing batches."""

    def __init__(self, api: Client) -> None:
        self._api = api

    def cancel_jobs(self, batch: UUID | str, /, *, all: bool = False, **filters: Unpack[JobFilters]) -> CancelReceipt:
        """Cancel the jobs of a batch that match the filters.

        A job that cannot be cancelled any more does not stop the others; the receipt says why. The client's project
        plays no part. An empty iterable as a filter matches nothing: no request is sent.

        Args:
            batch: the id of the batch.
            all: cancel every job of the batch; needed where no filter is given.
            **filters: see `JobFilters`.

        Raises:
            ValueError: an argument has not the right form, or there is neither a filter nor `all`. Nothing was sent.
            OutcomeUnknownError: the request may or may not have taken effect. It was not repeated.
            APIError: the request failed.
        """
        keywords = cancel_keywords(batch, all, dict(filters))
        if keywords is None:
            return CancelReceipt()
        return receipt_of(cancel_jobs.sync_detailed(client=self._api, **keywords))

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
        return batch_of(complete_batch.sync_detailed(uuid_of("batch", batch), client=self._api))


class AsyncBatches:
    """`client.batches` of the async client: changing batches. Arguments and errors are those of `Batches`."""

    def __init__(self, api: Client) -> None:
        self._api = api

    async def cancel_jobs(
        self, batch: UUID | str, /, *, all: bool = False, **filters: Unpack[JobFilters]
    ) -> CancelReceipt:
        """Cancel the jobs of a batch that match the filters; see `Batches.cancel_jobs`."""
        keywords = cancel_keywords(batch, all, dict(filters))
        if keywords is None:
            return CancelReceipt()
        return receipt_of(await cancel_jobs.asyncio_detailed(client=self._api, **keywords))

    async def complete(self, batch: UUID | str, /) -> Batch:
        """Complete a batch; see `Batches.complete`."""
        return batch_of(await complete_batch.asyncio_detailed(uuid_of("batch", batch), client=self._api))

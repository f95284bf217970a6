"""A batch that is open during a `with` block: jobs are added to it, and it is closed at the end, whatever happens.

What `batches.open` returns. It is created where the block begins. It is closed however the block
ends: an error, Ctrl-C and the cancellation of a task included. Whether that worked is never guessed:
if completing the batch fails, it is read.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, Self, Unpack

from pasqal_core_api.models import BatchStatus

from ._http.error_context import extend_reason
from ._signatures import show_options
from ._waits.options import WAIT_DEFAULTS, WaitOptions
from ._writes.completion import says_open
from .errors import APIError, PasqalError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
    from types import TracebackType
    from uuid import UUID

    from pasqal_core_api.models import Batch, Job, JobRequest

    from ._waits.result import WaitResult
    from ._writes.submission import Submission
    from .batches import AsyncBatches, Batches
    from .jobs import AsyncJobs, Jobs


_ENDED: Final = frozenset(
    {BatchStatus.DONE, BatchStatus.CANCELED, BatchStatus.ERROR, BatchStatus.TIMED_OUT}
)


class _OpenBatch:
    """What both kinds share.

    Attributes:
        batch (Batch): the batch as the service last answered with it.
    """

    def __init__(self, submission: Submission) -> None:
        self._submission = submission
        self._batch: Batch | None = None
        self._is_closed = False

    @property
    def batch(self) -> Batch:
        """The batch as the service last answered with it.

        Raises:
            RuntimeError: the `with` block has not begun.
        """
        if self._batch is None:
            raise RuntimeError("the batch is created when the with block begins")
        return self._batch

    @property
    def id(self) -> UUID:
        """The id of the batch."""
        return self.batch.id

    def __repr__(self) -> str:
        if self._batch is None:
            return f"<{type(self).__name__}, not created>"
        return f"<{type(self).__name__} {self.id}>"

    def _note(self, failure: BaseException) -> str:
        """What became of closing the batch, for an error that is more important."""
        return f"Closing batch {self.id} failed, too: {failure}"

    def _take_closed(self, batch: Batch) -> None:
        self._batch = batch
        self._is_closed = True

    def _is_closed_by_service(self, batch: Batch) -> bool:
        """Whether a batch takes no more jobs, although completing it failed."""
        has_ended = getattr(batch, "status", None) in _ENDED
        return has_ended or says_open(batch) is False

    def _explain(self, failure: BaseException, *, was_read: bool) -> None:
        """Add to the error of closing what is known about the batch."""
        state = "may still be open"
        if was_read:
            state = "was still open when it was read"
        text = f"batch {self.id} {state}; close it with client.batches.complete"
        if isinstance(failure, APIError):
            extend_reason(failure, text)
        else:
            failure.add_note(f"{text[0].upper()}{text[1:]}.")


class OpenBatch(_OpenBatch):
    """A batch that is open during a `with` block; see `Batches.open`."""

    def __init__(self, batches: Batches, jobs: Jobs, submission: Submission) -> None:
        super().__init__(submission)
        self._batches = batches
        self._jobs = jobs

    def __enter__(self) -> Self:
        self._batch = self._batches._create(self._submission)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.close()
        except BaseException as failure:
            if error is None:
                raise
            error.add_note(self._note(failure))

    def add(
        self, jobs: Iterable[JobRequest | Mapping[str, Any]], *, runs: int | None = None
    ) -> tuple[Job, ...]:
        """Add jobs to the batch; see `Batches.add_jobs`.

        Args:
            jobs: the jobs, as for `Batches.create`.
            runs: the runs of the jobs that do not say how many.

        Returns:
            The jobs that were added, in the order in which they were given.
        """
        added = self._batches.add_jobs(self.batch, jobs, runs=runs)
        self._batch = added.batch
        return added.added

    @show_options(WaitOptions, WAIT_DEFAULTS)
    def wait(self, **options: Unpack[WaitOptions]) -> WaitResult:
        """Wait until all jobs that were added have ended. Options, result and errors are those of `Batches.wait`."""
        return self._batches.wait(self.id, **options)

    def results(self, **options: Any) -> Iterator[Any]:
        """Fetch the results of all jobs. Options, result and errors are those of `Jobs.results`."""
        return self._jobs.results(batch_id=self.id, **options)

    def close(self) -> None:
        """Close the batch; the end of the `with` block does this by itself.

        A batch that the service has closed, or that has timed out, is closed.

        Raises:
            APIError: closing failed, and the batch is open, or may be; the text says its id.
        """
        if self._is_closed:
            return
        try:
            closed = self._batches.complete(self.id)
        except PasqalError as failure:
            closed = self._read_closed(failure)
        except BaseException as failure:
            self._explain(failure, was_read=False)
            raise
        self._take_closed(closed)

    def _read_closed(self, failure: PasqalError) -> Batch:
        """Read the batch after closing it failed; returns it if it is closed all the same."""
        was_read = False
        try:
            batch = self._batches.get(self.id)
            if self._is_closed_by_service(batch):
                return batch
            was_read = True
        except PasqalError as error:
            failure.add_note(f"Reading the batch failed, too: {error}")
        self._explain(failure, was_read=was_read)
        raise failure


class AsyncOpenBatch(_OpenBatch):
    """A batch that is open during an `async with` block; see `Batches.open`."""

    def __init__(self, batches: AsyncBatches, jobs: AsyncJobs, submission: Submission) -> None:
        super().__init__(submission)
        self._batches = batches
        self._jobs = jobs

    async def __aenter__(self) -> Self:
        self._batch = await self._batches._create(self._submission)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        closing = asyncio.ensure_future(self.close())
        cancelled = await _finish(closing)
        failure = _failure_of(closing)
        first = error or cancelled or failure
        if failure is not None and first is not failure and first is not None:
            first.add_note(self._note(failure))
        if first is not None and error is None:
            raise first

    async def add(
        self, jobs: Iterable[JobRequest | Mapping[str, Any]], *, runs: int | None = None
    ) -> tuple[Job, ...]:
        """Add jobs to the batch; see `OpenBatch.add`."""
        added = await self._batches.add_jobs(self.batch, jobs, runs=runs)
        self._batch = added.batch
        return added.added

    @show_options(WaitOptions, WAIT_DEFAULTS)
    async def wait(self, **options: Unpack[WaitOptions]) -> WaitResult:
        """Wait until all jobs that were added have ended; see `OpenBatch.wait`."""
        return await self._batches.wait(self.id, **options)

    def results(self, **options: Any) -> AsyncIterator[Any]:
        """Fetch the results of all jobs; see `OpenBatch.results`."""
        return self._jobs.results(batch_id=self.id, **options)

    async def close(self) -> None:
        """Close the batch; see `OpenBatch.close`."""
        if self._is_closed:
            return
        try:
            closed = await self._batches.complete(self.id)
        except PasqalError as failure:
            closed = await self._read_closed(failure)
        except BaseException as failure:
            self._explain(failure, was_read=False)
            raise
        self._take_closed(closed)

    async def _read_closed(self, failure: PasqalError) -> Batch:
        was_read = False
        try:
            batch = await self._batches.get(self.id)
            if self._is_closed_by_service(batch):
                return batch
            was_read = True
        except PasqalError as error:
            failure.add_note(f"Reading the batch failed, too: {error}")
        self._explain(failure, was_read=was_read)
        raise failure


async def _finish(closing: asyncio.Future[None]) -> asyncio.CancelledError | None:
    """Wait for a batch to be closed, even if this task is cancelled meanwhile.

    It ends all the same: every request has a deadline.

    Returns:
        The cancellation, if there was one.
    """
    cancelled = None
    while not closing.done():
        try:
            await asyncio.wait([closing])
        except asyncio.CancelledError as error:
            cancelled = error
    return cancelled


def _failure_of(closing: asyncio.Future[None]) -> BaseException | None:
    """What went wrong with closing; None if nothing did."""
    if closing.cancelled():
        return asyncio.CancelledError()
    return closing.exception()

"""A batch that is open during a `with` block: jobs are added to it, and it is closed at the end, whatever happens.

What `batches.open` returns. It is created where the block begins. It is closed however the block
ends: an error, Ctrl-C and the cancellation of a task included. Whether that worked is never guessed:
if completing the batch fails, it is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, SupportsIndex, Unpack

from ._http.error_context import extend_reason
from ._late_modules import asyncio
from ._listing.list_request import CONCURRENCY
from ._signatures import show_options, show_twin
from ._states import is_terminal_batch, says_open
from ._waits.options import WAIT_DEFAULTS, WaitOptions
from .errors import APIError, PasqalError, WriteDepartureError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
    from os import PathLike
    from types import TracebackType
    from uuid import UUID

    from pasqal_core_api.models import Batch, Job, JobRequest

    from ._results.outcome import JobOutcome
    from ._waits.result import WaitResult
    from ._writes.submission import Submission
    from .batches import AsyncBatches, Batches
    from .jobs import AsyncJobs, Jobs


class _OpenBatch:
    """What both kinds share.

    Attributes:
        batch (Batch): the batch as the service last answered with it.
    """

    def __init__(self, submission: Submission) -> None:
        self._submission = submission
        self._has_begun = False
        self._batch: Batch | None = None

    def _begin(self) -> Submission:
        """What to submit.

        Raises:
            RuntimeError: it was submitted before.
        """
        if self._has_begun:
            raise RuntimeError("this batch was opened before; call batches.open for another one")
        self._has_begun = True
        return self._submission

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
            state = "not created"
            if self._has_begun:
                state = "not known to be created"
            return f"<{type(self).__name__}, {state}>"
        return f"<{type(self).__name__} {self.id}>"

    def _note(self, failure: BaseException) -> str:
        """What became of closing the batch, for an error that is more important."""
        # Whether it is open now is in the failure or in its notes, where that is in doubt.
        details = [f"{type(failure).__name__}: {failure}", *getattr(failure, "__notes__", ())]
        return f"Closing batch {self.id} failed, too. {' '.join(details)}"

    def _closed_all_the_same(self, failure: PasqalError, read: Batch | None) -> Batch:
        """The batch, if it takes no more jobs although completing it failed.

        Args:
            failure: how that failed.
            read: the batch as it was read afterwards; None if that failed, too.

        Raises:
            PasqalError: it is open, or may be: the failure, which says so.
        """
        is_open = None
        if read is not None:
            is_open = says_open(read)
            if is_terminal_batch(read) or is_open is False:
                return read
        self._explain(failure, is_open=is_open)
        raise failure

    def _explain(self, failure: BaseException, *, is_open: bool | None) -> None:
        """Add to the error of closing what is known about the batch."""
        state = "may still be open"
        if is_open:
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
        self._batch = self._batches._create(self._begin())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._close()
        except Exception as failure:
            # An interruption is not among these: it comes out, with the block's error as its context.
            if error is None:
                raise
            error.add_note(self._note(failure))

    def add(
        self, jobs: Iterable[JobRequest | Mapping[str, Any]], *, runs: SupportsIndex | None = None
    ) -> tuple[Job, ...]:
        """Add jobs to the batch; see `Batches.add_jobs`.

        Args:
            jobs: the jobs, as for `Batches.create`.
            runs: the runs of the jobs that do not say how many.

        Returns:
            The jobs that were added, in the order in which they were given.

        Raises:
            WriteDepartureError: the jobs were added, but which ones of the batch they are cannot be
                told, as others like them came meanwhile.
        """
        added = self._batches.add_jobs(self.batch, jobs, runs=runs)
        self._batch = added.batch
        return added.added

    @show_options(WaitOptions, WAIT_DEFAULTS)
    def wait(self, **options: Unpack[WaitOptions]) -> WaitResult:
        """Wait until all jobs that were added have ended. Errors are those of `Batches.wait`.

        Args:
            timeout: seconds; None for no limit.
            poll: seconds between the first look and the second, 1 if None; they grow to 45 from
                look to look, with jitter.
            unknown_status: how to treat unknown job states: as `active`, as `terminal`, or as an
                `error`.
            on_progress: called with a `WaitProgress` after each look; a plain function.
            raise_on_failure: raise if a job ended in ERROR.

        Returns:
            How many jobs ended in each state, and which failed.
        """
        return self._batches.wait(self.id, **options)

    def results(
        self,
        *,
        as_completed: bool = False,
        save_to: str | PathLike[str] | None = None,
        concurrency: int = CONCURRENCY,
    ) -> Iterator[JobOutcome]:
        """Fetch the results of all jobs of the batch. Arguments, outcomes and errors are those of `Jobs.results`.

        Args:
            as_completed: yield the outcomes as they come, and not in order.
            save_to: a folder to save the results to.
            concurrency: how many requests may be under way at once.

        Returns:
            An outcome for each job.
        """
        return self._jobs.results(
            batch_id=self.id, as_completed=as_completed, save_to=save_to, concurrency=concurrency
        )

    def _close(self) -> None:
        """Close the batch.

        A batch that the service has closed, or that has timed out, is closed.

        Raises:
            APIError: closing failed, and the batch is open, or may be; the text says its id.
        """
        try:
            closed = self._batches.complete(self.id)
        except WriteDepartureError:
            # It was carried out; a strict client rejects the form of the answer.
            raise
        except PasqalError as failure:
            closed = self._read_closed(failure)
        except BaseException as failure:
            self._explain(failure, is_open=None)
            raise
        self._batch = closed

    def _read_closed(self, failure: PasqalError) -> Batch:
        """Read the batch after closing it failed; returns it if it is closed all the same."""
        read = None
        try:
            read = self._batches.get(self.id)
        except PasqalError as error:
            failure.add_note(f"Reading the batch failed, too: {error}")
        return self._closed_all_the_same(failure, read)


@show_twin(OpenBatch)
class AsyncOpenBatch(_OpenBatch):
    """A batch that is open during an `async with` block; see `Batches.open`."""

    def __init__(self, batches: AsyncBatches, jobs: AsyncJobs, submission: Submission) -> None:
        super().__init__(submission)
        self._batches = batches
        self._jobs = jobs

    async def __aenter__(self) -> Self:
        self._batch = await self._batches._create(self._begin())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        closing = asyncio.ensure_future(self._close())
        cancelled = await _finish(closing)
        failure = self._failure_of(closing)
        # An interruption comes out, with the block's error as its context.
        first = cancelled or _interruption(failure) or error
        if first is None:
            return closing.result()
        if failure is not None and failure is not first:
            first.add_note(self._note(failure))
        if first is not error:
            raise first
        return None

    def _failure_of(self, closing: asyncio.Future[None]) -> BaseException | None:
        """What went wrong with closing; None if nothing did."""
        try:
            return closing.exception()
        except asyncio.CancelledError as cancelled:
            # What was cancelled before it began has said nothing about the batch.
            if not hasattr(cancelled, "__notes__"):
                self._explain(cancelled, is_open=None)
            return cancelled

    async def add(
        self, jobs: Iterable[JobRequest | Mapping[str, Any]], *, runs: SupportsIndex | None = None
    ) -> tuple[Job, ...]:
        """Add jobs to the batch; see `OpenBatch.add`."""
        added = await self._batches.add_jobs(self.batch, jobs, runs=runs)
        self._batch = added.batch
        return added.added

    @show_options(WaitOptions, WAIT_DEFAULTS)
    async def wait(self, **options: Unpack[WaitOptions]) -> WaitResult:
        """Wait until all jobs that were added have ended; see `OpenBatch.wait`."""
        return await self._batches.wait(self.id, **options)

    def results(
        self,
        *,
        as_completed: bool = False,
        save_to: str | PathLike[str] | None = None,
        concurrency: int = CONCURRENCY,
    ) -> AsyncIterator[JobOutcome]:
        """Fetch the results of all jobs of the batch; see `OpenBatch.results`."""
        return self._jobs.results(
            batch_id=self.id, as_completed=as_completed, save_to=save_to, concurrency=concurrency
        )

    async def _close(self) -> None:
        """Close the batch; see `OpenBatch`."""
        try:
            closed = await self._batches.complete(self.id)
        except WriteDepartureError:
            # It was carried out; a strict client rejects the form of the answer.
            raise
        except PasqalError as failure:
            closed = await self._read_closed(failure)
        except BaseException as failure:
            self._explain(failure, is_open=None)
            raise
        self._batch = closed

    async def _read_closed(self, failure: PasqalError) -> Batch:
        read = None
        try:
            read = await self._batches.get(self.id)
        except PasqalError as error:
            failure.add_note(f"Reading the batch failed, too: {error}")
        return self._closed_all_the_same(failure, read)


def _interruption(failure: BaseException | None) -> BaseException | None:
    """The failure, if a program must not go on after it as after an error."""
    if isinstance(failure, Exception):
        return None
    return failure


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

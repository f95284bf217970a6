"""The batches resource: reading and submitting batches, and changing them, sync and async.

Lists are those of `jobs`, with the filters of batches. The rest are writes: `_resource` says how one
is sent. Malformed arguments are rejected before any request is sent, nothing is sent where nothing
can match, and an answer is accepted only if it can be that of the request. A write that adds
something, and has no tag to find it by, first reads what is there: its baseline. Where this is
decided:

- What is sent, and what an answer means that is a documented success: the plans in `_writes`. One
  that cannot be that of the request leaves the outcome unknown.
- Whether a failed write may be sent again, or may have taken effect all the same: `may_be_repeated`
  and `may_have_happened` of `_http/retry.py`. For the latter, `_http/outcomes.py` makes the
  `OutcomeUnknownError`.
- Whether it did take effect: the effect beside each plan, and `_writes/resolution.py`.
"""

from __future__ import annotations

import time
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any, Final, SupportsIndex, Unpack

from attrs import evolve

from pasqal_core_api.api.batches import (
    add_jobs,
    cancel_batch,
    cancel_batches,
    cancel_jobs,
    complete_batch,
    create_batch,
    get_all_batches,
    get_batch,
    get_batch_status,
    rebatch_jobs,
    set_batch_tags,
)
from pasqal_core_api.models import Batch

from . import _waits, _writes
from ._checks import boolean, uuid_of
from ._http.transport.deadline import requests_until
from ._late_modules import asyncio
from ._listing.filters import BATCH_FILTERS, BatchFilters, JobFilters
from ._listing.item_kind import ItemKind
from ._listing.list_request import CONCURRENCY
from ._listing.listings import AsyncListing, Listing
from ._listing.pages import LARGEST_PAGE, Page, Span
from ._listing.subject import Subject
from ._resource import AsyncResource, Resource, read_item
from ._signatures import expect_unnamed, show_filters, show_options, show_twin
from ._states import has_ended
from ._waits.options import WAIT_DEFAULTS, CheckedOptions, WaitOptions
from ._writes.cancel_batch_filters import CancelBatchFilters
from ._writes.submission import (
    CREATE_DEFAULTS,
    OPEN_DEFAULTS,
    CreateOptions,
    OpenOptions,
    Submission,
)
from ._writes.write import SETTLE, attach_carried_out, before_sending, write_of
from .errors import NotFoundError, PasqalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from pasqal_core_api.models import BatchStatusReport, JobRequest, OrderDirection
    from pasqal_core_runtime.client import Client

    from ._http.throttle import Throttle
    from ._settings.config import Settings
    from ._waits.result import WaitResult
    from ._waits.wait import Wait
    from ._writes.added_jobs import AddedJobs
    from ._writes.effect import Effect, Reading
    from ._writes.known_keys import KnownKey
    from ._writes.own_tags import SubmissionKey
    from ._writes.receipt import CancelBatchesReceipt, CancelReceipt
    from ._writes.resolution import Evidence, Resolution
    from ._writes.texts import SupportsAbstractRepr
    from ._writes.write import Write
    from .jobs import AsyncJobs, Jobs
    from .open_batch import AsyncOpenBatch, OpenBatch


_LONGEST_BASELINE: Final = 10.0
"""Seconds that a cancellation waits at most for the list of what matches."""

_BATCHES: Final = ItemKind[Batch](
    one="a batch",
    many="batches",
    filters=BATCH_FILTERS,
    model=Batch,
    sort_key="created_at",
    # By any other key a batch may change its place while the list is read.
    fixed_keys=frozenset({"created_at", "id"}),
)


class BatchListing(Listing[Batch]):
    """What `batches.list` returns: all batches that match; see `Listing`."""


class AsyncBatchListing(AsyncListing[Batch]):
    """What `batches.list` of the async client returns: all batches that match; see `Listing`."""


_BATCH_FIRST: Final = "give the id of the batch first, without a name; batch_id=… is a filter"

# In a class that has a method of that name, `list` is the method.
_list = list


class Batches(Resource):
    """`client.batches`: submitting batches, reading them, waiting for them, and changing them."""

    def __init__(
        self,
        api: Client,
        settings: Settings,
        throttle: Throttle,
        jobs: Jobs,
    ) -> None:
        super().__init__(api, settings, throttle)
        # Dry runs, waiting, and reading back what a write did.
        self._jobs = jobs

    @show_filters(BatchFilters)
    def list(
        self,
        *,
        order_by: str | None = None,
        order_by_direction: OrderDirection | str | None = None,
        page_size: int = LARGEST_PAGE,
        max_items: int | None = None,
        concurrency: int = CONCURRENCY,
        **filters: Unpack[BatchFilters],
    ) -> BatchListing:
        """List all batches that match the filters, newest first unless ordered otherwise.

        The batches come without their jobs and without their sequence. More ids than fit a URL are
        split into several requests; their batches come in order all the same, at the end.

        Args:
            order_by: the field to sort by; `created_at` if None. By `created_at` or `id` the
                listing can prove that it missed nothing.
            order_by_direction: `ASC` or `DESC`; `DESC` if None.
            page_size: how many batches a page brings, from 1 to 100; requests ask for some more, so
                that pages overlap.
            max_items: stop after this many batches.
            concurrency: how many requests may be under way at once; fewer are once the service
                refuses some.
            **filters: see `BatchFilters`. Without `project_id` the client's project applies;
                `project_id=None` lifts that.

        Returns:
            The listing. Nothing is sent before it is iterated over.

        Raises:
            TypeError: unknown filter name. Nothing was sent.
            ValueError: an argument is malformed. Nothing was sent.
            APIError: a request failed (while iterating).
        """
        request = self._request(_BATCHES, filters, order_by, order_by_direction)
        options = self._options(page_size, max_items, concurrency)
        return self._listing(BatchListing, get_all_batches, request, options)

    @show_filters(BatchFilters)
    def page(
        self,
        *,
        limit: int = LARGEST_PAGE,
        offset: int = 0,
        order_by: str | None = None,
        order_by_direction: OrderDirection | str | None = None,
        **filters: Unpack[BatchFilters],
    ) -> Page[Batch]:
        """Fetch one page of the batches that match the filters, in one request.

        Args:
            limit: the largest number of batches, from 1 to 100.
            offset: how many batches of the whole list come before the page.
            order_by: the field to sort by; `created_at` if None.
            order_by_direction: `ASC` or `DESC`; `DESC` if None.
            **filters: see `BatchFilters`. Without `project_id` the client's project applies;
                `project_id=None` lifts that.

        Returns:
            The page, with the number of batches on all pages if the service says it.

        Raises:
            TypeError: unknown filter name. Nothing was sent.
            ValueError: an argument is malformed, or has more values than fit a URL. Nothing was
                sent.
            APIError: the request failed.
        """
        request = self._request(_BATCHES, filters, order_by, order_by_direction)
        return self._fetch_page(get_all_batches, request, Span.of(offset, limit))

    @show_filters(BatchFilters)
    def count(self, **filters: Unpack[BatchFilters]) -> int:
        """Count the batches that match the filters, in one request (several if there are more ids than fit a URL).

        Args:
            **filters: see `BatchFilters`. Without `project_id` the client's project applies;
                `project_id=None` lifts that.

        Returns:
            The number of batches.

        Raises:
            TypeError: unknown filter name. Nothing was sent.
            ValueError: an argument is malformed. Nothing was sent.
            APIError: a request failed.
        """
        return self._count(get_all_batches, self._request(_BATCHES, filters))

    def get(self, batch_id: UUID | str) -> Batch:
        """Fetch one batch, with its sequence and the ids of its jobs, of whichever project.

        The jobs themselves are listed by `jobs.list(batch_id=…, project_id=None)`.

        Args:
            batch_id: the id of the batch.

        Returns:
            The batch.

        Raises:
            ValueError: the id is not a UUID. Nothing was sent.
            NotFoundError: the batch does not exist, or this account may not see it.
            ResponseError: the answer holds no batch, or another one.
            APIError: the request failed.
        """
        wanted = uuid_of("batch_id", batch_id)
        response = self._read(get_batch, batch_id=wanted)
        found: Batch = read_item(response, "the batch", wanted)
        return found

    def status(self, batch_id: UUID | str) -> BatchStatusReport:
        """Fetch the state of one batch and how many of its jobs are in each state: the cheapest request about it.

        Args:
            batch_id: the id of the batch.

        Returns:
            The state, as `status` and `jobs_count_per_status`.

        Raises:
            ValueError: the id is not a UUID. Nothing was sent.
            NotFoundError: the batch does not exist, or this account may not see it.
            ResponseError: the answer does not hold the state of the batch.
            APIError: the request failed.
        """
        wanted = uuid_of("batch_id", batch_id)
        response = self._read(get_batch_status, batch_id=wanted)
        report: BatchStatusReport = read_item(response, "the state of the batch", wanted)
        return report

    @show_filters(JobFilters, by_project=False)
    @expect_unnamed(1, _BATCH_FIRST)
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

        A job that can no longer be cancelled does not stop the others; the receipt says why it was
        not. The client's project plays no part. An empty iterable as a filter matches nothing: no
        request is sent. More ids than fit a URL are split into several requests; if one of them
        fails, the error's `write` has what is done, what is unknown and what was not sent.

        Args:
            batch: the id of the batch; `batch_id` is one of the filters.
            all: cancel every job of the batch; needed where no filter is given.
            dry_run: cancel nothing, but list the jobs that match.
            **filters: see `JobFilters`.

        Returns:
            The jobs that were cancelled, and why others were not; for a dry run, the jobs that
            match.

        Raises:
            TypeError: unknown filter name. Nothing was sent.
            ValueError: an argument is malformed, or there is neither a filter nor `all`. Nothing
                was sent.
            OutcomeUnknownError: the request may or may not have taken effect: there was no answer,
                or it is about jobs that were not asked for, or holds none that can be read. It was
                not repeated; see `resolve`.
            WriteDepartureError: the client is strict, and the answer departs from the contract. The
                jobs were cancelled all the same: the error's `write` has the receipt.
            APIError: the request failed.
        """
        # A dry run has the same rules as the write, so it is checked in the same way.
        request = _writes.JobsCancelRequest.of(batch, filters, self._api.base_url, everything=all)
        if boolean("dry_run", dry_run):
            return _writes.CancelReceipt(
                tuple(self._jobs.list(**request.dry_run_filters())), dry_run=True
            )
        return self._write(cancel_jobs, _writes.JobsCancellation(request))

    def complete(self, batch_id: UUID | str) -> Batch:
        """Complete a batch: it takes no more jobs, and ends when its jobs have ended.

        Args:
            batch_id: the id of the batch.

        Returns:
            The batch as it now stands.

        Raises:
            ValueError: the id is not a UUID. Nothing was sent.
            ConflictError: the batch was complete already.
            OutcomeUnknownError: the request may or may not have taken effect: there was no answer,
                or it holds no batch or another one. It was not repeated.
            WriteDepartureError: the client is strict, and the answer departs from the contract. The
                batch is complete all the same: the error's `write` has it.
            APIError: the request failed.
        """
        return self._write(complete_batch, _writes.Completion(batch_id))

    @show_options(CreateOptions, CREATE_DEFAULTS)
    def create(
        self, sequence: SupportsAbstractRepr | str | None = None, **options: Unpack[CreateOptions]
    ) -> Batch:
        """Create a batch and submit its jobs. It is sent once, whatever happens on the way.

        Everything is checked before it is sent, and copied. If the answer is lost, the batch may or
        may not be there; then `resolve` looks for it by its tag. With a key, calling `create` again
        finds it, in another process, too. Two processes that submit with the same key at the same
        moment may both find nothing, and both submit.

        A job is a dictionary with `runs` (an integer of at least 1; an emulator does without),
        `variables` (a value for each variable of the sequence, by name: numbers, lists, arrays of
        numpy) and `sequence` (its own, in place of the batch's; not together with variables).

        Args:
            sequence: the sequence that the jobs share: serialised text, or an object with
                `to_abstract_repr()` such as a Pulser sequence. None if every job has its own.
            jobs: the jobs. They are read once.
            runs: the runs of the jobs that do not say how many. Without `jobs`, it means one job.
            device_type: the type of the QPU or emulator, known ones in any case; None for the device
                that the sequence names.
            open: whether jobs can be added later; see `open`, which closes the batch, too. An open
                batch may begin without jobs.
            tags: labels, each once. Those that begin with `pasqal-client:` are ours.
            key: a name of this submission. If the project has a batch with this key and the same
                content (sequence, jobs, device type, open, configurations), nothing is submitted:
                that batch is returned, with its jobs. Two batches with it: the oldest one counts.
            on_dead: what to do if that batch is CANCELED, ERROR or TIMED_OUT: raise an `error`,
                `return` it, or `submit` another one.
            configuration: the configuration of an emulator in the old form, a dictionary.
            backend_configuration: the configuration of an emulator: serialised text, or an object
                with `to_abstract_repr()`.
            webhook: an address that is told of the batch's progress.
            project_id: the project that owns the batch and pays for it; None for the client's.
            submission_tag: whether the batch gets a tag by which it can be found again; None for
                what the client was told, which does by default. Without, a lost answer cannot be
                resolved.

        Returns:
            The batch with its jobs. If the service answers without them, or with another number of
            jobs, `client.departures` says so.

        Raises:
            TypeError: unknown argument, or a sequence or configuration that is neither text nor an
                object with `to_abstract_repr()`. Nothing was sent.
            ValueError: something is malformed; the text says where, such as `jobs[3].runs`. Nothing
                was sent.
            ConfigurationError: no project is known. Nothing was sent.
            KeyConflictError: the batch with the key has other content. Nothing was submitted.
            DeadBatchError: the batch with the key has ended without all its results. Nothing was
                submitted.
            KeyUnsettledError: whether there is a batch with the key cannot be told. Nothing was
                submitted.
            OutcomeUnknownError: the batch may or may not be there; see `resolve`.
            WriteDepartureError: the client is strict and the answer departs from the contract; the
                error's `write` has the batch.
            APIError: the request failed; nothing was submitted.
        """
        return self._create(Submission.of(sequence, options, CREATE_DEFAULTS, self._settings))

    @show_options(OpenOptions, OPEN_DEFAULTS)
    def open(
        self, sequence: SupportsAbstractRepr | str | None = None, **options: Unpack[OpenOptions]
    ) -> OpenBatch:
        """Open a batch to which jobs are added as results come in, and close it at the end, whatever happens.

            with client.batches.open(sequence, device_type="EMU_FREE") as run:
                first = run.add([{"runs": 100}])
                run.wait()

        Arguments and errors are those of `create`; a batch may begin without jobs. Malformed
        arguments are rejected here; the batch is created when the `with` block begins.

        Args:
            sequence: the sequence that the jobs share.
            jobs: the jobs to begin with.
            runs: the runs of the jobs that do not say how many. Without `jobs`, it means one job.
            device_type: the type of the QPU or emulator.
            tags: labels.
            key: a name of this submission. The batch that is found may have jobs already, and may
                no longer take any.
            on_dead: what to do if that batch is CANCELED, ERROR or TIMED_OUT.
            configuration: the configuration of an emulator in the old form.
            backend_configuration: the configuration of an emulator.
            webhook: an address that is told of the batch's progress.
            project_id: the project; None for the client's.
            submission_tag: whether the batch gets a tag by which it can be found again.

        Returns:
            What the `with` block works with; see `OpenBatch`.
        """
        from .open_batch import OpenBatch

        submission = Submission.of(sequence, options, OPEN_DEFAULTS, self._settings)
        return OpenBatch(self, self._jobs, submission)

    def add_jobs(
        self,
        batch: Batch | UUID | str,
        jobs: Iterable[JobRequest | Mapping[str, Any]],
        *,
        runs: SupportsIndex | None = None,
    ) -> AddedJobs:
        """Add jobs to a batch that is open.

        To tell the new jobs from others, those that are there before have to be known: the jobs of
        the `Batch` that is given, unless this client has added some since; for an id, they are read
        first. If somebody else adds jobs to the batch, too, give the id.

        Args:
            batch: the batch, or its id.
            jobs: the jobs, each a dict with `runs`, `variables` and `sequence`, or some of them. If
                there are none, nothing is sent.
            runs: the runs of jobs that do not say how many.

        Returns:
            The batch as it now stands, all of its jobs, and those that were added.

        Raises:
            TypeError: a sequence is neither text nor an object with `to_abstract_repr()`. Nothing
                was sent.
            ValueError: the id is not a UUID, or a job is malformed. Nothing was sent.
            ConflictError: the batch is closed. No job was added.
            OutcomeUnknownError: the request may or may not have taken effect: there was no answer,
                or it holds another batch, or none of the added jobs. It was not repeated; see
                `resolve`.
            WriteDepartureError: the client is strict, and the answer departs from the contract. The
                jobs were added all the same: the error's `write` has the batch.
            APIError: reading the jobs that are there failed, and nothing was sent; or the request
                failed.
        """
        addition = _writes.Addition(batch, jobs, runs)
        with before_sending(addition.write):
            before = self._jobs_before(batch, addition.batch_id)
        if addition.is_empty:
            if not isinstance(batch, Batch):
                batch = self.get(addition.batch_id)
            return _writes.AddedJobs(batch, before.items)
        has_all = _writes.OWN_ADDITIONS.has_all(addition.batch_id, before.items)
        addition.take_baseline(before.items, proven=before.proven and has_all)
        try:
            with _writes.OWN_ADDITIONS.adding(addition):
                return self._write(add_jobs, addition)
        except BaseException as error:
            attach_carried_out(addition.write, error)
            raise

    @show_filters(JobFilters, by_project=False)
    @expect_unnamed(1, _BATCH_FIRST)
    def rebatch(
        self, batch: UUID | str, /, *, all: bool = False, **filters: Unpack[JobFilters]
    ) -> Batch:
        """Run jobs of a closed batch again: the ones that match the filters, in a new batch.

        The batch, and those that were made from it before, are read first: by these a lost answer
        can be settled. If they cannot be read, nothing is sent.

        Args:
            batch: the id of the batch; `batch_id` is one of the filters.
            all: run every job of the batch again; needed where no filter is given.
            **filters: see `JobFilters`. The client's project plays no part.

        Returns:
            The new batch with its jobs.

        Raises:
            TypeError: unknown filter name. Nothing was sent.
            ValueError: an argument is malformed; there is neither a filter nor `all`; a filter is
                an empty iterable, so that no job can match; or there are more values than fit one
                URL, as two requests would make two batches. Nothing was sent.
            ConflictError: the batch is still open. Nothing was made.
            UnprocessableError: the service rejects it, as where no job matches. Nothing was made.
            OutcomeUnknownError: the request may or may not have taken effect: there was no answer,
                or it holds no batch or one that was not made from this one. The request was not
                repeated; see `resolve`.
            WriteDepartureError: the client is strict, and the answer departs from the contract. The
                batch was made all the same: the error's `write` has it.
            APIError: reading what is there failed, and nothing was sent; or the request failed.
        """
        request = _writes.RebatchRequest.of(batch, filters, self._api.base_url, everything=all)
        rebatch = _writes.Rebatch(request)
        with before_sending(rebatch.write):
            source = self.get(request.batch_id)
            before = self._collect(rebatch.baseline(source))
        rebatch.take_baseline(before.items, proven=before.proven)
        try:
            with _writes.OWN_REBATCHES.making(rebatch):
                return self._write(rebatch_jobs, rebatch)
        except BaseException as error:
            attach_carried_out(rebatch.write, error)
            raise

    def set_tags(
        self, batch_id: UUID | str, tags: Iterable[str], *, keep_own: bool = True
    ) -> Batch:
        """Replace the tags of a batch.

        This client has tags of its own, which begin with `pasqal-client:`: they settle a lost answer,
        and hold the key of a submission. So the tags of the batch are read first, to keep these; a
        tag that somebody else sets between this and the request is lost.

        Args:
            batch_id: the id of the batch.
            tags: the tags that it is to have, each once.
            keep_own: whether this client's own tags are kept, too.

        Returns:
            The batch as it now stands.

        Raises:
            ValueError: an argument is malformed, or a tag looks like one of this client's own, and
                the batch does not have it. Nothing was changed.
            DepartureError: the batch does not say which tags it has, and they are to be kept. Nothing
                was changed.
            OutcomeUnknownError: the request may or may not have taken effect: there was no answer,
                or it holds no batch or another one. It was not repeated; see `resolve`.
            WriteDepartureError: the client is strict, and the answer departs from the contract. The
                tags were set all the same: the error's `write` has the batch.
            APIError: reading the tags failed, and nothing was changed; or the request failed.
        """
        change = _writes.TagChange(batch_id, tags, keep_own)
        if change.depends_on_batch:
            with before_sending(change.write):
                change.take_baseline(self.get(change.batch_id))
        return self._write(set_batch_tags, change)

    def cancel(self, batch_id: UUID | str) -> Batch:
        """Cancel a batch with all of its jobs that can still be cancelled.

        A batch that has already ended is an answer: it is returned as it stands.

        Args:
            batch_id: the id of the batch.

        Returns:
            The batch as it now stands; `status` says whether it was cancelled or had ended before.
            One that had ended comes without its jobs.

        Raises:
            ValueError: the id is not a UUID. Nothing was sent.
            ConflictError: the service refuses, although the batch has not ended.
            OutcomeUnknownError: the request may or may not have taken effect: there was no answer,
                or it holds no batch or another one. It was not repeated; see `resolve`.
            WriteDepartureError: the client is strict, and the answer departs from the contract. The
                batch was cancelled all the same: the error's `write` has it.
            APIError: the request failed.
        """
        cancellation = _writes.BatchCancellation(batch_id)
        try:
            return self._write(cancel_batch, cancellation)
        except _writes.REFUSALS:
            with suppress(PasqalError):
                current = self.get(cancellation.batch_id)
                if has_ended(current):
                    return current
            raise

    @show_filters(CancelBatchFilters)
    def cancel_many(
        self,
        ids: UUID | str | Iterable[UUID | str] | None = None,
        /,
        *,
        all: bool = False,
        dry_run: bool = False,
        **filters: Unpack[CancelBatchFilters],
    ) -> CancelBatchesReceipt:
        """Cancel the batches with some ids, or those that match the filters.

        A batch that can no longer be cancelled does not stop the others; the receipt says why it was
        not. An empty iterable, of ids or as a filter, matches nothing: no request is sent. It is one
        request, however many batches it is about.

        Before batches are cancelled by filters, those that match are listed, so that a lost answer
        can be settled; if they cannot be listed within 10 s, the request is sent all the same.

        Args:
            ids: the ids of the batches; then there can be neither filters nor `all`, and the
                client's project plays no part.
            all: cancel every batch, of the client's project if it has one; needed where there are
                neither ids nor filters.
            dry_run: cancel nothing, but list the batches that would be cancelled.
            **filters: see `CancelBatchFilters`. Without `project_id` the client's project applies;
                `project_id=None` lifts that.

        Returns:
            The batches that were cancelled, and why others were not; for a dry run, the batches that
            would be.

        Raises:
            TypeError: unknown filter name. Nothing was sent.
            ValueError: an argument is malformed; there are neither ids nor a filter nor `all`; ids
                stand beside one of the others; or a dry run has several tags. Nothing was sent.
            OutcomeUnknownError: the request may or may not have taken effect: there was no answer,
                or it is about batches that were not asked for, or holds none that can be read. It
                was not repeated; see `resolve`.
            WriteDepartureError: the client is strict, and the answer departs from the contract. The
                batches were cancelled all the same: the error's `write` has the `batches_receipt`.
            APIError: the request failed.
        """
        request = _writes.BatchesCancelRequest.of(
            ids, filters, self._settings.project_id, everything=all
        )
        if boolean("dry_run", dry_run):
            request.check_dry_run()
            return request.preview(self._collect(request.reading).items)
        if request.is_empty:
            return _writes.CancelBatchesReceipt()
        cancellation = _writes.BatchesCancellation(request)
        if request.ids is None:
            # What is cancelled is often urgent.
            ends = time.monotonic() + _LONGEST_BASELINE
            with before_sending(cancellation.write), requests_until(ends):
                before = self._read_back(request.reading)
            cancellation.take_baseline(before.items, proven=before.proven)
        return self._write(cancel_batches, cancellation)

    def resolve(self, error: BaseException, /, *, settle: float = SETTLE) -> Resolution:
        """Read back what a write was to change, to find out whether it took effect.

        Nothing is sent but reads. It is looked several times, as a service may still be at work on
        what it was sent when the connection broke, and its lists may lag.

        Args:
            error: what a write raised, such as an `OutcomeUnknownError`; or an exception that this
                led to, such as the `TimeoutError` of `asyncio.timeout`.
            settle: for how many seconds to look for a change that is not there; 0 for one look.

        Returns:
            Whether it happened, the facts, and what was read. It cannot be told where reading failed,
            where the write was sent to another address than that of this client, or where this
            client does not find all that it is about and another account sent it, which may see
            more.

        Raises:
            ValueError: the error is not one of a write, nor did one lead to it; or `settle` is not
                a number of seconds.
        """
        return self._look_for(write_of(error), settle)

    def _look_for(self, write: Write, settle: float) -> Resolution:
        base_url = self._api.base_url
        inquiry = _writes.Inquiry(write, settle, time.monotonic(), base_url=base_url)
        while not inquiry.is_over:
            time.sleep(inquiry.pause(time.monotonic()))
            began = time.monotonic()
            account = self._watch_account()
            evidence = self._read_back(inquiry.reading)
            # Only now, as others may write meanwhile.
            inquiry.effect = _completed(inquiry.effect)
            inquiry.take(evidence, began, account=account())
        _writes.OWN_ADDITIONS.settle(write.effect, inquiry.resolution)
        _writes.OWN_REBATCHES.settle(write.effect, inquiry.resolution)
        return inquiry.resolution

    def _create(self, submission: Submission) -> Batch:
        key = submission.key
        creation = _writes.Creation(submission)
        if key is None:
            return self._write(create_batch, creation)
        known = self._known_key(submission.project_id, key)
        turn = known.turns.place()
        try:
            with turn:
                with before_sending(creation.write):
                    turn.wait()
                    earlier = self._find_earlier(submission, key, known)
                if earlier is not None:
                    return earlier
                with known.sending(creation.write, time.monotonic):
                    batch = self._write(create_batch, creation)
                    known.take(batch)
        except BaseException as error:
            # An interruption may have come where the block was left.
            turn.leave()
            attach_carried_out(creation.write, error)
            raise
        else:
            return batch

    def _known_key(self, project_id: UUID, key: SubmissionKey) -> KnownKey:
        return _writes.KNOWN_KEYS.of(self._api.base_url, project_id, key, time.monotonic())

    def _find_earlier(
        self, submission: Submission, key: SubmissionKey, known: KnownKey
    ) -> Batch | None:
        """The batch that was submitted under a key before, with its jobs; None if there is none."""
        known.forget(time.monotonic())
        if known.unsettled is not None:
            patience = known.patience(time.monotonic())
            known.settle(self._look_for(known.unsettled, patience), key)
        with _writes.looking_up(key):
            batches = self._batches_with(key, submission.project_id)
            unlisted = self._unlisted(known, batches)
            found = _writes.earlier_batch((*batches, *unlisted), key)
            if found is None:
                return None
            # A list has neither the sequences nor, maybe, the newest states.
            batch = self.get(found.id)
        if not _writes.is_wanted(batch, submission, key):
            return None
        jobs = self._list_to_read_back(_writes.Reading.of_jobs_in(batch.id))
        return _writes.with_jobs(batch, tuple(jobs))

    def _unlisted(self, known: KnownKey, listed: Iterable[Batch]) -> _list[Batch]:
        """The batches under a key that a list does not have yet."""
        found = []
        for batch_id in known.unlisted(listed):
            try:
                found.append(self.get(batch_id))
            except NotFoundError:
                # There is another service at the address by now, as in tests, or it is deleted.
                if known.may_be_late(batch_id, time.monotonic()):
                    raise
        return found

    def _batches_with(self, key: SubmissionKey, project_id: UUID) -> tuple[Batch, ...]:
        """The batches that a project has under a key, and others where the service ignores the filter."""
        filters = {"tag": key.tag, "project_id": project_id}
        request = self._request(_BATCHES, filters)
        # What may be missing must not be submitted again, so a doubt is an error.
        options = evolve(self._options(), strict=True)
        return tuple(self._listing(BatchListing, get_all_batches, request, options))

    def _list_to_read_back(self, reading: Reading) -> Listing[Any]:
        if reading.items == "batches":
            return self.list(**reading.filters, **reading.ordering)
        return self._jobs.list(**reading.filters, **reading.ordering)

    def _read_back(self, reading: Reading) -> Evidence:
        try:
            return self._collect(reading)
        except PasqalError as error:
            return _writes.Evidence(trouble=str(error))

    def _collect(self, reading: Reading) -> Evidence:
        listing = self._list_to_read_back(reading)
        items: _list[Any] = []
        for item in listing:
            if reading.is_over_at(item):
                return _writes.Evidence(tuple(items), proven=not listing.doubts)
            items.append(item)
        # Whether items may be missing is known only at the end of the listing.
        return _writes.Evidence(tuple(items), proven=listing.proven)

    def _jobs_before(self, batch: object, batch_id: UUID) -> Evidence:
        """The jobs of a batch before others are added."""
        if isinstance(batch, Batch) and _writes.OWN_ADDITIONS.is_current(batch):
            return _writes.Evidence(tuple(batch.jobs or ()), proven=True)
        return self._collect(_writes.Reading.of_jobs_in(batch_id))

    @show_options(WaitOptions, WAIT_DEFAULTS)
    def wait(self, batch_id: UUID | str, **options: Unpack[WaitOptions]) -> WaitResult:
        """Wait until every job of a batch has ended, or the batch has.

        A batch that is DONE, CANCELED, TIMED_OUT or in ERROR has ended, whatever its jobs show. Most
        looks are one request for the state of the batch; where that does not tell how its jobs
        stand, these are read. A batch that is open and whose jobs have all ended is not waited for:
        it may get others at any time, or none.

        Args:
            batch_id: the id of the batch.
            timeout: as for `jobs.wait`, like all that follow.
            poll: seconds between the first look and the second.
            unknown_status: how to treat unknown job states: as `active`, as `terminal`, or as an
                `error`.
            on_progress: called with a `WaitProgress` after each look; a plain function.
            raise_on_failure: raise if a job ended in ERROR.

        Returns:
            How many jobs ended in each state, and which failed. If the batch ended before them,
            their states as they were last read.

        Raises:
            TypeError: unknown option name. Nothing was sent.
            ValueError: an argument is malformed. Nothing was sent.
            WaitTimeoutError: the time is up, or will be before the service wants to be asked again.
            UnknownStatusError: a job is in an unknown state.
            JobsFailedError: a job failed, if that was asked for.
            NotFoundError: the batch does not exist, this account may not see it, or it has not
                ended and has no jobs to wait for.
            APIError: looking failed.
        """
        return self._jobs._wait(_wait_for(batch_id, options))


@show_twin(Batches)
class AsyncBatches(AsyncResource):
    """`client.batches` of the async client; see `Batches`, whose arguments and errors it has."""

    def __init__(
        self,
        api: Client,
        settings: Settings,
        throttle: Throttle,
        jobs: AsyncJobs,
    ) -> None:
        super().__init__(api, settings, throttle)
        self._jobs = jobs

    @show_filters(BatchFilters)
    def list(
        self,
        *,
        order_by: str | None = None,
        order_by_direction: OrderDirection | str | None = None,
        page_size: int = LARGEST_PAGE,
        max_items: int | None = None,
        concurrency: int = CONCURRENCY,
        **filters: Unpack[BatchFilters],
    ) -> AsyncBatchListing:
        """List all batches that match the filters; see `Batches.list`."""
        request = self._request(_BATCHES, filters, order_by, order_by_direction)
        options = self._options(page_size, max_items, concurrency)
        return self._listing(AsyncBatchListing, get_all_batches, request, options)

    @show_filters(BatchFilters)
    async def page(
        self,
        *,
        limit: int = LARGEST_PAGE,
        offset: int = 0,
        order_by: str | None = None,
        order_by_direction: OrderDirection | str | None = None,
        **filters: Unpack[BatchFilters],
    ) -> Page[Batch]:
        """Fetch one page of the batches that match the filters; see `Batches.page`."""
        request = self._request(_BATCHES, filters, order_by, order_by_direction)
        return await self._fetch_page(get_all_batches, request, Span.of(offset, limit))

    @show_filters(BatchFilters)
    async def count(self, **filters: Unpack[BatchFilters]) -> int:
        """Count the batches that match the filters; see `Batches.count`."""
        return await self._count(get_all_batches, self._request(_BATCHES, filters))

    async def get(self, batch_id: UUID | str) -> Batch:
        """Fetch one batch, with its sequence; see `Batches.get`."""
        wanted = uuid_of("batch_id", batch_id)
        response = await self._read(get_batch, batch_id=wanted)
        found: Batch = read_item(response, "the batch", wanted)
        return found

    async def status(self, batch_id: UUID | str) -> BatchStatusReport:
        """Fetch the state of one batch; see `Batches.status`."""
        wanted = uuid_of("batch_id", batch_id)
        response = await self._read(get_batch_status, batch_id=wanted)
        report: BatchStatusReport = read_item(response, "the state of the batch", wanted)
        return report

    @show_filters(JobFilters, by_project=False)
    @expect_unnamed(1, _BATCH_FIRST)
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
        request = _writes.JobsCancelRequest.of(batch, filters, self._api.base_url, everything=all)
        if boolean("dry_run", dry_run):
            jobs = [job async for job in self._jobs.list(**request.dry_run_filters())]
            return _writes.CancelReceipt(tuple(jobs), dry_run=True)
        return await self._write(cancel_jobs, _writes.JobsCancellation(request))

    async def complete(self, batch_id: UUID | str) -> Batch:
        """Complete a batch; see `Batches.complete`."""
        return await self._write(complete_batch, _writes.Completion(batch_id))

    @show_options(CreateOptions, CREATE_DEFAULTS)
    async def create(
        self, sequence: SupportsAbstractRepr | str | None = None, **options: Unpack[CreateOptions]
    ) -> Batch:
        """Create a batch and submit its jobs; see `Batches.create`."""
        return await self._create(Submission.of(sequence, options, CREATE_DEFAULTS, self._settings))

    @show_options(OpenOptions, OPEN_DEFAULTS)
    def open(
        self, sequence: SupportsAbstractRepr | str | None = None, **options: Unpack[OpenOptions]
    ) -> AsyncOpenBatch:
        """Open a batch, and close it at the end, whatever happens; see `Batches.open`."""
        from .open_batch import AsyncOpenBatch

        submission = Submission.of(sequence, options, OPEN_DEFAULTS, self._settings)
        return AsyncOpenBatch(self, self._jobs, submission)

    async def add_jobs(
        self,
        batch: Batch | UUID | str,
        jobs: Iterable[JobRequest | Mapping[str, Any]],
        *,
        runs: SupportsIndex | None = None,
    ) -> AddedJobs:
        """Add jobs to a batch that is open; see `Batches.add_jobs`."""
        addition = _writes.Addition(batch, jobs, runs)
        with before_sending(addition.write):
            before = await self._jobs_before(batch, addition.batch_id)
        if addition.is_empty:
            if not isinstance(batch, Batch):
                batch = await self.get(addition.batch_id)
            return _writes.AddedJobs(batch, before.items)
        has_all = _writes.OWN_ADDITIONS.has_all(addition.batch_id, before.items)
        addition.take_baseline(before.items, proven=before.proven and has_all)
        try:
            with _writes.OWN_ADDITIONS.adding(addition):
                return await self._write(add_jobs, addition)
        except BaseException as error:
            attach_carried_out(addition.write, error)
            raise

    @show_filters(JobFilters, by_project=False)
    @expect_unnamed(1, _BATCH_FIRST)
    async def rebatch(
        self, batch: UUID | str, /, *, all: bool = False, **filters: Unpack[JobFilters]
    ) -> Batch:
        """Run jobs of a closed batch again: the ones that match the filters, in a new batch; see `Batches.rebatch`."""
        request = _writes.RebatchRequest.of(batch, filters, self._api.base_url, everything=all)
        rebatch = _writes.Rebatch(request)
        with before_sending(rebatch.write):
            source = await self.get(request.batch_id)
            before = await self._collect(rebatch.baseline(source))
        rebatch.take_baseline(before.items, proven=before.proven)
        try:
            with _writes.OWN_REBATCHES.making(rebatch):
                return await self._write(rebatch_jobs, rebatch)
        except BaseException as error:
            attach_carried_out(rebatch.write, error)
            raise

    async def set_tags(
        self, batch_id: UUID | str, tags: Iterable[str], *, keep_own: bool = True
    ) -> Batch:
        """Replace the tags of a batch; see `Batches.set_tags`."""
        change = _writes.TagChange(batch_id, tags, keep_own)
        if change.depends_on_batch:
            with before_sending(change.write):
                change.take_baseline(await self.get(change.batch_id))
        return await self._write(set_batch_tags, change)

    async def cancel(self, batch_id: UUID | str) -> Batch:
        """Cancel a batch with all of its jobs that can still be cancelled; see `Batches.cancel`."""
        cancellation = _writes.BatchCancellation(batch_id)
        try:
            return await self._write(cancel_batch, cancellation)
        except _writes.REFUSALS:
            with suppress(PasqalError):
                current = await self.get(cancellation.batch_id)
                if has_ended(current):
                    return current
            raise

    @show_filters(CancelBatchFilters)
    async def cancel_many(
        self,
        ids: UUID | str | Iterable[UUID | str] | None = None,
        /,
        *,
        all: bool = False,
        dry_run: bool = False,
        **filters: Unpack[CancelBatchFilters],
    ) -> CancelBatchesReceipt:
        """Cancel the batches with some ids, or those that match the filters; see `Batches.cancel_many`."""
        request = _writes.BatchesCancelRequest.of(
            ids, filters, self._settings.project_id, everything=all
        )
        if boolean("dry_run", dry_run):
            request.check_dry_run()
            return request.preview((await self._collect(request.reading)).items)
        if request.is_empty:
            return _writes.CancelBatchesReceipt()
        cancellation = _writes.BatchesCancellation(request)
        if request.ids is None:
            # What is cancelled is often urgent.
            ends = time.monotonic() + _LONGEST_BASELINE
            with before_sending(cancellation.write), requests_until(ends):
                before = await self._read_back(request.reading)
            cancellation.take_baseline(before.items, proven=before.proven)
        return await self._write(cancel_batches, cancellation)

    async def resolve(self, error: BaseException, /, *, settle: float = SETTLE) -> Resolution:
        """Read back what a write was to change, to find out whether it took effect; see `Batches.resolve`."""
        return await self._look_for(write_of(error), settle)

    async def _look_for(self, write: Write, settle: float) -> Resolution:
        base_url = self._api.base_url
        inquiry = _writes.Inquiry(write, settle, time.monotonic(), base_url=base_url)
        while not inquiry.is_over:
            await asyncio.sleep(inquiry.pause(time.monotonic()))
            began = time.monotonic()
            account = self._watch_account()
            evidence = await self._read_back(inquiry.reading)
            # Only now, as others may write meanwhile.
            inquiry.effect = _completed(inquiry.effect)
            inquiry.take(evidence, began, account=account())
        _writes.OWN_ADDITIONS.settle(write.effect, inquiry.resolution)
        _writes.OWN_REBATCHES.settle(write.effect, inquiry.resolution)
        return inquiry.resolution

    async def _create(self, submission: Submission) -> Batch:
        key = submission.key
        creation = _writes.Creation(submission)
        if key is None:
            return await self._write(create_batch, creation)
        known = self._known_key(submission.project_id, key)
        turn = known.turns.place()
        try:
            with turn:
                with before_sending(creation.write):
                    await turn.wait_async()
                    earlier = await self._find_earlier(submission, key, known)
                if earlier is not None:
                    return earlier
                with known.sending(creation.write, time.monotonic):
                    batch = await self._write(create_batch, creation)
                    known.take(batch)
        except BaseException as error:
            # An interruption may have come where the block was left.
            turn.leave()
            attach_carried_out(creation.write, error)
            raise
        else:
            return batch

    def _known_key(self, project_id: UUID, key: SubmissionKey) -> KnownKey:
        return _writes.KNOWN_KEYS.of(self._api.base_url, project_id, key, time.monotonic())

    async def _find_earlier(
        self, submission: Submission, key: SubmissionKey, known: KnownKey
    ) -> Batch | None:
        known.forget(time.monotonic())
        if known.unsettled is not None:
            patience = known.patience(time.monotonic())
            known.settle(await self._look_for(known.unsettled, patience), key)
        with _writes.looking_up(key):
            batches = await self._batches_with(key, submission.project_id)
            unlisted = await self._unlisted(known, batches)
            found = _writes.earlier_batch((*batches, *unlisted), key)
            if found is None:
                return None
            batch = await self.get(found.id)
        if not _writes.is_wanted(batch, submission, key):
            return None
        jobs = self._list_to_read_back(_writes.Reading.of_jobs_in(batch.id))
        return _writes.with_jobs(batch, [job async for job in jobs])

    async def _unlisted(self, known: KnownKey, listed: Iterable[Batch]) -> _list[Batch]:
        found = []
        for batch_id in known.unlisted(listed):
            try:
                found.append(await self.get(batch_id))
            except NotFoundError:
                if known.may_be_late(batch_id, time.monotonic()):
                    raise
        return found

    async def _batches_with(self, key: SubmissionKey, project_id: UUID) -> tuple[Batch, ...]:
        filters = {"tag": key.tag, "project_id": project_id}
        request = self._request(_BATCHES, filters)
        options = evolve(self._options(), strict=True)
        listing = self._listing(AsyncBatchListing, get_all_batches, request, options)
        return tuple([batch async for batch in listing])

    def _list_to_read_back(self, reading: Reading) -> AsyncListing[Any]:
        if reading.items == "batches":
            return self.list(**reading.filters, **reading.ordering)
        return self._jobs.list(**reading.filters, **reading.ordering)

    async def _read_back(self, reading: Reading) -> Evidence:
        try:
            return await self._collect(reading)
        except PasqalError as error:
            return _writes.Evidence(trouble=str(error))

    async def _collect(self, reading: Reading) -> Evidence:
        listing = self._list_to_read_back(reading)
        items: _list[Any] = []
        # What is under way has to be stopped here, and not when somebody collects the garbage.
        async with aclosing(listing.pages()) as pages:  # type: ignore[type-var]
            async for page in pages:
                for item in page:
                    if reading.is_over_at(item):
                        return _writes.Evidence(tuple(items), proven=not listing.doubts)
                    items.append(item)
        return _writes.Evidence(tuple(items), proven=listing.proven)

    async def _jobs_before(self, batch: object, batch_id: UUID) -> Evidence:
        if isinstance(batch, Batch) and _writes.OWN_ADDITIONS.is_current(batch):
            return _writes.Evidence(tuple(batch.jobs or ()), proven=True)
        return await self._collect(_writes.Reading.of_jobs_in(batch_id))

    @show_options(WaitOptions, WAIT_DEFAULTS)
    async def wait(self, batch_id: UUID | str, **options: Unpack[WaitOptions]) -> WaitResult:
        """Wait until every job of a batch has ended, or the batch has; see `Batches.wait`."""
        return await self._jobs._wait(_wait_for(batch_id, options))


# Shared by both clients.


def _completed(effect: Effect) -> Effect:
    """The effect with what is known of other writes of this process that might be mistaken for it."""
    return _writes.OWN_REBATCHES.completed(_writes.OWN_ADDITIONS.completed(effect))


def _wait_for(batch_id: UUID | str, options: WaitOptions) -> Wait:
    """The wait for a batch, which begins now.

    Raises:
        TypeError: unknown option name.
        ValueError: an argument is malformed.
    """
    wanted = uuid_of("batch_id", batch_id)
    checked = CheckedOptions.of(options, WAIT_DEFAULTS)
    return _waits.Wait(Subject(wanted, None), checked, time.monotonic(), by_status=True)

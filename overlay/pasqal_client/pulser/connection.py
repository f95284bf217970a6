"""The connection that Pulser's remote backends submit by: its interface, put on the resources of the client."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any, Final, Self, Unpack, cast
from weakref import WeakKeyDictionary

from attrs import frozen
from pulser.backend.remote import BatchStatus, JobStatus, RemoteConnection, RemoteResultsError
from pulser.devices import Device
from pulser.json.abstract_repr.deserializer import deserialize_device

from .._checks import entries, number, seconds, uuid_of
from .._display import printable, some_ids
from .._http.redaction import SecretDict
from .._listing.list_request import CONCURRENCY
from .._pickle_guard import Unpicklable
from .._states import NO_STATUS, is_terminal_batch, says_open, state_of
from .._waits.options import WAIT_DEFAULTS
from .._writes.added_jobs import new_jobs
from ..client import PasqalClient
from ..errors import OutcomeUnknownError, PasqalError, WriteDepartureError
from .job_reader import JobReader
from .programs import jobs_for, measured, text_of
from .results import JobResults
from .sequence_texts import texts_of_submission
from .states import StateReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Sequence as AnySequence
    from uuid import UUID

    from pulser import Sequence
    from pulser.backend import Results

    from pasqal_core_api.models import Batch, Job, JobRequest

    from .._waits.options import WaitOptions
    from .._waits.result import WaitResult
    from .._writes.receipt import CancelReceipt
    from .._writes.resolution import Resolution
    from ..client import ClientOptions
    from .sequence_texts import SequenceTexts

# A state that Pulser does not have passes for PENDING, and what is PENDING is waited for.
_WAIT_DEFAULTS: Final[WaitOptions] = {**WAIT_DEFAULTS, "unknown_status": "active"}


@frozen
class _Opened:
    """A batch that is open.

    Attributes:
        given: the sequence that it was opened with.
        sent: the same for the newest version of the device, as it was sent.
    """

    given: str
    sent: str


@frozen
class _Checked:
    """What Pulser has checked against the newest device, and does not submit itself.

    Attributes:
        newest: the sequence for the newest device; None if it is the one that was given, because a
            value that holds its own key would stay forever.
        given: the one that was given, as it was then.
    """

    newest: Sequence | None = None
    given: str = ""

    def is_of(self, sequence: Sequence) -> bool:
        """Whether a sequence is still the one that was checked."""
        return self.newest is None or self.given == text_of(sequence)


class PasqalConnection(Unpicklable, RemoteConnection):  # type: ignore[misc]  # Pulser may be absent
    """A connection to Pasqal Cloud for Pulser's remote backends, and for those of other packages.

    Nothing is submitted twice: where an answer is lost, what became of the submission is looked up.
    Errors are those of the client, which is `client`.

    Threads may share a connection. It closes the client that it made itself, at the end of a `with`
    block or by `close()`.

    Args:
        client: the client to use; one is made from the settings if None.
        wait_timeout: for how many seconds `run(wait=True)` and `wait()` of results wait at most;
            None for no limit.
        concurrency: how many results are fetched at once.
        **client_options: settings of the client, as for `PasqalClient`.

    Attributes:
        client (PasqalClient): the client.

    Raises:
        ConfigurationError: the settings do not make a client.
        TypeError: `client` is not a `PasqalClient`; or there are settings beside it; or one is
            unknown.
        ValueError: an argument is malformed.
    """

    def __init__(
        self,
        client: PasqalClient | None = None,
        *,
        wait_timeout: float | None = None,
        concurrency: int = CONCURRENCY,
        **client_options: Unpack[ClientOptions],
    ) -> None:
        # As a traceback may show variables.
        client_options = cast("ClientOptions", SecretDict(client_options))
        self._wait_timeout = None
        if wait_timeout is not None:
            self._wait_timeout = seconds("wait_timeout", wait_timeout)
        concurrency = number("concurrency", concurrency, 1)
        self._owns_client = client is None
        if client is None:
            client = PasqalClient(**client_options)
        elif client_options:
            raise TypeError("settings belong to the client: give either a client or settings")
        if not isinstance(client, PasqalClient):
            raise TypeError(
                f"client: expected a PasqalClient, got a {type(client).__name__}; "
                "name and password are given as username=…, password=…"
            )
        self.client = client
        self._reader = JobReader(client, concurrency)
        self._states = StateReader()
        self._checked: WeakKeyDictionary[Sequence, _Checked] = WeakKeyDictionary()
        self._open: dict[str, _Opened] = {}
        self._retired: set[str] = set()

    def submit(
        self,
        sequence: Sequence,
        wait: bool = False,
        open: bool = False,
        batch_id: str | None = None,
        *,
        job_params: Iterable[Mapping[str, Any]] | None = None,
        **options: Any,
    ) -> JobResults:
        """Submit a sequence as a batch of jobs, or add jobs to a batch that is open.

        Everything is checked before it is sent, each job with the sequence built for it. What was
        to be submitted is, once: if the answer is lost, the batch is looked for.

        Args:
            sequence: the sequence.
            wait: whether to wait for the jobs, for `wait_timeout` seconds at most.
            open: whether jobs can be added later; then there need not be any now.
            batch_id: the batch to add the jobs to; None for a batch of their own.
            job_params: the jobs, each a dictionary with `runs`, `variables`, and `sequence` for one
                that runs another sequence; a single job without any if None.
            **options: those of `batches.open`, such as `device_type`, `backend_configuration`,
                `tags` or `key`. For jobs of a batch that is there, they have no effect.

        Returns:
            The results of these jobs, to wait for or to come back to.

        Raises:
            TypeError: unknown option, or a malformed sequence. Nothing was sent.
            ValueError: a job is malformed, or does not go with the sequence; or the batch was
                opened with another sequence; or another one is to be opened in it. Nothing was
                submitted.
            OutcomeUnknownError: the answer was lost, and what became of the jobs cannot be told.
            WaitTimeoutError: the time is up. The jobs were submitted; a note says how to come back.
            APIError: the request failed; nothing was submitted.
        """
        if batch_id in self._retired:
            # The backend kept the id of a batch that could not be closed.
            batch_id = None
        if open and batch_id is not None:
            raise ValueError(
                f"batch {batch_id} is still open; close it before you open another one, which would hide it"
            )
        if job_params is None:
            job_params = [] if open else [{}]
        if batch_id is None:
            results = self._create(sequence, job_params, options, is_open=open)
        else:
            results = self._add(sequence, job_params, uuid_of("batch_id", batch_id))
        if wait and results.job_ids:
            self._wait_in_run(results)
        return results

    def get_results(
        self, batch_id: UUID | str, job_ids: Iterable[UUID | str] | None = None
    ) -> JobResults:
        """The results of a batch that was submitted before, by whichever program.

        Args:
            batch_id: the id of the batch.
            job_ids: the ids of the jobs that are meant, in the order that is wanted; None for all,
                in the order of their creation.

        Raises:
            ValueError: an id is not a UUID, or there is one alone in place of a list. Nothing was
                sent.
            RuntimeError: the batch does not contain these jobs.
            APIError: the request failed.
        """
        batch = str(uuid_of("batch_id", batch_id))
        if job_ids is None:
            return JobResults(batch, self)
        given = entries("job_ids", job_ids, "a list of ids", one=object)
        return JobResults(batch, self, [str(uuid_of("job_ids", job_id)) for job_id in given])

    def fetch_available_devices(self) -> dict[str, Device]:
        """The devices with a specification, by their type.

        One that this version of Pulser cannot read is left out, with a warning.
        """
        devices = {}
        for device_type, text in self.client.devices.specs().items():
            try:
                devices[device_type] = deserialize_device(text)
            # Whatever Pulser thinks of a text that came over the network.
            except Exception as error:
                cause = printable(f"{type(error).__name__}: {error}")
                shown = printable(device_type)
                message = f"this version of Pulser cannot read device {shown}: {cause}"
                warnings.warn(message, stacklevel=2)
        return devices

    def update_sequence_device(self, sequence: Sequence) -> Sequence:
        """The sequence for the newest version of its device; `submit` sends that one."""
        updated = super().update_sequence_device(sequence)
        checked = _Checked()
        if updated is not sequence:
            checked = _Checked(updated, text_of(sequence))
        self._checked[sequence] = checked
        return updated

    def supports_open_batch(self) -> bool:
        """Whether batches can be open."""
        return True

    def close(self) -> None:
        """Close the client, unless it was given."""
        if self._owns_client:
            self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Submitting

    def _create(
        self,
        sequence: Sequence,
        job_params: Iterable[Mapping[str, Any]],
        options: Mapping[str, Any],
        *,
        is_open: bool,
    ) -> JobResults:
        program = measured(self._newest_version(sequence, options))
        jobs = jobs_for(program, job_params)
        text = program.to_abstract_repr()
        try:
            batch = self.client.batches.create(text, jobs=jobs, open=is_open, **options)
        except OutcomeUnknownError as error:
            # What has happened is a batch that was found.
            batch = cast("Batch", self._look_for(error).batch)
        batch_id = str(batch.id)
        ids = _ids_of(getattr(batch, "jobs", None) or ())
        if len(ids) != len(jobs):
            ids = self._get_job_ids(batch_id)
        if len(ids) != len(jobs):
            # Lists may lag: these are the results of the batch, whose jobs are read when they are needed.
            ids = []
        if is_open:
            self._open[batch_id] = _Opened(text_of(sequence), text)
        texts = texts_of_submission(text, ids, jobs)
        return JobResults._of_submission(batch_id, self, ids, texts, is_whole=not is_open)

    def _add(
        self, sequence: Sequence, job_params: Iterable[Mapping[str, Any]], batch_id: UUID
    ) -> JobResults:
        self._checked.pop(sequence, None)
        opened = self._open.get(str(batch_id))
        if opened is not None and opened.given != text_of(sequence):
            raise ValueError(
                f"batch {batch_id} was opened with another sequence; give each job its own: "
                'job_params=[{"sequence": …}]'
            )
        jobs = jobs_for(measured(sequence), job_params)
        if not jobs:
            raise ValueError("job_params: there is nothing to run; give at least one job")
        ids = _ids_of(self._add_once(batch_id, jobs))
        texts = None
        if opened is not None:
            texts = texts_of_submission(opened.sent, ids, jobs)
        return JobResults._of_submission(str(batch_id), self, ids, texts, is_whole=False)

    def _add_once(self, batch_id: UUID, jobs: list[JobRequest]) -> AnySequence[Job]:
        try:
            answer = self.client.batches.add_jobs(batch_id, jobs)
        except OutcomeUnknownError as error:
            return self._look_for(error).jobs
        try:
            return answer.added
        except WriteDepartureError:
            # Somebody else added the same; the service appends, so these are the last ones.
            return new_jobs(answer.jobs, ())[-len(jobs) :]

    def _look_for(self, error: OutcomeUnknownError) -> Resolution:
        """What became of a submission whose answer was lost.

        Raises:
            OutcomeUnknownError: it did not happen, or that cannot be told.
        """
        resolution = self.client.batches.resolve(error)
        if resolution.outcome != "happened":
            error.add_note(f"It was looked for: {resolution.outcome}, as {resolution.reason}.")
            raise error
        return resolution

    def _newest_version(self, sequence: Sequence, options: Mapping[str, Any]) -> Sequence:
        """The sequence for the newest version of its device, if it is a QPU."""
        checked = self._checked.pop(sequence, None)
        # A run that Pulser rejected leaves one behind, and the sequence may have grown since.
        if checked is not None and checked.is_of(sequence):
            return checked.newest or sequence
        is_for_qpu = options.get("device_type") is None and isinstance(sequence.device, Device)
        if not is_for_qpu:
            return sequence
        # Opening a batch, Pulser does not look.
        newest = self.update_sequence_device(sequence)
        self._checked.pop(sequence, None)
        return newest

    # Waiting and cancelling

    def _wait_in_run(self, results: JobResults) -> None:
        try:
            results.wait()
        except BaseException as error:
            # The caller never gets to see the results, and the jobs cost money.
            ids = ""
            if not results._is_whole:
                ids = f", {results.job_ids}"
            error.add_note(
                f"The jobs were submitted: connection.get_results({results.batch_id!r}{ids}) has their results."
            )
            raise

    def _wait(self, results: JobResults, options: WaitOptions) -> WaitResult:
        options = {**_WAIT_DEFAULTS, "timeout": self._wait_timeout, **options}
        if results._is_whole:
            return self.client.batches.wait(results.batch_id, **options)
        return self.client.jobs.wait(ids=results.job_ids, **options)

    def _cancel(self, results: JobResults) -> CancelReceipt:
        if results._is_whole:
            return self.client.batches.cancel_jobs(results.batch_id, all=True)
        return self.client.batches.cancel_jobs(results.batch_id, id=results.job_ids)

    def _close_batch(self, batch_id: str) -> None:
        """Close a batch. Pulser calls this at the end of a `with` block, however that ends.

        Raises:
            PasqalError: it failed, and the batch is open, or may be; or the client is strict, and
                rejects the form of the answer.
        """
        in_block = sys.exception()
        self._open.pop(batch_id, None)
        # Where this fails, the backend keeps the id.
        self._retired.add(batch_id)
        try:
            self.client.batches.complete(batch_id)
        except PasqalError as failure:
            is_carried_out = isinstance(failure, WriteDepartureError)
            if not is_carried_out and self._is_closed(batch_id):
                return
            text = f"Batch {batch_id} may still be open; close it with connection.client.batches.complete"
            if is_carried_out:
                text = f"Batch {batch_id} is closed"
            if in_block is None:
                failure.add_note(f"{text}.")
                raise
            # The error of the block matters more.
            in_block.add_note(f"Closing the batch failed, too: {failure}. {text}.")
            warnings.warn(f"{text} ({failure})", stacklevel=3)
        else:
            self._retired.discard(batch_id)

    def _is_closed(self, batch_id: str) -> bool:
        try:
            batch = self.client.batches.get(batch_id)
        except PasqalError:
            return False
        return is_terminal_batch(batch) or says_open(batch) is False

    # Reading

    def _get_batch_status(self, batch_id: str) -> BatchStatus:
        report = self.client.batches.status(batch_id)
        return self._states.read(getattr(report, "status", NO_STATUS), BatchStatus)

    def _get_job_ids(self, batch_id: str) -> list[str]:
        return _ids_of(self._reader.jobs(batch_id, None))

    def _list_jobs(self, batch_id: str, job_ids: list[str] | None) -> list[Job]:
        return self._reader.jobs(batch_id, job_ids)

    def _job_statuses(self, batch_id: str, job_ids: list[str] | None) -> dict[str, JobStatus]:
        jobs = self._reader.jobs(batch_id, job_ids)
        return {str(job.id): self._states.read(state_of(job), JobStatus) for job in jobs}

    def _fetch_result(
        self,
        batch_id: str,
        job_ids: list[str] | None,
        texts: SequenceTexts | None = None,
    ) -> tuple[Results, ...]:
        readings = self._reader.results(batch_id, job_ids, texts)
        missing = [reading for reading in readings if reading.results is None]
        if missing:
            reasons = some_ids(reading.reason for reading in missing)
            raise RemoteResultsError(
                f"{len(missing)} of {len(readings)} jobs have no results: {reasons}; "
                "get_available_results() has those of the others"
            ) from missing[0].problem
        return tuple(reading.results for reading in readings)

    def _query_job_progress(
        self,
        batch_id: str,
        job_ids: list[str] | None = None,
        texts: SequenceTexts | None = None,
    ) -> dict[str, tuple[JobStatus, Results | None]]:
        progress = {}
        for reading in self._reader.results(batch_id, job_ids, texts):
            job = reading.outcome.job
            if job is None:
                continue
            status = self._states.read(state_of(job), JobStatus)
            if status is JobStatus.DONE and reading.results is None:
                warnings.warn(reading.reason, stacklevel=3)
            progress[str(reading.outcome.job_id)] = (status, reading.results)
        return progress


def _ids_of(jobs: Iterable[Job]) -> list[str]:
    """The ids of jobs in the order of their creation."""
    return [str(job.id) for job in new_jobs(jobs, ()) if hasattr(job, "id")]

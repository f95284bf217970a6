"""What was submitted through a connection, to wait for and to read: Pulser's `RemoteResults`, and more."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn, Self, Unpack

from pulser.backend import Results
from pulser.backend.remote import RemoteResults

from pasqal_core_api.models import JobStatus as ServiceStatus

from .._display import printable
from .._signatures import show_options
from .._states import state_of
from .._waits.options import WAIT_DEFAULTS, WaitOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pulser.backend.remote import JobStatus

    from .._waits.result import WaitResult
    from .._writes.receipt import CancelReceipt
    from .connection import PasqalConnection
    from .sequence_texts import SequenceTexts


class JobResults(RemoteResults):  # type: ignore[misc]  # Pulser may be absent
    """The results of jobs: of all jobs of a batch, or of some, in the order in which they were submitted.

    As a sequence it has the results of each job, which are fetched when they are first needed; if
    one job has none, that raises a `RemoteResultsError` that says why. `len()` is the number of
    jobs, and needs no results.

    It pickles without its connection: `batch_id`, `job_ids`, and the results if they were fetched.
    """

    def __init__(
        self, batch_id: str, connection: PasqalConnection, job_ids: list[str] | None = None
    ) -> None:
        super().__init__(batch_id, connection, job_ids)
        # Whether these are all jobs of the batch.
        self._is_whole = job_ids is None
        self._texts: SequenceTexts | None = None

    @classmethod
    def _of_submission(
        cls,
        batch_id: str,
        connection: PasqalConnection,
        job_ids: list[str],
        texts: SequenceTexts | None,
        *,
        is_whole: bool,
    ) -> Self:
        """The results of jobs that were just submitted, so that nothing about them needs to be read.

        Args:
            batch_id: the batch.
            connection: the connection.
            job_ids: the jobs.
            texts: their sequences; None if that is not known.
            is_whole: whether the batch has no others, and never will.
        """
        results = cls(batch_id, connection)
        # A batch that is opened without jobs stands for whatever is added to it.
        if job_ids:
            results._job_ids = job_ids
            results._texts = texts
            results._is_whole = is_whole
        return results

    @cached_property
    def _results_seq(self) -> tuple[Results, ...]:
        results: tuple[Results, ...] = self._connection._fetch_result(
            self.batch_id, self._job_ids, self._texts
        )
        return results

    def __len__(self) -> int:
        return len(self.job_ids)

    @show_options(WaitOptions, {**WAIT_DEFAULTS, "unknown_status": "active"})
    def wait(self, **options: Unpack[WaitOptions]) -> WaitResult:
        """Wait until the jobs have ended; those of others in the same batch are not waited for.

        Args:
            timeout: seconds; if not given, that of the connection, and None for no limit.
            poll: seconds between the first look and the second.
            unknown_status: how to treat unknown job states: as `active`, as `terminal`, or as an
                `error`.
            on_progress: called with a `WaitProgress` after each look.
            raise_on_failure: raise if a job ended in ERROR.

        Returns:
            How many jobs ended in each state, and which failed.

        Raises:
            WaitTimeoutError: the time is up; the jobs go on.
            JobsFailedError: a job failed, if that was asked for.
            APIError: looking failed.
        """
        result: WaitResult = self._connection._wait(self, options)
        return result

    def get_available_results(self) -> dict[str, Results]:
        """The results that are there, by the id of the job; those of other jobs are left out.

        A job that is DONE and whose results cannot be read is left out with a warning.
        """
        progress = self._connection._query_job_progress(self.batch_id, self._job_ids, self._texts)
        available = {}
        for job_id, (_, results) in progress.items():
            if results is not None:
                available[job_id] = results
        return available

    def statuses(self) -> dict[str, JobStatus]:
        """The state of each job, by its id."""
        statuses: dict[str, JobStatus] = self._connection._job_statuses(
            self.batch_id, self._job_ids
        )
        return statuses

    def errors(self) -> dict[str, str]:
        """Why jobs will have no results, by the id of the job: those that failed or were cancelled."""
        errors = {}
        for job in self._connection._list_jobs(self.batch_id, self._job_ids):
            status = state_of(job)
            if status == ServiceStatus.ERROR:
                told = "; ".join(getattr(job, "errors", None) or ())
                errors[str(job.id)] = printable(told or "the service gave no reason")
            elif status == ServiceStatus.CANCELED:
                errors[str(job.id)] = "it was cancelled"
        return errors

    def cancel(self) -> CancelReceipt:
        """Cancel the jobs, as far as they can still be cancelled.

        Returns:
            The jobs that were cancelled, and why others were not.

        Raises:
            OutcomeUnknownError: the request may or may not have taken effect.
            APIError: the request failed.
        """
        receipt: CancelReceipt = self._connection._cancel(self)
        return receipt

    def __repr__(self) -> str:
        jobs = "all jobs"
        if self._job_ids is not None:
            jobs = f"{len(self._job_ids)} jobs"
        return f"<{type(self).__name__} of {jobs} of batch {self.batch_id}>"

    def __copy__(self) -> Self:
        """Results with the same connection, unlike those that were pickled."""
        results = type(self)(self.batch_id, self._connection)
        results.__dict__.update(vars(self))
        return results

    def __deepcopy__(self, _: object) -> Self:
        return self.__copy__()

    def __reduce__(self) -> tuple[Any, ...]:
        texts = None
        if "_results_seq" in vars(self):
            # Pulser's results cannot be unpickled.
            texts = [one.to_abstract_repr(skip_validation=True) for one in self._results_seq]
        return _restored, (type(self), self._batch_id, self._job_ids, texts)


class _Disconnected:
    """What stands for the connection of results that were pickled."""

    def __init__(self, batch_id: str, job_ids: list[str] | None) -> None:
        self._call = f"connection.get_results({batch_id!r}, {job_ids})"

    def __getattr__(self, name: str) -> NoReturn:
        raise RuntimeError(
            f"results leave their connection behind when they are pickled; continue with {self._call}"
        )


def _restored(
    kind: type[JobResults],
    batch_id: str,
    job_ids: list[str] | None,
    texts: Iterable[str] | None,
) -> JobResults:
    connection: Any = _Disconnected(batch_id, job_ids)
    results = kind(batch_id, connection)
    results._job_ids = job_ids
    if texts is not None:
        results.__dict__["_results_seq"] = tuple(map(Results.from_abstract_repr, texts))
    return results

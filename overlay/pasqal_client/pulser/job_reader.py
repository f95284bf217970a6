"""Reads jobs and their results through a client, for Pulser."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pulser.backend.remote import RemoteResultsError

from ..errors import DepartureError
from .result_reader import ResultReader
from .sequence_texts import SequenceTexts, in_need_of_one, to_read_in_full

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pasqal_core_api.models import Job

    from ..client import PasqalClient
    from .result_reader import Reading


class JobReader:
    """Reads the jobs of a batch, all or some, always in the order that was asked for.

    Args:
        client: the client to read with.
        concurrency: how many requests may be under way at once.
    """

    def __init__(self, client: PasqalClient, concurrency: int) -> None:
        self._client = client
        self._concurrency = concurrency

    def jobs(self, batch_id: str, job_ids: list[str] | None) -> list[Job]:
        """The jobs of a batch.

        Args:
            batch_id: the batch.
            job_ids: the jobs that are wanted; None for all, in the order of their creation.

        Raises:
            RemoteResultsError: the client is strict, and the answer departs from the contract.
            APIError: the request failed.
        """
        with _departures_as_missing_results():
            if job_ids is None:
                return self._all_jobs(batch_id)
            return self._some_jobs(job_ids)

    def _all_jobs(self, batch_id: str) -> list[Job]:
        listing = self._client.jobs.list(
            batch_id=batch_id, project_id=None, order_by="creation_order", order_by_direction="ASC"
        )
        return [job for job in listing if hasattr(job, "id")]

    def _some_jobs(self, job_ids: list[str]) -> list[Job]:
        listing = self._client.jobs.list(id=job_ids, project_id=None)
        found = {str(job.id): job for job in listing if hasattr(job, "id")}
        return [found[job_id] for job_id in job_ids if job_id in found]

    def results(
        self, batch_id: str, job_ids: list[str] | None, texts: SequenceTexts | None
    ) -> list[Reading]:
        """The results of jobs, fetched side by side; what is wrong with one is its problem alone.

        Args:
            batch_id: the batch.
            job_ids: the jobs that are wanted; None for all, in the order of their creation.
            texts: the sequences of the jobs; None to read those that are needed.

        Raises:
            RemoteResultsError: the client is strict, and an answer departs from the contract.
            APIError: a request that is not about one job alone failed.
        """
        jobs: dict[str, Any] = {"batch_id": batch_id}
        if job_ids is not None:
            jobs = {"ids": job_ids}
        with _departures_as_missing_results():
            outcomes = list(self._client.jobs.results(**jobs, concurrency=self._concurrency))
            if texts is None:
                texts = self._read_texts(batch_id, in_need_of_one(outcomes))
        reader = ResultReader(texts)
        return [reader.read(outcome) for outcome in outcomes]

    def _read_texts(self, batch_id: str, jobs: list[Job]) -> SequenceTexts:
        """The sequences that some jobs of a batch ran."""
        if not jobs:
            return SequenceTexts()
        shared: str | None = getattr(self._client.batches.get(batch_id), "sequence_builder", None)
        own = {}
        with ThreadPoolExecutor(self._concurrency) as pool:
            for job in pool.map(self._client.jobs.get, to_read_in_full(jobs, shared)):
                text: str | None = getattr(job, "sequence", None)
                if text is not None:
                    own[str(job.id)] = text
        return SequenceTexts(shared, own)


@contextmanager
def _departures_as_missing_results() -> Iterator[None]:
    """Raise departures as what Pulser expects; as an AttributeError it would think that a method is missing.

    Raises:
        RemoteResultsError: there is one.
    """
    try:
        yield
    except DepartureError as error:
        raise RemoteResultsError(str(error)) from error

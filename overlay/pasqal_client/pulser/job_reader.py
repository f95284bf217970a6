"""Reads jobs and their results through a client, for Pulser."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from .result_reader import ResultReader
from .sequence_texts import SequenceTexts, in_need_of_one, to_read_in_full

if TYPE_CHECKING:
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
        """
        if job_ids is None:
            listing = self._client.jobs.list(
                batch_id=batch_id,
                project_id=None,
                order_by="creation_order",
                order_by_direction="ASC",
            )
            return [job for job in listing if hasattr(job, "id")]
        found = {}
        for job in self._client.jobs.list(id=job_ids, project_id=None):
            found[str(job.id)] = job
        return [found[job_id] for job_id in job_ids if job_id in found]

    def results(
        self, batch_id: str, job_ids: list[str] | None, texts: SequenceTexts | None
    ) -> list[Reading]:
        """The results of jobs, fetched side by side; what is wrong with one is its problem alone.

        Args:
            batch_id: the batch.
            job_ids: the jobs that are wanted; None for all, in the order of their creation.
            texts: the sequences of the jobs; None to read those that are needed.
        """
        jobs: dict[str, Any] = {"batch_id": batch_id}
        if job_ids is not None:
            jobs = {"ids": job_ids}
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

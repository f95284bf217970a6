"""The jobs whose results are asked for in one call, and how it is to go about them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from attrs import frozen

from .._checks import boolean, number
from .fetch_queue import FetchQueue
from .result_fetch import ResultFetch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from pasqal_core_api.models import Job
    from pasqal_core_runtime.departures import Report

    from .lateness import Patience
    from .result_folder import ResultFolder

# As many ids as fit a URL.
_GROUP: Final = 90


class AskedJob(NamedTuple):
    """A job whose results are asked for.

    Attributes:
        job_id: its id; None if the service did not send it.
        job: the job; None if there is none with this id.
    """

    job_id: UUID | None
    job: Job | None


@frozen
class ResultCall:
    """How one call fetches results.

    Attributes:
        as_completed: whether the outcomes are handed out as they come.
        folder: where the results are saved; None to keep them in memory.
        concurrency: how many requests may be under way.
    """

    as_completed: bool
    folder: ResultFolder | None
    concurrency: int

    @classmethod
    def of(cls, as_completed: object, folder: ResultFolder | None, concurrency: object) -> Self:
        """Check the arguments of a call.

        Raises:
            ValueError: one is malformed.
        """
        in_any_order = boolean("as_completed", as_completed)
        most = number("concurrency", concurrency, 1)
        return cls(in_any_order, folder, most)

    def queue(self) -> FetchQueue:
        """What is to be done, from the beginning."""
        return FetchQueue(self.concurrency, as_completed=self.as_completed)

    def fetches(
        self, group: Iterable[AskedJob] | None, patience: Patience, report: Report
    ) -> list[ResultFetch] | None:
        """The fetches for a group of jobs; None if no group is left.

        Args:
            group: the jobs.
            patience: how long the call waits for late files.
            report: called with each departure in a result; it may raise.
        """
        if group is None:
            return None
        fetches = []
        for job_id, job in group:
            saved = None
            if self.folder is not None and job_id is not None:
                saved = self.folder.file_of(job_id)
            fetches.append(ResultFetch(job_id, job, patience, report, saved))
        return fetches


def groups_of(ids: Iterable[UUID]) -> Iterator[tuple[UUID, ...]]:
    """The ids, as many at a time as fit a URL."""
    left = iter(ids)
    while group := tuple(islice(left, _GROUP)):
        yield group


def in_order(ids: Iterable[UUID], jobs: Iterable[Job]) -> list[AskedJob]:
    """The jobs in the order of the ids; None for an id without a job."""
    found = {job.id: job for job in jobs if hasattr(job, "id")}
    return [AskedJob(job_id, found.get(job_id)) for job_id in ids]


def with_ids(jobs: Iterable[Job]) -> list[AskedJob]:
    """Jobs with their ids."""
    return [AskedJob(getattr(job, "id", None), job) for job in jobs]

"""How one call goes about fetching results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from attrs import frozen

from .._checks import boolean, number
from .fetch_queue import FetchQueue
from .repeats import Repeats
from .result_fetch import ResultFetch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from pasqal_core_runtime.departures import Report

    from .asked_jobs import AskedJob
    from .lateness import Allowance
    from .result_folder import ResultFolder


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

    def open_folder(self) -> None:
        """Look through the folder, if there is one; see `ResultFolder.open`."""
        if self.folder is not None:
            self.folder.open()

    def queue(self, given_ids: Sequence[UUID]) -> FetchQueue:
        """What is to be done, from the beginning.

        Args:
            given_ids: the ids as they were given; none if a batch says which jobs are meant.
        """
        repeats = Repeats(given_ids, as_completed=self.as_completed)
        return FetchQueue(self.concurrency, repeats, as_completed=self.as_completed)

    def fetches(
        self, group: Iterable[AskedJob] | None, allowance: Allowance, report: Report
    ) -> list[ResultFetch] | None:
        """The fetches for a group of jobs; None if no group is left.

        Args:
            group: the jobs.
            allowance: how long the call waits for late files.
            report: called with each departure in a result; it may raise.
        """
        if group is None:
            return None
        fetches = []
        for job_id, job in group:
            saved = None
            if self.folder is not None and job_id is not None:
                saved = self.folder.file_of(job_id)
            fetches.append(ResultFetch(job_id, job, allowance, report, saved))
        return fetches

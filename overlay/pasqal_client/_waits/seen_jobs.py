"""The jobs that are waited for, as they were last seen."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pasqal_core_api.models import JobStatus

from .._states import is_active

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from .._listing.subject import Subject

ABSENCES: Final = 3
"""A job that was there is taken for gone when it is missing this many times in a row that the jobs are read."""


class SeenJobs:
    """The jobs that are waited for, as they were last seen.

    Args:
        subject: which jobs.
        unknown_status: how to treat states that this version does not know.

    Attributes:
        statuses (dict[UUID, JobStatus]): the states of the jobs when they were last read.
    """

    def __init__(self, subject: Subject, unknown_status: str) -> None:
        self.statuses: dict[UUID, JobStatus] = {}
        self._ids = subject.ids or ()
        self._unknown_status = unknown_status
        self._absences: dict[UUID, int] = {}
        self._last_full: frozenset[UUID] | None = None

    def __len__(self) -> int:
        return len(self.statuses)

    def is_active(self, status: JobStatus) -> bool:
        """Whether a job in this state is still waited for."""
        return is_active(status, self._unknown_status)

    def unfinished(self) -> tuple[UUID, ...]:
        """The jobs that had not ended when they were last read, as far as they are known."""
        statuses = self.statuses
        found = [job_id for job_id in self._ids if job_id not in statuses]
        for job_id, status in statuses.items():
            if self.is_active(status):
                found.append(job_id)
        return tuple(found)

    def number_in(self, states: Collection[JobStatus]) -> int:
        """How many jobs were in one of these states."""
        counts = Counter(self.statuses.values())
        return sum(counts[state] for state in states)

    def counts(self) -> dict[JobStatus, int]:
        """How many jobs were in each state."""
        return dict(Counter(self.statuses.values()))

    def failed_ids(self) -> tuple[UUID, ...]:
        """The jobs that ended in ERROR."""
        failed = []
        for job_id, status in self.statuses.items():
            if status == JobStatus.ERROR:
                failed.append(job_id)
        return tuple(failed)

    def update(self, statuses: Mapping[UUID, JobStatus]) -> None:
        """Take the states that a look shows; a job that it does not show keeps its state."""
        self.statuses.update(statuses)

    @property
    def can_be_confirmed(self) -> bool:
        """Whether the last snapshot had as many jobs as there were, so that the next one may confirm it."""
        return self._last_full is not None

    def confirm(self, shown: Collection[UUID], *, is_full: bool) -> bool:
        """See whether a snapshot shows the very jobs that the one before showed, and that one as many as there were.

        Each of them was still there at the end of the first, then, so at that moment none was
        hidden. The number alone does not say that: one job may have gone and another one come.

        Args:
            shown: the ids in the snapshot.
            is_full: whether it has as many jobs as there are.

        Returns:
            Whether it does.
        """
        ids = frozenset(shown)
        is_same = ids == self._last_full
        self._last_full = None
        if is_full:
            self._last_full = ids
        return is_same

    def missing_from(self, shown: Collection[UUID]) -> list[UUID]:
        """The jobs that a look should show and does not."""
        expected = dict.fromkeys(self.unfinished())
        # A job that has ended may go, but not all at once.
        if not shown:
            expected.update(dict.fromkeys(self.statuses))
        return [job_id for job_id in expected if job_id not in shown]

    def note_absences(self, missing: Sequence[UUID], *, certain: bool) -> None:
        """Count how often in a row each job was missing.

        Args:
            missing: the jobs that a look should have shown and did not.
            certain: whether it is sure to have shown every job; if not, it does not count.
        """
        before = self._absences
        self._absences = {}
        for job_id in missing:
            number = before.get(job_id, 0)
            if certain:
                number += 1
            self._absences[job_id] = number

    def gone(self, missing: Sequence[UUID]) -> list[UUID]:
        """The missing jobs that are taken for gone: they were never seen, or were missing too often."""
        return [job_id for job_id in missing if self._is_gone(job_id)]

    def _is_gone(self, job_id: UUID) -> bool:
        was_there = job_id in self.statuses
        return not was_there or self._absences[job_id] >= ABSENCES

"""Looks at the jobs of a watch, with as few requests as possible.

A look reads the jobs that had not ended, and counts those that match: only if there are more or
fewer than before, all are read again. A job that was seen once is read until it ends, even when it
no longer matches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ... import RetryPolicy, errors
from ..._waits.snapshot import Snapshot
from ..display.progress import read_items

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from ... import Job, PasqalClient
    from ...jobs import Jobs

_FEW_RETRIES: Final = RetryPolicy(attempts=2, longest_retry_after=0)
"""For all looks but the first: the watch shows what is wrong, and looks again in any case."""

# Jobs come and go under these filters without the number of jobs having to change.
_VOLATILE: Final = frozenset({"status", "errors"})


class Looks:
    """Looks at the jobs of a watch.

    Args:
        client: where to look.
        filters: which jobs.
    """

    def __init__(self, client: PasqalClient, filters: dict[str, Any]) -> None:
        self._jobs = client.jobs
        self._jobs_with_few_retries = client.with_options(retry=_FEW_RETRIES).jobs
        self._filters = filters
        self._number = -1

    def read_all(self) -> Sequence[Job]:
        """All jobs that match, read with progress.

        Raises:
            APIError: the look failed.
        """
        listing = self._jobs.list(**self._filters)
        return self._take_all(read_items(listing))

    def read_again(self, active: Sequence[Job]) -> Sequence[Job]:
        """The jobs that may have changed.

        Raises:
            NotFoundError: a job that had not ended has disappeared.
            APIError: the look failed.
        """
        jobs = self._jobs_with_few_retries
        if not _VOLATILE & self._filters.keys():
            seen = _read(jobs, ids_of(active))
            if jobs.count(**self._filters) == self._number:
                return seen
        found = self._take_all(list(jobs.list(**self._filters)))
        # These may be active still, and only have stopped matching.
        unlisted = set(ids_of(active)).difference(ids_of(found))
        return [*found, *_read(jobs, sorted(unlisted))]

    def _take_all(self, found: Sequence[Job]) -> Sequence[Job]:
        """Take note of how many jobs match; returns them."""
        for job in found:
            if not hasattr(job, "id"):
                raise errors.ResponseError(
                    "a job came without a usable id, so it cannot be watched"
                )
        self._number = len(found)
        return found


def _read(jobs: Jobs, ids: Sequence[UUID]) -> Sequence[Job]:
    listing = jobs.list(id=ids, project_id=None)
    found = [job for job in listing if hasattr(job, "id")]
    missing = set(ids).difference(ids_of(found))
    # A doubted listing may have missed the job: the next look will show.
    if missing and not Snapshot.of(listing, found).doubt:
        # Without a status: the service answered, only not with this job.
        raise errors.NotFoundError(
            f"job {min(missing)} has disappeared, so it cannot be watched to its end"
        )
    return found


def ids_of(jobs: Sequence[Job]) -> list[UUID]:
    """The ids of some jobs."""
    return [job.id for job in jobs]

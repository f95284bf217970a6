"""The jobs whose results are asked for in one call."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from pasqal_core_api.models import Job

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

"""The filters of the lists of jobs and of batches.

One table serves listing jobs, cancelling them and running them again, so that a filter means the same in all.
"""

from __future__ import annotations

from collections.abc import Iterable  # noqa: TC003  # see UUID
from datetime import datetime  # noqa: TC003  # see UUID
from functools import partial
from typing import Final, TypedDict
from uuid import UUID  # noqa: TC003  # the annotations of JobFilters are read at run time

from pasqal_core_api.models import (
    BatchStatus,
    DeviceTypeName,
    JobOrigin,
    JobStatus,
    QueuePriority,
)

from .._checks import boolean, member, text
from .filter_table import (
    FilterTable,
    Reader,
    each,
    moment,
    uuid_prefix,
    uuid_text,
    whole_number,
)


class JobFilters(TypedDict, total=False):
    """The filters of `jobs.list`, `batches.cancel_jobs` and `batches.rebatch`.

    A job has to match all that are given. A filter that takes several values matches a job that has
    any of them; it takes one value or any iterable of values, and an empty iterable matches nothing.
    None means that the filter is not given. (Contract: the query parameters of get_jobs, cancel_jobs
    and rebatch_jobs.)

    Attributes:
        id: jobs with these ids.
        id_starts_with: jobs whose id starts with these hexadecimal digits (`id__starts_with` on the
            wire).
        batch_id: jobs of these batches.
        project_id: jobs of these projects.
        user_id: jobs of these users; opaque text.
        status: jobs in these states, in upper or lower case.
        min_runs: jobs with at least this many runs.
        max_runs: jobs with at most this many runs.
        errors: True for the jobs that have errors, False for the others.
        origin: jobs that came in through these channels.
        start_date: jobs that started at this time or later: an aware datetime or ISO 8601 text with
            a zone.
        end_date: jobs that ended at this time or earlier: an aware datetime or ISO 8601 text with a
            zone.
    """

    id: UUID | str | Iterable[UUID | str] | None
    id_starts_with: str | None
    batch_id: UUID | str | Iterable[UUID | str] | None
    project_id: UUID | str | Iterable[UUID | str] | None
    user_id: UUID | str | Iterable[UUID | str] | None
    status: JobStatus | str | Iterable[JobStatus | str] | None
    min_runs: int | None
    max_runs: int | None
    errors: bool | None
    origin: JobOrigin | str | Iterable[JobOrigin | str] | None
    start_date: datetime | str | None
    end_date: datetime | str | None


class BatchFilters(TypedDict, total=False):
    """The filters of `batches.list`; a batch has to match all that are given.

    A filter that takes several values matches a batch that has any of them; it takes one value or
    any iterable of values, and an empty iterable matches nothing. None means that the filter is not
    given. (Contract: the query parameters of get_all_batches.)

    Attributes:
        id: batches with these ids.
        id_starts_with: batches whose id starts with these hexadecimal digits (`id__starts_with` on
            the wire).
        project_id: batches of these projects.
        user_id: batches of these users; opaque text.
        device_type: batches for these types of device, in upper or lower case.
        status: batches in these states, in upper or lower case.
        open: True for the batches that still accept jobs, False for the others.
        complete: the opposite of `open`, which replaces it.
        min_jobs: batches with at least this many jobs.
        max_jobs: batches with at most this many jobs.
        start_date: batches that started at this time or later: an aware datetime or ISO 8601 text
            with a zone.
        end_date: batches that ended at this time or earlier: an aware datetime or ISO 8601 text
            with a zone.
        queue_priority: batches in these queues, in upper or lower case.
        tag: batches with this tag; a single one.
    """

    id: UUID | str | Iterable[UUID | str] | None
    id_starts_with: str | None
    project_id: UUID | str | Iterable[UUID | str] | None
    user_id: UUID | str | Iterable[UUID | str] | None
    device_type: DeviceTypeName | str | Iterable[DeviceTypeName | str] | None
    status: BatchStatus | str | Iterable[BatchStatus | str] | None
    open: bool | None
    complete: bool | None
    min_jobs: int | None
    max_jobs: int | None
    start_date: datetime | str | None
    end_date: datetime | str | None
    queue_priority: QueuePriority | str | Iterable[QueuePriority | str] | None
    tag: str | None


def _device_type(name: str, value: object) -> str:
    """A type of device: a known one in any case, any other text as it is."""
    return member(DeviceTypeName, name, value).value


READERS: Final[dict[str, Reader]] = {
    "id": each(uuid_text),
    "id_starts_with": uuid_prefix,
    "batch_id": each(uuid_text),
    "project_id": each(uuid_text),
    # Opaque: that user ids are UUIDs is documented nowhere.
    "user_id": each(text),
    "status": each(partial(member, JobStatus)),
    "min_runs": whole_number,
    "max_runs": whole_number,
    "errors": boolean,
    "origin": each(partial(member, JobOrigin)),
    "start_date": moment,
    "end_date": moment,
}

_BATCH_READERS: Final[dict[str, Reader]] = {
    "id": each(uuid_text),
    "id_starts_with": uuid_prefix,
    "project_id": each(uuid_text),
    "user_id": each(text),
    "device_type": each(_device_type),
    "status": each(partial(member, BatchStatus)),
    "open": boolean,
    "complete": boolean,
    "min_jobs": whole_number,
    "max_jobs": whole_number,
    "start_date": moment,
    "end_date": moment,
    "queue_priority": each(partial(member, QueuePriority)),
    "tag": text,
}


def _hints(items: str) -> dict[str, str]:
    """What somebody may have meant by a name that is not a filter."""
    return {
        "id__starts_with": "id__starts_with is called id_starts_with here",
        "limit": f"limit is for {items}.page; {items}.list has max_items and page_size",
        "page_size": f"page_size is for {items}.list; {items}.page has limit",
        "offset": f"offset is for {items}.page",
    }


JOB_FILTERS: Final = FilterTable(READERS, _hints("jobs"))
"""Checked by `JOB_FILTERS.query`; see `FilterTable.query`."""
BATCH_FILTERS: Final = FilterTable(
    _BATCH_READERS,
    {**_hints("batches"), "tags": "tag is the filter, for one tag"},
    # The name of a function of Python.
    keywords={"open": "open_"},
)
"""Checked by `BATCH_FILTERS.query`; see `FilterTable.query`."""

"""The filters of the list of jobs.

One table serves listing and cancelling, so that a filter means the same in both.
"""

from __future__ import annotations

from collections.abc import Iterable  # noqa: TC003  # see UUID
from datetime import datetime  # noqa: TC003  # see UUID
from functools import partial
from typing import Final, TypedDict
from uuid import UUID  # noqa: TC003  # the annotations of JobFilters are read at run time

from pasqal_core_api.models import JobOrigin, JobStatus

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
    """The filters of `jobs.list` and `batches.cancel_jobs`; a job has to match all that are given.

    A filter that takes several values matches a job that has any of them; it takes one value or any
    iterable of values, and an empty iterable matches nothing. None means that the filter is not
    given. (Contract: the query parameters of get_jobs and cancel_jobs.)
    """

    id: UUID | str | Iterable[UUID | str] | None
    """Jobs with these ids."""
    id_starts_with: str | None
    """Jobs whose id starts with these hexadecimal digits (`id__starts_with` on the wire)."""
    batch_id: UUID | str | Iterable[UUID | str] | None
    """Jobs of these batches."""
    project_id: UUID | str | Iterable[UUID | str] | None
    """Jobs of these projects."""
    user_id: UUID | str | Iterable[UUID | str] | None
    """Jobs of these users; opaque text."""
    status: JobStatus | str | Iterable[JobStatus | str] | None
    """Jobs in these states, in upper or lower case."""
    min_runs: int | None
    """Jobs with at least this many runs."""
    max_runs: int | None
    """Jobs with at most this many runs."""
    errors: bool | None
    """True for the jobs that have errors, False for the others."""
    origin: JobOrigin | str | Iterable[JobOrigin | str] | None
    """Jobs that came in through these channels."""
    start_date: datetime | str | None
    """Jobs that started at this time or later: an aware datetime or ISO 8601 text with a zone."""
    end_date: datetime | str | None
    """Jobs that ended at this time or earlier: an aware datetime or ISO 8601 text with a zone."""


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

_MEANT: Final = {
    "id__starts_with": "id__starts_with is called id_starts_with here",
    "limit": "limit is for jobs.page; jobs.list has max_items and page_size",
    "offset": "offset is for jobs.page",
}
"""What somebody may have meant by a name that is not a filter."""

JOB_FILTERS: Final = FilterTable(READERS, _MEANT)
"""Checked by `JOB_FILTERS.query`; see `FilterTable.query`."""

"""The filters by which several batches are cancelled."""

from __future__ import annotations

from collections.abc import Iterable  # noqa: TC003  # see UUID
from datetime import datetime  # noqa: TC003  # see UUID
from typing import Final, TypedDict
from uuid import UUID  # noqa: TC003  # the annotations of CancelBatchFilters are read at run time

from pasqal_core_api.models import BatchStatus, DeviceTypeName, QueuePriority

from .._checks import malformed, member, text
from .._listing.filter_table import FilterTable, Reader, each
from .._listing.filters import BATCH_FILTERS
from .._states import CANCELLABLE_BATCH


class CancelBatchFilters(TypedDict, total=False):
    """The filters of `batches.cancel_many`; a batch has to match all that are given.

    A filter that takes several values matches a batch that has any of them; it takes one value or
    any iterable of values, and an empty iterable matches nothing. None means that the filter is not
    given. (Contract: the body of cancel_batches.)

    Attributes:
        project_id: batches of these projects; without it those of the client's project, if it has
            one. None lifts that.
        user_id: batches of these users; opaque text.
        device_type: batches for these types of device, in upper or lower case.
        status: batches in these states, which are PENDING and RUNNING, in upper or lower case.
        open: True for the batches that still accept jobs, False for the others.
        start_date: batches that were created at this time or later: an aware datetime or ISO 8601
            text with a zone.
        queue_priority: batches in these queues, in upper or lower case.
        tags: batches with any of these tags.
    """

    project_id: UUID | str | Iterable[UUID | str] | None
    user_id: UUID | str | Iterable[UUID | str] | None
    device_type: DeviceTypeName | str | Iterable[DeviceTypeName | str] | None
    status: BatchStatus | str | Iterable[BatchStatus | str] | None
    open: bool | None
    start_date: datetime | str | None
    queue_priority: QueuePriority | str | Iterable[QueuePriority | str] | None
    tags: str | Iterable[str] | None


def _cancellable(name: str, value: object) -> BatchStatus:
    status = member(BatchStatus, name, value)
    # The service may know other states in which a batch can be cancelled.
    if status.is_known and status not in CANCELLABLE_BATCH:
        raise malformed(
            name, str(status), "cannot be cancelled; PENDING and RUNNING batches can be"
        )
    return status


_AS_LISTED: Final = ("project_id", "user_id", "device_type", "open", "start_date", "queue_priority")
_READERS: Final[dict[str, Reader]] = {
    **{name: BATCH_FILTERS.readers[name] for name in _AS_LISTED},
    "status": each(_cancellable),
    "tags": each(text),
}
_LIST_FIRST: Final = "cannot be cancelled by: list the batches with it, and give their ids"
_HINTS: Final = {
    "id": "ids come first, without a name",
    "ids": "ids come first, without a name",
    "batch_ids": "ids come first, without a name",
    "cancel_all": "cancel_all is called all here",
    "tag": "tag is called tags here",
    **{
        name: f"{name} {_LIST_FIRST}"
        for name in ("id_starts_with", "complete", "min_jobs", "max_jobs", "end_date")
    },
}
CANCEL_BATCH_FILTERS: Final = FilterTable(_READERS, _HINTS)
"""Checked by `CANCEL_BATCH_FILTERS.query`; see `FilterTable.query`."""

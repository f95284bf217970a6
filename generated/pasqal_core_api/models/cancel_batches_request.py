# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:
    from ..models.batch_status import BatchStatus
    from ..models.queue_priority import QueuePriority


class CancelBatchesRequest(TypedDict):
    """Which batches to cancel. With `batch_ids`, everything else is ignored."""

    batch_ids: NotRequired[list[str]]
    """Batches with one of these ids."""
    project_id: NotRequired[list[str]]
    """Batches of one of these projects."""
    user_id: NotRequired[list[str]]
    """Batches of one of these users."""
    device_type: NotRequired[list[str]]
    """Batches for one of these types of device."""
    status: NotRequired["list[BatchStatus | str]"]
    """Batches in one of these states, which are PENDING and RUNNING."""
    open: NotRequired[bool]
    """True for the batches that still accept jobs, false for the others."""
    start_date: NotRequired[str]
    """Batches that were created from this time on."""
    queue_priority: NotRequired["list[QueuePriority | str]"]
    """Batches in one of these queues."""
    tags: NotRequired[list[str]]
    """Batches with one of these tags."""
    cancel_all: NotRequired[bool]
    """All batches; nothing else may be given then."""

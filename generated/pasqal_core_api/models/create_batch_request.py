# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:
    from ..models.batch_request_configuration import BatchRequestConfiguration
    from ..models.device_type_name import DeviceTypeName
    from ..models.job_request import JobRequest


class CreateBatchRequest(TypedDict):
    """A batch to create."""

    project_id: str
    """The project that owns the batch, and pays for it."""
    sequence_builder: NotRequired[str | None]
    """The serialised pulse sequence that the jobs share. Null or absent if each job has its own."""
    jobs: NotRequired["list[JobRequest]"]
    """The jobs. An open batch may begin without any."""
    open: NotRequired[bool]
    """Whether jobs can be added later. If not, the batch ends with its jobs."""
    device_type: NotRequired["DeviceTypeName | str | None"]
    """The type of the device to run on. Null or absent for the device that the sequence names."""
    backend_configuration: NotRequired[str]
    """The configuration of an emulator, serialised by Pulser."""
    tags: NotRequired[list[str]]
    """Free labels of the batch, each once."""
    configuration: NotRequired["BatchRequestConfiguration"]
    """The configuration of an emulator. `backend_configuration` replaces it."""
    webhook: NotRequired[str | None]
    """An address that is told of the batch's progress."""
    complete: NotRequired[bool]
    """The opposite of `open`, which replaces it."""
    emulator: NotRequired["DeviceTypeName | str"]
    """The type of an emulator. `device_type` replaces it."""
    priority: NotRequired[float]
    """The numeric priority of the batch."""

# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

"""The models: what the service is sent, and what it answers.

Each has a module of its own, which is imported when the model is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .batch import Batch
    from .batch_answer import BatchAnswer
    from .batch_cancel_errors import BatchCancelErrors
    from .batch_configuration import BatchConfiguration
    from .batch_page import BatchPage
    from .batch_request_configuration import BatchRequestConfiguration
    from .batch_status import BatchStatus
    from .batch_status_answer import BatchStatusAnswer
    from .batch_status_report import BatchStatusReport
    from .cancel_batches_request import CancelBatchesRequest
    from .cancel_errors import CancelErrors
    from .cancelled_batches import CancelledBatches
    from .cancelled_batches_answer import CancelledBatchesAnswer
    from .cancelled_jobs import CancelledJobs
    from .cancelled_jobs_answer import CancelledJobsAnswer
    from .counter import Counter
    from .create_batch_request import CreateBatchRequest
    from .device import Device
    from .device_availability import DeviceAvailability
    from .device_page import DevicePage
    from .device_spec import DeviceSpec
    from .device_spec_answer import DeviceSpecAnswer
    from .device_specs import DeviceSpecs
    from .device_specs_answer import DeviceSpecsAnswer
    from .device_type_name import DeviceTypeName
    from .http_validation_error import HTTPValidationError
    from .job import Job
    from .job_answer import JobAnswer
    from .job_origin import JobOrigin
    from .job_page import JobPage
    from .job_request import JobRequest
    from .job_request_variables import JobRequestVariables
    from .job_result import JobResult
    from .job_status import JobStatus
    from .job_status_answer import JobStatusAnswer
    from .job_status_report import JobStatusReport
    from .job_variables import JobVariables
    from .jobs_count_per_status import JobsCountPerStatus
    from .order_direction import OrderDirection
    from .pagination import Pagination
    from .public_device_specs_answer import PublicDeviceSpecsAnswer
    from .queue_priority import QueuePriority
    from .response_status import ResponseStatus
    from .results_link import ResultsLink
    from .results_link_answer import ResultsLinkAnswer
    from .validation_error import ValidationError

_HOME_OF: Final = {
    "Batch": ".batch",
    "BatchAnswer": ".batch_answer",
    "BatchCancelErrors": ".batch_cancel_errors",
    "BatchConfiguration": ".batch_configuration",
    "BatchPage": ".batch_page",
    "BatchRequestConfiguration": ".batch_request_configuration",
    "BatchStatus": ".batch_status",
    "BatchStatusAnswer": ".batch_status_answer",
    "BatchStatusReport": ".batch_status_report",
    "CancelBatchesRequest": ".cancel_batches_request",
    "CancelErrors": ".cancel_errors",
    "CancelledBatches": ".cancelled_batches",
    "CancelledBatchesAnswer": ".cancelled_batches_answer",
    "CancelledJobs": ".cancelled_jobs",
    "CancelledJobsAnswer": ".cancelled_jobs_answer",
    "Counter": ".counter",
    "CreateBatchRequest": ".create_batch_request",
    "Device": ".device",
    "DeviceAvailability": ".device_availability",
    "DevicePage": ".device_page",
    "DeviceSpec": ".device_spec",
    "DeviceSpecAnswer": ".device_spec_answer",
    "DeviceSpecs": ".device_specs",
    "DeviceSpecsAnswer": ".device_specs_answer",
    "DeviceTypeName": ".device_type_name",
    "HTTPValidationError": ".http_validation_error",
    "Job": ".job",
    "JobAnswer": ".job_answer",
    "JobOrigin": ".job_origin",
    "JobPage": ".job_page",
    "JobRequest": ".job_request",
    "JobRequestVariables": ".job_request_variables",
    "JobResult": ".job_result",
    "JobStatus": ".job_status",
    "JobStatusAnswer": ".job_status_answer",
    "JobStatusReport": ".job_status_report",
    "JobVariables": ".job_variables",
    "JobsCountPerStatus": ".jobs_count_per_status",
    "OrderDirection": ".order_direction",
    "Pagination": ".pagination",
    "PublicDeviceSpecsAnswer": ".public_device_specs_answer",
    "QueuePriority": ".queue_priority",
    "ResponseStatus": ".response_status",
    "ResultsLink": ".results_link",
    "ResultsLinkAnswer": ".results_link_answer",
    "ValidationError": ".validation_error",
}

__all__ = (
    "Batch",
    "BatchAnswer",
    "BatchCancelErrors",
    "BatchConfiguration",
    "BatchPage",
    "BatchRequestConfiguration",
    "BatchStatus",
    "BatchStatusAnswer",
    "BatchStatusReport",
    "CancelBatchesRequest",
    "CancelErrors",
    "CancelledBatches",
    "CancelledBatchesAnswer",
    "CancelledJobs",
    "CancelledJobsAnswer",
    "Counter",
    "CreateBatchRequest",
    "Device",
    "DeviceAvailability",
    "DevicePage",
    "DeviceSpec",
    "DeviceSpecAnswer",
    "DeviceSpecs",
    "DeviceSpecsAnswer",
    "DeviceTypeName",
    "HTTPValidationError",
    "Job",
    "JobAnswer",
    "JobOrigin",
    "JobPage",
    "JobRequest",
    "JobRequestVariables",
    "JobResult",
    "JobsCountPerStatus",
    "JobStatus",
    "JobStatusAnswer",
    "JobStatusReport",
    "JobVariables",
    "OrderDirection",
    "Pagination",
    "PublicDeviceSpecsAnswer",
    "QueuePriority",
    "ResponseStatus",
    "ResultsLink",
    "ResultsLinkAnswer",
    "ValidationError",
)

# Type checkers, which have the names from above, would take any other for one that this finds.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        home = _HOME_OF.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(home, __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)

# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

"""The models: what the service is sent, and what it answers.

Each has a module of its own, which is imported when the model is first asked for.
"""

from typing import TYPE_CHECKING

from pasqal_core_runtime.late_names import late_names

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
else:
    __getattr__ = late_names(
        __name__,
        {
            "batch": "Batch",
            "batch_answer": "BatchAnswer",
            "batch_cancel_errors": "BatchCancelErrors",
            "batch_configuration": "BatchConfiguration",
            "batch_page": "BatchPage",
            "batch_request_configuration": "BatchRequestConfiguration",
            "batch_status": "BatchStatus",
            "batch_status_answer": "BatchStatusAnswer",
            "batch_status_report": "BatchStatusReport",
            "cancel_batches_request": "CancelBatchesRequest",
            "cancel_errors": "CancelErrors",
            "cancelled_batches": "CancelledBatches",
            "cancelled_batches_answer": "CancelledBatchesAnswer",
            "cancelled_jobs": "CancelledJobs",
            "cancelled_jobs_answer": "CancelledJobsAnswer",
            "counter": "Counter",
            "create_batch_request": "CreateBatchRequest",
            "device": "Device",
            "device_availability": "DeviceAvailability",
            "device_page": "DevicePage",
            "device_spec": "DeviceSpec",
            "device_spec_answer": "DeviceSpecAnswer",
            "device_specs": "DeviceSpecs",
            "device_specs_answer": "DeviceSpecsAnswer",
            "device_type_name": "DeviceTypeName",
            "http_validation_error": "HTTPValidationError",
            "job": "Job",
            "job_answer": "JobAnswer",
            "job_origin": "JobOrigin",
            "job_page": "JobPage",
            "job_request": "JobRequest",
            "job_request_variables": "JobRequestVariables",
            "job_result": "JobResult",
            "job_status": "JobStatus",
            "job_status_answer": "JobStatusAnswer",
            "job_status_report": "JobStatusReport",
            "job_variables": "JobVariables",
            "jobs_count_per_status": "JobsCountPerStatus",
            "order_direction": "OrderDirection",
            "pagination": "Pagination",
            "public_device_specs_answer": "PublicDeviceSpecsAnswer",
            "queue_priority": "QueuePriority",
            "response_status": "ResponseStatus",
            "results_link": "ResultsLink",
            "results_link_answer": "ResultsLinkAnswer",
            "validation_error": "ValidationError",
        },
    )

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


def __dir__() -> list[str]:
    return sorted(__all__)

# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

"""Contains all the data models used in inputs/outputs"""

from .batch import Batch
from .batch_answer import BatchAnswer
from .batch_configuration import BatchConfiguration
from .batch_status import BatchStatus
from .cancel_errors import CancelErrors
from .cancelled_jobs import CancelledJobs
from .cancelled_jobs_answer import CancelledJobsAnswer
from .http_validation_error import HTTPValidationError
from .job import Job
from .job_origin import JobOrigin
from .job_page import JobPage
from .job_status import JobStatus
from .job_variables import JobVariables
from .jobs_count_per_status import JobsCountPerStatus
from .order_direction import OrderDirection
from .pagination import Pagination
from .queue_priority import QueuePriority
from .response_status import ResponseStatus
from .validation_error import ValidationError

__all__ = (
    "Batch",
    "BatchAnswer",
    "BatchConfiguration",
    "BatchStatus",
    "CancelErrors",
    "CancelledJobs",
    "CancelledJobsAnswer",
    "HTTPValidationError",
    "Job",
    "JobOrigin",
    "JobPage",
    "JobsCountPerStatus",
    "JobStatus",
    "JobVariables",
    "OrderDirection",
    "Pagination",
    "QueuePriority",
    "ResponseStatus",
    "ValidationError",
)

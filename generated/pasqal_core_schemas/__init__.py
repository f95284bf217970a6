# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Pagination(BaseModel):
    """
    The place of a page in the whole list.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    total: Annotated[
        int,
        Field(description="How many jobs match the filters, on all pages together."),
    ]
    start: Annotated[int, Field(description="Where the page starts in the whole list.")]
    end: Annotated[int, Field(description="Where the page ends in the whole list.")]


class JobStatus(StrEnum):
    """
    The state of a job.
    """

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    ERROR = "ERROR"
    CANCELED = "CANCELED"


class BatchStatus(StrEnum):
    """
    The state of a batch.
    """

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    CANCELED = "CANCELED"
    TIMED_OUT = "TIMED_OUT"
    ERROR = "ERROR"
    PAUSED = "PAUSED"


class QueuePriority(StrEnum):
    """
    The queue of a batch, from the one that is served first to the one that is served last.
    """

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    FREE = "FREE"


class JobOrigin(StrEnum):
    """
    The channel through which a job came in.
    """

    CLIENT = "CLIENT"
    AZURE = "AZURE"
    UNKNOWN = "UNKNOWN"


class OrderDirection(StrEnum):
    """
    The direction of a sort.
    """

    ASC = "ASC"
    DESC = "DESC"


class ResponseStatus(StrEnum):
    """
    The outcome of a request as one word.
    """

    success = "success"
    fail = "fail"
    error = "error"


class ValidationError(BaseModel):
    """
    One mistake in a request.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    loc: Annotated[
        list[str | int],
        Field(
            description="Where the mistake is, from the outside in, such as `query`, `status`, `0`."
        ),
    ]
    msg: Annotated[str, Field(description="What is wrong, as a sentence.")]
    type: Annotated[str, Field(description="What is wrong, as a key for programs.")]


class GetJobsParametersQuery(BaseModel):
    model_config = ConfigDict(
        extra="allow",
    )
    order_by: str | None = "created_at"
    order_by_direction: OrderDirection | None = None
    limit: Annotated[int | None, Field(gt=0, lt=101)] = 100
    offset: int | None = None
    id: list[str] | None = None
    id__starts_with: str | None = None
    batch_id: list[str] | None = None
    project_id: list[str] | None = None
    user_id: list[str] | None = None
    status: list[JobStatus] | None = None
    min_runs: int | None = None
    max_runs: int | None = None
    errors: bool | None = None
    origin: list[JobOrigin] | None = None
    start_date: AwareDatetime | None = None
    end_date: AwareDatetime | None = None


class CancelJobsParametersQuery(BaseModel):
    model_config = ConfigDict(
        extra="allow",
    )
    id: list[str] | None = None
    id__starts_with: str | None = None
    batch_id: list[str] | None = None
    project_id: list[str] | None = None
    user_id: list[str] | None = None
    status: list[JobStatus] | None = None
    min_runs: int | None = None
    max_runs: int | None = None
    errors: bool | None = None
    origin: list[JobOrigin] | None = None
    start_date: AwareDatetime | None = None
    end_date: AwareDatetime | None = None


class ProducedPartialJobResponse(BaseModel):
    """
    A job without its results.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    id: Annotated[UUID, Field(description="The job's own id.")]
    parent_id: Annotated[
        UUID | None, Field(description="The job's parent, if it has one.")
    ] = None
    status: JobStatus
    runs: Annotated[
        int, Field(description="How many times the sequence is run (shots).")
    ]
    batch_id: Annotated[UUID, Field(description="The batch that the job belongs to.")]
    project_id: Annotated[UUID, Field(description="The project that owns the job.")]
    created_at: Annotated[
        AwareDatetime, Field(description="When the service received the job.")
    ]
    updated_at: Annotated[
        AwareDatetime, Field(description="When the job last changed.")
    ]
    start_timestamp: Annotated[
        AwareDatetime | None,
        Field(
            description="When the QPU or emulator started the job; nothing before that."
        ),
    ] = None
    end_timestamp: Annotated[
        AwareDatetime | None,
        Field(
            description="When the job finished, failed or was cancelled; nothing before that."
        ),
    ] = None
    variables: Annotated[
        dict[str, Any] | None,
        Field(
            description="The values of the sequence's variables for this job, by name."
        ),
    ] = None
    errors: Annotated[
        list[str] | None, Field(description="What went wrong, if the job failed.")
    ] = None
    progress: Annotated[
        int | None,
        Field(description="How far the execution has come, in percent.", le=100),
    ] = None
    sequence: Annotated[
        str | None, Field(description="The serialised pulse sequence of the job.")
    ] = None
    creation_order: Annotated[
        int, Field(description="The job's place in the order of creation.")
    ]
    slurm_job_id: Annotated[
        str | None, Field(description="The job's id in SLURM, if it has one.")
    ] = None


class ProducedBatchWithPartialJobsResponse(BaseModel):
    """
    A batch with its jobs, without their results.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    id: Annotated[UUID, Field(description="The batch's own id.")]
    parent_id: Annotated[
        UUID | None, Field(description="The batch's parent, if it has one.")
    ] = None
    status: BatchStatus
    complete: Annotated[
        bool, Field(description="Whether the batch was declared complete.")
    ]
    open: Annotated[bool, Field(description="Whether the batch still accepts jobs.")]
    priority: Annotated[int, Field(description="The batch's numeric priority.")]
    device_type: Annotated[
        str, Field(description="The QPU or emulator that the batch is for.")
    ]
    user_id: Annotated[str, Field(description="Who created the batch.")]
    project_id: Annotated[UUID, Field(description="The project that owns the batch.")]
    created_at: Annotated[
        AwareDatetime, Field(description="When the service received the batch.")
    ]
    updated_at: Annotated[
        AwareDatetime, Field(description="When the batch last changed.")
    ]
    sequence_builder: Annotated[
        str, Field(description="The serialised pulse sequence that the jobs share.")
    ]
    jobs_count: Annotated[int, Field(description="How many jobs the batch has.")]
    jobs_count_per_status: Annotated[
        dict[str, Any], Field(description="How many jobs the batch has in each state.")
    ]
    tags: Annotated[list[str], Field(description="Free labels of the batch.")]
    configuration: Annotated[
        dict[str, Any] | None,
        Field(description="The batch's configuration, if it has one."),
    ] = None
    webhook: Annotated[
        str | None, Field(description="The batch's webhook, if it has one.")
    ] = None
    start_datetime: Annotated[
        AwareDatetime | None,
        Field(description="When the batch started; nothing before that."),
    ] = None
    end_datetime: Annotated[
        AwareDatetime | None,
        Field(description="When the batch ended; nothing before that."),
    ] = None
    jobs: Annotated[
        list[ProducedPartialJobResponse] | None,
        Field(description="The jobs of the batch."),
    ] = None
    queue_priority: QueuePriority


class HTTPValidationError(BaseModel):
    """
    Why a request was refused before it was carried out.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    detail: Annotated[
        list[ValidationError] | None, Field(description="One entry for each mistake.")
    ] = None


class PaginatedResponseProducedPartialJobResponse(BaseModel):
    """
    One page of jobs.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    status: Annotated[
        ResponseStatus | None, Field(description="The outcome as one word.")
    ] = None
    message: Annotated[str | None, Field(description="The outcome as a sentence.")] = (
        "OK."
    )
    code: Annotated[
        str | None, Field(description="The HTTP status code again, as text.")
    ] = "200"
    data: Annotated[
        list[ProducedPartialJobResponse],
        Field(description="The jobs of the page, in the requested order."),
    ]
    pagination: Pagination


class NonPaginatedResponseProducedBatchWithPartialJobsResponse(BaseModel):
    """
    The envelope of the answer to completing a batch.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    data: Annotated[
        ProducedBatchWithPartialJobsResponse | None, Field(description="The batch.")
    ] = None


class ProducedPartialJobBulkCancelResponse(BaseModel):
    """
    Which jobs were cancelled and which were not.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    jobs: Annotated[
        list[ProducedPartialJobResponse],
        Field(description="The jobs that were cancelled, as they now stand."),
    ]
    errors: Annotated[
        dict[str, str],
        Field(
            description="For each job that was not cancelled, its id and the reason."
        ),
    ]


class NonPaginatedResponseProducedPartialJobBulkCancelResponse(BaseModel):
    """
    The envelope of the answer to a cancellation.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    data: Annotated[
        ProducedPartialJobBulkCancelResponse | None,
        Field(description="The outcome, job by job."),
    ] = None

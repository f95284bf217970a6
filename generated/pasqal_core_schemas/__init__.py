# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, RootModel


class Pagination(BaseModel):
    """
    The place of a page in the whole list.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    total: Annotated[
        int,
        Field(description="How many entries match the filters, on all pages together."),
    ]
    start: Annotated[int, Field(description="Where the page starts in the whole list.")]
    end: Annotated[int, Field(description="Where the page ends in the whole list.")]


class BatchCancelErrors(RootModel[dict[str, str]]):
    """
    For each batch that was not cancelled, its id and the reason.
    """

    root: dict[str, str]


class ResultsLinkResponse(BaseModel):
    """
    Where the results of a job can be fetched.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    results_link: Annotated[
        str | None,
        Field(
            description="The signed address of the file with the results; whoever knows it can fetch them. Null while there are none."
        ),
    ]


class Counter(RootModel[dict[str, int]]):
    """
    How often each bitstring was measured.
    """

    root: dict[str, int]


class DeviceSpecs(RootModel[dict[str, str]]):
    """
    For each type of device, its specification as a text that Pulser reads.
    """

    root: dict[str, str]


class DeviceSpec(BaseModel):
    """
    The specification of a device.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    device_type: Annotated[str, Field(description="The type of the device.")]
    specs: Annotated[
        str, Field(description="The specification, as a text that Pulser reads.")
    ]


class JobRequest(BaseModel):
    """
    A job to run.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    runs: Annotated[
        int | None,
        Field(
            description="How many times the sequence is run (shots); a QPU needs it, and has a limit. Null or absent for what the emulator chooses.",
            ge=1,
        ),
    ] = None
    variables: Annotated[
        dict[str, Any] | None,
        Field(
            description="A value for each variable of the sequence, by name: a number, an array of numbers, or for a register that is mapped at run time, `qubits`. Null or absent for a sequence without variables."
        ),
    ] = None
    sequence: Annotated[
        str | None,
        Field(
            description="The serialised pulse sequence of this job alone, without variables. Null or absent for that of the batch."
        ),
    ] = None


class SetBatchTagsRequest(RootModel[list[str]]):
    """
    The tags that a batch is to have.
    """

    root: Annotated[
        list[str],
        Field(
            description="The tags that a batch is to have.", title="SetBatchTagsRequest"
        ),
    ]


class JobsCountPerStatus(RootModel[dict[str, int]]):
    """
    How many jobs there are in each state.
    """

    root: dict[str, int]


class JobStatus(StrEnum):
    """
    The state of a job.
    """

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    ERROR = "ERROR"
    CANCELED = "CANCELED"
    CANCELING = "CANCELING"


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
    CANCELING = "CANCELING"


class QueuePriority(StrEnum):
    """
    The queue of a batch, from the one that is served first to the one that is served last.
    """

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    FREE = "FREE"


class DeviceTypeName(StrEnum):
    """
    The type of a QPU or an emulator.
    """

    EMU_FREE = "EMU_FREE"
    EMU_SV = "EMU_SV"
    EMU_MPS = "EMU_MPS"
    EMU_TN = "EMU_TN"
    EMU_FRESNEL = "EMU_FRESNEL"
    EMU_C = "EMU_C"
    FRESNEL = "FRESNEL"
    FRESNEL_CAN1 = "FRESNEL_CAN1"
    FRESNEL_SA1 = "FRESNEL_SA1"
    FRESNEL8 = "FRESNEL8"
    FRESNEL_RD = "FRESNEL_RD"


class DeviceAvailability(StrEnum):
    """
    Whether a device takes batches. A device that is down takes them; one that is retired does not.
    """

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    RETIRED = "RETIRED"


class JobOrigin(StrEnum):
    """
    The channel through which a job came in.
    """

    CLIENT = "CLIENT"
    AZURE = "AZURE"
    OVH = "OVH"
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


class GetAllBatchesParametersQuery(BaseModel):
    model_config = ConfigDict(
        extra="allow",
    )
    order_by: str | None = "created_at"
    order_by_direction: OrderDirection | None = None
    limit: Annotated[int | None, Field(gt=0, lt=101)] = 100
    offset: int | None = None
    id: list[UUID] | None = None
    id__starts_with: str | None = None
    project_id: list[UUID] | None = None
    user_id: list[str] | None = None
    device_type: list[str] | None = None
    status: list[BatchStatus] | None = None
    complete: bool | None = None
    open: bool | None = None
    min_jobs: int | None = None
    max_jobs: int | None = None
    start_date: AwareDatetime | None = None
    end_date: AwareDatetime | None = None
    queue_priority: list[QueuePriority] | None = None
    tag: str | None = None


class RebatchJobsParametersQuery(BaseModel):
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


class GetPublicDevicesParametersQuery(BaseModel):
    model_config = ConfigDict(
        extra="allow",
    )
    order_by: str | None = "created_at"
    order_by_direction: OrderDirection | None = None
    limit: Annotated[int | None, Field(gt=0, lt=101)] = 100
    offset: int | None = None
    device_type: list[DeviceTypeName] | None = None
    availability: list[DeviceAvailability] | None = None
    public: bool | None = None


class GetDevicesParametersQuery(BaseModel):
    model_config = ConfigDict(
        extra="allow",
    )
    order_by: str | None = "created_at"
    order_by_direction: OrderDirection | None = None
    limit: Annotated[int | None, Field(gt=0, lt=101)] = 100
    offset: int | None = None
    device_type: list[DeviceTypeName] | None = None
    availability: list[DeviceAvailability] | None = None
    public: bool | None = None


class GetQueueParametersQuery(BaseModel):
    model_config = ConfigDict(
        extra="allow",
    )
    limit: Annotated[int | None, Field(gt=0, lt=101)] = 100
    offset: int | None = None


class NonPaginatedResponseResultsLinkResponse(BaseModel):
    """
    The envelope of the address of results.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    data: Annotated[
        ResultsLinkResponse | None, Field(description="The address of the results.")
    ] = None


class NonPaginatedResponseDeviceSpecs(BaseModel):
    """
    The envelope of the specifications of all devices.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    data: Annotated[
        DeviceSpecs | None, Field(description="The specifications, by type of device.")
    ] = None


class NonPaginatedResponseDeviceSpec(BaseModel):
    """
    The envelope of the specification of a device.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    data: Annotated[DeviceSpec | None, Field(description="The specification.")] = None


class NonPaginatedResponsePublicDeviceSpecs(BaseModel):
    """
    The envelope of the specifications of the public devices.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    data: Annotated[
        list[DeviceSpec] | None,
        Field(description="The specifications, one entry for each device."),
    ] = None


class BatchStatusResponse(BaseModel):
    """
    The state of a batch.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    id: Annotated[UUID, Field(description="The batch's own id.")]
    status: BatchStatus
    jobs_count_per_status: JobsCountPerStatus


class JobStatusResponse(BaseModel):
    """
    The state of a job.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    id: Annotated[UUID, Field(description="The job's own id.")]
    status: JobStatus


class JobResult(BaseModel):
    """
    The results of a job. What is not measured by the device is absent.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    counter: Annotated[
        Counter | None,
        Field(
            description="How often each bitstring was measured. The first character is the first atom of the register; 1 is the Rydberg state."
        ),
    ] = None
    raw: Annotated[
        list[str] | None, Field(description="The bitstring of each shot, in order.")
    ] = None
    serialised_results: Annotated[
        str | None,
        Field(
            description="The results of an emulator, as a text that Pulser reads; it may hold other observables."
        ),
    ] = None
    partial_register_counter: Annotated[
        Counter | None,
        Field(
            description="How often each bitstring was measured where the detection of an atom failed, which is marked with an X."
        ),
    ] = None


class DeviceResponse(BaseModel):
    """
    A QPU or an emulator.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    id: Annotated[UUID, Field(description="The device's own id.")]
    name: Annotated[
        str | None, Field(description="The same as `device_type`, which replaces it.")
    ] = None
    device_type: Annotated[str, Field(description="The type of the device.")]
    status: Annotated[
        str, Field(description="Whether the device runs jobs at the moment.")
    ]
    average_queue_time: Annotated[
        int | None,
        Field(
            description="How long a job waited on average, in the last hour, in seconds."
        ),
    ] = None
    max_atom_num: Annotated[
        int | None, Field(description="How many atoms a register may have.")
    ] = None
    is_emulator: Annotated[
        bool, Field(description="Whether it is an emulator and not a QPU.")
    ]
    channels: Annotated[
        list[str] | None, Field(description="The names of the channels.")
    ] = None
    status_message: Annotated[
        str | None, Field(description="A message about the status.")
    ] = None
    allowed_result_types: Annotated[
        list[str] | None,
        Field(description="The kinds of results that can be asked for."),
    ] = None
    default_result_types: Annotated[
        list[str] | None,
        Field(description="The kinds of results that come without asking."),
    ] = None
    active: Annotated[
        bool | None,
        Field(description="Whether the device is in use. `availability` replaces it."),
    ] = None
    description: Annotated[
        str | None, Field(description="What the device is, in words.")
    ] = None
    bill_usage: Annotated[
        bool | None, Field(description="Whether its use is billed.")
    ] = None
    availability: DeviceAvailability
    has_execution_logs: Annotated[
        bool | None, Field(description="Whether there are logs of executions.")
    ] = None


class CreateBatchRequest(BaseModel):
    """
    A batch to create.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    project_id: Annotated[
        UUID, Field(description="The project that owns the batch, and pays for it.")
    ]
    sequence_builder: Annotated[
        str | None,
        Field(
            description="The serialised pulse sequence that the jobs share. Null or absent if each job has its own."
        ),
    ] = None
    jobs: Annotated[
        list[JobRequest] | None,
        Field(description="The jobs. An open batch may begin without any."),
    ] = None
    open: Annotated[
        bool | None,
        Field(
            description="Whether jobs can be added later. If not, the batch ends with its jobs."
        ),
    ] = None
    device_type: Annotated[
        DeviceTypeName | None,
        Field(
            description="The type of the device to run on. Null or absent for the device that the sequence names."
        ),
    ] = None
    backend_configuration: Annotated[
        str | None,
        Field(description="The configuration of an emulator, serialised by Pulser."),
    ] = None
    tags: Annotated[
        list[str] | None, Field(description="Free labels of the batch, each once.")
    ] = None
    configuration: Annotated[
        dict[str, Any] | None,
        Field(
            description="The configuration of an emulator. `backend_configuration` replaces it."
        ),
    ] = None
    webhook: Annotated[
        str | None,
        Field(description="An address that is told of the batch's progress."),
    ] = None
    complete: Annotated[
        bool | None, Field(description="The opposite of `open`, which replaces it.")
    ] = None
    emulator: Annotated[
        DeviceTypeName | None,
        Field(description="The type of an emulator. `device_type` replaces it."),
    ] = None
    priority: Annotated[
        float | None, Field(description="The numeric priority of the batch.")
    ] = None


class AddJobsRequest(RootModel[list[JobRequest]]):
    """
    The jobs to add to a batch.
    """

    root: Annotated[
        list[JobRequest],
        Field(description="The jobs to add to a batch.", title="AddJobsRequest"),
    ]


class CancelBatchesRequest(BaseModel):
    """
    Which batches to cancel. With `batch_ids`, everything else is ignored.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    batch_ids: Annotated[
        list[str] | None, Field(description="Batches with one of these ids.")
    ] = None
    project_id: Annotated[
        list[str] | None, Field(description="Batches of one of these projects.")
    ] = None
    user_id: Annotated[
        list[str] | None, Field(description="Batches of one of these users.")
    ] = None
    device_type: Annotated[
        list[str] | None, Field(description="Batches for one of these types of device.")
    ] = None
    status: Annotated[
        list[BatchStatus] | None,
        Field(
            description="Batches in one of these states, which are PENDING and RUNNING."
        ),
    ] = None
    open: Annotated[
        bool | None,
        Field(
            description="True for the batches that still accept jobs, false for the others."
        ),
    ] = None
    start_date: Annotated[
        AwareDatetime | None,
        Field(description="Batches that were created from this time on."),
    ] = None
    queue_priority: Annotated[
        list[QueuePriority] | None, Field(description="Batches in one of these queues.")
    ] = None
    tags: Annotated[
        list[str] | None, Field(description="Batches with one of these tags.")
    ] = None
    cancel_all: Annotated[
        bool | None, Field(description="All batches; nothing else may be given then.")
    ] = None


class ProducedPartialJobResponse(BaseModel):
    """
    A job without its results.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    id: Annotated[UUID, Field(description="The job's own id.")]
    parent_id: Annotated[
        UUID | None,
        Field(
            description="The job that this one repeats, if it was made by a rebatch."
        ),
    ] = None
    status: JobStatus
    runs: Annotated[
        int | None,
        Field(
            description="How many times the sequence is run (shots); null if the emulator chooses."
        ),
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
        str | None,
        Field(
            description="The serialised pulse sequence of the job itself, if it has one. Lists may leave it out; an answer about a single job has it."
        ),
    ] = None
    creation_order: Annotated[
        int | None,
        Field(description="The job's place in the order of creation within its batch."),
    ] = None
    slurm_job_id: Annotated[
        str | None, Field(description="The job's id in SLURM, if it has one.")
    ] = None


class ProducedBatchWithPartialJobsResponse(BaseModel):
    """
    A batch, without the results of its jobs. What an operation does not answer with is absent.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    id: Annotated[UUID, Field(description="The batch's own id.")]
    parent_id: Annotated[
        UUID | None,
        Field(
            description="The batch that this one repeats, if it was made by a rebatch."
        ),
    ] = None
    status: BatchStatus
    complete: Annotated[
        bool | None,
        Field(
            description="Whether the batch was declared complete. The opposite of `open`, which replaces it."
        ),
    ] = None
    open: Annotated[bool, Field(description="Whether the batch still accepts jobs.")]
    priority: Annotated[
        int | None,
        Field(
            description="The batch's numeric priority. `queue_priority` replaces it."
        ),
    ] = None
    device_type: Annotated[
        str, Field(description="The type of the QPU or emulator that the batch is for.")
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
        str | None,
        Field(
            description="The serialised pulse sequence that the jobs share. Null if each job has its own; lists leave it out."
        ),
    ] = None
    jobs_count: Annotated[
        int | None, Field(description="How many jobs the batch has.")
    ] = None
    jobs_count_per_status: Annotated[
        JobsCountPerStatus | None,
        Field(description="How many jobs the batch has in each state."),
    ] = None
    tags: Annotated[
        list[str] | None, Field(description="Free labels of the batch, each once.")
    ] = None
    configuration: Annotated[
        dict[str, Any] | None,
        Field(
            description="The configuration of an emulator, if the batch has one. `backend_configuration` replaces it."
        ),
    ] = None
    backend_configuration: Annotated[
        str | None,
        Field(
            description="The serialised configuration of an emulator, if the batch has one."
        ),
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
        Field(description="The jobs of the batch, in the order of their creation."),
    ] = None
    job_ids: Annotated[
        list[UUID] | None,
        Field(description="The ids of the jobs, in the order of their creation."),
    ] = None
    queue_priority: Annotated[
        QueuePriority | None, Field(description="The queue of the batch.")
    ] = None
    device_status: Annotated[
        str | None, Field(description="The state of the device that the batch is for.")
    ] = None


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
    The envelope of a batch.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    data: Annotated[
        ProducedBatchWithPartialJobsResponse | None, Field(description="The batch.")
    ] = None


class PaginatedResponseProducedBatchResponse(BaseModel):
    """
    One page of batches.
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
        list[ProducedBatchWithPartialJobsResponse],
        Field(description="The batches of the page, in the requested order."),
    ]
    pagination: Pagination


class PaginatedResponseDeviceResponse(BaseModel):
    """
    One page of devices.
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
        list[DeviceResponse],
        Field(description="The devices of the page, in the requested order."),
    ]
    pagination: Pagination


class NonPaginatedResponseProducedPartialJobResponse(BaseModel):
    """
    The envelope of a job.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    data: Annotated[
        ProducedPartialJobResponse | None, Field(description="The job.")
    ] = None


class NonPaginatedResponseBatchStatusResponse(BaseModel):
    """
    The envelope of the state of a batch.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    data: Annotated[
        BatchStatusResponse | None, Field(description="The state of the batch.")
    ] = None


class NonPaginatedResponseJobStatusResponse(BaseModel):
    """
    The envelope of the state of a job.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    data: Annotated[
        JobStatusResponse | None, Field(description="The state of the job.")
    ] = None


class ProducedBatchBulkCancelResponse(BaseModel):
    """
    Which batches were cancelled and which were not.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    batches: Annotated[
        list[ProducedBatchWithPartialJobsResponse],
        Field(description="The batches that were cancelled, as they now stand."),
    ]
    errors: Annotated[
        BatchCancelErrors | None,
        Field(
            description="For each batch that was not cancelled, its id and the reason."
        ),
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


class NonPaginatedResponseProducedBatchBulkCancelResponse(BaseModel):
    """
    The envelope of the answer to cancelling several batches.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    data: Annotated[
        ProducedBatchBulkCancelResponse | None,
        Field(description="The outcome, batch by batch."),
    ] = None

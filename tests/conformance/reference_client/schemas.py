"""The schemas of the answers, and the operations, transcribed from `openapi.yaml`.

A field is written as its kind, with `!` if it is required and `?` if it may be null. Kinds: text, integer, percent,
truth, id, time, object; `list of` and `map of` another kind; the name of an enumeration or of a schema.
"""

from dataclasses import dataclass
from typing import Any, Final

ENUMERATIONS: Final = {
    "JobStatus": ["PENDING", "RUNNING", "DONE", "ERROR", "CANCELED", "CANCELING"],
    "BatchStatus": [
        "PENDING",
        "RUNNING",
        "DONE",
        "CANCELED",
        "TIMED_OUT",
        "ERROR",
        "PAUSED",
        "CANCELING",
    ],
    "QueuePriority": ["CRITICAL", "HIGH", "MEDIUM", "LOW", "FREE"],
    "DeviceType": [
        "EMU_FREE",
        "EMU_SV",
        "EMU_MPS",
        "EMU_TN",
        "EMU_FRESNEL",
        "EMU_C",
        "FRESNEL",
        "FRESNEL_CAN1",
        "FRESNEL_SA1",
        "FRESNEL8",
        "FRESNEL_RD",
    ],
    "DeviceAvailability": ["ACTIVE", "INACTIVE", "RETIRED"],
    "JobOrigin": ["CLIENT", "AZURE", "OVH", "UNKNOWN"],
    "OrderDirection": ["ASC", "DESC"],
    "ResponseStatus": ["success", "fail", "error"],
}

SCHEMAS: Final[dict[str, dict[str, str]]] = {
    "Pagination": {"total": "integer!", "start": "integer!", "end": "integer!"},
    "Job": {
        "id": "id!",
        "parent_id": "id?",
        "status": "JobStatus!",
        "runs": "integer!?",
        "batch_id": "id!",
        "project_id": "id!",
        "created_at": "time!",
        "updated_at": "time!",
        "start_timestamp": "time?",
        "end_timestamp": "time?",
        "variables": "object?",
        "errors": "list of text?",
        "progress": "percent?",
        "sequence": "text?",
        "creation_order": "integer?",
        "slurm_job_id": "text?",
    },
    "Batch": {
        "id": "id!",
        "parent_id": "id?",
        "status": "BatchStatus!",
        "complete": "truth?",
        "open": "truth!",
        "priority": "integer?",
        "device_type": "text!",
        "user_id": "text!",
        "project_id": "id!",
        "created_at": "time!",
        "updated_at": "time!",
        "sequence_builder": "text?",
        "jobs_count": "integer?",
        "jobs_count_per_status": "map of integer?",
        "tags": "list of text?",
        "configuration": "object?",
        "backend_configuration": "text?",
        "webhook": "text?",
        "start_datetime": "time?",
        "end_datetime": "time?",
        "jobs": "list of Job?",
        "job_ids": "list of id?",
        "queue_priority": "QueuePriority?",
        "device_status": "text?",
    },
    "JobsCancelled": {"jobs": "list of Job!", "errors": "map of text!"},
    "BatchesCancelled": {"batches": "list of Batch!", "errors": "map of text?"},
    "BatchStatusReport": {
        "id": "id!",
        "status": "BatchStatus!",
        "jobs_count_per_status": "map of integer!",
    },
    "JobStatusReport": {"id": "id!", "status": "JobStatus!"},
    "ResultsLink": {"results_link": "text!?"},
    "JobResult": {
        "counter": "map of integer?",
        "raw": "list of text?",
        "serialised_results": "text?",
        "partial_register_counter": "map of integer?",
    },
    "Device": {
        "id": "id!",
        "name": "text?",
        "device_type": "text!",
        "status": "text!",
        "average_queue_time": "integer?",
        "max_atom_num": "integer?",
        "is_emulator": "truth!",
        "channels": "list of text?",
        "status_message": "text?",
        "allowed_result_types": "list of text?",
        "default_result_types": "list of text?",
        "active": "truth?",
        "description": "text?",
        "bill_usage": "truth?",
        "availability": "DeviceAvailability!",
        "has_execution_logs": "truth?",
    },
    "DeviceSpec": {"device_type": "text!", "specs": "text!"},
}

DEFAULTS: Final = {"message": "OK.", "code": "200"}


def page_of(schema: str) -> dict[str, str]:
    """The fields of a page of a list."""
    return {
        "status": "ResponseStatus?",
        "message": "text?",
        "code": "text?",
        "data": f"list of {schema}!",
        "pagination": "Pagination!",
    }


@dataclass(frozen=True)
class Operation:
    """One operation of the contract."""

    name: str
    method: str
    path: str
    answer: dict[str, str]
    public: bool = False

    @property
    def is_write(self) -> bool:
        return self.method != "GET"


def _operations() -> dict[str, Operation]:
    batch: Any = {"data": "Batch?"}
    table = [
        Operation("get_jobs", "GET", "/api/v2/jobs", page_of("Job")),
        Operation(
            "cancel_jobs",
            "PATCH",
            "/api/v2/batches/{batch__id}/cancel/jobs",
            {"data": "JobsCancelled?"},
        ),
        Operation("complete_batch", "PATCH", "/api/v2/batches/{batch__id}/complete", batch),
        Operation("create_batch", "POST", "/api/v1/batches", batch),
        Operation("get_all_batches", "GET", "/api/v1/batches", page_of("Batch")),
        Operation(
            "cancel_batches", "PATCH", "/api/v1/batches/cancel", {"data": "BatchesCancelled?"}
        ),
        Operation("get_batch", "GET", "/api/v2/batches/{batch_id}", batch),
        Operation(
            "get_batch_status",
            "GET",
            "/api/v1/batches/{batch_id}/status",
            {"data": "BatchStatusReport?"},
        ),
        Operation("add_jobs", "POST", "/api/v2/batches/{batch__id}/jobs", batch),
        Operation("cancel_batch", "PATCH", "/api/v2/batches/{batch__id}/cancel", batch),
        Operation("rebatch_jobs", "POST", "/api/v1/batches/{batch__id}/rebatch", batch),
        Operation("set_batch_tags", "PATCH", "/api/v1/batches/{batch_id}/tags", batch),
        Operation("get_job", "GET", "/api/v2/jobs/{job_id}", {"data": "Job?"}),
        Operation(
            "get_job_status", "GET", "/api/v1/jobs/{job_id}/status", {"data": "JobStatusReport?"}
        ),
        Operation("cancel_job", "PATCH", "/api/v2/jobs/{job_id}/cancel", {"data": "Job?"}),
        Operation(
            "get_job_results_link",
            "GET",
            "/api/v1/jobs/{job_id}/results_link",
            {"data": "ResultsLink?"},
        ),
        Operation("get_public_devices", "GET", "/api/v1/devices", page_of("Device"), public=True),
        Operation("get_devices", "GET", "/api/v2/devices", page_of("Device")),
        Operation("get_device_specs", "GET", "/api/v1/devices/specs", {"data": "map of text?"}),
        Operation(
            "get_public_device_specs",
            "GET",
            "/api/v1/devices/public-specs",
            {"data": "list of DeviceSpec?"},
            public=True,
        ),
        Operation(
            "get_device_spec",
            "GET",
            "/api/v1/devices/specs/{device_type}",
            {"data": "DeviceSpec?"},
        ),
        Operation("get_queue", "GET", "/api/v1/devices/{dt_name}/queue", page_of("Batch")),
    ]
    return {operation.name: operation for operation in table}


OPERATIONS: Final = _operations()

"""Which method of the client, and which command, makes the request of each operation.

This table is kept by hand, in this one place. The ledger, the cases and the tests read it, and
`make generate` says which operation of the contract it lacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Reach:
    """How an operation is reached.

    Attributes:
        resource: the attribute of the client, such as jobs; its class is named like it, Jobs. Or
            api, where only the generated function makes the request, with the client's `api`.
        method: the method of the resource that makes the request of the operation, whatever it
            reads before; or the generated function, which is called as the operation.
        command: the words after `pasqal` that make it, or, for a list, that walk through its pages;
            None if only programs need the operation.
        is_anonymous: whether it takes an anonymous client, as the method makes another request with
            others.
    """

    resource: str
    method: str
    command: str | None
    is_anonymous: bool = False

    @property
    def call(self) -> str:
        """The method below the client, such as jobs.page."""
        return f"{self.resource}.{self.method}"

    @property
    def is_generated(self) -> bool:
        """Whether no hand-written method makes the request, but only the generated function."""
        return self.resource == API

    @property
    def explained_as(self) -> str:
        """What a page that explains it calls it."""
        if self.is_generated:
            return self.method
        return self.call


HERE: Final = "tools/operation_table.py"
API: Final = "api"

TABLE: Final = {
    "get_jobs": Reach("jobs", "page", "jobs list"),
    "cancel_jobs": Reach("batches", "cancel_jobs", "batches cancel-jobs"),
    "complete_batch": Reach("batches", "complete", "batches complete"),
    "create_batch": Reach("batches", "create", "batches create"),
    "get_all_batches": Reach("batches", "page", "batches list"),
    "get_batch": Reach("batches", "get", "batches show"),
    "get_batch_status": Reach("batches", "status", "batches status"),
    "add_jobs": Reach("batches", "add_jobs", "batches add-jobs"),
    "cancel_batch": Reach("batches", "cancel", "batches cancel"),
    "cancel_batches": Reach("batches", "cancel_many", "batches cancel-many"),
    "rebatch_jobs": Reach("batches", "rebatch", "batches rebatch"),
    "set_batch_tags": Reach("batches", "set_tags", "batches tag"),
    "get_job": Reach("jobs", "get", None),
    "get_job_status": Reach("jobs", "status", None),
    "cancel_job": Reach("jobs", "cancel", "jobs cancel"),
    "get_job_results_link": Reach("jobs", "result", "jobs results"),
    "get_public_devices": Reach("devices", "list", "devices list", is_anonymous=True),
    "get_devices": Reach("devices", "list", "devices list"),
    "get_queue": Reach("devices", "queue", "devices queue"),
    "get_device_specs": Reach("devices", "specs", "devices specs"),
    "get_device_spec": Reach("devices", "specs", "devices specs"),
    "get_public_device_specs": Reach("devices", "specs", "devices specs", is_anonymous=True),
}
"""The reach of each operation, by its operationId."""

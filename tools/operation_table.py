"""Which method of the client, and which command, makes one request of each operation.

This table is kept by hand, in this one place. The ledger, the vectors and the tests read it, and
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
        method: the method of the resource that makes one request of the operation; or the generated
            function, which is called as the operation.
        command: the words after `pasqal` that make it, or, for a list, that walk through its pages;
            None if only programs need the operation.
    """

    resource: str
    method: str
    command: str | None

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
        return self.method if self.is_generated else self.call


HERE: Final = "tools/operation_table.py"
API: Final = "api"

TABLE: Final = {
    "get_jobs": Reach("jobs", "page", "jobs list"),
    "cancel_jobs": Reach("batches", "cancel_jobs", "batches cancel-jobs"),
    "complete_batch": Reach("batches", "complete", "batches complete"),
    # The clients get methods for these with the next step; docs/operations.md says how they are called until then.
    "create_batch": Reach(API, "create_batch", None),
    "get_all_batches": Reach(API, "get_all_batches", None),
    "get_batch": Reach(API, "get_batch", None),
    "get_batch_status": Reach(API, "get_batch_status", None),
    "add_jobs": Reach(API, "add_jobs", None),
    "cancel_batch": Reach(API, "cancel_batch", None),
    "cancel_batches": Reach(API, "cancel_batches", None),
    "rebatch_jobs": Reach(API, "rebatch_jobs", None),
    "set_batch_tags": Reach(API, "set_batch_tags", None),
    "get_job": Reach(API, "get_job", None),
    "get_job_status": Reach(API, "get_job_status", None),
    "cancel_job": Reach(API, "cancel_job", None),
    "get_job_results_link": Reach(API, "get_job_results_link", None),
    "get_public_devices": Reach(API, "get_public_devices", None),
    "get_devices": Reach(API, "get_devices", None),
    "get_queue": Reach(API, "get_queue", None),
    "get_device_specs": Reach(API, "get_device_specs", None),
    "get_device_spec": Reach(API, "get_device_spec", None),
    "get_public_device_specs": Reach(API, "get_public_device_specs", None),
}
"""The reach of each operation, by its operationId."""

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
        resource: the attribute of the client, such as jobs; its class is named like it, Jobs.
        method: the method of the resource that makes one request of the operation.
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


HERE: Final = "tools/operation_table.py"

TABLE: Final = {
    "get_jobs": Reach("jobs", "page", "jobs list"),
    "cancel_jobs": Reach("batches", "cancel_jobs", "batches cancel-jobs"),
    "complete_batch": Reach("batches", "complete", "batches complete"),
}
"""The reach of each operation, by its operationId."""

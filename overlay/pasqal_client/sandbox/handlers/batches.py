"""The operations about batches."""

# No `from __future__ import annotations` here: FastAPI reads the annotations of the handlers when
# they are added, so what they name has to be imported for real.

from collections.abc import Callable
from datetime import datetime
from sqlite3 import Connection
from typing import Annotated, Any, ClassVar, TypeAlias
from uuid import UUID

from fastapi import Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel

from pasqal_core_schemas import (
    AddJobsRequest,
    CreateBatchRequest,
    NonPaginatedResponseBatchStatusResponse,
    NonPaginatedResponseProducedBatchBulkCancelResponse,
    NonPaginatedResponseProducedBatchWithPartialJobsResponse,
    NonPaginatedResponseProducedPartialJobBulkCancelResponse,
    PaginatedResponseProducedBatchResponse,
    SetBatchTagsRequest,
)

from ..answers import Answers
from ..body_forms import check_form, read_content
from ..database.cancellation import CancelRules, cancel_batch, cancel_batches, cancel_jobs
from ..database.queries import BatchesQuery, CancelBatchesBody, CancelQuery, RebatchQuery, window
from ..database.rows import read_counted_batch, read_plain_batch, require_access, set_tags
from ..database.store import Store
from ..database.submission import add_jobs, complete_batch, create_batch, rebatch
from ..quirks.quirk import ChosenQuirks
from ..simulation.simulation import Simulation
from ..submission_rules import SubmissionRules

_BATCH = NonPaginatedResponseProducedBatchWithPartialJobsResponse
_STATUS_FIELDS = ("id", "status", "jobs_count_per_status")
# Beside the model of a body: the same as it came, because the model is milder than the contract.
_Content: TypeAlias = Annotated[Any, Depends(read_content)]


class BatchHandlers:
    """The handlers, named as the operations of the contract.

    Args:
        store: the batches.
        rules: what a submission has to keep.
        cancel_rules: which jobs can be cancelled.
        user_id: who submits.
        quirks: how answers depart from the contract.
        answers: the answers.
        simulation: knows which jobs will fail because they cannot be simulated.
    """

    # What a success of each operation has to satisfy.
    successes: ClassVar[dict[str, type[BaseModel]]] = {
        "create_batch": _BATCH,
        "get_all_batches": PaginatedResponseProducedBatchResponse,
        "cancel_batches": NonPaginatedResponseProducedBatchBulkCancelResponse,
        "get_batch": _BATCH,
        "get_batch_status": NonPaginatedResponseBatchStatusResponse,
        "add_jobs": _BATCH,
        "cancel_jobs": NonPaginatedResponseProducedPartialJobBulkCancelResponse,
        "complete_batch": _BATCH,
        "cancel_batch": _BATCH,
        "rebatch_jobs": _BATCH,
        "set_batch_tags": _BATCH,
    }

    def __init__(
        self,
        store: Store,
        rules: SubmissionRules,
        cancel_rules: CancelRules,
        user_id: str,
        quirks: ChosenQuirks,
        answers: Answers,
        simulation: Simulation,
    ) -> None:
        self._store = store
        self._rules = rules
        self._cancel_rules = cancel_rules
        self._user_id = user_id
        self._quirks = quirks
        self._answers = answers
        self._simulation = simulation

    async def create_batch(self, body: CreateBatchRequest, content: _Content) -> Response:
        """Create a batch."""
        fields = _dump("CreateBatchRequest", body, content)
        await self._simulation.foresee(fields.get("jobs", []), fields)
        batch = self._store.write(
            lambda session: create_batch(session, fields, self._rules, self._user_id)
        )
        return self._succeed("create_batch", batch)

    async def get_all_batches(self, query: Annotated[BatchesQuery, Query()]) -> Response:
        """List batches."""
        page = self._store.page_of_batches(query, self._quirks.next_reading())
        _, start = window(query)
        model = self.successes["get_all_batches"]
        return self._answers.succeed_page(model, page.items, page.total, start)

    async def cancel_batches(self, body: CancelBatchesBody, content: _Content) -> Response:
        """Cancel batches."""
        check_form("CancelBatchesRequest", content)
        outcome = self._store.write(
            lambda session: cancel_batches(session, body, self._cancel_rules)
        )
        data = {"batches": outcome.cancelled, "errors": outcome.errors}
        return self._succeed("cancel_batches", data)

    async def get_batch(self, batch_id: UUID) -> Response:
        """Get a batch."""
        return self._succeed("get_batch", self._read(batch_id, read_plain_batch))

    async def get_batch_status(self, batch_id: UUID) -> Response:
        """Get the state of a batch."""
        # Whoever waits asks for it again and again, and wants nothing of the jobs.
        batch = self._read(batch_id, read_counted_batch)
        return self._succeed("get_batch_status", {name: batch[name] for name in _STATUS_FIELDS})

    # The parameters of a path are called as in the contract, which is where their names come from.
    async def add_jobs(self, batch__id: UUID, body: AddJobsRequest, content: _Content) -> Response:
        """Add jobs to a batch."""
        jobs = _dump("AddJobsRequest", body, content)
        await self._simulation.foresee_more(jobs, batch__id)
        batch = self._store.write(lambda session: add_jobs(session, batch__id, jobs, self._rules))
        return self._succeed("add_jobs", batch)

    async def cancel_jobs(
        self, batch__id: UUID, query: Annotated[CancelQuery, Query()]
    ) -> Response:
        """Cancel jobs of a batch."""
        reading = self._quirks.next_reading()
        outcome = self._store.write(
            lambda session: cancel_jobs(session, batch__id, query, self._cancel_rules, reading)
        )
        data = {"jobs": outcome.cancelled, "errors": outcome.errors}
        return self._succeed("cancel_jobs", data)

    async def complete_batch(self, batch__id: UUID) -> Response:
        """Complete a batch."""
        batch = self._store.write(lambda session: complete_batch(session, batch__id))
        return self._succeed("complete_batch", batch)

    async def cancel_batch(self, batch__id: UUID) -> Response:
        """Cancel a batch."""
        batch = self._store.write(
            lambda session: cancel_batch(session, batch__id, self._cancel_rules)
        )
        return self._succeed("cancel_batch", batch)

    async def rebatch_jobs(
        self, batch__id: UUID, query: Annotated[RebatchQuery, Query()]
    ) -> Response:
        """Run jobs of a batch again."""
        reading = self._quirks.next_reading()
        await self._simulation.foresee_again(batch__id)
        batch = self._store.write(
            lambda session: rebatch(session, batch__id, query, self._rules, reading)
        )
        return self._succeed("rebatch_jobs", batch)

    async def set_batch_tags(
        self, batch_id: UUID, body: SetBatchTagsRequest, content: _Content
    ) -> Response:
        """Set the tags of a batch."""
        tags = _dump("SetBatchTagsRequest", body, content)
        batch = self._store.write(
            lambda session: set_tags(session.db, str(batch_id), tags, session.moment)
        )
        return self._succeed("set_batch_tags", batch)

    def _read(
        self, batch_id: UUID, read: Callable[[Connection, str], dict[str, Any]]
    ) -> dict[str, Any]:
        key = str(batch_id)

        def read_if_accessible(db: Connection, _: datetime) -> dict[str, Any]:
            require_access(db, key)
            return read(db, key)

        return self._store.read(read_if_accessible)

    def _succeed(self, operation: str, data: object) -> Response:
        return self._answers.succeed(self.successes[operation], data=data)


def _dump(schema: str, body: Any, content: Any) -> Any:
    """What a body says, once its content is checked where its model is too mild."""
    check_form(schema, content)
    return body.model_dump(mode="json", exclude_unset=True)

"""The operations about jobs."""

# No `from __future__ import annotations` here: FastAPI reads the annotations of the handlers when
# they are added, so what they name has to be imported for real.

from typing import Annotated, Any, ClassVar
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response
from pydantic import BaseModel

from pasqal_core_schemas import (
    NonPaginatedResponseJobStatusResponse,
    NonPaginatedResponseProducedPartialJobResponse,
    PaginatedResponseProducedPartialJobResponse,
)

from ..answers import Answers
from ..database.cancellation import CancelRules, cancel_job
from ..database.queries import JobsQuery, window
from ..database.rows import find_job, require_access_to_job
from ..database.store import Store
from ..quirks.quirk import ChosenQuirks


class JobHandlers:
    """The handlers, named as the operations of the contract.

    Args:
        store: the jobs.
        rules: which jobs can be cancelled.
        quirks: how answers depart from the contract.
        answers: the answers.
    """

    # What a success of each operation has to satisfy.
    successes: ClassVar[dict[str, type[BaseModel]]] = {
        "get_jobs": PaginatedResponseProducedPartialJobResponse,
        "get_job": NonPaginatedResponseProducedPartialJobResponse,
        "get_job_status": NonPaginatedResponseJobStatusResponse,
        "cancel_job": NonPaginatedResponseProducedPartialJobResponse,
    }

    def __init__(
        self, store: Store, rules: CancelRules, quirks: ChosenQuirks, answers: Answers
    ) -> None:
        self._store = store
        self._rules = rules
        self._quirks = quirks
        self._answers = answers

    async def get_jobs(self, query: Annotated[JobsQuery, Query()]) -> Response:
        """List jobs."""
        page = self._store.page(query, self._quirks.next_reading())
        _, start = window(query)
        model = self.successes["get_jobs"]
        return self._answers.succeed_page(model, page.items, page.total, start)

    async def get_job(self, job_id: UUID) -> Response:
        """Get a job."""
        return self._answers.succeed(self.successes["get_job"], data=self._read(job_id))

    async def get_job_status(self, job_id: UUID) -> Response:
        """Get the state of a job."""
        job = self._read(job_id)
        data = {"id": job["id"], "status": job["status"]}
        return self._answers.succeed(self.successes["get_job_status"], data=data)

    async def cancel_job(self, job_id: UUID) -> Response:
        """Cancel a job."""
        job = self._store.write(lambda session: cancel_job(session, job_id, self._rules))
        return self._answers.succeed(self.successes["cancel_job"], data=job)

    def _read(self, job_id: UUID) -> dict[str, Any]:
        key = str(job_id)

        def read(db: Any, _: object) -> dict[str, Any]:
            require_access_to_job(db, key)
            return find_job(db, key)

        return self._store.read(read)

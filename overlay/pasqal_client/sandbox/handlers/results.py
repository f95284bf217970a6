"""The operation that answers with the address of a job's results."""

# No `from __future__ import annotations` here: FastAPI reads the annotations of the handlers when
# they are added, so what they name has to be imported for real.

from datetime import datetime
from sqlite3 import Connection
from typing import ClassVar
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel

from pasqal_core_schemas import NonPaginatedResponseResultsLinkResponse

from ..answers import Answers
from ..database.rows import require_access_to_job
from ..database.store import Store
from ..operations import RESULTS_PREFIX
from ..quirks.quirk import ChosenQuirks, Quirk
from ..results.files import has_result, is_newest_done
from ..results.links import LinkSigner, find_origin
from ..simulation.simulation import Simulation


class ResultHandlers:
    """The handler, named as the operation of the contract.

    Args:
        store: the jobs.
        signer: signs the addresses.
        host: the name of this machine in them; the one that the request has used if None.
        quirks: how answers depart from the contract.
        answers: the answers.
        simulation: computes what nobody has asked for before.
    """

    # What a success of each operation has to satisfy.
    successes: ClassVar[dict[str, type[BaseModel]]] = {
        "get_job_results_link": NonPaginatedResponseResultsLinkResponse
    }

    def __init__(
        self,
        store: Store,
        signer: LinkSigner,
        host: str | None,
        quirks: ChosenQuirks,
        answers: Answers,
        simulation: Simulation,
    ) -> None:
        self._store = store
        self._signer = signer
        self._host = host
        self._quirks = quirks
        self._answers = answers
        self._simulation = simulation

    async def get_job_results_link(self, job_id: UUID, request: Request) -> Response:
        """Answer with the address of a job's results, or null while there are none."""

        def sign(db: Connection, now: datetime) -> str | None:
            require_access_to_job(db, str(job_id))
            if not has_result(db, job_id) or self._is_missing(db, job_id):
                return None
            return self._signer.sign(job_id, now)

        await self._simulation.compute(job_id)
        link = None
        name = self._store.read(sign)
        if name is not None:
            link = f"{find_origin(request, self._host)}{RESULTS_PREFIX}{name}"
        return self._answers.succeed(
            self.successes["get_job_results_link"], data={"results_link": link}
        )

    def _is_missing(self, db: Connection, job_id: UUID) -> bool:
        """Whether there are no results on purpose."""
        return Quirk.MISSING_RESULT in self._quirks.current and is_newest_done(db, job_id)

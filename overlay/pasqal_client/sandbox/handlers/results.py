"""The operation that answers with the address of a job's results."""

# No `from __future__ import annotations` here: FastAPI reads the annotations of the handlers when
# they are added, so what they name has to be imported for real.

from datetime import datetime
from sqlite3 import Connection
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from ..answers import Answers
from ..database.rows import require_access
from ..database.store import Store
from ..operations import RESULTS_PREFIX
from ..results.files import has_result
from ..results.links import LinkSigner, find_origin
from ..states import UnknownJobError


class ResultHandlers:
    """The handler, named as the operation of the contract.

    Args:
        store: the jobs.
        signer: signs the addresses.
        host: the name of this machine in them; the one that the request has used if None.
        answers: the answers.
    """

    def __init__(
        self, store: Store, signer: LinkSigner, host: str | None, answers: Answers
    ) -> None:
        self._store = store
        self._signer = signer
        self._host = host
        self._answers = answers

    async def get_job_results_link(self, job_id: UUID, request: Request) -> Response:
        """Answer with the address of a job's results, or null while there are none."""

        def sign(db: Connection, now: datetime) -> str | None:
            _require_access(db, job_id)
            if not has_result(db, job_id):
                return None
            return self._signer.sign(job_id, now)

        link = None
        name = self._store.read(sign)
        if name is not None:
            link = f"{find_origin(request, self._host)}{RESULTS_PREFIX}{name}"
        return self._answers.succeed("get_job_results_link", data={"results_link": link})


def _require_access(db: Connection, job_id: UUID) -> None:
    row = db.execute("SELECT batch_id FROM jobs WHERE id = ?", (str(job_id),)).fetchone()
    if row is None:
        raise UnknownJobError(f"Job {job_id} does not exist.")
    require_access(db, row[0])

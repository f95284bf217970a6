"""The sandbox as a user meets it: a server on a loopback port, and the means to fill it and look at it."""

import secrets
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from os import PathLike
from types import TracebackType
from typing import Self
from uuid import UUID

from pasqal_client.sandbox.app import PREFIX, create_app
from pasqal_client.sandbox.recording import RecordedRequest, Recorder, new_log
from pasqal_client.sandbox.seeding import AddedBatch, plausible_batch
from pasqal_client.sandbox.serving import HOST, ThreadedServer, listen
from pasqal_client.sandbox.store import Store

_OWN_PROJECT = UUID("f67a73f9-1da3-4124-974d-72e2bc80841b")
_FOREIGN_PROJECT = UUID("0b1c6a96-b1f5-4ab2-8f4a-a46764e29b77")
_USER = "auth0|sandbox"


class Sandbox:
    """A stand-in for the service that holds batches and jobs and answers over HTTP.

    It stands still: what was added changes only through the API, and time in it does not pass by itself. Use it in a
    `with` block, or call `start` and `stop`. What is in memory is gone when it stops; what is in a file stays.

    Args:
        token: The bearer token that it asks for; a random one if not given.
        project_id: The project of the batches that are added without one.
        db: The path of a SQLite file that keeps the batches; in memory if not given.
        port: The TCP port on 127.0.0.1; a free one if 0.
    """

    def __init__(
        self,
        *,
        token: str | None = None,
        project_id: UUID | str | None = None,
        db: str | PathLike[str] | None = None,
        port: int = 0,
    ) -> None:
        self.token = secrets.token_urlsafe(24) if token is None else token
        self.project_id = _OWN_PROJECT if project_id is None else UUID(str(project_id))
        self.user_id = _USER
        self._db = db
        self._port = port
        self._log = new_log()
        self._running: _Running | None = None

    def __repr__(self) -> str:
        return f"<Sandbox {'stopped' if self._running is None else self.base_url}>"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Self:
        """Open the database and the port, and return once requests are answered.

        Raises:
            OSError: The port is taken.
            RuntimeError: It runs already.
        """
        if self._running is not None:
            raise RuntimeError("The sandbox runs already.")
        self._running = _Running(self._db, self._port, self.token, self._log)
        return self

    def stop(self) -> None:
        """Close the port and the database; without effect if it does not run."""
        running, self._running = self._running, None
        if running is not None:
            running.stop()

    @property
    def base_url(self) -> str:
        """The address with the service prefix, to be followed by the paths of the contract."""
        return f"http://{HOST}:{self._now_running.port}{PREFIX}"

    @property
    def requests(self) -> list[RecordedRequest]:
        """The newest 10,000 requests that arrived, whatever became of them, oldest first."""
        return list(self._log.copy())  # in one step, because the server may be adding to it

    def clear_requests(self) -> None:
        """Forget the requests that arrived until now."""
        self._log.clear()

    def add_batch(
        self, jobs: Iterable[Mapping[str, object]] = (), *, foreign: bool = False, **fields: object
    ) -> AddedBatch:
        """Put in a batch with its jobs, as if it had been sent; what is not given is filled in plausibly.

        Args:
            jobs: For each job, any of its fields by their names on the wire (`origin` and `user_id` too). A job that
                says nothing is PENDING with 100 runs; start, end, progress and errors follow from the status.
            foreign: The batch belongs to a project that the token has no access to: its jobs are not listed, and
                operations on it are answered with 403. The first batch of a project decides this for all of them.
            fields: Any fields of the batch by their names on the wire, except those that are counted from the jobs.

        Returns:
            The batch as it stands now: the fields of the contract, and `job_ids`.

        Raises:
            TypeError: There is no such field.
            ValueError: A field cannot have that value, or an id is taken.
        """
        store = self._now_running.store
        project_id = _FOREIGN_PROJECT if foreign else self.project_id
        try:
            batch = plausible_batch(jobs, fields, now=store.now, project_id=project_id, user_id=self.user_id)
        except OverflowError as error:
            raise ValueError("A time is too near to the first or the last year that there is.") from error
        store.add(batch, foreign=foreign)
        return batch

    @property
    def _now_running(self) -> "_Running":
        if self._running is None:
            raise RuntimeError("The sandbox does not run: use it in a `with` block, or call start().")
        return self._running


class _Running:
    """What exists only while the sandbox runs: store, socket and server thread."""

    def __init__(self, db: str | PathLike[str] | None, port: int, token: str, log: deque[RecordedRequest]) -> None:
        listener = listen(port)
        self.port: int = listener.getsockname()[1]
        try:
            self.store = Store(db)
        except BaseException:
            listener.close()
            raise
        self._server = ThreadedServer(Recorder(create_app(self.store, token=token), log))
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name=f"sandbox-{self.port}", daemon=True
        )
        self._thread.start()
        self._server.settled.wait()
        if not self._server.started:
            self._thread.join()
            listener.close()
            self.store.close()
            raise RuntimeError("The server did not start.") from self._server.failure

    def stop(self) -> None:
        self._server.halt()
        self._thread.join()
        self.store.close()

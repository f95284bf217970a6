"""What exists only while a sandbox runs: the store, the port, and a server in a thread of its own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from .database.store import Store
from .threaded_server import ThreadedServer, listen
from .tokens import Accounts, TokenDesk

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from starlette.types import ASGIApp

    from .clock import Clock
    from .devices.catalogue import Catalogue
    from .execution import ExecutionRules
    from .simulation.simulation import Simulation


class RunningSandbox:
    """The parts of a sandbox that are opened when it starts and closed when it stops.

    Args:
        db: the file that keeps the data; in memory if None.
        port: the port on the loopback interface; a free one if 0.
        accounts: who gets a token.
        clock: how time passes.
        start: the time while the store is empty.
        rules: how devices work.
        catalogue: the devices.
        make_simulation: gets the store, and makes what simulates its jobs.

    Attributes:
        port: the port.
        store: the batches and jobs.
        desk: the tokens.
        simulation: simulates the jobs, if that is wanted.

    Raises:
        OSError: the port is taken, or the database cannot be used.
        RuntimeError: the simulator cannot be started.
    """

    _server: ThreadedServer
    _thread: threading.Thread

    def __init__(
        self,
        db: Path | None,
        port: int,
        accounts: Accounts,
        clock: Clock,
        start: datetime,
        rules: ExecutionRules,
        catalogue: Catalogue,
        make_simulation: Callable[[Store], Simulation],
    ) -> None:
        # Before the store, because a port that is taken must not create the file.
        self._listener = listen(port)
        self.port: int = self._listener.getsockname()[1]
        self.desk: TokenDesk = TokenDesk(accounts, clock)
        try:
            self.store: Store = Store(db, clock, start, rules, catalogue.is_up)
        except BaseException:
            self._listener.close()
            raise
        try:
            self.simulation: Simulation = make_simulation(self.store)
        except BaseException:
            self._close()
            raise

    def serve(self, make_app: Callable[[ThreadedServer], ASGIApp]) -> None:
        """Start the server, and return once it answers requests; if it cannot start, everything is closed.

        Args:
            make_app: gets the server, and makes what it serves.

        Raises:
            RuntimeError: the server did not start.
        """
        try:
            self._server = ThreadedServer(make_app)
            self._thread = threading.Thread(
                target=self._server.run,
                args=([self._listener],),
                name=f"sandbox-{self.port}",
                # A test that forgets to stop it must not keep the interpreter from ending.
                daemon=True,
            )
            self._thread.start()
        except BaseException:
            self._close()
            raise
        self._server.settled.wait()
        if not self._server.started:
            self._thread.join()
            self._close()
            raise RuntimeError("the server did not start") from self._server.failure

    def stop(self) -> None:
        """Stop the server, which closes the port, and then close the store.

        Raises:
            StorageError: the file could not be brought up to date; it is closed all the same.
        """
        # A request that waits for the simulation is not waited for.
        self.simulation.stop()
        # In this order, because a request that is being answered needs the store.
        self._server.halt()
        self._thread.join()
        self.store.close()

    def _close(self) -> None:
        self._listener.close()
        self.store.close()

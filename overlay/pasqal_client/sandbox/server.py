"""The sandbox as a user meets it: a server on a loopback port, and the means to fill it and look at it."""

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from os import PathLike
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self
from uuid import UUID

from . import checks
from .app import Parts, create_app
from .clock import Clock, Duration, checked_speed, duration
from .database.columns import StoredJob
from .database.store import START, Store
from .fate import GivenJobs, separated
from .faults.quirks import ChosenDepartures, Departure
from .faults.rules import Fault, FaultRule, Faults
from .operations import PREFIX, TOKEN_PATH
from .plausible import AddedBatch, plausible_batch, plausible_jobs
from .request_log import RecordedRequest, RequestLog
from .threaded_server import HOST, ThreadedServer, listen
from .tokens import Accounts, TokenDesk

_OWN_PROJECT = UUID("f67a73f9-1da3-4124-974d-72e2bc80841b")
_FOREIGN_PROJECT = UUID("0b1c6a96-b1f5-4ab2-8f4a-a46764e29b77")
_USER = "auth0|sandbox"
_NONE: Mapping[str, str] = MappingProxyType({})


class Sandbox:
    """A stand-in for the service that holds batches and jobs and answers over HTTP.

    It stands still: what was added changes only through the API, and by `advance`, or along with
    real time if it has a `speed`. Use it in a `with` block, or call `start` and `stop`. What is in
    memory is gone when it stops; what is in a file stays.

    Args:
        token: The bearer token that it asks for; a random one if not given.
        project_id: The project of the batches that are added without one.
        db: The path of a SQLite file that keeps the batches; in memory if not given, or ":memory:".
        port: The TCP port on 127.0.0.1; a free one if 0.
        start: The time in it while it is empty, with a time zone; 2026-10-12 08:00 UTC if not
            given.
        speed: How many seconds pass in it in a real one, while it runs; if 0, time passes only by
            `advance`.
        monotonic: What tells real time, in seconds.
        accounts: The passwords, by username, of the accounts that there are besides its own.
        service_accounts: The secrets, by client id, of the service accounts that there are besides
            its own.
        token_lifetime: For how many seconds the tokens of its token endpoint are valid, on its own
            clock.
        faults: What goes wrong, as `add_fault` takes it.
        departures: How it departs from the contract, by the names of `Departure`; in nothing if not
            given.

    Attributes:
        token: The bearer token that is always valid.
        project_id: The project of the batches that are added without one.
        user_id: The user of the batches that are added without one.
        username: The name of its own account.
        password: The password of that account, a random one unless `accounts` has one.
        client_id: The id of its own service account.
        client_secret: The secret of that service account, likewise.

    Raises:
        TypeError: An argument is of a wrong type.
        ValueError: An argument cannot be used.
    """

    username = "sandbox@example.org"
    client_id = "sandbox-service"

    def __init__(
        self,
        *,
        token: str | None = None,
        project_id: UUID | str | None = None,
        db: str | PathLike[str] | None = None,
        port: int = 0,
        start: datetime = START,
        speed: float = 0,
        monotonic: Callable[[], float] = time.monotonic,
        accounts: Mapping[str, str] = _NONE,
        service_accounts: Mapping[str, str] = _NONE,
        token_lifetime: int = 3600,
        faults: Iterable[Fault] = (),
        departures: Iterable[str] = (),
    ) -> None:
        self.token = secrets.token_urlsafe(24) if token is None else checks.checked_token(token)
        self.project_id = (
            _OWN_PROJECT if project_id is None else checks.checked_uuid("project_id", project_id)
        )
        self.user_id = _USER
        users = {
            self.username: secrets.token_urlsafe(16),
            **checks.checked_accounts("accounts", accounts),
        }
        services = {
            self.client_id: secrets.token_urlsafe(24),
            **checks.checked_accounts("service_accounts", service_accounts),
        }
        self.password, self.client_secret = users[self.username], services[self.client_id]
        self._accounts = Accounts(
            self.token, users, services, checks.checked_lifetime(token_lifetime)
        )
        self._db = checks.checked_db(db)
        self._port = checks.checked_port(port)
        self._speed = checked_speed(speed)
        self._begin = checks.checked_start(start)
        self._monotonic = checks.checked_monotonic(monotonic)
        self._log = RequestLog()
        self._departures = ChosenDepartures(departures)
        self._faults = Faults(monotonic)
        self._given_faults = [rule.fault for rule in self._faults.add(faults)]
        self._given_departures = self._departures.current
        self._running: _Running | None = None

    def __repr__(self) -> str:
        return f"<Sandbox {'stopped' if self._running is None else self.base_url}>"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> Self:
        """Open the database and the port, and return once requests are answered.

        Raises:
            OSError: The port is taken, or the database cannot be used.
            RuntimeError: It runs already.
        """
        if self._running is not None:
            raise RuntimeError("The sandbox runs already.")
        clock = Clock(self._speed, self._monotonic)
        running = _Running(self._db, self._port, clock, self._begin)
        # Set before the first request can arrive, because requests act on the sandbox too.
        self._running = running
        try:
            running.serve(
                self, TokenDesk(self._accounts, clock), self._log, self._departures, self._faults
            )
        except BaseException:
            self._running = None
            raise
        return self

    def stop(self) -> None:
        """Close the port and the database; without effect if it does not run.

        Raises:
            OSError: The file could not be brought up to date; port and file are closed all the
                same.
        """
        running, self._running = self._running, None
        if running is not None:
            running.stop()

    @property
    def base_url(self) -> str:
        """The address with the service prefix, to be followed by the paths of the contract."""
        return f"http://{HOST}:{self._now_running.port}{PREFIX}"

    @property
    def token_url(self) -> str:
        """The address of the token endpoint, which takes the grants of accounts and service accounts."""
        return f"http://{HOST}:{self._now_running.port}{TOKEN_PATH}"

    def expire_tokens(self) -> None:
        """Make every token that the token endpoint has issued invalid; `token` stays valid."""
        self._now_running.desk.expire()

    @property
    def requests(self) -> list[RecordedRequest]:
        """The newest 10,000 requests that arrived, whatever became of them, oldest first; fewer if they are long."""
        return self._log.kept

    def clear_requests(self) -> None:
        """Forget the requests that arrived until now."""
        self._log.clear()

    def clear(self) -> None:
        """Make it as it was when it was made: empty.

        No batch and no job is left, no request is remembered, and the time is that at its start.
        What goes wrong and how it departs from the contract are as its arguments said, counted
        anew. Tokens and accounts stay.

        Raises:
            OSError: The file cannot be written.
        """
        self._now_running.store.clear()
        self.clear_faults()
        self._faults.add(self._given_faults)
        self.departures = self._given_departures
        self.clear_requests()

    @property
    def faults(self) -> tuple[FaultRule, ...]:
        """What goes wrong, and how often it did, in the order of being set."""
        return self._faults.rules

    def add_fault(self, fault: Fault) -> FaultRule:
        """Let something go wrong from now on, after what was set before.

        Returns:
            The rule, which counts how often it happens.

        Raises:
            TypeError: That is not a Fault.
            ValueError: There would be more than 1,000 of them.
        """
        (rule,) = self.add_faults([fault])
        return rule

    def add_faults(self, faults: Iterable[Fault]) -> list[FaultRule]:
        """Let several things go wrong from now on, or none of them if one cannot be set.

        Returns:
            Their rules.

        Raises:
            TypeError: One is not a Fault.
            ValueError: There would be more than 1,000 of them.
        """
        return self._faults.add(faults)

    def clear_faults(self) -> None:
        """Let nothing go wrong any more, but what has begun."""
        self._faults.clear()

    @property
    def departures(self) -> frozenset[Departure]:
        """How it departs from the contract; assign any names of `Departure` to change it from the next request on."""
        return self._departures.current

    @departures.setter
    def departures(self, names: Iterable[str]) -> None:
        self._departures.choose(names)

    @property
    def now(self) -> datetime:
        """The time in the sandbox."""
        return self._now_running.store.now

    def advance(self, by: Duration) -> datetime:
        """Let time pass at once: jobs start, run and end as they would have.

        Args:
            by: Text like "90s", "5m", "1.5h" or "2d", a number of seconds, or a timedelta.

        Returns:
            The time in the sandbox then.

        Raises:
            ValueError: That is not a duration.
        """
        return self._now_running.store.advance(duration(by))

    def add_batch(
        self, jobs: GivenJobs = (), *, foreign: bool = False, **fields: object
    ) -> AddedBatch:
        """Put in a batch with its jobs, as if it had been sent; what is not given is filled in plausibly.

        Args:
            jobs: For each job, any of its fields by their names on the wire (`origin` and `user_id`
                too). A job that says nothing is PENDING with 100 runs; start, end, progress and
                errors follow from the status. A `fate` (a `Fate`) says what will become of it as
                time passes.
            foreign: The batch belongs to a project that the token has no access to: its jobs are
                not listed, and operations on it are answered with 403. The first batch of a project
                decides this for all of them.
            fields: Any fields of the batch by their names on the wire, except those that are
                counted from the jobs.

        Returns:
            The batch as it stands now: the fields of the contract, and `job_ids`.

        Raises:
            OSError: The file cannot be written.
            TypeError: There is no such field.
            ValueError: A field cannot have that value, or an id is taken.
        """
        if not isinstance(foreign, bool):
            raise ValueError(f"foreign is {checks.shown(foreign)}, neither True nor False")
        store = self._now_running.store
        project_id = _FOREIGN_PROJECT if foreign else self.project_id
        given, fates = separated(jobs)
        with _times_within_reach():
            batch = plausible_batch(
                given, fields, now=store.now, project_id=project_id, user_id=self.user_id
            )
        store.add(batch, fates, foreign=foreign)
        return batch

    def add_jobs(self, batch_id: UUID | str, jobs: GivenJobs) -> list[UUID]:
        """Put more jobs into a batch that is open.

        Args:
            batch_id: The batch.
            jobs: The jobs, as `add_batch` takes them.

        Returns:
            The ids of the jobs, in the order in which they were given.

        Raises:
            TypeError: There is no such field.
            ValueError: The batch is complete or has ended, or is not there; a field cannot have
                that value.
        """
        given, fates = separated(jobs)

        def make(batch: AddedBatch, now: datetime, first: int) -> list[StoredJob]:
            with _times_within_reach():
                return plausible_jobs(given, batch, after=now, first=first)

        batch = checks.checked_uuid("batch_id", batch_id)
        return [job.id for job in self._now_running.store.extend(batch, make, fates)]

    def cancel_jobs(self, count: int) -> list[UUID]:
        """Cancel so many PENDING jobs, the newest, as somebody else would.

        Returns:
            Their ids; fewer if there are not so many.

        Raises:
            ValueError: That is no number of jobs.
        """
        return self._now_running.store.cancel_newest(checks.checked_count(count))

    @property
    def _now_running(self) -> "_Running":
        if self._running is None:
            raise RuntimeError(
                "The sandbox does not run: use it in a `with` block, or call start()."
            )
        return self._running


@contextmanager
def _times_within_reach() -> Iterator[None]:
    try:
        yield
    except OverflowError as error:
        raise ValueError(
            "A time is too near to the first or the last year that there is."
        ) from error


class _Running:
    """What exists only while the sandbox runs: store, socket and server thread."""

    desk: TokenDesk
    _server: ThreadedServer
    _thread: threading.Thread

    def __init__(self, db: Path | None, port: int, clock: Clock, start: datetime) -> None:
        self._listener = listen(port)
        self.port: int = self._listener.getsockname()[1]
        try:
            self.store = Store(db, clock, start)
        except BaseException:
            self._listener.close()
            raise

    def serve(
        self,
        sandbox: Sandbox,
        desk: TokenDesk,
        log: RequestLog,
        departures: ChosenDepartures,
        faults: Faults,
    ) -> None:
        self.desk = desk
        self._server = ThreadedServer(
            lambda server: create_app(
                Parts(self.store, desk, log, departures, faults, server), sandbox
            )
        )
        self._thread = threading.Thread(
            target=self._server.run,
            args=([self._listener],),
            name=f"sandbox-{self.port}",
            daemon=True,
        )
        self._thread.start()
        self._server.settled.wait()
        if not self._server.started:
            self._thread.join()
            self._listener.close()
            self.store.close()
            raise RuntimeError("The server did not start.") from self._server.failure

    def stop(self) -> None:
        self._server.halt()
        self._thread.join()
        self.store.close()

"""The sandbox as a user meets it: a server on a loopback port, and the means to fill and inspect it."""

from __future__ import annotations

import secrets
import time
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Self
from uuid import UUID

from . import checks
from .app import Parts, create_app
from .clock import Clock, Duration, check_speed, parse_duration
from .database.cancellation import CancelRules
from .database.store import START
from .devices.catalogue import Catalogue
from .devices.specs import check_specs
from .execution import make_execution_rules
from .fate import GivenJobs, separate_fates
from .faults.rules import FaultRule, Faults
from .operations import PREFIX, TOKEN_PATH
from .quirks.quirk import ChosenQuirks, Quirk
from .request_log import RecordedRequest, RequestLog
from .results.kept import separate_results
from .results.settings import check_settings
from .running_sandbox import RunningSandbox
from .sample_sequences import SEQUENCE
from .sample_values import AddedBatch, make_batch, make_jobs
from .simulation.foresight import Foresight
from .simulation.settings import MOST_ATOMS
from .simulation.settings import check_settings as check_simulation
from .simulation.simulation import Simulation
from .submission_rules import SubmissionRules
from .threaded_server import HOST
from .tokens import Accounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from os import PathLike

    from starlette.types import ASGIApp

    from .database.columns import StoredJob
    from .faults.fault import Fault
    from .threaded_server import ThreadedServer

# The same in every sandbox, so that what a test records is the same each time.
_OWN_PROJECT = UUID("f67a73f9-1da3-4124-974d-72e2bc80841b")
_FOREIGN_PROJECT = UUID("0b1c6a96-b1f5-4ab2-8f4a-a46764e29b77")
_USER = "auth0|sandbox"
_NONE: Mapping[str, str] = MappingProxyType({})


class Sandbox:
    """A stand-in for the service that holds batches and jobs and answers over HTTP.

    Its time stands still: what was added changes only through the API and by `advance`, or along
    with real time if it has a `speed`. Use it in a `with` block, or call `start` and `stop`. Data
    in memory are gone when it stops; data in a file stay.

    Args:
        token: the bearer token to accept; a random one if not given.
        project_id: the project of the batches that are added without one.
        db: the path of a SQLite file that keeps the data; in memory if not given, or ":memory:".
        port: the TCP port on 127.0.0.1; a free one if 0.
        start: the sandbox's time while it is empty, with a zone; 2026-10-12 08:00 UTC if not given.
        speed: how many seconds pass in the sandbox for each real second while it runs; if 0, time
            passes only by `advance`.
        monotonic: returns real time, in seconds.
        accounts: the passwords of accounts besides its own, by username.
        service_accounts: the secrets of service accounts besides its own, by client id.
        token_lifetime: how many seconds of the sandbox's time the tokens of its token endpoint are
            valid.
        faults: what goes wrong, as `add_fault` takes it.
        quirks: how its answers depart from the contract, by the names of `Quirk`; not at all if not
            given.
        strict_sequences: a sequence must be a real one; else any text passes, which is then taken
            for a sequence without variables on no atoms in particular.
        idle_timeout: how long an open batch may have nothing to run before it becomes TIMED_OUT, as
            `advance` takes it; forever if None.
        cancel_running: a job that runs can still be cancelled; else only one that waits.
        emulator_runs: how often an emulator runs a job that does not say it.
        specs: the specifications of devices, as texts by device type; of FRESNEL and FRESNEL_CAN1
            if not given.
        result_lifetime: how long the address of a result file is valid in the sandbox's time, as
            `advance` takes it.
        results_host: "127.0.0.1" or "localhost", for the addresses of result files; the name that
            the request has used if not given.
        reject_token_on_results: whether a request for a result file is rejected if it carries a
            token or a cookie.
        simulate: results are computed with Pulser when they are first asked for, which needs the
            `simulation` extra; a job that cannot be simulated fails. Else they are made up.
        max_simulated_atoms: how many atoms are simulated; the time doubles or triples with each.

    Attributes:
        token: the bearer token that is always valid.
        project_id: the project of the batches that are added without one.
        user_id: the user of the batches that are added without one.
        username: the name of its own account.
        password: the password of that account; a random one unless `accounts` has it.
        client_id: the id of its own service account.
        client_secret: the secret of that service account; a random one unless `service_accounts`
            has it.

    Raises:
        ImportError: it is to simulate, and what it needs is not installed.
        TypeError: an argument has the wrong type.
        ValueError: an argument cannot be used.
    """

    username = "sandbox@example.org"
    client_id = "sandbox-service"

    # So that assigning to a misspelt attribute is an error, and not without effect.
    __slots__ = (
        "__weakref__",
        "_accounts",
        "_begin",
        "_cancel_rules",
        "_catalogue",
        "_db",
        "_execution_rules",
        "_faults",
        "_foresight",
        "_given_faults",
        "_given_quirks",
        "_log",
        "_monotonic",
        "_port",
        "_quirks",
        "_results",
        "_running",
        "_simulation",
        "_speed",
        "_submission_rules",
        "client_secret",
        "password",
        "project_id",
        "token",
        "user_id",
    )

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
        quirks: Iterable[str] = (),
        strict_sequences: bool = False,
        idle_timeout: Duration | None = "5m",
        cancel_running: bool = True,
        emulator_runs: int = 1000,
        specs: Mapping[str, str] | None = None,
        result_lifetime: Duration = "1h",
        results_host: str | None = None,
        reject_token_on_results: bool = False,
        simulate: bool = False,
        max_simulated_atoms: int = MOST_ATOMS,
    ) -> None:
        # Random, so that no other program on this machine, and no page in its browser, can guess it.
        if token is None:
            token = secrets.token_urlsafe(24)
        if project_id is None:
            project_id = _OWN_PROJECT
        self.token: str = checks.check_token(token)
        self.project_id: UUID = checks.parse_uuid("project_id", project_id)
        self.user_id: str = _USER
        users = {
            self.username: secrets.token_urlsafe(16),
            **checks.check_accounts("accounts", accounts),
        }
        services = {
            self.client_id: secrets.token_urlsafe(24),
            **checks.check_accounts("service_accounts", service_accounts),
        }
        self.password: str = users[self.username]
        self.client_secret: str = services[self.client_id]
        self._accounts = Accounts(
            self.token, users, services, checks.check_lifetime(token_lifetime)
        )
        self._db = checks.parse_db_path(db)
        self._port = checks.check_port(port)
        self._speed = check_speed(speed)
        self._begin = checks.check_start(start)
        self._monotonic = checks.check_monotonic(monotonic)
        self._cancel_rules = CancelRules(checks.check_flag("cancel_running", cancel_running))
        self._simulation = check_simulation(simulate, max_simulated_atoms)
        self._foresight = Foresight()
        self._execution_rules = replace(
            make_execution_rules(emulator_runs, idle_timeout),
            foresee=self._foresight.find_fate,
            simulates=self._simulation.simulate,
        )
        self._catalogue = Catalogue(check_specs(specs))
        self._submission_rules = SubmissionRules(
            checks.check_flag("strict_sequences", strict_sequences),
            self._catalogue.find_type,
            self._catalogue.takes_batches,
            self._catalogue.find_max_runs,
        )
        self._results = check_settings(result_lifetime, results_host, reject_token_on_results)
        self._log = RequestLog()
        self._quirks = ChosenQuirks(quirks)
        self._faults = Faults(monotonic)
        # Kept for `clear`: an iterable among the arguments can be read only once.
        self._given_faults = [rule.fault for rule in self._faults.add(faults)]
        self._given_quirks = self._quirks.current
        self._running: RunningSandbox | None = None

    def __repr__(self) -> str:
        if self._running is None:
            return "<Sandbox stopped>"
        return f"<Sandbox {self.base_url}>"

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
            OSError: the port is taken, or the database cannot be used.
            RuntimeError: it is running already, or the simulator cannot be started.
        """
        if self._running is not None:
            raise RuntimeError("the sandbox is running already")
        clock = Clock(self._speed, self._monotonic)
        running = RunningSandbox(
            self._db,
            self._port,
            self._accounts,
            clock,
            self._begin,
            self._execution_rules,
            self._catalogue,
            partial(Simulation, foresight=self._foresight, settings=self._simulation),
        )
        # Set before the first request can arrive, because requests act on the sandbox too.
        self._running = running
        try:
            running.serve(self._make_app)
        except BaseException:
            self._running = None
            raise
        return self

    def stop(self) -> None:
        """Close the port and the database; without effect if it is not running.

        Raises:
            OSError: the file could not be brought up to date; port and file are closed all the
                same.
        """
        running, self._running = self._running, None
        if running is not None:
            running.stop()

    @property
    def base_url(self) -> str:
        """The address with the service prefix; the paths of the contract follow it."""
        return f"http://{HOST}:{self._require_running().port}{PREFIX}"

    @property
    def token_url(self) -> str:
        """The address of the token endpoint, which takes the grants of accounts and service accounts."""
        return f"http://{HOST}:{self._require_running().port}{TOKEN_PATH}"

    def expire_tokens(self) -> None:
        """Invalidate every token that the token endpoint has issued; `token` stays valid."""
        self._require_running().desk.expire()

    @property
    def requests(self) -> list[RecordedRequest]:
        """The newest 10,000 requests that arrived, however they ended, oldest first; fewer if they are long."""
        return self._log.requests

    def clear_requests(self) -> None:
        """Forget the requests that have arrived so far."""
        self._log.clear()

    def clear(self) -> None:
        """Reset it to the state in which it was created: empty.

        Batches, jobs and recorded requests are gone, and its time is that of its start. Faults and
        quirks are those of its arguments, with their counts at zero. All devices are as they were
        at first. Tokens and accounts stay.

        Raises:
            OSError: the file cannot be written.
        """
        self._require_running().store.clear()
        self.clear_faults()
        self._faults.add(self._given_faults)
        self.quirks = self._given_quirks
        self._catalogue.reset()
        self.clear_requests()

    @property
    def faults(self) -> tuple[FaultRule, ...]:
        """What goes wrong, and how often it did, in the order in which it was set."""
        return self._faults.rules

    def add_fault(self, fault: Fault) -> FaultRule:
        """Let something go wrong from now on; faults that were set before it come first.

        Returns:
            The rule, which counts how often it happens.

        Raises:
            TypeError: that is not a Fault.
            ValueError: there would be more than 1,000 of them.
        """
        (rule,) = self.add_faults([fault])
        return rule

    def add_faults(self, faults: Iterable[Fault]) -> list[FaultRule]:
        """Let several things go wrong from now on, or none of them if one cannot be set.

        Returns:
            Their rules.

        Raises:
            TypeError: one is not a Fault.
            ValueError: there would be more than 1,000 of them.
        """
        return self._faults.add(faults)

    def clear_faults(self) -> None:
        """Let nothing go wrong from now on, except what has begun."""
        self._faults.clear()

    @property
    def quirks(self) -> frozenset[Quirk]:
        """How its answers depart from the contract; assign names of `Quirk` to change that from the next request on."""
        return self._quirks.current

    @quirks.setter
    def quirks(self, names: Iterable[str]) -> None:
        self._quirks.choose(names)

    @property
    def now(self) -> datetime:
        """The time in the sandbox."""
        return self._require_running().store.now

    def advance(self, by: Duration) -> datetime:
        """Let time pass at once: jobs start, run and end as they would have.

        Args:
            by: text like "90s", "5m", "1.5h" or "2d", a number of seconds, or a timedelta.

        Returns:
            The time in the sandbox then.

        Raises:
            ValueError: that is not a duration.
        """
        return self._require_running().store.advance(parse_duration(by))

    def add_batch(
        self, /, jobs: GivenJobs = (), *, foreign: bool = False, **fields: object
    ) -> AddedBatch:
        """Add a batch with its jobs, as if it had been submitted; plausible values fill in what is not given.

        Args:
            jobs: for each job, any of its fields by their names on the wire (`origin` and `user_id`
                too). A job without fields is PENDING with 100 runs; start, end, progress and errors
                follow from the status. A `fate` (a `Fate`) says what will become of it as time
                passes. A `result` says what its file holds once it is DONE: anything that JSON can
                spell, or None for a job without results; it is made up if not given.
            foreign: the batch belongs to a project that the token has no access to: its jobs are
                not listed, and operations on it are answered with 403. The first batch of a project
                decides this for all of them.
            fields: any fields of the batch by their names on the wire, except those that are
                counted from the jobs.

        Returns:
            The batch as it is now: the fields of the contract, and `job_ids`.

        Raises:
            OSError: the file cannot be written.
            TypeError: unknown field.
            ValueError: a field cannot have that value, or an id is taken.
        """
        checks.check_flag("foreign", foreign)
        running = self._require_running()
        project_id = _FOREIGN_PROJECT if foreign else self.project_id
        if self._simulation.simulate:
            fields = {"sequence_builder": SEQUENCE, **fields}
        fated, fates = separate_fates(jobs)
        given, results = separate_results(fated)
        with _overflow_as_value_error():
            batch = make_batch(
                given, fields, now=running.store.now, project_id=project_id, user_id=self.user_id
            )
        running.simulation.foresee_now(given, _get_shared(batch))
        running.store.add(batch, fates, results, foreign=foreign)
        return batch

    def add_jobs(self, batch_id: UUID | str, jobs: GivenJobs) -> list[UUID]:
        """Add more jobs to a batch that is open.

        Args:
            batch_id: the batch.
            jobs: the jobs, as `add_batch` takes them.

        Returns:
            The ids of the jobs, in the order in which they were given.

        Raises:
            TypeError: unknown field.
            ValueError: the batch is complete, has ended or does not exist, or a field cannot have
                that value.
        """
        fated, fates = separate_fates(jobs)
        given, results = separate_results(fated)

        # The store calls it while it is locked, with the batch and the time as they are then.
        def make(batch: AddedBatch, now: datetime, first: int) -> list[StoredJob]:
            with _overflow_as_value_error():
                return make_jobs(given, batch, after=now, first=first)

        batch = checks.parse_uuid("batch_id", batch_id)
        running = self._require_running()
        running.simulation.foresee_now(given, batch)
        return [job.id for job in running.store.extend(batch, make, fates, results)]

    def cancel_jobs(self, count: int) -> list[UUID]:
        """Cancel this many PENDING jobs, the newest ones, as somebody else would.

        Returns:
            Their ids; fewer if fewer are PENDING.

        Raises:
            ValueError: that is not a number of jobs.
        """
        return self._require_running().store.cancel_newest(checks.check_count("count", count))

    def set_device(
        self,
        device_type: str,
        *,
        status: str | None = None,
        availability: str | None = None,
        status_message: str | None = None,
    ) -> None:
        """Let a device be in another state from now on.

        A device runs nothing while its status is not "UP", but it takes batches, which wait; one
        that is RETIRED takes none.

        Args:
            device_type: a device that the sandbox lists.
            status: "UP", or anything else, such as "DOWN"; as before if None.
            availability: ACTIVE, INACTIVE or RETIRED; as before if None.
            status_message: a message about that.

        Raises:
            ValueError: the device does not exist, or cannot be in that state.
        """
        # What is due until now happens in the state until now.
        self.advance(0)
        self._catalogue.change(
            device_type,
            status=status,
            availability=availability,
            status_message=status_message,
        )

    def _make_app(self, server: ThreadedServer) -> ASGIApp:
        running = self._require_running()
        parts = Parts(
            running.store,
            running.desk,
            self._log,
            self._quirks,
            self._faults,
            server,
            self._submission_rules,
            self._cancel_rules,
            self.user_id,
            self._catalogue,
            self._results,
            running.simulation,
        )
        return create_app(parts, self)

    def _require_running(self) -> RunningSandbox:
        if self._running is None:
            raise RuntimeError(
                "the sandbox is not running: use it in a `with` block, or call start()"
            )
        return self._running


def _get_shared(batch: AddedBatch) -> dict[str, object]:
    """What the jobs of a batch share, by its name on the wire."""
    return batch.model_dump(include={"sequence_builder", "backend_configuration"})


@contextmanager
def _overflow_as_value_error() -> Iterator[None]:
    try:
        yield
    except OverflowError as error:
        raise ValueError(
            "a time is too close to the first or the last year that can be represented"
        ) from error

"""Simulation in a sandbox: which jobs will fail because of it, and the results of the others."""

from __future__ import annotations

import json
from asyncio import wrap_future
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.exceptions import HTTPException

from ..results.computed import keep_computed, make_computed
from ..results.files import find_uncomputed
from ..states import FINISHED
from .programs import Program, make_programs, read_programs, read_shared
from .worker import SimulatorError, find_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Future
    from uuid import UUID

    from ..database.store import Store
    from ..results.files import DoneJob
    from .foresight import Foresight
    from .settings import SimulationSettings
    from .worker import Worker

    _Find = Callable[[], list[Program]]


class _Inquiry(NamedTuple):
    """Programs that differ only in their variables, and the answer: which of them cannot be simulated."""

    programs: Sequence[Program]
    answer: Future[Any]


class Simulation:
    """The simulation of a sandbox that runs; without effect in one that does not simulate.

    Args:
        store: the jobs.
        foresight: what is known of programs in advance, which the store relies on.
        settings: whether to simulate, and what.

    Raises:
        SimulatorError: the simulator cannot be started.
    """

    def __init__(self, store: Store, foresight: Foresight, settings: SimulationSettings) -> None:
        self._store = store
        self._foresight = foresight
        self._most_atoms = settings.most_atoms
        self._under_way: dict[UUID, Future[Any]] = {}
        self._worker: Worker | None = None
        if settings.simulate:
            self._worker = find_worker()
            # Now, and not when somebody submits: on a slow machine it may take longer than a client
            # waits for an answer.
            try:
                self._worker.ask({"ask": "start"}).result()
            except SimulatorError as error:
                raise SimulatorError(f"the simulator cannot be started: {error}") from None

    def stop(self) -> None:
        """Give up what nobody will ask for any more."""
        if self._worker is not None:
            for answer in list(self._under_way.values()):
                self._worker.drop(answer)

    async def foresee(self, jobs: Iterable[Mapping[str, Any]], batch: Mapping[str, Any]) -> None:
        """Find out which jobs of a new batch will fail, before they are taken in."""
        await self._learn(lambda: make_programs(jobs, batch))

    async def foresee_more(self, jobs: Iterable[Mapping[str, Any]], batch_id: UUID) -> None:
        """Find out which jobs will fail, before they are added to a batch."""
        await self._learn(lambda: make_programs(jobs, self._read_shared(batch_id)))

    async def foresee_again(self, batch_id: UUID) -> None:
        """Find out which jobs of a batch will fail if they are repeated."""
        await self._learn(lambda: self._store.read(partial(read_programs, batch_id=batch_id)))

    def foresee_now(self, jobs: Iterable[Any], batch: Mapping[str, Any] | UUID) -> None:
        """Find out which jobs will fail, from a thread that may wait.

        Args:
            jobs: the jobs as a test gives them. Those that have ended do not matter, and what is
                not a job is rejected later.
            batch: the fields of their new batch, or the id of the one that they are added to.
        """

        def find() -> list[Program]:
            shared = batch
            if not isinstance(shared, Mapping):
                shared = self._read_shared(shared)
            return make_programs(filter(_is_waiting, jobs), shared)

        for inquiry in self._inquire(find):
            self._note(inquiry)

    async def compute(self, job_id: UUID) -> None:
        """Compute the results of a job, if it can have any and has none yet.

        Raises:
            HTTPException: the simulator has failed.
        """
        if self._worker is None:
            return
        job = self._store.read(partial(find_uncomputed, job_id=job_id))
        if job is None:
            return
        try:
            answer = await wrap_future(self._run(self._worker, job))
        except SimulatorError as error:
            raise HTTPException(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                f"The results of job {job_id} cannot be simulated: {error}.",
            ) from None
        finally:
            self._under_way.pop(job_id, None)
        content = json.dumps(make_computed(job, answer, self._store.emulator_runs))
        self._store.write(lambda session: keep_computed(session.db, job_id, content))

    def _run(self, worker: Worker, job: DoneJob) -> Future[Any]:
        # Whoever asks while it is being simulated waits for the same answer.
        if job.job_id not in self._under_way:
            self._under_way[job.job_id] = worker.ask(
                {
                    "ask": "run",
                    "sequence": job.sequence,
                    "variables": json.loads(job.variables or "{}"),
                    "configuration": job.configuration,
                    "most_atoms": self._most_atoms,
                    "runs": job.runs,
                    "default_runs": self._store.emulator_runs,
                    "seed": _make_seed(job.job_id),
                }
            )
        return self._under_way[job.job_id]

    async def _learn(self, find: _Find) -> None:
        for inquiry in self._inquire(find):
            with suppress(SimulatorError):
                await wrap_future(inquiry.answer)
            self._note(inquiry)

    def _inquire(self, find: _Find) -> list[_Inquiry]:
        """Ask about the programs that nothing is known of; they are not even looked for without a simulation."""
        if self._worker is None:
            return []
        inquiries = []
        unknown = self._foresight.select_unknown(find())
        for (sequence, configuration), group in groupby(unknown, _find_shared):
            alike = list(group)
            question = {
                "ask": "judge",
                "sequence": sequence,
                "configuration": configuration,
                "variables": [json.loads(program.variables) for program in alike],
                "most_atoms": self._most_atoms,
            }
            inquiries.append(_Inquiry(alike, self._worker.ask(question, is_urgent=True)))
        return inquiries

    def _note(self, inquiry: _Inquiry) -> None:
        """Remember an answer; where there is none, no job of these can be simulated."""
        error = inquiry.answer.exception()
        if error is None:
            self._foresight.learn(inquiry.programs, inquiry.answer.result()["reasons"])
            return
        reason = f"The simulator has failed: {error}."
        self._foresight.learn(inquiry.programs, [reason] * len(inquiry.programs))

    def _read_shared(self, batch_id: UUID) -> dict[str, Any]:
        return self._store.read(partial(read_shared, batch_id=batch_id))


def _is_waiting(job: Any) -> bool:
    return isinstance(job, Mapping) and job.get("status") not in FINISHED


def _find_shared(program: Program) -> tuple[str | None, str | None]:
    return program.sequence, program.configuration


def _make_seed(job_id: UUID) -> int:
    """A number that follows from a job, for a source of random numbers with 32 bits."""
    return int.from_bytes(sha256(job_id.bytes).digest()[:4])

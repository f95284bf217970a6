"""What is known in advance of programs: that they cannot be simulated, so that their jobs will fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pasqal_core_schemas import JobStatus

from ..fate import Fate
from .programs import make_program

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pasqal_core_schemas import ProducedBatchWithPartialJobsResponse, ProducedPartialJobResponse

    from .programs import Program

_MOST_KNOWN = 20_000


class Foresight:
    """Remembers why programs cannot be simulated, from before they are taken in until they are."""

    def __init__(self) -> None:
        self._reasons: dict[bytes, str | None] = {}

    def select_unknown(self, programs: Iterable[Program]) -> list[Program]:
        """The programs of which nothing is known, each once."""
        return [
            program for program in dict.fromkeys(programs) if program.digest not in self._reasons
        ]

    def learn(self, programs: Sequence[Program], reasons: Sequence[str | None]) -> None:
        """Remember why each of some programs cannot be simulated; the reason is None where it can."""
        if len(self._reasons) > _MOST_KNOWN:
            self._reasons.clear()
        for program, reason in zip(programs, reasons, strict=True):
            self._reasons[program.digest] = reason

    def find_fate(
        self,
        batch: ProducedBatchWithPartialJobsResponse,
        job: ProducedPartialJobResponse,
    ) -> Fate | None:
        """What becomes of a job; None unless it is known to fail."""
        if not self._reasons or job.status is JobStatus.CANCELING:
            return None
        fields = {"sequence": job.sequence, "variables": job.variables}
        program = make_program(fields, batch.sequence_builder, batch.backend_configuration)
        reason = self._reasons.get(program.digest)
        if reason is None:
            return None
        return Fate(outcome="ERROR", error=reason)

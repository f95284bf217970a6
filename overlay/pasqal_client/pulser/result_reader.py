"""Results of jobs as Pulser's `Results`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen
from pulser import Sequence
from pulser.backend import Results

from .._display import printable
from .programs import is_fixed

if TYPE_CHECKING:
    from pasqal_core_api.models import Job

    from .._results.job_result import JobResult
    from .._results.outcome import JobOutcome
    from .sequence_texts import SequenceTexts


@frozen
class Reading:
    """The results of one job, or why there are none.

    Attributes:
        outcome: what was fetched.
        results: Pulser's results; None if there are none.
        problem: why not.
    """

    outcome: JobOutcome
    results: Results | None = None
    problem: Exception | None = None

    @property
    def reason(self) -> str:
        """Why there are no results, in a sentence."""
        return str(self.problem)


class ResultReader:
    """Reads the results of the jobs of a batch.

    Args:
        texts: the sequences that the jobs ran.
    """

    def __init__(self, texts: SequenceTexts) -> None:
        self._texts = texts
        # Many jobs share a sequence, and parsing it takes milliseconds.
        self._sequences: dict[str, Sequence] = {}

    def read(self, outcome: JobOutcome) -> Reading:
        """The results of a job; what is wrong with them is its problem alone."""
        if outcome.error is not None or outcome.job is None or outcome.result is None:
            return Reading(outcome, problem=outcome.error)
        try:
            return Reading(outcome, self._convert(outcome.job, outcome.result))
        # Whatever Pulser thinks of a text that came over the network.
        except Exception as error:
            cause = printable(f"{type(error).__name__}: {error}")
            problem = ValueError(
                f"the results of job {outcome.job_id} cannot be read with Pulser: {cause}"
            )
            problem.__cause__ = error
            return Reading(outcome, problem=problem)

    def _convert(self, job: Job, result: JobResult) -> Results:
        if result.serialised is not None:
            return Results.from_abstract_repr(result.serialised)
        if not result.counter:
            raise ValueError("there are no counts in them")
        sequence = self._sequence_of(job)
        atoms = sequence.register.qubit_ids
        for bits in result.counter:
            if len(bits) != len(atoms):
                raise ValueError(
                    f"a bitstring has {len(bits)} characters, and the sequence {len(atoms)} atoms"
                )
        return Results.from_final_bitstrings(atoms, sequence.get_duration(), result.counter)

    def _sequence_of(self, job: Job) -> Sequence:
        """What a job ran: its atoms and its length depend on its own variables."""
        text = self._texts.of(job)
        if text is None:
            raise ValueError("the sequence of the job is not known")
        if text not in self._sequences:
            self._sequences[text] = Sequence.from_abstract_repr(text)
        sequence = self._sequences[text]
        if is_fixed(sequence):
            return sequence
        return sequence.build(**(job.variables or {}))

"""Which jobs a picture shows, in a heading."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from attrs import Factory, define

from ..display.field_text import UNKNOWN, cell
from ..display.words import tally
from .histogram import numbered

if TYPE_CHECKING:
    from ... import JobOutcome


@define
class Summary:
    """Counts of the jobs whose results were asked for.

    Attributes:
        states: how many there are in each state.
        batches: the batches that they are of; only two of them if there are more.
        shots: all their measurements.
    """

    states: Counter[str] = Factory(Counter)
    batches: set[str] = Factory(set)
    shots: int = 0

    def take(self, outcome: JobOutcome, shots: int) -> None:
        """Count a job."""
        self.shots += shots
        if outcome.job is None:
            self.states[UNKNOWN] += 1
            return
        self.states[cell(outcome.job, "status")] += 1
        if len(self.batches) < 2:
            self.batches.add(cell(outcome.job, "batch_id"))

    @property
    def title(self) -> str:
        """Which jobs these are."""
        if len(self.batches) == 1:
            (batch,) = self.batches
            return f"Batch {batch}"
        return numbered(self.states.total(), "job")

    @property
    def text(self) -> str:
        """How many there are, in which states."""
        states = tally(dict(sorted(self.states.items())))
        jobs = numbered(self.states.total(), "job")
        return f"{jobs} ({states}), {numbered(self.shots, 'shot')}"

"""The most frequent bitstrings of a job, and what else a person wants to see of its results."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from ..display.field_text import NONE, cell, value
from ..display.safe_text import one_line
from ..display.words import plural

if TYPE_CHECKING:
    from ... import Job, JobOutcome, JobResult

_LONGEST: Final = 120
"""Characters of the variables that are shown; `-o json` has all of them."""


@frozen
class Bar:
    """A bitstring: how often it was measured, and its share of all shots, from 0 to 1."""

    bits: str
    count: int
    share: float

    @property
    def label(self) -> str:
        """The bitstring as it is shown."""
        return bits_text(self.bits)


@frozen
class Histogram:
    """The results of a job in short.

    Attributes:
        job_id: the job.
        status: its state.
        variables: the values of its variables.
        bars: the most frequent bitstrings, the most frequent first.
        different: how many different bitstrings were measured.
        shots: how many measurements were counted.
        lost: how many were counted apart, because the detection of an atom failed.
    """

    job_id: str
    status: str
    variables: str
    bars: tuple[Bar, ...]
    different: int
    shots: int
    lost: int

    @property
    def tallest(self) -> float:
        """The largest share."""
        return max((bar.share for bar in self.bars), default=0)

    @property
    def facts(self) -> str:
        """What there is to say about all shots."""
        facts = [numbered(self.shots, "shot")]
        if not self.different:
            facts = ["the results have no counts; -o json shows what they have"]
        if self.lost:
            facts.append(f"{self.lost:,} more in which an atom was not detected")
        return ", ".join(facts)

    @property
    def rest(self) -> str:
        """What is said about the bitstrings that are not shown; empty if there are none."""
        more = self.different - len(self.bars)
        if not more:
            return ""
        shots = self.shots - sum(bar.count for bar in self.bars)
        return f"and {more:,} more ({numbered(shots, 'shot')})"


def read_histogram(outcome: JobOutcome, result: JobResult, most: int) -> Histogram:
    """The results of a job with at most this many bitstrings."""
    shots = result.shots
    # All counts may be 0.
    whole = max(shots, 1)
    bars = [Bar(bits, count, count / whole) for bits, count in result.top(most)]
    return Histogram(
        job_id=str(outcome.job_id),
        status=cell(outcome.job, "status"),
        variables=variables_text(variables_of(outcome.job)),
        bars=tuple(bars),
        different=len(result.counter),
        shots=shots,
        lost=sum((result.partial_register_counter or {}).values()),
    )


def variables_of(job: Job | None) -> dict[str, Any]:
    """The variables of a job, by name; none if they departed from the contract."""
    given = value(job, "variables")
    if isinstance(given, dict):
        return given
    return {}


def variables_text(variables: dict[str, Any]) -> str:
    """The variables in one line, cut if it becomes too long."""
    parts = [f"{name}={json.dumps(given, default=str)}" for name, given in variables.items()]
    text = one_line(", ".join(parts))
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… (-o json has them all)"


def bits_text(bits: str) -> str:
    """A bitstring as it is shown: the service may send any text in its place."""
    return one_line(bits) or NONE


def share_text(share: float) -> str:
    """A share in percent."""
    return f"{share:.1%}"


def numbered(number: int, noun: str) -> str:
    """A number of things, in groups of three digits: `1,012 jobs`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {plural(noun)}"

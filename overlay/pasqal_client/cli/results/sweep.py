"""Compares the jobs of a sweep: the share of each bitstring against the value of a variable."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from attrs import define, frozen

from ..display.words import name_some
from .histogram import numbered, variables_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ... import JobOutcome, JobResult

_KEPT: Final = 200
"""Bitstrings of a job that are kept: all of them, of thousands of jobs, would fill the memory."""
_NAMED: Final = 10
"""How many variables are named."""

_split_index = re.compile(r"(.+)\[(\d{1,9})\]", re.DOTALL).fullmatch


@frozen
class Sample:
    """What is kept of a job.

    Attributes:
        job_id: the job.
        value: the value of the variable.
        text: the same as it came.
        counts: how often the most frequent bitstrings were measured.
        shots: how many measurements there were.
        bound: no other bitstring was measured more often than this.
    """

    job_id: str
    value: float
    text: str
    counts: dict[str, int]
    shots: int
    bound: int


@frozen
class Share:
    """A share from 0 to 1: how much it is at least, and at most."""

    least: float
    most: float

    @property
    def text(self) -> str:
        """The share in percent; what was never measured differs from what was rare."""
        if not self.most:
            return "0%"
        least, most = f"{100 * self.least:.1f}", f"{100 * self.most:.1f}"
        if least == most:
            return f"{least}%"
        return f"{least}-{most}%"


def share_of(bits: str, samples: Sequence[Sample]) -> Share:
    """The share of a bitstring in all shots of some jobs."""
    shots = sum(sample.shots for sample in samples)
    least = sum(sample.counts.get(bits, 0) for sample in samples)
    unseen = sum(sample.bound for sample in samples if bits not in sample.counts)
    return Share(least / shots, (least + unseen) / shots)


@frozen
class Step:
    """A value of the variable, as a number and as it came, and the jobs that have it."""

    value: float
    text: str
    samples: tuple[Sample, ...]

    @property
    def shots(self) -> int:
        """All their measurements."""
        return sum(sample.shots for sample in self.samples)


@define(slots=False)
class Sweep:
    """The jobs of a sweep.

    Attributes:
        variable: what was swept, as it was typed.
        top: how many bitstrings to compare.
        samples: the jobs.
        skipped: the jobs that cannot be compared, by the reason.
        names: the variables that jobs have.
    """

    variable: str
    top: int
    samples: list[Sample]
    skipped: defaultdict[str, list[str]]
    names: dict[str, None]

    @classmethod
    def of(cls, variable: str, top: int) -> Sweep:
        """A sweep of a variable, without jobs as yet."""
        return cls(variable, top, [], defaultdict(list), {})

    def take(self, outcome: JobOutcome, result: JobResult) -> None:
        """Take a job, before `steps` is asked for."""
        variables = variables_of(outcome.job)
        self.names.update(dict.fromkeys(variables))
        given = value_of(variables, self.variable)
        number = _number(given)
        job_id = str(outcome.job_id)
        if given is None:
            self.skipped[f"without {self.variable}"].append(job_id)
        elif number is None:
            self.skipped[f"whose {self.variable} is not a number"].append(job_id)
        elif not result.shots:
            self.skipped["whose results have no counts"].append(job_id)
        else:
            self.samples.append(_sample(job_id, number, json.dumps(given), result))

    @cached_property
    def steps(self) -> list[Step]:
        """The values of the variable, the smallest first."""
        groups = defaultdict(list)
        for sample in self.samples:
            groups[sample.value].append(sample)
        return [
            Step(number, samples[0].text, tuple(samples))
            for number, samples in sorted(groups.items())
        ]

    @cached_property
    def _sums(self) -> dict[str, float]:
        """The shares of each bitstring, added up over the jobs: a job with many runs weighs no more than another."""
        sums: defaultdict[str, float] = defaultdict(float)
        for sample in self.samples:
            for bits, count in sample.counts.items():
                sums[bits] += count / sample.shots
        return sums

    @cached_property
    def bitstrings(self) -> list[str]:
        """The bitstrings to compare, the most frequent first."""
        sums = self._sums
        ordered = sorted(sums, key=lambda bits: (-sums[bits], bits))
        return ordered[: self.top]

    @property
    def has_repeats(self) -> bool:
        """Whether several jobs have the same value."""
        return len(self.steps) < len(self.samples)

    @property
    def rest(self) -> str:
        """What is said about the bitstrings that are not compared; empty if there are none."""
        more = len(self._sums) - len(self.bitstrings)
        if any(sample.bound for sample in self.samples):
            return f"and at least {numbered(more, 'more bitstring')}"
        if more:
            return f"and {numbered(more, 'more bitstring')}"
        return ""

    @property
    def remarks(self) -> Iterator[str]:
        """What there is to say about jobs that are not compared."""
        for reason, ids in self.skipped.items():
            yield f"{numbered(len(ids), 'job')} {reason}: {name_some(ids)}"

    @property
    def known_names(self) -> str:
        """The variables that jobs have, in words."""
        names = sorted(self.names)
        if not names:
            return "these jobs have no variables"
        more = ""
        if len(names) > _NAMED:
            more = ", …"
        return f"the variables are {', '.join(names[:_NAMED])}{more}"


def _sample(job_id: str, number: float, text: str, result: JobResult) -> Sample:
    counts = dict(result.top(_KEPT))
    bound = 0
    if len(counts) < len(result.counter):
        bound = min(counts.values())
    return Sample(job_id, number, text, counts, result.shots, bound)


def value_of(variables: dict[str, Any], variable: str) -> Any:
    """The value of a variable, or of a place of an array, `ramp[0]`; None if there is none."""
    given = variables.get(variable)
    match = _split_index(variable)
    if given is None and match:
        array, place = variables.get(match[1]), int(match[2])
        if isinstance(array, list) and place < len(array):
            given = array[place]
    # Pulser writes a variable of size 1 as an array of one value.
    if isinstance(given, list) and len(given) == 1:
        return given[0]
    return given


def _number(given: object) -> float | None:
    """A value as a place on an axis; None if it has none."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    try:
        number = float(given)
    except OverflowError:
        return None
    if isfinite(number):
        return number
    return None

"""The jobs that were added to a batch, told from those that were there before."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from pasqal_core_runtime.departures import Place
from pasqal_core_runtime.html_tables import html_block

from .._item_tables import counted, item_table
from .._short_repr import short_repr
from ..errors import DepartureError, WriteDepartureError
from .canonical_json import canonical_text, canonical_value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from uuid import UUID

    from pasqal_core_api.models import Batch, Job, JobRequest

    from .write import Write


@frozen
class AddedJobs:
    """What came of adding jobs to a batch.

    Attributes:
        batch: the batch as it now stands. Where no jobs were given, nothing was sent, and it is the
            batch that was given, or as it was read.
        jobs: all jobs of the batch, in the order of their creation.
    """

    batch: Batch
    jobs: tuple[Job, ...] = ()
    _sent: tuple[JobRequest, ...] = field(default=(), repr=False)
    _before: frozenset[UUID] = field(default=frozenset(), repr=False)
    _write: Write | None = field(default=None, repr=False)

    __repr__ = short_repr

    def _repr_html_(self) -> str:
        batch_id = getattr(self.batch, "id", "?")
        title = f"Batch {batch_id} has {counted(len(self.jobs), 'job')}"
        if not self._sent:
            return html_block(title, item_table(self.jobs))
        places = self.places
        if len(places) != 1:
            doubt = "Which of them were added cannot be told."
            return html_block(title, doubt, item_table(self.jobs))
        return html_block(f"{title}; these were added", item_table(places[0]))

    @property
    def added(self) -> tuple[Job, ...]:
        """The jobs that were added, in the order in which they were given.

        They are the ones after those that were there before, one after the other, with the runs,
        the variables and the sequences that were sent, as far as the answer shows these.

        Raises:
            WriteDepartureError: no jobs in the answer are like that, or others that somebody else
                added meanwhile are, too. The jobs were added all the same: `jobs` has all of the
                batch.
        """
        if not self._sent:
            return ()
        places = self.places
        if len(places) == 1:
            return places[0]
        seen = "none like these"
        if places:
            seen = f"{len(places)} places where they may be"
        place = Place().member("data").member("jobs")
        departure = place.departure("the jobs that were added, once", seen)
        if self._write is None:
            raise DepartureError(departure)
        raise WriteDepartureError(departure, self._write)

    @property
    def places(self) -> list[tuple[Job, ...]]:
        """Where in the batch the added jobs may be; `added` is the one place."""
        return matching_stretches(new_jobs(self.jobs, self._before), self._sent)


def job_ids(jobs: Iterable[Job]) -> frozenset[UUID]:
    """The ids of jobs; a job without one is left out."""
    return frozenset(job.id for job in jobs if hasattr(job, "id"))


def new_jobs(jobs: Iterable[Job], before: Collection[UUID]) -> list[Job]:
    """The jobs that were not there before, in the order of their creation where they show it."""
    new = [job for job in jobs if getattr(job, "id", None) not in before]
    orders = [getattr(job, "creation_order", None) for job in new]
    if None in orders:
        return new
    return sorted(new, key=_creation_order)


def matching_stretches(jobs: Sequence[Job], sent: Sequence[JobRequest]) -> list[tuple[Job, ...]]:
    """Every run of jobs, one after the other, that can be those that were sent."""
    # Each is read once, however many places it is compared at.
    shown = [_Content.of(job.to_dict()) for job in jobs]
    wanted = [_Content.of(request) for request in sent]
    found = []
    for start in range(len(jobs) - len(sent) + 1):
        pairs = zip(range(start, len(jobs)), wanted, strict=False)
        if all(shown[place].can_be(one) for place, one in pairs):
            found.append(tuple(jobs[start : start + len(sent)]))
    return found


def _creation_order(job: Job) -> Any:
    return job.creation_order


@frozen(slots=False)
class _Content:
    """What tells one job from another, as it was sent or as a service shows it.

    Attributes:
        runs: how often it is executed; None if that is open.
        sequence: its own sequence; None if it has none, or does not show it.
        variables: its variables; None if it does not show them.
    """

    runs: Any
    sequence: Any
    variables: Any

    @classmethod
    def of(cls, job: Mapping[str, Any]) -> _Content:
        """What is in a job."""
        return cls(job.get("runs"), job.get("sequence"), job.get("variables"))

    def can_be(self, sent: _Content) -> bool:
        """Whether nothing that a job shows contradicts what was sent."""
        # Without runs an emulator chooses them, and the job may show what it chose.
        if None not in (self.runs, sent.runs) and self.runs != sent.runs:
            return False
        return self._can_have_sequence_of(sent) and self._can_have_variables_of(sent)

    def _can_have_sequence_of(self, sent: _Content) -> bool:
        # Most are equal, and some are long.
        if None in (self.sequence, sent.sequence) or self.sequence == sent.sequence:
            return True
        return isinstance(self.sequence, str) and self._one_sequence == sent._one_sequence

    def _can_have_variables_of(self, sent: _Content) -> bool:
        if self.variables is None:
            return True
        return isinstance(self.variables, dict) and self._texts == sent._texts

    @cached_property
    def _one_sequence(self) -> str:
        return canonical_text(self.sequence)

    @cached_property
    def _texts(self) -> dict[str, str]:
        variables = self.variables or {}
        return {name: _text_of(value) for name, value in variables.items()}


def _text_of(value: object) -> str:
    """The value of a variable as text. A service may show a number as a list of one, or the other way round."""
    if isinstance(value, list) and len(value) == 1:
        return canonical_value(value[0])
    return canonical_value(value)

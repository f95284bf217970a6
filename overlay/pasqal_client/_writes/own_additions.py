"""The jobs that this process adds to batches itself, as far as it has to know of them later."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from attrs import define, evolve, field

from .._lock_owner import LockOwner
from .added_jobs import job_ids
from .addition import MoreJobs
from .write import did_not_happen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sized
    from uuid import UUID

    from pasqal_core_api.models import Batch, Job

    from .added_jobs import AddedJobs
    from .addition import Addition
    from .effect import Effect
    from .resolution import Resolution

# So that the memory of a program that runs for years stays small.
_MOST_BATCHES: Final = 10_000


@define
class _Unsettled:
    """The additions to a batch that are under way, or may have happened.

    Attributes:
        effects: what they are to bring about.
        taken: the jobs that were added meanwhile, each with the mark of its addition.
    """

    effects: list[MoreJobs] = field(factory=list)
    taken: dict[UUID, UUID] = field(factory=dict)


class OwnAdditions(LockOwner):
    """What a process knows of the jobs that it has added to batches, or may have.

    A `Batch` that a caller kept from before does not have them. Were it taken for the state before
    another addition, jobs of the earlier one would look like those of the later. And of two
    additions that are alike, one must not be settled by the jobs of the other.
    """

    def __init__(self) -> None:
        super().__init__()
        # How many jobs a batch has at least.
        self._counts: dict[UUID, int] = {}
        self._unsettled: dict[UUID, _Unsettled] = {}

    def is_current(self, batch: Batch) -> bool:
        """Whether a batch of a caller has its jobs, all that are known of."""
        jobs = getattr(batch, "jobs", None)
        # Where too many batches were seen, none is trusted.
        if jobs is None or self._is_full or batch.id in self._unsettled:
            return False
        said = getattr(batch, "jobs_count", None) or 0
        return len(jobs) >= said and self.has_all(batch.id, jobs)

    def has_all(self, batch_id: UUID, jobs: Sized) -> bool:
        """Whether there are as many jobs of a batch as it is known to have: a list may lag."""
        return len(jobs) >= self._counts.get(batch_id, 0)

    @contextmanager
    def adding(self, addition: Addition) -> Iterator[None]:
        """Jobs are added in the block: while that is unsettled, no such batch is current."""
        effect = addition.effect
        with self._lock:
            self._unsettled.setdefault(effect.batch_id, _Unsettled()).effects.append(effect)
        try:
            yield
        except BaseException as error:
            # What may have happened may still bring jobs at any time.
            if did_not_happen(error):
                self._end(effect)
            raise
        finally:
            if addition.write.carried_out:
                self._take(effect, addition.result())

    def completed(self, effect: Effect) -> Effect:
        """The effect with what is known of other additions to the same batch, if it is that of one."""
        if not isinstance(effect, MoreJobs):
            return effect
        with self._lock:
            known = self._unsettled.get(effect.batch_id, _Unsettled())
            others = [other for other in known.effects if other.mark != effect.mark]
            taken = frozenset(job for job, mark in known.taken.items() if mark != effect.mark)
            return evolve(effect, others=tuple(others), taken=taken)

    def settle(self, effect: Effect, resolution: Resolution) -> None:
        """Take what was found out about an addition whose answer was lost."""
        if not isinstance(effect, MoreJobs) or resolution.outcome == "cannot tell":
            return
        before = effect.before or frozenset()
        with self._lock:
            self._count(effect.batch_id, len(before) + len(resolution.jobs))
        self._end(effect, resolution.jobs)

    def _take(self, effect: MoreJobs, added: AddedJobs) -> None:
        """Take the answer to an addition."""
        with self._lock:
            self._count(effect.batch_id, len(added.jobs))
            # It may be settled already, as the block of an interrupted one ends late.
            taken = self._unsettled.get(effect.batch_id, _Unsettled()).taken
            places = [run for run in added.places if taken.keys().isdisjoint(job_ids(run))]
        # Which of several it is stays open: until then, any of them may be that of a lost one.
        if len(places) <= 1:
            self._end(effect, *places)

    def _count(self, batch_id: UUID, count: int) -> None:
        """Take how many jobs a batch has at least; only with the lock."""
        if batch_id in self._counts or not self._is_full:
            self._counts[batch_id] = max(count, self._counts.get(batch_id, 0))

    def _end(self, effect: MoreJobs, jobs: Iterable[Job] = ()) -> None:
        """An addition is settled.

        Args:
            effect: its effect.
            jobs: the jobs that it has added, as far as that is known.
        """
        batch_id = effect.batch_id
        with self._lock:
            known = self._unsettled.setdefault(batch_id, _Unsettled())
            known.taken |= dict.fromkeys(job_ids(jobs), effect.mark)
            known.effects = [other for other in known.effects if other.mark != effect.mark]
            if not known.effects:
                del self._unsettled[batch_id]

    @property
    def _is_full(self) -> bool:
        return len(self._counts) >= _MOST_BATCHES


OWN_ADDITIONS: Final = OwnAdditions()
"""Those of all clients of this process: each thread may have one of its own."""

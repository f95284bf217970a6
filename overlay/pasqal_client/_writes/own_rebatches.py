"""The batches that this process makes from others itself, as far as it has to know of them later."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from attrs import define, evolve, field

from .._lock_owner import LockOwner
from .rebatch import ChildBatch
from .write import did_not_happen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from pasqal_core_api.models import Batch

    from .effect import Effect
    from .rebatch import Rebatch
    from .resolution import Resolution

# So that the memory of a program that runs for years stays small; old ones are in every baseline.
_MOST_BATCHES: Final = 10_000


@define
class _Repetitions:
    """The rebatches of one batch.

    Attributes:
        unsettled: by their marks, those that are under way, or may have happened.
        made: the batches that were made, each with the mark of its rebatch.
    """

    unsettled: set[UUID] = field(factory=set)
    made: dict[UUID, UUID] = field(factory=dict)


class OwnRebatches(LockOwner):
    """What a process knows of the batches that it has made from others, or may have.

    Nothing marks such a batch as that of one request. So one that is lost must not be settled by the
    batch of another one, such as one with other filters.
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[UUID, _Repetitions] = {}

    @contextmanager
    def making(self, rebatch: Rebatch) -> Iterator[None]:
        """A batch is made in the block."""
        effect = rebatch.effect
        with self._lock:
            self._repetitions_of(effect).unsettled.add(effect.mark)
        try:
            yield
        except BaseException as error:
            # What may have happened may still bring a batch at any time.
            if did_not_happen(error):
                self._end(effect, None)
            raise
        finally:
            if rebatch.write.carried_out:
                self._end(effect, rebatch.write.batch)

    def completed(self, effect: Effect) -> Effect:
        """The effect with what is known of other rebatches of the same batch, if it is that of one."""
        if not isinstance(effect, ChildBatch):
            return effect
        with self._lock:
            known = self._known.get(effect.batch_id, _Repetitions())
            rivals = known.unsettled - {effect.mark}
            taken = frozenset(one for one, mark in known.made.items() if mark != effect.mark)
            return evolve(effect, taken=taken, has_rivals=bool(rivals))

    def settle(self, effect: Effect, resolution: Resolution) -> None:
        """Take what was found out about a rebatch whose answer was lost."""
        if isinstance(effect, ChildBatch) and resolution.outcome != "cannot tell":
            self._end(effect, resolution.batch)

    def _end(self, effect: ChildBatch, batch: Batch | None) -> None:
        with self._lock:
            known = self._repetitions_of(effect)
            known.unsettled.discard(effect.mark)
            if batch is not None:
                known.made[batch.id] = effect.mark

    def _repetitions_of(self, effect: ChildBatch) -> _Repetitions:
        if effect.batch_id not in self._known and len(self._known) >= _MOST_BATCHES:
            oldest = next(iter(self._known))
            del self._known[oldest]
        return self._known.setdefault(effect.batch_id, _Repetitions())


OWN_REBATCHES: Final = OwnRebatches()
"""Those of all clients of this process: each thread may have one of its own."""

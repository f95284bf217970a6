"""Setting the tags of a batch: one request, whose answer is the batch, and which the batch shows afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from pasqal_core_runtime.departures import Place

from .._checks import boolean, malformed, uuid_of
from .._display import quoted
from ..errors import DepartureError
from .batch_answers import batch_in, find_batch
from .effect import Reading, Verdict
from .own_tags import OWN_PREFIX, callers_tags, has_tags, tags_of
from .plan import Step
from .write import Write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from uuid import UUID

    from pasqal_core_api.models import Batch

    from .answer import Answer


_NOT_THERE: Final = (
    f"begins with {OWN_PREFIX}, as only this client's own tags do, and the batch does not have it"
)


@frozen
class TaggedBatch:
    """The effect of setting tags: the batch has these, in whatever order.

    Attributes:
        batch_id: the batch.
        tags: the tags that were sent.
    """

    batch_id: UUID
    tags: frozenset[str]

    @property
    def reading(self) -> Reading:
        """The batch, of whichever project."""
        return Reading.of_batches([self.batch_id])

    def judge(self, items: Sequence[Batch]) -> Verdict:
        """Judge by the tags as they are now; see `Effect`."""
        batch = find_batch(items, self.batch_id)
        if batch is None:
            return Verdict("cannot tell", f"batch {self.batch_id} is not visible")
        if not has_tags(batch):
            return Verdict("cannot tell", "the batch does not say which tags it has", batch=batch)
        if self.tags == frozenset(tags_of(batch)):
            reason = "the batch has these tags"
            return Verdict("happened", reason, batch=batch, is_final=True)
        return Verdict("did not happen", "the batch has other tags", batch=batch)


class TagChange:
    """Tags to be set.

    Args:
        batch_id: the id of the batch.
        tags: the tags that the caller wants.
        keep_own: whether the tags of this client that the batch has are kept.

    Raises:
        ValueError: an argument is malformed.

    Attributes:
        batch_id (UUID): the batch.
        depends_on_batch (bool): whether it matters which tags the batch has.
    """

    def __init__(self, batch_id: UUID | str, tags: object, keep_own: object) -> None:
        self.batch_id = uuid_of("batch_id", batch_id)
        self._tags = callers_tags(tags, own=True)
        self._keeps_own = boolean("keep_own", keep_own)
        self.depends_on_batch = self._keeps_own or bool(_own(self._tags))
        self._batch: Batch

    @property
    def write(self) -> Write:
        """What is known about it before it is sent."""
        return Write(
            "set_batch_tags", TaggedBatch(self.batch_id, frozenset(self._tags)), self.batch_id
        )

    def take_baseline(self, batch: Batch) -> None:
        """Take the batch as it is before, to keep the tags of this client.

        Args:
            batch: the batch.

        Raises:
            DepartureError: it does not say which tags it has.
            ValueError: the caller wants a tag that looks like one of this client, and is not there.
        """
        kept = _own(_known_tags(batch))
        there = frozenset(kept)
        for tag in _own(self._tags):
            if tag not in there:
                raise malformed("tags", tag, _NOT_THERE)
        if self._keeps_own:
            # Each once, in order.
            self._tags = [*dict.fromkeys([*self._tags, *kept])]

    def steps(self) -> Iterator[Step]:
        """The one request; see `Plan`."""
        yield Step({"batch_id": self.batch_id, "body": self._tags}, self.write)

    def take(self, step: Step, answer: Answer) -> Write:
        """Take the answer; see `Plan`."""
        batch = batch_in(answer, self.batch_id)
        shown = tags_of(batch)
        if has_tags(batch) and set(shown) != set(self._tags):
            answer.depart_at("tags", "the tags that were sent", quoted(shown))
        self._batch = batch
        return evolve(step.write, carried_out=True, batch=batch)

    def result(self) -> Batch:
        """The batch as it now stands."""
        return self._batch


def _own(tags: Iterable[str]) -> list[str]:
    """Those of the tags that are this client's own."""
    return [tag for tag in tags if tag.startswith(OWN_PREFIX)]


def _known_tags(batch: Batch) -> list[str]:
    """The tags of a batch that may have some of ours.

    Raises:
        DepartureError: it does not say which tags it has.
    """
    # An old batch may have null in place of an empty list.
    if "tags" not in batch.to_dict():
        place = Place().member("data").member("tags")
        raise DepartureError(place.departure("the tags of the batch", "nothing"))
    return batch.tags or []

"""Cancelling several batches: the request, checked, and what its answer means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from attrs import evolve, field, frozen

from .._checks import boolean
from .._identity import foreign_place
from .._listing.filter_table import Query, each, uuid_text
from .._states import LIVE_BATCH, has_ended
from .batches_cancellation_effect import CancelledBatches
from .cancel_batch_filters import CANCEL_BATCH_FILTERS
from .cancelled_items import named_in, read_cancelled
from .effect import Reading
from .own_tags import has_tags, tags_of
from .plan import Step
from .receipt import CancelBatchesReceipt
from .write import Write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from pasqal_core_api.models import Batch, CancelBatchesRequest

    from .answer import Answer

# What never changes in a batch.
_LASTING: Final = frozenset({"project_id", "user_id", "device_type"})


@frozen
class BatchesCancelRequest:
    """A checked cancellation of several batches.

    Attributes:
        ids: the ids of the batches; None if filters say which.
        filters: the filters; None if nothing can match.
    """

    ids: tuple[str, ...] | None
    filters: Query | None = field(factory=dict)

    @classmethod
    def of(
        cls,
        ids: object,
        filters: Mapping[str, Any],
        project_id: UUID | None,
        *,
        everything: object,
    ) -> BatchesCancelRequest:
        """Check what a caller asks for.

        Args:
            ids: the ids of the batches, or None.
            filters: see `CancelBatchFilters`.
            project_id: the project of the client, if it has one.
            everything: the argument `all`: whether all batches may be cancelled.

        Raises:
            TypeError: unknown filter name.
            ValueError: a value is malformed; ids are given beside filters or `everything`; or none
                of them is given.
        """
        every_batch = boolean("all", everything)
        given = CANCEL_BATCH_FILTERS.query(filters)
        if ids is not None:
            if given != {} or every_batch:
                raise ValueError(
                    "give either ids, or filters or all=True: ids say by themselves which batches are meant"
                )
            return cls(tuple(each(uuid_text)("ids", ids)))
        if given is None:
            return cls(None, None)
        if not given and not every_batch:
            raise ValueError(
                "without ids or a filter this would cancel every batch; if that is meant, give all=True"
            )
        # None in the filters lifts the client's project.
        if project_id is not None and "project_id" not in filters:
            given["project_id"] = [str(project_id)]
        return cls(None, given)

    @property
    def is_empty(self) -> bool:
        """Whether nothing can match, so that nothing is sent."""
        return self.ids == () or self.filters is None

    def body(self) -> CancelBatchesRequest:
        """What is sent."""
        if self.ids is not None:
            return {"batch_ids": [*self.ids]}
        if not self.filters:
            return {"cancel_all": True}
        body: Any = dict(self.filters)
        if "start_date" in body:
            body["start_date"] = body["start_date"].isoformat()
        checked: CancelBatchesRequest = body
        return checked

    @property
    def reading(self) -> Reading:
        """The batches that may match; `may_match` says which of them do."""
        if self.ids is not None or self.filters is None:
            return Reading.of_batches(self.ids or ())
        filters = {"project_id": None, "status": [*LIVE_BATCH], **self.filters}
        # In the list this is about the device's start, and there is only one tag.
        filters.pop("start_date", None)
        tags = filters.pop("tags", ())
        if len(tags) == 1:
            filters["tag"] = tags[0]
        return Reading("batches", filters)

    def check_dry_run(self) -> None:
        """Check that the batches can be listed exactly.

        Raises:
            ValueError: they cannot: the list has no filter for several tags.
        """
        tags = (self.filters or {}).get("tags", ())
        if len(tags) > 1:
            raise ValueError(
                "tags: a dry run shows the batches with one tag; make one for each of several"
            )

    def preview(self, batches: Iterable[Batch]) -> CancelBatchesReceipt:
        """What would come of it.

        Args:
            batches: what was read.
        """
        listed = {getattr(batch, "id", None): batch for batch in batches}
        would = [batch for batch in listed.values() if self.may_match(batch)]
        errors: dict[UUID | str, str] = {}
        for text_of_id in self.ids or ():
            batch_id = UUID(text_of_id)
            if batch_id not in listed:
                errors[batch_id] = "the batch does not exist, or this account may not see it"
            elif not self.may_match(listed[batch_id]):
                errors[batch_id] = "the batch has ended, or is being cancelled"
        return CancelBatchesReceipt(tuple(would), errors, dry_run=True)

    def may_match(self, batch: Batch) -> bool:
        """Whether nothing that a batch of the list shows rules out that it would be cancelled."""
        filters = self.filters or {}
        if has_ended(batch):
            return False
        created: datetime | None = getattr(batch, "created_at", None)
        start: datetime | None = filters.get("start_date")
        if created is not None and start is not None and created < start:
            return False
        if "tags" not in filters or not has_tags(batch):
            return True
        # A service may ignore the filter.
        return not set(filters["tags"]).isdisjoint(tags_of(batch))

    def read_answer(self, answer: Answer) -> CancelBatchesReceipt:
        """Read what the answer says came of it; see `JobsCancelRequest.read_answer`.

        Args:
            answer: the answer.

        Raises:
            OutcomeUnknownError: the answer does not say what became of this request.
        """
        batches, reasons = read_cancelled(answer, "batches")
        foreign = self._foreign(batches, reasons)
        if foreign is not None:
            raise answer.unknown_outcome(
                f"the answer is about batch {foreign}, which was not asked for"
            )
        return CancelBatchesReceipt(batches, reasons, request_id=answer.context.request_id)

    def _foreign(self, batches: Sequence[Batch], reasons: Iterable[UUID | str]) -> object:
        """The id of a batch in the answer that this request cannot have been about; None if there is none."""
        if self.ids is not None:
            asked_for = frozenset(self.ids)
            for batch_id in named_in(batches, reasons):
                if str(batch_id) not in asked_for:
                    return batch_id
        filters = self.filters or {}
        places = {name: filters[name] for name in filters.keys() & _LASTING}
        for batch in batches:
            if foreign_place(batch, places):
                return getattr(batch, "id", "without an id")
        return None


class BatchesCancellation:
    """The cancellation of several batches on its way.

    Args:
        request: what was asked for.
    """

    def __init__(self, request: BatchesCancelRequest) -> None:
        self._request = request
        self._effect = CancelledBatches(request.ids, are_named=request.ids is not None)
        self._receipt = CancelBatchesReceipt()

    @property
    def write(self) -> Write:
        """What is known about it before it is sent."""
        return Write("cancel_batches", self._effect, filters=self._request.filters or {})

    def take_baseline(self, batches: Iterable[Batch], *, proven: bool) -> None:
        """Take the batches that may match before it is sent.

        Args:
            batches: the batches.
            proven: whether none of them is missing.
        """
        matching = [batch for batch in batches if self._request.may_match(batch)]
        ids = [str(batch.id) for batch in matching if hasattr(batch, "id")]
        if proven and len(ids) == len(matching):
            self._effect = CancelledBatches(tuple(ids), are_named=False)

    def steps(self) -> Iterator[Step]:
        """The one request; see `Plan`."""
        yield Step({"body": self._request.body()}, self.write)

    def take(self, step: Step, answer: Answer) -> Write:
        """Take the answer; see `Plan`."""
        self._receipt = self._request.read_answer(answer)
        return evolve(step.write, batches_receipt=self._receipt, carried_out=True)

    def result(self) -> CancelBatchesReceipt:
        """What came of it."""
        return self._receipt

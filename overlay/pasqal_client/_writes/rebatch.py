"""Running jobs of a batch again: one request, whose answer is a new batch, which is a child of the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from attrs import evolve, field, frozen

from .._checks import boolean, uuid_of
from .._listing.filters import JOB_FILTERS
from .batch_answers import new_batch_in
from .effect import Reading, Verdict
from .job_filters import keywords_of, parts_of
from .plan import Step
from .write import Write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from pasqal_core_api.models import Batch

    from .._listing.filter_table import Query
    from .answer import Answer


@frozen
class RebatchRequest:
    """A checked rebatch.

    Attributes:
        batch_id: the batch whose jobs are run again.
        filters: which of its jobs.
    """

    batch_id: UUID
    filters: Query

    @classmethod
    def of(
        cls, batch: UUID | str, filters: Mapping[str, Any], base_url: str, *, everything: object
    ) -> RebatchRequest:
        """Check what a caller asks for.

        Args:
            batch: the id of the batch.
            filters: see `JobFilters`.
            base_url: the beginning of every URL.
            everything: the argument `all`: whether all jobs of the batch may be run again.

        Raises:
            TypeError: unknown filter name.
            ValueError: a value is malformed; there is neither a filter nor `everything`; no job can
                match; or the filters do not fit one URL.
        """
        batch_id = uuid_of("batch", batch)
        whole_batch = boolean("all", everything)
        given = JOB_FILTERS.query(filters)
        if given is None:
            # Without this filter the service would repeat every job.
            raise ValueError(
                "no job can match, as a filter is an empty list; there is no batch to make"
            )
        if not given and not whole_batch:
            raise ValueError(
                "without a filter this would repeat the whole batch; if that is meant, give all=True"
            )
        if len(parts_of(given, base_url)) > 1:
            raise ValueError(
                "more ids or other values than fit one URL, and two requests would make two batches; give fewer"
            )
        return cls(batch_id, given)


@frozen
class ChildBatch:
    """The effect of a rebatch: the batch has a child that was not there before.

    Attributes:
        batch_id: the batch whose jobs are run again.
        project_id: its project; None if that is not known.
        since: when it was created; None if that is not known.
        before: the ids of the children that were there before; None if some may have been missed.
        taken: the children that other rebatches of this process have made.
        has_rivals: whether others of this process may have made one, too.
        mark: what tells it from a rebatch that is alike.
    """

    batch_id: UUID
    project_id: UUID | None = None
    since: datetime | None = None
    before: frozenset[UUID] | None = None
    taken: frozenset[UUID] = frozenset()
    has_rivals: bool = False
    mark: UUID = field(factory=uuid4, eq=False, repr=False)

    @property
    def reading(self) -> Reading:
        """The batches of the project that are not older."""
        project = None
        if self.project_id is not None:
            project = [str(self.project_id)]
        return Reading("batches", {"project_id": project}, since=self.since)

    def children(self, items: Sequence[Batch]) -> list[Batch]:
        """The batches that were made from this one; those that do not say it are left out."""
        return [batch for batch in items if getattr(batch, "parent_id", None) == self.batch_id]

    def judge(self, items: Sequence[Batch]) -> Verdict:
        """Judge by the batches that are there now; see `Effect`."""
        children = self.children(items)
        missing = self.taken.difference(getattr(child, "id", None) for child in children)
        if missing:
            return Verdict("cannot tell", "batches that are known to be there are not visible")
        if not children:
            reason = f"no batch repeats batch {self.batch_id}"
            return Verdict("did not happen", reason, is_absence=True)
        if self.before is None:
            return Verdict("cannot tell", "which batches repeated this one before is not known")
        known = self.before | self.taken
        new = [child for child in children if getattr(child, "id", None) not in known]
        if not new:
            reason = f"no new batch repeats batch {self.batch_id}"
            return Verdict("did not happen", reason, is_absence=True)
        if self.has_rivals:
            reason = "the new batch may be that of another rebatch whose answer was lost"
            return Verdict("cannot tell", reason)
        if len(new) > 1:
            reason = (
                f"{len(new)} new batches repeat batch {self.batch_id}, and some are somebody else's"
            )
            return Verdict("cannot tell", reason)
        reason = f"a new batch repeats batch {self.batch_id}"
        return Verdict("happened", reason, batch=new[0])


class Rebatch:
    """A rebatch on its way.

    Args:
        request: what was asked for.

    Attributes:
        effect (ChildBatch): what it is to bring about.
        write (Write): what is known about it.
    """

    def __init__(self, request: RebatchRequest) -> None:
        self._request = request
        self.effect = ChildBatch(request.batch_id)
        self.write = self._unsent
        self._batch: Batch

    @property
    def _unsent(self) -> Write:
        request = self._request
        return Write("rebatch_jobs", self.effect, request.batch_id, request.filters)

    def baseline(self, source: Batch) -> Reading:
        """What to read before it is sent.

        Args:
            source: the batch whose jobs are run again, as it was read.
        """
        self.effect = ChildBatch(
            self._request.batch_id,
            getattr(source, "project_id", None),
            getattr(source, "created_at", None),
        )
        self.write = self._unsent
        return self.effect.reading

    def take_baseline(self, batches: Sequence[Batch], *, proven: bool) -> None:
        """Take the batches that are there before.

        Args:
            batches: the batches.
            proven: whether none of them is missing.
        """
        children = self.effect.children(batches)
        ids = frozenset(child.id for child in children if hasattr(child, "id"))
        if proven and len(ids) == len(children):
            self.effect = evolve(self.effect, before=ids)
            self.write = self._unsent

    def steps(self) -> Iterator[Step]:
        """The one request; see `Plan`."""
        yield Step(keywords_of(self._request.batch_id, self._request.filters), self.write)

    def take(self, step: Step, answer: Answer) -> Write:
        """Take the answer; see `Plan`."""
        batch = new_batch_in(answer)
        source = self._request.batch_id
        parent = getattr(batch, "parent_id", None)
        if batch.id == source or parent not in (None, source):
            raise answer.unknown_outcome(
                f"the answer is about batch {batch.id}, which does not repeat batch {source}"
            )
        if batch.id in (self.effect.before or ()):
            raise answer.unknown_outcome(f"the answer is about batch {batch.id}, which was there")
        if parent is None:
            answer.depart_at("parent_id", f"the id {source} of the repeated batch", "nothing")
        if not getattr(batch, "jobs", None):
            answer.depart_at("jobs", "the jobs that are repeated", "none")
        self._batch = batch
        self.write = evolve(step.write, carried_out=True, batch=batch)
        return self.write

    def result(self) -> Batch:
        """The new batch with its jobs."""
        return self._batch

"""Creating a batch: one request, and the tag by which the batch is found if the answer is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from .added_jobs import matching_stretches, new_jobs
from .batch_answers import new_batch_in
from .canonical_json import is_same_text
from .effect import Reading, Verdict
from .own_tags import has_tags, originals, submission_tags, tags_of
from .plan import Step
from .write import Write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from pasqal_core_api.models import Batch

    from .answer import Answer
    from .submission import Submission

_NO_TAG: Final = "it has no tag of ours (submission_tag=False), so this cannot be told; look at client.batches.list"


@frozen
class CreatedBatch:
    """The effect of creating a batch: there is one with its tag.

    Attributes:
        tag: the tag that no other batch has; None if it has none of ours.
        project_id: the project of the batch.
    """

    tag: str | None
    project_id: UUID

    @property
    def reading(self) -> Reading:
        """The batches of the project with this tag; none at all without a tag."""
        if self.tag is None:
            return Reading("batches", {"id": []})
        return Reading("batches", {"tag": self.tag, "project_id": [str(self.project_id)]})

    def judge(self, items: Sequence[Batch]) -> Verdict:
        """Judge by the tags of the batches; see `Effect`."""
        if self.tag is None:
            return Verdict("cannot tell", _NO_TAG, is_final=True)
        found = originals(items, self.tag)
        if found:
            reason = "there is a batch with its tag"
            return Verdict("happened", reason, batch=found[0], is_final=True)
        if not all(map(has_tags, items)):
            return Verdict("cannot tell", "batches came without their tags")
        return Verdict("did not happen", "no batch has its tag", is_absence=True)


class Creation:
    """The creation of a batch.

    Args:
        submission: what is submitted.

    Attributes:
        write (Write): what is known about it.
    """

    def __init__(self, submission: Submission) -> None:
        self._submission = submission
        self._batch: Batch
        effect = CreatedBatch(submission.tag, submission.project_id)
        self.write = Write("create_batch", effect)
        if submission.tag is None:
            self.write = evolve(self.write, advice=_NO_TAG)
        elif submission.body["open"]:
            self.write = evolve(self.write, advice=f"{self.write.advice}, and complete its batch")

    def steps(self) -> Iterator[Step]:
        """The one request; see `Plan`."""
        yield Step({"body": self._submission.body}, self.write)

    def take(self, step: Step, answer: Answer) -> Write:
        """Take the answer; see `Plan`."""
        self._batch = self._batch_in(answer)
        self._check_jobs(answer)
        self.write = evolve(step.write, carried_out=True, batch=self._batch)
        return self.write

    def result(self) -> Batch:
        """The new batch with its jobs."""
        return self._batch

    def _batch_in(self, answer: Answer) -> Batch:
        """The batch in the answer, which can be the new one.

        Raises:
            OutcomeUnknownError: the answer holds no batch, or another one: it may be that of another
                request.
        """
        batch = new_batch_in(answer)
        if self._is_another(batch):
            raise answer.unknown_outcome(f"the answer is about batch {batch.id}, which is another")
        tag = self._submission.tag
        if has_tags(batch) and tag is not None and tag not in tags_of(batch):
            answer.depart_at("tags", "the tags that were sent", "other tags")
        return batch

    def _is_another(self, batch: Batch) -> bool:
        """Whether a batch cannot be the new one; what it does not say, it does not deny."""
        submission = self._submission
        if getattr(batch, "project_id", submission.project_id) != submission.project_id:
            return True
        marks = submission_tags(batch)
        if marks:
            return submission.tag not in marks
        # A service may drop tags, but hardly brings others.
        if not set(tags_of(batch)) <= set(submission.body.get("tags", ())):
            return True
        return not self._has_our_sequence(batch) or not self._has_our_jobs(batch)

    def _has_our_sequence(self, batch: Batch) -> bool:
        shown = getattr(batch, "sequence_builder", None)
        if shown is None:
            return True
        sent = self._submission.body.get("sequence_builder")
        return sent is not None and is_same_text(shown, sent)

    def _has_our_jobs(self, batch: Batch) -> bool:
        jobs = getattr(batch, "jobs", None)
        if jobs is None:
            return True
        sent = self._submission.body["jobs"]
        return len(jobs) == len(sent) and bool(matching_stretches(new_jobs(jobs, ()), sent))

    def _check_jobs(self, answer: Answer) -> None:
        """Report an answer whose jobs are not those that were sent: the batch is there all the same."""
        sent = len(self._submission.body["jobs"])
        jobs = getattr(self._batch, "jobs", None)
        received = "none"
        if jobs is not None:
            received = str(len(jobs))
        if received != str(sent):
            answer.depart_at("jobs", "as many jobs as were sent", f"{received} of {sent}")

"""The keys of submissions: what this client knows of them, and which batch each of them stands for."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from pasqal_core_api.models import Batch

from .._http.error_context import extend_reason
from .._states import DEAD_BATCH
from ..errors import (
    APIError,
    DeadBatchError,
    IncompleteListingWarning,
    KeyConflictError,
    KeyUnsettledError,
)
from .own_tags import has_tags, originals
from .write import Write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from uuid import UUID

    from pasqal_core_api.models import Job

    from .own_tags import SubmissionKey
    from .resolution import Resolution
    from .submission import Submission

_LONGEST_LAG: Final = 15.0
"""Seconds after which a list has every batch: until then, a submission that was lost is looked for."""


class KnownKey:
    """What a client knows of a key, as it has submitted under it.

    Args:
        lock: held by whoever submits under the key.

    Attributes:
        lock (Any): the lock.
        unsettled (Write | None): the submission that may or may not have happened.
    """

    def __init__(self, lock: Any) -> None:
        self.lock = lock
        self.unsettled: Write | None = None
        self._lost_at = 0.0
        self._batch_ids: list[UUID] = []

    def unlisted(self, listed: Iterable[Batch]) -> list[UUID]:
        """The batches of this client that a list does not have yet."""
        there = {getattr(batch, "id", None) for batch in listed}
        return [batch_id for batch_id in self._batch_ids if batch_id not in there]

    def patience(self, now: float) -> float:
        """For how many seconds to look for the unsettled submission; 0 for one look.

        Args:
            now: the time.
        """
        return max(0.0, self._lost_at + _LONGEST_LAG - now)

    def settle(self, resolution: Resolution, key: SubmissionKey) -> None:
        """Take what was found out about the unsettled submission.

        Raises:
            KeyUnsettledError: that was nothing.
        """
        if resolution.outcome == "cannot tell":
            raise KeyUnsettledError(key.name, resolution.reason, self.unsettled)
        self.unsettled = None
        if resolution.batch is not None:
            self._batch_ids.append(resolution.batch.id)

    @contextmanager
    def sending(self, write: Write, clock: Callable[[], float]) -> Iterator[None]:
        """Remember what becomes of the submission in the block, however that ends.

        Args:
            write: what is known about it.
            clock: returns the time.
        """
        # From here on, an interruption at any place leaves it open whether it happened.
        self.unsettled = evolve(write, may_still_happen=True)
        try:
            yield
        except BaseException as error:
            self._lost_at = clock()
            known = vars(error).get("write")
            if isinstance(known, Write):
                self._take_failed(known)
            raise

    def take(self, batch: Batch) -> None:
        """Take the batch that was submitted."""
        self._batch_ids.append(batch.id)
        self.unsettled = None

    def _take_failed(self, write: Write) -> None:
        self.unsettled = write
        if write.was_refused:
            self.unsettled = None
        if write.batch is not None:
            # A strict client rejected the form of an answer; the batch is there.
            self.take(write.batch)


class KnownKeys:
    """The keys under which a client has submitted; a list of batches may not have these yet."""

    def __init__(self) -> None:
        self._known: dict[tuple[UUID, str], KnownKey] = {}
        self._process = os.getpid()

    def of(self, project_id: UUID, key: SubmissionKey, make_lock: Callable[[], Any]) -> KnownKey:
        """What is known of a key in a project.

        Args:
            project_id: the project.
            key: the key.
            make_lock: makes the lock of a key that is new.
        """
        if self._process != os.getpid():
            # A thread of the parent may have held a lock at the fork, and is not there to release it.
            self._known = {}
            self._process = os.getpid()
        # Threads may come at the same time, and all have to get the same lock.
        return self._known.setdefault((project_id, key.tag), KnownKey(make_lock()))


@contextmanager
def looking_up(key: SubmissionKey) -> Iterator[None]:
    """Say of what goes wrong in the block that nothing was submitted.

    Raises:
        KeyUnsettledError: the list of the batches with the key may lack some.
    """
    try:
        yield
    except IncompleteListingWarning as warning:
        raise KeyUnsettledError(key.name, str(warning)) from warning
    except APIError as error:
        extend_reason(
            error, "nothing was submitted, as this was to find out whether the key is new"
        )
        raise


def earlier_batch(batches: Sequence[Batch], key: SubmissionKey) -> Batch | None:
    """The batch that was submitted under a key: the oldest one alive, else the last one that was.

    Args:
        batches: those with the tag of the key, and maybe others.
        key: the key.

    Raises:
        KeyConflictError: it has other content.
        KeyUnsettledError: batches came without their tags, or without the one for the content.
    """
    if not all(map(has_tags, batches)):
        raise KeyUnsettledError(key.name, "batches came without their tags")
    found = originals(batches, key.tag)
    if not found:
        return None
    # After on_dead='submit' there are several.
    alive = [batch for batch in found if not _is_dead(batch)]
    batch = [*alive, found[-1]][0]
    parts = key.differences(batch)
    if parts is None:
        reason = f"batch {batch.id} has it, but no longer the tag that says what was submitted"
        raise KeyUnsettledError(key.name, reason)
    if parts:
        raise KeyConflictError(key.name, batch, parts)
    return batch


def is_wanted(batch: Batch, submission: Submission, key: SubmissionKey) -> bool:
    """Whether the batch that was submitted under the key is what a caller gets.

    Args:
        batch: the batch as it is now.
        submission: what is to be submitted.
        key: its key.

    Raises:
        DeadBatchError: it has ended without all its results, and the caller has not said what to do
            then.
    """
    if not _is_dead(batch) or submission.on_dead == "return":
        return True
    if submission.on_dead == "error":
        raise DeadBatchError(key.name, batch)
    return False


def jobs_in_order(batch_id: UUID) -> dict[str, Any]:
    """How to list the jobs of a batch, of whichever project, in the order in which they were submitted."""
    return {
        "batch_id": batch_id,
        "project_id": None,
        "order_by": "creation_order",
        "order_by_direction": "ASC",
    }


def with_jobs(batch: Batch, jobs: Iterable[Job]) -> Batch:
    """The batch as if it had come with its jobs."""
    return Batch.from_dict({**batch.to_dict(), "jobs": [job.to_dict() for job in jobs]})


def _is_dead(batch: Batch) -> bool:
    """Whether it has ended without all its results."""
    return getattr(batch, "status", None) in DEAD_BATCH

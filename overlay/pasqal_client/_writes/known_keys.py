"""The keys under which this process has submitted, and which batch each of them stands for."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from attrs import evolve

from pasqal_core_api.models import Batch

from .._http.error_context import extend_reason
from .._states import is_dead
from ..errors import (
    APIError,
    DeadBatchError,
    IncompleteListingWarning,
    KeyConflictError,
    KeyUnsettledError,
)
from .own_tags import has_tags, originals
from .turns import Turns
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
_MEMORY: Final = 600.0
"""Seconds after which the lists alone decide: by then a request has been worked off, and lists have caught up."""
_ROOM: Final = 1000
"""How many keys there may be before those are dropped of which nothing is remembered."""


class KnownKey:
    """What this process knows of a key, as it has submitted under it.

    Attributes:
        turns (Turns): whoever submits under the key has the turn.
        unsettled (Write | None): the submission that may or may not have happened.
        asked_at (float): when somebody last asked for the key.
    """

    def __init__(self) -> None:
        self.turns = Turns()
        self.unsettled: Write | None = None
        self.asked_at = 0.0
        # When the last submission was sent, or lost.
        self._last = 0.0
        self._batches: dict[UUID, float] = {}

    def is_forgotten(self, now: float) -> bool:
        """Whether nothing is remembered, and nobody is about to submit."""
        return self.turns.is_free and now > max(self.asked_at, self._last) + _MEMORY

    def forget(self, now: float) -> None:
        """Forget what is too old to matter; only for whoever has the turn."""
        oldest = now - _MEMORY
        if self._last < oldest:
            self.unsettled = None
        self._batches = {one: time for one, time in self._batches.items() if time >= oldest}

    def unlisted(self, listed: Iterable[Batch]) -> list[UUID]:
        """The batches of this process that a list does not have yet."""
        there = {getattr(batch, "id", None) for batch in listed}
        return [batch_id for batch_id in self._batches if batch_id not in there]

    def may_be_late(self, batch_id: UUID, now: float) -> bool:
        """Whether a batch that cannot be found is so new that this says nothing."""
        return now < self._batches[batch_id] + _LONGEST_LAG

    def patience(self, now: float) -> float:
        """For how many seconds to look for the unsettled submission; 0 for one look.

        Args:
            now: the time.
        """
        return max(0.0, self._last + _LONGEST_LAG - now)

    def settle(self, resolution: Resolution, key: SubmissionKey) -> None:
        """Take what was found out about the unsettled submission.

        Raises:
            KeyUnsettledError: that was nothing.
        """
        if resolution.outcome == "cannot tell":
            raise KeyUnsettledError(key.name, resolution.reason, self.unsettled)
        self.unsettled = None
        if resolution.batch is not None:
            self._batches[resolution.batch.id] = self._last

    @contextmanager
    def sending(self, write: Write, clock: Callable[[], float]) -> Iterator[None]:
        """Remember what becomes of the submission in the block, however that ends.

        Args:
            write: what is known about it.
            clock: returns the time.
        """
        # From here on, an interruption at any place leaves it open whether it happened.
        self._last = clock()
        begun = evolve(write, may_still_happen=True)
        self.unsettled = begun
        try:
            yield
        except BaseException as error:
            self._last = clock()
            known = vars(error).get("write")
            if not isinstance(known, Write):
                known = begun
            self._take_failed(known)
            raise

    def take(self, batch: Batch) -> None:
        """Take the batch that was submitted."""
        self._batches[batch.id] = self._last
        self.unsettled = None

    def _take_failed(self, write: Write) -> None:
        self.unsettled = write
        if write.did_not_happen:
            self.unsettled = None
        if write.batch is not None:
            # A strict client rejected the form of an answer; the batch is there.
            self.take(write.batch)


class KnownKeys:
    """The keys under which this process has submitted; a list of batches may not have these yet."""

    def __init__(self) -> None:
        self.forget()

    def of(self, base_url: str, project_id: UUID, key: SubmissionKey, now: float) -> KnownKey:
        """What is known of a key in a project.

        Args:
            base_url: the address of the service.
            project_id: the project.
            key: the key.
            now: the time.
        """
        if self._process != os.getpid():
            # A thread of the parent may have had a turn at the fork, and is not there to end it.
            self.forget()
        name = (base_url, project_id, key.tag)
        # Threads may come at the same time, and all have to get the same one.
        with self._lock:
            if name not in self._known and len(self._known) >= self._room:
                self._make_room(now)
            known = self._known.setdefault(name, KnownKey())
            # It must not be dropped before whoever asks has the turn.
            known.asked_at = now
        return known

    def forget(self) -> None:
        """Forget all keys."""
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._known: dict[tuple[str, UUID, str], KnownKey] = {}
        self._room = _ROOM

    def _make_room(self, now: float) -> None:
        for name, known in [*self._known.items()]:
            if known.is_forgotten(now):
                del self._known[name]
        # So that it is not done again for every key where many are remembered.
        self._room = max(_ROOM, 2 * len(self._known))


KNOWN_KEYS: Final = KnownKeys()
"""Those of all clients of this process: threads that have a client each submit once, too."""


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
    batch = _first_alive(found) or found[-1]
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
    if not is_dead(batch) or submission.on_dead == "return":
        return True
    if submission.on_dead == "error":
        raise DeadBatchError(key.name, batch)
    return False


def with_jobs(batch: Batch, jobs: Iterable[Job]) -> Batch:
    """The batch as if it had come with its jobs."""
    return Batch.from_dict({**batch.to_dict(), "jobs": [job.to_dict() for job in jobs]})


def _first_alive(batches: Iterable[Batch]) -> Batch | None:
    """The oldest batch that is not dead; None if all are. After on_dead='submit' there are several."""
    for batch in batches:
        if not is_dead(batch):
            return batch
    return None

"""Taking turns, in whatever threads and event loops those run who do so."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Self

from .._late_modules import asyncio


class Turn(Future[None]):
    """The place in the queue of one who waits; it has a result when it is their turn.

    The `with` block gives it up, wherever an interruption came. To wait for it is another step, so
    that nothing lies between joining the queue and what leaves it again.
    """

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self.thread = threading.get_ident()
        self._turns = turns

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def wait(self) -> None:
        """Wait for the turn, with the whole thread.

        Raises:
            RuntimeError: it would never come, as it is that of a task of this thread, or this
                thread has it already.
        """
        self._turns.join(self, is_thread=True)
        self.result()

    async def wait_async(self) -> None:
        """Wait for the turn in a task."""
        self._turns.join(self, is_thread=False)
        await asyncio.wrap_future(self)

    def leave(self) -> None:
        """Give up the turn, or the place in the queue for it; a second time changes nothing."""
        try:
            self._turns.leave(self)
        except BaseException:
            # Ctrl-C comes where it likes, and who is next would wait forever.
            self._turns.leave(self)
            raise

    def begin(self) -> None:
        """Tell the one who waits, unless they know already."""
        # A task that was cancelled meanwhile is about to leave the queue.
        with suppress(InvalidStateError):
            self.set_result(None)


class Turns:
    """A lock for threads and tasks alike: one after the other, in the order in which they came."""

    def __init__(self) -> None:
        # The first one has the turn, the others wait.
        self._queue: OrderedDict[Turn, None] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def is_free(self) -> bool:
        """Whether nobody has the turn."""
        return not self._queue

    def place(self) -> Turn:
        """A place for one who is about to wait; use it in a `with` block."""
        return Turn(self)

    def join(self, turn: Turn, *, is_thread: bool) -> None:
        """Take a place in the queue.

        Args:
            turn: the place.
            is_thread: whether a whole thread waits, and not a task.

        Raises:
            RuntimeError: somebody of this thread is there, for whom it cannot wait.
        """
        with self._lock:
            # Of tasks there may be thousands, and none of them is looked for.
            if is_thread and any(other.thread == turn.thread for other in self._queue):
                raise RuntimeError(
                    "the same is under way in this thread, and could not go on while this waits for it"
                )
            self._queue[turn] = None
        self._begin_first()

    def leave(self, turn: Turn) -> None:
        """Give a place up, if it is still there."""
        with self._lock:
            self._queue.pop(turn, None)
        self._begin_first()

    def _begin_first(self) -> None:
        with self._lock:
            first = next(iter(self._queue), None)
        if first is not None:
            first.begin()

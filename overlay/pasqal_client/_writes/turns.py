"""Taking turns, in whatever threads and event loops those run who do so."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from concurrent.futures import Future
from typing import Self


class _Turn(Future[None]):
    """The place of one who waits; it has a result when it is their turn."""

    def __init__(self) -> None:
        super().__init__()
        self.thread = threading.get_ident()

    def begin(self) -> None:
        """Tell the one who waits. A task that was cancelled meanwhile is about to leave the queue."""
        if self.set_running_or_notify_cancel():
            self.set_result(None)


class Turns:
    """A lock for threads and tasks alike: one after the other, in the order in which they came."""

    def __init__(self) -> None:
        # The first one has the turn, the others wait.
        self._queue: deque[_Turn] = deque()
        self._lock = threading.Lock()

    @property
    def is_free(self) -> bool:
        """Whether nobody has the turn."""
        return not self._queue

    def __enter__(self) -> Self:
        """Wait for the turn, with the whole thread.

        Raises:
            RuntimeError: it would never come, as it is that of a task of this thread, or this
                thread has it already.
        """
        turn = self._join(is_thread=True)
        try:
            turn.result()
        except BaseException:
            self._leave(turn)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._leave(self._queue[0])

    async def __aenter__(self) -> Self:
        turn = self._join(is_thread=False)
        try:
            await asyncio.wrap_future(turn)
        except BaseException:
            self._leave(turn)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        self._leave(self._queue[0])

    def _join(self, *, is_thread: bool) -> _Turn:
        turn = _Turn()
        with self._lock:
            here = [other for other in self._queue if other.thread == turn.thread]
            if is_thread and here:
                raise RuntimeError(
                    "the same is under way in this thread, and could not go on while this waits for it"
                )
            self._queue.append(turn)
            is_first = self._queue[0] is turn
        if is_first:
            turn.begin()
        return turn

    def _leave(self, turn: _Turn) -> None:
        """Give up a turn, or the place in the queue for it."""
        with self._lock:
            had_it = self._queue[0] is turn
            self._queue.remove(turn)
            following = None
            if had_it and self._queue:
                following = self._queue[0]
        if following is not None:
            following.begin()

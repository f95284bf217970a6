"""Threads that do one task after another.

A pool of `concurrent.futures` would not do: the interpreter waits at its end for the threads of one.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    _Task = Callable[[], object]


class Workers:
    """As many threads as there are tasks at a time; they are kept until they are dismissed.

    Tasks begin in the order in which they are started.
    """

    def __init__(self) -> None:
        self._tasks: SimpleQueue[tuple[_Task, _Task] | None] = SimpleQueue()
        self._all: list[threading.Thread] = []
        # One entry for each that waits for a task; which of them gets the next one does not matter.
        self._idle: list[threading.Thread] = []

    def start(self, task: _Task, then: _Task) -> None:
        """Have a task done.

        Args:
            task: the task, which must not raise.
            then: what says that it is done: called when its thread is free for another one.
        """
        if not self._take_idle():
            self._add_thread()
        self._tasks.put((task, then))

    def _take_idle(self) -> bool:
        while self._idle:
            thread = self._idle.pop()
            # After a fork there are no threads but the one that forked.
            if thread.is_alive():
                return True
        return False

    def _add_thread(self) -> None:
        # A program that stops reading can end while requests are under way.
        thread = threading.Thread(target=self._work, name="pasqal-client", daemon=True)
        self._all.append(thread)
        thread.start()

    def _work(self) -> None:
        while self._do_next():
            pass

    def _do_next(self) -> bool:
        """Do the next task; returns whether there was one."""
        # In a frame of its own, so that what it brought does not stay in memory until there is another.
        given = self._tasks.get()
        if given is None:
            return False
        task, then = given
        task()
        self._idle.append(threading.current_thread())
        then()
        return True

    def dismiss(self) -> None:
        """Let each thread end once there is nothing left to do; no other task may be started."""
        for _ in self._all:
            self._tasks.put(None)

"""Threads that do one task after another.

A pool of `concurrent.futures` would not do: the interpreter waits at its end for the threads of one.

Ctrl-C interrupts the thread that starts tasks at any moment, so that thread shares nothing with the
others that it could leave half-done: only lists and queues, each of whose methods is one step.
"""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    _Task = Callable[[], object]

PATIENCE: Final = 1.0
"""Seconds after which a thread ends that got no task: a listing may be kept without being read on."""


class Workers:
    """As many threads as there are tasks at a time. They are used again, until they had none for `PATIENCE`.

    Tasks begin in the order in which they are started.
    """

    def __init__(self) -> None:
        self._tasks: SimpleQueue[tuple[_Task, _Task] | None] = SimpleQueue()
        # One entry for each thread that waits, without those that a task in the queue is for. Which
        # thread gets which task does not matter.
        self._idle: list[None] = []

    def start(self, task: _Task, then: _Task) -> None:
        """Have a task done.

        Args:
            task: the task, which must not raise.
            then: what says that it is done: called when its thread is free for another one.
        """
        # In this order: whoever takes an entry away leaves a task, so no thread waits without either.
        self._tasks.put((task, then))
        if not self._take_idle():
            self._add_thread()

    def _take_idle(self) -> bool:
        """Take one of the entries away; returns whether there was one."""
        try:
            self._idle.pop()
        except IndexError:
            return False
        return True

    def _add_thread(self) -> None:
        # A program that stops reading can end while requests are under way.
        thread = threading.Thread(target=self._work, name="pasqal-client", daemon=True)
        thread.start()

    def _work(self) -> None:
        while self._do_next():
            pass

    def _do_next(self) -> bool:
        """Do the next task; returns whether the thread is to go on."""
        # In a frame of its own, so that what it brought does not stay in memory until there is another.
        try:
            given = self._tasks.get(timeout=PATIENCE)
        except Empty:
            # Where its entry was taken, a task is there or about to come.
            return not self._take_idle()
        if given is None:
            # For the others, too.
            self._tasks.put(None)
            return False
        task, then = given
        task()
        self._idle.append(None)
        then()
        return True

    def dismiss(self) -> None:
        """Let each thread end once there is nothing left to do; no other task may be started."""
        self._tasks.put(None)

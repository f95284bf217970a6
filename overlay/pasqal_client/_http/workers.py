"""Threads that do one task after another.

A pool of `concurrent.futures` would not do: the interpreter waits for its threads at the end, and a
program that stops reading can end while requests are under way.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    _Task = Callable[[], object]


class Workers:
    """As many threads as there are tasks at a time; they are kept until they are dismissed."""

    def __init__(self) -> None:
        self._all: list[_Worker] = []
        self._idle: list[_Worker] = []

    def start(self, task: _Task) -> None:
        """Have a task done, which must not raise."""
        worker = self._idle_worker()
        worker.tasks.put(task)

    def _idle_worker(self) -> _Worker:
        while self._idle:
            # The one that was busy last: what it needs is still in the caches of the processor.
            worker = self._idle.pop()
            # After a fork there are no threads but the one that forked.
            if worker.is_alive():
                return worker
        worker = _Worker(self._idle)
        self._all.append(worker)
        worker.start()
        return worker

    def dismiss(self) -> None:
        """Let each thread end once it has done its task; no other task may be started."""
        for worker in self._all:
            worker.tasks.put(None)


class _Worker(threading.Thread):
    """One of these threads.

    Args:
        idle: where it puts itself when it has done a task.
    """

    def __init__(self, idle: list[_Worker]) -> None:
        super().__init__(name="pasqal-client", daemon=True)
        self._idle = idle
        self.tasks: SimpleQueue[_Task | None] = SimpleQueue()

    def run(self) -> None:
        task = self.tasks.get()
        while task is not None:
            task()
            # What it brought must not stay in memory until there is another one.
            task = None
            self._idle.append(self)
            task = self.tasks.get()

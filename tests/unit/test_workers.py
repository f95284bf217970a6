"""The threads in which the sync client makes requests side by side are used again, and end when they are dismissed."""

from __future__ import annotations

import gc
import threading
import weakref
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest

from pasqal_client._http.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def workers() -> Iterator[Workers]:
    workers = Workers()
    yield workers
    workers.dismiss()
    for thread in workers._all:
        thread.join(10)
        assert not thread.is_alive()


def rest(workers: Workers) -> None:
    """Wait until all threads that are there have done their tasks."""
    there = [thread for thread in workers._all if thread.is_alive()]
    while len(workers._idle) < len(there):
        pass


def thread_of_task(workers: Workers) -> threading.Thread:
    """The thread that does the next task."""
    seen: SimpleQueue[threading.Thread] = SimpleQueue()
    workers.start(lambda: seen.put(threading.current_thread()))
    thread = seen.get(timeout=10)
    rest(workers)
    return thread


def test_tasks_one_after_another_share_a_thread(workers: Workers) -> None:
    """A thread that has done its task gets the next one."""
    threads = {thread_of_task(workers) for _ in range(5)}
    assert len(threads) == 1


def test_tasks_side_by_side_have_threads_of_their_own(workers: Workers) -> None:
    """No task waits for another one, and their threads are used again."""
    meeting = threading.Barrier(4)
    for _ in range(3):
        workers.start(partial(meeting.wait, 10))
    meeting.wait(10)
    rest(workers)
    assert thread_of_task(workers) in workers._all
    assert len(workers._all) == 3


def test_a_thread_that_is_gone_gets_no_task(workers: Workers) -> None:
    """In a forked process, none of the threads of its parent is there; others take their place."""
    gone = thread_of_task(workers)
    workers.dismiss()
    gone.join(10)
    assert not gone.is_alive()
    assert thread_of_task(workers) is not gone


def test_what_a_task_held_is_free_when_it_is_done(workers: Workers) -> None:
    """A thread that waits for its next task does not keep the answer of the last one."""

    class Page:
        pass

    page = Page()
    seen = weakref.ref(page)
    workers.start(partial(id, page))
    rest(workers)
    del page
    gc.collect()
    assert seen() is None


def test_a_dismissed_thread_does_its_task_first(workers: Workers) -> None:
    """What is under way ends by itself."""
    begun, over, done = threading.Event(), threading.Event(), threading.Event()

    def task() -> None:
        begun.set()
        over.wait(10)
        done.set()

    workers.start(task)
    assert begun.wait(10)
    workers.dismiss()
    over.set()
    assert done.wait(10)


def test_the_threads_do_not_keep_a_program_alive(workers: Workers) -> None:
    """They are daemons, so a program can end while a listing is not read to its end."""
    assert thread_of_task(workers).daemon

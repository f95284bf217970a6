"""The threads in which the sync client makes requests side by side are used again, and end when they are dismissed."""

from __future__ import annotations

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


def nothing() -> None:
    pass


def thread_of_task(workers: Workers) -> threading.Thread:
    """The thread that does the next task, once that is done."""
    seen: SimpleQueue[threading.Thread] = SimpleQueue()
    workers.start(nothing, lambda: seen.put(threading.current_thread()))
    return seen.get(timeout=10)


def test_tasks_one_after_another_share_a_thread(workers: Workers) -> None:
    """A thread that has done its task gets the next one."""
    threads = {thread_of_task(workers) for _ in range(5)}
    assert len(threads) == 1


def test_tasks_side_by_side_have_threads_of_their_own(workers: Workers) -> None:
    """No task waits for another one, and their threads are used again."""
    meeting, over = threading.Barrier(4), threading.Barrier(4)
    for _ in range(3):
        workers.start(partial(meeting.wait, 10), partial(over.wait, 10))
    meeting.wait(10)
    over.wait(10)
    assert thread_of_task(workers) in workers._all
    assert len(workers._all) == 3


def test_a_thread_is_free_before_its_task_counts_as_done(workers: Workers) -> None:
    """Whoever starts the next task at that moment needs no other thread."""
    done = threading.Event()

    def start_next() -> None:
        workers.start(nothing, done.set)

    workers.start(nothing, start_next)
    assert done.wait(10)
    assert len(workers._all) == 1


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

    page, freed = Page(), threading.Event()
    weakref.finalize(page, freed.set)
    workers.start(partial(id, page), nothing)
    del page
    assert freed.wait(10)


def test_a_dismissed_thread_does_its_task_first(workers: Workers) -> None:
    """What is under way ends by itself."""
    begun, over, done = threading.Event(), threading.Event(), threading.Event()

    def task() -> None:
        begun.set()
        over.wait(10)

    workers.start(task, done.set)
    assert begun.wait(10)
    workers.dismiss()
    over.set()
    assert done.wait(10)


def test_the_threads_do_not_keep_a_program_alive(workers: Workers) -> None:
    """They are daemons, so a program can end while a listing is not read to its end."""
    assert thread_of_task(workers).daemon

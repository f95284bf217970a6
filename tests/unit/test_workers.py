"""The threads in which the sync client makes requests side by side are used again, and end once nobody needs them."""

from __future__ import annotations

import threading
import weakref
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest

from client.own_threads import end_all
from pasqal_client._http import workers as worker_threads
from pasqal_client._http.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def used() -> set[threading.Thread]:
    """The threads that were seen."""
    return set()


@pytest.fixture
def workers(used: set[threading.Thread]) -> Iterator[Workers]:
    workers = Workers()
    yield workers
    workers.dismiss()
    end_all(used)


def nothing() -> None:
    pass


def thread_of_task(workers: Workers, used: set[threading.Thread]) -> threading.Thread:
    """The thread that does the next task, once that is done."""
    seen: SimpleQueue[threading.Thread] = SimpleQueue()
    workers.start(nothing, lambda: seen.put(threading.current_thread()))
    thread = seen.get(timeout=10)
    used.add(thread)
    return thread


def test_tasks_one_after_another_share_a_thread(
    workers: Workers, used: set[threading.Thread]
) -> None:
    """A thread that has done its task gets the next one."""
    for _ in range(5):
        thread_of_task(workers, used)
    assert len(used) == 1


def test_tasks_side_by_side_have_threads_of_their_own(
    workers: Workers, used: set[threading.Thread]
) -> None:
    """No task waits for another one, and their threads are used again."""
    meeting, over = threading.Barrier(4), threading.Barrier(4)

    def task() -> None:
        used.add(threading.current_thread())
        meeting.wait(10)

    for _ in range(3):
        workers.start(task, partial(over.wait, 10))
    meeting.wait(10)
    over.wait(10)
    thread_of_task(workers, used)
    assert len(used) == 3


def test_a_thread_is_free_before_its_task_counts_as_done(
    workers: Workers, used: set[threading.Thread]
) -> None:
    """Whoever starts the next task at that moment needs no other thread."""
    done = threading.Event()

    def task() -> None:
        used.add(threading.current_thread())

    workers.start(task, lambda: workers.start(task, done.set))
    assert done.wait(10)
    assert len(used) == 1


def test_a_thread_without_a_task_ends_by_itself(
    workers: Workers, used: set[threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a listing that is kept without being read on has none; the next task gets another thread."""
    monkeypatch.setattr(worker_threads, "PATIENCE", 0.01)
    for _ in range(3):
        thread_of_task(workers, used)
        end_all(used)
    assert len(used) == 3


def test_a_thread_for_which_a_task_is_about_to_come_does_not_end(
    workers: Workers, used: set[threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task that is started in the moment in which a thread gives up gets that one, or another."""
    monkeypatch.setattr(worker_threads, "PATIENCE", 0)
    for _ in range(300):
        thread_of_task(workers, used)


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


def test_the_threads_do_not_keep_a_program_alive(
    workers: Workers, used: set[threading.Thread]
) -> None:
    """They are daemons, so a program can end while a listing is not read to its end."""
    assert thread_of_task(workers, used).daemon

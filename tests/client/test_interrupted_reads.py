"""Ctrl-C at any moment leaves a sync client that can be used, without a thread that nobody needs.

An interruption is raised where the interpreter could raise it: when a function begins, returns, or
has called one that is written in C. Each such moment gets its turn.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import httpcore
import pytest

from pasqal_client import PasqalClient
from pasqal_client._http import flights, throttle, workers
from pasqal_client._listing import pages_in_flight
from pasqal_client.sandbox import Sandbox

HTTPCORE = httpcore.__name__
OURS = frozenset(module.__name__ for module in (flights, throttle, workers, pages_in_flight))


@pytest.fixture
def sync(sandbox: Sandbox) -> Iterator[PasqalClient]:
    """A client that has made a request; the sandbox has jobs for some pages."""
    sandbox.add_batch(jobs=[{} for _ in range(12)])
    with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client:
        assert client.jobs.count() == 12
        yield client


def is_interrupted(action: Callable[[], object], concerns: Callable[[str], bool], at: int) -> bool:
    """Interrupt an action at a moment, counted from 0 within some modules; returns whether it came to that."""
    left = at

    def interrupt(frame: FrameType, event: str, _: Any) -> None:
        nonlocal left
        # A function in C is called, or not: nothing comes between.
        if event == "c_call" or not concerns(frame.f_globals.get("__name__", "")):
            return
        left -= 1
        if left < 0:
            sys.setprofile(None)
            raise KeyboardInterrupt

    sys.setprofile(interrupt)
    try:
        action()
    except KeyboardInterrupt:
        return True
    finally:
        sys.setprofile(None)
    return False


def assert_soon(action: Callable[[], bool]) -> None:
    """An action that is not waiting for something that never comes."""
    came: list[bool] = []
    thread = threading.Thread(target=lambda: came.append(action()), daemon=True)
    thread.start()
    thread.join(30)
    assert came == [True]


def is_httpcore(module: str) -> bool:
    return module.partition(".")[0] == HTTPCORE


def read_list(client: PasqalClient) -> bool:
    """Read a list of three pages side by side."""
    return sum(1 for _ in client.jobs.list(page_size=5, concurrency=2)) == 12


def test_a_request_that_is_interrupted_leaves_nothing_closed(sync: PasqalClient) -> None:
    """The next one is sent, and no connection is taken up by the last one."""
    pool: Any = getattr(sync._pool.get()._transport, "_pool")  # noqa: B009  # not typed
    moment = 0
    while is_interrupted(sync.jobs.count, is_httpcore, moment):
        assert_soon(lambda: sync.jobs.count() == 12)
        assert pool._requests == []
        assert [connection.is_idle() for connection in pool._connections] == [True]
        moment += 1
    assert moment > 100


def test_a_listing_that_is_interrupted_leaves_no_thread(
    sync: PasqalClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its threads end, and the next one is read to its end."""
    monkeypatch.setattr(workers, "PATIENCE", 0.01)
    before = set(threading.enumerate())
    moment = 0
    while is_interrupted(lambda: read_list(sync), OURS.__contains__, moment):
        assert_soon(lambda: read_list(sync))
        moment += 1
    assert moment > 50
    for thread in set(threading.enumerate()) - before:
        thread.join(20)
        assert not thread.is_alive()

"""Ctrl-C at any moment of a read leaves a sync client that can be used, without a thread that nobody needs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Any

import httpcore
import pytest

from client.own_threads import end_all, own_threads
from interruptions import is_interrupted
from pasqal_client import PasqalClient
from pasqal_client._http import flights, throttle, workers
from pasqal_client._http.throttle import CURRENT
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
    transport: Any = sync._pool.get()._transport
    pool = transport._pool
    moment = 0
    while is_interrupted(sync.jobs.count, is_httpcore, moment):
        assert_soon(lambda: sync.jobs.count() == 12)
        assert pool._requests == []
        assert [connection.is_idle() for connection in pool._connections] == [True]
        moment += 1
    assert moment > 100


def test_a_listing_that_is_interrupted_leaves_nothing(
    sync: PasqalClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its threads end, its window is not that of later requests, and the next listing is read to its end."""
    monkeypatch.setattr(workers, "PATIENCE", 0.01)
    before = own_threads()
    moment = 0
    # In a context of its own, so that what is left there does not change other tests.
    context = copy_context()
    while context.run(is_interrupted, lambda: read_list(sync), OURS.__contains__, moment):
        assert context.get(CURRENT) is None, moment
        assert_soon(lambda: read_list(sync))
        moment += 1
    assert moment > 50
    end_all(own_threads() - before)

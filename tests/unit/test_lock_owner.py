"""A forked process has open locks, whatever its parent was doing."""

from __future__ import annotations

import os
import subprocess
import sys
from weakref import WeakSet

import pytest

from pasqal_client import _lock_owner

FORK = """
import os
from contextlib import ExitStack
from pasqal_client import PasqalClient, _lock_owner
from pasqal_client._writes import own_additions, own_rebatches

with PasqalClient(token="t") as client, ExitStack() as held:
    client.jobs
    owners = [*_lock_owner._OWNERS]
    for owner in owners:
        held.enter_context(owner._lock)
    child = os.fork()
    if not child:
        os._exit(not all(owner._lock.acquire(blocking=False) for owner in owners))
print(*sorted({type(owner).__name__ for owner in owners}))
raise SystemExit(os.waitpid(child, 0)[1])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_a_fork_leaves_no_lock_closed() -> None:
    """A thread may have it at that moment, and is not there in the child to open it."""
    done = subprocess.run(
        [sys.executable, "-c", FORK], check=False, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (
        0,
        "Departures OwnAdditions OwnRebatches Pool Throttle TokenAuth\n",
    )


def test_an_owner_gets_another_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is open, whoever has the old one."""
    owner = _lock_owner.LockOwner()
    monkeypatch.setattr(_lock_owner, "_OWNERS", WeakSet([owner]))
    with owner._lock:
        _lock_owner._renew_locks()
        assert owner._lock.acquire(blocking=False)

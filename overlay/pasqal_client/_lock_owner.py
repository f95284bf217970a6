"""Locks that are open in a forked process.

A thread of its parent may have held one at the fork, and is not there to open it.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import Final
from weakref import WeakSet


class LockOwner:
    """Has a lock, `_lock`; a forked process has a new one."""

    def __init__(self) -> None:
        self._renew_lock()
        _OWNERS.add(self)

    def _renew_lock(self) -> None:
        """Have a lock that is open."""
        self._lock = threading.Lock()


_OWNERS: Final[WeakSet[LockOwner]] = WeakSet()


def _renew_locks() -> None:
    for owner in _OWNERS:
        owner._renew_lock()


# Windows has no fork.
with suppress(AttributeError):
    os.register_at_fork(after_in_child=_renew_locks)

"""What many wait for, and happens once."""

from __future__ import annotations

import threading


class Latch:
    """Opens once, for all who wait.

    An event of `threading` takes its lock in Python code: Ctrl-C in one who waits would leave it
    closed, and hold up all others for good. Here, Ctrl-C at the worst moment has them wait for as
    long as they said.

    Attributes:
        is_open (bool): whether it has opened.
    """

    def __init__(self) -> None:
        self.is_open: bool = False
        self._closed = threading.Lock()
        self._closed.acquire()

    def open(self) -> None:
        """Open; a second time changes nothing."""
        if not self.is_open:
            self.is_open = True
            self._closed.release()

    def wait(self, longest: float) -> bool:
        """Wait until it opens, for at most this many seconds, 0 or more; returns whether it is open."""
        if not self.is_open and self._closed.acquire(timeout=longest):
            # For the others that wait.
            self._closed.release()
        return self.is_open

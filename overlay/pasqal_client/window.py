"""How many requests of one listing may be under way at once, and how that gives way to a service that refuses some.

Pure but for the flag that stops what is under way: times come in as seconds of a clock that only goes forward.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import Final

PAUSE: Final = 0.5
"""Seconds without new requests after a refusal that does not say how long to wait."""
CALM: Final = 30.0
"""Seconds without a refusal after which a larger window is tried again."""


class Window:
    """The window of one listing.

    After a 429 nothing new starts until its Retry-After has passed, and the window halves, once for all requests that
    were under way together. The halved size is a ceiling, tried again only after `CALM`: a window that grows back with
    every page is refused again and again.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._ceiling = most
        self._resume = self._calm = float("-inf")
        self._lock = threading.Lock()
        self.stopped = threading.Event()

    def refused(self, started: float, now: float, retry_after: float | None) -> None:
        """A request that started at one time was refused at another."""
        with self._lock:
            # What started before the last pause was over belongs to the burst that brought the pause about.
            if started >= self._resume:
                self._ceiling = max(1, self._ceiling // 2)
            self._calm = now
            self._resume = max(self._resume, now + (PAUSE if retry_after is None else retry_after))

    def size(self, now: float) -> int:
        """How many requests may be under way."""
        with self._lock:
            if self._ceiling < self._most and now - self._calm >= CALM:
                self._ceiling = min(self._most, self._ceiling * 2)
                self._calm = now
            return self._ceiling

    def pause(self, now: float) -> float:
        """Seconds during which nothing new starts."""
        return max(0.0, self._resume - now)


CURRENT: Final[ContextVar[Window | None]] = ContextVar("pasqal_client_window", default=None)
"""The window of the listing for which a request is made; the connection tells it of refusals."""

"""How many requests of listings may be under way at once, and how that gives way to a service that refuses some.

What the service refuses, it refuses to all listings of a client: they share one `Throttle`. Each
listing has a `Window` of its own, with its own upper bound, which it can stop alone.

Pure but for the flag that stops what is under way: times come in as seconds of a clock that only
goes forward.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import Final
from weakref import WeakSet

PAUSE: Final = 0.5
"""Seconds without new requests after a refusal that does not say how long to wait."""
LONGEST_PAUSE: Final = 60.0
"""Seconds; a longer Retry-After ends the request that got it, and nobody else waits for that long without a word."""
CALM: Final = 30.0
"""Seconds without a refusal after which a larger window is tried again."""


class Throttle:
    """What a service admits, as far as the listings of one client have learnt.

    After a 429 none of them starts anything new until its Retry-After has passed, and what all of
    them together may have under way halves, once for all requests that were under way together. The
    halved size is a ceiling, tried again only after `CALM`: a window that grows back with every
    page is refused again and again.
    """

    def __init__(self) -> None:
        self._windows: WeakSet[Window] = WeakSet()
        self._ceiling: int | None = None
        self._resume = self._calm = float("-inf")
        self._lock = threading.Lock()

    def join(self, window: Window) -> None:
        """A listing begins."""
        with self._lock:
            self._windows.add(window)

    def leave(self, window: Window) -> None:
        """A listing is over."""
        with self._lock:
            self._windows.discard(window)

    def refused(
        self, window: Window, started: float, now: float, retry_after: float | None, jitter: float
    ) -> None:
        """A request of a listing that started at one time was refused at another; the first of a burst has jitter."""
        pause = _pause_after(retry_after)
        with self._lock:
            # What started before the last pause was over belongs to the burst that brought the
            # pause about.
            if started >= self._resume:
                together = sum(one.most for one in {window, *self._windows})
                ceiling = together if self._ceiling is None else min(together, self._ceiling)
                self._ceiling = max(1, ceiling // 2)
                pause += jitter
            self._calm = now
            self._resume = max(self._resume, now + pause)

    def share(self, now: float) -> int | None:
        """How many requests each listing may have under way, at least one; None if nothing was refused yet."""
        with self._lock:
            if self._ceiling is None:
                return None
            if now - self._calm >= CALM:
                self._ceiling *= 2
                self._calm = now
            return max(1, self._ceiling // max(1, len(self._windows)))

    def pause(self, now: float) -> float:
        """Seconds during which nothing new starts."""
        return max(0.0, self._resume - now)


def _pause_after(retry_after: float | None) -> float:
    if retry_after is None or retry_after > LONGEST_PAUSE:
        return PAUSE
    return retry_after


class Window:
    """The window of one listing.

    Attributes:
        most (int): how many requests it may have under way, if none is refused.
        stopped (threading.Event): set once the listing is over; then nothing is tried again.
    """

    def __init__(
        self, most: int, throttle: Throttle | None = None, patience: float = float("inf")
    ) -> None:
        self.most = most
        self._patience = patience
        self.stopped = threading.Event()
        self._throttle = throttle or Throttle()
        self._throttle.join(self)

    def refused(
        self, started: float, now: float, retry_after: float | None, jitter: float = 0.0
    ) -> None:
        """A request that started at one time was refused at another.

        Args:
            started: when it started.
            now: when it was refused.
            retry_after: the pause in seconds that the service asked for; None if it did not say.
            jitter: seconds on top, so that what was refused together does not come back together.
        """
        self._throttle.refused(self, started, now, retry_after, jitter)

    def size(self, now: float) -> int:
        """How many requests may be under way."""
        share = self._throttle.share(now)
        return self.most if share is None else min(self.most, share)

    def pause(self, now: float) -> float:
        """Seconds during which nothing new starts; none where that is too long: whoever asks then hears it himself."""
        pause = self._throttle.pause(now)
        return pause if pause <= self._patience else 0.0

    def stop(self) -> None:
        """Start nothing new, retries included, and leave the room to other listings."""
        self.stopped.set()
        self._throttle.leave(self)


CURRENT: Final[ContextVar[Window | None]] = ContextVar("pasqal_client_window", default=None)
"""The window of the listing for which a request is made; the connection tells it of refusals."""

"""How many requests of listings may be under way at once, and how that gives way to a service that rejects some.

What the service rejects, it rejects for all listings of a client: they share one `Throttle`. Each
listing has a `Window` of its own, with its own upper bound, which it can stop alone.

Pure but for the wait that a stop ends: times come in as seconds of a clock that only goes forward.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final
from weakref import WeakSet

from .._latch import Latch
from .._lock_owner import LockOwner

PAUSE: Final = 0.5
"""Seconds without new requests after a rejection that does not say how long to wait."""
CALM: Final = 30.0
"""Seconds without a rejection after which a larger window is tried again."""


class Throttle(LockOwner):
    """What a service admits, as far as the listings of one client have learnt.

    After a 429 none of them starts anything new until its Retry-After has passed; a listing whose
    requests may not take that long goes on, to hear of it from the service. What all of them
    together may have under way halves, once for all requests that were under way together. The
    halved size is a ceiling, tried again only after `CALM`: a window that grows back with every
    page is rejected again and again.
    """

    def __init__(self) -> None:
        super().__init__()
        # Weak: a listing leaves without a word when nobody iterates over it any longer.
        self._windows: WeakSet[Window] = WeakSet()
        self._ceiling: int | None = None
        self._resume = float("-inf")
        self._calm_since = float("-inf")

    def join(self, window: Window) -> None:
        """A listing begins."""
        with self._lock:
            self._windows.add(window)

    def note_rejection(
        self, window: Window, started: float, now: float, retry_after: float | None, jitter: float
    ) -> None:
        """Take note that the service rejected a request.

        Args:
            window: that of the listing for which it was made.
            started: when it started.
            now: when it was rejected.
            retry_after: the pause in seconds that the service asked for; None if it did not say,
                or if that is more than the request itself would wait.
            jitter: seconds on top of the pause, added for the first request of a burst.
        """
        pause = PAUSE
        if retry_after is not None:
            pause = retry_after
        with self._lock:
            # What started before the last pause was over belongs to the burst that brought the
            # pause about.
            if started >= self._resume:
                self._halve(window)
                pause += jitter
            self._calm_since = now
            self._resume = max(self._resume, now + pause)

    def _halve(self, window: Window) -> None:
        windows = {window, *self._running()}
        ceiling = sum(one.most for one in windows)
        if self._ceiling is not None:
            ceiling = min(ceiling, self._ceiling)
        self._ceiling = max(1, ceiling // 2)

    def update_share(self, now: float) -> int | None:
        """Raise the ceiling if nothing was rejected for long enough; returns the share of each listing.

        That is how many requests it may have under way, at least one; None if nothing was rejected
        yet.
        """
        with self._lock:
            if self._ceiling is None:
                return None
            if now - self._calm_since >= CALM:
                self._ceiling *= 2
                self._calm_since = now
            listings = max(1, len(self._running()))
            return max(1, self._ceiling // listings)

    def _running(self) -> list[Window]:
        """The windows of the listings that are not over."""
        # They do not say so here: garbage collection may end a listing while this thread has the lock.
        return [window for window in self._windows if not window.is_stopped]

    def pause(self, now: float) -> float:
        """Seconds during which nothing new starts."""
        return max(0.0, self._resume - now)


class Window:
    """The window of one listing: how many of its requests may be under way at once.

    Args:
        most: how many, if none is rejected.
        throttle: that of the client; None for one of its own.
        longest_silence: the longest pause in seconds that the listing spends without a request.
        is_part: whether the listing is part of a call that has a window of its own, among whose
            requests those of the listing are counted: then it takes no share from others.

    Attributes:
        most (int): how many requests may be under way, if none is rejected.
    """

    def __init__(
        self,
        most: int,
        throttle: Throttle | None = None,
        longest_silence: float = float("inf"),
        *,
        is_part: bool = False,
    ) -> None:
        self.most = most
        self._longest_silence = longest_silence
        self._end = Latch()
        self._throttle = throttle or Throttle()
        if not is_part:
            self._throttle.join(self)

    def note_rejection(
        self, started: float, now: float, retry_after: float | None, jitter: float = 0.0
    ) -> None:
        """Take note that the service rejected a request of this listing.

        Args:
            started: when it started.
            now: when it was rejected.
            retry_after: the pause in seconds that the service asked for; None if it did not say,
                or if that is more than the request itself would wait.
            jitter: seconds on top, so that what was rejected together does not come back together.
        """
        self._throttle.note_rejection(self, started, now, retry_after, jitter)

    def size(self, now: float) -> int:
        """How many requests may be under way."""
        share = self._throttle.update_share(now)
        if share is None:
            return self.most
        return min(self.most, share)

    def pause(self, now: float) -> float:
        """Seconds during which nothing new starts."""
        pause = self._throttle.pause(now)
        if pause > self._longest_silence:
            # Too long to wait without a word: the next request shall hear of it from the service.
            return 0.0
        return pause

    @property
    def is_stopped(self) -> bool:
        """Whether the listing is over; then nothing is tried again."""
        return self._end.is_open

    def stop(self) -> None:
        """Start nothing new, retries included, and leave the room to other listings."""
        self._end.open()

    def wait_for_stop(self, longest: float) -> bool:
        """Wait until the listing is over, for at most this many seconds; returns whether it is."""
        return self._end.wait(longest)


CURRENT: Final[ContextVar[Window | None]] = ContextVar("pasqal_client_window", default=None)
"""The window of the listing for which a request is made; the connection reports rejections to it."""

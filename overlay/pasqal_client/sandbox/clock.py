"""How time passes in the sandbox: not at all, when a test says so, or along with real time.

No thread drives the time. Nobody can see the state between two requests, so it is enough to work
out what has become due when the next one comes; and a test that stops at a moment finds the same
state in every run.
"""

from __future__ import annotations

import math
import re
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from .checks import short_repr

if TYPE_CHECKING:
    from collections.abc import Callable

Duration: TypeAlias = str | int | float | timedelta
"""Text like "90s", "5m", "1.5h" or "2d", a number of seconds, or a timedelta."""

FASTEST = 1e9
"""The highest speed: thirty years a second."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_TEXT = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])", re.ASCII)
_MICROSECOND = timedelta(microseconds=1)


def parse_duration(value: Duration) -> timedelta:
    """Read a duration, in any of its spellings.

    Raises:
        ValueError: it is not a duration, is negative, or is longer than a timedelta can be.
    """
    length = _read_length(value)
    if length < timedelta():
        raise ValueError(f"{short_repr(value)} is negative, and time does not go back")
    return length


def microseconds(length: timedelta) -> int:
    """A duration as a whole number of microseconds."""
    return length // _MICROSECOND


def _read_length(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    seconds = _find_seconds(value)
    if seconds is None:
        raise ValueError(
            f"{short_repr(value)} is not a duration: use seconds, a timedelta, or text like '90s', '5m', '1.5h', '2d'"
        )
    try:
        return timedelta(seconds=seconds)
    except OverflowError as error:
        raise ValueError(f"{short_repr(value)} is longer than a timedelta can be") from error


def _find_seconds(value: object) -> float | None:
    if isinstance(value, str):
        match = _TEXT.fullmatch(value.strip())
        if match is None:
            return None
        return float(match[1]) * _UNITS[match[2]]
    if isinstance(value, float) and math.isnan(value):
        return None
    if _is_number(value):
        return value
    return None


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def check_speed(value: object) -> float:
    """Check a speed and return it.

    Raises:
        ValueError: it is not a number, is negative, or is above the highest.
    """
    if not _is_number(value) or not 0 <= value <= FASTEST:
        raise ValueError(
            f"speed is {short_repr(value)}: it is a number from 0 (time stands still) to {FASTEST:g}"
        )
    return value


class Clock:
    """How much time has passed in the sandbox since it started.

    Args:
        speed: how many seconds pass in the sandbox for each real second.
        monotonic: returns real time, in seconds since any moment.
    """

    def __init__(self, speed: float, monotonic: Callable[[], float]) -> None:
        self._speed = speed
        self._monotonic = monotonic
        self._origin = monotonic()
        self._stepped = 0
        self._latest = 0
        # Requests read it in the server's thread, and tests in theirs.
        self._lock = threading.Lock()

    @property
    def elapsed(self) -> int:
        """The microseconds that have passed."""
        with self._lock:
            real = self._monotonic() - self._origin
            passed = self._stepped + int(real * self._speed * 1_000_000)
            # A test may pass a function that goes back; jobs that have ended cannot.
            self._latest = max(self._latest, passed)
            return self._latest

    def step(self, microseconds: int) -> None:
        """Let this many microseconds pass at once."""
        with self._lock:
            self._stepped += microseconds

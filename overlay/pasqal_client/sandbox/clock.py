"""How time passes in the sandbox: not at all, when a test says so, or along with real time."""

import math
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

from .checks import shown

Duration: TypeAlias = str | int | float | timedelta
"""Text like "90s", "5m", "1.5h" or "2d", a number of seconds, or a timedelta."""

FASTEST = 1e9
"""The highest speed: thirty years a second."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_TEXT = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])", re.ASCII)


def duration(value: Duration) -> timedelta:
    """A length of time, in any of its spellings.

    Raises:
        ValueError: It is none, it is negative, or it is longer than a timedelta can be.
    """
    length = _read(value)
    if length is None:
        raise ValueError(
            f"{shown(value)} is not a duration: use seconds, a timedelta, or text like '90s', '5m', '1.5h', '2d'"
        )
    if length < timedelta():
        raise ValueError(f"{shown(value)} is negative, and time does not go back")
    return length


def microseconds(length: timedelta) -> int:
    """A length of time as a whole number of microseconds."""
    return length // timedelta(microseconds=1)


def _read(value: object) -> timedelta | None:
    if isinstance(value, timedelta):
        return value
    seconds: float | None = None
    if isinstance(value, str) and (match := _TEXT.fullmatch(value.strip())):
        seconds = float(match[1]) * _UNITS[match[2]]
    elif isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value
    try:
        return None if seconds is None or math.isnan(seconds) else timedelta(seconds=seconds)
    except OverflowError as error:
        raise ValueError(f"{shown(value)} is longer than the years that there are") from error


def checked_speed(value: object) -> float:
    """A speed as it was given, if it is one.

    Raises:
        ValueError: It is not a number, negative, or above the highest.
    """
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= FASTEST:
        raise ValueError(
            f"speed is {shown(value)}: it is a number from 0 (time stands still) to {FASTEST:g}"
        )
    return value


class Clock:
    """How much time has passed in the sandbox since it started; no thread drives it, it is read when it matters.

    Args:
        speed: How many seconds pass in the sandbox in a real one.
        monotonic: Real time, in seconds since any moment.
    """

    def __init__(self, speed: float, monotonic: Callable[[], float]) -> None:
        self._speed = speed
        self._monotonic = monotonic
        self._origin = monotonic()
        self._stepped = self._latest = 0
        self._lock = threading.Lock()

    @property
    def elapsed(self) -> int:
        """The microseconds that have passed."""
        with self._lock:
            real = self._monotonic() - self._origin
            # Whatever tells real time, it does not go back in here.
            self._latest = max(self._latest, self._stepped + int(real * self._speed * 1_000_000))
            return self._latest

    def step(self, microseconds: int) -> None:
        """Let so much time pass at once."""
        with self._lock:
            self._stepped += microseconds

"""Parses JSON text. Two parsers can do that, and nobody may notice which one did.

The standard library decides what is JSON and what it means: NaN and Infinity are numbers to it,
although no standard has them, so that one of them costs its own place and not the page. An integer
of more digits than Python reads (4,300, or whatever `sys.set_int_max_str_digits` says) stays text
for the same reason.

msgspec takes less than half the time; where it is installed, it goes first once a process reads so
much that importing it pays. Versions that are new enough read whatever they accept as the standard
library does; what they reject is read again.
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# Before this version msgspec reads some large numbers wrong.
_OLDEST: Final = (0, 19)

# To import msgspec takes as long as it saves in three megabytes. Who has read two may well read more.
_ENOUGH: Final = 2 * 2**20

_bytes_read = 0


@cache
def accelerator() -> Callable[[bytes], Any] | None:
    """The parser that goes first once it pays, if it is installed; it is imported here."""
    try:
        import msgspec
    except ImportError:
        return None
    major, minor, *_ = msgspec.__version__.split(".")
    if (int(major), int(minor)) < _OLDEST:
        return None
    return msgspec.json.decode


def parse(text: bytes) -> Any:
    """The value that JSON text stands for.

    Args:
        text: UTF-8, or another encoding that JSON allows.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested too deeply.
    """
    fast = _first_parser(len(text))
    if fast is not None:
        with suppress(Exception):
            return fast(text)
    try:
        return json.loads(text)
    except ValueError:
        # Not JSON, or a number with more digits than Python reads.
        return json.loads(text, parse_int=_integer_or_text)


def _first_parser(size: int) -> Callable[[bytes], Any] | None:
    """The parser that goes first for a text of that many bytes; None if there is none, or it does not pay yet."""
    global _bytes_read
    _bytes_read += size
    if _bytes_read < _ENOUGH:
        return None
    return accelerator()


def _integer_or_text(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return digits

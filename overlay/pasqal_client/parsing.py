"""Makes Python values of JSON text; alone, because two parsers can do it and nobody may notice which one did.

The standard library decides what is JSON and what it means. msgspec takes less than half the time; where it is
installed, it goes first. Versions that are new enough read whatever they accept as the standard library does, integers
of any size included; what they refuse is read again.
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

OLDEST: Final = (0, 19)
"""Before this version msgspec reads some large numbers wrong."""


@cache
def accelerator() -> Callable[[bytes], Any] | None:
    """The parser that goes first, if there is one; it is imported when the first answer is read."""
    try:
        import msgspec
    except ImportError:
        return None
    version = tuple(int(part) for part in msgspec.__version__.split(".")[:2])
    return msgspec.json.decode if version >= OLDEST else None


def parse(text: bytes) -> Any:
    """The value that JSON text stands for.

    Args:
        text: UTF-8, or another encoding that JSON allows.

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested too deeply.
    """
    fast = accelerator()
    if fast is not None:
        with suppress(Exception):
            return fast(text)
    return json.loads(text, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")

"""What a caller gives as JSON, copied: values of the standard library, numpy's and their like.

JSON has None, booleans, text, finite numbers, lists and objects. Anything else is rejected, with the
place where it is: a value that is silently turned into something else would run as another job.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from .._display import printable, quoted
from .texts import is_sendable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_DEEPEST: Final = 100
# More than any physical value has, and what every reader of JSON can still read.
_MOST_BITS: Final = 1024
_LONGEST_KEY: Final = 80
_MOST_STEPS: Final = 10

# What somebody may want to send all the same, and how.
_ADVICE: Final = {
    "set": "a set has no order: give a sorted list",
    "frozenset": "a set has no order: give a sorted list",
    "bytes": "decode it to text",
    "bytearray": "decode it to text",
    "datetime": "give its isoformat()",
    "date": "give its isoformat()",
    "UUID": "give str() of it",
    "Decimal": "give float() of it",
    "Fraction": "give float() of it",
    "complex": "give its real and its imaginary part",
    "range": "give list() of it",
    "generator": "give list() of it",
}
_OTHERWISE: Final = "JSON has None, True and False, text, numbers, lists and objects"


class _UnfitError(Exception):
    """A value that JSON does not have.

    Attributes:
        problem (str): what is wrong with it.
        place (list[str]): the way to it, from the inside out.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.place: list[str] = []


def json_copy(name: str, value: object) -> Any:
    """A deep copy of a value as JSON has it.

    What has `tolist()`, such as numpy's arrays and numbers, becomes lists and numbers.

    Args:
        name: what the value is called in messages.
        value: the value.

    Raises:
        ValueError: it holds what JSON does not have; the message says where.
    """
    try:
        return _copy(value, 0)
    except _UnfitError as unfit:
        # The place is put together only now: most values are fine, and some are long.
        steps = unfit.place[::-1]
        place = "".join(steps[:_MOST_STEPS])
        if len(steps) > _MOST_STEPS:
            place += "…"
        raise ValueError(f"{name}{place}: {unfit.problem}") from unfit.__cause__


def _copy(value: object, depth: int) -> Any:
    if depth > _DEEPEST:
        raise _UnfitError(f"it is nested deeper than {_DEEPEST} levels, or contains itself")
    copy = _SCALARS.get(type(value))
    if copy is not None:
        return copy(value)
    if type(value) is dict:  # to ask for a Mapping takes as long as all the rest
        return _copied_object(value, depth)
    for kind, copy in _SCALARS.items():
        if isinstance(value, kind):
            return copy(value)
    if isinstance(value, Mapping):
        return _copied_object(value, depth)
    if isinstance(value, list | tuple):
        return _copied_list(value, depth)
    return _copy(_listed(value), depth + 1)


def _copied_text(text: str) -> str:
    if not is_sendable(text):
        raise _UnfitError(f"{quoted(text)} has half of a surrogate pair, which cannot be sent")
    # Members of enumerations are text, and print as something else.
    return str.__str__(text)


def _copied_integer(number: int) -> int:
    if number.bit_length() > _MOST_BITS:
        raise _UnfitError(f"{quoted(number)} is too large")
    return int(number)


def _copied_float(number: float) -> float:
    if not math.isfinite(number):
        raise _UnfitError(f"{float(number)} is not a number that JSON has")
    return float(number)


def _copied_object(entries: Mapping[Any, object], depth: int) -> dict[str, Any]:
    copied: dict[str, Any] = {}
    for key, entry in entries.items():
        if not isinstance(key, str):
            raise _UnfitError(f"the name {quoted(key)} of an entry is not text")
        try:
            copied[_copied_text(key)] = _copy(entry, depth + 1)
        except _UnfitError as unfit:
            unfit.place.append(_entry(key))
            raise
    return copied


def _copied_list(entries: Iterable[object], depth: int) -> list[Any]:
    copied = []
    for position, entry in enumerate(entries):
        try:
            copied.append(_copy(entry, depth + 1))
        except _UnfitError as unfit:
            unfit.place.append(f"[{position}]")
            raise
    return copied


def _entry(key: str) -> str:
    """How a message goes from an object to an entry of it: `.omega`, or `["two words"]`."""
    if key.isidentifier():
        return f".{printable(key, _LONGEST_KEY)}"
    return f"[{quoted(key)}]"


def _listed(value: object) -> Any:
    """What `tolist()` of an array or a number of another library returns."""
    try:
        to_list: Callable[[], object] = value.tolist  # type: ignore[attr-defined]
    except Exception:
        # A property is the caller's code, and may do anything.
        kind = type(value).__name__
        advice = _ADVICE.get(kind, _OTHERWISE)
        raise _UnfitError(f"{quoted(value)} is not a value that JSON has; {advice}") from None
    try:
        return to_list()
    except Exception as error:
        raise _UnfitError(f"tolist() of {quoted(value)} failed") from error


def _unchanged(value: bool | None) -> bool | None:
    return value


# In this order: a boolean is an integer, too. Every kind of a number but these becomes one by its
# `tolist`.
_SCALARS: Final[dict[type, Callable[[Any], Any]]] = {
    type(None): _unchanged,
    bool: _unchanged,
    str: _copied_text,
    int: _copied_integer,
    float: _copied_float,
}

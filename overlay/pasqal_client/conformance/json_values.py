"""JSON values, compared exactly: true is not 1, null is not absent, and every digit of a number counts."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NamedTuple

_NOTHING = "nothing"


class _Constant(str):
    """NaN or an infinity, which JSON does not have, and bodies do."""

    __slots__ = ()


class _Difference(NamedTuple):
    """The first place where two values differ.

    Attributes:
        pointer: the place, as a JSON pointer.
        expected: what should be there.
        got: what is there.
    """

    pointer: str
    expected: str
    got: str


def parse_exact(text: str) -> Any:
    """JSON with every digit of its numbers.

    Raises:
        ValueError: it is not JSON.
    """
    return json.loads(text, parse_int=Decimal, parse_float=Decimal, parse_constant=_Constant)


def dump(value: Any) -> str:
    """A value as JSON in ASCII, so that foreign text cannot do anything to a terminal."""
    if isinstance(value, dict):
        fields = [f"{json.dumps(name)}: {dump(entry)}" for name, entry in value.items()]
        return f"{{{', '.join(fields)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(dump, value))}]"
    if isinstance(value, Decimal | _Constant):
        return str(value)
    return json.dumps(value)


def steps(pointer: str) -> list[str]:
    """The steps of a JSON pointer."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def find_difference(
    expected: Any, got: Any, *, ordered: bool = False, pointer: str = ""
) -> _Difference | None:
    """The first place where two values differ; None if there is none.

    Args:
        expected: a value of `json`, or of `parse_exact`.
        got: likewise.
        ordered: whether the order of keys matters.
        pointer: the place of both.
    """
    if isinstance(expected, dict) and isinstance(got, dict):
        return _compare_objects(expected, got, ordered, pointer)
    if isinstance(expected, list) and isinstance(got, list):
        return _compare_arrays(expected, got, ordered, pointer)
    if _are_same(expected, got):
        return None
    return _Difference(pointer, dump(expected), dump(got))


def _compare_objects(
    expected: dict[str, Any], got: dict[str, Any], ordered: bool, pointer: str
) -> _Difference | None:
    for name, value in expected.items():
        place = _below(pointer, name)
        if name not in got:
            return _Difference(place, dump(value), _NOTHING)
        found = find_difference(value, got[name], ordered=ordered, pointer=place)
        if found:
            return found
    for name, value in got.items():
        if name not in expected:
            return _Difference(_below(pointer, name), _NOTHING, dump(value))
    if ordered and list(expected) != list(got):
        return _Difference(pointer, f"keys in the order {dump([*expected])}", dump([*got]))
    return None


def _below(pointer: str, name: str) -> str:
    step = name.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{step}"


def _compare_arrays(
    expected: list[Any], got: list[Any], ordered: bool, pointer: str
) -> _Difference | None:
    for number, (value, entry) in enumerate(zip(expected, got, strict=False)):
        found = find_difference(value, entry, ordered=ordered, pointer=f"{pointer}/{number}")
        if found:
            return found
    shorter = min(len(expected), len(got))
    if len(expected) > shorter:
        return _Difference(f"{pointer}/{shorter}", dump(expected[shorter]), _NOTHING)
    if len(got) > shorter:
        return _Difference(f"{pointer}/{shorter}", _NOTHING, dump(got[shorter]))
    return None


def _are_same(expected: Any, got: Any) -> bool:
    if _is_number(expected) and _is_number(got):
        # The text of a float has all the digits that the float was read from.
        return Decimal(str(expected)) == Decimal(str(got))
    return type(expected) is type(got) and bool(expected == got)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)

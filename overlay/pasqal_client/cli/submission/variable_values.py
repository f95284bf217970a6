"""Values of variables as people type them: a number, or JSON for more than one."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Final

from ..._display import quoted
from ..failures import UsageMistake

if TYPE_CHECKING:
    from collections.abc import Iterable

# Python refuses to read an integer of thousands of digits.
_INTEGER: Final = re.compile(r"[+-]?\d{1,400}", re.ASCII)
_FLOAT: Final = re.compile(r"[+-]?(?:\d++\.?\d*+|\.\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d*,\d+(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def parse_value(text: str) -> Any:
    """The value that a text stands for.

    Raises:
        ValueError: it stands for none; the message says what is wrong with it.
    """
    typed = text.strip()
    if not typed:
        raise ValueError("the value is missing")
    if typed[0] in "[{":
        return _parse_json(typed)
    if _INTEGER.fullmatch(typed):
        return int(typed)
    if _FLOAT.fullmatch(typed):
        return _finite(typed)
    if _DECIMAL_COMMA.fullmatch(typed):
        raise ValueError(f"{quoted(typed)} has a decimal comma; write a point instead")
    raise ValueError(f"{quoted(typed)} is neither a number nor a JSON list such as [1.5, 2]")


def _finite(typed: str) -> float:
    number = float(typed)
    if not math.isfinite(number):
        raise ValueError(f"{quoted(typed)} is too large")
    return number


def _parse_json(typed: str) -> Any:
    try:
        return json.loads(typed)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{quoted(typed)} is not JSON: {error}") from None


def parse_assignments(given: Iterable[str]) -> dict[str, Any]:
    """The variables of `--set`, by name.

    Args:
        given: each as it was typed, such as `omega=3.1`.

    Raises:
        UsageMistake: one is malformed, or there twice.
    """
    variables: dict[str, Any] = {}
    for each in given:
        name, equals, text = each.partition("=")
        name = name.strip()
        if not (name and equals):
            raise UsageMistake(f"--set: {quoted(each)} is not a variable and its value", _EXAMPLE)
        if name in variables:
            raise UsageMistake(f"--set: {quoted(name)} is there twice")
        try:
            variables[name] = parse_value(text)
        except ValueError as error:
            raise UsageMistake(f"--set {name}: {error}") from None
    return variables


_EXAMPLE: Final = "write --set omega=3.1, or --set 'times=[100, 200]'"

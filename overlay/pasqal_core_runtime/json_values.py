"""What can be done with a JSON value of any kind: copy it, describe it."""

from __future__ import annotations

import json
from typing import Any, Final

_LONGEST: Final = 60


def copy_json(value: Any) -> Any:
    """A deep copy of a JSON value."""
    # Without recursion, because an answer may be nested deeper than Python's stack.
    top = [value]
    unfinished: list[Any] = [top]
    while unfinished:
        container = unfinished.pop()
        entries = container.items() if type(container) is dict else enumerate(container)
        for key, entry in entries:
            kind = type(entry)
            if kind is dict or kind is list:
                fresh = entry.copy()
                container[key] = fresh
                unfinished.append(fresh)
    return top[0]


def describe_json(value: object) -> str:
    """A short, printable description of a value."""
    if isinstance(value, dict):
        return f"an object with {len(value)} entries"
    if isinstance(value, list):
        return f"an array with {len(value)} entries"
    try:
        text = json.dumps(value, default=repr)
    except ValueError:  # Python limits the digits of an integer that becomes text
        return "an integer of thousands of digits"
    if len(text) > _LONGEST:
        return f"{text[: _LONGEST - 3]}..."
    return text


__all__ = ["copy_json", "describe_json"]

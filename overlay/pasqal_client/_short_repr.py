"""How an object is printed that holds many others: its fields, and how many there are instead of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Sized

_MOST_ENTRIES: Final = 5
_LONGEST: Final = 80
_LONGEST_CONTAINER: Final = 120
"""Enough for how many jobs are in each of four states."""


def short_repr(of: Any) -> str:
    """The `repr` of an attrs object, in the form that attrs gives it; a class has it as its `__repr__`."""
    shown = []
    for field in attrs.fields(type(of)):
        if field.repr:
            value = getattr(of, field.alias)
            shown.append(f"{field.alias}={_shorten(value)}")
    return f"{type(of).__name__}({', '.join(shown)})"


def _shorten(value: object) -> str:
    if isinstance(value, tuple | list | dict):
        return _shorten_container(value)
    text = repr(value)
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST - 1]}…"


def _shorten_container(value: Sized) -> str:
    # Looked at first: a repr of all entries may be megabytes.
    if len(value) <= _MOST_ENTRIES:
        text = repr(value)
        if len(text) <= _LONGEST_CONTAINER:
            return text
    if len(value) == 1:
        return "<1 entry>"
    return f"<{len(value):,} entries>"

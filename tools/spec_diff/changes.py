"""Names the change between two versions of a fact, in the words of the rules."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from .bounds import LOWER, UPPER, tightness
from .contract import SPELLING
from .parts import Bound, is_documentation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Changes = Iterator["Change"]
    Comparison = Callable[[Any, Any], Changes]

Change = tuple[str, Any, Any]
"""What happened, with the old and the new value; None where there is none."""


def changes(fact: str, old: Any, new: Any) -> Changes:
    """The changes from one value of a fact to another one; a fact that is not in the table is not judged."""
    if fact in COMPARISONS:
        compare = COMPARISONS[fact]
    elif is_documentation(fact):
        compare = _value("documentation changed")
    else:
        compare = _value("not judged")
    yield from compare(old, new)


def _flag(set_: str, unset: str) -> Comparison:
    def compare(old: Any, new: Any) -> Changes:
        if bool(old) == bool(new):
            return
        if new:
            yield set_, None, None
        else:
            yield unset, None, None

    return compare


def _value(change: str, removed: str = "") -> Comparison:
    def compare(old: Any, new: Any) -> Changes:
        if old == new:
            return
        if removed and new is None:
            yield removed, old, new
        else:
            yield change, old, new

    return compare


def _members(noun: str) -> Comparison:
    def compare(old: Any, new: Any) -> Changes:
        before = old or ()
        after = new or ()
        for value in _in_order(after):
            if value not in before:
                yield f"{noun} added", None, value
        for value in _in_order(before):
            if value not in after:
                yield f"{noun} removed", value, None

    return compare


def _in_order(values: Any) -> list[Any]:
    # The order of a set differs from run to run; that of a list is the author's.
    if isinstance(values, frozenset):
        return sorted(values)
    return [*values]


def _enum(old: Any, new: Any) -> Changes:
    if old is None and new is not None:
        yield "enum closed", None, new
    elif new is None and old is not None:
        yield "enum opened", old, None
    else:
        yield from _members("enum value")(old, new)


def _types(old: Any, new: Any) -> Changes:
    if old == new:
        return
    change = "type changed"
    if old is not None and new is not None:
        if new < old:
            change = "type narrowed"
        elif old < new:
            change = "type widened"
    yield change, old, new


def _bound(fact: str, old: Bound | None, new: Bound | None) -> Changes:
    if old == new:
        return
    # A bound that is gone admits more, a bound where none was admits less.
    is_narrower = old is None
    if old is not None and new is not None:
        is_narrower = tightness(fact, new) > tightness(fact, old)
    change = "bound narrowed" if is_narrower else "bound widened"
    yield change, old, new


COMPARISONS: dict[str, Comparison] = {
    "operationId": _value("operation id changed"),
    "tag": _value("tag changed"),
    "security": _members("security"),
    "servers": _members("server"),
    "models": _members("model"),
    "deprecated": _flag("deprecated", "no longer deprecated"),
    "required": _flag("became required", "became optional"),
    "nullable": _flag("became nullable", "no longer nullable"),
    "closed": _flag("closed", "opened"),
    "uniqueItems": _flag("items became unique", "items no longer unique"),
    "types": _types,
    "variants": _types,
    "enum": _enum,
    "format": _value("format changed"),
    "pattern": _value("pattern changed", "pattern removed"),
    "default": _value("default changed"),
    **dict.fromkeys(SPELLING, _value("spelling changed")),
    **{fact: partial(_bound, fact) for fact in LOWER + UPPER},
}

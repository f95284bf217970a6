"""Names the change between two versions of a fact, in the words of the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .parts import Bound, is_documentation
from .reading import SPELLING
from .schemas import LENGTHS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Change = tuple[str, Any, Any]
"""What happened, with the old and the new value; None where there is none."""


def changes(fact: str, old: Any, new: Any) -> Iterator[Change]:
    """The changes from one value of a fact to another one; a fact that nothing here knows is not judged."""
    yield from _COMPARED.get(fact, _other(fact))(old, new)


def _flag(set_: str, unset: str) -> Callable[[Any, Any], Iterator[Change]]:
    def compared(old: Any, new: Any) -> Iterator[Change]:
        if bool(old) != bool(new):
            yield set_ if new else unset, None, None

    return compared


def _value(change: str, removed: str = "") -> Callable[[Any, Any], Iterator[Change]]:
    def compared(old: Any, new: Any) -> Iterator[Change]:
        if old != new:
            yield removed if removed and new is None else change, old, new

    return compared


def _members(noun: str) -> Callable[[Any, Any], Iterator[Change]]:
    def compared(old: Any, new: Any) -> Iterator[Change]:
        before, after = old or (), new or ()
        yield from (
            (f"{noun} added", None, value) for value in _ordered(after) if value not in before
        )
        yield from (
            (f"{noun} removed", value, None) for value in _ordered(before) if value not in after
        )

    return compared


def _ordered(values: Any) -> list[Any]:
    return sorted(values) if isinstance(values, frozenset) else [*values]


def _enum(old: Any, new: Any) -> Iterator[Change]:
    if old is None and new is not None:
        yield "enum closed", None, new
    elif new is None and old is not None:
        yield "enum opened", old, None
    else:
        yield from _members("enum value")(old, new)


def _types(old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    if old is None or new is None:
        yield "type changed", old, new
    else:
        yield (
            "type narrowed" if new < old else "type widened" if old < new else "type changed",
            old,
            new,
        )


def _bound(
    tightness: Callable[[Bound], tuple[float, bool]],
) -> Callable[[Any, Any], Iterator[Change]]:
    def compared(old: Bound | None, new: Bound | None) -> Iterator[Change]:
        if old == new:
            return
        narrowed = new is not None and (old is None or tightness(new) > tightness(old))
        yield "bound narrowed" if narrowed else "bound widened", old, new

    return compared


def _lower(bound: Bound) -> tuple[float, bool]:
    return bound.value, bound.exclusive


def _upper(bound: Bound) -> tuple[float, bool]:
    return -bound.value, bound.exclusive


_COMPARED: dict[str, Callable[[Any, Any], Iterator[Change]]] = {
    "operationId": _value("operation id changed"),
    "tag": _value("tag changed"),
    "security": _members("security"),
    "servers": _members("server"),
    "models": _members("model"),
    "deprecated": _flag("deprecated", "no longer deprecated"),
    "required": _flag("became required", "became optional"),
    "nullable": _flag("became nullable", "no longer nullable"),
    "closed": _flag("closed", "opened"),
    "types": _types,
    "variants": _types,
    "enum": _enum,
    "format": _value("format changed"),
    "pattern": _value("pattern changed", "pattern removed"),
    "default": _value("default changed"),
    **dict.fromkeys(SPELLING, _value("spelling changed")),
    **dict.fromkeys(("minimum", *(f"min{length}" for length in LENGTHS)), _bound(_lower)),
    **dict.fromkeys(("maximum", *(f"max{length}" for length in LENGTHS)), _bound(_upper)),
}


def _other(fact: str) -> Callable[[Any, Any], Iterator[Change]]:
    return _value("documentation changed" if is_documentation(fact) else "not judged")

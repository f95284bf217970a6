"""The bounds of numbers and lengths: the strictest one applies where there are several."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from .parts import Bound

if TYPE_CHECKING:
    from collections.abc import Iterator

Schemas = list[dict[str, Any]]

LENGTHS = (
    "Length",
    "Items",
    "Properties",
    "Contains",
)
LOWER = ["minimum", *(f"min{length}" for length in LENGTHS)]
UPPER = ["maximum", *(f"max{length}" for length in LENGTHS)]
EXCLUSIVE = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}
KEYWORDS = {*LOWER, *UPPER, *EXCLUSIVE.values()}


def find_bounds(schemas: Schemas, types: frozenset[str]) -> dict[str, Bound]:
    """The strictest bound of each kind that schemas set together.

    Args:
        schemas: all that apply to a value.
        types: the JSON types that the value can have.
    """
    are_integers = "integer" in types and "number" not in types
    bounds: dict[str, Bound] = {}
    for fact in LOWER + UPPER:
        found = list(_bounds_set(schemas, fact))
        # Of integers, less than 9 is the same as at most 8.
        if are_integers:
            found = [_as_integer(fact, bound) for bound in found]
        if found:
            strictness = partial(tightness, fact)
            bounds[fact] = max(found, key=strictness)
    return bounds


def tightness(fact: str, bound: Bound) -> tuple[float, bool]:
    """How strict a bound is; the larger of two values is the stricter bound."""
    if fact in LOWER:
        return bound.value, bound.exclusive
    return -bound.value, bound.exclusive


def _bounds_set(schemas: Schemas, fact: str) -> Iterator[Bound]:
    # Nothing is shorter than 0, so this bound excludes nothing.
    is_length = fact in LOWER and fact != "minimum"
    for schema in schemas:
        if fact not in schema:
            continue
        bound = Bound(schema[fact])
        if not is_length or bound.value > 0:
            yield bound
    exclusive = EXCLUSIVE.get(fact, "")
    for schema in schemas:
        if exclusive in schema:
            yield Bound(schema[exclusive], exclusive=True)


def _as_integer(fact: str, bound: Bound) -> Bound:
    """The first integer that an exclusive bound admits; an inclusive one stays."""
    if not bound.exclusive:
        return bound
    if fact in LOWER:
        return Bound(math.floor(bound.value) + 1)
    return Bound(math.ceil(bound.value) - 1)

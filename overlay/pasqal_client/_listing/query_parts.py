"""Filters with more values than fit a URL, split into several queries that together mean the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .filter_table import Query

URL_LIMIT: Final = 4096
"""Bytes; many gateways reject a longer URL."""

_needs_no_encoding: Final = re.compile(r"[0-9A-Za-z_.~-]*").fullmatch


def split(filters: Query, room: int) -> list[Query]:
    """Split filters so that each part fits into the query of a URL.

    The longest lists of values are cut into pieces. As an item has one id, one batch, one project
    and so on, no item matches two of the parts.

    Args:
        filters: checked filters.
        room: how many bytes a part may take.

    Raises:
        ValueError: a single value is too long.
    """
    weighed = [_Values.of(name, filters[name]) for name in filters]
    weighed.sort(key=_by_weight)
    queries = []
    for part in _combine(weighed, room):
        query = dict(filters)
        for piece in part:
            # What is one value stays one: only lists are cut.
            if isinstance(filters[piece.name], list):
                query[piece.name] = piece.values
        queries.append(query)
    return queries


@frozen
class _Values:
    """Values of one filter, and how many bytes of a URL each of them takes.

    Attributes:
        name: the filter.
        values: its values.
        weights: bytes, value by value.
        weight: bytes of all values.
    """

    name: str
    values: list[Any]
    weights: list[int]
    weight: int = field(init=False)

    @weight.default
    def _sum(self) -> int:
        return sum(self.weights)

    @classmethod
    def of(cls, name: str, value: object) -> _Values:
        """The values of a filter, one or several."""
        values = [value]
        if isinstance(value, list):
            values = value
        # With `=`, `&`, and a name that may be one longer on the wire.
        rest = len(name) + 3
        weights = [rest + _length(str(one)) for one in values]
        return cls(name, values, weights)

    def pieces(self, room: int) -> Iterator[_Values]:
        """The values in as few pieces as fit, in order, and of about one size."""
        if max(self.weights) > room:
            raise ValueError(
                f"{self.name}: together with the other filters a value is too long for a URL of {URL_LIMIT} bytes"
            )
        # A short rest would take as long as a full request, so all pieces get about the same.
        size = self.weight / self._least_pieces(room)
        goal = size
        start = 0
        taken = 0
        total = 0
        for place, weight in enumerate(self.weights):
            is_full = taken + weight > room
            if taken and (is_full or total >= goal):
                yield self._slice(start, place)
                start = place
                taken = 0
                goal += size
            taken += weight
            total += weight
        yield self._slice(start, len(self.values))

    def _slice(self, start: int, stop: int) -> _Values:
        return _Values(
            self.name,
            self.values[start:stop],
            self.weights[start:stop],
        )

    def _least_pieces(self, room: int) -> int:
        pieces = 1
        taken = 0
        for weight in self.weights:
            if taken + weight > room:
                pieces += 1
                taken = 0
            taken += weight
        return pieces


def _length(text: str) -> int:
    """How many bytes of a URL a text takes."""
    # To encode every one of a million ids takes three times as long.
    if _needs_no_encoding(text):
        return len(text)
    return len(quote_plus(text))


def _by_weight(values: _Values) -> int:
    return values.weight


def _combine(filters: list[_Values], room: int) -> list[list[_Values]]:
    """All combinations of pieces of the filters that fit; the filters come lightest first."""
    if not filters:
        return [[]]
    others = filters[:-1]
    heaviest = filters[-1]
    needed = _weight(others)
    half = room // 2
    if needed > half and needed + heaviest.weight > room:
        # Two long lists get one half each.
        largest_values = [max(one.weights) for one in others]
        needed = max(half, sum(largest_values))
    combined = []
    for part in _combine(others, needed):
        left = room - _weight(part)
        pieces = heaviest.pieces(left)
        combined += [[*part, piece] for piece in pieces]
    return combined


def _weight(filters: list[_Values]) -> int:
    return sum(one.weight for one in filters)

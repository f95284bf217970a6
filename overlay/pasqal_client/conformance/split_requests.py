"""Compares requests among which the values of a key were split: what all of them say together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from .findings import Finding, compare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .scripted_server import ArrivedRequest, Stage

_REQUESTS = "requests"


def check_split(
    expected: Sequence[Mapping[str, Any]], arrived: Sequence[ArrivedRequest], *, in_order: bool
) -> list[Finding]:
    """What the requests do not say together.

    Args:
        expected: an example of such requests.
        arrived: those that came.
        in_order: whether the order of the values counts; requests of a read may overtake each other.
    """
    place = (expected[0]["method"], expected[0]["path"])
    for request in arrived:
        if (request.method, request.path) != place:
            wanted = " ".join(place)
            return [Finding(_REQUESTS, wanted, f"{request.method} {request.path}")]
        if request.body:
            return [Finding(_REQUESTS, "no body", request.body.decode(errors="replace"))]
    wanted_values = _combine([request["query"] for request in expected], in_order=in_order)
    values = _combine([request.query for request in arrived], in_order=in_order)
    return compare(_REQUESTS, wanted_values, values)


def _combine(queries: Sequence[str], *, in_order: bool) -> dict[str, list[str]]:
    """The values of each key in all queries."""
    parts = [_values_of(query) for query in queries]
    found = {}
    for name in set().union(*parts):
        values = _join([part.get(name, []) for part in parts])
        if not in_order:
            values.sort()
        found[name] = values
    return found


def _join(values: list[list[str]]) -> list[str]:
    """What every request has, or else what they have one after the other."""
    if all(one == values[0] for one in values):
        return values[0]
    return [value for one in values for value in one]


def _values_of(query: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, []).append(value)
    return values


def check_addresses(stage: Stage, most: int) -> list[Finding]:
    """The addresses that are too long, of which the first is told."""
    for request in stage.requests:
        size = len(f"{stage.base_url}{request.path}?{request.query}")
        if size > most:
            return [Finding(_REQUESTS, f"an address of at most {most} bytes", f"{size} bytes")]
    return []

"""Where a result contradicts itself or its job: each contradiction is a departure with its place.

What has a wrong type is found where the file is read, by its model. What is found here is of the
right type, and cannot be true all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pasqal_core_runtime.departures import Place
from pasqal_core_runtime.json_values import describe_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pasqal_core_api.models import JobResult as Payload
    from pasqal_core_runtime.departures import Departure

_BITS: Final = frozenset("01")
_LOST: Final = "X"
"""The bit of an atom whose detection failed."""

_COUNT: Final = "a count of at least 0"
_ZERO_ONE: Final = "a bitstring of 0 and 1"
_ZERO_ONE_X: Final = "a bitstring of 0, 1 and X"
_LENGTH: Final = "bitstrings of the same length"
_SUM: Final = "counts that add up to the runs of the job"


def contradictions_in(payload: Payload, runs: int | None) -> Iterator[Departure]:
    """The contradictions in a result.

    Args:
        payload: the file, as its model reads it.
        runs: how many runs the job has; None if that is not known.
    """
    counter = getattr(payload, "counter", None) or {}
    partial = getattr(payload, "partial_register_counter", None) or {}
    raw = getattr(payload, "raw", None) or []
    yield from _in_counts("counter", counter, _BITS, _ZERO_ONE)
    yield from _in_counts("partial_register_counter", partial, _BITS | {_LOST}, _ZERO_ONE_X)
    yield from _in_shots(raw)
    yield from _different_lengths(
        [("counter", counter), ("partial_register_counter", partial), ("raw", raw)]
    )
    yield from _wrong_sum(counter, partial, runs)


def are_bitstrings(texts: Iterable[str]) -> bool:
    """Whether each of them is one, with or without lost atoms."""
    return all(_is_bitstring(text, _BITS | {_LOST}) for text in texts)


def usable(counts: dict[str, int] | None) -> dict[str, int] | None:
    """The counts without those that cannot be counts."""
    if counts is None:
        return None
    return {bits: count for bits, count in counts.items() if count >= 0}


def _in_counts(
    name: str, counts: dict[str, int], bits: frozenset[str], expected: str
) -> Iterator[Departure]:
    for text, count in counts.items():
        place = Place(name, name).entry(text)
        if count < 0:
            yield place.departure(_COUNT, describe_json(count))
        if not _is_bitstring(text, bits):
            yield place.departure(expected, describe_json(text))


def _in_shots(shots: list[str]) -> Iterator[Departure]:
    place = Place("raw", "raw")
    for number, text in enumerate(shots):
        if not _is_bitstring(text, _BITS):
            yield place.entry(number).departure(_ZERO_ONE, describe_json(text))


def _is_bitstring(text: str, bits: frozenset[str]) -> bool:
    return bool(text) and bits.issuperset(text)


def _different_lengths(parts: Iterable[tuple[str, Iterable[str]]]) -> Iterator[Departure]:
    """A departure for each part of the file with a bitstring that is not as long as the first one."""
    length: int | None = None
    for name, texts in parts:
        for text in texts:
            if length is None:
                length = len(text)
            if len(text) != length:
                seen = f"one of {length} and one of {len(text)} bits"
                yield Place(name, name).departure(_LENGTH, seen)
                break


def _wrong_sum(
    counter: dict[str, int], partial: dict[str, int], runs: int | None
) -> Iterator[Departure]:
    if runs is None or not counter:
        return
    counted = sum(counter.values())
    # Shots in which an atom was lost may be counted apart.
    if runs not in (counted, counted + sum(partial.values())):
        yield Place("counter", "counter").departure(_SUM, f"{counted} counts for {runs} runs")

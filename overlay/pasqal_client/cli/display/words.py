"""Numbers and lists of things in words: `2 jobs`, `2 DONE, 1 ERROR`, the first few ids of many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NAMED: Final = 3
"""How many ids are named one by one."""


def many(number: int, noun: str) -> str:
    """A number of things, such as `1 job` or `2 jobs`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun}s"


def tally(counts: Mapping[str, int]) -> str:
    """How many there are of each, such as `2 DONE, 1 ERROR`."""
    return ", ".join(f"{number} {name}" for name, number in counts.items())


def name_some(ids: Sequence[object]) -> str:
    """The first few of some ids, and how many more there are."""
    named = ", ".join(map(str, ids[:_NAMED]))
    more = len(ids) - _NAMED
    if more > 0:
        return f"{named} and {more} more"
    return named

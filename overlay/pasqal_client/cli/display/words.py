"""Numbers and lists of things in words: `2 jobs`, `2 DONE, 1 ERROR`, `1 h 5 min`, the first few ids of many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NAMED: Final = 3
"""How many ids are named one by one."""
MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


def many(number: int, noun: str) -> str:
    """A number of things, such as `1 job` or `2 jobs`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {plural(noun)}"


def plural(noun: str) -> str:
    """More than one of a thing: `jobs`, `batches`."""
    if noun.endswith("ch"):
        return f"{noun}es"
    return f"{noun}s"


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


def duration_text(seconds: float) -> str:
    """A length of time in its two largest units."""
    # Below a minute fractions count. What rounds to a minute is one all the same.
    if seconds < MINUTE:
        return f"{seconds:.3g} s"
    whole = max(MINUTE, round(seconds))
    if whole >= DAY:
        return _in_units(whole, DAY, "d", HOUR, "h")
    if whole >= HOUR:
        return _in_units(whole, HOUR, "h", MINUTE, "min")
    return _in_units(whole, MINUTE, "min", 1, "s")


def _in_units(seconds: int, size: int, unit: str, smaller: int, smaller_unit: str) -> str:
    number, remainder = divmod(seconds, size)
    rest = remainder // smaller
    if rest:
        return f"{number} {unit} {rest} {smaller_unit}"
    return f"{number} {unit}"


def describe_jobs(runs: Sequence[object]) -> str:
    """How many jobs and runs there are.

    Args:
        runs: the runs of each job; what is not an integer is unknown.
    """
    jobs = many(len(runs), "job")
    known = [each for each in runs if isinstance(each, int)]
    # An emulator chooses the number itself.
    if not known:
        return f"{jobs} without a number of runs"
    total = f"{jobs}, {many(sum(known), 'run')} in all"
    if len(known) < len(runs):
        return f"{total}, {len(runs) - len(known)} of them without a number of runs"
    return total

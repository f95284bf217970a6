"""Compares what a call returned with what a scenario expects of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from .findings import Finding, compare
from .json_values import dump

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .calls import Answer

_NAME = "result"


def check_result(expected: Any, answer: Answer) -> list[Finding]:
    """What of a result is not as expected: a value, or an object with `has` for a list that may have more.

    Args:
        expected: with `has`, the ids that have to be there, each once and in this order; `others`,
            how many others there may be; `any_order`, if the order is open; `unless_doubted`, if a
            listing may lack some of them as long as it says that it may.
        answer: what the adapter answered.
    """
    got = answer.get(_NAME)
    if not isinstance(expected, dict) or "has" not in expected:
        return compare(_NAME, expected, got)
    if not isinstance(got, list):
        return [Finding(_NAME, "a list of ids", dump(got))]
    excused = expected.get("unless_doubted", False) and answer.get("doubted") is True
    findings = [*_find_twice(got), *_find_others(expected, got)]
    if not excused:
        findings += _find_missing(expected, got)
    return findings


def _find_twice(got: Sequence[Any]) -> Iterator[Finding]:
    counts = Counter(map(dump, got))
    for one, count in counts.items():
        if count > 1:
            yield Finding(_NAME, f"{one} once", f"{count} times")
            return


def _find_others(expected: Mapping[str, Any], got: Sequence[Any]) -> Iterator[Finding]:
    wanted = set(map(dump, expected["has"]))
    others = [one for one in got if dump(one) not in wanted]
    most = expected.get("others", 0)
    if len(others) > most:
        yield Finding(_NAME, f"at most {most} others", f"{len(others)}, such as {dump(others[0])}")


def _find_missing(expected: Mapping[str, Any], got: Sequence[Any]) -> Iterator[Finding]:
    wanted = expected["has"]
    there = set(map(dump, got))
    missing = [one for one in wanted if dump(one) not in there]
    if missing:
        what = f"all of {len(wanted)} ids that are there throughout"
        yield Finding(_NAME, what, f"without {len(missing)}, such as {dump(missing[0])}")
        return
    if expected.get("any_order", False):
        return
    named = set(map(dump, wanted))
    order = [one for one in got if dump(one) in named]
    if order != wanted:
        yield from compare(_NAME, wanted, order)

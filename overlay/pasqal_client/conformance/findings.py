"""What of a case did not hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .json_values import dump, find_difference

if TYPE_CHECKING:
    from .calls import Answer

OUTCOME = "outcome"
"""The assertion that every case makes: the call ends in the way that the others are about."""


@dataclass(frozen=True)
class Finding:
    """An assertion that did not hold.

    Attributes:
        assertion: its name.
        expected: what should have come.
        got: what came.
    """

    assertion: str
    expected: str
    got: str


def compare(assertion: str, expected: Any, got: Any, *, ordered: bool = False) -> list[Finding]:
    """A finding about the first place where two JSON values differ, if there is one."""
    difference = find_difference(expected, got, ordered=ordered)
    if difference is None:
        return []
    where = ""
    if difference.pointer:
        where = f"{difference.pointer}: "
    return [Finding(assertion, where + difference.expected, where + difference.got)]


def report_outcome(answer: Answer, expected: str) -> list[Finding]:
    """The finding about a call that ended in another way."""
    return [Finding(OUTCOME, expected, describe(answer))]


def describe(answer: Answer) -> str:
    """How a call ended, in words."""
    return f"{answer.outcome} {dump(answer.content)}"

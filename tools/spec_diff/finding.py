"""One change of the contract, judged; the same one on every operation is a single finding."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .rules import Direction, Rule

WHOLE = "the whole contract"
EVERY = "every operation"
PLACES = (
    "path",
    "query",
    "header",
    "cookie",
)


@dataclass(frozen=True)
class Finding:
    """One change of the contract, judged.

    Attributes:
        operation: method and path, or `WHOLE` or `EVERY`.
        pieces: the way to the place in the operation; empty for the operation itself.
        direction: who reads what stands there.
        rule: the rule that judges it.
        fact: what changed there.
        old: the value before, None if there was none.
        new: the value now, None if there is none.
        hint: a guess at what really happened, or empty.
    """

    operation: str
    pieces: tuple[str, ...]
    direction: Direction
    rule: Rule
    fact: str
    old: Any
    new: Any
    hint: str = ""

    @property
    def place(self) -> str:
        """The place as text, such as `query limit` or `200 $.data[*].status`."""
        return "".join(self.pieces)

    @property
    def name(self) -> str:
        """The parameter, header or field that it is about, by its name on the wire; empty if there is none."""
        for piece in reversed(self.pieces):
            if is_field(piece) or piece.split()[0] in PLACES:
                return name_of(piece).split()[-1]
        return ""


def is_field(piece: str) -> bool:
    """Whether a piece of a place leads to a field that has a name."""
    return piece.startswith(".") and piece != ".*"


def name_of(piece: str) -> str:
    """The piece of a place as a name of its own."""
    # The usual content type is not named in a place.
    if piece == " $":
        return "application/json"
    return piece.removesuffix(" $").strip(" .")


def join_findings(findings: list[Finding], operations: int) -> list[Finding]:
    """The findings, where the same one on every operation is one finding on `EVERY`.

    Args:
        findings: in the order in which they were found.
        operations: how many operations the contract has.
    """
    # Of a single operation, its name says more than `EVERY`.
    if operations < 2:
        return findings
    counts = Counter(_on_every(finding) for finding in findings)
    joined: list[Finding] = []
    others: list[Finding] = []
    for finding in findings:
        on_every = _on_every(finding)
        if counts[on_every] < operations:
            others.append(finding)
        elif on_every not in joined:
            joined.append(on_every)
    return joined + others


def _on_every(finding: Finding) -> Finding:
    return replace(finding, operation=EVERY)

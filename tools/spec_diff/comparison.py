"""Walks two contracts at once, names what differs, and lets the rules judge it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from .changes import Change, changes
from .contract import Contract, Operation
from .finding import WHOLE, Finding, join_findings, name_of
from .parts import ContractError, Kind, Part, Parts, is_documentation
from .rules import Direction, rule_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    Findings = Iterator[Finding]

# How much of a name has to be the same for a guess that it is the old one, from 0 to 1.
LIKENESS = 0.5


def compare(old: Any, new: Any) -> list[Finding]:
    """What changed between two versions of a contract, in the order of the new one.

    Raises:
        ContractError: one of them cannot be read.
    """
    before = Contract(old)
    after = Contract(new)
    try:
        findings = list(_compare_documents(before, after))
        findings += _compare_operations(before, after)
        operations = list(after.operations())
    except RecursionError:
        raise ContractError("has a schema that is an alternative of itself") from None
    # A valid contract raises none of these, and `make spec` names the place in one that is not.
    except (AttributeError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise ContractError(f"is malformed ({reason}); `make spec` says where") from error
    return join_findings(findings, len(operations))


def _compare_documents(old: Contract, new: Contract) -> Findings:
    walk = _Walk(WHOLE)
    return walk.facts(old.document(), new.document(), ITSELF)


def _compare_operations(old: Contract, new: Contract) -> Findings:
    before = list(old.operations())
    after = list(new.operations())
    pairs = _pair(before, after)
    for operation in after:
        walk = _Walk(operation.name)
        earlier = pairs.get(operation.name)
        if earlier is None:
            added = ("operation added", None, operation.id)
            yield walk.finding(ITSELF, "operation", added)
            continue
        if earlier.address != operation.address:
            moved = ("operation moved", earlier.name, operation.name)
            yield walk.finding(ITSELF, "address", moved)
        yield from walk.parts(earlier.part, operation.part, ITSELF)
    kept = {earlier.name for earlier in pairs.values()}
    for operation in before:
        if operation.name not in kept:
            walk = _Walk(operation.name)
            removed = ("operation removed", operation.id, None)
            yield walk.finding(ITSELF, "operation", removed)


def _pair(before: list[Operation], after: list[Operation]) -> dict[str, Operation]:
    """The earlier version of each operation, by its name now: the same address, or else the same id."""
    by_address = {operation.address: operation for operation in before}
    pairs: dict[str, Operation] = {}
    for operation in after:
        if operation.address in by_address:
            pairs[operation.name] = by_address[operation.address]
    # Only those that are still without a partner: an id may have gone over to a new operation.
    taken = list(pairs.values())
    by_id = {operation.id: operation for operation in before if operation not in taken}
    for operation in after:
        if operation.id in by_id:
            pairs.setdefault(operation.name, by_id[operation.id])
    return pairs


# ---------------------------------------------------------------------------------------------------------------------
# The walk


@dataclass(frozen=True)
class _Place:
    """A place in an operation.

    Attributes:
        pieces: the way to it.
        direction: who reads what stands there.
    """

    pieces: tuple[str, ...]
    direction: Direction

    def inside(self, piece: str, kind: Kind) -> _Place:
        """The place to which a piece leads from here."""
        direction = self.direction
        if direction is Direction.OPERATION:
            direction = Direction.REQUEST
            if kind is Kind.STATUS:
                direction = Direction.ANSWER
        return _Place((*self.pieces, piece), direction)


ITSELF = _Place((), Direction.OPERATION)


class _Walk:
    """A walk through two versions of an operation."""

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._within: list[object] = []
        self._recursive: set[object] = set()

    def finding(
        self,
        place: _Place,
        fact: str,
        change: Change,
        hint: str = "",
    ) -> Finding:
        """A change, judged."""
        what, old, new = change
        return Finding(
            operation=self._operation,
            pieces=place.pieces,
            direction=place.direction,
            rule=rule_for(place.direction, what),
            fact=fact,
            old=old,
            new=new,
            hint=hint,
        )

    def parts(
        self,
        old: Part,
        new: Part,
        place: _Place,
    ) -> Findings:
        """What changed at a place and below it."""
        found = list(self.facts(old, new, place))
        yield from found
        # What is below a value of another type is another thing altogether.
        if any(finding.rule.change == "type changed" for finding in found):
            return
        pair = (place.direction, old.source, new.source)
        if old.source and pair in self._within:
            # The schemas contain themselves: what is below them is reported at the place where they
            # were entered.
            self._recursive.add(pair)
        if pair not in self._recursive:
            self._within.append(pair)
            yield from self._below(old, new, place)
            self._within.pop()

    def facts(
        self,
        old: Part,
        new: Part,
        place: _Place,
    ) -> Findings:
        """What changed at a place."""
        facts = dict.fromkeys([*new.facts, *old.facts])
        if old.facts.get("variants") != new.facts.get("variants"):
            # Other alternatives have other types; to name the alternatives says more.
            del facts["types"]
        for fact in facts:
            before = old.facts.get(fact)
            after = new.facts.get(fact)
            for change in changes(fact, before, after):
                yield self.finding(place, fact, change)

    def _below(
        self,
        old: Part,
        new: Part,
        place: _Place,
    ) -> Findings:
        before = old.below()
        after = new.below()
        added = {piece: part for piece, part in after.items() if piece not in before}
        for piece, part in _requests_first({**after, **before}):
            there = place.inside(piece, part.kind)
            if piece in added:
                if _is_change(part, old):
                    change = _addition(piece, part, there.direction)
                    yield self.finding(there, "presence", change)
            elif piece in after:
                yield from self.parts(part, after[piece], there)
            elif _is_change(part, new):
                change = _removal(piece, part, there.direction)
                hint = _guess_renaming(piece, part, added)
                yield self.finding(
                    there,
                    "presence",
                    change,
                    hint,
                )


def _requests_first(parts: Parts) -> list[tuple[str, Part]]:
    """What users send, whether it is new, kept or gone, and then the answers."""
    requests = []
    answers = []
    for piece, part in parts.items():
        if part.kind is Kind.STATUS:
            answers.append((piece, part))
        else:
            requests.append((piece, part))
    return requests + answers


# ---------------------------------------------------------------------------------------------------------------------
# What one of the two versions lacks


def _is_change(part: Part, other: Part) -> bool:
    """Whether a part that the other version lacks is a change of its own.

    A detail, or a field of what is not an object, is reported as a change of the type.
    """
    if part.kind is Kind.DETAIL:
        return False
    is_field = part.kind is Kind.MEMBER and "types" in other.facts
    return not is_field or other.admits("object")


def _addition(piece: str, part: Part, direction: Direction) -> Change:
    noun = _noun(piece, part, direction)
    if part.kind is Kind.MEMBER:
        need = "required" if "required" in part.facts else "optional"
        noun = f"{need} {noun}"
    return f"{noun} added", None, name_of(piece)


def _removal(piece: str, part: Part, direction: Direction) -> Change:
    noun = _noun(piece, part, direction)
    return f"{noun} removed", name_of(piece), None


def _noun(piece: str, part: Part, direction: Direction) -> str:
    """What the rules call a part that is there or not."""
    if part.kind is Kind.CONTENT:
        return "content type"
    if part.kind is Kind.STATUS:
        # `2XX` is a success, `default` is an error.
        if piece.startswith("2"):
            return "success status"
        return "error status"
    if direction is Direction.ANSWER:
        return "field"
    return "parameter"


def _guess_renaming(piece: str, part: Part, added: Parts) -> str:
    """A guess that something is not gone but has another name: one like it is new in the same place."""
    alike = []
    for name, other in added.items():
        if _holder(name) == _holder(piece) and _is_alike(part, other):
            alike.append(name)
    closest = get_close_matches(
        piece,
        alike,
        n=1,
        cutoff=LIKENESS,
    )
    if not closest and len(alike) == 1:
        closest = alike
    if not closest:
        return ""
    name = name_of(closest[0])
    return f"renamed to {name.split()[-1]}?"


def _holder(piece: str) -> str:
    """Where a parameter or a header stands, such as `query`; empty for a field."""
    return piece.strip().rpartition(" ")[0]


def _is_alike(part: Part, other: Part) -> bool:
    """Whether two members differ in texts at most."""
    if not part.kind is other.kind is Kind.MEMBER:
        return False
    return _wire_facts(part) == _wire_facts(other)


def _wire_facts(part: Part) -> dict[str, Any]:
    facts = part.facts.items()
    return {fact: value for fact, value in facts if not is_documentation(fact)}

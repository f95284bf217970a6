"""Walks two contracts at once, names what differs, and lets the rules judge it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from .changes import Change, changes
from .parts import ContractError, Kind, Part, is_documentation
from .reading import Contract, Operation
from .rules import Direction, Rule, rule_for

if TYPE_CHECKING:
    from collections.abc import Iterator

WHOLE = "the whole contract"
EVERY = "every operation"
PLACES = ("path", "query", "header", "cookie")


class Finding(NamedTuple):
    """One change of the contract, judged.

    Attributes:
        operation: method and path, or `WHOLE` or `EVERY`.
        pieces: the way to the place in the operation; empty for the operation itself.
        direction: who reads what stands there.
        rule: the rule that judges it.
        fact: what changed there.
        old: the value before, None if there was none.
        new: the value now, None if there is none.
        hint: what may have happened really, if that can be guessed.
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
        named = [piece for piece in self.pieces if _is_field(piece) or piece.split()[0] in PLACES]
        return _name(named[-1]).split()[-1] if named else ""


def compare(old: Any, new: Any) -> list[Finding]:
    """What changed between two versions of a contract, in the order of the new one.

    Raises:
        ContractError: one of them cannot be read.
    """
    versions = Contract(old), Contract(new)
    try:
        findings = [*_documents(*versions), *_operations(*versions)]
        return _joined(findings, len([*versions[1].operations()]))
    except RecursionError:
        raise ContractError("has a schema that is an alternative of itself") from None
    except (AttributeError, KeyError, TypeError) as error:
        raise ContractError(
            f"is malformed ({type(error).__name__}: {error}); `make spec` says where"
        ) from error


def _joined(findings: list[Finding], operations: int) -> list[Finding]:
    """The findings, where the same one on every operation is one finding on `EVERY`."""
    alike = [finding._replace(operation=EVERY) for finding in findings]
    is_everywhere = [operations > 1 and alike.count(finding) == operations for finding in alike]
    joined = dict.fromkeys(
        shared for shared, is_so in zip(alike, is_everywhere, strict=True) if is_so
    )
    return [
        *joined,
        *(finding for finding, is_so in zip(findings, is_everywhere, strict=True) if not is_so),
    ]


def _documents(old: Contract, new: Contract) -> Iterator[Finding]:
    return _Walk(WHOLE).facts(old.document(), new.document(), (), Direction.OPERATION)


def _operations(old: Contract, new: Contract) -> Iterator[Finding]:
    before, after = [*old.operations()], [*new.operations()]
    pairs = _paired(before, after)
    for operation in after:
        walk, earlier = _Walk(operation.name), pairs.get(operation.name)
        if earlier is None:
            yield walk.finding(
                (), Direction.OPERATION, "operation", ("operation added", None, operation.id)
            )
            continue
        if earlier.address != operation.address:
            moved = ("operation moved", earlier.name, operation.name)
            yield walk.finding((), Direction.OPERATION, "address", moved)
        yield from walk.parts(earlier.part, operation.part, (), Direction.OPERATION)
    kept = {earlier.name for earlier in pairs.values()}
    for operation in before:
        if operation.name not in kept:
            gone = ("operation removed", operation.id, None)
            yield _Walk(operation.name).finding((), Direction.OPERATION, "operation", gone)


def _paired(before: list[Operation], after: list[Operation]) -> dict[str, Operation]:
    """The earlier version of each operation, by its name now: the same address, or else the same id."""
    addresses = {operation.address: operation for operation in before}
    pairs = {
        operation.name: addresses[operation.address]
        for operation in after
        if operation.address in addresses
    }
    ids = {operation.id: operation for operation in before if operation not in pairs.values()}
    return {operation.name: ids[operation.id] for operation in after if operation.id in ids} | pairs


class _Walk:
    """A walk through two versions of an operation."""

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._within: list[object] = []
        self._recursive: set[object] = set()

    def finding(
        self,
        pieces: tuple[str, ...],
        direction: Direction,
        fact: str,
        change: Change,
        hint: str = "",
    ) -> Finding:
        """A change, judged."""
        what, old, new = change
        return Finding(
            self._operation, pieces, direction, rule_for(direction, what), fact, old, new, hint
        )

    def parts(
        self, old: Part, new: Part, pieces: tuple[str, ...], direction: Direction
    ) -> Iterator[Finding]:
        """What changed at a place and below it."""
        found = [*self.facts(old, new, pieces, direction)]
        yield from found
        is_another = any(finding.rule.change == "type changed" for finding in found)
        if is_another:
            return
        pair = (direction, old.source, new.source)
        if old.source and pair in self._within:
            # The schemas lead back to themselves: what is below them is told at the place where
            # they were entered.
            self._recursive.add(pair)
        if pair not in self._recursive:
            self._within.append(pair)
            yield from self._below(old, new, pieces, direction)
            self._within.pop()

    def facts(
        self, old: Part, new: Part, pieces: tuple[str, ...], direction: Direction
    ) -> Iterator[Finding]:
        """What changed at a place."""
        facts = dict.fromkeys([*new.facts, *old.facts])
        if old.facts.get("variants") != new.facts.get("variants"):
            # Other alternatives have other types; to name the alternatives says more.
            del facts["types"]
        for fact in facts:
            for change in changes(fact, old.facts.get(fact), new.facts.get(fact)):
                yield self.finding(pieces, direction, fact, change)

    def _below(
        self, old: Part, new: Part, pieces: tuple[str, ...], direction: Direction
    ) -> Iterator[Finding]:
        before, after = old.below(), new.below()
        either = {**after, **before}
        # What users send comes first, whether it is new, kept or gone, and then the answers.
        for piece in sorted(either, key=lambda piece: either[piece].kind is Kind.STATUS):
            was, now, there = before.get(piece), after.get(piece), (*pieces, piece)
            towards = _direction(direction, either[piece].kind)
            if was and now:
                yield from self.parts(was, now, there, towards)
            elif now and _counts(now, old):
                yield self.finding(there, towards, "presence", _added(piece, now, towards))
            elif was and _counts(was, new):
                hint = _renamed(
                    piece, was, {name: part for name, part in after.items() if name not in before}
                )
                yield self.finding(there, towards, "presence", _removed(piece, was, towards), hint)


def _direction(direction: Direction, kind: Kind) -> Direction:
    if direction is not Direction.OPERATION:
        return direction
    return Direction.ANSWER if kind is Kind.STATUS else Direction.REQUEST


def _counts(part: Part, other: Part) -> bool:
    """Whether a part that one version lacks is a change; a detail, or a field of no object, is told by the type."""
    is_field = part.kind is Kind.MEMBER and "types" in other.facts
    return part.kind is not Kind.DETAIL and (not is_field or other.admits("object"))


def _added(piece: str, part: Part, direction: Direction) -> Change:
    return (_presence(piece, part, direction, "added"), None, _name(piece))


def _removed(piece: str, part: Part, direction: Direction) -> Change:
    return (_presence(piece, part, direction, "removed"), _name(piece), None)


def _is_field(piece: str) -> bool:
    return piece.startswith(".") and piece != ".*"


def _name(piece: str) -> str:
    """The piece of a place as a name of its own."""
    return "application/json" if piece == " $" else piece.removesuffix(" $").strip(" .")


def _presence(piece: str, part: Part, direction: Direction, verb: str) -> str:
    if part.kind is Kind.STATUS:
        return f"{'success' if piece.startswith('2') else 'error'} status {verb}"
    if part.kind is Kind.CONTENT:
        return f"content type {verb}"
    noun = "field" if direction is Direction.ANSWER else "parameter"
    if verb == "removed":
        return f"{noun} removed"
    return f"{'required' if 'required' in part.facts else 'optional'} {noun} added"


def _renamed(piece: str, part: Part, added: dict[str, Part]) -> str:
    """A guess that something is not gone but has another name: one like it is new in the same place."""
    alike = [
        name
        for name, other in added.items()
        if _same(part, other) and _place(name) == _place(piece)
    ]
    [name] = get_close_matches(piece, alike, n=1, cutoff=0.5) or (
        alike if len(alike) == 1 else [""]
    )
    return f"renamed to {name.split()[-1].strip('.')}?" if name else ""


def _place(piece: str) -> str:
    """Where a parameter or a header stands, such as `query`; empty for a field."""
    return piece.strip().rpartition(" ")[0]


def _same(part: Part, other: Part) -> bool:
    facts = part.facts.keys() | other.facts.keys()
    is_member = part.kind is other.kind is Kind.MEMBER
    return is_member and all(
        part.facts.get(fact) == other.facts.get(fact)
        for fact in facts
        if not is_documentation(fact)
    )

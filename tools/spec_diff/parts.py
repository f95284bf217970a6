"""The tree that a contract is read into: parts, each with the facts that hold there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, NamedTuple

Facts = Mapping[str, Any]

TYPES = frozenset(
    {
        "array",
        "boolean",
        "integer",
        "number",
        "object",
        "string",
    }
)
"""What a value can be, besides null, where a schema names no type; `number` includes `integer`."""

DOCUMENTATION = frozenset(
    {
        "title",
        "summary",
        "description",
        "example",
        "examples",
        "externalDocs",
        "tags",
        "info",
        "openapi",
        "$comment",
        "x-source",
    }
)
"""The keywords for people; a fact is documentation if its last word is one of these.

`x-source` says how an operation is known: from a page, or from answers that were observed.
"""


class ContractError(Exception):
    """A contract cannot be compared; the text goes on after its name."""


class Kind(Enum):
    """What a part of a contract is."""

    DOCUMENT = "what holds for all operations"
    OPERATION = "an operation"
    MEMBER = "a parameter, a body, a header or a field: it is there or not"
    STATUS = "the answer under a status"
    CONTENT = "a body in one content type"
    DETAIL = "the items, the values or one alternative of a schema"


class Bound(NamedTuple):
    """A bound of a number or of a length."""

    value: float
    exclusive: bool = False


@dataclass(frozen=True)
class Part:
    """One place of a contract.

    Attributes:
        kind: what it is.
        facts: what holds, as JSON text unless a comparison needs more; a fact that is missing has
            its default.
        below: makes the parts inside by the piece of text that leads to them; when asked, as
            schemas may be recursive.
        source: which schemas of the document it was read from.
    """

    kind: Kind
    facts: Facts
    below: Callable[[], Parts] = dict
    source: tuple[int, ...] = ()

    def having(self, **facts: Any) -> Part:
        """The part with more facts; None and False say nothing."""
        more = {
            name: value for name, value in facts.items() if value is not None and value is not False
        }
        return replace(self, facts={**self.facts, **more})

    def admits(self, kind: str) -> bool:
        """Whether a value of this JSON type can stand here."""
        return kind in self.facts.get("types", TYPES)

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the JSON type is said about the value, and it has nothing inside."""
        # Fields and items would have to be compared as well.
        if self.admits("object") or self.admits("array"):
            return False
        said = {fact for fact in self.facts if not is_documentation(fact)}
        return said <= {"types", "nullable"}


Parts = dict[str, Part]
"""Parts by the piece of text that leads to them from the part around them."""


def is_documentation(fact: str) -> bool:
    """Whether a fact is for people only."""
    return fact.split()[-1] in DOCUMENTATION


def canonical(value: Any) -> str:
    """A value as JSON text in which the order of keys plays no role."""
    # YAML knows dates, JSON does not.
    return json.dumps(
        value,
        sort_keys=True,
        ensure_ascii=False,
        default=str,
    )

"""Which schemas the bodies of requests and of answers are made of, each with its place.

Places are written as JSON pointers with readable slashes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from http_methods import METHODS
from json_pointers import steps_of_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

CHOICES: Final = ("anyOf", "oneOf")
COMPONENTS: Final = "#/components/schemas/"

Schema = dict[str, Any]
Placed = tuple[str, Any]
"""A part of a contract behind its place."""


@dataclass(frozen=True)
class Operation:
    """An operation with its request and its answers, as far as it has them.

    Attributes:
        name: its id.
        request: its body.
        answers: its answers.
        is_anonymous: whether it says that it needs no token.
    """

    name: str
    request: Placed | None
    answers: tuple[Placed, ...]
    is_anonymous: bool


def operations(contract: Schema) -> Iterator[Operation]:
    """Each operation of a contract."""
    for path, item in contract.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                place = f"#/paths/{path}/{method}"
                yield _operation(contract, place, item[method])


def _operation(
    contract: Schema,
    place: str,
    node: Schema,
) -> Operation:
    name = node.get("operationId", place)
    request = None
    if "requestBody" in node:
        body_at = f"{place}/requestBody"
        request = followed(contract, body_at, node["requestBody"])
    answers = []
    for status, answer in node.get("responses", {}).items():
        answer_at = f"{place}/responses/{status}"
        answers.append(followed(contract, answer_at, answer))
    is_anonymous = node.get("security") == []
    return Operation(name, request, tuple(answers), is_anonymous)


def followed(
    contract: Schema,
    place: str,
    node: Any,
) -> Placed:
    """A node, or what it refers to, with its place; one that refers to nothing is empty."""
    passed = set()
    while isinstance(node, dict) and "$ref" in node:
        place = node["$ref"]
        if place in passed:
            return place, {}
        passed.add(place)
        node = _look_up(contract, place)
    return place, node


def _look_up(contract: Schema, place: str) -> Any:
    node: Any = contract
    for step in steps_of_reference(place):
        node = node.get(step, {})
    return node


# ---------------------------------------------------------------------------------------------------------------------
# The schemas that bodies are made of


@dataclass
class Reach:
    """The schemas that bodies are made of, by their places.

    Attributes:
        values: those that a value has to match as a whole.
        parts: those that are only a part of another one, by `allOf`.
        users: the first operation that leads to each of the values.
    """

    contract: Schema
    values: dict[str, Schema] = field(default_factory=dict)
    parts: dict[str, Schema] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)

    @property
    def places(self) -> set[str]:
        """The places of all of them."""
        return {*self.values, *self.parts}

    def add_body(self, body: Placed, user: str) -> None:
        """Add the schemas of a request or an answer."""
        place, node = body
        for kind, media in node.get("content", {}).items():
            if "schema" in media:
                schema_at = f"{place}/content/{kind}/schema"
                self._add(schema_at, media["schema"], user)

    def _add(self, place: str, node: Any, user: str) -> None:
        """Add a schema that values match, and those inside of it."""
        place, schema = followed(self.contract, place, node)
        if not isinstance(schema, dict) or place in self.values:
            return
        self.values[place] = schema
        self.users[place] = user
        self._add_inside(place, schema, user)

    def _add_inside(self, place: str, schema: Schema, user: str) -> None:
        for inner_at, inner in values_inside(place, schema):
            self._add(inner_at, inner, user)
        for number, listed in enumerate(schema.get("allOf", [])):
            part_at = f"{place}/allOf/{number}"
            if is_alias(schema):
                self._add(part_at, listed, user)
            else:
                self._add_part(part_at, listed, user)

    def _add_part(self, place: str, node: Any, user: str) -> None:
        place, part = followed(self.contract, place, node)
        if place not in self.parts:
            self.parts[place] = part
            self._add_inside(place, part, user)


def reach_of_requests(contract: Schema) -> Reach:
    """The schemas of all request bodies."""
    reach = Reach(contract)
    for operation in operations(contract):
        if operation.request is not None:
            reach.add_body(operation.request, operation.name)
    return reach


def reach_of_answers(contract: Schema) -> Reach:
    """The schemas of all answers."""
    reach = Reach(contract)
    for operation in operations(contract):
        for answer in operation.answers:
            reach.add_body(answer, operation.name)
    return reach


def is_alias(schema: Schema) -> bool:
    """Whether a schema is made of a single other one, and so is only another name of it."""
    parts = schema.get("allOf", [])
    return len(parts) == 1 and "properties" not in schema


def values_inside(place: str, schema: Schema) -> Iterator[Placed]:
    """The schemas of what is inside of a value, and those of which it may match one."""
    for name, inner in schema.get("properties", {}).items():
        yield f"{place}/properties/{name}", inner
    for keyword in ("items", "additionalProperties"):
        inner = schema.get(keyword)
        if isinstance(inner, dict):
            yield f"{place}/{keyword}", inner
    for keyword in (*CHOICES, "prefixItems"):
        for number, inner in enumerate(schema.get(keyword, [])):
            yield f"{place}/{keyword}/{number}", inner


def choices(schema: Schema) -> list[Any]:
    """The schemas of which a value may match one."""
    found = []
    for keyword in CHOICES:
        found += schema.get(keyword, [])
    return found

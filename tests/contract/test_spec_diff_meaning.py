"""The differ sees what a contract means: other spellings are no change, and no change of the meaning is passed over."""

from __future__ import annotations

import copy
import datetime
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec_diff.comparison import compare
from spec_diff.finding import Finding
from spec_diff.parts import ContractError, is_documentation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Contract = dict[str, Any]
Schema = dict[str, Any]

NAMES = ("A", "B", "C")
TEXT: Schema = {"type": "string"}


def contract(schema: Schema, **components: Schema) -> Contract:
    """A contract with a schema in a request and in an answer."""
    media = {"content": {"application/json": {"schema": schema}}}
    operation = {"operationId": "a", "requestBody": media, "responses": {"200": media}}
    return {
        "openapi": "3.1.0",
        "paths": {"/a": {"post": operation}},
        "components": {"schemas": components},
    }


def recursive(depth: int) -> Contract:
    """A tree whose root is written out so many times before it refers to itself."""
    schema: Schema = {"$ref": "#/components/schemas/A"}
    node = {"type": "object", "properties": {"child": schema, "name": TEXT}}
    for _ in range(depth):
        schema = {**node, "properties": {"child": schema, "name": TEXT}}
    return contract(schema, A=node)


# ---------------------------------------------------------------------------------------------------------------------
# Two spellings of one meaning

ITSELF: Schema = {**TEXT, "allOf": [{"$ref": "#/components/schemas/S"}]}
SAME: dict[str, tuple[Schema, Schema]] = {
    "null in a list of types or in a choice": (
        {"type": ["string", "null"]},
        {"anyOf": [{"type": "null"}, TEXT]},
    ),
    "a choice of plain types or a list of them": (
        {"type": ["string", "boolean"]},
        {"oneOf": [{"type": "boolean"}, TEXT]},
    ),
    "joined or in one": ({"type": "string", "minLength": 1}, {"allOf": [TEXT, {"minLength": 1}]}),
    "joined twice": (
        {"minimum": 3},
        {"allOf": [{"minimum": 2}, {"allOf": [{"minimum": 3}, {"minimum": 1}]}]},
    ),
    "a number is an integer too": ({"type": "number"}, {"type": ["integer", "number"]}),
    "a constant or a list of one": ({"const": 1}, {"enum": [1]}),
    "a list of values or a choice of constants": (
        {"type": "string", "enum": ["A", "B"]},
        {"oneOf": [{"const": "B"}, {"const": "A"}]},
    ),
    "a list of values or a choice of shorter lists": (
        {"type": ["string", "null"], "enum": ["A", "B", "C", None]},
        {
            "anyOf": [
                {"$ref": "#/components/schemas/V"},
                {"type": "string", "enum": ["B", "C"]},
                {"type": "null"},
            ]
        },
    ),
    "values with the type that they have or without": (
        {"type": ["string", "integer"], "enum": ["A", 1]},
        {"enum": [1, "A"]},
    ),
    "values that the type refuses": ({"type": "string", "enum": ["A", 1]}, {"enum": ["A"]}),
    "one of several kinds or any of them": (
        {"oneOf": [{"type": "string", "format": "uuid"}, {"type": "integer"}]},
        {"anyOf": [{"type": "integer"}, {"type": "string", "format": "uuid"}]},
    ),
    "an exclusive bound of an integer": (
        {"type": "integer", "exclusiveMinimum": 0.5, "exclusiveMaximum": 8.5},
        {"type": "integer", "minimum": 1, "maximum": 8},
    ),
    "two bounds or the stricter one": (
        {"type": "number", "maximum": 1, "exclusiveMaximum": 1},
        {"type": "number", "exclusiveMaximum": 1},
    ),
    "two lists or what they share": (
        {"enum": ["A", "B"], "allOf": [{"enum": ["B", "C"]}]},
        {"enum": ["B"]},
    ),
    "anything": (
        {},
        {"additionalProperties": True, "items": {}, "uniqueItems": False, "minProperties": 0},
    ),
    "nothing": ({"items": False}, {"items": {"allOf": [TEXT, False]}}),
    "fields of several schemas": (
        {"type": "object", "properties": {"a": TEXT, "b": TEXT}, "required": ["b"]},
        {
            "type": "object",
            "properties": {"b": TEXT},
            "allOf": [{"properties": {"a": TEXT}}, {"required": ["b"]}],
        },
    ),
    "values next to a reference": (
        {"$ref": "#/components/schemas/A", "maxLength": 3},
        {"type": "string", "maxLength": 3},
    ),
    "null behind a reference": (
        {"anyOf": [TEXT, {"$ref": "#/components/schemas/N"}]},
        {"type": ["string", "null"]},
    ),
    "joined with itself": (TEXT, {"$ref": "#/components/schemas/S"}),
    "a time that YAML reads or a text": (
        {"example": datetime.date(2026, 11, 1)},
        {"example": "2026-11-01"},
    ),
    "a reference in a keyword that is not known": (
        {"not": {"$ref": "#/components/schemas/A"}},
        {"not": TEXT},
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_another_spelling_is_no_change(name: str) -> None:
    """What admits the same values is the same contract, in either direction."""
    one, other = (
        contract(schema, A=TEXT, N={"type": "null"}, S=ITSELF, V={"enum": ["A", "B"]})
        for schema in SAME[name]
    )
    assert compare(one, other) == []
    assert compare(other, one) == []


def lights(*alternatives: Schema, keyword: str = "oneOf") -> Contract:
    return contract({keyword: [*alternatives]})


RED: Schema = {"const": "RED"}
GREEN: Schema = {"const": "GREEN"}
LIGHTS = contract({"type": "string", "enum": ["RED", "GREEN"]})
CHANGED = {
    "a constant more": (
        lights(RED, GREEN, {"const": "BLUE"}),
        {"request-enum-value-added", "answer-enum-value-added"},
    ),
    "a constant less": (
        lights({"type": "string", "const": "RED"}),
        {"request-enum-value-removed", "answer-enum-value-removed"},
    ),
    "a constant of another type": (
        lights(RED, GREEN, {"const": 3}),
        {
            *("request-enum-value-added", "answer-enum-value-added"),
            *("request-type-widened", "answer-type-widened"),
        },
    ),
    "any text instead": (contract(TEXT), {"request-enum-opened", "answer-enum-opened"}),
    "a text for people": (lights(RED, {**GREEN, "description": "Go."}), {"documentation-changed"}),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_choice_of_constants_is_judged_as_a_list_of_values(name: str) -> None:
    """What comes and goes in it is a value that is added or removed, by direction."""
    other, rules = CHANGED[name]
    for before in (LIGHTS, lights(GREEN, RED), lights(RED, GREEN, keyword="anyOf")):
        assert {finding.rule.id for finding in compare(before, other)} == rules


@pytest.mark.parametrize(
    "choice",
    [
        {"oneOf": [{"enum": ["RED", "GREEN"]}, GREEN]},
        {"anyOf": [RED, {**GREEN, "deprecated": True}]},
        {"oneOf": [RED, {"const": "GREEN", "pattern": "^G"}]},
        {"anyOf": [RED, GREEN, True]},
    ],
    ids=[
        "a value that two alternatives name",
        "a value that is deprecated",
        "a value with a rule",
        "anything else",
    ],
)
def test_a_choice_that_says_more_is_no_list_of_values(choice: Schema) -> None:
    """Where an alternative does more than name values, the choice is not passed over as the list."""
    assert compare(LIGHTS, contract(choice)) != []


BARE: Contract = {"name": "a", "in": "query", "schema": TEXT}
PIPES: Contract = {**BARE, "style": "pipeDelimited"}
KEYS = {
    "one": {"type": "http", "scheme": "bearer"},
    "two": {"type": "apiKey", "name": "k", "in": "header"},
}


def path(operation: Contract, *parameters: Contract, **item: Any) -> Contract:
    """A contract with one operation that takes these parameters, and with what its path item says."""
    get = {"operationId": "a", "responses": {}, "parameters": [*parameters], **operation}
    return {
        "openapi": "3.1.0",
        "paths": {"/a": {**item, "get": get}},
        "components": {"securitySchemes": KEYS},
    }


SAME_OPERATION = {
    "defaults of a parameter": (
        path({}, BARE),
        path(
            {}, {**BARE, "required": False, "style": "form", "explode": True, "deprecated": False}
        ),
    ),
    "defaults of another style": (path({}, PIPES), path({}, {**PIPES, "explode": False})),
    "a parameter of the path item": (path({}, BARE), path({}, parameters=[BARE])),
    "a parameter that overrides the one of the path item": (
        path({}, BARE),
        path({}, BARE, parameters=[PIPES]),
    ),
    "a header in small letters": (
        path({}, {"name": "X-A", "in": "header", "schema": TEXT}),
        path({}, {"name": "x-a", "in": "header", "schema": TEXT}),
    ),
    "the order of parameters": (
        path({}, BARE, {**BARE, "name": "b"}),
        path({}, {**BARE, "name": "b"}, BARE),
    ),
    "servers that override those of the path item": (
        path({"servers": [{"url": "/a"}]}),
        path({"servers": [{"url": "/a"}]}, servers=[{"url": "/b"}]),
    ),
    "the order of what one needs to sign in": (
        path({"security": [{"one": [], "two": []}]}),
        path({"security": [{"two": [], "one": []}]}),
    ),
}


@pytest.mark.parametrize("name", SAME_OPERATION)
def test_an_operation_may_be_written_differently(name: str) -> None:
    """What is said in another place, in another order, or although it is the default, is the same operation."""
    one, other = SAME_OPERATION[name]
    assert compare(one, other) == []
    assert compare(other, one) == []


@pytest.mark.parametrize("depth", range(4))
def test_a_recursive_schema_ends(depth: int) -> None:
    """A schema may contain itself, and be written out some times before it does."""
    assert compare(recursive(0), recursive(depth)) == []


def test_a_change_deep_in_a_recursion_is_found() -> None:
    """Only what has been compared already is not compared again."""
    changed = recursive(2)
    changed["components"]["schemas"]["A"]["properties"]["name"] = {"type": "integer"}
    assert {finding.place for finding in compare(recursive(2), changed)} == {
        "body $.child.child.name",
        "200 $.child.child.name",
    }


# ---------------------------------------------------------------------------------------------------------------------
# Any contract


def fields(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    names = st.sampled_from(["a", "b", "c"])
    return st.builds(
        lambda fields, required: {"type": "object", "properties": fields, "required": required},
        st.dictionaries(names, inner, max_size=3),
        st.lists(names, unique=True, max_size=2),
    )


LEAVES: st.SearchStrategy[Schema] = st.one_of(
    st.sampled_from(
        [
            TEXT,
            {"type": "boolean"},
            {},
            {"type": ["integer", "null"]},
            {"type": "string", "format": "uuid"},
        ]
    ),
    st.builds(lambda most: {"type": "integer", "maximum": most}, st.integers(0, 2)),
    st.builds(
        lambda values: {"type": "string", "enum": values},
        st.lists(st.sampled_from("XYZ"), unique=True, min_size=1),
    ),
    st.builds(lambda name: {"$ref": f"#/components/schemas/{name}"}, st.sampled_from(NAMES)),
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        fields(inner),
        st.builds(lambda items: {"type": "array", "items": items}, inner),
        st.builds(lambda values: {"type": "object", "additionalProperties": values}, inner),
        st.builds(lambda choice: {"anyOf": [choice, {"type": "null"}]}, inner),
        st.builds(
            lambda choices: {"oneOf": choices},
            st.lists(fields(LEAVES) | LEAVES, min_size=2, max_size=3),
        ),
    ),
    max_leaves=8,
)
# A component is an object, so that no schema is an alternative of itself.
thoroughly = settings(derandomize=True, deadline=None, max_examples=100)
CONTRACTS = st.builds(
    lambda schema, a, b, c: contract(schema, A=a, B=b, C=c), SCHEMAS, *[fields(SCHEMAS)] * 3
)


ORDERED = {"example", "examples", "default"}
"""The keywords whose values are data: the order of a list in it means something."""


def shuffled(node: Any, order: random.Random) -> Any:
    """The same with the keys of each object, and the entries of each list without an order, in another order."""
    if isinstance(node, list):
        return order.sample([shuffled(entry, order) for entry in node], len(node))
    if isinstance(node, dict):
        mixed = {}
        for key in order.sample([*node], len(node)):
            mixed[key] = node[key] if key in ORDERED else shuffled(node[key], order)
        return mixed
    return node


def inlined(node: Any, schemas: dict[str, Schema], order: random.Random) -> Any:
    """The same with some of the references replaced by what they lead to."""
    if isinstance(node, list):
        return [inlined(entry, schemas, order) for entry in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node and order.random() < 0.7:
        return copy.deepcopy(schemas[node["$ref"].rsplit("/", 1)[-1]])
    return {key: inlined(entry, schemas, order) for key, entry in node.items()}


OPPOSITES = {
    "added": "removed",
    "narrowed": "widened",
    "closed": "opened",
    "became required": "became optional",
    "became nullable": "no longer nullable",
}
OPPOSITES |= {there: here for here, there in OPPOSITES.items()}


def opposite(finding: Finding) -> tuple[str, str, Any, Any]:
    """What the finding would be, had the change gone the other way."""
    change = finding.rule.change
    for here, there in OPPOSITES.items():
        if change.endswith(here):
            change = change.removesuffix(here) + there
            break
    return plain(finding.place, change, finding.new, finding.old)


def plain(place: str, change: str, old: Any, new: Any) -> tuple[str, str, Any, Any]:
    """A finding without what only one of the two ways can tell: whether what is gone was required."""
    return place, change.replace("optional ", "").replace("required ", ""), old, new


@thoroughly
@given(CONTRACTS)
def test_a_contract_is_itself(one: Contract) -> None:
    """A contract and its copy do not differ."""
    assert compare(one, copy.deepcopy(one)) == []


@thoroughly
@given(CONTRACTS, st.integers())
def test_order_means_nothing(one: Contract, seed: int) -> None:
    """Neither the order of keys nor that of parameters, required fields, types, alternatives or values matters."""
    assert compare(one, shuffled(one, random.Random(seed))) == []


@thoroughly
@given(CONTRACTS, st.integers())
def test_a_reference_is_what_it_leads_to(one: Contract, seed: int) -> None:
    """A schema may be referred to or written out, here and there."""
    assert compare(one, inlined(one, one["components"]["schemas"], random.Random(seed))) == []


@thoroughly
@given(CONTRACTS, CONTRACTS)
def test_the_way_back_is_the_opposite(one: Contract, other: Contract) -> None:
    """What one way adds, the other one removes; what one narrows, the other one widens; nothing is lost on the way."""
    there = compare(one, other)
    back = [
        plain(found.place, found.rule.change, found.old, found.new) for found in compare(other, one)
    ]
    assert sorted(map(repr, map(opposite, there))) == sorted(map(repr, back))


# ---------------------------------------------------------------------------------------------------------------------
# The contract of this repository


def leaves(node: Any, *way: str | int) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Each value of a document that is neither an object nor an array, with the way to it."""
    if not isinstance(node, dict | list):
        yield way, node
    for key, value in (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    ):
        yield from leaves(value, *way, key)


def edited(node: Any, way: Sequence[str | int], *, gone: bool) -> Any:
    """The document with one value gone or turned into another one; what is beside the way is shared."""
    if way:
        [step, *rest] = way
        changed = copy.copy(node)
        if gone and not rest:
            del changed[step]
        else:
            changed[step] = edited(node[step], rest, gone=gone)
        return changed
    return not node if isinstance(node, bool) else node + 1 if isinstance(node, int) else f"{node}x"


def test_the_contract_is_itself(contract: Contract) -> None:
    """The contract of this repository and a copy with everything in another order do not differ."""
    # Tags are shown in the order in which they are declared.
    rest = {**contract, "tags": []}
    assert compare(rest, shuffled(rest, random.Random(1))) == []


@pytest.mark.parametrize("gone", [False, True], ids=["another value", "no value"])
def test_no_change_is_passed_over(frozen: Contract, gone: bool) -> None:
    """Whichever value of a contract is edited, something is found, or the contract is rejected."""
    small = without_redundancy(frozen)
    ways = [way for way, value in leaves(small) if gone or not isinstance(value, str)]
    assert ways
    assert [way for way in ways if not is_noticed(small, edited(small, way, gone=gone))] == []


def test_no_change_of_the_contract_is_passed_over(contract: Contract) -> None:
    """Whichever number or flag of the contract of this repository is edited, something is found."""
    small = without_redundancy(contract)
    ways = [way for way, value in leaves(small) if not isinstance(value, str)]
    assert [way for way in ways if not is_noticed(small, edited(small, way, gone=False))] == []


def without_redundancy(contract: Contract) -> Contract:
    """A contract that says nothing twice, so that nothing in it can be left out."""
    small = copy.deepcopy(contract)
    for schema in small["components"]["schemas"].values():
        if "enum" in schema:
            del schema["type"]  # the values show it
    for example in small["components"]["examples"].values():
        example["value"] = "one value stands for a payload"
    return small


def is_noticed(one: Contract, other: Contract) -> bool:
    try:
        return bool(compare(one, other))
    except ContractError:
        return True


def test_texts_are_told_from_the_wire(frozen: Contract) -> None:
    """An edit of a description is documentation, and an edit of anything else in a schema is not."""
    way = ("components", "schemas", "Pagination", "properties", "total")
    texts = compare(frozen, edited(frozen, (*way, "description"), gone=True))
    assert {is_documentation(finding.fact) for finding in texts} == {True}
    wire = compare(frozen, edited(frozen, (*way, "type"), gone=True))
    assert not any(is_documentation(finding.fact) for finding in wire)


# ---------------------------------------------------------------------------------------------------------------------
# What is not a contract

BAD: dict[str, tuple[Any, str]] = {
    "no object": ([], "is not an OpenAPI 3.1 document: `openapi` is None, 3.1.0 would be right"),
    "an older OpenAPI": (
        {"openapi": "3.0.3"},
        "is not an OpenAPI 3.1 document: `openapi` is '3.0.3', 3.1.0 would be right",
    ),
    "a dead reference": (
        contract({"$ref": "#/components/schemas/B"}),
        "has a reference that leads nowhere: #/comp",
    ),
    "references in a circle": (
        {**contract(TEXT), "paths": {"/a": {"$ref": "#/paths/~1a"}}},
        "has references that only lead to each other: #/paths/~1a",
    ),
    "an alternative that is itself": (
        contract(
            {"$ref": "#/components/schemas/A"},
            A={"anyOf": [{"$ref": "#/components/schemas/A"}, TEXT]},
        ),
        "has a schema that is an alternative of itself",
    ),
    "a parameter without a name": (
        {"openapi": "3.1.0", "paths": {"/a": {"get": {"parameters": [{"in": "query"}]}}}},
        "is malformed (KeyError: 'name'); `make spec` says where",
    ),
    "a misspelt type": (
        contract({"type": ["intger", "null"]}),
        "names what is not a type: 'intger'; `make spec` says where",
    ),
    "an unknown way to sign in": (
        {**contract(TEXT), "security": [{"key": []}]},
        "asks for the security scheme 'key', which components/securitySchemes lacks",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_a_contract_is_rejected(name: str) -> None:
    """What cannot be read is said, and not taken for an empty contract."""
    document, reason = BAD[name]
    with pytest.raises(ContractError) as caught:
        compare(document, copy.deepcopy(document))
    assert str(caught.value).startswith(reason)

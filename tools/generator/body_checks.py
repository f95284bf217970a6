"""Finds what a contract says about request bodies that the generated code could not say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from .schema_reach import (
    Placed,
    Schema,
    choices,
    followed,
    operations,
    reach_of_answers,
    reach_of_requests,
    values_inside,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SENT_AS: Final = "application/json"


def body_problems(contract: Schema) -> list[str]:
    """What is wrong with the request bodies of a contract: the place, and what would be right."""
    # A shared body would be reported for each of the operations that share it.
    found: dict[str, None] = {}
    for operation in operations(contract):
        if operation.request is not None:
            wrong = _wrong_request(contract, operation.request)
            found |= dict.fromkeys(wrong)
    for place, schema in reach_of_requests(contract).values.items():
        wrong = _wrong_schema(place, schema)
        found |= dict.fromkeys(wrong)
    wrong = _wrong_directions(contract)
    found |= dict.fromkeys(wrong)
    return list(found)


# ---------------------------------------------------------------------------------------------------------------------
# Requests


def _wrong_request(contract: Schema, request: Placed) -> Iterator[str]:
    """A body that the operation's function could not take or send."""
    place, node = request
    if node.get("required") is not True:
        # An argument that may be left out would need a third kind of value, besides null.
        yield f"{place}: the body may be left out; `required: true` would be right"
    content = node.get("content", {})
    if list(content) != [SENT_AS]:
        kinds = ", ".join(content) or "nothing"
        yield f"{place}/content: is {kinds}; {SENT_AS} alone would be right"
        return
    schema_at = f"{place}/content/{SENT_AS}/schema"
    schema = content[SENT_AS].get("schema")
    if schema is None:
        right = "`{}`, for a body of any form, would be right"
        yield f"{schema_at}: is missing; {right}"
    elif _admits_null(contract, schema):
        # The HTTP library takes `json=None` for a request without a body.
        wrong = "the whole body may be null, which cannot be sent"
        yield f"{schema_at}: {wrong}; a body without null would be right"


def _admits_null(contract: Schema, node: Any) -> bool:
    _, schema = followed(contract, "", node)
    kinds = schema.get("type", [])
    if kinds == "null" or "null" in list(kinds):
        return True
    if None in schema.get("enum", []):
        return True
    return any(_admits_null(contract, choice) for choice in choices(schema))


# ---------------------------------------------------------------------------------------------------------------------
# Schemas


def _wrong_schema(place: str, schema: Schema) -> Iterator[str]:
    """A value for which no type can be named."""
    if "const" in schema:
        listed = json.dumps([schema["const"]], ensure_ascii=False)
        right = f"`enum: {listed}` would be right"
        yield f"{place}: a constant has no type here; {right}"
    for value in schema.get("enum", []):
        if not isinstance(value, str | None):
            right = "a type without `enum` would be right"
            yield f"{place}/enum: {value!r} is not text; {right}"
            break
    if schema.get("format") == "binary":
        yield f"{place}/format: JSON has no binary values; text would be right"
    others = schema.get("additionalProperties")
    if "properties" in schema and isinstance(others, dict):
        wrong = "has fields and a schema for other keys, and a typed dictionary cannot have both"
        right = "a field that holds the other keys, or `additionalProperties: true`, would be right"
        yield f"{place}: {wrong}; {right}"


# ---------------------------------------------------------------------------------------------------------------------
# Directions


def _wrong_directions(contract: Schema) -> Iterator[str]:
    """Objects that are both sent and received: a class cannot be a dictionary and a model."""
    sent = reach_of_requests(contract)
    received = reach_of_answers(contract)
    reported: list[str] = []
    for place, schema in sent.values.items():
        # What is inside of an object that is reported is written down twice along with it.
        is_inside = place.startswith(tuple(reported))
        if place not in received.values or is_inside:
            continue
        if _has_direction(contract, schema):
            reported.append(f"{place}/")
            sender = sent.users[place]
            receiver = received.users[place]
            wrong = f"{sender} sends it and {receiver} answers with it, but a class is for one direction"
            right = "two schemas, one for the body and one for the answer, would be right"
            yield f"{place}: {wrong}; {right}"


def _has_direction(contract: Schema, schema: Schema) -> bool:
    """Whether the class of an object has another form when it is sent than when it is received."""
    if "properties" in schema:
        return True
    if "allOf" in schema:
        return len(schema["allOf"]) > 1
    inner = schema.get("additionalProperties")
    if not isinstance(inner, dict):
        return False
    return _differs(contract, inner)


def _differs(
    contract: Schema,
    node: Any,
    passed: tuple[str, ...] = (),
) -> bool:
    """Whether a value, or one inside of it, is text in a body and something else in an answer."""
    place, schema = followed(contract, "", node)
    # An object with fields is reported by itself, and a schema may refer to itself.
    if "properties" in schema or place in passed:
        return False
    if "enum" in schema or "format" in schema:
        return True
    if place:
        passed = (*passed, place)
    inside = values_inside("", schema)
    return any(_differs(contract, inner, passed) for _, inner in inside)

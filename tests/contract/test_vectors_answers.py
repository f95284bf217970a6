"""Both clients read every answer of the vectors as the vector says, and give it back unchanged."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from contract.derived import CONTRACT, classes
from contract.vector_runner import Runner, every, make_call, running
from ledger.contract import answer_schema, component, steps
from ledger.items import Vector
from operation_table import TABLE
from pasqal_core_runtime.departures import Departure
from pasqal_core_runtime.errors import DepartureError
from pasqal_core_runtime.model import Model, fields_of, read_model
from pasqal_core_runtime.open_enum import OpenEnum

UNSET = object()


@pytest.fixture(scope="module", params=["sync", "async"])
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    """A server that gives the answer of the case, and a client."""
    with running(request.param, "a-token-of-the-lab") as made:
        yield made


def parsed(runner: Runner, case: Vector, **settings: Any) -> Any:
    """What the generated operation makes of the answer, or the typed view of a schema of the file."""
    if "schema" in case:
        return runner.file(case["schema"], case["body"], **settings)
    return runner.generated(case["operation"], **settings)


def given_back(read: Any) -> Any:
    """The received JSON, taken from the object that was made of it."""
    if isinstance(read, list):
        return [given_back(entry) for entry in read]
    return read.to_dict() if isinstance(read, Model) else read


def member(tree: Any, step: str) -> Any:
    """A field of a model by its wire name, or an entry of an array or a mapping."""
    if isinstance(tree, Model):
        name = next(field.name for field in fields_of(tree) if field.wire == step)
        try:
            return getattr(tree, name)
        except DepartureError:
            return UNSET
    return tree[int(step)] if isinstance(tree, list) else tree[step]


def shown(value: Any, received: bool, expected: dict[str, Any]) -> Any:
    """A typed value in the form that the vector asks for."""
    if value is UNSET:
        return {"unset": True}
    if not received:
        return {"absent": value}
    if value is None:
        return {"null": True}
    if isinstance(value, UUID):
        return {"uuid": str(value)}
    if isinstance(value, datetime):
        return {"time": f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"}
    if isinstance(value, OpenEnum):
        return {"enum": value.value, "known": value.is_known}
    if "size" in expected:
        return {"size": len(value)}
    return (
        {"integer": str(value)}
        if "integer" in expected and type(value) is int
        else {"value": value}
    )


def view(model: Any, pointer: str, expected: dict[str, Any]) -> Any:
    """The value at a place of a model."""
    *above, last = steps(pointer)
    around: Any = model
    for step in above:
        around = member(around, step)
    received = not isinstance(around, Model) or last in around.to_dict()
    return shown(member(around, last), received, expected)


def pointer_of(path: str) -> str:
    """The JSON pointer of a departure's path, which has positions and keys of maps in brackets."""
    found = re.findall(r"\.?([^.\[\]]+)|\[('[^']*'|\d+)\]", path)
    return "".join(f"/{name or ast.literal_eval(entry)}" for name, entry in found)


@every("answers")
def test_an_answer_is_shown_as_its_vector_says(runner: Runner, case: Vector) -> None:
    """Every field that the vector names has its typed value, and `to_dict` gives back the JSON in its order."""
    runner.answer_as(case)
    read = parsed(runner, case)
    seen = {pointer: view(read, pointer, expected) for pointer, expected in case["shows"].items()}
    assert json.dumps(seen) == json.dumps(case["shows"])
    assert json.dumps(given_back(read)) == json.dumps(json.loads(case["body"]))


@every("answers")
def test_a_strict_client_refuses_what_departs(runner: Runner, case: Vector) -> None:
    """It raises exactly if there is a departure, and names the first one."""
    runner.answer_as(case)
    if not case["departures"]:
        assert given_back(parsed(runner, case, strict=True)) == json.loads(case["body"])
        return
    with pytest.raises(DepartureError) as caught:
        parsed(runner, case, strict=True)
    assert pointer_of(caught.value.departure.path) in case["departures"]


@every("answers")
def test_departures_are_where_the_vector_says(case: Vector) -> None:
    """Each place is reported, and no other."""
    schema = (
        {"$ref": f"#/components/schemas/{case['schema']}"}
        if "schema" in case
        else answer_schema(CONTRACT, case["operation"])
    )
    found = departures(schema, json.loads(case["body"]))
    assert sorted(found) == sorted(case["departures"])


def departures(schema: dict[str, Any], body: Any) -> list[str]:
    """Where a body departs from its schema, as JSON pointers."""
    if schema.get("type") == "array":
        return [
            f"/{number}{pointer}"
            for number, entry in enumerate(body)
            for pointer in departures(schema["items"], entry)
        ]
    found: list[Departure] = []
    if component(schema):
        kind, _ = classes(component(schema))
        read_model(kind, body, found.append)
    return [pointer_of(departure.path) for departure in found]


@every("answers", having="page")
def test_a_page_tells_its_place_as_its_vector_says(runner: Runner, case: Vector) -> None:
    """The place comes from `pagination`, else from the header, else it is unknown."""
    runner.answer_as(case)
    page = make_call(runner.client(), TABLE[case["operation"]].call, {})
    assert {name: getattr(page, name) for name in ("total", "start", "end")} == case["page"]


@every("answers")
def test_an_unset_place_is_a_departure(case: Vector) -> None:
    """A vector must not contradict itself: a field that it calls unset has to be one of its departures."""
    for pointer, expected in case["shows"].items():
        assert "unset" not in expected or pointer in case["departures"]

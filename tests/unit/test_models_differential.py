"""Both passes of reading agree on whatever the contract allows, and one broken place costs that place only.

The payloads are made from the schemas of the contract, so a field that the contract gains is covered without a change.
"""

from __future__ import annotations

import copy
import datetime
import functools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pasqal_core_api import models
from pasqal_core_api.errors import DepartureError
from pasqal_core_api.types import Departure, Model, OpenEnum, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

Path_ = tuple[str | int, ...]
Schema = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS: dict[str, Schema] = YAML(typ="safe").load(ROOT / "openapi.yaml")["components"]["schemas"]
OVERRIDES = YAML(typ="safe").load(ROOT / "generator_config.yml")["class_overrides"]

repeatable = settings(
    derandomize=True, database=None, deadline=None, max_examples=60, suppress_health_check=list(HealthCheck)
)


def classes() -> dict[str, type[Model]]:
    """The model of each component that is an object with fields."""
    named = {key: re.sub(r"[\[\]]", "", schema["title"]) for key, schema in SCHEMAS.items() if "properties" in schema}
    return {key: getattr(models, OVERRIDES.get(n, {"class_name": n})["class_name"]) for key, n in named.items()}


CLASSES = classes()
every_model = pytest.mark.parametrize("component", CLASSES, ids=[kind.__name__ for kind in CLASSES.values()])


# ---------------------------------------------------------------------------------------------------------------------
# Payloads from schemas


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@st.composite
def times(draw: st.DrawFn) -> str:
    """RFC 3339 in all its spellings."""
    moment = draw(st.datetimes(datetime.datetime(1970, 1, 2), datetime.datetime(2999, 1, 1)))
    fraction = draw(st.sampled_from(["", ".5", ".164204", ".123456789"]))
    zone = draw(st.sampled_from(["Z", "z", "+00:00", "-00:00", "+05:30", "-11:45"]))
    second = draw(st.sampled_from([f"{moment.second:02}", "60"]))
    return f"{moment:%Y-%m-%d}{draw(st.sampled_from('Tt '))}{moment:%H:%M}:{second}{fraction}{zone}"


FORMATS: dict[str, st.SearchStrategy[Any]] = {
    "uuid": st.uuids().map(str) | st.uuids().map(lambda value: str(value).upper()),
    "date-time": times(),
}


def resolved(schema: Schema) -> Schema:
    return SCHEMAS[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def values(schema: Schema) -> st.SearchStrategy[Any]:
    """JSON values that a schema allows."""
    schema = resolved(schema)
    if "anyOf" in schema:
        return st.one_of([values(choice) for choice in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | st.text(max_size=8)  # the enumerations are open
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of([of_type(kind, schema) for kind in kinds])


def of_type(kind: str, schema: Schema) -> st.SearchStrategy[Any]:
    if kind == "object":
        return objects(schema)
    simple = {
        "null": st.none(),
        "boolean": st.booleans(),
        "integer": st.integers(schema.get("minimum"), schema.get("maximum")),
        "string": FORMATS.get(schema.get("format", ""), st.text(max_size=8)),
        "array": st.deferred(lambda: st.lists(values(schema["items"]), max_size=2)),
    }
    return simple[kind]


def objects(schema: Schema) -> st.SearchStrategy[Any]:
    """Objects with every required field, some optional and some unknown ones, in any order."""
    declared = schema.get("properties", {})
    if not declared:
        entries = values(schema["additionalProperties"]) if "additionalProperties" in schema else ANYTHING
        return st.dictionaries(st.text(max_size=4), entries, max_size=2)
    fields = {name: values(field) for name, field in declared.items()}
    required = {name: fields.pop(name) for name in schema.get("required", [])}
    unknown = st.dictionaries(st.text(max_size=4).filter(lambda name: name not in declared), ANYTHING, max_size=1)
    return st.builds(
        in_order, st.fixed_dictionaries(required, optional=fields), unknown, st.randoms(use_true_random=False)
    )


def in_order(known: dict[str, Any], unknown: dict[str, Any], random: Any) -> dict[str, Any]:
    entries = list((known | unknown).items())
    random.shuffle(entries)
    return dict(entries)


@functools.cache
def payloads(component: str) -> st.SearchStrategy[dict[str, Any]]:
    return objects(SCHEMAS[component])


# ---------------------------------------------------------------------------------------------------------------------
# Places in a payload, and what a model made of them


def places(schema: Schema, value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Where something that the contract declares stands in a payload."""
    if path:
        yield path
    schema = resolved(schema)
    if "anyOf" in schema:
        schema = next((resolved(choice) for choice in schema["anyOf"] if "$ref" in choice), {})
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(schema.get("items", {}), item, (*path, index))
    if isinstance(value, dict):
        for name, entry in value.items():
            inner = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            if inner is not None:
                yield from places(inner, entry, (*path, name))


def decoded(value: Any) -> Any:
    """The fields of a model and of those inside of it, by their wire names; unset ones are not there."""
    if isinstance(value, Model):
        there = (field for field in value.describe() if hasattr(value, field.name))
        return {field.wire: decoded(getattr(value, field.name)) for field in there}
    if isinstance(value, dict):
        return {key: decoded(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [decoded(item) for item in value]
    return type(value).__name__, value.is_known if isinstance(value, OpenEnum) else None, value


def all_departures(value: Any) -> Iterator[Departure]:
    """The departures that a model and those inside of it remember."""
    if isinstance(value, Model):
        yield from value.departures
        value = [getattr(value, field.name, None) for field in value.describe()]
    if isinstance(value, list):
        for item in value:
            yield from all_departures(item)


def container(tree: Any, path: Path_) -> Any:
    for step in path[:-1]:
        tree = tree[step]
    return tree


def without(tree: Any, path: Path_, items: int) -> Any:
    """A decoded tree less one place; an array of another length than that many items has lost its item already."""
    tree = copy.deepcopy(tree)
    around, last = container(tree, path), path[-1]
    if isinstance(around, dict):
        around.pop(last, None)
    elif len(around) == items:
        around.pop(last)
    return tree


def json_type(value: Any) -> str:
    kinds = {dict: "object", list: "array", str: "text", bool: "boolean", int: "number", float: "number"}
    return kinds.get(type(value), "null")


REMOVE = object()
REPLACEMENTS = st.sampled_from([REMOVE, None, True, False, 0, 12, 1.5, 1636558026, "", "text", "12"]) | ANYTHING


@st.composite
def broken(draw: st.DrawFn, component: str) -> tuple[dict[str, Any], dict[str, Any], Path_]:
    """A payload, the same with one place removed or of another JSON type, and the place."""
    payload = draw(payloads(component))
    candidates = list(places(SCHEMAS[component], payload))
    assume(candidates)
    path = draw(st.sampled_from(candidates))
    damaged = copy.deepcopy(payload)
    around, last = container(damaged, path), path[-1]
    new = draw(REPLACEMENTS)
    if new is REMOVE:
        assume(isinstance(around, dict))
        del around[last]
    else:
        assume(json_type(new) != json_type(around[last]))
        around[last] = new
    return payload, damaged, path


# ---------------------------------------------------------------------------------------------------------------------
# The properties


@every_model
def test_both_passes_agree_on_a_valid_payload(component: str) -> None:
    """What the contract allows has no departures, and the careful pass makes the same of it as the quick one."""
    kind = CLASSES[component]

    @repeatable
    @given(payloads(component))
    def holds(payload: dict[str, Any]) -> None:
        found: list[Departure] = []
        quick, careful = kind.exact(payload), kind.mended(payload, Place(), found)
        assert found == []
        assert quick == careful
        assert decoded(quick) == decoded(careful)
        assert json.dumps(quick.to_dict()) == json.dumps(careful.to_dict()) == json.dumps(payload)
        assert kind.from_dict(payload, strict=True) == quick

    holds()


@every_model
def test_a_broken_place_costs_that_place_only(component: str) -> None:
    """Whatever is missing or of another type, the rest is read as before, and the payload comes back as it was."""
    kind = CLASSES[component]

    @repeatable
    @given(broken(component))
    def holds(case: tuple[dict[str, Any], dict[str, Any], Path_]) -> None:
        payload, damaged, path = case
        read, intact = kind.read(damaged), kind.read(payload)
        assert json.dumps(read.to_dict()) == json.dumps(damaged)
        items = len(container(payload, path))
        assert without(decoded(read), path, items) == without(decoded(intact), path, items)

    holds()


@every_model
def test_what_a_broken_payload_departs_in_is_told(component: str) -> None:
    """Each unset field was reported, all at the broken place; strict reading raises exactly if there are reports."""
    kind = CLASSES[component]

    @repeatable
    @given(broken(component))
    def holds(case: tuple[dict[str, Any], dict[str, Any], Path_]) -> None:
        _, damaged, path = case
        found: list[Departure] = []
        read = kind.read(damaged, found.append)
        reported = [departure.path for departure in found]
        assert {departure.path for departure in all_departures(read)} <= set(reported)
        assert all(place.startswith(spelled(path)) for place in reported)
        assert len(reported) == len(set(reported))
        refused = None
        try:
            kind.from_dict(damaged, strict=True)
        except DepartureError as error:
            refused = error.departure
        assert refused == (found[0] if found else None)

    holds()


def spelled(path: Path_) -> str:
    """A place as departures spell it: names after dots, positions and the keys of maps in brackets."""
    text = ""
    for before, step in zip(("", *path), path, strict=False):
        in_map = before == "errors" and isinstance(step, str)
        text += f"[{step!r}]" if in_map or isinstance(step, int) else f".{step}"
    return text.removeprefix(".")

"""Payloads made from the schemas of the contract: valid ones, and the same with one place broken.

A field that the contract gains is in them without a change here.
"""

from __future__ import annotations

import copy
import datetime
import functools
import json
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from attrs import frozen
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from pydantic import BaseModel, RootModel
from ruamel.yaml import YAML

import pasqal_core_schemas
from check_spec.places import references
from pasqal_core_api import models
from pasqal_core_runtime.model import Model, fields_of

Schema = dict[str, Any]
Place = tuple[str | int, ...]
Values = st.SearchStrategy[Any]

ROOT: Final = Path(__file__).resolve().parents[2]
CONTRACT: Final = YAML(typ="safe").load(ROOT / "openapi.yaml")
SCHEMAS: Final[dict[str, Schema]] = CONTRACT["components"]["schemas"]
OVERRIDES: Final = YAML(typ="safe").load(ROOT / "generator_config.yml")["class_overrides"]

repeatable = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=30,
    suppress_health_check=list(HealthCheck),
)


def classes(component: str) -> tuple[type[Model], type[BaseModel]]:
    """The classes that the generators make of a component: named by its title, unless the configuration renames it."""
    name = re.sub(r"[\[\]]", "", SCHEMAS[component]["title"])
    ours = OVERRIDES.get(name, {"class_name": name})["class_name"]
    return getattr(models, ours), getattr(pasqal_core_schemas, name)


def is_sent(component: str) -> bool:
    """Whether an object is one of bodies, which are typed dictionaries; those of answers are models."""
    return not hasattr(classes(component)[0], "from_dict")


def repeats(component: str) -> bool:
    """Whether an object is an envelope like an earlier one, around an object that has cases of its own."""
    fields = SCHEMAS[component]["properties"]
    inside = [target for _, target in references(fields.get("data", {}), "")]
    if not any("properties" in resolved({"$ref": target}) for target in inside):
        return False
    alike = [name for name in WITH_FIELDS if SCHEMAS[name]["properties"].keys() == fields.keys()]
    return component != alike[0]


def resolved(schema: Schema) -> Schema:
    """The schema itself, or the component that it refers to."""
    return SCHEMAS[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


WITH_FIELDS: Final = [name for name, schema in SCHEMAS.items() if "properties" in schema]
BODIES: Final = [name for name in WITH_FIELDS if is_sent(name)]
OBJECTS: Final = [name for name in WITH_FIELDS if not is_sent(name) and not repeats(name)]
"""Objects of answers; of envelopes that differ in nothing but what is in them, the first."""


# ---------------------------------------------------------------------------------------------------------------------
# Values that a schema allows


def _nested(inner: Any, depth: int) -> Any:
    for level in range(depth):
        inner = {"self": inner} if level % 2 else [inner]
    return inner


HUGE = st.integers(2**63, 10**30) | st.integers(-(10**30), -(2**63) - 1)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | HUGE
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
)
ANYTHING = st.recursive(
    SCALARS | st.builds(_nested, SCALARS, st.integers(10, 60)),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)
NAMES = st.text(max_size=4) | st.sampled_from(["self", "cls", "payload", "model_config"])
UUIDS = st.uuids().map(str) | st.uuids().map(lambda value: str(value).upper())
ZONES = st.sampled_from(["Z", "z", "+00:00", "-00:00", "+23:59", "-23:59"]) | st.builds(
    "{}{:02}:{:02}".format, st.sampled_from("+-"), st.integers(0, 23), st.integers(0, 59)
)


def times(between: str, seconds: Values) -> Values:
    """RFC 3339 times, with any allowed separator between date and time, and with the given values of seconds."""
    return st.builds(
        lambda day, mark, time, second, fraction, zone: (
            f"{day.isoformat()}{mark}{time:%H:%M}:{second:02}{fraction}{zone}"
        ),
        st.dates(datetime.date(1, 1, 2), datetime.date(9998, 12, 31)),
        st.sampled_from(between),
        st.times(),
        seconds,
        st.just("") | st.text("0123456789", min_size=1, max_size=12).map(".{}".format),
        ZONES,
    )


@frozen
class Dialect:
    """How much of what the contract leaves open the payloads make use of.

    Attributes:
        times: the spellings of times.
        open: whether enumerations have values of tomorrow.
    """

    times: Values
    open: bool

    def values(self, schema: Schema) -> Values:
        """JSON values that a schema allows."""
        schema = resolved(schema)
        if "anyOf" in schema:
            return st.one_of([self.values(choice) for choice in schema["anyOf"]])
        if "enum" in schema:
            return st.sampled_from(schema["enum"]) | (
                st.text(max_size=8) if self.open else st.nothing()
            )
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        return st.one_of([self.of_type(kind, schema) for kind in kinds])

    def of_type(self, kind: str, schema: Schema) -> Values:
        """JSON values of one type that a schema allows."""
        if kind == "object":
            return self.objects(schema)
        formats = {"uuid": UUIDS, "date-time": self.times}
        simple = {
            "null": st.none(),
            "boolean": st.booleans(),
            "integer": st.integers(schema.get("minimum"), schema.get("maximum"))
            | (
                HUGE.filter(
                    lambda n: n <= schema.get("maximum", n) and n >= schema.get("minimum", n)
                )
            ),
            "number": st.integers() | st.floats(allow_nan=False, allow_infinity=False),
            "string": formats.get(schema.get("format", ""), st.text(max_size=8)),
            "array": st.deferred(lambda: self.arrays(schema)),
        }
        return simple[kind]

    def arrays(self, schema: Schema) -> Values:
        """Short arrays, without an entry that is there twice if the schema forbids that."""
        items = self.values(schema["items"])
        if schema.get("uniqueItems"):
            return st.lists(items, max_size=2, unique_by=json.dumps)
        return st.lists(items, max_size=2)

    def objects(self, schema: Schema) -> Values:
        """Objects with every required field, some optional and some unknown ones, in any order."""
        declared = schema.get("properties", {})
        if not declared:
            entries = (
                self.values(schema["additionalProperties"])
                if "additionalProperties" in schema
                else ANYTHING
            )
            return st.dictionaries(NAMES, entries, max_size=2)
        fields = {name: self.values(field) for name, field in declared.items()}
        required = {name: fields.pop(name) for name in schema.get("required", [])}
        unknown = st.dictionaries(
            NAMES.filter(lambda name: name not in declared), ANYTHING, max_size=1
        )
        known = st.fixed_dictionaries(required, optional=fields)
        return st.builds(_in_order, known, unknown, st.randoms(use_true_random=False))


def _in_order(known: dict[str, Any], unknown: dict[str, Any], random: Any) -> dict[str, Any]:
    entries = list((known | unknown).items())
    random.shuffle(entries)
    return dict(entries)


FULL: Final = Dialect(times("Tt ", st.integers(0, 59) | st.just(60)), open=True)
"""Everything that the contract and RFC 3339 allow."""
SHARED: Final = Dialect(times("Tt", st.integers(0, 59)), open=False)
"""What every judge of payloads accepts: no leap seconds, no blank before the time, no unknown values."""


@functools.cache
def payloads(component: str, dialect: Dialect = FULL) -> Values:
    """Payloads of a component."""
    return dialect.objects(SCHEMAS[component])


# ---------------------------------------------------------------------------------------------------------------------
# Places in a payload, and breaking one


def inner_schemas(schema: Schema, value: Any) -> Iterator[tuple[str | int, Schema, Any]]:
    """Each entry of a value for which the contract has a schema, with its key and that schema."""
    schema = resolved(schema)
    if "anyOf" in schema:
        schema = next((resolved(choice) for choice in schema["anyOf"] if "$ref" in choice), {})
    if isinstance(value, list) and "items" in schema:
        yield from ((index, schema["items"], item) for index, item in enumerate(value))
    if isinstance(value, dict):
        for name, entry in value.items():
            inner = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            if inner is not None:
                yield name, inner, entry


INSIDE: Final = {"properties", "items", "additionalProperties"}


def places(schema: Schema, value: Any, path: Place = ()) -> Iterator[Place]:
    """The places in a payload that the contract declares."""
    if path:
        yield path
    for step, inner, entry in inner_schemas(schema, value):
        yield from places(inner, entry, (*path, step))


def spelled(schema: Schema, path: Place) -> str:
    """A place as departures write it: names after dots, positions and keys of maps in brackets."""
    text = ""
    for step in path:
        schema = resolved(schema)
        choices = [schema, *map(resolved, schema.get("anyOf", []))]
        around: Schema = next((one for one in choices if one.keys() & INSIDE), {})
        named = around.get("properties", {})
        text += f".{step}" if step in named else f"[{step!r}]"
        entry = around.get("items", around.get("additionalProperties", {}))
        schema = named.get(step, entry)
    return text.removeprefix(".")


def container(tree: Any, path: Place) -> Any:
    """The object or array that contains a place."""
    for step in path[:-1]:
        tree = tree[step]
    return tree


def json_type(value: Any) -> str:
    """The JSON type of a value."""
    kinds = {
        dict: "object",
        list: "array",
        str: "text",
        bool: "boolean",
        int: "number",
        float: "number",
    }
    return kinds.get(type(value), "null")


REMOVE: Final = object()
WRONG: Final[list[Any]] = [
    *(REMOVE, None, True, False, 0, 12, 101, -(2**63) - 1, 1.5, 1636558026),
    *("", "text", "12", "2026-10-12", [], [None], {}, {"self": 1}),
]
"""Replacements for a place: values of every type, and values that are almost right."""


def damaged(payload: dict[str, Any], path: Place, new: Any) -> dict[str, Any]:
    """A copy of a payload with one place replaced, or removed."""
    copied = copy.deepcopy(payload)
    around = container(copied, path)
    if new is REMOVE:
        del around[path[-1]]
    else:
        around[path[-1]] = new
    return copied


@st.composite
def broken(
    draw: st.DrawFn, component: str, dialect: Dialect = FULL, *, same_type: bool = False
) -> tuple[dict[str, Any], dict[str, Any], Place]:
    """A payload, the same with one place removed or replaced, and the place.

    Args:
        draw: of hypothesis.
        component: of the contract.
        dialect: how the payload is spelled.
        same_type: whether a value may be replaced by one of the same JSON type.
    """
    payload = draw(payloads(component, dialect))
    candidates = list(places(SCHEMAS[component], payload))
    assume(candidates)
    path = draw(st.sampled_from(candidates))
    new = draw(st.sampled_from(WRONG) | ANYTHING)
    around = container(payload, path)
    if new is REMOVE:
        assume(isinstance(around, dict))
    else:
        assume(same_type or json_type(new) != json_type(around[path[-1]]))
    return payload, damaged(payload, path, new), path


# ---------------------------------------------------------------------------------------------------------------------
# What a reading made of a payload


def plain(value: Any) -> Any:
    """The result of either reading, in a form that both share."""
    if isinstance(value, Model):
        return {field.wire: plain(getattr(value, field.name)) for field in fields_of(value)}
    if isinstance(value, RootModel):
        return plain(value.root)
    if isinstance(value, BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return str(value) if isinstance(value, StrEnum) else value

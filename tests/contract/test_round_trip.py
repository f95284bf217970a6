"""Both readings of the contract, tried with payloads made from its schemas: nothing is lost, and all judges agree.

Three judges say whether a payload satisfies the contract: jsonschema (with formats), the pydantic
reading in strict mode, and the models with `strict=True`. The cases in which they differ are
listed and asserted one by one. That the models give back exactly what they read, and what one
broken place costs, is also tested in `unit/test_models_differential.py`, with the same payloads.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from attrs import frozen
from hypothesis import assume, given
from pydantic import BaseModel, ValidationError

from check_spec.checks import misfits
from contract.derived import (
    BODIES,
    FULL,
    OBJECTS,
    REMOVE,
    SCHEMAS,
    SHARED,
    WRONG,
    Place,
    Schema,
    broken,
    classes,
    container,
    damaged,
    inner_schemas,
    payloads,
    places,
    plain,
    repeatable,
    resolved,
)
from ledger.items import read_cases
from pasqal_core_runtime.departures import Departure
from pasqal_core_runtime.errors import DepartureError
from pasqal_core_runtime.model import Model, read_model
from unit.payloads import ID, JOB

every_component = pytest.mark.parametrize(
    "component", OBJECTS, ids=[classes(name)[0].__name__ for name in OBJECTS]
)
every_body = pytest.mark.parametrize("component", BODIES)
every_object = pytest.mark.parametrize(
    "component",
    [*OBJECTS, *BODIES],
    ids=[classes(name)[0].__name__ for name in [*OBJECTS, *BODIES]],
)


# ---------------------------------------------------------------------------------------------------------------------
# The judges


def ours(kind: type[Model], payload: Any) -> bool:
    """Whether the models accept a payload; only the typed error may come out of them."""
    try:
        kind.from_dict(payload, strict=True)
    except DepartureError:
        return False
    return True


def theirs(schema: type[BaseModel], payload: Any, *, strict: bool = True) -> bool:
    """Whether pydantic accepts a payload as JSON."""
    try:
        schema.model_validate_json(json.dumps(payload), strict=strict)
    except ValidationError:
        return False
    return True


@pytest.fixture(scope="session")
def valid(contract: dict[str, Any]) -> Callable[[str, Any], bool]:
    """Whether jsonschema accepts a payload of a component."""
    return lambda component, payload: not any(misfits(contract, SCHEMAS[component], payload))


# ---------------------------------------------------------------------------------------------------------------------
# Payloads that the contract allows


READ: dict[str, Callable[[str], Any]] = {"date-time": datetime.datetime.fromisoformat, "uuid": UUID}


def normalised(schema: Schema, value: Any) -> Any:
    """A payload with one spelling of each declared time and id, and nothing else changed."""
    read = READ.get(resolved(schema).get("format", ""))
    if read is not None and isinstance(value, str):
        return read(value.upper())
    inside = {step: normalised(inner, entry) for step, inner, entry in inner_schemas(schema, value)}
    if isinstance(value, list):
        return [inside.get(index, item) for index, item in enumerate(value)]
    return {**value, **inside} if isinstance(value, dict) else value


@every_object
def test_the_schemas_give_back_what_they_read(component: str) -> None:
    """Null and absent, unknown fields and integers beyond 64 bits come back; only times and ids may be respelled."""
    schema = classes(component)[1]

    @repeatable
    @given(payloads(component, SHARED))
    def holds(payload: dict[str, Any]) -> None:
        read = schema.model_validate_json(json.dumps(payload), strict=True)
        again = json.loads(read.model_dump_json(exclude_unset=True))
        assert normalised(SCHEMAS[component], again) == normalised(SCHEMAS[component], payload)

    holds()


@every_component
def test_both_readings_agree_on_every_field(component: str) -> None:
    """Each declared field has the same value in both, also if it is absent and has a default."""
    kind, schema = classes(component)

    @repeatable
    @given(payloads(component, SHARED))
    def holds(payload: dict[str, Any]) -> None:
        assert plain(kind.from_dict(payload)) == plain(
            schema.model_validate_json(json.dumps(payload))
        )

    holds()


@every_component
def test_the_text_of_an_answer_comes_back(component: str) -> None:
    """Names, order, spelling and numbers are those that were sent, escaped or not."""
    kind = classes(component)[0]

    @repeatable
    @given(payloads(component, FULL))
    def holds(payload: dict[str, Any]) -> None:
        for escaped in (True, False):
            text = json.dumps(payload, ensure_ascii=escaped)
            read = kind.from_dict(json.loads(text), strict=True)
            assert json.dumps(read.to_dict(), ensure_ascii=escaped) == text

    holds()


# ---------------------------------------------------------------------------------------------------------------------
# Where the judges differ


@frozen
class Difference:
    """A value on which the judges do not agree.

    Attributes:
        field: the field of a job that it is an example for.
        value: the example.
        valid: whether jsonschema accepts it.
        theirs: whether pydantic accepts it in strict mode.
        ours: whether the models accept it with `strict=True`.
        applies: whether a value is of this kind, where that schema is.
    """

    field: str
    value: Any
    valid: bool
    theirs: bool
    ours: bool
    applies: Callable[[Schema, Any], bool]


def _text(kind: str, pattern: str) -> Callable[[Schema, Any], bool]:
    def applies(schema: Schema, value: Any) -> bool:
        return (
            schema.get("format") == kind
            and isinstance(value, str)
            and re.fullmatch(pattern, value) is not None
        )

    return applies


MINUTE = r"\d{4}-\d\d-\d\dT\d\d:\d\d"
DIFFERENCES = {
    "a value of tomorrow: enumerations are open": Difference(
        *("status", "FROM_THE_FUTURE"),
        *(False, False, True),
        lambda schema, value: isinstance(value, str) and value not in schema.get("enum", [value]),
    ),
    "a whole number with a fraction": Difference(
        *("runs", 5.0),
        *(True, False, False),
        lambda schema, value: (
            isinstance(value, float) and value.is_integer() and "integer" in schema.get("type", ())
        ),
    ),
    "a leap second": Difference(
        *("created_at", "2026-12-31T23:59:60Z"),
        *(False, False, True),
        _text("date-time", rf"{MINUTE}:60.*"),
    ),
    "a blank between date and time": Difference(
        *("created_at", "2026-10-12 08:16:40Z"),
        *(False, True, True),
        _text("date-time", r"\d{4}-\d\d-\d\d .*"),
    ),
    "seconds since 1970 as text": Difference(
        *("created_at", "1636558026.698066"),
        *(False, True, False),
        _text("date-time", r"[+-]?\d+(\.\d*)?"),
    ),
    "a time without seconds": Difference(
        *("created_at", "2026-10-12T08:16Z"),
        *(False, True, False),
        _text("date-time", rf"{MINUTE}\D*"),
    ),
    "a time whose offset has no colon": Difference(
        *("created_at", "2026-10-12T08:16:40+0200"),
        *(False, True, False),
        _text("date-time", rf"{MINUTE}.*[+-]\d{{4}}"),
    ),
    "a time with a line break after it": Difference(
        *("created_at", "2026-10-12T08:16:40Z\n"),
        *(True, False, False),
        _text("date-time", r"(?s:.*)\n"),
    ),
    "a UUID without hyphens": Difference(
        *("id", ID.replace("-", "")),
        *(False, True, False),
        _text("uuid", r"[0-9a-fA-F]{32}"),
    ),
    "a UUID in braces or with a prefix": Difference(
        *("id", f"urn:uuid:{ID}"),
        *(False, True, False),
        _text("uuid", r"(urn:uuid:|\{).*"),
    ),
    "a UUID with digits of another script": Difference(
        *("id", "\uff184e3c4a5-bdf5-43ef-827e-5fd5fba5913d"),
        *(True, False, False),
        _text("uuid", r".*[^\x00-\x7f].*"),
    ),
}


def is_known(schema: Schema, value: Any) -> bool:
    """Whether a value, or one inside it, is of a kind on which the judges differ."""
    schema = resolved(schema)
    choices = [schema, *map(resolved, schema.get("anyOf", []))]
    if any(
        difference.applies(choice, value)
        for difference in DIFFERENCES.values()
        for choice in choices
    ):
        return True
    return any(is_known(inner, entry) for _, inner, entry in inner_schemas(schema, value))


@pytest.mark.parametrize("name", DIFFERENCES)
def test_the_judges_differ_as_listed(name: str, valid: Callable[[str, Any], bool]) -> None:
    """A difference that no longer exists has to be removed from the list."""
    difference = DIFFERENCES[name]
    payload = JOB | {difference.field: difference.value}
    kind, schema = classes("ProducedPartialJobResponse")
    verdicts = (
        valid("ProducedPartialJobResponse", payload),
        theirs(schema, payload),
        ours(kind, payload),
    )
    assert verdicts == (difference.valid, difference.theirs, difference.ours)
    field = resolved(SCHEMAS["ProducedPartialJobResponse"]["properties"][difference.field])
    assert [
        other for other in DIFFERENCES if DIFFERENCES[other].applies(field, difference.value)
    ] == [name]


@every_component
def test_the_judges_agree_on_everything_else(
    component: str, valid: Callable[[str, Any], bool]
) -> None:
    """If a place is removed, null, or has another type or value, the payload is valid for all judges or for none."""
    kind, schema = classes(component)

    @repeatable
    @given(broken(component, SHARED, same_type=True))
    def holds(case: tuple[dict[str, Any], dict[str, Any], Place]) -> None:
        payload, damaged, _ = case
        assert valid(component, payload)
        assume(not is_known(SCHEMAS[component], damaged))
        accepted = valid(component, damaged)
        assert (ours(kind, damaged), theirs(schema, damaged)) == (accepted, accepted)

    holds()


def is_taken_in_a_body(schema: Schema, value: Any) -> bool:
    """Whether a body has something, somewhere in it, that only the generated schemas accept.

    They take null for any field that may be absent, and an entry twice where each has to be unique.
    The sandbox, which reads bodies with them, has to look for these itself.
    """
    schema = resolved(schema)
    if schema.get("uniqueItems") and isinstance(value, list):
        texts = [json.dumps(item, sort_keys=True) for item in value]
        if len(set(texts)) < len(texts):
            return True
    for step, inner, entry in inner_schemas(schema, value):
        if entry is None and step in schema.get("properties", {}):
            return step not in schema.get("required", [])
        if is_taken_in_a_body(inner, entry):
            return True
    return False


@every_body
def test_both_judges_of_a_body_agree(component: str, valid: Callable[[str, Any], bool]) -> None:
    """A body has no model, so the generated schemas and the contract are the judges."""
    schema = classes(component)[1]

    @repeatable
    @given(broken(component, SHARED, same_type=True))
    def holds(case: tuple[dict[str, Any], dict[str, Any], Place]) -> None:
        payload, damaged, _ = case
        assert valid(component, payload)
        assume(not is_known(SCHEMAS[component], damaged))
        assume(not is_taken_in_a_body(SCHEMAS[component], damaged))
        assert theirs(schema, damaged) is valid(component, damaged)

    holds()


TAKEN: dict[str, dict[str, Any]] = {
    "null for what may be absent": {"tags": None},
    "a tag twice": {"tags": ["a", "a"]},
}


@pytest.mark.parametrize("name", TAKEN)
def test_the_schemas_take_more_of_a_body_than_the_contract(
    name: str, valid: Callable[[str, Any], bool]
) -> None:
    """A difference that no longer exists need not be looked for any more."""
    body = {"project_id": ID, **TAKEN[name]}
    assert theirs(classes("CreateBatchRequest")[1], body)
    assert not valid("CreateBatchRequest", body)
    assert is_taken_in_a_body(SCHEMAS["CreateBatchRequest"], body)


COMPLETE = {
    "PaginatedResponse_ProducedPartialJobResponse_": ("answers", "job-every-field"),
    "NonPaginatedResponse_ProducedBatchWithPartialJobsResponse_": ("answers", "batch-every-field"),
    "NonPaginatedResponse_ProducedPartialJobBulkCancelResponse_": (
        "answers",
        "cancel-partial-failure",
    ),
    "HTTPValidationError": ("errors", "body-fastapi-list"),
}
"""The cases that have every field, by component."""


@pytest.mark.parametrize(
    "component", COMPLETE, ids=[classes(name)[0].__name__ for name in COMPLETE]
)
def test_the_judges_agree_at_every_place(component: str, valid: Callable[[str, Any], bool]) -> None:
    """Each field in turn gets each kind of wrong value."""
    kind, schema = classes(component)
    file, name = COMPLETE[component]
    payload = next(
        json.loads(case["body"]) for case in read_cases()[file]["cases"] if case["id"] == name
    )
    for place in places(SCHEMAS[component], payload):
        for wrong in WRONG:
            if wrong is REMOVE and isinstance(container(payload, place), list):
                continue
            broke = damaged(payload, place, wrong)
            if not is_known(SCHEMAS[component], broke):
                accepted = valid(component, broke)
                assert (ours(kind, broke), theirs(schema, broke)) == (accepted, accepted), (
                    place,
                    wrong,
                )


# ---------------------------------------------------------------------------------------------------------------------
# What the tolerant reading makes of payloads that strict ones reject


TOLERATED: dict[str, tuple[str, Any, Any, bool]] = {
    "a time without zone is UTC": (
        *(
            "created_at",
            "2026-10-12T08:16:40",
            datetime.datetime(2026, 10, 12, 8, 16, 40, tzinfo=datetime.UTC),
        ),
        False,
    ),
    "seconds since 1970 are a time": (
        *(
            "created_at",
            "1636558026.5",
            datetime.datetime.fromtimestamp(1636558026.5, datetime.UTC),
        ),
        True,
    ),
    "an integer as text is an integer": ("runs", "12", 12, True),
    "a number where text is promised is its text": ("slurm_job_id", 874123, "874123", False),
}


@pytest.mark.parametrize("name", TOLERATED)
def test_what_the_readings_make_of_a_departure(
    name: str, valid: Callable[[str, Any], bool]
) -> None:
    """The models use the value and report it, strict reading rejects it, and pydantic's lax reading varies."""
    field, value, expected, taken = TOLERATED[name]
    kind, schema = classes("ProducedPartialJobResponse")
    payload, found = JOB | {field: value}, list[Departure]()
    assert getattr(read_model(kind, payload, found.append), field) == expected
    assert [departure.path for departure in found] == [field]
    assert not ours(kind, payload)
    assert not valid("ProducedPartialJobResponse", payload)
    assert theirs(schema, payload, strict=False) is taken

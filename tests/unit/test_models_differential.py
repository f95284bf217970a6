"""Both passes of reading agree on any payload that the contract allows, and one broken place costs only that place.

The payloads are made from the schemas of the contract, so a field that the contract gains is
covered without a change.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given

from contract.derived import (
    OBJECTS,
    SCHEMAS,
    Place,
    broken,
    classes,
    container,
    payloads,
    repeatable,
    spelled,
)
from pasqal_core_runtime import departures
from pasqal_core_runtime.departures import Departure
from pasqal_core_runtime.errors import DepartureError
from pasqal_core_runtime.model import Model, fields_of, read_model
from pasqal_core_runtime.open_enum import OpenEnum

CLASSES = {component: classes(component)[0] for component in OBJECTS}
every_model = pytest.mark.parametrize(
    "component", CLASSES, ids=[kind.__name__ for kind in CLASSES.values()]
)


# ---------------------------------------------------------------------------------------------------------------------
# What a model made of a payload


def decoded(value: Any) -> Any:
    """The fields of a model and of the models in it, by their wire names; unset fields are left out."""
    if isinstance(value, Model):
        there = (field for field in fields_of(value) if hasattr(value, field.name))
        return {field.wire: decoded(getattr(value, field.name)) for field in there}
    if isinstance(value, dict):
        return {key: decoded(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [decoded(item) for item in value]
    return type(value).__name__, value.is_known if isinstance(value, OpenEnum) else None, value


def all_departures(value: Any) -> Iterator[Departure]:
    """The departures that a model and the models in it remember."""
    if isinstance(value, Model):
        yield from value.departures
        value = [getattr(value, field.name, None) for field in fields_of(value)]
    if isinstance(value, list):
        for item in value:
            yield from all_departures(item)


def without(tree: Any, path: Place, items: int) -> Any:
    """A decoded tree without one place; an array whose length differs from the given one has lost the item already."""
    tree = copy.deepcopy(tree)
    around, last = container(tree, path), path[-1]
    if isinstance(around, dict):
        around.pop(last, None)
    elif len(around) == items:
        around.pop(last)
    return tree


# ---------------------------------------------------------------------------------------------------------------------
# The properties


@every_model
def test_both_passes_agree_on_a_valid_payload(component: str) -> None:
    """A valid payload has no departures, and the careful pass reads the same from it as the quick one."""
    kind = CLASSES[component]

    @repeatable
    @given(payloads(component))
    def holds(payload: dict[str, Any]) -> None:
        found: list[Departure] = []
        quick = kind._read_exactly(payload)
        careful = kind._read_leniently(payload, departures.Place(), found)
        assert found == []
        assert quick == careful
        assert decoded(quick) == decoded(careful)
        assert json.dumps(quick.to_dict()) == json.dumps(careful.to_dict()) == json.dumps(payload)
        assert kind.from_dict(payload, strict=True) == quick

    holds()


@every_model
def test_a_broken_place_costs_only_that_place(component: str) -> None:
    """If one value is missing or of another type, the rest is read as before, and the payload comes back unchanged."""
    kind = CLASSES[component]

    @repeatable
    @given(broken(component))
    def holds(case: tuple[dict[str, Any], dict[str, Any], Place]) -> None:
        payload, damaged, path = case
        read, intact = read_model(kind, damaged), read_model(kind, payload)
        assert json.dumps(read.to_dict()) == json.dumps(damaged)
        items = len(container(payload, path))
        assert without(decoded(read), path, items) == without(decoded(intact), path, items)

    holds()


@every_model
def test_the_departures_of_a_broken_payload_are_reported(component: str) -> None:
    """Each unset field is reported at the broken place, and strict reading raises exactly if there are reports."""
    kind = CLASSES[component]

    @repeatable
    @given(broken(component))
    def holds(case: tuple[dict[str, Any], dict[str, Any], Place]) -> None:
        _, damaged, path = case
        found: list[Departure] = []
        read = read_model(kind, damaged, found.append)
        reported = [departure.path for departure in found]
        assert {departure.path for departure in all_departures(read)} <= set(reported)
        broken_place = spelled(SCHEMAS[component], path)
        assert all(place.startswith(broken_place) for place in reported)
        assert len(reported) == len(set(reported))
        refused = None
        try:
            kind.from_dict(damaged, strict=True)
        except DepartureError as error:
            refused = error.departure
        assert refused == (found[0] if found else None)

    holds()

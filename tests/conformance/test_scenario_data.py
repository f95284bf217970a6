"""The scenarios have arguments that the schema describes, and name what there is; mistakes in them are found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pasqal_client.conformance.kit import find_folder, read_kit
from pasqal_client.conformance.scenario_set_up import spell_out
from pasqal_client.sandbox.operations import OPERATIONS

Case = dict[str, Any]
KIND = "scenarios"


@pytest.fixture(scope="module")
def schema() -> Any:
    """The schema of the kit."""
    return json.loads((find_folder() / "schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """The scenarios."""
    return list(read_kit(find_folder(), [KIND]).files[KIND]["cases"])


def complaints(schema: Any, part: str, value: Any) -> list[str]:
    """What a part of the schema finds wrong with a value."""
    whole = {**schema, "oneOf": [{"$ref": f"#/$defs/{part}"}]}
    validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def test_each_call_has_its_arguments(schema: Any, cases: list[Case]) -> None:
    """Whatever is not refused has the arguments that the schema has for the call, once its series are spelt out."""
    for case in cases:
        if "refused" not in case["expect"]:
            part = f"arguments_of/properties/{case['call']}"
            assert complaints(schema, part, spell_out(case["arguments"])) == [], case["id"]


def test_what_is_named_is_there(cases: list[Case]) -> None:
    """What is expected of requests is about operations of the contract."""
    for case in cases:
        assert set(named_operations(case["expect"])) <= {*OPERATIONS}, case["id"]


def named_operations(expected: dict[str, Any]) -> Iterator[str]:
    """The operations that a case expects something of."""
    for key in ("requests", "statuses", "without_headers"):
        yield from expected.get(key, ())


OK = {"result": 1}
WRONG: dict[str, dict[str, Any]] = {
    "an error and a result": {"expect": {**OK, "error": {"class": "APIError"}}},
    "an error without a class": {"expect": {"error": {"status": 404}}},
    "a refusal that may have been sent": {"expect": {"refused": True}},
    "nothing expected": {"expect": {}},
    "a state of something else": {"expect": {"state": {"tags": []}}},
    "a list with a misspelt key": {"expect": {"result": {"has": [], "other": 1}}},
    "a series of three": {"expect": {"result": {"series": [1, 2, 3]}}},
    "no sandbox": {"sandbox": None},
    "a setting that no sandbox has": {"sandbox": {"batches": [], "settings": {"speed": 60}}},
    "credentials of no kind": {"client": {"credentials": "wrong"}},
    "a client that is not anonymous": {"client": {"anonymous": False}},
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_in_a_scenario_is_found(mistake: str, schema: Any, cases: list[Case]) -> None:
    """The schema is strict, so that nothing can be written down that the runner would pass over."""
    changed = {**cases[0], "expect": OK, **WRONG[mistake]}
    changed = {key: value for key, value in changed.items() if value is not None}
    assert complaints(schema, "scenario", {**cases[0], "expect": OK}) == []
    assert complaints(schema, "scenario", changed)

"""The files of the vectors have the form that their schema says, so that a port can rely on it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contract.vector_runner import every
from ledger_items import KINDS, VECTORS, LedgerError, Vector, read_vectors

every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="session")
def misfits(root: Path) -> Callable[[Any], list[str]]:
    """What the schema has against a file."""
    schema = json.loads((root / VECTORS / "schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)

    def found(file: Any) -> list[str]:
        part = {**schema, "oneOf": [{"$ref": f"#/$defs/{file['kind']}"}]}
        errors = Draft202012Validator(
            part, format_checker=Draft202012Validator.FORMAT_CHECKER
        ).iter_errors(file)
        whole = Draft202012Validator(schema).is_valid(file)
        return [f"{error.json_path}: {error.message}" for error in errors] + (
            [] if whole else ["none of the kinds"]
        )

    return found


@every_kind
def test_a_file_satisfies_its_schema(kind: str, misfits: Callable[[Any], list[str]]) -> None:
    """With nothing in it that the schema does not describe."""
    file = read_vectors()[kind]
    assert file["kind"] == kind
    assert misfits(file) == []


@every_kind
def test_each_case_has_an_id_of_its_own(kind: str) -> None:
    """By which a port can report it."""
    ids = [case["id"] for case in read_vectors()[kind]["cases"]]
    assert len(ids) == len(set(ids))


WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "no reason": ("requests", {"why": ""}),
    "an unknown key": ("requests", {"note": "."}),
    "both an outcome and a refusal": ("requests", {"refused": True}),
    "neither": ("requests", {"requests": None}),
    "an unknown operation": ("answers", {"operation": "get_job"}),
    "a value of no form": ("answers", {"shows": {"/data": {"text": "x"}}}),
    "two forms of a value": ("answers", {"shows": {"/data": {"value": 1, "null": True}}}),
    "null as a plain value": ("answers", {"shows": {"/data": {"value": None}}}),
    "a time without its microseconds": (
        "answers",
        {"shows": {"/data": {"time": "2026-10-12T08:00:31Z"}}},
    ),
    "a pointer that is none": ("answers", {"departures": ["data"]}),
    "a status that is none": ("errors", {"status": 99}),
    "an error without a class": ("errors", {"expect": {}}),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_in_a_case_is_found(mistake: str, misfits: Callable[[Any], list[str]]) -> None:
    """The schema is strict: what a port would stumble over cannot be written down."""
    kind, change = WRONG[mistake]
    file = copy.deepcopy(read_vectors()[kind])
    file["cases"][0] = {
        key: value for key, value in {**file["cases"][0], **change}.items() if value is not None
    }
    assert misfits(file)


def test_every_key_is_documented(root: Path) -> None:
    """Each key of a case, of what an error is to be, and each form of a value, is explained to the authors of ports."""
    page = (root / "docs" / "porting.md").read_text(encoding="utf-8")
    parts = json.loads((root / VECTORS / "schema.json").read_text(encoding="utf-8"))["$defs"]
    described = [
        part
        for name, part in parts.items()
        if name in ("request", "answer", "error") or "shows_" in name
    ]
    keys = {
        key
        for part in [*described, parts["error"]["properties"]["expect"]]
        for key in part["properties"]
    }
    explained = set(re.findall(r"`(?:{\")?(\w+)|, \"(\w+)\":", page))
    assert keys <= {name for pair in explained for name in pair}


def test_a_file_that_is_missing_says_what_to_do(root: Path, tmp_path: Path) -> None:
    """So that nobody takes its absence for success."""
    folder = tmp_path / VECTORS
    folder.mkdir(parents=True)
    with pytest.raises(
        LedgerError, match=r"schema.json is missing or no JSON: `git checkout .*` brings it back"
    ):
        read_vectors(tmp_path)


@every("requests")
def test_a_case_is_named_for_its_call(case: Vector) -> None:
    """The id begins with the call, so that a report can be sorted."""
    assert case["id"].split("-")[0] == re.split(r"[._]", case["call"])[1]

"""The files of the conformance kit have the form that their schema describes, so that a port can rely on it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contract.cases import every, is_generated
from contract.derived import CONTRACT
from json_pointers import steps
from kit_layout import KIT, ROOT, SCHEMA, kinds
from ledger.client import CLIENTS, resource_class
from ledger.contract import LedgerError, operations
from ledger.generated import generated_operation
from ledger.items import KINDS, Case, read_all_cases, read_cases
from operation_table import API

every_kind = pytest.mark.parametrize("kind", KINDS)


def read_file(kind: str) -> dict[str, Any]:
    """A file of the kit."""
    found: dict[str, Any] = json.loads((ROOT / KIT / f"{kind}.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def schema() -> dict[str, Any]:
    """The schema of all files."""
    return read_file(SCHEMA)


@pytest.fixture(scope="session")
def misfits(schema: dict[str, Any]) -> Callable[[Any], list[str]]:
    """The schema's complaints about a file."""
    Draft202012Validator.check_schema(schema)

    def found(file: Any) -> list[str]:
        part = {**schema, "oneOf": [{"$ref": f"#/$defs/{file['kind']}"}]}
        errors = Draft202012Validator(part).iter_errors(file)
        whole = Draft202012Validator(schema).is_valid(file)
        return [f"{error.json_path}: {error.message}" for error in errors] + (
            [] if whole else ["none of the kinds"]
        )

    return found


@pytest.mark.parametrize("kind", kinds())
def test_a_file_satisfies_its_schema(kind: str, misfits: Callable[[Any], list[str]]) -> None:
    """A file has nothing that the schema does not describe, and the version of the kit."""
    file = read_file(kind)
    assert file["kind"] == kind
    assert misfits(file) == []
    assert file["version"] == (ROOT / KIT / "VERSION").read_text("utf-8").strip()


# Keywords that mean something for one type only.
OF_TYPE = {
    "object": {"properties", "required", "additionalProperties", "propertyNames", "minProperties"},
    "array": {"items", "minItems", "uniqueItems"},
    "string": {"pattern", "minLength"},
}
# Parts that are about the same value as what they stand in, and parts that are about another one.
IN_PLACE = ("oneOf", "anyOf", "allOf", "not", "if", "then", "else")
ELSEWHERE = ("properties", "$defs", "items", "additionalProperties")


def lax_places(
    part: dict[str, Any], place: str = "", around: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Where a schema is not as strict validators want it; `around` are the types that hold there."""
    given = part.get("type", [])
    types = frozenset([given] if isinstance(given, str) else given)
    known = types or around
    if len(types - {"null"}) > 1:
        yield f"{place}: several types"
    if "format" in part:
        yield f"{place}: a format, which not every validator knows"
    if set(part.get("required", ())) - part.get("properties", {}).keys():
        yield f"{place}: required and not described"
    for kind, keywords in OF_TYPE.items():
        if keywords & part.keys() and kind not in known:
            yield f"{place}: {kind} is not said"
    for name in (*IN_PLACE, *ELSEWHERE):
        for inner in parts_of(part, name):
            yield from lax_places(
                inner, f"{place}/{name}", known if name in IN_PLACE else frozenset()
            )


def parts_of(part: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The schemas under a keyword."""
    value = part.get(name, [])
    found = value
    if isinstance(value, bool):
        return []
    if isinstance(value, dict):
        found = value.values() if name in ("properties", "$defs") else [value]
    # True and False are schemas, too, and additionalProperties is mostly one of them.
    return [inner for inner in found if isinstance(inner, dict)]


def test_the_schema_passes_strict_validators(schema: dict[str, Any]) -> None:
    """Each part says its type and describes what it requires, as the strict modes of other languages want it."""
    assert [*lax_places(schema)] == []


LAX: dict[str, dict[str, Any]] = {
    "a requirement of nothing": {"type": "object", "required": ["id"], "properties": {}},
    "properties of anything": {"properties": {"id": True}},
    "two types": {"type": ["string", "integer"]},
    "a format": {"type": "string", "format": "uuid"},
    "a choice that says no type": {"oneOf": [{"items": True}]},
    "what must not be, of no type": {"not": {"minLength": 1}},
}


@pytest.mark.parametrize("mistake", LAX)
def test_a_lax_part_of_a_schema_is_found(mistake: str) -> None:
    """The rule before this one would find it, wherever it stands."""
    part = LAX[mistake]
    assert len([*lax_places({"$defs": {"a": part}})]) == 1
    assert len([*lax_places({"type": "array", "items": part})]) == 1


def test_each_case_has_an_id_of_its_own() -> None:
    """A port reports a case by its id, and the page for ports lists all of them."""
    ids = [case["id"] for file in read_all_cases().values() for case in file["cases"]]
    assert [name for name in ids if ids.count(name) > 1] == []


SENT = {"method": "GET", "path": "/api/v2/jobs", "query": ""}
WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "no reason": ("requests", {"why": ""}),
    "an unknown key": ("requests", {"note": "."}),
    "both an outcome and a refusal": ("requests", {"refused": True}),
    "neither": ("requests", {"requests": None}),
    "an operation that is none": ("answers", {"operation": "GET /api/v2/jobs"}),
    "both an operation and a schema": ("answers", {"schema": "JobResult"}),
    "neither an operation nor a schema": ("answers", {"operation": None}),
    "a file with headers": ("answers", {"operation": None, "schema": "JobResult", "headers": {}}),
    "a call that is none": ("requests", {"call": "page"}),
    "a method that is none": ("requests", {"requests": [{**SENT, "method": "LIST"}]}),
    "a path of nowhere": ("requests", {"requests": [{**SENT, "path": "/jobs"}]}),
    "a value of no form": ("answers", {"shows": {"/data": {"text": "x"}}}),
    "two forms of a value": ("answers", {"shows": {"/data": {"value": 1, "null": True}}}),
    "null as a plain value": ("answers", {"shows": {"/data": {"value": None}}}),
    "a time without its microseconds": (
        "answers",
        {"shows": {"/data": {"time": "2026-10-12T08:00:31Z"}}},
    ),
    "a pointer that is none": ("answers", {"departures": ["data"]}),
    "a setting that is none": ("requests", {"settings": {"timeout": 5}}),
    "an answer to nothing": ("requests", {"answers": {"GET /api/v2/jobs": {}}}),
    "a pattern of nothing": ("requests", {"requests": [{**SENT, "patterns": {"tags": "x"}}]}),
    "a policy that is none": ("requests", {"policies": {"requests": ["mood"]}}),
    "an argument of another type": ("requests", {"arguments": {"min_runs": "100"}}),
    "a file without a body": ("requests", {"files": {"a.json": {}}}),
    "a status that is none": ("errors", {"status": 99}),
    "an error without a class": ("errors", {"expect": {}}),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_in_a_case_is_found(mistake: str, misfits: Callable[[Any], list[str]]) -> None:
    """The schema is strict, so that nothing can be written down that a port would not understand."""
    kind, change = WRONG[mistake]
    # One case is enough: the files as a whole have a test of their own.
    file = read_cases()[kind]
    case = {**file["cases"][0], **change}
    case = {key: value for key, value in case.items() if value is not None}
    assert misfits({**file, "cases": [file["cases"][0]]}) == []
    assert misfits({**file, "cases": [case]})


def test_every_key_is_documented(root: Path, schema: dict[str, Any]) -> None:
    """The authors of ports find each key of a case and of an error, and each form of a value, explained."""
    page = (root / "conformance" / "README.md").read_text(encoding="utf-8")
    parts = schema["$defs"]
    names = ("requests", "request", "sent_request", "answer", "errors", "error", "settings")
    described = [part for name, part in parts.items() if name in names or "shows_" in name]
    described.append(parts["error"]["properties"]["expect"])
    lacking = {
        key
        for part in described
        for key, value in part["properties"].items()
        if key not in ("$schema", "cases") and "description" not in value
    }
    explained = set(re.findall(r"`(?:{\")?(\w+)|, \"(\w+)\":", page))
    assert lacking <= {name for pair in explained for name in pair}


def test_a_file_that_is_missing_says_what_to_do(root: Path, tmp_path: Path) -> None:
    """Its absence must not pass for success."""
    folder = tmp_path / KIT
    folder.mkdir(parents=True)
    with pytest.raises(
        LedgerError,
        match=r"schema.json is missing or is not JSON: `git checkout .*` brings it back",
    ):
        read_cases(tmp_path)


BATCH = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
GOOD: dict[str, dict[str, Any]] = {
    "a write with a body": {
        "id": "create-two_jobs",
        "operation": "create_batch",
        "call": "batches.create",
        "arguments": {},
        "requests": [{**SENT, "method": "POST", "path": "/api/v1/batches", "body": {"open": None}}],
    },
    "a list as a body, and names with underscores": {
        "id": "set_tags-two",
        "operation": "set_batch_tags",
        "call": "batches.set_tags",
        "arguments": {"batch_id": BATCH, "tags": []},
        "requests": [{**SENT, "method": "PUT", "path": "/api/v1/batches/7/all_tags", "body": []}],
    },
}


@pytest.mark.parametrize("kind_of_case", GOOD)
def test_operations_of_every_kind_can_be_written_down(
    kind_of_case: str, misfits: Callable[[Any], list[str]]
) -> None:
    """A case of any operation that the contract may get needs no change of the schema."""
    file = copy.deepcopy(read_cases()["requests"])
    file["cases"] = [{**file["cases"][0], **GOOD[kind_of_case]}]
    assert misfits(file) == []
    assert is_named_for_its_call(file["cases"][0])


def is_named_for_its_call(case: Case) -> bool:
    """Whether the first word of an id is that of the method, or of the operation; a hyphen or underscore may follow."""
    method = case["call"].partition(".")[2]
    first = re.split("[-_]", case["id"])[0]
    return first in (method.split("_")[0], case["operation"].split("_")[0])


@every("requests")
def test_a_case_is_named_for_its_call(case: Case) -> None:
    """The id begins with the method or the operation, so that a report can be sorted by it."""
    method = case["call"].partition(".")[2]
    advice = f"begin the id {case['id']} with the first word of the method {method}"
    assert is_named_for_its_call(case), advice


@every("requests", having="requests")
def test_an_example_matches_its_pattern(case: Case) -> None:
    """What differs from call to call is shown once as it may be."""
    for request in case["requests"]:
        for pointer, pattern in request.get("patterns", {}).items():
            found = request["body"]
            for step in steps(pointer):
                found = found[int(step)] if isinstance(found, list) else found[step]
            assert re.fullmatch(pattern, found)


@every_kind
def test_each_case_is_of_an_operation_of_the_contract(kind: str) -> None:
    """A case of an operation that does not exist would cover nothing."""
    file = read_cases()[kind]
    named = {case["operation"] for case in file["cases"] if "operation" in case}
    named.update(file.get("answers", ()), file.get("calls", ()))
    for entry in [*file["cases"], *file.get("calls", {}).values()]:
        named.update(entry.get("answers", ()))
    unknown = sorted(named - operations(CONTRACT).keys())
    assert not unknown, f"{kind}.json: openapi.yaml has no operation {', '.join(unknown)}"
    schemas = {case["schema"] for case in file["cases"] if "schema" in case}
    unknown = sorted(schemas - CONTRACT["components"]["schemas"].keys())
    assert not unknown, f"{kind}.json: openapi.yaml has no schema {', '.join(unknown)}"


def test_each_call_is_one_of_the_client() -> None:
    """Each call names a resource and a method that the client has, or a generated function."""
    calls = {case["call"] for case in read_cases()["requests"]["cases"]}
    calls |= {made["call"] for made in read_cases()["errors"]["calls"].values()}
    for call in sorted(calls):
        resource, _, method = call.partition(".")
        if is_generated(call):
            assert hasattr(generated_operation(CONTRACT, method), "sync_detailed")
            continue
        assert hasattr(resource_class(CLIENTS[0], resource), method), f"the client has no {call}"


def test_a_generated_call_is_that_of_its_operation() -> None:
    """A case covers the operation whose function it calls."""
    requests, errors = read_cases()["requests"], read_cases()["errors"]
    calls = [(case["operation"], case["call"]) for case in requests["cases"]]
    calls += [(operation, made["call"]) for operation, made in errors["calls"].items()]
    made = {call: operation for operation, call in calls if is_generated(call)}
    assert made
    assert made == {f"{API}.{operation}": operation for operation in made.values()}

"""The spec checker finds what is wrong with a contract, and says where, what, and what would be right."""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from check_spec.checks import problems, summary
from check_spec.command import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Contract = dict[str, Any]
Schema = dict[str, Any]
LIST, COMPLETE = "/api/v2/jobs", "/api/v2/batches/{batch__id}/complete"
GONE = object()


def edit(*steps: str | int, to: Any = GONE) -> Callable[[Contract], None]:
    """A change of one place of the contract; without a value, it removes the place."""

    def change(contract: Any) -> None:
        for step in steps[:-1]:
            contract = contract[step]
        if to is GONE:
            del contract[steps[-1]]
        else:
            contract[steps[-1]] = to

    return change


def operation(*steps: str | int, to: Any = GONE) -> Callable[[Contract], None]:
    return edit("paths", LIST, "get", *steps, to=to)


def example(name: str, *steps: str | int, to: Any = GONE) -> Callable[[Contract], None]:
    return edit("components", "examples", name, *steps, to=to)


def total(key: str, to: Any) -> Callable[[Contract], None]:
    return edit("components", "schemas", "Pagination", "properties", "total", key, to=to)


JOB = ("value", "data", 2)
JOB_AT = "GET /api/v2/jobs 200 application/json mixed_page/data/2"
JSON_200 = ("responses", "200", "content", "application/json")

ONE_MISTAKE = {
    # examples
    "an id that is no UUID": (
        example("JobsMixedPage", *JOB, "id", to="7"),
        f"{JOB_AT}/id: '7' is not a 'uuid'; format: uuid would be right",
    ),
    "a time without a zone": (
        example("JobsMixedPage", *JOB, "created_at", to="2026-10-12T09:00:01"),
        f"{JOB_AT}/created_at: '2026-10-12T09:00:01' is not a 'date-time'; format: date-time would be right",
    ),
    "an optional time that is no time": (
        example("JobsMixedPage", *JOB, "start_timestamp", to="soon"),
        f"{JOB_AT}/start_timestamp: 'soon' is not a 'date-time'; format: date-time would be right",
    ),
    "a missing required field": (
        example("JobsMixedPage", *JOB, "runs"),
        f"{JOB_AT}: 'runs' is a required property; required: ['id', 'status', 'runs', 'batch_id', ",
    ),
    "a value beyond a bound": (
        example("JobsMixedPage", *JOB, "progress", to=101),
        f"{JOB_AT}/progress: 101 is greater than the maximum of 100; maximum: 100 would be right",
    ),
    "a wrong type deep inside of a nullable answer": (
        example("BatchWithJobs", "value", "data", "jobs_count", to="3"),
        f"PATCH {COMPLETE} 200 application/json with_jobs/data/jobs_count: '3' is not of type 'integer'; type: integer",
    ),
    "a wrong example of a shared response": (
        example("InvalidQuery", "value", "detail", 1, "msg", to=None),
        "#/components/responses/InvalidQuery application/json query/detail/1/msg: None is not of type 'string'",
    ),
    "an example that no response lists": (
        example("Leftover", to={"value": {}}),
        "#/components/examples/Leftover: no request or response lists it; list it where it belongs or delete it",
    ),
    "an example without a value": (
        example("JobsEmptyPage", "value"),
        "#/components/examples/JobsEmptyPage: has no value; the payload under the key `value` would be right",
    ),
    "an answer without examples": (
        edit("components", "responses", "InvalidPath", "content", "application/json", "examples"),
        "#/components/responses/InvalidPath application/json: has a schema but no example; an entry in `examples`",
    ),
    "a single bad example": (
        operation(*JSON_200, "example", to={"data": []}),
        "GET /api/v2/jobs 200 application/json example: 'pagination' is a required property; required: ['data', ",
    ),
    # operations
    "no operation id": (
        operation("operationId"),
        "GET /api/v2/jobs: has no operationId; the name of the generated module, such as get_jobs, would be right",
    ),
    "an operation id twice": (
        operation("operationId", to="cancel_jobs"),
        "#: Operation ID 'cancel_jobs' for 'patch' in '/api/v2/batches/{batch__id}/cancel/jobs' is not unique",
    ),
    "no tags": (
        operation("tags", to=[]),
        "GET /api/v2/jobs: has no tags; the name of the resource, such as [jobs], would be right",
    ),
    "no source": (
        operation("x-source"),
        "GET /api/v2/jobs: has no x-source; documented or observed would be right",
    ),
    "another source": (
        operation("x-source", to="rumour"),
        "GET /api/v2/jobs: its x-source is 'rumour'; documented or observed would be right",
    ),
    "no default response": (
        operation("responses", "default"),
        "GET /api/v2/jobs: has no default response; one for every outcome that is not listed would be right",
    ),
    # schemas
    "an unknown type": (
        total("type", "intger"),
        "#/components/schemas/Pagination/properties/total/type: 'intger' is not a type; integer would be right",
    ),
    "a format that nothing checks": (
        total("format", "int"),
        "#/components/schemas/Pagination/properties/total: nothing installed checks the format 'int'; uuid or ",
    ),
    "an empty default of a number": (
        edit("components", "parameters", "Limit", "schema", "default", to=""),
        "#/components/parameters/Limit/schema/default: '' is not of type 'integer'; type: integer would be right",
    ),
    "a default below a bound": (
        edit("components", "parameters", "Limit", "schema", "default", to=0),
        "#/components/parameters/Limit/schema/default: 0 is less than or equal to the minimum of 0; exclusiveMinimum",
    ),
    "a nullable parameter": (
        edit("components", "parameters", "Id", "schema", "items", "nullable", to=True),
        "#/components/parameters/Id/schema/items/nullable: is of OpenAPI 3.0 and says nothing in 3.1; `type: [string, ",
    ),
    "an answer that is one of several objects": (
        operation(*JSON_200, "schema", to={"oneOf": [{"type": "object"}, {"type": "object"}]}),
        "#/paths//api/v2/jobs/get/responses/200/content/application/json/schema: is a choice of several objects (one ",
    ),
    # the document
    "no info": (
        edit("info"),
        "#: 'info' is a required property; required: ['openapi', 'info'] would be right",
    ),
    "another version": (edit("openapi", to="3.0.3"), "#/openapi: '3.0.3' does not match '^3"),
    "paths that are none": (
        edit("paths", to=None),
        "#/paths: None is not of type 'object'; type: object would be",
    ),
    "an undeclared path parameter": (
        edit("paths", COMPLETE, "patch", "parameters"),
        f"#: Path parameter 'batch__id' for 'patch' operation in '{COMPLETE}' was not resolved",
    ),
    # references
    "a reference to nothing": (
        operation("responses", "422", "$ref", to="#/components/responses/Nope"),
        "#/paths//api/v2/jobs/get/responses/422: $ref to #/components/responses/Nope leads nowhere; define it",
    ),
    "a reference to another file": (
        operation("responses", "422", "$ref", to="more.yaml#/Nope"),
        "#/paths//api/v2/jobs/get/responses/422: $ref to more.yaml#/Nope; the contract is one file, so ",
    ),
}


PAGE = {"$ref": "#/components/schemas/Pagination"}
DETAIL = {"$ref": "#/components/schemas/ValidationError"}
ORIGIN = {"$ref": "#/components/schemas/JobOrigin"}
TEXT = {"type": "string"}
NAMED = {"properties": {"name": TEXT}}

PASSED_OVER: list[tuple[Schema, str]] = [
    # OpenAPI 3.0 and older versions of JSON Schema
    (
        {**TEXT, "nullable": True},
        '/nullable: is of OpenAPI 3.0 and says nothing in 3.1; `type: [string, "null"]` would be right',
    ),
    (
        {"type": ["string", "integer"], "nullable": True},
        '/nullable: is of OpenAPI 3.0 and says nothing in 3.1; `type: [string, integer, "null"]` would be right',
    ),
    (
        {**TEXT, "enum": ["a"], "nullable": True},
        '/nullable: is of OpenAPI 3.0 and says nothing in 3.1; `type: [string, "null"]`, and null among the values of '
        "`enum`, would be right",
    ),
    (
        {**ORIGIN, "nullable": True},
        "/nullable: is of OpenAPI 3.0 and says nothing in 3.1; `anyOf` with what is there now and "
        '`type: "null"` as its entries would be right',
    ),
    (
        {"nullable": True},
        "/nullable: is of OpenAPI 3.0 and says nothing in 3.1; to leave it out, as null is admitted where no type is "
        "named, would be right",
    ),
    (
        {"anyOf": [{"type": "integer"}, {**TEXT, "nullable": False}]},
        "/anyOf/1/nullable: is of OpenAPI 3.0 and says nothing in 3.1; to leave it out would be right",
    ),
    (
        {"type": "integer", "minimum": 3, "exclusiveMinimum": True},
        "/exclusiveMinimum: is a number in 3.1, the bound itself; `exclusiveMinimum: 3` in place of `minimum` would be "
        "right",
    ),
    (
        {"type": "integer", "maximum": 3, "exclusiveMaximum": False},
        "/exclusiveMaximum: is a number in 3.1, the bound itself; to leave it out would be right",
    ),
    (
        {"type": "file"},
        "/type: 'file' is not a type; one of array, boolean, integer, null, number, object, string would be right",
    ),
    (
        {"type": "object", "definitions": {}},
        "/definitions: is of an older version and says nothing in 3.1; `$defs`, or the components of the contract, "
        "would be right",
    ),
    # Mistakes
    ({"type": ["string", None]}, '/type: null without quotes is not text; "null" would be right'),
    (
        {"type": "array", "prefixItems": [{**TEXT, "maxLenght": 3}]},
        "/prefixItems/0/maxLenght: is not a keyword of a schema; `maxLength` would be right",
    ),
    ({**TEXT, "owner": "lab"}, "/owner: is not a keyword of a schema; `x-owner` would be right"),
]
"""Schemas that mean something else than they seem to, with what the checker says about each."""

UNMAKEABLE: list[tuple[Schema, str]] = [
    (
        {"anyOf": [PAGE, {"type": "null"}, DETAIL]},
        ": is a choice of several objects (Pagination, ValidationError), and the models cannot tell which one came; "
        "one object that has the fields of all of them, those that some lack as optional ones, would be right",
    ),
    (
        {
            "type": "array",
            "items": {"oneOf": [{"title": "Map", "type": "object"}, {"allOf": [PAGE]}]},
        },
        "/items: is a choice of several objects (Map, one without a name), and the models cannot tell which one came; "
        "one object that has the fields of all of them, those that some lack as optional ones, would be right",
    ),
    (
        {"oneOf": [{"const": "RED"}, {"type": "null"}, {"const": "GREEN"}]},
        ': constants make no enumeration; `enum: ["RED", "GREEN", null]` would be right',
    ),
    (
        {"anyOf": [ORIGIN, {"const": "MOON"}]},
        ': constants make no enumeration; `enum: ["CLIENT", "AZURE", "UNKNOWN", "MOON"]` would be right',
    ),
    ({**TEXT, "const": "RED"}, ': constants make no enumeration; `enum: ["RED"]` would be right'),
    (
        {"anyOf": [{"const": "RED"}, {"type": "integer"}]},
        '/anyOf/0: constants make no enumeration; `enum: ["RED"]` would be right',
    ),
    (
        {"type": "integer", "enum": [1, 2]},
        "/enum: 1 is not text, and no other values make an enumeration; a type would be right",
    ),
    (
        {**TEXT, "enum": ["on-hold", "x", "ON_HOLD"]},
        "/enum: 'on-hold' and 'ON_HOLD' become the same member, ON_HOLD; `x-enum-varnames` with a name for each value "
        "would be right",
    ),
    (
        {**TEXT, "format": "date"},
        "/format: the models have no reader for 'date'; date-time, uuid or no format would be right",
    ),
    (
        {"type": ["array", "null"]},
        ": has no items; `items: {}`, if they can be anything, would be right",
    ),
    (
        {"type": "object", "properties": {"model_dump": TEXT}},
        "/properties/model_dump: pydantic keeps names that begin with model_dump or model_validate; another name in "
        "Python, by `--aliases` among the SCHEMA_OPTIONS of tools/generate.py, would be right",
    ),
    # What the generators do not read
    (
        {"type": "object", "patternProperties": {"^q": TEXT}},
        "/patternProperties: the generators do not read it; `additionalProperties` with a schema for every key would "
        "be right",
    ),
    (
        {**NAMED, "dependentRequired": {"name": ["name"]}},
        "/dependentRequired: the generators do not read it; optional fields, and a sentence in the description, would "
        "be right",
    ),
    (
        {**PAGE, **NAMED},
        ": `properties` beside `$ref` would be lost; `allOf` with two entries, the reference and a schema with "
        "`properties`, would be right",
    ),
    (
        {**ORIGIN, "default": "CLIENT"},
        ": `default` beside `$ref` would be lost; `allOf` with the reference as its only entry, beside `default`, "
        "would be right",
    ),
    (
        {"allOf": [PAGE], **NAMED, "required": ["name"]},
        ": `properties` and `required` beside one reference would be lost; `allOf` with two entries, the reference and "
        "a schema with `properties` and `required`, would be right",
    ),
    (
        {"allOf": [PAGE], "type": ["object", "null"]},
        ': `type` beside one reference would be lost; `anyOf` with what is there now and `type: "null"` as its entries '
        "would be right",
    ),
    (
        {**NAMED, "anyOf": [{"required": ["name"]}, {"required": ["title"]}]},
        ": `properties` beside a choice would be lost; one schema with all the fields, optional ones if "
        "they may be absent, without the choice, would be right",
    ),
    (
        {"allOf": [PAGE, NAMED], "enum": ["a"]},
        ": `enum` beside `allOf` would be lost; a schema that says all of it "
        "without `allOf` would be right",
    ),
    (
        {"anyOf": [TEXT, {"type": "null"}], "oneOf": [{"type": "integer"}]},
        ": `oneOf` beside a choice would be lost; to say it in the entries of the choice would be right",
    ),
    (
        {"allOf": [NAMED, {**TEXT, "format": "uuid"}]},
        "/allOf/1: `format` and `type` would be lost; a component of its own, or fields only, would be right",
    ),
    ({"items": TEXT}, "/items: is not read without the type array; `type: array` would be right"),
    (
        {"type": "integer", **NAMED},
        "/properties: is not read beside another type than object; `type: object` would be right",
    ),
    (
        {**NAMED, "required": ["name", "title"]},
        "/required: 'title' would be lost, as no field of this name is declared; an entry in `properties` would be "
        "right",
    ),
    (
        {"allOf": [PAGE, NAMED, {"required": ["total", "owner"]}]},
        "/required: 'owner' would be lost, as no field of this name is declared; an entry in `properties` would be "
        "right",
    ),
    (
        {**NAMED, "additionalProperties": TEXT},
        "/additionalProperties: the schema of other keys would be lost, as there are fields; a field that holds the "
        "other keys, or `additionalProperties: true`, would be right",
    ),
    (
        {"allOf": [PAGE, NAMED], "additionalProperties": TEXT},
        "/additionalProperties: the schema of other keys would be lost, as there are fields; a field that holds the "
        "other keys, or `additionalProperties: true`, would be right",
    ),
    (
        {"allOf": [NAMED, ORIGIN]},
        "/allOf/1: refers to what has no fields, and nothing else is read of an entry; a field that holds it would be "
        "right",
    ),
]
"""Schemas of which no model can be made, with what the checker says about each."""

AS_IT_SHOULD_BE: list[Schema] = [
    {"type": ["string", "null"]},
    {"type": ["string", "null"], "enum": ["RED", None]},
    {**TEXT, "enum": ["a", "A"], "x-enum-varnames": ["SMALL", "LARGE"]},
    {"anyOf": [ORIGIN, {**TEXT, "enum": ["MOON"]}]},
    {"anyOf": [{"allOf": [PAGE]}, {"type": "null"}]},
    {"oneOf": [PAGE, {"type": "array", "items": PAGE}]},
    {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
    {"type": "object", "additionalProperties": {"type": "array", "items": PAGE}},
    {"type": "object", "additionalProperties": ORIGIN},
    {"type": "object", "properties": {"nullable": {}, "const": {}, "to_dict": {}}},
    {"type": "object", "example": {"nullable": True}, "default": {"const": 1}},
    {**PAGE, "minProperties": 1, "deprecated": True},
    {"allOf": [ORIGIN], "default": "CLIENT"},
    {"allOf": [PAGE, {**NAMED, "required": ["total"]}], "required": ["name"]},
    {**NAMED, "additionalProperties": {}},
    {"allOf": [PAGE, NAMED], "additionalProperties": False},
]

TREE = {"$ref": "#/components/schemas/Tree"}
ENDLESS: dict[str, Schema] = {
    "a map of itself": {"type": "object", "additionalProperties": TREE},
    "a map of arrays of itself": {
        "type": "object",
        "additionalProperties": {"type": "array", "items": TREE},
    },
    "a choice between text and an array of itself": {
        "anyOf": [TEXT, {"type": "array", "items": TREE}]
    },
}


def with_fields(contract: Contract, schemas: list[Schema]) -> Contract:
    """The contract with further fields in one schema, named by their place in the list."""
    changed = copy.deepcopy(contract)
    fields = {str(number): schema for number, schema in enumerate(schemas)}
    changed["components"]["schemas"]["Pagination"]["properties"] |= fields
    return changed


@pytest.mark.parametrize("mistakes", [PASSED_OVER, UNMAKEABLE], ids=["passed over", "unmakeable"])
def test_what_would_fail_silently_or_later_is_reported(
    frozen: Contract, mistakes: list[tuple[Schema, str]]
) -> None:
    """What OpenAPI 3.1 ignores, and what models cannot be made of, is one line each, with what is right."""
    broken = with_fields(frozen, [schema for schema, _ in mistakes])
    place = "#/components/schemas/Pagination/properties"
    assert problems(broken) == [
        f"{place}/{number}{line}" for number, (_, line) in enumerate(mistakes)
    ]


@pytest.mark.parametrize("kind", ENDLESS)
def test_what_is_made_of_itself_is_reported(frozen: Contract, kind: str) -> None:
    """A component needs an object with fields on the way to itself, or no type can be named for it."""
    schemas = frozen["components"]["schemas"] | {"Tree": ENDLESS[kind]}
    broken = frozen | {"components": frozen["components"] | {"schemas": schemas}}
    wrong = "is made of itself, and no type can be named for it"
    right = "an object with a field that leads back to it would be right"
    assert problems(broken) == [f"#/components/schemas/Tree: {wrong}; {right}"]
    node = {"type": "object", "properties": {"children": ENDLESS[kind]}}
    broken["components"]["schemas"]["Tree"] = node
    assert problems(broken) == []


def test_a_valid_schema_is_accepted(frozen: Contract) -> None:
    """The 3.1 spelling of each rejected construct is accepted."""
    assert problems(with_fields(frozen, AS_IT_SHOULD_BE)) == []


def test_the_contract_passes_its_own_check(contract: Contract) -> None:
    """The contract of this repository has no problem."""
    assert problems(contract) == []


@pytest.mark.parametrize("mistake", ONE_MISTAKE)
def test_one_mistake_is_one_line(frozen: Contract, mistake: str) -> None:
    """The line names the place, what is wrong and what would be right."""
    change, line = ONE_MISTAKE[mistake]
    broken = copy.deepcopy(frozen)
    change(broken)
    [found] = problems(broken)
    assert found.startswith(line)
    assert "\n" not in found


def test_circular_references_are_found(frozen: Contract) -> None:
    """References that only lead to each other lead nowhere."""
    broken = copy.deepcopy(frozen)
    example("JobsEmptyPage", to={"$ref": "#/components/examples/JobsEmptyPage"})(broken)
    assert all(
        "#/components/examples/JobsEmptyPage leads nowhere" in line for line in problems(broken)
    )


def test_several_mistakes_are_reported_together(frozen: Contract) -> None:
    """Each mistake that one stage finds has a line of its own."""
    broken = copy.deepcopy(frozen)
    for change in (
        operation("operationId"),
        operation("tags"),
        example("JobsMixedPage", *JOB, "id", to="7"),
    ):
        change(broken)
    assert len(problems(broken)) == 3


SHORT = {"type": "object", "required": ["runs"], "properties": {"runs": {"type": "integer"}}}
CREATE: Contract = {
    "operationId": "create_job",
    "x-source": "observed",
    "tags": ["jobs"],
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"runs": {"type": "integer"}}},
                "examples": {"two": {"$ref": "#/components/examples/TwoRuns"}},
            }
        }
    },
    "responses": {"default": {"$ref": "#/components/responses/Undocumented"}},
}


@pytest.mark.parametrize(
    ("runs", "lines"),
    [
        (2, []),
        (
            "two",
            [
                f"POST {LIST} request application/json two/runs: 'two' is not of type 'integer'; "
                "type: integer would be right"
            ],
        ),
    ],
)
def test_examples_of_requests_are_checked(frozen: Contract, runs: object, lines: list[str]) -> None:
    """An example that only a request lists counts as used, and is checked against the request's schema."""
    changed = copy.deepcopy(frozen)
    changed["paths"][LIST]["post"] = CREATE
    example("TwoRuns", to={"value": {"runs": runs}})(changed)
    assert problems(changed) == lines
    assert summary(changed) == "4 operations, 19 examples: no problems"


def test_a_request_needs_an_example(frozen: Contract) -> None:
    """It shows people and tools what is sent."""
    changed = copy.deepcopy(frozen)
    changed["paths"][LIST]["post"] = copy.deepcopy(CREATE)
    del changed["paths"][LIST]["post"]["requestBody"]["content"]["application/json"]["examples"]
    [line] = problems(changed)
    assert line.startswith(f"POST {LIST} request application/json: has a schema but no example; ")


def test_only_what_is_sent_may_be_a_choice_of_objects(frozen: Contract) -> None:
    """A body becomes a dictionary, of which a union can be made; what comes has to be told apart."""
    changed = copy.deepcopy(frozen)
    changed["paths"][LIST]["post"] = copy.deepcopy(CREATE)
    media = changed["paths"][LIST]["post"]["requestBody"]["content"]["application/json"]
    media["schema"] = {"anyOf": [SHORT, {"$ref": "#/components/schemas/Either"}]}
    media["examples"] = {"short": {"value": {"runs": 2}}}
    changed["components"]["schemas"]["Either"] = {"title": "Either", "anyOf": [PAGE, SHORT]}
    assert [line.partition(":")[0] for line in problems(changed)] == []
    answered = changed["components"]["schemas"]["Pagination"]["properties"]
    answered["either"] = {"$ref": "#/components/schemas/Either"}
    [line] = problems(changed)
    assert line.startswith("#/components/schemas/Either: is a choice of several objects")


@pytest.mark.parametrize("nothing", [None, [], "text", 7])
def test_a_file_that_is_not_an_object_is_rejected(nothing: object) -> None:
    """It is not mistaken for an empty contract."""
    [line] = problems(nothing)
    assert line.startswith("the contract: is ")


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_spec", *arguments]
    environment = {**os.environ, "PYTHONPATH": "tools"}
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )


def test_the_command_accepts_the_contract(root: Path) -> None:
    """Without an argument the command checks this repository's contract, says so in a line, and succeeds."""
    done = run(root)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"openapi.yaml: \d+ operations, \d+ examples: no problems\n", done.stdout)


def test_the_command_rejects_a_broken_copy(root: Path, frozen_path: Path, tmp_path: Path) -> None:
    """The path of the copy is the argument, and the command fails with a line that says why."""
    broken = tmp_path / "broken.yaml"
    good = frozen_path.read_text(encoding="utf-8")
    assert good.count("jobs_count: 3\n") == 1
    broken.write_text(good.replace("jobs_count: 3\n", "jobs_count: three\n"), encoding="utf-8")
    done = run(root, str(broken))
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"PATCH {COMPLETE} 200 application/json with_jobs/data/jobs_count: 'three' is not"
    )
    assert done.stdout == "broken.yaml: 1 problem\n"


@pytest.mark.parametrize(
    "text", ["a: [", "a: 1\na: 2\n", "\x00", None], ids=["syntax", "twice", "binary", "missing"]
)
def test_an_unreadable_file_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None
) -> None:
    """A missing file, malformed YAML or a duplicate key is one line and a failure, not a traceback."""
    path = tmp_path / "unreadable.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert main([str(path)]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{path}: cannot be read as YAML: ")

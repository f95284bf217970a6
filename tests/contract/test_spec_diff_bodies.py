"""What is judged in the bodies of requests, and in operations of the kinds that the contract gains as it grows."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from spec_diff.comparison import compare

Contract = dict[str, Any]
Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NULL: Schema = {"type": "null"}
JOB: Schema = {
    "type": "object",
    "required": ["runs"],
    "properties": {
        "runs": {"type": ["integer", "null"], "minimum": 1},
        "variables": {"type": "object"},
        "sequence": TEXT,
    },
}
SUBMISSION: Schema = {
    "title": "Submission",
    "allOf": [
        {"$ref": "#/components/schemas/Base"},
        {
            "type": "object",
            "required": ["jobs"],
            "properties": {
                "jobs": {"type": "array", "items": {"$ref": "#/components/schemas/Job"}},
                "tags": {"type": "array", "items": TEXT, "uniqueItems": True},
                "configuration": {"anyOf": [{"type": "object"}, NULL]},
                "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
            },
        },
    ],
}
BASE: Schema = {
    "title": "Base",
    "type": "object",
    "required": ["device"],
    "properties": {
        "device": TEXT,
        "progress": {"type": "integer", "minimum": 0, "maximum": 100},
    },
}


def contract() -> Contract:
    """A contract of one operation with a body, one whose body is an array, and one that takes nothing."""

    def json(schema: Schema) -> Contract:
        return {"content": {"application/json": {"schema": schema}}}

    submission = {"$ref": "#/components/schemas/Submission"}
    jobs = {"type": "array", "items": {"$ref": "#/components/schemas/Job"}}
    specs = {"type": "object", "additionalProperties": TEXT}
    operations: Contract = {
        "/batches": {"post": {"requestBody": {**json(submission), "required": True}}},
        "/batches/{id}/jobs": {"post": {"requestBody": json(jobs)}},
        "/specs": {"get": {"security": []}},
    }
    answers: dict[str, Schema] = {
        "/batches": submission,
        "/batches/{id}/jobs": jobs,
        "/specs": specs,
    }
    for path, item in operations.items():
        for method, operation in item.items():
            operation["operationId"] = f"{method}{path}"
            operation["x-source"] = "observed"
            operation["responses"] = {"200": json(answers[path])}
    schemas = {"Base": BASE, "Submission": SUBMISSION, "Job": JOB}
    return copy.deepcopy(
        {"openapi": "3.1.0", "paths": operations, "components": {"schemas": schemas}}
    )


def joined(changed: Contract) -> Any:
    return changed["components"]["schemas"]["Submission"]["allOf"][1]


def fields(changed: Contract) -> Any:
    return joined(changed)["properties"]


def base(changed: Contract) -> Any:
    return changed["components"]["schemas"]["Base"]


def job(changed: Contract) -> Any:
    return changed["components"]["schemas"]["Job"]["properties"]


def body(changed: Contract) -> Any:
    return changed["paths"]["/batches"]["post"]["requestBody"]


def jobs_become_free(changed: Contract) -> None:
    fields(changed)["jobs"]["items"] = {"type": "object"}


def variables_are_numbers(changed: Contract) -> None:
    job(changed)["variables"]["additionalProperties"] = {"type": "number"}


def counts_may_be_null(changed: Contract) -> None:
    counts = fields(changed)["counts"]
    fields(changed)["counts"] = {"anyOf": [counts, NULL]}


def counts_hold_maps(changed: Contract) -> None:
    fields(changed)["counts"]["additionalProperties"] = {"type": "object"}


def configuration_is_never_null(changed: Contract) -> None:
    fields(changed)["configuration"] = {"type": "object"}


def runs_are_at_least_two(changed: Contract) -> None:
    job(changed)["runs"]["minimum"] = 2


def progress_is_bounded_twice(changed: Contract) -> None:
    fields(changed)["progress"] = {"maximum": 50}


def device_is_required_no_more(changed: Contract) -> None:
    base(changed)["required"] = []


def sequence_is_required_by_the_second_part(changed: Contract) -> None:
    joined(changed)["required"] = ["jobs", "sequence"]


def tags_repeat(changed: Contract) -> None:
    del fields(changed)["tags"]["uniqueItems"]


def a_body_is_optional(changed: Contract) -> None:
    del body(changed)["required"]


def a_body_is_gone(changed: Contract) -> None:
    del changed["paths"]["/batches"]["post"]["requestBody"]


def a_source_is_documented(changed: Contract) -> None:
    changed["paths"]["/specs"]["get"]["x-source"] = "documented"


def an_operation_takes_something(changed: Contract) -> None:
    parameter = {"name": "kind", "in": "query", "schema": TEXT}
    changed["paths"]["/specs"]["get"]["parameters"] = [parameter]


CHANGES: dict[Any, set[tuple[str, str]]] = {
    jobs_become_free: {
        ("body $.jobs[*].runs", "request-parameter-removed"),
        ("body $.jobs[*].sequence", "request-parameter-removed"),
        ("body $.jobs[*].variables", "request-parameter-removed"),
        ("200 $.jobs[*].runs", "answer-field-removed"),
        ("200 $.jobs[*].sequence", "answer-field-removed"),
        ("200 $.jobs[*].variables", "answer-field-removed"),
    },
    variables_are_numbers: {
        ("body $.jobs[*].variables.*", "request-type-narrowed"),
        ("body $.jobs[*].variables.*", "request-no-longer-nullable"),
        ("200 $.jobs[*].variables.*", "answer-type-narrowed"),
        ("200 $.jobs[*].variables.*", "answer-no-longer-nullable"),
        ("body $[*].variables.*", "request-type-narrowed"),
        ("body $[*].variables.*", "request-no-longer-nullable"),
        ("200 $[*].variables.*", "answer-type-narrowed"),
        ("200 $[*].variables.*", "answer-no-longer-nullable"),
    },
    counts_may_be_null: {
        ("body $.counts", "request-became-nullable"),
        ("200 $.counts", "answer-became-nullable"),
    },
    counts_hold_maps: {
        ("body $.counts.*", "request-type-changed"),
        ("200 $.counts.*", "answer-type-changed"),
    },
    configuration_is_never_null: {
        ("body $.configuration", "request-no-longer-nullable"),
        ("200 $.configuration", "answer-no-longer-nullable"),
    },
    runs_are_at_least_two: {
        ("body $.jobs[*].runs", "request-bound-narrowed"),
        ("200 $.jobs[*].runs", "answer-bound-narrowed"),
        ("body $[*].runs", "request-bound-narrowed"),
        ("200 $[*].runs", "answer-bound-narrowed"),
    },
    progress_is_bounded_twice: {
        ("body $.progress", "request-bound-narrowed"),
        ("200 $.progress", "answer-bound-narrowed"),
    },
    device_is_required_no_more: {
        ("body $.device", "request-became-optional"),
        ("200 $.device", "answer-became-optional"),
    },
    sequence_is_required_by_the_second_part: {
        ("body $.sequence", "request-required-parameter-added"),
        ("200 $.sequence", "answer-required-field-added"),
    },
    tags_repeat: {
        ("body $.tags", "request-items-no-longer-unique"),
        ("200 $.tags", "answer-items-no-longer-unique"),
    },
    a_body_is_optional: {("body", "request-became-optional")},
    a_body_is_gone: {("body", "request-parameter-removed")},
    a_source_is_documented: {("", "documentation-changed")},
    an_operation_takes_something: {("query kind", "request-optional-parameter-added")},
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_in_a_body_is_judged(change: Any) -> None:
    """It is found at its place, by direction, and nothing else is."""
    changed = contract()
    change(changed)
    findings = compare(contract(), changed)
    assert {(finding.place, finding.rule.id) for finding in findings} == CHANGES[change]


def test_a_field_of_a_body_is_named() -> None:
    """The name by which it is looked for is the field's own, also deep in a body."""
    changed = contract()
    del job(changed)["sequence"]
    assert {finding.name for finding in compare(contract(), changed)} == {"sequence"}

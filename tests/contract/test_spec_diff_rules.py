"""Each rule on changes of the contract fires where it should, with the verdict that it should have, and only there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from spec_diff.comparison import compare
from spec_diff.rules import MODULES, ROWS, RULES, TABLE, Direction, Step, Verdict, rule_for

Contract = dict[str, Any]
Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}


class Pair(NamedTuple):
    """A change in which a rule fires alone, and a neighbour in which it does not.

    Attributes:
        verdict: what the rule says, repeated here on purpose.
        change: the contract before and after.
        neighbour: another contract before and after.
    """

    verdict: str
    change: tuple[Contract, Contract]
    neighbour: tuple[Contract, Contract]


def contract(
    *operations: tuple[str, Contract], schemas: Contract | None = None, **more: Any
) -> Contract:
    """A contract of these operations, each given by its method and path."""
    paths: Contract = {}
    for name, operation in operations:
        method, path = name.lower().split()
        paths.setdefault(path, {})[method] = {"responses": {}, **operation}
    bearer = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "key": {"type": "apiKey", "name": "k", "in": "header"},
    }
    components = {"schemas": schemas or {}, "securitySchemes": bearer}
    return {"openapi": "3.1.0", "info": {}, "paths": paths, "components": components, **more}


def api(name: str = "GET /jobs", /, **operation: Any) -> Contract:
    return contract((name, {"operationId": "get_jobs", "tags": ["jobs"], **operation}))


def query(schema: Schema | None = None, /, name: str = "limit", **parameter: Any) -> Contract:
    """A contract with one query parameter."""
    return api(parameters=[{"name": name, "in": "query", "schema": schema or TEXT, **parameter}])


def body(schema: Schema, *kinds: str, **more: Any) -> Contract:
    """A contract with a request body."""
    return api(
        requestBody={
            "content": {kind: {"schema": schema} for kind in kinds or ("application/json",)},
            **more,
        }
    )


def answer(schema: Schema, *kinds: str, **more: Any) -> Contract:
    """A contract with one answer."""
    content = {kind: {"schema": schema} for kind in kinds or ("application/json",)}
    return api(responses={"200": {"content": content, **more}})


def statuses(*names: str) -> Contract:
    return api(responses={name: {} for name in names})


def has(required: tuple[str, ...] = (), /, **fields: Schema) -> Schema:
    return {"type": "object", "required": [*required], "properties": fields}


def one(**field: Any) -> Schema:
    """An object with one required field."""
    return has(("value",), value=field)


def enum(*values: str) -> Schema:
    return {"type": "string", "enum": [*values]}


def listed(**more: Any) -> Schema:
    """An array of text."""
    return {"type": "array", "items": TEXT, **more}


NOT_JUDGED: Schema = {"type": "string", "contentEncoding": "base64"}

PAIRS = {
    # Operations as a whole
    "operation-operation-added": Pair(
        "compatible minor",
        (contract(), api()),
        (api(), api("GET /v2/jobs")),
    ),
    "operation-operation-removed": Pair(
        "breaking major",
        (api(), contract()),
        (api(), api("POST /jobs")),
    ),
    "operation-operation-moved": Pair(
        "breaking major",
        (api(), api("GET /v2/jobs")),
        (api("GET /{a}/jobs"), api("GET /{b}/jobs")),
    ),
    "operation-operation-id-changed": Pair(
        "breaking major",
        (api(), api(operationId="list_jobs")),
        (contract(), api(operationId="list_jobs")),
    ),
    "operation-tag-changed": Pair(
        "breaking major",
        (api(), api(tags=["batches"])),
        (api(), api(tags=["jobs", "batches"])),
    ),
    "operation-security-added": Pair(
        "compatible minor",
        (api(security=[{"bearer": []}]), api(security=[{"key": []}, {"bearer": []}])),
        (api(security=[{"bearer": []}, {"key": []}]), api(security=[{"key": []}, {"bearer": []}])),
    ),
    "operation-security-removed": Pair(
        "breaking major",
        (api(security=[{"bearer": []}, {"key": []}]), api(security=[{"key": []}])),
        (api(security=[]), api(security=[{}])),
    ),
    "operation-server-added": Pair(
        "compatible minor",
        (api(), api(servers=[{"url": "https://a.example"}])),
        (api(servers=[{"url": "/a"}, {"url": "/b"}]), api(servers=[{"url": "/b"}, {"url": "/a"}])),
    ),
    "operation-server-removed": Pair(
        "breaking major",
        (api(servers=[{"url": "/a"}, {"url": "/b"}]), api(servers=[{"url": "/b"}])),
        (api(servers=[{"url": "/a"}]), api(servers=[{"url": "/a", "description": "A"}])),
    ),
    "operation-model-added": Pair(
        "compatible minor",
        (contract(), contract(schemas={"Job": {}})),
        (contract(schemas={"Job": {}}), contract(schemas={"Job": {"title": "Job"}})),
    ),
    "operation-model-removed": Pair(
        "breaking major",
        (contract(schemas={"Job": {}, "Batch": {}}), contract(schemas={"Job": {}})),
        (contract(schemas={"Job_a_": {"title": "Job[a]"}}), contract(schemas={"Joba": {}})),
    ),
    # What users send
    "request-optional-parameter-added": Pair(
        "compatible minor",
        (api(), query()),
        (api(), query(required=True)),
    ),
    "request-required-parameter-added": Pair(
        "breaking major",
        (body(has()), body(has(("name",), name=TEXT))),
        (body(has()), body(has(name=TEXT))),
    ),
    "request-parameter-removed": Pair(
        "breaking major",
        (query(), api()),
        (query(), query(description="The same.")),
    ),
    "request-became-required": Pair(
        "breaking major",
        (query(), query(required=True)),
        (query(), query(required=False)),
    ),
    "request-became-optional": Pair(
        "compatible minor",
        (body(TEXT, required=True), body(TEXT)),
        (body(TEXT), body(TEXT, required=True)),
    ),
    "request-content-type-added": Pair(
        "compatible minor",
        (body(TEXT), body(TEXT, "application/json", "text/plain")),
        (answer(TEXT), answer(TEXT, "application/json", "text/plain")),
    ),
    "request-content-type-removed": Pair(
        "breaking major",
        (body(TEXT, "application/json", "text/plain"), body(TEXT, "text/plain")),
        (body(TEXT, "text/csv", "text/plain"), body(TEXT, "text/plain", "text/csv")),
    ),
    "request-type-narrowed": Pair(
        "breaking major",
        (query({"type": "number"}), query({"type": "integer"})),
        (query({"type": "integer"}), query({"type": "number"})),
    ),
    "request-type-widened": Pair(
        "compatible minor",
        (query(TEXT), query({"anyOf": [TEXT, NUMBER]})),
        (query(TEXT), query({"anyOf": [TEXT, {"type": "string"}]})),
    ),
    "request-type-changed": Pair(
        "breaking major",
        (query({"type": "array", "items": TEXT}), query(TEXT)),
        (query({"type": ["string", "integer"]}), query(TEXT)),
    ),
    "request-format-changed": Pair(
        "breaking major",
        (query(TEXT), query({"type": "string", "format": "uuid"})),
        (query(TEXT), query({"type": "string", "minLength": 36})),
    ),
    "request-became-nullable": Pair(
        "compatible minor",
        (query(TEXT), query({"type": ["string", "null"]})),
        (query({"type": ["string", "null"]}), query({"anyOf": [TEXT, {"type": "null"}]})),
    ),
    "request-no-longer-nullable": Pair(
        "breaking major",
        (query({"oneOf": [TEXT, {"type": "null"}]}), query(TEXT)),
        (query({"type": ["string", "null"]}), query({"type": ["string", "null"], "title": "T"})),
    ),
    "request-enum-value-added": Pair(
        "compatible minor",
        (query(enum("A")), query(enum("A", "B"))),
        (query(enum("B", "A")), query(enum("A", "B"))),
    ),
    "request-enum-value-removed": Pair(
        "breaking major",
        (
            query({"type": "array", "items": enum("A", "B")}),
            query({"type": "array", "items": enum("B")}),
        ),
        (answer(enum("A", "B")), answer(enum("B"))),
    ),
    "request-enum-closed": Pair(
        "breaking major",
        (query(TEXT), query(enum("A"))),
        (query({"type": "string", "const": "A"}), query(enum("A"))),
    ),
    "request-enum-opened": Pair(
        "compatible minor",
        (query(enum("A")), query(TEXT)),
        (query(enum("A")), query(enum("A", "B"))),
    ),
    "request-bound-narrowed": Pair(
        "breaking major",
        (query({**NUMBER, "maximum": 100}), query({**NUMBER, "maximum": 50})),
        (query({**NUMBER, "exclusiveMaximum": 101}), query({**NUMBER, "maximum": 100})),
    ),
    "request-bound-widened": Pair(
        "compatible minor",
        (query({**TEXT, "minLength": 2}), query({**TEXT, "minLength": 1})),
        (query(TEXT), query({**TEXT, "minLength": 0})),
    ),
    "request-pattern-changed": Pair(
        "breaking major",
        (query({**TEXT, "pattern": "a"}), query({**TEXT, "pattern": "b"})),
        (query({**TEXT, "pattern": "a"}), query(TEXT)),
    ),
    "request-pattern-removed": Pair(
        "compatible minor",
        (query({**TEXT, "pattern": "a"}), query(TEXT)),
        (query(TEXT), query({**TEXT, "pattern": "a"})),
    ),
    "request-items-became-unique": Pair(
        "breaking major",
        (body(listed()), body(listed(uniqueItems=True))),
        (body(listed()), body(listed(uniqueItems=False))),
    ),
    "request-items-no-longer-unique": Pair(
        "compatible minor",
        (body(listed(uniqueItems=True)), body(listed())),
        (body(listed()), body(listed(uniqueItems=True))),
    ),
    "request-default-changed": Pair(
        "breaking major",
        (query({**NUMBER, "default": 100}), query({**NUMBER, "default": 50})),
        (query({**NUMBER, "default": 100}), query({"allOf": [NUMBER, {"default": 100}]})),
    ),
    "request-spelling-changed": Pair(
        "breaking major",
        (query({"type": "array"}), query({"type": "array"}, explode=False)),
        (
            query({"type": "array"}),
            query({"type": "array"}, explode=True, style="form", allowReserved=False),
        ),
    ),
    "request-closed": Pair(
        "breaking major",
        (body(has()), body({**has(), "additionalProperties": False})),
        (body(has()), body({**has(), "additionalProperties": True})),
    ),
    "request-opened": Pair(
        "compatible minor",
        (body({**has(), "additionalProperties": False}), body(has())),
        (answer({**has(), "additionalProperties": False}), answer(has())),
    ),
    # What users read
    "answer-optional-field-added": Pair(
        "compatible minor",
        (answer(has()), answer(has(device=TEXT))),
        (answer(has()), answer(has(("device",), device=TEXT))),
    ),
    "answer-required-field-added": Pair(
        "compatible minor",
        (answer(has()), answer(has(("device",), device=TEXT))),
        (body(has()), body(has(("device",), device=TEXT))),
    ),
    "answer-field-removed": Pair(
        "breaking major",
        (answer(TEXT, headers={"ETag": {"schema": TEXT}}), answer(TEXT)),
        (
            answer(TEXT, headers={"ETag": {"schema": TEXT}}),
            answer(TEXT, headers={"etag": {"schema": TEXT}}),
        ),
    ),
    "answer-became-optional": Pair(
        "breaking major",
        (answer(has(("runs",), runs=NUMBER)), answer(has(runs=NUMBER))),
        (body(has(("runs",), runs=NUMBER)), body(has(runs=NUMBER))),
    ),
    "answer-became-required": Pair(
        "compatible minor",
        (answer(has(runs=NUMBER)), answer(has(("runs",), runs=NUMBER))),
        (answer(has(runs=NUMBER)), answer({"allOf": [has(runs=NUMBER), has()]})),
    ),
    "answer-success-status-added": Pair(
        "breaking major",
        (statuses("200"), statuses("200", "202")),
        (statuses("200"), statuses("200", "422")),
    ),
    "answer-success-status-removed": Pair(
        "breaking major",
        (statuses("200", "2XX"), statuses("200")),
        (statuses("200", "default"), statuses("200")),
    ),
    "answer-error-status-added": Pair(
        "compatible minor",
        (statuses("200"), statuses("200", "default")),
        (statuses("404", "200"), statuses("200", "404")),
    ),
    "answer-error-status-removed": Pair(
        "warning minor",
        (statuses("200", "404"), statuses("200")),
        (statuses("200", "404"), statuses("404")),
    ),
    "answer-content-type-added": Pair(
        "warning minor",
        (answer(TEXT), answer(TEXT, "application/json", "text/csv")),
        (statuses("200"), statuses("200", "202")),
    ),
    "answer-content-type-removed": Pair(
        "breaking major",
        (answer(TEXT, "application/json", "text/csv"), answer(TEXT)),
        (
            answer(TEXT, "application/json", "text/csv"),
            answer(TEXT, "text/csv", "application/json"),
        ),
    ),
    "answer-type-narrowed": Pair(
        "compatible minor",
        (answer({"type": ["array", "string"]}), answer({"type": "array"})),
        (answer({"type": "array"}), answer({"type": "array", "items": {}})),
    ),
    "answer-type-widened": Pair(
        "breaking major",
        (answer(one(type="integer")), answer(one(type="number"))),
        (answer(one(type="number")), answer(one(type=["integer", "number"]))),
    ),
    "answer-type-changed": Pair(
        "breaking major",
        (answer(has(value=has(a=TEXT))), answer(has(value=TEXT))),
        (answer(has(value=TEXT)), answer(has(value={"allOf": [TEXT]}))),
    ),
    "answer-format-changed": Pair(
        "breaking major",
        (answer(one(type="string", format="date")), answer(one(type="string", format="date-time"))),
        (query({**TEXT, "format": "date"}), query({**TEXT, "format": "date-time"})),
    ),
    "answer-became-nullable": Pair(
        "breaking major",
        (answer(one(type="integer")), answer(one(type=["integer", "null"]))),
        (answer(one(type=["null", "integer"])), answer(one(oneOf=[{"type": "null"}, NUMBER]))),
    ),
    "answer-no-longer-nullable": Pair(
        "compatible minor",
        (answer(one(enum=["A", None])), answer(one(enum=["A"]))),
        (answer(one(enum=["A", None])), answer(one(anyOf=[{"enum": ["A"]}, {"const": None}]))),
    ),
    "answer-enum-value-added": Pair(
        "warning minor",
        (answer(enum("A")), answer(enum("A", "B"))),
        (query(enum("A")), query(enum("A", "B"))),
    ),
    "answer-enum-value-removed": Pair(
        "breaking major",
        (answer(enum("A", "B")), answer(enum("A"))),
        (answer(enum("A", "B")), answer(enum("B", "A"))),
    ),
    "answer-enum-closed": Pair(
        "compatible minor",
        (answer(TEXT), answer(enum("A"))),
        (query(TEXT), query(enum("A"))),
    ),
    "answer-enum-opened": Pair(
        "warning minor",
        (answer(enum("A")), answer(TEXT)),
        (query(enum("A")), query(TEXT)),
    ),
    "answer-bound-narrowed": Pair(
        "compatible minor",
        (answer({**NUMBER, "minimum": 0}), answer({**NUMBER, "minimum": 1})),
        (answer({**NUMBER, "minimum": 1}), answer({**NUMBER, "exclusiveMinimum": 0})),
    ),
    "answer-bound-widened": Pair(
        "warning minor",
        (
            answer({"type": "number", "exclusiveMaximum": 1}),
            answer({"type": "number", "maximum": 1}),
        ),
        (answer({**NUMBER, "exclusiveMaximum": 2}), answer({**NUMBER, "maximum": 1})),
    ),
    "answer-pattern-changed": Pair(
        "warning minor",
        (answer(TEXT), answer({**TEXT, "pattern": "a"})),
        (query(TEXT), query({**TEXT, "pattern": "a"})),
    ),
    "answer-pattern-removed": Pair(
        "warning minor",
        (answer({**TEXT, "pattern": "a"}), answer(TEXT)),
        (answer({**TEXT, "pattern": "a"}), answer({**TEXT, "pattern": "b"})),
    ),
    "answer-items-became-unique": Pair(
        "compatible minor",
        (answer(listed()), answer(listed(uniqueItems=True))),
        (body(listed()), body(listed(uniqueItems=True))),
    ),
    "answer-items-no-longer-unique": Pair(
        "warning minor",
        (answer(listed(uniqueItems=True)), answer(listed())),
        (answer(listed(uniqueItems=True)), answer({"allOf": [listed(uniqueItems=True)]})),
    ),
    "answer-default-changed": Pair(
        "warning minor",
        (answer(TEXT), answer({**TEXT, "default": None})),
        (query(TEXT), query({**TEXT, "default": None})),
    ),
    "answer-closed": Pair(
        "compatible minor",
        (answer(has()), answer({**has(), "additionalProperties": False})),
        (answer(has()), answer({**has(), "additionalProperties": {}})),
    ),
    "answer-opened": Pair(
        "compatible minor",
        (answer({**has(), "additionalProperties": False}), answer(has())),
        (answer({**has(), "additionalProperties": {}}), answer(has())),
    ),
    # Everywhere
    "deprecated": Pair(
        "warning minor",
        (answer(one(type="string")), answer(one(type="string", deprecated=True))),
        (query(), query(deprecated=False)),
    ),
    "no-longer-deprecated": Pair(
        "compatible patch",
        (query(deprecated=True), query()),
        (query(), query(deprecated=True)),
    ),
    "documentation-changed": Pair(
        "docs only patch",
        (query(example="a"), query(example="b")),
        (query(), query(TEXT)),
    ),
    "not-judged": Pair(
        "not judged: look major",
        (answer(one(**TEXT)), answer(one(**NOT_JUDGED))),
        (answer(one(**TEXT)), answer(one(**TEXT, uniqueItems=False))),
    ),
}


def rules(change: tuple[Contract, Contract]) -> list[str]:
    return [finding.rule.id for finding in compare(*change)]


def test_each_rule_has_its_pair() -> None:
    """A rule without a pair is a rule that nobody has seen at work."""
    assert PAIRS.keys() == RULES.keys()


@pytest.mark.parametrize("name", PAIRS)
def test_the_rule_fires(name: str) -> None:
    """The change is found once, by this rule and no other one, with the verdict and the step that it should have."""
    [finding] = compare(*PAIRS[name].change)
    assert finding.rule.id == name
    assert f"{finding.rule.verdict.value} {finding.rule.step.name.lower()}" == PAIRS[name].verdict


@pytest.mark.parametrize("name", PAIRS)
def test_the_rule_keeps_quiet(name: str) -> None:
    """The neighbouring change is not this one."""
    assert name not in rules(PAIRS[name].neighbour)


def test_no_rule_is_there_twice() -> None:
    """Two lines about one change would contradict each other sooner or later."""
    assert len(RULES) == len(TABLE)


@pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.id)
def test_verdict_and_step_agree(rule: Any) -> None:
    """What breaks, or may, raises the first number; texts raise the last; what is new is in between. All say why."""
    if rule.verdict in (Verdict.BREAKING, Verdict.UNJUDGED):
        assert rule.step is Step.MAJOR
    elif rule.verdict is Verdict.DOCS:
        assert rule.step is Step.PATCH
    else:
        assert rule.step in (Step.PATCH, Step.MINOR)
    assert rule.why.endswith(".")


@pytest.mark.parametrize("module", MODULES.values())
def test_the_rules_name_modules_that_there_are(root: Path, module: str) -> None:
    """A rule sends the maintainer to a module that exists; one that moved is corrected in `MODULES`."""
    assert (root / "overlay" / "pasqal_client" / module).is_file()


def test_each_module_is_named_by_a_rule() -> None:
    """A module that no rule names has nothing to do in the list."""
    assert [name for name in MODULES if not any(f"{{{name}}}" in row[4] for row in ROWS)] == []


def test_a_change_without_a_rule_is_not_judged() -> None:
    """A word that the table does not have, or not in this direction, is never silently passed."""
    assert rule_for(Direction.ANSWER, "colour changed").id == "not-judged"
    assert rule_for(Direction.OPERATION, "enum value added").id == "not-judged"


# ---------------------------------------------------------------------------------------------------------------------
# Kinds of change that share a rule

SAME_RULE = {
    "a path parameter": (
        "request-parameter-removed",
        (
            api("GET /{a}", parameters=[{"name": "a", "in": "path", "schema": TEXT}]),
            api("GET /{a}"),
        ),
    ),
    "a header parameter": (
        "request-optional-parameter-added",
        (api(), api(parameters=[{"name": "X-A", "in": "header", "schema": TEXT}])),
    ),
    "a parameter in JSON": (
        "request-type-changed",
        (
            api(
                parameters=[
                    {"name": "a", "in": "query", "content": {"application/json": {"schema": TEXT}}}
                ]
            ),
            api(
                parameters=[
                    {
                        "name": "a",
                        "in": "query",
                        "content": {"application/json": {"schema": NUMBER}},
                    }
                ]
            ),
        ),
    ),
    "a body": ("request-optional-parameter-added", (api(), body(TEXT))),
    "a body that is required": (
        "request-required-parameter-added",
        (api(), body(TEXT, required=True)),
    ),
    "an item of a body": (
        "request-type-changed",
        (body({"type": "array", "items": TEXT}), body({"type": "array", "items": NUMBER})),
    ),
    "a value of a map": (
        "answer-type-changed",
        (
            answer({"type": "object", "additionalProperties": TEXT}),
            answer({"type": "object", "additionalProperties": NUMBER}),
        ),
    ),
    "a header of an answer": (
        "answer-type-changed",
        (
            answer(TEXT, headers={"A": {"schema": TEXT}}),
            answer(TEXT, headers={"A": {"schema": NUMBER}}),
        ),
    ),
    "a keyword that is not known": (
        "not-judged",
        (answer(one(**{**TEXT, "xml": {}})), answer(one(**{**TEXT, "xml": {"name": "a"}}))),
    ),
    "a required field that is not described": (
        "answer-required-field-added",
        (answer({"type": "object"}), answer({"type": "object", "required": ["a"]})),
    ),
    "an alternative that is new": (
        "answer-type-widened",
        (
            answer({"anyOf": [has(a=TEXT), {"type": "array"}]}),
            answer({"anyOf": [has(a=TEXT), {"type": "array"}, TEXT]}),
        ),
    ),
    "an alternative of the same type that is new": (
        "answer-type-widened",
        (
            answer({"anyOf": [has(a=TEXT), has(b=TEXT)]}),
            answer({"anyOf": [has(a=TEXT), has(b=TEXT), has(c=TEXT)]}),
        ),
    ),
    "a field of an alternative": (
        "answer-field-removed",
        (
            answer({"oneOf": [has(a=TEXT, b=TEXT), {"type": "array"}]}),
            answer({"oneOf": [has(a=TEXT), {"type": "array"}]}),
        ),
    ),
    "one of, where any of was": (
        "answer-type-changed",
        (
            answer({"anyOf": [has(a=TEXT), has(b=TEXT)]}),
            answer({"oneOf": [has(a=TEXT), has(b=TEXT)]}),
        ),
    ),
    "alternatives where there were none": (
        "answer-type-changed",
        (answer(has(a=TEXT)), answer({"anyOf": [has(a=TEXT), has(b=TEXT)]})),
    ),
    "fields that go with their type": (
        "answer-type-narrowed",
        (answer({**has(a=TEXT), "type": ["object", "string"]}), answer(TEXT)),
    ),
    "a bound that becomes exclusive": (
        "request-bound-narrowed",
        (query({"type": "number", "maximum": 1}), query({"type": "number", "exclusiveMaximum": 1})),
    ),
    "the exclusive bound of a number": (
        "request-bound-narrowed",
        (query({"type": "number", "exclusiveMinimum": 0}), query({"type": "number", "minimum": 1})),
    ),
    "a bound of a length": (
        "request-bound-narrowed",
        (query({"type": "array"}), query({"type": "array", "maxItems": 9})),
    ),
    "the stricter one of two bounds": (
        "request-bound-narrowed",
        (
            query({"allOf": [{**NUMBER, "maximum": 9}]}),
            query({"maximum": 8, "allOf": [{**NUMBER, "maximum": 9}]}),
        ),
    ),
    "an extension of an operation": ("not-judged", (api(), api(**{"x-rate": 1}))),
    "an extension that is false": ("not-judged", (api(), api(**{"x-rate": False}))),
    "where an operation is known from": (
        "documentation-changed",
        (api(**{"x-source": "observed"}), api(**{"x-source": "documented"})),
    ),
    "a deprecated operation": ("deprecated", (api(), api(deprecated=True))),
    "a text of the document": (
        "documentation-changed",
        (contract(), contract(info={"title": "T"})),
    ),
    "a text of a way to sign in": (
        "documentation-changed",
        (
            contract(("GET /a", {}), components={"securitySchemes": {"a": {"type": "http"}}}),
            contract(
                ("GET /a", {}),
                components={"securitySchemes": {"a": {"type": "http", "description": "A"}}},
            ),
        ),
    ),
    "a scope": (
        "operation-security-added",
        (api(security=[{"key": []}]), api(security=[{"key": []}, {"key": ["a"]}])),
    ),
    "other servers of an operation": (
        "operation-server-added",
        (
            contract(("GET /a", {}), servers=[{"url": "/a"}]),
            contract(
                ("GET /a", {"servers": [{"url": "/a"}, {"url": "/b"}]}), servers=[{"url": "/a"}]
            ),
        ),
    ),
    "a part of a server": (
        "operation-server-added",
        (api(), api(servers=[{"url": "/{a}", "variables": {"a": {"default": "b"}}}])),
    ),
    "nothing at all": (
        "answer-type-narrowed",
        (answer(TEXT), answer({"type": "string", "allOf": [NUMBER]})),
    ),
}


@pytest.mark.parametrize("name", SAME_RULE)
def test_kinds_of_change_share_a_rule(name: str) -> None:
    """One rule judges what is the same to those who have to cope with it, wherever it stands."""
    rule, change = SAME_RULE[name]
    assert rules(change) == [rule]


SEVERAL = {
    "an id that another operation takes over": (
        (
            contract(("GET /a", {"operationId": "a"})),
            contract(("GET /a", {"operationId": "b"}), ("GET /b", {"operationId": "a"})),
        ),
        ["operation-operation-id-changed", "operation-operation-added"],
    ),
    "another scope": (
        (api(security=[{"key": ["a"]}]), api(security=[{"key": ["b"]}])),
        ["operation-security-added", "operation-security-removed"],
    ),
    "a parameter that goes elsewhere": (
        (
            api(parameters=[{"name": "key", "in": "query", "schema": TEXT}]),
            api(parameters=[{"name": "key", "in": "header", "schema": TEXT}]),
        ),
        ["request-optional-parameter-added", "request-parameter-removed"],
    ),
    "a type and what hangs on it": (
        (query({"type": "array", "items": TEXT}), query({**NUMBER, "default": 1})),
        ["request-type-changed", "request-default-changed"],
    ),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_some_changes_are_several(name: str) -> None:
    """What is two changes to those who have to cope is found as two."""
    change, expected = SEVERAL[name]
    assert sorted(rules(change)) == sorted(expected)


def test_the_only_operation_is_named() -> None:
    """Where there is one operation, a change that concerns all of them names it."""
    [finding] = compare(api(), api(servers=[{"url": "/a"}]))
    assert finding.operation == "GET /jobs"

"""The app's own OpenAPI document against openapi.yaml: the same operations, parameters and answers."""

from typing import Any

import httpx
import pytest

from check_spec.places import followed
from contract.derived import CONTRACT
from ledger.contract import operations
from pasqal_client.sandbox import Sandbox, app
from pasqal_client.sandbox import operations as sandbox_operations
from pasqal_client.sandbox.app import create_api
from sandbox.conftest import Connect

Document = dict[str, Any]

# What is deprecated is said in words, too; the sandbox reads it all the same.
_WORDS = ("title", "description", "deprecated")
_OPERATIONS = [*operations(CONTRACT)]


@pytest.fixture(scope="module")
def served() -> Document:
    """The OpenAPI document that the app writes of itself."""
    return create_api().openapi()


def test_the_paths_and_methods_are_those_of_the_contract(
    contract: Document, served: Document
) -> None:
    """The app serves all of them and no others."""

    def routes(document: Document) -> dict[str, set[str]]:
        return {path: set(methods) for path, methods in document["paths"].items()}

    assert routes(served) == routes(contract)


@pytest.mark.parametrize("name", _OPERATIONS)
def test_the_parameters_are_those_of_the_contract(
    contract: Document, served: Document, name: str
) -> None:
    """They agree in name, place, type, format, values, bounds, default and necessity."""

    def parameters(document: Document) -> dict[tuple[str, str], tuple[bool, Any]]:
        resolved = [
            resolve(document, parameter)
            for parameter in operation(document, name).get("parameters", [])
        ]
        return {
            (parameter["in"], parameter["name"]): (
                parameter.get("required", False),
                normal(document, parameter["schema"], nullable=False),
            )
            for parameter in resolved
        }

    assert parameters(served) == parameters(contract)


@pytest.mark.parametrize("name", _OPERATIONS)
def test_the_answers_are_those_of_the_contract(
    contract: Document, served: Document, name: str
) -> None:
    """They agree in status, headers and schema, down to the last field."""

    def answers(document: Document) -> dict[str, Any]:
        resolved = {
            status: resolve(document, node)
            for status, node in operation(document, name)["responses"].items()
        }
        return {
            status: (
                {
                    header: resolve(document, node)["schema"]
                    for header, node in answer.get("headers", {}).items()
                },
                normal(document, answer["content"]["application/json"]["schema"]),
            )
            for status, answer in resolved.items()
        }

    assert answers(served) == answers(contract)


@pytest.mark.parametrize("name", _OPERATIONS)
def test_tags_and_security_are_those_of_the_contract(
    contract: Document, served: Document, name: str
) -> None:
    """The contract demands the token once for all but what says otherwise, the app for each operation."""
    demanded = operation(contract, name).get("security", contract["security"])
    assert operation(served, name)["tags"] == operation(contract, name)["tags"]
    assert operation(served, name).get("security", []) == demanded
    assert served["components"]["securitySchemes"] == contract["components"]["securitySchemes"]


def test_an_operation_of_the_contract_has_a_place_without_being_listed() -> None:
    """What the operations of a path have in common is not one of them."""
    shared = [{"$ref": "#/components/parameters/BatchPathId"}]
    paths = {
        "/api/v2/batches/{batch__id}": {
            "parameters": shared,
            "get": {
                "operationId": "get_batch",
                "tags": ["batches"],
                "security": [],
                "responses": {"200": {}},
            },
            "delete": {"operationId": "delete_batch"},
        }
    }
    assert sandbox_operations._find_places({"paths": paths}) == {
        "get_batch": ("GET", "/api/v2/batches/{batch__id}", ("batches",), ("200",), True, False),
        "delete_batch": ("DELETE", "/api/v2/batches/{batch__id}", (), (), False, False),
    }


def test_an_operation_without_a_handler_is_answered_with_501(
    monkeypatch: pytest.MonkeyPatch, connect: Connect
) -> None:
    """The answer names the operation, and the app does not say that it serves it."""
    place = sandbox_operations.Place(
        "GET", "/api/v3/batches/{batch__id}", (), ("200",), is_anonymous=False
    )
    monkeypatch.setattr(app, "PLACES", {**sandbox_operations.PLACES, "get_anything": place})
    with Sandbox() as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.token}"}
        answer = httpx.get(f"{sandbox.base_url}/api/v3/batches/1", headers=headers)
        assert connect(sandbox).get("/api/v2/jobs").status_code == 200
        assert place.path not in create_api().openapi()["paths"]
    assert answer.status_code == 501
    assert answer.json()["message"] == "The sandbox has no handler for get_anything yet."


@pytest.mark.parametrize("order", [("get_word", "get_one"), ("get_one", "get_word")])
def test_a_path_without_a_parameter_goes_before_one_with(
    monkeypatch: pytest.MonkeyPatch, order: tuple[str, str]
) -> None:
    """Handlers and faults agree, and it does not matter which path the contract names first."""
    paths = {"get_word": "/x/{a}/word/{b}", "get_one": "/x/{a}/{b}/{c}"}
    places = {
        name: sandbox_operations.Place("GET", paths[name], (), is_anonymous=True) for name in order
    }
    patterns = sandbox_operations._compile_patterns(places)
    monkeypatch.setattr(sandbox_operations, "_PATTERNS", patterns)
    monkeypatch.setattr(app, "PLACES", places)
    found = {}
    with Sandbox() as sandbox:
        for path in ("/x/1/word/2", "/x/1/2/3"):
            message = httpx.get(f"{sandbox.base_url}{path}").json()["message"]
            whole = f"{sandbox_operations.PREFIX}{path}"
            scope = {"method": "GET", "path": whole}
            found[path] = sandbox_operations.operation_of(scope)
            assert message == f"The sandbox has no handler for {found[path]} yet."
    assert found == {"/x/1/word/2": "get_word", "/x/1/2/3": "get_one"}


def operation(document: Document, name: str) -> Document:
    found: Document = operations(document)[name][2]
    return found


def resolve(document: Document, node: Document) -> Document:
    return followed(document, "", node)[1]


def normal(document: Document, schema: Document, *, nullable: bool = True) -> Any:
    """The schema without words and references, its alternatives in one order, null among them or left out."""
    schema = resolve(document, schema)
    rest = {key: value for key, value in schema.items() if key not in (*_WORDS, "anyOf", "type")}
    if rest.get("additionalProperties") is True:  # what JSON Schema assumes anyway
        del rest["additionalProperties"]
    if "items" in rest:
        rest["items"] = normal(document, rest["items"])
    if isinstance(rest.get("additionalProperties"), dict):
        rest["additionalProperties"] = normal(document, rest["additionalProperties"])
    if "properties" in rest:
        rest["properties"] = {
            name: normal(document, node) for name, node in rest["properties"].items()
        }
    if "required" in rest:
        rest["required"] = sorted(rest["required"])
    default = {"default": rest.pop("default")} if "default" in rest else {}
    kinds = schema.get("type", [])
    alternatives = [{"type": kind} for kind in ([kinds] if isinstance(kinds, str) else kinds)]
    alternatives = [
        node if node == {"type": "null"} else {**node, **rest} for node in alternatives
    ] or [rest]
    if "anyOf" in schema:
        alternatives = [found for node in schema["anyOf"] for found in normal(document, node)[0]]
    if not nullable:
        alternatives = [node for node in alternatives if node != {"type": "null"}]
    return sorted(alternatives, key=str), default

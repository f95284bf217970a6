"""The items of the contract, and which vectors and tests cover them: for ledger.py, and for the tests of the vectors.

An item is a tuple: what kind of thing it is, and what tells it from others of its kind.
"""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from spec_places import METHODS, followed

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
VECTORS: Final = "tests/contract/vectors"
KINDS: Final = ("requests", "answers", "errors")

WHOLE: Final = (
    "contract/test_examples.py",
    "contract/test_generated.py",
    "contract/test_round_trip.py",
    "contract/test_transcription.py",
    "sandbox/test_sandbox_contract.py",
    "sandbox/test_schemathesis.py",
    "unit/test_models_differential.py",
)
"""Tests that go through the whole contract, and so cover every item."""

FOLDERS: Final = ("cli", "client", "sandbox", "unit")
"""Where tests of behaviour are; those in tests/contract go through everything, or are about tools."""

Contract = dict[str, Any]
Vector = dict[str, Any]
Item = tuple[str, ...]


class LedgerError(Exception):
    """Something that the ledger is made from is missing; the text says what to do."""


# ---------------------------------------------------------------------------------------------------------------------
# The contract


def operations(contract: Contract) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Method, path and description of each operation, by its operationId."""
    return {
        item[method]["operationId"]: (method.upper(), path, item[method])
        for path, item in contract["paths"].items()
        for method in METHODS
        if method in item
    }


def parameters(
    contract: Contract, operation: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each parameter of an operation, with its place in the contract."""
    for listed in operation.get("parameters", []):
        yield followed(contract, "at the operation", listed)


def answer_schema(contract: Contract, operation_id: str) -> dict[str, Any]:
    """The schema of a success, as it is referred to."""
    _, response = followed(contract, "", operations(contract)[operation_id][2]["responses"]["200"])
    schema: dict[str, Any] = response["content"]["application/json"]["schema"]
    return schema


def component(schema: dict[str, Any]) -> str:
    """The name of the component that a schema refers to, be it as one of several choices; empty text if to none."""
    found = [schema, *schema.get("anyOf", [])]
    return next((choice["$ref"].rsplit("/", 1)[1] for choice in found if "$ref" in choice), "")


def steps(pointer: str) -> list[str]:
    """The steps of a JSON pointer."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


# ---------------------------------------------------------------------------------------------------------------------
# Vectors


@cache
def read_vectors(root: Path = ROOT) -> dict[str, dict[str, Any]]:
    """The files of the vectors, by kind.

    Raises:
        LedgerError: one of them, or their schema, is missing or no JSON.
    """
    _read(root, "schema")
    return {kind: _read(root, kind) for kind in KINDS}


def _read(root: Path, kind: str) -> dict[str, Any]:
    name = f"{VECTORS}/{kind}.json"
    try:
        content: dict[str, Any] = json.loads((root / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        hint = f"`git checkout {name}` brings it back as it was committed; docs/porting.md says what it holds"
        raise LedgerError(f"{name} is missing or no JSON: {hint}") from error
    return content


def covered(contract: Contract, root: Path) -> dict[Item, list[str]]:
    """The ids of the vectors that cover each item."""
    found: dict[Item, list[str]] = defaultdict(list)
    for kind, file in read_vectors(root).items():
        for case in file["cases"]:
            for item in dict.fromkeys(items(contract, kind, case)):
                found[item].append(case["id"])
    return found


def items(contract: Contract, kind: str, case: Vector) -> Iterator[Item]:
    """What a vector covers.

    A request covers a parameter together with the keyword that asked for it. An answer covers its
    status, its headers and the fields of which it says what they show; an error its status and the
    fields of its mistakes.
    """
    operation = case["operation"]
    if kind == "requests":
        for request in case.get("requests", []):
            keys = ["", *(key for key, _ in parse_qsl(request["query"]))]
            yield from (
                ("parameter", operation, key, keyword)
                for key in keys
                for keyword in case["arguments"]
            )
        return
    status = str(case.get("status", 200))
    status = status if status in operations(contract)[operation][2]["responses"] else "default"
    yield "answer", operation, status
    yield from (("header", operation, status, name.lower()) for name in case.get("headers", {}))
    if kind == "answers":
        yield from (field_at(contract, operation, pointer) for pointer in case["shows"])
    elif mistakes := case["expect"].get("errors"):
        yield from (("field", "ValidationError", name) for mistake in mistakes for name in mistake)
        yield from (("field", "HTTPValidationError", name) for name in json.loads(case["body"]))


def field_at(contract: Contract, operation_id: str, pointer: str) -> Item:
    """The field that a pointer into an answer ends at; without a name for what is inside of a field."""
    schema = answer_schema(contract, operation_id)
    name = wire = ""
    for step in steps(pointer):
        name = component(schema) or name
        inside = (
            contract["components"]["schemas"][component(schema)] if component(schema) else schema
        )
        wire = step if "properties" in inside else ""
        schema = inside["properties"].get(step, {}) if wire else inside.get("items", {})
    return "field", name, wire


# ---------------------------------------------------------------------------------------------------------------------
# Tests


@cache
def test_modules(root: Path) -> dict[str, frozenset[str]]:
    """The text constants and the keywords of calls in each module that tests behaviour, by its name.

    Raises:
        LedgerError: one of the modules that go through the whole contract is gone.
    """
    gone = [name for name in WHOLE if not (root / "tests" / name).exists()]
    if gone:
        raise LedgerError(
            f"tests/{gone[0]} is gone: bring it back, or name its successor in WHOLE of {__file__}"
        )
    paths = sorted(
        path for folder in FOLDERS for path in (root / "tests" / folder).glob("test_*.py")
    )
    names = {path: path.relative_to(root / "tests").as_posix() for path in paths}
    return {
        name.removesuffix(".py"): frozenset(words(ast.parse(path.read_text(encoding="utf-8"))))
        for path, name in names.items()
        if name not in WHOLE
    }


def words(tree: ast.AST) -> Iterator[str]:
    """The text constants, the options in them, and the keywords of calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
            yield from (word for word in node.value.split() if word.startswith("--"))
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg


def naming(root: Path, *names: str) -> list[str]:
    """The test modules in which one of the names occurs."""
    return [module for module, said in test_modules(root).items() if said.intersection(names)]

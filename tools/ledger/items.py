"""The items of a contract that the cases cover: for the ledger, and for the tests of the cases.

An item is a tuple: what kind of thing it is, and what tells it from others of its kind.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from json_pointers import steps
from kit_layout import KIT, SCHEMA

from .contract import (
    ROOT,
    SUCCESS,
    LedgerError,
    answer_schema,
    body_of,
    entries_in,
    field_at,
    operation_of,
    operations,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from check_spec.places import Contract, Schema

KINDS: Final = ("requests", "answers", "errors")
SCENARIOS: Final = "scenarios"

Case = dict[str, Any]
Item = tuple[str, ...]


@cache
def read_cases(root: Path = ROOT) -> dict[str, dict[str, Any]]:
    """The files whose cases cover items, by kind.

    Raises:
        LedgerError: one of them, or their schema, is missing or is not JSON.
    """
    _read(root, SCHEMA)
    return {kind: _read(root, kind) for kind in KINDS}


@cache
def read_all_cases(root: Path = ROOT) -> dict[str, dict[str, Any]]:
    """All files with cases, by kind; the scenarios cover no item of their own."""
    return {**read_cases(root), SCENARIOS: _read(root, SCENARIOS)}


def _read(root: Path, kind: str) -> dict[str, Any]:
    name = f"{KIT}/{kind}.json"
    try:
        content: dict[str, Any] = json.loads((root / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        hint = f"`git checkout {name}` brings it back as it was committed; conformance/README.md says what it holds"
        raise LedgerError(f"{name} is missing or is not JSON: {hint}") from error
    return content


def covered(contract: Contract, root: Path) -> dict[Item, list[str]]:
    """The ids of the cases that cover each item."""
    found: dict[Item, list[str]] = defaultdict(list)
    for kind, file in read_cases(root).items():
        for operation in file.get("answers", ()):
            found["empty answer", operation].append(operation)
        for operation in file.get("calls", ()):
            found["call", operation].append(operation)
        for case in file["cases"]:
            # That a case is about something of the contract is checked by the tests of the cases.
            if not is_known(contract, case):
                continue
            for item in dict.fromkeys(items(contract, kind, case)):
                found[item].append(case["id"])
    return found


def is_known(contract: Contract, case: Case) -> bool:
    """Whether the contract has the operation, or the schema, that a case is about."""
    if "schema" in case:
        return case["schema"] in contract["components"]["schemas"]
    return case["operation"] in operations(contract)


def items(
    contract: Contract,
    kind: str,
    case: Case,
) -> Iterator[Item]:
    """What a case covers."""
    if kind == "requests":
        return _requested(contract, case)
    if "schema" in case:
        return _shown(contract, {"$ref": f"#/components/schemas/{case['schema']}"}, case)
    return _answered(contract, kind, case)


def _requested(contract: Contract, case: Case) -> Iterator[Item]:
    """A request covers a parameter together with the keyword that asked for it, and the fields of its body."""
    operation = case["operation"]
    for request in case.get("requests", []):
        # A call may read something else first.
        if operation_of(contract, request["method"], request["path"]) != operation:
            continue
        yield "request", operation
        # The empty key stands for the path, and the empty keyword for what a call sends by itself.
        for key in ["", *(key for key, _ in parse_qsl(request["query"]))]:
            for keyword in ["", *case["arguments"]]:
                yield "parameter", operation, key, keyword
        if "body" in request:
            yield "body", operation
            schema = body_of(contract, operation).get("schema", {})
            for path, _ in entries_in(request["body"]):
                yield "field", *field_at(contract, schema, path)


def _answered(
    contract: Contract,
    kind: str,
    case: Case,
) -> Iterator[Item]:
    """An answer covers its status, its headers and the fields of which it says what they show."""
    operation = case["operation"]
    status = str(case.get("status", SUCCESS))
    if status not in operations(contract)[operation][2]["responses"]:
        status = "default"
    yield "answer", operation, status
    for name in case.get("headers", {}):
        yield "header", operation, status, name.lower()
    if kind == "answers":
        yield from _shown(contract, answer_schema(contract, operation), case)
    elif case["expect"].get("errors"):
        schema = answer_schema(contract, operation, status)
        for path, _ in entries_in(json.loads(case["body"])):
            yield "field", *field_at(contract, schema, path)


def _shown(
    contract: Contract,
    schema: Schema,
    case: Case,
) -> Iterator[Item]:
    """The fields of a body of which a case says what they show."""
    for pointer in case["shows"]:
        yield "field", *field_at(contract, schema, steps(pointer))

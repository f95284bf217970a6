"""The page conformance/wire.md, for authors of ports: names of the wire, types and cases, without a word of Python."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from check_spec.checks import SOURCE
from check_spec.places import followed

from .case_list import case_lines
from .contract import (
    JSON,
    answer_schema,
    body_of,
    component,
    operations,
    parameters,
)
from .items import Item, covered, read_all_cases
from .page import code, some

if TYPE_CHECKING:
    from pathlib import Path

    from check_spec.places import Contract, Node, Schema

WIRE_PAGE: Final = "conformance/wire.md"
_HEAD: Final = """\
<!-- Written by tools/ledger from openapi.yaml and the cases. Do not edit: run `make generate`. -->

# The wire, item by item

Every operation of [`openapi.yaml`](../openapi.yaml) with its parameters and answers, every object with its fields, and
the cases that cover them. A cell names at most 3 cases; … means that there are more. All of them are
[at the end](#cases).

**Source** says where an operation is known from: what is *documented* has a page of the service's documentation; what
is *observed* is known from clients and recorded answers only, and may change without notice. A **required** field is
always there in the contract; a reader does well without it all the same. Enumerations are open: a reader keeps a value
that is not listed.
"""
_NO_TOKEN: Final = "No token is needed."  # noqa: S105
# The bounds that the contract states, in the words of a reader.
_BOUNDS: Final = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "above {}",
    "exclusiveMaximum": "below {}",
    "minItems": "at least {} entries",
    "maxItems": "at most {} entries",
}


class WirePage:
    """The page in the making.

    Args:
        contract: the contract.
        root: the folder of the repository, which has the cases.
    """

    def __init__(self, contract: Contract, root: Path) -> None:
        self._contract = contract
        self._cases: dict[Item, list[str]] = {}
        for item, ids in covered(contract, root).items():
            self._add_cases(item, ids)
        self._files = read_all_cases(root)
        self._lines = _HEAD.splitlines()

    def text(self) -> str:
        """The whole page."""
        self._write_overview()
        for operation_id in operations(self._contract):
            self._write_operation(operation_id)
        self._write_objects()
        self._write_enumerations()
        self._lines += case_lines(self._files)
        return "\n".join(self._lines) + "\n"

    def _add_cases(self, item: Item, ids: list[str]) -> None:
        # The keyword that asks for a parameter is a matter of the language.
        if item[0] == "parameter":
            item = item[:3]
        known = self._cases.setdefault(item, [])
        known += [name for name in ids if name not in known]

    def _cases_of(self, *item: str) -> str:
        return some(self._cases.get(item, []))

    def _table(self, *columns: str) -> None:
        self._lines += ["", f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]

    def _row(self, *cells: str) -> None:
        self._lines.append(f"| {' | '.join(cells)} |")

    def _write_overview(self) -> None:
        self._lines += ["", "## Operations"]
        self._table("operation", "request", "source")
        for operation_id, (method, path, operation) in operations(self._contract).items():
            self._row(
                f"[{operation_id}](#{operation_id})",
                code(f"{method} {path}"),
                operation.get(SOURCE, ""),
            )

    def _write_operation(self, operation_id: str) -> None:
        method, path, operation = operations(self._contract)[operation_id]
        self._lines += ["", f"### {operation_id}", "", f"`{method} {path}`"]
        if operation.get("security") == []:
            self._lines += ["", _NO_TOKEN]
        sent = [*parameters(self._contract, operation)]
        schema = body_of(self._contract, operation_id).get("schema")
        if sent or schema is not None:
            self._table("parameter", "in", "type", "default", "cases")
        for _, parameter in sent:
            self._write_parameter(operation_id, parameter)
        if schema is not None:
            self._row(
                "the body",
                "body",
                self._type(schema),
                "",
                self._cases_of("body", operation_id),
            )
        self._table("answer", "type", "cases")
        for status, listed in operation["responses"].items():
            self._write_answer(operation_id, status, listed)

    def _write_parameter(
        self,
        operation_id: str,
        parameter: Node,
    ) -> None:
        wire = parameter["name"]
        schema = parameter["schema"]
        # The cases have no keys of the path, only the path as a whole.
        key = wire
        if parameter["in"] == "path":
            key = ""
        default = ""
        if "default" in schema:
            default = code(json.dumps(schema["default"]))
        self._row(
            code(wire),
            parameter["in"],
            self._type(schema),
            default,
            self._cases_of("parameter", operation_id, key),
        )

    def _write_answer(
        self,
        operation_id: str,
        status: str,
        listed: Node,
    ) -> None:
        _, response = followed(self._contract, "", listed)
        has_body = JSON in response.get("content", {})
        kind = ""
        if has_body:
            kind = self._type(answer_schema(self._contract, operation_id, status))
        self._row(
            status,
            kind,
            self._cases_of("answer", operation_id, status),
        )
        for header in response.get("headers", {}):
            self._row(
                f"{status}, header {code(header)}",
                "text",
                self._cases_of("header", operation_id, status, header.lower()),
            )

    def _write_objects(self) -> None:
        self._lines += ["", "## Objects"]
        for name, schema in self._contract["components"]["schemas"].items():
            if "properties" in schema:
                self._write_object(name, schema)

    def _write_object(self, name: str, schema: Node) -> None:
        self._lines += ["", f"### {name}"]
        if "description" in schema:
            self._lines += ["", schema["description"]]
        self._table("field", "type", "required", "cases")
        required = schema.get("required", ())
        for wire, field in schema["properties"].items():
            label = code(wire)
            if field.get("deprecated"):
                label += " (deprecated)"
            always = ""
            if wire in required:
                always = "yes"
            self._row(
                label,
                self._type(field),
                always,
                self._cases_of("field", name, wire),
            )

    def _write_enumerations(self) -> None:
        self._lines += ["", "## Enumerations"]
        self._table("enumeration", "values")
        for name, schema in self._contract["components"]["schemas"].items():
            if "enum" in schema:
                self._row(
                    f'<a id="{name.lower()}"></a>{name}',
                    ", ".join(schema["enum"]),
                )

    def _type(self, schema: Schema) -> str:
        """The type of a value, in words; objects and enumerations are links."""
        if "anyOf" in schema:
            return " or ".join(self._type(choice) for choice in schema["anyOf"])
        name = component(schema)
        if name:
            return self._named_type(name)
        kinds = schema.get("type", "any JSON")
        if isinstance(kinds, str):
            kinds = [kinds]
        return " or ".join(self._plain_type(kind, schema) for kind in kinds)

    def _named_type(self, name: str) -> str:
        schema = self._contract["components"]["schemas"][name]
        if "properties" in schema or "enum" in schema:
            return f"[{name}](#{name.lower()})"
        return self._type(schema)

    def _plain_type(self, kind: str, schema: Schema) -> str:
        if kind == "null":
            return kind
        if kind == "array":
            return f"array of {self._type(schema.get('items', {}))}"
        values = schema.get("additionalProperties")
        if kind == "object" and isinstance(values, dict):
            return f"object of {self._type(values)}"
        details = []
        if "format" in schema:
            details.append(schema["format"])
        for keyword, words in _BOUNDS.items():
            if keyword in schema:
                details.append(words.format(schema[keyword]))
        if details:
            return f"{kind} ({', '.join(details)})"
        return kind

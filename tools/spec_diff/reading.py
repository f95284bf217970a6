"""Reads a whole contract: the document, its operations, what each takes and what it answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from .parts import ContractError, Facts, Kind, Part, canonical
from .schemas import ANYTHING, SchemaReader

if TYPE_CHECKING:
    from collections.abc import Iterator

Node = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SPELLING = {"style", "explode", "allowReserved", "allowEmptyValue"}
STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


class Operation(NamedTuple):
    """An operation, with the names by which two versions of it find each other."""

    name: str
    id: str
    part: Part

    @property
    def address(self) -> str:
        """Method and path without the names of the path's parameters, which the wire does not show."""
        return re.sub(r"\{[^}]*\}", "{}", self.name)


class Contract:
    """A contract as parts; what no operation leads to is no part of it.

    Raises:
        ContractError: it is no OpenAPI 3.1 (also later, where a reference leads nowhere).
    """

    def __init__(self, document: Any) -> None:
        version = document.get("openapi") if isinstance(document, dict) else None
        if not isinstance(version, str) or not version.startswith("3.1"):
            raise ContractError(
                f"is no OpenAPI 3.1 document: `openapi` is {version!r}, 3.1.0 would be right"
            )
        self._document: Node = document
        self._components: Node = document.get("components", {})
        self._read = SchemaReader(document)

    def document(self) -> Part:
        """What holds beyond the operations: the names of the generated classes, and texts."""
        rest = self._read.others(self._document, {"paths", "components", "servers", "security"})
        named = self._components.get("schemas", {}).items()
        # The generators name a class by the title of its schema.
        models = frozenset(re.sub(r"[\[\]]", "", _title(schema) or name) for name, schema in named)
        return Part(Kind.DOCUMENT, {**rest, "models": models})

    def operations(self) -> Iterator[Operation]:
        """Each operation, in the order of the document."""
        for path, listed in self._document.get("paths", {}).items():
            item = self._read.resolved(listed)
            for method in METHODS:
                if method in item:
                    name = f"{method.upper()} {path}"
                    yield Operation(
                        name,
                        item[method].get("operationId", name),
                        self._operation(item, item[method]),
                    )

    def _operation(self, item: Node, operation: Node) -> Part:
        tags = operation.get("tags") or ["default"]
        parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
        # What is said closest to the operation counts.
        scope = {**self._document, **item, **operation}
        facts = {
            **self._read.others(item, {*METHODS, "parameters", "servers"}, "path"),
            **self._read.others(
                operation, {"tags", "parameters", "requestBody", "responses", "security", "servers"}
            ),
            **self._security(scope.get("security", [])),
            **self._servers(scope.get("servers", [])),
            "tag": canonical(tags[0]),
            "tags": canonical(tags[1:]),
        }

        def below() -> dict[str, Part]:
            body = (
                {"body": self._body(operation["requestBody"])} if "requestBody" in operation else {}
            )
            answers = operation.get("responses", {}).items()
            return {
                **dict(self._parameter(parameter) for parameter in parameters),
                **body,
                **{str(status): self._answer(answer) for status, answer in answers},
            }

        return Part(Kind.OPERATION, facts, below)

    def _security(self, alternatives: list[dict[str, list[str]]]) -> Facts:
        schemes = {
            name: self._read.resolved(node)
            for name, node in self._components.get("securitySchemes", {}).items()
        }

        def described(name: str, scopes: list[str]) -> str:
            if name not in schemes:
                raise ContractError(
                    f"asks for the security scheme {name!r}, which components/securitySchemes lacks"
                )
            scheme = {key: value for key, value in schemes[name].items() if key != "description"}
            return canonical({**scheme, "scopes": sorted(scopes)} if scopes else scheme)

        ways = [
            sorted(described(*scheme) for scheme in way.items()) for way in alternatives or [{}]
        ]
        texts = {
            name: scheme["description"]
            for name, scheme in schemes.items()
            if "description" in scheme
        }
        return {
            "security": frozenset(" and ".join(way) or "nothing" for way in ways),
            "security description": canonical(texts),
        }

    def _servers(self, servers: list[Node]) -> Facts:
        texts = sorted(server["description"] for server in servers if "description" in server)
        used = [
            {key: value for key, value in server.items() if key != "description"}
            for server in servers
        ]
        return {
            "servers": frozenset(
                server["url"] if [*server] == ["url"] else canonical(server) for server in used
            ),
            "servers description": canonical(texts),
        }

    def _parameter(self, listed: Node) -> tuple[str, Part]:
        parameter = self._read.resolved(listed)
        place, name = parameter["in"], parameter["name"]
        style = parameter.get("style", STYLES[place])
        explode = canonical(parameter.get("explode", style == "form"))
        allowed = {
            key: "true" for key in ("allowReserved", "allowEmptyValue") if parameter.get(key, False)
        }
        part = self._carried(parameter, "parameter", SPELLING | {"name", "in"})
        spelled = part.having(style=style, explode=explode, **allowed)
        return f"{place} {name.lower() if place == 'header' else name}", spelled

    def _body(self, listed: Node) -> Part:
        body = self._read.resolved(listed)
        facts = self._read.others(body, {"content", "required"})
        return Part(Kind.MEMBER, facts, lambda: self._contents(body)).having(
            required=body.get("required", False)
        )

    def _answer(self, listed: Node) -> Part:
        answer = self._read.resolved(listed)

        def below() -> dict[str, Part]:
            headers = {
                name.lower(): self._read.resolved(node)
                for name, node in answer.get("headers", {}).items()
            }
            carried = {
                f" header {name}": self._carried(node, "header", set())
                for name, node in headers.items()
            }
            return {**carried, **self._contents(answer)}

        return Part(Kind.STATUS, self._read.others(answer, {"headers", "content"}), below)

    def _carried(self, holder: Node, noun: str, known: set[str]) -> Part:
        """A parameter or a header: what its schema or its content says, and what it says itself."""
        if "content" in holder:
            part = Part(Kind.MEMBER, {}, lambda: self._contents(holder))
        else:
            part = self._read.schema(Kind.MEMBER, holder.get("schema", ANYTHING))
        own = self._read.others(
            holder, {"schema", "content", "required", "deprecated", *known}, noun
        )
        deprecated = "true" if holder.get("deprecated", False) else None
        return part.having(**own, required=holder.get("required", False), deprecated=deprecated)

    def _contents(self, holder: Node) -> dict[str, Part]:
        """The bodies by content type; the usual one is not named."""
        return {
            " $" if kind == "application/json" else f" {kind} $": self._read.schema(
                Kind.CONTENT, media.get("schema", ANYTHING)
            ).having(**self._read.others(media, {"schema"}, "content"))
            for kind, media in holder.get("content", {}).items()
        }


def _title(schema: Any) -> str | None:
    return schema.get("title") if isinstance(schema, dict) else None

"""Reads a whole contract: the document, its operations, what each takes and what it answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from http_methods import METHODS

from .parts import ContractError, Facts, Kind, Part, Parts, canonical
from .references import References
from .schemas import ANYTHING, SchemaReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Node = dict[str, Any]

SPELLING = {
    "style",
    "explode",
    "allowReserved",
    "allowEmptyValue",
}
STYLES = {
    "query": "form",
    "cookie": "form",
    "path": "simple",
    "header": "simple",
}
# The keywords of each kind of object that are read here; any other one becomes a fact.
DOCUMENT = {
    "paths",
    "components",
    "servers",
    "security",
}
PATH = {*METHODS, "parameters", "servers"}
OPERATION = {
    "tags",
    "parameters",
    "requestBody",
    "responses",
    "security",
    "servers",
}
CARRIED = {
    "schema",
    "content",
    "required",
    "deprecated",
}


@dataclass(frozen=True)
class Operation:
    """An operation, with the names by which two versions of it find each other."""

    name: str
    id: str
    part: Part

    @property
    def address(self) -> str:
        """Method and path without the names of the path's parameters, which the wire does not show."""
        return re.sub(r"\{[^}]*\}", "{}", self.name)


class Contract:
    """A contract as parts; what no operation refers to is not among them.

    Raises:
        ContractError: the document is not OpenAPI 3.1 (also later, where a reference leads nowhere).
    """

    def __init__(self, document: Any) -> None:
        version = None
        if isinstance(document, dict):
            version = document.get("openapi")
        # YAML reads 3.1 as a number, and OpenAPI demands text.
        if not isinstance(version, str) or not version.startswith("3.1"):
            raise ContractError(
                f"is not an OpenAPI 3.1 document: `openapi` is {version!r}, 3.1.0 would be right"
            )
        self._document: Node = document
        self._components: Node = document.get("components", {})
        self._references = References(document)
        self._schemas = SchemaReader(self._references)

    def document(self) -> Part:
        """What holds beyond the operations: the names of the generated classes, and texts."""
        facts: dict[str, Any] = self._references.other_keywords(self._document, DOCUMENT)
        schemas = self._components.get("schemas", {})
        models = [_class_name(name, schema) for name, schema in schemas.items()]
        facts["models"] = frozenset(models)
        return Part(Kind.DOCUMENT, facts)

    def operations(self) -> Iterator[Operation]:
        """Each operation, in the order of the document."""
        for path, listed in self._document.get("paths", {}).items():
            item = self._references.resolve(listed)
            for method in METHODS:
                if method not in item:
                    continue
                node = item[method]
                name = f"{method.upper()} {path}"
                yield Operation(
                    name,
                    node.get("operationId", name),
                    self._operation(item, node),
                )

    # -----------------------------------------------------------------------------------------------------------------
    # An operation

    def _operation(self, item: Node, operation: Node) -> Part:
        tags = operation.get("tags") or ["default"]
        # The one that is closest to the operation applies.
        scope = {**self._document, **item, **operation}
        facts = {
            **self._references.other_keywords(item, PATH, "path"),
            **self._references.other_keywords(operation, OPERATION),
            **self._security(scope.get("security", [])),
            **self._servers(scope.get("servers", [])),
            # Only the first tag becomes the name of a package.
            "tag": canonical(tags[0]),
            "tags": canonical(tags[1:]),
        }

        def below() -> Parts:
            parts: Parts = {}
            for parameter in item.get("parameters", []):
                parts |= self._parameter(parameter)
            # One of the operation overrides one of the path that has the same name.
            for parameter in operation.get("parameters", []):
                parts |= self._parameter(parameter)
            if "requestBody" in operation:
                parts["body"] = self._body(operation["requestBody"])
            for status, answer in operation.get("responses", {}).items():
                parts[str(status)] = self._answer(answer)
            return parts

        return Part(Kind.OPERATION, facts, below)

    def _security(self, alternatives: list[dict[str, list[str]]]) -> Facts:
        schemes = self._security_schemes()
        ways = []
        # An empty list says the same as an alternative that needs nothing.
        for alternative in alternatives or [{}]:
            described = []
            for name, scopes in alternative.items():
                described.append(_describe_scheme(schemes, name, scopes))
            ways.append(" and ".join(sorted(described)))
        texts = {}
        for name, scheme in schemes.items():
            if "description" in scheme:
                texts[name] = scheme["description"]
        return {
            "security": frozenset(way or "nothing" for way in ways),
            "security description": canonical(texts),
        }

    def _security_schemes(self) -> dict[str, Node]:
        listed = self._components.get("securitySchemes", {})
        return {name: self._references.resolve(node) for name, node in listed.items()}

    def _servers(self, servers: list[Node]) -> Facts:
        texts = []
        addresses = []
        for server in servers:
            if "description" in server:
                texts.append(server["description"])
            used = _without_description(server)
            if used.keys() == {"url"}:
                addresses.append(used["url"])
            else:
                addresses.append(canonical(used))
        return {
            "servers": frozenset(addresses),
            "servers description": canonical(sorted(texts)),
        }

    # -----------------------------------------------------------------------------------------------------------------
    # What is sent and what is answered

    def _parameter(self, listed: Node) -> Parts:
        parameter = self._references.resolve(listed)
        place, name = parameter["in"], parameter["name"]
        # The names of headers have no case.
        if place == "header":
            name = name.lower()
        style = parameter.get("style", STYLES[place])
        spelling = {
            "style": style,
            "explode": canonical(parameter.get("explode", style == "form")),
        }
        for key in ("allowReserved", "allowEmptyValue"):
            if parameter.get(key, False):
                spelling[key] = "true"
        part = self._carried(parameter, "parameter", SPELLING | {"name", "in"})
        return {f"{place} {name}": part.having(**spelling)}

    def _body(self, listed: Node) -> Part:
        body = self._references.resolve(listed)
        facts = self._references.other_keywords(body, {"content", "required"})
        part = Part(Kind.MEMBER, facts, self._contents_of(body))
        return part.having(required=body.get("required", False))

    def _answer(self, listed: Node) -> Part:
        answer = self._references.resolve(listed)

        def below() -> Parts:
            parts = {}
            for name, node in answer.get("headers", {}).items():
                header = self._references.resolve(node)
                place = f" header {name.lower()}"
                parts[place] = self._carried(header, "header", set())
            return parts | self._contents_of(answer)()

        facts = self._references.other_keywords(answer, {"headers", "content"})
        return Part(Kind.STATUS, facts, below)

    def _carried(
        self,
        holder: Node,
        noun: str,
        known: set[str],
    ) -> Part:
        """A parameter or a header: what its schema or its content says, and what it says itself."""
        if "content" in holder:
            part = Part(Kind.MEMBER, {}, self._contents_of(holder))
        else:
            schema = holder.get("schema", ANYTHING)
            part = self._schemas.read(Kind.MEMBER, schema)
        facts: dict[str, Any] = self._references.other_keywords(holder, CARRIED | known, noun)
        if holder.get("deprecated", False):
            facts["deprecated"] = "true"
        return part.having(**facts, required=holder.get("required", False))

    def _contents_of(self, holder: Node) -> Callable[[], Parts]:
        """What makes the bodies by content type; the usual type is not named."""

        def below() -> Parts:
            parts = {}
            for kind, media in holder.get("content", {}).items():
                place = f" {kind} $"
                if kind == "application/json":
                    place = " $"
                schema = media.get("schema", ANYTHING)
                part = self._schemas.read(Kind.CONTENT, schema)
                facts = self._references.other_keywords(media, {"schema"}, "content")
                parts[place] = part.having(**facts)
            return parts

        return below


def _class_name(name: str, schema: Any) -> str:
    """What the generators call the class of a schema: they prefer its title."""
    # A schema may be True or False.
    if isinstance(schema, dict):
        name = schema.get("title") or name
    return re.sub(r"[\[\]]", "", name)


def _describe_scheme(schemes: dict[str, Node], name: str, scopes: list[str]) -> str:
    """One way of signing in, as text."""
    if name not in schemes:
        raise ContractError(
            f"asks for the security scheme {name!r}, which components/securitySchemes lacks"
        )
    scheme = _without_description(schemes[name])
    if scopes:
        scheme["scopes"] = sorted(scopes)
    return canonical(scheme)


def _without_description(node: Node) -> Node:
    return {key: value for key, value in node.items() if key != "description"}

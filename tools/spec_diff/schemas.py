"""Reads schemas: references are followed, and what applies to a value together becomes one part.

`allOf` is joined, a choice between one schema and null is that schema made nullable, a choice of
constants is a list of values, which have the types that they have, `number` includes `integer`, the
exclusive bound of an integer becomes the inclusive one, and what is written out although it is the
default disappears.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .parts import DOCUMENTATION, TYPES, Bound, ContractError, Facts, Kind, Part, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Schema = dict[str, Any]

ANYTHING: Schema = {}
NOTHING: Schema = {"type": []}
CHOICES = ("anyOf", "oneOf")
LENGTHS = ("Length", "Items", "Properties", "Contains")
BOUNDS = {
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *(f"{end}{length}" for end in ("min", "max") for length in LENGTHS),
}
# What is read here; every other keyword becomes a fact under its own name.
READ = BOUNDS | {
    *("$ref", "allOf", *CHOICES, "type", "enum", "const"),
    *("properties", "required", "items", "additionalProperties"),
}
# What an alternative says that does nothing but name its values.
NAMING = DOCUMENTATION | {"type", "enum", "const"}
FALSE_BY_DEFAULT = {
    "deprecated",
    "uniqueItems",
    "readOnly",
    "writeOnly",
    "allowReserved",
    "allowEmptyValue",
}


class SchemaReader:
    """Reads the schemas of one document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def schema(self, kind: Kind, *schemas: Any) -> Part:
        """The part whose values satisfy all these schemas at once."""
        together = [part for schema in schemas for part in self._together(schema)]
        variants = self._variants(together)
        facts = self._facts(together, variants)
        return Part(
            kind,
            {**facts, "nullable": True} if all(map(self._admits_null, schemas)) else facts,
            lambda: self._inside(together, variants, facts),
            tuple(map(id, together)),
        )

    # -----------------------------------------------------------------------------------------------------------------
    # Which schemas apply

    def _together(self, schema: Any, passed: tuple[int, ...] = ()) -> Iterator[Schema]:
        """A schema and all that apply along with it, from the outside in."""
        if isinstance(schema, bool):
            schema = ANYTHING if schema else NOTHING
        if id(schema) in passed:
            return
        yield schema
        inner = [self.target(schema["$ref"])] if "$ref" in schema else []
        inner += schema.get("allOf", [])
        for keyword in CHOICES:
            choices = self._choices(schema, keyword)
            inner += choices if len(choices) == 1 else []
        for joined in inner:
            yield from self._together(joined, (*passed, id(schema)))

    def _choices(self, schema: Schema, keyword: str) -> list[Any]:
        """What a value can be, other than null."""
        return [choice for choice in schema.get(keyword, []) if not self._is_null(choice)]

    def _is_null(self, schema: Any) -> bool:
        plain = self.resolved(schema) if isinstance(schema, dict) else {}
        return (
            plain.get("type") in ("null", ["null"])
            or plain.get("const", 0) is None
            or plain.get("enum") == [None]
        )

    def _admits_null(self, schema: Any, passed: tuple[int, ...] = ()) -> bool:
        if isinstance(schema, bool) or id(schema) in passed:
            return bool(schema)
        passed = (*passed, id(schema))
        here = "null" in _several(schema.get("type", "null")) and None in schema.get(
            "enum", [schema.get("const")]
        )
        referred = "$ref" not in schema or self._admits_null(self.target(schema["$ref"]), passed)
        joined = all(self._admits_null(inner, passed) for inner in schema.get("allOf", []))
        chosen = [schema[keyword] for keyword in CHOICES if keyword in schema]
        return (
            here
            and referred
            and joined
            and all(any(self._admits_null(c, passed) for c in cs) for cs in chosen)
        )

    def _variants(self, together: list[Schema]) -> dict[str, Part]:
        """What a value can be, by names that do not depend on the order."""
        choices = [
            (f"{keyword} {_label(part)}", _unordered(self._inlined(choice)), part)
            for schema in together
            for keyword, chosen in self._choices_between_kinds(schema)
            for choice, part in chosen
        ]
        named: dict[str, Part] = {}
        for label, _, part in sorted(choices, key=lambda choice: choice[:2]):
            alike = sum(other.split("#")[0] == label for other in named)
            named[f"{label}#{alike + 1}" if alike else label] = part
        return named

    def _choices_between_kinds(
        self, schema: Schema
    ) -> Iterator[tuple[str, list[tuple[Any, Part]]]]:
        """Each choice that is neither joined nor a list of values; where no value fits two of them, any is one."""
        for keyword in CHOICES:
            chosen = self._choices(schema, keyword)
            if len(chosen) > 1 and not self._constants(schema, keyword):
                parts = [self.schema(Kind.DETAIL, choice) for choice in chosen]
                types = [kind for part in parts for kind in part.facts["types"]]
                yield (
                    "anyOf" if len(types) == len({*types}) else keyword,
                    [*zip(chosen, parts, strict=True)],
                )

    def _constants(self, schema: Schema, keyword: str) -> list[Schema]:
        """The alternatives of a choice, if there are several and all do nothing but name values."""
        chosen = self._choices(schema, keyword)
        constants = [self.resolved(choice) for choice in chosen if isinstance(choice, dict)]
        plain = [choice for choice in constants if _named(choice) and not choice.keys() - NAMING]
        if len(chosen) < 2 or len(plain) < len(chosen):
            return []
        values = [canonical(value) for choice in plain for value in _named(choice)]
        # What two alternatives of `oneOf` name is refused.
        return [] if keyword == "oneOf" and len({*values}) < len(values) else plain

    # -----------------------------------------------------------------------------------------------------------------
    # What they say

    def _facts(self, together: list[Schema], variants: dict[str, Part]) -> Facts:
        types = _types(together)
        is_plain = all(part.is_plain for part in variants.values())
        if variants:
            types &= frozenset().union(*(part.facts["types"] for part in variants.values()))
        choices = [self._constants(schema, keyword) for schema in together for keyword in CHOICES]
        values = _values(together, list(filter(None, choices)), types)
        if values is not None:
            types &= frozenset(map(_type, values))
        said = {
            "enum": None if values is None else tuple(map(canonical, values)),
            "closed": any(schema.get("additionalProperties") is False for schema in together),
            "variants": frozenset(() if is_plain else variants),
        }
        said = {
            name: value for name, value in said.items() if value not in (None, False, frozenset())
        }
        said |= _texts_of_values(choice for constants in choices for choice in constants)
        return {**self._keywords(together), "types": types, **_bounds(together, types), **said}

    def _keywords(self, together: list[Schema]) -> Facts:
        """The keywords that stand for themselves, each with one value or with all that were found."""
        found: dict[str, list[str]] = {}
        for schema in together:
            for name, value in self.others(schema, READ).items():
                found.setdefault(name, []).append(value)
        return {name: " and ".join(dict.fromkeys(texts)) for name, texts in found.items()}

    def _inside(
        self, together: list[Schema], variants: dict[str, Part], facts: Facts
    ) -> dict[str, Part]:
        """The alternatives, fields, values and items."""
        parts = {f"<{label}>": part for label, part in variants.items() if "variants" in facts}
        if "object" in facts["types"]:
            parts |= self._fields(together)
        if "object" in facts["types"] and "closed" not in facts:
            parts[".*"] = self._joined(together, "additionalProperties")
        if "array" in facts["types"]:
            parts["[*]"] = self._joined(together, "items")
        return parts

    def _fields(self, together: list[Schema]) -> dict[str, Part]:
        required = {name for schema in together for name in schema.get("required", [])}
        found: dict[str, list[Any]] = {}
        for schema in together:
            for name, field in schema.get("properties", {}).items():
                found.setdefault(name, []).append(field)
        unsaid = {name: [ANYTHING] for name in sorted(required - found.keys())}
        return {
            f".{name}": self.schema(Kind.MEMBER, *fields).having(required=name in required)
            for name, fields in {**found, **unsaid}.items()
        }

    def _joined(self, together: list[Schema], keyword: str) -> Part:
        inner = [schema[keyword] for schema in together if keyword in schema]
        return self.schema(Kind.DETAIL, *(inner or [ANYTHING]))

    # -----------------------------------------------------------------------------------------------------------------
    # References, and keywords that nothing here knows

    def target(self, reference: str) -> Any:
        """What a reference leads to."""
        node: Any = self._document
        for step in reference.removeprefix("#/").split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(node, dict) or name not in node:
                raise ContractError(f"has a reference that leads nowhere: {reference}")
            node = node[name]
        return node

    def resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        """An object, or the one that it refers to together with what is said next to the reference."""
        passed: list[str] = []
        while "$ref" in node:
            if node["$ref"] in passed:
                raise ContractError(
                    f"has references that only lead to each other: {', '.join(passed)}"
                )
            passed.append(node["$ref"])
            node = {
                **self.target(node["$ref"]),
                **{key: value for key, value in node.items() if key != "$ref"},
            }
        return node

    def others(self, node: dict[str, Any], known: set[str], noun: str = "") -> dict[str, str]:
        """The entries that are not known by now, as text; the noun goes before their names."""
        return {
            f"{noun} {key}".strip(): canonical(self._inlined(value))
            for key, value in node.items()
            if key not in known and not (key in FALSE_BY_DEFAULT and value is False)
        }

    def _inlined(self, value: Any, passed: tuple[str, ...] = ()) -> Any:
        """A value with what its references lead to, so that a change there is seen."""
        if isinstance(value, list):
            return [self._inlined(entry, passed) for entry in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/") and reference not in passed:
            beside = {key: entry for key, entry in value.items() if key != "$ref"}
            return self._inlined({**self.target(reference), **beside}, (*passed, reference))
        return {key: self._inlined(entry, passed) for key, entry in value.items()}


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _unordered(value: Any) -> str:
    """A value as text in which no order plays a role."""
    if isinstance(value, list):
        return f"[{','.join(sorted(map(_unordered, value)))}]"
    if isinstance(value, dict):
        return (
            f"{{{','.join(sorted(f'{key}:{_unordered(entry)}' for key, entry in value.items()))}}}"
        )
    return canonical(value)


def _label(part: Part) -> str:
    """What to call an alternative: its title, or else its types."""
    return str(part.facts.get("title", "|".join(sorted(part.facts["types"])))).strip('"')


def _types(together: list[Schema]) -> frozenset[str]:
    """The JSON types that all schemas admit."""
    kinds = [{*_several(schema["type"])} - {"null"} for schema in together if "type" in schema]
    expanded = [frozenset(kind | ({"integer"} if "number" in kind else set())) for kind in kinds]
    return frozenset.intersection(*expanded) if expanded else TYPES


def _named(schema: Schema) -> list[Any]:
    """The values that a schema names."""
    return [schema["const"]] if "const" in schema else [*schema.get("enum", [])]


def _values(
    together: list[Schema], choices: list[list[Schema]], types: frozenset[str]
) -> list[Any] | None:
    """The values of these types that all name, schemas and choices; None if none does. Null is told by `nullable`."""
    lists = [_named(schema) for schema in together if schema.keys() & {"enum", "const"}]
    lists += [
        [value for constant in constants for value in _named(constant)] for constants in choices
    ]
    if not lists:
        return None
    shared = set[str].intersection(*({*map(canonical, values)} for values in lists))
    possible = [value for value in lists[0] if value is not None and _type(value) in types]
    return [value for value in possible if canonical(value) in shared]


def _texts_of_values(constants: Iterable[Schema]) -> Facts:
    """What is said to people about the values of a choice."""
    texts = {
        canonical(_named(constant)): {
            name: text for name, text in constant.items() if name in DOCUMENTATION
        }
        for constant in constants
    }
    told = {value: said for value, said in texts.items() if said}
    return {"values description": canonical(told)} if told else {}


def _type(value: Any) -> str:
    """The JSON type of a value; what only YAML has, such as a date, is text."""
    if isinstance(value, float) and not value.is_integer():
        return "number"
    names = {bool: "boolean", int: "integer", float: "integer", list: "array", dict: "object"}
    return names.get(type(value), "string")


def _bounds(together: list[Schema], types: frozenset[str]) -> dict[str, Bound]:
    """The strictest bound of each kind that all schemas together give."""
    together = [schema for schema in together if BOUNDS & schema.keys()]
    lower = {"minimum": _given(together, "minimum", "exclusiveMinimum")}
    upper = {"maximum": _given(together, "maximum", "exclusiveMaximum")}
    for length in LENGTHS:
        # Nothing is shorter than 0.
        lower[f"min{length}"] = [
            bound for bound in _given(together, f"min{length}") if bound.value > 0
        ]
        upper[f"max{length}"] = _given(together, f"max{length}")
    if "integer" in types and "number" not in types:
        lower["minimum"] = [_next(bound, math.floor, 1) for bound in lower["minimum"]]
        upper["maximum"] = [_next(bound, math.ceil, -1) for bound in upper["maximum"]]
    strictest = {name: max(found) for name, found in lower.items() if found}
    return strictest | {
        name: min(found, key=lambda b: (b.value, not b.exclusive))
        for name, found in upper.items()
        if found
    }


def _given(together: list[Schema], keyword: str, exclusive: str = "") -> list[Bound]:
    inclusive = [Bound(schema[keyword]) for schema in together if keyword in schema]
    return inclusive + [
        Bound(schema[exclusive], exclusive=True) for schema in together if exclusive in schema
    ]


def _next(bound: Bound, rounded: Any, step: int) -> Bound:
    """The first integer that an exclusive bound admits; an inclusive one stays."""
    return Bound(rounded(bound.value) + step) if bound.exclusive else bound

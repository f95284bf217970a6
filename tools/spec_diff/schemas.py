"""Reads schemas: references are followed, and what applies to a value together becomes one part.

`allOf` is joined, a choice between one schema and null is that schema made nullable, a choice of
constants is a list of values, which have the types that they have, `number` includes `integer`, the
exclusive bound of an integer becomes the inclusive one, and a default that is written out
disappears.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from .bounds import KEYWORDS, find_bounds
from .enumerations import (
    are_distinct,
    describe_values,
    json_type,
    only_names_values,
    shared_values,
    value_lists,
)
from .parts import TYPES, ContractError, Facts, Kind, Part, Parts, canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .references import References

Schema = dict[str, Any]
Schemas = list[Schema]

ANYTHING: Schema = {}
NOTHING: Schema = {"type": []}
CHOICES = ("anyOf", "oneOf")
# What is read here; every other keyword becomes a fact under its own name.
READ = {
    *KEYWORDS,
    *CHOICES,
    "$ref",
    "allOf",
    "type",
    "enum",
    "const",
    "properties",
    "required",
    "items",
    "additionalProperties",
}


@dataclass(frozen=True)
class Alternative:
    """One alternative of a choice between kinds of values.

    Attributes:
        label: the keyword of the choice and what to call the alternative.
        text: the alternative as text, which decides on the order of those with one label.
        part: what was read from it.
    """

    label: str
    text: str
    part: Part


class SchemaReader:
    """Reads the schemas of one document."""

    def __init__(self, references: References) -> None:
        self._references = references

    def read(self, kind: Kind, *schemas: Any) -> Part:
        """The part whose values satisfy all these schemas at once."""
        together = [joined for schema in schemas for joined in self._together(schema)]
        variants = self._variants(together)
        facts = self._facts(together, variants)
        if all(self._admits_null(schema) for schema in schemas):
            facts["nullable"] = True
        return Part(
            kind,
            facts,
            lambda: self._inside(together, variants, facts),
            tuple(id(schema) for schema in together),
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
        inner = self._joined_schemas(schema)
        for keyword in CHOICES:
            choices = self._choices(schema, keyword)
            # Beside null no choice is left.
            if len(choices) == 1:
                inner += choices
        for joined in inner:
            yield from self._together(joined, (*passed, id(schema)))

    def _joined_schemas(self, schema: Schema) -> list[Any]:
        """The schemas that a value has to satisfy as well."""
        joined = list(schema.get("allOf", []))
        if "$ref" in schema:
            joined.insert(0, self._references.target(schema["$ref"]))
        return joined

    def _choices(self, schema: Schema, keyword: str) -> list[Any]:
        """What a value can be, other than null."""
        return [choice for choice in schema.get(keyword, []) if not self._is_null(choice)]

    def _is_null(self, schema: Any) -> bool:
        """Whether null is the only value that a schema admits."""
        if not isinstance(schema, dict):
            return False
        plain = self._references.resolve(schema)
        if plain.get("type") in ("null", ["null"]):
            return True
        if "const" in plain:
            return plain["const"] is None
        return bool(plain.get("enum") == [None])

    def _admits_null(self, schema: Any, passed: tuple[int, ...] = ()) -> bool:
        if isinstance(schema, bool):
            return schema
        # A schema that is entered again says nothing new.
        if id(schema) in passed:
            return True
        passed = (*passed, id(schema))
        if not _lists_null(schema):
            return False
        for joined in self._joined_schemas(schema):
            if not self._admits_null(joined, passed):
                return False
        for keyword in CHOICES:
            choices = schema.get(keyword, [ANYTHING])
            if not any(self._admits_null(choice, passed) for choice in choices):
                return False
        return True

    # -----------------------------------------------------------------------------------------------------------------
    # Choices

    def _variants(self, together: Schemas) -> Parts:
        """What a value can be, by names that do not depend on the order."""
        alternatives: list[Alternative] = []
        for schema in together:
            for keyword in CHOICES:
                alternatives += self._alternatives(schema, keyword)
        alternatives.sort(key=attrgetter("label", "text"))
        variants: Parts = {}
        for alternative in alternatives:
            name = alternative.label
            alike = sum(other.split("#")[0] == name for other in variants)
            if alike:
                name = f"{name}#{alike + 1}"
            variants[name] = alternative.part
        return variants

    def _alternatives(self, schema: Schema, keyword: str) -> list[Alternative]:
        """The alternatives of a choice between kinds of values; none if it is joined, or a list of values."""
        choices = self._choices(schema, keyword)
        if len(choices) < 2 or self._constants(schema, keyword):
            return []
        parts = [self.read(Kind.DETAIL, choice) for choice in choices]
        types = list(chain.from_iterable(part.facts["types"] for part in parts))
        # Where no value fits two alternatives, one of them is the same as any of them.
        if len(types) == len({*types}):
            keyword = "anyOf"
        alternatives = []
        for choice, part in zip(choices, parts, strict=True):
            label = f"{keyword} {_label(part)}"
            text = _text_without_order(self._references.inline(choice))
            alternatives.append(Alternative(label, text, part))
        return alternatives

    def _constants(self, schema: Schema, keyword: str) -> Schemas:
        """The alternatives of a choice, if there are several and all do nothing but name values."""
        choices = self._choices(schema, keyword)
        if len(choices) < 2:
            return []
        constants = []
        for choice in choices:
            # True and False are schemas as well.
            if not isinstance(choice, dict):
                return []
            constant = self._references.resolve(choice)
            if not only_names_values(constant):
                return []
            constants.append(constant)
        # `oneOf` rejects a value that two of its alternatives name.
        if keyword == "oneOf" and not are_distinct(constants):
            return []
        return constants

    # -----------------------------------------------------------------------------------------------------------------
    # What they say

    def _facts(self, together: Schemas, variants: Parts) -> dict[str, Any]:
        choices = self._choices_of_constants(together)
        types = _types(together, variants)
        lists = value_lists(together, choices)
        values = shared_values(lists, types)
        if values is not None:
            types &= frozenset(json_type(value) for value in values)
        facts: dict[str, Any] = dict(self._keywords(together))
        facts["types"] = types
        facts |= find_bounds(together, types)
        if values is not None:
            facts["enum"] = tuple(canonical(value) for value in values)
        additional = [schema.get("additionalProperties") for schema in together]
        # Not `in`: 0 equals False, and is malformed.
        if any(schema is False for schema in additional):
            facts["closed"] = True
        # Plain alternatives say no more than the list of their types.
        if not all(part.is_plain for part in variants.values()):
            facts["variants"] = frozenset(variants)
        facts |= describe_values(chain.from_iterable(choices))
        return facts

    def _choices_of_constants(self, together: Schemas) -> list[Schemas]:
        found = []
        for schema in together:
            for keyword in CHOICES:
                constants = self._constants(schema, keyword)
                if constants:
                    found.append(constants)
        return found

    def _keywords(self, together: Schemas) -> Facts:
        """The keywords that stand for themselves, each with one value or with all that were found."""
        found: dict[str, list[str]] = {}
        for schema in together:
            for name, value in self._references.other_keywords(schema, READ).items():
                found.setdefault(name, []).append(value)
        return {name: " and ".join(dict.fromkeys(texts)) for name, texts in found.items()}

    def _inside(
        self,
        together: Schemas,
        variants: Parts,
        facts: Facts,
    ) -> Parts:
        """The alternatives, fields, values and items."""
        parts: Parts = {}
        if "variants" in facts:
            for label, part in variants.items():
                parts[f"<{label}>"] = part
        is_object = "object" in facts["types"]
        if is_object:
            parts |= self._fields(together)
        if is_object and "closed" not in facts:
            parts[".*"] = self._joined_part(together, "additionalProperties")
        if "array" in facts["types"]:
            parts["[*]"] = self._joined_part(together, "items")
        return parts

    def _fields(self, together: Schemas) -> Parts:
        schemas: dict[str, list[Any]] = {}
        required: set[str] = set()
        for schema in together:
            required |= {*schema.get("required", [])}
            for name, field in schema.get("properties", {}).items():
                schemas.setdefault(name, []).append(field)
        # A field can be required without being described.
        for name in sorted(required - schemas.keys()):
            schemas[name] = [ANYTHING]
        fields = {}
        for name, of_field in schemas.items():
            field = self.read(Kind.MEMBER, *of_field)
            fields[f".{name}"] = field.having(required=name in required)
        return fields

    def _joined_part(self, together: Schemas, keyword: str) -> Part:
        inner = [schema[keyword] for schema in together if keyword in schema]
        return self.read(Kind.DETAIL, *(inner or [ANYTHING]))


def _types(together: Schemas, variants: Parts) -> frozenset[str]:
    """The JSON types that all schemas admit, and one of the alternatives, if there are any."""
    types = TYPES
    for schema in together:
        if "type" not in schema:
            continue
        admitted = {*_as_list(schema["type"])}
        unknown = admitted - TYPES - {"null"}
        if unknown:
            listed = ", ".join(sorted(map(repr, unknown)))
            raise ContractError(f"names what is not a type: {listed}; `make spec` says where")
        if "number" in admitted:
            admitted.add("integer")
        types &= admitted
    if not variants:
        return types
    of_variants = [part.facts["types"] for part in variants.values()]
    return types & frozenset(chain.from_iterable(of_variants))


def _lists_null(schema: Schema) -> bool:
    """Whether the types and the values that a schema lists, if it does, have null among them."""
    types = _as_list(schema.get("type", "null"))
    values = schema.get("enum", [schema.get("const")])
    return "null" in types and None in values


def _label(part: Part) -> str:
    """What to call an alternative: its title, or else its types."""
    types = "|".join(sorted(part.facts["types"]))
    return str(part.facts.get("title", types)).strip('"')


def _text_without_order(value: Any) -> str:
    """A value as text in which no order plays a role."""
    if isinstance(value, list):
        entries = sorted(_text_without_order(entry) for entry in value)
        return f"[{','.join(entries)}]"
    if isinstance(value, dict):
        entries = []
        for key, entry in value.items():
            entries.append(f"{key}:{_text_without_order(entry)}")
        return f"{{{','.join(sorted(entries))}}}"
    return canonical(value)


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [value]

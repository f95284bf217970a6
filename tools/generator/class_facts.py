"""What the templates need to know about the classes and functions that openapi-python-client will make.

The generator's own parser reads the contract for this, so the names are those that it will choose. But
it does not keep whether a class is sent or received, and drops bounds and descriptions of fields that
come by `allOf` or stand beside a `$ref`. Nor does it tell an operation that needs no token from one
that says nothing of security.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.properties import Class, EnumProperty, ModelProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.strings import PythonIdentifier

from .overrides import Overrides
from .schema_reach import (
    COMPONENTS,
    Schema,
    choices,
    followed,
    operations,
    reach_of_answers,
    reach_of_requests,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openapi_python_client.parser.properties.protocol import PropertyProtocol


@dataclass(frozen=True)
class ClassFacts:
    """What the templates need to know; each fact but the first two by the name of a class.

    Attributes:
        anonymous: the names of the operations that need no token.
        sent: the classes of request bodies, and of what is inside of them.
        bounds: the arguments of the reader of a bounded integer, by the field's name on the wire.
        docs: what the contract says about a field, by its name on the wire.
        mentioned: the modules and names of the classes that the readers of the fields name.
    """

    anonymous: list[str]
    sent: list[str]
    bounds: dict[str, dict[str, str]]
    docs: dict[str, dict[str, str]]
    mentioned: dict[str, list[tuple[str, str]]]

    def as_template(self) -> str:
        """A template that sets each fact as a variable."""
        lines = []
        for name, value in vars(self).items():
            # The template language has the literals of JSON except for null, which no fact contains.
            literal = json.dumps(value, ensure_ascii=False)
            lines.append("{% set " + name + " = " + literal + " %}\n")
        return "".join(lines)


def read_classes(contract: Schema, config: Path) -> tuple[ClassFacts, list[str]]:
    """The facts about the classes of a contract, and what is wrong with the overrides of their names.

    Raises:
        ValueError: the generator cannot read the contract, and says why.
    """
    options = ConfigFile.load_from_path(config)
    settings = Config.from_sources(
        options,
        meta_type=MetaType.NONE,
        document_source=config,
        file_encoding="utf-8",
        overwrite=False,
        output_path=None,
    )
    overrides = Overrides(settings.class_overrides)
    settings.class_overrides = overrides
    data = GeneratorData.from_dict(contract, config=settings)
    if not isinstance(data, GeneratorData):
        raise ValueError(f"{data.header}\n{data.detail}")
    facts = _Classes(contract, data, settings).facts()
    # Of what it leaves out, the generator does not look up the names; it will say so by itself.
    if _leaves_out(data):
        return facts, []
    return facts, overrides.unmatched()


def _leaves_out(data: GeneratorData) -> bool:
    """Whether the generator leaves something of the contract out."""
    if data.errors:
        return True
    collections = data.endpoint_collections_by_tag.values()
    return any(collection.parse_errors for collection in collections)


class _Classes:
    """The classes that the generator will make of a contract."""

    def __init__(
        self,
        contract: Schema,
        data: GeneratorData,
        settings: Config,
    ) -> None:
        self.contract = contract
        self.data = data
        self.settings = settings
        # A property may be a reference that was made before the fields of its class were read.
        self.by_name: dict[str, ModelProperty] = {}
        for model in data.models:
            self.by_name[model.class_info.name] = model

    def facts(self) -> ClassFacts:
        """What the templates need to know."""
        facts = ClassFacts(
            anonymous=self.anonymous(),
            sent=self.sent(),
            bounds={},
            docs={},
            mentioned={},
        )
        for name, model in self.by_name.items():
            facts.mentioned[name] = self.mentioned(model)
            schema = model.data.model_dump(mode="json", by_alias=True, exclude_none=True)
            fields = declared_fields(self.contract, schema)
            facts.bounds[name] = self.bounds(fields)
            facts.docs[name] = self.docs(fields)
        return facts

    def anonymous(self) -> list[str]:
        """The operations that say that they need no token, by the names that the generator gives them."""
        prefix = self.settings.field_prefix
        found = [one.name for one in operations(self.contract) if one.is_anonymous]
        return [PythonIdentifier(name, prefix) for name in found]

    # The classes of request bodies

    def sent(self) -> list[str]:
        """The classes of request bodies, of what is inside of them, and of what only they are made of."""
        found: set[str] = set()
        for collection in self.data.endpoint_collections_by_tag.values():
            for endpoint in collection.endpoints:
                for body in endpoint.bodies:
                    self.add_classes(body.prop, found)
        for name in self.bases():
            self.add_classes(self.by_name[name], found)
        return sorted(found)

    def bases(self) -> Iterator[str]:
        """The classes of components that are parts of request bodies, by `allOf`, and of no answer."""
        parts = reach_of_requests(self.contract).parts
        received = reach_of_answers(self.contract).places
        components = self.contract.get("components", {})
        for name, schema in components.get("schemas", {}).items():
            place = f"{COMPONENTS}{name}"
            if place not in parts or place in received:
                continue
            title = schema.get("title") or name
            kind = Class.from_string(string=title, config=self.settings)
            if kind.name in self.by_name:
                yield kind.name

    def add_classes(self, kind: PropertyProtocol, found: set[str]) -> None:
        """Add the classes of objects that a value holds, and those inside of them."""
        if not isinstance(kind, ModelProperty):
            for inner in _inside(kind):
                self.add_classes(inner, found)
            return
        name = kind.class_info.name
        # A class that the generator cannot make is in no table, and it will say so by itself.
        model = self.by_name.get(name)
        if model is None or name in found:
            return
        found.add(name)
        for field in _fields(model):
            self.add_classes(field, found)
        if model.additional_properties is not None:
            self.add_classes(model.additional_properties, found)

    # What the readers of a class name

    def mentioned(self, model: ModelProperty) -> list[tuple[str, str]]:
        """The modules and names of the other classes that the fields of a class are read by."""
        found: set[tuple[str, str]] = set()
        for field in _fields(model):
            found.update(self.named(field, ()))
        own = (model.class_info.module_name, model.class_info.name)
        found.discard(own)
        return sorted(found)

    def named(
        self,
        kind: PropertyProtocol,
        passed: tuple[str, ...],
    ) -> Iterator[tuple[str, str]]:
        """The classes that the reader of a value names: not an alias, but what it stands for."""
        if isinstance(kind, EnumProperty):
            yield kind.class_info.module_name, kind.class_info.name
            return
        if not isinstance(kind, ModelProperty):
            for inner in _inside(kind):
                yield from self.named(inner, passed)
            return
        name = kind.class_info.name
        model = self.by_name.get(name, kind)
        if _fields(model):
            yield kind.class_info.module_name, name
        elif model.additional_properties is not None and name not in passed:
            yield from self.named(model.additional_properties, (*passed, name))

    # What the contract says about fields

    def docs(self, fields: dict[str, list[Schema]]) -> dict[str, str]:
        """The last description of each field that has one."""
        found = {}
        for name, schemas in fields.items():
            for schema in schemas:
                # One beside a `$ref` says more than that of what it refers to.
                _, target = followed(self.contract, "", schema)
                text = schema.get("description") or target.get("description")
                if text:
                    found[name] = text
        return found

    def bounds(self, fields: dict[str, list[Schema]]) -> dict[str, str]:
        """The arguments of the reader of each field that has bounds."""
        found = {}
        for name, schemas in fields.items():
            least, most = -math.inf, math.inf
            for schema in schemas:
                for low, high in limits(self.contract, schema):
                    least = max(least, low)
                    most = min(most, high)
            if math.isfinite(least) or math.isfinite(most):
                found[name] = f"{_bound(least)}, {_bound(most)}"
        return found


def _fields(model: ModelProperty) -> list[Any]:
    required = model.required_properties or []
    optional = model.optional_properties or []
    return [*required, *optional]


def _inside(kind: PropertyProtocol) -> list[PropertyProtocol]:
    """What is inside of an array, or what a value can be."""
    if isinstance(kind, ListProperty):
        return [kind.inner_property]
    if isinstance(kind, UnionProperty):
        return kind.inner_properties
    return []


def declared_fields(contract: Schema, schema: Schema) -> dict[str, list[Schema]]:
    """The schemas of each field of an object, those of what it is made of first."""
    found: dict[str, list[Schema]] = {}
    for listed in schema.get("allOf", []):
        _, part = followed(contract, "", listed)
        for name, schemas in declared_fields(contract, part).items():
            found.setdefault(name, [])
            found[name] += schemas
    for name, inner in schema.get("properties", {}).items():
        found.setdefault(name, [])
        found[name].append(inner)
    return found


def limits(contract: Schema, node: Schema) -> Iterator[tuple[float, float]]:
    """The least and the greatest integer by each schema that a value has to match."""
    _, schema = followed(contract, "", node)
    least = schema.get("minimum", -math.inf)
    most = schema.get("maximum", math.inf)
    if "exclusiveMinimum" in schema:
        above = math.floor(schema["exclusiveMinimum"]) + 1
        least = max(least, above)
    if "exclusiveMaximum" in schema:
        below = math.ceil(schema["exclusiveMaximum"]) - 1
        most = min(most, below)
    yield least, most
    for part in schema.get("allOf", []):
        yield from limits(contract, part)
    others = [choice for choice in choices(schema) if choice.get("type") != "null"]
    # Of several kinds of integers, each would have bounds of its own.
    if len(others) == 1:
        yield from limits(contract, others[0])


def _bound(value: float) -> str:
    """A bound as code."""
    if math.isinf(value):
        return "None"
    if value == int(value):
        return str(int(value))
    return str(value)

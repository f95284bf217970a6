"""The checks of a contract, in stages: its references, form, schemas and defaults, operations, and examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.schemas import schema_v31

from .models import unmakeable
from .places import (
    Contract,
    Schema,
    bodies,
    examples,
    followed,
    operations,
    parts,
    references,
    schemas,
)
from .spellings import passed_over

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORMATS = Draft202012Validator.FORMAT_CHECKER

SOURCE: Final = "x-source"
SOURCES: Final = ("documented", "observed")
"""Where an operation is known from: a page that says how it is called, or clients and answers only."""


def problems(contract: Any) -> list[str]:
    """What is wrong with a contract; a later stage takes for granted what an earlier one checks."""
    if not isinstance(contract, dict):
        kind = type(contract).__name__
        right = "an object with `openapi`, `paths`, … would be right"
        return [f"the contract: is {kind}; {right}"]
    for stage in STAGES:
        found: dict[str, None] = {}
        for check in stage:
            found |= dict.fromkeys(check(contract))
        if found:
            return list(found)
    return []


def summary(contract: Contract) -> str:
    """What was checked, in one line."""
    checked = 0
    for _, media in bodies(contract):
        checked += len(examples(media))
    counted = len(list(operations(contract)))
    return f"{counted} operations, {checked} examples: no problems"


# ---------------------------------------------------------------------------------------------------------------------
# The checks


def dead_references(contract: Contract) -> Iterator[str]:
    """References that lead nowhere."""
    for where, target in references(contract, "#"):
        if not target.startswith("#/"):
            right = "the contract is one file, so `#/components/…` would be right"
            yield f"{where}: $ref to {target}; {right}"
        elif not followed(contract, where, {"$ref": target})[1]:
            yield f"{where}: $ref to {target} leads nowhere; define it or correct the name"


def misformed(contract: Contract) -> Iterator[str]:
    """What the schema of OpenAPI 3.1 itself rejects."""
    # Not by the package's own validator, whose errors have another shape where jsonschema-rs is
    # installed.
    for error in Draft202012Validator(dict(schema_v31)).iter_errors(contract):
        yield described("#", error)


def bad_schemas(contract: Contract) -> Iterator[str]:
    """Malformed schemas, formats that nothing checks, and defaults that their own schema rejects."""
    for where, schema in schemas(contract, "#"):
        judge = Draft202012Validator(Draft202012Validator.META_SCHEMA)
        faults = list(judge.iter_errors(schema))
        for fault in faults:
            yield described(where, fault)
        # What is not a schema has no parts that could be looked at.
        if not faults:
            for place, part in parts(where, schema):
                yield from _bad_values(contract, place, part)


def _bad_values(
    contract: Contract,
    where: str,
    schema: Schema,
) -> Iterator[str]:
    """A format that nothing checks, and a default that the schema rejects."""
    kind = schema.get("format")
    if kind is not None and kind not in FORMATS.checkers:
        right = "uuid or date-time would be right"
        yield f"{where}: nothing installed checks the format {kind!r}; {right}"
    if "default" in schema:
        for error in misfits(contract, schema, schema["default"]):
            yield described(f"{where}/default", error)


def inconsistent(contract: Contract) -> Iterator[str]:
    """What has to agree across an OpenAPI document, such as operation ids and path parameters."""
    for error in OpenAPIV31SpecValidator(contract).iter_errors():
        yield described("#", error)


def incomplete_operations(contract: Contract) -> Iterator[str]:
    """Operations without what the generators and the readers need."""
    for where, operation in operations(contract):
        if not operation.get("operationId"):
            right = "the name of the generated module, such as get_jobs"
            yield f"{where}: has no operationId; {right}, would be right"
        if not operation.get("tags"):
            right = "the name of the resource, such as [jobs]"
            yield f"{where}: has no tags; {right}, would be right"
        source = operation.get(SOURCE)
        if source not in SOURCES:
            given = f"has no {SOURCE}" if source is None else f"its {SOURCE} is {source!r}"
            yield f"{where}: {given}; {' or '.join(SOURCES)} would be right"
        if "default" not in operation.get("responses", {}):
            right = "one for every outcome that is not listed"
            yield f"{where}: has no default response; {right} would be right"


def missing_examples(contract: Contract) -> Iterator[str]:
    """Requests and answers of a known form that nobody can see."""
    for where, media in bodies(contract):
        if media.get("schema", {}) != {} and not examples(media):
            yield f"{where}: has a schema but no example; an entry in `examples` would be right"


def bad_examples(contract: Contract) -> Iterator[str]:
    """Examples that are not what the schema of their request or answer says."""
    for where, media in bodies(contract):
        schema = media.get("schema", {})
        for name, listed in examples(media).items():
            label = f"{where} {name}"
            place, example = followed(contract, label, listed)
            if "value" not in example:
                yield f"{place}: has no value; the payload under the key `value` would be right"
                continue
            for error in misfits(contract, schema, example["value"]):
                yield described(label, error)


def unused_examples(contract: Contract) -> Iterator[str]:
    """Examples that neither a request nor an answer lists."""
    used = set()
    for _, media in bodies(contract):
        for example in examples(media).values():
            used.add(example.get("$ref"))
    for name in contract.get("components", {}).get("examples", {}):
        place = f"#/components/examples/{name}"
        if place not in used:
            remedy = "list it where it belongs or delete it"
            yield f"{place}: no request or response lists it; {remedy}"


STAGES: tuple[tuple[Callable[[Contract], Iterator[str]], ...], ...] = (
    (dead_references,),
    (misformed,),
    (passed_over,),
    (bad_schemas,),
    (inconsistent,),
    (unmakeable,),
    (incomplete_operations, missing_examples, bad_examples, unused_examples),
)


# ---------------------------------------------------------------------------------------------------------------------
# Values against schemas


def misfits(
    contract: Contract,
    schema: Any,
    value: Any,
) -> Iterator[ValidationError]:
    """How a value departs from a schema, formats included."""
    # The components travel along, so that references in the schema find their targets.
    whole = {"allOf": [schema], "components": contract.get("components", {})}
    return Draft202012Validator(whole, format_checker=FORMATS).iter_errors(value)


def described(where: str, error: ValidationError) -> str:
    """One line on an error: the place, what is wrong, and what would be right where the schema says it."""
    deepest = best_match([error]) or error
    place = "/".join([where, *map(str, deepest.absolute_path)])
    right = wanted(deepest)
    line = f"{place}: {shortened(deepest.message)}"
    if right:
        line += f"; {right} would be right"
    # A message may quote a value with line breaks in it.
    return " ".join(line.split())


def wanted(error: ValidationError) -> str:
    """What the violated keyword of the schema asks for."""
    if not isinstance(error.validator, str) or isinstance(error.validator_value, dict):
        return ""
    return shortened(f"{error.validator}: {error.validator_value}")


def shortened(text: str, most: int = 160) -> str:
    """A text that fits into a line; its end says most."""
    if len(text) <= most:
        return text
    beginning = text[: most // 2]
    end = text[-most // 2 :]
    return f"{beginning} … {end}"

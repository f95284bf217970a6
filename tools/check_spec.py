"""Validates the contract: OpenAPI 3.1, its schemas and their defaults, its operations, and every example.

    python tools/check_spec.py [PATH]    PATH is openapi.yaml of this repository unless given

Prints one line a problem (where, what is wrong, what would be right) and exits with 1, or a summary
and exits with 0.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.schemas import schema_v31
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from spec_models import unmakeable
from spec_places import Contract, bodies, examples, followed, operations, parts, references, schemas
from spec_spellings import passed_over

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
FORMATS = Draft202012Validator.FORMAT_CHECKER


def problems(contract: Any) -> list[str]:
    """What is wrong with a contract; a later stage takes for granted what an earlier one checks."""
    if not isinstance(contract, dict):
        return [
            f"the contract: is {type(contract).__name__}; an object with `openapi`, `paths`, … would be right"
        ]
    for stage in STAGES:
        found = [line for check in stage for line in check(contract)]
        if found:
            return list(dict.fromkeys(found))
    return []


def summary(contract: Contract) -> str:
    """What was checked, in one line."""
    checked = sum(len(examples(media)) for _, media in bodies(contract))
    return f"{len(list(operations(contract)))} operations, {checked} examples in their answers: no problems"


# ---------------------------------------------------------------------------------------------------------------------
# The checks


def dead_references(contract: Contract) -> Iterator[str]:
    """References that lead nowhere."""
    for where, target in references(contract, "#"):
        if not target.startswith("#/"):
            yield f"{where}: $ref to {target}; the contract is one file, so `#/components/…` would be right"
        elif not followed(contract, where, {"$ref": target})[1]:
            yield f"{where}: $ref to {target} leads nowhere; define it or correct the name"


def misformed(contract: Contract) -> Iterator[str]:
    """What the schema of OpenAPI 3.1 itself refuses."""
    # Not by the package's own validator, whose errors have another shape where jsonschema-rs is
    # installed.
    for error in Draft202012Validator(dict(schema_v31)).iter_errors(contract):
        yield described("#", error)


def bad_schemas(contract: Contract) -> Iterator[str]:
    """Schemas that are none, formats that nothing checks, and defaults that their own schema refuses."""
    for where, schema in schemas(contract, "#"):
        faults = [*Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema)]
        yield from (described(where, fault) for fault in faults)
        for place, part in () if faults else parts(where, schema):
            kind = part.get("format")
            if kind is not None and kind not in FORMATS.checkers:
                yield f"{place}: nothing installed checks the format {kind!r}; uuid or date-time would be right"
            if "default" in part:
                yield from (
                    described(f"{place}/default", e)
                    for e in misfits(contract, part, part["default"])
                )


def inconsistent(contract: Contract) -> Iterator[str]:
    """What has to agree across an OpenAPI document, such as operation ids and path parameters."""
    for error in OpenAPIV31SpecValidator(contract).iter_errors():
        yield described("#", error)


def incomplete_operations(contract: Contract) -> Iterator[str]:
    """Operations without what the generators and the readers need."""
    for where, operation in operations(contract):
        if not operation.get("operationId"):
            yield f"{where}: has no operationId; the name of the generated module, such as get_jobs, would be right"
        if not operation.get("tags"):
            yield f"{where}: has no tags; the name of the resource, such as [jobs], would be right"
        if "default" not in operation.get("responses", {}):
            yield f"{where}: has no default response; one for every outcome that is not listed would be right"


def missing_examples(contract: Contract) -> Iterator[str]:
    """Answers of a known form that nobody can see."""
    for where, media in bodies(contract):
        if media.get("schema", {}) != {} and not examples(media):
            yield f"{where}: has a schema but no example; an entry in `examples` would be right"


def bad_examples(contract: Contract) -> Iterator[str]:
    """Examples that are not what the schema of their answer promises."""
    for where, media in bodies(contract):
        for name, example in examples(media).items():
            place, example = followed(contract, f"{where} {name}", example)
            if "value" not in example:
                yield f"{place}: has no value; the payload under the key `value` would be right"
                continue
            label = f"{where} {name}"
            yield from (
                described(label, e)
                for e in misfits(contract, media.get("schema", {}), example["value"])
            )


def unused_examples(contract: Contract) -> Iterator[str]:
    """Examples that no answer lists."""
    used = {
        example.get("$ref") for _, media in bodies(contract) for example in examples(media).values()
    }
    for name in contract.get("components", {}).get("examples", {}):
        if f"#/components/examples/{name}" not in used:
            yield f"#/components/examples/{name}: no response lists it; list it where it belongs or delete it"


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


def misfits(contract: Contract, schema: Any, value: Any) -> Iterator[ValidationError]:
    """How a value departs from a schema, formats included."""
    # The components travel along, so that references in the schema find their targets.
    whole = {"allOf": [schema], "components": contract.get("components", {})}
    return Draft202012Validator(whole, format_checker=FORMATS).iter_errors(value)


def described(where: str, error: ValidationError) -> str:
    """One line on an error: the place, what is wrong, and what would be right where the schema says it."""
    deepest = best_match([error]) or error
    place = "/".join([where, *map(str, deepest.absolute_path)])
    right = wanted(deepest)
    return " ".join(
        f"{place}: {shortened(deepest.message)}{f'; {right} would be right' if right else ''}".split()
    )


def wanted(error: ValidationError) -> str:
    """What the violated keyword of the schema asks for."""
    if not isinstance(error.validator, str) or isinstance(error.validator_value, dict):
        return ""
    return shortened(f"{error.validator}: {error.validator_value}")


def shortened(text: str, most: int = 160) -> str:
    """A text that fits into a line; its end says most."""
    return text if len(text) <= most else f"{text[: most // 2]} … {text[-most // 2 :]}"


# ---------------------------------------------------------------------------------------------------------------------
# The command


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(description="Validate the contract and its examples.")
    parser.add_argument("path", nargs="?", type=Path, default=ROOT / "openapi.yaml")
    path: Path = parser.parse_args(arguments).path
    try:
        contract = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, YAMLError) as error:
        print(f"{path}: cannot be read as YAML: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    found = problems(contract)
    for line in found:
        print(line, file=sys.stderr)
    count = f"{len(found)} problem{'s' if len(found) > 1 else ''}"
    print(f"{path.name}: {count if found else summary(contract)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What a request can be for: the operations of the contract, the token endpoint, and the results.

Names, methods and paths are read from the generated contract, so faults and the log know an
operation as soon as the contract has it. A handler has to be written, in `app`.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from starlette.routing import compile_path

import pasqal_core_schemas

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import Scope

# Beside these, an entry of `paths` may hold what its operations have in common.
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


class Place(NamedTuple):
    """Where an operation is found, and what the contract says of it beside its parameters.

    Attributes:
        method: the method, in capitals.
        path: the path, without the prefix.
        tags: what it is filed under.
        answers: the statuses that are documented.
        is_anonymous: whether no token is needed.
        has_body: whether a request has a body.
    """

    method: str
    path: str
    tags: tuple[str, ...]
    answers: tuple[str, ...] = ()
    is_anonymous: bool = False
    has_body: bool = False


class _Pattern(NamedTuple):
    """Which requests are for an operation."""

    operation: str
    method: str
    matches: Callable[[str], object]


def _find_places(contract: Mapping[str, Any]) -> dict[str, Place]:
    places = {}
    for path, item in contract["paths"].items():
        for method, operation in item.items():
            if method in _METHODS:
                tags = tuple(operation.get("tags", ()))
                answers = tuple(operation.get("responses", ()))
                place = Place(
                    method.upper(),
                    path,
                    tags,
                    answers,
                    # What says nothing about it demands what all do.
                    is_anonymous="security" in operation and not operation["security"],
                    has_body="requestBody" in operation,
                )
                places[operation["operationId"]] = place
    return places


CONTRACT: Mapping[str, Any] = json.loads(
    (files(pasqal_core_schemas) / "contract.json").read_bytes()
)
"""The contract, as JSON."""

PREFIX: str = urlsplit(CONTRACT["servers"][0]["url"]).path
"""What stands before the paths of the contract, as in production."""

TOKEN_PATH = "/oauth/token"  # noqa: S105 - an address, not a secret
_TOKEN = "token"  # noqa: S105 - a name, not a secret

RESULTS_PREFIX = "/_results/"
"""What stands before the names of result files."""
_RESULT_FILE = "result_file"

PLACES: Mapping[str, Place] = _find_places(CONTRACT)
"""The place of each operation of the contract, by its operationId."""

OPERATIONS = (*PLACES, _TOKEN, _RESULT_FILE)
"""What a request can be for: the operations of the contract, the token endpoint, and the result files."""


def by_concreteness(places: Mapping[str, Place]) -> list[tuple[str, Place]]:
    """The places in the order in which a request is compared with them: `/jobs/count` before `/jobs/{job_id}`.

    Of two paths that fit, OpenAPI prefers the one without a parameter at the first difference,
    wherever it stands in the contract.
    """

    def steps(entry: tuple[str, Place]) -> list[bool]:
        _, place = entry
        return ["{" in step for step in place.path.split("/")]

    return sorted(places.items(), key=steps)


def _compile_patterns(places: Mapping[str, Place]) -> list[_Pattern]:
    patterns = []
    for operation, place in by_concreteness(places):
        pattern, _, _ = compile_path(PREFIX + place.path)
        patterns.append(_Pattern(operation, place.method, pattern.fullmatch))
    pattern, _, _ = compile_path(TOKEN_PATH)
    patterns.append(_Pattern(_TOKEN, "POST", pattern.fullmatch))
    pattern, _, _ = compile_path(f"{RESULTS_PREFIX}{{name}}")
    patterns.append(_Pattern(_RESULT_FILE, "GET", pattern.fullmatch))
    return patterns


_PATTERNS = _compile_patterns(PLACES)


def list_methods(path: str) -> list[str]:
    """The methods that a path admits."""
    return [known for _, known, matches in _PATTERNS if matches(path)]


def operation_of(scope: Scope) -> str | None:
    """The operation that a request is for; None if for none."""
    method = scope["method"]
    path = scope["path"]
    for operation, known, matches in _PATTERNS:
        if known == method and matches(path):
            return operation
    return None

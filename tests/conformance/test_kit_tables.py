"""What the conformance kit says in tables is what the code does: policies, errors, signing in, faults, arguments."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, fields
from typing import Any

import httpx
import pytest

from kit_layout import KIT, ROOT, SCHEMA, kinds
from ledger.calls import keywords_of
from ledger.client import CLIENTS, resource_class
from operation_table import API
from pasqal_client import RetryPolicy, errors
from pasqal_client._auth.credentials import AUDIENCE, ClientCredentials, PasswordCredentials
from pasqal_client._http.redaction import MASK
from pasqal_client._http.request_body import _LARGEST_PLAIN
from pasqal_client._http.retry import Failure, may_be_repeated
from pasqal_client._listing.list_request import CONCURRENCY
from pasqal_client._listing.pages import LARGEST_PAGE
from pasqal_client._listing.query_parts import URL_LIMIT
from pasqal_client._settings.config import (
    DEFAULT_REGION,
    REGIONS,
    VARIABLES,
    Settings,
    variable_of,
)
from pasqal_client._writes.own_tags import OWN_PREFIX
from pasqal_client.conformance.kit import Kit
from pasqal_client.conformance.program import _create_parser
from pasqal_client.conformance.run import PLAYERS
from pasqal_client.sandbox import Fault, Quirk, Sandbox
from pasqal_client.sandbox import control as sandbox_control
from pasqal_client.sandbox.operations import OPERATIONS


def read_file(kind: str) -> dict[str, Any]:
    """A file of the kit."""
    found: dict[str, Any] = json.loads((ROOT / KIT / f"{kind}.json").read_text("utf-8"))
    return found


WITH_CASES = {kind: file for kind in kinds() if "cases" in (file := read_file(kind))}
POLICIES = {policy["name"]: policy for policy in read_file("policies")["policies"]}


def named_policies(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each assertion of a file or a case with a policy that it depends on."""
    for assertion, names in entry.get("policies", {}).items():
        for name in names:
            yield assertion, name


def test_the_schema_has_the_policies() -> None:
    """A case can name no policy that the list does not describe."""
    assert read_file(SCHEMA)["$defs"]["policy"]["enum"] == [*POLICIES]


def test_each_policy_is_used() -> None:
    """A policy on which no case depends would promise something that leaving it out does not do."""
    used = {
        name
        for file in WITH_CASES.values()
        for entry in (file, *file["cases"])
        for _, name in named_policies(entry)
    }
    assert used == POLICIES.keys()


@pytest.mark.parametrize("kind", PLAYERS)
def test_a_policy_is_that_of_an_assertion(kind: str) -> None:
    """What a case leaves to a port is something that it asserts; what a file leaves, one of its cases asserts."""
    kit = Kit(WITH_CASES)
    of_file = set()
    for content in WITH_CASES[kind]["cases"]:
        asserted = set(PLAYERS[kind].assertions(content, kit))
        assert {name for name, _ in named_policies(content)} <= asserted, content["id"]
        of_file |= asserted
    assert {name for name, _ in named_policies(WITH_CASES[kind])} <= of_file


def repeated(changes: bool, retry_after: float | None = None) -> list[int]:
    """The statuses after which a request is sent again."""
    return [
        status
        for status in range(200, 1000)
        if may_be_repeated(Failure("status", status, retry_after), changes=changes)
    ]


def policy_values() -> dict[str, dict[str, Any]]:
    """The numbers and texts of the code, by the policy that is about them."""
    retry = RetryPolicy()
    settings = Settings(base_url="https://service.example", region="fr")
    return {
        "default-order": {
            "order_by": "created_at",
            "order_by_direction": "DESC",
            "limit": LARGEST_PAGE,
            "offset": 0,
        },
        "address-limit": {"bytes": URL_LIMIT},
        "compression": {"bytes": _LARGEST_PLAIN},
        "ahead": {"requests": CONCURRENCY},
        "count-page": {"limit": 1},
        "own-tags": {"prefix": OWN_PREFIX},
        "secret-mark": {"mark": MASK},
        "retries": {
            "reads": repeated(changes=False),
            "writes": repeated(changes=True),
            "writes_with_retry_after": [*{*repeated(True, 1)} - {*repeated(True)}],
        },
        "attempts": {
            "attempts": retry.attempts,
            "first_pause": retry.first_pause,
            "longest_pause": retry.longest_pause,
        },
        "limits": {
            "timeout": settings.timeout,
            "deadline": settings.deadline,
            "retry_after": retry.longest_retry_after,
        },
    }


def test_the_policies_have_the_values_of_the_code() -> None:
    """A port that follows a policy has the same numbers."""
    told = {name: policy["values"] for name, policy in POLICIES.items() if "values" in policy}
    assert told == policy_values()


WORDS = {
    "str": "text",
    "bool": "truth value",
    "int | None": "integer or null",
    "str | None": "text or null",
    "float | None": "number or null",
    "UUID | None": "id or null",
    "Job | None": "job or null",
    "Batch | None": "batch or null",
    "Write": "object",
    "Write | None": "object or null",
    "Departure": "object",
    "dict[UUID | str, str]": "map of ids to texts",
    "dict[UUID, JobStatus]": "map of ids to states",
    "tuple[UUID, ...]": "array of ids",
    "tuple[str, ...]": "array of texts",
    "tuple[ValidationError, ...]": "array of objects",
}


def documented(kind: type) -> dict[str, str]:
    """The attributes that the docstring of a class describes, with their types in the words of the kit."""
    found = re.findall(r"^    (\w+) \((.+?)\): ", inspect.getdoc(kind) or "", re.MULTILINE)
    return {name: WORDS[text] for name, text in found if text in WORDS}


def own_fields(kind: type) -> dict[str, str]:
    """Those that no parent has."""
    inherited = {name for parent in kind.__mro__[1:] for name in documented(parent)}
    return {name: text for name, text in documented(kind).items() if name not in inherited}


def test_the_tree_of_errors_is_that_of_the_code() -> None:
    """Each class has its parent, its fields and its statuses."""
    statuses: dict[str, list[int | str]] = {
        kind.__name__: [status] for status, kind in errors.BY_STATUS.items()
    }
    statuses["ServerError"] = ["5xx"]
    tree = {}
    for name in errors.__all__:
        kind = getattr(errors, name)
        parent = kind.__bases__[0]
        tree[name] = (
            None if parent is Exception else parent.__name__,
            own_fields(kind),
            statuses.get(name),
        )
    told = {
        entry["name"]: (entry["parent"], entry["fields"], entry.get("statuses"))
        for entry in read_file("errors-tree")["errors"]
    }
    assert told == tree


def test_the_cases_name_errors_of_the_tree() -> None:
    """A port looks up there what a case expects, and which classes no case does."""
    tree = read_file("errors-tree")["errors"]
    expected = [case.get("expect", {}) for file in WITH_CASES.values() for case in file["cases"]]
    named = {entry["class"] for entry in expected if "class" in entry}
    named |= {entry["error"]["class"] for entry in expected if "error" in entry}
    assert named <= {entry["name"] for entry in tree}
    # These are the errors of an answer that departs, and of one job among several.
    named |= {"DepartureError"} | {name for entry in expected for name in errors_in(entry)}
    assert {entry["name"] for entry in tree if entry.get("tested", True)} == named


def errors_in(expected: dict[str, Any]) -> Iterator[str]:
    """The classes in the outcomes of jobs."""
    result = expected.get("result")
    for entry in result if isinstance(result, list) else ():
        if len(entry) == 3 and entry[2] is not None:
            yield entry[2]


def test_the_cases_split_at_the_limit_of_addresses() -> None:
    """A request that is split has addresses as long as the policy says."""
    cases = [case for file in WITH_CASES.values() for case in file["cases"]]
    limits = {case["split"] for case in cases if "split" in case}
    assert limits == {POLICIES["address-limit"]["values"]["bytes"]}


def filled(form: dict[str, str], region: dict[str, str]) -> dict[str, str]:
    """A form with the values of a region in the places that are for them."""
    found = {}
    for name, text in form.items():
        of_region = re.fullmatch(r"\{(\w+) of the region\}", text)
        found[name] = region[of_region[1]] if of_region else text
    return found


def test_the_credentials_are_those_of_the_code() -> None:
    """Addresses, forms and variables are the same, so that a port signs in where this client does."""
    told = read_file("credentials")
    assert told["default_region"] == DEFAULT_REGION
    assert {name: region["base_url"] for name, region in told["regions"].items()} == REGIONS
    for name, region in told["regions"].items():
        account = PasswordCredentials("{username}", "{password}", region=name)
        service = ClientCredentials("{client_id}", "{client_secret}", region=name)
        assert region["token_url"] == account.url == service.url
        assert region["audience"] == AUDIENCE
        assert filled(told["grants"]["account"], region) == account.form()
        assert filled(told["grants"]["service-account"], region) == service.form()
    assert {*told["variables"]} == {variable_of(name) for name in VARIABLES} - LOCAL


LOCAL = {"PASQAL_LOG", "PASQAL_PROFILE"}
"""Variables about this machine, not about signing in."""

# For each type a value that it allows, and one that it does not.
SAMPLES: dict[str, tuple[Any, Any]] = {
    "text: one of the operations, or null": ("get_jobs", "get_moon"),
    "integer from 1, an array of such, or null": ([1, 3], 0),
    "integer from 1, or null": (1, 0),
    "integer from 0, or null": (0, -1),
    "integer from 0": (1, -1),
    "integer from 0 to 10000": (10000, 10001),
    "integer from 200 to 599, or null": (599, 600),
    "integer": (-7, "seven"),
    "number above 0 and at most 1": (0.5, 0),
    "duration": ("5m", "soon"),
    "truth value": (True, "perhaps"),
    "text: jsend, fastapi, message, error, html, text or empty": ("html", "xml"),
    "text: before or during; or null": ("during", "after"),
    "text, object, array or null": ([1], 1),
    "object of texts": ({"X-A": "b"}, {"X-A": "b\n"}),
    "number, text or null": ("soon", "\n"),
}
# What has to stand beside a field so that it has an effect.
BESIDE: dict[str, dict[str, Any]] = {
    "applied": {"status": 500},
    "per": {"rate": 1, "latency": 1},
    **{name: {"status": 500} for name in ("style", "body", "headers", "retry_after")},
}


def test_the_faults_have_the_fields_of_the_code() -> None:
    """Names, defaults and types are those that the sandbox takes."""
    told = read_file("sandbox-faults")
    defaults = {
        field.name: {} if field.default is MISSING else field.default for field in fields(Fault)
    }
    assert {field["name"]: field["default"] for field in told["fields"]} == defaults
    assert told["operations"] == [*OPERATIONS]
    for field in told["fields"]:
        name = field["name"]
        right, wrong = SAMPLES[field["type"]]
        beside = BESIDE.get(name, {"latency": 1} if name != "latency" else {})
        assert Fault(**{**beside, name: right})
        with pytest.raises(ValueError, match=name):
            Fault(**{**beside, name: wrong})


BROKEN_RULES: list[dict[str, Any]] = [
    {"latency": 1, "mood": "bad"},
    {"latency": "soon"},
    {"nth": 1},
    {"latency": 1, "style": "html"},
    {"latency": 1, "applied": True},
    {"latency": 1, "per": "2s"},
    {"status": 500, "headers": {"Content-Length": "1"}},
]


@pytest.mark.parametrize("given", BROKEN_RULES)
def test_the_rules_of_faults_hold(given: dict[str, Any]) -> None:
    """Each rule about one fault rejects what breaks it."""
    with pytest.raises((ValueError, TypeError)):
        Fault(**given)


def test_the_quirks_are_those_of_the_sandbox() -> None:
    """Each quirk is there, in its order."""
    assert [quirk["name"] for quirk in read_file("sandbox-faults")["quirks"]] == [*Quirk]


def shape(value: Any) -> Any:
    """What an answer has in it: names, and the kinds of values."""
    if isinstance(value, dict):
        return {name: shape(entry) for name, entry in value.items() if name != "headers"}
    if isinstance(value, list):
        return [shape(entry) for entry in value[:1]]
    return type(value).__name__


ROUTES = read_file("sandbox-faults")["routes"]


def example_of(method: str, path: str) -> Any:
    """The body in the example of a route."""
    bodies = [
        route["body"] for route in ROUTES if (route["method"], route["path"]) == (method, path)
    ]
    return bodies[0]


def test_the_routes_of_the_sandbox_answer_as_they_are_told() -> None:
    """Each example of a body is accepted, and the answer has the fields that are told."""
    batch = example_of("POST", "/_sandbox/batches")["id"]
    with Sandbox() as sandbox:
        address = sandbox.base_url.removesuffix("/core-fast")
        headers = {"Authorization": f"Bearer {sandbox.token}"}
        with httpx.Client(base_url=address, headers=headers) as client:
            for route in ROUTES:
                prepare(client)
                path = route["path"].format(batch_id=batch, device_type="FRESNEL")
                answer = client.request(route["method"], path, json=route["body"])
                assert answer.is_success, (path, answer.text)
                assert shape(answer.json()) == shape(route["answer"]), path


def prepare(client: httpx.Client) -> None:
    """Let the sandbox have a fault, a quirk and a recorded request, for the routes that tell them."""
    client.delete("/_sandbox/faults")
    client.post("/_sandbox/faults", json=example_of("POST", "/_sandbox/faults"))
    client.put("/_sandbox/quirks", json=example_of("PUT", "/_sandbox/quirks"))
    client.get("/core-fast/api/v2/jobs?limit=1")


def test_every_route_of_the_sandbox_is_told() -> None:
    """A port finds all of them in the table, and none that is not there."""
    assert {(route["method"], route["path"]) for route in ROUTES} == known_routes()


def known_routes() -> set[tuple[str, str]]:
    """The routes that the sandbox has."""
    app = sandbox_control._make_routes()
    routes: Iterable[Any] = app.routes
    return {(method, f"/_sandbox{route.path}") for route in routes for method in route.methods}


ARGUMENTS = read_file(SCHEMA)["$defs"]["arguments_of"]["properties"]
# What a language makes of a wait, or of many results, is its own: functions, folders, iterators.
OF_THIS_LANGUAGE = {"on_progress", "as_completed", "save_to"}


def described_arguments(call: str) -> set[str]:
    """The arguments that the schema describes for a call."""
    schema = ARGUMENTS[call]
    names = {*schema["properties"]}
    for part in schema.get("allOf", ()):
        shared = read_file(SCHEMA)["$defs"][part["$ref"].rpartition("/")[2]]
        names |= {*shared["properties"]}
    return names


@pytest.mark.parametrize("call", [call for call in ARGUMENTS if call != "read"])
def test_the_arguments_of_a_call_are_those_of_the_method(call: str) -> None:
    """A port can take every argument from the schema; one that is missing there is added to schema.json."""
    resource, _, name = call.partition(".")
    method = getattr(resource_class(CLIENTS[0], resource), name)
    keywords = {*keywords_of(method, None)}
    assert described_arguments(call) == keywords - OF_THIS_LANGUAGE


def test_every_call_has_its_arguments_described() -> None:
    """Each call of a case, but those of generated functions, is one that the schema knows."""
    cases = [case for file in WITH_CASES.values() for case in file["cases"]]
    made = [entry for file in WITH_CASES.values() for entry in file.get("calls", {}).values()]
    calls = {entry["call"] for entry in (*cases, *made) if "call" in entry}
    assert {call for call in calls if not call.startswith(f"{API}.")} <= ARGUMENTS.keys()
    choices = read_file(SCHEMA)["$defs"]["call_with_arguments"]["allOf"]
    chosen = {choice["if"]["properties"]["call"]["const"] for choice in choices}
    assert chosen == ARGUMENTS.keys() - {"read"}


def column(heading: str, page: str) -> str:
    """The first cells of the table that begins with this heading."""
    table = page.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return " ".join(row.split(" | ")[0] for row in table.splitlines()[2:])


def test_the_page_has_every_call_option_and_feature() -> None:
    """It is all that the author of a port reads."""
    page = (ROOT / KIT / "README.md").read_text("utf-8")
    calls = re.findall(r"`([\w.]+)`", column("call", page))
    assert sorted(calls) == sorted(ARGUMENTS)
    options = re.findall(r"`(-+\w+)", column("option", page))
    known = [action.option_strings for action in _create_parser("conform")._actions]
    assert sorted(options) == sorted(names[0] for names in known[1:] if names)
    (row,) = re.findall(r"^\| `--features a,b` \|(.*)$", page, re.MULTILINE)
    features = {case["feature"] for file in WITH_CASES.values() for case in file["cases"]}
    assert {*re.findall(r"`([\w-]+)`", row)} == features

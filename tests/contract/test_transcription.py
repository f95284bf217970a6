"""The contract says what the three documentation pages say: the facts of the pages, and the traps in reading them.

Each table below is one block of a page. A type is spelled as on the page but shorter: `uuid` and
`date-time` are text of that format, `[x]` is an array of x, `A|B` an enumeration of at least these
values, `{x}` an object whose values are x, a capitalised word another
block, `unique` after an array what the page says of its entries. `!` marks what the page calls
required. `?` says that null is accepted, which the pages never print: it is our reading that an
optional field of an answer may be absent or null. Where a required field may be null as well, its
block says so with `?!`.

A new operation is a line in `IDS`, `PARAMETERS` and `ANSWERS`, one in `BODIES` if it sends
something, one in `PUBLIC` if it needs no token, and a block in `FIELDS` for each new object.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from ledger.contract import vector_files

if TYPE_CHECKING:
    from collections.abc import Iterator

Contract = dict[str, Any]

CANCEL = ("patch", "/api/v2/batches/{batch__id}/cancel/jobs")
COMPLETE = ("patch", "/api/v2/batches/{batch__id}/complete")
GET_JOBS = ("get", "/api/v2/jobs")

JOB_STATUS = "PENDING|RUNNING|DONE|ERROR|CANCELED"

IN_PATH = {"batch__id": "uuid!"}

PAGE_CONTROLS = {
    "order_by": "string =created_at",
    "order_by_direction": "ASC|DESC",
    "limit": "integer >0 <101 =100",
    "offset": "integer",
}

FILTERS = {
    "id": "[string]",
    "id__starts_with": "string",
    "batch_id": "[string]",
    "project_id": "[string]",
    "user_id": "[string]",
    "status": f"[{JOB_STATUS}]",
    "min_runs": "integer",
    "max_runs": "integer",
    "errors": "boolean",
    "origin": "[CLIENT|AZURE|UNKNOWN]",
    "start_date": "date-time",
    "end_date": "date-time",
}

IDS = {GET_JOBS: "get_jobs", CANCEL: "cancel_jobs", COMPLETE: "complete_batch"}

PARAMETERS: dict[tuple[str, str], dict[str, dict[str, str]]] = {
    GET_JOBS: {"query": PAGE_CONTROLS | FILTERS},
    CANCEL: {"path": IN_PATH, "query": FILTERS},
    COMPLETE: {"path": IN_PATH},
}

BODIES: dict[tuple[str, str], str] = {}
"""The body of an operation, with `!` if it is required; no operation has one so far."""

PUBLIC: set[tuple[str, str]] = set()
"""The operations that need no token."""

ANSWERS = {
    GET_JOBS: {
        "200": "PaginatedResponse[ProducedPartialJobResponse]",
        "422": "HTTPValidationError",
    },
    CANCEL: {
        "200": "NonPaginatedResponse[ProducedPartialJobBulkCancelResponse]",
        "422": "HTTPValidationError",
    },
    COMPLETE: {
        "200": "NonPaginatedResponse[ProducedBatchWithPartialJobsResponse]",
        "422": "HTTPValidationError",
    },
}

FIELDS = {
    "PaginatedResponse[ProducedPartialJobResponse]": {
        "status": "success|fail|error?",
        "message": "string? =OK.",
        "code": "string? =200",
        "data": "[ProducedPartialJobResponse]!",
        "pagination": "Pagination!",
    },
    "Pagination": {"total": "integer!", "start": "integer!", "end": "integer!"},
    "NonPaginatedResponse[ProducedPartialJobBulkCancelResponse]": {
        "data": "ProducedPartialJobBulkCancelResponse?"
    },
    "NonPaginatedResponse[ProducedBatchWithPartialJobsResponse]": {
        "data": "ProducedBatchWithPartialJobsResponse?"
    },
    "ProducedPartialJobBulkCancelResponse": {
        "jobs": "[ProducedPartialJobResponse]!",
        "errors": "{string}!",
    },
    "ProducedPartialJobResponse": {
        "id": "uuid!",
        "parent_id": "uuid?",
        "status": f"{JOB_STATUS}!",
        "runs": "integer!",
        "batch_id": "uuid!",
        "project_id": "uuid!",
        "created_at": "date-time!",
        "updated_at": "date-time!",
        "start_timestamp": "date-time?",
        "end_timestamp": "date-time?",
        "variables": "object?",
        "errors": "[string]?",
        "progress": "integer <=100?",
        "sequence": "string?",
        "creation_order": "integer!",
        "slurm_job_id": "string?",
    },
    "ProducedBatchWithPartialJobsResponse": {
        "id": "uuid!",
        "parent_id": "uuid?",
        "status": "PENDING|RUNNING|DONE|CANCELED|TIMED_OUT|ERROR|PAUSED!",
        "complete": "boolean!",
        "open": "boolean!",
        "priority": "integer!",
        "device_type": "string!",
        "user_id": "string!",
        "project_id": "uuid!",
        "created_at": "date-time!",
        "updated_at": "date-time!",
        "sequence_builder": "string!",
        "jobs_count": "integer!",
        "jobs_count_per_status": "object!",
        "tags": "[string]!",
        "configuration": "object?",
        "webhook": "string?",
        "start_datetime": "date-time?",
        "end_datetime": "date-time?",
        "jobs": "[ProducedPartialJobResponse]?",
        "queue_priority": "CRITICAL|HIGH|MEDIUM|LOW|FREE!",
    },
    "HTTPValidationError": {"detail": "[ValidationError]?"},
    # The page prints a bare array as `loc`; its items are names and positions.
    "ValidationError": {"loc": "[string or integer]!", "msg": "string!", "type": "string!"},
}

ADVICE = "the contract and the tables of this file differ; see what the documentation says, and change the wrong one"

SPELLINGS = [
    *PAGE_CONTROLS.values(),
    *FILTERS.values(),
    *(spelling for block in FIELDS.values() for spelling in block.values()),
]
LISTED = {
    value for spelling in SPELLINGS if "|" in spelling for value in re.findall(r"\w+", spelling)
}

BOUNDS = {"exclusiveMinimum": ">", "exclusiveMaximum": "<", "minimum": ">=", "maximum": "<="}
NULL = {"type": "null"}


def resolved(contract: Contract, node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        reference, node = node["$ref"], contract
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
    return node


def spelled(contract: Contract, schema: dict[str, Any]) -> str:
    """A schema in the spelling of the tables; an unknown keyword is an error, so that nothing is overlooked."""
    schema = dict(resolved(contract, schema))
    schema.pop("description", None)
    default = f" ={schema.pop('default')}" if "default" in schema else ""
    unique = " unique" if schema.pop("uniqueItems", False) else ""
    bounds = "".join(f" {sign}{schema.pop(key)}" for key, sign in BOUNDS.items() if key in schema)
    null = "?" if nullable(schema) else ""
    kind = spelled_kind(contract, schema)
    assert not schema, f"the tables have no spelling for {schema}"
    return f"{kind}{bounds}{unique}{null}{default}"


def nullable(schema: dict[str, Any]) -> bool:
    return NULL in schema.get("anyOf", []) or "null" in schema.get("type", "")


def spelled_kind(contract: Contract, schema: dict[str, Any]) -> str:
    """The type of a schema in the spelling of the tables; removes the keywords that it spells from the schema."""
    title, kind = schema.pop("title", ""), schema.pop("type", "")
    if "anyOf" in schema:
        return " or ".join(
            spelled(contract, choice) for choice in schema.pop("anyOf") if choice != NULL
        )
    if "enum" in schema:
        # The service adds values before the pages do; what the pages list has to be there.
        return "|".join(value for value in schema.pop("enum") if value in LISTED)
    if "items" in schema:
        return f"[{spelled(contract, schema.pop('items'))}]"
    if "additionalProperties" in schema:
        return f"{{{spelled(contract, schema.pop('additionalProperties'))}}}"
    if "properties" in schema or "allOf" in schema:
        for keyword in ("properties", "required", "allOf"):
            schema.pop(keyword, None)
        return str(title)
    return str(schema.pop("format", kind if isinstance(kind, str) else kind[0]))


def operations(contract: Contract) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method, path): operation
        for path, item in contract["paths"].items()
        for method, operation in item.items()
    }


def parameters(contract: Contract, operation: tuple[str, str]) -> Iterator[dict[str, Any]]:
    for listed in operations(contract)[operation].get("parameters", ()):
        yield resolved(contract, listed)


def components(contract: Contract) -> dict[str, dict[str, Any]]:
    """The component schemas by their titles."""
    return {schema["title"]: schema for schema in contract["components"]["schemas"].values()}


def whole(contract: Contract, schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with the fields of the schemas in its `allOf`; later ones win."""
    schema = resolved(contract, schema)
    found: dict[str, Any] = {"properties": {}, "required": []}
    for part in [*(whole(contract, base) for base in schema.get("allOf", [])), schema]:
        found["properties"] |= part.get("properties", {})
        found["required"] += part.get("required", [])
    return found


def answer(contract: Contract, operation: tuple[str, str], status: str) -> dict[str, Any]:
    return resolved(contract, operations(contract)[operation]["responses"][status])


def fields(contract: Contract, title: str) -> dict[str, str]:
    schema = whole(contract, components(contract)[title])
    return {
        name: spelled(contract, field) + ("!" if name in schema["required"] else "")
        for name, field in schema["properties"].items()
    }


def sent(contract: Contract, operation: tuple[str, str]) -> str:
    """The request body of an operation in the spelling of the tables; empty if it has none."""
    body = resolved(contract, operations(contract)[operation].get("requestBody", {}))
    if not body:
        return ""
    [(kind, media)] = body["content"].items()
    assert kind == "application/json"
    return spelled(contract, media["schema"]) + ("!" if body.get("required", False) else "")


def test_the_contract_has_the_operations_of_the_pages_and_no_other(contract: Contract) -> None:
    """Methods, paths and ids are those of the pages."""
    ids = {place: one["operationId"] for place, one in operations(contract).items()}
    new = ", ".join(id_ for place, id_ in ids.items() if place not in IDS)
    tables = "IDS, PARAMETERS, ANSWERS and, if it sends something, BODIES"
    assert not new, f"transcribe the page of {new} into {tables} of this file"
    assert ids == IDS, ADVICE
    assert PARAMETERS.keys() == ANSWERS.keys() == IDS.keys(), ADVICE


def test_what_operations_send_is_what_the_pages_say(contract: Contract) -> None:
    """A body has the object or array that the page names, and is required where the page says so."""
    bodies = {place: sent(contract, place) for place in operations(contract)}
    assert {place: body for place, body in bodies.items() if body} == BODIES, ADVICE


@pytest.mark.parametrize("operation", PARAMETERS, ids=" ".join)
def test_the_parameters_are_those_of_the_page(
    contract: Contract, operation: tuple[str, str]
) -> None:
    """They agree in name, place, order, type, format, values, bounds, default and required mark."""
    written = {}
    for parameter in parameters(contract, operation):
        mark = "!" if parameter.get("required", False) else ""
        written[f"{parameter['in']} {parameter['name']}"] = (
            spelled(contract, parameter["schema"]) + mark
        )
    page = {
        f"{place} {name}": form
        for place, names in PARAMETERS[operation].items()
        for name, form in names.items()
    }
    assert written == page, ADVICE
    assert list(written) == list(page), ADVICE


@pytest.mark.parametrize("operation", ANSWERS, ids=" ".join)
def test_the_answers_have_the_forms_of_the_page(
    contract: Contract, operation: tuple[str, str]
) -> None:
    """The statuses and schemas are those of the page; everything else falls under the default answer."""
    responses = operations(contract)[operation]["responses"]
    assert responses.keys() == ANSWERS[operation].keys() | {"default"}, ADVICE
    for status, title in ANSWERS[operation].items():
        [(kind, media)] = answer(contract, operation, status)["content"].items()
        assert (kind, resolved(contract, media["schema"])["title"]) == ("application/json", title)
    [(_, media)] = answer(contract, operation, "default")["content"].items()
    assert media["schema"] == {}


@pytest.mark.parametrize("title", FIELDS)
def test_the_fields_are_those_of_the_page(contract: Contract, title: str) -> None:
    """They agree in name, order, type, format, values, bounds, default and required mark."""
    assert fields(contract, title) == FIELDS[title], ADVICE
    assert list(fields(contract, title)) == list(FIELDS[title]), ADVICE


def test_there_is_no_further_object(contract: Contract) -> None:
    """Every component with fields is in one of the tables, so each was transcribed twice."""
    assert {
        title
        for title, schema in components(contract).items()
        if schema.keys() & {"properties", "allOf"}
    } == set(FIELDS), ADVICE


def test_a_component_is_named_as_printed(contract: Contract) -> None:
    """The key of a component is its title with underscores in place of brackets, which OpenAPI does not allow."""
    for key, schema in contract["components"]["schemas"].items():
        assert key == key_of(schema["title"])


def key_of(title: str) -> str:
    return re.sub(r"[\[\]]", "_", title)


def test_queue_priority_belongs_to_the_batch(contract: Contract) -> None:
    """The page prints it after the fields of a job, but it is the last field of the batch."""
    assert (
        "queue_priority" in components(contract)["ProducedBatchWithPartialJobsResponse"]["required"]
    )
    assert "queue_priority" not in components(contract)["ProducedPartialJobResponse"]["properties"]


def test_the_errors_of_a_cancellation_belong_to_the_answer(contract: Contract) -> None:
    """The page prints a second `errors` after the fields of a job: an object of the answer, not the job's array."""
    assert fields(contract, "ProducedPartialJobBulkCancelResponse")["errors"] == "{string}!"
    assert fields(contract, "ProducedPartialJobResponse")["errors"] == "[string]?"


def test_the_batch_of_the_path_is_not_the_batch_filter(contract: Contract) -> None:
    """Cancelling has both, with one underscore and with two, and they have different types."""
    by_name = {
        p["name"]: (p["in"], spelled(contract, p["schema"])) for p in parameters(contract, CANCEL)
    }
    assert by_name["batch__id"] == ("path", "uuid")
    assert by_name["batch_id"] == ("query", "[string]")


def test_no_filter_has_a_default(contract: Contract) -> None:
    """The empty defaults of the pages mean that nothing is filtered, so the contract omits them."""
    listed = [one for place in operations(contract) for one in parameters(contract, place)]
    assert not [one["name"] for one in listed if one["schema"].get("default") == ""]


def test_null_is_accepted_where_a_field_is_optional_and_nowhere_else(contract: Contract) -> None:
    """A required field of an answer must not be null, unless its block says so with `?!`."""
    answered = {name for name, file in vector_files(contract).items() if file != "requests"}
    for title in FIELDS:
        schema = whole(contract, components(contract)[title])
        required = schema["required"]
        for name, field in schema["properties"].items():
            if FIELDS[title].get(name, "").endswith("?!") or key_of(title) not in answered:
                continue
            assert nullable(field) is (name not in required), f"{title}.{name}: {ADVICE}"


def test_the_list_repeats_its_pagination_in_a_header(contract: Contract) -> None:
    """The answer to a list carries Content-Range as text, and allows a browser to read it."""
    headers = answer(contract, GET_JOBS, "200")["headers"]
    assert {name: header["schema"] for name, header in headers.items()} == {
        "Content-Range": {"type": "string"},
        "Access-Control-Expose-Headers": {"type": "string"},
    }


def test_security_is_declared_once(contract: Contract) -> None:
    """Everything needs a bearer token except what is public, which has an empty list."""
    assert contract["security"] == [{"bearer": []}]
    assert contract["components"]["securitySchemes"] == {
        "bearer": {"type": "http", "scheme": "bearer"}
    }
    declared = {
        place: operation["security"]
        for place, operation in operations(contract).items()
        if "security" in operation
    }
    assert declared == {place: [] for place in PUBLIC}, ADVICE


def test_the_servers_are_the_two_regions(contract: Contract) -> None:
    """They are the public core base URLs of fr and sa, with the service prefix."""
    assert [(server["url"], server["description"][:9]) for server in contract["servers"]] == [
        ("https://apis.pasqal.cloud/core-fast", "Region fr"),
        ("https://apis.sa.pasqal.cloud/core-fast", "Region sa"),
    ]


# ---------------------------------------------------------------------------------------------------------------------
# The spelling, on schemas that the contract does not have

TEXTS = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
BASE = {"title": "Base", "required": ["id"], "properties": {"id": {"type": "string"}}}
MORE = {"required": ["runs"], "properties": {"runs": {"type": ["integer", "null"]}}}
GROWN: Contract = {
    "paths": {
        "/a": {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"type": "array", "items": BASE}}},
                }
            }
        },
        "/b": {"get": {}},
    },
    "components": {
        "schemas": {
            "Base": BASE,
            "Whole": {"title": "Whole", "allOf": [{"$ref": "#/components/schemas/Base"}, MORE]},
        }
    },
}


def test_what_the_contract_may_get_next_has_a_spelling() -> None:
    """Mixed entries, composed objects, required fields that may be null, and bodies can be written down."""
    assert spelled(GROWN, TEXTS) == "[string] unique"
    assert fields(GROWN, "Whole") == {"id": "string!", "runs": "integer?!"}
    assert spelled(GROWN, GROWN["components"]["schemas"]["Whole"]) == "Whole"
    assert sent(GROWN, ("post", "/a")) == "[Base]!"
    assert sent(GROWN, ("get", "/b")) == ""
    assert [*parameters(GROWN, ("get", "/b"))] == []

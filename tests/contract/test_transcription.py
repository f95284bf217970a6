"""The contract says what the documentation and the observed answers say: the facts once more, and the traps in them.

Each table below is one block of a page, or of what is known without one. A type is spelled as on
the page but shorter: `uuid` and `date-time` are text of that format, `[x]` is an array of x, `A|B`
an enumeration of at least these values, in alphabetical order, `{x}` an object whose values are x,
a capitalised word another block, `unique` after an array what the page says of its entries,
`deprecated` what it says of a field. `!` marks what the page calls required. `?` says that null is
accepted, which the pages never print: it is our reading that an optional field of an answer may be
absent or null. Where a required field may be null as well, its block says so with `?!`. In a body
null is accepted only where it was seen to be sent.

Where the contract admits more than a page does, because answers were seen that contradict the page,
`FIELDS` has the page's word and `ADMITTED` the contract's.

A new operation is a line in `IDS`, `PARAMETERS` and `ANSWERS`, one in `BODIES` if it sends
something, one in `OBSERVED` if no page describes it, one in `PUBLIC` if it needs no token, and a
block in `FIELDS` for each new object.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from check_spec.places import look_up
from ledger.contract import case_files

if TYPE_CHECKING:
    from collections.abc import Iterator

Contract = dict[str, Any]

CANCEL = ("patch", "/api/v2/batches/{batch__id}/cancel/jobs")
COMPLETE = ("patch", "/api/v2/batches/{batch__id}/complete")
GET_JOBS = ("get", "/api/v2/jobs")
CREATE_BATCH = ("post", "/api/v1/batches")
GET_BATCH = ("get", "/api/v2/batches/{batch_id}")
BATCH_STATE = ("get", "/api/v1/batches/{batch_id}/status")
ADD_JOBS = ("post", "/api/v2/batches/{batch__id}/jobs")
LIST_BATCHES = ("get", "/api/v1/batches")
CANCEL_BATCH = ("patch", "/api/v2/batches/{batch__id}/cancel")
CANCEL_BATCHES = ("patch", "/api/v1/batches/cancel")
GET_JOB = ("get", "/api/v2/jobs/{job_id}")
JOB_STATE = ("get", "/api/v1/jobs/{job_id}/status")
CANCEL_JOB = ("patch", "/api/v2/jobs/{job_id}/cancel")
RESULTS_LINK = ("get", "/api/v1/jobs/{job_id}/results_link")
REBATCH = ("post", "/api/v1/batches/{batch__id}/rebatch")
SET_TAGS = ("patch", "/api/v1/batches/{batch_id}/tags")
PUBLIC_DEVICES = ("get", "/api/v1/devices")
DEVICES = ("get", "/api/v2/devices")
QUEUE = ("get", "/api/v1/devices/{dt_name}/queue")
SPECS = ("get", "/api/v1/devices/specs")
SPEC = ("get", "/api/v1/devices/specs/{device_type}")
PUBLIC_SPECS = ("get", "/api/v1/devices/public-specs")

JOB_STATUS = "CANCELED|CANCELING|DONE|ERROR|PENDING|RUNNING"
BATCH_STATUS = "CANCELED|CANCELING|DONE|ERROR|PAUSED|PENDING|RUNNING|TIMED_OUT"
PRIORITY = "CRITICAL|FREE|HIGH|LOW|MEDIUM"
DEVICE_TYPE = "EMU_C|EMU_FREE|EMU_FRESNEL|EMU_MPS|EMU_SV|EMU_TN|FRESNEL|FRESNEL8|FRESNEL_CAN1|FRESNEL_RD|FRESNEL_SA1"
AVAILABILITY = "ACTIVE|INACTIVE|RETIRED"

IN_PATH = {"batch__id": "uuid!"}
BATCH_IN_PATH = {"batch_id": "uuid!"}
JOB_IN_PATH = {"job_id": "uuid!"}

# The default of 0 that some pages print for `offset` is what leaving it out means.
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
    "origin": "[AZURE|CLIENT|OVH|UNKNOWN]",
    "start_date": "date-time",
    "end_date": "date-time",
}

BATCH_FILTERS = {
    "id": "[uuid]",
    "id__starts_with": "string",
    "project_id": "[uuid]",
    "user_id": "[string]",
    "device_type": "[string]",
    "status": f"[{BATCH_STATUS}]",
    "complete": "boolean deprecated",
    "open": "boolean",
    "min_jobs": "integer",
    "max_jobs": "integer",
    "start_date": "date-time",
    "end_date": "date-time",
    "queue_priority": f"[{PRIORITY}]",
    "tag": "string",
}

DEVICE_FILTERS = {
    "device_type": f"[{DEVICE_TYPE}]",
    "availability": f"[{AVAILABILITY}]",
    "public": "boolean",
}

IDS = {
    GET_JOBS: "get_jobs",
    CANCEL: "cancel_jobs",
    COMPLETE: "complete_batch",
    CREATE_BATCH: "create_batch",
    GET_BATCH: "get_batch",
    BATCH_STATE: "get_batch_status",
    ADD_JOBS: "add_jobs",
    LIST_BATCHES: "get_all_batches",
    CANCEL_BATCH: "cancel_batch",
    CANCEL_BATCHES: "cancel_batches",
    GET_JOB: "get_job",
    JOB_STATE: "get_job_status",
    CANCEL_JOB: "cancel_job",
    RESULTS_LINK: "get_job_results_link",
    REBATCH: "rebatch_jobs",
    SET_TAGS: "set_batch_tags",
    PUBLIC_DEVICES: "get_public_devices",
    DEVICES: "get_devices",
    QUEUE: "get_queue",
    SPECS: "get_device_specs",
    SPEC: "get_device_spec",
    PUBLIC_SPECS: "get_public_device_specs",
}

PARAMETERS: dict[tuple[str, str], dict[str, dict[str, str]]] = {
    GET_JOBS: {"query": PAGE_CONTROLS | FILTERS},
    CANCEL: {"path": IN_PATH, "query": FILTERS},
    COMPLETE: {"path": IN_PATH},
    CREATE_BATCH: {},
    GET_BATCH: {"path": BATCH_IN_PATH},
    BATCH_STATE: {"path": BATCH_IN_PATH},
    ADD_JOBS: {"path": IN_PATH},
    LIST_BATCHES: {"query": PAGE_CONTROLS | BATCH_FILTERS},
    CANCEL_BATCH: {"path": IN_PATH},
    CANCEL_BATCHES: {},
    GET_JOB: {"path": JOB_IN_PATH},
    JOB_STATE: {"path": JOB_IN_PATH},
    CANCEL_JOB: {"path": JOB_IN_PATH},
    RESULTS_LINK: {"path": JOB_IN_PATH},
    REBATCH: {"path": IN_PATH, "query": FILTERS},
    SET_TAGS: {"path": BATCH_IN_PATH},
    PUBLIC_DEVICES: {"query": PAGE_CONTROLS | DEVICE_FILTERS},
    DEVICES: {"query": PAGE_CONTROLS | DEVICE_FILTERS},
    # The page gives the two no bounds; those of every other list are assumed.
    QUEUE: {
        "path": {"dt_name": f"{DEVICE_TYPE}!"},
        "query": {"limit": PAGE_CONTROLS["limit"], "offset": PAGE_CONTROLS["offset"]},
    },
    SPECS: {},
    SPEC: {"path": {"device_type": f"{DEVICE_TYPE}!"}},
    PUBLIC_SPECS: {},
}

BODIES: dict[tuple[str, str], str] = {
    CREATE_BATCH: "CreateBatchRequest!",
    ADD_JOBS: "[JobRequest]!",
    CANCEL_BATCHES: "CancelBatchesRequest!",
    SET_TAGS: "[string] unique!",
}
"""The body of an operation, with `!` if it is required."""

OBSERVED = {
    *(GET_BATCH, BATCH_STATE, ADD_JOBS, CANCEL_BATCH, SET_TAGS),
    *(JOB_STATE, CANCEL_JOB, RESULTS_LINK, SPECS, SPEC, PUBLIC_SPECS),
}
"""The operations of which no page says path, parameters and answer; the official client is all there is."""

PUBLIC: set[tuple[str, str]] = {PUBLIC_DEVICES, PUBLIC_SPECS}
"""The operations that need no token."""

REFUSAL = {"422": "HTTPValidationError"}
BATCH = {"200": "NonPaginatedResponse[ProducedBatchWithPartialJobsResponse]", **REFUSAL}
JOB = {"200": "NonPaginatedResponse[ProducedPartialJobResponse]", **REFUSAL}
BATCH_PAGE = {"200": "PaginatedResponse[ProducedBatchResponse]", **REFUSAL}
DEVICE_PAGE = {"200": "PaginatedResponse[DeviceResponse]", **REFUSAL}

ANSWERS = {
    GET_JOBS: {
        "200": "PaginatedResponse[ProducedPartialJobResponse]",
        "422": "HTTPValidationError",
    },
    CANCEL: {
        "200": "NonPaginatedResponse[ProducedPartialJobBulkCancelResponse]",
        "422": "HTTPValidationError",
    },
    COMPLETE: BATCH,
    CREATE_BATCH: BATCH,
    GET_BATCH: BATCH,
    BATCH_STATE: {"200": "NonPaginatedResponse[BatchStatusResponse]", **REFUSAL},
    ADD_JOBS: BATCH,
    LIST_BATCHES: BATCH_PAGE,
    CANCEL_BATCH: BATCH,
    CANCEL_BATCHES: {"200": "NonPaginatedResponse[ProducedBatchBulkCancelResponse]", **REFUSAL},
    GET_JOB: JOB,
    JOB_STATE: {"200": "NonPaginatedResponse[JobStatusResponse]", **REFUSAL},
    CANCEL_JOB: JOB,
    RESULTS_LINK: {"200": "NonPaginatedResponse[ResultsLinkResponse]", **REFUSAL},
    REBATCH: BATCH,
    SET_TAGS: BATCH,
    PUBLIC_DEVICES: DEVICE_PAGE,
    DEVICES: DEVICE_PAGE,
    QUEUE: BATCH_PAGE,
    # Nothing is asked of these two that could be wrong.
    SPECS: {"200": "NonPaginatedResponse[DeviceSpecs]"},
    SPEC: {"200": "NonPaginatedResponse[DeviceSpec]", **REFUSAL},
    PUBLIC_SPECS: {"200": "NonPaginatedResponse[PublicDeviceSpecs]"},
}

PAGE_ENVELOPE = {
    "status": "error|fail|success?",
    "message": "string? =OK.",
    "code": "string? =200",
}

FIELDS = {
    "PaginatedResponse[ProducedPartialJobResponse]": {
        **PAGE_ENVELOPE,
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
    # Every form of a batch has the schema of the one with jobs, see docs/decisions/0005-one-batch-one-job.md.
    "PaginatedResponse[ProducedBatchResponse]": {
        **PAGE_ENVELOPE,
        "data": "[ProducedBatchWithPartialJobsResponse]!",
        "pagination": "Pagination!",
    },
    "PaginatedResponse[DeviceResponse]": {
        **PAGE_ENVELOPE,
        "data": "[DeviceResponse]!",
        "pagination": "Pagination!",
    },
    "NonPaginatedResponse[ProducedPartialJobResponse]": {"data": "ProducedPartialJobResponse?"},
    "NonPaginatedResponse[ProducedBatchBulkCancelResponse]": {
        "data": "ProducedBatchBulkCancelResponse?"
    },
    "NonPaginatedResponse[BatchStatusResponse]": {"data": "BatchStatusResponse?"},
    "NonPaginatedResponse[JobStatusResponse]": {"data": "JobStatusResponse?"},
    "NonPaginatedResponse[ResultsLinkResponse]": {"data": "ResultsLinkResponse?"},
    "NonPaginatedResponse[DeviceSpecs]": {"data": "{string}?"},
    "NonPaginatedResponse[DeviceSpec]": {"data": "DeviceSpec?"},
    "NonPaginatedResponse[PublicDeviceSpecs]": {"data": "[DeviceSpec]?"},
    "ProducedPartialJobBulkCancelResponse": {
        "jobs": "[ProducedPartialJobResponse]!",
        "errors": "{string}!",
    },
    # The page speaks of the errors in its prose only, so nothing says that they are required.
    "ProducedBatchBulkCancelResponse": {
        "batches": "[ProducedBatchWithPartialJobsResponse]!",
        "errors": "{string}?",
    },
    "BatchStatusResponse": {
        "id": "uuid!",
        "status": f"{BATCH_STATUS}!",
        "jobs_count_per_status": "{integer}!",
    },
    "JobStatusResponse": {"id": "uuid!", "status": f"{JOB_STATUS}!"},
    "ResultsLinkResponse": {"results_link": "string?!"},
    "JobResult": {
        "counter": "{integer}?",
        "raw": "[string]?",
        "serialised_results": "string?",
        "partial_register_counter": "{integer}?",
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
        "status": f"{BATCH_STATUS}!",
        "complete": "boolean deprecated!",
        "open": "boolean!",
        "priority": "integer deprecated!",
        "device_type": "string!",
        "user_id": "string!",
        "project_id": "uuid!",
        "created_at": "date-time!",
        "updated_at": "date-time!",
        "sequence_builder": "string!",
        "jobs_count": "integer!",
        "jobs_count_per_status": "{integer}!",
        "tags": "[string]!",
        "configuration": "object deprecated?",
        "backend_configuration": "string?",
        "webhook": "string?",
        "start_datetime": "date-time?",
        "end_datetime": "date-time?",
        "jobs": "[ProducedPartialJobResponse]?",
        "job_ids": "[uuid]?",
        "queue_priority": f"{PRIORITY}!",
        "device_status": "string?",
    },
    "DeviceResponse": {
        "id": "uuid!",
        "name": "string deprecated!",
        "device_type": "string!",
        "status": "string!",
        "average_queue_time": "integer!",
        "max_atom_num": "integer?",
        "is_emulator": "boolean!",
        "channels": "[string]?",
        "status_message": "string?",
        "allowed_result_types": "[string]!",
        "default_result_types": "[string]!",
        "active": "boolean deprecated!",
        "description": "string?",
        "bill_usage": "boolean!",
        "availability": f"{AVAILABILITY}!",
        "has_execution_logs": "boolean!",
    },
    "DeviceSpec": {"device_type": "string!", "specs": "string!"},
    "CreateBatchRequest": {
        "project_id": "uuid!",
        "sequence_builder": "string?",
        # Required unless the batch is open.
        "jobs": "[JobRequest]",
        "open": "boolean",
        "device_type": f"{DEVICE_TYPE}?",
        "backend_configuration": "string",
        "tags": "[string] unique",
        "configuration": "object deprecated",
        "webhook": "string?",
        "complete": "boolean deprecated",
        "emulator": f"{DEVICE_TYPE} deprecated",
        "priority": "number deprecated",
    },
    "JobRequest": {"runs": "integer >=1?", "variables": "object?", "sequence": "string"},
    "CancelBatchesRequest": {
        "batch_ids": "[string]",
        "project_id": "[string]",
        "user_id": "[string]",
        "device_type": "[string]",
        # Only PENDING and RUNNING are taken; that is left to the service.
        "status": f"[{BATCH_STATUS}]",
        "open": "boolean",
        "start_date": "date-time",
        "queue_priority": f"[{PRIORITY}]",
        "tags": "[string]",
        "cancel_all": "boolean",
    },
    "HTTPValidationError": {"detail": "[ValidationError]?"},
    # The page prints a bare array as `loc`; its items are names and positions.
    "ValidationError": {"loc": "[string or integer]!", "msg": "string!", "type": "string!"},
}

ADMITTED = {
    # The official client's `retry` sends null for a job without a sequence of its own.
    "JobRequest": {"sequence": "string?"},
    # Jobs of emulators were seen without a number of runs, and recorded jobs without their place.
    "ProducedPartialJobResponse": {"runs": "integer?!", "creation_order": "integer?"},
    # Recorded answers of other operations than Complete Batch leave each of these out.
    "ProducedBatchWithPartialJobsResponse": {
        "complete": "boolean deprecated?",
        "priority": "integer deprecated?",
        "sequence_builder": "string?",
        "jobs_count": "integer?",
        "jobs_count_per_status": "{integer}?",
        "tags": "[string]?",
        "queue_priority": f"{PRIORITY}?",
    },
    # No answer contradicts the page here; the contract asks for what a reader of devices cannot do without.
    "DeviceResponse": {
        "name": "string deprecated?",
        "average_queue_time": "integer?",
        "allowed_result_types": "[string]?",
        "default_result_types": "[string]?",
        "active": "boolean deprecated?",
        "bill_usage": "boolean?",
        "has_execution_logs": "boolean?",
    },
}

ADVICE = "the contract and the tables of this file differ; see what the documentation says, and change the wrong one"

SPELLINGS = [
    *(PAGE_CONTROLS | FILTERS).values(),
    *(DEVICE_FILTERS | BATCH_FILTERS).values(),
    *(spelling for block in FIELDS.values() for spelling in block.values()),
]
LISTED = {
    value for spelling in SPELLINGS if "|" in spelling for value in re.findall(r"\w+", spelling)
}

BOUNDS = {"exclusiveMinimum": ">", "exclusiveMaximum": "<", "minimum": ">=", "maximum": "<="}
NULL = {"type": "null"}


def resolved(contract: Contract, node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        node = look_up(contract, node["$ref"])
    return node


def followed(contract: Contract, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that another one refers to, with what stands beside the reference."""
    if "$ref" not in schema:
        return schema
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    return {**resolved(contract, schema), **beside}


def spelled(contract: Contract, schema: dict[str, Any]) -> str:
    """A schema in the spelling of the tables; an unknown keyword is an error, so that nothing is overlooked."""
    schema = dict(followed(contract, schema))
    schema.pop("description", None)
    default = f" ={schema.pop('default')}" if "default" in schema else ""
    deprecated = " deprecated" if schema.pop("deprecated", False) else ""
    unique = " unique" if schema.pop("uniqueItems", False) else ""
    bounds = "".join(f" {sign}{schema.pop(key)}" for key, sign in BOUNDS.items() if key in schema)
    null = "?" if nullable(schema) else ""
    kind = spelled_kind(contract, schema)
    assert not schema, f"the tables have no spelling for {schema}"
    return f"{kind}{bounds}{unique}{deprecated}{null}{default}"


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
        return "|".join(sorted(LISTED.intersection(schema.pop("enum"))))
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


def known(title: str) -> dict[str, str]:
    """The fields of an object as its page has them, but for what the contract admits beyond it."""
    return FIELDS[title] | ADMITTED.get(title, {})


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


@pytest.mark.parametrize("operation", IDS, ids=" ".join)
def test_an_operation_says_where_it_is_known_from(
    contract: Contract, operation: tuple[str, str]
) -> None:
    """`observed` where no page describes it, so that nobody takes it for a promise."""
    source = operations(contract)[operation]["x-source"]
    assert source == ("observed" if operation in OBSERVED else "documented"), ADVICE


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
        # What is said of the parameter as a whole counts as said of its schema.
        schema = {**parameter["schema"], "deprecated": parameter.get("deprecated", False)}
        written[f"{parameter['in']} {parameter['name']}"] = spelled(contract, schema) + mark
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
    assert fields(contract, title) == known(title), ADVICE
    assert list(fields(contract, title)) == list(FIELDS[title]), ADVICE


@pytest.mark.parametrize("title", ADMITTED)
def test_what_is_admitted_is_more_than_the_page_says(title: str) -> None:
    """Each line is about a field that the page has, and spells it in another way."""
    for name, spelling in ADMITTED[title].items():
        assert FIELDS[title][name] != spelling, name


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
    """The page prints it after the fields of a job, but it is a field of the batch."""
    batch = components(contract)["ProducedBatchWithPartialJobsResponse"]
    assert "queue_priority" in batch["properties"]
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
    answered = {name for name, file in case_files(contract).items() if file != "requests"}
    for title in FIELDS:
        schema = whole(contract, components(contract)[title])
        required = schema["required"]
        for name, field in schema["properties"].items():
            if known(title).get(name, "").endswith("?!") or key_of(title) not in answered:
                continue
            assert nullable(field) is (name not in required), f"{title}.{name}: {ADVICE}"


LISTS = [place for place in ANSWERS if ANSWERS[place]["200"].startswith("Paginated")]


@pytest.mark.parametrize("operation", LISTS, ids=" ".join)
def test_a_list_repeats_its_pagination_in_a_header(
    contract: Contract, operation: tuple[str, str]
) -> None:
    """The answer to a list carries Content-Range as text, and allows a browser to read it."""
    headers = answer(contract, operation, "200")["headers"]
    schemas = {name: resolved(contract, header)["schema"] for name, header in headers.items()}
    assert schemas == {
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

"""A made-up contract with every shape of a request body that a contract may need, and some of answers."""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]

NULL: Final[Schema] = {"type": "null"}
TEXT: Final[Schema] = {"type": "string"}
UUID: Final[Schema] = {"type": "string", "format": "uuid"}
TIME: Final[Schema] = {"type": "string", "format": "date-time"}
FREE: Final[Schema] = {"type": "object"}


def of(name: str) -> Schema:
    """A reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def thing(title: str, required: list[str] | None = None, **properties: Schema) -> Schema:
    """An object with these fields."""
    return {
        "title": title,
        "type": "object",
        "required": required or [],
        "properties": properties,
    }


def array(items: Schema) -> Schema:
    """An array of such items."""
    return {"type": "array", "items": items}


def mapping(values: Schema) -> Schema:
    """An object whose keys nobody knows."""
    return {"type": "object", "additionalProperties": values}


STRANGE: Final = 'How often: \\ """ {{ x }} {% endset %} #} é😀, that is "shots"'
"""A description that must not end anything in the templates or in the code."""

SCHEMAS: Final[dict[str, Schema]] = {
    "Device": {"title": "Device", "type": "string", "enum": ["FRESNEL", "EMU_FREE"]},
    "JobRequest": thing(
        "JobRequest",
        runs={"type": ["integer", "null"], "minimum": 1, "description": STRANGE},
        variables={"anyOf": [FREE, NULL], "description": "The values of the variables."},
        sequence=TEXT,
    ),
    "CreateBatchRequest": {
        **thing(
            "CreateBatchRequest",
            ["project_id", "jobs", "sequence_builder"],
            project_id={**UUID, "description": "Whose batch it is."},
            sequence_builder={"type": ["string", "null"]},
            jobs={**array(of("JobRequest")), "description": "What to run."},
            open={"type": "boolean", "default": False},
            device_type={"anyOf": [of("Device"), NULL]},
            fallback={**of("Device"), "description": "Where else."},
            devices=array(of("Device")),
            tags={**array(TEXT), "uniqueItems": True},
            not_before=TIME,
            parents=array({"anyOf": [UUID, NULL]}),
            weight={"type": "number"},
            size={"anyOf": [{"type": "integer"}, TEXT, NULL]},
            configuration=FREE,
            by_name=mapping(of("JobRequest")),
            by_device=mapping(array(of("Device"))),
            times=mapping(TIME),
            anything={},
            nested=thing("Nested", depth={"type": "integer"}, again=of("CreateBatchRequest")),
        ),
        "description": 'A batch to be "made"',
    },
    "AddJobsRequest": thing("AddJobsRequest", ["jobs"], jobs=array(of("JobRequest"))),
    "Odd": {
        **thing(
            "Odd",
            ["class"],
            **{
                "class": {**TEXT, "description": "A keyword."},
                "x-y": {"type": "integer"},
                "__x": array(of("Device")),
                "list": array(TEXT),
            },
        ),
        "description": "Keys that no attribute has.",
    },
    "Plain": thing("Plain", ["list"], list=array(TEXT), str=array(of("Device")), Any={}, items={}),
    "Base": thing("Base", ["kind"], kind=TEXT, level={"type": "integer", "description": "Up."}),
    "Made": {
        "title": "Made",
        "allOf": [of("Base"), {"required": ["level"], "properties": {"more": {"type": "boolean"}}}],
    },
    "Count": {"title": "Count", "type": "integer", "minimum": 0},
    "Result": thing("Result", ["counter"], counter=mapping({"type": "integer"})),
    "Results": {"title": "Results", **mapping(of("Result"))},
    "BatchBase": thing(
        "BatchBase",
        ["id"],
        id=UUID,
        progress={"type": "integer", "minimum": 0, "maximum": 100},
        place={"anyOf": [{"type": "integer", "exclusiveMinimum": 0}, NULL]},
        count=of("Count"),
    ),
    "Batch": {
        "title": "Batch",
        "allOf": [
            of("BatchBase"),
            {
                "properties": {
                    "results": mapping(of("Result")),
                    "results_by_name": of("Results"),
                    "devices": mapping(of("Device")),
                    "histories": mapping(mapping(array(of("Result")))),
                    "free": {**FREE},
                }
            },
        ],
    },
    # Nothing leads to it: it describes a file, whose address is not an operation.
    "File": thing("File", counter=mapping({"type": "integer"})),
}

BODIES: Final[dict[str, Schema]] = {
    "create_batch": of("CreateBatchRequest"),
    "add_jobs": {"oneOf": [array(of("JobRequest")), of("AddJobsRequest")]},
    "set_tags": array(TEXT),
    "send_ids": array(UUID),
    "send_devices": array(of("Device")),
    "send_free": FREE,
    "send_map": mapping(of("JobRequest")),
    "send_anything": {},
    "send_text": TEXT,
    "send_odd": of("Odd"),
    "send_plain": of("Plain"),
    "send_made": of("Made"),
}


def operation(name: str, body: Schema) -> Schema:
    """An operation that sends such a body and answers with a batch."""
    return {
        "operationId": name,
        "tags": ["made"],
        "parameters": [
            {"name": "batch__id", "in": "path", "required": True, "schema": UUID},
            {"name": "dry", "in": "query", "schema": {"type": "boolean"}},
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": {
                "description": "Done.",
                "content": {"application/json": {"schema": of("Batch")}},
            },
            "default": {"description": "Else.", "content": {"application/json": {"schema": {}}}},
        },
    }


def contract(
    bodies: dict[str, Schema] = BODIES, schemas: dict[str, Schema] = SCHEMAS
) -> dict[str, Any]:
    """A contract with an operation for each of the bodies."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Made up", "version": "1"},
        "paths": {
            f"/{name}/{{batch__id}}": {"post": operation(name, body)}
            for name, body in bodies.items()
        },
        "components": {"schemas": schemas},
    }

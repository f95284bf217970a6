"""Both generated readings of the contract accept each of its examples, lose nothing of it, and agree on it."""

from __future__ import annotations

import asyncio
import datetime
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import httpx
import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

import pasqal_core_schemas
from check_spec.places import look_up
from contract.derived import BODIES, SCHEMAS, plain
from contract.derived import classes as derived_classes
from ledger.contract import body_of, operations, path_pattern
from ledger.generated import generated_operation, required_arguments
from pasqal_core_api import Client, models
from pasqal_core_runtime.departures import Departure, Place, refuse
from pasqal_core_runtime.model import Model, read_model

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = YAML(typ="safe").load(ROOT / "openapi.yaml")
OVERRIDES = YAML(typ="safe").load(ROOT / "generator_config.yml")["class_overrides"]


class Example(NamedTuple):
    """One example of an answer, with the classes that read it."""

    operation_id: str
    method: str
    path: str
    status: int
    name: str
    model: type[Model]
    schema: type[BaseModel]
    payload: Any

    def __str__(self) -> str:
        return f"{self.operation_id}-{self.status}-{self.name}"


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        node = look_up(CONTRACT, node["$ref"])
    return node


def classes(schema: dict[str, Any]) -> tuple[type[Model], type[BaseModel]]:
    """The classes that the generators make of a component: named by its title, unless the configuration renames it."""
    name = re.sub(r"[\[\]]", "", resolved(schema)["title"])
    ours = OVERRIDES.get(name, {"class_name": name})["class_name"]
    return getattr(models, ours), getattr(pasqal_core_schemas, name)


def answers() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The operation, the status and the body of each answer that is an object of its own.

    An answer that is an array or a map has no model; `make spec` checks its examples against their
    schema, and the cases what a client shows of it.
    """
    for operation_id, (_, _, operation) in operations(CONTRACT).items():
        for status, response in operation["responses"].items():
            media = resolved(response).get("content", {}).get("application/json", {})
            if "properties" in resolved(media.get("schema", {})):
                yield operation_id, status, media


def examples() -> Iterator[Example]:
    for operation_id, status, media in answers():
        method, path, _ = operations(CONTRACT)[operation_id]
        for name, example in media.get("examples", {}).items():
            read = classes(media["schema"])
            payload = resolved(example)["value"]
            yield Example(operation_id, method, path, int(status), name, *read, payload)


every_example = pytest.mark.parametrize("example", list(examples()), ids=str)


@every_example
def test_a_model_gives_an_example_back_exactly(example: Example) -> None:
    """Strict reading and `to_dict` preserve the order of keys, null, and the spelling of times."""
    model = example.model.from_dict(example.payload, strict=True)
    assert json.dumps(model.to_dict()) == json.dumps(example.payload)


@every_example
def test_an_example_has_no_departures(example: Example) -> None:
    """The quick pass of reading accepts it, and the careful one agrees."""
    found: list[Departure] = []
    quick = example.model._read_exactly(example.payload)
    assert quick == example.model._read_leniently(example.payload, Place(), found)
    read_model(example.model, example.payload, found.append)
    assert found == []


def answering(example: Example) -> httpx.MockTransport:
    """A service that answers the documented request with the example, and rejects any other."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.method == example.method
        assert path_pattern(f"/prefix{example.path}").fullmatch(request.url.path)
        return httpx.Response(example.status, json=example.payload)

    return httpx.MockTransport(answer)


def arguments(example: Example) -> dict[str, Any]:
    """The required arguments of a generated operation: ids for its path, a body."""
    return required_arguments(CONTRACT, example.operation_id)


@every_example
def test_an_operation_reads_its_examples(example: Example) -> None:
    """The generated operation sends the documented request and reads the answer as the model of its schema."""
    operation = generated_operation(CONTRACT, example.operation_id)
    with httpx.Client(
        base_url="https://example.test/prefix", transport=answering(example)
    ) as connection:
        client = Client("https://example.test/prefix", on_departure=refuse).set_httpx_client(
            connection
        )
        answer = operation.sync_detailed(**arguments(example), client=client)
    assert answer.status_code == example.status
    assert answer.parsed == example.model.from_dict(example.payload)


@every_example
def test_an_async_operation_reads_its_examples(example: Example) -> None:
    """The async function sends the same request and reads the same model as the sync one."""
    operation = generated_operation(CONTRACT, example.operation_id)

    async def call() -> Any:
        url = "https://example.test/prefix"
        async with httpx.AsyncClient(base_url=url, transport=answering(example)) as connection:
            client = Client(url, on_departure=refuse).set_async_httpx_client(connection)
            return await operation.asyncio_detailed(**arguments(example), client=client)

    assert asyncio.run(call()).parsed == example.model.from_dict(example.payload)


def normalised(value: Any) -> Any:
    """A payload in which each time and id has one spelling."""
    if isinstance(value, dict):
        return {key: normalised(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [normalised(entry) for entry in value]
    for read in (datetime.datetime.fromisoformat, UUID):
        try:
            return read(value)
        except (TypeError, ValueError, AttributeError):
            pass
    return value


@every_example
@pytest.mark.parametrize("strict", [False, True], ids=["lax", "strict"])
def test_the_schemas_accept_an_example(example: Example, strict: bool) -> None:
    """The pydantic models accept it as JSON and give it back, apart from the spelling of times and ids."""
    read = example.schema.model_validate_json(json.dumps(example.payload), strict=strict)
    again = json.loads(read.model_dump_json(exclude_unset=True))
    assert normalised(again) == normalised(example.payload)


@every_example
def test_both_readings_agree_on_an_example(example: Example) -> None:
    """Each field has the same value in both, also if it is absent and has a default."""
    schema = example.schema.model_validate_json(json.dumps(example.payload))
    assert plain(example.model.from_dict(example.payload)) == plain(schema)


# ---------------------------------------------------------------------------------------------------------------------
# Bodies


class Body(NamedTuple):
    """One example of a request body, with the class that reads it in the sandbox."""

    operation_id: str
    name: str
    schema: type[BaseModel]
    payload: Any

    def __str__(self) -> str:
        return f"{self.operation_id}-{self.name}"


def bodies() -> Iterator[Body]:
    for operation_id in operations(CONTRACT):
        media = body_of(CONTRACT, operation_id)
        if media:
            title = re.sub(r"[\[\]]", "", resolved(media["schema"])["title"])
            kind = getattr(pasqal_core_schemas, title)
            for name, example in media["examples"].items():
                yield Body(operation_id, name, kind, resolved(example)["value"])


every_body = pytest.mark.parametrize("body", list(bodies()), ids=str)


@every_body
@pytest.mark.parametrize("strict", [False, True], ids=["lax", "strict"])
def test_the_schemas_accept_a_body(body: Body, strict: bool) -> None:
    """The pydantic models accept it as JSON and give it back: null is null, and what is absent stays absent."""
    read = body.schema.model_validate_json(json.dumps(body.payload), strict=strict)
    again = json.loads(read.model_dump_json(exclude_unset=True))
    assert normalised(again) == normalised(body.payload)


@every_body
def test_an_operation_sends_a_body_as_it_is(body: Body) -> None:
    """Nothing is added, left out or respelled on the way, by neither function."""
    method, path, _ = operations(CONTRACT)[body.operation_id]
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.method == method
        assert path_pattern(f"/prefix{path}").fullmatch(request.url.path)
        sent.append(request.content.decode())
        return httpx.Response(500, json={})

    operation = generated_operation(CONTRACT, body.operation_id)
    given = {**required_arguments(CONTRACT, body.operation_id), "body": body.payload}
    url = "https://example.test/prefix"

    async def call() -> None:
        transport = httpx.MockTransport(answer)
        async with httpx.AsyncClient(base_url=url, transport=transport) as connection:
            client = Client(url, on_departure=refuse).set_async_httpx_client(connection)
            await operation.asyncio_detailed(**given, client=client)

    with httpx.Client(base_url=url, transport=httpx.MockTransport(answer)) as connection:
        client = Client(url, on_departure=refuse).set_httpx_client(connection)
        operation.sync_detailed(**given, client=client)
    asyncio.run(call())
    assert [json.dumps(json.loads(text)) for text in sent] == [json.dumps(body.payload)] * 2


def test_the_generated_code_knows_the_fields_of_each_body() -> None:
    """The typed dictionary has every field of the schema, and tells the required ones from the others."""
    for component in BODIES:
        schema = SCHEMAS[component]
        kind: Any = derived_classes(component)[0]
        required = set(schema.get("required", []))
        assert kind.__required_keys__ == required, component
        assert kind.__optional_keys__ == schema["properties"].keys() - required, component


# ---------------------------------------------------------------------------------------------------------------------
# The examples together


def test_every_documented_answer_has_examples() -> None:
    """Without an example the tests above would check nothing for an answer."""
    documented = {(operation_id, int(status)) for operation_id, status, _ in answers()}
    missing = documented - {(example.operation_id, example.status) for example in examples()}
    assert not missing, (
        f"no example of {missing}: list one where the answer is described in openapi.yaml"
    )


def job_like(value: Any) -> Iterator[dict[str, Any]]:
    """Every batch and job in a payload."""
    if isinstance(value, dict):
        if "created_at" in value:
            yield value
        for entry in value.values():
            yield from job_like(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from job_like(entry)


def test_the_times_of_the_examples_are_in_order(contract: dict[str, Any]) -> None:
    """A job is created, starts, ends, and was last changed no earlier than that."""
    found = [
        one
        for example in contract["components"]["examples"].values()
        for one in job_like(example["value"])
    ]
    assert len(found) > 20
    for one in found:
        names = ("created_at", "start_timestamp", "start_datetime", "end_timestamp", "end_datetime")
        times = [one[name] for name in names if one.get(name)]
        assert [*times, one["updated_at"]] == sorted([*times, one["updated_at"]]), one["id"]

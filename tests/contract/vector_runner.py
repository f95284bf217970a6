"""What the tests of the vectors share: the cases, and both clients in front of a server that answers as a case says."""

from __future__ import annotations

import asyncio
import gzip
import inspect
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from attrs import define, field

from client.driver import Driver, call_generated
from client.scripted import Request, Scripted, Step, answer
from contract.derived import CONTRACT, classes
from ledger.calls import call_with, read_to_end
from ledger.client import CLIENTS, resource_class
from ledger.contract import operation_of, parameters_in, resolved
from ledger.generated import generated_argument, generated_operation, required_arguments
from ledger.items import Vector, read_vectors
from operation_table import API
from pasqal_client import AsyncPasqalClient, PasqalClient, RetryPolicy
from pasqal_client._listing.listings import Listing
from pasqal_client._settings import profiles
from pasqal_client._settings.config import VARIABLES
from pasqal_core_api import models

PREFIX = "/core-fast"


def every(kind: str, having: str = "id") -> pytest.MarkDecorator:
    """Run a test once for each case of a file that has something to say about that key."""
    cases = [case for case in read_vectors()[kind]["cases"] if having in case]
    return pytest.mark.parametrize("case", cases, ids=[case["id"] for case in cases])


def operation_for(request: Request) -> str:
    """The operation of the contract that a request is for."""
    path = request.path.removeprefix(PREFIX)
    operation_id = operation_of(CONTRACT, request.method, path)
    assert operation_id, f"no operation of openapi.yaml is {request.method} {path}"
    return operation_id


def least_answer(request: Request, others: Mapping[str, Any]) -> Any:
    """The answer that has as little in it as a call needs, unless there is another one to that operation."""
    operation_id = operation_for(request)
    answers = {**read_vectors()["requests"]["answers"], **others}
    advice = (
        f"no answer to {operation_id}: add one with nothing in it to `answers` of requests.json"
    )
    assert operation_id in answers, advice
    return answers[operation_id]


def body_of(request: Request) -> bytes:
    """The body of a request as it was before it was compressed."""
    if request.headers.get("content-encoding") == "gzip":
        return gzip.decompress(request.body)
    return request.body


def is_generated(call: str) -> bool:
    """Whether a call is made with a generated function, in place of a method of a resource."""
    return call.startswith(f"{API}.")


@cache
def generated_arguments(operation_id: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """The argument of a generated operation, and the schema, of each parameter, by its name on the wire."""
    found = {}
    for place in ("path", "query"):
        for wire, schema in parameters_in(CONTRACT, operation_id, place).items():
            parameter = {"name": wire, "in": place, "schema": schema}
            found[wire] = (generated_argument(CONTRACT, operation_id, parameter), schema)
    return found


def typed(schema: dict[str, Any], value: Any) -> Any:
    """An argument in the type that a generated function takes: an id, a time, or a member of an enumeration."""
    schema = resolved(CONTRACT, schema)
    if isinstance(value, list):
        return [typed(schema["items"], entry) for entry in value]
    if "enum" in schema:
        return getattr(models, schema["title"])(value)
    if schema.get("format") == "uuid":
        return UUID(value)
    if schema.get("format") == "date-time":
        return datetime.fromisoformat(value)
    return value


def generated_call(client: Any, operation_id: str, arguments: dict[str, Any]) -> Any:
    """Make the request of a generated operation; its arguments have the names of the wire, or `body`."""
    known = generated_arguments(operation_id)
    given = {}
    for wire, value in arguments.items():
        if wire == "body":
            given[wire] = value
            continue
        name, schema = known[wire]
        given[name] = typed(schema, value)
    return send_generated(client, operation_id, given)


def send_generated(client: Any, operation_id: str, arguments: dict[str, Any]) -> Any:
    """What a generated operation makes of the answer, on the connection of a client of either kind."""
    module = generated_operation(CONTRACT, operation_id)
    return call_generated(client, module, **arguments).parsed


def make_call(client: Any, call: str, arguments: dict[str, Any]) -> Any:
    """Make a call below a client, with its arguments by name; a listing is read to its end."""
    resource, _, method = call.partition(".")
    if is_generated(call):
        return generated_call(client, method, arguments)
    signature = inspect.signature(getattr(resource_class(CLIENTS[0], resource), method))
    made = call_with(getattr(getattr(client, resource), method), arguments, signature)
    return read_to_end(made, Listing, Driver, Iterator)


@define
class Runner:
    """A server and one of the clients, connected to it.

    Attributes:
        server: it keeps the requests.
        token: the client's.
        answer: what the server answers to requests of `operation`.
        operation: the operation of the case; others get as little as a call needs.
        answers: what it answers to some operations in place of that.
    """

    server: Scripted
    token: str
    answer: bytes = b""
    operation: str = ""
    answers: dict[str, Any] = field(factory=dict)
    loop: asyncio.Runner | None = None
    _clients: dict[str, Any] = field(factory=dict)

    def client(self, **settings: Any) -> Any:
        """A client with these settings that sends each request once."""
        if str(settings) not in self._clients:
            self._clients[str(settings)] = self.new_client(**settings)
        return self._clients[str(settings)]

    def new_client(self, **settings: Any) -> Any:
        """The same, but another one each time: a client remembers what it has submitted."""
        given = {
            "base_url": self.server.base_url,
            "retry": RetryPolicy(attempts=1),
            **settings,
        }
        if not settings.get("anonymous"):
            given["token"] = self.token
        if self.loop is None:
            return PasqalClient(**given)
        return Driver(AsyncPasqalClient(**given), self.loop)

    def close_client(self, client: Any) -> None:
        """Close a client."""
        client.close() if self.loop is None else client.aclose()

    def generated(self, operation_id: str, **settings: Any) -> Any:
        """What a generated operation makes of the answer."""
        arguments = required_arguments(CONTRACT, operation_id)
        return send_generated(self.client(**settings), operation_id, arguments)

    def file(self, component: str, body: str, **settings: Any) -> Any:
        """What the typed view of a schema makes of a file."""
        client = self.client(**settings)
        api = client.api if self.loop is None else client.target.api
        kind, _ = classes(component)
        return api.read(kind, json.loads(body))

    def answer_as(self, case: Vector) -> None:
        """Let the server give the answer of a case to the requests of its operation."""
        headers = {"Content-Type": "application/json", **case.get("headers", {})}
        self.answer = answer(case.get("status", 200), case["body"].encode(), headers)
        self.operation = case.get("operation", "")

    def respond(self, request: Request) -> list[Step]:
        """What the server answers."""
        if operation_for(request) == self.operation:
            return [self.answer]
        return [answer(200, least_answer(request, self.answers))]

    def close(self) -> None:
        """Close the clients."""
        for client in self._clients.values():
            self.close_client(client)


@contextmanager
def running(kind: str, token: str) -> Iterator[Runner]:
    """A runner with the sync or the async client, isolated from the settings of this machine."""

    with (
        pytest.MonkeyPatch.context() as patch,
        Scripted(lambda request: runner.respond(request)) as server,
        asyncio.Runner() as loop,
    ):
        for name in VARIABLES:
            patch.delenv(f"PASQAL_{name.upper()}", raising=False)
        patch.setattr(profiles, "path", lambda: Path("/nowhere/config.toml"))
        runner = Runner(server, token, loop=loop if kind == "async" else None)
        yield runner
        runner.close()


def canonical(value: Any) -> str:
    """A JSON value as text in which 1, 1.0 and true differ, and so do null and absent."""
    return json.dumps(value, sort_keys=True)

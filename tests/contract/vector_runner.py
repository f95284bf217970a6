"""What the tests of the vectors share: the cases, and both clients in front of a server that answers as a case says."""

from __future__ import annotations

import asyncio
import gzip
import inspect
import json
import re
from collections.abc import Iterator
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
from ledger.client import CLIENTS, resource_class
from ledger.contract import operations, parameters_in, resolved
from ledger.generated import generated_argument, generated_operation, required_arguments
from ledger.items import Vector, read_vectors
from operation_table import API
from pasqal_client import AsyncPasqalClient, PasqalClient, RetryPolicy
from pasqal_client._settings import profiles
from pasqal_client._settings.config import VARIABLES
from pasqal_core_api import models

PREFIX = "/core-fast"


def every(kind: str, having: str = "id") -> pytest.MarkDecorator:
    """Run a test once for each case of a file that has something to say about that key."""
    cases = [case for case in read_vectors()[kind]["cases"] if having in case]
    return pytest.mark.parametrize("case", cases, ids=[case["id"] for case in cases])


def path_pattern(template: str) -> re.Pattern[str]:
    """A pattern that matches the path of an operation."""
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)))


def operation_of(method: str, path: str) -> str:
    """The operation of the contract that a request is for; the one with the fewest placeholders in its path wins."""
    fitting = []
    for operation_id, (known, template, _) in operations(CONTRACT).items():
        if known == method and path_pattern(template).fullmatch(path):
            fitting.append((template.count("{"), operation_id))
    assert fitting, f"no operation of openapi.yaml is {method} {path}"
    return min(fitting)[1]


def empty_answer(request: Request) -> Any:
    """An answer without any items."""
    operation_id = operation_of(request.method, request.path.removeprefix(PREFIX))
    answers = read_vectors()["requests"]["answers"]
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
    given = dict(arguments)
    places = [
        given.pop(name)
        for name, parameter in signature.parameters.items()
        if parameter.kind is parameter.POSITIONAL_ONLY and name in given
    ]
    result = getattr(getattr(client, resource), method)(*places, **given)
    return list(result) if method == "list" else result


@define
class Runner:
    """A server and one of the clients, connected to it.

    Attributes:
        server: it keeps the requests.
        token: the client's.
        answer: what the server answers next; None for an answer without anything in it.
    """

    server: Scripted
    token: str
    answer: bytes | None = None
    loop: asyncio.Runner | None = None
    _clients: dict[str, Any] = field(factory=dict)

    def client(self, **settings: Any) -> Any:
        """A client with these settings that sends each request once."""
        if str(settings) not in self._clients:
            once = RetryPolicy(attempts=1)
            given = {
                "token": self.token,
                "base_url": self.server.base_url,
                "retry": once,
                **settings,
            }
            made = (
                PasqalClient(**given)
                if self.loop is None
                else Driver(AsyncPasqalClient(**given), self.loop)
            )
            self._clients[str(settings)] = made
        return self._clients[str(settings)]

    def operation(self, operation_id: str, **settings: Any) -> Any:
        """What a generated operation makes of the answer."""
        arguments = required_arguments(CONTRACT, operation_id)
        return send_generated(self.client(**settings), operation_id, arguments)

    def file(self, component: str, body: str, **settings: Any) -> Any:
        """What the typed view of a schema makes of a file."""
        client = self.client(**settings)
        api = client.api if self.loop is None else client.target.api
        kind, _ = classes(component)
        return api.read(kind, json.loads(body))

    def answers(self, case: Vector) -> None:
        """Let the server give the answer of a case."""
        headers = {"Content-Type": "application/json", **case.get("headers", {})}
        self.answer = answer(case.get("status", 200), case["body"].encode(), headers)

    def close(self) -> None:
        """Close the clients."""
        for client in self._clients.values():
            client.close() if self.loop is None else client.aclose()


@contextmanager
def running(kind: str, token: str) -> Iterator[Runner]:
    """A runner with the sync or the async client, isolated from the settings of this machine."""

    def script(request: Request) -> list[Step]:
        return [runner.answer or answer(200, empty_answer(request))]

    with (
        pytest.MonkeyPatch.context() as patch,
        Scripted(script) as server,
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

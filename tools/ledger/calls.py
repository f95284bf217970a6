"""What a method of the client sends for its arguments: found out by calling it, on a connection that leads nowhere."""

from __future__ import annotations

import inspect
import json
import logging
import os
import re
import warnings
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch
from urllib.parse import parse_qs

from .contract import (
    body_of,
    entries_in,
    field_at,
    operation_of,
    operations,
    parameters,
    path_pattern,
)
from .generated import sample_values
from .items import Item, read_cases

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import httpx

    from check_spec.places import Contract, Node
    from operation_table import Reach

_PREFIX: Final = "/prefix"
_REFUSAL: Final = 403
"""The status that ends a call: nothing is read back after it, and nothing is asked for again."""

Sent = dict[Item, list[str]]
"""What a request has at each item of the contract that it holds."""


def keywords_of(method: Any, filters: Any) -> list[str]:
    """The arguments of a method by name, and its filters; the resource itself is none of them."""
    # The first one is the resource itself, as the method is taken from its class.
    _, *names = inspect.signature(method).parameters
    if filters is None:
        return names
    # The signature shows the filters, too.
    own = [name for name in names if name in method.__annotations__]
    return [*own, *filters.__annotations__]


def call_with(
    method: Any,
    arguments: Mapping[str, Any],
    signature: inspect.Signature,
) -> Any:
    """Call a method with its arguments by name, of which some are positional."""
    given = dict(arguments)
    places = []
    for name, parameter in signature.parameters.items():
        if parameter.kind is parameter.POSITIONAL_ONLY and name in given:
            places.append(given.pop(name))
    return method(*places, **given)


def read_to_end(result: Any, *kinds: Any) -> Any:
    """What a call returns; a listing is read to its end.

    Args:
        result: what was returned.
        *kinds: the types of listings.
    """
    if isinstance(result, kinds):
        return list(result)
    return result


class Caller:
    """Makes calls of the method of an operation.

    Args:
        contract: the contract.
        root: the folder of the repository, whose cases say how the method is called.
        operation_id: the operation.
        reach: the method.
        method: the method as the class of the resource has it.
    """

    def __init__(
        self,
        contract: Contract,
        root: Path,
        operation_id: str,
        reach: Reach,
        method: Any,
    ) -> None:
        self._contract = contract
        self._operation_id = operation_id
        self._reach = reach
        self._signature = inspect.signature(method)
        files = read_cases(root)
        self._answers = files["requests"]["answers"]
        calls = files["errors"]["calls"]
        self._usual = self._usual_arguments(calls.get(operation_id, {}))
        self._body_schema = body_of(contract, operation_id).get("schema", {})
        self._requests: list[Sent] = []
        self._client = self._connect()

    def sent_items(self, keywords: list[str]) -> dict[Item, str]:
        """The items of the contract that the method sends, each with the keyword that changes it; empty if none does.

        Args:
            keywords: the arguments of the method, by name.
        """
        usual = self._send(self._usual) or {}
        found: dict[Item, str] = {}
        others = []
        for wire, value in self._samples():
            for name in keywords:
                if _is_alike(wire, name):
                    self._take_changed(name, value, usual, found)
                else:
                    others.append((wire, value, name))
        # Only now: they may change something on the way.
        for wire, value, name in others:
            reached = {item[-1] for item in found}
            if wire not in reached:
                self._take_changed(name, value, usual, found)
        sent = dict.fromkeys(usual, "")
        sent.update(found)
        return sent

    def _take_changed(
        self,
        name: str,
        value: Any,
        usual: Sent,
        found: dict[Item, str],
    ) -> None:
        """Add the items that are sent otherwise with an argument."""
        for item, texts in self._send_changed(name, value).items():
            if texts != usual.get(item):
                found.setdefault(item, name)

    def _samples(self) -> Iterator[tuple[str, Any]]:
        """Values for each parameter and each field of a body, by name on the wire; for another body without a name."""
        for parameter in self._parameters():
            for value in sample_values(self._contract, parameter["schema"]):
                yield parameter["name"], value
        if not self._body_schema:
            return
        for value in sample_values(self._contract, self._body_schema):
            if isinstance(value, dict):
                yield from value.items()
            else:
                yield "", value

    def _usual_arguments(self, call: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of the kit's own call, or else what has to be given, made up."""
        if call.get("call") == self._reach.call:
            return dict(call["arguments"])
        _, *declared = self._signature.parameters
        in_path = [one for one in self._parameters() if one["in"] == "path"]
        given = {}
        for name, parameter in zip(declared, in_path, strict=False):
            given[name] = sample_values(self._contract, parameter["schema"])[0]
        return given

    def _parameters(self) -> list[Node]:
        _, _, operation = operations(self._contract)[self._operation_id]
        return [parameter for _, parameter in parameters(self._contract, operation)]

    def _send_changed(
        self,
        name: str,
        value: Any,
    ) -> Sent:
        """What is sent with one argument more, or with that one only where others are in its way."""
        sent = self._send({**self._usual, name: value})
        if sent is None:
            sent = self._send({name: value})
        return sent or {}

    def _send(self, arguments: Mapping[str, Any]) -> Sent | None:
        """What the request of the operation has in it; None if none is sent."""
        self._requests.clear()
        resource = getattr(self._client, self._reach.resource)
        method = getattr(resource, self._reach.method)
        # What the answers lack is reported, and listings doubt them.
        log = patch.object(logging.getLogger("pasqal_client"), "disabled", True)
        with log, warnings.catch_warnings(action="ignore"), suppress(Exception):
            made = call_with(method, arguments, inspect.signature(method))
            read_to_end(made, Iterable)
        if not self._requests:
            return None
        return self._requests[0]

    def _connect(self) -> Any:
        """A client whose requests come to `_answer`, whatever the settings of this machine."""
        import httpx

        from pasqal_client import PasqalClient, RetryPolicy

        signing_in: dict[str, Any] = {"token": "a-token-of-the-ledger"}
        if self._reach.is_anonymous:
            signing_in = {"anonymous": True}
        transport = httpx.MockTransport(self._answer)
        with _no_settings():
            return PasqalClient(
                base_url=f"http://localhost{_PREFIX}",
                http_client=httpx.Client(transport=transport),
                retry=RetryPolicy(attempts=1),
                **signing_in,
            )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        """Keep the request of the operation, and refuse it; answer others with as little as the kit's server."""
        import httpx

        path = request.url.path.removeprefix(_PREFIX)
        operation_id = operation_of(self._contract, request.method, path)
        if operation_id == self._operation_id:
            self._requests.append(self._items(path, request))
        elif operation_id in self._answers:
            return httpx.Response(200, json=self._answers[operation_id])
        return httpx.Response(_REFUSAL, json={})

    def _items(
        self,
        path: str,
        request: httpx.Request,
    ) -> Sent:
        """What a request has at each item of the contract."""
        _, template, _ = operations(self._contract)[self._operation_id]
        placed = path_pattern(template).fullmatch(path)
        found: Sent = {}
        if placed is not None:
            names = re.findall(r"{(\w+)}", template)
            texts = placed.groups()
            for name, text in zip(names, texts, strict=True):
                found["path", name] = [text]
        query = parse_qs(request.url.query.decode(), keep_blank_values=True)
        for name, values in query.items():
            found["query", name] = values
        if request.content:
            body = json.loads(request.content)
            found["body",] = [json.dumps(body)]
            found |= self._fields(body)
        return found

    def _fields(self, body: Any) -> Sent:
        """The fields of a body, by the component that has them."""
        found: Sent = {}
        for steps, value in entries_in(body):
            name, field = field_at(self._contract, self._body_schema, steps)
            if field:
                item = "field", name, field
                texts = found.setdefault(item, [])
                texts.append(json.dumps(value))
        return found


def _is_alike(wire: str, keyword: str) -> bool:
    """Whether a keyword has the name on the wire, or nearly."""
    return keyword.replace("_", "") == wire.replace("_", "")


@contextmanager
def _no_settings() -> Iterator[None]:
    """Keep variables and profiles out of the client that is made in the block."""
    from pasqal_client._settings import profiles

    with patch.dict(os.environ), patch.object(profiles, "load", return_value={}):
        for name in [*os.environ]:
            if name.startswith("PASQAL_"):
                del os.environ[name]
        yield

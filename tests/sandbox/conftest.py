"""A running sandbox, and a client whose every answer is held against the contract."""

import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeAlias

import httpx
import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from check_spec.places import followed
from pasqal_client.sandbox import Sandbox

Connect: TypeAlias = Callable[[Sandbox], httpx.Client]

_CONTRACT = Path(__file__).parents[2] / "openapi.yaml"


# It is never used, and the default one is slow to load.
_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def plain_client(sandbox: Sandbox, base_url: str, **options: Any) -> httpx.Client:
    """A client that carries the token of a sandbox, and accepts any answer."""
    return httpx.Client(
        base_url=base_url,
        headers={"Authorization": f"Bearer {sandbox.token}"},
        verify=_TLS,
        trust_env=False,
        timeout=60,  # a busy machine is not a finding
        **options,
    )


def until(condition: Callable[[], object]) -> None:
    """Wait until a condition holds; the limit of a minute is only for what never happens."""
    end = monotonic() + 60
    while not condition():
        assert monotonic() < end, "it did not come"
        sleep(0.001)


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    """The contract, parsed from openapi.yaml."""
    document: dict[str, Any] = YAML(typ="safe").load(_CONTRACT.read_text())
    return document


@pytest.fixture(scope="session")
def check_answer(contract: dict[str, Any]) -> Callable[[httpx.Response], None]:
    """Fail where an answer of an operation is not what the contract says."""
    operations = {
        (method.upper(), re.compile(r"/core-fast" + re.sub(r"\{.*?\}", "[^/]+", path))): operation
        for path, methods in contract["paths"].items()
        for method, operation in methods.items()
    }

    def check(response: httpx.Response) -> None:
        response.read()
        for (method, pattern), operation in operations.items():
            if response.request.method == method and pattern.fullmatch(response.request.url.path):
                responses = operation["responses"]
                answer = responses.get(str(response.status_code), responses["default"])
                _, answer = followed(contract, "", answer)
                schema = {
                    **answer["content"]["application/json"]["schema"],
                    "components": contract["components"],
                }
                Draft202012Validator(
                    schema, format_checker=Draft202012Validator.FORMAT_CHECKER
                ).validate(response.json())

    return check


@pytest.fixture(scope="session")
def connect(check_answer: Callable[[httpx.Response], None]) -> Iterator[Connect]:
    """Make clients that carry a sandbox's token and check every answer."""
    with ExitStack() as clients:

        def make(sandbox: Sandbox) -> httpx.Client:
            hooks = {"response": [check_answer]}
            client = plain_client(sandbox, sandbox.base_url, event_hooks=hooks)
            return clients.enter_context(client)

        yield make


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A running, empty sandbox."""
    with Sandbox() as running:
        yield running


@pytest.fixture
def http(sandbox: Sandbox, connect: Connect) -> httpx.Client:
    """A client of that sandbox."""
    return connect(sandbox)


@pytest.fixture
def plain(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client of that sandbox that accepts any answer."""
    with plain_client(sandbox, sandbox.base_url) as client:
        yield client

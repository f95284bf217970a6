"""A sandbox, and both clients connected to it; every test that takes `client` runs once with each."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from client.driver import Driver
from pasqal_client import AsyncPasqalClient, PasqalClient, RetryPolicy
from pasqal_client.sandbox import Sandbox
from settings_elsewhere import look_in

IMPATIENT = RetryPolicy(first_pause=0)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    look_in(tmp_path, monkeypatch)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A running sandbox without any jobs."""
    with Sandbox() as running:
        yield running


@pytest.fixture(params=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Make clients of either kind, which are closed at the end."""
    if request.param == "sync":
        made = []

        def connect_sync(**settings: Any) -> PasqalClient:
            made.append(PasqalClient(**{"retry": IMPATIENT, **settings}))
            return made[-1]

        yield connect_sync
        for client in made:
            client.close()
        return
    with asyncio.Runner() as runner:
        drivers = []

        def connect_async(**settings: Any) -> Driver:
            drivers.append(Driver(AsyncPasqalClient(**{"retry": IMPATIENT, **settings}), runner))
            return drivers[-1]

        yield connect_async
        for driver in drivers:
            driver.aclose()


@pytest.fixture
def client(sandbox: Sandbox, connect: Callable[..., Any]) -> Any:
    """A client of either kind, connected to the sandbox."""
    return connect(token=sandbox.token, base_url=sandbox.base_url)


def settings_for(sandbox: Sandbox, base_url: str | None = None) -> dict[str, Any]:
    """The settings of a client of the sandbox's project.

    Args:
        base_url: the address, if something stands in front of the sandbox.
    """
    return {
        "token": sandbox.token,
        "base_url": base_url or sandbox.base_url,
        "project_id": sandbox.project_id,
    }


@pytest.fixture
def own(sandbox: Sandbox, connect: Callable[..., Any]) -> Callable[..., Any]:
    """Make clients of the sandbox's project."""

    def make(**others: Any) -> Any:
        return connect(**{**settings_for(sandbox), **others})

    return make


@pytest.fixture
def plain(sandbox: Sandbox) -> Iterator[PasqalClient]:
    """A sync client, to change batches past the methods under test."""
    with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as made:
        yield made


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    path = tmp_path_factory.mktemp("tls") / "self-signed.pem"
    made = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext"]
    alternative = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    files = ["-keyout", str(path), "-out", str(path.with_suffix(".crt"))]
    subprocess.run(
        [openssl, "req", "-x509", *made, alternative, *files], check=True, capture_output=True
    )
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path

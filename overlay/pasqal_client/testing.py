"""Fixtures for the tests of programs that use the client; pytest finds them where the package is installed.

- `pasqal_sandbox` is a running, empty `Sandbox`.
- `pasqal_client` is a `PasqalClient` connected to it.
- `async_pasqal_client` is an `AsyncPasqalClient` connected to it.

They need the `sandbox` extra. Each test also begins as a new process does: nothing is known of the
keys under which another one has submitted. pytest loads this module at every start, even in
projects that never use it, so the rest of the package is imported only when a test asks for a
fixture.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .client import AsyncPasqalClient, PasqalClient
    from .sandbox import Sandbox


def pytest_runtest_setup() -> None:
    """Forget the keys that another test has submitted under: it may have had another service at the same address."""
    known_keys = sys.modules.get("pasqal_client._writes.known_keys")
    if known_keys is not None:
        known_keys.KNOWN_KEYS.forget()


@pytest.fixture
def pasqal_sandbox() -> Iterator[Sandbox]:
    """A running, empty sandbox of pasqal_client, a new one for every test."""
    try:
        from .sandbox import Sandbox
    except ImportError as error:
        # What is installed is broken: that needs its traceback.
        if error.name is not None:
            raise
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def pasqal_client(pasqal_sandbox: Sandbox) -> Iterator[PasqalClient]:
    """A PasqalClient connected to the project of `pasqal_sandbox`, whatever variables and profiles there are."""
    from .client import PasqalClient

    with _no_settings():
        client = PasqalClient(**_settings_for(pasqal_sandbox))
    with client:
        yield client


@pytest.fixture
def async_pasqal_client(pasqal_sandbox: Sandbox) -> AsyncPasqalClient:
    """An AsyncPasqalClient connected to the project of `pasqal_sandbox`, to be used in `async with` on one event loop.

    It keeps no connection open between requests, so that a test which forgets the `async with`
    leaves nothing behind: a fixture cannot know on which loop to close it, or whether one is left.
    """
    from ._http.transport.pool import async_client_without_keepalive
    from .client import AsyncPasqalClient

    with _no_settings():
        return AsyncPasqalClient(
            **_settings_for(pasqal_sandbox), http_client=async_client_without_keepalive()
        )


def _settings_for(sandbox: Sandbox) -> dict[str, Any]:
    return {
        "token": sandbox.token,
        "base_url": sandbox.base_url,
        "project_id": sandbox.project_id,
    }


@contextmanager
def _no_settings() -> Iterator[None]:
    """Hide the user's variables and profiles; a client reads them when it is made, and not again."""
    from ._settings import profiles

    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PASQAL_")]:
            patch.delenv(name)
        patch.setattr(profiles, "load", lambda _name: {})
        yield

"""A sandbox, connections to it, and sequences, for the tests that run in an environment with Pulser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pulser import Sequence

from client.conftest import IMPATIENT, settings_for
from contract.derived import CONTRACT
from pasqal_client.pulser import PasqalConnection
from pasqal_client.sandbox import Sandbox

TEXTS = CONTRACT["components"]["x-texts"]


def fast(**settings: Any) -> Sandbox:
    """A sandbox in which jobs are done by the time that anybody asks, while nothing expires."""
    return Sandbox(
        speed=100_000,
        idle_timeout="1000d",
        result_lifetime="1000d",
        token_lifetime=10**9,
        **settings,
    )


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A fast sandbox."""
    with fast() as running:
        yield running


@pytest.fixture
def still() -> Iterator[Sandbox]:
    """A sandbox in which nothing happens by itself."""
    with Sandbox() as running:
        yield running


@pytest.fixture
def connect() -> Iterator[Callable[..., PasqalConnection]]:
    """Make connections to a sandbox, which are closed at the end."""
    made = []

    def make(sandbox: Sandbox, **options: Any) -> PasqalConnection:
        # A test that would wait forever fails.
        settings = {**settings_for(sandbox), "retry": IMPATIENT, "wait_timeout": 20}
        made.append(PasqalConnection(**{**settings, **options}))
        return made[-1]

    yield make
    for connection in made:
        connection.close()


@pytest.fixture
def connection(sandbox: Sandbox, connect: Callable[..., PasqalConnection]) -> PasqalConnection:
    """A connection to the sandbox."""
    return connect(sandbox)


@pytest.fixture
def rabi() -> Sequence:
    """A sequence without variables, on two atoms."""
    return Sequence.from_abstract_repr(TEXTS["rabi"])


@pytest.fixture
def parametrized() -> Sequence:
    """A sequence with the variables omega and t."""
    return Sequence.from_abstract_repr(TEXTS["parametrized"])


@pytest.fixture
def mappable() -> Sequence:
    """A sequence whose two atoms are mapped to traps at run time."""
    return Sequence.from_abstract_repr(TEXTS["mappable"])

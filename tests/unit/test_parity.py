"""The sync and the async client have the same names, arguments and types, and follow the same patterns."""

from __future__ import annotations

import inspect
import re
import textwrap
from typing import Any

import pytest

from pasqal_client import (
    AsyncJobListing,
    AsyncPasqalClient,
    Departures,
    JobListing,
    PasqalClient,
    _resource,
)
from pasqal_client._listing.listings import AsyncListing, Listing
from pasqal_client.batches import AsyncBatches, Batches
from pasqal_client.devices import AsyncDeviceQueue, AsyncDevices, DeviceQueue, Devices
from pasqal_client.jobs import AsyncJobs, Jobs
from pasqal_client.open_batch import AsyncOpenBatch, OpenBatch

TWINS: list[tuple[type, type]] = [
    (PasqalClient, AsyncPasqalClient),
    (Jobs, AsyncJobs),
    (Batches, AsyncBatches),
    (Devices, AsyncDevices),
    (DeviceQueue, AsyncDeviceQueue),
    (Listing, AsyncListing),
    (OpenBatch, AsyncOpenBatch),
]
RENAMED = {"close": "aclose"}


def methods(kind: type) -> dict[str, Any]:
    """The methods that a user may call, from the class and from what it shares with its twin."""
    return {
        name: value
        for name, value in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    }


def sync_of(annotation: Any) -> str:
    """An annotation as the sync twin writes it."""
    return re.sub(r"\bAsync(?=[A-Z])", "", str(annotation))


def shape(function: Any) -> list[Any]:
    """The parameters with kinds, defaults and types, and the result; for a coroutine, what it returns once awaited."""
    signature = inspect.signature(function)
    parameters = [
        (p.name, p.kind, p.default, sync_of(p.annotation)) for p in signature.parameters.values()
    ]
    return [*parameters, sync_of(signature.return_annotation)]


@pytest.mark.parametrize("twins", TWINS, ids=lambda twins: twins[0].__name__)
def test_twins_have_the_same_methods(twins: tuple[type, type]) -> None:
    """Only the method that closes the client may have another name, as is usual in async libraries."""
    sync, other = twins
    assert methods(sync).keys() <= methods(other).keys()
    assert {RENAMED.get(name, name) for name in methods(sync)} == methods(
        other
    ).keys() - RENAMED.keys()


@pytest.mark.parametrize(
    ("sync", "other"),
    [
        pytest.param(method, getattr(other, RENAMED.get(name, name)), id=f"{sync.__name__}.{name}")
        for sync, other in TWINS
        for name, method in methods(sync).items()
    ],
)
def test_twins_have_the_same_parameters(sync: Any, other: Any) -> None:
    """A user who knows one client knows the other."""
    assert shape(sync) == shape(other)


def test_twins_have_the_same_constructor() -> None:
    """The constructors differ only in the type of `http_client`."""
    assert shape(PasqalClient) == shape(AsyncPasqalClient)
    assert "http_client" in inspect.signature(PasqalClient).parameters


def test_nothing_is_awaited_in_one_client_and_iterated_in_the_other() -> None:
    """A method that returns a listing or an iterator returns it at once in both clients."""
    for sync, other in TWINS:
        for name, method in methods(sync).items():
            twin = getattr(other, RENAMED.get(name, name))
            returns = str(inspect.signature(method).return_annotation)
            plain = returns == "Self" or returns.startswith("Iterator")
            plain = plain or returns.endswith(("Listing", "OpenBatch", "Queue"))
            assert inspect.iscoroutinefunction(twin) is not plain, name


def test_what_a_client_gives_has_a_public_class() -> None:
    """A program may ask for the class of a listing or of the departures, and name it in its annotations."""
    for kind, listing in ((PasqalClient, JobListing), (AsyncPasqalClient, AsyncJobListing)):
        client = kind(token="t")
        assert isinstance(client.jobs.list(), listing)
        assert isinstance(client.departures, Departures)


@pytest.mark.parametrize("twins", TWINS, ids=lambda twins: twins[0].__name__)
def test_public_methods_are_documented(twins: tuple[type, type]) -> None:
    """The docstring of an async method may refer to its sync twin."""
    for kind in twins:
        assert inspect.getdoc(kind)
        assert all(method.__doc__ for method in methods(kind).values())


PATTERNS = re.findall(r"(?:^    .+\n)+", _resource.__doc__ or "", re.MULTILINE)


@pytest.mark.parametrize("pattern", PATTERNS, ids=["read", "listing", "write"])
def test_the_patterns_for_a_method_are_those_of_the_resources(pattern: str) -> None:
    """Each pattern is the body of a method, and of its twin, with `await` before what sends and its own listing."""
    body = textwrap.indent(textwrap.dedent(pattern), " " * 8)
    assert body in code_of(Jobs, Batches)
    twin = re.sub(r"self\._(read|write)\(", r"await self._\1(", body)
    twin = re.sub(r"\b(\w+Listing)\b", r"Async\1", twin)
    assert twin in code_of(AsyncJobs, AsyncBatches)


def code_of(*kinds: type) -> str:
    """The source of some classes without comments."""
    source = "".join(map(inspect.getsource, kinds))
    return re.sub(r"^ *#.*\n", "", source, flags=re.MULTILINE)

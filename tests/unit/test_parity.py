"""The sync and the async client have the same names, arguments and types."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from pasqal_client import AsyncPasqalClient, PasqalClient
from pasqal_client._listing.listings import AsyncListing, Listing
from pasqal_client.batches import AsyncBatches, Batches
from pasqal_client.jobs import AsyncJobs, Jobs

TWINS: list[tuple[type, type]] = [
    (PasqalClient, AsyncPasqalClient),
    (Jobs, AsyncJobs),
    (Batches, AsyncBatches),
    (Listing, AsyncListing),
]
RENAMED = {"close": "aclose"}


def methods(kind: type) -> dict[str, Any]:
    """What a user may call, from the class and from what it shares with its twin."""
    return {
        name: value
        for name, value in inspect.getmembers(kind, inspect.isroutine)
        if not name.startswith("_")
    }


def sync_of(annotation: Any) -> str:
    """An annotation as the sync twin has it."""
    text = re.sub(r"Async(Iterator|PasqalClient|Jobs|Batches|JobListing)", r"\1", str(annotation))
    return text.replace("httpx.AsyncClient", "httpx.Client")


def shape(function: Any) -> list[Any]:
    """The parameters with their kinds, defaults and types, and the result; that of a coroutine is what is awaited."""
    signature = inspect.signature(function)
    parameters = [
        (p.name, p.kind, p.default, sync_of(p.annotation)) for p in signature.parameters.values()
    ]
    return [*parameters, sync_of(signature.return_annotation)]


@pytest.mark.parametrize("twins", TWINS, ids=lambda twins: twins[0].__name__)
def test_twins_have_the_same_methods(twins: tuple[type, type]) -> None:
    """Only closing has a second name, as is usual."""
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
def test_twins_have_the_same_arguments(sync: Any, other: Any) -> None:
    """Who knows one client knows the other."""
    assert shape(sync) == shape(other)


def test_twins_are_made_alike() -> None:
    """The constructors differ in the kind of `http_client` alone."""
    assert shape(PasqalClient) == shape(AsyncPasqalClient)
    assert "http_client" in inspect.signature(PasqalClient).parameters


def test_nothing_is_awaited_in_one_client_and_iterated_in_the_other() -> None:
    """What returns a listing or an iterator does so at once in both."""
    for sync, other in TWINS:
        for name, method in methods(sync).items():
            twin = getattr(other, RENAMED.get(name, name))
            returns = str(inspect.signature(method).return_annotation)
            plain = returns in ("JobListing", "Self") or returns.startswith("Iterator")
            assert inspect.iscoroutinefunction(twin) is not plain, name


@pytest.mark.parametrize("twins", TWINS, ids=lambda twins: twins[0].__name__)
def test_public_methods_are_documented(twins: tuple[type, type]) -> None:
    """The async ones may refer to the sync ones."""
    for kind in twins:
        assert inspect.getdoc(kind)
        assert all(method.__doc__ for method in methods(kind).values())

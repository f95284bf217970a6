"""What an error says about a request that was answered comes from the answer itself."""

from __future__ import annotations

import asyncio
import copy
import pickle
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx
import pytest

from pasqal_client import AsyncPasqalClient, PasqalClient, ResponseError
from pasqal_client._http.error_context import ErrorContext
from pasqal_core_api.api.batches import complete_batch
from pasqal_core_api.api.jobs import get_jobs
from pasqal_core_runtime.response import Response

BATCH = UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
URL = "https://lab.example/prefix"
TOKEN = "a-token-of-someone"


def answer(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"data": {}}, headers={"X-Request-Id": f"r-{request.method}"})


def sync_client() -> PasqalClient:
    connection = httpx.Client(transport=httpx.MockTransport(answer))
    return PasqalClient(token=TOKEN, base_url=URL, http_client=connection)


def error_of(response: Response[Any]) -> ResponseError:
    return ErrorContext.of_answer(response).error(ResponseError, f"odd: {TOKEN}", status=200)


def test_an_answer_carries_the_request_as_it_was_sent() -> None:
    """The path of any operation includes the service's prefix."""
    client = sync_client()
    read = error_of(get_jobs.sync_detailed(client=client.api))
    assert (read.method, read.path) == ("GET", "/prefix/api/v2/jobs")
    write = error_of(complete_batch.sync_detailed(BATCH, client=client.api))
    assert (write.method, write.path) == ("PATCH", f"/prefix/api/v2/batches/{BATCH}/complete")


def test_an_answer_of_the_async_client_carries_it_too() -> None:
    """The async connection attaches the same details to the headers as the sync one."""
    connection = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    client = AsyncPasqalClient(token=TOKEN, base_url=URL, http_client=connection)
    error = error_of(asyncio.run(get_jobs.asyncio_detailed(client=client.api)))
    assert (error.method, error.path) == ("GET", "/prefix/api/v2/jobs")
    assert error.request_id == "r-GET"


def test_the_error_has_the_request_id_and_no_secret() -> None:
    """An error that is made from an answer is redacted like every other error."""
    error = error_of(get_jobs.sync_detailed(client=sync_client().api))
    assert error.request_id == "r-GET"
    assert error.reason == "odd: ***"
    assert error.status == 200


def test_an_answer_from_a_foreign_connection_still_makes_an_error() -> None:
    """A connection that the caller gave to `client.api` attaches nothing, so method and path are empty."""
    error = error_of(Response(HTTPStatus.OK, b"", {"x-request-id": "r-1"}, None))
    assert (error.method, error.path, error.request_id) == ("", "", "r-1")


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])  # fmt: skip  # noqa: S301
def test_a_raw_answer_pickles_and_copies_without_its_secrets(again: Any) -> None:
    """The redaction attached to an answer knows the token, so it does not go into the pickle."""
    response = get_jobs.sync_detailed(client=sync_client().api)
    copied = again(response)
    assert copied.headers == response.headers
    assert TOKEN.encode() not in pickle.dumps(copied)
    restored = again(ErrorContext.of_answer(response))
    assert (restored.method, restored.path) == ("GET", "/prefix/api/v2/jobs")

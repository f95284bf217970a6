"""Bodies of requests on the wire: compressed when they are large, the same bytes each time, and what is in them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpx
import pytest

from client.driver import Driver, call_generated
from client.scripted import Request, Scripted, Step, answer
from pasqal_client._http.request_body import compress_body
from pasqal_core_api.api.batches import add_jobs, create_batch

PROJECT = "f67a73f9-1da3-4124-974d-72e2bc80841b"
BATCH = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
GOOD = answer(200, {"data": {}})


def serve(answers: Iterable[bytes]) -> Scripted:
    """A server that gives these answers, one after the other."""
    left: Iterator[bytes] = iter(answers)

    def script(_: Request) -> list[Step]:
        return [next(left)]

    return Scripted(script)


def create(client: Any, body: dict[str, Any]) -> None:
    """Send a batch by the generated operation."""
    call_generated(client, create_batch, body=body)


def body_of_size(size: int) -> dict[str, Any]:
    """A body that is this many bytes of JSON as the HTTP library writes it."""
    empty = json.dumps({"project_id": PROJECT, "webhook": ""}, separators=(",", ":"))
    return {"project_id": PROJECT, "webhook": "x" * (size - len(empty))}


@pytest.mark.parametrize(("size", "compressed"), [(1024, False), (1025, True)])
def test_a_body_above_one_kibibyte_is_compressed(
    connect: Callable[..., Any], size: int, compressed: bool
) -> None:
    """The body says how it is encoded and how long it is, and unpacks to what was given."""
    body = body_of_size(size)
    with serve([GOOD]) as server:
        create(connect(token="t", base_url=server.base_url), body)
    (request,) = server.requests
    content = request.body
    assert int(request.headers["content-length"]) == len(content)
    assert (request.headers.get("content-encoding") == "gzip") is compressed
    if compressed:
        assert len(content) < size
        content = gzip.decompress(content)
    assert len(content) == size
    assert json.loads(content) == body
    assert request.headers["content-type"] == "application/json"


def test_a_body_is_the_same_whenever_it_is_sent_again(connect: Callable[..., Any]) -> None:
    """After 503 with Retry-After, 429, and 401 with a newer token, the same bytes arrive again."""
    tokens = iter(["first", "second"])
    waits = {"Retry-After": "0"}
    answers = [answer(503, b"", waits), answer(429, b"", waits), answer(401), GOOD]
    with serve(answers) as server:
        client = connect(token=lambda: next(tokens), base_url=server.base_url)
        create(client, body_of_size(5000))
    assert len({request.body for request in server.requests}) == 1
    assert [request.headers["content-encoding"] for request in server.requests] == ["gzip"] * 4
    signed = [request.headers["authorization"] for request in server.requests]
    assert signed == ["Bearer first"] * 3 + ["Bearer second"]


def test_an_array_and_nulls_arrive_as_they_are(connect: Callable[..., Any]) -> None:
    """A body may be an array; null is sent, and what is absent is not."""
    jobs = [{"runs": None, "variables": {"phase": [0.5, 1], "name": "Zoë 量子"}}, {}]
    with serve([GOOD]) as server:
        client = connect(token="t", base_url=server.base_url)
        call_generated(client, add_jobs, batch_id=BATCH, body=jobs)
    (request,) = server.requests
    assert json.loads(request.body) == jobs
    assert "content-encoding" not in request.headers


def test_an_encoding_of_the_callers_own_is_left_alone(connect: Callable[..., Any]) -> None:
    """A request that is made by hand, by one who misses an operation, keeps its encoding."""
    packed = bytes(2000)
    with serve([GOOD]) as server:
        client = connect(token="t", base_url=server.base_url)
        send_by_hand(client, {"content": packed, "headers": {"Content-Encoding": "x-own"}})
    (request,) = server.requests
    assert request.headers["content-encoding"] == "x-own"
    assert request.body == packed


def test_a_stream_is_left_alone() -> None:
    """A body that comes in pieces is not collected to be compressed."""
    request = httpx.Request("POST", "http://127.0.0.1/", content=iter([b"x" * 2000]))
    assert compress_body(request) is request


def send_by_hand(client: Any, given: dict[str, Any]) -> None:
    """Send a request below the operations."""
    if isinstance(client, Driver):
        http = client.target.api.get_async_httpx_client()
        client.runner.run(http.post("/api/v1/anything", **given))
    else:
        client.api.get_httpx_client().post("/api/v1/anything", **given)

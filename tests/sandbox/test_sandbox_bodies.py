"""The bodies of requests: plain or in gzip, up to a limit, and not read without a token."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from pasqal_client.sandbox import Fault, Sandbox
from pasqal_client.sandbox.request_body import MOST_BYTES
from sandbox.test_sandbox_admission import exchanged

BATCHES = "/api/v1/batches"
GZIP = {"Content-Encoding": "gzip", "Content-Type": "application/json"}


def batch(sandbox: Sandbox, **fields: Any) -> dict[str, Any]:
    """The body of a batch for an emulator."""
    body = {"project_id": str(sandbox.project_id), "device_type": "EMU_FREE"}
    return body | {"sequence_builder": "any text", "jobs": [{}]} | fields


def test_a_body_may_be_compressed(sandbox: Sandbox, http: httpx.Client) -> None:
    """A batch and its jobs, a bare array included, are read out of gzip."""
    content = gzip.compress(json.dumps(batch(sandbox, open=True, jobs=[])).encode())
    created = http.post(BATCHES, content=content, headers=GZIP)
    assert created.status_code == 200
    batch_id = created.json()["data"]["id"]
    jobs = gzip.compress(json.dumps([{"runs": 3}, {}]).encode())
    added = http.post(f"/api/v2/batches/{batch_id}/jobs", content=jobs, headers=GZIP)
    assert [job["runs"] for job in added.json()["data"]["jobs"]] == [3, None]


@pytest.mark.parametrize(
    ("content", "encoding", "status", "words"),
    [
        (b"{}", "gzip", 400, "not gzip"),
        (gzip.compress(b"{}")[:-4], "gzip", 400, "cut off"),
        (gzip.compress(b"{}") * 2, "gzip", 400, "more than one part"),
        (gzip.compress(bytes(MOST_BYTES + 1)), "gzip", 413, "unpacks to more"),
        (b"{}", "br", 415, "another encoding"),
    ],
    ids=["plain", "cut", "twice", "bomb", "brotli"],
)
def test_a_body_that_cannot_be_unpacked_is_rejected(
    http: httpx.Client, content: bytes, encoding: str, status: int, words: str
) -> None:
    """The answer says why, and nothing is created."""
    answer = http.post(BATCHES, content=content, headers={"Content-Encoding": encoding})
    assert (answer.status_code, answer.json()["status"]) == (status, "fail")
    assert words in answer.json()["message"]
    assert http.get(BATCHES).json()["pagination"]["total"] == 0


@pytest.mark.parametrize(
    ("authorization", "length", "status"),
    [
        ("", 2**40, 401),
        ("Authorization: Bearer wrong\r\n", 2**40, 401),
        ("Authorization: Bearer {token}\r\n", MOST_BYTES + 1, 413),
    ],
)
def test_a_large_body_is_not_waited_for(
    sandbox: Sandbox, authorization: str, length: int, status: int
) -> None:
    """Without a token, or above the limit, the answer comes although the body that was announced never does."""
    line = f"POST {urlsplit(sandbox.base_url).path}{BATCHES} HTTP/1.1"
    signed = authorization.format(token=sandbox.token)
    answer = exchanged(sandbox, f"{line}\r\n{signed}Content-Length: {length}\r\n")
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())


def test_our_client_compresses_what_it_submits(sandbox: Sandbox) -> None:
    """A batch with many jobs arrives whole."""
    from pasqal_client import PasqalClient
    from pasqal_core_api.api.batches import create_batch
    from pasqal_core_api.models import BatchAnswer

    with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client:
        body: Any = batch(sandbox, jobs=[{"runs": 1}] * 500)
        answer = create_batch.sync(client=client.api, body=body)
    assert isinstance(answer, BatchAnswer)
    assert answer.data is not None
    assert answer.data.jobs_count == 500


# What the log of requests shows of them


def test_the_log_shows_a_body_and_how_it_was_encoded(sandbox: Sandbox, http: httpx.Client) -> None:
    """It is unpacked, null and absent are kept apart, and the headers say how it came."""
    body = batch(sandbox, webhook=None)
    content = gzip.compress(json.dumps(body).encode())
    http.post(BATCHES, content=content, headers=GZIP).raise_for_status()
    (request,) = sandbox.requests
    assert (request.json, request.body_size) == (body, len(json.dumps(body)))
    assert request.headers["content-encoding"] == "gzip"
    assert request.headers["content-length"] == str(len(content))
    assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize("fault", [Fault(status=503), Fault(reset="before")])
def test_the_log_shows_the_body_of_a_request_that_is_not_carried_out(
    sandbox: Sandbox, plain: httpx.Client, fault: Fault
) -> None:
    """A test can see what was sent although nothing came of it."""
    sandbox.add_fault(fault)
    with suppress(httpx.ReadError):
        plain.post(BATCHES, json=batch(sandbox))
    assert sandbox.requests[0].json == batch(sandbox)


@pytest.mark.parametrize(
    ("content", "size", "shown"),
    [
        (b"{", 1, None),
        (b'{"runs": NaN}', 13, None),
        (b'{"runs": 1e999}', 15, {"runs": None}),
        (b"[" * 1000, 1000, None),
        (b"null", 4, None),
        (b'["%b"]' % (b"x" * (256 * 1024 - 4)), 256 * 1024, ["x" * (256 * 1024 - 4)]),
        (b'["%b"]' % (b"x" * (256 * 1024 - 3)), 256 * 1024 + 1, None),
    ],
    ids=["cut", "nan", "infinity", "deep", "null", "long", "too long"],
)
def test_the_log_shows_what_is_json_up_to_a_limit(
    sandbox: Sandbox, plain: httpx.Client, content: bytes, size: int, shown: object
) -> None:
    """The size is there in any case, and programs in other languages read the same."""
    assert plain.post(BATCHES, content=content).status_code == 422
    root = sandbox.base_url.removesuffix("/core-fast")
    (request,) = plain.get(f"{root}/_sandbox/requests").json()
    assert (request["body_size"], request["body"]) == (size, shown)


def test_the_log_shows_no_secrets(sandbox: Sandbox, plain: httpx.Client) -> None:
    """Of headers that may have some it has the names, and the form for a token is not in it."""
    headers = [
        ("X-Api-Key", "hush"),
        ("Cookie", "a=hush"),
        ("Cookie", "b=hush"),
        ("Accept", "a/b"),
        ("Accept", "c/d"),
    ]
    plain.get(BATCHES, headers=headers)
    plain.get(BATCHES, headers={"Authorization": "hush"})
    plain.get(BATCHES, headers={"Authorization": "hush hush"})
    form = {"grant_type": "password", "client_id": "c", "username": "u", "password": "hush"}
    plain.post(sandbox.token_url, data=form, headers={"Authorization": "Basic hush"})
    seen = [request.headers for request in sandbox.requests]
    assert seen[0]["x-api-key"] == "[hidden]"
    assert seen[0]["cookie"] == "[hidden], [hidden]"
    assert seen[0]["accept"].endswith("a/b, c/d")
    shown = [headers["authorization"] for headers in seen]
    assert shown == ["Bearer [hidden]", "[hidden]", "[hidden]", "Basic [hidden]"]
    assert (sandbox.requests[-1].body, sandbox.requests[-1].body_size) == (None, 0)
    assert "hush" not in repr(sandbox.requests)


def test_the_log_shows_no_body_that_was_not_read(sandbox: Sandbox, plain: httpx.Client) -> None:
    """Without a token none is read."""
    headers = {"Authorization": "Bearer wrong"}
    assert plain.post(BATCHES, json=batch(sandbox), headers=headers).status_code == 401
    assert (sandbox.requests[0].body, sandbox.requests[0].json) == (None, None)


def test_a_body_is_rejected_with_the_quirks_of_other_errors(
    sandbox: Sandbox, plain: httpx.Client
) -> None:
    """An integer code is one there, too."""
    sandbox.quirks = {"integer-code"}
    answer = plain.post(BATCHES, content=b"{}", headers={"Content-Encoding": "br"})
    assert answer.json()["code"] == answer.status_code == 415


def test_an_encoding_on_top_of_another_is_rejected(plain: httpx.Client) -> None:
    """It does not matter whether one header names both, or each its own."""
    for headers in [[("Content-Encoding", "gzip, br")], [("Content-Encoding", "gzip")] * 2]:
        answer = plain.post(BATCHES, content=gzip.compress(b"{}"), headers=headers)
        assert answer.status_code == 415

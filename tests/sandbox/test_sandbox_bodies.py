"""The bodies of requests: plain or in gzip, up to a limit, and not read without a token."""

from __future__ import annotations

import gzip
import json
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from pasqal_client.sandbox import Sandbox
from pasqal_client.sandbox.request_body import MOST_BYTES

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


def test_a_large_body_is_not_read_without_a_token(sandbox: Sandbox) -> None:
    """The answer comes although the body that was announced never does."""
    address = urlsplit(sandbox.base_url)
    assert address.port is not None
    head = (
        f"POST {address.path}{BATCHES} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer wrong\r\nContent-Length: {2**40}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", address.port)) as connection:
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 401 ")


def test_a_body_above_the_limit_is_rejected_by_its_length(sandbox: Sandbox) -> None:
    """It is enough that it is announced."""
    address = urlsplit(sandbox.base_url)
    assert address.port is not None
    head = (
        f"POST {address.path}{BATCHES} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {sandbox.token}\r\nContent-Length: {MOST_BYTES + 1}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", address.port)) as connection:
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


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

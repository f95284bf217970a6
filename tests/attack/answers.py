"""What the service would answer to the requests of an exchange, and how h11 reads an answer.

The ids of an exchange contain its number, so a request shows which exchange it belongs to, however
late it arrives.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from uuid import UUID

import h11
from attrs import frozen

from client.scripted import answer, page

_number_of = re.compile(r"a77ac000-0000-4000-([89ab])[0-9a-f]{3}-([0-9a-f]{12})").search


def batch_id(number: int) -> UUID:
    """The id of the batch of an exchange."""
    return UUID(f"a77ac000-0000-4000-8000-{number:012x}")


def job_id(number: int, place: int = 0) -> UUID:
    """The id of a job of an exchange."""
    return UUID(f"a77ac000-0000-4000-9{place:03x}-{number:012x}")


def probe_id(number: int) -> UUID:
    """The id of the batch that the probe after an exchange asks for."""
    return UUID(f"a77ac000-0000-4000-b000-{number:012x}")


def exchange_of(target: str) -> tuple[bool, int] | None:
    """Whether a request is a probe, and the number of its exchange; None if it does not belong to any."""
    found = _number_of(target)
    if found is None:
        return None
    return found[1] == "b", int(found[2], 16)


def job(number: int, place: int = 0, status: str = "DONE") -> dict[str, Any]:
    """A job of the batch of an exchange, with every field."""
    return {
        "id": str(job_id(number, place)),
        "parent_id": None,
        "status": status,
        "runs": 500,
        "batch_id": str(batch_id(number)),
        "project_id": "0c7f6a50-4f46-4b39-9c4a-7e36c0ab6ed5",
        "created_at": f"2026-10-12T08:00:{place % 60:02d}.108309+00:00",
        "updated_at": "2026-10-12T08:11:11.007155+00:00",
        "start_timestamp": "2026-10-12T08:11:00.520067+00:00",
        "end_timestamp": "2026-10-12T08:11:11.007155+00:00",
        "variables": {"omega_max": 12.566, "durations": [400, 1200], "basis": "ground-rydberg"},
        "errors": ["The laser lock was lost."],
        "progress": 22,
        "sequence": '{"version":"1"}',
        "creation_order": place,
        "slurm_job_id": "874123",
    }


def batch(number: int) -> dict[str, Any]:
    """The batch of an exchange, complete, with every field."""
    return {
        "id": str(batch_id(number)),
        "status": "RUNNING",
        "complete": True,
        "open": False,
        "priority": 10,
        "device_type": "FRESNEL",
        "user_id": "auth0|1",
        "project_id": "0c7f6a50-4f46-4b39-9c4a-7e36c0ab6ed5",
        "created_at": "2026-10-12T08:00:31.108309+00:00",
        "updated_at": "2026-10-12T08:11:11.007155Z",
        "sequence_builder": "{}",
        "jobs_count": 2,
        "jobs_count_per_status": {"DONE": 2},
        "tags": ["scan"],
        "queue_priority": "MEDIUM",
        "parent_id": None,
        "configuration": {"a": [1]},
        "webhook": "https://lab.example/hook",
        "start_datetime": "2026-10-12T08:11:00.520067+00:00",
        "end_datetime": None,
        "jobs": [job(number)],
    }


def _jobs(number: int) -> dict[str, Any]:
    return _enveloped(page([job(number), job(number, 1)]))


def _one_job(number: int) -> dict[str, Any]:
    return _enveloped({"data": job(number)})


def _receipt(number: int) -> dict[str, Any]:
    cancelled = [job(number, 0, "CANCELED")]
    return _enveloped(
        {"data": {"jobs": cancelled, "errors": {str(job_id(number, 1)): "It is DONE."}}}
    )


def _completed(number: int) -> dict[str, Any]:
    return _enveloped({"data": batch(number)})


def _enveloped(content: dict[str, Any]) -> dict[str, Any]:
    return {"status": "success", "message": "OK.", "code": "200", **content}


@frozen
class Call:
    """A call of the client, and the answer to its requests if nothing is wrong.

    Attributes:
        make: makes the call, for the exchange of a number.
        good: the body of the answer.
        changes: whether it is a write.
    """

    make: Callable[[Any, int], Any]
    good: Callable[[int], dict[str, Any]]
    changes: bool = False


CALLS = {
    "page": Call(lambda client, n: client.jobs.page(batch_id=batch_id(n)), _jobs),
    "list": Call(lambda client, n: list(client.jobs.list(batch_id=batch_id(n))), _jobs),
    "count": Call(lambda client, n: client.jobs.count(batch_id=batch_id(n)), _jobs),
    "get": Call(lambda client, n: client.jobs.get(job_id(n)), _one_job),
    "statuses": Call(lambda client, n: client.jobs.statuses([job_id(n), job_id(n, 1)]), _jobs),
    "wait": Call(
        lambda client, n: client.jobs.wait(batch_id=batch_id(n), timeout=0.02, poll=0.001), _jobs
    ),
    "cancel all": Call(
        lambda client, n: client.batches.cancel_jobs(batch_id(n), all=True), _receipt, changes=True
    ),
    "cancel some": Call(
        lambda client, n: client.batches.cancel_jobs(batch_id(n), id=[job_id(n), job_id(n, 1)]),
        _receipt,
        changes=True,
    ),
    "complete": Call(
        lambda client, n: client.batches.complete(batch_id(n)), _completed, changes=True
    ),
}


def mistakes(number: int) -> list[tuple[int, bytes, dict[str, str]]]:
    """Answers that refuse a request or fail: status, body, headers."""
    detail = [
        {"loc": ["query", "id", 0], "msg": f"no such job {job_id(number)}", "type": "value_error"}
    ]
    old = {"status": "fail", "code": "422", "message": "Invalid.", "data": {"description": detail}}
    html = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502</h1></body></html>"
    return [
        (400, b'{"message": "Bad."}', {}),
        (
            401,
            b'{"code": "401", "message": "Unauthorised."}',
            {"WWW-Authenticate": 'Bearer error="invalid_token"'},
        ),
        (403, b"", {}),
        (
            404,
            b'{"status": "error", "code": "404", "message": "Not found."}',
            {"X-Request-Id": "r-404"},
        ),
        (409, b'{"error": "The batch is complete already."}', {}),
        (422, json.dumps({"detail": detail}).encode(), {}),
        (422, json.dumps(old).encode(), {}),
        (429, b"", {"Retry-After": "0", "Date": "Mon, 12 Oct 2026 08:00:00 GMT"}),
        (429, b"slow down", {"Retry-After": "Mon, 12 Oct 2026 08:00:00 GMT"}),
        (500, b"oops", {}),
        (502, html, {"Content-Type": "text/html", "CF-Ray": "8f"}),
        (503, b'{"message": "Down."}', {"Retry-After": "0"}),
        (504, html, {}),
        (302, b"", {"Location": "/elsewhere"}),
        (204, b"", {}),
    ]


@frozen
class Reading:
    """How h11 reads an answer.

    Attributes:
        status: the final status; None if it is missing.
        ends: whether the answer says where it ends, so that the connection need not be closed.
    """

    status: int | None
    ends: bool


@lru_cache(maxsize=4)
def read(raw: bytes, method: str) -> Reading:
    """Read an answer that is alone on a connection."""
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=100 * 1024)
    connection.send(h11.Request(method=method, target="/", headers=[("Host", "lab.example")]))
    connection.send(h11.EndOfMessage())
    status = None
    try:
        connection.receive_data(raw)
        while (event := connection.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
            # h11 reports a 101 as an interim answer, but no other answer follows it.
            if isinstance(event, h11.Response) or getattr(event, "status_code", 0) == 101:
                status = event.status_code  # type: ignore[union-attr]
            if isinstance(event, h11.EndOfMessage):
                return Reading(status, ends=True)
    except (h11.RemoteProtocolError, ValueError):
        pass
    return Reading(status, ends=False)


def good_answer(call: Call, number: int) -> bytes:
    """The answer to a call if nothing is wrong."""
    return answer(
        200, call.good(number), {"Content-Type": "application/json", "X-Request-Id": f"r-{number}"}
    )

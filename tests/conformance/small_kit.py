"""A small kit, whose cases make every assertion that there is, and what a client says and sends that passes them."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from pasqal_client.conformance.calls import Answer, Call
from pasqal_client.conformance.kit import Kit

JOB = "84e3c4a5-bdf5-43ef-827e-5fd5fba5913d"
BATCH = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
TOKEN = "kit-token-8d1f0c5be2a94763"

EMPTY = {"data": [], "pagination": {"total": 0, "start": 0, "end": 0}}
JOBS = {"method": "GET", "path": "/api/v2/jobs", "query": "limit=2&user_id=a+b"}
CREATION: dict[str, Any] = {
    "method": "POST",
    "path": "/api/v1/batches",
    "query": "",
    "body": {"jobs": [{"runs": 10}], "tags": ["pasqal-client:1"]},
    "patterns": {"/tags/0": "pasqal-client:[0-9]", "/tags/1": ".*"},
}
ID = {"uuid": JOB}
BODY = json.dumps({"data": [{"id": JOB, "runs": 1.50, "status": "HELD"}, 12], "code": "200"})

REQUESTS: dict[str, Any] = {
    "kind": "requests",
    "headers": {"Authorization": "Bearer {token}"},
    "has_headers": ["Accept"],
    "without_headers": ["Cookie"],
    "answers": {"get_jobs": EMPTY, "create_batch": {"data": {}}},
    "cases": [
        {
            "id": "read",
            "why": "Two pages, in any order, of which none has another header.",
            "feature": "jobs",
            "policies": {"requests": ["default-order"]},
            "operation": "get_jobs",
            "call": "jobs.list",
            "arguments": {},
            "answers": {"get_jobs": {"data": [{"link": "{files}/result"}]}},
            "files": {"result": {"body": "{}"}},
            "requests": [JOBS, {**JOBS, "query": "limit=1"}],
            "without": ["offset"],
            "returns": [JOB],
            "page": {"total": 1, "start": None, "end": None},
        },
        {
            "id": "write",
            "why": "A body whose tag differs from call to call, and no token.",
            "feature": "submit",
            "operation": "create_batch",
            "call": "batches.create",
            "arguments": {},
            "settings": {"anonymous": True},
            "requests": [{**CREATION, "without_headers": ["Authorization"]}],
        },
        {
            "id": "refused",
            "why": "A mistake of the caller.",
            "feature": "jobs",
            "operation": "get_jobs",
            "call": "jobs.get",
            "arguments": {"job_id": "7"},
            "refused": True,
        },
    ],
}
ANSWERS: dict[str, Any] = {
    "kind": "answers",
    "calls": {"get_jobs": {"call": "jobs.page", "arguments": {}}},
    "cases": [
        {
            "id": "page",
            "why": "Every form of a value.",
            "feature": "jobs",
            "operation": "get_jobs",
            "body": BODY,
            "shows": {
                "/data/0/id": ID,
                "/data/0/start": {"time": "2026-10-12T08:00:31.000000Z"},
                "/data/0/runs": {"value": 1.5},
                "/data/0/status": {"enum": "HELD", "known": False},
                "/data": {"size": 1},
                "/total": {"integer": "12345678901234567890"},
                "/code": {"absent": None},
            },
            "departures": ["/data/1", "/total"],
            "page": {"total": 1, "start": 0, "end": 1},
        },
        {
            "id": "file",
            "why": "A file, of which nothing departs.",
            "feature": "results",
            "schema": "JobResult",
            "body": "{}",
            "shows": {"/counter": {"absent": None}},
            "departures": [],
        },
    ],
}
ERRORS: dict[str, Any] = {
    "kind": "errors",
    "token": TOKEN,
    "policies": {"joined": ["joined-words"], "class": ["class-names"]},
    "calls": {"get_jobs": {"call": "jobs.page", "arguments": {}}},
    "cases": [
        {
            "id": "busy",
            "why": "Too many requests.",
            "feature": "jobs",
            "operation": "get_jobs",
            "status": 429,
            "headers": {"Retry-After": "3", "Content-Type": "text/plain"},
            "body": f"slower, {TOKEN}",
            "expect": {
                "class": "RateLimitError",
                "status": 429,
                "reason": ["please", "slower"],
                "joined": ["slower", "please"],
                "phrases": ["if you"],
                "retry_after": 3,
                "request_id": None,
                "errors": [{"loc": ["query", 0]}],
            },
            "hides": [TOKEN, "\n"],
            "repeated": True,
        },
        {
            "id": "gone",
            "why": "No mistakes one by one, and nothing to hide.",
            "feature": "jobs",
            "operation": "get_jobs",
            "status": 404,
            "headers": {},
            "body": "",
            "expect": {"class": "NotFoundError", "status": 404, "reason": ["404"]},
            "repeated": False,
        },
    ],
}
# Scenarios have tests of their own.
SCENARIOS: dict[str, Any] = {"kind": "scenarios", "cases": []}
KIT = Kit({"requests": REQUESTS, "answers": ANSWERS, "errors": ERRORS, "scenarios": SCENARIOS})


def case_of(kind: str, name: str) -> dict[str, Any]:
    """A case of the small kit."""
    cases: list[dict[str, Any]] = KIT.files[kind]["cases"]
    return next(case for case in cases if case["id"] == name)


@dataclass(frozen=True)
class Sent:
    """A request that a client sends."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Act:
    """What a client does for a call: what it sends, and what it says."""

    says: Answer
    sends: Sequence[Sent] = ()


class Puppet:
    """Stands for an adapter, and does for each call what it was told."""

    def __init__(self, *acts: Act) -> None:
        self._acts = list(acts)
        self.calls: list[Call] = []
        self.received: list[bytes] = []

    def ask(self, call: Call) -> Answer:
        """Send the requests of the next act, and say what it says."""
        self.calls.append(call)
        act = self._acts.pop(0)
        address = urlsplit(call.base_url)
        connection = http.client.HTTPConnection(address.netloc)
        for sent in act.sends:
            headers = dict(sent.headers)
            connection.request(sent.method, address.path + sent.target, sent.body or None, headers)
            self.received.append(connection.getresponse().read())
        connection.close()
        return act.says


FULL = {"Authorization": "Bearer {token}", "Accept": "*/*"}


def sent_for(token: str, request: Mapping[str, Any]) -> Sent:
    """What a client sends that does what a case expects."""
    query = f"?{request['query']}" if request["query"] else ""
    headers = {name: value.replace("{token}", token) for name, value in FULL.items()}
    body = b""
    if "body" in request:
        body = json.dumps(request["body"]).encode()
        headers["Content-Type"] = "application/json; charset=utf-8"
    return Sent(request["method"], request["path"] + query, headers, body)


def with_headers(sent: Sent, changes: Mapping[str, str | None]) -> Sent:
    """The same request with some headers changed; None takes one away."""
    headers = {**sent.headers, **changes}
    return replace(sent, headers={name: text for name, text in headers.items() if text is not None})

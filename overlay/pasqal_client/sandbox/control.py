"""Control of the sandbox over HTTP, beside the API, so that tests in any language can use it.

Each route does what the attribute or method of `Sandbox` with that name does. They ask for the
token, too: whoever may see the jobs may change them.
"""

# No `from __future__ import annotations` here: FastAPI reads the annotations of the handlers when
# they are added, so what they name has to be imported for real.

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias
from uuid import UUID

from fastapi import Body, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic_core import to_json
from starlette.types import ASGIApp, Receive, Scope, Send

from .admission import Admission
from .body_forms import list_mistakes
from .checks import clip, short_repr
from .database.sqlite_file import StorageError
from .fate import Fate
from .faults.fault import MOST_JOBS, Fault, dump_fault, parse_faults
from .faults.rules import FaultRule
from .request_log import RecordedRequest
from .shared_routes import Bound, forward
from .states import UnknownBatchError

if TYPE_CHECKING:
    from .server import Sandbox

PREFIX = "/_sandbox"

_JOBS_PREFIX = f"{PREFIX}/batches"
_MOST_BYTES_WITH_JOBS = 16 * 2**20
_MOST_BYTES = 2**20

_Object: TypeAlias = dict[str, Any]
_FATE_FIELDS = tuple(field.name for field in dataclasses.fields(Fate))
_DEVICE_FIELDS = ("status", "availability", "status_message")
_DESCRIPTION = (
    "base_url",
    "token_url",
    "project_id",
    "user_id",
    "username",
    "password",
    "client_id",
    "client_secret",
    "now",
)
_REQUEST_FIELDS = (
    "method",
    "path",
    "query",
    "status",
    "carried_token",
    "headers",
    "body_size",
)
_Json: TypeAlias = Annotated[Any, Body()]
_Field: TypeAlias = Annotated[Any, Body(embed=True)]


def create_control(sandbox: "Sandbox", accepts: Callable[[str], bool]) -> ASGIApp:
    """The routes, without their prefix.

    Args:
        sandbox: what they act on.
        accepts: judges the bearer token that every request must carry.
    """
    routes = _read_as_json(Bound(_make_routes(), _Routes(sandbox)))
    return Admission(routes, accepts, _limit_body)


def _read_as_json(app: ASGIApp) -> ASGIApp:
    """The app, which takes every body for JSON."""

    # curl calls any body a form unless it is told otherwise, and then every field would be missing.
    async def pass_on(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in scope["headers"] if name != b"content-type"]
        headers.append((b"content-type", b"application/json"))
        await app({**scope, "headers": headers}, receive, send)

    return pass_on


@cache
def _make_routes() -> FastAPI:
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    for method, path, name in (
        ("GET", "/", "describe"),
        ("POST", "/batches", "add_batch"),
        ("POST", "/batches/{batch_id}/jobs", "add_jobs"),
        ("POST", "/cancel_jobs", "cancel_jobs"),
        ("POST", "/advance", "advance"),
        ("POST", "/expire_tokens", "expire_tokens"),
        ("POST", "/clear", "clear"),
        ("GET", "/requests", "requests"),
        ("DELETE", "/requests", "clear_requests"),
        ("GET", "/faults", "faults"),
        ("POST", "/faults", "add_faults"),
        ("DELETE", "/faults", "clear_faults"),
        ("GET", "/quirks", "quirks"),
        ("PUT", "/quirks", "set_quirks"),
        ("PUT", "/devices/{device_type}", "set_device"),
    ):
        app.add_api_route(path, forward(_Routes, name), methods=[method], response_model=None)
    app.exception_handler(UnknownBatchError)(_not_found)
    app.exception_handler(ValueError)(_reject)
    app.exception_handler(TypeError)(_reject)
    app.exception_handler(StorageError)(_fail)
    app.exception_handler(RequestValidationError)(_reject_form)
    return app


def _limit_body(path: str) -> int:
    if path.startswith(_JOBS_PREFIX):
        return _MOST_BYTES_WITH_JOBS
    return _MOST_BYTES


def apply_fault(sandbox: "Sandbox", fault: Fault) -> None:
    """Change tokens, time and jobs as a fault says."""
    if fault.expire_tokens:
        sandbox.expire_tokens()
    if fault.advance:
        sandbox.advance(fault.advance)
    if fault.add_jobs:
        sandbox.add_batch([{}] * fault.add_jobs)
    if fault.cancel_jobs:
        sandbox.cancel_jobs(fault.cancel_jobs)


class _Routes:
    # In the event loop, not in worker threads: a sandbox answers sooner than a thread would start.

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox

    async def describe(self) -> _Object:
        return {name: getattr(self._sandbox, name) for name in _DESCRIPTION}

    async def add_batch(self, given: Annotated[_Object, Body()]) -> Response:
        jobs = _parse_jobs(given.pop("jobs", []))
        batch = self._sandbox.add_batch(jobs, **given)
        job_ids = [str(job_id) for job_id in batch.job_ids]
        return JSONResponse({"id": str(batch.id), "job_ids": job_ids}, 201)

    async def add_jobs(self, batch_id: UUID, given: Annotated[list[Any], Body()]) -> Response:
        job_ids = self._sandbox.add_jobs(batch_id, _parse_jobs(given))
        return JSONResponse({"job_ids": [str(job_id) for job_id in job_ids]}, 201)

    async def cancel_jobs(self, count: _Field) -> dict[str, list[UUID]]:
        return {"job_ids": self._sandbox.cancel_jobs(count)}

    async def advance(self, by: _Field) -> dict[str, datetime]:
        return {"now": self._sandbox.advance(by)}

    async def expire_tokens(self) -> _Object:
        self._sandbox.expire_tokens()
        return {}

    async def clear(self) -> _Object:
        self._sandbox.clear()
        return {}

    async def requests(self) -> Response:
        # One after the other, because 10,000 dictionaries take many times the memory of their JSON.
        requests = b",".join(_dump_request(request) for request in self._sandbox.requests)
        return Response(b"[" + requests + b"]", media_type="application/json")

    async def clear_requests(self) -> _Object:
        self._sandbox.clear_requests()
        return {}

    async def faults(self) -> list[_Object]:
        return _describe_rules(self._sandbox.faults)

    async def add_faults(self, given: _Json) -> Response:
        rules = self._sandbox.add_faults(parse_faults(given))
        return JSONResponse(_describe_rules(rules), 201)

    async def clear_faults(self) -> _Object:
        self._sandbox.clear_faults()
        return {}

    async def quirks(self) -> list[str]:
        return sorted(self._sandbox.quirks)

    async def set_quirks(self, given: Annotated[list[Any], Body()]) -> list[str]:
        self._sandbox.quirks = given
        return sorted(self._sandbox.quirks)

    async def set_device(self, device_type: str, given: Annotated[_Object, Body()]) -> _Object:
        _check_names("the state of a device", given, _DEVICE_FIELDS)
        self._sandbox.set_device(device_type, **given)
        return {}


def _describe_rules(rules: Iterable[FaultRule]) -> list[_Object]:
    return [
        {"fault": dump_fault(rule.fault), "seen": rule.seen, "fired": rule.fired} for rule in rules
    ]


def _dump_request(request: RecordedRequest) -> bytes:
    fields = {name: getattr(request, name) for name in _REQUEST_FIELDS}
    # JSON has no infinity, but a number in a body may be too large for a float.
    return to_json(fields | {"body": request.json}, inf_nan_mode="null")


def _parse_jobs(jobs: Any) -> list[Any]:
    if not isinstance(jobs, list):
        raise ValueError(f"jobs is {short_repr(jobs)}, not a list of jobs")
    if len(jobs) > MOST_JOBS:
        raise ValueError(
            f"{len(jobs):,} jobs are too many for one request: send at most {MOST_JOBS:,} at a time"
        )
    return [_parse_job(job) for job in jobs]


def _parse_job(job: Any) -> Any:
    # What is not a job at all is left to the sandbox, which says so as it does in Python.
    if not isinstance(job, Mapping):
        return job
    fate = job.get("fate")
    if not isinstance(fate, Mapping):
        return job
    _check_names("a fate", fate, _FATE_FIELDS)
    return {**job, "fate": Fate(**fate)}


# Python would say it in words that mean nothing in another language.
def _check_names(what: str, given: Mapping[str, Any], known: Sequence[str]) -> None:
    unknown = given.keys() - set(known)
    if unknown:
        names = clip(", ".join(sorted(unknown)))
        raise ValueError(f"unknown field in {what}: {names}; it has only {', '.join(known)}")


async def _not_found(_: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, 404)


async def _reject_form(_: Request, error: RequestValidationError) -> Response:
    return JSONResponse({"detail": list_mistakes(error)}, 422)


async def _fail(_: Request, error: StorageError) -> Response:
    return JSONResponse({"detail": str(error)}, 500)


async def _reject(_: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, 422)

"""What a test says to the sandbox beside the API, over HTTP: so that programs in any language can use it.

Each route does what the attribute or method of `Sandbox` with that name does. They ask for the
token, too: whoever may see the jobs may change them.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias
from uuid import UUID

from fastapi import Body, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic_core import to_json
from starlette.types import ASGIApp

from .admission import Admission
from .checks import clipped, shown
from .database.storage import StorageError
from .fate import Fate
from .faults.rules import MOST_JOBS, Fault, FaultRule, as_json, checked_faults
from .refusals import UnknownBatchError
from .request_log import RecordedRequest

if TYPE_CHECKING:
    from .server import Sandbox

PREFIX = "/_sandbox"

_JOBS_PREFIX = f"{PREFIX}/batches"
_LONGEST_WITH_JOBS = 16 * 2**20
_LONGEST = 2**20
_MOST_MISTAKES = 100

Object: TypeAlias = dict[str, Any]
_OF_FATE = tuple(field.name for field in dataclasses.fields(Fate))
_Json: TypeAlias = Annotated[Any, Body()]
_Field: TypeAlias = Annotated[Any, Body(embed=True)]


def create_control(sandbox: "Sandbox", accepts: Callable[[str], bool]) -> ASGIApp:
    """The routes, without their prefix.

    Args:
        sandbox: What they act on.
        accepts: Judges the bearer token that every request must carry.
    """
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    routes = _Routes(sandbox)
    for method, path, handler in (
        ("GET", "/", routes.look),
        ("POST", "/batches", routes.add_batch),
        ("POST", "/batches/{batch_id}/jobs", routes.add_jobs),
        ("POST", "/cancel_jobs", routes.cancel_jobs),
        ("POST", "/advance", routes.advance),
        ("POST", "/expire_tokens", routes.expire_tokens),
        ("POST", "/clear", routes.clear),
        ("GET", "/requests", routes.requests),
        ("DELETE", "/requests", routes.clear_requests),
        ("GET", "/faults", routes.faults),
        ("POST", "/faults", routes.add_faults),
        ("DELETE", "/faults", routes.clear_faults),
        ("GET", "/departures", routes.departures),
        ("PUT", "/departures", routes.set_departures),
    ):
        app.add_api_route(path, handler, methods=[method], response_model=None)
    app.exception_handler(UnknownBatchError)(_not_found)
    app.exception_handler(ValueError)(_refuse)
    app.exception_handler(TypeError)(_refuse)
    app.exception_handler(StorageError)(_fail)
    app.exception_handler(RequestValidationError)(_refuse_form)
    return Admission(app, accepts, _longest)


def _longest(path: str) -> int:
    return _LONGEST_WITH_JOBS if path.startswith(_JOBS_PREFIX) else _LONGEST


def happen(sandbox: "Sandbox", fault: Fault) -> None:
    """Do what a fault says of tokens, time and jobs."""
    if fault.expire_tokens:
        sandbox.expire_tokens()
    if fault.advance:
        sandbox.advance(fault.advance)
    if fault.add_jobs:
        sandbox.add_batch([{}] * fault.add_jobs)
    if fault.cancel_jobs:
        sandbox.cancel_jobs(fault.cancel_jobs)


class _Routes:
    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox

    async def look(self) -> Object:
        accounts = ("username", "password", "client_id", "client_secret")
        names = ("base_url", "token_url", "project_id", "user_id", *accounts, "now")
        return {name: getattr(self._sandbox, name) for name in names}

    async def add_batch(self, given: Annotated[Object, Body()]) -> Response:
        batch = self._sandbox.add_batch(_with_fates(given.pop("jobs", [])), **given)
        return JSONResponse(
            {"id": str(batch.id), "job_ids": [str(job_id) for job_id in batch.job_ids]}, 201
        )

    async def add_jobs(self, batch_id: UUID, given: Annotated[list[Any], Body()]) -> Response:
        job_ids = self._sandbox.add_jobs(batch_id, _with_fates(given))
        return JSONResponse({"job_ids": [str(job_id) for job_id in job_ids]}, 201)

    async def cancel_jobs(self, count: _Field) -> dict[str, list[UUID]]:
        return {"job_ids": self._sandbox.cancel_jobs(count)}

    async def advance(self, by: _Field) -> dict[str, datetime]:
        return {"now": self._sandbox.advance(by)}

    async def expire_tokens(self) -> Object:
        self._sandbox.expire_tokens()
        return {}

    async def clear(self) -> Object:
        self._sandbox.clear()
        return {}

    async def requests(self) -> Response:
        # One after the other: what they are made of takes many times as much room as what is said
        # of them.
        told = b",".join(map(_recorded, self._sandbox.requests))
        return Response(b"[" + told + b"]", media_type="application/json")

    async def clear_requests(self) -> Object:
        self._sandbox.clear_requests()
        return {}

    async def faults(self) -> list[Object]:
        return _told(self._sandbox.faults)

    async def add_faults(self, given: _Json) -> Response:
        rules = self._sandbox.add_faults(checked_faults(given))
        return JSONResponse(_told(rules), 201)

    async def clear_faults(self) -> Object:
        self._sandbox.clear_faults()
        return {}

    async def departures(self) -> list[str]:
        return sorted(self._sandbox.departures)

    async def set_departures(self, given: Annotated[list[Any], Body()]) -> list[str]:
        self._sandbox.departures = given
        return sorted(self._sandbox.departures)


def _told(rules: Iterable[FaultRule]) -> list[Object]:
    return [
        {"fault": as_json(rule.fault), "seen": rule.seen, "fired": rule.fired} for rule in rules
    ]


def _recorded(request: RecordedRequest) -> bytes:
    return to_json({name: getattr(request, name) for name in ("method", "path", "query", "status")})


def _with_fates(jobs: Any) -> list[Any]:
    if not isinstance(jobs, list):
        raise ValueError(f"jobs is {shown(jobs)}, not a list of jobs")
    if len(jobs) > MOST_JOBS:
        raise ValueError(
            f"{len(jobs):,} jobs are too many for one request: put in at most {MOST_JOBS:,} at a time"
        )
    return [_with_fate(job) for job in jobs]


def _with_fate(job: Any) -> Any:
    fate = job.get("fate") if isinstance(job, Mapping) else None
    if not isinstance(fate, Mapping):
        return job
    if unknown := fate.keys() - _OF_FATE:
        raise ValueError(
            f"a fate has no {clipped(', '.join(sorted(unknown)))}, only {', '.join(_OF_FATE)}"
        )
    return {**job, "fate": Fate(**fate)}


async def _not_found(_: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, 404)


async def _refuse_form(_: Request, error: RequestValidationError) -> Response:
    detail = [
        {name: mistake[name] for name in ("loc", "msg", "type")}
        for mistake in error.errors()[:_MOST_MISTAKES]
    ]
    return JSONResponse({"detail": detail}, 422)


async def _fail(_: Request, error: StorageError) -> Response:
    return JSONResponse({"detail": str(error)}, 500)


async def _refuse(_: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, 422)

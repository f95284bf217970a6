"""What a test says to the sandbox beside the API, over HTTP: so that programs in any language can use it.

Each route does what the attribute or method of `Sandbox` with that name does. They ask for the token, too: whoever may
see the jobs may change them.
"""

import dataclasses
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias
from uuid import UUID

from fastapi import Body, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from pasqal_client.sandbox.fates import Fate
from pasqal_client.sandbox.faults import Fault, FaultRule, as_json, checked_faults
from pasqal_client.sandbox.refusals import UnknownBatchError

if TYPE_CHECKING:
    from pasqal_client.sandbox.server import Sandbox

PREFIX = "/_sandbox"

Object: TypeAlias = dict[str, Any]
_OF_FATE = tuple(field.name for field in dataclasses.fields(Fate))
_Json: TypeAlias = Annotated[Any, Body()]
_Field: TypeAlias = Annotated[Any, Body(embed=True)]


def create_control(sandbox: "Sandbox", guard: Callable[..., Awaitable[None]]) -> FastAPI:
    """The routes, without their prefix.

    Args:
        sandbox: What they act on.
        guard: Refuses a request without the token.
    """
    app = FastAPI(openapi_url=None, redirect_slashes=False, dependencies=[Depends(guard)])
    routes = _Routes(sandbox)
    for method, path, handler in (
        ("GET", "/", routes.look),
        ("POST", "/batches", routes.add_batch),
        ("POST", "/batches/{batch_id}/jobs", routes.add_jobs),
        ("POST", "/cancel_jobs", routes.cancel_jobs),
        ("POST", "/advance", routes.advance),
        ("POST", "/expire_tokens", routes.expire_tokens),
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
    return app


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
        jobs = given.pop("jobs", [])
        if not isinstance(jobs, list):
            raise ValueError(f"jobs is {jobs!r}, not a list of jobs")
        batch = self._sandbox.add_batch(map(_with_fate, jobs), **given)
        return JSONResponse({"id": str(batch.id), "job_ids": [str(job_id) for job_id in batch.job_ids]}, 201)

    async def add_jobs(self, batch_id: UUID, given: Annotated[list[Object], Body()]) -> Response:
        job_ids = self._sandbox.add_jobs(batch_id, map(_with_fate, given))
        return JSONResponse({"job_ids": [str(job_id) for job_id in job_ids]}, 201)

    async def cancel_jobs(self, count: _Field) -> dict[str, list[UUID]]:
        return {"job_ids": self._sandbox.cancel_jobs(count)}

    async def advance(self, by: _Field) -> dict[str, datetime]:
        return {"now": self._sandbox.advance(by)}

    async def expire_tokens(self) -> Object:
        self._sandbox.expire_tokens()
        return {}

    async def requests(self) -> list[Object]:
        return [dataclasses.asdict(request) for request in self._sandbox.requests]

    async def clear_requests(self) -> Object:
        self._sandbox.clear_requests()
        return {}

    async def faults(self) -> list[Object]:
        return _told(self._sandbox.faults)

    async def add_faults(self, given: _Json) -> Response:
        rules = [self._sandbox.add_fault(fault) for fault in checked_faults(given)]
        return JSONResponse(_told(rules), 201)

    async def clear_faults(self) -> Object:
        self._sandbox.clear_faults()
        return {}

    async def departures(self) -> list[str]:
        return sorted(self._sandbox.departures)

    async def set_departures(self, given: Annotated[list[str], Body()]) -> list[str]:
        self._sandbox.departures = given
        return sorted(self._sandbox.departures)


def _told(rules: Iterable[FaultRule]) -> list[Object]:
    return [{"fault": as_json(rule.fault), "seen": rule.seen, "fired": rule.fired} for rule in rules]


def _with_fate(job: Any) -> Any:
    fate = job.get("fate") if isinstance(job, Mapping) else None
    if not isinstance(fate, Mapping):
        return job
    if unknown := fate.keys() - _OF_FATE:
        raise ValueError(f"a fate has no {', '.join(sorted(unknown))}, only {', '.join(_OF_FATE)}")
    return {**job, "fate": Fate(**fate)}


async def _not_found(_: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, 404)


async def _refuse(_: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, 422)

"""The service as an ASGI application: the contract's three operations over a store.

Requests are read and answers are checked by the models generated from the contract. The handlers
run in the event loop, because SQLite answers sooner than a worker thread would start to ask.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.applications import Starlette
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from pasqal_core_schemas import (
    HTTPValidationError,
    NonPaginatedResponseProducedBatchWithPartialJobsResponse,
    NonPaginatedResponseProducedPartialJobBulkCancelResponse,
    PaginatedResponseProducedPartialJobResponse,
)

from . import control
from .answers import CONTENT_RANGE, EXPOSED, Answers
from .database.queries import CancelQuery, JobsQuery, window
from .database.storage import StorageError
from .database.store import Store
from .faults.middleware import FaultMiddleware, Wire
from .faults.quirks import ChosenQuirks
from .faults.rules import Faults
from .operations import PLACES, PREFIX, TOKEN_PATH, operation_of
from .pages.routes import create_routes
from .refusals import RefusalError
from .request_log import Recorder, RequestLog
from .tokens import TokenDesk, endpoint

if TYPE_CHECKING:
    from .server import Sandbox

_BEARER = HTTPBearer(scheme_name="bearer")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a server is made of: the state, tokens, record of requests, quirks, faults, and who serves."""

    store: Store
    desk: TokenDesk
    log: RequestLog
    quirks: ChosenQuirks
    faults: Faults
    wire: Wire


def create_app(parts: Parts, sandbox: "Sandbox") -> Starlette:
    """The whole server: the service, whose requests are recorded, and around it what only a sandbox has."""
    good = create_service(parts.store, parts.desk, parts.quirks)
    service = FaultMiddleware(
        good, operation_of, parts.faults, partial(control.apply_fault, sandbox), parts.wire
    )
    app = Starlette(
        routes=[
            *create_routes(parts.store, PREFIX),
            _mount(control.PREFIX, control.create_control(sandbox, parts.desk.accepts)),
            _mount("/", Recorder(service, parts.log)),
        ]
    )
    app.router.redirect_slashes = False  # it would name whatever host the request names
    return app


def _mount(path: str, app: ASGIApp) -> Mount:
    mount = Mount(path, app)
    # As Starlette has it, a path with a line break in it would not be found here.
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


def create_service(store: Store, desk: TokenDesk, quirks: ChosenQuirks) -> Starlette:
    """What the service has too: the API under its prefix, and the token endpoint."""
    sign_in = Route(TOKEN_PATH, endpoint(desk), methods=["POST"])
    return Starlette(routes=[_mount(PREFIX, create_api(store, desk.accepts, quirks)), sign_in])


def create_api(
    store: Store, accepts: Callable[[str], bool], quirks: ChosenQuirks | None = None
) -> FastAPI:
    """The API alone, with the paths of the contract.

    Args:
        store: The batches and jobs that it serves.
        accepts: Judges the bearer token that every request must carry.
        quirks: How it departs from the contract; in nothing if not given.
    """
    quirks = quirks or ChosenQuirks()
    answers = Answers(quirks)
    api = FastAPI(
        title="Pasqal Cloud core API", version="2", openapi_url=None, redirect_slashes=False
    )
    api.include_router(
        _router(_Operations(store, quirks, answers)), dependencies=[Depends(_guard(accepts))]
    )
    api.exception_handler(RequestValidationError)(answers.refuse_values)
    api.exception_handler(StarletteHTTPException)(answers.refuse_request)
    api.exception_handler(RefusalError)(answers.refuse_operation)
    api.exception_handler(StorageError)(answers.fail)
    return api


class _Operations:
    """The handlers, named as in the contract."""

    def __init__(self, store: Store, quirks: ChosenQuirks, answers: Answers) -> None:
        self._store = store
        self._quirks = quirks
        self._answers = answers

    async def get_jobs(self, query: Annotated[JobsQuery, Query()]) -> Response:
        page = self._store.page(query, self._quirks.reading())
        _, start = window(query)
        end = start + len(page.jobs)
        pagination = {"total": page.total, "start": start, "end": end}
        first = start + 1 if page.jobs else 0
        content_range = f"{first}-{end if page.jobs else 0}/{page.total}"
        model = PaginatedResponseProducedPartialJobResponse
        return self._answers.success(model, content_range, data=page.jobs, pagination=pagination)

    async def cancel_jobs(
        self, batch__id: UUID, query: Annotated[CancelQuery, Query()]
    ) -> Response:
        outcome = self._store.cancel(batch__id, query, self._quirks.reading())
        data = {"jobs": outcome.jobs, "errors": outcome.errors}
        return self._answers.success(
            NonPaginatedResponseProducedPartialJobBulkCancelResponse, data=data
        )

    async def complete_batch(self, batch__id: UUID) -> Response:
        batch = self._store.complete(batch__id)
        return self._answers.success(
            NonPaginatedResponseProducedBatchWithPartialJobsResponse, data=batch
        )


def _router(operations: _Operations) -> APIRouter:
    router = APIRouter(
        responses={
            422: {
                "model": HTTPValidationError,
                "description": "The request does not satisfy the contract.",
            },
            "default": {
                "description": "Any other outcome.",
                "content": {"application/json": {"schema": {}}},
            },
        }
    )
    text = {"type": "string"}
    headers = {
        CONTENT_RANGE: {"description": "The page's place in the whole list.", "schema": text},
        EXPOSED: {"description": "Lets a page in a browser read the other header.", "schema": text},
    }
    router.add_api_route(
        **_place("get_jobs"),
        endpoint=operations.get_jobs,
        tags=["jobs"],
        response_model=PaginatedResponseProducedPartialJobResponse,
        responses={200: {"headers": headers}},
    )
    router.add_api_route(
        **_place("cancel_jobs"),
        endpoint=operations.cancel_jobs,
        tags=["batches"],
        response_model=NonPaginatedResponseProducedPartialJobBulkCancelResponse,
    )
    router.add_api_route(
        **_place("complete_batch"),
        endpoint=operations.complete_batch,
        tags=["batches"],
        response_model=NonPaginatedResponseProducedBatchWithPartialJobsResponse,
    )
    return router


def _place(operation: str) -> dict[str, Any]:
    method, path = PLACES[operation]
    return {"path": path, "methods": [method], "operation_id": operation}


def _guard(accepts: Callable[[str], bool]) -> Callable[..., Awaitable[None]]:
    # A dependency runs before the parameters are judged, so a request without the token learns
    # nothing of them.
    async def check(credentials: Annotated[HTTPAuthorizationCredentials, Depends(_BEARER)]) -> None:
        if not accepts(credentials.credentials):
            raise HTTPException(401, "The token is not valid.", {"WWW-Authenticate": "Bearer"})

    return check

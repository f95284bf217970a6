"""The service as an ASGI application: the operations of the contract over a store.

Requests are read and answers are checked by the models generated from the contract. The handlers
run in the event loop, because SQLite answers sooner than a worker thread would start to ask.
"""

# No `from __future__ import annotations` here: FastAPI reads the annotations of the handlers when
# they are added, so what they name has to be imported for real.

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, NoReturn
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
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
from .database.sqlite_file import StorageError
from .database.store import Store
from .faults.middleware import ConnectionControl, FaultMiddleware
from .faults.rules import Faults
from .operations import PLACES, PREFIX, TOKEN_PATH, operation_of
from .pages.routes import create_routes
from .quirks.quirk import ChosenQuirks
from .request_log import Recorder, RequestLog
from .states import StateError
from .tokens import TokenDesk, create_endpoint

if TYPE_CHECKING:
    from .server import Sandbox

_BEARER = HTTPBearer(scheme_name="bearer")
_TEXT = {"type": "string"}
_PAGE_HEADERS = {
    CONTENT_RANGE: {"description": "The page's place in the whole list.", "schema": _TEXT},
    EXPOSED: {"description": "Lets a page in a browser read the other header.", "schema": _TEXT},
}
# An operation is served once it has a line here and a handler of its name. Until then it is answered
# with 501, and `make generate` reports it.
SUCCESSES: Mapping[str, type[BaseModel]] = {
    "get_jobs": PaginatedResponseProducedPartialJobResponse,
    "cancel_jobs": NonPaginatedResponseProducedPartialJobBulkCancelResponse,
    "complete_batch": NonPaginatedResponseProducedBatchWithPartialJobsResponse,
}
"""What the success of each operation has to satisfy."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the app is made of: state, tokens, log of requests, quirks, faults, and the server."""

    store: Store
    desk: TokenDesk
    log: RequestLog
    quirks: ChosenQuirks
    faults: Faults
    server: ConnectionControl


def create_app(parts: Parts, sandbox: "Sandbox") -> Starlette:
    """The whole server: the service, whose requests are recorded, and around it what only a sandbox has."""
    good = _create_service(parts.store, parts.desk, parts.quirks)
    service = FaultMiddleware(
        good, operation_of, parts.faults, partial(control.apply_fault, sandbox), parts.server
    )
    app = Starlette(
        routes=[
            *create_routes(parts.store, PREFIX),
            _mount(control.PREFIX, control.create_control(sandbox, parts.desk.accepts)),
            _mount("/", Recorder(service, parts.log)),
        ]
    )
    # A redirection would go to whatever host the request names.
    app.router.redirect_slashes = False
    return app


def _mount(path: str, app: ASGIApp) -> Mount:
    mount = Mount(path, app)
    # As Starlette has it, a path with a line break in it would not be found here.
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


def _create_service(store: Store, desk: TokenDesk, quirks: ChosenQuirks) -> Starlette:
    """What the service has too: the API under its prefix, and the token endpoint."""
    api = create_api(store, desk.accepts, quirks)
    sign_in = Route(TOKEN_PATH, create_endpoint(desk), methods=["POST"])
    return Starlette(routes=[_mount(PREFIX, api), sign_in])


def create_api(
    store: Store, accepts: Callable[[str], bool], quirks: ChosenQuirks | None = None
) -> FastAPI:
    """The API alone, with the paths of the contract.

    Args:
        store: the batches and jobs that it serves.
        accepts: judges the bearer token that every request must carry.
        quirks: how its answers depart from the contract; not at all if not given.
    """
    if quirks is None:
        quirks = ChosenQuirks()
    answers = Answers(quirks)
    router = _create_router(_Handlers(store, quirks, answers))
    api = FastAPI(
        title="Pasqal Cloud core API", version="2", openapi_url=None, redirect_slashes=False
    )
    api.include_router(router, dependencies=[Depends(_create_guard(accepts))])
    api.exception_handler(RequestValidationError)(answers.reject_values)
    api.exception_handler(StarletteHTTPException)(answers.reject_request)
    api.exception_handler(StateError)(answers.reject_operation)
    api.exception_handler(StorageError)(answers.fail)
    return api


class _Handlers:
    """The handlers, named as the operations of the contract."""

    def __init__(self, store: Store, quirks: ChosenQuirks, answers: Answers) -> None:
        self._store = store
        self._quirks = quirks
        self._answers = answers

    async def get_jobs(self, query: Annotated[JobsQuery, Query()]) -> Response:
        page = self._store.page(query, self._quirks.next_reading())
        _, start = window(query)
        end = start + len(page.jobs)
        pagination = {"total": page.total, "start": start, "end": end}
        # Counted from 1, in contrast to the pagination; an empty page is 0-0.
        content_range = f"0-0/{page.total}"
        if page.jobs:
            content_range = f"{start + 1}-{end}/{page.total}"
        return self._answers.succeed(
            SUCCESSES["get_jobs"], content_range, data=page.jobs, pagination=pagination
        )

    # The parameters of a path are called as in the contract, which is where their names come from.
    async def cancel_jobs(
        self, batch__id: UUID, query: Annotated[CancelQuery, Query()]
    ) -> Response:
        outcome = self._store.cancel(batch__id, query, self._quirks.next_reading())
        data = {"jobs": outcome.jobs, "errors": outcome.errors}
        return self._answers.succeed(SUCCESSES["cancel_jobs"], data=data)

    async def complete_batch(self, batch__id: UUID) -> Response:
        batch = self._store.complete(batch__id)
        return self._answers.succeed(SUCCESSES["complete_batch"], data=batch)


def _create_router(handlers: _Handlers) -> APIRouter:
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
    for operation, place in PLACES.items():
        if operation in SUCCESSES:
            _add_route(router, operation, getattr(handlers, operation))
        else:
            router.add_api_route(
                place.path,
                partial(_report_missing_handler, operation),
                methods=[place.method],
                response_model=None,
                include_in_schema=False,
            )
    return router


def _add_route(
    router: APIRouter, operation: str, handler: Callable[..., Awaitable[Response]]
) -> None:
    place = PLACES[operation]
    model = SUCCESSES[operation]
    success = {}
    if "pagination" in model.model_fields:
        success["headers"] = _PAGE_HEADERS
    router.add_api_route(
        place.path,
        handler,
        methods=[place.method],
        operation_id=operation,
        tags=[*place.tags],
        response_model=model,
        responses={200: success},
    )


async def _report_missing_handler(operation: str) -> NoReturn:
    raise HTTPException(501, f"The sandbox has no handler for {operation} yet.")


def _create_guard(accepts: Callable[[str], bool]) -> Callable[..., Awaitable[None]]:
    # A dependency runs before the parameters are judged, so a request without the token learns
    # nothing about them.
    async def check(credentials: Annotated[HTTPAuthorizationCredentials, Depends(_BEARER)]) -> None:
        if not accepts(credentials.credentials):
            raise HTTPException(401, "The token is not valid.", {"WWW-Authenticate": "Bearer"})

    return check

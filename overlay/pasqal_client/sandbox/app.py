"""The service as an ASGI application: the contract's three operations over a store.

Requests are read and answers are checked by the models generated from the contract. The handlers run in the event
loop, because SQLite answers sooner than a worker thread would start to ask.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.routing import Mount, Route

from pasqal_client.sandbox.queries import CancelQuery, JobsQuery, window
from pasqal_client.sandbox.refusals import CompleteBatchError, ForeignBatchError, RefusalError, UnknownBatchError
from pasqal_client.sandbox.store import Store
from pasqal_client.sandbox.tokens import TOKEN_PATH, TokenDesk, endpoint
from pasqal_core_schemas import (
    HTTPValidationError,
    NonPaginatedResponseProducedBatchWithPartialJobsResponse,
    NonPaginatedResponseProducedPartialJobBulkCancelResponse,
    PaginatedResponseProducedPartialJobResponse,
    ResponseStatus,
)

PREFIX = "/core-fast"
"""What stands before the paths of the contract, as in production."""

_BEARER = HTTPBearer(scheme_name="bearer")
_REFUSED: dict[type[RefusalError], int] = {UnknownBatchError: 404, ForeignBatchError: 403, CompleteBatchError: 409}
_CONTENT_RANGE = "Content-Range"
_EXPOSED = "Access-Control-Expose-Headers"


def create_app(store: Store, desk: TokenDesk) -> Starlette:
    """The whole server: the API under its service prefix, and the token endpoint."""
    sign_in = Route(TOKEN_PATH, endpoint(desk), methods=["POST"])
    return Starlette(routes=[Mount(PREFIX, create_api(store, desk.accepts)), sign_in])


def create_api(store: Store, accepts: Callable[[str], bool]) -> FastAPI:
    """The API alone, with the paths of the contract.

    Args:
        store: The batches and jobs that it serves.
        accepts: Judges the bearer token that every request must carry.
    """
    api = FastAPI(title="Pasqal Cloud core API", version="2", openapi_url=None, redirect_slashes=False)
    api.include_router(_router(_Operations(store)), dependencies=[Depends(_guard(accepts))])
    api.exception_handler(RequestValidationError)(_refuse_values)
    api.exception_handler(StarletteHTTPException)(_refuse_request)
    api.exception_handler(RefusalError)(_refuse_operation)
    return api


class _Operations:
    """The handlers, named as in the contract."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get_jobs(self, query: Annotated[JobsQuery, Query()]) -> JSONResponse:
        page = self._store.page(query)
        _, start = window(query)
        end = start + len(page.jobs)
        pagination = {"total": page.total, "start": start, "end": end}
        first = start + 1 if page.jobs else 0
        headers = {
            _CONTENT_RANGE: f"{first}-{end if page.jobs else 0}/{page.total}",
            _EXPOSED: _CONTENT_RANGE,
        }
        return _answer(PaginatedResponseProducedPartialJobResponse, headers, data=page.jobs, pagination=pagination)

    async def cancel_jobs(self, batch__id: UUID, query: Annotated[CancelQuery, Query()]) -> JSONResponse:
        outcome = self._store.cancel(batch__id, query)
        data = {"jobs": outcome.jobs, "errors": outcome.errors}
        return _answer(NonPaginatedResponseProducedPartialJobBulkCancelResponse, data=data)

    async def complete_batch(self, batch__id: UUID) -> JSONResponse:
        batch = self._store.complete(batch__id)
        return _answer(NonPaginatedResponseProducedBatchWithPartialJobsResponse, data=batch)


def _router(operations: _Operations) -> APIRouter:
    router = APIRouter(
        responses={
            422: {"model": HTTPValidationError, "description": "The request does not satisfy the contract."},
            "default": {"description": "Any other outcome.", "content": {"application/json": {"schema": {}}}},
        }
    )
    text = {"type": "string"}
    headers = {
        _CONTENT_RANGE: {"description": "The page's place in the whole list.", "schema": text},
        _EXPOSED: {"description": "Lets a page in a browser read the other header.", "schema": text},
    }
    router.add_api_route(
        "/api/v2/jobs",
        operations.get_jobs,
        methods=["GET"],
        operation_id="get_jobs",
        tags=["jobs"],
        response_model=PaginatedResponseProducedPartialJobResponse,
        responses={200: {"headers": headers}},
    )
    router.add_api_route(
        "/api/v2/batches/{batch__id}/cancel/jobs",
        operations.cancel_jobs,
        methods=["PATCH"],
        operation_id="cancel_jobs",
        tags=["batches"],
        response_model=NonPaginatedResponseProducedPartialJobBulkCancelResponse,
    )
    router.add_api_route(
        "/api/v2/batches/{batch__id}/complete",
        operations.complete_batch,
        methods=["PATCH"],
        operation_id="complete_batch",
        tags=["batches"],
        response_model=NonPaginatedResponseProducedBatchWithPartialJobsResponse,
    )
    return router


def _guard(accepts: Callable[[str], bool]) -> Callable[..., Awaitable[None]]:
    # A dependency runs before the parameters are judged, so a request without the token learns nothing of them.
    async def check(credentials: Annotated[HTTPAuthorizationCredentials, Depends(_BEARER)]) -> None:
        if not accepts(credentials.credentials):
            raise HTTPException(401, "The token is not valid.", {"WWW-Authenticate": "Bearer"})

    return check


def _answer(model: type[BaseModel], headers: Mapping[str, str] | None = None, /, **payload: object) -> JSONResponse:
    body = {"status": ResponseStatus.success, "message": "OK.", "code": "200", **payload}
    model.model_validate(body)
    return JSONResponse(body, headers=headers)


def _refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    body = {"status": ResponseStatus.fail, "message": message, "code": str(status), "data": None}
    return JSONResponse(body, status, headers)


async def _refuse_values(_: Request, error: RequestValidationError) -> JSONResponse:
    detail = [{name: fault[name] for name in ("loc", "msg", "type")} for fault in error.errors()]
    return JSONResponse(HTTPValidationError.model_validate({"detail": detail}).model_dump(mode="json"), 422)


async def _refuse_request(_: Request, error: StarletteHTTPException) -> JSONResponse:
    return _refusal(error.status_code, error.detail, error.headers)


async def _refuse_operation(_: Request, error: RefusalError) -> JSONResponse:
    return _refusal(_REFUSED[type(error)], str(error))

"""The service as an ASGI application: the operations of the contract over a store.

Requests are read and answers are checked by the models generated from the contract. The handlers
run in the event loop, because SQLite answers sooner than a worker thread would start to ask.
"""

# No `from __future__ import annotations` here: FastAPI reads the annotations of the handlers when
# they are added, so what they name has to be imported for real.

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

from fastapi import APIRouter, Depends, FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends as Dependency
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import Request
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from pasqal_core_schemas import HTTPValidationError

from . import control
from .answers import CONTENT_RANGE, EXPOSED, Answers
from .database.cancellation import CancelRules
from .database.sqlite_file import StorageError
from .database.store import Store
from .date_header import DateHeader
from .devices.catalogue import Catalogue
from .faults.middleware import ConnectionControl, FaultMiddleware
from .faults.rules import Faults
from .handlers.batches import BatchHandlers
from .handlers.devices import DeviceHandlers
from .handlers.jobs import JobHandlers
from .handlers.results import ResultHandlers
from .operations import (
    PLACES,
    PREFIX,
    RESULTS_PREFIX,
    TOKEN_PATH,
    Place,
    by_concreteness,
    operation_of,
)
from .pages.routes import create_routes
from .quirks.quirk import ChosenQuirks
from .request_body import BodyReader
from .request_log import Recorder, RequestLog
from .results.downloads import create_downloads
from .results.links import LinkSigner
from .results.settings import ResultSettings
from .shared_routes import Bound, find, forward, forward_error
from .simulation.simulation import Simulation
from .states import StateError
from .submission_rules import SubmissionRules
from .tokens import TokenDesk, create_endpoint

if TYPE_CHECKING:
    from .server import Sandbox

_BEARER = HTTPBearer(scheme_name="bearer")
_TEXT = {"type": "string"}
_PAGE_HEADERS = {
    CONTENT_RANGE: {"description": "The page's place in the whole list.", "schema": _TEXT},
    EXPOSED: {"description": "Lets a page in a browser read the other header.", "schema": _TEXT},
}
_REJECTION = {
    "model": HTTPValidationError,
    "description": "The request does not satisfy the contract.",
}
# An operation is served once a class of handlers has a method of its name, and the model of its
# answer. Until then it is answered with 501, and `make generate` reports it.
_TOPICS = (JobHandlers, BatchHandlers, DeviceHandlers, ResultHandlers)
_TOPIC_OF = {operation: topic for topic in _TOPICS for operation in topic.successes}
SUCCESSES: Mapping[str, type[BaseModel]] = {
    operation: topic.successes[operation] for operation, topic in _TOPIC_OF.items()
}
"""What the success of each operation has to satisfy."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the app is made of.

    Attributes:
        store: the state of the service.
        desk: issues tokens, and judges them.
        log: the requests that arrived.
        quirks: how answers depart from the contract.
        faults: what goes wrong.
        server: the connections.
        rules: what a submission has to keep.
        cancel_rules: which jobs can be cancelled.
        user_id: who submits.
        catalogue: the devices.
        results: how result files are served.
        simulation: computes results.
    """

    store: Store
    desk: TokenDesk
    log: RequestLog
    quirks: ChosenQuirks
    faults: Faults
    server: ConnectionControl
    rules: SubmissionRules
    cancel_rules: CancelRules
    user_id: str
    catalogue: Catalogue
    results: ResultSettings
    simulation: Simulation


def create_app(parts: Parts, sandbox: "Sandbox") -> Starlette:
    """The whole server: the service, whose requests are recorded, and around it what only a sandbox has."""
    good = DateHeader(_create_service(parts), parts.store)
    faulty = FaultMiddleware(
        good, operation_of, parts.faults, partial(control.apply_fault, sandbox), parts.server
    )
    # Before the faults, so that the log has the body of a request that a fault keeps from the service.
    service = BodyReader(faulty, parts.desk.accepts, Answers(parts.quirks).reject_body)
    app = Starlette(
        routes=[
            *create_routes(parts.store, parts.catalogue, PREFIX),
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


def _create_service(parts: Parts) -> Starlette:
    """What the service has too: the API under its prefix, the token endpoint, and the result files."""
    signer = LinkSigner(parts.results.lifetime)
    answers = Answers(parts.quirks)
    handlers = _create_handlers(parts, signer, answers)
    api = Bound(create_api(), parts.desk, answers, *handlers)
    sign_in = Route(TOKEN_PATH, create_endpoint(parts.desk), methods=["POST"])
    download = create_downloads(parts.store, signer, reject_token=parts.results.reject_token)
    files = Route(f"{RESULTS_PREFIX}{{name}}", download)
    return Starlette(routes=[_mount(PREFIX, api), sign_in, files])


def create_api() -> FastAPI:
    """The API alone, with the paths of the contract; `Bound` says whose it is."""
    return _make_api(tuple(by_concreteness(PLACES)))


@cache
def _make_api(places: tuple[tuple[str, Place], ...]) -> FastAPI:
    api = FastAPI(
        title="Pasqal Cloud core API", version="2", openapi_url=None, redirect_slashes=False
    )
    api.include_router(_create_router(places))
    for error, method in (
        (RequestValidationError, "reject_values"),
        (StarletteHTTPException, "reject_request"),
        (StateError, "reject_operation"),
        (StorageError, "fail"),
    ):
        api.exception_handler(error)(forward_error(Answers, method))
    return api


def _create_handlers(parts: Parts, signer: LinkSigner, answers: Answers) -> tuple[object, ...]:
    return (
        JobHandlers(parts.store, parts.cancel_rules, parts.quirks, answers),
        BatchHandlers(
            parts.store,
            parts.rules,
            parts.cancel_rules,
            parts.user_id,
            parts.quirks,
            answers,
            parts.simulation,
        ),
        DeviceHandlers(parts.store, parts.catalogue, answers),
        ResultHandlers(
            parts.store, signer, parts.results.host, parts.quirks, answers, parts.simulation
        ),
    )


def _create_router(places: Iterable[tuple[str, Place]]) -> APIRouter:
    router = APIRouter(
        responses={
            "default": {
                "description": "Any other outcome.",
                "content": {"application/json": {"schema": {}}},
            },
        }
    )
    for operation, place in places:
        guards = [Depends(_check_token)]
        if place.is_anonymous:
            guards = []
        if operation in _TOPIC_OF:
            _add_route(router, operation, place, guards)
            continue
        router.add_api_route(
            place.path,
            partial(_report_missing_handler, operation),
            methods=[place.method],
            dependencies=guards,
            response_model=None,
            include_in_schema=False,
        )
    return router


def _add_route(router: APIRouter, operation: str, place: Place, guards: list[Dependency]) -> None:
    model = SUCCESSES[operation]
    responses: dict[int | str, dict[str, Any]] = {200: {}}
    if "pagination" in model.model_fields:
        responses[200]["headers"] = _PAGE_HEADERS
    if "422" in place.answers:
        responses[422] = _REJECTION
    router.add_api_route(
        place.path,
        forward(_TOPIC_OF[operation], operation),
        dependencies=guards,
        methods=[place.method],
        operation_id=operation,
        tags=[*place.tags],
        response_model=model,
        responses=responses,
    )


async def _report_missing_handler(operation: str) -> NoReturn:
    raise HTTPException(501, f"The sandbox has no handler for {operation} yet.")


# A dependency runs before the parameters are judged, so a request without the token learns nothing
# about them.
async def _check_token(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials, Depends(_BEARER)]
) -> None:
    if not find(request, TokenDesk).accepts(credentials.credentials):
        raise HTTPException(401, "The token is not valid.", {"WWW-Authenticate": "Bearer"})

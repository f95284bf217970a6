"""The pages for a person with a browser: what is in the sandbox now, and the contract.

They are served without a token, because they show none and change nothing. They answer only to the
names of this machine: a page from elsewhere that points a name of its own at it cannot read what is
in the sandbox.
"""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
)
from starlette.routing import BaseRoute, Route

from ..admission import is_for_this_machine
from ..database.sqlite_file import StorageError
from . import contract, html, overview

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path
    from sqlite3 import Connection

    from starlette.types import Receive, Scope, Send

    from ..database.store import Store
    from ..devices.catalogue import Catalogue, Device
    from .markup import Html

_SAME = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_UNCACHED = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
# The style is inside the page, so that the page is all that has to be loaded.
_OVERVIEW_HEADERS = {**_UNCACHED, "Content-Security-Policy": f"{_SAME}; style-src 'unsafe-inline'"}
# With this the browser itself makes sure that Swagger UI asks no other address.
_DOCS_HEADERS = {
    **_UNCACHED,
    "Content-Security-Policy": (
        f"{_SAME}; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"
    ),
}


def create_routes(store: Store, catalogue: Catalogue, prefix: str) -> list[BaseRoute]:
    """The pages, with paths from the server's root.

    Args:
        store: the batches and jobs to show.
        catalogue: the devices to show.
        prefix: what stands before the paths of the contract.
    """
    answers: dict[str, Callable[[Request], Response]] = {
        "/": partial(_show_overview, store, catalogue),
        "/docs": lambda _: HTMLResponse(contract.DOCS, headers=_DOCS_HEADERS),
        contract.START_PATH: lambda _: Response(contract.START, 200, _UNCACHED, "text/javascript"),
        contract.CONTRACT_PATH: partial(_send_contract, prefix),
        # Browsers request it whatever the page says, and its absence would be logged as a failure.
        "/favicon.ico": lambda _: Response(status_code=HTTPStatus.NO_CONTENT),
        **{path: partial(_send_file, file) for path, file in contract.ASSETS.items()},
    }
    return [Route(path, _Page(answer)) for path, answer in answers.items()]


class _Page:
    """An ASGI application that answers GET and HEAD under the names of this machine."""

    # Starlette would run a function in a worker thread, and answer the other methods itself.

    def __init__(self, answer: Callable[[Request], Response]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = self._respond(Request(scope, receive))
        await response(scope, receive, send)

    def _respond(self, request: Request) -> Response:
        if not is_for_this_machine(request.headers):
            return PlainTextResponse("Invalid host header", HTTPStatus.BAD_REQUEST)
        if request.method not in ("GET", "HEAD"):
            allowed = {"Allow": "GET, HEAD"}
            return PlainTextResponse("Method Not Allowed", HTTPStatus.METHOD_NOT_ALLOWED, allowed)
        try:
            return self._answer(request)
        except StorageError as error:
            return PlainTextResponse(str(error), HTTPStatus.INTERNAL_SERVER_ERROR, _UNCACHED)


def _show_overview(store: Store, catalogue: Catalogue, request: Request) -> Response:
    asked = request.query_params
    paused = "paused" in asked
    if "batch" in asked:
        return _show_batch(store, asked["batch"], paused=paused)
    if "job" in asked:
        return _show_job(store, asked["job"], paused=paused)
    return _send_page(store.read(partial(_draw_overview, devices=catalogue.devices, paused=paused)))


def _show_batch(store: Store, asked: str, *, paused: bool) -> Response:
    try:
        page = store.read(partial(_draw_batch, batch_id=UUID(asked), paused=paused))
    except ValueError:  # not a UUID, or no batch has it
        return _send_page(html.missing_page("batch", asked), HTTPStatus.NOT_FOUND)
    return _send_page(page)


def _show_job(store: Store, asked: str, *, paused: bool) -> Response:
    try:
        question = partial(
            _draw_job,
            job_id=UUID(asked),
            emulator_runs=store.emulator_runs,
            simulates=store.simulates,
            paused=paused,
        )
        page = store.read(question)
    except ValueError:  # not a UUID, or no job has it
        return _send_page(html.missing_page("job", asked), HTTPStatus.NOT_FOUND)
    return _send_page(page)


# These are questions for `Store.read`: everything on a page is of one moment, and a value that cannot
# be drawn is damage of the file.


def _draw_overview(
    db: Connection, now: datetime, *, devices: Iterable[Device], paused: bool
) -> Html:
    listed = overview.read_devices(db, now, devices)
    return html.whole_page(overview.read_everything(db, now), listed, paused=paused)


def _draw_batch(db: Connection, now: datetime, *, batch_id: UUID, paused: bool) -> Html:
    return html.batch_page(overview.read_batch(db, now, batch_id), paused=paused)


def _draw_job(
    db: Connection,
    now: datetime,
    *,
    job_id: UUID,
    emulator_runs: int,
    simulates: bool,
    paused: bool,
) -> Html:
    job = overview.read_job(db, now, job_id, emulator_runs, simulates=simulates)
    return html.job_page(job, paused=paused)


def _send_page(page: Html, status: int = HTTPStatus.OK) -> Response:
    return HTMLResponse(page, status, _OVERVIEW_HEADERS)


def _send_contract(prefix: str, request: Request) -> Response:
    # Under the host that the request names: a page loaded from localhost may not ask 127.0.0.1.
    address = str(request.base_url).rstrip("/") + prefix
    return JSONResponse(contract.make_document(address), headers=_UNCACHED)


def _send_file(path: Path, _: Request) -> Response:
    # The browser keeps it and asks each time whether it has changed, as it does with an update.
    return FileResponse(path, headers={"Cache-Control": "no-cache"})

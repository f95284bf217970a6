"""The pages for a person with a browser: what is in the sandbox now, and the contract.

They are served without a token, because they show none and change nothing. They answer only to the
names of this machine: a page from elsewhere that points a name of its own at it cannot read what is
in the sandbox.
"""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
)
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ..database.storage import StorageError
from ..database.store import Store
from . import contract, html, overview
from .markup import Html

_HOSTS = ("127.0.0.1", "localhost")
_SAME = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_UNCACHED = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_OVERVIEW_HEADERS = {**_UNCACHED, "Content-Security-Policy": f"{_SAME}; style-src 'unsafe-inline'"}
# The browser itself sees to it that the page asks nobody else.
_DOCS_HEADERS = {
    **_UNCACHED,
    "Content-Security-Policy": (
        f"{_SAME}; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"
    ),
}


def routes(store: Store, prefix: str) -> list[BaseRoute]:
    """The pages, with the paths of the server's root.

    Args:
        store: What they show.
        prefix: What stands before the paths of the contract.
    """
    answers: dict[str, Callable[[Request], Response]] = {
        "/": partial(_overview, store),
        "/docs": lambda _: HTMLResponse(contract.DOCS, headers=_DOCS_HEADERS),
        contract.START_PATH: lambda _: Response(contract.START, 200, _UNCACHED, "text/javascript"),
        contract.CONTRACT_PATH: partial(_contract, prefix),
        # Browsers ask for it unasked.
        "/favicon.ico": lambda _: Response(status_code=HTTPStatus.NO_CONTENT),
        **{path: partial(_file, kept) for path, kept in contract.ASSETS.items()},
    }
    return [Route(path, _page(answer)) for path, answer in answers.items()]


def _page(answer: Callable[[Request], Response]) -> ASGIApp:
    """An application that answers GET and HEAD, if it is called by a name of this machine."""

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.method in ("GET", "HEAD"):
            response = _told(answer, request)
        else:
            response = PlainTextResponse(
                "Method Not Allowed", HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "GET, HEAD"}
            )
        await response(scope, receive, send)

    return TrustedHostMiddleware(page, _HOSTS)


def _told(answer: Callable[[Request], Response], request: Request) -> Response:
    try:
        return answer(request)
    except StorageError as error:
        return PlainTextResponse(str(error), HTTPStatus.INTERNAL_SERVER_ERROR, _UNCACHED)


def _overview(store: Store, request: Request) -> Response:
    asked = request.query_params.get("batch")
    paused = "paused" in request.query_params
    if asked is None:
        return _html(html.whole_page(store.read(overview.everything), paused=paused))
    try:
        found = store.read(partial(overview.one_batch, batch_id=UUID(asked)))
    except ValueError:  # it is not an id, or none of a batch that is there
        return _html(html.missing_page(asked), HTTPStatus.NOT_FOUND)
    return _html(html.batch_page(found, paused=paused))


def _html(page: Html, status: int = HTTPStatus.OK) -> Response:
    return HTMLResponse(page, status, _OVERVIEW_HEADERS)


def _contract(prefix: str, request: Request) -> Response:
    # By the name in the request, so that a page that was loaded under it asks under it.
    address = str(request.base_url).rstrip("/") + prefix
    return JSONResponse(contract.contract(address), headers=_UNCACHED)


def _file(path: Path, _: Request) -> Response:
    return FileResponse(path, headers={"Cache-Control": "no-cache"})

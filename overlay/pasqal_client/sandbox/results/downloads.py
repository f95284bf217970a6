"""The addresses of result files, as an object store has them: no token, parts on demand, errors as XML."""

from __future__ import annotations

import re
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from pydantic_core import to_json
from starlette.responses import Response

from ..database.sqlite_file import StorageError
from .files import read_result
from .links import carries_token

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.datastructures import Headers
    from starlette.requests import Request

    from ..database.store import Store
    from .links import LinkSigner

_read_range = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII).fullmatch
_XML = "application/xml"


class _Part(NamedTuple):
    """Which bytes of a file are asked for; the end is not among them."""

    start: int
    end: int


class _DownloadError(Exception):
    """No file is sent: the status of the answer, a code and a sentence."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = code


_SECOND_AUTHORIZATION = _DownloadError(
    HTTPStatus.BAD_REQUEST, "InvalidArgument", "Only one auth mechanism allowed"
)


def create_downloads(
    store: Store, signer: LinkSigner, *, reject_token: bool
) -> Callable[[Request], Awaitable[Response]]:
    """The handler of the addresses of result files.

    Args:
        store: the jobs.
        signer: signed the addresses.
        reject_token: whether a request that carries a token or a cookie is rejected.
    """

    async def answer(request: Request) -> Response:
        if reject_token and carries_token(request.headers):
            return _reject(_SECOND_AUTHORIZATION)
        try:
            content = _find_file(store, signer, request.path_params["name"])
            return _send(content, request.headers)
        except _DownloadError as error:
            return _reject(error)
        except StorageError as error:
            code = HTTPStatus.INTERNAL_SERVER_ERROR
            return _reject(_DownloadError(code, "InternalError", str(error)))

    return answer


def _find_file(store: Store, signer: LinkSigner, name: str) -> bytes:
    missing = _DownloadError(HTTPStatus.NOT_FOUND, "NoSuchKey", "The specified key does not exist.")
    link = signer.read(name)
    if link is None:
        raise missing
    if not link.is_valid(store.now):
        raise _DownloadError(HTTPStatus.FORBIDDEN, "AccessDenied", "Request has expired")
    question = partial(read_result, job_id=link.job_id, emulator_runs=store.emulator_runs)
    result = store.read(question)
    if result is None:
        raise missing
    return to_json(result)


def _send(content: bytes, headers: Headers) -> Response:
    """The whole file, or the part that is asked for."""
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    sent = {"ETag": tag, "Accept-Ranges": "bytes"}
    # Who goes on with another file than the one that was begun needs all of it.
    is_same = headers.get("if-range", tag) == tag
    part = _find_part(headers.get("range", ""), len(content))
    if part is None or not is_same:
        return Response(content, HTTPStatus.OK, sent, "application/json")
    if part.start >= part.end:
        error = _DownloadError(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            "InvalidRange",
            "The requested range is not satisfiable",
        )
        response = _reject(error)
        response.headers["Content-Range"] = f"bytes */{len(content)}"
        return response
    sent["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{len(content)}"
    piece = content[part.start : part.end]
    return Response(piece, HTTPStatus.PARTIAL_CONTENT, sent, "application/json")


def _find_part(asked: str, size: int) -> _Part | None:
    """The part that a Range header asks for; None if it asks for several, or for nothing known."""
    match = _read_range(asked.strip())
    if match is None:
        return None
    first, last = match.groups()
    if first and last and int(last) < int(first):
        return None
    if first:
        return _Part(int(first), min(int(last or size) + 1, size))
    if last:
        return _Part(max(size - int(last), 0), size)
    return None


def _reject(error: _DownloadError) -> Response:
    message = escape(str(error))
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{error.code}</Code><Message>{message}</Message></Error>"
    )
    return Response(body, error.status, media_type=_XML)

"""The answers of the API. A success has to satisfy the contract; the quirks that were chosen change it after that."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.responses import Response
from pydantic import ValidationError
from pydantic_core import to_json

from pasqal_core_schemas import HTTPValidationError, ResponseStatus

from .body_forms import list_mistakes
from .checks import clip
from .database.sqlite_file import StorageError
from .operations import list_methods
from .quirks.effects import apply_quirks
from .quirks.quirk import ChosenQuirks, Quirk
from .states import (
    CompleteBatchError,
    FinishedError,
    ForeignBatchError,
    ForeignProjectError,
    OpenBatchError,
    RejectedBodyError,
    StateError,
    UnknownBatchError,
    UnknownJobError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request
    from fastapi.exceptions import RequestValidationError
    from pydantic import BaseModel
    from starlette.exceptions import HTTPException

    from .admission import NotAdmittedError

CONTENT_RANGE = "Content-Range"
EXPOSED = "Access-Control-Expose-Headers"

_STATUSES: Mapping[type[StateError], int] = {
    UnknownBatchError: HTTPStatus.NOT_FOUND,
    UnknownJobError: HTTPStatus.NOT_FOUND,
    ForeignBatchError: HTTPStatus.FORBIDDEN,
    ForeignProjectError: HTTPStatus.FORBIDDEN,
    CompleteBatchError: HTTPStatus.CONFLICT,
    OpenBatchError: HTTPStatus.CONFLICT,
    FinishedError: HTTPStatus.CONFLICT,
    RejectedBodyError: HTTPStatus.UNPROCESSABLE_ENTITY,
}


class Answers:
    """What the service says, with the quirks that the sandbox has now."""

    def __init__(self, quirks: ChosenQuirks) -> None:
        self._quirks = quirks

    def succeed(
        self, model: type[BaseModel], content_range: str | None = None, /, **payload: object
    ) -> Response:
        """Answer with that payload, which has to satisfy the model.

        Raises:
            StorageError: it does not.
        """
        body = {"status": ResponseStatus.success, "message": "OK.", "code": "200", **payload}
        try:
            model.model_validate(body)
        except ValidationError as error:
            # What was put in was checked, so somebody has changed the file.
            raise StorageError(
                f"what is kept does not satisfy the contract: {clip(str(error))}"
            ) from error
        if content_range is None or Quirk.NO_CONTENT_RANGE in self._quirks.current:
            return self._respond(body)
        headers = {CONTENT_RANGE: content_range, EXPOSED: CONTENT_RANGE}
        return self._respond(body, headers=headers)

    def succeed_page(
        self, model: type[BaseModel], data: list[Any], total: int, start: int
    ) -> Response:
        """Answer with a page of a list."""
        end = start + len(data)
        pagination = {"total": total, "start": start, "end": end}
        # Counted from 1, in contrast to the pagination; an empty page is 0-0.
        content_range = f"0-0/{total}"
        if data:
            content_range = f"{start + 1}-{end}/{total}"
        return self.succeed(model, content_range, data=data, pagination=pagination)

    async def reject_values(self, _: Request, error: RequestValidationError) -> Response:
        """Answer a request that does not satisfy the contract."""
        body = HTTPValidationError.model_validate({"detail": list_mistakes(error)})
        return self._respond(body.model_dump(mode="json"), HTTPStatus.UNPROCESSABLE_ENTITY)

    async def reject_request(self, request: Request, error: HTTPException) -> Response:
        """Answer where the path or method is unknown, the token is not valid, or the handler is missing."""
        headers = error.headers
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            # A path with several operations has several routes, and each knows only its own method.
            headers = {"Allow": ", ".join(list_methods(request.scope["path"]))}
        return self._respond_with_error(error.status_code, error.detail, headers)

    def reject_body(self, error: NotAdmittedError) -> Response:
        """Answer a request whose body cannot be read."""
        return self._respond_with_error(error.status, str(error))

    async def fail(self, _: Request, error: StorageError) -> Response:
        """Answer that the database cannot be read or written."""
        return self._respond_with_error(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))

    async def reject_operation(self, _: Request, error: StateError) -> Response:
        """Answer that the state does not allow the operation, or that a body breaks a rule."""
        data = None
        if isinstance(error, RejectedBodyError) and error.mistakes:
            data = {"description": error.mistakes}
        return self._respond_with_error(_STATUSES[type(error)], str(error), data=data)

    def _respond_with_error(
        self,
        status: int,
        message: str,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, object] | None = None,
    ) -> Response:
        # JSend: a "fail" is the caller's mistake, an "error" the server's.
        outcome = ResponseStatus.fail
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            outcome = ResponseStatus.error
        body = {"status": outcome, "message": message, "code": str(status), "data": data}
        return self._respond(body, status, headers)

    def _respond(
        self,
        body: dict[str, Any],
        status: int = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        content = to_json(apply_quirks(body, self._quirks.current))
        return Response(content, status, headers, "application/json")

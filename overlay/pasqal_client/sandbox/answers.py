"""The answers of the API: each success is held against the contract, then made to depart from it if that was chosen."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from pasqal_core_schemas import HTTPValidationError, ResponseStatus

from .checks import clipped
from .database.storage import StorageError
from .faults.quirk_effects import apply_quirks
from .faults.quirks import ChosenQuirks, Quirk
from .refusals import CompleteBatchError, ForeignBatchError, RefusalError, UnknownBatchError

CONTENT_RANGE = "Content-Range"
EXPOSED = "Access-Control-Expose-Headers"

_REFUSED: dict[type[RefusalError], int] = {
    UnknownBatchError: 404,
    ForeignBatchError: 403,
    CompleteBatchError: 409,
}


class Answers:
    """What the service says, in the form that the sandbox has now."""

    def __init__(self, quirks: ChosenQuirks) -> None:
        self._quirks = quirks

    def success(
        self, model: type[BaseModel], content_range: str | None = None, /, **payload: object
    ) -> Response:
        """An answer with that payload, which has to satisfy the model.

        Raises:
            StorageError: It does not.
        """
        body = {"status": ResponseStatus.success, "message": "OK.", "code": "200", **payload}
        try:
            model.model_validate(body)
        except ValidationError as error:
            raise StorageError(
                f"what is kept does not satisfy the contract: {clipped(str(error))}"
            ) from error
        if content_range is None or Quirk.NO_CONTENT_RANGE in self._quirks.current:
            return self._response(body)
        return self._response(body, headers={CONTENT_RANGE: content_range, EXPOSED: CONTENT_RANGE})

    async def refuse_values(self, _: Request, error: RequestValidationError) -> Response:
        """The request does not satisfy the contract."""
        detail = [
            {name: fault[name] for name in ("loc", "msg", "type")} for fault in error.errors()
        ]
        return self._response(
            HTTPValidationError.model_validate({"detail": detail}).model_dump(mode="json"), 422
        )

    async def refuse_request(self, _: Request, error: HTTPException) -> Response:
        """There is no such path or method, or the token is not valid."""
        return self._refusal(error.status_code, error.detail, error.headers)

    async def fail(self, _: Request, error: StorageError) -> Response:
        """What is kept cannot be read, or nothing more can be kept."""
        return self._refusal(500, str(error))

    async def refuse_operation(self, _: Request, error: RefusalError) -> Response:
        """The state does not allow it."""
        return self._refusal(_REFUSED[type(error)], str(error))

    def _refusal(
        self, status: int, message: str, headers: Mapping[str, str] | None = None
    ) -> Response:
        outcome = (
            ResponseStatus.error
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR
            else ResponseStatus.fail
        )
        body = {"status": outcome, "message": message, "code": str(status), "data": None}
        return self._response(body, status, headers)

    def _response(
        self, body: dict[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
    ) -> Response:
        content = to_json(apply_quirks(body, self._quirks.current))
        return Response(content, status, headers, "application/json")

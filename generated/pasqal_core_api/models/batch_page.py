# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import frozen
from pasqal_core_runtime import readers
from pasqal_core_runtime.departures import NotAsPromisedError
from pasqal_core_runtime.model import MISSING, NONE_DEPARTED, Field, Model

if TYPE_CHECKING:
    from ..models.batch import Batch
    from ..models.pagination import Pagination
    from ..models.response_status import ResponseStatus


@frozen(init=False, eq=False, repr=False)
class BatchPage(Model):
    """One page of batches.

    Attributes:
        data: The batches of the page, in the requested order.
        pagination: The place of a page in the whole list.
        status: The outcome as one word.
        message: The outcome as a sentence.
        code: The HTTP status code again, as text.
    """

    data: list[Batch]
    pagination: Pagination
    status: ResponseStatus | None
    message: str | None
    code: str | None

    @staticmethod
    def _describe() -> tuple[Field, ...]:
        """How each field is read: its names here and on the wire, its reader, its default."""
        from ..models.batch import Batch  # noqa: PLC0415
        from ..models.pagination import Pagination  # noqa: PLC0415
        from ..models.response_status import ResponseStatus  # noqa: PLC0415

        return (
            Field("data", "data", readers.array(readers.model(Batch)), required=True),
            Field("pagination", "pagination", readers.model(Pagination), required=True),
            Field("status", "status", readers.nullable(readers.enumeration(ResponseStatus))),
            Field("message", "message", readers.nullable(readers.text), default="OK."),
            Field("code", "code", readers.nullable(readers.text), default="200"),
        )

    @classmethod
    def _read_exactly(cls, payload: Any) -> Self:
        """The first pass: everything is as promised, or one of `NOT_AS_PROMISED`."""
        if type(payload) is not dict:
            raise NotAsPromisedError
        decoding = cls._decoding or cls._make_decoding()
        get, read = payload.get, decoding.read
        self = decoding.draft()
        self._payload = payload
        self._departed = NONE_DEPARTED
        value = payload["data"]
        self.data = read["data"](value)
        value = payload["pagination"]
        self.pagination = read["pagination"](value)
        value = get("status")
        self.status = None if value is None else read["status"](value)
        value = get("message", MISSING)
        if value is MISSING:
            value = "OK."
        elif value is not None and type(value) is not str:
            raise NotAsPromisedError
        self.message = value
        value = get("code", MISSING)
        if value is MISSING:
            value = "200"
        elif value is not None and type(value) is not str:
            raise NotAsPromisedError
        self.code = value
        self.__class__ = cls
        done: Self = self
        return done

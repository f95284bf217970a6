from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import frozen

from .. import types as t

if TYPE_CHECKING:
    from ..models.job import Job
    from ..models.pagination import Pagination
    from ..models.response_status import ResponseStatus


@frozen(init=False, eq=False, repr=False)
class JobPage(t.Model):
    """One page of jobs.

    Attributes:
        data: The jobs of the page, in the requested order.
        pagination: The place of a page in the whole list.
        status: The outcome as one word.
        message: The outcome as a sentence.
        code: The HTTP status code again, as text.
    """

    data: list[Job]
    pagination: Pagination
    status: ResponseStatus | None
    message: str | None
    code: str | None

    @staticmethod
    def describe() -> tuple[t.Field, ...]:
        """How each field is read: Python name, wire name, reader, whether it is required, its default."""
        from ..models.job import Job  # noqa: PLC0415
        from ..models.pagination import Pagination  # noqa: PLC0415
        from ..models.response_status import ResponseStatus  # noqa: PLC0415

        return (
            t.Field("data", "data", t.array(t.model(Job)), required=True),
            t.Field("pagination", "pagination", t.model(Pagination), required=True),
            t.Field("status", "status", t.nullable(t.enumeration(ResponseStatus))),
            t.Field("message", "message", t.nullable(t.text), default="OK."),
            t.Field("code", "code", t.nullable(t.text), default="200"),
        )

    @classmethod
    def exact(cls, payload: Any) -> Self:
        """The first pass: everything is as promised, or one of `t.SURPRISES`."""
        if type(payload) is not dict:
            raise t.Surprise
        plan = cls._plan or cls._prepare()
        get, read = payload.get, plan.read
        self = plan.draft()
        self._payload = payload
        self._departed = t.NONE_DEPARTED
        value = payload["data"]
        self.data = read["data"](value)
        value = payload["pagination"]
        self.pagination = read["pagination"](value)
        value = get("status")
        self.status = None if value is None else read["status"](value)
        value = get("message", t.MISSING)
        self.message = (
            "OK." if value is t.MISSING else None if value is None else value if type(value) is str else t.surprise()
        )
        value = get("code", t.MISSING)
        self.code = (
            "200" if value is t.MISSING else None if value is None else value if type(value) is str else t.surprise()
        )
        self.__class__ = cls
        done: Self = self
        return done

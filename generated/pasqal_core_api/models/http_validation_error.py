from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import frozen

from .. import types as t

if TYPE_CHECKING:
    from ..models.validation_error import ValidationError


@frozen(init=False, eq=False, repr=False)
class HTTPValidationError(t.Model):
    """Why a request was refused before it was carried out.

    Attributes:
        detail: One entry for each mistake.
    """

    detail: list[ValidationError] | None

    @staticmethod
    def describe() -> tuple[t.Field, ...]:
        """How each field is read: Python name, wire name, reader, whether it is required, its default."""
        from ..models.validation_error import ValidationError  # noqa: PLC0415

        return (t.Field("detail", "detail", t.nullable(t.array(t.model(ValidationError)))),)

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
        value = get("detail")
        self.detail = None if value is None else read["detail"](value)
        self.__class__ = cls
        done: Self = self
        return done

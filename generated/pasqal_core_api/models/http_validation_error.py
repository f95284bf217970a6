from __future__ import annotations

from typing import TYPE_CHECKING

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

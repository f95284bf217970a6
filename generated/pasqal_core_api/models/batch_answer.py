from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from .. import types as t

if TYPE_CHECKING:
    from ..models.batch import Batch


@frozen(init=False, eq=False, repr=False)
class BatchAnswer(t.Model):
    """The envelope of the answer to completing a batch.

    Attributes:
        data: The batch.
    """

    data: Batch | None

    @staticmethod
    def describe() -> tuple[t.Field, ...]:
        """How each field is read: Python name, wire name, reader, whether it is required, its default."""
        from ..models.batch import Batch  # noqa: PLC0415

        return (t.Field("data", "data", t.nullable(t.model(Batch))),)

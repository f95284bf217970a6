# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import frozen
from pasqal_core_runtime import readers
from pasqal_core_runtime.departures import NotAsPromisedError
from pasqal_core_runtime.model import NONE_DEPARTED, Field, Model

if TYPE_CHECKING:
    from ..models.batch import Batch
    from ..models.batch_cancel_errors import BatchCancelErrors


@frozen(init=False, eq=False, repr=False)
class CancelledBatches(Model):
    """Which batches were cancelled and which were not.

    Attributes:
        batches: The batches that were cancelled, as they now stand.
        errors: For each batch that was not cancelled, its id and the reason.
    """

    batches: list[Batch]
    errors: BatchCancelErrors | None

    @staticmethod
    def _describe() -> tuple[Field, ...]:
        """How each field is read: its names here and on the wire, its reader, its default."""
        from ..models.batch import Batch  # noqa: PLC0415

        return (
            Field("batches", "batches", readers.array(readers.model(Batch)), required=True),
            Field("errors", "errors", readers.nullable(readers.mapping(readers.text))),
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
        value = payload["batches"]
        self.batches = read["batches"](value)
        value = get("errors")
        self.errors = None if value is None else read["errors"](value)
        self.__class__ = cls
        done: Self = self
        return done

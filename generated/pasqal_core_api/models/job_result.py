# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import frozen
from pasqal_core_runtime import readers
from pasqal_core_runtime.departures import NotAsPromisedError
from pasqal_core_runtime.model import NONE_DEPARTED, Field, Model

if TYPE_CHECKING:
    from ..models.counter import Counter


@frozen(init=False, eq=False, repr=False)
class JobResult(Model):
    """The results of a job. What is not measured by the device is absent.

    Attributes:
        counter: How often each bitstring was measured. The first character is the first atom of the
            register; 1 is the Rydberg state.
        raw: The bitstring of each shot, in order.
        serialised_results: The results of an emulator, as a text that Pulser reads; it may hold other
            observables.
        partial_register_counter: How often each bitstring was measured where the detection of an atom failed, which
            is marked with an X.
    """

    counter: Counter | None
    raw: list[str] | None
    serialised_results: str | None
    partial_register_counter: Counter | None

    @staticmethod
    def _describe() -> tuple[Field, ...]:
        """How each field is read: its names here and on the wire, its reader, its default."""

        return (
            Field("counter", "counter", readers.nullable(readers.mapping(readers.integer))),
            Field("raw", "raw", readers.nullable(readers.array(readers.text))),
            Field("serialised_results", "serialised_results", readers.nullable(readers.text)),
            Field(
                "partial_register_counter",
                "partial_register_counter",
                readers.nullable(readers.mapping(readers.integer)),
            ),
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
        value = get("counter")
        self.counter = None if value is None else read["counter"](value)
        value = get("raw")
        self.raw = None if value is None else read["raw"](value)
        value = get("serialised_results")
        if value is not None and type(value) is not str:
            raise NotAsPromisedError
        self.serialised_results = value
        value = get("partial_register_counter")
        self.partial_register_counter = (
            None if value is None else read["partial_register_counter"](value)
        )
        self.__class__ = cls
        done: Self = self
        return done

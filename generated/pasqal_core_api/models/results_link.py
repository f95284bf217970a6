# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import Any, Self

from attrs import frozen
from pasqal_core_runtime import readers
from pasqal_core_runtime.departures import NotAsPromisedError
from pasqal_core_runtime.model import NONE_DEPARTED, Field, Model


@frozen(init=False, eq=False, repr=False)
class ResultsLink(Model):
    """Where the results of a job can be fetched.

    Attributes:
        results_link: The signed address of the file with the results; whoever knows it can fetch them.
            Null while there are none.
    """

    results_link: str | None

    @staticmethod
    def _describe() -> tuple[Field, ...]:
        """How each field is read: its names here and on the wire, its reader, its default."""

        return (
            Field("results_link", "results_link", readers.nullable(readers.text), required=True),
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
        value = payload["results_link"]
        if value is not None and type(value) is not str:
            raise NotAsPromisedError
        self.results_link = value
        self.__class__ = cls
        done: Self = self
        return done

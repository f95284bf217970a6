# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import Any, Self

from attrs import frozen
from pasqal_core_runtime import readers
from pasqal_core_runtime.departures import NotAsPromisedError
from pasqal_core_runtime.model import NONE_DEPARTED, Field, Model


@frozen(init=False, eq=False, repr=False)
class Pagination(Model):
    """The place of a page in the whole list.

    Attributes:
        total: How many entries match the filters, on all pages together.
        start: Where the page starts in the whole list.
        end: Where the page ends in the whole list.
    """

    total: int
    start: int
    end: int

    @staticmethod
    def _describe() -> tuple[Field, ...]:
        """How each field is read: its names here and on the wire, its reader, its default."""

        return (
            Field("total", "total", readers.integer, required=True),
            Field("start", "start", readers.integer, required=True),
            Field("end", "end", readers.integer, required=True),
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
        value = payload["total"]
        if type(value) is not int:
            raise NotAsPromisedError
        self.total = value
        value = payload["start"]
        if type(value) is not int:
            raise NotAsPromisedError
        self.start = value
        value = payload["end"]
        if type(value) is not int:
            raise NotAsPromisedError
        self.end = value
        self.__class__ = cls
        done: Self = self
        return done

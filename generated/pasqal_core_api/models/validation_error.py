# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import Any, Self

from attrs import frozen
from pasqal_core_runtime import readers
from pasqal_core_runtime.departures import NotAsPromisedError
from pasqal_core_runtime.model import NONE_DEPARTED, Field, Model


@frozen(init=False, eq=False, repr=False)
class ValidationError(Model):
    """One mistake in a request.

    Attributes:
        loc: Where the mistake is, from the outside in, such as `query`, `status`, `0`.
        msg: What is wrong, as a sentence.
        type: What is wrong, as a key for programs.
    """

    loc: list[str | int]
    msg: str
    type: str

    @staticmethod
    def _describe() -> tuple[Field, ...]:
        """How each field is read: its names here and on the wire, its reader, its default."""

        return (
            Field(
                "loc",
                "loc",
                readers.array(readers.one_of(readers.text, readers.integer)),
                required=True,
            ),
            Field("msg", "msg", readers.text, required=True),
            Field("type", "type", readers.text, required=True),
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
        value = payload["loc"]
        self.loc = read["loc"](value)
        value = payload["msg"]
        if type(value) is not str:
            raise NotAsPromisedError
        self.msg = value
        value = payload["type"]
        if type(value) is not str:
            raise NotAsPromisedError
        self.type = value
        self.__class__ = cls
        done: Self = self
        return done

from __future__ import annotations

from typing import Any, Self

from attrs import frozen
from pasqal_core_runtime import readers
from pasqal_core_runtime.model import NONE_DEPARTED, Field, Model
from pasqal_core_runtime.surprises import SurpriseError


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
    def describe() -> tuple[Field, ...]:
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
        """The first pass: everything is as promised, or one of `SURPRISES`."""
        if type(payload) is not dict:
            raise SurpriseError
        plan = cls._plan or cls._make_plan()
        get, read = payload.get, plan.read
        self = plan.draft()
        self._payload = payload
        self._departed = NONE_DEPARTED
        value = payload["loc"]
        self.loc = read["loc"](value)
        value = payload["msg"]
        if type(value) is not str:
            raise SurpriseError
        self.msg = value
        value = payload["type"]
        if type(value) is not str:
            raise SurpriseError
        self.type = value
        self.__class__ = cls
        done: Self = self
        return done

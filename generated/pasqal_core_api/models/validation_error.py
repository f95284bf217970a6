from __future__ import annotations

from typing import Any, Self

from attrs import frozen

from .. import types as t


@frozen(init=False, eq=False, repr=False)
class ValidationError(t.Model):
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
    def describe() -> tuple[t.Field, ...]:
        """How each field is read: Python name, wire name, reader, whether it is required, its default."""

        return (
            t.Field("loc", "loc", t.array(t.one_of(t.text, t.integer)), required=True),
            t.Field("msg", "msg", t.text, required=True),
            t.Field("type", "type", t.text, required=True),
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
        value = payload["loc"]
        self.loc = read["loc"](value)
        value = payload["msg"]
        self.msg = value if type(value) is str else t.surprise()
        value = payload["type"]
        self.type = value if type(value) is str else t.surprise()
        self.__class__ = cls
        done: Self = self
        return done

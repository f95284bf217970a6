from __future__ import annotations

from typing import Any, Self

from attrs import frozen

from .. import types as t


@frozen(init=False, eq=False, repr=False)
class Pagination(t.Model):
    """The place of a page in the whole list.

    Attributes:
        total: How many jobs match the filters, on all pages together.
        start: Where the page starts in the whole list.
        end: Where the page ends in the whole list.
    """

    total: int
    start: int
    end: int

    @staticmethod
    def describe() -> tuple[t.Field, ...]:
        """How each field is read: Python name, wire name, reader, whether it is required, its default."""

        return (
            t.Field("total", "total", t.integer, required=True),
            t.Field("start", "start", t.integer, required=True),
            t.Field("end", "end", t.integer, required=True),
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
        value = payload["total"]
        self.total = value if type(value) is int else t.surprise()
        value = payload["start"]
        self.start = value if type(value) is int else t.surprise()
        value = payload["end"]
        self.end = value if type(value) is int else t.surprise()
        self.__class__ = cls
        done: Self = self
        return done

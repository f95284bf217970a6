from __future__ import annotations

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

from __future__ import annotations

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

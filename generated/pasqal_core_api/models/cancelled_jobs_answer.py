from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import frozen

from .. import types as t

if TYPE_CHECKING:
    from ..models.cancelled_jobs import CancelledJobs


@frozen(init=False, eq=False, repr=False)
class CancelledJobsAnswer(t.Model):
    """The envelope of the answer to a cancellation.

    Attributes:
        data: The outcome, job by job.
    """

    data: CancelledJobs | None

    @staticmethod
    def describe() -> tuple[t.Field, ...]:
        """How each field is read: Python name, wire name, reader, whether it is required, its default."""
        from ..models.cancelled_jobs import CancelledJobs  # noqa: PLC0415

        return (t.Field("data", "data", t.nullable(t.model(CancelledJobs))),)

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
        value = get("data")
        self.data = None if value is None else read["data"](value)
        self.__class__ = cls
        done: Self = self
        return done

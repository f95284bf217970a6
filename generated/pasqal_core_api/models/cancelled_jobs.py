from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import frozen

from .. import types as t

if TYPE_CHECKING:
    from ..models.cancel_errors import CancelErrors
    from ..models.job import Job


@frozen(init=False, eq=False, repr=False)
class CancelledJobs(t.Model):
    """Which jobs were cancelled and which were not.

    Attributes:
        jobs: The jobs that were cancelled, as they now stand.
        errors: For each job that was not cancelled, its id and the reason.
    """

    jobs: list[Job]
    errors: CancelErrors

    @staticmethod
    def describe() -> tuple[t.Field, ...]:
        """How each field is read: Python name, wire name, reader, whether it is required, its default."""
        from ..models.job import Job  # noqa: PLC0415

        return (
            t.Field("jobs", "jobs", t.array(t.model(Job)), required=True),
            t.Field("errors", "errors", t.mapping(t.text), required=True),
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
        value = payload["jobs"]
        self.jobs = read["jobs"](value)
        value = payload["errors"]
        self.errors = read["errors"](value)
        self.__class__ = cls
        done: Self = self
        return done

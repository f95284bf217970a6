from __future__ import annotations

from typing import TYPE_CHECKING

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

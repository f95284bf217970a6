"""What a caller gets for each job whose results were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from .._display import printable
from .job_result import JobResult

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from pasqal_core_api.models import Job

    from ..errors import PasqalError

_LONGEST_PATH: Final = 300


@frozen(repr=False)
class JobOutcome:
    """What came of fetching the results of a job: a result, or the reason why there is none; never both.

    Attributes:
        job_id (UUID | None): the id of the job; None if the service did not send it.
        job (Job | None): the job, as it was listed; None if there is none with this id.
        error (PasqalError | None): why the result is missing; None if it is there.
        path (Path | None): the file in the folder, if results are saved; also that of a result which
            a strict client rejects.
    """

    job_id: UUID | None
    job: Job | None = None
    _result: JobResult | None = None
    error: PasqalError | None = field(default=None, eq=False)
    path: Path | None = None

    @property
    def result(self) -> JobResult | None:
        """The result; None if there is none.

        That of a saved file is read from the folder each time, so that outcomes which are kept take
        no memory for it.

        Raises:
            OSError: the saved file has been removed.
            ValueError: the saved file was changed, and does not hold a JSON object.
        """
        if self.error is not None:
            return None
        if self._result is None and self.path is not None:
            return JobResult.from_json(self.path.read_bytes())
        return self._result

    @property
    def reason(self) -> str | None:
        """Why the result is missing, in a sentence; None if it is there."""
        if self.error is None:
            return None
        return str(self.error)

    def __repr__(self) -> str:
        name = f"{type(self).__name__} of job {self.job_id}"
        if self.error is not None:
            kind = type(self.error).__name__
            return f"<{name}: no result, {kind}: {self.reason}>"
        if self.path is not None:
            return f"<{name}: result in {printable(str(self.path), _LONGEST_PATH)}>"
        return f"<{name}: {self._result!r}>"

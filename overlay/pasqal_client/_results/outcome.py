"""What a caller gets for each job whose results were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from pasqal_core_api.models import Job
from pasqal_core_runtime.html_tables import html_block
from pasqal_core_runtime.records import json_text

from .._display import printable
from .job_result import JobResult, missing_record, result_parts

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from pasqal_core_runtime.records import Flatten, Record

    from ..errors import PasqalError

_LONGEST_PATH: Final = 300
_OF_THE_JOB: Final = ("status", "runs", "batch_id")
_VARIABLES: Final = "variables"
"""This column, or those of the entries that were asked for."""


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

    def record(self, *, flatten: Flatten = ()) -> Record:
        """The result and its job as a flat dictionary, a row for pandas, polars, pyarrow or csv.

        The columns are `job_id`, `status`, `runs`, `batch_id`, `variables`, `reason`, `path`, and
        those of `JobResult.record`, which are None without a result. The others of the job are
        in `Job.record`.

        Args:
            flatten: `variables`, to give each variable a column `variables.NAME`; or some of them,
                `["variables.omega"]`, so that every row has the same columns.

        Raises:
            ValueError: a job has no such field, or it has no entries.
            OSError: the saved file has been removed.
        """
        job = self.job
        if job is None:
            job = Job.from_dict({})
        of_job = job.record(flatten=flatten)
        record: Record = {"job_id": None}
        if self.job_id is not None:
            record["job_id"] = str(self.job_id)
        for column, value in of_job.items():
            if column in _OF_THE_JOB or column.partition(".")[0] == _VARIABLES:
                record[column] = value
        record["reason"] = self.reason
        record["path"] = None
        if self.path is not None:
            record["path"] = str(self.path)
        result = self.result
        if result is None:
            return record | missing_record()
        return record | result.record()

    def _repr_html_(self) -> str:
        """What a notebook shows; a saved file is read."""
        title = f"Job {self.job_id}"
        variables = json_text(getattr(self.job, "variables", None)) or ""
        try:
            result = self.result
        except (OSError, ValueError) as error:
            return html_block(title, variables, f"no result: {error}")
        if result is None:
            return html_block(title, variables, f"no result: {self.reason}")
        return html_block(title, variables, *result_parts(result))

    def __repr__(self) -> str:
        name = f"{type(self).__name__} of job {self.job_id}"
        if self.error is not None:
            kind = type(self.error).__name__
            return f"<{name}: no result, {kind}: {self.reason}>"
        if self.path is not None:
            return f"<{name}: result in {printable(str(self.path), _LONGEST_PATH)}>"
        return f"<{name}: {self._result!r}>"

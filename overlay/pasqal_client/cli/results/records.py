"""Results as data, job by job: what the service sent."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from ..._http.json_text import parse
from ..display.field_text import plain_text
from ..display.output import emit
from .histogram import variables_of
from .sweep import value_of

if TYPE_CHECKING:
    from ... import JobOutcome


class IdRecords:
    """The ids of the jobs that have results."""

    def take(self, outcome: JobOutcome) -> None:
        """Write what came of a job."""
        if outcome.error is None:
            emit(f"{outcome.job_id}\n")

    def close(self) -> None:
        """Nothing is left to be written."""


class PathRecords:
    """The files that results were saved to."""

    def take(self, outcome: JobOutcome) -> None:
        """Write what came of a job."""
        if outcome.error is None:
            emit(f"{outcome.path}\n")

    def close(self) -> None:
        """Nothing is left to be written."""


class LineRecords:
    """A line of JSON for each job, those without results included."""

    def take(self, outcome: JobOutcome) -> None:
        """Write what came of a job."""
        emit(json.dumps(_record(outcome)) + "\n")

    def close(self) -> None:
        """Nothing is left to be written."""


class ArrayRecords:
    """One array of JSON. It is written job by job: all results at once might not fit the memory."""

    def __init__(self) -> None:
        self._before = "[\n"

    def take(self, outcome: JobOutcome) -> None:
        """Write what came of a job."""
        emit(self._before + json.dumps(_record(outcome)))
        self._before = ",\n"

    def close(self) -> None:
        """Write the end."""
        end = "\n]\n"
        if self._before == "[\n":
            end = "[]\n"
        emit(end)


class TableRecords:
    """A line of CSV for each bitstring of each job that has results.

    Args:
        variable: a variable that has a column; None for none.
    """

    def __init__(self, variable: str | None) -> None:
        self._variable = variable
        self._write(["job_id", *self._beside(variable), "bitstring", "count"])

    def _beside(self, text: str | None) -> list[str]:
        if self._variable is None:
            return []
        return [plain_text(text)]

    def _write(self, *rows: list[Any]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        emit(text.getvalue())

    def take(self, outcome: JobOutcome) -> None:
        """Write what came of a job."""
        result = outcome.result
        if result is None:
            return
        given = value_of(variables_of(outcome.job), self._variable or "")
        start = [str(outcome.job_id), *self._beside(given)]
        rows = [
            [*start, plain_text(bits), count] for bits, count in result.top(len(result.counter))
        ]
        self._write(*rows)

    def close(self) -> None:
        """Nothing is left to be written."""


def _record(outcome: JobOutcome) -> dict[str, Any]:
    """All that is known of the results of a job."""
    job: dict[str, Any] = {}
    if outcome.job is not None:
        job = outcome.job.to_dict()
    record: dict[str, Any] = {"job_id": job.get("id")}
    if outcome.job_id is not None:
        record["job_id"] = str(outcome.job_id)
    for name in ("status", "runs", "variables"):
        record[name] = job.get(name)
    if outcome.path is not None:
        record["path"] = str(outcome.path)
    result = outcome.result
    if result is None:
        record["reason"] = outcome.reason
        return record
    file = parse(result.content)
    # Without a counter in the file it is counted from the shots.
    record["counter"] = file.pop("counter", None) or result.counter
    for name, given in file.items():
        if name in record:
            record[f"result_{name}"] = given
        else:
            record[name] = given
    return record

"""Records: models and results as rows of a table, whose cells are plain and whose columns are the same in each."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from pasqal_client import Batch, Job, JobOutcome, JobResult, NotFoundError, Page
from pasqal_core_api import models
from pasqal_core_runtime.model import Model, fields_of
from unit.payloads import BATCH, ID, JOB, NOON

MODELS = [
    kind
    for name in models.__all__
    if isinstance(kind := getattr(models, name), type) and issubclass(kind, Model)
]
PLAIN = {str, int, float, bool, datetime, type(None)}


def deep(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"deeper": value}
    return value


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)
def test_every_model_has_the_columns_of_its_fields(kind: type[Model]) -> None:
    """An answer with nothing in it, in which every field departs, has the same columns, and None in those."""
    record = kind.from_dict({}).record()
    assert list(record) == [field.name for field in fields_of(kind)]
    assert [name for name, value in record.items() if type(value) not in PLAIN] == []


def test_the_cells_of_a_job_are_plain() -> None:
    """Ids and states are text and nothing derived from it, lists and objects are JSON, times are in UTC."""
    job = Job.from_dict(
        JOB
        | {
            "status": "SUSPENDED",
            "end_timestamp": "2026-10-12T14:00:00+02:00",
            "errors": ["naïve"],
            "variables": {"omega": [1.5, 2], "n": 3},
            "made_up": 1,
        }
    )
    record = job.record()
    assert {type(value) for value in record.values()} <= PLAIN
    assert (record["id"], record["status"]) == (ID, "SUSPENDED")
    assert record["end_timestamp"] == datetime.fromisoformat(NOON)
    assert record["end_timestamp"].tzinfo is UTC
    assert record["errors"] == '["naïve"]'
    assert json.loads(record["variables"]) == {"omega": [1.5, 2], "n": 3}
    assert (record["progress"], record["runs"]) == (None, JOB["runs"])
    assert "made_up" not in record


def test_the_cells_of_a_batch_are_plain() -> None:
    """The ids and the jobs inside of a batch are JSON, too; the jobs as they were received."""
    inner = JOB | {"made_up": 1}
    record = Batch.from_dict(BATCH | {"jobs": [inner], "job_ids": [ID], "tags": ["a"]}).record()
    assert {type(value) for value in record.values()} <= PLAIN
    assert json.loads(record["jobs"]) == [inner]
    assert json.loads(record["job_ids"]) == [ID]
    assert (record["tags"], record["open"]) == ('["a"]', BATCH["open"])


def test_what_departed_is_none() -> None:
    """A row is made of any answer, without an exception."""
    record = Job.from_dict(JOB | {"status": 1, "created_at": "soon", "errors": "x"}).record()
    assert (record["status"], record["created_at"], record["errors"]) == (None, None, None)
    assert record["id"] == ID


def test_a_time_that_utc_cannot_have_stays_as_it_is() -> None:
    """In the last hours of the last year, nothing is raised."""
    last = "9999-12-31T23:59:59-02:00"
    record = Job.from_dict(JOB | {"created_at": last}).record()
    assert record["created_at"].utcoffset() == timedelta(hours=-2)


def test_what_is_nested_too_deeply_is_none() -> None:
    """JSON that Python cannot write costs its own cell."""
    assert Job.from_dict(JOB | {"variables": deep(200_000)}).record()["variables"] is None


def test_entries_get_columns_of_their_own() -> None:
    """All that an object has, in the place of the object; what is in a list stays JSON."""
    job = Job.from_dict(JOB | {"variables": {"omega": 1.5, "t": [1, 2]}})
    record = job.record(flatten="variables")
    assert "variables" not in record
    assert (record["variables.omega"], record["variables.t"]) == (1.5, "[1, 2]")
    names = list(record)
    assert names.index("variables.omega") == list(job.record()).index("variables")


def test_named_entries_are_in_every_row() -> None:
    """A job without the variable, or without variables at all, has None in its column."""
    columns = ["variables.omega", "variables.t"]
    jobs = [
        Job.from_dict(JOB | more)
        for more in ({"variables": {"omega": 1, "other": 2}}, {}, {"variables": None})
    ]
    records = Page(tuple(jobs)).records(flatten=columns)
    assert len({tuple(record) for record in records}) == 1
    assert [record["variables.omega"] for record in records] == [1, None, None]
    assert "variables.other" not in records[0]


def test_other_objects_can_be_flattened_too() -> None:
    """Such as how many jobs a batch has in each state."""
    batch = Batch.from_dict(BATCH | {"jobs_count_per_status": {"DONE": 3}})
    record = batch.record(flatten=["jobs_count_per_status.DONE", "jobs_count_per_status.ERROR"])
    assert record["jobs_count_per_status.DONE"] == 3
    assert record["jobs_count_per_status.ERROR"] is None


@pytest.mark.parametrize(
    ("flatten", "message"),
    [
        ("omega", "flatten: a Job has no field 'omega'"),
        (["variables", "omega.x"], "flatten: a Job has no field 'omega'"),
        ("", "flatten: a Job has no field ''"),
        ([1], "flatten: expected names of fields, got 1"),
        ("status", "flatten: status is a JobStatus, and has no entries"),
    ],
)
def test_what_cannot_be_flattened_is_refused(flatten: Any, message: str) -> None:
    """A misspelt name would otherwise be a column of nothing."""
    with pytest.raises(ValueError, match=message):
        Job.from_dict(JOB).record(flatten=flatten)


def test_a_result_has_its_counters_as_json() -> None:
    """What the file does not have is None; what the contract does not know is left out."""
    record = JobResult.from_json('{"counter": {"01": 3, "00": 1}, "made_up": 1}').record()
    assert record == {
        "shots": 4,
        "counter": '{"01": 3, "00": 1}',
        "raw": None,
        "serialised": None,
        "partial_register_counter": None,
    }


def test_every_outcome_has_the_same_columns() -> None:
    """A result, a reason why there is none, and an id that nobody knows, are rows of one table."""
    job = Job.from_dict(JOB | {"variables": {"omega": 1.5}})
    missing = NotFoundError("there is no such job")
    outcomes = [
        JobOutcome(job.id, job, JobResult.from_json('{"counter": {"1": 2}}')),
        JobOutcome(job.id, job, error=missing),
        JobOutcome(UUID(ID), error=missing),
        JobOutcome(None, job, error=missing),
    ]
    records = [outcome.record(flatten=["variables.omega"]) for outcome in outcomes]
    assert len({tuple(record) for record in records}) == 1
    assert [record["job_id"] for record in records] == [ID, ID, ID, None]
    assert [record["variables.omega"] for record in records] == [1.5, 1.5, None, 1.5]
    assert [record["shots"] for record in records] == [2, None, None, None]
    assert records[1]["reason"] == str(missing)
    assert list(outcomes[0].record()) == [
        *("job_id", "status", "runs", "batch_id", "variables", "reason", "path"),
        *JobResult.from_json("{}").record(),
    ]


def test_a_saved_result_has_its_path(tmp_path: Path) -> None:
    """The result is read from the file."""
    path = tmp_path / "result.json"
    path.write_text('{"counter": {"1": 2}}')
    record = JobOutcome(UUID(ID), path=path).record()
    assert (record["path"], record["shots"]) == (str(path), 2)


def test_flatten_takes_names_only() -> None:
    """True would mean nothing: which field has the entries is not said."""
    told = (
        "^flatten: expected the name of a field, such as 'variables', or a list of names, got True$"
    )
    with pytest.raises(TypeError, match=told):
        Job.from_dict(JOB).record(flatten=True)  # type: ignore[arg-type]

"""What is printed of an object stays short, however much is in it."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any
from uuid import UUID

import attrs
import pytest

import pasqal_client
from pasqal_client import (
    AddedJobs,
    Batch,
    CancelBatchesReceipt,
    CancelReceipt,
    ContractReport,
    Finding,
    Job,
    JobOutcome,
    JobResult,
    JobsFailedError,
    JobStatus,
    NotFoundError,
    Page,
    Resolution,
    WaitResult,
    WaitTimeoutError,
    Write,
)
from pasqal_client._writes.effect import Reading, Verdict
from pasqal_client.sandbox import AddedBatch
from unit.payloads import ID, JOB, NOON

MANY = 10_000
BATCH = {
    "id": ID,
    "status": "DONE",
    "open": False,
    "device_type": "FRESNEL",
    "user_id": "somebody",
    "project_id": ID,
    "created_at": NOON,
    "updated_at": NOON,
}


class Idle:
    """An effect with as much in it as there may be."""

    reading = Reading.of_jobs(map(UUID, [ID] * MANY))

    def judge(self, items: object) -> Verdict:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"Idle({self.reading})"


def of_many() -> dict[str, Any]:
    """Each public object that has as many others in it as a program asks for, with many."""
    jobs = (Job.from_dict(JOB),) * MANY
    inner = [JOB] * MANY
    batch = Batch.from_dict(BATCH | {"jobs": inner, "job_ids": [ID] * MANY, "tags": [ID] * MANY})
    ids = tuple(UUID(int=number) for number in range(MANY))
    reasons: dict[UUID | str, str] = dict.fromkeys(ids, "already DONE")
    receipt = CancelReceipt(jobs, reasons)
    batches_receipt = CancelBatchesReceipt((batch,) * MANY, reasons)
    states = {JobStatus(f"STATE {number}"): number for number in range(MANY)}
    result = JobResult.from_json(b'{"raw": [%s]}' % b", ".join([b'"0101"'] * MANY))
    write = Write(
        "cancelJobs",
        Idle(),
        filters={"id": list(ids)},
        receipt=receipt,
        unsent=({},) * MANY,
        batch=batch,
        batches_receipt=batches_receipt,
    )
    findings = {Finding(str(one), "text", "an integer"): 1 for one in ids}
    made = [
        Page(jobs, MANY, 0, MANY),
        receipt,
        batches_receipt,
        AddedJobs(batch, jobs),
        WaitResult(states, ids),
        Resolution("happened", "the jobs are there", jobs, batch),
        write,
        ContractReport(findings),
        result,
        JobOutcome(ids[0], jobs[0], result),
        JobOutcome(ids[0], jobs[0], error=NotFoundError("there is no such job")),
    ]
    return {type(each).__name__: each for each in made}


OBJECTS = MappingProxyType(of_many())
# These hold a fixed number of values.
SMALL = {
    *("Finding", "ReceivedResponse", "RetryPolicy", "SeenDeparture", "SentRequest"),
    "WaitProgress",
}


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_with_many_others_prints_short(name: str) -> None:
    """Ten thousand jobs are one number; its class and its small values are shown."""
    shown = repr(OBJECTS[name])
    assert len(shown) < 600
    assert name in shown


def test_no_public_object_is_forgotten() -> None:
    """One that is added belongs to one of these lists."""
    found = {
        name
        for name in pasqal_client.__all__
        if attrs.has(kind := getattr(pasqal_client, name))
        and kind.__module__.startswith("pasqal_client.")
    }
    assert found == OBJECTS.keys() | SMALL


def test_a_batch_with_many_jobs_prints_short() -> None:
    """In the form of all models, and without looking at each job."""
    shown = repr(OBJECTS["AddedJobs"].batch)
    assert len(shown) < 1200
    assert "jobs=<10,000 entries>" in shown


def test_a_batch_of_the_sandbox_prints_short() -> None:
    """In a notebook, it is what adding it prints."""
    batch = AddedBatch.model_construct(id=UUID(ID), status="DONE", job_ids=[UUID(ID)] * MANY)
    assert repr(batch) == f"<AddedBatch {ID}, DONE, of 10,000 jobs>"


@pytest.mark.parametrize(
    "make",
    [
        lambda ids: JobsFailedError(ids),
        lambda ids: WaitTimeoutError(None, ids, dict.fromkeys(ids, JobStatus.PENDING), 1.0),
    ],
)
def test_errors_about_many_jobs_print_short(make: Callable[..., Exception]) -> None:
    """They name the first few."""
    error = make(tuple(UUID(int=number) for number in range(MANY)))
    assert len(repr(error)) < 500
    assert "10000 jobs" in repr(error)


def test_what_is_small_is_shown() -> None:
    """As attrs shows it, so that it can be read, and pasted."""
    assert repr(CancelReceipt()) == "CancelReceipt(jobs=(), errors={}, dry_run=False)"
    assert repr(WaitResult({JobStatus.DONE: 2})) == (
        "WaitResult(counts={<JobStatus.DONE>: 2}, failed_ids=())"
    )
    assert repr(Page((1, 2), total=2)) == "Page(items=(1, 2), total=2, start=None, end=None)"
    assert repr(Page((Job.from_dict(JOB),))).startswith("Page(items=<1 entry>, total=None")

"""Public objects with as many others in them as a program may ask for."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

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
    JobStatus,
    NotFoundError,
    Page,
    Resolution,
    WaitResult,
    Write,
)
from pasqal_client._writes.effect import Reading, Verdict
from unit.payloads import BATCH, ID, JOB

MANY = 10_000


class Idle:
    """An effect with as much in it as there may be."""

    reading = Reading.of_jobs(map(UUID, [ID] * MANY))

    def judge(self, items: object) -> Verdict:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"Idle({self.reading})"


def objects_with_many(text: str = "text") -> dict[str, Any]:
    """Each public object that has as many others in it as a program asks for, with many.

    Args:
        text: what stands in each field that is text.
    """
    odd = {"status": text, "variables": {text: text}, "errors": [text], "slurm_job_id": text}
    job = Job.from_dict(JOB | odd)
    jobs = (job,) * MANY
    named = {"status": text, "device_type": text, "device_status": text, "webhook": text}
    lists = {"jobs": [JOB] * MANY, "job_ids": [ID] * MANY, "tags": [text] * MANY}
    batch = Batch.from_dict(BATCH | named | lists)
    ids = tuple(UUID(int=number) for number in range(MANY))
    reasons: dict[UUID | str, str] = dict.fromkeys([text, *ids[1:]], text)
    receipt = CancelReceipt(jobs, reasons)
    batches_receipt = CancelBatchesReceipt((batch,) * MANY, reasons)
    states = {JobStatus(f"{text} {number}"): number for number in range(MANY)}
    counter = {f"{number:014b} {text}": 1 for number in range(MANY)}
    result = JobResult.from_json(json.dumps({"counter": counter}))
    write = Write(
        "cancelJobs",
        Idle(),
        filters={"id": list(ids)},
        receipt=receipt,
        unsent=({},) * MANY,
        batch=batch,
        batches_receipt=batches_receipt,
    )
    findings = {Finding(str(one), text, "an integer"): 1 for one in ids}
    return {
        "Page": Page(jobs, MANY, 0, MANY),
        "CancelReceipt": receipt,
        "CancelBatchesReceipt": batches_receipt,
        "AddedJobs": AddedJobs(batch, jobs),
        "WaitResult": WaitResult(states, ids),
        "Resolution": Resolution("happened", text, jobs, batch),
        "Write": write,
        "ContractReport": ContractReport(findings),
        "JobResult": result,
        "JobOutcome": JobOutcome(ids[0], job, result),
        "JobOutcome without a result": JobOutcome(ids[0], job, error=NotFoundError(text)),
        "Job": job,
        "Batch": batch,
    }

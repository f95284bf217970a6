"""What is printed of an object stays short, however much is in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import MappingProxyType
from uuid import UUID

import attrs
import pytest

import pasqal_client
from pasqal_client import (
    CancelReceipt,
    Job,
    JobResult,
    JobsFailedError,
    JobStatus,
    Page,
    WaitResult,
    WaitTimeoutError,
)
from pasqal_client.sandbox import AddedBatch
from unit.large_objects import MANY, objects_with_many
from unit.payloads import ID, JOB

OBJECTS = MappingProxyType(objects_with_many())
# These hold a fixed number of values.
SMALL = {
    *("Finding", "ReceivedResponse", "RetryPolicy", "SeenDeparture", "SentRequest"),
    "WaitProgress",
}


# A model shows each of its fields.
MOST = {"Job": 1200, "Batch": 1200}


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_with_many_others_prints_short(name: str) -> None:
    """Ten thousand jobs are one number; its class and its small values are shown."""
    shown = repr(OBJECTS[name])
    assert len(shown) < MOST.get(name, 600)
    assert name.split()[0] in shown


def test_no_public_object_is_forgotten() -> None:
    """One that is added belongs to one of these lists."""
    found = {
        name
        for name in pasqal_client.__all__
        if attrs.has(kind := getattr(pasqal_client, name))
        and kind.__module__.startswith("pasqal_client.")
    }
    assert found <= OBJECTS.keys() | SMALL


@pytest.mark.parametrize(
    "address",
    [
        "https://files.example/a?sig=secret",
        "https://ada:secret@files.example",
        "https://ada:secret@files.example/a",
    ],
)
def test_a_model_prints_no_more_of_an_address_than_its_host(address: str) -> None:
    """Not inside of lists and objects either: a signed address is a secret."""
    job = Job.from_dict(
        JOB | {"slurm_job_id": address, "errors": [f"see {address}"], "variables": {"a": address}}
    )
    assert "secret" not in repr(job) + job._repr_html_()
    assert repr(job).count("https://files.example") == 3


def test_a_result_prints_short_whatever_its_bits_are() -> None:
    """A file may have anything as the name of an entry."""
    result = JobResult.from_json(json.dumps({"counter": {"0\x1b[2J" * 10_000: 1}}))
    assert len(repr(result)) < 200
    assert repr(result).isprintable()


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
    assert repr(CancelReceipt()) == (
        "CancelReceipt(jobs=(), errors={}, dry_run=False, request_id=None)"
    )
    assert repr(WaitResult({JobStatus.DONE: 2})) == (
        "WaitResult(counts={<JobStatus.DONE>: 2}, failed_ids=())"
    )
    assert repr(Page((1, 2), total=2)) == "Page(items=(1, 2), total=2, start=None, end=None)"
    assert repr(Page((Job.from_dict(JOB),))).startswith("Page(items=<1 entry>, total=None")

"""The results of calls can be copied and sent to another process."""

from __future__ import annotations

import copy
import pickle
from typing import Any
from uuid import UUID

import pytest

from pasqal_client import (
    CancelReceipt,
    Departure,
    Job,
    JobStatus,
    Page,
    Resolution,
    RetryPolicy,
    WaitProgress,
    WaitResult,
    Write,
)
from pasqal_client._contract.seen_departures import SeenDeparture
from pasqal_client._http.hooks import ReceivedResponse, SentRequest
from pasqal_client._writes.jobs_cancellation_effect import CancelledJobs

ONE = UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
JOB = Job.from_dict({"id": str(ONE), "status": "LEVITATING", "unheard_of": [1]})
SENT = SentRequest("GET", "https://lab.example/jobs", {"accept": "application/json"}, 1)

RESULTS: list[Any] = [
    Page((JOB,), 1, 0, 1),
    CancelReceipt((JOB,), {ONE: "too late", "odd": "no id"}),
    Resolution("cannot tell", "because", (JOB,)),
    Write(
        "cancel_jobs",
        CancelledJobs(ONE, {"status": [JobStatus.DONE]}),
        ONE,
        {"status": [JobStatus.DONE]},
        CancelReceipt((JOB,)),
        ({"id": [str(ONE)]},),
    ),
    WaitResult({JobStatus.DONE: 1}, (ONE,)),
    WaitProgress(1, 2, 0.5),
    SeenDeparture(Departure("data[0].runs", "an integer", "null"), 3),
    ReceivedResponse(SENT, 200, {}, 0.1, "r-1", None),
    RetryPolicy(attempts=2),
]


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: type(result).__name__)
def test_results_pickle_and_copy(result: Any) -> None:
    """A result comes back equal, including jobs and values unknown to the contract in it."""
    for again in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result), copy.copy(result)):  # noqa: S301
        assert type(again) is type(result)
        assert again == result
        assert repr(again) == repr(result)

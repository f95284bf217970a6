"""Results are read whatever became of other jobs, states whatever they are called, and all of it another day."""

from __future__ import annotations

import copy
import json
import pickle
import warnings
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from pulser import Pulse, Register, Sequence
from pulser.backend import QPUBackend
from pulser.backend.remote import BatchStatus, JobStatus, RemoteResults, RemoteResultsError

from pasqal_client import (
    DepartureError,
    PasswordCredentials,
    ResultFailedError,
    ResultNotReadyError,
    WaitTimeoutError,
)
from pasqal_client._results import lateness
from pasqal_client.pulser import JobResults, PasqalConnection, RemoteEmuFreeBackend
from pasqal_client.sandbox import AddedBatch, Fate, Fault, Sandbox
from pasqal_client.sandbox.database import rows, store
from with_pulser.conftest import TEXTS, fast

Connect = Callable[..., PasqalConnection]


def every_kind(still: Sandbox) -> AddedBatch:
    """A batch with a job that is done, one that failed, one that was cancelled, and one that runs."""
    jobs: list[dict[str, object]] = [
        {"status": "DONE", "runs": 7},
        {"status": "ERROR", "errors": ["Too few atoms.", "Laser off."]},
        {"status": "CANCELED"},
        {"status": "RUNNING"},
        {"status": "ERROR", "errors": None},
    ]
    return still.add_batch(jobs, sequence_builder=TEXTS["rabi"], device_type="FRESNEL")


def test_a_job_that_failed_does_not_hide_the_others(still: Sandbox, connect: Connect) -> None:
    """Its reasons are in the error of what needs all results, and in `errors`; the others are there."""
    batch = every_kind(still)
    results = connect(still).get_results(batch.id)
    done, failed, cancelled, running, unexplained = map(str, batch.job_ids)
    with pytest.raises(RemoteResultsError) as caught:
        results.results  # noqa: B018
    text = str(caught.value)
    assert text.startswith(f"4 of 5 jobs have no results: job {failed} failed: Too few atoms.; Las")
    assert text.endswith("get_available_results() has those of the others")
    assert isinstance(caught.value.__cause__, ResultFailedError)
    with warnings.catch_warnings(action="error"):
        (available,) = results.get_available_results().items()
    assert (available[0], sum(available[1].final_bitstrings.values())) == (done, 7)
    assert results.errors() == {
        failed: "Too few atoms.; Laser off.",
        cancelled: "it was cancelled",
        unexplained: "the service gave no reason",
    }
    assert list(results.statuses().values()) == [
        JobStatus.DONE,
        JobStatus.ERROR,
        JobStatus.CANCELED,
        JobStatus.RUNNING,
        JobStatus.ERROR,
    ]
    assert len(results) == 5
    assert results.job_ids == [done, failed, cancelled, running, unexplained]


def test_some_jobs_come_in_the_order_that_is_asked_for(still: Sandbox, connect: Connect) -> None:
    """Only these are read and fetched; ids of other batches are rejected."""
    connection = connect(still)
    batch = still.add_batch(
        [{"status": "DONE", "runs": runs} for runs in (1, 2, 3)], sequence_builder=TEXTS["rabi"]
    )
    wanted: list[UUID | str] = [batch.job_ids[2], str(batch.job_ids[0]).upper()]
    results = connection.get_results(str(batch.id).upper(), wanted)
    assert [sum(one.final_bitstrings.values()) for one in results] == [3, 1]
    assert list(results.get_available_results()) == results.job_ids == list(results.statuses())
    assert repr(results) == f"<JobResults of 2 jobs of batch {batch.id}>"
    assert repr(connection.get_results(batch.id)) == f"<JobResults of all jobs of batch {batch.id}>"
    with pytest.raises(RuntimeError, match="does not contain jobs"):
        connection.get_results(batch.id, [batch.id])
    with pytest.raises(ValueError, match="batch_id"):
        connection.get_results("yesterday")


def test_results_of_pulsers_own_class_are_read_too(still: Sandbox, connect: Connect) -> None:
    """The interface is whole, for whoever makes `RemoteResults`; a reason is in the cause of their error."""
    connection = connect(still)
    batch = every_kind(still)
    some = RemoteResults(str(batch.id), connection, [str(batch.job_ids[0])])
    assert sum(some[0].final_bitstrings.values()) == 7
    everything = RemoteResults(str(batch.id), connection)
    with pytest.raises(RemoteResultsError, match="get_available_results") as caught:
        everything.results  # noqa: B018
    assert "Too few atoms" in str(caught.value.__cause__)
    assert list(everything.get_available_results()) == [str(batch.job_ids[0])]
    assert everything.get_batch_status() is BatchStatus.RUNNING
    assert connection._query_job_progress(str(batch.id), [str(batch.id)]) == {}


@pytest.mark.parametrize(
    ("quirk", "job_status", "batch_status"),
    [
        ("paused", JobStatus.PAUSED, BatchStatus.PAUSED),
        ("future-values", JobStatus.PENDING, BatchStatus.PENDING),
        ("canceling", JobStatus.RUNNING, BatchStatus.RUNNING),
    ],
)
def test_states_that_pulser_does_not_have_hide_nothing(
    connect: Connect, quirk: str, job_status: JobStatus, batch_status: BatchStatus
) -> None:
    """They stand for what they are most like, with one warning; other jobs are as they are."""
    other = {"canceling": "CANCELED"}.get(quirk, "RUNNING")
    with Sandbox(quirks=[quirk]) as sandbox:
        connection = connect(sandbox)
        batch = sandbox.add_batch(
            [{"status": "DONE"}, {"status": other}],
            status=other,
            sequence_builder=TEXTS["rabi"],
        )
        results = connection.get_results(batch.id)
        with warnings.catch_warnings(record=True, action="always") as caught:
            statuses = list(results.statuses().values())
            assert results.get_batch_status() is batch_status
            assert len(results.get_available_results()) == 1
        assert statuses == [JobStatus.DONE, job_status]
        with pytest.raises(RemoteResultsError) as error:
            results.results  # noqa: B018
        assert isinstance(error.value.__cause__, ResultNotReadyError)
    assert len(caught) == len({str(one.message) for one in caught})
    assert len(caught) == (1 if quirk == "future-values" else 0)


def test_a_file_that_is_late_is_waited_for(
    still: Sandbox, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Storage answers 404 once, for one of the jobs: all results are there in the end."""
    monkeypatch.setattr(lateness, "_FIRST_PAUSE", 0.01)
    fault = still.add_fault(Fault(operation="result_file", status=404, nth=1))
    jobs = [{"status": "DONE", "runs": runs} for runs in (5, 6)]
    batch = still.add_batch(jobs, sequence_builder=TEXTS["rabi"])
    results = connect(still).get_results(batch.id)
    assert [sum(one.final_bitstrings.values()) for one in results] == [5, 6]
    assert (fault.fired, fault.seen) == (1, 3)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "has no results"),
        ({"counter": {"0": 3}}, "a bitstring has 1 characters, and the sequence 2 atoms"),
        ({"counter": {}}, "there are no counts"),
        ({"counter": {"00": 1}, "serialised_results": "{}"}, "cannot be read with Pulser"),
    ],
)
def test_results_that_are_of_no_use_cost_only_their_own_job(
    still: Sandbox, connect: Connect, content: Any, reason: str
) -> None:
    """They are left out with a warning that says why."""
    jobs: list[dict[str, object]] = [
        {"status": "DONE", "end_timestamp": "2026-10-12T08:00:00+00:00", "result": content},
        {"status": "DONE", "runs": 4},
    ]
    batch = still.add_batch(jobs, sequence_builder=TEXTS["rabi"])
    still.advance("10m")
    results = connect(still).get_results(batch.id)
    with pytest.warns(UserWarning, match=reason):
        available = results.get_available_results()
    assert list(available) == [str(batch.job_ids[1])]
    with pytest.raises(RemoteResultsError, match=f"1 of 2 jobs have no results: .*{reason}"):
        results.results  # noqa: B018
    assert results.errors() == {}


def test_a_strict_client_does_not_make_results_look_unknown(
    still: Sandbox, connect: Connect
) -> None:
    """A departure is an AttributeError, too, after which Pulser would deny that there is such an attribute."""
    batch = every_kind(still)
    results = connect(still, strict=True).get_results(batch.id)
    still.quirks = ["epoch-times"]
    for name in ("results", "job_ids"):
        with pytest.raises(RemoteResultsError) as caught:
            getattr(results, name)
        assert isinstance(caught.value.__cause__, DepartureError)
    some = RemoteResults(str(batch.id), results._connection)
    some._job_ids = list(map(str, batch.job_ids))
    with pytest.raises(RemoteResultsError):
        some.results  # noqa: B018


def test_a_sequence_that_cannot_be_found_is_said(still: Sandbox, connect: Connect) -> None:
    """Bare counts are never labelled with the atoms of another sequence."""
    batch = still.add_batch([{"status": "DONE"}], sequence_builder=None)
    with pytest.raises(RemoteResultsError, match="the sequence of the job is not known"):
        connect(still).get_results(batch.id).results  # noqa: B018


def test_atoms_that_were_not_seen_stay_in_the_counts(still: Sandbox, connect: Connect) -> None:
    """A bitstring with an X is a bitstring."""
    jobs: list[dict[str, object]] = [
        {"status": "DONE", "runs": 3, "result": {"counter": {"0X": 1, "11": 2}}}
    ]
    batch = still.add_batch(jobs, sequence_builder=TEXTS["rabi"])
    (found,) = connect(still).get_results(batch.id)
    assert found.final_bitstrings == {"0X": 1, "11": 2}


def test_everything_that_an_emulator_has_measured_is_there(
    still: Sandbox, connect: Connect
) -> None:
    """Its own text is read, with all observables, and no sequence is asked for."""
    key = "7bc4bd43-8bb3-4a2e-a78f-18fb3d48ccc4"
    text = {
        "atom_order": ["q0", "q1"],
        "total_duration": 123,
        "tagmap": {"energy": key},
        "results": {key: [0.5, 0.25]},
        "times": {key: [0.5, 1.0]},
        "aggregation_methods": {key: 1},
    }
    content = {"counter": {"00": 1}, "serialised_results": json.dumps(text)}
    batch = still.add_batch([{"status": "DONE", "result": content}], sequence_builder=None)
    (found,) = connect(still).get_results(batch.id)
    assert (found.energy, found.total_duration) == ([0.5, 0.25], 123)
    assert not [one for one in still.requests if one.path.endswith(str(batch.id))]


def without_sequences(read_jobs: Callable[..., Any]) -> Callable[..., Any]:
    """What the list of a sandbox reads, without the sequences of jobs."""
    return lambda *values: [{**job, "sequence": None} for job in read_jobs(*values)]


@pytest.mark.parametrize("shown", [True, False])
def test_sequences_are_read_for_jobs_that_may_have_their_own(
    connect: Connect, parametrized: Sequence, monkeypatch: pytest.MonkeyPatch, shown: bool
) -> None:
    """A list need not show them; a job with variables runs that of its batch."""
    if not shown:
        monkeypatch.setattr(store, "read_jobs", without_sequences(rows.read_jobs))
    with fast() as sandbox:
        connection = connect(sandbox)
        other = Sequence(
            Register.from_coordinates([(0, 0), (0, 9)], prefix="a"), parametrized.device
        )
        other.declare_channel("ch", "rydberg_global")
        other.add(Pulse.ConstantPulse(400, 6.0, 0.0, 0.0), "ch")
        jobs = [
            {"runs": 5, "variables": {"omega": 1.0, "t": 200}},
            {"runs": 6, "sequence": other},
        ]
        batch_id = connection.submit(parametrized, job_params=jobs, wait=True).batch_id
        sandbox.clear_requests()
        read = connection.get_results(UUID(batch_id))
        assert [one.atom_order for one in read] == [("q0", "q1"), ("a0", "a1")]
        paths = [one.path for one in sandbox.requests]
        asked = [sum(path.endswith(name) for path in paths) for name in (batch_id, *read.job_ids)]
    assert asked == [1, 0, 0 if shown else 1]


def test_waiting_and_cancelling(still: Sandbox, connect: Connect, rabi: Sequence) -> None:
    """All jobs of a batch, or some of them."""
    connection = connect(still)
    first = QPUBackend(rabi, connection).run([{"runs": 5}, {"runs": 6}])
    some = connection.get_results(first.batch_id, first.job_ids[1:])
    receipt = some.cancel()
    assert [str(job.id) for job in receipt.jobs] == some.job_ids
    assert some.wait().counts == {"CANCELED": 1}
    assert first.errors() == {some.job_ids[0]: "it was cancelled"}
    receipt = first.cancel()
    assert [str(job.id) for job in receipt.jobs] == first.job_ids[:1]
    assert list(map(str, receipt.errors)) == some.job_ids
    assert first.wait(timeout=5).counts == {"CANCELED": 2}
    assert first.get_batch_status() is BatchStatus.CANCELED
    failing = still.add_batch([{"fate": Fate("1s", "ERROR")}], complete=True)
    still.advance("1h")
    assert connection.get_results(failing.id).wait().failed_ids == tuple(failing.job_ids)


def test_results_pickle_without_secrets(sandbox: Sandbox, connect: Connect, rabi: Sequence) -> None:
    """With what they are about and what was fetched; anything else says how to go on."""
    account = PasswordCredentials(sandbox.username, sandbox.password, token_url=sandbox.token_url)
    connection = connect(sandbox, token=None, credentials=account)
    secrets = (sandbox.password, "Bearer", "oauth")
    results = RemoteEmuFreeBackend(rabi, connection).run([{"runs": 5}, {"runs": 6}], wait=True)
    fresh = pickle.dumps(results)
    fetched = results.results
    full = pickle.dumps(results)
    assert not [one for one in secrets if one.encode() in fresh + full]
    copy = pickle.loads(full)  # noqa: S301
    assert type(copy) is JobResults
    assert (copy.batch_id, copy.job_ids) == (results.batch_id, results.job_ids)
    assert copy.results == fetched
    bare = pickle.loads(fresh)  # noqa: S301
    with pytest.raises(RuntimeError, match="continue with connection.get_results") as caught:
        bare.results  # noqa: B018
    _, call = str(caught.value).split("continue with ")
    assert eval(call, {"connection": connection}).results == fetched  # noqa: S307
    assert pickle.loads(pickle.dumps(bare)).job_ids == results.job_ids  # noqa: S301


@pytest.mark.parametrize("kind", [copy.copy, copy.deepcopy])
def test_copies_of_results_keep_their_connection(
    sandbox: Sandbox, connection: PasqalConnection, rabi: Sequence, kind: Callable[[Any], Any]
) -> None:
    """They are used in the same process, where it works."""
    results = RemoteEmuFreeBackend(rabi, connection).run([{"runs": 5}, {"runs": 6}], wait=True)
    copied = kind(results)
    assert (copied.batch_id, copied.job_ids) == (results.batch_id, results.job_ids)
    assert copied.statuses() == results.statuses()
    assert [sum(one.final_bitstrings.values()) for one in copied] == [5, 6]


def test_one_job_alone_is_given_in_a_list(
    sandbox: Sandbox, connection: PasqalConnection, rabi: Sequence
) -> None:
    """The error says so, and not that a letter of its id is not a UUID."""
    results = RemoteEmuFreeBackend(rabi, connection).run([{"runs": 5}])
    (job_id,) = results.job_ids
    for alone in (job_id, UUID(job_id)):
        with pytest.raises(
            ValueError, match=rf"job_ids: expected a list of ids.*give \[.*{job_id}"
        ):
            connection.get_results(results.batch_id, alone)  # type: ignore[arg-type]
    assert connection.get_results(results.batch_id, [UUID(job_id)]).job_ids == [job_id]


def test_states_come_in_the_order_that_is_asked_for(
    sandbox: Sandbox, connection: PasqalConnection, rabi: Sequence
) -> None:
    """Whatever the order of the list."""
    results = RemoteEmuFreeBackend(rabi, connection).run([{"runs": 5}, {"runs": 6}, {"runs": 7}])
    first, second, third = results.job_ids
    for order in ([third, first, second], [first, third, second]):
        assert list(connection.get_results(results.batch_id, order).statuses()) == order


def test_an_unknown_state_is_waited_for(connect: Connect) -> None:
    """Without a word about what it might be, as it passes for PENDING."""
    with Sandbox(quirks=["future-values"]) as sandbox:
        batch = sandbox.add_batch([{"status": "RUNNING"}], sequence_builder=TEXTS["rabi"])
        with pytest.raises(WaitTimeoutError):
            connect(sandbox).get_results(batch.id).wait(timeout=0.01)

"""Sequences are submitted once, as what they are, and checked before."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pulser import Pulse, Register, Sequence
from pulser.backend import BitStrings, EmulationConfig, QPUBackend
from pulser.backend.remote import JobStatus, RemoteBackend
from pulser.devices import MockDevice
from pulser.json.abstract_repr.deserializer import deserialize_device

from client.lost_answers import LOST_ANSWERS
from pasqal_client import (
    AsyncPasqalClient,
    NotFoundError,
    OutcomeUnknownError,
    PasqalClient,
    WaitTimeoutError,
)
from pasqal_client.pulser import (
    PasqalConnection,
    RemoteEmuFreeBackend,
    RemoteMPSBackend,
    RemoteSVBackend,
)
from pasqal_client.sandbox import Fault, RecordedRequest, Sandbox
from with_pulser.conftest import TEXTS, fast

Connect = Callable[..., PasqalConnection]

LOST = {
    name: Fault(operation=operation, times=1, **fault)
    for operation in ("create_batch", "add_jobs")
    for kind in ("carried out", "broken off", "late, but carried out")
    for reason, fault in LOST_ANSWERS[kind][1].items()
    for name in [f"{operation}, {kind}, {reason}"]
}


def kinds(requests: list[RecordedRequest]) -> list[str]:
    """What was asked for, without ids."""
    found = []
    for request in requests:
        *_, last = request.path.split("/")
        found.append(f"{request.method} {last}")
    return found


def sent(sandbox: Sandbox, connection: PasqalConnection) -> list[Any]:
    """The batches that were submitted, the oldest first."""
    assert sandbox.requests
    return list(connection.client.batches.list(order_by_direction="ASC"))


def test_two_jobs_take_four_requests(
    sandbox: Sandbox, connection: PasqalConnection, rabi: Sequence
) -> None:
    """The newest devices, the submission, and two to wait: the answer to the submission has the ids."""
    results = QPUBackend(rabi, connection).run([{"runs": 50}, {"runs": 20}], wait=True)
    assert kinds(sandbox.requests) == ["GET specs", "POST batches", "GET status", "GET jobs"]
    assert len(results) == len(results.job_ids) == 2
    assert results
    sandbox.clear_requests()
    assert [sum(one.final_bitstrings.values()) for one in results] == [50, 20]
    assert results[1].atom_order == ("q0", "q1")
    assert results[1].total_duration == 2000
    found = kinds(sandbox.requests)
    assert (found[0], sorted(found).count("GET results_link"), len(found)) == ("GET jobs", 2, 5)
    assert results.results is results.results


def test_variables_may_be_of_numpy(
    sandbox: Sandbox, connection: PasqalConnection, parametrized: Sequence
) -> None:
    """They are sent as plain numbers, and the length of the results is that of the job's own values."""
    values = [
        {"omega": np.float64(3.1), "t": np.array([400])[0]},
        {"omega": np.array([1.5]), "t": [200]},
    ]
    jobs = [{"runs": np.int64(5), "variables": value} for value in values]
    results = QPUBackend(parametrized, connection).run(jobs, wait=True)
    (batch,) = sent(sandbox, connection)
    shown = connection.client.jobs.list(batch_id=batch.id, order_by="creation_order")
    assert [job.variables for job in shown][::-1] == [
        {"omega": 3.1, "t": 400},
        {"omega": [1.5], "t": [200]},
    ]
    assert [one.total_duration for one in results] == [400, 200]
    again = connection.get_results(results.batch_id)
    assert [one.total_duration for one in again] == [400, 200]


def test_a_register_may_be_mapped_at_run_time(
    connection: PasqalConnection, mappable: Sequence
) -> None:
    """The results have the atoms that each job maps."""
    jobs = [
        {"runs": 5, "variables": {"qubits": qubits}} for qubits in ({"q0": 3}, {"q1": 1, "q0": 0})
    ]
    results = QPUBackend(mappable, connection).run(jobs, wait=True)
    assert [one.atom_order for one in results] == [("q0",), ("q0", "q1")]
    assert {len(bits) for bits in results[0].final_bitstrings} == {1}
    again = connection.get_results(results.batch_id)
    assert [one.atom_order for one in again] == [("q0",), ("q0", "q1")]


@pytest.mark.parametrize(
    ("jobs", "message"),
    [
        ([{"runs": 0}], r"^jobs\[0\].runs: 0 is out of bounds"),
        ([{"runs": -1}], r"^jobs\[0\].runs: -1 is out of bounds"),
        ([{"runs": 1, "shots": 2}], r"^jobs\[0\]: 'shots' is unknown; a job has runs"),
        (
            [{"runs": 1, "variables": {"omega": 1.0, "t": 400}}, {"runs": 1}],
            r"^jobs\[1\].variables: there is no value for omega, t$",
        ),
        (
            [{"runs": 1, "variables": {"omega": 1.0, "t": 400, "Omega": 1.0}}],
            r"^jobs\[0\].variables: 'Omega' is unknown; the sequence has omega, t$",
        ),
    ],
)
def test_a_job_that_does_not_go_with_the_sequence_is_rejected(
    sandbox: Sandbox,
    connection: PasqalConnection,
    parametrized: Sequence,
    jobs: list[Any],
    message: str,
) -> None:
    """Whatever Pulser lets through, before anything is submitted."""
    with pytest.raises(ValueError, match=message):
        QPUBackend(parametrized, connection).run(jobs)
    assert kinds(sandbox.requests) == ["GET specs"]


def test_a_job_that_the_sequence_cannot_be_built_for_is_rejected(
    sandbox: Sandbox, connection: PasqalConnection, parametrized: Sequence
) -> None:
    """With Pulser's error, and a note that says which job it is about."""
    jobs = [{"variables": {"omega": omega, "t": 400}} for omega in (1.0, 1000.0)]
    with pytest.raises(ValueError, match="amplitude") as caught:
        connection.submit(parametrized, job_params=jobs, device_type="EMU_FREE")
    assert caught.value.__notes__ == ["This is about jobs[1]."]
    assert sandbox.requests == []


def test_variables_of_a_sequence_without_any_are_rejected(
    connection: PasqalConnection, rabi: Sequence
) -> None:
    """The service would reject them, too, but after the devices were asked for."""
    with pytest.raises(ValueError, match="'omega' is unknown; the sequence has none$"):
        connection.submit(rabi, job_params=[{"variables": {"omega": 1}}], device_type="EMU_FREE")


def test_what_is_checked_for_the_newest_device_is_what_is_submitted(
    connect: Connect, rabi: Sequence
) -> None:
    """In a batch of its own and in one that is open; Pulser itself would submit the old one."""
    newer = {**json.loads(TEXTS["fresnel"]), "max_sequence_duration": 5000, "max_runs": 60}
    with fast(specs={"FRESNEL": json.dumps(newer)}) as sandbox:
        connection = connect(sandbox)
        backend = QPUBackend(rabi, connection)
        backend.run([{"runs": 60}])
        with backend.open_batch():
            results = backend.run([{"runs": 1}], wait=True)
        connection.submit(rabi, job_params=[{"runs": 2}])
        texts = [
            connection.client.batches.get(batch.id).sequence_builder
            for batch in sent(sandbox, connection)
        ]
        assert results[0].atom_order == ("q0", "q1")
    device = deserialize_device(json.dumps(newer))
    assert rabi.device != device
    assert [Sequence.from_abstract_repr(text).device for text in texts] == [device] * 3


def test_a_sequence_that_has_grown_since_it_was_checked_is_submitted_as_it_is(
    connect: Connect, rabi: Sequence
) -> None:
    """What Pulser checked for a run that it rejected is forgotten, on a QPU and on an emulator."""
    newer = {**json.loads(TEXTS["fresnel"]), "max_runs": 60}
    rabi = Sequence.from_abstract_repr(
        json.dumps({**json.loads(TEXTS["rabi"]), "measurement": None})
    )
    sent_operations = []
    with fast(specs={"FRESNEL": json.dumps(newer)}) as sandbox:
        connection = connect(sandbox)
        for device_type in (None, "EMU_FREE"):
            with pytest.raises(ValueError, match="below the maximum allowed"):
                QPUBackend(rabi, connection).run([{"runs": 61}])
            rabi.add(Pulse.ConstantPulse(100, 1.0, 0.0, 0.0), next(iter(rabi.declared_channels)))
            connection.submit(rabi, job_params=[{"runs": 2}], device_type=device_type)
        for batch in sent(sandbox, connection):
            text = connection.client.batches.get(batch.id).sequence_builder
            sent_operations.append(len(json.loads(text or "")["operations"]))
    first, second = sent_operations
    assert second == len(json.loads(rabi.to_abstract_repr())["operations"]) == first + 1


def test_a_device_that_pulser_cannot_read_does_not_hide_the_others(
    connect: Connect, rabi: Sequence
) -> None:
    """It is left out, with a warning that says why."""
    specs = {"FRESNEL": TEXTS["fresnel"], "FRESNEL_CAN1": '{"name": "New", "wings": 2}'}
    with Sandbox(specs=specs) as sandbox:
        connection = connect(sandbox)
        with pytest.warns(UserWarning, match="cannot read device FRESNEL_CAN1: Deserialize"):
            devices = connection.fetch_available_devices()
    assert [device.name for device in devices.values()] == ["Fresnel"]


def test_a_sequence_for_no_device_of_the_service_is_rejected_before_it_is_sent(
    sandbox: Sandbox, connection: PasqalConnection
) -> None:
    """As Pulser does it; one for an emulator may be on any device, and gets its measurement."""
    sequence = Sequence(Register.from_coordinates([(0, 0), (0, 6)], prefix="a"), MockDevice)
    sequence.declare_channel("ch", "rydberg_global")
    sequence.add(Pulse.ConstantPulse(400, 6.0, 0.0, 0.0), "ch")
    results = RemoteBackend(sequence, connection).run()
    assert kinds(sandbox.requests) == ["POST batches"]
    (batch,) = sent(sandbox, connection)
    text = connection.client.batches.get(batch.id).sequence_builder
    assert json.loads(text or "")["measurement"] == "ground-rydberg"
    assert not sequence.is_measured()
    connection.client.batches.cancel(results.batch_id)


def test_jobs_may_have_sequences_of_their_own(
    sandbox: Sandbox, connection: PasqalConnection, rabi: Sequence
) -> None:
    """Each is measured, and its results have its own atoms, also for somebody who comes later."""
    other = Sequence(Register.from_coordinates([(0, 0), (0, 9), (9, 0)], prefix="a"), rabi.device)
    other.declare_channel("ch", "rydberg_global")
    other.add(Pulse.ConstantPulse(400, 6.0, 0.0, 0.0), "ch")
    jobs = [{"runs": 5}, {"runs": 6, "sequence": other}]
    results = QPUBackend(rabi, connection).run(jobs, wait=True)
    for one in (results, connection.get_results(results.batch_id)):
        assert [found.atom_order for found in one] == [("q0", "q1"), ("a0", "a1", "a2")]
        assert [found.total_duration for found in one] == [2000, 400]
    job = connection.client.jobs.get(results.job_ids[1])
    assert json.loads(job.sequence or "")["measurement"] == "ground-rydberg"


@pytest.mark.parametrize("backend", [RemoteMPSBackend, RemoteSVBackend, RemoteEmuFreeBackend])
def test_emulators_get_their_configuration(
    sandbox: Sandbox, connection: PasqalConnection, rabi: Sequence, backend: Any
) -> None:
    """What is given, completed by the defaults of the emulator; without jobs there is one job."""
    config = EmulationConfig(observables=[BitStrings(num_shots=7)], with_modulation=True)
    results = backend(rabi, connection, config=config).run(wait=True)
    assert results[0].atom_order == ("q0", "q1")
    batch = connection.client.batches.get(results.batch_id)
    sent_config = json.loads(batch.backend_configuration or "")
    assert sent_config["with_modulation"] is True
    assert sent_config.get("optimize_qubit_ordering", False) is (backend is RemoteMPSBackend)
    kind = backend.__name__.removeprefix("Remote").removesuffix("Backend").upper()
    assert batch.device_type == f"EMU_{kind.removeprefix('EMU')}"
    assert kinds(sandbox.requests)[0] == "POST batches"
    with backend(rabi, connection).open_batch() as opened:
        assert opened.backend.run([{"runs": 3}], wait=True).statuses()


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
def test_a_lost_answer_is_settled(
    sandbox: Sandbox, connection: PasqalConnection, rabi: Sequence, fault: Fault
) -> None:
    """The jobs are there once, and their results are returned as if nothing had happened."""
    sandbox.add_fault(fault)
    backend = QPUBackend(rabi, connection)
    if fault.operation == "create_batch":
        results = backend.run([{"runs": 5}, {"runs": 6}], wait=True)
    else:
        with backend.open_batch():
            results = backend.run([{"runs": 5}, {"runs": 6}], wait=True)
    assert [sum(one.final_bitstrings.values()) for one in results] == [5, 6]
    (batch,) = sent(sandbox, connection)
    assert batch.jobs_count == 2
    assert sandbox.faults[0].fired == 1


@pytest.mark.parametrize("is_done", [False, True], ids=["not carried out", "list fails, too"])
def test_what_cannot_be_settled_is_an_error(
    sandbox: Sandbox,
    connection: PasqalConnection,
    rabi: Sequence,
    monkeypatch: pytest.MonkeyPatch,
    is_done: bool,
) -> None:
    """It is not sent again, although each answer is lost; a note says what looking for it has shown."""
    batches = type(connection.client.batches)
    resolve = batches.resolve
    monkeypatch.setattr(batches, "resolve", lambda self, error: resolve(self, error, settle=0))
    gateway = Fault(operation="create_batch", status=502, style="html", applied=is_done)
    lost = sandbox.add_fault(gateway)
    outcome = "did not happen"
    if is_done:
        sandbox.add_fault(Fault(operation="get_all_batches", status=403))
        outcome = "cannot tell"
    with pytest.raises(OutcomeUnknownError) as caught:
        QPUBackend(rabi, connection).run([{"runs": 5}])
    assert caught.value.__notes__[-1].startswith(f"It was looked for: {outcome}, as ")
    assert lost.seen == 1
    sandbox.clear_faults()
    assert len(sent(sandbox, connection)) == is_done


def test_an_answer_without_jobs_is_enough(connect: Connect, rabi: Sequence) -> None:
    """Their ids are read."""
    with fast(quirks=["no-jobs"]) as sandbox:
        results = QPUBackend(rabi, connect(sandbox)).run([{"runs": 5}, {"runs": 6}], wait=True)
        assert [sum(one.final_bitstrings.values()) for one in results] == [5, 6]


def test_a_list_that_lags_loses_no_results(connect: Connect, rabi: Sequence) -> None:
    """Where neither the answer nor the list has the jobs, the results are those of the batch."""
    nothing = {"data": [], "pagination": {"total": 0, "start": 0, "end": 0}}
    lag = Fault(operation="get_jobs", times=1, status=200, body=nothing)
    with fast(quirks=["no-jobs"], faults=[lag]) as sandbox:
        results = QPUBackend(rabi, connect(sandbox)).run([{"runs": 5}, {"runs": 6}])
        assert len(results) == 2
        assert results.wait().counts == {"DONE": 2}
        assert [sum(one.final_bitstrings.values()) for one in results] == [5, 6]


def test_a_key_submits_once(connection: PasqalConnection, rabi: Sequence) -> None:
    """The options of a submission pass through."""
    options: dict[str, Any] = {"key": "scan", "tags": ["a"], "device_type": "EMU_FREE"}
    options["job_params"] = [{"runs": 5}]
    first = connection.submit(rabi, **options)
    again = connection.submit(rabi, **options)
    assert (first.batch_id, first.job_ids) == (again.batch_id, again.job_ids)
    assert "a" in (connection.client.batches.get(first.batch_id).tags or ())
    with pytest.raises(TypeError, match="colour"):
        connection.submit(rabi, colour="red", device_type="EMU_FREE")


def test_waiting_ends_with_its_time(still: Sandbox, connect: Connect, rabi: Sequence) -> None:
    """The error says how to come back to the jobs, in an open batch to these alone."""
    connection = connect(still, wait_timeout=0.01)
    backend = QPUBackend(rabi, connection)
    with pytest.raises(WaitTimeoutError) as caught:
        backend.run([{"runs": 5}], wait=True)
    (note,) = caught.value.__notes__
    call = note.removeprefix("The jobs were submitted: ").removesuffix(" has their results.")
    results = eval(call, {"connection": connection})  # noqa: S307
    assert results.statuses() == dict.fromkeys(results.job_ids, JobStatus.PENDING)
    with backend.open_batch(), pytest.raises(WaitTimeoutError) as caught:
        backend.run([{"runs": 5}], wait=True)
    (note,) = caught.value.__notes__
    call = note.removeprefix("The jobs were submitted: ").removesuffix(" has their results.")
    assert len(eval(call, {"connection": connection}).job_ids) == 1  # noqa: S307
    with pytest.raises(WaitTimeoutError):
        results.wait()
    seen: list[Any] = []
    with pytest.raises(WaitTimeoutError):
        results.wait(timeout=0.01, on_progress=seen.append)
    assert seen[0].total == 1
    with pytest.raises(TypeError, match="patience"):
        results.wait(patience=3)


def test_a_connection_is_made_of_a_client_or_of_settings(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It closes what it made; mistakes are explained."""
    with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client:
        with PasqalConnection(client) as connection:
            assert connection.client is client
            assert connection.supports_open_batch()
        assert client.jobs.count() == 0
        with pytest.raises(TypeError, match="either a client or settings"):
            PasqalConnection(client, token="t")
        with pytest.raises(TypeError, match="PasqalConnection does not pickle"):
            connection.__reduce__()
    with pytest.raises(TypeError, match=r"expected a PasqalClient, got a str; .*username="):
        PasqalConnection("me@example.org")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="got a AsyncPasqalClient"):
        PasqalConnection(AsyncPasqalClient(token="t"))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="wait_timeout"):
        PasqalConnection(token="t", wait_timeout=-1)
    with pytest.raises(ValueError, match="concurrency") as caught:
        PasqalConnection(token="a-secret-token", concurrency=0)
    ours = [one.frame for one in caught.traceback if "/overlay/" in str(one.path)]
    assert ours
    assert not [frame for frame in ours if "a-secret-token" in repr(frame.f_locals)]
    with (
        PasqalConnection(token=sandbox.token, base_url=sandbox.base_url) as connection,
        pytest.raises(NotFoundError),
    ):
        connection.get_results(sandbox.project_id).get_batch_status()
    with pytest.raises(RuntimeError, match="closed"):
        connection.client.jobs.count()

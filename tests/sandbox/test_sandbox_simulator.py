"""How a sandbox uses its simulator: with a program that only pretends to be Pulser, and says what it was asked."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

import pasqal_client.sandbox as sandbox_module
from pasqal_client import PasqalClient
from pasqal_client._http.retry import RetryPolicy
from pasqal_client.sandbox import Fate, Sandbox, can_simulate
from pasqal_client.sandbox.program import main
from pasqal_client.sandbox.simulation import foresight, settings, worker
from pasqal_client.sandbox.simulation.foresight import Foresight
from pasqal_client.sandbox.simulation.programs import Program
from pasqal_client.sandbox.simulation.worker import SimulatorError, Worker
from sandbox.conftest import until

# The first word of a sequence says what the program does with it.
PROGRAM = """
import json, pathlib, sys, time
log, gate = map(pathlib.Path, sys.argv[1:])
for line in sys.stdin:
    question = json.loads(line)
    with log.open("a") as file:
        print(json.dumps(question), file=file)
    word = (question.get("sequence") or "").split(" ")[0]
    answer = {}
    if question["ask"] == "judge":
        reason = {"bad": "It is bad."}.get(word)
        answer = {"reasons": [variables.get("reason", reason) for variables in question["variables"]]}
        if word == "unjudged":
            sys.exit(3)
    if question["ask"] == "run":
        while word == "slow" and not gate.exists():
            time.sleep(0.001)
        if word == "dying":
            print("{", end="", flush=True)
            sys.exit(4)
        counts = {"01": question["runs"] or question["default_runs"]}
        answer = {"note": "Simulated.", "counter": counts, "serialised": "text"}
        if word == "failing":
            answer = {"failure": "it went wrong"}
        if word == "bad":
            answer = {"reason": "It is bad."}
    print(json.dumps(answer), flush=True)
"""


class Simulator:
    """What the program was asked, and the gate for what is slow."""

    def __init__(self, folder: Path) -> None:
        self.log, self.gate = folder / "log", folder / "gate"

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The questions so far."""
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def count(self, kind: str) -> int:
        """How many questions of a kind there were."""
        return sum(question["ask"] == kind for question in self.asked)


@pytest.fixture
def simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Sandboxes simulate with the program."""
    made = Simulator(tmp_path)
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    monkeypatch.setattr(settings, "can_simulate", lambda: True)
    command = (sys.executable, str(path), str(made.log), str(made.gate))
    monkeypatch.setattr(worker, "_COMMAND", command)
    yield made
    worker.find_worker().close(0)


@pytest.fixture
def sandbox(simulator: Simulator) -> Iterator[Sandbox]:
    """A sandbox that simulates with it."""
    with Sandbox(simulate=True) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[PasqalClient]:
    """A client of it."""
    with PasqalClient(
        token=sandbox.token,
        base_url=sandbox.base_url,
        project_id=sandbox.project_id,
        retry=RetryPolicy(attempts=1),
    ) as made:
        yield made


def test_results_are_computed_when_they_are_first_asked_for(
    sandbox: Sandbox, client: PasqalClient, simulator: Simulator
) -> None:
    """Then they are kept."""
    batch = client.batches.create("good", jobs=[{"runs": 5}, {}], device_type="EMU_FREE")
    sandbox.advance("1d")
    first, second = (job.id for job in batch.jobs or [])
    assert simulator.count("run") == 0
    for _ in range(2):
        result = client.jobs.result(first)
        assert (result.counter, result.raw, result.serialised) == ({"01": 5}, ["01"] * 5, "text")
        assert result.extra == {"simulated": "Simulated."}
    assert client.jobs.result(second).counter == {"01": 1000}
    runs = [question for question in simulator.asked if question["ask"] == "run"]
    assert [(run["sequence"], run["runs"], run["default_runs"]) for run in runs] == [
        ("good", 5, 1000),
        ("good", None, 1000),
    ]
    assert len({run["seed"] for run in runs}) == 2


def test_a_qpu_has_no_text_for_pulser_and_many_runs_have_no_shots(
    sandbox: Sandbox, client: PasqalClient
) -> None:
    """As it is with results that are made up."""
    batch = sandbox.add_batch([{"status": "DONE", "runs": 10_001}], sequence_builder="good")
    result = client.jobs.result(batch.job_ids[0])
    assert (result.raw, result.serialised) == (None, None)
    assert result.counter == {"01": 10_001}


def test_jobs_that_cannot_be_simulated_end_in_error(
    sandbox: Sandbox, client: PasqalClient, simulator: Simulator
) -> None:
    """It is known when they are submitted, once for all that are alike, and their time passes as that of others."""
    jobs: list[dict[str, Any]] = [
        {"runs": 10, "variables": {"reason": reason}} for reason in ("A.", None, "A.")
    ]
    batch = client.batches.create("good", jobs=jobs, device_type="EMU_FREE")
    sandbox.advance("3s")
    assert client.jobs.count(batch_id=batch.id, status="ERROR") == 0
    sandbox.advance("1d")
    found = client.jobs.list(batch_id=batch.id, order_by="creation_order", order_by_direction="ASC")
    assert [(job.status, job.errors) for job in found] == [
        ("ERROR", ["A."]),
        ("DONE", None),
        ("ERROR", ["A."]),
    ]
    (judged,) = (question for question in simulator.asked if question["ask"] == "judge")
    assert judged["variables"] == [{"reason": "A."}, {"reason": None}]
    assert judged["most_atoms"] == 10


def test_jobs_that_are_added_or_repeated_are_judged_too(
    sandbox: Sandbox, client: PasqalClient, simulator: Simulator
) -> None:
    """With the sequence of their batch, or with their own."""
    batch = client.batches.create("bad", open=True, device_type="EMU_FREE")
    added = client.batches.add_jobs(batch, [{"runs": 1}, {"runs": 1, "sequence": "good"}])
    sandbox.advance("1m")
    client.batches.complete(batch.id)
    assert [client.jobs.get(job.id).errors for job in added.added] == [["It is bad."], None]
    again = client.batches.rebatch(batch.id, all=True)
    sandbox.advance("1m")
    assert [client.jobs.get(job.id).status for job in again.jobs or []] == ["ERROR", "DONE"]
    assert simulator.count("judge") == 2


def test_what_is_repeated_after_a_restart_is_judged_again(
    simulator: Simulator, tmp_path: Path
) -> None:
    """What a sandbox knows is not in its file."""
    for turn in range(2):
        with (
            Sandbox(simulate=True, db=tmp_path / "db") as sandbox,
            PasqalClient(
                token=sandbox.token, base_url=sandbox.base_url, project_id=sandbox.project_id
            ) as client,
        ):
            if turn == 0:
                jobs = [{"runs": 1, "variables": {"reason": "B."}}]
                batch = client.batches.create("good", jobs=jobs, device_type="EMU_FREE")
                sandbox.advance("1m")
                continue
            again = client.batches.rebatch(batch.id, all=True)
            sandbox.advance("1m")
            (job,) = again.jobs or []
            assert client.jobs.get(job.id).errors == ["B."]


def test_what_a_test_adds_is_judged_unless_it_has_ended_or_has_a_fate(
    sandbox: Sandbox, client: PasqalClient, simulator: Simulator
) -> None:
    """A batch and more jobs for it; one that is being cancelled goes on being cancelled."""
    jobs: list[dict[str, object]] = [
        {},
        {"fate": Fate()},
        {"status": "DONE"},
        {"status": "CANCELING"},
    ]
    batch = sandbox.add_batch(jobs, sequence_builder="bad")
    (more,) = sandbox.add_jobs(batch.id, [{"sequence": "bad again"}])
    with pytest.raises(TypeError, match="not a mapping"):
        sandbox.add_jobs(batch.id, [5])  # type: ignore[list-item]
    sandbox.advance("1h")
    states = [client.jobs.get(job_id).status for job_id in (*batch.job_ids, more)]
    assert states == ["ERROR", "DONE", "DONE", "CANCELED", "ERROR"]
    assert simulator.count("judge") == 2
    with pytest.raises(ValueError, match="does not exist"):
        sandbox.add_jobs(UUID(int=1), [{}])


def test_what_was_added_as_done_but_cannot_be_simulated_is_made_up(
    sandbox: Sandbox, client: PasqalClient
) -> None:
    """It says both that and why."""
    batch = sandbox.add_batch([{"status": "DONE", "runs": 10}], sequence_builder="bad")
    result = client.jobs.result(batch.job_ids[0])
    assert sum(result.counter.values()) == 10
    assert result.extra["not_simulated"] == "It is bad."
    assert "made up" in result.extra["made_up"]


def test_what_has_a_result_is_not_simulated(
    sandbox: Sandbox, client: PasqalClient, simulator: Simulator
) -> None:
    """Nor is what is not done, or does not exist."""
    batch = sandbox.add_batch(
        [
            {"status": "DONE", "result": {"counter": {"1": 1}}},
            {"status": "DONE", "result": None},
            {},
        ]
    )
    given, _, pending = batch.job_ids
    assert client.jobs.result(given).counter == {"1": 1}
    header = {"Authorization": f"Bearer {sandbox.token}"}
    for job_id in (pending, UUID(int=1)):
        httpx.get(
            f"{sandbox.base_url}/api/v1/jobs/{job_id}/results_link", headers=header, trust_env=False
        )
    assert simulator.count("run") == 0


def test_a_simulator_that_dies_fails_what_it_was_asked_and_begins_again(
    sandbox: Sandbox, client: PasqalClient
) -> None:
    """Jobs that it cannot judge fail; results are a 500 with the reason, and can be asked for again."""
    batch = client.batches.create("unjudged", runs=1, device_type="EMU_FREE")
    sandbox.add_batch([{}], sequence_builder="unjudged either")
    sandbox.advance("1h")
    assert {tuple(job.errors or ()) for job in client.jobs.list()} == {
        ("The simulator has failed: it ended with exit code 3.",)
    }
    reasons = []
    for word in ("dying", "failing"):
        batch = client.batches.create(word, runs=1, device_type="EMU_FREE")
        sandbox.advance("1h")
        for outcome in client.jobs.results(batch_id=batch.id):
            assert outcome.error is not None
            reasons.append(str(outcome.error))
    assert "cannot be simulated: it ended with exit code 4." in reasons[0]
    assert "cannot be simulated: it went wrong." in reasons[1]


def test_whoever_asks_meanwhile_waits_for_the_same_answer(
    sandbox: Sandbox, simulator: Simulator
) -> None:
    """A job is simulated once."""
    batch = sandbox.add_batch([{"status": "DONE", "sequence": "good"}])
    assert sandbox._running is not None
    simulation = sandbox._running.simulation

    async def ask_twice() -> None:
        await asyncio.gather(*(simulation.compute(batch.job_ids[0]) for _ in range(2)))

    asyncio.run(ask_twice())
    assert simulator.count("run") == 1


def test_new_jobs_are_judged_before_another_one_is_simulated(
    sandbox: Sandbox, simulator: Simulator
) -> None:
    """Whoever submits waits for one simulation at most."""
    batch = sandbox.add_batch(
        [{"status": "DONE", "sequence": "slow"}, {"status": "DONE", "sequence": "good"}]
    )
    header = {"Authorization": f"Bearer {sandbox.token}"}
    answers = []

    def ask(job_id: UUID) -> None:
        address = f"{sandbox.base_url}/api/v1/jobs/{job_id}/results_link"
        with httpx.Client(trust_env=False, timeout=60) as http:
            answers.append(http.get(address, headers=header).json()["data"]["results_link"])

    def submit() -> None:
        sandbox.add_batch([{}], sequence_builder="bad")

    slow, good = batch.job_ids
    begun = threading.Thread(target=ask, args=[slow])
    begun.start()
    until(lambda: simulator.count("run") == 1)
    others = [threading.Thread(target=ask, args=[good]), threading.Thread(target=submit)]
    for thread in others:
        thread.start()
    queue = worker.find_worker()._questions
    until(lambda: queue.qsize() == 2)
    simulator.gate.touch()
    for thread in (begun, *others):
        thread.join()
    assert len(answers) == 2
    assert all(answers)
    kinds = [question["ask"] for question in simulator.asked]
    assert kinds == ["start", "run", "judge", "run"]


def test_a_sandbox_that_stops_gives_up_what_is_being_simulated(simulator: Simulator) -> None:
    """Another one goes on with a new process."""
    sandbox = Sandbox(simulate=True).start()
    batch = sandbox.add_batch([{"status": "DONE", "sequence": "slow"}] * 2)
    header = {"Authorization": f"Bearer {sandbox.token}"}
    statuses: list[int] = []

    def ask(job_id: UUID) -> None:
        address = f"{sandbox.base_url}/api/v1/jobs/{job_id}/results_link"
        try:
            statuses.append(
                httpx.get(address, headers=header, trust_env=False, timeout=60).status_code
            )
        except httpx.HTTPError:
            statuses.append(0)

    threads = [threading.Thread(target=ask, args=[job_id]) for job_id in batch.job_ids]
    for thread in threads:
        thread.start()
    queue = worker.find_worker()._questions
    until(lambda: simulator.count("run") == 1 and queue.qsize() == 1)
    sandbox.stop()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {0, 500}
    with (
        Sandbox(simulate=True) as other,
        PasqalClient(token=other.token, base_url=other.base_url) as client,
    ):
        batch = other.add_batch([{"status": "DONE", "sequence": "good", "runs": 3}])
        assert client.jobs.result(batch.job_ids[0]).counter == {"01": 3}


def test_what_was_dropped_before_its_turn_is_never_asked(simulator: Simulator) -> None:
    """What has been answered is left alone."""
    asked = worker.find_worker()
    begun = asked.ask({"ask": "run", "sequence": "slow", "runs": 1})
    until(lambda: simulator.count("run") == 1)
    waiting = asked.ask({"ask": "run", "sequence": "good", "runs": 1})
    asked.drop(waiting)
    simulator.gate.touch()
    assert begun.result()["counter"] == {"01": 1}
    asked.drop(begun)
    assert asked.ask({"ask": "start"}).result() == {}
    assert simulator.count("run") == 1


def test_a_process_that_died_meanwhile_is_replaced(simulator: Simulator) -> None:
    """Nobody notices."""
    asked = worker.find_worker()
    asked.ask({"ask": "start"}).result()
    assert asked._process is not None
    asked._process.kill()
    assert asked.ask({"ask": "start"}).result() == {}
    asked.close()
    asked.close()


def test_a_simulator_that_cannot_be_started_says_why() -> None:
    """Its command is not there."""
    missing = Worker(("/nowhere/python",))
    with pytest.raises(SimulatorError, match="No such file"):
        missing.ask({"ask": "start"}).result()


def test_a_sandbox_whose_simulator_cannot_be_started_does_not_start(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what the simulator said last, and its port is free again; its program says it in one line."""
    command = (sys.executable, "-c", "import nothing_of_that_name")
    monkeypatch.setattr(worker, "_COMMAND", command)
    with Sandbox() as other:
        port = int(other.base_url.split(":")[2].split("/")[0])
    with pytest.raises(
        RuntimeError, match=r"be started: it ended with exit code 1: ModuleNotFoundError: No module"
    ):
        Sandbox(simulate=True, port=port).start()
    with Sandbox(port=port):
        pass
    assert main(["--simulate"]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "the simulator cannot be started: it ended with exit code 1: ModuleNotFoundError" in err


def test_a_fork_has_a_worker_of_its_own(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread of the other one is not there."""
    before = worker.find_worker()
    assert worker.find_worker() is before
    monkeypatch.setattr("os.getpid", lambda: 4711)
    assert worker.find_worker() is not before


def test_what_is_known_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is forgotten when there is too much of it."""
    monkeypatch.setattr(foresight, "_MOST_KNOWN", 1)
    known = Foresight()
    programs = [Program(text, "{}", None) for text in ("a", "b", "c")]
    known.learn(programs[:2], [None, "B."])
    assert known.select_unknown(programs) == programs[2:]
    known.learn(programs[2:], [None])
    assert known.select_unknown([*programs, *programs]) == programs[:2]


def test_the_page_of_a_job_does_not_wait(
    sandbox: Sandbox, client: PasqalClient, simulator: Simulator
) -> None:
    """It says that the results will come, and afterwards how they came."""
    batch = sandbox.add_batch([{"status": "DONE", "runs": 7}], sequence_builder="good")
    page = f"{sandbox.base_url.removesuffix('/core-fast')}/?job={batch.job_ids[0]}"
    before = httpx.get(page, trust_env=False).text
    assert "These results will be simulated when they are asked for." in before
    client.jobs.result(batch.job_ids[0])
    after = httpx.get(page, trust_env=False).text
    assert "Simulated." in after
    assert "will be simulated" not in after


def test_a_sandbox_that_was_cleared_meanwhile_keeps_nothing(
    sandbox: Sandbox, simulator: Simulator
) -> None:
    """The job is gone, and so is the address of its results."""
    batch = sandbox.add_batch([{"status": "DONE", "sequence": "slow"}])
    address = f"{sandbox.base_url}/api/v1/jobs/{batch.job_ids[0]}/results_link"
    header = {"Authorization": f"Bearer {sandbox.token}"}
    statuses = []
    thread = threading.Thread(
        target=lambda: statuses.append(
            httpx.get(address, headers=header, trust_env=False, timeout=60).status_code
        )
    )
    thread.start()
    until(lambda: simulator.count("run") == 1)
    sandbox.clear()
    simulator.gate.touch()
    thread.join()
    assert statuses == [404]


def test_without_pulser_a_sandbox_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    """So does its program, in one line."""
    assert can_simulate() is False
    with pytest.raises(ImportError, match=r"pip install '.\[simulation\]'"):
        Sandbox(simulate=True)
    with pytest.raises(SystemExit) as caught:
        main(["--simulate"])
    err = capsys.readouterr().err
    assert (caught.value.code, err.count("\n")) == (2, 1)
    assert "pip install '.[simulation]'" in err


@pytest.mark.parametrize("wrong", [0, -1, "ten", 1.5])
def test_a_number_of_atoms_is_a_whole_number_from_one_on(
    wrong: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """For the program, too."""
    with pytest.raises(ValueError, match="max_simulated_atoms is"):
        Sandbox(max_simulated_atoms=wrong)
    with pytest.raises(SystemExit):
        main(["--max-simulated-atoms", str(wrong)])
    assert "is not a number of atoms; give one from 1 on" in capsys.readouterr().err
    with pytest.raises(ValueError, match="neither True nor False"):
        Sandbox(simulate="no")  # type: ignore[arg-type]


def test_the_names_are_exported() -> None:
    """What a user needs is in the package of the sandbox."""
    for name in ("OMEGA_SCAN", "SEQUENCE", "can_simulate"):
        assert name in sandbox_module.__all__

"""What Pulser cannot simulate, and what it is told: jobs end with the reason, or have the results as asked for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from contract.derived import CONTRACT
from official_environment import ROOT
from pasqal_client import JobResult, PasqalClient
from pasqal_client.sandbox import OMEGA_SCAN, SEQUENCE, Sandbox
from pasqal_client.sandbox.simulation import worker
from pasqal_client.sandbox.simulation.worker import SimulatorError
from sandbox.atoms import apart, pulse, sequence, target
from sandbox.simulators import client, pulser, simulation_folder, simulator_command

__all__ = ["client", "pulser", "simulation_folder", "simulator_command"]

pytestmark = [pytest.mark.simulation, pytest.mark.usefixtures("pulser")]

TEXTS = CONTRACT["components"]["x-texts"]
FLIP = sequence(apart(2), [target("rydberg_local", 0), pulse("rydberg_local", 1000, 3.14159265)])
NO_NOISE: dict[str, object] = {
    "noise_types": [],
    "runs": None,
    "samples_per_run": 1,
    "state_prep_error": 0.0,
    "p_false_pos": 0.0,
    "p_false_neg": 0.0,
    "temperature": 0.0,
    "laser_waist": None,
    "amp_sigma": 0.0,
    "relaxation_rate": 0.0,
    "dephasing_rate": 0.0,
    "hyperfine_dephasing_rate": 0.0,
    "depolarizing_rate": 0.0,
    "eff_noise": [],
}


def configuration(**fields: object) -> str:
    """The text of a configuration, as Pulser writes it."""
    usual: dict[str, object] = {
        "observables": [bitstrings()],
        "callbacks": [],
        "default_evaluation_times": [1.0],
        "initial_state": None,
        "with_modulation": False,
        "interaction_matrix": None,
        "prefer_device_noise_model": False,
        "noise_model": NO_NOISE,
        "n_trajectories": 1,
        "default_num_shots": 30,
    }
    return json.dumps({**usual, **fields})


def observable(kind: str, **fields: Any) -> dict[str, Any]:
    """An observable as Pulser writes it."""
    usual = {"evaluation_times": None, "tag_suffix": None, "one_state": None}
    return {"observable": kind, **usual, **fields}


def bitstrings(**fields: Any) -> dict[str, Any]:
    """The observable of the counts."""
    return observable("bitstrings", **{"num_shots": None, **fields})


@pytest.fixture
def sandbox(pulser: None) -> Iterator[Sandbox]:
    """A sandbox that simulates at most four atoms."""
    with Sandbox(simulate=True, max_simulated_atoms=4) as running:
        yield running


def end(
    sandbox: Sandbox,
    client: PasqalClient,
    text: str,
    jobs: Sequence[dict[str, Any]] = ({},),
    **fields: Any,
) -> list[list[str] | None]:
    """The errors with which the jobs of a batch end."""
    batch = client.batches.create(text, jobs=jobs, device_type="EMU_FREE", **fields)
    sandbox.advance("10d")
    found = []
    for job in client.jobs.list(
        batch_id=batch.id, order_by="creation_order", order_by_direction="ASC"
    ):
        assert (job.status == "ERROR") == bool(job.errors)
        found.append(job.errors)
    return found


def emulate(
    sandbox: Sandbox, client: PasqalClient, runs: int | None = None, **fields: Any
) -> JobResult:
    """The result of a job with the configuration of an emulator."""
    jobs: list[dict[str, Any]] = [{} if runs is None else {"runs": runs}]
    batch = client.batches.create(
        FLIP, jobs=jobs, device_type="EMU_MPS", backend_configuration=configuration(**fields)
    )
    sandbox.advance("1d")
    (job,) = batch.jobs or []
    return client.jobs.result(job.id)


def tags(result: JobResult) -> dict[str, list[Any]]:
    """The values of each observable in the text for Pulser, one for each time."""
    content = json.loads(result.serialised or "{}")
    return {tag: content["results"][key] for tag, key in content["tagmap"].items()}


def test_too_many_atoms_are_an_error_with_that_reason(
    sandbox: Sandbox, client: PasqalClient
) -> None:
    """With three levels, fewer atoms are too many."""
    assert end(sandbox, client, SEQUENCE) == [None]
    operations = [target("rydberg_local", 0), pulse("rydberg_local", 1000, 3.0)]
    ((reason,),) = end(sandbox, client, sequence(apart(5), operations))  # type: ignore[misc]
    assert reason == ("The sequence has 5 atoms; this sandbox simulates at most 4 with two levels.")
    operations += [target("raman_local", 0), pulse("raman_local", 1000, 3.0)]
    ((reason,),) = end(sandbox, client, sequence(apart(3), operations))  # type: ignore[misc]
    assert "has 3 atoms, each with 3 levels; this sandbox simulates at most 4" in reason
    assert end(sandbox, client, sequence(apart(2), operations)) == [None]


def test_jobs_of_a_batch_fail_one_by_one(sandbox: Sandbox, client: PasqalClient) -> None:
    """Those with values that the device cannot take, and those without; the others have their results."""
    values: list[dict[str, Any]] = [{"omega": 3.0}, {"omega": 1000.0}, {"omega": [1.0], "t": 5}]
    jobs = [{"runs": 10, "variables": variables} for variables in values]
    good, bad, other = end(sandbox, client, OMEGA_SCAN, jobs)
    assert (good, other) == (None, None)
    assert bad is not None
    assert bad[0].startswith("The sequence cannot be built with these variables: ")
    assert "amplitude" in bad[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("any text", "The sequence is not one that Pulser reads: Expecting value"),
        (SEQUENCE.replace('"pulse"', '"punch"'), "The sequence is not one that Pulser reads: "),
        (
            sequence(apart(1), [pulse("rydberg_global", 1, 1.0)]),
            "The sequence takes 1 ns; at least 4 ns",
        ),
        (
            sequence(apart(1), [target("raman_local", 0), pulse("raman_local", 99, 1.0)]),
            "The sequence is measured in the basis ground-rydberg, in which nothing happens; ",
        ),
        (sequence(apart(1), []), "The sequence takes 0 ns; at least 4 ns"),
        (
            sequence(apart(1), [{"op": "delay", "channel": "rydberg_global", "time": 0}]),
            "The sequence takes 0 ns; at least 4 ns",
        ),
    ],
    ids=["no JSON", "no operation", "too short", "other basis", "no channel", "nothing to do"],
)
def test_what_pulser_cannot_simulate_is_an_error_with_the_reason(
    sandbox: Sandbox, client: PasqalClient, text: str, reason: str
) -> None:
    """Nothing is made up for it."""
    ((found,),) = end(sandbox, client, text)  # type: ignore[misc]
    assert found.startswith(reason)
    assert len(found) < 600


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("dt=10", "The backend configuration is not one that Pulser reads: "),
        ("[]", "The backend configuration is not one that Pulser reads: "),
        (
            configuration(noise_model={**NO_NOISE, "noise_types": ["SPAM"], "p_false_pos": 0.1}),
            "The backend configuration asks for noise (SPAM); this sandbox simulates without any.",
        ),
    ],
)
def test_what_an_emulator_cannot_be_told_is_an_error(
    sandbox: Sandbox, client: PasqalClient, told: str, reason: str
) -> None:
    """Noise, too: there is none here."""
    ((found,),) = end(sandbox, client, FLIP, backend_configuration=told)  # type: ignore[misc]
    assert found.startswith(reason)


def test_the_noise_of_a_device_is_only_asked_for_if_the_configuration_says_so(
    sandbox: Sandbox, client: PasqalClient
) -> None:
    """A device that has some is simulated without it otherwise."""
    content = json.loads(FLIP)
    content["device"]["default_noise_model"] = {
        **NO_NOISE,
        "noise_types": ["dephasing"],
        "dephasing_rate": 0.1,
    }
    text = json.dumps(content)
    asking = configuration(prefer_device_noise_model=True)
    assert end(sandbox, client, text) == [None]
    ((found,),) = end(sandbox, client, text, backend_configuration=asking)  # type: ignore[misc]
    assert "asks for noise (dephasing)" in found


def test_an_emulator_computes_what_it_is_told(sandbox: Sandbox, client: PasqalClient) -> None:
    """All observables at their times; the options of its method change nothing."""
    result = emulate(
        sandbox,
        client,
        runs=20,
        observables=[bitstrings(), observable("occupation", evaluation_times=[0.5, 1.0])],
        max_bond_dim=1024,
        precision=1e-5,
    )
    assert result.counter == {"10": 20}
    found = tags(result)
    assert found["bitstrings"] == [{"10": 20}]
    (half, full) = found["occupation"]
    assert half == pytest.approx([0.5, 0.0], abs=0.01)
    assert full == pytest.approx([1.0, 0.0], abs=0.01)


@pytest.mark.parametrize(
    ("runs", "observables", "shots"),
    [
        (None, [bitstrings()], 30),
        (None, [bitstrings(num_shots=7)], 7),
        (5, [bitstrings(num_shots=7)], 5),
        (None, [observable("occupation")], 30),
        (5, [observable("occupation")], 5),
        (5, [bitstrings(evaluation_times=[0.5])], 5),
    ],
)
def test_there_are_always_as_many_counts_as_runs(
    sandbox: Sandbox,
    client: PasqalClient,
    runs: int | None,
    observables: list[dict[str, Any]],
    shots: int,
) -> None:
    """Without runs as many as the configuration says, and whatever observables it has."""
    result = emulate(sandbox, client, runs, observables=observables)
    assert result.counter == {"10": shots}


def test_observables_can_be_wanted_all_the_time(sandbox: Sandbox, client: PasqalClient) -> None:
    """Then the counts at the end are the last of them."""
    text = sequence(apart(1), [pulse("rydberg_global", 20, 3.0)])
    full = configuration(default_evaluation_times="Full")
    batch = client.batches.create(text, runs=9, device_type="EMU_FREE", backend_configuration=full)
    sandbox.advance("1d")
    (job,) = batch.jobs or []
    result = client.jobs.result(job.id)
    assert result.counter == tags(result)["bitstrings"][-1]
    assert len(tags(result)["bitstrings"]) > 10


def test_the_examples_of_the_contract_are_simulated(sandbox: Sandbox, client: PasqalClient) -> None:
    """Sequences with and without variables, and one whose atoms are mapped at run time."""
    for text, variables, bits in (
        (TEXTS["rabi"], None, 2),
        (TEXTS["parametrized"], {"omega": 3.1, "t": 400}, 2),
        (TEXTS["mappable"], {"qubits": {"q0": 1}}, 1),
    ):
        batch = client.batches.create(text, jobs=[{"variables": variables}], device_type="EMU_FREE")
        sandbox.advance("1d")
        (job,) = batch.jobs or []
        counter = client.jobs.result(job.id).counter
        assert {len(outcome) for outcome in counter} == {bits}
        assert sum(counter.values()) == 1000


def test_a_job_has_the_same_counts_in_every_sandbox(pulser: None) -> None:
    """They follow from its id."""
    job_id = "0d1b0bb3-7d2c-4b8c-9b5c-7b0a3f6e1c11"
    found = []
    for _ in range(2):
        with (
            Sandbox(simulate=True) as sandbox,
            PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client,
        ):
            sandbox.add_batch([{"id": job_id, "status": "DONE", "runs": 500}])
            found.append(client.jobs.result(job_id))
    assert found[0].counter == found[1].counter
    assert found[0].raw == found[1].raw
    assert len(found[0].counter) > 3


def test_what_was_added_as_done_but_cannot_be_simulated_is_made_up_and_says_so(
    sandbox: Sandbox, client: PasqalClient
) -> None:
    """Nobody asked whether it can, before it was done."""
    batch = sandbox.add_batch([{"status": "DONE", "sequence": "any text"}])
    extra = client.jobs.result(batch.job_ids[0]).extra
    assert "made up" in extra["made_up"]
    assert "not one that Pulser reads" in extra["not_simulated"]


def test_a_job_without_any_shot_is_made_up_too(sandbox: Sandbox, client: PasqalClient) -> None:
    """Pulser takes one at least."""
    batch = sandbox.add_batch([{"status": "DONE", "runs": 0}])
    result = client.jobs.result(batch.job_ids[0])
    assert result.counter == {}
    assert "Pulser cannot simulate it" in result.extra["not_simulated"]


def test_the_program_survives_what_it_does_not_understand(pulser: None) -> None:
    """It answers with what went wrong, and goes on."""
    asked = worker.find_worker()
    with pytest.raises(SimulatorError, match="nonsense"):
        asked.ask({"ask": "nonsense"}).result()
    assert asked.ask({"ask": "start"}).result() == {}


def test_the_program_ends_with_whoever_asks(simulator_command: tuple[str, ...]) -> None:
    """If that is killed, nothing else ends a simulation that takes hours."""
    text = sequence(apart(16), [pulse("rydberg_global", 1_000_000, 20.0, 5.0)])
    shared = {"sequence": text, "configuration": None, "most_atoms": 16}
    asked = subprocess.Popen(
        simulator_command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    run: dict[str, Any] = {
        "ask": "run",
        "variables": {},
        "runs": 1,
        "default_runs": 1,
        "seed": 1,
        **shared,
    }
    try:
        asked.communicate(json.dumps(run) + "\n", timeout=60)
    finally:
        asked.kill()
    assert asked.returncode == 1


def test_it_works_where_pulser_is_installed_beside_it(simulation_folder: Path) -> None:
    """The demonstration, the example of the documentation, and Pulser's way to the results of an emulator."""
    paths = [str(ROOT / "overlay"), str(ROOT / "generated"), sysconfig.get_path("purelib")]
    page = (ROOT / "docs/sandbox.md").read_text(encoding="utf-8")
    (example,) = (block for block in blocks(page) if "can_simulate()" in block)
    program = f"""
import runpy, sys
sys.path += {paths}
exec({example!r})
runpy.run_path({str(ROOT / "examples/demo.py")!r}, run_name="__main__")
runpy.run_path({str(ROOT / "tests/sandbox/pulser_simulated.py")!r}, run_name="__main__")
"""
    done = subprocess.run(
        [simulation_folder / "bin" / "python", "-I", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "NO_PROXY": "*", "MPLCONFIGDIR": str(simulation_folder / "matplotlib")},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Pulser has simulated that." in done.stdout
    printed = json.loads(done.stdout.splitlines()[-1])
    assert printed["counts"] == [{"0000": 100}, {"0000": 50}]
    assert printed["occupation"] == [[0.0] * 4]


def blocks(page: str) -> list[str]:
    """The examples of a page."""
    return re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)

"""Results that are simulated, against theory: what is not exact has to be within five standard deviations."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from pasqal_client import PasqalClient
from pasqal_client.sandbox import OMEGA_SCAN, SEQUENCE, Sandbox
from sandbox.atoms import C6, apart, chi_squared, probabilities, pulse, sequence, target
from sandbox.simulators import client, pulser, simulation_folder, simulator_command

__all__ = ["client", "pulser", "simulation_folder", "simulator_command"]

pytestmark = [pytest.mark.simulation, pytest.mark.usefixtures("pulser")]

PI = math.pi


@pytest.fixture
def sandbox(pulser: None) -> Iterator[Sandbox]:
    """A sandbox that simulates."""
    with Sandbox(simulate=True) as running:
        yield running


def measure(
    sandbox: Sandbox, client: PasqalClient, text: str, jobs: Sequence[dict[str, Any]]
) -> list[dict[str, int]]:
    """The counts of jobs with a sequence, each as often as it says or a thousand times."""
    batch = client.batches.create(text, jobs=jobs, runs=1000, device_type="EMU_FREE")
    sandbox.advance("10d")
    found = []
    for outcome in client.jobs.results(batch_id=batch.id):
        assert outcome.result is not None, outcome.reason
        found.append(dict(outcome.result.counter))
    return found


def deviations(count: int, shots: int, probability: float) -> float:
    """How many standard deviations a count is from what is expected."""
    return abs(count - shots * probability) / math.sqrt(shots * probability * (1 - probability))


@pytest.mark.parametrize(
    ("channel", "basis"), [("rydberg_local", "ground-rydberg"), ("raman_local", "digital")]
)
def test_a_pi_pulse_on_one_of_four_atoms_gives_exactly_that_bit(
    sandbox: Sandbox, client: PasqalClient, channel: str, basis: str
) -> None:
    """Bit by bit from the first atom on, in both bases."""
    for atom, bits in enumerate(["1000", "0100", "0010", "0001"]):
        operations = [target(channel, atom), pulse(channel, 1000, PI)]
        text = sequence(apart(4), operations, basis=basis)
        assert measure(sandbox, client, text, [{"runs": 500}]) == [{bits: 500}]


def test_rabi_oscillation_follows_the_square_of_the_sine(
    sandbox: Sandbox, client: PasqalClient
) -> None:
    """For six durations of a pulse, without detuning and with it."""
    omega, shots = 2 * PI, 2000
    durations = range(60, 1060, 170)
    for detuning in (0.0, 4.0):
        variables = {"t": {"type": "int", "value": [0]}}
        duration = {"expression": "index", "lhs": {"variable": "t"}, "rhs": 0}
        operations = [pulse("rydberg_global", duration, omega, detuning)]
        text = sequence([0.0], operations, variables=variables)
        jobs = [{"runs": shots, "variables": {"t": t}} for t in durations]
        effective = math.hypot(omega, detuning)
        for t, counter in zip(durations, measure(sandbox, client, text, jobs), strict=True):
            expected = (omega / effective * math.sin(effective * t / 2000)) ** 2
            assert deviations(counter.get("1", 0), shots, expected) < 5


def test_two_atoms_inside_the_blockade_radius_are_never_both_excited(
    sandbox: Sandbox, client: PasqalClient
) -> None:
    """And together they oscillate faster than one alone, by the square root of two."""
    omega = 1.0
    radius = (C6 / omega) ** (1 / 6)
    duration = round(1000 * PI / omega / math.sqrt(2))
    text = sequence([0.0, radius / 5], [pulse("rydberg_global", duration, omega)])
    (counter,) = measure(sandbox, client, text, [{"runs": 2000}])
    assert "11" not in counter
    assert "00" not in counter
    assert deviations(counter["01"], 2000, 0.5) < 5


def test_counts_of_many_seeds_are_those_of_the_state_vector(
    sandbox: Sandbox, client: PasqalClient
) -> None:
    """Each job has chances of its own, and all of them together are what Schrödinger's equation says."""
    places, duration, omega, detuning = (0.0, 6.5, 14.0), 700, 5.0, 2.5
    expected = probabilities(places, duration, omega, detuning)
    assert sum(expected.values()) == pytest.approx(1)
    text = sequence(places, [pulse("rydberg_global", duration, omega, detuning)])
    counters = measure(sandbox, client, text, [{"runs": 300}] * 20)
    assert len({tuple(sorted(counter.items())) for counter in counters}) > 15
    # A sum of squares of n independent normal deviates is n, give or take the root of 2n.
    freedom = sum(probability * 300 >= 5 for probability in expected.values())
    total = sum(chi_squared(counter, expected) for counter in counters)
    assert abs(total - 20 * freedom) < 5 * math.sqrt(2 * 20 * freedom)
    together: Counter[str] = Counter()
    for counter in counters:
        together.update(counter)
    assert chi_squared(together, expected) < freedom + 1 + 8 * math.sqrt(2 * (freedom + 1))


def test_both_bases_at_once_have_three_levels(sandbox: Sandbox, client: PasqalClient) -> None:
    """What is excited in one basis is not in the other, so the measured one decides."""
    operations = [
        *(target("raman_local", 0), pulse("raman_local", 1000, PI)),
        *(target("rydberg_local", 1), pulse("rydberg_local", 1000, PI)),
    ]
    for basis, bits in (("digital", "100"), ("ground-rydberg", "010"), (None, "100")):
        text = sequence(apart(3), operations, basis=basis)
        assert measure(sandbox, client, text, [{"runs": 50}]) == [{bits: 50}]


@pytest.mark.parametrize("basis", ["XY", None])
def test_the_xy_basis_works_too(sandbox: Sandbox, client: PasqalClient, basis: str | None) -> None:
    """A microwave pulse flips every atom that is alone."""
    text = sequence(apart(1), [pulse("mw_global", 1000, PI)], basis=basis)
    assert measure(sandbox, client, text, [{"runs": 50}]) == [{"1": 50}]


def test_the_sample_sequences_do_what_they_say(sandbox: Sandbox, client: PasqalClient) -> None:
    """Neighbours are hardly ever excited together; without amplitude, nothing happens."""
    (counter,) = measure(sandbox, client, SEQUENCE, [{"runs": 1000}])
    assert len(counter) > 3
    assert sum(count for bits, count in counter.items() if "11" in bits) < 100
    jobs = [{"variables": {"omega": omega}} for omega in (0.0, 1.5)]
    nothing, something = measure(sandbox, client, OMEGA_SCAN, jobs)
    assert nothing == {"0000": 1000}
    assert 0 < something["0000"] < 1000


def test_a_mapped_register_has_a_bit_for_each_atom_that_is_mapped(
    sandbox: Sandbox, client: PasqalClient
) -> None:
    """In the order of the atoms, wherever their traps are."""
    near = {"coordinates": [[0.0, 0.0], [0.0, 2.0], [0.0, 100.0]]}
    text = sequence(
        [],
        [pulse("rydberg_global", 1000, PI)],
        register=[{"qid": "a"}, {"qid": "b"}, {"qid": "c"}],
        layout=near,
    )
    jobs = [{"variables": {"qubits": traps}} for traps in ({"a": 2}, {"a": 0, "b": 2})]
    assert measure(sandbox, client, text, jobs) == [{"1": 1000}, {"11": 1000}]
    (close,) = measure(sandbox, client, text, [{"variables": {"qubits": {"a": 0, "b": 1}}}])
    assert "11" not in close


def test_shots_and_the_text_for_pulser_agree_with_the_counts(
    sandbox: Sandbox, client: PasqalClient
) -> None:
    """On a QPU there is no such text."""
    text = sequence(apart(2), [pulse("rydberg_global", 500, PI)])
    for device in ("EMU_MPS", "FRESNEL"):
        batch = client.batches.create(text, runs=100, device_type=device)
        sandbox.advance("1h")
        (job,) = batch.jobs or []
        result = client.jobs.result(job.id)
        assert sum(result.counter.values()) == 100
        assert Counter(result.raw) == result.counter
        assert "without noise" in result.extra["simulated"]
        assert (result.serialised is None) == (device == "FRESNEL")
        if result.serialised is not None:
            content = json.loads(result.serialised)
            assert content["atom_order"] == ["q0", "q1"]
            assert content["results"][content["tagmap"]["bitstrings"]] == [result.counter]

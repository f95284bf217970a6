"""Sequences as Pulser writes them, and what quantum mechanics says of them: both without Pulser."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any

C6 = 865723.02
"""The strength of the interaction at level 60, in rad/µs times µm⁶."""

_FREE = {
    "max_abs_detuning": None,
    "max_amp": None,
    "max_targets": None,
    "clock_period": 1,
    "min_duration": 1,
    "max_duration": None,
    "mod_bandwidth": None,
    "eom_config": None,
}
_LOCAL = {"addressing": "Local", "min_retarget_interval": 0, "fixed_retarget_t": 0}
_GLOBAL = {"addressing": "Global", "min_retarget_interval": None, "fixed_retarget_t": None}
_DEVICE: dict[str, Any] = {
    "name": "Fresnel",
    "version": "1",
    "is_virtual": True,
    "dimensions": 3,
    "rydberg_level": 60,
    "interaction_coeff_xy": 3700.0,
    "min_atom_distance": 0,
    "max_atom_num": None,
    "max_radial_distance": None,
    "max_layout_filling": 1.0,
    "supports_slm_mask": True,
    "reusable_channels": True,
    "channels": [
        {"id": "rydberg_global", "basis": "ground-rydberg", **_GLOBAL, **_FREE},
        {"id": "rydberg_local", "basis": "ground-rydberg", **_LOCAL, **_FREE},
        {"id": "raman_local", "basis": "digital", **_LOCAL, **_FREE},
        {"id": "mw_global", "basis": "XY", **_GLOBAL, **_FREE},
    ],
}

Operation = Mapping[str, object]


def pulse(channel: str, duration: object, amplitude: object, detuning: float = 0.0) -> Operation:
    """A pulse of constant amplitude and detuning; the duration is in ns, the others in rad/µs."""
    return {
        "op": "pulse",
        "channel": channel,
        "protocol": "min-delay",
        "amplitude": {"kind": "constant", "duration": duration, "value": amplitude},
        "detuning": {"kind": "constant", "duration": duration, "value": detuning},
        "phase": 0.0,
        "post_phase_shift": 0.0,
    }


def target(channel: str, atom: int) -> Operation:
    """What follows on a local channel is for this atom."""
    return {"op": "target", "channel": channel, "target": atom}


def sequence(
    places: Sequence[float],
    operations: Sequence[Operation],
    *,
    basis: str | None = "ground-rydberg",
    variables: Mapping[str, object] | None = None,
    **fields: object,
) -> str:
    """The text of a sequence for atoms on a line at these places, in µm."""
    register = [{"name": f"q{number}", "x": x, "y": 0.0} for number, x in enumerate(places)]
    text: dict[str, object] = {
        "version": "1",
        "name": "made by hand",
        "register": register,
        "channels": {operation["channel"]: operation["channel"] for operation in operations},
        "variables": variables or {},
        "operations": list(operations),
        "measurement": basis,
        "device": _DEVICE,
    }
    return json.dumps({**text, **fields})


def apart(atoms: int) -> list[float]:
    """Places so far from each other that the atoms do not notice."""
    return [60.0 * number for number in range(atoms)]


def probabilities(
    places: Sequence[float], duration: float, amplitude: float, detuning: float, steps: int = 1000
) -> dict[str, float]:
    """How likely each outcome is after a pulse on all atoms, by Schrödinger's equation.

    Each atom is driven with Ω/2 and gains -δ when it is excited, each pair C6/r⁶; the equation is solved step by step,
    to the fourth order.
    """
    outcomes = ["".join(bits) for bits in product("01", repeat=len(places))]
    energies = [_energy(bits, places, detuning) for bits in outcomes]
    neighbours = [_flipped(bits, outcomes) for bits in outcomes]

    def derivative(state: list[complex]) -> list[complex]:
        found = []
        for energy, value, others in zip(energies, state, neighbours, strict=True):
            driven = amplitude / 2 * sum(state[other] for other in others)
            found.append(-1j * (energy * value + driven))
        return found

    step = duration / 1000 / steps
    state = [1 + 0j] + [0j] * (len(outcomes) - 1)
    for _ in range(steps):
        first = derivative(state)
        second = derivative(_moved(state, first, step / 2))
        third = derivative(_moved(state, second, step / 2))
        fourth = derivative(_moved(state, third, step))
        slopes = zip(first, second, third, fourth, strict=True)
        mean = [(a + 2 * b + 2 * c + d) / 6 for a, b, c, d in slopes]
        state = _moved(state, mean, step)
    return {bits: abs(value) ** 2 for bits, value in zip(outcomes, state, strict=True)}


def chi_squared(counter: Mapping[str, int], expected: Mapping[str, float]) -> float:
    """How far counts are from what is expected; outcomes that are rarer than five counts are taken together."""
    shots = sum(counter.values())
    rare_count, rare_expected, found = float(shots), float(shots), 0.0
    for outcome, probability in expected.items():
        if probability * shots >= 5:
            found += (counter.get(outcome, 0) - probability * shots) ** 2 / (probability * shots)
            rare_count -= counter.get(outcome, 0)
            rare_expected -= probability * shots
    if rare_expected >= 5:
        found += (rare_count - rare_expected) ** 2 / rare_expected
    return found


def _energy(bits: str, places: Sequence[float], detuning: float) -> float:
    excited = [place for bit, place in zip(bits, places, strict=True) if bit == "1"]
    interaction = sum(C6 / math.dist((a,), (b,)) ** 6 for a, b in combinations(excited, 2))
    return interaction - detuning * len(excited)


def _flipped(bits: str, outcomes: list[str]) -> list[int]:
    """Where the outcomes are that differ in one atom."""
    return [
        place
        for place, other in enumerate(outcomes)
        if sum(a != b for a, b in zip(bits, other, strict=True)) == 1
    ]


def _moved(state: list[complex], slope: list[complex], step: float) -> list[complex]:
    return [value + step * change for value, change in zip(state, slope, strict=True)]

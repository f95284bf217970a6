"""Sequences to try things out with: the texts that Pulser would make of them, written without Pulser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .devices.specs import SPECS

if TYPE_CHECKING:
    from collections.abc import Mapping

_SPACING = 5
_ATOMS = 4
_AMPLITUDE = 6.3
_DURATION = 500


def _make_pulse(amplitude: object) -> dict[str, object]:
    return {
        "op": "pulse",
        "channel": "rydberg",
        "protocol": "min-delay",
        "amplitude": {"kind": "constant", "duration": _DURATION, "value": amplitude},
        "detuning": {"kind": "constant", "duration": _DURATION, "value": 0.0},
        "phase": 0.0,
        "post_phase_shift": 0.0,
    }


def _make_sequence(name: str, amplitude: object, variables: Mapping[str, object]) -> str:
    """A pulse on a line of atoms, which are so close that neighbours are hardly ever excited together."""
    places = range(0, _ATOMS * _SPACING, _SPACING)
    register = [{"name": f"q{number}", "x": float(x), "y": 0.0} for number, x in enumerate(places)]
    sequence: dict[str, Any] = {
        "version": "1",
        "name": name,
        "register": register,
        "channels": {"rydberg": "rydberg_global"},
        "variables": variables,
        "operations": [_make_pulse(amplitude)],
        "measurement": "ground-rydberg",
        "device": json.loads(SPECS["FRESNEL"]),
    }
    return json.dumps(sequence, separators=(",", ":"))


SEQUENCE = _make_sequence("pulse", _AMPLITUDE, {})
"""A pulse on four atoms in a line, made for FRESNEL."""

OMEGA_SCAN = _make_sequence(
    "omega scan",
    {"expression": "index", "lhs": {"variable": "omega"}, "rhs": 0},
    {"omega": {"type": "float", "value": [0.0]}},
)
"""The same with a variable, `omega`: the amplitude of the pulse in rad/µs."""

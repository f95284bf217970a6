"""Specifications of devices: JSON texts that Pulser reads, written without Pulser.

Pulser knows a device by the name inside the text, and rejects a text with a key that it does not
know. Leaving out `requires_layout` would mean that a layout is required.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ..checks import is_integer, is_text, parse_object, short_repr

_MHZ = 2 * math.pi
_SPACING = 5
_RINGS = 4


def _dump(spec: Mapping[str, object]) -> str:
    return json.dumps(spec, separators=(",", ":"))


def _make_lattice() -> list[list[float]]:
    """The traps of a hexagon cut out of a triangular lattice, by their coordinates."""
    traps = []
    for row in range(-_RINGS, _RINGS + 1):
        y = round(row * _SPACING * math.sqrt(3) / 2, 6)
        traps_in_row = 2 * _RINGS + 1 - abs(row)
        first = -(traps_in_row - 1) * _SPACING / 2
        traps += [[first + place * _SPACING, y] for place in range(traps_in_row)]
    # As Pulser numbers them.
    return sorted(traps)


_CHANNEL: Mapping[str, object] = {
    "id": "rydberg_global",
    "basis": "ground-rydberg",
    "addressing": "Global",
    "max_amp": 2 * _MHZ,
    "max_abs_detuning": 10 * _MHZ,
    "clock_period": 4,
    "min_duration": 16,
    "max_duration": 6000,
    "max_targets": None,
    "min_retarget_interval": None,
    "fixed_retarget_t": None,
    "mod_bandwidth": None,
    "eom_config": None,
}
_QPU: Mapping[str, object] = {
    "name": "Fresnel",
    "version": "1",
    "is_virtual": False,
    "dimensions": 2,
    "rydberg_level": 60,
    # Required; older versions of Pulser compare a number with one of their own, and null with nothing.
    "interaction_coeff_xy": None,
    "min_atom_distance": 5,
    "max_atom_num": 100,
    "max_radial_distance": 50,
    "requires_layout": False,
    "max_layout_filling": 0.5,
    "pre_calibrated_layouts": [],
    "max_sequence_duration": 6000,
    "max_runs": 500,
    "supports_slm_mask": False,
    "reusable_channels": False,
    "channels": [_CHANNEL],
}
_ANALOG: Mapping[str, object] = {
    **_QPU,
    "name": "AnalogDevice",
    "max_atom_num": 80,
    "max_radial_distance": 38,
    "requires_layout": True,
    "optimal_layout_filling": 0.45,
    "pre_calibrated_layouts": [{"coordinates": _make_lattice()}],
    "max_runs": 2000,
    "channels": [
        {
            **_CHANNEL,
            "max_abs_detuning": 20 * _MHZ,
            "max_duration": 100_000_000,
            "mod_bandwidth": 8,
            "eom_config": {
                "mod_bandwidth": 40,
                "limiting_beam": "RED",
                "max_limiting_amp": 30 * _MHZ,
                "intermediate_detuning": 450 * _MHZ,
                "controlled_beams": ["BLUE"],
                "custom_buffer_time": 240,
            },
        }
    ],
}

ANALOG_DEVICE = _dump(_ANALOG)
"""The specification of Pulser's AnalogDevice: as that of a QPU, it lets tutorials run as they are."""

SPECS: Mapping[str, str] = MappingProxyType(
    {"FRESNEL": _dump(_QPU), "FRESNEL_CAN1": _dump({**_QPU, "name": "FresnelCan1"})}
)
"""The specifications by device type, unless a sandbox is given others."""


def check_specs(given: Mapping[str, str] | None) -> Mapping[str, str]:
    """Check specifications and return a copy; those of the sandbox if none are given.

    Raises:
        TypeError: they are not a mapping of text to text.
        ValueError: one is not a JSON object with a name.
    """
    if given is None:
        return SPECS
    if not isinstance(given, Mapping):
        raise TypeError(f"specs is {short_repr(given)}, not a mapping of device types to texts")
    specs = dict(given)
    for device_type, text in specs.items():
        if not is_text(device_type) or not is_text(text):
            raise TypeError(f"specs: expected text for {short_repr(device_type)}")
        if find_name(text) is None:
            raise ValueError(f"specs: that of {device_type} is not a JSON object with a name")
    return MappingProxyType(specs)


def dump_specs(given: Any) -> Any:
    """Specifications as texts, where they were given as objects, which are easier to write in a file."""
    if not isinstance(given, dict):
        return given
    specs = {}
    for device_type, spec in given.items():
        specs[device_type] = _dump(spec) if isinstance(spec, dict) else spec
    return specs


def find_name(spec: str) -> str | None:
    """The name of the device in a specification; None if that is not one."""
    name = parse_object(spec).get("name")
    if not isinstance(name, str):
        return None
    return name


def find_max_runs(spec: str) -> int | None:
    """How many runs the device in a specification admits; None if that does not say it."""
    runs = parse_object(spec).get("max_runs")
    if not is_integer(runs):
        return None
    return runs

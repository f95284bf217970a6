"""Reads specifications of devices with Pulser, as a program for the environment in which that is installed.

It reads the texts by device type as JSON, and prints what Pulser made of them as JSON.
"""

import json
import sys
from typing import Any

from pulser import Pulse, Register, Sequence
from pulser.json.abstract_repr.deserializer import deserialize_device


def read(text: str) -> dict[str, Any]:
    """The name of a device, how many runs it admits, and a sequence that was built on it."""
    device = deserialize_device(text)
    sequence = Sequence(Register.square(2, spacing=6), device)
    sequence.declare_channel("ch", "rydberg_global")
    sequence.add(Pulse.ConstantPulse(400, 6.0, 0.0, 0.0), "ch")
    return {
        "name": device.name,
        "max_runs": device.max_runs,
        "sequence": sequence.to_abstract_repr(),
    }


if __name__ == "__main__":
    specs = json.load(sys.stdin)["specs"]
    json.dump({name: read(text) for name, text in specs.items()}, sys.stdout)

"""What a sandbox is told about simulation."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from ..._extras import extra_hint
from ..checks import check_count, check_flag

MOST_ATOMS = 10
"""How many atoms are simulated unless a sandbox is told otherwise: the results then take about a second."""


@dataclass(frozen=True, slots=True)
class SimulationSettings:
    """Whether results are simulated, and of how many atoms."""

    simulate: bool = False
    most_atoms: int = MOST_ATOMS


def can_simulate() -> bool:
    """Whether what `Sandbox(simulate=True)` needs is installed."""
    return find_spec("pulser_simulation") is not None


def check_settings(simulate: object, most_atoms: object) -> SimulationSettings:
    """Check the arguments of a sandbox that are about simulation.

    Raises:
        ImportError: what it needs is not installed.
        ValueError: one of them cannot be used.
    """
    settings = SimulationSettings(
        check_flag("simulate", simulate), check_count("max_simulated_atoms", most_atoms)
    )
    if settings.most_atoms < 1:
        raise ValueError("max_simulated_atoms is 0: a sequence has at least one atom")
    if settings.simulate and not can_simulate():
        raise ImportError(
            f"simulation needs pulser_simulation, which is not installed: {extra_hint('simulation')}"
        )
    return settings

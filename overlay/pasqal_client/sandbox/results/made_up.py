"""Results that are made up: plausible counts, the same each time for the same job."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MADE_UP = "made_up"
"""The key that no result of the service has."""
NOTE = "These results were made up by a sandbox: nothing was measured, and nothing simulated."
"""Its value."""

DEFAULT_ATOMS = ("q0", "q1", "q2", "q3")
"""The atoms of a sequence that cannot be read."""

# A file with every shot of a million runs, or of a hundred thousand atoms, would be larger than the
# rest of the sandbox.
_MOST_SHOTS = 10_000
_MOST_BITS = 2_000_000
_MOST_OUTCOMES = 24
_DURATION = 4000
_ALL_ENTRIES = 3


def make_result(
    job_id: UUID, runs: int, atoms: Sequence[str], *, serialised: bool
) -> dict[str, Any]:
    """Make up the results of a job.

    Args:
        job_id: the job, from whose id everything follows.
        runs: how many runs it has.
        atoms: the names of the atoms of its register.
        serialised: whether there is a text for Pulser, too, as emulators have it.
    """
    # Random numbers that come out the same each time; nothing here is a secret.
    random = Random(str(job_id))  # noqa: S311
    counter = _make_counter(runs, len(atoms), random)
    result: dict[str, Any] = {MADE_UP: NOTE, "counter": counter}
    shots = list_shots(counter, random)
    if shots is not None:
        result["raw"] = shots
    if serialised:
        result["serialised_results"] = _serialise(counter, atoms, random)
    return result


def _make_counter(runs: int, bits: int, random: Random) -> dict[str, int]:
    """Share the runs out among some bitstrings, the first of which gets the most."""
    outcomes = {"0" * bits: 0}
    for _ in range(_MOST_OUTCOMES):
        outcomes[f"{random.getrandbits(bits):0{bits}b}"] = 0
    left = runs
    for outcome in outcomes:
        share = int(left * random.uniform(0.2, 0.4))
        outcomes[outcome] = share
        left -= share
    outcomes["0" * bits] += left
    return {outcome: count for outcome, count in sorted(outcomes.items()) if count}


def list_shots(counter: Mapping[str, int], random: Random) -> list[str] | None:
    """The single shots in their order; None if they are too many for a file."""
    runs = sum(counter.values())
    bits = max(map(len, counter), default=0)
    if runs > _MOST_SHOTS or runs * bits > _MOST_BITS:
        return None
    shots = [outcome for outcome, count in counter.items() for _ in range(count)]
    random.shuffle(shots)
    return shots


def _serialise(counter: dict[str, int], atoms: Sequence[str], random: Random) -> str:
    """The text of Pulser's `Results` with nothing but the bitstrings at the end."""
    key = str(UUID(int=random.getrandbits(128), version=4))
    content = {
        "atom_order": list(atoms),
        "total_duration": _DURATION,
        "tagmap": {"bitstrings": key},
        "results": {key: [counter]},
        "times": {key: [1.0]},
        "aggregation_methods": {key: _ALL_ENTRIES},
    }
    return json.dumps(content, separators=(",", ":"))

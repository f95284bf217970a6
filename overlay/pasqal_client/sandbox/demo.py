"""Example batches to look at: finished ones, one that runs, and others that wait."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from .fate import Fate
from .sample_sequences import OMEGA_SCAN

if TYPE_CHECKING:
    from .server import Sandbox

LENGTH = timedelta(minutes=5, seconds=27)
"""How much time passes in an empty sandbox while they are added."""


def add_demo(sandbox: Sandbox) -> None:
    """Add five batches on two devices, with jobs in every state; as time passes, more of them end."""
    sandbox.add_batch(
        [{"status": "DONE", "runs": 200, "variables": {"omega": step / 10}} for step in range(20)],
        complete=True,
        tags=["omega scan"],
        sequence_builder=OMEGA_SCAN,
    )
    sandbox.add_batch(
        [{"status": "DONE"}, {"status": "ERROR"}, {"status": "CANCELED"}, {"status": "DONE"}],
        complete=True,
        tags=["calibration"],
    )
    sandbox.add_batch(
        [
            {"status": "RUNNING", "runs": 500},
            *({"runs": 500} for _ in range(6)),
            {
                "runs": 500,
                "fate": Fate(outcome="ERROR", error="The atoms could not be rearranged."),
            },
        ],
        tags=["night run"],
    )
    sandbox.add_batch([{"runs": 50} for _ in range(3)], tags=["quick look"], queue_priority="HIGH")
    sandbox.add_batch([{"runs": 1000} for _ in range(4)], tags=["emulation"], device_type="EMU_MPS")

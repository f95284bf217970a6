"""What the colour of a state says; which colour that is depends on where it is shown.

Terminals have theirs in `tables.py`, pictures in `pictures/style.py`.
"""

from __future__ import annotations

from enum import Enum
from typing import Final


class Tone(Enum):
    """What a colour says about a job, a batch or a device."""

    GOOD = "it has done what it should, or is as it should be"
    BAD = "it has failed"
    BUSY = "it runs"
    WAITING = "it has not begun, or does not go on"
    DROPPED = "it was cancelled, or is about to be, or is out of use"
    OTHER = "none of these"


TONES: Final = {
    "DONE": Tone.GOOD,
    "ERROR": Tone.BAD,
    "TIMED_OUT": Tone.BAD,
    "RUNNING": Tone.BUSY,
    "PENDING": Tone.WAITING,
    "PAUSED": Tone.WAITING,
    "CANCELED": Tone.DROPPED,
    "CANCELING": Tone.DROPPED,
}
"""Of the states of jobs and batches."""

_DEVICE_TONES: Final = {
    "UP": Tone.GOOD,
    "DOWN": Tone.BAD,
    "ACTIVE": Tone.GOOD,
    "INACTIVE": Tone.WAITING,
    "RETIRED": Tone.DROPPED,
}
"""Of what a device does, and of its availability."""

_ALL: Final = {**TONES, **_DEVICE_TONES}


def tone_of(status: str) -> Tone:
    """What the colour of a state says; states without one of their own are `OTHER`."""
    return _ALL.get(status, Tone.OTHER)

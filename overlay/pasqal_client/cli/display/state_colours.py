"""What the colour of a state says; which colour that is depends on where it is shown.

Terminals have theirs in `tables.py`, pictures in `pictures/style.py`.
"""

from __future__ import annotations

from enum import Enum
from typing import Final


class Tone(Enum):
    """What a colour says about a job."""

    GOOD = "it has done what it should"
    BAD = "it has failed"
    BUSY = "it runs"
    WAITING = "it has not begun"
    DROPPED = "it was cancelled"
    OTHER = "none of these"


TONES: Final = {
    "DONE": Tone.GOOD,
    "ERROR": Tone.BAD,
    "RUNNING": Tone.BUSY,
    "PENDING": Tone.WAITING,
    "CANCELED": Tone.DROPPED,
}


def tone_of(status: str) -> Tone:
    """What the colour of a state says; states without one of their own are `OTHER`."""
    return TONES.get(status, Tone.OTHER)

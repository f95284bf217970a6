"""What a wait can look at."""

from __future__ import annotations

from enum import Enum


class Look(Enum):
    """What a look is."""

    READ_ALL = "read all jobs"
    READ_STATUS = "read the state of the batch, which counts its jobs"
    COUNT_ACTIVE = "count the active jobs"
    CHECK_ENDED = "count the jobs that have ended, to check that those which left are among them"

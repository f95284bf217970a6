"""Which characters there are to draw with."""

from __future__ import annotations

import sys


def has_blocks() -> bool:
    """Whether stdout can show block characters."""
    # Programs may have replaced stdout by a stream without an encoding, or with None.
    encoding = getattr(sys.stdout, "encoding", None) or ""
    return "utf" in encoding.lower()

"""Files as somebody submits them: a sequence with one variable, and jobs that give it values."""

from __future__ import annotations

import json
from pathlib import Path

CONTENT = {
    "version": "1",
    "name": "pulse",
    "register": [{"name": "q0", "x": 0, "y": 0}, {"name": "q1", "x": 5, "y": 0}],
    "variables": {"omega": {"type": "float", "value": [0.0]}},
    "channels": {},
    "operations": [],
    "device": {"name": "FRESNEL", "max_runs": 500},
}
SEQUENCE = json.dumps(CONTENT)
FIXED = json.dumps({**CONTENT, "variables": {}})
"""A sequence that leaves nothing open."""
SCAN = "omega,runs\n1.5,100\n2.5,\n3.5,300\n"


def write_files(folder: Path) -> None:
    """Write them into a folder."""
    (folder / "sequence.json").write_text(SEQUENCE)
    (folder / "scan.csv").write_text(SCAN)

"""Runs the shell examples of pages."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path


def run_shell(commands: str, environment: Mapping[str, str], folder: Path | None = None) -> str:
    """What some commands print, of which none may fail or complain."""
    done = subprocess.run(
        ["/bin/sh", "-eu"],
        input=commands,
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout

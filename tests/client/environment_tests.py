"""Runs tests in an environment of their own, in which this package stands beside what is installed there."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATHS = [
    *(str(ROOT / name) for name in ("overlay", "generated", "tests", "tools")),
    sysconfig.get_path("purelib"),
]
"""What a program of such an environment finds after its own packages."""

_ARGUMENTS = ["-p", "no:cacheprovider", "-p", "pasqal_client.testing", "-q"]


def run_tests(folder: Path, program: str, tests: str) -> None:
    """Let a program of an environment, which passes its arguments to pytest, run a folder of tests that pass."""
    done = subprocess.run(
        [folder / "bin" / "python", "-I", "-c", program, *_ARGUMENTS, tests],
        cwd=ROOT,
        env={
            **os.environ,
            "NO_PROXY": "*",
            "MPLCONFIGDIR": str(folder / "matplotlib"),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr

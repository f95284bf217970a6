"""The tests that need pandas, polars, pyarrow or a notebook run in an environment that has them."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

from official_environment import (
    FRAMES_CONSTRAINTS,
    FRAMES_FOLDER,
    UnavailableError,
    make_environment,
)

pytestmark = [pytest.mark.frames, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
PATHS = [str(ROOT / name) for name in ("overlay", "generated", "tests", "tools")]
PROGRAM = "import sys; sys.path += {paths}; import pytest; sys.exit(pytest.main(sys.argv[1:]))"
ARGUMENTS = ["-p", "no:cacheprovider", "-p", "pasqal_client.testing", "-q", "tests/with_frames"]


def test_the_tests_with_frames_pass() -> None:
    """What is installed there comes first, as with users who have it; this package is beside it."""
    try:
        folder = make_environment(FRAMES_FOLDER, FRAMES_CONSTRAINTS)
    except UnavailableError as error:
        pytest.skip(f"pandas and the others cannot be installed: {error}")
    program = PROGRAM.format(paths=[*PATHS, sysconfig.get_path("purelib")])
    done = subprocess.run(
        [folder / "bin" / "python", "-I", "-c", program, *ARGUMENTS],
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

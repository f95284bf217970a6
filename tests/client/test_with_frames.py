"""The tests that need pandas, polars, pyarrow or a notebook run in an environment that has them."""

from __future__ import annotations

import pytest

from client.environment_tests import PATHS, run_tests
from official_environment import (
    FRAMES_CONSTRAINTS,
    FRAMES_FOLDER,
    UnavailableError,
    make_environment,
)

pytestmark = [pytest.mark.frames, pytest.mark.slow]

PROGRAM = "import sys; sys.path += {paths}; import pytest; sys.exit(pytest.main(sys.argv[1:]))"


def test_the_tests_with_frames_pass() -> None:
    """What is installed there comes first, as with users who have it; this package is beside it."""
    try:
        folder = make_environment(FRAMES_FOLDER, FRAMES_CONSTRAINTS)
    except UnavailableError as error:
        pytest.skip(f"pandas and the others cannot be installed: {error}")
    run_tests(folder, PROGRAM.format(paths=PATHS), "tests/with_frames")

"""The tests that need Pulser run in environments that have it: the newest version, and the oldest that is admitted."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from client.environment_tests import PATHS, ROOT, run_tests
from official_environment import (
    CONSTRAINTS,
    FOLDER,
    LOWEST_CONSTRAINTS,
    LOWEST_FOLDER,
    UnavailableError,
    make_environment,
)

pytestmark = pytest.mark.official

PROJECT = ROOT / "pyproject.toml"
PROGRAM = """
import sys
sys.path += {paths}
import coverage
import pytest
# Measured, importing these takes three times as long; and other tests cover the sandbox.
import pulser
import pasqal_client.sandbox
measuring = coverage.Coverage(
    data_file=None, source_pkgs=["pasqal_client.pulser"], omit=[], config_file={config!r}
)
measuring.set_option("run:patch", [])
if {modules}:
    measuring.start()
code = pytest.main(sys.argv[1:])
if {modules}:
    measuring.stop()
    if measuring.report(include={modules}, show_missing=True) < 100:
        sys.exit("lines without a test")
sys.exit(code)
"""


@pytest.mark.parametrize(
    ("folder", "constraints"),
    [
        pytest.param(FOLDER, CONSTRAINTS, id="newest"),
        pytest.param(LOWEST_FOLDER, LOWEST_CONSTRAINTS, id="oldest", marks=pytest.mark.slow),
    ],
)
def test_the_tests_with_pulser_pass(folder: Path, constraints: Path) -> None:
    """What is installed there comes first, as with users who have Pulser; this package is beside it.

    With the newest version they cover each line and branch that other tests cannot.
    """
    try:
        make_environment(folder, constraints)
    except UnavailableError as error:
        pytest.skip(f"Pulser cannot be installed: {error}")
    modules = []
    if folder == FOLDER:
        config = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
        modules = config["tool"]["coverage"]["run"]["omit"]
    program = PROGRAM.format(paths=PATHS, modules=modules, config=str(PROJECT))
    run_tests(folder, program, "tests/with_pulser")


def test_the_oldest_pulser_is_the_one_that_is_admitted() -> None:
    """The extra says from which version on, and the newest one fits it, too."""
    project = PROJECT.read_text(encoding="utf-8")
    (bound,) = re.findall(r'"pulser-core>=([\d.]+),<2"', project)
    pinned = re.compile(r"^pulser-core==([\d.]+)$", re.MULTILINE)
    (oldest,) = pinned.findall(LOWEST_CONSTRAINTS.read_text(encoding="utf-8"))
    (newest,) = pinned.findall(CONSTRAINTS.read_text(encoding="utf-8"))
    assert oldest == f"{bound}.0"
    assert newest.startswith("1.")

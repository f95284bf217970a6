"""The tests that need Pulser run in environments that have it: the newest version, and the oldest that is admitted."""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest

from official_environment import (
    CONSTRAINTS,
    FOLDER,
    LOWEST_CONSTRAINTS,
    LOWEST_FOLDER,
    UnavailableError,
    make_environment,
)

pytestmark = pytest.mark.official

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "pyproject.toml"
PATHS = [str(ROOT / name) for name in ("overlay", "generated", "tests", "tools")]
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
ARGUMENTS = ["-p", "no:cacheprovider", "-p", "pasqal_client.testing", "-q"]


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
    paths = [*PATHS, sysconfig.get_path("purelib")]
    modules = []
    if folder == FOLDER:
        config = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
        modules = config["tool"]["coverage"]["run"]["omit"]
    program = PROGRAM.format(paths=paths, modules=modules, config=str(PROJECT))
    done = subprocess.run(
        [folder / "bin" / "python", "-I", "-c", program, *ARGUMENTS, "tests/with_pulser"],
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


def test_the_oldest_pulser_is_the_one_that_is_admitted() -> None:
    """The extra says from which version on, and the newest one fits it, too."""
    project = PROJECT.read_text(encoding="utf-8")
    (bound,) = re.findall(r'"pulser-core>=([\d.]+),<2"', project)
    pinned = re.compile(r"^pulser-core==([\d.]+)$", re.MULTILINE)
    (oldest,) = pinned.findall(LOWEST_CONSTRAINTS.read_text(encoding="utf-8"))
    (newest,) = pinned.findall(CONSTRAINTS.read_text(encoding="utf-8"))
    assert oldest == f"{bound}.0"
    assert newest.startswith("1.")

"""Makes environments for what must not share one with this package, from exact versions.

They stay in build/ until other versions are wanted. Tests and benchmarks use the same ones.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from contextlib import suppress
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "build/official"
CONSTRAINTS: Final = ROOT / "tests/sandbox/official-constraints.txt"
"""The official client, the newest Pulser and its simulation, and all that they need, each with its version."""
LOWEST_FOLDER: Final = ROOT / "build/lowest-pulser"
LOWEST_CONSTRAINTS: Final = ROOT / "tests/with_pulser/lowest-constraints.txt"
"""The oldest Pulser that the extra `pulser` admits, and all that it needs."""
FRAMES_FOLDER: Final = ROOT / "build/frames"
FRAMES_CONSTRAINTS: Final = ROOT / "tests/with_frames/constraints.txt"
"""pandas, polars, pyarrow and DuckDB, what runs a notebook, and all that they need."""


class UnavailableError(Exception):
    """The packages cannot be installed here; the text says why."""


def make_environment(folder: Path | None = None, constraints: Path = CONSTRAINTS) -> Path:
    """The folder of an environment; made unless it is there already.

    Args:
        folder: the folder; None for that of the official client.
        constraints: the packages, with their versions.

    Raises:
        UnavailableError: the packages cannot be installed.
        OSError: the environment cannot be put in its place.
    """
    folder = folder or FOLDER
    if not _is_complete(folder, constraints):
        folder.parent.mkdir(exist_ok=True)
        # What is moved into place was installed to its end, whoever else does the same meanwhile.
        with tempfile.TemporaryDirectory(
            prefix=f"{folder.name}-", dir=folder.parent, ignore_cleanup_errors=True
        ) as made:
            # Before the long part: afterwards it may be one that somebody else works with.
            with suppress(FileNotFoundError):
                folder.rename(Path(made) / "old")
            _install(Path(made) / "new", constraints)
            # Whoever comes first stays: a folder with something in it is not replaced.
            with suppress(OSError):
                (Path(made) / "new").rename(folder)
        if not _is_complete(folder, constraints):
            raise OSError(f"{folder} cannot be put in place")
    return folder


def find_environment() -> Path | None:
    """The folder of the environment of the official client if it is there already."""
    return FOLDER if _is_complete(FOLDER, CONSTRAINTS) else None


def _wanted(constraints: Path) -> str:
    return f"{sys.version}\n{constraints.read_text()}"


def _is_complete(folder: Path, constraints: Path) -> bool:
    stamp = folder / "complete"
    return stamp.is_file() and stamp.read_text() == _wanted(constraints)


def _install(folder: Path, constraints: Path) -> None:
    venv.create(folder)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(folder / "bin" / "python"),
        "install",
        "--quiet",
        "--no-input",
    ]
    # The file names all that is needed, so nothing is left to resolve: where one is not available, pip
    # says so plainly.
    options = [
        "--retries=1",
        "--timeout=30",
        "--only-binary=:all:",
        "--no-deps",
    ]
    done = subprocess.run(
        [*pip, *options, "--requirement", str(constraints)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UnavailableError(done.stderr.strip().splitlines()[-1])
    (folder / "complete").write_text(_wanted(constraints))

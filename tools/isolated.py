"""Makes an environment of its own for programs that must not share one with this package, from exact versions.

Such an environment stays in build/ until other versions are wanted. Tests and benchmarks use the
same one.
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
BUILD: Final = ROOT / "build"
OFFICIAL: Final = ROOT / "tests/sandbox/official-constraints.txt"
"""The official client and all that it needs."""


class UnavailableError(Exception):
    """The packages cannot be installed here; the text says why."""


def environment(name: str, constraints: Path) -> Path:
    """The folder of an environment that has exactly what a file names; made where it is not there yet.

    Args:
        name: what it is called in build/.
        constraints: a file that names every package with its version.

    Raises:
        UnavailableError: the packages cannot be installed.
        OSError: the environment cannot be put in its place.
    """
    wanted, folder = _wanted(constraints), BUILD / name
    if not _is_complete(folder, wanted):
        BUILD.mkdir(exist_ok=True)
        # What is moved into place was installed to its end, whoever else does the same meanwhile.
        with tempfile.TemporaryDirectory(
            prefix=f"{name}-", dir=BUILD, ignore_cleanup_errors=True
        ) as made:
            _install(Path(made) / "new", constraints, wanted)
            with suppress(FileNotFoundError):
                folder.rename(Path(made) / "old")
            with suppress(OSError):
                (Path(made) / "new").rename(folder)
        if not _is_complete(folder, wanted):
            raise OSError(f"{folder} cannot be put in place")
    return folder


def installed(name: str, constraints: Path) -> Path | None:
    """The folder of the environment if it is there already."""
    folder = BUILD / name
    return folder if _is_complete(folder, _wanted(constraints)) else None


def _wanted(constraints: Path) -> str:
    return f"{sys.version}\n{constraints.read_text()}"


def _is_complete(folder: Path, wanted: str) -> bool:
    stamp = folder / "complete"
    return stamp.is_file() and stamp.read_text() == wanted


def _install(
    folder: Path,
    constraints: Path,
    wanted: str,
) -> None:
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
    # The file names all that is needed, so nothing is left to resolve: where it cannot be had, pip
    # says so plainly.
    options = ["--retries", "1", "--timeout", "30", "--only-binary", ":all:", "--no-deps"]
    done = subprocess.run(
        [*pip, *options, "--requirement", str(constraints)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UnavailableError(done.stderr.strip().splitlines()[-1])
    (folder / "complete").write_text(wanted)

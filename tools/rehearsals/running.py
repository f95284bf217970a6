"""Runs a rehearsal: a copy of the repository, an edit of the contract, the commands of the Makefile."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .changes import Change

ROOT: Final = Path(__file__).resolve().parents[2]
BIN: Final = Path(sys.executable).parent
SHOWN_BIN: Final = ".venv/bin"
WORKERS: Final = 2

VERSION_FILE: Final = "overlay/pasqal_client/_version.py"
VERSION: Final = '"""The version."""\n\n__version__ = "0.1.0"\n'
"""That of the copy, so that what is printed does not change with each release."""

FOREIGN: Final = (
    "GIT_",
    "PYTEST_",
    "COVERAGE_",
    "COV_",
    "MAKE",
    "MFLAGS",
    "LC_",
    "PYTHON",
    "PASQAL_",
)
"""Variables of whatever runs the rehearsals: git in a hook, make, pytest, a measurement of coverage."""

SPEC, DIFF, DRIFT, GENERATE, TESTS = (
    "spec",
    "spec-diff BASE=HEAD",
    "check-generated",
    "generate",
    "test-contract",
)


class Step(NamedTuple):
    """A command that was run.

    Attributes:
        target: of make, with its variables.
        code: its exit code.
        output: what it printed to both streams.
        seconds: how long it took.
    """

    target: str
    code: int
    output: str
    seconds: float

    @property
    def failed(self) -> list[str]:
        """The tests that failed, without their parameters, each once."""
        lines = [
            line.split()[1]
            for line in self.output.splitlines()
            if line.startswith(("FAILED ", "ERROR "))
        ]
        return list(
            dict.fromkeys(line.removeprefix("tests/contract/").partition("[")[0] for line in lines)
        )

    @property
    def drifted(self) -> list[str]:
        """The files below generated/ that are not what the contract makes."""
        kinds = ("  missing: ", "  extra: ", "  different: ")
        return [line.split()[1] for line in self.output.splitlines() if line.startswith(kinds)]

    @property
    def gaps(self) -> list[str]:
        """What the ledger says is still to do."""
        return [
            line.partition(": ")[2]
            for line in self.output.splitlines()
            if line.startswith("still to do")
        ]


class Rehearsal(NamedTuple):
    """What came of a change.

    Attributes:
        change: the change.
        told: the steps up to the tests, as the maintainer meets them; the contract is edited before
            the first one.
        done: the steps after the edits by hand; the last ones of all.
    """

    change: Change
    told: dict[str, Step]
    done: dict[str, Step]

    @property
    def seconds(self) -> float:
        """How long all commands took."""
        return sum(step.seconds for step in [*self.told.values(), *self.done.values()])


def rehearse(changes: Iterable[Change]) -> Iterator[Rehearsal]:
    """Rehearse these changes, some of them at the same time."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(WORKERS) as pool:
        base = Path(folder) / "base"
        copy_repository(base)
        yield from pool.map(lambda change: rehearsal(base, change), changes)


def rehearsal(base: Path, change: Change) -> Rehearsal:
    """Rehearse a change in a copy of a copy."""
    root = base.parent / change.name
    shutil.copytree(base, root)
    for edit in change.edits:
        edit.apply(root)
    told = {target: make(root, target) for target in (DIFF, DRIFT, GENERATE, TESTS)}
    for _, edits in change.by_hand:
        for edit in edits:
            edit.apply(root)
    # Where nothing is done by hand, the tests have passed already.
    targets = (
        (GENERATE, DRIFT, TESTS) if change.by_hand else (DRIFT,) if change.is_brought_up else ()
    )
    return Rehearsal(change, told, {target: make(root, target) for target in targets})


def copy_repository(target: Path) -> None:
    """Copy what git tracks or would track, as it is in the work tree, and commit it there."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(
        listed, cwd=ROOT, env=environment(ROOT), check=True, capture_output=True, text=True
    ).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():  # or else it is deleted, and this not yet committed
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
    (target / VERSION_FILE).write_text(VERSION, encoding="utf-8")
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@lab.example", "-c", "commit.gpgsign=false"]
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        [*who, "commit", "--quiet", "--message", "Before"],
    ):
        subprocess.run(
            ["git", *command], cwd=target, env=environment(target), check=True, capture_output=True
        )


def environment(root: Path) -> dict[str, str]:
    """Variables under which the copy is used, and not the package that is installed from somewhere else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    paths = os.pathsep.join(str(root / name) for name in ("generated", "overlay"))
    return {
        **kept,
        "PYTHONPATH": paths,
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "LC_ALL": "C.UTF-8",
    }


def make(root: Path, target: str) -> Step:
    """Run a target of the Makefile with this environment instead of one of its own."""
    begin = time.monotonic()
    done = subprocess.run(
        ["make", "READY=", f"BIN={BIN}", *target.split()],
        cwd=root,
        env=environment(root),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    output = done.stdout.replace(str(BIN), SHOWN_BIN).replace(f"{root}/", "")
    return Step(target, done.returncode, output, time.monotonic() - begin)

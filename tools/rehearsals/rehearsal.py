"""Runs a rehearsal: a copy of the repository, an edit of the contract, the commands of the Makefile."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .changes import Change

ROOT: Final = Path(__file__).resolve().parents[2]
BIN: Final = Path(sys.executable).parent
SHOWN_BIN: Final = ".venv/bin"
WORKERS: Final = 2

VERSION_FILE: Final = "overlay/pasqal_client/_version.py"
# That of the copies, so that what is printed does not change with each release.
VERSION: Final = '"""The version."""\n\n__version__ = "0.1.0"\n'

# Variables of whatever runs the rehearsals: git in a hook, make, pytest, a measurement of coverage.
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
SPEC, DIFF, DRIFT, GENERATE, TESTS = (
    "spec",
    "spec-diff BASE=HEAD",
    "check-generated",
    "generate",
    "test-contract",
)


@dataclass(frozen=True)
class Step:
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
        names = []
        for line in self.output.splitlines():
            if line.startswith(("FAILED ", "ERROR ")):
                name = line.split()[1].partition("[")[0]
                names.append(name.removeprefix("tests/contract/"))
        return list(dict.fromkeys(names))

    @property
    def drifted(self) -> list[str]:
        """The files below generated/ that are not what the contract makes."""
        kinds = ("  missing: ", "  extra: ", "  different: ")
        return [line.split()[1] for line in self.output.splitlines() if line.startswith(kinds)]

    @property
    def gaps(self) -> list[str]:
        """What the ledger says is still to do."""
        lines = self.output.splitlines()
        return [line.partition(": ")[2] for line in lines if line.startswith("still to do")]


@dataclass(frozen=True)
class Rehearsal:
    """What came of a change.

    Attributes:
        change: the change.
        diff: its edits, as lines that go and come.
        told: the steps up to the tests, as the maintainer meets them; the contract is edited before
            the first one.
        done: the steps after the edits by hand; the last ones of all.
    """

    change: Change
    diff: str
    told: dict[str, Step]
    done: dict[str, Step]

    @property
    def steps(self) -> list[Step]:
        """All steps, one after the other."""
        return [*self.told.values(), *self.done.values()]

    @property
    def failing(self) -> list[str]:
        """The commands that fail although the change is brought up."""
        return [target for target, step in self.done.items() if step.code != 0]

    @property
    def seconds(self) -> float:
        """How long all commands took."""
        return sum(step.seconds for step in self.steps)


def rehearse(changes: Iterable[Change]) -> Iterator[Rehearsal]:
    """Rehearse these changes, some of them at the same time."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(WORKERS) as pool:
        base = Path(folder) / "base"
        copy_repository(base)
        yield from pool.map(lambda change: rehearse_change(base, change), changes)


def rehearse_change(base: Path, change: Change) -> Rehearsal:
    """Rehearse a change in a copy of a copy."""
    root = base.parent / change.name
    shutil.copytree(base, root)
    for edit in change.edits:
        edit.apply(root)
    diff = git(root, "diff", "--unified=0")
    told = {target: make(root, target) for target in (DIFF, DRIFT, GENERATE, TESTS)}
    for _, edits in change.by_hand:
        for edit in edits:
            edit.apply(root)
    done = {target: make(root, target) for target in last_targets(change)}
    return Rehearsal(change, changed_lines(diff), told, done)


def last_targets(change: Change) -> tuple[str, ...]:
    """What is run after the edits by hand."""
    if change.by_hand:
        return GENERATE, DRIFT, TESTS
    # Where nothing is done by hand, the tests have passed already.
    if change.is_brought_up:
        return (DRIFT,)
    return ()


def changed_lines(diff: str) -> str:
    """The lines of a diff that go and come, with the names of the files."""
    lines = [line.replace("+++ b/", "+++ ") for line in diff.splitlines()]
    # The file is named once, as it is afterwards.
    kept = [line for line in lines if line.startswith(("+", "-")) and line[:4] != "--- "]
    return "\n".join(kept)


def copy_repository(target: Path) -> None:
    """Copy what git tracks or would track, as it is in the work tree, and commit it there."""
    names = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in names.split("\0"):
        # A file that is deleted, and this not yet committed, is listed all the same.
        if not (ROOT / name).is_file():
            continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target / name)
    (target / VERSION_FILE).write_text(VERSION, encoding="utf-8")
    git(target, "init", "--quiet")
    git(target, "add", "--all")
    # Whoever runs this may have no name in git, or may sign commits by hand.
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@lab.example", "-c", "commit.gpgsign=false"]
    git(target, *who, "commit", "--quiet", "--message", "Before")


def git(root: Path, *arguments: str) -> str:
    """What a git command prints."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=root,
        env=environment(root),
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return done.stdout


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

"""The comparison of the Python API with the last release tells what breaks programs, and asks for a version."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import griffe
import pytest

import api_diff

PACKAGE = """\
from .client import Client
from .jobs import list_jobs as list_jobs
from ._hidden import helper

__all__ = ["Client", "list_jobs"]
"""
CLIENT = """\
class Client:
    def __init__(self, token): ...
    def count(self, limit=100): ...
"""
JOBS = """\
class Jobs:
    def __init__(self, connection): ...
    def get(self, job_id): ...

def list_jobs(status=None): ...
def _page(): ...
"""
SOURCES = {"__init__": PACKAGE, "client": CLIENT, "jobs": JOBS, "_hidden": "def helper(a): ...\n"}


def git(root: Path, *arguments: str) -> None:
    """Run a git command with an identity, whatever this machine has."""
    identity = ["-c", "user.name=lab", "-c", "user.email=lab@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a small package, on which the command works."""
    package = tmp_path / "overlay" / "pasqal_client"
    package.mkdir(parents=True)
    for name, text in SOURCES.items():
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    (package / "_version.py").write_text('__version__ = "0.9.0"\n', encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    monkeypatch.setattr(api_diff, "ROOT", tmp_path)
    return package


def edit(package: Path, module: str, before: str, after: str) -> None:
    """Change a module; what is replaced has to be there."""
    path = package / f"{module}.py"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_without_a_release_any_api_will_do(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A tag that is not named after a version is no release."""
    git(tree, "tag", "v1-draft")
    assert api_diff.main([]) == 0
    assert "nothing is released" in capsys.readouterr().out


BREAKS: dict[str, tuple[str, str, str, str]] = {
    "a parameter that is gone": (
        "client", "limit=100", "", "pasqal_client.client: Client.count(limit): Parameter was removed",
    ),
    "a constructor of the user": (
        "client", "token", "key", "pasqal_client.client: Client.__init__(token): Parameter was removed",
    ),
    "a method that is gone": (
        "jobs", "def get", "def fetch", "pasqal_client.jobs: Jobs.get: Public object was removed",
    ),
    "a name that is gone": (
        "__init__", '"Client", "list_jobs"', '"Client"', "pasqal_client.list_jobs: was removed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BREAKS)
def test_what_breaks_programs_asks_for_a_version(
    tree: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """It is named, and fails the check until the version is raised; 0.10.0 is later than 0.9.0."""
    module, before, after, said = BREAKS[kind]
    git(tree, "tag", "v0.9.0")
    git(tree, "tag", "v0.8.0")
    edit(tree, module, before, after)
    assert api_diff.main([]) == 1
    printed = capsys.readouterr()
    assert said in printed.out.splitlines()
    assert "version 0.9.0 is behind: " in printed.err
    assert "since v0.9.0 ask for 0.10.0 or later" in printed.err
    edit(tree, "_version", "0.9.0", "0.10.0")
    assert api_diff.main([]) == 0
    printed = capsys.readouterr()
    assert said in printed.out.splitlines()
    assert "version 0.10.0 is enough" in printed.out


HARMLESS: dict[str, Callable[[Path], None]] = {
    "a new name": lambda tree: edit(tree, "jobs", "def _page", "def page"),
    "a new parameter with a default": lambda tree: edit(
        tree, "client", "limit=100", "limit=100, offset=0"
    ),
    "what is hidden": lambda tree: edit(tree, "_hidden", "(a)", "(b)"),
    "a constructor that only the client calls": lambda tree: edit(
        tree, "jobs", "connection", "pool"
    ),
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_breaks_nothing_asks_for_nothing(
    tree: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """Additions, and what users do not reach, are no breaking changes."""
    HARMLESS[kind](tree)
    assert api_diff.main(["HEAD"]) == 0
    assert capsys.readouterr().out == (
        "version 0.9.0 is enough: 0 breaking changes of the Python API since HEAD\n"
    )


@pytest.mark.parametrize("arguments", [["nowhere"], ["--check"], ["HEAD", "HEAD"]])
def test_a_mistake_is_told(
    tree: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """A ref that does not exist is named, and other arguments print the usage."""
    assert api_diff.main(arguments) in (1, 2)
    assert capsys.readouterr().err


def test_the_api_of_this_package_can_be_read(root: Path) -> None:
    """What a user imports, and the methods of the resources, are among what is compared."""
    found = api_diff.public_objects(
        griffe.load("pasqal_client", search_paths=[root / "overlay"], allow_inspection=False)
    )
    assert {
        "pasqal_client.errors.PasqalError",
        "pasqal_client.jobs.Jobs",
        "pasqal_client.sandbox.Sandbox",
    } <= found.keys()
    assert not [path for path in found if "._" in path and not path.endswith("__version__")]

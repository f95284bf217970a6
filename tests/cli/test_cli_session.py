"""docs/cli.md is true: its session is run again, in order, and its tables are compared with the program."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from itertools import count
from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest

from cli.conftest import Run, eventually
from cli.sequences import SEQUENCE
from pasqal_client.cli import app, main
from pasqal_client.cli.failures import ExitCode
from pasqal_client.cli.filter_options import (
    BATCH_OPTIONS,
    CANCEL_OPTIONS,
    DEVICE_OPTIONS,
    JOB_OPTIONS,
    flag_of,
)
from pasqal_client.cli.options import CONNECTING
from pasqal_client.sandbox import Sandbox
from pasqal_client.sandbox.database import submission

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
LATER = re.compile(r"# (\w+) later")
PLAIN = re.compile(
    r"""pasqal (?P<arguments>[^|<>;&$`]*?)(?P<says_code>; echo "exit code \$\?")?(?:  # .*)?"""
)
TAKES = re.compile(r"# takes (\w+)")


def steps(page: str) -> Iterator[tuple[str, str]]:
    """The commands of the session and what they print, in order."""
    session = page.partition("\n## A session\n")[2]
    for block in re.findall(r"```console\n(.*?)```", session, re.DOTALL):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = step.partition("\n")
            yield command, output


@contextmanager
def passing(takes: re.Match[str] | None, sandbox: Sandbox) -> Iterator[None]:
    """Let time pass in the sandbox once the command has submitted a batch, if it says how much it takes."""
    if takes is None:
        yield
        return
    before = count_submissions(sandbox)

    def advance() -> None:
        eventually(lambda: count_submissions(sandbox) > before)
        sandbox.advance(takes[1])

    with ThreadPoolExecutor(1) as pool:
        advanced = pool.submit(advance)
        yield
    advanced.result()


def count_submissions(sandbox: Sandbox) -> int:
    """How many batches were submitted, and the answer sent."""
    return sum(
        request.method == "POST" and request.status is not None for request in sandbox.requests
    )


def number_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the sandbox count the ids of what is submitted, from which their results follow."""
    numbers = count(1)
    monkeypatch.setattr(
        submission, "uuid4", lambda: UUID(f"0190f6c0-0000-4000-8000-{next(numbers):012x}")
    )


def prepare(sandbox: Sandbox, folder: Path) -> None:
    """Write the files that the newcomer has."""
    (folder / "token.txt").write_text(sandbox.token)
    (folder / "sequence.json").write_text(SEQUENCE)


def run_here(arguments: str, *, says_code: bool) -> str:
    """The output of a command that needs no shell: a process for each would take most of the time."""
    # Like a terminal it has an encoding, which says what can be drawn.
    printed = io.BytesIO()
    stream = io.TextIOWrapper(printed, encoding="utf-8", write_through=True)
    with redirect_stdout(stream), redirect_stderr(stream):
        code = main(shlex.split(arguments))
        if says_code:
            stream.write(f"exit code {code}\n")
    return printed.getvalue().decode()


def replay(command: str, sandbox: Sandbox, shell: Run, home: Path) -> str:
    """The output of a command on both streams, with the page's placeholders for what differs from run to run."""
    if later := LATER.search(command):
        sandbox.advance(later[1])
    with passing(TAKES.search(command), sandbox):
        if plain := PLAIN.fullmatch(command):
            printed = run_here(plain["arguments"], says_code=bool(plain["says_code"]))
        else:
            printed = shell(f"(\n{command}\n) 2>&1").out
    named = printed.replace(sandbox.base_url, "http://127.0.0.1:8123/core-fast").replace(
        str(home.parent), "~/.config"
    )
    return re.sub(r" after [\d.]+ s:", " after 1 s:", re.sub(r" in \d+ ms", " in 7 ms", named))


def test_the_session_prints_what_the_page_says(
    sandbox: Sandbox, shell: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands run in order, on one sandbox."""
    number_ids(monkeypatch)
    prepare(sandbox, tmp_path)
    monkeypatch.delenv("PASQAL_TOKEN")
    monkeypatch.setenv("COLUMNS", "100")
    written = list(steps(PAGE.read_text()))
    assert len(written) >= 10
    assert [(command, replay(command, sandbox, shell, home)) for command, _ in written] == written


def test_the_page_has_every_command() -> None:
    """The page has the commands of the program, and no others, and every option that says which service to ask."""
    page = PAGE.read_text()
    tree = app.program()
    names = {
        f"{group} {name}" if hasattr(command, "commands") else group
        for group, command in tree.commands.items()
        for name in getattr(command, "commands", [""])
    }
    table = page.partition("\n## Commands\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `pasqal ([\w-]+(?: [\w-]+)?)", table, re.MULTILINE)) == names
    for parameter in CONNECTING.parameters:
        assert f"`{parameter.annotation.__metadata__[0].default}" in page


def test_the_page_has_every_filter() -> None:
    """Each filter stands in the table, with what it chooses among, and marked if it can be repeated."""
    expected: dict[tuple[str, bool], list[str]] = {}
    tables = {"jobs": JOB_OPTIONS, "batches": BATCH_OPTIONS, "devices": DEVICE_OPTIONS}
    for many, options in tables.items():
        for name, parameter in options.items():
            kind, info = get_args(parameter.annotation)
            entry = (flag_of(name, many), kind == list[str] | None)
            assert info.default == entry[0]
            expected.setdefault(entry, []).append(many)
    table = PAGE.read_text().partition("\n## Filters\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(--[\w/-]+)`( \*)? \| ([\w, ]+) \|", table, re.MULTILINE)
    shown = {(flag, bool(star)): of.split(", ") for flag, star, of in rows}
    assert shown == expected
    for name in CANCEL_OPTIONS:
        assert f"`{flag_of(name, 'cancellable batches')}`" in table


def test_the_page_has_every_exit_code() -> None:
    """The page has the exit codes of the program, and no others."""
    table = PAGE.read_text().partition("\n## Exit codes\n")[2].partition("\n## ")[0]
    assert [int(code) for code in re.findall(r"^\| (\d+) ", table, re.MULTILINE)] == list(ExitCode)

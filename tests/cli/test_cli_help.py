"""The help: every command has one, with an example that works; and the command tree itself."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pasqal_client
from cli.conftest import Run
from cli.sequences import write_files
from pasqal_client import JobOrigin, JobStatus
from pasqal_client.cli import app, completion
from pasqal_client.sandbox import Fault, Sandbox, program


def commands(command: Any, path: str = "pasqal") -> Iterator[tuple[str, Any]]:
    """Every command of the tree by its name."""
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, inner in command.commands.items():
        yield from commands(inner, f"{path} {name}")


TREE = dict(commands(app.program()))
CODES = {"pasqal jobs wait": 4, "pasqal jobs watch": 4, "pasqal batches wait": 4}


@pytest.mark.parametrize("name", app.program().commands)
def test_the_help_of_the_program_says_what_each_command_says(pasqal: Run, name: str) -> None:
    """The program knows how the help of each command begins, so that its own help need not load them."""
    _, text = app._COMMANDS[name]
    assert app.program().commands[name].help.partition("\n\n")[0].replace("\n", " ") == text
    shown = pasqal("--help").out
    assert f"\n  {name}  " in shown
    assert text[:45] in shown


def test_a_command_is_made_once() -> None:
    """Whoever asks for it again gets the same one."""
    commands = app.program().commands
    assert commands["jobs"] is commands["jobs"]
    assert len(commands) == len(app._COMMANDS)


@pytest.mark.parametrize("name", TREE)
def test_the_example_of_each_help_works(
    sandbox: Sandbox, pasqal: Run, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each example runs against the sandbox; a wait ends with 4 there, because some jobs have failed."""
    (tmp_path / "token.txt").write_text(sandbox.token)
    monkeypatch.setattr(program, "_wait", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    monkeypatch.setenv("PASQAL_PROJECT_ID", str(sandbox.project_id))
    write_files(tmp_path)
    sandbox.add_fault(Fault(operation="get_batch_status", advance="1d"))
    if name in CODES:
        sandbox.advance("1d")
    label, _, example = TREE[name].epilog.partition(": ")
    assert (label, example.startswith(name)) == ("Example", True)
    # Something else on this machine may have the port.
    ran = pasqal(example.removeprefix("pasqal ").replace("--port 8123", "--port 0"))
    assert ran.code == CODES.get(name, 0)


@pytest.mark.parametrize("name", TREE)
def test_each_command_has_a_help(pasqal: Run, name: str) -> None:
    """-h and --help print the same, with the options in sections."""
    line = name.removeprefix("pasqal ")
    has_own_program = "sandbox" in name or name == "pasqal conform"
    ran = pasqal(f"{line} -h" if has_own_program else f"{line} --help")
    assert (ran.code, ran.err) == (0, "")
    assert name in ran.out
    if not has_own_program:
        assert f"Example: {name}" in " ".join(ran.out.split())
        assert "\nConnection:\n" in ran.out
        assert pasqal(f"{line} -h") == ran


def test_since_and_until_say_which_time_they_compare(pasqal: Run) -> None:
    """Their times are when a job started and ended, not when it was created."""
    text = " ".join(pasqal("jobs list --help").out.split())
    assert "Jobs that STARTED at this time or later" in text
    assert "Jobs that ENDED at this time or earlier" in text


def test_no_option_takes_a_secret_as_its_value() -> None:
    """Other users can see it in the list of processes, and the shell keeps it in its history."""
    flags = [
        flag for command in TREE.values() for parameter in command.params for flag in parameter.opts
    ]
    assert {"--token-file", "--secret-file"} < set(flags)
    assert not {"--token", "--password", "--secret", "--client-secret"} & set(flags)


def test_completion_offers_known_values() -> None:
    """The case in which a value was begun is kept."""
    assert completion.complete_statuses("") == [str(status) for status in JobStatus]
    assert completion.complete_statuses("d") == [str(status).lower() for status in JobStatus]
    assert completion.complete_origins("") == [str(origin) for origin in JobOrigin]
    assert "created_at" in completion.complete_sort_keys("")
    assert "fr" in completion.complete_regions("")


@pytest.mark.parametrize("command", ["sandbox demo", "conform --list"])
def test_the_sandbox_needs_its_extra(
    pasqal: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Without the extra, one line says how to install it; so it does for what needs the sandbox."""
    for folder in ("sandbox", "conformance"):
        beginning = f"pasqal_client.{folder}"
        for name in [name for name in sys.modules if name.startswith(beginning)]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.delattr(pasqal_client, folder, raising=False)
    monkeypatch.setitem(sys.modules, "pydantic", None)
    ran = pasqal(command)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "pip install '.[sandbox]'" in ran.err


def test_the_arguments_of_an_adapter_are_its_own(pasqal: Run) -> None:
    """`conform` passes on what comes after the adapter's name, options included."""
    count = "import sys; sys.exit(len(sys.argv))"
    ran = pasqal("conform", "--", sys.executable, "-S", "-c", count, "--only", "x")
    assert ran.code == 2
    assert "the adapter ended with exit code 3 in case requests/" in ran.err


@pytest.mark.parametrize("installed", [True, False])
def test_the_demo_simulates_where_it_can(
    pasqal: Run, monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    """Otherwise it says what is missing; its help says neither."""
    given: list[list[str]] = []

    def run(argv: list[str], *, prog: str) -> int:
        given.append(argv)
        return 0

    monkeypatch.setattr(program, "main", run)
    monkeypatch.setattr("pasqal_client.sandbox.can_simulate", lambda: installed)
    ran = pasqal("sandbox demo --port 0")
    assert given[0] == ["--seed-data", *(["--simulate"] if installed else []), "--port", "0"]
    assert ("simulated with Pulser" in ran.err, "made up" in ran.err) == (installed, not installed)
    assert pasqal("sandbox demo -h").err == ""


def test_the_program_is_a_module_too(pasqal: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m pasqal_client.cli` runs the same program."""
    monkeypatch.setattr(sys, "argv", ["pasqal", "--version"])
    with pytest.raises(SystemExit) as caught:
        importlib.import_module("pasqal_client.cli.__main__")
    assert caught.value.code == 0


def test_any_kind_of_stream_works(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    """A stream that cannot be reconfigured, such as a notebook's, is used as it is."""

    class Plain:
        def __init__(self) -> None:
            self.text = ""

        def write(self, text: str) -> None:
            self.text += text

        def flush(self) -> None: ...

        def isatty(self) -> bool:
            return False

    stream = Plain()
    monkeypatch.setattr(sys, "stdout", stream)
    assert app.run(["jobs", "count"]) == 0
    assert stream.text == "36\n"

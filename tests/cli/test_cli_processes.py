"""The command line in real use: processes, pipes, signals, terminals."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.conftest import Run, Start, eventually, press_ctrl_c
from cli.lab import NIGHT
from pasqal_client import __version__
from pasqal_client.cli import main
from pasqal_client.cli.commands import sandboxes
from pasqal_client.sandbox import Sandbox
from pasqal_client.sandbox.demo import add_demo


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("jobs count", 0),
        (f"batches complete {'7' * 8}-7425-40de-944b-e07fc1f90ae7 --yes", 1),
        ("jobs list --id 5", 2),
        (f"batches cancel-jobs {NIGHT} --all", 2),
        (f"batches wait {NIGHT} --poll 0.01 --timeout 0.1", 4),
        ("jobs wait --status error", 4),
    ],
)
def test_exit_codes(sandbox: Sandbox, pasqal: Run, line: str, code: int) -> None:
    """The codes are those of docs/cli.md, and errors are printed to stderr in words."""
    ran = pasqal(line)
    assert ran.code == code
    assert bool(ran.err) is bool(code)
    assert "Traceback" not in ran.err


def test_the_exit_code_is_that_of_the_process(sandbox: Sandbox, shell: Run) -> None:
    """A shell sees what the program returns."""
    ran = shell("PASQAL_TOKEN=wrong-wrong-wrong pasqal jobs list")
    assert (ran.code, ran.out, "Traceback" in ran.err) == (3, "", False)


def test_a_reader_that_stops_is_not_an_error(sandbox: Sandbox, shell: Run) -> None:
    """`head` stops reading, and the command ends quietly with 0."""
    sandbox.add_batch({"sequence": "x" * 2000} for _ in range(300))
    # Lines are written as they come, a table at the end.
    for line in ("jobs list --all -o jsonl", "jobs list --all"):
        ran = shell(f"pasqal {line} | head -n 1; echo ${{PIPESTATUS[0]}}")
        assert ran.out.splitlines()[1:] == ["0"]
        assert ran.err in ("", "300 of 336, --all for the rest\n")


def test_a_closed_pipe_on_stderr_changes_no_exit_code(sandbox: Sandbox, shell: Run) -> None:
    """The error cannot be shown, but the exit code still tells it."""
    deaf = """
import os, subprocess, sys
reader, writer = os.pipe()
os.close(reader)
for line in sys.argv[1:]:
    print(subprocess.run(line.split(), stdout=subprocess.DEVNULL, stderr=writer).returncode)
"""
    usage = "pasqal jobs list --id 5"
    unasked = f"pasqal batches cancel-jobs {NIGHT} --status pending"
    ran = shell(f"python -c '{deaf}' '{usage}' '{unasked}' 'pasqal jobs list'")
    assert (ran.out.split(), ran.err) == (["2", "2", "0"], "")


def test_a_stream_that_cannot_be_flushed_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flushing at exit must not turn into a traceback."""
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w", encoding="utf-8") as deaf:  # noqa: PTH123  # a descriptor
        monkeypatch.setattr(sys, "stderr", deaf)
        assert main(["jobs", "list", "--id", "5"]) == 2


def test_a_full_disk_and_closed_streams_are_handled(sandbox: Sandbox, shell: Run) -> None:
    """Each ends with an exit code, at most one line, and no message from Python itself."""
    assert shell("pasqal jobs list > /dev/full") == (1, "", "pasqal: No space left on device\n")
    assert shell("pasqal jobs count >&-") == (0, "", "")
    assert shell("pasqal jobs count 2>&-") == (0, "36\n", "")
    assert shell("pasqal jobs list --id 5 2>&-").code == 2
    asked = shell(f"pasqal batches complete {NIGHT} <&-")
    assert (asked.code, "no terminal to ask for confirmation" in asked.err) == (2, True)


def test_an_old_locale_works(sandbox: Sandbox, shell: Run) -> None:
    """Characters that the encoding lacks are escaped."""
    sandbox.add_batch([{"status": "ERROR", "errors": ["é 量子"]}])
    ran = shell(
        "PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 LC_ALL=C PYTHONIOENCODING=ascii pasqal jobs errors"
    )
    assert (ran.code, r"\xe9 \u91cf\u5b50" in ran.out) == (0, True)


def test_ctrl_c_ends_with_130(sandbox: Sandbox, process: Start) -> None:
    """The message is one word, without a traceback."""
    ran, screen = process(f"batches wait {NIGHT}")
    eventually(lambda: len(sandbox.requests) > 0)
    screen.until("waiting for jobs")
    press_ctrl_c(ran, screen, "pasqal: interrupted")


def test_a_typed_secret_is_not_visible(
    sandbox: Sandbox, process: Start, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """It is neither echoed nor in the arguments, which every user of the machine can see."""
    monkeypatch.delenv("PASQAL_TOKEN")
    ran, screen = process("auth login")
    screen.until("Token (not shown): ")
    screen.type(f"{sandbox.token}\n")
    assert ran.wait(30) == 0
    screen.until("The service accepts it.")
    assert sandbox.token not in screen.seen
    file = home / "credentials.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert sandbox.token in file.read_text()


def test_a_file_is_private_from_its_first_moment(sandbox: Sandbox, shell: Run, home: Path) -> None:
    """Other users can never read the file, whatever the umask."""
    ran = shell('umask 000; printf %s "$PASQAL_TOKEN" | pasqal auth login --token-file -')
    assert ran.code == 0
    assert (home / "credentials.json").stat().st_mode & 0o777 == 0o600
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_missing_package_is_one_line(shell: Run) -> None:
    """Without typer there is a hint and no traceback."""
    program = "import sys; sys.modules['typer'] = None; from pasqal_client.cli import main; sys.exit(main(['jobs']))"
    assert shell(f'{sys.executable} -c "{program}"') == (
        2,
        "",
        "pasqal: typer is not installed: it comes with the extra 'cli' (in a clone: pip install '.[cli]')\n",
    )


@pytest.mark.parametrize("command", ["pasqal", f"{sys.executable} -m pasqal_client.cli"])
def test_the_version_is_printed(shell: Run, command: str) -> None:
    """Both names of the program print it."""
    assert shell(f"{command} --version") == (0, f"pasqal-client {__version__}\n", "")


HEAVY = "httpx httpcore rich attr attrs pydantic fastapi pasqal_core_api dateutil asyncio ssl keyring tomllib platformdirs"  # noqa: E501


# From version 0.29 on, typer itself imports it to read the options of a command.
IMPORTED_BY_TYPER = {"pydantic"}


@pytest.mark.parametrize(
    ("lines", "spared"),
    [
        (["--help", "--version"], set()),
        (["jobs list --help", "batches cancel-jobs --help"], IMPORTED_BY_TYPER),
    ],
)
def test_help_imports_nothing_heavy(shell: Run, lines: list[str], spared: set[str]) -> None:
    """The help appears quickly, because it imports neither the HTTP library nor the models."""
    program = f"from pasqal_client.cli import main; print(*[main(line.split()) for line in {lines}]); import sys; print(*sys.modules, file=sys.stderr)"  # noqa: E501
    ran = shell(f'{sys.executable} -c "{program}"')
    assert ran.out.splitlines()[-1] == "0 0"
    imported = {name.split(".")[0] for name in ran.err.split()}
    assert imported & set(HEAVY.split()) <= spared


def test_the_help_of_the_program_loads_no_command(shell: Run) -> None:
    """It takes little longer than typer itself, as each command is made when it is needed."""
    ran = shell(
        f"{sys.executable} -c \"from pasqal_client.cli import main; main(['--help']); "
        'import sys; print(*sys.modules, file=sys.stderr)"'
    )
    assert "pasqal_client.cli.app" in ran.err.split()
    assert [name for name in ran.err.split() if name.startswith("pasqal_client.cli.commands")] == []


def test_bash_completes_commands_options_states_and_arguments(shell: Run) -> None:
    """The case in which a value was begun is kept, and the script is bash's own."""
    script = """
    eval "$(pasqal --show-completion)"
    complete() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pasqal_completion pasqal; echo "${COMPREPLY[@]}"; }
    complete pasqal jo
    complete pasqal jobs list --sta
    complete pasqal jobs list --status er
    complete pasqal devices queue fresnel_c
    """
    ran = shell(script)
    assert (ran.out.splitlines(), ran.err) == (["jobs", "--status", "error", "fresnel_can1"], "")


@pytest.mark.parametrize(("name", "expected"), [("zsh", "canceled"), ("fish", "canceled")])
def test_other_shells_complete_too(shell: Run, name: str, expected: str) -> None:
    """The test asks the program as they would, without having them."""
    line = "pasqal jobs list --status can"
    action = "_TYPER_COMPLETE_FISH_ACTION=get-args"
    ran = shell(f'{action} _TYPER_COMPLETE_ARGS="{line}" _PASQAL_COMPLETE=complete_{name} pasqal')
    assert (ran.code, expected in ran.out) == (0, True)


@pytest.mark.parametrize("arguments", ["serve --seed-data", "demo"])
def test_the_sandbox_command_runs_until_ctrl_c(
    arguments: str, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it prints can be pasted into a shell."""
    command = [sys.executable, "-m", "pasqal_client.cli", "sandbox", *arguments.split()]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as served:
        assert served.stdout is not None
        for _ in range(3):
            name, _, value = served.stdout.readline().removeprefix("export ").strip().partition("=")
            monkeypatch.setenv(name, value)
        asked = pasqal("jobs count --status done")
        served.send_signal(signal.SIGINT)
        _, said = served.communicate(timeout=60)
    assert (asked.code, int(asked.out) >= 22) == (0, True)
    assert served.returncode == 0
    assert ("pasqal jobs errors" in said) is (arguments == "demo")


def test_what_the_demo_suggests_works(paste: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line can be pasted as it is, with nothing but what the sandbox prints."""
    with Sandbox(speed=100, start=datetime.now(UTC)) as sandbox:
        add_demo(sandbox)
        monkeypatch.setenv("PASQAL_BASE_URL", sandbox.base_url)
        monkeypatch.setenv("PASQAL_TOKEN", sandbox.token)
        monkeypatch.setenv("PASQAL_PROJECT_ID", str(sandbox.project_id))
        for line in re.findall(r"^  (.+)$", sandboxes.SUGGESTIONS, re.MULTILINE):
            ran = paste(line)
            assert (ran.code, "Traceback" in ran.err) == (0, False), line
            assert ran.out or "scan.html" in ran.err, line

"""Services that fail, answers with departures, hostile text: exit codes and messages, in this process."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import socket
import sys
from collections.abc import Callable
from typing import IO, Any

import pytest

from cli.conftest import Ran, Run, raising
from cli.lab import NIGHT, night
from pasqal_client import cli
from pasqal_client._extras import extra_hint
from pasqal_client._log import logger
from pasqal_client.cli import app, counts
from pasqal_client.cli.writes import receipt
from pasqal_client.sandbox import Fault, Sandbox

ATTACK = "\x1b]0;owned\x07\x1b[2Jred\x9b31m \u202ederorrim"


def test_ping_says_who_answered(sandbox: Sandbox, pasqal: Run) -> None:
    """The line has the address, the time it took and the number of visible jobs."""
    ran = pasqal("ping")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{sandbox.base_url} answered in ")
    assert ran.out.endswith(" ms; 36 jobs visible\n")
    assert len(sandbox.requests) == 1
    sandbox.quirks = ["no-pagination", "no-content-range"]
    assert pasqal("ping").out.endswith(" ms; an unknown number of jobs visible\n")


@pytest.mark.parametrize(
    ("fault", "code", "hint"),
    [
        (Fault(status=400), 1, None),
        (
            Fault(status=401),
            3,
            "the credentials came from the environment (PASQAL_TOKEN), which takes precedence",
        ),
        (Fault(status=403), 1, "`pasqal auth status` shows which account this is"),
        (
            Fault(status=404),
            1,
            "check the address: `pasqal auth status --offline` shows it",
        ),
        (Fault(status=422), 1, None),
        (Fault(status=429, retry_after=90), 1, "the service asks to wait for 90 s"),
        (Fault(status=500), 1, "try again later; `pasqal ping` shows whether the service answers"),
        (
            Fault(status=503, style="html"),
            1,
            "try again later; `pasqal ping` shows whether the service answers",
        ),
        (
            Fault(status=200, body="<html>"),
            1,
            "`pasqal contract-check` shows how answers depart from the contract",
        ),
        (Fault(reset="before"), 1, "`pasqal auth status --offline` shows which address this is"),
        (Fault(truncate=True), 1, "`pasqal auth status --offline` shows which address this is"),
    ],
)
@pytest.mark.usefixtures("once")
def test_failures_are_a_line_and_a_hint(
    sandbox: Sandbox, pasqal: Run, fault: Fault, code: int, hint: str | None
) -> None:
    """A failure is a line, often with a hint, and never a traceback."""
    sandbox.add_fault(fault)
    ran = pasqal("jobs list")
    lines = ran.err.splitlines()
    assert (ran.code, ran.out) == (code, "")
    assert lines[0].startswith("pasqal: ")
    assert [line[:50] for line in lines[1:]] == ([f"hint: {hint}"[:50]] if hint else [])


def test_a_deadline_is_a_line_and_a_hint(sandbox: Sandbox, pasqal: Run) -> None:
    """The deadline ends a command, however late the service would have answered."""
    sandbox.add_fault(Fault(latency=30))
    ran = pasqal("jobs list --deadline 0.3")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines()[1].startswith(
        "hint: try again, or allow more time with --deadline; "
    )


@pytest.mark.usefixtures("once")
def test_a_service_that_is_down_ends_with_1(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing listens on the port."""
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("PASQAL_BASE_URL", f"http://{address}")
        ran = pasqal("ping")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"pasqal: no connection to {address}: Connection refused (GET ")


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ("--base-url ftp://x", "--base-url: expected an address such as https://"),
        ("--region xx", "--region: 'xx' is unknown; known are fr, sa; for another service"),
        ("--profile x", "--profile: 'x' is not known: "),
    ],
)
def test_the_error_of_a_setting_names_its_option(
    sandbox: Sandbox, pasqal: Run, options: str, hint: str
) -> None:
    """Nobody typed an argument of the library; a variable is named by itself."""
    ran = pasqal(f"ping {options}")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"pasqal: {hint}")


def test_the_error_of_an_argument_names_its_option(sandbox: Sandbox, pasqal: Run) -> None:
    """The client checks it under the name that a program gives it."""
    ran = pasqal(f"jobs list --order-by {'x' * 201}")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("pasqal: --order-by: 'xxx")


def test_an_unknown_level_of_the_log_is_told(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command does its work all the same."""
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setenv("PASQAL_LOG", "degub")
    ran = pasqal("jobs count")
    assert (ran.code, ran.out) == (0, "36\n")
    assert "PASQAL_LOG: 'degub' is not a level; use debug, info" in ran.err


def test_contract_check_ends_with_1_if_anything_differs(sandbox: Sandbox, pasqal: Run) -> None:
    """The table of departures is printed."""
    ran = pasqal("contract-check --pages 1")
    assert (ran.code, ran.err) == (0, "")
    assert "nothing differs" in ran.out
    sandbox.quirks = ["naive-times"]
    ran = pasqal("contract-check")
    assert ran.code == 1
    assert "| `data[].created_at` |" in ran.out


def attacked(sandbox: Sandbox) -> None:
    job = {
        "id": night(1),
        "status": ATTACK,
        "runs": ATTACK,
        "batch_id": ATTACK,
        "errors": [ATTACK],
        ATTACK: ATTACK,
    }
    sandbox.add_fault(Fault(operation="get_jobs", status=200, body={"data": [job]}))


COMMANDS = [
    "jobs list",
    "jobs list -q",
    "jobs list -o csv",
    "jobs list -o json",
    "jobs list -o jsonl --debug",
    f"jobs show {night(1)}",
    "jobs errors",
    "jobs errors -o csv",
    "jobs count --by batch",
    f"jobs wait {night(1)}",
    f"jobs wait {night(1)} --unknown-status terminal",
    "contract-check",
    f"batches cancel-jobs {NIGHT} --all --dry-run",
    f"batches cancel-jobs {NIGHT} --all",
]


@pytest.mark.parametrize("line", COMMANDS)
def test_no_control_character_reaches_the_terminal(
    sandbox: Sandbox, pasqal: Run, line: str
) -> None:
    """The rule holds for whatever the service sends, and for each output format."""
    attacked(sandbox)
    ran = pasqal(line)
    written = ran.out + ran.err
    assert not set(written) & set("\x1b\x07\x9b\u202e")
    assert "bug in" not in ran.err
    if line in COMMANDS[:5]:
        assert "owned" in written or line == "jobs list -q"


@pytest.mark.parametrize(
    "line", ["jobs list", f"batches complete {NIGHT} -y", f"batches cancel-jobs {NIGHT} --all -y"]
)
def test_no_control_character_of_an_error_reaches_the_terminal(
    sandbox: Sandbox, pasqal: Run, line: str
) -> None:
    """The reason for a refusal is text from the service."""
    sandbox.add_fault(Fault(status=409, style="message", body={"message": ATTACK}))
    ran = pasqal(line)
    assert (ran.code, ran.out) == (1, "")
    assert not set(ran.err) & set("\x1b\x07\x9b\u202e")


def test_no_control_character_of_a_receipt_reaches_the_terminal(
    sandbox: Sandbox, pasqal: Run
) -> None:
    """The reason why a job was not cancelled is text from the service."""
    body: dict[str, Any] = {"data": {"jobs": [], "errors": {night(1): ATTACK, ATTACK: "no"}}}
    sandbox.add_fault(Fault(operation="cancel_jobs", status=200, body=body))
    for shape in ("", " -o json", " -q", " -o csv"):
        ran = pasqal(f"batches cancel-jobs {NIGHT} --all -y{shape}")
        assert ran.code == 1
        assert not set(ran.out + ran.err) & set("\x1b\x07\x9b\u202e")
    body = {"data": {"id": NIGHT, "status": ATTACK}}
    sandbox.add_fault(Fault(operation="complete_batch", status=200, body=body))
    for shape in ("", " -o json", " -q", " -o csv"):
        ran = pasqal(f"batches complete {NIGHT} -y{shape}")
        assert ran.code == 0
        assert not set(ran.out + ran.err) & set("\x1b\x07\x9b\u202e")


# At a terminal


def test_at_80_columns_ids_are_whole(sandbox: Sandbox, on_terminal: Callable[..., Ran]) -> None:
    """Columns are left out instead, and no line is longer than the terminal."""
    ran = on_terminal("jobs list", columns=80)
    plain = uncoloured(ran.out)
    assert max(len(line) for line in plain.splitlines()) <= 80
    assert plain.splitlines()[0].split("  ")[0] == "id"
    assert plain.count("0190f3a2-0000-4000-8000-") == 11
    assert plain.splitlines()[-1] == "20 of 36, --all for the rest"
    narrow = uncoloured(on_terminal("jobs list --limit 1", columns=30).out)
    assert narrow.splitlines()[:2] == ["id", night(11)]


def test_long_texts_are_wrapped(sandbox: Sandbox, on_terminal: Callable[..., Ran]) -> None:
    """A long text uses the room that the other columns leave."""
    plain = uncoloured(on_terminal(f"jobs list --id {night(4)}", columns=110).out)
    place = plain.index("errors")
    assert [line[place:] for line in plain.splitlines()] == [
        "errors",
        "The register could not be assembled",
        "after 10 attempts.",
    ]


def test_colours_are_for_terminals(
    sandbox: Sandbox, on_terminal: Callable[..., Ran], pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There are no colours if NO_COLOR is set or the terminal cannot show them."""
    assert "\x1b[1;31mERROR" in on_terminal("jobs list --status error").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in pasqal("jobs list --status error").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*m", on_terminal("jobs list --status error").out)
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in on_terminal("jobs list --status error").out


def test_progress_is_for_terminals(
    sandbox: Sandbox, on_terminal: Callable[..., Ran], pasqal: Run
) -> None:
    """Progress is left out if results go to the same terminal meanwhile."""
    assert "reading jobs" in on_terminal("jobs list --all").out
    assert "reading jobs" not in on_terminal("jobs list --all -q").out
    assert "waiting for jobs" in on_terminal(f"jobs wait {night(1)}").out
    assert "counting" in on_terminal("jobs count --by status").out
    assert pasqal("jobs list --all -q").err == ""


def uncoloured(text: str) -> str:
    """The text without escape sequences."""
    kept = text.rpartition("\x1b[2K")[2] if "\x1b[2K" in text else text
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", kept).replace("\r", "")


def test_columns_sets_the_width_of_a_pipe(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a terminal, lines are unlimited unless that variable is set."""
    assert max(map(len, pasqal("jobs list").out.splitlines())) > 120
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, pasqal("jobs list").out.splitlines())) <= 80


# Unexpected situations


def test_a_bug_of_ours_prints_no_traceback(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line names the error, and the hint its place."""

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(counts, "count_by", broken)
    ran = pasqal("jobs count --by status")
    assert (ran.code, ran.out) == (1, "")
    first, second = ran.err.splitlines()
    assert first == "pasqal: unexpected RuntimeError: broken"
    assert second.startswith("hint: this is a bug in pasqal-client (test_cli_service.py:")


class Broken(io.StringIO):
    """A stream that cannot be written to."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def flush(self) -> None:
        raise self._error


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (BrokenPipeError(32, "Broken pipe"), 0, ""),
        (OSError(28, "No space left on device"), 1, "pasqal: No space left on device\n"),
    ],
)
def test_a_broken_stdout_ends_the_command(
    sandbox: Sandbox,
    pasqal: Run,
    monkeypatch: pytest.MonkeyPatch,
    error: OSError,
    code: int,
    said: str,
) -> None:
    """A reader that has gone is not an error; a full disk is one."""
    for line in ("jobs list -q", "--version"):
        monkeypatch.setattr(sys, "stdout", Broken(error))
        ran = pasqal(line)
        assert (ran.code, ran.err) == (code, said)


def full() -> IO[str]:
    """A stream to a disk that is full."""
    return open("/dev/full", "w", encoding="utf-8", buffering=1)  # noqa: PTH123  # a device


def deaf() -> IO[str]:
    """A pipe whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    return os.fdopen(writer, "w", buffering=1)


class Gone(Broken):
    """A terminal that no longer exists."""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        raise self._error


def gone() -> IO[str]:
    """A terminal that was closed."""
    return Gone(OSError(5, "Input/output error"))


LOST = "pasqal: done, but the receipt could not be written: "
SHAPES = ("", " -q", " -o json", " -o jsonl", " -o csv")


@pytest.mark.parametrize(
    ("stream", "why"), [(full, "No space left on device"), (deaf, "Broken pipe")]
)
def test_a_change_that_was_made_is_not_a_failure(
    sandbox: Sandbox,
    pasqal: Run,
    monkeypatch: pytest.MonkeyPatch,
    stream: Callable[[], IO[str]],
    why: str,
) -> None:
    """If the receipt cannot be written, a line says so, and the exit code still is that of the change."""
    for shape in SHAPES:
        batch = sandbox.add_batch([{}, {}])
        cancelled, done = batch.job_ids[0], night(1)
        lines = {
            f"batches cancel-jobs {batch.id} -y --id {cancelled}{shape}": (
                0,
                "1 job cancelled, 0 refused\n",
            ),
            f"batches cancel-jobs {NIGHT} -y --id {done}{shape}": (
                1,
                f"0 jobs cancelled, 1 refused\nrefused: Job is already DONE and cannot be cancelled.\n  {done}\n",
            ),
            f"batches complete {batch.id} -y{shape}": (0, ""),
        }
        for line, (code, said) in lines.items():
            with stream() as out, monkeypatch.context() as patched:
                patched.setattr(sys, "stdout", out)
                ran = pasqal(line)
            wrote_nothing = code == 1 and shape not in (" -o json", " -o jsonl", " -o csv")
            assert (ran.code, ran.err) == (code, said if wrote_nothing else f"{LOST}{why}\n{said}")
        assert pasqal(f"jobs list --id {cancelled} -o jsonl").out.count("CANCELED") == 1
        assert pasqal(f"batches complete {batch.id} -y").code == 1  # the batch is complete


def test_a_receipt_that_cannot_be_formatted_is_not_a_failure(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug is reported, but the change was made."""
    monkeypatch.setattr(receipt, "emit_json", raising(RuntimeError("broken")))
    ran = pasqal(f"batches complete {NIGHT} -y -o json")
    assert (ran.code, ran.err) == (0, f"{LOST}unexpected RuntimeError: broken\n")


@pytest.mark.parametrize("stream", [full, deaf, gone])
def test_a_broken_stderr_does_not_stop_the_work(
    sandbox: Sandbox,
    pasqal: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    stream: Callable[[], IO[str]],
) -> None:
    """Remarks, warnings, progress and errors are lost, and the command does its work."""
    first, second = (batch.id for batch in (sandbox.add_batch([{}]), sandbox.add_batch([{}])))
    lines = {
        "jobs list --since 1w --limit 1": 0,
        "jobs list --all --debug": 0,
        "jobs count --by status": 0,
        "jobs timeline --all -o all.svg": 0,
        f"jobs wait {night(3)}": 4,
        f"batches cancel-jobs {first} --all --dry-run": 0,
        f"batches cancel-jobs {first} --all -y": 0,
        f"batches cancel-jobs {NIGHT} --id {night(1)} -y": 1,
        f"batches complete {second} -y": 0,
        f"batches complete {second}": 2,
        "auth login --token-file -": 0,
        "auth logout": 0,
        "jobs list --id 5": 2,
    }
    for line, code in lines.items():
        with stream() as err, monkeypatch.context() as patched:
            patched.setattr(sys, "stderr", err)
            assert (line, pasqal(line, stdin=sandbox.token).code) == (line, code)
    assert capsys.readouterr().err == ""


def test_closed_streams_are_ignored(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Output to a stream that was closed by `>&-` goes nowhere."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert cli.main(["jobs", "count"]) == 0
    for stream in (sys.stdout, sys.stderr):
        assert stream is not None
        stream.close()


def test_an_interrupted_command_ends_with_130(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what is known about a write."""
    interrupted = raising(KeyboardInterrupt)
    with monkeypatch.context() as patched:
        patched.setattr(counts, "count_by", interrupted)
        assert pasqal("jobs count --by status") == (130, "", "pasqal: interrupted\n")
    with monkeypatch.context() as patched:
        patched.setattr(app, "run", interrupted)
        assert pasqal("jobs count") == (130, "", "")
    with monkeypatch.context() as patched:
        patched.setattr("pasqal_client.batches.Batches.complete", interrupted)
        assert pasqal(f"batches complete {NIGHT} -y") == (130, "", "pasqal: interrupted\n")
    with monkeypatch.context() as patched:
        patched.setattr("pasqal_client.batches.complete_batch.sync_detailed", interrupted)
        ran = pasqal(f"batches complete {NIGHT} -y")
    assert (ran.code, ran.err.splitlines()[0]) == (
        130,
        "pasqal: interrupted; the last request may or may not have taken effect",
    )
    assert f"complete it again (pasqal batches complete {NIGHT} --yes)" in ran.err


def test_without_typer_it_says_what_to_install(
    pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing module of our own is not mistaken for a missing typer."""
    for name in [name for name in sys.modules if name.startswith("pasqal_client.cli.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(cli, "app")
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "typer", None)
        ran = pasqal("jobs list")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"pasqal: typer is not installed: {extra_hint('cli')}\n"
    monkeypatch.setitem(sys.modules, "pasqal_client.cli.typer_groups", None)
    with pytest.raises(ModuleNotFoundError):
        pasqal("jobs list")


def test_json_is_ascii(sandbox: Sandbox, pasqal: Run) -> None:
    """Everything else is escaped, so any locale can print it."""
    sandbox.add_batch([{"status": "ERROR", "errors": ["é 量子"]}])
    ran = pasqal("jobs list --limit 1 -o json")
    assert ran.out.isascii()
    assert json.loads(ran.out)[0]["errors"] == ["é 量子"]

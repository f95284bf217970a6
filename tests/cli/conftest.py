"""A sandbox with a lab's jobs, and four ways to run the command line; no test sees the settings of its machine."""

from __future__ import annotations

import io
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import keyring
import keyring.backends.fail
import pytest

from cli.lab import fill
from cli.sequences import write_files
from pasqal_client import PasqalClient, RetryPolicy
from pasqal_client._settings.config import VARIABLES
from pasqal_client.cli import account, main
from pasqal_client.sandbox import Sandbox

BIN = str(Path(sys.executable).parent)


class Ran(NamedTuple):
    """The exit code of a command, and what it wrote."""

    code: int
    out: str
    err: str = ""


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A home of its own for each test, in UTC and without a keyring; returns the folder of the configuration."""
    for name in (
        *(f"PASQAL_{name.upper()}" for name in VARIABLES),
        "NO_COLOR",
        "COLUMNS",
        "LINES",
        "FORCE_COLOR",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]
    with monkeypatch.context() as zone:
        zone.setenv("TZ", "UTC")
        time.tzset()
        yield tmp_path / "config" / "pasqal-client"
    time.tzset()
    keyring.set_keyring(before)


@pytest.fixture
def empty() -> Iterator[Sandbox]:
    """A running sandbox without any jobs."""
    with Sandbox(token="a-token-that-nobody-may-see") as running:
        yield running


@pytest.fixture
def sandbox(empty: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A running sandbox with a lab's jobs in it; the environment names its address and a token."""
    fill(empty)
    monkeypatch.setenv("PASQAL_BASE_URL", empty.base_url)
    monkeypatch.setenv("PASQAL_TOKEN", empty.token)
    return empty


@pytest.fixture
def lab(empty: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Sandbox:
    """An empty sandbox; the environment names it, its project and a token, and the folder has files to submit."""
    monkeypatch.setenv("PASQAL_BASE_URL", empty.base_url)
    monkeypatch.setenv("PASQAL_TOKEN", empty.token)
    monkeypatch.setenv("PASQAL_PROJECT_ID", str(empty.project_id))
    write_files(tmp_path)
    return empty


def writes(sandbox: Sandbox) -> list[str]:
    """The writes that were sent, by the ends of their paths."""
    return [
        request.path.rpartition("/")[2] for request in sandbox.requests if request.method != "GET"
    ]


def raising(error: BaseException | type[BaseException]) -> Callable[..., Any]:
    """A function that raises, to stand in for one that would not."""

    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


class Run(Protocol):
    """Runs a command line, given as one text or as arguments."""

    def __call__(self, *arguments: str, stdin: str = "") -> Ran: ...


@pytest.fixture
def pasqal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process."""

    def run(*arguments: str, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        words = arguments[0].split() if len(arguments) == 1 else list(arguments)
        return Ran(main(words), *capsys.readouterr())

    return run


@pytest.fixture
def shell() -> Run:
    """Runs a command line of a shell in processes of its own."""

    def run(*arguments: str, stdin: str = "") -> Ran:
        (line,) = arguments
        done = subprocess.run(
            ["/bin/bash", "-c", line],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def paste(pasqal: Run, shell: Run) -> Run:
    """Runs a line that somebody may paste, in this process unless a pipe needs a shell."""

    def run(*arguments: str, stdin: str = "") -> Ran:
        (line,) = arguments
        if "|" in line:
            return shell(f"set -o pipefail; {line}", stdin=stdin)
        program, _, rest = line.partition(" ")
        assert program == "pasqal"
        return pasqal(rest, stdin=stdin)

    return run


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits every request to one attempt, so that a failing service is given up without reaching a deadline."""
    tried = partial(PasqalClient, retry=RetryPolicy(attempts=1))
    monkeypatch.setattr(account, "PasqalClient", tried)


class Screen:
    """The other side of a terminal: types, and sees what is written."""

    def __init__(self) -> None:
        self._own, self.fd = pty.openpty()
        self._seen = b""
        self._came = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                some = os.read(self._own, 4096)
            except OSError:
                some = b""
            with self._came:
                self._seen += some
                self._came.notify_all()
            if not some:
                return

    @property
    def seen(self) -> str:
        """What has been written so far."""
        return self._seen.decode().replace("\r\n", "\n")

    def until(self, text: str) -> None:
        """Wait until something is written."""
        with self._came:
            assert self._came.wait_for(lambda: text in self.seen, 30), self.seen

    def type(self, text: str) -> None:
        """Type some text."""
        os.write(self._own, text.encode())

    def close(self) -> str:
        """Close the terminal and return everything that was written."""
        os.close(self.fd)
        self._reader.join(30)
        os.close(self._own)
        return self.seen


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs a command in this process on a terminal, with its input typed ahead."""

    def run(line: str, typed: str = "", columns: int = 80) -> Ran:
        screen = Screen()
        modes = {"stdin": "r", "stdout": "w", "stderr": "w"}
        streams = {name: os.fdopen(os.dup(screen.fd), mode) for name, mode in modes.items()}
        monkeypatch.setenv("COLUMNS", str(columns))
        with monkeypatch.context() as patched:
            for name, stream in streams.items():
                patched.setattr(sys, name, stream)
            screen.type(typed)
            code = main(line.split())
        for stream in streams.values():
            stream.close()
        return Ran(code, screen.close())

    return run


Start = Callable[[str], tuple[subprocess.Popen[bytes], Screen]]
"""Starts a command, and returns it with its terminal."""


def eventually(happened: Callable[[], object]) -> None:
    """Wait until something has happened."""
    end = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


def press_ctrl_c(ran: subprocess.Popen[bytes], screen: Screen, said: str = "interrupted") -> None:
    """Interrupt a command, which ends with 130, says why, and shows no traceback."""
    ran.send_signal(signal.SIGINT)
    assert ran.wait(30) == 130
    screen.until(said)
    assert "Traceback" not in screen.seen


@pytest.fixture
def process() -> Iterator[Start]:
    """Starts a command in a process of its own on a terminal."""
    started: list[tuple[subprocess.Popen[bytes], Screen]] = []

    def start(line: str) -> tuple[subprocess.Popen[bytes], Screen]:
        screen = Screen()
        ran = subprocess.Popen(
            [sys.executable, "-m", "pasqal_client.cli", *line.split()],
            stdin=screen.fd,
            stdout=screen.fd,
            stderr=screen.fd,
            env=dict(
                os.environ
            ),  # readline, if it is imported here, sets the size of another terminal as well
            start_new_session=True,
        )
        started.append((ran, screen))
        return ran, screen

    yield start
    for ran, screen in started:
        ran.kill()
        ran.wait()
        screen.close()

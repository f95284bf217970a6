"""The sandbox as a program: real processes where that matters, a call of its function elsewhere."""

import importlib
import json
import logging
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest

from pasqal_client import PasqalClient
from pasqal_client.sandbox import Quirk, Sandbox, demo, program
from pasqal_client.sandbox.database.queries import JobsQuery
from pasqal_client.sandbox.execution import ExecutionRules
from pasqal_client.sandbox.program import main
from pasqal_client.sandbox.request_log import LOGGER
from pasqal_client.sandbox.results.settings import ResultSettings
from pasqal_client.sandbox.simulation.settings import SimulationSettings

Running: TypeAlias = tuple[subprocess.Popen[str], str, str]

_COMMAND = [sys.executable, "-m", "pasqal_client.sandbox"]
_EXPORT = re.compile(r"export PASQAL_(?:BASE_URL|TOKEN|PROJECT_ID)=(\S+)\n")


@contextmanager
def running(*arguments: str, command: Sequence[str] = _COMMAND) -> Iterator[Running]:
    """The process, its base URL and its token."""
    with ExitStack() as stack:
        popen = subprocess.Popen(
            [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        stack.enter_context(popen)
        stack.callback(popen.kill)
        assert popen.stdout
        exports = [_EXPORT.fullmatch(popen.stdout.readline()) for _ in range(3)]
        url, token, _ = (export[1] for export in exports if export)
        yield popen, url, token


def stopped(
    process: subprocess.Popen[str], number: signal.Signals = signal.SIGINT
) -> tuple[int, str, str]:
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_it_prints_what_a_client_needs_and_logs_what_it_is_asked() -> None:
    """The token is written to stdout, and nowhere else."""
    with running("--speed", "0") as (process, url, token):
        with PasqalClient(token=token, base_url=url) as client:
            assert client.jobs.count() == 0
        httpx.get(f"{url}/api/v2/jobs", headers={"Authorization": "Bearer wrong"}, trust_env=False)
        code, out, err = stopped(process)
    assert (code, out) == (0, "")
    page = url.removesuffix("core-fast")
    lines = [re.sub(r"^\d\d:\d\d:\d\d ", "", line) for line in err.splitlines()]
    assert lines == [
        f"The sandbox is ready; {page} shows what is in it, {page}docs its contract. Ctrl-C stops it.",
        "GET /core-fast/api/v2/jobs 200",
        "GET /core-fast/api/v2/jobs 401",
        "The sandbox has stopped.",
    ]


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_also_in_the_background(number: signal.Signals) -> None:
    """A shell starts what runs there with Ctrl-C ignored."""
    command = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", *_COMMAND]
    with running(command=command) as (process, _, _):
        code, _, err = stopped(process, number)
    assert code == 0
    assert "Traceback" not in err


def test_a_file_is_found_again(tmp_path: Path) -> None:
    """It has what was added in the first run."""
    path = tmp_path / "sandbox.db"
    counts = []
    for arguments in (["--seed-data"], []):
        with running("--db", str(path), "--speed", "0", *arguments) as (process, url, token):
            with PasqalClient(token=token, base_url=url) as client:
                counts.append(
                    [
                        client.jobs.count(status=state)
                        for state in ("PENDING", "RUNNING", "DONE", "ERROR")
                    ]
                )
            assert stopped(process)[0] == 0
    assert counts == [[14, 1, 22, 1]] * 2


def test_it_misbehaves_as_it_is_told(tmp_path: Path) -> None:
    """The faults come from a file, the quirks by their names."""
    path = tmp_path / "faults.json"
    path.write_text('[{"operation": "get_jobs", "nth": 2, "status": 503, "style": "html"}]')
    with running("--faults", str(path), "--quirks", "integer-code,no-pagination") as (
        _,
        url,
        token,
    ):
        get = {"headers": {"Authorization": f"Bearer {token}"}, "trust_env": False}
        first, second = (httpx.get(f"{url}/api/v2/jobs", **get) for _ in range(2))  # type: ignore[arg-type]
    assert (first.json()["code"], "pagination" in first.json()) == (200, False)
    assert (second.status_code, second.headers["content-type"]) == (503, "text/html")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('[{"status": 99}]', "0.status: Input should be greater than or equal to 200"),
        ("[", "Expecting value"),
        ("[" * 100_000, "maximum recursion"),
    ],
)
def test_a_wrong_file_of_faults_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str, text: str
) -> None:
    """The line names the file and what is wrong in it."""
    path = tmp_path / "faults.json"
    path.write_text(content)
    with pytest.raises(SystemExit) as caught:
        main(["--faults", str(path)])
    err = capsys.readouterr().err
    assert (caught.value.code, err.count("\n")) == (2, 1)
    assert f"argument --faults: {path}: {text}" in err


def test_a_mistake_is_one_line(tmp_path: Path) -> None:
    """The process ends with exit code 2."""
    path = tmp_path / "missing" / "sandbox.db"
    done = subprocess.run(
        [*_COMMAND, "--db", str(path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == f"python -m pasqal_client.sandbox: error: {path}: unable to open database file\n"
    )


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--port", "x"], "argument --port: 'x' is not a port"),
        (["--port", "70000"], "argument --port: '70000' is not a port"),
        (["--speed", "fast"], "argument --speed: 'fast' is not a speed"),
        (["--speed", "-1"], "argument --speed: '-1' is not a speed"),
        (
            ["--speed", "2e9"],
            "argument --speed: '2e9' is not a speed; give a number from 0 to 1e+09",
        ),
        (
            ["--start", "soon"],
            "argument --start: 'soon' is not a time with a zone, such as 2026-10-12T08:00:00Z",
        ),
        (
            ["--start", "2026-10-12T08:00:00"],
            "argument --start: '2026-10-12T08:00:00' is not a time with a zone",
        ),
        (["--start", "0001-01-01T00:00:00+14:00"], "argument --start: "),
        (["--speed", "9" * 100_000], "argument --speed: '999"),
        (["--db", ""], "argument --db: the file name is empty"),
        (
            ["--faults", "no/such/file.json"],
            "argument --faults: no/such/file.json: No such file or directory",
        ),
        (["--quirks", "integer-code,odd"], "argument --quirks: "),
        (["--quirks", "paused,future-values"], "choose only one of future-values, paused"),
        (["--specs", "no/such.json"], "argument --specs: no/such.json: No such file or directory"),
        (["--result-lifetime", "soon"], "argument --result-lifetime: 'soon' is not a duration"),
        (["--idle-timeout", "90"], "'90' is not a duration; give one such as 90s, 5m, 1.5h or 2d"),
        (["--results-host", "example.org"], "argument --results-host: invalid choice"),
        (["--idle-timeout", "soon"], "argument --idle-timeout: 'soon' is not a duration"),
        (["--emulator-runs", "0"], "argument --emulator-runs: '0' is not a number of runs"),
        (["--emulator-runs", "many"], "argument --emulator-runs: 'many' is not a number of runs"),
        (["--sped", "1"], "unrecognized arguments: --sped 1"),
    ],
)
def test_wrong_arguments_are_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], text: str
) -> None:
    """The exit code is 2."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    out, err = capsys.readouterr()
    assert (caught.value.code, out, err.count("\n")) == (2, "", 1)
    assert text in err
    assert len(err) < 500


def test_what_cannot_be_opened_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """This holds for a port that is taken and for a file that is not a database."""
    (tmp_path / "notes.txt").write_text("These are notes and no database. " * 100)
    with Sandbox() as sandbox:
        port = str(httpx.URL(sandbox.base_url).port)
        assert main(["--port", port], prog="it") == 2
        assert main(["--db", str(tmp_path / "notes.txt")], prog="it") == 2
    taken, notes = capsys.readouterr().err.splitlines()
    assert taken == f"it: error: port {port}: Address already in use"
    assert notes.startswith(f"it: error: {tmp_path / 'notes.txt'}: it is not a file of a sandbox")


def test_data_that_cannot_come_in_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """An example is a time after the last year."""
    path = tmp_path / "sandbox.db"
    with Sandbox(db=path) as sandbox:
        sandbox.add_batch(created_at="9999-12-31T23:59:59Z", updated_at="9999-12-31T23:59:59Z")
    assert main(["--db", str(path), "--seed-data"], prog="it") == 2
    error = "it: error: a time is too close to the first or the last year that can be represented\n"
    assert capsys.readouterr().err.endswith(error)


_SMALL = """
import resource, sys
from pasqal_client.sandbox.program import main
resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, 120_000))
sys.exit(main(sys.argv[1:], prog="it"))
"""


@pytest.mark.skipif(os.name != "posix", reason="limits")
def test_a_file_that_cannot_grow_is_one_line(tmp_path: Path) -> None:
    """There is no traceback when the data cannot be added."""
    command = [sys.executable, "-c", _SMALL, "--db", str(tmp_path / "sandbox.db"), "--seed-data"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"it: error: {tmp_path / 'sandbox.db'}: ")
    assert done.stderr.count("\n") == 1


def test_what_cannot_be_kept_at_the_end_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stops it learns that the file is not up to date."""
    started: list[Sandbox] = []

    def stop() -> None:
        started[0]._require_running().store._db.execute("DROP TABLE clock")
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "_announce", started.append)
    monkeypatch.setattr(program, "_wait", stop)
    assert main(["--db", str(tmp_path / "sandbox.db"), "--speed", "1e9"], prog="it") == 2
    assert (
        capsys.readouterr().err == f"it: error: {tmp_path / 'sandbox.db'}: no such table: clock\n"
    )


def made(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Sandbox:
    """The sandbox that the program would serve."""
    sandboxes: list[Sandbox] = []
    monkeypatch.setattr(program, "_serve", lambda sandbox, seeded: sandboxes.append(sandbox))
    assert main(list(arguments)) == 0
    return sandboxes[0]


def test_the_token_is_the_one_that_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes as an argument or in a variable, which no list of processes shows; otherwise it is random."""
    assert made(monkeypatch, "--token", "argument").token == "argument"
    monkeypatch.setenv("PASQAL_SANDBOX_TOKEN", " variable\n")
    assert made(monkeypatch).token == "variable"
    assert made(monkeypatch, "--token", "argument").token == "argument"
    monkeypatch.setenv("PASQAL_SANDBOX_TOKEN", "")
    assert len(made(monkeypatch).token) == 32


def test_result_files_are_served_as_it_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Specifications come from a file, as objects, which are easier to write there, or as texts."""
    path = tmp_path / "specs.json"
    path.write_text(json.dumps({"FRESNEL": {"name": "One"}, "FRESNEL_CAN1": '{"name":"Two"}'}))
    sandbox = made(
        monkeypatch,
        *("--specs", str(path), "--result-lifetime", "5m", "--results-host", "localhost"),
        "--reject-token-on-results",
    )
    assert sandbox._catalogue.specs == {
        "FRESNEL": '{"name":"One"}',
        "FRESNEL_CAN1": '{"name":"Two"}',
    }
    assert sandbox._results == ResultSettings(timedelta(minutes=5), "localhost", reject_token=True)


@pytest.mark.parametrize("name", Quirk)
def test_each_quirk_can_be_chosen_by_its_name(monkeypatch: pytest.MonkeyPatch, name: Quirk) -> None:
    """It is the same name as in Python."""
    assert made(monkeypatch, "--quirks", f"integer-code, {name}").quirks == {"integer-code", name}


def test_the_rules_can_be_set_by_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are as mild as those of `Sandbox` unless an option says otherwise."""
    usual = made(monkeypatch)
    assert usual._execution_rules == ExecutionRules(1000, 300_000_000)
    assert (usual._submission_rules.strict_sequences, usual._cancel_rules.running) == (False, True)
    options = ("--strict-sequences", "--no-cancel-running", "--emulator-runs", "50")
    other = made(monkeypatch, *options, "--idle-timeout", "90s")
    assert other._execution_rules == ExecutionRules(50, 90_000_000)
    assert (other._submission_rules.strict_sequences, other._cancel_rules.running) == (True, False)
    patient = made(monkeypatch, "--idle-timeout", "never")
    assert patient._execution_rules.idle_timeout > 2**61


def test_simulation_can_be_chosen_by_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is off, and up to ten atoms, unless an option says otherwise."""
    monkeypatch.setattr("pasqal_client.sandbox.simulation.settings.can_simulate", lambda: True)
    assert made(monkeypatch)._simulation == SimulationSettings(simulate=False, most_atoms=10)
    other = made(monkeypatch, "--simulate", "--max-simulated-atoms", "12")
    assert other._simulation == SimulationSettings(simulate=True, most_atoms=12)


@pytest.mark.parametrize("content", ["[]", "{", '{"FRESNEL": {}}', '{"FRESNEL": 5}'])
def test_a_wrong_file_of_specifications_is_one_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    content: str,
) -> None:
    """The line names the file and what is wrong in it."""
    path = tmp_path / "specs.json"
    path.write_text(content)
    monkeypatch.setattr(program, "_wait", lambda: None)
    with pytest.raises(SystemExit) as caught:
        main(["--specs", str(path)])
    err = capsys.readouterr().err
    assert (caught.value.code, err.count("\n")) == (2, 1)
    assert f"argument --specs: {path}: " in err


@pytest.mark.parametrize(
    ("arguments", "variable"),
    [(["--token", "hunter 2"], ""), ([], "hunter 2"), (["--token", ""], "")],
)
def test_a_wrong_token_is_one_line_that_does_not_show_it(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    variable: str,
) -> None:
    """It says where the token comes from."""
    monkeypatch.setenv("PASQAL_SANDBOX_TOKEN", variable)
    with pytest.raises(SystemExit) as caught:
        main(arguments, prog="it")
    out, err = capsys.readouterr()
    assert (caught.value.code, out, err.count("\n")) == (2, "", 1)
    assert ("PASQAL_SANDBOX_TOKEN: token: it is empty, or has blanks" in err) is bool(variable)
    assert "token: it is empty, or has blanks" in err
    assert "hunter" not in err


def began(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[datetime, list[datetime]]:
    """The time in a sandbox of the program, once it is ready; and when its jobs were created."""
    seen: list[tuple[datetime, list[datetime]]] = []

    def look(sandbox: Sandbox) -> None:
        jobs = sandbox._require_running().store.page(JobsQuery(limit=100)).items
        seen.append((sandbox.now, [datetime.fromisoformat(job["created_at"]) for job in jobs]))

    monkeypatch.setattr(program, "_announce", look)
    monkeypatch.setattr(program, "_wait", lambda: None)
    assert main(["--speed", "0", *arguments]) == 0
    return seen[0]


def test_it_is_the_present_in_it_with_data_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search for the jobs of the last hour finds what was added, and none of it is in the future."""
    before = datetime.now(UTC)
    empty, _ = began(monkeypatch)
    filled, created = began(monkeypatch, "--seed-data")
    after = datetime.now(UTC)
    assert before <= empty <= filled <= after
    assert len(created) == 39
    assert before - timedelta(hours=1) < min(created) <= max(created) <= after


def test_it_can_begin_at_another_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures and tests come out the same each time."""
    start = datetime(2026, 10, 12, 8, tzinfo=UTC)
    filled, created = began(monkeypatch, "--seed-data", "--start", "2026-10-12T10:00:00+02:00")
    assert filled == start + demo.LENGTH
    assert start < min(created)


def test_time_passes_in_it_as_it_does_elsewhere() -> None:
    """An option sets another speed."""
    assert program._create_parser("it").parse_args([]).speed == 1


def test_it_leaves_the_process_as_it_was(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Signals and log are as before; by default time passes as it does elsewhere."""
    before = (
        signal.getsignal(signal.SIGINT),
        signal.getsignal(signal.SIGTERM),
        LOGGER.level,
        list(LOGGER.handlers),
    )
    monkeypatch.setattr(program, "_wait", lambda: signal.raise_signal(signal.SIGTERM))
    assert main([]) == 0
    monkeypatch.setattr(program, "_wait", lambda: signal.raise_signal(signal.SIGINT))
    assert main(["--seed-data", "--speed", "60"]) == 0
    after = (
        signal.getsignal(signal.SIGINT),
        signal.getsignal(signal.SIGTERM),
        LOGGER.level,
        list(LOGGER.handlers),
    )
    assert before == after
    assert capsys.readouterr().out.count("export PASQAL_TOKEN=") == 2
    assert LOGGER.level == logging.NOTSET


def test_waiting_is_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits without a timeout."""
    waits: list[tuple[object, ...]] = []
    monkeypatch.setattr("threading.Event.wait", lambda _, *timeout: waits.append(timeout))
    program._wait()
    assert waits == [()]


def test_the_module_runs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It passes the exit code on."""
    monkeypatch.setattr(sys, "argv", ["x", "--help"])
    with pytest.raises(SystemExit) as caught:
        importlib.import_module("pasqal_client.sandbox.__main__")
    assert caught.value.code == 0
    assert "--seed-data" in capsys.readouterr().out

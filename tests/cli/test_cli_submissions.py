"""`pasqal batches create` and `add-jobs` against a sandbox: what they read, check, show and send."""

from __future__ import annotations

import io
import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Ran, Run, raising
from cli.sequences import FIXED, SEQUENCE
from pasqal_client import Departure, PasqalClient, Write, WriteDepartureError
from pasqal_client._writes.creation import CreatedBatch
from pasqal_client.batches import Batches
from pasqal_client.cli.submission import csv_jobs, job_file, text_file
from pasqal_client.cli.submission.job_places import JobPlaces
from pasqal_client.cli.submission.variable_values import parse_value
from pasqal_client.sandbox import Fault, Sandbox


def sent(sandbox: Sandbox) -> Any:
    """The body of the last request."""
    return sandbox.requests[-1].json


def own(tag: str) -> bool:
    return tag.startswith("pasqal-client:")


# ----------------------------------------------------------------------------------------------------------------------
# What is submitted


def test_a_batch_is_created_as_it_was_typed(lab: Sandbox, pasqal: Run, tmp_path: Path) -> None:
    """Each option has its place in the body; one line says what is submitted, the next which batch it is."""
    (tmp_path / "config.json").write_text('{"shots": 5}')
    other = "0190f3a2-0000-4000-8000-000000000001"
    ran = pasqal(
        "batches create sequence.json --jobs scan.csv --runs 200 --device emu_free --tag night --tag scan "
        f"--config config.json --webhook https://example.org/told --project {lab.project_id} --open"
    )
    body = sent(lab)
    assert ran.code == 0
    assert body["sequence_builder"] == SEQUENCE
    assert body["jobs"] == [
        {"runs": 100, "variables": {"omega": 1.5}},
        {"runs": 200, "variables": {"omega": 2.5}},
        {"runs": 300, "variables": {"omega": 3.5}},
    ]
    assert body["device_type"] == "EMU_FREE"
    assert body["backend_configuration"] == '{"shots": 5}'
    assert body["webhook"] == "https://example.org/told"
    assert body["open"] is True
    assert [tag for tag in body["tags"] if not own(tag)] == ["night", "scan"]
    with PasqalClient(base_url=lab.base_url, token=lab.token) as client:
        (batch,) = client.batches.list()
    assert ran.err.splitlines() == [
        f"submitting 3 jobs, 600 runs in all, for EMU_FREE, in project {lab.project_id}",
        f"submitted as batch {batch.id}",
    ]
    assert str(batch.id) in ran.out
    assert (
        pasqal(f"batches create sequence.json --set omega=1 --runs 5 --project {other}").code == 0
    )
    assert sent(lab)["project_id"] == other


@pytest.mark.parametrize(
    ("options", "jobs", "said"),
    [
        ("--set omega=3", [{"variables": {"omega": 3}}], "1 job without a number of runs"),
        (
            "--set omega=-2.5e-1 --runs 5",
            [{"variables": {"omega": -0.25}, "runs": 5}],
            "1 job, 5 runs in all",
        ),
        (
            "--jobs scan.csv",
            [
                {"runs": 100, "variables": {"omega": 1.5}},
                {"variables": {"omega": 2.5}},
                {"runs": 300, "variables": {"omega": 3.5}},
            ],
            "3 jobs, 400 runs in all, 1 of them without a number of runs",
        ),
        ("--open", [], "no jobs yet"),
    ],
)
def test_jobs_come_from_options_or_a_file(
    lab: Sandbox, pasqal: Run, options: str, jobs: object, said: str
) -> None:
    """One job of --set and --runs, those of a file, or none in a batch that is open."""
    ran = pasqal(f"batches create sequence.json --device EMU_FREE {options}")
    assert (ran.code, sent(lab)["jobs"]) == (0, jobs)
    assert ran.err.startswith(f"submitting {said}, for EMU_FREE")


def test_jobs_may_have_their_own_sequences(lab: Sandbox, pasqal: Run, tmp_path: Path) -> None:
    """Then the batch needs none; with one, only what lacks its own has variables."""
    lines = [{"runs": 5, "sequence": FIXED}, {"runs": 6, "variables": {"omega": 1}}]
    (tmp_path / "own.jsonl").write_text(json.dumps(lines[0]) + "\n\n")
    assert pasqal("batches create --jobs own.jsonl").code == 0
    assert (sent(lab)["sequence_builder"], sent(lab)["jobs"]) == (None, lines[:1])
    (tmp_path / "own.jsonl").write_text("".join(json.dumps(line) + "\r\n" for line in lines))
    assert pasqal("batches create sequence.json --jobs own.jsonl").code == 0
    assert sent(lab)["jobs"] == lines
    ran = pasqal("batches create --jobs own.jsonl")
    assert (ran.code, ran.err) == (
        2,
        "pasqal: sequence: the batch has none, and neither has line 2 of own.jsonl; "
        "give one for the batch, or one in each job\n",
    )


@pytest.mark.parametrize(
    ("shape", "read"),
    [
        ("-q", lambda out: out.split()),
        ("-o json", lambda out: [json.loads(out)["id"]]),
        ("-o jsonl", lambda out: [json.loads(out)["id"]]),
        ("-o csv", lambda out: [out.splitlines()[1].split(",")[0]]),
    ],
)
def test_the_batch_is_printed_in_every_format(
    lab: Sandbox, pasqal: Run, shape: str, read: Callable[[str], list[str]]
) -> None:
    """The id on stdout is that of the batch, so that another command can go on with it."""
    ran = pasqal(f"batches create sequence.json --set omega=1 --runs 5 {shape}")
    assert ran.code == 0
    assert ran.err.endswith(f"submitted as batch {read(ran.out)[0]}\n")


def test_jobs_are_added_to_an_open_batch(lab: Sandbox, pasqal: Run) -> None:
    """They are printed as jobs are listed; a batch that is closed takes none."""
    batch = pasqal("batches create sequence.json --open -q").out.strip()
    ran = pasqal(f"batches add-jobs {batch} --jobs scan.csv --runs 5 -o jsonl")
    assert (ran.code, sent(lab)[1]) == (0, {"runs": 5, "variables": {"omega": 2.5}})
    assert [json.loads(line)["runs"] for line in ran.out.splitlines()] == [100, 5, 300]
    assert ran.err.splitlines() == [
        f"adding 3 jobs, 405 runs in all, to batch {batch}",
        "3 jobs added",
    ]
    ran = pasqal("batches", "add-jobs", "-", "--set", "omega=[1.5]", "--runs", "7", stdin=batch)
    assert (ran.code, sent(lab)) == (0, [{"runs": 7, "variables": {"omega": [1.5]}}])
    assert pasqal(f"batches complete {batch} --yes").code == 0
    ran = pasqal(f"batches add-jobs {batch} --runs 5 --set omega=1")
    assert (ran.code, ran.out) == (1, "")
    assert "409 Conflict" in ran.err


def test_added_jobs_that_cannot_be_told_are_an_error(lab: Sandbox, pasqal: Run) -> None:
    """They were added, and the text says so, but nobody can go on with ids that are not known."""
    made = json.loads(
        pasqal("batches create sequence.json --set omega=1 --runs 9 --open -o json").out
    )
    (job,) = made["jobs"]
    made["jobs"].append({**job, "id": str(lab.project_id), "runs": 8})
    answer = {"status": "success", "message": "OK.", "code": "200", "data": made}
    lab.add_fault(Fault(operation="add_jobs", status=200, body=answer, applied=True))
    ran = pasqal(f"batches add-jobs {made['id']} --set omega=1 --runs 5 -q")
    assert (ran.code, ran.out) == (1, "")
    assert "the request was carried out, but its answer departs from the contract" in ran.err


# ----------------------------------------------------------------------------------------------------------------------
# What is wrong is said before anything is sent

WRONG = [
    ("", "there is nothing to run", "give --runs N, or --jobs FILE"),
    ("--set omega=1 --jobs scan.csv", "give either --set or --jobs, not both", ""),
    ("--set omega=3,1", "--set omega: '3,1' has a decimal comma; write a point instead", ""),
    ("--set omega=x", "--set omega: 'x' is neither a number nor a JSON list such as [1.5, 2]", ""),
    (
        "--set omega=[1,",
        "--set omega: '[1,' is not JSON: Expecting value: line 1 column 4 (char 3)",
        "",
    ),
    ("--set omega=", "--set omega: the value is missing", ""),
    ("--set omega=1e999", "--set omega: '1e999' is too large", ""),
    (
        "--set omega",
        "--set: 'omega' is not a variable and its value",
        "write --set omega=3.1, or --set 'times=[100, 200]'",
    ),
    ("--set omega=1 --set omega=2", "--set: 'omega' is there twice", ""),
    ("--set omega=[NaN]", "variables.omega[0]: nan is not a number that JSON has", ""),
    ("--set omga=1", "the sequence has no variable omga", ""),
    ("--runs 5", "no value for omega", ""),
    ("--set omega=1 --project 5", "--project: '5' is not a UUID such as", ""),
    (
        "--set omega=1 --tag pasqal-client:x",
        "--tag: 'pasqal-client:x' begins with pasqal-client:, as only",
        "",
    ),
    ("--set omega=1 --key=", "--key: '' is empty", ""),
    ("--set omega=1 --device=", "--device: '' is", ""),
    ("--set omega=1 --config no.json", "no.json: No such file or directory", ""),
    (
        "--set omega=1 --config scan.csv",
        "scan.csv: not a serialised configuration: not JSON: ",
        "to_abstract_repr() of Pulser's configurations returns the text for such a file",
    ),
    ("--jobs - --token-file -", "- is given more than once, but stdin can be read only once", ""),
]


@pytest.mark.parametrize(("options", "message", "hint"), WRONG)
def test_wrong_options_are_named(
    lab: Sandbox, pasqal: Run, options: str, message: str, hint: str
) -> None:
    """Each error is wrong usage, names the option as it was typed, and nothing is sent."""
    ran = pasqal("batches", "create", "sequence.json", *options.split())
    said = ran.err.splitlines()
    assert (ran.code, ran.out) == (2, "")
    assert said[0].startswith(f"pasqal: {message}")
    assert said[1:] == ([f"hint: {hint}"] if hint else [])
    assert lab.requests == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1]", "not a serialised sequence: a JSON object is expected"),
        ("{", "not a serialised sequence: not JSON: Expecting property name"),
        ("[" * 100_000, "not a serialised sequence: not JSON: maximum recursion"),
        (b"\xff\xfe{\x00}\x00", "not text in UTF-8"),
    ],
)
def test_a_file_that_is_no_sequence_is_rejected(
    lab: Sandbox, pasqal: Run, tmp_path: Path, text: str | bytes, message: str
) -> None:
    """A mistyped name of a file costs nothing."""
    content = text if isinstance(text, bytes) else text.encode()
    (tmp_path / "wrong.json").write_bytes(content)
    ran = pasqal("batches create wrong.json --runs 5")
    assert (ran.code, ran.err.startswith(f"pasqal: wrong.json: {message}")) == (2, True), ran.err
    assert lab.requests == []


def test_what_is_missing_is_named(
    lab: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sequence, a project, something to add."""
    ran = pasqal("batches create --set omega=1")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "pasqal: the sequence is missing")
    ran = pasqal(f"batches add-jobs {lab.project_id}")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "pasqal: there is nothing to add")
    monkeypatch.delenv("PASQAL_PROJECT_ID")
    ran = pasqal("batches create sequence.json --set omega=1 --runs 5")
    assert (ran.code, ran.err.splitlines()) == (
        2,
        [
            "pasqal: a batch needs a project",
            "hint: give --project ID, or set PASQAL_PROJECT_ID, or project_id in a profile",
        ],
    )
    assert lab.requests == []


def test_mistakes_show_before_anybody_has_to_sign_in(
    lab: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is not signed in learns of a mistake first, and can try a dry run."""
    monkeypatch.delenv("PASQAL_TOKEN")
    assert pasqal("batches create sequence.json --set omga=1").code == 2
    assert pasqal("batches create sequence.json --set omega=1 --runs 5 --dry-run").code == 0
    assert pasqal("batches create sequence.json --set omega=1 --runs 5").code == 3


# ----------------------------------------------------------------------------------------------------------------------
# Files with jobs

FILES = [
    ("a.csv", "omega\n1\n", [{"variables": {"omega": 1}}]),
    ("a.CSV", "\ufeffomega;runs\r\n1.5;100\r\n;\r\n", [{"variables": {"omega": 1.5}, "runs": 100}]),
    ("a.csv", "runs\tomega\n\n5\t+.5\n", [{"variables": {"omega": 0.5}, "runs": 5}]),
    (
        "a.csv",
        'omega,times,\n 1E3 , "[1, 2]",\n,,\n',
        [{"variables": {"omega": 1000.0, "times": [1, 2]}}],
    ),
    ("a.csv", 'times,runs\n"[1,\n 2]",5\n', [{"variables": {"times": [1, 2]}, "runs": 5}]),
    ("a.csv", 'qubits\n"{""q0"": 1}"\n', [{"variables": {"qubits": {"q0": 1}}}]),
    ("a.csv", "runs\n5\n5\n", [{"runs": 5}, {"runs": 5}]),
    ("a.jsonl", '{"runs": 5}\n\n{}\n', [{"runs": 5}, {}]),
    ("a.ndjson", '{"variables": {"a": "\u2028"}}', [{"variables": {"a": "\u2028"}}]),
    ("a.txt", ' {"runs": 5}\n', [{"runs": 5}]),
    ("a.txt", "runs\n5\n", [{"runs": 5}]),
]


@pytest.mark.parametrize(("name", "text", "jobs"), FILES)
def test_files_of_people_and_spreadsheets_are_read(
    tmp_path: Path, name: str, text: str, jobs: list[Any]
) -> None:
    """Marks, semicolons, tabs, empty lines and columns, and cells over several lines are no obstacles."""
    (tmp_path / name).write_bytes(text.encode())
    assert job_file.read_jobs(str(tmp_path / name))[0] == jobs


WRONG_FILES = [
    ("a.csv", "", "a.csv: there are no jobs in it", ""),
    ("a.csv", "omega,runs\n", "a.csv: there are no jobs in it", ""),
    ("a.jsonl", "\n", "a.jsonl: there are no jobs in it", ""),
    ("a.csv", "omega\n\nx\n", "line 3 of a.csv, column omega: 'x' is neither a number", ""),
    (
        "a.csv",
        "omega;runs\n1,5;5\n",
        "line 2 of a.csv, column omega: '1,5' has a decimal comma; write a point instead",
        "",
    ),
    ("a.csv", "omega,runs\n,5\n", "line 2 of a.csv, column omega: the value is missing", ""),
    ("a.csv", "omega,runs\n1,many\n", "line 2 of a.csv, column runs: 'many' is neither", ""),
    ("a.csv", "runs\n5\n0\n", "line 3 of a.csv: runs: 0 is out of bounds", ""),
    ("a.csv", "runs\n5.5\n", "line 2 of a.csv: runs: 5.5 is not an integer", ""),
    (
        "a.csv",
        "omega,runs\n[1, 2],5\n",
        "line 2 of a.csv: expected 2 cells, as in the heading, got 3",
        'a list needs quotes: "[1.5, 2]"',
    ),
    ("a.csv", "omega,,runs\n1,2,3\n", "line 2 of a.csv: '2' stands in a column without a name", ""),
    ("a.csv", "omega,omega\n1,2\n", "line 1 of a.csv: the column 'omega' is there twice", ""),
    ("a.csv", 'omega\n"1\n', "line 2 of a.csv: unexpected end of data", ""),
    (
        "a.csv",
        "sequence\nabc\n",
        "line 2 of a.csv, column sequence: 'abc' is neither",
        "a job with a sequence of its own goes into a .jsonl file",
    ),
    ("a.jsonl", '{"runs": 5}\n{"runs"\n', "line 2 of a.jsonl: not JSON: ", ""),
    (
        "a.jsonl",
        "[1]",
        'line 1 of a.jsonl: not an object such as {"runs": 100}',
        "a file of JSON lines has one job in each line",
    ),
    (
        "a.jsonl",
        '{"sequence": {}}',
        "line 1 of a.jsonl: sequence: not text",
        "give the serialised sequence as text",
    ),
    ("a.jsonl", '\n{"shots": 5}', "line 2 of a.jsonl: 'shots' is unknown; a job has", ""),
    ("a.jsonl", '{"variables": 5}', "line 1 of a.jsonl: variables: expected a dict", ""),
    (
        "a.jsonl",
        '{"runs": 5}\n{"runs": 5, "runs": 500}',
        "line 2 of a.jsonl: 'runs' is there twice in one object",
        "",
    ),
    (
        "a.jsonl",
        '{"runs": 5, "variables": {"omega": 1, "omega": 2}}',
        "line 1 of a.jsonl: 'omega' is there twice in one object",
        "",
    ),
    (
        "a.jsonl",
        '{"variables": {"omega": NaN}}',
        "line 1 of a.jsonl: variables.omega: nan is not a number that JSON has",
        "",
    ),
    (
        "a.jsonl",
        '{"runs": 5, "variables": {"a": 1}, "sequence": "{}"}',
        "line 1 of a.jsonl: it has a sequence of its own and variables",
        "",
    ),
    (
        "a.json",
        '[{"runs": 5}]',
        "a.json: a JSON list; expected one job in each line",
        "`jq -c '.[]'` makes lines of a list",
    ),
    ("none.csv", None, "none.csv: No such file or directory", ""),
    (
        "a.csv",
        b"\xff\xfeo\x00m\x00",
        "a.csv: not text in UTF-8",
        'save it as UTF-8, which a spreadsheet calls "CSV UTF-8"',
    ),
]


@pytest.mark.parametrize(("name", "content", "message", "hint"), WRONG_FILES)
def test_a_mistake_in_a_file_is_named_with_its_line(
    lab: Sandbox,
    pasqal: Run,
    tmp_path: Path,
    name: str,
    content: str | bytes | None,
    message: str,
    hint: str,
) -> None:
    """The line is the one that an editor shows, with the column where there is one; nothing is sent."""
    if content is not None:
        written = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(written)
    ran = pasqal(f"batches add-jobs {lab.project_id} --jobs {name}")
    said = ran.err.splitlines()
    assert (ran.code, ran.out) == (2, "")
    assert said[0].startswith(f"pasqal: {message}"), said
    assert said[1:] == ([f"hint: {hint}"] if hint else [])
    assert lab.requests == []


def test_variables_are_compared_with_those_of_the_sequence(
    lab: Sandbox, pasqal: Run, tmp_path: Path
) -> None:
    """A job that lacks a value, or has one too many, is named; a sequence that declares nothing lets all through."""
    (tmp_path / "jobs.csv").write_text("omga\n1\n")
    ran = pasqal("batches create sequence.json --jobs jobs.csv")
    assert ran.err == "pasqal: line 2 of jobs.csv: the sequence has no variable omga\n"
    (tmp_path / "jobs.jsonl").write_text('{"runs": 5}\n')
    ran = pasqal("batches create sequence.json --jobs jobs.jsonl")
    assert ran.err == "pasqal: line 1 of jobs.jsonl: no value for omega\n"
    assert lab.requests == []
    (tmp_path / "mute.json").write_text("{}")
    assert pasqal("batches create mute.json --jobs jobs.csv --runs 5").code == 0
    # Which atom is where is given like a variable.
    (tmp_path / "jobs.jsonl").write_text(
        '{"runs": 5, "variables": {"omega": 1, "qubits": {"q0": 1}}}'
    )
    assert pasqal("batches create sequence.json --jobs jobs.jsonl").code == 0


def test_jobs_the_service_rejects_are_named_by_their_lines(
    lab: Sandbox, pasqal: Run, tmp_path: Path
) -> None:
    """The service knows positions only, and may name one that was not sent."""
    mistakes = [
        {"loc": ["body", "jobs", 1, "runs"], "msg": "too many", "type": "value_error"},
        {"loc": ["body", "jobs", 9], "msg": "unknown", "type": "value_error"},
    ]
    lab.add_fault(Fault(operation="create_batch", status=422, body={"detail": mistakes}))
    (tmp_path / "jobs.csv").write_text("omega\n\n1\n2\n")
    ran = pasqal("batches create sequence.json --jobs jobs.csv")
    assert ran.code == 1
    assert "this is about line 4 of jobs.csv, jobs[9]" in ran.err
    ran = pasqal("batches create sequence.json --set omega=1 --runs 5")
    assert "this is about the job, the job" in ran.err


def test_jobs_of_answers_keep_their_positions() -> None:
    """A job in an answer is another one than that on the line of the file."""
    places = JobPlaces("f.csv", (2, 4))
    assert places.rename("at data.jobs[1].status, about jobs[1]") == (
        "at data.jobs[1].status, about line 4 of f.csv"
    )


def test_stdin_is_read_as_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its encoding is UTF-8 whatever the locale says; what has no bytes is read as text."""
    stdin = io.TextIOWrapper(io.BytesIO("\ufeffrüns".encode()), encoding="ascii")
    monkeypatch.setattr(sys, "stdin", stdin)
    assert text_file.read_text("-") == "rüns"
    monkeypatch.setattr(sys, "stdin", io.StringIO("rüns"))
    assert text_file.read_text("-") == "rüns"


def test_a_large_integer_is_read_without_an_error_of_python() -> None:
    """Python reads no integer of thousands of digits; as a float it is too large."""
    assert parse_value("9" * 400) == int("9" * 400)
    with pytest.raises(ValueError, match="too large"):
        parse_value("9" * 5000)


def test_many_jobs_are_read_quickly() -> None:
    """Nothing is read twice for each line: 20,000 lines are no matter of seconds, and each keeps its number."""
    text = "omega,runs\n" + "".join(f"{n / 10},100\n" for n in range(20_000))
    written = list(csv_jobs.read_csv(text, "f"))
    assert (len(written), written[-1].line) == (20_000, 20_001)


# ----------------------------------------------------------------------------------------------------------------------
# Dry runs


def test_a_dry_run_shows_what_would_be_sent(lab: Sandbox, pasqal: Run, tmp_path: Path) -> None:
    """It shows the batch and its first jobs; nothing is sent, not even to sign in."""
    (tmp_path / "many.csv").write_text("omega\n" + "1\n" * 30)
    ran = pasqal("batches create sequence.json --jobs many.csv --runs 5 --tag night --dry-run")
    assert (ran.code, lab.requests) == (0, [])
    assert ran.out.splitlines()[:4] == [
        f"project_id        {lab.project_id}",
        f"sequence_builder  {len(SEQUENCE)} characters",
        "open              false",
        "tags              night",
    ]
    assert ran.out.count('{"omega": 1}') == 10
    assert ran.out.endswith("… and 20 more; -o json has them all\n")
    assert ran.err == (
        f"30 jobs, 150 runs in all, for the device of the sequence, in project {lab.project_id}; nothing was sent\n"
    )


def test_a_dry_run_has_the_body_as_data(lab: Sandbox, pasqal: Run) -> None:
    """As JSON it is what is sent, but for the tag that tells each submission from all others; -q prints nothing."""
    line = "batches create sequence.json --jobs scan.csv --runs 5 --key k --device EMU_FREE"
    shown = json.loads(pasqal(f"{line} --dry-run -o json").out)
    assert json.loads(pasqal(f"{line} --dry-run -o jsonl").out) == shown
    assert pasqal(f"{line} --dry-run -q").out == ""
    assert pasqal(f"{line} --dry-run -o csv").out.splitlines()[1] == '100,"{""omega"": 1.5}",'
    assert pasqal(line).code == 0
    body = sent(lab)
    assert [tag for tag in body["tags"] if tag not in shown["tags"]] == body["tags"][:1]
    assert {**body, "tags": shown["tags"]} == shown


def test_a_dry_run_of_added_jobs_shows_them(lab: Sandbox, pasqal: Run, tmp_path: Path) -> None:
    """Long values are shortened for people, and whole as data."""
    times = list(range(500))
    lines = [{"runs": 5, "variables": {"times": times}}, {"sequence": SEQUENCE}]
    (tmp_path / "jobs.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    line = f"batches add-jobs {lab.project_id} --jobs jobs.jsonl --dry-run"
    ran = pasqal(line)
    assert ran.code == 0
    assert "2 jobs, 5 runs in all, 1 of them without a number of runs; nothing was sent" in ran.err
    assert f"{len(SEQUENCE)} characters" in ran.out
    assert f"… ({len(json.dumps({'times': times}))} characters)" in ran.out
    assert json.loads(pasqal(f"{line} -o json").out) == lines
    assert pasqal(f"{line} -q").out == ""
    assert lab.requests == []


def test_a_dry_run_fits_a_narrow_terminal(
    lab: Sandbox, on_terminal: Callable[..., Ran], tmp_path: Path
) -> None:
    """The variables are wrapped, and nothing is lost."""
    variables = {f"variable{n}": n for n in range(5)}
    (tmp_path / "jobs.jsonl").write_text(json.dumps({"runs": 5, "variables": variables}))
    ran = on_terminal(f"batches add-jobs {lab.project_id} --jobs jobs.jsonl --dry-run", columns=40)
    shown = "".join(line.split("  ")[-1].strip() for line in ran.out.splitlines()[1:-1])
    assert shown.replace(" ", "") == json.dumps(variables).replace(" ", "")


# ----------------------------------------------------------------------------------------------------------------------
# Keys, and what goes wrong


def test_a_key_submits_once(lab: Sandbox, pasqal: Run) -> None:
    """The second time the batch is found, and the line says that nothing was submitted."""
    line = "batches create sequence.json --set omega=1 --runs 5 --key night-7 -q"
    first = pasqal(line)
    again = pasqal(line)
    assert (first.code, again.code, first.out) == (0, 0, again.out)
    assert "submitted as batch" in first.err
    assert again.err.endswith(
        f"batch {first.out.strip()} was submitted under this key before; nothing was submitted now\n"
    )
    ran = pasqal(line.replace("omega=1", "omega=2"))
    assert (ran.code, ran.out) == (1, "")
    assert "with other content: jobs; give this submission a key of its own" in ran.err


def test_a_dead_batch_is_told_in_the_words_of_options(lab: Sandbox, pasqal: Run) -> None:
    """By default that is an error; --on-dead says what to do instead."""
    line = "batches create sequence.json --set omega=1 --runs 5 --key night-8 -q"
    batch = pasqal(line).out.strip()
    with PasqalClient(base_url=lab.base_url, token=lab.token) as client:
        client.batches.cancel(batch)
    ran = pasqal(line)
    assert (ran.code, ran.err.splitlines()[1:]) == (
        1,
        [
            f"pasqal: batch {batch}, which was submitted under this key, is CANCELED; nothing was submitted now",
            "hint: --on-dead return goes on with it, --on-dead submit submits another one",
        ],
    )
    assert pasqal(f"{line} --on-dead return").out.strip() == batch
    assert pasqal(f"{line} --on-dead submit").out.strip() not in ("", batch)


def test_a_key_that_cannot_be_settled_is_told_in_the_words_of_commands(
    lab: Sandbox, pasqal: Run
) -> None:
    """Nothing is submitted, and the hint names a command and no method."""
    lab.quirks = ["missing-fields"]
    lab.add_batch([{}], tags=["pasqal-client:key:night-9"])
    again = f"--base-url {lab.base_url}"
    ran = pasqal(f"batches create sequence.json --set omega=1 --runs 5 --key night-9 {again}")
    assert ran.code == 1
    assert ran.err.splitlines()[1:] == [
        "pasqal: whether a batch was submitted under the key 'night-9' cannot be told: "
        "batches came without their tags; nothing was submitted now",
        f"hint: look at `pasqal batches list {again}`, or try again later; "
        "once you are sure that there is none, submit under another key",
    ]


@pytest.mark.parametrize("key", ["", "--key night"])
def test_an_unknown_outcome_says_how_to_check(lab: Sandbox, pasqal: Run, key: str) -> None:
    """A command finds the batch by the tag that it carries; with a key, the same command does."""
    lab.add_fault(Fault(operation="create_batch", applied=True, reset="before", times=1))
    again = f"--base-url {lab.base_url}"
    line = f"batches create sequence.json --set omega=1 --runs 5 {key} {again}"
    ran = pasqal(line)
    (tag,) = (tag for tag in sent(lab)["tags"] if tag.count(":") == 1)
    assert (ran.code, ran.out) == (1, "")
    said, hint = ran.err.splitlines()[1:]
    assert said.startswith("pasqal: this request may or may not have taken effect (POST ")
    check = f"pasqal batches list --tag {tag} --project any {again}"
    if key:
        check = "run the same command again: by its key it finds the batch, or submits it"
    assert hint == f"hint: the last request was not repeated; to check: {check}"
    if key:
        assert "was submitted under this key before" in pasqal(line).err


def test_a_strict_client_prints_the_batch_before_the_error(lab: Sandbox, pasqal: Run) -> None:
    """It is there, and the hint says how to go on with it."""
    lab.quirks = ["naive-times"]
    ran = pasqal("batches create sequence.json --set omega=1 --runs 5 --strict -q")
    batch = ran.out.strip()
    assert (ran.code, len(batch)) == (1, 36)
    assert "the request was carried out, but its answer departs from the contract" in ran.err
    assert f"`pasqal batches wait {batch}`, then `pasqal jobs results --batch {batch}`" in ran.err


def test_a_batch_that_could_not_be_read_is_not_printed(
    lab: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nothing to print, and the error says that the request was carried out."""
    departure = Departure("data", "a batch", "nothing")
    write = Write("create_batch", CreatedBatch("pasqal-client:x", lab.project_id), carried_out=True)
    error = WriteDepartureError(departure, write)
    monkeypatch.setattr(Batches, "create", raising(error))
    ran = pasqal("batches create sequence.json --set omega=1 -q")
    assert (ran.code, ran.out) == (1, "")
    assert "the request was carried out, but its answer departs from the contract" in ran.err


def test_a_full_disk_does_not_undo_a_submission(lab: Sandbox, shell: Run) -> None:
    """The batch is there: stderr says so, and the exit code is that of the write."""
    line = "pasqal batches create sequence.json --set omega=1 --runs 5"
    ran = shell(f"{line} > /dev/full; echo $?; {line} 2> /dev/full; echo $?")
    said = ran.err.splitlines()
    assert said[1].startswith("submitted as batch ")
    assert said[2:] == [
        "pasqal: done, but the receipt could not be written: No space left on device"
    ]
    lines = ran.out.splitlines()
    assert (lines[0], lines[-1]) == ("0", "0")
    with PasqalClient(base_url=lab.base_url, token=lab.token) as client:
        assert client.batches.count() == 2


def test_debug_shows_the_requests_all_the_same(lab: Sandbox, pasqal: Run) -> None:
    """What takes note of requests does not take the place of what shows them."""
    ran = pasqal("batches create sequence.json --set omega=1 --runs 5 --debug")
    assert "> POST " in ran.err
    assert "submitted as batch" in ran.err
    assert "> GET " in pasqal("jobs list --debug").err


def test_pasting_the_line_of_a_shell_works(lab: Sandbox, shell: Run, tmp_path: Path) -> None:
    """One command feeds the next: the sequence comes through a pipe, and ids go on."""
    (tmp_path / "a b.json").write_text(SEQUENCE)
    name = shlex.quote("a b.json")
    ran = shell(
        f"cat {name} | pasqal batches create - --open -q | pasqal batches add-jobs - --jobs <(cat scan.csv) --runs 5 -q"
    )
    assert (ran.code, len(ran.out.split())) == (0, 3), ran.err

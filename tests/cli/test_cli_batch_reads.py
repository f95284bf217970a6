"""`pasqal batches list`, `show` and `status` against a sandbox, in this process."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from uuid import uuid4

import pytest

from cli.conftest import Ran, Run
from cli.lab import NIGHT, PROJECT, SCAN, USER
from pasqal_client import PasqalClient
from pasqal_client.sandbox import Fault, Sandbox


def test_a_list_is_the_newest_twenty_as_a_table(sandbox: Sandbox, pasqal: Run) -> None:
    """A remark says how many batches match altogether."""
    made = [str(sandbox.add_batch([{}], device_type="EMU_MPS").id) for _ in range(20)]
    ran = pasqal("batches list")
    heading, *rows = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "20 of 22, --all for the rest\n")
    assert heading.split() == ["id", "status", "created", "(UTC)", "jobs", "device", "open"]
    assert [row.split()[0] for row in rows] == made[::-1]
    assert rows[0].split()[-3:] == ["1", "EMU_MPS", "yes"]
    assert pasqal("batches list --all -q --reverse").out.split() == [SCAN, NIGHT, *made]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (f"--id {SCAN}", [SCAN]),
        ("--status running --status paused", [NIGHT]),
        (f"--project {SCAN}", []),
        (f"--project {PROJECT}", [NIGHT, SCAN]),
        ("--project any", [NIGHT, SCAN]),
        (f"--user {USER}", [NIGHT]),
        ("--device fresnel", [NIGHT, SCAN]),
        ("--queue medium", [NIGHT, SCAN]),
        ("--queue high", []),
        ("--open", [NIGHT]),
        ("--closed", [SCAN]),
        ("--id-starts-with 7c9e", [NIGHT]),
        ("--min-jobs 12", [SCAN]),
        ("--max-jobs 11", [NIGHT]),
        ("--since 2026-10-12T08:03:00Z", [NIGHT]),
        ("--until 2026-10-12T08:03:00Z", [SCAN]),
        ("--tag scan", []),
        ("--order-by created_at --reverse", [SCAN, NIGHT]),
        ("--limit 1", [NIGHT]),
    ],
)
def test_each_filter_chooses_among_batches(
    sandbox: Sandbox, pasqal: Run, filters: str, found: list[str]
) -> None:
    """Filters mean the same as those of the client."""
    ran = pasqal(f"batches list -q {filters}")
    assert (ran.code, ran.out.split()) == (0, found)


def test_a_time_that_was_read_is_said(sandbox: Sandbox, pasqal: Run) -> None:
    """It says that it is about the start of batches."""
    said = "batches that started at 2026-10-12 08:03:00+00:00 or later\n"
    assert pasqal("batches list -q --since 2026-10-12T08:03:00Z").err == said


def test_a_mistake_in_a_filter_is_found_before_anything_is_sent(
    sandbox: Sandbox, pasqal: Run
) -> None:
    """The message names the option."""
    assert pasqal("batches list --id-starts-with x").err.startswith("pasqal: --id-starts-with: ")
    assert pasqal("batches list --limit 1 --all").code == 2
    assert sandbox.requests == []


def test_data_are_as_the_service_sent_them(sandbox: Sandbox, pasqal: Run) -> None:
    """JSON has the same fields as CSV, this client's own tags included."""
    with PasqalClient(
        token=sandbox.token, base_url=sandbox.base_url, project_id=sandbox.project_id
    ) as client:
        made = client.batches.create('{"sequence": 1}', runs=5, device_type="EMU_MPS", tags=["x"])
    (batch,) = json.loads(pasqal(f"batches list --id {made.id} -o json").out)
    (line,) = pasqal(f"batches list --id {made.id} -o jsonl").out.splitlines()
    (row,) = csv.DictReader(io.StringIO(pasqal(f"batches list --id {made.id} -o csv").out))
    assert json.loads(line) == batch
    assert (batch["tags"], json.loads(row["tags"])) == (made.tags, made.tags)
    assert len(batch["tags"]) == 2
    assert "pasqal-client:" not in pasqal(f"batches list --id {made.id}").out


def test_what_departs_from_the_contract_is_a_question_mark(sandbox: Sandbox, pasqal: Run) -> None:
    """The other fields of the batch are shown."""
    (batch,) = json.loads(pasqal(f"batches list --id {SCAN} -o json").out)
    odd = {**batch, "tags": "text", "open": "no"}
    sandbox.add_fault(Fault(operation="get_all_batches", status=200, body={"data": [odd]}))
    (row,) = pasqal("batches list --closed").out.splitlines()[1:]
    assert row.split().count("?") == 2
    assert row.split()[:2] == [SCAN, "DONE"]


def test_no_batch_matches(sandbox: Sandbox, pasqal: Run) -> None:
    """That is no error."""
    assert pasqal("batches list --tag nothing") == (0, "", "no batch matches\n")


def test_a_batch_is_shown_with_all_its_fields(sandbox: Sandbox, pasqal: Run) -> None:
    """Jobs are counted by state; how to list them is said with the options of the connection."""
    ran = pasqal(f"batches show {NIGHT} --base-url {sandbox.base_url}")
    shown = dict(line.split(None, 1) for line in ran.out.splitlines())
    assert (ran.code, ran.err) == (0, "")
    assert shown["status"] == "RUNNING"
    assert shown["jobs_count_per_status"] == "4 PENDING, 1 RUNNING, 2 DONE, 1 CANCELED, 3 ERROR"
    command = f"pasqal jobs list --batch {NIGHT} --project any --all --base-url {sandbox.base_url}"
    assert shown["job_ids"] == f"11; {command} lists them"
    assert len(pasqal(f"{command.removeprefix('pasqal ')} -q").out.split()) == 11


def test_fields_that_are_missing_are_not_shown(sandbox: Sandbox, pasqal: Run) -> None:
    """They are not made up, unless the contract promises them."""
    sandbox.quirks = ["missing-fields"]
    text = pasqal(f"batches show {NIGHT}").out
    assert "jobs_count" not in text
    assert PROJECT in text


def test_a_long_sequence_is_cut_in_a_table_only(sandbox: Sandbox, pasqal: Run) -> None:
    """As data it is whole, and so are the ids of the jobs."""
    sequence = json.dumps({"operations": "x" * 5000})
    made = sandbox.add_batch([{}], sequence_builder=sequence, tags=["one", "two"])
    text = pasqal(f"batches show {made.id}").out
    assert "(5018 characters; -o json has them all)" in text
    assert len(text) < 3000
    (batch,) = json.loads(pasqal(f"batches show {made.id} -o json").out)
    assert batch["sequence_builder"] == sequence
    assert batch["job_ids"] == [str(one) for one in made.job_ids]


@pytest.mark.parametrize("columns", [20, 60])
def test_a_narrow_terminal_cuts_no_id(
    sandbox: Sandbox, on_terminal: Callable[..., Ran], columns: int
) -> None:
    """Other columns are left out, or folded."""
    for line in ("batches list", f"batches status {NIGHT} {SCAN}", f"batches show {SCAN} {NIGHT}"):
        ran = on_terminal(line, columns=columns)
        assert ran.code == 0
        assert NIGHT in ran.out
        assert SCAN in ran.out


def test_a_long_tag_goes_through_a_pipe_whole(sandbox: Sandbox, pasqal: Run) -> None:
    """Control characters in it are spelled out."""
    tag = "\x1b[2J" + "long " * 30
    sandbox.add_batch([{}], tags=[tag.strip(), "x" * 200])
    shown = f"\\x1b[2J{('long ' * 30).strip()}; {'x' * 200}\n"
    assert shown in pasqal("batches list").out


def test_batches_are_shown_in_the_order_of_the_ids(sandbox: Sandbox, pasqal: Run) -> None:
    """What is not there, or is somebody else's, is named at the end, and the exit code is 1."""
    foreign, gone = sandbox.add_batch([{}], foreign=True).id, uuid4()
    for command in ("show", "status"):
        ran = pasqal(f"batches {command} - -q", stdin=f"{SCAN} {gone} {foreign} {NIGHT}")
        assert (ran.code, ran.out.split()) == (1, [SCAN, NIGHT])
        assert ran.err.splitlines() == [
            f"pasqal: batch {one} does not exist, or this account cannot see it"
            for one in (gone, foreign)
        ]


def test_only_some_missing_batches_are_named(sandbox: Sandbox, pasqal: Run) -> None:
    """The others are counted."""
    ran = pasqal("batches status -", stdin=" ".join(str(uuid4()) for _ in range(12)))
    assert (ran.code, ran.out, ran.err.count("does not exist")) == (1, "", 10)
    assert ran.err.endswith("pasqal: the same for 2 more batches; 12 of 12 were not found\n")


def test_the_status_counts_the_jobs(sandbox: Sandbox, pasqal: Run) -> None:
    """It takes one small request for each batch."""
    ran = pasqal(f"batches status {NIGHT} {SCAN}")
    assert ran.out.splitlines()[1:] == [
        f"{NIGHT}  RUNNING  4 PENDING, 1 RUNNING, 2 DONE, 1 CANCELED, 3 ERROR",
        f"{SCAN}  DONE     25 DONE",
    ]
    assert len(sandbox.requests) == 2
    (report,) = json.loads(pasqal(f"batches status {SCAN} -o json").out)
    assert report["jobs_count_per_status"]["DONE"] == 25
    assert pasqal(f"batches status {SCAN} -o csv").out.startswith("id,status,jobs_count_per_status")


@pytest.mark.parametrize(
    ("counts", "shown"), [({}, "-"), (None, "?"), ("many", "?"), ({"DONE": 0}, "-")]
)
def test_counts_may_be_missing_or_odd(
    sandbox: Sandbox, pasqal: Run, counts: object, shown: str
) -> None:
    """What is not as promised is a question mark."""
    report = {"id": SCAN, "status": "D\x1b[2J", "jobs_count_per_status": counts}
    sandbox.add_fault(Fault(operation="get_batch_status", status=200, body={"data": report}))
    assert pasqal(f"batches status {SCAN}").out.splitlines()[1] == f"{SCAN}  D\\x1b[2J  {shown}"


def test_an_error_is_not_taken_for_a_missing_batch(sandbox: Sandbox, pasqal: Run) -> None:
    """Only what the service does not have, or does not show, is passed over."""
    ran = pasqal(f"batches show {NIGHT} --token-file -", stdin="wrong-wrong-wrong")
    assert (ran.code, ran.out) == (3, "")


def test_an_empty_stdin_means_no_batches(sandbox: Sandbox, pasqal: Run) -> None:
    """It never means all of them."""
    assert pasqal("batches show -") == (0, "", "")
    assert pasqal("batches status - -o json") == (0, "[]\n", "")
    assert sandbox.requests == []

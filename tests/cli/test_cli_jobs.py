"""`pasqal jobs` against a sandbox, in this process."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Mapping

import pytest

from cli.conftest import Run
from cli.lab import NIGHT, PROJECT, SCAN, STATES, USER, night, scan
from pasqal_client import JobStatus
from pasqal_client._listing.device_filters import READERS as DEVICE_READERS
from pasqal_client._listing.filters import BATCH_FILTERS, READERS
from pasqal_client._writes.cancel_batch_filters import CANCEL_BATCH_FILTERS
from pasqal_client.cli.filter_options import (
    BATCH_OPTIONS,
    CANCEL_OPTIONS,
    DEVICE_OPTIONS,
    JOB_OPTIONS,
)
from pasqal_client.sandbox import Fault, Sandbox

ALL = [night(n) for n in range(11, 0, -1)] + [scan(n) for n in range(25, 0, -1)]


@pytest.mark.parametrize(
    ("table", "options", "readers", "besides"),
    [
        ("JOB_OPTIONS", JOB_OPTIONS, READERS, set()),
        # `--open/--closed` says the same as `complete`.
        ("BATCH_OPTIONS", BATCH_OPTIONS, BATCH_FILTERS.readers, {"complete"}),
        ("CANCEL_OPTIONS", CANCEL_OPTIONS, CANCEL_BATCH_FILTERS.readers, set()),
        ("DEVICE_OPTIONS", DEVICE_OPTIONS, DEVICE_READERS, set()),
    ],
)
def test_every_filter_of_the_client_is_an_option(
    table: str, options: Mapping[str, object], readers: Mapping[str, object], besides: set[str]
) -> None:
    """A filter that the client gets has to be added to a table of `filter_options`."""
    differing = options.keys() ^ readers.keys() ^ besides
    assert not differing, f"{sorted(differing)}: a filter of the client belongs in {table}"


def test_a_list_is_the_newest_twenty_as_a_table(sandbox: Sandbox, pasqal: Run) -> None:
    """A remark says how many jobs match altogether."""
    ran = pasqal("jobs list")
    lines = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "20 of 36, --all for the rest\n")
    assert lines[0].split("  ")[0] == "id"
    assert [line.split()[0] for line in lines[1:]] == ALL[:20]
    assert [line.split()[1] for line in lines[1:12]] == STATES[::-1]


def test_all_lists_every_job(sandbox: Sandbox, pasqal: Run) -> None:
    """With --all there is no remark, because nothing is left out."""
    ran = pasqal("jobs list --all -q")
    assert (ran.code, ran.out.split(), ran.err) == (0, ALL, "")


def test_a_limit_that_is_not_reached_is_not_mentioned(sandbox: Sandbox, pasqal: Run) -> None:
    """A limit that fits exactly leaves nothing out either."""
    assert pasqal("jobs list --limit 36 -q") == (0, "\n".join([*ALL, ""]), "")
    assert pasqal(f"jobs list --limit 40 -q --batch {NIGHT}") == (0, "\n".join([*ALL[:11], ""]), "")


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (f"--id {night(3)} --id {night(4)}", [night(4), night(3)]),
        (f"--id-starts-with 0190F3 --batch {NIGHT} --limit 1", [night(11)]),
        (f"--batch {SCAN} --reverse --limit 2", [scan(1), scan(2)]),
        (f"--project {PROJECT} --limit 1", [night(11)]),
        (f"--user {USER} --limit 1", [night(11)]),
        ("--status error --status Canceled", [night(n) for n in (6, 5, 4, 3)]),
        ("--origin client --limit 1", [night(11)]),
        ("--min-runs 201 --max-runs 500 --limit 1", [night(11)]),
        ("--errors", [night(5), night(4), night(3)]),
        (f"--no-errors --batch {NIGHT} --limit 4", [night(n) for n in (11, 10, 9, 8)]),
        ("--since 2026-10-12T08:03:29", [night(7)]),
        ("--until 2026-10-12T08:01:57", [scan(1)]),
        (f"--order-by creation_order --reverse --batch {NIGHT} --limit 1", [night(1)]),
    ],
)
def test_each_filter_is_an_option(
    sandbox: Sandbox, pasqal: Run, options: str, found: list[str]
) -> None:
    """An option matches the same jobs as the client's filter of that name."""
    ran = pasqal(f"jobs list -q {options}")
    assert (ran.code, ran.out.split()) == (0, found)


def test_an_unknown_state_is_sent_to_the_service(sandbox: Sandbox, pasqal: Run) -> None:
    """The service may be newer than the client; the sandbox is not, and says so."""
    ran = pasqal("jobs list --status what_comes_next")
    assert (ran.code, ran.out) == (1, "")
    assert sandbox.requests[-1].query["status"] == ["what_comes_next"]


def test_times_are_repeated_as_understood(sandbox: Sandbox, pasqal: Run) -> None:
    """stderr has each time in full, with what it is compared to, so that a misreading shows."""
    ran = pasqal("jobs", "list", "-q", "--since", "1 Nov 2026 9:00 +0100", "--until", "2026-11-02")
    assert ran.err.splitlines() == [
        "jobs that started at 2026-11-01 08:00:00+00:00 or later",
        "jobs that ended at 2026-11-02 00:00:00+00:00 or earlier",
        "no job matches",
    ]


def test_a_malformed_id_from_stdin_is_not_shown(sandbox: Sandbox, pasqal: Run) -> None:
    """It may be a token that was meant for another option."""
    for line in ("jobs list --id -", "jobs show -", "jobs wait -", "jobs show --token-file - -"):
        ran = pasqal(line, stdin=f"{NIGHT}\n{sandbox.token}\n")
        assert (ran.code, ran.out) == (2, "")
        assert "stdin is not a UUID" in ran.err or "--token-file" in ran.err
        assert sandbox.token not in ran.err


def test_waiting_for_no_ids_ends_at_once(sandbox: Sandbox, pasqal: Run) -> None:
    """An empty pipe neither fails nor waits for all jobs."""
    ran = pasqal("jobs wait -", stdin="")
    assert (ran.code, ran.out) == (0, "")
    assert "nothing to wait for" in ran.err


def test_ids_come_from_stdin(sandbox: Sandbox, pasqal: Run) -> None:
    """One command can feed the next; an empty pipe means no jobs, not all of them."""
    assert pasqal("jobs list -q --id -", stdin=f"{night(1)}\n{scan(2)}\n").out.split() == [
        night(1),
        scan(2),
    ]
    ran = pasqal("jobs list -q --id -", stdin="")
    assert (ran.code, ran.out, ran.err) == (0, "", "no job matches\n")
    assert len(sandbox.requests) == 1


def test_data_is_printed_as_received(sandbox: Sandbox, pasqal: Run) -> None:
    """JSON, JSON lines and CSV have the values of the service."""
    (page,) = [json.loads(pasqal("jobs list --limit 2 -o json").out)]
    assert [job["id"] for job in page] == ALL[:2]
    assert page[0]["created_at"].endswith("+00:00")
    lines = pasqal("jobs list --limit 2 -o jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == page
    rows = list(csv.DictReader(io.StringIO(pasqal("jobs list --limit 2 -o csv").out)))
    assert [row["id"] for row in rows] == ALL[:2]
    assert (rows[0]["variables"], rows[0]["runs"], rows[0]["errors"]) == ("{}", "500", "")
    assert json.loads(pasqal(f"jobs list --id {night(3)} -o json").out)[0]["errors"] == [
        "The laser lock was lost."
    ]


def test_csv_has_one_heading(sandbox: Sandbox, pasqal: Run) -> None:
    """The heading is printed once, however many pages there are."""
    sandbox.add_batch({} for _ in range(250))
    rows = list(csv.reader(io.StringIO(pasqal("jobs list --all -o csv").out)))
    assert len(rows) == 1 + 286
    assert [row[0] for row in rows].count("id") == 1


def test_an_empty_result_is_valid_data(empty: Sandbox, sandbox: Sandbox, pasqal: Run) -> None:
    """Without jobs there is an empty array, a heading without rows, or nothing."""
    none = "jobs list --min-runs 9999"
    assert pasqal(f"{none} -o json").out == "[]\n"
    assert pasqal(f"{none} -o csv").out.count("\n") == 1
    assert pasqal(f"{none} -o jsonl").out == ""
    assert pasqal(none) == (0, "", "no job matches\n")


def test_without_a_total_there_may_be_more(sandbox: Sandbox, pasqal: Run) -> None:
    """If the service sends no total, the remark only says that there may be more."""
    sandbox.quirks = ["no-pagination", "no-content-range"]
    assert pasqal("jobs list -q").err == "20 jobs; there may be more, --all for the rest\n"
    assert pasqal("jobs list -q --min-runs 9999").err == "no job matches\n"


def test_a_doubtful_list_is_reported(sandbox: Sandbox, pasqal: Run) -> None:
    """A list that may lack jobs says so in a line; with --strict it fails."""
    for _ in range(90):
        sandbox.add_batch([{}])
    ran = pasqal("jobs list --all -q --order-by status")
    assert (ran.code, len(ran.out.split())) == (0, 126)
    assert ran.err.startswith("warning: the listing may lack jobs: ")
    ran = pasqal("jobs list --all -q --order-by status --strict")
    assert ran.code == 1
    assert ran.err.startswith("pasqal: the listing may lack jobs: ")


def test_limit_and_all_exclude_each_other(pasqal: Run) -> None:
    """Contradictory options are rejected before anything is sent."""
    assert pasqal("jobs list --limit 3 --all") == (
        2,
        "",
        "pasqal: give either --limit or --all, not both\n",
    )


def test_show_prints_every_field(sandbox: Sandbox, pasqal: Run) -> None:
    """The jobs come in the order of the ids, field by field."""
    ran = pasqal(f"jobs show {night(4)} {scan(1)}")
    first, second = ran.out.split("\n\n")
    assert (ran.code, ran.err) == (0, "")
    assert first.splitlines()[0] == f"id               {night(4)}"
    assert (
        "errors           The register could not be assembled after 10 attempts.\n" in first + "\n"
    )
    assert f"batch_id         {SCAN}" in second
    assert pasqal("jobs show -q -", stdin=f"{scan(1)} {night(4)}").out.split() == [
        scan(1),
        night(4),
    ]
    assert [job["id"] for job in json.loads(pasqal(f"jobs show -o json {night(4)}").out)] == [
        night(4)
    ]


def test_an_unknown_job_is_named(sandbox: Sandbox, pasqal: Run) -> None:
    """The others are shown, and the exit code is 1."""
    ran = pasqal(f"jobs show -q {night(99)} {night(1)}")
    assert (ran.code, ran.out) == (1, f"{night(1)}\n")
    assert ran.err == f"pasqal: job {night(99)} does not exist, or this account cannot see it\n"
    assert pasqal("jobs show 12").code == 2
    assert pasqal(f"jobs show -q {night(1)} {night(1)}").out == f"{night(1)}\n"


def test_only_some_of_many_unknown_jobs_are_named(sandbox: Sandbox, pasqal: Run) -> None:
    """The rest are counted, and all are requested together, not one by one."""
    unknown = [night(number) for number in range(100, 400)]
    ran = pasqal("jobs show -q -", stdin="\n".join([*unknown, night(1)]))
    assert (ran.code, ran.out) == (1, f"{night(1)}\n")
    *named, rest = ran.err.splitlines()
    assert named == [
        f"pasqal: job {one} does not exist, or this account cannot see it" for one in unknown[:10]
    ]
    assert rest == "pasqal: the same for 290 more jobs; 300 of 301 were not found"
    assert len(sandbox.requests) <= 10


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati", "Europe/Paris"])
def test_any_time_is_printed(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    """The first and the last time that Python knows are printed in any zone."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    first, last = "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59.999999+00:00"
    ends = {
        "created_at": first,
        "start_timestamp": first,
        "end_timestamp": last,
        "updated_at": last,
    }
    job = {
        "id": night(1),
        "status": "RUNNING",
        "batch_id": NIGHT,
        "runs": 1,
        "errors": ["none"],
        **ends,
    }
    page = {"data": [job], "pagination": {"total": 1, "start": 0, "end": 1}}
    sandbox.add_fault(Fault(operation="get_jobs", status=200, body=page))
    for line in (
        "list",
        f"show {night(1)}",
        "errors",
        "timeline --all",
        "timeline --all --now 9000-01-01",
    ):
        ran = pasqal(f"jobs {line}")
        assert (line, ran.code) == (line, 0 if not line.endswith("9000-01-01") else 2)
    shown = pasqal(f"jobs show {night(1)}").out
    assert re.search(r"^created_at +0001-01-01 \d\d:\d\d:\d\d(\+00:00)?$", shown, re.MULTILINE)
    assert re.search(r"^end_timestamp +9999-12-31 \d\d:\d\d:\d\d(\+00:00)?$", shown, re.MULTILINE)


def test_a_long_text_does_not_pad_other_lines(sandbox: Sandbox, pasqal: Run) -> None:
    """In a pipe every text is printed in full, and each line is only as long as its content."""
    long = "word " * 20_000 + "end"
    texts = [*(f"number {number}" for number in range(40)), long]
    jobs = [{"id": night(1 + n), "status": text, "errors": [text]} for n, text in enumerate(texts)]
    sandbox.add_fault(Fault(operation="get_jobs", status=200, body={"data": jobs}))
    ran = pasqal("jobs errors")
    lines = ran.out.splitlines()
    assert lines[1] == f"   1  {'number 0':<9}  {night(1)}"
    assert lines[-1] == f"   1  {long}  {night(41)}"
    assert len(ran.out) < len(long) + 50 * 100
    ran = pasqal("jobs list --limit 41")
    assert ran.out.splitlines()[-1].split("  ")[:2] == [night(41), long]
    assert ran.out.endswith(f"  {long}\n")
    assert len(ran.out) < 2 * len(long) + 50 * 200
    ran = pasqal("jobs timeline --all")
    assert f"\n{night(41)}  {long}  " in ran.out
    assert len(ran.out) < 3 * len(long) + 50 * 400


def test_show_keeps_lines_and_cuts_what_is_long(
    empty: Sandbox, sandbox: Sandbox, pasqal: Run
) -> None:
    """A sequence can be of any length; fields that the contract does not know come last."""
    job_id = "0190f3a2-0000-4000-8000-0000000000ff"
    empty.add_batch(
        [{"id": job_id, "status": "ERROR", "errors": ["one\ntwo", "three"], "sequence": "x" * 500}]
    )
    empty.quirks = ["unknown-fields"]
    out = pasqal(f"jobs show {job_id}").out
    assert "errors           one\n                 two\n                 three\n" in out
    assert f"sequence         {'x' * 400}… (500 characters; -o json has them all)\n" in out
    assert out.splitlines()[-1].startswith("full_result")


def test_count_prints_a_number(sandbox: Sandbox, pasqal: Run) -> None:
    """A count takes one request."""
    assert pasqal("jobs count --status pending --status running") == (0, "5\n", "")
    assert len(sandbox.requests) == 1
    assert json.loads(pasqal("jobs count -o json").out) == {"jobs": 36}
    assert pasqal("jobs count -o jsonl").out == '{"jobs": 36}\n'
    assert pasqal("jobs count -o csv").out == "jobs\n36\n"


def test_count_by_status(sandbox: Sandbox, pasqal: Run) -> None:
    """One request per known state and one for all jobs show how many are in other states."""
    ran = pasqal("jobs count --by status")
    assert [line.split() for line in ran.out.splitlines()] == [
        *(
            ["status", "jobs"],
            ["PENDING", "4"],
            ["RUNNING", "1"],
            ["DONE", "27"],
            ["ERROR", "3"],
            ["CANCELED", "1"],
        ),
    ]
    assert len(sandbox.requests) == len(JobStatus) + 1
    assert pasqal("jobs count --by status --status done --status running -o csv").out == (
        "status,jobs\nDONE,27\nRUNNING,1\n"
    )
    assert pasqal("jobs count --by status --min-runs 10000") == (0, "", "no job matches\n")


def test_unknown_states_are_counted_as_other(sandbox: Sandbox, pasqal: Run) -> None:
    """If jobs changed during the counting, the command says so."""
    rule = sandbox.add_fault(
        Fault(
            operation="get_jobs",
            nth=1,
            status=200,
            body={"data": [], "pagination": {"total": 1, "start": 0, "end": 0}},
        )
    )
    assert json.loads(pasqal("jobs count --by status -o json").out)[-1] == {
        "status": "(other)",
        "jobs": 3,
    }
    assert rule.fired == 1
    sandbox.clear_faults()
    last = len(JobStatus) + 1
    sandbox.add_fault(
        Fault(
            operation="get_jobs",
            nth=last,
            status=200,
            body={"data": [], "pagination": {"total": 30, "start": 0, "end": 0}},
        )
    )
    ran = pasqal("jobs count --by status -q")
    assert ran.out.split() == ["PENDING", "RUNNING", "DONE", "ERROR", "CANCELED"]
    assert ran.err == "note: jobs changed while they were counted; 30 match in total\n"


def test_count_by_batch(sandbox: Sandbox, pasqal: Run) -> None:
    """All jobs are read, unless the batches are named."""
    assert pasqal("jobs count --by batch -o csv").out == f"batch,jobs\n{SCAN},25\n{NIGHT},11\n"
    sandbox.clear_requests()
    assert (
        pasqal(f"jobs count --by batch -o csv --batch {NIGHT}").out == f"batch,jobs\n{NIGHT},11\n"
    )
    assert len(sandbox.requests) == 1


def test_count_by_user(sandbox: Sandbox, pasqal: Run) -> None:
    """Only named users can be counted, because answers do not say whose a job is."""
    ran = pasqal(f"jobs count --by user --user {USER} --user nobody -o jsonl")
    assert [json.loads(line) for line in ran.out.splitlines()] == [
        {"user": USER, "jobs": 11},
        {"user": "nobody", "jobs": 0},
    ]
    ran = pasqal("jobs count --by user")
    assert ran.code == 2
    assert ran.err.splitlines()[1] == "hint: name them: --user A --user B"


def test_a_user_may_have_any_name(sandbox: Sandbox, pasqal: Run) -> None:
    """`-`, which means stdin elsewhere, is a user here."""
    assert pasqal("jobs count --by user --user -").out == "user  jobs\n-        0\n"


def test_error_messages_are_grouped(sandbox: Sandbox, pasqal: Run) -> None:
    """The most frequent message comes first, each with a job to look at."""
    ran = pasqal(f"jobs errors --batch {NIGHT}")
    assert (ran.code, ran.err) == (0, "3 jobs, 2 messages\n")
    assert [line.split()[-1] for line in ran.out.splitlines()] == ["example", night(5), night(4)]
    assert json.loads(pasqal("jobs errors -o json").out)[0] == {
        "jobs": 2,
        "message": "The laser lock was lost.",
        "example": night(5),
    }
    assert pasqal("jobs errors -q").out.split() == [night(5), night(4)]
    assert sandbox.requests[-1].query["errors"] == ["true"]


def test_jobs_without_a_message_are_grouped_too(sandbox: Sandbox, pasqal: Run) -> None:
    """Jobs without a message form one group, if they are requested."""
    assert pasqal("jobs errors --status done").out.splitlines()[1].split()[:2] == ["27", "(none)"]
    assert pasqal("jobs errors --min-runs 9999") == (0, "", "no job matches\n")


def test_messages_that_departed_are_grouped_too(sandbox: Sandbox, pasqal: Run) -> None:
    """A message that departs from the contract is counted as a question mark."""
    data = [
        {"id": night(1), "status": "ERROR", "errors": 7},
        {"status": "ERROR", "errors": ["a", "a", "b"]},
    ]
    sandbox.add_fault(Fault(operation="get_jobs", status=200, body={"data": data}))
    rows = json.loads(pasqal("jobs errors -o json").out)
    assert rows == [
        {"jobs": 1, "message": "?", "example": night(1)},
        {"jobs": 1, "message": "a", "example": "?"},
        {"jobs": 1, "message": "b", "example": "?"},
    ]


def test_a_wait_reports_how_jobs_ended(sandbox: Sandbox, pasqal: Run) -> None:
    """Its exit code is 4 if a job failed."""
    ran = pasqal(f"jobs wait {night(1)} {night(3)} {night(6)}")
    assert ran.code == 4
    assert [line.split() for line in ran.out.splitlines()] == [
        *(["status", "jobs"], ["CANCELED", "1"], ["DONE", "1"], ["ERROR", "1"]),
    ]
    assert ran.err == f"pasqal: 1 of 3 jobs failed: {night(3)}\n"
    assert pasqal("jobs wait -q --status error").out.split() == [night(5), night(4), night(3)]
    assert pasqal("jobs wait --batch " + SCAN + " -o json") == (
        0,
        '{\n  "jobs": {\n    "DONE": 25\n  },\n  "failed_ids": []\n}\n',
        "",
    )
    assert pasqal("jobs wait -o csv --status canceled").out == "status,jobs\nCANCELED,1\n"


def test_a_wait_applies_all_filters(sandbox: Sandbox, pasqal: Run) -> None:
    """Other filters narrow the wait to a part of the batch."""
    assert pasqal(f"jobs wait --batch {NIGHT} --status done -o csv").out == "status,jobs\nDONE,2\n"


def test_only_some_failed_jobs_are_named(sandbox: Sandbox, pasqal: Run) -> None:
    """The message stays short; -q prints all ids."""
    sandbox.add_batch([{"status": "ERROR"}])
    assert pasqal("jobs wait --status error").err.endswith(" and 1 more\n")


def test_a_wait_ends_when_the_jobs_do(sandbox: Sandbox, pasqal: Run) -> None:
    """A day passes in the sandbox during the wait."""
    sandbox.add_fault(Fault(operation="get_jobs", nth=2, advance="1d"))
    ran = pasqal(f"jobs wait --poll 0.01 --timeout 30s {night(7)} {night(8)}")
    assert (ran.code, ran.out.split()) == (0, ["status", "jobs", "DONE", "2"])


def test_a_wait_that_times_out_ends_with_4(sandbox: Sandbox, pasqal: Run) -> None:
    """The hint has the command that continues the wait."""
    ran = pasqal(f"jobs wait --poll 0.01 --timeout 0.5 {night(7)} {night(8)}")
    assert ran.code == 4
    hint, _, ids = ran.err.splitlines()[1].rpartition(" jobs wait ")
    assert (hint, set(ids.split())) == ("hint: to keep waiting: pasqal", {night(7), night(8)})
    ran = pasqal(f"batches wait --poll 0.01 --timeout 0.05 {NIGHT}")
    assert ran.err.splitlines()[1] == f"hint: to keep waiting: pasqal batches wait {NIGHT}"
    ran = pasqal("jobs wait --poll 0.01 --timeout 0.05 --all")
    assert ran.err.splitlines()[1] == "hint: to keep waiting, run the same command again"
    line = f"{NIGHT} --unknown-status active --base-url {sandbox.base_url}"
    ran = pasqal(f"batches wait {line} --poll 0.01 --timeout 0.05 --deadline 5s")
    assert ran.err.splitlines()[1] == f"hint: to keep waiting: pasqal batches wait {line}"


def test_any_project_is_not_a_filter(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lifts the configured project, and chooses no jobs by itself."""
    monkeypatch.setenv("PASQAL_PROJECT_ID", SCAN)
    assert pasqal("jobs count").out == "0\n"
    assert pasqal("jobs count --project any").out == "36\n"
    assert pasqal("jobs wait --project any").err.startswith("pasqal: this would wait for all jobs")
    assert pasqal("jobs timeline --project any").err.startswith("pasqal: this would draw all jobs")
    ran = pasqal("jobs watch --project any --timeout 0.01")
    assert ran.err.startswith("pasqal: 5 jobs had not ended after ")
    assert pasqal("jobs count --project any --project x").code == 2


def test_an_unknown_state_ends_a_wait(sandbox: Sandbox, pasqal: Run) -> None:
    """An option says whether such a state is treated as active or ended."""
    sandbox.quirks = ["future-values"]
    ran = pasqal(f"jobs wait {night(7)}")
    assert (ran.code, ran.out) == (4, "")
    assert (
        ran.err.splitlines()[1]
        == "hint: choose how to treat such a state: --unknown-status active or terminal"
    )
    ran = pasqal(f"jobs wait {night(7)} --unknown-status terminal -o csv")
    assert (ran.code, ran.out) == (0, "status,jobs\nFROM_THE_FUTURE,1\n")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("jobs wait", "this would wait for all jobs"),
        (f"jobs wait {night(1)} --status done", "give either ids or filters"),
        (
            f"jobs wait {night(1)} --timeout soon",
            "--timeout: cannot read 'soon' as a duration; try 90s, 10m or 1h30m",
        ),
        (f"jobs wait {night(1)} --poll -1", "--poll: cannot read '-1' as a duration"),
        ("jobs wait x", "'x' is not a UUID"),
        ("jobs list --id 5", "pasqal: --id: '5' is not a UUID"),
        ("jobs list --batch 5", "pasqal: --batch: '5' is not a UUID"),
        ("jobs list --min-runs many", "'many' is not an integer"),
        (
            "jobs list --since yesterday",
            "--since: cannot read 'yesterday' as a time; try 2d, 2026-11-01 or 09:30",
        ),
        ("jobs list --deadline 0", "--deadline: cannot read '0' as a duration"),
        ("jobs list --region mars", "region: 'mars' is unknown; known are"),
        ("jobs list --base-url http://example.org", "plain http"),
        ("jobs list --profile night", "'night' is not known"),
        ("jobs list --limit 0", "'--limit': expected at least 1, got 0\n"),
        ("jobs list --foo", "no such option: --foo"),
        ("jobs lst", "Did you mean 'list'?"),
        (f"jobs list --user {'x' * 5000}", "too long"),
        ("jobs", "Usage: pasqal jobs"),
        ("", "Usage: pasqal "),
    ],
)
def test_wrong_usage_ends_with_2(sandbox: Sandbox, pasqal: Run, line: str, said: str) -> None:
    """The error says what is wrong, and nothing is sent."""
    ran = pasqal(*line.split(), "") if not line else pasqal(line)
    assert (ran.code, ran.out) == (2, "") if line else ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert sandbox.requests == []


def test_a_wait_without_matching_jobs_ends_at_once(sandbox: Sandbox, pasqal: Run) -> None:
    """There is nothing to wait for, which is not a failure."""
    ran = pasqal("jobs wait --min-runs 9999 -q")
    assert (ran.code, ran.out, ran.err) == (0, "", "no job matches: there is nothing to wait for\n")


@pytest.mark.parametrize(
    "line",
    [
        "jobs show - --token-file -",
        "jobs cancel - - --yes",
        f"batches cancel-jobs {NIGHT} --id - --token-file - --yes",
        "batches rebatch - --id - --yes",
        "devices show - --token-file -",
    ],
)
def test_stdin_is_read_once(sandbox: Sandbox, pasqal: Run, line: str) -> None:
    """The second time it would be empty, and the error would be about that."""
    ran = pasqal(line, stdin=f"{NIGHT}\n")
    said = "pasqal: - is given more than once, but stdin can be read only once\n"
    assert (ran.code, ran.out, ran.err) == (2, "", said)
    assert sandbox.requests == []

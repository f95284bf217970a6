"""Commands that cancel, repeat and tag, against a sandbox and in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from cli.conftest import Ran, Run, raising, writes
from cli.lab import NIGHT, PROJECT, SCAN, USER, night, scan
from contract.derived import CONTRACT
from pasqal_client import OutcomeUnknownError, PasqalClient, Write
from pasqal_client._writes.addition import MoreJobs
from pasqal_client._writes.creation import CreatedBatch
from pasqal_client.batches import Batches
from pasqal_client.cli import failures
from pasqal_client.cli.failures import Interrupted, attach, explain
from pasqal_client.cli.writes import preview
from pasqal_client.jobs import Jobs
from pasqal_client.sandbox import Fault, Sandbox

NO_TERMINAL = [
    "pasqal: nothing was sent: no terminal to ask for confirmation",
    "hint: give --yes to go ahead without being asked",
]
WRITES = {
    "cancel_batch": f"batches cancel {NIGHT} --yes",
    "cancel_batches": f"batches cancel-many {NIGHT} --yes",
    "rebatch_jobs": f"batches rebatch {SCAN} --all --yes",
    "set_batch_tags": f"batches tag {NIGHT} scan",
    "cancel_job": f"jobs cancel {night(8)} --yes",
}
"""For each operation a command that makes it."""
every_write = pytest.mark.parametrize("operation", WRITES)


# All of them


@every_write
def test_a_write_is_sent_once_if_its_outcome_is_unknown(
    sandbox: Sandbox, pasqal: Run, operation: str
) -> None:
    """The command fails, and says how to find out."""
    sandbox.add_fault(Fault(operation=operation, status=502))
    ran = pasqal(WRITES[operation])
    assert (ran.code, ran.out) == (1, "")
    assert "pasqal: this request may or may not have taken effect (" in ran.err
    assert ran.err.splitlines()[-1].startswith(
        "hint: the last request was not repeated; to check: pasqal "
    )
    assert len(writes(sandbox)) == 1


@every_write
def test_the_command_to_check_with_works(
    sandbox: Sandbox, pasqal: Run, paste: Run, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks the same service, whatever the configured project is, and shows what came of the write."""
    monkeypatch.setenv("PASQAL_PROJECT_ID", SCAN)
    monkeypatch.delenv("PASQAL_BASE_URL")
    sandbox.add_fault(Fault(operation=operation, reset="before", applied=True))
    ran = pasqal(f"{WRITES[operation]} --base-url {sandbox.base_url}")
    _, _, command = ran.err.splitlines()[-1].partition("to check: ")
    checked = paste(command)
    assert (checked.code, checked.err) == (0, "")
    shown = {"rebatch_jobs": f",{SCAN},", "set_batch_tags": "scan"}
    assert shown.get(operation, "CANCELED") in checked.out


@every_write
def test_a_strict_client_prints_what_was_done(
    sandbox: Sandbox, pasqal: Run, operation: str
) -> None:
    """What departs in the answer is an error only after the receipt."""
    sandbox.quirks = ["naive-times"]
    # What is read before these would depart, too.
    if operation == "rebatch_jobs":
        sandbox.quirks = ["no-jobs"]
    if operation == "set_batch_tags":
        (batch,) = json.loads(pasqal(f"batches show {NIGHT} -o json").out)
        answer = {"data": {**batch, "tags": ["scan"], "created_at": "yesterday"}}
        sandbox.quirks = []
        sandbox.add_fault(Fault(operation=operation, status=200, body=answer, applied=True))
    ran = pasqal(f"{WRITES[operation]} --strict -q")
    assert (ran.code, len(ran.out.split())) == (1, 1)
    assert "the request was carried out, but its answer departs from the contract" in ran.err
    assert len(writes(sandbox)) == 1


@every_write
def test_a_rejected_write_is_an_error(sandbox: Sandbox, pasqal: Run, operation: str) -> None:
    """Nothing was done, and nothing is printed."""
    sandbox.add_fault(Fault(operation=operation, status=401))
    ran = pasqal(WRITES[operation])
    assert (ran.code, ran.out) == (3, "")
    assert "to check" not in ran.err


@pytest.mark.parametrize(
    "line",
    [
        f"batches cancel {NIGHT}",
        "batches cancel-many --status pending",
        f"batches rebatch {NIGHT} --status error",
        f"jobs cancel {night(8)}",
    ],
)
def test_without_a_terminal_a_question_needs_yes(sandbox: Sandbox, pasqal: Run, line: str) -> None:
    """What it is about is shown before."""
    sandbox.add_batch([{}])
    ran = pasqal(line)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[-2:] == NO_TERMINAL
    assert len(ran.err.splitlines()) > 2
    assert writes(sandbox) == []


@pytest.mark.parametrize(
    ("line", "question"),
    [
        (f"batches cancel {NIGHT}", "Cancel it with all of its jobs?"),
        ("batches cancel-many --status running", "Cancel 1 batch with all jobs?"),
        (f"batches rebatch {SCAN} --all", "Run 25 jobs again, in a new batch?"),
        (f"jobs cancel {night(8)} {night(9)}", "Cancel 2 jobs?"),
    ],
)
def test_only_yes_is_yes(
    sandbox: Sandbox, on_terminal: Callable[..., Ran], line: str, question: str
) -> None:
    """Any other answer ends with 1, because nothing was done."""
    ran = on_terminal(line, "\n")
    assert f"{question} [y/N] " in ran.out
    assert (ran.code, ran.out.endswith("nothing was sent\n"), writes(sandbox)) == (1, True, [])
    assert on_terminal(line, "y\n").code == 0
    assert writes(sandbox)


interrupt = raising(KeyboardInterrupt)


def test_ctrl_c_instead_of_an_answer_sends_nothing(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said in a line of its own."""
    monkeypatch.setattr(preview, "confirm", interrupt)
    ran = pasqal(f"jobs cancel {night(8)}")
    assert (ran.code, ran.out) == (130, "")
    assert ran.err.endswith("\n\npasqal: interrupted; nothing was sent\n")
    assert writes(sandbox) == []


def test_ctrl_c_between_two_requests_tells_of_the_first(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no request then whose outcome is unknown."""
    cancel = Jobs.cancel
    monkeypatch.setattr(
        Jobs, "cancel", lambda jobs, one: interrupt() if writes(sandbox) else cancel(jobs, one)
    )
    ran = pasqal(f"jobs cancel {night(8)} {night(9)} {night(10)} --yes -q")
    assert (ran.code, ran.out) == (130, f"{night(8)}\n")
    assert ran.err.splitlines() == [
        "1 job cancelled, 0 refused",
        "not sent: 1 more request",
        "pasqal: interrupted",
    ]
    monkeypatch.setattr(Batches, "cancel", interrupt)
    assert pasqal(f"batches cancel {NIGHT} --yes") == (130, "", "pasqal: interrupted\n")


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        (f"batches cancel {NIGHT}", [NIGHT]),
        ("batches cancel-many --status running", [NIGHT]),
        (f"batches rebatch {NIGHT} --status error", [night(5), night(4), night(3)]),
        (f"jobs cancel {night(9)} {night(8)}", [night(9), night(8)]),
        (f"batches tag {NIGHT} x", [NIGHT]),
    ],
)
def test_a_dry_run_sends_no_write(
    sandbox: Sandbox, pasqal: Run, line: str, printed: list[str]
) -> None:
    """It prints what the command would be about."""
    ran = pasqal(f"{line} --dry-run -q")
    assert (ran.code, ran.out.split()) == (0, printed)
    assert "nothing was sent" in ran.err
    assert writes(sandbox) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("batches cancel-many", "without a filter this would cancel every batch"),
        ("batches cancel-many --project any", "without a filter this would cancel every batch"),
        (f"batches cancel-many {NIGHT} --open", "give either ids or filters, not both"),
        (f"batches cancel-many {NIGHT} --all", "give either ids or --all, not both"),
        ("batches cancel-many --status done", "--status: 'DONE' cannot be cancelled; "),
        ("batches cancel-many --created-since 01/02/2026", "--created-since: cannot read "),
        (f"batches rebatch {NIGHT}", "without a filter this would repeat the whole batch"),
        (
            f"batches rebatch {NIGHT} --batch {NIGHT}",
            "without a filter this would repeat the whole",
        ),
        (f"batches tag {NIGHT}", "which tags?"),
        (f"batches tag {NIGHT} x --add y", "give either tags, or --add and --remove, or --clear"),
        (f"batches tag {NIGHT} --clear --add y", "give either tags, or --add and --remove, or "),
        (f"batches tag {NIGHT} x x", "TAG[1]: 'x' is there twice"),
        (f"batches tag {NIGHT} --add pasqal-client:x", "--add[0]: 'pasqal-client:x' begins with "),
        (f"batches tag {NIGHT} --remove pasqal-client:x", "--remove[0]: 'pasqal-client:x' begins"),
        ("batches cancel 7c9e", "'7c9e' is not a UUID"),
        ("jobs cancel 7c9e", "'7c9e' is not a UUID"),
    ],
)
def test_wrong_usage_is_found_before_anything_is_sent(
    sandbox: Sandbox, pasqal: Run, line: str, said: str
) -> None:
    """Nobody has to sign in to learn of it."""
    ran = pasqal(f"{line} --yes" if " tag " not in line else line)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err.splitlines()[0]
    assert sandbox.requests == []


# Cancelling batches


def test_a_batch_is_cancelled_with_its_jobs(sandbox: Sandbox, pasqal: Run) -> None:
    """One request is sent, and the receipt has the batch as it now stands."""
    ran = pasqal(f"batches cancel {NIGHT} --yes")
    assert (ran.code, ran.err) == (0, "1 batch cancelled, 0 refused\n")
    assert ran.out.splitlines()[1].split()[:2] == [NIGHT, "CANCELED"]
    assert len(sandbox.requests) == 1
    assert pasqal(f"jobs count --batch {NIGHT} --status canceled").out == "6\n"
    # A second time there is nothing left to do, and that is no failure.
    ran = pasqal(f"batches cancel {NIGHT} --yes -o json")
    receipt = json.loads(ran.out)
    assert (ran.code, [batch["id"] for batch in receipt["cancelled"]]) == (0, [NIGHT])
    assert receipt["refused"] == {}


def test_a_batch_that_had_ended_is_refused(sandbox: Sandbox, pasqal: Run) -> None:
    """The exit code says that it was not cancelled, and why is said on stderr."""
    ran = pasqal(f"batches cancel {SCAN} --yes -q")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "0 batches cancelled, 1 refused",
        "refused: it had ended before: DONE",
        f"  {SCAN}",
    ]


def test_the_state_of_a_batch_is_shown_before_the_question(sandbox: Sandbox, pasqal: Run) -> None:
    """With the states of its jobs, because these are what is lost."""
    states = "4 PENDING, 1 RUNNING, 2 DONE, 1 CANCELED, 3 ERROR"
    said = f"batch {NIGHT} is RUNNING, its jobs: {states}"
    assert pasqal(f"batches cancel {NIGHT}").err.splitlines()[0] == said
    ran = pasqal(f"batches cancel {NIGHT} --dry-run -o csv")
    assert (ran.code, ran.err) == (0, f"{said}; nothing was sent\n")
    assert ran.out.splitlines()[1].startswith(f"{NIGHT},RUNNING,")


def test_batches_are_cancelled_together(sandbox: Sandbox, pasqal: Run) -> None:
    """One request is sent; one that is refused does not stop the others, and the exit code is 1."""
    gone = uuid4()
    made = str(sandbox.add_batch([{}]).id)
    ran = pasqal("batches cancel-many - --yes -q", stdin=f"{NIGHT} {SCAN} {gone} {made}")
    assert (ran.code, sorted(ran.out.split())) == (1, sorted([NIGHT, made]))
    assert ran.err.splitlines()[0] == "2 batches cancelled, 2 refused"
    assert f"  {SCAN}" in ran.err.splitlines()
    assert len(sandbox.requests) == 1
    ran = pasqal(f"batches cancel-many {made} -o jsonl --yes")
    assert list(json.loads(ran.out)["refused"]) == [made]


def test_an_empty_stdin_cancels_nothing(sandbox: Sandbox, pasqal: Run) -> None:
    """It means no batches, and no jobs."""
    for noun, command in (("batches", "batches cancel-many"), ("jobs", "jobs cancel")):
        assert pasqal(f"{command} - --yes") == (0, "", f"0 {noun} cancelled, 0 refused\n")
        assert pasqal(f"{command} -").err.endswith(" matches\nnothing was sent\n")
    assert sandbox.requests == []


def test_what_would_be_refused_is_said_before(sandbox: Sandbox, pasqal: Run) -> None:
    """A dry run then ends as the command would."""
    for options in ("", " --dry-run"):
        ran = pasqal(f"batches cancel-many {NIGHT} {SCAN}{options}")
        assert "would be refused: the batch has ended, or is being cancelled" in ran.err
    assert (ran.code, ran.out.split().count(NIGHT), ran.out.count(SCAN)) == (1, 1, 0)
    ran = pasqal(f"batches cancel-many {SCAN}")
    assert (ran.code, ran.err.splitlines()[-1]) == (1, "nothing was sent")


def test_only_some_batches_are_shown_before_the_question(sandbox: Sandbox, pasqal: Run) -> None:
    """Each is shown with its number of jobs, and it is said in which projects they are."""
    for _ in range(11):
        sandbox.add_batch([{}, {}])
    said = pasqal("batches cancel-many --all").err.splitlines()
    assert said[0] == f"12 batches match (11 PENDING, 1 RUNNING) in project {PROJECT}"
    assert said[1].endswith("  PENDING  jobs: 2")
    assert said[11] == "  … and 2 more; --dry-run lists them all"


def test_batches_of_several_projects_are_counted(sandbox: Sandbox, pasqal: Run) -> None:
    """Without a configured project, --all means whatever this account may see."""
    listed = json.loads(pasqal("batches list --id - -o json", stdin=NIGHT).out)
    other = {**listed[0], "id": str(uuid4()), "project_id": SCAN}
    answer = {"data": [*listed, other], "pagination": {"total": 2, "start": 0, "end": 2}}
    sandbox.add_fault(Fault(operation="get_all_batches", status=200, body=answer))
    ran = pasqal("batches cancel-many --all")
    assert ran.err.splitlines()[0] == "2 batches match (2 RUNNING) in 2 projects"


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (f"--project {PROJECT}", ["pending", NIGHT]),
        (f"--project {SCAN}", []),
        (f"--user {USER}", [NIGHT]),
        ("--device emu_mps", ["pending"]),
        ("--queue high", []),
        ("--open", ["pending", NIGHT]),
        ("--closed", []),
        ("--status pending", ["pending"]),
        ("--tag a", ["pending"]),
        ("--tag a --tag b --tag none", ["pending"]),
        ("--created-since 2026-10-12T08:03:00Z", ["pending"]),
        ("--all", ["pending", NIGHT]),
        ("--all --project any", ["pending", NIGHT]),
    ],
)
def test_each_filter_chooses_among_batches_to_cancel(
    sandbox: Sandbox, pasqal: Run, filters: str, found: list[str]
) -> None:
    """The dry run shows exactly the batches that are cancelled then."""
    made = str(sandbox.add_batch([{}], device_type="EMU_MPS", tags=["a", "b"]).id)
    expected = [one.replace("pending", made) for one in found]
    ran = pasqal(f"batches cancel-many {filters} --dry-run -q")
    assert (ran.code, ran.out.split()) == (0, expected)
    ran = pasqal(f"batches cancel-many {filters} --yes -q")
    assert (ran.code, sorted(ran.out.split())) == (0, sorted(expected))
    assert writes(sandbox) == ["cancel"]


def test_the_time_of_creation_is_said(sandbox: Sandbox, pasqal: Run) -> None:
    """Elsewhere a time like this is that of the start."""
    ran = pasqal("batches cancel-many --created-since 2026-10-12T08:03:00Z --dry-run")
    assert ran.err.splitlines()[0] == (
        "cancellable batches that were created at 2026-10-12 08:03:00+00:00 or later"
    )


def test_many_batches_are_checked_with_a_dry_run(sandbox: Sandbox, pasqal: Run) -> None:
    """A command that names hundreds of ids would not fit into a hint."""
    made = [str(sandbox.add_batch([{}]).id) for _ in range(4)]
    sandbox.add_fault(Fault(operation="cancel_batches", status=502))
    ran = pasqal("batches cancel-many - --yes", stdin=" ".join(made))
    assert ran.err.splitlines()[-1].endswith(
        "run the same command with --dry-run: it lists the batches that were not cancelled"
    )


# Cancelling jobs by their ids


def test_jobs_are_cancelled_one_by_one(sandbox: Sandbox, pasqal: Run) -> None:
    """They may be of several batches, and one that is refused does not stop the others."""
    made = sandbox.add_batch([{}])
    gone, done = str(uuid4()), night(1)
    job = str(made.job_ids[0])
    foreign = str(sandbox.add_batch([{}], foreign=True).job_ids[0])
    ran = pasqal(
        "jobs cancel - --yes -o json", stdin=f"{night(8)} {gone} {done} {foreign} {job} {job}"
    )
    receipt = json.loads(ran.out)
    assert ran.code == 1
    assert [one["id"] for one in receipt["cancelled"]] == [night(8), job]
    assert list(receipt["refused"]) == [gone, done, foreign]
    assert receipt["refused"][done] == "it had ended before: DONE"
    assert receipt["refused"][gone].startswith("404 Not Found: ")
    assert ran.err.splitlines()[0] == "2 jobs cancelled, 3 refused"
    assert writes(sandbox) == ["cancel"] * 5


def test_jobs_that_are_not_there_are_named_before_the_question(
    sandbox: Sandbox, pasqal: Run, on_terminal: Callable[..., Ran]
) -> None:
    """The others can be cancelled, and the exit code is 1 all the same."""
    gone = uuid4()
    said = f"pasqal: job {gone} does not exist, or this account cannot see it\n"
    ran = pasqal(f"jobs cancel {gone} {night(8)} --dry-run -q")
    assert (ran.code, ran.out) == (1, f"{night(8)}\n")
    assert ran.err == f"{said}1 job matches (1 PENDING); nothing was sent\n"
    ran = pasqal(f"jobs cancel {gone}")
    assert (ran.code, ran.err) == (1, f"{said}no job matches\nnothing was sent\n")
    ran = on_terminal(f"jobs cancel {gone} {night(8)}", "y\n")
    assert (ran.code, writes(sandbox)) == (1, ["cancel"])
    assert "1 job cancelled, 0 refused" in ran.out


def test_jobs_that_were_cancelled_before_an_error_are_printed(
    sandbox: Sandbox, pasqal: Run
) -> None:
    """It is said how many requests were not sent, and how to check the last one."""
    sandbox.add_fault(Fault(operation="cancel_job", nth=2, status=502))
    ran = pasqal(f"jobs cancel {night(8)} {night(9)} {night(10)} {night(11)} --yes -q")
    assert (ran.code, ran.out) == (1, f"{night(8)}\n")
    first, second, third, hint = ran.err.splitlines()
    assert (first, second) == ("1 job cancelled, 0 refused", "not sent: 2 more requests")
    assert third.startswith("pasqal: this request may or may not have taken effect (PATCH ")
    assert hint.endswith(f"to check: pasqal jobs show {night(9)}")
    assert writes(sandbox) == ["cancel"] * 2


def test_nothing_is_printed_if_no_job_was_cancelled(sandbox: Sandbox, pasqal: Run) -> None:
    """An error of the only request is all there is to say."""
    sandbox.add_fault(Fault(operation="cancel_job", status=401))
    ran = pasqal(f"jobs cancel {night(8)} --yes -o json")
    assert (ran.code, ran.out, ran.err.count("\n")) == (3, "", 2)


# Running jobs again


def test_jobs_are_run_again_in_a_new_batch(sandbox: Sandbox, pasqal: Run) -> None:
    """Its id is printed, and what was submitted is said."""
    ran = pasqal(f"batches rebatch {SCAN} --id {scan(1)} --id {scan(2)} --yes -q")
    made = ran.out.strip()
    assert ran.code == 0
    assert ran.err == f"submitted: 2 jobs, 400 runs in all, for FRESNEL, in project {PROJECT}\n"
    (batch,) = json.loads(pasqal(f"batches show {made} -o json").out)
    assert (batch["parent_id"], batch["jobs_count"]) == (SCAN, 2)
    ran = pasqal(f"batches rebatch {SCAN} --all --yes -o json")
    assert len(json.loads(ran.out)["jobs"]) == 25
    ran = pasqal(f"batches rebatch {SCAN} --all --yes")
    assert ran.out.splitlines()[0].split()[:2] == ["id", "status"]


def test_jobs_without_a_number_of_runs_are_not_said_to_have_none(
    sandbox: Sandbox, pasqal: Run
) -> None:
    """An emulator chooses the number itself."""
    batch = sandbox.add_batch([{"runs": None}, {"runs": 5}], device_type="EMU_SV", open=False)
    none, five = batch.job_ids
    place = f"for EMU_SV, in project {PROJECT}\n"
    ran = pasqal(f"batches rebatch {batch.id} --id {none} --yes -q")
    assert ran.err == f"submitted: 1 job without a number of runs, {place}"
    ran = pasqal(f"batches rebatch {batch.id} --id {none} --id {five} --dry-run -q")
    size = "2 jobs, 5 runs in all, 1 of them without a number of runs"
    assert ran.err.endswith(f"to submit: {size}, {place}")


def test_what_would_be_submitted_is_said_before(sandbox: Sandbox, pasqal: Run) -> None:
    """So is that the batch has to be complete."""
    said = pasqal(f"batches rebatch {NIGHT} --status error").err.splitlines()
    assert said[0] == f"3 jobs match (3 ERROR) in batch {NIGHT}"
    assert said[1:4] == [f"  {night(n)}  ERROR" for n in (5, 4, 3)]
    assert said[4] == (f"to submit: 3 jobs, 1500 runs in all, for FRESNEL, in project {PROJECT}")
    assert said[5].startswith("the batch is open: ")
    assert "the batch is open" not in pasqal(f"batches rebatch {SCAN} --all").err


def test_without_a_matching_job_there_is_no_batch(sandbox: Sandbox, pasqal: Run) -> None:
    """The exit code says so, as there is no id to go on with."""
    for options in ("--status error", "--status error --dry-run", "--id -"):
        ran = pasqal(f"batches rebatch {SCAN} {options}")
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.endswith("there is nothing to submit\n")
    assert writes(sandbox) == []


def test_an_answer_without_jobs_is_a_batch_all_the_same(sandbox: Sandbox, pasqal: Run) -> None:
    """It was made; how large it is is not known."""
    sandbox.quirks = ["no-jobs"]
    ran = pasqal(f"batches rebatch {SCAN} --all --yes -q")
    assert (ran.code, len(ran.out.split()), ran.err) == (0, 1, "")


def test_runs_may_be_missing(sandbox: Sandbox, pasqal: Run) -> None:
    """Jobs of an emulator have none."""
    sandbox.quirks = ["nulls"]
    ran = pasqal(f"batches rebatch {SCAN} --all --dry-run -q")
    assert "to submit: 25 jobs without a number of runs, for FRESNEL" in ran.err


# Tags


def own_tags(sandbox: Sandbox, pasqal: Run, batch: str) -> list[str]:
    (shown,) = json.loads(pasqal(f"batches show {batch} -o json").out)
    return [tag for tag in shown["tags"] if tag.startswith("pasqal-client:")]


def test_tags_are_replaced_but_for_our_own(sandbox: Sandbox, pasqal: Run) -> None:
    """Those before are said on stderr, and those after are printed."""
    with PasqalClient(
        token=sandbox.token, base_url=sandbox.base_url, project_id=sandbox.project_id
    ) as client:
        batch = str(client.batches.create("{}", runs=5, tags=["old", "older"], key="k").id)
    kept = own_tags(sandbox, pasqal, batch)
    ran = pasqal(f"batches tag {batch} new newer")
    assert (ran.code, ran.err) == (0, "tags before: old; older\n")
    assert ran.out.splitlines()[1] == f"{batch}  new; newer"
    assert own_tags(sandbox, pasqal, batch) == kept
    assert len(kept) == 3


@pytest.mark.parametrize(
    ("options", "after"),
    [
        (["c"], ["c"]),
        (["--add", "c", "--add", "a"], ["a", "b", "c"]),
        (["--remove", "a"], ["b"]),
        (["--remove", "a", "--add", "c"], ["b", "c"]),
        (["--clear"], []),
        (["two words", "ü; x"], ["two words", "ü; x"]),
    ],
)
def test_tags_can_be_added_and_removed(
    sandbox: Sandbox, pasqal: Run, options: list[str], after: list[str]
) -> None:
    """A dry run shows what the batch would have afterwards."""
    batch = str(sandbox.add_batch([{}], tags=["a", "b"]).id)
    ran = pasqal("batches", "tag", batch, *options, "--dry-run", "-o", "json")
    assert json.loads(ran.out) == [{"batch": batch, "tags": after}]
    assert ran.err == "tags before: a; b\nnothing was sent\n"
    assert writes(sandbox) == []
    ran = pasqal("batches", "tag", batch, *options, "-o", "json")
    assert (ran.code, json.loads(ran.out)["tags"]) == (0, after)
    assert writes(sandbox) == ["tags"]


def test_tags_that_are_there_already_are_not_sent(sandbox: Sandbox, pasqal: Run) -> None:
    """A tag that cannot be removed is named, as it may be misspelt."""
    batch = str(sandbox.add_batch([{}], tags=["a", "b"]).id)
    ran = pasqal(f"batches tag {batch} --remove A --add b -o csv")
    assert (ran.code, ran.out) == (0, f'batch,tags\n{batch},"[""a"", ""b""]"\n')
    assert ran.err.splitlines() == [
        "tags before: a; b",
        "the batch does not have the tag A",
        "the batch has these tags already; nothing was sent",
    ]
    assert writes(sandbox) == []


def test_tags_that_are_not_known_are_not_replaced(sandbox: Sandbox, pasqal: Run) -> None:
    """Among them may be the key of a submission."""
    sandbox.quirks = ["missing-fields"]
    ran = pasqal(f"batches tag {NIGHT} x")
    assert (ran.code, ran.out, writes(sandbox)) == (1, "", [])


def test_a_batch_without_tags_is_emptied_visibly(sandbox: Sandbox, pasqal: Run) -> None:
    """A hyphen stands for no tags, before and after."""
    batch = str(sandbox.add_batch([{}], tags=["a"]).id)
    assert pasqal(f"batches tag {batch} --clear").out.splitlines()[1] == f"{batch}  -"
    assert pasqal(f"batches tag {batch} a").err == "tags before: -\n"


# What is said of writes whose outcome is not known


def hint_for(write: Write, **given: Any) -> str:
    """What is said about such a write, with these arguments of its command."""
    error = OutcomeUnknownError("no answer")
    error.write = write
    try:
        with attach(given=given):
            raise error
    except OutcomeUnknownError as raised:
        return explain(raised).hint.partition("to check: ")[2]


def test_a_submission_is_looked_for_by_its_tag() -> None:
    """With a key the same command finds it; without a tag the newest batches have to be looked at."""
    created = Write("create_batch", CreatedBatch("pasqal-client:1", uuid4()))
    assert hint_for(created) == "pasqal batches list --tag pasqal-client:1 --project any"
    assert hint_for(created, key="night") == (
        "run the same command again: by its key it finds the batch, or submits it"
    )
    untagged = Write("create_batch", CreatedBatch(None, uuid4()))
    assert hint_for(untagged) == "pasqal batches list --project any"


def test_without_a_write_there_is_nothing_to_check() -> None:
    """The library attaches it to each such error of its own."""
    assert explain(OutcomeUnknownError("no answer")).hint == ""


def test_added_jobs_are_looked_for_among_the_newest() -> None:
    """A list has the newest first."""
    batch = uuid4()
    added = Write("add_jobs", MoreJobs(batch, (), None), batch)
    assert hint_for(added) == f"pasqal jobs list --batch {batch} --project any"


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"did_not_happen": True}, "the request that changes something was not sent"),
        ({"carried_out": True}, "the last request was carried out"),
        ({}, "the last request may or may not have taken effect"),
    ],
)
def test_ctrl_c_says_how_far_a_write_came(known: dict[str, Any], said: str) -> None:
    """Only an unknown outcome has to be checked."""
    batch = uuid4()
    told = explain(Interrupted(Write("add_jobs", MoreJobs(batch, (), None), batch, **known)))
    assert (told.code, told.message) == (130, f"interrupted; {said}")
    assert ("to check" in told.hint) is not bool(known)


def test_every_write_has_a_command_to_check_it_with() -> None:
    """A new operation that changes something needs one in `failures`."""
    operations = {}
    for path in CONTRACT["paths"].values():
        for method, operation in path.items():
            operations[operation["operationId"]] = method
    changing = [name for name, method in operations.items() if method in ("post", "patch")]
    assert sorted(failures._CHECKS) == sorted(changing)
    assert set(operations.values()) <= {"get", "post", "patch"}

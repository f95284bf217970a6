"""`pasqal batches` against a sandbox, in this process: what it asks, what it sends, and what it reports."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Ran, Run, writes
from cli.lab import NIGHT, SCAN, night
from pasqal_client.sandbox import Fault, Sandbox

PENDING = [night(n) for n in (11, 10, 9, 8)]


def test_the_batch_itself_does_not_count_as_a_filter(sandbox: Sandbox, pasqal: Run) -> None:
    """It would select the whole batch, as no filter at all would."""
    for filters in (f"--batch {NIGHT}", f"--project {NIGHT}"):
        ran = pasqal(f"batches cancel-jobs {NIGHT} {filters} --yes")
        assert (ran.code, ran.out) == (2, "")
        assert "without a filter this would cancel the whole batch" in ran.err
    assert not [request for request in sandbox.requests if request.method != "GET"]


def test_a_dry_run_sends_no_write(sandbox: Sandbox, pasqal: Run) -> None:
    """A dry run lists what matches, as `jobs list` does."""
    ran = pasqal(f"batches cancel-jobs {NIGHT} --status pending --dry-run -q")
    assert (ran.code, ran.out.split(), ran.err) == (
        0,
        PENDING,
        "4 jobs match (4 PENDING); nothing was sent\n",
    )
    ran = pasqal(f"batches cancel-jobs {NIGHT} --all --dry-run -o json")
    assert len(json.loads(ran.out)) == 11
    assert "3 ERROR" in ran.err
    assert (
        pasqal(f"batches cancel-jobs {NIGHT} --min-runs 9999 --dry-run").err
        == "no job matches; nothing was sent\n"
    )
    assert writes(sandbox) == []


def test_without_a_terminal_it_needs_yes(sandbox: Sandbox, pasqal: Run) -> None:
    """Without --yes the command shows what it would do and ends."""
    ran = pasqal(f"batches cancel-jobs {NIGHT} --status pending")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        f"4 jobs match (4 PENDING) in batch {NIGHT}",
        *(f"  {one}  PENDING" for one in PENDING),
        "pasqal: nothing was sent: no terminal to ask for confirmation",
        "hint: give --yes to go ahead without being asked",
    ]
    assert writes(sandbox) == []


def test_yes_skips_the_question(sandbox: Sandbox, pasqal: Run) -> None:
    """With --yes the command sends one request and prints a receipt."""
    ran = pasqal(f"batches cancel-jobs {NIGHT} --status pending --yes -q")
    assert (ran.code, sorted(ran.out.split()), ran.err) == (
        0,
        sorted(PENDING),
        "4 jobs cancelled, 0 refused\n",
    )
    assert len(sandbox.requests) == len(writes(sandbox)) == 1


def test_a_filter_or_all_is_needed(sandbox: Sandbox, pasqal: Run) -> None:
    """Nobody cancels a whole batch by forgetting an option."""
    ran = pasqal(f"batches cancel-jobs {NIGHT} --yes")
    assert (ran.code, ran.err.splitlines()[1]) == (2, "hint: give a filter or --all")
    assert pasqal("batches cancel-jobs 7c9e --all --yes").code == 2
    assert sandbox.requests == []


def test_refused_jobs_are_listed_with_the_reason(sandbox: Sandbox, pasqal: Run) -> None:
    """They make the command end with 1, although the others were cancelled."""
    ran = pasqal(
        f"batches cancel-jobs {NIGHT} --yes --id {night(8)} --id {night(1)} --id {night(2)}"
    )
    assert ran.code == 1
    assert night(8) in ran.out
    told = ran.err.splitlines()
    assert told[0] == "1 job cancelled, 2 refused"
    assert told[1].startswith("refused: ")
    assert sorted(told[2:]) == [f"  {night(1)}", f"  {night(2)}"]
    ran = pasqal(f"batches cancel-jobs {NIGHT} --yes --id {night(9)} --id {night(1)} -o json")
    data = json.loads(ran.out)
    assert ([job["id"] for job in data["cancelled"]], list(data["refused"])) == (
        [night(9)],
        [night(1)],
    )


def test_at_a_terminal_it_asks_first(sandbox: Sandbox, on_terminal: Callable[..., Ran]) -> None:
    """Anything but yes means no, and then the exit code is 1 because nothing was done."""
    ran = on_terminal(f"batches cancel-jobs {NIGHT} --status pending", "\n")
    assert ran.code == 1
    assert "Cancel 4 jobs? [y/N] " in ran.out
    assert ran.out.endswith("nothing was sent\n")
    assert writes(sandbox) == []
    ran = on_terminal(f"batches cancel-jobs {NIGHT} --status pending", "Y\n")
    assert ran.code == 0
    assert ran.out.endswith("4 jobs cancelled, 0 refused\n")
    assert len(writes(sandbox)) == 1


def test_only_some_ids_are_shown_before_the_question(
    sandbox: Sandbox, on_terminal: Callable[..., Ran]
) -> None:
    """The first ids are shown and the rest are counted; if nothing matches there is no question."""
    ran = on_terminal(f"batches cancel-jobs {SCAN} --all", "n\n")
    assert "  … and 15 more; --dry-run lists them all\n" in ran.out
    ran = on_terminal(f"batches cancel-jobs {SCAN} --status pending")
    assert (ran.code, ran.out.endswith(f"no job matches in batch {SCAN}\nnothing was sent\n")) == (
        0,
        True,
    )


def test_completing_asks_first(
    sandbox: Sandbox, pasqal: Run, on_terminal: Callable[..., Ran]
) -> None:
    """The question has the states of the batch's jobs."""
    ran = pasqal(f"batches complete {NIGHT}")
    assert ran.code == 2
    assert ran.err.startswith(
        f"batch {NIGHT} has 4 PENDING, 1 RUNNING, 2 DONE, 3 ERROR, 1 CANCELED; "
        "once complete, it accepts no further jobs\n"
    )
    ran = on_terminal(f"batches complete {NIGHT}", "n\n")
    assert (ran.code, ran.out.endswith("nothing was sent\n"), writes(sandbox)) == (1, True, [])
    ran = on_terminal(f"batches complete {NIGHT}", "y\n")
    assert ran.code == 0
    assert len(writes(sandbox)) == 1


def test_completing_prints_the_batch(sandbox: Sandbox, pasqal: Run) -> None:
    """It prints a table or data, and reports a batch that is complete already as an error."""
    made = [str(sandbox.add_batch([{}]).id) for _ in range(4)]
    assert (
        pasqal(f"batches complete {made[0]} --yes").out
        == f"{'batch':<36}  status\n{made[0]}  PENDING\n"
    )
    assert (
        pasqal(f"batches complete {made[1]} --yes -o csv").out
        == f"batch,status\n{made[1]},PENDING\n"
    )
    assert json.loads(pasqal(f"batches complete {made[2]} --yes -o jsonl").out)["complete"] is True
    assert pasqal(f"batches complete {made[3]} --yes -q").out == f"{made[3]}\n"
    ran = pasqal(f"batches complete {made[3]} --yes")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("pasqal: 409 Conflict: ")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("command", ["cancel-jobs --all", "complete"])
def test_a_strict_client_prints_the_receipt_of_what_was_carried_out(
    sandbox: Sandbox, pasqal: Run, command: str
) -> None:
    """A departure in the answer is an error only after the receipt, and the exit code is that of the error."""
    sandbox.quirks = ["naive-times"]
    name, _, filters = command.partition(" ")
    line = f"batches {name} {NIGHT} {filters} --yes"
    printed = [night(n) for n in (7, 8, 9, 10, 11)]
    if name == "complete":
        printed = [NIGHT]
    ran = pasqal(f"{line} --strict -q")
    assert ran.code == 1
    assert sorted(ran.out.split()) == printed
    assert (
        "pasqal: the request was carried out, but its answer departs from the contract: " in ran.err
    )
    assert "`write`" not in ran.err
    assert len(writes(sandbox)) == 1


@pytest.mark.parametrize("name", ["cancel-jobs", "complete"])
def test_a_command_to_check_goes_to_the_same_service(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """It repeats the options of the connection, and finds the batch whatever the configured project is."""
    token = tmp_path / "the token"
    token.write_text(sandbox.token)
    monkeypatch.delenv("PASQAL_BASE_URL")
    monkeypatch.delenv("PASQAL_TOKEN")
    monkeypatch.setenv("PASQAL_PROJECT_ID", SCAN)
    connection = ["--base-url", sandbox.base_url, "--token-file", str(token)]
    operation, filters = {
        "cancel-jobs": ("cancel_jobs", ["--all"]),
        "complete": ("complete_batch", []),
    }[name]
    sandbox.add_fault(Fault(operation=operation, nth=1, status=502))
    ran = pasqal("batches", name, NIGHT, "--yes", *filters, *connection)
    assert ran.code == 1
    assert sandbox.token not in ran.err
    (suggested,) = re.findall(r"pasqal ((?:jobs|batches) .*?)(?:\)|$)", ran.err.splitlines()[1])
    checked = pasqal(*shlex.split(suggested))
    assert checked.code == 0
    assert checked.out


def test_a_batch_without_jobs_can_be_completed(sandbox: Sandbox, pasqal: Run) -> None:
    """The question says that the batch is empty or that this account cannot see its jobs."""
    empty = sandbox.add_batch().id
    assert f"batch {empty} has no visible jobs;" in pasqal(f"batches complete {empty}").err


@pytest.mark.parametrize("trouble", [{"reset": "before"}, {"status": 500, "retry_after": 7}])
def test_an_unknown_outcome_is_reported_as_unknown(
    sandbox: Sandbox, pasqal: Run, trouble: dict[str, Any]
) -> None:
    """The hint says how to find out what happened, and no method of the library is named."""
    sandbox.add_fault(Fault(operation="cancel_jobs", applied=True, **trouble))
    ran = pasqal(f"batches cancel-jobs {NIGHT} --status pending --yes")
    assert (ran.code, ran.out) == (1, "")
    first, second = ran.err.splitlines()
    assert first.startswith("pasqal: this request may or may not have taken effect (PATCH ")
    assert "resolve" not in first
    to_check = f"pasqal jobs count --batch {NIGHT} --project any --by status"
    assert second == f"hint: the last request was not repeated; to check: {to_check}"
    assert len(writes(sandbox)) == 1
    sandbox.add_fault(Fault(operation="complete_batch", status=502))
    ran = pasqal(f"batches complete {NIGHT} --yes")
    assert ran.code == 1
    assert f"complete it again (pasqal batches complete {NIGHT} --yes)" in ran.err.splitlines()[1]


def test_a_write_that_failed_half_way_reports_its_progress(sandbox: Sandbox, pasqal: Run) -> None:
    """More ids than fit one address take several requests, of which the first may succeed."""
    jobs = [str(one) for one in sandbox.add_jobs(NIGHT, [{} for _ in range(250)])]
    sandbox.add_fault(Fault(operation="cancel_jobs", nth=2, status=403))
    ran = pasqal(f"batches cancel-jobs {NIGHT} --yes --id -", stdin=" ".join(jobs))
    assert ran.code == 1
    assert ran.err.splitlines()[1].startswith("pasqal: 403 Forbidden: ")
    done = len(ran.out.splitlines()) - 1
    assert int(pasqal("jobs count --status canceled").out) == done + 1
    assert ran.err.splitlines()[0] == f"{done} jobs cancelled, 0 refused"
    assert (
        ran.err.splitlines()[2] == f"hint: already cancelled: {done} jobs; not sent: 1 more request"
    )


def test_waiting_for_a_batch(sandbox: Sandbox, pasqal: Run) -> None:
    """The exit codes are those of a wait for jobs."""
    assert pasqal(f"batches wait {SCAN} -o csv") == (0, "status,jobs\nDONE,25\n", "")
    assert pasqal("batches wait 7c9e").code == 2
    ran = pasqal(f"batches wait {night(1)}")
    assert (ran.code, ran.err.splitlines()[1]) == (
        1,
        "hint: check the id; this account sees only what is in its own projects",
    )


@pytest.mark.parametrize(
    "line", [f"batches cancel-jobs {NIGHT} --all --yes", f"batches complete {NIGHT} --yes"]
)
def test_a_batch_of_another_project_is_refused(sandbox: Sandbox, pasqal: Run, line: str) -> None:
    """The hint suggests that the account may be the wrong one."""
    foreign = str(sandbox.add_batch([{}], foreign=True).id)
    ran = pasqal(line.replace(NIGHT, foreign))
    assert ran.code == 1
    assert ran.err.splitlines()[0].startswith("pasqal: 403 Forbidden: ")
    assert ran.err.splitlines()[1] == "hint: `pasqal auth status` shows which account this is"


def test_stdin_has_exactly_one_batch(sandbox: Sandbox, pasqal: Run) -> None:
    """None or several ids on stdin are wrong usage."""
    for stdin, number in (("", "0 ids"), (f"{NIGHT} {SCAN}", "2 ids")):
        ran = pasqal("batches complete - --yes", stdin=stdin)
        assert (ran.code, ran.err) == (2, f"pasqal: stdin has {number}; exactly one is needed\n")
    assert sandbox.requests == []

"""Commands that change batches and jobs in real use: Ctrl-C at each stage, pipes, full and closed streams."""

from __future__ import annotations

import pytest

from cli.conftest import Run, Start, eventually, press_ctrl_c, writes
from cli.lab import NIGHT, SCAN, night
from pasqal_client.sandbox import Fault, Sandbox


@pytest.mark.parametrize(
    ("line", "operation", "said"),
    [
        ("batches cancel-many --status pending", "get_all_batches", "pasqal: interrupted\n"),
        (
            f"batches rebatch {SCAN} --all --yes",
            "get_batch",
            "pasqal: interrupted; the request that changes something was not sent\n",
        ),
    ],
)
def test_ctrl_c_while_reading_sends_no_write(
    sandbox: Sandbox, process: Start, line: str, operation: str, said: str
) -> None:
    """Nothing has to be checked then."""
    sandbox.add_fault(Fault(operation=operation, latency=30))
    ran, screen = process(line)
    eventually(lambda: sandbox.faults[0].fired)
    press_ctrl_c(ran, screen, said)
    assert "to check" not in screen.seen
    assert writes(sandbox) == []


def test_ctrl_c_at_the_question_sends_no_write(sandbox: Sandbox, process: Start) -> None:
    """The message says so, in a line of its own."""
    ran, screen = process(f"batches cancel {NIGHT}")
    screen.until("Cancel it with all of its jobs? [y/N] ")
    press_ctrl_c(ran, screen, "\npasqal: interrupted; nothing was sent\n")
    assert writes(sandbox) == []


@pytest.mark.parametrize(
    ("line", "operation", "check"),
    [
        (
            f"batches cancel-jobs {NIGHT} --status pending",
            "cancel_jobs",
            f"pasqal jobs count --batch {NIGHT} --project any --by status",
        ),
        (f"batches tag {NIGHT} scan", "set_batch_tags", f"pasqal batches show {NIGHT}"),
    ],
)
def test_ctrl_c_during_a_write_says_how_to_find_out(
    sandbox: Sandbox, process: Start, line: str, operation: str, check: str
) -> None:
    """The write may or may not have taken effect, and is not sent again."""
    sandbox.add_fault(Fault(operation=operation, latency=30))
    ran, screen = process(line)
    if operation != "set_batch_tags":
        screen.until("? [y/N] ")
        screen.type("y\n")
    eventually(lambda: sandbox.faults[0].fired)
    press_ctrl_c(ran, screen, f"to check: {check}\n")
    assert "interrupted; the last request may or may not have taken effect" in screen.seen


def test_ctrl_c_among_several_jobs_prints_those_that_were_cancelled(
    sandbox: Sandbox, process: Start
) -> None:
    """Of the others it says how many were not sent, and how to check the last one."""
    sandbox.add_fault(Fault(operation="cancel_job", nth=2, latency=30))
    ran, screen = process(f"jobs cancel {night(8)} {night(9)} {night(10)} --yes -q")
    eventually(lambda: sandbox.faults[0].fired)
    press_ctrl_c(ran, screen, f"to check: pasqal jobs show {night(9)}\n")
    assert f"{night(8)}\n1 job cancelled, 0 refused\nnot sent: 1 more request\n" in screen.seen


def test_a_full_disk_does_not_make_a_change_a_failure(sandbox: Sandbox, shell: Run) -> None:
    """It was made all the same, so the exit code is 0, whether or not it can be said."""
    ran = shell(f"pasqal batches rebatch {SCAN} --all --yes -q > /dev/full")
    assert (ran.code, ran.out) == (0, "")
    said = "pasqal: done, but the receipt could not be written: No space left on device\n"
    assert said in ran.err
    assert len(writes(sandbox)) == 1


def test_closed_streams_do_not_make_a_change_a_failure(sandbox: Sandbox, shell: Run) -> None:
    """The command ends with 0 and changes what it was asked to change."""
    assert shell(f"pasqal batches tag {NIGHT} scan >&- 2>&-").code == 0
    assert writes(sandbox) == ["tags"]


def test_commands_feed_each_other(sandbox: Sandbox, shell: Run, pasqal: Run) -> None:
    """A list chooses by what a cancellation cannot choose by, and the id of a new batch can be used at once."""
    made = str(sandbox.add_batch([{}]).id)
    ran = shell("pasqal batches list --max-jobs 1 --all -q | pasqal batches cancel-many - --yes -q")
    assert (ran.code, ran.out, ran.err) == (0, f"{made}\n", "1 batch cancelled, 0 refused\n")
    new = pasqal(f"batches rebatch {SCAN} --all --yes -q").out
    ran = pasqal("batches status - -o csv", stdin=new)
    assert ran.out.splitlines()[1].split(",")[1] == "PENDING"

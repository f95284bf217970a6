"""`pasqal run` against a sandbox: submit, wait, print; and what is left if that ends on the way."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Ran, Run, Start, eventually, press_ctrl_c, raising, writes
from pasqal_client import Batch, PasqalClient
from pasqal_client._writes.creation import CreatedBatch
from pasqal_client._writes.write import Write
from pasqal_client.batches import Batches
from pasqal_client.cli.submission import flow, sequence_file
from pasqal_client.sandbox import Fault, Sandbox

LINE = "run sequence.json --set omega=1 --runs 50 --device EMU_FREE --poll 0.01"


@pytest.fixture
def quick(lab: Sandbox) -> Sandbox:
    """The same, where the jobs of a batch have ended when it is first looked at."""
    lab.add_fault(Fault(operation="get_batch_status", advance="1d"))
    return lab


def batch_in(sandbox: Sandbox) -> Batch:
    """The only batch of a sandbox, with its jobs."""
    with PasqalClient(base_url=sandbox.base_url, token=sandbox.token) as client:
        (batch,) = client.batches.list()
        return client.batches.get(batch.id)


def job_ids(sandbox: Sandbox) -> list[str]:
    """The ids of the jobs of that batch."""
    return [str(job) for job in batch_in(sandbox).job_ids or ()]


def steps(batch: object, options: str = "") -> str:
    """How to go on with a batch whose jobs have not ended."""
    return (
        f"the batch goes on at the service: `pasqal batches wait {batch}{options}`, "
        f"then `pasqal jobs results --batch {batch}{options}`; `pasqal batches cancel {batch}{options}` cancels it"
    )


# ----------------------------------------------------------------------------------------------------------------------
# From the sequence to the results


def test_a_run_submits_waits_and_prints(quick: Sandbox, pasqal: Run) -> None:
    """Results are on stdout; what was submitted, and as which batch, is on stderr."""
    ran = pasqal(f"{LINE} --tag night")
    batch = batch_in(quick)
    (job,) = job_ids(quick)
    assert (ran.code, job in ran.out) == (0, True)
    assert ran.err.splitlines() == [
        f"submitting 1 job, 50 runs in all, for EMU_FREE, in project {quick.project_id}",
        f"submitted as batch {batch.id}",
    ]
    assert "night" in (batch.tags or ())
    assert len(writes(quick)) == 1


def test_each_job_of_a_file_is_run(quick: Sandbox, pasqal: Run) -> None:
    """The results come for all of them."""
    ran = pasqal("run sequence.json --jobs scan.csv --runs 20 --device EMU_FREE --poll 0.01")
    assert (ran.code, [job in ran.out for job in job_ids(quick)]) == (0, [True] * 3)


def test_results_of_the_others_are_printed_where_a_job_failed(
    quick: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The failed ones are named on stderr, and the exit code is 4."""
    before = quick.add_batch(
        [{"status": "DONE"}, {"status": "ERROR"}], device_type="EMU_FREE", complete=True
    )
    with PasqalClient(base_url=quick.base_url, token=quick.token) as client:
        mixed = client.batches.get(before.id)
    monkeypatch.setattr(Batches, "create", lambda *_, **__: mixed)
    ran = pasqal(LINE)
    done, failed = before.job_ids
    assert (ran.code, str(done) in ran.out) == (4, True)
    assert f"pasqal: 1 of 2 jobs failed: {failed}" in ran.err


def test_a_run_with_a_key_goes_on_with_its_batch(quick: Sandbox, pasqal: Run) -> None:
    """Whoever runs it again gets the same results, and pays once."""
    first, again = (pasqal(f"{LINE} --key night-7") for _ in range(2))
    assert (first.code, again.code, again.out) == (0, 0, first.out)
    assert "was submitted under this key before; nothing was submitted now" in again.err
    assert len(writes(quick)) == 1


def test_a_dry_run_waits_for_nothing(quick: Sandbox, pasqal: Run) -> None:
    """It shows what would be sent, whatever the form of the results."""
    for shape in ("", "-o results.svg"):
        ran = pasqal(f"{LINE} --dry-run {shape}")
        assert (ran.code, "sequence_builder" in ran.out) == (0, True)
        assert ran.err.endswith("; nothing was sent\n")
    assert quick.requests == []


def test_wrong_usage_is_found_before_anything_is_sent(quick: Sandbox, pasqal: Run) -> None:
    """That of the wait and of the results, too: they come after the submission."""
    for wrong in ("--timeout soon", "--poll 0", "-o results.doc", "--top 0", "--unknown-status x"):
        assert pasqal(f"{LINE} {wrong}").code == 2, wrong
    ran = pasqal(f"{LINE} --by omga")
    assert (ran.code, ran.err) == (2, "pasqal: --by: no job has a value for omga\n")
    assert quick.requests == []


def test_on_a_narrow_terminal_ids_are_whole(
    quick: Sandbox, on_terminal: Callable[..., Ran]
) -> None:
    """The id of the batch is what everything else can be found by."""
    ran = on_terminal(LINE, columns=30)
    batch = batch_in(quick)
    assert ran.code == 0
    assert f"submitted as batch {batch.id}" in ran.out


def test_a_sweep_is_compared_by_its_variable(quick: Sandbox, pasqal: Run) -> None:
    """The jobs of the file become the rows of one table."""
    line = "run sequence.json --jobs scan.csv --runs 20 --device EMU_FREE --poll 0.01 --by omega"
    ran = pasqal(line)
    assert (ran.code, [row.split()[0] for row in ran.out.splitlines()]) == (
        0,
        ["omega", "1.5", "2.5", "3.5"],
    )


def test_a_picture_is_drawn_of_the_results(quick: Sandbox, pasqal: Run, tmp_path: Path) -> None:
    """Nothing else has to be typed to get one."""
    assert pasqal(f"{LINE} -o results.svg").code == 0
    assert (tmp_path / "results.svg").read_text().startswith("<svg")


# ----------------------------------------------------------------------------------------------------------------------
# What ends on the way


def test_a_wait_that_times_out_says_how_to_go_on(lab: Sandbox, pasqal: Run) -> None:
    """The batch is at the service; the commands repeat the options that say which one."""
    again = f" --base-url {lab.base_url}"
    ran = pasqal(f"{LINE} --timeout 0.05 --unknown-status active{again}")
    batch = batch_in(lab)
    assert (ran.code, ran.out) == (4, "")
    said = ran.err.splitlines()[2:]
    assert said[0].startswith(f"pasqal: 1 job of batch {batch.id} had not ended after 0.0")
    expected = steps(batch.id, again).replace(again, f" --unknown-status active{again}", 1)
    assert said[1:] == [f"hint: {expected}"]


def test_an_error_of_the_wait_says_how_to_go_on(lab: Sandbox, pasqal: Run, once: None) -> None:
    """What is wrong comes first, then what is left to do."""
    lab.add_fault(Fault(operation="get_batch_status", status=403))
    ran = pasqal(LINE)
    assert ran.code == 1
    hint = "`pasqal auth status` shows which account this is"
    assert ran.err.endswith(f"hint: {hint}; {steps(batch_in(lab).id)}\n")


def test_an_unknown_state_does_not_end_the_wait_that_is_suggested(
    lab: Sandbox, pasqal: Run, once: None
) -> None:
    """The same wait without the option would end in the same error."""
    lab.quirks = ["future-values"]
    lab.add_fault(Fault(operation="get_batch_status", advance="1s"))
    ran = pasqal(LINE)
    batch = batch_in(lab).id
    assert ran.code == 4
    expected = steps(batch).replace(f"wait {batch}", f"wait {batch} --unknown-status active")
    assert ran.err.endswith(f"--unknown-status active or terminal; {expected}\n")


def test_an_error_after_the_wait_names_the_command_for_results(
    quick: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The jobs have ended, so there is nothing to wait for."""
    full = OSError(28, "No space left on device")
    monkeypatch.setattr(flow, "print_results", raising(full))
    ran = pasqal(LINE)
    assert ran.code == 1
    assert ran.err.splitlines()[2:] == [
        "pasqal: No space left on device",
        "hint: the results stay at the service: "
        f"`pasqal jobs results --batch {batch_in(quick).id}`",
    ]


# ----------------------------------------------------------------------------------------------------------------------
# Ctrl-C


def test_ctrl_c_before_the_request_says_that_nothing_was_sent(
    lab: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the files are read nothing can have been sent."""
    monkeypatch.setattr(sequence_file, "read_text", raising(KeyboardInterrupt))
    assert pasqal(LINE) == (130, "", "pasqal: interrupted; nothing was sent\n")


def interrupting(know: Callable[[Batch], Write | None]) -> Callable[..., Any]:
    """A `create` that is interrupted when its request was answered, with what is known then."""
    submit = Batches.create

    def create(self: Batches, *given: Any, **options: Any) -> Batch:
        batch = submit(self, *given, **options)
        error = KeyboardInterrupt()
        vars(error)["write"] = know(batch)
        raise error

    return create


def test_ctrl_c_after_the_answer_knows_the_batch(
    lab: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interruption may come when the batch was made and the command does not have it yet."""
    effect = CreatedBatch("pasqal-client:x", lab.project_id)
    done = interrupting(lambda batch: Write("create_batch", effect, carried_out=True, batch=batch))
    monkeypatch.setattr(Batches, "create", done)
    ran = pasqal(LINE)
    hint = f"hint: {steps(batch_in(lab).id)}"
    assert (ran.code, ran.err.splitlines()[1:]) == (130, ["pasqal: interrupted", hint])


def test_ctrl_c_that_may_have_lost_a_batch_says_how_to_check(
    lab: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a key, running the command again is as good as looking."""
    effect = CreatedBatch("pasqal-client:x", lab.project_id)
    monkeypatch.setattr(Batches, "create", interrupting(lambda _: Write("create_batch", effect)))
    ran = pasqal(f"{LINE} --key night")
    assert (ran.code, ran.err.splitlines()[1:]) == (
        130,
        [
            "pasqal: interrupted; the last request may or may not have taken effect",
            "hint: the last request was not repeated; to check: run the same command again: "
            "by its key it finds the batch, or submits it",
        ],
    )


def test_ctrl_c_of_which_nothing_is_known_claims_nothing(
    lab: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request was sent, and what became of it is lost."""
    monkeypatch.setattr(Batches, "create", interrupting(lambda _: None))
    ran = pasqal(LINE)
    assert (ran.code, ran.err.splitlines()[1:]) == (
        130,
        ["pasqal: interrupted; the last request may or may not have taken effect"],
    )


STAGES = [
    # The key is looked up first.
    ("get_all_batches", "", "interrupted; nothing was sent"),
    ("create_batch", "submitting 1 job", "interrupted; the last request may or may not have taken"),
    ("get_batch_status", "waiting for jobs", "the batch goes on at the service: `pasqal batches"),
    ("get_job_results_link", "submitted as batch", "the results stay at the service: `pasqal jobs"),
]


@pytest.mark.parametrize(("operation", "seen", "said"), STAGES)
def test_ctrl_c_says_what_was_submitted_and_how_to_go_on(
    lab: Sandbox, process: Start, operation: str, seen: str, said: str
) -> None:
    """At each stage the exit code is 130, and what is left to do is said."""
    if operation == "get_job_results_link":
        lab.add_fault(Fault(operation="get_batch_status", advance="1d"))
    lab.add_fault(Fault(operation=operation, latency=30))
    key = " --key night" if operation == "get_all_batches" else ""
    ran, screen = process(f"{LINE}{key}")
    eventually(lambda: lab.faults[-1].fired)
    screen.until(seen)
    press_ctrl_c(ran, screen, said)
    if operation == "create_batch":
        (tag,) = lab.requests[-1].json["tags"]
        screen.until(f"pasqal batches list --tag {tag} --project any")


def test_ctrl_c_while_a_pipe_is_read_says_that_nothing_was_sent(
    lab: Sandbox, process: Start, tmp_path: Path
) -> None:
    """What writes the sequence may take its time."""
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    ran, screen = process("run pipe.json --runs 5")
    # It opens as soon as the command reads from it.
    with pipe.open("w"):
        press_ctrl_c(ran, screen, "pasqal: interrupted; nothing was sent")
    assert lab.requests == []


def test_ctrl_c_while_jobs_are_added_says_how_to_check(lab: Sandbox, process: Start) -> None:
    """They may or may not have been added."""
    batch = lab.add_batch([])
    lab.add_fault(Fault(operation="add_jobs", latency=30))
    ran, screen = process(f"batches add-jobs {batch.id} --runs 5")
    eventually(lambda: lab.faults[-1].fired)
    press_ctrl_c(ran, screen, "interrupted; the last request may or may not have taken effect")
    screen.until(f"--batch {batch.id} --project any")


def test_the_commands_that_a_hint_gives_work(
    lab: Sandbox, pasqal: Run, on_terminal: Callable[..., Ran]
) -> None:
    """A run that was given up is finished by the two commands."""
    ran = pasqal(f"{LINE} --timeout 0.01")
    hint = ran.err.splitlines()[-1]
    wait, results, _ = (text.removeprefix("pasqal ") for text in hint.split("`")[1::2])
    lab.advance("1d")
    assert pasqal(f"{wait} --poll 0.01").code == 0
    ran = pasqal(results)
    (job,) = job_ids(lab)
    assert (ran.code, job in ran.out) == (0, True)


# ----------------------------------------------------------------------------------------------------------------------
# Streams


def test_streams_that_are_full(quick: Sandbox, shell: Run) -> None:
    """Results that cannot be written are an error that says where they are; what stderr loses is lost."""
    line = f"pasqal {LINE}"
    ran = shell(f"{line} > /dev/full; echo $?; {line} 2> /dev/full; echo $?")
    first, *printed, last = ran.out.splitlines()
    assert (first, bool(printed), last) == ("1", True, "0")
    assert "pasqal: No space left on device\nhint: the results stay at the service" in ran.err
    assert "Traceback" not in ran.err
    assert len(writes(quick)) == 2

"""Realistic changes of the contract, made in copies of the repository: what the maintainer is told, and what passes.

Each kind of outcome is rehearsed by default: nothing to do but generate, lines to add, a removal,
more work than lines. `REHEARSALS=all` takes every change; so does `make rehearse`, which writes
docs/spec-changes.md.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from rehearsals.__main__ import main
from rehearsals.changes import CHANGES, HERE, Change, Edit, EditError
from rehearsals.page import IN_FULL, PAGE, all_printed, quoted_in, row, section, stable
from rehearsals.running import DIFF, DRIFT, GENERATE, TESTS, Rehearsal, Step, rehearse

BY_DEFAULT = {"canceling", "tag", "removal", "operation"}
TAKEN = [
    change
    for change in CHANGES
    if os.environ.get("REHEARSALS") == "all" or change.name in BY_DEFAULT
]


class Told(NamedTuple):
    """What the maintainer is told of a change.

    Attributes:
        summary: of the differ.
        version: that follows on 0.1.0.
        drifted: files below generated/, among others.
        ledger: the beginnings of what is said after generating, with what to do.
        failed: the tests that fail until the change is brought up.
        says: lines that help, in what the commands print.
    """

    summary: str
    version: str
    drifted: set[str]
    ledger: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


FIELDS = "test_transcription.py::test_the_fields_are_those_of_the_page"
VECTOR = "no vector covers it; add it to a case of tests/contract/vectors"
KEYWORD = (
    "no keyword of jobs.page reaches it; "
    "add it to READERS and JobFilters in overlay/pasqal_client/_listing/filters.py"
)
OPTION = "no option of `pasqal jobs list` reaches it; add it to FILTERS in overlay/pasqal_client/cli/options.py"
SANDBOX = (
    "the sandbox does nothing with it; add it to overlay/pasqal_client/sandbox/database/queries.py"
)
METHOD = "no method of the client is known to send it; name the one that does in CALLS of tools/ledger_code.py"
SHOWN = "test_vectors_answers.py::test_an_answer_is_shown_as_its_vector_says"
DEPARTED = "test_vectors_answers.py::test_departures_are_where_the_vector_says"
LEDGER_FAILS = "docs/reference/wire.md cannot be made: "
ADVICE = "differ; see what the documentation says, and change the wrong one"

TOLD = {
    "canceling": Told(
        "3 warning, 2 compatible",
        "0.2.0",
        {"pasqal_core_api/models/job_status.py"},
        says=(
            '    warning     answer-enum-value-added: "CANCELING"',
            "Look at waiting.py and sandbox/states.py.",
        ),
    ),
    "origin": Told("2 compatible", "0.2.0", {"pasqal_core_api/models/job_origin.py"}),
    "field": Told(
        "3 compatible",
        "0.2.0",
        {"pasqal_core_api/models/job.py"},
        (f"Job, field device_status: {VECTOR}/answers.json",),
        (FIELDS,),
        ("    compatible  answer-optional-field-added", ADVICE, "{'device_status': 'string?'}"),
    ),
    "tag": Told(
        "1 compatible",
        "0.2.0",
        {"pasqal_core_api/api/jobs/get_jobs.py"},
        tuple(
            f"get_jobs, parameter tag: {what}"
            for what in (KEYWORD, OPTION, SANDBOX, f"{VECTOR}/requests.json")
        ),
        (
            "test_transcription.py::test_the_parameters_are_those_of_the_page",
            "test_reach.py::test_the_client_has_a_keyword_for_each_filter",
            "test_reach.py::test_the_sandbox_filters_by_each_filter",
        ),
        (
            "    compatible  request-optional-parameter-added",
            ADVICE,
            "{'query tag': '[string]'}",
            "no keyword for {'tag'}: add it to READERS and JobFilters in pasqal_client/_listing/filters.py",
            "sandbox/database/queries.py does nothing with tag",
        ),
    ),
    "nullable": Told(
        "3 breaking",
        "0.2.0",
        {"pasqal_core_api/models/job.py"},
        (),
        (
            FIELDS,
            "test_transcription.py::test_null_is_accepted_where_a_field_is_optional_and_nowhere_else",
            SHOWN,
        ),
        ("    breaking    answer-became-nullable", ADVICE, "ProducedPartialJobResponse.runs"),
    ),
    "removal": Told(
        "2 breaking",
        "0.2.0",
        {"pasqal_core_api/api/jobs/get_jobs.py", "pasqal_core_api/api/batches/cancel_jobs.py"},
        (),
        (
            "test_transcription.py::test_the_parameters_are_those_of_the_page",
            "test_reach.py::test_each_keyword_is_a_filter_of_the_contract",
            "test_vectors_requests.py::test_a_call_sends_what_its_vector_says",
            "test_vectors_requests.py::test_a_vector_keeps_to_the_contract",
        ),
        (
            "    breaking    request-parameter-removed",
            "overlay/pasqal_client/sandbox/database/queries.py asks get_jobs for what is no parameter",
            "no operation has {'min_runs'} any more: take it out of pasqal_client/_listing/filters.py",
        ),
    ),
    "renaming": Told(
        "3 breaking, 3 compatible, 3 docs only",
        "0.2.0",
        {"pasqal_core_api/models/job.py"},
        (f"Job, field order_of_creation: {VECTOR}/answers.json",),
        (FIELDS, SHOWN, DEPARTED),
        ("    breaking    answer-field-removed (renamed to order_of_creation?)", ADVICE),
    ),
    "operation": Told(
        "2 compatible",
        "0.2.0",
        {"pasqal_core_api/api/jobs/get_job.py", "pasqal_core_api/models/job_answer.py"},
        (f"get_job: {METHOD}", f"JobAnswer, field data: {VECTOR}/answers.json"),
        (
            "test_transcription.py::test_the_contract_has_the_three_operations_and_no_other",
            "test_transcription.py::test_there_is_no_further_object",
        ),
        ("    compatible  operation-operation-added: get_job", ADVICE),
    ),
}


@pytest.mark.parametrize("change", TAKEN, ids=lambda change: change.name)
def test_a_change_is_rehearsed(root: Path, change: Change) -> None:
    """The maintainer is told what it means and what to do, and what is documented is what is printed."""
    if not change.is_ahead(root):
        pytest.skip(f"openapi.yaml has this by now: put a change like it in its place in {HERE}")
    (done,) = rehearse([change])
    assert "Traceback" not in all_printed(done)
    differ_judges(done.told[DIFF], TOLD[change.name])
    drift_names_what_is_to_be_generated(done.told[DRIFT], TOLD[change.name])
    generating_says_what_is_still_to_do(done.told[GENERATE], TOLD[change.name])
    failing_tests_are_about_the_change(done.told[TESTS], TOLD[change.name])
    assert [line for line in TOLD[change.name].says if line not in all_printed(done)] == []
    contract_passes_in_the_end(done)
    page_has_what_was_printed(done, (root / PAGE).read_text(encoding="utf-8"))
    if change.name == IN_FULL:
        contributing_quotes_what_was_printed(
            done, (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
        )


def differ_judges(step: Step, told: Told) -> None:
    """With the verdicts, the version that follows, a paragraph for the changelog, and where to look."""
    assert step.code == 0
    assert step.output.startswith(f"openapi.yaml against HEAD: {told.summary}\n")
    assert f"\nVersion: 0.1.0 -> {told.version} (" in step.output
    assert "\nFor CHANGELOG.md, under Unreleased:\n" in step.output
    assert "\nWhere to look:\n" in step.output


def drift_names_what_is_to_be_generated(step: Step, told: Told) -> None:
    """Each file that would change, and the command that changes it."""
    assert step.code != 0
    assert set(step.drifted) >= told.drifted | {
        "provenance.json",
        "pasqal_core_schemas/contract.json",
    }
    assert (
        "Run `make generate`, read what changed, and commit it together with its cause.\n"
        in step.output
    )


def generating_says_what_is_still_to_do(step: Step, told: Told) -> None:
    """The contract is valid, the packages are made, and each thing that nothing reaches or covers has its line."""
    assert "openapi.yaml: " in step.output
    assert "generated/ written; " in step.output
    assert len(step.gaps) == len(told.ledger)
    assert all(
        gap.startswith(beginning) for gap, beginning in zip(step.gaps, told.ledger, strict=True)
    )
    # Where code of ours asks for what is gone, the ledger cannot be made, and says that.
    assert (step.code == 0) == (LEDGER_FAILS not in step.output)


def failing_tests_are_about_the_change(step: Step, told: Told) -> None:
    """Those that fail are about the change."""
    assert set(told.failed) <= set(step.failed)
    assert (step.code == 0) == (not told.failed)


def contract_passes_in_the_end(done: Rehearsal) -> None:
    """After the edits by hand: generating, drift, ledger, tests; what takes more than lines ends with what was told."""
    assert bool(done.done) == done.change.is_brought_up
    assert {target: step.output for target, step in done.done.items() if step.code != 0} == {}


def page_has_what_was_printed(done: Rehearsal, page: str) -> None:
    """It is written by the same rehearsals."""
    advice = f"{PAGE} tells something else: run `make rehearse`, read what changed, and commit it"
    assert stable(row(done)) in stable(page), advice
    assert stable(section(done)) in stable(page), advice


def contributing_quotes_what_was_printed(done: Rehearsal, text: str) -> None:
    """What it shows of its example is what the commands print."""
    chapter = re.split(
        r"^## ", text.partition("\n## When the contract changes\n")[2], flags=re.MULTILINE
    )[0]
    blocks = re.findall(r"^( *)```text\n(.*?)^ *```$", chapter, flags=re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 4
    for indent, block in blocks:
        quoted = re.sub(rf"^{indent}", "", block, flags=re.MULTILINE)
        advice = f"CONTRIBUTING.md quotes what is not printed; `make rehearse` writes what is into {PAGE}"
        assert quoted_in(quoted, all_printed(done)), f"{advice}:\n{quoted}"


def test_every_change_has_its_row_on_the_page(root: Path) -> None:
    """Also those that are not rehearsed by default."""
    page = (root / PAGE).read_text(encoding="utf-8")
    for change in CHANGES:
        what = change.what[:1].upper() + change.what[1:]
        assert f"\n| {what} |" in page
        assert f"\n## {what}\n" in page


# ---------------------------------------------------------------------------------------------------------------------
# The rehearsals themselves


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_an_edit_fits(root: Path, tmp_path: Path, change: Change) -> None:
    """The files still have what an edit changes."""
    if not change.is_ahead(root):
        pytest.skip(f"openapi.yaml has this by now: put a change like it in its place in {HERE}")
    for edit in [*change.edits, *(edit for _, edits in change.by_hand for edit in edits)]:
        copy = tmp_path / edit.file
        copy.parent.mkdir(parents=True, exist_ok=True)
        if not copy.exists():
            copy.write_bytes((root / edit.file).read_bytes())
        edit.apply(tmp_path)


@pytest.mark.parametrize("text", ["", "one one"])
def test_an_edit_that_does_not_fit_says_what_to_do(tmp_path: Path, text: str) -> None:
    """The rehearsal is adapted, and not the file."""
    (tmp_path / "file").write_text(text, encoding="utf-8")
    with pytest.raises(EditError, match=f"adapt the edit in {HERE}"):
        Edit("file", "one", "two").apply(tmp_path)
    assert (tmp_path / "file").read_text(encoding="utf-8") == text


def test_a_change_that_has_come_true_is_noticed(tmp_path: Path) -> None:
    """Then there is nothing to rehearse."""
    change = Change("one", "one is two", [Edit("file", "one", "two")])
    (tmp_path / "file").write_text("one", encoding="utf-8")
    assert change.is_ahead(tmp_path)
    change.edits[0].apply(tmp_path)
    assert not change.is_ahead(tmp_path)


@pytest.mark.parametrize(
    ("block", "found"),
    [
        ("a\nb\n", True),
        ("a\n…\nd\n", True),
        ("…\nMakefile:75: x\n", True),
        ("d\n…\na\n", False),
        ("a\nc\n", False),
    ],
)
def test_a_quotation_may_leave_something_out(block: str, found: bool) -> None:
    """But it changes nothing and keeps the order."""
    assert quoted_in(block, "a\nb\nc\nd\nMakefile:74: x\n") is found


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """With the names that there are."""
    with pytest.raises(SystemExit):
        main(["cancelling"])
    assert "cancelling: no such change; there are canceling, origin," in capsys.readouterr().err

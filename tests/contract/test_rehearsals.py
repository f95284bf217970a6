"""Realistic changes of the contract, made in copies of the repository: what the maintainer is told, and what passes.

One change is rehearsed by default: a whole operation, which needs an edit of every kind.
`REHEARSALS=all` takes every change; so does `make rehearse`, which writes docs/spec-changes.md.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from rehearsals.__main__ import main, report_failures
from rehearsals.case_edits import Answer, add_case, add_to_map, change_case
from rehearsals.changes import CHANGES, Change
from rehearsals.edits import (
    HERE,
    PATHS_FILE,
    AlreadyDoneError,
    Edit,
    EditError,
    add_row,
    replace_word,
)
from rehearsals.page import PAGE, all_printed, quoted_in, row, section, stable
from rehearsals.paths import PATHS
from rehearsals.python_edits import (
    add_before_return,
    add_import,
    add_to_class,
    add_to_table,
    extend_value,
    set_in_table,
)
from rehearsals.rehearsal import (
    DIFF,
    DRIFT,
    GENERATE,
    TESTS,
    Rehearsal,
    Step,
    changed_lines,
    rehearse,
)
from rehearsals.yaml_edits import add_entry, add_item, remove_entry, remove_references, set_value
from spec_diff.rules import MODULES

BY_DEFAULT = {"operation"}
TAKEN = [
    change
    for change in CHANGES
    if os.environ.get("REHEARSALS") == "all" or change.name in BY_DEFAULT
]


class Told(NamedTuple):
    """What the maintainer is told of a change, by words that do not depend on how many operations there are.

    Attributes:
        verdicts: of the differ.
        drifted: files below generated/, among others.
        ledger: the beginnings of what is still to do after generating.
        failed: the tests that fail until the change is brought up, among others.
        says: texts that help, in what the commands print.
    """

    verdicts: set[str]
    drifted: set[str]
    ledger: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


TRANSCRIBED = "test_transcription.py::test_the_"
FIELDS = f"{TRANSCRIBED}fields_are_those_of_the_page"
TAG = "get_jobs, parameter tag"
KEYWORD = "no keyword of jobs.page reaches it; add it to READERS and JobFilters in"
OPTION = "no option of `pasqal jobs list` reaches it; add it to JOB_OPTIONS in"
CASE = "no case covers it; add it to one of"
PLAYED = "tests/conformance/test_own_client.py::test_the_own_client_passes_every_case"
LEDGER_FAILS = "docs/reference/ledger.md cannot be made: "
ADVICE = "differ; see what the documentation says, and change the wrong one"
OPERATION = "get_job_log"

TOLD = {
    "suspended": Told(
        {"warning", "compatible"},
        {"pasqal_core_api/models/job_status.py"},
        (
            f"JobStatus, value SUSPENDED: nothing says what it means; add it to a set of {PATHS['states']}",
        ),
        says=(
            'warning answer-enum-value-added: "SUSPENDED"',
            f"Look at {MODULES['waits']} and {MODULES['sandbox_states']}.",
        ),
    ),
    "origin": Told({"compatible"}, {"pasqal_core_api/models/job_origin.py"}),
    "field": Told(
        {"compatible"},
        {"pasqal_core_api/models/job.py"},
        (f"Job, field device_status: {CASE} {PATHS['answers']}",),
        (FIELDS,),
        ("compatible answer-optional-field-added", ADVICE, "{'device_status': 'string?'}"),
    ),
    "tag": Told(
        {"compatible"},
        {"pasqal_core_api/api/jobs/get_jobs.py"},
        (
            f"{TAG}: {KEYWORD} {PATHS['filters']}",
            f"{TAG}: {OPTION} {PATHS['options']}",
            f"{TAG}: the sandbox does nothing with it; add it to {PATHS['sandbox filters']}",
            f"{TAG}: {CASE} {PATHS['requests']}",
        ),
        (
            f"{TRANSCRIBED}parameters_are_those_of_the_page",
            "test_reach.py::test_the_client_has_a_keyword_for_each_filter",
            "test_reach.py::test_the_sandbox_filters_by_each_filter",
        ),
        ("compatible request-optional-parameter-added", ADVICE, "{'query tag': '[string]'}"),
    ),
    "nullable": Told(
        {"breaking"},
        {"pasqal_core_api/models/batch.py"},
        (),
        (
            FIELDS,
            "test_transcription.py::test_null_is_accepted_where_a_field_is_optional_and_nowhere_else",
        ),
        ("breaking answer-became-nullable", ADVICE, "ProducedBatchWithPartialJobsResponse.user_id"),
    ),
    "removal": Told(
        {"breaking"},
        {"pasqal_core_api/api/jobs/get_jobs.py", "pasqal_core_api/api/batches/cancel_jobs.py"},
        (),
        (
            f"{TRANSCRIBED}parameters_are_those_of_the_page",
            "test_reach.py::test_each_keyword_is_a_filter_of_the_contract",
            "test_cases_meaning.py::test_a_case_keeps_to_the_contract",
            PLAYED,
        ),
        (
            "breaking request-parameter-removed",
            f"{PATHS['sandbox filters']} asks get_jobs for something other than a parameter",
        ),
    ),
    "renaming": Told(
        {"breaking", "compatible", "docs only"},
        {"pasqal_core_api/models/job.py"},
        (f"Job, field order_of_creation: {CASE} {PATHS['answers']}",),
        (FIELDS, PLAYED),
        ("breaking answer-field-removed (renamed to order_of_creation?)", ADVICE),
    ),
    "operation": Told(
        {"compatible"},
        {"pasqal_core_api/api/jobs/get_job_log.py", "pasqal_core_api/models/job_log_answer.py"},
        (
            f"{OPERATION}: ",
            f"{OPERATION}, ",
            "NonPaginatedResponse_JobLog_: ",
            "JobLogAnswer, field data: ",
            "JobLog: ",
            "JobLog, field lines: ",
        ),
        ("test_transcription.py::test_there_is_no_further_object",),
        (
            f"compatible operation-operation-added: {OPERATION}",
            ADVICE,
            f"{OPERATION}: the sandbox does not serve it",
            f"{OPERATION}: nothing is known to send it",
            f"{OPERATION}: no case sends it",
        ),
    ),
}


@pytest.mark.slow
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
    printed = " ".join(all_printed(done).split())
    assert [text for text in TOLD[change.name].says if text not in printed] == []
    contract_passes_in_the_end(done)
    page_has_what_was_printed(done, (root / PAGE).read_text(encoding="utf-8"))


def differ_judges(step: Step, told: Told) -> None:
    """With the verdicts, the version that follows, a paragraph for the changelog, and where to look."""
    assert step.code == 0
    summary = step.output.partition("\n")[0].removeprefix("openapi.yaml against HEAD: ")
    assert {verdict.partition(" ")[2] for verdict in summary.split(", ")} == told.verdicts
    assert "\nVersion: 0.1.0 -> 0.2.0 (" in step.output
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
    assert [gap for gap in step.gaps if not gap.startswith(told.ledger)] == []
    lacking = [text for text in told.ledger if not any(gap.startswith(text) for gap in step.gaps)]
    assert lacking == []
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


def test_contributing_quotes_the_page(root: Path) -> None:
    """What it shows of its example is what the commands print, as the page has it."""
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    chapter = re.split(
        r"^## ", text.partition("\n## When the contract changes\n")[2], flags=re.MULTILINE
    )[0]
    blocks = re.findall(r"^( *)```text\n(.*?)^ *```$", chapter, flags=re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 4
    page = (root / PAGE).read_text(encoding="utf-8")
    for indent, block in blocks:
        quoted = re.sub(rf"^{indent}", "", block, flags=re.MULTILINE)
        assert quoted_in(quoted, page), (
            f"CONTRIBUTING.md quotes what {PAGE} does not have:\n{quoted}"
        )


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
    """Each file still has the place that an edit looks for."""
    if not change.is_ahead(root):
        pytest.skip(f"openapi.yaml has this by now: put a change like it in its place in {HERE}")
    for edit in [*change.edits, *(edit for _, edits in change.by_hand for edit in edits)]:
        copy = tmp_path / edit.file
        copy.parent.mkdir(parents=True, exist_ok=True)
        if not copy.exists():
            copy.write_bytes((root / edit.file).read_bytes())
        edit.apply(tmp_path)


@pytest.mark.parametrize("name", PATHS)
def test_a_path_leads_to_a_file(root: Path, name: str) -> None:
    """The files that rehearsals edit are there; one that has moved has its new path in the list."""
    assert (root / PATHS[name]).is_file(), f"correct {PATHS[name]} in {PATHS_FILE}"


MENU = """\
# What is served
dishes:
  soup:
    # warm
    price: 3
    with: [bread, salt]
  rice:
    price: 4
    sides:
      - $ref: "#/beans"
      - $ref: "#/peas"
  # a comment at the end of the dishes
drinks:
  water: free
"""
CODE = """\
import one

TABLE: dict[str, object] = {
    "a": {"x": 1},
    "b": {
        "y": 2,
    },
}
MADE = {
    name: name
    for name in (
        "one",
    )
}


class Menu:
    soup = 1


class Card:
    dishes = {
        "soup": 1,
    }


def price():
    total = 1
    return total
"""
CASES = """\
{"extra": {}, "cases": [{"id": "one", "body": "{\\"list\\": [{\\"a\\": 1}]}", "shows": {}, "departures": ["/x"]}]}
"""
PAGE_OF_MENU = """\
## Dishes

Text.

| dish | price |
|---|---|
| soup | 3 |

| drink |
"""
EDITS: dict[str, tuple[Edit, str, str]] = {
    "an entry, at the end of its mapping": (
        add_entry("f", "dishes", "fish:\n  price: 9\n"),
        MENU,
        MENU.replace('peas"\n', 'peas"\n  fish:\n    price: 9\n'),
    ),
    "an item of a list on one line": (
        add_item("f", "dishes soup with", "oil"),
        MENU,
        MENU.replace("salt]", "salt, oil]"),
    ),
    "an item of a list on several lines": (
        add_item("f", "dishes rice sides", "oil"),
        MENU,
        MENU.replace('peas"\n', 'peas"\n      - oil\n'),
    ),
    "a value": (set_value("f", "dishes rice price", "5"), MENU, MENU.replace("4", "5")),
    "an entry that goes": (
        remove_entry("f", "dishes rice price"),
        MENU,
        MENU.replace("    price: 4\n", ""),
    ),
    "references that go": (
        remove_references("f", "#/beans"),
        MENU,
        MENU.replace('      - $ref: "#/beans"\n', ""),
    ),
    "a word": (replace_word("f", "soup", "stew"), MENU, MENU.replace("soup", "stew")),
    "an entry of a table": (
        add_to_table("f", "TABLE", '"c": 3'),
        CODE,
        CODE.replace("    },\n}", '    },\n    "c": 3,\n}'),
    ),
    "an entry of a table in a table": (
        add_to_table("f", "TABLE 'b'", '"z": 3'),
        CODE,
        CODE.replace('"y": 2,\n', '"y": 2,\n        "z": 3,\n'),
    ),
    "an entry of what a table is made from": (
        add_to_table("f", "MADE", '"two"'),
        CODE,
        CODE.replace('"one",\n', '"one",\n        "two",\n'),
    ),
    "more of an expression": (
        extend_value("f", "TABLE 'a'", " | {}"),
        CODE,
        CODE.replace('{"x": 1}', '{"x": 1} | {}'),
    ),
    "a value of a table": (set_in_table("f", "TABLE 'b' 'y'", "3"), CODE, CODE.replace("2", "3")),
    "an entry of a table of a class": (
        add_to_table("f", "Card.dishes", '"rice": 2'),
        CODE,
        CODE.replace('"soup": 1,\n', '"soup": 1,\n        "rice": 2,\n'),
    ),
    "a line of a class": (
        add_to_class("f", "Menu", "rice = 2\n"),
        CODE,
        CODE.replace("soup = 1\n", "soup = 1\n    rice = 2\n"),
    ),
    "a line of a function": (
        add_before_return("f", "price", "total += 1\n"),
        CODE,
        CODE.replace("    return", "    total += 1\n    return"),
    ),
    "an import": (
        add_import("f", "import two"),
        CODE,
        CODE.replace("import one\n", "import one\nimport two\n"),
    ),
    "a row of a table": (
        add_row("f", "## Dishes", "| rice | 4 |"),
        PAGE_OF_MENU,
        PAGE_OF_MENU.replace("| 3 |\n", "| 3 |\n| rice | 4 |\n"),
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_changes_its_place_and_nothing_else(tmp_path: Path, name: str) -> None:
    """Whatever stands around it, comments included, is kept."""
    edit, before, after = EDITS[name]
    (tmp_path / "f").write_text(before, encoding="utf-8")
    edit.apply(tmp_path)
    assert (tmp_path / "f").read_text(encoding="utf-8") == after


def test_a_case_is_changed_by_its_id() -> None:
    """Its body, what is shown of it, and its departures; other cases and maps are added."""
    changed: Any = CASES
    answer = Answer({"/list/0/a": 2}, {"/list/0/a": {"value": 2}}, ("/x",))
    for edit in (
        change_case("f", "one", answer),
        add_case("f", {"id": "two"}),
        add_to_map("f", "extra", "name", 3),
    ):
        changed = edit.change(changed)
    assert "".join(changed.split()) == "".join(
        CASES.replace('{\\"a\\": 1}', '{\\"a\\": 2}')
        .replace('"shows": {}', '"shows": {"/list/0/a": {"value": 2}}')
        .replace('["/x"]', "[]")
        .replace("}]}\n", '}, {"id": "two"}]}')
        .replace('"extra": {}', '"extra": {"name": 3}')
        .split()
    )


NO_PLACE: dict[str, tuple[Edit, str, str]] = {
    "no such path": (
        set_value("f", "dishes beans price", "1"),
        MENU,
        "has no dishes beans price (beans is missing)",
    ),
    "no such table": (add_to_table("f", "OTHER", "1"), CODE, "has no table OTHER"),
    "no such key": (add_to_table("f", "TABLE 'c'", "1"), CODE, "has no 'c' in TABLE 'c'"),
    "a table on one line": (add_to_table("f", "TABLE 'a'", "1"), CODE, "has TABLE 'a' on one line"),
    "no table": (
        add_to_table("f", "TABLE 'b' 'y'", "1"),
        CODE,
        "has something else than a table at TABLE 'b' 'y'",
    ),
    "no table before a key": (
        set_in_table("f", "MADE 'one'", "1"),
        CODE,
        "has something else than a table before 'one' of MADE 'one'",
    ),
    "no such class": (add_to_class("f", "Other", ""), CODE, "does not define a class Other"),
    "no such function": (
        add_before_return("f", "other", ""),
        CODE,
        "does not define a function other",
    ),
    "no return at the end": (
        add_before_return("f", "f", ""),
        "def f():\n    pass\n",
        "has a function f that does not end with a return",
    ),
    "no such chapter": (add_row("f", "## Drinks", "|"), PAGE_OF_MENU, "has no chapter '## Drinks'"),
    "no table in a chapter": (add_row("f", "# A", "|"), "# A\n", "has no table below '# A'"),
    "no such case": (change_case("f", "two", Answer()), CASES, "has no case 'two'"),
    "no such map": (add_to_map("f", "other", "a", 1), CASES, "has no 'other'"),
    "no file": (add_row("other", "", ""), "", "is not there"),
}


@pytest.mark.parametrize("name", NO_PLACE)
def test_an_edit_without_its_place_says_what_to_do(tmp_path: Path, name: str) -> None:
    """What is missing, and that the rehearsal is adapted, and not the file."""
    edit, text, reason = NO_PLACE[name]
    (tmp_path / "f").write_text(text, encoding="utf-8")
    with pytest.raises(EditError) as caught:
        edit.apply(tmp_path)
    assert str(caught.value) == (
        f"{edit.file} {reason}, and a rehearsal edits it: find out where it has gone, and correct its path in "
        f"{PATHS_FILE} or the edit in {HERE}"
    )
    assert (tmp_path / "f").read_text(encoding="utf-8") == text


DONE = {
    "an entry": add_entry("f", "dishes", "rice:\n  price: 9\n"),
    "an item": add_item("f", "dishes soup with", "salt"),
    "a value": set_value("f", "dishes rice price", "4"),
    "an entry that is gone": remove_entry("f", "dishes beans"),
    "a reference that is gone": remove_references("f", "#/corn"),
    "a word that is gone": replace_word("f", "beer", "water"),
}


@pytest.mark.parametrize("name", DONE)
def test_a_change_that_has_come_true_is_noticed(tmp_path: Path, name: str) -> None:
    """Then there is nothing to rehearse."""
    (tmp_path / "f").write_text(MENU, encoding="utf-8")
    with pytest.raises(AlreadyDoneError):
        DONE[name].apply(tmp_path)
    assert not Change("one", "one is done", [DONE[name]]).is_ahead(tmp_path)


@pytest.mark.parametrize("edit", [EDITS["a value"][0], NO_PLACE["no such path"][0]])
def test_a_change_that_is_not_there_is_ahead(tmp_path: Path, edit: Edit) -> None:
    """Also where its place is gone: the rehearsal says so."""
    (tmp_path / "f").write_text(MENU, encoding="utf-8")
    assert Change("one", "one is two", [edit]).is_ahead(tmp_path)


def test_of_a_diff_the_lines_and_the_file_are_shown() -> None:
    """What git says beside is left out."""
    diff = "diff --git a/f b/f\nindex 1..2 100644\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-one\n+two\n"
    assert changed_lines(diff) == "+++ f\n-one\n+two"


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
        main(["suspending"])
    assert "suspending: no such change; there are suspended, origin," in capsys.readouterr().err


def test_a_change_that_is_not_brought_up_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    """By its name, with the commands that fail and where to look."""
    passed, failed = Step(DRIFT, 0, "", 1.0), Step(TESTS, 2, "", 1.0)
    good = Rehearsal(CHANGES[0], "", {}, {DRIFT: passed})
    bad = Rehearsal(CHANGES[1], "", {}, {DRIFT: passed, TESTS: failed})
    assert report_failures([good]) == 0
    assert report_failures([good, bad]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"{CHANGES[1].name}: {TESTS} fails after the edits by hand; ")
    assert HERE in told

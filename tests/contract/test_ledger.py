"""The ledger of the wire is complete, and says what to do where it is not."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ledger
import ledger_cli
from ledger_client import source_of
from ledger_items import KINDS, VECTORS
from ledger_mentions import WHOLE
from operation_table import TABLE
from pasqal_client._listing.filters import JobFilters
from pasqal_client.cli import options
from pasqal_client.sandbox.database import columns, queries

Contract = dict[str, Any]
INPUTS = ("generator_config.yml", "README.md", "docs", "tests")


@pytest.fixture
def tree(root: Path, frozen_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what the page is made from, with the frozen contract; the command works on it."""
    shutil.copy(frozen_path, tmp_path / "openapi.yaml")
    for name in INPUTS:
        if (root / name).is_dir():
            shutil.copytree(
                root / name,
                tmp_path / name,
                ignore=shutil.ignore_patterns("__pycache__", "wire.md"),
            )
        else:
            shutil.copy(root / name, tmp_path / name)
    monkeypatch.setattr(ledger, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The exit code of the command, and what it says on stderr."""
    return ledger.main([*arguments]), capsys.readouterr().err


def change(path: Path, edit: Callable[[Any], object]) -> None:
    """Edit a JSON file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_nothing_is_missing(contract: Contract, root: Path) -> None:
    """Each parameter, answer, header and field is reached and covered."""
    gaps = ledger.page(contract, root).gaps
    assert not gaps, "\n".join(["still to do:", *gaps])


def test_every_item_has_its_row(frozen: Contract, root: Path) -> None:
    """Nothing of the contract is left out of the page."""
    rows = [line for line in ledger.page(frozen, root).lines if line.startswith("| `")]
    fields = [
        name
        for schema in frozen["components"]["schemas"].values()
        for name in schema.get("properties", {})
    ]
    listed = [
        one
        for item in frozen["paths"].values()
        for operation in item.values()
        for one in operation.get("parameters", ())
    ]
    assert len([row for row in rows if row.count("|") == 8]) == len(fields)
    assert len([row for row in rows if row.count("|") == 9]) == len(listed)


def test_the_page_is_checked_for_drift(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing page and a missing row are noticed; writing it anew mends both, in the same words each time."""
    page = tree / ledger.PAGE
    assert run(capsys, "--check") == (1, refusal := run(capsys, "--check")[1])
    assert "Run `make generate`" in refusal
    assert run(capsys) == (0, "")
    written = page.read_text(encoding="utf-8")
    assert "Do not edit: run `make generate`" in written.splitlines()[0]
    assert run(capsys, "--check") == (0, "")
    page.write_text(
        "".join(line for line in written.splitlines(keepends=True) if "`webhook`" not in line)
    )
    assert run(capsys, "--check") == (1, refusal)
    assert run(capsys) == (0, "")
    assert page.read_text(encoding="utf-8") == written


@pytest.mark.parametrize("kind", [*KINDS, "schema"])
def test_a_missing_file_of_vectors_is_told(
    tree: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """With the command that brings it back."""
    (tree / VECTORS / f"{kind}.json").unlink()
    for arguments in ([], ["--check"]):
        code, said = run(capsys, *arguments)
        assert code == 1
        assert (
            f"{kind}.json is missing or is not JSON: `git checkout {VECTORS}/{kind}.json` brings it back"
            in said
        )


def test_a_missing_test_of_everything_is_told(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page names it, so it has to be there."""
    (tree / "tests" / WHOLE[0]).unlink()
    code, said = run(capsys, "--check")
    assert code == 1
    assert f"tests/{WHOLE[0]} is gone: bring it back, or name its successor in WHOLE" in said


def test_an_item_that_loses_its_vectors_is_told(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Writing the page says what is still to do; the check fails."""

    def without_webhook(file: Any) -> None:
        for case in file["cases"]:
            case["shows"].pop("/data/webhook", None)

    change(tree / VECTORS / "answers.json", without_webhook)
    gap = (
        "Batch, field webhook: no vector covers it; add it to a case of tests/contract/vectors/answers.json, "
        "as docs/porting.md describes"
    )
    assert run(capsys) == (0, f"still to do, or `make check` fails: {gap}\n")
    assert "| **missing** |" in (tree / ledger.PAGE).read_text(encoding="utf-8")
    assert run(capsys, "--check") == (
        1,
        f"The contract has items that nothing reaches or covers:\n  {gap}\n",
    )


def test_a_new_parameter_needs_everything(frozen: Contract, root: Path) -> None:
    """Each thing that is missing has its line, with the place where it belongs."""
    changed = copy.deepcopy(frozen)
    new = {"name": "tag", "in": "query", "schema": {"type": "string"}}
    changed["paths"]["/api/v2/jobs"]["get"]["parameters"].append(new)
    assert [
        gap.removeprefix("get_jobs, parameter tag: ") for gap in ledger.page(changed, root).gaps
    ] == [
        "no generated argument sends it; run `make generate`",
        f"no keyword of jobs.page reaches it; add it to READERS and JobFilters in {source_of(JobFilters)}",
        f"no option of `pasqal jobs list` reaches it; add it to FILTERS in {source_of(options.options)}",
        f"the sandbox does nothing with it; add it to {source_of(queries.JobsQuery)}",
        "no vector covers it; add it to a case of tests/contract/vectors/requests.json, as docs/porting.md describes",
    ]


def test_a_new_field_needs_everything(frozen: Contract, root: Path) -> None:
    """The same for a field of an answer."""
    changed = copy.deepcopy(frozen)
    changed["components"]["schemas"]["ProducedPartialJobResponse"]["properties"]["cost"] = {
        "type": "integer"
    }
    assert [gap.removeprefix("Job, field cost: ") for gap in ledger.page(changed, root).gaps] == [
        "the generated model lacks it; run `make generate`",
        f"the sandbox does not keep it; see {source_of(columns.Columns)}",
        "no vector covers it; add it to a case of tests/contract/vectors/answers.json, as docs/porting.md describes",
    ]


def test_a_new_answer_and_a_new_header_need_vectors(frozen: Contract, root: Path) -> None:
    """What the contract promises of an answer is shown by one."""
    changed = copy.deepcopy(frozen)
    responses = changed["paths"]["/api/v2/batches/{batch__id}/complete"]["patch"]["responses"]
    responses["451"] = responses["422"]
    responses["200"]["headers"] = {"X-Cost": {"schema": {"type": "string"}}}
    assert [gap.partition(";")[0] for gap in ledger.page(changed, root).gaps] == [
        "complete_batch, answer 200, header X-Cost: no vector covers it",
        "complete_batch, answer 451: no vector covers it",
    ]


def test_a_new_object_needs_to_be_generated(frozen: Contract, root: Path) -> None:
    """Its fields are told one by one, and not as a failure of the tool."""
    changed = copy.deepcopy(frozen)
    changed["components"]["schemas"]["Cost"] = {
        "title": "Cost",
        "type": "object",
        "properties": {"euro": {}},
    }
    assert [gap.partition(";")[0] for gap in ledger.page(changed, root).gaps] == [
        "Cost: its page is not transcribed",
        "Cost, field euro: the generated model lacks it",
        "Cost, field euro: no vector covers it",
    ]


def test_enumerations_may_grow(frozen: Contract, root: Path) -> None:
    """A new value changes the page and is no gap."""
    changed = copy.deepcopy(frozen)
    for schema in changed["components"]["schemas"].values():
        if "enum" in schema:
            schema["enum"].append("OF_TOMORROW")
    page = ledger.page(changed, root)
    assert page.gaps == []
    assert sum("OF_TOMORROW" in line for line in page.lines) == 6


def test_a_keyword_that_is_gone_is_told(
    frozen: Contract, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client has to reach each filter of both operations."""
    monkeypatch.delitem(JobFilters.__annotations__, "origin")
    gaps = [gap for gap in ledger.page(frozen, root).gaps if "no keyword" in gap]
    assert [gap.partition(":")[0] for gap in gaps] == [
        "get_jobs, parameter origin",
        "cancel_jobs, parameter origin",
    ]


def test_an_option_that_is_gone_is_told(
    frozen: Contract, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A filter that no option reaches is a gap."""
    for reach in TABLE.values():
        command = ledger_cli.command(reach.command or "")
        monkeypatch.setattr(
            command, "params", [one for one in command.params if one.name != "origin"]
        )
    assert ledger.page(frozen, root).gaps == [
        f"{operation}, parameter origin: no option of `{command}` reaches it; "
        f"add it to FILTERS in {source_of(options.options)}"
        for operation, command in (
            ("get_jobs", "pasqal jobs list"),
            ("cancel_jobs", "pasqal batches cancel-jobs"),
        )
    ]


def test_fields_are_found_where_they_show() -> None:
    """In a table, in everything about a job, as data, or nowhere."""
    assert ledger_cli.shown("Job", "runs") == ("jobs list", "jobs show")
    assert ledger_cli.shown("Job", "slurm_job_id") == ("jobs show",)
    assert ledger_cli.shown("Batch", "status") == ("batches complete",)
    assert ledger_cli.shown("Batch", "webhook") == ("batches complete -o json",)
    assert ledger_cli.shown("Pagination", "start") == ()
    assert ledger_cli.options("jobs list", "errors") == ("--errors", "--no-errors")
    assert ledger_cli.options("batches complete", "batch") == ("BATCH",)


def test_a_filter_that_the_sandbox_ignores_is_told(
    frozen: Contract, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sandbox that takes a filter without filtering by it would list, or cancel, everything."""
    monkeypatch.setattr(queries, "filters", lambda query: [])
    gaps = [
        gap for gap in ledger.page(frozen, root).gaps if "the sandbox does nothing with it" in gap
    ]
    assert len(gaps) == 2 * len(JobFilters.__annotations__)


def test_a_filter_that_the_sandbox_still_asks_for_is_told(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """After it is gone from the generated packages; there is no page then, and no traceback either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "_ANY_OF", ("of_yesterday",))
        code, said = run(capsys, "--check")
    assert code == 1
    assert (
        "queries.py asks get_jobs for something other than a parameter: 'JobsQuery' object has no attribute"
        in said
    )
    assert said.endswith("; adapt it there\n")


def test_an_unknown_argument_changes_nothing(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistyped option is answered with the usage and not taken for the order to write."""
    code, said = run(capsys, "--chekc")
    assert code == 2
    assert "--check" in said
    assert not (tree / ledger.PAGE).exists()


def test_a_generated_file_that_is_missing_is_told(root: Path, tmp_path: Path) -> None:
    """The command reads the code next to it, and says how to make what is not there."""
    for name in (*INPUTS, "openapi.yaml", "tools", "generated", "overlay"):
        (shutil.copytree if (root / name).is_dir() else shutil.copy)(root / name, tmp_path / name)
    (tmp_path / "generated" / "pasqal_core_api" / "models" / "job.py").unlink()
    command = [sys.executable, "-B", "tools/ledger.py", "--check"]
    done = subprocess.run(
        command, cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("docs/reference/wire.md cannot be made: ")
    assert done.stderr.endswith("; run `make generate`\n")

"""The ledger of the wire is complete, and says what to do if it is not."""

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

from kit_layout import KIT
from ledger import cli
from ledger import command as ledger_command
from ledger.client import sent_items, source_of
from ledger.command import PAGE, make_page
from ledger.items import KINDS, SCENARIOS, Item
from ledger.mentions import WHOLE
from ledger.wire_page import WIRE_PAGE, WirePage
from operation_table import TABLE
from pasqal_client._listing.filters import JobFilters
from pasqal_client.cli import filter_options
from pasqal_client.sandbox.database import columns, queries

Contract = dict[str, Any]
INPUTS = ("generator_config.yml", "README.md", "conformance", "docs", "tests")


@pytest.fixture
def tree(root: Path, frozen_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what the page is made from, with the frozen contract, on which the command works."""
    shutil.copy(frozen_path, tmp_path / "openapi.yaml")
    for name in INPUTS:
        if (root / name).is_dir():
            shutil.copytree(
                root / name,
                tmp_path / name,
                ignore=shutil.ignore_patterns("__pycache__", "wire.md", "ledger.md"),
            )
        else:
            shutil.copy(root / name, tmp_path / name)
    monkeypatch.setattr(ledger_command, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The exit code of the command and its stderr."""
    return ledger_command.main([*arguments]), capsys.readouterr().err


def change(path: Path, edit: Callable[[Any], object]) -> None:
    """Edit a JSON file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_nothing_is_missing(contract: Contract, root: Path) -> None:
    """Each parameter, answer, header and field is reached and covered."""
    gaps = make_page(contract, root).gaps
    assert not gaps, "\n".join(["still to do:", *gaps])


def test_every_item_has_its_row(frozen: Contract, root: Path) -> None:
    """Every field and parameter of the contract is on the page."""
    rows = [line for line in make_page(frozen, root).lines if line.startswith("| `")]
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
    # All of these rows have the same number of cells.
    assert len([row for row in rows if row.count("|") == 9]) == len(fields) + len(listed)


def test_the_page_says_where_each_operation_is_known_from(frozen: Contract, root: Path) -> None:
    """In one table, with what reaches it; a source that is missing is said by `make spec`, and shown."""
    changed = copy.deepcopy(frozen)
    del changed["paths"]["/api/v2/jobs"]["get"]["x-source"]
    lines = make_page(changed, root).lines
    assert (
        "| [get_jobs](#get_jobs) | `GET /api/v2/jobs` | **missing** | `jobs.page` | `pasqal jobs list` |"
        in lines
    )
    begin = "| [complete_batch](#complete_batch) | `PATCH /api/v2/batches/{batch__id}/complete` | documented | "
    assert [line for line in lines if line.startswith(begin)] == [
        f"{begin}`batches.complete` | `pasqal batches complete` |"
    ]


@pytest.mark.parametrize("name", [PAGE, WIRE_PAGE])
def test_a_page_is_checked_for_drift(
    tree: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """A missing page and a missing row are noticed, and writing the page again restores it word for word."""
    page = tree / name
    code, refusal = run(capsys, "--check")
    assert code == 1
    assert f"{name} is missing" in refusal
    assert "Run `make generate`" in refusal
    assert run(capsys) == (0, "")
    written = page.read_text(encoding="utf-8")
    assert "Do not edit: run `make generate`" in written.splitlines()[0]
    assert run(capsys, "--check") == (0, "")
    page.write_text(
        "".join(line for line in written.splitlines(keepends=True) if "`webhook`" not in line)
    )
    code, refusal = run(capsys, "--check")
    assert code == 1
    assert refusal.startswith(f"{name} is missing, or not what")
    assert run(capsys) == (0, "")
    assert page.read_text(encoding="utf-8") == written


def test_the_page_for_ports_has_types_and_nothing_of_python(
    contract: Contract, frozen: Contract, root: Path
) -> None:
    """Every parameter and field has its type in words, and the cases that cover it."""
    text = WirePage(frozen, root).text()
    for row in (
        "| `limit` | query | integer (above 0, below 101) | `100` | ",
        "| `status` | query | array of [JobStatus](#jobstatus) |  | page-status-one, ",
        "| `variables` | object or null |  | ",
        "| `created_at` | string (date-time) | yes | job-every-field, ",
    ):
        assert f"\n{row}" in text
    assert "pasqal_c" not in text
    assert "\nNo token is needed.\n" in WirePage(contract, root).text()
    fields = [
        name
        for schema in frozen["components"]["schemas"].values()
        for name in schema.get("properties", {})
    ]
    objects = text.partition("\n## Objects\n")[2].partition("\n## Enumerations\n")[0]
    assert objects.count("\n| `") == len(fields)


@pytest.mark.parametrize("kind", [*KINDS, SCENARIOS, "schema"])
def test_a_missing_file_of_cases_is_reported(
    tree: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """The message has the command that brings it back."""
    (tree / KIT / f"{kind}.json").unlink()
    for arguments in ([], ["--check"]):
        code, said = run(capsys, *arguments)
        assert code == 1
        assert (
            f"{kind}.json is missing or is not JSON: `git checkout {KIT}/{kind}.json` brings it back"
            in said
        )


def test_a_missing_test_that_covers_everything_is_reported(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page names that test, so it has to exist."""
    (tree / "tests" / WHOLE[0]).unlink()
    code, said = run(capsys, "--check")
    assert code == 1
    assert f"tests/{WHOLE[0]} is gone: bring it back, or name its successor in WHOLE" in said


def test_an_item_that_loses_its_cases_is_reported(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Writing the page prints what is still to do, and the check fails."""

    def without_webhook(file: Any) -> None:
        for case in file["cases"]:
            case["shows"].pop("/data/webhook", None)

    change(tree / KIT / "answers.json", without_webhook)
    gap = (
        "Batch, field webhook: no case covers it; add it to one of conformance/answers.json, "
        "as conformance/README.md describes"
    )
    assert run(capsys) == (0, f"still to do, or `make check` fails: {gap}\n")
    assert "| **missing** |" in (tree / PAGE).read_text(encoding="utf-8")
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
        gap.removeprefix("get_jobs, parameter tag: ") for gap in make_page(changed, root).gaps
    ] == [
        "no generated argument sends it; run `make generate`",
        f"no keyword of jobs.page reaches it; add it to the table of readers and JobFilters in {source_of(JobFilters)}",
        f"no option of `pasqal jobs list` reaches it; add it to JOB_OPTIONS in {source_of(filter_options.flag_of)}",
        f"the sandbox does nothing with it; add it to {source_of(queries.JobsQuery)}",
        "no case covers it; add it to one of conformance/requests.json, as conformance/README.md describes",
    ]


def test_a_new_field_needs_everything(frozen: Contract, root: Path) -> None:
    """For a field of an answer, generated code, sandbox and cases each get a line."""
    changed = copy.deepcopy(frozen)
    changed["components"]["schemas"]["ProducedPartialJobResponse"]["properties"]["cost"] = {
        "type": "integer"
    }
    assert [gap.removeprefix("Job, field cost: ") for gap in make_page(changed, root).gaps] == [
        "the generated model lacks it; run `make generate`",
        f"the sandbox does not keep it; see {source_of(columns.Columns)}",
        "no case covers it; add it to one of conformance/answers.json, as conformance/README.md describes",
    ]


def test_a_new_answer_and_a_new_header_need_cases(frozen: Contract, root: Path) -> None:
    """A case has to show each answer and header that the contract promises."""
    changed = copy.deepcopy(frozen)
    responses = changed["paths"]["/api/v2/batches/{batch__id}/complete"]["patch"]["responses"]
    responses["451"] = responses["422"]
    responses["200"]["headers"] = {"X-Cost": {"schema": {"type": "string"}}}
    assert [gap.partition(";")[0] for gap in make_page(changed, root).gaps] == [
        "complete_batch, answer 200, header X-Cost: no case covers it",
        "complete_batch, answer 451: no case covers it",
    ]


def test_a_new_object_needs_generated_code(frozen: Contract, root: Path) -> None:
    """Each of its fields is reported, without a traceback."""
    changed = copy.deepcopy(frozen)
    changed["components"]["schemas"]["Cost"] = {
        "title": "Cost",
        "type": "object",
        "properties": {"euro": {}},
    }
    assert [gap.partition(";")[0] for gap in make_page(changed, root).gaps] == [
        "Cost: its page is not transcribed",
        "Cost, field euro: the generated model lacks it",
        "Cost, field euro: no case covers it",
    ]


def test_an_enumeration_may_grow(frozen: Contract, root: Path) -> None:
    """A new value changes the page; only a state needs more than that: its meaning."""
    changed = copy.deepcopy(frozen)
    for schema in changed["components"]["schemas"].values():
        if "enum" in schema:
            schema["enum"].append("OF_TOMORROW")
    page = make_page(changed, root)
    hint = "nothing says what it means; add it to a set of overlay/pasqal_client/_states.py"
    assert page.gaps == [
        f"{kind}, value OF_TOMORROW: {hint}" for kind in ("JobStatus", "BatchStatus")
    ]
    assert sum("OF_TOMORROW" in line for line in page.lines) == 6


def test_a_missing_keyword_is_reported(
    frozen: Contract, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client needs a keyword for each filter of both operations."""
    # An entry that is taken out and put back stands at the end of the dictionary, which other tests compare.
    left = {name: kind for name, kind in JobFilters.__annotations__.items() if name != "origin"}
    monkeypatch.setattr(JobFilters, "__annotations__", left)
    gaps = [gap for gap in make_page(frozen, root).gaps if "no keyword" in gap]
    assert [gap.partition(":")[0] for gap in gaps] == [
        "get_jobs, parameter origin",
        "cancel_jobs, parameter origin",
    ]


def test_a_missing_option_is_reported(
    frozen: Contract, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A filter needs an option of the command."""
    for reach in TABLE.values():
        command = cli.command(reach.command or "")
        monkeypatch.setattr(
            command, "params", [one for one in command.params if one.name != "origin"]
        )
    assert make_page(frozen, root).gaps == [
        f"{operation}, parameter origin: no option of `{command}` reaches it; "
        f"add it to JOB_OPTIONS in {source_of(filter_options.flag_of)}"
        for operation, command in (
            ("get_jobs", "pasqal jobs list"),
            ("cancel_jobs", "pasqal batches cancel-jobs"),
        )
    ]


def test_the_ledger_finds_where_a_field_is_shown() -> None:
    """A field is in a table, in the view of one item, where its kind is listed by hand, or nowhere."""
    assert cli.shown("Job", "runs") == ("jobs list", "jobs show")
    assert cli.shown("Job", "slurm_job_id") == ("jobs show",)
    assert cli.shown("Batch", "status") == ("batches list", "batches show")
    assert cli.shown("Batch", "webhook") == ("batches show",)
    assert cli.shown("BatchStatusReport", "jobs_count_per_status") == ("batches status",)
    assert cli.shown("JobPage", "pagination") == ("jobs list", "jobs count")
    assert cli.shown("Pagination", "start") == ()
    assert cli.options("jobs list", "errors") == ("--errors", "--no-errors")
    assert cli.options("batches complete", "batch_id") == ("BATCH",)
    assert cli.options("batches status", "batch_id") == ("ID...",)
    assert cli.options("batches list", "complete") == ("--open", "--closed")
    assert cli.options("batches list", "user") == ()


def test_a_body_has_the_options_that_send_it(contract: Contract, root: Path) -> None:
    """A body as a whole has one, or each of its fields; one that no command sends has none."""
    cells = [line.split(" | ") for line in make_page(contract, root).lines]
    flags = {row[2]: row[4] for row in cells if len(row) > 7}
    assert flags["`SetBatchTagsRequest`"] == "`[TAG...]`"
    assert flags['`CancelBatchesRequest["start_date"]`'] == "`--created-since`"
    assert flags['`CancelBatchesRequest["batch_ids"]`'] == "`ID...`"


def test_a_filter_that_the_sandbox_ignores_is_reported(
    frozen: Contract, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sandbox that ignores a filter would list, or cancel, every job."""
    monkeypatch.setattr(queries, "filters", lambda query: [])
    gaps = [
        gap for gap in make_page(frozen, root).gaps if "the sandbox does nothing with it" in gap
    ]
    assert len(gaps) == 2 * len(JobFilters.__annotations__)


def test_a_removed_filter_in_the_sandbox_is_reported(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sandbox would fail on a filter that is no longer generated, so the message names the place."""
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
    """A mistyped option prints the usage instead of writing the page."""
    with pytest.raises(SystemExit) as caught:
        run(capsys, "--chekc")
    assert caught.value.code == 2
    assert "--check" in capsys.readouterr().err
    assert not (tree / PAGE).exists()


def test_a_missing_generated_file_is_reported(root: Path, tmp_path: Path) -> None:
    """The message says how to generate it."""
    for name in (*INPUTS, "openapi.yaml", "tools", "generated", "overlay"):
        (shutil.copytree if (root / name).is_dir() else shutil.copy)(root / name, tmp_path / name)
    (tmp_path / "generated" / "pasqal_core_api" / "models" / "job.py").unlink()
    command = [sys.executable, "-B", "-m", "ledger", "--check"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": "tools"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("docs/reference/ledger.md cannot be made: ")
    assert done.stderr.endswith("; run `make generate`\n")


# ---------------------------------------------------------------------------------------------------------------------
# What a method sends is found out by calling it


def sent(contract: Contract, root: Path, operation_id: str) -> dict[Item, str]:
    """What the client sends of an operation, each with its keyword."""
    return sent_items(contract, root, operation_id, TABLE[operation_id])


def test_a_keyword_may_have_another_name_than_the_field(contract: Contract, root: Path) -> None:
    """It is the one that changes the field, also inside of a list, and where only one of several can be given."""
    create = sent(contract, root, "create_batch")
    assert create["field", "CreateBatchRequest", "sequence_builder"] == "sequence"
    assert create["field", "JobRequest", "variables"] == "jobs"
    assert ("field", "CreateBatchRequest", "emulator") not in create
    cancel = sent(contract, root, "cancel_batches")
    assert cancel["field", "CancelBatchesRequest", "batch_ids"] == "ids"
    assert cancel["field", "CancelBatchesRequest", "cancel_all"] == "all"


def test_a_method_may_send_something_by_itself(contract: Contract, root: Path) -> None:
    """A listing cuts the list into pages without being asked; the page says so, and needs no keyword."""
    found = sent(contract, root, "get_devices")
    assert found["query", "offset"] == ""
    assert found["query", "device_type"] == "device_type"
    row = "| `offset` | `#/components/parameters/Offset` | `offset` | `devices.list(…)` |"
    assert [line for line in make_page(contract, root).lines if line.startswith(row)]


@pytest.mark.parametrize("operation_id", ["rebatch_jobs", "set_batch_tags", "get_job_results_link"])
def test_a_method_may_read_something_first(
    contract: Contract, root: Path, operation_id: str
) -> None:
    """What else it reads is answered like in the cases, and is not taken for the operation."""
    places = {
        item: word for item, word in sent(contract, root, operation_id).items() if item[0] == "path"
    }
    assert set(places.values()) <= {"batch", "batch_id", "job_id"}
    assert places


def test_the_settings_of_this_machine_play_no_part(
    contract: Contract, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project in a variable would be in every list."""
    monkeypatch.setenv("PASQAL_PROJECT_ID", "0c7f6a50-4f46-4b39-9c4a-7e36c0ab6ed5")
    assert sent(contract, root, "get_jobs")["query", "project_id"] == "project_id"
    assert "PASQAL_PROJECT_ID" in os.environ


def test_a_field_of_a_body_needs_a_keyword(contract: Contract, root: Path) -> None:
    """The method that sends it has to have one, unless the field is deprecated."""
    changed = copy.deepcopy(contract)
    fields = changed["components"]["schemas"]["CreateBatchRequest"]["properties"]
    fields["budget"] = {"type": "number"}
    fields["old_budget"] = {"type": "number", "deprecated": True}
    gaps = [gap for gap in make_page(changed, root).gaps if "no keyword" in gap]
    assert gaps == [
        "CreateBatchRequest, field budget: no keyword of batches.create reaches it; "
        "add it to the arguments of Batches.create in overlay/pasqal_client/batches.py"
    ]

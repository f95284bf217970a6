"""What the differ says about the edits that this contract may see: the findings, and the version that follows."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from spec_diff.comparison import compare
from spec_diff.finding import EVERY, WHOLE
from spec_diff.report import changelog, summary, version_line
from spec_diff.rules import Step
from spec_diff.versions import Version, largest_step

if TYPE_CHECKING:
    from collections.abc import Callable

Contract = dict[str, Any]

JOBS, CANCEL, COMPLETE = (
    "GET /api/v2/jobs",
    "PATCH /api/v2/batches/{batch__id}/cancel/jobs",
    "PATCH /api/v2/batches/{batch__id}/complete",
)
JOB = "GET /api/v2/jobs/{job_id}"
OF_A_JOB = {JOBS: "200 $.data[*]", CANCEL: "200 $.data.jobs[*]", COMPLETE: "200 $.data.jobs[*]"}
"""Where each operation answers with a job."""


def schema(contract: Contract, name: str) -> Any:
    return contract["components"]["schemas"][name]


def job(contract: Contract) -> Any:
    return schema(contract, "ProducedPartialJobResponse")


def status_grows(contract: Contract) -> None:
    schema(contract, "JobStatus")["enum"].append("OF_TOMORROW")


def origin_grows(contract: Contract) -> None:
    schema(contract, "JobOrigin")["enum"].insert(1, "OF_TOMORROW")


def jobs_get_a_field(contract: Contract) -> None:
    job(contract)["properties"]["field_of_tomorrow"] = {
        "type": ["string", "null"],
        "description": "How the device is.",
    }


def jobs_are_filtered_by_tag(contract: Contract) -> None:
    tags = {
        "name": "filter_of_tomorrow",
        "in": "query",
        "schema": {"type": "array", "items": {"type": "string"}},
    }
    contract["components"]["parameters"]["Tag"] = tags
    contract["paths"]["/api/v2/jobs"]["get"]["parameters"].append(
        {"$ref": "#/components/parameters/Tag"}
    )


def runs_may_be_null(contract: Contract) -> None:
    job(contract)["properties"]["runs"]["type"] = ["integer", "null"]


def a_filter_goes(contract: Contract) -> None:
    listed = contract["paths"]["/api/v2/batches/{batch__id}/cancel/jobs"]["patch"]["parameters"]
    listed.remove({"$ref": "#/components/parameters/MinRuns"})


def a_field_is_renamed(contract: Contract) -> None:
    fields, required = job(contract)["properties"], job(contract)["required"]
    fields["order_of_creation"] = fields.pop("creation_order")
    required[required.index("creation_order")] = "order_of_creation"


def one_job_is_read(contract: Contract) -> None:
    item = copy.deepcopy(contract["paths"]["/api/v2/jobs"])
    item["get"]["operationId"] = "get_job"
    item["get"]["parameters"] = [
        {"name": "job_id", "in": "path", "required": True, "schema": {"type": "string"}}
    ]
    contract["paths"]["/api/v2/jobs/{job_id}"] = item


def pages_get_smaller(contract: Contract) -> None:
    contract["components"]["parameters"]["Limit"]["schema"] |= {
        "default": 50,
        "exclusiveMaximum": 51,
    }


def a_schema_is_renamed(contract: Contract) -> None:
    job(contract)["title"] = "PartialJob"


def a_region_is_added(contract: Contract) -> None:
    contract["servers"].append({"url": "https://apis.eu.pasqal.cloud/core-fast"})


def a_version_is_in_the_path(contract: Contract) -> None:
    contract["paths"]["/api/v3/jobs"] = contract["paths"].pop("/api/v2/jobs")


def a_path_parameter_is_renamed(contract: Contract) -> None:
    contract["components"]["parameters"]["BatchPathId"]["name"] = "batch_id"
    for path in [path for path in contract["paths"] if "batch__id" in path]:
        contract["paths"][path.replace("batch__id", "batch_id")] = contract["paths"].pop(path)


def a_description_is_mended(contract: Contract) -> None:
    contract["components"]["parameters"]["Offset"]["description"] = (
        "How many jobs come before the page."
    )


def in_each_answer(field: str, *rules: str) -> set[tuple[str, str, str]]:
    """A field of a job, in the answer of each operation."""
    return {
        (operation, f"{place}.{field}", rule)
        for operation, place in OF_A_JOB.items()
        for rule in rules
    }


EDITS: dict[Callable[[Contract], None], tuple[set[tuple[str, str, str]], Step]] = {
    status_grows: (
        {
            *in_each_answer("status", "answer-enum-value-added"),
            (JOBS, "query status[*]", "request-enum-value-added"),
            (CANCEL, "query status[*]", "request-enum-value-added"),
        },
        Step.MINOR,
    ),
    origin_grows: (
        {
            (JOBS, "query origin[*]", "request-enum-value-added"),
            (CANCEL, "query origin[*]", "request-enum-value-added"),
        },
        Step.MINOR,
    ),
    jobs_get_a_field: (
        in_each_answer("field_of_tomorrow", "answer-optional-field-added"),
        Step.MINOR,
    ),
    jobs_are_filtered_by_tag: (
        {(JOBS, "query filter_of_tomorrow", "request-optional-parameter-added")},
        Step.MINOR,
    ),
    runs_may_be_null: (in_each_answer("runs", "answer-became-nullable"), Step.MAJOR),
    a_filter_goes: ({(CANCEL, "query min_runs", "request-parameter-removed")}, Step.MAJOR),
    a_field_is_renamed: (
        in_each_answer("creation_order", "answer-field-removed")
        | in_each_answer("order_of_creation", "answer-required-field-added"),
        Step.MAJOR,
    ),
    one_job_is_read: ({(JOB, "", "operation-operation-added")}, Step.MINOR),
    pages_get_smaller: (
        {
            (JOBS, "query limit", "request-default-changed"),
            (JOBS, "query limit", "request-bound-narrowed"),
        },
        Step.MAJOR,
    ),
    a_schema_is_renamed: (
        {
            (WHOLE, "", "operation-model-added"),
            (WHOLE, "", "operation-model-removed"),
            *((operation, place, "documentation-changed") for operation, place in OF_A_JOB.items()),
        },
        Step.MAJOR,
    ),
    a_region_is_added: ({(EVERY, "", "operation-server-added")}, Step.MINOR),
    a_version_is_in_the_path: ({("GET /api/v3/jobs", "", "operation-operation-moved")}, Step.MAJOR),
    a_path_parameter_is_renamed: (
        {
            (operation.replace("batch__id", "batch_id"), f"path {name}", rule)
            for operation in (CANCEL, COMPLETE)
            for name, rule in {
                "batch__id": "request-parameter-removed",
                "batch_id": "request-required-parameter-added",
            }.items()
        },
        Step.MAJOR,
    ),
    a_description_is_mended: ({(JOBS, "query offset", "documentation-changed")}, Step.PATCH),
}


def after(contract: Contract, *edits: Callable[[Contract], None]) -> Contract:
    """The contract with some edits."""
    edited = copy.deepcopy(contract)
    for edit in edits:
        edit(edited)
    return edited


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_is_judged(frozen: Contract, edit: Callable[[Contract], None]) -> None:
    """The differ finds what the edit did, in each operation and at each place, no more, and asks for the right step."""
    expected, step = EDITS[edit]
    findings = compare(frozen, after(frozen, edit))
    assert {(finding.operation, finding.place, finding.rule.id) for finding in findings} == expected
    assert len(findings) == len(expected)
    assert largest_step(findings) is step


@pytest.mark.parametrize(
    ("edits", "early", "late"),
    [
        ((a_description_is_mended,), "0.1.1", "1.4.3"),
        ((status_grows, a_description_is_mended), "0.2.0", "1.5.0"),
        ((status_grows, runs_may_be_null), "0.2.0", "2.0.0"),
        ((), "0.1.0", "1.4.2"),
    ],
)
def test_the_largest_step_makes_the_version(
    frozen: Contract, edits: tuple[Callable[[Contract], None], ...], early: str, late: str
) -> None:
    """A version goes as far as the worst change asks; before 1.0.0, breaking raises the minor number."""
    findings = compare(frozen, after(frozen, *edits))
    assert str(Version(0, 1, 0).after(largest_step(findings))) == early
    assert str(Version(1, 4, 2).after(largest_step(findings))) == late


def test_the_version_says_why(frozen: Contract) -> None:
    """The step is named, and so is the custom that before 1.0.0 turns it into a smaller one."""
    findings = compare(frozen, after(frozen, runs_may_be_null))
    early = (
        "0.1.0 -> 0.2.0 (the largest step is major, which before 1.0.0 raises the minor version)"
    )
    assert version_line(findings, Version(0, 1, 0)) == early
    assert version_line(findings, Version(1, 1, 0)) == "1.1.0 -> 2.0.0 (the largest step is major)"


@pytest.mark.parametrize(
    ("edit", "hints"),
    [
        (a_field_is_renamed, {"creation_order": "renamed to order_of_creation?"}),
        (a_path_parameter_is_renamed, {"batch__id": "renamed to batch_id?"}),
        (a_filter_goes, {}),
    ],
)
def test_a_likely_renaming_is_hinted_at(
    frozen: Contract, edit: Callable[[Contract], None], hints: dict[str, str]
) -> None:
    """What is gone while something like it is new may only be renamed."""
    findings = compare(frozen, after(frozen, edit))
    assert {finding.name: finding.hint for finding in findings if finding.hint} == hints


def test_a_guess_is_no_line_of_the_changelog(frozen: Contract) -> None:
    """What is only hinted at is for the maintainer."""
    assert "renamed" not in "".join(changelog(compare(frozen, after(frozen, a_field_is_renamed))))


def test_the_closest_name_is_the_likely_one(frozen: Contract) -> None:
    """Among several that are alike, the name decides; where no name is close, nothing is guessed."""

    def edit(contract: Contract) -> None:
        fields = job(contract)["properties"]
        text = fields.pop("slurm_job_id")
        fields |= {"note": text, "slurm_id": text}

    def edit_without(contract: Contract) -> None:
        edit(contract)
        job(contract)["properties"]["remark"] = job(contract)["properties"].pop("slurm_id")

    assert {finding.hint for finding in compare(frozen, after(frozen, edit))} == {
        "",
        "renamed to slurm_id?",
    }
    assert {finding.hint for finding in compare(frozen, after(frozen, edit_without))} == {""}


def test_what_is_not_alike_is_no_renaming(frozen: Contract) -> None:
    """Neither a field of another type, nor a parameter of another place, nor another status is the one that is gone."""

    def edit(contract: Contract) -> None:
        fields = job(contract)["properties"]
        fields["slurm_id"] = {"type": "integer"}
        del fields["slurm_job_id"]
        contract["components"]["parameters"]["BatchPathId"]["in"] = "header"
        answers = contract["paths"]["/api/v2/jobs"]["get"]["responses"]
        answers["4XX"] = answers.pop("default")

    assert not any(finding.hint for finding in compare(frozen, after(frozen, edit)))


def test_the_worst_comes_first_in_the_summary(frozen: Contract) -> None:
    """The summary counts by verdict; nothing is said of verdicts that do not occur."""
    edited = after(frozen, status_grows, a_filter_goes, a_description_is_mended)
    assert summary(compare(frozen, edited)) == "1 breaking, 3 warning, 2 compatible, 1 docs only"
    assert summary([]) == "no change"


PARAGRAPH = """\
### Added

- `field_of_tomorrow` in the answer of `GET /api/v2/jobs`, `PATCH /api/v2/batches/{batch__id}/cancel/jobs`,
  `PATCH /api/v2/batches/{batch__id}/complete`: optional field added.

### Changed

- **Breaking:** `limit` in the request of `GET /api/v2/jobs`: default changed, 100 -> 50.
- **Breaking:** `limit` in the request of `GET /api/v2/jobs`: bound narrowed, maximum at most 100 -> at most 50.
- The contract's texts or examples.

### Removed

- **Breaking:** `min_runs` in the request of `PATCH /api/v2/batches/{batch__id}/cancel/jobs`: parameter removed."""


def test_the_changelog_joins_what_is_the_same(frozen: Contract) -> None:
    """One line a change with the operations that it concerns, in the sections of a changelog."""
    edited = after(
        frozen, a_filter_goes, jobs_get_a_field, pages_get_smaller, a_description_is_mended
    )
    assert "\n".join(changelog(compare(frozen, edited))) == PARAGRAPH


def test_the_changelog_names_an_operation_once(frozen: Contract) -> None:
    """What changes in several places of one operation is one change to readers."""

    def edit(contract: Contract) -> None:
        for name in ("ProducedPartialJobResponse", "ProducedBatchWithPartialJobsResponse"):
            schema(contract, name)["properties"]["created_at"]["deprecated"] = True

    operations = ", ".join(f"`{operation}`" for operation in OF_A_JOB)
    line = " ".join("\n".join(changelog(compare(frozen, after(frozen, edit)))).split())
    assert line == f"### Deprecated - `created_at` in the answer of {operations}: deprecated."


def test_the_changelog_lists_new_models_in_one_line(frozen: Contract) -> None:
    """A contract that grows has many of them, and nothing else to say of each."""

    def edit(contract: Contract) -> None:
        for name in ("Cost", "Refund"):
            contract["components"]["schemas"][name] = {"title": name, "type": "object"}

    assert changelog(compare(frozen, after(frozen, edit))) == [
        "### Added",
        "",
        "- the whole contract: model added, Cost, Refund.",
    ]


def test_the_changelog_has_a_section_for_what_is_deprecated(frozen: Contract) -> None:
    """What gets a date is set apart from what changed, and what is taken back is a change."""

    def deprecate(contract: Contract) -> None:
        contract["paths"]["/api/v2/jobs"]["get"]["deprecated"] = True

    edited = after(frozen, deprecate)
    assert changelog(compare(frozen, edited)) == [
        "### Deprecated",
        "",
        "- `GET /api/v2/jobs`: deprecated.",
    ]
    back = ["### Changed", "", "- `GET /api/v2/jobs`: no longer deprecated."]
    assert changelog(compare(edited, frozen)) == back

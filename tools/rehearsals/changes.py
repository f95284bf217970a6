"""The changes that are rehearsed: realistic edits of the contract, and the edits by hand that bring each of them up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .case_edits import Answer, add_case, change_case
from .edits import add_row, replace_word
from .operation import BY_HAND, EDITS
from .paths import PATHS
from .python_edits import (
    add_before_return,
    add_to_class,
    add_to_table,
    extend_value,
    set_in_table,
)
from .yaml_edits import add_entry, add_item, remove_entry, remove_references, set_value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .edits import Edit


@dataclass(frozen=True)
class Change:
    """A change of the contract.

    Attributes:
        name: by which it is asked for.
        what: what the documentation says now.
        edits: those of the contract, and of what comes before `make generate`.
        by_hand: what is to do after `make generate`, step by step, with the edits that do it.
        is_brought_up: whether the checks of the contract pass after these steps; otherwise the rest
            is more than a few lines, and the rehearsal ends with what the commands report.
        rest: what remains to do then, which the rehearsal does not try.
    """

    name: str
    what: str
    edits: Sequence[Edit]
    by_hand: Sequence[tuple[str, Sequence[Edit]]] = ()
    is_brought_up: bool = True
    rest: str = ""

    def is_ahead(self, root: Path) -> bool:
        """Whether the contract does not have the change yet."""
        return self.edits[0].is_ahead(root)


CONTRACT: Final = PATHS["contract"]
JOB: Final = "components schemas ProducedPartialJobResponse properties"
BATCH: Final = "components schemas ProducedBatchWithPartialJobsResponse properties"

DEVICE_STATUS: Final = """\
device_status:
  description: How the device is, as it says itself.
  type: [string, "null"]
"""

TAG: Final = """\
Tag:
  name: tag
  in: query
  description: Jobs of the batches with one of these tags.
  schema:
    type: array
    items:
      type: string
"""
TAG_FILTER: Final = '''\
tag: str | Iterable[str] | None
"""Jobs of the batches with these tags; of `jobs` only."""
'''
TAG_CONDITION: Final = """\
if (tags := getattr(query, "tag", None)) is not None:
    marks = ", ".join("?" * len(tags))
    tagged = f"SELECT batches.id FROM batches, json_each(batches.tags) AS tag WHERE tag.value IN ({marks})"
    conditions.append(Condition(f"batch_id IN ({tagged})", tuple(tags)))
"""
TAG_OPTION: Final = (
    '_job("tag", _MANY, "--tag", metavar="TEXT", help="Jobs of the batches with this tag.")'
)
TAG_CASE: Final[dict[str, Any]] = {
    "id": "page-tag-several",
    "feature": "jobs",
    "why": "Several tags repeat the key.",
    "operation": "get_jobs",
    "call": "jobs.page",
    "arguments": {"tag": ["night", "scan"]},
    "requests": [
        {
            "method": "GET",
            "path": "/api/v2/jobs",
            "query": "order_by=created_at&order_by_direction=DESC&limit=100&offset=0&tag=night&tag=scan",
        }
    ],
}

CHANGES: Final = (
    Change(
        "suspended",
        "a job may be in the state `SUSPENDED`",
        [add_item(CONTRACT, "components schemas JobStatus enum", "SUSPENDED")],
        [
            (
                "whether a job leaves it, in `_states.py`",
                [extend_value(PATHS["states"], "ACTIVE", " | {JobStatus.SUSPENDED}")],
            )
        ],
    ),
    Change(
        "origin",
        "a job may come in through `SLURM`",
        [add_item(CONTRACT, "components schemas JobOrigin enum", "SLURM")],
    ),
    Change(
        "field",
        "a job may have a `device_status`",
        [add_entry(CONTRACT, JOB, DEVICE_STATUS)],
        [
            (
                "the field in the tables of `test_transcription.py`",
                [
                    add_to_table(
                        PATHS["transcription"],
                        "FIELDS 'ProducedPartialJobResponse'",
                        '"device_status": "string?"',
                    )
                ],
            ),
            (
                "the field in the case `job-every-field`",
                [
                    change_case(
                        PATHS["answers"],
                        "job-every-field",
                        Answer(
                            body={"/data/0/device_status": "UP"},
                            shows={"/data/0/device_status": {"value": "UP"}},
                        ),
                    )
                ],
            ),
        ],
        rest="the session in `docs/cli.md` that shows a job, by `tests/cli/test_cli_session.py`",
    ),
    Change(
        "tag",
        "the list has a filter `tag`",
        [
            add_entry(CONTRACT, "components parameters", TAG),
            add_item(
                CONTRACT,
                "paths /api/v2/jobs get parameters",
                '$ref: "#/components/parameters/Tag"',
            ),
        ],
        [
            (
                "`READERS` and `JobFilters` in `filters.py`",
                [
                    add_to_table(PATHS["filters"], "READERS", '"tag": each(text)'),
                    add_to_class(PATHS["filters"], "JobFilters", TAG_FILTER),
                ],
            ),
            (
                "the condition in the sandbox's `queries.py`",
                [add_before_return(PATHS["sandbox filters"], "_match_jobs", TAG_CONDITION)],
            ),
            (
                "the option in `cli/filter_options.py` and its row in `docs/cli.md`",
                [
                    add_to_table(PATHS["options"], "JOB_OPTIONS", TAG_OPTION),
                    add_row(
                        PATHS["cli page"], "## Filters", "| `--tag` | of a batch with this tag |"
                    ),
                ],
            ),
            (
                "a case in `requests.json`",
                [add_case(PATHS["requests"], TAG_CASE)],
            ),
            (
                "the parameter in the tables of `test_transcription.py`",
                [
                    extend_value(
                        PATHS["transcription"],
                        "PARAMETERS GET_JOBS 'query'",
                        ' | {"tag": "[string]"}',
                    )
                ],
            ),
        ],
        rest="the names of all filters in `tests/unit/test_filters.py`",
    ),
    Change(
        "nullable",
        "`user_id` of a batch may be null",
        [set_value(CONTRACT, f"{BATCH} user_id type", '[string, "null"]')],
        [
            (
                "that the field is required and may be null, in the tables of `test_transcription.py`",
                [
                    set_in_table(
                        PATHS["transcription"],
                        "FIELDS 'ProducedBatchWithPartialJobsResponse' 'user_id'",
                        '"string?!"',
                    )
                ],
            ),
        ],
        rest="the places that count on a text, by `make types`, and a case that shows null",
    ),
    Change(
        "removal",
        "`min_runs` is no longer a filter",
        [
            remove_references(CONTRACT, "#/components/parameters/MinRuns"),
            remove_entry(CONTRACT, "components parameters MinRuns"),
        ],
        is_brought_up=False,
        rest="remove the keyword from the client, the sandbox, the command line, the cases and the tests that "
        "`make spec-diff` lists",
    ),
    Change(
        "renaming",
        "`creation_order` of a job is called `order_of_creation`",
        [replace_word(CONTRACT, "creation_order", "order_of_creation")],
        is_brought_up=False,
        rest="rename the field in the cases and in the tests that `make spec-diff` lists",
    ),
    Change(
        "operation",
        "`GET /api/v2/jobs/{job_id}/log` reads the log of a job",
        EDITS,
        BY_HAND,
        rest="the type of an answer without data, by `make types`, and lines that no test runs, by `make test`",
    ),
)

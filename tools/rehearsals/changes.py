"""The changes that are rehearsed: realistic edits of the contract, and the edits by hand that bring each of them up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CONTRACT: Final = "openapi.yaml"
HERE: Final = "tools/rehearsals/changes.py"
TRANSCRIPTION: Final = "tests/contract/test_transcription.py"
FILTERS: Final = "overlay/pasqal_client/_listing/filters.py"
VECTORS: Final = "tests/contract/vectors"


class EditError(Exception):
    """A file no longer has the text that an edit changes; the text says what to do."""


class Edit(NamedTuple):
    """A text of a file that gives way to another one.

    Attributes:
        file: relative to the folder of the repository.
        old: it has to be there, and only once unless `everywhere` is set.
        new: what takes its place.
        everywhere: whether each place is meant.
    """

    file: str
    old: str
    new: str
    everywhere: bool = False

    def apply(self, root: Path) -> None:
        """Change the file.

        Raises:
            EditError: the old text is not there, or more than once.
        """
        path = root / self.file
        text = path.read_text(encoding="utf-8")
        found = text.count(self.old)
        if not found or (found > 1 and not self.everywhere):
            raise EditError(
                f"{self.file} has {found or 'none'} of the text that a rehearsal changes, and one would be right: "
                f"adapt the edit in {HERE}\n{self.old}"
            )
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")


def after(file: str, anchor: str, added: str) -> Edit:
    """The edit that adds a text behind another one."""
    return Edit(file, anchor, anchor + added)


class Change(NamedTuple):
    """A change of the contract.

    Attributes:
        name: by which it is asked for.
        what: what the documentation says now.
        edits: those of the contract, and of what comes before `make generate`.
        by_hand: what is to do after `make generate`, step by step, with the edits that do it.
        is_brought_up: whether the checks of the contract pass after these steps; otherwise the rest
            is more than a few lines, and the rehearsal ends with what is told.
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
        first = self.edits[0]
        text = (root / first.file).read_text(encoding="utf-8")
        return first.old in text or first.new not in text


LAST_FIELD: Final = """\
          description: The job's id in SLURM, if it has one.
          type: [string, "null"]
"""
NEW_FIELD: Final = """\
        device_status:
          description: How the device is, as it says itself.
          type: [string, "null"]
"""
SLURM_VECTOR: Final = '        "/data/0/slurm_job_id": {"value": "874123"}'

FILTER: Final = """\
    Tag:
      name: tag
      in: query
      description: Jobs of the batches with one of these tags.
      schema:
        type: array
        items:
          type: string
"""
TAG_VECTOR: Final = """\
    {
      "id": "page-tag-several",
      "why": "Several tags repeat the key.",
      "operation": "get_jobs",
      "call": "jobs.page",
      "arguments": {"tag": ["night", "scan"]},
      "requests": [{"method": "GET", "path": "/api/v2/jobs", "query": "order_by=created_at&order_by_direction=DESC&\
limit=100&offset=0&tag=night&tag=scan"}]
    },
"""
TAG_CONDITION: Final = """\
    if (tags := getattr(query, "tag", None)) is not None:
        marks = ", ".join("?" * len(tags))
        tagged = f"SELECT batches.id FROM batches, json_each(batches.tags) AS tag WHERE tag.value IN ({marks})"
        conditions.append(Condition(f"batch_id IN ({tagged})", tuple(tags)))
"""
CLI_ROW: Final = "| `--user` | of this user |\n"
TAG_OPTION: Final = """\
        _filter("tag", _MANY, "--tag", metavar="TEXT", help="Jobs of the batches with this tag."),
"""

NULL_VECTOR: Final = """\
        "/data/0/runs": {"unset": true},
        "/data/0/status": {"enum": "DONE", "known": true}
      },
      "departures": ["/data/0/runs"]
"""
NULL_VECTOR_AFTER: Final = """\
        "/data/0/runs": {"null": true},
        "/data/0/status": {"enum": "DONE", "known": true}
      },
      "departures": []
"""

MIN_RUNS: Final = """\
    MinRuns:
      name: min_runs
      in: query
      description: Jobs with at least this many runs of the sequence.
      schema:
        type: integer
"""

ONE_JOB: Final = """\
  /api/v2/jobs/{job_id}:
    get:
      operationId: get_job
      tags: [jobs]
      summary: Get a job
      description: One job, without its results.
      parameters:
        - name: job_id
          in: path
          required: true
          description: The job.
          schema:
            type: string
            format: uuid
      responses:
        "200":
          description: The job.
          content:
            application/json:
              schema:
                $ref: "#/components/schemas/NonPaginatedResponse_ProducedPartialJobResponse_"
              examples:
                nothing:
                  summary: The service has nothing to say.
                  value:
                    data: null
        "422":
          $ref: "#/components/responses/InvalidPath"
        default:
          $ref: "#/components/responses/Undocumented"
"""
ONE_JOB_ANSWER: Final = """\
    NonPaginatedResponse_ProducedPartialJobResponse_:
      title: NonPaginatedResponse[ProducedPartialJobResponse]
      description: One job.
      type: object
      properties:
        data:
          description: The job.
          anyOf:
            - $ref: "#/components/schemas/ProducedPartialJobResponse"
            - type: "null"
"""
ONE_JOB_NAME: Final = """\
  NonPaginatedResponseProducedPartialJobResponse:
    class_name: JobAnswer
    module_name: job_answer
"""

CHANGES: Final = (
    Change(
        "canceling",
        "a job may be in the state `CANCELING`",
        [
            Edit(
                CONTRACT,
                "enum: [PENDING, RUNNING, DONE, ERROR, CANCELED]",
                "enum: [PENDING, RUNNING, DONE, ERROR, CANCELING, CANCELED]",
            )
        ],
    ),
    Change(
        "origin",
        "a job may come in through `OVH`",
        [Edit(CONTRACT, "enum: [CLIENT, AZURE, UNKNOWN]", "enum: [CLIENT, AZURE, OVH, UNKNOWN]")],
    ),
    Change(
        "field",
        "a job may have a `device_status`",
        [after(CONTRACT, LAST_FIELD, NEW_FIELD)],
        [
            (
                "the field in the tables of `test_transcription.py`",
                [
                    after(
                        TRANSCRIPTION,
                        '        "slurm_job_id": "string?",\n',
                        '        "device_status": "string?",\n',
                    )
                ],
            ),
            (
                "the field in the vector `job-every-field`",
                [
                    Edit(
                        f"{VECTORS}/answers.json",
                        f"{SLURM_VECTOR}\n",
                        f'{SLURM_VECTOR},\n        "/data/0/device_status": {{"value": "UP"}}\n',
                    ),
                    after(
                        f"{VECTORS}/answers.json",
                        r"\"slurm_job_id\": \"874123\"",
                        r", \"device_status\": \"UP\"",
                    ),
                ],
            ),
        ],
        rest="the session in `docs/cli.md` that shows a job, by `tests/cli/test_cli_session.py`",
    ),
    Change(
        "tag",
        "the list has a filter `tag`",
        [
            after(
                CONTRACT,
                """\
        - $ref: "#/components/parameters/Offset"
""",
                """\
        - $ref: "#/components/parameters/Tag"
""",
            ),
            Edit(CONTRACT, "    Id:\n      name: id\n", f"{FILTER}    Id:\n      name: id\n"),
        ],
        [
            (
                "`READERS` and `JobFilters` in `filters.py`",
                [
                    after(FILTERS, '    "user_id": _each(text),\n', '    "tag": _each(text),\n'),
                    after(
                        FILTERS,
                        '    """Jobs of these users; opaque text."""\n',
                        "    tag: str | Iterable[str] | None\n"
                        '    """Jobs of the batches with these tags; of `jobs` only."""\n',
                    ),
                ],
            ),
            (
                "the condition in `sandbox/database/queries.py`",
                [
                    Edit(
                        "overlay/pasqal_client/sandbox/database/queries.py",
                        "    return conditions\n",
                        f"{TAG_CONDITION}    return conditions\n",
                    )
                ],
            ),
            (
                "the option in `cli/options.py` and its row in `docs/cli.md`",
                [
                    after(
                        "overlay/pasqal_client/cli/options.py",
                        '        _filter("user_id", _MANY, "--user", metavar="ID", help="Jobs of this user."),\n',
                        TAG_OPTION,
                    ),
                    after("docs/cli.md", CLI_ROW, "| `--tag` | of the batches with this tag |\n"),
                ],
            ),
            (
                "a vector in `requests.json`",
                [after(f"{VECTORS}/requests.json", '  "cases": [\n', TAG_VECTOR)],
            ),
            (
                "the parameter in the tables of `test_transcription.py`",
                [
                    Edit(
                        TRANSCRIPTION,
                        '{"query": PAGE_CONTROLS | FILTERS}',
                        '{"query": PAGE_CONTROLS | {"tag": "[string]"} | FILTERS}',
                    )
                ],
            ),
        ],
        rest="the names of all filters in `tests/unit/test_filters.py`",
    ),
    Change(
        "nullable",
        "`runs` of a job may be null",
        [
            Edit(
                CONTRACT,
                "          description: How many times the sequence is run (shots).\n          type: integer\n",
                "          description: How many times the sequence is run (shots).\n"
                '          type: [integer, "null"]\n',
            )
        ],
        [
            (
                "the field, and that it is required and may be null, in `test_transcription.py`",
                [
                    Edit(
                        TRANSCRIPTION,
                        '        "runs": "integer!",\n',
                        '        "runs": "integer?!",\n',
                    ),
                    Edit(
                        TRANSCRIPTION,
                        "nullable(field) is (name not in required), ",
                        'nullable(field) is (name not in required or name == "runs"), ',
                    ),
                ],
            ),
            (
                "null as a value in the vector `runs-null`",
                [Edit(f"{VECTORS}/answers.json", NULL_VECTOR, NULL_VECTOR_AFTER)],
            ),
        ],
        rest="the places of the sandbox that count on a number, by `make types`",
    ),
    Change(
        "removal",
        "nothing is filtered by `min_runs` any more",
        [
            Edit(
                CONTRACT, '        - $ref: "#/components/parameters/MinRuns"\n', "", everywhere=True
            ),
            Edit(CONTRACT, MIN_RUNS, ""),
        ],
        is_brought_up=False,
        rest="take the keyword out of the client, the sandbox, the command line, the vectors and the tests that "
        "`make spec-diff` lists",
    ),
    Change(
        "renaming",
        "`creation_order` of a job is called `order_of_creation`",
        [Edit(CONTRACT, "creation_order", "order_of_creation", everywhere=True)],
        is_brought_up=False,
        rest="rename the field in the vectors and in the tests that `make spec-diff` lists",
    ),
    Change(
        "operation",
        "`GET /api/v2/jobs/{job_id}` reads one job",
        [
            Edit(
                CONTRACT,
                "  /api/v2/batches/{batch__id}/cancel/jobs:\n",
                f"{ONE_JOB}  /api/v2/batches/{{batch__id}}/cancel/jobs:\n",
            ),
            Edit(
                CONTRACT,
                "    NonPaginatedResponse_ProducedPartialJobBulkCancelResponse_:\n",
                f"{ONE_JOB_ANSWER}    NonPaginatedResponse_ProducedPartialJobBulkCancelResponse_:\n",
            ),
            after("generator_config.yml", "class_overrides:\n", ONE_JOB_NAME),
        ],
        is_brought_up=False,
        rest="write the method of the client, the handler of the sandbox, vectors and tests",
    ),
)

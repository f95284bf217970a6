"""The rehearsal of a whole operation, from the contract to green tests: the order of CONTRIBUTING.

The operation is made up, so that it does not come true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .case_edits import add_case, add_to_map
from .edits import add_row
from .paths import PATHS
from .python_edits import (
    add_import,
    add_to_class,
    add_to_table,
)
from .yaml_edits import add_entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .edits import Edit

# ---------------------------------------------------------------------------------------------------------------------
# The contract

ADDRESS: Final = """\
/api/v2/jobs/{job_id}/log:
  get:
    operationId: get_job_log
    x-source: documented
    tags: [jobs]
    summary: Get the log of a job
    description: What the service noted while the job ran.
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
        description: The log.
        content:
          application/json:
            schema:
              $ref: "#/components/schemas/NonPaginatedResponse_JobLog_"
            examples:
              nothing:
                summary: The service noted nothing.
                value:
                  data:
                    lines: []
      "422":
        $ref: "#/components/responses/InvalidPath"
      default:
        $ref: "#/components/responses/Undocumented"
"""
ANSWER: Final = """\
NonPaginatedResponse_JobLog_:
  title: NonPaginatedResponse[JobLog]
  description: The log of a job.
  type: object
  properties:
    data:
      description: The log.
      anyOf:
        - $ref: "#/components/schemas/JobLog"
        - type: "null"
"""
LOG: Final = """\
JobLog:
  title: JobLog
  description: What the service noted while a job ran.
  type: object
  required: [lines]
  properties:
    lines:
      description: The lines, the oldest first.
      type: array
      items:
        type: string
"""
NAME: Final = """\
NonPaginatedResponseJobLog:
  class_name: JobLogAnswer
  module_name: job_log_answer
"""

EDITS: Final[Sequence[Edit]] = (
    add_entry(PATHS["contract"], "paths", ADDRESS),
    add_entry(PATHS["contract"], "components schemas", ANSWER),
    add_entry(PATHS["contract"], "components schemas", LOG),
    add_entry(PATHS["generator settings"], "class_overrides", NAME),
)

# ---------------------------------------------------------------------------------------------------------------------
# The method of both clients

METHOD: Final = '''
def log(self, job_id: UUID | str, /) -> JobLog:
    """What the service noted while a job ran.

    Raises:
        ValueError: the id is not a UUID. Nothing was sent.
        APIError: the request failed.
    """
    wanted = uuid_of("job_id", job_id)
    response = self._read(get_job_log, job_id=wanted)
    return response.parsed.data
'''
ASYNC_METHOD: Final = '''
async def log(self, job_id: UUID | str, /) -> JobLog:
    """What the service noted while a job ran; see `Jobs.log`."""
    wanted = uuid_of("job_id", job_id)
    response = await self._read(get_job_log, job_id=wanted)
    return response.parsed.data
'''
# No command needs this operation.
REACH: Final = '"get_job_log": Reach("jobs", "log", None)'

# ---------------------------------------------------------------------------------------------------------------------
# The handler of the sandbox

HANDLER: Final = """
async def get_job_log(self, job_id: UUID) -> Response:
    return self._answers.succeed(self.successes["get_job_log"], data={"lines": []})
"""
SUCCESS: Final = '"get_job_log": NonPaginatedResponseJobLog'

# ---------------------------------------------------------------------------------------------------------------------
# Cases, and the facts of the documentation

JOB_ID: Final = "84e3c4a5-bdf5-43ef-827e-5fd5fba5913d"
REQUEST: Final[dict[str, Any]] = {
    "id": "log-path",
    "feature": "jobs",
    "why": "The id stands in the path, in lower case.",
    "operation": "get_job_log",
    "call": "jobs.log",
    "arguments": {"job_id": JOB_ID.upper()},
    "requests": [{"method": "GET", "path": f"/api/v2/jobs/{JOB_ID}/log", "query": ""}],
}
SHOWN: Final[dict[str, Any]] = {
    "id": "log-every-field",
    "feature": "jobs",
    "why": "Every declared field of a log is shown with its type.",
    "operation": "get_job_log",
    "body": '{"data": {"lines": ["The job started."]}}',
    "shows": {"/data/lines": {"value": ["The job started."]}},
    "departures": [],
}
NULL: Final[dict[str, Any]] = {
    "id": "log-data-null",
    "feature": "jobs",
    "why": "A log that is null is shown as null.",
    "operation": "get_job_log",
    "body": '{"data": null}',
    "shows": {"/data": {"null": True}},
    "departures": [],
}
CALL: Final[dict[str, Any]] = {"call": "jobs.log", "arguments": {"job_id": JOB_ID}}


def refusal(status: int, kind: str, **more: Any) -> dict[str, Any]:
    """The case of an answer that is an error."""
    expected = {"class": kind, "status": status, "reason": ["The service says why."]}
    return {
        "id": f"log-status-{status}",
        "feature": "jobs",
        "why": f"{status} on a read that is about one job.",
        "operation": "get_job_log",
        "status": status,
        "headers": {},
        "body": '{"message": "The service says why."}',
        "expect": {**expected, "retry_after": None, "request_id": None, **more},
        "repeated": False,
    }


OPERATIONS_CHAPTER: Final = "# The operations of the service, and how each is reached"
ROW: Final = "| `get_job_log` | `GET /api/v2/jobs/{job_id}/log` | documented | `client.jobs.log` |"
GET_JOB_LOG: Final = '("get", "/api/v2/jobs/{job_id}/log")'
STATUSES: Final = '{"200": "NonPaginatedResponse[JobLog]", "422": "HTTPValidationError"}'

BY_HAND: Final[Sequence[tuple[str, Sequence[Edit]]]] = (
    (
        "the method `log` of both clients in `jobs.py`",
        (
            add_import(PATHS["jobs"], "from pasqal_core_api.api.jobs import get_job_log"),
            add_import(PATHS["jobs"], "from pasqal_core_api.models import JobLog"),
            add_to_class(PATHS["jobs"], "Jobs", METHOD),
            add_to_class(PATHS["jobs"], "AsyncJobs", ASYNC_METHOD),
        ),
    ),
    (
        "the method, and that no command makes it, in `tools/operation_table.py`",
        (add_to_table(PATHS["operation table"], "TABLE", REACH),),
    ),
    (
        "its handler in the sandbox's `handlers/jobs.py`, and the model of its answer",
        (
            add_import(
                PATHS["sandbox"], "from pasqal_core_schemas import NonPaginatedResponseJobLog"
            ),
            add_to_class(PATHS["sandbox"], "JobHandlers", HANDLER),
            add_to_table(PATHS["sandbox"], "JobHandlers.successes", SUCCESS),
        ),
    ),
    (
        "cases of the request, the answer and the errors, and what a runner of them needs: an empty answer, a call",
        (
            add_case(PATHS["requests"], REQUEST),
            add_case(PATHS["answers"], SHOWN),
            add_case(PATHS["answers"], NULL),
            add_case(PATHS["errors"], refusal(422, "UnprocessableError", errors=[])),
            add_case(PATHS["errors"], refusal(404, "NotFoundError")),
            add_to_map(PATHS["requests"], "answers", "get_job_log", {"data": {"lines": []}}),
            add_to_map(PATHS["errors"], "calls", "get_job_log", CALL),
        ),
    ),
    (
        "its row in `docs/operations.md`",
        (add_row(PATHS["operations page"], OPERATIONS_CHAPTER, ROW),),
    ),
    (
        "the operation and its answer in the tables of `test_transcription.py`",
        (
            add_to_table(PATHS["transcription"], "IDS", f'{GET_JOB_LOG}: "get_job_log"'),
            add_to_table(
                PATHS["transcription"],
                "PARAMETERS",
                f'{GET_JOB_LOG}: {{"path": {{"job_id": "uuid!"}}}}',
            ),
            add_to_table(PATHS["transcription"], "ANSWERS", f"{GET_JOB_LOG}: {STATUSES}"),
            add_to_table(
                PATHS["transcription"],
                "FIELDS",
                '"NonPaginatedResponse[JobLog]": {"data": "JobLog?"}',
            ),
            add_to_table(PATHS["transcription"], "FIELDS", '"JobLog": {"lines": "[string]!"}'),
        ),
    ),
)

"""Schemathesis against the sandbox: hundreds of requests made from openapi.yaml, each answer held against it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from pasqal_client.sandbox import RecordedRequest, Sandbox
from pasqal_client.sandbox.operations import PLACES, operation_of

pytestmark = pytest.mark.slow

_CONTRACT = Path(__file__).parents[2] / "openapi.yaml"
_PROGRAM = Path(sys.executable).with_name("schemathesis")
# Operations on a batch or a job each have some of their own, because others would end them.
_OWNERS = {
    "get_batch": "batch_id",
    "get_batch_status": "batch_id",
    "set_batch_tags": "batch_id",
    "add_jobs": "batch__id",
    "cancel_jobs": "batch__id",
    "complete_batch": "batch__id",
    "cancel_batch": "batch__id",
    "rebatch_jobs": "batch__id",
    "get_job": "job_id",
    "get_job_status": "job_id",
    "get_job_results_link": "job_id",
    "cancel_job": "job_id",
}
_OWN = {
    operation: [f"4c9d3a10-0000-4000-8000-000000000{place:02}{number}" for number in range(3)]
    for place, operation in enumerate(_OWNERS)
}
_FOREIGN = "4c9d3a10-0000-4000-8000-000000000999"
_UNKNOWN = "4c9d3a10-0000-4000-8000-000000000998"
# A body or a query may break a rule that no schema can spell, such as that a batch that is not open needs a job.
# There, a 422 is no finding.
_RULED = ("create_batch", "add_jobs", "rebatch_jobs", "cancel_batches")
# This one may cancel everything, so it comes last.
_LAST = "cancel_batches"

# What has to occur, or the requests did not get far; what else may occur, the checks know.
_EXPECTED = {
    "create_batch": {200, 401, 422},
    "get_all_batches": {200, 401, 422},
    "cancel_batches": {200, 401, 422},
    "get_batch": {200, 401, 403, 404, 422},
    "get_batch_status": {200, 401, 403, 404, 422},
    "set_batch_tags": {200, 401, 403, 404, 422},
    "add_jobs": {200, 401, 404, 422},
    "cancel_jobs": {200, 401, 403, 404, 422},
    "complete_batch": {200, 401, 403, 404, 409, 422},
    "cancel_batch": {200, 401, 403, 404, 409, 422},
    "rebatch_jobs": {200, 401, 403, 404, 422},
    "get_jobs": {200, 401, 422},
    "get_job": {200, 401, 403, 404, 422},
    "get_job_status": {200, 401, 403, 404, 422},
    "cancel_job": {200, 401, 403, 404, 409, 422},
    "get_job_results_link": {200, 401, 403, 404, 422},
    "get_public_devices": {200, 422},
    "get_devices": {200, 401, 422},
    "get_device_specs": {200, 401},
    "get_device_spec": {200, 401, 404, 422},
    "get_public_device_specs": {200},
    "get_queue": {200, 401, 422},
}


def configure() -> str:
    """The settings: most paths name what is there, foreign, or absent, because no random one would be there."""
    parts = []
    for operation, ids in _OWN.items():
        parts.append(
            f"[dictionaries.{operation}]\nvalues = {json.dumps([*ids, _FOREIGN, _UNKNOWN])}"
        )
    for operation in sorted({*_OWN, *_RULED}):
        parts.append(f'[[operations]]\ninclude-operation-id = "{operation}"')
        if operation in _OWN:
            choice = f'{{ dictionary = "{operation}", probability = 0.8 }}'
            parts.append(f'parameters = {{ "path.{_OWNERS[operation]}" = {choice} }}')
        if operation in _RULED:
            statuses = '["2xx", "3xx", 401, 403, 404, 409, 422, 429, "5xx"]'
            parts.append(f"checks.positive_data_acceptance.expected-statuses = {statuses}")
    return "\n".join(parts)


def run(sandbox: Sandbox, folder: Path, *which: str) -> subprocess.CompletedProcess[str]:
    """Run every check once, the same each time; what it keeps goes into the folder."""
    configuration = folder / "schemathesis.toml"
    configuration.write_text(configure())
    what = ["--config-file", str(configuration), "run", str(_CONTRACT), "--url", sandbox.base_url]
    how = ["--max-examples", "50", "--seed", "20261012", "--generation-database", "none"]
    # A busy machine is not a finding.
    how += ["--suppress-health-check", "too_slow", "--request-timeout", "60", "--no-color"]
    return subprocess.run(
        [str(_PROGRAM), *what, *how, *which, "--header", f"Authorization: Bearer {sandbox.token}"],
        cwd=folder,
        env={**os.environ, "NO_PROXY": "*"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def fill(sandbox: Sandbox) -> None:
    """Put in what the paths name."""
    for operation, parameter in _OWNERS.items():
        for own in _OWN[operation]:
            if parameter == "job_id":
                sandbox.add_batch([{"id": own}], complete=True)
            else:
                jobs = [{"status": status} for status in ("PENDING", "RUNNING", "DONE", "ERROR")]
                # What is repeated is closed; what takes jobs does not want a number of runs.
                closed = operation == "rebatch_jobs"
                sandbox.add_batch(jobs, id=own, complete=closed, device_type="EMU_FREE")
    sandbox.add_batch([{"id": _FOREIGN}], id=_FOREIGN, foreign=True)


def answered(requests: list[RecordedRequest]) -> dict[str, set[int | None]]:
    """The statuses with which each operation was answered."""
    statuses: dict[str, set[int | None]] = {operation: set() for operation in PLACES}
    for request in requests:
        operation = operation_of({"method": request.method, "path": request.path})
        if operation is not None:
            statuses[operation].add(request.status)
    return statuses


def test_every_answer_is_as_the_contract_says(
    sandbox: Sandbox, http: httpx.Client, tmp_path: Path
) -> None:
    """Every kind of answer occurred; what was completed and cancelled is so afterwards."""
    fill(sandbox)
    done = run(sandbox, tmp_path, "--exclude-operation-id", _LAST)
    assert done.returncode == 0, done.stdout + done.stderr
    ended = {"complete_batch": "RUNNING", "cancel_batch": "CANCELED"}
    for operation, status in ended.items():
        for batch_id in _OWN[operation]:
            batch = http.get(f"/api/v2/batches/{batch_id}").json()["data"]
            assert (batch["status"], batch["open"]) == (status, False)
    done = run(sandbox, tmp_path, "--include-operation-id", _LAST)
    assert done.returncode == 0, done.stdout + done.stderr
    found = answered(sandbox.requests)
    missing = {
        operation: found[operation]
        for operation in PLACES
        if _EXPECTED[operation] - found[operation]
    }
    assert missing == {}

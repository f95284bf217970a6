"""Schemathesis against the sandbox: hundreds of requests made from openapi.yaml, each answer held against it."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import httpx

from pasqal_client.sandbox import RecordedRequest, Sandbox

_CONTRACT = Path(__file__).parents[2] / "openapi.yaml"
_PROGRAM = Path(sys.executable).with_name("schemathesis")
_OWN = [f"4c9d3a10-0000-4000-8000-00000000000{number}" for number in range(3)]
_FOREIGN = "4c9d3a10-0000-4000-8000-000000000009"

# Half of the paths name batches that are there; no random one would.
_CONFIGURATION = f"""
[dictionaries.batches]
values = {json.dumps([*_OWN, _FOREIGN])}
[parameters]
"path.batch__id" = {{ dictionary = "batches", probability = 0.5 }}
"""

_OPERATIONS = {
    "get_jobs": ("GET", r"/core-fast/api/v2/jobs"),
    "cancel_jobs": ("PATCH", r"/core-fast/api/v2/batches/[^/]+/cancel/jobs"),
    "complete_batch": ("PATCH", r"/core-fast/api/v2/batches/[^/]+/complete"),
}


def run(sandbox: Sandbox, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run every check once, the same each time; what it keeps goes into the folder."""
    configuration = folder / "schemathesis.toml"
    configuration.write_text(_CONFIGURATION)
    what = ["--config-file", str(configuration), "run", str(_CONTRACT), "--url", sandbox.base_url]
    how = ["--max-examples", "200", "--seed", "20261012", "--generation-database", "none"]
    # A busy machine is not a finding.
    how += ["--suppress-health-check", "too_slow", "--request-timeout", "60", "--no-color"]
    return subprocess.run(
        [str(_PROGRAM), *what, *how, "--header", f"Authorization: Bearer {sandbox.token}"],
        cwd=folder,
        env={**os.environ, "NO_PROXY": "*"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def answered(requests: list[RecordedRequest]) -> dict[str, Counter[int | None]]:
    """Count how often each operation was answered with which status."""
    return {
        name: Counter(
            one.status for one in requests if one.method == method and re.fullmatch(path, one.path)
        )
        for name, (method, path) in _OPERATIONS.items()
    }


def test_every_answer_is_as_the_contract_says(
    sandbox: Sandbox, http: httpx.Client, tmp_path: Path
) -> None:
    """Every kind of answer occurred; what was cancelled and completed is so afterwards."""
    for batch_id in _OWN:
        sandbox.add_batch(
            [{"status": status} for status in ("PENDING", "RUNNING", "DONE", "ERROR")] * 5,
            id=batch_id,
        )
    sandbox.add_batch([{}], id=_FOREIGN, foreign=True)
    done = run(sandbox, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr

    statuses = answered(sandbox.requests)
    assert {name: set(counts) for name, counts in statuses.items()} == {
        "get_jobs": {200, 401, 422},
        "cancel_jobs": {200, 401, 403, 404, 422},
        "complete_batch": {200, 401, 403, 404, 409, 422},
    }, done.stdout
    assert statuses["complete_batch"][200] == len(_OWN)
    cancelled = http.get("/api/v2/jobs", params={"status": "CANCELED", "limit": 1}).json()[
        "pagination"
    ]["total"]
    assert cancelled == 10 * len(_OWN)

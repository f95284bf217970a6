"""The official client against the sandbox: it sets what the wire is, and it knows nothing of this package."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import official_environment
from official_environment import UnavailableError, make_environment
from pasqal_client.sandbox import AddedBatch, RecordedRequest, Sandbox

pytestmark = pytest.mark.official

_HERE = Path(__file__).parent
_ABSENT = UUID("828b59b1-25a9-4563-989c-b2cb74efdd83")


@pytest.fixture(scope="session")
def official() -> Path:
    """An environment in which the official client is installed."""
    try:
        return make_environment()
    except UnavailableError as error:
        pytest.skip(f"the official client cannot be installed: {error}")


def test_an_environment_that_others_work_with_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever installs it first wins: the other one does not replace it under running programs."""
    folder = tmp_path / "build" / "official"

    def install(new: Path, constraints: Path, *, text: str = "ours") -> None:
        if text == "ours":
            install(folder, constraints, text="theirs")
        new.mkdir(parents=True)
        (new / "made by").write_text(text)
        (new / "complete").write_text(official_environment._wanted(constraints))

    monkeypatch.setattr(official_environment, "FOLDER", folder)
    monkeypatch.setattr(official_environment, "_install", install)
    assert (make_environment() / "made by").read_text() == "theirs"
    assert [path.name for path in folder.parent.iterdir()] == ["official"]


def printed_by(program: str, official: Path, sandbox: Sandbox, **more: object) -> dict[str, Any]:
    """The JSON that a program prints in the environment of the official client."""
    names = ("base_url", "token_url", "username", "password", "project_id", "user_id")
    given = {**{name: getattr(sandbox, name) for name in names}, **more}
    # Alone with what is installed there, but for the programs beside it.
    folder, path = str(_HERE), str(_HERE / program)
    code = f"import runpy, sys; sys.path.insert(0, {folder!r}); runpy.run_path({path!r}, run_name='__main__')"
    done = subprocess.run(
        [official / "bin" / "python", "-I", "-c", code],
        input=json.dumps(given, default=str),
        env={**os.environ, "NO_PROXY": "*", "MPLCONFIGDIR": str(official / "matplotlib")},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def filled(sandbox: Sandbox) -> AddedBatch:
    jobs: list[dict[str, object]] = [
        {"status": "ERROR", "errors": ["Too few atoms."]},
        {"runs": 20},
        {"runs": 50},
        {"status": "RUNNING"},
        {},
    ]
    return sandbox.add_batch(jobs, device_type="EMU_MPS", configuration={"dt": 10.0})


def asked(request: RecordedRequest) -> tuple[str, str, int | None]:
    return request.method, request.path.removeprefix("/core-fast/api/v2/"), request.status


def test_it_lists_filters_cancels_and_closes(official: Path, sandbox: Sandbox) -> None:
    """It signs in at the token endpoint, and reports what is rejected in errors of its own."""
    batch, empty = filled(sandbox), sandbox.add_batch()
    error, *others = map(str, batch.job_ids)
    failed = next(job for job in batch.jobs or [] if str(job.id) == error)
    printed = printed_by(
        "official_session.py",
        official,
        sandbox,
        batch_id=batch.id,
        empty_id=empty.id,
        absent_id=_ABSENT,
    )

    assert printed["listed"] == [others[:1:-1], others[1::-1]]
    assert printed["failed"] == [
        [error, "ERROR", ["Too few atoms."], 100, failed.created_at.isoformat(), None]
    ]
    assert sorted(printed["cancelled"]) == sorted([one, "CANCELED"] for one in others[:2])
    assert printed["rest"] == others[2:]
    assert printed["not_cancelled"].keys() == {error, *others[:2]}
    assert "already ERROR" in printed["not_cancelled"][error]
    assert printed["closed"] == [str(batch.id), False, True, "ERROR", 5, "EMU_MPS"]
    assert (printed["jobs_of_closed"], printed["jobs_of_empty"]) == ([error, *others], [])
    assert (
        printed["closed_twice"]
        == f"Unable to close batch.: 409: Batch {batch.id} is already complete."
    )
    assert printed["absent"] == f"Job cancelling failed: 404: Batch {_ABSENT} does not exist."
    assert printed["no_such_batch"] == (
        f"Batch fetching failed: 404: Batch {_ABSENT} does not exist."
    )

    sign_in, *requests = sandbox.requests
    assert (sign_in.method, sign_in.path, sign_in.status) == ("POST", "/oauth/token", 200)
    assert [asked(request) for request in requests] == [
        ("GET", "jobs", 200),
        ("GET", "jobs", 200),
        ("GET", "jobs", 200),
        ("PATCH", f"batches/{batch.id}/cancel/jobs", 200),
        ("PATCH", f"batches/{batch.id}/cancel/jobs", 200),
        ("PATCH", f"batches/{batch.id}/complete", 200),
        ("PATCH", f"batches/{empty.id}/complete", 200),
        ("GET", "jobs", 200),
        ("PATCH", f"batches/{batch.id}/complete", 409),
        ("PATCH", f"batches/{_ABSENT}/cancel/jobs", 404),
        ("GET", f"batches/{_ABSENT}", 404),
    ]
    assert requests[1].query == {
        "batch_id": [str(batch.id)],
        "status": ["PENDING", "RUNNING"],
        "offset": ["2"],
        "limit": ["2"],
    }
    assert requests[3].query == {"max_runs": ["50"]}
    assert requests[7].query["order_by"] == ["creation_order"]

"""What a user of the official client does in a session, as a program for the environment in which that is installed.

It reads where the service is and how to sign in as JSON, and prints what it got as JSON.
"""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pasqal_cloud.authentication import PasswordGrantTokenProvider
from pasqal_cloud.endpoints import Endpoints, TokenProviderConf
from pasqal_cloud.errors import BatchClosingError, BatchFetchingError, JobCancellingError
from pasqal_cloud.pasqal_cloud_client import PasqalCloudClient
from pasqal_cloud.utils.constants import JobStatus
from pasqal_cloud.utils.filters import CancelJobFilters, JobFilters, PaginationParams


def connect(given: dict[str, Any]) -> Any:
    """A client that signs in with the password grant."""
    sign_in = TokenProviderConf(
        token_endpoint=given["token_url"],
        public_client_id="any",
        audience="any",
        realm="any",
        grant_type="http://auth0.com/oauth/grant-type/password-realm",
    )
    provider = PasswordGrantTokenProvider(given["username"], given["password"], sign_in)
    return PasqalCloudClient(
        token_provider=provider,
        endpoints=Endpoints(core=given["base_url"]),
        project_id=given["project_id"],
    )


def pages(client: Any, filters: Any) -> list[list[str]]:
    """The ids of all jobs that match, page by page."""
    found: list[list[str]] = []
    offset, total = 0, 1
    while offset < total:
        page = client.get_jobs(filters, PaginationParams(offset=offset, limit=2))
        found.append([job.id for job in page.results])
        offset, total = offset + 2, page.total
    return found


def error_text(error: type[BaseException], call: Callable[[], object]) -> str:
    """The first line of the error with which a call fails."""
    try:
        call()
    except error as caught:
        return str(caught).splitlines()[0]
    return "none"


def session(given: dict[str, Any]) -> dict[str, Any]:
    """List, filter, cancel and close, and collect the errors of what is rejected."""
    client = connect(given)
    batch_id, empty_id, absent_id = given["batch_id"], given["empty_id"], given["absent_id"]
    filters = JobFilters(
        batch_id=batch_id,
        project_id=given["project_id"],
        user_id=given["user_id"],
        status=JobStatus.ERROR,
        errors=True,
        min_runs=100,
        max_runs=100,
        start_date=datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
    )
    listed = pages(
        client, JobFilters(batch_id=batch_id, status=[JobStatus.PENDING, JobStatus.RUNNING])
    )
    failed = client.get_jobs(filters)
    cancelled = client.cancel_jobs(batch_id, CancelJobFilters(max_runs=50))
    rest = client.cancel_jobs(batch_id)
    closed = client.close_batch(batch_id)
    return {
        "listed": listed,
        "failed": [
            (job.id, job.status, job.errors, job.runs, job.created_at, job.sequence)
            for job in failed.results
        ],
        "cancelled": [(job.id, job.status) for job in cancelled.jobs],
        "rest": [job.id for job in rest.jobs],
        "not_cancelled": {str(job_id): reason for job_id, reason in rest.errors.items()},
        "closed": [
            closed.id,
            closed.open,
            closed.complete,
            closed.status,
            closed.jobs_count,
            closed.device_type,
        ],
        "jobs_of_closed": [job.id for job in closed.ordered_jobs],
        "jobs_of_empty": [job.id for job in client.close_batch(empty_id).ordered_jobs],
        "closed_twice": error_text(BatchClosingError, lambda: client.close_batch(batch_id)),
        "absent": error_text(JobCancellingError, lambda: client.cancel_jobs(absent_id)),
        "no_such_batch": error_text(BatchFetchingError, lambda: client.get_batch(absent_id)),
    }


if __name__ == "__main__":
    json.dump(session(json.load(sys.stdin)), sys.stdout)

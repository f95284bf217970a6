"""What a type checker says of `from pasqal_client import *`: it knows every public name, as `__all__` is written out.

Nothing here runs: `make types` and `make verify-types` check it.
"""

from __future__ import annotations

from typing import assert_type

import pasqal_client
import pasqal_client.pulser
from pasqal_client import *  # noqa: F403


def read(client: PasqalClient, filters: JobFilters) -> None:  # noqa: F405
    """The names mean what they do where they are imported one by one."""
    assert_type(client.jobs.list(**filters), JobListing)  # noqa: F405
    for job in client.jobs.list(status=JobStatus.DONE):  # noqa: F405
        assert_type(job, Job)  # noqa: F405


def connect(options: ClientOptions) -> AsyncPasqalClient:  # noqa: F405
    """Settings that a program keeps fit both clients."""
    PasqalClient(**options).close()  # noqa: F405
    return AsyncPasqalClient(**options)  # noqa: F405


def explain(error: PasqalError) -> str | None:  # noqa: F405
    """Errors are among them."""
    if isinstance(error, APIStatusError):  # noqa: F405
        return error.request_id
    return None


def mistake() -> None:
    """A name that a package does not have is one, although it imports its names late."""
    _ = pasqal_client.Jobs  # type: ignore[attr-defined]
    _ = pasqal_client.pulser.Jobs  # type: ignore[attr-defined]

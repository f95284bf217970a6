"""What all tests share: coverage is measured in the processes that run tests, not in those that tests start."""

from __future__ import annotations

import os

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Keep coverage out of what is started from here, unless that is the tests themselves.

    It would slow each program down, and be among the modules that a test counts.
    """
    starts_workers = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if not starts_workers:
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)

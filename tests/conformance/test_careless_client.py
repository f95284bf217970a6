"""A client that is careless in the usual ways is caught, and by how many cases."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from pasqal_client.conformance.program import main

ADAPTER = Path(__file__).parent / "adapters" / "careless.py"

# What it decides otherwise is not what is wrong with it.
OTHERWISE = (
    "ahead",
    "class-names",
    "compression",
    "count-page",
    "default-order",
    "joined-words",
    "many-statuses",
    "one-job",
    "overlap",
    "own-phrases",
    "own-tags",
    "place-from-header",
    "read-first",
    "secret-mark",
    "time-spelling",
)

# How many cases of each file catch it, at least: one case more or less is no news, a dozen less is.
LEAST = {"requests": 180, "errors": 155, "scenarios": 90}
MUST = (
    "scenarios/list-jobs-leave",
    "scenarios/list-jobs-arrive",
    "scenarios/list-token-expires",
    "scenarios/list-without-pagination",
    "scenarios/cancel-no-ids",
    "scenarios/complete-answer-lost",
    "scenarios/create-answer-lost",
    "scenarios/create-502-after-the-work",
    "scenarios/get-malformed-id",
    "scenarios/result-without-token",
    "scenarios/count-plain-http-for-the-token",
    "scenarios/create-closed-port",
    "scenarios/list-by-a-key-that-changes",
    "scenarios/wait-canceling-is-not-an-end",
    "scenarios/wait-times-out",
)


def test_a_careless_client_is_caught(capfd: pytest.CaptureFixture[str]) -> None:
    """Each file catches it again and again, and so do the cases that were written for its mistakes."""
    code = main(["--otherwise", ",".join(OTHERWISE), "--", sys.executable, str(ADAPTER)])
    said = capfd.readouterr().out
    assert code == 1
    failed = re.findall(r"^failed (([a-z]+)/\S+)", said, re.MULTILINE)
    assert {*MUST} <= {name for name, _ in failed}
    caught = Counter(kind for _, kind in failed)
    assert caught >= Counter(LEAST)

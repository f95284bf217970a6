"""What the tests of the cases in conformance/ share."""

from __future__ import annotations

import pytest

from ledger.items import read_cases
from operation_table import API


def every(kind: str, having: str = "id") -> pytest.MarkDecorator:
    """Run a test once for each case of a file that has something to say about that key."""
    cases = [case for case in read_cases()[kind]["cases"] if having in case]
    return pytest.mark.parametrize("case", cases, ids=[case["id"] for case in cases])


def is_generated(call: str) -> bool:
    """Whether a call is made with a generated function, in place of a method of a resource."""
    return call.startswith(f"{API}.")

"""This project's own client passes the whole kit, by the runner and an adapter like any other."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from coverage import Coverage

from pasqal_client.conformance.program import main

ADAPTER = ("--", sys.executable, "-m", "conformance.adapters.own_client")
TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("kind", [[], ["--async", "--native"]], ids=["sync", "async"])
def test_the_own_client_passes_every_case(
    kind: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither the sync client with arguments as text nor the async one with the types of Python fails a case."""
    for folder in (TESTS, TESTS.parent / "tools"):
        monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
    # Programs of tests are not measured; this one, once, as it meets answers that no other test has.
    measurement = Coverage.current()
    if measurement is not None and not kind:
        monkeypatch.setenv("COVERAGE_PROCESS_CONFIG", measurement.config.serialize())
    code = main([*ADAPTER, *kind])
    said = capfd.readouterr().out
    assert code == 0, said
    assert "unsupported" not in said

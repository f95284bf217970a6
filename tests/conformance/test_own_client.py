"""This project's own client passes the whole kit, by the runner and an adapter like any other."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pasqal_client.conformance.program import main

ADAPTER = ("--", sys.executable, "-m", "conformance.adapters.own_client")
TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("kind", [[], ["--async", "--native"]], ids=["sync", "async"])
def test_the_own_client_passes_every_case(
    kind: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither the sync client with arguments as text nor the async one with the types of Python fails a case."""
    folders = (TESTS, TESTS.parent / "tools")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, folders)))
    code = main([*ADAPTER, *kind])
    said = capfd.readouterr().out
    assert code == 0, said
    assert "unsupported" not in said

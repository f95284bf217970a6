"""What docs/jobs.md shows of the official client and of this one does the same on the sandbox."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pasqal_client import PasqalClient
from pasqal_client.sandbox import Fault, Sandbox
from pasqal_core_api.models import BatchStatus
from sandbox.test_official_client import official, printed_by
from sandbox.test_official_life import running

__all__ = ["official"]

pytestmark = pytest.mark.official

PAGE = (Path(__file__).parents[2] / "docs" / "jobs.md").read_text(encoding="utf-8")
SEQUENCE = "a pulse sequence"


def lines_of(whose: str) -> str:
    """The lines that the page shows as those of a client."""
    (lines,) = re.findall(rf"^```python {whose}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(lines)


def run_ours(sandbox: Sandbox) -> list[Any]:
    """The counters that our lines find."""
    with PasqalClient(
        token=sandbox.token, base_url=sandbox.base_url, project_id=sandbox.project_id
    ) as client:
        names: dict[str, Any] = {"client": client, "sequence": SEQUENCE}
        exec(lines_of("ours"), names)  # noqa: S102
    found: list[Any] = names["counters"]
    return found


def test_both_submit_wait_and_read(official: Path) -> None:
    """Each gets as many shots as it asked for, from a batch that is done."""
    with running() as sandbox:
        printed = printed_by(
            "official_lines.py", official, sandbox, lines=lines_of("official"), sequence=SEQUENCE
        )
        counters = run_ours(sandbox)
        with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client:
            done = [batch.status for batch in client.batches.list()]
    for found in (printed["counters"], counters):
        assert [sum(counter.values()) for counter in found] == [100, 200]
    assert done == [BatchStatus.DONE] * 2


def test_only_one_of_them_submits_once(official: Path) -> None:
    """A gateway answers 502 twice although the service did the work: there is a batch for each attempt, or one."""
    with running() as sandbox:
        fault = Fault(operation="create_batch", applied=True, status=502, times=2)
        sandbox.add_fault(fault)
        printed_by(
            "official_lines.py", official, sandbox, lines=lines_of("official"), sequence=SEQUENCE
        )
        sandbox.clear_faults()
        with PasqalClient(
            token=sandbox.token, base_url=sandbox.base_url, project_id=sandbox.project_id
        ) as client:
            assert client.batches.count() == 3
            sandbox.add_fault(fault)
            with pytest.raises(Exception, match="may or may not have taken effect") as caught:
                run_ours(sandbox)
            resolution = client.batches.resolve(caught.value)
            assert resolution.outcome == "happened"
            assert client.batches.count() == 4

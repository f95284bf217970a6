"""The examples in the page about tables run, one after the other, as in a notebook."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

PAGE = Path(__file__).parents[2] / "docs/tables.md"


def test_the_examples_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The files that they write have all jobs, and the share of excited atoms comes out of them."""
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == text.count("```python\n") == 9
    names: dict[str, Any] = {}
    for place, code in enumerate(blocks, 1):
        exec(compile(code, f"{PAGE.name}, example {place}", "exec"), names)  # noqa: S102
    assert pq.read_metadata("jobs.parquet").num_rows == 30
    assert pq.read_table("counts.parquet", columns=["count"])["count"].to_pylist() != []
    printed = capsys.readouterr().out
    assert "excited" in printed
    assert "variables.omega" in printed

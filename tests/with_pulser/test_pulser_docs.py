"""The examples in the page about Pulser run, one after the other, as in a notebook."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[2] / "docs/pulser.md"


def test_the_examples_run(capsys: pytest.CaptureFixture[str]) -> None:
    """And print counts of two atoms."""
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == text.count("```python\n") == 6
    names: dict[str, Any] = {}
    for place, code in enumerate(blocks, 1):
        exec(compile(code, f"{PAGE.name}, example {place}", "exec"), names)  # noqa: S102
    printed = capsys.readouterr().out
    assert printed.startswith("('q0', 'q1') ")
    assert "BatchStatus.DONE" in printed

"""The examples in docs/devices.md do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pasqal_client.sandbox import Sandbox

PAGE = (Path(__file__).parents[2] / "docs" / "devices.md").read_text()
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_each_example_runs(number: int, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each runs by itself; one that names no service finds the sandbox in its place."""
    monkeypatch.setenv("PASQAL_BASE_URL", sandbox.base_url)
    code = compile(EXAMPLES[number], f"docs/devices.md, example {number + 1}", "exec")
    exec(code, {})  # noqa: S102


def test_the_page_has_examples() -> None:
    """The search for examples finds all of them."""
    assert len(EXAMPLES) == PAGE.count("```python") == 2

"""The examples in the README and in the pages about the client do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pasqal_client.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    "docs/credentials.md",
    "docs/jobs.md",
    "docs/submitting.md",
    "docs/devices.md",
)


def examples() -> list[tuple[str, str]]:
    """The examples in Python, each with where it stands; those that show a part of a program have a second word."""
    found = []
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        found += [(f"{page}, example {place}", code) for place, code in enumerate(blocks, 1)]
    return found


@pytest.mark.parametrize(("place", "code"), examples(), ids=[place for place, _ in examples()])
def test_each_example_runs(
    place: str, code: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each runs by itself; one that names no service finds the sandbox in its place."""
    monkeypatch.setenv("PASQAL_BASE_URL", sandbox.base_url)
    exec(compile(code, place, "exec"), {})  # noqa: S102


def test_the_pages_have_examples() -> None:
    """The search for examples finds all of them."""
    texts = [(ROOT / page).read_text(encoding="utf-8") for page in PAGES]
    assert len(examples()) == sum(text.count("```python\n") for text in texts) > 8
    first, second = (code for _, code in examples()[:2])
    story = ("batches.create(", "batches.wait(", "jobs.results(")
    assert all(step in first and step in second for step in story)
    assert "Async" not in first
    assert "AsyncPasqalClient" in second

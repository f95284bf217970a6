"""The examples in the README and in the pages about the client do what they say."""

from __future__ import annotations

import re
import time
from pathlib import Path
from textwrap import dedent

import pytest

import pasqal_client
from pasqal_client.sandbox import SEQUENCE, Sandbox

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/jobs.md", "docs/submitting.md", "docs/devices.md")


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


def test_the_example_that_help_begins_with_runs(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `help(pasqal_client)` shows first submits, waits and reads results, as it says."""
    monkeypatch.setenv("PASQAL_BASE_URL", sandbox.base_url)
    monkeypatch.setattr(time, "sleep", lambda _: sandbox.advance("1h"))
    _, _, rest = (pasqal_client.__doc__ or "").partition("read the results:\n\n")
    example, _, _ = rest.partition("\n\n`help(")
    given = {'token="…"': f'token="{sandbox.token}"', '"…"': f'"{sandbox.project_id}"'}
    for placeholder, value in given.items():
        assert placeholder in example
        example = example.replace(placeholder, value)
    exec(dedent(example), {"sequence": SEQUENCE})  # noqa: S102
    assert "<JobResult of 100 shots" in capsys.readouterr().out


def test_the_pages_have_examples() -> None:
    """The search for examples finds all of them."""
    texts = [(ROOT / page).read_text(encoding="utf-8") for page in PAGES]
    assert len(examples()) == sum(text.count("```python\n") for text in texts) > 8
    first, second = (code for _, code in examples()[:2])
    story = ("batches.create(", "batches.wait(", "jobs.results(")
    assert all(step in first and step in second for step in story)
    assert "Async" not in first
    assert "AsyncPasqalClient" in second

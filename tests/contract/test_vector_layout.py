"""The layout of the vectors is kept by a tool, so that a diff of them shows what changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import vector_layout
from vector_layout import KINDS, VECTORS, laid_out, main

FILE: dict[str, Any] = {
    "kind": "requests",
    "answers": {"get_jobs": {"data": []}},
    "cases": [
        {"id": "b", "requests": [{"query": "", "body": {"open": None}}, {"query": "é"}]},
        {"id": "a", "shows": {"/data": {"null": True}}, "requests": [{"query": "x"}]},
    ],
}
LAID_OUT = """\
{
  "kind": "requests",
  "answers": {
    "get_jobs": {"data": []}
  },
  "cases": [
    {
      "id": "b",
      "requests": [
        {"query": "", "body": {"open": null}},
        {"query": "é"}
      ]
    },
    {
      "id": "a",
      "shows": {
        "/data": {"null": true}
      },
      "requests": [{"query": "x"}]
    }
  ]
}
"""


@pytest.fixture
def tree(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the vectors, on which the command works."""
    shutil.copytree(root / VECTORS, tmp_path / VECTORS)
    monkeypatch.setattr(vector_layout, "ROOT", tmp_path)
    return tmp_path


def test_a_case_has_a_line_for_each_key() -> None:
    """And one for each of several requests and for each value shown; nothing changes its place."""
    assert laid_out(FILE) == LAID_OUT
    assert laid_out(json.loads(LAID_OUT)) == LAID_OUT


def test_the_vectors_are_laid_out(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those of this repository; checking them changes nothing."""
    assert main(["--check"]) == 0
    assert capsys.readouterr().err == ""


def test_another_layout_is_found_and_mended(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The check names the file and the command; laying out gives the text that was there."""
    path = tree / VECTORS / "answers.json"
    kept = path.read_text(encoding="utf-8")
    path.write_text(json.dumps(json.loads(kept)), encoding="utf-8")
    assert main(["--check"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert told == [
        f"{VECTORS}/answers.json",
        "These are laid out otherwise; `make format` mends that",
    ]
    assert main([]) == 0
    assert path.read_text(encoding="utf-8") == kept


@pytest.mark.parametrize("text", ["[", "[]", '{"cases": 1}', None])
def test_what_is_no_file_of_vectors_is_left_alone(
    tree: Path, capsys: pytest.CaptureFixture[str], text: str | None
) -> None:
    """It is named, and nothing is written over it."""
    path = tree / VECTORS / f"{KINDS[0]}.json"
    path.unlink()
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert main([]) == 1
    assert capsys.readouterr().err.startswith(f"{VECTORS}/requests.json is not a file of vectors: ")
    assert (path.read_text(encoding="utf-8") if path.exists() else None) == text


def test_a_mistyped_option_is_answered_with_the_usage(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not taken for the order to write."""
    assert main(["--chekc"]) == 2
    assert "--check" in capsys.readouterr().err

"""A tool keeps the layout of the conformance kit, so that a diff of them shows what changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import kit_layout
from kit_layout import KINDS, KIT, laid_out, main

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
    """A copy of the kit, on which the command works."""
    shutil.copytree(root / KIT, tmp_path / KIT)
    monkeypatch.setattr(kit_layout, "ROOT", tmp_path)
    return tmp_path


def test_a_case_has_a_line_for_each_key() -> None:
    """Each of several requests and each shown value has a line too, and the order is kept."""
    assert laid_out(FILE) == LAID_OUT
    assert laid_out(json.loads(LAID_OUT)) == LAID_OUT


TABLE: dict[str, Any] = {
    "kind": "policies",
    "policies": [{"name": "a", "values": {"b": 1}}],
    "regions": {"fr": {"url": "x"}, "sa": {"url": "y"}},
    "rules": ["One.", "Two."],
    "operations": ["one"],
}
LAID_OUT_TABLE = """\
{
  "kind": "policies",
  "policies": [
    {
      "name": "a",
      "values": {"b": 1}
    }
  ],
  "regions": {
    "fr": {"url": "x"},
    "sa": {"url": "y"}
  },
  "rules": [
    "One.",
    "Two."
  ],
  "operations": ["one"]
}
"""


def test_a_table_has_a_line_for_each_key_of_an_entry() -> None:
    """The files without cases are laid out like those with them; the policies of a file of cases are a map."""
    assert laid_out(TABLE) == LAID_OUT_TABLE
    file = {"policies": {"class": ["class-names"]}, "cases": []}
    assert '"policies": {"class": ["class-names"]},' in laid_out(file)


def test_a_file_that_is_new_is_laid_out_too(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever stands in the folder is one of the kit, except the schema."""
    (tree / KIT / "new.json").write_text('{"cases": [{"id": "a"}]}', encoding="utf-8")
    assert main(["--check"]) == 1
    assert capsys.readouterr().err.startswith(f"{KIT}/new.json\n")


def test_the_kit_is_laid_out(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The kit of this repository passes the check, which changes nothing."""
    assert main(["--check"]) == 0
    assert capsys.readouterr().err == ""


def test_another_layout_is_found_and_corrected(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The check names the file and the command, which restores the text."""
    path = tree / KIT / "answers.json"
    kept = path.read_text(encoding="utf-8")
    path.write_text(json.dumps(json.loads(kept)), encoding="utf-8")
    assert main(["--check"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert told == [
        f"{KIT}/answers.json",
        "These are laid out otherwise; `make format` mends that",
    ]
    assert main([]) == 0
    assert path.read_text(encoding="utf-8") == kept


@pytest.mark.parametrize("text", ["[", "[]", "{}", '{"cases": 1}', None])
def test_a_file_that_is_not_of_the_kit_is_left_alone(
    tree: Path, capsys: pytest.CaptureFixture[str], text: str | None
) -> None:
    """The error names it, and nothing is written over it."""
    path = tree / KIT / f"{KINDS[0]}.json"
    path.unlink()
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert main([]) == 1
    assert capsys.readouterr().err.startswith(f"{KIT}/requests.json is not a file of the kit: ")
    assert (path.read_text(encoding="utf-8") if path.exists() else None) == text


def test_a_mistyped_option_prints_the_usage(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written in that case."""
    assert main(["--chekc"]) == 2
    assert "--check" in capsys.readouterr().err

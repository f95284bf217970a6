"""`make verify-types` names what has no certain type, and fails where that is too much."""

from __future__ import annotations

import json
from subprocess import CompletedProcess
from typing import Any

import pytest

import type_completeness


def symbol(name: str, *problems: str, **changes: bool) -> dict[str, Any]:
    """What pyright says of one symbol."""
    facts = {"isExported": True, "isTypeKnown": True, "isTypeAmbiguous": False, **changes}
    return {"name": name, "diagnostics": [{"message": text} for text in problems], **facts}


SYMBOLS = [
    symbol("lab.known"),
    symbol("lab.guessed", "Type is missing\nInferred is str", isTypeAmbiguous=True),
    symbol("lab._internal", "Type unknown", isExported=False, isTypeKnown=False),
]


def answer(monkeypatch: pytest.MonkeyPatch, share: float, mistakes: str = "") -> None:
    """Let pyright say this."""
    counted = json.dumps({"typeCompleteness": {"completenessScore": share, "symbols": SYMBOLS}})

    def run(*arguments: str) -> CompletedProcess[str]:
        if "--verifytypes" in arguments:
            return CompletedProcess(arguments, 1, counted)
        return CompletedProcess(arguments, int(bool(mistakes)), mistakes)

    monkeypatch.setattr(type_completeness, "run_pyright", run)


def test_what_has_no_certain_type_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only what others can name counts, and the first line says why."""
    answer(monkeypatch, 0.985)
    assert type_completeness.main() == 0
    assert capsys.readouterr().out.splitlines() == [
        "lab.guessed; Type is missing",
        "98.50% of what is exported has a type; at least 98% must",
    ]


@pytest.mark.parametrize(
    ("share", "mistakes"), [(0.97, ""), (1.0, "everything.py:7: no such name")]
)
def test_it_fails_where_types_are_missing_or_wrong(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    share: float,
    mistakes: str,
) -> None:
    """A share that is too small fails, and so does an error in a file that uses the package."""
    answer(monkeypatch, share, mistakes)
    assert type_completeness.main() == 1
    assert mistakes in capsys.readouterr().out

"""Finds which tests and which pages of the documentation mention an item: for the ledger."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from .contract import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE: Final = "tools/ledger/mentions.py"

WHOLE: Final = (
    "conformance/test_mistakes.py",
    "contract/test_examples.py",
    "contract/test_generated.py",
    "contract/test_round_trip.py",
    "contract/test_transcription.py",
    "sandbox/test_sandbox_contract.py",
    "sandbox/test_schemathesis.py",
    "unit/test_models_differential.py",
)
"""Tests that go through the whole contract, and so cover every item."""

FOLDERS: Final = ("cli", "client", "sandbox", "unit")
"""Where tests of behaviour are; those in tests/contract go through everything, or are about tools."""

WRITTEN: Final = ("docs/reference/ledger.md", "docs/spec-changes.md")
"""Pages that tools write: what they mention, nobody has explained."""

TRANSCRIPTION: Final = "tests/contract/test_transcription.py"
"""The facts of the documentation, written down by people a second time."""

REFERENCE_CLIENT: Final = "tests/conformance/reference_client/schemas.py"
"""The contract, written down by people for the client in which the tests of the kit plant mistakes."""

COMMANDS_PAGE: Final = "docs/cli.md"


# ---------------------------------------------------------------------------------------------------------------------
# Tests


def naming(root: Path, *names: str) -> list[str]:
    """The test modules in which one of the names occurs."""
    found = []
    for module, said in test_modules(root).items():
        if said.intersection(names):
            found.append(module)
    return found


def is_transcribed(root: Path, name: str) -> bool:
    """Whether the tables of the documentation's facts have an operation or an object."""
    return name in _transcribed(root)


@cache
def _transcribed(root: Path) -> frozenset[str]:
    tree = ast.parse((root / TRANSCRIPTION).read_text(encoding="utf-8"))
    return frozenset(words(tree))


@cache
def test_modules(root: Path) -> dict[str, frozenset[str]]:
    """The text constants and the keywords of calls in each module that tests behaviour, by its name.

    Raises:
        LedgerError: one of the modules that go through the whole contract is gone.
    """
    tests = root / "tests"
    for name in WHOLE:
        if not (tests / name).exists():
            raise LedgerError(
                f"tests/{name} is gone: bring it back, or name its successor in WHOLE of {HERE}"
            )
    found = {}
    for path in sorted(path for folder in FOLDERS for path in (tests / folder).glob("test_*.py")):
        name = path.relative_to(tests).as_posix()
        if name not in WHOLE:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found[name.removesuffix(".py")] = frozenset(words(tree))
    return found


def words(tree: ast.AST) -> Iterator[str]:
    """The text constants, the options in them, and the keywords of calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
            for word in node.value.split():
                if word.startswith("--"):
                    yield word
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg


# ---------------------------------------------------------------------------------------------------------------------
# Pages


def explains_call(root: Path, call: str) -> bool:
    """Whether the README or a page that people write names a method of the client."""
    # `jobs.results` must not pass for `jobs.results_link`.
    named = re.compile(rf"\b{re.escape(call)}\b")
    return any(named.search(text) for text in pages(root).values())


def explains_command(root: Path, command: str) -> bool:
    """Whether the page of the command line names a command."""
    named = re.compile(rf"\bpasqal {re.escape(command)}(?![\w-])")
    return named.search(pages(root).get(COMMANDS_PAGE, "")) is not None


@cache
def pages(root: Path) -> dict[str, str]:
    """The README and the pages that people write, by name."""
    paths = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    texts = {}
    for path in paths:
        name = path.relative_to(root).as_posix()
        if path.exists() and name not in WRITTEN:
            texts[name] = path.read_text(encoding="utf-8")
    return texts

"""The command: writes the page, or tells whether the one that is there is right and complete."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Final

from ruamel.yaml import YAML

from .contract import ROOT, LedgerError, operations
from .items import covered, read_vectors
from .operations import write_operation, write_overview
from .page import Ledger
from .schemas import write_enumerations, write_schemas
from .vectors import lost_vectors, vector_lines

if TYPE_CHECKING:
    from pathlib import Path

    from check_spec.places import Contract

PAGE: Final = "docs/reference/wire.md"
STILL_TO_DO: Final = "still to do, or `make check` fails"
REMEDY: Final = "Run `make generate`, read what changed, and commit it together with its cause."


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code."""
    check = read_arguments(arguments)
    # The code next to this tool, whatever else is installed.
    sys.path[:0] = [str(ROOT / "generated"), str(ROOT / "overlay")]
    try:
        ledger = make_page(YAML(typ="safe").load(ROOT / "openapi.yaml"), ROOT)
    except LedgerError as error:
        print(f"{PAGE} cannot be made: {error}", file=sys.stderr)
        return 1
    except (ImportError, AttributeError) as error:  # the code may be any
        print(f"{PAGE} cannot be made: {error}; run `make generate`", file=sys.stderr)
        return 1
    text = "\n".join(ledger.lines) + "\n"
    if check:
        return report(ledger.gaps, kept_page(), text)
    write_page(text)
    for gap in ledger.gaps:
        print(f"{STILL_TO_DO}: {gap}", file=sys.stderr)
    return 0


def read_arguments(arguments: list[str]) -> bool:
    """Whether the page is only checked; exits where an argument is unknown."""
    parser = argparse.ArgumentParser(
        prog="ledger",
        description=f"Write {PAGE}.",
        allow_abbrev=False,
    )
    parser.add_argument("--check", action="store_true", help="only tell whether it is up to date")
    check: bool = parser.parse_args(arguments).check
    return check


def make_page(contract: Contract, root: Path) -> Ledger:
    """The whole page, and what is missing.

    Raises:
        LedgerError: something that it is made from is missing.
    """
    ledger = Ledger(contract, root, covered(contract, root))
    write_overview(ledger)
    for operation_id in operations(contract):
        write_operation(ledger, operation_id)
    write_schemas(ledger)
    write_enumerations(ledger)
    ledger.lines += vector_lines(read_vectors(root))
    return ledger


def kept_page() -> str | None:
    """The page that is there; None if none is."""
    path = ROOT / PAGE
    return path.read_text(encoding="utf-8") if path.exists() else None


def write_page(text: str) -> None:
    """Write the page, and say whether that changed it."""
    path = ROOT / PAGE
    kept = kept_page()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"{PAGE} was up to date" if kept == text else f"{PAGE} written")


def report(
    gaps: list[str],
    kept: str | None,
    text: str,
) -> int:
    """Say what a check found and what to do about it; returns the exit code."""
    said = []
    if gaps:
        said += ["The contract has items that nothing reaches or covers:"]
        said += [f"  {gap}" for gap in gaps]
    if kept != text:
        said.append(f"{PAGE} is missing, or not what the contract, the code and the tests make.")
        said += lost_vectors(kept or "", text)
        said.append(REMEDY)
    if said:
        print(*said, sep="\n", file=sys.stderr)
        return 1
    print(f"{PAGE} is up to date, and nothing is missing in it")
    return 0

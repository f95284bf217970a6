"""The command: writes the pages, or tells whether those that are there are right and complete."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Final

from ruamel.yaml import YAML

from .case_list import lost_cases
from .contract import ROOT, LedgerError, operations
from .items import covered
from .operations import write_operation, write_overview
from .page import Ledger
from .schemas import write_enumerations, write_schemas
from .wire_page import WIRE_PAGE, WirePage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from check_spec.places import Contract

PAGE: Final = "docs/reference/ledger.md"
STILL_TO_DO: Final = "still to do, or `make check` fails"
REMEDY: Final = "Run `make generate`, read what changed, and commit it together with its cause."


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code."""
    check = read_arguments(arguments)
    # The code next to this tool, whatever else is installed.
    sys.path[:0] = [str(ROOT / "generated"), str(ROOT / "overlay")]
    try:
        contract = YAML(typ="safe").load(ROOT / "openapi.yaml")
        ledger = make_page(contract, ROOT)
        texts = {PAGE: "\n".join(ledger.lines) + "\n", WIRE_PAGE: WirePage(contract, ROOT).text()}
    except LedgerError as error:
        print(f"{PAGE} cannot be made: {error}", file=sys.stderr)
        return 1
    except (ImportError, AttributeError) as error:  # the code may be any
        print(f"{PAGE} cannot be made: {error}; run `make generate`", file=sys.stderr)
        return 1
    if check:
        kept = {name: kept_page(name) for name in texts}
        return report(ledger.gaps, kept, texts)
    for name, text in texts.items():
        write_page(name, text)
    for gap in ledger.gaps:
        print(f"{STILL_TO_DO}: {gap}", file=sys.stderr)
    return 0


def read_arguments(arguments: list[str]) -> bool:
    """Whether the page is only checked; exits where an argument is unknown."""
    parser = argparse.ArgumentParser(
        prog="ledger",
        description=f"Write {PAGE} and {WIRE_PAGE}.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--check", action="store_true", help="only tell whether they are up to date"
    )
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
    return ledger


def kept_page(name: str) -> str | None:
    """The page that is there; None if none is."""
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.exists() else None


def write_page(name: str, text: str) -> None:
    """Write a page, and say whether that changed it."""
    path = ROOT / name
    kept = kept_page(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"{name} was up to date" if kept == text else f"{name} written")


def report(
    gaps: list[str],
    kept: Mapping[str, str | None],
    texts: Mapping[str, str],
) -> int:
    """Say what a check found and what to do about it; returns the exit code.

    Args:
        gaps: what is missing.
        kept: the pages that are there, by their names.
        texts: what they should be.
    """
    said = []
    if gaps:
        said += ["The contract has items that nothing reaches or covers:"]
        said += [f"  {gap}" for gap in gaps]
    stale = [name for name, text in texts.items() if kept[name] != text]
    for name in stale:
        said.append(f"{name} is missing, or not what the contract, the code and the tests make.")
    if WIRE_PAGE in stale:
        said += lost_cases(kept[WIRE_PAGE] or "", texts[WIRE_PAGE])
    if stale:
        said.append(REMEDY)
    if said:
        print(*said, sep="\n", file=sys.stderr)
        return 1
    print(f"{' and '.join(texts)} are up to date, and nothing is missing in them")
    return 0

"""Writes docs/reference/wire.md: for each item of the contract, what in this repository stands for it and covers it.

    python tools/ledger.py            write the page, and say what is still to do
    python tools/ledger.py --check    tell whether the page is up to date and nothing is missing in it

An item is a parameter, a body, an answer, a header or a field. It has to be reached by a keyword of
the client or a field of the models, and by the sandbox; and a vector has to cover it. What that
means is written at the top of the page.
"""

from __future__ import annotations

import re
import sys
from itertools import groupby
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML

from ledger_contract import ROOT, LedgerError, operations
from ledger_items import VECTORS, covered, read_vectors
from ledger_operations import write_operation
from ledger_page import Ledger
from ledger_schemas import write_enumerations, write_schemas

if TYPE_CHECKING:
    from pathlib import Path

    from spec_places import Contract

PAGE: Final = "docs/reference/wire.md"
LINE: Final = 120
LOST: Final = 10
"""Vectors that a complaint names."""

STILL_TO_DO: Final = "still to do, or `make check` fails"
REMEDY: Final = "Run `make generate`, read what changed, and commit it together with its cause."


def page(contract: Contract, root: Path) -> Ledger:
    """The whole page, and what is missing.

    Raises:
        LedgerError: something that it is made from is missing.
    """
    ledger = Ledger(contract, root, covered(contract, root))
    for operation_id in operations(contract):
        write_operation(ledger, operation_id)
    write_schemas(ledger)
    write_enumerations(ledger)
    ledger.lines += vector_lines(read_vectors(root))
    return ledger


def vector_lines(files: dict[str, dict[str, Any]]) -> list[str]:
    """All vectors, file by file and operation by operation, so that none of them gets lost unnoticed."""
    lines = ["", "## Vectors"]
    for kind, file in files.items():
        lines += ["", f"### {kind}.json"]
        for operation, cases in groupby(file["cases"], key=lambda case: case["operation"]):
            ids = ", ".join(case["id"] for case in cases)
            filled = fill(
                ids,
                LINE,
                break_long_words=False,
                break_on_hyphens=False,
            )
            lines += ["", f"`{operation}`:", *filled.splitlines()]
    return lines


# ---------------------------------------------------------------------------------------------------------------------
# The command


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    # The code next to this tool, whatever else is installed.
    sys.path[:0] = [str(ROOT / "generated"), str(ROOT / "overlay")]
    try:
        ledger = page(YAML(typ="safe").load(ROOT / "openapi.yaml"), ROOT)
    except LedgerError as error:
        print(f"{PAGE} cannot be made: {error}", file=sys.stderr)
        return 1
    except (ImportError, AttributeError) as error:  # the code may be any
        print(f"{PAGE} cannot be made: {error}; run `make generate`", file=sys.stderr)
        return 1
    text = "\n".join(ledger.lines) + "\n"
    path = ROOT / PAGE
    kept = None
    if path.exists():
        kept = path.read_text(encoding="utf-8")
    if arguments:
        return report(ledger.gaps, kept, text)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"{PAGE} was up to date" if kept == text else f"{PAGE} written")
    for gap in ledger.gaps:
        print(f"{STILL_TO_DO}: {gap}", file=sys.stderr)
    return 0


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


def lost_vectors(kept: str, text: str) -> list[str]:
    """What to say of the vectors that one page lists and another does not."""
    lost = sorted(listed_vectors(kept) - listed_vectors(text))
    if not lost:
        return []
    names = ", ".join(lost[:LOST])
    if len(lost) > LOST:
        names += " …"
    return [
        f"Vectors that were there: {names}; `git diff {VECTORS}` shows what became of them.",
        f"`git checkout {VECTORS}` brings them back; only if they are not wanted any more:",
    ]


def listed_vectors(text: str) -> set[str]:
    """The ids of the vectors that a page lists."""
    section = text.partition("\n## Vectors\n")[2].splitlines()
    lines = [line for line in section if not line.startswith(("#", "`"))]
    return {name for line in lines for name in re.findall(r"[\w-]+", line)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Tells how much of what the package exports has types that every type checker reads alike; pyright counts.

    python tools/type_completeness.py

It prints the share and what is missing, and fails below `LEAST`. What pyright infers, such as the
type of an attribute without an annotation, counts as missing: another checker may infer something
else. Then it checks `tests/typing`, as mypy is not the only one who has to understand the package.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

LEAST = 0.98
"""The share below which it fails. What needs Pulser has no type where that is not installed."""

# With --verifytypes, pyright asks the first Python of PATH where packages are, whatever else it is told.
PATH = os.pathsep.join(
    [
        str(Path(sys.executable).parent),
        os.environ["PATH"],
    ]
)
QUIET = "PYRIGHT_PYTHON_IGNORE_WARNINGS"
"""The variable without which it looks for a newer version of itself on the network."""


def run_pyright(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pyright on the package as it is installed here."""
    return subprocess.run(
        [sys.executable, "-m", "pyright", *arguments],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PATH": PATH, QUIET: "1"},
        text=True,
    )


def missing_types(report: dict[str, Any]) -> list[str]:
    """What other packages can name and has no type that is certain, with the reasons."""
    missing = []
    for symbol in report["symbols"]:
        if not symbol["isExported"]:
            continue
        if symbol["isTypeKnown"] and not symbol["isTypeAmbiguous"]:
            continue
        line = symbol["name"]
        for found in symbol["diagnostics"]:
            reason, *_ = found["message"].splitlines()
            line += f"; {reason}"
        missing.append(line)
    return missing


def main() -> int:
    """Print the share; returns 1 if it is too small, or if the use of the package is wrong."""
    counted = run_pyright(
        "--outputjson",
        "--ignoreexternal",
        "--verifytypes",
        "pasqal_client",
    )
    report = json.loads(counted.stdout)["typeCompleteness"]
    print(*missing_types(report), sep="\n")
    share = report["completenessScore"]
    print(f"{share:.2%} of what is exported has a type; at least {LEAST:.0%} must")
    used = run_pyright("tests/typing")
    if used.returncode:
        print(used.stdout)
        return 1
    return int(share < LEAST)


if __name__ == "__main__":
    sys.exit(main())

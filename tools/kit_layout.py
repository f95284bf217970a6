"""Keeps the layout of the conformance kit: a line for each key of a case, each request and each value shown.

    python tools/kit_layout.py            lay the files out
    python tools/kit_layout.py --check    tell which files are laid out otherwise

The order of cases and keys stays as it is, so a diff shows what changed and nothing else.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).resolve().parent.parent
KIT: Final = "conformance"
KINDS: Final = (
    "requests",
    "answers",
    "errors",
    "scenarios",
    "policies",
    "errors-tree",
    "credentials",
    "sandbox-faults",
)
# It is laid out by hand.
SCHEMA: Final = "schema"

# Maps of which each entry has a line of its own, whatever its length: a case changes one at a time.
SPREAD: Final = ("answers", "calls", "shows", "regions", "grants", "variables", "answer")
# Lists of which each entry has one.
LISTED: Final = ("requests", "rules", "operations")
# Lists of objects of which each key has one.
DESCRIBED: Final = ("cases", "policies", "errors", "fields", "routes", "quirks")


def laid_out(file: Mapping[str, Any]) -> str:
    """The text of a file of the kit."""
    if not any(key in file for key in (*DESCRIBED, *SPREAD)):
        raise ValueError("it has nothing that the kit has")
    entries = [_part(key, value) for key, value in file.items()]
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _part(key: str, value: Any) -> str:
    """A key of a file with its value."""
    # The policies of a file are a map, those of the kit a list.
    if key not in DESCRIBED or isinstance(value, dict):
        return _entry(key, value, 1)
    described = ",\n".join(_object(entry, 2) for entry in value)
    return f'  "{key}": [\n{described}\n  ]'


def _object(case: Mapping[str, Any], depth: int) -> str:
    indent = "  " * depth
    entries = [_entry(key, value, depth + 1) for key, value in case.items()]
    return f"{indent}{{\n" + ",\n".join(entries) + f"\n{indent}}}"


def _entry(
    key: str,
    value: Any,
    depth: int,
) -> str:
    """A key with its value, on one line unless each entry of it has a line."""
    indent = "  " * depth
    lines = []
    opening, closing = "[", "]"
    if key in SPREAD and isinstance(value, dict):
        opening, closing = "{", "}"
        lines = [f"{indent}  {_text(name)}: {_text(inner)}" for name, inner in value.items()]
    elif key in LISTED and isinstance(value, list) and len(value) > 1:
        lines = [f"{indent}  {_text(entry)}" for entry in value]
    if not lines:
        return f"{indent}{_text(key)}: {_text(value)}"
    body = ",\n".join(lines)
    return f"{indent}{_text(key)}: {opening}\n{body}\n{indent}{closing}"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def kinds() -> list[str]:
    """The files that there should be, and those that there are."""
    found = {path.stem for path in (ROOT / KIT).glob("*.json")}
    return sorted({*KINDS, *found} - {SCHEMA})


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    otherwise = []
    for kind in kinds():
        name = f"{KIT}/{kind}.json"
        path = ROOT / name
        try:
            text = path.read_text(encoding="utf-8")
            wanted = laid_out(json.loads(text))
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            print(
                f"{name} is not a file of the kit: {type(error).__name__}: {error}", file=sys.stderr
            )
            return 1
        if text != wanted:
            otherwise.append(name)
            if not arguments:
                path.write_text(wanted, encoding="utf-8")
    return report(otherwise, is_check=bool(arguments))


def report(otherwise: list[str], *, is_check: bool) -> int:
    """Say which files are, or were, laid out otherwise; returns the exit code."""
    if not otherwise:
        print("The conformance kit is laid out as it should be")
        return 0
    if is_check:
        print(*otherwise, sep="\n", file=sys.stderr)
        print("These are laid out otherwise; `make format` mends that", file=sys.stderr)
        return 1
    print(f"Laid out anew: {', '.join(otherwise)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

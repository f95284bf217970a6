"""Keeps the layout of the vectors: a line for each key of a case, and one for each request and each value shown.

    python tools/vector_layout.py            lay the files out
    python tools/vector_layout.py --check    tell which files are laid out otherwise

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
VECTORS: Final = "conformance"
KINDS: Final = ("requests", "answers", "errors")

# Maps of which each entry has a line of its own, whatever its length: a case changes one at a time.
SPREAD: Final = ("answers", "calls", "shows")


def laid_out(file: Mapping[str, Any]) -> str:
    """The text of a file of vectors."""
    entries = [_entry(key, value, 1) for key, value in file.items() if key != "cases"]
    cases = ",\n".join(_object(case, 2) for case in file["cases"])
    entries.append(f'  "cases": [\n{cases}\n  ]')
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _object(case: Mapping[str, Any], depth: int) -> str:
    indent = "  " * depth
    entries = [_entry(key, value, depth + 1) for key, value in case.items()]
    return f"{indent}{{\n" + ",\n".join(entries) + f"\n{indent}}}"


def _entry(
    key: str,
    value: Any,
    depth: int,
) -> str:
    """A key with its value, on one line unless the value is a list of requests or a map to be spread."""
    indent = "  " * depth
    lines = []
    opening, closing = "[", "]"
    if key in SPREAD and isinstance(value, dict):
        opening, closing = "{", "}"
        lines = [f"{indent}  {_text(name)}: {_text(inner)}" for name, inner in value.items()]
    elif key == "requests" and len(value) > 1:
        lines = [f"{indent}  {_text(request)}" for request in value]
    if not lines:
        return f"{indent}{_text(key)}: {_text(value)}"
    body = ",\n".join(lines)
    return f"{indent}{_text(key)}: {opening}\n{body}\n{indent}{closing}"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    otherwise = []
    for kind in KINDS:
        name = f"{VECTORS}/{kind}.json"
        path = ROOT / name
        try:
            text = path.read_text(encoding="utf-8")
            wanted = laid_out(json.loads(text))
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            print(
                f"{name} is not a file of vectors: {type(error).__name__}: {error}", file=sys.stderr
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
        print("The vectors are laid out as they should be")
        return 0
    if is_check:
        print(*otherwise, sep="\n", file=sys.stderr)
        print("These are laid out otherwise; `make format` mends that", file=sys.stderr)
        return 1
    print(f"Laid out anew: {', '.join(otherwise)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The command: validates a contract, and prints what is wrong with it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from .checks import problems, summary

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="check_spec",
        description="Validate the contract and its examples.",
    )
    parser.add_argument(
        "path",
        nargs="?",
        type=Path,
        default=ROOT / "openapi.yaml",
    )
    path: Path = parser.parse_args(arguments).path
    try:
        contract = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, YAMLError) as error:
        said = " ".join(str(error).split())
        print(f"{path}: cannot be read as YAML: {said}", file=sys.stderr)
        return 1
    found = problems(contract)
    if not found:
        print(f"{path.name}: {summary(contract)}")
        return 0
    print(*found, sep="\n", file=sys.stderr)
    plural = "" if len(found) == 1 else "s"
    print(f"{path.name}: {len(found)} problem{plural}")
    return 1

"""The command: what changed in the contract, and whether the package's version is enough for it.

Prints to stdout and exits with 0 where it could compare, with 1 where `--check` finds the version
too low, and with 2 where there is nothing to compare.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from git_output import git_output

from .comparison import compare
from .lookup import find_mentions
from .parts import ContractError
from .report import report, summary
from .versions import (
    RELEASED,
    VERSION_FILE,
    Version,
    VersionError,
    largest_step,
    package_version,
    released_contracts,
    version_in,
    version_of,
)

if TYPE_CHECKING:
    from .finding import Finding

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = "openapi.yaml"


@dataclass(frozen=True)
class Base:
    """A contract to compare with."""

    name: str
    document: Any
    version: Version


class BaseError(Exception):
    """No contract has that name."""


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="spec_diff",
        description="Report what changed in the contract.",
    )
    parser.add_argument(
        "base",
        nargs="?",
        help="a contract or a git ref; by default the last released contract, or else HEAD",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="only check that the package's version is enough",
    )
    given = parser.parse_args(arguments)
    if given.check and given.base:
        parser.error("--check compares with the last released contract; leave the base out")
    try:
        if given.check:
            return check_version()
        return print_report(given.base)
    except (BaseError, ContractError, VersionError) as error:
        print(f"spec_diff: {error}", file=sys.stderr)
        return 2


def print_report(name: str | None) -> int:
    """Print what changed since a base."""
    base = read_base(name or default_base())
    findings = differences(base)
    print(f"{CONTRACT} against {base.name}: {summary(findings)}")
    if findings:
        print(f"\n{report(findings, base.version, find_mentions(ROOT, findings))}")
    return 0


def default_base() -> str:
    """The last released contract; before the first release, the last commit."""
    releases = released_contracts(ROOT)
    if not releases:
        return "HEAD"
    return str(releases[max(releases)])


def check_version() -> int:
    """Compare the package's version with the one that the change since the last release asks for."""
    releases = released_contracts(ROOT)
    if not releases:
        print(f"{RELEASED}/ has no contract yet: nothing is released, so any version will do")
        return 0
    last = max(releases)
    version = package_version(ROOT)
    base = read_base(str(releases[last]))
    findings = differences(base)
    changed = summary(findings)
    wanted = last.after(largest_step(findings))
    if version >= wanted:
        print(f"version {version} is enough: {base.name} asks for {wanted} or later ({changed})")
        return 0
    print(
        f"version {version} is behind: {CONTRACT} changed since {base.name} ({changed}), "
        f"which asks for {wanted} or later.\n"
        f"Set __version__ in {VERSION_FILE} to {wanted}; `make spec-diff BASE={base.name}` says what changed.",
        file=sys.stderr,
    )
    return 1


def differences(base: Base) -> list[Finding]:
    """What changed between a base and the contract of the work tree."""
    new = parse_contract((ROOT / CONTRACT).read_text(encoding="utf-8"), CONTRACT)
    try:
        return compare(base.document, new)
    except ContractError as error:
        raise ContractError(f"{CONTRACT} or {base.name} {error}") from None


# ---------------------------------------------------------------------------------------------------------------------
# What to compare with


def read_base(name: str) -> Base:
    """The contract in a file, or under a git ref.

    Raises:
        BaseError: it is neither.
        VersionError: it has no version.
    """
    path = Path(name)
    if not path.is_file():
        return read_ref(name)
    shown = name
    # What is printed can be copied into the command again, from the root of the repository.
    if path.resolve().is_relative_to(ROOT):
        shown = path.resolve().relative_to(ROOT).as_posix()
    version = package_version(ROOT)
    if path.resolve().parent == ROOT / RELEASED:
        version = version_of(path)
    return Base(shown, parse_contract(path.read_text(encoding="utf-8"), name), version)


def read_ref(ref: str) -> Base:
    """The contract as it was under a git ref, with the version that the package had there."""
    if (
        git_output(
            ROOT,
            "rev-parse",
            "--verify",
            "--quiet",
            f"{ref}^{{commit}}",
        )
        is None
    ):
        raise BaseError(
            f"{ref!r} is neither a file nor a git ref; tests/contract/released/0.1.0.yaml or HEAD~1 would be"
        )
    text = git_output(ROOT, "show", f"{ref}:./{CONTRACT}")
    if text is None:
        raise BaseError(
            f"{ref} has no {CONTRACT}; a ref from the time after it was added would be right"
        )
    version = package_version(ROOT)
    source = git_output(ROOT, "show", f"{ref}:./{VERSION_FILE}")
    if source is not None:
        version = version_in(source, f"{ref}:{VERSION_FILE}")
    return Base(ref, parse_contract(text, f"{ref}:{CONTRACT}"), version)


def parse_contract(text: str, name: str) -> Any:
    """Parse the YAML of a contract.

    Raises:
        BaseError: it is not YAML.
    """
    try:
        return YAML(typ="safe").load(text)
    # A date that does not exist is a ValueError.
    except (ValueError, YAMLError) as error:
        reason = " ".join(str(error).split())
        raise BaseError(f"{name} cannot be read as YAML: {reason}") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

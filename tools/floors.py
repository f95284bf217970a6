"""Prints the oldest versions that pyproject.toml admits, of the package's dependencies and extras, as constraints."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

# The name, perhaps with extras in brackets, and the version after >= wherever that stands.
DEPENDENCY = re.compile(
    r"""
    (?P<name> [\w.-]+ )
    (?: \[ .* \] )?
    (?: .*? >= \s* (?P<bound> [\w.]+ ) )?
    """,
    re.VERBOSE,
)


def floors(pyproject: str) -> list[str]:
    """The constraints, one a dependency.

    Raises:
        ValueError: one has no lower bound, so that nobody could say whether its oldest version
            works.
    """
    project = tomllib.loads(pyproject)["project"]
    bounds = {}
    for dependency in wanted(project):
        match = DEPENDENCY.match(dependency)
        # An extra may name the project itself, to take in its other extras.
        if match is not None and match["name"] != project["name"]:
            bounds[match["name"]] = match["bound"]
    loose = sorted(name for name, bound in bounds.items() if bound is None)
    if loose:
        names = ", ".join(loose)
        right = ">= and the oldest that works"
        raise ValueError(f"{names}: has no lower bound in pyproject.toml; {right}")
    return sorted(f"{name}=={bound}" for name, bound in bounds.items())


def wanted(project: dict[str, Any]) -> list[str]:
    """The dependencies of a project and of its extras."""
    found = list(project["dependencies"])
    for extra in project.get("optional-dependencies", {}).values():
        found += extra
    return found


if __name__ == "__main__":
    try:
        text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        print(*floors(text), sep="\n")
    except ValueError as error:
        sys.exit(str(error))

"""Prints the oldest versions that pyproject.toml admits, of the package's dependencies and extras, as constraints."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def floors(pyproject: str) -> list[str]:
    """The constraints, one a dependency.

    Raises:
        ValueError: one has no lower bound, so that nobody could say whether its oldest version
            works.
    """
    project = tomllib.loads(pyproject)["project"]
    extras = project.get("optional-dependencies", {}).values()
    wanted = [dependency for group in [project["dependencies"], *extras] for dependency in group]
    found = [
        re.match(r"([\w.-]+)(?:\[.*\])?(?:.*?>=\s*([\w.]+))?", dependency) for dependency in wanted
    ]
    bounds = {match[1]: match[2] for match in found if match and match[1] != project["name"]}
    loose = sorted(name for name, bound in bounds.items() if bound is None)
    if loose:
        raise ValueError(
            f"{', '.join(loose)}: has no lower bound in pyproject.toml; >= and the oldest that works"
        )
    return sorted(f"{name}=={bound}" for name, bound in bounds.items())


if __name__ == "__main__":
    try:
        print(*floors((ROOT / "pyproject.toml").read_text(encoding="utf-8")), sep="\n")
    except ValueError as error:
        sys.exit(str(error))

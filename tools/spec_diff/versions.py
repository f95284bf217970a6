"""Versions: which one the package has, which contracts were released, and which version follows a change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .rules import Step

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .finding import Finding

VERSION_FILE = "overlay/pasqal_client/_version.py"
RELEASED = "tests/contract/released"


class VersionError(Exception):
    """A version cannot be read where one should be."""


@dataclass(frozen=True, order=True)
class Version:
    """A semantic version; versions compare by number, so that 0.10.0 comes after 0.9.0."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    def after(self, step: Step) -> Version:
        """The version that follows; before 1.0.0, a breaking change raises the minor version, as an addition does."""
        if step is Step.MAJOR and self.major > 0:
            return Version(self.major + 1, 0, 0)
        if step >= Step.MINOR:
            return Version(self.major, self.minor + 1, 0)
        if step is Step.PATCH:
            return Version(self.major, self.minor, self.patch + 1)
        return self


def largest_step(findings: Iterable[Finding]) -> Step:
    """The largest step that the findings ask for."""
    steps = [finding.rule.step for finding in findings]
    return max(steps, default=Step.NONE)


def version_in(source: str, where: str) -> Version:
    """The version that a version file states.

    An addition such as `.dev1` or `rc1` is ignored, as it is on the way to the version.

    Args:
        source: the text of the file.
        where: what an error calls it.

    Raises:
        VersionError: it states no version.
    """
    found = re.search(r"""^__version__ = ["'](\d+)\.(\d+)\.(\d+)""", source, re.MULTILINE)
    if found is None:
        raise VersionError(f'{where}: states no version; __version__ = "1.2.3" would be right')
    return Version(*(int(number) for number in found.groups()))


def package_version(root: Path) -> Version:
    """The version of the package in the work tree."""
    path = root / VERSION_FILE
    return version_in(path.read_text(encoding="utf-8"), VERSION_FILE)


def released_contracts(root: Path) -> dict[Version, Path]:
    """The contracts of the releases, the oldest first."""
    folder = root / RELEASED
    contracts = {version_of(path): path for path in folder.glob("*.y*ml")}
    # By number: as text, 0.10.0 would come before 0.9.0.
    return dict(sorted(contracts.items()))


def version_of(path: Path) -> Version:
    """The version that a released contract is named after.

    Raises:
        VersionError: it is not named after a version.
    """
    found = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)\.yaml", path.name)
    if found is None:
        raise VersionError(
            f"{RELEASED}/{path.name}: is not named after a version; 1.2.3.yaml would be right"
        )
    return Version(*(int(number) for number in found.groups()))

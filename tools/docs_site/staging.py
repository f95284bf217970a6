"""Puts the pages of the site together in one folder.

Pages are written to be read in the repository, too, so their links lead to files of it. Where such a
file is not a page of the site, the text of the link stays and the link goes.
"""

from __future__ import annotations

import posixpath
import re
import shutil
from typing import TYPE_CHECKING, Final

from .python_reference import reference_pages

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURATION: Final = "docs/zensical.toml"

_FROM_BESIDE: Final = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "openapi.yaml": "openapi.yaml",
}
_LINK: Final = re.compile(
    r"""
    \[ (?P<text> [^\]]* ) \]
    \( (?P<target> [^)\s#]+ ) (?P<anchor> \#[^)]* )? \)
    """,
    re.VERBOSE,
)


def places(root: Path) -> dict[str, str]:
    """Where each file of the repository that is part of the site stands there.

    Args:
        root: the repository.
    """
    found = dict(_FROM_BESIDE)
    for path in (root / "docs").rglob("*"):
        name = path.relative_to(root).as_posix()
        if path.is_file() and name != CONFIGURATION:
            found[name] = name.removeprefix("docs/")
    for path in (root / "conformance").iterdir():
        name = path.relative_to(root).as_posix()
        # A README would be the start of the folder, which has no page of its own.
        found[name] = name.replace("README", "readme")
    return found


def pages(root: Path) -> set[str]:
    """The pages of the site, those that are made with it included."""
    written = {place for place in places(root).values() if place.endswith(".md")}
    return written | reference_pages().keys()


def stage(root: Path, folder: Path) -> None:
    """Write the pages and all that they show into a folder, which is emptied first.

    Args:
        root: the repository.
        folder: where the pages go.
    """
    shutil.rmtree(folder, ignore_errors=True)
    standing = places(root)
    for name, place in standing.items():
        copy = folder / place
        copy.parent.mkdir(parents=True, exist_ok=True)
        if not name.endswith(".md"):
            shutil.copyfile(root / name, copy)
            continue
        text = (root / name).read_text(encoding="utf-8")
        copy.write_text(move_links(text, name, standing, root), encoding="utf-8")
    for place, text in reference_pages().items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")


def move_links(text: str, name: str, standing: dict[str, str], root: Path) -> str:
    """The text of a page, with links that lead to where things stand in the site.

    Args:
        text: what the page says in the repository.
        name: where it is in the repository.
        standing: where each file stands in the site.
        root: the repository.
    """

    def moved(link: re.Match[str]) -> str:
        if "://" in link["target"]:
            return link[0]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), link["target"]))
        if target in standing:
            here = posixpath.dirname(standing[name]) or "."
            place = posixpath.relpath(standing[target], here)
            return f"[{link['text']}]({place}{link['anchor'] or ''})"
        # A link to nothing stays, so that the build complains of it.
        return link["text"] if (root / target).exists() else link[0]

    return _LINK.sub(moved, text)

"""Where a picture is drawn to, and what must not be lost there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import frozen

from ..failures import CommandError, UsageMistake
from ..prompts import confirm, somebody_is_there

if TYPE_CHECKING:
    from collections.abc import Callable

_PICTURE: Final = ".svg"
_PAGES: Final = (".html", ".htm")
_LOOKED_AT: Final = 1000
"""Characters of a file in which our mark has to be."""


@frozen
class Kind:
    """A kind of pictures.

    Attributes:
        name: what one of them is called, such as "a timeline".
        mark: tells our files from those of others; it is among the first characters.
    """

    name: str
    mark: str


def is_picture(output: str) -> bool:
    """Whether this is the name of a file that can be drawn into."""
    return Path(output).suffix.lower() in (_PICTURE, *_PAGES)


def check_file(output: str, kind: Kind, *, force: bool) -> Path:
    """The file to write, if nothing forbids that.

    Raises:
        UsageMistake: the type of the file is unknown, its folder is not there, or it exists and
            nobody can be asked.
        CommandError: it exists, and the person wants to keep it.
    """
    path = Path(output)
    if not is_picture(output):
        raise UsageMistake(
            f"-o {output}: unknown type of file",
            "use a name that ends in .svg or .html",
        )
    if not path.parent.is_dir():
        raise UsageMistake(f"-o {output}: {path.parent} is not a folder")
    # One of our pictures can be drawn again; whatever else stands there may be somebody's work.
    if force or not path.exists() or _has_mark(path, kind.mark):
        return path
    taken = f"{output} exists and is not {kind.name}"
    if not somebody_is_there():
        raise UsageMistake(taken, "use --force to overwrite it, or choose another name")
    if not confirm(f"{taken}. Overwrite it?"):
        raise CommandError(f"{output} was kept")
    return path


def _has_mark(path: Path, mark: str) -> bool:
    with path.open(encoding="utf-8", errors="replace") as opened:
        return mark in opened.read(_LOOKED_AT)


def write_file(path: Path, draw_picture: Callable[[], str], draw_page: Callable[[], str]) -> None:
    """Draw into a file: a picture, or a page if its name ends like that of a page."""
    drawn = draw_page
    if path.suffix.lower() == _PICTURE:
        drawn = draw_picture
    path.write_text(drawn(), encoding="utf-8")

"""What an edit of a rehearsal is, and the edits of plain text; each finds its place by structure, not by what is near.

`yaml_edits`, `python_edits` and `case_edits` have those of their kinds of file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HERE: Final = "tools/rehearsals/changes.py"
PATHS_FILE: Final = "tools/rehearsals/paths.py"


class EditError(Exception):
    """A file has no place for an edit; the text says what to do."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(
            f"{file} {reason}, and a rehearsal edits it: find out where it has gone, and correct its path in "
            f"{PATHS_FILE} or the edit in {HERE}"
        )


class AlreadyDoneError(EditError):
    """A file has what an edit would add, or lacks what it would remove."""


@dataclass(frozen=True)
class Edit:
    """A change of a file.

    Attributes:
        file: relative to the root of the repository.
        change: makes the new text of the old one; raises an `EditError` where it does not fit.
    """

    file: str
    change: Callable[[str], str]

    def apply(self, root: Path) -> None:
        """Change the file.

        Raises:
            EditError: it is not there, or has no place for the edit.
        """
        path = root / self.file
        if not path.is_file():
            raise EditError(self.file, "is not there")
        text = path.read_text(encoding="utf-8")
        path.write_text(self.change(text), encoding="utf-8")

    def is_ahead(self, root: Path) -> bool:
        """Whether the file does not have the change yet."""
        text = (root / self.file).read_text(encoding="utf-8")
        try:
            self.change(text)
        except AlreadyDoneError:
            return False
        # Where it does not fit, the rehearsal itself says so.
        except EditError:
            return True
        return True


def replace_word(file: str, old: str, new: str) -> Edit:
    """The edit that gives something another name, wherever it is named."""
    word = re.compile(rf"\b{re.escape(old)}\b")

    def change(text: str) -> str:
        if not word.search(text):
            raise AlreadyDoneError(file, f"does not mention {old}")
        return word.sub(new, text)

    return Edit(file, change)


def add_row(file: str, heading: str, row: str) -> Edit:
    """The edit that adds a row to the first table of a chapter of a page."""

    def change(text: str) -> str:
        lines = text.splitlines(keepends=True)
        if f"{heading}\n" not in lines:
            raise EditError(file, f"has no chapter {heading!r}")
        place = lines.index(f"{heading}\n")
        rows = [number for number in range(place, len(lines)) if lines[number].startswith("|")]
        if not rows:
            raise EditError(file, f"has no table below {heading!r}")
        end = rows[0]
        while end < len(lines) and lines[end].startswith("|"):
            end += 1
        lines.insert(end, f"{row}\n")
        return "".join(lines)

    return Edit(file, change)

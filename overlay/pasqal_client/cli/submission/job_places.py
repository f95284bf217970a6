"""Where jobs come from, so that an error names a job by its line and not by its position."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_FIRST: Final = re.compile(r"jobs\[(\d+)\][.:]\s*")
# In an answer, `data.jobs[0]` is another job.
_ANY: Final = re.compile(r"(?<!\.)\bjobs\[(\d+)\]")


@dataclass(frozen=True)
class JobPlaces:
    """Where each job was written down.

    Attributes:
        file: the file, as messages call it; empty for the one job of `--runs` and `--set`.
        lines: the line of each job.
    """

    file: str = ""
    lines: tuple[int, ...] = ()

    def rename(self, text: str) -> str:
        """A text of the library or the service with the jobs named by their lines."""
        found = _FIRST.match(text)
        if found is not None:
            rest = text[found.end() :]
            # What is wrong with the only job needs no place.
            text = rest
            if self.file:
                text = f"{self._place(found)}: {rest}"
        return _ANY.sub(self._place, text)

    def _place(self, found: re.Match[str]) -> str:
        position = int(found[1])
        if not self.file:
            return "the job"
        # A service may name a job that was never sent.
        if position >= len(self.lines):
            return found[0]
        return f"line {self.lines[position]} of {self.file}"

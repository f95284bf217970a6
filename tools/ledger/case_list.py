"""The section that lists all cases, so that none of them disappears unnoticed."""

from __future__ import annotations

import re
from itertools import groupby
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

from kit_layout import KIT

from .page import some

if TYPE_CHECKING:
    from .items import Case

LINE: Final = 120
LOST: Final = 10
"""Cases that a complaint names."""


def case_lines(files: dict[str, dict[str, Any]]) -> list[str]:
    """All cases, file by file and operation by operation, so that none of them gets lost unnoticed."""
    lines = ["", "## Cases"]
    for kind, file in files.items():
        lines += ["", f"### {kind}.json"]
        for about, cases in groupby(file["cases"], key=subject):
            ids = ", ".join(case["id"] for case in cases)
            filled = fill(
                ids,
                LINE,
                break_long_words=False,
                break_on_hyphens=False,
            )
            lines += ["", f"`{about}`:", *filled.splitlines()]
    return lines


def subject(case: Case) -> str:
    """What a case is about: an operation, a schema that no operation answers with, or in a scenario the call."""
    return str(case.get("operation") or case.get("schema") or case["call"])


def lost_cases(kept: str, text: str) -> list[str]:
    """What to say of the cases that one page lists and another does not."""
    lost = sorted(listed_cases(kept) - listed_cases(text))
    if not lost:
        return []
    return [
        f"Cases that were there: {some(lost, LOST)}; `git diff {KIT}` shows what became of them.",
        f"`git checkout {KIT}` brings them back; only if they are no longer wanted:",
    ]


def listed_cases(text: str) -> set[str]:
    """The ids of the cases that a page lists."""
    section = text.partition("\n## Cases\n")[2].splitlines()
    lines = [line for line in section if not line.startswith(("#", "`"))]
    return {name for line in lines for name in re.findall(r"[\w-]+", line)}

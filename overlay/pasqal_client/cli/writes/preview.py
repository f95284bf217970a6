"""What a write is about, before it is sent: how much matches, the first few of it, and the question."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, TypeVar

from ..display.field_text import cell
from ..display.words import many, tally
from ..failures import CommandError, ExitCode
from ..prompts import confirm
from ..streams import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..display.output import Writer

_SHOWN: Final = 10
"""How many jobs or batches are shown before the question."""

T = TypeVar("T")


def describe_matches(items: Sequence[object], noun: str) -> str:
    """How many jobs or batches match, and in which states they are."""
    if not items:
        return f"no {noun} matches"
    states = Counter(cell(item, "status") for item in items)
    listed = tally(dict(states.most_common()))
    verb = "matches" if len(items) == 1 else "match"
    return f"{many(len(items), noun)} {verb} ({listed})"


def say_first(items: Sequence[object], *, with_jobs: bool = False) -> None:
    """Show the first of the jobs or batches that match.

    Args:
        items: the jobs or batches.
        with_jobs: whether to show how many jobs each has.
    """
    for item in items[:_SHOWN]:
        line = f"  {cell(item, 'id')}  {cell(item, 'status')}"
        if with_jobs:
            line += f"  jobs: {cell(item, 'jobs_count')}"
        say(line)
    if len(items) > _SHOWN:
        say(f"  … and {len(items) - _SHOWN} more; --dry-run lists them all")


def print_matches(items: Sequence[T], writer: Writer[T], noun: str) -> ExitCode:
    """Print what matches instead of changing it."""
    writer.write_all(items)
    say(f"{describe_matches(items, noun)}; nothing was sent")
    return ExitCode.DONE


def is_wanted(question: str) -> bool:
    """Ask whether to go on; if not, say that nothing was sent.

    Raises:
        CommandError: nobody can be asked, or the answer is Ctrl-C.
    """
    try:
        agreed = confirm(question)
    except KeyboardInterrupt:
        # The question has no end of its line yet.
        say("")
        message = "interrupted; nothing was sent"
        raise CommandError(message, code=ExitCode.INTERRUPTED) from None
    if agreed:
        return True
    say("nothing was sent")
    return False

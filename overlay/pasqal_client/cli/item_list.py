"""Prints a list of jobs, batches or devices: a page at a time where the format allows that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from .display import output, progress
from .display.words import many, plural
from .failures import UsageMistake
from .options import LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._listing.listings import Listing
    from .display.output import Writer
    from .options import Range

T = TypeVar("T")


def check_range(part: Range) -> int | None:
    """How many items to print at most; None for all of them.

    Raises:
        UsageMistake: the options contradict each other.
    """
    if part.limit is not None and part.everything:
        raise UsageMistake("give either --limit or --all, not both")
    if part.everything:
        return None
    return part.limit or LIMIT


def print_list(
    make: Callable[..., Listing[T]],
    chosen: dict[str, Any],
    part: Range,
    writer: Writer[T],
    noun: str = "job",
) -> None:
    """List what matches, and say how much of that was printed.

    Args:
        make: the method that lists.
        chosen: the filters.
        part: which part of the list.
        writer: what writes the items.
        noun: what one of them is.
    """
    most = check_range(part)
    print_listing(make(max_items=most, **part.keywords, **chosen), writer, most, noun)


def print_listing(
    listing: Listing[T], writer: Writer[T], most: int | None = None, noun: str = "job"
) -> None:
    """Print what a listing has, and say how much that is.

    Args:
        listing: the listing.
        writer: what writes the items.
        most: how many items the listing yields at most.
        noun: what one of them is.
    """
    # Records and a bar on the same terminal would overwrite each other.
    hidden = writer.streams and output.on_terminal()
    for page in progress.pages_of(listing, plural(noun), most=most, hidden=hidden):
        writer.write(page)
    writer.close()
    remark = _describe_count(writer.count, listing.total, most, noun)
    output.remark(remark, below_table=not writer.is_data)


def _describe_count(count: int, total: int | None, most: int | None, noun: str) -> str:
    """What to say about how many items were listed; nothing if these are all."""
    if not count:
        return f"no {noun} matches"
    if count != most:
        return ""
    if total is None:
        return f"{many(count, noun)}; there may be more, --all for the rest"
    if count < total:
        return f"{count} of {total}, --all for the rest"
    return ""

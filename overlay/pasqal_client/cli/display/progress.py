"""Shows on stderr that something is going on, and how long it may still take; silent where stderr is not a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..._listing.listings import Listing

T = TypeVar("T")


@contextmanager
def progress(what: str, *, hidden: bool = False) -> Iterator[Callable[[int, int | None], None]]:
    """Yield a function to call with how much is done, and out of how much if that is known.

    Args:
        what: what is being done.
        hidden: show nothing, because results are written to the same terminal meanwhile.
    """
    if hidden or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    # Rich takes longer to import than most commands take to run.
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from .tables import console_for

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console_for(sys.stderr), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def read_items(listing: Listing[T], many: str = "jobs") -> list[T]:
    """All items of a listing, read with progress; `many` is what they are."""
    return [item for page in pages_of(listing, many) for item in page]


def pages_of(
    listing: Listing[T], many: str = "jobs", *, most: int | None = None, hidden: bool = False
) -> Iterable[list[T]]:
    """The pages of a listing, read with progress.

    Args:
        listing: the listing.
        many: what its items are: "jobs", "batches".
        most: how many items the listing yields at most.
        hidden: see `progress`.
    """
    done = 0
    with progress(f"reading {many}", hidden=hidden) as update:
        for page in listing.pages():
            done += len(page)
            total = listing.total
            # The total counts all that match, also those beyond the limit.
            if total is not None and most is not None:
                total = min(most, total)
            update(done, total)
            yield page

"""Reading a list whole, although it moves while it is read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from . import views

MOST_REQUESTS: Final = 2000
"""A list that shows nothing new for so long is given up, and doubted."""


@dataclass
class Page:
    """A piece of a list: its items, and its place, as far as that was said."""

    items: list[Any]
    total: int | None
    start: int | None
    end: int | None


Fetch = Callable[[int, int], Page]


@dataclass
class Walk:
    """What is known of a list so far."""

    fetch: Fetch
    order_by: str | None
    descending: bool
    size: int
    max_items: int | None = None
    items: list[Any] = field(default_factory=list)
    seen: set[Any] = field(default_factory=set)
    doubted: bool = False

    def rank(self, item: Any) -> Any:
        """The sort value of an item, such that it does not sink along the walk; None if it has none."""
        value = item.get(self.order_by) if self.order_by else None
        if isinstance(value, views.Absent | views.Unset) or value is None:
            return None
        number = value.timestamp() if hasattr(value, "timestamp") else value
        return -number if self.descending else number

    def take(self, page: Page) -> int:
        """Keep what is new; returns how much that is."""
        fresh = [item for item in page.items if identity(item) not in self.seen]
        self.seen |= {identity(item) for item in fresh}
        self.items += fresh
        return len(fresh)

    def is_full(self) -> bool:
        return self.max_items is not None and len(self.items) >= self.max_items


def identity(item: Any) -> Any:
    """By what an item is recognised."""
    found = item.get("id")
    return id(item) if isinstance(found, views.Unset) else found


def read_all(walk: Walk) -> list[Any]:
    """All items of a list, each once: pages overlap, and one that does not join up is not taken."""
    if walk.max_items == 0:
        return []
    offset, back = 0, 1
    for _ in range(MOST_REQUESTS):
        page = walk.fetch(offset, walk.size)
        if not is_anchored(walk, page, offset):
            offset = max(0, offset - back * walk.size)
            back *= 2
            continue
        fresh = walk.take(page)
        after = offset + len(page.items)
        if walk.is_full() or is_end(page, after, fresh):
            return walk.items[: walk.max_items]
        offset, back = next_offset(walk, page, offset), 1
    walk.doubted = True
    return walk.items


def is_anchored(walk: Walk, page: Page, offset: int) -> bool:
    """Whether nothing can hide between what is known and this page."""
    if offset == 0:
        return True
    if not page.items:
        return page.total is None
    first, last = walk.rank(page.items[0]), walk.rank(walk.items[-1])
    if first is None or last is None or too_many_ties(walk, page):
        return identity(page.items[0]) in walk.seen
    return bool(first < last)


def too_many_ties(walk: Walk, page: Page) -> bool:
    """Whether a whole page has one sort value, so that its order proves nothing."""
    ranks = {walk.rank(item) for item in page.items}
    return len(ranks) == 1 and None not in ranks and len(page.items) >= walk.size > 1


def is_end(page: Page, after: int, fresh: int) -> bool:
    """Whether the list ends with this page."""
    if page.total is None:
        return fresh == 0
    return after >= page.total


def next_offset(walk: Walk, page: Page, offset: int) -> int:
    """Where the next page begins: before the items that tie with the last one, and one more."""
    after = offset + len(page.items)
    last = walk.rank(page.items[-1]) if page.items else None
    ties = sum(walk.rank(item) == last for item in page.items) if last is not None else 0
    if too_many_ties(walk, page):
        walk.doubted = True
        ties = 0
    return max(offset + 1, after - ties - 1)

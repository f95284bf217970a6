"""Reading a list whole, although it moves while it is read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from . import views

LARGEST: Final = 100
FIXED: Final = ("created_at", "creation_order", "id")
MOST_REQUESTS: Final = 100
"""A list that takes more is given up, and doubted."""


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
    has_too_many_ties: bool = False
    has_contradiction: bool = False
    is_given_up: bool = False
    pages: int = 0

    @property
    def doubted(self) -> bool:
        """Whether items may be missing."""
        return self.has_too_many_ties or self.has_contradiction or self.is_given_up or self.drifts()

    def drifts(self) -> bool:
        """Whether items may have changed their places between two pages."""
        return self.pages > 1 and self.order_by is not None and may_change(self.order_by)

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

    def frontier(self) -> Any:
        """The rank up to which everything is known; None if items have no rank."""
        ranks = [self.rank(item) for item in self.items]
        return None if None in ranks else max(ranks, default=None)

    def is_full(self) -> bool:
        return self.max_items is not None and len(self.items) >= self.max_items


def identity(item: Any) -> Any:
    """By what an item is recognised."""
    found = item.get("id")
    return id(item) if isinstance(found, views.Unset) else found


def read_all(walk: Walk) -> None:
    """Read a list, each item once: pages overlap, and one that does not join up is not taken."""
    if walk.max_items == 0:
        return
    offset, limit, back = 0, walk.size, 1
    for _ in range(MOST_REQUESTS):
        page = walk.fetch(offset, limit)
        walk.pages += 1
        if not is_anchored(walk, page, offset):
            offset = max(0, offset - back * walk.size)
            back *= 2
            continue
        fresh = walk.take(page)
        after = offset + len(page.items)
        walk.has_contradiction |= contradicts(page, after)
        if walk.is_full() or is_end(page, after, fresh):
            return
        overlap, back = overlap_of(walk), 1
        offset = max(0, after - overlap)
        limit = min(LARGEST, walk.size + overlap)
    walk.is_given_up = True


def is_anchored(walk: Walk, page: Page, offset: int) -> bool:
    """Whether nothing can hide between what is known and this page."""
    if offset == 0:
        return True
    if not page.items:
        return page.total is None
    first, last = walk.rank(page.items[0]), walk.frontier()
    if first is None or last is None or walk.has_too_many_ties:
        return identity(page.items[0]) in walk.seen
    return bool(first < last)


def may_change(order_by: str) -> bool:
    """Whether the value of a sort key may change while an item is there."""
    return order_by not in FIXED


def contradicts(page: Page, after: int) -> bool:
    """Whether a page shows more than its total says that there is."""
    return page.total is not None and after > page.total


def is_end(page: Page, after: int, fresh: int) -> bool:
    """Whether the list ends with this page."""
    if page.total is None:
        return fresh == 0
    return after >= page.total


def overlap_of(walk: Walk) -> int:
    """How many known items the next page begins with: those that tie with the last one, and one more."""
    if not walk.items:
        return 0
    last = walk.frontier()
    ties = sum(walk.rank(item) == last for item in walk.items) if last is not None else 0
    if ties + 1 >= LARGEST:
        # Their order may change, and no page holds them all.
        walk.has_too_many_ties = True
        return 1
    return ties + 1

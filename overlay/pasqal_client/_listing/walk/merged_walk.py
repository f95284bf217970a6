"""A list that takes several requests, because one could not name all ids, read as if it were one."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

from ..pages import LARGEST_PAGE
from .page_walk import Walk

if TYPE_CHECKING:
    from ..pages import Page, Span
    from .order import Order

T = TypeVar("T")


class _MergedWalk(Generic[T]):
    """The walks through several lists that have no item in common, one after the other.

    The items are yielded at the end, in order. Attributes are those of `Walk`.
    """

    def __init__(
        self,
        parts: int,
        order: Order[T],
        page_size: int = LARGEST_PAGE,
        max_items: int | None = None,
    ) -> None:
        self._parts = parts
        self._walks: deque[Walk[T]] = deque()
        for part in range(parts):
            walk = Walk(order, page_size, max_items, part)
            self._walks.append(walk)
        self._order = order
        self._max_items = max_items
        self._items: list[T] = []
        self._total: int | None = 0
        self.doubts: list[str] = []
        self._drop_ended()

    @property
    def wanted(self) -> Span | None:
        """The page to take next; None at the end."""
        if not self._walks:
            return None
        return self._walks[0].wanted

    @property
    def total(self) -> int | None:
        """How many items match, once all parts have said so; None before."""
        if self._walks:
            return None
        return self._total

    def wants(self, span: Span) -> bool:
        """Whether a page that was planned may still be taken."""
        # A walk may be one of ten thousand, so it is not searched for.
        ended = self._parts - len(self._walks)
        if span.part < ended:
            return False
        walk = self._walks[span.part - ended]
        return walk.wants(span)

    def plan(self, window: int) -> list[Span]:
        """The pages to have under way, the wanted one first."""
        spans: list[Span] = []
        for walk in self._walks:
            room = window - len(spans)
            if room <= 0:
                break
            spans += walk.plan(room)
        return spans

    def take(self, span: Span, page: Page[T]) -> list[T]:
        """Take the answer for the wanted page; returns all items with the last one."""
        walk = self._walks[0]
        self._items += walk.take(span, page)
        self._drop_ended()
        if self._walks:
            return []
        items = self._order.sort(self._items)
        self._items = []
        return items[: self._max_items]

    def _drop_ended(self) -> None:
        while self._walks and self._walks[0].wanted is None:
            walk = self._walks.popleft()
            self._add_total(walk.total)
            for doubt in walk.doubts:
                if doubt not in self.doubts:
                    self.doubts.append(doubt)

    def _add_total(self, total: int | None) -> None:
        if self._total is None or total is None:
            self._total = None
        else:
            self._total += total


AnyWalk = Walk[T] | _MergedWalk[T]


def walk_of(
    parts: int,
    order: Order[T],
    page_size: int,
    max_items: int | None,
) -> AnyWalk[T]:
    """The walk through a list, or through several parts of it."""
    if parts == 1:
        return Walk(order, page_size, max_items)
    return _MergedWalk(parts, order, page_size, max_items)

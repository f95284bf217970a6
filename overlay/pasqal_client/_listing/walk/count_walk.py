"""Counting the items of several lists, where one request could not name all ids: the answers have the totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..pages import Span

if TYPE_CHECKING:
    from ..pages import Page


class CountWalk:
    """The requests that it takes to count: one for each list.

    Args:
        parts: how many lists there are.

    Attributes:
        total (int | None): how many items the lists have that were counted so far; None if one did
            not say, and then nothing more is wanted.
    """

    def __init__(self, parts: int) -> None:
        self._parts = parts
        self._counted = 0
        self.total: int | None = 0

    @property
    def wanted(self) -> Span | None:
        """The page to take next; None at the end."""
        if self.total is None or self._counted == self._parts:
            return None
        return Span(0, 1, self._counted)

    def wants(self, span: Span) -> bool:
        """Whether a page that was planned may still be taken."""
        return span.part >= self._counted

    def plan(self, window: int) -> list[Span]:
        """The pages to have under way, the wanted one first."""
        end = min(self._parts, self._counted + window)
        return [Span(0, 1, part) for part in range(self._counted, end)]

    def take(self, page: Page[Any]) -> None:
        """Take the answer for the wanted page."""
        self._counted += 1
        if self.total is None or page.total is None:
            self.total = None
        else:
            self.total += page.total

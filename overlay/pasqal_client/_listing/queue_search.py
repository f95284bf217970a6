"""The search for a batch in a queue that moves while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .pages import LARGEST_PAGE, Span

if TYPE_CHECKING:
    from uuid import UUID

    from pasqal_core_api.models import Batch

    from .pages import Page


class QueueSearch:
    """The search for a batch, from the head of the queue on, page by page.

    The batches of a queue move up while it is read. Each page overlaps half of the one before, so
    that a batch is passed over only if more than half a page leaves the queue between two requests.

    Args:
        batch_id: the batch.

    Attributes:
        wanted (Span | None): the page to take next; None at the end.
        place (int | None): the place of the batch, counted from 1; None if it was not found.
    """

    def __init__(self, batch_id: UUID) -> None:
        self._batch_id = batch_id
        self._seen: set[object] = set()
        self.wanted: Span | None = Span(0, LARGEST_PAGE)
        self.place: int | None = None

    def take(self, span: Span, page: Page[Batch]) -> None:
        """Take the answer for the wanted page, and set what is wanted next."""
        ids = [getattr(batch, "id", None) for batch in page]
        self.wanted = None
        if self._batch_id in ids:
            self.place = span.offset + ids.index(self._batch_id) + 1
        elif self._goes_on(span, page.total, ids):
            overlap = len(ids) // 2
            self.wanted = Span(span.offset + len(ids) - overlap, LARGEST_PAGE)

    def _goes_on(self, span: Span, total: int | None, ids: list[object]) -> bool:
        """Whether there may be batches after a page."""
        is_new = not self._seen.issuperset(ids)
        self._seen.update(ids)
        if not ids:
            return False
        if total is None:
            # A service that ignores the offset would show the same page forever.
            return is_new
        return span.offset + len(ids) < total

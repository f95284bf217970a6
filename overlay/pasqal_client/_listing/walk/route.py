"""Where a walk goes: which page it wants, which ones probably after it, and how it finds the frontier again."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final

from attrs import define

from ..pages import LARGEST_PAGE, Span

if TYPE_CHECKING:
    from .known_ground import Piece

_MEMORY: Final = 16
"""By how many of the last pages the shift of the list is measured."""


class _Drift:
    """By how many places the list shifts between two pages, as the last pages showed it."""

    def __init__(self) -> None:
        self._shifts: deque[int] = deque(maxlen=_MEMORY)

    def note(self, shift: int) -> None:
        """The list moved that many places towards its start between two pages; away from it if negative."""
        # After a burst the walk finds its place again, for less than if all later pages overlapped by it.
        if shift <= LARGEST_PAGE:
            self._shifts.append(shift)

    def allowance(self, length: int, overlap: int) -> int:
        """By how much more a page of this length should overlap, beyond the overlap that it has."""
        shifts = sorted(self._shifts)
        if not overlap or len(shifts) < 2:
            return 0
        # The largest one may be an outlier.
        likely = shifts[-2]
        # Half of what would be new has to stay, or the walk gets nowhere.
        new = length - overlap
        allowance = min(likely, new // 2)
        return max(0, allowance)


@define
class _Search:
    """A search for the frontier by offset.

    Attributes:
        low: the frontier lies after this offset; None if no such offset is known.
        high: the frontier lies before this offset; None if no such offset is known.
        last_back: how far the last step back went; the next one goes twice as far.
        last_forward: how far the last step forward went.
        margin: how much earlier than necessary the next page starts.
    """

    low: int | None = None
    high: int | None = None
    last_back: int = 0
    last_forward: int = 0
    margin: int = 0


class Route:
    """The pages that a walk has requested, and what it requests next.

    Attributes:
        wanted (Span | None): the page to take next; None at the end.
        is_guessed (bool): whether that page was requested ahead, before what comes before it was
            known.
    """

    def __init__(self, size: int, part: int) -> None:
        self._size = size
        self._part = part
        self._ahead: list[Span] = []
        # Until items tie: the last item, and the one before it, which ranks below the frontier.
        self._overlap = 2
        self._drift = _Drift()
        self._search = _Search()
        # The offset at which what was taken ends, in the list as it is now.
        self._offset_now = 0
        # The same in the list as it was when the planned pages were requested. How far a page
        # overlaps it, against what the page shows again, is the drift.
        self._offset_when_planned = 0
        self.is_guessed = False
        first = self._span(0, size)
        self.wanted: Span | None = first

    # Pages ahead

    def plan(self, window: int, stop: int) -> list[Span]:
        """The pages to have under way: the wanted one, and those that will probably be wanted, up to an offset."""
        overlap = self._overlap
        overlap += self._drift.allowance(LARGEST_PAGE, overlap)
        limit = self._limit(overlap)
        ahead = self._ahead
        self._ahead = [span for span in ahead if span.offset < stop]
        while len(self._ahead) < window - 1:
            last = self.planned[-1]
            step = max(1, last.limit - overlap)
            offset = last.offset + step
            if offset >= stop - overlap:
                break
            span = self._span(offset, limit)
            self._ahead.append(span)
        return self.planned

    @property
    def planned(self) -> list[Span]:
        """The pages that are wanted, now or probably later."""
        if self.wanted is None:
            return []
        return [self.wanted, *self._ahead]

    @property
    def has_more_ahead(self) -> bool:
        """Whether another page was requested already."""
        return bool(self._ahead)

    def want_planned(self) -> None:
        """Want the next page that was requested already."""
        self.wanted = self._ahead.pop(0)
        self.is_guessed = True

    # What was taken

    def note_taken(self, piece: Piece[Any], fresh: int, *, fills_gap: bool) -> None:
        """The wanted piece was taken, and brought that many items."""
        if fresh or not self.is_guessed:
            self._offset_now = piece.end
        if not fresh:
            return
        self._search = _Search()
        if fills_gap:
            # It was requested much later than its neighbours, so where it starts says nothing about
            # their shift.
            self._offset_when_planned += fresh
        else:
            self._measure_drift(piece, fresh)

    def note_kept_taken(self, piece: Piece[Any], fresh: int) -> None:
        """A piece that was kept apart was taken."""
        # It shows the list as it was, so its own end is not where the walk is now.
        self._offset_now += fresh
        if fresh:
            self._search = _Search()
            self._measure_drift(piece, fresh)

    def _measure_drift(self, piece: Piece[Any], fresh: int) -> None:
        overlap = self._offset_when_planned - piece.offset
        seen_again = len(piece) - fresh
        self._drift.note(overlap - seen_again)
        self._offset_when_planned = piece.end

    # The search for the frontier

    def widen_margin(self) -> None:
        """Let the next page start a little earlier; further each time, until something new comes."""
        search = self._search
        doubled = search.margin * 2 or 1
        search.margin = min(doubled, LARGEST_PAGE)

    @property
    def margin_is_exhausted(self) -> bool:
        """Whether the next page cannot usefully start any earlier."""
        return self._search.margin > LARGEST_PAGE // 2

    def step_back(self, piece: Piece[Any]) -> None:
        """The frontier lies before the piece: go half way back to where nothing was new, or in growing steps."""
        search = self._search
        if not self.is_guessed:
            search.high = piece.offset
        low = search.low
        overlap = self._overlap
        if low is not None and low < piece.offset:
            middle = self._between(low, piece.offset)
            self._want(middle, overlap)
            return
        search.low = None
        search.last_back = self._grow(search.last_back)
        offset = piece.offset - search.last_back
        if self.is_guessed:
            # It was requested when the list began elsewhere.
            offset = min(offset, self._offset_now - overlap)
        self._want(offset, overlap)

    def want_next(self, length: int, overlap: int) -> None:
        """Want the page after a piece of a length, whose end is the frontier."""
        self._remember_overlap(overlap)
        overlap += self._drift.allowance(length, overlap)
        new = self._limit(overlap) - overlap
        # At least one place further on, or the walk would stand still.
        most = new - 1
        margin = min(self._search.margin, most)
        offset = self._offset_now - overlap - margin
        self._want(offset, overlap)

    def step_forward(self, overlap: int) -> None:
        """The frontier lies beyond what was taken: go half way to where it was passed, or in growing steps."""
        self._remember_overlap(overlap)
        search = self._search
        here = self._offset_now
        high = search.high
        search.low = here
        if high is not None and high > here:
            middle = self._between(here, high)
            self._want(middle, overlap)
            return
        search.high = None
        offset = here - overlap + search.last_forward
        self._want(offset, overlap)
        search.last_forward = self._grow(search.last_forward)

    def jump(self, offset: int, overlap: int = 0) -> None:
        """Want a page from an offset, and forget the search."""
        self._search = _Search()
        self._want(offset, overlap)
        ahead = self._ahead
        self._ahead = [span for span in ahead if span.offset > offset]

    def stop(self) -> None:
        """Want nothing more."""
        self.wanted = None

    def _remember_overlap(self, overlap: int) -> None:
        """Let the pages ahead overlap as much as any page so far; not at all where ranks tell nothing."""
        if overlap:
            self._overlap = max(self._overlap, overlap)
        else:
            self._overlap = 0

    def _between(self, low: int, high: int) -> int:
        """Where to look for the frontier, between two offsets: a page in the middle."""
        overlap = self._overlap
        length = self._limit(overlap)
        offset = (low + high - length) // 2
        least = low - overlap
        return max(least, offset)

    def _want(self, offset: int, overlap: int) -> None:
        """Want a page again; not one that was requested already, which shows the list as it was then."""
        offset = max(0, offset)
        limit = self._limit(overlap)
        while self._span(offset, limit) in self._ahead:
            if limit == LARGEST_PAGE:
                offset -= 1
            else:
                limit += 1
        self.is_guessed = False
        self.wanted = self._span(offset, limit)

    def _span(self, offset: int, limit: int) -> Span:
        return Span(offset, limit, self._part)

    def _limit(self, overlap: int) -> int:
        """How much to request so that a page brings as many new items as the first one, if that fits."""
        return min(LARGEST_PAGE, self._size + overlap)

    def _grow(self, step: int) -> int:
        """The step of a search after this one; the first is as long as a page brings new items."""
        if step:
            return step * 2
        overlap = self._overlap
        new = self._limit(overlap) - overlap
        return max(1, new)

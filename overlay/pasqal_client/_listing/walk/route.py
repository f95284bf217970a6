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
        low: an offset behind which the frontier lies; None if none is known.
        high: an offset before which the frontier lies; None if none is known.
        back: how far the last step back went; the next one goes twice as far.
        forth: how far the last step forth went.
        earlier: by how much the last page was asked for earlier than necessary.
    """

    low: int | None = None
    high: int | None = None
    back: int = 0
    forth: int = 0
    earlier: int = 0


class Route:
    """The pages that a walk has asked for, and where it asks next.

    Attributes:
        wanted (Span | None): the page to take next; None at the end.
        is_guessed (bool): whether that page was asked for ahead, before what comes before it was
            known.
    """

    def __init__(self, size: int, part: int) -> None:
        self._size = size
        self._part = part
        self._ahead: list[Span] = []
        self._overlap = 2
        self._drift = _Drift()
        self._search = _Search()
        # The offset behind what was taken, twice: as the list is now, and as it was when the pages
        # ahead were asked for.
        self._here = 0
        self._end = 0
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
            last = self.asked[-1]
            step = max(1, last.limit - overlap)
            offset = last.offset + step
            if offset >= stop - overlap:
                break
            span = self._span(offset, limit)
            self._ahead.append(span)
        return self.asked

    @property
    def asked(self) -> list[Span]:
        """The pages that are wanted, now or probably later."""
        if self.wanted is None:
            return []
        return [self.wanted, *self._ahead]

    @property
    def has_more_ahead(self) -> bool:
        """Whether another page was asked for already."""
        return bool(self._ahead)

    def go_ahead(self) -> None:
        """Go to the next page that was asked for already."""
        self.wanted = self._ahead.pop(0)
        self.is_guessed = True

    # What was taken

    def pass_piece(self, piece: Piece[Any], fresh: int, *, fills_gap: bool) -> None:
        """The wanted piece was taken, and brought that many items."""
        if fresh or not self.is_guessed:
            self._here = piece.end
        if not fresh:
            return
        self._search = _Search()
        if fills_gap:
            # It was asked for much later than its neighbours, so where it starts says nothing of
            # what they have shifted by.
            self._end += fresh
        else:
            self._measure_drift(piece, fresh)

    def pass_kept(self, piece: Piece[Any], fresh: int) -> None:
        """A piece that was kept apart was taken."""
        # It shows the list as it was, so its own end is not where the walk is now.
        self._here += fresh
        if fresh:
            self._search = _Search()
            self._measure_drift(piece, fresh)

    def _measure_drift(self, piece: Piece[Any], fresh: int) -> None:
        overlap = self._end - piece.offset
        seen_again = len(piece) - fresh
        self._drift.note(overlap - seen_again)
        self._end = piece.end

    # The search for the frontier

    def start_earlier(self) -> None:
        """Let the next page start a little earlier; further each time, until something new comes."""
        search = self._search
        doubled = search.earlier * 2 or 1
        search.earlier = min(doubled, LARGEST_PAGE)

    @property
    def was_tried_often(self) -> bool:
        """Whether the next page cannot usefully start any earlier."""
        return self._search.earlier > LARGEST_PAGE // 2

    def step_back(self, piece: Piece[Any]) -> None:
        """The frontier lies before the piece: go half way back to where nothing was new, or in growing steps."""
        search = self._search
        if not self.is_guessed:
            search.high = piece.offset
        low = search.low
        overlap = self._overlap
        if low is not None and low < piece.offset:
            middle = self._between(low, piece.offset)
            self._go(middle, overlap)
            return
        search.low = None
        search.back = self._grow(search.back)
        offset = piece.offset - search.back
        if self.is_guessed:
            # It was asked for when the list began elsewhere.
            offset = min(offset, self._here - overlap)
        self._go(offset, overlap)

    def go_on(self, length: int, overlap: int) -> None:
        """Go on behind a piece of a length, whose end is the frontier."""
        self._remember(overlap)
        overlap += self._drift.allowance(length, overlap)
        new = self._limit(overlap) - overlap
        # At least one place further on, or the walk would stand still.
        most = new - 1
        earlier = min(self._search.earlier, most)
        offset = self._here - overlap - earlier
        self._go(offset, overlap)

    def step_forth(self, overlap: int) -> None:
        """The frontier lies behind what was taken: go half way to where it was passed, or in growing steps."""
        self._remember(overlap)
        search = self._search
        here = self._here
        high = search.high
        search.low = here
        if high is not None and high > here:
            middle = self._between(here, high)
            self._go(middle, overlap)
            return
        search.high = None
        offset = here - overlap + search.forth
        self._go(offset, overlap)
        search.forth = self._grow(search.forth)

    def jump(self, offset: int, overlap: int = 0) -> None:
        """Go to an offset, and forget the search."""
        self._search = _Search()
        self._go(offset, overlap)
        ahead = self._ahead
        self._ahead = [span for span in ahead if span.offset > offset]

    def end(self) -> None:
        """Stop."""
        self.wanted = None

    def _remember(self, overlap: int) -> None:
        """Let the pages ahead overlap as much as any page so far; not at all where ranks tell nothing."""
        if overlap:
            self._overlap = max(self._overlap, overlap)
        else:
            self._overlap = 0

    def _between(self, low: int, high: int) -> int:
        """Where to look for the frontier, between two offsets."""
        overlap = self._overlap
        length = self._limit(overlap)
        offset = (low + high - length) // 2
        return max(low - overlap, offset)

    def _go(self, offset: int, overlap: int) -> None:
        """Ask for a page; not for one that was asked for already, which would show how things were then."""
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
        """How much to ask for so that a page brings as many new items as the first one, if that fits."""
        return min(LARGEST_PAGE, self._size + overlap)

    def _grow(self, step: int) -> int:
        """The step of a search after this one; the first is as long as a page brings new items."""
        if step:
            return step * 2
        overlap = self._overlap
        new = self._limit(overlap) - overlap
        return max(1, new)

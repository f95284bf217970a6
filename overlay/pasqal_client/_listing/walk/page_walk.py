"""The walk through all pages of a list, as a function of data.

A list that is read by offset moves while it is read: items arrive, go, or stop matching, and every
offset behind them shifts. A walk that adds up pages then reads items twice or never. This one
proves that it missed nothing.

Each item has a *rank*: its sort value, as a number that grows along the walk. *Known ground* is
what lies strictly below the *frontier*, the largest rank that was taken: every item there that
matched throughout has been yielded. A page is a piece of the list without gaps, so if its first
item ranks strictly below the frontier, or the page starts at offset 0, the page is *anchored* in
known ground: nothing can hide between the two. It is taken, and moves the frontier to its last
rank. A page that is not anchored proves nothing yet: it is kept apart, and the walk steps back to
fill the gap, further each time; offset 0 is always anchored. Once the frontier has come into the
page that was kept, it is anchored too.

So that the next page will be anchored, it overlaps by the items that tie with the last one, plus
one, plus what the list has shifted by between two pages lately.

When a page was served does not matter for this, which is why pages may be fetched ahead, answered
in any order, and kept. And because a rank does not change, what lies below the frontier need not be
remembered: it is known or came later.

`ground` has what is known, `route` where to look next, `list_end` where the list ends, `patience`
when to give up; `Walk` joins them. A walk says which pages it wants and is given the answers; who
fetches them, and how, is not its business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar

from ..pages import LARGEST_PAGE
from .known_ground import Ground, Piece
from .list_end import ListEnd
from .patience import DISJOINT, Patience
from .route import Route

if TYPE_CHECKING:
    from ..pages import Page, Span
    from .order import Order

T = TypeVar("T")

_CAPPED: Final = "pages are shorter than asked for, and no total says where the list ends"


class Walk(Generic[T]):
    """All items of one list, each once.

    Attributes:
        part (int): which of several lists it is.
        total (int | None): how many items match, as the service last said.
        doubts (list[str]): why items may have been missed; empty if that is ruled out.
    """

    def __init__(
        self,
        order: Order[T],
        page_size: int = LARGEST_PAGE,
        max_items: int | None = None,
        part: int = 0,
    ) -> None:
        if max_items is not None:
            page_size = min(page_size, max_items)
            page_size = max(1, page_size)
        many = order.kind.many
        self._too_many_ties = f"more {many} than fit a page have the same {order.by}"
        self._many = many
        self._size = page_size
        self._left = max_items
        self._ground = Ground(order, self._doubt)
        self._route = Route(page_size, part)
        self._end: ListEnd[T] = ListEnd()
        self._patience = Patience()
        # Where the walk looked back last, to see whether the list ends.
        self._look: Span | None = None
        # Whether the wanted page is taken as it comes, because the proof was given up.
        self._has_given_up = False
        # What the page at hand brought.
        self._found: list[T] = []
        self.part = part
        self.total: int | None = None
        self.doubts: list[str] = []
        if max_items == 0:
            self._route.end()

    @property
    def wanted(self) -> Span | None:
        """The page to take next; None at the end."""
        return self._route.wanted

    def wants(self, span: Span) -> bool:
        """Whether a page that was planned may still be taken."""
        return span in self._route.asked

    def plan(self, window: int) -> list[Span]:
        """The pages to have under way: the wanted one, and those that will probably be wanted after it.

        There are no more than `window`, unless more were planned before.
        """
        if self.wanted is None or not self._is_under_way():
            return self._route.asked
        # Without a total nothing says that there is more, so nothing is asked for ahead.
        stop = self.total or 0
        if self._left is not None:
            needed = self._left + self._ground.overlap
            last = self.wanted.offset + needed
            stop = min(stop, last)
        return self._route.plan(window, stop)

    def _is_under_way(self) -> bool:
        """Whether it can be foreseen which pages will be wanted."""
        if self._end.is_at_first_page or self._has_given_up:
            return False
        return self._patience.is_ample

    def take(self, span: Span, page: Page[T]) -> list[T]:
        """Take the answer for the wanted page; returns the items to yield, and sets what is wanted next."""
        ground = self._ground
        self._hear_total(page.total)
        self._found = []
        piece = ground.examine(span, page)
        if self._has_given_up or ground.anchors(piece):
            self._join(piece)
        elif self._shows_tail(piece):
            self._judge_tail(piece)
        else:
            self._keep_apart(piece)
        if self._found and self._end.saw_open:
            self._doubt(_CAPPED)
        self._end.note(piece, len(self._found))
        return self._up_to_max()

    def _hear_total(self, total: int | None) -> None:
        before = self.total
        self.total = total
        if before is None or total is None:
            return
        if before != total:
            self._patience.extend()

    def _up_to_max(self) -> list[T]:
        """What was found, but no more than is wanted in all."""
        if self._left is None:
            return self._found
        kept = self._found[: self._left]
        self._left -= len(kept)
        if not self._left:
            self._route.end()
        return kept

    def _doubt(self, why: str) -> None:
        if why not in self.doubts:
            self.doubts.append(why)

    # Pages that join up, and pages that do not

    def _join(self, piece: Piece[T]) -> None:
        """Take the piece, and those kept apart that it joins up with known ground."""
        ground = self._ground
        fresh = ground.take(piece)
        self._route.pass_piece(piece, len(fresh), fills_gap=ground.has_gap)
        self._found += fresh
        last = piece
        while (kept := ground.pop_anchored()) is not None:
            if self._take_kept(kept):
                last = kept
        is_fresh = bool(self._found)
        patience = self._patience
        if is_fresh:
            patience.renew()
        else:
            patience.idle()
            # A guessed page brings nothing whenever one before it brought more than expected.
            if not self._route.is_guessed:
                patience.spend()
        self._go_on(last, is_fresh=is_fresh)

    def _take_kept(self, piece: Piece[T]) -> bool:
        """Take a piece that was kept apart; returns whether it brought something."""
        fresh = self._ground.take(piece)
        self._route.pass_kept(piece, len(fresh))
        self._found += fresh
        return bool(fresh)

    def _keep_apart(self, piece: Piece[T]) -> None:
        """Keep the piece until it joins up, and step back."""
        self._patience.spend_on_gap()
        self._ground.keep(piece)
        if self._patience.is_over:
            self._give_up(piece, DISJOINT)
        elif piece.is_hole:
            self._retry_hole(piece)
        else:
            self._route.step_back(piece)

    def _retry_hole(self, piece: Piece[T]) -> None:
        """Ask again for what came empty, from a little earlier."""
        route = self._route
        route.start_earlier()
        if route.was_tried_often:
            self._give_up(piece, DISJOINT)
        else:
            overlap = self._ground.overlap
            route.go_on(len(piece), overlap)

    # Where the walk goes next

    def _go_on(self, piece: Piece[T], *, is_fresh: bool) -> None:
        """Decide what is wanted behind a piece that was taken."""
        if self._has_given_up:
            self._go_on_without_proof(piece, is_fresh=is_fresh)
        elif self._end.is_end(piece, is_fresh=is_fresh):
            self._finish(piece)
        elif is_fresh:
            self._proceed(piece, is_fresh=True)
        else:
            self._look_behind(piece)

    def _look_behind(self, piece: Piece[T]) -> None:
        """Go on behind a piece that brought nothing; not too often behind the frontier itself."""
        route = self._route
        patience = self._patience
        is_stuck = patience.is_over
        if self._ground.ends_with(piece) and not route.is_guessed:
            route.start_earlier()
            # In a list that moves, what is new may just have come in front of the page.
            if route.was_tried_often and not patience.is_extended:
                is_stuck = True
        if is_stuck:
            self._give_up(piece, patience.why)
        else:
            self._proceed(piece, is_fresh=False)

    def _proceed(self, piece: Piece[T], *, is_fresh: bool) -> None:
        """Ask for what comes behind the piece."""
        self._has_given_up = False
        ground = self._ground
        route = self._route
        overlap = ground.overlap
        if piece.is_open and not is_fresh:
            self._end.compare(piece)
            if self._end.has_echo:
                route.jump(0)
                return
        if piece.is_open and piece.end <= overlap:
            self._look_back(piece)
        elif overlap >= LARGEST_PAGE:
            self._doubt(self._too_many_ties)
            self._take_next_as_it_comes(piece)
        elif route.has_more_ahead and not ground.has_gap:
            route.go_ahead()
        elif ground.ends_with(piece):
            route.go_on(len(piece), overlap)
        else:
            route.step_forth(overlap)

    # The end of the list

    def _look_back(self, piece: Piece[T]) -> None:
        """All items so far have one rank, so no page can be anchored: see whether there is more than their own tail."""
        if self._ground.has_gap:
            # There is more: it was seen.
            self._give_up(piece, self._too_many_ties)
            return
        last = max(1, piece.end - 1)
        overlap = self._ground.overlap
        self._route.jump(last, overlap)
        self._look = self.wanted

    def _shows_tail(self, piece: Piece[T]) -> bool:
        """Whether a look back has shown nothing but what is known."""
        if piece.span != self._look or not piece.is_short:
            return False
        return not self._ground.fresh(piece)

    def _judge_tail(self, piece: Piece[T]) -> None:
        """Decide whether the tail that a look back has shown is the end of the list."""
        end = self._end
        end.compare(piece)
        if end.has_echo:
            self._route.jump(0)
        elif not end.reaches_beyond(piece):
            self._route.end()
        else:
            # More than the tail of the page before, if nothing new: items came in front of it
            # meanwhile, and what was last may lie behind.
            self._patience.spend()
            if self._patience.is_over:
                self._give_up(piece, DISJOINT)
            else:
                self._look_back(piece)

    def _finish(self, piece: Piece[T]) -> None:
        """The list ends with the piece."""
        total = piece.page.total
        shown = piece.end
        if total not in (None, shown):
            self._doubt(f"the service reports {total} matching {self._many}, but shows {shown}")
        if self._end.holds_list(piece):
            # With the whole list in one answer, its order does not matter, nor what ranks tell.
            self.doubts.clear()
        self._route.end()

    # Giving up

    def _give_up(self, piece: Piece[T], why: str) -> None:
        """Take what does not join up as it is; if it brings nothing either, take the next page as it comes."""
        self._doubt(why)
        self._patience.shorten()
        last = None
        for kept in self._ground.pop_kept():
            if self._take_kept(kept):
                last = kept
        if last is None:
            self._take_next_as_it_comes(piece)
        else:
            self._patience.restart()
            self._go_on(last, is_fresh=True)

    def _take_next_as_it_comes(self, piece: Piece[T]) -> None:
        self._has_given_up = True
        self._patience.restart()
        self._route.jump(piece.end)

    def _go_on_without_proof(self, piece: Piece[T], *, is_fresh: bool) -> None:
        """Go on behind a piece that was taken as it came."""
        behind = piece.end + self._size
        total = piece.page.total or 0
        if is_fresh:
            self._proceed(piece, is_fresh=True)
        elif piece.is_hole and behind < total:
            # Nothing came where something should; what lies behind it is better than nothing.
            self._route.jump(behind)
        else:
            self._route.end()

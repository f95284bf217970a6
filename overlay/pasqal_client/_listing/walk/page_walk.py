"""The walk through all pages of a list, as a function of data.

A list that is read by offset moves while it is read: items arrive, go, or stop matching, and every
offset after them shifts. A walk that adds up pages then reads items twice or never. This one
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

`known_ground` has what is known, `route` where to look next, `list_end` where the list ends,
`patience` when to give up; `Walk` joins them. A walk says which pages it wants and is given the
answers; who fetches them, and how, is not its business.
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

_Obstacle = str
"""Why a walk cannot go on proving that it misses nothing. What may meet one returns it, and None if all is well;
`Walk._judge` then gives up the proof, with the obstacle as the doubt."""

_CAPPED: Final = "pages are shorter than asked for, and no total says where the list ends"


class Walk(Generic[T]):
    """All items of one list, each once.

    Attributes:
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
        self._list_end: ListEnd[T] = ListEnd()
        self._patience = Patience()
        # Whether the wanted page is taken as it comes: what came before gave no way to prove it.
        self._takes_next_unproven = False
        self.total: int | None = None
        self.doubts: list[str] = []
        if max_items == 0:
            self._route.stop()

    @property
    def wanted(self) -> Span | None:
        """The page to take next; None at the end."""
        return self._route.wanted

    def wants(self, span: Span) -> bool:
        """Whether a page that was planned may still be taken."""
        return span in self._route.planned

    def plan(self, window: int) -> list[Span]:
        """The pages to have under way: the wanted one, and those that will probably be wanted after it.

        At most `window` of them, unless more were planned before.
        """
        if self.wanted is None or not self._is_under_way():
            return self._route.planned
        # Without a total nothing says that there is more, so nothing is requested ahead.
        stop = self.total or 0
        if self._left is not None:
            needed = self._left + self._ground.overlap
            last = self.wanted.offset + needed
            stop = min(stop, last)
        return self._route.plan(window, stop)

    def _is_under_way(self) -> bool:
        """Whether it can be foreseen which pages will be wanted."""
        if self._list_end.is_at_first_page or self._takes_next_unproven:
            return False
        return self._patience.is_ample

    def take(self, span: Span, page: Page[T]) -> list[T]:
        """Take the answer for the wanted page; returns the items to yield, and sets what is wanted next."""
        self._note_total(page.total)
        piece = self._ground.examine(span, page)
        fresh = self._judge(piece)
        if fresh and self._list_end.saw_open:
            self._doubt(_CAPPED)
        self._list_end.note(piece, len(fresh))
        return self._up_to_max(fresh)

    def _note_total(self, total: int | None) -> None:
        before = self.total
        self.total = total
        if before is None or total is None:
            return
        if before != total:
            self._patience.note_movement()

    def _judge(self, piece: Piece[T]) -> list[T]:
        """Take the piece if it joins up, keep it apart if not, and go on; returns the items that are new."""
        fresh: list[T] = []
        last = piece
        if self._takes_next_unproven:
            self._takes_next_unproven = False
            fresh, last = self._join(piece)
            obstacle = self._go_on_unproven(last, is_fresh=bool(fresh))
        elif self._ground.anchors(piece):
            fresh, last = self._join(piece)
            obstacle = self._go_on(last, is_fresh=bool(fresh))
        elif self._shows_tail(piece):
            obstacle = self._judge_tail(piece)
        else:
            obstacle = self._keep_apart(piece)
        if obstacle is not None:
            fresh += self._give_up(last, obstacle)
        return fresh

    def _up_to_max(self, items: list[T]) -> list[T]:
        """The items, but no more than are wanted in all; stops the walk once that is reached."""
        left = self._left
        if left is None:
            return items
        kept = items[:left]
        left -= len(kept)
        self._left = left
        if not left:
            self._route.stop()
        return kept

    def _doubt(self, why: str) -> None:
        if why not in self.doubts:
            self.doubts.append(why)

    # Pages that join up, and pages that do not

    def _join(self, piece: Piece[T]) -> tuple[list[T], Piece[T]]:
        """Take the piece, and those kept apart that it joins up with known ground.

        Returns:
            The items that are new, and the piece after which the walk goes on.
        """
        ground = self._ground
        route = self._route
        fresh = ground.take(piece)
        has_gap = ground.has_gap
        route.note_taken(piece, len(fresh), fills_gap=has_gap)
        last = piece
        while (kept := ground.pop_anchored()) is not None:
            found = self._take_kept(kept)
            fresh += found
            if found:
                last = kept
        if fresh:
            self._patience.note_new()
        else:
            self._patience.note_nothing_new(was_guessed=route.is_guessed)
        return fresh, last

    def _take_kept(self, piece: Piece[T]) -> list[T]:
        """Take a piece that was kept apart; returns the items that are new."""
        fresh = self._ground.take(piece)
        self._route.note_kept_taken(piece, len(fresh))
        return fresh

    def _keep_apart(self, piece: Piece[T]) -> _Obstacle | None:
        """Keep the piece until it joins up, and step back; returns an obstacle to that."""
        self._patience.note_gap()
        self._ground.keep(piece)
        if self._patience.is_over:
            return DISJOINT
        if piece.is_hole:
            return self._retry_hole(piece)
        self._route.step_back(piece)
        return None

    def _retry_hole(self, piece: Piece[T]) -> _Obstacle | None:
        """Request again what came empty, from a little earlier; returns an obstacle to that."""
        route = self._route
        route.widen_margin()
        if route.margin_is_exhausted:
            return DISJOINT
        overlap = self._ground.overlap
        route.want_next(len(piece), overlap)
        return None

    # Where the walk goes next: each of these wants a page, stops the walk, or returns an obstacle

    def _go_on(self, piece: Piece[T], *, is_fresh: bool) -> _Obstacle | None:
        """Decide what is wanted after a piece that was taken."""
        if self._list_end.is_end(piece, is_fresh=is_fresh):
            self._finish(piece)
            return None
        if is_fresh:
            return self._proceed(piece, is_fresh=True)
        return self._look_further(piece)

    def _look_further(self, piece: Piece[T]) -> _Obstacle | None:
        """Go on after a piece that brought nothing; not too often after the frontier itself."""
        route = self._route
        patience = self._patience
        is_stuck = patience.is_over
        if self._ground.ends_with(piece) and not route.is_guessed:
            route.widen_margin()
            # In a list that moves, what is new may just have come in front of the page.
            if route.margin_is_exhausted and not patience.is_extended:
                is_stuck = True
        if is_stuck:
            return patience.why
        return self._proceed(piece, is_fresh=False)

    def _proceed(self, piece: Piece[T], *, is_fresh: bool) -> _Obstacle | None:
        """Want what comes after the piece."""
        ground = self._ground
        route = self._route
        overlap = ground.overlap
        may_be_echo = piece.is_open and not is_fresh
        if may_be_echo and self._list_end.note_echo(piece):
            route.jump(0)
            return None
        if piece.is_open and piece.end <= overlap:
            return self._probe_tail(piece)
        if overlap >= LARGEST_PAGE:
            self._doubt(self._too_many_ties)
            self._patience.restart()
            self._take_next_as_it_comes(piece)
        elif route.has_more_ahead and not ground.has_gap:
            route.want_planned()
        elif ground.ends_with(piece):
            route.want_next(len(piece), overlap)
        else:
            route.step_forward(overlap)
        return None

    def _probe_tail(self, piece: Piece[T]) -> _Obstacle | None:
        """All items so far have one rank, so no page can be anchored: see whether there is more than their own tail."""
        if self._ground.has_gap:
            # There is more: it was seen.
            return self._too_many_ties
        last = max(1, piece.end - 1)
        overlap = self._ground.overlap
        self._route.jump(last, overlap)
        self._list_end.note_tail_probe(self.wanted)
        return None

    def _shows_tail(self, piece: Piece[T]) -> bool:
        """Whether a tail probe has shown nothing but what is known."""
        if not self._list_end.answers_probe(piece):
            return False
        return not self._ground.fresh(piece)

    def _judge_tail(self, piece: Piece[T]) -> _Obstacle | None:
        """Stop if a tail probe has proven the end of the list; look again if not."""
        if self._list_end.note_echo(piece):
            self._route.jump(0)
            return None
        if self._list_end.is_tail(piece):
            self._route.stop()
            return None
        # More than the tail of the page before, if nothing new: items came in front of it meanwhile,
        # and what was last may have moved on.
        self._patience.note_nothing_new(was_guessed=False)
        if self._patience.is_over:
            return DISJOINT
        return self._probe_tail(piece)

    def _finish(self, piece: Piece[T]) -> None:
        """Stop: the list ends with the piece."""
        total = piece.page.total
        shown = piece.end
        if total not in (None, shown):
            self._doubt(f"the service reports {total} matching {self._many}, but shows {shown}")
        if self._list_end.holds_list(piece):
            # With the whole list in one answer, its order does not matter, nor what ranks tell.
            self.doubts.clear()
        self._route.stop()

    # Giving up

    def _give_up(self, piece: Piece[T], obstacle: _Obstacle) -> list[T]:
        """Give up the proof: take what was kept apart as it is; if it brings nothing, the next page as it comes.

        Returns:
            The items that are new.
        """
        self._doubt(obstacle)
        self._patience.restart(in_doubt=True)
        fresh: list[T] = []
        last = None
        for kept in self._ground.pop_kept():
            found = self._take_kept(kept)
            fresh += found
            if found:
                last = kept
        if last is None:
            self._take_next_as_it_comes(piece)
        else:
            # An item was new and nothing is kept apart, so this meets no second obstacle.
            self._go_on(last, is_fresh=True)
        return fresh

    def _take_next_as_it_comes(self, piece: Piece[T]) -> None:
        """Take the page after the piece without proof that nothing lies between the two."""
        self._takes_next_unproven = True
        self._route.jump(piece.end)

    def _go_on_unproven(self, piece: Piece[T], *, is_fresh: bool) -> _Obstacle | None:
        """Decide what is wanted after a piece that was taken as it came."""
        after = piece.end + self._size
        total = piece.page.total or 0
        if is_fresh:
            return self._proceed(piece, is_fresh=True)
        if piece.is_hole and after < total:
            # Nothing came where something should; what lies after it is better than nothing.
            self._takes_next_unproven = True
            self._route.jump(after)
        else:
            self._route.stop()
        return None

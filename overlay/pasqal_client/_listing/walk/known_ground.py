"""What is known of a list while it is read, and what is kept apart until it joins up with that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..pages import Page, Span
    from .order import Order

T = TypeVar("T")

_Keys = set[object]


@frozen
class Piece(Generic[T]):
    """A page as a piece of the list: where it was, and how its items rank.

    Attributes:
        span: what was requested.
        page: what was answered.
        keys: what the items are recognised by.
        ranks: the ranks of the items.
    """

    span: Span
    page: Page[T]
    keys: list[object]
    ranks: list[int]

    def __len__(self) -> int:
        return len(self.page)

    @property
    def offset(self) -> int:
        """How many items come before it."""
        return self.span.offset

    @property
    def end(self) -> int:
        """The offset after its last item."""
        return self.offset + len(self)

    @property
    def is_short(self) -> bool:
        """Whether it has fewer items than were requested."""
        return len(self) < self.span.limit

    @property
    def is_open(self) -> bool:
        """Whether it may be the end of the list, but nothing says so."""
        return self.is_short and self.page.total is None

    @property
    def is_hole(self) -> bool:
        """Whether it is empty, though there may be items after it."""
        total = self.page.total
        if self.page.items:
            return False
        return total is None or total > self.offset

    @property
    def has_repeats(self) -> bool:
        """Whether it shows an item more than once."""
        different = set(self.keys)
        return len(different) < len(self.keys)

    @property
    def is_sorted(self) -> bool:
        """Whether its items come in the order of their ranks."""
        return self.ranks == sorted(self.ranks)


class Ground(Generic[T]):
    """Known ground: the items below the frontier, and those at it that were yielded.

    Pieces that lie beyond a gap are kept here until they join up.

    Attributes:
        frontier (int | None): the largest rank that was taken; None at first.
    """

    def __init__(
        self,
        order: Order[T],
        doubt: Callable[[str], None],
    ) -> None:
        self._order = order
        self._doubt = doubt
        self._ties: _Keys = set()
        # All that was yielded, once the walk goes by keys; None as long as it goes by ranks.
        self._yielded: _Keys | None = None
        if not order.is_stable:
            self._go_by_keys()
        # In the order of their ranks.
        self._kept: list[Piece[T]] = []
        self.frontier: int | None = None

    @property
    def is_ranked(self) -> bool:
        """Whether this walk still goes by ranks; keys tell what was yielded before if not.

        `Order.is_stable` is what the sort key promises before anything is read. A walk under a
        stable order goes by keys all the same if its first page turns out not to be sorted.
        """
        return self._yielded is None

    def _go_by_keys(self) -> None:
        """Tell by keys from now on what was yielded before; memory grows with the list then."""
        self._yielded = set()

    @property
    def overlap(self) -> int:
        """How many items the next page has to show again, so that its first one ranks below the frontier."""
        if not self.is_ranked:
            return 0
        return 1 + len(self._ties)

    def examine(self, span: Span, page: Page[T]) -> Piece[T]:
        """Make a piece of a page, and record a doubt for anything odd.

        If the first page is not sorted, the walk goes by keys from then on.
        """
        order = self._order
        kind = order.kind
        keys = list(map(kind.identity, page.items))
        ranks = self._ranks(page.items)
        piece = Piece(span, page, keys, ranks)
        if piece.has_repeats:
            # Counting would take it for two items, and not notice that another one is missing.
            self._doubt(f"a page showed {kind.one} twice")
        if not piece.is_sorted:
            sorting = f"{order.by} {order.direction}"
            self._doubt(f"a page was not sorted by {sorting}")
            if self.frontier is None:
                # Nothing was taken yet, so it is not too late to change over.
                self._go_by_keys()
        if piece.offset and not self.is_ranked:
            many = kind.many
            self._doubt(
                f"the list is sorted by {order.by}, and {many} may change places while it is read"
            )
        return piece

    def _ranks(self, items: Iterable[T]) -> list[int]:
        """The ranks of the items; one that does not show its rank is treated as tied with the one before it."""
        last = self.frontier or 0
        if not self._order.is_stable:
            return [last for _ in items]
        ranks = []
        for rank in self._order.ranks(items):
            if rank is None:
                self._doubt_rank()
            else:
                last = rank
            ranks.append(last)
        return ranks

    def _doubt_rank(self) -> None:
        one = self._order.kind.one
        by = self._order.by
        self._doubt(f"{one} came without a usable {by}, by which the list is sorted")

    def anchors(self, piece: Piece[T]) -> bool:
        """Whether nothing can hide between known ground and the piece."""
        frontier = self.frontier
        if piece.offset == 0 or not self.is_ranked:
            return True
        if not piece.ranks or frontier is None:
            return False
        # Not at the frontier: items that tie with it may stand before the piece, unseen.
        return piece.ranks[0] < frontier

    def ends_with(self, piece: Piece[T]) -> bool:
        """Whether the frontier is the end of the piece, so that nothing lies between the two."""
        if not piece.ranks:
            return True
        return piece.ranks[-1] == self.frontier

    @property
    def has_gap(self) -> bool:
        """Whether pieces are kept, so that the walk steps back to what lies before them."""
        return bool(self._kept)

    def keep(self, piece: Piece[T]) -> None:
        """Keep a piece that is not anchored; an empty one can never be anchored, so it is dropped."""
        if piece.ranks:
            self._kept.append(piece)
            self._kept.sort(key=_first_rank)

    def pop_anchored(self) -> Piece[T] | None:
        """The next kept piece, if it is anchored by now."""
        if not self._kept:
            return None
        first = self._kept[0]
        if not self.anchors(first):
            return None
        del self._kept[0]
        return first

    def pop_kept(self) -> list[Piece[T]]:
        """All kept pieces, anchored or not."""
        kept = self._kept
        self._kept = []
        return kept

    def fresh(self, piece: Piece[T]) -> list[T]:
        """The items of the piece that were not yielded before, each once."""
        known = self._ties
        least = float("-inf")
        if self._yielded is not None:
            known = self._yielded
        elif self.frontier is not None:
            least = self.frontier
        shown = piece.page.items
        items = zip(piece.keys, piece.ranks, shown, strict=True)
        fresh: dict[object, T] = {}
        for key, rank, item in items:
            if rank < least or key in known:
                continue
            fresh[key] = item
        return list(fresh.values())

    def take(self, piece: Piece[T]) -> list[T]:
        """Make the piece known; returns the items that were not yielded before."""
        fresh = self.fresh(piece)
        if self._yielded is not None:
            self._yielded.update(piece.keys)
        if piece.ranks:
            self._advance(piece)
        return fresh

    def _advance(self, piece: Piece[T]) -> None:
        """Move the frontier to the largest rank of the piece, if that is further on."""
        last = max(piece.ranks)
        frontier = self.frontier
        if frontier is not None and last < frontier:
            return
        if last != frontier:
            self._ties = set()
            self.frontier = last
        pairs = zip(piece.keys, piece.ranks, strict=True)
        self._ties.update(key for key, rank in pairs if rank == last)


def _first_rank(piece: Piece[Any]) -> int:
    return piece.ranks[0]

"""Where a list ends, judged by the pages that it showed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from ..pages import Span
    from .known_ground import Piece

T = TypeVar("T")


class ListEnd(Generic[T]):
    """What the pages so far say about where the list ends.

    A page that is shorter than requested is the end if the total agrees. Without a total it is not
    enough: the service may cap its pages. Then the list ends where a request from inside a short
    page, a *tail probe*, shows only the tail of that page, or where a page is the same from every
    offset and holds all that was seen.

    Attributes:
        saw_open (bool): whether a page was shorter than requested, and no total said that more
            comes. If something new comes all the same, the service caps its pages.
    """

    def __init__(self) -> None:
        self._previous: Piece[T] | None = None
        self._first_keys: set[object] = set()
        self._longest = 0
        self._yielded = 0
        self._echo: set[object] | None = None
        self._tail_probe: Span | None = None
        self.saw_open = False

    def note(self, piece: Piece[T], yielded: int) -> None:
        """A piece was judged, and brought that many items to yield."""
        if self.is_at_first_page:
            self._first_keys = set(piece.keys)
        self._previous = piece
        length = len(piece)
        self._longest = max(self._longest, length)
        self._yielded += yielded
        if length and piece.is_open:
            self.saw_open = True

    @property
    def is_at_first_page(self) -> bool:
        """Whether no page was noted yet."""
        return self._previous is None

    def is_end(self, piece: Piece[T], *, is_fresh: bool) -> bool:
        """Whether the list ends with the piece.

        Args:
            piece: the piece.
            is_fresh: whether it brought something new.
        """
        if not piece.is_short:
            return False
        if piece.page.total == piece.end:
            return True
        if is_fresh:
            return False
        length = len(piece)
        if not length:
            return self._is_empty_end(piece)
        # The service may cap its pages at the length of the longest one.
        if length >= self._longest:
            return self._is_all_there_is(piece)
        return True

    def _is_empty_end(self, piece: Piece[T]) -> bool:
        """Whether an empty piece is the end; not at offset 0, if items were seen there before."""
        if not piece.is_open:
            return True
        return piece.offset > 0 or not self._longest

    def _is_all_there_is(self, piece: Piece[T]) -> bool:
        """Whether the service shows this page from everywhere, and nothing else was ever seen."""
        if piece.offset or not piece.is_open:
            return False
        keys = set(piece.keys)
        # Not only as many items: in a list that moves, one may have gone and another one come.
        if keys != self._echo or keys != self._first_keys:
            return False
        return len(piece) == self._yielded

    def holds_list(self, piece: Piece[T]) -> bool:
        """Whether the piece is the whole list in one answer."""
        if not self.is_at_first_page or piece.has_repeats:
            return False
        return piece.page.total == piece.end

    # The same page, or its tail

    def note_echo(self, piece: Piece[T]) -> bool:
        """See whether the page is the one before, though the offset is another: the service may ignore it.

        Returns:
            Whether it is; what offset 0 shows then settles it.
        """
        self._echo = None
        previous = self._previous
        if previous is None or not piece.offset:
            return False
        keys = set(piece.keys)
        if keys != set(previous.keys):
            return False
        self._echo = keys
        return True

    def note_tail_probe(self, span: Span | None) -> None:
        """The walk requests what shows only a known tail if the list ends here."""
        self._tail_probe = span

    def answers_probe(self, piece: Piece[T]) -> bool:
        """Whether the piece came from the last tail probe, and may be the end of the list."""
        return piece.span == self._tail_probe and piece.is_short

    def is_tail(self, piece: Piece[T]) -> bool:
        """Whether the piece ends no further on than the one before: it is only the tail of that."""
        previous = self._previous
        return previous is not None and piece.end <= previous.end

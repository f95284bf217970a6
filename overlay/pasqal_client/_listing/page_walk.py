"""The walk through all pages of a list, as a function of data.

A list that is read by offset moves while it is read: jobs arrive, go, or stop matching, and every
offset behind them shifts. A walk that adds up pages then reads jobs twice or never. This one proves
that it missed nothing.

Each job has a *rank*: its sort value, as a number that grows along the walk. *Known ground* is what
lies strictly below the *frontier*, the largest rank that was taken: every job there that matched
throughout has been yielded. A page is a piece of the list without gaps, so if its first job ranks
strictly below the frontier, or the page starts at offset 0, the page is *anchored* in known ground:
nothing can hide between the two. It is taken, and moves the frontier to its last rank. A page that
is not anchored proves nothing yet: it is kept, and the walk steps back to fill the gap, further
each time; offset 0 is always anchored. Once the frontier has come into the page that was kept, it
is anchored too.

So that the next page will be anchored, it overlaps by the jobs that tie with the last one, plus
one, plus what the list has shifted by between two pages lately.

When a page was served does not matter for this, which is why pages may be fetched ahead, answered
in any order, and kept. And because a rank does not change, what lies below the frontier need not be
remembered: it is known or came later.

`Ground` is what is known, `Route` where to look next, and `Walk` the two together. A walk says
which pages it wants and is given the answers; who fetches them, and how, is not its business.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from .pages import LARGEST_PAGE, Order, Page, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pasqal_core_api.models import Job

PATIENCE: Final = 18
"""After so many pages in a row that bring nothing new, the walk stops looking for the frontier."""
PATIENCE_IN_MOTION: Final = 60
"""The same for a list whose total changes: what it brings may lie further on each time."""
IN_DOUBT: Final = 3
"""The patience of a walk that had to give up before: it proves nothing any more."""
_TORN: Final = "the pages do not join up"
_CUT: Final = "pages are shorter than asked for, and no total says where the list ends"
_SAME: Final = "pages bring nothing new: the service may ignore the offset"
MEMORY: Final = 16
"""From this many pages the walk tells by how much the list shifts between two of them."""


@frozen
class Piece:
    """A page as a piece of the list: where it was, and how its jobs rank.

    Attributes:
        span: what was asked for.
        page: what was answered.
        ranks: the ranks of the jobs.
    """

    span: Span
    page: Page
    ranks: list[int]

    def __len__(self) -> int:
        return len(self.page)

    @property
    def offset(self) -> int:
        """How many jobs came before it."""
        return self.span.offset

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.span.offset + len(self.page)

    @property
    def is_short(self) -> bool:
        """Whether it has fewer jobs than were asked for."""
        return len(self.page) < self.span.limit

    @property
    def is_open(self) -> bool:
        """Whether it may be the end of the list, but nothing says so."""
        return self.is_short and self.page.total is None

    @property
    def is_hole(self) -> bool:
        """Whether it is empty, though there may be jobs behind it."""
        return not self.page.items and (self.page.total is None or self.page.total > self.offset)

    def keys(self) -> set[Any]:
        """What its jobs are recognised by."""
        return {_key(job) for job in self.page}


class Ground:
    """What is known of a list: the jobs below the frontier, and those at it that were yielded.

    Attributes:
        frontier (int | None): the largest rank that was taken; None at first.
    """

    def __init__(self, order: Order, doubt: Callable[[str], None]) -> None:
        self._order = order
        self._doubt = doubt
        self._ties: set[Any] = set()
        # Where ranks do not tell what was yielded before, ids have to.
        self._yielded: set[Any] | None = None if order.is_stable else set()
        self.frontier: int | None = None

    @property
    def is_ranked(self) -> bool:
        """Whether ranks tell what was yielded before."""
        return self._yielded is None

    @property
    def overlap(self) -> int:
        """How many jobs the next page has to show again, so that its first one ranks below the frontier."""
        return 1 + len(self._ties) if self.is_ranked else 0

    def piece(self, span: Span, page: Page) -> Piece:
        """The page with its ranks; a job that does not tell its rank counts as tied with the one before it."""
        ranks: list[int] = []
        for item in page.items:
            rank = self._order.rank(item) if self._order.is_stable else None
            if rank is None:
                if self._order.is_stable:
                    self._doubt(
                        f"a job came without a usable {self._order.by}, by which the list is sorted"
                    )
                rank = ranks[-1] if ranks else self.frontier or 0
            ranks.append(rank)
        if len({_key(item) for item in page.items}) < len(page):
            # Counting would take it for two, and not miss another.
            self._doubt("a page showed a job twice")
        if any(after < before for before, after in pairwise(ranks)):
            self._doubt(f"a page was not sorted by {self._order.by} {self._order.direction}")
            if self.frontier is None:
                self._yielded = set()
        return Piece(span, page, ranks)

    def anchors(self, piece: Piece) -> bool:
        """Whether nothing can hide between known ground and the piece."""
        if piece.offset == 0:
            return True
        if not self.is_ranked:
            self._doubt(
                f"the list is sorted by {self._order.by}, and jobs may change places while it is read"
            )
            return True
        return bool(piece.ranks) and self.frontier is not None and piece.ranks[0] < self.frontier

    def fresh(self, piece: Piece) -> list[Job]:
        """The jobs of the piece that were not yielded before."""
        if self._yielded is not None:
            return _without(self._yielded, piece.page.items)
        if self.frontier is None:
            return _without(set(), piece.page.items)
        items = zip(piece.page.items, piece.ranks, strict=True)
        return _without(self._ties, [item for item, rank in items if rank >= self.frontier])

    def ends_with(self, piece: Piece) -> bool:
        """Whether the frontier is the end of the piece, so that nothing lies between the two."""
        return not piece.ranks or piece.ranks[-1] == self.frontier

    def take(self, piece: Piece) -> list[Job]:
        """Make the piece known; returns the jobs that were not yielded before."""
        fresh = self.fresh(piece)
        if self._yielded is not None:
            self._yielded |= piece.keys()
        if piece.ranks:
            self._move(piece, max(piece.ranks))
        return fresh

    def _move(self, piece: Piece, last: int) -> None:
        """Move the frontier to the largest rank of a piece, if it lies behind."""
        if self.frontier is not None and last < self.frontier:
            return
        tied = {
            _key(item)
            for item, rank in zip(piece.page.items, piece.ranks, strict=True)
            if rank == last
        }
        self._ties = self._ties | tied if last == self.frontier else tied
        self.frontier = last


class Route:
    """Where the walk goes: the pages that it has asked for, and where it asks next.

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
        # The offset behind what was taken: as the list is now, and as it was for the pages asked
        # for ahead.
        self._here = self._end = 0
        self._shifts: deque[int] = deque(maxlen=MEMORY)
        # The search for the frontier: the next steps, and the offsets between which it lies.
        self._back = self._forth = self._earlier = 0
        self._low: int | None = None
        self._high: int | None = None
        self.is_guessed = False
        self.wanted: Span | None = self._span(0, size)

    def plan(self, window: int, stop: int) -> list[Span]:
        """The pages to have under way: the wanted one, and those that will probably be wanted, up to an offset."""
        overlap = self._overlap + self._slack(LARGEST_PAGE, self._overlap)
        self._ahead = [span for span in self._ahead if span.offset < stop]
        while len(self._ahead) < window - 1:
            last = self.asked[-1]
            offset = last.offset + max(1, last.limit - overlap)
            if offset >= stop - overlap:
                break
            self._ahead.append(self._span(offset, self._limit(overlap)))
        return self.asked

    @property
    def asked(self) -> list[Span]:
        """The pages that are wanted, now or probably later."""
        return [] if self.wanted is None else [self.wanted, *self._ahead]

    def passed(self, piece: Piece, fresh: int, *, fills_gap: bool, was_apart: bool) -> None:
        """A piece was taken that brought this many jobs: where it starts tells by how much the list has shifted."""
        if was_apart:
            self._here += fresh
        elif fresh or not self.is_guessed:
            self._here = piece.end
        if not fresh:
            return
        self._forget()
        if fills_gap:
            # It was asked for much later than its neighbours; what they have shifted by is told by
            # what lay between.
            self._end += fresh
            return
        shift = self._end - piece.offset - (len(piece) - fresh)
        if shift <= LARGEST_PAGE:
            self._shifts.append(shift)
        self._end = piece.end

    def again(self) -> bool:
        """Try once more to go on, from a little earlier each time; False if that was tried often enough."""
        self._earlier = min(self._earlier * 2 or 1, LARGEST_PAGE)
        return self._earlier <= LARGEST_PAGE // 2

    def ahead(self) -> bool:
        """Go on to the next page that was asked for already; False if there is none."""
        self.is_guessed = bool(self._ahead)
        if self.is_guessed:
            self.wanted = self._ahead.pop(0)
        return self.is_guessed

    def back(self, piece: Piece) -> None:
        """The frontier lies before the piece: go back, half way to where nothing was new, or in growing steps."""
        if not self.is_guessed:
            self._high = piece.offset
        if self._low is not None and self._low < piece.offset:
            self._go(self._between(self._low, piece.offset), self._overlap)
            return
        self._low = None
        self._back = self._back * 2 or self._stride()
        offset = piece.offset - self._back
        if self.is_guessed:
            # It was asked for when the list began elsewhere.
            offset = min(offset, self._here - self._overlap)
        self._go(offset, self._overlap)

    def onward(self, length: int, overlap: int, *, reached: bool) -> None:
        """Go on behind a piece of a length, with an overlap; in growing steps where it did not reach the frontier."""
        self._overlap = max(self._overlap, overlap) if overlap else 0
        if reached:
            overlap += self._slack(length, overlap)
            earlier = min(self._earlier, self._limit(overlap) - overlap - 1)
            self._go(self._here - overlap - earlier, overlap)
            return
        self._low = self._here
        if self._high is not None and self._high > self._here:
            self._go(self._between(self._here, self._high), overlap)
            return
        self._high = None
        self._go(self._here - overlap + self._forth, overlap)
        self._forth = self._forth * 2 or self._stride()

    def _between(self, low: int, high: int) -> int:
        """Where to look for the frontier, between two offsets."""
        return max(low - self._overlap, (low + high - self._limit(self._overlap)) // 2)

    def _forget(self) -> None:
        self._low = self._high = None
        self._back = self._forth = self._earlier = 0

    def to(self, offset: int, overlap: int = 0) -> None:
        """Go to an offset."""
        self._forget()
        self._go(offset, overlap)
        self._ahead = [known for known in self._ahead if known.offset > offset]

    def end(self) -> None:
        """Stop."""
        self.wanted = None

    def _go(self, offset: int, overlap: int) -> None:
        """Ask for a page; not for one that was asked for already, which would show how things were then."""
        offset, limit = max(0, offset), self._limit(overlap)
        while self._span(offset, limit) in self._ahead:
            offset -= limit == LARGEST_PAGE
            limit = min(LARGEST_PAGE, limit + 1)
        self.is_guessed = False
        self.wanted = self._span(offset, limit)

    def _span(self, offset: int, limit: int) -> Span:
        return Span(offset, limit, self._part)

    def _limit(self, overlap: int) -> int:
        """How much to ask for so that a page brings as many new jobs as the first one, if that fits."""
        return min(LARGEST_PAGE, self._size + overlap)

    def _stride(self) -> int:
        return max(1, self._limit(self._overlap) - self._overlap)

    def _slack(self, length: int, overlap: int) -> int:
        """By how much to overlap further: what the list has shifted by lately, but for one outlier."""
        if not overlap or len(self._shifts) < 2:
            return 0
        return max(0, min(sorted(self._shifts)[-2], (length - overlap) // 2))


class Walk:
    """All jobs of one list, each once.

    Attributes:
        part (int): which of several lists it is.
        total (int | None): how many jobs match, as the service last said.
        doubts (list[str]): why jobs may have been missed; empty if that is ruled out.
    """

    def __init__(
        self,
        order: Order,
        page_size: int = LARGEST_PAGE,
        max_items: int | None = None,
        part: int = 0,
    ) -> None:
        self._ties_do_not_fit = f"more jobs than fit a page have the same {order.by}"
        self._size = page_size if max_items is None else max(1, min(page_size, max_items))
        self._ground = Ground(order, self._doubt)
        self._route = Route(self._size, part)
        self._left = max_items
        self.part = part
        self._apart: list[Piece] = []
        self._before: Piece | None = None
        self._look: Span | None = None
        self._echo: set[Any] | None = None
        self._barren = self._longest = self._count = 0
        self._was_open = False
        self._patience = PATIENCE
        self._forced = self._is_torn = self._is_idle = False
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
        if (
            self._before is None
            or self._barren > 1
            or self._is_idle
            or self._forced
            or self.wanted is None
        ):
            return self._route.asked
        stop = self.total or 0
        if self._left is not None:
            stop = min(stop, self.wanted.offset + self._left + self._ground.overlap)
        return self._route.plan(window, stop)

    def take(self, span: Span, page: Page) -> list[Job]:
        """Take the answer for the wanted page; returns the jobs to yield, and sets what is wanted next."""
        if self._is_in_motion(page) and self._patience == PATIENCE:
            self._patience = PATIENCE_IN_MOTION
        self.total = page.total
        piece = self._ground.piece(span, page)
        takes = self._join if self._ground.anchors(piece) or self._forced else self._set_apart
        fresh = takes(piece)
        self._count += len(fresh)
        if fresh and self._was_open:
            self._doubt(_CUT)
        self._was_open = self._was_open or (piece.is_open and len(piece) > 0)
        self._before = piece
        self._longest = max(self._longest, len(piece))
        return self._within_max(fresh)

    def _is_in_motion(self, page: Page) -> bool:
        return None not in (self.total, page.total) and self.total != page.total

    # Pages that join up, and pages that do not

    def _join(self, piece: Piece) -> list[Job]:
        """Take the piece, and those that it joins up with what is known."""
        last, fresh = piece, self._known(piece, fills_gap=bool(self._apart))
        while self._apart and self._ground.anchors(self._apart[0]):
            joined = self._apart.pop(0)
            brought = self._known(joined, was_apart=True)
            if brought:
                last = joined
                fresh += brought
        if fresh:
            self._barren, self._is_torn = 0, False
        elif not self._route.is_guessed:
            self._barren += 1
        self._is_idle = not fresh
        return fresh + self._go_on(last, bool(fresh))

    def _set_apart(self, piece: Piece) -> list[Job]:
        """Keep the piece until it joins up, and step back."""
        if piece.span == self._look and piece.is_short and not self._ground.fresh(piece):
            return self._look_shows_nothing(piece)
        self._barren += 1
        self._is_torn = True
        if piece.ranks:
            self._apart.append(piece)
            self._apart.sort(key=lambda piece: piece.ranks[0])
        if self._barren > self._patience or (piece.is_hole and not self._route.again()):
            return self._give_up(piece, _TORN)
        if piece.is_hole:
            self._route.onward(len(piece), self._ground.overlap, reached=True)
        else:
            self._route.back(piece)
        return []

    def _known(
        self, piece: Piece, *, fills_gap: bool = False, was_apart: bool = False
    ) -> list[Job]:
        fresh = self._ground.take(piece)
        self._route.passed(piece, len(fresh), fills_gap=fills_gap, was_apart=was_apart)
        return fresh

    def _give_up(self, piece: Piece, why: str) -> list[Job]:
        """Take what does not join up as it is; if it brings nothing either, take the next page as it comes."""
        self._doubt(why)
        self._patience = IN_DOUBT
        last, fresh = piece, []
        for apart in self._apart:
            brought = self._known(apart, was_apart=True)
            if brought:
                last = apart
                fresh += brought
        self._apart = []
        if fresh:
            self._barren = 0
            return fresh + self._go_on(last, fresh=True)
        self._force(piece)
        return []

    # Where the walk goes next

    def _go_on(self, piece: Piece, fresh: bool) -> list[Job]:
        """Go on behind the piece; returns what comes to light by giving up."""
        if self._is_end(piece, fresh):
            self._route.end()
        elif self._forced and not fresh:
            self._pass_hole(piece)
        elif self._barren > self._patience or not (fresh or self._leads_on(piece)):
            return self._give_up(piece, _TORN if self._is_torn else _SAME)
        else:
            self._forced = False
            return self._proceed(piece, fresh)
        return []

    def _leads_on(self, piece: Piece) -> bool:
        """Whether to look behind a piece that brought nothing: not too often behind the frontier itself."""
        if not self._ground.ends_with(piece) or self._route.is_guessed:
            return True
        return self._route.again() or self._patience == PATIENCE_IN_MOTION

    def _proceed(self, piece: Piece, fresh: bool) -> list[Job]:
        overlap = self._ground.overlap
        if piece.is_open and not fresh and self._echoes(piece):
            self._route.to(0)
        elif piece.is_open and piece.end <= overlap:
            return self._look_inside(piece)
        elif overlap >= LARGEST_PAGE:
            self._doubt(self._ties_do_not_fit)
            self._force(piece)
        elif self._apart or not self._route.ahead():
            self._route.onward(len(piece), overlap, reached=self._ground.ends_with(piece))
        return []

    def _look_inside(self, piece: Piece) -> list[Job]:
        """All jobs so far have one rank, so no page can be anchored: see whether there is more than their own tail."""
        if self._apart:  # there was
            return self._give_up(piece, self._ties_do_not_fit)
        self._route.to(max(1, piece.end - 1), self._ground.overlap)
        self._look = self.wanted
        return []

    def _look_shows_nothing(self, piece: Piece) -> list[Job]:
        if self._echoes(piece):
            self._route.to(0)
        elif self._before is not None and piece.end > self._before.end:
            # More than the tail of the page before, if nothing new: jobs came in front of it
            # meanwhile.
            self._barren += 1
            if self._barren > self._patience:
                return self._give_up(piece, _TORN)
            return self._look_inside(piece)
        else:
            self._route.end()
        return []

    def _echoes(self, piece: Piece) -> bool:
        """Whether the page is the one before, though the offset is another; so it is looked at from offset 0 again."""
        self._echo = None
        if piece.offset and self._before is not None and piece.keys() == self._before.keys():
            self._echo = piece.keys()
        return self._echo is not None

    def _is_end(self, piece: Piece, fresh: bool) -> bool:
        """Whether the list ends with the piece: its total agrees, or looking back shows only its own tail."""
        if not piece.is_short or self._forced:
            return False
        if piece.page.total == piece.end:
            is_whole = self._before is None and len(piece.keys()) == len(piece)
            if is_whole:  # the list in one answer, so its order does not matter
                self.doubts.clear()
            return True
        if fresh:
            return False
        if piece.is_open and not piece.page.items:
            return piece.offset > 0 or not self._longest
        if len(piece) and len(piece) >= self._longest:
            # A short page that is the same from everywhere is the list, if it is all that was seen
            # of it.
            is_everywhere = (
                piece.page.total is None and piece.offset == 0 and piece.keys() == self._echo
            )
            return is_everywhere and len(piece) == self._count
        if piece.page.total is not None:
            self._doubt(
                f"the service says that {piece.page.total} jobs match, but shows {piece.end}"
            )
        return True

    def _pass_hole(self, piece: Piece) -> None:
        """Nothing came where something should; what lies behind it is better than nothing."""
        behind = piece.end + self._size
        if not piece.page.items and piece.page.total is not None and behind < piece.page.total:
            self._route.to(behind)
        else:
            self._route.end()

    def _force(self, piece: Piece) -> None:
        """Give up on proving, and take the next page as it comes."""
        self._forced = True
        self._barren = 0
        self._route.to(piece.end)

    def _doubt(self, why: str) -> None:
        if why not in self.doubts:
            self.doubts.append(why)

    def _within_max(self, fresh: list[Job]) -> list[Job]:
        if self._left is None:
            return fresh
        kept = fresh[: self._left]
        self._left -= len(kept)
        if not self._left:
            self._route.end()
        return kept


def _without(known: set[Any], jobs: Iterable[Job]) -> list[Job]:
    """The jobs that are not known, each once."""
    fresh = {_key(job): job for job in jobs}
    return [job for key, job in fresh.items() if key not in known]


def _key(job: Job) -> object:
    """What a job is recognised by: its id, or all of it if the service did not send one."""
    return getattr(job, "id", job)


class Walks:
    """The walks through several lists that have no job in common, as if they were one list.

    Where one request cannot name all ids, each list is a part of them, read one after the other.
    The jobs are yielded at the end, in order. Attributes are those of `Walk`.
    """

    def __init__(
        self, parts: int, order: Order, page_size: int = LARGEST_PAGE, max_items: int | None = None
    ) -> None:
        self._walks = deque(Walk(order, page_size, max_items, part) for part in range(parts))
        self._order = order
        self._max_items = max_items
        self._jobs: list[Job] = []
        self._total: int | None = 0
        self.doubts: list[str] = []
        self._drop_ended()

    @property
    def wanted(self) -> Span | None:
        """The page to take next; None at the end."""
        return self._walks[0].wanted if self._walks else None

    @property
    def total(self) -> int | None:
        """How many jobs match, once all parts have told; None before."""
        return None if self._walks else self._total

    def wants(self, span: Span) -> bool:
        """Whether a page that was planned may still be taken."""
        number = span.part - self._walks[0].part if self._walks else -1
        return 0 <= number < len(self._walks) and self._walks[number].wants(span)

    def plan(self, window: int) -> list[Span]:
        """The pages to have under way, the wanted one first."""
        spans: list[Span] = []
        for walk in self._walks:
            if len(spans) >= window:
                break
            spans += walk.plan(window - len(spans))
        return spans

    def take(self, span: Span, page: Page) -> list[Job]:
        """Take the answer for the wanted page; returns all jobs with the last one."""
        walk = self._walks[0]
        self._jobs += walk.take(span, page)
        self._drop_ended()
        if self._walks:
            return []
        jobs, self._jobs = self._order.sorted(self._jobs), []
        return jobs[: self._max_items]

    def _drop_ended(self) -> None:
        while self._walks and self._walks[0].wanted is None:
            walk = self._walks.popleft()
            self._total = (
                None if self._total is None or walk.total is None else self._total + walk.total
            )
            self.doubts += [doubt for doubt in walk.doubts if doubt not in self.doubts]


def walk_of(parts: int, order: Order, page_size: int, max_items: int | None) -> Walk | Walks:
    """The walk through a list, or through several parts of it."""
    return (
        Walk(order, page_size, max_items)
        if parts == 1
        else Walks(parts, order, page_size, max_items)
    )

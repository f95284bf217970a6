"""The walk through all pages of a list, as a function of data.

A list that is read by offset moves while it is read: jobs arrive, go, or stop matching, and every offset behind them
shifts. A walk that adds up pages then reads jobs twice or never. This one proves that it missed nothing.

Each job has a *rank*: its sort value, as a number that grows along the walk. *Known ground* is what lies strictly below
the *frontier*, the largest rank that was taken: every job there that matched throughout has been yielded. A page is a
piece of the list without gaps, so if its first job ranks strictly below the frontier, or the page starts at offset 0,
the page is *anchored* in known ground: nothing can hide between the two. It is taken, and moves the frontier to its
last rank. A page that is not anchored proves nothing; the walk steps back, further each time, and offset 0 is always
anchored. So that the next page will be anchored, it overlaps by the jobs that tie with the last one, plus one.

When a page was served does not matter for this, which is why pages may be fetched ahead and answered in any order. And
because a rank does not change, what lies below the frontier need not be remembered: it is known or came later.

A walk says which pages it wants and is given the answers; who fetches them, and how, is not its business.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve

from .paging import LARGEST_PAGE, Order, Page, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pasqal_core_api.models import Job

PATIENCE: Final = 40
"""After so many pages in a row that bring nothing new, the walk stops looking for the frontier."""


class Walk:
    """All jobs of one list, each once.

    Attributes:
        wanted (Span | None): the page to take next; None at the end.
        total (int | None): how many jobs match, as the service last said.
        doubts (list[str]): why jobs may have been missed; empty if that is ruled out.
    """

    def __init__(
        self, order: Order, page_size: int = LARGEST_PAGE, max_items: int | None = None, part: int = 0
    ) -> None:
        self._order = order
        self._size = page_size if max_items is None else max(1, min(page_size, max_items))
        self._left = max_items
        self._frontier: int | None = None
        self._ties: set[Any] = set()
        # Where ranks do not tell what was yielded before, ids have to.
        self._yielded: set[Any] | None = None if order.is_stable else set()
        self._overlap = 2
        self._step = self._leaps = self._barren = 0
        self._forced = False
        self._longest = 0
        self._pages = 0
        self._asked: dict[int, Span] = {}
        self.total: int | None = None
        self.doubts: list[str] = []
        self.wanted: Span | None = None if max_items == 0 else Span(0, self._size, part)

    def plan(self, window: int) -> list[Span]:
        """The pages to have under way: the wanted one, and up to `window - 1` that will probably be wanted after it."""
        if self.wanted is None:
            return []
        spans = [self.wanted]
        if self._pages and not self._step and not self._barren and not self._forced:
            stride = self._stride()
            stop = self.total or 0
            if self._left is not None:
                stop = min(stop, self.wanted.offset + self._left + self._overlap)
            ahead = range(self.wanted.offset + stride, stop - self._overlap_of_plan(), stride)
            spans += [evolve(self.wanted, offset=offset, limit=self._limit()) for offset in ahead[: window - 1]]
        self._asked.update((span.offset, span) for span in spans)
        return spans

    def take(self, span: Span, page: Page) -> list[Job]:
        """Take the answer for the wanted page; returns the jobs to yield, and sets what is wanted next."""
        self._pages += 1
        self.total = page.total
        ranks = self._ranks(page.items)
        anchored = self._is_anchored(span, ranks)
        if not anchored and not self._forced:
            self._step_back(span)
            return []
        fresh = self._fresh(page.items, ranks)
        self._step = 0
        self._barren = 0 if fresh else self._barren + 1
        self._leaps = 0 if fresh or len(page) < span.limit else self._leaps + 1
        self._go_on(span, page, ranks, bool(fresh))
        self._longest = max(self._longest, len(page))
        return self._within_max(fresh)

    # How a page is read

    def _ranks(self, items: Sequence[Job]) -> list[int]:
        """The ranks of the items; one that does not tell its rank counts as tied with the one before it."""
        ranks: list[int] = []
        for item in items:
            rank = self._order.rank(item) if self._order.is_stable else None
            if rank is None:
                if self._order.is_stable:
                    self._doubt(f"a job came without a usable {self._order.by}, by which the list is sorted")
                rank = ranks[-1] if ranks else self._frontier or 0
            ranks.append(rank)
        if any(after < before for before, after in pairwise(ranks)):
            self._doubt(f"a page was not sorted by {self._order.by} {self._order.direction}")
            if self._pages == 1:
                self._yielded = set()
        return ranks

    def _is_anchored(self, span: Span, ranks: list[int]) -> bool:
        if span.offset == 0:
            return True
        if self._yielded is not None:
            self._doubt(f"the list is sorted by {self._order.by}, and jobs may change places while it is read")
            return True
        return bool(ranks) and self._frontier is not None and ranks[0] < self._frontier

    def _fresh(self, items: Sequence[Job], ranks: list[int]) -> list[Job]:
        """The items that were not yielded before; moves the frontier."""
        fresh, here = [], set()
        known = self._ties if self._yielded is None else self._yielded
        for item, rank in zip(items, ranks, strict=True):
            key = _key(item)
            passed = self._yielded is None and self._frontier is not None and rank < self._frontier
            if not passed and key not in known and key not in here:
                fresh.append(item)
            here.add(key)
        last = max(ranks, default=self._frontier)
        if self._yielded is not None:
            self._yielded |= here
        elif last is not None and (self._frontier is None or last >= self._frontier):
            tied = {_key(item) for item, rank in zip(items, ranks, strict=True) if rank == last}
            self._ties = tied if last != self._frontier else self._ties | tied
        self._frontier = last if self._frontier is None or last is None else max(last, self._frontier)
        return fresh

    # Where the walk goes next

    def _step_back(self, span: Span) -> None:
        self._step = self._step * 2 or self._stride()
        self._leaps = 0
        self._barren += 1
        if self._barren > PATIENCE:
            self._force(span, span.offset, "the pages do not join up")
            return
        self.wanted = evolve(span, offset=max(0, span.offset - self._step), limit=self._limit())

    def _go_on(self, span: Span, page: Page, ranks: list[int], fresh: bool) -> None:
        end = span.offset + len(page)
        if self._is_end(span, page, end, fresh):
            self.wanted = None
            return
        if self._forced and not fresh:
            # A hole: what lies behind it is better than nothing.
            goes_on = not page.items and page.total is not None and end + self._size < page.total
            self.wanted = evolve(span, offset=end + self._size) if goes_on else None
            return
        if self._barren > PATIENCE:
            self._force(span, end, "pages bring nothing new: the service may ignore the offset")
            return
        self._forced = False
        if self._yielded is not None:
            self.wanted = evolve(span, offset=end, limit=self._size)
            return
        overlap = 1 + sum(rank == ranks[-1] for rank in ranks) if ranks else 1
        if overlap >= LARGEST_PAGE:
            self._force(span, end, f"more jobs than fit a page have the same {self._order.by}")
            return
        self._overlap = max(self._overlap, overlap)
        # Where all of the page was known, the frontier lies further on: go there in growing steps.
        leap = self._stride() * (2**self._leaps - 2) if self._leaps > 1 else 0
        self.wanted = self._join(evolve(span, limit=self._limit(overlap)), end - overlap + leap)

    def _join(self, span: Span, offset: int) -> Span:
        """The page at the offset, or better one before it that was asked for already and has not been used."""
        usable = [known for known in self._asked if span.offset < known <= offset]
        joined = self._asked[max(usable)] if usable else evolve(span, offset=max(0, offset))
        self._asked = {known: asked for known, asked in self._asked.items() if known > joined.offset}
        return joined

    def _is_end(self, span: Span, page: Page, end: int, fresh: bool) -> bool:
        """Whether the list ends with the page: it is short and its total agrees, or looking back shows its own tail."""
        if len(page) >= span.limit or self._forced:
            return False
        if page.total == end:
            if self._pages == 1:  # the whole list in one answer
                self.doubts.clear()
            return True
        if fresh or (len(page) and len(page) >= self._longest):
            return False
        if page.total is not None:
            self._doubt(f"the service says that {page.total} jobs match, but shows {end}")
        return True

    def _force(self, span: Span, offset: int, why: str) -> None:
        """Give up on proving, and take the next page as it comes; the second time in a row, end."""
        self._doubt(why)
        self.wanted = None if self._forced else evolve(span, offset=offset, limit=self._size)
        self._forced = True
        self._barren = self._step = self._leaps = 0

    def _limit(self, overlap: int | None = None) -> int:
        """How much to ask for so that a page brings as many new jobs as the first one, if that fits."""
        return min(LARGEST_PAGE, self._size + (overlap or self._overlap))

    def _stride(self) -> int:
        return max(1, self._limit() - self._overlap) if self._yielded is None else self._size

    def _overlap_of_plan(self) -> int:
        return self._overlap if self._yielded is None else 0

    def _doubt(self, why: str) -> None:
        if why not in self.doubts:
            self.doubts.append(why)

    def _within_max(self, fresh: list[Job]) -> list[Job]:
        if self._left is None:
            return fresh
        kept = fresh[: self._left]
        self._left -= len(kept)
        if not self._left:
            self.wanted = None
        return kept


def _key(job: Job) -> object:
    """What a job is recognised by: its id, or all of it if the service did not send one."""
    return getattr(job, "id", job)


class Walks:
    """The walks through several lists that have no job in common, as if they were one list.

    Where one request cannot name all ids, each list is a part of them. The jobs are yielded at the end, in order.
    Attributes are those of `Walk`.
    """

    def __init__(self, parts: int, order: Order, page_size: int = LARGEST_PAGE, max_items: int | None = None) -> None:
        self._walks = [Walk(order, page_size, max_items, part) for part in range(parts)]
        self._order = order
        self._max_items = max_items
        self._jobs: list[Job] = []

    @property
    def wanted(self) -> Span | None:
        """The page to take next; None at the end."""
        return next((walk.wanted for walk in self._walks if walk.wanted is not None), None)

    @property
    def total(self) -> int | None:
        """How many jobs match, as far as all parts have told; None before."""
        totals = [walk.total for walk in self._walks]
        return None if None in totals else sum(total for total in totals if total is not None)

    @property
    def doubts(self) -> list[str]:
        """Why jobs may have been missed; empty if that is ruled out."""
        return list(dict.fromkeys(doubt for walk in self._walks for doubt in walk.doubts))

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
        self._jobs += self._walks[span.part].take(span, page)
        if self.wanted is not None:
            return []
        jobs, self._jobs = self._order.sorted(self._jobs), []
        return jobs[: self._max_items]


def walk_of(parts: int, order: Order, page_size: int, max_items: int | None) -> Walk | Walks:
    """The walk through a list, or through several parts of it."""
    return Walk(order, page_size, max_items) if parts == 1 else Walks(parts, order, page_size, max_items)

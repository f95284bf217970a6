"""One page of a list, and the walk through all of them, as functions of data.

A walk says which page it wants next and is given the answer; who fetches it, and how, is not its business. So the sync
and the async listing are the same walk.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from .filters import direction, number, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pasqal_core_api.models import Job, JobPage, OrderDirection

LARGEST_PAGE: Final = 100
"""The contract bounds `limit` by 0 < limit < 101."""


@frozen
class Page:
    """One page of jobs.

    Attributes:
        items: the jobs, in the requested order.
        total: how many jobs match on all pages together; None if the service did not tell.
        start: where the page starts in the whole list, as the service counts; None if it did not tell.
        end: where the page ends in the whole list, as the service counts; None if it did not tell.
    """

    items: tuple[Job, ...] = field(factory=tuple)
    total: int | None = None
    start: int | None = None
    end: int | None = None

    def __iter__(self) -> Iterator[Job]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


NOTHING: Final = Page((), 0, 0, 0)
"""The page of a list that cannot have an item."""


def page_of(answer: JobPage, headers: Mapping[str, str]) -> Page:
    """The page in an answer; where its `pagination` is missing, the Content-Range header stands in."""
    items: tuple[Job, ...] = tuple(getattr(answer, "data", ()))
    pagination = getattr(answer, "pagination", None)
    if pagination is not None:
        start, end = (getattr(pagination, name, None) for name in ("start", "end"))
        return Page(items, getattr(pagination, "total", None), start, end)
    return Page(items, *_content_range(headers.get("content-range", "")))


def _content_range(header: str) -> tuple[int | None, int | None, int | None]:
    """Total, start and end; the header counts from 1."""
    match = re.fullmatch(r"\s*(?:items\s+)?(\d{1,15})-(\d{1,15})/(\d{1,15})\s*", header, re.ASCII)
    if match is None:
        return None, None, None
    first, last, total = (int(number) for number in match.groups())
    return total, max(0, first - 1), last


@frozen
class Order:
    """How a list is sorted.

    Attributes:
        by: the job field to sort by.
        direction: ascending or descending; None leaves it to the service, whose default is descending.
    """

    by: str = "created_at"
    direction: OrderDirection | None = None

    @classmethod
    def of(cls, order_by: object, order_by_direction: object) -> Order:
        """The order that a caller asks for.

        Raises:
            ValueError: a value has not the right form.
        """
        by = "created_at" if order_by is None else text("order_by", order_by)
        way = None if order_by_direction is None else direction("order_by_direction", order_by_direction)
        return cls(by, way)

    def keywords(self) -> dict[str, Any]:
        """The keywords of the generated operation."""
        return {"order_by": self.by, **({"order_by_direction": self.direction} if self.direction else {})}


@frozen
class Span:
    """Which part of a list to fetch.

    Attributes:
        offset: how many items come before it.
        limit: how many items it has at the most.
    """

    offset: int
    limit: int

    @classmethod
    def of(cls, offset: object, limit: object) -> Span:
        """The part that a caller asks for.

        Raises:
            ValueError: a value has not the right form.
        """
        return cls(number("offset", offset, 0), number("limit", limit, 1, LARGEST_PAGE))


class Walk:
    """All pages of a list, one after the other.

    Attributes:
        wanted (Span | None): the page to fetch next; None at the end.
        total (int | None): how many items the service says there are.
    """

    def __init__(self, page_size: int = LARGEST_PAGE, max_items: int | None = None) -> None:
        self._size = page_size
        self._left = max_items
        self._seen: set[Any] = set()
        self.total: int | None = None
        self.wanted: Span | None = None if max_items == 0 else Span(0, page_size)

    def take(self, span: Span, page: Page) -> list[Job]:
        """Take the answer to `wanted`; returns the items that are new, and sets what is wanted next."""
        self.total = page.total
        fresh = [item for item in page.items if getattr(item, "id", None) not in self._seen]
        self._seen.update(item.id for item in fresh if hasattr(item, "id"))
        end = span.offset + len(page)
        complete = end >= page.total if page.total is not None else not fresh
        self.wanted = None if complete or not len(page) else Span(end, self._size)
        if self._left is not None:
            fresh = fresh[: self._left]
            self._left -= len(fresh)
            self.wanted = self.wanted if self._left else None
        return fresh

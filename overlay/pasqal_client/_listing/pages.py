"""What a page of a list is, and how lists are sorted and cut; how it is read from an answer."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from attrs import field, frozen

from pasqal_core_api.models import OrderDirection

from .._checks import LARGEST_NUMBER, direction, number, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pasqal_core_api.models import Job, JobPage

LARGEST_PAGE: Final = 100
"""The contract bounds `limit` by 0 < limit < 101."""

IMMUTABLE: Final = frozenset({"created_at", "creation_order", "id"})
"""The sort keys that do not change during the life of a job."""


@frozen
class Page:
    """One page of jobs.

    Attributes:
        items: the jobs, in the requested order.
        total: how many jobs match on all pages together; None if the service did not tell.
        start: where the page starts in the whole list, as the service counts; None if it did not
            tell.
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
    items = tuple(answer.data)
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
        direction: ascending or descending.
    """

    by: str = "created_at"
    direction: OrderDirection = field(factory=lambda: OrderDirection.DESC)

    @classmethod
    def of(cls, order_by: object, order_by_direction: object) -> Order:
        """The order that a caller asks for; without one the service's default, newest first.

        Raises:
            ValueError: a value has not the right form.
        """
        by = "created_at" if order_by is None else text("order_by", order_by)
        way = (
            OrderDirection.DESC
            if order_by_direction is None
            else direction("order_by_direction", order_by_direction)
        )
        return cls(by, way)

    def keywords(self) -> dict[str, Any]:
        """The keywords of the generated operation."""
        return {"order_by": self.by, "order_by_direction": self.direction}

    @property
    def is_stable(self) -> bool:
        """Whether a job keeps its place among the others."""
        return self.by in IMMUTABLE and self.direction.is_known

    def rank(self, job: Job) -> int | None:
        """The job's place along the walk: a number that grows; None if the job does not tell."""
        value = getattr(job, self.by, None)
        if isinstance(value, datetime):
            value = (value - _EPOCH) // _TICK
        elif isinstance(value, UUID):
            value = value.int
        if not isinstance(value, int):
            return None
        return value if self.direction == OrderDirection.ASC else -value

    def sorted(self, jobs: Iterable[Job]) -> list[Job]:
        """The jobs in this order; as they come where their values cannot be compared."""
        as_they_come = list(jobs)
        try:
            up = sorted(as_they_come, key=lambda job: getattr(job, self.by))
        except (TypeError, AttributeError):
            return as_they_come
        return up if self.direction == OrderDirection.ASC else up[::-1]


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)


@frozen
class Span:
    """Which part of a list to fetch.

    Attributes:
        offset: how many items come before it.
        limit: how many items it has at the most.
        part: which of several lists, where one request could not name all ids.
    """

    offset: int
    limit: int
    part: int = 0

    @classmethod
    def of(cls, offset: object, limit: object) -> Span:
        """The part that a caller asks for.

        Raises:
            ValueError: a value has not the right form.
        """
        return cls(
            number("offset", offset, 0, LARGEST_NUMBER), number("limit", limit, 1, LARGEST_PAGE)
        )

"""A page of a list, and how it is read from an answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, Protocol, TypeVar

from attrs import field, frozen

from pasqal_core_runtime.html_tables import html_block

from .._checks import LARGEST_NUMBER, number
from .._item_tables import counted, item_table
from .._short_repr import short_repr

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pasqal_core_runtime.model import Model
    from pasqal_core_runtime.records import Flatten, Record

T = TypeVar("T")
_M = TypeVar("_M", bound="Model")
T_co = TypeVar("T_co", covariant=True)

LARGEST_PAGE: Final = 100
"""The contract bounds `limit` by 0 < limit < 101."""

_Count = int | None

_is_range = re.compile(
    r"""
    \s*(?:items\s+)?
    (\d{1,15})-(\d{1,15})  # the first and the last item
    /(\d{1,15})\s*         # of how many
    """,
    re.ASCII | re.VERBOSE,
).fullmatch


@frozen
class Page(Generic[T]):
    """One page of a list, such as a page of jobs.

    Attributes:
        items: the items, in the requested order.
        total: how many items match on all pages together; None if the service did not say.
        start: where the page starts in the whole list, as the service counts; None if it did not
            say.
        end: where the page ends in the whole list, as the service counts; None if it did not say.
    """

    items: tuple[T, ...] = field(factory=tuple)
    total: int | None = None
    start: int | None = None
    end: int | None = None

    __repr__ = short_repr

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def _repr_html_(self) -> str:
        title = f"Page of {counted(len(self.items), 'item')}"
        if self.total is not None:
            title += f", {self.total:,} in all"
        return html_block(title, item_table(self.items))

    def records(self: Page[_M], *, flatten: Flatten = ()) -> list[Record]:
        """The items as flat dictionaries, rows for pandas, polars, pyarrow or csv.

        Args:
            flatten: what gets columns of its own, such as `variables` or
                `["variables.omega", "variables.t"]`; see `record` of an item.

        Raises:
            ValueError: the items have no such field, or it has no entries.
        """
        return [item.record(flatten=flatten) for item in self.items]


NOTHING: Final[Page[Any]] = Page((), 0, 0, 0)
"""The page of a list that cannot have an item."""


class _PageAnswer(Protocol[T_co]):
    """The answer of an operation that lists something."""

    @property
    def data(self) -> Sequence[T_co]:
        """The items of the page."""


def page_of(answer: _PageAnswer[T], headers: Mapping[str, str]) -> Page[T]:
    """The page in an answer; where its `pagination` is missing, the Content-Range header stands in."""
    items = tuple(answer.data)
    pagination = getattr(answer, "pagination", None)
    if pagination is None:
        header = headers.get("content-range", "")
        return Page(items, *_content_range(header))
    # What departed from the contract is missing from the model.
    total = getattr(pagination, "total", None)
    start = getattr(pagination, "start", None)
    end = getattr(pagination, "end", None)
    return Page(items, total, start, end)


def _content_range(header: str) -> tuple[_Count, _Count, _Count]:
    """Total, start and end; the header counts from 1."""
    match = _is_range(header)
    if match is None:
        return None, None, None
    first, last, total = map(int, match.groups())
    start = max(0, first - 1)
    return total, start, last


class Span(NamedTuple):
    """Which part of a list to fetch.

    Attributes:
        offset: how many items come before it.
        limit: how many items it has at most.
        part: which of several lists, where one request could not name all ids.
    """

    offset: int
    limit: int
    part: int = 0

    @classmethod
    def of(cls, offset: object, limit: object) -> Span:
        """The part that a caller asks for.

        Raises:
            ValueError: a value is malformed.
        """
        checked_offset = number("offset", offset, 0, LARGEST_NUMBER)
        checked_limit = number("limit", limit, 1, LARGEST_PAGE)
        return cls(checked_offset, checked_limit)

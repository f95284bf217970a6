"""What to list, and how to read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

from attrs import field, frozen

from .._http.throttle import Throttle, Window
from .pages import LARGEST_PAGE, Span
from .query_parts import URL_LIMIT, split
from .walk.order import Order

if TYPE_CHECKING:
    from .filter_table import Query
    from .item_kind import ItemKind

T = TypeVar("T")

CONCURRENCY: Final = 8
"""At most this many requests of a listing are under way at once, unless the caller says otherwise."""

# The path, limit and offset of a list's URL, generously.
_REST_OF_URL: Final = 200


class ListRequest(NamedTuple, Generic[T]):
    """What to list: checked filters, in as many parts as it takes to keep the URLs short, and the order.

    Attributes:
        parts: the filters, part by part; none if nothing can match.
        order: how the list is sorted.
    """

    parts: tuple[Query, ...]
    order: Order[T]

    @classmethod
    def of(
        cls,
        kind: ItemKind[T],
        filters: dict[str, Any],
        base_url: str,
        order_by: object = None,
        order_by_direction: object = None,
    ) -> ListRequest[T]:
        """The request for what a caller asks for.

        Args:
            kind: what is listed.
            filters: the filters, as the caller gives them.
            base_url: what the URLs begin with.
            order_by: see `Order.of`.
            order_by_direction: see `Order.of`.

        Raises:
            TypeError: unknown filter name.
            ValueError: a value is malformed.
        """
        order = Order.of(kind, order_by, order_by_direction)
        given = kind.filters.query(filters)
        if given is None:
            return cls((), order)
        sorting = urlencode(order.keywords())
        room = URL_LIMIT - _REST_OF_URL
        room -= len(base_url) + len(sorting)
        parts = split(given, room)
        return cls(tuple(parts), order)

    def keywords(self, span: Span) -> dict[str, Any]:
        """The keywords of the generated operation."""
        return {
            **self.parts[span.part],
            **self.order.keywords(),
            "limit": span.limit,
            "offset": span.offset,
        }


@frozen
class ListOptions:
    """How a list is read.

    Attributes:
        page_size: how many items a page brings.
        max_items: how many items to yield at most; None for all.
        concurrency: how many requests may be under way.
        strict: whether doubts are errors.
        throttle: what the listings of a client share.
        longest_silence: a longer pause, in seconds, that another listing was told to make is not
            waited for: this listing asks for itself.
        is_part: whether the list is read as part of a call; see `Window`.
    """

    page_size: int = LARGEST_PAGE
    max_items: int | None = None
    concurrency: int = CONCURRENCY
    strict: bool = False
    throttle: Throttle = field(factory=Throttle)
    longest_silence: float = float("inf")
    is_part: bool = False

    def window(self) -> Window:
        """A window for one iteration."""
        return Window(self.concurrency, self.throttle, self.longest_silence, is_part=self.is_part)

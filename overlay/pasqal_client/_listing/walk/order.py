"""How a list is sorted, and the rank that an item has in that order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar
from uuid import UUID

from pasqal_core_api.models import OrderDirection

from ..._checks import member

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..item_kind import ItemKind

T = TypeVar("T")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)


class Order(NamedTuple, Generic[T]):
    """How a list is sorted.

    Attributes:
        kind: what is sorted.
        by: the field to sort by.
        direction: ascending or descending.
    """

    kind: ItemKind[T]
    by: str
    direction: OrderDirection = OrderDirection.DESC

    @classmethod
    def of(cls, kind: ItemKind[T], order_by: object, order_by_direction: object) -> Order[T]:
        """The order that a caller asks for; without one, the service's default.

        Raises:
            ValueError: a value is malformed, or no field.
        """
        by = kind.sort_key
        if order_by is not None:
            by = kind.checked_sort_key("order_by", order_by)
        if order_by_direction is None:
            return cls(kind, by)
        return cls(kind, by, member(OrderDirection, "order_by_direction", order_by_direction))

    def keywords(self) -> dict[str, Any]:
        """The keywords of the generated operation."""
        if not self.kind.is_sortable:
            return {}
        return {"order_by": self.by, "order_by_direction": self.direction}

    @property
    def is_stable(self) -> bool:
        """Whether the sort key promises that an item keeps its place among the others."""
        # Nobody here can tell how a direction sorts that the contract does not know.
        return self.by in self.kind.fixed_keys and self.direction.is_known

    def ranks(self, items: Iterable[T]) -> list[int | None]:
        """The places of items along the walk, as numbers that grow; None for an item that does not show it."""
        by = self.by
        sign = -1
        if self.direction == OrderDirection.ASC:
            sign = 1
        ranks: list[int | None] = []
        for item in items:
            value = getattr(item, by, None)
            if isinstance(value, datetime):
                # Not a timestamp: a float would take two microseconds for the same one.
                value = (value - _EPOCH) // _TICK
            elif isinstance(value, UUID):
                value = value.int
            if isinstance(value, int):
                ranks.append(sign * value)
            else:
                ranks.append(None)
        return ranks

    def sort(self, items: Iterable[T]) -> list[T]:
        """The items in this order; in the order given where their values cannot be compared."""
        as_given = list(items)
        try:
            ascending = sorted(as_given, key=self._value)
        except (TypeError, AttributeError):
            return as_given
        if self.direction == OrderDirection.ASC:
            return ascending
        return ascending[::-1]

    def _value(self, item: T) -> Any:
        return getattr(item, self.by)

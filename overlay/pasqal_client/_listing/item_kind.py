"""What reading a list has to know of the items in it, whatever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar
from uuid import UUID

from pasqal_core_runtime.model import fields_of

from .._checks import malformed, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pasqal_core_runtime.model import Model

    from .filter_table import FilterTable

T = TypeVar("T")


def _id_or_item(item: object) -> object:
    """An item's id, or the whole item if the service did not send one."""
    found = getattr(item, "id", item)
    if type(found) is UUID:
        # It is looked up in one set after the other, and hashing a UUID is slow.
        return found.int
    return found


class ItemKind(NamedTuple, Generic[T]):
    """A kind of items that come in lists; each resource has one.

    Attributes:
        one: what an item is called in messages, with the article: `a job`.
        many: what several are called: `jobs`.
        filters: the filters of the list.
        sort_key: the field that the list is sorted by unless the caller says otherwise.
        fixed_keys: the sort keys whose value never changes during the life of an item.
        model: what an item is read into; its fields are what the list can be sorted by, besides
            `sort_key`. None if nobody knows what that is.
        identity: returns what an item is recognised by.
        is_sortable: whether a request for the list says by what to sort it. If not, `sort_key` is
            only what messages call its order.
    """

    one: str
    many: str
    filters: FilterTable
    sort_key: str
    fixed_keys: frozenset[str]
    model: type[Model] | None = None
    identity: Callable[[T], object] = _id_or_item
    is_sortable: bool = True

    def checked_sort_key(self, name: str, value: object) -> str:
        """A field to sort by, by its name in the contract.

        Raises:
            ValueError: no such field exists: a service may ignore it without a word.
        """
        key = text(name, value)
        if self.model is None:
            return key
        known = [self.sort_key]
        known.extend(field.wire for field in fields_of(self.model) if field.wire != self.sort_key)
        if key not in known:
            raise malformed(
                name, key, f"is not a field of {self.one}; those are {', '.join(known)}"
            )
        return key

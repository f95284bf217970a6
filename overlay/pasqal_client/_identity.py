"""Whether an answer is about what was asked for, judged by what never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def is_another(item: object, wanted: object) -> bool:
    """Whether an item says by its id that it is not the one that was asked for.

    One without an id is odd, but does not say that it is another.
    """
    found = getattr(item, "id", wanted)
    return found != wanted


def foreign_place(item: object, places: Mapping[str, Collection[Any]]) -> str:
    """The place that an item says it is in although it was not asked for: `batch …`; else empty.

    An item that does not say where it is does not say that it is elsewhere.

    Args:
        item: a job, a batch or the like.
        places: by the name of a field, such as `batch_id`, the values that were asked for, as text.
    """
    for name, wanted in places.items():
        value = getattr(item, name, None)
        if value is not None and str(value) not in wanted:
            return f"{name.removesuffix('_id')} {value}"
    return ""

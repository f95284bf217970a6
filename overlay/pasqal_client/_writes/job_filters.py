"""The filters of a write that is about jobs of one batch: how they are sent, and what they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._listing.query_parts import URL_LIMIT, split

if TYPE_CHECKING:
    from uuid import UUID

    from .._listing.filter_table import Query

# The rest of the URL of a write, generously.
_REST_OF_URL: Final = 200


def parts_of(filters: Query, base_url: str) -> tuple[Query, ...]:
    """The filters in as many parts as it takes to keep the URLs of a write short."""
    room = URL_LIMIT - len(base_url) - _REST_OF_URL
    return tuple(split(filters, room))


def keywords_of(batch_id: UUID, filters: Query) -> dict[str, Any]:
    """The arguments of a generated operation that has the batch in its path, and filters of jobs."""
    keywords = dict(filters)
    # The operation tells the batch of the path from the filter by name.
    if "batch_id" in keywords:
        keywords["batch_id_query"] = keywords.pop("batch_id")
    return {"batch_id_path": batch_id, **keywords}


def batches_within(batch_id: UUID, filters: Query) -> list[str]:
    """The batch of the path, if the filter `batch_id` lets it through."""
    here = str(batch_id)
    others = filters.get("batch_id")
    if others is None or here in others:
        return [here]
    return []

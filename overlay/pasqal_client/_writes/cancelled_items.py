"""What answers and lists say about jobs, or batches, that were cancelled together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from .._checks import uuid_of
from .._display import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from pasqal_core_api.models import Batch, Job

    from .answer import Answer

_LONGEST_ODD_ID: Final = 100


def read_cancelled(
    answer: Answer, kind: Literal["jobs", "batches"]
) -> tuple[tuple[Any, ...], dict[UUID | str, str]]:
    """Read what was cancelled, and by id why other jobs or batches were not.

    An answer that has jobs or reasons, but none that can be read, settles nothing. Anything else that
    is odd costs only its place: it is a departure from the contract. An empty list is an answer: none
    was cancelled.

    Args:
        answer: the answer.
        kind: what it is about.

    Raises:
        OutcomeUnknownError: the answer does not say what became of the request.
    """
    items = getattr(answer.data, kind, None)
    reasons = _reasons_in(answer)
    is_unreadable = answer.has_lost_something and not items and not reasons
    if items is None or is_unreadable:
        raise answer.unknown_outcome(f"the answer does not hold the cancelled {kind}")
    return tuple(items), reasons


def named_in(items: Iterable[Any], reasons: Iterable[UUID | str]) -> Iterator[UUID]:
    """The ids of all that an answer is about; those that are odd cannot be compared, and are left out."""
    for key in reasons:
        if isinstance(key, UUID):
            yield key
    for item in items:
        if hasattr(item, "id"):
            yield item.id


def time_of_last(cancelled: Iterable[Batch | Job], end: str) -> datetime | None:
    """When the last of some was cancelled; None if none says.

    Args:
        cancelled: the jobs or batches.
        end: the field that has when one ended.
    """
    times = []
    for item in cancelled:
        time = getattr(item, end, None)
        if time is None:
            # The service sets no end while it is still cancelling.
            time = getattr(item, "updated_at", None)
        if time is not None:
            times.append(time)
    return max(times, default=None)


def _reasons_in(answer: Answer) -> dict[UUID | str, str]:
    """Why jobs or batches were not cancelled, by id, as it can be shown."""
    reasons: dict[UUID | str, str] = {}
    errors = getattr(answer.data, "errors", None) or {}
    for key, reason in errors.items():
        refused = _id_of(key, answer.clean)
        reasons[refused] = printable(answer.clean(reason))
    return reasons


def _id_of(key: str, clean: Callable[[str], str]) -> UUID | str:
    try:
        return uuid_of("id", key)
    except ValueError:
        return printable(clean(key), _LONGEST_ODD_ID)

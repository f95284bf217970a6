"""The twelve documented filters, checked and brought into the form that the generated operations take.

One table serves listing and cancelling, so that a filter means the same in both. Nothing here does I/O: what has not
the right form fails before anything is sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, TypedDict, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from dateutil.parser import isoparse

from pasqal_core_api.models import JobOrigin, JobStatus, OrderDirection
from pasqal_core_api.types import OpenEnum

E = TypeVar("E", bound=OpenEnum)


class JobFilters(TypedDict, total=False):
    """The filters of `jobs.list` and `batches.cancel_jobs`; a job has to match all that are given.

    A filter that takes several values matches a job that has any of them; it takes one value or any iterable of
    values, and an empty iterable matches nothing. None means that the filter is not given. (Contract: the query
    parameters of get_jobs and cancel_jobs.)
    """

    id: UUID | str | Iterable[UUID | str] | None
    """Jobs with these ids."""
    id_starts_with: str | None
    """Jobs whose id starts with these hexadecimal digits (`id__starts_with` on the wire)."""
    batch_id: UUID | str | Iterable[UUID | str] | None
    """Jobs of these batches."""
    project_id: UUID | str | Iterable[UUID | str] | None
    """Jobs of these projects."""
    user_id: UUID | str | Iterable[UUID | str] | None
    """Jobs of these users; opaque text."""
    status: JobStatus | str | Iterable[JobStatus | str] | None
    """Jobs in these states, in upper or lower case."""
    min_runs: int | None
    """Jobs with at least this many runs."""
    max_runs: int | None
    """Jobs with at most this many runs."""
    errors: bool | None
    """True for the jobs that have errors, False for the others."""
    origin: JobOrigin | str | Iterable[JobOrigin | str] | None
    """Jobs that came in through these channels."""
    start_date: datetime | str | None
    """Jobs that started at this time or later: an aware datetime or ISO 8601 text with a zone."""
    end_date: datetime | str | None
    """Jobs that ended at this time or earlier: an aware datetime or ISO 8601 text with a zone."""


Query = dict[str, Any]
"""Filters in the form that the generated operations take, by keyword."""


def query(filters: Mapping[str, Any]) -> Query | None:
    """Check the filters and bring them into the form that the generated operations take.

    Args:
        filters: see `JobFilters`.

    Returns:
        The filters that are given; None if one of them is an empty iterable, so that nothing can match.

    Raises:
        TypeError: a name is not that of a filter.
        ValueError: a value has not the right form.
    """
    unknown = filters.keys() - READERS.keys()
    if unknown:
        hints = "".join(f"; {MEANT[name]}" for name in sorted(unknown & MEANT.keys()))
        raise TypeError(f"{_listed(unknown)}: no such filter; the filters are {', '.join(READERS)}{hints}")
    given = {name: READERS[name](name, value) for name, value in filters.items() if value is not None}
    return None if any(value == [] for value in given.values()) else given


URL_LIMIT: Final = 4096
"""Bytes; many a gateway refuses a longer address."""


def split(filters: Query, room: int) -> list[Query]:
    """Filters that together mean the same, each of which fits into so many bytes of a URL's query.

    The longest list of values is halved until everything fits. As a job has one id, one batch, one project and so on,
    no job matches two of the results.

    Args:
        filters: checked filters.
        room: bytes.

    Raises:
        ValueError: a single value is too long.
    """
    if len(urlencode(filters, doseq=True)) + len(filters) <= room:
        return [filters]
    name = max(filters, key=lambda name: len(filters[name]) if isinstance(filters[name], list) else 0, default="")
    values = filters.get(name)
    if not isinstance(values, list) or len(values) < 2:
        raise ValueError(f"the filters are too long for an address of {URL_LIMIT} bytes: {_shown(filters)}")
    middle = (len(values) + 1) // 2
    halves = values[:middle], values[middle:]
    return [part for half in halves for part in split({**filters, name: half}, room)]


def uuid_of(name: str, value: object) -> UUID:
    """A UUID given as such or as text in the usual spelling."""
    if isinstance(value, UUID):
        return value
    if hasattr(value, "id"):
        raise ValueError(f"{name}: expected an id, got a {type(value).__name__}; give its .id")
    if isinstance(value, str) and _is_uuid(value.strip()):
        return UUID(value.strip())
    raise ValueError(f"{name}: {_shown(value)} is not a UUID such as 7c9e6679-7425-40de-944b-e07fc1f90ae7")


def number(name: str, value: object, least: int | None = None, most: int | None = None) -> int:
    """An integer within bounds; a truth value is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name}: {_shown(value)} is not an integer")
    if (least is not None and value < least) or (most is not None and value > most):
        bounds = [f"at least {least}" if least is not None else "", f"at most {most}" if most is not None else ""]
        raise ValueError(f"{name}: {value} is out of bounds; it has to be {' and '.join(filter(None, bounds))}")
    return value


def truth(name: str, value: object) -> bool:
    """True or False itself; what only counts as one of them is refused."""
    if isinstance(value, bool):
        return value
    kind = type(value)
    # That of numpy shows itself as True or False.
    hint = f", but a {kind.__module__}.{kind.__name__}: give bool(…)" if kind.__name__ in ("bool", "bool_") else ""
    raise ValueError(f"{name}: {_shown(value)} is neither True nor False{hint}")


def direction(name: str, value: object) -> OrderDirection:
    """A sort direction, in upper or lower case."""
    return _member(OrderDirection)(name, value)


def text(name: str, value: object) -> str:
    """Text with something in it and no control characters; a UUID counts as its text."""
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str):
        raise ValueError(f"{name}: {_shown(value)} is not text")
    if not value.strip() or not value.isprintable():
        raise ValueError(f"{name}: {_shown(value)} is empty or has control characters")
    return value


def _uuid_text(name: str, value: object) -> str:
    return str(uuid_of(name, value))


def _prefix(name: str, value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"[0-9a-fA-F-]{1,36}", value):
        return value.lower()
    raise ValueError(f"{name}: {_shown(value)} is not the beginning of a UUID: 1 to 36 hexadecimal digits and dashes")


def _moment(name: str, value: object) -> datetime:
    moment = value
    if isinstance(value, str):
        try:
            moment = isoparse(value.strip())
        except ValueError:
            raise ValueError(f"{name}: {_shown(value)} is not a time such as 2026-11-01T09:30:00+01:00") from None
    if not isinstance(moment, datetime):
        raise ValueError(f"{name}: {_shown(value)} is neither a datetime nor ISO 8601 text")
    if moment.utcoffset() is None:
        raise ValueError(f"{name}: {_shown(value)} has no zone; say which one, as in 2026-11-01T09:30:00+01:00")
    return moment


def _member(kind: type[E]) -> Callable[[str, object], E]:
    """A value of an open enumeration: a known one in any case, any other text as it is."""

    def read(name: str, value: object) -> E:
        known = kind(text(name, value).upper())
        return known if known.is_known else kind(text(name, value))

    return read


def _each(read: Callable[[str, object], Any]) -> Callable[[str, object], list[Any]]:
    """One value or any iterable of values, without repetitions, in the order given."""

    def read_each(name: str, value: object) -> list[Any]:
        if isinstance(value, bytes | bytearray | Mapping):
            raise ValueError(f"{name}: {_shown(value)} is neither a value nor a list of values")
        is_one = isinstance(value, str) or hasattr(value, "id")
        values = value if isinstance(value, Iterable) and not is_one else [value]
        return list(dict.fromkeys(read(name, entry) for entry in values))

    return read_each


def _whole(name: str, value: object) -> int:
    return number(name, value)


READERS: Final[dict[str, Callable[[str, Any], Any]]] = {
    "id": _each(_uuid_text),
    "id_starts_with": _prefix,
    "batch_id": _each(_uuid_text),
    "project_id": _each(_uuid_text),
    "user_id": _each(text),
    "status": _each(_member(JobStatus)),
    "min_runs": _whole,
    "max_runs": _whole,
    "errors": truth,
    "origin": _each(_member(JobOrigin)),
    "start_date": _moment,
    "end_date": _moment,
}

MEANT: Final = {
    "id__starts_with": "id__starts_with is id_starts_with here",
    "limit": "limit is for jobs.page; a list has max_items and page_size",
    "offset": "offset is for jobs.page",
}
"""What somebody may have meant by a name that is no filter."""

_is_uuid = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE).fullmatch


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in sorted(names))


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:77]}..."

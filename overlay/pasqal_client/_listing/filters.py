"""The twelve documented filters, checked and brought into the form that the generated operations take.

One table serves listing and cancelling, so that a filter means the same in both. Nothing here does
I/O: what has not the right form fails before anything is sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final, TypedDict
from urllib.parse import quote_plus
from uuid import UUID  # noqa: TC003  # the annotations of JobFilters are read at run time

from attrs import field, frozen
from dateutil.parser import isoparse

from pasqal_core_api.models import JobOrigin, JobStatus

from .._checks import LARGEST_NUMBER, LONGEST_TEXT, has_id, member, number, text, truth, uuid_of
from ..errors import quoted


class JobFilters(TypedDict, total=False):
    """The filters of `jobs.list` and `batches.cancel_jobs`; a job has to match all that are given.

    A filter that takes several values matches a job that has any of them; it takes one value or any
    iterable of values, and an empty iterable matches nothing. None means that the filter is not
    given. (Contract: the query parameters of get_jobs and cancel_jobs.)
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
        raise TypeError(
            f"{_named(unknown)}: no such filter; the filters are {', '.join(READERS)}{hints}"
        )
    given = {
        name: READERS[name](name, value) for name, value in filters.items() if value is not None
    }
    return None if any(isinstance(value, list) and not value for value in given.values()) else given


URL_LIMIT: Final = 4096
"""Bytes; many a gateway refuses a longer address."""


def split(filters: Query, room: int) -> list[Query]:
    """Filters that together mean the same, each of which fits into so many bytes of a URL's query.

    The longest lists of values are cut into pieces. As a job has one id, one batch, one project and
    so on, no job matches two of the results.

    Args:
        filters: checked filters.
        room: bytes.

    Raises:
        ValueError: a single value is too long.
    """
    values = {
        name: value if isinstance(value, list) else [value] for name, value in filters.items()
    }
    weighed = [
        _Values(name, those, [_weight(name, one) for one in those])
        for name, those in values.items()
    ]
    weighed.sort(key=lambda those: those.weight)
    cut = {name for name, value in filters.items() if isinstance(value, list)}
    parts = _cut(weighed, room)
    return [
        {**filters, **{those.name: those.values for those in part if those.name in cut}}
        for part in parts
    ]


@frozen
class _Values:
    """Values of one filter, and how many bytes of an address each of them takes.

    Attributes:
        name: the filter.
        values: its values.
        weights: bytes, value by value.
        weight: bytes of all values.
    """

    name: str
    values: list[Any]
    weights: list[int]
    weight: int = field(init=False)

    @weight.default
    def _sum(self) -> int:
        return sum(self.weights)

    def pieces(self, room: int) -> Iterator[_Values]:
        """The values in as few pieces as fit, in order, and of about one size: a rest of two would take as long."""
        if max(self.weights) > room:
            raise ValueError(
                f"{self.name}: together with the other filters too long for an address of {URL_LIMIT} bytes"
            )
        size = self.weight / self._least_pieces(room)
        start = taken = total = 0
        goal = size
        for place, weight in enumerate(self.weights):
            if taken and (total >= goal or taken + weight > room):
                yield _Values(self.name, self.values[start:place], self.weights[start:place])
                start, taken = place, 0
                goal += size
            taken += weight
            total += weight
        yield _Values(self.name, self.values[start:], self.weights[start:])

    def _least_pieces(self, room: int) -> int:
        pieces, taken = 1, 0
        for weight in self.weights:
            if taken + weight > room:
                pieces, taken = pieces + 1, 0
            taken += weight
        return pieces


def _cut(filters: list[_Values], room: int) -> list[list[_Values]]:
    """All combinations of pieces of the filters, lightest first, that fit."""
    if not filters:
        return [[]]
    *others, heaviest = filters
    needed = sum(one.weight for one in others)
    # Two long lists get one half each.
    if needed > room // 2 and needed + heaviest.weight > room:
        needed = max(room // 2, sum(max(one.weights) for one in others))
    return [
        [*part, piece]
        for part in _cut(others, needed)
        for piece in heaviest.pieces(room - sum(one.weight for one in part))
    ]


def _weight(name: str, value: object) -> int:
    """Bytes of an address, with `=`, `&` and a name that is longer on the wire by one."""
    return len(name) + len(quote_plus(str(value))) + 3


def _uuid_text(name: str, value: object) -> str:
    return str(uuid_of(name, value))


def _prefix(name: str, value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"[0-9a-fA-F-]{1,36}", value):
        return value.lower()
    raise ValueError(
        f"{name}: {quoted(value)} is not the beginning of a UUID: 1 to 36 hexadecimal digits and dashes"
    )


def _moment(name: str, value: object) -> datetime:
    moment = _parsed(name, value) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        raise ValueError(f"{name}: {quoted(value)} is neither a datetime nor ISO 8601 text")
    try:
        plain = datetime.combine(moment.date(), moment.timetz())
        zone = plain.utcoffset()
    except Exception as error:  # kinds of datetime that are none, such as NaT
        raise ValueError(f"{name}: {quoted(value)} is not a time") from error
    if zone is None:
        raise ValueError(
            f"{name}: {quoted(value)} has no zone; say which one, as in 2026-11-01T09:30:00+01:00"
        )
    return plain


def _parsed(name: str, value: str) -> datetime:
    try:
        return isoparse(value.strip()[:LONGEST_TEXT])
    except ValueError:
        raise ValueError(
            f"{name}: {quoted(value)} is not a time such as 2026-11-01T09:30:00+01:00"
        ) from None


def _each(read: Callable[[str, object], Any]) -> Callable[[str, object], list[Any]]:
    """One value or any iterable of values, without repetitions, in the order given."""

    def read_each(name: str, value: object) -> list[Any]:
        if isinstance(value, bytes | bytearray | Mapping):
            raise ValueError(f"{name}: {quoted(value)} is neither a value nor a list of values")
        is_one = isinstance(value, str) or not isinstance(value, Iterable) or has_id(value)
        values = [value] if is_one else _all(name, value)
        return list(dict.fromkeys([read(name, entry) for entry in values]))

    return read_each


def _all(name: str, values: Any) -> list[object]:
    try:
        return list(values)
    except Exception as error:
        raise ValueError(
            f"{name}: reading the values failed with {type(error).__name__}"
        ) from error


def _whole(name: str, value: object) -> int:
    return number(name, value, -LARGEST_NUMBER, LARGEST_NUMBER)


READERS: Final[dict[str, Callable[[str, Any], Any]]] = {
    "id": _each(_uuid_text),
    "id_starts_with": _prefix,
    "batch_id": _each(_uuid_text),
    "project_id": _each(_uuid_text),
    "user_id": _each(text),
    "status": _each(partial(member, JobStatus)),
    "min_runs": _whole,
    "max_runs": _whole,
    "errors": truth,
    "origin": _each(partial(member, JobOrigin)),
    "start_date": _moment,
    "end_date": _moment,
}

MEANT: Final = {
    "id__starts_with": "id__starts_with is id_starts_with here",
    "limit": "limit is for jobs.page; a list has max_items and page_size",
    "offset": "offset is for jobs.page",
}
"""What somebody may have meant by a name that is not a filter."""


def _named(names: Iterable[str]) -> str:
    shown = [quoted(name) for name in sorted(names)]
    return ", ".join(shown if len(shown) <= 5 else [*shown[:5], "..."])

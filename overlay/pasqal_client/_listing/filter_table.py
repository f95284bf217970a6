"""Filters of a list: checked, and brought into the form that the generated operations take.

What a list can be filtered by is a table of names and readers. A reader takes the filter's name,
for its messages, and the value as the caller gave it; it returns the value to send, or raises a
`ValueError` before anything is sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from .._checks import LARGEST_NUMBER, LONGEST_FILTER, has_id, is_uuid, malformed, number, uuid_of
from .._display import quoted

Query = dict[str, Any]
"""Filters in the form that the generated operations take, by keyword."""

Reader = Callable[[str, Any], Any]

_is_prefix = re.compile(r"[0-9a-fA-F-]{1,36}").fullmatch

_MOST_NAMED: Final = 5
"""How many unknown names an error quotes."""


class FilterTable(NamedTuple):
    """The filters of one list.

    Attributes:
        readers: by the name of each filter, what checks and converts its value.
        hints: by names that are not filters, what the caller may have meant.
        keywords: the keyword of the generated operation for each filter that is called otherwise.
    """

    readers: Mapping[str, Reader]
    hints: Mapping[str, str]
    keywords: Mapping[str, str] = MappingProxyType({})

    def query(self, filters: Mapping[str, Any]) -> Query | None:
        """Check filters and bring them into the form that the generated operations take.

        Returns:
            The filters that are given; None if one of them is an empty iterable, so that nothing can match.

        Raises:
            TypeError: unknown filter name.
            ValueError: a value is malformed.
        """
        unknown = filters.keys() - self.readers.keys()
        if unknown:
            raise TypeError(self._complaint(unknown))
        given: Query = {}
        for name, value in filters.items():
            if value is None:
                continue
            read = self.readers[name]
            keyword = self.keywords.get(name, name)
            given[keyword] = read(name, value)
        # Only a filter that takes several values makes a list.
        if [] in given.values():
            return None
        return given

    def _complaint(self, unknown: Iterable[str]) -> str:
        names = sorted(unknown)
        first = names[:_MOST_NAMED]
        shown = [quoted(name) for name in first]
        if len(names) > _MOST_NAMED:
            shown.append("...")
        complaint = "unknown filter name"
        if len(names) > 1:
            complaint = "unknown filter names"
        listed = ", ".join(shown)
        known = ", ".join(self.readers)
        text = f"{complaint} {listed}; the filters are {known}"
        for name in names:
            if name in self.hints:
                text += f"; {self.hints[name]}"
        return text


def each(read: Reader) -> Reader:
    """The reader of one value or any iterable of values: without repetitions, in the order given."""
    read_all = every(read)

    def read_each(name: str, value: object) -> list[Any]:
        return list(dict.fromkeys(read_all(name, value)))

    return read_each


def every(read: Reader) -> Reader:
    """The reader of one value or any iterable of values: with the repetitions.

    An error of one among several has its place, as in `id[17]: 'oops' is not a UUID`.
    """

    def read_every(name: str, value: object) -> list[Any]:
        if isinstance(value, bytes | bytearray | Mapping):
            raise malformed(name, value, "is neither a value nor a list of values")
        if not _is_several(value):
            return [read(name, value)]
        found = []
        for place, entry in enumerate(_list(name, value)):
            try:
                found.append(read(name, entry))
            except ValueError as error:
                problem = str(error).removeprefix(name)
                raise ValueError(f"{name}[{place}]{problem}") from error.__cause__
        return found

    return read_every


def _is_several(value: object) -> bool:
    if isinstance(value, str):
        return False
    if not isinstance(value, Iterable):
        return False
    # An object with an id may be iterable, too: then it is one value, which is rejected.
    return not has_id(value)


def _list(name: str, values: Any) -> list[object]:
    try:
        return list(values)
    except Exception as error:
        raise ValueError(
            f"{name}: reading the values failed with {type(error).__name__}"
        ) from error


def uuid_text(name: str, value: object) -> str:
    """A UUID in its canonical spelling."""
    # There may be a million, and to make UUIDs of them takes four times as long.
    if isinstance(value, str) and is_uuid(value):
        # Most are as they are sent, and another text of each would take as much memory again.
        if type(value) is str and value.islower():
            return value
        return value.lower()
    return str(uuid_of(name, value))


def uuid_prefix(name: str, value: object) -> str:
    """The beginning of a UUID, in lower case as on the wire."""
    if isinstance(value, str) and _is_prefix(value):
        return value.lower()
    problem = "is not the beginning of a UUID: 1 to 36 hexadecimal digits and dashes"
    raise malformed(name, value, problem)


def whole_number(name: str, value: object) -> int:
    """A number of things: an integer from 0 on that fits 64 bits."""
    return number(name, value, 0, LARGEST_NUMBER)


def moment(name: str, value: object) -> datetime:
    """A time with a zone."""
    time = value
    if isinstance(value, str):
        time = _parse_time(name, value)
    if not isinstance(time, datetime):
        raise malformed(name, value, "is neither a datetime nor ISO 8601 text")
    try:
        # Subclasses, such as those of pandas, may format themselves differently.
        plain = datetime.combine(time.date(), time.timetz())
        zone = plain.utcoffset()
    except Exception as error:
        # Some kinds of datetime hold no time, such as the NaT of pandas.
        raise malformed(name, value, "is not a time") from error
    if zone is None:
        problem = "has no time zone; add one, as in 2026-11-01T09:30:00+01:00"
        raise malformed(name, value, problem)
    return plain


def _parse_time(name: str, value: str) -> datetime:
    # A datetime needs no parser, and most lists filter by no time.
    from dateutil.parser import isoparse

    short = value.strip()[:LONGEST_FILTER]
    try:
        return isoparse(short)
    except ValueError:
        problem = "is not a time such as 2026-11-01T09:30:00+01:00"
        raise malformed(name, value, problem) from None

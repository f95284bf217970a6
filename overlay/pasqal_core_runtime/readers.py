"""Readers: how a JSON value of each kind becomes a Python value.

A reader works in two ways. `read` accepts exactly what the contract promises and raises one of
`SURPRISES` at anything else; it is what the first pass over an answer uses. `mend` is for the second
pass: it notes each departure with its place and salvages what is usable.

`read` is a plain function in a field, and those of arrays and the like keep the function of what is
inside in a local variable: a method would cost a look-up for each value of each answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, TypeVar

from attrs import field, frozen

from .json_values import copy_json, describe_json
from .surprises import SURPRISES, SurpriseError
from .times import read_loose_time, read_time
from .uuids import read_loose_uuid, read_uuid

if TYPE_CHECKING:
    from .departures import Found, Place
    from .model import Model
    from .open_enum import OpenEnum

E = TypeVar("E", bound="OpenEnum")

Read = Callable[[Any], Any]


@frozen(eq=False)
class Reader:
    """How a JSON value of one kind is read.

    Attributes:
        expected: the promise, in words.
        read: accepts exactly what the contract promises; raises one of `SURPRISES` otherwise.
        salvage: makes the best of something else, or raises one of `SURPRISES`.
    """

    expected: str
    read: Read
    salvage: Read | None = None

    def mend(self, value: object, place: Place, found: Found) -> Any:
        """Read tolerantly: note a departure and salvage what can be.

        Raises:
            SurpriseError: nothing is usable; any other of `SURPRISES`, too. The last departure
                found says why.
        """
        try:
            return self.read(value)
        except SURPRISES:
            seen = describe_json(value)
            found.append(place.departure(self.expected, seen))
            if self.salvage is None:
                raise
            return self.salvage(value)


# Values without anything inside


def _reader_of_type(expected: str, kind: type, salvage: Read | None = None) -> Reader:
    """A reader for one Python type and not for those derived from it: true is not an integer."""

    def read(value: Any) -> Any:
        if type(value) is kind:
            return value
        raise SurpriseError

    return Reader(expected, read, salvage)


def _text_of_integer(value: Any) -> str:
    if type(value) is int:
        return str(value)
    raise SurpriseError


_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")


def _read_loose_integer(value: Any) -> int:
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():
        return int(value)
    if type(value) is str and _INTEGER.fullmatch(value):
        return int(value)
    raise SurpriseError


def _read_number(value: Any) -> Any:
    if type(value) in (int, float):
        return value
    raise SurpriseError


# A decoded value belongs to the caller, who may change it; the payload does not.
anything: Final = Reader("any value", copy_json)
text: Final = _reader_of_type("text", str, _text_of_integer)
boolean: Final = _reader_of_type("true or false", bool)
integer: Final = _reader_of_type("an integer", int, _read_loose_integer)
number: Final = Reader("a number", _read_number)
uuid: Final = Reader("a UUID", read_uuid, read_loose_uuid)
date_time: Final = Reader("an RFC 3339 time with a zone", read_time, read_loose_time)


def bounded(least: float | None, most: float | None) -> Reader:
    """An integer within bounds; one outside of them is a departure, but used."""
    limits = []
    if least is not None:
        limits.append(f"at least {least:g}")
    if most is not None:
        limits.append(f"at most {most:g}")
    # Without a bound of its own, an integer is between the infinities.
    lowest = -math.inf if least is None else least
    highest = math.inf if most is None else most

    def read(value: Any) -> int:
        if type(value) is int and lowest <= value <= highest:
            return value
        raise SurpriseError

    expected = " and ".join(limits)
    return Reader(f"an integer of {expected}", read, _read_loose_integer)


def enumeration(kind: type[E]) -> Reader:
    """Text of an open enumeration; a value that the contract does not list is not a departure."""
    known: dict[str, E] = kind._known

    # A look-up costs less than a call, and nearly all values are known.
    def read(value: Any) -> E:
        return known.get(value) or kind(value)

    return Reader(f"text of {kind.__name__}", read)


# Values with others inside


@frozen(eq=False)
class _OuterReader(Reader):
    """Reads values with others inside, which `inner` reads."""

    inner: Reader = field(kw_only=True)


class NullableReader(_OuterReader):
    """Reads null, and what another reader reads."""

    __slots__ = ()

    def mend(self, value: object, place: Place, found: Found) -> Any:
        """Read tolerantly what is not null."""
        if value is None:
            return None
        return self.inner.mend(value, place, found)


def nullable(inner: Reader) -> Reader:
    """Null, or what `inner` reads."""
    read_inner = inner.read

    def read(value: Any) -> Any:
        if value is None:
            return None
        return read_inner(value)

    return NullableReader(f"{inner.expected}, or null", read, inner=inner)


def one_of(*readers: Reader) -> Reader:
    """What the first of the readers that accepts the value makes of it."""

    def read(value: Any) -> Any:
        for reader in readers:
            try:
                return reader.read(value)
            except SURPRISES:
                continue
        raise SurpriseError

    expected = " or ".join(reader.expected for reader in readers)
    return Reader(expected, read)


class _ArrayReader(_OuterReader):
    __slots__ = ()

    def mend(self, value: object, place: Place, found: Found) -> Any:
        if type(value) is not list:
            return super().mend(value, place, found)
        kept = _mend_each(self.inner, enumerate(value), place, found)
        return [item for _, item in kept]


def array(item: Reader) -> Reader:
    """A list; an item that cannot be used is left out of the decoded list."""
    read_item = item.read

    def read(value: Any) -> list[Any]:
        if type(value) is list:
            return [read_item(entry) for entry in value]
        raise SurpriseError

    return _ArrayReader("an array", read, inner=item)


class _MappingReader(_OuterReader):
    __slots__ = ()

    def mend(self, value: object, place: Place, found: Found) -> Any:
        if type(value) is not dict:
            return super().mend(value, place, found)
        kept = _mend_each(self.inner, value.items(), place, found)
        return dict(kept)


def _read_object(value: Any) -> Any:
    if type(value) is dict:
        return copy_json(value)
    raise SurpriseError


def mapping(item: Reader) -> Reader:
    """An object whose keys the contract does not name; an entry that cannot be used is left out."""
    if item is anything:
        return Reader("an object", _read_object)
    read_item = item.read

    def read(value: Any) -> dict[str, Any]:
        if type(value) is dict:
            return {key: read_item(entry) for key, entry in value.items()}
        raise SurpriseError

    return _MappingReader("an object", read, inner=item)


def _mend_each(
    item: Reader,
    entries: Iterable[tuple[Any, Any]],
    place: Place,
    found: Found,
) -> Iterator[tuple[Any, Any]]:
    """Each entry that is usable, with its key or position."""
    for key, value in entries:
        try:
            here = place.entry(key)
            mended = item.mend(value, here, found)
        except SURPRISES:
            continue
        yield key, mended


@frozen(eq=False)
class _ModelReader(Reader):
    kind: type[Model] = field(kw_only=True)

    def mend(self, value: object, place: Place, found: Found) -> Any:
        # Most of the objects in an answer that departs somewhere do not depart themselves.
        try:
            return self.read(value)
        except SURPRISES:
            return self.kind._read_tolerantly(value, place, found)


def model(kind: type[Model]) -> Reader:
    """An object that one of the generated models reads."""
    return _ModelReader("an object", kind._read_exactly, kind=kind)


__all__ = [
    "NullableReader",
    "Read",
    "Reader",
    "anything",
    "array",
    "boolean",
    "bounded",
    "date_time",
    "enumeration",
    "integer",
    "mapping",
    "model",
    "nullable",
    "number",
    "one_of",
    "text",
    "uuid",
]

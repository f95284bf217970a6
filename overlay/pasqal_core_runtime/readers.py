"""Readers: how a JSON value of each kind becomes a Python value.

A reader works in two ways. `read` accepts exactly what the contract promises and raises one of
`NOT_AS_PROMISED` at anything else; it is what the first pass over an answer uses. `read_leniently` is
for the second pass: it notes each departure with its place and uses what is usable.

`read` is a plain function in a field, and those of arrays and the like keep the function of what is
inside in a local variable: a method would cost a look-up for each value of each answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, TypeVar

from attrs import field, frozen

from .departures import NOT_AS_PROMISED, NotAsPromisedError
from .errors import DepartureError
from .json_values import copy_json, describe_json
from .times import read_lenient_time, read_time
from .uuids import read_lenient_uuid, read_uuid

if TYPE_CHECKING:
    from .departures import Found, Place
    from .model import Model
    from .open_enum import OpenEnum

E = TypeVar("E", bound="OpenEnum")

Read = Callable[[Any], Any]


def _reject(value: Any) -> Any:
    raise NotAsPromisedError


@frozen(eq=False)
class Reader:
    """How a JSON value of one kind is read.

    Attributes:
        expected: the promise, in words.
        read: accepts exactly what the contract promises; raises one of `NOT_AS_PROMISED` otherwise.
        lenient: accepts something else that can mean only one value; raises alike.
    """

    expected: str
    read: Read
    lenient: Read = _reject

    def read_leniently(self, value: object, place: Place, found: Found) -> Any:
        """Read what is as promised; note a departure otherwise, and use what is usable.

        Raises:
            DepartureError: nothing is usable. The departure is among those found, too.
        """
        try:
            return self.read(value)
        except NOT_AS_PROMISED:
            seen = describe_json(value)
        departure = place.departure(self.expected, seen)
        found.append(departure)
        try:
            return self.lenient(value)
        except NOT_AS_PROMISED:
            raise DepartureError(departure) from None


# Values without anything inside


def _reader_of_type(expected: str, kind: type, lenient: Read = _reject) -> Reader:
    """A reader for one Python type and not for those derived from it: true is not an integer."""

    def read(value: Any) -> Any:
        if type(value) is kind:
            return value
        raise NotAsPromisedError

    return Reader(expected, read, lenient)


def _text_of_integer(value: Any) -> str:
    if type(value) is int:
        return str(value)
    raise NotAsPromisedError


_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")


def _read_lenient_integer(value: Any) -> int:
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():
        return int(value)
    if type(value) is str and _INTEGER.fullmatch(value):
        return int(value)
    raise NotAsPromisedError


def _read_number(value: Any) -> Any:
    if type(value) in (int, float):
        return value
    raise NotAsPromisedError


# A decoded value belongs to the caller, who may change it; the payload does not.
anything: Final = Reader("any value", copy_json)
text: Final = _reader_of_type("text", str, _text_of_integer)
boolean: Final = _reader_of_type("true or false", bool)
integer: Final = _reader_of_type("an integer", int, _read_lenient_integer)
number: Final = Reader("a number", _read_number)
uuid: Final = Reader("a UUID", read_uuid, read_lenient_uuid)
date_time: Final = Reader("an RFC 3339 time with a zone", read_time, read_lenient_time)


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
        raise NotAsPromisedError

    expected = " and ".join(limits)
    return Reader(f"an integer of {expected}", read, _read_lenient_integer)


def enumeration(kind: type[E]) -> Reader:
    """Text of an open enumeration; a value that the contract does not list is not a departure."""
    known: dict[str, E] = kind._known

    # A look-up costs less than a call, and nearly all values are known.
    def read(value: Any) -> E:
        return known.get(value) or kind(value)

    return Reader(f"text of {kind.__name__}", read)


# Values with others inside


@frozen(eq=False)
class _ContainerReader(Reader):
    """Reads values with others inside, which `inner` reads."""

    inner: Reader = field(kw_only=True)


class NullableReader(_ContainerReader):
    """Reads null, and what another reader reads."""

    __slots__ = ()

    def read_leniently(self, value: object, place: Place, found: Found) -> Any:
        """Read leniently what is not null."""
        if value is None:
            return None
        return self.inner.read_leniently(value, place, found)


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
            except NOT_AS_PROMISED:
                continue
        raise NotAsPromisedError

    expected = " or ".join(reader.expected for reader in readers)
    return Reader(expected, read)


class _ArrayReader(_ContainerReader):
    __slots__ = ()

    def read_leniently(self, value: object, place: Place, found: Found) -> Any:
        if type(value) is not list:
            return super().read_leniently(value, place, found)
        kept = _read_each_leniently(self.inner, enumerate(value), place, found)
        return [item for _, item in kept]


def array(item: Reader) -> Reader:
    """A list; an item that cannot be used is left out of the decoded list."""
    read_item = item.read

    def read(value: Any) -> list[Any]:
        if type(value) is list:
            return [read_item(entry) for entry in value]
        raise NotAsPromisedError

    return _ArrayReader("an array", read, inner=item)


class _MappingReader(_ContainerReader):
    __slots__ = ()

    def read_leniently(self, value: object, place: Place, found: Found) -> Any:
        if type(value) is not dict:
            return super().read_leniently(value, place, found)
        kept = _read_each_leniently(self.inner, value.items(), place, found)
        return dict(kept)


def _read_object(value: Any) -> Any:
    if type(value) is dict:
        return copy_json(value)
    raise NotAsPromisedError


def mapping(item: Reader) -> Reader:
    """An object whose keys the contract does not name; an entry that cannot be used is left out."""
    if item is anything:
        return Reader("an object", _read_object)
    read_item = item.read

    def read(value: Any) -> dict[str, Any]:
        if type(value) is dict:
            return {key: read_item(entry) for key, entry in value.items()}
        raise NotAsPromisedError

    return _MappingReader("an object", read, inner=item)


def _read_each_leniently(
    item: Reader,
    entries: Iterable[tuple[Any, Any]],
    place: Place,
    found: Found,
) -> Iterator[tuple[Any, Any]]:
    """Each entry that is usable, with its key or position."""
    for key, value in entries:
        here = place.entry(key)
        try:
            read = item.read_leniently(value, here, found)
        except DepartureError:
            continue
        yield key, read


@frozen(eq=False)
class _ModelReader(Reader):
    kind: type[Model] = field(kw_only=True)

    def read_leniently(self, value: object, place: Place, found: Found) -> Any:
        # Most of the objects in an answer that departs somewhere do not depart themselves.
        try:
            return self.read(value)
        except NOT_AS_PROMISED:
            return self.kind._read_leniently(value, place, found)


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

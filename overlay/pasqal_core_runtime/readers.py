"""The runtime below the generated models, and the few types that the operations share.

A model keeps the payload it was read from and decodes its declared fields once. Reading has two passes. The first
accepts what the contract promises and gives up at the first surprise; it is generated for each model. Only then the
second one, which reads the model's table, carries the path along, uses what is usable, leaves unset what is not, and
reports every *departure* from the contract. On a payload without surprises both give the same result.
"""

from __future__ import annotations

import datetime
import json
import re
import threading
from binascii import unhexlify
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from http import HTTPStatus
from typing import (
    IO,
    TYPE_CHECKING,
    Any,
    BinaryIO,
    ClassVar,
    Final,
    Generic,
    Literal,
    NamedTuple,
    Never,
    Self,
    TypeVar,
)
from uuid import UUID, SafeUUID

from attrs import define, field, frozen

from .errors import DepartureError


class Unset:
    """The type of `UNSET`, which stands for a request parameter that is not sent."""

    def __bool__(self) -> Literal[False]:
        return False

    def __reduce__(self) -> str:  # operations compare by identity
        return "UNSET"


UNSET: Unset = Unset()

FileContent = IO[bytes] | bytes | str
FileTypes = (
    tuple[str | None, FileContent, str | None]
    | tuple[str | None, FileContent, str | None, Mapping[str, str]]
)
RequestFiles = list[tuple[str, FileTypes]]


@define
class File:
    """A file to upload."""

    payload: BinaryIO
    file_name: str | None = None
    mime_type: str | None = None

    def to_tuple(self) -> FileTypes:
        """The form that httpx takes for a multipart body."""
        return self.file_name, self.payload, self.mime_type


T = TypeVar("T")
M = TypeVar("M", bound="Model")
E = TypeVar("E", bound="OpenEnum")


@define
class Response(Generic[T]):
    """The raw and the parsed answer of an operation."""

    status_code: HTTPStatus
    content: bytes
    headers: MutableMapping[str, str]
    parsed: T


# ---------------------------------------------------------------------------------------------------------------------
# Departures


@frozen
class Departure:
    """One place where an answer does not have the form that the contract promises.

    Attributes:
        path: where, from the top of the answer, such as `data[3].created_at`.
        expected: what the contract promises there.
        seen: what was there instead, cut short.
        pattern: the path without positions and keys.
    """

    path: str
    expected: str
    seen: str
    pattern: str = field(default="", eq=False, repr=False)

    def __str__(self) -> str:
        return f"{self.path or 'the answer'}: expected {self.expected}, got {self.seen}"

    @property
    def kind(self) -> tuple[str, str]:
        """What makes two departures the same one, seen again: where, but for positions and keys, and what was expected."""
        return self.pattern or self.path, self.expected


Report = Callable[[Departure], None]


def ignore(departure: Departure) -> None:
    """A report that goes nowhere."""


def refuse(departure: Departure) -> None:
    """A report that raises `DepartureError` at once."""
    raise DepartureError(departure)


_new = object.__new__


class Surprise(ValueError):
    """A value is not what the contract promises (internal to reading)."""


# What the readers and the standard library's constructors raise on a value of the wrong form.
SURPRISES = (ValueError, TypeError, KeyError, OverflowError, OSError)


def seen(value: object) -> str:
    """A short, printable description of a value."""
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'an array'} with {len(value)} entries"
    try:
        text = json.dumps(value, default=repr)
    except ValueError:
        return "an integer of thousands of digits"
    return text if len(text) <= 60 else f"{text[:57]}..."


@frozen
class Place:
    """Where in an answer: as text, and as text without positions and keys."""

    path: str = ""
    pattern: str = ""

    def member(self, name: str) -> Place:
        """A declared field of the object that is here."""
        return (
            Place(f"{self.path}.{name}", f"{self.pattern}.{name}")
            if self.path
            else Place(name, name)
        )

    def entry(self, key: object) -> Place:
        """An entry of the array or object that is here."""
        return Place(f"{self.path}[{key!r}]", f"{self.pattern}[]")

    def departure(self, expected: str, value: str) -> Departure:
        """A departure here."""
        return Departure(self.path, expected, value, self.pattern)


# ---------------------------------------------------------------------------------------------------------------------
# Readers: how one kind of JSON value becomes a Python value


@frozen
class Reader:
    """How a JSON value of one kind is read.

    Attributes:
        expected: the promise, in words.
        read: accepts exactly what the contract promises; raises one of `SURPRISES` otherwise.
        salvage: makes the best of something else, or raises one of `SURPRISES`.
        inner: reads what is not null, where null is accepted; None where it is not.
    """

    expected: str
    read: Callable[[Any], Any]
    salvage: Callable[[Any], Any] | None = None
    inner: Reader | None = None

    def mend(self, value: object, place: Place, found: list[Departure]) -> Any:
        """Read tolerantly: note a departure and salvage what can be."""
        try:
            return self.read(value)
        except SURPRISES:
            found.append(place.departure(self.expected, seen(value)))
            if self.salvage is None:
                raise
            return self.salvage(value)


def surprise() -> Never:
    """Raise a `Surprise`, in an expression."""
    raise Surprise


def _only(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is kind:
            return value
        raise Surprise

    return read


def _anything(value: Any) -> Any:
    return copied(value)  # a decoded value is the caller's, the payload is not


def _text_of_integer(value: Any) -> str:
    if type(value) is int:
        return str(value)
    raise Surprise


def _integer_of_number(value: Any) -> int:
    if type(value) is str and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    if type(value) is float and value.is_integer():
        return int(value)
    raise Surprise


def _number(value: Any) -> float | int:
    if type(value) is float or type(value) is int:
        return value
    raise Surprise


_is_loose_uuid = re.compile(
    r"(?:urn:uuid:)?\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?", re.ASCII | re.IGNORECASE
).fullmatch


def writable(kind: type) -> Callable[[], Any]:
    """Makes objects that are to become ones of a read-only class: they are filled first, then change their class.

    To fill a read-only object slot by slot takes four times as long.
    """
    plain = {name: getattr(object, name) for name in ("__init__", "__setattr__", "__delattr__")}
    return type(kind.__name__, (kind,), {"__slots__": (), **plain})


_draft_of_uuid = writable(UUID)
_HYPHENS: Final = slice(8, 24, 5)
_NOT_SAID: Final = SafeUUID.unknown


def read_uuid(value: Any) -> UUID:
    """An id in its one spelling, in either case."""
    if value[_HYPHENS] != "----" or len(value) != 36:
        raise Surprise
    digits = value.replace("-", "")
    if len(digits) != 32:
        raise Surprise
    # What UUID(value) does, without its guessing at other spellings; that takes twice as long.
    made = _draft_of_uuid()
    made.int = int.from_bytes(unhexlify(digits), "big")
    made.is_safe = _NOT_SAID
    made.__class__ = UUID
    read: UUID = made
    return read


# The jobs of a list share their batches and projects, so most ids come again and again.
_recent_uuids: dict[str, tuple[str, UUID]] = {}
_RECENT: Final = 1000


def read_shared_uuid(payload: dict[str, Any], key: str) -> UUID:
    """The same for an id that other objects have too; they share its text as well."""
    recent = _recent_uuids.get(payload[key])
    if recent is None:
        recent = payload[key], read_uuid(payload[key])
        if len(_recent_uuids) >= _RECENT:
            _recent_uuids.clear()
        _recent_uuids[payload[key]] = recent
    payload[key], made = recent
    return made


def _loose_uuid(value: Any) -> UUID:
    if type(value) is str and _is_loose_uuid(value):
        return UUID(value)
    raise Surprise


_is_rfc3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|(60))(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
).fullmatch
_is_epoch = re.compile(r"\d{9,10}(?:\.\d+)?", re.ASCII).fullmatch
# Python's own parser believes that a text ends where its first NUL is.
_is_sloppy = re.compile(r"\d{4}-\d\d-\d\d[Tt ](?:[01]\d|2[0-3]):\d\d[^\0\n]*", re.ASCII).fullmatch
_DIGITS_TO_ZEROS: Final = bytes.maketrans(b"123456789", b"000000000")
_USUAL_TIME: Final = b"0000-00-00T00:00:00.000000+00:00"
_OTHER_TIMES: Final = frozenset(
    b"0000-00-00T00:00:00" + fraction + zone
    for fraction in (b"", b".000", b".000000")
    for zone in (b"+00:00", b"Z")
)
_from_iso, _UTC = datetime.datetime.fromisoformat, datetime.UTC


def read_time(value: Any) -> datetime.datetime:
    """A time as RFC 3339 has it."""
    shape = str.encode(value).translate(_DIGITS_TO_ZEROS)
    if shape == _USUAL_TIME or shape in _OTHER_TIMES:  # twice as fast as the expression below
        try:
            moment = _from_iso(value)
        except ValueError:  # a leap second, or no time at all
            pass
        else:
            # Python takes "+00:60" for an hour, and some versions of it take 24:00 for the next midnight.
            if moment.tzinfo is _UTC and (moment.hour or "T24" not in value):
                return moment
    match = _is_rfc3339(value)
    if match is None:
        raise Surprise
    if match[1]:  # a leap second, which Python's datetime cannot hold
        return read_time(f"{value[:17]}59{value[19:]}") + datetime.timedelta(seconds=1)
    return _from_iso(value.upper() if value[-1] == "z" else value)


def _loose_date_time(value: Any) -> datetime.datetime:
    if type(value) is str and _is_rfc3339(f"{value}Z"):
        return read_time(f"{value}Z")
    if type(value) is str and _is_sloppy(value):
        moment = _from_iso(value.upper())
        return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    if type(value) in (int, float) or (type(value) is str and _is_epoch(value)):
        return datetime.datetime.fromtimestamp(float(value), datetime.UTC)
    raise Surprise


anything = Reader("any value", _anything)
text = Reader("text", _only(str), _text_of_integer)
boolean = Reader("true or false", _only(bool))
integer = Reader("an integer", _only(int), _integer_of_number)
number = Reader("a number", _number)
uuid = Reader("a UUID", read_uuid, _loose_uuid)
date_time = Reader("an RFC 3339 time with a zone", read_time, _loose_date_time)


def bounded(least: float | None, most: float | None) -> Reader:
    """An integer within bounds; one outside of them is a departure, but used."""

    def read(value: Any) -> int:
        if (
            type(value) is not int
            or (least is not None and value < least)
            or (most is not None and value > most)
        ):
            raise Surprise
        return value

    def salvage(value: Any) -> int:
        return value if type(value) is int else _integer_of_number(value)

    limits = [
        f"at least {least:g}" if least is not None else "",
        f"at most {most:g}" if most is not None else "",
    ]
    return Reader(f"an integer of {' and '.join(filter(None, limits))}", read, salvage)


def enumeration(kind: type[E]) -> Reader:
    """Text of an open enumeration; a value that the contract does not list is no departure."""

    known: dict[str, E] = kind._known

    def read(value: Any) -> E:
        return known.get(value) or kind(value)

    return Reader(f"text of {kind.__name__}", read)


def nullable(inner: Reader) -> Reader:
    """Null, or what `inner` reads."""
    read_inner = inner.read

    def read(value: Any) -> Any:
        return None if value is None else read_inner(value)

    class Nullable(Reader):
        def mend(self, value: object, place: Place, found: list[Departure]) -> Any:
            return None if value is None else inner.mend(value, place, found)

    return Nullable(f"{inner.expected}, or null", read, inner=inner)


def one_of(*readers: Reader) -> Reader:
    """What the first of the readers that accepts the value makes of it."""

    def read(value: Any) -> Any:
        for reader in readers:
            try:
                return reader.read(value)
            except SURPRISES:
                pass
        raise Surprise

    return Reader(" or ".join(reader.expected for reader in readers), read)


def array(item: Reader) -> Reader:
    """A list; an item that cannot be used is left out of the decoded list."""
    read_item = item.read

    def read(value: Any) -> list[Any]:
        if type(value) is not list:
            raise Surprise
        return [read_item(entry) for entry in value]

    class Array(Reader):
        def mend(self, value: object, place: Place, found: list[Departure]) -> Any:
            if type(value) is not list:
                return super().mend(value, place, found)
            return [kept for _, kept in _mend_each(item, enumerate(value), place, found)]

    return Array("an array", read)


def mapping(item: Reader) -> Reader:
    """An object whose keys the contract does not name; an entry that cannot be used is left out."""
    read_item = item.read

    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise Surprise
        return (
            copied(value)
            if item is anything
            else {key: read_item(entry) for key, entry in value.items()}
        )

    class Mapped(Reader):
        def mend(self, value: object, place: Place, found: list[Departure]) -> Any:
            if type(value) is not dict:
                return super().mend(value, place, found)
            return (
                self.read(value)
                if item is anything
                else dict(_mend_each(item, value.items(), place, found))
            )

    return Mapped("an object", read)


def _mend_each(
    item: Reader, entries: Any, place: Place, found: list[Departure]
) -> Iterator[tuple[Any, Any]]:
    for key, value in entries:
        try:
            mended = item.mend(value, place.entry(key), found)
        except SURPRISES:
            continue
        yield key, mended


def model(kind: type[Model]) -> Reader:
    """An object that one of the generated models reads."""

    class OfModel(Reader):
        def mend(self, value: object, place: Place, found: list[Departure]) -> Any:
            try:
                return self.read(value)
            except SURPRISES:
                return kind.mended(value, place, found)

    return OfModel("an object", kind.exact)


# ---------------------------------------------------------------------------------------------------------------------
# Models


class Field(NamedTuple):
    """One declared field of a model."""

    name: str
    wire: str
    reader: Reader
    required: bool = False
    default: Any = None


class Plan(NamedTuple):
    """How payloads become objects of a model: made once, when the first one is read.

    Attributes:
        draft: makes an object that is not read-only yet.
        read: a reader for each field's values other than null, by the field's name.
        table: every field.
    """

    draft: Callable[[], Any]
    read: dict[str, Callable[[Any], Any]]
    table: tuple[Field, ...]


MISSING: Final = object()
NONE_DEPARTED: Final[dict[str, Departure]] = {}
_copying = threading.Lock()


class Model:
    """An object of an answer: read-only, exact, and open about what did not fit.

    Two objects are equal when they were read from equal payloads. They pickle and copy.
    """

    __slots__ = ("_departed", "_payload")
    _payload: dict[str, Any]
    _departed: dict[str, Departure]
    _plan: ClassVar[Plan | None] = None

    def __init_subclass__(cls) -> None:
        cls._plan = None  # a class does not share that of the one that it is derived from

    def __init__(self, *_: Never, **__: Never) -> None:
        raise TypeError(
            f"a {type(self).__name__} is read from a payload: use {type(self).__name__}.from_dict"
        )

    @staticmethod
    def describe() -> tuple[Field, ...]:
        """How each field is read (each model has its own)."""
        raise NotImplementedError

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any], *, strict: bool = False) -> Self:
        """Read a payload.

        Args:
            src_dict: a decoded JSON object; it is copied.
            strict: refuse a payload that departs from the contract.

        Raises:
            DepartureError: the payload is no object, or `strict` is set and it departs from the contract.
        """
        return cls.read(
            copied(dict(src_dict)) if isinstance(src_dict, Mapping) else src_dict,
            refuse if strict else ignore,
        )

    def to_dict(self) -> dict[str, Any]:
        """A copy of exactly what was received: null apart from absent, unknown fields, spelling and order kept."""
        received: dict[str, Any] = copied(self._payload)
        return received

    @property
    def departures(self) -> tuple[Departure, ...]:
        """The declared fields of this object that are unset because the answer departed from the contract."""
        return tuple(self._departed.values())

    @classmethod
    def read(cls, payload: object, report: Report = ignore) -> Self:
        """Read a decoded payload without copying it, telling `report` how it departs from the contract.

        Raises:
            DepartureError: the payload is no object at all.
        """
        try:
            return cls.exact(payload)
        except SURPRISES:
            pass
        found: list[Departure] = []
        try:
            read = cls.mended(payload, Place(), found)
        except SURPRISES:
            report(found[-1])
            raise DepartureError(found[-1]) from None
        for departure in found:  # only now: what a report raises is no surprise of reading
            report(departure)
        return read

    @classmethod
    def exact(cls, payload: Any) -> Self:
        """The first pass: everything is as promised, or one of `SURPRISES` (each model has its own)."""
        raise NotImplementedError

    @classmethod
    def mended(cls, payload: Any, place: Place, found: list[Departure]) -> Self:
        """The second pass: what is usable is used, and every departure is noted with its path."""
        if type(payload) is not dict:
            found.append(place.departure("an object", seen(payload)))
            raise Surprise
        self = _new(cls)
        departed: dict[str, Departure] = {}
        object.__setattr__(self, "_payload", payload)
        object.__setattr__(self, "_departed", departed)
        for name, wire, reader, required, default in (cls._plan or cls._prepare()).table:
            here = place.member(wire)
            value = payload.get(wire, MISSING)
            if value is MISSING:
                if required:
                    found.append(here.departure(f"a required field ({reader.expected})", "nothing"))
                    departed[name] = found[-1]
                else:
                    object.__setattr__(self, name, default)
                continue
            try:
                object.__setattr__(self, name, reader.mend(value, here, found))
            except SURPRISES:
                departed[name] = found[-1]
        return self

    @classmethod
    def _prepare(cls) -> Plan:
        table = cls.describe()
        cls._plan = Plan(
            writable(cls),
            {name: (reader.inner or reader).read for name, _, reader, *_ in table},
            table,
        )
        return cls._plan

    if not TYPE_CHECKING:  # a checker that saw this would accept every misspelt field

        def __getattr__(self, name: str) -> Any:
            departure = None if name.startswith("_") else self._departed.get(name)
            if departure is not None:
                raise DepartureError(departure)
            for field in (self._plan or self._prepare()).table:
                if field.name == name:
                    return self._copied(field)
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
            )

    def _copied(self, field: Field) -> Any:
        """The value of a field that the first pass has left to be copied when it is first asked for."""
        with _copying:
            try:
                return object.__getattribute__(self, field.name)  # another thread was faster
            except AttributeError:
                value = field.reader.read(self._payload[field.wire])
                object.__setattr__(self, field.name, value)
                return value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model):
            return NotImplemented
        return type(self) is type(other) and self._payload == other._payload

    def __hash__(self) -> int:
        plain = (
            (key, value)
            for key, value in self._payload.items()
            if not isinstance(value, dict | list)
        )
        return hash((type(self), frozenset(plain)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).read, (self._payload,)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return type(self).read(copied(self._payload))

    def __repr__(self) -> str:
        values = (f"{f.name}={self._shown(f.name)}" for f in (self._plan or self._prepare()).table)
        return f"{type(self).__name__}({', '.join(values)})"

    def _shown(self, name: str) -> str:
        if name in self._departed:
            return "?"
        value = getattr(self, name)
        try:
            shown = str(value) if isinstance(value, UUID | datetime.datetime) else repr(value)
        except RecursionError:
            return f"{type(value).__name__}(...)"
        return shown if len(shown) <= 80 else f"{shown[:77]}..."


def copied(value: Any) -> Any:
    """A deep copy of a JSON value; without recursion, because an answer may be nested deeper than Python's stack."""
    top = [value]
    todo: list[Any] = [top]
    while todo:
        container = todo.pop()
        for key, entry in container.items() if type(container) is dict else enumerate(container):
            if type(entry) is dict or type(entry) is list:
                container[key] = fresh = entry.copy()
                todo.append(fresh)
    return top[0]


# ---------------------------------------------------------------------------------------------------------------------
# Open enumerations


class _OpenEnumType(type):
    def __contains__(cls, value: object) -> bool:
        known: dict[str, Any] = cls._known  # type: ignore[attr-defined]
        return isinstance(value, str) and value in known

    def __iter__(cls: type[E]) -> Iterator[E]:  # type: ignore[misc]
        return iter(cls._known.values())

    def __len__(cls) -> int:
        known: dict[str, Any] = cls._known  # type: ignore[attr-defined]
        return len(known)


class OpenEnum(str, metaclass=_OpenEnumType):
    """Text with well-known values, which are class members; any other text is kept as it is.

    It is text: it equals its text, hashes and serialises like it. Iterating over the class gives the known members.
    A type checker does not take the known members for all there are, and it is right.
    """

    __slots__ = ("_name",)
    _known: ClassVar[dict[str, Any]] = {}
    _name: str | None

    def __new__(cls, value: str) -> Self:
        if not isinstance(value, str):
            raise TypeError(f"{cls.__name__} is made of text, not of {type(value).__name__}")
        known: Self | None = cls._known.get(value)
        if known is not None:
            return known
        member = super().__new__(cls, value)
        member._name = None
        return member

    @classmethod
    def declare(cls, members: Mapping[str, str]) -> None:
        """Make the known members (each generated enumeration calls this once)."""
        cls._known = {}
        for name, value in members.items():
            member = str.__new__(cls, value)
            member._name = name
            cls._known[value] = member
            setattr(cls, name, member)

    @property
    def is_known(self) -> bool:
        """Whether the contract lists this value."""
        return self._name is not None

    @property
    def name(self) -> str:
        """The member's name; the text itself where the contract does not list it."""
        return self._name or str(self)

    @property
    def value(self) -> str:
        """The plain text."""
        return str.__str__(self)

    def __str__(self) -> str:
        return str.__str__(self)

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__}.{self._name}>"
            if self._name
            else f"{type(self).__name__}({str(self)!r})"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.value,)


__all__ = [
    "UNSET",
    "Departure",
    "File",
    "FileTypes",
    "Model",
    "OpenEnum",
    "Report",
    "RequestFiles",
    "Response",
    "Unset",
]

"""The base of the generated models.

A model keeps the payload that it was read from and decodes its declared fields once. Reading has two
passes. The first accepts what the contract promises and gives up at the first value that is
otherwise; it is generated for each model, as straight-line code. Only then comes the second, which is
lenient: it reads the model's table, carries the path along, uses what is usable, leaves unset what is
not, and reports every *departure*: a place where the answer departs from the contract. On a payload
without departures both give the same result (docs/decisions/0001-models.md).
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, Never, Self, TypeGuard, TypeVar
from uuid import UUID

from .departures import NOT_AS_PROMISED, Place, ignore, refuse
from .drafts import draft_class
from .errors import DepartureError
from .html_tables import html_block, html_table, value_text
from .json_values import copy_json, describe_json
from .readers import NullableReader, Read, Reader
from .records import record_of
from .shown_text import without_secrets

if TYPE_CHECKING:
    from .departures import Departure, Found, Report
    from .records import Flatten, Record

M = TypeVar("M", bound="Model")

MISSING: Final = object()
"""A sentinel: the payload does not have the field at all, not even as null."""

NONE_DEPARTED: Final[dict[str, Departure]] = {}
"""Shared by all objects that were read without a departure."""

_LONGEST: Final = 80
_NOTHING: Final = repr(None)
_MOST_ENTRIES: Final = 20
"""Of longer lists and objects a `repr` says only how many entries they have."""
_set = object.__setattr__
_copying = threading.Lock()


class Field(NamedTuple):
    """One declared field of a model."""

    name: str
    wire: str
    reader: Reader
    required: bool = False
    default: Any = None


class _Decoding(NamedTuple):
    """How payloads become objects of a model: made once, when the first one is read.

    Attributes:
        draft: makes an object that is not read-only yet.
        read: the function that reads each field's values other than null, by the field's name.
        table: every field.
    """

    draft: Callable[[], Any]
    read: dict[str, Read]
    table: tuple[Field, ...]


class Model:
    """An object of an answer: read-only, exact, and open about what did not fit.

    Two objects are equal when they were read from equal payloads. They pickle and copy.
    """

    __slots__ = ("_departed", "_payload", "_request_id")
    _payload: dict[str, Any]
    _departed: dict[str, Departure]
    _request_id: str | None
    _decoding: ClassVar[_Decoding | None] = None

    def __init_subclass__(cls) -> None:
        cls._decoding = None  # a class does not share that of the one that it is derived from

    def __init__(self, *_: Never, **__: Never) -> None:
        name = type(self).__name__
        raise TypeError(f"a {name} is read from a payload: use {name}.from_dict")

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any], *, strict: bool = False) -> Self:
        """Read a payload.

        Args:
            src_dict: a decoded JSON object; it is copied.
            strict: refuse a payload that departs from the contract.

        Raises:
            DepartureError: the payload is not an object, or `strict` is set and it departs from the
                contract.
        """
        payload: object = src_dict
        if isinstance(payload, Mapping):
            payload = copy_json(dict(payload))
        return read_model(cls, payload, refuse if strict else ignore)

    def to_dict(self) -> dict[str, Any]:
        """A copy of exactly what was received: null apart from absent, unknown fields, spelling and order kept."""
        received: dict[str, Any] = copy_json(self._payload)
        return received

    def record(self, *, flatten: Flatten = ()) -> Record:
        """The declared fields as a flat dictionary, a row for pandas, polars, pyarrow or csv.

        Every object of a kind has the same columns, in the contract's order. Ids and states are
        text, times are in UTC, lists and objects are JSON text; a field that is not there, or
        departed from the contract, is None. What the contract does not know is left out: `to_dict`
        has it.

        Args:
            flatten: a field whose entries get columns of their own, named after both: `variables`
                makes `variables.omega` of the entry `omega`, and as many columns as this object has
                entries. To have the same columns in every row, name them:
                `["variables.omega", "variables.t"]`.

        Raises:
            ValueError: the model has no such field, or it has no entries.
        """
        return record_of(self, fields_of(self), flatten)

    @property
    def departures(self) -> tuple[Departure, ...]:
        """The declared fields of this object that are unset because the answer departed from the contract."""
        return tuple(self._departed.values())

    @property
    def request_id(self) -> str | None:
        """The service's id of the request that made or changed this, for its support; None if it came otherwise."""
        # Only what a write returned has it set, as most objects come from lists.
        return getattr(self, "_request_id", None)

    # Reading

    @staticmethod
    def _describe() -> tuple[Field, ...]:
        """How each field is read (each model has its own)."""
        raise NotImplementedError

    @classmethod
    def _read_exactly(cls, payload: Any) -> Self:
        """The first pass: everything is as promised, or one of `NOT_AS_PROMISED` (each model has its own)."""
        raise NotImplementedError

    @classmethod
    def _read_leniently(cls, payload: Any, place: Place, found: Found) -> Self:
        """The second pass: what is usable is used, and every departure is noted with its path.

        Raises:
            DepartureError: the payload is not an object at all.
        """
        if type(payload) is not dict:
            seen = describe_json(payload)
            departure = place.departure("an object", seen)
            found.append(departure)
            raise DepartureError(departure)
        self = object.__new__(cls)
        _set(self, "_payload", payload)
        _set(self, "_departed", {})
        decoding = cls._decoding or cls._make_decoding()
        for field in decoding.table:
            here = place.member(field.wire)
            self._read_field(field, here, found)
        return self

    def _read_field(self, field: Field, place: Place, found: Found) -> None:
        """Set a field, or leave it unset and remember the departure that is why."""
        value = self._payload.get(field.wire, MISSING)
        if value is not MISSING:
            try:
                read = field.reader.read_leniently(value, place, found)
            except DepartureError as error:
                self._departed[field.name] = error.departure
            else:
                _set(self, field.name, read)
        elif field.required:
            expected = f"a required field ({field.reader.expected})"
            missing = place.departure(expected, "nothing")
            found.append(missing)
            self._departed[field.name] = missing
        else:
            _set(self, field.name, field.default)

    @classmethod
    def _make_decoding(cls) -> _Decoding:
        """Make the decoding of this class and keep it."""
        table = cls._describe()
        read = {}
        for field in table:
            reader = field.reader
            if isinstance(reader, NullableReader):
                reader = reader.inner  # the generated code looks for null by itself
            read[field.name] = reader.read
        decoding = _Decoding(draft_class(cls), read, table)
        cls._decoding = decoding
        return decoding

    # Fields that are not set

    if not TYPE_CHECKING:  # a checker that saw this would accept every misspelt field

        def __getattr__(self, name: str) -> Any:
            # Python asks here for what no slot holds; a half-made object does not even have _departed.
            if not name.startswith("_"):
                if name in self._departed:
                    raise DepartureError(self._departed[name])
                for field in fields_of(self):
                    if field.name == name:
                        return self._copy_field(field)
            kind = type(self).__name__
            raise AttributeError(
                f"{kind!r} object has no attribute {name!r}",
                name=name,
                obj=self,
            )

    def _copy_field(self, field: Field) -> Any:
        """Set a field that the first pass left to be copied when it is first asked for."""
        with _copying:
            try:
                return object.__getattribute__(self, field.name)  # another thread was faster
            except AttributeError:
                received = self._payload[field.wire]
                value = field.reader.read(received)
                _set(self, field.name, value)
                return value

    # Models as values

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model):
            return NotImplemented
        if type(self) is not type(other):
            return False
        return self._payload == other._payload

    def __hash__(self) -> int:
        # Equal payloads have equal plain values; what is inside of the others cannot be hashed.
        plain = set()
        for key, value in self._payload.items():
            if not isinstance(value, dict | list):
                plain.add((key, value))
        return hash((type(self), frozenset(plain)))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self._payload, self.request_id)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return _restored(type(self), copy_json(self._payload), self.request_id)

    def __repr__(self) -> str:
        parts = []
        for field in fields_of(self):
            value = self._field_text(field.name)
            parts.append(f"{field.name}={value}")
        values = ", ".join(parts)
        return f"{type(self).__name__}({values})"

    def _repr_html_(self) -> str:
        """What a notebook shows: a line for each field that is there."""
        rows = []
        for field in fields_of(self):
            text = self._field_text(field.name)
            value = getattr(self, field.name, None)
            if not _is_long(value):
                plain = value_text(value)
                if plain is not None:
                    text = plain
            if text not in ("", _NOTHING):
                rows.append((field.name, text))
        table = html_table(("field", "value"), rows, len(rows), most=len(rows))
        return html_block(type(self).__name__, table)

    def _field_text(self, name: str) -> str:
        """How a field is printed: short, and never with an exception."""
        if name in self._departed:
            return "?"
        value = getattr(self, name)
        if isinstance(value, UUID | datetime.datetime):
            return str(value)
        if type(value) is str:
            value = without_secrets(value)
        if _is_long(value):
            return f"<{len(value):,} entries>"
        try:
            text = repr(value)
        except RecursionError:  # an answer may be nested deeper than Python's stack
            return f"{type(value).__name__}(...)"
        if isinstance(value, list | dict):
            text = without_secrets(text)
        if len(text) > _LONGEST:
            return f"{text[: _LONGEST - 3]}..."
        return text


def _is_long(value: object) -> TypeGuard[list[Any] | dict[str, Any]]:
    return isinstance(value, list | dict) and len(value) > _MOST_ENTRIES


# These are functions because a method of `Model` shows up when a user completes `job.`, and a field of
# the same name would have to give way.


def read_model(
    kind: type[M],
    payload: object,
    report: Report = ignore,
    clean: Callable[[str], str] = str,
) -> M:
    """Read a decoded payload without copying it, telling `report` how it departs from the contract.

    Args:
        kind: the model.
        payload: the payload.
        report: called with each departure; it may raise.
        clean: masks the secrets in what a departure shows.

    Raises:
        DepartureError: the payload is not an object at all.
    """
    try:
        return kind._read_exactly(payload)
    except NOT_AS_PROMISED:
        pass
    found: list[Departure] = []
    try:
        read = kind._read_leniently(payload, Place(clean=clean), found)
    except DepartureError as error:
        report(error.departure)
        raise
    # Only now, because a report may raise what ends the reading of a field.
    for departure in found:
        report(departure)
    return read


def keep_request_id(model: Model, request_id: str | None) -> None:
    """Keep the id of the request that made or changed what a model is about."""
    _set(model, "_request_id", request_id)


def _restored(kind: type[M], payload: dict[str, Any], request_id: str | None) -> M:
    model = read_model(kind, payload)
    if request_id is not None:
        keep_request_id(model, request_id)
    return model


def fields_of(model: Model | type[Model]) -> tuple[Field, ...]:
    """The declared fields of a model, in the contract's order."""
    decoding = model._decoding or model._make_decoding()
    return decoding.table


__all__ = [
    "MISSING",
    "NONE_DEPARTED",
    "Field",
    "Model",
    "fields_of",
    "keep_request_id",
    "read_model",
]

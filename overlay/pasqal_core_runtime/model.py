"""The base of the generated models.

A model keeps the payload that it was read from and decodes its declared fields once. Reading has two
passes. The first accepts what the contract promises and gives up at the first surprise; it is
generated for each model, as straight-line code. Only then comes the second, which reads the model's
table, carries the path along, uses what is usable, leaves unset what is not, and reports every
*departure*: a place where the answer departs from the contract. On a payload without surprises both
give the same result (docs/decisions/0001-models.md).
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, Never, Self, TypeVar
from uuid import UUID

from .departures import Place, ignore, refuse
from .drafts import draft_class
from .errors import DepartureError
from .json_values import copy_json, describe_json
from .readers import NullableReader, Read, Reader
from .surprises import SURPRISES, SurpriseError

if TYPE_CHECKING:
    from .departures import Departure, Found, Report

M = TypeVar("M", bound="Model")

MISSING: Final = object()
"""Stands for a value that the payload does not have."""

NONE_DEPARTED: Final[dict[str, Departure]] = {}
"""Shared by all objects that were read without a departure."""

_LONGEST: Final = 80
_set = object.__setattr__
_copying = threading.Lock()


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

    __slots__ = ("_departed", "_payload")
    _payload: dict[str, Any]
    _departed: dict[str, Departure]
    _plan: ClassVar[Plan | None] = None

    def __init_subclass__(cls) -> None:
        cls._plan = None  # a class does not share that of the one that it is derived from

    def __init__(self, *_: Never, **__: Never) -> None:
        name = type(self).__name__
        raise TypeError(f"a {name} is read from a payload: use {name}.from_dict")

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
            DepartureError: the payload is not an object, or `strict` is set and it departs from the
                contract.
        """
        payload: object = src_dict
        if isinstance(payload, Mapping):
            payload = copy_json(dict(payload))
        return cls.read(payload, refuse if strict else ignore)

    def to_dict(self) -> dict[str, Any]:
        """A copy of exactly what was received: null apart from absent, unknown fields, spelling and order kept."""
        received: dict[str, Any] = copy_json(self._payload)
        return received

    @property
    def departures(self) -> tuple[Departure, ...]:
        """The declared fields of this object that are unset because the answer departed from the contract."""
        return tuple(self._departed.values())

    # Reading

    @classmethod
    def read(cls, payload: object, report: Report = ignore) -> Self:
        """Read a decoded payload without copying it, telling `report` how it departs from the contract.

        Raises:
            DepartureError: the payload is not an object at all.
        """
        try:
            return cls._read_exactly(payload)
        except SURPRISES:
            pass
        found: list[Departure] = []
        try:
            read = cls._read_tolerantly(payload, Place(), found)
        except SURPRISES:
            report(found[-1])
            raise DepartureError(found[-1]) from None
        # Only now, because what a report raises must not be taken for a surprise of reading.
        for departure in found:
            report(departure)
        return read

    @classmethod
    def _read_exactly(cls, payload: Any) -> Self:
        """The first pass: everything is as promised, or one of `SURPRISES` (each model has its own)."""
        raise NotImplementedError

    @classmethod
    def _read_tolerantly(cls, payload: Any, place: Place, found: Found) -> Self:
        """The second pass: what is usable is used, and every departure is noted with its path."""
        if type(payload) is not dict:
            seen = describe_json(payload)
            found.append(place.departure("an object", seen))
            raise SurpriseError
        self = object.__new__(cls)
        _set(self, "_payload", payload)
        _set(self, "_departed", {})
        plan = cls._plan or cls._make_plan()
        for field in plan.table:
            here = place.member(field.wire)
            self._read_field(field, here, found)
        return self

    def _read_field(self, field: Field, place: Place, found: Found) -> None:
        """Set a field, or leave it unset and remember the departure that is why."""
        value = self._payload.get(field.wire, MISSING)
        if value is not MISSING:
            try:
                mended = field.reader.mend(value, place, found)
            except SURPRISES:
                self._departed[field.name] = found[-1]
            else:
                _set(self, field.name, mended)
        elif field.required:
            expected = f"a required field ({field.reader.expected})"
            missing = place.departure(expected, "nothing")
            found.append(missing)
            self._departed[field.name] = missing
        else:
            _set(self, field.name, field.default)

    @classmethod
    def _make_plan(cls) -> Plan:
        """Make the plan of this class and keep it."""
        table = cls.describe()
        read = {}
        for field in table:
            reader = field.reader
            if isinstance(reader, NullableReader):
                reader = reader.inner  # the generated code looks for null by itself
            read[field.name] = reader.read
        plan = Plan(draft_class(cls), read, table)
        cls._plan = plan
        return plan

    # Fields that are not set

    if not TYPE_CHECKING:  # a checker that saw this would accept every misspelt field

        def __getattr__(self, name: str) -> Any:
            # Python asks here for what no slot holds; a half-made object does not even have _departed.
            if not name.startswith("_"):
                if name in self._departed:
                    raise DepartureError(self._departed[name])
                for field in (self._plan or self._make_plan()).table:
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
        return type(self).read, (self._payload,)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return type(self).read(copy_json(self._payload))

    def __repr__(self) -> str:
        plan = self._plan or self._make_plan()
        parts = []
        for field in plan.table:
            value = self._field_text(field.name)
            parts.append(f"{field.name}={value}")
        values = ", ".join(parts)
        return f"{type(self).__name__}({values})"

    def _field_text(self, name: str) -> str:
        """How a field is printed: short, and never with an exception."""
        if name in self._departed:
            return "?"
        value = getattr(self, name)
        if isinstance(value, UUID | datetime.datetime):
            return str(value)
        try:
            text = repr(value)
        except RecursionError:  # an answer may be nested deeper than Python's stack
            return f"{type(value).__name__}(...)"
        if len(text) > _LONGEST:
            return f"{text[: _LONGEST - 3]}..."
        return text


__all__ = ["MISSING", "NONE_DEPARTED", "Field", "Model", "Plan"]

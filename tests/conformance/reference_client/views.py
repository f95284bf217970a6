"""Typed views of JSON: what departs from the contract costs its own place only."""

import json
import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from . import schemas

UTC: Final = timezone.utc  # noqa: UP017
MAX_DIGITS: Final = 4000
LAST_SECOND: Final = 100_000_000_000
"""Larger numbers are milliseconds: as seconds they would be a time after the year 5000."""


class Number(float):
    """A number that no int is; it keeps its text."""

    text: str

    def __new__(cls, text: str) -> "Number":
        number = super().__new__(cls, text if len(text) < MAX_DIGITS else "inf")
        number.text = text
        return number


@dataclass(frozen=True)
class Enumerated:
    """Text of an open enumeration."""

    text: str
    known: bool


@dataclass(frozen=True)
class Absent:
    """What a field that is not there stands for."""

    default: Any = None


class Unset:
    """The place has nothing that can be used."""


UNSET: Final = Unset()


def parse_integer(text: str) -> int | Number:
    """An integer of any size; one that Python would not read stays text."""
    if len(text) > MAX_DIGITS:
        return Number(text)
    return int(text)


def parse_json(text: str) -> Any:
    """JSON without loss."""
    return json.loads(text, parse_int=parse_integer, parse_float=Number, parse_constant=Number)


def write_json(value: Any) -> str:
    """JSON as it was parsed."""
    if isinstance(value, Number):
        return value.text
    if isinstance(value, dict):
        entries = [f"{json.dumps(key)}: {write_json(value[key])}" for key in value]
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(write_json(entry) for entry in value) + "]"
    return json.dumps(value)


def pointer(place: str, key: object) -> str:
    """The JSON pointer to something in that place."""
    escaped = str(key).replace("~", "~0").replace("/", "~1")
    return f"{place}/{escaped}"


class Reader:
    """Reads one body, and notes its departures."""

    def __init__(self) -> None:
        self.departures: list[str] = []

    def depart(self, place: str, value: Any = UNSET) -> Any:
        self.departures.append(place)
        return value

    def read_fields(self, fields: dict[str, str], body: Any, place: str = "") -> Any:
        """The view of an object: a dictionary with every declared field."""
        if not isinstance(body, dict):
            return self.depart(place)
        view = {}
        for name, kind in fields.items():
            view[name] = self.read_field(name, kind, body, pointer(place, name))
        return view

    def read_field(self, name: str, kind: str, body: dict[str, Any], place: str) -> Any:
        bare = kind.rstrip("!?")
        flags = kind[len(bare) :]
        if name not in body:
            return self.read_absent(name, flags, place)
        if body[name] is None:
            return read_null(self, flags, place)
        return self.read(bare, body[name], place)

    def read_absent(self, name: str, flags: str, place: str) -> Any:
        if "!" in flags:
            return self.depart(place)
        return Absent(schemas.DEFAULTS.get(name))

    def read(self, kind: str, value: Any, place: str) -> Any:
        """The view of a value of this kind."""
        if kind.startswith("list of "):
            return self.read_list(kind.removeprefix("list of "), value, place)
        if kind.startswith("map of "):
            return self.read_map(kind.removeprefix("map of "), value, place)
        if kind in schemas.SCHEMAS:
            return self.read_fields(schemas.SCHEMAS[kind], value, place)
        if kind in schemas.ENUMERATIONS:
            return read_enumerated(self, kind, value, place)
        return READERS[kind](self, value, place)

    def read_list(self, kind: str, value: Any, place: str) -> Any:
        if not isinstance(value, list):
            return self.depart(place)
        entries = [self.read(kind, entry, pointer(place, n)) for n, entry in enumerate(value)]
        return [entry for entry in entries if entry is not UNSET]

    def read_map(self, kind: str, value: Any, place: str) -> Any:
        if not isinstance(value, dict):
            return self.depart(place)
        entries = {key: self.read(kind, value[key], pointer(place, key)) for key in value}
        return {key: entry for key, entry in entries.items() if entry is not UNSET}


def read_null(reader: Reader, flags: str, place: str) -> Any:
    """Null, where it may be."""
    if "?" in flags:
        return None
    return reader.depart(place)


def read_enumerated(reader: Reader, kind: str, value: Any, place: str) -> Any:
    """Any text, and whether the contract lists it."""
    if not isinstance(value, str):
        return reader.depart(place)
    return Enumerated(value, value in schemas.ENUMERATIONS[kind])


def read_text(reader: Reader, value: Any, place: str) -> Any:
    """Text; an integer is used as its text."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return reader.depart(place, str(value))
    return reader.depart(place)


def read_integer(reader: Reader, value: Any, place: str) -> Any:
    """An integer; one that is written as text, or with a fraction of nothing, is used."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, Number) and value.is_integer():
        return reader.depart(place, int(value))
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,400}", value, re.ASCII):
        return reader.depart(place, int(value))
    return reader.depart(place)


def read_percent(reader: Reader, value: Any, place: str) -> Any:
    """A number from 0 to 100; one beyond is what was sent."""
    number = read_integer(reader, value, place)
    if number is not UNSET and not 0 <= number <= 100:
        return reader.depart(place, number)
    return number


def read_truth(reader: Reader, value: Any, place: str) -> Any:
    """True or false."""
    if isinstance(value, bool):
        return value
    return reader.depart(place)


def read_object(reader: Reader, value: Any, place: str) -> Any:
    """A free object."""
    if isinstance(value, dict):
        return value
    return reader.depart(place)


def read_id(reader: Reader, value: Any, place: str) -> Any:
    """A UUID, in either case; other spellings of one depart."""
    if not isinstance(value, str):
        return reader.depart(place)
    try:
        found = uuid.UUID(value)
    except ValueError:
        return reader.depart(place)
    if value.lower() != str(found):
        reader.depart(place)
    return found


TIME: Final = re.compile(
    r"\s?(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(\.\d+)?([Zz]|[+-]\d\d:?\d\d)?", re.ASCII
)


def read_time(reader: Reader, value: Any, place: str) -> Any:
    """A moment; a time without a zone is UTC, and departs."""
    found = re.fullmatch(TIME, value) if isinstance(value, str) else None
    if found is None:
        return read_epoch(reader, value, place)
    day, minute, second, fraction, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{minute}:00")
        moment += timedelta(seconds=int((second or ":00")[1:]))
        moment += timedelta(microseconds=int(((fraction or ".")[1:] + "000000")[:6]))
        moment = in_zone(moment, zone)
    except (ValueError, OverflowError):
        return reader.depart(place)
    is_exact = second and zone and (zone in "Zz" or ":" in zone)
    return moment if is_exact else reader.depart(place, moment)


def in_zone(moment: datetime, zone: str | None) -> datetime:
    """A moment of this offset, in UTC."""
    if zone is None or zone in "Zz":
        return moment.replace(tzinfo=UTC)
    sign = -1 if zone[0] == "-" else 1
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return (moment - sign * offset).replace(tzinfo=UTC)


def read_epoch(reader: Reader, value: Any, place: str) -> Any:
    """Seconds since 1970, as a number or as text; they depart."""
    text = value.text if isinstance(value, Number) else str(value)
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,15}(\.\d+)?", text, re.ASCII):
        return reader.depart(place)
    whole, _, fraction = text.partition(".")
    if int(whole) > LAST_SECOND:
        return reader.depart(place)
    start = datetime(1970, 1, 1, tzinfo=UTC)
    micro = int((fraction + "000000")[:6])
    return reader.depart(place, start + timedelta(seconds=int(whole), microseconds=micro))


READERS: Final = {
    "text": lambda *given: read_text(*given),
    "integer": lambda *given: read_integer(*given),
    "percent": lambda *given: read_percent(*given),
    "truth": lambda *given: read_truth(*given),
    "object": lambda *given: read_object(*given),
    "id": lambda *given: read_id(*given),
    "time": lambda *given: read_time(*given),
}

"""What is sent: filters become queries and bodies. Every mistake of the caller is `Refused`, and nothing is sent."""

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, Final
from urllib.parse import urlencode

from . import schemas

LARGEST_PAGE: Final = 100
LONGEST_ADDRESS: Final = 4096

Pairs = list[tuple[str, str]]
Encoder = Callable[[Any], Any]


class Refused(ValueError):  # noqa: N818 - it is the name in the protocol
    """The call is a mistake of the caller."""


def sent_id(value: Any) -> str:
    """An id as it is sent: in lower case."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9A-Fa-f-]{36}", value):
        raise Refused("not a UUID")
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise Refused("not a UUID") from None


def sent_prefix(value: Any) -> str:
    """The beginning of an id."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9A-Fa-f-]{1,36}", value):
        raise Refused("not the beginning of a UUID")
    return value.lower()


def sent_text(value: Any) -> str:
    """Text of the caller, as it is."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise Refused("not a text of printable characters")
    return value


def sent_member(kind: str) -> Encoder:
    """The encoder of an open enumeration."""
    return lambda value: member_text(kind, value)


def member_text(kind: str, value: Any) -> str:
    """A known member in any case, or other text as it is."""
    text = sent_text(value)
    return text.upper() if text.upper() in schemas.ENUMERATIONS[kind] else text


def sent_integer(value: Any) -> int:
    """A number; truth values are none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refused("not an integer")
    return value


def sent_truth(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Refused("neither true nor false")
    return value


def sent_time(value: Any) -> str:
    """A time with its offset."""
    if not isinstance(value, str) or "T" not in value.upper():
        raise Refused("not a time in ISO 8601")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Refused("not a time in ISO 8601") from None
    return with_zone(moment).isoformat()


def with_zone(moment: datetime) -> datetime:
    """A moment that says which it is."""
    if moment.tzinfo is None:
        raise Refused("a time without a zone")
    if moment.tzinfo is timezone.utc:  # noqa: UP017
        return moment.replace(tzinfo=timezone.utc)  # noqa: UP017
    return moment


def many(encode: Encoder) -> Encoder:
    """A value, or several: each once."""

    def encode_all(value: Any) -> list[Any]:
        values = value if isinstance(value, list) else [value]
        return each_once([encode(entry) for entry in values])

    return encode_all


def each_once(values: list[Any]) -> list[Any]:
    """Values without repetitions, in the order given."""
    return list(dict.fromkeys(values))


Table = Mapping[str, tuple[str, Encoder]]

_MATCHED: Final[dict[str, tuple[str, Encoder]]] = {
    "id": ("id", many(lambda value: sent_id(value))),
    "id_starts_with": ("id__starts_with", lambda value: sent_prefix(value)),
}
_DATES: Final[dict[str, tuple[str, Encoder]]] = {
    "start_date": ("start_date", lambda value: sent_time(value)),
    "end_date": ("end_date", lambda value: sent_time(value)),
}
_OWNERS: Final[dict[str, tuple[str, Encoder]]] = {
    "project_id": ("project_id", many(lambda value: sent_id(value))),
    "user_id": ("user_id", many(sent_text)),
}

JOB_FILTERS: Final[Table] = {
    **_MATCHED,
    "batch_id": ("batch_id", many(lambda value: sent_id(value))),
    **_OWNERS,
    "status": ("status", many(sent_member("JobStatus"))),
    "min_runs": ("min_runs", sent_integer),
    "max_runs": ("max_runs", sent_integer),
    "errors": ("errors", sent_truth),
    "origin": ("origin", many(sent_member("JobOrigin"))),
    **_DATES,
}
BATCH_FILTERS: Final[Table] = {
    **_MATCHED,
    **_OWNERS,
    "device_type": ("device_type", many(sent_member("DeviceType"))),
    "status": ("status", many(sent_member("BatchStatus"))),
    "complete": ("complete", sent_truth),
    "open": ("open", sent_truth),
    "min_jobs": ("min_jobs", sent_integer),
    "max_jobs": ("max_jobs", sent_integer),
    **_DATES,
    "queue_priority": ("queue_priority", many(sent_member("QueuePriority"))),
    "tag": ("tag", sent_text),
}
DEVICE_FILTERS: Final[Table] = {
    "device_type": ("device_type", many(sent_member("DeviceType"))),
    "availability": ("availability", many(sent_member("DeviceAvailability"))),
    "public": ("public", sent_truth),
}
CANCEL_FILTERS: Final[Table] = {
    **_OWNERS,
    "device_type": BATCH_FILTERS["device_type"],
    "status": BATCH_FILTERS["status"],
    "open": BATCH_FILTERS["open"],
    "start_date": BATCH_FILTERS["start_date"],
    "queue_priority": BATCH_FILTERS["queue_priority"],
    "tags": ("tags", many(sent_text)),
}


class Nothing(Exception):  # noqa: N818 - it is not an error
    """A filter is an empty list, so nothing matches, and nothing is sent."""


def encode_filters(table: Table, filters: Mapping[str, Any]) -> dict[str, Any]:
    """The filters by their names on the wire, in the order of the contract; null is not given."""
    check_names(table, filters)
    encoded = {}
    for name, (wire, encode) in table.items():
        if is_given(filters.get(name)):
            encoded[wire] = encode(filters[name])
    if any(is_nothing(value) for value in encoded.values()):
        raise Nothing
    return encoded


def check_names(table: Table, filters: Mapping[str, Any]) -> None:
    """Every filter is one that the list has."""
    unknown = filters.keys() - table.keys()
    if unknown:
        raise Refused(f"no filter is called {min(unknown)!r}")


def is_given(value: Any) -> bool:
    """Whether an argument is given: null is not, zero, false and an empty list are."""
    return value is not None


def is_nothing(value: Any) -> bool:
    """Whether a filter matches nothing at all."""
    return isinstance(value, list) and not value


def pairs_of(encoded: Mapping[str, Any]) -> Pairs:
    """Keys and texts of a query; a list repeats its key."""
    pairs: Pairs = []
    for wire, value in encoded.items():
        values = value if isinstance(value, list) else [value]
        pairs += [(wire, text_of(entry)) for entry in values]
    return pairs


def text_of(value: Any) -> str:
    """A value in a query."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def query_text(pairs: Pairs) -> str:
    """The query as it is in the request line."""
    return urlencode(pairs)


def page_pairs(order: Mapping[str, Any], limit: int, offset: int) -> Pairs:
    """What every page of a list asks for."""
    by = given_or(order.get("order_by"), "created_at")
    direction = sent_member("OrderDirection")(given_or(order.get("order_by_direction"), "DESC"))
    return [("order_by", by), ("order_by_direction", direction), *place_pairs(limit, offset)]


def given_or(text: Any, default: str) -> str:
    """A text of the caller, or what stands for none."""
    return default if text is None else sent_text(text)


def place_pairs(limit: int, offset: int) -> Pairs:
    """Which piece of a list is asked for."""
    if not 1 <= sent_integer(limit) <= LARGEST_PAGE:
        raise Refused("limit is not from 1 to 100")
    if sent_integer(offset) < 0:
        raise Refused("offset is negative")
    return [("limit", str(limit)), ("offset", str(offset))]


def split(encoded: dict[str, Any], length: Callable[[dict[str, Any]], int]) -> list[dict[str, Any]]:
    """The same filters in several requests, if one address would be too long for all ids."""
    if length(encoded) <= LONGEST_ADDRESS:
        return [encoded]
    lists = [name for name, value in encoded.items() if isinstance(value, list)]
    longest = max(lists, key=lambda name: len(encoded[name]), default=None)
    if longest is None or len(encoded[longest]) < 2:
        return [encoded]
    values = encoded[longest]
    half = (len(values) + 1) // 2
    parts = split({**encoded, longest: values[:half]}, length)
    return parts + split({**encoded, longest: values[half:]}, length)

"""Reading ids. Most fields of a job are ids and times, so what is here is written for speed."""

from __future__ import annotations

import re
from binascii import unhexlify
from typing import Any, Final
from uuid import UUID, SafeUUID

from .departures import NotAsPromisedError
from .drafts import draft_class

_encode = str.encode
_integer = int.from_bytes

# An id with each of its digits made a zero.
_DIGITS_TO_ZEROS: Final = bytes.maketrans(b"123456789abcdefABCDEF", b"0" * 21)
_SHAPE: Final = b"00000000-0000-0000-0000-000000000000"
_new_draft = draft_class(UUID)
# To look up a member of an enumeration takes a third of the time that reading an id does.
_UNKNOWN_SAFETY: Final = SafeUUID.unknown

# The jobs of a list share their batches and projects, so most ids come again and again.
_recent: dict[str, tuple[str, UUID]] = {}
_MOST_RECENT: Final = 1000

_LENIENT: Final = re.compile(
    r"(?:urn:uuid:)?\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?",
    re.ASCII | re.IGNORECASE,
)


def read_uuid(value: Any) -> UUID:
    """Read an id in its one spelling, in either case."""
    if _encode(value).translate(_DIGITS_TO_ZEROS) != _SHAPE:
        raise NotAsPromisedError
    # What UUID(value) does, without its guessing at other spellings; that takes thrice as long.
    draft = _new_draft()
    octets = unhexlify(value.replace("-", ""))
    draft.int = _integer(octets, "big")
    draft.is_safe = _UNKNOWN_SAFETY
    draft.__class__ = UUID
    made: UUID = draft
    return made


def read_shared_uuid(payload: dict[str, Any], key: str) -> UUID:
    """Read an id that other objects have too; their payloads come to share its text as well."""
    text = payload[key]
    recent = _recent.get(text)
    if recent is None:
        recent = text, read_uuid(text)
        if len(_recent) >= _MOST_RECENT:
            _recent.clear()
        _recent[text] = recent
    payload[key], made = recent
    return made


def read_lenient_uuid(value: Any) -> UUID:
    """Read an id in another spelling that means only one id: without hyphens, in braces, as a URN."""
    if type(value) is not str:
        raise NotAsPromisedError
    if not _LENIENT.fullmatch(value):
        raise NotAsPromisedError
    return UUID(value)


__all__ = ["read_lenient_uuid", "read_shared_uuid", "read_uuid"]

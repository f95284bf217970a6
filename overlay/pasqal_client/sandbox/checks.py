"""Checks of what comes from outside, and what their messages are made of.

The sandbox's arguments are checked when it is made, so that a mistake is reported where it was made.
"""

from __future__ import annotations

import json
import re
import reprlib
from collections.abc import Mapping
from datetime import UTC, datetime
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard
from uuid import UUID

from pydantic_core import from_json

if TYPE_CHECKING:
    from collections.abc import Callable

_LARGEST_PORT = 65535
_LONGEST_LIFETIME = 2**31 - 1
_LONGEST_TEXT = 1000
# What a header can carry without quotes: a client rejects anything else before it is sent.
_is_token = re.compile(r"[!-~]+", re.ASCII).fullmatch

_SHORT = reprlib.Repr()
_SHORT.maxstring = 120
_SHORT.maxother = 120
_SHORT.maxlong = 120


def short_repr(value: object) -> str:
    """The repr of a value, for a message; short, however large or odd the value is."""
    try:
        return _SHORT.repr(value)
    except Exception:  # an integer with too many digits, or an object whose repr fails
        return f"a value of type {type(value).__name__}"


def clip(text: str) -> str:
    """Cut a text to the length of a message, and escape what cannot be encoded."""
    if len(text) > _LONGEST_TEXT:
        text = f"{text[:_LONGEST_TEXT]}…"
    return text.encode(errors="backslashreplace").decode()


def is_text(value: object) -> bool:
    """Whether a value is text that can be sent."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        # JSON can spell half of a surrogate pair, and no answer can carry it.
        return False
    return True


def is_integer(value: object) -> TypeGuard[int]:
    """Whether a value is an integer; True and False are integers only to Python."""
    return isinstance(value, int) and not isinstance(value, bool)


def check_token(value: object) -> str:
    """Check a token and return it; no message shows it.

    Raises:
        TypeError: it is not text.
        ValueError: it is empty or has characters that a token cannot have.
    """
    if not isinstance(value, str):
        raise TypeError(f"token: expected text, got {type(value).__name__}")
    if not _is_token(value):
        raise ValueError(
            "token: it is empty, or has blanks or other characters that a bearer token cannot have"
        )
    return value


def dump_json(value: object) -> str:
    """The JSON text of a value, which an answer can carry and the pages can read again.

    Raises:
        TypeError: it has a part that JSON lacks.
        ValueError: it has a number or a text that JSON lacks, or is nested too deeply.
        RecursionError: it is nested without end.
    """
    text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    text.encode()
    # Python nests deeper than pydantic, which writes the answers.
    from_json(text)
    return text


def parse_object(text: str) -> dict[str, Any]:
    """The JSON object in a text; an empty one if there is something else in it."""
    try:
        # Unlike Python's own parser, this one has a bound for the depth.
        content = from_json(text, allow_inf_nan=True)
    except ValueError:
        return {}
    if not isinstance(content, dict):
        return {}
    return content


def check_flag(name: str, value: object) -> bool:
    """Check a setting that is on or off, and return it.

    Raises:
        ValueError: it is neither True nor False.
    """
    # Anything may come from a program or over HTTP, and the text "no" is true.
    if not isinstance(value, bool):
        raise ValueError(f"{name} is {short_repr(value)}, neither True nor False")
    return value


def parse_uuid(name: str, value: object) -> UUID:
    """Read an id, given as a UUID or as text.

    Raises:
        ValueError: it is not a UUID.
    """
    try:
        return UUID(str(value))
    except ValueError as error:
        raise ValueError(f"{name} is {short_repr(value)}, not a UUID") from error


def check_port(value: object) -> int:
    """Check a port and return it.

    Raises:
        TypeError: it is not an integer.
        ValueError: it is out of range.
    """
    if not is_integer(value):
        raise TypeError(f"port is {short_repr(value)}, not an integer")
    if not 0 <= value <= _LARGEST_PORT:
        raise ValueError(
            f"port is {short_repr(value)}: it is from 0 (any that is free) to {_LARGEST_PORT}"
        )
    return value


def check_count(name: str, value: object) -> int:
    """Check a number of things and return it.

    Raises:
        ValueError: it is not an integer, is negative, or does not fit 64 bits.
    """
    if not is_integer(value) or not 0 <= value < 2**63:
        raise ValueError(f"{name} is {short_repr(value)}: it is a whole number from 0 on")
    return value


def parse_db_path(value: str | PathLike[str] | None) -> Path | None:
    """Read the path of the database; None for one in memory, which SQLite calls ":memory:".

    Raises:
        TypeError: it is not a path.
        ValueError: it is empty, or has a null character.
    """
    if value is None:
        return None
    path = None
    if isinstance(value, str | PathLike):
        # A path may also be bytes, which a message could not show.
        path = fspath(value)
    if not isinstance(path, str):
        raise TypeError(f"db is {short_repr(value)}, not a path as text")
    if not path or "\0" in path:
        raise ValueError(
            f"db is {short_repr(value)}, not a path; leave it out to keep everything in memory"
        )
    if path == ":memory:":
        return None
    return Path(path)


def check_start(value: object) -> datetime:
    """Check the time at which the sandbox begins, and return it in UTC.

    Raises:
        TypeError: it is not a datetime.
        ValueError: it has no time zone, or is too close to the first or the last year.
    """
    if not isinstance(value, datetime):
        raise TypeError(f"start is {short_repr(value)}, not a datetime")
    if value.tzinfo is None:
        raise ValueError(f"start is {value.isoformat()}, which has no time zone, such as +00:00")
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(
            f"start is {value.isoformat()}, which is outside the years that UTC can represent"
        ) from error


def check_monotonic(value: Callable[[], float]) -> Callable[[], float]:
    """Check that the source of real time can be called, and return it.

    Raises:
        TypeError: it cannot be called.
    """
    if not callable(value):
        raise TypeError(f"monotonic is {short_repr(value)}, not a function that returns seconds")
    return value


def check_accounts(name: str, value: object) -> dict[str, str]:
    """Check names and their secrets, and return a copy; no message shows a secret.

    Raises:
        TypeError: it is not a mapping of text to text.
        ValueError: a name or a secret is empty.
    """
    if not isinstance(value, Mapping):
        raise TypeError(
            f"{name}: expected a mapping of names to secrets, got {type(value).__name__}"
        )
    for key, secret in value.items():
        if not isinstance(key, str) or not isinstance(secret, str):
            raise TypeError(f"{name}: expected text for {short_repr(key)} and its secret")
        if not key or not secret:
            raise ValueError(f"{name}: the name or the secret of {short_repr(key)} is empty")
    return dict(value)


def check_lifetime(value: object) -> int:
    """Check the lifetime of tokens, in seconds, and return it.

    Raises:
        ValueError: it is not an integer, is less than 1, or does not fit the 32 bits that clients
            may have for it.
    """
    if not is_integer(value) or not 1 <= value <= _LONGEST_LIFETIME:
        raise ValueError(
            f"token_lifetime is {short_repr(value)}: it is a number of seconds from 1 to {_LONGEST_LIFETIME}"
        )
    return value

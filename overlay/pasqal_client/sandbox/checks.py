"""The arguments of the sandbox, judged when it is made: a mistake is told of where it was made."""

import re
import reprlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from os import PathLike, fspath
from pathlib import Path
from uuid import UUID

_LARGEST_PORT = 65535
_LONGEST_LIFE = 2**31 - 1
_LONGEST_TEXT = 1000
# What a header can carry without quotes; a client refuses anything else before the sandbox could.
_is_token = re.compile(r"[!-~]+", re.ASCII).fullmatch

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 120


def shown(value: object) -> str:
    """What stands in a message for a value, however large or odd it is."""
    try:
        return _SHORT.repr(value)
    except Exception:  # a number of too many digits, or an object that cannot be shown
        return f"a value of type {type(value).__name__}"


def clipped(text: str) -> str:
    """What stands in a message for a text of any length, and of any characters."""
    short = text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
    return short.encode(errors="backslashreplace").decode()


def is_text(value: object) -> bool:
    """Whether it is text that can be sent: half of a surrogate pair is none."""
    try:
        return isinstance(value, str) and bool(value.encode() or True)
    except UnicodeEncodeError:
        return False


def checked_token(value: object) -> str:
    """The token as it was given; no message shows it.

    Raises:
        TypeError: It is not text.
        ValueError: It is empty or has characters that no token has.
    """
    if not isinstance(value, str):
        raise TypeError(f"token: expected text, got {type(value).__name__}")
    if not _is_token(value):
        raise ValueError(
            "token: it is empty, or has blanks or other characters that a bearer token cannot have"
        )
    return value


def checked_uuid(name: str, value: object) -> UUID:
    """An id as a UUID.

    Raises:
        ValueError: It is none.
    """
    try:
        return UUID(str(value))
    except ValueError as error:
        raise ValueError(f"{name} is {shown(value)}, not a UUID") from error


def checked_port(value: object) -> int:
    """The port as it was given.

    Raises:
        TypeError: It is not an integer.
        ValueError: There is no such port.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"port is {shown(value)}, not an integer")
    if not 0 <= value <= _LARGEST_PORT:
        raise ValueError(
            f"port is {shown(value)}: it is from 0 (any that is free) to {_LARGEST_PORT}"
        )
    return value


def checked_count(value: object) -> int:
    """A number of things as it was given.

    Raises:
        ValueError: It is no whole number, negative, or larger than any number of things.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise ValueError(f"count is {shown(value)}: it is a whole number from 0 on")
    return value


def checked_db(value: str | PathLike[str] | None) -> Path | None:
    """The path of the database; none for one in memory, which SQLite calls ":memory:".

    Raises:
        TypeError: It is no path.
        ValueError: It is empty.
    """
    if value is None:
        return None
    path = fspath(value) if isinstance(value, str | PathLike) else None
    if not isinstance(path, str):
        raise TypeError(f"db is {shown(value)}, not a path as text")
    if not path or "\0" in path:
        raise ValueError(
            f"db is {shown(value)}, not a path; leave it out to keep everything in memory"
        )
    return None if path == ":memory:" else Path(path)


def checked_start(value: object) -> datetime:
    """The time at which it begins, in UTC.

    Raises:
        TypeError: It is not a datetime.
        ValueError: It has no time zone, or is too near to the first or the last year.
    """
    if not isinstance(value, datetime):
        raise TypeError(f"start is {shown(value)}, not a datetime")
    if value.tzinfo is None:
        raise ValueError(f"start is {value.isoformat()}, which has no time zone, such as +00:00")
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(
            f"start is {value.isoformat()}, which is in no year that UTC has"
        ) from error


def checked_monotonic(value: Callable[[], float]) -> Callable[[], float]:
    """What tells real time, if it can be called.

    Raises:
        TypeError: It cannot.
    """
    if not callable(value):
        raise TypeError(f"monotonic is {shown(value)}, not a function that returns seconds")
    return value


def checked_accounts(name: str, value: object) -> dict[str, str]:
    """Names and their secrets; no message shows a secret.

    Raises:
        TypeError: It is no mapping of text to text.
        ValueError: A name or a secret is empty.
    """
    if not isinstance(value, Mapping):
        raise TypeError(
            f"{name}: expected a mapping of names to secrets, got {type(value).__name__}"
        )
    for key, secret in value.items():
        if not isinstance(key, str) or not isinstance(secret, str):
            raise TypeError(f"{name}: expected text for {shown(key)} and its secret")
        if not key or not secret:
            raise ValueError(f"{name}: the name or the secret of {shown(key)} is empty")
    return dict(value)


def checked_lifetime(value: object) -> int:
    """A length of life in whole seconds.

    Raises:
        ValueError: It is not an integer, less than 1, or so many that no client would know what to
            do with it.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _LONGEST_LIFE:
        raise ValueError(
            f"token_lifetime is {shown(value)}: it is a number of seconds from 1 to {_LONGEST_LIFE}"
        )
    return value

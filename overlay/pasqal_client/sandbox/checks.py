"""The arguments of the sandbox, judged when it is made: a mistake is told of where it was made."""

import re
from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path
from uuid import UUID

_LARGEST_PORT = 65535
# What a header can carry without quotes; a client refuses anything else before the sandbox could.
_is_token = re.compile(r"[!-~]+", re.ASCII).fullmatch


def checked_token(value: object) -> str:
    """The token as it was given; no message shows it.

    Raises:
        TypeError: It is no text.
        ValueError: It is empty or has characters that no token has.
    """
    if not isinstance(value, str):
        raise TypeError(f"token: expected text, got {type(value).__name__}")
    if not _is_token(value):
        raise ValueError("token: it is empty, or has blanks or other characters that a bearer token cannot have")
    return value


def checked_project(value: object) -> UUID:
    """The project as a UUID.

    Raises:
        ValueError: It is none.
    """
    try:
        return UUID(str(value))
    except ValueError as error:
        raise ValueError(f"project_id is {value!r}, not a UUID") from error


def checked_port(value: object) -> int:
    """The port as it was given.

    Raises:
        TypeError: It is no integer.
        ValueError: There is no such port.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"port is {value!r}, not an integer")
    if not 0 <= value <= _LARGEST_PORT:
        raise ValueError(f"port is {value}: it is from 0 (any that is free) to {_LARGEST_PORT}")
    return value


def checked_count(value: object) -> int:
    """A number of things as it was given.

    Raises:
        ValueError: It is no whole number, negative, or larger than any number of things.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise ValueError(f"count is {value!r}: it is a whole number from 0 on")
    return value


def checked_db(value: str | PathLike[str] | None) -> Path | None:
    """The path of the database.

    Raises:
        TypeError: It is no path.
        ValueError: It is empty.
    """
    if value is None:
        return None
    path = fspath(value)
    if not isinstance(path, str):
        raise TypeError(f"db is {value!r}, not a path as text")
    if not path or "\0" in path or path == ":memory:":
        raise ValueError(f"db is {value!r}, not a path; leave it out to keep everything in memory")
    return Path(path)


def checked_accounts(name: str, value: object) -> dict[str, str]:
    """Names and their secrets; no message shows a secret.

    Raises:
        TypeError: It is no mapping of text to text.
        ValueError: A name or a secret is empty.
    """
    if not isinstance(value, Mapping):
        raise TypeError(f"{name}: expected a mapping of names to secrets, got {type(value).__name__}")
    for key, secret in value.items():
        if not isinstance(key, str) or not isinstance(secret, str):
            raise TypeError(f"{name}: expected text for {key!r} and its secret")
        if not key or not secret:
            raise ValueError(f"{name}: the name or the secret of {key!r} is empty")
    return dict(value)


def checked_lifetime(value: object) -> int:
    """A length of life in whole seconds.

    Raises:
        ValueError: It is no integer, or none from 1 on.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"token_lifetime is {value!r}: it is a whole number of seconds, at least 1")
    return value

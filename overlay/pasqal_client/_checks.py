"""Checks of arguments: what is malformed is refused before anything is sent.

Each check takes the argument's name, for its message, and the value, and returns the value in the
form that the rest of the package works with. Each raises `ValueError`.
"""

from __future__ import annotations

import inspect
import re
from operator import index
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from pasqal_core_api.models import OrderDirection
from pasqal_core_api.types import OpenEnum

from .errors import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

E = TypeVar("E", bound=OpenEnum)

LONGEST_TEXT: Final = 200
"""Characters of a text that is sent as a filter or as a sort key."""
LARGEST_NUMBER: Final = 2**63 - 1
LONGEST_TIME: Final = 10**9
"""Seconds, about 30 years: what is longer is a mistake in the unit."""

_is_uuid = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE
).fullmatch


def uuid_of(name: str, value: object) -> UUID:
    """A UUID given as such or as text in the usual spelling."""
    if isinstance(value, UUID):
        return value
    if has_id(value):
        raise ValueError(f"{name}: expected an id, got a {type(value).__name__}; give its .id")
    if isinstance(value, str) and _is_uuid(value.strip()):
        return UUID(value.strip())
    raise ValueError(
        f"{name}: {quoted(value)} is not a UUID such as 7c9e6679-7425-40de-944b-e07fc1f90ae7"
    )


def has_id(value: object) -> bool:
    """Whether somebody may have given an object, such as a job, in place of its id."""
    try:
        return hasattr(value, "id")
    except Exception:
        # There is such a property, and it fails.
        return True


def number(name: str, value: object, least: int | None = None, most: int | None = None) -> int:
    """An integer of any kind, numpy's included, within bounds; True and False are not integers here."""
    whole = None if isinstance(value, bool) else _integer(value)
    if whole is None:
        raise ValueError(f"{name}: {quoted(value)} is not an integer")
    bounds = []
    if least is not None:
        bounds.append(f"at least {least}")
    if most is not None:
        bounds.append(f"at most {most}")
    too_small = least is not None and whole < least
    too_large = most is not None and whole > most
    if too_small or too_large:
        raise ValueError(
            f"{name}: {quoted(whole)} is out of bounds; it has to be {' and '.join(bounds)}"
        )
    return whole


def _integer(value: Any) -> int | None:
    try:
        return index(value)
    except Exception:
        # `__index__` is the caller's code, and may do anything.
        return None


def seconds(name: str, value: Any, *, zero: bool = False) -> float:
    """A number of seconds: above 0, or from 0 on."""
    bound = "of at least 0" if zero else "above 0"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # The comparison also refuses NaN.
    if is_number and (0 < value < LONGEST_TIME or (zero and value == 0)):
        return float(value)
    raise ValueError(f"{name}: {quoted(value)} is not a number of seconds {bound}")


def truth(name: str, value: object) -> bool:
    """True or False itself; what only counts as one of them is refused."""
    if isinstance(value, bool):
        return value
    kind = type(value)
    hint = ""
    if kind.__name__ in ("bool", "bool_"):
        # That of numpy looks like True or False when it is printed.
        hint = f", but a {kind.__module__}.{kind.__name__}: give bool(…)"
    raise ValueError(f"{name}: {quoted(value)} is neither True nor False{hint}")


def text(name: str, value: object) -> str:
    """Text that is not empty, not too long, and without control characters; a UUID counts as its text."""
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str):
        raise ValueError(f"{name}: {quoted(value)} is not text")
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"{name}: {quoted(value)} is too long: {LONGEST_TEXT} characters at most")
    if not value.strip() or not value.isprintable():
        raise ValueError(f"{name}: {quoted(value)} is empty or has control characters")
    return value


def member(kind: type[E], name: str, value: object) -> E:
    """A value of an open enumeration: a known one in any case, any other text as it is."""
    given = text(name, value)
    known = kind(given.upper())
    if known.is_known:
        return known
    return kind(given)


def direction(name: str, value: object) -> OrderDirection:
    """A sort direction, in upper or lower case."""
    return member(OrderDirection, name, value)


def plain_function(name: str, value: Any) -> Callable[..., object] | None:
    """A function that is called and not awaited, or None: it has to serve the sync client, too."""
    if value is None:
        return None
    called = getattr(value, "__call__", None)  # noqa: B004
    is_async = inspect.iscoroutinefunction(value) or inspect.iscoroutinefunction(called)
    if not callable(value) or is_async:
        kind = "an async function" if is_async else quoted(value)
        raise ValueError(f"{name}: expected a plain function, got {kind}")
    function: Callable[..., object] = value
    return function

"""Checks of arguments: what is malformed is rejected before anything is sent.

Each check takes the argument's name, for its message, and the value, and returns the value in the
form that the rest of the package works with. Each raises `ValueError`; `known_options`, which checks
names and not values, raises `TypeError` as Python does.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from numbers import Real
from operator import attrgetter, index
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from pasqal_core_runtime.open_enum import OpenEnum

from ._display import quoted
from .errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

E = TypeVar("E", bound=OpenEnum)
T = TypeVar("T")

LONGEST_FILTER: Final = 200
"""Characters of a text that is sent as a filter or as a sort key."""
LARGEST_NUMBER: Final = 2**63 - 1
_LONGEST_TIME: Final = 10**9
"""Seconds, about 30 years: what is longer is a mistake in the unit."""

# Where the id is in what a caller may have passed instead: a job, an outcome, a wait that timed out,
# added jobs.
_PLACES_OF_IDS: Final = ("id", "job_id", "batch_id", "batch.id")

UUID_PATTERN: Final = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
"""A UUID in its canonical spelling, as a regular expression."""
is_uuid = re.compile(UUID_PATTERN, re.ASCII | re.IGNORECASE).fullmatch
"""Whether text is a UUID in the usual spelling, in upper or lower case."""


def malformed(name: str, value: object, problem: str) -> ValueError:
    """The error for a value; it says what is wrong with it, and what would be right."""
    return ValueError(f"{name}: {quoted(value)} {problem}")


def uuid_of(name: str, value: object) -> UUID:
    """A UUID given as such or as text in the usual spelling."""
    if isinstance(value, UUID):
        return value
    if isinstance(value, str):
        spelling = value.strip()
        # `UUID` would also accept braces, prefixes, and dashes anywhere.
        if is_uuid(spelling):
            return UUID(spelling)
    for place in _PLACES_OF_IDS:
        if _has(value, place):
            raise _confused(name, "an id", value, place)
    raise malformed(name, value, "is not a UUID such as 7c9e6679-7425-40de-944b-e07fc1f90ae7")


def has_id(value: object) -> bool:
    """Whether the caller may have passed an object, such as a job, in place of its id."""
    return _has(value, "id")


def _has(value: object, place: str) -> bool:
    try:
        attrgetter(place)(value)
    except AttributeError:
        return False
    except Exception:
        # The property exists, and reading it fails.
        return True
    return True


def _confused(name: str, expected: str, value: object, place: str) -> ValueError:
    """The error for an object that has what was expected in one of its attributes."""
    kind = type(value).__name__
    return ValueError(f"{name}: expected {expected}, got {kind}; pass its .{place}")


def number(
    name: str,
    value: object,
    least: int,
    most: int | None = None,
) -> int:
    """An integer of any kind, numpy's included, within bounds; True and False are not integers here."""
    whole = _integer(value)
    if whole is None:
        raise malformed(name, value, "is not an integer")
    is_within = whole >= least
    if most is not None:
        is_within = least <= whole <= most
    if is_within:
        return whole
    allowed = f"at least {least}"
    if most is not None:
        allowed += f" and at most {most}"
    raise malformed(name, whole, f"is out of bounds; it must be {allowed}")


def _integer(value: Any) -> int | None:
    if type(value) is int:
        return value
    if _is_boolean(value):
        return None
    try:
        return index(value)
    except Exception:
        # `__index__` is the caller's code, and may do anything.
        return None


def seconds(name: str, value: Any, *, zero: bool = False, advice: str = "") -> float:
    """A number of seconds of any kind, numpy's included: above 0, or from 0 on.

    Args:
        name: the argument's name.
        value: the number.
        zero: whether it may be 0.
        advice: what else could be meant, for the error.
    """
    bound = "above 0"
    if zero:
        bound = "of at least 0"
    amount = _real(value)
    if amount is not None:
        if zero and amount == 0:
            return 0.0
        # The comparison also rejects NaN.
        if 0 < amount < _LONGEST_TIME:
            return float(amount)
    most = f"{_LONGEST_TIME:,}".replace(",", "_")
    raise malformed(name, value, f"is not a number of seconds {bound} and below {most}{advice}")


def _real(value: Any) -> Any:
    """A number that can be compared; None if it is not one."""
    # A `timedelta64` of numpy is a `Real`, too, in a unit of its own.
    is_duration = type(value).__name__ == "timedelta64"
    if isinstance(value, Real) and not is_duration and not _is_boolean(value):
        return value
    return _integer(value)


def boolean(name: str, value: object) -> bool:
    """True or False, numpy's included; what is merely truthy or falsy is rejected."""
    if _is_boolean(value):
        with suppress(Exception):
            return bool(value)
    raise malformed(name, value, "is neither True nor False")


def _is_boolean(value: object) -> bool:
    # That of numpy is not a `bool`, and the only class of a number that has such a name.
    return isinstance(value, bool) or type(value).__name__ in ("bool", "bool_")


def text(name: str, value: object) -> str:
    """Text that is not empty, not too long, and without control characters; a UUID is taken as its text."""
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str):
        if name.isidentifier() and _has(value, name):
            raise _confused(name, "text", value, name)
        raise malformed(name, value, "is not text")
    if len(value) > LONGEST_FILTER:
        raise malformed(name, value, f"is too long: at most {LONGEST_FILTER} characters")
    if not value.strip():
        raise malformed(name, value, "is empty")
    if not value.isprintable():
        raise malformed(name, value, "has control characters")
    return value


def member(kind: type[E], name: str, value: object) -> E:
    """A value of an open enumeration: a known one in any case, any other text as it is."""
    given = text(name, value)
    known = kind(given.upper())
    if known.is_known:
        return known
    # The service may be newer than the contract.
    return kind(given)


def one_of(name: str, value: object, *words: str) -> str:
    """One of some words, spelled like that."""
    if isinstance(value, str) and value in words:
        return value
    *first, last = map(repr, words)
    raise malformed(name, value, f"is not {', '.join(first)} or {last}")


def entries(name: str, value: Any, expected: str, *, one: type) -> Iterable[Any]:
    """An iterable of values that is neither text nor a mapping, which are iterable as well.

    Args:
        name: the argument's name.
        value: the iterable; it is not read here.
        expected: what it should be, for the error.
        one: what an entry is, as somebody may have given one alone.
    """
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        return value
    advice = ""
    if isinstance(value, one):
        advice = f"; give [{quoted(value)}]"
    raise ValueError(f"{name}: expected {expected}, got {quoted(value)}{advice}")


def known_options(options: Mapping[str, Any], known: Iterable[str]) -> None:
    """Check the names of keyword arguments that a method collects.

    Raises:
        TypeError: an argument has an unknown name.
    """
    unknown = sorted(options.keys() - set(known))
    if unknown:
        names = ", ".join(map(quoted, unknown))
        raise TypeError(f"{names}: no such argument; the arguments are {', '.join(known)}")


def plain_function(name: str, value: Any) -> Callable[..., object] | None:
    """A function that is called and not awaited, or None: it has to serve the sync client, too."""
    if value is None:
        return None
    # An object can be called like a function, and be async all the same.
    called = getattr(value, "__call__", None)  # noqa: B004
    for one in (value, called):
        if inspect.iscoroutinefunction(one):
            raise ValueError(f"{name}: expected a plain function, got an async function")
    if not callable(value):
        raise ValueError(f"{name}: expected a plain function, got {quoted(value)}")
    function: Callable[..., object] = value
    return function


def checked_setting(check: Callable[..., T], name: str, value: object, **bounds: object) -> T:
    """A setting of a client, checked like an argument.

    Args:
        check: one of the checks of this module.
        name: the name of the setting.
        value: the value.
        **bounds: the bounds that the check takes.

    Raises:
        ConfigurationError: the value is malformed, or out of bounds.
    """
    try:
        return check(name, value, **bounds)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None

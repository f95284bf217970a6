"""Departures: the places where an answer departs from the contract, and what is done about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from attrs import field, frozen

from .errors import DepartureError


class NotAsPromisedError(Exception):
    """A value is not what the contract promises.

    The reader that raises it does not know where the value is; whoever catches it does, and reports a
    departure.
    """


# Readers do not look before they leap: all but the first are what the standard library raises.
NOT_AS_PROMISED: Final = (
    NotAsPromisedError,
    ValueError,
    TypeError,
    KeyError,
    OverflowError,
    OSError,
)
"""What reading a value may raise when it is not what the contract promises."""


@frozen
class Departure:
    """One place where an answer does not have the form that the contract promises.

    Attributes:
        path: where, from the top of the answer, such as `data[3].created_at`.
        expected: what the contract promises there.
        seen: what was there instead, cut short.
        pattern: the path without positions and keys.
    """

    path: str
    expected: str
    seen: str
    pattern: str = field(default="", eq=False, repr=False)

    def __str__(self) -> str:
        where = self.path or "the answer"
        return f"{where}: expected {self.expected}, got {self.seen}"

    @property
    def kind(self) -> tuple[str, str]:
        """What two departures share that are the same one, seen again: the pattern and what was expected."""
        return self.pattern or self.path, self.expected


Found = list[Departure]
"""Where readers put the departures that they find, in the order of the answer."""

Report = Callable[[Departure], None]
"""Called with each departure; it may raise."""


def ignore(departure: Departure) -> None:
    """A report that goes nowhere."""


def refuse(departure: Departure) -> None:
    """A report that raises `DepartureError` at once."""
    raise DepartureError(departure)


class Place(NamedTuple):
    """Where in an answer a value is.

    Attributes:
        path: its path; empty for the whole answer.
        pattern: the same without positions and keys.
        clean: masks the secrets in a text.
    """

    path: str = ""
    pattern: str = ""
    clean: Callable[[str], str] = str

    def member(self, name: str) -> Place:
        """A declared field of the object that is here."""
        if not self.path:
            return Place(name, name, self.clean)
        path = f"{self.path}.{name}"
        pattern = f"{self.pattern}.{name}"
        return Place(path, pattern, self.clean)

    def entry(self, key: object) -> Place:
        """An entry of the array or object that is here."""
        path = f"{self.path}[{key!r}]"
        pattern = f"{self.pattern}[]"
        return Place(path, pattern, self.clean)

    def departure(self, expected: str, seen: str) -> Departure:
        """A departure here."""
        return Departure(self.clean(self.path), expected, self.clean(seen), self.pattern)


__all__ = [
    "NOT_AS_PROMISED",
    "Departure",
    "Found",
    "NotAsPromisedError",
    "Place",
    "Report",
    "ignore",
    "refuse",
]

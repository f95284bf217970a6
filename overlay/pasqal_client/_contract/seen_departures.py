"""Collects the departures of a client: the places where answers depart from the contract.

Each kind has one entry and is logged once; a strict client raises it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from pasqal_core_runtime.errors import DepartureError

from .._lock_owner import LockOwner
from .._log import log
from .._pickle_guard import Unpicklable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pasqal_core_runtime.departures import Departure

    from .._display import Clean


@frozen
class SeenDeparture:
    """A kind of departure, and how often it was seen.

    Attributes:
        first (Departure): the first one of its kind.
        count (int): how many there were.
    """

    first: Departure
    count: int

    def __str__(self) -> str:
        if self.count == 1:
            return str(self.first)
        return f"{self.first} ({self.count} times)"


class Departures(LockOwner, Unpicklable):
    """The departures that a client has met, by kind, in the order of their first appearance.

    A departure is a place where an answer is not what the contract promises. Iterate over it for
    each kind as a `SeenDeparture`; its text is a report in Markdown that shows no data, to be
    pasted into an issue. Threads may share it.
    """

    def __init__(self, clean: Clean) -> None:
        super().__init__()
        self._clean = clean
        self._seen: dict[tuple[str, str], SeenDeparture] = {}

    def report(self, departure: Departure) -> None:
        """Count a departure; log it if it is the first of its kind."""
        with self._lock:
            seen = self._seen.get(departure.kind)
            if seen is None:
                seen = SeenDeparture(self._without_secrets(departure), 0)
            seen = evolve(seen, count=seen.count + 1)
            self._seen[departure.kind] = seen
        # Outside of the lock: a handler of the caller's may use the client.
        if seen.count == 1:
            log(logging.WARNING, "the service departs from the contract: %s", seen.first)

    def report_and_raise(self, departure: Departure) -> None:
        """Count a departure and raise it.

        Raises:
            DepartureError: always.
        """
        self.report(departure)
        raise DepartureError(self._without_secrets(departure))

    def _without_secrets(self, departure: Departure) -> Departure:
        return evolve(
            departure,
            path=self._clean(departure.path),
            seen=self._clean(departure.seen),
        )

    def __iter__(self) -> Iterator[SeenDeparture]:
        # A copy: other threads may add kinds meanwhile.
        with self._lock:
            seen = list(self._seen.values())
        return iter(seen)

    def __len__(self) -> int:
        return len(self._seen)

    def __str__(self) -> str:
        from .contract_report import report_of

        counts = [(seen.first, seen.count) for seen in self]
        return str(report_of(counts))

    def __repr__(self) -> str:
        kinds = len(self)
        return f"<{kinds} kinds of departures>"

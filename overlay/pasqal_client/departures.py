"""Collects how answers depart from the contract: one entry a kind, told to the log once, raised at once if strict."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from attrs import define, evolve, frozen

from pasqal_core_api.errors import DepartureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pasqal_core_api.types import Departure

logger = logging.getLogger("pasqal_client")


@frozen
class SeenDeparture:
    """A kind of departure and how often it was seen.

    Attributes:
        first: the first one of its kind.
        count: how many there were.
    """

    first: Departure
    count: int

    def __str__(self) -> str:
        return f"{self.first} ({self.count} times)" if self.count > 1 else str(self.first)


@define
class _Tally:
    first: Departure
    count: int = 0


class Departures:
    """The departures that a client has met, by kind, in the order of their first appearance. Threads may share it."""

    def __init__(self, clean: Callable[[str], str] = str) -> None:
        self._clean = clean
        self._tallies: dict[tuple[str, str], _Tally] = {}
        self._lock = threading.Lock()

    def report(self, departure: Departure) -> None:
        """Count a departure; log it if it is the first of its kind."""
        with self._lock:
            tally = self._tallies.get(departure.kind)
            first = tally is None
            if tally is None:
                tally = self._tallies[departure.kind] = _Tally(self._cleaned(departure))
            tally.count += 1
        if first:
            logger.warning("the service departs from the contract: %s", tally.first)

    def refuse(self, departure: Departure) -> None:
        """Count a departure and raise it.

        Raises:
            DepartureError: always.
        """
        self.report(departure)
        raise DepartureError(self._cleaned(departure))

    def _cleaned(self, departure: Departure) -> Departure:
        return evolve(departure, path=self._clean(departure.path), seen=self._clean(departure.seen))

    def __iter__(self) -> Iterator[SeenDeparture]:
        with self._lock:
            seen = [SeenDeparture(tally.first, tally.count) for tally in self._tallies.values()]
        return iter(seen)

    def __len__(self) -> int:
        return len(self._tallies)

    def __repr__(self) -> str:
        return f"<{len(self)} kinds of departures>"

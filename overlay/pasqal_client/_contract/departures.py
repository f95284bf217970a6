"""Collects how answers depart from the contract: one entry a kind, told to the log once, raised at once if strict."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from pasqal_core_api.errors import DepartureError

from .._log import log
from .contract_report import report_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pasqal_core_api.types import Departure


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


class Departures:
    """The departures that a client has met, by kind, in the order of their first appearance. Threads may share it.

    Its text is a report in Markdown that shows no data, to be pasted into an issue.
    """

    def __init__(self, clean: Callable[[str], str] = str) -> None:
        self._clean = clean
        self._seen: dict[tuple[str, str], SeenDeparture] = {}
        self._lock = threading.Lock()

    def report(self, departure: Departure) -> None:
        """Count a departure; log it if it is the first of its kind."""
        with self._lock:
            before = self._seen.get(departure.kind) or SeenDeparture(self._cleaned(departure), 0)
            self._seen[departure.kind] = now = evolve(before, count=before.count + 1)
        if now.count == 1:
            log(logging.WARNING, "the service departs from the contract: %s", now.first)

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
            seen = list(self._seen.values())
        return iter(seen)

    def __len__(self) -> int:
        return len(self._seen)

    def __str__(self) -> str:
        return str(report_of((seen.first, seen.count) for seen in self))

    def __repr__(self) -> str:
        return f"<{len(self)} kinds of departures>"

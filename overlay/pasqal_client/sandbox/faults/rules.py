"""When a fault happens: rules that say which requests it meets. No I/O, no waiting, only counting."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..checks import short_repr
from ..clock import parse_duration
from ..operations import PLACES
from .fault import MOST_FAULTS, TOO_MANY, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class FaultRule:
    """A fault that is set.

    Attributes:
        fault: what goes wrong, and when.
        seen: how many requests of its operation there were.
        fired: how often it happened.
    """

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.seen: int = 0
        self.fired: int = 0
        self._ordinals = _collect_ordinals(fault.nth)
        self._random = random.Random(fault.seed)  # noqa: S311 - not for secrets
        self._in_flight = 0
        self._arrivals: deque[float] = deque()

    def __repr__(self) -> str:
        return f"<FaultRule {self.fault!r}: {self.fired} of {self.seen}>"

    def concerns(self, operation: str) -> bool:
        """Whether the rule is about that operation at all."""
        wanted = self.fault.operation
        if wanted is None:
            # A fault of every operation must not keep a client from signing in.
            return operation in PLACES
        return wanted == operation

    def count_request(self, now: float) -> bool:
        """Count one more request, at a time in seconds; returns whether the fault is due for it."""
        self.seen += 1
        # Drawn for every request, whatever else decides, so that a seed gives one sequence only.
        is_drawn = self._draw()
        times = self.fault.times
        if times is not None and self.fired >= times:
            return False
        if self._ordinals and self.seen not in self._ordinals:
            return False
        return is_drawn and self._is_exceeded(now)

    def enter(self, now: float) -> None:
        """Note a request with which the fault does not happen; the limits apply to it until `leave`."""
        self._in_flight += 1
        if self.fault.rate is not None:
            self._arrivals.append(now)
            self._forget_arrivals(now)

    def leave(self) -> None:
        """Note that such a request was answered."""
        self._in_flight -= 1

    def _draw(self) -> bool:
        probability = self.fault.probability
        if probability == 1:
            return True
        return self._random.random() < probability

    def _is_exceeded(self, now: float) -> bool:
        """Whether the request is beyond every limit of the fault; always, if it has none."""
        concurrency = self.fault.concurrency
        if concurrency is not None and self._in_flight < concurrency:
            return False
        rate = self.fault.rate
        if rate is None:
            return True
        self._forget_arrivals(now)
        return len(self._arrivals) >= rate

    def _forget_arrivals(self, now: float) -> None:
        period = parse_duration(self.fault.per)
        since = now - period.total_seconds()
        while self._arrivals and self._arrivals[0] <= since:
            self._arrivals.popleft()


def _collect_ordinals(nth: int | tuple[int, ...] | None) -> frozenset[int]:
    if nth is None:
        return frozenset()
    if isinstance(nth, int):
        return frozenset((nth,))
    return frozenset(nth)


class Faults:
    """The rules of a sandbox, in the order in which they were set. Every method may be called from any thread.

    Args:
        monotonic: returns real time, in seconds.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        # Replaced, never changed, so that it can be read without the lock.
        self._rules: tuple[FaultRule, ...] = ()

    @property
    def rules(self) -> tuple[FaultRule, ...]:
        """What is set, with its counts."""
        return self._rules

    def add(self, faults: Iterable[Fault]) -> list[FaultRule]:
        """Set more rules, after those that are set.

        Raises:
            TypeError: one is not a Fault.
            ValueError: there would be more than 1,000.
        """
        if not isinstance(faults, Iterable):
            raise TypeError(f"faults is {short_repr(faults)}, not a list of Fault")
        rules = []
        for fault in faults:
            if not isinstance(fault, Fault):
                raise TypeError(f"{short_repr(fault)} is not a Fault")
            rules.append(FaultRule(fault))
        with self._lock:
            total = len(self._rules) + len(rules)
            if total > MOST_FAULTS:
                raise ValueError(TOO_MANY)
            self._rules = (*self._rules, *rules)
        return rules

    def clear(self) -> None:
        """Let nothing go wrong from now on, except what has begun."""
        with self._lock:
            self._rules = ()

    @contextmanager
    def fault_for(self, operation: str) -> Iterator[Fault | None]:
        """Count a request, for as long as it is answered; gives the fault that happens with it, if any."""
        with self._lock:
            fault, entered = self._count_request(operation)
        try:
            yield fault
        finally:
            with self._lock:
                for rule in entered:
                    rule.leave()

    def _count_request(self, operation: str) -> tuple[Fault | None, list[FaultRule]]:
        """The fault that happens with a request, and the rules that the request has entered."""
        now = self._monotonic()
        fault = None
        entered = []
        for rule in self._rules:
            if not rule.concerns(operation):
                continue
            # Also after one has been found: a rule counts every request, whatever rules precede it.
            is_due = rule.count_request(now)
            if is_due and fault is None:
                fault = rule.fault
                rule.fired += 1
            else:
                rule.enter(now)
                entered.append(rule)
        return fault, entered

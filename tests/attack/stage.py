"""The server of the fuzzers: it plays the answers of an exchange to its requests, and counts them."""

from __future__ import annotations

import contextlib
import signal
from collections import Counter
from collections.abc import Iterator
from types import FrameType
from typing import Any

from attrs import define, field

from attack.answers import exchange_of
from client.scripted import Close, Request, Scripted, Step, answer, page

PATIENCE = 40
"""Seconds after which a call counts as hanging; far above every deadline."""

RUNAWAY = 250
"""A call that sends this many requests counts as endless."""


@define
class Stage:
    """Plays one exchange after another; use it in a `with` block.

    Attributes:
        received: how many requests of an exchange arrived in full, and were not told to sign in
            first.
        grants: the steps of the token endpoint; if it has any, the first request of an exchange is
            told to sign in.
        signings: how many requests the token endpoint received in the exchange.
    """

    received: Counter[int] = field(factory=Counter)
    grants: list[Step] = field(factory=list)
    signings: int = 0
    server: Scripted = field(init=False)
    _number: int = 0
    _answers: list[list[Step]] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.server = Scripted(self._script)

    @property
    def base_url(self) -> str:
        return self.server.base_url

    def __enter__(self) -> Stage:
        self.server.__enter__()
        return self

    def __exit__(self, *args: Any) -> None:
        self.server.__exit__(*args)

    @property
    def token_url(self) -> str:
        return self.base_url.replace("/core-fast", "/token")

    def expect(self, number: int, answers: list[list[Step]], grants: list[Step]) -> None:
        """Begin the exchange of a number: play these answers to its requests."""
        self.server.requests.clear()
        self.received[number] = self.signings = 0
        self._number, self._answers, self.grants = number, answers, grants

    def _script(self, request: Request) -> list[Step]:
        if request.path == "/token":
            self.signings += 1
            return self.grants if self.signings < RUNAWAY else [Close()]
        found = exchange_of(request.target)
        if found is None:
            return [Close()]
        is_probe, number = found
        if self.grants and not self.signings:
            return [answer(401, b'{"message": "Who are you?"}')]
        if is_probe:
            return [probe_answer(number)]
        self.received[number] += 1
        if number != self._number or self.received[number] > RUNAWAY:
            return [Close()]
        return self._answers[min(self.received[number], len(self._answers)) - 1]


def probe_answer(number: int) -> bytes:
    """The answer to the probe after an exchange; its number of jobs identifies the exchange."""
    return answer(200, page([], total=number))


class HangError(BaseException):
    """A call did not end."""


def _give_up(_: int, __: FrameType | None) -> None:
    raise HangError


@contextlib.contextmanager
def guarded(seconds: float = PATIENCE) -> Iterator[None]:
    """Interrupt whatever hangs in the block; in the main thread only."""
    before = signal.signal(signal.SIGALRM, _give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

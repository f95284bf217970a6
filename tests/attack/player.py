"""Plays many exchanges to a client, collects what goes wrong, and shrinks the answers that provoke it."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attrs import define, evolve, field

from attack.answers import probe_id, read
from attack.stage import HangError, Stage, guarded
from attack.tls import ProtectedStage
from attack.verdicts import Exchange, Outcome, verdicts
from client.driver import Driver
from client.scripted import Close, Hold, Reset, Step, answer
from pasqal_client import RetryPolicy

FIRST = int(os.environ.get("SEED", "1"))
"""The number of the first exchange; each follows from its number alone. `SEED=… EXCHANGES=1` replays one."""

EXCHANGES = int(os.environ.get("EXCHANGES", "0"))
"""How many exchanges of each kind `make attack` plays to each client."""

SEARCHED = 3
"""How many seconds are spent on a shorter answer that provokes the same."""

GRANT = answer(200, {"access_token": "another-token", "token_type": "Bearer", "expires_in": 3600})

NEXT = "the next request on the connection"


def numbers(sample: int) -> range:
    """The numbers of the exchanges to play: in the ordinary tests, a sample of this size."""
    return range(FIRST, FIRST + (EXCHANGES or sample))


class Witness(logging.Handler):
    """Records what the log, the hooks and the event loop are told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(f"the log: {self.format(record)}")
        if record.exc_info:
            self.told.append(f"noise in the log: {record.getMessage()}")

    def hook(self, event: Any) -> None:
        self.told.append(f"a hook: {event!r}")

    def noise(self, _: Any, context: dict[str, Any]) -> None:
        self.told.append(
            f"noise of the event loop: {context.get('message')} {context.get('exception')!r}"
        )

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Record the log in the block, and keep it from other handlers."""
        logger = logging.getLogger("pasqal_client")
        before = logger.level, logger.propagate
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        logger.addHandler(self)
        try:
            yield
        finally:
            logger.removeHandler(self)
            logger.level, logger.propagate = before


@define
class Finding:
    """Something wrong, the first exchange that showed it, and how many exchanges did."""

    wrong: str
    exchange: Exchange
    detail: str
    count: int = 1


@define
class Player:
    """Plays exchanges to clients, and collects what was wrong."""

    connect: Callable[..., Any]
    stage: Stage | ProtectedStage
    witness: Witness = field(factory=Witness)
    findings: dict[str, Finding] = field(factory=dict)
    unsent: list[tuple[Exchange, Outcome]] = field(factory=list)
    _clients: dict[Any, Any] = field(factory=dict)

    def client(
        self, token: str, attempts: int = 1, *, strict: bool = False, timeout: float = 5
    ) -> Any:
        """A view of the client that has a token, with these settings."""
        key = token, attempts, strict, timeout
        if key not in self._clients:
            if token not in self._clients:
                self._clients[token] = self.connected(token=token)
            retry = RetryPolicy(attempts=attempts, first_pause=0, longest_retry_after=0)
            self._clients[key] = self._clients[token].with_options(
                retry=retry, strict=strict, timeout=timeout
            )
        return self._clients[key]

    def connected(self, **settings: Any) -> Any:
        """A client whose log, hooks and event loop are recorded."""
        hooks = {"on_request": self.witness.hook, "on_response": self.witness.hook}
        limits: dict[str, Any] = {"timeout": 5, "deadline": 10, "retry": RetryPolicy(attempts=1)}
        client = self.connect(base_url=self.stage.base_url, **limits, **hooks, **settings)
        if isinstance(client, Driver):
            client.runner.get_loop().set_exception_handler(self.witness.noise)
        return client

    def play(self, exchange: Exchange, client: Any) -> list[str]:
        """Play one exchange; returns what is wrong with its outcome."""
        outcome = self.outcome(exchange, client)
        if exchange.call.changes and outcome.error and not outcome.received:
            self.unsent.append((exchange, outcome))
        found = [*verdicts(exchange, outcome), *self._probe(exchange, client)]
        self._note(exchange, outcome, found)
        return found

    def _note(self, exchange: Exchange, outcome: Outcome, found: list[str]) -> None:
        detail = repr(outcome.result)
        if outcome.error:
            detail = f"{type(outcome.error).__name__}: {outcome.error}"
        for wrong in found:
            if wrong in self.findings:
                self.findings[wrong].count += 1
            else:
                self.findings[wrong] = Finding(wrong, exchange, detail[:300])

    def outcome(self, exchange: Exchange, client: Any) -> Outcome:
        """Play an exchange to a client, and return what came of it."""
        self.stage.expect(exchange.number, exchange.answers, exchange.grants)
        self.witness.told = []
        outcome = Outcome(told=self.witness.told)
        before = _departures(client)
        try:
            with guarded():
                outcome.result = exchange.call.make(client, exchange.number)
        except (Exception, HangError) as error:
            outcome.error = error
        outcome.received = self.stage.received[exchange.number]
        outcome.signings = self.stage.signings
        outcome.departed = _departures(client) - before
        return outcome

    def _probe(self, exchange: Exchange, client: Any) -> Iterator[str]:
        """Check that the next request on the same connections gets its own answer."""
        if any(
            isinstance(step, Close | Reset | Hold)
            for steps in [*exchange.answers, exchange.grants]
            for step in steps
        ):
            return
        self.stage.grants = [GRANT] if exchange.grants else []
        try:
            with guarded():
                count = client.jobs.count(batch_id=probe_id(exchange.number))
        except (Exception, HangError):
            yield f"{NEXT} fails"
            return
        if count != exchange.number:
            yield f"{NEXT} gets an answer that is not its own"

    def report(self, client: Callable[[Exchange], Any], rebuilt: Rebuild) -> None:
        """Fail if anything was wrong, and say what, with the shortest answer found that provokes it.

        Args:
            client: returns the client for an exchange.
            rebuilt: returns the exchange with another first answer.
        """
        # A request may have been on its way when the call gave up.
        for exchange, outcome in self.unsent:
            outcome.received = self.stage.received[exchange.number]
            if outcome.received:
                self._note(exchange, outcome, list(verdicts(exchange, outcome)))
        found, self.findings = self.findings, {}
        texts = [self._describe(finding, client, rebuilt) for _, finding in sorted(found.items())]
        if texts:
            pytest.fail("\n".join(texts), pytrace=False)

    def _describe(
        self, finding: Finding, client: Callable[[Exchange], Any], rebuilt: Rebuild
    ) -> str:
        exchange = finding.exchange

        def provokes(piece: bytes) -> bool:
            again = rebuilt(exchange, piece)
            with contextlib.suppress(Exception):
                found = [*verdicts(again, self.outcome(again, client(again)))]
                if finding.wrong.startswith(NEXT):
                    found += self._probe(again, client(again))
                return finding.wrong in found
            return False

        piece = exchange.body or exchange.raw
        if not exchange.note and provokes(piece):
            piece = shrink(piece, provokes)
        return (
            f"{finding.wrong} ({finding.count} times)\n"
            f"    first: SEED={exchange.number} EXCHANGES=1, {exchange.name}: {finding.detail}\n"
            f"    {exchange.note or piece[:1_500]!r}"
        )


Rebuild = Callable[[Exchange, bytes], Exchange]


def with_answer(exchange: Exchange, raw: bytes) -> Exchange:
    """The exchange with another first answer."""
    first = steps_of(raw, "PATCH" if exchange.call.changes else "GET")
    return evolve(exchange, answers=[first, *exchange.answers[1:]], body=b"")


def steps_of(raw: bytes, method: str) -> list[Step]:
    """The steps that send an answer, and close the connection after it if nothing else marks its end."""
    if read(raw, method).ends:
        return [raw]
    return [raw, Close()]


def shrink(piece: bytes, provokes: Callable[[bytes], bool]) -> bytes:
    """Leave out of a piece whatever is not needed to provoke the same."""
    size, ends = len(piece) // 2, time.monotonic() + SEARCHED
    while size:
        at = 0
        while at < len(piece) and time.monotonic() < ends:
            shorter = piece[:at] + piece[at + size :]
            if provokes(shorter):
                piece = shorter
            else:
                at += size
        size //= 2
    return piece


def _departures(client: Any) -> int:
    return sum(seen.count for seen in client.departures)

"""Answers with a wrong head: some of them random, some listed by name."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from attack.answers import CALLS, batch_id
from attack.corpus import ENUMERATED, ODD, Maker
from attack.heads import TOKENS, wrong
from attack.player import EXCHANGES, Player, numbers, steps_of, with_answer
from attack.stage import Stage
from attack.verdicts import Exchange, Outcome, verdicts
from client.scripted import Close, Hold, Request, Reset, Scripted, Step, Wait, answer, page
from pasqal_client import RetryPolicy, errors


def drawn(number: int) -> Exchange:
    """The exchange of that number."""
    draw = Random(number)
    name = draw.choice([*CALLS, *(name for name, call in CALLS.items() if call.changes)])
    exchange = Exchange(
        number,
        name,
        CALLS[name],
        [],
        attempts=draw.choice((1, 1, 1, 1, 1, 3)),
        secrets=(token(number),),
    )
    exchange.answers = [steps(draw, wrong(draw, exchange, token(number)), exchange)]
    return exchange


def steps(draw: Random, raw: bytes, exchange: Exchange) -> list[Step]:
    """The steps that send an answer, whole or in pieces; sometimes the connection breaks or stalls in it."""
    first = steps_of(raw, "PATCH" if exchange.call.changes else "GET")
    if draw.random() < 0.15:
        at = draw.randrange(len(raw) + 1)
        first[:1] = [raw[:at], raw[at:]]
    elif draw.random() < 0.05:
        first = [raw[: draw.randrange(len(raw) + 1)], draw.choice((Close(), Reset()))]
    elif draw.random() < 0.01:
        first = [raw[: draw.randrange(len(raw))], Hold()]
    return first


def token(number: int) -> str:
    return TOKENS[number % 2]


def test_no_answer_brings_anything_untyped_out(connect: Callable[..., Any]) -> None:
    """Whatever the head of an answer, errors are typed, true about a write, and show no secret."""
    with Stage() as stage:
        player = Player(connect, stage)

        def client(exchange: Exchange) -> Any:
            impatient = any(isinstance(step, Hold) for step in exchange.answers[0])
            return player.client(
                token(exchange.number), exchange.attempts, timeout=0.05 if impatient else 5
            )

        with player.witness.listening():
            for number in numbers(150):
                exchange = drawn(number)
                player.play(exchange, client(exchange))
            player.report(client, with_answer)


def odd() -> Iterator[tuple[str, Maker, str]]:
    """Every odd answer with the call that gets it; similar ones go to both calls only in `make attack`."""
    for case, make in ODD.items():
        yield from ((case, make, name) for name in ("count", "cancel some"))
    for place, (case, make) in enumerate(ENUMERATED.items()):
        names = ("count", "cancel some", "count")[place % 2 :]
        yield from ((case, make, name) for name in (names[:2] if EXCHANGES else names[:1]))


def test_no_odd_answer_brings_anything_untyped_out(connect: Callable[..., Any]) -> None:
    """HTTP oddities that chance would not find neither mislead nor break a read or a write."""
    with Stage() as stage:
        player = Player(connect, stage)
        client = player.client(TOKENS[0])
        found: list[str] = []
        with player.witness.listening():
            for number, (case, make, name) in enumerate(odd()):
                call = CALLS[name]
                raw = make(json.dumps(call.good(number)).encode())
                answers = [steps_of(raw, "PATCH" if call.changes else "GET")]
                exchange = Exchange(number, name, call, answers, secrets=TOKENS[:1])
                found += [f"{case}, to {name}: {each}" for each in player.play(exchange, client)]
    assert not found, "\n".join(found)


class Hasty(Scripted):
    """A server that answers before it has read anything, and then follows the script."""

    greeting: bytes = b""

    def _serve(self, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError):
            connection.sendall(self.greeting)
        super()._serve(connection, number)


REFUSED = answer(503, b"", {"Connection": "close"})


@pytest.mark.parametrize(
    "greeting", [REFUSED, answer(408), answer(200, page([])), b"220 lab.example ESMTP\r\n", b"\x00"]
)
@pytest.mark.parametrize("closes", [True, False])
def test_an_answer_that_comes_before_the_request_is_typed(
    connect: Callable[..., Any], greeting: bytes, closes: bool
) -> None:
    """Whatever an early answer says, a write that arrived after it is not called failed unless it was refused."""
    server = Hasty(lambda _: [Close()] if closes else [answer(200, page([]))])
    server.greeting = greeting
    with server:
        client = connect(token=TOKENS[0], base_url=server.base_url, retry=RetryPolicy(attempts=1))
        for name in ("count", "cancel some"):
            outcome = Outcome()
            try:
                outcome.result = CALLS[name].make(client, 1)
            except errors.APIError as error:
                outcome.error = error
            outcome.received = 1
            exchange = Exchange(1, name, CALLS[name], [[greeting]], secrets=TOKENS[:1])
            assert not list(verdicts(exchange, outcome))


@pytest.mark.parametrize("farewell", [answer(408, b"", {"Connection": "close"}), b"\x00", b""])
def test_a_connection_that_ended_while_nobody_used_it_is_not_used(
    connect: Callable[..., Any], farewell: bytes
) -> None:
    """When a gateway has closed an idle connection, the next write uses another connection and succeeds."""
    idle, said = threading.Event(), threading.Event()

    def script(request: Request) -> Iterator[Step]:
        yield answer(200, CALLS["complete"].good(request.number))
        if request.number == 1:
            yield Wait(idle)
            yield farewell
            said.set()
            yield Close()

    with Scripted(script) as server:
        client = connect(token=TOKENS[0], base_url=server.base_url, retry=RetryPolicy(attempts=1))
        client.batches.complete(batch_id(1))
        idle.set()
        assert said.wait(10)
        while not farewell and server._open:
            threading.Event().wait(0.001)
        assert client.batches.complete(batch_id(2)).id == batch_id(2)
        assert len(server.requests) == 2

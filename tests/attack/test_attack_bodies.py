"""Bodies that are wrong in their bytes, in their structure, or in their encoding."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import attrs
import pytest

from attack.answers import CALLS, Call, batch_id, good_answer, job, job_id, mistakes
from attack.heads import TOKENS
from attack.mutations import ENCODERS, mutated, restructured, written
from attack.player import Player, numbers, steps_of
from attack.stage import Stage
from attack.verdicts import Exchange
from client.scripted import Step, answer, page
from pasqal_client import Write, errors
from pasqal_client._writes.jobs_cancellation_effect import CancelledJobs

WORDS = (
    b"NaN",
    b"Infinity",
    b"null",
    b"true",
    b"[]",
    b"{}",
    b'""',
    b"[[[[",
    b'{"a":',
    b"\\ud800",
    b"\\u0000",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b",",
    b":",
    b'"',
    b"\\",
    b"//",
    b"/* */",
    b"1e999",
    b"-",
    b'"data":5,',
    b'"id":null,',
)

ECHO = "\u00a7"
"""Stands for the token until the bytes of the body have been changed."""

ECHOES: tuple[Any, ...] = (ECHO, [ECHO], {ECHO: 1}, {"message": ECHO}, f"Bearer {ECHO}")


def lost(number: int) -> errors.OutcomeUnknownError:
    """The error of a cancellation whose answer was lost."""
    error = errors.OutcomeUnknownError("lost")
    error.write = Write("cancel_jobs", CancelledJobs(batch_id(number)), batch_id(number))
    return error


RESOLVE = Call(lambda client, n: client.batches.resolve(lost(n), settle=0), CALLS["list"].good)


def drawn(number: int) -> Exchange:
    """The exchange of that number."""
    draw = Random(number)
    name = draw.choice([*CALLS, *(name for name, call in CALLS.items() if call.changes), "resolve"])
    call = CALLS.get(name, RESOLVE)
    strict = draw.random() < 0.15
    exchange = Exchange(number, name, call, [], strict=strict, secrets=(token(number),))
    exchange.body = body(draw, exchange)
    exchange.answers = [encoded(draw, exchange)]
    if not call.changes and draw.random() < 0.5:
        exchange.answers.append([good_answer(call, number)])
    return exchange


def body(draw: Random, exchange: Exchange) -> bytes:
    """A body in which something is wrong."""
    good: Any = exchange.call.good(exchange.number)
    if draw.random() < 0.1:
        good = page(
            [job(exchange.number, place) for place in range(100)], total=draw.choice((100, 250, 3))
        )
    if draw.random() < 0.1:
        good = {
            "status": draw.choice(("fail", "error")),
            "code": draw.choice(("409", 409, "503", 599, None)),
            **good,
        }
    if draw.random() < 0.1:
        return about_others(draw, written(good), exchange.number)
    shape = draw.random()
    if shape < 0.7:
        good = restructured(draw, good, ECHOES)
    content = written(good)
    # Between 0.6 and 0.7 a body is wrong in both ways.
    if shape > 0.6:
        content = mutated(draw, content, WORDS)
    # Only now, so that the token is echoed unchanged: nobody can recognize what mutated bytes leave
    # of it.
    return content.replace(ECHO.encode(), json.dumps(token(exchange.number))[1:-1].encode())


def about_others(draw: Random, content: bytes, number: int) -> bytes:
    """The body with ids that were not asked for."""
    ours, others = draw.choice(
        (
            (batch_id(number), batch_id(0)),
            (job_id(number), job_id(0)),
            (job_id(number), job_id(number, 1)),
        )
    )
    return content.replace(str(ours).encode(), str(others).encode(), draw.choice((1, 1, 9)))


def encoded(draw: Random, exchange: Exchange) -> list[Step]:
    """The steps that send the body, in some encoding."""
    status, headers = 200, {"Content-Type": "application/json"}
    if draw.random() < 0.15:
        status, _, headers = draw.choice(mistakes(exchange.number))
    content = exchange.body
    if draw.random() < 0.2:
        encoding, encode = ENCODERS[draw.choice(list(ENCODERS))]
        headers = {**headers, "Content-Encoding": encoding.decode()}
        content = encode(content)
        if draw.random() < 0.2:
            content = mutated(draw, content)
    return steps_of(answer(status, content, headers), "PATCH" if exchange.call.changes else "GET")


def plain(exchange: Exchange, content: bytes) -> Exchange:
    """The exchange with another body, not encoded."""
    head = exchange.raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    lines = [line for line in head if not line.startswith(b"Content-Length")]
    raw = b"\r\n".join([*lines, b"Content-Length: %d" % len(content), b"", content])
    first = steps_of(raw, "PATCH" if exchange.call.changes else "GET")
    return attrs.evolve(exchange, answers=[first, *exchange.answers[1:]], body=content)


def token(number: int) -> str:
    return TOKENS[number % 2]


@pytest.mark.filterwarnings("ignore::pasqal_client.IncompleteListingWarning")
def test_no_body_brings_anything_untyped_out(connect: Callable[..., Any]) -> None:
    """Whatever a body says, errors are typed, results are readable, and nothing untrue is said of a write."""
    with Stage() as stage:
        player = Player(connect, stage)

        def client(exchange: Exchange) -> Any:
            return player.client(token(exchange.number), strict=exchange.strict)

        with player.witness.listening():
            for number in numbers(80):
                exchange = drawn(number)
                player.play(exchange, client(exchange))
            player.report(client, plain)

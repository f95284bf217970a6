"""Connections that are damaged below TLS, in the handshake and afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from attack.answers import CALLS, good_answer
from attack.heads import TOKENS
from attack.player import Player, numbers, with_answer
from attack.tls import Damage, ProtectedStage, certificate
from attack.verdicts import Exchange
from client.scripted import Close
from pasqal_client._http.transport.tls import _trusting_context


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProtectedStage]:
    """A service behind TLS that the clients trust."""
    path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path.with_suffix(".crt")))
    _trusting_context.cache_clear()
    with ProtectedStage(path) as running:
        yield running
    _trusting_context.cache_clear()


def drawn(number: int) -> Exchange:
    """The exchange of that number."""
    name = Random(number).choice(["count", "page", "list", "complete", "cancel all", "cancel some"])
    damage = Damage.drawn(number)
    exchange = Exchange(
        number, name, CALLS[name], [], secrets=(TOKENS[0],), note=str(damage), spoilt=damage.spoils
    )
    exchange.answers = [[good_answer(exchange.call, number), *([Close()] if damage.ending else [])]]
    return exchange


def test_no_damage_below_tls_brings_anything_untyped_out(
    connect: Callable[..., Any], stage: ProtectedStage
) -> None:
    """Damage to the stream is a connection error, and the outcome of a write that was sent stays unknown."""
    player = Player(connect, stage)

    def client(_: Exchange) -> Any:
        return player.client(TOKENS[0])

    with player.witness.listening():
        for number in numbers(60):
            exchange = drawn(number)
            player.play(exchange, client(exchange))
        player.report(client, with_answer)

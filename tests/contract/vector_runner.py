"""What the tests of the vectors share: the cases, and both clients before a server that answers as a case says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field

from client.driver import Driver
from client.scripted import Request, Scripted, Step, answer, page
from ledger_items import Vector, read_vectors
from pasqal_client import AsyncPasqalClient, PasqalClient, RetryPolicy
from pasqal_client._settings import profiles
from pasqal_client._settings.config import VARIABLES

BATCH_ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
PREFIX = "/core-fast"
NOTHING: dict[str, Any] = {
    "jobs": page([]),
    "cancel": {"data": {"jobs": [], "errors": {}}},
    "complete": {"data": {}},
}
"""Answers without anything in them, by what the path has in it."""


def every(kind: str, having: str = "id") -> pytest.MarkDecorator:
    """Runs a test once for each case of a file that has something to say about that key."""
    cases = [case for case in read_vectors()[kind]["cases"] if having in case]
    return pytest.mark.parametrize("case", cases, ids=[case["id"] for case in cases])


@define
class Runner:
    """A server, and one of the clients before it.

    Attributes:
        server: it keeps the requests.
        token: the client's.
        answer: what the server answers next; None for an answer without anything in it.
    """

    server: Scripted
    token: str
    answer: bytes | None = None
    loop: asyncio.Runner | None = None
    _clients: dict[str, Any] = field(factory=dict)

    def client(self, **settings: Any) -> Any:
        """A client with these settings; it sends each request once."""
        if str(settings) not in self._clients:
            once = RetryPolicy(attempts=1)
            given = {
                "token": self.token,
                "base_url": self.server.base_url,
                "retry": once,
                **settings,
            }
            made = (
                PasqalClient(**given)
                if self.loop is None
                else Driver(AsyncPasqalClient(**given), self.loop)
            )
            self._clients[str(settings)] = made
        return self._clients[str(settings)]

    def operation(self, module: Any, arguments: list[Any], **settings: Any) -> Any:
        """What a generated operation makes of the answer."""
        client = self.client(**settings)
        if self.loop is None:
            return module.sync_detailed(*arguments, client=client.api).parsed
        return self.loop.run(module.asyncio_detailed(*arguments, client=client.api)).parsed

    def answers(self, case: Vector) -> None:
        """Let the server give the answer of a case."""
        headers = {"Content-Type": "application/json", **case.get("headers", {})}
        self.answer = answer(case.get("status", 200), case["body"].encode(), headers)

    def close(self) -> None:
        """Close the clients."""
        for client in self._clients.values():
            client.close() if self.loop is None else client.aclose()


@contextmanager
def running(kind: str, token: str) -> Iterator[Runner]:
    """A runner with the sync or the async client, which no setting of this machine reaches."""

    def script(request: Request) -> list[Step]:
        what = next(word for word in ("cancel", "complete", "jobs") if word in request.path)
        return [runner.answer or answer(200, NOTHING[what])]

    with (
        pytest.MonkeyPatch.context() as patch,
        Scripted(script) as server,
        asyncio.Runner() as loop,
    ):
        for name in VARIABLES:
            patch.delenv(f"PASQAL_{name.upper()}", raising=False)
        patch.setattr(profiles, "path", lambda: Path("/nowhere/config.toml"))
        runner = Runner(server, token, loop=loop if kind == "async" else None)
        yield runner
        runner.close()

"""Lets one test use the sync and the async client alike: what the async one returns is awaited at once."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterable, Iterator
from typing import Any, Self

DRIVEN = ("AsyncJobs", "AsyncBatches", "AsyncDevices", "AsyncOpenBatch", "AsyncPasqalClient")
PLAIN = (str, bytes, int, float, tuple, list, dict, frozenset, BaseException, type(None))


class Driver:
    """Wraps an object of the async client so that it looks like one of the sync client."""

    def __init__(self, target: Any, runner: asyncio.Runner) -> None:
        self.target = target
        self.runner = runner

    def __getattr__(self, name: str) -> Any:
        return self._shown(getattr(self.target, name))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._shown(self.target(*args, **kwargs))

    def __iter__(self) -> Iterator[Any]:
        iterator = aiter(self.target)
        try:
            while True:
                try:
                    yield self.runner.run(_next(iterator))
                except StopAsyncIteration:
                    return
        finally:
            if hasattr(iterator, "aclose"):
                self.runner.run(iterator.aclose())

    def __enter__(self) -> Self:
        self.runner.run(self.target.__aenter__())
        return self

    def __exit__(self, *error: object) -> None:
        self.runner.run(self.target.__aexit__(*error))

    def _shown(self, value: Any) -> Any:
        if inspect.iscoroutine(value):
            return self.runner.run(value)
        if callable(value) or isinstance(value, AsyncIterable) or type(value).__name__ in DRIVEN:
            return Driver(value, self.runner)
        return value


async def _next(iterator: Any) -> Any:
    return await anext(iterator)


def call_generated(client: Any, module: Any, **arguments: Any) -> Any:
    """The response to a generated operation, on the connection of a client of either kind."""
    if isinstance(client, Driver):
        api = client.target.api
        return client.runner.run(module.asyncio_detailed(client=api, **arguments))
    return module.sync_detailed(client=client.api, **arguments)

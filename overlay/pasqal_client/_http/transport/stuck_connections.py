"""Closes the connections in a pool that no request has, and that nobody could use again.

httpcore leaves some there that are not idle where a handshake through a proxy fails, or a request is
given up in the moment in which it is connected. They take up room: in the end the pool would have
none for others.

Ctrl-C interrupts httpcore at any line. A connection that looks idle may then have a lock that is
closed for good, and whoever uses it next would wait forever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ..._late_modules import anyio

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .library import httpx


def drop_orphans(client: httpx.Client) -> None:
    """Close the orphans of a sync client."""
    for connection in _take_orphans(client):
        connection.close()


async def drop_orphans_async(client: httpx.AsyncClient) -> None:
    """Close the orphans of an async client, also where the request was cancelled."""
    with anyio.CancelScope(shield=True):
        for connection in _take_orphans(client):
            await connection.aclose()


def drop_interrupted(client: httpx.Client, request: httpx.Request) -> None:
    """Forget a request of a sync client that was interrupted, and close all connections that no other request has."""
    unused: list[Any] = []
    for pool in _pools(client):
        with pool._optional_thread_lock:
            # httpcore's request has the extensions of ours.
            pool._requests = [
                each for each in pool._requests if each.request.extensions is not request.extensions
            ]
            unused += _take(pool, _unused(pool))
    for connection in unused:
        connection.close()


def _take_orphans(client: httpx.Client | httpx.AsyncClient) -> list[Any]:
    """Take the orphans out of their pools."""
    orphans: list[Any] = []
    for pool in _pools(client):
        with pool._optional_thread_lock:
            orphans += _take(pool, filter(_is_stuck, _unused(pool)))
    return orphans


def _pools(client: httpx.Client | httpx.AsyncClient) -> Iterator[Any]:
    """The pools of a client. Nothing of them is public in httpx; a test fails if it changes."""
    for transport in (client._transport, *client._mounts.values()):
        pool: Any = getattr(transport, "_pool", None)
        if hasattr(pool, "_requests") and hasattr(pool, "_connections"):
            yield pool


def _unused(pool: Any) -> list[Any]:
    """The connections that no request has."""
    used = {id(request.connection) for request in pool._requests}
    return [connection for connection in pool._connections if id(connection) not in used]


def _take(pool: Any, connections: Iterable[Any]) -> list[Any]:
    """Take connections out of their pool, so that requests that wait get the room; returns what is to be closed."""
    taken = list(connections)
    for connection in taken:
        pool._connections.remove(connection)
    return taken + cast("list[Any]", pool._assign_requests_to_connections())


def _is_stuck(connection: Any) -> bool:
    # A pool closes and removes all others by itself.
    if connection.is_idle() or connection.is_closed():
        return False
    return not connection.has_expired()

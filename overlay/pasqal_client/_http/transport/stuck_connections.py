"""Closes the connections in a pool that no request has, and that are not idle either.

httpcore leaves them there where a handshake through a proxy fails, or a request is given up in the
moment in which it is connected. Nobody would use them again, but they take up room: in the end the
pool would have none for others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._late_modules import anyio

if TYPE_CHECKING:
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


def _take_orphans(client: httpx.Client | httpx.AsyncClient) -> list[Any]:
    """Take the orphans out of their pools. None of this is public in httpx; a test fails if it changes."""
    orphans: list[Any] = []
    for transport in (client._transport, *client._mounts.values()):
        pool: Any = getattr(transport, "_pool", None)
        if not hasattr(pool, "_requests") or not hasattr(pool, "_connections"):
            continue
        with pool._optional_thread_lock:
            found = _orphans_of(pool)
            for connection in found:
                pool._connections.remove(connection)
        orphans += found
    return orphans


def _orphans_of(pool: Any) -> list[Any]:
    used = {id(request.connection) for request in pool._requests}
    orphans = []
    for connection in pool._connections:
        is_used = id(connection) in used
        if not is_used and _is_stuck(connection):
            orphans.append(connection)
    return orphans


def _is_stuck(connection: Any) -> bool:
    # A pool closes and removes all others by itself.
    if connection.is_idle() or connection.is_closed():
        return False
    return not connection.has_expired()

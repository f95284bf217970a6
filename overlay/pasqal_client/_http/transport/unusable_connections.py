"""Closes a connection after its answer where no other request may use it.

That is so where the client was closed meanwhile, as its pool has forgotten the connection, and
where bytes follow the answer. HTTP/1.1 tells answers apart by their order alone. Bytes that a
service or a gateway sends beyond an answer would be taken for the answer to the next request: a
cancellation that was rejected would pass for one that was done. h11 keeps such bytes and httpcore
gives the connection back to its pool all the same, so they are looked for here, while the response
is still open. What arrives later is httpcore's business: it drops idle connections that have
something to read.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .library import httpx

# From a response's stream to the state of its HTTP/1.1 connection. None of it is public; a test
# fails if it changes.
_WAY_TO_H11: Final = ("_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state")


def drop_unusable(response: httpx.Response, *, is_last: bool) -> None:
    """Close the connection of a sync response that was read to its end, if it cannot be used again.

    Args:
        response: the response.
        is_last: whether its pool is closed: it closed the connections that it had, but not one that
            was just being opened.
    """
    connection = _unusable_connection(response, is_last=is_last)
    if connection is not None:
        connection.close()


async def drop_unusable_async(response: httpx.Response, *, is_last: bool) -> None:
    """The same for an async response."""
    connection = _unusable_connection(response, is_last=is_last)
    if connection is not None:
        await connection.aclose()


def _unusable_connection(response: httpx.Response, *, is_last: bool) -> Any:
    """The network stream of the response if it has to be closed, else None."""
    connection = response.extensions.get("network_stream")
    # A transport of the caller's own has no connections that we know of.
    if connection is None or is_last:
        return connection
    if response.http_version == "HTTP/2":
        # Its frames say which answer they belong to, and other requests read from this connection.
        return None
    state = _h11_state(response)
    if state is None or state.trailing_data[0]:
        return connection
    if _is_waiting_in_tls(connection) or _is_waiting_in_asyncio(connection):
        return connection
    return None


def _h11_state(response: httpx.Response) -> Any:
    """The state of the connection; None if the way to it has changed, and with it what can be known."""
    step: Any = response.stream
    for name in _WAY_TO_H11:
        step = getattr(step, name, None)
    return step


def _is_waiting_in_tls(connection: Any) -> bool:
    """Whether TLS holds data, or the beginning of some, that nobody has asked for: no socket reports these."""
    tls = connection.get_extra_info("ssl_object")
    if not isinstance(tls, ssl.SSLObject):
        return False
    try:
        tls.read(1)
    except ssl.SSLWantReadError:
        # The async stream has a buffer of what arrived; an incomplete record stays in it.
        stream = _anyio_stream(connection)
        buffer = getattr(stream, "_read_bio", None)
        return buffer is not None and buffer.pending > 0
    except ssl.SSLError:
        return True
    return True


def _is_waiting_in_asyncio(connection: Any) -> bool:
    """Whether asyncio has read more than was asked for: it hands on a large chunk in pieces, and keeps the rest."""
    stream = _anyio_stream(connection)
    socket = getattr(stream, "transport_stream", stream)
    protocol = getattr(socket, "_protocol", None)
    return bool(getattr(protocol, "read_queue", None))


def _anyio_stream(connection: Any) -> Any:
    """The stream of anyio under that of httpcore, which lies under that of `network`."""
    stream = getattr(connection, "_inner", connection)
    return getattr(stream, "_stream", None)

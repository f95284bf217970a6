"""A uvicorn server that runs in a thread: it says when it is up, and stops at once.

uvicorn looks at a flag ten times a second and then waits a tenth of a second for idle connections.
A test suite starts a sandbox for every other test, so here both are events.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
from asyncio import (
    AbstractEventLoop,
    Event,
    Future,
    Transport,
    ensure_future,
    get_running_loop,
    sleep,
    wait,
    wait_for,
)
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from starlette.types import ASGIApp, Scope

HOST = "127.0.0.1"

# In seconds. An idle connection stays usable while somebody sits in a debugger; stopping closes it
# all the same.
_KEEP_ALIVE = 3600
_GRACE = 2
# After this many rounds of the event loop, the server knows every connection that was accepted.
_ROUNDS = 4


def listen(port: int) -> socket.socket:
    """Bind a socket on the loopback interface; port 0 takes a free one.

    Raises:
        OSError: the port is taken or needs privileges; the text names it.
    """
    # Named as TCP, because asyncio switches Nagle's algorithm off only then; with it, each answer
    # takes 40 ms longer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # On Windows the option would let two servers share the port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name == "posix")
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"port {port}: {error.strerror}") from error
    return listener


class _QuietProtocol(H11Protocol):
    """Writes no access log: queries have whatever was put into them, and links to results are secrets.

    A setting of the server would do it in the logger that all servers of the process share.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.access_log = False


class ThreadedServer(uvicorn.Server):
    """The server; `run` it in a thread, wait for `settled`, and `halt` it from any other thread.

    Args:
        make_app: gets the server, and makes what it serves.

    Attributes:
        settled: set once the server answers (`started` is true then) or has failed.
        failure: why it did not start.
    """

    def __init__(self, make_app: Callable[[ThreadedServer], ASGIApp]) -> None:
        super().__init__(
            uvicorn.Config(
                make_app(self),
                loop="asyncio",
                http=_QuietProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                proxy_headers=False,
                date_header=False,  # it would be the time of this machine
                timeout_keep_alive=_KEEP_ALIVE,
                timeout_graceful_shutdown=_GRACE,
            )
        )
        self.settled: threading.Event = threading.Event()
        self.failure: BaseException | None = None
        self._loop: AbstractEventLoop
        self._halted: Event
        self._pauses: set[Future[None]] = set()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve on the sockets until halted."""
        try:
            super().run(sockets)
        except BaseException as error:
            self.failure = error
            raise
        finally:
            self.settled.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as the parent does, then let `settled` wake who waits for it."""
        await super().startup(sockets)
        self._loop, self._halted = get_running_loop(), Event()
        self.settled.set()

    async def main_loop(self) -> None:
        """Tick until halted."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await wait_for(self._halted.wait(), timeout=1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the port and the connections; requests in flight have two seconds to end, but no more pauses."""
        for pause in self._pauses:
            pause.cancel()
        await self._accept_no_more(sockets or [])
        self._abort_unfinished()
        if self.server_state.tasks:
            await super().shutdown(sockets)
        else:
            await self._close_idle(sockets or [])
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await sleep(0)  # the loop closes what was aborted in its next round

    async def pause(self, length: timedelta) -> bool:
        """Wait, in the server's event loop; false if the server stops meanwhile."""
        pause = ensure_future(sleep(length.total_seconds()))
        self._pauses.add(pause)
        try:
            await wait({pause})
        finally:
            pause.cancel()
            self._pauses.discard(pause)
        return not pause.cancelled()

    def close(self, scope: Scope) -> None:
        """Close the connection of a request once everything sent so far is out."""
        transport = self._find_transport(scope)
        if transport is not None:
            transport.close()

    def reset(self, scope: Scope) -> None:
        """Reset it: the other side gets an error, also for what it has not read yet."""
        transport = self._find_transport(scope)
        if transport is not None:
            # Closing a socket that does not linger resets it.
            transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            transport.abort()

    def _find_transport(self, scope: Scope) -> Transport | None:
        # ASGI names the address of the client, and not the connection.
        for connection in self.server_state.connections:
            if getattr(connection, "client", None) == scope["client"]:
                return connection.transport
        return None

    def halt(self) -> None:
        """Make `run` return soon."""
        self.should_exit = True
        self._loop.call_soon_threadsafe(self._halted.set)

    async def _accept_no_more(self, listeners: list[socket.socket]) -> None:
        # If the listener were closed at once, a connection that was just accepted would stay open
        # forever, because nobody would know it.
        for listener in listeners:
            self._loop.remove_reader(listener)
        for _ in range(_ROUNDS):
            await sleep(0)

    def _abort_unfinished(self) -> None:
        # Who has not sent all of a request by now is not waiting for the answer, and would only keep
        # the server for the whole of the grace.
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            if cycle is not None and cycle.more_body:
                connection.transport.abort()

    async def _close_idle(self, sockets: list[socket.socket]) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        deadline = self._loop.time() + _GRACE
        while self.server_state.connections and self._loop.time() < deadline:  # noqa: ASYNC110 - their end sets no event
            await sleep(0.001)

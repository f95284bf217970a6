"""The network backends of httpcore under our clients.

On that of the sync client, no operation outlasts the attempt. That of the async client is quick to
say whether there is something to read: httpcore asks every idle connection, twice for each request.

It is imported with the first client of httpx that is made; httpx, too, imports httpcore only then.
"""

from __future__ import annotations

import select
import socket
import threading
from typing import TYPE_CHECKING, Any, Final

import httpcore

from .deadline import left_of_attempt

if TYPE_CHECKING:
    import ssl
    from collections.abc import Coroutine

    from .library import httpx

# Windows has none.
_POLL: Final = getattr(select, "poll", None)


def _bounded(timeout: float | None, error: type[Exception]) -> float | None:
    """The timeout of one operation: no longer than what is left of the attempt."""
    left = left_of_attempt()
    if left is None:
        return timeout
    if left <= 0:
        raise error("the attempt has used up its time")
    if timeout is None:
        return left
    return min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """A connection whose operations end with the attempt."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _bounded(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _bounded(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        bounded = _bounded(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, bounded))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _addresses(host: str, port: int) -> list[str]:
    """The addresses of a host, in the order in which to try them. Nothing bounds how long a resolver takes."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    addresses = [str(address[0]) for *_, address in found]
    return list(dict.fromkeys(addresses))


class _Backend(httpcore.NetworkBackend):
    """Opens such connections."""

    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *args: Any, **kwargs: Any
    ) -> httpcore.NetworkStream:
        if left_of_attempt() is None:
            stream = self._inner.connect_tcp(host, port, timeout, *args, **kwargs)
            return _Stream(stream)
        # One by one, so that they share the time: each of them would get all of it from a connect by
        # name.
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in _addresses(host, port):
            try:
                bounded = _bounded(timeout, httpcore.ConnectTimeout)
                stream = self._inner.connect_tcp(address, port, bounded, *args, **kwargs)
                return _Stream(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, *args: Any, **kwargs: Any
    ) -> httpcore.NetworkStream:
        bounded = _bounded(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_unix_socket(path, bounded, *args, **kwargs))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class _AsyncStream(httpcore.AsyncNetworkStream):
    """A connection that knows its socket: anyio collects all there is to know of it to name it."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self._socket = inner.get_extra_info("socket")

    # The coroutines are handed on as they are: to await them here would take a step more each time.

    def read(self, max_bytes: int, timeout: float | None = None) -> Coroutine[Any, Any, bytes]:
        return self._inner.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> Coroutine[Any, Any, None]:
        return self._inner.write(buffer, timeout)

    def aclose(self) -> Coroutine[Any, Any, None]:
        return self._inner.aclose()

    async def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        stream = await self._inner.start_tls(*args, **kwargs)
        return _AsyncStream(stream)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable" and self._socket is not None:
            return _is_readable(self._socket)
        return self._inner.get_extra_info(info)


def _is_readable(connected: Any) -> bool:
    """Whether a socket has something to read, as one does that is closed on either side."""
    number = connected.fileno()
    if number < 0:
        return True
    if _POLL is None:
        readable, _, _ = select.select([number], [], [], 0)
        return bool(readable)
    poll = _POLL()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    """Opens such connections."""

    def __init__(self, inner: httpcore.AsyncNetworkBackend) -> None:
        self._inner = inner

    async def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        stream = await self._inner.connect_tcp(*args, **kwargs)
        return _AsyncStream(stream)

    async def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        stream = await self._inner.connect_unix_socket(*args, **kwargs)
        return _AsyncStream(stream)

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


def install_backend(client: httpx.Client | httpx.AsyncClient) -> int:
    """Give the client's pools our network backend, and a lock that Ctrl-C does no harm; returns how many have them.

    A caller may use his own client for several of ours, and for himself: where no attempt of ours
    runs, nothing is bounded.
    """
    installed = 0
    for transport in (client._transport, *client._mounts.values()):
        pool: Any = getattr(transport, "_pool", None)
        backend = getattr(pool, "_network_backend", None)
        if isinstance(backend, httpcore.NetworkBackend):
            installed += 1
            _adapt(pool, backend)
        elif isinstance(backend, httpcore.AsyncNetworkBackend):
            installed += 1
            _adapt_async(pool, backend)
    return installed


def _adapt(pool: Any, backend: httpcore.NetworkBackend) -> None:
    if isinstance(backend, _Backend):
        return
    pool._network_backend = _Backend(backend)
    own_lock = pool._optional_thread_lock
    # httpcore's own one is taken in Python code: Ctrl-C in there leaves it closed, and the next request
    # would wait forever.
    with own_lock:
        pool._optional_thread_lock = threading.Lock()


def _adapt_async(pool: Any, backend: httpcore.AsyncNetworkBackend) -> None:
    if not isinstance(backend, _AsyncBackend):
        pool._network_backend = _AsyncBackend(backend)

"""How the time limits of `attempts` reach httpx: sync by a network backend, async by cancelling.

A timeout of httpx bounds each read, so a service that sends a byte now and then, headers included,
is never too slow. An async attempt is simply cancelled at its end (`within`). A sync one needs every
read to know when the attempt ends. httpx has no public parameter for that, so its pools are given a
network backend of ours (`install_backend`). Where they have changed and do not take it, a slow body
is still bounded by whoever reads it, a slow header is not; a test fails then.

`requests_until` bounds the requests of a wait together; `attempts` asks for that with `no_later`.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import httpcore

from ..abandoned_tasks import retrieve_error

if TYPE_CHECKING:
    import ssl
    from collections.abc import Coroutine, Iterator

    from .library import httpx

T = TypeVar("T")

# A sync attempt runs in one thread, an async one needs none of this.
_attempt = threading.local()
# A wait may have its requests made in other threads and tasks, which inherit a context variable.
_request_ends: ContextVar[float | None] = ContextVar("pasqal_client_request_ends", default=None)


@contextmanager
def requests_until(ends: float | None) -> Iterator[None]:
    """Bound the requests that are made for the block, in whichever threads and tasks.

    Args:
        ends: when all of them have to be over, by `time.monotonic`; None for no bound.
    """
    before = _request_ends.get()
    _request_ends.set(ends)
    try:
        yield
    finally:
        # A reset would fail where a coroutine is closed in another context.
        _request_ends.set(before)


def no_later(ends: float) -> float:
    """That time, or the end of the block of `requests_until`, whichever comes first."""
    bound = _request_ends.get()
    if bound is None:
        return ends
    return min(ends, bound)


def left_until(ends: float) -> float:
    """Seconds until then; none if it is past."""
    return max(0.0, ends - time.monotonic())


async def within(seconds: float, operation: Coroutine[Any, Any, T]) -> T:
    """Await an operation on connections, for at most this many seconds.

    If asyncio cancelled it while it gives a connection back, that connection would never be free
    again: the shields of httpcore keep off only what anyio cancels. So it runs in a task of its own
    that anyio cancels.

    Args:
        seconds: how long it may take.
        operation: the operation.

    Raises:
        TimeoutError: it did not end in time.
    """
    scope = anyio.CancelScope(deadline=anyio.current_time() + seconds)

    async def bounded() -> T:
        with scope:
            return await operation
        raise TimeoutError

    task = asyncio.create_task(bounded())
    task.add_done_callback(retrieve_error)
    try:
        await asyncio.wait([task])
    except asyncio.CancelledError:
        # The caller was cancelled: cancel gently, and wait until the connection is back.
        scope.cancel()
        await asyncio.wait([task])
        raise
    return task.result()


@contextmanager
def attempt_within(seconds: float) -> Iterator[None]:
    """Bound the network operations of this thread in the block to this many seconds."""
    before = getattr(_attempt, "ends", None)
    _attempt.ends = time.monotonic() + seconds
    try:
        yield
    finally:
        _attempt.ends = before


def _bounded(timeout: float | None, error: type[Exception]) -> float | None:
    """The timeout of one operation: no longer than what is left of the attempt."""
    ends = getattr(_attempt, "ends", None)
    if ends is None:
        return timeout
    left: float = ends - time.monotonic()
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
        if getattr(_attempt, "ends", None) is None:
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


def install_backend(client: httpx.Client) -> int:
    """Give the client's pools our network backend; returns how many pools have it.

    A caller may use his own client for several of ours, and for himself: where no attempt of ours
    runs, nothing is bounded.
    """
    installed = 0
    for transport in (client._transport, *client._mounts.values()):
        pool: Any = getattr(transport, "_pool", None)
        backend = getattr(pool, "_network_backend", None)
        if isinstance(backend, httpcore.NetworkBackend):
            installed += 1
            if not isinstance(backend, _Backend):
                pool._network_backend = _Backend(backend)
    return installed

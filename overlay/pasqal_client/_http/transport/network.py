"""The network backend of httpcore under the sync client: no operation on it outlasts the attempt.

It is imported with the first client of httpx that is made; httpx, too, imports httpcore only then.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import httpcore

from .deadline import left_of_attempt

if TYPE_CHECKING:
    import ssl

    from .library import httpx


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

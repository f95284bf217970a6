"""Bounds what a sync attempt spends in the network, read by read.

A timeout of httpx bounds each read, so a service that sends a byte now and then, headers included, is never too slow.
An async attempt is simply cancelled at its end; a sync one needs every read to know when the attempt ends. httpx has no
public parameter for that, so its pools are given a network backend of ours. Where they have changed and do not take it,
a slow body is still bounded by whoever reads it, a slow header is not; a test fails then.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpcore

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    import httpx

_attempt = threading.local()


@contextmanager
def attempt_within(seconds: float) -> Iterator[None]:
    """Bound the network operations of this thread in the block."""
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
    return left if timeout is None else min(timeout, left)


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
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        bounded = _bounded(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, bounded))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Opens such connections."""

    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *args: Any, **kwargs: Any
    ) -> httpcore.NetworkStream:
        bounded = _bounded(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(host, port, bounded, *args, **kwargs))

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, *args: Any, **kwargs: Any
    ) -> httpcore.NetworkStream:
        bounded = _bounded(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_unix_socket(path, bounded, *args, **kwargs))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


def bind(client: httpx.Client) -> int:
    """Give the client's pools our network backend; returns how many took it."""
    transports = [client._transport, *client._mounts.values()]
    pools = [pool for transport in transports if (pool := getattr(transport, "_pool", None)) is not None]
    bound = [pool for pool in pools if isinstance(getattr(pool, "_network_backend", None), httpcore.NetworkBackend)]
    for pool in bound:
        pool._network_backend = _Backend(pool._network_backend)
    return len(bound)

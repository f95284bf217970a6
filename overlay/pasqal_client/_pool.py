"""The httpx clients that move the bytes: a caller's own, or one that is made when it is first needed.

Which proxy and which certificates count is decided here.
"""

from __future__ import annotations

import asyncio
import copy
import os
import ssl
import threading
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar

import httpx

from ._deadline import bind, speaks_httpcore
from .addresses import on_this_machine
from .errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

C = TypeVar("C", httpx.Client, httpx.AsyncClient)

CLOSED: Final = "the client is closed; make a new one"


class Pool:
    """The httpx client that moves the bytes: the caller's own, or one that is made when it is first needed.

    Attributes:
        tells (bool): whether it is certain that its transports tell when a request is sent.
    """

    def __init__(self, given: httpx.Client | None, *, urls: Iterable[str]) -> None:
        self._urls = tuple(urls)
        self._given = given
        self._client = None if given is None else _plain(given, httpx.Client)
        if self._client is not None:
            bind(self._client)
        self.tells = self._client is None or speaks_httpcore(self._client)
        self._is_closed = False
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._inherited: httpx.Client | None = None

    def get(self) -> httpx.Client:
        """The client."""
        with self._lock:
            if self._is_closed or (self._given is not None and self._given.is_closed):
                raise RuntimeError(CLOSED)
            if self._given is None and self._process != os.getpid():
                # Its connections are the parent's: two processes that speak on one would garble both.
                self._inherited, self._client, self._process = self._client, None, os.getpid()
            if self._client is None:
                with _usable_proxies():
                    self._client = httpx.Client(verify=_tls(self._urls), mounts=_direct(self._urls))
                bind(self._client)
            return self._client

    def close(self) -> None:
        """Close the client, if it is ours."""
        with self._lock:
            self._is_closed = True
            if self._given is None and self._client is not None:
                self._client.close()


class AsyncPool:
    """The same for the async client, on one event loop.

    Its attempts are cancelled at their end, so no transport has to know of that.
    """

    _loop: asyncio.AbstractEventLoop | None = None

    def __init__(self, given: httpx.AsyncClient | None, *, urls: Iterable[str]) -> None:
        self._urls = tuple(urls)
        self._given = given
        self._client = None if given is None else _plain(given, httpx.AsyncClient)
        self.tells = self._client is None or speaks_httpcore(self._client)
        self._is_closed = False

    def get(self) -> httpx.AsyncClient:
        """The client."""
        if self._is_closed or (self._given is not None and self._given.is_closed):
            raise RuntimeError(CLOSED)
        loop = asyncio.get_running_loop()
        self._loop = self._loop or loop
        if self._loop is not loop:
            raise RuntimeError("this client was first used on another event loop; make one client for each loop")
        if self._client is None:
            with _usable_proxies():
                self._client = httpx.AsyncClient(verify=_tls(self._urls), mounts=_direct(self._urls))
        return self._client

    async def close(self) -> None:
        """Close the client, if it is ours."""
        self._is_closed = True
        if self._given is None and self._client is not None:
            await self._client.aclose()


def _plain(given: C, kind: type[C]) -> C:
    """The caller's client without its cookies and event hooks, which would change what is sent and how it fails."""
    if not isinstance(given, kind):
        raise ConfigurationError(f"http_client: expected an httpx.{kind.__name__}, got {type(given).__name__}")
    plain = copy.copy(given)
    plain.cookies = httpx.Cookies()
    plain.event_hooks = {}
    return plain


@cache
def _trusting_context() -> ssl.SSLContext:
    """Making a TLS context takes longer than most requests, so all clients of the process share one."""
    return httpx.create_ssl_context()


def _tls(urls: Iterable[str]) -> ssl.SSLContext:
    # Where no address needs TLS, a context that trusts nobody is made at no cost.
    uses_tls = any(url.startswith("https:") for url in urls)
    return _trusting_context() if uses_tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@contextmanager
def _usable_proxies() -> Iterator[None]:
    try:
        yield
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        raise ConfigurationError(
            f"a proxy that the environment names cannot be used: {error} (see ALL_PROXY, HTTP_PROXY, HTTPS_PROXY)"
        ) from error


def _direct(urls: Iterable[str]) -> dict[str, None]:
    """The mounts of httpx that lead to this machine without a proxy."""
    return {f"all://{host}": None for host in on_this_machine(*urls)}

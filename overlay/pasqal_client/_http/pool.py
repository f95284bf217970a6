"""The httpx clients that move the bytes: a caller's own, or one that is made when it is first needed.

Which proxy and which certificates count is decided here.
"""

from __future__ import annotations

import asyncio
import copy
import os
import ssl
import threading
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies

import anyio
import httpx

from ..errors import ConfigurationError, printable
from .deadline import bind, speaks_httpcore
from .proxies import EXPECTED, parsed, setting_for, variable_of
from .urls import is_on_this_machine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

C = TypeVar("C", httpx.Client, httpx.AsyncClient)
T = TypeVar("T", httpx.HTTPTransport, httpx.AsyncHTTPTransport)

CLOSED: Final = "the client is closed; make a new one"
LONGEST_PATH: Final = 300


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
        self._proxies = _environment(self._urls) if given is None else {}
        self._is_closed = False
        self._lock = threading.Lock()
        self._process: int | None = None
        self._inherited: httpx.Client | None = None

    def get(self) -> httpx.Client:
        """The client."""
        with self._lock:
            if self._is_closed or (self._given is not None and self._given.is_closed):
                raise RuntimeError(CLOSED)
            if self._process not in (None, os.getpid()):
                # Its connections are the parent's: two processes that speak on one would garble
                # both.
                if self._given is not None:
                    raise RuntimeError(
                        "http_client was used in another process before a fork; make new clients here"
                    )
                self._inherited, self._client = self._client, None
            self._process = os.getpid()
            if self._client is None:
                tls = _tls(self._urls)
                mounts = _mounts(httpx.HTTPTransport, self._proxies, tls)
                hooks = _hooks(httpx.Client)
                self._client = httpx.Client(
                    verify=tls, trust_env=False, mounts=mounts, event_hooks=hooks
                )
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
        self._proxies = _environment(self._urls) if given is None else {}
        self._is_closed = False

    def get(self) -> httpx.AsyncClient:
        """The client."""
        if self._is_closed or (self._given is not None and self._given.is_closed):
            raise RuntimeError(CLOSED)
        loop = asyncio.get_running_loop()
        self._loop = self._loop or loop
        if self._loop is not loop:
            raise RuntimeError(
                "this client was first used on another event loop; make one client for each loop"
            )
        if self._client is None:
            tls = _tls(self._urls)
            mounts = _mounts(httpx.AsyncHTTPTransport, self._proxies, tls)
            hooks = _hooks(httpx.AsyncClient)
            self._client = httpx.AsyncClient(
                verify=tls, trust_env=False, mounts=mounts, event_hooks=hooks
            )
        return self._client

    async def close(self) -> None:
        """Close the client, if it is ours."""
        self._is_closed = True
        if self._given is None and self._client is not None:
            await self._client.aclose()


def _plain(given: C, kind: type[C]) -> C:
    """The caller's client without its cookies and event hooks, which would change what is sent and how it fails."""
    if not isinstance(given, kind):
        raise ConfigurationError(
            f"http_client: expected an httpx.{kind.__name__}, got {type(given).__name__}"
        )
    plain = copy.copy(given)
    plain.cookies = httpx.Cookies()
    plain.event_hooks = _hooks(kind)
    return plain


def _hooks(kind: type[httpx.Client | httpx.AsyncClient]) -> dict[str, list[Any]]:
    """The event hooks of a client of that kind."""
    return {"response": [_put_location_away if kind is httpx.Client else _put_location_away_async]}


LOCATION: Final = "pasqal_location"
"""The extension of a response that has its Location."""


def _put_location_away(response: httpx.Response) -> None:
    """Hide where a redirect leads: httpx fails on what is not an address, though it is not asked to go there."""
    if "location" in response.headers:
        response.extensions[LOCATION] = response.headers.pop("location")


async def _put_location_away_async(response: httpx.Response) -> None:
    _put_location_away(response)


def drop_orphans(client: httpx.Client) -> None:
    """Close the connections that no request has any more and that are not idle either.

    httpcore leaves them in its pool where a handshake fails behind a proxy, or a request is given
    up in the moment in which it is connected. Nobody would use them again, but they count: in the
    end there would be no room for others.
    """
    for connection in _orphans(client):
        connection.close()


async def drop_orphans_async(client: httpx.AsyncClient) -> None:
    """The same for an async client."""
    with anyio.CancelScope(shield=True):
        for connection in _orphans(client):
            await connection.aclose()


def _orphans(client: httpx.Client | httpx.AsyncClient) -> list[Any]:
    """Such connections, taken out of their pools. None of it is public; a test fails if it changes."""
    orphans: list[Any] = []
    for transport in (client._transport, *client._mounts.values()):
        pool: Any = getattr(transport, "_pool", None)
        if not hasattr(pool, "_requests") or not hasattr(pool, "_connections"):
            continue
        with pool._optional_thread_lock:
            used = {id(request.connection) for request in pool._requests}
            found = [one for one in pool._connections if id(one) not in used and _is_stuck(one)]
            for connection in found:
                pool._connections.remove(connection)
        orphans += found
    return orphans


def _is_stuck(connection: Any) -> bool:
    return not (connection.is_idle() or connection.is_closed() or connection.has_expired())


def _environment(urls: Iterable[str]) -> dict[str, httpx.Proxy]:
    """The proxies of the environment, by the addresses that are reached through one.

    Raises:
        ConfigurationError: a proxy, or what is named for TLS, cannot be used.
    """
    if any(_named()):
        _tls(urls)
    remote = [url for url in urls if not is_on_this_machine(url)]
    settings = {url: setting_for(url, getproxies()) for url in remote}
    return {url: _proxy(setting) for url, setting in settings.items() if setting is not None}


def _proxy(setting: str) -> httpx.Proxy:
    # No variable here holds the value: a traceback that shows variables would show a password.
    proxy = parsed(getproxies()[setting])
    if proxy is None:
        raise ConfigurationError(f"{variable_of(setting, os.environ)}: {EXPECTED}")
    if proxy.url.scheme.startswith("socks") and find_spec("socksio") is None:
        name = variable_of(setting, os.environ)
        raise ConfigurationError(
            f"{name}: a SOCKS proxy needs the package socksio; install httpx[socks]"
        )
    return proxy


def _mounts(kind: type[T], proxies: Mapping[str, httpx.Proxy], tls: ssl.SSLContext) -> dict[str, T]:
    """The transports that lead through proxies, by the addresses that they are for."""
    mounts = {}
    for url, proxy in proxies.items():
        if proxy.url.scheme == "https":
            proxy.ssl_context = tls
        parts = urlsplit(url)
        mounts[f"{parts.scheme}://{parts.netloc}"] = kind(verify=tls, proxy=proxy)
    return mounts


def _tls(urls: Iterable[str]) -> ssl.SSLContext:
    # Where no address needs TLS, a context that trusts nobody is made at no cost.
    if all(urlsplit(url).scheme != "https" for url in urls):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return _trusting_context(*_named())


def _named() -> tuple[str, ...]:
    """What the environment says about TLS."""
    return tuple(
        os.environ.get(name, "") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
    )


@cache
def _trusting_context(file: str, folders: str, log: str) -> ssl.SSLContext:
    """Making a TLS context takes longer than most requests, so all clients of the process share one."""
    if folders and not file and not any(map(_has_certificates, folders.split(os.pathsep))):
        where = printable(folders, LONGEST_PATH)
        raise ConfigurationError(
            f"SSL_CERT_DIR: there is no certificate in {where} that can be found; each needs a name made of its hash, "
            "as `openssl rehash` gives it"
        )
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        reason = (
            "it holds no certificate in PEM" if isinstance(error, ssl.SSLError) else error.strerror
        )
    raise ConfigurationError(f"{_culprit(file, log)} cannot be used: {reason}")


def _culprit(file: str, log: str) -> str:
    """What a TLS context could not be made with."""
    if file and not _holds_certificates(file):
        return f"SSL_CERT_FILE: {printable(file, LONGEST_PATH)}"
    return (
        f"SSLKEYLOGFILE: {printable(log, LONGEST_PATH)}"
        if log
        else "the certificates that httpx brings along"
    )


def _holds_certificates(file: str) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except OSError:
        return False
    return True


def _has_certificates(folder: str) -> bool:
    """Whether there is a file in a folder that OpenSSL would find there."""
    return folder != "" and any(Path(folder).glob("[0-9a-f]" * 8 + ".[0-9]"))

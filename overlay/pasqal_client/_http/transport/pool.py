"""The httpx clients that move the bytes: a caller's own, or one that is made when it is first needed."""

from __future__ import annotations

import copy
import os
import ssl
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies

from ..._late_modules import asyncio
from ..._lock_owner import LockOwner
from ...errors import ConfigurationError
from ..urls import is_on_this_machine
from .library import httpx
from .proxies import EXPECTED, proxy_of, setting_for, variable_of
from .tls import check_environment, tls_context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

C = TypeVar("C", httpx.Client, httpx.AsyncClient)
T = TypeVar("T", httpx.HTTPTransport, httpx.AsyncHTTPTransport)

_CLOSED: Final = "the client is closed; make a new one"
_GIVEN_CLOSED: Final = (
    "the http_client that this client was given is closed; close it only after this one"
)

# For threads: all connections are kept. Where fewer are, httpcore now and then closes one as left over
# that it has just given to a request. Tasks notice that in time.
_ALL_KEPT: Final = httpx.Limits(max_connections=100, max_keepalive_connections=100)

HIDDEN_LOCATION: Final = "pasqal_location"
"""The extension of a response that has its Location; see `_hide_location`."""


class Pool(LockOwner):
    """The httpx client that moves the bytes: the caller's own, or one that is made when it is first needed.

    Args:
        given: the caller's own client; None to make one.
        urls: the addresses that are reached through it.

    Attributes:
        reports_sending (bool): whether its transports report for certain when a request is sent.
    """

    def __init__(self, given: httpx.Client | None, *, urls: Iterable[str]) -> None:
        super().__init__()
        self._urls = tuple(urls)
        self._given = given
        self._client: httpx.Client | None = None
        self._proxies: dict[str, httpx.Proxy] = {}
        self.reports_sending = True
        if given is None:
            self._proxies = _environment_proxies(self._urls)
        else:
            self._client = _without_extras(given, httpx.Client)
            _adapt(self._client)
            self.reports_sending = _report_sending(self._client)
        # For addresses that become known only later, by the way that leads there.
        self._others: dict[_Way, httpx.Client] = {}
        self._is_closed = False
        self._process: int | None = None
        self._inherited: list[httpx.Client] = []

    def get(self) -> httpx.Client:
        """The client.

        Raises:
            RuntimeError: it is closed, or the caller's own and was used before a fork.
        """
        with self._lock:
            _raise_if_closed(self._is_closed, self._given)
            self._leave_parent()
            if self._client is None:
                self._client = self._make()
            return self._client

    def get_for(self, origin: str | None) -> httpx.Client:
        """The client for an origin that is known only now, such as that of a file.

        That of the caller, if there is one; else one that trusts certificates, and takes the proxy
        that the environment names for this origin.

        Args:
            origin: scheme and host; None for the addresses that were known from the start.

        Raises:
            ConfigurationError: the proxy, or what is named for TLS, cannot be used.
            RuntimeError: see `get`.
        """
        client = self.get()
        if origin is None or self._given is not None or _is_known(origin, self._urls):
            return client
        way = _way_to(origin)
        with self._lock:
            other = self._others.get(way)
            if other is None:
                other = httpx.Client(**_options(way, origin, httpx.Client))
                _adapt(other)
                self._others[way] = other
            return other

    def _leave_parent(self) -> None:
        """Give up the client of the parent, if the process was forked since it was used.

        Its connections are the parent's: two processes that speak on one would garble both.
        """
        if self._process not in (None, os.getpid()):
            if self._given is not None:
                raise RuntimeError(
                    "http_client was used in another process before a fork; make new clients here"
                )
            # Kept: Python would warn of sockets that are dropped, and a thread of the parent may have
            # held the lock at the fork that closing them takes.
            self._inherited.extend(self._own_clients())
            self._client = None
            self._others = {}
        self._process = os.getpid()

    def _own_clients(self) -> Iterator[httpx.Client]:
        if self._given is None and self._client is not None:
            yield self._client
        yield from self._others.values()

    def _make(self) -> httpx.Client:
        tls = tls_context(self._urls)
        client = httpx.Client(
            verify=tls,
            trust_env=False,
            limits=_ALL_KEPT,
            mounts=_mounts(httpx.HTTPTransport, self._proxies, tls, limits=_ALL_KEPT),
            event_hooks=_event_hooks(httpx.Client),
        )
        _adapt(client)
        return client

    @property
    def has_ended(self) -> bool:
        """Whether it closed the connections that it had; those of a caller's client are his."""
        return self._is_closed and self._given is None

    def close(self) -> None:
        """Close the client, if it is ours."""
        with self._lock:
            self._is_closed = True
            for client in self._own_clients():
                client.close()


class AsyncPool:
    """The same for the async client, on one event loop.

    Its attempts are cancelled at their end, so no transport has to know of that. A process that was
    forked has another event loop, on which this is rejected; so nobody has to ask for the process.
    """

    def __init__(self, given: httpx.AsyncClient | None, *, urls: Iterable[str]) -> None:
        self._urls = tuple(urls)
        self._given = given
        self._client: httpx.AsyncClient | None = None
        self._proxies: dict[str, httpx.Proxy] = {}
        self.reports_sending = True
        if given is None:
            self._proxies = _environment_proxies(self._urls)
        else:
            self._client = _without_extras(given, httpx.AsyncClient)
            _adapt(self._client)
            self.reports_sending = _report_sending(self._client)
        self._others: dict[_Way, httpx.AsyncClient] = {}
        self._is_closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        _import_what_requests_need()

    def get(self) -> httpx.AsyncClient:
        """The client.

        Raises:
            RuntimeError: it is closed, or was first used on another event loop.
        """
        _raise_if_closed(self._is_closed, self._given)
        self._check_loop()
        if self._client is None:
            self._client = self._make()
        return self._client

    def get_for(self, origin: str | None) -> httpx.AsyncClient:
        """The client for an origin that is known only now; see `Pool.get_for`."""
        client = self.get()
        if origin is None or self._given is not None or _is_known(origin, self._urls):
            return client
        way = _way_to(origin)
        if way not in self._others:
            other = httpx.AsyncClient(**_options(way, origin, httpx.AsyncClient))
            _adapt(other)
            self._others[way] = other
        return self._others[way]

    def _own_clients(self) -> Iterator[httpx.AsyncClient]:
        if self._given is None and self._client is not None:
            yield self._client
        yield from self._others.values()

    def _make(self) -> httpx.AsyncClient:
        tls = tls_context(self._urls)
        client = httpx.AsyncClient(
            verify=tls,
            trust_env=False,
            mounts=_mounts(httpx.AsyncHTTPTransport, self._proxies, tls),
            event_hooks=_event_hooks(httpx.AsyncClient),
        )
        _adapt(client)
        return client

    @property
    def has_ended(self) -> bool:
        """Whether it closed the connections that it had; see `Pool.has_ended`."""
        return self._is_closed and self._given is None

    async def close(self) -> None:
        """Close the client, if it is ours.

        Raises:
            RuntimeError: it was first used on another event loop.
        """
        if self._is_closed:
            return
        clients = list(self._own_clients())
        if clients:
            self._check_loop()
        # At once: what is connected from now on is not among the connections that are closed here.
        self._is_closed = True
        for client in clients:
            await client.aclose()

    def _check_loop(self) -> None:
        """Raise if this is another event loop than that of the first use.

        Raises:
            RuntimeError: it is.
        """
        loop = asyncio.get_running_loop()
        self._loop = self._loop or loop
        if self._loop is not loop:
            raise RuntimeError(
                "this client was first used on another event loop; make one client for each loop"
            )


class _Way(NamedTuple):
    """How an address is reached: the scheme, and the name of the setting that has the proxy."""

    scheme: str
    proxy: str | None


def _way_to(url: str) -> _Way:
    proxy = None
    if not is_on_this_machine(url):
        proxy = setting_for(url, getproxies())
    return _Way(urlsplit(url).scheme, proxy)


def _options(
    way: _Way, origin: str, kind: type[httpx.Client | httpx.AsyncClient]
) -> dict[str, Any]:
    """The options of a client of ours for the origins that are reached in one way."""
    tls = tls_context([origin])
    options: dict[str, Any] = {
        "verify": tls,
        "trust_env": False,
        "event_hooks": _event_hooks(kind),
    }
    if kind is httpx.Client:
        options["limits"] = _ALL_KEPT
    if way.proxy is not None:
        proxy = _proxy(way.proxy)
        if proxy.url.scheme == "https":
            proxy.ssl_context = tls
        options["proxy"] = proxy
    return options


def _is_known(origin: str, urls: Iterable[str]) -> bool:
    """Whether one of these addresses is on that origin."""
    return origin in map(_origin, urls)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _raise_if_closed(is_closed: bool, given: httpx.Client | httpx.AsyncClient | None) -> None:
    if is_closed:
        raise RuntimeError(_CLOSED)
    # Ours is a copy of the caller's own client, and does not notice that.
    if given is not None and given.is_closed:
        raise RuntimeError(_GIVEN_CLOSED)


def _import_what_requests_need() -> None:
    """Import now what the library imports with a first request.

    That takes 30 ms, for which the other tasks of an event loop would stand still. Clients are mostly
    made before there are any.
    """
    # Where anyio keeps its part for asyncio elsewhere, that is imported later.
    for name in ("httpcore", "anyio._backends._asyncio"):
        with suppress(ImportError):
            import_module(name)


class _NoCookies(httpx.Cookies):
    """Keeps no cookie of an answer."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Nothing is extracted."""


def _adapt(client: httpx.Client | httpx.AsyncClient) -> None:
    """Give the connections of a client what `network` has for them, and let it look for no cookies.

    None would be sent, and to look takes a twentieth of the time of a page.
    """
    from .network import install_backend

    install_backend(client)
    # The public `cookies` copies what it is given into an object of httpx's own.
    client._cookies = _NoCookies()


def async_client_without_keepalive() -> httpx.AsyncClient:
    """A client for plain http that keeps no connection open between requests, so that nobody has to close it."""
    return httpx.AsyncClient(
        limits=httpx.Limits(max_keepalive_connections=0),
        trust_env=False,
        # Never used; the default one is slow to load.
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
    )


def _without_extras(given: C, kind: type[C]) -> C:
    """The caller's client without its cookies and event hooks, which would change what is sent and how it fails."""
    if not isinstance(given, kind):
        raise _unfit(given, kind)
    # A shallow copy: it has the transports, and so the connections, of the caller's client.
    plain = copy.copy(given)
    # `_adapt` takes care of that, too, but not by a public name.
    plain.cookies = httpx.Cookies()
    plain.event_hooks = _event_hooks(kind)
    return plain


def _unfit(given: object, kind: type[httpx.Client | httpx.AsyncClient]) -> ConfigurationError:
    """The error for a client that is not of that kind, which names the module of both."""
    own = type(given)
    name = own.__qualname__
    if own.__module__ != "builtins":
        name = f"{own.__module__}.{name}"
    text = f"http_client: expected an httpx.{kind.__name__}, got {name}"
    if own.__module__.partition(".")[0] == "httpx2":
        text += "; httpx2 is another package than httpx, and the two do not mix"
    if isinstance(given, httpx.Client):
        text += ", which is for PasqalClient"
    if isinstance(given, httpx.AsyncClient):
        text += ", which is for AsyncPasqalClient"
    return ConfigurationError(text)


def _event_hooks(kind: type[httpx.Client | httpx.AsyncClient]) -> dict[str, list[Any]]:
    if kind is httpx.Client:
        return {"response": [_hide_location]}
    return {"response": [_hide_location_async]}


def _hide_location(response: httpx.Response) -> None:
    """Take the Location out of a response before httpx looks at it.

    httpx reads it even where it is not asked to follow redirects, and fails if it is not an
    address. The connection puts it back.
    """
    if "location" in response.headers:
        response.extensions[HIDDEN_LOCATION] = response.headers.pop("location")


async def _hide_location_async(response: httpx.Response) -> None:
    _hide_location(response)


def _report_sending(client: httpx.Client | httpx.AsyncClient) -> bool:
    """Whether all transports of a client report when they begin to send a request.

    httpx's own do, by the `trace` extension. A subclass of them may do anything.
    """
    kinds = (httpx.HTTPTransport, httpx.AsyncHTTPTransport)
    for transport in (client._transport, *client._mounts.values()):
        # A mount without a transport leads to the client's own one.
        if transport is not None and type(transport) not in kinds:
            return False
    return True


def _environment_proxies(urls: Iterable[str]) -> dict[str, httpx.Proxy]:
    """The proxies of the environment, by the addresses that are reached through one.

    Raises:
        ConfigurationError: a proxy, or what is named for TLS, cannot be used.
    """
    check_environment(urls)
    proxies = {}
    for url in urls:
        if is_on_this_machine(url):
            continue
        setting = setting_for(url, getproxies())
        if setting is not None:
            proxies[url] = _proxy(setting)
    return proxies


def _proxy(setting: str) -> httpx.Proxy:
    # No variable here holds the value: a traceback that shows variables would show a password.
    proxy = proxy_of(getproxies()[setting])
    name = variable_of(setting, os.environ)
    if proxy is None:
        raise ConfigurationError(f"{name}: {EXPECTED}")
    if proxy.url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise ConfigurationError(
            f"{name}: a SOCKS proxy needs the package socksio; install httpx[socks]"
        )
    return proxy


def _mounts(
    kind: type[T], proxies: Mapping[str, httpx.Proxy], tls: ssl.SSLContext, **options: Any
) -> dict[str, T]:
    """The transports that lead through proxies, by the addresses that they are for."""
    mounts = {}
    for url, proxy in proxies.items():
        if proxy.url.scheme == "https":
            proxy.ssl_context = tls
        mounts[_origin(url)] = kind(verify=tls, proxy=proxy, **options)
    return mounts

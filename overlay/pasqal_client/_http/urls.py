"""Addresses: to which a secret may be sent, and what their paths name."""

from __future__ import annotations

import ipaddress
import re
from typing import Any, Final
from urllib.parse import urlsplit

from .._display import quoted
from ..errors import ConfigurationError
from .redaction import redacted
from .transport.library import httpx

# As a resolver takes it; within an address, % begins what is not a name.
_is_name = re.compile(r"[^.%]{1,63}(?:\.[^.%]{1,63})*\.?").fullmatch
# In anything else there may be a password.
_is_plain = re.compile(r"[\w.-]+(?:/[\w./-]*)?", re.ASCII).fullmatch
_begins_with_scheme = re.compile(r"([a-z][a-z0-9+.-]{0,20}):/*", re.ASCII | re.IGNORECASE).match
_find_item = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|/devices/(?:specs/|.*/queue$)"
).search
# A path as the generated operations have them.
_is_path = re.compile(r"/(?!/)[^?#]*").fullmatch
_LONGEST_NAME: Final = 253
_PORTS: Final = range(1, 2**16)


def names_item(path: str) -> bool:
    """Whether a path names a job or batch by its id, or a device by its type.

    A service that does not know a path of the contract that names nothing has another prefix.
    """
    return _find_item(path) is not None


def checked_address(url: object, name: str, example: str, *, is_secret: bool = False) -> str:
    """The address if it is one, and protects what is sent to it; the error shows no password in it.

    Args:
        url: the address.
        name: what it is, for the error.
        example: what a good one looks like, for the error.
        is_secret: whether the error shows nothing of it but its host.

    Raises:
        ConfigurationError: it is not an address, has a user or a fragment, or is plain http beyond
            this machine.
    """
    text = str(url).strip()
    expected = f"expected an address such as {example}{_seen(text, is_secret=is_secret)}"
    problem = _problem_with(text, expected)
    if not problem:
        return text
    # There may be a password in it, and a traceback may show variables.
    del url, text
    raise ConfigurationError(f"{name}: {problem}")


def _problem_with(text: str, expected: str) -> str:
    """Why a text cannot be used as an address; empty if it can."""
    host = _host_of(text)
    if host is None:
        return expected
    parts = urlsplit(text)
    if "@" in parts.netloc or "#" in text:
        return "it must not have a user or a fragment"
    if not _is_usable(text):
        return f"its host or port is not valid (between dots, a host has 1 to 63 characters); {expected}"
    if parts.scheme == "http" and not _is_loopback(host):
        return f"plain http would send secrets unprotected to {host}; use https"
    return ""


def canonical_address(address: str) -> str:
    """One spelling of an address: the host in lower case, without the port that its scheme has anyway.

    Args:
        address: an address that was checked.
    """
    scheme, colon, rest = address.partition(":")
    # httpx knows the port of a scheme by its name in lower case.
    return str(httpx.URL(scheme.lower() + colon + rest)).rstrip("/")


def _seen(text: str, *, is_secret: bool) -> str:
    """What was given, as an error shows it: a host without a scheme, or a wrong scheme; else nothing."""
    if is_secret:
        return ""
    if not text or _is_plain(text):
        return f", got {quoted(redacted(text, ()))}"
    scheme = _begins_with_scheme(text)
    if scheme and scheme[1] not in ("http", "https"):
        return f", got {scheme[0]}…"
    return ""


def whole_address(base: httpx.URL, url: httpx.URL | str, params: Any) -> httpx.URL | None:
    """The address that httpx makes of a base, a path and parameters, but parsed once: httpx parses it three times.

    Args:
        base: the address of the service, whose path ends with a slash.
        url: the path.
        params: the parameters of the query; None for none.

    Returns:
        The address; None if `url` is more than a path.
    """
    if not isinstance(url, str) or not _is_path(url):
        return None
    start = base.raw_path.decode("ascii")
    return base.copy_with(path=start + url.lstrip("/"), params=params)


def is_on_this_machine(url: str) -> bool:
    """Whether the host of an address is this machine: then no proxy has any business with it.

    Plain http is allowed there only because nothing leaves the machine; through a proxy a token
    would.
    """
    host = _host_of(url)
    return host is not None and _is_loopback(host)


def is_connectable(url: httpx.URL) -> bool:
    """Whether the host and the port of an address have the form that a connection needs."""
    if url.port is not None and url.port not in _PORTS:
        return False
    host = url.raw_host.decode("ascii")
    is_ipv6 = ":" in host
    if is_ipv6:
        return True
    return _is_name(host) is not None and len(host) <= _LONGEST_NAME


def _is_usable(text: str) -> bool:
    """Whether httpx, which reads addresses in a way of its own, can use it."""
    try:
        url = httpx.URL(text)
        url.host  # noqa: B018  # reading it checks it
    except (httpx.InvalidURL, ValueError):
        return False
    return is_connectable(url)


def _host_of(text: str) -> str | None:
    """The host of an address for http or https; None if it is not one."""
    if not text.isprintable() or " " in text or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  # reading it checks it
    except ValueError:
        # The text of the error may hold a password.
        return None
    if parts.scheme not in ("http", "https"):
        return None
    return parts.hostname


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")

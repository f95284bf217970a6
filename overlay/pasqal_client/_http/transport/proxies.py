"""Which proxy an address is reached through: what `https_proxy`, `all_proxy` and `no_proxy` mean.

httpx reads these variables too, but fails on some of what they hold, knows no networks in
`no_proxy`, and shows the passwords of proxies that it cannot use. Pure: the variables come in as a
mapping, as `urllib.request.getproxies` makes it.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from ..urls import is_connectable
from .library import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

_PORTS: Final = {"http": 80, "https": 443}

EXPECTED: Final = (
    "expected the address of a proxy such as http://user:password@proxy.example:3128 (or https, socks5, socks5h); "
    "within a user or a password, write %23 for #, %2F for /, %3F for ? and %40 for @"
)


def setting_for(url: str, settings: Mapping[str, str]) -> str | None:
    """The name of the setting that has the proxy for an address; None if none has.

    Args:
        url: the address, with the scheme http or https.
        settings: proxies by the scheme of the addresses that they are for, or `all`; exceptions
            under `no`.
    """
    if _is_excepted(url, settings.get("no", "")):
        return None
    for name in (urlsplit(url).scheme, "all"):
        if settings.get(name, "").strip():
            return name
    return None


def variable_of(setting: str, environment: Mapping[str, str]) -> str:
    """The variable that a setting comes from, as it is spelled; one in lower case goes before others."""
    wanted = f"{setting}_proxy"
    names = [name for name in environment if name.lower() == wanted and environment[name]]
    # Lower-case letters sort after those in upper case.
    return max(names, default="the proxy in the settings of the system")


def proxy_of(value: str) -> httpx.Proxy | None:
    """The proxy that a value names; None if it names none that can be used."""
    text = value.strip()
    if "://" not in text:
        text = f"http://{text}"
    try:
        proxy = httpx.Proxy(text)
    except (httpx.InvalidURL, ValueError):
        # The text of the error may show a piece of a password.
        return None
    if not is_connectable(proxy.url):
        return None
    # With an @ after the host, the password has one of / ? # in it that is not quoted, and what
    # seems to be the host is the user.
    path = proxy.url.raw_path.decode()
    if "@" in path or "@" in proxy.url.fragment:
        return None
    return proxy


def _is_excepted(url: str, exceptions: str) -> bool:
    parts = urlsplit(url)
    port = parts.port or _PORTS.get(parts.scheme)
    host = str(parts.hostname).rstrip(".")
    entries = re.split(r"[\s,]+", exceptions.lower())
    return any(_covers(entry, parts.scheme, host, port) for entry in entries)


def _covers(entry: str, scheme: str, host: str, port: int | None) -> bool:
    """Whether an entry of `no_proxy` is about an address: a name, an IP address, a network, or `*` for all."""
    its_scheme, _, place = entry.rpartition("://")
    name, its_port = _host_and_port(place.rstrip("/"))
    if its_scheme not in ("", "all", scheme):
        return False
    if its_port not in ("", str(port)):
        return False
    return name == "*" or _matches(name, host)


def _host_and_port(place: str) -> tuple[str, str]:
    bracketed = re.fullmatch(r"\[(.*)\](?::(.*))?", place)
    if bracketed:
        return bracketed[1], bracketed[2] or ""
    name, _, port = place.rpartition(":")
    if name and ":" not in name:
        return name, port
    # No port, or an IPv6 address without brackets.
    return place, ""


def _matches(name: str, host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _is_suffix(name.rstrip("."), host)
    try:
        network = ipaddress.ip_network(name, strict=False)
    except ValueError:
        return False
    return address in network


def _is_suffix(name: str, host: str) -> bool:
    """`lab.example` covers itself and what is below it, `.lab.example` and `*.lab.example` only what is below."""
    name = name.removeprefix("*")
    if not name:
        return False
    if name.startswith("."):
        return host.endswith(name)
    return host == name or host.endswith(f".{name}")

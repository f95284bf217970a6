"""Which addresses a secret may be sent to."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from .errors import ConfigurationError


def checked_address(url: object, name: str, example: str) -> str:
    """The address if it is one, and protects what is sent to it; the error shows nothing of it but its host.

    Args:
        url: the address.
        name: what it is, for the error.
        example: what a good one looks like, for the error.

    Raises:
        ConfigurationError: it is no address, has a user or a fragment, or is plain http beyond this machine.
    """
    text = str(url).strip()
    host = _host(text)
    if host is None:
        raise ConfigurationError(f"{name}: expected an address such as {example}")
    parts = urlsplit(text)
    if "@" in parts.netloc or "#" in text:
        raise ConfigurationError(f"{name}: it must not have a user or a fragment")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ConfigurationError(f"{name}: plain http would send secrets unprotected to {host}; use https")
    return text


def on_this_machine(*urls: str) -> list[str]:
    """The addresses' hosts that are this machine: an environment's proxy has no business with them.

    Plain http is allowed to them only because nothing leaves the machine; through a proxy a token would.
    """
    hosts = {host for url in urls if (host := _host(url)) is not None and _is_loopback(host)}
    return sorted(f"[{host}]" if ":" in host else host for host in hosts)


def _host(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  # reading it checks it
    except ValueError:
        return None  # the text of the error may hold a password
    is_web = parts.scheme in ("http", "https") and text.isprintable() and " " not in text and "\\" not in text
    return parts.hostname if is_web else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")

"""Which certificates are trusted, as `SSL_CERT_FILE`, `SSL_CERT_DIR` and `SSLKEYLOGFILE` say."""

from __future__ import annotations

import os
import ssl
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from ..._display import printable
from ...errors import ConfigurationError
from .library import httpx

if TYPE_CHECKING:
    from collections.abc import Iterable

_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
_LONGEST_PATH: Final = 300
# How OpenSSL names certificates in a folder: by their hash, with a number.
_HASHED_NAME: Final = "[0-9a-f]" * 8 + ".[0-9]"


def tls_context(urls: Iterable[str]) -> ssl.SSLContext:
    """The TLS context for some addresses.

    Raises:
        ConfigurationError: what the environment names for TLS cannot be used.
    """
    # Where no address needs TLS, a context that trusts nobody is made at no cost.
    if all(urlsplit(url).scheme != "https" for url in urls):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return _trusting_context(*_settings())


def check_environment(urls: Iterable[str]) -> None:
    """Check what the environment names for TLS, if it names anything.

    Raises:
        ConfigurationError: it cannot be used.
    """
    if any(_settings()):
        tls_context(urls)


def _settings() -> tuple[str, ...]:
    """What the environment says about TLS."""
    return tuple(os.environ.get(name, "") for name in _VARIABLES)


# Making a TLS context takes longer than most requests, so all clients of the process share one.
@cache
def _trusting_context(file: str, folders: str, log: str) -> ssl.SSLContext:
    if folders and not file and not any(map(_has_certificates, folders.split(os.pathsep))):
        where = printable(folders, _LONGEST_PATH)
        raise ConfigurationError(
            f"SSL_CERT_DIR: no certificate can be found in {where}; each needs a name made of its hash, "
            "as `openssl rehash` gives it"
        )
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        reason = error.strerror
        if isinstance(error, ssl.SSLError):
            reason = "it holds no certificate in PEM"
    raise ConfigurationError(f"{_culprit(file, log)} cannot be used: {reason}")


def _culprit(file: str, log: str) -> str:
    """What kept the TLS context from being made."""
    if file and not _holds_certificates(file):
        return f"SSL_CERT_FILE: {printable(file, _LONGEST_PATH)}"
    if log:
        return f"SSLKEYLOGFILE: {printable(log, _LONGEST_PATH)}"
    return "the certificates that httpx brings along"


def _holds_certificates(file: str) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except OSError:
        return False
    return True


def _has_certificates(folder: str) -> bool:
    """Whether there is a file in a folder that OpenSSL would find there."""
    if not folder:
        return False
    return any(Path(folder).glob(_HASHED_NAME))

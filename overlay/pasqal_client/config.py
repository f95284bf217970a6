"""Where a client's settings come from: arguments, then `PASQAL_*` variables, then defaults.

Pure: the variables come in as a mapping.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from attrs import field, frozen

from .errors import ConfigurationError
from .filters import uuid_of
from .retry import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

REGIONS: Final = {
    "fr": "https://apis.pasqal.cloud/core-fast",
    "sa": "https://apis.sa.pasqal.cloud/core-fast",
}
DEFAULT_REGION: Final = "fr"


@frozen(kw_only=True)
class Settings:
    """The checked settings of a client, without its secrets. Times are in seconds.

    Attributes:
        base_url: the service's address with its prefix, without a slash at the end.
        region: the region's name, or `custom`.
        project_id: the default of the list's project filter.
        timeout: bounds a connection attempt and each read; one whole attempt takes at most five times as long.
        deadline: bounds one request with all its attempts and pauses.
        retry: when a failed request is sent again.
        strict: raise at the first departure from the contract.
    """

    base_url: str
    region: str
    project_id: UUID | None = None
    timeout: float = 10.0
    deadline: float = 60.0
    retry: RetryPolicy = field(factory=RetryPolicy)
    strict: bool = False


def choose(name: str, argument: object, variables: Mapping[str, str]) -> object:
    """The argument, else the variable `PASQAL_<NAME>` if it has a value, else None."""
    return argument if argument is not None else variables.get(f"PASQAL_{name.upper()}") or None


def address(base_url: object, region: object) -> tuple[str, str]:
    """The base URL and the region's name.

    Raises:
        ConfigurationError: the region is unknown, or the address is none or would send a token unprotected.
    """
    if base_url is None:
        name = str(region or DEFAULT_REGION).lower()
        if name not in REGIONS:
            raise ConfigurationError(f"region: {region!r} is none of {', '.join(REGIONS)}; for others give base_url")
        return REGIONS[name], name
    url = str(base_url).strip().rstrip("/")
    return _checked(url), next((name for name, known in REGIONS.items() if known == url), "custom")


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname
        parts.port  # noqa: B018  # reading it checks it
    except ValueError as error:
        raise ConfigurationError(f"base_url: {error}") from None
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url:
        raise ConfigurationError(f"base_url: expected an address such as {REGIONS[DEFAULT_REGION]}")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigurationError("base_url: it must not have a user, a query or a fragment")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ConfigurationError(f"base_url: plain http would send the token unprotected to {host}; use https")
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def positive(name: str, value: object, default: float) -> float:
    """A number of seconds above zero, or the default for None."""
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 10**9:
        raise ConfigurationError(f"{name}: {value!r} is not a number of seconds above 0")
    return float(value)


def project(value: object) -> UUID | None:
    """The default project, checked."""
    try:
        return None if value is None else uuid_of("project_id", value)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None

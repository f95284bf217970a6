"""Reads `~/.pasqal/config`, in which CUDA-Q and QRMI look for credentials.

Each line is `name = value`. What both of them skip is skipped here, too: comments, lines without an
equals sign, unknown names and empty values.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import frozen

from .._auth.credentials import ClientCredentials, PasswordCredentials, StaticToken
from .._http.redaction import SecretDict
from .._private_file import OUT_OF_REACH, read_private
from ..errors import ConfigurationError
from .config import trimmed

if TYPE_CHECKING:
    from .._auth.credentials import Credentials

REGION: Final = "fr"
"""The region that the secrets of the file are for: CUDA-Q and QRMI send them there."""

_WAYS: Final = (("token",), ("username", "password"), ("client_id", "client_secret"))
"""The ways to sign in, each with the names that it takes; the first that is there counts."""


def path() -> Path | None:
    """Where the file is; it need not exist. None if no home directory is known."""
    try:
        return Path.home() / ".pasqal" / "config"
    except RuntimeError:
        return None


@frozen
class _Found:
    """What the file has to sign in with.

    Attributes:
        path: the file.
        credentials: what signs in.
        who: the username or client id; empty for a token.
        project_id: the project, if the file names one.
    """

    path: Path
    credentials: Credentials
    who: str
    project_id: str | None


def load() -> _Found | None:
    """Read the file; None if it has nothing to sign in with.

    Raises:
        ConfigurationError: the file cannot be used, shows a secret to others, or half of what signs
            in is missing.
    """
    file = path()
    if file is None:
        return None
    read = read_private(file, absent_if=OUT_OF_REACH)
    values = _parsed(read.text())
    way = _way(values)
    if way is None:
        return None
    read.check_privacy()
    for name in way:
        if name not in values:
            raise ConfigurationError(f"{file}: {name} is missing")
    try:
        credentials = _credentials(way, values)
    except ConfigurationError as error:
        raise ConfigurationError(f"{file}: {error}") from None
    who = "" if way == ("token",) else values[way[0]]
    return _Found(file, credentials, who, values.get("project_id"))


def _parsed(text: str) -> dict[str, str]:
    values: dict[str, str] = SecretDict()
    for line in text.split("\n"):
        name, equals, value = line.partition("=")
        name = name.strip().lower()
        value = _unquoted(value.strip())
        if equals and value and not name.startswith(("#", ";")):
            values[name] = trimmed(name, value)
    return values


def _unquoted(value: str) -> str:
    for quote in ("'", '"'):
        if len(value) > 1 and value.startswith(quote) and value.endswith(quote):
            return value[1:-1].strip()
    return value


def _way(values: dict[str, str]) -> tuple[str, ...] | None:
    """The way to sign in of which the file has at least a part; one that it has as a whole is preferred."""
    whole = [way for way in _WAYS if values.keys() >= set(way)]
    parts = [way for way in _WAYS if values.keys() & set(way)]
    return next(iter((*whole, *parts)), None)


def _credentials(way: tuple[str, ...], values: dict[str, str]) -> Credentials:
    name, *others = way
    # The values are in no variable: a traceback may show them.
    if not others:
        return StaticToken(values[name])
    make = PasswordCredentials if name == "username" else ClientCredentials
    return make(values[name], values[others[0]], region=REGION, token_url=_token_url(values))


def _token_url(values: dict[str, str]) -> str | None:
    """The token endpoint, if it is not the region's; QRMI also takes one without its scheme."""
    endpoint = values.get("auth_endpoint")
    if endpoint is None or "://" in endpoint:
        return endpoint
    return f"https://{endpoint}"

"""How a request is authenticated: who vouches for it, and the one `httpx.Auth` through which every request goes.

Secrets live here and nowhere else; nothing in this module shows them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

import httpx

from .errors import ConfigurationError
from .redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Generator

# RFC 6750 allows less, but opaque tokens with other visible characters are about; a header carries no others.
_is_token = re.compile(r"[!-~]+", re.ASCII).fullmatch


def checked_token(token: object, source: str = "token") -> str:
    """A token fit for a header; white space around it, as files end with, is dropped.

    Args:
        token: the token.
        source: where it comes from, for the error.

    Raises:
        ConfigurationError: it is no text, empty, or has characters that no token has; the text does not show it.
    """
    if not isinstance(token, str):
        raise ConfigurationError(f"{source}: expected text, got {type(token).__name__}")
    token = token.strip()
    if not token:
        raise ConfigurationError(f"{source}: it is empty")
    if not _is_token(token):
        raise ConfigurationError(f"{source}: it has characters that a bearer token cannot have, such as a line break")
    return token


class TokenAuth(httpx.Auth):
    """Sends a token that the caller has."""

    def __init__(self, token: str) -> None:
        self._token = checked_token(token)

    def clean(self, text: str) -> str:
        """The text without the secrets that this object knows."""
        return redacted(text, [self._token])

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Authenticate one request."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request

    def __repr__(self) -> str:
        return "TokenAuth(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "Credentials do not pickle: a pickle would carry their secrets. Make them anew on the other side."
        )

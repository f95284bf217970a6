"""A token as it was obtained, fit for a header, and how long it is good for."""

from __future__ import annotations

import base64
import json
import re
import time
from typing import Any, Final

from attrs import field, frozen

from ..errors import ConfigurationError

# RFC 6750 allows less, but opaque tokens with other visible characters are about; a header carries
# no others.
_is_token = re.compile(r"[!-~]+", re.ASCII).fullmatch

_DIGEST_LENGTH: Final = 16
_QUOTES: Final = "'\""


def checked_token(token: object, source: str = "token") -> str:
    """A token fit for a header, without the white space and the byte order mark that files leave around it.

    Args:
        token: the token.
        source: where it comes from, for the error.

    Raises:
        ConfigurationError: it is not text, empty, or has characters that no token has; the message
            does not show it.
    """
    # A traceback may show variables: whoever has a secret in one deletes it before an error passes.
    try:
        if not isinstance(token, str):
            raise ConfigurationError(f"{source}: expected text, got {type(token).__name__}")
        token = token.strip().removeprefix("\ufeff").strip()
        problem = _problem_of(token)
        if problem:
            raise ConfigurationError(f"{source}: {problem}")
        return token
    finally:
        del token


def _problem_of(token: str) -> str:
    """Why a text cannot be a token; empty if it may be one."""
    if not token:
        return "it is empty"
    if token.lower().startswith("bearer "):
        return "give the token alone, without the word Bearer"
    if token.startswith(("{", "[")):
        return "give the token alone, not the JSON that it stands in"
    if token[0] in _QUOTES or token[-1] in _QUOTES:
        return "give the token alone, without quotes"
    if not _is_token(token):
        return "it has characters that a bearer token cannot have, such as a line break"
    return ""


@frozen
class Grant:
    """A token as it was obtained.

    Attributes:
        token: the token.
        lifetime: how many seconds it is good for; None if that is not known.
    """

    token: str = field(repr=False)
    lifetime: float | None = None

    @classmethod
    def of(cls, token: object, expires_in: object = None, source: str = "token") -> Grant:
        """A checked token; its life comes from `expires_in`, else from the token itself if it is a JWT."""
        try:
            checked = checked_token(token, source)
        finally:
            del token
        return cls(checked, _seconds(expires_in) or _jwt_lifetime(checked))


def _seconds(value: object) -> float | None:
    """A lifetime in seconds; None if the value is not one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    if seconds > 0:
        return seconds
    # NaN, or a clock is wrong: such a token is used until the service rejects it.
    return None


def _jwt_lifetime(token: str) -> float | None:
    try:
        left = float(_claims(token)["exp"]) - time.time()
    except (ValueError, TypeError, KeyError, OverflowError):
        return None
    return _seconds(left)


def _claims(token: str) -> Any:
    """The claims of a JWT; none if it is not one."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    padding = "=" * (-len(parts[1]) % 4)
    try:
        return json.loads(base64.urlsafe_b64decode(parts[1] + padding))
    except (ValueError, RecursionError):
        return {}


def subject_of(token: str) -> str:
    """Whose token it is, as a JWT says; empty if it does not."""
    claims = _claims(token)
    subject = claims.get("sub") if isinstance(claims, dict) else None
    return subject if isinstance(subject, str) else ""


def owner_of(token: str) -> str:
    """Whose token it is: its subject, or what only this token has."""
    return subject_of(token) or digest(token)


def digest(text: str) -> str:
    """A digest, by which two texts can be compared that must not be shown."""
    # Most programs get by without it.
    from hashlib import sha256

    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_LENGTH]

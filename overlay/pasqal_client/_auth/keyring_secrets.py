"""The keyring of the system, as a place for secrets: it may be missing, or not work.

A secret is never part of an error, nor is what a backend says: it might quote the secret.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from .._extras import extra_hint
from ..errors import ConfigurationError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE: Final = "pasqal-client"


def usable_keyring() -> KeyringBackend | None:
    """The keyring of the system, if there is one that keeps secrets."""
    try:
        import keyring

        backend = keyring.get_keyring()
        priority = float(backend.priority)
    except Exception:  # a backend may raise anything while it looks around
        return None
    # Below 1 are those that fail, and those that write plain text.
    return backend if priority >= 1 else None


def _backend() -> KeyringBackend:
    backend = usable_keyring()
    if backend is None:
        raise ConfigurationError(
            "no usable keyring is here, or the package keyring is not installed "
            f"({extra_hint('keyring')}); `pasqal auth login --store file` does without"
        )
    return backend


def store_secret(profile: str, address: str, secret: str) -> None:
    """Store a secret, and look whether it is there.

    Raises:
        ConfigurationError: the keyring does not keep it.
    """
    backend = _backend()
    try:
        backend.set_password(_SERVICE, _entry(profile, address), secret)
    except Exception as error:
        raise ConfigurationError(
            f"the keyring did not accept the secret ({type(error).__name__}); use --store file"
        ) from None
    # Some backends lose what they are given without a word.
    if _read(backend, profile, address) != secret:
        raise ConfigurationError(
            "the keyring accepted the secret but did not keep it; use --store file"
        )


def read_secret(profile: str, address: str) -> str:
    """The secret.

    Raises:
        ConfigurationError: the keyring does not have it, or does not give it.
    """
    secret = _read(_backend(), profile, address)
    if not secret:
        raise ConfigurationError(
            "the keyring no longer has this secret; sign in again with `pasqal auth login`"
        )
    return secret


def delete_secret(profile: str, address: str) -> None:
    """Delete the secret, if there is one.

    Raises:
        ConfigurationError: the keyring still has it.
    """
    backend = usable_keyring()
    if backend is None:
        return
    # Backends raise if there is nothing to delete; what counts is what is there afterwards.
    with contextlib.suppress(Exception):
        backend.delete_password(_SERVICE, _entry(profile, address))
    if _read(backend, profile, address):
        raise ConfigurationError(
            f"the keyring did not delete the secret; remove its entries for {_SERVICE} yourself"
        )


def _read(backend: KeyringBackend, profile: str, address: str) -> str | None:
    try:
        return backend.get_password(_SERVICE, _entry(profile, address))
    except Exception as error:
        raise ConfigurationError(
            f"the keyring did not return the secret ({type(error).__name__}); is it locked?"
        ) from None


def _entry(profile: str, address: str) -> str:
    """What the keyring calls the user that a secret belongs to."""
    return f"{profile} {address}"

"""Keeps what `pasqal auth login` was given: in the keyring of the system where there is one, else in a file.

The file `credentials.json` lies next to the configuration file and can be read by its owner only, from its first moment
on. It has an entry for each profile and address, so that a secret is never sent to another address than the one that it
was given for. Where the secret itself is in the keyring, the entry only says so.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from pasqal_client import profiles
from pasqal_client.errors import ConfigurationError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "pasqal-client"

HAS_MODES: Final = os.name == "posix"
"""Whether the permissions of a file say who can read it."""

Kind = Literal["token", "password", "client credentials"]
Keeper = Literal["keyring", "file"]


class Kept(NamedTuple):
    """What is kept for a profile and an address.

    Attributes:
        kind: how it signs in.
        who: the username or client id; empty for a token.
        secret: the token, password or client secret.
        token_url: the token endpoint, if it is another than the region's.
        keeper: where the secret is.
    """

    kind: Kind
    who: str
    secret: str
    token_url: str | None
    keeper: Keeper

    def __repr__(self) -> str:
        return f"<{self.kind} in the {self.keeper}>"


class Store:
    """The credentials of all profiles."""

    def __init__(self) -> None:
        self.path: Path = profiles.path().with_name("credentials.json")

    def get(self, profile: str, address: str) -> Kept | None:
        """What is kept for a profile and an address.

        Raises:
            ConfigurationError: the file cannot be used, or the keyring does not give the secret.
        """
        entry = self._read().get(profile, {}).get(address)
        if entry is None:
            return None
        try:
            kept = Kept(entry["kind"], entry["who"], entry.get("secret", ""), entry["token_url"], entry["keeper"])
        except (KeyError, TypeError, AttributeError):
            raise ConfigurationError(f"{self.path} is damaged: run `pasqal auth logout` and sign in again") from None
        return kept if kept.keeper == "file" else kept._replace(secret=_from_keyring(profile, address))

    def addresses(self, profile: str) -> list[str]:
        """The addresses for which something is kept."""
        return sorted(self._read().get(profile, {}))

    def put(self, profile: str, address: str, kept: Kept) -> None:
        """Keep credentials in the place of what was kept.

        Raises:
            ConfigurationError: they cannot be kept there.
        """
        entry = kept._asdict()
        if kept.keeper == "keyring":
            _into_keyring(profile, address, entry.pop("secret"))
        content = self._read()
        before = content.get(profile, {}).get(address, {})
        content.setdefault(profile, {})[address] = entry
        self._write(content)
        if kept.keeper == "file" and before.get("keeper") == "keyring":
            _out_of_keyring(profile, address)

    def remove(self, profile: str, address: str) -> bool:
        """Forget what is kept for a profile and an address; whether there was anything."""
        content = self._read()
        entry = content.get(profile, {}).pop(address, None)
        if entry is None:
            return False
        if not isinstance(entry, dict) or entry.get("keeper") != "file":
            _out_of_keyring(profile, address)
        self._write({name: entries for name, entries in content.items() if entries})
        return True

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            with self.path.open("rb") as opened:
                self._check(os.fstat(opened.fileno()))
                content = json.loads(opened.read())
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            raise ConfigurationError(f"{self.path} cannot be read: {error.strerror}") from None
        except ValueError as error:
            if isinstance(error, ConfigurationError):
                raise
            content = None
        if not isinstance(content, dict) or not all(isinstance(entries, dict) for entries in content.values()):
            raise ConfigurationError(f"{self.path} is damaged: remove it and sign in again")
        return content

    def _check(self, status: os.stat_result) -> None:
        if not HAS_MODES:
            return
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise ConfigurationError(f"{self.path} can be read by others: run `chmod 600 {self.path}`")
        if status.st_uid != os.geteuid():
            raise ConfigurationError(f"{self.path} belongs to somebody else")

    def _write(self, content: dict[str, dict[str, Any]]) -> None:
        """In one step: nobody sees half a file, and none that others could read."""
        folder = self.path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(prefix=".credentials-", dir=folder)  # made with mode 0600
        except OSError as error:
            raise ConfigurationError(f"{folder} cannot be written to: {error.strerror}") from None
        try:
            with open(handle, "w", encoding="utf-8") as opened:  # noqa: PTH123  # it is open already
                json.dump(content, opened, indent=2)
            Path(name).replace(self.path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise


# ----------------------------------------------------------------------------------------------------------------------
# The keyring, which need not be installed, and need not work where it is


def usable_keyring() -> KeyringBackend | None:
    """The keyring of the system, if there is one that keeps secrets."""
    try:
        import keyring

        backend = keyring.get_keyring()
        priority = float(backend.priority)
    except Exception:  # whatever a backend raises while it looks around
        return None
    return backend if priority >= 1 else None


def _backend() -> KeyringBackend:
    backend = usable_keyring()
    if backend is None:
        raise ConfigurationError("the keyring is not to be used here: sign in again with --store file")
    return backend


def _into_keyring(profile: str, address: str, secret: str) -> None:
    backend = _backend()
    try:
        backend.set_password(SERVICE, f"{profile} {address}", secret)
    except Exception as error:
        raise ConfigurationError(f"the keyring did not take it: {type(error).__name__}; use --store file") from None


def _from_keyring(profile: str, address: str) -> str:
    backend = _backend()
    try:
        secret = backend.get_password(SERVICE, f"{profile} {address}")
    except Exception as error:
        raise ConfigurationError(f"the keyring does not give it: {type(error).__name__}; is it locked?") from None
    if not secret:
        raise ConfigurationError("the keyring has it no more: sign in again")
    return secret


def _out_of_keyring(profile: str, address: str) -> None:
    backend = usable_keyring()
    if backend is not None:
        with contextlib.suppress(Exception):  # what is not there any more need not be removed
            backend.delete_password(SERVICE, f"{profile} {address}")

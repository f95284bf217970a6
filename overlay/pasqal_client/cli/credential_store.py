"""Keeps what `pasqal auth login` was given: in the keyring of the system where there is one, else in a file.

The file `credentials.json` lies next to the configuration file and can be read by its owner only,
from its first moment on. It has an entry for each profile and address, so that a secret is never
sent to another address than the one that it was given for. Where the secret itself is in the
keyring, the entry only says so. Where the file or its folder is a link, what it points to is read
and replaced, so that no secret stays behind. One process at a time changes it.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, get_args

from .._settings import profiles
from ..errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyring.backend import KeyringBackend

SERVICE: Final = "pasqal-client"

HAS_MODES: Final = os.name == "posix"
"""Whether the permissions of a file say who can read it."""
HAS_LOCKS: Final = os.name == "posix"
"""Whether there is a lock that ends with the process that holds it."""
PATIENCE: Final = 10.0
"""Seconds to wait for another process that changes the file."""
_LOOK_AGAIN: Final = 0.02

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
        kept = _kept(entry)
        if kept is None:
            raise ConfigurationError(
                f"{self.path} is damaged: run `pasqal auth logout` and sign in again"
            )
        return (
            kept if kept.keeper == "file" else kept._replace(secret=_from_keyring(profile, address))
        )

    def addresses(self, profile: str) -> list[str]:
        """The addresses for which something is kept."""
        return sorted(self._read().get(profile, {}))

    def put(self, profile: str, address: str, kept: Kept) -> bool:
        """Keep credentials in the place of what was kept; whether nothing of that is left behind.

        Raises:
            ConfigurationError: they cannot be kept there.
        """
        self._read()  # what cannot be read cannot be changed, and then the keyring is left as it is
        entry = kept._asdict()
        if kept.keeper == "keyring":
            _into_keyring(profile, address, entry.pop("secret"))
        with self._changing() as content:
            entries = content.setdefault(profile, {})
            before = entries.get(address)
            entries[address] = entry
        if kept.keeper == "keyring" or before is None or not _is_in_keyring(before):
            return True
        try:
            _out_of_keyring(profile, address)
        except ConfigurationError:
            return False
        return True

    def remove(self, profile: str, address: str) -> bool:
        """Forget what is kept for a profile and an address; whether there was anything.

        Raises:
            ConfigurationError: the file cannot be used, or the keyring still has the secret.
        """
        entry = self._read().get(profile, {}).get(address)
        if entry is None:
            return False
        if _is_in_keyring(entry):
            _out_of_keyring(profile, address)
        with self._changing() as content:
            content.get(profile, {}).pop(address, None)
        return True

    def _read(self) -> dict[str, dict[str, Any]]:
        content = None
        try:
            content = json.loads(self._text())
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            raise ConfigurationError(f"{self.path} cannot be read: {error.strerror}") from None
        except (ValueError, RecursionError) as error:
            if isinstance(error, ConfigurationError):
                raise
        if not isinstance(content, dict) or not all(
            isinstance(entries, dict) for entries in content.values()
        ):
            raise ConfigurationError(f"{self.path} is damaged: remove it and sign in again")
        return content

    def _text(self) -> bytes:
        with open(self.path, "rb", opener=_at_once) as opened:  # a path has no opener
            self._check(os.fstat(opened.fileno()))
            return opened.read()

    def _check(self, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise ConfigurationError(f"{self.path} cannot be read: it is not a regular file")
        if not HAS_MODES:
            return
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise ConfigurationError(
                f"{self.path} can be read by others: run `chmod 600 {self.path}`"
            )
        if status.st_uid != os.geteuid():
            raise ConfigurationError(f"{self.path} belongs to somebody else")

    @contextmanager
    def _changing(self) -> Iterator[dict[str, dict[str, Any]]]:
        """What the file has, to be changed, and written when that is done; nobody else changes it meanwhile."""
        file = Path(os.path.realpath(self.path))
        try:
            # Made where a link to the folder points to; where one to the file does, others say what
            # folders there are.
            Path(os.path.realpath(self.path.parent)).mkdir(parents=True, exist_ok=True, mode=0o700)
            with _locked(file.with_name(f".{file.name}.lock")):
                content = self._read()
                yield content
                _replace(file, {name: entries for name, entries in content.items() if entries})
        except OSError as error:
            raise ConfigurationError(
                f"{file.parent} cannot be written to: {error.strerror}"
            ) from None


def _at_once(path: str, flags: int) -> int:
    """Open a file; a pipe that nobody writes into is not waited for."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _kept(entry: Any) -> Kept | None:
    """The entry of a profile and an address; None if it is damaged."""
    if not isinstance(entry, dict):
        return None
    try:
        kept = Kept(
            entry["kind"],
            entry["who"],
            entry.get("secret", ""),
            entry["token_url"],
            entry["keeper"],
        )
    except KeyError:
        return None
    are_texts = all(isinstance(text, str) for text in (kept.who, kept.secret, kept.token_url or ""))
    are_known = kept.kind in get_args(Kind) and kept.keeper in get_args(Keeper)
    return kept if are_texts and are_known else None


def _is_in_keyring(entry: Any) -> bool:
    """Whether the secret is in the keyring, or may be."""
    return not isinstance(entry, dict) or entry.get("keeper") != "file"


def _replace(file: Path, content: dict[str, dict[str, Any]]) -> None:
    """Write a file in one step: nobody sees half of it, and it is never one that others could read."""
    handle, name = tempfile.mkstemp(prefix=".credentials-", dir=file.parent)  # made with mode 0600
    try:
        with open(handle, "w", encoding="utf-8") as opened:  # noqa: PTH123  # it is open already
            json.dump(content, opened, indent=2)
        Path(name).replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Hold a lock; it ends with the process that holds it.

    Raises:
        ConfigurationError: another process has held it for too long.
        OSError: the file cannot be made.
    """
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        end = time.monotonic() + PATIENCE
        while not _is_taken(descriptor):
            if time.monotonic() >= end:
                raise ConfigurationError(
                    f"{file} is locked by another `pasqal auth`: try again when that has ended"
                )
            time.sleep(_LOOK_AGAIN)
        yield
    finally:
        os.close(descriptor)


def _is_taken(descriptor: int) -> bool:
    """Take the lock, unless somebody else has it; whether it was taken."""
    if not HAS_LOCKS:
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a network's file system may have no locks
    return True


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
        raise ConfigurationError(
            "the keyring is not to be used here: sign in again with --store file"
        )
    return backend


def _into_keyring(profile: str, address: str, secret: str) -> None:
    backend = _backend()
    try:
        backend.set_password(SERVICE, f"{profile} {address}", secret)
    except Exception as error:
        raise ConfigurationError(
            f"the keyring did not take it: {type(error).__name__}; use --store file"
        ) from None
    if _asked(backend, profile, address) != secret:
        raise ConfigurationError("the keyring took it, but does not have it: use --store file")


def _from_keyring(profile: str, address: str) -> str:
    secret = _asked(_backend(), profile, address)
    if not secret:
        raise ConfigurationError("the keyring has it no more: sign in again")
    return secret


def _asked(backend: KeyringBackend, profile: str, address: str) -> str | None:
    try:
        return backend.get_password(SERVICE, f"{profile} {address}")
    except Exception as error:
        raise ConfigurationError(
            f"the keyring does not give it: {type(error).__name__}; is it locked?"
        ) from None


def _out_of_keyring(profile: str, address: str) -> None:
    backend = usable_keyring()
    if backend is None:
        return
    with contextlib.suppress(Exception):  # what is not there any more need not be removed
        backend.delete_password(SERVICE, f"{profile} {address}")
    if _asked(backend, profile, address):
        raise ConfigurationError(
            f"the keyring does not forget it: remove what it has for {SERVICE}"
        )

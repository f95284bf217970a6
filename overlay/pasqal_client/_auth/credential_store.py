"""Stores what `pasqal auth login` was given: in the keyring of the system where there is one, else in a file.

The file `credentials.json` lies next to the configuration file. Only its owner can read it, from
the moment it is created. It has an entry for each profile and address, so that a secret is never
sent to another address than the one it was given for. Where the secret itself is in the keyring,
the entry only says so. Where the file or its folder is a link, its target is read and replaced, so
that no secret stays behind. One process at a time changes it.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, get_args

from attrs import asdict, evolve, field, frozen

from .._http.redaction import SecretDict
from .._private_file import read_private
from ..errors import ConfigurationError
from . import keyring_secrets
from .credentials import ClientCredentials, PasswordCredentials, StaticToken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .credentials import Credentials

_HAS_OWNERS: Final = os.name == "posix"
"""Whether a file has an owner."""
_HAS_LOCKS: Final = os.name == "posix"
"""Whether there is a lock that ends with the process that holds it."""
_LOCK_TIMEOUT: Final = 10.0
"""Seconds to wait for another process that changes the file."""
_LOCK_POLL: Final = 0.02
"""Seconds between two attempts to lock it."""

Kind = Literal["token", "password", "client credentials"]
Keeper = Literal["keyring", "file"]
_Content = dict[str, dict[str, Any]]
"""What is in the file: an entry for each address, by profile."""


@frozen
class StoredCredentials:
    """What is stored for a profile and an address.

    Attributes:
        kind: how it signs in.
        who: the username or client id; empty for a token.
        secret: the token, password or client secret.
        token_url: the token endpoint, if it is not the region's.
        keeper: where the secret is.
        region: whose account it is; None if it is that of the address.
    """

    kind: Kind
    who: str
    secret: str = field(repr=False)
    token_url: str | None
    keeper: Keeper
    region: str | None = None

    def credentials(self, region: str) -> Credentials:
        """What signs a client in.

        Args:
            region: the region of the address.

        Raises:
            ConfigurationError: they cannot be credentials.
        """
        if self.kind == "token":
            return StaticToken(self.secret)
        make = PasswordCredentials if self.kind == "password" else ClientCredentials
        own = self.region or region
        return make(self.who, self.secret, region=own, token_url=self.token_url)

    def __reduce__(self) -> NoReturn:
        raise TypeError("stored credentials do not pickle: a pickle would carry their secret")


class CredentialStore:
    """The credentials of all profiles.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def find(self, profile: str, address: str) -> StoredCredentials | None:
        """What is stored for a profile and an address, without a secret that is in the keyring.

        Raises:
            ConfigurationError: the file cannot be used.
        """
        entry = self._read().get(profile, {}).get(address)
        if entry is None:
            return None
        stored = _parse_entry(entry)
        # A traceback may show variables, and what is damaged may be in no dictionary that hides it.
        del entry
        if stored is None:
            raise ConfigurationError(
                f"{self.path} is damaged: run `pasqal auth logout` and sign in again"
            )
        return stored

    def unlock(self, found: StoredCredentials, profile: str, address: str) -> StoredCredentials:
        """What was found for a profile and an address, with its secret.

        Raises:
            ConfigurationError: the keyring does not return the secret.
        """
        if found.keeper == "file":
            return found
        return evolve(found, secret=keyring_secrets.read_secret(profile, address))

    def addresses(self, profile: str) -> list[str]:
        """The addresses for which something is stored."""
        return sorted(self._read().get(profile, {}))

    def put(self, profile: str, address: str, stored: StoredCredentials) -> bool:
        """Store credentials, replacing what was there.

        Returns:
            False if the keyring still has the previous secret.

        Raises:
            ConfigurationError: they cannot be stored there.
        """
        # A file that cannot be read cannot be changed. Then the keyring must not be touched either.
        self._read()
        entry = SecretDict(asdict(stored))
        if stored.keeper == "keyring":
            keyring_secrets.store_secret(profile, address, entry.pop("secret"))
        with self._update() as content:
            entries = content.setdefault(profile, {})
            before = entries.get(address)
            entries[address] = entry
        if stored.keeper == "keyring" or before is None or not _is_in_keyring(before):
            return True
        # The new secret is in the file; the old one must not outlive it in the keyring.
        try:
            keyring_secrets.delete_secret(profile, address)
        except ConfigurationError:
            return False
        return True

    def remove(self, profile: str, address: str) -> bool:
        """Forget what is stored for a profile and an address; returns whether there was anything.

        Raises:
            ConfigurationError: the file cannot be used, or the keyring still has the secret.
        """
        entry = self._read().get(profile, {}).get(address)
        if entry is None:
            return False
        is_in_keyring = _is_in_keyring(entry)
        del entry
        # First the secret, then the entry that says where it is: a failure can be tried again.
        if is_in_keyring:
            keyring_secrets.delete_secret(profile, address)
        with self._update() as content:
            content.get(profile, {}).pop(address, None)
        return True

    def _read(self) -> _Content:
        # Where the home is not a directory, such as /dev/null, nothing is stored.
        read = read_private(self.path, absent_if=(NotADirectoryError,))
        if read.status is None:
            return {}
        read.check_privacy()
        if _HAS_OWNERS and read.status.st_uid != os.geteuid():
            raise ConfigurationError(
                f"{self.path} belongs to another user: remove it and sign in again"
            )
        content = _parse_content(read.content)
        if content is None:
            raise ConfigurationError(f"{self.path} is damaged: remove it and sign in again")
        return content

    @contextmanager
    def _update(self) -> Iterator[_Content]:
        """What is in the file, to be changed, and then written back; nobody else changes it meanwhile."""
        file = Path(os.path.realpath(self.path))
        folder = Path(os.path.realpath(self.path.parent))
        try:
            # Our own folder is made, also where there is only a link to it so far. Where the file
            # itself is a link into another folder, that one is somebody else's business.
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _hold_lock(file.with_name(f".{file.name}.lock")):
                content = self._read()
                yield content
                _replace(file, {name: entries for name, entries in content.items() if entries})
        except OSError as error:
            raise ConfigurationError(
                f"{file.parent} cannot be written to: {error.strerror}"
            ) from None


def _parse_content(text: bytes) -> _Content | None:
    """The entries by profile and address; None if the file is damaged."""
    # The caller raises the error: as the cause of it, that of the JSON parser would hold the whole
    # text, secrets included.
    try:
        # A traceback may show variables.
        content = json.loads(text, object_hook=SecretDict)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    are_tables = all(isinstance(entries, dict) for entries in content.values())
    return content if are_tables else None


def _parse_entry(entry: Any) -> StoredCredentials | None:
    """The entry of a profile and an address; None if it is damaged."""
    if not isinstance(entry, dict):
        return None
    try:
        stored = StoredCredentials(
            kind=entry["kind"],
            who=entry["who"],
            # Without it if the keyring has it.
            secret=entry.get("secret", ""),
            token_url=entry["token_url"],
            keeper=entry["keeper"],
            region=entry.get("region"),
        )
    except KeyError:
        return None
    texts = (stored.who, stored.secret, stored.token_url or "")
    are_texts = all(isinstance(text, str) for text in texts)
    are_known = stored.kind in get_args(Kind) and stored.keeper in get_args(Keeper)
    return stored if are_texts and are_known else None


def _is_in_keyring(entry: Any) -> bool:
    """Whether the secret is in the keyring, or may be."""
    return not isinstance(entry, dict) or entry.get("keeper") != "file"


def _replace(file: Path, content: _Content) -> None:
    """Write a file in one step: nobody sees half of it, not even after a power cut, and others can never read it."""
    # Most programs only read, and do without what it imports.
    import tempfile

    # mkstemp makes the file with mode 0600, whatever the umask.
    handle, name = tempfile.mkstemp(prefix=".credentials-", dir=file.parent)
    try:
        with open(handle, "w", encoding="utf-8") as opened:  # noqa: PTH123
            json.dump(content, opened, indent=2)
            opened.flush()
            # Else a power cut might leave an empty file in the place of the previous one.
            os.fsync(opened.fileno())
        Path(name).replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    """Write a folder to its disk, where the system lets one: without it, a power cut may undo a replacement."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _hold_lock(file: Path) -> Iterator[None]:
    """Hold a lock; it ends with the process that holds it, so none is ever left behind.

    Raises:
        ConfigurationError: another process has held it for too long.
        OSError: the file cannot be made.
    """
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        end = time.monotonic() + _LOCK_TIMEOUT
        while not _try_lock(descriptor):
            if time.monotonic() >= end:
                raise ConfigurationError(
                    f"{file} is locked by another `pasqal auth`; try again when it has finished"
                )
            time.sleep(_LOCK_POLL)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    """Take the lock, unless somebody else has it; whether it was taken."""
    if not _HAS_LOCKS:
        return True
    # Not at the top: Windows has no such module.
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # Network file systems may have no locks. To store nothing at all there would be worse.
        return True
    return True

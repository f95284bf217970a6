"""Reads files that may hold secrets: it never blocks, and rejects a secret that others can read."""

from __future__ import annotations

import codecs
import os
import stat
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from .errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

OUT_OF_REACH: Final = (PermissionError, NotADirectoryError)
"""A service may run with a home that it cannot enter, or that is not a directory at all."""


@frozen
class PrivateFile:
    """A file as it was read. If its name is a link, everything here is about the target.

    Attributes:
        path: its name.
        content: what is in it; empty if the file does not exist.
        status: its owner and permissions; None if it does not exist.
    """

    path: Path
    content: bytes = field(repr=False)
    status: os.stat_result | None = field(repr=False)

    def text(self) -> str:
        """What is in it, without a byte order mark.

        Raises:
            ConfigurationError: it is not text in UTF-8.
        """
        if self.content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise ConfigurationError(f"{self.path} is in UTF-16: save it in UTF-8")
        # UTF-8, too, but no settings: they would be skipped as lines of other names.
        if b"\0" in self.content:
            raise ConfigurationError(
                f"{self.path} has zero bytes, as text in UTF-16 does: save it in UTF-8"
            )
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            # This error holds the bytes of the file. Raised here, the next one would carry it along.
            pass
        raise ConfigurationError(f"{self.path} is not text in UTF-8")

    def check_privacy(self) -> None:
        """Reject a file that holds a secret, and that others than its owner can read or change.

        Raises:
            ConfigurationError: others can.
        """
        is_shared = self.status is not None and stat.S_IMODE(self.status.st_mode) & 0o077
        if os.name == "posix" and is_shared:
            raise ConfigurationError(
                f"{self.path} holds a secret and can be read by others: run `chmod 600 {self.path}`"
            )


def read_private(path: Path, *, absent_if: tuple[type[OSError], ...] = ()) -> PrivateFile:
    """Read a file, which need not exist.

    Args:
        path: its name.
        absent_if: the errors that count as a file that does not exist.

    Raises:
        ConfigurationError: it cannot be read, or is not a regular file.
    """
    try:
        with open(path, "rb", opener=_open_at_once) as opened:
            # Of the file that is open: by its name, somebody could exchange it meanwhile.
            status = os.fstat(opened.fileno())
            if stat.S_ISREG(status.st_mode):
                return PrivateFile(path, opened.read(), status)
    except OSError as error:
        if _counts_as_absent(path, error, absent_if):
            return PrivateFile(path, b"", None)
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    raise ConfigurationError(f"{path} cannot be read: it is not a regular file")


def _counts_as_absent(path: Path, error: OSError, absent_if: tuple[type[OSError], ...]) -> bool:
    if not isinstance(error, (FileNotFoundError, *absent_if)):
        return False
    # A service may run with a home that it cannot enter; a file that is refused in a folder that can be seen is there.
    return not (isinstance(error, PermissionError) and _is_seen(path.parent))


def _is_seen(folder: Path) -> bool:
    try:
        folder.lstat()
    except OSError:
        return False
    return True


def _open_at_once(file: str, flags: int) -> int:
    # A FIFO would be waited for until somebody writes to it.
    return os.open(file, flags | getattr(os, "O_NONBLOCK", 0))

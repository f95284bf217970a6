"""Reads files with settings: it never blocks, and rejects a secret that others can read."""

from __future__ import annotations

import codecs
import os
import stat
from typing import TYPE_CHECKING

from attrs import field, frozen

from ..errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


@frozen
class PrivateFile:
    """A file as it was read. If its name is a link, everything here is about the target.

    Attributes:
        path: its name.
        content: what is in it; empty if the file does not exist.
        mode: its permissions.
    """

    path: Path
    content: bytes = field(repr=False)
    mode: int

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
        if os.name == "posix" and stat.S_IMODE(self.mode) & 0o077:
            raise ConfigurationError(
                f"{self.path} holds a secret and can be read by others: run `chmod 600 {self.path}`"
            )


def read_private(path: Path, *, needed: bool) -> PrivateFile:
    """Read a file, which need not exist.

    Args:
        path: its name.
        needed: whether a file out of reach is an error; a missing one never is.

    Raises:
        ConfigurationError: it cannot be read, or is not a regular file.
    """
    try:
        with open(path, "rb", opener=_open_at_once) as opened:
            # Of the file that is open: by its name, somebody could exchange it meanwhile.
            mode = os.fstat(opened.fileno()).st_mode
            if stat.S_ISREG(mode):
                return PrivateFile(path, opened.read(), mode)
    except FileNotFoundError:
        return PrivateFile(path, b"", 0)
    except OSError as error:
        if not needed and _is_out_of_reach(path, error):
            return PrivateFile(path, b"", 0)
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    raise ConfigurationError(f"{path} cannot be read: it is not a regular file")


def _is_out_of_reach(path: Path, error: OSError) -> bool:
    """Whether a service runs with a home that it cannot enter, or that is not a directory at all."""
    if isinstance(error, NotADirectoryError):
        return True
    return isinstance(error, PermissionError) and not _is_seen(path.parent)


def _is_seen(folder: Path) -> bool:
    try:
        folder.lstat()
    except OSError:
        return False
    return True


def _open_at_once(file: str, flags: int) -> int:
    # A FIFO would be waited for until somebody writes to it.
    return os.open(file, flags | getattr(os, "O_NONBLOCK", 0))

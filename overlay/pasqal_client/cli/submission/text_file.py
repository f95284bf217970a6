"""Reads the text of a file, or of stdin."""

from __future__ import annotations

import sys
from typing import Final

from ..failures import UsageMistake

STDIN: Final = "-"
_ADVICE: Final = 'save it as UTF-8, which a spreadsheet calls "CSV UTF-8"'


def name_of(file: str) -> str:
    """What a file is called in messages."""
    return "stdin" if file == STDIN else file


def read_text(file: str) -> str:
    """The text of a file, without the mark that some programs begin it with.

    Args:
        file: its name, or `-` for stdin.

    Raises:
        UsageMistake: it cannot be read, or is not text in UTF-8.
    """
    try:
        return _read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageMistake(f"{name_of(file)}: not text in UTF-8", _ADVICE) from None
    except OSError as error:
        raise UsageMistake(f"{name_of(file)}: {error.strerror}") from None


def _read_bytes(file: str) -> bytes:
    if file != STDIN:
        # The file may be a pipe that a shell made, such as /dev/fd/63.
        with open(file, "rb") as opened:  # noqa: PTH123
            return opened.read()
    if hasattr(sys.stdin, "buffer"):
        content: bytes = sys.stdin.buffer.read()
        return content
    # A notebook's stdin has no bytes.
    return sys.stdin.read().encode()

"""Asks the person at the terminal; where nobody is there, says what to give instead."""

from __future__ import annotations

import getpass
import sys
from typing import Final, TextIO

from .exit_codes import UsageMistake

LONGEST_SECRET: Final = 2**16
"""Characters; a device that never ends must not fill the memory."""


def somebody_is_there() -> bool:
    """Whether questions are seen and answers can be typed."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirmed(question: str) -> bool:
    """Whether the person agrees.

    Raises:
        UsageMistake: nobody can be asked.
    """
    if not somebody_is_there():
        raise UsageMistake(
            "nothing was sent: there is no terminal to ask on", "say --yes if it is meant"
        )
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)  # noqa: T201
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def secret(what: str, instead: str) -> str:
    """A secret, typed without echo.

    Args:
        what: what it is.
        instead: the option that reads it from a file.

    Raises:
        UsageMistake: nobody can be asked.
    """
    if not somebody_is_there():
        raise UsageMistake(
            f"there is no terminal to ask for the {what} on",
            f"use {instead} FILE, or {instead} - for stdin",
        )
    try:
        return getpass.getpass(f"{what[0].upper()}{what[1:]} (is not shown): ", stream=sys.stderr)
    except EOFError:  # Ctrl-D
        return ""


def read_secret(file: str, option: str) -> str:
    """A secret from a file, or from stdin if the file is `-`.

    Raises:
        UsageMistake: it cannot be read from there.
    """
    if file == "-" and sys.stdin.isatty():
        raise UsageMistake(
            f"{option} -: stdin is a terminal, which would show it",
            "`pasqal auth login` asks without echo",
        )
    try:
        if file == "-":
            return _short(sys.stdin, file, option)
        with open(file, encoding="utf-8") as opened:  # noqa: PTH123  # /dev/fd/… of a shell, too
            return _short(opened, file, option)
    except OSError as error:
        raise UsageMistake(f"{option} {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        pass
    raise UsageMistake(f"{option} {file}: it is not text in UTF-8")


def _short(opened: TextIO, file: str, option: str) -> str:
    """What is in a file, without blanks around it, if that can be a secret."""
    text = opened.read(LONGEST_SECRET + 1)
    if len(text) > LONGEST_SECRET:
        raise UsageMistake(f"{option} {file}: it is too long for a secret")
    return text.strip()

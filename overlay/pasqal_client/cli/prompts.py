"""Asks the person at the terminal; where nobody is there, says what to give instead."""

from __future__ import annotations

import getpass
import sys
from typing import Final

from .failures import UsageMistake
from .stdin import read_stdin

_LONGEST_SECRET: Final = 2**16
"""Characters; a device that never ends must not fill the memory."""


def somebody_is_there() -> bool:
    """Whether questions are seen and answers can be typed."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirm(question: str) -> bool:
    """Ask a question; whether the person agrees.

    Raises:
        UsageMistake: nobody can be asked.
    """
    if not somebody_is_there():
        raise UsageMistake(
            "nothing was sent: no terminal to ask for confirmation",
            "give --yes to go ahead without being asked",
        )
    # Not on stdout, which may be a file.
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)  # noqa: T201
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def ask_secret(what: str, instead: str) -> str:
    """Ask for a secret, which is typed without echo.

    Args:
        what: what it is.
        instead: the option that reads it from a file.

    Raises:
        UsageMistake: nobody can be asked.
    """
    if not somebody_is_there():
        raise UsageMistake(
            f"no terminal to ask for the {what}",
            f"use {instead} FILE, or {instead} - for stdin",
        )
    capitalized = what[0].upper() + what[1:]
    try:
        return getpass.getpass(f"{capitalized} (not shown): ", stream=sys.stderr)
    except EOFError:
        # Ctrl-D instead of an answer.
        return ""


def read_secret(file: str, option: str) -> str:
    """Read a secret from a file, or from stdin if the file is `-`.

    Raises:
        UsageMistake: it cannot be read from there.
    """
    if file == "-" and sys.stdin.isatty():
        raise UsageMistake(
            f"{option} -: stdin is a terminal, which would show the secret",
            "`pasqal auth login` asks without echo",
        )
    try:
        if file == "-":
            return _checked(read_stdin(_LONGEST_SECRET + 1), file, option)
        # The file may be a pipe that a shell made, such as /dev/fd/63.
        with open(file, encoding="utf-8") as opened:  # noqa: PTH123
            return _checked(opened.read(_LONGEST_SECRET + 1), file, option)
    except OSError as error:
        # Without what was given: it is easy to give the secret itself in the place of a file.
        raise UsageMistake(
            f"{option}: {error.strerror}", f"{option} takes the name of a file, or - for stdin"
        ) from None
    except UnicodeDecodeError:
        # This error holds the bytes of the file. Raised here, the next one would carry it along.
        pass
    raise UsageMistake(f"{option} {file}: not text in UTF-8")


def _checked(text: str, file: str, option: str) -> str:
    """What is in a file, without the white space around it, if it is short enough for a secret."""
    if len(text) > _LONGEST_SECRET:
        raise UsageMistake(f"{option} {file}: too long for a secret")
    return text.strip()

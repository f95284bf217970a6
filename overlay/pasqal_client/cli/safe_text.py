"""Keeps control characters away from terminals: what the service sends is shown, never obeyed.

An escape sequence in an error message could clear the screen, rename the window or type for the
user; a bidirectional override could make one id look like another. Such characters are shown by
their code.
"""

from __future__ import annotations

import unicodedata
from typing import Final

# Controls (C0, DEL, C1), format characters (bidirectional marks and invisible ones), surrogates,
# private use, unassigned ones, and the separators of lines and paragraphs.
_HARMFUL: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(text: str, keep: str = "") -> str:
    """The text with every control or invisible character spelt out.

    Args:
        text: any text.
        keep: control characters that stay as they are.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c if c in keep or unicodedata.category(c) not in _HARMFUL else _spelt(c) for c in text
    )


def one_line(text: str) -> str:
    """The same in one line: white space of any kind becomes single blanks."""
    return clean(" ".join(text.split()))


def many(number: int, noun: str) -> str:
    """A number of things."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _spelt(character: str) -> str:
    code = ord(character)
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )

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


def escape(text: str, keep: str = "") -> str:
    """Spell out every control or invisible character of a text.

    Args:
        text: any text.
        keep: control characters that stay as they are.
    """
    if text.isascii() and text.isprintable():
        return text
    # Each character is judged once, however often it occurs: error messages can be megabytes long.
    spelled = {}
    for character in set(text).difference(keep):
        if unicodedata.category(character) in _HARMFUL:
            spelled[ord(character)] = _code_of(character)
    return text.translate(spelled)


def one_line(text: str) -> str:
    """A text in one line, escaped: white space of any kind becomes single blanks."""
    return escape(" ".join(text.split()))


def _code_of(character: str) -> str:
    """The code of a character, as Python and JSON write it."""
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\U{code:08x}"

"""How text of an answer is shown: in one line, cut, and of an address no more than its host."""

from __future__ import annotations

import re
from typing import Final

# Compiled when they are first needed, because every program imports this module.
_USER: Final = r"(\w{1,20}://)[^/?#\s]*@"
_ADDRESS: Final = r"(\w{1,20}://[^/?#\s]*)[/?#]\S+"
_LOOKED_THROUGH: Final = 1000


def without_secrets(text: str) -> str:
    """The beginning of a text, with no more of an address than its host.

    A signed address is a secret, and so may that of a webhook be.
    """
    text = re.sub(_USER, r"\1", text[:_LOOKED_THROUGH])
    return re.sub(_ADDRESS, r"\1/…", text)


def one_line(text: str, length: int, gap: str = " ", end: str = "…") -> str:
    """The text in one line, without control or invisible characters, cut to a length.

    Args:
        text: any text; what lies far beyond the length is not looked at.
        length: the largest number of characters that are left.
        gap: what takes the place of a character that is taken out.
        end: what stands at the end of a text that was cut.
    """
    shown = text[: 4 * length]
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else gap for c in shown)
    shown = " ".join(shown.split())
    if len(shown) <= length:
        return shown
    return f"{shown[: length - len(end)]}{end}"


__all__ = ["one_line", "without_secrets"]

"""How text of an answer is shown: in one line, cut, and of an address no more than its host."""

from __future__ import annotations

import re
from typing import Final

_USER: Final = re.compile(r"(\w{1,20}://)[^/?#\s]*@")
_ADDRESS: Final = re.compile(r"(\w{1,20}://[^/?#\s]*)[/?#]\S+")
_LOOKED_THROUGH: Final = 1000


def without_secrets(text: str) -> str:
    """The beginning of a text, with no more of an address than its host.

    A signed address is a secret, and so may that of a webhook be.
    """
    text = _USER.sub(r"\1", text[:_LOOKED_THROUGH])
    return _ADDRESS.sub(r"\1/…", text)


def one_line(text: str, length: int) -> str:
    """The text in one line without invisible characters, cut to a length."""
    shown = "".join(c if c.isprintable() else " " for c in text[: 4 * length])
    shown = " ".join(shown.split())
    if len(shown) <= length:
        return shown
    return f"{shown[: length - 1]}…"


__all__ = ["one_line", "without_secrets"]

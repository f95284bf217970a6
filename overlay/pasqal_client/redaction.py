"""Keeps secrets out of texts: what a service, a proxy or a library echoes is shown without them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "***"
# A secret that a text was cut in is still one: its first characters betray it.
TELLING_LENGTH = 8

_in_a_header = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}")
_jwt = re.compile(r"eyJ[\w-]{5,}(?:\.[\w-]*){1,2}")


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret, every beginning of one, and everything that looks like a token masked."""
    for secret in secrets:
        text = _without(text, secret)
    return _jwt.sub(MASK, _in_a_header.sub(rf"\1 {MASK}", text))


def _without(text: str, secret: str) -> str:
    start = secret[:TELLING_LENGTH]
    if not start:
        return text
    pieces = text.split(start)
    rest = secret[TELLING_LENGTH:]
    return MASK.join([pieces[0], *(piece[_common(piece, rest) :] for piece in pieces[1:])])


def _common(text: str, other: str) -> int:
    length = min(len(text), len(other))
    return next((i for i in range(length) if text[i] != other[i]), length)

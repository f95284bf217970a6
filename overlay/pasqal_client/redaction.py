"""Keeps secrets out of texts: what a service, a proxy or a library echoes is shown without them."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK: Final = "***"

TELLING_LENGTH: Final = 8
"""A secret that a text was cut in is still one: its first characters betray it."""

WORD_LENGTH: Final = 4
"""A shorter secret is masked as a whole word only; within words it would be found everywhere."""

_in_a_header = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}")
_jwt = re.compile(r"eyJ[\w-]{5,}(?:\.[\w-]*){1,4}")


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret, every beginning of one, and everything that looks like a token masked."""
    # The longest first: one that begins like another would leave its rest standing.
    ordered = sorted(filter(None, secrets), key=len, reverse=True)
    for secret in ordered:
        text = _without(text, secret)
    rests: dict[str, list[str]] = {}
    for secret in ordered:
        if len(secret) > TELLING_LENGTH:
            rests.setdefault(secret[:TELLING_LENGTH], []).append(secret[TELLING_LENGTH:])
    for start in rests:
        text = _without_beginnings(text, start, rests[start])
    return _jwt.sub(MASK, _in_a_header.sub(rf"\1 {MASK}", text))


def spellings(secret: str) -> set[str]:
    """The secret as it is and as an echo may write it: in an address or a form, in JSON, in HTML, in Python."""
    quoted = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    lower = {re.sub(r"%[0-9A-F]{2}", lambda code: code[0].lower(), each) for each in quoted}
    escaped = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    return {secret, *quoted, *lower, *escaped, html.escape(secret), html.escape(secret, quote=False)}


def _without(text: str, secret: str) -> str:
    if secret not in text:
        return text
    if len(secret) >= WORD_LENGTH:
        return text.replace(secret, MASK)
    return re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", MASK, text)


def _without_beginnings(text: str, start: str, rests: list[str]) -> str:
    first, *pieces = text.split(start)
    return MASK.join([first, *(piece[max(_common(piece, rest) for rest in rests) :] for piece in pieces)])


def _common(text: str, other: str) -> int:
    length = min(len(text), len(other))
    return next((i for i in range(length) if text[i] != other[i]), length)

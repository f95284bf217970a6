"""Keeps secrets out of texts: what a service, a proxy or a library echoes is shown without them.

The work grows no faster than the text, which comes from outside and may be made to take long.
"""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MASK: Final = "***"

TELLING_LENGTH: Final = 8
"""A secret that a text was cut in is still one: its first characters betray it."""

WORD_LENGTH: Final = 4
"""A shorter secret is masked as a whole word only; within words it would be found everywhere."""

MOST_GRANTED: Final = 8
"""An answer of a token endpoint has at most three tokens."""

_in_a_header = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}")
# Words with dots. Each is looked at once: none begins within another, and what was matched is not
# given back.
_dotted = re.compile(r"(?<![\w-])[\w-]++(?:\.[\w-]*+)++")
_granted = re.compile(
    r"""(?:access|refresh|id)_token["']?\s*[:=]\s*(?:"([^"]*+)|'?([^\s&"'<>]++))"""
)
# As the templates of Jinja, Django and Go write them.
_numbered: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}
)


class SecretDict(dict[str, Any]):
    """A mapping whose values no traceback shows."""

    def __repr__(self) -> str:
        return f"{{{MASK}}}"


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret, every beginning of one, and everything that looks like a token masked."""
    # The longest first: one that begins like another would leave its rest standing.
    ordered = sorted(filter(None, secrets), key=len, reverse=True)
    for secret in ordered:
        if secret in text:
            text = _without(text, secret)
    rests: dict[str, list[str]] = {}
    for secret in ordered:
        if len(secret) > TELLING_LENGTH:
            rests.setdefault(secret[:TELLING_LENGTH], []).append(secret[TELLING_LENGTH:])
    for start in rests:
        if start in text:
            text = _without_beginnings(text, start, rests[start])
    if "eyJ" in text:
        text = _dotted.sub(_without_jwt, text)
    return _in_a_header.sub(rf"\1 {MASK}", text)


def spellings(secret: str) -> set[str]:
    """The secret as it is and as an echo may write it: in an address or a form, in JSON, in HTML, in Python."""
    quoted = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    lower = {re.sub(r"%[0-9A-F]{2}", lambda code: code[0].lower(), each) for each in quoted}
    pages = {html.escape(secret), html.escape(secret, quote=False), secret.translate(_numbered)}
    return {secret, *quoted, *lower, *_escaped(secret), *pages, *_misread(secret)}


def _escaped(secret: str) -> Iterator[str]:
    """In Python or JSON; some writers of JSON escape the slash, or what means something in HTML."""
    yield repr(secret)[1:-1]
    for ascii_only in (True, False):
        written = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield written
        yield written.replace("/", "\\/")
        coded = re.sub(r"[<>&'+]", lambda found: f"\\u{ord(found[0]):04x}", written)
        yield coded
        yield re.sub(r"\\u00..", lambda found: f"\\u{found[0][2:].upper()}", coded)


def _misread(secret: str) -> Iterator[str]:
    """In UTF-8 and read as Latin-1, or the other way, as happens to headers and pages that do not say which it is."""
    yield secret.encode("utf-8", "replace").decode("latin-1")
    yield secret.encode("latin-1", "replace").decode("utf-8", "replace")


def granted(body: str) -> list[str]:
    """The tokens in an answer of a token endpoint: in JSON, whole or cut, in a form, in whatever else names them."""
    found = [match for match, _ in zip(_granted.finditer(body), range(MOST_GRANTED), strict=False)]
    return [_unescaped(match[1]) if match[2] is None else match[2] for match in found]


def _unescaped(value: str) -> str:
    try:
        return str(json.loads(f'"{value}"', strict=False))
    except ValueError:
        return value


def _without(text: str, secret: str) -> str:
    if len(secret) >= WORD_LENGTH:
        return text.replace(secret, MASK)
    return re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", MASK, text)


def _without_beginnings(text: str, start: str, rests: list[str]) -> str:
    first, *pieces = text.split(start)
    return MASK.join(
        [first, *(piece[max(_common(piece, rest) for rest in rests) :] for piece in pieces)]
    )


def _without_jwt(word: re.Match[str]) -> str:
    """The word up to where a JSON Web Token begins: parts of Base64 with dots between them, the first one of JSON."""
    start = word[0].find("eyJ")
    is_token = start >= 0 and word[0].rfind(".") - start >= TELLING_LENGTH
    return word[0][:start] + MASK if is_token else word[0]


def _common(text: str, other: str) -> int:
    length = min(len(text), len(other))
    return next((i for i in range(length) if text[i] != other[i]), length)

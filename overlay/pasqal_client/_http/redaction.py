"""Keeps secrets out of texts: what a service, a proxy or a library echoes is shown without them.

The work grows no faster than the text, which comes from outside and may be made to take long.
"""

from __future__ import annotations

import html
import json
import re
from bisect import bisect
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MASK: Final = "***"

_TELLING_LENGTH: Final = 8
"""A secret in which a text was cut off is still one: this many of its first characters betray it."""

_WORD_LENGTH: Final = 4
"""A shorter secret is masked as a whole word only; within words it would be found everywhere."""

_MOST_GRANTED: Final = 8
"""An answer of a token endpoint has at most three tokens."""

_in_a_header = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}")
# Words with dots. Each is looked at once: none begins within another, and what was matched is not
# given back.
_dotted = re.compile(r"(?<![\w-])[\w-]++(?:\.[\w-]*+)++")
_granted = re.compile(
    r"""(?:access|refresh|id)_token["']?\s*[:=]\s*(?:"([^"]*+)|'?([^\s&"'<>]++))"""
)
# What makes a signed address one that anybody can use, such as that of a file of results.
_signature = re.compile(r"""(?i)(signature|sig)(=|%3d)[^\s&"'<>;\\]{6,}+""")
# As the templates of Jinja, Django and Go write them.
_numbered: Final = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&#34;",
        "'": "&#39;",
    }
)


class SecretDict(dict[str, Any]):
    """A mapping whose values no traceback shows."""

    def __repr__(self) -> str:
        return f"{{{MASK}}}"


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret, every beginning of one, and everything that looks like a token masked."""
    # The longest first: one that begins like another would leave its rest.
    ordered = sorted(filter(None, secrets), key=len, reverse=True)
    for secret in ordered:
        if secret in text:
            text = _without(text, secret)
    rests: dict[str, list[str]] = {}
    for secret in ordered:
        if len(secret) > _TELLING_LENGTH:
            start = secret[:_TELLING_LENGTH]
            rest = secret[_TELLING_LENGTH:]
            rests.setdefault(start, []).append(rest)
    for start in rests:
        if start in text:
            text = _without_beginnings(text, start, rests[start])
    # Every JSON Web Token begins like this: it is `{"` in Base64.
    if "eyJ" in text:
        text = _dotted.sub(_without_jwt, text)
    text = _signature.sub(rf"\1\2{MASK}", text)
    return _in_a_header.sub(rf"\1 {MASK}", text)


def spellings(secret: str) -> set[str]:
    """The secret as it is, and as an echo may write it."""
    return {
        secret,
        *_in_addresses(secret),
        *_in_pages(secret),
        *_in_literals(secret),
        *_misread(secret),
    }


def _in_addresses(secret: str) -> Iterator[str]:
    """In an address or a form, with hexadecimal digits in either case."""
    ways = [
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
    ]
    for quoted in ways:
        yield quoted
        yield re.sub(r"%[0-9A-F]{2}", lambda code: code[0].lower(), quoted)


def _in_pages(secret: str) -> Iterator[str]:
    """In HTML."""
    yield html.escape(secret)
    yield html.escape(secret, quote=False)
    yield secret.translate(_numbered)


def _in_literals(secret: str) -> Iterator[str]:
    """In Python or JSON; some writers of JSON escape the slash, or what means something in HTML."""
    yield repr(secret)[1:-1]
    for ascii_only in (True, False):
        written = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield written
        yield written.replace("/", "\\/")
        coded = re.sub(r"[<>&'+]", _as_code, written)
        yield coded
        yield re.sub(r"\\u00..", _in_upper_case, coded)


def _as_code(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}"


def _in_upper_case(found: re.Match[str]) -> str:
    digits = found[0].removeprefix("\\u")
    return f"\\u{digits.upper()}"


def _misread(secret: str) -> Iterator[str]:
    """In UTF-8 and read as Latin-1, or the other way, as happens to headers and pages that do not say which it is."""
    yield secret.encode("utf-8", "replace").decode("latin-1")
    yield secret.encode("latin-1", "replace").decode("utf-8", "replace")


def granted(body: str) -> list[str]:
    """The tokens in an answer of a token endpoint: in JSON, whole or cut, in a form, in whatever else names them."""
    tokens = []
    for match in islice(_granted.finditer(body), _MOST_GRANTED):
        quoted, bare = match.groups()
        if bare is None:
            tokens.append(_unescaped(quoted))
        else:
            tokens.append(bare)
    return tokens


def _unescaped(value: str) -> str:
    try:
        return str(json.loads(f'"{value}"', strict=False))
    except ValueError:
        return value


def _without(text: str, secret: str) -> str:
    if len(secret) >= _WORD_LENGTH:
        return text.replace(secret, MASK)
    word = re.escape(secret)
    return re.sub(rf"(?<!\w){word}(?!\w)", MASK, text)


def _without_beginnings(text: str, start: str, rests: list[str]) -> str:
    """The text without what begins like a secret, as far as it goes on like one."""
    first, *pieces = text.split(start)
    kept = [first]
    # A link of many parts has thousands that begin alike. Among sorted ones, the one that goes on
    # longest like the piece stands next to where the piece would stand.
    rests = sorted(rests)
    for piece in pieces:
        place = bisect(rests, piece)
        neighbours = rests[max(0, place - 1) : place + 1]
        longest = max(_common_length(piece, rest) for rest in neighbours)
        kept.append(piece[longest:])
    return MASK.join(kept)


def _without_jwt(word: re.Match[str]) -> str:
    """The word up to where a JSON Web Token begins: parts of Base64 with dots between them, the first one of JSON."""
    text = word[0]
    start = text.find("eyJ")
    if start < 0 or text.rfind(".") - start < _TELLING_LENGTH:
        return text
    return text[:start] + MASK


def _common_length(text: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    length = 0
    for one, another in zip(text, other, strict=False):
        if one != another:
            break
        length += 1
    return length

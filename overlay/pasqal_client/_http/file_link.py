"""A signed link to a file: a secret, since whoever has it can fetch the file without a token.

So nothing here shows more of it than its scheme and its host.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn
from urllib.parse import parse_qsl, unquote

from .._checks import UUID_PATTERN
from ..errors import ConfigurationError
from .redaction import MASK, redacted, spellings
from .transport.library import httpx
from .urls import checked_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._display import Clean

_EXAMPLE: Final = "https://files.example/…"

# A shorter part of a link is not a secret by itself: a method, a bucket, an ordinary word.
_LONG_PART: Final = 16
_LONG_MIXTURE: Final = 8
_SHORTEST_CREDENTIAL: Final = 4
_has_letters_and_digits = re.compile(r"(?=.*[A-Za-z]).*\d").match
# Parameters by which object stores know that a link is theirs; `SignedHeaders` is a list of names.
_is_signature = re.compile(r"(?i)sig(?!ned)").search
_is_credential = re.compile(r"(?i)token|credential|key|policy|secret|auth").search
_parts = re.compile(r"[/?&=;]").split
# The key of a file may be the id of its job, which errors show.
_is_id = re.compile(rf"(?i)/*{UUID_PATTERN}.{{0,15}}").fullmatch


class LinkError(Exception):
    """A link is not one that a file may be fetched from."""


class FileRequest(httpx.Request):
    """A request for a file; a traceback that shows variables shows its host only."""

    def __repr__(self) -> str:
        return f"<FileRequest to {_origin(self.url)}>"


class FileLink:
    """A link that a file may be fetched from.

    Args:
        text: the link as the service gave it.

    Raises:
        LinkError: it is not an address, has a user or a fragment, or is plain http beyond this
            machine.
    """

    __slots__ = ("_url",)

    def __init__(self, text: str) -> None:
        try:
            address = checked_address(text, "the link to the file", _EXAMPLE, is_secret=True)
        except ConfigurationError as error:
            problem = str(error)
        else:
            self._url = httpx.URL(address)
            return
        # Out of the block: the error that is chained would hold the link.
        raise LinkError(problem)

    @property
    def origin(self) -> str:
        """Its scheme, host and port: what can be shown of it."""
        return _origin(self._url)

    def request(self, headers: dict[str, str]) -> FileRequest:
        """The request for the file, with these headers and no others."""
        return FileRequest("GET", self._url, headers=headers)

    def redirected(self, location: str) -> FileLink | None:
        """Where a redirect leads, if that is on the same origin; else None."""
        try:
            target = self._url.join(location)
            link = FileLink(str(target))
        except (httpx.InvalidURL, ValueError, LinkError):
            return None
        if link.origin != self.origin:
            return None
        return link

    def hide(self, clean: Clean) -> Clean:
        """A function that masks what `clean` masks, and everything in a text that gives this link away."""
        secrets: set[str] = set()

        def clean_all(text: str) -> str:
            # Only now: most links never come near an error, and there may be thousands of them.
            if not secrets:
                secrets.update(self._secrets())
            # First, as the rest of what `clean` masks might not be recognised.
            return clean(redacted(text, secrets))

        return clean_all

    def _secrets(self) -> Iterator[str]:
        """The path, the parameters, and what is secret in them, in the ways in which an echo may write it."""
        target = self._url.raw_path.decode("ascii")
        path, _, query = target.partition("?")
        parts = {path.lstrip("/"), *_parts(target)}
        for name, value in parse_qsl(query):
            parts.add(value)
            if _is_telling(name, value):
                yield from spellings(value)
        yield from filter(_is_secret, (path, query))
        for part in filter(_is_secret, parts):
            yield from spellings(unquote(part))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} to {self.origin}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a link to a file does not pickle: it is a secret")


def _is_telling(name: str, value: str) -> bool:
    """Whether a parameter shows by its name that its value is secret, however short that is."""
    if _is_signature(name):
        return True
    return bool(_is_credential(name)) and len(value) >= _SHORTEST_CREDENTIAL


def _is_secret(part: str) -> bool:
    """Whether a part of a link gives it away by itself."""
    if _is_id(part):
        return False
    length = len(part)
    return length >= _LONG_PART or (length >= _LONG_MIXTURE and bool(_has_letters_and_digits(part)))


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def without_addresses(headers: httpx.Headers) -> httpx.Headers:
    """The headers of an answer, without the addresses in them: a redirect leads to another secret link."""
    shown: Any = headers.copy()
    for name in ("location", "content-location", "link", "refresh"):
        if name in shown:
            shown[name] = MASK
    return shown  # type: ignore[no-any-return]

"""A signed link to a file: a secret, since whoever has it can fetch the file without a token.

So nothing here shows more of it than its scheme and its host.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from .._checks import UUID_PATTERN
from ..errors import ConfigurationError
from .redaction import MASK, redacted
from .transport.library import httpx
from .urls import checked_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._display import Clean

_EXAMPLE: Final = "https://files.example/…"

# A shorter part of a link is not a secret by itself: a bucket, a region, a date.
_LONG_PART: Final = 16
_parts = re.compile(r"[/?&=;]").split
_is_id = re.compile(rf"(?i){UUID_PATTERN}(?:\.\w+)?").fullmatch


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
        secrets = list(self._secrets())

        def clean_all(text: str) -> str:
            return redacted(clean(text), secrets)

        return clean_all

    def _secrets(self) -> Iterator[str]:
        target = self._url.raw_path.decode("ascii")
        path, _, query = target.partition("?")
        for part in (target, path, query, *_parts(target)):
            # The key of a file may be the id of its job, which errors show.
            if len(part) >= _LONG_PART and not _is_id(part):
                yield part

    def __repr__(self) -> str:
        return f"<{type(self).__name__} to {self.origin}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a link to a file does not pickle: it is a secret")


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def without_addresses(headers: httpx.Headers) -> httpx.Headers:
    """The headers of an answer, without the addresses in them: a redirect leads to another secret link."""
    shown: Any = headers.copy()
    for name in ("location", "content-location", "link", "refresh"):
        if name in shown:
            shown[name] = MASK
    return shown  # type: ignore[no-any-return]

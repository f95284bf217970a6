"""Reads built pages: links that lead nowhere, and what a browser would load from another host."""

from __future__ import annotations

import posixpath
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from pathlib import Path

# What a browser fetches as soon as it shows the page, by element; a link to click is another matter.
_LOADED: Final = {
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "img": "src",
    "link": "href",
    "object": "data",
    "script": "src",
    "source": "src",
    "video": "src",
}
_IN_STYLES: Final = re.compile(r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^"')\s]+)""")


class PageParts(HTMLParser):
    """What a page loads, where its links lead, and where links may lead into it.

    Attributes:
        loaded: the addresses of what is loaded.
        links: the addresses of the links.
        anchors: the ids of its elements.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102
        values = {name: value for name, value in attrs if value}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        self.loaded += _IN_STYLES.findall(values.get("style", ""))
        if tag in _LOADED and _LOADED[tag] in values:
            self.loaded.append(values[_LOADED[tag]])
        if tag == "a" and "href" in values:
            self.links.append(values["href"])


def complaints(folder: Path) -> list[str]:
    """What is wrong with the built pages, one line each.

    Args:
        folder: the built site.
    """
    parts = {
        path.relative_to(folder).as_posix(): PageParts(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.html"))
    }
    found = []
    for page, part in parts.items():
        found += [f"{page}: loads {address}" for address in part.loaded if _is_foreign(address)]
        found += [
            f"{page}: a link leads to {link}, which is not there"
            for link in part.links
            if not _leads_somewhere(link, page, parts, folder)
        ]
    for path in sorted(folder.rglob("*.css")):
        name = path.relative_to(folder).as_posix()
        styles = path.read_text(encoding="utf-8")
        found += [f"{name}: loads {address}" for address in _IN_STYLES.findall(styles)]
    return found


def _is_foreign(address: str) -> bool:
    return bool(urlsplit(address).netloc)


def _leads_somewhere(link: str, page: str, parts: dict[str, PageParts], folder: Path) -> bool:
    address = urlsplit(link)
    # Whether other hosts answer cannot be known here.
    if address.scheme or address.netloc:
        return True
    target = page
    if address.path:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(address.path)))
    if not (folder / target).is_file():
        return False
    if not address.fragment or target not in parts:
        return True
    return unquote(address.fragment) in parts[target].anchors

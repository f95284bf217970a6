"""Which pages the menu of the site has."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path


def read_menu(configuration: Path) -> list[str]:
    """The pages of the menu, in its order.

    Args:
        configuration: the file of the site generator.
    """
    settings = tomllib.loads(configuration.read_text(encoding="utf-8"))
    return list(_pages(settings["project"]["nav"]))


def _pages(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, str):
            yield entry
            continue
        for inside in entry.values():
            yield from _pages(inside if isinstance(inside, list) else [inside])


def gaps(menu: list[str], pages: Collection[str]) -> list[str]:
    """What is wrong with a menu, one line each.

    Args:
        menu: the pages in the menu.
        pages: the pages that there are.
    """
    missing = sorted(set(pages) - set(menu))
    absent = sorted(set(menu) - set(pages))
    twice = sorted({page for page in menu if menu.count(page) > 1})
    return [
        *(
            f"{page}: in no part of the menu; add it to nav in docs/zensical.toml"
            for page in missing
        ),
        *(f"{page}: in the menu of docs/zensical.toml, but no such page exists" for page in absent),
        *(f"{page}: twice in the menu of docs/zensical.toml" for page in twice),
    ]

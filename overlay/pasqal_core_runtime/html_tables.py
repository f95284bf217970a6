"""Tables for notebooks: HTML without scripts or colours of its own, so that it fits light and dark pages."""

from __future__ import annotations

from datetime import datetime
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Final
from uuid import UUID

from .shown_text import one_line, without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TIME_FORMAT: Final = "%Y-%m-%d %H:%M:%S %Z"
MOST_ROWS: Final = 20
_LONGEST: Final = 80
"""Characters of a cell."""

_BLOCK: Final = '<div style="color-scheme: light dark; color: inherit; overflow-x: auto">{}</div>'
_TITLE: Final = '<div style="font-weight: bold">{}</div>'
_NOTE: Final = '<div style="opacity: 0.7">{}</div>'
_TABLE: Final = (
    '<table style="color: inherit; background: none"><thead>{}</thead><tbody>{}</tbody></table>'
)
_ROW: Final = "<tr>{}</tr>"
_CELL: Final = '<td style="text-align: left; white-space: nowrap">{}</td>'
_HEADING: Final = '<th style="text-align: left">{}</th>'
_BAR: Final = (
    '<div style="width: 12em"><div style="width: {:.1f}%; min-width: 1px; height: 0.8em; '
    'background: currentColor; opacity: 0.5"></div></div>'
)


class Html(str):
    """Markup that was made here; any other text is content, and is escaped."""

    __slots__ = ()


def html_block(title: str, *parts: str) -> Html:
    """What a notebook shows of an object: its title, and parts below it; text is a line."""
    content = _TITLE.format(_content(title))
    for part in parts:
        if isinstance(part, Html):
            content += part
        elif part:
            content += _NOTE.format(_content(part, 10 * _LONGEST))
    return Html(_BLOCK.format(content))


def html_table(
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    count: int,
    most: int = MOST_ROWS,
) -> Html:
    """A table with the first rows, and how many more there are; nothing if there are none.

    Args:
        headings: one for each column.
        rows: the cells of each row; more than are shown are not asked for.
        count: how many rows there are.
        most: how many are shown.
    """
    if not count:
        return Html()
    head = "".join(_HEADING.format(_content(heading)) for heading in headings)
    body = ""
    for row in islice(rows, most):
        cells = "".join(_CELL.format(_cell(value)) for value in row)
        body += _ROW.format(cells)
    rest = ""
    if count > most:
        rest = _NOTE.format(f"… and {count - most:,} more")
    return Html(_TABLE.format(_ROW.format(head), body) + rest)


def value_text(value: object) -> str | None:
    """A value as a person writes it, empty if nothing is in it; None for one that has values inside of its values."""
    if isinstance(value, datetime):
        return value.strftime(TIME_FORMAT)
    if isinstance(value, dict):
        if all(map(_is_plain, value.values())):
            return ", ".join(f"{name}: {value[name]}" for name in value)
        return None
    if isinstance(value, list):
        if all(map(_is_plain, value)):
            return ", ".join(map(str, value))
        return None
    if _is_plain(value):
        return str(value)
    return None


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float | UUID)


def html_bar(share: float) -> Html:
    """A bar whose length is a share, from 0 to 1, of its cell."""
    return Html(_BAR.format(100 * share))


def _cell(value: object) -> str:
    if isinstance(value, Html):
        return value
    if value is None:
        return ""
    return _content(str(value))


def _content(text: str, length: int = _LONGEST) -> str:
    return escape(one_line(without_secrets(text), length))


__all__ = [
    "MOST_ROWS",
    "TIME_FORMAT",
    "Html",
    "html_bar",
    "html_block",
    "html_table",
    "value_text",
]

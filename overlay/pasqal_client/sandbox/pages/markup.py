"""HTML that cannot be broken by what is put into it: every text is escaped unless it was made here."""

from __future__ import annotations

from html import escape


class Html(str):
    """Markup; any other text is content."""

    __slots__ = ()


def element(name: str, /, *content: str, **attributes: str | int) -> Html:
    """An element with its content; `class_` is the attribute `class`, `aria_label` is `aria-label`."""
    start = name
    for key, value in attributes.items():
        # Words of Python, such as `class`, have an underscore at their end.
        attribute = key.rstrip("_").replace("_", "-")
        start += f' {attribute}="{escape(str(value))}"'
    return Html(f"<{start}>{join(*content)}</{name}>")


def join(*content: str) -> Html:
    """Several pieces one after the other."""
    text = ""
    for part in content:
        text += part if isinstance(part, Html) else escape(part)
    return Html(text)

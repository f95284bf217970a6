"""HTML that cannot be broken by what is put into it: every text is escaped unless it was made here."""

from html import escape


class Html(str):
    """Markup; any other text is content."""

    __slots__ = ()


def element(name: str, /, *content: str, **attributes: str | int) -> Html:
    """An element with its content; `class_` is the attribute `class`, `aria_label` is `aria-label`."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
    )
    return Html(f"<{name}{given}>{joined(*content)}</{name}>")


def joined(*content: str) -> Html:
    """Several pieces one after the other."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in content))

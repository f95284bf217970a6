"""How text from outside is shown to people: in one line, cut to a length, without secrets.

A service, a file or a caller may hand over anything: control characters that a terminal obeys,
megabytes, an echo of a secret. Everything that reaches an error, the log or a hook goes through
here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from reprlib import Repr
from typing import Final

from pasqal_core_runtime.shown_text import one_line

Clean = Callable[[str], str]
"""Masks the secrets in a text."""

REASON_LENGTH: Final = 600
"""Characters of the reason that an error gives."""
LONGEST_CLEANED: Final = 10_000
"""Characters that are cleaned. Those of a body of megabytes would take seconds, and most are not shown anyway."""
_QUOTE_LENGTH: Final = 80
_MOST_IDS: Final = 5

_repr = Repr()
_repr.maxstring = _repr.maxother = 200


def printable(text: str, length: int = REASON_LENGTH, gap: str = " ") -> str:
    """The text in one line, without control or invisible characters, cut to a length; see `one_line`."""
    return one_line(text, length, gap, end="...")


def printable_without_secrets(text: str, clean: Clean, length: int = REASON_LENGTH) -> str:
    """The text in one line, cut to a length, after its secrets were masked.

    Args:
        text: any text; what lies beyond `LONGEST_CLEANED` is dropped.
        clean: masks the secrets in a text.
        length: the largest number of characters that are left.
    """
    beginning = text[:LONGEST_CLEANED]
    cleaned = clean(beginning)
    if not beginning.isprintable():
        # Control characters may split a secret, which nobody recognises until they are gone.
        joined = clean(printable(beginning, LONGEST_CLEANED, gap=""))
        if joined != printable(cleaned, LONGEST_CLEANED, gap=""):
            cleaned = joined
    return printable(cleaned, length)


def beginning_of(body: bytes) -> str:
    """As much of a body as is cleaned, as text."""
    return body[:LONGEST_CLEANED].decode("utf-8", "replace")


def some_ids(ids: Iterable[object]) -> str:
    """The first few ids, and an ellipsis if there are more."""
    listed = [str(one) for one in ids]
    text = ", ".join(listed[:_MOST_IDS])
    if len(listed) > _MOST_IDS:
        text += " …"
    return text


def quoted(value: object) -> str:
    """A value that a caller gave, as an error quotes it: its `repr`, in at most 80 characters."""
    # Python refuses to write an integer of thousands of digits.
    if isinstance(value, int) and value.bit_length() > 200:
        return f"an integer of {value.bit_length()} bits"
    try:
        looks = _repr.repr(value)
    except Exception:
        # A `__repr__` is the caller's code, and may do anything.
        return f"a {type(value).__name__}"
    return printable(looks, _QUOTE_LENGTH)

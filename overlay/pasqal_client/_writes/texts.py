"""Texts that are sent as they are: sequences, configurations, tags, addresses."""

from __future__ import annotations

from typing import Any, Final, Protocol

from .._checks import malformed
from .._display import printable, quoted

_LONGEST_CAUSE: Final = 200


class SupportsAbstractRepr(Protocol):
    """What can be given in place of serialised text, such as a sequence or a configuration of Pulser."""

    def to_abstract_repr(self) -> str:
        """Serialise it."""


def is_sendable(text: str) -> bool:
    """Whether text can be sent: half of a surrogate pair cannot be encoded."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def sendable_text(name: str, value: object) -> str:
    """Text that is not empty and can be sent, of any length.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(value, str):
        raise malformed(name, value, "is not text")
    if not value.strip():
        raise malformed(name, value, "is empty")
    if not is_sendable(value):
        raise malformed(name, value, "has half of a surrogate pair, which cannot be sent")
    return str.__str__(value)


def serialised(name: str, value: object, example: str = "a Pulser sequence") -> str:
    """What Pulser or its like writes: text, or an object that is turned into it by `to_abstract_repr()`.

    Args:
        name: the argument's name, for messages.
        value: the text or the object.
        example: what such an object is, for messages.

    Raises:
        TypeError: it is neither.
        ValueError: the text is empty or cannot be sent; or the object cannot be written as text,
            and the error's cause says why.
    """
    if isinstance(value, str):
        return sendable_text(name, value)
    kind = type(value).__name__
    write: Any = getattr(value, "to_abstract_repr", None)
    # A class has the method, too, but nothing to write.
    if isinstance(value, type) or not callable(write):
        raise TypeError(
            f"{name}: expected serialised text or an object with to_abstract_repr(), such as {example}, "
            f"got {quoted(value)}"
        )
    try:
        text = write()
    except Exception as error:
        cause = printable(f"{type(error).__name__}: {error}", _LONGEST_CAUSE)
        raise ValueError(f"{name}: to_abstract_repr() of the {kind} failed: {cause}") from error
    if not isinstance(text, str):
        wrong = type(text).__name__
        raise TypeError(f"{name}: to_abstract_repr() of the {kind} returned a {wrong}, not text")
    return sendable_text(name, text)

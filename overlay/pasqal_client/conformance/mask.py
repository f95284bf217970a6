"""What keeps tokens out of the output."""

from __future__ import annotations

_MARK = "{token}"


class Mask:
    """Replaces each secret that it knows by a mark."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()

    def add(self, secret: str | None) -> None:
        """Know one more secret; None and empty text are none."""
        if secret:
            self._secrets.add(secret)

    def hide(self, text: str) -> str:
        """The text without the secrets."""
        # The longest first: one may be a part of another.
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, _MARK)
        return text

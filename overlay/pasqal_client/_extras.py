"""What is said where a package is missing that an extra brings along."""

from __future__ import annotations


def extra_hint(extra: str) -> str:
    """How to get an extra of this package, wherever it was installed from.

    Args:
        extra: the name of the extra.
    """
    return f"it comes with the extra '{extra}' (in a clone: pip install '.[{extra}]')"

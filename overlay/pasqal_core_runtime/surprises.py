"""How a reader says that a value is not what the contract promises.

No caller ever sees a surprise: whoever catches one reports a departure.
"""

from __future__ import annotations

from typing import Final


class SurpriseError(ValueError):
    """A value is not what the contract promises."""


# Readers do not look before they leap: these are what the standard library raises on odd values.
SURPRISES: Final = (ValueError, TypeError, KeyError, OverflowError, OSError)

__all__ = ["SURPRISES", "SurpriseError"]

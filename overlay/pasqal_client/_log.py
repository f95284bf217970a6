"""The log of the package, to which handlers of a caller's may be attached.

One of them that fails, on a full disk say, must not cost an answer: a write that was done would end
in its error.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Final

logger: Final = logging.getLogger("pasqal_client")


def log(level: int, message: str, *values: object, exc_info: bool = False) -> None:
    """Log a message as coming from the caller; whatever a handler or filter raises is dropped."""
    with suppress(Exception):
        logger.log(level, message, *values, exc_info=exc_info, stacklevel=2)

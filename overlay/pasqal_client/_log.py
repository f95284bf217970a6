"""The log of the package, to which a caller may attach handlers.

If one of them fails, on a full disk say, that must not cost an answer: a write that was carried out
would end in the handler's error.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Final

logger: Final = logging.getLogger("pasqal_client")


def log(level: int, message: str, *values: object, exc_info: bool = False) -> None:
    """Log a message as coming from the caller; whatever a handler or filter raises is dropped.

    Args:
        level: the level of the log.
        message: the message, with a place for each value.
        *values: what the message says; secrets are masked in it.
        exc_info: whether to log the exception at hand, too.
    """
    with suppress(Exception):
        logger.log(level, message, *values, exc_info=exc_info, stacklevel=2)

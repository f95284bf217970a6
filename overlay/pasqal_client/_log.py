"""The log of the package, to which a caller may attach handlers.

If one of them fails, on a full disk say, that must not cost an answer: a write that was carried out
would end in the handler's error.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Final, TypedDict, Unpack

logger: Final = logging.getLogger("pasqal_client")


class _RequestFields(TypedDict, total=False):
    """What a record says of a request, as attributes of its own.

    Attributes:
        method: the HTTP method.
        path: the path without the query, which may be long; of a result file, `/…`.
        status: the HTTP status; None if there was no answer.
        attempt: its number, from 1.
        request_id: the service's id of the request, if it sent one.
        seconds: how long the attempt took.
    """

    method: str
    path: str
    status: int | None
    attempt: int
    request_id: str | None
    seconds: float


# Every record has each of them, so that a format that names one fails for none.
_NOTHING: Final = dict.fromkeys(_RequestFields.__annotations__)


def log(
    level: int,
    message: str,
    *values: object,
    exc_info: bool = False,
    **about: Unpack[_RequestFields],
) -> None:
    """Log a message as coming from the caller; whatever a handler or filter raises is dropped.

    Args:
        level: the level of the log.
        message: the message, with a place for each value.
        *values: what the message says; secrets are masked in it.
        exc_info: whether to log the exception at hand, too.
        **about: the request that it is about, see `_RequestFields`.
    """
    extra = {**_NOTHING, **about}
    with suppress(Exception):
        logger.log(level, message, *values, exc_info=exc_info, extra=extra, stacklevel=2)

"""Marks what goes wrong before a request is sent: a closed client, another event loop, a token function that raises."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK: Final = "pasqal_client_unsent"


@contextmanager
def not_yet_sent() -> Iterator[None]:
    """Mark whatever is raised in the block, an interruption included: the request was not sent.

    A write is sent again only after an attempt that did not carry it out, so this holds for all of
    its attempts.
    """
    try:
        yield
    except BaseException as error:
        # Exceptions of any class, so it cannot be an argument of theirs.
        vars(error)[_MARK] = True
        raise


def was_not_sent(error: BaseException) -> bool:
    """Whether an exception was raised before its request was sent."""
    return _MARK in vars(error)

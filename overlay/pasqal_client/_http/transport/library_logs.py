"""Keeps the HTTP library quiet while it fetches from a signed link.

httpx logs the address of each request, and httpcore the headers of each answer, a redirect to
another such link among them. No setting of theirs turns that off for one request.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOGGERS: Final = ("httpx", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks")

_is_quiet: ContextVar[bool] = ContextVar("pasqal_client_is_quiet", default=False)


def _is_loud(_: logging.LogRecord) -> bool:
    return not _is_quiet.get()


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Let these libraries log nothing about what this thread or task does in the block."""
    for name in _LOGGERS:
        # A second time changes nothing; it is there again if somebody has set logging up again.
        logging.getLogger(name).addFilter(_is_loud)
    before = _is_quiet.get()
    # Within, so that Ctrl-C after it is followed by what is below.
    try:
        _is_quiet.set(True)
        yield
    finally:
        # A reset would fail where a coroutine is closed in another context.
        _is_quiet.set(before)

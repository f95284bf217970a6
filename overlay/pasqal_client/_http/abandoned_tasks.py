"""Tasks whose end nobody waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio


def retrieve_error(task: asyncio.Future[Any]) -> None:
    """Retrieve an error that nobody wants, so that asyncio does not log it."""
    if not task.cancelled():
        task.exception()

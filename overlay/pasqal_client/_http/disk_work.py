"""Files are read and written in threads by the async client: a slow disk must not hold its event loop up."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from .._late_modules import anyio, asyncio
from .abandoned_tasks import retrieve_error

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


async def in_thread(function: Callable[..., T], *args: object) -> T:
    """Call a function in a thread, and wait until it is over, cancelled or not.

    So nothing is written when the caller has gone on already.

    Args:
        function: the function.
        *args: its arguments.
    """
    work = asyncio.get_running_loop().run_in_executor(None, function, *args)
    work.add_done_callback(retrieve_error)
    cancellation = None
    # Without the shield, anyio would cancel in every round of the loop.
    with anyio.CancelScope(shield=True):
        while not work.done():
            try:
                await asyncio.wait([work])
            except asyncio.CancelledError as error:
                cancellation = error
    if cancellation is not None:
        raise cancellation
    return work.result()

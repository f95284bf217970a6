"""The Date of an answer is the time in the sandbox: a client compares it with the times of jobs."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC
from email.utils import format_datetime
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

from .database.sqlite_file import StorageError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .database.store import Store


class DateHeader:
    """ASGI middleware that says in each answer what time it is.

    Args:
        app: gets the requests.
        store: has the time.
    """

    def __init__(self, app: ASGIApp, store: Store) -> None:
        self._app = app
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the header to the answer."""

        async def send_with_date(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Without its file the sandbox does not know the time; the answer says what is wrong.
                with suppress(StorageError):
                    date = format_datetime(self._store.now.astimezone(UTC), usegmt=True)
                    MutableHeaders(scope=message)["Date"] = date
            await send(message)

        await self._app(scope, receive, send_with_date)

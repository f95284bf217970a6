"""Carries out the faults: an ASGI middleware between the record of requests and the service.

ASGI has no word for a connection that breaks, so the server lends a hand.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..clock import duration
from .rules import Fault, Faults

OperationOf = Callable[[Scope], str | None]
"""Which operation a request is for, by its operationId or as "token"; None if for none."""

_PIECES = 20
_WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class Wire(Protocol):
    """What the server can do that ASGI has no word for."""

    def close(self, scope: Scope) -> None:
        """Close the connection of a request once what was sent is out."""

    def reset(self, scope: Scope) -> None:
        """Reset it: the other side gets an error, also for what it has not read yet."""

    async def pause(self, length: timedelta) -> bool:
        """Wait; false if the server stops meanwhile."""


@dataclass(slots=True)
class _Held:
    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    async def take(self, message: Message) -> None:
        """Receive what an app would send."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.body += message.get("body", b"")

    @property
    def head(self) -> Message:
        """The message that starts it."""
        return {"type": "http.response.start", "status": self.status, "headers": self.headers}


class Misbehaving:
    """The service with its faults.

    Args:
        app: The service.
        operation_of: Tells the operation of a request.
        faults: The rules.
        change: Does what a fault says of time, jobs and tokens.
        wire: The server.
    """

    def __init__(
        self,
        app: ASGIApp,
        operation_of: OperationOf,
        faults: Faults,
        change: Callable[[Fault], None],
        wire: Wire,
    ) -> None:
        self._app = app
        self._operation_of = operation_of
        self._faults = faults
        self._change = change
        self._wire = wire

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or do to it what the rules say."""
        operation = self._operation_of(scope) if self._faults.rules else None
        if operation is None:
            await self._app(scope, receive, send)
            return
        with self._faults.admit(operation) as fault:
            if fault is None:
                await self._app(scope, receive, send)
            elif not fault.latency or await self._wire.pause(duration(fault.latency)):
                await self._answer(self._changed(fault), scope, receive, send)
            else:
                await self._break(self._wire.close, scope, receive)

    def _changed(self, fault: Fault) -> Fault:
        """The fault, after what it says of tokens, time and jobs is done; or one that says why it cannot be."""
        try:
            self._change(fault)
        except (OSError, ValueError) as error:
            told = {
                "status": "error",
                "message": f"A fault could not happen: {error}",
                "code": "500",
                "data": None,
            }
            return Fault(status=500, body=told)
        return fault

    async def _answer(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.reset == "before":
            if fault.applied:
                await self._app(scope, receive, _Held().take)
            await self._break(self._wire.reset, scope, receive)
            return
        answer = _Held()
        if fault.made_status is None or fault.applied:
            await self._app(scope, receive, answer.take)
        if fault.made_status is not None:
            answer = _made(fault, fault.made_status)
        await send(answer.head)
        half = len(answer.body) // 2
        breaks = fault.reset == "during" or fault.truncate
        whole = await self._send_body(
            answer.body[:half] if breaks else answer.body, duration(fault.drip), send
        )
        if fault.reset == "during":
            await self._break(self._wire.reset, scope, receive)
        elif fault.truncate or not whole:
            await self._break(self._wire.close, scope, receive)
        else:
            await send({"type": "http.response.body", "body": b""})

    async def _send_body(self, body: bytes, drip: timedelta, send: Send) -> bool:
        size = -(-len(body) // _PIECES) if drip else len(body)
        for start in range(0, len(body), max(size, 1)):
            if drip and not await self._wire.pause(drip):
                return False
            await send(
                {
                    "type": "http.response.body",
                    "body": body[start : start + size],
                    "more_body": True,
                }
            )
        return True

    async def _break(self, how: Callable[[Scope], None], scope: Scope, receive: Receive) -> None:
        how(scope)
        # To return before the server knows of it would be taken as a mistake of the app.
        while (await receive())["type"] != "http.disconnect":
            pass


def _made(fault: Fault, status: int) -> _Held:
    kind, body = ("", b"") if status in _WITHOUT_BODY else _body(fault, status)
    headers = {"content-type": kind} if body else {}
    headers |= {name.lower(): value for name, value in fault.headers.items()}
    if fault.retry_after is not None:
        headers["retry-after"] = _number(fault.retry_after)
    if status not in _WITHOUT_BODY:
        headers["content-length"] = str(len(body))
    return _Held(
        status, [(name.encode(), value.encode("latin-1")) for name, value in headers.items()], body
    )


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _body(fault: Fault, status: int) -> tuple[str, bytes]:
    if isinstance(fault.body, str):
        return ("text/html" if fault.body.startswith("<") else "text/plain"), fault.body.encode()
    if fault.body is not None:
        return "application/json", _json(fault.body)
    phrase = _phrase(status)
    if fault.style == "html":
        return (
            "text/html",
            f"<html><head><title>{status} {phrase}</title></head><body></body></html>".encode(),
        )
    if fault.style in ("text", "empty"):
        return "text/plain", phrase.encode() if fault.style == "text" else b""
    return "application/json", _json(_styled(fault.style, status, phrase))


def _styled(style: str, status: int, phrase: str) -> Mapping[str, object]:
    if style == "jsend":
        outcome = "error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "fail"
        return {"status": outcome, "message": phrase, "code": str(status), "data": None}
    return {"detail" if style == "fastapi" else style: phrase}


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown Error"


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()

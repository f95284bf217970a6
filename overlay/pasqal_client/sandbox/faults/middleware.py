"""Carries out the faults: an ASGI middleware between the log of requests and the service.

ASGI has no message for a connection that breaks, so the server lends a hand.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from ..clock import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .fault import Fault
    from .rules import Faults

_PIECES = 20
# HTTP forbids a body, and its length, in answers with these.
_WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
_JSON = "application/json"


class ConnectionControl(Protocol):
    """What a server can do to its connections beyond ASGI."""

    def close(self, scope: Scope) -> None:
        """Close the connection of a request once everything sent so far is out."""

    def reset(self, scope: Scope) -> None:
        """Reset it: the other side gets an error, also for what it has not read yet."""

    async def pause(self, length: timedelta) -> bool:
        """Wait; false if the server stops meanwhile."""


@dataclass(slots=True)
class _HeldAnswer:
    """An answer that has not been sent yet."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)

    async def take(self, message: Message) -> None:
        """Receive a message of the app; this stands in for its `send`."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message["headers"])
        else:
            self.pieces.append(message.get("body", b""))

    @property
    def body(self) -> bytes:
        """All of its body; a large one comes in many pieces."""
        return b"".join(self.pieces)

    @property
    def head(self) -> Message:
        """The message that starts it."""
        return {
            "type": "http.response.start",
            "status": self.status,
            "headers": self.headers,
        }


@dataclass(frozen=True, slots=True)
class _AsgiRequest:
    """A request as ASGI hands it over, and the way to answer it."""

    scope: Scope
    receive: Receive
    send: Send

    async def send_body(self, body: bytes, *, more_body: bool) -> None:
        """Send a piece of the body."""
        await self.send({"type": "http.response.body", "body": body, "more_body": more_body})

    async def send_whole(self, answer: _HeldAnswer) -> None:
        """Send an answer at once."""
        await self.send(answer.head)
        await self.send_body(answer.body, more_body=False)


class FaultMiddleware:
    """The service with its faults.

    Args:
        app: the service.
        operation_of: returns the operation of a request, by its operationId or as "token"; None if
            it has none.
        faults: the rules.
        change: changes tokens, time and jobs as a fault says.
        server: closes and resets connections, and waits.
    """

    def __init__(
        self,
        app: ASGIApp,
        operation_of: Callable[[Scope], str | None],
        faults: Faults,
        change: Callable[[Fault], None],
        server: ConnectionControl,
    ) -> None:
        self._app = app
        self._operation_of = operation_of
        self._faults = faults
        self._change = change
        self._server = server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or do to it what the rules say."""
        operation = None
        # Which operation it is takes a search, and most sandboxes have no faults.
        if self._faults.rules:
            operation = self._operation_of(scope)
        if operation is None:
            await self._app(scope, receive, send)
            return
        with self._faults.fault_for(operation) as fault:
            if fault is None:
                await self._app(scope, receive, send)
            else:
                await self._carry_out(fault, _AsgiRequest(scope, receive, send))

    async def _carry_out(self, fault: Fault, request: _AsgiRequest) -> None:
        if fault.latency:
            latency = parse_duration(fault.latency)
            goes_on = await self._server.pause(latency)
            if not goes_on:
                await self._break(request, self._server.close)
                return
        try:
            self._change(fault)
        except (OSError, ValueError) as error:
            await request.send_whole(_make_failure(error))
            return
        if fault.reset == "before":
            if fault.applied:
                await self._ask_app(request)
            await self._break(request, self._server.reset)
            return
        answer = await self._get_answer(fault, request)
        await self._send_answer(answer, fault, request)

    async def _get_answer(self, fault: Fault, request: _AsgiRequest) -> _HeldAnswer:
        """The answer of the service, or the one that replaces it."""
        status = fault.replacement_status
        if status is None:
            return await self._ask_app(request)
        if fault.applied:
            await self._ask_app(request)
        return _make_answer(fault, status)

    async def _ask_app(self, request: _AsgiRequest) -> _HeldAnswer:
        answer = _HeldAnswer()
        await self._app(request.scope, request.receive, answer.take)
        return answer

    async def _send_answer(self, answer: _HeldAnswer, fault: Fault, request: _AsgiRequest) -> None:
        """Send all of it, or half and then break the connection."""
        is_reset = fault.reset == "during"
        body = answer.body
        if is_reset or fault.truncate:
            # The Content-Length stays that of the whole, so the client can tell.
            half = len(body) // 2
            body = body[:half]
        await request.send(answer.head)
        drip = parse_duration(fault.drip)
        is_sent = await self._send_body(body, drip, request)
        if is_reset:
            await self._break(request, self._server.reset)
        elif fault.truncate or not is_sent:
            await self._break(request, self._server.close)
        else:
            await request.send_body(b"", more_body=False)

    async def _send_body(self, body: bytes, drip: timedelta, request: _AsgiRequest) -> bool:
        """Send a body, in pieces if it drips; false if the server stops meanwhile."""
        if not drip:
            if body:
                await request.send_body(body, more_body=True)
            return True
        size = math.ceil(len(body) / _PIECES)
        while body:
            goes_on = await self._server.pause(drip)
            if not goes_on:
                return False
            await request.send_body(body[:size], more_body=True)
            body = body[size:]
        return True

    async def _break(self, request: _AsgiRequest, end: Callable[[Scope], None]) -> None:
        end(request.scope)
        # uvicorn takes an app for broken that returns before the disconnect has reached it.
        while (await request.receive())["type"] != "http.disconnect":
            pass


def _make_failure(error: Exception) -> _HeldAnswer:
    """The answer that says why tokens, time or jobs could not be changed as the fault says."""
    body = _encode_json(_make_jsend("error", f"The fault could not be applied: {error}", 500))
    headers = {"content-type": _JSON, "content-length": str(len(body))}
    return _HeldAnswer(500, _encode_headers(headers), [body])


def _make_answer(fault: Fault, status: int) -> _HeldAnswer:
    """The answer that a fault describes."""
    named = _collect_headers(fault)
    if status in _WITHOUT_BODY:
        return _HeldAnswer(status, _encode_headers(named))
    content_type, body = _make_body(fault, status)
    headers = {}
    if body:
        headers["content-type"] = content_type
    # The fault may name another type for the body.
    headers |= named
    headers["content-length"] = str(len(body))
    return _HeldAnswer(status, _encode_headers(headers), [body])


def _collect_headers(fault: Fault) -> dict[str, str]:
    """The headers that a fault names, by lower-case name."""
    headers = {}
    for name, value in fault.headers.items():
        headers[name.lower()] = value
    retry_after = fault.retry_after
    if isinstance(retry_after, str):
        headers["retry-after"] = retry_after
    elif retry_after is not None:
        headers["retry-after"] = _spell_number(retry_after)
    return headers


def _spell_number(number: float) -> str:
    """All the digits of a number, without an exponent."""
    if number == int(number):
        return str(int(number))
    return f"{Decimal(str(number)):f}"


def _encode_headers(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


def _make_body(fault: Fault, status: int) -> tuple[str, bytes]:
    """The content type and the body."""
    if fault.body is None:
        return _make_styled_body(fault.style, status)
    if not isinstance(fault.body, str):
        return _JSON, _encode_json(fault.body)
    body = fault.body.encode()
    # Gateways send pages, and clients have to tell them from other text.
    if body.startswith(b"<"):
        return "text/html", body
    return "text/plain", body


def _make_styled_body(style: str, status: int) -> tuple[str, bytes]:
    phrase = _find_phrase(status)
    if style == "html":
        page = f"<html><head><title>{status} {phrase}</title></head><body></body></html>"
        return "text/html", page.encode()
    if style == "text":
        return "text/plain", phrase.encode()
    if style == "empty":
        return "text/plain", b""
    value = _make_json(style, status, phrase)
    return _JSON, _encode_json(value)


def _make_json(style: str, status: int, phrase: str) -> dict[str, object]:
    if style == "fastapi":
        return {"detail": phrase}
    if style == "jsend":
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return _make_jsend("error", phrase, status)
        return _make_jsend("fail", phrase, status)
    # The other styles are called after their only field.
    return {style: phrase}


def _make_jsend(outcome: str, message: str, status: int) -> dict[str, object]:
    return {
        "status": outcome,
        "message": message,
        "code": str(status),
        "data": None,
    }


def _find_phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown Error"


def _encode_json(value: Any) -> bytes:
    return json.dumps(value).encode()

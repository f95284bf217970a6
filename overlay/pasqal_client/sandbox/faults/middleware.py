"""Carries out the faults: an ASGI middleware between the log of requests and the service.

ASGI has no message for a connection that breaks, so the server lends a hand.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from ..clock import parse_duration
from .fault import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .rules import Faults

_PIECES = 20
# HTTP forbids a body, and its length, in answers with these.
_WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
_JSON = "application/json"


class Wire(Protocol):
    """What the server can do to a connection beyond ASGI."""

    def close(self, scope: Scope) -> None:
        """Close the connection of a request once everything sent so far is out."""

    def reset(self, scope: Scope) -> None:
        """Reset it: the other side gets an error, also for what it has not read yet."""

    async def pause(self, length: timedelta) -> bool:
        """Wait; false if the server stops meanwhile."""


@dataclass(frozen=True, slots=True)
class _Exchange:
    """A request as ASGI hands it over, and the way to answer it."""

    scope: Scope
    receive: Receive
    send: Send

    async def send_body(self, body: bytes, *, more_body: bool) -> None:
        """Send a piece of the body."""
        await self.send({"type": "http.response.body", "body": body, "more_body": more_body})


@dataclass(slots=True)
class _HeldAnswer:
    """An answer that has not been sent yet."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    async def take(self, message: Message) -> None:
        """Receive a message of the app; this stands in for its `send`."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message["headers"])
        else:
            self.body += message.get("body", b"")

    @property
    def head(self) -> Message:
        """The message that starts it."""
        return {
            "type": "http.response.start",
            "status": self.status,
            "headers": self.headers,
        }


class FaultMiddleware:
    """The service with its faults.

    Args:
        app: the service.
        operation_of: returns the operation of a request, by its operationId or as "token"; None if
            it has none.
        faults: the rules.
        change: changes tokens, time and jobs as a fault says.
        wire: the server.
    """

    def __init__(
        self,
        app: ASGIApp,
        operation_of: Callable[[Scope], str | None],
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
        operation = None
        # Which operation it is takes a search, and most sandboxes have no faults.
        if self._faults.rules:
            operation = self._operation_of(scope)
        if operation is None:
            await self._app(scope, receive, send)
            return
        with self._faults.admit(operation) as fault:
            if fault is None:
                await self._app(scope, receive, send)
            else:
                await self._play(fault, _Exchange(scope, receive, send))

    async def _play(self, fault: Fault, exchange: _Exchange) -> None:
        if fault.latency:
            latency = parse_duration(fault.latency)
            goes_on = await self._wire.pause(latency)
            if not goes_on:
                await self._break(exchange, self._wire.close)
                return
        fault = self._apply_changes(fault)
        if fault.reset == "before":
            if fault.applied:
                await self._ask_app(exchange)
            await self._break(exchange, self._wire.reset)
            return
        answer = await self._get_answer(fault, exchange)
        await self._send_answer(answer, fault, exchange)

    def _apply_changes(self, fault: Fault) -> Fault:
        """Change tokens, time and jobs; returns the fault, or one that reports why that failed."""
        try:
            self._change(fault)
        except (OSError, ValueError) as error:
            message = f"The fault could not be applied: {error}"
            body = _make_jsend("error", message, 500)
            return Fault(status=500, body=body)
        return fault

    async def _get_answer(self, fault: Fault, exchange: _Exchange) -> _HeldAnswer:
        """The answer of the service, or the one that replaces it."""
        status = fault.replacement_status
        if status is None:
            return await self._ask_app(exchange)
        if fault.applied:
            await self._ask_app(exchange)
        return _make_answer(fault, status)

    async def _ask_app(self, exchange: _Exchange) -> _HeldAnswer:
        answer = _HeldAnswer()
        await self._app(exchange.scope, exchange.receive, answer.take)
        return answer

    async def _send_answer(self, answer: _HeldAnswer, fault: Fault, exchange: _Exchange) -> None:
        """Send all of it, or half and then break the connection."""
        is_reset = fault.reset == "during"
        body = answer.body
        if is_reset or fault.truncate:
            # The Content-Length stays that of the whole, so the client can tell.
            half = len(body) // 2
            body = body[:half]
        await exchange.send(answer.head)
        drip = parse_duration(fault.drip)
        is_sent = await self._send_body(body, drip, exchange)
        if is_reset:
            await self._break(exchange, self._wire.reset)
        elif fault.truncate or not is_sent:
            await self._break(exchange, self._wire.close)
        else:
            await exchange.send_body(b"", more_body=False)

    async def _send_body(self, body: bytes, drip: timedelta, exchange: _Exchange) -> bool:
        """Send a body, in pieces if it drips; false if the server stops meanwhile."""
        if not drip:
            if body:
                await exchange.send_body(body, more_body=True)
            return True
        size = math.ceil(len(body) / _PIECES)
        while body:
            goes_on = await self._wire.pause(drip)
            if not goes_on:
                return False
            await exchange.send_body(body[:size], more_body=True)
            body = body[size:]
        return True

    async def _break(self, exchange: _Exchange, end: Callable[[Scope], None]) -> None:
        end(exchange.scope)
        # uvicorn takes an app for broken that returns before the disconnect has reached it.
        while (await exchange.receive())["type"] != "http.disconnect":
            pass


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
    return _HeldAnswer(status, _encode_headers(headers), body)


def _collect_headers(fault: Fault) -> dict[str, str]:
    """The headers that a fault names, by lower-case name."""
    headers = {}
    for name, value in fault.headers.items():
        headers[name.lower()] = value
    retry_after = fault.retry_after
    if isinstance(retry_after, str):
        headers["retry-after"] = retry_after
    elif retry_after is not None:
        headers["retry-after"] = f"{retry_after:g}"
    return headers


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

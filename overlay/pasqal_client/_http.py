"""The one seam under the generated operations: two httpx clients whose `send()` retries and maps errors.

`send()` of a client stands above authentication and, because it reads the whole body, sees what breaks while that is
read. A generated operation that goes through it, whichever it is, has our authentication, retries and errors. The
decisions are in the pure modules; what is here moves bytes, waits, and measures time.
"""

from __future__ import annotations

import asyncio
import platform
import random
import ssl
import threading
import time
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import httpx

from ._deadline import attempt_within, bind
from ._version import __version__
from .answers import LARGEST_BODY, Failure, OverdueError, TooLargeError, interrupted, judge
from .errors import Exchange
from .window import CURRENT

if TYPE_CHECKING:
    from .auth import TokenAuth
    from .config import Settings

USER_AGENT: Final = f"pasqal-client/{__version__} python/{platform.python_version()}"
ATTEMPT_TIMEOUTS: Final = 5
"""One attempt, body included, takes at most this many times the timeout."""

# They describe the body on the wire; what an operation sees is the decoded one.
_OF_THE_WIRE: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class Answer(httpx.Response):
    """An answer that was received and decoded as a whole."""

    def __init__(self, response: httpx.Response, body: bytes, decoded: dict[str, Any]) -> None:
        headers = [(name, value) for name, value in response.headers.multi_items() if name not in _OF_THE_WIRE]
        super().__init__(response.status_code, headers=headers, content=body, request=response.request)
        self._decoded = decoded

    def json(self, **_: Any) -> dict[str, Any]:
        """The decoded body."""
        return self._decoded


class Timer:
    """The time left for one request: until its deadline, and until the end of the current attempt."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._deadline = time.monotonic() + settings.deadline
        self._attempt_ends = self._deadline
        self.size = 0

    def start_attempt(self) -> float:
        """Begin an attempt; returns the seconds that it may take."""
        now = time.monotonic()
        self.size = 0
        self._attempt_ends = min(self._deadline, now + ATTEMPT_TIMEOUTS * self._settings.timeout)
        return self._attempt_ends - now

    def received(self, chunk: bytes) -> bytes:
        """Count a piece of the body; raises if there is too much of it or it came too late."""
        self.size += len(chunk)
        if self.size > LARGEST_BODY:
            raise TooLargeError
        if time.monotonic() > self._attempt_ends:
            raise OverdueError
        return chunk

    def left(self) -> float:
        """Seconds until the deadline."""
        return self._deadline - time.monotonic()


class _Seam:
    """What both clients share: everything but waiting and moving bytes."""

    _settings: Settings
    _bearer: TokenAuth

    def _exchange(self, request: httpx.Request) -> Exchange:
        return Exchange.of(request.method, request.url.path, self._bearer.clean)

    def _settle(self, response: httpx.Response, body: bytes, exchange: Exchange) -> Answer | Failure:
        judged = judge(response.status_code, response.headers, body, exchange)
        return judged if isinstance(judged, Failure) else Answer(response, body, judged)

    def _interrupted(self, error: Exception, exchange: Exchange) -> Failure:
        return interrupted(error, exchange, self._settings.timeout)

    def _pause(self, failure: Failure, exchange: Exchange, attempt: int, timer: Timer, started: float) -> float:
        """Seconds until the next attempt; raises the failure's error if there is none."""
        window = CURRENT.get()
        if window is not None and failure.outcome.status == 429:
            window.refused(started, time.monotonic(), failure.outcome.retry_after)
        draw = random.random()  # noqa: S311  # jitter, not a secret
        pause = self._settings.retry.pause(exchange.method, failure.outcome, attempt, draw)
        if pause is None or pause >= timer.left():
            raise failure.error
        return pause


@cache
def _trusting_context() -> ssl.SSLContext:
    """Making a TLS context takes longer than most requests, so all clients of the process share one."""
    return httpx.create_ssl_context()


def _tls(base_url: str) -> ssl.SSLContext:
    # Without https there is no TLS; a context that trusts nobody is made at no cost.
    return _trusting_context() if base_url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _sleep(seconds: float, failure: Failure) -> None:
    """Sleep, unless the listing for which the request is made has stopped: then nothing is tried again."""
    window = CURRENT.get()
    if window is None:
        time.sleep(seconds)
    elif window.stopped.wait(seconds):
        raise failure.error


def _unused(request: httpx.Request) -> httpx.Response:
    raise AssertionError("requests go through the inner client")


# What can go wrong on the way, httpx's own errors of decoding included.
_INTERRUPTIONS: Final = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    TooLargeError,
    OverdueError,
    TimeoutError,
)


class Connection(_Seam, httpx.Client):
    """The sync client under the operations."""

    def __init__(self, settings: Settings, bearer: TokenAuth, inner: httpx.Client | None) -> None:
        super().__init__(
            base_url=settings.base_url,
            timeout=settings.timeout,
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
            transport=httpx.MockTransport(_unused),
            trust_env=False,
        )
        self._settings = settings
        self._bearer = bearer
        self._inner = inner
        self._owns_inner = inner is None
        self._lock = threading.Lock()

    def send(self, request: httpx.Request, **_: Any) -> httpx.Response:
        """Send a request as often as the policy allows; returns a documented success.

        Raises:
            APIError: there was none.
        """
        exchange, timer, attempt = self._exchange(request), Timer(self._settings), 0
        while True:
            attempt += 1
            started = time.monotonic()
            result = self._attempt(request, exchange, timer)
            if isinstance(result, Answer):
                return result
            _sleep(self._pause(result, exchange, attempt, timer, started), result)

    def _attempt(self, request: httpx.Request, exchange: Exchange, timer: Timer) -> Answer | Failure:
        try:
            with attempt_within(timer.start_attempt()):
                response = self._client().send(request, auth=self._bearer, follow_redirects=False, stream=True)
                try:
                    body = b"".join(timer.received(chunk) for chunk in response.iter_bytes())
                finally:
                    response.close()
        except _INTERRUPTIONS as error:
            failure = self._interrupted(error, exchange)
        else:
            return self._settle(response, body, exchange)
        return failure

    def _client(self) -> httpx.Client:
        with self._lock:
            if self._inner is None:
                self._inner = httpx.Client(verify=_tls(self._settings.base_url))
                bind(self._inner)
            return self._inner

    def close(self) -> None:
        """Close the connections that this client opened itself."""
        super().close()
        if self._owns_inner and self._inner is not None:
            self._inner.close()


class AsyncConnection(_Seam, httpx.AsyncClient):
    """The async client under the operations."""

    def __init__(self, settings: Settings, bearer: TokenAuth, inner: httpx.AsyncClient | None) -> None:
        super().__init__(
            base_url=settings.base_url,
            timeout=settings.timeout,
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
            transport=httpx.MockTransport(_unused),
            trust_env=False,
        )
        self._settings = settings
        self._bearer = bearer
        self._inner = inner
        self._owns_inner = inner is None

    async def send(self, request: httpx.Request, **_: Any) -> httpx.Response:
        """Send a request as often as the policy allows; returns a documented success.

        Raises:
            APIError: there was none.
        """
        exchange, timer, attempt = self._exchange(request), Timer(self._settings), 0
        while True:
            attempt += 1
            started = time.monotonic()
            result = await self._attempt(request, exchange, timer)
            if isinstance(result, Answer):
                return result
            await asyncio.sleep(self._pause(result, exchange, attempt, timer, started))

    async def _attempt(self, request: httpx.Request, exchange: Exchange, timer: Timer) -> Answer | Failure:
        try:
            async with asyncio.timeout(timer.start_attempt()):
                response = await self._client().send(request, auth=self._bearer, follow_redirects=False, stream=True)
                try:
                    body = b"".join([timer.received(chunk) async for chunk in response.aiter_bytes()])
                finally:
                    await response.aclose()
        except _INTERRUPTIONS as error:
            failure = self._interrupted(error, exchange)
        else:
            return self._settle(response, body, exchange)
        return failure

    def _client(self) -> httpx.AsyncClient:
        if self._inner is None:
            self._inner = httpx.AsyncClient(verify=_tls(self._settings.base_url))
        return self._inner

    async def aclose(self) -> None:
        """Close the connections that this client opened itself."""
        await super().aclose()
        if self._owns_inner and self._inner is not None:
            await self._inner.aclose()

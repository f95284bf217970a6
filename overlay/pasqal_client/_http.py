"""The one seam under the generated operations: two httpx clients whose `send()` retries and maps errors.

`send()` of a client stands above authentication and, because it reads the whole body, sees what breaks while that is
read. A generated operation that goes through it, whichever it is, has our authentication, retries and errors. The
decisions are in the pure modules; what is here moves bytes, waits, and measures time.
"""

from __future__ import annotations

import asyncio
import platform
import random
import time
from typing import TYPE_CHECKING, Any, Final

import httpx

from ._deadline import attempt_within, no_later, within
from ._version import __version__
from .answers import LARGEST_BODY, Failure, OverdueError, TooLargeError, interrupted, judge
from .errors import APIStatusError, AuthenticationError, RateLimitError
from .reasons import Exchange
from .retry import is_write
from .window import CURRENT

if TYPE_CHECKING:
    from ._pool import AsyncPool, Pool
    from .auth import TokenAuth
    from .config import Settings
    from .observing import Observer, SentRequest


USER_AGENT: Final = f"pasqal-client/{__version__} python/{platform.python_version()}"
ATTEMPT_TIMEOUTS: Final = 5
"""One attempt, body included, takes at most this many times the timeout."""

# They describe the body on the wire; what an operation sees is the decoded one.
_OF_THE_WIRE: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})

# What can go wrong on the way, httpx's own errors of decoding included.
_INTERRUPTIONS: Final = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    TooLargeError,
    OverdueError,
    TimeoutError,
)


class Answer(httpx.Response):
    """An answer that was received and decoded as a whole."""

    def __init__(self, response: httpx.Response, body: bytes, decoded: dict[str, Any]) -> None:
        headers = [(name, value) for name, value in response.headers.multi_items() if name not in _OF_THE_WIRE]
        super().__init__(response.status_code, headers=headers, content=body, request=response.request)
        self._decoded = decoded

    def json(self, **_: Any) -> dict[str, Any]:
        """The decoded body."""
        return self._decoded


class Run:
    """One request with all its attempts: what is decided and measured on the way, whoever waits and moves the bytes."""

    def __init__(self, request: httpx.Request, seam: _Seam, *, changes: bool, grants: bool = False) -> None:
        self._settings = seam.settings
        self._observer = seam.observer
        self._request = request
        self._exchange = Exchange.of(
            request.method, request.url.path, seam.bearer.clean, changes=changes, grants=grants
        )
        self._deadline = no_later(time.monotonic() + self._settings.deadline)
        self._attempt = 0
        self._started = self._ends = 0.0
        self._size = 0
        self._seen: SentRequest | None = None
        self._status: int | None = None
        self._headers: httpx.Headers = httpx.Headers()

    def start(self) -> float:
        """Begin an attempt; returns the seconds that it may take."""
        self._attempt += 1
        self._size = 0
        self._status, self._headers = None, httpx.Headers()
        self._seen = self._observer.sent(self._request, self._attempt)
        self._started = time.monotonic()
        self._ends = min(self._deadline, self._started + ATTEMPT_TIMEOUTS * self._settings.timeout)
        return self._ends - self._started

    def answered(self, response: httpx.Response) -> None:
        """The headers have come."""
        self._status, self._headers = response.status_code, response.headers

    def received(self, chunk: bytes) -> bytes:
        """Count a piece of the body; raises if there is too much of it or it came too late."""
        self._size += len(chunk)
        if self._size > LARGEST_BODY:
            raise TooLargeError
        if time.monotonic() > self._ends:
            raise OverdueError
        return chunk

    def complete(self, response: httpx.Response, body: bytes) -> Answer | Failure:
        """The answer is there as a whole."""
        judged = judge(response.status_code, response.headers, body, self._exchange)
        return self._told(judged if isinstance(judged, Failure) else Answer(response, body, judged))

    def interrupted(self, error: Exception) -> Failure:
        """The attempt broke off."""
        failure = interrupted(error, self._exchange, self._settings.timeout)
        self._told(failure)
        return failure

    def pause(self, failure: Failure) -> float:
        """Seconds until the next attempt; raises the failure's error if there is none."""
        window, now = CURRENT.get(), time.monotonic()
        if window is not None and failure.outcome.status == 429:
            window.refused(self._started, now, failure.outcome.retry_after)
        method = self._exchange.method if self._exchange.changes else "GET"
        draw = random.random()  # noqa: S311  # jitter, not a secret
        pause = self._settings.retry.pause(method, failure.outcome, self._attempt, draw)
        if pause is None or now + pause >= self._deadline:
            raise failure.error
        return pause

    def _told(self, result: Answer | Failure) -> Answer | Failure:
        error = str(result.error) if isinstance(result, Failure) else None
        elapsed = time.monotonic() - self._started
        self._observer.received(self._seen, self._status, self._headers, elapsed, error, self._exchange.clean)
        return result


class _Seam:
    """What both clients share."""

    settings: Settings
    bearer: TokenAuth
    observer: Observer


def _base(settings: Settings) -> dict[str, Any]:
    """The part of an httpx client that we use: it builds the requests. Sending them is the pool's."""
    return {
        "base_url": settings.base_url,
        "timeout": settings.timeout,
        "headers": {"User-Agent": USER_AGENT, "Accept": "application/json"},
        "transport": httpx.MockTransport(_unused),
        "trust_env": False,
    }


def _unused(request: httpx.Request) -> httpx.Response:
    raise AssertionError("requests go through the pool")


def _form(url: str, form: dict[str, str], settings: Settings) -> httpx.Request:
    headers = {"User-Agent": USER_AGENT, "Accept": "application/json"}
    timeout = httpx.Timeout(settings.timeout).as_dict()
    return httpx.Request("POST", url, data=form, headers=headers, extensions={"timeout": timeout})


def _not_signed_in(error: APIStatusError) -> APIStatusError:
    """A token endpoint that refuses a form refuses the credentials, whatever status it has for that."""
    if isinstance(error, RateLimitError) or not 400 <= error.status <= 499:
        return error
    return AuthenticationError(
        f"signing in failed: {error.reason}",
        status=error.status,
        method=error.method,
        path=error.path,
        request_id=error.request_id,
    )


class Connection(_Seam, httpx.Client):
    """The sync client under the operations."""

    def __init__(self, settings: Settings, bearer: TokenAuth, observer: Observer, pool: Pool) -> None:
        super().__init__(**_base(settings))
        self.settings = settings
        self.bearer = bearer
        self.observer = observer
        self.pool = pool

    def send(self, request: httpx.Request, **_: Any) -> httpx.Response:
        """Send a request as often as the policy allows; returns a documented success.

        Raises:
            APIError: there was none.
        """
        return self._run(request, Run(request, self, changes=is_write(request.method)), self.bearer)

    def post_form(self, url: str, form: dict[str, str]) -> dict[str, Any]:
        """Post a form to a token endpoint; nothing is changed by it, so it is repeated like a read."""
        request = _form(url, form, self.settings)
        try:
            return self._run(request, Run(request, self, changes=False, grants=True), None).json()
        except APIStatusError as error:
            raise _not_signed_in(error) from None

    def _run(self, request: httpx.Request, run: Run, bearer: TokenAuth | None) -> Answer:
        while True:
            if bearer is not None:
                bearer.prepare(self.post_form)
            result = self._attempt(request, run, bearer)
            if isinstance(result, Answer):
                return result
            if bearer is None or not bearer.refused(request, result.outcome.status):
                _sleep(run.pause(result), result)

    def _attempt(self, request: httpx.Request, run: Run, bearer: TokenAuth | None) -> Answer | Failure:
        try:
            with attempt_within(run.start()):
                response = self.pool.get().send(request, auth=bearer, follow_redirects=False, stream=True)
                try:
                    run.answered(response)
                    body = b"".join([run.received(chunk) for chunk in response.iter_bytes()])
                finally:
                    response.close()
        except _INTERRUPTIONS as error:
            failure = run.interrupted(error)
        else:
            return run.complete(response, body)
        return failure


def _sleep(seconds: float, failure: Failure) -> None:
    """Sleep, unless the listing for which the request is made has stopped: then nothing is tried again."""
    window = CURRENT.get()
    if window is None:
        time.sleep(seconds)
    elif window.stopped.wait(seconds):
        raise failure.error


class AsyncConnection(_Seam, httpx.AsyncClient):
    """The async client under the operations."""

    def __init__(self, settings: Settings, bearer: TokenAuth, observer: Observer, pool: AsyncPool) -> None:
        super().__init__(**_base(settings))
        self.settings = settings
        self.bearer = bearer
        self.observer = observer
        self.pool = pool

    async def send(self, request: httpx.Request, **_: Any) -> httpx.Response:
        """Send a request as often as the policy allows; returns a documented success.

        Raises:
            APIError: there was none.
        """
        return await self._run(request, Run(request, self, changes=is_write(request.method)), self.bearer)

    async def post_form(self, url: str, form: dict[str, str]) -> dict[str, Any]:
        """Post a form to a token endpoint; nothing is changed by it, so it is repeated like a read."""
        request = _form(url, form, self.settings)
        try:
            return (await self._run(request, Run(request, self, changes=False, grants=True), None)).json()
        except APIStatusError as error:
            raise _not_signed_in(error) from None

    async def _run(self, request: httpx.Request, run: Run, bearer: TokenAuth | None) -> Answer:
        while True:
            if bearer is not None:
                await bearer.prepare_async(self.post_form)
            result = await self._attempt(request, run, bearer)
            if isinstance(result, Answer):
                return result
            if bearer is None or not bearer.refused(request, result.outcome.status):
                await asyncio.sleep(run.pause(result))

    async def _attempt(self, request: httpx.Request, run: Run, bearer: TokenAuth | None) -> Answer | Failure:
        try:
            response, body = await within(run.start(), self._exchange(request, run, bearer))
        except _INTERRUPTIONS as error:
            failure = run.interrupted(error)
        else:
            return run.complete(response, body)
        return failure

    async def _exchange(
        self, request: httpx.Request, run: Run, bearer: TokenAuth | None
    ) -> tuple[httpx.Response, bytes]:
        response = await self.pool.get().send(request, auth=bearer, follow_redirects=False, stream=True)
        try:
            run.answered(response)
            return response, b"".join([run.received(chunk) async for chunk in response.aiter_bytes()])
        finally:
            await response.aclose()

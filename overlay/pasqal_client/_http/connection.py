"""The one seam under the generated operations: two httpx clients whose `send()` retries and maps errors.

`send()` of a client stands above authentication and, because it reads the whole body, sees what
breaks while that is read. A generated operation that goes through it, whichever it is, has our
authentication, retries and errors. The decisions are in the pure modules; what is here moves bytes,
waits, and measures time.

Whatever an attempt raises becomes a failure of a known kind, unexpected classes included: a write
that the service has done must not end in an error that says nothing about that.
"""

from __future__ import annotations

import asyncio
import platform
import random
import ssl
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast

import httpx

from .._version import __version__
from ..errors import APIStatusError, AuthenticationError, RateLimitError
from .compression import OFFERED, unpacker
from .concurrency import CURRENT
from .deadline import attempt_within, no_later, within
from .error_bodies import Exchange
from .leftovers import drop_with_leftovers, drop_with_leftovers_async
from .outcomes import (
    LARGEST_BODY,
    Attempt,
    Failure,
    OverdueError,
    TooLargeError,
    interrupted,
    judge,
)
from .pool import LOCATION, drop_orphans, drop_orphans_async
from .retry import is_write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .._auth.token_auth import TokenAuth
    from .._settings.config import Settings
    from ..errors import APIError
    from .hooks import Observer, SentRequest
    from .pool import AsyncPool, Pool
    from .retry import Outcome


USER_AGENT: Final = f"pasqal-client/{__version__} python/{platform.python_version()}"
ATTEMPT_TIMEOUTS: Final = 5
"""One attempt, body included, takes at most this many times the timeout."""

# They describe the body on the wire; what an operation sees is the decoded one.
_OF_THE_WIRE: Final = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})

_GOES_OUT: Final = ".send_request_headers.started"
"""How the event ends with which httpcore tells that it begins to send a request."""


class Answer(httpx.Response):
    """An answer that was received and decoded as a whole."""

    def __init__(self, response: httpx.Response, body: bytes, decoded: dict[str, Any]) -> None:
        # As bytes: they may have any characters, and httpx would write text as ASCII only.
        headers = [
            (name, value)
            for name, value in response.headers.raw
            if name.lower() not in _OF_THE_WIRE
        ]
        super().__init__(
            response.status_code, headers=headers, content=body, request=response.request
        )
        self._decoded = decoded

    def json(self, **_: Any) -> dict[str, Any]:
        """The decoded body."""
        return self._decoded


class Body:
    """The body of an answer while it is received: it is unpacked, counted, and has to come in time."""

    def __init__(self, encodings: Iterable[str], ends: float) -> None:
        self._packed = unpacker(encodings)
        self._ends = ends
        self._pieces: list[bytes] = []
        self._received = self._size = 0

    def take(self, piece: bytes) -> None:
        """Take the next piece.

        Raises:
            OverdueError: it came too late.
            TooLargeError: there is too much of it.
            UnpackingError: it is not packed as the headers say.
        """
        if time.monotonic() > self._ends:
            raise OverdueError
        self._received += len(piece)
        if self._received > LARGEST_BODY:
            raise TooLargeError
        for unpacked in self._packed.unpack(piece):
            self._size += len(unpacked)
            if self._size > LARGEST_BODY:
                raise TooLargeError
            self._pieces.append(unpacked)

    def finish(self) -> bytes:
        """The whole body.

        Raises:
            UnpackingError: something of it is lacking.
        """
        self._packed.finish()
        return b"".join(self._pieces)


class Dispatch:
    """Whether a request has gone out, as httpcore tells; keeps it from going out too late.

    Attributes:
        ends (float): when the attempt has to be over.
        is_out (bool): whether the request was sent, at least in part.
    """

    def __init__(self) -> None:
        self.ends = 0.0
        self.is_out = False
        self._connected: Any = None

    def note(self, event: str, info: Mapping[str, Any]) -> None:
        """Hear of an event: the `trace` extension of a sync request.

        Raises:
            OverdueError: the request is about to be sent, and it is too late for that.
        """
        # A proxy is first asked for a tunnel, by a request that looks like ours.
        if event.endswith(_GOES_OUT) and info["request"].method != b"CONNECT":
            if time.monotonic() >= self.ends:
                raise OverdueError
            self.is_out = True

    async def note_async(self, event: str, info: Mapping[str, Any]) -> None:
        """The same for an async request."""
        self.note(event, info)
        if event.startswith("connection.connect_") and event.endswith(".complete"):
            self._connected = info["return_value"]
        elif event == "connection.start_tls.failed":
            # If the handshake was cancelled, httpcore forgets to close it.
            await self._connected.aclose()


class Run:
    """One request with all its attempts: what is decided and measured on the way, whoever waits and moves the bytes.

    Attributes:
        deadline (float): when all of it has to be over.
        dispatch (Dispatch): how far the attempt at hand has come.
    """

    def __init__(
        self, request: httpx.Request, seam: _Seam, *, changes: bool, grants: bool = False
    ) -> None:
        self._settings = seam.settings
        self._observer = seam.observer
        self._tells = seam.tells
        self._request = request
        self._exchange = Exchange.of(
            request.method, request.url.path, seam.bearer.clean, changes=changes, grants=grants
        )
        began = time.monotonic()
        longest = began + self._settings.deadline
        self.deadline = no_later(longest)
        # A wait, or the request that needs a token, may have less time than the deadline allows.
        self._allowed = (
            self._settings.deadline if self.deadline == longest else self.deadline - began
        )
        self.dispatch = Dispatch()
        self._attempt = 0
        self._started = 0.0
        self._is_under_way = False
        self._seen: SentRequest | None = None
        self._status: int | None = None
        self._headers: httpx.Headers = httpx.Headers()

    def begin(self) -> None:
        """Begin an attempt, before there is a token for it."""
        self._attempt += 1
        self._status, self._headers = None, httpx.Headers()
        self._seen = None
        self._started = time.monotonic()
        self._is_under_way = False
        self.dispatch.ends = self.deadline
        self.dispatch.is_out = False

    def start(self) -> float:
        """Go on to the request itself.

        Returns:
            The seconds that it may take.

        Raises:
            OverdueError: there is no time left for it.
        """
        self._started = time.monotonic()
        timeout = self._settings.timeout
        self.dispatch.ends = min(self.deadline, self._started + ATTEMPT_TIMEOUTS * timeout)
        left = self.dispatch.ends - self._started
        if left <= 0:
            raise OverdueError
        self._request.extensions["timeout"] = httpx.Timeout(min(timeout, left)).as_dict()
        self._seen = self._observer.sent(self._request, self._attempt)
        self._is_under_way = True
        return left

    def answered(self, response: httpx.Response) -> Body:
        """The headers have come; returns what takes the body."""
        if LOCATION in response.extensions:
            response.headers["location"] = response.extensions[LOCATION]
        self._status, self._headers = response.status_code, response.headers
        return Body(
            response.headers.get_list("content-encoding", split_commas=True), self.dispatch.ends
        )

    def complete(self, response: httpx.Response, body: bytes) -> Answer | Failure:
        """The answer is there as a whole."""
        judged = judge(response.status_code, response.headers, body, self._exchange)
        return judged if isinstance(judged, Failure) else Answer(response, body, judged)

    def interrupted(self, error: Exception) -> Failure:
        """The attempt broke off."""
        now = time.monotonic()
        is_overdue = now >= self.dispatch.ends or isinstance(error, OverdueError)
        is_answered = self._status is not None
        limit = self._limit(is_overdue)
        attempt = Attempt(
            self._attempt,
            self._is_out(),
            is_answered,
            is_overdue,
            limit,
            failed_verification(error),
        )
        return interrupted(error, self._exchange, attempt)

    def _is_out(self) -> bool | None:
        """Whether the request was sent in the attempt at hand; None if that is not known."""
        if self.dispatch.is_out:
            return True
        if self._tells or not self._is_under_way:
            return False
        return None

    def _limit(self, is_overdue: bool) -> str:
        """The time that counts, in words."""
        if not is_overdue:
            return f"the timeout of {self._settings.timeout:g} s"
        if self.dispatch.ends < self.deadline:
            timeout = self._settings.timeout
            return f"{ATTEMPT_TIMEOUTS * timeout:g} s, {ATTEMPT_TIMEOUTS} times the timeout"
        if self._allowed < self._settings.deadline:
            return f"the {self._allowed:.3g} s that were left"
        return f"the deadline of {self._settings.deadline:g} s"

    def pause(self, failure: Failure) -> float:
        """Seconds until the next attempt; raises the failure's error if there is none."""
        now = time.monotonic()
        method = self._exchange.method if self._exchange.changes else "GET"
        draw = random.random()  # noqa: S311  # jitter, not a secret
        pause = self._settings.retry.pause(method, failure.outcome, self._attempt, draw)
        self._tell_window(failure.outcome, now, pause)
        left = self.deadline - now
        if pause is None or pause >= left:
            raise self._final(failure, left)
        return pause

    def _tell_window(self, outcome: Outcome, now: float, pause: float | None) -> None:
        """Tell the listing for which the request is made that it was refused."""
        window = CURRENT.get()
        if window is None or outcome.status != 429:
            return
        asked = outcome.retry_after
        # What starts anew must not come all at once either.
        jitter = 0.0 if asked is None or pause is None else pause - asked
        window.refused(self._started, now, asked, jitter)

    def _final(self, failure: Failure, left: float) -> APIError:
        """The error of a failure after which there is no further attempt."""
        asked = failure.outcome.retry_after
        error = failure.error
        if asked:
            error.reason += (
                f"; the service asks to wait {asked:g} s, and {max(0.0, left):.3g} s are left"
            )
            error.args = (error.reason,)
        return error

    def tell(self, result: Answer | Failure) -> Answer | Failure:
        """Tell who listens how the attempt ended."""
        error = str(result.error) if isinstance(result, Failure) else None
        elapsed = time.monotonic() - self._started
        self._observer.received(
            self._seen, self._status, self._headers, elapsed, error, self._exchange.clean
        )
        return result


def failed_verification(error: Exception) -> str | None:
    """What is wrong with the certificate that an attempt failed for; None if it failed for something else."""
    if not isinstance(error, httpx.ConnectError):
        return None
    # httpx's error wraps httpcore's, and that the one of ssl. What comes before may be any error of
    # the caller's.
    inner = _wrapped(_wrapped(error))
    return inner.verify_message if isinstance(inner, ssl.SSLCertVerificationError) else None


def _wrapped(error: BaseException | None) -> BaseException | None:
    if error is None:
        return None
    return error.__cause__ or error.__context__


class _Seam:
    """What both clients share."""

    settings: Settings
    bearer: TokenAuth
    observer: Observer
    tells: bool


_HEADERS: Final = {
    "User-Agent": USER_AGENT,
    "Accept": "application/json",
    "Accept-Encoding": OFFERED,
}


def _base(settings: Settings) -> dict[str, Any]:
    """The part of an httpx client that we use: it builds the requests. Sending them is the pool's."""
    return {
        "base_url": settings.base_url,
        "timeout": settings.timeout,
        "headers": _HEADERS,
        "transport": httpx.MockTransport(_unused),
        "trust_env": False,
    }


def _unused(request: httpx.Request) -> httpx.Response:
    raise AssertionError("requests go through the pool")


def _form(url: str, form: dict[str, str]) -> httpx.Request:
    return httpx.Request("POST", url, data=form, headers=_HEADERS)


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

    def __init__(
        self, settings: Settings, bearer: TokenAuth, observer: Observer, pool: Pool
    ) -> None:
        super().__init__(**_base(settings))
        self.settings = settings
        self.bearer = bearer
        self.observer = observer
        self.pool = pool
        self.tells = pool.tells

    def send(self, request: httpx.Request, **_: Any) -> httpx.Response:
        """Send a request as often as the policy allows; returns a documented success.

        Raises:
            APIError: there was none.
        """
        return self._run(request, Run(request, self, changes=is_write(request.method)), self.bearer)

    def post_form(self, url: str, form: dict[str, str]) -> dict[str, Any]:
        """Post a form to a token endpoint; nothing is changed by it, so it is repeated like a read."""
        request = _form(url, form)
        try:
            return self._run(request, Run(request, self, changes=False, grants=True), None).json()
        except APIStatusError as error:
            raise _not_signed_in(error) from None

    def _run(self, request: httpx.Request, run: Run, bearer: TokenAuth | None) -> Answer:
        request.extensions["trace"] = run.dispatch.note
        while True:
            result = run.tell(self._attempt(request, run, bearer))
            if isinstance(result, Answer):
                return result
            if bearer is None or not bearer.refused(request, result.outcome.status):
                _sleep(run.pause(result), result)

    def _attempt(
        self, request: httpx.Request, run: Run, bearer: TokenAuth | None
    ) -> Answer | Failure:
        client = self.pool.get()
        run.begin()
        try:
            if bearer is not None:
                bearer.prepare(self.post_form, run.deadline)
        except OverdueError as error:
            return run.interrupted(error)
        try:
            with attempt_within(run.start()):
                response, body = self._exchange(client, request, run, bearer)
            return run.complete(response, body)
        except Exception as error:  # of whatever class, as the head of this module says
            failure = run.interrupted(error)
        return failure

    def _exchange(
        self, client: httpx.Client, request: httpx.Request, run: Run, bearer: TokenAuth | None
    ) -> tuple[httpx.Response, bytes]:
        try:
            response = client.send(request, auth=bearer, follow_redirects=False, stream=True)
        except BaseException:
            drop_orphans(client)
            raise
        try:
            body = run.answered(response)
            # Not by `iter_bytes`: it gives the connection back before it can be looked at.
            for piece in cast("httpx.SyncByteStream", response.stream):
                body.take(piece)
            with suppress(
                Exception
            ):  # an answer that was received counts, however its connection ends
                drop_with_leftovers(response)
            return response, body.finish()
        finally:
            with suppress(Exception):
                response.close()


def _sleep(seconds: float, failure: Failure) -> None:
    """Sleep, unless the listing for which the request is made has stopped: then nothing is tried again."""
    window = CURRENT.get()
    if window is None:
        time.sleep(seconds)
    elif window.stopped.wait(seconds):
        raise failure.error


class AsyncConnection(_Seam, httpx.AsyncClient):
    """The async client under the operations."""

    def __init__(
        self, settings: Settings, bearer: TokenAuth, observer: Observer, pool: AsyncPool
    ) -> None:
        super().__init__(**_base(settings))
        self.settings = settings
        self.bearer = bearer
        self.observer = observer
        self.pool = pool
        self.tells = pool.tells

    async def send(self, request: httpx.Request, **_: Any) -> httpx.Response:
        """Send a request as often as the policy allows; returns a documented success.

        Raises:
            APIError: there was none.
        """
        return await self._run(
            request, Run(request, self, changes=is_write(request.method)), self.bearer
        )

    async def post_form(self, url: str, form: dict[str, str]) -> dict[str, Any]:
        """Post a form to a token endpoint; nothing is changed by it, so it is repeated like a read."""
        request = _form(url, form)
        try:
            return (
                await self._run(request, Run(request, self, changes=False, grants=True), None)
            ).json()
        except APIStatusError as error:
            raise _not_signed_in(error) from None

    async def _run(self, request: httpx.Request, run: Run, bearer: TokenAuth | None) -> Answer:
        request.extensions["trace"] = run.dispatch.note_async
        while True:
            result = run.tell(await self._attempt(request, run, bearer))
            if isinstance(result, Answer):
                return result
            if bearer is None or not bearer.refused(request, result.outcome.status):
                await asyncio.sleep(run.pause(result))

    async def _attempt(
        self, request: httpx.Request, run: Run, bearer: TokenAuth | None
    ) -> Answer | Failure:
        client = self.pool.get()
        run.begin()
        try:
            if bearer is not None:
                await bearer.prepare_async(self.post_form, run.deadline)
        except OverdueError as error:
            return run.interrupted(error)
        try:
            response, body = await within(run.start(), self._exchange(client, request, run, bearer))
            return run.complete(response, body)
        except Exception as error:  # of whatever class, as the head of this module says
            failure = run.interrupted(error)
        return failure

    async def _exchange(
        self, client: httpx.AsyncClient, request: httpx.Request, run: Run, bearer: TokenAuth | None
    ) -> tuple[httpx.Response, bytes]:
        try:
            response = await client.send(request, auth=bearer, follow_redirects=False, stream=True)
        except BaseException:
            await drop_orphans_async(client)
            raise
        try:
            body = run.answered(response)
            async for piece in cast("httpx.AsyncByteStream", response.stream):
                body.take(piece)
            with suppress(
                Exception
            ):  # an answer that was received counts, however its connection ends
                await drop_with_leftovers_async(response)
            return response, body.finish()
        finally:
            with suppress(Exception):
                await response.aclose()

"""Signs every request with a bearer token, and sees to it that there is a good one.

A token is fetched once however many threads and tasks need it (a *flight*: one of them leads, the
others wait for it to land), renewed shortly before it expires, and once more when the service
refuses it. It is fetched between the attempts at a request, never within one: what goes wrong with
a token is then told apart from what goes wrong with a request, and a write that was not sent is
never taken for one that was.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import os
import threading
import time
from concurrent.futures import Future, wait
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol

from attrs import evolve, field, frozen

from .._display import printable
from .._http.abandoned_tasks import retrieve_error
from .._http.outcomes import OverdueError
from .._http.redaction import redacted, spellings
from .._http.transport.deadline import left_until, requests_until, within
from .._log import log
from ..errors import ConfigurationError, DeadlineError, PasqalError
from .token_grant import Grant

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

    from .credentials import Credentials, Post


EARLY: Final = 30.0
"""Seconds before its expiry at which a token is renewed; a tenth of its life if that is shorter."""

AGAIN: Final = 5.0
"""Seconds until the next try, when renewing a token early has failed and the old one is still good."""

REMEMBERED: Final = 8
"""How many of the latest tokens are kept out of texts."""

_NEVER: Final = float("inf")

# Notes on a request, for ourselves; transports ignore those that they do not know.
_GENERATION: Final = "pasqal_token_generation"
_REPEATED: Final = "pasqal_token_refused"


class _Request(Protocol):
    """What signing needs of a request, whichever HTTP library made it."""

    @property
    def headers(self) -> MutableMapping[str, str]:
        """Its headers, without regard to case."""
        ...

    @property
    def extensions(self) -> MutableMapping[str, Any]:
        """Notes that travel with it and are not sent."""
        ...


@frozen
class _Held:
    """A token that is in use.

    Attributes:
        token: the token.
        generation: its number: each token that is fetched has a higher one.
        renew: when to get a newer one, as `time.monotonic` counts.
        expires: when it is of no use any more.
    """

    token: str = field(repr=False)
    generation: int
    renew: float
    expires: float

    @classmethod
    def of(cls, grant: object, generation: int) -> _Held:
        if not isinstance(grant, Grant):
            raise ConfigurationError(f"credentials: expected a Grant, got {type(grant).__name__}")
        if grant.lifetime is None:
            return cls(grant.token, generation, _NEVER, _NEVER)
        expires = time.monotonic() + grant.lifetime
        early = min(EARLY, grant.lifetime / 10)
        return cls(grant.token, generation, expires - early, expires)

    def refused(self) -> _Held:
        """The same token, once the service refused it."""
        return evolve(self, renew=-_NEVER, expires=-_NEVER)


class _LeaderGoneError(Exception):
    """Whoever fetched a token for all was cancelled, or had no more time for it."""


# The flights within which the code at hand runs: a function that gets a token must not wait for the
# flight that it leads itself.
_FLIGHTS: Final[ContextVar[tuple[Future[None], ...]]] = ContextVar(
    "pasqal_client_flights", default=()
)


class TokenAuth:
    """Signs requests with a bearer token, and sees to it that there is a good one.

    Threads and tasks may share it.

    Attributes:
        credentials (Credentials): where the tokens come from.
    """

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self._held = _Held("", 0, -_NEVER, -_NEVER)
        self._pending: Future[None] | None = None
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._tokens: tuple[str, ...] = ()
        # The secrets of which the spellings are known, and those spellings.
        self._masked: tuple[tuple[str, ...], list[str]] = ((), [])

    def prepare(self, post: Post, ends: float) -> None:
        """Get a token if there is none or it is about to expire, so that an attempt spends no time on that.

        Args:
            post: reaches the token endpoint, with the patience of whoever needs the token.
            ends: when the request that needs the token has to be over.

        Raises:
            OverdueError: that time came first.
        """
        held = self._held
        if self._is_good(held):
            return
        try:
            self._renew(held, post, ends)
        except Exception as error:
            if not self._put_off(error):
                raise

    async def prepare_async(self, post: Post, ends: float) -> None:
        """The same for the async client."""
        held = self._held
        if self._is_good(held):
            return
        try:
            await self._renew_async(held, post, ends)
        except Exception as error:
            if not self._put_off(error):
                raise

    def sign(self, request: _Request) -> None:
        """Sign a request with the token at hand."""
        held = self._held
        request.headers["Authorization"] = f"Bearer {held.token}"
        request.extensions[_GENERATION] = held.generation

    def refused(self, request: _Request, status: int | None) -> bool:
        """Whether a request that failed is worth another attempt, once, with a newer token; `prepare` gets that."""
        if status != 401 or not self.credentials.is_refreshable or _REPEATED in request.extensions:
            return False
        request.extensions[_REPEATED] = True
        with self._lock:
            # Another request may have brought a newer token meanwhile, which nobody refused.
            if self._held.generation == request.extensions.get(_GENERATION):
                self._held = self._held.refused()
        return True

    def clean(self, text: str) -> str:
        """The text with the secrets masked that are known here."""
        secrets = (*self.credentials.secrets(), *self._tokens)
        known, masked = self._masked
        if secrets != known:
            masked = []
            for secret in secrets:
                masked.extend(spellings(secret))
            self._masked = secrets, masked
        return redacted(text, masked)

    def __repr__(self) -> str:
        return repr(self.credentials)

    def __reduce__(self) -> NoReturn:
        self.credentials.__reduce__()

    def _is_good(self, held: _Held) -> bool:
        """Whether a token can be used, and it is not for the caller to get a newer one."""
        now = time.monotonic()
        if now < held.renew:
            return True
        # Somebody is renewing it early; nobody else has to wait for that.
        return now < held.expires and self._pending is not None

    def _put_off(self, error: Exception) -> bool:
        """Whether the token at hand is good enough to renew it later; if so, log why it was not renewed."""
        now = time.monotonic()
        with self._lock:
            held = self._held
            if now >= held.expires:
                return False
            again = min(now + AGAIN, held.expires)
            self._held = evolve(held, renew=max(held.renew, again))
        reason = printable(self.clean(f"{type(error).__name__}: {error}"))
        log(logging.WARNING, "the token could not be renewed, but is still good: %s", reason)
        return True

    def _renew(self, old: _Held, post: Post, ends: float) -> None:
        """Get a token newer than the old one; one caller fetches it, the others wait."""
        # Again, if whoever led gave up: then somebody else has to lead.
        while self._held.generation <= old.generation:
            flight, leads = self._join(old)
            if leads:
                with self._lead(flight), requests_until(ends):
                    self._take(self.credentials.obtain(post))
            wait([flight], timeout=left_until(ends))
            _check_landed(flight)

    async def _renew_async(self, old: _Held, post: Post, ends: float) -> None:
        while self._held.generation <= old.generation:
            flight, leads = self._join(old)
            if leads:
                with self._lead(flight), requests_until(ends):
                    self._take(await self._obtain_async(post, ends))
            # The flight is shared: whoever gives up waiting for it must not cancel it.
            landing = asyncio.wrap_future(flight)
            landing.add_done_callback(retrieve_error)
            await asyncio.wait([landing], timeout=left_until(ends))
            _check_landed(flight)

    async def _obtain_async(self, post: Post, ends: float) -> Grant:
        """Obtain a token in time: a coroutine function of the caller's may wait for whatever it likes."""
        try:
            return await within(left_until(ends), self.credentials.obtain_async(post))
        except DeadlineError:
            raise
        except TimeoutError:
            # One of the caller's own function is told apart from ours by the time that is left.
            if left_until(ends):
                raise
            raise OverdueError from None

    def _join(self, old: _Held) -> tuple[Future[None], bool]:
        """The flight for a token newer than the old one, and whether the caller leads it."""
        with self._lock:
            # A process that was forked meanwhile waits for nobody: whoever leads is in the other
            # one.
            flight = self._pending if self._process == os.getpid() else None
            if flight is not None and flight in _FLIGHTS.get():
                raise ConfigurationError(
                    "what gets a token must not use the client that waits for it"
                )
            if self._held.generation > old.generation:
                landed: Future[None] = Future()
                landed.set_result(None)
                return landed, False
            if flight is not None:
                return flight, False
            self._process = os.getpid()
            self._pending = flight = Future()
            # Then nobody who stops waiting can cancel it for the others.
            flight.set_running_or_notify_cancel()
            return flight, True

    @contextmanager
    def _lead(self, flight: Future[None]) -> Iterator[None]:
        """Let everybody who waits know how the flight ended, however it did."""
        before = _FLIGHTS.get()
        _FLIGHTS.set((*before, flight))
        failure: BaseException | None = None
        try:
            yield
        except BaseException as error:
            failure = _for_followers(error)
            raise
        finally:
            # A reset would fail where a coroutine is closed in another context.
            _FLIGHTS.set(before)
            with self._lock:
                self._pending = None
            if failure is None:
                flight.set_result(None)
            else:
                flight.set_exception(failure)

    def _take(self, grant: object) -> None:
        with self._lock:
            self._held = _Held.of(grant, self._held.generation + 1)
            self._tokens = (*self._tokens[1 - REMEMBERED :], self._held.token)


def _for_followers(error: BaseException) -> Exception:
    """What those who wait get to know of the leader's error."""
    if isinstance(error, OverdueError | DeadlineError) or not isinstance(error, Exception):
        # Its time, or its cancellation, is its own: they may have longer.
        return _LeaderGoneError()
    return error


def _check_landed(flight: Future[None]) -> None:
    """Raise what went wrong with a flight that was waited for; nothing if all went well, or somebody else has to lead.

    Raises:
        OverdueError: it is still under way.
        PasqalError: a copy of the leader's error; whatever else it raised comes as it is.
    """
    if not flight.done():
        raise OverdueError
    try:
        flight.result()
    except _LeaderGoneError:
        pass
    except PasqalError as error:
        # Several raise it, and each adds its own traceback.
        raise copy.copy(error) from None

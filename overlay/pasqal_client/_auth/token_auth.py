"""Signs every request with a bearer token, and sees to it that there is a good one.

A token is fetched once however many threads and tasks need it: one of them leads the *fetch*, the
others wait for its end. It is renewed shortly before it expires, and once more when the service
rejects it. It is fetched between the attempts at a request, never within one: what goes wrong with
a token is then told apart from what goes wrong with a request, and a write that was not sent is
never taken for one that was.
"""

from __future__ import annotations

import copy
import logging
import os
import time
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar, cast
from uuid import uuid4

from attrs import evolve, field, frozen

from .._display import printable
from .._http.abandoned_tasks import retrieve_error
from .._http.outcomes import OverdueError
from .._http.redaction import redacted, spellings
from .._http.transport.deadline import left_until, requests_until, within
from .._latch import Latch
from .._late_modules import asyncio
from .._lock_owner import LockOwner
from .._log import log
from ..errors import ConfigurationError, DeadlineError, PasqalError
from .token_grant import Grant, digest, subject_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._http.transport.library import httpx
    from ..errors import AuthenticationError
    from .credentials import Credentials, Post


RENEWAL_MARGIN: Final = 30.0
"""Seconds before its expiry at which a token is renewed; a tenth of its life if that is shorter."""

RENEWAL_RETRY_PAUSE: Final = 5.0
"""Seconds until the next attempt, when renewing a token early has failed and the old one is still good."""

TOKENS_MASKED: Final = 8
"""How many of the latest tokens are known, and kept out of texts."""

_LOOK: Final = 1.0
"""Seconds after which one who waits for a fetch looks whether it is still under way."""

_NEVER: Final = float("inf")

# Notes on a request, for ourselves; transports ignore those that they do not know.
_GENERATION: Final = "pasqal_token_generation"
_WAS_REJECTED: Final = "pasqal_token_was_rejected"


@frozen
class _Held:
    """A token that is in use.

    Attributes:
        token: the token.
        generation: its number: each token that is fetched has a higher one.
        renew: when to get a newer one, by `time.monotonic`.
        expires: when it can no longer be used.
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
        margin = min(RENEWAL_MARGIN, grant.lifetime / 10)
        return cls(grant.token, generation, expires - margin, expires)

    def expired(self) -> _Held:
        """The same token, expired."""
        return evolve(self, renew=-_NEVER, expires=-_NEVER)


class _LeaderStoppedError(Exception):
    """Whoever fetched a token for all was cancelled, or had no more time for it."""


class _Fetch:
    """A fetch of a token that other threads may wait for.

    A future of `concurrent.futures` would not do: see `Latch`.

    Attributes:
        landed (Latch): opens when it has ended.
    """

    def __init__(self) -> None:
        self.landed = Latch()
        self._failure: Exception | None = None

    def set_result(self, _: None) -> None:
        self.landed.open()

    def set_exception(self, failure: Exception) -> None:
        self._failure = failure
        self.landed.open()

    def done(self) -> bool:
        return self.landed.is_open

    def result(self) -> None:
        if self._failure is not None:
            raise self._failure


_AsyncFetch = Future[None]
F = TypeVar("F", _Fetch, _AsyncFetch)

# The fetches within which the code at hand runs: a function that gets a token must not wait for the
# fetch that it leads itself.
_LED_FETCHES: Final[ContextVar[tuple[_Fetch | _AsyncFetch, ...]]] = ContextVar(
    "pasqal_client_token_fetches", default=()
)


class TokenAuth(LockOwner):
    """Signs requests with a bearer token, and sees to it that there is a good one.

    Threads and tasks may share it.

    Args:
        credentials: where the tokens come from.
        origin: where the credentials come from, in words.

    Attributes:
        credentials (Credentials): where the tokens come from.
    """

    def __init__(self, credentials: Credentials, origin: str = "") -> None:
        super().__init__()
        self.credentials = credentials
        self._origin = origin
        self._mark = uuid4().hex
        self._held = _Held("", 0, -_NEVER, -_NEVER)
        self._pending: _Fetch | _AsyncFetch | None = None
        self._process = os.getpid()
        # The latest ones, of which the last is held, or will be at once.
        self._taken: tuple[_Held, ...] = ()
        # The secrets of which the spellings are known, and those spellings.
        self._masked: tuple[tuple[str, ...], list[str]] = ((), [])

    def prepare(self, post: Post, ends: float) -> None:
        """Get a token if there is none or it is about to expire, so that an attempt spends no time on that.

        Args:
            post: reaches the token endpoint, within the time of whoever needs the token.
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
            if not self._postpone_renewal(error):
                raise

    async def prepare_async(self, post: Post, ends: float) -> None:
        """The same for the async client."""
        held = self._held
        if self._is_good(held):
            return
        try:
            await self._renew_async(held, post, ends)
        except Exception as error:
            if not self._postpone_renewal(error):
                raise

    def sign(self, request: httpx.Request) -> None:
        """Sign a request with the token at hand."""
        held = self._held
        request.headers["Authorization"] = f"Bearer {held.token}"
        request.extensions[_GENERATION] = held.generation

    def expire_if_rejected(self, request: httpx.Request, status: int | None) -> bool:
        """Give up the token of a request that failed, if the service rejected it.

        Returns:
            Whether the request is worth another attempt with a newer token, which `prepare` gets:
            once, and only if there can be one.
        """
        if status != 401 or not self.credentials.is_refreshable:
            return False
        if _WAS_REJECTED in request.extensions:
            return False
        request.extensions[_WAS_REJECTED] = True
        with self._lock:
            # Another request may have brought a newer token meanwhile, which was not rejected.
            if self._held.generation == request.extensions.get(_GENERATION):
                self._held = self._held.expired()
        return True

    def add_origin_to(self, error: AuthenticationError) -> None:
        """Say in an error where the credentials came from that were not accepted."""
        note = f"The credentials came from {self._origin}."
        # Several callers may wait for the same token, and get the same error.
        if self._origin and note not in getattr(error, "__notes__", ()):
            error.add_note(note)

    def clean(self, text: str) -> str:
        """The text with the secrets masked that are known here."""
        tokens = [taken.token for taken in self._taken]
        secrets = (*self.credentials.secrets(), *tokens)
        known, masked = self._masked
        if secrets != known:
            masked = []
            for secret in secrets:
                masked.extend(spellings(secret))
            self._masked = secrets, masked
        return redacted(text, masked)

    def watch_account(self) -> Callable[[], str]:
        """Begin to watch which account signs requests: a function may return tokens of several.

        Returns:
            A function that returns a digest by which the account that has signed everything since is
            told from others; one that is like no other if there may have been several accounts.
        """
        held = self._held
        first = held.generation
        if time.monotonic() >= held.expires:
            # It signs nothing any more.
            first += 1
        return partial(self._account_since, first)

    def _account_since(self, generation: int) -> str:
        if self.credentials.account:
            return digest(self.credentials.account)
        taken = [one for one in self._taken if one.generation >= generation]
        owners = {self._owner_of(one.token) for one in taken}
        # Of many, the first are not known any more.
        if len(owners) != 1 or len(taken) == TOKENS_MASKED:
            return digest(uuid4().hex)
        return digest(owners.pop())

    def _owner_of(self, token: str) -> str:
        """Whose token it is; if it does not say that, what only this object has, and only for this token."""
        return subject_of(token) or f"{self._mark} {token}"

    def __repr__(self) -> str:
        return repr(self.credentials)

    def __reduce__(self) -> NoReturn:
        raise TypeError("TokenAuth objects do not pickle: a pickle would carry their secrets")

    def _is_good(self, held: _Held) -> bool:
        """Whether a token can be used as it is, without the caller fetching a newer one."""
        now = time.monotonic()
        if now < held.renew:
            return True
        # Somebody is renewing it early; nobody else has to wait for that.
        return now < held.expires and self._pending is not None

    def _postpone_renewal(self, error: Exception) -> bool:
        """Postpone the renewal that failed, and log why; returns False if the token at hand has expired."""
        now = time.monotonic()
        with self._lock:
            held = self._held
            if now >= held.expires:
                return False
            again = min(now + RENEWAL_RETRY_PAUSE, held.expires)
            self._held = evolve(held, renew=max(held.renew, again))
        reason = printable(self.clean(f"{type(error).__name__}: {error}"))
        log(logging.WARNING, "the token could not be renewed, but is still good: %s", reason)
        return True

    def _renew(self, old: _Held, post: Post, ends: float) -> None:
        """Get a token newer than the old one; one caller fetches it, the others wait."""
        # Again, if whoever led gave up: then somebody else has to lead.
        while self._held.generation <= old.generation:
            own, failure = _Fetch(), None
            try:
                fetch = self._join(old, own)
                if fetch is own:
                    with _leading(own), requests_until(ends):
                        self._take(self.credentials.obtain(post))
            except BaseException as error:
                failure = error
                raise
            finally:
                # First, and without a call: Ctrl-C between the fetch and this would leave all others
                # waiting for a fetch that nobody leads.
                if self._pending is own:
                    self._pending = None
                _end(own, failure)
            self._follow(fetch, ends)

    def _follow(self, fetch: _Fetch, ends: float) -> None:
        """Wait for a fetch until it ends or somebody else has to lead; see `_check_fetched`."""
        while not fetch.landed.wait(min(_LOOK, left_until(ends))):
            if self._pending is not fetch:
                # Its leader was interrupted before it could say so.
                return
            if not left_until(ends):
                raise OverdueError
        _check_fetched(fetch)

    async def _renew_async(self, old: _Held, post: Post, ends: float) -> None:
        while self._held.generation <= old.generation:
            own, failure = _AsyncFetch(), None
            # Then nobody who stops waiting can cancel it for the others.
            own.set_running_or_notify_cancel()
            try:
                fetch = self._join(old, own)
                if fetch is own:
                    with _leading(own), requests_until(ends):
                        self._take(await self._obtain_async(post, ends))
            except BaseException as error:
                failure = error
                raise
            finally:
                if self._pending is own:
                    self._pending = None
                _end(own, failure)
            # The fetch is shared: whoever gives up waiting for it must not cancel it.
            followed = asyncio.wrap_future(fetch)
            followed.add_done_callback(retrieve_error)
            await asyncio.wait([followed], timeout=left_until(ends))
            _check_fetched(fetch)

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

    def _join(self, old: _Held, own: F) -> F:
        """Join the fetch of a token newer than the old one; returns it: the caller leads its own."""
        with self._lock:
            # A process that was forked meanwhile waits for nobody: whoever leads is in the other
            # one.
            fetch = cast("F | None", self._pending) if self._process == os.getpid() else None
            if fetch is not None and fetch in _LED_FETCHES.get():
                raise ConfigurationError(
                    "what gets a token must not use the client that waits for it"
                )
            if self._held.generation > old.generation:
                done = type(own)()
                done.set_result(None)
                return done
            if fetch is not None:
                return fetch
            self._process = os.getpid()
            self._pending = own
            return own

    def _take(self, grant: object) -> None:
        with self._lock:
            held = _Held.of(grant, self._held.generation + 1)
            # First, so that no request is signed with a token that is not known.
            self._taken = (*self._taken[1 - TOKENS_MASKED :], held)
            self._held = held


@contextmanager
def _leading(fetch: _Fetch | _AsyncFetch) -> Iterator[None]:
    """Know in the block who leads the fetch."""
    before = _LED_FETCHES.get()
    try:
        _LED_FETCHES.set((*before, fetch))
        yield
    finally:
        # A reset would fail where a coroutine is closed in another context.
        _LED_FETCHES.set(before)


def _end(fetch: _Fetch | _AsyncFetch, failure: BaseException | None) -> None:
    """Let everybody who waits know how the fetch ended."""
    if failure is None:
        fetch.set_result(None)
    else:
        fetch.set_exception(_for_followers(failure))


def _for_followers(error: BaseException) -> Exception:
    """What those who wait get to know of the leader's error."""
    if isinstance(error, OverdueError | DeadlineError) or not isinstance(error, Exception):
        # Its time, or its cancellation, is its own: they may have longer.
        return _LeaderStoppedError()
    return error


def _check_fetched(fetch: _Fetch | _AsyncFetch) -> None:
    """Raise what went wrong with a fetch that was waited for; nothing if all went well, or somebody else has to lead.

    Raises:
        OverdueError: it is still under way.
        PasqalError: a copy of the leader's error; whatever else it raised comes as it is.
    """
    if not fetch.done():
        raise OverdueError
    try:
        fetch.result()
    except _LeaderStoppedError:
        pass
    except PasqalError as error:
        # Several raise it, and each adds its own traceback.
        raise copy.copy(error) from None

"""The one `httpx.Auth` through which every request goes.

A token is fetched once however many threads and tasks need it, renewed shortly before it expires, and once more when
the service refuses it.
"""

from __future__ import annotations

import asyncio
import copy
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Final, NoReturn
from urllib.parse import quote_plus

import httpx
from attrs import frozen

from .errors import PasqalError
from .redaction import redacted

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from .credentials import Credentials, Grant, Post

EARLY: Final = 30.0
"""Seconds before its expiry at which a token is renewed; a tenth of its life if that is shorter."""


@frozen
class _Held:
    """A token that is in use."""

    token: str
    generation: int
    renew: float
    expires: float


_NOBODY: Final = _Held("", 0, float("-inf"), float("-inf"))


class _LeaderGoneError(Exception):
    """Whoever fetched a token for all was cancelled."""


class TokenAuth(httpx.Auth):
    """Sends a bearer token, and sees to it that there is a good one."""

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self._held = _NOBODY
        self._known: list[str] = []
        self._pending: Future[_Held] | None = None
        self._lock = threading.Lock()
        self.post: Post | None = None

    def prepare(self) -> None:
        """Get a token if there is none or it is about to expire, so that no time of an attempt is spent on that."""
        self._get(self._held)

    async def prepare_async(self) -> None:
        """The same for the async client."""
        await self._get_async(self._held)

    def clean(self, text: str) -> str:
        """The text without the secrets that are known here."""
        secrets = [*self.credentials.secrets(), *self._known]
        return redacted(text, [*secrets, *(quoted for secret in secrets if (quoted := quote_plus(secret)) != secret)])

    def __repr__(self) -> str:
        return repr(self.credentials)

    def __reduce__(self) -> NoReturn:
        self.credentials.__reduce__()

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Authenticate a request; if it is refused, once more with a new token."""
        held = self._get(self._held)
        response = yield _signed(request, held)
        if response.status_code == 401 and self.credentials.is_refreshable:
            yield _signed(request, self._renewed(held))

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Authenticate a request; if it is refused, once more with a new token."""
        held = await self._get_async(self._held)
        response = yield _signed(request, held)
        if response.status_code == 401 and self.credentials.is_refreshable:
            yield _signed(request, await self._renewed_async(held))

    def _get(self, held: _Held) -> _Held:
        if time.monotonic() < held.renew:
            return held
        try:
            return self._renewed(held)
        except PasqalError:
            if time.monotonic() < held.expires:
                return held  # it was early; the old one is still good
            raise

    async def _get_async(self, held: _Held) -> _Held:
        if time.monotonic() < held.renew:
            return held
        try:
            return await self._renewed_async(held)
        except PasqalError:
            if time.monotonic() < held.expires:
                return held
            raise

    def _renewed(self, old: _Held) -> _Held:
        """A token newer than the old one; one caller fetches it, the others wait."""
        while True:
            flight, leads = self._join(old)
            if leads:
                with _Landing(self, flight) as landing:
                    landing.grant = self.credentials.obtain(self._poster())
            try:
                return flight.result()
            except _LeaderGoneError:
                continue
            except PasqalError as error:
                raise copy.copy(error) from None

    async def _renewed_async(self, old: _Held) -> _Held:
        while True:
            flight, leads = self._join(old)
            if leads:
                with _Landing(self, flight) as landing:
                    landing.grant = await self.credentials.obtain_async(self._poster())
            try:
                return await asyncio.shield(asyncio.wrap_future(flight))
            except _LeaderGoneError:
                continue
            except PasqalError as error:
                raise copy.copy(error) from None

    def _join(self, old: _Held) -> tuple[Future[_Held], bool]:
        """The fetching of a token newer than the old one, and whether it is the caller's to do."""
        with self._lock:
            if self._held.generation > old.generation:
                flight: Future[_Held] = Future()
                flight.set_result(self._held)
                return flight, False
            if self._pending is not None:
                return self._pending, False
            self._pending = Future()
            return self._pending, True

    def land(self, flight: Future[_Held], grant: Grant | None, error: BaseException | None) -> None:
        """Hand the outcome of fetching to everybody who waits for it."""
        with self._lock:
            self._pending = None
            if grant is not None:
                now = time.monotonic()
                life = float("inf") if grant.lifetime is None else grant.lifetime
                renew = now + life - min(EARLY, life / 10) if grant.lifetime is not None else life
                self._held = _Held(grant.token, self._held.generation + 1, renew, now + life)
                self._known = [*self._known[-3:], grant.token]
        if grant is not None:
            flight.set_result(self._held)
        else:
            flight.set_exception(error if isinstance(error, Exception) else _LeaderGoneError())

    def _poster(self) -> Post:
        if self.post is None:
            raise RuntimeError("there is no connection to the token endpoint yet")
        return self.post


class _Landing:
    """Lands the fetching of a token, however it ends."""

    def __init__(self, auth: TokenAuth, flight: Future[_Held]) -> None:
        self._auth = auth
        self._flight = flight
        self.grant: Grant | None = None

    def __enter__(self) -> _Landing:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        self._auth.land(self._flight, self.grant, error)
        return isinstance(error, PasqalError)  # it is raised by whoever looks at the flight


def _signed(request: httpx.Request, held: _Held) -> httpx.Request:
    request.headers["Authorization"] = f"Bearer {held.token}"
    return request

"""The two httpx clients that every generated operation goes through: `send()` retries and maps errors.

`send()` runs above authentication and, because it reads the whole body, sees what breaks while that
is read. So each operation has our authentication, retries and errors. The decisions are in
`attempts` and the pure modules; what is here moves bytes and waits.

Whatever an attempt raises becomes a failure of a known kind, unexpected classes included: a write
that the service has done must not end in an error that says nothing about that.
"""

from __future__ import annotations

import platform
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from .._late_modules import asyncio
from .._version import __version__
from ..errors import APIStatusError, AuthenticationError, RateLimitError
from .attempts import Attempts
from .compression import OFFERED
from .disk_work import in_thread
from .error_context import ErrorContext
from .outcomes import FailedAttempt, OverdueError
from .received_answer import ReceivedAnswer
from .request_body import compress_body
from .retry import is_write
from .throttle import CURRENT
from .transport.deadline import attempt_within, within
from .transport.library import httpx
from .transport.library_logs import quiet_libraries
from .transport.stuck_connections import drop_interrupted, drop_orphans, drop_orphans_async
from .transport.unusable_connections import drop_unusable, drop_unusable_async
from .unsent import not_yet_sent
from .urls import whole_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._auth.token_auth import TokenAuth
    from .._settings.config import Settings
    from .file_download import FileDownload
    from .hooks import Observer
    from .transport.pool import AsyncPool, Pool

T = TypeVar("T")

_USER_AGENT: Final = f"pasqal-client/{__version__} python/{platform.python_version()}"

_HEADERS: Final = {
    "User-Agent": _USER_AGENT,
    "Accept": "application/json",
    "Accept-Encoding": OFFERED,
}

_REJECTIONS: Final = range(400, 500)

# The note of a generated operation that needs no token: templates/endpoint_module.py.jinja writes it.
_ANONYMOUS: Final = "pasqal_anonymous"

# Requests are signed before httpx gets them. This keeps out the auth of a caller's own client.
_NO_AUTH: Final = httpx.Auth()


class _ConnectionBase:
    """What both clients share: how a request begins."""

    _settings: Settings
    _token_auth: TokenAuth
    _observer: Observer
    _pool: Pool | AsyncPool

    def build_request(
        self, method: str, url: httpx.URL | str, *, params: Any = None, **options: Any
    ) -> httpx.Request:
        """Build a request; see `whole_address`."""
        # Both classes below have an httpx client beside this one.
        client: Any = super()
        address = whole_address(client.base_url, url, params)
        if address is None:
            built = client.build_request(method, url, params=params, **options)
        else:
            built = client.build_request(method, address, **options)
        return cast("httpx.Request", built)

    def watch_account(self) -> Callable[[], str]:
        """Begin to watch which account signs the requests; see `TokenAuth.watch_account`."""
        return self._token_auth.watch_account()

    def _token_auth_for(self, request: httpx.Request) -> TokenAuth | None:
        """What signs the request; None if it needs no token."""
        if _ANONYMOUS in request.extensions:
            return None
        return self._token_auth

    def _file_attempts(self, download: FileDownload) -> tuple[httpx.Request, Attempts]:
        """The request for a file, with its attempts."""
        clean = download.clean(self._token_auth.clean)
        context = ErrorContext("GET", download.description, clean, changes=False)
        request = download.request(_USER_AGENT)
        attempts = Attempts(
            request,
            context,
            self._settings,
            self._observer,
            reports_sending=self._pool.reports_sending,
            handling=download,
        )
        return request, attempts

    def _attempts(
        self, request: httpx.Request, *, changes: bool, asks_for_token: bool = False
    ) -> Attempts:
        context = ErrorContext(
            request.method,
            request.url.path,
            self._token_auth.clean,
            changes=changes,
            asks_for_token=asks_for_token,
        )
        return Attempts(
            request,
            context,
            self._settings,
            self._observer,
            reports_sending=self._pool.reports_sending,
        )


def _client_options(settings: Settings) -> dict[str, Any]:
    """The part of an httpx client that we use: it builds the requests. Sending them is the pool's business."""
    return {
        "base_url": settings.base_url,
        "timeout": settings.timeout,
        "headers": _HEADERS,
        "transport": httpx.MockTransport(_fail_to_send),
        "trust_env": False,
    }


def _fail_to_send(request: httpx.Request) -> httpx.Response:
    raise AssertionError("requests go through the pool")


def _form_request(url: str, form: dict[str, str]) -> httpx.Request:
    return httpx.Request("POST", url, data=form, headers=_HEADERS)


def _sign_in_error(error: APIStatusError) -> APIStatusError:
    """The error for a rejected form: the token endpoint rejects the credentials, by whatever status."""
    if isinstance(error, RateLimitError) or error.status not in _REJECTIONS:
        return error
    return AuthenticationError(
        f"signing in failed: {error.reason}",
        status=error.status,
        method=error.method,
        path=error.path,
        request_id=error.request_id,
    )


class Connection(_ConnectionBase, httpx.Client):
    """The sync client under the operations."""

    def __init__(
        self, settings: Settings, token_auth: TokenAuth, observer: Observer, pool: Pool
    ) -> None:
        super().__init__(**_client_options(settings))
        self._settings = settings
        self._token_auth = token_auth
        self._observer = observer
        self._pool: Pool = pool

    def send(self, request: httpx.Request, **_: Any) -> httpx.Response:
        """Send a request as often as the policy allows; returns a documented success.

        Raises:
            APIError: there was none.
        """
        request = compress_body(request)
        attempts = self._attempts(request, changes=is_write(request.method))
        token_auth = self._token_auth_for(request)
        try:
            return self._send(request, attempts, token_auth)
        except AuthenticationError as error:
            if token_auth is not None:
                token_auth.add_origin_to(error)
            raise

    def post_form(self, url: str, form: dict[str, str]) -> dict[str, Any]:
        """Post a form to a token endpoint; returns the decoded answer.

        Raises:
            APIError: there was no documented success.
        """
        request = _form_request(url, form)
        # It changes nothing, so it is repeated like a read.
        attempts = self._attempts(request, changes=False, asks_for_token=True)
        try:
            return self._send(request, attempts, None).json()
        except APIStatusError as error:
            raise _sign_in_error(error) from None

    def fetch_file(self, download: FileDownload) -> None:
        """Fetch a file, which the download has afterwards.

        It gets neither a token nor cookies, and no headers but its own.

        Raises:
            APIError: it could not be fetched.
            ConfigurationError: the proxy for its host, or what is named for TLS, cannot be used.
        """
        with quiet_libraries():
            request, attempts = self._file_attempts(download)
            self._send(request, attempts, None)
            while download.is_redirected:
                request, following = self._file_attempts(download)
                following.share_deadline(attempts)
                self._send(request, following, None)

    def _send(
        self, request: httpx.Request, attempts: Attempts, token_auth: TokenAuth | None
    ) -> ReceivedAnswer:
        request.extensions["trace"] = attempts.dispatch.note
        while True:
            result = self._attempt(request, attempts, token_auth)
            attempts.report(result)
            if isinstance(result, ReceivedAnswer):
                return result
            if token_auth is not None and token_auth.expire_if_rejected(
                request, result.failure.status
            ):
                # The next attempt gets a newer token, at once: a rejected token does not mean overload.
                continue
            pause = attempts.pause_or_raise(result)
            with not_yet_sent():
                _sleep(pause, result)

    def _attempt(
        self, request: httpx.Request, attempts: Attempts, token_auth: TokenAuth | None
    ) -> ReceivedAnswer | FailedAttempt:
        with not_yet_sent():
            client = self._pool.get_for(attempts.handling.origin)
        attempts.begin_attempt()
        if token_auth is not None:
            try:
                with not_yet_sent():
                    token_auth.prepare(self.post_form, attempts.deadline)
            except OverdueError as error:
                return attempts.break_off(error)
        try:
            attempts.prepare()
            with attempt_within(attempts.begin_sending()):
                response, body = self._transfer(client, request, attempts, token_auth)
            return attempts.complete(response, body)
        except Exception as error:
            # Of whatever class, as the head of this module says.
            return attempts.break_off(error)
        except BaseException as interruption:
            # What sends has the token in variables, what receives has links, and tools show these.
            interruption.__traceback__ = None
            with suppress(Exception):
                drop_interrupted(client, request)
            raise

    def _transfer(
        self,
        client: httpx.Client,
        request: httpx.Request,
        attempts: Attempts,
        token_auth: TokenAuth | None,
    ) -> tuple[httpx.Response, bytes]:
        if token_auth is not None:
            token_auth.sign(request)
        try:
            response = client.send(request, auth=_NO_AUTH, follow_redirects=False, stream=True)
        except BaseException:
            drop_orphans(client)
            raise
        try:
            body = attempts.receive(response)
            # Not by `iter_bytes`: it gives the connection back before it can be looked at.
            for piece in cast("httpx.SyncByteStream", response.stream):
                body.take(piece)
            # An answer that was received is used, however its connection ends.
            with suppress(Exception):
                drop_unusable(response, is_last=self._pool.has_ended)
            return response, body.finish()
        finally:
            with suppress(Exception):
                response.close()


def _sleep(seconds: float, failed: FailedAttempt) -> None:
    """Sleep, unless the listing for which the request is made has stopped: then nothing is tried again."""
    window = CURRENT.get()
    # Nobody can stop a thread from outside. An async request needs no such look: its task is cancelled.
    if window is None:
        time.sleep(seconds)
    elif window.wait_for_stop(seconds):
        raise failed.error


class AsyncConnection(_ConnectionBase, httpx.AsyncClient):
    """The async client under the operations."""

    def __init__(
        self, settings: Settings, token_auth: TokenAuth, observer: Observer, pool: AsyncPool
    ) -> None:
        super().__init__(**_client_options(settings))
        self._settings = settings
        self._token_auth = token_auth
        self._observer = observer
        self._pool: AsyncPool = pool

    async def send(self, request: httpx.Request, **_: Any) -> httpx.Response:
        """Send a request as often as the policy allows; returns a documented success.

        Raises:
            APIError: there was none.
        """
        request = compress_body(request)
        attempts = self._attempts(request, changes=is_write(request.method))
        token_auth = self._token_auth_for(request)
        try:
            return await self._send(request, attempts, token_auth)
        except AuthenticationError as error:
            if token_auth is not None:
                token_auth.add_origin_to(error)
            raise

    async def post_form(self, url: str, form: dict[str, str]) -> dict[str, Any]:
        """Post a form to a token endpoint; see `Connection.post_form`."""
        request = _form_request(url, form)
        attempts = self._attempts(request, changes=False, asks_for_token=True)
        try:
            answer = await self._send(request, attempts, None)
        except APIStatusError as error:
            raise _sign_in_error(error) from None
        return answer.json()

    async def fetch_file(self, download: FileDownload) -> None:
        """Fetch a file; see `Connection.fetch_file`."""
        with quiet_libraries():
            request, attempts = self._file_attempts(download)
            await self._send(request, attempts, None)
            while download.is_redirected:
                request, following = self._file_attempts(download)
                following.share_deadline(attempts)
                await self._send(request, following, None)

    async def _send(
        self, request: httpx.Request, attempts: Attempts, token_auth: TokenAuth | None
    ) -> ReceivedAnswer:
        request.extensions["trace"] = attempts.dispatch.note_async
        while True:
            result = await self._attempt(request, attempts, token_auth)
            attempts.report(result)
            if isinstance(result, ReceivedAnswer):
                return result
            if token_auth is not None and token_auth.expire_if_rejected(
                request, result.failure.status
            ):
                continue
            pause = attempts.pause_or_raise(result)
            with not_yet_sent():
                await asyncio.sleep(pause)

    async def _attempt(
        self, request: httpx.Request, attempts: Attempts, token_auth: TokenAuth | None
    ) -> ReceivedAnswer | FailedAttempt:
        with not_yet_sent():
            client = self._pool.get_for(attempts.handling.origin)
        attempts.begin_attempt()
        if token_auth is not None:
            try:
                with not_yet_sent():
                    await token_auth.prepare_async(self.post_form, attempts.deadline)
            except OverdueError as error:
                return attempts.break_off(error)
        try:
            await _carry_out(attempts, attempts.prepare)
            seconds = attempts.begin_sending()
            transfer = self._transfer(client, request, attempts, token_auth)
            response, body = await within(seconds, transfer)
            return await _carry_out(attempts, attempts.complete, response, body)
        except Exception as error:
            # Of whatever class, as the head of this module says.
            return attempts.break_off(error)
        except BaseException as interruption:
            # What sends has the token in variables, what receives has links, and tools show these.
            interruption.__traceback__ = None
            raise

    async def _transfer(
        self,
        client: httpx.AsyncClient,
        request: httpx.Request,
        attempts: Attempts,
        token_auth: TokenAuth | None,
    ) -> tuple[httpx.Response, bytes]:
        if token_auth is not None:
            token_auth.sign(request)
        try:
            response = await client.send(
                request, auth=_NO_AUTH, follow_redirects=False, stream=True
            )
        except BaseException:
            await drop_orphans_async(client)
            raise
        try:
            body = await _carry_out(attempts, attempts.receive, response)
            async for piece in cast("httpx.AsyncByteStream", response.stream):
                await _carry_out(attempts, body.take, piece)
            with suppress(Exception):
                await drop_unusable_async(response, is_last=self._pool.has_ended)
            return response, body.finish()
        finally:
            with suppress(Exception):
                await response.aclose()


async def _carry_out(attempts: Attempts, step: Callable[..., T], *args: object) -> T:
    """Carry out a step of an attempt, which may read or write a file."""
    if attempts.handling.uses_disk:
        return await in_thread(step, *args)
    return step(*args)

"""The two clients: settings, credentials and connections put together, with the resources on top."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Final, Self, TypedDict, Unpack, cast

from pasqal_core_runtime.client import Client as GeneratedClient

from ._auth.token_auth import TokenAuth
from ._contract.seen_departures import Departures
from ._http.connection import AsyncConnection, Connection
from ._http.hooks import Observer, checked_hook, log_to_stderr
from ._http.redaction import SecretDict
from ._http.throttle import Throttle
from ._http.transport.pool import AsyncPool, Pool
from ._pickle_guard import Unpicklable
from ._settings import config
from ._settings.sources import read_sources
from ._signatures import expect_unnamed, show_options, show_twin

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from uuid import UUID

    from pasqal_core_runtime.departures import Departure

    from ._auth.credentials import Credentials
    from ._contract.contract_report import ContractReport, Examination
    from ._http.hooks import ReceivedResponse, SentRequest
    from ._http.retry import RetryPolicy
    from ._http.transport.library import httpx
    from ._settings.config import Settings
    from .batches import AsyncBatches, Batches
    from .devices import AsyncDevices, Devices
    from .jobs import AsyncJobs, Jobs

_RESOURCES: Final = ("jobs", "batches", "devices")
"""What is imported and made when a program first asks for it: few programs need all three.

They have nothing of their own but what they are given, so it does not matter if two threads that ask
at once make two.
"""


class ClientOptions(TypedDict, total=False):
    """The settings of a client that both kinds have, as a program may keep them; see `PasqalClient`.

    Attributes:
        token: the bearer token to send, or a function that returns one and is called again when it
            expires.
        username: the name of an account, with `password`.
        password: the password of an account.
        client_id: the id of a service account, with `client_secret`.
        client_secret: the secret of a service account.
        credentials: a `Credentials` object, such as `PasswordCredentials`.
        anonymous: do not sign in, even if variables, the profile or a login say how: only the public
            devices can be asked for, and anything else is a `ConfigurationError`.
        profile: the name of a profile in the configuration file.
        project_id: the default of the project filter when listing, and the project of new batches;
            other writes go by what they are given.
        region: `fr` (the default) or `sa`.
        base_url: the service's address with its prefix, in place of a region; plain http for
            loopback hosts only.
        timeout: seconds that a connection attempt or a read may take; 10 by default.
        deadline: seconds that one request may take with all its attempts and pauses; 60 by default.
        retry: when a failed request is sent again.
        strict: raise at the first departure, and at the end of a listing that may have missed items.
        submission_tag: whether each new batch gets a tag, `pasqal-client:<uuid>`, by which it is
            found if the answer is lost; it does by default.
        on_request: called with a `SentRequest` before each attempt.
        on_response: called with a `ReceivedResponse` after each attempt.
    """

    token: str | Callable[[], str] | Callable[[], Awaitable[str]] | None
    username: str | None
    password: str | None
    client_id: str | None
    client_secret: str | None
    credentials: Credentials | None
    anonymous: bool | None
    profile: str | None
    project_id: UUID | str | None
    region: str | None
    base_url: str | None
    timeout: float | None
    deadline: float | None
    retry: RetryPolicy | None
    strict: bool | None
    submission_tag: bool | None
    on_request: Callable[[SentRequest], object] | None
    on_response: Callable[[ReceivedResponse], object] | None


class ViewOptions(TypedDict, total=False):
    """The settings that a view of a client can have of its own; None keeps what the client has.

    Attributes:
        timeout: seconds that a connection attempt or a read may take.
        deadline: seconds that one request may take with all its attempts and pauses.
        retry: when a failed request is sent again.
        strict: raise at the first departure, and at the end of a listing that may have missed items.
        submission_tag: whether each new batch gets a tag, `pasqal-client:<uuid>`.
    """

    timeout: float | None
    deadline: float | None
    retry: RetryPolicy | None
    strict: bool | None
    submission_tag: bool | None


def _not_given(kind: type, *others: str) -> dict[str, object]:
    """The defaults of options, and of others after them, that are None unless they are given."""
    return dict.fromkeys([*kind.__annotations__, *others])


_ALL_NAMED: Final = "every argument has a name, such as token=…"


class _Client(Unpicklable):
    """What both clients share."""

    departures: Departures
    api: GeneratedClient
    _settings: Settings
    _token_auth: TokenAuth
    _observer: Observer
    _throttle: Throttle
    _owns_pool = True

    def _set_up(self, options: ClientOptions) -> None:
        _check_names(options, ClientOptions, "the arguments are", "http_client")
        log_level = config.variables(os.environ)["log"]
        if log_level:
            log_to_stderr(str(log_level))
        sources = read_sources(SecretDict(options))
        self._settings = sources.settings
        self._token_auth = TokenAuth(sources.credentials(), sources.origin)
        self._observer = Observer(
            self._token_auth.clean,
            on_request=checked_hook(options.get("on_request"), "on_request"),
            on_response=checked_hook(options.get("on_response"), "on_response"),
        )
        self.departures = Departures(self._token_auth.clean)
        self._throttle = Throttle()
        self._make_api()

    def _urls(self) -> tuple[str, ...]:
        """The addresses that are reached: the service's, and the token endpoint's if there is one."""
        addresses = [self._settings.base_url, self._token_auth.credentials.url]
        return tuple(filter(None, addresses))

    def _make_api(self) -> None:
        on_departure: Callable[[Departure], None] = self.departures.report
        if self._settings.strict:
            on_departure = self.departures.report_and_raise
        self.api = GeneratedClient(
            self._settings.base_url, on_departure=on_departure, clean=self._token_auth.clean
        )

    def _examination(self, pages: int) -> Examination:
        from ._contract.contract_report import Examination

        return Examination(pages, self._settings.region, self._token_auth.clean)

    def _connect(self) -> None:
        """Make a connection with these settings; the resources will be put on it."""
        raise NotImplementedError

    @show_options(ViewOptions, _not_given(ViewOptions))
    def with_options(self, **changes: Unpack[ViewOptions]) -> Self:
        """A view of this client with some settings of its own, on the same connections.

        Closing the view does nothing; closing this client closes the connections of both. None keeps
        what this client has.

        Args:
            timeout: seconds that a connection attempt or a read may take.
            deadline: seconds that one request may take with all its attempts and pauses.
            retry: when a failed request is sent again.
            strict: raise at the first departure, and at the end of a listing that may have missed
                items.
            submission_tag: whether each new batch gets a tag, `pasqal-client:<uuid>`.

        Returns:
            The view.

        Raises:
            ConfigurationError: a setting is malformed.
            TypeError: a view cannot have that setting of its own.
        """
        _check_names(changes, ViewOptions, "a view can only change")
        # Not by `__init__`, which would make new credentials and connections.
        view = object.__new__(type(self))
        view.__dict__.update(self.__dict__)
        for name in _RESOURCES:
            view.__dict__.pop(name, None)
        view._settings = config.changed(self._settings, dict(changes))
        view._owns_pool = False
        view._make_api()
        view._connect()
        return view

    def __repr__(self) -> str:
        # A traceback that shows variables sees a client whose `__init__` failed.
        if not hasattr(self, "_token_auth"):
            return f"<{type(self).__name__}, not made>"
        settings = self._settings
        where = f"base_url={settings.base_url!r}, region={settings.region!r}"
        if settings.project_id:
            where += f", project_id={settings.project_id}"
        return f"{type(self).__name__}({where}, auth={self._token_auth!r})"


def _hidden(options: ClientOptions) -> ClientOptions:
    """The same options, as a traceback may show them that shows variables."""
    return cast("ClientOptions", SecretDict(options))


def _check_names(given: Mapping[str, object], options: type, advice: str, *others: str) -> None:
    """Reject keywords that are not options.

    Raises:
        TypeError: there is one.
    """
    known = [*options.__annotations__, *others]
    unknown = sorted(given.keys() - known)
    if unknown:
        raise TypeError(f"{', '.join(unknown)}: no such argument; {advice} {', '.join(known)}")


class PasqalClient(_Client):
    """A client of Pasqal Cloud.

    Settings come from the arguments, then from variables (`PASQAL_TOKEN` or `PASQAL_AUTH_TOKEN`,
    `PASQAL_USERNAME`, `PASQAL_PASSWORD`, `PASQAL_CLIENT_ID`, `PASQAL_CLIENT_SECRET`,
    `PASQAL_PROJECT_ID`, `PASQAL_REGION`, `PASQAL_BASE_URL`, `PASQAL_PROFILE`), then from a profile
    of the configuration file (`~/.config/pasqal-client/config.toml` on Linux), then from defaults.
    Where none of them has credentials, those sign in that `pasqal auth login` has stored for the
    profile and the address, else those in `~/.pasqal/config`, the file of CUDA-Q and QRMI. White
    space around the values of variables and profiles is dropped; passwords and client secrets lose
    only line breaks at the end. `PASQAL_LOG=debug` logs the requests to stderr.

    Where they matter for the addresses at hand, the proxies in `https_proxy`, `all_proxy` and
    `no_proxy`, the certificates in `SSL_CERT_FILE` or `SSL_CERT_DIR`, and `SSLKEYLOGFILE` are read
    when the client is made.

    A place where an answer is not what the contract promises is a *departure*. The client uses what
    it can of such an answer, and collects the departures.

    Threads may share a client. It closes its connections at the end of a `with` block or by
    `close()`.

    Args:
        token: the bearer token to send, or a function that returns one and is called again when it
            expires.
        username: the name of an account, with `password`.
        password: the password of an account.
        client_id: the id of a service account, with `client_secret`.
        client_secret: the secret of a service account.
        credentials: a `Credentials` object, such as `PasswordCredentials`.
        anonymous: do not sign in, even if variables, the profile or a login say how: only the public
            devices can be asked for, and anything else is a `ConfigurationError`.
        profile: the name of a profile in the configuration file.
        project_id: the default of the project filter when listing, and the project of new batches;
            other writes go by what they are given.
        region: `fr` (the default) or `sa`.
        base_url: the service's address with its prefix, in place of a region; plain http for
            loopback hosts only.
        timeout: seconds that a connection attempt or a read may take; 10 by default.
        deadline: seconds that one request may take with all its attempts and pauses; 60 by default.
        retry: when a failed request is sent again.
        strict: raise at the first departure, and at the end of a listing that may have missed items.
        submission_tag: whether each new batch gets a tag, `pasqal-client:<uuid>`, by which it is
            found if the answer is lost; it does by default.
        on_request: called with a `SentRequest` before each attempt.
        on_response: called with a `ReceivedResponse` after each attempt.
        http_client: the `httpx.Client` to send with, for the async client an `httpx.AsyncClient`.
            Its transport, proxies and TLS are used; its auth, base URL, cookies and event hooks are
            not. It is not closed. Let its `limits` allow a connection, kept alive, for each request
            that may be under way: with fewer, httpcore now and then closes one that is about to be
            used. A transport other than httpx's own has to deal with bytes after an answer and with
            headers that drip; and if a deadline stops a write, its outcome may be called unknown
            although it was not sent.

    Attributes:
        jobs (Jobs): lists, counts, reads and cancels jobs, waits for them, fetches their results.
        batches (Batches): creates batches and adds jobs to them, lists, reads, cancels, reruns and
            completes them.
        devices (Devices): lists devices, reads what they can do and what waits for them.
        departures (Departures): the departures so far, by kind.
        api (Client): the generated client, on the same connection, for use with the generated
            operations.

    Raises:
        ConfigurationError: the settings do not make a client: one is missing or malformed.
        TypeError: unknown argument.
    """

    @show_options(ClientOptions, _not_given(ClientOptions, "http_client"))
    @expect_unnamed(0, _ALL_NAMED)
    def __init__(
        self, *, http_client: httpx.Client | None = None, **options: Unpack[ClientOptions]
    ) -> None:
        options = _hidden(options)
        self._set_up(options)
        self._pool = Pool(http_client, urls=self._urls())
        self._connect()

    def _connect(self) -> None:
        self._connection = Connection(self._settings, self._token_auth, self._observer, self._pool)
        self.api.set_httpx_client(self._connection)

    @cached_property
    def jobs(self) -> Jobs:
        """Lists, counts, reads and cancels jobs, waits for them, fetches their results."""
        from .jobs import Jobs

        return Jobs(self.api, self._settings, self._throttle)

    @cached_property
    def batches(self) -> Batches:
        """Creates batches and adds jobs to them, lists, reads, cancels, reruns and completes them."""
        from .batches import Batches

        return Batches(self.api, self._settings, self._throttle, self.jobs)

    @cached_property
    def devices(self) -> Devices:
        """Lists devices, reads what they can do and what waits for them."""
        from .devices import Devices

        return Devices(self.api, self._settings, self._throttle)

    def contract_check(self, *, pages: int = 5) -> ContractReport:
        """Read some pages of jobs, spread over all of them, and report how they differ from the contract.

        It changes nothing, and raises no departures even if the client is strict.

        Args:
            pages: at most how many pages of 100 jobs to ask for.

        Returns:
            What differs: departures, and fields and values that the contract does not have. Its
            text is a report in Markdown that shows no data.

        Raises:
            APIError: a request failed.
            ValueError: `pages` is not an integer of at least 1.
        """
        return self.jobs._examine(self._examination(pages))

    def close(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        if self._owns_pool:
            self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@show_twin(PasqalClient)
class AsyncPasqalClient(_Client):
    """An async client of Pasqal Cloud, for one asyncio event loop.

    Arguments, attributes and errors are those of `PasqalClient`; `token` may be a coroutine
    function, and `http_client` is an `httpx.AsyncClient`. It closes its connections at the end of
    an `async with` block or by `await client.aclose()`; `close` is
    the same.
    """

    @show_options(ClientOptions, _not_given(ClientOptions, "http_client"))
    @expect_unnamed(0, _ALL_NAMED)
    def __init__(
        self, *, http_client: httpx.AsyncClient | None = None, **options: Unpack[ClientOptions]
    ) -> None:
        options = _hidden(options)
        self._set_up(options)
        self._pool = AsyncPool(http_client, urls=self._urls())
        self._connect()

    def _connect(self) -> None:
        self._connection = AsyncConnection(
            self._settings, self._token_auth, self._observer, self._pool
        )
        self.api.set_async_httpx_client(self._connection)

    @cached_property
    def jobs(self) -> AsyncJobs:
        """Lists, counts, reads and cancels jobs, waits for them, fetches their results."""
        from .jobs import AsyncJobs

        return AsyncJobs(self.api, self._settings, self._throttle)

    @cached_property
    def batches(self) -> AsyncBatches:
        """Creates batches and adds jobs to them, lists, reads, cancels, reruns and completes them."""
        from .batches import AsyncBatches

        return AsyncBatches(self.api, self._settings, self._throttle, self.jobs)

    @cached_property
    def devices(self) -> AsyncDevices:
        """Lists devices, reads what they can do and what waits for them."""
        from .devices import AsyncDevices

        return AsyncDevices(self.api, self._settings, self._throttle)

    async def contract_check(self, *, pages: int = 5) -> ContractReport:
        """See `PasqalClient.contract_check`."""
        return await self.jobs._examine(self._examination(pages))

    async def aclose(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        if self._owns_pool:
            await self._pool.close()

    close = aclose

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

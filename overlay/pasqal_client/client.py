"""The two clients: settings, credentials and connections put together, with the resources on top."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn, Self

from attrs import evolve

from pasqal_core_api.client import Client as GeneratedClient

from . import config
from ._http import AsyncConnection, Connection
from .auth import TokenAuth
from .batches import AsyncBatches, Batches
from .departures import Departures
from .errors import ConfigurationError
from .jobs import AsyncJobs, Jobs

if TYPE_CHECKING:
    from uuid import UUID

    import httpx

    from .config import Settings
    from .retry import RetryPolicy


class _Base:
    """What both clients share."""

    _settings: Settings
    _bearer: TokenAuth
    departures: Departures
    api: GeneratedClient

    def _set_up(self, settings: Settings, bearer: TokenAuth, departures: Departures | None = None) -> None:
        self._settings = settings
        self._bearer = bearer
        self.departures = departures or Departures(bearer.clean)
        on_departure = self.departures.refuse if settings.strict else self.departures.report
        self.api = GeneratedClient(settings.base_url, on_departure=on_departure)

    def __repr__(self) -> str:
        project = f", project_id={self._settings.project_id}" if self._settings.project_id else ""
        where = f"base_url={self._settings.base_url!r}, region={self._settings.region!r}{project}"
        return f"{type(self).__name__}({where}, auth={self._bearer!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} does not pickle: it holds connections, and a pickle would carry its secrets. "
            "Make a client in each process instead."
        )


def _settings(
    *,
    project_id: UUID | str | None,
    region: str | None,
    base_url: str | None,
    timeout: float | None,
    deadline: float | None,
    retry: RetryPolicy | None,
    strict: bool,
) -> Settings:
    """The settings from arguments, `PASQAL_*` variables and defaults."""
    # A base URL that was given rules a region that is merely in the environment, and the other way round.
    url = base_url if base_url or region else config.choose("base_url", None, os.environ)
    address, region = config.address(url, config.choose("region", region, os.environ))
    settings = config.Settings(
        base_url=address,
        region=region,
        project_id=config.project(config.choose("project_id", project_id, os.environ)),
        strict=strict,
    )
    return _changed(settings, timeout=timeout, deadline=deadline, retry=retry)


def _changed(
    settings: Settings,
    *,
    timeout: float | None = None,
    deadline: float | None = None,
    retry: RetryPolicy | None = None,
    strict: bool | None = None,
) -> Settings:
    """The settings with what is not None in the place of what was."""
    return evolve(
        settings,
        timeout=config.positive("timeout", timeout, settings.timeout),
        deadline=config.positive("deadline", deadline, settings.deadline),
        retry=settings.retry if retry is None else retry,
        strict=settings.strict if strict is None else strict,
    )


def _bearer(token: str | None) -> TokenAuth:
    """The credentials from an argument or a variable."""
    if token is not None:
        return TokenAuth(token)
    variable = config.choose("token", None, os.environ)
    if variable is None:
        raise ConfigurationError("there is nothing to sign in with: give token=…, or set the variable PASQAL_TOKEN")
    return TokenAuth(str(variable))


class PasqalClient(_Base):
    """A client of Pasqal Cloud.

    Settings come from the arguments, then from the variables `PASQAL_TOKEN`, `PASQAL_PROJECT_ID`, `PASQAL_REGION` and
    `PASQAL_BASE_URL`, then from defaults. A client may be shared between threads; it closes its connections at the end
    of a `with` block or by `close()`.

    Args:
        token: the bearer token to send.
        project_id: the default of the project filter when listing jobs; never sent with a write.
        region: `fr` (the default) or `sa`.
        base_url: the service's address with its prefix, in place of a region; plain http for loopback hosts only.
        timeout: seconds that a connection attempt or a read may take; 10 by default.
        deadline: seconds that one request may take with all its attempts and pauses; 60 by default.
        retry: when a failed request is sent again.
        strict: raise `DepartureError` at the first departure of an answer from the contract.
        http_client: the client to send with. Its transport, proxies and TLS count; its auth and base URL do not. It is
            not closed.

    Attributes:
        jobs: listing, counting and reading jobs.
        batches: cancelling the jobs of a batch, completing a batch.
        departures: how answers departed from the contract so far.
        api: the generated client, on the same connection, for use with the generated operations.

    Raises:
        ConfigurationError: the settings do not make a client.
    """

    def __init__(
        self,
        *,
        token: str | None = None,
        project_id: UUID | str | None = None,
        region: str | None = None,
        base_url: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retry: RetryPolicy | None = None,
        strict: bool = False,
        http_client: httpx.Client | None = None,
    ) -> None:
        settings = _settings(
            project_id=project_id,
            region=region,
            base_url=base_url,
            timeout=timeout,
            deadline=deadline,
            retry=retry,
            strict=strict,
        )
        self._set_up(settings, _bearer(token))
        self._connect(Connection(settings, self._bearer, http_client))

    def _connect(self, connection: Connection) -> None:
        self._connection = connection
        self.api.set_httpx_client(connection)
        self.jobs = Jobs(self.api, self._settings.project_id, strict=self._settings.strict)
        self.batches = Batches(self.api, self.jobs)

    def close(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncPasqalClient(_Base):
    """An async client of Pasqal Cloud, for one asyncio event loop.

    Arguments and attributes are those of `PasqalClient`. It closes its connections at the end of an `async with` block
    or by `await client.aclose()`.
    """

    def __init__(
        self,
        *,
        token: str | None = None,
        project_id: UUID | str | None = None,
        region: str | None = None,
        base_url: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retry: RetryPolicy | None = None,
        strict: bool = False,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        settings = _settings(
            project_id=project_id,
            region=region,
            base_url=base_url,
            timeout=timeout,
            deadline=deadline,
            retry=retry,
            strict=strict,
        )
        self._set_up(settings, _bearer(token))
        self._connect(AsyncConnection(settings, self._bearer, http_client))

    def _connect(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.api.set_async_httpx_client(connection)
        self.jobs = AsyncJobs(self.api, self._settings.project_id, strict=self._settings.strict)
        self.batches = AsyncBatches(self.api, self.jobs)

    async def aclose(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        await self._connection.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

"""Where the operations find their connection and their way of reading answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import httpx
from attrs import define, field

from .departures import Report, ignore
from .model import read_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from .model import M


@define
class Client:
    """What an operation needs: a connection, and what to do about answers that depart from the contract.

    Attributes:
        base_url: the address of the service, service prefix included.
        on_departure: called with each departure from the contract; it may raise.
        clean: masks the secrets in what a departure shows of an answer, which may echo one.
        raise_on_unexpected_status: raise for a status that the contract does not name and gives no
            default for.
        httpx_args: keyword arguments for the `httpx.Client` and `httpx.AsyncClient` that are built
            where none was set.
    """

    base_url: str
    on_departure: Report = field(default=ignore, kw_only=True)
    clean: Callable[[str], str] = field(default=str, kw_only=True)
    raise_on_unexpected_status: bool = field(default=False, kw_only=True)
    # There may be credentials among them, so they are not printed.
    httpx_args: dict[str, Any] = field(factory=dict, kw_only=True, repr=False)
    _client: httpx.Client | None = field(default=None, init=False)
    _async_client: httpx.AsyncClient | None = field(default=None, init=False)

    def read(self, kind: type[M], payload: object) -> M:
        """Read a decoded payload as the answer's model.

        Raises:
            DepartureError: the payload is not an object, or `on_departure` refuses its departures.
        """
        return read_model(kind, payload, self.on_departure, self.clean)

    def set_httpx_client(self, client: httpx.Client) -> Self:
        """Use this connection for the sync operations."""
        self._client = client
        return self

    def get_httpx_client(self) -> httpx.Client:
        """The connection of the sync operations."""
        if self._client is None:
            self._client = httpx.Client(base_url=self.base_url, **self.httpx_args)
        return self._client

    def __enter__(self) -> Self:
        self.get_httpx_client().__enter__()
        return self

    def __exit__(self, *args: Any, **kwargs: Any) -> None:
        self.get_httpx_client().__exit__(*args, **kwargs)

    def set_async_httpx_client(self, async_client: httpx.AsyncClient) -> Self:
        """Use this connection for the async operations."""
        self._async_client = async_client
        return self

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """The connection of the async operations."""
        if self._async_client is None:
            self._async_client = httpx.AsyncClient(base_url=self.base_url, **self.httpx_args)
        return self._async_client

    async def __aenter__(self) -> Self:
        await self.get_async_httpx_client().__aenter__()
        return self

    async def __aexit__(self, *args: Any, **kwargs: Any) -> None:
        await self.get_async_httpx_client().__aexit__(*args, **kwargs)


# The signatures of generated operations name both. How a request is authenticated is the
# connection's business.
AuthenticatedClient = Client

__all__ = ["AuthenticatedClient", "Client"]

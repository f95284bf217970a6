# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.batch_status_answer import BatchStatusAnswer
from ...models.http_validation_error import HTTPValidationError
from ...types import Response


def _get_kwargs(
    batch_id: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/batches/{batch_id}/status".format(
            batch_id=quote(str(batch_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | BatchStatusAnswer | HTTPValidationError:
    if response.status_code == 200:
        response_200 = client.read(BatchStatusAnswer, response.json())

        return response_200

    if response.status_code == 422:
        response_422 = client.read(HTTPValidationError, response.json())

        return response_422

    response_default = response.json()
    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | BatchStatusAnswer | HTTPValidationError]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    batch_id: UUID,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any | BatchStatusAnswer | HTTPValidationError]:
    """Get the state of a batch

     The state of the batch, and how many of its jobs are in each state: as much as is needed to wait for
    it.

    Args:
        batch_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | BatchStatusAnswer | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        batch_id=batch_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    batch_id: UUID,
    *,
    client: AuthenticatedClient | Client,
) -> Any | BatchStatusAnswer | HTTPValidationError | None:
    """Get the state of a batch

     The state of the batch, and how many of its jobs are in each state: as much as is needed to wait for
    it.

    Args:
        batch_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | BatchStatusAnswer | HTTPValidationError
    """

    return sync_detailed(
        batch_id=batch_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    batch_id: UUID,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any | BatchStatusAnswer | HTTPValidationError]:
    """Get the state of a batch

     The state of the batch, and how many of its jobs are in each state: as much as is needed to wait for
    it.

    Args:
        batch_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | BatchStatusAnswer | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        batch_id=batch_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    batch_id: UUID,
    *,
    client: AuthenticatedClient | Client,
) -> Any | BatchStatusAnswer | HTTPValidationError | None:
    """Get the state of a batch

     The state of the batch, and how many of its jobs are in each state: as much as is needed to wait for
    it.

    Args:
        batch_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | BatchStatusAnswer | HTTPValidationError
    """

    return (
        await asyncio_detailed(
            batch_id=batch_id,
            client=client,
        )
    ).parsed

# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.batch_answer import BatchAnswer
from ...models.http_validation_error import HTTPValidationError
from ...types import Response


def _get_kwargs(
    batch_id: UUID,
    *,
    body: list[str],
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/batches/{batch_id}/tags".format(
            batch_id=quote(str(batch_id), safe=""),
        ),
    }

    _kwargs["json"] = body
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | BatchAnswer | HTTPValidationError:
    if response.status_code == 200:
        response_200 = client.read(BatchAnswer, response.json())

        return response_200

    if response.status_code == 422:
        response_422 = client.read(HTTPValidationError, response.json())

        return response_422

    response_default = response.json()
    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | BatchAnswer | HTTPValidationError]:
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
    body: list[str],
) -> Response[Any | BatchAnswer | HTTPValidationError]:
    """Set the tags of a batch

     Replaces all the tags of the batch.

    Args:
        batch_id (UUID):
        body (list[str]): The tags that a batch is to have.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | BatchAnswer | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        batch_id=batch_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    batch_id: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: list[str],
) -> Any | BatchAnswer | HTTPValidationError | None:
    """Set the tags of a batch

     Replaces all the tags of the batch.

    Args:
        batch_id (UUID):
        body (list[str]): The tags that a batch is to have.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | BatchAnswer | HTTPValidationError
    """

    return sync_detailed(
        batch_id=batch_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    batch_id: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: list[str],
) -> Response[Any | BatchAnswer | HTTPValidationError]:
    """Set the tags of a batch

     Replaces all the tags of the batch.

    Args:
        batch_id (UUID):
        body (list[str]): The tags that a batch is to have.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | BatchAnswer | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        batch_id=batch_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    batch_id: UUID,
    *,
    client: AuthenticatedClient | Client,
    body: list[str],
) -> Any | BatchAnswer | HTTPValidationError | None:
    """Set the tags of a batch

     Replaces all the tags of the batch.

    Args:
        batch_id (UUID):
        body (list[str]): The tags that a batch is to have.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | BatchAnswer | HTTPValidationError
    """

    return (
        await asyncio_detailed(
            batch_id=batch_id,
            client=client,
            body=body,
        )
    ).parsed

# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from http import HTTPStatus
from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.batch_answer import BatchAnswer
from ...models.create_batch_request import CreateBatchRequest
from ...models.http_validation_error import HTTPValidationError
from ...types import Response


def _get_kwargs(
    *,
    body: CreateBatchRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/batches",
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
    *,
    client: AuthenticatedClient | Client,
    body: CreateBatchRequest,
) -> Response[Any | BatchAnswer | HTTPValidationError]:
    """Create a batch

     Submits a batch with its jobs; it costs money as soon as its jobs run. The batch waits in the queue
    of its device. An open batch may have no job yet and keeps its place while more are added; a closed
    one needs at least one job. The sequence is that of the batch, or each job has its own. The answer
    is the new batch with its jobs.

    Args:
        body (CreateBatchRequest): A batch to create.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | BatchAnswer | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: CreateBatchRequest,
) -> Any | BatchAnswer | HTTPValidationError | None:
    """Create a batch

     Submits a batch with its jobs; it costs money as soon as its jobs run. The batch waits in the queue
    of its device. An open batch may have no job yet and keeps its place while more are added; a closed
    one needs at least one job. The sequence is that of the batch, or each job has its own. The answer
    is the new batch with its jobs.

    Args:
        body (CreateBatchRequest): A batch to create.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | BatchAnswer | HTTPValidationError
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CreateBatchRequest,
) -> Response[Any | BatchAnswer | HTTPValidationError]:
    """Create a batch

     Submits a batch with its jobs; it costs money as soon as its jobs run. The batch waits in the queue
    of its device. An open batch may have no job yet and keeps its place while more are added; a closed
    one needs at least one job. The sequence is that of the batch, or each job has its own. The answer
    is the new batch with its jobs.

    Args:
        body (CreateBatchRequest): A batch to create.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | BatchAnswer | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: CreateBatchRequest,
) -> Any | BatchAnswer | HTTPValidationError | None:
    """Create a batch

     Submits a batch with its jobs; it costs money as soon as its jobs run. The batch waits in the queue
    of its device. An open batch may have no job yet and keeps its place while more are added; a closed
    one needs at least one job. The sequence is that of the batch, or each job has its own. The answer
    is the new batch with its jobs.

    Args:
        body (CreateBatchRequest): A batch to create.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | BatchAnswer | HTTPValidationError
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed

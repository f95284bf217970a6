# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from http import HTTPStatus
from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.cancel_batches_request import CancelBatchesRequest
from ...models.cancelled_batches_answer import CancelledBatchesAnswer
from ...models.http_validation_error import HTTPValidationError
from ...types import Response


def _get_kwargs(
    *,
    body: CancelBatchesRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/batches/cancel",
    }

    _kwargs["json"] = body
    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | CancelledBatchesAnswer | HTTPValidationError:
    if response.status_code == 200:
        response_200 = client.read(CancelledBatchesAnswer, response.json())

        return response_200

    if response.status_code == 422:
        response_422 = client.read(HTTPValidationError, response.json())

        return response_422

    response_default = response.json()
    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | CancelledBatchesAnswer | HTTPValidationError]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CancelBatchesRequest,
) -> Response[Any | CancelledBatchesAnswer | HTTPValidationError]:
    """Cancel batches

     Cancels the batches with the given ids, or else those that match every given filter, or all of them.
    A batch that can no longer be cancelled is reported in `data.errors` of a 200 answer and does not
    stop the others.

    Args:
        body (CancelBatchesRequest): Which batches to cancel. With `batch_ids`, everything else is
            ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | CancelledBatchesAnswer | HTTPValidationError]
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
    body: CancelBatchesRequest,
) -> Any | CancelledBatchesAnswer | HTTPValidationError | None:
    """Cancel batches

     Cancels the batches with the given ids, or else those that match every given filter, or all of them.
    A batch that can no longer be cancelled is reported in `data.errors` of a 200 answer and does not
    stop the others.

    Args:
        body (CancelBatchesRequest): Which batches to cancel. With `batch_ids`, everything else is
            ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | CancelledBatchesAnswer | HTTPValidationError
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CancelBatchesRequest,
) -> Response[Any | CancelledBatchesAnswer | HTTPValidationError]:
    """Cancel batches

     Cancels the batches with the given ids, or else those that match every given filter, or all of them.
    A batch that can no longer be cancelled is reported in `data.errors` of a 200 answer and does not
    stop the others.

    Args:
        body (CancelBatchesRequest): Which batches to cancel. With `batch_ids`, everything else is
            ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | CancelledBatchesAnswer | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: CancelBatchesRequest,
) -> Any | CancelledBatchesAnswer | HTTPValidationError | None:
    """Cancel batches

     Cancels the batches with the given ids, or else those that match every given filter, or all of them.
    A batch that can no longer be cancelled is reported in `data.errors` of a 200 answer and does not
    stop the others.

    Args:
        body (CancelBatchesRequest): Which batches to cancel. With `batch_ids`, everything else is
            ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | CancelledBatchesAnswer | HTTPValidationError
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed

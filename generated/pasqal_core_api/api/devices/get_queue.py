# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...models.batch_page import BatchPage
from ...models.device_type_name import DeviceTypeName
from ...models.http_validation_error import HTTPValidationError
from ...types import UNSET, Response, Unset


def _get_kwargs(
    dt_name: DeviceTypeName,
    *,
    limit: int | Unset = 100,
    offset: int | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    params["offset"] = offset

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/devices/{dt_name}/queue".format(
            dt_name=quote(str(dt_name), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | BatchPage | HTTPValidationError:
    if response.status_code == 200:
        response_200 = client.read(BatchPage, response.json())

        return response_200

    if response.status_code == 422:
        response_422 = client.read(HTTPValidationError, response.json())

        return response_422

    response_default = response.json()
    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | BatchPage | HTTPValidationError]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    dt_name: DeviceTypeName,
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    offset: int | Unset = UNSET,
) -> Response[Any | BatchPage | HTTPValidationError]:
    """List the queue of a device

     One page of the batches that wait for the device, the next one first, without their jobs and their
    sequences.

    Args:
        dt_name (DeviceTypeName): The type of a QPU or an emulator.
        limit (int | Unset):  Default: 100.
        offset (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | BatchPage | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        dt_name=dt_name,
        limit=limit,
        offset=offset,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    dt_name: DeviceTypeName,
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    offset: int | Unset = UNSET,
) -> Any | BatchPage | HTTPValidationError | None:
    """List the queue of a device

     One page of the batches that wait for the device, the next one first, without their jobs and their
    sequences.

    Args:
        dt_name (DeviceTypeName): The type of a QPU or an emulator.
        limit (int | Unset):  Default: 100.
        offset (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | BatchPage | HTTPValidationError
    """

    return sync_detailed(
        dt_name=dt_name,
        client=client,
        limit=limit,
        offset=offset,
    ).parsed


async def asyncio_detailed(
    dt_name: DeviceTypeName,
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    offset: int | Unset = UNSET,
) -> Response[Any | BatchPage | HTTPValidationError]:
    """List the queue of a device

     One page of the batches that wait for the device, the next one first, without their jobs and their
    sequences.

    Args:
        dt_name (DeviceTypeName): The type of a QPU or an emulator.
        limit (int | Unset):  Default: 100.
        offset (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | BatchPage | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        dt_name=dt_name,
        limit=limit,
        offset=offset,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    dt_name: DeviceTypeName,
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 100,
    offset: int | Unset = UNSET,
) -> Any | BatchPage | HTTPValidationError | None:
    """List the queue of a device

     One page of the batches that wait for the device, the next one first, without their jobs and their
    sequences.

    Args:
        dt_name (DeviceTypeName): The type of a QPU or an emulator.
        limit (int | Unset):  Default: 100.
        offset (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | BatchPage | HTTPValidationError
    """

    return (
        await asyncio_detailed(
            dt_name=dt_name,
            client=client,
            limit=limit,
            offset=offset,
        )
    ).parsed

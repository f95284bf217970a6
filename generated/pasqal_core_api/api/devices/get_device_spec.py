# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...models.device_spec_answer import DeviceSpecAnswer
from ...models.device_type_name import DeviceTypeName
from ...models.http_validation_error import HTTPValidationError
from ...types import Response


def _get_kwargs(
    device_type: DeviceTypeName,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/devices/specs/{device_type}".format(
            device_type=quote(str(device_type), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | DeviceSpecAnswer | HTTPValidationError:
    if response.status_code == 200:
        response_200 = client.read(DeviceSpecAnswer, response.json())

        return response_200

    if response.status_code == 422:
        response_422 = client.read(HTTPValidationError, response.json())

        return response_422

    response_default = response.json()
    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | DeviceSpecAnswer | HTTPValidationError]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    device_type: DeviceTypeName,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any | DeviceSpecAnswer | HTTPValidationError]:
    """Get the specification of a device

     What a QPU can do, as a text that Pulser reads.

    Args:
        device_type (DeviceTypeName): The type of a QPU or an emulator.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | DeviceSpecAnswer | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        device_type=device_type,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    device_type: DeviceTypeName,
    *,
    client: AuthenticatedClient | Client,
) -> Any | DeviceSpecAnswer | HTTPValidationError | None:
    """Get the specification of a device

     What a QPU can do, as a text that Pulser reads.

    Args:
        device_type (DeviceTypeName): The type of a QPU or an emulator.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | DeviceSpecAnswer | HTTPValidationError
    """

    return sync_detailed(
        device_type=device_type,
        client=client,
    ).parsed


async def asyncio_detailed(
    device_type: DeviceTypeName,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any | DeviceSpecAnswer | HTTPValidationError]:
    """Get the specification of a device

     What a QPU can do, as a text that Pulser reads.

    Args:
        device_type (DeviceTypeName): The type of a QPU or an emulator.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | DeviceSpecAnswer | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        device_type=device_type,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    device_type: DeviceTypeName,
    *,
    client: AuthenticatedClient | Client,
) -> Any | DeviceSpecAnswer | HTTPValidationError | None:
    """Get the specification of a device

     What a QPU can do, as a text that Pulser reads.

    Args:
        device_type (DeviceTypeName): The type of a QPU or an emulator.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | DeviceSpecAnswer | HTTPValidationError
    """

    return (
        await asyncio_detailed(
            device_type=device_type,
            client=client,
        )
    ).parsed

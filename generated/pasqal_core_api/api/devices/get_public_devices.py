# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from http import HTTPStatus
from typing import Any

import httpx

from ...client import AuthenticatedClient, Client
from ...models.device_availability import DeviceAvailability
from ...models.device_page import DevicePage
from ...models.device_type_name import DeviceTypeName
from ...models.http_validation_error import HTTPValidationError
from ...models.order_direction import OrderDirection
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    order_by: str | Unset = "created_at",
    order_by_direction: OrderDirection | Unset = UNSET,
    limit: int | Unset = 100,
    offset: int | Unset = UNSET,
    device_type: list[DeviceTypeName] | Unset = UNSET,
    availability: list[DeviceAvailability] | Unset = UNSET,
    public: bool | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["order_by"] = order_by

    json_order_by_direction: str | Unset = UNSET
    if not isinstance(order_by_direction, Unset):
        json_order_by_direction = order_by_direction.value

    params["order_by_direction"] = json_order_by_direction

    params["limit"] = limit

    params["offset"] = offset

    json_device_type: list[str] | Unset = UNSET
    if not isinstance(device_type, Unset):
        json_device_type = []
        for device_type_item_data in device_type:
            device_type_item = device_type_item_data.value
            json_device_type.append(device_type_item)

    params["device_type"] = json_device_type

    json_availability: list[str] | Unset = UNSET
    if not isinstance(availability, Unset):
        json_availability = []
        for availability_item_data in availability:
            availability_item = availability_item_data.value
            json_availability.append(availability_item)

    params["availability"] = json_availability

    params["public"] = public

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "extensions": {"pasqal_anonymous": True},
        "method": "get",
        "url": "/api/v1/devices",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | DevicePage | HTTPValidationError:
    if response.status_code == 200:
        response_200 = client.read(DevicePage, response.json())

        return response_200

    if response.status_code == 422:
        response_422 = client.read(HTTPValidationError, response.json())

        return response_422

    response_default = response.json()
    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | DevicePage | HTTPValidationError]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    order_by: str | Unset = "created_at",
    order_by_direction: OrderDirection | Unset = UNSET,
    limit: int | Unset = 100,
    offset: int | Unset = UNSET,
    device_type: list[DeviceTypeName] | Unset = UNSET,
    availability: list[DeviceAvailability] | Unset = UNSET,
    public: bool | Unset = UNSET,
) -> Response[Any | DevicePage | HTTPValidationError]:
    """List the public devices

     One page of the devices that everybody may use. Anybody may ask; no token is needed.

    Args:
        order_by (str | Unset):  Default: 'created_at'.
        order_by_direction (OrderDirection | Unset): The direction of a sort.
        limit (int | Unset):  Default: 100.
        offset (int | Unset):
        device_type (list[DeviceTypeName] | Unset):
        availability (list[DeviceAvailability] | Unset):
        public (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | DevicePage | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        order_by=order_by,
        order_by_direction=order_by_direction,
        limit=limit,
        offset=offset,
        device_type=device_type,
        availability=availability,
        public=public,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    order_by: str | Unset = "created_at",
    order_by_direction: OrderDirection | Unset = UNSET,
    limit: int | Unset = 100,
    offset: int | Unset = UNSET,
    device_type: list[DeviceTypeName] | Unset = UNSET,
    availability: list[DeviceAvailability] | Unset = UNSET,
    public: bool | Unset = UNSET,
) -> Any | DevicePage | HTTPValidationError | None:
    """List the public devices

     One page of the devices that everybody may use. Anybody may ask; no token is needed.

    Args:
        order_by (str | Unset):  Default: 'created_at'.
        order_by_direction (OrderDirection | Unset): The direction of a sort.
        limit (int | Unset):  Default: 100.
        offset (int | Unset):
        device_type (list[DeviceTypeName] | Unset):
        availability (list[DeviceAvailability] | Unset):
        public (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | DevicePage | HTTPValidationError
    """

    return sync_detailed(
        client=client,
        order_by=order_by,
        order_by_direction=order_by_direction,
        limit=limit,
        offset=offset,
        device_type=device_type,
        availability=availability,
        public=public,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    order_by: str | Unset = "created_at",
    order_by_direction: OrderDirection | Unset = UNSET,
    limit: int | Unset = 100,
    offset: int | Unset = UNSET,
    device_type: list[DeviceTypeName] | Unset = UNSET,
    availability: list[DeviceAvailability] | Unset = UNSET,
    public: bool | Unset = UNSET,
) -> Response[Any | DevicePage | HTTPValidationError]:
    """List the public devices

     One page of the devices that everybody may use. Anybody may ask; no token is needed.

    Args:
        order_by (str | Unset):  Default: 'created_at'.
        order_by_direction (OrderDirection | Unset): The direction of a sort.
        limit (int | Unset):  Default: 100.
        offset (int | Unset):
        device_type (list[DeviceTypeName] | Unset):
        availability (list[DeviceAvailability] | Unset):
        public (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | DevicePage | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        order_by=order_by,
        order_by_direction=order_by_direction,
        limit=limit,
        offset=offset,
        device_type=device_type,
        availability=availability,
        public=public,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    order_by: str | Unset = "created_at",
    order_by_direction: OrderDirection | Unset = UNSET,
    limit: int | Unset = 100,
    offset: int | Unset = UNSET,
    device_type: list[DeviceTypeName] | Unset = UNSET,
    availability: list[DeviceAvailability] | Unset = UNSET,
    public: bool | Unset = UNSET,
) -> Any | DevicePage | HTTPValidationError | None:
    """List the public devices

     One page of the devices that everybody may use. Anybody may ask; no token is needed.

    Args:
        order_by (str | Unset):  Default: 'created_at'.
        order_by_direction (OrderDirection | Unset): The direction of a sort.
        limit (int | Unset):  Default: 100.
        offset (int | Unset):
        device_type (list[DeviceTypeName] | Unset):
        availability (list[DeviceAvailability] | Unset):
        public (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | DevicePage | HTTPValidationError
    """

    return (
        await asyncio_detailed(
            client=client,
            order_by=order_by,
            order_by_direction=order_by_direction,
            limit=limit,
            offset=offset,
            device_type=device_type,
            availability=availability,
            public=public,
        )
    ).parsed

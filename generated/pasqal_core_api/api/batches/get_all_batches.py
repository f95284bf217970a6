# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.batch_page import BatchPage
from ...models.batch_status import BatchStatus
from ...models.http_validation_error import HTTPValidationError
from ...models.order_direction import OrderDirection
from ...models.queue_priority import QueuePriority
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    order_by: str | Unset = "created_at",
    order_by_direction: OrderDirection | Unset = UNSET,
    limit: int | Unset = 100,
    offset: int | Unset = UNSET,
    id: list[UUID] | Unset = UNSET,
    id_starts_with: str | Unset = UNSET,
    project_id: list[UUID] | Unset = UNSET,
    user_id: list[str] | Unset = UNSET,
    device_type: list[str] | Unset = UNSET,
    status: list[BatchStatus] | Unset = UNSET,
    complete: bool | Unset = UNSET,
    open_: bool | Unset = UNSET,
    min_jobs: int | Unset = UNSET,
    max_jobs: int | Unset = UNSET,
    start_date: datetime.datetime | Unset = UNSET,
    end_date: datetime.datetime | Unset = UNSET,
    queue_priority: list[QueuePriority] | Unset = UNSET,
    tag: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["order_by"] = order_by

    json_order_by_direction: str | Unset = UNSET
    if not isinstance(order_by_direction, Unset):
        json_order_by_direction = order_by_direction.value

    params["order_by_direction"] = json_order_by_direction

    params["limit"] = limit

    params["offset"] = offset

    json_id: list[str] | Unset = UNSET
    if not isinstance(id, Unset):
        json_id = []
        for id_item_data in id:
            id_item = str(id_item_data)
            json_id.append(id_item)

    params["id"] = json_id

    params["id__starts_with"] = id_starts_with

    json_project_id: list[str] | Unset = UNSET
    if not isinstance(project_id, Unset):
        json_project_id = []
        for project_id_item_data in project_id:
            project_id_item = str(project_id_item_data)
            json_project_id.append(project_id_item)

    params["project_id"] = json_project_id

    json_user_id: list[str] | Unset = UNSET
    if not isinstance(user_id, Unset):
        json_user_id = user_id

    params["user_id"] = json_user_id

    json_device_type: list[str] | Unset = UNSET
    if not isinstance(device_type, Unset):
        json_device_type = device_type

    params["device_type"] = json_device_type

    json_status: list[str] | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = []
        for status_item_data in status:
            status_item = status_item_data.value
            json_status.append(status_item)

    params["status"] = json_status

    params["complete"] = complete

    params["open"] = open_

    params["min_jobs"] = min_jobs

    params["max_jobs"] = max_jobs

    json_start_date: str | Unset = UNSET
    if not isinstance(start_date, Unset):
        json_start_date = start_date.isoformat()
    params["start_date"] = json_start_date

    json_end_date: str | Unset = UNSET
    if not isinstance(end_date, Unset):
        json_end_date = end_date.isoformat()
    params["end_date"] = json_end_date

    json_queue_priority: list[str] | Unset = UNSET
    if not isinstance(queue_priority, Unset):
        json_queue_priority = []
        for queue_priority_item_data in queue_priority:
            queue_priority_item = queue_priority_item_data.value
            json_queue_priority.append(queue_priority_item)

    params["queue_priority"] = json_queue_priority

    params["tag"] = tag

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/batches",
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
    *,
    client: AuthenticatedClient | Client,
    order_by: str | Unset = "created_at",
    order_by_direction: OrderDirection | Unset = UNSET,
    limit: int | Unset = 100,
    offset: int | Unset = UNSET,
    id: list[UUID] | Unset = UNSET,
    id_starts_with: str | Unset = UNSET,
    project_id: list[UUID] | Unset = UNSET,
    user_id: list[str] | Unset = UNSET,
    device_type: list[str] | Unset = UNSET,
    status: list[BatchStatus] | Unset = UNSET,
    complete: bool | Unset = UNSET,
    open_: bool | Unset = UNSET,
    min_jobs: int | Unset = UNSET,
    max_jobs: int | Unset = UNSET,
    start_date: datetime.datetime | Unset = UNSET,
    end_date: datetime.datetime | Unset = UNSET,
    queue_priority: list[QueuePriority] | Unset = UNSET,
    tag: str | Unset = UNSET,
) -> Response[Any | BatchPage | HTTPValidationError]:
    """List batches

     One page of the batches that the caller may see and that match every given filter, without their
    jobs and their sequences. Without ordering parameters the newest batch comes first. A filter that
    takes several values matches a batch that has any of them; different filters must all match.

    Args:
        order_by (str | Unset):  Default: 'created_at'.
        order_by_direction (OrderDirection | Unset): The direction of a sort.
        limit (int | Unset):  Default: 100.
        offset (int | Unset):
        id (list[UUID] | Unset):
        id_starts_with (str | Unset):
        project_id (list[UUID] | Unset):
        user_id (list[str] | Unset):
        device_type (list[str] | Unset):
        status (list[BatchStatus] | Unset):
        complete (bool | Unset):
        open_ (bool | Unset):
        min_jobs (int | Unset):
        max_jobs (int | Unset):
        start_date (datetime.datetime | Unset):
        end_date (datetime.datetime | Unset):
        queue_priority (list[QueuePriority] | Unset):
        tag (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | BatchPage | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        order_by=order_by,
        order_by_direction=order_by_direction,
        limit=limit,
        offset=offset,
        id=id,
        id_starts_with=id_starts_with,
        project_id=project_id,
        user_id=user_id,
        device_type=device_type,
        status=status,
        complete=complete,
        open_=open_,
        min_jobs=min_jobs,
        max_jobs=max_jobs,
        start_date=start_date,
        end_date=end_date,
        queue_priority=queue_priority,
        tag=tag,
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
    id: list[UUID] | Unset = UNSET,
    id_starts_with: str | Unset = UNSET,
    project_id: list[UUID] | Unset = UNSET,
    user_id: list[str] | Unset = UNSET,
    device_type: list[str] | Unset = UNSET,
    status: list[BatchStatus] | Unset = UNSET,
    complete: bool | Unset = UNSET,
    open_: bool | Unset = UNSET,
    min_jobs: int | Unset = UNSET,
    max_jobs: int | Unset = UNSET,
    start_date: datetime.datetime | Unset = UNSET,
    end_date: datetime.datetime | Unset = UNSET,
    queue_priority: list[QueuePriority] | Unset = UNSET,
    tag: str | Unset = UNSET,
) -> Any | BatchPage | HTTPValidationError | None:
    """List batches

     One page of the batches that the caller may see and that match every given filter, without their
    jobs and their sequences. Without ordering parameters the newest batch comes first. A filter that
    takes several values matches a batch that has any of them; different filters must all match.

    Args:
        order_by (str | Unset):  Default: 'created_at'.
        order_by_direction (OrderDirection | Unset): The direction of a sort.
        limit (int | Unset):  Default: 100.
        offset (int | Unset):
        id (list[UUID] | Unset):
        id_starts_with (str | Unset):
        project_id (list[UUID] | Unset):
        user_id (list[str] | Unset):
        device_type (list[str] | Unset):
        status (list[BatchStatus] | Unset):
        complete (bool | Unset):
        open_ (bool | Unset):
        min_jobs (int | Unset):
        max_jobs (int | Unset):
        start_date (datetime.datetime | Unset):
        end_date (datetime.datetime | Unset):
        queue_priority (list[QueuePriority] | Unset):
        tag (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | BatchPage | HTTPValidationError
    """

    return sync_detailed(
        client=client,
        order_by=order_by,
        order_by_direction=order_by_direction,
        limit=limit,
        offset=offset,
        id=id,
        id_starts_with=id_starts_with,
        project_id=project_id,
        user_id=user_id,
        device_type=device_type,
        status=status,
        complete=complete,
        open_=open_,
        min_jobs=min_jobs,
        max_jobs=max_jobs,
        start_date=start_date,
        end_date=end_date,
        queue_priority=queue_priority,
        tag=tag,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    order_by: str | Unset = "created_at",
    order_by_direction: OrderDirection | Unset = UNSET,
    limit: int | Unset = 100,
    offset: int | Unset = UNSET,
    id: list[UUID] | Unset = UNSET,
    id_starts_with: str | Unset = UNSET,
    project_id: list[UUID] | Unset = UNSET,
    user_id: list[str] | Unset = UNSET,
    device_type: list[str] | Unset = UNSET,
    status: list[BatchStatus] | Unset = UNSET,
    complete: bool | Unset = UNSET,
    open_: bool | Unset = UNSET,
    min_jobs: int | Unset = UNSET,
    max_jobs: int | Unset = UNSET,
    start_date: datetime.datetime | Unset = UNSET,
    end_date: datetime.datetime | Unset = UNSET,
    queue_priority: list[QueuePriority] | Unset = UNSET,
    tag: str | Unset = UNSET,
) -> Response[Any | BatchPage | HTTPValidationError]:
    """List batches

     One page of the batches that the caller may see and that match every given filter, without their
    jobs and their sequences. Without ordering parameters the newest batch comes first. A filter that
    takes several values matches a batch that has any of them; different filters must all match.

    Args:
        order_by (str | Unset):  Default: 'created_at'.
        order_by_direction (OrderDirection | Unset): The direction of a sort.
        limit (int | Unset):  Default: 100.
        offset (int | Unset):
        id (list[UUID] | Unset):
        id_starts_with (str | Unset):
        project_id (list[UUID] | Unset):
        user_id (list[str] | Unset):
        device_type (list[str] | Unset):
        status (list[BatchStatus] | Unset):
        complete (bool | Unset):
        open_ (bool | Unset):
        min_jobs (int | Unset):
        max_jobs (int | Unset):
        start_date (datetime.datetime | Unset):
        end_date (datetime.datetime | Unset):
        queue_priority (list[QueuePriority] | Unset):
        tag (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | BatchPage | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        order_by=order_by,
        order_by_direction=order_by_direction,
        limit=limit,
        offset=offset,
        id=id,
        id_starts_with=id_starts_with,
        project_id=project_id,
        user_id=user_id,
        device_type=device_type,
        status=status,
        complete=complete,
        open_=open_,
        min_jobs=min_jobs,
        max_jobs=max_jobs,
        start_date=start_date,
        end_date=end_date,
        queue_priority=queue_priority,
        tag=tag,
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
    id: list[UUID] | Unset = UNSET,
    id_starts_with: str | Unset = UNSET,
    project_id: list[UUID] | Unset = UNSET,
    user_id: list[str] | Unset = UNSET,
    device_type: list[str] | Unset = UNSET,
    status: list[BatchStatus] | Unset = UNSET,
    complete: bool | Unset = UNSET,
    open_: bool | Unset = UNSET,
    min_jobs: int | Unset = UNSET,
    max_jobs: int | Unset = UNSET,
    start_date: datetime.datetime | Unset = UNSET,
    end_date: datetime.datetime | Unset = UNSET,
    queue_priority: list[QueuePriority] | Unset = UNSET,
    tag: str | Unset = UNSET,
) -> Any | BatchPage | HTTPValidationError | None:
    """List batches

     One page of the batches that the caller may see and that match every given filter, without their
    jobs and their sequences. Without ordering parameters the newest batch comes first. A filter that
    takes several values matches a batch that has any of them; different filters must all match.

    Args:
        order_by (str | Unset):  Default: 'created_at'.
        order_by_direction (OrderDirection | Unset): The direction of a sort.
        limit (int | Unset):  Default: 100.
        offset (int | Unset):
        id (list[UUID] | Unset):
        id_starts_with (str | Unset):
        project_id (list[UUID] | Unset):
        user_id (list[str] | Unset):
        device_type (list[str] | Unset):
        status (list[BatchStatus] | Unset):
        complete (bool | Unset):
        open_ (bool | Unset):
        min_jobs (int | Unset):
        max_jobs (int | Unset):
        start_date (datetime.datetime | Unset):
        end_date (datetime.datetime | Unset):
        queue_priority (list[QueuePriority] | Unset):
        tag (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | BatchPage | HTTPValidationError
    """

    return (
        await asyncio_detailed(
            client=client,
            order_by=order_by,
            order_by_direction=order_by_direction,
            limit=limit,
            offset=offset,
            id=id,
            id_starts_with=id_starts_with,
            project_id=project_id,
            user_id=user_id,
            device_type=device_type,
            status=status,
            complete=complete,
            open_=open_,
            min_jobs=min_jobs,
            max_jobs=max_jobs,
            start_date=start_date,
            end_date=end_date,
            queue_priority=queue_priority,
            tag=tag,
        )
    ).parsed

# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ...client import AuthenticatedClient, Client
from ...models.cancelled_jobs_answer import CancelledJobsAnswer
from ...models.http_validation_error import HTTPValidationError
from ...models.job_origin import JobOrigin
from ...models.job_status import JobStatus
from ...types import UNSET, Response, Unset


def _get_kwargs(
    batch_id_path: UUID,
    *,
    id: list[str] | Unset = UNSET,
    id_starts_with: str | Unset = UNSET,
    batch_id_query: list[str] | Unset = UNSET,
    project_id: list[str] | Unset = UNSET,
    user_id: list[str] | Unset = UNSET,
    status: list[JobStatus] | Unset = UNSET,
    min_runs: int | Unset = UNSET,
    max_runs: int | Unset = UNSET,
    errors: bool | Unset = UNSET,
    origin: list[JobOrigin] | Unset = UNSET,
    start_date: datetime.datetime | Unset = UNSET,
    end_date: datetime.datetime | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_id: list[str] | Unset = UNSET
    if not isinstance(id, Unset):
        json_id = id

    params["id"] = json_id

    params["id__starts_with"] = id_starts_with

    json_batch_id_query: list[str] | Unset = UNSET
    if not isinstance(batch_id_query, Unset):
        json_batch_id_query = batch_id_query

    params["batch_id"] = json_batch_id_query

    json_project_id: list[str] | Unset = UNSET
    if not isinstance(project_id, Unset):
        json_project_id = project_id

    params["project_id"] = json_project_id

    json_user_id: list[str] | Unset = UNSET
    if not isinstance(user_id, Unset):
        json_user_id = user_id

    params["user_id"] = json_user_id

    json_status: list[str] | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = []
        for status_item_data in status:
            status_item = status_item_data.value
            json_status.append(status_item)

    params["status"] = json_status

    params["min_runs"] = min_runs

    params["max_runs"] = max_runs

    params["errors"] = errors

    json_origin: list[str] | Unset = UNSET
    if not isinstance(origin, Unset):
        json_origin = []
        for origin_item_data in origin:
            origin_item = origin_item_data.value
            json_origin.append(origin_item)

    params["origin"] = json_origin

    json_start_date: str | Unset = UNSET
    if not isinstance(start_date, Unset):
        json_start_date = start_date.isoformat()
    params["start_date"] = json_start_date

    json_end_date: str | Unset = UNSET
    if not isinstance(end_date, Unset):
        json_end_date = end_date.isoformat()
    params["end_date"] = json_end_date

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v2/batches/{batch_id_path}/cancel/jobs".format(
            batch_id_path=quote(str(batch_id_path), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | CancelledJobsAnswer | HTTPValidationError:
    if response.status_code == 200:
        response_200 = client.read(CancelledJobsAnswer, response.json())

        return response_200

    if response.status_code == 422:
        response_422 = client.read(HTTPValidationError, response.json())

        return response_422

    response_default = response.json()
    return response_default


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | CancelledJobsAnswer | HTTPValidationError]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    batch_id_path: UUID,
    *,
    client: AuthenticatedClient | Client,
    id: list[str] | Unset = UNSET,
    id_starts_with: str | Unset = UNSET,
    batch_id_query: list[str] | Unset = UNSET,
    project_id: list[str] | Unset = UNSET,
    user_id: list[str] | Unset = UNSET,
    status: list[JobStatus] | Unset = UNSET,
    min_runs: int | Unset = UNSET,
    max_runs: int | Unset = UNSET,
    errors: bool | Unset = UNSET,
    origin: list[JobOrigin] | Unset = UNSET,
    start_date: datetime.datetime | Unset = UNSET,
    end_date: datetime.datetime | Unset = UNSET,
) -> Response[Any | CancelledJobsAnswer | HTTPValidationError]:
    """Cancel jobs of a batch

     Cancels the jobs of the batch in the path that match every given filter; without a filter, all jobs
    of the batch. A job that can no longer be cancelled is reported in `data.errors` of a 200 answer and
    does not stop the others.

    Args:
        batch_id_path (UUID):
        id (list[str] | Unset):
        id_starts_with (str | Unset):
        batch_id_query (list[str] | Unset):
        project_id (list[str] | Unset):
        user_id (list[str] | Unset):
        status (list[JobStatus] | Unset):
        min_runs (int | Unset):
        max_runs (int | Unset):
        errors (bool | Unset):
        origin (list[JobOrigin] | Unset):
        start_date (datetime.datetime | Unset):
        end_date (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | CancelledJobsAnswer | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        batch_id_path=batch_id_path,
        id=id,
        id_starts_with=id_starts_with,
        batch_id_query=batch_id_query,
        project_id=project_id,
        user_id=user_id,
        status=status,
        min_runs=min_runs,
        max_runs=max_runs,
        errors=errors,
        origin=origin,
        start_date=start_date,
        end_date=end_date,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    batch_id_path: UUID,
    *,
    client: AuthenticatedClient | Client,
    id: list[str] | Unset = UNSET,
    id_starts_with: str | Unset = UNSET,
    batch_id_query: list[str] | Unset = UNSET,
    project_id: list[str] | Unset = UNSET,
    user_id: list[str] | Unset = UNSET,
    status: list[JobStatus] | Unset = UNSET,
    min_runs: int | Unset = UNSET,
    max_runs: int | Unset = UNSET,
    errors: bool | Unset = UNSET,
    origin: list[JobOrigin] | Unset = UNSET,
    start_date: datetime.datetime | Unset = UNSET,
    end_date: datetime.datetime | Unset = UNSET,
) -> Any | CancelledJobsAnswer | HTTPValidationError | None:
    """Cancel jobs of a batch

     Cancels the jobs of the batch in the path that match every given filter; without a filter, all jobs
    of the batch. A job that can no longer be cancelled is reported in `data.errors` of a 200 answer and
    does not stop the others.

    Args:
        batch_id_path (UUID):
        id (list[str] | Unset):
        id_starts_with (str | Unset):
        batch_id_query (list[str] | Unset):
        project_id (list[str] | Unset):
        user_id (list[str] | Unset):
        status (list[JobStatus] | Unset):
        min_runs (int | Unset):
        max_runs (int | Unset):
        errors (bool | Unset):
        origin (list[JobOrigin] | Unset):
        start_date (datetime.datetime | Unset):
        end_date (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | CancelledJobsAnswer | HTTPValidationError
    """

    return sync_detailed(
        batch_id_path=batch_id_path,
        client=client,
        id=id,
        id_starts_with=id_starts_with,
        batch_id_query=batch_id_query,
        project_id=project_id,
        user_id=user_id,
        status=status,
        min_runs=min_runs,
        max_runs=max_runs,
        errors=errors,
        origin=origin,
        start_date=start_date,
        end_date=end_date,
    ).parsed


async def asyncio_detailed(
    batch_id_path: UUID,
    *,
    client: AuthenticatedClient | Client,
    id: list[str] | Unset = UNSET,
    id_starts_with: str | Unset = UNSET,
    batch_id_query: list[str] | Unset = UNSET,
    project_id: list[str] | Unset = UNSET,
    user_id: list[str] | Unset = UNSET,
    status: list[JobStatus] | Unset = UNSET,
    min_runs: int | Unset = UNSET,
    max_runs: int | Unset = UNSET,
    errors: bool | Unset = UNSET,
    origin: list[JobOrigin] | Unset = UNSET,
    start_date: datetime.datetime | Unset = UNSET,
    end_date: datetime.datetime | Unset = UNSET,
) -> Response[Any | CancelledJobsAnswer | HTTPValidationError]:
    """Cancel jobs of a batch

     Cancels the jobs of the batch in the path that match every given filter; without a filter, all jobs
    of the batch. A job that can no longer be cancelled is reported in `data.errors` of a 200 answer and
    does not stop the others.

    Args:
        batch_id_path (UUID):
        id (list[str] | Unset):
        id_starts_with (str | Unset):
        batch_id_query (list[str] | Unset):
        project_id (list[str] | Unset):
        user_id (list[str] | Unset):
        status (list[JobStatus] | Unset):
        min_runs (int | Unset):
        max_runs (int | Unset):
        errors (bool | Unset):
        origin (list[JobOrigin] | Unset):
        start_date (datetime.datetime | Unset):
        end_date (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | CancelledJobsAnswer | HTTPValidationError]
    """

    kwargs = _get_kwargs(
        batch_id_path=batch_id_path,
        id=id,
        id_starts_with=id_starts_with,
        batch_id_query=batch_id_query,
        project_id=project_id,
        user_id=user_id,
        status=status,
        min_runs=min_runs,
        max_runs=max_runs,
        errors=errors,
        origin=origin,
        start_date=start_date,
        end_date=end_date,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    batch_id_path: UUID,
    *,
    client: AuthenticatedClient | Client,
    id: list[str] | Unset = UNSET,
    id_starts_with: str | Unset = UNSET,
    batch_id_query: list[str] | Unset = UNSET,
    project_id: list[str] | Unset = UNSET,
    user_id: list[str] | Unset = UNSET,
    status: list[JobStatus] | Unset = UNSET,
    min_runs: int | Unset = UNSET,
    max_runs: int | Unset = UNSET,
    errors: bool | Unset = UNSET,
    origin: list[JobOrigin] | Unset = UNSET,
    start_date: datetime.datetime | Unset = UNSET,
    end_date: datetime.datetime | Unset = UNSET,
) -> Any | CancelledJobsAnswer | HTTPValidationError | None:
    """Cancel jobs of a batch

     Cancels the jobs of the batch in the path that match every given filter; without a filter, all jobs
    of the batch. A job that can no longer be cancelled is reported in `data.errors` of a 200 answer and
    does not stop the others.

    Args:
        batch_id_path (UUID):
        id (list[str] | Unset):
        id_starts_with (str | Unset):
        batch_id_query (list[str] | Unset):
        project_id (list[str] | Unset):
        user_id (list[str] | Unset):
        status (list[JobStatus] | Unset):
        min_runs (int | Unset):
        max_runs (int | Unset):
        errors (bool | Unset):
        origin (list[JobOrigin] | Unset):
        start_date (datetime.datetime | Unset):
        end_date (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | CancelledJobsAnswer | HTTPValidationError
    """

    return (
        await asyncio_detailed(
            batch_id_path=batch_id_path,
            client=client,
            id=id,
            id_starts_with=id_starts_with,
            batch_id_query=batch_id_query,
            project_id=project_id,
            user_id=user_id,
            status=status,
            min_runs=min_runs,
            max_runs=max_runs,
            errors=errors,
            origin=origin,
            start_date=start_date,
            end_date=end_date,
        )
    ).parsed

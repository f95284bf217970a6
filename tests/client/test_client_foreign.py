"""An answer about something else is not taken for what was asked for, and a list that lags is not an empty one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from client.scripted import Request, Scripted, Step, answer, page
from pasqal_client import DepartureError, ResponseError
from pasqal_client.sandbox import Sandbox

WANTED, OTHER = uuid4(), uuid4()


def test_items_that_were_not_asked_for_are_rejected(connect: Callable[..., Any]) -> None:
    """Jobs of another batch, and batches of another project, of a service that ignores a filter."""
    item = {"id": str(uuid4()), "batch_id": str(OTHER), "project_id": str(OTHER), "status": "DONE"}
    with Scripted(lambda _: [answer(200, page([item]))]) as server:
        client = connect(token="t", base_url=server.base_url)
        calls: list[tuple[Callable[[], Any], str]] = [
            (lambda: list(client.jobs.list(batch_id=WANTED)), "a job of batch"),
            (lambda: list(client.jobs.results(batch_id=WANTED)), "a job of batch"),
            (lambda: client.jobs.page(project_id=WANTED), "a job of project"),
            (lambda: client.batches.page(project_id=WANTED), "a batch of project"),
            (lambda: client.jobs.wait(batch_id=WANTED, timeout=0.01), "a job of batch"),
        ]
        for call, what in calls:
            with pytest.raises(Exception, match=f"{what} {OTHER}, which was not asked for"):
                call()
        assert len(client.jobs.page(batch_id=[WANTED, OTHER])) == 1


def test_results_of_jobs_that_are_not_listed_yet_are_not_none(connect: Callable[..., Any]) -> None:
    """The batch itself says that it has jobs."""

    def script(request: Request) -> list[Step]:
        if str(WANTED) in request.path:
            return [answer(200, {"data": {"id": str(WANTED), "job_ids": [str(uuid4())]}})]
        return [answer(200, page([]))]

    with Scripted(script) as server:
        client = connect(token="t", base_url=server.base_url)
        with pytest.raises(ResponseError, match=f"batch {WANTED} has jobs that the list of jobs"):
            list(client.jobs.results(batch_id=WANTED))


def test_a_saved_result_is_judged_whenever_it_is_read(
    sandbox: Sandbox, connect: Callable[..., Any], tmp_path: Path
) -> None:
    """A strict client has an error and no result, the first time and from the folder; others have the result."""
    odd = {"counter": {"01": 3, "1": 2}}
    batch = sandbox.add_batch([{"status": "DONE", "runs": 5, "result": odd}, {"status": "DONE"}])
    settings = {"token": sandbox.token, "base_url": sandbox.base_url}
    strict, tolerant = connect(strict=True, **settings), connect(**settings)
    for _ in range(2):
        first, second = strict.jobs.results(batch_id=batch.id, save_to=tmp_path)
        assert isinstance(first.error, DepartureError)
        assert (first.result, second.error) == (None, None)
    (first, _) = tolerant.jobs.results(batch_id=batch.id, save_to=tmp_path)
    assert (first.error, first.result.shots) == (None, 5)


def test_a_job_that_departs_costs_only_its_own_result(connect: Callable[..., Any]) -> None:
    """For a strict client, too."""
    jobs: list[dict[str, Any]] = [
        {"id": str(uuid4()), "batch_id": str(WANTED), "status": "ERROR", "errors": [None]},
        {"id": str(uuid4()), "batch_id": str(WANTED), "status": "CANCELED"},
    ]
    with Scripted(lambda _: [answer(200, page(jobs))]) as server:
        client = connect(token="t", base_url=server.base_url)
        outcomes = list(client.jobs.results(batch_id=WANTED))
        assert [outcome.result for outcome in outcomes] == [None, None]
        assert all(outcome.reason for outcome in outcomes)

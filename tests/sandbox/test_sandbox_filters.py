"""The filters, which the list and the cancellation share."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest

from pasqal_client.sandbox import Sandbox

ALL = {"pending", "running", "done", "failed", "cancelled"}
JOBS: dict[str, dict[str, object]] = {
    "pending": {"runs": 10},
    "running": {
        "status": "RUNNING",
        "runs": 20,
        "user_id": "alice",
        "start_timestamp": "2026-10-12T10:00:00+00:00",
    },
    "done": {
        "status": "DONE",
        "runs": 30,
        "origin": "AZURE",
        "user_id": "Bob",
        "start_timestamp": "2026-10-12T09:00:00+00:00",
        "end_timestamp": "2026-10-12T09:30:00+00:00",
    },
    "failed": {
        "status": "ERROR",
        "runs": 40,
        "start_timestamp": "2026-10-12T09:15:00+00:00",
        "end_timestamp": "2026-10-12T09:20:00+00:00",
    },
    "cancelled": {
        "status": "CANCELED",
        "runs": 50,
        "origin": "UNKNOWN",
        "errors": [],
        "end_timestamp": "2026-10-12T10:15:00+00:00",
    },
}


class Zoo(NamedTuple):
    """A batch with one job of each kind, and how to reach it."""

    http: httpx.Client
    batch_id: str
    project_id: str
    names: dict[str, str]

    def id(self, name: str) -> str:
        return next(job_id for job_id, known in self.names.items() if known == name)

    def listed(self, params: dict[str, Any]) -> set[str]:
        answer = self.http.get("/api/v2/jobs", params=params).raise_for_status().json()
        return {self.names.get(job["id"], "other") for job in answer["data"]}

    def concerned(self, params: dict[str, Any]) -> set[str]:
        """The jobs that a cancellation cancels, or names in its errors."""
        path = f"/api/v2/batches/{self.batch_id}/cancel/jobs"
        data = self.http.patch(path, params=params).raise_for_status().json()["data"]
        return {
            self.names[job_id] for job_id in [*(job["id"] for job in data["jobs"]), *data["errors"]]
        }


def add_zoo(sandbox: Sandbox, http: httpx.Client) -> Zoo:
    batch = sandbox.add_batch(JOBS.values(), project_id=uuid4())
    names = dict(zip(map(str, batch.job_ids), JOBS, strict=True))
    return Zoo(http, str(batch.id), str(batch.project_id), names)


@pytest.fixture(scope="module")
def visited(connect: Callable[[Sandbox], httpx.Client]) -> Iterator[Zoo]:
    """A zoo that no test changes, next to one job of another batch, project and user."""
    with Sandbox() as sandbox:
        zoo = add_zoo(sandbox, connect(sandbox))
        sandbox.add_batch([{"runs": 1000, "status": "CANCELED", "user_id": "carol"}])
        yield zoo


@pytest.fixture(scope="module")
def new_zoo(connect: Callable[[Sandbox], httpx.Client]) -> Iterator[Callable[[], Zoo]]:
    """A function that makes zoos, one next to the other."""
    with Sandbox() as sandbox:
        http = connect(sandbox)
        yield lambda: add_zoo(sandbox, http)


Params = Callable[[Zoo], dict[str, Any]]

CASES: list[tuple[str, Params, set[str]]] = [
    ("id", lambda zoo: {"id": [zoo.id("done"), zoo.id("failed")]}, {"done", "failed"}),
    ("id in capitals", lambda zoo: {"id": zoo.id("done").upper()}, {"done"}),
    ("id of any text", lambda _: {"id": ["", "no id", "100%"]}, set()),
    ("id__starts_with", lambda zoo: {"id__starts_with": zoo.id("done")[:13]}, {"done"}),
    (
        "id__starts_with in capitals",
        lambda zoo: {"id__starts_with": zoo.id("failed")[:13].upper()},
        {"failed"},
    ),
    ("id__starts_with a whole id", lambda zoo: {"id__starts_with": zoo.id("pending")}, {"pending"}),
    ("id__starts_with is not a pattern", lambda zoo: {"id__starts_with": "%"}, set()),
    (
        "id__starts_with has no joker",
        lambda zoo: {"id__starts_with": "_" + zoo.id("done")[1:]},
        set(),
    ),
    ("batch_id", lambda zoo: {"batch_id": [zoo.batch_id, "no batch"]}, ALL),
    ("batch_id of none", lambda _: {"batch_id": str(uuid4())}, set()),
    ("project_id", lambda zoo: {"project_id": zoo.project_id.upper()}, ALL),
    ("project_id of none", lambda _: {"project_id": str(uuid4())}, set()),
    ("user_id", lambda _: {"user_id": ["alice", "Bob"]}, {"running", "done"}),
    ("user_id in another case", lambda _: {"user_id": "bob"}, set()),
    ("status", lambda _: {"status": ["ERROR", "PENDING"]}, {"failed", "pending"}),
    ("min_runs", lambda _: {"min_runs": 40, "max_runs": 999}, {"failed", "cancelled"}),
    ("max_runs", lambda _: {"max_runs": 20}, {"pending", "running"}),
    ("max_runs below all", lambda _: {"max_runs": -1}, set()),
    ("min_runs beyond 64 bits", lambda _: {"min_runs": 10**30}, set()),
    ("max_runs beyond 64 bits below", lambda _: {"max_runs": -(10**30)}, set()),
    ("errors", lambda _: {"errors": "true"}, {"failed"}),
    ("no errors", lambda zoo: {"errors": "false", "batch_id": zoo.batch_id}, ALL - {"failed"}),
    ("origin", lambda _: {"origin": ["AZURE", "UNKNOWN"]}, {"done", "cancelled"}),
    ("start_date", lambda _: {"start_date": "2026-10-12T09:15:00+00:00"}, {"failed", "running"}),
    (
        "start_date in another zone",
        lambda _: {"start_date": "2026-10-12T11:15:00+02:00"},
        {"failed", "running"},
    ),
    (
        "start_date with a fraction",
        lambda _: {"start_date": "2026-10-12T09:15:00.000001Z"},
        {"running"},
    ),
    (
        "end_date",
        lambda zoo: {"end_date": "2026-10-12T09:30:00Z", "batch_id": zoo.batch_id},
        {"done", "failed"},
    ),
    (
        "a period",
        lambda _: {"start_date": "2026-10-12T09:00:00Z", "end_date": "2026-10-12T09:25:00Z"},
        {"failed"},
    ),
    ("the first year", lambda _: {"end_date": "0001-01-01T00:00:00+14:00"}, set()),
    ("the last year", lambda _: {"start_date": "9999-12-31T23:59:59-14:00"}, set()),
    ("two filters", lambda _: {"status": ["DONE", "PENDING"], "max_runs": 10}, {"pending"}),
    ("an unknown parameter", lambda zoo: {"colour": "blue", "batch_id": zoo.batch_id}, ALL),
]
WITH_EACH_CASE = pytest.mark.parametrize(
    ("params", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)


@WITH_EACH_CASE
def test_the_list_has_the_jobs_that_match(visited: Zoo, params: Params, expected: set[str]) -> None:
    """Repeated values match any of them; different filters must all match."""
    assert visited.listed(params(visited)) == expected


@WITH_EACH_CASE
def test_a_cancellation_concerns_the_jobs_that_match(
    new_zoo: Callable[[], Zoo], params: Params, expected: set[str]
) -> None:
    """The same filters select the same jobs, but only among those of the batch."""
    zoo = new_zoo()
    assert zoo.concerned(params(zoo)) == expected


def test_without_a_filter_all_jobs_are_listed(visited: Zoo) -> None:
    """The jobs of the zoo and of the other batch are listed together."""
    assert visited.listed({}) == ALL | {"other"}


def test_without_a_filter_all_jobs_of_the_batch_are_concerned(new_zoo: Callable[[], Zoo]) -> None:
    """Jobs of other batches are not."""
    new_zoo()
    assert new_zoo().concerned({}) == ALL


def test_thousands_of_ids_fit_one_question(visited: Zoo) -> None:
    """A URL can hold thousands of them."""
    ids = [*(f"no-such-id-{number}" for number in range(2500)), visited.id("done")]
    assert visited.listed({"id": ids}) == {"done"}

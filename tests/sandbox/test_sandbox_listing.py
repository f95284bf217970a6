"""The list of jobs: its order, its pages and its envelope."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from pasqal_client.sandbox import Sandbox
from pasqal_core_schemas import ProducedPartialJobResponse

FIELDS = list(ProducedPartialJobResponse.model_fields)


def listed(http: httpx.Client, **params: object) -> list[dict[str, Any]]:
    answer = http.get("/api/v2/jobs", params=params)  # type: ignore[arg-type]
    data: list[dict[str, Any]] = answer.raise_for_status().json()["data"]
    return data


def runs(http: httpx.Client, **params: object) -> list[int]:
    return [job["runs"] for job in listed(http, **params)]


def sort_key(value: Any) -> tuple[bool, Any]:
    """A key under which None sorts first, timestamps sort as instants, and the rest as it is."""
    try:
        return (value is not None, datetime.fromisoformat(value))
    except (TypeError, ValueError):
        return (value is not None, value if isinstance(value, int) else str(value))


@pytest.mark.parametrize("field", FIELDS)
def test_jobs_are_sorted_by_any_field_in_both_directions(
    sandbox: Sandbox, http: httpx.Client, field: str
) -> None:
    """Each of three jobs has another value in each field, and they were added in another order."""
    for runs, status, hour in ((20, "ERROR", 11), (30, "RUNNING", 10), (10, "DONE", 12)):
        hours = dict.fromkeys(
            ("created_at", "updated_at", "start_timestamp"), f"2026-10-12T{hour}:00:00+00:00"
        )
        texts = dict.fromkeys(("sequence", "slurm_job_id"), f"text {runs}")
        sandbox.add_batch(
            [
                {
                    "runs": runs,
                    "status": status,
                    "progress": runs,
                    "creation_order": runs,
                    **hours,
                    **texts,
                }
            ],
            project_id=f"{runs}000000-0000-4000-8000-000000000000",
        )
    ascending = [job[field] for job in listed(http, order_by=field, order_by_direction="ASC")]
    descending = [job[field] for job in listed(http, order_by=field, order_by_direction="DESC")]
    assert descending == ascending[::-1]
    if field != "variables":  # objects have no order
        assert ascending == sorted(ascending, key=sort_key)


def test_the_newest_job_comes_first_unless_told_otherwise(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """The order is that of creation, not of arrival."""
    for day in (12, 14, 13):
        sandbox.add_batch([{"runs": day, "created_at": f"2026-10-{day}T00:00:00Z"}])
    assert runs(http) == [14, 13, 12]
    assert runs(http, order_by_direction="ASC") == [12, 13, 14]


def test_an_unknown_field_to_sort_by_counts_as_created_at(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """Any text is accepted."""
    sandbox.add_batch([{"runs": 3}, {"runs": 1}, {"runs": 2}])
    for order_by in ("", "colour", "number", "RUNS", "runs; DROP TABLE jobs", "jobs_count"):
        assert runs(http, order_by=order_by) == [2, 1, 3]


def test_origin_and_user_can_be_sorted_by_though_they_are_not_shown(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """The service knows them of every job."""
    sandbox.add_batch(
        [
            {"runs": 1, "origin": "CLIENT", "user_id": "a"},
            {"runs": 2, "origin": "AZURE", "user_id": "b"},
        ]
    )
    assert runs(http, order_by="origin", order_by_direction="ASC") == [2, 1]
    assert runs(http, order_by="user_id", order_by_direction="ASC") == [1, 2]
    assert [list(job) for job in listed(http)] == [FIELDS, FIELDS]


def test_times_are_sorted_as_instants(sandbox: Sandbox, http: httpx.Client) -> None:
    """As text, these would be in the opposite order."""
    for number, time in enumerate(
        ("2026-10-12T10:00:00+12:00", "2026-10-12T09:00:00.5+00:00", "2026-10-11T23:00:00-12:00")
    ):
        sandbox.add_batch([{"runs": number, "created_at": time}])
    assert runs(http, order_by="created_at", order_by_direction="ASC") == [0, 1, 2]


def test_ties_stay_in_the_order_of_arrival(sandbox: Sandbox, http: httpx.Client) -> None:
    """A descending sort reverses that order."""
    sandbox.add_batch([{"runs": number, "status": "DONE"} for number in range(1, 8)])
    assert runs(http, order_by="status", order_by_direction="ASC") == [1, 2, 3, 4, 5, 6, 7]
    assert runs(http, order_by="status") == [7, 6, 5, 4, 3, 2, 1]
    assert runs(http, order_by="status", limit=3, offset=2) == [5, 4, 3]


def test_times_go_out_in_utc_with_an_offset_of_zero(sandbox: Sandbox, http: httpx.Client) -> None:
    """Whatever zone they came in with, they are exact to the microsecond."""
    sandbox.add_batch(
        [
            {
                "created_at": "2026-10-12T10:00:00.000001+02:00",
                "start_timestamp": "2026-10-13T00:00:00Z",
            }
        ]
    )
    (job,) = listed(http)
    assert job["created_at"] == "2026-10-12T08:00:00.000001+00:00"
    assert job["start_timestamp"] == "2026-10-13T00:00:00+00:00"


def test_pages_tile_the_list(sandbox: Sandbox, http: httpx.Client) -> None:
    """Each page says where it is, in its body and in Content-Range, which counts from 1."""
    sandbox.add_batch([{"runs": number} for number in range(25)])
    seen: list[int] = []
    for offset, expected in (
        (0, "1-10/25"),
        (10, "11-20/25"),
        (20, "21-25/25"),
        (25, "0-0/25"),
        (400, "0-0/25"),
    ):
        answer = http.get("/api/v2/jobs", params={"limit": 10, "offset": offset})
        body = answer.json()
        seen += [job["runs"] for job in body["data"]]
        assert body["pagination"] == {
            "total": 25,
            "start": offset,
            "end": offset + len(body["data"]),
        }
        assert answer.headers["Content-Range"] == expected
        assert answer.headers["Access-Control-Expose-Headers"] == "Content-Range"
    assert seen == list(range(25))[::-1]


def test_a_page_has_a_hundred_jobs_unless_told_otherwise(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """A hundred is also the most that it can have."""
    sandbox.add_batch([{}] * 101)
    assert len(listed(http)) == len(listed(http, limit=100)) == 100
    assert len(listed(http, limit=1)) == 1


def test_the_total_counts_the_jobs_that_match(sandbox: Sandbox, http: httpx.Client) -> None:
    """The total covers all pages."""
    sandbox.add_batch([{"status": "DONE"}] * 3 + [{}] * 2)
    answer = http.get("/api/v2/jobs", params={"status": "DONE", "limit": 1}).json()
    assert answer["pagination"] == {"total": 3, "start": 0, "end": 1}


@pytest.mark.parametrize("offset", [-1, -(10**30)])
def test_a_negative_offset_counts_as_none(
    sandbox: Sandbox, http: httpx.Client, offset: int
) -> None:
    """The contract allows a negative offset."""
    sandbox.add_batch([{"runs": 1}])
    answer = http.get("/api/v2/jobs", params={"offset": offset}).json()
    assert answer["pagination"] == {"total": 1, "start": 0, "end": 1}


@pytest.mark.parametrize("offset", [2**63 - 1, 2**63, 10**30])
def test_an_offset_of_any_size_is_admitted(
    sandbox: Sandbox, http: httpx.Client, offset: int
) -> None:
    """This holds, too, for one that does not fit the database's integers."""
    sandbox.add_batch([{}])
    answer = http.get("/api/v2/jobs", params={"offset": offset}).json()
    assert answer["data"] == []
    assert answer["pagination"]["start"] == offset


def test_an_empty_list_is_a_success(http: httpx.Client) -> None:
    """The answer has an empty page."""
    answer = http.get("/api/v2/jobs")
    assert answer.json() == {
        "status": "success",
        "message": "OK.",
        "code": "200",
        "data": [],
        "pagination": {"total": 0, "start": 0, "end": 0},
    }
    assert answer.headers["Content-Range"] == "0-0/0"


def test_jobs_of_a_foreign_project_are_not_listed(sandbox: Sandbox, http: httpx.Client) -> None:
    """Not even a filter for them finds them; jobs of a second own project are listed."""
    foreign = sandbox.add_batch([{"runs": 1}], foreign=True)
    sandbox.add_batch([{"runs": 2}])
    other = sandbox.add_batch([{"runs": 3}], project_id="00000000-0000-4000-8000-000000000000")
    assert runs(http) == [3, 2]
    assert (
        runs(http, project_id=str(foreign.project_id))
        == runs(http, id=str(foreign.job_ids[0]))
        == []
    )
    assert runs(http, project_id=[str(other.project_id), str(sandbox.project_id)]) == [3, 2]


def test_totals_are_those_of_now(
    sandbox: Sandbox, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A total is counted once for all pages of a list, and again when something has changed; few of them are kept."""
    monkeypatch.setattr("pasqal_client.sandbox.database.store._MOST_TOTALS", 2)

    def totals() -> list[int]:
        queries: list[dict[str, Any]] = [
            {},
            {"status": "DONE"},
            {"status": "PENDING"},
            {"limit": 1, "offset": 1},
        ]
        return [
            http.get("/api/v2/jobs", params=query).json()["pagination"]["total"]
            for query in queries * 2
        ]

    batch = sandbox.add_batch([{}, {"status": "DONE"}])
    assert totals() == [2, 1, 1, 2] * 2
    sandbox.add_jobs(batch.id, [{}])
    sandbox.add_batch([{}], foreign=True)
    assert totals() == [3, 1, 2, 3] * 2
    sandbox.advance("1h")
    assert totals() == [3, 3, 0, 3] * 2

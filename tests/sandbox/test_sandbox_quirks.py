"""The settings with which the sandbox departs from the contract as the service does, and what our client makes of them.

Without them every answer satisfies the contract: the client `http` checks each one.
"""

import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID, uuid4

import httpx
import pytest

from pasqal_client import DepartureError, IncompleteListingWarning, PasqalClient, UnprocessableError
from pasqal_client.sandbox import AddedBatch, Quirk, Sandbox
from pasqal_client.sandbox.answers import Answers
from pasqal_client.sandbox.database.sqlite_file import StorageError
from pasqal_client.sandbox.quirks.effects import apply_quirks
from pasqal_client.sandbox.quirks.quirk import ChosenQuirks
from pasqal_core_schemas import NonPaginatedResponseProducedPartialJobBulkCancelResponse

Object: TypeAlias = dict[str, Any]

MOMENT = "2026-10-12T08:00:00.250000+00:00"
JOBS: list[Object] = [
    {"created_at": MOMENT, "variables": {"created_at": MOMENT, "runs": 3}},
    {"status": "RUNNING", "runs": 80},
    {"status": "DONE", "runs": 51},
    {"status": "DONE"},
]
ENVELOPE = {"status", "message", "code"}
# Each spelling of times, and how to read it.
SPELLINGS: dict[str, tuple[str, Callable[[str], datetime]]] = {
    "naive-times": (
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?",
        lambda text: datetime.fromisoformat(f"{text}+00:00"),
    ),
    "zulu-times": (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", datetime.fromisoformat),
    "epoch-times": (
        r"\d{10}\.\d{6}",
        lambda text: datetime.fromisoformat("1970-01-01T00:00:00Z") + seconds(text),
    ),
}


class Said(NamedTuple):
    """What was answered about one batch."""

    listed: Object
    cancelled: Object
    completed: Object

    @property
    def jobs(self) -> list[Object]:
        """The jobs of all three answers."""
        return [
            *self.listed["data"],
            *self.cancelled["data"]["jobs"],
            *self.completed["data"].get("jobs", []),
        ]

    @property
    def batch(self) -> Object:
        """The batch itself."""
        return {name: value for name, value in self.completed["data"].items() if name != "jobs"}


class Pair(NamedTuple):
    """The answers about two batches that are alike, without and with a quirk."""

    true: Said
    departed: Said


def seconds(text: str) -> timedelta:
    whole, _, micro = text.partition(".")
    return timedelta(seconds=int(whole), microseconds=int(micro))


def filled(sandbox: Sandbox) -> AddedBatch:
    return sandbox.add_batch(JOBS, queue_priority="MEDIUM", sequence_builder="{}")


def asked(client: httpx.Client, batch: AddedBatch) -> Said:
    answers = (
        client.get("/api/v2/jobs", params={"batch_id": str(batch.id)}),
        client.patch(
            f"/api/v2/batches/{batch.id}/cancel/jobs", params={"status": ["PENDING", "DONE"]}
        ),
        client.patch(f"/api/v2/batches/{batch.id}/complete"),
    )
    return Said(*(answer.raise_for_status().json() for answer in answers))


def both(sandbox: Sandbox, http: httpx.Client, plain: httpx.Client, *names: str) -> Pair:
    true = asked(http, filled(sandbox))
    batch = filled(sandbox)
    sandbox.quirks = names
    return Pair(true, asked(plain, batch))


def test_what_does_not_depart_is_passed_on_as_it_is() -> None:
    """It is not even copied."""
    body: Object = {"data": [{"id": 1}]}
    assert apply_quirks(body, frozenset()) is body


def test_an_answer_is_held_against_the_contract_before_it_departs() -> None:
    """A quirk hides no mistake of the sandbox's own."""
    answers = Answers(ChosenQuirks(["nulls"]))
    with pytest.raises(StorageError, match=r"does not satisfy the contract: (?s:.*)runs"):
        answers.succeed(
            NonPaginatedResponseProducedPartialJobBulkCancelResponse,
            data={"jobs": [{}], "errors": {}},
        )


def test_the_list_can_lack_its_pagination(
    sandbox: Sandbox, http: httpx.Client, plain: httpx.Client
) -> None:
    """The header still tells the place of the page."""
    filled(sandbox)
    assert http.get("/api/v2/jobs").json()["pagination"] == {"total": 4, "start": 0, "end": 4}
    sandbox.quirks = {Quirk.NO_PAGINATION}
    answer = plain.get("/api/v2/jobs")
    assert answer.json().keys() == ENVELOPE | {"data"}
    assert answer.headers["Content-Range"] == "1-4/4"


def test_the_list_can_lack_its_content_range(sandbox: Sandbox, http: httpx.Client) -> None:
    """The header is not exposed then; the pagination stays."""
    names = {"content-range", "access-control-expose-headers"}
    assert names <= http.get("/api/v2/jobs").headers.keys()
    sandbox.quirks = {Quirk.NO_CONTENT_RANGE}
    answer = http.get("/api/v2/jobs")
    assert not names & answer.headers.keys()
    assert answer.json()["pagination"]["total"] == 0


def test_the_code_can_be_an_integer(
    sandbox: Sandbox, http: httpx.Client, plain: httpx.Client
) -> None:
    """It is an integer in each answer."""
    true, departed = both(sandbox, http, plain, "integer-code")
    assert [body["code"] for body in true] == ["200"] * 3
    assert [body["code"] for body in departed] == [200] * 3


def test_the_code_of_an_error_can_be_an_integer(sandbox: Sandbox, plain: httpx.Client) -> None:
    """It is one whichever part of the sandbox rejects the request."""
    sandbox.quirks = {"integer-code", "jsend-errors"}
    unknown = f"/api/v2/batches/{uuid4()}"
    answers = [
        plain.patch(f"{unknown}/complete"),
        plain.patch(f"{unknown}/cancel/jobs"),
        plain.get("/api/v2/jobs", headers={"Authorization": "Bearer wrong"}),
        plain.get("/api/v2/nothing"),
        plain.get("/api/v2/jobs", params={"limit": 0}),
    ]
    assert [answer.json()["code"] for answer in answers] == [404, 404, 401, 404, 422]
    assert [answer.status_code for answer in answers] == [404, 404, 401, 404, 422]


def test_an_error_without_a_code_gets_none(sandbox: Sandbox, plain: httpx.Client) -> None:
    """A 422 in FastAPI's style is the same with an integer code as without."""
    sandbox.quirks = {"integer-code"}
    answer = plain.get("/api/v2/jobs", params={"limit": 0})
    assert answer.status_code == 422
    assert answer.json().keys() == {"detail"}


def test_the_envelope_can_be_bare(sandbox: Sandbox, http: httpx.Client) -> None:
    """The contract allows it; what is rejected says why all the same."""
    true, departed = both(sandbox, http, http, "bare-envelope", "integer-code")
    assert [body.keys() - ENVELOPE for body in true] == [body.keys() for body in departed]
    assert all(body.keys() > ENVELOPE for body in true)
    answer = http.patch(f"/api/v2/batches/{uuid4()}/complete")
    assert answer.json().keys() >= ENVELOPE


@pytest.mark.parametrize("name", SPELLINGS)
def test_times_can_be_spelt_otherwise(sandbox: Sandbox, plain: httpx.Client, name: str) -> None:
    """They mean the same; what a job brought along as its variables is not touched."""
    filled(sandbox)
    pattern, read = SPELLINGS[name]
    true = plain.get("/api/v2/jobs").json()["data"]
    sandbox.quirks = [name]
    departed = plain.get("/api/v2/jobs").json()["data"]
    for job, changed in zip(true, departed, strict=True):
        times = times_of(job)
        assert times.keys() >= {"created_at", "updated_at"}
        assert all(re.fullmatch(pattern, changed[field]) for field in times)
        assert {field: read(changed[field]) for field in times} == times
        assert list(changed) == list(job)
        assert {k: v for k, v in changed.items() if k not in times} == {
            k: v for k, v in job.items() if k not in times
        }


def times_of(item: Object) -> dict[str, datetime]:
    """The values of the fields with a time, spelt as usual."""
    texts = {
        name: value
        for name, value in item.items()
        if isinstance(value, str) and value.endswith("+00:00")
    }
    return {name: datetime.fromisoformat(value) for name, value in texts.items()}


@pytest.mark.parametrize("name", SPELLINGS)
def test_times_are_spelt_otherwise_in_every_answer(
    sandbox: Sandbox, http: httpx.Client, plain: httpx.Client, name: str
) -> None:
    """This holds for cancelled jobs, for the batch and for its jobs."""
    true, departed = both(sandbox, http, plain, name)
    pattern, _ = SPELLINGS[name]
    for item, changed in zip(
        [*true.jobs, true.batch], [*departed.jobs, departed.batch], strict=True
    ):
        assert times_of(item)
        assert all(re.fullmatch(pattern, changed[field]) for field in times_of(item))
        assert not times_of(changed)


def test_required_values_can_be_null(
    sandbox: Sandbox, http: httpx.Client, plain: httpx.Client
) -> None:
    """These are the runs of a job and the sequence of a batch."""
    true, departed = both(sandbox, http, plain, "nulls")
    assert None not in [true.batch["sequence_builder"], *(job["runs"] for job in true.jobs)]
    assert {departed.batch["sequence_builder"], *(job["runs"] for job in departed.jobs)} == {None}


def test_required_fields_can_be_missing(
    sandbox: Sandbox, http: httpx.Client, plain: httpx.Client
) -> None:
    """One field of a job and four of a batch are missing."""
    true, departed = both(sandbox, http, plain, "missing-fields")
    of_batch = {"jobs_count", "jobs_count_per_status", "tags", "queue_priority"}
    assert true.batch.keys() - departed.batch.keys() == of_batch
    for job, changed in zip(true.jobs, departed.jobs, strict=True):
        assert job.keys() - changed.keys() == {"creation_order"}


def test_enumerations_can_have_values_of_the_future(
    sandbox: Sandbox, http: httpx.Client, plain: httpx.Client
) -> None:
    """Each replaces a known value; the others stay as they were."""
    true, departed = both(sandbox, http, plain, "future-values")
    future = {"RUNNING": "FROM_THE_FUTURE"}
    assert [job["status"] for job in departed.jobs] == [
        future.get(job["status"], job["status"]) for job in true.jobs
    ]
    assert {"FROM_THE_FUTURE", "CANCELED", "DONE"} <= {job["status"] for job in departed.jobs}
    assert (true.batch["status"], true.batch["queue_priority"]) == ("RUNNING", "MEDIUM")
    assert {departed.batch["status"], departed.batch["queue_priority"]} == {"FROM_THE_FUTURE"}
    assert departed.batch["jobs_count_per_status"] == {
        "PENDING": 0,
        "FROM_THE_FUTURE": 1,
        "DONE": 2,
        "CANCELED": 1,
        "ERROR": 0,
    }


def test_filters_take_the_known_names_of_values_of_the_future(
    sandbox: Sandbox, plain: httpx.Client
) -> None:
    """The name of a state in an answer is not a filter."""
    filled(sandbox)
    sandbox.quirks = {Quirk.FUTURE_VALUES}
    (job,) = plain.get("/api/v2/jobs", params={"status": "RUNNING"}).json()["data"]
    assert (job["runs"], job["status"]) == (80, "FROM_THE_FUTURE")
    assert plain.get("/api/v2/jobs", params={"status": "FROM_THE_FUTURE"}).status_code == 422


def test_values_without_a_future_name_are_left(sandbox: Sandbox, http: httpx.Client) -> None:
    """The answer then satisfies the contract."""
    batch = sandbox.add_batch([{}], queue_priority="LOW")
    sandbox.quirks = {Quirk.FUTURE_VALUES}
    said = asked(http, batch)
    assert (said.batch["status"], said.batch["queue_priority"]) == ("CANCELED", "LOW")


def test_there_can_be_unknown_fields(sandbox: Sandbox, http: httpx.Client) -> None:
    """The contract allows them; they fit what is known."""
    true, departed = both(sandbox, http, http, "unknown-fields")
    for job, changed in zip(true.jobs, departed.jobs, strict=True):
        assert changed.keys() - job.keys() == {"result", "full_result"}
        assert (changed["result"] is not None) is (job["status"] == "DONE")
        assert changed["result"] is None or sum(changed["result"].values()) == job["runs"]
    assert departed.batch.keys() - true.batch.keys() == {"device_temperature"}


def states(http: httpx.Client, batch: AddedBatch) -> list[Object]:
    """What each operation that tells of a state says about a batch and its jobs."""
    jobs = [http.get(f"/api/v2/jobs/{job_id}").json()["data"] for job_id in batch.job_ids]
    lean = [http.get(f"/api/v1/jobs/{job_id}/status").json()["data"] for job_id in batch.job_ids]
    batches = [
        http.get(f"/api/v2/batches/{batch.id}").json()["data"],
        http.get(f"/api/v1/batches/{batch.id}/status").json()["data"],
        *http.get("/api/v1/batches", params={"id": str(batch.id)}).json()["data"],
    ]
    return [*batches, *jobs, *lean]


@pytest.mark.parametrize(
    ("name", "known", "new"),
    [
        ("future-values", "RUNNING", "FROM_THE_FUTURE"),
        ("paused", "RUNNING", "PAUSED"),
        ("canceling", "CANCELED", "CANCELING"),
    ],
)
def test_a_state_can_have_another_name_wherever_it_is_told(
    sandbox: Sandbox, plain: httpx.Client, name: str, known: str, new: str
) -> None:
    """This holds for batches and jobs, for the two operations that tell nothing else, and for the counts."""
    batch = sandbox.add_batch([{"status": known}] * 2, status=known)
    true = states(plain, batch)
    sandbox.quirks = {name}
    departed = states(plain, batch)
    assert {item["status"] for item in true} == {known}
    assert {item["status"] for item in departed} == {new}
    counts = [item["jobs_count_per_status"] for item in departed[:3]]
    assert [count[new] for count in counts] == [2, 2, 2]
    assert all(known not in count for count in counts)


def test_what_is_canceling_already_is_counted_with_what_is_called_so(
    sandbox: Sandbox, plain: httpx.Client
) -> None:
    """No job is lost from the counts."""
    jobs = [{"status": "CANCELING"}, {"status": "CANCELED"}, {"status": "CANCELED"}]
    batch = sandbox.add_batch(jobs)
    sandbox.quirks = {Quirk.CANCELING}
    said = plain.get(f"/api/v1/batches/{batch.id}/status").json()["data"]
    assert said["jobs_count_per_status"]["CANCELING"] == 3


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("null-counts", {"jobs_count_per_status": None}),
        ("empty-counts", {"jobs_count_per_status": {}}),
        ("no-counts", {}),
    ],
)
def test_the_counts_can_be_left_out(
    sandbox: Sandbox, plain: httpx.Client, name: str, expected: Object
) -> None:
    """Every answer about a batch lacks them, the one about its state included; nothing else changes."""
    batch = filled(sandbox)
    true = states(plain, batch)[:3]
    sandbox.quirks = {name, "future-values"}
    departed = states(plain, batch)[:3]
    for item, changed in zip(true, departed, strict=True):
        assert {k: v for k, v in changed.items() if k.endswith("_per_status")} == expected
        assert item.keys() - changed.keys() <= {"jobs_count_per_status"}


def test_the_answer_to_a_submission_can_lack_the_jobs(sandbox: Sandbox, http: httpx.Client) -> None:
    """They came in all the same, and the contract allows it."""
    sandbox.quirks = {Quirk.NO_JOBS}
    body = {"project_id": str(sandbox.project_id), "sequence_builder": "text", "open": True}
    created = http.post("/api/v1/batches", json=body | {"jobs": [{}]}).json()["data"]
    added = http.post(f"/api/v2/batches/{created['id']}/jobs", json=[{}]).json()["data"]
    assert "jobs" not in created.keys() | added.keys()
    assert (created["jobs_count"], added["jobs_count"]) == (1, 2)
    cancelled = http.patch(f"/api/v2/batches/{created['id']}/cancel/jobs").json()["data"]
    assert len(cancelled["jobs"]) == 2


def links(http: httpx.Client, batch: AddedBatch) -> list[bool]:
    """Which jobs of a batch have results."""
    answers = [http.get(f"/api/v1/jobs/{job_id}/results_link") for job_id in batch.job_ids]
    return [answer.json()["data"]["results_link"] is not None for answer in answers]


def test_the_results_of_one_job_can_be_missing(sandbox: Sandbox, http: httpx.Client) -> None:
    """It is the newest one of each batch that is DONE."""
    batches = [
        sandbox.add_batch([{"status": status} for status in ("DONE", "DONE", "ERROR", "PENDING")]),
        sandbox.add_batch([{"status": "DONE"}]),
    ]
    assert [links(http, batch) for batch in batches] == [[True, True, False, False], [True]]
    sandbox.quirks = {Quirk.MISSING_RESULT}
    assert [links(http, batch) for batch in batches] == [[True, False, False, False], [False]]
    missing = f"/api/v1/jobs/{uuid4()}/results_link"
    assert http.get(missing).status_code == 404


def test_a_rebatch_can_copy_the_tags(sandbox: Sandbox, http: httpx.Client) -> None:
    """Otherwise the new batch has none."""
    batch = sandbox.add_batch([{}], complete=True, tags=["a", "b"])

    def repeat() -> list[str]:
        tags: list[str] = http.post(f"/api/v1/batches/{batch.id}/rebatch").json()["data"]["tags"]
        return tags

    assert repeat() == []
    sandbox.quirks = {Quirk.COPIED_TAGS}
    assert repeat() == ["a", "b"]


def test_the_list_of_batches_can_lag(sandbox: Sandbox, http: httpx.Client) -> None:
    """A new batch is there, but listed and counted only ten seconds later."""
    sandbox.quirks = {Quirk.LAGGING_LIST}
    body = {"project_id": str(sandbox.project_id), "open": True, "tags": ["mine"]}
    batch = http.post("/api/v1/batches", json=body).raise_for_status().json()["data"]

    def listed() -> int:
        page = http.get("/api/v1/batches", params={"tag": "mine"}).json()
        assert len(page["data"]) == page["pagination"]["total"]
        return len(page["data"])

    assert http.get(f"/api/v2/batches/{batch['id']}").status_code == 200
    sandbox.advance(9.999999)
    assert listed() == 0
    sandbox.advance(0.000001)
    assert listed() == 1


def test_the_list_of_batches_can_ignore_the_tag(sandbox: Sandbox, http: httpx.Client) -> None:
    """It lists all batches; other filters still work."""
    sandbox.add_batch([], tags=["a"], device_type="EMU_SV")
    sandbox.add_batch([], tags=["b"])

    def count(**params: str) -> int:
        total: int = http.get("/api/v1/batches", params=params).json()["pagination"]["total"]
        return total

    assert count(tag="a") == 1
    sandbox.quirks = {Quirk.IGNORED_TAG}
    assert count(tag="a") == 2
    assert count(tag="b", device_type="EMU_SV") == 1


DAYS: list[Object] = [
    {
        "runs": 1,
        "status": "RUNNING",
        "created_at": "2026-10-12T08:00:00Z",
        "start_timestamp": "2026-10-14T08:00:00Z",
    },
    {
        "runs": 2,
        "status": "RUNNING",
        "created_at": "2026-10-13T08:00:00Z",
        "start_timestamp": "2026-10-13T09:00:00Z",
    },
    {"runs": 3, "created_at": "2026-10-14T08:00:00Z"},
]


@pytest.mark.parametrize(
    ("params", "started", "created"),
    [
        ({"start_date": "2026-10-13T08:30:00Z"}, {1, 2}, {3}),
        ({"end_date": "2026-10-13T08:00:00Z"}, set(), {1, 2}),
        ({"start_date": "2026-10-13T08:00:00Z", "end_date": "2026-10-13T12:00:00Z"}, set(), {2}),
    ],
)
def test_the_dates_can_be_those_of_creation(
    sandbox: Sandbox,
    http: httpx.Client,
    params: dict[str, str],
    started: set[int],
    created: set[int],
) -> None:
    """The list and the cancellation agree."""

    def matching() -> tuple[set[int], set[int]]:
        batch = sandbox.add_batch(DAYS)
        listed = http.get("/api/v2/jobs", params=params | {"batch_id": str(batch.id)}).json()[
            "data"
        ]
        cancelled = http.patch(f"/api/v2/batches/{batch.id}/cancel/jobs", params=params).json()[
            "data"
        ]["jobs"]
        return {job["runs"] for job in listed}, {job["runs"] for job in cancelled}

    assert matching() == (started, started)
    sandbox.quirks = {Quirk.CREATED_DATES}
    assert matching() == (created, created)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v2/jobs"),
        ("PATCH", f"/api/v2/batches/{UUID(int=1)}/cancel/jobs"),
        ("PATCH", "/api/v2/batches/no-id/complete"),
    ],
)
def test_what_the_contract_forbids_can_be_rejected_in_jsend_style(
    sandbox: Sandbox, http: httpx.Client, plain: httpx.Client, method: str, path: str
) -> None:
    """The mistakes are the same as otherwise."""
    params = {"status": "LOST", "errors": "?"}
    true = http.request(method, path, params=params)
    sandbox.quirks = {Quirk.JSEND_ERRORS}
    departed = plain.request(method, path, params=params)
    assert true.status_code == departed.status_code == 422
    body = departed.json()
    assert body.pop("message")
    assert body == {"status": "fail", "code": "422", "data": {"description": true.json()["detail"]}}


def runs(http: httpx.Client, **params: str) -> list[int]:
    return [
        job["runs"]
        for job in http.get("/api/v2/jobs", params=params).raise_for_status().json()["data"]
    ]


def tied(sandbox: Sandbox, jobs: int, times: int = 1) -> None:
    """Add jobs, as many as given at each of some times."""
    moments = [f"2026-10-{day:02}T08:00:00Z" for day in range(1, times + 1) for _ in range(jobs)]
    sandbox.add_batch(
        [{"runs": number, "created_at": moment} for number, moment in enumerate(moments)]
    )


def test_ties_can_change_places_with_each_request(sandbox: Sandbox, http: httpx.Client) -> None:
    """Only ties do; and a second run changes them in the same way."""
    tied(sandbox, 8, times=2)
    assert runs(http) == runs(http) == [*range(15, 7, -1), *range(7, -1, -1)]

    def shuffled() -> list[list[int]]:
        sandbox.quirks = {Quirk.UNSTABLE_TIES}
        return [runs(http) for _ in range(6)]

    orders = shuffled()
    assert len({tuple(order) for order in orders}) == 6
    for order in orders:
        assert (sorted(order[:8]), sorted(order[8:])) == ([*range(8, 16)], [*range(8)])
    assert shuffled() == orders
    assert runs(http, order_by="runs", order_by_direction="ASC") == [*range(16)]


def test_all_that_go_together_can_be_chosen_at_once(sandbox: Sandbox, plain: httpx.Client) -> None:
    """What is missing is not null, and what is unknown is spelt like the rest."""
    batch = filled(sandbox)
    others = {"zulu-times", "epoch-times", "null-counts", "empty-counts", "paused"}
    sandbox.quirks = set(Quirk) - others
    said = asked(plain, batch)
    assert [body.keys() for body in said] == [{"data"}] * 3
    assert all(job["runs"] is None and "creation_order" not in job for job in said.jobs)
    assert "result" in said.jobs[0]
    assert said.batch["status"] == "FROM_THE_FUTURE"
    assert "queue_priority" not in said.batch
    assert [job["variables"] for job in said.cancelled["data"]["jobs"]] == [JOBS[0]["variables"]]


def test_quirks_are_set_by_name_and_can_be_changed(sandbox: Sandbox, plain: httpx.Client) -> None:
    """Text and members are accepted, at the beginning and at any time."""
    assert sandbox.quirks == frozenset()
    assert Sandbox(quirks=["nulls", Quirk.NULLS]).quirks == {Quirk.NULLS}
    with Sandbox(quirks=["integer-code"]) as other:
        headers = {"Authorization": f"Bearer {other.token}"}
        assert plain.get(f"{other.base_url}/api/v2/jobs", headers=headers).json()["code"] == 200
        other.quirks = ()
        assert plain.get(f"{other.base_url}/api/v2/jobs", headers=headers).json()["code"] == "200"


@pytest.mark.parametrize(
    ("names", "error", "said"),
    [
        ("nulls", TypeError, r"'nulls'.*in a list or a set"),
        (Quirk.NULLS, TypeError, r"in a list or a set"),
        (None, TypeError, r"quirks is None"),
        (["null"], ValueError, r"'null' is not a quirk; use any of .*nulls, .*unstable-ties"),
        ([1], ValueError, r"1 is not a quirk"),
        (
            ["naive-times", "nulls", "epoch-times"],
            ValueError,
            r"only one of epoch-times, naive-times$",
        ),
        (["no-counts", "null-counts"], ValueError, r"counts .* one of no-counts, null-counts$"),
        (["paused", "future-values"], ValueError, r"RUNNING .* one of future-values, paused$"),
    ],
)
def test_wrong_names_are_rejected_with_the_right_ones(
    sandbox: Sandbox, names: Any, error: type[Exception], said: str
) -> None:
    """The quirks that were chosen before stay."""
    with pytest.raises(error, match=said):
        Sandbox(quirks=names)
    sandbox.quirks = {Quirk.NULLS}
    with pytest.raises(error, match=said):
        sandbox.quirks = names
    assert sandbox.quirks == {Quirk.NULLS}


# Our own client, for which all this is made

UNUSUAL_TIMES = {"created_at", "updated_at", "start_timestamp", "end_timestamp", "start_datetime"}
# What the client reports: the fields that are not as promised. The rest the contract allows.
REPORTED: dict[str, set[str]] = {
    "no-pagination": {"pagination"},
    "integer-code": {"code"},
    "naive-times": UNUSUAL_TIMES,
    "epoch-times": UNUSUAL_TIMES,
}
# Which of the three operations show it.
SHOWN = {"no-pagination": 1, "integer-code": 1}


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[PasqalClient]:
    """Our client, which tolerates departures from the contract."""
    with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as made:
        yield made


def operations(client: PasqalClient, batch: AddedBatch) -> list[Any]:
    """The three operations on a batch, to be called one after the other."""
    return [
        lambda: list(client.jobs.list(batch_id=batch.id)),
        lambda: client.batches.cancel_jobs(batch.id, status=["PENDING", "DONE"]),
        lambda: client.batches.complete(batch.id),
    ]


@pytest.mark.parametrize("name", Quirk)
def test_our_client_works_and_tells_how_the_service_departs(
    sandbox: Sandbox, client: PasqalClient, name: Quirk
) -> None:
    """It lists, cancels and completes as without quirks, and does not report what is allowed."""
    batch = filled(sandbox)
    sandbox.quirks = {name}
    listed, receipt, completed = (do() for do in operations(client, batch))
    assert {job.id for job in listed} == set(batch.job_ids)
    assert [job.id for job in receipt.jobs] == batch.job_ids[:1]
    assert receipt.errors.keys() == set(batch.job_ids[2:])
    assert (completed.id, completed.complete) == (batch.id, True)
    assert {seen.first.kind[0].rpartition(".")[2] for seen in client.departures} == REPORTED.get(
        name, set()
    )


@pytest.mark.parametrize("name", Quirk)
def test_our_client_rejects_departures_if_strict(
    sandbox: Sandbox, client: PasqalClient, name: Quirk
) -> None:
    """It rejects only what the contract does not allow."""
    batch = filled(sandbox)
    sandbox.quirks = {name}
    rejected = 0
    for do in operations(client.with_options(strict=True), batch):
        try:
            do()
        except DepartureError:
            rejected += 1
    assert rejected == (SHOWN.get(name, 3) if name in REPORTED else 0)


@pytest.mark.parametrize("name", SPELLINGS)
def test_our_client_reads_each_spelling_of_times(
    sandbox: Sandbox, client: PasqalClient, name: str
) -> None:
    """Each is read as the same moment, with a zone."""
    batch = filled(sandbox)
    sandbox.quirks = [name]
    job = client.jobs.get(batch.job_ids[0])
    assert job.created_at == datetime.fromisoformat(MOMENT)
    assert job.created_at.tzinfo is not None


def test_our_client_knows_what_it_did_not_get(sandbox: Sandbox, client: PasqalClient) -> None:
    """It treats null and missing alike, and keeps what it does not know."""
    batch = filled(sandbox)
    sandbox.quirks = {"nulls", "missing-fields", "future-values", "unknown-fields"}
    job = client.jobs.get(batch.job_ids[1])
    assert (job.runs, job.creation_order) == (None, None)
    assert job.status == "FROM_THE_FUTURE"
    assert not job.status.is_known
    assert "result" in job.to_dict()


@pytest.mark.parametrize("style", [set(), {Quirk.JSEND_ERRORS}])
def test_our_client_reads_both_styles_of_errors(
    sandbox: Sandbox, client: PasqalClient, style: set[Quirk]
) -> None:
    """The error has each mistake."""
    sandbox.quirks = style
    with pytest.raises(UnprocessableError) as raised:
        list(client.jobs.list(status=["LOST"]))
    assert [mistake.loc for mistake in raised.value.errors] == [["query", "status", 0]]


def test_our_client_lists_all_unstable_ties_that_fit_a_page(
    sandbox: Sandbox, client: PasqalClient
) -> None:
    """The listing has no doubts."""
    tied(sandbox, 25, times=10)
    sandbox.quirks = {Quirk.UNSTABLE_TIES}
    listing = client.jobs.list(page_size=60)
    assert Counter(job.runs for job in listing) == Counter(range(250))
    assert listing.proven


def test_our_client_ends_where_unstable_ties_fit_no_page(
    sandbox: Sandbox, client: PasqalClient
) -> None:
    """It lists no job twice, and reports that it cannot know whether it has all."""
    tied(sandbox, 250)
    sandbox.quirks = {Quirk.UNSTABLE_TIES}
    listing = client.jobs.list()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        listed = Counter(job.runs for job in listing)
    assert set(listed.values()) == {1}
    assert listed.keys() <= set(range(250))
    assert [warning.category for warning in caught] == [IncompleteListingWarning]
    assert not listing.proven

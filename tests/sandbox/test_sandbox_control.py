"""What a program in any language says to the sandbox beside the API."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from pasqal_client.sandbox import Fault, Sandbox

JOBS = "/api/v2/jobs"


@pytest.fixture
def control(sandbox: Sandbox, plain: httpx.Client) -> httpx.Client:
    """A client of the control routes."""
    plain.base_url = httpx.URL(sandbox.base_url.replace("/core-fast", "/_sandbox"))
    return plain


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("POST", "/batches"),
        ("POST", f"/batches/{UUID(int=1)}/jobs"),
        ("POST", "/cancel_jobs"),
        ("POST", "/advance"),
        ("POST", "/expire_tokens"),
        ("POST", "/clear"),
        *(("GET", "/requests"), ("DELETE", "/requests")),
        *(("GET", "/faults"), ("POST", "/faults"), ("DELETE", "/faults")),
        *(("GET", "/quirks"), ("PUT", "/quirks")),
        ("PUT", "/devices/FRESNEL"),
    ],
)
def test_it_asks_for_the_token(control: httpx.Client, method: str, path: str) -> None:
    """The token is checked before anything else is read."""
    assert (
        control.request(method, path, headers={"Authorization": "Bearer wrong"}).status_code == 401
    )


def test_it_tells_where_everything_is_and_how_to_sign_in(
    sandbox: Sandbox, control: httpx.Client
) -> None:
    """A client that has the token can look up everything else that it needs."""
    answer = control.get("/")
    assert answer.json() == {
        "base_url": sandbox.base_url,
        "token_url": sandbox.token_url,
        "project_id": str(sandbox.project_id),
        "user_id": sandbox.user_id,
        "username": sandbox.username,
        "password": sandbox.password,
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
        "now": "2026-10-12T08:00:00+00:00",
    }
    assert sandbox.token not in answer.text


def test_batches_and_jobs_come_in(control: httpx.Client, http: httpx.Client) -> None:
    """Any field can be given, and the fates of the jobs."""
    fate = {"duration": "10s", "outcome": "ERROR", "error": "Too few atoms."}
    answer = control.post("/batches", json={"tags": ["night"], "jobs": [{"runs": 5, "fate": fate}]})
    assert answer.status_code == 201
    batch_id, (first,) = answer.json()["id"], answer.json()["job_ids"]
    answer = control.post(f"/batches/{batch_id}/jobs", json=[{"runs": 7}])
    assert answer.status_code == 201
    (second,) = answer.json()["job_ids"]
    control.post("/batches", json={"foreign": True, "jobs": [{}]}).raise_for_status()
    jobs = http.get(JOBS, params={"order_by": "creation_order"}).json()["data"]
    assert [(job["id"], job["runs"]) for job in jobs] == [(second, 7), (first, 5)]
    assert control.post("/advance", json={"by": "10s"}).json() == {
        "now": "2026-10-12T08:00:15+00:00"
    }
    (job,) = http.get(JOBS, params={"id": first}).json()["data"]
    assert (job["status"], job["errors"]) == ("ERROR", ["Too few atoms."])


def test_an_empty_batch_comes_in(control: httpx.Client) -> None:
    """It is added as it is from Python."""
    assert control.post("/batches", json={}).json()["job_ids"] == []


def test_somebody_else_cancels(sandbox: Sandbox, control: httpx.Client) -> None:
    """The newest jobs are cancelled."""
    batch = sandbox.add_batch([{}, {}])
    assert control.post("/cancel_jobs", json={"count": 1}).json() == {
        "job_ids": [str(batch.job_ids[1])]
    }


def test_requests_are_read_back_and_forgotten(control: httpx.Client, http: httpx.Client) -> None:
    """Only requests to the service are recorded; those to the control routes are not part of a test."""
    http.get(JOBS, params={"status": ["DONE", "ERROR"]})
    (request,) = control.get("/requests").json()
    headers = request.pop("headers")
    assert request == {
        "method": "GET",
        "path": f"/core-fast{JOBS}",
        "query": {"status": ["DONE", "ERROR"]},
        "status": 200,
        "carried_token": False,
        "body_size": 0,
        "body": None,
    }
    assert headers.items() >= {"accept": "*/*", "authorization": "Bearer [hidden]"}.items()
    assert not headers.keys() & {"content-type", "content-length", "content-encoding"}
    control.delete("/requests").raise_for_status()
    assert control.get("/requests").json() == []


def test_tokens_expire(sandbox: Sandbox, control: httpx.Client) -> None:
    """The tokens that the token endpoint has issued become invalid."""
    form = {
        "grant_type": "password",
        "client_id": "x",
        "username": sandbox.username,
        "password": sandbox.password,
    }
    mine = {
        "Authorization": f"Bearer {control.post(sandbox.token_url, data=form).json()['access_token']}"
    }
    jobs = f"{sandbox.base_url}{JOBS}"
    before = control.get(jobs, headers=mine).status_code
    control.post("/expire_tokens").raise_for_status()
    assert (before, control.get(jobs, headers=mine).status_code) == (200, 401)


def test_it_is_emptied(sandbox: Sandbox, control: httpx.Client, http: httpx.Client) -> None:
    """The next test of a suite finds it empty; the token stays."""
    begin = sandbox.now
    control.post("/batches", json={"jobs": [{}]}).raise_for_status()
    control.post("/faults", json={"operation": "token", "status": 500}).raise_for_status()
    assert http.get(JOBS).json()["pagination"]["total"] == 1
    assert control.post("/clear").json() == {}
    assert (sandbox.now, sandbox.requests, sandbox.faults) == (begin, [], ())
    assert http.get(JOBS).json()["pagination"]["total"] == 0


def test_faults_are_set_counted_and_cleared(sandbox: Sandbox, control: httpx.Client) -> None:
    """One or several are set at once, and are listed as they were given."""
    one = {"operation": "get_jobs", "nth": [2], "status": 503, "retry_after": 0.5}
    other = {"latency": 0.001, "nth": 1}
    assert control.post("/faults", json=one).status_code == 201
    answer = control.post("/faults", json=[other])
    assert answer.json() == [{"fault": other, "seen": 0, "fired": 0}]
    jobs = f"{sandbox.base_url}{JOBS}"
    assert [control.get(jobs).status_code for _ in range(3)] == [200, 503, 200]
    assert control.get("/faults").json() == [
        {"fault": one, "seen": 3, "fired": 1},
        {"fault": other, "seen": 3, "fired": 1},
    ]
    assert sandbox.faults[0].fault == Fault(
        operation="get_jobs", nth=(2,), status=503, retry_after=0.5
    )
    control.delete("/faults").raise_for_status()
    assert control.get("/faults").json() == []


def test_quirks_are_set_and_read(sandbox: Sandbox, control: httpx.Client) -> None:
    """Quirks are named by their values."""
    assert control.get("/quirks").json() == []
    answer = control.put("/quirks", json=["integer-code", "no-pagination"])
    assert answer.json() == control.get("/quirks").json() == sorted(sandbox.quirks)
    assert control.get(f"{sandbox.base_url}{JOBS}").json()["code"] == 200
    control.put("/quirks", json=[]).raise_for_status()
    assert control.get(f"{sandbox.base_url}{JOBS}").json()["code"] == "200"


@pytest.mark.parametrize(
    ("method", "path", "given", "status", "words"),
    [
        (
            "POST",
            "/faults",
            {"status": 99},
            422,
            "0.status: Input should be greater than or equal to 200",
        ),
        ("POST", "/faults", [{"status": 500}, {"nth": 1}], 422, "1: says when"),
        ("POST", "/faults", "all", 422, "0: Input should be a dictionary"),
        ("POST", "/batches", {"jobs": [{"rnus": 1}]}, 422, "jobs[0] has no field rnus"),
        ("POST", "/batches", {"self": 1}, 422, "the batch has no field self"),
        (
            "PUT",
            "/devices/FRESNEL",
            {"self": 1, "stat": "UP"},
            422,
            "unknown field in the state of a device: self, stat; it has only status, availability, status_message",
        ),
        ("POST", "/batches", {"jobs": "many"}, 422, "jobs is 'many', not a list of jobs"),
        ("POST", "/batches", {"jobs": None}, 422, "jobs is None, not a list of jobs"),
        ("POST", "/batches", {"jobs": [3]}, 422, "jobs[0] is 3, not a mapping of job fields"),
        ("POST", "/batches", {"foreign": "yes"}, 422, "foreign is 'yes', neither True nor False"),
        ("POST", "/advance", {"by": True}, 422, "True is not a duration"),
        ("POST", "/advance", {"by": None}, 422, "None is not a duration"),
        ("POST", "/cancel_jobs", {"count": -1}, 422, "count is -1: it is a whole number from 0 on"),
        ("POST", "/cancel_jobs", {"count": 2**70}, 422, "count is "),
        ("POST", "/batches", {"status": "LOST"}, 422, "the batch cannot have that: status"),
        (
            "POST",
            "/batches",
            {"jobs": [{"fate": {"outcome": "LOST"}}]},
            422,
            "'LOST' is not an outcome",
        ),
        (
            "POST",
            "/batches",
            {"jobs": [{"fate": {"end": "LOST"}}]},
            422,
            "unknown field in a fate: end; it has only duration, outcome, error",
        ),
        ("POST", f"/batches/{UUID(int=1)}/jobs", [{}], 404, f"Batch {UUID(int=1)} does not exist."),
        ("POST", "/advance", {"by": "a while"}, 422, "'a while' is not a duration"),
        ("PUT", "/quirks", ["no-sense"], 422, "no-sense"),
    ],
)
def test_what_cannot_be_done_is_said(
    control: httpx.Client, method: str, path: str, given: Any, status: int, words: str
) -> None:
    """The answer says why in one line."""
    answer = control.request(method, path, json=given)
    assert answer.status_code == status
    assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/batches", []),
        ("/batches/no-id/jobs", []),
        (f"/batches/{UUID(int=1)}/jobs", {}),
        ("/advance", {}),
        ("/cancel_jobs", {}),
    ],
)
def test_malformed_bodies_are_rejected(control: httpx.Client, path: str, given: Any) -> None:
    """The answer says where the mistake is, and why."""
    answer = control.post(path, json=given)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"]


@pytest.mark.parametrize("kind", [None, "application/x-www-form-urlencoded", "text/plain"])
def test_a_body_is_json_whatever_it_is_called(
    sandbox: Sandbox, control: httpx.Client, kind: str | None
) -> None:
    """curl calls it a form unless it is told otherwise."""
    before = sandbox.now
    headers = {"Content-Type": kind} if kind else {}
    answer = control.post("/advance", content=b'{"by": "5m"}', headers=headers)
    assert answer.status_code == 200
    assert (sandbox.now - before).total_seconds() == 300

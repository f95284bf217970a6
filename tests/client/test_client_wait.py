"""In both clients, a wait ends when the jobs have ended, in time, or with an error that says why."""

from __future__ import annotations

import asyncio
import itertools
import pickle
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from client.driver import Driver
from client.scripted import Hold, Request, Reset, Scripted, Step, Wait, answer, page
from pasqal_client import (
    AsyncPasqalClient,
    Job,
    JobStatus,
    PasqalClient,
    RetryPolicy,
    WaitProgress,
    errors,
    jobs,
)
from pasqal_client._waits import pace
from pasqal_client.sandbox import Sandbox

BATCH = uuid.UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
IDS = [uuid.UUID(int=number) for number in range(1, 700)]
ONCE = RetryPolicy(attempts=1)
FAST: dict[str, Any] = {"poll": 0.001}
END: dict[str, Any] = {"timeout": 3600}

State = str | None


class Service(Scripted):
    """Serves the jobs of one batch, whose states change from request to request as a timeline says.

    The id of a request is its number.
    """

    def __init__(self, *timeline: Any) -> None:
        def script(request: Request) -> list[Step]:
            now = timeline[min(request.number, len(timeline)) - 1]
            return [self._listed(request, now) if isinstance(now, list) else now]

        super().__init__(script)

    def _listed(self, request: Request, states: list[State]) -> bytes:
        query = request.query
        jobs = [
            payload(IDS[place], status) for place, status in enumerate(states) if status != "gone"
        ]
        matching = [
            job
            for job in jobs[::-1]
            if job.get("status") in query.get("status", [job.get("status")])
            and job["id"] in query.get("id", [job["id"]])
        ]
        offset = int(query["offset"][0])
        shown = matching[offset : offset + int(query["limit"][0])]
        return answer(200, page(shown, len(matching), offset), trace(request))

    @property
    def looks(self) -> list[str]:
        """What each request asked for: the jobs, or how many are in some states."""
        return [" ".join(request.query.get("status", ["jobs"])) for request in self.requests]


def trace(request: Request) -> dict[str, str]:
    return {"X-Request-Id": f"r-{request.number}"}


def payload(one: uuid.UUID, status: State) -> dict[str, Any]:
    fields = {"id": str(one), "created_at": f"2026-10-01T10:00:00.{one.int:06}Z"}
    return fields if status is None else {**fields, "status": status}


@pytest.fixture
def calls(connect: Callable[..., Any]) -> Callable[..., Any]:
    """Makes clients for a scripted service without retries, so that a failed request shows at once."""
    return lambda server, **settings: connect(
        **{"token": "t", "base_url": server.base_url, "retry": ONCE, **settings}
    )


@pytest.fixture
def hours_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets an hour pass in each pause of a wait without real waiting."""

    def pause(wait: Any) -> float:
        wait.pause(time.monotonic() + 3600, 0.0)
        return 0.0

    monkeypatch.setattr(jobs, "_pause", pause)


ACTIVE, ENDED = "PENDING RUNNING", "CANCELED DONE ERROR"


def test_a_wait_counts_until_all_jobs_have_ended(calls: Callable[..., Any]) -> None:
    """Each look is one cheap count; the jobs are read only at the beginning and at the end."""
    seen: list[WaitProgress] = []
    both, last = ["PENDING", "RUNNING"], ["DONE", "ERROR"]
    with Service(both, both, both, last) as server:
        result = calls(server).jobs.wait(batch_id=BATCH, on_progress=seen.append, **FAST)
        assert server.looks == ["jobs", ACTIVE, ACTIVE, ACTIVE, "jobs"]
        assert [request.query["limit"] for request in server.requests[1:4]] == [["1"]] * 3
        assert all("project_id" not in request.query for request in server.requests)
    assert (result.counts, result.failed_ids) == ({"DONE": 1, "ERROR": 1}, (IDS[1],))
    assert [(one.active, one.total) for one in seen] == [(2, 2), (2, 2), (2, 2), (0, 2)]
    assert [one.elapsed for one in seen] == sorted(one.elapsed for one in seen)


def test_jobs_that_were_created_at_one_moment_are_read_twice(sandbox: Sandbox, client: Any) -> None:
    """No listing of more than a page of them is proven; a second look, at once, confirms the first."""
    moment = "2026-10-01T10:00:00Z"
    batch = sandbox.add_batch(jobs=[{"status": "DONE", "created_at": moment}] * 150)
    with warnings.catch_warnings(category=errors.IncompleteListingWarning, action="ignore"):
        result = client.jobs.wait(batch_id=batch.id, timeout=60, poll=60)
    assert result.counts == {"DONE": 150}
    assert [request.query["offset"] for request in sandbox.requests] == [
        ["0"],
        ["100"],
        ["150"],
    ] * 2


def test_a_wait_in_the_sandbox_ends_at_once_if_all_jobs_have_ended(
    sandbox: Sandbox, client: Any
) -> None:
    """One request reads the jobs, undisturbed by a second batch and other projects."""
    batch = sandbox.add_batch(
        jobs=[{"status": status} for status in ("DONE", "DONE", "ERROR", "CANCELED")]
    )
    sandbox.add_batch(jobs=[{"status": "RUNNING"}])
    result = client.jobs.wait(batch_id=batch.id)
    assert result.counts == {JobStatus.DONE: 2, JobStatus.ERROR: 1, JobStatus.CANCELED: 1}
    assert result.failed_ids == (batch.job_ids[2],)
    assert len(sandbox.requests) == 1
    assert client.jobs.wait(ids=[str(batch.job_ids[0])]).counts == {"DONE": 1}
    sandbox.clear_requests()
    assert client.jobs.wait(ids=[]).counts == {}
    assert list(client.jobs.as_completed(ids=iter(()))) == []
    assert sandbox.requests == []
    for nobody in (sandbox.add_batch(jobs=[]).id, uuid.uuid4()):
        with pytest.raises(errors.NotFoundError, match=f"batch {nobody} has no jobs"):
            client.jobs.wait(batch_id=nobody)
        with pytest.raises(errors.NotFoundError):
            list(client.jobs.as_completed(batch_id=nobody))


def test_a_wait_in_the_sandbox_is_cheap(sandbox: Sandbox, client: Any) -> None:
    """However many jobs there are, a look is one request for one job, and the list is read twice."""
    batch = sandbox.add_batch(jobs=[{"status": "RUNNING"} for _ in range(60)])
    looks = itertools.count(1)

    def cancelled_at_the_fifth_look(_: WaitProgress) -> None:
        if next(looks) == 5:
            with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as other:
                other.batches.cancel_jobs(batch.id, all=True)

    result = client.jobs.wait(batch_id=batch.id, on_progress=cancelled_at_the_fifth_look, **FAST)
    assert result.counts == {"CANCELED": 60}
    reads = [request.query["limit"] for request in sandbox.requests if request.method == "GET"]
    assert reads == [["100"], *[["1"]] * 5, ["100"]]


@pytest.mark.usefixtures("hours_pass")
def test_a_wait_that_timed_out_can_be_resumed(sandbox: Sandbox, client: Any) -> None:
    """The error has what is left to wait for, and pickles."""
    batch = sandbox.add_batch(jobs=[{"status": "DONE"}, {"status": "RUNNING"}, {}])
    with pytest.raises(TimeoutError) as caught:
        client.jobs.wait(batch_id=batch.id, **END)
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert isinstance(error, errors.WaitTimeoutError)
    assert (error.batch_id, error.ids) == (batch.id, (batch.job_ids[2], batch.job_ids[1]))
    assert error.statuses == dict(zip(batch.job_ids, ["DONE", "RUNNING", "PENDING"], strict=True))
    client.batches.cancel_jobs(batch.id, all=True)
    assert client.jobs.wait(ids=error.ids).counts == {"CANCELED": 2}
    assert client.jobs.wait(batch_id=error.batch_id).counts == {"CANCELED": 2, "DONE": 1}


def test_a_timeout_shorter_than_a_poll_is_kept(
    calls: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a wait looks once at the beginning and once at the end."""
    pauses: list[float] = []

    def pause(wait: Any) -> float:
        pauses.append(wait.pause(time.monotonic(), 1.0))
        return 0.0

    monkeypatch.setattr(jobs, "_pause", pause)
    with Service(["RUNNING"], ["DONE"]) as server:
        assert calls(server).jobs.wait(batch_id=BATCH, timeout=60, poll=500).counts == {"DONE": 1}
    assert 0 < pauses[0] <= 60


def test_a_stalling_service_does_not_outlast_the_wait(
    calls: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No request goes on beyond the end of the wait, whatever the client's own timeouts are."""
    monkeypatch.setattr(pace, "_LEAST_GRACE", 0.05)
    with Scripted(lambda _: [Hold()]) as server:
        client = calls(server, timeout=60, deadline=600)
        subjects: list[dict[str, Any]] = [{"batch_id": BATCH}, {"ids": IDS[:2]}]
        for subject in subjects:
            with pytest.raises(
                errors.WaitTimeoutError, match="could not be read .*; the last look failed: "
            ) as caught:
                client.jobs.wait(timeout=0.05, **subject)
            assert caught.value.ids == tuple(subject.get("ids", ()))


@pytest.mark.parametrize(
    "subject", [{}, {"batch_id": BATCH, "ids": [BATCH]}, {"batch_id": "../x"}, {"ids": ["x"]}]
)
@pytest.mark.parametrize("method", ["wait", "as_completed"])
def test_wrong_arguments_raise_at_the_call(
    client: Any, sandbox: Sandbox, method: str, subject: dict[str, Any]
) -> None:
    """They raise before anything is sent, not when the first job is asked for."""
    with pytest.raises(ValueError, match=r"^(give either |)(batch_id|ids(\[0\])?)[ :]"):
        getattr(client.jobs, method)(**subject)
    for wrong in ({"timeout": 0}, {"poll": "1"}, {"unknown_status": "whatever"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            getattr(client.jobs, method)(batch_id=BATCH, **wrong)
    with pytest.raises(ValueError, match="raise_on_failure: 'no' is neither True nor False"):
        client.batches.wait(BATCH, raise_on_failure="no")
    with pytest.raises(
        TypeError, match="'patience': no such argument; the arguments are timeout, poll"
    ):
        getattr(client.jobs, method)(batch_id=BATCH, patience=3)
    assert sandbox.requests == []


def test_as_completed_has_no_other_options(client: Any, sandbox: Sandbox) -> None:
    """Progress and failures show in the jobs themselves, so those options are rejected."""
    for option in ({"on_progress": print}, {"raise_on_failure": True}):
        with pytest.raises(TypeError, match=f"'{next(iter(option))}': no such argument"):
            client.jobs.as_completed(batch_id=BATCH, **option)
    assert sandbox.requests == []


@pytest.mark.parametrize("last", ["LEVITATING", None, 7])
def test_an_unknown_state_stops_the_wait(
    calls: Callable[..., Any], last: Any, request: pytest.FixtureRequest
) -> None:
    """The error names the jobs, and the caller can say how such a state counts; a missing one is unknown too."""
    with Service(["RUNNING", "PENDING"], ["RUNNING", "PENDING"], [last, "PENDING"]) as server:
        with pytest.raises(errors.UnknownStatusError, match=str(IDS[0])) as caught:
            calls(server).jobs.wait(batch_id=BATCH, **FAST)
        assert list(caught.value.statuses) == [IDS[0]]
        assert server.looks == ["jobs", ACTIVE, ACTIVE, ENDED, "jobs"]
    with Service([last, "DONE"]) as server:
        client = calls(server)
        result = client.jobs.wait(batch_id=BATCH, unknown_status="terminal")
        assert sum(result.counts.values()) == 2
        request.getfixturevalue("hours_pass")
        with pytest.raises(errors.WaitTimeoutError) as timeout:
            client.jobs.wait(batch_id=BATCH, unknown_status="active", **END)
        assert timeout.value.ids == (IDS[0],)
        assert set(server.looks) == {"jobs"}


def test_a_token_in_the_place_of_a_state_is_not_shown(connect: Callable[..., Any]) -> None:
    """Neither by the error of the wait, nor by what it carries."""
    token = "a-t0ken-that-n0body-may-see"
    with Service([token, "DONE"]) as server:
        client = connect(token=token, base_url=server.base_url)
        with pytest.raises(errors.UnknownStatusError) as caught:
            client.jobs.wait(batch_id=BATCH)
    assert list(caught.value.statuses) == [IDS[0]]
    assert token not in f"{caught.value}{vars(caught.value)}"


def test_canceling_counts_as_active(calls: Callable[..., Any]) -> None:
    """The service knows this state and the contract does not, so it is never asked for by name."""
    with Service(
        ["CANCELING", "RUNNING"], ["CANCELING", "DONE"], ["CANCELING", "DONE"], ["CANCELED", "DONE"]
    ) as server:
        assert calls(server).jobs.wait(batch_id=BATCH, **FAST).counts == {"CANCELED": 1, "DONE": 1}
        assert not any("CANCELING" in look for look in server.looks)


@pytest.mark.parametrize("subject", [{"batch_id": BATCH}, {"ids": IDS[:2]}])
def test_a_job_that_vanishes_ends_the_wait(
    calls: Callable[..., Any], subject: dict[str, Any]
) -> None:
    """The job is looked for three times and then named, instead of being waited for forever or forgotten."""
    with Service(["RUNNING", "DONE"], ["gone", "DONE"]) as server:
        with pytest.raises(errors.NotFoundError, match=str(IDS[0])) as caught:
            calls(server).jobs.wait(**subject, **FAST)
        assert server.looks == ["jobs", ACTIVE, "jobs", "jobs", "jobs"]
    assert (caught.value.status, caught.value.path) == (None, "/core-fast/api/v2/jobs")


@pytest.mark.parametrize("subject", [{"batch_id": BATCH}, {"ids": IDS[:2]}])
def test_a_briefly_missing_job_is_waited_for(
    calls: Callable[..., Any], subject: dict[str, Any]
) -> None:
    """A wait of hours does not end because one answer is out of date."""
    both, none = ["RUNNING", "RUNNING"], ["gone", "gone"]
    with Service(both, none, none, none, both, ["DONE", "DONE"]) as server:
        assert calls(server).jobs.wait(**subject, **FAST).counts == {"DONE": 2}
        assert server.looks == ["jobs", ACTIVE, "jobs", "jobs", "jobs", ACTIVE, "jobs"]


def test_a_job_without_an_id_is_a_typed_error(calls: Callable[..., Any]) -> None:
    """A job without an id cannot be followed, so the wait ends and says so."""
    with Scripted(lambda _: [answer(200, page([{"status": "RUNNING"}]))]) as server:
        for wait in (
            lambda jobs: jobs.wait(batch_id=BATCH),
            lambda jobs: list(jobs.as_completed(batch_id=BATCH)),
        ):
            with pytest.raises(errors.PasqalError, match="without a usable id"):
                wait(calls(server).jobs)


def test_a_strict_client_stops_at_the_first_departure(calls: Callable[..., Any]) -> None:
    """A departure in a job that is waited for raises, as in any other call."""
    with Service([None]) as server, pytest.raises(errors.DepartureError, match="status"):
        calls(server, strict=True).jobs.wait(batch_id=BATCH)


def test_a_listing_that_may_lack_jobs_does_not_end_the_wait(calls: Callable[..., Any]) -> None:
    """If the service shows one of three jobs, the others are not taken for ended."""
    lying = answer(200, page([payload(IDS[0], "DONE")], total=3))
    with Service(*[lying] * 3, ["DONE", "DONE", "DONE"]) as server, warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.IncompleteListingWarning)
        assert calls(server).jobs.wait(batch_id=BATCH, **FAST).counts == {"DONE": 3}
    with (
        Service(lying) as server,
        pytest.warns(errors.IncompleteListingWarning),
        pytest.raises(errors.ResponseError, match="not all be read"),
    ):
        calls(server).jobs.wait(batch_id=BATCH, **FAST)


def test_an_outage_is_survived_until_the_timeout(calls: Callable[..., Any]) -> None:
    """However many looks fail, the whole timeout is used; the error has what is known and what went wrong."""
    outage: list[Step] = [answer(503, b"")] * (pace.TOLERATED + 2)
    with Service(["RUNNING"], *outage, ["DONE"]) as server:
        assert calls(server).jobs.wait(batch_id=BATCH, timeout=60, **FAST).counts == {"DONE": 1}
        assert len(server.requests) == 1 + len(outage) + 2
    with Service(["RUNNING"], answer(503, b"", {"Retry-After": "86400"})) as server:
        with pytest.raises(errors.WaitTimeoutError, match="asks to wait 86400 s") as caught:
            calls(server).jobs.wait(ids=IDS[:1], timeout=3600, **FAST)
        assert caught.value.ids == (IDS[0],)
        assert len(server.requests) == 2


def test_transient_failures_do_not_end_the_wait(
    calls: Callable[..., Any],
) -> None:
    """The wait has a budget of failed looks, beyond the retries of each request."""
    fault: list[Step] = [
        Reset(),
        answer(503, b""),
        answer(200, b"<html>"),
        answer(429, b"", {"Retry-After": "0"}),
    ]
    with Service(*fault, ["RUNNING"], *fault, ["DONE"]) as server:
        assert calls(server).jobs.wait(batch_id=BATCH, **FAST).counts == {"DONE": 1}
        assert len(server.requests) == 11
    with Service(["RUNNING"], answer(503, b"")) as server:
        with pytest.raises(errors.ServerError):
            calls(server).jobs.wait(batch_id=BATCH, **FAST)
        assert len(server.requests) == 1 + 6
    with Service(["RUNNING"], answer(403, b"")) as server:
        with pytest.raises(errors.PermissionDeniedError):
            calls(server).jobs.wait(batch_id=BATCH, **FAST)
        assert len(server.requests) == 2


def test_a_wait_outlives_its_token(connect: Callable[..., Any]) -> None:
    """A token that expires during the wait is renewed once."""
    tokens = iter(["first", "second"])
    running = ["RUNNING"]
    with Service(running, running, answer(401, b""), running, ["DONE"]) as server:
        client = connect(token=lambda: next(tokens), base_url=server.base_url)
        assert client.jobs.wait(batch_id=BATCH, **FAST).counts == {"DONE": 1}
        assert [request.headers["authorization"] for request in server.requests[2:4]] == [
            "Bearer first",
            "Bearer second",
        ]


class OwnError(Exception):
    """An error of the caller's own."""


@pytest.mark.parametrize(
    "error", [OwnError(), errors.ServerError("own", status=503), KeyboardInterrupt()]
)
def test_an_exception_in_on_progress_ends_the_wait(
    calls: Callable[..., Any], error: BaseException
) -> None:
    """The caller's error passes through, even if it looks like that of a failed look."""

    def fail(_: WaitProgress) -> None:
        raise error

    with Service(["RUNNING"]) as server:
        with pytest.raises(type(error)) as caught:
            calls(server).jobs.wait(batch_id=BATCH, on_progress=fail)
        assert caught.value is error
        assert len(server.requests) == 1


def test_failed_jobs_are_raised_on_request(calls: Callable[..., Any]) -> None:
    """Without raise_on_failure they are in the result."""
    with Service(["ERROR", "DONE"]) as server:
        client = calls(server)
        assert client.jobs.wait(batch_id=BATCH).failed_ids == (IDS[0],)
        with pytest.raises(errors.JobsFailedError, match=str(IDS[0])):
            client.jobs.wait(batch_id=BATCH, raise_on_failure=True)


def test_hundreds_of_ids_are_waited_for(calls: Callable[..., Any]) -> None:
    """The ids are split over several short addresses, and only ids of unfinished jobs are sent again."""
    states = ["DONE"] * 400 + ["RUNNING"] * 100
    first, second = 6 + 2, 2
    with Service(*[states] * first, *[states] * second, ["DONE"] * 500) as server:
        result = calls(server).jobs.wait(ids=IDS[:500], **FAST)
        assert result.counts == {"DONE": 500}
        assert max(len(server.base_url) + len(request.target) for request in server.requests) < 4096
        asked = [
            one
            for request in server.requests
            if "status" in request.query
            for one in request.query["id"]
        ]
    assert set(asked) == {str(one) for one in IDS[400:500]}


# The request that an error names


def assert_tells_of(error: errors.APIError, request: Request) -> None:
    """Check that an error names this request: method, path as sent, and id."""
    told = (error.method, error.path, error.request_id)
    assert told == (request.method, request.path, f"r-{request.number}")


@pytest.mark.parametrize("method", ["wait", "as_completed"])
def test_a_batch_without_jobs_is_reported_with_the_list_request(
    calls: Callable[..., Any], method: str
) -> None:
    """The path has the service's prefix, and the error has no status, because nobody sent a 404."""
    with Service([]) as server:
        jobs = calls(server, base_url=f"{server.base_url}/of/the/lab").jobs
        with pytest.raises(errors.NotFoundError, match="has no jobs to wait for") as caught:
            list(getattr(jobs, method)(batch_id=BATCH))
        assert_tells_of(caught.value, server.requests[-1])
        assert server.requests[-1].path == "/core-fast/of/the/lab/api/v2/jobs"
    assert caught.value.status is None


def test_a_job_without_an_id_is_reported_with_its_page(
    calls: Callable[..., Any],
) -> None:
    """The request id lets the operators of the service look it up."""

    def script(request: Request) -> list[Step]:
        return [answer(200, page([{"status": "RUNNING"}]), trace(request))]

    with Scripted(script) as server:
        with pytest.raises(errors.ResponseError, match="without a usable id") as caught:
            calls(server).jobs.wait(batch_id=BATCH)
        assert_tells_of(caught.value, server.requests[0])


def test_a_look_without_a_list_is_reported_with_the_last_one(calls: Callable[..., Any]) -> None:
    """Six in a row end the wait, and the error names the sixth."""

    def script(request: Request) -> list[Step]:
        return [answer(200, {}, trace(request))]

    with Scripted(script) as server:
        with pytest.raises(errors.ResponseError, match="does not hold a list of jobs") as caught:
            calls(server).jobs.wait(batch_id=BATCH, **FAST)
        assert len(server.requests) == pace.TOLERATED + 1
        assert_tells_of(caught.value, server.requests[-1])
    assert caught.value.status == 200


def test_an_error_after_several_looks_names_the_decisive_one(
    calls: Callable[..., Any],
) -> None:
    """It names the last request that read the jobs, not the first."""
    with Service(["RUNNING", "DONE"], ["gone", "DONE"]) as server:
        with pytest.raises(errors.NotFoundError, match=str(IDS[0])) as gone:
            calls(server).jobs.wait(batch_id=BATCH, **FAST)
        assert server.looks == ["jobs", ACTIVE, "jobs", "jobs", "jobs"]
        assert_tells_of(gone.value, server.requests[-1])
    with Service(["RUNNING"], ["LEVITATING"]) as server:
        with pytest.raises(errors.UnknownStatusError) as unknown:
            calls(server).jobs.wait(batch_id=BATCH, **FAST)
        assert server.looks == ["jobs", ACTIVE, "jobs"]
        assert_tells_of(unknown.value, server.requests[-1])
    assert "[request id r-3]" in str(unknown.value)


@pytest.mark.filterwarnings("ignore::pasqal_client.IncompleteListingWarning")
def test_a_doubtful_reading_is_reported_with_its_last_answer(calls: Callable[..., Any]) -> None:
    """The service shows one job of three each time until the wait times out."""

    def script(request: Request) -> list[Step]:
        return [answer(200, page([payload(IDS[0], "DONE")], total=3), trace(request))]

    with Scripted(script) as server:
        with pytest.raises(errors.ResponseError, match="could not all be read") as caught:
            calls(server).jobs.wait(batch_id=BATCH, **FAST)
        assert_tells_of(caught.value, server.requests[-1])


@pytest.mark.usefixtures("hours_pass")
def test_a_timeout_quotes_the_last_failed_look(calls: Callable[..., Any]) -> None:
    """A timeout rests on no answer itself, but names the look that failed."""

    def script(request: Request) -> list[Step]:
        return [answer(503, b"", trace(request))]

    with Scripted(script) as server:
        with pytest.raises(errors.WaitTimeoutError, match=r"\[request id r-1\]") as caught:
            calls(server).jobs.wait(batch_id=BATCH, **END)
        assert (caught.value.path, caught.value.request_id) == ("", None)


# Jobs as they end


@pytest.mark.parametrize("subject", [{"batch_id": BATCH}, {"ids": IDS[:3]}])
def test_each_job_is_yielded_once_as_it_ends(
    calls: Callable[..., Any], subject: dict[str, Any]
) -> None:
    """The jobs come in the order in which they end, in their final state."""
    three = ["RUNNING", "DONE", "PENDING"]
    two, none = ["ERROR", "DONE", "PENDING"], ["ERROR", "DONE", "CANCELED"]
    with Service(three, three, two, two, two, none) as server:
        ended = list(calls(server).jobs.as_completed(**subject, **FAST))
        assert server.looks == ["jobs", ACTIVE, ACTIVE, "jobs", ACTIVE, ACTIVE, "jobs"]
    assert [(job.id, job.status) for job in ended] == [
        (IDS[1], "DONE"),
        (IDS[0], "ERROR"),
        (IDS[2], "CANCELED"),
    ]
    assert all(isinstance(job, Job) for job in ended)


@pytest.mark.usefixtures("hours_pass")
def test_jobs_are_yielded_before_the_others_have_ended(calls: Callable[..., Any]) -> None:
    """Jobs that ended before the timeout are yielded before it is raised."""
    with Service(["DONE", "RUNNING"]) as server:
        jobs = iter(calls(server).jobs.as_completed(batch_id=BATCH, **END))
        assert next(jobs).id == IDS[0]
        with pytest.raises(errors.WaitTimeoutError) as caught:
            next(jobs)
    assert caught.value.ids == (IDS[1],)


def test_as_completed_survives_transient_faults_and_names_unknown_states(
    calls: Callable[..., Any],
) -> None:
    """It follows the same rules as a wait for all jobs."""
    with Service(Reset(), ["RUNNING", "DONE"], Reset(), ["DONE", "DONE"]) as server:
        assert len(list(calls(server).jobs.as_completed(batch_id=BATCH, **FAST))) == 2
    with Service(["DONE", "LEVITATING"]) as server:
        client = calls(server)
        with pytest.raises(errors.UnknownStatusError):
            list(client.jobs.as_completed(batch_id=BATCH))
        assert len(list(client.jobs.as_completed(batch_id=BATCH, unknown_status="terminal"))) == 2


# Interruptions


def test_an_interruption_ends_a_wait_at_once(
    calls: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C during a pause is not mistaken for a look that failed."""

    def interrupted(_: float) -> Any:
        raise KeyboardInterrupt

    with Service(["RUNNING"]) as server:
        client = calls(server)
        monkeypatch.setattr(
            f"pasqal_client.jobs.{'asyncio' if isinstance(client, Driver) else 'time'}.sleep",
            interrupted,
        )
        with pytest.raises(KeyboardInterrupt):
            client.jobs.wait(batch_id=BATCH)
        assert len(server.requests) == 1


@pytest.mark.parametrize("place", ["in a pause", "in a look"])
def test_a_cancelled_task_stops_waiting_at_once(place: str) -> None:
    """The client can be used afterwards."""
    arrived, go_on = threading.Event(), threading.Event()

    def script(request: Request) -> Iterator[Step]:
        if place == "in a look" and request.number == 1:
            arrived.set()
            yield Wait(go_on)
        yield answer(200, page([payload(IDS[0], "RUNNING")]))

    async def run(base_url: str) -> None:
        async with AsyncPasqalClient(token="t", base_url=base_url) as client:
            task = asyncio.create_task(
                client.jobs.wait(batch_id=BATCH, poll=500, on_progress=lambda _: arrived.set())
            )
            await asyncio.to_thread(arrived.wait)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await client.jobs.count() == 1

    with Scripted(script) as server:
        asyncio.run(run(server.base_url))
        go_on.set()

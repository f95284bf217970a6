"""The rules of a service that takes batches, runs them and lets them be changed.

The numbers are those of the list of rules in docs/sandbox.md, which says where each is known from.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from contract.derived import CONTRACT
from pasqal_client.sandbox import Fault, Sandbox
from sandbox.conftest import Connect

BATCHES = "/api/v1/batches"
TEXTS = CONTRACT["components"]["x-texts"]
RABI, PARAMETRIZED, MAPPABLE = TEXTS["rabi"], TEXTS["parametrized"], TEXTS["mappable"]
VALUES = {"omega": 3.1, "t": 400}
STATES = ("PENDING", "RUNNING", "DONE", "CANCELED", "ERROR")


class Lab:
    """Requests to a sandbox, in a few words."""

    def __init__(self, sandbox: Sandbox, http: httpx.Client) -> None:
        self.sandbox = sandbox
        self.http = http

    def try_create(self, **fields: Any) -> httpx.Response:
        """Try to create a batch of the rabi sequence with one job, unless the fields say otherwise."""
        body = {
            "project_id": str(self.sandbox.project_id),
            "sequence_builder": RABI,
            "jobs": [{"runs": 10}],
            **fields,
        }
        return self.http.post(BATCHES, json=body)

    def create(self, **fields: Any) -> dict[str, Any]:
        """Create a batch."""
        made: dict[str, Any] = data(self.try_create(**fields))
        return made

    def get(self, batch: dict[str, Any]) -> dict[str, Any]:
        """The batch as it is now."""
        found: dict[str, Any] = data(self.http.get(f"/api/v2/batches/{batch['id']}"))
        return found

    def jobs(self, batch: dict[str, Any]) -> list[dict[str, Any]]:
        """The jobs of the batch as they are now."""
        params = {
            "batch_id": batch["id"],
            "order_by": "creation_order",
            "order_by_direction": "ASC",
        }
        found: list[dict[str, Any]] = data(self.http.get("/api/v2/jobs", params=params))
        return found

    def states(self, batch: dict[str, Any]) -> list[str]:
        """The states of its jobs."""
        return [job["status"] for job in self.jobs(batch)]

    def change(self, batch: dict[str, Any], what: str) -> httpx.Response:
        """Complete or cancel the batch."""
        return self.http.patch(f"/api/v2/batches/{batch['id']}/{what}")

    def add(self, batch: dict[str, Any], *jobs: dict[str, Any]) -> httpx.Response:
        """Try to add jobs."""
        return self.http.post(f"/api/v2/batches/{batch['id']}/jobs", json=[*jobs])

    def rebatch(self, batch: dict[str, Any], **filters: Any) -> httpx.Response:
        """Try to run jobs again."""
        return self.http.post(f"{BATCHES}/{batch['id']}/rebatch", params=filters)

    def cancel_many(self, **body: Any) -> httpx.Response:
        """Try to cancel batches."""
        return self.http.patch(f"{BATCHES}/cancel", json=body)


def data(answer: httpx.Response) -> Any:
    """What a success holds."""
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def mistakes(answer: httpx.Response) -> list[dict[str, Any]]:
    """The mistakes of a body that breaks a rule, as the service lists them."""
    assert answer.status_code == 422
    described: list[dict[str, Any]] = answer.json()["data"]["description"]
    return described


@pytest.fixture
def lab(sandbox: Sandbox, http: httpx.Client) -> Lab:
    """A sandbox as it is by default."""
    return Lab(sandbox, http)


# Submitting


def test_a_batch_belongs_to_a_project_of_the_caller(lab: Lab) -> None:
    """Rule 1: without a project it is 422, in a foreign one 403."""
    foreign = lab.sandbox.add_batch([{}], foreign=True)
    without = lab.http.post(BATCHES, json={"sequence_builder": RABI, "jobs": [{"runs": 1}]})
    assert without.json()["detail"][0]["loc"] == ["body", "project_id"]
    assert lab.try_create(project_id=str(foreign.project_id)).status_code == 403
    assert lab.create()["project_id"] == str(lab.sandbox.project_id)


@pytest.mark.parametrize("absent", [{"jobs": []}, {"jobs": None}])
def test_a_batch_that_is_not_open_needs_a_job(lab: Lab, absent: dict[str, Any]) -> None:
    """Rule 2: an open one may begin without any; null is not an empty list."""
    assert lab.try_create(**absent).status_code == 422
    assert lab.create(open=True, jobs=[])["jobs"] == []
    (mistake,) = mistakes(lab.try_create(jobs=[]))
    assert mistake["loc"] == ["body", "jobs"]


def test_every_job_has_a_sequence(lab: Lab) -> None:
    """Rule 3: that of the batch or its own; the answer names the jobs that have none."""
    own = {"runs": 1, "sequence": RABI}
    assert lab.create(sequence_builder=None, jobs=[own, own])["sequence_builder"] is None
    for without in ({"runs": 1}, {"runs": 1, "sequence": None}):
        (mistake,) = mistakes(lab.try_create(sequence_builder=None, jobs=[own, without]))
        assert mistake["loc"] == ["body", "jobs"]
        assert mistake["msg"].endswith(": 1.")


def test_a_job_may_name_null_for_the_sequence_of_the_batch(lab: Lab) -> None:
    """The official client sends it for a job that it adds once more; its variables are those of that sequence."""
    job = {"runs": 1, "variables": VALUES, "sequence": None}
    batch = lab.create(sequence_builder=PARAMETRIZED, jobs=[job], open=True)
    added = data(lab.http.post(f"/api/v2/batches/{batch['id']}/jobs", json=[job]))
    for one in added["jobs"]:
        read = data(lab.http.get(f"/api/v2/jobs/{one['id']}"))
        assert (read["variables"], read["sequence"]) == (VALUES, None)


def test_a_job_has_variables_or_a_sequence_of_its_own(lab: Lab) -> None:
    """Rule 4: not both; empty variables are none."""
    job = {"runs": 1, "sequence": RABI, "variables": VALUES}
    assert "both" in mistakes(lab.try_create(jobs=[job]))[0]["msg"]
    lab.create(jobs=[job | {"variables": {}}])


def test_variables_need_a_sequence_that_has_some(lab: Lab) -> None:
    """Rule 5: else 422 in the place of the jobs."""
    (mistake,) = mistakes(lab.try_create(jobs=[{"runs": 1, "variables": VALUES}]))
    assert (mistake["loc"], mistake["type"]) == (["body", "jobs"], "value_error")


def test_each_variable_needs_a_value(lab: Lab) -> None:
    """Rule 6: for a register that is mapped at run time, too."""
    some = {"runs": 1, "variables": {"omega": 3.1}}
    job = {"runs": 1, "variables": VALUES}
    assert lab.create(sequence_builder=PARAMETRIZED, jobs=[job])["jobs"][0]["variables"] == VALUES
    (mistake,) = mistakes(lab.try_create(sequence_builder=PARAMETRIZED, jobs=[some]))
    assert mistake["msg"] == "Job 0 has no value for t."
    (mistake,) = mistakes(lab.try_create(sequence_builder=MAPPABLE))
    assert mistake["msg"] == "Job 0 has no value for qubits."
    lab.create(sequence_builder=MAPPABLE, jobs=[{"runs": 1, "variables": {"qubits": {"q0": 0}}}])


def test_the_sequence_of_a_job_goes_before_that_of_the_batch(lab: Lab) -> None:
    """Rule 7: that of the batch may be unused."""
    batch = lab.create(sequence_builder=PARAMETRIZED, jobs=[{"runs": 1, "sequence": RABI}])
    assert batch["jobs"][0]["sequence"] == RABI
    assert batch["sequence_builder"] == PARAMETRIZED


def test_the_device_may_come_from_the_sequence(lab: Lab) -> None:
    """Rule 8: by the name inside; a device that the service does not have becomes an emulator."""
    assert lab.create(device_type=None)["device_type"] == "FRESNEL"
    own = [{"runs": 1, "sequence": RABI}]
    assert lab.create(sequence_builder=None, jobs=own)["device_type"] == "FRESNEL"
    other = RABI.replace('"Fresnel"', '"Another"')
    assert lab.create(sequence_builder=other)["device_type"] == "EMU_FREE"
    assert lab.create(device_type="EMU_SV")["device_type"] == "EMU_SV"
    assert lab.create(emulator="EMU_MPS", device_type=None)["device_type"] == "EMU_MPS"
    assert lab.try_create(device_type="NO_SUCH_DEVICE").status_code == 422


@pytest.mark.parametrize(
    "text", ["pulser_test_sequence", "[]", "{}", '{"register": 1}', "[" * 10**5]
)
def test_a_sequence_may_be_any_text_unless_it_has_to_be_a_real_one(
    connect: Connect, text: str
) -> None:
    """Rule 8: with `strict_sequences`, another text is 422."""
    with Sandbox() as mild, Sandbox(strict_sequences=True) as strict:
        batch = Lab(mild, connect(mild)).create(sequence_builder=text, jobs=[{}])
        assert (batch["sequence_builder"], batch["device_type"]) == (text, "EMU_FREE")
        lab = Lab(strict, connect(strict))
        for device in (None, "EMU_FREE"):
            answer = lab.try_create(sequence_builder=text, device_type=device)
            assert (answer.status_code, answer.json()["data"]) == (422, None)
            assert answer.json()["message"] == "Invalid sequence builder."
        assert lab.create()["device_type"] == "FRESNEL"


def test_odd_parts_of_a_sequence_do_not_matter(lab: Lab) -> None:
    """Rule 8: what is understood of a text is used, the rest is left alone."""
    text = '{"register": [1, {"name": "q"}], "variables": {"x": 2}, "device": "Fresnel"}'
    (mistake,) = mistakes(lab.try_create(sequence_builder=text))
    assert mistake["msg"] == "Job 0 has no value for x."
    text = '{"register": [], "variables": {}, "device": {"name": "Fresnel", "max_runs": true}}'
    assert lab.create(sequence_builder=text)["device_type"] == "FRESNEL"


def test_a_qpu_limits_the_runs(lab: Lab) -> None:
    """Rule 9: by what its specification says; any job runs at least once."""
    assert "at most 500" in mistakes(lab.try_create(jobs=[{"runs": 501}]))[0]["msg"]
    lab.create(jobs=[{"runs": 500}])
    lab.create(jobs=[{"runs": 501}], device_type="EMU_FREE")
    text = RABI.replace('"max_runs":500', '"max_runs":20')
    assert (
        "at most 20"
        in mistakes(lab.try_create(sequence_builder=text, jobs=[{"runs": 21}]))[0]["msg"]
    )
    assert "at most 500" in str(
        mistakes(
            lab.try_create(sequence_builder="text", device_type="FRESNEL", jobs=[{"runs": 501}])
        )
    )
    for runs in (0, -1, "many", 1.5):
        assert lab.try_create(jobs=[{"runs": runs}]).status_code == 422


@pytest.mark.parametrize("job", [{}, {"runs": None}])
def test_an_emulator_chooses_the_runs_that_a_job_does_not_say(
    connect: Connect, job: dict[str, Any]
) -> None:
    """Rule 10: a QPU does not."""
    with Sandbox(emulator_runs=50) as sandbox:
        lab = Lab(sandbox, connect(sandbox))
        assert "no runs" in mistakes(lab.try_create(jobs=[job]))[0]["msg"]
        batch = lab.create(jobs=[job], device_type="EMU_MPS")
        assert batch["jobs"][0]["runs"] is None
        sandbox.advance(9)
        assert lab.states(batch) == ["RUNNING"]
        sandbox.advance(1)
        assert lab.states(batch) == ["DONE"]


def test_a_batch_has_at_most_a_thousand_jobs(lab: Lab) -> None:
    """Rule 11: those that are added count, too."""
    assert "1,000" in mistakes(lab.try_create(jobs=[{"runs": 1}] * 1001))[0]["msg"]
    batch = lab.create(jobs=[{"runs": 1}] * 999, open=True)
    assert lab.add(batch, {"runs": 1}, {"runs": 1}).status_code == 422
    assert data(lab.add(batch, {"runs": 1}))["jobs_count"] == 1000


def test_a_new_batch_waits_with_its_jobs_in_order(lab: Lab) -> None:
    """Rule 12: it keeps what was sent, and is complete if it is not open."""
    sent = {
        "tags": ["a", "b"],
        "webhook": "10.0.1.5",
        "configuration": {"dt": 10.0},
        "backend_configuration": '{"x": Infinity}',
    }
    batch = lab.create(jobs=[{"runs": 1}, {"runs": 2}, {"runs": 3}], unheard_of=True, **sent)
    assert (batch["status"], batch["open"], batch["complete"]) == ("PENDING", False, True)
    assert [job["runs"] for job in batch["jobs"]] == [1, 2, 3]
    assert [job["runs"] for job in lab.jobs(batch)] == [1, 2, 3]
    assert [job["id"] for job in batch["jobs"]] == lab.get(batch)["job_ids"]
    assert {name: batch[name] for name in sent} == sent
    assert "jobs" not in lab.get(batch)


# Running


def test_a_device_runs_one_batch_after_the_other(lab: Lab) -> None:
    """Rule 13: the first of its queue when it is free, and its jobs one by one."""
    first, second = lab.create(jobs=[{"runs": 10}] * 2), lab.create()
    lab.sandbox.advance(1)
    assert (lab.get(first)["status"], lab.states(first)) == ("RUNNING", ["RUNNING", "PENDING"])
    lab.sandbox.advance(6)
    assert (lab.states(first), lab.get(second)["status"]) == (["DONE", "RUNNING"], "PENDING")
    lab.sandbox.advance(6)
    assert (lab.get(first)["status"], lab.get(second)["status"]) == ("DONE", "RUNNING")


def test_a_device_is_reserved_for_an_open_batch(lab: Lab) -> None:
    """Rule 14: jobs that are added run at once, and another batch waits."""
    batch, other = lab.create(open=True), lab.create()
    lab.sandbox.advance("1m")
    assert (lab.states(batch), lab.states(other)) == (["DONE"], ["PENDING"])
    data(lab.add(batch, {"runs": 10}))
    lab.sandbox.advance(1)
    assert lab.states(batch) == ["DONE", "RUNNING"]
    data(lab.change(batch, "complete"))
    lab.sandbox.advance(6)
    assert (lab.get(batch)["status"], lab.states(other)) == ("DONE", ["RUNNING"])


def test_only_an_open_batch_takes_jobs(lab: Lab) -> None:
    """Rule 15: the answer has all of its jobs, those of before included."""
    batch = lab.create(open=True)
    added = data(lab.add(batch, {"runs": 2}, {"runs": 3}))
    assert [job["runs"] for job in added["jobs"]] == [10, 2, 3]
    assert [job["creation_order"] for job in added["jobs"]] == [1, 2, 3]
    assert data(lab.add(batch)) == added
    data(lab.change(batch, "complete"))
    assert lab.add(batch, {"runs": 1}).status_code == 409
    assert lab.add({"id": uuid4()}, {"runs": 1}).status_code == 404


def test_an_open_batch_that_idles_times_out(connect: Connect) -> None:
    """Rule 16: at the moment at which the time is over; what was added in time begins it anew."""
    with Sandbox(idle_timeout="1m") as sandbox:
        lab = Lab(sandbox, connect(sandbox))
        batch, other = lab.create(open=True), lab.create()
        begin = sandbox.now
        sandbox.advance(60)
        data(lab.add(batch, {"runs": 10}))
        sandbox.advance("1h")
        ended = lab.get(batch)
        assert (ended["status"], ended["open"]) == ("TIMED_OUT", False)
        moment = sandbox.now.fromisoformat(ended["end_datetime"])
        assert (moment - begin).total_seconds() == 60 + 6 + 60
        assert lab.add(batch, {"runs": 1}).status_code == 409
        (job,) = lab.jobs(other)
        assert sandbox.now.fromisoformat(job["start_timestamp"]) == moment


def test_a_batch_may_idle_forever(connect: Connect) -> None:
    """Rule 16: without an idle_timeout."""
    with Sandbox(idle_timeout=None) as sandbox:
        lab = Lab(sandbox, connect(sandbox))
        batch = lab.create(open=True)
        sandbox.advance("1000d")
        assert lab.get(batch)["status"] == "RUNNING"


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"idle_timeout": "soon"}, "idle_timeout: 'soon' is not a duration"),
        ({"emulator_runs": 0}, "emulator_runs is 0"),
        ({"emulator_runs": "x"}, "emulator_runs is 'x'"),
        ({"strict_sequences": 1}, "strict_sequences is 1"),
        ({"cancel_running": None}, "cancel_running is None"),
    ],
)
def test_settings_that_make_no_sense_are_rejected(setting: dict[str, Any], words: str) -> None:
    """The error says what was given."""
    with pytest.raises(ValueError, match=words):
        Sandbox(**setting)


def test_jobs_of_a_closed_batch_still_run(lab: Lab) -> None:
    """Rule 17: closing takes nothing away."""
    batch = lab.create(jobs=[{"runs": 10}] * 2, open=True)
    assert data(lab.change(batch, "complete"))["open"] is False
    lab.sandbox.advance("1h")
    assert (lab.get(batch)["status"], lab.states(batch)) == ("DONE", ["DONE"] * 2)


# Cancelling


@pytest.mark.parametrize("running", [True, False])
def test_a_job_can_be_cancelled_before_it_starts(connect: Connect, running: bool) -> None:
    """Rule 18: while it runs, only if `cancel_running` says so."""
    with Sandbox(cancel_running=running) as sandbox:
        lab = Lab(sandbox, connect(sandbox))
        batch = lab.create(jobs=[{"runs": 10}] * 3)
        sandbox.advance(1)
        first, second, _ = batch["jobs"]
        waiting = data(lab.http.patch(f"/api/v2/jobs/{second['id']}/cancel"))
        assert (waiting["status"], waiting["start_timestamp"]) == ("CANCELED", None)
        assert waiting["end_timestamp"] == sandbox.now.isoformat()
        answer = lab.http.patch(f"/api/v2/jobs/{first['id']}/cancel")
        assert answer.status_code == (200 if running else 409)
        rest = data(lab.change(batch, "cancel/jobs"))
        assert len(rest["jobs"]) == 1
        assert (first["id"] in rest["errors"]) is True


def test_what_has_ended_cannot_be_cancelled(lab: Lab) -> None:
    """Rule 19: alone it is a conflict; among others it is an error of its own."""
    batch = lab.create()
    lab.sandbox.advance("1h")
    job = batch["jobs"][0]["id"]
    assert lab.http.patch(f"/api/v2/jobs/{job}/cancel").status_code == 409
    answer = lab.change(batch, "cancel")
    assert (answer.status_code, "already DONE" in answer.json()["message"]) == (409, True)
    outcome = data(lab.cancel_many(batch_ids=[batch["id"]]))
    assert (outcome["batches"], outcome["errors"].keys()) == ([], {batch["id"]})


def test_a_batch_is_cancelled_with_its_jobs(lab: Lab) -> None:
    """Rule 20: one that waits leaves the queue; of one that runs, what has ended stays."""
    running, waiting = lab.create(jobs=[{"runs": 10}] * 3), lab.create()
    lab.sandbox.advance(7)
    answer = data(lab.change(running, "cancel"))
    assert [job["status"] for job in answer["jobs"]] == ["DONE", "CANCELED", "CANCELED"]
    assert (answer["status"], answer["open"], answer["complete"]) == ("CANCELED", False, True)
    assert answer["end_datetime"] == lab.sandbox.now.isoformat()
    answer = data(lab.change(waiting, "cancel"))
    assert (answer["start_datetime"], answer["jobs"][0]["errors"]) == (None, None)
    lab.sandbox.advance("1h")
    assert (lab.get(running)["status"], lab.states(waiting)) == ("CANCELED", ["CANCELED"])


def test_the_job_that_runs_ends_by_itself_if_it_cannot_be_cancelled(connect: Connect) -> None:
    """Rule 20: the others are cancelled with their batch."""
    with Sandbox(cancel_running=False) as sandbox:
        lab = Lab(sandbox, connect(sandbox))
        batch = lab.create(jobs=[{"runs": 10}] * 2)
        sandbox.advance(1)
        data(lab.change(batch, "cancel"))
        assert lab.states(batch) == ["RUNNING", "CANCELED"]
        sandbox.advance("1h")
        assert (lab.get(batch)["status"], lab.states(batch)) == ("CANCELED", ["DONE", "CANCELED"])


def test_several_batches_are_cancelled_by_ids_or_filters(lab: Lab) -> None:
    """Rule 21: ids go before filters; values of one filter are alternatives, different filters are not."""
    one, two = lab.create(tags=["a"]), lab.create(tags=["b"], device_type="EMU_FREE")
    three = lab.create(tags=["a", "c"], open=True)
    missing = str(uuid4())
    outcome = data(lab.cancel_many(batch_ids=[one["id"].upper(), missing], tags=["b"]))
    assert [batch["id"] for batch in outcome["batches"]] == [one["id"]]
    assert outcome["errors"] == {missing: f"Batch {missing} does not exist."}
    assert "jobs" not in outcome["batches"][0]
    assert data(lab.cancel_many(batch_ids=[]))["batches"] == []
    project = str(lab.sandbox.project_id)
    filters = {
        "tags": ["c", "x"],
        "project_id": [project],
        "user_id": [lab.sandbox.user_id],
        "device_type": ["FRESNEL"],
        "status": ["PENDING", "RUNNING"],
        "open": True,
        "start_date": "2026-10-12T08:00:00+00:00",
        "queue_priority": ["MEDIUM"],
    }
    for other in (
        {"device_type": ["EMU_SV"]},
        {"open": False},
        {"start_date": "2099-01-01T00:00:00Z"},
    ):
        assert data(lab.cancel_many(**{**filters, **other}))["batches"] == []
    assert [batch["id"] for batch in data(lab.cancel_many(**filters))["batches"]] == [three["id"]]
    assert [batch["id"] for batch in data(lab.cancel_many(cancel_all=True))["batches"]] == [
        two["id"]
    ]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"cancel_all": False},
        {"cancel_all": True, "tags": ["a"]},
        {"status": ["DONE"]},
        {"tags": None},
    ],
)
def test_a_cancellation_that_says_too_little_or_too_much_is_rejected(
    lab: Lab, body: dict[str, Any]
) -> None:
    """Rule 21: nothing is cancelled."""
    batch = lab.create()
    assert lab.cancel_many(**body).status_code == 422
    assert lab.get(batch)["status"] == "PENDING"


def test_a_batch_is_not_cancelled_because_a_job_is(lab: Lab) -> None:
    """Rule 22: it ends as its other jobs do."""
    batch = lab.create(jobs=[{"runs": 10}] * 2)
    data(lab.http.patch(f"/api/v2/jobs/{batch['jobs'][0]['id']}/cancel"))
    assert lab.get(batch)["status"] == "PENDING"
    lab.sandbox.advance("1h")
    assert lab.get(batch)["status"] == "DONE"


# Repeating and labelling


def test_jobs_of_a_closed_batch_run_again_in_a_new_one(lab: Lab) -> None:
    """Rule 23: those that match, with their runs, variables and sequences; parents are named."""
    jobs = [
        {"runs": 10, "variables": VALUES},
        {"runs": 20, "variables": VALUES},
        {"runs": 30, "sequence": RABI},
    ]
    batch = lab.create(sequence_builder=PARAMETRIZED, jobs=jobs, tags=["scan"], open=True)
    assert lab.rebatch(batch).status_code == 409
    data(lab.change(batch, "complete"))
    again = data(lab.rebatch(batch, min_runs=20))
    assert (again["parent_id"], again["status"], again["open"]) == (batch["id"], "PENDING", False)
    assert again["sequence_builder"] == PARAMETRIZED
    repeated = [(job["runs"], job["variables"], job["sequence"]) for job in again["jobs"]]
    assert repeated == [(20, VALUES, None), (30, None, RABI)]
    assert [job["parent_id"] for job in again["jobs"]] == [job["id"] for job in batch["jobs"][1:]]
    assert not {job["id"] for job in again["jobs"]} & {job["id"] for job in batch["jobs"]}
    assert len(data(lab.rebatch(batch))["jobs"]) == 3
    assert lab.rebatch(batch, min_runs=99).status_code == 422


def test_tags_are_replaced_as_a_whole(lab: Lab) -> None:
    """Rule 24: each is there once; the answer has the jobs."""
    batch = lab.create(tags=["a", "b"])
    address = f"{BATCHES}/{batch['id']}/tags"
    answer = data(lab.http.patch(address, json=["c", "Zoë"]))
    assert (answer["tags"], len(answer["jobs"])) == (["c", "Zoë"], 1)
    assert data(lab.http.patch(address, json=[]))["tags"] == []
    assert lab.http.patch(address, json=["a", "a"]).status_code == 422
    assert lab.try_create(tags=["a", "a"]).status_code == 422


# Reading


@pytest.mark.parametrize("status", ["PENDING", "RUNNING", "DONE", "ERROR", "CANCELED", "CANCELING"])
def test_only_a_job_that_is_done_has_a_link_to_its_results(lab: Lab, status: str) -> None:
    """Rule 25: in any other state it is null, and the answer is a success all the same."""
    batch = lab.sandbox.add_batch([{"status": status}])
    answer = data(lab.http.get(f"/api/v1/jobs/{batch.job_ids[0]}/results_link"))
    assert (answer["results_link"] is not None) == (status == "DONE")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v2/batches/{batch}"),
        ("GET", "/api/v1/batches/{batch}/status"),
        ("PATCH", "/api/v2/batches/{batch}/cancel"),
        ("POST", "/api/v1/batches/{batch}/rebatch"),
        ("GET", "/api/v2/jobs/{job}"),
        ("GET", "/api/v1/jobs/{job}/status"),
        ("PATCH", "/api/v2/jobs/{job}/cancel"),
    ],
)
def test_what_does_not_exist_is_404_and_what_is_foreign_403(
    lab: Lab, method: str, path: str
) -> None:
    """Rule 26: for jobs as for batches."""
    foreign = lab.sandbox.add_batch([{}], foreign=True)
    known = {"batch": foreign.id, "job": foreign.job_ids[0]}
    assert lab.http.request(method, path.format(**known)).status_code == 403
    unknown = {"batch": uuid4(), "job": uuid4()}
    assert lab.http.request(method, path.format(**unknown)).status_code == 404


def ids(answer: httpx.Response) -> list[UUID]:
    """The ids of a list."""
    return [UUID(entry["id"]) for entry in data(answer)]


def test_filters_of_batches_are_read_as_those_of_jobs(lab: Lab) -> None:
    """Rule 27: values of one filter are alternatives, different filters all have to match."""
    add = lab.sandbox.add_batch
    first = add([{"status": "DONE"}], tags=["a"], device_type="EMU_FREE", complete=True)
    second = add([{}, {}], tags=["b"], queue_priority="HIGH", user_id="alice")
    third = add([], tags=["a", "b"], status="PAUSED")
    add([{}], foreign=True)
    every = [third.id, second.id, first.id]
    expected: list[tuple[dict[str, Any], list[UUID]]] = [
        ({}, every),
        ({"order_by_direction": "ASC"}, every[::-1]),
        ({"limit": 1, "offset": 1}, [second.id]),
        ({"id": [str(first.id), str(third.id)]}, [third.id, first.id]),
        ({"id__starts_with": str(second.id)[:9].upper()}, [second.id]),
        ({"project_id": str(uuid4())}, []),
        ({"user_id": ["alice", "bob"]}, [second.id]),
        ({"device_type": "EMU_FREE"}, [first.id]),
        ({"status": ["PAUSED", "DONE"]}, [third.id, first.id]),
        ({"complete": True}, [first.id]),
        ({"open": True}, [third.id, second.id]),
        ({"min_jobs": 1, "max_jobs": 1}, [first.id]),
        ({"start_date": "2026-10-12T00:00:00Z"}, [first.id]),
        ({"end_date": "2026-10-12T00:00:00Z"}, []),
        ({"queue_priority": "HIGH"}, [second.id]),
        ({"tag": "a"}, [third.id, first.id]),
        ({"tag": "a", "status": "DONE"}, [first.id]),
    ]
    for params, wanted in expected:
        assert ids(lab.http.get(BATCHES, params=params)) == wanted, params
    shown = data(lab.http.get(BATCHES))[1]
    assert shown["job_ids"] == list(map(str, second.job_ids))
    assert not {"sequence_builder", "jobs"} & shown.keys()
    assert lab.http.get(BATCHES).headers["content-range"] == "1-3/3"


def test_dates_of_batches_may_be_those_of_creation(connect: Connect) -> None:
    """Rule 27: with the quirk that reads those of jobs so."""
    with Sandbox(quirks=["created-dates"]) as sandbox:
        lab = Lab(sandbox, connect(sandbox))
        batch = lab.create()
        params = {"start_date": "2026-10-12T00:00:00Z", "end_date": "2026-10-13T00:00:00Z"}
        assert ids(lab.http.get(BATCHES, params=params)) == [UUID(batch["id"])]


def test_counts_name_each_state(lab: Lab) -> None:
    """Rule 28: with zero where there is no job, since the official client waits for what it finds there."""
    batch = lab.create(jobs=[{"runs": 10}] * 3)
    lab.sandbox.advance(7)
    expected = dict.fromkeys(STATES, 0) | {"DONE": 1, "RUNNING": 1, "PENDING": 1}
    status = data(lab.http.get(f"{BATCHES}/{batch['id']}/status"))
    assert status == {"id": batch["id"], "status": "RUNNING", "jobs_count_per_status": expected}
    assert lab.get(batch)["jobs_count_per_status"] == expected
    canceling = lab.sandbox.add_batch([{"status": "CANCELING"}], status="CANCELING")
    counts = data(lab.http.get(f"/api/v2/batches/{canceling.id}"))["jobs_count_per_status"]
    assert counts == dict.fromkeys(STATES, 0) | {"CANCELING": 1}


@pytest.mark.parametrize("given", [7, "Mon, 12 Oct 2026 08:00:00 GMT", None])
def test_a_service_that_is_asked_too_often_may_say_when_to_come_again(
    lab: Lab, given: int | str | None
) -> None:
    """Rule 29: in seconds, as a date, or not at all; what was asked for is not done."""
    lab.sandbox.add_fault(Fault(operation="create_batch", status=429, retry_after=given, times=1))
    rejected = lab.try_create()
    assert rejected.status_code == 429
    assert rejected.headers.get("retry-after") == (None if given is None else str(given))
    lab.create()
    assert lab.http.get(BATCHES).json()["pagination"]["total"] == 1


def test_a_job_is_read_with_its_sequence(lab: Lab) -> None:
    """The key is there also where it is null, because the official client needs it."""
    batch = lab.create(jobs=[{"runs": 1}, {"runs": 1, "sequence": RABI}])
    shared, own = (data(lab.http.get(f"/api/v2/jobs/{job['id']}")) for job in batch["jobs"])
    assert (shared["sequence"], own["sequence"]) == (None, RABI)
    status = data(lab.http.get(f"/api/v1/jobs/{own['id']}/status"))
    assert status == {"id": own["id"], "status": "PENDING"}


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({"open": None}, ["body", "open"]),
        ({"tags": None}, ["body", "tags"]),
        ({"backend_configuration": None}, ["body", "backend_configuration"]),
    ],
)
def test_null_is_taken_only_where_the_contract_admits_it(
    lab: Lab, body: dict[str, Any], loc: list[Any]
) -> None:
    """The answer names the place."""
    answer = lab.try_create(**body)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == loc


def test_numbers_that_json_lacks_are_rejected(lab: Lab) -> None:
    """Wherever they stand in the values of variables."""
    text = (
        f'{{"project_id": "{lab.sandbox.project_id}", "sequence_builder": "x",'
        '"jobs": [{"variables": {"x": [1, NaN]}}]}'
    )
    answer = lab.http.post(BATCHES, content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "jobs", 0, "variables", "x", 1]


def test_what_runs_is_kept_in_a_file(connect: Connect, tmp_path: Any) -> None:
    """A restart goes on with the batch that has the device, and with the time that it has idled."""
    path = tmp_path / "sandbox.db"
    with Sandbox(db=path) as sandbox:
        lab = Lab(sandbox, connect(sandbox))
        batch, other = lab.create(open=True), lab.create()
        sandbox.advance("4m")
    with Sandbox(db=path) as sandbox:
        lab = Lab(sandbox, connect(sandbox))
        assert (lab.get(batch)["status"], lab.states(other)) == ("RUNNING", ["PENDING"])
        sandbox.advance("2m")
        assert (lab.get(batch)["status"], lab.states(other)) == ("TIMED_OUT", ["DONE"])

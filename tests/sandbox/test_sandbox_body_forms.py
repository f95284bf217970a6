"""Bodies whose form is wrong in ways that the generated models do not see, and those that are only odd."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pasqal_client.sandbox import Sandbox
from pasqal_client.sandbox.devices.specs import ANALOG_DEVICE, find_max_runs

if TYPE_CHECKING:
    import httpx

    from sandbox.conftest import Connect

BATCHES = "/api/v1/batches"
JSON = {"Content-Type": "application/json"}
HALF = "\ud800"
DEEP: Any = 1
for _ in range(150):
    DEEP = [DEEP]


def send(http: httpx.Client, project: object, **fields: Any) -> httpx.Response:
    """Create a batch, with a body in which anything is spelt that JSON can spell, and NaN."""
    body = {"project_id": str(project), "sequence_builder": "any text", "jobs": [{}], **fields}
    return http.post(BATCHES, content=json.dumps(body), headers=JSON)


@pytest.mark.parametrize(
    ("fields", "place", "kind"),
    [
        ({"jobs": [{}, {"runs": "5"}]}, ["jobs", 1, "runs"], "int_type"),
        ({"jobs": [{"runs": True}]}, ["jobs", 0, "runs"], "int_type"),
        ({"jobs": [{"runs": 2**63}]}, ["jobs", 0, "runs"], "int_type"),
        ({"priority": "5"}, ["priority"], "number_type"),
        ({"open": "true"}, ["open"], "bool_type"),
        ({"open": 1}, ["open"], "bool_type"),
        ({"tags": [HALF]}, ["tags", 0], "string_unicode"),
        ({"sequence_builder": HALF}, ["sequence_builder"], "string_unicode"),
        (
            {"jobs": [{"variables": {"x": {HALF: 1}}}]},
            ["jobs", 0, "variables", "x"],
            "string_unicode",
        ),
        (
            {"configuration": {"x": float("inf")}},
            ["configuration", "x"],
            "finite_number",
        ),
        ({"configuration": {"x": DEEP}}, ["configuration"], "recursion_loop"),
        ({"jobs": [{"variables": {"x": DEEP}}]}, ["jobs"], "recursion_loop"),
    ],
)
def test_a_value_that_the_contract_does_not_admit_is_rejected(
    sandbox: Sandbox, http: httpx.Client, fields: dict[str, Any], place: list[Any], kind: str
) -> None:
    """The answer says where it stands; nothing is kept of the batch."""
    answer = send(http, sandbox.project_id, **fields)
    assert answer.status_code == 422
    (mistake,) = answer.json()["detail"]
    assert (mistake["loc"], mistake["type"]) == (["body", *place], kind)
    assert http.get(BATCHES).json()["pagination"]["total"] == 0


def test_what_is_odd_but_right_is_kept_as_it_came(sandbox: Sandbox, http: httpx.Client) -> None:
    """Large numbers among the variables, a whole number with a point, an empty sequence, unknown fields."""
    variables = {"x": 10**400, "y": [1e-300, "Zoë \0"], "z": None}
    answer = send(
        http,
        sandbox.project_id,
        sequence_builder="",
        jobs=[{"runs": 3.0, "variables": variables, "unheard_of": None}],
        unheard_of=[None],
    )
    assert answer.status_code == 200
    batch = answer.json()["data"]
    assert batch["sequence_builder"] == ""
    (job,) = batch["jobs"]
    assert (job["runs"], job["variables"]) == (3, variables)


@pytest.mark.parametrize("content", ["", "{", "null", "[" * 10**5, '"text"'])
def test_what_is_not_an_object_is_not_a_batch(http: httpx.Client, content: str) -> None:
    """Whatever else it is."""
    answer = http.post(BATCHES, content=content, headers=JSON)
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize(
    ("fields", "is_open"),
    [
        ({"complete": False}, True),
        ({"complete": True}, False),
        ({"complete": True, "open": True}, True),
        ({"priority": 3, "emulator": "EMU_SV"}, False),
    ],
)
def test_complete_is_read_where_open_is_missing(
    sandbox: Sandbox, http: httpx.Client, fields: dict[str, Any], is_open: bool
) -> None:
    """The contract has it as the opposite of open, which replaces it; the numeric priority has no effect."""
    batch = send(http, sandbox.project_id, **fields).json()["data"]
    assert (batch["open"], batch["complete"]) == (is_open, not is_open)
    assert (batch["queue_priority"], batch["priority"]) == ("MEDIUM", 10)


def test_a_sequence_cannot_raise_the_limit_of_a_device(connect: Connect) -> None:
    """Rule 9: the specification of the device counts, where it says something."""

    def limit(sandbox: Sandbox, device_type: str) -> int:
        jobs = [{"runs": 10**6}]
        fields = {"sequence_builder": text, "device_type": device_type, "jobs": jobs}
        answer = send(connect(sandbox), sandbox.project_id, **fields)
        return int(answer.json()["message"].rpartition(" ")[2].rstrip("."))

    device = {"name": "AnalogDevice", "max_runs": 2000}
    text = json.dumps({"register": [], "variables": {}, "device": device})
    with Sandbox() as usual, Sandbox(specs={"FRESNEL": ANALOG_DEVICE}) as other:
        assert limit(usual, "FRESNEL") == 500
        assert limit(other, "FRESNEL") == 2000
        assert limit(usual, "FRESNEL_SA1") == 2000


def test_a_specification_may_say_nothing_about_runs() -> None:
    """Then it sets no limit."""
    assert find_max_runs(ANALOG_DEVICE) == 2000
    for spec in ('{"name": "x"}', '{"name": "x", "max_runs": true}', "[]"):
        assert find_max_runs(spec) is None


def test_a_number_is_not_a_time(http: httpx.Client) -> None:
    """Although the models take the seconds since 1970 for one."""
    answer = http.patch(f"{BATCHES}/cancel", json={"start_date": 0})
    assert answer.json()["detail"][0]["loc"] == ["body", "start_date"]


def test_a_path_says_which_methods_it_admits(http: httpx.Client) -> None:
    """All of them, where several operations have the same path."""
    answer = http.delete(BATCHES)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST, GET")


@pytest.mark.parametrize("entry", [5, {"runs": "5"}], ids=["model", "form"])
def test_an_answer_names_a_hundred_mistakes_at_most(
    sandbox: Sandbox, http: httpx.Client, entry: object
) -> None:
    """A body may have a mistake in every other byte, and its answer would be many times as large."""
    batch = sandbox.add_batch()
    answer = http.post(f"/api/v2/batches/{batch.id}/jobs", json=[entry] * 5000)
    assert answer.status_code == 422
    assert len(answer.json()["detail"]) == 100


def test_a_list_that_is_too_long_is_not_looked_into(sandbox: Sandbox, http: httpx.Client) -> None:
    """It is one mistake, wherever the body has it."""
    jobs = [5] * 100_001
    batch = sandbox.add_batch()
    for answer in (
        http.post(f"/api/v2/batches/{batch.id}/jobs", json=jobs),
        send(http, sandbox.project_id, jobs=jobs),
    ):
        assert answer.status_code == 422
        (mistake,) = answer.json()["detail"]
        assert (mistake["loc"], mistake["type"]) == (["body"], "too_long")

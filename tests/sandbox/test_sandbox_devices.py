"""The devices of the sandbox: the lists, their specifications, their queues, and what happens to one that is down."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from pasqal_client.sandbox import Sandbox
from pasqal_client.sandbox.devices.catalogue import Catalogue
from pasqal_client.sandbox.devices.specs import ANALOG_DEVICE, SPECS, check_specs, find_name
from sandbox.conftest import Connect

DEVICES = "/api/v2/devices"
PUBLIC = "/api/v1/devices"


def types(answer: httpx.Response) -> list[str]:
    """The types of the devices of a page."""
    assert answer.status_code == 200
    return [device["device_type"] for device in answer.json()["data"]]


def queue(http: httpx.Client, device_type: str = "FRESNEL", **query: int) -> dict[str, Any]:
    answer = http.get(f"/api/v1/devices/{device_type}/queue", params=query)
    assert answer.status_code == 200
    page: dict[str, Any] = answer.json()
    return page


def statuses(http: httpx.Client) -> list[str]:
    """The states of all jobs, the oldest first."""
    answer = http.get("/api/v2/jobs", params={"order_by_direction": "ASC"})
    return [job["status"] for job in answer.json()["data"]]


# ---------------------------------------------------------------------------------------------------------------------
# The lists


def test_the_devices_are_listed_private_ones_included(http: httpx.Client) -> None:
    """The newest one comes first, and the page says where it is, as other lists do."""
    answer = http.get(DEVICES)
    assert types(answer) == ["FRESNEL_CAN1", "EMU_MPS", "EMU_SV", "FRESNEL", "EMU_FREE", "EMU_C"]
    assert answer.headers["Content-Range"] == "1-6/6"
    assert answer.json()["pagination"] == {"total": 6, "start": 0, "end": 6}


def test_anybody_may_list_the_public_devices(sandbox: Sandbox, http: httpx.Client) -> None:
    """No token is needed, and private devices are not in that list."""
    found = types(http.get(PUBLIC))
    assert "FRESNEL" in found
    assert "FRESNEL_CAN1" not in found
    anonymous = httpx.get(f"{sandbox.base_url}{PUBLIC}", trust_env=False)
    assert types(anonymous) == found
    assert httpx.get(f"{sandbox.base_url}{DEVICES}", trust_env=False).status_code == 401


def test_a_device_has_the_fields_of_the_contract(http: httpx.Client) -> None:
    """The name is the type, as the documentation has it, and the values are plausible."""
    (device,) = http.get(DEVICES, params={"device_type": "FRESNEL"}).json()["data"]
    assert device["name"] == device["device_type"] == "FRESNEL"
    assert (device["status"], device["availability"], device["active"]) == ("UP", "ACTIVE", True)
    assert device["is_emulator"] is False
    assert device["max_atom_num"] == 100
    assert device["default_result_types"] == ["counter", "run"]


def test_a_device_has_the_same_id_in_every_sandbox(http: httpx.Client, connect: Connect) -> None:
    """So a test can compare what it has recorded."""
    with Sandbox() as other:
        assert http.get(DEVICES).json() == connect(other).get(DEVICES).json()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"device_type": ["FRESNEL", "EMU_SV"]}, ["EMU_SV", "FRESNEL"]),
        ({"availability": "RETIRED"}, ["EMU_C"]),
        ({"public": False}, ["FRESNEL_CAN1"]),
        ({"public": True, "device_type": ["FRESNEL", "FRESNEL_CAN1"]}, ["FRESNEL"]),
        ({"order_by_direction": "ASC", "limit": 2, "offset": 1}, ["EMU_FREE", "FRESNEL"]),
        ({"order_by": "device_type", "limit": 1}, ["FRESNEL_CAN1"]),
        ({"offset": 10}, []),
        ({"offset": -1, "limit": 1}, ["FRESNEL_CAN1"]),
    ],
)
def test_the_devices_are_filtered(
    http: httpx.Client, query: dict[str, Any], expected: list[str]
) -> None:
    """The values of one filter are alternatives, all filters have to match, and only the age sorts."""
    assert types(http.get(DEVICES, params=query)) == expected


@pytest.mark.parametrize(
    "query", [{"device_type": "FRESNEL9"}, {"availability": "GONE"}, {"limit": 101}]
)
def test_a_value_that_no_filter_can_have_is_rejected(
    http: httpx.Client, query: dict[str, Any]
) -> None:
    """As in every list."""
    assert http.get(DEVICES, params=query).status_code == 422


def test_the_queue_time_is_that_of_the_last_hour(sandbox: Sandbox, http: httpx.Client) -> None:
    """It is the average over the jobs that started in it."""

    def waited() -> int:
        (device,) = http.get(DEVICES, params={"device_type": "FRESNEL"}).json()["data"]
        return int(device["average_queue_time"])

    assert waited() == 0
    start = datetime(2026, 10, 12, 8, 2, tzinfo=UTC)
    created = datetime(2026, 10, 12, 8, 0, tzinfo=UTC)
    job = {"status": "DONE", "start_timestamp": start, "created_at": created}
    sandbox.add_batch([job, {**job, "created_at": datetime(2026, 10, 12, 8, 1, tzinfo=UTC)}])
    assert waited() == 90
    sandbox.advance("2h")
    assert waited() == 0


# ---------------------------------------------------------------------------------------------------------------------
# Specifications


def test_the_specifications_are_texts_by_type(http: httpx.Client) -> None:
    """Those of QPUs only, under the type of the device; the name inside is another."""
    specs = http.get("/api/v1/devices/specs").json()["data"]
    assert specs == SPECS
    assert json.loads(specs["FRESNEL"])["name"] == "Fresnel"
    assert json.loads(specs["FRESNEL"])["max_runs"] == 500


def test_one_specification_is_answered_with_its_type(http: httpx.Client) -> None:
    """An emulator has none, and a type that nobody knows is a mistake."""
    data = http.get("/api/v1/devices/specs/FRESNEL").json()["data"]
    assert data == {"device_type": "FRESNEL", "specs": SPECS["FRESNEL"]}
    missing = http.get("/api/v1/devices/specs/EMU_FREE")
    assert missing.status_code == 404
    assert missing.json()["message"] == "Device EMU_FREE has no specifications."
    assert http.get("/api/v1/devices/specs/FRESNEL9").status_code == 422


def test_anybody_may_read_the_public_specifications(sandbox: Sandbox, http: httpx.Client) -> None:
    """They are a list, without those of private devices."""
    path = "/api/v1/devices/public-specs"
    expected = [{"device_type": "FRESNEL", "specs": SPECS["FRESNEL"]}]
    assert http.get(path).json()["data"] == expected
    anonymous = httpx.get(f"{sandbox.base_url}{path}", trust_env=False)
    assert anonymous.json()["data"] == expected


def test_a_sandbox_can_serve_other_specifications(connect: Connect) -> None:
    """So a tutorial for AnalogDevice runs as it is, on what it takes for FRESNEL."""
    with Sandbox(specs={"FRESNEL": ANALOG_DEVICE}) as sandbox:
        http = connect(sandbox)
        assert http.get("/api/v1/devices/specs").json()["data"] == {"FRESNEL": ANALOG_DEVICE}
        assert http.get("/api/v1/devices/specs/FRESNEL_CAN1").status_code == 404


def test_the_lattice_of_the_analog_device_is_complete() -> None:
    """It has 61 traps in the order in which Pulser numbers them, none farther out than 20 µm."""
    (layout,) = json.loads(ANALOG_DEVICE)["pre_calibrated_layouts"]
    traps = layout["coordinates"]
    assert len(traps) == 61
    assert traps == sorted(traps)
    assert max(x * x + y * y for x, y in traps) <= 400.001


@pytest.mark.parametrize(
    ("specs", "kind"),
    [
        ("FRESNEL", TypeError),
        ([], TypeError),
        ({"FRESNEL": {}}, TypeError),
        ({5: "{}"}, TypeError),
        ({"FRESNEL": "{}"}, ValueError),
        ({"FRESNEL": "[]"}, ValueError),
        ({"FRESNEL": "{"}, ValueError),
    ],
)
def test_specifications_that_are_none_are_rejected(specs: Any, kind: type[Exception]) -> None:
    """The sandbox says so when it is made."""
    with pytest.raises(kind, match="specs"):
        Sandbox(specs=specs)


def test_the_type_of_a_device_is_found_by_the_name_in_its_specification() -> None:
    """A sequence names the device as the specification does; any other name stands for itself."""
    catalogue = Catalogue(check_specs({"FRESNEL": ANALOG_DEVICE}))
    assert find_name(ANALOG_DEVICE) == "AnalogDevice"
    assert catalogue.find_type("AnalogDevice") == "FRESNEL"
    assert catalogue.find_type("Fresnel") == "Fresnel"


# ---------------------------------------------------------------------------------------------------------------------
# Queues


def test_the_queue_has_the_batches_that_wait_the_next_one_first(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """The priority comes before the arrival; what runs, has ended or is for another device is not in it."""
    running = sandbox.add_batch([{"fate": None}], queue_priority="CRITICAL")
    sandbox.advance("1s")
    low = sandbox.add_batch([{}], queue_priority="LOW")
    first = sandbox.add_batch([{}], queue_priority="HIGH")
    second = sandbox.add_batch([{}, {}], queue_priority="HIGH")
    sandbox.add_batch([{}], device_type="EMU_FREE")
    sandbox.add_batch([{"status": "DONE"}], complete=True)
    page = queue(http)
    assert [batch["id"] for batch in page["data"]] == [
        str(batch.id) for batch in (first, second, low)
    ]
    assert page["pagination"] == {"total": 3, "start": 0, "end": 3}
    assert str(running.id) not in json.dumps(page)


def test_a_queue_comes_in_pages(sandbox: Sandbox, http: httpx.Client) -> None:
    """An empty page is 0-0, as in other lists."""
    sandbox.set_device("FRESNEL", status="DOWN")
    batches = [sandbox.add_batch([{}]) for _ in range(3)]
    page = queue(http, limit=2, offset=1)
    assert [batch["id"] for batch in page["data"]] == [str(batch.id) for batch in batches[1:]]
    assert page["pagination"] == {"total": 3, "start": 1, "end": 3}
    answer = http.get("/api/v1/devices/EMU_MPS/queue")
    assert answer.headers["Content-Range"] == "0-0/0"


def test_a_batch_in_a_queue_leaves_out_what_others_show(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """Neither its jobs nor its sequence are in it; the counts of its jobs are."""
    sandbox.set_device("FRESNEL", status="DOWN")
    sandbox.add_batch([{}, {"status": "CANCELED"}], tags=["night"])
    (batch,) = queue(http)["data"]
    left_out = ("complete", "priority", "sequence_builder", "webhook", "jobs", "job_ids")
    assert [name for name in left_out if name in batch] == []
    assert batch["tags"] == ["night"]
    assert batch["jobs_count"] == 2
    assert batch["jobs_count_per_status"]["PENDING"] == 1


def test_batches_of_others_are_not_in_a_queue(sandbox: Sandbox, http: httpx.Client) -> None:
    """Whoever asks sees what they have access to, and no more."""
    sandbox.set_device("FRESNEL", status="DOWN")
    sandbox.add_batch([{}], foreign=True)
    assert queue(http)["data"] == []


def test_the_queue_of_a_type_that_nobody_knows_is_a_mistake(http: httpx.Client) -> None:
    """The types are those of the contract."""
    assert http.get("/api/v1/devices/FRESNEL9/queue").status_code == 422


# ---------------------------------------------------------------------------------------------------------------------
# Devices that are down


def test_a_device_that_is_down_runs_nothing(sandbox: Sandbox, http: httpx.Client) -> None:
    """Its jobs wait, also one that ran, and go on when it is up again; other devices go on meanwhile."""
    sandbox.add_batch([{"runs": 50}, {"runs": 50}])
    sandbox.add_batch([{"runs": 50}], device_type="EMU_FREE")
    sandbox.advance("4s")
    sandbox.set_device("FRESNEL", status="DOWN", status_message="The laser is being repaired.")
    sandbox.advance("1h")
    assert statuses(http) == ["RUNNING", "PENDING", "DONE"]
    (device,) = http.get(DEVICES, params={"device_type": "FRESNEL"}).json()["data"]
    assert (device["status"], device["status_message"]) == ("DOWN", "The laser is being repaired.")
    sandbox.set_device("FRESNEL", status="UP")
    sandbox.advance("6s")
    assert statuses(http) == ["DONE", "RUNNING", "DONE"]
    (device,) = http.get(DEVICES, params={"device_type": "FRESNEL"}).json()["data"]
    assert (device["status"], device["status_message"]) == ("UP", None)


def test_an_open_batch_times_out_once_its_device_is_up(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """Nothing changes in a batch while its device is down, also not in hindsight."""
    batch = sandbox.add_batch([{"runs": 50}])
    sandbox.advance("1m")
    sandbox.set_device("FRESNEL", status="DOWN")
    sandbox.advance("1h")
    assert http.get(f"/api/v2/batches/{batch.id}").json()["data"]["status"] == "RUNNING"
    sandbox.set_device("FRESNEL", status="UP")
    up = sandbox.now
    sandbox.advance("1s")
    data = http.get(f"/api/v2/batches/{batch.id}").json()["data"]
    assert data["status"] == "TIMED_OUT"
    assert datetime.fromisoformat(data["end_datetime"]) == up


def test_a_device_that_is_retired_takes_no_batches(
    sandbox: Sandbox, http: httpx.Client, plain: httpx.Client
) -> None:
    """One that is only down does, and they wait; neither can a batch of a retired one be repeated."""

    def create(device_type: str) -> httpx.Response:
        jobs = [{"runs": 10}]
        body = {"project_id": str(sandbox.project_id), "sequence_builder": "text", "jobs": jobs}
        return http.post("/api/v1/batches", json={**body, "device_type": device_type})

    sandbox.set_device("FRESNEL", status="DOWN")
    batch_id = create("FRESNEL").json()["data"]["id"]
    sandbox.advance("1h")
    assert http.get(f"/api/v2/batches/{batch_id}").json()["data"]["status"] == "PENDING"
    sandbox.set_device("FRESNEL", status="UP", availability="RETIRED")
    message = "is retired and takes no batches."
    for device_type in ("FRESNEL", "EMU_C"):
        refused = create(device_type)
        assert (refused.status_code, message in refused.json()["message"]) == (422, True)
    sandbox.advance("1h")
    assert http.get(f"/api/v2/batches/{batch_id}").json()["data"]["status"] == "DONE"
    refused = plain.post(f"/api/v1/batches/{batch_id}/rebatch")
    assert (refused.status_code, message in refused.json()["message"]) == (422, True)


def test_clearing_brings_the_devices_up_again(sandbox: Sandbox, http: httpx.Client) -> None:
    """A cleared sandbox is one that was just created."""
    before = http.get(DEVICES).json()
    sandbox.set_device("FRESNEL", status="DOWN", availability="RETIRED")
    assert http.get(DEVICES).json() != before
    sandbox.clear()
    assert http.get(DEVICES).json() == before


@pytest.mark.parametrize(
    ("device_type", "state", "message"),
    [
        ("FRESNEL9", {}, "'FRESNEL9' is not a device; use one of EMU_C"),
        ([], {}, r"\[\] is not a device"),
        ("FRESNEL", {"availability": "GONE"}, "availability is 'GONE'; use one of ACTIVE"),
        ("FRESNEL", {"status": 5}, "status is 5, not text"),
        ("FRESNEL", {"status_message": "\ud800"}, "status_message"),
    ],
)
def test_a_device_cannot_be_in_any_other_state(
    sandbox: Sandbox, device_type: Any, state: dict[str, Any], message: str
) -> None:
    """The error says what would be right."""
    with pytest.raises(ValueError, match=message):
        sandbox.set_device(device_type, **state)


def test_other_languages_can_set_a_device(sandbox: Sandbox, plain: httpx.Client) -> None:
    """The route does what the method does."""
    control = sandbox.base_url.replace("/core-fast", "/_sandbox")
    answer = plain.put(f"{control}/devices/FRESNEL", json={"status": "DOWN"})
    assert (answer.status_code, answer.json()) == (200, {})
    (device,) = plain.get(DEVICES, params={"device_type": "FRESNEL"}).json()["data"]
    assert device["status"] == "DOWN"
    assert plain.put(f"{control}/devices/FRESNEL", json={"colour": "red"}).status_code == 422

"""`pasqal devices`: the list, one device, its queue and what it can do, with an account and without."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import pytest

from cli.conftest import Ran, Run
from cli.lab import PROJECT
from pasqal_client import BatchStatus, Device, DeviceAvailability, JobStatus, PasqalClient
from pasqal_client.cli import completion
from pasqal_client.cli.display.columns import device_columns, device_lines
from pasqal_client.cli.display.state_colours import TONES, Tone, tone_of
from pasqal_client.cli.pictures.style import DARK, LIGHT, Palette
from pasqal_client.sandbox import Sandbox
from pasqal_client.sandbox.pages.style import STYLE

PUBLIC = ["EMU_MPS", "EMU_SV", "FRESNEL", "EMU_FREE", "EMU_C"]
OTHER_PROJECT = UUID("5a1c7a3e-0000-4000-8000-000000000001")


@pytest.fixture
def unsigned(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """The sandbox of somebody who is not signed in."""
    monkeypatch.delenv("PASQAL_TOKEN")
    return sandbox


def wait_in_queue(sandbox: Sandbox, number: int, **fields: Any) -> list[str]:
    """Add batches that wait for EMU_FREE; their ids."""
    return [
        str(sandbox.add_batch([{}], device_type="EMU_FREE", **fields).id) for _ in range(number)
    ]


# ----------------------------------------------------------------------------------------------------------------------
# The list


def test_the_list_says_how_long_jobs_waited(sandbox: Sandbox, pasqal: Run) -> None:
    """The table has the average as a length of time, and what an empty column would show is left out."""
    ran = pasqal("devices list")
    assert (ran.code, ran.err) == (0, "")
    heading, *rows = ran.out.splitlines()
    assert heading.split("  ")[0] == "type"
    assert "message" not in heading
    waits = {row.split()[0]: row for row in rows}
    assert list(waits) == ["FRESNEL_CAN1", *PUBLIC]
    assert " 1 min " in waits["FRESNEL"]
    assert "QPU" in waits["FRESNEL"]
    assert "emulator" in waits["EMU_SV"]


def test_the_list_is_filtered_and_sorted(sandbox: Sandbox, pasqal: Run) -> None:
    """Values are taken in any case, and any of several matches."""
    assert pasqal("devices list --type emu_sv --type FRESNEL -q").out == "EMU_SV\nFRESNEL\n"
    assert pasqal("devices list --availability retired -q").out == "EMU_C\n"
    assert pasqal("devices list --private -q").out == "FRESNEL_CAN1\n"
    by_atoms = pasqal("devices list --public --order-by max_atom_num --reverse -q").out.split()
    assert by_atoms == ["EMU_FREE", "EMU_C", "EMU_SV", "EMU_MPS", "FRESNEL"]
    ran = pasqal("devices list --availability inactive")
    assert ran == (0, "", "no device matches\n")


def test_data_are_what_the_service_sent(sandbox: Sandbox, pasqal: Run) -> None:
    """Each format has the fields of the contract."""
    devices = json.loads(pasqal("devices list -o json").out)
    with PasqalClient() as client:
        sent = [device.to_dict() for device in client.devices.list()]
    assert devices == sent
    lines = pasqal("devices list -o jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == sent
    rows = list(csv.DictReader(io.StringIO(pasqal("devices list -o csv").out)))
    assert [row["device_type"] for row in rows] == [one["device_type"] for one in sent]
    assert json.loads(rows[0]["allowed_result_types"]) == ["counter", "run"]


def test_anybody_may_list_the_public_devices(unsigned: Sandbox, pasqal: Run) -> None:
    """Nothing has to be signed in; a line on stderr says what is missing."""
    ran = pasqal("devices list -q")
    assert ran.code == 0
    assert ran.out.split() == PUBLIC
    assert ran.err == "not signed in: only public devices are shown\n"
    assert "authorization" not in unsigned.requests[-1].headers


def test_a_token_that_is_not_accepted_is_not_ignored(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever signs in wants what the account may see, so the list does not silently leave devices out."""
    monkeypatch.setenv("PASQAL_TOKEN", "wrong-wrong-wrong")
    ran = pasqal("devices list")
    assert (ran.code, ran.out) == (3, "")
    assert "the credentials came from the environment" in ran.err


@pytest.mark.parametrize("line", ["list", "show FRESNEL", "specs", "specs FRESNEL"])
def test_what_anybody_may_ask_goes_to_the_address_that_was_given(
    unsigned: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """Without an account, too, options say where the service is, and how strictly answers are read."""
    monkeypatch.delenv("PASQAL_BASE_URL")
    ran = pasqal(f"devices {line} --base-url {unsigned.base_url} --strict --deadline 30s --debug")
    assert (ran.code, "FRESNEL" in ran.out.upper()) == (0, True)
    assert f"> GET {unsigned.base_url}/api/v1/devices" in ran.err
    assert pasqal(f"devices {line} --base-url nowhere").code == 2


def test_a_wrong_address_is_named(sandbox: Sandbox, pasqal: Run) -> None:
    """A service that does not know the list is at another address."""
    ran = pasqal(f"devices list --base-url {sandbox.base_url}/x")
    assert ran.code == 1
    assert ran.err.splitlines()[1].startswith("hint: check the address: `pasqal auth status")


def test_a_message_stays_in_a_narrow_terminal(
    sandbox: Sandbox, on_terminal: Callable[..., Ran]
) -> None:
    """What keeps a device from running is more than how many atoms it has; states are coloured."""
    sandbox.set_device(
        "EMU_SV", status="DOWN", status_message="The \x1b[2J\nlaser is being repaired."
    )
    ran = on_terminal("devices list", columns=80)
    assert ran.code == 0
    assert "atoms" not in ran.out
    assert r"The \x1b[2J laser is" in ran.out
    assert "\x1b[32mACTIVE" in ran.out
    assert "\x1b[1;31mDOWN" in ran.out
    narrow = on_terminal("devices list", columns=12)
    assert "FRESNEL_CAN1" in narrow.out.splitlines()


def test_a_departure_is_a_question_mark() -> None:
    """A wait that is not a number, and a kind that is not known, do not end the list."""
    device = Device.from_dict({"average_queue_time": "soon"})
    cells = {column.title: column.cells for column in device_columns([device])}
    assert (cells["average wait"], cells["kind"], cells["type"]) == (["?"], ["?"], ["?"])
    assert ("average_queue_time", "?") in device_lines(device)
    assert "average_queue_time" not in dict(device_lines(Device.from_dict({})))


# ----------------------------------------------------------------------------------------------------------------------
# One device


def test_everything_about_a_device(sandbox: Sandbox, pasqal: Run) -> None:
    """The types come in any case, and are shown in that order, each once; the wait is a length of time."""
    ran = pasqal("devices show emu_sv FRESNEL fresnel")
    assert (ran.code, ran.err) == (0, "")
    fields = [line.split(maxsplit=1) for line in ran.out.splitlines() if line and line[0] != " "]
    values = [value for name, value in fields if name == "device_type"]
    assert values == ["EMU_SV", "FRESNEL"]
    assert ["average_queue_time", "1 min"] in fields
    assert ["description", "A QPU of neutral atoms with a global channel."] in fields
    assert pasqal("devices show - -q", stdin="fresnel EMU_SV\n").out == "FRESNEL\nEMU_SV\n"
    one = json.loads(pasqal("devices show FRESNEL -o json").out)
    assert [device["device_type"] for device in one] == ["FRESNEL"]


def test_one_command_feeds_another(sandbox: Sandbox, pasqal: Run) -> None:
    """The types that one command prints are what the other one reads."""
    types = pasqal("devices list --public -q").out
    ran = pasqal("devices show - -q", stdin=types)
    assert (ran.code, ran.out.split(), ran.err) == (0, PUBLIC, "")
    assert pasqal("devices show -", stdin="") == (0, "", "")


@pytest.mark.parametrize("command", ["queue", "specs"])
def test_one_type_may_come_from_stdin(sandbox: Sandbox, pasqal: Run, command: str) -> None:
    """What is not exactly one type never reaches the service."""
    typed = pasqal(f"devices {command} FRESNEL")
    assert (typed.code, pasqal(f"devices {command} -", stdin="fresnel\n")) == (0, typed)
    asked = len(sandbox.requests)
    for given, number in {"": "0 types", "FRESNEL EMU_SV": "2 types"}.items():
        ran = pasqal(f"devices {command} -", stdin=given)
        said = f"pasqal: stdin has {number}; exactly one is needed\n"
        assert (ran.code, ran.out, ran.err) == (2, "", said)
    assert pasqal("devices", command, "a b").code == 2
    assert len(sandbox.requests) == asked


def test_a_device_that_is_not_there_is_named(unsigned: Sandbox, pasqal: Run) -> None:
    """The others are shown all the same, and nothing that is not a type reaches the service or the terminal."""
    ran = pasqal("devices show FRESNEL fresnel_can1 nope -q")
    assert (ran.code, ran.out) == (1, "FRESNEL\n")
    assert ran.err.splitlines()[1:] == [
        "pasqal: device FRESNEL_CAN1 does not exist, or this account cannot see it",
        "pasqal: device NOPE does not exist, or this account cannot see it",
    ]
    asked = len(unsigned.requests)
    assert pasqal("devices", "show", "a b").err.startswith("pasqal: 'a b' is not a type of device")
    ran = pasqal("devices show -", stdin="FRESNEL eyJ.secret")
    assert (ran.code, "secret" in ran.err) == (2, False)
    assert ran.err.startswith("pasqal: word 2 of stdin is not a type of device\n")
    assert len(unsigned.requests) == asked


# ----------------------------------------------------------------------------------------------------------------------
# Queues


def test_own_batches_are_marked(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Own are those of the configured project; their places stand below the table."""
    monkeypatch.setenv("PASQAL_PROJECT_ID", PROJECT)
    other = wait_in_queue(sandbox, 2, project_id=OTHER_PROJECT)
    (mine,) = wait_in_queue(sandbox, 1, project_id=UUID(PROJECT))
    (first,) = wait_in_queue(sandbox, 1, project_id=OTHER_PROJECT, queue_priority="HIGH")
    ran = pasqal("devices queue emu_free")
    assert ran.code == 0
    rows = [line.split()[:4] for line in ran.out.splitlines()]
    assert rows == [
        ["place", "id", "own", "queue"],
        ["1", first, "-", "HIGH"],
        ["2", other[0], "-", "MEDIUM"],
        ["3", other[1], "-", "MEDIUM"],
        ["4", mine, "yes", "MEDIUM"],
    ]
    assert ran.err == "4 batches wait for EMU_FREE; yours is number 4\n"
    (again,) = wait_in_queue(sandbox, 1, project_id=UUID(PROJECT))
    ran = pasqal("devices queue EMU_FREE -q")
    assert ran.out.split() == [first, *other, mine, again]
    assert ran.err == "5 batches wait for EMU_FREE; yours are number 4, 5\n"
    data = [json.loads(line) for line in pasqal("devices queue EMU_FREE -o jsonl").out.splitlines()]
    assert [(row["place"], row["own"], row["id"]) for row in data[2:4]] == [
        (3, False, other[1]),
        (4, True, mine),
    ]
    assert data[3]["project_id"] == PROJECT
    heading = pasqal("devices queue EMU_FREE -o csv").out.partition("\n")[0]
    assert heading.startswith("place,own,id,status,")


def test_without_a_project_all_that_is_visible_is_own(sandbox: Sandbox, pasqal: Run) -> None:
    """The service does not say whose a token is."""
    assert pasqal("devices queue EMU_FREE") == (0, "", "no batch waits for EMU_FREE\n")
    wait_in_queue(sandbox, 1)
    ran = pasqal("devices queue EMU_FREE -q")
    assert ran.err == "1 batch waits for EMU_FREE; all yours\n"


def test_a_long_queue_is_cut_but_for_the_own_batches(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first 20 are printed, and the own ones wherever they are; --all prints the rest."""
    monkeypatch.setenv("PASQAL_PROJECT_ID", PROJECT)
    wait_in_queue(sandbox, 30, project_id=OTHER_PROJECT)
    mine = wait_in_queue(sandbox, 2, project_id=UUID(PROJECT))
    ran = pasqal("devices queue EMU_FREE -q")
    assert len(ran.out.split()) == 22
    assert ran.out.split()[20:] == mine
    said = "32 batches wait for EMU_FREE; yours are number 31, 32"
    assert ran.err == f"{said}; 22 of them are shown, --all for the rest\n"
    ran = pasqal("devices queue EMU_FREE -q --all")
    assert (len(ran.out.split()), ran.err) == (32, f"{said}\n")
    monkeypatch.setenv("PASQAL_PROJECT_ID", str(UUID(int=5)))
    ran = pasqal("devices queue EMU_FREE -o csv")
    assert "; none is yours; 20 of them" in ran.err
    monkeypatch.delenv("PASQAL_PROJECT_ID")
    ran = pasqal("devices queue EMU_FREE -o csv")
    assert (ran.out.count("\n"), "; all yours; 20 of them" in ran.err) == (21, True)


def test_a_queue_of_several_pages_is_doubted(sandbox: Sandbox, pasqal: Run) -> None:
    """Batches change places while it is read, and a warning says so."""
    wait_in_queue(sandbox, 120)
    ran = pasqal("devices queue EMU_FREE -q --all")
    assert (ran.code, len(ran.out.split())) == (0, 120)
    assert ran.err.splitlines()[0].startswith("warning: ")
    assert pasqal("devices queue EMU_FREE -q --strict").code == 1


def test_a_queue_needs_an_account(unsigned: Sandbox, pasqal: Run) -> None:
    """The hint says how to sign in, and nothing is sent."""
    ran = pasqal("devices queue FRESNEL")
    assert (ran.code, ran.out) == (3, "")
    assert "hint: run `pasqal auth login`" in ran.err
    assert unsigned.requests == []


def test_a_type_that_the_service_does_not_know(sandbox: Sandbox, pasqal: Run) -> None:
    """The service's answer names those that it knows; an empty type is not sent."""
    ran = pasqal("devices queue mock")
    assert (ran.code, "'FRESNEL'" in ran.err) == (1, True)
    asked = len(sandbox.requests)
    assert pasqal("devices", "queue", "").code == 2
    assert len(sandbox.requests) == asked


# ----------------------------------------------------------------------------------------------------------------------
# Specifications


def test_a_specification_goes_into_a_file_as_it_is(
    sandbox: Sandbox, shell: Run, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is printed is the text of the library, byte for byte, which Pulser reads."""
    with PasqalClient() as client:
        text = client.devices.specs("FRESNEL")
        texts = client.devices.specs()
    assert shell("pasqal devices specs fresnel > f.json; cat f.json").out == f"{text}\n"
    assert json.loads(pasqal("devices specs").out) == texts
    monkeypatch.delenv("PASQAL_TOKEN")
    ran = pasqal("devices specs")
    assert list(json.loads(ran.out)) == ["FRESNEL"]
    assert ran.err == "not signed in: only public devices are shown\n"


def test_a_specification_obeys_nothing_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, on_terminal: Callable[..., Ran], pasqal: Run
) -> None:
    """Control characters are spelled out there, and only there; lines stay lines."""
    text = '{"name": "Fresnel",\n\t"note": "\x9b2J"}'
    with Sandbox(specs={"FRESNEL": text}) as sandbox:
        monkeypatch.setenv("PASQAL_BASE_URL", sandbox.base_url)
        monkeypatch.setenv("PASQAL_TOKEN", sandbox.token)
        shown = on_terminal("devices specs FRESNEL").out
        assert pasqal("devices specs FRESNEL").out == f"{text}\n"
    assert "\x9b" not in shown
    assert r"\x9b2J" in shown
    assert len(shown.splitlines()) == 2


@pytest.mark.parametrize("token", ["right", ""])
def test_an_emulator_has_no_specification(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    """The hint does not doubt the address, with an account or without."""
    if not token:
        monkeypatch.delenv("PASQAL_TOKEN")
    ran = pasqal(f"devices specs EMU_MPS --base-url {sandbox.base_url}")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines()[-1] == (
        f"hint: `pasqal devices list --base-url {sandbox.base_url}` shows which devices there are; "
        "emulators have no specification"
    )


# ----------------------------------------------------------------------------------------------------------------------
# In a shell


def test_pipes_full_disks_and_closed_streams(sandbox: Sandbox, shell: Run) -> None:
    """Each ends with the exit code of the other commands, and without a traceback."""
    ran = shell("pasqal devices specs | head -n 1 > /dev/null; echo ${PIPESTATUS[0]}")
    assert (ran.out, ran.err) == ("0\n", "")
    full = (1, "", "pasqal: No space left on device\n")
    assert shell("pasqal devices specs FRESNEL > /dev/full") == full
    ran = shell("PASQAL_TOKEN= pasqal devices list -q 2>/dev/full")
    assert (ran.code, ran.out.split()) == (0, PUBLIC)


# ----------------------------------------------------------------------------------------------------------------------
# Completion and colours


def test_completion_offers_what_a_shell_may_type() -> None:
    """Types, availabilities, queues and states; the case in which one was begun is kept."""
    assert "DONE" in completion.complete_statuses("DO")
    assert "fresnel" in completion.complete_device_types("f")
    assert completion.complete_availabilities("") == ["ACTIVE", "INACTIVE", "RETIRED"]
    assert "HIGH" in completion.complete_queues("")
    assert "TIMED_OUT" in completion.complete_batch_statuses("")
    assert "max_atom_num" in completion.complete_device_sort_keys("")
    assert "created_at" in completion.complete_device_sort_keys("")
    assert "tags" in completion.complete_batch_sort_keys("")


@pytest.mark.parametrize("states", [JobStatus, BatchStatus, DeviceAvailability])
def test_every_known_state_has_a_colour(states: Iterable[object]) -> None:
    """None of them looks like an unknown one."""
    assert all(tone_of(str(state)) is not Tone.OTHER for state in states)
    assert tone_of("SUSPENDED") is Tone.OTHER


@pytest.mark.parametrize(("part", "palette"), [(0, LIGHT), (1, DARK)])
def test_a_state_looks_the_same_in_pictures_and_on_the_page_of_the_sandbox(
    part: int, palette: Palette
) -> None:
    """Both have the same colour for it, on a light and on a dark background; so do states that mean the same."""
    shown = dict(re.findall(r"--([A-Z_]+): ([^;]+);", STYLE.split("@media (prefers-color")[part]))
    named = dict(re.findall(r"--([A-Z_]+): var\(--([A-Z]+)\);", STYLE))
    assert {*shown, *named} == {str(state) for state in [*JobStatus, *BatchStatus]}
    for state, tone in TONES.items():
        assert shown[named.get(state, state)] == palette.tones.get(tone, shown["PENDING"])

"""The whole life of jobs against the sandbox: with the official client, and with Pulser's own backends over it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from contract.derived import CONTRACT
from pasqal_client.sandbox import Sandbox
from sandbox.test_official_client import official, printed_by

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["official"]

pytestmark = pytest.mark.official

TEXTS = CONTRACT["components"]["x-texts"]
BITS = {"00", "01", "10", "11"}


def running() -> Sandbox:
    """A sandbox in which jobs are done by the time that anybody asks again, while nothing expires."""
    speed = 100_000
    return Sandbox(
        speed=speed, idle_timeout="1000d", token_lifetime=1000 * speed, result_lifetime="1000d"
    )


@pytest.fixture(scope="module")
def printed(official: Path) -> dict[str, Any]:
    """What a user of the official client sees in the course of a session."""
    with running() as sandbox:
        return printed_by("official_life.py", official, sandbox, **TEXTS)


def test_it_creates_batches_and_reads_their_results(printed: dict[str, Any]) -> None:
    """It waits for one, gives values to variables, and sequences to jobs."""
    created = printed["created"]
    waited = created["waited"]
    assert (waited["status"], waited["open"], waited["device_type"]) == ("DONE", False, "FRESNEL")
    assert [job[1:3] for job in waited["jobs"]] == [["DONE", 40], ["DONE", 60]]
    assert waited["tags"] == ["calibration"]
    assert [sum(counter.values()) for counter in created["counters"]] == [40, 60]
    assert all(set(counter) <= BITS for counter in created["counters"])
    assert all("counter" in names for names in created["files"])
    (parametrized,) = created["parametrized"]["jobs"]
    assert parametrized[1:] == ["DONE", 10, {"omega": 3.1, "t": 400}]
    assert created["parametrized"]["device_type"] == "FRESNEL"
    assert [job[1:3] for job in created["own"]["jobs"]] == [["DONE", 10], ["DONE", None]]
    assert created["own_sequences"] == [TEXTS["rabi"]] * 2
    assert created["no_sequence_of_the_batch"] is None
    assert "422" in created["refused"]


def test_it_adds_closes_tags_and_repeats(printed: dict[str, Any]) -> None:
    """An open batch begins without jobs; one of its jobs is repeated in another batch."""
    changed = printed["changed"]
    assert (changed["opened"]["open"], changed["opened"]["jobs"]) == (True, [])
    assert [job[1:3] for job in changed["added"]["jobs"]] == [["DONE", 20], ["DONE", 30]]
    assert (changed["closed"]["open"], changed["closed"]["status"]) == (False, "DONE")
    assert "409" in changed["closed_takes_no_jobs"]
    assert changed["again"]["parent_id"] == changed["closed"]["id"]
    assert [job[2] for job in changed["again"]["jobs"]] == [30]
    assert changed["tagged"] == changed["tags"] == ["a", "b"]
    assert "409" in changed["finished_is_not_cancelled"]


def test_it_submits_jobs_in_every_form(printed: dict[str, Any]) -> None:
    """What is left out may be absent or null, and a job that is added once more is sent with null for both."""
    forms = printed["forms"]
    values = {"omega": 3.1, "t": 400}
    assert forms["jobs"] == [2, 1, 1, 1, 1, 1]
    assert forms["retried"] == [[None, values], [20, values]] * 2
    assert forms["own"] == [TEXTS["rabi"]] * 3
    assert "422" in forms["no_sequence"]


def test_it_cancels_in_four_ways(printed: dict[str, Any]) -> None:
    """A job, jobs of a batch, a batch, and several, of which one was cancelled before."""
    cancelled = printed["cancelled"]
    assert cancelled["job"] == [True, "CANCELED"]
    assert cancelled["jobs"] == ["CANCELED"] * 2
    assert cancelled["one"] == ["CANCELED", ["CANCELED"] * 2]
    assert cancelled["several"] == ["CANCELED"] * 2
    assert cancelled["not_cancelled"] == [True]


def test_it_reads_batches_jobs_and_devices(printed: dict[str, Any]) -> None:
    """Lists by filters, states, and what devices can do, also without signing in."""
    read = printed["read"]
    waited = printed["created"]["waited"]
    assert (read["listed"], read["total"]) == ([waited["id"]], 1)
    assert read["lazy_sequence"] is True
    assert (read["batch_status"], read["job_status"]) == ("DONE", "DONE")
    assert read["job"] == [waited["jobs"][0][0], "DONE", None]
    assert json.loads(read["specs"]["FRESNEL"])["name"] == "Fresnel"
    assert read["public_specs"] == {"FRESNEL": read["specs"]["FRESNEL"]}


def test_pulser_runs_on_it(official: Path) -> None:
    """A QPU and an emulator, with and without variables, closed and open."""
    with running() as sandbox:
        printed = printed_by("pulser_life.py", official, sandbox, **TEXTS)
    assert [sum(counts.values()) for counts in printed["closed"]] == [50, 20]
    assert printed["closed_status"] == "DONE"
    for name in ("variables", "mapped"):
        assert [sum(counts.values()) for counts in printed[name]] == [30]
    assert [sum(counts.values()) for counts in printed["emulated"]] == [1000]
    assert [sum(counts.values()) for counts in printed["open"]] == [5, 6]
    assert all(set(counts) <= BITS for counts in printed["closed"] + printed["open"])
    assert (printed["open_status"], printed["same_batch"]) == ("DONE", True)
    first, second = printed["jobs"]
    assert len(first) == len(second) == 1
    assert first != second
    assert "FRESNEL" in printed["devices"]

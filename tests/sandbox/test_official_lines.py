"""What docs/jobs.md and docs/from-pasqal-cloud.md show of both clients does the same on the sandbox."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pasqal_client import Batch, Job, PasqalClient
from pasqal_client.sandbox import SEQUENCE as SEQUENCE_TEXT
from pasqal_client.sandbox import Fault, Sandbox
from pasqal_core_api.models import BatchStatus
from sandbox.call_facts import facts, run
from sandbox.test_official_client import official, printed_by
from sandbox.test_official_life import running

__all__ = ["official"]

pytestmark = pytest.mark.official

PAGE_FOLDER = Path(__file__).parents[2] / "docs"
PAGE = (PAGE_FOLDER / "jobs.md").read_text(encoding="utf-8")
SEQUENCE = "a pulse sequence"


def lines_of(whose: str) -> str:
    """The lines that the page shows as those of a client."""
    (lines,) = re.findall(rf"^```python {whose}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(lines)


def run_ours(sandbox: Sandbox) -> list[Any]:
    """The counters that our lines find."""
    with PasqalClient(
        token=sandbox.token, base_url=sandbox.base_url, project_id=sandbox.project_id
    ) as client:
        names: dict[str, Any] = {"client": client, "sequence": SEQUENCE}
        exec(lines_of("ours"), names)  # noqa: S102
    found: list[Any] = names["counters"]
    return found


def test_both_submit_wait_and_read(official: Path) -> None:
    """Each gets as many shots as it asked for, from a batch that is done."""
    with running() as sandbox:
        printed = printed_by(
            "official_lines.py", official, sandbox, lines=lines_of("official"), sequence=SEQUENCE
        )
        counters = run_ours(sandbox)
        with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client:
            done = [batch.status for batch in client.batches.list()]
    for found in (printed["counters"], counters):
        assert [sum(counter.values()) for counter in found] == [100, 200]
    assert done == [BatchStatus.DONE] * 2


def test_only_one_of_them_submits_once(official: Path) -> None:
    """A gateway answers 502 twice although the service did the work: there is a batch for each attempt, or one."""
    with running() as sandbox:
        fault = Fault(operation="create_batch", applied=True, status=502, times=2)
        sandbox.add_fault(fault)
        printed_by(
            "official_lines.py", official, sandbox, lines=lines_of("official"), sequence=SEQUENCE
        )
        sandbox.clear_faults()
        with PasqalClient(
            token=sandbox.token, base_url=sandbox.base_url, project_id=sandbox.project_id
        ) as client:
            assert client.batches.count() == 3
            sandbox.add_fault(fault)
            with pytest.raises(Exception, match="may or may not have taken effect") as caught:
                run_ours(sandbox)
            resolution = client.batches.resolve(caught.value)
            assert resolution.outcome == "happened"
            assert client.batches.count() == 4


# docs/from-pasqal-cloud.md

GUIDE = (PAGE_FOLDER / "from-pasqal-cloud.md").read_text(encoding="utf-8")
ROWS = re.findall(
    r"^\| `((?:client|\w*batch|\w*job)\..+?)` \| (?:`(.+?)`)? ?\|", GUIDE, re.MULTILINE
)
PAIRS = [(theirs, ours) for theirs, ours in ROWS if ours]
OTHER_PROJECT = "33333333-3333-4333-8333-333333333333"
ONLY_THERE = {
    *(
        "batches",
        "project_id",
        "user_token",
        "webhook",
    ),  # a client shows what it was told in its repr
    *("get_all_projects", "switch_to_project"),  # of another API
    *("workloads", "cancel_workload", "create_workload", "get_workload", "wait_for_workload"),
}


class Ground:
    """The batches that one call has for itself: done, open and pending."""

    def __init__(self, sandbox: Sandbox) -> None:
        done = sandbox.add_batch(
            [{"status": "DONE", "runs": 10}, {"status": "DONE", "runs": 20}], open=False
        )
        taking = sandbox.add_batch([{"runs": 10}], device_type="FRESNEL")
        pending = sandbox.add_batch([{"runs": 10}, {"runs": 20}], open=False)
        self.names = {
            "sequence": SEQUENCE_TEXT,
            "batch_id": str(done.id),
            "job_id": str(done.job_ids[0]),
            "open_id": str(taking.id),
            "pending_id": str(pending.id),
            "pending_job_id": str(pending.job_ids[0]),
        }

    def look(self, client: PasqalClient) -> list[Any]:
        """How the batches are now, in what a call may have changed."""
        found: list[Any] = []
        for name in ("batch_id", "open_id", "pending_id"):
            batch = client.batches.get(self.names[name])
            jobs = client.jobs.list(batch_id=batch.id, order_by="creation_order")
            found.append((batch.status, batch.open, batch.tags, [job.status for job in jobs]))
        return found


class Compared(NamedTuple):
    """What both clients returned and changed, call by call, and what the official one has."""

    theirs: list[Any]
    ours: list[Any]
    printed: dict[str, Any]
    elsewhere: dict[str, int]


@pytest.fixture(scope="module")
def compared(official: Path) -> Compared:
    """Each row of the page, with each client on batches of its own, in a sandbox in which time stands still."""
    with (
        Sandbox() as sandbox,
        PasqalClient(
            token=sandbox.token, base_url=sandbox.base_url, project_id=sandbox.project_id
        ) as client,
    ):
        grounds = [Ground(sandbox) for _ in PAIRS]
        calls = [
            {"code": theirs, "names": ground.names}
            for (theirs, _), ground in zip(PAIRS, grounds, strict=True)
        ]
        elsewhere = sandbox.add_batch([{}], project_id=OTHER_PROJECT).job_ids
        code = f"client.get_jobs(JobFilters(id='{elsewhere[0]}'))"
        calls.append({"code": code, "names": grounds[0].names})
        printed = printed_by("official_lines.py", official, sandbox, calls=calls)
        seen = {
            "theirs": len(printed["results"].pop()),
            "ours": client.jobs.count(id=elsewhere),
            "ours without it": client.jobs.count(id=elsewhere, project_id=None),
        }
        theirs = [
            (result, ground.look(client))
            for result, ground in zip(printed["results"], grounds, strict=True)
        ]
        ours = []
        for _, code in PAIRS:
            ground = Ground(sandbox)
            result = facts(run(code, {"client": client, **ground.names}))
            ours.append((result, ground.look(client)))
    return Compared(theirs, ours, printed, seen)


def test_each_call_and_ours_return_and_change_the_same(compared: Compared) -> None:
    """Where theirs returns nothing, only what it changed is compared."""
    for (code, _), theirs, ours in zip(PAIRS, compared.theirs, compared.ours, strict=True):
        if theirs[0] is not None:
            assert theirs[0] == ours[0], code
        assert theirs[1] == ours[1], code


def test_the_guide_has_every_call_of_theirs(compared: Compared) -> None:
    """Those of the client, of a batch and of a job, and the arguments that a client takes."""
    surface = compared.printed["surface"]
    named = {theirs.partition("(")[0] for theirs, _ in ROWS}
    expected = {f"client.{name}" for name in surface["calls"]}
    assert {name for name in named if name.startswith("client.")} == expected
    plain = {name.replace("open_", "").replace("pending_", "") for name in named}
    for kind in ("batch", "job"):
        methods = {f"{kind}.{name}" for name in surface[kind]}
        assert {name for name in plain if name.startswith(f"{kind}.")} == methods
    without_ours = {theirs.partition("(")[0] for theirs, ours in ROWS if not ours}
    assert without_ours == {f"client.{name}" for name in ONLY_THERE}
    client_part = GUIDE.partition("\n## The client\n")[2].partition("\n## ")[0]
    arguments = re.findall(r"^\| (`.+?`) \|", client_part, re.MULTILINE)[1:]
    assert sorted(re.findall(r"`(\w+)`", " ".join(arguments))) == sorted(surface["arguments"])


def test_all_other_fields_have_the_same_names(compared: Compared) -> None:
    """So the page need not list them."""
    ours = {*dir(Batch), *dir(Job)}
    assert set(compared.printed["surface"]["fields"]) <= ours


def test_the_guide_has_every_error_of_theirs(compared: Compared) -> None:
    """And nearly all of them are none that `except Exception` catches."""
    theirs: dict[str, bool] = compared.printed["surface"]["errors"]
    section = GUIDE.partition("\n## Errors\n")[2]
    left = " ".join(re.findall(r"^\| (`.+?) \|", section, re.MULTILINE))
    assert set(re.findall(r"`(\w+)`", left)) - {"pasqal"} == theirs.keys()
    assert [name for name, is_exception in theirs.items() if is_exception] == ["JobRetryError"]


def test_a_list_of_theirs_has_other_projects_too(compared: Compared) -> None:
    """One of ours has the client's project, unless the call lifts that."""
    assert compared.elsewhere == {"theirs": 1, "ours": 0, "ours without it": 1}


def test_times_are_text_there(compared: Compared) -> None:
    """Here they are aware datetimes."""
    assert isinstance(compared.printed["time"], str)

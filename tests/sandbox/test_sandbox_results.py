"""Results: the link to the file of a job, what the file holds, and how it is served."""

import json
import logging
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from pasqal_client.sandbox import Fate, Fault, Sandbox
from pasqal_client.sandbox.results.files import find_atoms, find_counts
from pasqal_client.sandbox.results.links import LinkSigner, mask
from pasqal_client.sandbox.results.made_up import DEFAULT_ATOMS, NOTE, make_result
from sandbox.conftest import Connect

TWO_ATOMS = json.dumps(
    {
        "register": [{"name": "q0", "x": 0.0, "y": 0.0}, {"name": "q1", "x": 8.0, "y": 0.0}],
        "variables": {},
        "device": {"name": "Fresnel"},
        "operations": [],
    }
)
THREE_TO_MAP = json.dumps(
    {
        "register": [{"qid": "q0"}, {"qid": "q1"}, {"qid": "q2"}],
        "variables": {},
        "device": {"name": "Fresnel"},
        "operations": [],
        "layout": {"coordinates": [[0.0, 0.0], [0.0, 8.0], [8.0, 0.0]]},
    }
)
EXPIRED = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"


@pytest.fixture
def anybody() -> Iterator[httpx.Client]:
    """A client without a token."""
    with httpx.Client(trust_env=False) as client:
        yield client


def link(http: httpx.Client, job_id: UUID) -> Any:
    """The link of a job."""
    answer = http.get(f"/api/v1/jobs/{job_id}/results_link")
    assert answer.status_code == 200
    return answer.json()["data"]["results_link"]


def file(http: httpx.Client, job_id: UUID) -> Any:
    """What the file of a job holds."""
    answer = httpx.get(link(http, job_id), trust_env=False)
    assert answer.status_code == 200
    return answer.json()


def add(sandbox: Sandbox, *jobs: dict[str, Any], **fields: Any) -> list[UUID]:
    """The ids of jobs that are DONE."""
    given = [{"status": "DONE", **job} for job in jobs]
    return sandbox.add_batch(given, complete=True, **fields).job_ids


# ---------------------------------------------------------------------------------------------------------------------
# The link


def test_the_link_is_null_until_the_job_is_done(sandbox: Sandbox, http: httpx.Client) -> None:
    """Rule 25: it is null while a job waits and runs, and then leads to the file."""
    (job_id,) = sandbox.add_batch([{"runs": 50}]).job_ids
    assert link(http, job_id) is None
    sandbox.advance("5s")
    assert link(http, job_id) is None
    sandbox.advance("5s")
    assert link(http, job_id).startswith(sandbox.base_url.replace("/core-fast", "/_results/"))
    assert sum(file(http, job_id)["counter"].values()) == 50


@pytest.mark.parametrize("status", ["ERROR", "CANCELED"])
def test_a_job_that_did_not_succeed_has_no_link(
    sandbox: Sandbox, http: httpx.Client, status: str
) -> None:
    """Rule 25: its link stays null, also if a result was given."""
    jobs: list[dict[str, Any]] = [{}, {"result": {"counter": {"0": 1}}}]
    jobs = [{"status": status, **job} for job in jobs]
    for job_id in sandbox.add_batch(jobs, complete=True).job_ids:
        assert link(http, job_id) is None


def test_the_link_of_an_unknown_job_is_not_found(http: httpx.Client) -> None:
    """An id that nobody knows is a 404, and what is not an id a 422."""
    assert http.get(f"/api/v1/jobs/{uuid4()}/results_link").status_code == 404
    assert http.get("/api/v1/jobs/nothing/results_link").status_code == 422


def test_the_link_of_a_foreign_job_is_refused(sandbox: Sandbox, http: httpx.Client) -> None:
    """The token has no access to its project."""
    batch = sandbox.add_batch([{"status": "DONE"}], foreign=True)
    assert http.get(f"/api/v1/jobs/{batch.job_ids[0]}/results_link").status_code == 403


def test_a_link_expires_on_the_clock_of_the_sandbox(
    sandbox: Sandbox, http: httpx.Client, anybody: httpx.Client
) -> None:
    """After an hour it is refused as an object store does, and a new one works."""
    (job_id,) = add(sandbox, {})
    old = link(http, job_id)
    sandbox.advance("3599s")
    assert anybody.get(old).status_code == 200
    sandbox.advance("1s")
    refused = anybody.get(old)
    assert refused.status_code == 403
    assert refused.headers["Content-Type"] == "application/xml"
    assert refused.text.endswith(EXPIRED)
    assert anybody.get(link(http, job_id)).status_code == 200


def test_the_lifetime_of_links_can_be_set(connect: Connect, anybody: httpx.Client) -> None:
    """It may be too short for anything, or longer than any clock."""
    for lifetime, status in (("1s", 403), (timedelta.max, 200)):
        with Sandbox(result_lifetime=lifetime) as sandbox:
            (job_id,) = add(sandbox, {})
            address = link(connect(sandbox), job_id)
            sandbox.advance("1s")
            assert anybody.get(address).status_code == status


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"result_lifetime": "soon"}, "result_lifetime: 'soon' is not a duration"),
        ({"results_host": "example.org"}, "results_host is 'example.org': it is one of 127.0.0.1"),
        ({"reject_token_on_results": "no"}, "reject_token_on_results is 'no', neither True nor"),
    ],
)
def test_other_settings_are_rejected(settings: dict[str, Any], message: str) -> None:
    """The error says what would be right."""
    with pytest.raises(ValueError, match=message):
        Sandbox(**settings)


def test_a_link_can_lead_to_another_host(connect: Connect, anybody: httpx.Client) -> None:
    """It is another origin, as that of an object store is, and the file is there."""
    with Sandbox(results_host="localhost") as sandbox:
        (job_id,) = add(sandbox, {})
        address = link(connect(sandbox), job_id)
        assert httpx.URL(address).host == "localhost"
        assert anybody.get(address).status_code == 200


def test_a_link_names_the_host_of_the_request(sandbox: Sandbox, plain: httpx.Client) -> None:
    """So a forwarded port works, while no name of another machine can get into it."""
    (job_id,) = add(sandbox, {})
    path = f"/api/v1/jobs/{job_id}/results_link"
    for host, start in (
        ("localhost:4711", "http://localhost:4711/_results/"),
        ("example.org", sandbox.base_url.replace("/core-fast", "/_results/")),
    ):
        answer = plain.get(path, headers={"Host": host})
        assert answer.json()["data"]["results_link"].startswith(start)


def test_a_name_that_was_not_signed_is_not_found(
    sandbox: Sandbox, http: httpx.Client, anybody: httpx.Client
) -> None:
    """One that was changed, or made up, leads nowhere, and the answer says no more."""
    (job_id,) = add(sandbox, {})
    good = link(http, job_id)
    start, name = good[: good.rindex("/") + 1], good[good.rindex("/") + 1 :]
    other = "B" if name[0] == "A" else "A"
    for wrong in (other + name[1:], f"{name[:8]}!{name[8:]}", name[:-4], "é" * 56, "nothing"):
        answer = anybody.get(start + wrong)
        assert answer.status_code == 404
        assert "<Code>NoSuchKey</Code>" in answer.text


def test_a_link_of_what_is_gone_is_not_found(
    sandbox: Sandbox, http: httpx.Client, anybody: httpx.Client
) -> None:
    """After a sandbox was cleared, nothing is left of its jobs."""
    (job_id,) = add(sandbox, {})
    address = link(http, job_id)
    sandbox.clear()
    assert anybody.get(address).status_code == 404


def test_a_link_is_no_link_in_another_sandbox(anybody: httpx.Client, connect: Connect) -> None:
    """Each one has a key of its own, which nobody can know."""
    with Sandbox() as first, Sandbox() as second:
        (job_id,) = add(first, {})
        add(second, {"id": job_id})
        address = link(connect(first), job_id)
        moved = address.replace(first.base_url.split("/core")[0], second.base_url.split("/core")[0])
        assert anybody.get(moved).status_code == 404


# ---------------------------------------------------------------------------------------------------------------------
# What the file holds


def test_the_counts_are_made_up_and_say_so(sandbox: Sandbox, http: httpx.Client) -> None:
    """They add up to the runs, with a bit for each atom of the sequence, and are the shots of `raw`."""
    (job_id,) = add(sandbox, {"runs": 500}, sequence_builder=TWO_ATOMS)
    result = file(http, job_id)
    assert set(result) == {"made_up", "counter", "raw"}
    assert result["made_up"] == NOTE
    assert sum(result["counter"].values()) == 500
    assert {len(bits) for bits in result["counter"]} == {2}
    assert Counter(result["raw"]) == result["counter"]


def test_a_file_is_the_same_each_time(sandbox: Sandbox, http: httpx.Client) -> None:
    """It follows from the id of the job, so another job has another one."""
    job_id, other = add(sandbox, {}, {})
    assert file(http, job_id) == file(http, job_id)
    assert file(http, job_id) != file(http, other)


def test_the_sequence_of_a_job_counts_before_that_of_its_batch(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """The register in it says how many bits there are; arbitrary text has a few."""
    own, shared = add(sandbox, {"sequence": TWO_ATOMS}, {}, sequence_builder="pulser_test_sequence")
    assert {len(bits) for bits in file(http, own)["counter"]} == {2}
    assert {len(bits) for bits in file(http, shared)["counter"]} == {len(DEFAULT_ATOMS)}


def test_only_the_atoms_that_are_mapped_are_measured(sandbox: Sandbox, http: httpx.Client) -> None:
    """A register that is mapped at run time may use some of its atoms only."""
    mapped, unmapped = add(
        sandbox,
        {"variables": {"qubits": {"q0": 0, "q1": 2}}},
        {},
        sequence_builder=THREE_TO_MAP,
    )
    assert {len(bits) for bits in file(http, mapped)["counter"]} == {2}
    assert {len(bits) for bits in file(http, unmapped)["counter"]} == {3}
    assert find_atoms(THREE_TO_MAP, {"qubits": {"other": 0}}) == ("q0", "q1", "q2")


def test_an_emulator_has_results_for_pulser_too(sandbox: Sandbox, http: httpx.Client) -> None:
    """The text names the atoms and has the same counts."""
    (job_id,) = add(sandbox, {"runs": 20}, device_type="EMU_MPS", sequence_builder=TWO_ATOMS)
    result = file(http, job_id)
    serialised = json.loads(result["serialised_results"])
    key = serialised["tagmap"]["bitstrings"]
    assert UUID(key).version == 4
    assert serialised["atom_order"] == ["q0", "q1"]
    assert serialised["results"] == {key: [result["counter"]]}
    assert serialised["times"] == {key: [1.0]}


def test_an_emulator_chooses_how_many_runs_there_are(connect: Connect) -> None:
    """A job without runs has a thousand of them, or as many as the sandbox is told."""
    for settings, runs in (({}, 1000), ({"emulator_runs": 7}, 7)):
        with Sandbox(**settings) as sandbox:  # type: ignore[arg-type]
            (job_id,) = add(sandbox, {"runs": None}, device_type="EMU_FREE")
            assert sum(file(connect(sandbox), job_id)["counter"].values()) == runs


def test_a_job_without_a_run_has_no_counts(sandbox: Sandbox, http: httpx.Client) -> None:
    """Nothing was measured, and there is a file all the same."""
    (job_id,) = add(sandbox, {"runs": 0})
    assert file(http, job_id)["counter"] == {}


def test_the_shots_of_very_many_runs_are_left_out() -> None:
    """A file with each of them would be too large; the counts still add up."""
    result = make_result(uuid4(), 10**15, ["q0"], serialised=False)
    assert sum(result["counter"].values()) == 10**15
    assert "raw" not in result


@pytest.mark.parametrize(
    "result",
    [
        {"counter": {"01": 3, "1X": 1}, "partial_register_counter": {"0X": 2}, "raw": ["01"]},
        {"counter": {}},
        {},
        [1, 2],
        "nothing but text",
        False,
    ],
)
def test_a_test_can_say_what_the_file_holds(
    sandbox: Sandbox, http: httpx.Client, result: Any
) -> None:
    """Exactly that is in it, whatever it contradicts; the other jobs have what is made up."""
    given, other = add(sandbox, {"result": result}, {})
    assert file(http, given) == result
    assert "made_up" in file(http, other)


def test_a_job_that_waits_gets_the_result_that_was_given(
    sandbox: Sandbox, http: httpx.Client
) -> None:
    """It is there once the job is DONE, also for a job that was added later."""
    batch = sandbox.add_batch([{"result": {"counter": {"1": 7}}, "fate": Fate("1s")}])
    (later,) = sandbox.add_jobs(batch.id, [{"result": {"counter": {"0": 7}}}])
    assert link(http, batch.job_ids[0]) is None
    sandbox.advance("1h")
    assert file(http, batch.job_ids[0]) == {"counter": {"1": 7}}
    assert file(http, later) == {"counter": {"0": 7}}


def test_a_job_can_be_done_without_results(sandbox: Sandbox, http: httpx.Client) -> None:
    """With a result of None its link stays null."""
    (job_id,) = add(sandbox, {"result": None})
    assert link(http, job_id) is None
    assert find_counts(None) == {}


@pytest.mark.parametrize("result", [{1, 2}, float("nan"), "\ud800"])
def test_a_result_that_is_not_json_is_rejected(sandbox: Sandbox, result: Any) -> None:
    """The error names the job, and nothing is added."""
    with pytest.raises(ValueError, match=r"jobs\[1\]: result cannot be sent as JSON"):
        sandbox.add_batch([{}, {"result": result}])
    with pytest.raises(TypeError, match="mapping"):
        sandbox.add_batch([5])  # type: ignore[list-item]


def test_other_languages_can_give_a_result(
    sandbox: Sandbox, http: httpx.Client, plain: httpx.Client
) -> None:
    """In JSON, null is no result, and no key is one that is made up."""
    control = sandbox.base_url.replace("/core-fast", "/_sandbox/batches")
    jobs = [
        {"status": "DONE", "result": {"counter": {"1": 1}}},
        {"status": "DONE", "result": None},
        {"status": "DONE"},
    ]
    answer = plain.post(control, json={"jobs": jobs, "complete": True})
    given, none, made_up = (UUID(job_id) for job_id in answer.json()["job_ids"])
    assert file(http, given) == {"counter": {"1": 1}}
    assert link(http, none) is None
    assert "made_up" in file(http, made_up)


def test_results_stay_in_the_file_of_a_sandbox(connect: Connect, tmp_path: Path) -> None:
    """What was given is kept with the jobs, and clearing forgets it."""
    path = tmp_path / "lab.db"
    with Sandbox(db=path) as sandbox:
        (job_id,) = add(sandbox, {"result": {"counter": {"1": 1}}})
    with Sandbox(db=path) as sandbox:
        assert file(connect(sandbox), job_id) == {"counter": {"1": 1}}
        sandbox.clear()
        add(sandbox, {"id": job_id})
        assert "made_up" in file(connect(sandbox), job_id)


# ---------------------------------------------------------------------------------------------------------------------
# How it is served


def test_a_file_can_be_continued(
    sandbox: Sandbox, http: httpx.Client, anybody: httpx.Client
) -> None:
    """A part is sent if the file is still the one that was begun, and else all of it."""
    (job_id,) = add(sandbox, {})
    address = link(http, job_id)
    whole = anybody.get(address)
    size = len(whole.content)
    tag = whole.headers["ETag"]
    assert whole.headers["Accept-Ranges"] == "bytes"
    for asked, start, end in (
        ("bytes=0-4", 0, 5),
        ("bytes=5-", 5, size),
        ("bytes=-7", size - 7, size),
        (f"bytes=5-{size * 2}", 5, size),
        (f"bytes=-{size * 2}", 0, size),
    ):
        part = anybody.get(address, headers={"Range": asked, "If-Range": tag})
        assert part.status_code == 206
        assert part.content == whole.content[start:end]
        assert part.headers["Content-Range"] == f"bytes {start}-{end - 1}/{size}"
        assert part.headers["ETag"] == tag
    other = anybody.get(address, headers={"Range": "bytes=5-", "If-Range": '"another"'})
    assert (other.status_code, other.content) == (200, whole.content)


@pytest.mark.parametrize("asked", ["bytes=5-4", "bytes=-", "bytes=0-1,4-5", "lines=1-2", ""])
def test_a_range_that_cannot_be_read_is_ignored(
    sandbox: Sandbox, http: httpx.Client, anybody: httpx.Client, asked: str
) -> None:
    """The whole file comes, as HTTP has it."""
    (job_id,) = add(sandbox, {})
    answer = anybody.get(link(http, job_id), headers={"Range": asked})
    assert answer.status_code == 200
    assert "made_up" in answer.json()


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(
    sandbox: Sandbox, http: httpx.Client, anybody: httpx.Client, asked: str
) -> None:
    """The answer says how long the file is."""
    (job_id,) = add(sandbox, {})
    address = link(http, job_id)
    answer = anybody.get(address, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(anybody.get(address).content)}"


def test_a_token_that_comes_along_is_noted(
    sandbox: Sandbox, http: httpx.Client, anybody: httpx.Client
) -> None:
    """An object store must not see it; a request without one is the right one."""
    (job_id,) = add(sandbox, {})
    address = link(http, job_id)
    sandbox.clear_requests()
    for headers in ({}, {"Authorization": "Bearer x"}, {"Cookie": "a=b"}):
        assert anybody.get(address, headers=headers).status_code == 200
    assert [request.carried_token for request in sandbox.requests] == [False, True, True]


def test_a_token_that_comes_along_can_be_rejected(connect: Connect, anybody: httpx.Client) -> None:
    """As object stores do, which take only one way of authorization."""
    with Sandbox(reject_token_on_results=True) as sandbox:
        (job_id,) = add(sandbox, {})
        address = link(connect(sandbox), job_id)
        refused = anybody.get(address, headers={"Authorization": "Bearer x"})
        assert refused.status_code == 400
        assert "<Code>InvalidArgument</Code>" in refused.text
        assert anybody.get(address).status_code == 200


def test_the_log_does_not_have_the_whole_link(
    sandbox: Sandbox,
    http: httpx.Client,
    plain: httpx.Client,
    anybody: httpx.Client,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever has it can fetch the file, so neither the requests nor the log of the program show it."""
    caplog.set_level("INFO", "pasqal_client.sandbox")
    # Another server of the process may have an access log.
    caplog.set_level("INFO", "uvicorn.access")
    monkeypatch.setattr(logging.getLogger("uvicorn.access"), "propagate", True)
    (job_id,) = add(sandbox, {})
    address = link(http, job_id)
    name = address[address.rindex("/") + 1 :]
    spelt = address.replace("/_results/", "/%5Fresults/")
    assert anybody.get(address).status_code == anybody.get(spelt).status_code == 200
    shown = [request.path for request in sandbox.requests[-2:]]
    assert shown == [f"/_results/{name[:6]}…"] * 2
    control = sandbox.base_url.replace("/core-fast", "/_sandbox/requests")
    assert name not in plain.get(control).text
    assert f"GET /_results/{name[:6]}… 200" in caplog.text
    assert name not in caplog.text
    assert mask("/_results/\n\n", "/_results/") == "/_results/%0A%0A…"


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        (Fault(operation="result_file", status=404, times=2), [404, 404, 200]),
        (Fault(operation="result_file", status=403, style="text", nth=1), [403, 200, 200]),
        (Fault(operation="result_file", drip=0.001), [200, 200, 200]),
    ],
)
def test_faults_meet_result_files(
    connect: Connect, anybody: httpx.Client, fault: Fault, statuses: list[int]
) -> None:
    """A file may be late, refused or slow."""
    with Sandbox(faults=[fault]) as sandbox:
        (job_id,) = add(sandbox, {})
        address = link(connect(sandbox), job_id)
        assert [anybody.get(address).status_code for _ in statuses] == statuses


def test_a_file_may_be_cut(connect: Connect, anybody: httpx.Client) -> None:
    """The client can tell, because the length is that of the whole; and go on where it ended."""
    with Sandbox(faults=[Fault(operation="result_file", truncate=True, times=1)]) as sandbox:
        (job_id,) = add(sandbox, {})
        address = link(connect(sandbox), job_id)
        with pytest.raises(httpx.RemoteProtocolError):
            anybody.get(address)
        assert anybody.get(address, headers={"Range": "bytes=1-"}).status_code == 206


def test_a_name_is_read_only_if_this_signer_wrote_it() -> None:
    """Whatever else it is, it says nothing."""
    signer = LinkSigner(timedelta(hours=1))
    assert [signer.read(name) for name in ("", "a", "A" * 56, "é")] == [None] * 4


def test_the_shots_of_very_many_atoms_are_left_out() -> None:
    """The file would be a hundred megabytes large; the counter says the same."""
    atoms = [f"q{number}" for number in range(20_000)]
    result = make_result(UUID(int=1), 500, atoms, serialised=False)
    assert set(result) == {"made_up", "counter"}
    assert sum(result["counter"].values()) == 500
    assert "raw" in make_result(UUID(int=1), 500, atoms[:100], serialised=False)

"""What notebooks show of an object: tables that are escaped, bounded, and without colours of their own."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest

from pasqal_client import (
    AddedJobs,
    AsyncPasqalClient,
    Batch,
    CancelReceipt,
    Job,
    JobOutcome,
    JobRequest,
    JobResult,
    JobStatus,
    Page,
    PasqalClient,
    Resolution,
    WaitResult,
)
from pasqal_core_runtime.html_tables import value_text
from unit.large_objects import MANY, objects_with_many
from unit.payloads import ID, JOB

SCRIPT = "<script>alert(1)</script>"
OBJECTS = MappingProxyType(
    {name: one for name, one in objects_with_many(SCRIPT).items() if hasattr(one, "_repr_html_")}
)
every_object = pytest.mark.parametrize("name", OBJECTS)


def html(of: Any) -> str:
    shown: str = of._repr_html_()
    return shown


def texts(of: Any) -> list[str]:
    """The text of each element, in order; what is shown has to be well-formed for that."""
    return [text for text in ElementTree.fromstring(html(of)).itertext() if text]  # noqa: S314


@every_object
def test_nothing_that_is_shown_can_be_markup(name: str) -> None:
    """The service, or whoever names a variable, cannot run a script in somebody's notebook."""
    shown = html(OBJECTS[name])
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown
    assert {element.tag for element in ElementTree.fromstring(shown).iter()} <= {  # noqa: S314
        *("div", "table", "thead", "tbody", "tr", "th", "td"),
    }


@every_object
def test_a_table_is_bounded(name: str) -> None:
    """Twenty rows, and how many more there are."""
    shown = html(OBJECTS[name])
    assert len(shown) < 40_000
    assert shown.count("<tr>") <= 50
    if name not in ("Job", "Batch", "JobOutcome without a result"):
        assert f"… and {MANY - 20:,} more" in shown


@every_object
def test_a_table_has_no_colours_of_its_own(name: str) -> None:
    """On a dark page its text is light, because it inherits the colour of the text around it."""
    styles = " ".join(re.findall(r'style="([^"]*)"', html(OBJECTS[name])))
    colours = re.findall(r"(?<![\w-])(?:color|background): (\w+)", styles)
    assert set(colours) <= {"inherit", "none", "currentColor"}
    assert "color-scheme: light dark" in styles


def test_a_page_shows_its_items() -> None:
    """With the columns that say most; what departed from the contract is empty."""
    page = Page((Job.from_dict(JOB | {"runs": "many"}), Job.from_dict(JOB)), total=70)
    shown = texts(page)
    assert shown[0] == "Page of 2 items, 70 in all"
    assert shown[1:4] == ["id", "status", "runs"]
    assert shown.count(ID) == shown.count("DONE") == 2
    assert shown.count("500") == 1
    assert "2026-10-12 12:00:00 UTC" in shown


def test_what_is_empty_has_no_table() -> None:
    """A title is enough."""
    assert texts(Page()) == ["Page of 0 items"]
    assert texts(Page((Job.from_dict(JOB),)))[0] == "Page of 1 item"
    assert texts(CancelReceipt(dry_run=True)) == ["0 jobs would be cancelled, 0 not"]
    assert texts(WaitResult()) == ["0 jobs ended"]
    assert texts(JobResult.from_json("{}")) == ["0 shots, 0 bitstrings"]


def test_a_wait_shows_the_states() -> None:
    """And which jobs failed."""
    shown = texts(WaitResult({JobStatus.DONE: 1, JobStatus.ERROR: 1}, (UUID(ID),)))
    assert shown == [*("2 jobs ended", "status", "jobs", "DONE", "1", "ERROR", "1"), "failed", ID]


def test_a_result_is_a_histogram() -> None:
    """The most frequent bitstring has the longest bar; a count of nothing has one too."""
    result = JobResult.from_json('{"counter": {"00": 250, "11": 750, "01": 0}}')
    assert texts(result) == [
        *("1,000 shots, 3 bitstrings", "bitstring", "count", "share"),
        *("11", "750", "75.0%", "00", "250", "25.0%", "01", "0", "0.0%"),
    ]
    assert re.findall(r"[^-]width: ([\d.]+)%", html(result)) == ["100.0", "33.3", "0.0"]


def test_a_saved_result_that_is_gone_says_so(tmp_path: Path) -> None:
    """A notebook does not show a traceback in its place."""
    gone = JobOutcome(UUID(ID), path=tmp_path / "gone.json")
    assert texts(gone)[0] == f"Job {ID}"
    assert "no result: " in texts(gone)[1]


def test_a_model_shows_the_fields_that_are_there() -> None:
    """One that departed has a question mark; of an address no more than the host is shown."""
    job = Job.from_dict(
        JOB | {"created_at": "soon", "errors": ["see https://files.example/a?sig=secret"]}
    )
    shown = texts(job)
    assert shown[:5] == ["Job", "field", "value", "id", ID]
    assert shown[shown.index("created_at") + 1] == "?"
    assert "parent_id" not in shown
    assert "secret" not in html(job)
    assert "files.example" in html(job)


@pytest.mark.parametrize("kind", [PasqalClient, AsyncPasqalClient])
def test_a_listing_shows_its_filters_and_sends_nothing(kind: Any) -> None:
    """There is no service at this address."""
    client = kind(token="token", base_url="http://127.0.0.1:9", project_id=None)
    listing = client.jobs.list(
        status="ERROR", min_runs=5, id=[UUID(int=number) for number in range(500)]
    )
    shown = texts(listing)
    assert shown[0].endswith("JobListing of jobs by created_at")
    assert shown[1:5] == ["filter", "value", "status", "ERROR"]
    assert shown[-1] == "Nothing is fetched before it is iterated over."
    listing.total, listing.doubts = 3, ("one", "another")
    assert texts(listing)[-2:] == ["The service said that 3 match.", "one; another"]


def test_a_batch_is_shown_without_python() -> None:
    """Ids, counts and times are as in a table of batches, and what is empty is left out."""
    batch = Batch.from_dict(
        {
            "id": ID,
            "created_at": "2026-10-12T12:00:00Z",
            "tags": [],
            "job_ids": [ID, ID],
            "jobs_count_per_status": {"PENDING": 2, "DONE": 1},
            "configuration": {"a": {"b": 1}},
        }
    )
    shown = texts(batch)
    assert shown[shown.index("job_ids") + 1] == f"{ID}, {ID}"
    assert shown[shown.index("jobs_count_per_status") + 1] == "PENDING: 2, DONE: 1"
    assert shown[shown.index("created_at") + 1] == "2026-10-12 12:00:00 UTC"
    assert shown[shown.index("configuration") + 1] == "{'a': {'b': 1}}"
    assert "tags" not in shown


def test_nested_lists_are_shown_as_python_has_them() -> None:
    """There is no shorter form that would not be ambiguous."""
    job = Job.from_dict(JOB | {"variables": {"t": [1, 2]}, "errors": []})
    assert "{'t': [1, 2]}" in texts(job)
    assert value_text([[1], [2]]) is None
    assert value_text(object()) is None


def test_a_resolution_shows_its_batch() -> None:
    """A batch that was made may have no job that can be shown."""
    batch = Batch.from_dict({"id": ID})
    assert texts(Resolution("cannot tell", "The list failed."))[:2] == [
        "cannot tell",
        "The list failed.",
    ]
    assert texts(Resolution("happened", "It is there.", (), batch)) == [
        *("happened", "It is there.", f"Batch {ID}"),
    ]


def test_added_jobs_are_shown_without_the_others() -> None:
    """Of a batch with thousands of jobs the new ones would not be among the first twenty."""
    batch = Batch.from_dict({"id": ID})
    old, new = (Job.from_dict(JOB | {"id": str(UUID(int=number))}) for number in (1, 2))
    sent: tuple[JobRequest, ...] = ({"runs": 500},)
    added = AddedJobs(batch, (old, new), sent, frozenset({old.id}))
    shown = texts(added)
    assert shown[0] == f"Batch {ID} has 2 jobs; these were added"
    assert str(new.id) in shown
    assert str(old.id) not in shown
    unclear = texts(AddedJobs(batch, (old, new), sent))
    assert unclear[:2] == [f"Batch {ID} has 2 jobs", "Which of them were added cannot be told."]
    assert str(old.id) in unclear


def test_a_listing_is_printed_with_its_filters() -> None:
    """In a terminal as in a notebook."""
    client = PasqalClient(token="token")
    listing = client.jobs.list(status="ERROR", id=[UUID(int=number) for number in range(5)])
    assert re.fullmatch(
        r"<JobListing of jobs by created_at, status=ERROR, id=0{8}-.{66,70}\.\.\., total None, doubts \[\]>",
        repr(listing),
    )

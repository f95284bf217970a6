"""The report says where answers differ from the contract without showing anybody's data."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest

from pasqal_client import ContractReport, Departure, Finding
from pasqal_client._contract.contract_report import Examination, additions, finding_of, shape
from pasqal_client._contract.seen_departures import Departures
from pasqal_core_api.models import Batch, JobPage
from pasqal_core_runtime.model import read_model
from pasqal_core_runtime.response import Response
from unit.payloads import JOB


def job(**fields: Any) -> dict[str, Any]:
    return {**JOB, **fields}


def answered(
    jobs: list[dict[str, Any]], total: int | None, examination: Examination, **more: Any
) -> Response[Any]:
    pagination = (
        {} if total is None else {"pagination": {"total": total, "start": 0, "end": len(jobs)}}
    )
    page = read_model(
        JobPage, {"status": "success", "data": jobs, **pagination, **more}, examination.note
    )
    return Response(HTTPStatus.OK, b"", {}, page)


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ('"2021-11-10T15:27:06.698066"', "text like `9999-99-99T99:99:99.999999`"),
        ('"1636558026.698066"', "text like `9999999999.999999`"),
        ('"ana@example.org"', "text like `aaa@aaaaaaa.aaa`"),
        ('"Zo\\u00eb | `x`"', "text like `aaa ? ?a?`"),
        ('"' + "x" * 56 + "...", "text like `" + "a" * 40 + "`"),
        ('""', "an empty text"),
        ("null", "null"),
        ("true", "true"),
        ("17", "an integer"),
        ("1.5", "a number"),
        ("nothing", "nothing"),
        ("an array with 3 entries", "an array with 3 entries"),
    ],
)
def test_a_value_is_reported_by_its_shape(seen: str, told: str) -> None:
    """A shape such as `aaa@aaa.aaa` lets a reader recognise a format without seeing a name."""
    assert shape(seen) == told


def test_places_are_reported_without_keys_and_positions() -> None:
    """Keys of maps may be a user's words, so the report leaves them out."""
    departure = Departure(
        "data.jobs_count_per_status['secret']",
        "an integer",
        '"many"',
        "data.jobs_count_per_status[]",
    )
    assert finding_of(departure) == Finding(
        "data.jobs_count_per_status[]", "an integer", "text like `aaaa`"
    )
    assert finding_of(Departure("", "an object", "null")).where == "the answer"


def test_additions_to_the_contract_are_found() -> None:
    """New fields and new values are found at any depth; a value that does not look like a keyword is masked."""
    read = JobPage.from_dict(
        {
            "data": [
                job(status="LEVITATING", result=None, **{"odd `name`|": {"user": "data"}}),
                job(status="ana@example.org", size=3),
                job(errors=None),
            ],
            "hint": ["x"],
        }
    )
    assert list(additions(read)) == [
        Finding("data[].status", "text of JobStatus, as the contract lists it", "`LEVITATING`"),
        Finding("data[].result", "nothing that the contract knows", "null"),
        Finding("data[].odd??name??", "nothing that the contract knows", "an object"),
        Finding(
            "data[].status",
            "text of JobStatus, as the contract lists it",
            "text like `aaa@aaaaaaa.aaa`",
        ),
        Finding("data[].size", "nothing that the contract knows", "an integer"),
        Finding("hint", "nothing that the contract knows", "an array"),
    ]
    assert [
        found.where for found in additions(Batch.from_dict({"webhook": "x", "queue": 1}), "data")
    ] == ["data.queue"]


def test_sample_pages_are_spread_over_the_whole_list() -> None:
    """The number of pages is what the caller asked for, or fewer if the list is shorter."""

    def offsets(pages: int, total: int | None) -> list[int]:
        examination = Examination(pages, "fr")
        asked = []
        while (page := examination.next()) is not None:
            assert page["limit"] == 100
            asked.append(page["offset"])
            examination.take(answered([], total, examination))
        return asked

    assert offsets(3, 1200) == [0, 400, 800]
    assert offsets(5, 250) == [0, 100, 200]
    assert offsets(2, 100_001) == [0, 50_000]
    assert offsets(5, 0) == offsets(1, 1000) == offsets(5, None) == [0]


def test_an_examination_ends_where_an_answer_has_no_list() -> None:
    """An answer without a list ends the examination, and the report names what was missing."""
    examination = Examination(5, "fr")
    assert examination.next() is not None
    page = read_model(JobPage, {"status": "success"}, examination.note)
    examination.take(Response(HTTPStatus.OK, b"", {}, page))
    assert examination.next() is None
    assert [found.where for found in examination.report().findings] == ["data", "pagination"]


def test_the_report_is_a_table() -> None:
    """The rows are sorted by place and say how often each finding was seen."""
    examination = Examination(1, "sa")
    examination.next()
    examination.take(
        answered(
            [job(created_at="2021-11-10T15:27:06"), job(runs=None), job(runs=None)],
            4312,
            examination,
            code=200,
        )
    )
    report = examination.report()
    assert not report.ok
    assert str(report).splitlines() == [
        "In 1 page with 3 of 4312 jobs, region sa, this differs from the contract:",
        "",
        "| where | expected | seen | times |",
        "|---|---|---|---|",
        "| `code` | text | an integer | 1 |",
        "| `data[].created_at` | an RFC 3339 time with a zone | text like `9999-99-99T99:99:99` | 1 |",
        "| `data[].runs` | an integer | null | 2 |",
        "",
        "Data is shown by its shape: a for letters, 9 for digits.",
    ]


def test_a_report_on_nothing_says_so() -> None:
    """A report without findings is one sentence."""
    report = ContractReport()
    assert report.ok
    assert str(report) == "In the answers nothing differs from the contract."


def test_the_departures_of_a_client_make_a_report() -> None:
    """The departures that any client has collected print as the same table as an examination's report."""
    departures = Departures(str)
    assert str(departures) == "In what this client has read nothing differs from the contract."
    for position in range(3):
        departures.report(Departure(f"data[{position}].runs", "an integer", '"12"', "data[].runs"))
    assert "| `data[].runs` | an integer | text like `99` | 3 |" in str(departures).splitlines()

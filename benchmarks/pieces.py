"""Benchmarks of the pure pieces, for pytest-benchmark: nothing here sends a request.

python -m pytest -p benchmark benchmarks/pieces.py
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from benchmarks.server import Service, made_by_sandbox

from pasqal_client._listing.filters import JOB_FILTERS
from pasqal_client._listing.pages import Page, Span
from pasqal_client._listing.query_parts import split
from pasqal_client._listing.walk.order import Order
from pasqal_client._listing.walk.page_walk import Walk
from pasqal_client.jobs import JOBS
from pasqal_core_api.api.jobs import get_jobs
from pasqal_core_api.models import Job, JobPage
from pasqal_core_runtime.model import read_model

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

_PAGE = 100
_JOBS = 2_000
_BATCH = UUID("11dd3d2e-4b88-4ac4-8a60-2bf9a3d1a3b6")


@pytest.fixture(autouse=True)
def _said_in_words(request: pytest.FixtureRequest, benchmark: BenchmarkFixture) -> None:
    """Put the docstring of the benchmark into the report."""
    benchmark.extra_info["what"] = request.function.__doc__


@cache
def service() -> Service:
    """The service that has the pages."""
    return Service(made_by_sandbox(_JOBS))


def body(span: Span) -> bytes:
    """The page of a span, as the service sends it."""
    return service().body(_JOBS, {"limit": str(span.limit), "offset": str(span.offset)})


def test_parse_a_page(benchmark: BenchmarkFixture) -> None:
    """Parse the JSON of a page of 100 jobs, without typed objects."""
    text = body(Span(0, _PAGE))
    assert len(benchmark(json.loads, text)["data"]) == _PAGE


def test_decode_a_page(benchmark: BenchmarkFixture) -> None:
    """Parse a page of 100 jobs into typed objects."""
    text = body(Span(0, _PAGE))
    assert len(benchmark(lambda: read_model(JobPage, json.loads(text))).data) == _PAGE


def test_write_a_page(benchmark: BenchmarkFixture) -> None:
    """Serialize a page of 100 typed objects to JSON."""
    page = read_model(JobPage, json.loads(body(Span(0, _PAGE))))
    assert len(benchmark(lambda: json.dumps(page.to_dict()))) > _PAGE


def test_build_a_query(benchmark: BenchmarkFixture) -> None:
    """Check three filters and build the parameters of a request."""
    filters = {
        "batch_id": str(_BATCH),
        "status": ["PENDING", "running"],
        "start_date": "2026-01-01T00:00:00Z",
    }
    order = Order.of(JOBS, "created_at", "ASC").keywords()

    def build() -> object:
        return get_jobs._get_kwargs(
            **(JOB_FILTERS.query(filters) or {}), **order, limit=_PAGE, offset=0
        )["params"]

    assert benchmark(build)


def test_split_ids(benchmark: BenchmarkFixture) -> None:
    """Split 1,000 ids over requests with short URLs."""
    given = JOB_FILTERS.query({"id": [UUID(int=number) for number in range(1_000)]}) or {}
    assert len(benchmark(split, given, 3_800)) > 1


def test_plan_pages(benchmark: BenchmarkFixture) -> None:
    """Plan and check the pages of 2,000 jobs, without fetching or decoding them."""
    pages: dict[Span, Page[Job]] = {}
    assert len(walked(pages)) == _JOBS
    assert len(benchmark(walked, pages)) == _JOBS


def walked(pages: dict[Span, Page[Job]]) -> list[object]:
    """Walk through all jobs; a page is read when it is first wanted."""
    walk = Walk(Order(JOBS, "created_at"))
    jobs: list[object] = []
    while walk.wanted is not None:
        span = walk.plan(8)[0]
        if span not in pages:
            answer = read_model(JobPage, json.loads(body(span)))
            pages[span] = Page(tuple(answer.data), answer.pagination.total)
        jobs += walk.take(span, pages[span])
    return jobs

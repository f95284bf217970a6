"""Rows in the real pandas, polars and pyarrow: the types of the columns, what is missing, and the way through CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from polars.exceptions import ComputeError

from pasqal_client import PasqalClient
from pasqal_client.sandbox import Sandbox

FLATTEN = ["variables.omega", "variables.t"]
TEXTS = ["id", "status", "batch_id", "project_id", "variables"]
INTEGERS = ["runs", "progress", "creation_order"]
TIMES = ["created_at", "updated_at", "start_timestamp", "end_timestamp"]
ABSENT = ["parent_id", "sequence", "slurm_job_id"]
WAITING = 120
"""More than polars looks at, unless it is told to."""


@pytest.fixture(scope="module")
def client() -> Iterator[PasqalClient]:
    """A client of a sandbox with done and failed jobs, and newer ones that have not started."""
    ended: list[dict[str, object]] = [
        {"status": "DONE", "variables": {"omega": 1, "t": [1, 2]}},
        {"status": "DONE", "variables": {"omega": 2.5}},
        {"status": "ERROR", "errors": ["naïve, and\nwith a line"]},
    ]
    with Sandbox() as sandbox:
        sandbox.add_batch([*ended, *({"status": "PENDING"} for _ in range(WAITING))])
        with PasqalClient(
            token=sandbox.token, base_url=sandbox.base_url, project_id=sandbox.project_id
        ) as made:
            yield made


@pytest.fixture(scope="module")
def rows(client: PasqalClient) -> list[dict[str, Any]]:
    """A row for each job, the newest first."""
    return list(client.jobs.list(order_by="creation_order").records())


def test_pandas_has_the_right_types(rows: list[dict[str, Any]]) -> None:
    """Times are in UTC and NaT where they are missing; what no row has stays None."""
    frame = pd.DataFrame(rows)
    types = frame.dtypes.astype(str).to_dict()
    assert {types[name] for name in TEXTS} == {"str"}
    assert {types[name] for name in INTEGERS} == {"int64"}
    assert {types[name] for name in TIMES} == {"datetime64[us, UTC]"}
    assert list(frame["end_timestamp"].isna()) == [True] * WAITING + [False] * 3
    assert [value for name in ABSENT for value in frame[name] if value is not None] == []
    assert (frame["end_timestamp"] >= frame["created_at"]).sum() == 3


def test_pandas_takes_a_listing_as_it_is(client: PasqalClient) -> None:
    """Variables are numbers, and NaN where a job has none."""
    frame = pd.DataFrame(client.jobs.list(order_by="creation_order").records(flatten=FLATTEN))
    assert frame["variables.omega"].dtype == "float64"
    assert list(frame["variables.omega"].dropna()) == [2.5, 1]
    assert list(frame["variables.t"].dropna()) == ["[1, 2]"]


def test_polars_has_the_right_types(client: PasqalClient) -> None:
    """If it looks at all rows, as the page about tables says; what no row has is null."""
    listing = client.jobs.list(order_by="creation_order")
    with pytest.raises(ComputeError, match="infer_schema_length"):
        pl.DataFrame(listing.records(flatten=FLATTEN))
    frame = pl.DataFrame(listing.records(flatten=FLATTEN), infer_schema_length=None)
    assert {frame.schema[name] for name in TEXTS[:-1]} == {pl.String}
    assert {frame.schema[name] for name in INTEGERS} == {pl.Int64}
    assert {frame.schema[name] for name in TIMES} == {pl.Datetime("us", "UTC")}
    assert frame.schema["variables.omega"] == pl.Float64
    assert frame["end_timestamp"].null_count() == WAITING
    assert {frame.schema[name] for name in ABSENT} == {pl.Null}


def test_pyarrow_has_the_right_types(rows: list[dict[str, Any]]) -> None:
    """Also without a schema."""
    schema = pa.Table.from_pylist(rows).schema
    assert {schema.field(name).type for name in TEXTS} == {pa.string()}
    assert {schema.field(name).type for name in INTEGERS} == {pa.int64()}
    assert {schema.field(name).type for name in TIMES} == {pa.timestamp("us", "UTC")}
    assert {schema.field(name).type for name in ABSENT} == {pa.null()}


def test_batches_and_results_are_rows_too(client: PasqalClient) -> None:
    """Lists are JSON; a job without a result has its reason."""
    (batch,) = client.batches.list()
    frame = pd.DataFrame([batch.record()])
    assert frame["created_at"].dtype == "datetime64[us, UTC]"
    assert frame["open"].dtype == "bool"
    outcomes = client.jobs.results(ids=[job.id for job in client.jobs.list(status="DONE")])
    results = pd.DataFrame(outcome.record() for outcome in outcomes)
    assert list(results["shots"]) == list(results["runs"])
    assert results["reason"].isna().all()
    failed = client.jobs.results(ids=[job.id for job in client.jobs.list(status="ERROR")])
    (row,) = pl.DataFrame([outcome.record() for outcome in failed]).rows(named=True)
    assert (row["shots"], row["counter"]) == (None, None)
    assert "naïve" in row["reason"]


def test_an_empty_listing_is_an_empty_frame(client: PasqalClient) -> None:
    """It has the columns that were named, and no others."""

    def records() -> Iterator[dict[str, Any]]:
        return client.jobs.list(status="RUNNING").records()

    assert pd.DataFrame(records()).empty
    assert list(pd.DataFrame(records(), columns=["id", "status"])) == ["id", "status"]
    assert pl.DataFrame(records()).is_empty()
    assert pl.DataFrame(records(), schema={"id": pl.String}).columns == ["id"]
    schema = pa.schema({"id": pa.string()})
    assert pa.Table.from_pylist(list(records()), schema=schema).num_rows == 0


def test_csv_brings_every_value_back(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    """Text with commas and lines included; an absent value is empty text."""
    path = tmp_path / "jobs.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    frame = pd.read_csv(path, parse_dates=TIMES)
    assert list(frame["created_at"]) == [row["created_at"] for row in rows]
    assert list(frame["errors"].dropna()) == [row["errors"] for row in rows if row["errors"]]
    assert list(frame["end_timestamp"].isna()) == [row["end_timestamp"] is None for row in rows]
    read = pl.read_csv(path, try_parse_dates=True)
    assert read["id"].to_list() == [row["id"] for row in rows]
    assert read.schema["created_at"] == pl.Datetime("us", "UTC")
    with path.open(newline="", encoding="utf-8") as file:
        last = list(csv.DictReader(file))[-1]
    assert datetime.fromisoformat(last["created_at"]).tzinfo == UTC
    assert last["parent_id"] == ""

"""Departures (places where an answer differs from the contract) are logged once per kind, counted, and hide secrets."""

from __future__ import annotations

import copy
import logging
import pickle
import threading
from collections import deque

import pytest

from pasqal_client import Departure, DepartureError, SeenDeparture
from pasqal_client._contract.seen_departures import Departures

RUNS = Departure("data[3].runs", "an integer", '"12"', "data[].runs")
AGAIN = Departure("data[9].runs", "an integer", '"13"', "data[].runs")
DATE = Departure(
    "data[3].created_at", "an RFC 3339 time with a zone", '"s3cr3t"', "data[].created_at"
)


def test_a_kind_is_logged_once_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    """A page of a hundred jobs with the same fault is one line in the log, and the count says a hundred."""
    departures = Departures(str)
    for departure in (RUNS, DATE, AGAIN):
        departures.report(departure)
    assert [(seen.first, seen.count) for seen in departures] == [(RUNS, 2), (DATE, 1)]
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
    assert [str(seen) for seen in departures] == [
        'data[3].runs: expected an integer, got "12" (2 times)',
        'data[3].created_at: expected an RFC 3339 time with a zone, got "s3cr3t"',
    ]
    assert (len(departures), repr(departures)) == (2, "<2 kinds of departures>")


def test_a_collection_without_departures_is_falsy() -> None:
    """An empty collection is falsy, as Python's own collections are."""
    departures = Departures(str)
    assert (list(departures), len(departures), bool(departures)) == ([], 0, False)


def test_a_strict_collection_raises_and_counts() -> None:
    """A strict client raises at the first departure, and still records it."""
    departures = Departures(str)
    for _ in range(2):
        with pytest.raises(DepartureError, match=r"data\[3\].runs") as caught:
            departures.report_and_raise(RUNS)
        assert caught.value.departure == RUNS
    assert [seen.count for seen in departures] == [2]


def test_a_secret_that_the_service_echoes_is_not_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither the log nor the collection nor the error shows it."""
    departures = Departures(lambda text: text.replace("s3cr3t", "***"))
    with pytest.raises(DepartureError) as caught:
        departures.report_and_raise(DATE)
    told = [caplog.text, str(caught.value), repr(vars(caught.value)), repr(list(departures))]
    assert all("***" in text and "s3cr3t" not in text for text in told)


def test_threads_count_together() -> None:
    """No departure is lost when threads report at once, and each kind is logged exactly once."""
    departures = Departures(str)
    threads = [
        threading.Thread(target=lambda: deque(map(departures.report, [RUNS] * 500)), daemon=True)
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [seen.count for seen in departures] == [4000]


def test_a_collection_pickles_and_copies() -> None:
    """The collection can be sent to whoever maintains the service."""
    seen = SeenDeparture(RUNS, 2)
    assert pickle.loads(pickle.dumps(seen)) == copy.deepcopy(seen) == seen  # noqa: S301
    error = pickle.loads(pickle.dumps(DepartureError(RUNS)))  # noqa: S301
    assert (error.departure, str(error)) == (RUNS, str(DepartureError(RUNS)))

"""Filters are checked before anything is sent, and mean the same wherever they are given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest

from pasqal_client.filters import READERS, JobFilters, direction, number, query, split, uuid_of
from pasqal_core_api.models import Batch, JobOrigin, JobStatus, OrderDirection

ONE = UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
TWO = UUID("0c7f6a50-4f46-4b39-9c4a-7e36c0ab6ed5")


def test_the_twelve_filters_are_those_of_the_typed_keywords() -> None:
    """What is checked at run time and what a type checker accepts are the same twelve names."""
    assert set(READERS) == set(JobFilters.__annotations__)
    assert len(READERS) == 12


@pytest.mark.parametrize("name", ["id", "batch_id", "project_id"])
@pytest.mark.parametrize(
    "value",
    [ONE, str(ONE), str(ONE).upper(), [ONE], (str(ONE),), {ONE}, lambda: (ONE for _ in "ab"), [ONE, str(ONE).upper()]],
)
def test_ids_are_taken_in_every_usual_form(name: str, value: Any) -> None:
    """One id or any iterable of ids, as UUID or as text, becomes a list of canonical text without repetitions."""
    assert query({name: value() if callable(value) else value}) == {name: [str(ONE)]}


def test_several_values_keep_their_order() -> None:
    """The order of the values is the caller's."""
    assert query({"id": [TWO, ONE, TWO]}) == {"id": [str(TWO), str(ONE)]}


@pytest.mark.parametrize("value", ["", " ", "../../x", "a/b", "%2e%2e", "{" + str(ONE) + "}", ONE.hex, 7, b"x", None])
def test_what_is_no_uuid_is_refused(value: Any) -> None:
    """An id that could end up somewhere else in the address, or is none at all, is refused with an example."""
    with pytest.raises(ValueError, match=r"id: .* is not a UUID such as"):
        query({"id": [value]})


@pytest.mark.parametrize("name", ["id", "batch_id", "project_id", "user_id", "status", "origin"])
@pytest.mark.parametrize("empty", [[], (), set(), iter(()), {}.keys()])
def test_an_empty_iterable_matches_nothing(name: str, empty: Any) -> None:
    """An empty list of any kind means nothing, whatever else is given."""
    assert query({name: empty, "min_runs": 1}) is None


def test_none_means_not_given() -> None:
    """A filter that is None does not count."""
    assert query({"id": None, "errors": None, "status": "DONE"}) == {"status": [JobStatus.DONE]}


def test_false_and_zero_are_values() -> None:
    """What is false in Python is a value all the same."""
    assert query({"errors": False, "min_runs": 0}) == {"errors": False, "min_runs": 0}


@pytest.mark.parametrize("value", [JobStatus.ERROR, "ERROR", "error", "Error", ["error"]])
def test_a_status_is_taken_in_any_case(value: Any) -> None:
    """A status is an enumeration member or its text in any case."""
    assert query({"status": value}) == {"status": [JobStatus.ERROR]}


def test_enumeration_text_that_the_contract_does_not_know_is_sent_as_it_is() -> None:
    """The service may be newer than the contract, so unknown text goes through unchanged."""
    assert query({"status": "Levitating", "origin": ["azure", "MOON"]}) == {
        "status": ["Levitating"],
        "origin": [JobOrigin.AZURE, "MOON"],
    }


@pytest.mark.parametrize("value", ["", "  ", "A\nB", 1, True, [None]])
def test_a_status_that_is_no_text_is_refused(value: Any) -> None:
    """Empty text, control characters and other types are no status."""
    with pytest.raises(ValueError, match="status: "):
        query({"status": value})


@pytest.mark.parametrize("value", [b"x", {"a": 1}])
def test_bytes_and_mappings_are_no_lists(value: Any) -> None:
    """Iterables that nobody means as a list of values are refused."""
    with pytest.raises(ValueError, match="neither a value nor a list of values"):
        query({"status": value})


def test_user_ids_are_opaque() -> None:
    """A user id is any printable text, or a UUID."""
    assert query({"user_id": ["auth0|64f1", ONE]}) == {"user_id": ["auth0|64f1", str(ONE)]}


@pytest.mark.parametrize("value", [True, 1.0, "1", None])
def test_a_truth_value_or_text_is_no_number(value: Any) -> None:
    """Numbers have to be integers."""
    with pytest.raises(ValueError, match="min_runs: .* is not an integer"):
        number("min_runs", value)


def test_a_number_out_of_bounds_is_told_the_bounds() -> None:
    """The error says what would be right."""
    with pytest.raises(ValueError, match="limit: 101 is out of bounds; it has to be at least 1 and at most 100"):
        number("limit", 101, 1, 100)


@pytest.mark.parametrize("value", ["true", 1, 0, []])
def test_only_truth_values_filter_by_errors(value: Any) -> None:
    """Text and numbers are no truth values, and a list of them is none either."""
    with pytest.raises(ValueError, match="errors: .* is neither True nor False"):
        query({"errors": value})


@pytest.mark.parametrize("value", ["", "xyz", "a" * 37, "a%", 5, "../"])
def test_an_id_prefix_is_made_of_hexadecimal_digits(value: Any) -> None:
    """An empty prefix would match every job, and other characters none."""
    with pytest.raises(ValueError, match="id_starts_with: .* is not the beginning of a UUID"):
        query({"id_starts_with": value})


def test_an_id_prefix_is_sent_in_lower_case() -> None:
    """Ids are lower case on the wire."""
    assert query({"id_starts_with": "7C9E6679-"}) == {"id_starts_with": "7c9e6679-"}


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 11, 1, 8, 30, tzinfo=UTC),
        datetime(2026, 11, 1, 9, 30, tzinfo=timezone(timedelta(hours=1))),
        "2026-11-01T08:30:00Z",
        "2026-11-01T09:30+01:00",
        " 20261101T083000Z ",
    ],
)
def test_times_are_taken_as_datetime_or_iso_text(value: Any) -> None:
    """The same instant in any of the usual forms is the same filter."""
    assert query({"start_date": value}) == {"start_date": datetime(2026, 11, 1, 8, 30, tzinfo=UTC)}


@pytest.mark.parametrize("value", [datetime(2026, 11, 1, 8, 30), "2026-11-01T08:30:00", "2026-11-01"])
def test_a_time_without_zone_is_refused(value: Any) -> None:
    """Which instant a naive time means is the caller's to say."""
    with pytest.raises(ValueError, match="end_date: .* has no zone; say which one"):
        query({"end_date": value})


@pytest.mark.parametrize("value", ["yesterday", "", 1700000000, 1.5, True, [datetime(2026, 1, 1, tzinfo=UTC)]])
def test_what_is_no_time_is_refused(value: Any) -> None:
    """Numbers, lists and words are no times."""
    with pytest.raises(ValueError, match="end_date: "):
        query({"end_date": value})


def test_a_name_that_is_no_filter_is_refused_with_those_that_are() -> None:
    """A misspelt filter must not silently match everything."""
    with pytest.raises(
        TypeError, match=r"'state', 'tag': no such filter; the filters are id, id_starts_with, batch_id"
    ):
        query({"tag": "x", "state": "DONE"})


@pytest.mark.parametrize(
    ("name", "hint"),
    [("limit", "max_items and page_size"), ("offset", "jobs.page"), ("id__starts_with", "id_starts_with")],
)
def test_a_name_that_is_somewhere_else_is_pointed_out(name: str, hint: str) -> None:
    """Who knows the wire, or another client, is told where to find it."""
    with pytest.raises(TypeError, match=f"'{name}': no such filter; .*; {name} is .*{hint}"):
        query({name: 1})


def test_an_object_is_not_taken_for_its_id() -> None:
    """The mistake is pointed out, also for objects that can be iterated over."""
    for batch in (Batch.from_dict({"id": str(ONE)}), SimpleNamespace(id=ONE)):
        with pytest.raises(ValueError, match="batch_id: expected an id, got a .*; give its .id"):
            query({"batch_id": batch})


def test_a_long_value_is_cut_in_the_error() -> None:
    """An error stays readable whatever was passed."""
    with pytest.raises(ValueError, match=r"xxx\.\.\. is not a UUID") as caught:
        uuid_of("id", "x" * 5000)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("value", ["asc", "ASC", OrderDirection.ASC])
def test_a_direction_is_taken_in_any_case(value: Any) -> None:
    """Sort directions are open enumerations like the others."""
    assert direction("order_by_direction", value) is OrderDirection.ASC


def test_filters_that_fit_stay_together() -> None:
    """Nothing is split without need."""
    filters = query({"id": [ONE, TWO], "status": "DONE"})
    assert filters is not None
    assert split(filters, 200) == [filters]


def test_filters_that_do_not_fit_are_split_without_overlap() -> None:
    """The longest list is halved until each part fits; together the parts mean the same."""
    ids = [UUID(int=number) for number in range(500)]
    filters = query({"id": ids, "status": ["DONE", "ERROR"]})
    assert filters is not None
    parts = split(filters, 1000)
    assert [one for part in parts for one in part["id"]] == [str(one) for one in ids]
    assert {tuple(part["status"]) for part in parts} == {("DONE", "ERROR")}
    assert all(len(urlencode(part, doseq=True)) <= 1000 for part in parts)


def test_a_value_that_fits_no_address_is_refused() -> None:
    """What cannot be split is told before anything is sent."""
    with pytest.raises(ValueError, match="too long for an address of 4096 bytes"):
        split({"user_id": ["u" * 5000]}, 3000)

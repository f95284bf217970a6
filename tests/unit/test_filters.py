"""Filters are checked before anything is sent, and mean the same wherever they are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pasqal_client import JobOutcome, PasqalClient
from pasqal_client._checks import boolean, number, seconds, text, uuid_of
from pasqal_client._listing import filter_table, query_parts
from pasqal_client._listing.filter_table import FilterTable
from pasqal_client._listing.filters import (
    BATCH_FILTERS,
    JOB_FILTERS,
    READERS,
    BatchFilters,
    JobFilters,
)
from pasqal_client._listing.pages import Span
from pasqal_client._listing.query_parts import split
from pasqal_client._listing.walk.order import Order
from pasqal_client.jobs import JOBS
from pasqal_core_api.models import Batch, Device, JobOrigin, JobStatus, OrderDirection

ONE = UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
TWO = UUID("0c7f6a50-4f46-4b39-9c4a-7e36c0ab6ed5")


def test_the_filters_are_those_of_the_typed_keywords() -> None:
    """The names checked at run time are the same as those that a type checker accepts."""
    differing = READERS.keys() ^ JobFilters.__annotations__.keys()
    assert not differing, (
        f"{sorted(differing)}: a filter belongs in READERS and in JobFilters; then in JOB_OPTIONS of "
        "cli/filter_options.py, in a condition of the sandbox (sandbox/queries.py), and in a case (requests.json)"
    )


def test_the_filters_of_batches_are_those_of_the_typed_keywords() -> None:
    """The names checked at run time are the same as those that a type checker accepts."""
    differing = BATCH_FILTERS.readers.keys() ^ BatchFilters.__annotations__.keys()
    assert not differing, (
        f"{sorted(differing)}: a filter belongs in _BATCH_READERS and in BatchFilters"
    )


@pytest.mark.parametrize("name", ["id", "batch_id", "project_id"])
@pytest.mark.parametrize(
    "value",
    [
        ONE,
        str(ONE),
        str(ONE).upper(),
        [ONE],
        (str(ONE),),
        {ONE},
        lambda: (ONE for _ in "ab"),
        [ONE, str(ONE).upper()],
    ],
)
def test_ids_are_taken_in_every_usual_form(name: str, value: Any) -> None:
    """An id or an iterable of ids, as UUID or as text, becomes a list of canonical text without duplicates."""
    assert JOB_FILTERS.query({name: value() if callable(value) else value}) == {name: [str(ONE)]}


def test_several_values_keep_their_order() -> None:
    """Values are sent in the caller's order, each once."""
    assert JOB_FILTERS.query({"id": [TWO, ONE, TWO]}) == {"id": [str(TWO), str(ONE)]}


@pytest.mark.parametrize(
    "value", ["", " ", "../../x", "a/b", "%2e%2e", "{" + str(ONE) + "}", ONE.hex, 7, b"x", None]
)
def test_a_malformed_id_is_rejected(value: Any) -> None:
    """An id that could lead to another place in the address is rejected, and the error shows a valid one."""
    with pytest.raises(ValueError, match=r"^id(\[0\])?: .* is not a UUID such as"):
        JOB_FILTERS.query({"id": [value]})


@pytest.mark.parametrize("name", ["id", "batch_id", "project_id", "user_id", "status", "origin"])
@pytest.mark.parametrize("empty", [[], (), set(), iter(()), {}.keys()])
def test_an_empty_iterable_matches_nothing(name: str, empty: Any) -> None:
    """An empty list means nothing, never everything, whatever else is given."""
    assert JOB_FILTERS.query({name: empty, "min_runs": 1}) is None


def test_none_means_not_given() -> None:
    """A filter that is None counts as not given, so optional values can be passed through."""
    assert JOB_FILTERS.query({"id": None, "errors": None, "status": "DONE"}) == {
        "status": [JobStatus.DONE]
    }


def test_false_and_zero_are_values() -> None:
    """False and 0 filter like any other value, although they are falsy in Python."""
    assert JOB_FILTERS.query({"errors": False, "min_runs": 0}) == {"errors": False, "min_runs": 0}


@pytest.mark.parametrize("value", [JobStatus.ERROR, "ERROR", "error", "Error", ["error"]])
def test_a_status_is_taken_in_any_case(value: Any) -> None:
    """A status may be a member of the enumeration or its text in any case."""
    assert JOB_FILTERS.query({"status": value}) == {"status": [JobStatus.ERROR]}


def test_unknown_enumeration_text_is_sent_unchanged() -> None:
    """The service may be newer than the contract."""
    assert JOB_FILTERS.query({"status": "Levitating", "origin": ["azure", "MOON"]}) == {
        "status": ["Levitating"],
        "origin": [JobOrigin.AZURE, "MOON"],
    }


@pytest.mark.parametrize("value", ["", "  ", "A\nB", 1, True, [None]])
def test_a_malformed_status_is_rejected(value: Any) -> None:
    """Empty text, control characters and other types are rejected."""
    with pytest.raises(ValueError, match=r"^status(\[0\])?: "):
        JOB_FILTERS.query({"status": value})


@pytest.mark.parametrize("value", [b"x", {"a": 1}])
def test_bytes_and_mappings_are_not_lists_of_values(value: Any) -> None:
    """Nobody means their elements as filter values, so they are rejected."""
    with pytest.raises(ValueError, match="neither a value nor a list of values"):
        JOB_FILTERS.query({"status": value})


def test_user_ids_are_opaque() -> None:
    """A user id may be any printable text, or a UUID."""
    assert JOB_FILTERS.query({"user_id": ["auth0|64f1", ONE]}) == {
        "user_id": ["auth0|64f1", str(ONE)]
    }


@pytest.mark.parametrize("value", [True, 1.0, "1", None])
def test_a_boolean_or_text_is_not_a_number(value: Any) -> None:
    """Filters that take numbers accept integers only."""
    with pytest.raises(ValueError, match="min_runs: .* is not an integer"):
        number("min_runs", value, 0)


def test_a_number_out_of_bounds_is_rejected_with_the_bounds() -> None:
    """The error says which numbers are allowed."""
    with pytest.raises(
        ValueError, match="limit: 101 is out of bounds; it must be at least 1 and at most 100"
    ):
        number("limit", 101, 1, 100)


@pytest.mark.parametrize("value", ["true", 1, 0, []])
def test_only_booleans_filter_by_errors(value: Any) -> None:
    """Text, numbers and lists of booleans are rejected."""
    with pytest.raises(ValueError, match="errors: .* is neither True nor False"):
        JOB_FILTERS.query({"errors": value})


@pytest.mark.parametrize("value", ["", "xyz", "a" * 37, "a%", 5, "../"])
def test_an_id_prefix_is_made_of_hexadecimal_digits(value: Any) -> None:
    """An empty prefix would match every job and other characters none, so both are rejected."""
    with pytest.raises(ValueError, match="id_starts_with: .* is not the beginning of a UUID"):
        JOB_FILTERS.query({"id_starts_with": value})


def test_an_id_prefix_is_sent_in_lower_case() -> None:
    """Ids are lower case on the wire, so a prefix in upper case would match nothing."""
    assert JOB_FILTERS.query({"id_starts_with": "7C9E6679-"}) == {"id_starts_with": "7c9e6679-"}


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
    """The same instant, as a datetime or as ISO text in any usual spelling, gives the same filter."""
    assert JOB_FILTERS.query({"start_date": value}) == {
        "start_date": datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    }


@pytest.mark.parametrize(
    "value", [datetime(2026, 11, 1, 8, 30), "2026-11-01T08:30:00", "2026-11-01"]
)
def test_a_time_without_a_zone_is_rejected(value: Any) -> None:
    """Only the caller knows which instant a naive time means."""
    with pytest.raises(ValueError, match="end_date: .* has no time zone; add one"):
        JOB_FILTERS.query({"end_date": value})


@pytest.mark.parametrize(
    "value", ["yesterday", "", 1700000000, 1.5, True, [datetime(2026, 1, 1, tzinfo=UTC)]]
)
def test_a_malformed_time_is_rejected(value: Any) -> None:
    """Numbers, lists and words are not times."""
    with pytest.raises(ValueError, match="end_date: "):
        JOB_FILTERS.query({"end_date": value})


def test_an_unknown_filter_is_rejected_with_the_known_ones() -> None:
    """A misspelt filter must not silently match everything."""
    with pytest.raises(
        TypeError,
        match=r"unknown filter names 'state', 'tag'; the filters are id, id_starts_with, batch_id",
    ):
        JOB_FILTERS.query({"tag": "x", "state": "DONE"})


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("limit", "max_items and page_size"),
        ("offset", "jobs.page"),
        ("id__starts_with", "id_starts_with"),
    ],
)
def test_a_name_from_elsewhere_is_explained(name: str, hint: str) -> None:
    """A name from the wire or from another client is answered with a hint where the filter is."""
    with pytest.raises(TypeError, match=f"unknown filter name '{name}'; .*; {name} is .*{hint}"):
        JOB_FILTERS.query({name: 1})


def test_an_object_in_place_of_its_id_is_rejected() -> None:
    """The error points out the mistake, also for objects that can be iterated over."""
    for batch in (Batch.from_dict({"id": str(ONE)}), SimpleNamespace(id=ONE)):
        with pytest.raises(ValueError, match=r"batch_id: expected an id, got \w+; pass its \.id"):
            JOB_FILTERS.query({"batch_id": batch})


@pytest.mark.parametrize(
    ("given", "place"),
    [
        (JobOutcome(ONE), "job_id"),
        (SimpleNamespace(batch_id=ONE), "batch_id"),
        (SimpleNamespace(batch=SimpleNamespace(id=ONE)), "batch.id"),
    ],
)
def test_an_object_that_knows_the_id_is_answered_with_its_place(given: Any, place: str) -> None:
    """An outcome, a write and added jobs have ids, each under another name."""
    kind = type(given).__name__
    with pytest.raises(ValueError, match=rf"^id: expected an id, got {kind}; pass its \.{place}$"):
        uuid_of("id", given)


def test_an_object_in_place_of_its_text_is_answered_with_its_attribute() -> None:
    """A device is not its type."""
    device = Device.from_dict({"device_type": "FRESNEL"})
    message = r"^device_type: expected text, got Device; pass its \.device_type$"
    with pytest.raises(ValueError, match=message):
        BATCH_FILTERS.query({"device_type": device})
    with pytest.raises(ValueError, match=r"^tags\[0\]: .* is not text$"):
        text("tags[0]", device)


class Hostile:
    """An object that raises however it is inspected."""

    def _fail(self, *_: object) -> Any:
        raise RuntimeError("secret")

    __repr__ = __str__ = __eq__ = __hash__ = __iter__ = __index__ = __bool__ = __len__ = _fail
    id = property(_fail)


class Endless:
    """An object with a very long repr."""

    def __repr__(self) -> str:
        return "x" * 10**6


class Broken(datetime):
    """A datetime that is not a time, like NaT of pandas."""

    def utcoffset(self) -> Any:
        return self

    def date(self) -> Any:
        raise ValueError("no date")


ODD = [
    Hostile(),
    type("tuple", (Hostile,), {})(),
    [Hostile()],
    Endless(),
    [Endless()],
    10**10_000,
    -(10**10_000),
    "x" * 10**6,
    b"x" * 10**6,
    {1: 2},
]
ODD += [
    ["x" * 10**6],
    Hostile,
    float("nan"),
    object,
    "\ud800",
    "a\0b",
    [[["x"]]],
    Broken(2026, 1, 1),
]


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("value", ODD, ids=[str(number) for number in range(len(ODD))])
def test_odd_values_are_rejected_by_name_and_in_few_words(name: str, value: Any) -> None:
    """However an object misbehaves when it is inspected, the error names the filter and stays short."""
    with pytest.raises(ValueError, match=rf"^{name}(\[0\])?: ") as caught:
        JOB_FILTERS.query({name: value})
    assert len(str(caught.value)) < 300
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("value", ODD, ids=[str(number) for number in range(len(ODD))])
def test_odd_list_arguments_are_rejected_in_the_same_way(value: Any) -> None:
    """Order, direction, offset and limit are checked like filters."""
    for order in ((value, None), (None, value)):
        with pytest.raises(ValueError, match=r"^order_by(_direction)?: ") as caught:
            Order.of(JOBS, *order)
        assert len(str(caught.value)) < 300
    for span in ((value, 1), (0, value)):
        with pytest.raises(ValueError, match=r"^(offset|limit): "):
            Span.of(*span)


def test_unknown_names_are_cut_in_the_error() -> None:
    """The error names the first few unknown filters and cuts a long name."""
    with pytest.raises(
        TypeError, match=r"names 'a0', 'a1', 'a2', 'a3', 'a4', \.\.\.; the filters"
    ) as caught:
        JOB_FILTERS.query({f"a{number}": 1 for number in range(9)})
    with pytest.raises(TypeError, match="unknown filter name ") as caught:
        JOB_FILTERS.query({"x" * 10**6: 1})
    assert len(str(caught.value)) < 500


def test_an_error_while_values_are_read_is_kept_as_the_cause() -> None:
    """A caller who reads ids from elsewhere can see why reading them failed."""

    def ids() -> Iterator[UUID]:
        yield ONE
        raise OSError("the file is gone")

    with pytest.raises(ValueError, match="^id: reading the values failed with OSError$") as caught:
        JOB_FILTERS.query({"id": ids()})
    assert str(caught.value.__cause__) == "the file is gone"


class Whole:
    """A number of another library, such as numpy's int64."""

    def __index__(self) -> int:
        return 7


class bool_:  # noqa: N801
    """A truth value like numpy's, which is not a `bool`."""

    def __init__(self, value: bool) -> None:
        self.value = value

    def __bool__(self) -> bool:
        return self.value

    def __index__(self) -> int:
        return int(self.value)


class timedelta64(float):  # noqa: N801
    """A duration like numpy's, which passes for a real number in a unit that is not always seconds."""


class NaT(datetime):
    """The time of pandas that is none; it is a datetime all the same."""

    def __repr__(self) -> str:
        return "NaT"

    def date(self) -> Any:
        raise ValueError("NaTType does not support date")


@pytest.mark.parametrize("value", [True, False])
def test_truth_values_of_other_libraries_are_taken(value: bool) -> None:
    """Those of numpy are sent as plain ones, and are not numbers, as True and False are not."""
    assert boolean("errors", bool_(value)) is value
    with pytest.raises(ValueError, match="^limit: .* is not an integer$"):
        number("limit", bool_(value), 0)
    with pytest.raises(ValueError, match="^timeout: .* is not a number of seconds"):
        seconds("timeout", bool_(value))


def test_a_truth_value_that_raises_is_rejected() -> None:
    """It is the caller's code, and may do anything."""
    hostile = type("bool_", (Hostile,), {})()
    with pytest.raises(ValueError, match="^errors: .* is neither True nor False$"):
        JOB_FILTERS.query({"errors": hostile})


def test_a_duration_in_a_unit_of_its_own_is_not_taken_for_seconds() -> None:
    """Five nanoseconds of numpy would be five seconds."""
    with pytest.raises(ValueError, match="^timeout: .* is not a number of seconds"):
        seconds("timeout", timedelta64(5))


def test_integers_of_other_libraries_are_seconds() -> None:
    """Whatever is an integer where a number of things is meant is one where seconds are."""
    assert seconds("timeout", Whole()) == 7.0
    assert type(seconds("timeout", Whole())) is float


@pytest.mark.parametrize("name", ["min_runs", "max_runs", "min_jobs", "max_jobs"])
def test_a_negative_number_of_things_is_rejected(name: str) -> None:
    """No batch has fewer than no jobs: somebody subtracted too much."""
    table = JOB_FILTERS if name.endswith("runs") else BATCH_FILTERS
    with pytest.raises(ValueError, match=f"^{name}: -1 is out of bounds; it must be at least 0 "):
        table.query({name: -1})


@pytest.mark.parametrize("value", [float("nan"), NaT(2026, 1, 1)], ids=["NaN", "NaT"])
@pytest.mark.parametrize("table", [JOB_FILTERS, BATCH_FILTERS], ids=["jobs", "batches"])
def test_what_is_missing_in_a_table_is_rejected_by_the_name_of_the_filter(
    table: FilterTable, value: Any
) -> None:
    """They stand for a cell that is empty; only None means that a filter is not given."""
    for name in table.readers:
        for wrong in (value, [value]):
            with pytest.raises(ValueError, match=rf"^{name}(\[0\])?: "):
                table.query({name: wrong})


def test_numbers_of_other_libraries_are_integers() -> None:
    """Anything with `__index__` is accepted, and a plain integer is sent."""
    read = JOB_FILTERS.query({"min_runs": Whole()})
    assert read == {"min_runs": 7}
    assert type(read["min_runs"]) is int


@pytest.mark.parametrize("number", [2**63, -(2**63)])
def test_a_number_beyond_63_bits_is_rejected(number: int) -> None:
    """Runs and offsets have at most 63 bits in the service."""
    with pytest.raises(
        ValueError, match=f"^max_runs: {number} is out of bounds; it must be at least"
    ):
        JOB_FILTERS.query({"max_runs": number})


class Precise(datetime):
    """A datetime that writes itself differently, like a Timestamp of pandas."""

    def isoformat(self, *_: Any, **__: Any) -> str:
        return "not for the wire"

    def __eq__(self, other: object) -> Any:
        raise RuntimeError

    __hash__ = datetime.__hash__


def test_other_kinds_of_datetime_become_plain_ones() -> None:
    """They are converted, so that their own way of writing themselves does not reach the wire."""
    read = JOB_FILTERS.query({"start_date": Precise(2026, 11, 1, 8, 30, 1, 5, tzinfo=UTC)})
    assert read is not None
    assert type(read["start_date"]) is datetime
    assert read["start_date"] == datetime(2026, 11, 1, 8, 30, 1, 5, tzinfo=UTC)


def test_a_long_value_is_cut_in_the_error() -> None:
    """An error stays readable, whatever was passed."""
    with pytest.raises(ValueError, match=r"xxx\.\.\. is not a UUID") as caught:
        uuid_of("id", "x" * 5000)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("value", ["asc", "ASC", OrderDirection.ASC])
def test_a_direction_is_taken_in_any_case(value: Any) -> None:
    """A sort direction is an open enumeration like the others."""
    assert Order.of(JOBS, None, value).direction is OrderDirection.ASC


def test_filters_that_fit_stay_together() -> None:
    """Filters that fit one address are sent in one request."""
    filters = JOB_FILTERS.query({"id": [ONE, TWO], "status": "DONE"})
    assert filters is not None
    assert split(filters, 200) == [filters]


def test_filters_that_do_not_fit_are_split_without_overlap() -> None:
    """The longest list is halved until each part fits, and together the parts match the same jobs."""
    ids = [UUID(int=number) for number in range(500)]
    filters = JOB_FILTERS.query({"id": ids, "status": ["DONE", "ERROR"]})
    assert filters is not None
    parts = split(filters, 1000)
    assert [one for part in parts for one in part["id"]] == [str(one) for one in ids]
    assert {tuple(part["status"]) for part in parts} == {("DONE", "ERROR")}
    assert all(len(urlencode(part, doseq=True)) <= 1000 for part in parts)


def test_two_long_lists_are_split_against_each_other() -> None:
    """Every pair of values is in exactly one part."""
    filters = JOB_FILTERS.query(
        {
            "id": [UUID(int=n) for n in range(60)],
            "batch_id": [UUID(int=n) for n in range(40)],
            "errors": True,
        }
    )
    assert filters is not None
    parts = split(filters, 1000)
    pairs = [(one, batch) for part in parts for one in part["id"] for batch in part["batch_id"]]
    assert sorted(pairs) == sorted(
        (one, batch) for one in filters["id"] for batch in filters["batch_id"]
    )
    assert all(part["errors"] is True for part in parts)
    assert all(len(urlencode(part, doseq=True)) <= 1000 for part in parts)
    assert len(parts) < 30


@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["id", "user_id", "status"]),
        st.lists(st.text("aé/ ", min_size=1, max_size=5), min_size=1, max_size=9, unique=True),
    ),
    st.integers(150, 400),
)
def test_parts_fit_and_mean_the_same(filters: dict[str, list[str]], room: int) -> None:
    """Any combination of values is in exactly one part, and every part fits the address."""
    parts = split(filters, room)
    combined = [one for part in parts for one in product(*(part[name] for name in filters))]
    assert sorted(combined) == sorted(product(*filters.values()))
    assert all(list(part) == list(filters) for part in parts)
    assert all(len(urlencode(part, doseq=True)) <= room for part in parts)


def test_each_value_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work grows in proportion to the ids: none is measured again for each halving."""
    measured = []

    def counted(text: str) -> int:
        measured.append(text)
        return length(text)

    length = query_parts._length
    monkeypatch.setattr(query_parts, "_length", counted)
    ids = [f"{number:036}" for number in range(10_000)]
    assert len(split({"id": ids}, 3800)) > 100
    assert measured == ids


def test_many_ids_are_read_without_making_uuids_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million that are spelled as usual cost little: they are sent as text anyway."""
    spelled = [str(ONE).upper(), str(ONE), str(TWO)]
    monkeypatch.setattr(filter_table, "uuid_of", None)
    assert JOB_FILTERS.query({"id": spelled}) == {"id": [str(ONE), str(TWO)]}


def test_a_value_that_fits_no_address_is_rejected() -> None:
    """A single value that is too long cannot be split, so it is rejected before anything is sent."""
    for long in (
        {"user_id": ["u" * 5000]},
        {"user_id": ["u" * 2000], "origin": ["o" * 2000], "errors": True},
    ):
        with pytest.raises(
            ValueError, match="^(user_id|origin): .*too long for a URL of 4096 bytes"
        ):
            split(long, 3000)


def test_what_to_sort_by_is_a_field() -> None:
    """A service may ignore any other name, so a slip would give another order without a word."""
    order_of = PasqalClient(token="t").jobs.list
    assert "by slurm_job_id" in repr(order_of(order_by="slurm_job_id"))
    told = r"^order_by: 'foo' is not a field of a job; those are created_at, id, status, runs, "
    with pytest.raises(ValueError, match=told):
        order_of(order_by="foo")


@pytest.mark.parametrize("wrong", ["oops", float("nan"), None])
def test_a_wrong_id_among_many_is_told_by_its_place(wrong: object) -> None:
    """Whichever call takes the ids; a single id has no place."""
    client = PasqalClient(token="t")
    ids: Any = [*map(UUID, ["7c9e6679-7425-40de-944b-e07fc1f90ae7"] * 17), wrong]
    calls: list[tuple[Callable[[Any], object], str]] = [
        (lambda given: client.jobs.list(id=given), "id"),
        (lambda given: client.batches.list(id=given), "id"),
        (lambda given: client.jobs.count(batch_id=given), "batch_id"),
        (lambda given: client.jobs.wait(ids=given), "ids"),
        (lambda given: client.jobs.results(ids=given), "ids"),
        (client.jobs.statuses, "ids"),
        (client.batches.cancel_many, "ids"),
    ]
    for call, name in calls:
        with pytest.raises(ValueError, match=rf"^{name}\[17\]: '?{wrong}'? is not a UUID"):
            call(ids)
        with pytest.raises(ValueError, match=f"^{name}: 'oops' is not a UUID"):
            call("oops")


def test_the_size_of_a_page_has_another_name_where_there_is_one_page() -> None:
    """`jobs.list` has `page_size`; a page alone has `limit`."""
    client = PasqalClient(token="t")
    with pytest.raises(TypeError, match="page_size is for jobs.list; jobs.page has limit$"):
        client.jobs.page(page_size=5)  # type: ignore[call-arg]

"""How single values are read: which spellings the contract allows, which are corrected, and which are given up."""

from __future__ import annotations

import datetime
import pickle
import random
import re
from collections.abc import Iterator
from uuid import UUID

import pytest

from pasqal_core_api.models import Job
from pasqal_core_runtime.departures import Departure, Place
from pasqal_core_runtime.errors import DepartureError
from pasqal_core_runtime.model import read_model
from pasqal_core_runtime.readers import bounded, nullable, number
from unit.payloads import ID, JOB

UNSET = "unset"


def read(field: str, value: object) -> tuple[object, bool]:
    """The value of a job's field after reading, and whether reading it was a departure."""
    found: list[Departure] = []
    job = read_model(Job, JOB | {field: value}, found.append)
    return getattr(job, field, UNSET), bool(found)


def utc(year: int, month: int, day: int, *time: int) -> datetime.datetime:
    hour, minute, second, microsecond = (*time, 0, 0, 0, 0)[:4]
    return datetime.datetime(year, month, day, hour, minute, second, microsecond, datetime.UTC)


# ---------------------------------------------------------------------------------------------------------------------
# Times


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-10-12T08:16:40Z", utc(2026, 10, 12, 8, 16, 40)),
        ("2026-10-12T08:16:40+00:00", utc(2026, 10, 12, 8, 16, 40)),
        ("2026-10-12T08:16:40-00:00", utc(2026, 10, 12, 8, 16, 40)),
        ("2026-10-12T00:00:00.000000+00:00", utc(2026, 10, 12)),
        ("2026-10-12T08:16:40.164Z", utc(2026, 10, 12, 8, 16, 40, 164_000)),
        ("2026-10-12T10:16:40+02:00", utc(2026, 10, 12, 8, 16, 40)),
        ("2026-10-11T22:46:40-09:30", utc(2026, 10, 12, 8, 16, 40)),
        ("2026-10-13T08:15:40+23:59", utc(2026, 10, 12, 8, 16, 40)),
        ("2026-10-12t08:16:40z", utc(2026, 10, 12, 8, 16, 40)),
        ("2026-10-12 08:16:40Z", utc(2026, 10, 12, 8, 16, 40)),
        ("2026-10-12T08:16:40.5Z", utc(2026, 10, 12, 8, 16, 40, 500_000)),
        ("2026-10-12T08:16:40.164204+00:00", utc(2026, 10, 12, 8, 16, 40, 164_204)),
        ("2026-10-12T08:16:40.123456789Z", utc(2026, 10, 12, 8, 16, 40, 123_456)),
        ("2026-10-12T08:16:40.9999999Z", utc(2026, 10, 12, 8, 16, 40, 999_999)),
        ("2024-02-29T00:00:00Z", utc(2024, 2, 29)),
        ("2026-12-31T23:59:60Z", utc(2027, 1, 1)),
        ("2026-12-31T23:59:60.25z", utc(2027, 1, 1, 0, 0, 0, 250_000)),
        ("2027-01-01T00:59:60+01:00", utc(2027, 1, 1)),
    ],
)
def test_an_rfc_3339_time_is_read(text: str, moment: datetime.datetime) -> None:
    """Every spelling that RFC 3339 allows is read, as precisely as Python's datetime can hold it."""
    assert read("created_at", text) == (moment, False)


def test_a_time_keeps_its_offset() -> None:
    """A time is not converted to another zone."""
    value, _ = read("created_at", "2026-10-12T10:16:40+02:00")
    assert isinstance(value, datetime.datetime)
    assert value.utcoffset() == datetime.timedelta(hours=2)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-10-12T08:16:40", utc(2026, 10, 12, 8, 16, 40)),
        ("2026-10-12 08:16:40.164204", utc(2026, 10, 12, 8, 16, 40, 164_204)),
        ("2026-10-12T08:16:40.123456789", utc(2026, 10, 12, 8, 16, 40, 123_456)),
        ("2026-10-12T08:16", utc(2026, 10, 12, 8, 16)),
        ("2026-10-12T08:16Z", utc(2026, 10, 12, 8, 16)),
        ("2026-10-12t08:16z", utc(2026, 10, 12, 8, 16)),
        ("2026-10-12T10:16:40+0200", utc(2026, 10, 12, 8, 16, 40)),
        ("2026-10-12T08:16:40,164204+00:00", utc(2026, 10, 12, 8, 16, 40, 164_204)),
        ("2026-12-31T23:59:60", utc(2027, 1, 1)),
        ("1636558026.698066", utc(2021, 11, 10, 15, 27, 6, 698_066)),
        ("999999999", utc(2001, 9, 9, 1, 46, 39)),
        (1636558026, utc(2021, 11, 10, 15, 27, 6)),
        (1636558026.5, utc(2021, 11, 10, 15, 27, 6, 500_000)),
    ],
)
def test_a_sloppy_time_is_corrected(value: object, moment: datetime.datetime) -> None:
    """A time without a zone is taken as UTC and a number as seconds since 1970; each is reported."""
    mended, departed = read("created_at", value)
    assert (mended, departed) == (moment, True)
    assert isinstance(mended, datetime.datetime)
    assert mended.tzinfo is not None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "now",
        "2026-10-12",
        "20261012T081640Z",
        "2026-W42-1T08:16:40Z",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-10-12T24:00:00Z",
        "2026-10-12T24:00:00.000000+00:00",
        "2026-10-12T08:16:40.Z\x004204Z",
        "2026-W42-1T08:16:40.164204+00:00",
        "2026-10-12T08:60:00Z",
        "2026-10-12T08:16:61Z",
        "2026-10-12T08:16:40+24:00",
        "2026-10-12T08:16:40Z\n",
        " 2026-10-12T08:16:40Z",
        "\uff12026-10-12T08:16:40Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:60Z",
        "12",
        "16365580260000",
        "-1636558026",
        "1e9",
        "nan",
        1636558026_000,
        10**400,
        float("inf"),
        float("nan"),
        True,
        {},
        ["2026-10-12T08:16:40Z"],
    ],
    ids=repr,
)
def test_a_malformed_time_leaves_its_field_unset(value: object) -> None:
    """A time is never guessed."""
    assert read("created_at", value) == (UNSET, True)


def nearly(*texts: str) -> Iterator[str]:
    """Texts that are a few characters away from the given ones."""
    chance = random.Random(1)
    for _ in range(20_000):
        text = chance.choice(texts)
        for _ in range(chance.randint(1, 4)):
            place, new = (
                chance.randrange(len(text) + 1),
                chance.choice("0123456789+-:.,TtZzW _xaF\0\u0661\ud800"),
            )
            text = text[:place] + new * chance.randint(0, 1) + text[place + chance.randint(0, 1) :]
        yield text


RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]([01][0-9]|2[0-3])(:[0-5][0-9]){2}(\.[0-9]+)?"
    r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)


def test_only_rfc_3339_times_pass_without_a_departure() -> None:
    """Usual spellings take a quicker path, which accepts nothing more; Python's own parser accepts far more."""
    usual = (
        "2026-10-12T08:16:40.164204+00:00",
        "2026-10-12T08:16:40.164Z",
        "2026-10-12T23:59:59+00:00",
    )
    for text in nearly(*usual):
        try:
            moment = (
                datetime.datetime.fromisoformat(text.upper()) if RFC_3339.fullmatch(text) else None
            )
        except ValueError:
            moment = None
        if text[17:19] != "60":  # leap seconds have tests of their own
            value, departed = read("created_at", text)
            assert (not departed) is (moment is not None), text
            assert departed or value == moment, text
    _, departed = read("created_at", "2026-10-12T08:16:40.164204+00:60")
    assert departed


# ---------------------------------------------------------------------------------------------------------------------
# Ids


@pytest.mark.parametrize("text", [ID, ID.upper(), "00000000-0000-0000-0000-000000000000"])
def test_a_uuid_is_read(text: str) -> None:
    """A UUID may be in either case and of any version."""
    assert read("id", text) == (UUID(text), False)


@pytest.mark.parametrize(
    "text", [ID.replace("-", ""), f"{{{ID}}}", f"urn:uuid:{ID}", ID.replace("-", "", 1)]
)
def test_a_sloppy_uuid_is_corrected(text: str) -> None:
    """Missing hyphens, braces and the URN prefix leave no doubt about the id."""
    assert read("id", text) == (UUID(ID), True)


@pytest.mark.parametrize(
    "value",
    [
        "",
        f" {ID}",
        f"{ID}\n",
        ID.replace("-", " "),
        ID.replace("-", "_"),
        f"{ID[:-2]}__",
        f"{ID[:-1]}g",
        f"urn:{ID}",
        f"uuid:{ID}",
        ID[:-1],
        f"{ID}0",
        "\uff184e3c4a5-bdf5-43ef-827e-5fd5fba5913d",
        0,
        None,
        True,
        [ID],
    ],
    ids=repr,
)
def test_a_malformed_uuid_leaves_its_field_unset(value: object) -> None:
    """Blanks and underscores are rejected, although Python's own UUID accepts them."""
    assert read("id", value) == (UNSET, True)


@pytest.mark.parametrize("field", ["id", "batch_id"])
def test_only_the_standard_uuid_passes_without_a_departure(field: str) -> None:
    """The rule holds for an object's own id and for ids that many objects share."""
    spelling = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
    for text in nearly(ID, ID.upper()):
        value, departed = read(field, text)
        assert departed is not bool(spelling.fullmatch(text)), text
        assert departed or value == UUID(text)


def test_an_id_is_an_ordinary_uuid() -> None:
    """An id has the class UUID itself, prints, hashes and pickles like any other, and is immutable."""
    value, _ = read("id", ID)
    assert type(value) is UUID
    assert (repr(value), hash(value), value.is_safe) == (
        repr(UUID(ID)),
        hash(UUID(ID)),
        UUID(ID).is_safe,
    )
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301
    with pytest.raises(TypeError):
        value.int = 0  # type: ignore[misc]


# ---------------------------------------------------------------------------------------------------------------------
# Numbers


@pytest.mark.parametrize("value", [0, -1, 2**63, 2**64 + 1, -(10**40)])
def test_an_integer_is_read_whatever_its_size(value: int) -> None:
    """Integers are not limited to 64 bits."""
    assert read("runs", value) == (value, False)


@pytest.mark.parametrize(
    ("value", "number"), [("500", 500), ("-1", -1), ("007", 7), (1e18, 10**18)]
)
def test_an_integer_in_disguise_is_corrected(value: object, number: int) -> None:
    """Its text, or a float without a fraction, leaves no doubt about it."""
    mended, departed = read("runs", value)
    assert (mended, departed) == (number, True)
    assert type(mended) is int


@pytest.mark.parametrize(
    "value",
    [
        "",
        " 1",
        "+1",
        "1.0",
        "1e3",
        "1_000",
        "\u0663",
        "9" * 19,
        0.5,
        float("inf"),
        float("nan"),
        True,
        False,
        [],
    ],
)
def test_anything_but_an_integer_leaves_its_field_unset(value: object) -> None:
    """A boolean is not an integer here, although it is one in Python."""
    assert read("runs", value) == (UNSET, True)


@pytest.mark.parametrize(
    ("value", "progress", "departed"),
    [
        (100, 100, False),
        (0, 0, False),
        (-5, -5, False),  # the contract has no lower bound
        (None, None, False),
        (101, 101, True),
        (10**30, 10**30, True),
        ("99", 99, True),
        ("many", UNSET, True),
        (True, UNSET, True),
        (99.5, UNSET, True),
    ],
)
def test_progress_beyond_its_bound_is_used_and_reported(
    value: object, progress: object, departed: bool
) -> None:
    """A number that is too large is still the number that the service sent."""
    assert read("progress", value) == (progress, departed)


def test_bounds_hold_at_both_ends() -> None:
    """The contract has an upper bound only, but the reader also checks a lower one and names both."""
    percent = bounded(0, 100)
    found: list[Departure] = []
    assert [
        percent.read_leniently(value, Place("progress"), found) for value in (-1, 0, 100, 101)
    ] == [
        -1,
        0,
        100,
        101,
    ]
    assert [d.seen for d in found] == ["-1", "101"]
    assert all("at least 0" in d.expected and "at most 100" in d.expected for d in found)
    assert bounded(1, None).expected == "an integer of at least 1"


# ---------------------------------------------------------------------------------------------------------------------
# Text


@pytest.mark.parametrize("value", ["", "text", "\u0000", "\ud800", "x" * 100_000])
def test_text_is_read_as_it_is(value: str) -> None:
    """Nothing is stripped, cut or normalised."""
    assert read("sequence", value) == (value, False)


@pytest.mark.parametrize(("value", "text"), [(200, "200"), (-1, "-1"), (10**30, "1" + "0" * 30)])
def test_an_integer_in_place_of_text_becomes_text(value: int, text: str) -> None:
    """Some services send a code as a number."""
    assert read("slurm_job_id", value) == (text, True)


@pytest.mark.parametrize("value", [1.5, True, [], {}, ["text"]])
def test_anything_but_text_leaves_its_field_unset(value: object) -> None:
    """A float or a boolean has several spellings as text, so none is guessed."""
    assert read("slurm_job_id", value) == (UNSET, True)


# ---------------------------------------------------------------------------------------------------------------------
# Kinds that no field has yet


@pytest.mark.parametrize("value", [0, 1.5, 10**30])
def test_a_number_is_an_integer_or_a_float(value: float) -> None:
    """A number keeps its type: an integer does not become a float."""
    assert number.read(value) is value


@pytest.mark.parametrize("value", [True, "1", None, []], ids=repr)
def test_anything_but_a_number_is_given_up(value: object) -> None:
    """A boolean does not count as a number, and text is not converted."""
    found: list[Departure] = []
    with pytest.raises(DepartureError):
        number.read_leniently(value, Place("x"), found)
    assert [str(departure).split(",")[0] for departure in found] == ["x: expected a number"]


def test_null_stays_null_where_it_is_accepted() -> None:
    """Both passes of reading return None for null, without a departure."""
    found: list[Departure] = []
    assert nullable(number).read(None) is None
    assert nullable(number).read_leniently(None, Place("x"), found) is None
    assert found == []

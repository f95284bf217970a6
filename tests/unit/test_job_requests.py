"""Jobs are checked before they are sent: what JSON does not have is rejected with its place, and nothing aliases."""

from __future__ import annotations

import enum
import json
import math
import uuid
from collections import OrderedDict
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasqal_client._writes.job_requests import job_requests
from pasqal_client._writes.json_copy import json_copy
from pasqal_client._writes.texts import sendable_text, serialised

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers(-(2**200), 2**200) | FLOATS | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20
)
ITSELF: list[Any] = []
ITSELF.append(ITSELF)


class Colour(enum.StrEnum):
    """Text that prints as something else."""

    RED = "red"

    def __str__(self) -> str:
        return "Colour.RED"


class Level(enum.IntEnum):
    HIGH = 3


class Array:
    """An array of another library: numpy's have such a method."""

    def __init__(self, entries: Any) -> None:
        self.entries = entries

    def tolist(self) -> Any:
        if isinstance(self.entries, Exception):
            raise self.entries
        return self.entries


class Whole:
    """A whole number of another library."""

    def __index__(self) -> int:
        return 7


class Secretive:
    """An object whose attributes cannot be looked at."""

    @property
    def tolist(self) -> Any:
        raise RuntimeError


class Abstract:
    """An object that writes itself as Pulser's do."""

    def __init__(self, written: Any) -> None:
        self.written = written

    def to_abstract_repr(self) -> Any:
        if isinstance(self.written, Exception):
            raise self.written
        return self.written


# Values


@given(VALUES)
def test_what_json_has_is_copied_exactly(value: Any) -> None:
    """What can be written and read back is what is sent."""
    copied = json_copy("value", value)
    assert copied == value
    assert json.loads(json.dumps(copied, allow_nan=False)) == value


def test_a_copy_shares_nothing_with_the_original() -> None:
    """A caller may go on changing what they gave."""
    original: dict[str, Any] = {"a": [1, {"b": [2]}]}
    copied = json_copy("value", original)
    original["a"][1]["b"].append(3)
    original["a"].append(4)
    assert copied == {"a": [1, {"b": [2]}]}


def test_kinds_that_mean_the_same_become_the_same() -> None:
    """Tuples, other mappings, arrays, and members of enumerations become plain values."""
    value = {
        "pair": (1, 2),
        "mapping": MappingProxyType({"x": OrderedDict(y=1)}),
        "array": Array([[1, 2], Array(3.5)]),
        "text": Colour.RED,
        "number": Level.HIGH,
    }
    copied = json_copy("value", value)
    assert copied == {
        "pair": [1, 2],
        "mapping": {"x": {"y": 1}},
        "array": [[1, 2], 3.5],
        "text": "red",
        "number": 3,
    }
    assert (type(copied["text"]), type(copied["number"])) == (str, int)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (math.nan, "value: nan is not a number that JSON has"),
        ({"a": [1.0, -math.inf]}, r"value\.a\[1\]: -inf is not a number that JSON has"),
        ({"two words": {"x": {1}}}, r"value\['two words'\]\.x: \{1\} .* give a sorted list"),
        ([b"x"], r"value\[0\]: b'x' is not a value that JSON has; decode it to text"),
        (datetime(2026, 1, 1, tzinfo=UTC), "isoformat"),
        (date(2026, 1, 1), "isoformat"),
        (uuid.UUID(int=0), r"give str\(\) of it"),
        (Decimal("0.1"), r"give float\(\) of it"),
        (1j, "imaginary"),
        (range(3), r"give list\(\) of it"),
        (object(), "JSON has None, True and False, text, numbers, lists and objects"),
        (Secretive(), "is not a value that JSON has"),
        ({3: 1}, "value: the name 3 of an entry is not text"),
        ("\ud800", "half of a surrogate pair"),
        ({"\ud800": 1}, "half of a surrogate pair"),
        ([10**5000], "an integer of 16610 bits is too large"),
        (Array(RuntimeError("no")), r"tolist\(\) of .* failed"),
        (Array, r"tolist\(\) of .* failed"),
        (Array({1}), "a set has no order"),
        (ITSELF, r"value(\[0\]){10}…: it is nested deeper than 100 levels, or contains itself"),
        ({"a": ITSELF}, "contains itself"),
    ],
)
def test_what_json_does_not_have_is_rejected_with_its_place(wrong: Any, message: str) -> None:
    """It would run as another job, or fail only when it is sent."""
    with pytest.raises(ValueError, match=message):
        json_copy("value", wrong)


def test_an_array_that_contains_itself_ends() -> None:
    """The method of an array may return the array itself."""
    array = Array(None)
    array.entries = array
    with pytest.raises(ValueError, match="contains itself"):
        json_copy("value", array)


def test_what_an_array_raises_is_the_cause() -> None:
    """The error of the other library says more."""
    with pytest.raises(ValueError, match="tolist") as caught:
        json_copy("value", [Array(RuntimeError("on another device"))])
    assert isinstance(caught.value.__cause__, RuntimeError)


# Texts


def test_text_is_taken_as_it_is() -> None:
    """Neither spaces nor numbers in a serialised sequence change."""
    assert serialised("sequence", ' {"a": 1.0} ') == ' {"a": 1.0} '
    assert serialised("sequence", Abstract('{"a": 1}')) == '{"a": 1}'
    assert type(sendable_text("tag", Colour.RED)) is str


@pytest.mark.parametrize("wrong", [None, 3, b"{}", {"register": []}, Abstract, Abstract(None)])
def test_what_is_no_sequence_is_a_type_error(wrong: Any) -> None:
    """The message names what is expected."""
    with pytest.raises(TypeError, match="sequence: .*to_abstract_repr"):
        serialised("sequence", wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("\udfff", "surrogate"),
        (Abstract(""), "is empty"),
        (Abstract(KeyError("omega")), r"of the Abstract failed: KeyError: 'omega'"),
    ],
)
def test_a_sequence_that_cannot_be_written_says_why(wrong: Any, message: str) -> None:
    """What the other library raises is the cause of the error."""
    with pytest.raises(ValueError, match=message) as caught:
        serialised("sequence", wrong)
    written = getattr(wrong, "written", None)
    assert caught.value.__cause__ is (written if isinstance(written, Exception) else None)


# Jobs


def test_jobs_are_copied_and_get_the_default_runs() -> None:
    """What is null is left out; what a caller gives is neither kept nor changed."""
    variables = {"omega": [1, 2]}
    mine: list[Any] = [
        {"runs": Whole(), "variables": variables},
        {},
        {"runs": None, "variables": None, "sequence": None},
        {"variables": {}, "sequence": Abstract("{}")},
    ]
    jobs = job_requests((job for job in mine), 5)
    variables["omega"].append(3)
    assert jobs == [
        {"runs": 7, "variables": {"omega": [1, 2]}},
        {"runs": 5},
        {"runs": 5},
        {"runs": 5, "sequence": "{}"},
    ]
    assert mine[1] == {}
    assert job_requests([{}]) == [{}]
    assert job_requests(iter([])) == []


@pytest.mark.parametrize("wrong", [None, 3, "[]", b"", {"runs": 1}])
def test_jobs_are_a_list(wrong: Any) -> None:
    """A single job in place of a list would be read as its keys."""
    with pytest.raises(ValueError, match="jobs: expected a list of jobs"):
        job_requests(wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (None, r"jobs\[1\]: expected a dict such as"),
        ([("runs", 1)], r"jobs\[1\]: expected a dict such as"),
        ({"run": 1}, r"jobs\[1\]: 'run' is unknown; a job has runs, variables, sequence"),
        ({3: 1}, r"jobs\[1\]: 3 is unknown"),
        ({"runs": 0}, r"jobs\[1\]\.runs: 0 is out of bounds; it must be at least 1"),
        ({"runs": True}, r"jobs\[1\]\.runs: True is not an integer"),
        (
            {"runs": 1.0},
            r"jobs\[1\]\.runs: 1.0 is not an integer; a column of a table that has gaps",
        ),
        ({"variables": [1]}, r"jobs\[1\]\.variables: expected a dict such as"),
        ({"variables": {"omega": math.nan}}, r"jobs\[1\]\.variables\.omega: nan"),
        ({"sequence": "{}", "variables": {"a": 1}}, r"jobs\[1\]: it has a sequence of its own and"),
        ({"sequence": ""}, r"jobs\[1\]\.sequence: '' is empty"),
    ],
)
def test_a_malformed_job_is_named_by_its_position(wrong: Any, message: str) -> None:
    """In a batch of a thousand jobs nobody finds it otherwise."""
    with pytest.raises(ValueError, match=message):
        job_requests([{}, wrong])


@pytest.mark.parametrize("wrong", [0, True, 1.5, "3"])
def test_the_default_runs_are_checked(wrong: Any) -> None:
    """They are checked even where every job says how many it wants."""
    with pytest.raises(ValueError, match="^runs: "):
        job_requests([{"runs": 1}], wrong)

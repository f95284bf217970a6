"""An open enumeration is text with known values; a value that the contract does not list keeps its text."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from pasqal_core_api import models
from pasqal_core_api.models import BatchStatus, JobStatus, ResponseStatus
from pasqal_core_runtime.open_enum import OpenEnum

ENUMERATIONS = [
    kind
    for name in models.__all__
    if isinstance(kind := getattr(models, name), type) and issubclass(kind, OpenEnum)
]
KNOWN = ["PENDING", "RUNNING", "DONE", "ERROR", "CANCELED"]


def test_the_enumerations_of_the_contract_are_open() -> None:
    """All enumerations of the contract are open, so that a new value does not break a client."""
    assert len(ENUMERATIONS) == 8


@pytest.mark.parametrize("kind", ENUMERATIONS)
def test_known_members_are_attributes(kind: type[OpenEnum]) -> None:
    """A known value is the same object as attribute, in iteration and when made from its text."""
    for member in kind:
        assert getattr(kind, member.name) is member
        assert kind(member.value) is member
        assert kind(member) is member
        assert type(member) is kind
        assert member.is_known


def test_iterating_gives_the_known_members_in_order() -> None:
    """The order is the contract's; the class also has a length and contains its members."""
    statuses: Any = JobStatus
    assert [status for status in JobStatus if status in KNOWN] == KNOWN
    assert len(JobStatus) == len(list(JobStatus)) >= len(KNOWN)
    assert "DONE" in statuses
    assert JobStatus.DONE in statuses
    assert "NEW" not in statuses
    assert JobStatus("NEW") not in statuses


def test_a_known_member_has_a_name_and_a_value() -> None:
    """The name is upper case; the value is the text on the wire, as a plain string."""
    assert (ResponseStatus.SUCCESS.name, ResponseStatus.SUCCESS.value) == ("SUCCESS", "success")
    assert type(ResponseStatus.SUCCESS.value) is str
    assert repr(ResponseStatus.SUCCESS) == "<ResponseStatus.SUCCESS>"


@pytest.mark.parametrize(
    "text", ["LEVITATING", "", "done", "with space", "\u65e5\u672c", "is_known", "\ud800"]
)
def test_an_unknown_value_keeps_its_text(text: str) -> None:
    """An unknown value equals its text, says that it is not known, and is not added to the members."""
    status = JobStatus(text)
    assert status == text
    assert status.value == status.name == text
    assert type(status.value) is str
    assert not status.is_known
    assert isinstance(status, JobStatus)
    assert repr(status) == f"JobStatus({text!r})"
    assert text not in list(JobStatus)


def test_unknown_values_are_compared_by_their_text() -> None:
    """Two objects with the same text are equal; other text, or the same in another case, is not."""
    assert JobStatus("NEW") == JobStatus("NEW")
    assert JobStatus("NEW") != JobStatus("OLD")
    assert JobStatus("new") != JobStatus("NEW")
    assert JobStatus("NEW") not in {JobStatus.DONE, JobStatus("OLD")}


@pytest.mark.parametrize("status", [JobStatus.DONE, JobStatus("NEW")], ids=["known", "unknown"])
class TestAsText:
    """An enumeration value works wherever text does."""

    def test_equality_and_hash(self, status: JobStatus) -> None:
        """A value and its text find each other in dicts and sets."""
        text = status.value
        assert status == text
        assert hash(status) == hash(text)
        assert {text: "found"}[status] == "found"
        assert text in {status, "other"}

    def test_formatting(self, status: JobStatus) -> None:
        """Every way of formatting gives the text, not the name of the class."""
        text = status.value
        assert str(status) == f"{status}" == "{}".format(status) == "%s" % status == text  # noqa: UP031, UP032
        assert f"{status:>10}" == f"{text:>10}"
        assert ",".join([status]) == text
        assert type(str(status)) is str

    def test_json(self, status: JobStatus) -> None:
        """A value is written to JSON as its text, also as a key."""
        assert json.dumps({status: [status]}) == json.dumps({status.value: [status.value]})

    def test_sorting(self, status: JobStatus) -> None:
        """Values sort by their text, also among plain strings."""
        assert sorted(["a", status, "A"]) == ["A", status.value, "a"]

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_pickling(self, status: JobStatus, protocol: int) -> None:
        """A known member stays the same object after pickling; an unknown value keeps its text and type."""
        again = pickle.loads(pickle.dumps(status, protocol))  # noqa: S301
        assert again == status
        assert type(again) is JobStatus
        assert again.is_known is status.is_known
        assert (again is status) is status.is_known

    @pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
    def test_copying(self, status: JobStatus, duplicate: Any) -> None:
        """A copy of a known member is the same object; a copy of an unknown value keeps its text and type."""
        again = duplicate(status)
        assert again == status
        assert again.is_known is status.is_known
        assert (again is status) is status.is_known


def test_members_of_other_enumerations_are_read_as_text() -> None:
    """Statuses of jobs and batches share texts, and either enumeration accepts the other's."""
    assert JobStatus.DONE.value == BatchStatus.DONE.value
    assert JobStatus(BatchStatus.DONE) is JobStatus.DONE
    assert JobStatus(BatchStatus.PAUSED) == "PAUSED"
    assert type(JobStatus(BatchStatus.PAUSED)) is JobStatus


@pytest.mark.parametrize("value", [None, 3, True, b"DONE", ["DONE"]])
def test_only_text_makes_a_member(value: Any) -> None:
    """Another type would silently become a value such as "None", so it is rejected."""
    with pytest.raises(TypeError):
        JobStatus(value)


def test_members_are_patterns_of_a_match_statement() -> None:
    """A match statement can name the known members and needs a default for the others."""

    def ended(status: JobStatus) -> bool | None:
        match status:
            case JobStatus.DONE | JobStatus.ERROR | JobStatus.CANCELED:
                return True
            case JobStatus.PENDING | JobStatus.RUNNING:
                return False
            case _:
                return None

    assert [ended(JobStatus(text)) for text in (*KNOWN, "NEW")] == [
        False,
        False,
        True,
        True,
        True,
        None,
    ]

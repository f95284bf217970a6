"""A model gives back exactly what was received, decodes what fits, and is open about what does not."""

from __future__ import annotations

import datetime
import json
from collections import UserDict
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest

from pasqal_core_api.models import (
    Batch,
    BatchAnswer,
    CancelledJobs,
    HTTPValidationError,
    Job,
    JobPage,
    JobStatus,
)
from pasqal_core_runtime.departures import Departure
from pasqal_core_runtime.errors import DepartureError, PasqalError
from pasqal_core_runtime.model import Model, fields_of, read_model
from unit.payloads import ID, JOB, NOON

BATCH: dict[str, Any] = {
    "id": ID,
    "status": "DONE",
    "complete": True,
    "open": False,
    "priority": 10,
    "device_type": "FRESNEL",
    "user_id": "auth0|64f1",
    "project_id": ID,
    "created_at": NOON,
    "updated_at": NOON,
    "sequence_builder": "{}",
    "jobs_count": 0,
    "jobs_count_per_status": {},
    "tags": [],
    "queue_priority": "HIGH",
}
PAGE: dict[str, Any] = {"data": [], "pagination": {"total": 0, "start": 0, "end": 0}}


def job(**changes: Any) -> dict[str, Any]:
    """The payload of a job with some fields replaced."""
    return JOB | changes


def without(payload: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if name not in names}


def departures(kind: type[Model], payload: dict[str, Any]) -> list[Departure]:
    """The departures that reading a payload reports."""
    found: list[Departure] = []
    read_model(kind, payload, found.append)
    return found


def nested(levels: int) -> Any:
    """JSON deeper than Python's stack: objects and arrays in turn."""
    value: Any = "the bottom"
    for level in range(levels):
        value = {"deeper": value} if level % 2 else [value]
    return value


def bottom(value: Any) -> Any:
    while isinstance(value, dict | list):
        value = value["deeper"] if isinstance(value, dict) else value[0]
    return value


# ---------------------------------------------------------------------------------------------------------------------
# Exactness


@pytest.mark.parametrize(
    "payload",
    [
        JOB,
        job(parent_id=None, progress=None),
        job(
            self="me",
            cls=1,
            payload={},
            _payload=[],
            _departed=None,
            to_dict=True,
            **{"": 0, "with space": 1},
        ),
        dict(reversed(JOB.items())),
        job(created_at="2026-10-12t14:00:00.123456789+02:00", updated_at="2026-12-31 23:59:60Z"),
        job(runs=2**80, creation_order=-(2**200), variables={"n": 10**30, "x": 1e-320, "y": -0.0}),
        job(errors=["ünïcödé", "日本", "\U0001f9ea", "\u0000", "\ud800", "\u202e"]),
        job(id=ID.upper(), batch_id=ID.replace("-", "")),
        job(status="CANCELING"),
        job(progress=250, created_at=12, runs="12", variables=[], errors={"a": []}, slurm_job_id=7),
        without(JOB, "creation_order", "status"),
        {},
    ],
    ids=[
        "absent",
        "null",
        "unknown fields",
        "key order",
        "spelling of times",
        "big and small numbers",
        "unicode",
        "spelling of ids",
        "new status",
        "departures",
        "missing fields",
        "empty",
    ],
)
def test_a_payload_comes_back_as_it_was(payload: dict[str, Any]) -> None:
    """Null versus absent, unknown fields, key order and spelling survive, whatever the decoded fields are."""
    assert json.dumps(Job.from_dict(payload).to_dict()) == json.dumps(payload)


def test_null_and_absent_are_told_apart() -> None:
    """Null and absent both read as None, and `to_dict` says which it was."""
    null, absent = Job.from_dict(job(progress=None)), Job.from_dict(JOB)
    assert null.progress is None
    assert absent.progress is None
    assert "progress" in null.to_dict()
    assert "progress" not in absent.to_dict()


def test_an_absent_field_has_the_default_of_the_contract() -> None:
    """Where the contract gives a default, an absent field has it, and null stays null."""
    absent = JobPage.from_dict(PAGE)
    null = JobPage.from_dict(PAGE | {"message": None, "code": None})
    assert (absent.status, absent.message, absent.code) == (None, "OK.", "200")
    assert (null.message, null.code) == (None, None)


def test_fields_are_decoded() -> None:
    """Ids, times, enumerations and nested objects become Python objects."""
    page = JobPage.from_dict(PAGE | {"data": [job(variables={"t": 1}, errors=["a"], progress=100)]})
    [read] = page.data
    assert isinstance(read, Job)
    assert read.id == UUID(ID)
    assert read.status is JobStatus.DONE
    assert read.created_at == datetime.datetime(2026, 10, 12, 12, tzinfo=datetime.UTC)
    assert (read.variables, read.errors, read.progress) == ({"t": 1}, ["a"], 100)
    assert page.pagination.total == 0


@pytest.mark.parametrize("wrap", [MappingProxyType, UserDict], ids=["a view", "a UserDict"])
def test_any_mapping_can_be_read(wrap: Any) -> None:
    """Anything that behaves like a dict is read like one."""
    assert Job.from_dict(wrap(JOB), strict=True) == Job.from_dict(JOB)


def test_changing_the_source_does_not_change_a_model() -> None:
    """`from_dict` copies its argument, down to the innermost value."""
    source = job(variables={"durations": [400, 1200]}, errors=["a"])
    read = Job.from_dict(source)
    source["runs"] = 0
    source["variables"]["durations"].append(7)
    source["errors"].clear()
    assert read.to_dict() == job(variables={"durations": [400, 1200]}, errors=["a"])
    assert read.variables == {"durations": [400, 1200]}


def test_changing_the_copy_does_not_change_a_model() -> None:
    """`to_dict` returns a copy, down to the innermost value."""
    read = Job.from_dict(job(variables={"durations": [400, 1200]}))
    given = read.to_dict()
    given["runs"] = 0
    given["variables"]["durations"].append(7)
    assert read.to_dict() == job(variables={"durations": [400, 1200]})


@pytest.mark.parametrize("runs", [500, None], ids=["first pass", "second pass"])
def test_changing_a_decoded_value_does_not_change_the_payload(runs: int | None) -> None:
    """The caller may change lists and objects of the fields; `to_dict` still gives what was received."""
    payload = job(variables={"durations": [400, 1200], "deep": {"er": {}}}, errors=["a"], runs=runs)
    read = Job.from_dict(payload)
    assert read.variables is not None
    assert read.errors is not None
    read.errors.append("b")
    read.variables["durations"].append(7)
    read.variables["deep"]["er"]["x"] = 1
    read.variables["new"] = 1
    assert read.to_dict() == payload


@pytest.mark.parametrize(
    "field", ["variables", "status", "unheard_of"], ids=["fits", "departs", "unknown"]
)
def test_deep_nesting_is_read(field: str) -> None:
    """50,000 levels, wherever they are, are read and given back."""
    received = Job.from_dict(job(**{field: {"deeper": nested(50_000)}})).to_dict()
    assert bottom(received[field]) == "the bottom"


# ---------------------------------------------------------------------------------------------------------------------
# Departures whose value is used anyway


NOON_UTC = datetime.datetime(2026, 10, 12, 12, tzinfo=datetime.UTC)
A_TIME = "an RFC 3339 time with a zone"


@pytest.mark.parametrize(
    ("kind", "payload", "field", "value", "departure"),
    [
        (
            Job,
            job(created_at="2026-10-12T12:00:00"),
            "created_at",
            NOON_UTC,
            (A_TIME, '"2026-10-12T12:00:00"'),
        ),
        (Job, job(created_at="1791806400"), "created_at", NOON_UTC, (A_TIME, '"1791806400"')),
        (
            Job,
            job(created_at="1791806400.000000"),
            "created_at",
            NOON_UTC,
            (A_TIME, '"1791806400.000000"'),
        ),
        (Job, job(created_at=1791806400), "created_at", NOON_UTC, (A_TIME, "1791806400")),
        (Job, job(created_at=1791806400.0), "created_at", NOON_UTC, (A_TIME, "1791806400.0")),
        (
            Job,
            job(start_timestamp="2026-10-12 12:00"),
            "start_timestamp",
            NOON_UTC,
            (A_TIME, '"2026-10-12 12:00"'),
        ),
        (Job, job(id=ID.replace("-", "")), "id", UUID(ID), ("a UUID", f'"{ID.replace("-", "")}"')),
        (Job, job(parent_id=f"{{{ID}}}"), "parent_id", UUID(ID), ("a UUID", f'"{{{ID}}}"')),
        (Job, job(runs="500"), "runs", 500, ("an integer", '"500"')),
        (Job, job(progress=101), "progress", 101, ("an integer of at most 100", "101")),
        (Job, job(progress="101"), "progress", 101, ("an integer of at most 100", '"101"')),
        (Job, job(slurm_job_id=874123), "slurm_job_id", "874123", ("text", "874123")),
        (JobPage, PAGE | {"code": 200}, "code", "200", ("text", "200")),
        (Batch, BATCH | {"device_type": 3}, "device_type", "3", ("text", "3")),
    ],
)
def test_a_usable_value_is_used_and_reported(
    kind: type[Model],
    payload: dict[str, Any],
    field: str,
    value: object,
    departure: tuple[str, str],
) -> None:
    """The field has the obvious reading, and one departure gives the place, what was promised and what was there."""
    expected, seen = departure
    found: list[Departure] = []
    read = read_model(kind, payload, found.append)
    assert getattr(read, field) == value
    assert type(getattr(read, field)) is type(value)
    assert [(d.path, d.expected, d.seen) for d in found if d.path == field] == [
        (field, expected, seen)
    ]
    assert len(found) == 1
    assert read.departures == ()
    assert read.to_dict() == payload


# ---------------------------------------------------------------------------------------------------------------------
# Departures that leave a field unset


UNUSABLE = {
    "missing": (
        Job,
        without(JOB, "project_id"),
        "project_id",
        "a required field (a UUID)",
        "nothing",
    ),
    "null": (Job, job(created_at=None), "created_at", A_TIME, "null"),
    "null enumeration": (Job, job(status=None), "status", "text of JobStatus", "null"),
    "a number as enumeration": (Job, job(status=3), "status", "text of JobStatus", "3"),
    "a boolean as integer": (Job, job(runs=True), "runs", "an integer", "true"),
    "a boolean as text": (Batch, BATCH | {"user_id": False}, "user_id", "text", "false"),
    "a fraction as integer": (Job, job(runs=12.5), "runs", "an integer", "12.5"),
    "words as integer": (Job, job(runs="many"), "runs", "an integer", '"many"'),
    "a number as boolean": (Batch, BATCH | {"open": 1}, "open", "true or false", "1"),
    "words as time": (Job, job(updated_at="yesterday"), "updated_at", A_TIME, '"yesterday"'),
    "a day that is none": (
        Job,
        job(updated_at="2026-02-30T00:00:00Z"),
        "updated_at",
        A_TIME,
        '"2026-02-30T00:00:00Z"',
    ),
    "words as id": (Job, job(id="first"), "id", "a UUID", '"first"'),
    "an object as array": (
        Batch,
        BATCH | {"tags": {"a": 1}},
        "tags",
        "an array",
        "an object with 1 entries",
    ),
    "an array as object": (
        Batch,
        BATCH | {"jobs_count_per_status": [1, 2]},
        "jobs_count_per_status",
        "an object",
        "an array with 2 entries",
    ),
    "text as model": (
        JobPage,
        PAGE | {"pagination": "1-1/1"},
        "pagination",
        "an object",
        '"1-1/1"',
    ),
    "a text that just fits": (Job, job(id="x" * 58), "id", "a UUID", f'"{"x" * 58}"'),
    "a text that is too long": (Job, job(id="x" * 59), "id", "a UUID", f'"{"x" * 56}...'),
}


@pytest.mark.parametrize(
    ("kind", "payload", "field", "expected", "seen"), UNUSABLE.values(), ids=UNUSABLE
)
def test_an_unusable_value_leaves_its_field_unset(
    kind: type[Model], payload: dict[str, Any], field: str, expected: str, seen: str
) -> None:
    """One departure is reported, and the rest of the object is as if nothing had happened."""
    found: list[Departure] = []
    read = read_model(kind, payload, found.append)
    assert [(d.path, d.expected, d.seen) for d in found] == [(field, expected, seen)]
    assert read.departures == tuple(found)
    assert not hasattr(read, field)
    assert all(hasattr(read, other.name) for other in fields_of(read) if other.name != field)
    assert read.to_dict() == payload


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("parent_id", "x"),
        ("start_timestamp", "x"),
        ("errors", 5),
        ("variables", 5),
        ("sequence", {}),
    ],
)
def test_the_error_of_an_optional_field_repeats_what_was_reported(
    field: str, value: object
) -> None:
    """The departure that is raised on access equals the one that was reported while reading."""
    found: list[Departure] = []
    read = read_model(Job, job(**{field: value}), found.append)
    assert read.departures == tuple(found)


def test_each_unset_field_has_a_departure_of_its_own() -> None:
    """Several unset fields of one object are not confused with each other or with values that were used anyway."""
    read = Job.from_dict(
        without(job(runs="500", id="x", updated_at=None, progress=200, errors=5), "status")
    )
    for name in ("id", "status", "updated_at", "errors"):
        with pytest.raises(DepartureError, match=rf"^{name}: expected"):
            getattr(read, name)
    assert {d.path for d in read.departures} == {"id", "status", "updated_at", "errors"}
    assert (read.runs, read.progress) == (500, 200)


def test_reading_an_unset_field_raises_an_error_that_names_the_place() -> None:
    """The error is both one of ours and an AttributeError, and carries the departure."""
    page = JobPage.from_dict(PAGE | {"data": [JOB, JOB, without(JOB, "created_at")]})
    with pytest.raises(
        DepartureError, match=r"data\[2\]\.created_at: expected a required field .*, got nothing"
    ) as info:
        _ = page.data[2].created_at
    assert isinstance(info.value, PasqalError)
    assert isinstance(info.value, AttributeError)
    assert info.value.departure == page.data[2].departures[0]


def test_hasattr_and_getattr_work_on_an_unset_field() -> None:
    """`hasattr`, and `getattr` with a default, treat an unset field as a missing attribute."""
    read = Job.from_dict(without(JOB, "created_at"))
    assert getattr(read, "created_at", None) is None
    assert not hasattr(read, "created_at")
    assert hasattr(read, "updated_at")


def test_a_misspelt_field_is_an_ordinary_mistake() -> None:
    """A misspelt field is not a departure of the service but an AttributeError for which Python can suggest a name."""
    read = Job.from_dict(without(JOB, "created_at"))
    with pytest.raises(AttributeError, match=r"'Job' object has no attribute 'create_at'") as info:
        _ = read.create_at  # type: ignore[attr-defined]
    assert not isinstance(info.value, DepartureError)
    assert info.value.name == "create_at"
    assert info.value.obj is read


# ---------------------------------------------------------------------------------------------------------------------
# Departures inside arrays, objects and models


def test_an_item_that_cannot_be_used_is_left_out() -> None:
    """The other items stay in their order, and the departure names the position."""
    payload = job(errors=["a", None, "b", ["c"], 5])
    assert [(d.path, d.seen) for d in departures(Job, payload)] == [
        ("errors[1]", "null"),
        ("errors[3]", "an array with 1 entries"),
        ("errors[4]", "5"),
    ]
    assert Job.from_dict(payload).errors == ["a", "b", "5"]


def test_anything_but_a_job_is_left_out_of_a_page() -> None:
    """The jobs around it are read, and each of the others is a departure."""
    payload = PAGE | {"data": [JOB, None, "a job", JOB]}
    assert [str(d) for d in departures(JobPage, payload)] == [
        "data[1]: expected an object, got null",
        'data[2]: expected an object, got "a job"',
    ]
    assert len(JobPage.from_dict(payload).data) == 2


def test_an_entry_that_cannot_be_used_is_left_out() -> None:
    """The other entries of the object stay, and the departure names the key."""
    payload = {"jobs": [], "errors": {"a": "late", "b": None, "it's": [], "d": 7}}
    assert [d.path for d in departures(CancelledJobs, payload)] == [
        "errors['b']",
        'errors["it\'s"]',
        "errors['d']",
    ]
    assert CancelledJobs.from_dict(payload).errors == {"a": "late", "d": "7"}


def test_each_kind_of_a_union_is_read() -> None:
    """A location consists of names and positions, and neither is converted to the other."""
    read = HTTPValidationError.from_dict(
        {"detail": [{"loc": ["query", 1, "0"], "msg": "", "type": ""}]}, strict=True
    )
    assert read.detail is not None
    assert read.detail[0].loc == ["query", 1, "0"]


def test_departures_deep_inside_carry_their_whole_path() -> None:
    """The path leads from the top of the answer through batches and jobs."""
    jobs = [JOB, job(errors=["a", 1.5]), without(JOB, "id"), job(created_at="2026-10-12T12:00:00")]
    payload = {"data": BATCH | {"jobs": jobs, "tags": [None]}}
    assert {d.path for d in departures(BatchAnswer, payload)} == {
        "data.tags[0]",
        "data.jobs[1].errors[1]",
        "data.jobs[2].id",
        "data.jobs[3].created_at",
    }


def test_a_departure_inside_does_not_unset_what_contains_it() -> None:
    """Page, batch and list are read; only the field itself is missing."""
    read = BatchAnswer.from_dict({"data": BATCH | {"jobs": [without(JOB, "id"), JOB]}})
    assert read.departures == ()
    assert read.data is not None
    assert read.data.departures == ()
    assert read.data.jobs is not None
    assert [d.path for d in read.data.jobs[0].departures] == ["data.jobs[0].id"]
    assert read.data.jobs[1] == Job.from_dict(JOB)


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        (JobPage, PAGE | {"data": [job(id=1)]}, PAGE | {"data": [JOB, job(id="x")]}),
        (CancelledJobs, {"jobs": [], "errors": {"a": None}}, {"jobs": [], "errors": {"b]": None}}),
        (
            CancelledJobs,
            {"jobs": [], "errors": {'it\'s "x"': None}},
            {"jobs": [], "errors": {"[0]": None}},
        ),
    ],
    ids=["position", "key", "odd key"],
)
def test_the_same_departure_elsewhere_is_of_the_same_kind(
    kind: type[Model], first: dict[str, Any], second: dict[str, Any]
) -> None:
    """Positions and keys do not count, so a departure that every item shows is logged once, not a thousand times."""
    [one], [other] = departures(kind, first), departures(kind, second)
    assert one.path != other.path
    assert one.kind == other.kind


@pytest.mark.parametrize(
    ("kind", "payload"),
    [(Job, job(id=1, batch_id=1)), (BatchAnswer, {"data": BATCH | {"id": 1, "jobs": [job(id=1)]}})],
    ids=["another field", "the same name elsewhere"],
)
def test_different_departures_are_of_different_kinds(
    kind: type[Model], payload: dict[str, Any]
) -> None:
    """A different field makes a different kind, even if it has the same name in another object."""
    one, other = departures(kind, payload)
    assert one.kind != other.kind


# ---------------------------------------------------------------------------------------------------------------------
# Strictness, reports, and what is not an object at all


@pytest.mark.parametrize("payload", [job(runs="500"), without(JOB, "runs"), job(errors=[None])])
def test_strict_reading_rejects_a_departure(payload: dict[str, Any]) -> None:
    """Even a usable value is rejected if it departs from the contract, and the error names the place."""
    with pytest.raises(DepartureError, match=r"^(runs|errors\[0\]): expected "):
        Job.from_dict(payload, strict=True)


def test_strict_reading_accepts_what_the_contract_leaves_open() -> None:
    """Unknown fields and new values of an enumeration are not departures."""
    assert Job.from_dict(job(unheard_of=1, status="CANCELING"), strict=True).status == "CANCELING"


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("payload", [None, [], [JOB], "text", 7, True])
def test_anything_but_an_object_is_rejected(payload: Any, strict: bool) -> None:
    """There are no fields that could be read tolerantly."""
    with pytest.raises(DepartureError, match=r"^the answer: expected an object, got ") as info:
        Job.from_dict(payload, strict=strict)
    assert info.value.departure.path == ""


def test_anything_but_an_object_is_reported_before_it_is_rejected() -> None:
    """A program that collects departures learns of it too."""
    found: list[Departure] = []
    with pytest.raises(DepartureError) as info:
        read_model(Job, [JOB], found.append)
    assert found == [info.value.departure]


class RefusalError(ValueError):
    """An error that a report raises, and that readers raise too."""


@pytest.mark.parametrize(
    "payload", [job(runs="500"), job(runs="many"), without(JOB, "runs"), job(errors=[None])]
)
def test_what_a_report_raises_reaches_the_caller(payload: dict[str, Any]) -> None:
    """A report may raise any error, and reading does not mistake it for an unusable value."""

    def refuse(departure: Departure) -> None:
        raise RefusalError(departure.path)

    with pytest.raises(RefusalError):
        read_model(Job, payload, refuse)


def test_each_departure_is_reported_once() -> None:
    """A place is reported once, however deeply it is nested."""
    payload = PAGE | {"data": [job(id=None, runs="500", parent_id="x", errors=[None])], "code": 200}
    paths = [d.path for d in departures(JobPage, payload)]
    assert sorted(paths) == sorted(set(paths))
    assert len(paths) == 5


STRANGE = [10**5000, [10**5000], "\ud800\u202e", float("nan"), {1, 2}, b"bytes"]


@pytest.mark.parametrize(
    "value", STRANGE, ids=["huge", "huge inside", "unprintable", "nan", "set", "bytes"]
)
def test_any_value_can_be_described(value: object) -> None:
    """A strange value, or one that is not even JSON, costs its field and nothing else."""
    [found] = departures(Job, job(id=value))
    assert found.path == "id"
    assert len(found.seen) <= 60
    assert str(found).isprintable()
    assert Job.from_dict(job(id=value)).runs == 500

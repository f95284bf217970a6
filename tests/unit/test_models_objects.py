"""Models behave as values: equal, hashable, read-only, printable; they pickle and copy, also with unset fields."""

from __future__ import annotations

import copy
import json
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from pasqal_core_api.models import Batch, Job, JobPage, Pagination, ResultsLink
from pasqal_core_runtime import uuids
from pasqal_core_runtime.departures import Departure
from pasqal_core_runtime.errors import DepartureError, PasqalError, UnexpectedStatus
from pasqal_core_runtime.model import fields_of
from pasqal_core_runtime.response import UNSET, Response
from unit.payloads import ID, NOON
from unit.payloads import JOB as REQUIRED

if TYPE_CHECKING:
    from collections.abc import Callable

    from pasqal_core_runtime.model import Field

JOB = REQUIRED | {"variables": {"t": [1, 2]}}
DEPARTING = JOB | {"created_at": None, "errors": "x", "updated_at": "2026-10-12T12:00:00"}

both = pytest.mark.parametrize("payload", [JOB, DEPARTING], ids=["exact", "departing"])


def pickled(protocol: int) -> Callable[[Any], Any]:
    return lambda value: pickle.loads(pickle.dumps(value, protocol))  # noqa: S301


DUPLICATES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle {protocol}": pickled(protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)},
}
every_duplicate = pytest.mark.parametrize("duplicate", DUPLICATES.values(), ids=DUPLICATES)


def deep(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"deeper": value}
    return value


# ---------------------------------------------------------------------------------------------------------------------
# Equality and hash


@both
def test_models_of_equal_payloads_are_equal(payload: dict[str, Any]) -> None:
    """Equal payloads give equal models with equal hashes, so sets and dicts work."""
    one, other = Job.from_dict(payload), Job.from_dict(dict(reversed(payload.items())))
    assert one == other
    assert hash(one) == hash(other)
    assert {one: "found"}[other] == "found"
    assert len({one, other}) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"runs": 501},
        {"progress": None},
        {"unheard_of": 1},
        {"variables": {"t": [1, 3]}},
        {"updated_at": NOON[:-6] + "Z"},
    ],
    ids=["value", "null for absent", "unknown field", "deep inside", "spelling"],
)
def test_models_of_different_payloads_differ(changes: dict[str, Any]) -> None:
    """Models differ with their payloads, even where the decoded fields are equal."""
    assert Job.from_dict(JOB) != Job.from_dict(JOB | changes)


def test_a_model_equals_only_models_of_its_class() -> None:
    """A model equals neither its payload nor a model of another class made from the same payload."""
    assert Job.from_dict(JOB) != JOB
    assert Job.from_dict({}) != Batch.from_dict({})
    assert Job.from_dict(JOB) != "a job"


# ---------------------------------------------------------------------------------------------------------------------
# Copies


@both
@every_duplicate
def test_a_duplicate_is_equal(payload: dict[str, Any], duplicate: Any) -> None:
    """A copy has the same payload, fields and departures, and the same fields are unset."""
    original = Job.from_dict(payload)
    again = duplicate(original)
    assert type(again) is Job
    assert again == original
    assert again.to_dict() == payload
    assert again.departures == original.departures
    for field in fields_of(Job):
        assert getattr(again, field.name, "?") == getattr(original, field.name, "?")


@every_duplicate
def test_a_duplicate_of_a_page_has_its_jobs(duplicate: Any) -> None:
    """Nested models are copied too, with their departures and paths."""
    page = JobPage.from_dict(
        {"data": [JOB, DEPARTING], "pagination": {"total": 2, "start": 0, "end": 2}}
    )
    again = duplicate(page)
    assert again.data == page.data
    assert again.data[1].departures == page.data[1].departures
    with pytest.raises(DepartureError, match=r"data\[1\]\.created_at"):
        _ = again.data[1].created_at


def test_a_deep_copy_shares_nothing() -> None:
    """Changing a decoded value of a deep copy leaves the original alone."""
    original = Job.from_dict(JOB)
    again = copy.deepcopy(original)
    assert again.variables is not None
    again.variables["t"].append(3)
    assert original.variables == {"t": [1, 2]}


def test_a_deeply_nested_model_can_be_copied() -> None:
    """Copying does not recurse, so depth cannot exhaust the stack."""
    again = copy.deepcopy(Job.from_dict(JOB | {"variables": deep(50_000)}))
    assert again.runs == 500


# ---------------------------------------------------------------------------------------------------------------------
# Read-only


@both
@pytest.mark.parametrize(
    "name", ["runs", "created_at", "parent_id", "_payload", "_departed", "departures", "unheard_of"]
)
def test_a_model_is_read_only(payload: dict[str, Any], name: str) -> None:
    """No attribute can be set, deleted or added, not even one that is unset."""
    job = Job.from_dict(payload)
    with pytest.raises(AttributeError):
        setattr(job, name, 1)
    with pytest.raises(AttributeError):
        delattr(job, name)
    assert job == Job.from_dict(payload)


def test_a_model_has_slots_only() -> None:
    """Without a `__dict__` for each job a long list stays small."""
    assert not hasattr(Job.from_dict(JOB), "__dict__")


@both
def test_a_model_has_the_class_that_was_asked_for(payload: dict[str, Any]) -> None:
    """A model may have another class while it is being made, but not afterwards."""
    assert type(Job.from_dict(payload)) is Job


class OwnJob(Job):
    """A job with a property of its own."""

    @property
    def half(self) -> int:
        """Half of the job's runs."""
        return (self.runs or 0) // 2


class SlottedJob(Job):
    """A subclass of jobs that adds nothing."""

    __slots__ = ()


@both
@pytest.mark.parametrize("kind", [OwnJob, SlottedJob])
def test_a_subclass_can_be_read(kind: type[Job], payload: dict[str, Any]) -> None:
    """A subclass is read like the model that it derives from, also after that one was read."""
    known, own = Job.from_dict(payload), kind.from_dict(payload)
    assert type(own) is kind
    assert [getattr(own, f.name, "?") for f in fields_of(Job)] == [
        getattr(known, f.name, "?") for f in fields_of(Job)
    ]
    assert own.departures == known.departures
    with pytest.raises(AttributeError):
        own.runs = 1  # type: ignore[misc]


def test_a_subclass_is_read_in_the_quick_pass() -> None:
    """A payload that keeps to the contract needs no second pass for a subclass either."""
    assert OwnJob._read_exactly(JOB).half == 250


def test_a_model_cannot_be_made_without_a_payload() -> None:
    """An object without a payload would have nothing in it, so the error names `from_dict`."""
    with pytest.raises(TypeError, match="from_dict"):
        Job()


# ---------------------------------------------------------------------------------------------------------------------
# What objects share, and what they copy on first use


def test_objects_share_the_ids_that_they_have_in_common() -> None:
    """A list of a hundred thousand jobs has the text and the id of its project in memory once."""
    one, other = (Job.from_dict(json.loads(json.dumps(JOB))) for _ in range(2))
    assert one.project_id is other.project_id
    assert one.to_dict()["project_id"] is other.to_dict()["project_id"]
    assert one.id is not other.id


def test_shared_ids_are_forgotten_eventually() -> None:
    """The memory for sharing does not grow with the number of batches."""
    for number in range(3_000):
        Job.from_dict(JOB | {"batch_id": str(UUID(int=number))})
    assert len(uuids._recent) <= 1_000
    assert Job.from_dict(JOB).batch_id == UUID(ID)


@both
def test_a_value_is_copied_once(payload: dict[str, Any]) -> None:
    """Reading a field again gives the same object, with the changes that the caller made to it."""
    job = Job.from_dict(payload)
    assert job.variables is not None
    job.variables["t"].append(3)
    assert job.variables == {"t": [1, 2, 3]}
    assert copy.copy(job).variables == {"t": [1, 2]}


def test_threads_that_ask_at_once_get_one_copy() -> None:
    """A change that one thread makes is not lost on the others."""
    jobs = [Job.from_dict(JOB) for _ in range(200)]
    start = threading.Barrier(8)

    def ask(_: int) -> list[Any]:
        start.wait()
        return [job.variables for job in jobs]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert all(len({id(value) for value in values}) == 1 for values in zip(*answers, strict=True))


def test_a_thread_that_comes_second_takes_the_first_copy() -> None:
    """A thread may have found the field empty just before another one filled it."""
    job = Job.from_dict(JOB)
    [field] = [field for field in fields_of(Job) if field.name == "variables"]
    first = job.variables
    assert job._copy_field(field) is first


@both
def test_an_unknown_attribute_is_missing(payload: dict[str, Any]) -> None:
    """An unknown attribute, public or internal, raises AttributeError, even on an object that is still empty."""
    job = Job.from_dict(payload)
    assert not hasattr(job, "unheard_of")
    assert not hasattr(job, "_unheard_of")
    assert not hasattr(object.__new__(Job), "_departed")


# ---------------------------------------------------------------------------------------------------------------------
# Printing


def test_repr_shows_the_fields() -> None:
    """Ids and times have their short form, the rest looks as Python writes it."""
    shown = repr(Job.from_dict(JOB))
    assert shown.startswith(f"Job(id={ID}, status=<JobStatus.DONE>, runs=500, ")
    assert "created_at=2026-10-12 12:00:00+00:00" in shown
    assert "parent_id=None" in shown
    assert (
        repr(Pagination.from_dict({"total": 2, "start": 0, "end": 1}))
        == "Pagination(total=2, start=0, end=1)"
    )


def test_repr_shows_a_question_mark_for_an_unset_field() -> None:
    """Printing an object never raises, whatever the service sent."""
    shown = repr(Job.from_dict(DEPARTING))
    assert "created_at=?" in shown
    assert "errors=?" in shown
    assert "runs=500" in shown
    assert repr(Job.from_dict({})).startswith("Job(id=?, status=?, ")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://files.example/a/b?sig=secret", "'https://files.example/…'"),
        (
            "see https://me:secret@files.example:8000/secret#secret now",
            "'see https://files.example:8000/… now'",
        ),
        ("https://files.example", "'https://files.example'"),
        (None, "None"),
    ],
)
def test_repr_shows_no_more_of_an_address_than_its_host(text: str | None, shown: str) -> None:
    """The link to a result is a secret, and so may be a webhook's address; answers are shown by what was read."""
    link = ResultsLink.from_dict({"results_link": text})
    assert repr(link) == f"ResultsLink(results_link={shown})"
    response = Response(HTTPStatus.OK, b"secret", {"set-cookie": "secret"}, link)
    assert repr(response) == f"Response(status_code={HTTPStatus.OK!r}, parsed={link!r})"
    assert f"webhook={shown}" in repr(Batch.from_dict({"webhook": text}))


def test_repr_cuts_long_values() -> None:
    """A pulse sequence of a megabyte does not fill the screen."""
    assert len(repr(Job.from_dict(JOB | {"sequence": "x" * 1_000_000}))) < 800


@pytest.mark.parametrize("levels", [10, 50_000])
def test_repr_copes_with_depth(levels: int) -> None:
    """A value may be nested to any depth."""
    assert "runs=500" in repr(Job.from_dict(JOB | {"variables": deep(levels)}))


# ---------------------------------------------------------------------------------------------------------------------
# The table of a model, departures, errors, UNSET


def test_the_table_of_a_model_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making the table costs ten times as much as reading a payload, so it is kept."""
    made: list[tuple[Field, ...]] = []
    describe = Job._describe

    def counted() -> tuple[Field, ...]:
        made.append(describe())
        return made[-1]

    monkeypatch.setattr(Job, "_describe", staticmethod(counted))
    for _ in range(3):
        repr(Job.from_dict(DEPARTING))
    assert len(made) <= 1


def test_a_departure_reads_as_a_sentence() -> None:
    """The sentence has the departure's place, or names the whole answer."""
    assert str(Departure("data[3].id", "a UUID", "7")) == "data[3].id: expected a UUID, got 7"
    assert str(Departure("", "an object", "7")) == "the answer: expected an object, got 7"


@every_duplicate
def test_errors_can_be_duplicated(duplicate: Any) -> None:
    """An error arrives in another process with everything that it carries."""
    departure = Departure("id", "a UUID", "7")
    again = duplicate(DepartureError(departure))
    assert (again.departure, str(again)) == (departure, str(departure))
    unexpected = duplicate(UnexpectedStatus(520, b"down"))
    assert (unexpected.status_code, unexpected.content) == (520, b"down")
    assert isinstance(unexpected, PasqalError)


@every_duplicate
def test_unset_stays_the_same_object_when_copied(duplicate: Any) -> None:
    """The operations recognise an omitted parameter by identity."""
    assert duplicate(UNSET) is UNSET
    assert duplicate({"limit": UNSET})["limit"] is UNSET
    assert not UNSET

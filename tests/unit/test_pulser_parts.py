"""What the connection for Pulser decides without Pulser, and what it says where that is not installed."""

from __future__ import annotations

import sys
import warnings
from enum import Enum, auto
from importlib.util import find_spec
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

import pasqal_client.pulser
from pasqal_client import Job, JobOutcome, JobResult, NotFoundError
from pasqal_client.pulser.job_params import checked_jobs
from pasqal_client.pulser.sequence_texts import (
    SequenceTexts,
    in_need_of_one,
    texts_of_submission,
    to_read_in_full,
)
from pasqal_client.pulser.states import StateReader
from unit.test_exported_names import OVERLAY, imports, reaches

ID = "4c329163-69ad-49d8-bd2d-33abc3b2b34c"
OTHER = "828b59b1-25a9-4563-989c-b2cb74efdd83"


class Status(Enum):
    """States like Pulser's."""

    PENDING = auto()
    RUNNING = auto()
    DONE = auto()
    PAUSED = auto()


def job(**fields: Any) -> Job:
    """A job as a list has it."""
    return Job.from_dict({"id": ID, "status": "DONE", **fields})


@pytest.mark.parametrize(
    ("text", "status"),
    [("DONE", Status.DONE), ("PAUSED", Status.PAUSED), ("CANCELING", Status.RUNNING)],
)
def test_known_states_are_read_in_silence(text: str, status: Status) -> None:
    """What is being cancelled still runs, as far as Pulser can say."""
    with warnings.catch_warnings(action="error"):
        assert StateReader().read(text, Status) is status


def test_an_unknown_state_is_told_once() -> None:
    """It passes for PENDING; another unknown one is told, too."""
    reader = StateReader()
    with pytest.warns(UserWarning, match="^Pulser has no Status MELTED; PENDING is reported"):
        assert reader.read("MELTED", Status) is Status.PENDING
    with warnings.catch_warnings(action="error"):
        assert reader.read("MELTED", Status) is Status.PENDING
    with pytest.warns(UserWarning, match="FROZEN"):
        reader.read("FROZEN", Status)


@pytest.mark.parametrize(
    ("jobs", "variables", "message"),
    [
        (
            [{"variables": {"b": 1}}],
            {"a"},
            r"jobs\[0\].variables: 'b' is unknown; the sequence has a",
        ),
        (
            [{"variables": {"b": 1}}],
            (),
            r"jobs\[0\].variables: 'b' is unknown; the sequence has none",
        ),
        ([{"sequence": "s"}, {}], {"b", "a"}, r"jobs\[1\].variables: there is no value for a, b"),
        ([{"runs": 0}], (), r"jobs\[0\].runs: 0 is out of bounds"),
        (
            [{"variables": {"qubits": {}}}],
            {"qubits"},
            r"jobs\[0\].variables.qubits: expected a trap for each atom such as {.*}, got {}$",
        ),
        (
            [{"variables": {"qubits": [0, 3]}}],
            {"qubits"},
            r"jobs\[0\].variables.qubits: expected a trap .*, got \[0, 3\]$",
        ),
    ],
)
def test_variables_have_to_be_those_of_the_sequence(
    jobs: Any, variables: Any, message: str
) -> None:
    """The message says which job is meant, and which variables there are."""
    with pytest.raises(ValueError, match=f"^{message}"):
        checked_jobs(jobs, variables)


def test_jobs_that_go_with_the_sequence_are_copied() -> None:
    """One with a sequence of its own needs no values."""
    given = [{"variables": {"a": 1}}, {"sequence": "s", "runs": 2}]
    assert checked_jobs(given, {"a"}) == given
    assert checked_jobs([{"runs": 3, "variables": None}], ()) == [{"runs": 3}]


def test_a_job_runs_its_own_sequence_or_that_of_its_batch() -> None:
    """What a job shows is believed first."""
    texts = SequenceTexts("shared", {ID: "own"})
    assert texts.of(job(sequence="shown")) == "shown"
    assert texts.of(job()) == "own"
    assert texts.of(job(id=OTHER)) == "shared"
    assert SequenceTexts().of(job()) is None


def test_the_sequences_of_a_submission_are_known_by_position() -> None:
    """If the answer has as many jobs as were sent."""
    jobs: Any = [{"runs": 1}, {"sequence": "own"}]
    assert texts_of_submission("shared", [ID, OTHER], jobs) == SequenceTexts(
        "shared", {OTHER: "own"}
    )
    assert texts_of_submission("shared", [ID], jobs) is None


def test_only_bare_counts_need_a_sequence() -> None:
    """Not what an emulator has written for Pulser, nor what is not there."""
    counts = JobResult.from_json('{"counter": {"00": 1}}')
    written = JobResult.from_json('{"serialised_results": "{}"}')
    plain = job()
    outcomes = [
        JobOutcome(UUID(ID), plain, counts),
        JobOutcome(UUID(ID), job(), written),
        JobOutcome(UUID(ID), None, error=NotFoundError("gone")),
        JobOutcome(UUID(ID), job(), error=NotFoundError("gone")),
    ]
    assert in_need_of_one(outcomes) == [plain]


@pytest.mark.parametrize(
    ("fields", "shared", "is_read"),
    [
        ({}, "shared", True),
        ({"sequence": None, "variables": {}}, "shared", True),
        ({"sequence": "own"}, "shared", False),
        ({"variables": {"a": 1}}, "shared", False),
        ({"variables": {"a": 1}}, None, True),
        ({"sequence": "own"}, None, False),
    ],
)
def test_a_job_that_may_hide_a_sequence_is_read_in_full(
    fields: dict[str, Any], shared: str | None, is_read: bool
) -> None:
    """One with variables runs the sequence of its batch."""
    assert to_read_in_full([job(**fields)], shared) == [UUID(ID)] * is_read


@pytest.mark.skipif(find_spec("pulser") is not None, reason="Pulser is installed")
@pytest.mark.parametrize("name", pasqal_client.pulser.__all__)
def test_without_pulser_the_extra_is_named(name: str) -> None:
    """The error says what to install."""
    with pytest.raises(ImportError, match=r"needs pulser, .* pip install '.\[pulser\]'\)$"):
        getattr(pasqal_client.pulser, name)


def test_nothing_else_imports_pulser() -> None:
    """Importing it takes seconds; and who does not use it need not have it."""
    importers = {
        path.relative_to(OVERLAY).as_posix()
        for path in OVERLAY.rglob("*.py")
        for name in imports(path)
        if reaches(name, "pulser") or reaches(name, "pasqal_client.pulser")
    }
    others = {path for path in importers if not path.startswith("pulser/")}
    # The sandbox runs it as a program of its own.
    assert others == {"sandbox/simulation/pulser_program.py"}


def test_only_what_is_there_is_offered() -> None:
    """A misspelt name is an AttributeError, as in any module."""
    assert set(pasqal_client.pulser.__all__) <= set(dir(pasqal_client.pulser))
    with pytest.raises(AttributeError, match="has no attribute 'QPUBackend'"):
        pasqal_client.pulser.QPUBackend  # type: ignore[attr-defined]  # noqa: B018


def test_a_name_is_loaded_from_its_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only then is Pulser imported; the module here only pretends to be one that needs it."""
    module = ModuleType("results")
    vars(module)["JobResults"] = found = object()
    monkeypatch.setitem(sys.modules, "pasqal_client.pulser.results", module)
    assert pasqal_client.pulser.JobResults is found


def test_a_module_of_ours_that_is_missing_is_no_missing_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its own error comes out."""
    monkeypatch.setitem(sys.modules, "pasqal_client.pulser.results", None)
    with pytest.raises(ModuleNotFoundError):
        pasqal_client.pulser.JobResults  # noqa: B018

"""What a file of results says, where it contradicts itself, and in which order many of them are fetched."""

from __future__ import annotations

import asyncio
import json
import pickle
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasqal_client import Departure, DepartureError, Job, JobOutcome, JobResult, NotFoundError
from pasqal_client._http.throttle import Window
from pasqal_client._results.asked_jobs import groups_of, in_order, with_ids
from pasqal_client._results.errands_under_way import AsyncErrandFlights, ErrandFlights
from pasqal_client._results.fetch_queue import Errand, FetchQueue
from pasqal_client._results.job_result import is_result, read_result
from pasqal_client._results.lateness import Allowance, Late, pause_before
from pasqal_client._results.repeats import Repeats
from pasqal_client._results.result_fetch import ResultFetch
from pasqal_core_runtime.departures import ignore, refuse

ONE = UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")


def read(payload: dict[str, Any], runs: int | None = None) -> tuple[JobResult, list[Departure]]:
    """The result in a file, and its departures."""
    found: list[Departure] = []
    result = read_result(json.dumps(payload).encode(), payload, found.append, runs)
    return result, found


# The result


def test_a_result_has_what_the_file_has() -> None:
    """Every key of the contract has an attribute; others are in `extra`; the bytes are kept as they came."""
    content = (
        b'{"counter": {"01": 3, "00": 1},  "raw": ["01"], "serialised_results": "{}",'
        b' "partial_register_counter": {"0X": 1}, "made_up": true}'
    )
    result = JobResult.from_json(content)
    assert result.content == content
    assert result.counter == {"01": 3, "00": 1}
    assert result.raw == ["01"]
    assert result.serialised == "{}"
    assert result.partial_register_counter == {"0X": 1}
    assert result.extra == {"made_up": True}
    assert result.shots == 4
    assert JobResult.from_json(content.decode()) == result
    assert pickle.loads(pickle.dumps(result)).counter == result.counter  # noqa: S301
    assert {result} == {JobResult.from_json(content)}


def test_what_a_file_lacks_is_none_or_empty() -> None:
    """An empty object is a result without measurements."""
    result, found = read({}, runs=5)
    assert (result.counter, result.raw, result.serialised, result.extra) == ({}, None, None, {})
    assert result.partial_register_counter is None
    assert (result.shots, result.probabilities(), result.top(3)) == (0, {}, [])
    assert found == []


def test_shots_are_counted_where_there_is_no_counter() -> None:
    """A file with the shots alone has a counter all the same."""
    assert read({"raw": ["01", "10", "01"]})[0].counter == {"01": 2, "10": 1}


def test_the_most_frequent_bitstrings_come_first() -> None:
    """Those that are equally frequent are in their own order, so that it is the same each time."""
    result, _ = read({"counter": {"11": 1, "10": 5, "01": 5, "00": 2}})
    assert result.top(3) == [("01", 5), ("10", 5), ("00", 2)]
    for wrong in (-1, "3", 2.0):
        with pytest.raises(ValueError, match=r"^n: .* is (not an integer|out of bounds)"):
            result.top(wrong)  # type: ignore[arg-type]
    assert len(result.top()) == 4
    assert repr(result) == "<JobResult of 13 shots {01: 5, 10: 5, 00: 2, …}>"
    assert repr(read({"counter": {"1": 2}})[0]) == "<JobResult of 2 shots {1: 2}>"


@given(st.dictionaries(st.text("01", min_size=4, max_size=4), st.integers(1, 10**6), min_size=1))
def test_probabilities_add_up_to_one(counter: dict[str, int]) -> None:
    """Each is the share of its bitstring in all shots."""
    result, _ = read({"counter": counter})
    assert sum(result.probabilities().values()) == pytest.approx(1)
    assert result.probabilities().keys() == counter.keys()


@pytest.mark.parametrize("content", [b"[]", b"", b"<html>", b'"text"', b"[" * 100_000])
def test_a_file_that_is_no_object_is_rejected(content: bytes) -> None:
    """Whoever reads a saved file hears what is wrong with it."""
    with pytest.raises(ValueError):  # noqa: PT011
        JobResult.from_json(content)


# Contradictions


CONTRADICTIONS: list[tuple[dict[str, Any], int | None, list[str]]] = [
    (
        {"counter": {"00": 99}},
        100,
        ["counter: expected counts that add up to the runs of the job, got 99 counts for 100 runs"],
    ),
    (
        {"counter": {"00": 1, "0X": 1}},
        2,
        ["counter['0X']: expected a bitstring of 0 and 1, got \"0X\""],
    ),
    ({"counter": {"00": -1}}, -1, ["counter['00']: expected a count of at least 0, got -1"]),
    ({"counter": {"00": 1.5}}, None, ["counter['00']: expected an integer, got 1.5"]),
    ({"counter": {"00": "2"}}, 2, ["counter['00']: expected an integer, got \"2\""]),
    ({"counter": {"": 1}}, 1, ["counter['']: expected a bitstring of 0 and 1, got \"\""]),
    (
        {"counter": {"00": 1, "011": 1}},
        2,
        ["counter: expected bitstrings of the same length, got one of 2 and one of 3 bits"],
    ),
    (
        {"counter": {"00": 1}, "raw": ["00", "0", "2"]},
        1,
        [
            'raw[2]: expected a bitstring of 0 and 1, got "2"',
            "raw: expected bitstrings of the same length, got one of 2 and one of 1 bits",
        ],
    ),
    (
        {"partial_register_counter": {"0Y": 1}},
        1,
        ["partial_register_counter['0Y']: expected a bitstring of 0, 1 and X, got \"0Y\""],
    ),
    ({"counter": []}, 1, ["counter: expected an object, got an array with 0 entries"]),
]


@pytest.mark.parametrize(("payload", "runs", "expected"), CONTRADICTIONS)
def test_contradictions_are_departures(
    payload: dict[str, Any], runs: int | None, expected: list[str]
) -> None:
    """Each has its place; the rest of the result can be used, and a strict client rejects it."""
    result, found = read(payload, runs)
    assert [str(one) for one in found] == expected
    assert all(count >= 0 for count in result.counter.values())
    with pytest.raises(DepartureError):
        read_result(b"", payload, refuse, runs)


@pytest.mark.parametrize(
    ("payload", "runs"),
    [
        ({"counter": {"00": 90, "01": 10}}, 100),
        ({"counter": {"00": 90, "01": 9}, "partial_register_counter": {"0X": 1}}, 100),
        ({"counter": {"00": 100}, "partial_register_counter": {"0X": 1}}, 100),
        ({"counter": {"00": 7}}, None),
        # Seen in a fixture of the official client: fewer shots than counts.
        ({"counter": {"00": 2}, "raw": ["00"]}, 2),
        ({"serialised_results": "{}"}, 100),
    ],
)
def test_what_may_be_is_no_departure(payload: dict[str, Any], runs: int | None) -> None:
    """An emulator chooses its runs by itself, and lost atoms are counted apart or not."""
    assert read(payload, runs)[1] == []


# Outcomes


def test_an_outcome_reads_a_saved_file_when_it_is_asked(tmp_path: Path) -> None:
    """It pickles, and takes no memory for the result."""
    path = tmp_path / "file.json"
    path.write_text('{"counter": {"1": 2}}')
    outcome = JobOutcome(ONE, path=path)
    again = pickle.loads(pickle.dumps(outcome))  # noqa: S301
    assert again == outcome
    assert again.result is not None
    assert again.result.counter == {"1": 2}
    assert again.reason is None
    path.unlink()
    with pytest.raises(FileNotFoundError):
        outcome.result  # noqa: B018


def test_an_outcome_without_a_result_has_a_reason() -> None:
    """The error says the same, with everything that is known."""
    outcome = JobOutcome(ONE, error=NotFoundError("gone"))
    assert (outcome.result, outcome.reason, outcome.path) == (None, "gone", None)
    assert pickle.loads(pickle.dumps(outcome)).reason == "gone"  # noqa: S301


def test_an_outcome_has_a_result_or_an_error_and_shows_which(tmp_path: Path) -> None:
    """Never both: a strict client rejects a result that is in the folder all the same."""
    path = tmp_path / "file.json"
    path.write_text('{"counter": {"1": 2}}')
    rejected = JobOutcome(ONE, error=NotFoundError("odd"), path=path)
    assert rejected.result is None
    assert repr(rejected) == f"<JobOutcome of job {ONE}: no result, NotFoundError: odd>"
    assert repr(JobOutcome(ONE, path=path)) == f"<JobOutcome of job {ONE}: result in {path}>"
    result = JobResult.from_json(b'{"counter": {"1": 2}}')
    shown = f"<JobOutcome of job {ONE}: <JobResult of 2 shots {{1: 2}}>>"
    assert repr(JobOutcome(ONE, None, result)) == shown


def outcomes(*letters: str) -> list[JobOutcome]:
    """An outcome for each letter, whose job has it as its id."""
    return [JobOutcome(UUID(int=ord(letter))) for letter in letters]


@pytest.mark.parametrize(
    ("as_completed", "arrivals", "expected"),
    [
        (False, ["a", "b", "c"], ["a", "baab", "c"]),
        (False, ["abc"], ["abaabc"]),
        (True, ["b", "ca"], ["bb", "caaa"]),
    ],
)
def test_an_id_that_is_given_again_has_its_outcome_again(
    as_completed: bool, arrivals: list[str], expected: list[str]
) -> None:
    """In its place, or at once where outcomes are handed out as they come."""
    given = [one.job_id for one in outcomes(*"abaabc")]
    repeats = Repeats(given, as_completed=as_completed)  # type: ignore[arg-type]
    handed_out = [repeats.with_repetitions(outcomes(*letters)) for letters in arrivals]
    assert handed_out == [outcomes(*letters) for letters in expected]
    assert not repeats._kept


# Late files


def test_a_file_is_waited_for_until_a_minute_after_the_end_of_its_job() -> None:
    """By the service's clock, if it says what time it is; and one call waits a minute at most."""
    ended = datetime(2026, 11, 1, 12, tzinfo=UTC)
    job = Job.from_dict({"id": str(ONE), "end_timestamp": ended.isoformat()})
    allowance = Allowance(1000.0)
    assert allowance.ends_for(job, ended + timedelta(seconds=10), 1005.0) == 1055.0
    assert allowance.ends_for(job, ended + timedelta(hours=1), 1005.0) < 1005.0
    assert allowance.ends_for(job, ended - timedelta(hours=1), 1005.0) == 1060.0
    assert allowance.ends_for(job, None, 1005.0) <= 1060.0
    assert allowance.ends_for(Job.from_dict({"id": str(ONE)}), ended, 1005.0) == 1060.0


def test_the_pauses_grow_and_end_in_time() -> None:
    """The last look is at the very end."""
    assert [pause_before(n, 0.0, 60.0) for n in (1, 2, 3, 4, 5, 2000)] == [0.5, 1, 2, 4, 5, 5]
    assert pause_before(5, 58.0, 60.0) == 2.0
    assert pause_before(1, 60.0, 60.0) is None


# The order of many


def fetches(count: int) -> list[ResultFetch]:
    return [ResultFetch(uuid4(), None, Allowance(0.0), ignore) for _ in range(count)]


def started(queue: FetchQueue, now: float = 0.0) -> list[Errand]:
    """All errands that the queue has at that time."""
    errands = []
    while (errand := queue.next(now)) is not None:
        errands.append(errand)
    return errands


def filled(count: int, *, as_completed: bool = False) -> tuple[FetchQueue, list[Errand]]:
    """A queue that has read all jobs, and the errands that it has started then."""
    queue = FetchQueue(1, Repeats(), as_completed=as_completed)
    (group,) = started(queue)
    assert group.number == -1
    queue.take(group, fetches(count))
    errands = started(queue)
    if errands and errands[0].number == -1:
        queue.take(errands.pop(0), None)
        errands += started(queue)
    return queue, errands


def outcome(number: int) -> JobOutcome:
    return JobOutcome(UUID(int=number))


def test_outcomes_are_handed_out_in_order() -> None:
    """What arrives early waits for its turn, and only so much is started ahead of it."""
    queue, errands = filled(3)
    assert [errand.number for errand in errands] == [0, 1, 2]
    assert queue.take(errands[2], outcome(2)) == []
    assert queue.take(errands[1], outcome(1)) == []
    assert not queue.is_over
    assert queue.take(errands[0], outcome(0)) == [outcome(0), outcome(1), outcome(2)]
    assert queue.is_over


def test_little_is_started_ahead_of_a_slow_one() -> None:
    """Memory is bounded: four times the concurrency, whatever waits."""
    queue, errands = filled(100)
    assert len(errands) == 4
    queue.take(errands[0], outcome(0))
    assert [errand.number for errand in started(queue)] == [4]


def test_outcomes_are_handed_out_as_they_come() -> None:
    """Then nothing waits for its turn."""
    queue, errands = filled(100, as_completed=True)
    assert len(errands) >= 90
    assert queue.take(errands[7], outcome(7)) == [outcome(7)]


def test_a_late_file_gives_way() -> None:
    """It is asked for again when it is due, and goes before those that were not begun."""
    queue, errands = filled(2)
    assert queue.due() is None
    assert queue.take(errands[0], Late(5.0, NotFoundError("late"))) == []
    assert queue.due() == 5.0
    assert started(queue, 4.0) == []
    (again,) = started(queue, 5.0)
    assert again.number == 0
    assert again.fetch is errands[0].fetch


def test_the_jobs_are_read_a_group_at_a_time() -> None:
    """The next group is asked for when few jobs are left, and never twice at once."""
    queue = FetchQueue(1, Repeats(), as_completed=True)
    (group,) = started(queue)
    queue.take(group, fetches(10))
    numbers = [errand.number for errand in started(queue)]
    assert numbers.count(-1) == 1
    assert numbers[-1] == 9


def test_nothing_starts_while_the_service_wants_to_be_left_alone() -> None:
    """After a 429, the next errand begins when its pause is over."""
    window = Window(1)
    began = time.monotonic()
    window.note_rejection(began, began, 0.02)
    queue = FetchQueue(1, Repeats(), as_completed=True)
    flights = ErrandFlights(window, lambda _: time.monotonic())
    errand, started_at = flights.take(queue)
    assert errand.fetch is None
    assert started_at >= began + 0.02
    flights.stop()


def test_an_async_client_leaves_it_alone_as_well() -> None:
    """And nothing is left over when it stops."""

    async def main() -> None:
        window = Window(1)
        began = time.monotonic()
        window.note_rejection(began, began, 0.02)

        async def now(_: Errand) -> float:
            return time.monotonic()

        flights = AsyncErrandFlights(window, now)
        _, started_at = await flights.take(FetchQueue(1, Repeats(), as_completed=True))
        assert started_at >= began + 0.02
        await flights.stop()

    asyncio.run(main())


def test_ids_are_grouped_to_fit_a_url() -> None:
    """The jobs come in the order of the ids, and an id without a job has none."""
    ids = [uuid4() for _ in range(200)]
    groups = list(groups_of(ids))
    assert [one for group in groups for one in group] == ids
    assert max(map(len, groups)) <= 90
    job = Job.from_dict({"id": str(ids[1])})
    assert in_order(ids[:2], [job, Job.from_dict({})]) == [(ids[0], None), (ids[1], job)]
    assert [one.job_id for one in with_ids([job, Job.from_dict({})])] == [ids[1], None]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"counter": {"01": 3}}, True),
        ({"counter": {"0X": 3}, "x": 1}, True),
        ({"counter": {"01": 3}, "raw": 7}, True),
        ({"raw": ["01", "10"]}, True),
        ({"partial_register_counter": {"0X": 3}}, True),
        ({"serialised_results": '{"a": 1}'}, True),
        ({"serialised_results": '{"a": 1}', "counter": None}, True),
        ({}, False),
        ({"counter": {}}, False),
        ({"counter": 3}, False),
        ({"counter": {"visits": 3}}, False),
        ({"counter": {"01": 3, "visits": 3}}, False),
        ({"counter": {"01": [3]}}, False),
        ({"raw": []}, False),
        ({"raw": ["beef"]}, False),
        ({"raw": None, "serialised_results": None}, False),
        ({"serialised_results": "my notes"}, False),
        ({"serialised_results": "[1]"}, False),
    ],
)
def test_a_result_is_told_from_other_files_by_what_was_measured(
    content: dict[str, Any], expected: bool
) -> None:
    """A key of the same name does not make it one."""
    assert is_result(content) is expected

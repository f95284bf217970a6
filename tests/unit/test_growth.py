"""What is done with input of any size takes work in proportion to it: twice as much input, about twice the work.

Work is counted in instructions of Python, so no clock is read. What one instruction does in C, such
as searching a list, is not seen by that: some are run once more with so much input that going
through all of it for each piece would take seconds or minutes, and nothing but that shows it.
"""

from __future__ import annotations

import gzip
import itertools
import json
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from types import FrameType, SimpleNamespace
from typing import Any

import pytest
from attrs import frozen

from pasqal_client import (
    BatchStatus,
    Departure,
    Departures,
    Job,
    JobOutcome,
    JobStatus,
    OrderDirection,
    Page,
)
from pasqal_client._contract.contract_report import additions, report_of
from pasqal_client._http.compression import unpacker
from pasqal_client._http.error_bodies import status_error
from pasqal_client._http.error_context import ErrorContext
from pasqal_client._http.file_link import FileLink
from pasqal_client._http.outcomes import decode
from pasqal_client._http.redaction import granted, redacted, spellings
from pasqal_client._listing.filters import JOB_FILTERS
from pasqal_client._listing.query_parts import split
from pasqal_client._listing.subject import Subject
from pasqal_client._listing.walk.merged_walk import walk_of
from pasqal_client._listing.walk.order import Order
from pasqal_client._results.asked_jobs import groups_of, in_order
from pasqal_client._results.contradictions import contradictions_in
from pasqal_client._results.fetch_queue import FetchQueue
from pasqal_client._results.job_result import JobResult
from pasqal_client._results.repeats import Repeats
from pasqal_client._waits.seen_jobs import SeenJobs
from pasqal_client._writes import added_jobs
from pasqal_client._writes.added_jobs import matching_stretches
from pasqal_client._writes.answer import Answer
from pasqal_client._writes.batches_cancellation import BatchesCancelRequest
from pasqal_client._writes.batches_cancellation_effect import CancelledBatches
from pasqal_client._writes.canonical_json import canonical_value
from pasqal_client._writes.job_requests import job_requests
from pasqal_client._writes.jobs_cancellation import JobsCancellation, JobsCancelRequest
from pasqal_client._writes.json_copy import json_copy
from pasqal_client._writes.own_tags import callers_tags
from pasqal_client._writes.receipt import CancelReceipt, joined
from pasqal_client._writes.turns import Turns
from pasqal_client.cli.display.safe_text import escape
from pasqal_client.cli.display.tables import Column, table
from pasqal_client.cli.named_items import pick_named
from pasqal_client.cli.results.histogram import read_histogram
from pasqal_client.cli.results.sweep import Sweep
from pasqal_client.cli.submission.csv_jobs import read_csv
from pasqal_client.cli.submission.job_places import JobPlaces
from pasqal_client.cli.submission.json_lines import read_json_lines
from pasqal_client.cli.timeline.layout import lay_out
from pasqal_client.cli.timeline.svg import draw_svg
from pasqal_client.conformance.json_values import dump, find_difference, parse_exact
from pasqal_client.conformance.scenario_results import check_result
from pasqal_client.jobs import JOBS
from pasqal_client.sandbox.body_forms import check_form
from pasqal_client.sandbox.request_log import RecordedRequest, RequestLog
from pasqal_core_api.models import CancelledJobsAnswer
from pasqal_core_api.models import JobResult as Payload
from pasqal_core_runtime.departures import ignore
from pasqal_core_runtime.json_values import copy_json
from pasqal_core_runtime.model import read_model
from pasqal_core_runtime.response import Response
from unit.answers import answer_of
from unit.payloads import JOB, NOON

Work = Callable[[], object]

SIZE = 40
MOST = 2.3
BASE = "https://service.example"
BATCH = uuid.UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
TIMES = {"start_timestamp": NOON, "end_timestamp": NOON}


def ids(count: int) -> list[str]:
    return [f"{number:08x}-0000-4000-8000-000000000000" for number in range(count)]


def payloads(count: int, **fields: Any) -> list[dict[str, Any]]:
    return [
        {**JOB, "id": one, "creation_order": place, **fields}
        for place, one in enumerate(ids(count))
    ]


def jobs(count: int, **fields: Any) -> list[Job]:
    return [Job.from_dict(payload) for payload in payloads(count, **fields)]


def outcomes(count: int) -> list[JobOutcome]:
    return [JobOutcome(job.id, job) for job in jobs(count)]


def counter(count: int) -> dict[str, int]:
    return {f"{number:020b}": number + 1 for number in range(count)}


def context() -> ErrorContext:
    secrets = spellings("hunter2-and-more")
    return ErrorContext("POST", "/x", lambda text: redacted(text, secrets), changes=False)


# Each makes the input of a size, and returns the work on it.


def hide_a_link(count: int) -> Work:
    link = FileLink("https://files.example/" + "/".join(f"abcdefgh{n:05}" for n in range(count)))
    text = "abcdefgh/" * count
    return lambda: link.hide(str)(text)


def explain_mistakes(count: int) -> Work:
    mistakes = [{"loc": ["body", n], "msg": f"hunter2-{n}", "type": "x"} for n in range(count)]
    body = json.dumps({"detail": mistakes}).encode()
    return lambda: status_error(422, {}, body, context())


def explain_values(count: int) -> Work:
    mistake = {"loc": ["body"], "msg": "m", "type": "x", "input": ["hunter2-"] * count}
    body = json.dumps({"detail": [mistake]}).encode()
    return lambda: status_error(422, {}, body, context())


def walk(parts: int, pages: int, by: str = "creation_order") -> Work:
    """Read lists of as many full pages each."""
    found = jobs(100 * pages)

    def work() -> None:
        walk = walk_of(parts, Order(JOBS, by, OrderDirection.ASC), 100, None)
        while (span := walk.wanted) is not None:
            walk.plan(8)
            shown = tuple(found[span.offset : span.offset + span.limit])
            walk.take(span, Page(shown, len(found)))

    return work


def cancel_jobs(count: int) -> Work:
    plan = JobsCancellation(JobsCancelRequest.of(BATCH, {"id": ids(count)}, BASE, everything=False))

    def work() -> None:
        for step in plan.steps():
            cancelled = [
                {**JOB, "id": one, "batch_id": str(BATCH)} for one in step.write.filters["id"]
            ]
            body = {"data": {"jobs": cancelled, "errors": {}}}
            plan.take(step, answer_of(CancelledJobsAnswer, body))
        assert len(plan.result().jobs) == count

    return work


def batches(count: int) -> list[Any]:
    return [SimpleNamespace(id=uuid.UUID(one), status=BatchStatus.CANCELED) for one in ids(count)]


def compare_batches(count: int) -> Work:
    request = BatchesCancelRequest.of(ids(count), {}, None, everything=False)
    shown = batches(count)
    return lambda: request._foreign(shown, {})


def judge_batches(count: int) -> Work:
    effect = CancelledBatches(tuple(ids(count)))
    shown = batches(count)
    return lambda: effect.judge(shown)


def read_departing_answer(count: int) -> Work:
    departure = Departure("data.jobs[0]", "an object", "nothing")
    response = Response(HTTPStatus.OK, b"", {}, None)
    return lambda: Answer.of(response, [departure] * count, ignore)


def find_added(count: int) -> Work:
    found = jobs(2 * count)
    shown = [Job.from_dict({**job.to_dict(), "variables": {"t": n}}) for n, job in enumerate(found)]
    sent: list[Any] = [{"runs": 500, "variables": {"t": n}} for n in range(count, 2 * count)]
    return lambda: matching_stretches(shown, sent)


def take_turns(count: int) -> Work:
    turns = Turns()

    def work() -> None:
        waiting = [turns.place() for _ in range(count)]
        for turn in waiting:
            turns.join(turn, is_thread=False)
        for turn in waiting[::-1]:
            turn.leave()

    return work


def see_jobs(count: int) -> Work:
    seen = SeenJobs(Subject(None, ids(count)), "error")
    statuses = {uuid.UUID(one): JobStatus("RUNNING") for one in ids(count)}

    def work() -> None:
        seen.confirm(statuses, is_full=True)
        seen.note_absences(seen.missing_from({}), certain=True)
        seen.update(statuses)
        seen.unfinished()

    return work


def hand_out(count: int) -> Work:
    given = [uuid.UUID(one) for one in ids(count)] * 2
    found = outcomes(count)
    repeats = Repeats(given)
    return lambda: repeats.with_repetitions(found)


def fetch_in_order(count: int) -> Work:
    queue = FetchQueue(count, Repeats(), as_completed=False)
    fetches: list[Any] = [object()] * count

    def work() -> None:
        first = queue.next(0)
        assert first is not None
        queue.take(first, fetches)
        begun = []
        while not queue.is_over and (errand := queue.next(0)) is not None:
            if errand.number < 0:
                queue.take(errand, None)
            else:
                begun.append(errand)
        for errand in begun[::-1]:
            queue.take(errand, JobOutcome(None, None))

    return work


def read_departing(count: int) -> Work:
    answer = {
        "data": {"jobs": payloads(count, runs="many"), "errors": dict.fromkeys(ids(count), 7)}
    }
    found = Departures(str)
    return lambda: read_model(CancelledJobsAnswer, answer, found.report)


def report_additions(count: int) -> Work:
    job = Job.from_dict({f"new_{number}": "x" for number in range(count)})
    return lambda: list(additions(job))


def report_departures(count: int) -> Work:
    found: list[Any] = []
    body = {"data": {"jobs": [], "errors": {f"new_{number}": 7 for number in range(count)}}}
    read_model(CancelledJobsAnswer, body, found.append)
    return lambda: str(report_of((departure, 1) for departure in found))


def unpack(packed: bytes) -> Work:
    def work() -> None:
        stream = unpacker(["gzip"])
        for place in range(0, len(packed), 1000):
            for _ in stream.unpack(packed[place : place + 1000]):
                pass

    return work


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


def sweep(count: int) -> Work:
    result = JobResult.from_json(json.dumps({"counter": counter(5)}))

    def work() -> None:
        made = Sweep.of("t", 5)
        for number, job in enumerate(jobs(count)):
            given = Job.from_dict({**job.to_dict(), "variables": {"t": number}})
            made.take(JobOutcome(job.id, given), result)
        assert (len(made.steps), len(made.bitstrings)) == (count, 5)

    return work


def histogram(count: int) -> Work:
    result = JobResult.from_json(json.dumps({"counter": counter(count)}))
    (outcome,) = outcomes(1)
    return lambda: read_histogram(outcome, result, count).tallest


def draw_timeline(count: int) -> Work:
    found = jobs(count, **TIMES)
    now = datetime(2026, 10, 12, tzinfo=UTC) + timedelta(days=1)
    return lambda: draw_svg(lay_out("t", found, now, UTC))


def compare_json(count: int) -> Work:
    text = json.dumps(payloads(count))
    return lambda: find_difference(parse_exact(text), parse_exact(text))


def check_ids(count: int) -> Work:
    answer: Any = {"result": ids(count)[::-1]}
    expected = {"has": ids(count), "any_order": True}
    return lambda: check_result(expected, answer)


def check_body(count: int) -> Work:
    body = {"jobs": [{"runs": 5, "variables": {"t": [1, None]}}] * count}
    return lambda: check_form("CreateBatchRequest", body)


def record(count: int) -> Work:
    log = RequestLog()

    def work() -> None:
        for _ in range(10 * count):
            log.add(RecordedRequest("GET", "/x", ""))

    return work


@frozen
class Case:
    """A piece of work.

    Attributes:
        make: makes the input of a size, and returns the work on it.
        ample: a size at which the work is done once more, without counting; 0 for none.
    """

    make: Callable[[int], Work]
    ample: int = 0


CASES = {
    "mask what begins like a secret": Case(
        lambda n: lambda: redacted("hunter2-and-" * n, ["hunter2-and-more"])
    ),
    "mask a link of many parts": Case(hide_a_link),
    "find granted tokens": Case(lambda n: lambda: granted("access_token = " * n)),
    "explain a rejection of many entries": Case(explain_mistakes, 20_000),
    "explain a rejection of many values": Case(explain_values, 100_000),
    "describe what is not JSON": Case(lambda n: lambda: decode(b"hunter2-" * n, context().clean)),
    "check ids": Case(lambda n: lambda: JOB_FILTERS.query({"id": ids(n)}), 50_000),
    "split ids": Case(lambda n: lambda: split({"id": ids(n)}, 3000), 100_000),
    "walk through many parts": Case(lambda n: walk(n // 4, 1)),
    "walk through many pages": Case(lambda n: walk(1, n // 10)),
    "walk through what may change places": Case(lambda n: walk(1, n // 10, by="runs")),
    "check tags": Case(lambda n: lambda: callers_tags([f"tag {k}" for k in range(n)]), 100_000),
    "check jobs": Case(lambda n: lambda: job_requests([{"variables": {"t": [1.5, n]}}] * n)),
    "copy a long list": Case(lambda n: lambda: json_copy("x", [1.5] * n)),
    "write in one form": Case(lambda n: lambda: canonical_value({str(k): k for k in range(n)})),
    "cancel jobs": Case(lambda n: cancel_jobs(5 * n)),
    "compare batches that were cancelled": Case(compare_batches, 50_000),
    "judge batches that were cancelled": Case(judge_batches, 50_000),
    "read an answer to a write that departs": Case(read_departing_answer, 200_000),
    "join receipts": Case(lambda n: lambda: joined([CancelReceipt()] * n), 100_000),
    "find the jobs that were added": Case(find_added),
    "take turns": Case(take_turns, 10_000),
    "see jobs": Case(see_jobs, 20_000),
    "hand outcomes out again": Case(hand_out),
    "hand outcomes out in order": Case(fetch_in_order),
    "ask in groups": Case(lambda n: lambda: list(groups_of(map(uuid.UUID, ids(n))))),
    "put jobs in order": Case(lambda n: lambda: in_order(map(uuid.UUID, ids(n)), jobs(n))),
    "read what departs": Case(read_departing),
    "report additions": Case(report_additions),
    "report departures": Case(report_departures),
    "unpack many members": Case(lambda n: unpack(gzip.compress(b"x") * n), 20_000),
    "unpack much padding": Case(lambda n: unpack(gzip.compress(b"x") + bytes(1000 * n)), 10_000),
    "copy what is nested": Case(lambda n: lambda: copy_json(nested(n)), 50_000),
    "find contradictions": Case(
        lambda n: lambda: list(contradictions_in(Payload.from_dict({"counter": counter(n)}), 1))
    ),
    "make rows": Case(lambda n: lambda: [job.record() for job in jobs(n)]),
    "escape characters": Case(lambda n: lambda: escape("\x1b\u202e" * n), 500_000),
    "make a table": Case(lambda n: lambda: table([Column("id", ids(n)), Column("x", ids(n))])),
    "pick what was named": Case(lambda n: lambda: pick_named([job.id for job in jobs(n)], jobs(n))),
    "read CSV with many lines": Case(
        lambda n: lambda: list(read_csv("runs,t\n" + "1,2\n" * n, "f"))
    ),
    "read CSV with many columns": Case(
        lambda n: lambda: list(read_csv(",".join(f"v{k}" for k in range(n)), "f")), 100_000
    ),
    "read JSON lines": Case(lambda n: lambda: list(read_json_lines('{"runs": 1}\n' * n, "f"))),
    "name jobs by their lines": Case(
        lambda n: lambda: JobPlaces("f", (1,) * n).rename("jobs[0] jobs[1] " * n), 50_000
    ),
    "compare a sweep": Case(sweep),
    "make a histogram": Case(histogram),
    "draw a timeline": Case(draw_timeline),
    "compare JSON": Case(compare_json),
    "write JSON": Case(lambda n: lambda: dump(payloads(n))),
    "check a list of ids": Case(check_ids, 50_000),
    "check a body": Case(check_body),
    "record requests": Case(record),
}


@contextmanager
def each_step(note: Callable[[], object]) -> Iterator[None]:
    """Call a function before each instruction of Python in the block."""
    if sys.version_info >= (3, 12):
        monitoring = sys.monitoring
        tool, event = 4, monitoring.events.INSTRUCTION
        monitoring.use_tool_id(tool, "steps")
        monitoring.register_callback(tool, event, lambda *_: note())
        monitoring.set_events(tool, event)
        try:
            yield
        finally:
            monitoring.set_events(tool, 0)
            monitoring.register_callback(tool, event, None)
            monitoring.free_tool_id(tool)
    else:

        def trace(frame: FrameType, event: str, _: object) -> Any:
            frame.f_trace_lines = False
            frame.f_trace_opcodes = True
            if event == "opcode":
                note()
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            yield
        finally:
            sys.settrace(before)


def steps(work: Work) -> int:
    """How many instructions of Python the work takes."""
    # In C, so that counting is not counted.
    counter = itertools.count()
    with each_step(counter.__next__):
        work()
    return next(counter)


@pytest.mark.parametrize("name", CASES)
def test_the_work_grows_no_faster_than_the_input(name: str) -> None:
    """Twice as much input takes about twice as many steps, and much of it is done at all."""
    case = CASES[name]
    # What is made, compiled or imported once does not count.
    case.make(SIZE)()
    once, twice, four_times = (steps(case.make(SIZE * times)) for times in (1, 2, 4))
    assert twice <= MOST * once
    assert four_times <= MOST * twice
    if case.ample:
        case.make(case.ample)()


def test_steps_tell_linear_work_from_other_work() -> None:
    """Loops within loops are counted, and so is what a comprehension does."""

    def pairs(count: int) -> Work:
        return lambda: [(one, other) for one in range(count) for other in range(count)]

    def singles(count: int) -> Work:
        return lambda: [one + 1 for one in range(count)]

    assert steps(pairs(2 * SIZE)) > 3 * steps(pairs(SIZE))
    assert steps(singles(2 * SIZE)) <= MOST * steps(singles(SIZE))


def test_a_link_of_many_parts_is_masked_in_a_long_text() -> None:
    """Each beginning is compared with two parts, not with thousands that begin alike."""
    parts = [f"abcdefgh{number:05}" for number in range(4000)]
    text = " ".join([*parts[:500], "abcdefgh99999", "abcdefgh0399X"])
    link = FileLink("https://files.example/" + "/".join(parts))
    assert link.hide(str)(text) == " ".join([*["***"] * 500, "***99999", "***X"])


def test_jobs_that_are_alike_are_read_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """They may be those that were added at many places, and are compared at each of them."""
    read = []

    def counted(value: object) -> str:
        read.append(value)
        return canonical_value(value)

    monkeypatch.setattr(added_jobs, "canonical_value", counted)
    sent: list[Any] = [{"variables": {"t": 1.0}}] * 10
    assert len(matching_stretches(jobs(30, variables={"t": [1]}), sent)) == 21
    assert len(read) == 30 + 10

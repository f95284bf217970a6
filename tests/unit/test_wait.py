"""A wait decides from what it saw, the time and a random number alone: nothing here sleeps or sends."""

from __future__ import annotations

import copy
import pickle
import uuid
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from pasqal_client import Job, JobStatus, Page, WaitProgress, WaitResult, errors
from pasqal_client._http.error_context import ErrorContext
from pasqal_client._listing.subject import Subject
from pasqal_client._states import NO_STATUS, state_of
from pasqal_client._waits.look import Look
from pasqal_client._waits.options import POLL_DEFAULTS, WAIT_DEFAULTS, CheckedOptions
from pasqal_client._waits.pace import LONGEST_RETRY_AFTER, TOLERATED
from pasqal_client._waits.seen_jobs import ABSENCES
from pasqal_client._waits.snapshot import AnsweredPages, Snapshot
from pasqal_client._waits.wait import Wait
from pasqal_core_api.models import BatchStatusReport

BATCH = uuid.UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
A, B, C = (uuid.UUID(int=number) for number in (1, 2, 3))


def job(one: uuid.UUID | None, status: str | None = "DONE") -> Job:
    return Job.from_dict({"id": None if one is None else str(one), "status": status})


def snapshot(found: Sequence[Job], **facts: Any) -> Snapshot:
    """The jobs as they came on one page, of a request with the id r-1."""
    return Snapshot(found, **facts, pages=answered(page_of_request("r-1", found)))


def page_of_request(trace: str, found: Sequence[Job]) -> tuple[Page[Job], ErrorContext]:
    context = ErrorContext("GET", "/core-fast/api/v2/jobs", changes=False)
    return Page(tuple(found)), context.answered({"x-request-id": trace})


def answered(*pages: tuple[Page[Job], ErrorContext]) -> AnsweredPages:
    kept = AnsweredPages()
    for page, context in pages:
        kept.keep(page, context)
    return kept


def jobs(*states: str | None) -> Snapshot:
    return snapshot([job(one, state) for one, state in zip((A, B, C), states, strict=False)])


def doubtful(*states: str | None) -> Snapshot:
    return snapshot(jobs(*states).jobs, doubt="the pages do not join up")


def wait_of(
    batch_id: Any = BATCH,
    ids: Any = None,
    *,
    now: float = 0,
    eager: bool = False,
    by_status: bool = False,
    **options: Any,
) -> Wait:
    subject = Subject(None if ids is not None else batch_id, ids)
    checked = CheckedOptions.of(options, WAIT_DEFAULTS)
    return Wait(subject, checked, now, eager=eager, by_status=by_status)


def report(status: Any, counts: Any) -> BatchStatusReport:
    content = {"id": str(BATCH), "status": status, "jobs_count_per_status": counts}
    return BatchStatusReport.from_dict(content)


def looks(wait: Wait) -> str:
    if wait.look is Look.READ_ALL:
        return "jobs"
    if wait.look is Look.READ_STATUS:
        return "status"
    return f"count {' '.join(wait.count_filters['status'])}"


# What to wait for


@pytest.mark.parametrize("given", [(None, None), (BATCH, []), (BATCH, [A])])
def test_either_a_batch_or_ids_say_which_jobs(given: tuple[Any, Any]) -> None:
    """Giving neither or both is rejected."""
    with pytest.raises(ValueError, match="either batch_id or ids"):
        Subject(*given)


@pytest.mark.parametrize(
    "given", [("x", None), (True, None), (None, ["x"]), (None, 7), (None, b"x"), (None, {A: 1})]
)
def test_a_malformed_id_is_rejected(given: tuple[Any, Any]) -> None:
    """The error names the argument, before anything is sent."""
    with pytest.raises(ValueError, match=r"^(batch_id|ids|ids\[0\]): "):
        Subject(*given)


def test_ids_come_in_any_iterable_and_count_once() -> None:
    """A generator and a single id are as good as a list, and duplicates count once."""
    subject = Subject(None, (one for one in (A, str(B), A)))
    assert (subject.ids, subject.given_ids) == ((A, B), (A, B, A))
    assert Subject(None, A).filters == {"id": [A], "project_id": None}
    assert Subject(str(BATCH), None).filters == {"batch_id": BATCH, "project_id": None}


@pytest.mark.parametrize("name", ["timeout", "poll"])
@pytest.mark.parametrize(
    "wrong", [0, -1, True, "5", float("nan"), float("inf"), 10**9, "x" * 10**6]
)
def test_a_time_is_a_positive_number(name: str, wrong: Any) -> None:
    """True does not count as a number; the error is a plain ValueError that cuts a long value."""
    with pytest.raises(
        ValueError, match=f"^{name}: .* is not a number of seconds above 0 and below "
    ) as caught:
        wait_of(**{name: wrong})
    assert type(caught.value) is ValueError
    assert len(str(caught.value)) < 200


class Real(Fraction):
    """A number of another library, such as one of numpy, which registers its numbers like this."""


def test_a_time_may_be_a_number_of_another_library() -> None:
    """It becomes a float; and the error names what would be no limit."""
    options = CheckedOptions.of({"timeout": Real(5), "poll": Real(1, 2)}, WAIT_DEFAULTS)
    assert [options.timeout, options.poll] == [5.0, 0.5]
    assert type(options.timeout) is type(options.poll) is float
    with pytest.raises(ValueError, match="below 1_000_000_000; None for no limit$"):
        wait_of(timeout=float("inf"))
    with pytest.raises(ValueError, match="below 1_000_000_000$"):
        wait_of(poll=float("inf"))


async def coroutine_function(_: WaitProgress) -> None:
    """A hook that would have to be awaited."""


class AsyncHook:
    """A hook that would have to be awaited, as an object."""

    async def __call__(self, _: WaitProgress) -> None:
        """A call that would have to be awaited."""


WRONG: list[tuple[str, Any, str]] = [
    ("unknown_status", "ignore", "'ignore' is not 'error', 'active' or 'terminal'"),
    ("unknown_status", None, "None is not 'error', 'active' or 'terminal'"),
    ("unknown_status", ["error"], "is not 'error', 'active' or 'terminal'"),
    ("on_progress", "print", "expected a plain function, got 'print'"),
    ("on_progress", coroutine_function, "expected a plain function, got an async function"),
    ("on_progress", AsyncHook(), "expected a plain function, got an async function"),
    ("raise_on_failure", "no", "'no' is neither True nor False"),
    ("raise_on_failure", None, "None is neither True nor False"),
    ("raise_on_failure", 1, "1 is neither True nor False"),
]


@pytest.mark.parametrize(("name", "wrong", "text"), WRONG)
def test_other_options_are_checked_too(name: str, wrong: Any, text: str) -> None:
    """A mistake is reported before anything is sent, not after hours of waiting."""
    with pytest.raises(ValueError, match=f"^{name}: .*{text}"):
        wait_of(**{name: wrong})


def test_an_unknown_option_is_rejected_with_the_known_ones() -> None:
    """It raises TypeError, as an unknown argument of any function does."""
    with pytest.raises(
        TypeError, match="^'bar', 'foo': no such argument; the arguments are timeout"
    ):
        wait_of(foo=1, bar=2)
    with pytest.raises(TypeError, match="'on_progress': no such argument"):
        CheckedOptions.of({"on_progress": print}, POLL_DEFAULTS)


def test_the_defaults_are_those_of_the_checked_options() -> None:
    """The defaults are written once for help() and once where they are checked, and both agree."""
    assert CheckedOptions.of({}, WAIT_DEFAULTS) == CheckedOptions()
    assert CheckedOptions.of(WAIT_DEFAULTS, WAIT_DEFAULTS) == CheckedOptions()


# When to look again


def test_the_pauses_grow_to_forty_five_seconds() -> None:
    """The first pause is one second, and each further one half as long again."""
    wait = wait_of()
    pauses = [wait.pause(0, 1.0) for _ in range(12)]
    assert pauses[:4] == [1, 1.5, 2.25, 3.375]
    assert pauses[-2:] == [45, 45]


def test_an_hour_takes_fewer_looks_than_one_each_half_minute() -> None:
    """The official client doubles its pauses from two seconds to thirty: 124 looks, however the draws come out."""
    wait = wait_of()
    now, looked = 0.0, 1
    while now < 3600:
        now += wait.pause(now, 0.25)
        looked += 1
    assert looked < 124


@pytest.mark.parametrize(("draw", "pause"), [(0.0, 1.5), (0.5, 1.75), (1.0, 2.0)])
def test_a_pause_lies_between_three_quarters_and_all_of_its_step(draw: float, pause: float) -> None:
    """Clients that wait for the same batch do not ask at the same moment."""
    assert wait_of(poll=2).pause(0, draw) == pause


def test_a_first_pause_above_the_longest_stays() -> None:
    """A caller who asks for rare polls gets them."""
    wait = wait_of(poll=100)
    assert [wait.pause(0, 1.0) for _ in range(2)] == [100, 100]


def test_the_last_pause_ends_at_the_timeout() -> None:
    """A timeout that is shorter than a poll is kept."""
    wait = wait_of(timeout=0.5, poll=500, now=100)
    assert wait.pause(100, 1.0) == 0.5
    wait.saw(jobs("RUNNING", "DONE"), 100.5)
    with pytest.raises(errors.WaitTimeoutError, match=r"had not ended after 0\.5 s") as caught:
        wait.pause(100.5, 1.0)
    assert (caught.value.batch_id, caught.value.ids) == (BATCH, (A,))
    assert caught.value.statuses == {A: "RUNNING", B: "DONE"}
    assert isinstance(caught.value, TimeoutError)


@pytest.mark.parametrize(
    ("timeout", "grace"), [(0.001, 0.25), (0.5, 0.25), (5, 0.5), (10, 1.0), (3600, 1.0)]
)
def test_the_last_look_is_cut_off_soon_after_the_timeout(timeout: float, grace: float) -> None:
    """It may take a tenth of the timeout, at least a quarter of a second and at most a second."""
    wait = wait_of(timeout=timeout, now=100)
    assert wait.ends == pytest.approx(100 + timeout + grace)
    wait.look_failed(errors.DeadlineError("no answer"))
    with pytest.raises(errors.WaitTimeoutError, match="no answer"):
        wait.pause(wait.ends or 0, 1.0)
    assert wait_of().ends is None


def test_the_last_look_is_followed_by_one_that_reads_the_jobs() -> None:
    """When the count says that all have ended, the jobs are read, unless the time for that is up, too."""
    wait = wait_of(timeout=10)
    wait.saw(jobs("RUNNING"), 1)
    wait.saw(0, 10.2)
    assert (wait.pause(10.3, 1.0), looks(wait)) == (0.0, "jobs")
    late = wait_of(timeout=10)
    late.saw(jobs("RUNNING"), 1)
    late.saw(0, 10.2)
    with pytest.raises(errors.WaitTimeoutError):
        late.pause(11, 1.0)


# What to look at


def test_a_wait_reads_then_counts_then_reads() -> None:
    """A count is cheap; the jobs are read as soon as the count says that they have ended."""
    wait = wait_of()
    assert looks(wait) == "jobs"
    wait.saw(jobs("RUNNING", "PENDING"), 1)
    assert (looks(wait), wait.is_over) == ("count PENDING RUNNING", False)
    wait.saw(2, 2)
    assert (looks(wait), wait.pause(2, 1.0)) == ("count PENDING RUNNING", 1.0)
    wait.saw(0, 3)
    assert (looks(wait), wait.pause(3, 1.0)) == ("jobs", 0.0)
    wait.saw(jobs("DONE", "ERROR"), 4)
    assert wait.is_over
    assert wait.result() == WaitResult({JobStatus.DONE: 1, JobStatus.ERROR: 1}, (B,))


def test_a_wait_for_a_batch_reads_its_state_until_its_jobs_have_ended() -> None:
    """The jobs are read only at the end, for the result."""
    seen: list[WaitProgress] = []
    wait = wait_of(by_status=True, on_progress=seen.append)
    assert looks(wait) == "status"
    wait.saw(report("RUNNING", {"RUNNING": 1, "PENDING": 0, "DONE": 1}), 1)
    assert (looks(wait), wait.pause(1, 1.0)) == ("status", 1.0)
    wait.saw(report("RUNNING", {"RUNNING": 0, "PENDING": 1, "CANCELING": 1, "DONE": 0}), 2)
    assert (looks(wait), wait.pause(2, 1.0)) == ("status", 1.5)
    wait.saw(report("RUNNING", {"RUNNING": 0, "DONE": 1, "ERROR": 1, "LEVITATING": 0}), 3)
    assert (looks(wait), wait.pause(3, 1.0)) == ("jobs", 0.0)
    wait.saw(jobs("DONE", "ERROR"), 4)
    assert wait.is_over
    assert wait.result() == WaitResult({JobStatus.DONE: 1, JobStatus.ERROR: 1}, (B,))
    assert [(one.active, one.total) for one in seen] == [(1, 2), (2, 2), (0, 2)]


def test_the_last_look_at_a_batch_reads_its_jobs_for_the_timeout() -> None:
    """The error says which jobs have not ended, if the service shows them in the time that is left."""
    wait = wait_of(by_status=True, timeout=10)
    wait.saw(report("RUNNING", {"RUNNING": 2}), 9.9)
    assert looks(wait) == "status"
    assert wait.pause(9.9, 1.0) == pytest.approx(0.1)
    wait.saw(report("RUNNING", {"RUNNING": 2}), 10.1)
    assert (looks(wait), wait.pause(10.1, 1.0)) == ("jobs", 0.0)
    wait.saw(jobs("RUNNING", "DONE"), 10.2)
    with pytest.raises(errors.WaitTimeoutError, match="1 job of batch") as caught:
        wait.pause(10.2, 1.0)
    assert caught.value.ids == (A,)


def test_a_timeout_before_the_jobs_were_read_says_so() -> None:
    """The service asks for a pause beyond the end: nothing more can be learnt in time."""
    wait = wait_of(by_status=True, timeout=10)
    wait.saw(report("RUNNING", {"RUNNING": 2}), 1)
    slow = errors.RateLimitError("slow down", status=429)
    slow.retry_after = 60.0
    wait.look_failed(slow)
    with pytest.raises(errors.WaitTimeoutError, match="could not be read in time") as caught:
        wait.pause(2, 1.0)
    assert (caught.value.batch_id, caught.value.ids) == (BATCH, ())


@pytest.mark.parametrize(
    "counts", [None, {}, 7, {"DONE": "x"}, {"DONE": 2}, {"RUNNING": 1, "LEVITATING": 1}]
)
@pytest.mark.parametrize("status", ["RUNNING", "PAUSED", "CANCELING", "LEVITATING", None])
def test_a_report_that_does_not_tell_is_looked_into(status: Any, counts: Any) -> None:
    """What is missing, empty or unknown is never taken for the end: the jobs are read."""
    wait = wait_of(by_status=True)
    wait.saw(report("RUNNING", {"RUNNING": 2}), 1)
    wait.saw(jobs("RUNNING", "RUNNING"), 1)
    wait.saw(report(status, counts), 2)
    assert (looks(wait), wait.is_over) == ("jobs", False)
    wait.saw(jobs("RUNNING", "DONE"), 3)
    assert (looks(wait), wait.is_over) == ("status", False)


@pytest.mark.parametrize("status", ["DONE", "CANCELED", "ERROR", "TIMED_OUT"])
def test_a_batch_that_has_ended_is_not_waited_for(status: str) -> None:
    """Its jobs may lag behind, or there may be none; an incomplete list of them is read again."""
    wait = wait_of(by_status=True)
    wait.saw(report(status, {"RUNNING": 1}), 1)
    assert looks(wait) == "jobs"
    wait.saw(doubtful("RUNNING", "DONE"), 1)
    was_over = wait.is_over
    wait.saw(jobs("RUNNING", "DONE"), 2)
    assert (was_over, wait.is_over) == (False, True)
    assert wait.result().counts == {"RUNNING": 1, "DONE": 1}
    empty = wait_of(by_status=True)
    empty.saw(report(status, {}), 1)
    empty.saw(jobs(), 1)
    assert (empty.is_over, empty.result()) == (True, WaitResult())


def test_an_open_batch_without_jobs_has_nothing_to_wait_for() -> None:
    """Its jobs may never come."""
    wait = wait_of(by_status=True)
    wait.saw(report("PENDING", {"PENDING": 0}), 1)
    with pytest.raises(errors.NotFoundError, match="has no jobs to wait for"):
        wait.saw(jobs(), 1)


@pytest.mark.parametrize("shown", [(), ("DONE", "DONE")])
@pytest.mark.parametrize("status", ["PENDING", "DONE"])
def test_a_list_that_lags_behind_the_report_is_read_again(
    status: str, shown: tuple[str, ...]
) -> None:
    """Jobs that the state of the batch counts and the list does not show are neither ended nor absent."""
    wait = wait_of(by_status=True, timeout=60)
    for now in (1, 2):
        wait.saw(report(status, {"PENDING": 1, "DONE": 2}), now)
        wait.saw(snapshot(jobs(*shown).jobs, total=len(shown)), now)
        assert wait.pause(now, 1.0) > 0
        assert (looks(wait), wait.is_over) == ("status", False)
    with pytest.raises(
        errors.WaitTimeoutError, match=f"reports 3, and the list shows {len(shown)}"
    ):
        wait.pause(61, 1.0)
    wait.saw(report(status, {"DONE": 3}), 3)
    wait.saw(jobs("DONE", "DONE", "DONE"), 3)
    assert (wait.is_over, wait.result().counts) == (True, {"DONE": 3})


def test_a_count_of_ended_jobs_confirms_that_a_job_ended() -> None:
    """When fewer jobs are active, a second count shows whether all have ended."""
    wait = wait_of()
    wait.saw(jobs("RUNNING", "PENDING", "DONE"), 1)
    wait.saw(1, 2)
    assert (looks(wait), wait.pause(2, 1.0)) == ("count CANCELED DONE ERROR", 0.0)
    wait.saw(2, 3)
    assert (looks(wait), wait.pause(3, 1.0)) == ("count PENDING RUNNING", 1.0)


def test_a_job_that_left_for_an_unknown_state_is_noticed_while_others_run() -> None:
    """A job that is neither active nor ended makes the wait read the jobs and name it."""
    wait = wait_of()
    wait.saw(jobs("RUNNING", "PENDING", "DONE"), 1)
    wait.saw(1, 2)
    wait.saw(1, 3)
    assert (looks(wait), wait.pause(3, 1.0)) == ("jobs", 0.0)
    with pytest.raises(errors.UnknownStatusError, match=str(B)):
        wait.saw(jobs("RUNNING", "LEVITATING", "DONE"), 4)


def test_with_ids_only_those_that_are_left_are_counted() -> None:
    """Ids of jobs that have ended need not be sent again."""
    wait = wait_of(ids=[A, B, C])
    wait.saw(jobs("RUNNING", "DONE", "PENDING"), 1)
    assert wait.count_filters == {
        "id": [A, C],
        "project_id": None,
        "status": ["PENDING", "RUNNING"],
    }
    wait.saw(1, 2)
    wait.saw(1, 3)
    assert looks(wait) == "count PENDING RUNNING"


def test_an_eager_wait_reads_whenever_a_job_has_left() -> None:
    """A caller who takes each job as it ends needs to know which one ended."""
    wait = wait_of(eager=True)
    assert [one.id for one in wait.saw(jobs("RUNNING", "PENDING", "DONE"), 1)] == [C]
    wait.saw(2, 2)
    assert looks(wait) == "count PENDING RUNNING"
    wait.saw(1, 3)
    assert (looks(wait), wait.pause(3, 1.0)) == ("jobs", 0.0)
    assert [one.id for one in wait.saw(jobs("RUNNING", "DONE", "DONE"), 4)] == [B]
    assert [one.id for one in wait.saw(jobs("DONE", "DONE", "DONE"), 5)] == [A]
    assert wait.is_over


def test_a_state_that_cannot_be_counted_is_read() -> None:
    """The service may know CANCELING but refuse to count it, so the jobs are read instead."""
    wait = wait_of()
    wait.saw(jobs("CANCELING", "DONE"), 1)
    assert (looks(wait), wait.is_over) == ("jobs", False)
    wait.saw(jobs("CANCELED", "DONE"), 2)
    assert wait.is_over


def test_jobs_that_are_added_are_waited_for_too() -> None:
    """A batch may be filled while a caller waits for it."""
    seen: list[WaitProgress] = []
    wait = wait_of(on_progress=seen.append)
    wait.saw(jobs("RUNNING"), 1)
    wait.saw(2, 2)
    wait.saw(0, 3)
    wait.saw(jobs("DONE", "RUNNING"), 4)
    assert not wait.is_over
    assert [(one.active, one.total, one.elapsed) for one in seen] == [
        (1, 1, 1),
        (2, 2, 2),
        (1, 2, 4),
    ]


def test_nothing_to_wait_for_is_over_at_once() -> None:
    """An empty list of ids needs no waiting."""
    wait = wait_of(ids=[])
    wait.saw(snapshot([]), 1)
    assert (wait.is_over, wait.result()) == (True, WaitResult())


def test_a_batch_without_jobs_does_not_count_as_done() -> None:
    """Its id may be mistyped, or belong to another account."""
    with pytest.raises(
        errors.NotFoundError, match="has no jobs to wait for, or this account may not see them"
    ) as caught:
        wait_of().saw(snapshot([]), 1)
    assert (caught.value.status, caught.value.path) == (None, "/core-fast/api/v2/jobs")


# What is unexpected


@pytest.mark.parametrize("status", ["LEVITATING", None])
def test_an_unknown_state_counts_as_the_caller_says(status: str | None) -> None:
    """An unknown or missing state ends the wait, unless the caller says whether it counts as active or ended."""
    with pytest.raises(errors.UnknownStatusError, match=str(B)) as caught:
        wait_of().saw(jobs("DONE", status), 1)
    assert caught.value.statuses == {B: NO_STATUS if status is None else status}
    active = wait_of(unknown_status="active")
    assert len(active.saw(jobs("DONE", status), 1)) == 1
    assert (active.is_over, looks(active), active.unfinished()) == (False, "jobs", (B,))
    terminal = wait_of(unknown_status="terminal")
    assert len(terminal.saw(jobs("DONE", status), 1)) == 2
    assert terminal.is_over
    assert terminal.result().counts == {"DONE": 1, state_of(job(B, status)): 1}


def test_a_job_without_an_id_cannot_be_waited_for() -> None:
    """It could not be named in an error, and would be forgotten."""
    with pytest.raises(errors.ResponseError, match="without a usable id"):
        wait_of().saw(snapshot([job(None, "RUNNING")]), 1)


def test_an_error_about_a_job_comes_from_the_page_that_has_it() -> None:
    """An error about all jobs comes from the last page."""
    first, odd, last = job(A, "RUNNING"), job(None, "RUNNING"), job(B, "LEVITATING")
    pages = [page_of_request(f"r-{n}", [one]) for n, one in enumerate((first, odd, last), start=1)]
    with pytest.raises(errors.ResponseError, match="without a usable id") as nameless:
        wait_of().saw(Snapshot([first, odd, last], pages=answered(*pages)), 1)
    assert nameless.value.request_id == "r-2"
    with pytest.raises(errors.UnknownStatusError) as unknown:
        wait_of().saw(Snapshot([last, first], pages=answered(*pages[::-1])), 1)
    assert (unknown.value.method, unknown.value.request_id) == ("GET", "r-3")
    copied = Job.from_dict(last.to_dict())
    assert answered(*pages[::-1]).of(copied).request_id == "r-1"


def test_a_job_that_is_not_there_ends_the_wait() -> None:
    """An unknown id would otherwise be waited for forever."""
    with pytest.raises(errors.NotFoundError, match=str(C)):
        wait_of(ids=[A, B, C]).saw(jobs("DONE", "RUNNING"), 1)
    many = [uuid.uuid4() for _ in range(9)]
    with pytest.raises(errors.NotFoundError, match="…"):
        wait_of(ids=many).saw(snapshot([]), 1)


@pytest.mark.parametrize("subject", [{"batch_id": BATCH}, {"ids": [A, B]}])
def test_one_look_that_misses_a_job_does_not_end_the_wait(subject: dict[str, Any]) -> None:
    """The job is looked for again after the usual pause."""
    wait = wait_of(**subject)
    wait.saw(jobs("RUNNING", "RUNNING"), 1)
    for _ in range(ABSENCES + 1):
        for _ in range(ABSENCES - 1):
            wait.saw(snapshot([job(A, "RUNNING")]), 2)
            assert (wait.is_over, looks(wait), wait.unfinished()) == (False, "jobs", (A, B))
        wait.saw(jobs("RUNNING", "RUNNING"), 3)
    wait.saw(jobs("DONE"), 4)
    assert not wait.is_over
    assert wait.pause(4, 1.0) == 1.0
    wait.saw(jobs("DONE", "DONE"), 5)
    assert wait.is_over


def test_a_batch_that_briefly_shows_no_job_is_looked_at_again() -> None:
    """The rule also holds if all jobs seen so far had ended and another one was to come."""
    wait = wait_of()
    wait.saw(jobs("RUNNING"), 1)
    wait.saw(snapshot([]), 2)
    assert (wait.is_over, wait.unfinished()) == (False, (A,))
    ended = wait_of()
    ended.saw(snapshot(jobs("DONE").jobs, total=2), 1)
    ended.saw(snapshot([]), 2)
    assert (ended.is_over, looks(ended)) == (False, "jobs")
    ended.saw(jobs("DONE", "ERROR"), 3)
    assert ended.result().counts == {"DONE": 1, "ERROR": 1}


def test_a_job_that_stays_missing_ends_the_wait() -> None:
    """A job that had not ended and has disappeared ends the wait, unless the listing has a doubt."""
    wait = wait_of()
    wait.saw(jobs("DONE", "RUNNING"), 1)
    for _ in range(ABSENCES - 1):
        wait.saw(jobs("DONE"), 2)
        wait.saw(doubtful("DONE"), 3)
    with pytest.raises(errors.NotFoundError, match=str(B)) as caught:
        wait.saw(jobs("DONE"), 4)
    assert (caught.value.status, caught.value.path) == (None, "/core-fast/api/v2/jobs")


@pytest.mark.parametrize("subject", [{"batch_id": BATCH}, {"ids": [A, B]}])
def test_a_job_that_has_ended_may_go(subject: dict[str, Any]) -> None:
    """How it ended is already known, so a job that disappears later changes nothing."""
    wait = wait_of(**subject)
    wait.saw(jobs("ERROR", "RUNNING"), 1)
    for _ in range(ABSENCES + 1):
        wait.saw(snapshot([job(B, "RUNNING")]), 2)
    wait.saw(snapshot([job(B, "DONE")]), 3)
    assert wait.is_over
    assert wait.result() == WaitResult({JobStatus.ERROR: 1, JobStatus.DONE: 1}, (A,))


def test_a_timeout_says_that_a_job_was_missing() -> None:
    """The time may be up before the job can be taken for gone."""
    wait = wait_of(timeout=5)
    wait.saw(jobs("RUNNING"), 1)
    wait.saw(snapshot([]), 5)
    with pytest.raises(
        errors.WaitTimeoutError, match=f"the last look failed: it did not show job {A}"
    ):
        wait.pause(5, 1.0)


def test_a_doubtful_listing_ends_no_wait() -> None:
    """The wait continues for jobs that the listing does not show, and gives the doubt as the reason if it times out."""
    wait = wait_of()
    wait.saw(jobs("DONE", "RUNNING"), 1)
    for time in range(TOLERATED):
        assert wait.saw(doubtful("DONE"), time) == []
        assert (wait.is_over, wait.unfinished()) == (False, (B,))
        wait.pause(time, 1.0)
    wait.saw(doubtful("DONE"), 9)
    with pytest.raises(errors.ResponseError, match="the pages do not join up"):
        wait.pause(9, 1.0)
    lucky = wait_of()
    lucky.saw(doubtful("DONE"), 1)
    assert not lucky.is_over
    lucky.saw(jobs("DONE"), 2)
    assert lucky.is_over


def test_a_doubtful_listing_with_all_ids_is_good_enough() -> None:
    """Whatever else the listing may lack was not waited for."""
    wait = wait_of(ids=[A, B])
    wait.saw(doubtful("DONE"), 1)
    assert (wait.is_over, wait.unfinished()) == (False, (B,))
    wait.saw(doubtful("DONE", "DONE"), 2)
    assert wait.is_over


def test_a_doubtful_listing_with_active_jobs_does_not_fail() -> None:
    """The wait continues anyway and looks again at the end."""
    wait = wait_of()
    for time in range(TOLERATED + 2):
        wait.saw(doubtful("RUNNING"), time)
        wait.pause(time, 1.0)
    assert looks(wait) == "count PENDING RUNNING"


@pytest.mark.parametrize(
    ("proven", "total", "doubt", "is_full", "has_moved"),
    [
        (True, 2, "", True, False),
        (True, None, "", False, False),
        (True, 3, "", False, True),
        (False, 2, "x; y", True, False),
        (False, 3, "x; y", False, True),
        (False, None, "x; y", False, False),
    ],
)
def test_a_snapshot_keeps_the_doubts_of_its_listing(
    proven: bool, total: int | None, doubt: str, is_full: bool, has_moved: bool
) -> None:
    """As many jobs as the total do not disprove a doubt: one may have gone and another one come."""

    class Listing:
        doubts = ("x", "y")

    listing = Listing()
    vars(listing).update(proven=proven, total=total)
    shown = Snapshot.of(listing, jobs("DONE", "DONE").jobs)  # type: ignore[arg-type]
    assert (shown.doubt, shown.is_full, shown.has_moved) == (doubt, is_full, has_moved)


def full(*ids: uuid.UUID) -> Snapshot:
    """A doubtful snapshot with as many jobs as there are, all of them DONE."""
    found = [job(one) for one in ids]
    return snapshot(found, doubt="the pages do not join up", total=len(found))


def test_a_full_snapshot_is_confirmed_by_the_same_jobs() -> None:
    """Of more than a page of jobs created at one moment no listing is proven; two in a row are as good."""
    wait = wait_of()
    wait.saw(full(A, B), 1)
    assert (wait.is_over, looks(wait), wait.pause(1, 1.0)) == (False, "jobs", 0.0)
    wait.saw(full(A, B), 1)
    assert wait.is_over


def test_other_jobs_in_the_same_number_confirm_nothing() -> None:
    """A job went and another came, so either snapshot may lack one; the next look follows after a pause."""
    wait = wait_of()
    wait.saw(full(A, B), 1)
    wait.saw(full(A, C), 1)
    assert (wait.is_over, looks(wait), wait.pause(1, 1.0)) == (False, "jobs", 1.0)
    wait.saw(full(A, C), 2)
    assert wait.is_over


def test_only_a_full_snapshot_can_be_confirmed() -> None:
    """If the number says that a job was hidden, showing the same again proves nothing."""
    wait = wait_of()
    for time in range(TOLERATED):
        wait.saw(snapshot(full(A, B).jobs, doubt="x", total=3), time)
        wait.pause(time, 1.0)
        assert (wait.is_over, looks(wait)) == (False, "jobs")


def test_the_look_that_ends_a_wait_keeps_none_of_its_jobs_back() -> None:
    """A job that is seen to have ended for the first time is yielded before the wait gives up."""
    wait = wait_of(eager=True)
    for time in range(TOLERATED):
        wait.saw(doubtful("DONE"), time)
        wait.pause(time, 1.0)
    assert [one.id for one in wait.saw(doubtful("DONE", "DONE"), 9)] == [B]
    with pytest.raises(errors.ResponseError, match="the pages do not join up"):
        wait.pause(9, 1.0)


def test_jobs_that_arrived_while_others_were_read_are_looked_at() -> None:
    """The total says that one more job exists than was shown, and it may be active."""
    wait = wait_of()
    for time in range(TOLERATED + 2):
        wait.saw(snapshot(jobs("DONE").jobs, total=2), time)
        wait.pause(time, 1.0)
        assert (looks(wait), wait.is_over) == ("jobs", False)
    wait.saw(jobs("DONE", "ERROR"), 9)
    assert wait.is_over
    by_id = wait_of(ids=[A])
    by_id.saw(snapshot(jobs("DONE").jobs, total=2), 1)
    assert by_id.is_over


# Looks that fail

TRANSIENT = [
    errors.APIConnectionError("reset"),
    errors.DeadlineError("late"),
    errors.ResponseError("HTML"),
    errors.ServerError("down", status=503),
    errors.RateLimitError("slow down", status=429),
    errors.APIStatusError("too long", status=408),
]


@pytest.mark.parametrize("error", TRANSIENT, ids=lambda error: type(error).__name__)
def test_a_look_that_fails_transiently_does_not_end_the_wait(
    error: errors.APIError,
) -> None:
    """Without a timeout five looks in a row may fail and the sixth ends the wait; a success resets the count."""
    wait = wait_of()
    for _ in range(TOLERATED):
        wait.look_failed(error)
    wait.saw(jobs("RUNNING"), 1)
    for _ in range(TOLERATED - 1):
        wait.look_failed(error)
    wait.saw(1, 2)
    for _ in range(TOLERATED):
        wait.look_failed(error)
    with pytest.raises(type(error)):
        wait.look_failed(error)


@pytest.mark.parametrize("error", TRANSIENT, ids=lambda error: type(error).__name__)
def test_an_outage_is_survived_for_as_long_as_the_timeout_says(error: errors.APIError) -> None:
    """An outage of fifty minutes is survived with a timeout of an hour; a lasting one ends with the timeout."""
    wait, now = wait_of(timeout=3600), 0.0
    while now < 3000:
        wait.look_failed(error)
        now += wait.pause(now, 1.0)
    wait.saw(jobs("DONE"), now)
    assert wait.is_over
    lasting, now = wait_of(ids=[A], timeout=3600), 0.0
    while now < 3600:
        lasting.look_failed(error)
        now += lasting.pause(now, 1.0)
    lasting.look_failed(error)
    with pytest.raises(errors.WaitTimeoutError, match=f"the last look failed: {error}") as caught:
        lasting.pause(now, 1.0)
    assert (now, caught.value.ids) == (3600, (A,))


def test_a_doubtful_listing_is_repeated_until_the_timeout() -> None:
    """The doubt may come from a partial outage of the service."""
    wait = wait_of(ids=[A, B], timeout=3600)
    for time in range(TOLERATED * 3):
        wait.saw(doubtful("DONE"), time)
        wait.pause(time, 1.0)
    wait.saw(doubtful("DONE"), 3600)
    with pytest.raises(
        errors.WaitTimeoutError, match="could not all be read: the pages do not join up"
    ) as caught:
        wait.pause(3600, 1.0)
    assert caught.value.ids == (B,)


LASTING = [
    errors.UntrustedError("expired"),
    errors.AuthenticationError("who?", status=401),
    errors.PermissionDeniedError("no", status=403),
    errors.NotFoundError("where?", status=404),
    errors.UnprocessableError("what?", status=422),
    errors.ServerError("never", status=501),
]


@pytest.mark.parametrize("error", LASTING, ids=lambda error: type(error).__name__)
def test_a_look_that_fails_permanently_ends_the_wait(error: errors.APIError) -> None:
    """An error that would be the same next time is raised, however much time is left."""
    for timeout in (None, 3600):
        with pytest.raises(type(error)):
            wait_of(timeout=timeout).look_failed(error)


def test_the_service_says_when_to_look_again() -> None:
    """Retry-After is obeyed once; one of more than an hour ends a wait that has no timeout."""
    wait, error = wait_of(), errors.RateLimitError("slow", status=429)
    error.retry_after = 45.0
    wait.look_failed(error)
    assert wait.pause(0, 1.0) == 45
    wait.saw(jobs("RUNNING"), 1)
    assert wait.pause(1, 1.0) == 1.5
    error.retry_after = LONGEST_RETRY_AFTER + 1
    with pytest.raises(errors.RateLimitError):
        wait.look_failed(error)


@pytest.mark.parametrize("asked", [301.0, 10.0**8])
def test_a_pause_beyond_the_timeout_is_not_waited_for(asked: float) -> None:
    """Nothing more can be learnt in time, so the wait times out at once and says what the service asked for."""
    wait, error = wait_of(ids=[A], timeout=600), errors.ServerError("maintenance", status=503)
    error.retry_after = 299.0
    wait.look_failed(error)
    assert wait.pause(1, 1.0) == 299
    error.retry_after = asked
    wait.look_failed(error)
    with pytest.raises(errors.WaitTimeoutError, match="maintenance") as caught:
        wait.pause(300, 1.0)
    assert caught.value.ids == (A,)


def test_a_failed_look_is_followed_by_a_pause() -> None:
    """A failed look delays even a look that was to follow at once."""
    wait = wait_of()
    wait.saw(jobs("RUNNING"), 1)
    wait.saw(0, 2)
    wait.look_failed(TRANSIENT[0])
    assert (looks(wait), wait.pause(2, 1.0)) == ("jobs", 1.0)


# How it ends


def test_a_timeout_says_how_to_continue() -> None:
    """Even if nothing was ever read, the error has the ids that are left to wait for."""
    wait = wait_of(ids=[A, B], timeout=1)
    wait.look_failed(errors.ServerError("down for maintenance", status=503))
    with pytest.raises(
        errors.WaitTimeoutError, match="could not be read in time; the last look failed: 503"
    ) as caught:
        wait.pause(2, 1.0)
    assert (caught.value.ids, caught.value.statuses, caught.value.batch_id) == ((A, B), {}, None)
    for again in (pickle.loads(pickle.dumps(caught.value)), copy.deepcopy(caught.value)):  # noqa: S301
        assert (str(again), vars(again)) == (str(caught.value), vars(caught.value))
    with pytest.raises(
        errors.WaitTimeoutError, match=f"^the jobs of batch {BATCH} could not be read"
    ):
        wait_of(timeout=1).pause(2, 1.0)


def test_the_jobs_that_failed_can_be_raised() -> None:
    """Only on request do the result and the wait raise an error that names the failed jobs."""
    WaitResult({JobStatus.DONE: 2}).raise_for_failures()
    with pytest.raises(errors.JobsFailedError, match=str(A)) as caught:
        WaitResult({JobStatus.ERROR: 1}, (A,)).raise_for_failures()
    assert caught.value.failed_ids == (A,)
    for subject, raises in (({"batch_id": BATCH}, True), ({"ids": [A]}, False)):
        wait = wait_of(**subject, raise_on_failure=raises)
        wait.saw(jobs("ERROR"), 1)
        if raises:
            with pytest.raises(errors.JobsFailedError, match=str(A)):
                wait.result()
        else:
            assert wait.result().failed_ids == (A,)
    result = WaitResult({JobStatus.ERROR: 1}, (A,))
    assert pickle.loads(pickle.dumps(result)) == copy.deepcopy(result) == result  # noqa: S301

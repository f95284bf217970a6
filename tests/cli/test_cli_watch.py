"""`pasqal jobs watch` against a sandbox whose time passes with the requests, and what it shows."""

from __future__ import annotations

import fcntl
import io
import re
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from cli.conftest import Ran, Run, Screen, Start, press_ctrl_c
from cli.lab import NIGHT, SCAN, night
from pasqal_client import Job, errors
from pasqal_client.cli.watch.looks import Looks
from pasqal_client.cli.watch.loop import _pause
from pasqal_client.cli.watch.report import LineReport
from pasqal_client.cli.watch.screen import Display, View, bar, render
from pasqal_client.cli.watch.state import Change, WatchedJobs
from pasqal_client.sandbox import Fault, Sandbox

OTHER_SCREEN, OWN_SCREEN = "\x1b[?1049h", "\x1b[?1049l"
NUMBERS = "11 jobs: 1 CANCELED, 2 DONE, 3 ERROR, 4 PENDING, 1 RUNNING"
END = "11 jobs: 1 CANCELED, 7 DONE, 3 ERROR"
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00 ", re.MULTILINE)
WATCH = f"jobs watch --batch {NIGHT} --interval 0.01"
LATER = tuple(range(2, 50))
"""All requests after the first look."""
FAILED = f"pasqal: 3 of 11 jobs failed: {night(5)}, {night(4)}, {night(3)}\n"


@pytest.fixture
def moving(sandbox: Sandbox) -> Sandbox:
    """A sandbox whose time advances with every request."""
    sandbox.add_fault(Fault(operation="get_jobs", advance="20s"))
    return sandbox


def job(number: int, status: str | None = "PENDING", **fields: object) -> Job:
    """A job as the service may send it."""
    created = f"2026-10-12T08:00:{number % 60:02}Z"
    given = {
        "id": night(number),
        "status": status,
        "created_at": created,
        "runs": 5,
        "batch_id": NIGHT,
    }
    return Job.from_dict({**given, **fields})


def lines_of(ran: Ran) -> list[str]:
    """The lines that were written, without their times."""
    assert len(TIME.findall(ran.out)) == ran.out.count("\n")
    return TIME.sub("", ran.out).splitlines()


# Without a terminal


def test_each_change_is_a_line(moving: Sandbox, pasqal: Run) -> None:
    """The first and last lines are counts, and the exit code is that of a wait."""
    ran = pasqal(WATCH)
    logged = lines_of(ran)
    assert (ran.code, ran.err) == (4, FAILED)
    assert (logged[0], logged[-1]) == (NUMBERS, END)
    for number in range(8, 12):
        told = [line for line in logged if line.startswith(night(number))]
        assert told == [f"{night(number)} PENDING -> RUNNING", f"{night(number)} RUNNING -> DONE"]


def test_a_watch_of_ended_jobs_ends_at_once(sandbox: Sandbox, pasqal: Run) -> None:
    """One look is enough, and the exit code is 0 if no job has failed."""
    ran = pasqal(f"jobs watch --batch {SCAN}")
    assert (ran.code, lines_of(ran), ran.err) == (0, ["25 jobs: 25 DONE"] * 2, "")


def test_few_requests_are_sent(moving: Sandbox, pasqal: Run) -> None:
    """A look reads the active jobs and counts the others; nothing else is read while no job comes or goes."""
    pasqal(WATCH)
    sent = [request.query for request in moving.requests[1:]]
    assert [query["limit"] for query in sent[1::2]] == [["1"]] * (len(sent) // 2)
    assert [len(query["id"]) for query in sent[::2]] == sorted(
        (len(query["id"]) for query in sent[::2]), reverse=True
    )


def test_new_jobs_are_watched_too(sandbox: Sandbox, pasqal: Run) -> None:
    """They are read as soon as the number of jobs has changed."""
    sandbox.add_fault(Fault(operation="get_jobs", nth=4, add_jobs=2))
    sandbox.add_fault(Fault(operation="get_jobs", advance="1h", nth=tuple(range(8, 20))))
    ran = pasqal("jobs watch --interval 0.01 --min-runs 100")
    assert ran.out.count("(new) -> PENDING") == 2
    assert lines_of(ran)[-1].startswith("38 jobs: ")


def test_jobs_are_watched_until_they_end_whatever_the_filter(moving: Sandbox, pasqal: Run) -> None:
    """A job is watched to its end even if it no longer matches."""
    ran = pasqal("jobs watch --status pending --interval 0.01")
    assert (ran.code, lines_of(ran)[-1]) == (0, "4 jobs: 4 DONE")


def test_active_jobs_are_watched_by_default(moving: Sandbox, pasqal: Run) -> None:
    """Without ids and filters, the active jobs of all batches are watched."""
    ran = pasqal("jobs watch --interval 0.01")
    logged = lines_of(ran)
    assert (ran.code, logged[0], logged[-1]) == (
        0,
        "5 jobs: 4 PENDING, 1 RUNNING",
        "5 jobs: 5 DONE",
    )


def test_jobs_can_be_named(moving: Sandbox, pasqal: Run) -> None:
    """Ids come as arguments or on stdin, and one that is not visible ends the watch."""
    ran = pasqal(f"jobs watch {night(7)} - --interval 0.01", stdin=night(8))
    assert (ran.code, lines_of(ran)[-1]) == (0, "2 jobs: 2 DONE")
    ran = pasqal(f"jobs watch {night(1)} {night(99)}")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"pasqal: cannot watch job {night(99)}: no such job is visible\n")


def test_an_empty_list_of_ids_watches_nothing(sandbox: Sandbox, pasqal: Run) -> None:
    """It never means all jobs; ids and filters exclude each other."""
    for line in ("jobs watch -", "jobs watch --min-runs 9999"):
        assert pasqal(line) == (0, "", "no job matches: there is nothing to watch\n")
    ran = pasqal(f"jobs watch {night(1)} --status done")
    assert (ran.code, ran.err) == (2, "pasqal: give either ids or filters, not both\n")


def test_a_line_says_that_there_are_no_jobs(capsys: pytest.CaptureFixture[str]) -> None:
    """A watch with --forever may begin and end without jobs."""
    report = LineReport(WatchedJobs("error"))
    report.show_changes([])
    report.show_end()
    assert TIME.sub("", capsys.readouterr().out) == "no job matches\n" * 2


def test_a_watch_can_time_out(sandbox: Sandbox, pasqal: Run) -> None:
    """Its exit code is 4, and a hint says how to continue."""
    ran = pasqal(f"jobs watch {night(8)} --timeout 0.01 --interval 60")
    assert ran.code == 4
    assert "pasqal: 1 job had not ended after " in ran.err
    assert f"hint: to keep waiting: pasqal jobs wait {night(8)}" in ran.err


def test_a_service_that_fails_briefly_is_asked_again(sandbox: Sandbox, pasqal: Run) -> None:
    """Each failed look is reported on stderr, with the time until the next one."""
    sandbox.add_fault(
        Fault(
            operation="get_jobs", nth=tuple(range(2, 6)), status=503, body={"message": "bad\x1b[2J"}
        )
    )
    sandbox.add_fault(Fault(operation="get_jobs", nth=LATER, advance="1d"))
    ran = pasqal(WATCH)
    assert (ran.code, lines_of(ran)[-1]) == (4, END)
    *troubles, last = ran.err.splitlines()
    said = "pasqal: looking again in {} s: 503 Service Unavailable: bad"
    assert [trouble.partition("bad")[0] + "bad" for trouble in troubles] == [
        said.format(pause) for pause in (0.01, 0.02)
    ]
    assert "\x1b" not in ran.err
    assert f"{last}\n" == FAILED


def test_broken_connections_are_made_again(sandbox: Sandbox, pasqal: Run) -> None:
    """A service that does not answer at all is asked again, too."""
    sandbox.add_fault(Fault(operation="get_jobs", nth=(2, 3), reset="before"))
    sandbox.add_fault(Fault(operation="get_jobs", nth=LATER, advance="1d"))
    ran = pasqal(WATCH)
    assert (ran.code, lines_of(ran)[-1], ran.err.count("pasqal: looking again in 0.01 s: ")) == (
        4,
        END,
        1,
    )


def test_retry_after_is_obeyed() -> None:
    """Pauses grow up to a limit, and Retry-After applies up to a higher one."""
    refused = errors.RateLimitError("slow", status=429)
    assert [_pause(2, failures, refused) for failures in (1, 2, 3, 9, 10**6)] == [2, 4, 8, 30, 30]
    refused.retry_after = 90.0
    assert (_pause(2, 1, refused), _pause(100, 1, refused)) == (90, 100)
    refused.retry_after = 1e12
    assert _pause(2, 1, refused) == 600
    assert _pause(2, 1, errors.ResponseError("odd")) == 2


@pytest.mark.parametrize(("status", "code"), [(401, 3), (403, 1)])
def test_a_permanent_failure_ends_a_watch(
    sandbox: Sandbox, pasqal: Run, status: int, code: int
) -> None:
    """The exit code is the one that this error always has."""
    sandbox.add_fault(Fault(operation="get_jobs", nth=(2, 3), status=status))
    ran = pasqal(WATCH)
    assert (ran.code, lines_of(ran)) == (code, [NUMBERS])


def test_a_certificate_that_turns_bad_ends_a_watch(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a connection error, but the next look would meet the same certificate."""

    def read_again(*_: object) -> None:
        raise errors.UntrustedError("the certificate failed verification: it has expired")

    monkeypatch.setattr(Looks, "read_again", read_again)
    ran = pasqal(f"{WATCH} --timeout 20")
    assert (ran.code, lines_of(ran)) == (1, [NUMBERS])
    assert ran.err.startswith("pasqal: the certificate failed verification: it has expired\nhint: ")


@pytest.mark.usefixtures("once")
def test_a_failed_first_look_ends_a_watch(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A watch that has never seen a job has nothing to show."""
    monkeypatch.setenv("PASQAL_BASE_URL", "http://127.0.0.1:9/core-fast")
    assert pasqal("jobs watch").code == 1


def test_a_job_that_disappears_ends_a_watch(sandbox: Sandbox, pasqal: Run) -> None:
    """The watch would wait for it in vain. The error has no status, because nobody sent a 404."""
    nothing = {"data": [], "pagination": {"total": 0, "start": 0, "end": 0}}
    sandbox.add_fault(Fault(operation="get_jobs", nth=2, status=200, body=nothing))
    ran = pasqal(WATCH)
    assert ran.code == 1
    assert ran.err.startswith(
        f"pasqal: job {night(7)} has disappeared, so it cannot be watched to its end\n"
    )


def test_a_doubtful_list_does_not_end_a_watch(sandbox: Sandbox, pasqal: Run) -> None:
    """Jobs that it lacks are assumed to be unchanged."""
    body = {"data": [], "pagination": {"total": 5, "start": 0, "end": 0}}
    sandbox.add_fault(Fault(operation="get_jobs", nth=2, status=200, body=body))
    sandbox.add_fault(Fault(operation="get_jobs", nth=LATER, advance="1d"))
    ran = pasqal(WATCH)
    assert (ran.code, lines_of(ran)[-1]) == (4, END)


def test_a_job_without_an_id_cannot_be_watched(sandbox: Sandbox, pasqal: Run) -> None:
    """A job without a usable id could never be seen to end, so it ends the watch."""
    body = {"data": [{"status": "PENDING"}], "pagination": {"total": 1, "start": 0, "end": 1}}
    sandbox.add_fault(Fault(operation="get_jobs", status=200, body=body))
    ran = pasqal(WATCH)
    assert (ran.code, "a job came without a usable id" in ran.err) == (1, True)


def test_an_unknown_state_ends_a_watch(sandbox: Sandbox, pasqal: Run) -> None:
    """An option can say how to treat such a state, and with --forever it does not matter."""
    watched = WatchedJobs("error")
    with pytest.raises(errors.UnknownStatusError):
        watched.update([job(1, "OF_TOMORROW")])
    for unknown, active in (("active", 1), ("terminal", 0)):
        watched = WatchedJobs(unknown)
        assert watched.update([job(1, "OF_TOMORROW\x1b")]) == [
            Change(UUID(night(1)), "", "OF_TOMORROW\\x1b")
        ]
        assert (len(watched.active), watched.counts) == (active, {"OF_TOMORROW\\x1b": 1})
    page = {
        "data": [job(1, "OF_TOMORROW").to_dict()],
        "pagination": {"total": 1, "start": 0, "end": 1},
    }
    sandbox.add_fault(Fault(operation="get_jobs", status=200, body=page, times=2))
    ran = pasqal(WATCH)
    assert (ran.code, "choose how to treat such a state: --unknown-status" in ran.err) == (4, True)
    assert pasqal(f"{WATCH} --unknown-status terminal").code == 0
    sandbox.add_fault(Fault(operation="get_jobs", status=200, body=page, nth=1))
    sandbox.add_fault(Fault(operation="get_jobs", status=401))
    ran = pasqal(f"{WATCH} --forever")
    assert (ran.code, lines_of(ran)) == (3, ["1 job: 1 OF_TOMORROW"])


def test_a_change_is_reported_once() -> None:
    """A new job has no earlier state; running jobs come first, then the oldest."""
    watched = WatchedJobs("error")
    assert watched.update([job(3), job(2), job(1)]) == [
        Change(UUID(night(n)), "", "PENDING") for n in (3, 2, 1)
    ]
    assert watched.update([job(3, "RUNNING"), job(2)]) == [
        Change(UUID(night(3)), "PENDING", "RUNNING")
    ]
    assert [str(one.id) for one in watched.active] == [night(3), night(1), night(2)]
    watched.update(
        [job(1, "DONE"), job(2, "ERROR"), job(4, created_at="soon"), job(5, "CANCELING")]
    )
    assert [str(one.id) for one in watched.active] == [night(3), night(5), night(4)]
    assert (watched.failed, len(watched)) == ([UUID(night(2))], 5)


# At a terminal


def test_a_table_is_kept_up_to_date(moving: Sandbox, on_terminal: Callable[..., Ran]) -> None:
    """The table is on the alternate screen of the terminal, and the counts stay on the main one."""
    ran = on_terminal(WATCH, columns=100)
    rest = ran.out.partition(OTHER_SCREEN)[2]
    table, _, after = rest.partition(OWN_SCREEN)
    assert ran.code == 4
    assert f"11 jobs of batch {NIGHT}, every 0.01 s; Ctrl-C ends it" in table
    assert "\x1b[1mstarted (UTC)" in table
    assert "6 of 11 ended, as of " in table
    assert "10 of 11 ended, as of " in table
    assert re.search(rf"{night(7)}.*█+░+.* \d\d%.*2026-10-12 08:03:29", table)
    plain = re.sub(r"\x1b\[[\d;?]*[a-z]", "", after)
    assert [line.split() for line in plain.splitlines() if line][:4] == [
        ["status", "jobs"],
        ["CANCELED", "1"],
        ["DONE", "7"],
        ["ERROR", "3"],
    ]
    assert FAILED in after


def test_the_terminal_shows_errors_below_the_table(
    sandbox: Sandbox, on_terminal: Callable[..., Ran]
) -> None:
    """An error stays until a look succeeds; other messages are printed at the end."""
    sandbox.add_fault(
        Fault(operation="get_jobs", nth=(2, 3), status=503, body={"message": "bad\x1b[9J"})
    )
    sandbox.add_fault(Fault(operation="get_jobs", advance="1d", nth=LATER))
    ran = on_terminal(f"{WATCH} --debug", columns=100)
    table, _, after = ran.out.partition(OWN_SCREEN)
    shown = table.partition(OTHER_SCREEN)[2]
    assert ran.code == 4
    assert "503 Service Unavailable: bad" in shown
    assert "looking again in 0.01 s" in shown
    assert "> GET" not in shown
    assert "> GET" in after
    assert "\x1b[9J" not in ran.out


@pytest.mark.parametrize(
    ("which", "title"),
    [("", "5 jobs that are or were active"), (night(8), "1 job"), ("--max-runs 500", "36 jobs")],
)
def test_the_title_describes_the_jobs(
    moving: Sandbox, on_terminal: Callable[..., Ran], which: str, title: str
) -> None:
    """It says in a few words which ids or filters selected them."""
    assert f"{title}, every 0.01 s" in on_terminal(f"jobs watch {which} --interval 0.01").out


def test_a_watch_with_forever_waits_for_jobs(sandbox: Sandbox, process: Start) -> None:
    """New jobs show up; Ctrl-C ends the watch with 130 and restores the terminal."""
    ran, screen = process("jobs watch --min-runs 9000 --forever --interval 0.05")
    screen.until("no job matches yet")
    (added,) = sandbox.add_batch([{"runs": 9001}]).job_ids
    screen.until(str(added))
    sandbox.advance("1d")
    screen.until("1 of 1 ended")
    press_ctrl_c(ran, screen, "pasqal: interrupted")
    assert screen.seen.index(OWN_SCREEN) < screen.seen.index("pasqal: interrupted")
    assert "Traceback" not in screen.seen


def resize(screen: Screen, columns: int, lines: int) -> None:
    """Give the terminal another size."""
    fcntl.ioctl(screen.fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def test_a_terminal_may_change_its_size(sandbox: Sandbox, process: Start) -> None:
    """The view is redrawn at once, not only after the next look."""
    sandbox.add_batch([{}] * 100)
    ran, screen = process("jobs watch --interval 600")
    screen.until("and 86 more")
    resize(screen, 80, 10)
    screen.until("and 101 more")
    resize(screen, 20, 16)
    screen.until("and 103 more")
    press_ctrl_c(ran, screen)


def test_colours_and_drawing_can_be_turned_off(
    moving: Sandbox, on_terminal: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """NO_COLOR leaves out colours, and a terminal that cannot be drawn on gets lines."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[\d;]*3\dm", on_terminal(WATCH).out)
    monkeypatch.setenv("TERM", "dumb")
    ran = on_terminal(f"jobs watch --batch {SCAN}")
    assert "\x1b" not in ran.out
    assert ran.out.count("25 jobs: 25 DONE\n") == 2


def test_messages_to_a_file_are_not_held_back(sandbox: Sandbox, tmp_path: Path) -> None:
    """They are held back only where they would disturb the display."""
    sandbox.add_fault(Fault(operation="get_jobs", advance="1d", nth=LATER))
    screen = Screen()
    command = [sys.executable, "-m", "pasqal_client.cli", *WATCH.split(), "--debug"]
    with (tmp_path / "said").open("wb") as said:
        assert subprocess.run(command, stdout=screen.fd, stderr=said, check=False).returncode == 4
    assert OWN_SCREEN in screen.close()
    assert "> GET" in (tmp_path / "said").read_text()


# What is drawn


class Stream(io.StringIO):
    """A stream to draw on."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding
        self._written = threading.Condition()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a terminal's encoding
        return self._encoding

    def write(self, text: str) -> int:
        with self._written:
            self._written.notify_all()
            return super().write(text)

    def until(self, text: str, times: int) -> None:
        """Wait until a text was written this many times."""
        with self._written:
            assert self._written.wait_for(lambda: self.getvalue().count(text) >= times, 30)


def console(columns: int, lines: int, encoding: str = "utf-8") -> Console:
    """A console of that size."""
    return Console(
        file=Stream(encoding),
        width=columns,
        height=lines,
        force_terminal=True,
        color_system=None,
        markup=False,
    )


def shown(view: View, columns: int, lines: int, encoding: str = "utf-8") -> list[str]:
    """The lines of a view."""
    terminal = console(columns, lines, encoding)
    with terminal.capture() as captured:
        terminal.print(render(view, terminal))
    return [line.rstrip() for line in captured.get().splitlines()]


def view(number: int, trouble: str = "", **fields: object) -> View:
    """A view of this many active jobs, the first of them running, and of three that have ended."""
    jobs = [
        job(n, "RUNNING" if n == 1 else "PENDING", **{"progress": 40, **fields})
        for n in range(1, number + 1)
    ]
    return View(
        "some jobs", "08:00:00", {"PENDING": number - 1, "RUNNING": 1, "DONE": 3}, jobs, trouble
    )


def test_a_view_has_as_many_jobs_as_fit() -> None:
    """The last line counts the jobs that do not fit."""
    assert shown(view(3), 84, 8) == [
        "some jobs",
        "████████████████████░░░░░░░░░░░░░░░░░░░░  3 of 6 ended, as of 08:00:00",
        "2 PENDING  1 RUNNING  3 DONE",
        "",
        "id                                    status   progress         created (UTC)",
        f"{night(1)}  RUNNING  ████░░░░░░  40%  2026-10-12 08:00:01",
        f"{night(2)}  PENDING  -                2026-10-12 08:00:02",
        f"{night(3)}  PENDING  -                2026-10-12 08:00:03",
    ]
    assert shown(view(4), 84, 8)[-1] == "and 2 more"
    assert shown(view(90), 84, 15)[-1] == "and 81 more"
    assert shown(view(90), 84, 5)[-1] == "90 active jobs"
    assert shown(view(90, "it broke"), 84, 15)[-2:] == ["and 82 more", "it broke"]
    assert "####------  40%" in "".join(shown(view(2), 84, 15, "ascii"))


def test_narrow_terminals_lose_the_bar_then_columns() -> None:
    """Ids wrap rather than being cut."""
    assert shown(view(3), 42, 20)[1] == "██████░░░░░░  3 of 6 ended, as of 08:00:00"
    lines = shown(view(3), 36, 20)
    assert lines[1] == "3 of 6 ended, as of 08:00:00"
    assert lines[-3:] == [night(n) for n in (1, 2, 3)]
    assert shown(view(1), 20, 20)[-2:] == [night(1)[:20], night(1)[20:]]


def test_without_jobs_the_view_says_so() -> None:
    """A watch with --forever shows that it waits for jobs."""
    assert shown(View("none", "08:00:00", {}, ()), 40, 20)[:3] == [
        "none",
        "░░░░░░░░░░  0 of 0 ended, as of 08:00:00",
        "no job matches yet",
    ]


@settings(deadline=None)
@given(st.integers(1, 120), st.integers(8, 60), st.integers(36, 200), st.booleans())
def test_no_view_is_larger_than_the_terminal(
    number: int, lines: int, columns: int, trouble: bool
) -> None:
    """A view fits a terminal of any size, and every id in it is whole."""
    found = shown(view(number, "it broke" * trouble), columns, lines)
    assert len(found) <= lines
    assert max(map(cell_len, found)) <= columns
    ids = [line.split()[0] for line in found if line.startswith("0190f3a2")]
    assert ids == [night(n) for n in range(1, len(ids) + 1)]
    assert (f"and {number - len(ids)} more" in found) is (0 < len(ids) < number)


def test_progress_with_a_departure_is_a_dash() -> None:
    """Progress of more than 100 % still fits into the bar."""
    for progress in ("much", None):
        assert (
            shown(view(1, progress=progress), 84, 20)[-1]
            == f"{night(1)}  RUNNING  2026-10-12 08:00:01     5"
        )
    for much in (10**400, 1e300):
        assert "██████████ 999%" in shown(view(1, progress=much), 84, 20)[-1]
    assert [bar(done, 4, "utf-8") for done in (-1, 0, 0.5, 0.99, 1, 7)] == [
        *("░░░░", "░░░░", "██░░", "███░", "████", "████"),
    ]
    assert bar(0.5, 4, "ascii") == "##--"


def test_the_display_follows_the_width_of_the_terminal() -> None:
    """A display draws nothing before it has the terminal."""
    terminal = console(100, 20)
    stream = terminal.file
    assert isinstance(stream, Stream)
    display = Display(terminal)
    display.show(view(1))
    assert stream.getvalue() == ""
    with display.session():
        display.show(view(2))
        drawn_before = stream.getvalue().count("some jobs")
        terminal.width = 60
        stream.until("some jobs", drawn_before + 1)

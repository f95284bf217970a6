"""The parts of the command line that are functions of data: cleaning, times, widths, cells, words for errors."""

from __future__ import annotations

import re
import sys
import time
import unicodedata
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.lab import NIGHT, night
from pasqal_client import CancelReceipt, Job, Write, errors
from pasqal_client._writes.jobs_cancellation_effect import CancelledJobs
from pasqal_client.cli import main
from pasqal_client.cli.display.column_widths import GAP, NARROWEST, Need, fit_columns
from pasqal_client.cli.display.field_text import cell, lines, plain_text, value_text, zone_name
from pasqal_client.cli.display.safe_text import escape, one_line
from pasqal_client.cli.display.words import many, name_some, tally
from pasqal_client.cli.failures import CommandError, ExitCode, Interrupted, UsageMistake, explain
from pasqal_client.cli.times import parse_duration, parse_seconds, parse_time

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)


# Cleaning


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain, é, 量子, 🙂", "plain, é, 量子, 🙂"),
        ("\x1b]0;owned\x07\x1b[2J", r"\x1b]0;owned\x07\x1b[2J"),
        ("a\x9b31mb\x7f", r"a\x9b31mb\x7f"),
        ("abc\u202edef\u2066", r"abc\u202edef\u2066"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("lone \ud800", r"lone \ud800"),
        ("line\u2028line\u2029\r\n", r"line\u2028line\u2029\x0d\x0a"),
    ],
)
def test_control_characters_are_spelled_out(text: str, cleaned: str) -> None:
    """Visible characters stay as they are."""
    assert escape(text) == cleaned


@given(st.text())
def test_clean_text_has_no_control_characters(text: str) -> None:
    """Whatever the text, no control or format character is left."""
    assert not {unicodedata.category(character)[0] for character in escape(text)} & {"C"}
    assert len(one_line(text).splitlines()) <= 1


def test_some_controls_can_be_kept() -> None:
    """A line break in CSV is data, so it can be kept."""
    assert escape("a\nb\x1b", keep="\n") == "a\nb\\x1b"
    assert one_line("  a \n\t b ") == "a b"


def test_numbers_and_lists_become_words() -> None:
    """One thing is not in the plural, and a long list ends with how many more there are."""
    assert [many(number, "job") for number in (0, 1, 2)] == ["0 jobs", "1 job", "2 jobs"]
    assert tally({"DONE": 2, "ERROR": 1}) == "2 DONE, 1 ERROR"
    assert name_some([1, 2, 3]) == "1, 2, 3"
    assert name_some([1, 2, 3, 4]) == "1, 2, 3 and 1 more"


# Times


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2d", timedelta(days=2)),
        (" 1h30m ", timedelta(minutes=90)),
        ("1W 2D", timedelta(days=9)),
        ("1.5h", timedelta(minutes=90)),
        ("90s", timedelta(seconds=90)),
        ("2", None),
        ("2x", None),
        ("d", None),
        ("", None),
        ("2d ago", None),
        ("9" * 400 + "d", None),
        ("99999999999d", None),
    ],
)
def test_durations_are_parsed(text: str, span: timedelta | None) -> None:
    """A duration consists of numbers with units, as many as needed."""
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2d", "2026-11-20T14:30:00+00:00"),
        ("2026-11-01", "2026-11-01T00:00:00+00:00"),
        ("2026-11", "2026-11-01T00:00:00+00:00"),
        ("2026", "2026-01-01T00:00:00+00:00"),
        ("14:30", "2026-11-22T14:30:00+00:00"),
        ("1 Nov 2026", "2026-11-01T00:00:00+00:00"),
        ("Nov 1 14:00", "2026-11-01T14:00:00+00:00"),
        ("2026-11-01 09:30", "2026-11-01T09:30:00+00:00"),
        ("2026-11-01T09:30:00+01:00", "2026-11-01T08:30:00+00:00"),
        ("2026-11-01T09:30Z", "2026-11-01T09:30:00+00:00"),
        ("2026-11-01 09:30 UTC", "2026-11-01T09:30:00+00:00"),
    ],
)
def test_times_are_parsed(text: str, time: str) -> None:
    """A time is an age, or a date and time; local unless it has a zone (the test runs in UTC)."""
    assert parse_time("--since", text, NOW) == datetime.fromisoformat(time)


def test_times_without_a_zone_are_local(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are read in the zone of the machine."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    assert parse_time("--since", "2026-07-01", NOW).isoformat() == "2026-07-01T00:00:00+02:00"
    assert (
        parse_time("--since", "2026-11-01 00:30 UTC", NOW).isoformat()
        == "2026-11-01T01:30:00+01:00"
    )


@pytest.mark.parametrize(
    ("zone", "text", "time_or_why"),
    [
        (
            "Europe/Paris",
            "2026-10-25 02:30",
            "twice, at 2026-10-25T02:30:00+02:00 and at 2026-10-25T02:30:00+01:00)",
        ),
        ("Europe/Paris", "2026-10-25T02:30+01:00", "2026-10-25T02:30:00+01:00"),
        ("Europe/Paris", "2026-10-25 02:30 CEST", "2026-10-25T02:30:00+02:00"),
        ("Europe/Paris", "2026-10-25 03:00", "2026-10-25T03:00:00+01:00"),
        (
            "Europe/Paris",
            "29 Mar 2026 2:30",
            "(local clocks skip it, because they are put forward then)",
        ),
        ("Europe/Paris", "2026-03-29 03:00", "2026-03-29T03:00:00+02:00"),
        # Where clocks change at midnight, a day still has a first moment.
        ("Africa/Cairo", "2026-04-24", "2026-04-24T01:00:00+03:00"),
        ("Africa/Cairo", "2026-04-24 00:30", "local clocks skip it"),
        ("America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00"),
        ("America/Havana", "2026-11-01 00:30", "local clocks show it twice"),
        # The ends of the calendar are kept as typed where the local time would be beyond
        # them.
        ("Europe/Paris", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00"),
        ("America/New_York", "0001-01-01T00:00Z", "0001-01-01T00:00:00+00:00"),
        ("Asia/Tokyo", "0001-01-01", "cannot read '0001-01-01' as a time; try"),
    ],
)
def test_local_times_around_a_clock_change_are_checked(
    monkeypatch: pytest.MonkeyPatch, zone: str, text: str, time_or_why: str
) -> None:
    """A time that occurs twice, or never, is rejected; one with a zone is unambiguous."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        told = parse_time("--since", text, NOW).isoformat()
    except ValueError as error:
        told = str(error)
    assert time_or_why in told


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("01/02/2026", "which number is the month?"),
        ("1.2.26", "which number is the month?"),
        ("10", "a number of what?"),
        ("1.5", "a number of what?"),
        ("1h30", "a number of what?"),
        ("2d 12", "a number of what?"),
        ("1M", "a number of what?"),
        ("2026-11-01 09:30 XYZ", "(unknown time zone)"),
        ("yesterday", "cannot read 'yesterday' as a time;"),
        ("99999-01-01", " as a time;"),
        ("99999999w", " as a time;"),
        ("2026-02-30", " as a time;"),
        ("", "cannot read '' as a time;"),
    ],
)
def test_ambiguous_times_are_rejected(text: str, why: str) -> None:
    """The error says what would be right."""
    with pytest.raises(ValueError, match="; try 2d, 2026-11-01 or 09:30") as caught:
        parse_time("--since", text, NOW)
    assert why in str(caught.value)


def test_a_bare_number_means_seconds() -> None:
    """Options such as --timeout need no unit."""
    assert [parse_seconds("x", text) for text in (None, "90", "1.5", "10m")] == [None, 90, 1.5, 600]
    for bad in ("0", "-1", "0s", "x", "inf", "nan", ""):
        with pytest.raises(ValueError, match="as a duration; try 90s, 10m or 1h30m"):
            parse_seconds("--timeout", bad)


# Widths


def test_columns_are_dropped_before_ids_are_cut() -> None:
    """The columns of lowest rank number are kept first, in their original order."""
    needs = [Need(0, 36), Need(1, 8), Need(3, 16), Need(2, 5), Need(4, 60, wraps=True)]
    assert fit_columns(needs, 200) == {0: 36, 1: 8, 2: 16, 3: 5, 4: 60}
    assert fit_columns(needs, 80) == {0: 36, 1: 8, 2: 16, 3: 5}
    assert fit_columns(needs, 100) == {0: 36, 1: 8, 2: 16, 3: 5, 4: 27}
    assert fit_columns(needs, 60) == {0: 36, 1: 8, 3: 5}
    assert fit_columns(needs, 10) == {0: 36}


@given(
    st.lists(st.builds(Need, st.integers(1, 9), st.integers(1, 60), st.booleans()), max_size=6),
    st.integers(1, 200),
)
def test_a_table_fits_its_room(needs: list[Need], room: int) -> None:
    """Only the columns that are always shown may exceed it."""
    widths = fit_columns(needs, room)
    assert not widths or sum(widths.values()) + GAP * (len(widths) - 1) <= room
    for place, width in widths.items():
        need = needs[place]
        assert width == need.width or (need.wraps and NARROWEST <= width < need.width)


# Cells


JOB = {
    "id": night(1),
    "status": "DONE",
    "runs": 5,
    "batch_id": NIGHT,
    "project_id": NIGHT,
    "created_at": "2026-11-01T00:00:00+00:00",
    "updated_at": "2026-11-01T00:00:00+00:00",
    "creation_order": 1,
}


def test_a_departure_is_a_question_mark() -> None:
    """It stands for a wrong value and for a required field that is missing."""
    job = Job.from_dict({**JOB, "runs": "many", "status": None, "errors": ["a\nb", "c\x1b"]})
    assert [cell(job, name) for name in ("id", "runs", "status")] == [night(1), "?", "?"]
    assert [cell(job, name) for name in ("created_at", "errors")] == [
        "2026-11-01 00:00:00",
        "a b; c\\x1b",
    ]
    missing = Job.from_dict({})
    assert (cell(missing, "id"), cell(missing, "progress")) == ("?", "-")
    assert zone_name([missing]) == "local"
    assert zone_name([job, missing]) == "UTC"
    assert dict(lines(job))["errors"] == "a\nb\nc\\x1b"
    assert ("runs", "?") in lines(missing)
    assert "progress" not in dict(lines(missing))


def test_values_are_shown_on_one_line() -> None:
    """An empty value is a dash, and a structure is JSON."""
    nothing: list[object] = [None, "", [], {}]
    assert [value_text(value) for value in nothing] == ["-"] * 4
    assert [value_text(value) for value in (0, False, 1.5, {"a": [1]}, [1, "a"])] == [
        *("0", "false", "1.5", '{"a": [1]}', '[1, "a"]'),
    ]
    assert value_text(UUID(night(1))) == night(1)
    assert [plain_text(value) for value in (None, "a\nb\x07", True, {"a": None})] == [
        "",
        "a\nb\\x07",
        "true",
        '{"a": null}',
    ]


# Words for errors


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (CommandError("no", "do"), 1, ["pasqal: no", "hint: do"]),
        (UsageMistake("no"), 2, ["pasqal: no"]),
        (Interrupted(None), 130, ["pasqal: interrupted"]),
        (errors.ConfigurationError("bad"), 2, ["pasqal: bad"]),
        (errors.IncompleteListingWarning("lacks"), 1, ["pasqal: lacks"]),
        (ValueError("bad"), 2, ["pasqal: bad"]),
        (FileNotFoundError(2, "No such file", "x"), 1, ["pasqal: x: No such file"]),
        (OSError("odd"), 1, ["pasqal: odd"]),
        (
            RuntimeError("Could not determine home directory."),
            1,
            ["pasqal: no home directory is known: set HOME"],
        ),
        (
            errors.RateLimitError("slow down", status=429),
            1,
            [
                "pasqal: 429 Too Many Requests: slow down",
                "hint: too many requests: wait a moment and try again",
            ],
        ),
        (
            errors.APIStatusError("tea\x1b[2J\n", status=418),
            1,
            ["pasqal: 418 I'm a Teapot: tea\\x1b[2J"],
        ),
        (
            errors.AuthenticationError("no", status=401),
            3,
            [
                "pasqal: 401 Unauthorized: no",
                "hint: `pasqal auth status --offline` shows which credentials were sent",
            ],
        ),
        (errors.JobsFailedError((UUID(night(1)),)), 4, [f"pasqal: 1 job failed: {night(1)}"]),
    ],
)
def test_errors_become_words(error: Exception, code: int, said: list[str]) -> None:
    """Each error becomes a line or two and an exit code."""
    told = explain(error)
    assert (told.code, told.lines) == (code, said)


def test_the_hint_has_the_pause_of_the_service() -> None:
    """Retry-After tells the user when to try again."""
    error = errors.RateLimitError("slow down", status=429)
    error.retry_after = 90.0
    assert explain(error).hint == "the service asks to wait for 90 s"


def test_an_interrupted_write_reports_what_is_known() -> None:
    """The text says what was done, what was not sent, and how to find out the rest."""
    job = Job.from_dict(JOB)
    night = UUID(NIGHT)
    write = Write(
        "cancel_jobs", CancelledJobs(night), night, receipt=CancelReceipt((job,)), unsent=({}, {})
    )
    told = explain(Interrupted(write))
    assert told.message == "interrupted; the last request may or may not have taken effect"
    assert told.hint == (
        "already cancelled: 1 job; not sent: 2 more requests; the last request was not repeated; "
        f"to check: pasqal jobs count --batch {NIGHT} --project any --by status"
    )


def test_a_bug_of_ours_is_a_line_too() -> None:
    """The line has the place in the code, so that it can be reported."""
    try:
        raise TypeError("odd")
    except TypeError as error:
        told = explain(error)
    assert (told.code, told.message.startswith("unexpected TypeError: ")) == (ExitCode.FAILED, True)
    assert re.fullmatch(
        r"this is a bug in pasqal-client \(test_cli_pure.py:\d+\); please report it", told.hint
    )
    assert explain(KeyError("x")).hint == "this is a bug in pasqal-client; please report it"


def test_an_integer_is_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever typer says of it; one below its bound is rejected, too."""
    for option in ("--limit", "--min-runs"):
        for wrong in ("x", "1.5", "", "1" * 5000):
            assert main(["jobs", "list", option, wrong]) == 2
            told = capsys.readouterr().err.splitlines()[0]
            assert told.startswith(f"pasqal: invalid value for '{option}': '{wrong[:9]}")
            assert told.endswith(" is not an integer")
            assert len(told) < 200
    for command in ("jobs list --limit", "jobs results x --top", "contract-check --pages"):
        assert main([*command.split(), "-5"]) == 2
        assert ": expected at least 1, got -5\n" in capsys.readouterr().err


def test_a_closed_stdin_reads_as_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """`<&-` in a shell leaves no stdin at all."""
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["--version"]) == 0
    with sys.stdin as opened:
        assert opened.read() == ""

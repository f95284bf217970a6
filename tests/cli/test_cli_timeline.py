"""`pasqal jobs timeline`: what is drawn of which jobs, and what happens to existing files."""

from __future__ import annotations

import io
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.conftest import Ran, Run
from cli.lab import NIGHT, SCAN, night
from pasqal_client import Job
from pasqal_client.cli.display.words import duration_text
from pasqal_client.cli.timeline.axis import ticks
from pasqal_client.cli.timeline.layout import (
    QUEUED,
    RAN,
    UNCLEAR,
    Bar,
    Row,
    Timeline,
    lay_out,
    read_row,
)
from pasqal_client.cli.timeline.markup import MARK
from pasqal_client.cli.timeline.page import draw_page
from pasqal_client.cli.timeline.svg import LABELLED, draw_svg
from pasqal_client.cli.timeline.svg import MOST as MOST_DRAWN
from pasqal_client.cli.timeline.text import MOST, draw_text
from pasqal_client.sandbox import Sandbox

BEGAN = datetime(2026, 10, 12, 8, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
DRAW = f"jobs timeline --batch {NIGHT} --now 2026-10-12T08:05:30Z"
SPACE = "{http://www.w3.org/2000/svg}"

Minute = float | str | None


def at(minute: Minute) -> datetime:
    """The time this many minutes after the beginning."""
    assert isinstance(minute, int | float)
    return BEGAN + timedelta(minutes=minute)


def job(
    number: int, status: str, created: Minute, started: Minute = None, ended: Minute = None
) -> Job:
    """A job with times in minutes; text stands for a time that cannot be read."""

    def written(minute: Minute) -> str | None:
        return at(minute).isoformat() if isinstance(minute, int | float) else minute

    times = {
        "created_at": written(created),
        "start_timestamp": written(started),
        "end_timestamp": written(ended),
    }
    return Job.from_dict({"id": night(number), "status": status, "batch_id": NIGHT, **times})


def drawn(*jobs: Job, now: float = 100) -> Timeline:
    """The timeline of some jobs."""
    return lay_out("Batch B", jobs, at(now), UTC)


def some(number: int) -> Timeline:
    """The timeline of this many jobs."""
    return drawn(
        *(
            job(n, "ERROR" if n % 7 == 0 else "DONE", n, n + 10, n + 15)
            for n in range(1, number + 1)
        )
    )


def parsed(made: Timeline) -> ElementTree.Element:
    """The parsed SVG picture of a timeline."""
    return ElementTree.fromstring(draw_svg(made))  # noqa: S314  # our own output


# Rows


@pytest.mark.parametrize(
    ("given_job", "bars", "unknown"),
    [
        (job(1, "DONE", 0, 5, 9), [Bar(QUEUED, at(0), at(5)), Bar(RAN, at(5), at(9))], ()),
        (job(1, "RUNNING", 0, 5), [Bar(QUEUED, at(0), at(5)), Bar(RAN, at(5), None)], ()),
        (job(1, "PENDING", 0), [Bar(QUEUED, at(0), None)], ()),
        (job(1, "CANCELED", 0, None, 4), [Bar(QUEUED, at(0), at(4))], ()),
        (job(1, "OF_TOMORROW", 0, 5), [Bar(QUEUED, at(0), at(5)), Bar(RAN, at(5), None)], ()),
        # Times that are missing, malformed, or contradict others.
        (job(1, "DONE", 0, None, 9), [Bar(UNCLEAR, at(0), at(9))], ("start_timestamp",)),
        (job(1, "RUNNING", 0, "soon"), [Bar(UNCLEAR, at(0), None)], ("start_timestamp",)),
        (
            job(1, "DONE", 0, 5),
            [Bar(QUEUED, at(0), at(5)), Bar(UNCLEAR, at(5), at(5))],
            ("end_timestamp",),
        ),
        (job(1, "ERROR", 0, None, "x"), [Bar(UNCLEAR, at(0), at(0))], ("end_timestamp",)),
        (job(1, "DONE", 8, 5, 9), [Bar(UNCLEAR, at(8), at(9))], ("start_timestamp",)),
        (
            job(1, "DONE", 0, 5, 4),
            [Bar(QUEUED, at(0), at(5)), Bar(UNCLEAR, at(5), at(5))],
            ("end_timestamp",),
        ),
        (job(1, "DONE", None, 5, 9), [Bar(RAN, at(5), at(9))], ("created_at",)),
        (job(1, "CANCELED", "x", None, 9), [Bar(UNCLEAR, at(9), at(9))], ("created_at",)),
        (job(1, "PENDING", None), [], ("created_at",)),
        (job(1, "PENDING", "9999-12-31T23:59:59Z"), [], ("created_at",)),
        (job(1, "PENDING", "0001-01-01T00:00:00Z"), [], ("created_at",)),
        (job(1, "DONE", "x", "x", "x"), [], ("created_at", "start_timestamp", "end_timestamp")),
    ],
)
def test_a_row_has_the_known_parts_of_a_job(
    given_job: Job, bars: list[Bar], unknown: tuple[str, ...]
) -> None:
    """A job is queued, then runs; a part whose times are unknown is not invented."""
    made = read_row(given_job)
    assert (list(made.bars), made.unknown) == (bars, unknown)


def test_a_row_has_the_length_of_finished_parts() -> None:
    """A part that has not ended has no length yet."""
    done = read_row(job(1, "DONE", 0, 5, 9))
    assert (done.queued, done.ran) == (300, 240)
    running = read_row(job(1, "RUNNING", 0, 5))
    assert (running.queued, running.ran) == (300, None)
    assert read_row(job(1, "PENDING", 0)).queued is None


def test_a_timeline_ends_with_its_last_job() -> None:
    """It ends now if a job is active, and always has a length."""
    ended = drawn(job(2, "DONE", 3, 5, 9), job(1, "CANCELED", 1, None, 4))
    assert (ended.begin, ended.end, [one.id for one in ended.rows]) == (
        at(1),
        at(9),
        [night(1), night(2)],
    )
    assert drawn(job(1, "PENDING", 1)).end == at(100)
    assert drawn(job(1, "RUNNING", 1, 2), now=0).end == at(2)
    nothing = drawn(job(1, "DONE", "x", "x", "x"))
    assert (nothing.begin, nothing.end - nothing.begin) == (at(100), timedelta(seconds=1))


def test_the_heading_has_counts_span_and_zone() -> None:
    """If the clocks change in the span, both names of the zone are given."""
    whole = drawn(job(1, "DONE", 0, 5, 9), job(2, "PENDING", 1))
    assert whole.summary == "2 jobs (1 DONE, 1 PENDING)"
    assert whole.span == "1 h 40 min: 2026-10-12 08:00:00 to 09:40:00 (UTC)"
    assert whole.kinds == [(QUEUED, ""), (RAN, "DONE")]
    summer = datetime(2026, 10, 24, 12, tzinfo=UTC)
    changed = Timeline("", [], summer, summer + timedelta(days=1), PARIS)
    assert changed.span == "1 d: 2026-10-24 14:00:00 to 2026-10-25 13:00:00 (CEST/CET)"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        *[
            (0, "0 s"),
            (0.25, "0.25 s"),
            (59, "59 s"),
            (60, "1 min"),
            (61.4, "1 min 1 s"),
            (3600, "1 h"),
        ],
        *[
            (3725, "1 h 2 min"),
            (86400, "1 d"),
            (90000, "1 d 1 h"),
            (59.9996, "60 s"),
            (86399.9, "1 d"),
        ],
    ],
)
def test_a_length_has_two_units(seconds: float, said: str) -> None:
    """A length of time is written in its two largest units."""
    assert duration_text(seconds) == said


# The axis


@pytest.mark.parametrize(
    ("span", "most", "labels"),
    [
        (
            timedelta(seconds=8),
            4,
            ["23:59:56", "23:59:58", "10-13 00:00:00", "00:00:02", "00:00:04"],
        ),
        (timedelta(minutes=20), 4, ["10-13 00:00", "00:05", "00:10", "00:15"]),
        (timedelta(days=3), 4, ["2026-10-13", "2026-10-14", "2026-10-15"]),
        (timedelta(days=300 * 365), 4, ["2126-09-18", "2226-08-25"]),
        # Beyond the longest step there are more ticks than requested.
        (timedelta(days=2500 * 365), 1, ["3026-02-11", "4025-06-14"]),
    ],
)
def test_ticks_are_at_round_times(span: timedelta, most: int, labels: list[str]) -> None:
    """The times are round in the local zone, and the first tick of a day has the date."""
    begin = datetime(2026, 10, 12, 21, 59, 56, tzinfo=UTC)
    found = ticks(Timeline("", [], begin, begin + span, PARIS), most)
    assert [tick.label for tick in found][: len(labels)] == labels


@settings(deadline=None)
@given(
    st.timedeltas(timedelta(seconds=1), timedelta(days=5000)),
    st.integers(1, 20),
    st.integers(0, 10**8),
)
def test_there_are_never_too_many_ticks(span: timedelta, most: int, offset: int) -> None:
    """For any span the number of ticks is limited, and all are on the axis."""
    begin = BEGAN + timedelta(seconds=offset)
    found = ticks(Timeline("", [], begin, begin + span, PARIS), most)
    assert len(found) <= most + 1
    assert all(0 <= tick.share <= 1 for tick in found)


# Pictures


def test_a_picture_has_every_job() -> None:
    """Each job has its id, its state, its bars, and all its times in a title."""
    picture = parsed(drawn(job(1, "DONE", 0, 5, 9), job(2, "PENDING", 1)))
    said = [element.text for element in picture.iter(f"{SPACE}text")]
    assert {
        "Batch B",
        night(1),
        night(2),
        "DONE",
        "PENDING",
        "queueing",
        "ran, DONE",
        "has not ended",
    } <= set(said)
    assert "2 jobs (1 DONE, 1 PENDING) in 1 h 40 min: 2026-10-12 08:00:00 to 09:40:00 (UTC)" in said
    first, second = picture.iter(f"{SPACE}g")
    assert [element.get("class") for element in first.iter(f"{SPACE}rect")] == ["queued", "s-DONE"]
    assert [element.get("class") for element in second.iter(f"{SPACE}path")] == ["queued"]
    assert first.findtext(f"{SPACE}title") == (
        f"{night(1)} DONE\ncreated 2026-10-12 08:00:00\nstarted 2026-10-12 08:05:00\nended 2026-10-12 08:09:00\n"
        "queued 5 min\nran 4 min"
    )


def test_unknown_parts_are_marked() -> None:
    """Unknown times are dashed or a word, and unknown states have a colour of their own."""
    picture = draw_svg(
        drawn(job(1, "DONE", 0, None, 9), job(2, "DONE", "x", "x", "x"), job(3, "NEW", 0, 1, 2))
    )
    assert picture.count('<rect class="unclear"') == 2
    assert "no time is known" in picture
    assert "started ?" in picture
    assert picture.count('<rect class="s-other"') == 2
    assert "running" in draw_svg(drawn(job(1, "RUNNING", 0, 1)))


@pytest.mark.parametrize("make", [draw_svg, draw_page])
def test_a_picture_contains_no_foreign_markup(make: Callable[[Timeline], str]) -> None:
    """No state or title can bring in markup, and nothing is loaded from elsewhere."""
    evil = Row(
        "<b>\x1b",
        "<script>alert(1)</script>&\u202e",
        None,
        None,
        None,
        (Bar(RAN, at(0), at(1)),),
        (),
    )
    picture = make(Timeline('"><script>', [evil], at(0), at(1), UTC))
    assert "<script" not in picture
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", picture)
    assert re.findall(r"https?://[^\"]*", picture) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"(?:href|src=|url\(|@import)", picture)
    assert MARK in picture[:400]
    assert "prefers-color-scheme: dark" in picture


def test_many_jobs_are_drawn_close_together() -> None:
    """Above one limit ids are only in titles, above another rows are left out, and a line says so."""
    few, many = draw_svg(some(LABELLED)), draw_svg(some(LABELLED + 1))
    assert (few.count(f">{night(5)}<"), many.count(f">{night(5)}<")) == (1, 0)
    assert "too many rows for labels" not in few
    assert "too many rows for labels" in many
    most = draw_svg(some(MOST_DRAWN + 5))
    assert most.count("<g ") == MOST_DRAWN
    assert f"The first {MOST_DRAWN} of {MOST_DRAWN + 5} jobs are drawn." in most


def test_nothing_is_drawn_outside_a_picture() -> None:
    """Bars and labels of ticks stay inside."""
    for made in (some(3), some(300), drawn(job(1, "DONE", 0, 5), job(2, "PENDING", 99.9))):
        picture = parsed(made)
        width = float(picture.get("width", 0))
        for element in picture.iter(f"{SPACE}rect"):
            assert 0 <= float(element.get("x", 0)) <= width - float(element.get("width", 0))
        for element in picture.iter(f"{SPACE}text"):
            half = (
                len(element.text or "") * 7.2 / (2 if element.get("class") == "tick faint" else 1)
            )
            assert float(element.get("x", 0)) + half <= width


def test_a_page_has_a_table() -> None:
    """The table below the picture has the same jobs, with whole ids."""
    page = draw_page(drawn(job(1, "DONE", 0, 5, 9)))
    times = [f"2026-10-12 08:0{minute}:00" for minute in (0, 5, 9)]
    cells = "".join(f"<td>{one}</td>" for one in [night(1), "DONE", *times, "5 min", "4 min"])
    assert f"<tr>{cells}</tr>" in page
    assert "<th>ended (UTC)</th>" in page
    assert "<svg" in page


# Lines


def test_a_timeline_in_text_has_a_line_per_job(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line is wider than the terminal, and the last one explains the characters."""
    monkeypatch.setenv("COLUMNS", "80")
    ran = pasqal(DRAW)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[:3] == [
        f"Batch {NIGHT}",
        "11 jobs (1 CANCELED, 2 DONE, 3 ERROR, 4 PENDING, 1 RUNNING)",
        "3 min 7 s: 2026-10-12 08:02:23 to 08:05:30 (UTC)",
    ]
    assert lines[3].split() == ["│08:03", "│08:04", "│08:05"]
    assert lines[4] == f"{night(1)}  DONE      ░░░░░░░░░░██████████"
    assert lines[9] == f"{night(6)}  CANCELED  ░░░░░░"
    assert lines[10] == f"{night(7)}  RUNNING    ░░░░░░░░░░████████████████████▶"
    assert lines[-1] == "░ queueing  █ running  ▶ has not ended"
    assert max(map(len, lines)) <= 80


def test_narrow_terminals_are_supported(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bars get lines of their own."""
    monkeypatch.setenv("COLUMNS", "46")
    lines = pasqal(DRAW).out.splitlines()
    assert lines[4] == f"{night(1)}  DONE"
    assert set(lines[5]) == {"░", "█"}
    assert max(map(len, lines[3:])) <= 46


def test_streams_without_block_characters_are_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the encoding of stdout lacks block characters, others are used."""
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    lines = draw_text(drawn(job(1, "DONE", 0, 5, 10)), 68)
    assert f"{night(1)}  DONE  ............############\n" in lines


def test_labels_do_not_overlap() -> None:
    """If labels need more room, fewer are shown, or none if not even one fits."""
    axis = [
        draw_text(drawn(job(1, "DONE", 0, 1, 2.1)), width).splitlines()[3].split()
        for width in (160, 90, 70, 52, 4)
    ]
    assert axis == [
        [f"│08:{second // 60:02}:{second % 60:02}" for second in range(0, 120, 15)],
        ["│08:00:00", "│08:00:30", "│08:01:00", "│08:01:30"],
        ["│08:00", "│08:01"],
        ["│08:00:00", "│08:00:30", "│08:01:00", "│08:01:30"],
        [],
    ]


def test_the_number_of_lines_is_limited() -> None:
    """The last line counts the jobs that were left out, and unknown parts are question marks."""
    assert draw_text(some(MOST + 5), 100).endswith("and 5 more; -o timeline.svg draws up to 1000\n")
    assert "more" not in draw_text(some(MOST), 100)
    unclear = draw_text(drawn(job(1, "DONE", 0, None, 9), job(2, "DONE", "x", "x", "x")), 80)
    assert "???" in unclear
    assert "no time is known" in unclear
    assert "? unknown" in unclear


def test_colours_are_for_terminals(sandbox: Sandbox, on_terminal: Callable[..., Ran]) -> None:
    """On a terminal each state has its colour."""
    assert "\x1b[32m██" in on_terminal(DRAW, columns=100).out


@settings(deadline=None)
@given(st.integers(1, 200), st.integers(1, 30))
def test_lines_are_never_wider_than_the_terminal(width: int, number: int) -> None:
    """Only ids, which are not cut, and the heading may be wider."""
    lines = draw_text(some(number), width).splitlines()[3:-1]
    assert all(len(line) <= width or re.fullmatch(r"[\da-f-]{36}  [A-Z]+", line) for line in lines)


# Files


def test_a_file_is_written_and_overwritten(sandbox: Sandbox, pasqal: Run, tmp_path: Path) -> None:
    """A timeline may replace a timeline."""
    for name in ("night.svg", "night.HTML", "night.htm"):
        for _ in range(2):
            ran = pasqal(f"{DRAW} -o {name}")
            assert (ran.code, ran.out, ran.err) == (0, "", f"{name}: 11 jobs\n")
        written = (tmp_path / name).read_text()
        assert night(11) in written
        assert written.startswith("<svg" if name.endswith("svg") else "<!doctype html>")


def test_other_files_are_not_overwritten(sandbox: Sandbox, pasqal: Run, tmp_path: Path) -> None:
    """Without --force the command stops before any request."""
    file = tmp_path / "thesis.svg"
    file.write_text("<svg/>")
    ran = pasqal(f"{DRAW} -o thesis.svg")
    assert (ran.code, file.read_text(), sandbox.requests) == (2, "<svg/>", [])
    assert ran.err == (
        "pasqal: thesis.svg exists and is not a timeline\nhint: use --force to overwrite it, or choose another name\n"
    )
    assert pasqal(f"{DRAW} -o thesis.svg --force").code == 0
    assert MARK in file.read_text()


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("\n", 1)])
def test_the_user_is_asked_before_overwriting(
    sandbox: Sandbox, on_terminal: Callable[..., Ran], tmp_path: Path, answer: str, code: int
) -> None:
    """At a terminal, a question replaces --force."""
    file = tmp_path / "thesis.svg"
    file.write_bytes(b"\xff" * 5000)
    ran = on_terminal(f"{DRAW} -o thesis.svg", answer)
    assert (ran.code, MARK.encode() in file.read_bytes()) == (code, code == 0)
    assert "thesis.svg exists and is not a timeline. Overwrite it? [y/N]" in ran.out
    assert ("thesis.svg was kept" in ran.out) is bool(code)


def test_wrong_usage_is_rejected(sandbox: Sandbox, pasqal: Run, tmp_path: Path) -> None:
    """It is rejected before any request is sent."""
    for arguments, said in (
        ("--all -o night.pdf", "-o night.pdf: unknown type of file"),
        ("--all -o no/night.svg", "-o no/night.svg: no is not a folder"),
        ("", "this would draw all jobs"),
        ("--all --now 1/2/26", "--now: cannot read '1/2/26' as a time"),
        ("--all --now 9999-12-31T23:59:59Z", "--now: a timeline cannot reach the year 9999"),
    ):
        ran = pasqal(f"jobs timeline {arguments}")
        assert (ran.code, said in ran.err) == (2, True)
    assert sandbox.requests == []
    (tmp_path / "folder.svg").mkdir()
    assert pasqal(f"{DRAW} -o folder.svg") == (1, "", "pasqal: folder.svg: Is a directory\n")
    assert pasqal("jobs timeline --min-runs 9999 -o none.svg").err.endswith(
        "there is nothing to draw\n"
    )
    assert not (tmp_path / "none.svg").exists()


def test_times_are_local(sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --now the bars of active jobs go on until now."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    ran = pasqal(DRAW)
    assert "3 min 7 s: 2026-10-12 10:02:23 to 10:05:30 (CEST)" in ran.out
    ran = pasqal(f"jobs timeline --batch {SCAN} --batch {NIGHT}")
    assert ran.out.splitlines()[0] == "36 jobs"


def test_a_timeline_at_a_terminal_is_not_cut(
    sandbox: Sandbox, on_terminal: Callable[..., Ran]
) -> None:
    """Each id is whole, however narrow the terminal."""
    ran = on_terminal(DRAW, columns=30)
    assert all(night(n) in ran.out for n in range(1, 12))

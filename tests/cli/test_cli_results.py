"""`pasqal jobs results`: histograms, data, pictures, comparisons, and what is said where results are missing."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cli.conftest import Ran, Run, Start, eventually, press_ctrl_c, raising
from cli.lab import NIGHT, night, scan
from pasqal_client import Job, JobOutcome, JobResult, NotFoundError
from pasqal_client.cli.result_options import _complete_formats
from pasqal_client.cli.results import histogram_picture, report, sweep, sweep_picture
from pasqal_client.cli.results.histogram import Histogram, read_histogram, variables_text
from pasqal_client.cli.results.histogram_text import draw_text, painter
from pasqal_client.cli.results.markup import MARK
from pasqal_client.cli.results.records import LineRecords
from pasqal_client.cli.results.scale import Scale
from pasqal_client.cli.results.summary import Summary
from pasqal_client.cli.results.sweep import Sweep, share_of, value_of
from pasqal_client.cli.results.sweep_text import draw_table
from pasqal_client.sandbox import Fault, Sandbox

BATCH = "5d7e1c1e-9b53-4f4e-8a8e-6f7c2f6f3b10"
"""A sweep of omega, with results."""
SPACE = "{http://www.w3.org/2000/svg}"
EVIL = '</title><script>alert("1")</script>\x1b[2J\u202e'
SWEEP = (
    (1.0, {"00": 80, "01": 15, "11": 5}),
    (2.0, {"00": 50, "01": 30, "11": 20}),
    (4.0, {"11": 1000, "00": 500, "10": 500}),
)


def measured(number: int) -> str:
    """The id of a job of the sweep, counted from 1."""
    return f"0190f8d0-0000-4000-8000-{number:012x}"


def add_sweep(sandbox: Sandbox, *others: dict[str, Any]) -> None:
    """Add a batch of three jobs with results, and some others."""
    jobs: list[dict[str, Any]] = [
        {
            "status": "DONE",
            "runs": sum(counter.values()),
            "variables": {"omega": omega, "ramp": [omega, 7]},
            "result": {"counter": counter},
        }
        for omega, counter in SWEEP
    ]
    named = [
        {"id": UUID(measured(number)), **job} for number, job in enumerate([*jobs, *others], 1)
    ]
    sandbox.add_batch(named, id=UUID(BATCH), complete=True)


@pytest.fixture
def swept(sandbox: Sandbox) -> Sandbox:
    """The lab's sandbox with a sweep of three jobs."""
    add_sweep(sandbox)
    return sandbox


def outcome(
    counter: dict[str, int] | None, number: int = 1, status: str = "DONE", **fields: Any
) -> JobOutcome:
    """A job with a result; fields that are not of the job are of the file."""
    variables = fields.pop("variables", None)
    job = Job.from_dict(
        {"id": measured(number), "status": status, "batch_id": BATCH, "variables": variables}
    )
    content = json.dumps({"counter": counter, **fields})
    return JobOutcome(UUID(measured(number)), job, JobResult.from_json(content))


def compared(*outcomes: JobOutcome, by: str = "omega", top: int = 10) -> Sweep:
    """The sweep of some jobs."""
    made = Sweep.of(by, top)
    for each in outcomes:
        assert each.result is not None
        made.take(each, each.result)
    return made


def histogram(one: JobOutcome, most: int = 10) -> Histogram:
    """The histogram of a job."""
    assert one.result is not None
    return read_histogram(one, one.result, most)


def summary_of(*outcomes: JobOutcome) -> Summary:
    """The heading for some jobs."""
    made = Summary()
    for one in outcomes:
        assert one.result is not None
        made.take(one, one.result.shots)
    return made


def drawn_histograms(*outcomes: JobOutcome, most: int = 10) -> str:
    """The picture of some jobs."""
    histograms = [histogram(one, most) for one in outcomes]
    return histogram_picture.draw_svg(summary_of(*outcomes), histograms, 0)


def drawn_sweep(made: Sweep, *outcomes: JobOutcome) -> str:
    """The picture of a sweep."""
    return sweep_picture.draw_svg(summary_of(*outcomes), made)


def parsed(picture: str) -> ElementTree.Element:
    """A picture, parsed."""
    return ElementTree.fromstring(picture)  # noqa: S314  # our own output


def texts(picture: str) -> list[str]:
    """The texts of a picture."""
    return [element.text or "" for element in parsed(picture).iter(f"{SPACE}text")]


# Histograms


def test_each_job_is_a_histogram(swept: Sandbox, pasqal: Run) -> None:
    """The most frequent bitstring comes first, and the last line counts the rest."""
    ran = pasqal(f"jobs results {measured(3)} {measured(1)} --top 2")
    bar = "█" * 60
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"{measured(3)}  DONE\n"
        "2,000 shots\n"
        "omega=4.0, ramp=[4.0, 7]\n"
        f"11  1,000   50.0%  {bar}\n"
        f"00    500   25.0%  {bar[:30]}\n"
        "and 1 more (500 shots)\n"
        "\n"
        f"{measured(1)}  DONE\n"
        "100 shots\n"
        "omega=1.0, ramp=[1.0, 7]\n"
        f"00  80   80.0%  {bar}\n"
        f"01  15   15.0%  {'█' * 11}▎\n"
        "and 1 more (5 shots)\n"
    )


def test_a_batch_has_its_jobs_in_order(swept: Sandbox, pasqal: Run) -> None:
    """They are the jobs of the batch, in the order of their creation."""
    ran = pasqal(f"jobs results --batch {BATCH}")
    assert re.findall(r"^\S{36}", ran.out, re.MULTILINE) == [measured(n) for n in (1, 2, 3)]


def test_ids_come_from_stdin_too(swept: Sandbox, pasqal: Run) -> None:
    """An empty stdin means no jobs, and a file with an empty array."""
    ran = pasqal("jobs results - -q", stdin=f"{measured(2)}\n{measured(1)}\n")
    assert ran == (0, f"{measured(2)}\n{measured(1)}\n", "")
    assert pasqal("jobs results -") == (0, "", "there are no results to print\n")
    assert pasqal("jobs results - -o json") == (0, "[]\n", "")
    assert pasqal("jobs results - -o none.svg") == (0, "", "there are no results to draw\n")
    assert pasqal("jobs results - --by omega") == (0, "", "there are no results to compare\n")


def test_narrow_terminals_are_supported(
    swept: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bars get lines of their own."""
    monkeypatch.setenv("COLUMNS", "24")
    ran = pasqal(f"jobs results {measured(1)} --top 2")
    assert ran.out.splitlines()[3:7] == [
        "00",
        "  80   80.0%  ██████████",
        "01",
        "  15   15.0%  █▉",
    ]


def test_streams_without_block_characters_are_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the encoding of stdout lacks block characters, even the rarest bitstring has a sign."""
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    lines = draw_text(histogram(outcome({"0": 999, "1": 1, "2": 0})), 40, painter()).splitlines()
    assert lines[2:] == [f"0  999   99.9%  {'#' * 24}", "1    1    0.1%  #", "2    0    0.0%"]


def test_colours_are_for_terminals(
    swept: Sandbox, on_terminal: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal the state and the bars have colours, unless NO_COLOR is set."""
    ran = on_terminal(f"jobs results {measured(1)}")
    assert f"\x1b[1m{measured(1)}\x1b[0m  \x1b[32mDONE\x1b[0m" in ran.out
    assert "\x1b[36m████" in ran.out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in on_terminal(f"jobs results {measured(1)}").out


@settings(deadline=None)
@given(st.integers(1, 200), st.dictionaries(st.text("01", min_size=1, max_size=30), st.integers(0)))
def test_a_line_is_as_wide_as_the_terminal_at_most(width: int, counter: dict[str, int]) -> None:
    """Ids, bitstrings and numbers are not cut; bars are what gives way."""
    lines = draw_text(histogram(outcome(counter)), width, painter()).splitlines()
    for line in lines[2:]:
        if "█" in line:
            bar = line.rpartition(" ")[2]
            assert len(line) <= width or len(bar) == 1


def test_even_the_rarest_bitstring_has_a_bar() -> None:
    """One that was never measured has none."""
    lines = draw_text(
        histogram(outcome({"00": 10**6, "01": 1, "11": 0})), 80, painter()
    ).splitlines()
    assert lines[3:] == ["01          1    0.0%  ▏", "11          0    0.0%"]
    assert "10  0    0.0%" in draw_text(histogram(outcome({"10": 0})), 80, painter())


def test_results_without_counts_are_a_sentence() -> None:
    """Emulators may have other results; atoms that were lost are counted apart."""
    lines = draw_text(histogram(outcome(None)), 80, painter()).splitlines()
    assert lines == [
        f"{measured(1)}  DONE",
        "the results have no counts; -o json shows what they have",
    ]
    lost = outcome({"00": 1}, partial_register_counter={"0X": 1200, "X0": 34})
    assert histogram(lost).facts == "1 shot, 1,234 more in which an atom was not detected"
    assert drawn_histograms(outcome(None)).count("<rect") == 1


def test_long_variables_are_cut() -> None:
    """They are in one line, and it says where all of them are."""
    text = variables_text({"ramp": list(range(500))})
    assert len(text) < 160
    assert text.endswith("… (-o json has them all)")
    assert variables_text({"a": 1, "b\n": "x"}) == 'a=1, b ="x"'


def test_control_characters_never_reach_the_terminal(sandbox: Sandbox, pasqal: Run) -> None:
    """The service may send any text in the place of a bitstring, of a variable, or of a value."""
    add_sweep(
        sandbox,
        {
            "status": "DONE",
            "variables": {"\x1b[2J": "\x1b", "omega": 1.5},
            "result": {"counter": {"\x1b[31m": 4, "": 1}},
        },
    )
    for line in ("", "--by omega", "-o csv", "-o json"):
        ran = pasqal(f"jobs results --batch {BATCH} {line}")
        assert (ran.code, "\x1b" in ran.out + ran.err) == (0, False)
    assert r"\x1b[31m  4   80.0%" in pasqal(f"jobs results {measured(4)}").out


# Data


def test_json_has_what_the_service_sent(sandbox: Sandbox, pasqal: Run) -> None:
    """Each job is an object: its own fields, those of the file, or the reason why there is none."""
    file = {
        "raw": ["01", "00", "01"],
        "serialised_results": "{}",
        "status": "of the file",
        "new": [1],
    }
    add_sweep(sandbox, {"status": "DONE", "runs": 3, "result": file}, {"status": "PENDING"})
    ran = pasqal(f"jobs results {measured(1)} {measured(4)} {measured(5)} -o json")
    first, second, third = json.loads(ran.out)
    assert first == {
        "job_id": measured(1),
        "status": "DONE",
        "runs": 100,
        "variables": {"omega": 1.0, "ramp": [1.0, 7]},
        "counter": SWEEP[0][1],
    }
    assert second == {
        "job_id": measured(4),
        "status": "DONE",
        "runs": 3,
        "variables": {},
        "counter": {"01": 2, "00": 1},
        "raw": ["01", "00", "01"],
        "serialised_results": "{}",
        "result_status": "of the file",
        "new": [1],
    }
    assert third["reason"] == f"job {measured(5)} has not ended: it is PENDING"
    assert (ran.code, "counter" in third) == (1, False)
    lines = pasqal(f"jobs results {measured(1)} {measured(4)} {measured(5)} -o jsonl").out
    assert [json.loads(line) for line in lines.splitlines()] == [first, second, third]


def test_a_job_without_an_id_is_an_object_too(capsys: pytest.CaptureFixture[str]) -> None:
    """What the service did not send is null."""
    LineRecords().take(JobOutcome(None, error=NotFoundError("gone")))
    assert json.loads(capsys.readouterr().out) == {
        "job_id": None,
        "status": None,
        "runs": None,
        "variables": None,
        "reason": "gone",
    }


def test_csv_has_a_line_for_each_bitstring(swept: Sandbox, pasqal: Run) -> None:
    """With --by there is a column for the variable; all bitstrings are there, whatever --top says."""
    ran = pasqal(f"jobs results {measured(1)} {measured(2)} -o csv --top 1")
    assert list(csv.reader(io.StringIO(ran.out))) == [
        ["job_id", "bitstring", "count"],
        *[[measured(1), bits, str(count)] for bits, count in SWEEP[0][1].items()],
        *[[measured(2), bits, str(count)] for bits, count in SWEEP[1][1].items()],
    ]
    ran = pasqal(f"jobs results {measured(2)} {scan(1)} -o csv --by omega")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert rows[0] == {"job_id": measured(2), "omega": "2.0", "bitstring": "00", "count": "50"}
    assert (rows[-1]["job_id"], rows[-1]["omega"]) == (scan(1), "")
    assert pasqal(f"jobs results {night(3)} -o csv").out == "job_id,bitstring,count\n"


# Missing results


def test_what_is_missing_is_said_with_its_reason(sandbox: Sandbox, pasqal: Run) -> None:
    """The results of the others are printed all the same, and the exit code is 1."""
    add_sweep(sandbox, {"status": "ERROR", "errors": ["The laser lock was lost."]})
    unknown = "00000000-0000-4000-8000-000000000001"
    ran = pasqal(f"jobs results {measured(4)} {night(6)} {unknown} {measured(1)}")
    assert (ran.code, ran.out.startswith(measured(1))) == (1, True)
    assert ran.err.splitlines() == [
        f"pasqal: job {measured(4)} failed: The laser lock was lost.",
        f"pasqal: job {night(6)} was cancelled",
        f"pasqal: job {unknown} does not exist, or this account may not see it",
    ]
    (found,) = json.loads(pasqal(f"jobs results {unknown} -o json").out)
    assert (found["job_id"], found["status"]) == (unknown, None)
    assert pasqal(f"jobs results --batch {NIGHT} -q").out.split() == [night(1), night(2)]


def test_of_many_missing_results_some_are_named(sandbox: Sandbox, pasqal: Run) -> None:
    """The last line counts the others."""
    batch = sandbox.add_batch({"status": "CANCELED"} for _ in range(14))
    ran = pasqal(f"jobs results --batch {batch.id}")
    lines = ran.err.splitlines()
    assert (ran.code, lines[0], len(lines)) == (1, "there are no results to print", 12)
    assert lines[-1] == "pasqal: 4 more jobs without results; 14 in all"
    said = pasqal(f"jobs results --batch {batch.id} -o none.svg").err
    assert said.startswith("there are no results to draw\n")
    assert not Path("none.svg").exists()
    assert pasqal(f"jobs results --batch {batch.id} --by omega").code == 1


def test_rejected_credentials_are_exit_code_3(swept: Sandbox, pasqal: Run) -> None:
    """A 401 for a link says the same as any other."""
    swept.add_fault(Fault(operation="get_job_results_link", status=401))
    ran = pasqal(f"jobs results {measured(1)}")
    assert (ran.code, ran.out) == (3, "")


def test_a_batch_that_does_not_exist_is_an_error(sandbox: Sandbox, pasqal: Run) -> None:
    """It is not an empty result."""
    ran = pasqal(f"jobs results --batch {BATCH} -o jsonl")
    assert (ran.code, ran.out, "hint: check the id" in ran.err) == (1, "", True)


# Saving


def files_fetched(sandbox: Sandbox) -> int:
    """How many result files were asked for."""
    return sum("/_results/" in request.path for request in sandbox.requests)


def test_results_are_saved_and_not_fetched_again(
    swept: Sandbox, pasqal: Run, tmp_path: Path
) -> None:
    """The paths are printed; with a format the results are, and data have the path."""
    line = f"jobs results --batch {BATCH} --save deep/down"
    paths = [f"deep/down/{measured(number)}.json" for number in (1, 2, 3)]
    assert pasqal(line) == (0, "".join(f"{path}\n" for path in paths), "")
    assert json.loads((tmp_path / paths[0]).read_text())["counter"] == SWEEP[0][1]
    before = files_fetched(swept)
    assert pasqal(line).code == 0
    assert (before, files_fetched(swept)) == (3, 3)
    assert [one["path"] for one in json.loads(pasqal(f"{line} -o json").out)] == paths
    assert pasqal(f"{line} -o table").out.startswith(f"{measured(1)}  DONE\n")
    assert pasqal(f"{line} --by omega").out.startswith("omega")
    assert pasqal(f"{line} -q").out.split() == [measured(number) for number in (1, 2, 3)]


def test_a_missing_result_has_no_path(sandbox: Sandbox, pasqal: Run) -> None:
    """What is saved is printed, what is missing is said."""
    ran = pasqal(f"jobs results {scan(1)} {night(3)} --save .")
    assert (ran.code, ran.out) == (1, f"{scan(1)}.json\n")
    assert f"job {night(3)} failed" in ran.err


@pytest.mark.parametrize("save", ["", "--save out"])
def test_only_what_is_saved_can_be_gone_on_with(
    swept: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch, save: str
) -> None:
    """Where Ctrl-C lost everything, nothing is promised."""
    monkeypatch.setattr(report, "print_results", raising(KeyboardInterrupt))
    ran = pasqal(f"jobs results {measured(1)} {save}")
    assert (ran.code, "the same command fetches the rest" in ran.err) == (130, bool(save))


# Wrong usage


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("", "give either ids or --batch"),
        (f"{measured(1)} --batch {BATCH}", "give either ids or --batch"),
        ("5", "id: '5' is not a UUID"),
        ("--batch 5", "id: '5' is not a UUID"),
        (f"{measured(1)} --top 0", "--top"),
        (f"{measured(1)} -o xml", "-o xml: neither a format nor a picture\nhint: use table, json"),
        (f"{measured(1)} -o x.png", "-o x.png: pictures are drawn as .svg or .html"),
        (f"{measured(1)} -o no/x.svg", "-o no/x.svg: no is not a folder"),
        (f"{measured(1)} -o x.svg -q", "give either -q or a picture, not both"),
        (f"{measured(1)} --save mine.txt", "--save mine.txt: mine.txt is not a folder"),
        (f"{measured(1)} --save mine.txt/deep", "mine.txt is not a folder"),
        (f"{measured(1)} -o mine.svg", "mine.svg exists and is not a picture of results"),
    ],
)
def test_wrong_usage_is_rejected(
    sandbox: Sandbox, pasqal: Run, tmp_path: Path, arguments: str, said: str
) -> None:
    """It is rejected before any request is sent."""
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "mine.svg").write_text("<svg/>")
    ran = pasqal(f"jobs results {arguments}")
    assert (ran.code, ran.out, said in ran.err) == (2, "", True), ran.err
    assert sandbox.requests == []


def test_a_folder_has_to_be_writable(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That shows before anything is fetched, and so does an empty path."""
    ran = pasqal("jobs", "results", measured(1), "--save", " ")
    assert (ran.code, "--save: the path is empty" in ran.err) == (2, True)
    monkeypatch.setattr(os, "access", lambda *_: False)
    ran = pasqal(f"jobs results {measured(1)} --save deep/down")
    assert (ran.code, "cannot be written to" in ran.err) == (2, True)
    assert sandbox.requests == []


def test_formats_are_completed() -> None:
    """Files are completed by the shell itself."""
    assert _complete_formats("") == ["table", "json", "jsonl", "csv"]


# Pictures


def test_a_picture_has_a_histogram_for_each_job(
    sandbox: Sandbox, pasqal: Run, tmp_path: Path
) -> None:
    """Each bitstring has its count, its share and a bar; pointing at it says the same in words."""
    add_sweep(sandbox, {"status": "ERROR"})
    ran = pasqal(f"jobs results --batch {BATCH} -o results.svg --top 2")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("results.svg: 3 jobs\n")
    picture = (tmp_path / "results.svg").read_text()
    assert {
        f"Batch {BATCH}",
        "4 jobs (3 DONE, 1 ERROR), 2,200 shots; all bars have one scale",
        *[measured(1), "DONE", "100 shots", "omega=1.0, ramp=[1.0, 7]"],
        *["00", "80", "80.0%", "1,000", "and 1 more (500 shots)"],
    } <= set(texts(picture))
    assert measured(4) not in picture
    titles = [element.text for element in parsed(picture).iter(f"{SPACE}title")]
    assert "00: 80 of 100 shots, 80.0%" in titles
    bars = [one for one in parsed(picture).iter(f"{SPACE}rect") if one.get("class") == "bar"]
    longest, second = [float(bar.get("width", 0)) for bar in bars[:2]]
    assert second / longest == pytest.approx(15 / 80, 0.01)


def test_a_page_has_a_table(swept: Sandbox, pasqal: Run, tmp_path: Path) -> None:
    """The table below the picture has the same numbers; any file that is ours is overwritten."""
    for _ in range(2):
        assert pasqal(f"jobs results {measured(1)} {measured(2)} -o page.html").code == 0
        assert pasqal(f"jobs results --batch {BATCH} --by omega -o sweep.html").code == 0
    page = (tmp_path / "page.html").read_text()
    cells = [measured(1), "DONE", "omega=1.0, ramp=[1.0, 7]", "01", "15", "15.0%"]
    assert f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>" in page
    page = (tmp_path / "sweep.html").read_text()
    cells = ["4.0", "1", "2,000", "50.0%", "25.0%", "0%", "25.0%"]
    assert "<th>omega</th><th>jobs</th><th>shots</th><th>00</th><th>11</th><th>01</th>" in page
    assert f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>" in page.replace(
        "<td>25.0%</td><td>50.0%</td>", "<td>50.0%</td><td>25.0%</td>"
    )
    assert "<svg" in page


@pytest.mark.parametrize("name", ["x.svg", "x.html"])
@pytest.mark.parametrize("by", ["", "--by omega"])
def test_a_picture_contains_no_foreign_markup(
    sandbox: Sandbox, pasqal: Run, tmp_path: Path, name: str, by: str
) -> None:
    """No bitstring, variable or state can bring in markup, and nothing is loaded from elsewhere."""
    evil = {
        "status": "DONE",
        "variables": {"omega": 3, EVIL: EVIL},
        "result": {"counter": {EVIL: 5, f"{'1' * 3000}<": 4, "01": 1}},
    }
    add_sweep(sandbox, evil)
    assert pasqal(f"jobs results --batch {BATCH} -o {name} {by}").code == 0
    picture = (tmp_path / name).read_text()
    assert "<script" not in picture
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", picture)
    assert re.findall(r"https?://[^\"]*", picture) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"(?:href|src=|url\(|@import)", picture)
    assert MARK in picture[:400]
    assert "prefers-color-scheme: dark" in picture
    parsed(picture[picture.index("<svg") : picture.index("</svg>") + 6])


def test_of_many_jobs_the_first_are_drawn(
    sandbox: Sandbox, pasqal: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line says how many others have results, and jobs of several batches are counted."""
    monkeypatch.setattr(histogram_picture, "MOST", 2)
    add_sweep(sandbox)
    ran = pasqal(f"jobs results {measured(1)} {measured(2)} {scan(1)} {scan(2)} -o many.svg")
    assert (ran.code, ran.err) == (0, "many.svg: 2 jobs\n")
    said = texts((tmp_path / "many.svg").read_text())
    assert said[0] == "4 jobs"
    assert said[-1] == "The first 2 jobs are drawn; 2 more have results."


def test_an_outcome_without_a_job_is_counted() -> None:
    """Its state is unknown."""
    made = Summary()
    made.take(JobOutcome(None), 0)
    assert (made.title, made.text) == ("1 job", "1 job (1 ?), 0 shots")


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.dictionaries(
            st.text("01", min_size=1, max_size=250), st.integers(0, 10**9), max_size=12
        ),
        min_size=1,
        max_size=8,
    )
)
def test_nothing_is_drawn_outside_a_picture(counters: list[dict[str, int]]) -> None:
    """Texts and bars stay inside, however long the bitstrings are."""
    outcomes = [
        outcome(counter, number, variables={"omega": number})
        for number, counter in enumerate(counters, 1)
    ]
    pictures = [drawn_histograms(*outcomes)]
    made = compared(*outcomes)
    if made.samples:
        pictures.append(drawn_sweep(made, *outcomes))
    for picture in map(parsed, pictures):
        width = float(picture.get("width", 0))
        height = float(picture.get("height", 0))
        for element in picture.iter(f"{SPACE}rect"):
            right = float(element.get("x", 0)) + float(element.get("width", 0))
            assert 0 <= right <= width + 0.1
        for element in picture.iter(f"{SPACE}text"):
            style = element.get("class") or ""
            share = {"number": 0, "number faint": 0, "tick faint": 0.5}.get(style, 1)
            x, y = float(element.get("x", 0)), float(element.get("y", 0))
            assert x + share * len(element.text or "") * 7.2 <= width
            assert 0 <= y <= height
        for element in picture.iter(f"{SPACE}circle"):
            assert 0 <= float(element.get("cy", 0)) <= height


# Comparisons


def test_a_sweep_is_a_table(swept: Sandbox, pasqal: Run) -> None:
    """It has a line for each value, and a column for each of the most frequent bitstrings."""
    ran = pasqal(f"jobs results {measured(3)} {measured(1)} {measured(2)} --by omega --top 3")
    assert (ran.code, ran.err) == (0, "and 1 more bitstring\n")
    assert ran.out == (
        "omega     00     11     01\n"
        "  1.0  80.0%   5.0%  15.0%\n"
        "  2.0  50.0%  20.0%  30.0%\n"
        "  4.0  25.0%  50.0%     0%\n"
    )


def test_the_table_fits_the_terminal(swept: Sandbox, on_terminal: Callable[..., Ran]) -> None:
    """The rarest bitstrings are left out first; the line below the table counts those beyond --top."""
    ran = on_terminal(f"jobs results --batch {BATCH} --by omega --top 3", columns=22)
    assert "  1.0  80.0%   5.0%\n" in ran.out
    assert ran.out.endswith("and 1 more bitstring\n")


def test_values_of_arrays_can_be_compared(swept: Sandbox, pasqal: Run) -> None:
    """Where several jobs have the same value, their shots are put together."""
    assert pasqal("jobs", "results", measured(1), "--by", "ramp[0]").out.splitlines()[1][:7] == (
        "    1.0"
    )
    ran = pasqal("jobs", "results", "--batch", BATCH, "--by", "ramp[1]", "--top", "1")
    assert ran.out == "ramp[1]  jobs     00\n      7     3  28.6%\n"


@pytest.mark.parametrize(
    ("variables", "variable", "found"),
    [
        ({"a": 1}, "a", 1),
        ({"a": [2.5]}, "a", 2.5),
        ({"a": [1, 2]}, "a", [1, 2]),
        ({"a": [1, 2]}, "a[1]", 2),
        ({"a": [1, 2]}, "a[2]", None),
        ({"a": 1}, "a[0]", None),
        ({"a[0]": 3, "a": [1]}, "a[0]", 3),
        ({}, "a", None),
    ],
)
def test_a_variable_may_be_a_place_of_an_array(
    variables: dict[str, Any], variable: str, found: Any
) -> None:
    """An array of one value is that value."""
    assert value_of(variables, variable) == found


def test_jobs_that_cannot_be_compared_are_named(sandbox: Sandbox, pasqal: Run) -> None:
    """There may be several reasons, and the others are compared all the same."""
    odd = [None, "x", True, [1, 2], 10**400]
    others: list[dict[str, Any]] = [
        {"status": "DONE", "variables": {"omega": value}, "result": {"counter": {"0": 1}}}
        for value in odd
    ]
    others.append({"status": "DONE", "variables": {"omega": 1}, "result": {"counter": {}}})
    add_sweep(sandbox, *others)
    ran = pasqal(f"jobs results --batch {BATCH} --by omega --top 4")
    numbers = f"{measured(5)}, {measured(6)}, {measured(7)} and 1 more"
    assert (ran.code, len(ran.out.splitlines())) == (0, 4)
    assert ran.err.splitlines() == [
        f"1 job without omega: {measured(4)}",
        f"4 jobs whose omega is not a number: {numbers}",
        f"1 job whose results have no counts: {measured(9)}",
    ]
    assert pasqal(f"jobs results --batch {BATCH} --by omega -o odd.svg").code == 0
    said = texts(Path("odd.svg").read_text())
    assert f"4 jobs whose omega is not a number: {numbers}" in said


def test_nothing_to_compare_is_an_error_that_names_the_variables(
    swept: Sandbox, pasqal: Run
) -> None:
    """So a misspelt name is told from a batch without variables."""
    ran = pasqal(f"jobs results {measured(1)} --by omgea")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.endswith(
        "pasqal: --by omgea: no job can be compared\nhint: the variables are omega, ramp\n"
    )
    assert pasqal(f"jobs results {scan(1)} --by omega -o x.svg").err.endswith(
        "hint: these jobs have no variables\n"
    )
    many = compared(outcome({"0": 1}, variables={f"v{n:02}": n for n in range(12)}))
    assert many.known_names.endswith("v08, v09, …")


def test_variables_that_depart_are_none() -> None:
    """A text in their place is not a variable, and infinity not a place on an axis."""
    made = compared(outcome({"0": 1}, variables="omega"))
    assert (made.samples, list(made.remarks)) == ([], [f"1 job without omega: {measured(1)}"])
    made = compared(outcome({"0": 1}, variables={"omega": float("inf")}))
    assert list(made.remarks) == [f"1 job whose omega is not a number: {measured(1)}"]


def test_long_bitstrings_have_numbers_in_the_table() -> None:
    """What the numbers stand for is below it."""
    first, second = "0" * 100, "1" * 100
    made = compared(outcome({first: 3, second: 1}, variables={"omega": 1}))
    assert draw_table(made) == (
        f"omega     #1     #2\n    1  75.0%  25.0%\n #1 is {first}\n #2 is {second}\n"
    )


def test_what_was_not_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a job with very many bitstrings the most frequent are kept; the shares of others are a range."""
    monkeypatch.setattr(sweep, "_KEPT", 2)
    made = compared(
        outcome({"00": 50, "01": 30, "10": 15, "11": 5}, variables={"omega": 1}),
        outcome({"11": 100}, 2, variables={"omega": 2}),
        top=1,
    )
    assert made.bitstrings == ["11"]
    shares = [share_of("11", step.samples).text for step in made.steps]
    assert shares == ["0.0-30.0%", "100.0%"]
    assert made.rest == "and at least 2 more bitstrings"


def test_a_job_with_many_runs_weighs_no_more_than_another() -> None:
    """Which bitstrings are compared follows from the shares."""
    made = compared(
        outcome({"00": 10**6}, variables={"omega": 1}),
        outcome({"11": 10}, 2, variables={"omega": 2}),
        outcome({"11": 10}, 3, variables={"omega": 3}),
        top=1,
    )
    assert made.bitstrings == ["11"]


def test_a_sweep_is_drawn_as_small_multiples(swept: Sandbox, pasqal: Run, tmp_path: Path) -> None:
    """Each bitstring has a panel with a dot for each value, which says where it came from."""
    ran = pasqal(f"jobs results --batch {BATCH} --by omega -o sweep.svg --top 3")
    assert (ran.code, ran.out, ran.err) == (0, "", "sweep.svg: 3 jobs\n")
    picture = (tmp_path / "sweep.svg").read_text()
    assert picture.count("<polyline") == 3
    assert picture.count('<circle class="bar"') == 9
    assert picture.count('<circle class="job"') == 0
    assert {
        f"Batch {BATCH}",
        "share of each bitstring against omega; 3 jobs (3 DONE), 2,200 shots",
        *["00", "01", "11", "0%", "40%", "80%", "1", "2", "3", "4", "and 1 more bitstring"],
    } <= set(texts(picture))
    titles = [element.text for element in parsed(picture).iter(f"{SPACE}title")]
    assert f"00 at omega = 2.0\n50.0% of 100 shots\njob {measured(2)}" in titles


def test_jobs_with_the_same_value_are_dots_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """With very many jobs there is a dot for each value only."""
    outcomes = [outcome({"0": 1 + n, "1": 1}, n, variables={"omega": n // 2}) for n in range(1, 6)]
    made = compared(*outcomes, top=1)
    picture = drawn_sweep(made, *outcomes)
    assert (picture.count('"bar"'), picture.count('class="job"')) == (3, 4)
    assert "Several jobs have the same omega: pale dots are single jobs." in picture
    titles = [element.text for element in parsed(picture).iter(f"{SPACE}title")]
    assert f"{measured(2)}: 75.0%" in titles
    assert "0 at omega = 1\n77.8% of 9 shots\n2 jobs" in titles
    monkeypatch.setattr(sweep_picture, "_MOST_DOTS", 4)
    assert 'class="job"' not in drawn_sweep(made, *outcomes)


def test_long_bitstrings_are_wrapped_above_their_panels() -> None:
    """Only what is longer than some lines is cut; pointing at a dot shows all of it."""
    bits = "01" * 50
    one = outcome({bits: 1, "1" * 1000: 1, "0": 1, "1": 1}, variables={"omega": 1})
    said = texts(drawn_sweep(compared(one), one))
    assert bits in "".join(said)
    assert any(text.endswith("…") for text in said)
    assert "1" * 1000 in drawn_sweep(compared(one), one)


# Axes


@pytest.mark.parametrize(
    ("begin", "end", "labels"),
    [
        (0, 4.75, ["0", "2", "4"]),
        (1, 4, ["1", "2", "3", "4"]),
        (-0.3, 0.3, ["-0.2", "0", "0.2"]),
        (5, 5, ["5"]),
        (0.31, 0.39, ["0.32", "0.34", "0.36", "0.38"]),
        (1e6, 1e6 + 1e-4, ["1e+06", "1e+06"]),
    ],
)
def test_ticks_are_round_numbers(begin: float, end: float, labels: list[str]) -> None:
    """Numbers that cannot be told apart are marked at the ends only."""
    assert [tick.label for tick in Scale(begin, end).ticks(4)] == labels


@settings(deadline=None)
@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(1, 10),
)
@example(-1.7e308, 1.7e308, 4)
@example(0.0, 5e-324, 4)
@example(0.0, 5e-324, 1)
@example(1e16, 1e16 + 2, 4)
def test_an_axis_takes_any_numbers(one: float, other: float, most: int) -> None:
    """Marks are on it, in order, and never too many."""
    scale = Scale.over([one, other])
    places = [tick.place for tick in scale.ticks(most)]
    assert places == sorted(places)
    assert 1 <= len(places) <= max(2, most + 1)
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in places)


# Real shells


def test_closed_and_full_streams_are_handled(swept: Sandbox, shell: Run, pasqal: Run) -> None:
    """A full disk is an error; a reader that stops, or a stream that is closed, is not."""
    line = f"pasqal jobs results --batch {BATCH}"
    assert shell(f"{line} > /dev/full") == (1, "", "pasqal: No space left on device\n")
    ran = shell(f"{line} -o jsonl 2>&- | head -n 1 | cut -c 1-12; echo ${{PIPESTATUS[0]}}")
    assert ran == (0, '{"job_id": "\n0\n', "")
    Path("full.svg").symlink_to("/dev/full")
    assert pasqal(f"{line} -o full.svg --force".removeprefix("pasqal ")) == (
        1,
        "",
        "pasqal: No space left on device\n",
    )


def test_one_command_feeds_the_next(swept: Sandbox, pasqal: Run) -> None:
    """Ids come from a list, and paths go to other programs."""
    ids = pasqal(f"jobs list --batch {BATCH} -q --all").out
    ran = pasqal("jobs results - --save out", stdin=ids)
    assert ["counter" in Path(path).read_text() for path in ran.out.split()] == [True] * 3


def test_ctrl_c_keeps_what_was_saved(
    swept: Sandbox, process: Start, pasqal: Run, tmp_path: Path
) -> None:
    """It says how to go on, and the same command does."""
    swept.add_fault(Fault(operation="result_file", latency=30, nth=3))
    line = f"jobs results --batch {BATCH} --save out"
    folder = tmp_path / "out"
    ran, screen = process(line)
    eventually(lambda: swept.faults[0].fired and len(list(folder.glob("*.json"))) == 2)
    press_ctrl_c(ran, screen, "pasqal: interrupted")
    assert "what came is in out; the same command fetches the rest" in screen.seen
    assert "Traceback" not in screen.seen
    swept.clear_faults()
    assert len(pasqal(line).out.split()) == 3


def test_ctrl_c_without_a_folder_is_one_line(swept: Sandbox, process: Start) -> None:
    """There is nothing to go on from."""
    swept.add_fault(Fault(operation="get_job_results_link", latency=30))
    ran, screen = process(f"jobs results --batch {BATCH} -o results.svg")
    screen.until("fetching results")
    eventually(lambda: swept.faults[0].fired)
    press_ctrl_c(ran, screen, "pasqal: interrupted")
    assert "same command" not in screen.seen
    assert "Traceback" not in screen.seen
